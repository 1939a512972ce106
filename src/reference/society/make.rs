//! From a setup to its society.
//!
//! In: a setup (or a world's, after its pins, with the agents that it leaves out). Out: the
//! society, or the fault of the setup. Invariants: every free cell lies in its domain, every
//! table has the length that the layout says, and nothing is allocated before its size was
//! found acceptable.

use super::{Society, order};
use crate::base::Table;
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::layout::Layout;
use crate::ir::model::{IndexSet, Start};
use crate::ir::{Domain, Model, ParamId, PopId, Value};
use crate::reference::domain::{Place, admit};
use crate::reference::eval::words;
use crate::reference::eval::{Here, Stop, View, eval};
use crate::trace::{Fault, FaultKind, Setup};

/// How many cells a model's states, or one parameter, may have.
pub const CELLS_MAX: u64 = 20_000_000;

/// The society of `setup`. Faults in derived parameters, and values outside their domains.
// spec: items.param
pub fn society(model: &Model, setup: &Setup) -> Result<Society, Fault> {
    let agents: u64 = setup.sizes.iter().map(|size| u64::from(*size)).sum();
    fits(model, &setup.sizes)?;
    complete(model, setup, vec![0; agents as usize])
}

/// The society of `setup` in which the agents with `since` of `u32::MAX` are not there.
pub(in crate::reference) fn complete(
    model: &Model,
    setup: &Setup,
    since: Vec<u32>,
) -> Result<Society, Fault> {
    let layout = Layout::new(model, &setup.sizes);
    let mut society = Society {
        layout,
        params: setup.params.clone(),
        structures: setup.structures.iter().map(|structure| structure.ties.clone()).collect(),
        starts: setup.starts.clone(),
        since,
    };
    check_ties(model, &society)?;
    check_params(model, &mut society)?;
    check_starts(model, &mut society)?;
    for param in order::derived(model)? {
        society.params[param] = derive(model, &society, param)?;
    }
    Ok(society)
}

/// Whether everyone among `indices` is there at the start.
pub(in crate::reference) fn there(since: &[u32], indices: &[Value]) -> bool {
    let absent = |index: &Value| match index {
        Value::Agent(agent) => since[agent.index()] == u32::MAX,
        Value::Bool(_)
        | Value::Int(_)
        | Value::Real(_)
        | Value::Str(_)
        | Value::Duration(_)
        | Value::Variant(..)
        | Value::None
        | Value::Set(_)
        | Value::Event(_)
        | Value::Table(_)
        | Value::Unrecorded => false,
    };
    !indices.iter().any(absent)
}

/// What has no value where a value is needed: only recorded traces have such.
pub(in crate::reference) fn known(stop: Stop, span: Span) -> Fault {
    match stop {
        Stop::Fault(fault) => fault,
        Stop::Unknown(why) => Fault { kind: FaultKind::Absent, message: why, span },
    }
}

/// Whether a run of these sizes can be held: asked before anything of a setup is allocated.
// spec: items.kind
pub fn fits(model: &Model, sizes: &Table<PopId, u32>) -> Result<(), Fault> {
    let agents: u64 = sizes.iter().map(|size| u64::from(*size)).sum();
    if sizes.len() != model.populations.len() {
        return Err(misfit(no_span(model), "the setup's populations are not the model's"));
    }
    if agents > CELLS_MAX {
        return Err(too_many(no_span(model), "agents", agents));
    }
    let size = |set: &IndexSet| match set {
        IndexSet::Population(population) => u64::from(sizes[*population]),
        IndexSet::Kind(kind) => {
            let of_kind = model.populations.pairs().filter(|(_, declared)| declared.kind == *kind);
            of_kind.map(|(population, _)| u64::from(sizes[population])).sum()
        }
        IndexSet::Enum(id) => model.enums[*id].variants.len() as u64,
        IndexSet::Ints(lo, hi) => hi.abs_diff(*lo).saturating_add(1),
    };
    let cells = |indices: &[IndexSet]| indices.iter().map(size).fold(1, u64::saturating_mul);
    let mut total: u64 = 0;
    for state in model.states.iter() {
        total = total.saturating_add(cells(&state.indices));
        if total > CELLS_MAX {
            return Err(too_many(state.span, &format!("state cells with `{}`", state.name), total));
        }
    }
    for param in model.params.iter() {
        let count = cells(&param.indices);
        if count > CELLS_MAX {
            return Err(too_many(param.span, &format!("cells of `{}`", param.name), count));
        }
    }
    Ok(())
}

fn too_many(span: Span, what: &str, count: u64) -> Fault {
    let message = format!("{count} {what} are more than the {CELLS_MAX} that a run can hold");
    Fault { kind: FaultKind::Overflow, message, span }
}

fn misfit(span: Span, message: &str) -> Fault {
    Fault { kind: FaultKind::Index, message: message.to_string(), span }
}

