//! Values, cells and places in the user's words.
//!
//! In: values of one society. Out: short texts on one line. Reals are given in their shortest
//! exact form, and where that is long with a `≈`.

use super::sheet::{elide, tame};
use crate::diag::{Sources, Span};
use crate::ir::layout::Layout;
use crate::ir::value::Occurrence;
use crate::ir::{AgentId, Model, ParamId, RuleId, StateId, Value};
use crate::trace::Recorded;

/// The language of one society: what its agents, cells and values are called.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The model.
    pub model: &'a Model,
    /// The texts that it came from.
    pub sources: &'a Sources,
    /// The society's places.
    pub layout: &'a Layout,
    /// The recorded run that is spoken of; none: a simulated one.
    pub record: Option<&'a Recorded>,
}

impl Words<'_> {
    /// An agent: `team[0]`, or the name that a record gives it.
    pub fn agent(&self, agent: AgentId) -> String {
        if agent.0 as usize >= self.layout.agents().len() {
            return format!("agent {}", agent.0);
        }
        match self.record {
            Some(record) => tame(&record.agent_name(self.model, self.layout, agent)),
            None => self.layout.agent_name(self.model, agent),
        }
    }

    /// An instant: `3`, or of a recorded run where it stands: `message 4`.
    pub fn instant(&self, instant: u32) -> String {
        let line = self.record.and_then(|record| {
            let found = record.trace.instants.get(instant as usize)?;
            (found.line > 0).then(|| record.unit.place(found.line))
        });
        line.unwrap_or_else(|| instant.to_string())
    }

    /// Where a bound event stands in a recorded run: ` (message 3)`; nothing in a simulation.
    pub fn whereabouts(&self, value: &Value) -> String {
        match (self.record, value) {
            (Some(record), Value::Event(event)) if event.line > 0 => {
                format!(" ({})", record.unit.place(event.line))
            }
            _ => String::new(),
        }
    }

    /// A value on one line.
    pub fn value(&self, value: &Value) -> String {
        match value {
            Value::Bool(truth) => truth.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Real(number) => real(*number),
            Value::Str(text) => format!("\"{}\"", elide(&tame(text), 60)),
            Value::Duration(nanoseconds) => duration(*nanoseconds),
            Value::Variant(id, variant) => {
                self.model.enums[*id].variants[*variant as usize].clone()
            }
            Value::Agent(agent) => self.agent(*agent),
            Value::None => "none".to_string(),
            Value::Set(elements) => self.set(elements),
            Value::Event(occurrence) => self.occurrence(occurrence),
            Value::Table(rows) => {
                let rows = rows.iter().map(|(indices, value)| {
                    format!("{}: {}", self.values(indices), self.value(value))
                });
                rows.collect::<Vec<_>>().join(", ")
            }
            Value::Unrecorded => "not recorded".to_string(),
        }
    }

    /// A value in the cell of a table: reals rounded to five digits.
    pub fn cell(&self, value: &Value) -> String {
        match value {
            Value::Real(number) => narrow(*number),
            Value::Str(text) => elide(&tame(text), 24),
            other => elide(&self.value(other), 32),
        }
    }

    fn set(&self, elements: &[Value]) -> String {
        let shown: Vec<String> = elements.iter().take(8).map(|value| self.value(value)).collect();
        let more = if elements.len() > 8 { ", …" } else { "" };
        format!("{{{}{more}}}", shown.join(", "))
    }

    fn values(&self, values: &[Value]) -> String {
        values.iter().map(|value| self.value(value)).collect::<Vec<_>>().join(", ")
    }

    /// An occurrence of an event: `ship(author: team[0], defects: 1)`.
    pub fn occurrence(&self, occurrence: &Occurrence) -> String {
        let event = &self.model.events[occurrence.event];
        let fields: Vec<String> = event
            .fields
            .iter()
            .zip(&occurrence.fields)
            .map(|((name, _), value)| format!("{name}: {}", self.value(value)))
            .collect();
        if fields.is_empty() {
            return event.name.clone();
        }
        format!("{}({})", event.name, fields.join(", "))
    }

    /// A rule's instance: `speak(team[0])`.
    pub fn instance(&self, rule: RuleId, binders: &[Value]) -> String {
        applied(&self.model.rules[rule].name, &self.values(binders))
    }

    /// A parameter's cell: `team[1].rubber_stamps`, `cost(team[0])`, `regime`.
    pub fn param(&self, param: ParamId, indices: &[Value]) -> String {
        let declared = &self.model.params[param];
        self.named(&declared.name, declared.owner.is_some(), indices)
    }

    /// A state's cell, as a parameter's.
    pub fn state(&self, state: StateId, indices: &[Value]) -> String {
        let declared = &self.model.states[state];
        self.named(&declared.name, declared.owner.is_some(), indices)
    }

    fn named(&self, name: &str, owned: bool, indices: &[Value]) -> String {
        match indices.split_first() {
            Some((owner, rest)) if owned => {
                format!("{}.{}", self.value(owner), applied(name, &self.values(rest)))
            }
            _ => applied(name, &self.values(indices)),
        }
    }

    /// Where a span is: `review.polity:74`.
    pub fn place(&self, span: Span) -> String {
        place(self.sources, span)
    }

    /// The words of a span on one line, without comments.
    pub fn excerpt(&self, span: Span, columns: usize) -> String {
        excerpt(self.sources, span, columns)
    }
}

