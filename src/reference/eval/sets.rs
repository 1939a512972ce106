//! Sets: populations, domains, lists, ranges, membership, union and difference.

use std::sync::Arc;

use super::expression::eval;
use super::view::{Stop, View, fault};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::{AgentId, Domain, Expr, ExprKind, KindId, PopId, Type, Value};
use crate::syntax::ast::BinaryOp;
use crate::trace::FaultKind;

/// The most values of a range that are listed.
const LISTED_MAX: u64 = 1_000_000;

/// A sorted vector without doubles as a set.
fn set(items: Vec<Value>) -> Value {
    Value::Set(Arc::new(items))
}

/// Values in any order, with doubles, as a set; occurrences of events stay a bag.
pub fn listed(mut items: Vec<Value>) -> Value {
    items.sort();
    items.dedup_by(|a, b| a == b && !matches!(a, Value::Event(_)));
    set(items)
}

/// The agents of a population that are there.
pub fn population(view: &View<'_>, population: PopId) -> Value {
    let agents = view.society.layout.population(population).map(AgentId);
    set(agents.filter(|agent| !view.absent(*agent)).map(Value::Agent).collect())
}

/// The agents of a kind that are there.
pub fn kind(view: &View<'_>, kind: KindId) -> Value {
    let agents = view.society.layout.kind(kind).iter().copied();
    set(agents.filter(|agent| !view.absent(*agent)).map(Value::Agent).collect())
}

/// An agent, `none` or a set where a set is expected.
pub fn to_set(value: Value) -> Value {
    match value {
        Value::None => set(Vec::new()),
        Value::Set(_) => value,
        other => set(vec![other]),
    }
}

/// All values of a finite domain, in order.
pub fn domain(view: &View<'_>, span: Span, domain: &Domain) -> Result<Value, Stop> {
    match domain {
        Domain::Whole(Type::Bool) => Ok(set(vec![Value::Bool(false), Value::Bool(true)])),
        Domain::Whole(Type::Enum(id)) => {
            let variants = 0..view.model.enums[*id].variants.len() as u32;
            Ok(set(variants.map(|variant| Value::Variant(*id, variant)).collect()))
        }
        Domain::Whole(Type::Agent(of)) => Ok(kind(view, *of)),
        Domain::Ints(lo, hi) => range(&Value::Int(*lo), &Value::Int(*hi), span),
        Domain::Values(_, values) => Ok(listed(values.clone())),
        Domain::Population(id) => Ok(population(view, *id)),
        Domain::Optional(inner) => {
            let Value::Set(rest) = self::domain(view, span, inner)? else {
                return Err(endless(span));
            };
            Ok(listed([&[Value::None], &rest[..]].concat()))
        }
        Domain::Reals(..)
        | Domain::Whole(
            Type::Int
            | Type::Real
            | Type::Str
            | Type::Duration
            | Type::Optional(_)
            | Type::Set(_)
            | Type::Event(_)
            | Type::Never
            | Type::Error,
        ) => Err(endless(span)),
    }
}

fn endless(span: Span) -> Stop {
    fault(FaultKind::Domain, span, "this domain has too many values to go through")
}

/// Whether `value` lies in `domain`. spec: types.domain
pub fn within(view: &View<'_>, value: &Value, domain: &Domain) -> bool {
    match (domain, value) {
        (Domain::Ints(lo, hi), Value::Int(int)) => (lo..=hi).contains(&int),
        (Domain::Reals(lo, hi), _) => value.number().is_some_and(|x| *lo <= x && x <= *hi),
        (Domain::Values(_, values), _) => {
            values.contains(value)
                || value.number().is_some_and(|x| values.iter().any(|v| v.number() == Some(x)))
        }
        (Domain::Population(population), Value::Agent(agent)) => {
            view.society.layout.population(*population).contains(&agent.0) && !view.absent(*agent)
        }
        (Domain::Population(_) | Domain::Ints(..), _) => false,
        (Domain::Optional(_), Value::None) => true,
        (Domain::Optional(inner), _) => within(view, value, inner),
        (Domain::Whole(ty), _) => of_type(view, value, ty),
    }
}

fn of_type(view: &View<'_>, value: &Value, ty: &Type) -> bool {
    match (ty, value) {
        (Type::Bool, Value::Bool(_))
        | (Type::Int, Value::Int(_))
        | (Type::Real, Value::Real(_) | Value::Int(_))
        | (Type::Str, Value::Str(_))
        | (Type::Duration, Value::Duration(_))
        | (Type::Optional(_), Value::None) => true,
        (Type::Enum(id), Value::Variant(of, _)) => id == of,
        (Type::Agent(kind), Value::Agent(agent)) => {
            let found = view.society.layout.agents().get(*agent);
            found.is_some_and(|found| found.kind == *kind) && !view.absent(*agent)
        }
        (Type::Optional(inner), _) => of_type(view, value, inner),
        (Type::Set(inner), Value::Set(items)) => {
            items.iter().all(|item| of_type(view, item, inner))
        }
        (Type::Event(event), Value::Event(occurrence)) => *event == occurrence.event,
        _ => false,
    }
}

/// `lo..hi` of ints; empty where `lo > hi`.
pub fn range(lo: &Value, hi: &Value, span: Span) -> Result<Value, Stop> {
    let (Value::Int(lo), Value::Int(hi)) = (lo, hi) else { return Err(endless(span)) };
    if lo > hi {
        return Ok(set(Vec::new()));
    }
    if hi.abs_diff(*lo) >= LISTED_MAX {
        return Err(fault(
            FaultKind::Domain,
            span,
            format!("{lo}..{hi} has too many values to go through: at most {LISTED_MAX}"),
        ));
    }
    Ok(set((*lo..=*hi).map(Value::Int).collect()))
}

/// `a in S`. A range is not listed for it.
pub fn member(view: &View<'_>, frame: &mut [Value], item: &Expr, of: &Expr) -> Result<bool, Stop> {
    let item = eval(view, frame, item)?;
    match &*of.kind {
        ExprKind::Binary(BinaryOp::Range, lo, hi) => {
            let (lo, hi) = (eval(view, frame, lo)?, eval(view, frame, hi)?);
            Ok(lo <= item && item <= hi)
        }
        ExprKind::All(domain) => Ok(within(view, &item, domain)),
        _ => match eval(view, frame, of)? {
            Value::Set(items) => Ok(items.binary_search(&item).is_ok()),
            other => Ok(other == item),
        },
    }
}

/// Union (`+`), difference (`-`), intersection (`&`).
pub fn combine(op: BinaryOp, a: &[Value], b: &[Value]) -> Value {
    let in_b = |item: &&Value| b.binary_search(item).is_ok();
    match op {
        BinaryOp::Add => listed([a, b].concat()),
        BinaryOp::Subtract => set(a.iter().filter(|item| !in_b(item)).cloned().collect()),
        _ => set(a.iter().filter(in_b).cloned().collect()),
    }
}

/// The place of an agent in its population and which population that is.
pub fn place(view: &View<'_>, agent: AgentId) -> Option<(PopId, u32)> {
    let agent = view.society.layout.agents().get(AgentId::new(agent.index()))?;
    Some((agent.population, agent.index))
}
