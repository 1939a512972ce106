//! What a domain admits, and the values that it lists.
//!
//! In: a domain. Out: whether a value lies in it (reals: within the tolerance, set to the
//! bound), its values in order, or what proposals are taken from.

use super::Outcomes;
use super::eval::words;
use crate::diag::Span;
use crate::ir::layout::Layout;
use crate::ir::{AgentId, Domain, Model, Type, Value};
use crate::trace::{Fault, FaultKind};

/// How far a state may leave a real domain, as a share of its width (§4).
const TOLERANCE: f64 = 1e-9;

/// How many values an optional domain may list.
const OPTIONAL_MAX: usize = 1_000_000;

/// The value as the domain holds it; none where it lies outside.
// spec: types.domain, types.real
pub fn settle(layout: &Layout, domain: &Domain, value: Value) -> Option<Value> {
    match (domain, value) {
        (Domain::Whole(ty), value) => has_type(layout, ty, &value).then_some(value),
        (Domain::Ints(lo, hi), Value::Int(int)) => {
            (lo..=hi).contains(&&int).then_some(Value::Int(int))
        }
        (Domain::Reals(lo, hi), Value::Real(real)) => {
            let slack = TOLERANCE * (hi - lo);
            let near = lo - slack <= real && real <= hi + slack;
            near.then(|| Value::Real(real.clamp(*lo, *hi)))
        }
        (Domain::Values(_, values), value) => values.contains(&value).then_some(value),
        (Domain::Population(population), Value::Agent(agent)) => {
            layout.population(*population).contains(&agent.0).then_some(Value::Agent(agent))
        }
        (Domain::Optional(_), Value::None) => Some(Value::None),
        (Domain::Optional(inner), value) => settle(layout, inner, value),
        (Domain::Ints(..) | Domain::Reals(..) | Domain::Population(_), _) => None,
    }
}

/// Whether a value is of a type; reals are finite.
fn has_type(layout: &Layout, ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (Type::Bool, Value::Bool(_))
        | (Type::Int, Value::Int(_))
        | (Type::Str, Value::Str(_))
        | (Type::Duration, Value::Duration(_))
        | (Type::Never | Type::Optional(_), Value::None) => true,
        (Type::Real, Value::Real(real)) => real.is_finite(),
        (Type::Enum(id), Value::Variant(of, _)) => id == of,
        (Type::Agent(kind), Value::Agent(agent)) => {
            layout.agents().get(*agent).is_some_and(|agent| agent.kind == *kind)
        }
        (Type::Optional(inner), value) => has_type(layout, inner, value),
        (Type::Set(inner), Value::Set(values)) => {
            values.iter().all(|value| has_type(layout, inner, value))
        }
        (Type::Event(event), Value::Event(occurrence)) => *event == occurrence.event,
        (
            Type::Bool
            | Type::Int
            | Type::Real
            | Type::Str
            | Type::Duration
            | Type::Enum(_)
            | Type::Agent(_)
            | Type::Set(_)
            | Type::Event(_)
            | Type::Never
            | Type::Error,
            _,
        ) => false,
    }
}

/// Something that a value is put into: its name in the user's words, its domain, its place.
pub struct Place<'a> {
    /// Computes the name; asked for only if there is a fault.
    pub name: &'a dyn Fn() -> String,
    /// What it may be.
    pub domain: &'a Domain,
    /// Where the value comes from.
    pub span: Span,
}

/// The value as `place` holds it, or the fault of leaving its domain.
pub fn admit(
    model: &Model,
    layout: &Layout,
    place: &Place<'_>,
    value: Value,
) -> Result<Value, Fault> {
    if let Value::Real(real) = value
        && !real.is_finite()
    {
        let message = format!("`{}` would be {real}, which is no number", (place.name)());
        return Err(Fault { kind: FaultKind::NotANumber, message, span: place.span });
    }
    settle(layout, place.domain, value.clone()).ok_or_else(|| Fault {
        kind: FaultKind::Domain,
        message: format!(
            "`{}` would leave its domain {}: {}",
            (place.name)(),
            domain_text(model, layout, place.domain),
            words::value(model, layout, &value)
        ),
        span: place.span,
    })
}

