//! Values and cells as a person writes them, for messages.

use crate::base::id::Id;
use crate::ir::layout::Layout;
use crate::ir::model::IndexSet;
use crate::ir::{KindId, Model, Type, Value};

/// A value as it is written in the language: `team[0]`, `Idle`, `0.5`, `{1, 2}`.
pub fn value(model: &Model, layout: &Layout, value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Real(real) => self::real(*real),
        Value::Str(text) => format!("{text:?}"),
        Value::Duration(nanoseconds) => duration(*nanoseconds),
        Value::Variant(of, variant) => model.enums[*of].variants[*variant as usize].clone(),
        Value::Agent(agent) if agent.index() < layout.agents().len() => {
            layout.agent_name(model, *agent)
        }
        Value::Agent(agent) => format!("agent {}", agent.index()),
        Value::None => "none".to_owned(),
        Value::Set(items) => format!("{{{}}}", list(model, layout, items)),
        Value::Event(occurrence) => {
            let event = &model.events[occurrence.event];
            let fields: Vec<String> = event
                .fields
                .iter()
                .zip(&occurrence.fields)
                .map(|((name, _), field)| format!("{name}: {}", self::value(model, layout, field)))
                .collect();
            format!("{}({})", event.name, fields.join(", "))
        }
        Value::Table(rows) => {
            let rows: Vec<String> = rows
                .iter()
                .map(|(indices, entry)| {
                    let entry = self::value(model, layout, entry);
                    format!("{}: {entry}", list(model, layout, indices))
                })
                .collect();
            format!("{{{}}}", rows.join(", "))
        }
        Value::Unrecorded => "not recorded".to_owned(),
    }
}

fn list(model: &Model, layout: &Layout, values: &[Value]) -> String {
    let words: Vec<String> = values.iter().map(|item| value(model, layout, item)).collect();
    words.join(", ")
}

/// A real with a dot or an exponent, so that it reads as a real.
pub fn real(number: f64) -> String {
    let text = if number != 0.0 && (number.abs() >= 1e15 || number.abs() < 1e-5) {
        format!("{number:e}")
    } else {
        number.to_string()
    };
    if text.contains(['.', 'e']) { text } else { format!("{text}.0") }
}

/// A duration in its largest whole unit; what is finer than a millisecond as a part of one.
pub fn duration(nanoseconds: i64) -> String {
    const UNITS: [(&str, i64); 5] = [
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("min", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
    ];
    for (unit, size) in UNITS {
        if nanoseconds != 0 && nanoseconds % size == 0 {
            return format!("{}{unit}", nanoseconds / size);
        }
    }
    if nanoseconds == 0 { "0s".to_owned() } else { format!("{}ms", nanoseconds as f64 / 1e6) }
}

/// A variable of a kind or the model at its indices: `team[0].wish`, `approved_by(a, b)`.
pub fn cell(
    model: &Model,
    layout: &Layout,
    name: &str,
    owner: Option<KindId>,
    indices: &[Value],
) -> String {
    let (own, rest) = match (owner, indices.split_first()) {
        (Some(_), Some((agent, rest))) => (format!("{}.{name}", value(model, layout, agent)), rest),
        _ => (name.to_owned(), indices),
    };
    if rest.is_empty() { own } else { format!("{own}({})", list(model, layout, rest)) }
}

/// A type as it is written.
pub fn type_name(model: &Model, ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Int => "int".to_owned(),
        Type::Real => "real".to_owned(),
        Type::Str => "string".to_owned(),
        Type::Duration => "duration".to_owned(),
        Type::Enum(id) => model.enums[*id].name.clone(),
        Type::Agent(kind) => model.kinds[*kind].name.clone(),
        Type::Optional(inner) => format!("{}?", type_name(model, inner)),
        Type::Set(inner) => format!("set of {}", type_name(model, inner)),
        Type::Event(event) => model.events[*event].name.clone(),
        Type::Never => "none".to_owned(),
        Type::Error => "an error".to_owned(),
    }
}

/// What indexes a variable, as it is written.
pub fn index_set(model: &Model, set: &IndexSet) -> String {
    match set {
        IndexSet::Population(population) => model.populations[*population].name.clone(),
        IndexSet::Kind(kind) => model.kinds[*kind].name.clone(),
        IndexSet::Enum(id) => model.enums[*id].name.clone(),
        IndexSet::Ints(lo, hi) => format!("{lo}..{hi}"),
    }
}
