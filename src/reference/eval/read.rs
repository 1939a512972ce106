//! Reading variables: parameters, states, locals, fields, events; agents by number.

use std::sync::Arc;

use super::view::{Here, Stop, View, fault};
use super::words;
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::layout::Cells;
use crate::ir::model::IndexSet;
use crate::ir::{AgentId, EventId, KindId, ParamId, PopId, StateId, Value};
use crate::trace::FaultKind;

/// The number of the instant.
pub fn now(view: &View<'_>) -> u32 {
    match view.here {
        Here::Setup => 0,
        Here::Step { now, .. } => now,
        Here::Formula(formula) => formula.instant,
    }
}

/// What a variable is, for its messages.
struct Variable<'a> {
    name: &'a str,
    owner: Option<KindId>,
    sets: &'a [IndexSet],
    cells: &'a Cells,
}

/// A parameter at `indices`.
pub fn param(
    view: &View<'_>,
    span: Span,
    param: ParamId,
    indices: &[Value],
) -> Result<Value, Stop> {
    let declared = &view.model.params[param];
    let variable = Variable {
        name: &declared.name,
        owner: declared.owner,
        sets: &declared.indices,
        cells: view.society.layout.param(param),
    };
    let place = place(view, span, &variable, indices)?;
    known(view, &variable, indices, view.society.params.get(param).and_then(|all| all.get(place)))
}

/// A state at `indices`; primed: its new value, as far as it is assigned.
pub fn state(
    view: &View<'_>,
    span: Span,
    state: StateId,
    indices: &[Value],
    primed: bool,
) -> Result<Value, Stop> {
    let declared = &view.model.states[state];
    let variable = Variable {
        name: &declared.name,
        owner: declared.owner,
        sets: &declared.indices,
        cells: view.society.layout.state(state),
    };
    let place = place(view, span, &variable, indices)?;
    let value = match view.here {
        // Before the run only what the setup fixes has a value.
        Here::Setup => {
            let starts = view.society.starts.get(state);
            starts.and_then(|all| all.get(place - variable.cells.start()))
        }
        Here::Step { cells, primed: new, .. } => {
            let from = if primed { new.unwrap_or(cells) } else { cells };
            from.get(place)
        }
        Here::Formula(formula) => formula.cells(view.model)?.get(place),
    };
    known(view, &variable, indices, value)
}

fn known(
    view: &View<'_>,
    variable: &Variable<'_>,
    indices: &[Value],
    value: Option<&Value>,
) -> Result<Value, Stop> {
    let why = match value {
        Some(Value::Unrecorded) => "was never recorded",
        Some(value) => return Ok(value.clone()),
        None => "has no value yet",
    };
    let layout = &view.society.layout;
    let cell = words::cell(view.model, layout, variable.name, variable.owner, indices);
    Err(Stop::Unknown(format!("`{cell}` {why}")))
}

/// The place of a cell, if its indices are inside and its agents are there.
fn place(
    view: &View<'_>,
    span: Span,
    variable: &Variable<'_>,
    indices: &[Value],
) -> Result<usize, Stop> {
    let layout = &view.society.layout;
    if let Some(agent) = missing(view, indices) {
        let agent = layout.agent_name(view.model, agent);
        let name = variable.name;
        let message = format!("`{agent}` is not there, and its `{name}` is read");
        return Err(fault(FaultKind::Absent, span, message));
    }
    layout.place(variable.cells, indices).ok_or_else(|| {
        let outside = variable
            .sets
            .iter()
            .zip(indices)
            .find(|(_, index)| matches!(index, Value::None))
            .or_else(|| {
                variable.sets.iter().zip(indices).find(|(set, index)| !fits(view, set, index))
            });
        let (set, index) = match outside {
            Some((set, index)) => {
                (words::index_set(view.model, set), words::value(view.model, layout, index))
            }
            None => ("its index".to_owned(), "this".to_owned()),
        };
        let message = format!("`{index}` is outside of {set}, by which `{}` goes", variable.name);
        fault(FaultKind::Index, span, message)
    })
}

