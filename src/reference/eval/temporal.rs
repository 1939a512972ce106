//! Temporal operators on finite traces, and worlds.
//!
//! In: a formula's place in its runs. Out: Kleene truth: what a run's end or horizon leaves
//! open is unknown. `always`, `eventually`, `historically` and `once` evaluate every instant
//! that they cover; `p until q` unfolds to `q or (p and next (p until q))`, from the left and only
//! what is needed, and `since` likewise backwards.

use super::cover::{self, Cover};
use super::expression::{eval as value_of, truth, values};
use super::logic::{Fold, decide};
use super::memo::{Series, What};
use super::scene::Formula;
use super::view::{Here, Stop, View, fault};
use super::words;
use crate::ir::expr::{Interval, TemporalOp};
use crate::ir::{Expr, ExprKind, Value, WorldId};
use crate::trace::FaultKind;

/// The value of a temporal operator or a world's formula.
pub fn eval(
    view: &View<'_>,
    here: Formula<'_>,
    frame: &mut [Value],
    expr: &Expr,
) -> Result<Value, Stop> {
    match &*expr.kind {
        ExprKind::Temporal(op, interval, inner) => {
            prefix(view, here, frame, (*op, *interval, inner)).map(Value::Bool)
        }
        ExprKind::Until(interval, left, right) => {
            let cover = cover::future(view.model, &here, *interval)?;
            let sides = Chain { whole: expr, left, right, cover, back: false };
            chain(view, here, frame, &sides).map(Value::Bool)
        }
        ExprKind::Since(interval, left, right) => {
            let cover = cover::past(&here, *interval)?;
            let sides = Chain { whole: expr, left, right, cover, back: true };
            chain(view, here, frame, &sides).map(Value::Bool)
        }
        ExprKind::Initially(inner) => {
            if !cover::from_start(&here) {
                return Err(Stop::Unknown(cover::before_the_log()));
            }
            value_of(&view.at(here.at(0)), frame, inner)
        }
        ExprKind::Prev(inner, start) => match (here.instant.checked_sub(1), start) {
            (Some(before), _) => value_of(&view.at(here.at(before)), frame, inner),
            (None, _) if !cover::from_start(&here) => Err(Stop::Unknown(cover::before_the_log())),
            (None, Some(start)) => value_of(view, frame, start),
            (None, None) => Ok(Value::Bool(false)),
        },
        ExprKind::At(world, arguments, inner) => {
            let arguments = values(&view.exact(), frame, arguments)?;
            let inside = world_view(view, here, expr, (*world, &arguments))?;
            value_of(&inside, frame, inner)
        }
        _ => value_of(view, frame, expr),
    }
}

/// The view inside of a world.
pub fn world_view<'a>(
    view: &View<'a>,
    here: Formula<'a>,
    expr: &Expr,
    (world, arguments): (WorldId, &[Value]),
) -> Result<View<'a>, Stop> {
    let worlds = &here.scene.execution.worlds;
    let found =
        worlds.iter().position(|run| run.world == Some(world) && run.arguments == arguments);
    match found {
        Some(place) => Ok(View {
            society: &worlds[place].society,
            here: Here::Formula(Formula { world: Some(place), ..here }),
            ..*view
        }),
        None => {
            let layout = &view.society.layout;
            let arguments: Vec<String> =
                arguments.iter().map(|value| words::value(view.model, layout, value)).collect();
            let message = format!("there is no such world for `{}`", arguments.join(", "));
            Err(fault(FaultKind::Index, expr.span, message))
        }
    }
}

fn prefix(
    view: &View<'_>,
    here: Formula<'_>,
    frame: &mut [Value],
    (op, interval, inner): (TemporalOp, Interval, &Expr),
) -> Result<bool, Stop> {
    let strong = matches!(op, TemporalOp::Eventually | TemporalOp::Once);
    match op {
        TemporalOp::Always | TemporalOp::Eventually => {
            let cover = cover::future(view.model, &here, interval)?;
            all(view, here, frame, &All { inner, strong, cover, back: false })
        }
        TemporalOp::Historically | TemporalOp::Once => {
            let cover = cover::past(&here, interval)?;
            all(view, here, frame, &All { inner, strong, cover, back: true })
        }
        TemporalOp::Next => match next(view, here) {
            Ok(Some(instant)) => operand(view, here, frame, inner, instant),
            // spec: formula.finite
            Ok(None) => Ok(false),
            Err(stop) => Err(stop),
        },
        TemporalOp::Finally => {
            let last = last(view, here)?;
            operand(view, here, frame, inner, last)
        }
    }
}

/// The next instant; none at the last one of a complete run.
pub fn next(view: &View<'_>, here: Formula<'_>) -> Result<Option<u32>, Stop> {
    let reach = here.scene.reach(here.world, here.instant, false);
    match (here.instant < reach.last, reach.ended) {
        (true, _) => Ok(Some(here.instant + 1)),
        (false, true) => Ok(None),
        (false, false) => Err(Stop::Unknown(here.scene.beyond(view.model, here.world))),
    }
}

/// The last instant, the horizon taken as the end. spec: formula.finite
pub fn last(view: &View<'_>, here: Formula<'_>) -> Result<u32, Stop> {
    let reach = here.scene.reach(here.world, here.instant, true);
    if reach.ended {
        return Ok(reach.last);
    }
    Err(Stop::Unknown(here.scene.beyond(view.model, here.world)))
}

