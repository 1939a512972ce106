//! The passes over a file, in the order in which they need each other.

use super::uses;
use super::work::Work;
use super::{
    Load, agents, checks, collect, constants, dynamics, events, infer, naming, properties,
    structures, unused, variables,
};
use crate::diag::{Diagnostic, Sources, code, has_errors};
use crate::ir::Model;
use crate::syntax::ast::{File, ItemKind};

/// Resolves and types `file`. A model comes out only if there is no error; warnings come
/// with it. A library (a file without `model`) gives none, and its own errors.
pub fn analyse(
    file: &File,
    sources: &mut Sources,
    load: Load<'_>,
) -> (Option<Model>, Vec<Diagnostic>) {
    let (libraries, mut found) = uses::libraries(file, sources, load);
    let library = file.model.is_none();
    if library {
        uses::only_library_items(file, sources, &mut found);
    }
    let incomplete = has_errors(&found);
    let mut work = Work::new(file);
    work.diagnostics = found;
    for item in &file.items {
        if let ItemKind::Agents { size: None, .. } = item.kind {
            work.signature = true;
        }
        if let ItemKind::Step(_) | ItemKind::Rule { .. } = item.kind {
            work.dynamics = true;
        }
    }
    let items = libraries.iter().flat_map(|library| &library.items).chain(&file.items);
    collect::collect(&mut work, items);
    passes(&mut work, file);
    for item in &file.items {
        naming::lint(item, &mut work.diagnostics);
    }
    if !library && !has_errors(&work.diagnostics) {
        unused::lint(&mut work, file.span.file);
    }
    if incomplete {
        // A name that is not known may stand in the library that could not be read.
        let unknown = [code::model::UNKNOWN_NAME, code::analysis::UNKNOWN_NAME];
        work.diagnostics.retain(|one| !unknown.contains(&one.code));
    }
    let diagnostics = in_order(work.diagnostics);
    let model = (!library && !has_errors(&diagnostics)).then_some(work.model);
    (model, diagnostics)
}

/// Tables first, then what is made of expressions over them.
fn passes(work: &mut Work<'_>, file: &File) {
    constants::evaluate(work);
    agents::kinds(work);
    agents::populations(work);
    structures::structures(work);
    let variables = variables::declare(work);
    events::events(work);
    variables::define(work, &variables);
    infer::all_defs(&mut work.context());
    dynamics::dynamics(work);
    properties::properties(work);
    properties::implicit(work, file);
    checks::checks(work);
    dynamics::schedule_sites(work);
}

/// By place, the same thing said once.
fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|one| (one.span.file, one.span.start, one.span.end));
    let mut kept: Vec<Diagnostic> = Vec::new();
    for diagnostic in diagnostics {
        let mut here = kept.iter().rev().take_while(|one| one.span == diagnostic.span);
        if !here.any(|one| *one == diagnostic) {
            kept.push(diagnostic);
        }
    }
    kept
}
