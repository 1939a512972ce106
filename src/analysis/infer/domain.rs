//! Types and domains as written, to domains with constant bounds.

use super::call::kind_words;
use super::constant::constant;
use super::name::meaning;
use super::scope::Context;
use super::types::{join, type_name};
use crate::analysis::names::{Meaning, suggest};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::{Domain, Model, Type, Value};
use crate::syntax::ast::{self, TypeKind};

/// A type or domain as written; `None` after an error was given.
pub fn domain(cx: &mut Context<'_>, ty: &ast::TypeExpr) -> Option<Domain> {
    match &ty.kind {
        TypeKind::Named(name) => named(cx, name),
        TypeKind::Optional(inner) => optional(cx, inner),
        TypeKind::Set(inner) => {
            let inner = value_type(cx, inner)?;
            match inner {
                Type::Bool
                | Type::Int
                | Type::Real
                | Type::Str
                | Type::Duration
                | Type::Enum(_)
                | Type::Agent(_) => Some(Domain::Whole(Type::Set(Box::new(inner)))),
                Type::Optional(_) | Type::Set(_) | Type::Event(_) | Type::Never | Type::Error => {
                    let found = type_name(cx.model, &inner);
                    let message = format!("a set of `{found}` is not offered");
                    refuse(
                        cx,
                        ty.span,
                        message,
                        "a set is of numbers, bools, strings, variants or agents",
                    );
                    None
                }
            }
        }
        TypeKind::Range(lo, hi) => range(cx, lo, hi, ty.span),
        TypeKind::Values(values) => self::values(cx, values, ty.span),
        TypeKind::Error => None,
    }
}

/// The type of a domain's values.
pub fn type_of(model: &Model, domain: &Domain) -> Type {
    match domain {
        Domain::Whole(ty) | Domain::Values(ty, _) => ty.clone(),
        Domain::Ints(..) => Type::Int,
        Domain::Reals(..) => Type::Real,
        Domain::Population(population) => Type::Agent(model.populations[*population].kind),
        Domain::Optional(inner) => Type::Optional(Box::new(type_of(model, inner))),
    }
}

/// A type where no bounds may stand: of a def's parameters and result.
pub(super) fn value_type(cx: &mut Context<'_>, ty: &ast::TypeExpr) -> Option<Type> {
    if let TypeKind::Named(name) = &ty.kind
        && let Some((Meaning::Event(event), _)) = meaning(cx, &name.text)
    {
        return Some(Type::Event(event));
    }
    let found = domain(cx, ty)?;
    let plain = type_of(cx.model, &found);
    let bounded = match found {
        Domain::Whole(_) => false,
        Domain::Optional(inner) => !matches!(*inner, Domain::Whole(_)),
        Domain::Ints(..) | Domain::Reals(..) | Domain::Values(..) | Domain::Population(_) => true,
    };
    if bounded {
        let shown = type_name(cx.model, &plain);
        cx.report(
            Diagnostic::error(code::DOMAIN, ty.span, "a type is expected here, without bounds")
                .label(ty.span, "a domain")
                .help(format!("write `{shown}`")),
        );
        return None;
    }
    Some(plain)
}

fn refuse(cx: &mut Context<'_>, span: Span, message: String, remark: &str) {
    cx.report(Diagnostic::error(code::DOMAIN, span, message).label(span, remark));
}

fn named(cx: &mut Context<'_>, name: &ast::Name) -> Option<Domain> {
    let text = name.text.as_str();
    let found = match meaning(cx, text) {
        Some((Meaning::Enum(id), _)) => return Some(Domain::Whole(Type::Enum(id))),
        Some((Meaning::Kind(kind), _)) => return Some(Domain::Whole(Type::Agent(kind))),
        Some((Meaning::Population(population), _)) => return Some(Domain::Population(population)),
        Some((Meaning::Const(Value::Set(values), Type::Set(element)), _)) if !values.is_empty() => {
            return Some(Domain::Values(*element, values.to_vec()));
        }
        Some((Meaning::Broken, _)) => return None,
        Some((other, _)) => Some(other),
        None => None,
    };
    if let Some(found) = found {
        let what = kind_words(&found);
        let mut diagnostic =
            Diagnostic::error(code::DOMAIN, name.span, format!("`{text}` is {what}, not a type"))
                .label(name.span, "a type or domain is expected here");
        if let Meaning::Variant(id, _) = found {
            let of = &cx.model.enums[id].name;
            diagnostic = diagnostic.help(format!("write `{of}`, or `{{{text}}}` for this one"));
        }
        cx.report(diagnostic);
        return None;
    }
    match text {
        "bool" => Some(Domain::Whole(Type::Bool)),
        "int" => Some(Domain::Whole(Type::Int)),
        "real" => Some(Domain::Whole(Type::Real)),
        "string" => Some(Domain::Whole(Type::Str)),
        "duration" => Some(Domain::Whole(Type::Duration)),
        _ => {
            unknown(cx, name);
            None
        }
    }
}

