//! `match`: patterns, what they cover, what is never reached.

use super::expression::{infer, literal_value, unify};
use super::name::meaning;
use super::scope::{Context, Scope};
use super::types::{broken, node, type_name, widens};
use crate::analysis::names::{Meaning, suggest};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::expr::Pattern;
use crate::ir::{Expr, ExprKind, Type, Value};
use crate::syntax::ast::{self, PatternKind};

/// `match e { A => a  _ => b }` as an expression
pub(super) fn expression(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    scrutinee: &ast::Expr,
    arms: &[(ast::Pattern, ast::Expr)],
    hint: Option<&Type>,
    span: Span,
) -> Expr {
    let scrutinee = infer(cx, scope, scrutinee, None);
    let written: Vec<&ast::Pattern> = arms.iter().map(|(pattern, _)| pattern).collect();
    let patterns = patterns(cx, &scrutinee, &written, span);
    let values = arms.iter().map(|(_, value)| infer(cx, scope, value, hint)).collect();
    let (values, ty) = unify(cx, values, hint);
    match patterns {
        Some(patterns) if scrutinee.ty != Type::Error && !values.is_empty() => {
            let arms = patterns.into_iter().zip(values).collect();
            node(ExprKind::Match(scrutinee, arms), ty, span)
        }
        _ => broken(span),
    }
}

/// The patterns of a `match`, which together cover every value; none after an error.
/// spec: expr.conditional
pub(super) fn patterns(
    cx: &mut Context<'_>,
    scrutinee: &Expr,
    written: &[&ast::Pattern],
    span: Span,
) -> Option<Vec<Pattern>> {
    if let Type::Set(_) | Type::Event(_) = scrutinee.ty {
        let found = type_name(cx.model, &scrutinee.ty);
        cx.report(
            Diagnostic::error(
                code::PATTERN,
                scrutinee.span,
                format!("a `{found}` cannot be matched"),
            )
            .label(scrutinee.span, "a variant, number, string, bool or optional is expected"),
        );
        return None;
    }
    let mut found: Vec<Pattern> = Vec::new();
    let mut fine = scrutinee.ty != Type::Error;
    for pattern in written {
        let Some(value) = resolve(cx, scrutinee, pattern) else {
            fine = false;
            continue;
        };
        if let Some(before) =
            found.iter().position(|before| *before == value || *before == Pattern::Wildcard)
        {
            fine = false;
            cx.report(
                Diagnostic::error(code::UNREACHED, pattern.span, "this arm is never reached")
                    .label(pattern.span, "no value comes this far")
                    .label(written[before.min(written.len() - 1)].span, "matched here")
                    .help("remove this arm, or write it above the one that takes its values"),
            );
        }
        found.push(value);
    }
    if !fine {
        return None;
    }
    let missing = missing(cx, &scrutinee.ty, &found);
    if found.contains(&Pattern::Wildcard) {
        if missing.as_ref().is_some_and(Vec::is_empty) && found.len() > 1 {
            let at = written[found.len() - 1].span;
            cx.report(
                Diagnostic::warning(code::NEEDLESS_ARM, at, "this arm is never reached")
                    .label(at, "the arms above cover every value")
                    .help("remove it, so that a new variant is an error here"),
            );
        }
        return Some(found);
    }
    let (label, help) = match missing.as_deref() {
        Some([]) => return Some(found),
        Some([first, rest @ ..]) => {
            let rest: String = rest.iter().map(|value| format!(", `{value}`")).collect();
            (format!("not matched: `{first}`{rest}"), format!("add `{first} => …`"))
        }
        None => ("other values are not matched".into(), "add `_ => …` as the last arm".into()),
    };
    cx.report(
        Diagnostic::error(code::NOT_EXHAUSTIVE, span, "this `match` does not cover every value")
            .label(scrutinee.span, label)
            .help(help),
    );
    None
}

