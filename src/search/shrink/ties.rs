//! Fewer edges: whole structures to the baseline or to a simpler family, then blocks of ties,
//! then one tie after the other. Ties always stay within a declared family.

use super::{Candidate, Draft};
use crate::ir::StructId;
use crate::search::enumerate::label;
use crate::search::size::nearest_baseline;
use crate::search::space::{Space, mutual};
use crate::social::{Family, Shape, Ties, family};

/// The families that a structure may have, where it is searched.
pub fn declared(space: &Space, structure: StructId) -> Vec<Family> {
    space.families[structure].clone()
}

/// The labelling of `family` that differs least from `ties`; none where it is not offered.
pub fn nearest(space: &Space, structure: StructId, family: Family, ties: &Ties) -> Option<Ties> {
    const LABELLINGS_MAX: usize = 200;
    let declared = &space.model.structures[structure];
    let (shape, same) = (declared.shape, declared.on == declared.to);
    let (rows, columns) = (ties.rows(), ties.columns());
    match family::enumerate(shape, family, rows, columns, same, LABELLINGS_MAX) {
        Some(all) => all.into_iter().min_by_key(|other| ties.edges_apart(other, shape)),
        None => family::canonical(shape, family, rows, columns, same),
    }
}

/// All runs with fewer or simpler ties in one structure.
pub fn edits(draft: &Draft<'_>) -> Vec<Candidate> {
    let model = &*draft.space.model;
    let mut candidates = Vec::new();
    for structure in model.structures.ids() {
        if draft.space.ties[structure].is_some() {
            continue;
        }
        let name = &model.structures[structure].name;
        let mut push = |what: String, ties: Ties| {
            if let Some(run) = with_ties(draft, structure, ties) {
                candidates.push(Candidate { what: format!("{what} of `{name}`"), run });
            }
        };
        let ties = &draft.run.setup.structures[structure].ties;
        let goal = nearest_baseline(model, &draft.run.setup, structure)
            .unwrap_or_else(|| Ties::empty(ties.rows(), ties.columns()));
        push("the baseline".into(), goal.clone());
        push("no tie".into(), Ties::empty(ties.rows(), ties.columns()));
        for family in declared(draft.space, structure) {
            if let Some(ties) = nearest(draft.space, structure, family, ties) {
                push(format!("the family `{}`", family.text()), ties);
            }
        }
        for (what, ties) in rows(model.structures[structure].shape, ties, &goal) {
            push(what, ties);
        }
        for (what, ties) in pairs(model.structures[structure].shape, ties, &goal) {
            push(what, ties);
        }
    }
    candidates
}

/// The run with other ties; none where nothing changes, or no declared family admits them.
fn with_ties(draft: &Draft<'_>, structure: StructId, ties: Ties) -> Option<crate::trace::Run> {
    if draft.run.setup.structures[structure].ties == ties {
        return None;
    }
    let family = label(draft.space, structure, &ties)?;
    let mut run = draft.run.clone();
    run.setup.structures[structure].ties = ties;
    run.setup.structures[structure].family = Some(family);
    Some(run)
}

/// All ties of one agent as in `goal`: for partitions (leaving a team) and normalized weights.
fn rows(shape: Shape, ties: &Ties, goal: &Ties) -> Vec<(String, Ties)> {
    let all = |a: u32| {
        let mut changed = ties.clone();
        for b in 0..ties.columns() {
            changed.set(a, b, goal.weight(a, b));
            if mutual(shape) {
                changed.set(b, a, goal.weight(b, a));
            }
        }
        (format!("no ties of agent {a}"), changed)
    };
    match shape {
        Shape::Partition | Shape::Weights { .. } | Shape::Tree => {
            (0..ties.rows()).map(all).collect()
        }
        Shape::Graph | Shape::Digraph { .. } => Vec::new(),
    }
}

/// Blocks of the pairs that differ from `goal`, and each of them.
fn pairs(shape: Shape, ties: &Ties, goal: &Ties) -> Vec<(String, Ties)> {
    let differs = |&(a, b): &(u32, u32)| ties.weight(a, b) != goal.weight(a, b);
    let once = |&(a, b): &(u32, u32)| !mutual(shape) || a <= b;
    let all: Vec<(u32, u32)> = (0..ties.rows())
        .flat_map(|a| (0..ties.columns()).map(move |b| (a, b)))
        .filter(|pair| differs(pair) && once(pair))
        .collect();
    let mut found = Vec::new();
    let mut block = all.len() / 2;
    while block > 1 {
        for chunk in all.chunks(block) {
            found.push((format!("{} ties", chunk.len()), as_in(shape, ties, goal, chunk)));
        }
        block /= 2;
    }
    for pair in &all {
        found.push((format!("tie {pair:?}"), as_in(shape, ties, goal, &[*pair])));
    }
    found
}

fn as_in(shape: Shape, ties: &Ties, goal: &Ties, pairs: &[(u32, u32)]) -> Ties {
    let mut changed = ties.clone();
    for &(a, b) in pairs {
        changed.set(a, b, goal.weight(a, b));
        if mutual(shape) {
            changed.set(b, a, goal.weight(b, a));
        }
    }
    changed
}
