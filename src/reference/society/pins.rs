//! Pins: which cells they mean, whom they leave out, and the setup after them.
//!
//! In: a setup, its society, pins. Out: the pinned setup with who is there. It does not know
//! who pins: a world, or `given`.

use super::make::{frame, known};
use super::{Society, order};
use crate::base::id::Id;
use crate::ir::model::{Model, Start};
use crate::ir::property::{IndexPin, Pin, PinKind};
use crate::ir::{AgentId, Expr, PopId, StructId, Value};
use crate::reference::eval::{Here, View, eval};
use crate::social::{Family, Shape, Ties, family};
use crate::trace::{Fault, FaultKind, Setup};

/// A setup after a world's pins.
pub(in crate::reference) struct Pinned {
    /// The setup; ties of those left out are gone.
    pub setup: Setup,
    /// For each agent, 0 or (left out) `u32::MAX`.
    pub since: Vec<u32>,
}

/// The setup of a world: `pins` applied in order to `setup`. Their expressions are read in
/// the actual society, with the world's arguments in `bound`.
// spec: world.pins
pub(in crate::reference) fn apply(
    model: &Model,
    setup: &Setup,
    actual: &Society,
    pins: &[Pin],
    bound: &[Value],
) -> Result<Pinned, Fault> {
    let mut pinned = Pinned { setup: setup.clone(), since: actual.since.clone() };
    for pin in pins {
        apply_one(model, actual, pin, bound, &mut pinned)?;
    }
    remove_ties(model, actual, &mut pinned);
    Ok(pinned)
}

fn apply_one(
    model: &Model,
    actual: &Society,
    pin: &Pin,
    bound: &[Value],
    pinned: &mut Pinned,
) -> Result<(), Fault> {
    match &pin.kind {
        PinKind::Population(population, lo, hi) => {
            let size = pinned.setup.sizes[*population];
            if !(lo..=hi).contains(&&size) {
                let name = &model.populations[*population].name;
                return Err(refused(pin, format!("a world cannot change the size of `{name}`")));
            }
        }
        PinKind::Family(structure, family) => {
            let ties = family_ties(model, actual, *structure, *family, pin)?;
            if let Some(ties) = ties {
                pinned.setup.structures[*structure].ties = ties;
                pinned.setup.structures[*structure].family = Some(*family);
            }
        }
        PinKind::Ties(structure, list) => {
            pinned.setup.structures[*structure].ties =
                listed_ties(model, actual, *structure, list, pin)?;
            pinned.setup.structures[*structure].family = None;
        }
        PinKind::Param { param, indices, value } => {
            let value = read(model, actual, bound, value)?;
            let rows = actual.layout.indices(actual.layout.param(*param));
            for place in cells(model, actual, bound, &rows, indices)? {
                pinned.setup.params[*param][place] = value.clone();
            }
        }
        PinKind::Start { state, indices, value } => {
            let value = read(model, actual, bound, value)?;
            let rows = actual.layout.indices(actual.layout.state(*state));
            match model.states[*state].start {
                Start::Free => {
                    for place in cells(model, actual, bound, &rows, indices)? {
                        pinned.setup.starts[*state][place] = value.clone();
                    }
                }
                Start::Value(_) | Start::Draw { .. } | Start::Recorded => {
                    let name = &model.states[*state].name;
                    return Err(refused(pin, format!("the start of `{name}` is not free")));
                }
            }
        }
        PinKind::Only(who) => {
            let named = agents(read(model, actual, bound, who)?);
            leave_out(actual, pinned, &named, false);
        }
        PinKind::Without(who) => {
            let named = agents(read(model, actual, bound, who)?);
            leave_out(actual, pinned, &named, true);
        }
        PinKind::Deviations(..) | PinKind::Edges(..) | PinKind::Assume(_) => {
            let message = "a world cannot say this: it concerns the actual setup".to_string();
            return Err(refused(pin, message));
        }
    }
    Ok(())
}

fn refused(pin: &Pin, message: String) -> Fault {
    Fault { kind: FaultKind::Domain, message, span: pin.span }
}

/// The value of a pin's expression.
pub(super) fn read(
    model: &Model,
    actual: &Society,
    bound: &[Value],
    expr: &Expr,
) -> Result<Value, Fault> {
    let view = View { model, society: actual, here: Here::Setup };
    let mut frame = frame(bound, order::slots(expr));
    eval(&view, &mut frame, expr).map_err(|stop| known(stop, expr.span))
}

