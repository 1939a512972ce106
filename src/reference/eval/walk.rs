//! Going through an expression: its parts, its free locals, whether it speaks of time.

use std::collections::BTreeSet;

use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::expr::{Binder, Interval, Relation};
use crate::ir::{DefId, Expr, ExprKind, Model, PropId};

/// Shows every part of `expr`, itself first; bodies of defs are not entered.
pub fn visit<'e>(expr: &'e Expr, see: &mut dyn FnMut(&'e Expr)) {
    see(expr);
    for part in parts(expr) {
        visit(part, see);
    }
}

/// The operands of an expression, from the left; those of binders included.
pub fn parts(expr: &Expr) -> Vec<&Expr> {
    match &*expr.kind {
        ExprKind::Literal(_)
        | ExprKind::Local(_)
        | ExprKind::Now
        | ExprKind::Population(_)
        | ExprKind::Kind(_)
        | ExprKind::All(_)
        | ExprKind::Connected(_)
        | ExprKind::Acyclic(_)
        | ExprKind::Edges(_)
        | ExprKind::Occurrences(_) => Vec::new(),
        ExprKind::LocalAt(_, items)
        | ExprKind::Param(_, items)
        | ExprKind::State { indices: items, .. }
        | ExprKind::Call(_, items)
        | ExprKind::SetList(items)
        | ExprKind::Builtin(_, items) => items.iter().collect(),
        ExprKind::AgentAt(_, inner)
        | ExprKind::IndexOf(inner)
        | ExprKind::Neighbours(_, inner)
        | ExprKind::Superior(_, inner)
        | ExprKind::Field(inner, _)
        | ExprKind::ToReal(inner)
        | ExprKind::ToSet(inner)
        | ExprKind::Not(inner)
        | ExprKind::Negate(inner)
        | ExprKind::InDomain(inner, _)
        | ExprKind::Temporal(_, _, inner)
        | ExprKind::Initially(inner)
        | ExprKind::Probability(inner)
        | ExprKind::Expected(inner) => vec![inner],
        ExprKind::Tie(_, left, right)
        | ExprKind::Reaches(_, left, right)
        | ExprKind::Distance(_, left, right)
        | ExprKind::Binary(_, left, right)
        | ExprKind::Let(_, left, right)
        | ExprKind::Until(_, left, right)
        | ExprKind::Since(_, left, right) => vec![left, right],
        ExprKind::If(condition, yes, no) => vec![condition, yes, no],
        ExprKind::Match(subject, arms) => {
            std::iter::once(subject).chain(arms.iter().map(|arm| &arm.1)).collect()
        }
        ExprKind::SetFilter(binder) => of_binders(std::slice::from_ref(&**binder)),
        ExprKind::Quantifier { binders, body, .. } => {
            let mut found = of_binders(binders);
            found.push(body);
            found
        }
        ExprKind::Aggregate { value, binders, otherwise, .. } => {
            let mut found = of_binders(binders);
            found.extend(value.iter().chain(otherwise));
            found
        }
        ExprKind::Prev(inner, start) => std::iter::once(inner).chain(start).collect(),
        ExprKind::At(_, arguments, inner) => {
            arguments.iter().chain(std::iter::once(inner)).collect()
        }
    }
}

fn of_binders(binders: &[Binder]) -> Vec<&Expr> {
    binders.iter().flat_map(|binder| std::iter::once(&binder.set).chain(&binder.filter)).collect()
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
