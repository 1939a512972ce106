//! Values as JSON, and back.
//!
//! Two forms. *Typed*: where a declaration says what is expected (states, parameters, fields
//! of events), agents of a kind with one population are numbers. *Plain*: where none does
//! (keys of choices and draws, and their values), everything says itself what it is. Reals
//! keep their bits in both.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::error::{Wrong, meant};
use super::roster::Roster;
use crate::diag::code::trace::{BAD_VALUE, UNKNOWN_NAME};
use crate::ir::layout::Layout;
use crate::ir::value::Occurrence;
use crate::ir::{Domain, Model, PopId, Type, Value};

/// What writing values needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Naming<'a> {
    /// The model.
    pub model: &'a Model,
    /// The numbering of its agents.
    pub layout: &'a Layout,
}

impl Naming<'_> {
    /// The value where nothing says what is expected.
    pub fn plain(self, value: &Value) -> Json {
        let all = |values: &[Value]| Json::Array(values.iter().map(|v| self.plain(v)).collect());
        match value {
            Value::Bool(bool) => json!(bool),
            Value::Int(int) => json!(int),
            Value::Real(real) => json!(real),
            Value::Str(text) => json!({ "text": &**text }),
            Value::Duration(nanoseconds) => json!(duration_text(*nanoseconds)),
            Value::Variant(id, place) => json!(self.model.enums[*id].variants[*place as usize]),
            Value::Agent(agent) => json!(self.layout.agent_name(self.model, *agent)),
            Value::None => Json::Null,
            Value::Set(values) => all(values),
            Value::Event(occurrence) => {
                let event = &self.model.events[occurrence.event].name;
                json!({ "event": event, "fields": all(&occurrence.fields) })
            }
            Value::Table(rows) => {
                let row = |(indices, value): &(Vec<Value>, Value)| {
                    json!([all(indices), self.plain(value)])
                };
                json!({ "rows": rows.iter().map(row).collect::<Vec<_>>() })
            }
            Value::Unrecorded => json!({ "unrecorded": true }),
        }
    }

    /// The value where its declaration is known: as plain, but strings as they are, and agents
    /// of a kind with one population as numbers.
    pub fn typed(self, value: &Value) -> Json {
        match value {
            Value::Str(text) => json!(&**text),
            Value::Agent(agent) => {
                let place = self.layout.agents()[*agent];
                let populations = self.model.populations.iter();
                match populations.filter(|population| population.kind == place.kind).count() {
                    1 => json!(place.index),
                    _ => self.plain(value),
                }
            }
            Value::Set(values) => {
                Json::Array(values.iter().map(|value| self.typed(value)).collect())
            }
            Value::Bool(_)
            | Value::Int(_)
            | Value::Real(_)
            | Value::Duration(_)
            | Value::Variant(..)
            | Value::None
            | Value::Event(_)
            | Value::Table(_)
            | Value::Unrecorded => self.plain(value),
        }
    }

    /// An occurrence as an object with its event's name.
    pub fn event(self, occurrence: &Occurrence) -> Json {
        let event = &self.model.events[occurrence.event];
        let fields = event.fields.iter().zip(&occurrence.fields);
        let recorded = fields.filter(|(_, value)| **value != Value::Unrecorded);
        let fields: serde_json::Map<String, Json> =
            recorded.map(|((name, _), value)| (name.clone(), self.typed(value))).collect();
        json!({ event.name.as_str(): fields })
    }
}

/// A value of `domain`; null for what is never `none` is [`Value::Unrecorded`].
pub fn read_typed(json: &Json, domain: &Domain, roster: &mut Roster<'_>) -> Result<Value, Wrong> {
    match (json, domain) {
        (Json::Null, Domain::Optional(_) | Domain::Whole(Type::Optional(_))) => Ok(Value::None),
        (Json::Null, _) => Ok(Value::Unrecorded),
        (_, Domain::Optional(inner)) => read_typed(json, inner, roster),
        (_, Domain::Whole(ty)) => read_type(json, ty, roster),
        (_, Domain::Ints(lo, hi)) => {
            let value = read_type(json, &Type::Int, roster)?;
            let inside = matches!(&value, Value::Int(int) if (lo..=hi).contains(&int));
            inside
                .then_some(value)
                .ok_or_else(|| expected(json, &format!("a number in {lo}..{hi}")))
        }
        (_, Domain::Reals(lo, hi)) => {
            let value = read_type(json, &Type::Real, roster)?;
            let inside = value.number().is_some_and(|real| (*lo..=*hi).contains(&real));
            let domain = || format!("a number in {lo:?}..{hi:?}");
            inside.then_some(value).ok_or_else(|| expected(json, &domain()))
        }
        (_, Domain::Values(ty, values)) => {
            let value = read_type(json, ty, roster)?;
            let inside = values.contains(&value);
            inside.then_some(value).ok_or_else(|| expected(json, "one of the values declared"))
        }
        (_, Domain::Population(population)) => agent(json, &[*population], roster),
    }
}

