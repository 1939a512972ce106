//! Operators: arithmetic, comparisons, logic, sets, strings.

use super::expression::{infer, truth, typed};
use super::scope::{Context, Scope};
use super::types::{broken, coerce, join, node, numeric, ordered, type_name, widen};
use super::{lint, set};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Label, Span};
use crate::ir::{Expr, ExprKind, Type};
use crate::syntax::ast::{self, BinaryOp, UnaryOp};

/// `-e`, `not e`
pub(super) fn unary(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    op: UnaryOp,
    operand: &ast::Expr,
    span: Span,
) -> Expr {
    match op {
        UnaryOp::Not => {
            let operand = truth(cx, scope, operand);
            node(ExprKind::Not(operand), Type::Bool, span)
        }
        UnaryOp::Negate => {
            let value = infer(cx, scope, operand, None);
            let ty = value.ty.clone();
            if !numeric(&ty) && ty != Type::Duration {
                coerce(cx, value, &Type::Real, None);
                return broken(span);
            }
            node(ExprKind::Negate(value), ty, span)
        }
    }
}

/// The two sides of an operator, inferred.
struct Sides {
    op: BinaryOp,
    op_span: Span,
    left: Expr,
    right: Expr,
    span: Span,
}

/// `a + b`, `a and b`, `a == b`, …
pub(super) fn binary(cx: &mut Context<'_>, scope: &mut Scope, expr: &ast::Expr) -> Expr {
    let span = expr.span;
    let ast::ExprKind::Binary { op, op_span, left, right } = &*expr.kind else {
        return broken(span);
    };
    let (op, op_span) = (*op, *op_span);
    match op {
        BinaryOp::Implies | BinaryOp::Or | BinaryOp::And => {
            let (left, right) = (truth(cx, scope, left), truth(cx, scope, right));
            return node(ExprKind::Binary(op, left, right), Type::Bool, span);
        }
        BinaryOp::Contains | BinaryOp::StartsWith | BinaryOp::Matches => {
            return strings(cx, scope, op, left, right, span);
        }
        BinaryOp::In => return set::membership(cx, scope, left, right, span),
        BinaryOp::Range => return range(cx, scope, left, right, span),
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual
        | BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Div
        | BinaryOp::Remainder
        | BinaryOp::Intersect => {}
    }
    let chained = is_comparison(op)
        && [left, right].into_iter().any(|side| match &*side.kind {
            ast::ExprKind::Binary { op, .. } => is_comparison(*op),
            _ => false,
        });
    let left = infer(cx, scope, left, None);
    let right = infer(cx, scope, right, Some(&left.ty.clone()));
    // Of a chain the parser has told.
    if chained || left.ty == Type::Error || right.ty == Type::Error {
        return broken(span);
    }
    let sides = Sides { op, op_span, left, right, span };
    if is_comparison(op) { compare(cx, sides) } else { arithmetic(cx, sides) }
}

/// `==`, `<` and their like.
fn is_comparison(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
    )
}

/// `a == b`, `a < b`, …
fn compare(cx: &mut Context<'_>, sides: Sides) -> Expr {
    let Sides { op, left, right, span, .. } = sides;
    let equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
    let joined = join(&left.ty, &right.ty);
    let comparable = joined.as_ref().is_some_and(|ty| match ty {
        Type::Event(_) => false,
        Type::Set(element) => equality && !matches!(**element, Type::Event(_)),
        ty => equality || ordered(ty),
    });
    let sides = Sides { left, right, ..sides };
    let Some(ty) = joined.filter(|_| comparable) else {
        refuse_comparison(cx, &sides, equality);
        return broken(span);
    };
    let (left, right) = (widen(sides.left, &ty), widen(sides.right, &ty));
    lint::comparison(cx, op, (&left, &right), span);
    node(ExprKind::Binary(op, left, right), Type::Bool, span)
}

