//! Whether a formula is true, or false, in every run.
//!
//! In: a typed formula. Out: its value where its shape alone decides it; nothing otherwise. It
//! does not know what a model can do: `x >= 0` of a state in `0..3` is not decided here.

use crate::ir::expr::{Interval, TemporalOp};
use crate::ir::{Expr, ExprKind, Value};
use crate::syntax::ast::BinaryOp;

/// The value of a formula that is the same in every run.
pub fn truth(formula: &Expr) -> Option<bool> {
    match formula.kind.as_ref() {
        ExprKind::Literal(Value::Bool(truth)) => Some(*truth),
        ExprKind::Not(inner) => truth(inner).map(|truth| !truth),
        ExprKind::Binary(op, left, right) => binary(*op, left, right),
        ExprKind::If(condition, then, otherwise) => match truth(condition) {
            Some(true) => truth(then),
            Some(false) => truth(otherwise),
            None => truth(then).filter(|then| truth(otherwise) == Some(*then)),
        },
        ExprKind::Let(_, _, body) | ExprKind::Initially(body) | ExprKind::At(_, _, body) => {
            truth(body)
        }
        // A set may be empty: only one of the two values is certain.
        ExprKind::Quantifier { all, body, .. } => truth(body).filter(|truth| truth == all),
        ExprKind::Temporal(op, interval, body) => temporal(*op, *interval, truth(body)?),
        _ => None,
    }
}

fn temporal(op: TemporalOp, interval: Interval, body: bool) -> Option<bool> {
    let now_included = match interval {
        Interval::Steps(lo, _) => lo == 0,
        Interval::Time(lo, _) => lo == 0,
    };
    match op {
        TemporalOp::Always | TemporalOp::Historically => (body || now_included).then_some(body),
        TemporalOp::Eventually | TemporalOp::Once => (!body || now_included).then_some(body),
        TemporalOp::Next => (!body).then_some(false),
        TemporalOp::Finally => Some(body),
    }
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr) -> Option<bool> {
    match op {
        BinaryOp::And => match (truth(left), truth(right)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        BinaryOp::Or => match (truth(left), truth(right)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        BinaryOp::Implies => match (truth(left), truth(right)) {
            (Some(false), _) | (_, Some(true)) => Some(true),
            (Some(true), Some(false)) => Some(false),
            _ => None,
        },
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual => comparison(op, left, right),
        BinaryOp::In
        | BinaryOp::Contains
        | BinaryOp::StartsWith
        | BinaryOp::Matches
        | BinaryOp::Range
        | BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Div
        | BinaryOp::Remainder
        | BinaryOp::Intersect => None,
    }
}

/// Two literals, or twice the same.
fn comparison(op: BinaryOp, left: &Expr, right: &Expr) -> Option<bool> {
    let order = match (left.kind.as_ref(), right.kind.as_ref()) {
        (ExprKind::Literal(left), ExprKind::Literal(right)) => left.cmp(right),
        _ if same(left, right) => std::cmp::Ordering::Equal,
        _ => return None,
    };
    match op {
        BinaryOp::Equal => Some(order.is_eq()),
        BinaryOp::NotEqual => Some(order.is_ne()),
        BinaryOp::Less => Some(order.is_lt()),
        BinaryOp::LessEqual => Some(order.is_le()),
        BinaryOp::Greater => Some(order.is_gt()),
        BinaryOp::GreaterEqual => Some(order.is_ge()),
        _ => None,
    }
}

/// Whether two simple expressions read the same.
fn same(left: &Expr, right: &Expr) -> bool {
    let all = |left: &[Expr], right: &[Expr]| {
        left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
    };
    match (left.kind.as_ref(), right.kind.as_ref()) {
        (ExprKind::Literal(left), ExprKind::Literal(right)) => left == right,
        (ExprKind::Local(left), ExprKind::Local(right)) => left == right,
        (ExprKind::Param(left, l), ExprKind::Param(right, r)) => left == right && all(l, r),
        (
            ExprKind::State { state: left, indices: l, primed: false },
            ExprKind::State { state: right, indices: r, primed: false },
        ) => left == right && all(l, r),
        (ExprKind::ToReal(left), ExprKind::ToReal(right)) => same(left, right),
        (ExprKind::Field(left, l), ExprKind::Field(right, r)) => l == r && same(left, right),
        _ => false,
    }
}
