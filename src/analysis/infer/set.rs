//! Sets, and the binders that range over them.

use super::expression::{infer, truth, unify};
use super::scope::{Context, Role, Scope, bind, bind_as, unbind};
use super::types::{broken, coerce, join, node, type_name, widen};
use super::{fold, name, temporal};
use crate::analysis::names::Meaning;
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::expr::Binder;
use crate::ir::{Domain, Expr, ExprKind, Type, Value};
use crate::syntax::ast::{self, BinaryOp};

/// The most elements of a range that is gone through.
const RANGE_MAX: i128 = 1_000_000;

/// A set where one is expected: a population, kind, domain, `s(a)`, …; agents and `none` widen.
pub fn set(cx: &mut Context<'_>, scope: &mut Scope, expr: &ast::Expr) -> Expr {
    if let ast::ExprKind::Name(name) = &*expr.kind
        && scope.local(name).is_none()
        && !cx.names.entries.contains_key(name)
    {
        match name.as_str() {
            "bool" => {
                let ty = Type::Set(Box::new(Type::Bool));
                return node(ExprKind::All(Domain::Whole(Type::Bool)), ty, expr.span);
            }
            "int" | "real" | "string" | "duration" => {
                let message = format!("`{name}` has no end, so it is no set here");
                cx.report(
                    Diagnostic::error(code::NOT_A_SET, expr.span, message)
                        .label(expr.span, "a finite set is expected")
                        .help("write a range such as `0..10`"),
                );
                return broken(expr.span);
            }
            _ => {}
        }
    }
    let value = infer(cx, scope, expr, None);
    to_set(cx, value)
}

/// A value where a set is expected.
pub(super) fn to_set(cx: &mut Context<'_>, value: Expr) -> Expr {
    let span = value.span;
    let element = match &value.ty {
        Type::Set(_) => {
            refuse_large(cx, &value);
            return value;
        }
        Type::Error => return value,
        Type::Agent(_) => value.ty.clone(),
        Type::Optional(inner) => (**inner).clone(),
        Type::Never => Type::Never,
        other @ (Type::Bool
        | Type::Int
        | Type::Real
        | Type::Str
        | Type::Duration
        | Type::Enum(_)
        | Type::Event(_)) => {
            let found = type_name(cx.model, other);
            let help = if *other == Type::Int {
                "write a range such as `0..n`"
            } else {
                "write `{…}` for the set of one value"
            };
            cx.report(
                Diagnostic::error(
                    code::NOT_A_SET,
                    span,
                    format!("expected a set, found `{found}`"),
                )
                .label(span, format!("this is `{found}`"))
                .help(help),
            );
            return broken(span);
        }
    };
    node(ExprKind::ToSet(value), Type::Set(Box::new(element)), span)
}

fn refuse_large(cx: &mut Context<'_>, set: &Expr) {
    let ExprKind::Binary(BinaryOp::Range, lo, hi) = &*set.kind else { return };
    let (Some(Value::Int(lo)), Some(Value::Int(hi))) = (fold::fold(lo), fold::fold(hi)) else {
        return;
    };
    let count = i128::from(hi) - i128::from(lo) + 1;
    if count > RANGE_MAX {
        let message = format!("a range of {count} values is too large to go through");
        cx.report(
            Diagnostic::error(code::TOO_LARGE, set.span, message)
                .label(set.span, format!("at most {RANGE_MAX} values")),
        );
    }
}

/// The type of a set's elements.
pub(super) fn element(ty: &Type) -> Type {
    match ty {
        Type::Set(element) => (**element).clone(),
        _ => Type::Error,
    }
}

