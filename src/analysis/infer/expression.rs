//! Expressions: the dispatcher, literals, `if`, `let`.

use super::scope::{Context, Place, Role, Scope, bind_as, unbind};
use super::types::{broken, coerce, join, node, widen};
use super::uses::{self, Mark};
use super::{aggregate, call, matching, name, operator, set, size, temporal, world};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Label, Span};
use crate::ir::model::Closed;
use crate::ir::{Expr, ExprKind, Type, Value};
use crate::syntax::ast::{self, Literal};

/// An expression; where a type is expected, an int widens to it and anything else is an error.
pub fn expression(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    expr: &ast::Expr,
    expected: Option<&Type>,
) -> Expr {
    let expr = match expected {
        Some(expected) => typed(cx, scope, expr, expected, None),
        None => infer(cx, scope, expr, None),
    };
    if matches!(scope.place, Place::Formula { .. }) {
        uses::refuse_mixed(cx, scope);
    }
    size::check(cx, expr)
}

/// An expression with nothing bound.
pub fn closed(
    cx: &mut Context<'_>,
    place: Place,
    expr: &ast::Expr,
    expected: Option<&Type>,
) -> Closed {
    let mut scope = Scope::new(place);
    let expr = expression(cx, &mut scope, expr, expected);
    Closed { expr, frame: scope.frame() }
}

/// An expression that must be of a type; `why` says where that comes from.
pub(super) fn typed(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    expr: &ast::Expr,
    expected: &Type,
    why: Option<Label>,
) -> Expr {
    let expr = infer(cx, scope, expr, Some(expected));
    coerce(cx, expr, expected, why)
}

/// A condition or formula.
pub(super) fn truth(cx: &mut Context<'_>, scope: &mut Scope, expr: &ast::Expr) -> Expr {
    typed(cx, scope, expr, &Type::Bool, None)
}

/// An expression of any type. `hint` is what the place would like; it need not be met.
pub(super) fn infer(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    expr: &ast::Expr,
    hint: Option<&Type>,
) -> Expr {
    if !cx.defs.enter() {
        size::refuse_depth(cx, expr.span);
        return broken(expr.span);
    }
    let result = dispatch(cx, scope, expr, hint);
    cx.defs.leave();
    result
}

fn dispatch(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    expr: &ast::Expr,
    hint: Option<&Type>,
) -> Expr {
    use ast::ExprKind as E;
    let span = expr.span;
    match &*expr.kind {
        E::Literal(value) => literal(cx, value, span),
        E::Paren(inner) => Expr { span, ..infer(cx, scope, inner, hint) },
        E::Name(_) | E::Call { .. } | E::Field { .. } => {
            name::reference(cx, scope, expr, name::Mode::Old)
        }
        E::Primed(inner) => name::primed(cx, scope, inner, span),
        E::Index { object, index } => call::index(cx, scope, object, index, span),
        E::At { .. } => world::at(cx, scope, expr),
        E::Unary { op, operand } => operator::unary(cx, scope, *op, operand, span),
        E::Binary { .. } => operator::binary(cx, scope, expr),
        E::If { condition, then, otherwise } => {
            choose_branch(cx, scope, [condition, then, otherwise], hint, span)
        }
        E::Match { scrutinee, arms } => {
            matching::expression(cx, scope, scrutinee, arms, hint, span)
        }
        E::Let { name, value, body } => let_in(cx, scope, name, value, body, hint, span),
        E::SetList(elements) => set::list(cx, scope, elements, hint, span),
        E::SetFilter(binder) => set::filter(cx, scope, binder, span),
        E::Quantifier { all, binders, body } => {
            aggregate::quantifier(cx, scope, *all, binders, body, span)
        }
        E::Aggregate { .. } => aggregate::aggregate(cx, scope, expr),
        E::Temporal { .. } | E::TemporalBinary { .. } | E::Initially(_) | E::Prev { .. } => {
            temporal::operator(cx, scope, expr, hint)
        }
        E::Probability(body) => world::chance(cx, scope, "probability", body, span),
        E::Expected(body) => world::chance(cx, scope, "expected", body, span),
        E::Error => broken(span),
    }
}

