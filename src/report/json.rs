//! Results for machines: the objects of `spec/`, with every field.
//!
//! In: outcomes. Out: serde values. Every field is always there; what does not apply is null.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::claim;
use super::words::{Words, excerpt, place};
use crate::check::outcome::CorpusState;
use crate::check::{Outcome, Verdict};
use crate::diag::{Sources, Span};
use crate::ir::layout::Layout;
use crate::ir::property::{Counter, Expected, Role};
use crate::ir::{Model, Value};
use crate::reference::Why;
use crate::search::Least;
use crate::trace::counterexample::setup_json;
use crate::trace::values::Naming;

/// The version of the results.
pub const VERSION: u32 = 1;

/// The document that a command writes: one object on standard output.
#[derive(Clone, Serialize, Debug)]
pub struct Document {
    /// The version.
    pub polity: u32,
    /// One for each property checked.
    pub results: Vec<Json>,
    /// What is wrong with the texts.
    pub diagnostics: Vec<Json>,
}

impl Document {
    /// The document as text.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("plain values serialise");
        text.push('\n');
        text
    }
}

/// The result of one outcome. `seconds`: whether the time is given; else it is null, so that
/// the same run gives the same bytes.
pub fn result(model: &Model, sources: &Sources, outcome: &Outcome, seconds: bool) -> Json {
    let property = &model.properties[outcome.target.property];
    let covered = &outcome.coverage;
    let judgement = outcome.witness.as_ref().map(|witness| witness.judgement());
    let witnessed = outcome.witness.is_some() || outcome.setup.is_some();
    let size =
        |counter: Counter| witnessed.then(|| outcome.sizes.get(&counter).copied().unwrap_or(0));
    json!({
        "model": model.name,
        "property": property.name,
        "check": outcome.target.alias,
        "role": role(property.role),
        "alignment": property.alignment.map(claim::alignment),
        "verdict": outcome.verdict.word(),
        "expected": expected(model, outcome),
        "as_expected": outcome.as_expected,
        "engine": outcome.engine.word(),
        "undecided": outcome.undecided,
        "minimal": outcome.minimal.map(minimal),
        "settled_by": judgement.map(|judgement| claim::settled_word(judgement.settled_by)),
        "settled_at": judgement.and_then(|judgement| judgement.settled_at),
        "vacuous": vacuous(sources, outcome),
        "unreached": outcome.unreached,
        "pending": covered.pending,
        "agents": witnessed.then(|| agents(model, outcome)),
        "deviations": size(Counter::Deviations),
        "edges": witnessed.then(|| edges(outcome)),
        "steps": size(Counter::Steps),
        "setup": setup(model, outcome),
        "margin": judgement.map(|judgement| interval(judgement.margin)),
        "runs": covered.runs,
        "setups": covered.setups,
        "states": covered.states,
        "transitions": covered.transitions,
        "independent": covered.independent,
        "runs_compiled": covered.compiled,
        "discarded": covered.discarded,
        "refused": covered.refused,
        "faulted": covered.faulted,
        "exhausted": covered.exhausted,
        "seconds": seconds.then_some(outcome.seconds),
        "confidence": confidence(outcome),
        "estimates": estimates(sources, outcome),
        "front": outcome.front.as_ref().map(|front| super::front::json(model, front)),
        "counterexample": outcome.file.as_ref().map(|file| file.display().to_string()),
        "corpus": corpus(outcome),
        "causes": causes(model, outcome),
        "repairs": super::repairs::json(outcome),
        "why": why(model, sources, outcome),
        "place": place(sources, property.span),
        "reason": outcome.reason,
    })
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Property => "property",
        Role::Witness => "witness",
        Role::Invariant => "invariant",
        Role::NoFaults => "no_faults",
        Role::Holistic => "holistic",
    }
}

/// The word of an expectation.
fn expected(model: &Model, outcome: &Outcome) -> &'static str {
    let declared = outcome.target.settings.expect.as_ref().map(|expect| expect.verdict);
    match declared {
        Some(Expected::Violated) => "violated",
        Some(Expected::Holds) => "holds",
        Some(Expected::Found) => "found",
        Some(Expected::NotFound) => "not_found",
        None if model.properties[outcome.target.property].role == Role::Witness => "found",
        None => "holds",
    }
}

fn minimal(least: Least) -> &'static str {
    match least {
        Least::Proved => "proved",
        Least::Local => "local",
        Least::Unshrunk => "unshrunk",
    }
}

fn vacuous(sources: &Sources, outcome: &Outcome) -> Vec<Json> {
    let entry = |(span, what): &(Span, String)| json!({ "place": place(sources, *span), "text": excerpt(sources, *span, 200), "what": what });
    outcome.vacuous.iter().map(entry).collect()
}

