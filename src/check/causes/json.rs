//! Causes as JSON: the list of the results and of the counterexample's file.
//!
//! In: causes. Out: an entry for each agent, deviation, tie, choice and draw, with every field
//! that its kind has.

use serde_json::{Map, Value as Json, json};

use super::factors::Part;
use super::{Cause, Causes};
use crate::ir::layout::Layout;
use crate::ir::{Model, PopId, Value};
use crate::trace::keys;
use crate::trace::values::Naming;

/// The list.
pub fn list(model: &Model, layout: &Layout, causes: &Causes) -> Json {
    let naming = Naming { model, layout };
    let agents = causes.agents.iter().map(|cause| {
        let mut entry = part(naming, &cause.part);
        let share = cause.agents.first().and_then(|agent| causes.shares.get(agent));
        let of = causes.repairs.len();
        let share = share.copied().unwrap_or(0);
        entry.insert("responsibility".into(), json!({ "sets": share, "of": of }));
        finished(causes, cause, entry)
    });
    let parts = causes.parts.iter().enumerate().map(|(place, cause)| {
        let mut entry = part(naming, &cause.part);
        let names = cause.agents.iter().map(|agent| naming.plain(&Value::Agent(*agent)));
        entry.insert("agents".into(), names.collect());
        entry.insert("mended_with".into(), contingencies(naming, causes, place));
        finished(causes, cause, entry)
    });
    parts.chain(agents).collect()
}

/// What happens without it, and whether all sets were tried.
fn finished(causes: &Causes, cause: &Cause, mut entry: Map<String, Json>) -> Json {
    entry.insert("without".into(), json!(cause.without.word()));
    let margin = cause.margin.map(|(low, high)| match low == high {
        true => json!(low),
        false => json!([low, high]),
    });
    entry.insert("margin".into(), margin.unwrap_or(Json::Null));
    entry.insert("all_sets_tried".into(), json!(causes.complete));
    Json::Object(entry)
}

/// What has to be put back with a part so that the run is mended, and less does not: a list for
/// each least set that it is in, empty where it does alone.
fn contingencies(naming: Naming<'_>, causes: &Causes, place: usize) -> Json {
    let sets = causes.repairs.iter().filter(|repair| repair.parts.contains(&place));
    let others = |repair: &super::Repair| -> Json {
        let others = repair.parts.iter().filter(|other| **other != place);
        others.map(|other| Json::Object(part(naming, &causes.parts[*other].part))).collect()
    };
    sets.map(others).collect()
}

/// What a part is.
fn part(naming: Naming<'_>, part: &Part) -> Map<String, Json> {
    let model = naming.model;
    let agent = |population: PopId, index: u32| match naming.layout.agent(population, index) {
        Some(agent) => naming.plain(&Value::Agent(agent)),
        None => Json::Null,
    };
    let object = match part {
        Part::Agent(of) => json!({ "kind": "agent", "agent": naming.plain(&Value::Agent(*of)) }),
        Part::Deviation { param, place, value, instead } => {
            let rows = naming.layout.indices(naming.layout.param(*param));
            let of = rows.get(*place).into_iter().flatten().map(|index| naming.plain(index));
            json!({
                "kind": "deviation",
                "param": model.params[*param].name,
                "of": of.collect::<Vec<Json>>(),
                "value": naming.plain(value),
                "instead": instead.as_ref().map(|value| naming.plain(value)),
            })
        }
        Part::Tie { structure, from, to, weight, instead } => {
            let declared = &model.structures[*structure];
            json!({
                "kind": "tie",
                "structure": declared.name,
                "from": agent(declared.on, *from),
                "to": agent(declared.to, *to),
                "weight": weight,
                "instead": instead,
            })
        }
        Part::Row { structure, agent: of } => {
            let declared = &model.structures[*structure];
            let from = agent(declared.on, *of);
            json!({ "kind": "ties", "structure": declared.name, "from": from })
        }
        Part::Answer { answer, instead } => {
            let kind = if answer.drawn { "draw" } else { "choice" };
            let mut entry = keys::write(naming, &answer.key, &answer.value);
            entry.insert("kind".into(), json!(kind));
            entry.insert("instant".into(), json!(answer.instant));
            entry.insert("instead".into(), naming.plain(instead));
            Json::Object(entry)
        }
    };
    match object {
        Json::Object(fields) => fields,
        other => Map::from_iter([("kind".to_string(), other)]),
    }
}
