//! Cells that `given` fixes to a value that is written out: constants from the start, so that
//! all that follows from them folds away before a solver sees it.
//!
//! In: a parameter or free start, the indices of a cell. Out: its value, if a pin says it in so
//! many words and it lies in the domain. Other pins are demanded later, and so is this one.

use super::{Encoded, Encoder, Here, View};
use crate::diag::Span;
use crate::ir::property::{IndexPin, PinKind};
use crate::ir::{Domain, Expr, ExprKind, ParamId, StateId, Value};
use crate::smt::sym::{self, Sym};

impl Encoder<'_> {
    /// A cell of a parameter: what a pin fixes it to, else any value.
    pub(super) fn param_cell(&mut self, id: ParamId, row: &[Value]) -> Encoded<Sym> {
        let param = &self.model.params[id];
        let mut values = Vec::new();
        for pin in &self.question.settings.given {
            if let PinKind::Param { param, indices, value } = &pin.kind
                && *param == id
                && self.means(indices, row)
            {
                values.extend(literal(value));
            }
        }
        self.fixed_or_fresh(&values, &param.domain, param.span)
    }

    /// A cell of a free start: what a pin fixes it to, else any value.
    pub(super) fn start_cell(&mut self, id: StateId, row: &[Value]) -> Encoded<Sym> {
        let state = &self.model.states[id];
        let mut values = Vec::new();
        for pin in &self.question.settings.given {
            if let PinKind::Start { state, indices, value } = &pin.kind
                && *state == id
                && self.means(indices, row)
            {
                values.extend(literal(value));
            }
        }
        self.fixed_or_fresh(&values, &state.domain, state.span)
    }

    /// The first of the values, if the domain has it; else any value of the domain.
    fn fixed_or_fresh(&mut self, values: &[&Value], domain: &Domain, span: Span) -> Encoded<Sym> {
        if let Some(value) = values.first() {
            let view = View { society: 0, here: Here::Setup };
            let value = Sym::of(&mut self.terms, value);
            let inside = self.within(view, &value, domain, span)?;
            if self.terms.truth(inside) == Some(true) {
                return sym::fit(&mut self.terms, value, domain, span);
            }
        }
        self.fresh(domain, span)
    }

    /// Whether a pin surely means the cell of these indices.
    fn means(&self, pins: &[IndexPin], row: &[Value]) -> bool {
        pins.iter().zip(row).all(|(pin, index)| match (pin, index) {
            (IndexPin::All, _) => true,
            (IndexPin::At(expr), index) => literal(expr) == Some(index),
            (IndexPin::In(expr), Value::Agent(agent)) => match *expr.kind {
                ExprKind::Population(population) => {
                    self.layout.population(population).contains(&agent.0)
                }
                _ => false,
            },
            (IndexPin::In(_), _) => false,
        })
    }
}

/// The value of an expression that is written out.
fn literal(expr: &Expr) -> Option<&Value> {
    match &*expr.kind {
        ExprKind::Literal(value) => Some(value),
        _ => None,
    }
}