/// The values of a finite type that no pattern names; none where the type is not finite.
fn missing(cx: &Context<'_>, ty: &Type, found: &[Pattern]) -> Option<Vec<String>> {
    let all: Vec<(Value, String)> = match ty {
        Type::Bool => [true, false].map(|truth| (Value::Bool(truth), truth.to_string())).to_vec(),
        Type::Enum(id) => {
            let variants = cx.model.enums[*id].variants.iter().enumerate();
            variants.map(|(at, name)| (Value::Variant(*id, at as u32), name.clone())).collect()
        }
        Type::Never => vec![(Value::None, "none".into())],
        Type::Optional(inner) => {
            let mut rest = missing(cx, inner, found)?;
            if !found.contains(&Pattern::Value(Value::None)) {
                rest.insert(0, "none".into());
            }
            return Some(rest);
        }
        Type::Int
        | Type::Real
        | Type::Str
        | Type::Duration
        | Type::Agent(_)
        | Type::Set(_)
        | Type::Event(_)
        | Type::Error => return None,
    };
    let rest = all.into_iter().filter(|(value, _)| !found.contains(&Pattern::Value(value.clone())));
    Some(rest.map(|(_, name)| name).collect())
}

/// A pattern's value, of the scrutinee's type.
fn resolve(cx: &mut Context<'_>, scrutinee: &Expr, pattern: &ast::Pattern) -> Option<Pattern> {
    let (value, ty) = match &pattern.kind {
        PatternKind::Wildcard => return Some(Pattern::Wildcard),
        PatternKind::Literal(literal) => literal_value(literal),
        PatternKind::None => (Value::None, Type::Never),
        PatternKind::Named(name) => match meaning(cx, name) {
            Some((Meaning::Variant(id, place), _)) => (Value::Variant(id, place), Type::Enum(id)),
            Some((Meaning::Const(value, ty), _)) => (value, ty),
            Some((Meaning::Broken, _)) => return None,
            Some(_) => {
                cx.report(
                    Diagnostic::error(
                        code::PATTERN,
                        pattern.span,
                        format!("`{name}` is no pattern"),
                    )
                    .label(pattern.span, "a variant, constant, literal, `none` or `_` is expected")
                    .help(format!("write `if … == {name} {{ … }}`")),
                );
                return None;
            }
            None => {
                unknown(cx, &scrutinee.ty, name, pattern.span);
                return None;
            }
        },
    };
    if scrutinee.ty == Type::Error {
        return Some(Pattern::Value(value));
    }
    let fits = match (&ty, &scrutinee.ty) {
        (Type::Never, Type::Optional(_) | Type::Never) => true,
        (Type::Never, _) => false,
        (ty, wanted) => widens(ty, wanted),
    };
    if !fits {
        let (wanted, found) = (type_name(cx.model, &scrutinee.ty), type_name(cx.model, &ty));
        let message = format!("expected a pattern of `{wanted}`, found `{found}`");
        cx.report(
            Diagnostic::error(code::PATTERN, pattern.span, message)
                .label(pattern.span, format!("this is `{found}`"))
                .label(scrutinee.span, format!("this is `{wanted}`")),
        );
        return None;
    }
    let real = match &scrutinee.ty {
        Type::Optional(inner) => **inner == Type::Real,
        ty => *ty == Type::Real,
    };
    match value {
        Value::Int(int) if real => Some(Pattern::Value(Value::Real(int as f64))),
        value => Some(Pattern::Value(value)),
    }
}

fn unknown(cx: &mut Context<'_>, ty: &Type, name: &str, span: Span) {
    let variants = match ty {
        Type::Enum(id) => cx.model.enums[*id].variants.clone(),
        _ => Vec::new(),
    };
    let near = suggest(name, variants.iter().map(String::as_str));
    let mut diagnostic =
        Diagnostic::error(code::UNKNOWN_NAME, span, format!("there is no variant `{name}`"))
            .label(span, "not declared");
    if let Some(near) = near {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    } else if !variants.is_empty() {
        diagnostic = diagnostic.help(format!("the variants are `{}`", variants.join("`, `")));
    }
    cx.report(diagnostic);
}
