//! Quantifiers and aggregates.

use super::expression::{infer, truth};
use super::scope::{Context, Scope, unbind};
use super::types::{broken, coerce, join, node, numeric, ordered, type_name, widen};
use super::{builtin, set};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Label, Span};
use crate::ir::expr::{AggregateOp, Binder};
use crate::ir::{Expr, ExprKind, Type};
use crate::syntax::ast;

/// `forall a in S: p`, `exists a in S: p`
pub(super) fn quantifier(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    all: bool,
    binders: &[ast::Binder],
    body: &ast::Expr,
    span: Span,
) -> Expr {
    let depth = scope.depth();
    let binders = set::binders(cx, scope, binders);
    for window in binders.iter().filter(|binder| binder.window.is_some()) {
        cx.report(
            Diagnostic::error(
                code::INTERVAL,
                window.span,
                "a window belongs to `count`, `sum`, `mean`, `min`, `max`",
            )
            .label(window.span, "bound by a quantifier")
            .help("write `once[…] exists e in …: …` or `historically[…] forall e in …: …`"),
        );
    }
    let body = truth(cx, scope, body);
    unbind(cx, scope, depth);
    node(ExprKind::Quantifier { all, binders, body }, Type::Bool, span)
}

/// `count(S)`
pub(super) fn count_of(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    let Some([elements]) = builtin::exactly::<1>(cx, "count", arguments, span) else {
        return broken(span);
    };
    let elements = set::set(cx, scope, elements);
    if elements.ty == Type::Error {
        return broken(span);
    }
    let binders = vec![set::hidden(cx, scope, elements)];
    let kind =
        ExprKind::Aggregate { op: AggregateOp::Count, value: None, binders, otherwise: None };
    node(kind, Type::Int, span)
}

/// The aggregate's operator by its word.
fn operator(word: &str) -> Option<AggregateOp> {
    match word {
        "sum" => Some(AggregateOp::Sum),
        "mean" => Some(AggregateOp::Mean),
        "min" => Some(AggregateOp::Min),
        "max" => Some(AggregateOp::Max),
        "argmax" => Some(AggregateOp::Argmax),
        "count" => Some(AggregateOp::Count),
        _ => None,
    }
}

/// `sum(e for a in S)` and its like. spec: expr.aggregate
pub(super) fn aggregate(cx: &mut Context<'_>, scope: &mut Scope, expr: &ast::Expr) -> Expr {
    let span = expr.span;
    let ast::ExprKind::Aggregate { op, value, binders, otherwise } = &*expr.kind else {
        return broken(span);
    };
    let Some(operator) = operator(&op.text) else {
        let message = format!("`{}` does not go through a set", op.text);
        cx.report(
            Diagnostic::error(code::AGGREGATE, op.span, message)
                .label(op.span, "not an aggregate")
                .help("the aggregates are `sum`, `mean`, `min`, `max`, `argmax` and `count`"),
        );
        return broken(span);
    };
    if let (AggregateOp::Count, Some(elements), []) = (operator, value, &binders[..]) {
        return count_of(cx, scope, std::slice::from_ref(elements), span);
    }
    let depth = scope.depth();
    let bound = set::binders(cx, scope, binders);
    let value = value.as_ref().map(|value| infer(cx, scope, value, None));
    unbind(cx, scope, depth);
    let parts = Parts { op, operator, binders: bound, value, otherwise: otherwise.as_ref(), span };
    if !well_formed(cx, &parts) {
        return broken(span);
    }
    match operator {
        AggregateOp::Count => finish(parts, None, Type::Int),
        AggregateOp::Argmax => argmax(cx, scope, parts),
        AggregateOp::Sum | AggregateOp::Mean | AggregateOp::Min | AggregateOp::Max => {
            of_numbers(cx, scope, parts)
        }
    }
}

/// An aggregate whose parts are inferred, but for `else`.
struct Parts<'a> {
    op: &'a ast::Name,
    operator: AggregateOp,
    binders: Vec<Binder>,
    value: Option<Expr>,
    otherwise: Option<&'a ast::Expr>,
    span: Span,
}

fn finish(parts: Parts<'_>, otherwise: Option<Expr>, ty: Type) -> Expr {
    let Parts { operator: op, binders, value, span, .. } = parts;
    node(ExprKind::Aggregate { op, value, binders, otherwise }, ty, span)
}

