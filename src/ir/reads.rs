//! What an expression reads: parameters, states, events and structures.
//!
//! In: an expression. Out: ids, through the defs that it calls.

use std::collections::BTreeSet;

use super::expr::Relation;
use super::{DefId, EventId, Expr, ExprKind, Model, ParamId, StateId, StructId};

/// What an expression reads, through defs.
#[derive(Clone, Default, Debug)]
pub struct Reads {
    /// Parameters.
    pub params: BTreeSet<ParamId>,
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
        open.extend(expr.parts());
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
        ExprKind::Param(param, _) => drop(found.params.insert(*param)),
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
