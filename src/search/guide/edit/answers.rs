//! Edits of choices and draws: one another, a stretch of them alike, a number moved, or all from
//! some instant on afresh.

use std::sync::Arc;

use super::{Editor, Spot, number};
use crate::base::Seed;
use crate::ir::{Domain, SiteId, Type, Value};
use crate::search::values::Dice;
use crate::trace::{Answer, Run};

/// One edit of the answers of a site; none where it comes to nothing.
pub fn edit(
    editor: &Editor<'_>,
    site: SiteId,
    run: &mut Run,
    dice: &mut Dice<'_>,
) -> Option<Option<(Spot, f64)>> {
    let asked = editor.answers().iter();
    let own: Vec<&Answer> = asked.filter(|answer| answer.key.site == site).collect();
    let answer = *dice.pick(&own)?;
    let (value, by) = other(answer, dice)?;
    if dice.chance(0.2) {
        stretch(&own, answer, &value, run, dice);
        return Some(None);
    }
    set(run, answer, value);
    Some(by.map(|by| (Spot::Answer(answer.key.clone()), by)))
}

/// Puts a value where the answer stood.
pub fn set(run: &mut Run, answer: &Answer, value: Value) {
    let list = if answer.drawn { &mut run.draws } else { &mut run.choices };
    list.insert(answer.key.clone(), value);
}

/// Some answers in a row, from this one on, alike.
fn stretch(own: &[&Answer], first: &Answer, value: &Value, run: &mut Run, dice: &mut Dice<'_>) {
    let later = own.iter().filter(|answer| answer.instant >= first.instant);
    let same = later.filter(|answer| answer.key.binders == first.key.binders);
    let all: Vec<&&Answer> = same.collect();
    let length = 1 + dice.below(all.len().max(1));
    for answer in all.into_iter().take(length) {
        set(run, answer, value.clone());
    }
}

/// Another value for an answer; by how much a number was moved. Where the value is not admitted,
/// or not in the support, the run's seed answers.
fn other(answer: &Answer, dice: &mut Dice<'_>) -> Option<(Value, Option<f64>)> {
    if let Some(options) = &answer.options {
        let others: Vec<&Value> = options.iter().filter(|o| **o != answer.value).collect();
        return dice.pick(&others).map(|value| ((*value).clone(), None));
    }
    if let Value::Table(rows) = &answer.value {
        let at = dice.below(rows.len().max(1));
        let mut rows = rows.to_vec();
        let value = near(&rows.get(at)?.1, dice)?.0;
        rows[at].1 = value;
        return Some((Value::Table(Arc::new(rows)), None));
    }
    near(&answer.value, dice).map(|(value, by)| (value, Some(by)))
}

/// A number of an unknown range, moved.
fn near(value: &Value, dice: &mut Dice<'_>) -> Option<(Value, f64)> {
    let any = match value {
        Value::Int(_) => Domain::Whole(Type::Int),
        _ => Domain::Whole(Type::Real),
    };
    number::stepped(&any, value, dice)
}

/// The run with its answers up to `instant` as they were, and fresh ones from there on.
pub fn fresh_from(editor: &Editor<'_>, instant: u32, seed: Seed) -> Run {
    let parent = &editor.parent.run;
    let mut run = Run { seed, ..parent.clone() };
    run.choices.clear();
    run.draws.clear();
    let kept = editor.answers().iter().filter(|answer| answer.instant <= instant);
    for answer in kept {
        set(&mut run, answer, answer.value.clone());
    }
    run
}
