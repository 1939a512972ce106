//! Smaller values: parameters, free starts and weights towards their default (else 0, or the
//! domain's end nearest 0), by bisection and in round numbers.

use super::deviations::follow_defaults;
use super::{Candidate, Draft};
use crate::ir::layout::Layout;
use crate::ir::{Domain, Model, StateId, Value};
use crate::reference::deviations;
use crate::search::enumerate::label;
use crate::search::generate::{defaults, param_cells};
use crate::search::values::{anchor, list, width};
use crate::social::Shape;

/// All runs with one value changed.
pub fn edits(draft: &Draft<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    params(draft, &mut candidates);
    starts(draft, &mut candidates);
    weights(draft, &mut candidates);
    candidates
}

fn params(draft: &Draft<'_>, candidates: &mut Vec<Candidate>) {
    let model = &*draft.space.model;
    let setup = &draft.run.setup;
    let layout = Layout::new(model, &setup.sizes);
    let pinned = draft.space.pinned(&layout);
    let Ok(deviating) = deviations(model, setup) else { return };
    let cells = param_cells(setup);
    for ((id, place), default) in cells.iter().zip(defaults(model, &layout, setup, &cells)) {
        let (cell, default) = ((*id, *place), default.as_ref());
        let (param, value) = (&model.params[*id], &setup.params[*id][*place]);
        if pinned.params.contains_key(&cell) || default == Some(value) {
            continue;
        }
        let mut others = deviating.clone();
        others.retain(|other| *other != cell);
        for new in simpler(model, &param.domain, &layout, default, value) {
            let mut run = draft.run.clone();
            run.setup.params[*id][*place] = new.clone();
            if default != Some(&new) {
                follow_defaults(draft, &mut run, &[&others[..], &[cell]].concat());
            } else {
                follow_defaults(draft, &mut run, &others);
            }
            let what = format!("`{}` {place} at {new:?}", param.name);
            candidates.push(Candidate { what, run });
        }
    }
}

fn starts(draft: &Draft<'_>, candidates: &mut Vec<Candidate>) {
    let model = &*draft.space.model;
    let setup = &draft.run.setup;
    let layout = Layout::new(model, &setup.sizes);
    let pinned = draft.space.pinned(&layout);
    let cells = |id: StateId| setup.starts[id].iter().enumerate();
    for (id, state) in model.states.pairs() {
        for (place, value) in cells(id).filter(|(at, _)| !pinned.starts.contains_key(&(id, *at))) {
            for new in simpler(model, &state.domain, &layout, None, value) {
                let mut run = draft.run.clone();
                let what = format!("the start of `{}` {place} at {new:?}", state.name);
                run.setup.starts[id][place] = new;
                candidates.push(Candidate { what, run });
            }
        }
    }
}

/// Weights that need not sum to 1.
fn weights(draft: &Draft<'_>, candidates: &mut Vec<Candidate>) {
    let model = &*draft.space.model;
    let layout = Layout::new(model, &draft.run.setup.sizes);
    for (id, structure) in model.structures.pairs() {
        let Shape::Weights { normalized: false, lo, hi } = structure.shape else { continue };
        if draft.space.ties[id].is_some() {
            continue;
        }
        let ties = &draft.run.setup.structures[id].ties;
        for (a, b, weight) in ties.all() {
            let domain = Domain::Reals(lo, hi);
            for new in simpler(model, &domain, &layout, None, &Value::Real(weight)) {
                let mut run = draft.run.clone();
                let changed = &mut run.setup.structures[id];
                changed.ties.set(a, b, new.number().unwrap_or(weight));
                changed.family = label(draft.space, id, &changed.ties);
                if changed.family.is_some() {
                    let what = format!("weight ({a}, {b}) of `{}`", structure.name);
                    candidates.push(Candidate { what, run });
                }
            }
        }
    }
}

