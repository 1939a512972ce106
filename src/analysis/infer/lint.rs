//! Lints of expressions: what is written, means something, and is probably not meant.

use super::fold;
use super::scope::Context;
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::{Domain, Expr, ExprKind, Model, Value};
use crate::syntax::ast::BinaryOp;

/// A comparison that the domain of a state or parameter decides.
pub(super) fn comparison(
    cx: &mut Context<'_>,
    op: BinaryOp,
    (left, right): (&Expr, &Expr),
    span: Span,
) {
    let (Some((low, high, said)), Some(at)) =
        (bounds(cx.model, left), fold::fold(right).and_then(|value| value.number()))
    else {
        let flipped = match op {
            BinaryOp::Less => BinaryOp::Greater,
            BinaryOp::LessEqual => BinaryOp::GreaterEqual,
            BinaryOp::Greater => BinaryOp::Less,
            BinaryOp::GreaterEqual => BinaryOp::LessEqual,
            other => other,
        };
        if bounds(cx.model, right).is_some() && fold::fold(left).is_some() {
            comparison(cx, flipped, (right, left), span);
        }
        return;
    };
    let answer = match op {
        BinaryOp::Less => decided(high < at, low >= at),
        BinaryOp::LessEqual => decided(high <= at, low > at),
        BinaryOp::Greater => decided(low > at, high <= at),
        BinaryOp::GreaterEqual => decided(low >= at, high < at),
        BinaryOp::Equal => decided(false, at < low || at > high),
        BinaryOp::NotEqual => decided(at < low || at > high, false),
        _ => None,
    };
    let Some(answer) = answer else { return };
    cx.report(
        Diagnostic::warning(code::DECIDED, span, format!("this comparison is always {answer}"))
            .label(left.span, said)
            .help("leaving a domain is a fault, and `no_faults` finds it"),
    );
}

fn decided(always: bool, never: bool) -> Option<bool> {
    if always { Some(true) } else { never.then_some(false) }
}

/// The bounds of a state or parameter, and how they are said.
fn bounds(model: &Model, expr: &Expr) -> Option<(f64, f64, String)> {
    let (name, domain) = match &*expr.kind {
        ExprKind::ToReal(inner) => return bounds(model, inner),
        ExprKind::State { state, .. } => (&model.states[*state].name, &model.states[*state].domain),
        ExprKind::Param(param, _) if !model.params[*param].derived => {
            (&model.params[*param].name, &model.params[*param].domain)
        }
        _ => return None,
    };
    match domain {
        Domain::Ints(lo, hi) => {
            Some((*lo as f64, *hi as f64, format!("`{name}` lies in `{lo}..{hi}`")))
        }
        Domain::Reals(lo, hi) => Some((*lo, *hi, format!("`{name}` lies in `{lo:?}..{hi:?}`"))),
        Domain::Whole(_) | Domain::Values(..) | Domain::Population(_) | Domain::Optional(_) => None,
    }
}

/// A division that is a fault whenever it is reached.
pub(super) fn division(cx: &mut Context<'_>, op: BinaryOp, right: &Expr) {
    if !matches!(op, BinaryOp::Divide | BinaryOp::Div | BinaryOp::Remainder) {
        return;
    }
    let zero = match fold::fold(right) {
        Some(Value::Int(int)) => int == 0,
        Some(Value::Real(real)) => real == 0.0,
        _ => false,
    };
    if zero {
        let word = op.sign();
        cx.report(
            Diagnostic::warning(code::DIVISION, right.span, format!("`{word}` by zero is a fault"))
                .label(right.span, "always 0"),
        );
    }
}
