//! Parts of a run put back, whatever that makes of it: the edits of which causes are asked.
//!
//! In: a run. Out: the same run but for an agent, some deviations or some ties. Unlike the
//! passes of the shrinker these need not be less, nor violate; whether what comes out is
//! admitted is the caller's question.

use std::collections::BTreeSet;

use super::agents::reformed;
use super::deviations::follow_defaults;
use super::remap::without;
use super::{Draft, Run};
use crate::base::Table;
use crate::ir::{AgentId, ParamId, StructId};
use crate::reference::{Execution, Judgement};
use crate::search::enumerate::label;
use crate::search::generate::settle;
use crate::search::size::nearest_baseline;
use crate::search::space::{Space, mutual};
use crate::social::{Shape, Ties};
use crate::trace::Setup;

/// A part of the setup that can be put back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A parameter's cell, to its default.
    Cell(ParamId, usize),
    /// What ties two agents, to the goal.
    Pair(StructId, u32, u32),
    /// All ties of an agent, to the goal.
    Row(StructId, u32),
}

/// The run without an agent; where no declared family admits the ties that are left, every
/// labelling of one that is nearest to them, the nearest first.
pub fn without_agent(
    space: &Space,
    run: &Run,
    result: (&Execution, &Judgement),
    agent: AgentId,
) -> Vec<Run> {
    let draft = Draft { space, run, result: Some(result) };
    let Some(left) = without(&draft, &BTreeSet::from([agent])) else { return Vec::new() };
    let apart = |other: &Run| -> u32 {
        let structures = space.model.structures.pairs();
        let apart = structures.map(|(id, declared)| {
            let (here, there) = (&left.setup.structures[id].ties, &other.setup.structures[id].ties);
            here.edges_apart(there, declared.shape)
        });
        apart.sum()
    };
    let mut runs = reformed(&draft, left.clone());
    runs.sort_by_key(apart);
    runs
}

/// The ties that each structure is put back to: the nearest labelling of its baseline, or no tie;
/// with normalized weights, each to itself.
pub fn goals(space: &Space, setup: &Setup) -> Table<StructId, Ties> {
    let goal = |(id, declared): (StructId, &crate::ir::model::Structure)| {
        if let Some(baseline) = nearest_baseline(&space.model, setup, id) {
            return baseline;
        }
        let mut goal = setup.structures[id].ties.clone();
        let stored: Vec<(u32, u32)> = goal.all().map(|(a, b, _)| (a, b)).collect();
        for (a, b) in stored {
            goal.set(a, b, 0.0);
        }
        if let Shape::Weights { normalized: true, .. } = declared.shape
            && declared.on == declared.to
        {
            for a in 0..goal.rows() {
                goal.set(a, a, 1.0);
            }
        }
        goal
    };
    space.model.structures.pairs().map(goal).collect()
}

/// Puts `places` back. Cells of `deviating` that are not among them stay as they are; all others
/// that have a default follow it.
pub fn put_back(
    space: &Space,
    run: &Run,
    deviating: &[(ParamId, usize)],
    goals: &Table<StructId, Ties>,
    places: &[Place],
) -> Run {
    let mut new = run.clone();
    let cell = |place: &Place| match place {
        Place::Cell(param, at) => Some((*param, *at)),
        Place::Pair(..) | Place::Row(..) => None,
    };
    let cells: Vec<(ParamId, usize)> = places.iter().filter_map(cell).collect();
    if !cells.is_empty() {
        // Pinned ones, too: that setup is refused then, and is no other run of this one.
        settle(&space.model, &mut new.setup, &cells);
        let rest: Vec<(ParamId, usize)> =
            deviating.iter().copied().filter(|cell| !cells.contains(cell)).collect();
        follow_defaults(&Draft { space, run, result: None }, &mut new, &rest);
    }
    for place in places {
        match *place {
            Place::Cell(..) => {}
            Place::Pair(structure, a, b) => set(space, &mut new, goals, structure, (a, b)),
            Place::Row(structure, a) => {
                for b in 0..new.setup.structures[structure].ties.columns() {
                    set(space, &mut new, goals, structure, (a, b));
                }
            }
        }
    }
    for structure in space.model.structures.ids() {
        let changed = &mut new.setup.structures[structure];
        if changed.ties != run.setup.structures[structure].ties {
            changed.family = label(space, structure, &changed.ties);
        }
    }
    new
}

/// Sets one tie as in the goal; both directions where they are one.
fn set(
    space: &Space,
    run: &mut Run,
    goals: &Table<StructId, Ties>,
    structure: StructId,
    (a, b): (u32, u32),
) {
    let declared = &space.model.structures[structure];
    let ties = &mut run.setup.structures[structure].ties;
    let goal = &goals[structure];
    ties.set(a, b, goal.weight(a, b));
    if mutual(declared.shape) && declared.on == declared.to {
        ties.set(b, a, goal.weight(b, a));
    }
}
