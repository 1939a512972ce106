//! Whether an outcome is what its check expects (§3, expectations).
//!
//! In: an outcome. Out: yes, or why not, in words.

use super::outcome::{Outcome, Verdict};
use crate::ir::Model;
use crate::ir::property::{Counter, Expected, Role};

/// What a target expects, by default that a property holds and a witness is found.
pub fn expectation(model: &Model, outcome: &Outcome) -> Expected {
    if let Some(expect) = &outcome.target.settings.expect {
        return expect.verdict;
    }
    match model.properties[outcome.target.property].role {
        Role::Witness => Expected::Found,
        Role::Property | Role::Invariant | Role::NoFaults | Role::Holistic => Expected::Holds,
    }
}

/// Nothing, if the outcome is as expected; else why not.
// spec: verdict.expect
pub fn surprise(model: &Model, outcome: &Outcome) -> Option<String> {
    let word = outcome.verdict.word().replace('_', " ");
    let holds = matches!(outcome.verdict, Verdict::Proved | Verdict::Verified | Verdict::Tested);
    match (expectation(model, outcome), outcome.verdict) {
        (_, Verdict::Monitored) => None,
        (Expected::Violated, Verdict::Violated) | (Expected::Found, Verdict::Found) => {
            other_sizes(model, outcome)
        }
        (Expected::NotFound, Verdict::NotFound) => None,
        (Expected::Holds, _) if holds => (!outcome.vacuous.is_empty())
            .then(|| "it holds only because it was never put to the test".to_string()),
        (Expected::Violated, _) => Some(format!("expected to be violated, and is {word}")),
        (Expected::Found, _) => Some(format!("expected to be found, and is {word}")),
        (Expected::NotFound, _) => Some(format!("expected not to be found, and is {word}")),
        (Expected::Holds, _) => Some(format!("expected to hold, and is {word}")),
    }
}

/// The sizes that differ from `with { … }`.
fn other_sizes(model: &Model, outcome: &Outcome) -> Option<String> {
    let expect = outcome.target.settings.expect.as_ref()?;
    let differs = |(counter, wanted): &(Counter, u32)| {
        let found = outcome.sizes.get(counter).copied().unwrap_or(0);
        let name = counter_name(model, *counter);
        (found != *wanted).then(|| format!("expected {name}: {wanted}, and there are {found}"))
    };
    let differences: Vec<String> = expect.with.iter().filter_map(differs).collect();
    (!differences.is_empty()).then(|| differences.join("; "))
}

fn counter_name(model: &Model, counter: Counter) -> &str {
    match counter {
        Counter::Agents => "agents",
        Counter::Deviations => "deviations",
        Counter::Edges => "edges",
        Counter::Steps => "steps",
        Counter::Population(population) => &model.populations[population].name,
    }
}
