//! Earlier violations: every choice at every other option, and every value at the ends of its
//! domain. What is kept is less; later passes make it simple again.

use super::{Candidate, Draft};
use crate::ir::layout::Layout;
use crate::ir::model::Start;
use crate::ir::{Domain, Value};
use crate::reference::society::deviations;

/// Options of one choice that are tried at most.
const OPTIONS_MAX: usize = 4;
/// Choices that are varied at most.
const CHOICES_MAX: usize = 64;

/// All runs with one choice, or one free value, at another option or end.
pub fn edits(draft: &Draft<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    values(draft, &mut candidates);
    choices(draft, &mut candidates);
    candidates
}

fn choices(draft: &Draft<'_>, candidates: &mut Vec<Candidate>) {
    let Some((execution, judgement)) = draft.result else { return };
    let last = judgement.settled_at.unwrap_or(u32::MAX);
    let answers = execution.worlds.iter().flat_map(|world| &world.trace.answers);
    let choices = answers.filter(|answer| !answer.drawn && answer.instant <= last);
    for answer in choices.take(CHOICES_MAX) {
        let Some(options) = &answer.options else { continue };
        for option in options.iter().take(OPTIONS_MAX).filter(|option| **option != answer.value) {
            let mut run = draft.run.clone();
            run.choices.insert(answer.key.clone(), option.clone());
            let what = format!("another choice at {}", answer.instant);
            candidates.push(Candidate { what, run });
        }
    }
}

/// The ends of a numeric domain.
fn ends(domain: &Domain) -> Vec<Value> {
    match domain {
        Domain::Ints(lo, hi) => vec![Value::Int(*lo), Value::Int(*hi)],
        Domain::Reals(lo, hi) => vec![Value::Real(*lo), Value::Real(*hi)],
        Domain::Whole(_) | Domain::Values(..) | Domain::Population(_) | Domain::Optional(_) => {
            Vec::new()
        }
    }
}

fn values(draft: &Draft<'_>, candidates: &mut Vec<Candidate>) {
    let model = &*draft.space.model;
    let setup = &draft.run.setup;
    let layout = Layout::new(model, &setup.sizes);
    let pinned = draft.space.pinned(&layout);
    let Ok(deviating) = deviations(model, setup) else { return };
    for (id, param) in model.params.pairs() {
        let free = |place: usize| {
            !pinned.params.contains_key(&(id, place))
                && (param.value.is_none() || deviating.contains(&(id, place)))
        };
        for (place, value) in setup.params[id].iter().enumerate().filter(|(at, _)| free(*at)) {
            for end in ends(&param.domain).into_iter().filter(|end| end != value) {
                let mut run = draft.run.clone();
                let what = format!("`{}` {place} at {end:?}", param.name);
                run.setup.params[id][place] = end;
                candidates.push(Candidate { what, run });
            }
        }
    }
    for (id, state) in model.states.pairs() {
        match state.start {
            Start::Free => {}
            Start::Value(_) | Start::Draw { .. } | Start::Recorded => continue,
        }
        for (place, value) in setup.starts[id].iter().enumerate() {
            if pinned.starts.contains_key(&(id, place)) {
                continue;
            }
            for end in ends(&state.domain).into_iter().filter(|end| end != value) {
                let mut run = draft.run.clone();
                let what = format!("the start of `{}` {place} at {end:?}", state.name);
                run.setup.starts[id][place] = end;
                candidates.push(Candidate { what, run });
            }
        }
    }
}
