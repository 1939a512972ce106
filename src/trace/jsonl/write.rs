//! A run as JSON lines.
//!
//! In: a run's parts. Out: bytes to a writer: the header, the first state whole, then what
//! changed.

use std::io;

use serde_json::{Map, Value as Json, json};

use super::VERSION;
use crate::base::Table;
use crate::base::id::Id;
use crate::ir::layout::Layout;
use crate::ir::{Model, ParamId, PopId, StateId, StructId, Value};
use crate::social::{Family, Ties};
use crate::trace::cells::{self, Section, Variable};
use crate::trace::setup::Setup;
use crate::trace::states::{End, Instant, Trace};
use crate::trace::values::Naming;
use crate::trace::{keys, social};

/// A run to be written.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// Its model.
    pub model: &'a Model,
    /// The numbering of its agents and cells.
    pub layout: &'a Layout,
    /// What its agents are called, if they have names.
    pub names: Option<&'a Table<PopId, Vec<Option<String>>>>,
    /// All parameters, by place.
    pub params: &'a Table<ParamId, Vec<Value>>,
    /// The ties of each structure, with the family that they were made from; none where they
    /// are not known.
    pub structures: &'a [Option<(Option<Family>, &'a Ties)>],
    /// What happened.
    pub trace: &'a Trace,
}

/// The text of a run that has this setup.
pub fn write(model: &Model, setup: &Setup, trace: &Trace) -> String {
    let layout = Layout::new(model, &setup.sizes);
    let structures: Vec<_> =
        setup.structures.iter().map(|made| Some((made.family, &made.ties))).collect();
    let params = &setup.params;
    let run =
        Recording { model, layout: &layout, names: None, params, structures: &structures, trace };
    let mut bytes = Vec::new();
    write_to(&run, &mut bytes).expect("memory takes every byte");
    String::from_utf8(bytes).expect("JSON is UTF-8 text")
}

/// Writes a run.
pub fn write_to(run: &Recording<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    line(out, &header(run))?;
    let mut before: Option<&Instant> = None;
    for (number, instant) in run.trace.instants.iter().enumerate() {
        line(out, &line_of(run, number as u32, instant, before))?;
        before = Some(instant);
    }
    Ok(())
}

fn line(out: &mut dyn io::Write, json: &Json) -> io::Result<()> {
    serde_json::to_writer(&mut *out, json)?;
    out.write_all(b"\n")
}

fn header(run: &Recording<'_>) -> Json {
    let naming = Naming { model: run.model, layout: run.layout };
    let mut agents = Map::new();
    for (id, population) in run.model.populations.pairs() {
        let names = run.names.map(|names| names[id].iter().cloned().collect::<Option<Vec<_>>>());
        let who = match names.flatten().filter(|names| !names.is_empty()) {
            Some(names) => json!(names),
            None => json!(run.layout.population(id).len()),
        };
        agents.insert(population.name.clone(), who);
    }
    let given = |variable: &Variable<'_>, place: usize| {
        recorded(run.params[ParamId::new(variable.place)].get(place))
    };
    let structures = run.model.structures.pairs().filter_map(|(id, structure)| {
        let (family, ties) = (*run.structures.get(StructId::index(id))?)?;
        Some((structure.name.clone(), social::write(structure, family, ties)))
    });
    json!({
        "polity": VERSION,
        "kind": "trace",
        "model": run.model.name,
        "agents": agents,
        "params": cells::write(naming, Section::Params, &given),
        "structures": structures.collect::<Map<_, _>>(),
        "from_start": run.trace.from_start,
        "complete": run.trace.end == End::Halted,
    })
}

/// A value that is known.
fn recorded(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| **value != Value::Unrecorded)
}

fn line_of(run: &Recording<'_>, number: u32, instant: &Instant, before: Option<&Instant>) -> Json {
    let naming = Naming { model: run.model, layout: run.layout };
    let mut fields = Map::new();
    fields.insert("t".into(), json!(number));
    if let Some(time) = instant.time {
        fields.insert("time".into(), json!(time_text(time)));
    }
    if instant.unread {
        fields.insert("unread".into(), json!(true));
        return Json::Object(fields);
    }
    let cell = |variable: &Variable<'_>, place: usize| {
        let at = run.layout.state(StateId::new(variable.place)).start() + place;
        (instant.cells.get(at), before.and_then(|before| before.cells.get(at)))
    };
    // What is not known any more can only be said by a whole state.
    let forgotten = before.is_some_and(|before| {
        let both = before.cells.iter().zip(&instant.cells);
        both.into_iter().any(|(old, new)| *new == Value::Unrecorded && *old != Value::Unrecorded)
    });
    let whole = before.is_none() || forgotten;
    let given = |variable: &Variable<'_>, place: usize| {
        let (new, old) = cell(variable, place);
        recorded(new).filter(|new| whole || old != Some(*new))
    };
    let states = cells::write(naming, Section::States, &given);
    if whole || states.as_object().is_some_and(|states| !states.is_empty()) {
        fields.insert(if whole { "state" } else { "changed" }.into(), states);
    }
    if let Some((rule, binders)) = &instant.fired {
        let binders: Vec<Json> = binders.iter().map(|binder| naming.plain(binder)).collect();
        let rule = &run.model.rules[*rule].name;
        fields.insert("rule".into(), json!({ "name": rule, "of": binders }));
    }
    let answers = run.trace.answers.iter().filter(|answer| answer.instant == number);
    let answers: Vec<Json> = answers
        .map(|answer| {
            let mut choice = keys::write(naming, &answer.key, &answer.value);
            if answer.drawn {
                choice.insert("drawn".into(), json!(true));
            }
            Json::Object(choice)
        })
        .collect();
    if !answers.is_empty() {
        fields.insert("choices".into(), Json::Array(answers));
    }
    if !instant.events.is_empty() {
        let events = instant.events.iter().map(|event| naming.event(event));
        fields.insert("events".into(), Json::Array(events.collect()));
    }
    Json::Object(fields)
}

/// A time as RFC 3339 text, exact to the nanosecond.
fn time_text(nanoseconds: i64) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(nanoseconds))
        .expect("64 bits of nanoseconds lie between the years 1677 and 2262")
        .to_string()
}
