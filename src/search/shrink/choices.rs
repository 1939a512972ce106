//! Simpler choices: all at the first of their options, blocks of them, one after the other; and
//! numbers without a list of options towards 0.

use std::sync::Arc;

use super::values::reals;
use super::{Candidate, Draft};
use crate::ir::Value;
use crate::trace::Answer;

/// Options before the chosen one that are tried at most.
const OPTIONS_MAX: usize = 8;

/// All runs with some choices at an earlier option.
pub fn edits(draft: &Draft<'_>) -> Vec<Candidate> {
    let Some((execution, judgement)) = draft.result else { return Vec::new() };
    let last = judgement.settled_at.unwrap_or(u32::MAX);
    let answers = execution.worlds.iter().flat_map(|world| &world.trace.answers);
    let choices: Vec<&Answer> =
        answers.filter(|answer| !answer.drawn && answer.instant <= last).collect();
    let mut candidates = Vec::new();
    blocks(draft, &choices, &mut candidates);
    for answer in choices {
        for value in earlier(answer) {
            let mut run = draft.run.clone();
            run.choices.insert(answer.key.clone(), value);
            let what = format!("a simpler choice at {}", answer.instant);
            candidates.push(Candidate { what, run });
        }
    }
    candidates
}

/// Blocks of choices at their first options at once, large ones first.
fn blocks(draft: &Draft<'_>, choices: &[&Answer], candidates: &mut Vec<Candidate>) {
    let first = |answer: &&Answer| {
        let first = answer.options.as_ref()?.first()?.clone();
        (first != answer.value).then(|| (answer.key.clone(), first))
    };
    let not_first: Vec<_> = choices.iter().filter_map(first).collect();
    let mut block = not_first.len();
    while block > 1 {
        for chunk in not_first.chunks(block) {
            let mut run = draft.run.clone();
            run.choices.extend(chunk.iter().cloned());
            let what = format!("{} choices at their first option", chunk.len());
            candidates.push(Candidate { what, run });
        }
        block /= 2;
    }
}

/// What a choice may be instead, simplest first.
fn earlier(answer: &Answer) -> Vec<Value> {
    if let Some(options) = &answer.options {
        let before = options.iter().take_while(|option| **option != answer.value);
        return before.take(OPTIONS_MAX).cloned().collect();
    }
    if let Value::Table(rows) = &answer.value {
        let mut found = Vec::new();
        for (at, (_, value)) in rows.iter().enumerate() {
            for new in towards_0(value) {
                let mut rows = rows.to_vec();
                rows[at].1 = new;
                found.push(Value::Table(Arc::new(rows)));
            }
        }
        return found;
    }
    towards_0(&answer.value)
}

fn towards_0(value: &Value) -> Vec<Value> {
    match value {
        Value::Real(real) => reals(*real, 0.0, 1.0).into_iter().map(Value::Real).collect(),
        Value::Int(int) => {
            let halves = std::iter::successors(Some(0), |half: &i64| {
                let next = int - (int - half) / 2;
                (next != *half && next != *int).then_some(next)
            });
            halves.take(64).filter(|half| half != int).map(Value::Int).collect()
        }
        Value::Bool(true) => vec![Value::Bool(false)],
        Value::Variant(of, variant) => (0..*variant).map(|v| Value::Variant(*of, v)).collect(),
        Value::Bool(false)
        | Value::Str(_)
        | Value::Duration(_)
        | Value::Agent(_)
        | Value::None
        | Value::Set(_)
        | Value::Event(_)
        | Value::Table(_)
        | Value::Unrecorded => Vec::new(),
    }
}
