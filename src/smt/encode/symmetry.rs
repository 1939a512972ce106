//! Of the setups that differ only by a renaming of interchangeable agents, one is enough.
//!
//! Which one: where a structure has families in several labellings, the one with the canonical
//! labelling; else one whose agents ascend by what they are like.

use super::{Encoded, Encoder};
use crate::analysis::symmetry::{of_agents, uniform};
use crate::diag::Span;
use crate::ir::layout::Cells;
use crate::ir::model::{IndexSet, Start};
use crate::ir::{AgentId, PopId, StructId, Value};
use crate::smt::sym::{self, Order, Sym};
use crate::smt::term::Term;
use crate::social::{Family, family};

/// The truths and variants of an agent that are compared: more say little more, and cost terms.
const WORDS_MAX: usize = 3;

impl Encoder<'_> {
    /// Demands that interchangeable agents ascend by their own parameters and free starts.
    // spec: solver.symmetry
    pub fn order_agents(&mut self) -> Encoded<()> {
        let populations: Vec<PopId> = self.model.populations.ids().collect();
        for population in populations {
            if self.interchangeable[population] && self.labelled(population).is_none() {
                let span = self.model.populations[population].span;
                let agents: Vec<AgentId> =
                    self.layout.population(population).map(AgentId).collect();
                let keys: Vec<Vec<Sym>> =
                    agents.iter().map(|agent| self.likeness(population, *agent)).collect();
                for pair in keys.windows(2) {
                    let ascends = self.ascends(&pair[0], &pair[1], span)?;
                    self.assert(ascends);
                }
            }
        }
        Ok(())
    }

    /// The structure of a population whose families are tried in the canonical labelling only.
    pub fn labelled(&self, population: PopId) -> Option<StructId> {
        if !self.interchangeable[population] {
            return None;
        }
        let mut structures = self.model.structures.pairs();
        let found = structures.find(|(id, declared)| {
            let own = declared.on == population && declared.to == population;
            let families = if own { self.offered_families(*id) } else { Vec::new() };
            let size = self.layout.population(population).len() as u32;
            let several = |family: &Family| {
                let ties = family::canonical(declared.shape, *family, size, size, true);
                ties.is_some_and(|ties| !uniform(&ties, true))
            };
            !families.iter().any(|family| family.free()) && families.iter().any(several)
        });
        found.map(|(id, _)| id)
    }

    /// What an agent is like: truths and variants first, then one number.
    fn likeness(&self, population: PopId, agent: AgentId) -> Vec<Sym> {
        let (model, society) = (self.model, &self.societies[0]);
        let own = |indices: &[IndexSet]| of_agents(model, indices, population);
        let at = |cells: &Cells| {
            let place = self.layout.place(cells, &[Value::Agent(agent)]);
            place.expect("an agent has a cell of its own") - cells.start()
        };
        let mut cells = Vec::new();
        for (id, param) in model.params.pairs().filter(|(_, param)| own(&param.indices)) {
            if !param.derived {
                cells.push(&society.params[id][at(self.layout.param(id))]);
            }
        }
        for (id, state) in model.states.pairs().filter(|(_, state)| own(&state.indices)) {
            if matches!(state.start, Start::Free) {
                cells.push(&society.starts[id][at(self.layout.state(id))]);
            }
        }
        let number = cells.iter().find(|cell| matches!(cell, Sym::Int(_) | Sym::Real(_)));
        let words = cells.iter().filter(|cell| match cell {
            Sym::Bool(_) => true,
            // Who is who changes with the names.
            Sym::Pick(cases) => !cases.iter().any(|(value, _)| matches!(value, Value::Agent(_))),
            Sym::Int(_) | Sym::Real(_) => false,
            Sym::Set(_) | Sym::Bag(_) | Sym::Event(_) | Sym::Table(_) | Sym::Nothing => false,
        });
        words.take(WORDS_MAX).chain(number).map(|cell| (*cell).clone()).collect()
    }

    /// Whether one key is at most another, cell by cell.
    fn ascends(&mut self, one: &[Sym], other: &[Sym], span: Span) -> Encoded<Term> {
        let Some(((a, b), (rest, more))) = one
            .split_first()
            .zip(other.split_first())
            .map(|((a, rest), (b, more))| ((a, b), (rest, more)))
        else {
            return Ok(self.terms.yes());
        };
        if rest.is_empty() {
            return sym::compare(&mut self.terms, Order::AtMost, a, b, span);
        }
        let less = sym::compare(&mut self.terms, Order::Less, a, b, span)?;
        let same = sym::compare(&mut self.terms, Order::Equal, a, b, span)?;
        let rest = self.ascends(rest, more, span)?;
        let both = self.terms.and(same, rest);
        Ok(self.terms.or(less, both))
    }
}
