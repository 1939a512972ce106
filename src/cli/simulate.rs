//! `polity simulate FILE`: one run of a random setup, to see what a model does.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::args::{self, RunFormat};
use super::config;
use super::exit::{Exit, Failure};
use super::load::{Loaded, load};
use super::out::{Out, complain};
use super::settings;
use super::wrong;
use crate::base::Seed;
use crate::diag::has_errors;
use crate::ir::{Model, PropId};
use crate::reference::{Execution, Replay, Terms, Truth, admitted, execute, judge};
use crate::report::run::{View, draw};
use crate::report::sheet::{Sheet, grouped};
use crate::report::text::setup_lines;
use crate::report::{Words, header};
use crate::search::generate::generate;
use crate::search::space::Space;
use crate::search::values::Dice;
use crate::trace::jsonl::write;
use crate::trace::{End, Run, Setup};

/// How many setups are drawn before it is said that none is admitted.
const ATTEMPTS_MAX: u32 = 10_000;
/// How many runs are made before it is said that all are discarded.
const RUNS_MAX: u64 = 1_000;

/// Runs the command.
pub fn run(arguments: &args::Simulate) -> Result<Exit, Failure> {
    let project = config::find()?;
    let settings = settings::simulation(&arguments.search, project.as_ref());
    let mut loaded = load(&arguments.file)?;
    let mut found = std::mem::take(&mut loaded.diagnostics);
    let (wrong_pins, seed) = settings.apply(&mut loaded)?;
    found.extend(wrong_pins);
    wrong::show(&loaded.sources, &found);
    if has_errors(&found) {
        complain(&format!("{}: {}, not simulated", loaded.name, wrong::tally(&found)));
        return Ok(Exit::Wrong);
    }
    let Some(model) = &loaded.model else {
        return Err(Failure::new(format!("`{}` is a library: it has no model", loaded.name)));
    };
    if model.is_signature() {
        return Err(Failure::new(format!(
            "`{}` is a signature: some population has no size",
            model.name
        ))
        .help("`polity monitor` judges it on recorded runs"));
    }
    let seed = settings.seed.or(seed).unwrap_or(0);
    let (run, execution) = simulate(model, Seed(seed))?;
    let mut out = Out::new(arguments.output.clone(), false, arguments.verbose);
    match arguments.format.unwrap_or(RunFormat::Text) {
        RunFormat::Text => out.write(&report(&loaded, model, &run, &execution, out.style())),
        RunFormat::Jsonl => out.write(&write(model, &run.setup, &execution.worlds[0].trace)),
    }
    out.finish()?;
    Ok(Exit::Fine)
}

/// The first run from `seed` that counts.
fn simulate(model: &Model, seed: Seed) -> Result<(Run, Execution), Failure> {
    let fault = |fault: crate::trace::Fault| {
        Failure::new(format!("the setup goes wrong: {}", fault.message))
    };
    for attempt in 0..RUNS_MAX {
        let seed = seed.stream(attempt);
        let setup = setup(model, seed)?;
        let (choices, draws) = (BTreeMap::new(), BTreeMap::new());
        let run = Run { setup, seed, choices, draws, steps: model.defaults.steps };
        let execution = execute(model, None, &run.setup, run.steps, &mut Replay::new(&run));
        let execution = execution.map_err(fault)?;
        if !matches!(execution.worlds[0].trace.end, End::Discarded { .. }) {
            return Ok((run, execution));
        }
    }
    Err(Failure::new(format!(
        "all of {} runs were discarded by a `require`, or a `choose` that \
                              nothing met",
        grouped(RUNS_MAX)
    )))
}

/// A setup within the bounds, every size as likely as another.
fn setup(model: &Model, seed: Seed) -> Result<Setup, Failure> {
    let given = &model.defaults.given;
    let space = Space::new(Arc::new(model.clone()), given);
    let sizes = space.sizes().0;
    let mut asked = 0;
    let mut uniform = || {
        asked += 1;
        seed.uniform(&[0x7365_7475, asked])
    };
    for _ in 0..ATTEMPTS_MAX {
        let mut dice = Dice::new(&mut uniform);
        let Some(sizes) = dice.pick(&sizes) else { break };
        if let Some(setup) = generate(&space, sizes, &mut dice)
            && admitted(model, &setup, given) == Ok(true)
        {
            return Ok(setup);
        }
    }
    Err(Failure::new("no setup was met that the model and the pins admit")
        .help("loosen an `assume`, or pin with `--given` what makes it hold"))
}

fn report(
    loaded: &Loaded,
    model: &Model,
    run: &Run,
    execution: &Execution,
    style: crate::report::Style,
) -> String {
    let mut sheet = Sheet::new(style);
    let layout = &execution.actual.layout;
    let words = Words { model, sources: &loaded.sources, layout, record: None };
    let targets: Vec<_> = model.targets.iter().collect();
    sheet.line(&header::first(model, &targets));
    sheet.gap();
    sheet.section("society", &setup_lines(&words, &run.setup, sheet.room()));
    let actual = &execution.worlds[0];
    let last = actual.trace.instants.len().saturating_sub(1) as u32;
    let view = View {
        runs: vec![("actual".to_string(), actual)],
        last,
        here: None,
        why: Default::default(),
        states: Default::default(),
        agents: Default::default(),
    };
    sheet.section("run", &draw(&words, &view, sheet.room(), style.verbose));
    sheet.note("end", &end(&words, &actual.trace.end, last));
    let says: Vec<String> =
        model.properties.ids().filter_map(|property| says(model, property, execution)).collect();
    sheet.section("says", &says);
    sheet.finish()
}

fn end(words: &Words<'_>, end: &End, last: u32) -> String {
    match end {
        End::Halted if !words.model.has_dynamics() => "the model has one instant".to_string(),
        End::Halted => format!("it halts at {last}"),
        End::Cut => format!("cut at its horizon, {last}"),
        End::Faulted(fault) => {
            format!("the step from {last} faults: {} ({})", fault.message, words.place(fault.span))
        }
        End::Discarded { at, .. } => format!("discarded by {}", words.place(*at)),
    }
}

/// What this one run says of a property that speaks of single runs.
fn says(model: &Model, property: PropId, execution: &Execution) -> Option<String> {
    let declared = &model.properties[property];
    if declared.chance || !declared.worlds.is_empty() {
        return None;
    }
    let target = model.targets.iter().find(|target| target.property == property)?;
    let settings = &target.settings;
    let terms =
        Terms { tick: settings.tick, complete: settings.complete, tolerance: settings.tolerance };
    let judgement = judge(model, property, execution, &terms, None);
    let verdict = match (judgement.truth, judgement.settled_at) {
        (Truth::True, Some(at)) => format!("holds of this run, settled at {at}"),
        (Truth::True, None) => "holds of this run".to_string(),
        (Truth::False, Some(at)) => format!("fails at {at}"),
        (Truth::False, None) => "fails".to_string(),
        (Truth::Pending(why), _) => format!("pending: {why}"),
        (Truth::Faulted(fault), _) => format!("faults: {}", fault.message),
    };
    Some(format!("{}: {verdict}", declared.name))
}