/// A binder (`a in S where c`), bound in the scope until the caller unbinds it.
pub fn binder(cx: &mut Context<'_>, scope: &mut Scope, binder: &ast::Binder) -> Binder {
    let set = set(cx, scope, &binder.set);
    let ty = element(&set.ty);
    let window = binder.window.as_ref().and_then(|window| {
        if let Type::Event(_) | Type::Error = ty {
            return temporal::window(cx, scope, window);
        }
        cx.report(
            Diagnostic::error(code::INTERVAL, window.span, "only events are taken `over` a window")
                .label(window.span, "a window")
                .label(set.span, format!("this is a `{}`", type_name(cx.model, &set.ty)))
                .help("to ask whether it was so before, write `once[…] …`"),
        );
        None
    });
    let slot = bind(cx, scope, &binder.name, ty);
    let filter = binder.filter.as_ref().map(|filter| truth(cx, scope, filter));
    Binder { slot, name: binder.name.text.clone(), set, window, filter, span: binder.span }
}

/// Several binders, from the left.
pub(super) fn binders(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    written: &[ast::Binder],
) -> Vec<Binder> {
    written.iter().map(|written| binder(cx, scope, written)).collect()
}

/// `{a, b}`
pub(super) fn list(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    elements: &[ast::Expr],
    hint: Option<&Type>,
    span: Span,
) -> Expr {
    let hint = hint.map(element).filter(|hint| *hint != Type::Error);
    let values: Vec<Expr> =
        elements.iter().map(|element| infer(cx, scope, element, hint.as_ref())).collect();
    let (values, ty) = unify(cx, values, hint.as_ref());
    let ty = if elements.is_empty() { hint.unwrap_or(Type::Never) } else { ty };
    match ty {
        Type::Error => broken(span),
        Type::Set(_) | Type::Event(_) => {
            let found = type_name(cx.model, &ty);
            cx.report(
                Diagnostic::error(
                    code::NOT_A_SET,
                    span,
                    format!("a set of `{found}` is not offered"),
                )
                .label(span, "elements are numbers, bools, strings, variants and agents")
                .help("join sets with `S + T`"),
            );
            broken(span)
        }
        ty => node(ExprKind::SetList(values), Type::Set(Box::new(ty)), span),
    }
}

/// `{a in S where c}`
pub(super) fn filter(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    written: &ast::Binder,
    span: Span,
) -> Expr {
    let depth = scope.depth();
    let binder = binder(cx, scope, written);
    unbind(cx, scope, depth);
    let ty = binder.set.ty.clone();
    node(ExprKind::SetFilter(Box::new(binder)), ty, span)
}

/// `a in S`. spec: expr.sets
pub(super) fn membership(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    left: &ast::Expr,
    right: &ast::Expr,
    span: Span,
) -> Expr {
    let value = infer(cx, scope, left, None);
    if let ast::ExprKind::Binary { op: BinaryOp::Range, left: lo, right: hi, .. } =
        &*strip(right).kind
    {
        return in_range(cx, scope, value, (lo, hi), span);
    }
    let hint = Type::Set(Box::new(value.ty.clone()));
    let set = match &*strip(right).kind {
        ast::ExprKind::SetList(elements) => list(cx, scope, elements, Some(&hint), right.span),
        _ => self::set(cx, scope, right),
    };
    if value.ty == Type::Error || set.ty == Type::Error {
        return broken(span);
    }
    let wanted = element(&set.ty);
    let fits = match (&value.ty, &wanted) {
        (Type::Event(_) | Type::Set(_), _) => false,
        (Type::Real, Type::Int) => false,
        (_, Type::Never) | (Type::Never, _) => true,
        (value, wanted) => join(value, wanted).is_some(),
    };
    if !fits {
        let (found, of) = (type_name(cx.model, &value.ty), type_name(cx.model, &set.ty));
        cx.report(
            Diagnostic::error(code::MISMATCH, span, format!("`{found}` is never in a `{of}`"))
                .label(value.span, format!("this is `{found}`"))
                .label(set.span, format!("this is a `{of}`")),
        );
        return broken(span);
    }
    let value = widen(value, &wanted);
    node(ExprKind::Binary(BinaryOp::In, value, set), Type::Bool, span)
}

