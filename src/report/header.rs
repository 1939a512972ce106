//! The first line of a model's report, and the last.
//!
//! In: a model and its outcomes. Out: a line each.

use std::collections::BTreeSet;

use super::claim::{Group, group};
use super::sheet::{count, grouped};
use super::words::shortest;
use crate::check::Outcome;
use crate::ir::property::{Role, Target};
use crate::ir::{Model, PropId};

/// `review · 4 properties, 6 agents at most, 12 steps`.
pub fn first(model: &Model, targets: &[&Target]) -> String {
    let asked = |id: &PropId| model.targets.iter().any(|target| target.property == *id);
    let ids: BTreeSet<_> = targets.iter().map(|target| target.property).filter(asked).collect();
    let witnesses = ids.iter().filter(|id| model.properties[**id].role == Role::Witness).count();
    let properties = ids.len() - witnesses;
    let mut parts = Vec::new();
    if properties > 0 || witnesses == 0 {
        parts.push(count(properties as u64, "property", "properties"));
    }
    if witnesses > 0 {
        parts.push(count(witnesses as u64, "witness", "witnesses"));
    }
    if model.is_signature() {
        parts.push("a signature: monitored on recorded runs, not searched".to_string());
        return format!("{} · {}", model.name, parts.join(", "));
    }
    parts.push(agents(model));
    parts.push(steps(model, targets));
    format!("{} · {}", model.name, parts.join(", "))
}

fn agents(model: &Model) -> String {
    let sizes = model.populations.iter().filter(|population| !population.principals);
    let (lo, hi) = sizes
        .filter_map(|population| population.size)
        .fold((0u64, 0u64), |(lo, hi), size| (lo + u64::from(size.0), hi + u64::from(size.1)));
    match (lo == hi, hi) {
        (true, 0) => "no agents".to_string(),
        (true, hi) => count(hi, "agent", "agents"),
        (false, hi) => format!("{} at most", count(hi, "agent", "agents")),
    }
}

fn steps(model: &Model, targets: &[&Target]) -> String {
    if !model.has_dynamics() {
        return "one instant".to_string();
    }
    let steps: BTreeSet<u32> = targets.iter().map(|target| target.settings.steps).collect();
    match (steps.first(), steps.last()) {
        (Some(least), Some(most)) if least != most => {
            format!("{} to {} steps", grouped(u64::from(*least)), grouped(u64::from(*most)))
        }
        (Some(most), _) => count(u64::from(*most), "step", "steps"),
        (None, _) => count(u64::from(model.defaults.steps), "step", "steps"),
    }
}

/// `3 as expected · 1 vacuous`: what came out in all. `seconds`: of the whole command.
pub fn last<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>, seconds: Option<f64>) -> String {
    let groups: Vec<Group> = outcomes.into_iter().map(group).collect();
    let names = [
        (Group::Unexpected, "NOT as expected"),
        (Group::Vacuous, "vacuous"),
        (Group::Inconclusive, "inconclusive"),
        (Group::Expected, "as expected"),
        (Group::Monitored, "for recorded runs (polity monitor)"),
    ];
    let mut parts = Vec::new();
    for (of, name) in names {
        let number = groups.iter().filter(|group| **group == of).count();
        if number > 0 {
            parts.push(format!("{} {name}", grouped(number as u64)));
        }
    }
    if parts.is_empty() {
        parts.push("nothing was checked".to_string());
    }
    if let Some(seconds) = seconds {
        parts.push(format!("{} s", shortest((seconds * 10.0).round() / 10.0)));
    }
    parts.join(" · ")
}
