//! Binders: the elements that they go through, and what is gathered over them.

use std::sync::Arc;

use super::arithmetic;
use super::cover;
use super::expression::{eval, truth};
use super::scene::Formula;
use super::view::{Here, Stop, View, fault};
use crate::base::id::Id;
use crate::ir::expr::{AggregateOp, Binder, Interval};
use crate::ir::{Expr, Type, Value};
use crate::syntax::ast::BinaryOp;
use crate::trace::FaultKind;

/// The elements of a binder's set that its `where` admits, in order. The slot is written.
pub fn elements(view: &View<'_>, frame: &mut [Value], binder: &Binder) -> Result<Vec<Value>, Stop> {
    let mut found = Vec::new();
    let slot = binder.slot.index();
    each(view, frame, std::slice::from_ref(binder), &mut |frame| {
        found.push(frame[slot].clone());
        Ok(())
    })?;
    Ok(found)
}

/// The elements of a binder's set, before its `where`; and why there may be more, if a window
/// reaches before a log's start.
pub fn candidates(
    view: &View<'_>,
    frame: &mut [Value],
    binder: &Binder,
) -> Result<(Arc<Vec<Value>>, Option<String>), Stop> {
    let (items, rest) = match (binder.window, view.here) {
        (Some(interval), Here::Formula(here)) => windowed(view, frame, binder, (here, interval))?,
        (Some(_), Here::Setup | Here::Step { .. }) | (None, _) => {
            (items(eval(&view.exact(), frame, &binder.set)?), None)
        }
    };
    view.note(binder.set.span, !items.is_empty());
    Ok((items, rest))
}

fn items(set: Value) -> Arc<Vec<Value>> {
    match set {
        Value::Set(items) => items,
        Value::None => Arc::new(Vec::new()),
        other => Arc::new(vec![other]),
    }
}

/// The occurrences of a window, which looks back, now included: a bag, instant by instant.
fn windowed(
    view: &View<'_>,
    frame: &mut [Value],
    binder: &Binder,
    (here, interval): (Formula<'_>, Interval),
) -> Result<(Arc<Vec<Value>>, Option<String>), Stop> {
    let cover = cover::past(&here, interval)?;
    let (mut all, mut rest) = (Vec::new(), cover.rest);
    for instant in cover.instants {
        let then = view.exact().at(here.at(instant));
        match eval(&then, frame, &binder.set) {
            Ok(set) => all.extend(items(set).iter().cloned()),
            Err(Stop::Unknown(why)) => rest = rest.or(Some(why)),
            Err(Stop::Fault(fault)) => return Err(Stop::Fault(fault)),
        }
    }
    Ok((Arc::new(all), rest))
}

/// Whether a binder's `where` admits what its slot holds.
pub fn admits(view: &View<'_>, frame: &mut [Value], binder: &Binder) -> Result<bool, Stop> {
    match &binder.filter {
        None => Ok(true),
        Some(filter) => {
            let admitted = truth(view, frame, filter);
            view.note(filter.span, admitted == Ok(true));
            admitted
        }
    }
}

/// Visits every assignment of the binders. All are visited even where one is unknown, for a
/// fault in any wins.
pub fn each(
    view: &View<'_>,
    frame: &mut [Value],
    binders: &[Binder],
    visit: &mut dyn FnMut(&mut [Value]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let Some((binder, rest)) = binders.split_first() else { return visit(frame) };
    let (items, mut unknown) = candidates(view, frame, binder)?;
    for item in items.iter() {
        frame[binder.slot.index()] = item.clone();
        let visited = match admits(view, frame, binder) {
            Ok(false) => Ok(()),
            Ok(true) => each(view, frame, rest, visit),
            Err(stop) => Err(stop),
        };
        match visited {
            Ok(()) => {}
            Err(Stop::Unknown(why)) => unknown = unknown.or(Some(why)),
            Err(Stop::Fault(fault)) => return Err(Stop::Fault(fault)),
        }
    }
    unknown.map_or(Ok(()), |why| Err(Stop::Unknown(why)))
}

/// The parts of an aggregate.
pub struct Aggregate<'a> {
    /// What is gathered.
    pub op: AggregateOp,
    /// The value at each element; `count` has none.
    pub value: Option<&'a Expr>,
    /// Over what.
    pub binders: &'a [Binder],
}

/// `sum`, `mean`, `min`, `max`, `argmax`, `count`.
pub fn aggregate(
    view: &View<'_>,
    frame: &mut [Value],
    expr: &Expr,
    parts: &Aggregate<'_>,
    otherwise: Option<&Expr>,
) -> Result<Value, Stop> {
    let mut gathered: Vec<(Value, Value)> = Vec::new();
    let first = parts.binders.first().map(|binder| binder.slot.index());
    each(view, frame, parts.binders, &mut |frame| {
        let value = match parts.value {
            Some(value) => eval(view, frame, value)?,
            None => Value::Int(1),
        };
        gathered.push((first.map_or(Value::None, |slot| frame[slot].clone()), value));
        Ok(())
    })?;
    if gathered.is_empty() {
        return of_nothing(view, frame, expr, parts.op, otherwise);
    }
    match parts.op {
        AggregateOp::Count => Ok(Value::Int(gathered.len() as i64)),
        AggregateOp::Sum => sum(&gathered, expr),
        AggregateOp::Mean => {
            let total = sum(&gathered, expr)?;
            let count = Value::Real(gathered.len() as f64);
            let total = arithmetic::to_real(total)?;
            arithmetic::binary(BinaryOp::Divide, &total, &count, expr.span)
        }
        // Ties go to the first: elements come in the order of their indices.
        AggregateOp::Min => Ok(best(gathered, &|new, old| new < old).1),
        AggregateOp::Max => Ok(best(gathered, &|new, old| new > old).1),
        AggregateOp::Argmax => Ok(best(gathered, &|new, old| new > old).0),
    }
}

fn best(gathered: Vec<(Value, Value)>, better: &dyn Fn(&Value, &Value) -> bool) -> (Value, Value) {
    gathered
        .into_iter()
        .reduce(|old, new| if better(&new.1, &old.1) { new } else { old })
        .expect("the caller has seen that it is not empty")
}

/// The sum, in index order. spec: types.real
fn sum(gathered: &[(Value, Value)], expr: &Expr) -> Result<Value, Stop> {
    let mut total = gathered[0].1.clone();
    for (_, value) in &gathered[1..] {
        total = arithmetic::binary(BinaryOp::Add, &total, value, expr.span)?;
    }
    Ok(total)
}

fn of_nothing(
    view: &View<'_>,
    frame: &mut [Value],
    expr: &Expr,
    op: AggregateOp,
    otherwise: Option<&Expr>,
) -> Result<Value, Stop> {
    if let Some(otherwise) = otherwise {
        return eval(view, frame, otherwise);
    }
    let name = match op {
        AggregateOp::Count => return Ok(Value::Int(0)),
        AggregateOp::Sum => {
            return Ok(match expr.ty {
                Type::Real => Value::Real(0.0),
                Type::Duration => Value::Duration(0),
                _ => Value::Int(0),
            });
        }
        AggregateOp::Mean => "mean",
        AggregateOp::Min => "min",
        AggregateOp::Max => "max",
        AggregateOp::Argmax => "argmax",
    };
    let message = format!("`{name}` of nothing has no value: write `else` and a value");
    Err(fault(FaultKind::Empty, expr.span, message))
}
