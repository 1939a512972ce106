//! Pins from outside of the file: `--given` and setup files.
//!
//! In: a model, the file that it came from, pins as written. Out: the pins resolved. The
//! names are rebuilt from the model; constants and defs of libraries are not among them.

use super::infer::Defs;
use super::names::{Entry, Meaning};
use super::pins;
use super::work::Work;
use super::{constants, walk};
use crate::base::id::Id;
use crate::diag::code::model::PIN_VALUE;
use crate::diag::{Diagnostic, Span};
use crate::ir::expr::Relation;
use crate::ir::property::{Pin, Role};
use crate::ir::{DefId, ExprKind, Model};
use crate::syntax::ast::{self, ItemKind};

/// Resolves pins given outside of the file (`--given`, setup files) against a model.
/// World-only pins (`only`, `without`, bound agents) are errors here.
pub fn resolve_pins(
    model: &Model,
    file: &ast::File,
    pins: &[ast::Pin],
) -> (Vec<Pin>, Vec<Diagnostic>) {
    let mut work = Work::new(file);
    work.model = model.clone();
    work.signature = model.is_signature();
    work.dynamics = model.has_dynamics();
    of_model(&mut work);
    of_file(&mut work, file);
    let resolved = pins::setup_pins(&mut work, pins);
    let known = model.defs.len();
    let resolved: Vec<Pin> =
        resolved.into_iter().filter(|pin| !calls_new_def(&mut work, pin, known)).collect();
    (resolved, work.diagnostics)
}

fn enter(work: &mut Work<'_>, name: &str, meaning: Meaning, span: Span) {
    work.names.entries.insert(name.into(), Entry { meaning, span, used: true });
}

/// The names that stand in the model's tables.
fn of_model(work: &mut Work<'_>) {
    let model = work.model.clone();
    for (id, one) in model.enums.pairs() {
        enter(work, &one.name, Meaning::Enum(id), one.span);
        for (place, variant) in one.variants.iter().enumerate() {
            enter(work, variant, Meaning::Variant(id, place as u32), one.span);
        }
    }
    for (id, kind) in model.kinds.pairs() {
        enter(work, &kind.name, Meaning::Kind(id), kind.span);
    }
    for (id, population) in model.populations.pairs() {
        enter(work, &population.name, Meaning::Population(id), population.span);
    }
    for (id, structure) in model.structures.pairs() {
        enter(work, &structure.name, Meaning::Structure(id), structure.span);
    }
    for (id, param) in model.params.pairs().filter(|(_, param)| param.owner.is_none()) {
        enter(work, &param.name, Meaning::Param(id), param.span);
    }
    for (id, state) in model.states.pairs().filter(|(_, state)| state.owner.is_none()) {
        enter(work, &state.name, Meaning::State(id), state.span);
    }
    for (id, event) in model.events.pairs() {
        enter(work, &event.name, Meaning::Event(id), event.span);
    }
    for (id, property) in model.properties.pairs() {
        if !matches!(property.role, Role::NoFaults | Role::Holistic) {
            enter(work, &property.name, Meaning::Property(id), property.span);
        }
    }
    for (place, measure) in model.measures.iter().enumerate() {
        enter(work, &measure.name, Meaning::Measure(place), measure.span);
    }
    for (id, rule) in model.rules.pairs() {
        enter(work, &rule.name, Meaning::Rule(id.index()), rule.span);
    }
}

/// The constants and defs of the file. One that rests on a library is left out: then its name
/// is unknown, which the reader is told where it is used.
fn of_file<'a>(work: &mut Work<'a>, file: &'a ast::File) {
    let mut written = Vec::new();
    let mut consts = Vec::new();
    for item in &file.items {
        if let ItemKind::Const { name, .. } = &item.kind {
            enter(work, &name.text, Meaning::Broken, name.span);
            work.by_name.insert(&name.text, item);
            work.items.push(item);
            consts.push(&name.text);
        }
        if let ItemKind::Def { name, .. } = &item.kind {
            enter(work, &name.text, Meaning::Def(written.len()), name.span);
            work.by_name.insert(&name.text, item);
            written.push(item.clone());
        }
    }
    work.defs = Defs::default();
    work.defs.written = written;
    constants::evaluate(work);
    work.diagnostics.clear();
    for name in consts {
        if work.names.declared(name).is_some_and(|entry| entry.meaning == Meaning::Broken) {
            work.names.entries.remove(name.as_str());
        }
    }
}

/// The model is made already, so a pin cannot add a def to it.
fn calls_new_def(work: &mut Work<'_>, pin: &Pin, known: usize) -> bool {
    let mut called: Option<(DefId, Span)> = None;
    walk::pin(pin, &mut |part| {
        let def = match part.kind.as_ref() {
            ExprKind::Call(def, _)
            | ExprKind::Reaches(Relation::Def(def), ..)
            | ExprKind::Distance(Relation::Def(def), ..)
            | ExprKind::Connected(Relation::Def(def))
            | ExprKind::Acyclic(Relation::Def(def))
            | ExprKind::Edges(Relation::Def(def)) => *def,
            _ => return,
        };
        if def.index() >= known {
            called.get_or_insert((def, part.span));
        }
    });
    let Some((def, span)) = called else {
        return false;
    };
    let name = work.model.defs[def].name.clone();
    let message = format!("a pin outside of the file cannot call the def `{name}`");
    let diagnostic = Diagnostic::error(PIN_VALUE, span, message)
        .help("write out what it stands for, or put the pin into `given` of a check");
    work.report(diagnostic);
    true
}
