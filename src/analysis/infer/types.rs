//! Types: their words, what they have in common, and what widens to what.

use super::scope::Context;
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Label, Span};
use crate::ir::{Expr, ExprKind, Model, Type, Value};

/// The type as a user writes it.
pub fn type_name(model: &Model, ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".into(),
        Type::Int => "int".into(),
        Type::Real => "real".into(),
        Type::Str => "string".into(),
        Type::Duration => "duration".into(),
        Type::Enum(id) => model.enums[*id].name.clone(),
        Type::Agent(kind) => model.kinds[*kind].name.clone(),
        Type::Optional(inner) => format!("{}?", type_name(model, inner)),
        Type::Set(inner) => format!("set of {}", type_name(model, inner)),
        Type::Event(event) => format!("event {}", model.events[*event].name),
        Type::Never => "none".into(),
        Type::Error => "?".into(),
    }
}

/// An expression that did not type; an error was given.
pub(super) fn broken(span: Span) -> Expr {
    Expr { kind: Box::new(ExprKind::Literal(Value::None)), ty: Type::Error, span }
}

/// An expression of a kind, type and place.
pub(super) fn node(kind: ExprKind, ty: Type, span: Span) -> Expr {
    Expr { kind: Box::new(kind), ty, span }
}

/// The least type that both widen to.
pub(super) fn join(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::Error, _) | (_, Type::Error) => Some(Type::Error),
        (a, b) if a == b => Some(a.clone()),
        (Type::Int, Type::Real) | (Type::Real, Type::Int) => Some(Type::Real),
        (Type::Never, other) | (other, Type::Never) => match other {
            Type::Optional(_) => Some(other.clone()),
            Type::Set(_) | Type::Event(_) => None,
            _ => Some(Type::Optional(Box::new(other.clone()))),
        },
        (Type::Optional(a), Type::Optional(b)) => (a == b).then(|| Type::Optional(a.clone())),
        (Type::Optional(inner), other) | (other, Type::Optional(inner)) => {
            (**inner == *other).then(|| Type::Optional(inner.clone()))
        }
        (Type::Set(a), Type::Set(b)) => match (&**a, &**b) {
            (Type::Never, other) | (other, Type::Never) => Some(Type::Set(Box::new(other.clone()))),
            (Type::Error, _) | (_, Type::Error) => Some(Type::Error),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a value of one type may stand where the other is expected.
pub(super) fn widens(from: &Type, to: &Type) -> bool {
    *to == Type::Error
        || join(from, to).is_some_and(|joined| joined == *to || joined == Type::Error)
}

/// The expression where `expected` is wanted: an int becomes a real, a value or `none` an
/// optional; anything else is an error, with `why` as a second label.
pub fn coerce(cx: &mut Context<'_>, expr: Expr, expected: &Type, why: Option<Label>) -> Expr {
    if expr.ty == *expected || expr.ty == Type::Error {
        return expr;
    }
    if *expected == Type::Error {
        return Expr { ty: Type::Error, ..expr };
    }
    if widens(&expr.ty, expected) {
        return widen(expr, expected);
    }
    if let Type::Set(element) = expected
        && (expr.ty == **element
            || expr.ty == Type::Optional(element.clone())
            || expr.ty == Type::Never)
        && let Type::Agent(_) = **element
    {
        let span = expr.span;
        return node(ExprKind::ToSet(expr), expected.clone(), span);
    }
    mismatch(cx, &expr, expected, why);
    broken(expr.span)
}

/// As [`coerce`], where it is known that the types agree.
pub(super) fn widen(expr: Expr, expected: &Type) -> Expr {
    match (&expr.ty, expected) {
        (Type::Int, Type::Real) => {
            let span = expr.span;
            node(ExprKind::ToReal(expr), Type::Real, span)
        }
        (Type::Never, Type::Optional(_)) | (Type::Set(_), Type::Set(_)) => {
            Expr { ty: expected.clone(), ..expr }
        }
        _ => expr,
    }
}

fn mismatch(cx: &mut Context<'_>, expr: &Expr, expected: &Type, why: Option<Label>) {
    let (wanted, found) = (type_name(cx.model, expected), type_name(cx.model, &expr.ty));
    let message = format!("expected `{wanted}`, found `{found}`");
    let mut diagnostic = Diagnostic::error(code::MISMATCH, expr.span, message)
        .label(expr.span, format!("this is `{found}`"));
    diagnostic.labels.extend(why);
    diagnostic.helps.extend(instead(expected, &expr.ty));
    cx.report(diagnostic);
}

/// What to write to get from one type to another.
fn instead(expected: &Type, found: &Type) -> Option<String> {
    let text = match (expected, found) {
        (Type::Int, Type::Real) => {
            "write `floor(…)`, `ceil(…)` or `round(…)` for an int, or declare it `real`"
        }
        (Type::Bool, Type::Int | Type::Real) => "compare it: `… > 0`",
        (Type::Bool, Type::Set(_)) => {
            "write `exists x in …: true` to ask whether it has an element"
        }
        (Type::Bool, Type::Optional(_)) => "write `… != none`",
        (Type::Int | Type::Real, Type::Bool) => "write `if … then 1 else 0`",
        (Type::Int | Type::Real, Type::Set(_)) => "write `count(…)` for the number of its elements",
        (_, Type::Optional(inner)) if **inner == *expected => {
            "it may be `none`: bind it with `forall x in …: …`, `exists x in …: …` or `for x in … { }`"
        }
        (_, Type::Set(inner)) if **inner == *expected => {
            "it is a set: bind its elements with `forall x in …: …` or `exists x in …: …`"
        }
        _ => return None,
    };
    Some(text.into())
}

/// Whether `<` and `<=` make sense.
pub(super) fn ordered(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Real | Type::Duration | Type::Error)
}

/// Whether it is a number.
pub(super) fn numeric(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Real | Type::Error)
}