fn refuse_comparison(cx: &mut Context<'_>, sides: &Sides, equality: bool) {
    let (left, right) = (type_name(cx.model, &sides.left.ty), type_name(cx.model, &sides.right.ty));
    let word = sides.op.sign();
    let message = if left == right {
        format!("two of `{left}` cannot be compared by `{word}`")
    } else {
        format!("`{left}` and `{right}` cannot be compared by `{word}`")
    };
    let help = match (&sides.left.ty, &sides.right.ty) {
        (Type::Event(_), _) | (_, Type::Event(_)) => Some("compare their fields: `e.x == f.x`"),
        (Type::Optional(_), _) | (_, Type::Optional(_)) if !equality => {
            Some("it may be `none`: bind it, `exists d in …: d <= …` or `forall d in …: d <= …`")
        }
        (Type::Set(element), other) | (other, Type::Set(element)) if **element == *other => {
            Some("write `… in …` to ask whether it is an element")
        }
        (Type::Set(_), Type::Set(_)) if !equality => {
            Some("write `forall x in S: x in T` to ask whether S is part of T")
        }
        (Type::Enum(_), Type::Enum(_)) if !equality => Some("variants have no order: use `==`"),
        _ => None,
    };
    let mut diagnostic = Diagnostic::error(code::COMPARISON, sides.op_span, message)
        .label(sides.left.span, format!("this is `{left}`"))
        .label(sides.right.span, format!("this is `{right}`"));
    diagnostic.helps.extend(help.map(String::from));
    cx.report(diagnostic);
}

/// `+ - * / div % &`
fn arithmetic(cx: &mut Context<'_>, sides: Sides) -> Expr {
    let set_like = |ty: &Type| matches!(ty, Type::Set(_));
    if set_like(&sides.left.ty) || set_like(&sides.right.ty) || sides.op == BinaryOp::Intersect {
        return sets(cx, sides);
    }
    let ty = match (sides.op, &sides.left.ty, &sides.right.ty) {
        (BinaryOp::Add | BinaryOp::Subtract, Type::Duration, Type::Duration) => {
            Some(Type::Duration)
        }
        (BinaryOp::Divide, Type::Duration, Type::Duration) => Some(Type::Real),
        (BinaryOp::Multiply, Type::Duration, Type::Int)
        | (BinaryOp::Multiply, Type::Int, Type::Duration) => Some(Type::Duration),
        (BinaryOp::Div | BinaryOp::Remainder, Type::Int, Type::Int) => Some(Type::Int),
        (BinaryOp::Div | BinaryOp::Remainder, _, _) => None,
        (BinaryOp::Divide, a, b) if numeric(a) && numeric(b) => Some(Type::Real),
        (_, a, b) if numeric(a) && numeric(b) => join(a, b),
        _ => None,
    };
    let Some(ty) = ty else {
        refuse_arithmetic(cx, &sides);
        return broken(sides.span);
    };
    let Sides { op, left, right, span, .. } = sides;
    lint::division(cx, op, &right);
    let (left, right) = (widen(left, &ty), widen(right, &ty));
    node(ExprKind::Binary(op, left, right), ty, span)
}

fn refuse_arithmetic(cx: &mut Context<'_>, sides: &Sides) {
    let (left, right) = (type_name(cx.model, &sides.left.ty), type_name(cx.model, &sides.right.ty));
    let word = sides.op.sign();
    let help = match (sides.op, &sides.left.ty, &sides.right.ty) {
        (BinaryOp::Div, a, b) if numeric(a) && numeric(b) => {
            Some("`div` is of ints: write `floor(a / b)` for reals")
        }
        (BinaryOp::Remainder, a, b) if numeric(a) && numeric(b) => {
            Some("`%` is of ints: write `a - b * floor(a / b)` for reals")
        }
        (_, Type::Agent(_), Type::Agent(_)) => Some("write `{a, b}` for the set of both"),
        (_, Type::Bool, _) | (_, _, Type::Bool) => {
            Some("write `if … then 1 else 0` for a bool as a number")
        }
        (_, Type::Optional(_), _) | (_, _, Type::Optional(_)) => {
            Some("it may be `none`: bind it, as in `sum(d for d in …)`")
        }
        (BinaryOp::Add, Type::Str, Type::Str) => Some("strings are compared, not built"),
        _ => None,
    };
    let message = format!("`{word}` does not take `{left}` and `{right}`");
    let mut diagnostic = Diagnostic::error(code::OPERAND, sides.op_span, message)
        .label(sides.left.span, format!("this is `{left}`"))
        .label(sides.right.span, format!("this is `{right}`"));
    diagnostic.helps.extend(help.map(String::from));
    cx.report(diagnostic);
}

