//! `polity check`: searches for counterexamples, and says what is claimed of each property.

use std::sync::atomic::Ordering;

use super::args::{self, Format};
use super::config;
use super::exit::{Exit, Failure};
use super::files;
use super::load::{Loaded, load};
use super::out::{Out, complain};
use super::progress::{Interrupt, Progress};
use super::settings::{self, Settings, Shown};
use super::shard;
use super::state::State;
use super::wrong;
use crate::check::{Campaign, Options, Outcome, check};
use crate::diag::has_errors;
use crate::ir::Model;
use crate::report::claim::{Group, group, is_remark};
use crate::report::json::{self, Document};
use crate::report::sheet::count;
use crate::report::{header, text};

/// What the files gave.
pub(super) struct Read {
    /// The models, with the seeds of their setup files.
    pub loaded: Vec<(Loaded, Option<u64>)>,
    /// What goes into the JSON document.
    pub document: Document,
    /// Whether something was wrong.
    pub exit: Exit,
}

/// Runs the command with one engine: `polity search`, `polity solve`.
pub fn alone(arguments: &args::Check, engine: &str) -> Result<Exit, Failure> {
    if let Some(other) = arguments.engine.as_deref().filter(|other| *other != engine) {
        return Err(Failure::new(format!("`polity {engine}` has no engine `{other}`"))
            .help(format!("write `polity check --engine {other}`")));
    }
    run(&args::Check { engine: Some(engine.to_string()), ..arguments.clone() })
}

/// Runs the command.
pub fn run(arguments: &args::Check) -> Result<Exit, Failure> {
    let project = config::find()?;
    let settings = settings::check(arguments, project.as_ref())?;
    let shown = settings::shown(&arguments.output, project.as_ref());
    let files = files::specifications(&arguments.files, project.as_ref())?;
    let interrupt = Interrupt::watch()?;
    let mut read = read(&files, &settings, &shown)?;
    let models = read.loaded.iter().filter_map(|(loaded, _)| loaded.model.as_ref());
    if read.exit == Exit::Fine {
        settings.unknown(models.clone())?;
    }
    let properties = models.map(|model| wanted(model, &settings)).sum();
    let state = State::open(&arguments.campaign)?;
    let progress = Progress::new(interrupt, settings.time, properties, shown.quiet);
    let mut out = Out::new(shown.output.clone(), shown.quiet, shown.verbose);
    if arguments.campaign.shard.is_some() {
        let exit = shard::run(&read, &settings, &state, &progress, &mut out);
        out.finish()?;
        state.finish(progress.is_whole())?;
        return Ok(read.exit.and(exit));
    }
    let checked = all(&mut read, &settings, &shown, &state.campaign, (&progress, &mut out));
    progress.finish();
    match shown.format {
        Format::Json => out.write(&read.document.text()),
        Format::Text if checked.outcomes.is_empty() && read.exit != Exit::Fine => {}
        Format::Text => last(&mut out, &checked.outcomes, &progress, &shown),
    }
    out.finish()?;
    state.finish(progress.is_whole())?;
    let made = state.campaign.made.load(Ordering::SeqCst);
    if !arguments.campaign.merge.is_empty() && made > 0 {
        let rounds = count(made, "round was", "rounds were");
        complain(&format!("{rounds} in none of the files, and made now"));
    }
    let mut exit = read.exit.and(status(&checked.outcomes, settings.strict));
    if settings.unreached && checked.unreached > 0 {
        exit = exit.and(Exit::Unexpected);
        let things = count(checked.unreached as u64, "thing was", "things were");
        complain(&format!("{things} never reached by any run (--fail-on unreached)"));
    }
    Ok(if progress.interrupted() { exit.and(Exit::Interrupted) } else { exit })
}

/// What all models came to.
#[derive(Default)]
struct Checked {
    /// What counts.
    outcomes: Vec<Outcome>,
    /// How many things no run reached.
    unreached: usize,
}