fn unknown(cx: &mut Context<'_>, name: &ast::Name) {
    let text = name.text.as_str();
    let near = {
        let types = cx.names.entries.iter().filter(|(_, entry)| {
            matches!(entry.meaning, Meaning::Enum(_) | Meaning::Kind(_) | Meaning::Population(_))
        });
        let fixed = ["bool", "int", "real", "string", "duration"];
        let other = match text {
            "float" | "double" | "f64" | "number" => Some("real"),
            "str" | "text" => Some("string"),
            "integer" | "i64" | "nat" => Some("int"),
            "boolean" => Some("bool"),
            _ => None,
        };
        other.or_else(|| suggest(text, types.map(|(name, _)| name.as_str()).chain(fixed)))
    };
    let mut diagnostic =
        Diagnostic::error(code::UNKNOWN_NAME, name.span, format!("there is no type `{text}`"))
            .label(name.span, "not declared");
    if let Some(near) = near {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    }
    cx.report(diagnostic);
}

/// `K?`
fn optional(cx: &mut Context<'_>, inner: &ast::TypeExpr) -> Option<Domain> {
    let found = domain(cx, inner)?;
    match type_of(cx.model, &found) {
        Type::Agent(_) => Some(Domain::Optional(Box::new(found))),
        other => {
            let shown = type_name(cx.model, &other);
            let message = format!("`?` is of agents, found `{shown}`");
            cx.report(
                Diagnostic::error(code::DOMAIN, inner.span, message)
                    .label(inner.span, "not a kind or population")
                    .help("add a variant for what is missing, or a `bool` beside it"),
            );
            None
        }
    }
}

/// `lo..hi`
fn range(cx: &mut Context<'_>, lo: &ast::Expr, hi: &ast::Expr, span: Span) -> Option<Domain> {
    let from = constant(cx, lo, None);
    let to = constant(cx, hi, None);
    let ((from, from_ty), (to, to_ty)) = (from?, to?);
    for (ty, end) in [(&from_ty, lo.span), (&to_ty, hi.span)] {
        if !matches!(ty, Type::Int | Type::Real) {
            let found = type_name(cx.model, ty);
            let message = format!("a range is of numbers, found `{found}`");
            refuse(cx, end, message, &format!("this is `{found}`"));
            return None;
        }
    }
    let empty = |cx: &mut Context<'_>| {
        cx.report(
            Diagnostic::error(code::DOMAIN, span, "this range is empty")
                .label(span, "its end is before its start")
                .help("write the smaller end first"),
        );
        None
    };
    match (from, to) {
        (Value::Int(lo), Value::Int(hi)) => {
            if lo <= hi {
                Some(Domain::Ints(lo, hi))
            } else {
                empty(cx)
            }
        }
        (from, to) => {
            let (lo, hi) = (from.number()?, to.number()?);
            if lo <= hi { Some(Domain::Reals(lo, hi)) } else { empty(cx) }
        }
    }
}

/// `{1, 3}`
fn values(cx: &mut Context<'_>, written: &[ast::Expr], span: Span) -> Option<Domain> {
    let found: Vec<_> = written.iter().map(|value| constant(cx, value, None)).collect();
    let found: Vec<(Value, Type)> = found.into_iter().collect::<Option<_>>()?;
    let Some((_, first)) = found.first() else {
        refuse(cx, span, "this domain is empty".into(), "no value is in it");
        return None;
    };
    let mut ty = first.clone();
    for ((_, next), at) in found.iter().zip(written) {
        let Some(joined) = join(&ty, next).filter(|joined| !matches!(joined, Type::Optional(_)))
        else {
            let (found, expected) = (type_name(cx.model, next), type_name(cx.model, &ty));
            cx.report(
                Diagnostic::error(
                    code::MISMATCH,
                    at.span,
                    format!("expected `{expected}`, found `{found}`"),
                )
                .label(at.span, format!("this is `{found}`"))
                .label(written[0].span, format!("this is `{expected}`")),
            );
            return None;
        };
        ty = joined;
    }
    let mut values: Vec<Value> = Vec::new();
    for ((value, _), at) in found.into_iter().zip(written) {
        let value = match (&ty, value) {
            (Type::Real, Value::Int(int)) => Value::Real(int as f64),
            (_, value) => value,
        };
        if values.contains(&value) {
            refuse(cx, at.span, "this value stands twice".into(), "already in the domain");
        } else {
            values.push(value);
        }
    }
    Some(Domain::Values(ty, values))
}