/// The values to try instead of `value`: its default or the least of its domain, the ends, what
/// lies between by bisection, round numbers near it; of what is no number all that come before.
pub fn simpler(
    model: &Model,
    domain: &Domain,
    layout: &Layout,
    default: Option<&Value>,
    value: &Value,
) -> Vec<Value> {
    let mut found: Vec<Value> = default.cloned().into_iter().collect();
    match value {
        Value::Int(int) => {
            let goal = default.and_then(Value::number).unwrap_or_else(|| anchor(domain)) as i64;
            found.extend(ints(*int, goal).into_iter().map(Value::Int));
        }
        Value::Real(real) => {
            let goal = default.and_then(Value::number).unwrap_or_else(|| anchor(domain));
            let width = width(domain).unwrap_or_else(|| real.abs().max(1.0));
            found.extend(reals(*real, goal, width).into_iter().map(Value::Real));
        }
        Value::Bool(_)
        | Value::Str(_)
        | Value::Duration(_)
        | Value::Variant(..)
        | Value::Agent(_)
        | Value::None
        | Value::Set(_)
        | Value::Event(_)
        | Value::Table(_)
        | Value::Unrecorded => {
            let all = list(model, domain, layout, 1_000).unwrap_or_default();
            found.extend(all.into_iter().take_while(|other| other != value));
        }
    }
    found.retain(|new| new != value && allowed(domain, new));
    let mut distinct: Vec<Value> = Vec::new();
    for new in found {
        if !distinct.contains(&new) {
            distinct.push(new);
        }
    }
    distinct
}

fn allowed(domain: &Domain, value: &Value) -> bool {
    match (domain, value) {
        (Domain::Ints(lo, hi), Value::Int(int)) => (lo..=hi).contains(&int),
        (Domain::Reals(lo, hi), Value::Real(real)) => (lo..=hi).contains(&real),
        (Domain::Values(_, values), value) => values.contains(value),
        (Domain::Optional(inner), value) => *value == Value::None || allowed(inner, value),
        (Domain::Whole(_) | Domain::Population(_) | Domain::Ints(..) | Domain::Reals(..), _) => {
            true
        }
    }
}

/// Ints between `goal` and `from`, the nearest to the goal first, down to the next one.
fn ints(from: i64, goal: i64) -> Vec<i64> {
    let mut found = vec![goal];
    let mut gap = from.abs_diff(goal) / 2;
    while gap > 0 {
        found.push(match from > goal {
            true => from.wrapping_sub_unsigned(gap),
            false => from.wrapping_add_unsigned(gap),
        });
        gap /= 2;
    }
    found
}

/// Reals between `goal` and `from`: the goal, by bisection to a millionth of `width`, and round
/// numbers with few digits on both sides of `from`.
pub fn reals(from: f64, goal: f64, width: f64) -> Vec<f64> {
    let mut found = vec![goal];
    let mut gap = (from - goal) / 2.0;
    while gap.abs() > width * 1e-7 {
        found.push(from - gap);
        gap /= 2.0;
    }
    for digits in 0..=9 {
        // Powers of ten up to the ninth are exact.
        let scale = (0..digits).fold(1.0, |scale: f64, _| scale * 10.0);
        for round in [(from * scale).floor(), (from * scale).ceil()] {
            let round = round / scale;
            let between = (round - goal).abs() < (from - goal).abs();
            if between || (round - from).abs() <= width * 2e-6 {
                found.push(round);
            }
        }
    }
    found.extend(as_short(from, goal));
    found.retain(|number| number.is_finite());
    found
}

/// The numbers next to `from` towards `goal` that are as long to write, the farthest first: they
/// may be alike in size, to a millionth of the width, and still less.
fn as_short(from: f64, goal: f64) -> Vec<f64> {
    let digits = format!("{from}").split_once('.').map_or(0, |(_, behind)| behind.len());
    if digits > 9 {
        return Vec::new();
    }
    let scale = (0..digits).fold(1.0, |scale: f64, _| scale * 10.0);
    let last = (from * scale).round();
    let towards = if goal < from { -1.0 } else { 1.0 };
    let between = |number: &f64| (number - goal).abs() < (from - goal).abs();
    (1..10).rev().map(|step| (last + towards * f64::from(step)) / scale).filter(between).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_is_among_the_round_numbers_next_to_it() {
        assert!(reals(0.500_000_3, 0.0, 0.99).contains(&0.5));
        assert!(reals(0.010_000_001, 0.0, 1.0).contains(&0.010_001));
        assert!(reals(618.033_9, 0.0, 1000.0).contains(&618.033_1));
    }

    #[test]
    fn bisection_of_ints_ends_one_step_away() {
        assert_eq!(ints(9, 0), [0, 5, 7, 8]);
        assert_eq!(ints(-3, 0), [0, -2]);
    }
}
