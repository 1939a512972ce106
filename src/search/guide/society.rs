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
        let mut degrees = vec![[0u32; 2]; own.len()];
        for (a, b, weight) in made.ties.all() {
            if weight != 1.0 {
                return None;
            }
            degrees[(from.start + a) as usize][0] += 1;
            degrees[(to.start + b) as usize][1] += 1;
        }
        own.iter_mut().zip(degrees).for_each(|(own, degrees)| own.extend(degrees));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::space::{Sizes, Space};
    use crate::search::tests::model;
    use crate::search::values::Dice;
    use crate::social::Ties;

    const TEAM: &str = "model team
        kind Agent { param bold: bool = false }
        agents team: Agent[4]
        structure knows: graph on team among any
        property fine { true }";

    /// A setup of [`TEAM`] with these ties, in which these agents are bold.
    fn setup(edges: &[(u32, u32)], bold: &[usize]) -> (Model, Setup) {
        let (model, _) = model(TEAM);
        let space = Space::new(std::sync::Arc::new(model.clone()), &[]);
        let sizes: Sizes = [4].into_iter().collect();
        let mut half = || 0.5;
        let mut setup =
            crate::search::generate::generate(&space, &sizes, &mut Dice::new(&mut half))
                .expect("a setup");
        let mut ties = Ties::empty(4, 4);
        for &(a, b) in edges {
            ties.set(a, b, 1.0);
            ties.set(b, a, 1.0);
        }
        setup.structures.iter_mut().for_each(|made| made.ties = ties.clone());
        for cells in setup.params.iter_mut() {
            for (place, cell) in cells.iter_mut().enumerate() {
                *cell = Value::Bool(bold.contains(&place));
            }
        }
        (model, setup)
    }

    fn digest_of(edges: &[(u32, u32)], bold: &[usize]) -> u64 {
        let (model, setup) = setup(edges, bold);
        digest(&model, &setup).expect("four agents are few")
    }

    #[test]
    fn other_names_make_no_other_society() {
        let line = digest_of(&[(0, 1), (1, 2), (2, 3)], &[0]);
        assert_eq!(line, digest_of(&[(3, 2), (2, 1), (1, 0)], &[3]));
        assert_eq!(line, digest_of(&[(2, 0), (0, 3), (3, 1)], &[1]));
    }

    #[test]
    fn other_ties_and_other_agents_do() {
        let line = digest_of(&[(0, 1), (1, 2), (2, 3)], &[0]);
        assert_ne!(line, digest_of(&[(0, 1), (1, 2), (2, 3)], &[1]));
        assert_ne!(line, digest_of(&[(0, 1), (0, 2), (0, 3)], &[0]));
        assert_ne!(line, digest_of(&[(0, 1), (1, 2), (2, 3)], &[]));
        // All have two ties in both: only the numberings tell them apart.
        let ring = digest_of(&[(0, 1), (1, 2), (2, 3), (3, 0)], &[]);
        assert_eq!(ring, digest_of(&[(0, 2), (2, 1), (1, 3), (3, 0)], &[]));
    }
}
