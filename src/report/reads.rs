//! What an expression reads: the states, events and structures that a report speaks of.
//!
//! In: an expression. Out: ids, through the defs that it calls.

use std::collections::BTreeSet;

use crate::ir::expr::{Binder, Relation};
use crate::ir::{DefId, EventId, Expr, ExprKind, Model, StateId, StructId};

/// The states, events and structures that an expression reads, through defs.
#[derive(Clone, Default, Debug)]
pub struct Reads {
    /// States.
    pub states: BTreeSet<StateId>,
    /// Events.
    pub events: BTreeSet<EventId>,
    /// Structures.
    pub structures: BTreeSet<StructId>,
    defs: BTreeSet<DefId>,
}

/// What `expr` reads.
pub fn reads(model: &Model, expr: &Expr) -> Reads {
    let mut found = Reads::default();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        note(model, expr, &mut found, &mut open);
        children(expr, &mut open);
    }
    found
}

/// Notes what the node itself reads; bodies of defs met for the first time are opened.
fn note<'a>(model: &'a Model, expr: &'a Expr, found: &mut Reads, open: &mut Vec<&'a Expr>) {
    let mut enter = |def: DefId, defs: &mut BTreeSet<DefId>| {
        if defs.insert(def) {
            open.push(&model.defs[def].body);
        }
    };
    match &*expr.kind {
        ExprKind::State { state, .. } => drop(found.states.insert(*state)),
        ExprKind::Occurrences(event) => drop(found.events.insert(*event)),
        ExprKind::Call(def, _) => enter(*def, &mut found.defs),
        ExprKind::Tie(structure, ..)
        | ExprKind::Neighbours(structure, _)
        | ExprKind::Superior(structure, _) => drop(found.structures.insert(*structure)),
        ExprKind::Reaches(relation, ..)
        | ExprKind::Distance(relation, ..)
        | ExprKind::Connected(relation)
        | ExprKind::Acyclic(relation)
        | ExprKind::Edges(relation) => match relation {
            Relation::Structure(structure) => drop(found.structures.insert(*structure)),
            Relation::State(state) => drop(found.states.insert(*state)),
            Relation::Def(def) => enter(*def, &mut found.defs),
        },
        ExprKind::Literal(_)
        | ExprKind::Local(_)
        | ExprKind::LocalAt(..)
        | ExprKind::Now
        | ExprKind::Param(..)
        | ExprKind::Population(_)
        | ExprKind::Kind(_)
        | ExprKind::All(_)
        | ExprKind::AgentAt(..)
        | ExprKind::IndexOf(_)
        | ExprKind::Field(..)
        | ExprKind::ToReal(_)
        | ExprKind::ToSet(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary(..)
        | ExprKind::InDomain(..)
        | ExprKind::If(..)
        | ExprKind::Match(..)
        | ExprKind::Let(..)
        | ExprKind::SetList(_)
        | ExprKind::SetFilter(_)
        | ExprKind::Quantifier { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::Builtin(..)
        | ExprKind::Temporal(..)
        | ExprKind::Until(..)
        | ExprKind::Since(..)
        | ExprKind::Initially(_)
        | ExprKind::Prev(..)
        | ExprKind::At(..)
        | ExprKind::Probability(_)
        | ExprKind::Expected(_) => {}
    }
}

/// Opens the parts of a node.
fn children<'a>(expr: &'a Expr, open: &mut Vec<&'a Expr>) {
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
        | ExprKind::Occurrences(_) => {}
        ExprKind::LocalAt(_, parts)
        | ExprKind::Param(_, parts)
        | ExprKind::State { indices: parts, .. }
        | ExprKind::Call(_, parts)
        | ExprKind::SetList(parts)
        | ExprKind::Builtin(_, parts) => open.extend(parts),
        ExprKind::AgentAt(_, part)
        | ExprKind::IndexOf(part)
        | ExprKind::Neighbours(_, part)
        | ExprKind::Superior(_, part)
        | ExprKind::Field(part, _)
        | ExprKind::ToReal(part)
        | ExprKind::ToSet(part)
        | ExprKind::Not(part)
        | ExprKind::Negate(part)
        | ExprKind::InDomain(part, _)
        | ExprKind::Temporal(_, _, part)
        | ExprKind::Initially(part)
        | ExprKind::Probability(part)
        | ExprKind::Expected(part) => open.push(part),
        ExprKind::Tie(_, left, right)
        | ExprKind::Reaches(_, left, right)
        | ExprKind::Distance(_, left, right)
        | ExprKind::Binary(_, left, right)
        | ExprKind::Let(_, left, right)
        | ExprKind::Until(_, left, right)
        | ExprKind::Since(_, left, right) => open.extend([left, right]),
        ExprKind::If(condition, then, otherwise) => open.extend([condition, then, otherwise]),
        ExprKind::Match(scrutinee, arms) => {
            open.push(scrutinee);
            open.extend(arms.iter().map(|(_, arm)| arm));
        }
        ExprKind::SetFilter(of) => binder(of, open),
        ExprKind::Quantifier { binders, body, .. } => {
            binders.iter().for_each(|of| binder(of, open));
            open.push(body);
        }
        ExprKind::Aggregate { value, binders, otherwise, .. } => {
            binders.iter().for_each(|of| binder(of, open));
            open.extend(value.iter().chain(otherwise));
        }
        ExprKind::Prev(part, at_start) => {
            open.push(part);
            open.extend(at_start);
        }
        ExprKind::At(_, arguments, body) => {
            open.extend(arguments);
            open.push(body);
        }
    }
}

fn binder<'a>(binder: &'a Binder, open: &mut Vec<&'a Expr>) {
    open.push(&binder.set);
    open.extend(&binder.filter);
}
