//! Relations between agents, and what is asked of them.

use super::builtin::exactly;
use super::call::{self, Callee};
use super::expression::typed;
use super::name::meaning;
use super::scope::{Context, Role, Scope};
use super::types::{broken, node, type_name};
use super::uses::{Mark, Use, note};
use super::{def, domain};
use crate::analysis::names::Meaning;
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::expr::Relation;
use crate::ir::{Expr, ExprKind, StructId, Type, Value};
use crate::social::Shape;
use crate::syntax::ast;

/// A relation with the kinds that it ties.
struct Found {
    /// None in a def's body that is only checked.
    relation: Option<Relation>,
    from: Type,
    to: Type,
}

/// `superior(s, a)`, `reaches(R, a, b)`, …
pub(super) fn call(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    name: &str,
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    match name {
        "superior" => superior(cx, scope, arguments, span),
        "reaches" | "distance" => between(cx, scope, name, arguments, span),
        _ => whole(cx, scope, name, arguments, span),
    }
}

/// `superior(s, a)`. spec: structure.relation
fn superior(cx: &mut Context<'_>, scope: &mut Scope, arguments: &[ast::Expr], span: Span) -> Expr {
    let Some([tree, agent]) = exactly::<2>(cx, "superior", arguments, span) else {
        return broken(span);
    };
    let structure = match relation(cx, scope, tree) {
        Some(Found { relation: Some(Relation::Structure(structure)), .. }) => structure,
        Some(Found { relation: None, .. }) => return broken(span),
        Some(_) => {
            not_a_tree(cx, tree.span, None);
            return broken(span);
        }
        None => return broken(span),
    };
    let declared = &cx.model.structures[structure];
    if declared.shape != Shape::Tree {
        not_a_tree(cx, tree.span, Some(structure));
        return broken(span);
    }
    let (on, to) = call::ends(cx.model, structure);
    let agent = typed(cx, scope, agent, &Type::Agent(to), None);
    if agent.ty == Type::Error {
        return broken(span);
    }
    let ty = Type::Optional(Box::new(Type::Agent(on)));
    node(ExprKind::Superior(structure, agent), ty, span)
}

fn not_a_tree(cx: &mut Context<'_>, span: Span, structure: Option<StructId>) {
    let mut diagnostic = Diagnostic::error(code::RELATION, span, "only a `tree` has superiors")
        .label(span, "this is no tree");
    if let Some(structure) = structure {
        let place = cx.model.structures[structure].span;
        diagnostic = diagnostic.label(place, "declared here");
    }
    cx.report(diagnostic.help("declare it as `structure …: tree on …`"));
}

/// `reaches(R, a, b)`, `distance(R, a, b)`
fn between(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    name: &str,
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    let Some([related, a, b]) = exactly::<3>(cx, name, arguments, span) else {
        return broken(span);
    };
    let Some(found) = relation(cx, scope, related) else { return broken(span) };
    if !one_kind(cx, &found, related.span, name) {
        return broken(span);
    }
    let a = typed(cx, scope, a, &found.from, None);
    let b = typed(cx, scope, b, &found.to, None);
    if a.ty == Type::Error || b.ty == Type::Error {
        return broken(span);
    }
    let distance = Type::Optional(Box::new(Type::Int));
    match (found.relation, name) {
        (Some(relation), "reaches") => node(ExprKind::Reaches(relation, a, b), Type::Bool, span),
        (Some(relation), _) => node(ExprKind::Distance(relation, a, b), distance, span),
        (None, "reaches") => Expr { ty: Type::Bool, ..broken(span) },
        (None, _) => Expr { ty: distance, ..broken(span) },
    }
}

/// `connected(R)`, `acyclic(R)`, `edges(R)`
fn whole(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    name: &str,
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    let Some([related]) = exactly::<1>(cx, name, arguments, span) else { return broken(span) };
    let Some(found) = relation(cx, scope, related) else { return broken(span) };
    if name == "acyclic" && !one_kind(cx, &found, related.span, name) {
        return broken(span);
    }
    let ty = if name == "edges" { Type::Int } else { Type::Bool };
    let kind = match (found.relation, name) {
        (Some(relation), "connected") => ExprKind::Connected(relation),
        (Some(relation), "acyclic") => ExprKind::Acyclic(relation),
        (Some(relation), _) => ExprKind::Edges(relation),
        (None, _) => ExprKind::Literal(Value::None),
    };
    node(kind, ty, span)
}

