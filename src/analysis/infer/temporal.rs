//! Temporal operators and their intervals.

use super::constant::constant;
use super::expression::{infer, truth, typed};
use super::scope::{Context, Scope};
use super::types::{broken, join, node, type_name, widen};
use super::uses::{Mark, Use, note};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Label, Span};
use crate::ir::expr::{Interval, TemporalOp};
use crate::ir::{Expr, ExprKind, Type, Value};
use crate::syntax::ast::{self, TemporalBinaryOp};

/// Every step.
const ALWAYS: Interval = Interval::Steps(0, None);

/// A prefix operator with its word.
fn prefix(op: ast::TemporalOp) -> (TemporalOp, &'static str) {
    match op {
        ast::TemporalOp::Always => (TemporalOp::Always, "always"),
        ast::TemporalOp::Eventually => (TemporalOp::Eventually, "eventually"),
        ast::TemporalOp::Next => (TemporalOp::Next, "next"),
        ast::TemporalOp::Finally => (TemporalOp::Finally, "finally"),
        ast::TemporalOp::Historically => (TemporalOp::Historically, "historically"),
        ast::TemporalOp::Once => (TemporalOp::Once, "once"),
    }
}

/// An operator that speaks of other instants.
pub(super) fn operator(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    expr: &ast::Expr,
    hint: Option<&Type>,
) -> Expr {
    let span = expr.span;
    match &*expr.kind {
        ast::ExprKind::Temporal { op, op_span, interval, body } => {
            let (op, word) = prefix(*op);
            let mark = Mark::new(*op_span, word);
            note(cx, scope, Use::Temporal, mark.clone());
            let bounds = self::interval(cx, interval.as_ref());
            if let (TemporalOp::Next | TemporalOp::Finally, Some(interval)) = (op, interval) {
                cx.report(
                    Diagnostic::error(
                        code::INTERVAL,
                        interval.span,
                        format!("`{word}` takes no interval"),
                    )
                    .label(interval.span, "remove it")
                    .help("write `eventually[n..n] …` for the instant n steps on"),
                );
            }
            let body = beneath(scope, mark, |scope| truth(cx, scope, body));
            node(ExprKind::Temporal(op, bounds, body), Type::Bool, span)
        }
        ast::ExprKind::TemporalBinary { op, op_span, interval, left, right } => {
            let word = match op {
                TemporalBinaryOp::Until => "until",
                TemporalBinaryOp::Since => "since",
            };
            let mark = Mark::new(*op_span, word);
            note(cx, scope, Use::Temporal, mark.clone());
            let bounds = self::interval(cx, interval.as_ref());
            let (left, right) =
                beneath(scope, mark, |scope| (truth(cx, scope, left), truth(cx, scope, right)));
            let kind = match op {
                TemporalBinaryOp::Until => ExprKind::Until(bounds, left, right),
                TemporalBinaryOp::Since => ExprKind::Since(bounds, left, right),
            };
            node(kind, Type::Bool, span)
        }
        ast::ExprKind::Initially(body) => {
            let mark = Mark::new(span, "initially");
            note(cx, scope, Use::Temporal, mark.clone());
            let body = beneath(scope, mark, |scope| infer(cx, scope, body, hint));
            match value_type(cx, &body, "initially") {
                Some(ty) => node(ExprKind::Initially(body), ty, span),
                None => broken(span),
            }
        }
        ast::ExprKind::Prev { body, at_start } => {
            prev(cx, scope, body, at_start.as_ref(), hint, span)
        }
        _ => broken(span),
    }
}

fn beneath<T>(scope: &mut Scope, mark: Mark, body: impl FnOnce(&mut Scope) -> T) -> T {
    scope.within(
        |under| {
            under.temporal.get_or_insert(mark);
        },
        body,
    )
}

/// The type of what is read at another instant; events have no value there.
fn value_type(cx: &mut Context<'_>, body: &Expr, word: &str) -> Option<Type> {
    let events = match &body.ty {
        Type::Error => return None,
        Type::Event(_) => true,
        Type::Set(element) => matches!(**element, Type::Event(_)),
        Type::Bool
        | Type::Int
        | Type::Real
        | Type::Str
        | Type::Duration
        | Type::Enum(_)
        | Type::Agent(_)
        | Type::Optional(_)
        | Type::Never => false,
    };
    if !events {
        return Some(body.ty.clone());
    }
    let message = format!("`{word}` takes a value, not events");
    cx.report(
        Diagnostic::error(code::MISMATCH, body.span, message)
            .label(body.span, format!("this is a `{}`", type_name(cx.model, &body.ty)))
            .help(format!("write `{word}(exists e in …: …)`")),
    );
    None
}

