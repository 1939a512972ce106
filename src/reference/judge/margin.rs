//! Margins: how far a formula is from the other verdict, in [-1, 1]; on what is not settled an
//! interval.
//!
//! # Invariants
//! - Positive only if the formula holds, negative only if it fails: where the lower end is above
//!   0 the truth is not false, where the upper end is below 0 it is not true.
//! - What faults or is unknown has the margin (-1, 1).
//! - No end is -0 or no number, so that the lesser of two does not depend on their order.
//!
//! A margin steers a search and never decides.

use crate::base::id::Id;
use crate::ir::expr::{Binder, TemporalOp};
use crate::ir::{Expr, ExprKind, Type, Value};
use crate::reference::eval::binders;
use crate::reference::eval::compare;
use crate::reference::eval::cover::{self, Cover};
use crate::reference::eval::expression::{eval, frame_of, values};
use crate::reference::eval::logic::fits;
use crate::reference::eval::memo::What;
use crate::reference::eval::scene::Formula;
use crate::reference::eval::temporal;
use crate::reference::eval::{Here, Stop, View, truth};
use crate::syntax::ast::BinaryOp;

/// A margin, low end and high end.
pub type Margin = (f64, f64);

const OPEN: Margin = (-1.0, 1.0);
const HOLDS: Margin = (1.0, 1.0);
const FAILS: Margin = (-1.0, -1.0);

/// The margin of `and`.
pub fn least(a: Margin, b: Margin) -> Margin {
    (a.0.min(b.0), a.1.min(b.1))
}

/// The margin of `or`.
pub fn most(a: Margin, b: Margin) -> Margin {
    (a.0.max(b.0), a.1.max(b.1))
}

fn negated(margin: Margin) -> Margin {
    // 0 less something is never -0.
    (0.0 - margin.1, 0.0 - margin.0)
}

/// The margin of a formula.
pub fn margin(view: &View<'_>, frame: &mut [Value], expr: &Expr) -> Margin {
    match &*expr.kind {
        ExprKind::Not(inner) => negated(margin(&view.negated(), frame, inner)),
        ExprKind::Binary(BinaryOp::And, left, right) => {
            least(margin(view, frame, left), margin(view, frame, right))
        }
        ExprKind::Binary(BinaryOp::Or, left, right) => {
            most(margin(view, frame, left), margin(view, frame, right))
        }
        ExprKind::Binary(BinaryOp::Implies, left, right) => {
            let guard = negated(margin(&view.negated(), frame, left));
            most(guard, margin(view, frame, right))
        }
        ExprKind::Binary(op, left, right) => compared(view, frame, expr, (*op, left, right)),
        ExprKind::If(condition, yes, no) => match truth(&view.exact(), frame, condition) {
            Ok(true) => margin(view, frame, yes),
            Ok(false) => margin(view, frame, no),
            Err(_) => OPEN,
        },
        ExprKind::Match(subject, arms) => match eval(&view.exact(), frame, subject) {
            Ok(subject) => arms
                .iter()
                .find(|(pattern, _)| fits(pattern, &subject))
                .map_or(OPEN, |(_, body)| margin(view, frame, body)),
            Err(_) => OPEN,
        },
        ExprKind::Let(slot, bound, body) => match eval(&view.exact(), frame, bound) {
            Ok(value) => {
                frame[slot.index()] = value;
                margin(view, frame, body)
            }
            Err(_) => OPEN,
        },
        ExprKind::Call(def, arguments) => match values(&view.exact(), frame, arguments) {
            Ok(arguments) => {
                let def = &view.model.defs[*def];
                margin(view, &mut frame_of(arguments, def.frame), &def.body)
            }
            Err(_) => OPEN,
        },
        ExprKind::Quantifier { all, binders, body } => quantifier(view, frame, *all, binders, body),
        ExprKind::Temporal(..)
        | ExprKind::Until(..)
        | ExprKind::Since(..)
        | ExprKind::Initially(_)
        | ExprKind::Prev(..)
        | ExprKind::At(..) => match view.here {
            Here::Formula(here) => timed(view, here, frame, expr).unwrap_or(OPEN),
            Here::Setup | Here::Step { .. } => OPEN,
        },
        _ => atom(truth(view, frame, expr)),
    }
}

fn atom(truth: Result<bool, Stop>) -> Margin {
    match truth {
        Ok(true) => HOLDS,
        Ok(false) => FAILS,
        Err(_) => OPEN,
    }
}

