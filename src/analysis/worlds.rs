//! The worlds of a property.

use std::collections::BTreeMap;

use super::infer::{self, Place, Scope};
use super::mentions;
use super::pins::{self, Ground};
use super::work::Work;
use crate::base::Table;
use crate::diag::code::model::{UNUSED_WORLD, WORLD_AGENTS, WORLD_TWICE};
use crate::diag::{Diagnostic, Span};
use crate::ir::expr::Binder;
use crate::ir::property::World;
use crate::ir::{Type, WorldId};
use crate::syntax::ast::{self, ExprKind, Name};

/// The worlds as the formula sees them: names with the types of their parameters.
pub type Signatures = Vec<(String, Vec<Type>)>;

/// All worlds of a property.
pub fn worlds(
    work: &mut Work<'_>,
    written: &[ast::World],
    formula: &ast::Expr,
) -> (Table<WorldId, World>, Signatures) {
    let mut worlds = Table::new();
    let mut signatures = Vec::new();
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for one in written {
        if let Some(first) = seen.get(one.name.text.as_str()) {
            let message = format!("the world `{}` is declared twice", one.name.text);
            let diagnostic = Diagnostic::error(WORLD_TWICE, one.name.span, message)
                .label(one.name.span, "declared again here")
                .label(*first, "declared first here");
            work.report(diagnostic);
            continue;
        }
        seen.insert(&one.name.text, one.name.span);
        let (world, types) = world(work, one);
        signatures.push((world.name.clone(), types));
        worlds.push(world);
        if !mentioned(formula, &one.name.text) {
            unused(work, &one.name);
        }
    }
    (worlds, signatures)
}

fn world(work: &mut Work<'_>, written: &ast::World) -> (World, Vec<Type>) {
    let mut scope = Scope::new(Place::Setup { own: None });
    let mut types = Vec::new();
    let mut params = Vec::new();
    for (name, set) in &written.params {
        let (binder, ty) = agents_of(work, &mut scope, name, set);
        types.push(ty);
        params.push(binder);
    }
    let pins: Vec<_> = written
        .pins
        .iter()
        .filter_map(|pin| pins::pin(work, &mut scope, Ground::World, pin))
        .collect();
    let (name, span) = (written.name.text.clone(), written.span);
    (World { name, params, pins, frame: scope.frame(), span }, types)
}

/// A binder over agents, with their type.
pub fn agents_of(
    work: &mut Work<'_>,
    scope: &mut Scope,
    name: &Name,
    set: &ast::Expr,
) -> (Binder, Type) {
    let span = name.span.to(set.span);
    let binder =
        ast::Binder { name: name.clone(), set: set.clone(), window: None, filter: None, span };
    let binder = infer::binder(&mut work.context(), scope, &binder);
    let element = match &binder.set.ty {
        Type::Set(element) => (**element).clone(),
        _ => Type::Error,
    };
    if !matches!(element, Type::Agent(_) | Type::Error) {
        let found = infer::type_name(&work.model, &element);
        let message = format!("`{}` must be an agent, and this holds `{found}`", name.text);
        let diagnostic =
            Diagnostic::error(WORLD_AGENTS, set.span, message).help("name a population or a kind");
        work.report(diagnostic);
    }
    (binder, element)
}

fn mentioned(formula: &ast::Expr, name: &str) -> bool {
    let mut found = false;
    mentions::walk(formula, &mut |part| {
        if let ExprKind::At { world, .. } = part.kind.as_ref() {
            found |= world.text == name;
        }
    });
    found
}

fn unused(work: &mut Work<'_>, name: &Name) {
    let message = format!("nothing is read in the world `{}`", name.text);
    let diagnostic = Diagnostic::warning(UNUSED_WORLD, name.span, message)
        .help(format!("write `(…)@{}` in the formula, or remove the world", name.text));
    work.report(diagnostic);
}
