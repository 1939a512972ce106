//! The sizes of a counterexample: agents, deviations, edges, steps, populations.

use std::collections::BTreeMap;

use crate::ir::property::Counter;
use crate::ir::{Model, StructId};
use crate::reference::{Witness, deviations, edges};
use crate::social::{Ties, family};
use crate::trace::Setup;

/// The sizes of a run: every counter, populations included; and the edges by structure.
pub fn sizes(model: &Model, witness: &Witness) -> (BTreeMap<Counter, u32>, Vec<(String, u32)>) {
    let setup = &witness.run().setup;
    let (mut counters, edges) = setup_sizes(model, setup);
    counters.insert(Counter::Steps, witness.judgement().settled_at.unwrap_or(0));
    (counters, edges)
}

/// The sizes of a setup: all counters but steps, and the edges by structure.
pub fn setup_sizes(model: &Model, setup: &Setup) -> (BTreeMap<Counter, u32>, Vec<(String, u32)>) {
    let mut counters = BTreeMap::new();
    counters.insert(Counter::Agents, agents(model, setup));
    counters.insert(Counter::Deviations, deviating(model, setup));
    let names = model.structures.iter().map(|structure| structure.name.clone());
    let edges: Vec<(String, u32)> = names.zip(edges_by_structure(model, setup)).collect();
    counters.insert(Counter::Edges, edges.iter().map(|(_, count)| count).sum());
    for (population, size) in setup.sizes.pairs() {
        counters.insert(Counter::Population(population), *size);
    }
    (counters, edges)
}

/// One counter of a setup; none for steps, which only a run has.
pub fn counter(model: &Model, setup: &Setup, counter: Counter) -> Option<u32> {
    match counter {
        Counter::Agents => Some(agents(model, setup)),
        Counter::Deviations => Some(deviating(model, setup)),
        Counter::Edges => Some(edges_by_structure(model, setup).iter().sum()),
        Counter::Steps => None,
        Counter::Population(population) => Some(setup.sizes[population]),
    }
}

/// All agents but principals.
fn agents(model: &Model, setup: &Setup) -> u32 {
    let acting = model.populations.pairs().filter(|(_, population)| !population.principals);
    acting.map(|(id, _)| setup.sizes[id]).sum()
}

/// A setup whose defaults fault has none: its society faults, and it never violates anything.
fn deviating(model: &Model, setup: &Setup) -> u32 {
    deviations(model, setup).map_or(0, |cells| cells.len() as u32)
}

/// How many labellings of a baseline are looked at for the nearest one.
const LABELLINGS_MAX: usize = 1_000;

/// The edges of each structure; none where the setup has no society.
fn edges_by_structure(model: &Model, setup: &Setup) -> Vec<u32> {
    edges(model, setup).map_or(vec![0; model.structures.len()], |all| all.iter().copied().collect())
}

/// The labelling of the baseline family that differs least from the setup's ties; the ties
/// themselves where they are of the family. None without a baseline at this size.
pub fn nearest_baseline(model: &Model, setup: &Setup, structure: StructId) -> Option<Ties> {
    let declared = &model.structures[structure];
    let (shape, same) = (declared.shape, declared.on == declared.to);
    let ties = &setup.structures[structure].ties;
    let baseline = declared.baseline?;
    if family::admits(shape, baseline, ties, same) {
        return Some(ties.clone());
    }
    let (rows, columns) = (ties.rows(), ties.columns());
    let labellings = family::enumerate(shape, baseline, rows, columns, same, LABELLINGS_MAX);
    match labellings {
        Some(all) => all.into_iter().min_by_key(|other| ties.edges_apart(other, shape)),
        None => family::canonical(shape, baseline, rows, columns, same),
    }
}