fn compared(
    view: &View<'_>,
    frame: &mut [Value],
    expr: &Expr,
    (op, left, right): (BinaryOp, &Expr, &Expr),
) -> Margin {
    let numbers = matches!(left.ty, Type::Int | Type::Real | Type::Duration);
    let ordered = match op {
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual => true,
        BinaryOp::Implies
        | BinaryOp::Or
        | BinaryOp::And
        | BinaryOp::In
        | BinaryOp::Contains
        | BinaryOp::StartsWith
        | BinaryOp::Matches
        | BinaryOp::Range
        | BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Div
        | BinaryOp::Remainder
        | BinaryOp::Intersect => false,
    };
    if !numbers || !ordered {
        return atom(truth(view, frame, expr));
    }
    let Ok(sides) = compare::sides(view, frame, left, right) else { return OPEN };
    let Ok(holds) = compare::compare(view, op, (left, right), &sides) else { return OPEN };
    let (Some((a, half)), Some((b, _))) = (scale(&sides.0), scale(&sides.1)) else {
        return atom(Ok(holds));
    };
    let distance = match op {
        BinaryOp::Less => b - a - half,
        BinaryOp::LessEqual => b - a + half,
        BinaryOp::Greater => a - b - half,
        BinaryOp::GreaterEqual => a - b + half,
        BinaryOp::Equal if a == b => half,
        BinaryOp::NotEqual if a == b => -half,
        BinaryOp::NotEqual => (a - b).abs(),
        _ => -(a - b).abs(),
    };
    let scaled = match compare::width(view, left, right) {
        Some(width) => distance / width,
        None if distance.is_infinite() => distance.signum(),
        None => distance / (1.0 + distance.abs()),
    };
    // A comparison within its tolerance has no sign of its own.
    let signed = if holds { scaled.clamp(0.0, 1.0) } else { scaled.clamp(-1.0, 0.0) } + 0.0;
    (signed, signed)
}

/// A number to measure distances by, and half the least distance between two of its kind.
fn scale(value: &Value) -> Option<(f64, f64)> {
    match value {
        Value::Int(int) => Some((*int as f64, 0.5)),
        Value::Real(real) => Some((*real, 0.0)),
        // In seconds, as exact as it matters.
        Value::Duration(nanoseconds) => Some((*nanoseconds as f64 / 1e9, 0.0)),
        Value::Bool(_)
        | Value::Str(_)
        | Value::Variant(..)
        | Value::Agent(_)
        | Value::None
        | Value::Set(_)
        | Value::Event(_)
        | Value::Table(_)
        | Value::Unrecorded => None,
    }
}

fn quantifier(
    view: &View<'_>,
    frame: &mut [Value],
    all: bool,
    binders: &[Binder],
    body: &Expr,
) -> Margin {
    let Some((binder, rest)) = binders.split_first() else { return margin(view, frame, body) };
    let Ok((items, more)) = binders::candidates(view, frame, binder) else { return OPEN };
    let (join, mut total): (fn(Margin, Margin) -> Margin, Margin) =
        if all { (least, HOLDS) } else { (most, FAILS) };
    let guarded = if all { view.negated() } else { *view };
    for item in items.iter() {
        frame[binder.slot.index()] = item.clone();
        let admitted = binders::admits(&guarded, frame, binder);
        if admitted == Ok(false) {
            continue;
        }
        frame[binder.slot.index()] = item.clone();
        let own = quantifier(view, frame, all, rest, body);
        total = match (admitted, all) {
            (Ok(_), _) => join(total, own),
            // It may be no element at all.
            (Err(_), true) => join(total, (own.0, 1.0)),
            (Err(_), false) => join(total, (-1.0, own.1)),
        };
    }
    if more.is_some() { join(total, OPEN) } else { total }
}

/// Temporal operators and worlds; none: unknown.
fn timed(
    view: &View<'_>,
    here: Formula<'_>,
    frame: &mut [Value],
    expr: &Expr,
) -> Result<Margin, Stop> {
    match &*expr.kind {
        ExprKind::Temporal(op, interval, inner) => match op {
            TemporalOp::Always | TemporalOp::Eventually => {
                let cover = cover::future(view.model, &here, *interval)?;
                let all = *op == TemporalOp::Always;
                Ok(over(view, here, frame, &Over { inner, all, back: false, cover }))
            }
            TemporalOp::Historically | TemporalOp::Once => {
                let cover = cover::past(&here, *interval)?;
                let all = *op == TemporalOp::Historically;
                Ok(over(view, here, frame, &Over { inner, all, back: true, cover }))
            }
            TemporalOp::Next => Ok(temporal::next(view, here)?
                .map_or(FAILS, |instant| at(view, here, frame, inner, instant))),
            TemporalOp::Finally => {
                let last = temporal::last(view, here)?;
                Ok(at(view, here, frame, inner, last))
            }
        },
        ExprKind::Until(interval, left, right) => {
            let cover = cover::future(view.model, &here, *interval)?;
            Ok(chain(view, here, frame, &Chain { expr, left, right, back: false, cover }))
        }
        ExprKind::Since(interval, left, right) => {
            let cover = cover::past(&here, *interval)?;
            Ok(chain(view, here, frame, &Chain { expr, left, right, back: true, cover }))
        }
        ExprKind::Prev(inner, _) if here.instant > 0 => {
            Ok(at(view, here, frame, inner, here.instant - 1))
        }
        ExprKind::Prev(_, start) => Ok(match start {
            _ if !cover::from_start(&here) => OPEN,
            Some(start) => margin(view, frame, start),
            None => FAILS,
        }),
        ExprKind::Initially(inner) if cover::from_start(&here) => {
            Ok(at(view, here, frame, inner, 0))
        }
        ExprKind::At(world, arguments, inner) => {
            let arguments = values(&view.exact(), frame, arguments)?;
            let inside = temporal::world_view(view, here, expr, (*world, &arguments))?;
            Ok(margin(&inside, frame, inner))
        }
        _ => Ok(OPEN),
    }
}

