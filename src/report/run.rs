//! The run of a counterexample: what changed at each instant.
//!
//! In: the runs of an execution, and what its property reads. Out: lines. Shown are the cells
//! that change; where they are too many for the page, first those that the property reads,
//! then those of the agents that the failing instance names, then a list instead of a table.

use std::collections::BTreeSet;

use super::sheet::count;
use super::table::{Column, HERE, Row, SAME, Table, WHY};
use super::words::{Words, duration};
use crate::ir::{AgentId, Domain, StateId, Type, Value};
use crate::reference::WorldRun;
use crate::trace::{End, Instant};

/// What of a run is drawn.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// The runs: one, or one for each world, in order.
    pub runs: Vec<(String, &'a WorldRun)>,
    /// The last instant shown.
    pub last: u32,
    /// The instant to mark.
    pub here: Option<u32>,
    /// Other instants that decide the verdict.
    pub why: BTreeSet<u32>,
    /// The states that the property reads; empty: all alike.
    pub states: BTreeSet<StateId>,
    /// The agents that the failing instance names; empty: all alike.
    pub agents: BTreeSet<AgentId>,
}

/// How much is left out to fit the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Focus {
    Everything,
    States,
    Agents,
}

/// A cell that is drawn: its run, its place, its heading.
struct Cell {
    run: usize,
    place: usize,
    column: Column,
    state: StateId,
    agent: Option<AgentId>,
}

/// The run in lines of at most `room` columns.
pub fn draw(words: &Words<'_>, view: &View<'_>, room: usize, all: bool) -> Vec<String> {
    let cells = scalar_cells(words, view);
    let mut chosen = Vec::new();
    for focus in [Focus::Everything, Focus::States, Focus::Agents] {
        let kept: Vec<&Cell> = cells.iter().filter(|cell| keeps(cell, focus, view)).collect();
        if kept.is_empty() && focus != Focus::Everything {
            continue;
        }
        let table = tabulate(words, view, &kept);
        if let Some(lines) = table.draw(room, all) {
            return with_left_out(lines, kept.len(), cells.len());
        }
        chosen = kept;
    }
    let lines = tabulate(words, view, &chosen).list(room, all);
    with_left_out(lines, chosen.len(), cells.len())
}

fn with_left_out(mut lines: Vec<String>, kept: usize, all: usize) -> Vec<String> {
    if kept < all {
        let left_out = count((all - kept) as u64, "more cell changes", "more cells change");
        lines.push(format!("({left_out}: replay shows all)"));
    }
    lines
}

fn keeps(cell: &Cell, focus: Focus, view: &View<'_>) -> bool {
    let state = view.states.is_empty() || view.states.contains(&cell.state);
    let agent = match cell.agent {
        Some(agent) => view.agents.is_empty() || view.agents.contains(&agent),
        None => true,
    };
    match focus {
        Focus::Everything => true,
        Focus::States => state,
        Focus::Agents => state && agent,
    }
}

/// The cells with a column of their own: those of an agent, and top-level ones without index.
/// Agent by agent, and for each agent run by run, so that worlds stand side by side.
fn scalar_cells(words: &Words<'_>, view: &View<'_>) -> Vec<Cell> {
    let mut cells = Vec::new();
    let layout = words.layout;
    for agent in layout.agents().ids() {
        let kind = layout.agents()[agent].kind;
        for state in &words.model.kinds[kind].states {
            let places = layout.state(*state);
            if words.model.states[*state].indices.len() != 1 {
                continue;
            }
            let Some(place) = layout.place(places, &[Value::Agent(agent)]) else { continue };
            push_cells(words, view, (*state, place, Some(agent)), &mut cells);
        }
    }
    for (state, declared) in words.model.states.pairs() {
        if declared.owner.is_none() && declared.indices.is_empty() {
            let place = layout.state(state).start();
            push_cells(words, view, (state, place, None), &mut cells);
        }
    }
    cells
}

fn push_cells(
    words: &Words<'_>,
    view: &View<'_>,
    (state, place, agent): (StateId, usize, Option<AgentId>),
    cells: &mut Vec<Cell>,
) {
    let there = |run: &WorldRun| agent.is_none_or(|agent| is_there(run, agent));
    let changes = view.runs.iter().any(|(_, run)| there(run) && changes(run, place, view.last));
    let named = agent.is_none_or(|agent| view.agents.contains(&agent));
    let read = view.states.contains(&state) && named;
    let only_instant = view.last == 0;
    if !(changes || read || (only_instant && view.states.is_empty())) {
        return;
    }
    let name = &words.model.states[state].name;
    let many = view.runs.len() > 1;
    for (at, (world, run)) in view.runs.iter().enumerate().filter(|(_, (_, run))| there(run)) {
        debug_assert!(!run.trace.instants.is_empty() || view.last == 0);
        let (group, name) = match (agent, many) {
            (Some(agent), false) => (words.agent(agent), name.clone()),
            (Some(agent), true) => (format!("{}.{name}", words.agent(agent)), format!("@{world}")),
            (None, false) => (String::new(), name.clone()),
            (None, true) => (name.clone(), format!("@{world}")),
        };
        let variants = matches!(words.model.states[state].domain, Domain::Whole(Type::Enum(_)));
        let column = Column { group, name, speaks: variants && !many };
        cells.push(Cell { run: at, place, column, state, agent });
    }
}

