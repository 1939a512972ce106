//! The values of a domain: listed where they are few, and drawn with a bias to the simple.
//!
//! In: a domain, the agents of a society, a source of uniform numbers. Out: values that lie in
//! the domain.

use std::sync::Arc;

use crate::ir::layout::Layout;
use crate::ir::{AgentId, Domain, Model, Type, Value};

/// Uniform numbers in [0, 1): all that generation draws from.
pub struct Dice<'a> {
    uniform: &'a mut dyn FnMut() -> f64,
}

impl<'a> Dice<'a> {
    /// Dice that take their numbers from `uniform`.
    pub fn new(uniform: &'a mut dyn FnMut() -> f64) -> Dice<'a> {
        Dice { uniform }
    }

    /// The next number in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.uniform)()
    }

    /// A number below `bound`, which is positive.
    pub fn below(&mut self, bound: usize) -> usize {
        ((self.uniform() * bound as f64) as usize).min(bound - 1)
    }

    /// Whether an event of probability `p` happens.
    pub fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// One of `all`, all alike; none of nothing.
    pub fn pick<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        if all.is_empty() { None } else { Some(&all[self.below(all.len())]) }
    }
}

/// How many values `domain` has; none: too many to count, or not finite.
pub fn count(model: &Model, domain: &Domain, layout: &Layout) -> Option<u64> {
    match domain {
        Domain::Whole(ty) => count_type(model, ty, layout),
        Domain::Ints(lo, hi) => hi.checked_sub(*lo)?.checked_add(1)?.try_into().ok(),
        Domain::Reals(lo, hi) => (lo == hi).then_some(1),
        Domain::Values(_, values) => Some(values.len() as u64),
        Domain::Population(population) => Some(layout.population(*population).len() as u64),
        Domain::Optional(inner) => count(model, inner, layout)?.checked_add(1),
    }
}

fn count_type(model: &Model, ty: &Type, layout: &Layout) -> Option<u64> {
    match ty {
        Type::Bool => Some(2),
        Type::Enum(id) => Some(model.enums[*id].variants.len() as u64),
        Type::Agent(kind) => Some(layout.kind(*kind).len() as u64),
        Type::Optional(inner) => count_type(model, inner, layout)?.checked_add(1),
        Type::Set(inner) => {
            1u64.checked_shl(u32::try_from(count_type(model, inner, layout)?).ok()?)
        }
        Type::Never => Some(0),
        Type::Int | Type::Real | Type::Str | Type::Duration | Type::Event(_) | Type::Error => None,
    }
}

/// All values of `domain`, in order; none where there are more than `most`.
pub fn list(model: &Model, domain: &Domain, layout: &Layout, most: u64) -> Option<Vec<Value>> {
    if count(model, domain, layout)? > most {
        return None;
    }
    Some(match domain {
        Domain::Whole(ty) => list_type(model, ty, layout),
        Domain::Ints(lo, hi) => (*lo..=*hi).map(Value::Int).collect(),
        Domain::Reals(lo, _) => vec![Value::Real(*lo)],
        Domain::Values(_, values) => values.clone(),
        Domain::Population(population) => agents(layout.population(*population)),
        Domain::Optional(inner) => {
            let mut all = list(model, inner, layout, most)?;
            all.insert(0, Value::None);
            all
        }
    })
}

fn agents(range: std::ops::Range<u32>) -> Vec<Value> {
    range.map(|agent| Value::Agent(AgentId(agent))).collect()
}

/// Only called where `count_type` gave a small number.
fn list_type(model: &Model, ty: &Type, layout: &Layout) -> Vec<Value> {
    match ty {
        Type::Bool => vec![Value::Bool(false), Value::Bool(true)],
        Type::Enum(id) => {
            let variants = 0..model.enums[*id].variants.len() as u32;
            variants.map(|variant| Value::Variant(*id, variant)).collect()
        }
        Type::Agent(kind) => layout.kind(*kind).iter().map(|agent| Value::Agent(*agent)).collect(),
        Type::Optional(inner) => {
            let mut all = vec![Value::None];
            all.extend(list_type(model, inner, layout));
            all
        }
        Type::Set(inner) => {
            let elements = list_type(model, inner, layout);
            (0u64..1 << elements.len()).map(|mask| subset(&elements, mask)).collect()
        }
        Type::Never
        | Type::Int
        | Type::Real
        | Type::Str
        | Type::Duration
        | Type::Event(_)
        | Type::Error => Vec::new(),
    }
}

fn subset(elements: &[Value], mask: u64) -> Value {
    let mut chosen: Vec<Value> = (0..elements.len())
        .filter(|at| mask >> at & 1 == 1)
        .map(|at| elements[at].clone())
        .collect();
    chosen.sort();
    Value::Set(Arc::new(chosen))
}

/// A value of `domain`, with a bias to its ends, to 0, to simple fractions and to the values of
/// `peers`. None where the domain is empty at this size.
pub fn smart(
    model: &Model,
    domain: &Domain,
    layout: &Layout,
    peers: &[Value],
    dice: &mut Dice<'_>,
) -> Option<Value> {
    if !peers.is_empty() && dice.chance(0.15) {
        return dice.pick(peers).cloned();
    }
    match domain {
        Domain::Whole(ty) => smart_type(model, ty, layout, dice),
        Domain::Ints(lo, hi) => Some(Value::Int(smart_int(*lo, *hi, dice))),
        Domain::Reals(lo, hi) => Some(Value::Real(smart_real(*lo, *hi, dice))),
        Domain::Values(_, values) => dice.pick(values).cloned(),
        Domain::Population(population) => {
            let range = layout.population(*population);
            (!range.is_empty())
                .then(|| Value::Agent(AgentId(range.start + dice.below(range.len()) as u32)))
        }
        Domain::Optional(inner) => {
            if dice.chance(0.3) {
                return Some(Value::None);
            }
            smart(model, inner, layout, &[], dice).or(Some(Value::None))
        }
    }
}