fn one_kind(cx: &mut Context<'_>, found: &Found, span: Span, name: &str) -> bool {
    if found.from == found.to {
        return true;
    }
    let (from, to) = (type_name(cx.model, &found.from), type_name(cx.model, &found.to));
    cx.report(
        Diagnostic::error(
            code::RELATION,
            span,
            format!("`{name}` takes a relation between agents of one kind"),
        )
        .label(span, format!("this ties `{from}` to `{to}`")),
    );
    false
}

/// What a name stands for where a relation or a function is expected.
pub(super) fn callee(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    expr: &ast::Expr,
) -> Option<(Callee, String)> {
    let name = match &*expr.kind {
        ast::ExprKind::Name(name) => name,
        ast::ExprKind::Paren(inner) => return callee(cx, scope, inner),
        ast::ExprKind::Error => return None,
        _ => {
            not_a_relation(cx, expr.span, "only a name can stand for a relation");
            return None;
        }
    };
    if let Some(local) = scope.local(name) {
        local.used = true;
        if let Role::Relation(callee) = &local.role {
            return Some((callee.clone(), name.clone()));
        }
        not_a_relation(cx, expr.span, &format!("`{name}` is a local value"));
        return None;
    }
    let found = match meaning(cx, name) {
        Some((Meaning::Structure(structure), _)) => Callee::Structure(structure),
        Some((Meaning::State(state), _)) => Callee::State(state),
        Some((Meaning::Param(param), _)) => Callee::Param(param),
        Some((Meaning::Def(place), _)) => Callee::Def(place),
        Some((Meaning::Broken, _)) => return None,
        Some((other, _)) => {
            not_a_relation(cx, expr.span, &format!("`{name}` is {}", call::kind_words(&other)));
            return None;
        }
        None => {
            super::name::unknown(cx, scope, name, expr.span);
            return None;
        }
    };
    Some((found, name.clone()))
}

fn not_a_relation(cx: &mut Context<'_>, span: Span, found: &str) {
    cx.report(
        Diagnostic::error(code::RELATION, span, "a relation is expected here")
            .label(span, found)
            .help("name a structure, a bool `state` of two agents, or a bool `def` of two agents"),
    );
}

/// A relation between two agents.
fn relation(cx: &mut Context<'_>, scope: &mut Scope, expr: &ast::Expr) -> Option<Found> {
    let (callee, name) = callee(cx, scope, expr)?;
    let mark = Mark::new(expr.span, name.clone());
    let (relation, indices, result) = match callee {
        Callee::Structure(structure) => {
            note(cx, scope, Use::Setup, mark);
            let (from, to) = call::ends(cx.model, structure);
            let indices = vec![Type::Agent(from), Type::Agent(to)];
            (Some(Relation::Structure(structure)), indices, Type::Bool)
        }
        Callee::State(state) => {
            note(cx, scope, Use::State, mark);
            let declared = &cx.model.states[state];
            let result = domain::type_of(cx.model, &declared.domain);
            let same = declared.indices.windows(2).all(|pair| pair[0] == pair[1]);
            let indices = call::index_types(cx.model, &declared.indices);
            if !same {
                not_a_relation(cx, expr.span, "its two indices are not the same set of agents");
                return None;
            }
            (Some(Relation::State(state)), indices, result)
        }
        Callee::Def(place) => {
            let def = def::plain(cx, scope, place, expr.span)?;
            let declared = &cx.model.defs[def];
            let indices = declared.params.iter().map(|(_, ty)| ty.clone()).collect();
            (Some(Relation::Def(def)), indices, declared.body.ty.clone())
        }
        Callee::Param(_) => {
            not_a_relation(cx, expr.span, &format!("`{name}` is a parameter"));
            return None;
        }
        Callee::Unfilled(_) => {
            let local = scope.local(&name)?;
            (None, local.indices.clone(), local.ty.clone())
        }
    };
    match &indices[..] {
        [Type::Error, _] | [_, Type::Error] => None,
        [from @ Type::Agent(_), to @ Type::Agent(_)] if result == Type::Bool => {
            Some(Found { relation, from: from.clone(), to: to.clone() })
        }
        _ if result == Type::Error => None,
        _ => {
            not_a_relation(cx, expr.span, &format!("`{name}` is no bool of two agents"));
            None
        }
    }
}