/// An operand's margin at an instant.
fn at(
    view: &View<'_>,
    here: Formula<'_>,
    frame: &mut [Value],
    inner: &Expr,
    instant: u32,
) -> Margin {
    kept(here, frame, (inner, What::Own), instant, &mut |frame| {
        margin(&view.at(here.at(instant)), frame, inner)
    })
}

fn kept(
    here: Formula<'_>,
    frame: &mut [Value],
    of: (&Expr, What),
    instant: u32,
    find: &mut dyn FnMut(&mut [Value]) -> Margin,
) -> Margin {
    let series = here.scene.margins.borrow_mut().series(of, here.world, here.polarity, frame);
    if let Some(found) = here.scene.margins.borrow().get(series, instant) {
        return found;
    }
    let found = find(frame);
    here.scene.margins.borrow_mut().keep(series, instant, found);
    found
}

struct Over<'a> {
    inner: &'a Expr,
    all: bool,
    back: bool,
    cover: Cover,
}

/// `always` and the like: the least or greatest margin of the instants covered.
fn over(view: &View<'_>, here: Formula<'_>, frame: &mut [Value], node: &Over<'_>) -> Margin {
    let (join, none): (fn(Margin, Margin) -> Margin, Margin) =
        if node.all { (least, HOLDS) } else { (most, FAILS) };
    let mut total = if node.cover.rest.is_some() { join(none, OPEN) } else { none };
    let mut order: Vec<u32> = node.cover.instants.clone().collect();
    if !node.back {
        order.reverse();
    }
    let series = |frame: &mut [Value]| {
        let of = (node.inner, What::Over);
        here.scene.margins.borrow_mut().series(of, here.world, here.polarity, frame)
    };
    let tail = node.cover.unbounded.then(|| series(frame));
    // From the far end to here; what is kept of a nearer instant holds all behind it.
    let known = tail.and_then(|tail| {
        let margins = here.scene.margins.borrow();
        order.iter().rposition(|at| margins.get(tail, *at).is_some())
    });
    let start = match (tail, known) {
        (Some(tail), Some(place)) => {
            total = here.scene.margins.borrow().get(tail, order[place]).unwrap_or(OPEN);
            place + 1
        }
        _ => 0,
    };
    for instant in &order[start..] {
        total = join(total, at(view, here, frame, node.inner, *instant));
        if let Some(tail) = tail {
            here.scene.margins.borrow_mut().keep(tail, *instant, total);
        }
    }
    total
}

struct Chain<'a> {
    expr: &'a Expr,
    left: &'a Expr,
    right: &'a Expr,
    back: bool,
    cover: Cover,
}

/// `until` and `since`: the greatest, over the instants where the right side may hold, of the
/// least of that and the left side's margins on the way.
fn chain(view: &View<'_>, here: Formula<'_>, frame: &mut [Value], node: &Chain<'_>) -> Margin {
    let Cover { instants, rest, unbounded } = &node.cover;
    let mut total = if rest.is_some() { OPEN } else { FAILS };
    let mut order: Vec<u32> = if node.back {
        (instants.start..=here.instant).collect()
    } else {
        (here.instant..instants.end).rev().collect()
    };
    let whole = *unbounded && instants.contains(&here.instant);
    let tail = whole.then(|| {
        let of = (node.expr, What::Chain);
        here.scene.margins.borrow_mut().series(of, here.world, here.polarity, frame)
    });
    let known = tail.and_then(|tail| {
        let margins = here.scene.margins.borrow();
        order.iter().rposition(|at| margins.get(tail, *at).is_some())
    });
    if let (Some(tail), Some(place)) = (tail, known) {
        total = here.scene.margins.borrow().get(tail, order[place]).unwrap_or(OPEN);
        order.drain(..=place);
    }
    for instant in order {
        total = least(at(view, here, frame, node.left, instant), total);
        if instants.contains(&instant) {
            total = most(total, at(view, here, frame, node.right, instant));
        }
        if let Some(tail) = tail {
            here.scene.margins.borrow_mut().keep(tail, instant, total);
        }
    }
    total
}