fn smart_type(model: &Model, ty: &Type, layout: &Layout, dice: &mut Dice<'_>) -> Option<Value> {
    match ty {
        Type::Int => {
            let bound = [1, 3, 10, 100, 1_000_000][dice.below(5)];
            Some(Value::Int(smart_int(-bound, bound, dice)))
        }
        Type::Real => {
            let bound = [1.0, 1.0, 10.0, 100.0, 1e6][dice.below(5)];
            Some(Value::Real(smart_real(-bound, bound, dice)))
        }
        Type::Str => dice.pick(&["", "a", "b", "c"]).map(|word| Value::Str(Arc::from(*word))),
        Type::Duration => {
            let second = 1_000_000_000;
            dice.pick(&[0, second, 60 * second, 3_600 * second]).map(|time| Value::Duration(*time))
        }
        Type::Optional(inner) => {
            if dice.chance(0.3) {
                return Some(Value::None);
            }
            smart_type(model, inner, layout, dice).or(Some(Value::None))
        }
        Type::Set(inner) => {
            let elements = list_type(model, inner, layout);
            let density = dice.uniform();
            let chosen = elements.into_iter().filter(|_| dice.chance(density)).collect();
            Some(Value::Set(Arc::new(chosen)))
        }
        Type::Bool | Type::Enum(_) | Type::Agent(_) => {
            dice.pick(&list_type(model, ty, layout)).cloned()
        }
        Type::Event(_) | Type::Never | Type::Error => None,
    }
}

/// An int of `lo..hi`: an end, 0, or any.
fn smart_int(lo: i64, hi: i64, dice: &mut Dice<'_>) -> i64 {
    match dice.below(10) {
        0 => lo,
        1 => hi,
        2 if (lo..=hi).contains(&0) => 0,
        _ => {
            let width = hi.abs_diff(lo);
            let step = (dice.uniform() * (width as f64 + 1.0)) as u64;
            lo.wrapping_add_unsigned(step.min(width))
        }
    }
}

/// A real of `lo..hi`: an end, 0, a simple share of the width, or any.
fn smart_real(lo: f64, hi: f64, dice: &mut Dice<'_>) -> f64 {
    const SHARES: [f64; 9] = [0.5, 0.25, 0.75, 0.1, 0.9, 0.2, 0.8, 0.01, 0.99];
    let share = match dice.below(10) {
        0 => return lo,
        1 => return hi,
        2 if lo <= 0.0 && 0.0 <= hi => return 0.0,
        3 | 4 => SHARES[dice.below(SHARES.len())],
        _ => dice.uniform(),
    };
    (lo + share * (hi - lo)).clamp(lo, hi)
}

/// The value that a domain is least at, where there is no default: 0, or the end nearest to it.
pub fn anchor(domain: &Domain) -> f64 {
    match domain {
        Domain::Ints(lo, hi) => 0i64.clamp(*lo, *hi) as f64,
        Domain::Reals(lo, hi) => 0f64.clamp(*lo, *hi),
        Domain::Whole(_) | Domain::Values(..) | Domain::Population(_) | Domain::Optional(_) => 0.0,
    }
}

/// The width of a domain of numbers; none: unbounded, or no numbers.
pub fn width(domain: &Domain) -> Option<f64> {
    match domain {
        Domain::Ints(lo, hi) => Some(*hi as f64 - *lo as f64),
        Domain::Reals(lo, hi) => Some(hi - lo),
        Domain::Values(_, values) => {
            let numbers = || values.iter().filter_map(Value::number);
            let (lo, hi) = (numbers().reduce(f64::min)?, numbers().reduce(f64::max)?);
            Some(hi - lo)
        }
        Domain::Whole(_) | Domain::Population(_) | Domain::Optional(_) => None,
    }
}

/// How far `value` is from `default` (else from the domain's least value), in [0, 1].
///
/// Numbers: the distance over the width; without a width d becomes d/(1+d). What is no number
/// is 0 at the default and otherwise larger the later it stands in the domain.
pub fn size_of(
    model: &Model,
    domain: &Domain,
    layout: &Layout,
    default: Option<&Value>,
    value: &Value,
) -> f64 {
    if default == Some(value) {
        return 0.0;
    }
    if let Some(number) = value.number() {
        let origin = default.and_then(Value::number).unwrap_or_else(|| anchor(domain));
        let distance = (number - origin).abs();
        return match width(domain) {
            Some(width) if width > 0.0 => distance / width,
            Some(_) => 0.0,
            None => distance / (1.0 + distance),
        };
    }
    let rank = match value {
        Value::None => 0,
        Value::Set(elements) => elements.len(),
        Value::Str(text) => text.len(),
        Value::Bool(_)
        | Value::Duration(_)
        | Value::Variant(..)
        | Value::Agent(_)
        | Value::Int(_)
        | Value::Real(_)
        | Value::Event(_)
        | Value::Table(_)
        | Value::Unrecorded => list(model, domain, layout, 10_000)
            .and_then(|all| all.iter().position(|other| other == value))
            .unwrap_or(1),
    };
    let rank = rank as f64 + if default.is_some() { 1.0 } else { 0.0 };
    rank / (1.0 + rank)
}
