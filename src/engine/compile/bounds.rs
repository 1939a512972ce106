//! Between which bounds the numbers of an expression lie: what cannot go wrong is not checked.

use super::super::program::Admit;
use super::Compiler;
use super::scope::{Scope, Span};
use crate::ir::expr::{AggregateOp, Function};
use crate::ir::{Domain, Expr, ExprKind, Type, Value};
use crate::syntax::ast::BinaryOp;

/// Ints up to this are exact as reals.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// Reals below this stay finite under any one operation that is not checked.
const FINITE: f64 = 1e150;
/// Elements of a binder that are no agents, at most.
const WORDS_MAX: f64 = 4_096.0;

/// The type of a domain's values.
pub(super) fn type_of(domain: &Domain) -> Type {
    match domain {
        Domain::Whole(ty) | Domain::Values(ty, _) => ty.clone(),
        Domain::Ints(..) => Type::Int,
        Domain::Reals(..) => Type::Real,
        Domain::Population(_) => Type::Never,
        Domain::Optional(inner) => Type::Optional(Box::new(type_of(inner))),
    }
}

/// The bounds of a domain of numbers.
pub(super) fn of_domain(domain: &Domain) -> Span {
    match domain {
        Domain::Ints(lo, hi) => Some((*lo as f64, *hi as f64)),
        Domain::Reals(lo, hi) => Some((*lo, *hi)),
        Domain::Values(_, values) => {
            let numbers = || values.iter().filter_map(Value::number);
            Some((numbers().reduce(f64::min)?, numbers().reduce(f64::max)?))
        }
        Domain::Whole(_) | Domain::Population(_) | Domain::Optional(_) => None,
    }
}

/// Whether ints within these bounds are within 64 bits.
pub(super) fn safe_ints(span: Span) -> bool {
    span.is_some_and(|(lo, hi)| -EXACT < lo && hi < EXACT)
}

/// Whether reals within these bounds are finite.
pub(super) fn safe_reals(span: Span) -> bool {
    span.is_some_and(|(lo, hi)| -FINITE < lo && hi < FINITE)
}

/// Whether a value within these bounds lies in the domain for certain.
pub(super) fn surely(admit: &Admit, span: Span) -> bool {
    match (admit, span) {
        (Admit::All, _) => true,
        (Admit::Ints(lo, hi), Some((least, most))) => {
            safe_ints(span) && *lo as f64 <= least && most <= *hi as f64
        }
        _ => false,
    }
}

/// The bounds of one operation's result.
pub(super) fn combined(op: BinaryOp, a: Span, b: Span) -> Span {
    let (a, b) = (a?, b?);
    let corners = |f: fn(f64, f64) -> f64| {
        let all = [f(a.0, b.0), f(a.0, b.1), f(a.1, b.0), f(a.1, b.1)];
        let (lo, hi) = (all.into_iter().reduce(f64::min)?, all.into_iter().reduce(f64::max)?);
        (lo.is_finite() && hi.is_finite()).then_some((lo, hi))
    };
    match op {
        BinaryOp::Add => corners(|x, y| x + y),
        BinaryOp::Subtract => corners(|x, y| x - y),
        BinaryOp::Multiply => corners(|x, y| x * y),
        BinaryOp::Divide if b.0 >= 1.0 || b.1 <= -1.0 => corners(|x, y| x / y),
        _ => None,
    }
}

impl Compiler<'_> {
    /// The bounds of an expression of numbers.
    pub(super) fn bounds(&self, scope: &Scope, expr: &Expr) -> Span {
        match &*expr.kind {
            ExprKind::Literal(value) => value.number().map(|number| (number, number)),
            ExprKind::Local(slot) => scope.span(*slot),
            ExprKind::Now | ExprKind::IndexOf(_) => Some((0.0, f64::from(u32::MAX))),
            ExprKind::Param(param, _) => of_domain(&self.model.params[*param].domain),
            ExprKind::State { state, .. } => of_domain(&self.model.states[*state].domain),
            ExprKind::Field(occurrence, field) => match &occurrence.ty {
                Type::Event(event) => of_domain(&self.model.events[*event].fields.get(*field)?.1),
                _ => None,
            },
            ExprKind::ToReal(inner) => self.bounds(scope, inner),
            ExprKind::Negate(inner) => self.bounds(scope, inner).map(|(lo, hi)| (-hi, -lo)),
            ExprKind::Binary(op, left, right) => {
                combined(*op, self.bounds(scope, left), self.bounds(scope, right))
            }
            ExprKind::If(_, yes, no) => joined(self.bounds(scope, yes), self.bounds(scope, no)),
            ExprKind::Match(_, arms) => {
                arms.iter().map(|(_, arm)| self.bounds(scope, arm)).reduce(joined).flatten()
            }
            ExprKind::Aggregate { op, value, binders, otherwise } => {
                let value = value.as_ref().map(|value| self.bounds(scope, value));
                let otherwise = otherwise.as_ref().map(|e| self.bounds(scope, e));
                self.gathered(*op, value, otherwise, self.elements_max(binders.len()))
            }
            ExprKind::Builtin(function, arguments) => {
                let all: Vec<Span> = arguments.iter().map(|e| self.bounds(scope, e)).collect();
                of_function(*function, &all)
            }
            ExprKind::Prev(inner, Some(start)) => {
                joined(self.bounds(scope, inner), self.bounds(scope, start))
            }
            ExprKind::Initially(inner) | ExprKind::At(_, _, inner) => self.bounds(scope, inner),
            _ => None,
        }
    }

    /// How many elements so many binders go through, at most.
    pub(super) fn elements_max(&self, binders: usize) -> f64 {
        (0..binders).fold(1.0, |all, _| all * f64::from(self.agents_max()).max(WORDS_MAX))
    }

    /// How many agents a society may have: more are refused when it comes.
    pub(super) fn agents_max(&self) -> u32 {
        let sizes = self.model.populations.iter().filter_map(|population| population.size);
        sizes.map(|(_, most)| most).fold(0, u32::saturating_add).max(1_024)
    }

    fn gathered(
        &self,
        op: AggregateOp,
        value: Option<Span>,
        otherwise: Option<Span>,
        most: f64,
    ) -> Span {
        let own = match (op, value.flatten()) {
            (AggregateOp::Count, _) => Some((0.0, most)),
            (AggregateOp::Sum, Some((lo, hi))) => Some((lo.min(0.0) * most, hi.max(0.0) * most)),
            (AggregateOp::Mean | AggregateOp::Min | AggregateOp::Max, value) => value,
            (AggregateOp::Sum, None) | (AggregateOp::Argmax, _) => None,
        };
        match otherwise {
            Some(otherwise) => joined(own, otherwise),
            None => own,
        }
    }
}

fn joined(a: Span, b: Span) -> Span {
    let (a, b) = (a?, b?);
    Some((a.0.min(b.0), a.1.max(b.1)))
}

fn of_function(function: Function, all: &[Span]) -> Span {
    match function {
        Function::Min | Function::Max => all.iter().copied().reduce(joined).flatten(),
        Function::Clamp => match all {
            [_, lo, hi] => joined(*lo, *hi),
            _ => None,
        },
        Function::Abs => {
            let (lo, hi) = (*all.first()?)?;
            Some((0.0, hi.abs().max(lo.abs())))
        }
        Function::Floor | Function::Ceil | Function::Round => {
            let (lo, hi) = (*all.first()?)?;
            Some((lo.floor(), hi.ceil()))
        }
        Function::Sqrt | Function::Exp | Function::Log | Function::Pow => None,
    }
}