/// The value and type of a literal.
pub(super) fn literal_value(value: &Literal) -> (Value, Type) {
    match value {
        Literal::Bool(truth) => (Value::Bool(*truth), Type::Bool),
        Literal::Int(int) => (Value::Int(*int), Type::Int),
        Literal::Real(real) => (Value::Real(*real), Type::Real),
        Literal::Str(text) => (Value::Str(text.as_str().into()), Type::Str),
        Literal::Duration(nanoseconds) => (Value::Duration(*nanoseconds), Type::Duration),
    }
}

fn literal(cx: &mut Context<'_>, value: &Literal, span: Span) -> Expr {
    if let Literal::Real(real) = value
        && !real.is_finite()
    {
        cx.report(
            Diagnostic::error(code::CONSTANT_FAULT, span, "this number is too large for a `real`")
                .label(span, "beyond 1.8e308"),
        );
        return broken(span);
    }
    let (value, ty) = literal_value(value);
    node(ExprKind::Literal(value), ty, span)
}

/// `if c then a else b`
fn choose_branch(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    [condition, then, otherwise]: [&ast::Expr; 3],
    hint: Option<&Type>,
    span: Span,
) -> Expr {
    let condition = truth(cx, scope, condition);
    let then = infer(cx, scope, then, hint);
    let otherwise = infer(cx, scope, otherwise, hint);
    let (mut values, ty) = unify(cx, vec![then, otherwise], hint);
    let (otherwise, then) = (values.pop(), values.pop());
    let (Some(then), Some(otherwise)) = (then, otherwise) else { return broken(span) };
    node(ExprKind::If(condition, then, otherwise), ty, span)
}

/// Brings the values of several arms to one type; the first that does not agree is an error.
pub(super) fn unify(
    cx: &mut Context<'_>,
    values: Vec<Expr>,
    hint: Option<&Type>,
) -> (Vec<Expr>, Type) {
    let mut ty = match hint {
        Some(hint) if values.iter().all(|value| super::types::widens(&value.ty, hint)) => {
            hint.clone()
        }
        _ => Type::Never,
    };
    let mut first = None;
    for (place, value) in values.iter().enumerate() {
        if place == 0 && ty == Type::Never {
            ty = value.ty.clone();
            first = Some(value.span);
            continue;
        }
        match join(&ty, &value.ty) {
            Some(joined) => ty = joined,
            None => {
                let why = first.map(|span| {
                    Label::new(span, format!("this is `{}`", super::type_name(cx.model, &ty)))
                });
                coerce(cx, value.clone(), &ty.clone(), why);
                ty = Type::Error;
            }
        }
    }
    let values = values
        .into_iter()
        .map(|value| if value.ty == ty || ty == Type::Error { value } else { widen(value, &ty) })
        .collect();
    (values, ty)
}

/// `let x = e; body`. spec: formula.capture
fn let_in(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    name: &ast::Name,
    value: &ast::Expr,
    body: &ast::Expr,
    hint: Option<&Type>,
    span: Span,
) -> Expr {
    let value = fixed(cx, scope, value, None, &format!("the value of `{}`", name.text));
    let depth = scope.depth();
    let slot = bind_as(cx, scope, name, value.ty.clone(), Role::Value);
    let body = infer(cx, scope, body, hint);
    unbind(cx, scope, depth);
    let ty = body.ty.clone();
    node(ExprKind::Let(slot, value, body), ty, span)
}

/// An expression that is evaluated once, now: no temporal operator may stand in it.
pub(super) fn fixed(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    expr: &ast::Expr,
    expected: Option<(&Type, Label)>,
    words: &str,
) -> Expr {
    let mark = Mark::new(expr.span, words);
    scope.within(
        |under| {
            under.fixed.get_or_insert(mark);
        },
        |scope| match expected {
            Some((expected, why)) => typed(cx, scope, expr, expected, Some(why)),
            None => infer(cx, scope, expr, None),
        },
    )
}
