//! Comparisons: of values of one type, of strings, and of reals with a tolerance.

use super::expression::eval;
use super::glob;
use super::view::{Polarity, Stop, View};
use crate::ir::{Domain, Expr, ExprKind, Type, Value};
use crate::syntax::ast::BinaryOp;

/// What a comparison without a tolerance of its own may miss, as a part of the width.
const RELATIVE: f64 = 1e-9;

/// The values of both sides; what decides inside of them is exact.
pub fn sides(
    view: &View<'_>,
    frame: &mut [Value],
    left: &Expr,
    right: &Expr,
) -> Result<(Value, Value), Stop> {
    let exact = view.exact();
    Ok((eval(&exact, frame, left)?, eval(&exact, frame, right)?))
}

/// Whether `a op b`.
pub fn compare(
    view: &View<'_>,
    op: BinaryOp,
    (left, right): (&Expr, &Expr),
    (a, b): &(Value, Value),
) -> Result<bool, Stop> {
    if let (Value::Real(x), Value::Real(y)) = (a, b) {
        let miss = match view.polarity() {
            Polarity::Exact => 0.0,
            Polarity::Wanted | Polarity::Unwanted => tolerance(view, left, right, *x, *y),
        };
        return Ok(reals(view.polarity(), op, (*x, *y), miss));
    }
    Ok(match (op, a, b) {
        (BinaryOp::Contains, Value::Str(text), Value::Str(part)) => text.contains(&**part),
        (BinaryOp::StartsWith, Value::Str(text), Value::Str(part)) => text.starts_with(&**part),
        (BinaryOp::Matches, Value::Str(text), Value::Str(pattern)) => glob::matches(text, pattern),
        (BinaryOp::Contains, Value::Set(items), item) => items.binary_search(item).is_ok(),
        (BinaryOp::Equal, a, b) => a == b,
        (BinaryOp::NotEqual, a, b) => a != b,
        (BinaryOp::Less, a, b) => a < b,
        (BinaryOp::LessEqual, a, b) => a <= b,
        (BinaryOp::Greater, a, b) => a > b,
        (BinaryOp::GreaterEqual, a, b) => a >= b,
        _ => false,
    })
}

/// A comparison of reals in whose favour `miss` goes, by the polarity.
///
/// What is wanted fails only by more than `miss`; what is unwanted holds only by more than it. `==` wanted is within `miss`; `!=` wanted is exact, since no two
/// values differ too little to be different.
// spec: types.real
pub fn reals(polarity: Polarity, op: BinaryOp, (x, y): (f64, f64), miss: f64) -> bool {
    let slack = match polarity {
        Polarity::Wanted => miss,
        Polarity::Unwanted => -miss,
        Polarity::Exact => 0.0,
    };
    let near = |slack: f64| if slack > 0.0 { (x - y).abs() <= slack } else { x == y };
    match op {
        BinaryOp::Less => x < y + slack,
        BinaryOp::LessEqual => x <= y + slack,
        BinaryOp::Greater => x + slack > y,
        BinaryOp::GreaterEqual => x + slack >= y,
        BinaryOp::Equal => near(slack),
        // Wanted `!=` is not unwanted `==`, and the other way round.
        BinaryOp::NotEqual => !near(-slack),
        _ => false,
    }
}

/// How much a comparison of `left` with `right` may miss.
///
/// A check's `tolerance`; else 1e-9 of the width of what is compared; where no domain bounds
/// either side, 1e-9 of 1 + the greater size of the two values.
pub fn tolerance(view: &View<'_>, left: &Expr, right: &Expr, x: f64, y: f64) -> f64 {
    let given = match view.here {
        super::Here::Formula(formula) => formula.scene.terms.tolerance,
        super::Here::Setup | super::Here::Step { .. } => None,
    };
    given.unwrap_or_else(|| {
        RELATIVE * width(view, left, right).unwrap_or(1.0 + x.abs().max(y.abs()))
    })
}

/// The width of what is compared: the greater of the two sides' widths; none where no domain
/// bounds either.
pub fn width(view: &View<'_>, left: &Expr, right: &Expr) -> Option<f64> {
    let (a, b) = (width_of(view, left), width_of(view, right));
    let widest = a.into_iter().chain(b).fold(0.0, f64::max);
    (widest > 0.0 && widest.is_finite()).then_some(widest)
}

/// The width of the domain that an expression's values lie in, as far as it is plain to see:
/// of variables their domain's, of sums, differences, choices between several the widest part.
fn width_of(view: &View<'_>, expr: &Expr) -> Option<f64> {
    let widest = |parts: &mut dyn Iterator<Item = &Expr>| {
        parts.filter_map(|part| width_of(view, part)).reduce(f64::max)
    };
    match &*expr.kind {
        ExprKind::Param(param, _) => domain_width(&view.model.params[*param].domain),
        ExprKind::State { state, .. } => domain_width(&view.model.states[*state].domain),
        ExprKind::Field(occurrence, field) => match &occurrence.ty {
            Type::Event(event) => {
                let (_, domain) = view.model.events[*event].fields.get(*field)?;
                domain_width(domain)
            }
            _ => None,
        },
        ExprKind::ToReal(inner) | ExprKind::Negate(inner) | ExprKind::Initially(inner) => {
            width_of(view, inner)
        }
        ExprKind::Prev(inner, _) | ExprKind::At(_, _, inner) | ExprKind::Expected(inner) => {
            width_of(view, inner)
        }
        ExprKind::Probability(_) => Some(1.0),
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Subtract, left, right) => {
            widest(&mut [left, right].into_iter())
        }
        ExprKind::If(_, left, right) => widest(&mut [left, right].into_iter()),
        ExprKind::Match(_, arms) => widest(&mut arms.iter().map(|arm| &arm.1)),
        ExprKind::Let(_, _, body) => width_of(view, body),
        ExprKind::Call(def, _) => width_of(view, &view.model.defs[*def].body),
        ExprKind::Builtin(function, arguments) => {
            use crate::ir::expr::Function as F;
            match function {
                F::Abs | F::Floor | F::Ceil | F::Round | F::Clamp | F::Min | F::Max => {
                    widest(&mut arguments.iter())
                }
                F::Sqrt | F::Exp | F::Log | F::Pow => None,
            }
        }
        ExprKind::Aggregate { op, value: Some(value), .. } => {
            use crate::ir::expr::AggregateOp as A;
            match op {
                A::Mean | A::Min | A::Max => width_of(view, value),
                A::Sum | A::Argmax | A::Count => None,
            }
        }
        _ => None,
    }
}

/// The width of a domain of numbers; none where it is unbounded.
fn domain_width(domain: &Domain) -> Option<f64> {
    match domain {
        Domain::Ints(lo, hi) => Some(*hi as f64 - *lo as f64),
        Domain::Reals(lo, hi) => Some(hi - lo),
        Domain::Values(_, values) => {
            let numbers = || values.iter().filter_map(Value::number);
            let (lo, hi) = (numbers().reduce(f64::min)?, numbers().reduce(f64::max)?);
            Some(hi - lo)
        }
        Domain::Optional(inner) => domain_width(inner),
        Domain::Whole(_) | Domain::Population(_) => None,
    }
}