/// The places of the cells that a pin means, among `rows` of indices.
pub(super) fn cells(
    model: &Model,
    actual: &Society,
    bound: &[Value],
    rows: &[Vec<Value>],
    pins: &[IndexPin],
) -> Result<Vec<usize>, Fault> {
    let mut wanted = Vec::new();
    for pin in pins {
        wanted.push(match pin {
            IndexPin::All => None,
            IndexPin::At(expr) => Some(vec![read(model, actual, bound, expr)?]),
            IndexPin::In(expr) => match read(model, actual, bound, expr)? {
                Value::Set(values) => Some(values.to_vec()),
                one => Some(vec![one]),
            },
        });
    }
    let meant = |row: &Vec<Value>| {
        let mut sides = row.iter().zip(&wanted);
        sides.all(|(index, wanted)| wanted.as_ref().is_none_or(|wanted| wanted.contains(index)))
    };
    Ok((0..rows.len()).filter(|place| meant(&rows[*place])).collect())
}

/// The canonical labelling of a family over the full populations; `any` leaves the ties.
// spec: structure.family
fn family_ties(
    model: &Model,
    actual: &Society,
    structure: StructId,
    family: Family,
    pin: &Pin,
) -> Result<Option<Ties>, Fault> {
    if family == Family::Any {
        return Ok(None);
    }
    let declared = &model.structures[structure];
    let rows = actual.layout.population(declared.on).len() as u32;
    let columns = actual.layout.population(declared.to).len() as u32;
    let same = declared.on == declared.to;
    match family::canonical(declared.shape, family, rows, columns, same) {
        Some(ties) => Ok(Some(ties)),
        None => Err(refused(
            pin,
            format!(
                "`{}` of `{}` has no fixed ties for {rows} agents",
                family.text(),
                declared.name
            ),
        )),
    }
}

/// Ties given one by one; without direction where the shape has none.
pub(super) fn listed_ties(
    model: &Model,
    actual: &Society,
    structure: StructId,
    list: &[(u32, u32, f64)],
    pin: &Pin,
) -> Result<Ties, Fault> {
    let declared = &model.structures[structure];
    let rows = actual.layout.population(declared.on).len() as u32;
    let columns = actual.layout.population(declared.to).len() as u32;
    let both = match declared.shape {
        Shape::Graph | Shape::Partition => declared.on == declared.to,
        Shape::Digraph { .. } | Shape::Tree | Shape::Weights { .. } => false,
    };
    let mut ties = Ties::empty(rows, columns);
    for (a, b, weight) in list {
        if *a >= rows || *b >= columns {
            let message = format!("`{}` has no tie [{a}, {b}] here", declared.name);
            return Err(Fault { kind: FaultKind::Index, message, span: pin.span });
        }
        ties.set(*a, *b, *weight);
        if both {
            ties.set(*b, *a, *weight);
        }
    }
    Ok(ties)
}

/// The agents that a value names.
fn agents(value: Value) -> Vec<AgentId> {
    match value {
        Value::Agent(agent) => vec![agent],
        Value::Set(values) => values.iter().cloned().flat_map(agents).collect(),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Real(_)
        | Value::Str(_)
        | Value::Duration(_)
        | Value::Variant(..)
        | Value::None
        | Value::Event(_)
        | Value::Table(_)
        | Value::Unrecorded => Vec::new(),
    }
}

/// `without`: those named are not there. `only`: of their populations, the others are not.
// spec: world.params
fn leave_out(actual: &Society, pinned: &mut Pinned, named: &[AgentId], without: bool) {
    let population = |agent: AgentId| actual.layout.agents()[agent].population;
    let touched: Vec<PopId> = named.iter().map(|agent| population(*agent)).collect();
    for agent in actual.layout.agents().ids() {
        let is_named = named.contains(&agent);
        if is_named && without || !is_named && !without && touched.contains(&population(agent)) {
            pinned.since[agent.index()] = u32::MAX;
        }
    }
}

/// Ties of those who are not there are gone; a family is never formed anew.
fn remove_ties(model: &Model, actual: &Society, pinned: &mut Pinned) {
    for (id, structure) in model.structures.pairs() {
        let ties = &pinned.setup.structures[id].ties;
        let first = |population: PopId| actual.layout.population(population).start;
        let gone = |population: PopId, index: u32| {
            pinned.since[(first(population) + index) as usize] == u32::MAX
        };
        let lost: Vec<(u32, u32)> = ties
            .all()
            .filter(|(a, b, _)| gone(structure.on, *a) || gone(structure.to, *b))
            .map(|(a, b, _)| (a, b))
            .collect();
        for (a, b) in lost {
            pinned.setup.structures[id].ties.set(a, b, 0.0);
        }
    }
}
