//! Fewer steps: instants taken out. What was chosen and drawn after them is chosen and drawn so
//! much sooner.

use std::collections::BTreeSet;

use super::{Candidate, Draft};
use crate::ir::SiteId;
use crate::trace::{Answer, Key};

/// All runs without some instants in a row, long stretches first.
pub fn edits(draft: &Draft<'_>) -> Vec<Candidate> {
    let Some((execution, judgement)) = draft.result else { return Vec::new() };
    let Some(last) = judgement.settled_at else { return Vec::new() };
    let answers = execution.worlds.iter().flat_map(|world| &world.trace.answers);
    let mut known = BTreeSet::new();
    let answers: Vec<&Answer> = answers.filter(|answer| known.insert(&answer.key)).collect();
    if answers.is_empty() {
        return Vec::new();
    }
    let mut candidates = Vec::new();
    let mut length = last.div_ceil(2);
    while length > 0 {
        for first in 1..=(last - length + 1) {
            candidates.push(without(draft, &answers, first, length));
        }
        length /= 2;
    }
    candidates
}

/// The run without the instants `first`, … of which there are `length`.
fn without(draft: &Draft<'_>, answers: &[&Answer], first: u32, length: u32) -> Candidate {
    let model = &*draft.space.model;
    let mut run = draft.run.clone();
    run.choices.clear();
    run.draws.clear();
    let left_out = first..first + length;
    for answer in answers.iter().filter(|answer| !left_out.contains(&answer.instant)) {
        let mut key = answer.key.clone();
        if answer.instant >= left_out.end {
            let sooner = match model.sites[key.site].item.as_str() {
                // A rule's turns are how often it fired.
                item if model.rules.iter().any(|rule| rule.name == item) => {
                    turns(answers, &key, &left_out)
                }
                _ => length,
            };
            key.turn = key.turn.saturating_sub(sooner);
        }
        let list = if answer.drawn { &mut run.draws } else { &mut run.choices };
        list.insert(key, answer.value.clone());
    }
    Candidate { what: format!("{length} instants from {first} on"), run }
}

/// How often the instance of a rule that a key is of answered in some instants.
fn turns(answers: &[&Answer], key: &Key, instants: &std::ops::Range<u32>) -> u32 {
    let same = |other: &Key| -> bool {
        let of = |key: &Key| -> (SiteId, Option<u32>) { (key.site, key.world) };
        of(other) == of(key) && other.binders == key.binders
    };
    let own = answers.iter().filter(|a| same(&a.key) && instants.contains(&a.instant));
    own.map(|answer| answer.key.turn).collect::<BTreeSet<u32>>().len() as u32
}
