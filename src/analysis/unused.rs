//! Lints: what nothing uses or reads.
//!
//! In: a model without errors, and the names that were used. Out: warnings. In a signature
//! that is only monitored, what is declared is recorded, read or not, so nothing is said of
//! parameters, states and events.

use std::collections::BTreeSet;

use super::walk;
use super::work::{Work, name_of};
use crate::diag::code::model::{NEVER_READ, UNUSED};
use crate::diag::{Diagnostic, FileId, Span};
use crate::ir::expr::Relation;
use crate::ir::{EventId, ExprKind, ParamId, StateId, StructId};
use crate::syntax::ast::{ItemKind, Name};

/// What expressions read.
#[derive(Default)]
struct Reads {
    params: BTreeSet<ParamId>,
    states: BTreeSet<StateId>,
    structures: BTreeSet<StructId>,
    events: BTreeSet<EventId>,
}

/// Lints the items of `file` (those of libraries are there for others).
pub fn lint(work: &mut Work<'_>, file: FileId) {
    let mut found = names(work, file);
    let reads = reads(work);
    let model = &work.model;
    let mut say = |what: &str, name: &str, span: Span| {
        let message = format!("the {what} `{name}` is never read");
        found.push(
            Diagnostic::warning(NEVER_READ, span, message)
                .help("read it in a property or a step, or remove it"),
        );
    };
    for (id, structure) in model.structures.pairs() {
        if !reads.structures.contains(&id) {
            say("structure", &structure.name, structure.span);
        }
    }
    if !work.signature || work.dynamics {
        for (id, param) in model.params.pairs() {
            if !reads.params.contains(&id) {
                say("parameter", &param.name, param.span);
            }
        }
        for (id, state) in model.states.pairs() {
            if !reads.states.contains(&id) {
                say("state", &state.name, state.span);
            }
        }
        for (id, event) in model.events.pairs() {
            if !reads.events.contains(&id) {
                say("event", &event.name, event.span);
            }
        }
    }
    work.diagnostics.append(&mut found);
}

/// Constants, enums, kinds and defs that nothing refers to.
fn names(work: &Work<'_>, file: FileId) -> Vec<Diagnostic> {
    let used = |name: &Name| work.names.declared(&name.text).is_some_and(|entry| entry.used);
    let mut found = Vec::new();
    for item in &work.items {
        let (what, is_used) = match &item.kind {
            ItemKind::Const { name, .. } => ("constant", used(name)),
            ItemKind::Enum { name, variants } => ("enum", used(name) || variants.iter().any(used)),
            ItemKind::Kind { name, .. } => ("kind", used(name)),
            ItemKind::Def { name, .. } => ("def", used(name)),
            ItemKind::Agents { .. }
            | ItemKind::Structure(_)
            | ItemKind::Param { .. }
            | ItemKind::State { .. }
            | ItemKind::Event { .. }
            | ItemKind::Assume(_)
            | ItemKind::Step(_)
            | ItemKind::Rule { .. }
            | ItemKind::Schedule(_)
            | ItemKind::Property(_)
            | ItemKind::Witness { .. }
            | ItemKind::Invariant { .. }
            | ItemKind::Measure { .. }
            | ItemKind::Check { .. } => continue,
        };
        if let (false, Some(name)) = (is_used, name_of(item))
            && name.span.file == file
        {
            let message = format!("the {what} `{}` is never used", name.text);
            found
                .push(Diagnostic::warning(UNUSED, name.span, message).help("remove it, or use it"));
        }
    }
    found
}

fn reads(work: &Work<'_>) -> Reads {
    let mut reads = Reads::default();
    walk::model(&work.model, &mut |part| match part.kind.as_ref() {
        ExprKind::Param(param, _) => drop(reads.params.insert(*param)),
        ExprKind::State { state, .. } => drop(reads.states.insert(*state)),
        ExprKind::Tie(structure, ..)
        | ExprKind::Neighbours(structure, _)
        | ExprKind::Superior(structure, _) => drop(reads.structures.insert(*structure)),
        ExprKind::Occurrences(event) => drop(reads.events.insert(*event)),
        ExprKind::Reaches(relation, ..)
        | ExprKind::Distance(relation, ..)
        | ExprKind::Connected(relation)
        | ExprKind::Acyclic(relation)
        | ExprKind::Edges(relation) => match relation {
            Relation::Structure(structure) => drop(reads.structures.insert(*structure)),
            Relation::State(state) => drop(reads.states.insert(*state)),
            Relation::Def(_) => {}
        },
        _ => {}
    });
    reads
}
