//! `polity mutate`: changes a model, and lists the changes that no property notices.

use serde_json::{Value as Json, json};

use super::args::{self, Format};
use super::exit::{Exit, Failure};
use super::out::{Out, complain};
use super::progress::{Interrupt, Progress};
use super::settings::Shown;
use super::{check, config, files, settings};
use crate::check::mutate::mutate;
use crate::check::{Engines, Options};
use crate::report::mutate as report;
use crate::report::words::rounded;
use crate::search::{Budget, Step};

/// Runs of a property on each mutant where nobody says how many.
const RUNS: u64 = 500;
/// Attempts of the shrinker on each mutant: how small a counterexample is matters little.
const SHRINK: u64 = 500;

/// Runs the command.
pub fn run(arguments: &args::Mutate) -> Result<Exit, Failure> {
    let project = config::find()?;
    let flags = flags(arguments);
    let settings = settings::check(&flags, project.as_ref())?;
    let shown = settings::shown(&arguments.output, project.as_ref());
    let files = files::specifications(&arguments.files, project.as_ref())?;
    let interrupt = Interrupt::watch()?;
    let read = check::read(&files, &settings, &shown)?;
    let models = || read.loaded.iter().filter_map(|(loaded, _)| loaded.model.as_ref());
    if read.exit == Exit::Fine {
        settings.unknown(models())?;
    }
    let searched = models().filter(|model| !model.is_signature()).count();
    let progress = Progress::new(interrupt, settings.time, searched, shown.quiet);
    let progress = progress.counting("mutants");
    let mut out = Out::new(shown.output.clone(), shown.quiet, shown.verbose);
    let (mut noticed, mut tried, mut results) = (0, 0, Vec::new());
    for (loaded, seed) in &read.loaded {
        let Some(model) = loaded.model.as_ref().filter(|model| !model.is_signature()) else {
            continue;
        };
        let options = options(settings.options(*seed));
        let most = usize::try_from(arguments.mutants).unwrap_or(usize::MAX);
        let told = |done: u64, all: u64| {
            let step = Step { runs: done, runs_max: all, ..Step::default() };
            progress.step(&model.name, step)
        };
        let mutated = mutate(model, &loaded.sources, &options, most, &told);
        let counts = mutated.counts();
        (noticed, tried) = (noticed + counts.0, tried + counts.0 + counts.1);
        results.push(report::json(model, &loaded.sources, &mutated));
        if shown.format == Format::Text {
            let text = report::text(model, &loaded.sources, &mutated, out.style());
            progress.pause(|| out.write(&format!("{}\n\n", text.trim_end())));
        }
    }
    progress.finish();
    let score = (tried > 0).then(|| 100.0 * noticed as f64 / tried as f64);
    last(&mut out, &shown, score, results);
    out.finish()?;
    let mut exit = read.exit;
    if let Some(least) = arguments.fail_under
        && score.is_none_or(|score| score < least)
    {
        exit = exit.and(Exit::Unexpected);
        complain(&format!("the score is below {} % (--fail-under)", rounded(least, 3)));
    }
    Ok(if progress.interrupted() { exit.and(Exit::Interrupted) } else { exit })
}

/// The score of all models together.
fn last(out: &mut Out, shown: &Shown, score: Option<f64>, results: Vec<Json>) {
    match shown.format {
        Format::Json => {
            let document = json!({ "polity": 1, "score": score, "results": results });
            out.write(&format!("{document:#}\n"));
        }
        Format::Text => match score {
            Some(score) => out.write(&format!("score {} %\n", rounded(score, 3))),
            None => out.write("no score: nothing could be changed\n"),
        },
    }
}

/// The flags of the check that each mutant gets.
fn flags(arguments: &args::Mutate) -> args::Check {
    args::Check {
        files: arguments.files.clone(),
        property: arguments.property.clone(),
        search: arguments.search.clone(),
        runs: Some(arguments.runs.unwrap_or(RUNS)),
        pace: arguments.pace.clone(),
        engine: Some("search".to_string()),
        work: None,
        save: false,
        no_save: true,
        strict: false,
        fail_on: Vec::new(),
        campaign: args::CampaignFlags::default(),
        output: arguments.output.clone(),
    }
}

/// The same budget for the model and each mutant: everything is tried only where that is little.
fn options(options: Options) -> Options {
    let runs = options.budget.runs_max;
    let budget = Budget { exhaust_max: 2 * runs, shrink_max: SHRINK, ..options.budget };
    Options { budget, engines: Engines::Search, corpus: None, save: false, ..options }
}
