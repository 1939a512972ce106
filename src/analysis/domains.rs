//! Questions about domains: what they admit, whether they can be searched, how they read.

use super::infer::type_name;
use crate::ir::{Domain, Model, Type, Value};

/// Whether the domain admits the value. Of a population it is not known before the run: then
/// any agent is admitted.
pub fn admits(domain: &Domain, value: &Value) -> bool {
    match domain {
        Domain::Whole(_) => true,
        Domain::Ints(lo, hi) => matches!(value, Value::Int(int) if (lo..=hi).contains(&int)),
        Domain::Reals(lo, hi) => value.number().is_some_and(|number| (*lo..=*hi).contains(&number)),
        Domain::Values(_, values) => values.contains(value),
        Domain::Population(_) => matches!(value, Value::Agent(_)),
        Domain::Optional(inner) => *value == Value::None || admits(inner, value),
    }
}

/// Whether a search can go through the domain.
pub fn bounded(domain: &Domain) -> bool {
    match domain {
        Domain::Whole(ty) => match ty {
            Type::Bool | Type::Enum(_) | Type::Agent(_) | Type::Error => true,
            Type::Int
            | Type::Real
            | Type::Str
            | Type::Duration
            | Type::Optional(_)
            | Type::Set(_)
            | Type::Event(_)
            | Type::Never => false,
        },
        Domain::Ints(..) | Domain::Reals(..) | Domain::Values(..) | Domain::Population(_) => true,
        Domain::Optional(inner) => bounded(inner),
    }
}

/// Whether strings are in the domain.
pub fn has_strings(ty: &Type) -> bool {
    match ty {
        Type::Str => true,
        Type::Optional(inner) | Type::Set(inner) => has_strings(inner),
        Type::Bool
        | Type::Int
        | Type::Real
        | Type::Duration
        | Type::Enum(_)
        | Type::Agent(_)
        | Type::Event(_)
        | Type::Never
        | Type::Error => false,
    }
}

/// A domain as it is written.
pub fn text(model: &Model, domain: &Domain) -> String {
    match domain {
        Domain::Whole(ty) => format!("`{}`", type_name(model, ty)),
        Domain::Ints(lo, hi) => format!("`{lo}..{hi}`"),
        Domain::Reals(lo, hi) => format!("`{lo:?}..{hi:?}`"),
        Domain::Values(_, values) => {
            let values: Vec<String> =
                values.iter().map(|value| value_words(model, value)).collect();
            format!("`{{{}}}`", values.join(", "))
        }
        Domain::Population(population) => format!("`{}`", model.populations[*population].name),
        Domain::Optional(inner) => format!("{} or `none`", text(model, inner)),
    }
}

/// A constant value as it is written, in backticks.
pub fn value_text(model: &Model, value: &Value) -> String {
    format!("`{}`", value_words(model, value))
}

fn value_words(model: &Model, value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Real(real) => format!("{real:?}"),
        Value::Str(text) => format!("{text:?}"),
        Value::Duration(nanoseconds) => duration_words(*nanoseconds),
        Value::Variant(id, variant) => model.enums[*id].variants[*variant as usize].clone(),
        Value::None => "none".into(),
        Value::Set(values) => {
            let values: Vec<String> =
                values.iter().map(|value| value_words(model, value)).collect();
            format!("{{{}}}", values.join(", "))
        }
        Value::Agent(_) | Value::Event(_) | Value::Table(_) | Value::Unrecorded => "…".into(),
    }
}

/// A duration in the largest unit that divides it.
fn duration_words(nanoseconds: i64) -> String {
    const UNITS: [(&str, i64); 5] = [
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("min", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
    ];
    if nanoseconds == 0 {
        return "0s".into();
    }
    let unit = UNITS.iter().find(|(_, size)| nanoseconds % size == 0);
    let (unit, size) = unit.unwrap_or(&("ns", 1));
    format!("{}{unit}", nanoseconds / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_inside_of_their_domain() {
        for (value, inside) in [(0, true), (3, true), (4, false), (-1, false)] {
            assert_eq!(admits(&Domain::Ints(0, 3), &Value::Int(value)), inside, "{value}");
        }
        assert!(admits(&Domain::Reals(0.0, 1.0), &Value::Real(1.0)));
        assert!(!admits(&Domain::Reals(0.0, 1.0), &Value::Real(1.000_001)));
    }

    #[test]
    fn an_optional_domain_admits_none() {
        let domain = Domain::Optional(Box::new(Domain::Ints(0, 3)));
        assert!(admits(&domain, &Value::None));
        assert!(!admits(&Domain::Ints(0, 3), &Value::None));
    }

    #[test]
    fn all_reals_cannot_be_searched() {
        assert!(!bounded(&Domain::Whole(Type::Real)));
        assert!(bounded(&Domain::Whole(Type::Bool)));
    }
}