/// The expression without parentheses.
pub(super) fn strip(expr: &ast::Expr) -> &ast::Expr {
    match &*expr.kind {
        ast::ExprKind::Paren(inner) => strip(inner),
        _ => expr,
    }
}

/// `x in lo..hi`, ends included: never made a set, so it may be of reals and of any size.
fn in_range(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    value: Expr,
    (lo, hi): (&ast::Expr, &ast::Expr),
    span: Span,
) -> Expr {
    let lo = infer(cx, scope, lo, None);
    let hi = infer(cx, scope, hi, None);
    let ends = [&value, &lo, &hi].iter().fold(Type::Int, |ty, end| match (&ty, &end.ty) {
        (Type::Error, _) | (_, Type::Error) => Type::Error,
        (Type::Int | Type::Real, Type::Int | Type::Real) => {
            join(&ty, &end.ty).unwrap_or(Type::Error)
        }
        (Type::Int | Type::Duration, Type::Duration) => Type::Duration,
        _ => ty,
    });
    let [value, lo, hi] = [value, lo, hi].map(|end| coerce(cx, end, &ends, None));
    if [&value, &lo, &hi].iter().any(|end| end.ty == Type::Error) {
        return broken(span);
    }
    let domain = match (fold::fold(&lo), fold::fold(&hi)) {
        (Some(Value::Int(lo)), Some(Value::Int(hi))) if lo <= hi => Some(Domain::Ints(lo, hi)),
        (Some(Value::Real(lo)), Some(Value::Real(hi))) if lo <= hi => Some(Domain::Reals(lo, hi)),
        _ => None,
    };
    if let Some(domain) = domain {
        return node(ExprKind::InDomain(value, domain), Type::Bool, span);
    }
    let slot = scope.fresh();
    let again = || node(ExprKind::Local(slot), ends.clone(), value.span);
    let above = node(ExprKind::Binary(BinaryOp::LessEqual, lo, again()), Type::Bool, span);
    let below = node(ExprKind::Binary(BinaryOp::LessEqual, again(), hi), Type::Bool, span);
    let both = node(ExprKind::Binary(BinaryOp::And, above, below), Type::Bool, span);
    node(ExprKind::Let(slot, value, both), Type::Bool, span)
}

/// The type of an index as a def's relation parameter names it: a kind, population, enum or range.
pub(super) fn index_type(cx: &mut Context<'_>, expr: &ast::Expr) -> Option<Type> {
    let found = match &*strip(expr).kind {
        ast::ExprKind::Name(name) => match name::meaning(cx, name) {
            Some((Meaning::Kind(kind), _)) => Some(Type::Agent(kind)),
            Some((Meaning::Population(population), _)) => {
                Some(Type::Agent(cx.model.populations[population].kind))
            }
            Some((Meaning::Enum(id), _)) => Some(Type::Enum(id)),
            Some((Meaning::Broken, _)) => return None,
            Some(_) => None,
            None => match name.as_str() {
                "int" => Some(Type::Int),
                "real" => Some(Type::Real),
                "bool" => Some(Type::Bool),
                "string" => Some(Type::Str),
                _ => None,
            },
        },
        ast::ExprKind::Binary { op: BinaryOp::Range, .. } => Some(Type::Int),
        ast::ExprKind::Error => return None,
        _ => None,
    };
    if found.is_none() {
        cx.report(
            Diagnostic::error(code::RELATION, expr.span, "a relation is indexed by types")
                .label(expr.span, "a kind, an enum or `int` is expected here"),
        );
    }
    found
}

/// A slot bound to a name that only the machine sees.
pub(super) fn hidden(cx: &mut Context<'_>, scope: &mut Scope, set: Expr) -> Binder {
    let span = set.span;
    let name = ast::Name { text: "_".into(), span };
    let depth = scope.depth();
    let slot = bind_as(cx, scope, &name, element(&set.ty), Role::Binder);
    unbind(cx, scope, depth);
    Binder { slot, name: name.text, set, window: None, filter: None, span }
}
