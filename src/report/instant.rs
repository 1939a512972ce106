//! The whole state at one instant.
//!
//! In: a run and an instant. Out: lines: every agent with its states, top-level and indexed
//! states, what occurred, reals in full.

use super::sheet::wrap;
use super::words::{Words, shortest};
use crate::ir::Value;
use crate::trace::Trace;

/// How many cells of one indexed state are listed.
const CELLS_MAX: usize = 400;

/// The state at instant `at`; none where the run has no such instant.
pub fn draw(words: &Words<'_>, trace: &Trace, at: u32, room: usize) -> Option<Vec<String>> {
    let instant = trace.instants.get(at as usize)?;
    let mut lines = Vec::new();
    let mut put = |name: String, text: String| {
        for (place, line) in wrap(&format!("{name}  {text}"), room).into_iter().enumerate() {
            lines.push(if place == 0 { line } else { format!("    {line}") });
        }
    };
    for agent in words.layout.agents().ids() {
        let there = trace.since.get(agent.0 as usize).is_none_or(|since| *since <= at);
        let kind = words.layout.agents()[agent].kind;
        let mut states = Vec::new();
        for state in &words.model.kinds[kind].states {
            let declared = &words.model.states[*state];
            let cells = words.layout.state(*state);
            if declared.indices.len() == 1
                && let Some(place) = words.layout.place(cells, &[Value::Agent(agent)])
                && let Some(value) = instant.cells.get(place)
            {
                states.push(format!("{} {}", declared.name, full(words, value)));
            }
        }
        let states = if there { states.join(", ") } else { "not there".to_string() };
        if !states.is_empty() {
            put(words.agent(agent), states);
        }
    }
    for (state, declared) in words.model.states.pairs() {
        if declared.owner.is_some() && declared.indices.len() == 1 {
            continue;
        }
        let cells = words.layout.state(state);
        for indices in words.layout.indices(cells).into_iter().take(CELLS_MAX) {
            let place = words.layout.place(cells, &indices);
            if let Some(value) = place.and_then(|place| instant.cells.get(place)) {
                put(words.state(state, &indices), full(words, value));
            }
        }
    }
    if let Some((rule, binders)) = &instant.fired {
        put("by rule".to_string(), words.instance(*rule, binders));
    }
    for event in &instant.events {
        put("event".to_string(), words.occurrence(event));
    }
    for answer in trace.answers.iter().filter(|answer| answer.instant == at) {
        let what = if answer.drawn { "drawn" } else { "chosen" };
        put(what.to_string(), super::worlds::choice(words, answer));
    }
    Some(lines)
}

fn full(words: &Words<'_>, value: &Value) -> String {
    match value {
        Value::Real(number) => shortest(*number),
        other => words.value(other),
    }
}
