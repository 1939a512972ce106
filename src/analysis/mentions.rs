//! Which names an expression or type mentions, as written.
//!
//! In: a tree. Out: every bare name and every field behind a `.`, in the order of the text,
//! bound names and names in patterns included: who asks knows which ones are items.

use crate::diag::Span;
use crate::syntax::ast::{
    Binder, DefParam, Expr, ExprKind, Interval, Pattern, PatternKind, TypeExpr, TypeKind,
};

/// A name somewhere in a tree.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mention<'a> {
    /// The word.
    pub name: &'a str,
    /// Where it stands.
    pub span: Span,
    /// How it is reached.
    pub how: How,
}

/// How a name is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// By itself.
    Bare,
    /// `self.x`
    OfSelf,
    /// `e.x`
    Field,
}

/// Calls `found` with every mention in `expr`.
pub fn of_expr<'a>(expr: &'a Expr, found: &mut dyn FnMut(Mention<'a>)) {
    walk(expr, &mut |expr| match expr.kind.as_ref() {
        ExprKind::Name(name) => found(Mention { name, span: expr.span, how: How::Bare }),
        ExprKind::Field { object, name } => {
            let of_self = matches!(object.kind.as_ref(), ExprKind::Name(name) if name == "self");
            let how = if of_self { How::OfSelf } else { How::Field };
            found(Mention { name: &name.text, span: name.span, how });
        }
        ExprKind::Match { arms, .. } => {
            arms.iter().for_each(|(pattern, _)| of_pattern(pattern, found));
        }
        _ => {}
    });
}

/// Calls `found` with every mention in a type or domain.
pub fn of_type<'a>(ty: &'a TypeExpr, found: &mut dyn FnMut(Mention<'a>)) {
    match &ty.kind {
        TypeKind::Named(name) => {
            found(Mention { name: &name.text, span: name.span, how: How::Bare });
        }
        TypeKind::Optional(inner) | TypeKind::Set(inner) => of_type(inner, found),
        TypeKind::Range(lo, hi) => {
            of_expr(lo, found);
            of_expr(hi, found);
        }
        TypeKind::Values(values) => values.iter().for_each(|value| of_expr(value, found)),
        TypeKind::Error => {}
    }
}

/// Calls `found` with every mention in the types of a def's parameters.
pub fn of_def_params<'a>(params: &'a [DefParam], found: &mut dyn FnMut(Mention<'a>)) {
    for param in params {
        param.indices.iter().flatten().for_each(|index| of_expr(index, found));
        of_type(&param.ty, found);
    }
}

fn of_pattern<'a>(pattern: &'a Pattern, found: &mut dyn FnMut(Mention<'a>)) {
    match &pattern.kind {
        PatternKind::Named(name) => found(Mention { name, span: pattern.span, how: How::Bare }),
        PatternKind::Literal(_) | PatternKind::None | PatternKind::Wildcard => {}
    }
}

/// Calls `visit` with `expr` and all that it holds, from the outside in and from the left.
pub fn walk<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    children(expr, &mut |child| walk(child, visit));
}

/// Calls `visit` with the direct parts of `expr`, from the left.
fn children<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match expr.kind.as_ref() {
        ExprKind::Literal(_) | ExprKind::Name(_) | ExprKind::Error => {}
        ExprKind::Call { function, arguments } => {
            visit(function);
            arguments.iter().for_each(visit);
        }
        ExprKind::Field { object: inner, .. }
        | ExprKind::Primed(inner)
        | ExprKind::Paren(inner)
        | ExprKind::Unary { operand: inner, .. }
        | ExprKind::Initially(inner)
        | ExprKind::Probability(inner)
        | ExprKind::Expected(inner) => visit(inner),
        ExprKind::Index { object, index } => [object, index].into_iter().for_each(visit),
        ExprKind::At { body, arguments, .. } => {
            visit(body);
            arguments.iter().for_each(visit);
        }
        ExprKind::Binary { left, right, .. } => [left, right].into_iter().for_each(visit),
        ExprKind::If { condition, then, otherwise } => {
            [condition, then, otherwise].into_iter().for_each(visit);
        }
        ExprKind::Match { scrutinee, arms } => {
            visit(scrutinee);
            arms.iter().for_each(|(_, arm)| visit(arm));
        }
        ExprKind::Let { value, body, .. } => [value, body].into_iter().for_each(visit),
        ExprKind::SetList(elements) => elements.iter().for_each(visit),
        ExprKind::SetFilter(binder) => of_binder(binder, visit),
        ExprKind::Quantifier { binders, body, .. } => {
            binders.iter().for_each(|binder| of_binder(binder, visit));
            visit(body);
        }
        ExprKind::Aggregate { value, binders, otherwise, .. } => {
            value.iter().for_each(&mut *visit);
            binders.iter().for_each(|binder| of_binder(binder, visit));
            otherwise.iter().for_each(visit);
        }
        ExprKind::Temporal { interval, body, .. } => {
            of_interval(interval.as_ref(), visit);
            visit(body);
        }
        ExprKind::TemporalBinary { interval, left, right, .. } => {
            visit(left);
            of_interval(interval.as_ref(), visit);
            visit(right);
        }
        ExprKind::Prev { body, at_start } => {
            visit(body);
            at_start.iter().for_each(visit);
        }
    }
}

fn of_binder<'a>(binder: &'a Binder, visit: &mut dyn FnMut(&'a Expr)) {
    visit(&binder.set);
    of_interval(binder.window.as_ref(), visit);
    binder.filter.iter().for_each(visit);
}

fn of_interval<'a>(interval: Option<&'a Interval>, visit: &mut dyn FnMut(&'a Expr)) {
    if let Some(interval) = interval {
        interval.lo.iter().chain(&interval.hi).for_each(visit);
    }
}
