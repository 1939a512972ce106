//! The setup: parameters, free starts and ties that may be anything within the pins.

use super::{Encoded, Encoder, Here, Society, View};
use crate::diag::Span;
use crate::ir::model::Start;
use crate::ir::property::PinKind;
use crate::ir::{Domain, ParamId, StructId, Value};
use crate::smt::number::{int, real};
use crate::smt::sym::Sym;
use crate::smt::term::Term;
use crate::social::{Family, Shape, Ties};

impl Encoder<'_> {
    /// The actual society, and what every setup meets.
    pub fn set_up(&mut self) -> Encoded<()> {
        let model = self.model;
        self.societies.push(Society {
            params: model.params.iter().map(|_| Vec::new()).collect(),
            ties: model.structures.iter().map(|_| Vec::new()).collect(),
            starts: model.states.iter().map(|_| Vec::new()).collect(),
            absent: vec![false; self.agent_count()],
        });
        for (id, _) in model.params.pairs().filter(|(_, param)| !param.derived) {
            let rows = self.layout.indices(self.layout.param(id));
            // Cells that are to be the same are one.
            let made = if self.one_value == Some(id) { &rows[..rows.len().min(1)] } else { &rows };
            let cells: Encoded<Vec<Sym>> =
                made.iter().map(|row| self.param_cell(id, row)).collect();
            let mut cells = cells?;
            if let Some(last) = cells.last().cloned() {
                cells.resize(rows.len(), last);
            }
            self.societies[0].params[id] = cells;
        }
        for (id, state) in model.states.pairs() {
            if matches!(state.start, Start::Free) {
                let rows = self.layout.indices(self.layout.state(id));
                let cells: Encoded<Vec<Sym>> =
                    rows.iter().map(|row| self.start_cell(id, row)).collect();
                self.societies[0].starts[id] = cells?;
            }
        }
        for id in model.structures.ids() {
            self.tie_structure(id)?;
        }
        self.derive_all(0)?;
        for id in model.structures.ids() {
            let edges = self.count_edges(id)?;
            self.edges.push(edges);
        }
        self.list_deviations()?;
        for assume in &model.assumes {
            self.assume(assume)?;
        }
        self.order_agents()?;
        self.impose_given()
    }

    /// The families that a structure may be of, as far as pins leave them free.
    pub fn offered_families(&self, id: StructId) -> Vec<Family> {
        let mut families: Vec<Family> = self.model.structures[id].among.clone();
        for pin in &self.question.settings.given {
            if let PinKind::Family(structure, family) = &pin.kind
                && *structure == id
            {
                families = vec![*family];
            }
        }
        families
    }

    /// The ties of a structure, as far as pins leave them free.
    fn tie_structure(&mut self, id: StructId) -> Encoded<()> {
        let families = self.offered_families(id);
        let mut listed: Option<Vec<(u32, u32, f64)>> = None;
        for pin in &self.question.settings.given {
            if let PinKind::Ties(structure, ties) = &pin.kind
                && *structure == id
            {
                listed = Some(ties.clone());
            }
        }
        let (matrix, named) = match listed {
            None => self.tie_up(id, &families)?,
            Some(list) => match self.ties_listed(id, &list) {
                Some(ties) => (self.constant(id, &ties), Vec::new()),
                None => {
                    let no = self.terms.no();
                    self.asserted.push(no);
                    (self.constant(id, &self.nobody(id)), Vec::new())
                }
            },
        };
        self.societies[0].ties[id] = matrix;
        self.families.push(named);
        Ok(())
    }

    /// Ties given one by one; none where they name an agent that is not there.
    pub fn ties_listed(&self, id: StructId, list: &[(u32, u32, f64)]) -> Option<Ties> {
        let declared = &self.model.structures[id];
        let (rows, columns) = self.size_of(id);
        let both = match declared.shape {
            Shape::Graph | Shape::Partition => declared.on == declared.to,
            Shape::Digraph { .. } | Shape::Tree | Shape::Weights { .. } => false,
        };
        let mut ties = Ties::empty(rows, columns);
        for (a, b, weight) in list {
            if *a >= rows || *b >= columns {
                return None;
            }
            ties.set(*a, *b, *weight);
            if both {
                ties.set(*b, *a, *weight);
            }
        }
        Some(ties)
    }

    /// All derived parameters of a society; a fault in one means that there is no such setup.
    pub fn derive_all(&mut self, society: usize) -> Encoded<()> {
        for (id, _) in self.model.params.pairs().filter(|(_, param)| param.derived) {
            self.derive(society, id)?;
        }
        Ok(())
    }

    /// The cells of a derived parameter, unless they are known; what it reads comes first.
    pub fn derive(&mut self, society: usize, id: ParamId) -> Encoded<()> {
        let param = &self.model.params[id];
        if !param.derived || !self.societies[society].params[id].is_empty() {
            return Ok(());
        }
        let Some(value) = &param.value else { return Ok(()) };
        let view = View { society, here: Here::Setup };
        let mut cells = Vec::new();
        for row in self.layout.indices(self.layout.param(id)) {
            if row.iter().any(|index| self.is_absent(view, index)) {
                cells.push(Sym::Nothing);
                continue;
            }
            let mut frame = self.frame(&row, value.frame);
            let found = self.eval(view, &mut frame, &value.expr)?;
            let (settled, outside) = self.admit(&param.domain, found.value, value.expr.span)?;
            let stopped = self.stopped(found.stops);
            let broken = self.terms.or(stopped, outside);
            let fine = self.terms.not(broken);
            self.assert(fine);
            cells.push(settled);
        }
        self.societies[society].params[id] = cells;
        Ok(())
    }

    /// A value as a domain holds it, and when it lies outside.
    // spec: types.domain, types.real
    pub fn admit(&mut self, domain: &Domain, value: Sym, span: Span) -> Encoded<(Sym, Term)> {
        let value = crate::smt::sym::fit(&mut self.terms, value, domain, span)?;
        let no = self.terms.no();
        Ok(match (domain, &value) {
            (_, Sym::Nothing) | (Domain::Whole(_), _) => (value, no),
            (Domain::Reals(lo, hi), Sym::Real(term)) => {
                let slack = Encoder::domain_slack(*lo, *hi);
                let (lo, hi) = (real(*lo), real(*hi));
                let (low, high) = (self.terms.real(&lo - &slack), self.terms.real(&hi + &slack));
                let (below, above) = (self.terms.less(*term, low), self.terms.less(high, *term));
                let outside = self.terms.or(below, above);
                let (lo, hi) = (self.terms.real(lo), self.terms.real(hi));
                let clamped = self.terms.max(lo, *term);
                let clamped = self.terms.min(hi, clamped);
                (Sym::Real(clamped), outside)
            }
            (Domain::Ints(lo, hi), Sym::Int(term)) => {
                let (low, high) = (int(i128::from(*lo)), int(i128::from(*hi)));
                let (lo, hi) = (
                    self.terms.number(low, crate::smt::term::Sort::Int),
                    self.terms.number(high, crate::smt::term::Sort::Int),
                );
                let (below, above) = (self.terms.less(*term, lo), self.terms.less(hi, *term));
                let outside = self.terms.or(below, above);
                // A run that leaves the domain has no such instant: the bounds always hold.
                let clamped = self.terms.max(lo, *term);
                let clamped = self.terms.min(hi, clamped);
                (Sym::Int(clamped), outside)
            }
            (Domain::Population(population), _) => {
                let range = self.layout.population(*population);
                let cases = crate::smt::sym::cases(&mut self.terms, &value, span)?;
                let outside = cases.iter().filter(|(value, _)| match value {
                    Value::Agent(agent) => !range.contains(&agent.0),
                    _ => true,
                });
                let outside: Vec<Term> = outside.map(|(_, when)| *when).collect();
                let outside = self.terms.any(outside);
                (value, outside)
            }
            _ => {
                let view = View { society: 0, here: Here::Setup };
                let inside = self.within(view, &value, domain, span)?;
                let outside = self.terms.not(inside);
                (value, outside)
            }
        })
    }

    /// Demands that a closed truth holds of the actual setup.
    pub fn assume(&mut self, closed: &crate::ir::model::Closed) -> Encoded<()> {
        let view = View { society: 0, here: Here::Setup };
        let mut frame = vec![Sym::Nothing; closed.frame];
        let found = self.eval(view, &mut frame, &closed.expr)?;
        let holds = self.surely(&found);
        self.always(holds);
        Ok(())
    }
}