/// Checks all models that were read; each is reported as soon as it is checked.
fn all(
    read: &mut Read,
    settings: &Settings,
    shown: &Shown,
    campaign: &Campaign,
    (progress, out): (&Progress, &mut Out),
) -> Checked {
    let mut checked = Checked::default();
    for (loaded, seed) in &read.loaded {
        let Some(model) = &loaded.model else { continue };
        if wanted(model, settings) == 0 || progress.interrupted() {
            continue;
        }
        let options = Options { campaign: Some(campaign.clone()), ..settings.options(*seed) };
        let found =
            check(model, &loaded.sources, &options, &|target, step| progress.step(target, step));
        let of_model = found.iter().map(|o| json::result(model, &loaded.sources, o, shown.verbose));
        read.document.results.extend(of_model);
        if shown.format == Format::Text {
            let report = text::report(model, &loaded.sources, &found, &loaded.name, out.style());
            progress.pause(|| out.write(&format!("{}\n\n", report.trim_end())));
        }
        checked.unreached += text::unreached(&found).len();
        let counted = found.into_iter().filter(|outcome| !is_remark(model, outcome));
        checked.outcomes.extend(counted);
    }
    checked
}

/// Reads all files. What is wrong with one does not keep the others from being checked.
pub(super) fn read(
    files: &[std::path::PathBuf],
    settings: &Settings,
    shown: &Shown,
) -> Result<Read, Failure> {
    let document = Document { polity: json::VERSION, results: Vec::new(), diagnostics: Vec::new() };
    let mut read = Read { loaded: Vec::new(), document, exit: Exit::Fine };
    for file in files {
        match load(file) {
            Ok(loaded) => one(&mut read, loaded, settings, shown)?,
            Err(failure) => {
                read.exit = Exit::Wrong;
                read.document.diagnostics.push(wrong::failure(&failure));
                if shown.format == Format::Text {
                    complain(&failure.to_string());
                }
            }
        }
    }
    Ok(read)
}

fn one(
    read: &mut Read,
    mut loaded: Loaded,
    settings: &Settings,
    shown: &Shown,
) -> Result<(), Failure> {
    let mut found = std::mem::take(&mut loaded.diagnostics);
    let (wrong_pins, seed) = settings.apply(&mut loaded)?;
    found.extend(wrong_pins);
    read.document.diagnostics.extend(wrong::json(&loaded.sources, &found));
    if shown.format == Format::Text {
        wrong::show(&loaded.sources, &found);
    }
    if has_errors(&found) {
        read.exit = Exit::Wrong;
        if shown.format == Format::Text {
            complain(&format!("{}: {}, not checked\n", loaded.name, wrong::tally(&found)));
        }
        return Ok(());
    }
    if loaded.is_library() && shown.verbose {
        complain(&format!("{}: a library, with nothing to check of its own", loaded.name));
    }
    read.loaded.push((loaded, seed));
    Ok(())
}

/// How many targets of a model are asked for.
fn wanted(model: &Model, settings: &Settings) -> usize {
    let asked = |target: &&crate::ir::property::Target| {
        let name = &model.properties[target.property].name;
        settings.property.is_empty()
            || settings.property.contains(name)
            || target.alias.as_ref().is_some_and(|alias| settings.property.contains(alias))
    };
    model.targets.iter().filter(asked).count()
}

fn last(out: &mut Out, outcomes: &[Outcome], progress: &Progress, shown: &Shown) {
    let seconds = (out.is_terminal() || shown.verbose).then(|| progress.seconds());
    let mut line = header::last(outcomes, seconds);
    if progress.interrupted() {
        line = format!("interrupted: what was found so far · {line}");
    } else if progress.ran_out() {
        line = format!("{line} · stopped by --time");
    }
    let unexpected =
        outcomes.iter().any(|o| matches!(group(o), Group::Unexpected | Group::Vacuous));
    if unexpected && !shown.quiet {
        line = format!(
            "{line}\nnot what you expected? `polity explain violated` (or tested, vacuous, …)"
        );
    }
    out.write(&format!("{line}\n"));
}

/// The exit status of outcomes.
fn status(outcomes: &[Outcome], strict: bool) -> Exit {
    outcomes.iter().fold(Exit::Fine, |exit, outcome| {
        exit.and(match group(outcome) {
            Group::Unexpected | Group::Vacuous => Exit::Unexpected,
            Group::Inconclusive if strict => Exit::Open,
            Group::Inconclusive | Group::Expected | Group::Monitored => Exit::Fine,
        })
    })
}
