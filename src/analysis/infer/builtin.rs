//! The functions that every model has.

use super::expression::{infer, typed};
use super::scope::{Context, Scope};
use super::types::{broken, coerce, join, node, numeric, ordered, type_name, widen};
use super::{aggregate, call, relation};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::expr::Function;
use crate::ir::{Expr, ExprKind, Type};
use crate::syntax::ast;

/// The functions with what they take.
const BUILTINS: &[(&str, &str)] = &[
    ("abs", "x"),
    ("floor", "x"),
    ("ceil", "x"),
    ("round", "x"),
    ("sqrt", "x"),
    ("exp", "x"),
    ("log", "x"),
    ("pow", "x, y"),
    ("clamp", "x, lo, hi"),
    ("min", "x, y"),
    ("max", "x, y"),
    ("index", "a"),
    ("count", "S"),
    ("sum", "e for a in S"),
    ("mean", "e for a in S"),
    ("argmax", "e for a in S"),
    ("superior", "s, a"),
    ("reaches", "R, a, b"),
    ("distance", "R, a, b"),
    ("connected", "R"),
    ("acyclic", "R"),
    ("edges", "R"),
];

/// Whether the language gives this function to every model.
pub fn is_builtin(name: &str) -> bool {
    BUILTINS.iter().any(|(builtin, _)| *builtin == name)
}

/// Their names.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    BUILTINS.iter().map(|(name, _)| *name)
}

/// A call of one of them.
pub(super) fn call(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    (name, place): (&str, Span),
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    match name {
        "abs" => number(cx, scope, (name, Function::Abs), arguments, span),
        "floor" => to_int(cx, scope, (name, Function::Floor), arguments, span),
        "ceil" => to_int(cx, scope, (name, Function::Ceil), arguments, span),
        "round" => to_int(cx, scope, (name, Function::Round), arguments, span),
        "sqrt" => reals(cx, scope, (name, Function::Sqrt), 1, arguments, span),
        "exp" => reals(cx, scope, (name, Function::Exp), 1, arguments, span),
        "log" => reals(cx, scope, (name, Function::Log), 1, arguments, span),
        "pow" => reals(cx, scope, (name, Function::Pow), 2, arguments, span),
        "clamp" => several(cx, scope, (name, Function::Clamp), arguments, span),
        "min" => several(cx, scope, (name, Function::Min), arguments, span),
        "max" => several(cx, scope, (name, Function::Max), arguments, span),
        "index" => index_of(cx, scope, arguments, span),
        "count" => aggregate::count_of(cx, scope, arguments, span),
        "sum" | "mean" | "argmax" => {
            cx.report(
                Diagnostic::error(code::AGGREGATE, place, format!("`{name}` takes a binder"))
                    .label(place, "of what, for which elements?")
                    .help(format!("write `{name}(… for a in …)`")),
            );
            arguments.iter().for_each(|argument| drop(infer(cx, scope, argument, None)));
            broken(span)
        }
        _ => relation::call(cx, scope, name, arguments, span),
    }
}

/// The arguments if there are as many as wanted.
pub(super) fn exactly<'a, const N: usize>(
    cx: &mut Context<'_>,
    name: &str,
    arguments: &'a [ast::Expr],
    span: Span,
) -> Option<&'a [ast::Expr; N]> {
    let found = arguments.try_into().ok();
    if found.is_none() {
        call::wrong_count(cx, (name, span), N, arguments.len(), span);
        if let Some((_, takes)) = BUILTINS.iter().find(|(builtin, _)| *builtin == name)
            && let Some(diagnostic) = cx.diagnostics.last_mut()
        {
            diagnostic.helps = vec![format!("write `{name}({takes})`")];
        }
    }
    found
}

/// `abs(x)`: int, real or duration
fn number(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    (name, function): (&str, Function),
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    let Some([argument]) = exactly::<1>(cx, name, arguments, span) else { return broken(span) };
    let value = infer(cx, scope, argument, None);
    if value.ty == Type::Error {
        return broken(span);
    }
    if !numeric(&value.ty) && value.ty != Type::Duration {
        coerce(cx, value, &Type::Real, None);
        return broken(span);
    }
    let ty = value.ty.clone();
    node(ExprKind::Builtin(function, vec![value]), ty, span)
}

/// `floor(x)`, `ceil(x)`, `round(x)`: an int
fn to_int(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    (name, function): (&str, Function),
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    let Some([argument]) = exactly::<1>(cx, name, arguments, span) else { return broken(span) };
    let value = typed(cx, scope, argument, &Type::Real, None);
    if value.ty == Type::Error {
        return broken(span);
    }
    node(ExprKind::Builtin(function, vec![value]), Type::Int, span)
}

/// A function of reals.
fn reals(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    (name, function): (&str, Function),
    count: usize,
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    let wanted = vec![Type::Real; count];
    match call::arguments(cx, scope, (name, None), &wanted, arguments, span) {
        Some(values) => node(ExprKind::Builtin(function, values), Type::Real, span),
        None => broken(span),
    }
}

/// `min(a, b, …)`, `max(a, b, …)`, `clamp(x, lo, hi)`: of one type with an order
fn several(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    (name, function): (&str, Function),
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    if function == Function::Clamp {
        if exactly::<3>(cx, name, arguments, span).is_none() {
            return broken(span);
        }
    } else if arguments.len() < 2 {
        cx.report(
            Diagnostic::error(code::ARGUMENTS, span, format!("`{name}` takes two or more values"))
                .label(span, format!("{} here", arguments.len()))
                .help(format!("for the elements of a set, write `{name}(x for x in …)`")),
        );
        return broken(span);
    }
    let values: Vec<Expr> =
        arguments.iter().map(|argument| infer(cx, scope, argument, None)).collect();
    let mut ty = values[0].ty.clone();
    for value in &values {
        match join(&ty, &value.ty) {
            Some(joined) if ordered(&joined) => ty = joined,
            _ => {
                let found = type_name(cx.model, &value.ty);
                cx.report(
                    Diagnostic::error(
                        code::MISMATCH,
                        value.span,
                        format!("`{name}` takes numbers of one type, found `{found}`"),
                    )
                    .label(value.span, format!("this is `{found}`"))
                    .label(values[0].span, format!("this is `{}`", type_name(cx.model, &ty))),
                );
                return broken(span);
            }
        }
    }
    if ty == Type::Error {
        return broken(span);
    }
    let values = values.into_iter().map(|value| widen(value, &ty)).collect();
    node(ExprKind::Builtin(function, values), ty, span)
}

/// `index(a)`
fn index_of(cx: &mut Context<'_>, scope: &mut Scope, arguments: &[ast::Expr], span: Span) -> Expr {
    let Some([argument]) = exactly::<1>(cx, "index", arguments, span) else {
        return broken(span);
    };
    let agent = infer(cx, scope, argument, None);
    match &agent.ty {
        Type::Agent(_) => node(ExprKind::IndexOf(agent), Type::Int, span),
        Type::Error => broken(span),
        other => {
            let found = type_name(cx.model, other);
            cx.report(
                Diagnostic::error(
                    code::MISMATCH,
                    agent.span,
                    format!("`index` takes an agent, found `{found}`"),
                )
                .label(agent.span, format!("this is `{found}`")),
            );
            broken(span)
        }
    }
}
