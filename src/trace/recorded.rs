//! A recorded run: who was there, what was known of them, what happened.
//!
//! In: lines as a reader or importer understood them. Out: a [`Recorded`], which stands for
//! itself: nothing in it was computed by the model, and what was never recorded is
//! [`Value::Unrecorded`].

use std::sync::Arc;

use super::cells::Cell;
use super::error::Wrong;
use super::keys;
use super::roster::Roster;
use super::setup::StructureSetup;
use super::social::{self, Drawn};
use super::states::{Answer, End, Instant, Trace};
use crate::base::Table;
use crate::base::id::Id;
use crate::diag::code::trace::{BAD_VALUE, TOO_LARGE};
use crate::ir::layout::{Cells, Layout};
use crate::ir::value::Occurrence;
use crate::ir::{EventId, Model, ParamId, PopId, RuleId, StateId, StructId, Value};

/// The most values of states, and the most events, that a recorded run may hold.
const HELD_MAX: usize = 20_000_000;

/// A recorded run.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The file as the user named it.
    pub file: String,
    /// What [`Instant::line`] counts there.
    pub unit: Unit,
    /// How many agents each population has in the end.
    pub sizes: Table<PopId, u32>,
    /// What agents are called, where the record says it.
    pub names: Table<PopId, Vec<Option<String>>>,
    /// The cells of each parameter; none for a derived one.
    pub params: Table<ParamId, Vec<Value>>,
    /// The ties of each structure, where the record says them.
    pub structures: Table<StructId, Option<StructureSetup>>,
    /// What happened.
    pub trace: Trace,
    /// The events that a log of this kind can hold at all; none: all. A property that reads
    /// another one is not monitored.
    pub produced: Option<Vec<EventId>>,
    /// What could not be read and was skipped, as was asked for: why, with its place.
    pub skipped: Vec<String>,
    /// What else a reader should know: what was left out, and how it was understood.
    pub remarks: Vec<String>,
}

/// What a place in a recorded run is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Lines of a file, from 1.
    Line,
    /// Messages of a conversation, from 0 as its own labels count them.
    Message,
}

impl Unit {
    /// The place that [`Instant::line`] means: `line 12`, `message 4`.
    pub fn place(self, line: u32) -> String {
        match self {
            Unit::Line => format!("line {line}"),
            Unit::Message => format!("message {}", line.saturating_sub(1)),
        }
    }
}

impl Recorded {
    /// Where `instant` stands in the file: `48.json, message 3`; the file where it is nowhere.
    pub fn place(&self, instant: u32) -> String {
        match self.trace.instants.get(instant as usize) {
            Some(found) if found.line > 0 => {
                format!("{}, {}", self.file, self.unit.place(found.line))
            }
            _ => self.file.clone(),
        }
    }

    /// An agent as a person reads it: its name in the record, or `team[0]`.
    pub fn agent_name(&self, model: &Model, layout: &Layout, agent: crate::ir::AgentId) -> String {
        let place = layout.agents()[agent];
        let name = self.names[place.population].get(place.index as usize).cloned().flatten();
        name.unwrap_or_else(|| layout.agent_name(model, agent))
    }
}

/// A line as it was understood, agents in provisional numbers.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Line {
    /// Its place in the file, from 1.
    pub line: u32,
    /// Nanoseconds.
    pub time: Option<i64>,
    /// States that it gives.
    pub cells: Vec<Cell>,
    /// Whether what it does not give is not known, rather than as before.
    pub whole: bool,
    /// What occurs.
    pub events: Vec<Occurrence>,
    /// The rule that fired.
    pub fired: Option<(RuleId, Vec<Value>)>,
    /// Choices and draws.
    pub answers: Vec<Answer>,
    /// Whether it could not be read.
    pub unread: bool,
}

/// A recorded run while it is read.
#[derive(Debug)]
pub(super) struct Draft<'m> {
    pub file: String,
    pub unit: Unit,
    pub roster: Roster<'m>,
    pub params: Vec<Cell>,
    pub structures: Vec<Drawn>,
    pub lines: Vec<Line>,
    pub from_start: bool,
    pub complete: bool,
    pub produced: Option<Vec<EventId>>,
    pub skipped: Vec<String>,
    pub remarks: Vec<String>,
}

