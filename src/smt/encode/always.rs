//! What `always` of a property speaks of: a state that every instant must have.
//!
//! In: a formula. Out: a formula of one instant that holds always exactly if it does; none where
//! it is of another form. `always` goes through `and`, `forall` and `or` with what does not
//! change: so `forall a: initially(p) implies (always q)` says `initially(p) implies q` always.

use crate::ir::expr::{Binder, Interval, TemporalOp};
use crate::ir::{DefId, Expr, ExprKind, Model};
use crate::syntax::ast::BinaryOp;

/// The formula that must hold at every instant.
pub fn always(model: &Model, formula: &Expr) -> Option<Expr> {
    if rigid(model, formula) {
        return Some(formula.clone());
    }
    let of = |kind: ExprKind| Some(Expr { kind: Box::new(kind), ..formula.clone() });
    match &*formula.kind {
        ExprKind::Temporal(TemporalOp::Always, Interval::Steps(0, None), inner) => {
            instant(model, inner).then(|| inner.clone())
        }
        ExprKind::Binary(BinaryOp::And, a, b) => {
            of(ExprKind::Binary(BinaryOp::And, always(model, a)?, always(model, b)?))
        }
        ExprKind::Binary(op @ (BinaryOp::Implies | BinaryOp::Or), a, b) if rigid(model, a) => {
            of(ExprKind::Binary(*op, a.clone(), always(model, b)?))
        }
        ExprKind::Binary(BinaryOp::Or, a, b) if rigid(model, b) => {
            of(ExprKind::Binary(BinaryOp::Or, always(model, a)?, b.clone()))
        }
        ExprKind::If(c, a, b) if rigid(model, c) => {
            of(ExprKind::If(c.clone(), always(model, a)?, always(model, b)?))
        }
        ExprKind::Quantifier { all: true, binders, body } => {
            let fixed = |binder: &Binder| {
                binder.window.is_none()
                    && rigid(model, &binder.set)
                    && binder.filter.as_ref().is_none_or(|filter| rigid(model, filter))
            };
            if !binders.iter().all(fixed) {
                return None;
            }
            let (binders, body) = (binders.clone(), always(model, body)?);
            of(ExprKind::Quantifier { all: true, binders, body })
        }
        _ => None,
    }
}

/// Whether an expression has one value at all instants: it reads no state but the first.
fn rigid(model: &Model, expr: &Expr) -> bool {
    every(model, expr, &mut Vec::new(), &|kind| match kind {
        ExprKind::State { .. } | ExprKind::Occurrences(_) | ExprKind::Now => Some(false),
        ExprKind::Temporal(..)
        | ExprKind::Until(..)
        | ExprKind::Since(..)
        | ExprKind::Prev(..)
        | ExprKind::At(..)
        | ExprKind::Probability(_)
        | ExprKind::Expected(_) => Some(false),
        ExprKind::Initially(inner) => Some(instant(model, inner)),
        _ => None,
    })
}

/// Whether an expression reads one instant, and the first, and nothing else of time.
fn instant(model: &Model, expr: &Expr) -> bool {
    every(model, expr, &mut Vec::new(), &|kind| match kind {
        ExprKind::Now
        | ExprKind::Temporal(..)
        | ExprKind::Until(..)
        | ExprKind::Since(..)
        | ExprKind::Prev(..)
        | ExprKind::At(..)
        | ExprKind::Probability(_)
        | ExprKind::Expected(_) => Some(false),
        ExprKind::Aggregate { binders, .. } | ExprKind::Quantifier { binders, .. }
            if binders.iter().any(|binder| binder.window.is_some()) =>
        {
            Some(false)
        }
        _ => None,
    })
}

/// Whether what occurs is read.
pub fn reads_events(model: &Model, expr: &Expr) -> bool {
    !every(model, expr, &mut Vec::new(), &|kind| match kind {
        ExprKind::Occurrences(_) => Some(false),
        _ => None,
    })
}

/// Whether the first instant is read.
pub fn reads_first(model: &Model, expr: &Expr) -> bool {
    !every(model, expr, &mut Vec::new(), &|kind| match kind {
        ExprKind::Initially(_) => Some(false),
        _ => None,
    })
}

/// Whether the number of the instant is read.
pub fn reads_now(model: &Model, expr: &Expr) -> bool {
    !every(model, expr, &mut Vec::new(), &|kind| match kind {
        ExprKind::Now => Some(false),
        _ => None,
    })
}

/// Whether every part, through defs, is as `says` (none: look at its own parts).
fn every(
    model: &Model,
    expr: &Expr,
    entered: &mut Vec<DefId>,
    says: &dyn Fn(&ExprKind) -> Option<bool>,
) -> bool {
    if let Some(said) = says(&expr.kind) {
        return said;
    }
    if let Some(def) = expr.called()
        && !entered.contains(&def)
    {
        entered.push(def);
        if !every(model, &model.defs[def].body, entered, says) {
            return false;
        }
    }
    let state = matches!(expr.related(), Some(crate::ir::expr::Relation::State(_)));
    if state
        && says(&ExprKind::State {
            state: crate::ir::StateId(0),
            indices: Vec::new(),
            primed: false,
        }) == Some(false)
    {
        return false;
    }
    expr.parts().into_iter().all(|part| every(model, part, entered, says))
}
