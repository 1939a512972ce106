//! States that differ only by a renaming of agents that are interchangeable are one state.
//!
//! In: a model, a property, a society, and where the cells of agents lie. Out: groups of agents
//! that may be renamed among themselves; and of a state the one that stands for all its renamings,
//! in which the agents of every group ascend by their cells.
//!
//! # Invariants
//! - Agents of a group are told apart by nothing but their own cells: neither the model nor the
//!   property names them, they have the same parameters and the same ties, and no cell of the
//!   model belongs to two agents or holds one.

use super::super::program::LANES;
use super::super::run::Society;
use super::pack::{Packing, Part, Words};
use crate::analysis::symmetry::{Asked, interchangeable};
use crate::analysis::walk;
use crate::base::Table;
use crate::base::vector::vectorised;
use crate::ir::expr::AggregateOp;
use crate::ir::layout::Layout;
use crate::ir::model::IndexSet;
use crate::ir::{Domain, Expr, ExprKind, Model, PopId, PropId, Type};

/// The agents of a group, as the parts of a state where their cells lie.
pub(super) type Group = Vec<Part>;

/// Groups of agents that may be renamed among themselves.
pub(super) fn groups(
    (model, property): (&Model, PropId),
    layout: &Layout,
    society: Society<'_>,
    packing: &Packing,
) -> Vec<Group> {
    if sums_reals(model, property) || holds_agents(model) {
        return Vec::new();
    }
    let sizes: Table<PopId, u32> =
        model.populations.ids().map(|id| layout.population(id).len() as u32).collect();
    let asked = Asked { model, property, given: &[], sizes: &sizes };
    let alike = interchangeable(&asked);
    let mut found = Vec::new();
    for (population, parts) in model.populations.ids().zip(&packing.agents) {
        let (Some(parts), true) = (parts, alike[population]) else { continue };
        if shares_cells(model, population) {
            continue;
        }
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for index in 0..parts.len() {
            let same = |group: &&mut Vec<usize>| {
                swappable((model, layout), society, population, group[0], index)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(index),
                None => groups.push(vec![index]),
            }
        }
        let several = groups.into_iter().filter(|group| group.len() > 1);
        found.extend(several.map(|group| group.iter().map(|index| parts[*index]).collect()));
    }
    found
}

/// Whether reals are added up: their sum hangs on the order.
fn sums_reals(model: &Model, property: PropId) -> bool {
    let mut found = false;
    let mut look = |expr: &Expr| {
        if let ExprKind::Aggregate { op: AggregateOp::Sum | AggregateOp::Mean, .. } = &*expr.kind {
            found |= expr.ty == Type::Real;
        }
    };
    walk::system(model, &mut look);
    model.defs.iter().for_each(|def| walk::expr(&def.body, &mut look));
    walk::property(&model.properties[property], &mut look);
    found
}

/// Whether a state or parameter holds an agent, which a renaming would rename.
fn holds_agents(model: &Model) -> bool {
    fn holds(domain: &Domain) -> bool {
        match domain {
            Domain::Population(_) | Domain::Whole(Type::Agent(_)) => true,
            Domain::Values(Type::Agent(_), _) => true,
            Domain::Optional(inner) => holds(inner),
            Domain::Whole(_) | Domain::Ints(..) | Domain::Reals(..) | Domain::Values(..) => false,
        }
    }
    model.states.iter().any(|state| holds(&state.domain))
        || model.params.iter().any(|param| holds(&param.domain))
}

/// Whether an index goes through the agents of a population.
fn goes_through(model: &Model, set: &IndexSet, population: PopId) -> bool {
    match set {
        IndexSet::Population(of) => *of == population,
        IndexSet::Kind(kind) => *kind == model.populations[population].kind,
        IndexSet::Enum(_) | IndexSet::Ints(..) => false,
    }
}

/// Whether a cell belongs to an agent of a population and to something else besides.
fn shares_cells(model: &Model, population: PopId) -> bool {
    let shared = |indices: &[IndexSet]| {
        indices.len() > 1 && indices.iter().any(|set| goes_through(model, set, population))
    };
    model.states.iter().any(|state| shared(&state.indices))
        || model.params.iter().any(|param| shared(&param.indices))
}

/// Whether two agents of a population may change places without a change of the society.
fn swappable(
    (model, layout): (&Model, &Layout),
    society: Society<'_>,
    population: PopId,
    a: usize,
    b: usize,
) -> bool {
    let first = layout.population(population).start;
    let kind = layout.kind(model.populations[population].kind);
    let rank = |index: usize| kind.iter().position(|agent| agent.0 == first + index as u32);
    let params = model.params.pairs().all(|(id, param)| {
        let cells = &society.params[id];
        match param.indices[..] {
            [IndexSet::Population(of)] if of == population => cells.get(a) == cells.get(b),
            [IndexSet::Kind(of)] if of == model.populations[population].kind => {
                let of = |index| rank(index).and_then(|rank| cells.get(rank));
                of(a) == of(b)
            }
            _ => true,
        }
    });
    let (a, b) = (a as u32, b as u32);
    let swap = |index: u32| match index {
        index if index == a => b,
        index if index == b => a,
        index => index,
    };
    params
        && model.structures.pairs().all(|(id, declared)| {
            let ties = &society.structures[id];
            let row = |index| if declared.on == population { swap(index) } else { index };
            let column = |index| if declared.to == population { swap(index) } else { index };
            if declared.on != population && declared.to != population {
                return true;
            }
            ties.all().all(|(from, to, weight)| ties.weight(row(from), column(to)) == weight)
        })
}

/// Puts the agents of every group in order.
pub(super) fn sort(groups: &[Group], words: &mut Words) {
    for group in groups {
        let mut cells: Vec<[u64; LANES]> = Vec::with_capacity(group.len());
        for part in group {
            let mask = mask(part);
            cells.push(words[part.word].map(|word| word >> part.shift & mask));
        }
        // A network: the same comparisons whatever the values.
        for last in (1..cells.len()).rev() {
            for at in 0..last {
                let (left, right) = cells.split_at_mut(at + 1);
                exchange(&mut left[at], &mut right[0]);
            }
        }
        for (part, cells) in group.iter().zip(&cells) {
            let clear = !(mask(part) << part.shift);
            for (word, cell) in words[part.word].iter_mut().zip(cells) {
                *word = *word & clear | cell << part.shift;
            }
        }
    }
}

fn mask(part: &Part) -> u64 {
    if part.width >= 64 { u64::MAX } else { (1 << part.width) - 1 }
}

/// The lesser of both in each lane, and the greater.
fn exchange(a: &mut [u64; LANES], b: &mut [u64; LANES]) {
    vectorised(
        #[inline(always)]
        || {
            for (a, b) in a.iter_mut().zip(b.iter_mut()) {
                let (less, more) = ((*a).min(*b), (*a).max(*b));
                (*a, *b) = (less, more);
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_interchangeable_ascends() {
        let part = |shift| Part { word: 1, shift, width: 4 };
        let group = vec![part(0), part(8), part(4)];
        let mut words = vec![[7; LANES], [0x0F_5A3; LANES]];
        words[1][9] = 0x123;
        sort(&[group], &mut words);
        // By group order (bits 0, 8, 4) the cells 3, 5, A ascend already; 3, 1, 2 do not.
        assert_eq!((words[1][0], words[1][9], words[0][0]), (0x0F_5A3, 0x231, 7));
    }
}