fn agents(model: &Model, outcome: &Outcome) -> Json {
    let mut sizes = Map::new();
    for (id, population) in model.populations.pairs() {
        let size = match (&outcome.witness, &outcome.setup) {
            (Some(witness), _) => witness.run().setup.sizes[id],
            (None, Some(setup)) => setup.sizes[id],
            (None, None) => continue,
        };
        sizes.insert(population.name.clone(), size.into());
    }
    sizes.into()
}

/// The setup of a run that was found, as counterexample files write it; null without one.
// spec: files.results
fn setup(model: &Model, outcome: &Outcome) -> Json {
    let found = outcome.witness.as_ref().map(|witness| &witness.run().setup);
    let Some(setup) = found.or(outcome.setup.as_ref()) else { return Json::Null };
    let layout = Layout::new(model, &setup.sizes);
    setup_json(Naming { model, layout: &layout }, setup)
}

fn edges(outcome: &Outcome) -> Json {
    let edges: Map<String, Json> =
        outcome.edges.iter().map(|(name, number)| (name.clone(), (*number).into())).collect();
    edges.into()
}

/// A number where the interval is one, else its two ends.
fn interval((low, high): (f64, f64)) -> Json {
    if low == high { json!(low) } else { json!([low, high]) }
}

/// The interval of the violation rate, or of the first estimate.
fn confidence(outcome: &Outcome) -> Json {
    let level = outcome.target.settings.confidence;
    if let Some(estimate) = outcome.estimates.first() {
        return json!({ "level": level, "low": estimate.low, "high": estimate.high });
    }
    match (outcome.verdict, outcome.coverage.rate_max) {
        (Verdict::Tested | Verdict::NotFound, Some(rate)) => {
            json!({ "level": level, "low": 0.0, "high": rate })
        }
        _ => Json::Null,
    }
}

fn estimates(sources: &Sources, outcome: &Outcome) -> Vec<Json> {
    let entry = |estimate: &crate::search::Estimate| {
        json!({
            "text": excerpt(sources, estimate.span, 200),
            "place": place(sources, estimate.span),
            "value": estimate.value,
            "low": estimate.low,
            "high": estimate.high,
            "runs": estimate.runs,
            "by": estimate.by.word(),
        })
    };
    outcome.estimates.iter().map(entry).collect()
}

fn corpus(outcome: &Outcome) -> Vec<Json> {
    let entry = |(file, state): &(std::path::PathBuf, CorpusState)| {
        let (state, reason) = match state {
            CorpusState::StillFails => ("still_fails", None),
            CorpusState::Fixed => ("fixed", None),
            CorpusState::Stale(reason) => ("stale", Some(reason)),
        };
        json!({ "file": file.display().to_string(), "state": state, "reason": reason })
    };
    outcome.corpus.iter().map(entry).collect()
}

fn causes(model: &Model, outcome: &Outcome) -> Json {
    match (&outcome.witness, &outcome.causes) {
        (Some(witness), Some(causes)) => {
            crate::check::causes::json::list(model, &witness.execution().actual.layout, causes)
        }
        _ => Json::Null,
    }
}

fn why(model: &Model, sources: &Sources, outcome: &Outcome) -> Json {
    let Some(witness) = &outcome.witness else { return Json::Null };
    let layout: &Layout = &witness.execution().actual.layout;
    tree(&Words { model, sources, layout, record: None }, witness.why())
}

/// A tree of subformulas with their values.
pub fn tree(words: &Words<'_>, why: &Why) -> Json {
    let bindings: BTreeMap<&str, Json> =
        why.bindings.iter().map(|(name, bound)| (name.as_str(), value(words, bound))).collect();
    json!({
        "place": words.place(why.span),
        "text": words.excerpt(why.span, 200),
        "instant": why.instant,
        "world": why.world,
        "bindings": bindings,
        "value": value(words, &why.value),
        "because": why.because.iter().map(|part| tree(words, part)).collect::<Vec<_>>(),
    })
}

/// A value: numbers and bools as they are, the rest in the user's words.
pub fn value(words: &Words<'_>, value: &Value) -> Json {
    match value {
        Value::Bool(truth) => json!(truth),
        Value::Int(number) => json!(number),
        Value::Real(number) => json!(number),
        Value::Str(text) => json!(&**text),
        Value::None | Value::Unrecorded => Json::Null,
        Value::Set(elements) => {
            elements.iter().map(|element| self::value(words, element)).collect()
        }
        Value::Duration(_)
        | Value::Variant(..)
        | Value::Agent(_)
        | Value::Event(_)
        | Value::Table(_) => json!(words.value(value)),
    }
}