/// An operand's truth at an instant.
fn operand(
    view: &View<'_>,
    here: Formula<'_>,
    frame: &mut [Value],
    inner: &Expr,
    instant: u32,
) -> Result<bool, Stop> {
    let series = series(here, frame, (inner, What::Own));
    kept(view, here, frame, (inner, series), instant)
}

fn series(here: Formula<'_>, frame: &[Value], of: (&Expr, What)) -> Series {
    here.scene.truths.borrow_mut().series(of, here.world, here.polarity, frame)
}

fn kept(
    view: &View<'_>,
    here: Formula<'_>,
    frame: &mut [Value],
    (inner, series): (&Expr, Series),
    instant: u32,
) -> Result<bool, Stop> {
    if let Some(found) = here.scene.truths.borrow().get(series, instant) {
        return found;
    }
    let found = truth(&view.at(here.at(instant)), frame, inner);
    here.scene.truths.borrow_mut().keep(series, instant, found.clone());
    found
}

/// `always`, `eventually` and their past twins.
struct All<'a> {
    inner: &'a Expr,
    strong: bool,
    cover: Cover,
    back: bool,
}

fn all(
    view: &View<'_>,
    here: Formula<'_>,
    frame: &mut [Value],
    node: &All<'_>,
) -> Result<bool, Stop> {
    let Cover { instants, rest, unbounded } = &node.cover;
    let beyond = match rest {
        Some(why) => Err(Stop::Unknown(why.clone())),
        None => Ok(!node.strong),
    };
    let own = series(here, frame, (node.inner, What::Own));
    if !unbounded {
        let mut fold = Fold::new(node.strong);
        for instant in instants.clone() {
            fold.add(kept(view, here, frame, (node.inner, own), instant))?;
        }
        fold.add(beyond)?;
        return fold.done();
    }
    // To the end: each instant's result is its operand and the result behind it. What the
    // operand belongs to and whether it is strong go together: `always p` and `eventually p`
    // have their own `p`.
    let tail = series(here, frame, (node.inner, What::Over));
    let mut order: Vec<u32> = instants.clone().collect();
    if node.back {
        order.reverse();
    }
    let known = order.iter().position(|at| here.scene.truths.borrow().get(tail, *at).is_some());
    let mut result = match known {
        Some(place) => {
            let at = order[place];
            order.truncate(place);
            here.scene.truths.borrow().get(tail, at).unwrap_or(beyond)
        }
        None => beyond,
    };
    for instant in order.into_iter().rev() {
        let mut fold = Fold::new(node.strong);
        let added = fold
            .add(kept(view, here, frame, (node.inner, own), instant))
            .and_then(|()| fold.add(result.clone()));
        result = added.and_then(|()| fold.done());
        here.scene.truths.borrow_mut().keep(tail, instant, result.clone());
    }
    result
}

/// `left until right`, or `since`, from an instant on.
struct Chain<'a> {
    whole: &'a Expr,
    left: &'a Expr,
    right: &'a Expr,
    cover: Cover,
    back: bool,
}

fn chain(
    view: &View<'_>,
    here: Formula<'_>,
    frame: &mut [Value],
    node: &Chain<'_>,
) -> Result<bool, Stop> {
    let Cover { instants, rest, unbounded } = &node.cover;
    let mut result = match rest {
        Some(why) => Err(Stop::Unknown(why.clone())),
        None => Ok(false),
    };
    let left = series(here, frame, (node.left, What::Own));
    let right = series(here, frame, (node.right, What::Own));
    // A tail serves every instant only where the interval holds all that follow.
    let whole = *unbounded && instants.contains(&here.instant);
    let tail = whole.then(|| series(here, frame, (node.whole, What::Chain)));
    let order: Vec<u32> = if node.back {
        (instants.start..=here.instant).rev().collect()
    } else {
        (here.instant..instants.end).collect()
    };
    let mut passed = Vec::new();
    for (place, instant) in order.iter().copied().enumerate() {
        let known = tail.and_then(|tail| here.scene.truths.borrow().get(tail, instant));
        if let Some(known) = known {
            result = known;
            break;
        }
        let meets = match instants.contains(&instant) {
            true => kept(view, here, frame, (node.right, right), instant),
            false => Ok(false),
        };
        let over = place + 1 == order.len() && rest.is_none();
        let goes_on = match &meets {
            Ok(true) | Err(Stop::Fault(_)) => Ok(false),
            Ok(false) | Err(Stop::Unknown(_)) if over => Ok(false),
            Ok(false) | Err(Stop::Unknown(_)) => {
                kept(view, here, frame, (node.left, left), instant)
            }
        };
        let stop = matches!(meets, Ok(true) | Err(Stop::Fault(_)))
            || matches!(goes_on, Ok(false) | Err(Stop::Fault(_)));
        passed.push((instant, meets, goes_on));
        if stop {
            break;
        }
    }
    for (instant, meets, goes_on) in passed.into_iter().rev() {
        let after = result;
        result = decide(view, meets, true, &mut || {
            decide(view, goes_on.clone(), false, &mut || after.clone())
        });
        if let Some(tail) = tail {
            here.scene.truths.borrow_mut().keep(tail, instant, result.clone());
        }
    }
    result
}
