//! Going through an expression: its parts, its free locals, whether it speaks of time.

use std::collections::BTreeSet;

use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::expr::{Binder, Interval, Relation};
use crate::ir::{DefId, Expr, ExprKind, Model, PropId};

/// Shows every part of `expr`, itself first; bodies of defs are not entered.
pub fn visit<'e>(expr: &'e Expr, see: &mut dyn FnMut(&'e Expr)) {
    see(expr);
    for part in expr.parts() {
        visit(part, see);
    }
}

/// The binders that an expression itself has.
pub fn binders(expr: &Expr) -> &[Binder] {
    match &*expr.kind {
        ExprKind::SetFilter(binder) => std::slice::from_ref(binder),
        ExprKind::Quantifier { binders, .. } | ExprKind::Aggregate { binders, .. } => binders,
        _ => &[],
    }
}

/// The slots that `expr` reads and does not bind itself, in order.
pub fn free(expr: &Expr) -> Vec<usize> {
    let (mut read, mut bound) = (BTreeSet::new(), BTreeSet::new());
    visit(expr, &mut |part| {
        bound.extend(binders(part).iter().map(|binder| binder.slot.index()));
        match &*part.kind {
            ExprKind::Local(slot) | ExprKind::LocalAt(slot, _) => {
                read.insert(slot.index());
            }
            ExprKind::Let(slot, ..) => {
                bound.insert(slot.index());
            }
            _ => {}
        }
    });
    read.difference(&bound).copied().collect()
}

/// Where `property` first speaks of time rather than steps, its defs included. Such a property
/// needs a trace with times, or a tick.
pub fn needs_time(model: &Model, property: PropId) -> Option<Span> {
    timed(model, &model.properties[property].formula, &mut BTreeSet::new())
}

fn timed(model: &Model, expr: &Expr, entered: &mut BTreeSet<DefId>) -> Option<Span> {
    let in_time = |interval: &Interval| matches!(interval, Interval::Time(..));
    let mut found = None;
    let mut called = Vec::new();
    visit(expr, &mut |part| {
        let window = binders(part)
            .iter()
            .find(|binder| binder.window.as_ref().is_some_and(in_time))
            .map(|binder| binder.span);
        let own = match &*part.kind {
            ExprKind::Temporal(_, interval, _)
            | ExprKind::Until(interval, ..)
            | ExprKind::Since(interval, ..) => in_time(interval).then_some(part.span),
            ExprKind::Call(def, _) => {
                called.push(*def);
                None
            }
            ExprKind::Reaches(Relation::Def(def), ..)
            | ExprKind::Distance(Relation::Def(def), ..)
            | ExprKind::Connected(Relation::Def(def))
            | ExprKind::Acyclic(Relation::Def(def))
            | ExprKind::Edges(Relation::Def(def)) => {
                called.push(*def);
                None
            }
            _ => None,
        };
        found = found.or(window).or(own);
    });
    found.or_else(|| {
        called.into_iter().find_map(|def| {
            entered.insert(def).then(|| timed(model, &model.defs[def].body, entered)).flatten()
        })
    })
}