/// Where a span is: `review.polity:74`.
pub fn place(sources: &Sources, span: Span) -> String {
    format!("{}:{}", sources.get(span.file).name, sources.position(span).0)
}

/// The words of a span on one line of at most `columns`, without comments.
pub fn excerpt(sources: &Sources, span: Span, columns: usize) -> String {
    let words = sources.words(span);
    let plain: Vec<&str> = words.lines().map(without_comment).collect();
    let joined = plain.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    elide(&tame(&joined), columns)
}

/// A line up to its `//`, strings respected.
fn without_comment(line: &str) -> &str {
    let bytes = line.as_bytes();
    let mut quoted = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'/' if !quoted && bytes.get(at + 1) == Some(&b'/') => return &line[..at],
            _ => {}
        }
        at += 1;
    }
    line
}

fn applied(name: &str, arguments: &str) -> String {
    if arguments.is_empty() { name.to_string() } else { format!("{name}({arguments})") }
}

/// A real in its shortest exact form, or with `≈` and seven digits where that is long.
pub fn real(number: f64) -> String {
    let exact = shortest(number);
    if exact.len() <= 9 {
        return exact;
    }
    format!("≈{}", rounded(number, 7))
}

/// A real in the shortest form that reads back as the same number.
pub fn shortest(number: f64) -> String {
    let number = number + 0.0;
    let size = number.abs();
    if size != 0.0 && !(1e-5..1e15).contains(&size) {
        return format!("{number:e}");
    }
    number.to_string()
}

/// A real rounded to `digits` significant digits, without trailing zeros.
pub fn rounded(number: f64, digits: usize) -> String {
    let text = format!("{number:.*e}", digits.saturating_sub(1));
    shortest(text.parse().unwrap_or(number))
}

/// A real in five digits; `≈5` where the digits hide how it differs from a round number.
fn narrow(number: f64) -> String {
    let text = rounded(number, 5);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let exact = text.parse() == Ok(number);
    if exact || digits >= 5 { text } else { format!("≈{text}") }
}

/// A duration in the largest unit that divides it: `90s`, `2h`.
pub fn duration(nanoseconds: i64) -> String {
    let units = [
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("min", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
    ];
    for (unit, size) in units {
        if nanoseconds != 0 && nanoseconds % size == 0 {
            return format!("{}{unit}", nanoseconds / size);
        }
    }
    match nanoseconds {
        0 => "0s".to_string(),
        other => format!("{}ms", shortest(other as f64 / 1e6)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::FileId;

    #[test]
    fn reals_are_shown_in_their_shortest_form() {
        assert_eq!(real(0.5), "0.5");
        assert_eq!(real(100.0), "100");
        assert_eq!(real(-0.0), "0");
        assert_eq!(real(1.0 / 3.0), "≈0.3333333");
        assert_eq!(real(1e-7), "1e-7");
        assert_eq!(rounded(33.333_333_333, 5), "33.333");
        assert_eq!(rounded(0.1 + 0.2, 5), "0.3");
        assert_eq!(narrow(4.999_988), "≈5");
        assert_eq!(narrow(33.333_333), "33.333");
        assert_eq!(narrow(20.0), "20");
    }

    #[test]
    fn durations_are_shown_in_the_largest_unit_that_divides_them() {
        assert_eq!(duration(5_000_000_000), "5s");
        assert_eq!(duration(90_000_000_000), "90s");
        assert_eq!(duration(172_800_000_000_000), "2d");
        assert_eq!(duration(1_500_000), "1.5ms");
        assert_eq!(duration(0), "0s");
    }

    #[test]
    fn an_excerpt_is_one_line_without_comments() {
        let mut sources = Sources::default();
        let text = "always x   // why\n  and \"a // b\" == s";
        let file = sources.add("m.polity", text);
        let span = Span { file, start: 0, end: text.len() as u32 };
        assert_eq!(excerpt(&sources, span, 80), "always x and \"a // b\" == s");
        assert_eq!(excerpt(&sources, span, 9), "always x…");
        let empty = Span { file: FileId(0), start: 0, end: 0 };
        assert_eq!(place(&sources, empty), "m.polity:1");
    }
}