/// A value of a type.
fn read_type(json: &Json, ty: &Type, roster: &mut Roster<'_>) -> Result<Value, Wrong> {
    match ty {
        Type::Bool => {
            json.as_bool().map(Value::Bool).ok_or_else(|| expected(json, "true or false"))
        }
        Type::Int => json.as_i64().map(Value::Int).ok_or_else(|| expected(json, "a whole number")),
        Type::Real => {
            let real = json.as_f64().filter(|real| real.is_finite());
            real.map(Value::Real).ok_or_else(|| expected(json, "a number"))
        }
        Type::Str => {
            let text = json.as_str().map(|text| Value::Str(text.into()));
            text.ok_or_else(|| expected(json, "a string"))
        }
        Type::Duration => {
            let text = json.as_str().and_then(duration).map(Value::Duration);
            text.ok_or_else(|| expected(json, "a duration such as \"5s\""))
        }
        Type::Enum(id) => {
            let declared = &roster.model().enums[*id];
            let word =
                json.as_str().ok_or_else(|| expected(json, &format!("a `{}`", declared.name)))?;
            let place = declared.variants.iter().position(|variant| variant == word);
            place.map(|place| Value::Variant(*id, place as u32)).ok_or_else(|| {
                let near = meant(word, declared.variants.iter().map(String::as_str));
                let message = format!("`{word}` is no `{}`{near}", declared.name);
                Wrong::new(BAD_VALUE, message)
            })
        }
        Type::Agent(kind) => {
            let populations = roster.populations(*kind);
            agent(json, &populations, roster)
        }
        Type::Optional(_) if json.is_null() => Ok(Value::None),
        Type::Optional(inner) => read_type(json, inner, roster),
        Type::Set(inner) => {
            let items = json.as_array().ok_or_else(|| expected(json, "a list"))?;
            let values = items
                .iter()
                .enumerate()
                .map(|(at, item)| read_type(item, inner, roster).map_err(|wrong| wrong.at(at)));
            Ok(set(values.collect::<Result<_, _>>()?))
        }
        // No declaration is of these types.
        Type::Event(_) | Type::Never | Type::Error => read_plain(json, roster),
    }
}

/// Values as a set.
fn set(mut values: Vec<Value>) -> Value {
    values.sort();
    values.dedup();
    Value::Set(Arc::new(values))
}

/// A number or name of an agent.
fn agent(json: &Json, populations: &[PopId], roster: &mut Roster<'_>) -> Result<Value, Wrong> {
    match (json, populations) {
        (Json::Number(number), [population]) => {
            let place =
                number.as_u64().ok_or_else(|| expected(json, "an agent's number or name"))?;
            roster.at(*population, place).map(Value::Agent)
        }
        (Json::String(word), _) => roster.find(word, populations).map(Value::Agent),
        (Json::Number(_), _) => {
            Err(expected(json, "an agent as `team[0]`, for there are several populations"))
        }
        _ => Err(expected(json, "an agent's number or name")),
    }
}

/// A value that says itself what it is.
pub fn read_plain(json: &Json, roster: &mut Roster<'_>) -> Result<Value, Wrong> {
    match json {
        Json::Null => Ok(Value::None),
        Json::Bool(bool) => Ok(Value::Bool(*bool)),
        Json::Number(number) => {
            let int = number.as_i64().map(Value::Int);
            let real = || number.as_f64().filter(|real| real.is_finite()).map(Value::Real);
            int.or_else(real).ok_or_else(|| expected(json, "a number of 64 bits"))
        }
        Json::String(word) => read_word(word, roster),
        Json::Array(items) => Ok(set(read_all(items, roster)?)),
        Json::Object(fields) => {
            if let Some(Json::String(text)) = fields.get("text") {
                return Ok(Value::Str(text.as_str().into()));
            }
            if fields.contains_key("unrecorded") {
                return Ok(Value::Unrecorded);
            }
            if let Some(Json::Array(rows)) = fields.get("rows") {
                let rows = rows.iter().map(|row| table_row(row, roster));
                let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
                rows.sort();
                return Ok(Value::Table(Arc::new(rows)));
            }
            let (Some(Json::String(name)), Some(Json::Array(items))) =
                (fields.get("event"), fields.get("fields"))
            else {
                return Err(expected(json, "a value"));
            };
            let event = roster.model().events.pairs().find(|(_, event)| event.name == *name);
            let (event, declared) = event
                .ok_or_else(|| Wrong::new(UNKNOWN_NAME, format!("there is no event `{name}`")))?;
            let fields = read_all(items, roster)?;
            if fields.len() != declared.fields.len() {
                return Err(expected(json, &format!("{} fields", declared.fields.len())));
            }
            Ok(Value::Event(Arc::new(Occurrence { event, fields, line: 0 })))
        }
    }
}