/// What is chosen from: its values in order where they can be listed, else how to propose one.
#[derive(Clone, PartialEq, Debug)]
pub enum Range {
    /// All values, in the order of the domain.
    Listed(Vec<Value>),
    /// Too many to list.
    Proposed(Outcomes),
}

/// The values of a domain that are there, in its order (`none` first), if they are at most
/// `most`; an unbounded domain has no range.
// spec: choice.single
pub fn range(
    model: &Model,
    layout: &Layout,
    since: &[u32],
    domain: &Domain,
    most: usize,
) -> Option<Range> {
    let listed = match domain {
        Domain::Whole(Type::Bool) => vec![Value::Bool(false), Value::Bool(true)],
        Domain::Whole(Type::Enum(id)) => {
            let count = model.enums[*id].variants.len() as u32;
            (0..count).map(|variant| Value::Variant(*id, variant)).collect()
        }
        Domain::Whole(Type::Agent(kind)) => there(since, layout.kind(*kind).iter().copied()),
        Domain::Population(population) => there(since, layout.population(*population).map(AgentId)),
        Domain::Values(_, values) => values.clone(),
        Domain::Ints(lo, hi) => {
            let ints = Outcomes::Ints(*lo, *hi);
            return Some(match ints.values(most) {
                Some(values) => Range::Listed(values),
                None => Range::Proposed(ints),
            });
        }
        Domain::Reals(lo, hi) => return Some(Range::Proposed(Outcomes::Reals(*lo, *hi))),
        Domain::Whole(Type::Optional(inner)) => {
            let inner = Domain::Whole((**inner).clone());
            return optional(range(model, layout, since, &inner, OPTIONAL_MAX)?, most);
        }
        Domain::Optional(inner) => {
            return optional(range(model, layout, since, inner, OPTIONAL_MAX)?, most);
        }
        Domain::Whole(
            Type::Int
            | Type::Real
            | Type::Str
            | Type::Duration
            | Type::Set(_)
            | Type::Event(_)
            | Type::Never
            | Type::Error,
        ) => return None,
    };
    Some(at_most(listed, most))
}

fn there(since: &[u32], agents: impl Iterator<Item = AgentId>) -> Vec<Value> {
    agents.filter(|agent| since[agent.0 as usize] == 0).map(Value::Agent).collect()
}

/// A list, or proposals from it where it is too long.
pub fn at_most(listed: Vec<Value>, most: usize) -> Range {
    match listed.len() <= most {
        true => Range::Listed(listed),
        false => Range::Proposed(Outcomes::alike(&listed)),
    }
}

/// A range with `none` before it; only what is finite can be optional.
fn optional(inner: Range, most: usize) -> Option<Range> {
    match inner {
        Range::Listed(mut values) => {
            values.insert(0, Value::None);
            Some(at_most(values, most))
        }
        Range::Proposed(_) => None,
    }
}

/// A domain as it is written in a model.
pub fn domain_text(model: &Model, layout: &Layout, domain: &Domain) -> String {
    match domain {
        Domain::Whole(ty) => words::type_name(model, ty),
        Domain::Ints(lo, hi) => format!("{lo}..{hi}"),
        Domain::Reals(lo, hi) => format!("{}..{}", words::real(*lo), words::real(*hi)),
        Domain::Values(_, values) => {
            let values: Vec<String> =
                values.iter().map(|value| words::value(model, layout, value)).collect();
            format!("{{{}}}", values.join(", "))
        }
        Domain::Population(population) => model.populations[*population].name.clone(),
        Domain::Optional(inner) => format!("{}?", domain_text(model, layout, inner)),
    }
}
