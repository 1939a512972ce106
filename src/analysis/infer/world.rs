//! Worlds (`e@w`) and chance (`probability`, `expected`): runs beside the one that is judged.

use super::call;
use super::expression::{infer, truth};
use super::scope::{Context, Place, Scope};
use super::temporal;
use super::types::{broken, node};
use super::uses::{Mark, Use, note};
use crate::analysis::names::suggest;
use crate::base::id::Id;
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::{Expr, ExprKind, Type, WorldId};
use crate::syntax::ast;

/// `e@w(a, …)`. spec: world.reads
pub(super) fn at(cx: &mut Context<'_>, scope: &mut Scope, expr: &ast::Expr) -> Expr {
    let span = expr.span;
    let ast::ExprKind::At { body, world, arguments } = &*expr.kind else { return broken(span) };
    let Some((id, wanted)) = find(cx, scope, world) else {
        arguments.iter().for_each(|argument| drop(infer(cx, scope, argument, None)));
        // What stands under it is checked as if the world were there.
        let mark = Mark::new(world.span, format!("@{}", world.text));
        scope.within(|under| under.world = Some(mark), |scope| infer(cx, scope, body, None));
        return broken(span);
    };
    if let Some(outer) = scope.under.world.clone() {
        let message = format!("`@{}` stands under `{}`", world.text, outer.words);
        cx.report(
            Diagnostic::error(code::WORLD, world.span, message)
                .label(world.span, "a world has no worlds in it")
                .label(outer.span, "already in this world")
                .help("mark each read by itself, or compare outside: `(…)@a == (…)@b`"),
        );
    }
    let found = call::arguments(cx, scope, (&world.text, None), &wanted, arguments, world.span);
    let mark = Mark::new(world.span, format!("@{}", world.text));
    let body = scope.within(|under| under.world = Some(mark), |scope| infer(cx, scope, body, None));
    let ty = body.ty.clone();
    match found {
        Some(arguments) if ty != Type::Error => node(ExprKind::At(id, arguments, body), ty, span),
        _ => broken(span),
    }
}

/// The world of this name, with what it takes.
fn find(cx: &mut Context<'_>, scope: &Scope, world: &ast::Name) -> Option<(WorldId, Vec<Type>)> {
    let text = &world.text;
    let worlds = match &scope.place {
        Place::Formula { worlds } => worlds.as_slice(),
        Place::Constant
        | Place::Setup { .. }
        | Place::Start { .. }
        | Place::Step { .. }
        | Place::Measure
        | Place::Def => &[],
    };
    if let Some(at) = worlds.iter().position(|(name, _)| name == text) {
        return Some((WorldId::new(at), worlds[at].1.clone()));
    }
    let mut diagnostic =
        Diagnostic::error(code::WORLD, world.span, format!("there is no world `{text}` here"));
    if worlds.is_empty() {
        diagnostic = diagnostic
            .label(world.span, "only a property with `worlds` has worlds")
            .help("in a def, leave `@` out and mark the call: `f(…)@w`")
            .help(format!("in a property, declare it: `worlds {{ {text} {{ … }} }}`"));
    } else {
        let names = || worlds.iter().map(|(name, _)| name.as_str());
        diagnostic = diagnostic.label(world.span, "not declared in this property").help(
            match suggest(text, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its worlds are `{}`", names().collect::<Vec<_>>().join("`, `")),
            },
        );
    }
    cx.report(diagnostic);
    None
}

/// `probability(φ)`, `expected(e)`. spec: chance.estimate
pub(super) fn chance(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    word: &str,
    body: &ast::Expr,
    span: Span,
) -> Expr {
    let mark = Mark::new(span, word);
    note(cx, scope, Use::Chance, mark.clone());
    let of_run = word == "probability";
    let body = scope.within(
        |under| {
            under.chance.get_or_insert(mark);
            under.fixed = None;
        },
        |scope| if of_run { truth(cx, scope, body) } else { temporal::number(cx, scope, body) },
    );
    if body.ty == Type::Error {
        return broken(span);
    }
    let kind = if of_run { ExprKind::Probability(body) } else { ExprKind::Expected(body) };
    node(kind, Type::Real, span)
}