/// Whether the parts fit the operator; an error where they do not.
fn well_formed(cx: &mut Context<'_>, parts: &Parts<'_>) -> bool {
    let word = &parts.op.text;
    let problem = match (parts.operator, &parts.value, &parts.otherwise) {
        (AggregateOp::Count, Some(_), _) => Some((
            "`count` counts elements and has no value",
            "write `count(a in S where …)`".into(),
        )),
        (AggregateOp::Count | AggregateOp::Sum, _, Some(_)) => Some((
            "`sum` and `count` of nothing are 0, so they have no `else`",
            "leave it out".into(),
        )),
        (
            AggregateOp::Sum
            | AggregateOp::Mean
            | AggregateOp::Min
            | AggregateOp::Max
            | AggregateOp::Argmax,
            None,
            _,
        ) => Some(("of what?", format!("write `{word}(… for a in S)`"))),
        _ if parts.binders.is_empty() => {
            Some(("for which elements?", format!("write `{word}(… for a in S)`")))
        }
        (AggregateOp::Argmax, Some(_), _) if parts.binders.len() != 1 => Some((
            "`argmax` is an element, so it has one binder",
            "bind the others within: `argmax(max(… for b in T) for a in S)`".into(),
        )),
        _ => None,
    };
    let Some((message, help)) = problem else { return true };
    cx.report(
        Diagnostic::error(code::AGGREGATE, parts.span, message)
            .label(parts.op.span, "here")
            .help(help),
    );
    false
}

/// The `else`, and the type that it and the value have in common.
fn with_else(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    otherwise: Option<&ast::Expr>,
    ty: Type,
    value_at: Span,
) -> (Option<Expr>, Type) {
    let Some(otherwise) = otherwise else { return (None, ty) };
    let otherwise = infer(cx, scope, otherwise, Some(&ty));
    match join(&ty, &otherwise.ty) {
        Some(joined) => (Some(widen(otherwise, &joined)), joined),
        None => {
            let why = Label::new(value_at, format!("this is `{}`", type_name(cx.model, &ty)));
            coerce(cx, otherwise, &ty, Some(why));
            (None, Type::Error)
        }
    }
}

/// `argmax(e for a in S)`: the element
fn argmax(cx: &mut Context<'_>, scope: &mut Scope, parts: Parts<'_>) -> Expr {
    let Some(value) = &parts.value else { return broken(parts.span) };
    if !ordered(&value.ty) {
        no_numbers(cx, &parts, value);
        return broken(parts.span);
    }
    let ty = set::element(&parts.binders[0].set.ty);
    let at = parts.binders[0].span;
    let (otherwise, ty) = with_else(cx, scope, parts.otherwise, ty, at);
    if ty == Type::Error { broken(parts.span) } else { finish(parts, otherwise, ty) }
}

/// `sum`, `mean`, `min`, `max`
fn of_numbers(cx: &mut Context<'_>, scope: &mut Scope, mut parts: Parts<'_>) -> Expr {
    let Some(value) = parts.value.take() else { return broken(parts.span) };
    let fits = match parts.operator {
        AggregateOp::Mean => numeric(&value.ty),
        AggregateOp::Sum
        | AggregateOp::Min
        | AggregateOp::Max
        | AggregateOp::Argmax
        | AggregateOp::Count => ordered(&value.ty),
    };
    if !fits {
        no_numbers(cx, &parts, &value);
        return broken(parts.span);
    }
    let value = match (parts.operator, &value.ty) {
        (AggregateOp::Mean, Type::Int) => widen(value, &Type::Real),
        _ => value,
    };
    let at = value.span;
    let (otherwise, ty) = with_else(cx, scope, parts.otherwise, value.ty.clone(), at);
    if ty == Type::Error {
        return broken(parts.span);
    }
    // `none` where there is nothing would make a number that cannot be computed with.
    if let (Type::Optional(_), Some(otherwise)) = (&ty, &otherwise) {
        let wanted = value.ty.clone();
        coerce(cx, Expr { ty, ..otherwise.clone() }, &wanted, None);
        return broken(parts.span);
    }
    parts.value = Some(widen(value, &ty));
    finish(parts, otherwise, ty)
}

fn no_numbers(cx: &mut Context<'_>, parts: &Parts<'_>, value: &Expr) {
    let (word, found) = (&parts.op.text, type_name(cx.model, &value.ty));
    let mut diagnostic = Diagnostic::error(
        code::MISMATCH,
        value.span,
        format!("`{word}` takes numbers, found `{found}`"),
    )
    .label(value.span, format!("this is `{found}`"));
    if value.ty == Type::Bool {
        diagnostic =
            diagnostic.help("write `count(a in S where …)` to count those for which it is true");
    }
    cx.report(diagnostic);
}
