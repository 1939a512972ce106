//! `polity solve`: the solver alone; with `--least` or `--greatest`, critical values.

use serde_json::{Value as Json, json};

use super::args::{self, Format};
use super::exit::{Exit, Failure, nearest};
use super::load::Loaded;
use super::out::Out;
use super::progress::{Interrupt, Progress};
use super::settings::{self, Settings};
use super::{check, config, files};
use crate::check::critical::{AtSize, critical};
use crate::ir::property::Target;
use crate::ir::{Model, ParamId};
use crate::smt::number::{nearest as double, text};
use crate::smt::{Critical, End};

/// Runs the command.
pub fn run(arguments: &args::Solve) -> Result<Exit, Failure> {
    let (param, end) = match (&arguments.least, &arguments.greatest) {
        (Some(param), _) => (param, End::Least),
        (None, Some(param)) => (param, End::Greatest),
        (None, None) => return check::alone(&arguments.check, "solve"),
    };
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
    let mut out = Out::new(shown.output.clone(), shown.quiet, shown.verbose);
    let (mut said, mut exit, mut results) = (String::new(), Exit::Fine, Vec::new());
    for (loaded, _) in &read.loaded {
        let Some(model) = &loaded.model else { continue };
        for target in model.targets.iter().filter(|target| is_wanted(model, target, &settings)) {
            let id = named(model, param)?;
            let told = |step| progress.step(param, step);
            let found = critical(model, target, (id, end), settings.work, &told);
            let found = found.map_err(|lacks| {
                let (line, column) = loaded.sources.position(lacks.span);
                let place = format!("{}:{line}:{column}", loaded.name);
                Failure::new(format!("{place}: the solver does not have {}", lacks.what))
            })?;
            let open = |size: &AtSize| matches!(size.critical, Critical::Unknown(_));
            if found.iter().any(open) && settings.strict {
                exit = exit.and(Exit::Open);
            }
            said.push_str(&words(loaded, model, target, (param, end), &found));
            results.push(as_json(model, target, (param, end), &found));
        }
    }
    progress.finish();
    if results.is_empty() {
        return Err(Failure::new("there is no property to ask about".to_string()));
    }
    match shown.format {
        Format::Text => out.write(&said),
        Format::Json => out.write(&format!("{:#}\n", json!({ "polity": 1, "critical": results }))),
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

/// The free parameter of this name.
fn named(model: &Model, name: &str) -> Result<ParamId, Failure> {
    let free = || model.params.pairs().filter(|(_, param)| !param.derived);
    let found: Vec<ParamId> =
        free().filter(|(_, param)| param.name == name).map(|(id, _)| id).collect();
    match found[..] {
        [one] => Ok(one),
        [] => {
            let failure = Failure::new(format!("`{}` has no free parameter `{name}`", model.name));
            let names: Vec<&str> = free().map(|(_, param)| param.name.as_str()).collect();
            Err(match nearest(name, names.iter().copied()) {
                Some(other) => failure.help(format!("did you mean `{other}`?")),
                None if names.is_empty() => failure,
                None => failure.help(format!("there are {}", names.join(", "))),
            })
        }
        _ => Err(Failure::new(format!("several kinds have a parameter `{name}`"))
            .help("pin one of them by `--given`, or name it otherwise")),
    }
}

/// `least`, `greatest`.
fn word(end: End) -> &'static str {
    match end {
        End::Least => "least",
        End::Greatest => "greatest",
    }
}

fn target_name<'a>(model: &'a Model, target: &'a Target) -> &'a str {
    target.alias.as_deref().unwrap_or(&model.properties[target.property].name)
}

fn words(
    loaded: &Loaded,
    model: &Model,
    target: &Target,
    (param, end): (&str, End),
    found: &[AtSize],
) -> String {
    let name = target_name(model, target);
    let mut said = format!(
        "{} · {name}: the {} `{param}`, the same for all, at which it can be violated\n",
        loaded.name,
        word(end)
    );
    for size in found {
        let agents = match size.agents {
            1 => "1 agent".to_string(),
            many => format!("{many} agents"),
        };
        let value = match &size.critical {
            Critical::Never => "never violated".to_string(),
            Critical::Unknown(why) => format!("not known: {why}"),
            Critical::At(bound) => {
                let exact = text(&bound.value);
                let decimal = double(&bound.value).map(|real| format!(" = {real}"));
                let decimal = decimal.filter(|_| exact.contains('/')).unwrap_or_default();
                let how = match (bound.attained, size.replays) {
                    (true, true) => "there it is violated: the run replays",
                    (true, false) => "attained in exact arithmetic; no run of doubles shows it",
                    (false, _) => "only approached: violated beyond, not at it",
                };
                format!("{exact}{decimal}   {how}")
            }
        };
        said.push_str(&format!("  {agents:<11} {value}\n"));
    }
    let steps = target.settings.steps;
    said.push_str(&format!("  exact, for all setups and runs of {steps} steps: by the solver\n"));
    said
}

fn as_json(model: &Model, target: &Target, (param, end): (&str, End), found: &[AtSize]) -> Json {
    let of_size = |size: &AtSize| {
        let names = model.populations.iter().map(|population| population.name.clone());
        let sizes: serde_json::Map<String, Json> =
            names.zip(size.sizes.iter().map(|count| json!(count))).collect();
        match &size.critical {
            Critical::Never => json!({ "agents": sizes, "value": null, "verdict": "never" }),
            Critical::Unknown(why) => {
                json!({ "agents": sizes, "value": null, "verdict": "unknown", "reason": why })
            }
            Critical::At(bound) => json!({
                "agents": sizes,
                "verdict": "violated",
                "value": text(&bound.value),
                "decimal": double(&bound.value),
                "attained": bound.attained,
                "replays": size.replays,
            }),
        }
    };
    json!({
        "model": model.name,
        "property": model.properties[target.property].name,
        "check": target.alias,
        "parameter": param,
        "end": word(end),
        "sizes": found.iter().map(of_size).collect::<Vec<_>>(),
    })
}