fn is_there(run: &WorldRun, agent: AgentId) -> bool {
    run.trace.since.get(agent.0 as usize).is_none_or(|since| *since != u32::MAX)
}

fn changes(run: &WorldRun, place: usize, last: u32) -> bool {
    let shown = run.trace.instants.iter().take(last as usize + 1);
    let mut values = shown.filter_map(|instant| instant.cells.get(place));
    let first = values.next();
    values.any(|value| Some(value) != first)
}

fn tabulate(words: &Words<'_>, view: &View<'_>, cells: &[&Cell]) -> Table {
    let columns = cells.iter().map(|cell| cell.column.clone()).collect();
    let rows = (0..=view.last).map(|t| row(words, view, cells, t)).collect();
    let rules =
        view.runs.iter().any(|(_, run)| run.trace.instants.iter().any(|i| i.fired.is_some()));
    let notes = if rules { "rule, event" } else { "event" };
    Table { columns, notes: notes.to_string(), rows }
}

fn row(words: &Words<'_>, view: &View<'_>, cells: &[&Cell], t: u32) -> Row {
    let at = t as usize;
    let value = |cell: &Cell, at: usize| {
        let run = view.runs[cell.run].1;
        run.trace.instants.get(at).and_then(|instant| instant.cells.get(cell.place))
    };
    let shown = cells.iter().map(|cell| match (value(cell, at), at.checked_sub(1)) {
        (None, _) => String::new(),
        (Some(new), Some(before)) if value(cell, before) == Some(new) => SAME.to_string(),
        (Some(new), _) => words.cell(new),
    });
    let cells = shown.collect();
    let mut notes = Vec::new();
    let many = view.runs.len() > 1;
    for (world, run) in &view.runs {
        for note in notes_of(words, view, run, at) {
            notes.push(if many { format!("{note} @{world}") } else { note });
        }
    }
    let time = view.runs.first().and_then(|(_, run)| run.trace.instants.get(at)?.time);
    let label = match time {
        Some(time) => format!("{t} ({})", duration(time)),
        None => t.to_string(),
    };
    let mark = match (view.here == Some(t), view.why.contains(&t)) {
        (true, _) => Some(HERE),
        (false, true) => Some(WHY),
        (false, false) => None,
    };
    Row { label, cells, notes, mark }
}

/// What happened at an instant besides the cells in columns: the rule, events, changes of
/// indexed states, how the run ended.
fn notes_of(words: &Words<'_>, view: &View<'_>, run: &WorldRun, at: usize) -> Vec<String> {
    let Some(instant) = run.trace.instants.get(at) else { return Vec::new() };
    let mut notes = Vec::new();
    if let Some((rule, binders)) = &instant.fired {
        notes.push(words.instance(*rule, binders));
    }
    let before = at.checked_sub(1).map(|before| &run.trace.instants[before]);
    notes.extend(indexed_changes(words, view, instant, before));
    notes.extend(instant.events.iter().map(|event| words.occurrence(event)));
    if at + 1 == run.trace.instants.len() {
        match &run.trace.end {
            End::Halted if words.model.has_dynamics() => notes.push("the run halts".to_string()),
            End::Faulted(fault) => notes.push(format!("the next step faults: {}", fault.message)),
            End::Discarded { .. } => notes.push("the run is discarded".to_string()),
            End::Halted | End::Cut => {}
        }
    }
    notes
}

/// Changes of states with indices of their own, as `approved_by(team[0], team[1])`,
/// `not follows(…)`, `cost(A) = 3`; at the start those bools that are true.
fn indexed_changes(
    words: &Words<'_>,
    view: &View<'_>,
    now: &Instant,
    before: Option<&Instant>,
) -> Vec<String> {
    let mut notes = Vec::new();
    for (state, declared) in words.model.states.pairs() {
        if declared.indices.len() <= usize::from(declared.owner.is_some()) {
            continue;
        }
        let cells = words.layout.state(state);
        let changed: Vec<usize> = (cells.start()..cells.start() + cells.len())
            .filter(|place| match (now.cells.get(*place), before) {
                (Some(value), Some(before)) => before.cells.get(*place) != Some(value),
                (Some(value), None) => *value == Value::Bool(true),
                (None, _) => false,
            })
            .collect();
        if changed.is_empty() {
            continue;
        }
        if changed.len() > 6 {
            let read = if view.states.contains(&state) { "" } else { ", not read here" };
            notes.push(format!("{} cells of {} change{read}", changed.len(), declared.name));
            continue;
        }
        let indices = words.layout.indices(cells);
        for place in changed {
            let name = words.state(state, &indices[place - cells.start()]);
            notes.push(match &now.cells[place] {
                Value::Bool(true) => name,
                Value::Bool(false) => format!("not {name}"),
                other => format!("{name} = {}", words.value(other)),
            });
        }
    }
    notes
}
