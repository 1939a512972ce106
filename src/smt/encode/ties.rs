//! Reading structures: ties, neighbours, superiors.

use super::stops::Found;
use super::{Encoded, Encoder, View};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::{AgentId, Expr, ExprKind, PopId, StructId, Value};
use crate::smt::number::int;
use crate::smt::sym::{self, Sym};
use crate::smt::term::{Sort, Term};

impl Encoder<'_> {
    /// `s(a, b)`, `s(a)`, `superior(s, a)`.
    pub fn of_ties(&mut self, view: View, frame: &mut Vec<Sym>, expr: &Expr) -> Encoded<Found> {
        match &*expr.kind {
            ExprKind::Tie(structure, from, to) => {
                let a = self.eval(view, frame, from)?;
                let b = self.eval(view, frame, to)?;
                let stops = self.then(a.stops, b.stops);
                let found = self.tie(view, *structure, (&a.value, &b.value), expr.span)?;
                Ok(self.after(stops, found))
            }
            ExprKind::Neighbours(structure, agent) => {
                let agent = self.eval(view, frame, agent)?;
                let found = self.neighbours(view, *structure, &agent.value, expr.span)?;
                Ok(self.after(agent.stops, found))
            }
            ExprKind::Superior(structure, agent) => {
                let agent = self.eval(view, frame, agent)?;
                let found = self.superior(view, *structure, &agent.value, expr.span)?;
                Ok(self.after(agent.stops, found))
            }
            _ => self.unsupported(expr.span, "this question about ties"),
        }
    }

    /// The rows (or columns) that an agent may be, and when it is none of the population.
    fn rows(
        &mut self,
        population: PopId,
        agent: &Sym,
        span: Span,
    ) -> Encoded<(Vec<(usize, Term)>, Term)> {
        let range = self.layout.population(population);
        let (mut rows, mut outside) = (Vec::new(), self.terms.no());
        for (value, when) in sym::cases(&mut self.terms, agent, span)? {
            match value {
                Value::Agent(agent) if range.contains(&agent.0) => {
                    rows.push(((agent.0 - range.start) as usize, when));
                }
                _ => outside = self.terms.or(outside, when),
            }
        }
        Ok((rows, outside))
    }

    /// Whether a tie goes from one to the other; of weights, its weight.
    fn tie(
        &mut self,
        view: View,
        structure: StructId,
        (from, to): (&Sym, &Sym),
        span: Span,
    ) -> Encoded<Found> {
        let declared = &self.model.structures[structure];
        let (rows, no_row) = self.rows(declared.on, from, span)?;
        let (columns, no_column) = self.rows(declared.to, to, span)?;
        let mut values = Vec::new();
        for (row, at_row) in &rows {
            for (column, at_column) in &columns {
                let tie = self.societies[view.society].ties[structure][*row][*column];
                let tie = match self.terms.sort(tie) {
                    Sort::Bool => Sym::Bool(tie),
                    Sort::Int | Sort::Real => Sym::Real(tie),
                };
                values.push((tie, self.terms.and(*at_row, *at_column)));
            }
        }
        let outside = self.terms.or(no_row, no_column);
        let value = self.one_of(&values, span)?;
        Ok(Found { value, stops: self.faulting(outside) })
    }

    /// Whether a tie is of positive weight.
    fn positive(&mut self, tie: Term) -> Term {
        match self.terms.sort(tie) {
            Sort::Bool => tie,
            Sort::Int | Sort::Real => {
                let zero = self.terms.real(int(0));
                self.terms.less(zero, tie)
            }
        }
    }

    /// Whether there is a tie: a weight that is not 0.
    pub fn is_tied(&mut self, tie: Term) -> Term {
        match self.terms.sort(tie) {
            Sort::Bool => tie,
            Sort::Int | Sort::Real => {
                let zero = self.terms.real(int(0));
                let same = self.terms.equal(zero, tie);
                self.terms.not(same)
            }
        }
    }

    fn neighbours(
        &mut self,
        view: View,
        structure: StructId,
        agent: &Sym,
        span: Span,
    ) -> Encoded<Found> {
        let declared = &self.model.structures[structure];
        let (rows, outside) = self.rows(declared.on, agent, span)?;
        let mut set = Vec::new();
        for (column, other) in self.layout.population(declared.to).enumerate() {
            if self.societies[view.society].absent[AgentId(other).index()] {
                continue;
            }
            let mut member = self.terms.no();
            for (row, when) in &rows {
                let tie = self.societies[view.society].ties[structure][*row][column];
                let tie = self.positive(tie);
                let both = self.terms.and(*when, tie);
                member = self.terms.or(member, both);
            }
            if self.terms.truth(member) != Some(false) {
                set.push((Value::Agent(AgentId(other)), member));
            }
        }
        Ok(Found { value: Sym::Set(set), stops: self.faulting(outside) })
    }

    fn superior(
        &mut self,
        view: View,
        structure: StructId,
        agent: &Sym,
        span: Span,
    ) -> Encoded<Found> {
        let declared = &self.model.structures[structure];
        let (columns, outside) = self.rows(declared.to, agent, span)?;
        let mut cases = Vec::new();
        let mut none = self.terms.yes();
        for (row, other) in self.layout.population(declared.on).enumerate() {
            if self.societies[view.society].absent[AgentId(other).index()] {
                continue;
            }
            let mut tied = self.terms.no();
            for (column, when) in &columns {
                let tie = self.societies[view.society].ties[structure][row][*column];
                let tie = self.is_tied(tie);
                let both = self.terms.and(*when, tie);
                tied = self.terms.or(tied, both);
            }
            cases.push((Value::Agent(AgentId(other)), self.terms.and(none, tied)));
            none = self.terms.but(none, tied);
        }
        cases.push((Value::None, none));
        cases.sort();
        let value = Sym::pick(&self.terms, cases);
        Ok(Found { value, stops: self.faulting(outside) })
    }
}
