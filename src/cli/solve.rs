//! `polity solve`: the solver alone; with `--least` or `--greatest`, critical values; with
//! `--needs`, what a proof rests on.

pub(super) mod critical;
mod needs;

use serde_json::{Value as Json, json};

use super::args::{self, Format};
use super::exit::{Exit, Failure};
use super::load::Loaded;
use super::out::Out;
use super::progress::{Interrupt, Progress};
use super::settings::{self, Settings};
use super::{check, config, files};
use crate::ir::Model;
use crate::ir::property::Target;
use crate::smt::End;

/// A target that something is asked of.
#[derive(Clone, Copy)]
struct Asked<'a> {
    loaded: &'a Loaded,
    model: &'a Model,
    target: &'a Target,
    settings: &'a Settings,
    progress: &'a Progress,
}

/// What is said of it.
struct Said {
    words: String,
    json: Json,
    /// Whether something was left open.
    open: bool,
}

/// Runs the command.
pub fn run(arguments: &args::Solve) -> Result<Exit, Failure> {
    match (&arguments.least, &arguments.greatest, arguments.needs) {
        (Some(param), ..) => {
            each(arguments, "critical", &|asked| critical::say(asked, param, End::Least))
        }
        (None, Some(param), _) => {
            each(arguments, "critical", &|asked| critical::say(asked, param, End::Greatest))
        }
        (None, None, true) => each(arguments, "needs", &|asked| Ok(needs::say(asked))),
        (None, None, false) => check::alone(&arguments.check, "solve"),
    }
}

/// Asks something of every target that is wanted; `field` holds the answers in JSON.
fn each(
    arguments: &args::Solve,
    field: &str,
    say: &dyn Fn(&Asked<'_>) -> Result<Said, Failure>,
) -> Result<Exit, Failure> {
    let project = config::find()?;
    let flags = args::Check { engine: Some("solve".to_string()), ..arguments.check.clone() };
    let settings = settings::check(&flags, project.as_ref())?;
    let shown = settings::shown(&flags.output, project.as_ref());
    let files = files::specifications(&flags.files, project.as_ref())?;
    let interrupt = Interrupt::watch()?;
    let read = check::read(&files, &settings, &shown)?;
    if read.exit != Exit::Fine {
        return Ok(read.exit);
    }
    settings.unknown(read.loaded.iter().filter_map(|(loaded, _)| loaded.model.as_ref()))?;
    let progress = Progress::new(interrupt, settings.time, 1, shown.quiet);
    let (mut words, mut exit, mut results) = (String::new(), Exit::Fine, Vec::new());
    for (loaded, _) in &read.loaded {
        let Some(model) = loaded.model.as_ref().filter(|model| !model.is_signature()) else {
            continue;
        };
        for target in model.targets.iter().filter(|target| is_wanted(model, target, &settings)) {
            let asked = Asked { loaded, model, target, settings: &settings, progress: &progress };
            let said = say(&asked)?;
            if said.open && settings.strict {
                exit = exit.and(Exit::Open);
            }
            words.push_str(&said.words);
            results.push(said.json);
        }
    }
    progress.finish();
    if results.is_empty() {
        return Err(Failure::new("there is no property to ask about".to_string()));
    }
    let mut out = Out::new(shown.output.clone(), shown.quiet, shown.verbose);
    match shown.format {
        Format::Text => out.write(&words),
        Format::Json => {
            let mut document = serde_json::Map::new();
            document.insert("polity".into(), json!(1));
            document.insert(field.into(), Json::Array(results));
            out.write(&format!("{:#}\n", Json::Object(document)));
        }
    }
    out.finish()?;
    Ok(if progress.interrupted() { exit.and(Exit::Interrupted) } else { exit })
}

fn is_wanted(model: &Model, target: &Target, settings: &Settings) -> bool {
    let name = &model.properties[target.property].name;
    settings.property.is_empty()
        || settings.property.contains(name)
        || target.alias.as_ref().is_some_and(|alias| settings.property.contains(alias))
}

/// The name that a target's results go by.
fn target_name<'a>(model: &'a Model, target: &'a Target) -> &'a str {
    target.alias.as_deref().unwrap_or(&model.properties[target.property].name)
}