/// Values that say themselves what they are.
pub fn read_all(items: &[Json], roster: &mut Roster<'_>) -> Result<Vec<Value>, Wrong> {
    let values = items.iter().enumerate();
    values.map(|(at, item)| read_plain(item, roster).map_err(|wrong| wrong.at(at))).collect()
}

fn table_row(row: &Json, roster: &mut Roster<'_>) -> Result<(Vec<Value>, Value), Wrong> {
    match row.as_array().map(Vec::as_slice) {
        Some([Json::Array(indices), value]) => {
            Ok((read_all(indices, roster)?, read_plain(value, roster)?))
        }
        _ => Err(expected(row, "indices and a value")),
    }
}

/// A variant, an agent or a duration.
fn read_word(word: &str, roster: &mut Roster<'_>) -> Result<Value, Wrong> {
    if let Some(nanoseconds) = duration(word) {
        return Ok(Value::Duration(nanoseconds));
    }
    let model = roster.model();
    for (id, declared) in model.enums.pairs() {
        if let Some(place) = declared.variants.iter().position(|variant| variant == word) {
            return Ok(Value::Variant(id, place as u32));
        }
    }
    let populations: Vec<PopId> = model.populations.ids().collect();
    if word.ends_with(']') {
        return roster.find(word, &populations).map(Value::Agent);
    }
    let variants = model.enums.iter().flat_map(|declared| declared.variants.iter());
    let near = meant(word, variants.map(String::as_str));
    Err(Wrong::new(UNKNOWN_NAME, format!("`{word}` is neither a variant nor an agent{near}")))
}

/// What was expected, and what stands there instead.
pub(super) fn expected(json: &Json, what: &str) -> Wrong {
    let found = json.to_string();
    let short: String = found.chars().take(40).collect();
    let dots = if short.len() < found.len() { "…" } else { "" };
    Wrong::new(BAD_VALUE, format!("expected {what}, found `{short}{dots}`"))
}

const UNITS: [(&str, i64); 5] = [
    ("ms", 1_000_000),
    ("min", 60_000_000_000),
    ("s", 1_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// A duration as the language writes it, in the largest unit that it is a multiple of.
pub fn duration_text(nanoseconds: i64) -> String {
    let mut units = UNITS;
    units.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    match units.iter().find(|(_, size)| nanoseconds % size == 0 && nanoseconds != 0) {
        Some((unit, size)) => format!("{}{unit}", nanoseconds / size),
        None if nanoseconds == 0 => "0s".to_string(),
        None => format!("{nanoseconds}ns"),
    }
}

/// The nanoseconds of `5s`, `0.5min`, `17ns`; none where it is no duration or too long.
pub fn duration(text: &str) -> Option<i64> {
    if let Some(number) = text.strip_suffix("ns") {
        return number.parse().ok();
    }
    let (number, size) =
        UNITS.iter().find_map(|(unit, size)| Some((text.strip_suffix(unit)?, *size)))?;
    if let Ok(whole) = number.parse::<i64>() {
        return whole.checked_mul(size);
    }
    if !number.starts_with(|first: char| first.is_ascii_digit() || first == '-') {
        return None;
    }
    let nanoseconds = number.parse::<f64>().ok()? * size as f64;
    (nanoseconds.abs() < 9e18).then_some(nanoseconds.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_in_the_largest_unit_and_read_back() {
        for (nanoseconds, text) in [
            (5_000_000_000, "5s"),
            (300_000_000_000, "5min"),
            (172_800_000_000_000, "2d"),
            (500_000_000, "500ms"),
            (0, "0s"),
            (17, "17ns"),
            (-3_600_000_000_000, "-1h"),
        ] {
            assert_eq!(duration_text(nanoseconds), text);
            assert_eq!(duration(text), Some(nanoseconds));
        }
        assert_eq!(duration("0.5s"), Some(500_000_000));
        for wrong in ["s", "5", "nans", "infs", "5 apples", "99999999999999d", ""] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