/// Some place in the model, for what concerns the whole setup.
fn no_span(model: &Model) -> Span {
    let spans = model.populations.iter().map(|population| population.span);
    let spans = spans.chain(model.kinds.iter().map(|kind| kind.span));
    let nowhere = Span { file: crate::diag::FileId(0), start: 0, end: 0 };
    spans.min().unwrap_or(nowhere)
}

fn check_ties(model: &Model, society: &Society) -> Result<(), Fault> {
    let count = |population: PopId| society.layout.population(population).len() as u32;
    if society.structures.len() != model.structures.len() {
        return Err(misfit(no_span(model), "the setup's structures are not the model's"));
    }
    for (id, structure) in model.structures.pairs() {
        let ties = &society.structures[id];
        if (ties.rows(), ties.columns()) != (count(structure.on), count(structure.to)) {
            let message = format!(
                "the setup ties {} to {} agents in `{}`, which has {} and {}",
                ties.rows(),
                ties.columns(),
                structure.name,
                count(structure.on),
                count(structure.to)
            );
            return Err(misfit(structure.span, &message));
        }
    }
    Ok(())
}

/// Free parameters: as many as there are cells, each in its domain.
// spec: types.domain
fn check_params(model: &Model, society: &mut Society) -> Result<(), Fault> {
    if society.params.len() != model.params.len() {
        return Err(misfit(no_span(model), "the setup's parameters are not the model's"));
    }
    for (id, param) in model.params.pairs() {
        let rows = society.layout.indices(society.layout.param(id));
        if param.derived {
            society.params[id] = vec![Value::Unrecorded; rows.len()];
            continue;
        }
        let values = std::mem::take(&mut society.params[id]);
        let named = Named { name: &param.name, owner: param.owner, span: param.span };
        society.params[id] = check_cells(model, society, &named, &param.domain, &rows, values)?;
    }
    Ok(())
}

/// Free starts: as many as there are cells, each in its domain.
fn check_starts(model: &Model, society: &mut Society) -> Result<(), Fault> {
    if society.starts.len() != model.states.len() {
        return Err(misfit(no_span(model), "the setup's states are not the model's"));
    }
    for (id, state) in model.states.pairs() {
        let values = std::mem::take(&mut society.starts[id]);
        match state.start {
            Start::Free => {
                let rows = society.layout.indices(society.layout.state(id));
                let named = Named { name: &state.name, owner: state.owner, span: state.span };
                society.starts[id] =
                    check_cells(model, society, &named, &state.domain, &rows, values)?;
            }
            Start::Value(_) | Start::Draw { .. } | Start::Recorded => {}
        }
    }
    Ok(())
}

/// A variable, for messages.
struct Named<'a> {
    name: &'a str,
    owner: Option<crate::ir::KindId>,
    span: Span,
}

fn check_cells(
    model: &Model,
    society: &Society,
    named: &Named<'_>,
    domain: &Domain,
    rows: &[Vec<Value>],
    values: Vec<Value>,
) -> Result<Vec<Value>, Fault> {
    if values.len() != rows.len() {
        let message = format!(
            "the setup has {} values for `{}`, which has {}",
            values.len(),
            named.name,
            rows.len()
        );
        return Err(misfit(named.span, &message));
    }
    let layout = &society.layout;
    let check = |(indices, value): (&Vec<Value>, Value)| {
        let name = || words::cell(model, layout, named.name, named.owner, indices);
        admit(model, layout, &Place { name: &name, domain, span: named.span }, value)
    };
    rows.iter().zip(values).map(check).collect()
}

/// The cells of a derived parameter; what it is derived from is known.
// spec: items.param
fn derive(model: &Model, society: &Society, id: ParamId) -> Result<Vec<Value>, Fault> {
    let param = &model.params[id];
    let value = param.value.as_ref().expect("a derived parameter has an expression");
    let layout = &society.layout;
    let view = View { model, society, here: Here::Setup };
    let mut cells = Vec::with_capacity(layout.param(id).len());
    for indices in layout.indices(layout.param(id)) {
        if !there(&society.since, &indices) {
            cells.push(Value::Unrecorded);
            continue;
        }
        let mut frame = frame(&indices, value.frame);
        let computed =
            eval(&view, &mut frame, &value.expr).map_err(|stop| known(stop, value.expr.span))?;
        let name = || words::cell(model, layout, &param.name, param.owner, &indices);
        let place = Place { name: &name, domain: &param.domain, span: value.expr.span };
        cells.push(admit(model, layout, &place, computed)?);
    }
    Ok(cells)
}

/// A frame of `size` slots that starts with `indices`.
pub(in crate::reference) fn frame(indices: &[Value], size: usize) -> Vec<Value> {
    let mut frame = indices.to_vec();
    frame.resize(size.max(indices.len()), Value::None);
    frame
}