/// `S + T`, `S - T`, `S & T`
fn sets(cx: &mut Context<'_>, sides: Sides) -> Expr {
    let Sides { op, op_span, left, right, span } = sides;
    if !matches!(op, BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Intersect) {
        refuse_arithmetic(cx, &Sides { op, op_span, left, right, span });
        return broken(span);
    }
    let (left, right) = (set::to_set(cx, left), set::to_set(cx, right));
    if left.ty == Type::Error || right.ty == Type::Error {
        return broken(span);
    }
    let of_events = |ty: &Type| matches!(set::element(ty), Type::Event(_));
    if of_events(&left.ty) || of_events(&right.ty) {
        cx.report(
            Diagnostic::error(code::OPERAND, op_span, "events are not joined as sets")
                .label(left.span, format!("this is a `{}`", type_name(cx.model, &left.ty)))
                .label(right.span, format!("this is a `{}`", type_name(cx.model, &right.ty)))
                .help("filter them: `{e in ev where …}`"),
        );
        return broken(span);
    }
    match join(&left.ty, &right.ty) {
        Some(ty) => {
            let (left, right) = (widen(left, &ty), widen(right, &ty));
            node(ExprKind::Binary(op, left, right), ty, span)
        }
        None => {
            let why = format!("this is a `{}`", type_name(cx.model, &left.ty));
            coerce(cx, right, &left.ty, Some(Label::new(left.span, why)));
            broken(span)
        }
    }
}

/// `a contains b`, `a starts_with b`, `a matches b`
fn strings(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    op: BinaryOp,
    left: &ast::Expr,
    right: &ast::Expr,
    span: Span,
) -> Expr {
    let left = infer(cx, scope, left, None);
    if let (BinaryOp::Contains, Type::Set(_)) = (op, &left.ty) {
        cx.report(
            Diagnostic::error(code::OPERAND, left.span, "`contains` is of strings")
                .label(left.span, format!("this is a `{}`", type_name(cx.model, &left.ty)))
                .help("write `x in S`"),
        );
        infer(cx, scope, right, None);
        return broken(span);
    }
    let left = coerce(cx, left, &Type::Str, None);
    let right = typed(cx, scope, right, &Type::Str, None);
    node(ExprKind::Binary(op, left, right), Type::Bool, span)
}

/// `lo..hi` as a set of ints
fn range(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    lo: &ast::Expr,
    hi: &ast::Expr,
    span: Span,
) -> Expr {
    let lo = infer(cx, scope, lo, None);
    let hi = infer(cx, scope, hi, None);
    if let (Type::Real, Type::Int | Type::Real) | (Type::Int, Type::Real) = (&lo.ty, &hi.ty) {
        cx.report(
            Diagnostic::error(code::NOT_A_SET, span, "a range of reals has no list of elements")
                .label(span, "it may stand behind `in` and in a domain")
                .help("write a range of ints and divide: `i / 10` for i in `0..10`"),
        );
        return broken(span);
    }
    let lo = coerce(cx, lo, &Type::Int, None);
    let hi = coerce(cx, hi, &Type::Int, None);
    if lo.ty == Type::Error || hi.ty == Type::Error {
        return broken(span);
    }
    node(ExprKind::Binary(BinaryOp::Range, lo, hi), Type::Set(Box::new(Type::Int)), span)
}
