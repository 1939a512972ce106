//! Defaults and deviations: how far a setup is from the intended behaviour.
//!
//! In: a setup. Out: the default of a parameter's cell, the cells that differ from theirs.

use std::collections::BTreeMap;

use super::Society;
use super::make::{frame, known, society};
use crate::ir::{Model, ParamId, Value};
use crate::reference::eval::{Here, View, eval};
use crate::trace::{Fault, Setup};

/// The default of a parameter's cell, if it has one: the baseline that deviations are
/// counted from. Defaults may depend on other parameters; those of `setup` are read.
// spec: items.param
pub fn default_of(
    model: &Model,
    setup: &Setup,
    param: ParamId,
    place: usize,
) -> Result<Option<Value>, Fault> {
    if model.params[param].derived || model.params[param].value.is_none() {
        return Ok(None);
    }
    let society = society(model, setup)?;
    let rows = society.layout.indices(society.layout.param(param));
    match rows.get(place) {
        Some(indices) => default(model, &society, param, indices),
        None => Ok(None),
    }
}

/// The defaults of several cells, read from one setup; none where there is none, or it faults.
/// Faults: those of the setup.
// spec: items.param
pub fn defaults_of(
    model: &Model,
    setup: &Setup,
    cells: &[(ParamId, usize)],
) -> Result<Vec<Option<Value>>, Fault> {
    let society = society(model, setup)?;
    let mut rows: BTreeMap<ParamId, Vec<Vec<Value>>> = BTreeMap::new();
    let mut of = |(id, place): &(ParamId, usize)| {
        let param = &model.params[*id];
        if param.derived || param.value.is_none() {
            return None;
        }
        let layout = &society.layout;
        let rows = rows.entry(*id).or_insert_with(|| layout.indices(layout.param(*id)));
        default(model, &society, *id, rows.get(*place)?).ok().flatten()
    };
    Ok(cells.iter().map(&mut of).collect())
}

/// The parameter cells that differ from their defaults, by parameter and place.
// spec: items.param
pub fn deviations(model: &Model, setup: &Setup) -> Result<Vec<(ParamId, usize)>, Fault> {
    let society = society(model, setup)?;
    deviations_of(model, &society)
}

pub(super) fn deviations_of(
    model: &Model,
    society: &Society,
) -> Result<Vec<(ParamId, usize)>, Fault> {
    let mut found = Vec::new();
    let free = model.params.pairs().filter(|(_, param)| !param.derived && param.value.is_some());
    for (id, _) in free {
        let rows = society.layout.indices(society.layout.param(id));
        for (place, indices) in rows.iter().enumerate() {
            if let Some(intended) = default(model, society, id, indices)?
                && intended != society.params[id][place]
            {
                found.push((id, place));
            }
        }
    }
    Ok(found)
}

fn default(
    model: &Model,
    society: &Society,
    param: ParamId,
    indices: &[Value],
) -> Result<Option<Value>, Fault> {
    let Some(closed) = &model.params[param].value else { return Ok(None) };
    let view = View { model, society, here: Here::Setup };
    let mut frame = frame(indices, closed.frame);
    let value = eval(&view, &mut frame, &closed.expr);
    value.map(Some).map_err(|stop| known(stop, closed.expr.span))
}