fn fits(view: &View<'_>, set: &IndexSet, index: &Value) -> bool {
    match (set, index) {
        (IndexSet::Ints(lo, hi), Value::Int(int)) => (lo..=hi).contains(&int),
        (IndexSet::Population(population), Value::Agent(agent)) => {
            view.society.layout.population(*population).contains(&agent.0)
        }
        (IndexSet::Kind(_) | IndexSet::Enum(_), _) => true,
        _ => false,
    }
}

/// The first agent among `indices` that is not there.
fn missing(view: &View<'_>, indices: &[Value]) -> Option<AgentId> {
    indices.iter().find_map(|index| match index {
        Value::Agent(agent) if view.absent(*agent) => Some(*agent),
        _ => None,
    })
}

/// A joint choice at `indices`.
pub fn row(view: &View<'_>, span: Span, table: &Value, indices: &[Value]) -> Result<Value, Stop> {
    let found = match table {
        Value::Table(rows) => {
            rows.binary_search_by(|row| row.0[..].cmp(indices)).ok().map(|at| rows[at].1.clone())
        }
        _ => None,
    };
    found.ok_or_else(|| {
        let indices: Vec<String> = indices
            .iter()
            .map(|index| words::value(view.model, &view.society.layout, index))
            .collect();
        let message = format!("nothing was chosen for `{}`", indices.join(", "));
        fault(FaultKind::Index, span, message)
    })
}

/// `team[i]`
pub fn agent_at(
    view: &View<'_>,
    span: Span,
    population: PopId,
    index: &Value,
) -> Result<Value, Stop> {
    let layout = &view.society.layout;
    let found = match index {
        Value::Int(int) => u32::try_from(*int).ok().and_then(|at| layout.agent(population, at)),
        _ => None,
    };
    found.map(Value::Agent).ok_or_else(|| {
        let name = &view.model.populations[population].name;
        let size = layout.population(population).len();
        let index = words::value(view.model, layout, index);
        let message = format!("`{name}[{index}]` is outside of `{name}`, which has {size}");
        fault(FaultKind::Index, span, message)
    })
}

/// `index(a)`: its place in its full population.
pub fn index_of(view: &View<'_>, span: Span, agent: &Value) -> Result<Value, Stop> {
    match agent {
        Value::Agent(agent) if agent.index() < view.society.layout.agents().len() => {
            Ok(Value::Int(i64::from(view.society.layout.agents()[*agent].index)))
        }
        _ => Err(fault(FaultKind::Index, span, "`none` has no index")),
    }
}

/// A field of an occurrence.
pub fn field(view: &View<'_>, occurrence: &Value, field: usize) -> Result<Value, Stop> {
    let Value::Event(occurrence) = occurrence else {
        return Err(Stop::Unknown("an event is wanted here".to_owned()));
    };
    match occurrence.fields.get(field) {
        Some(Value::Unrecorded) | None => {
            let event = &view.model.events[occurrence.event];
            let name = event.fields.get(field).map_or("", |(name, _)| name);
            Err(Stop::Unknown(format!("`{}.{name}` was never recorded", event.name)))
        }
        Some(value) => Ok(value.clone()),
    }
}

/// What occurs now of an event, as a sorted bag.
pub fn occurrences(view: &View<'_>, event: EventId) -> Result<Value, Stop> {
    let now = match view.here {
        Here::Setup => &[],
        Here::Step { events, .. } => events,
        Here::Formula(formula) => formula.events(view.model)?,
    };
    let mut bag: Vec<Value> = now
        .iter()
        .filter(|occurrence| occurrence.event == event)
        .map(|occurrence| Value::Event(Arc::clone(occurrence)))
        .collect();
    bag.sort();
    Ok(Value::Set(Arc::new(bag)))
}
