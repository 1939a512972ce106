//! The counters that a counterexample is least in: deviations and edges.

use super::{Encoded, Encoder, Here, View};
use crate::ir::StructId;
use crate::smt::sym::Sym;
use crate::smt::term::{Sort, Term};
use crate::social::{Family, Shape, Ties, family};

/// The labellings of a baseline that ties are compared with, at most.
const LABELLINGS_MAX: usize = 750;

impl Encoder<'_> {
    /// The parameter cells that differ from their defaults. spec: items.param
    pub fn list_deviations(&mut self) -> Encoded<()> {
        let view = View { society: 0, here: Here::Setup };
        for (id, param) in self.model.params.pairs() {
            let Some(value) = param.value.as_ref().filter(|_| !param.derived) else { continue };
            let rows = self.layout.indices(self.layout.param(id));
            for (at, row) in rows.iter().enumerate() {
                let mut frame = self.frame(row, value.frame);
                let intended = self.eval(view, &mut frame, &value.expr)?;
                if self.terms.truth(intended.stops.fault) != Some(false) {
                    return self.unsupported(value.expr.span, "a default that may fault");
                }
                let cell = self.societies[0].params[id][at].clone();
                let same = self.same(&cell, &intended.value, value.expr.span)?;
                let differs = self.terms.not(same);
                self.deviations.push(differs);
            }
        }
        Ok(())
    }

    /// A frame that starts with known indices.
    pub fn frame(&mut self, row: &[crate::ir::Value], size: usize) -> Vec<Sym> {
        let values = row.iter().map(|value| Sym::of(&mut self.terms, value)).collect();
        super::expression::frame_of(values, size)
    }

    /// The edges of a structure: those that differ from the nearest labelling of the baseline
    /// family, else those present. spec: structure.edges
    pub fn count_edges(&mut self, id: StructId) -> Encoded<Term> {
        let declared = &self.model.structures[id];
        let counted = self.countable(id);
        let baseline = declared.baseline.filter(|family| *family != Family::Any);
        let Some(baseline) = baseline else {
            let mut present = Vec::new();
            for (a, b) in counted {
                let tie = self.societies[0].ties[id][a][b];
                present.push(self.is_tied(tie));
            }
            return Ok(self.terms.count(present));
        };
        let (rows, columns) = self.size_of(id);
        let same = declared.on == declared.to;
        let labellings =
            family::enumerate(declared.shape, baseline, rows, columns, same, LABELLINGS_MAX);
        let Some(labellings) = labellings else {
            let offered = family::canonical(declared.shape, baseline, rows, columns, same);
            if offered.is_none() {
                // The baseline is not offered at this size: what is present is counted.
                let mut present = Vec::new();
                for (a, b) in counted {
                    let tie = self.societies[0].ties[id][a][b];
                    present.push(self.is_tied(tie));
                }
                return Ok(self.terms.count(present));
            }
            return self.unsupported(declared.span, "a baseline family with so many labellings");
        };
        let mut least: Option<Term> = None;
        for labelling in &labellings {
            let mut apart = Vec::new();
            for (a, b) in &counted {
                let tie = self.societies[0].ties[id][*a][*b];
                apart.push(self.differs(tie, labelling, *a, *b));
            }
            let apart = self.terms.count(apart);
            least = Some(least.map_or(apart, |least| self.terms.min(least, apart)));
        }
        Ok(least.unwrap_or(self.terms.int(0)))
    }

    fn differs(&mut self, tie: Term, from: &Ties, a: usize, b: usize) -> Term {
        let weight = from.weight(a as u32, b as u32);
        match self.terms.sort(tie) {
            Sort::Bool if weight != 0.0 => self.terms.not(tie),
            Sort::Bool => tie,
            Sort::Int | Sort::Real => {
                let weight = self.terms.real(crate::smt::number::real(weight));
                let same = self.terms.equal(tie, weight);
                self.terms.not(same)
            }
        }
    }

    /// The pairs that count as edges where they are tied. spec: family.edges
    fn countable(&self, id: StructId) -> Vec<(usize, usize)> {
        let declared = &self.model.structures[id];
        let (rows, columns) = self.size_of(id);
        let across = declared.on != declared.to || rows != columns;
        let counts = |a: usize, b: usize| match declared.shape {
            Shape::Graph | Shape::Partition => a < b,
            Shape::Weights { .. } => across || a != b,
            Shape::Digraph { .. } | Shape::Tree => true,
        };
        (0..rows as usize)
            .flat_map(|a| (0..columns as usize).map(move |b| (a, b)))
            .filter(|(a, b)| counts(*a, *b))
            .collect()
    }

    /// The rows and columns of a structure.
    pub fn size_of(&self, id: StructId) -> (u32, u32) {
        let declared = &self.model.structures[id];
        let count = |population| self.layout.population(population).len() as u32;
        (count(declared.on), count(declared.to))
    }

    /// All deviations, counted.
    pub fn deviation_count(&mut self) -> Term {
        let deviations = self.deviations.clone();
        self.terms.count(deviations)
    }

    /// All edges, counted.
    pub fn edge_count(&mut self) -> Term {
        let edges: Vec<Term> = self.edges.iter().copied().collect();
        self.terms.sum(edges, Sort::Int)
    }

    /// How many agents there are.
    pub fn agent_count(&self) -> usize {
        self.layout.agents().len()
    }
}