impl<'m> Draft<'m> {
    /// Nothing yet.
    pub fn new(model: &'m Model, file: &str, unit: Unit) -> Draft<'m> {
        Draft {
            file: file.to_string(),
            unit,
            roster: Roster::new(model),
            params: Vec::new(),
            structures: Vec::new(),
            lines: Vec::new(),
            from_start: false,
            complete: false,
            produced: None,
            skipped: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// The run, now that everyone is known.
    pub fn finish(self) -> Result<Recorded, Wrong> {
        let model = self.roster.model();
        let roster = &self.roster;
        let sizes = roster.sizes();
        let layout = Layout::new(model, &sizes);
        let held = self.lines.len().saturating_mul(layout.state_cells());
        let occurring: usize = self.lines.iter().map(|line| line.events.len()).sum();
        if held > HELD_MAX || occurring > HELD_MAX {
            let message = format!(
                "{} instants of {} values each are more than the {HELD_MAX} that are held",
                self.lines.len(),
                layout.state_cells()
            );
            return Err(Wrong::new(TOO_LARGE, message));
        }
        let mut structures: Table<StructId, Option<StructureSetup>> =
            model.structures.iter().map(|_| None).collect();
        for drawn in &self.structures {
            let settled = social::settle(model, drawn, roster);
            let name = &model.structures[drawn.structure].name;
            structures[drawn.structure] = Some(settled.map_err(|wrong| wrong.under(name))?);
        }
        let params = params(model, &layout, &self.params, roster)?;
        let trace = trace(&layout, &self)?;
        Ok(Recorded {
            names: roster.names(),
            file: self.file,
            unit: self.unit,
            sizes,
            params,
            structures,
            trace,
            produced: self.produced,
            skipped: self.skipped,
            remarks: self.remarks,
        })
    }
}

/// The cells of all parameters, [`Value::Unrecorded`] where nothing is known.
pub(super) fn params(
    model: &Model,
    layout: &Layout,
    given: &[Cell],
    roster: &Roster<'_>,
) -> Result<Table<ParamId, Vec<Value>>, Wrong> {
    let unknown = |(id, param): (ParamId, &crate::ir::model::Param)| {
        let count = if param.derived { 0 } else { layout.param(id).len() };
        vec![Value::Unrecorded; count]
    };
    let mut params: Table<ParamId, Vec<Value>> = model.params.pairs().map(unknown).collect();
    for cell in given {
        let id = ParamId::new(cell.variable);
        let cells = layout.param(id);
        params[id][place(layout, cells, cell, roster)? - cells.start()] =
            roster.settle(&cell.value);
    }
    Ok(params)
}

/// The place of a cell that was read.
pub(super) fn place(
    layout: &Layout,
    cells: &Cells,
    cell: &Cell,
    roster: &Roster<'_>,
) -> Result<usize, Wrong> {
    let indices: Vec<Value> = cell.indices.iter().map(|index| roster.settle(index)).collect();
    let wrong = || Wrong::new(BAD_VALUE, "an index lies outside of what is declared");
    layout.place(cells, &indices).ok_or_else(wrong)
}

fn trace(layout: &Layout, draft: &Draft<'_>) -> Result<Trace, Wrong> {
    let roster = &draft.roster;
    let mut now = vec![Value::Unrecorded; layout.state_cells()];
    let mut instants = Vec::with_capacity(draft.lines.len());
    let mut answers = Vec::new();
    for (number, line) in draft.lines.iter().enumerate() {
        if line.whole || line.unread {
            now.fill(Value::Unrecorded);
        }
        for cell in &line.cells {
            let cells = layout.state(StateId::new(cell.variable));
            now[place(layout, cells, cell, roster)?] = roster.settle(&cell.value);
        }
        for answer in &line.answers {
            let (key, value) = (keys::settle(&answer.key, roster), roster.settle(&answer.value));
            answers.push(Answer { key, value, instant: number as u32, ..answer.clone() });
        }
        let settled =
            |binders: &Vec<Value>| binders.iter().map(|value| roster.settle(value)).collect();
        let occurring = line.events.iter();
        instants.push(Instant {
            cells: now.clone(),
            events: occurring.map(|event| Arc::new(roster.settle_event(event))).collect(),
            fired: line.fired.as_ref().map(|(rule, binders)| (*rule, settled(binders))),
            time: line.time,
            line: line.line,
            unread: line.unread,
        });
    }
    let end = if draft.complete { End::Halted } else { End::Cut };
    let since = roster.since();
    Ok(Trace { instants, end, since, from_start: draft.from_start, answers })
}
