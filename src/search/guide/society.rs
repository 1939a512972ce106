//! Societies up to the names of their agents.
//!
//! In: a setup. Out: a digest that is the same for two setups which differ only in how agents
//! are numbered, where that can be told in little time.
//!
//! A model may read an agent's number; so a digest that was met before makes a setup less worth
//! trying, and never rules it out.

use crate::base::Seed;
use crate::base::id::Id;
use crate::ir::layout::Layout;
use crate::ir::{AgentId, Model, Value};
use crate::search::order::absorb;
use crate::trace::Setup;

/// Numberings of one society that are compared at most.
const NUMBERINGS_MAX: usize = 720;

/// The digest of a society; none where too many agents are alike, or where a parameter or start
/// speaks of agents otherwise than by belonging to one.
pub fn digest(model: &Model, setup: &Setup) -> Option<u64> {
    let layout = Layout::new(model, &setup.sizes);
    let mut own: Vec<Vec<u32>> = vec![Vec::new(); layout.agents().len()];
    let mut world: Vec<u32> = setup.sizes.iter().copied().collect();
    for (id, cells) in setup.params.pairs() {
        share(&layout.indices(layout.param(id)), cells, &mut own, &mut world)?;
    }
    for (id, cells) in setup.starts.pairs().filter(|(_, cells)| !cells.is_empty()) {
        share(&layout.indices(layout.state(id)), cells, &mut own, &mut world)?;
    }
    // Who is tied to how many is the same under every numbering.
    for (id, made) in setup.structures.pairs() {
        let declared = &model.structures[id];
        let (from, to) = (layout.population(declared.on), layout.population(declared.to));
        for (a, b, weight) in made.ties.all() {
            if weight != 1.0 {
                return None;
            }
            own[(from.start + a) as usize].push(u32::MAX - 2 * id.index() as u32);
            own[(to.start + b) as usize].push(u32::MAX - 2 * id.index() as u32 - 1);
        }
    }
    let classes = classes(model, &layout, &own);
    let mut count = 1usize;
    for class in &classes {
        for factor in 2..=class.len() {
            count = count.checked_mul(factor).filter(|count| *count <= NUMBERINGS_MAX)?;
        }
    }
    let mut names: Vec<u32> = vec![0; own.len()];
    let mut least: Option<Vec<(u32, u32, u32)>> = None;
    numberings(&classes, 0, &mut names, &mut |names| {
        let mut ties = renamed(model, &layout, setup, names);
        ties.sort_unstable();
        if least.as_ref().is_none_or(|least| ties < *least) {
            least = Some(ties);
        }
    });
    for class in classes.iter().flatten() {
        world.push(u32::MAX);
        world.extend(&own[*class as usize]);
    }
    world.extend(least.unwrap_or_default().into_iter().flat_map(|(s, a, b)| [s, a, b]));
    Some(Seed(0x736F_6369).bits(&world))
}

/// Gives each cell to the agent that it belongs to, else to the world.
fn share(
    indices: &[Vec<Value>],
    cells: &[Value],
    own: &mut [Vec<u32>],
    world: &mut Vec<u32>,
) -> Option<()> {
    for (row, value) in indices.iter().zip(cells) {
        let named = row.iter().filter(|index| matches!(index, Value::Agent(_))).count();
        if named > 1 || matches!(value, Value::Agent(_) | Value::Set(_)) {
            return None;
        }
        match row.first() {
            Some(Value::Agent(AgentId(agent))) => absorb(value, &mut own[*agent as usize]),
            _ if named == 0 => absorb(value, world),
            _ => return None,
        }
    }
    Some(())
}

/// The agents of each population that are alike by their own, in the order of what is theirs.
fn classes(model: &Model, layout: &Layout, own: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut classes: Vec<Vec<u32>> = Vec::new();
    for population in model.populations.ids() {
        let mut agents: Vec<u32> = layout.population(population).collect();
        agents.sort_by(|a, b| own[*a as usize].cmp(&own[*b as usize]));
        let alike = |a: &u32, b: &u32| own[*a as usize] == own[*b as usize];
        classes.extend(agents.chunk_by(alike).map(<[u32]>::to_vec));
    }
    classes
}

/// Visits every numbering that exchanges agents of one class only.
fn numberings(
    classes: &[Vec<u32>],
    next: u32,
    names: &mut Vec<u32>,
    visit: &mut dyn FnMut(&[u32]),
) {
    let Some((class, rest)) = classes.split_first() else { return visit(names) };
    if class.is_empty() {
        return numberings(rest, next, names, visit);
    }
    for at in 0..class.len() {
        let mut others = class.clone();
        names[others.remove(at) as usize] = next;
        let left: Vec<Vec<u32>> = std::iter::once(others).chain(rest.to_vec()).collect();
        numberings(&left, next + 1, names, visit);
    }
}

fn renamed(model: &Model, layout: &Layout, setup: &Setup, names: &[u32]) -> Vec<(u32, u32, u32)> {
    let mut ties = Vec::new();
    for (id, made) in setup.structures.pairs() {
        let declared = &model.structures[id];
        let (from, to) = (layout.population(declared.on), layout.population(declared.to));
        ties.extend(made.ties.all().map(|(a, b, _)| {
            let (a, b) = (from.start + a, to.start + b);
            (id.index() as u32, names[a as usize], names[b as usize])
        }));
    }
    ties
}