/// `prev(e [, at_start])`. spec: formula.past
fn prev(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    body: &ast::Expr,
    at_start: Option<&ast::Expr>,
    hint: Option<&Type>,
    span: Span,
) -> Expr {
    let mark = Mark::new(span, "prev");
    note(cx, scope, Use::Temporal, mark.clone());
    let body = beneath(scope, mark.clone(), |scope| infer(cx, scope, body, hint));
    let Some(ty) = value_type(cx, &body, "prev") else { return broken(span) };
    let Some(at_start) = at_start else {
        if ty != Type::Bool {
            let found = type_name(cx.model, &ty);
            cx.report(
                Diagnostic::error(code::AT_START, span, "`prev` has no value at the first instant")
                    .label(body.span, format!("this is `{found}`; only a bool is `false` there"))
                    .help("write `prev(…, v)`, with the value `v` for the first instant"),
            );
            return broken(span);
        }
        return node(ExprKind::Prev(body, None), ty, span);
    };
    let at_start = infer(cx, scope, at_start, Some(&ty));
    let Some(ty) = join(&ty, &at_start.ty) else {
        let why = Label::new(body.span, format!("this is `{}`", type_name(cx.model, &ty)));
        super::types::coerce(cx, at_start, &ty, Some(why));
        return broken(span);
    };
    if ty == Type::Error {
        return broken(span);
    }
    let (body, at_start) = (widen(body, &ty), widen(at_start, &ty));
    node(ExprKind::Prev(body, Some(at_start)), ty, span)
}

/// `over [I]`, in a binder over events.
pub(super) fn window(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    window: &ast::Interval,
) -> Option<Interval> {
    // It looks back and is a value now, so that it may stand in a `let`.
    let mark = Mark::new(window.span, "over");
    scope.within(|under| under.fixed = None, |scope| note(cx, scope, Use::Temporal, mark));
    Some(interval(cx, Some(window)))
}

/// An end of an interval.
enum End {
    Steps(i64),
    Time(i64),
}

/// The bounds of an interval; the whole after an error. spec: formula.future
fn interval(cx: &mut Context<'_>, written: Option<&ast::Interval>) -> Interval {
    let Some(written) = written else { return ALWAYS };
    let lo = written.lo.as_ref().map(|end| self::end(cx, end));
    let hi = written.hi.as_ref().map(|end| self::end(cx, end));
    let (lo, hi) = match (lo, hi) {
        (Some(None), _) | (_, Some(None)) => return ALWAYS,
        (lo, hi) => (lo.flatten(), hi.flatten()),
    };
    let bounds = match (lo, hi) {
        (None, None) => return ALWAYS,
        (None, Some(End::Steps(hi))) => (false, 0, Some(hi)),
        (Some(End::Steps(lo)), None) => (false, lo, None),
        (Some(End::Steps(lo)), Some(End::Steps(hi))) => (false, lo, Some(hi)),
        (None, Some(End::Time(hi))) => (true, 0, Some(hi)),
        (Some(End::Time(lo)), None) => (true, lo, None),
        (Some(End::Time(lo)), Some(End::Time(hi))) => (true, lo, Some(hi)),
        // 0 is the same in steps and in time.
        (Some(End::Steps(0)), Some(End::Time(hi))) => (true, 0, Some(hi)),
        (Some(End::Steps(_)), Some(End::Time(_))) | (Some(End::Time(_)), Some(End::Steps(_))) => {
            cx.report(
                Diagnostic::error(
                    code::INTERVAL,
                    written.span,
                    "an interval is in steps or in time, not both",
                )
                .label(written.span, "one end is a number of steps, one a duration"),
            );
            return ALWAYS;
        }
    };
    let (time, lo, hi) = bounds;
    if hi.is_some_and(|hi| hi < lo) {
        cx.report(
            Diagnostic::error(code::INTERVAL, written.span, "this interval is empty")
                .label(written.span, "its end is before its start")
                .help("write the smaller end first"),
        );
        return ALWAYS;
    }
    if time {
        Interval::Time(lo, hi)
    } else {
        Interval::Steps(lo.unsigned_abs(), hi.map(i64::unsigned_abs))
    }
}

fn end(cx: &mut Context<'_>, written: &ast::Expr) -> Option<End> {
    let (value, ty) = constant(cx, written, None)?;
    let (message, remark) = match value {
        Value::Int(steps) if steps >= 0 => return Some(End::Steps(steps)),
        Value::Duration(time) if time >= 0 => return Some(End::Time(time)),
        Value::Int(_) | Value::Duration(_) => {
            ("an interval counts from now on".to_string(), "this is negative".to_string())
        }
        _ => {
            let found = type_name(cx.model, &ty);
            (
                format!("an interval is in steps or in time, found `{found}`"),
                format!("this is `{found}`"),
            )
        }
    };
    cx.report(
        Diagnostic::error(code::INTERVAL, written.span, message)
            .label(written.span, remark)
            .help("write `[0..5]` for steps or `[0s..5s]` for time; past operators look back by themselves"),
    );
    None
}

/// A number of the setup under `expected`.
pub(super) fn number(cx: &mut Context<'_>, scope: &mut Scope, expr: &ast::Expr) -> Expr {
    typed(cx, scope, expr, &Type::Real, None)
}
