//! `polity solve --least PARAM`: critical values, size by size, in words and as JSON.

use serde_json::{Value as Json, json};

use super::{Asked, Said, target_name};
use crate::check::critical::{AtSize, critical};
use crate::cli::exit::{Failure, nearest};
use crate::cli::load::Loaded;
use crate::ir::property::Target;
use crate::ir::{Model, ParamId};
use crate::smt::number::{nearest as double, text};
use crate::smt::{Critical, End};

/// What is said of one target.
pub(super) fn say(asked: &Asked<'_>, param: &str, end: End) -> Result<Said, Failure> {
    let Asked { loaded, model, target, settings, progress } = *asked;
    let id = named(model, param)?;
    let told = |step| progress.step(param, step);
    let whole = std::sync::Arc::new(model.clone());
    let found = critical(&whole, target, (id, end), settings.work, &told);
    let found = found.map_err(|lacks| {
        let (line, column) = loaded.sources.position(lacks.span);
        let place = format!("{}:{line}:{column}", loaded.name);
        Failure::new(format!("{place}: the solver does not have {}", lacks.what))
    })?;
    let open = found.iter().any(|size| matches!(size.critical, Critical::Unknown(_)));
    let words = words(loaded, model, target, (param, end), &found);
    Ok(Said { words, json: as_json(model, target, (param, end), &found), open })
}

/// The free parameter of this name.
pub(in crate::cli) fn named(model: &Model, name: &str) -> Result<ParamId, Failure> {
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
    let steps = match target.settings.steps {
        1 => "1 step".to_string(),
        many => format!("{many} steps"),
    };
    let open = found.iter().any(|size| matches!(size.critical, Critical::Unknown(_)));
    let which = if open { "what is known is exact" } else { "exact" };
    said.push_str(&format!("  {which}, for all setups and runs of {steps}: by the solver\n"));
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
