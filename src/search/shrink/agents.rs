//! Fewer agents: blocks of a population, then one after the other, with their ties.
//!
//! Where no declared family admits the ties that are left, the structure takes the labelling of
//! a declared family that is nearest to them.

use std::collections::BTreeSet;

use super::remap::without;
use super::ties::{declared, nearest};
use super::{Candidate, Draft};
use crate::ir::AgentId;
use crate::ir::layout::Layout;
use crate::search::enumerate::label;
use crate::trace::Run;

/// All runs without some agents of one population.
pub fn edits(draft: &Draft<'_>) -> Vec<Candidate> {
    let model = &*draft.space.model;
    let setup = &draft.run.setup;
    let layout = Layout::new(model, &setup.sizes);
    let mut candidates = Vec::new();
    for (population, size) in setup.sizes.pairs() {
        let range = layout.population(population);
        let most = size.saturating_sub(draft.space.populations[population].0);
        let mut block = most;
        while block > 1 {
            leave_out(draft, range.end - block..range.end, &mut candidates);
            leave_out(draft, range.start..range.start + block, &mut candidates);
            block /= 2;
        }
        if most > 0 {
            for agent in range.rev() {
                leave_out(draft, agent..agent + 1, &mut candidates);
            }
        }
    }
    candidates
}

fn leave_out(draft: &Draft<'_>, agents: std::ops::Range<u32>, candidates: &mut Vec<Candidate>) {
    let model = &*draft.space.model;
    let layout = Layout::new(model, &draft.run.setup.sizes);
    let names: Vec<String> =
        agents.clone().map(|agent| layout.agent_name(model, AgentId(agent))).collect();
    let removed: BTreeSet<AgentId> = agents.map(AgentId).collect();
    let Some(run) = without(draft, &removed) else { return };
    for run in reformed(draft, run) {
        candidates.push(Candidate { what: format!("without {}", names.join(", ")), run });
    }
}

/// The run with every structure in a declared family: as it is, or the nearest labelling of one
/// of the families, each of them in turn.
pub fn reformed(draft: &Draft<'_>, run: Run) -> Vec<Run> {
    let space = draft.space;
    let mut runs = vec![run];
    for structure in space.model.structures.ids() {
        let mut next = Vec::new();
        for mut run in runs {
            if let Some(Ok(ties)) = space.pinned_ties(structure, &run.setup.sizes) {
                run.setup.structures[structure].ties = ties;
                next.push(run);
                continue;
            }
            let ties = &run.setup.structures[structure].ties;
            if let Some(family) = label(space, structure, ties) {
                run.setup.structures[structure].family = Some(family);
                next.push(run);
                continue;
            }
            for family in declared(space, structure) {
                if let Some(ties) = nearest(space, structure, family, ties) {
                    let mut run = run.clone();
                    run.setup.structures[structure].ties = ties;
                    run.setup.structures[structure].family = Some(family);
                    next.push(run);
                }
            }
        }
        next.truncate(8);
        runs = next;
    }
    runs
}
