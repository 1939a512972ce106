//! Whether a setup is one of those that are searched: bounds, families, `assume`, `given`.
//!
//! In: a setup and pins. Out: yes or no, or the fault of the setup.

use super::Society;
use super::baseline::deviations_of;
use super::make::{known, society};
use super::pins::{cells, listed_ties, read};
use crate::base::Table;
use crate::ir::model::{Closed, Model, Structure};
use crate::ir::property::{Pin, PinKind};
use crate::ir::{StructId, Value};
use crate::reference::eval::{Here, View, eval};
use crate::social::{Family, Ties, family};
use crate::trace::{Fault, Setup};

/// How many labellings of a baseline are compared with, to count edges.
const LABELLINGS_MAX: usize = 5_000;

/// Something that an admitted setup meets, besides having a society.
#[derive(Clone, Copy)]
pub enum Condition<'a> {
    /// The ties of a structure are of one of its families.
    Tied(StructId),
    /// An `assume` of the model.
    Assumed(&'a Closed),
    /// A pin.
    Pinned(&'a Pin),
}

/// Whether the setup meets every `assume` of the model and every pin of `given` (whose
/// `only` and `without` do not occur there), and its sizes and ties are within the model's.
// spec: items.assume
pub fn admitted(model: &Model, setup: &Setup, given: &[Pin]) -> Result<bool, Fault> {
    if !sized(model, setup) {
        return Ok(false);
    }
    let society = society(model, setup)?;
    for condition in conditions(model, given) {
        if !met(model, setup, &society, condition)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the sizes of a setup are within the model's.
pub fn sized(model: &Model, setup: &Setup) -> bool {
    model.populations.pairs().all(|(id, population)| {
        let (lo, hi) = population.size.unwrap_or((0, u32::MAX));
        setup.sizes.get(id).is_some_and(|size| (lo..=hi).contains(size))
    })
}

/// What an admitted setup meets.
pub fn conditions<'a>(model: &'a Model, given: &'a [Pin]) -> Vec<Condition<'a>> {
    let tied = model.structures.ids().map(Condition::Tied);
    let assumed = model.assumes.iter().map(Condition::Assumed);
    tied.chain(assumed).chain(given.iter().map(Condition::Pinned)).collect()
}

/// Whether a setup with this society meets a condition.
pub fn met(
    model: &Model,
    setup: &Setup,
    society: &Society,
    condition: Condition<'_>,
) -> Result<bool, Fault> {
    match condition {
        Condition::Tied(id) => {
            let (structure, ties) = (&model.structures[id], &society.structures[id]);
            let of = |family: &Family| is_of(structure, *family, ties);
            Ok(structure.among.contains(&Family::Any) && of(&Family::Any)
                || structure.among.iter().any(of))
        }
        Condition::Assumed(closed) => is_true(model, society, closed),
        Condition::Pinned(pin) => meets(model, setup, society, pin),
    }
}

fn is_of(structure: &Structure, family: Family, ties: &Ties) -> bool {
    family::admits(structure.shape, family, ties, structure.on == structure.to)
}

fn is_true(model: &Model, society: &Society, closed: &Closed) -> Result<bool, Fault> {
    let view = View { model, society, here: Here::Setup };
    let mut frame = vec![Value::None; closed.frame];
    let value = eval(&view, &mut frame, &closed.expr);
    Ok(value.map_err(|stop| known(stop, closed.expr.span))? == Value::Bool(true))
}

// spec: items.check
fn meets(model: &Model, setup: &Setup, society: &Society, pin: &Pin) -> Result<bool, Fault> {
    Ok(match &pin.kind {
        PinKind::Population(population, lo, hi) => (lo..=hi).contains(&&setup.sizes[*population]),
        PinKind::Family(structure, family) => {
            is_of(&model.structures[*structure], *family, &society.structures[*structure])
        }
        PinKind::Ties(structure, list) => {
            let far = list.iter().any(|(a, b, _)| {
                let ties = &society.structures[*structure];
                *a >= ties.rows() || *b >= ties.columns()
            });
            !far && listed_ties(model, society, *structure, list, pin)?
                == society.structures[*structure]
        }
        PinKind::Param { param, indices, value } => {
            let value = read(model, society, &[], value)?;
            let rows = society.layout.indices(society.layout.param(*param));
            let places = cells(model, society, &[], &rows, indices)?;
            places.iter().all(|place| society.params[*param][*place] == value)
        }
        PinKind::Start { state, indices, value } => {
            let value = read(model, society, &[], value)?;
            let rows = society.layout.indices(society.layout.state(*state));
            let places = cells(model, society, &[], &rows, indices)?;
            places.iter().all(|place| society.starts[*state].get(*place) == Some(&value))
        }
        PinKind::Deviations(lo, hi) => {
            (*lo as usize..=*hi as usize).contains(&deviations_of(model, society)?.len())
        }
        PinKind::Edges(lo, hi) => {
            let count: u64 = edges_of(model, society).iter().map(|edges| u64::from(*edges)).sum();
            (u64::from(*lo)..=u64::from(*hi)).contains(&count)
        }
        PinKind::Assume(closed) => is_true(model, society, closed)?,
        // These speak of worlds; analysis refuses them here.
        PinKind::Only(_) | PinKind::Without(_) => true,
    })
}

/// How many edges each structure of a setup has: those that differ from the baseline family
/// (from its nearest labelling), else those that are present.
// spec: structure.edges
pub fn edges(model: &Model, setup: &Setup) -> Result<Table<StructId, u32>, Fault> {
    Ok(edges_of(model, &society(model, setup)?))
}

fn edges_of(model: &Model, society: &Society) -> Table<StructId, u32> {
    let count = |(id, structure): (StructId, &Structure)| {
        let ties = &society.structures[id];
        let present = || ties.edges(structure.shape);
        match structure.baseline {
            None | Some(Family::Any) => present(),
            Some(family) if is_of(structure, family, ties) => 0,
            Some(family) => {
                let (rows, columns) = (ties.rows(), ties.columns());
                let same = structure.on == structure.to;
                let shape = structure.shape;
                let labellings =
                    family::enumerate(shape, family, rows, columns, same, LABELLINGS_MAX);
                let labellings = labellings.unwrap_or_else(|| {
                    family::canonical(shape, family, rows, columns, same).into_iter().collect()
                });
                let apart = labellings.iter().map(|other| ties.edges_apart(other, shape)).min();
                apart.unwrap_or_else(present)
            }
        }
    };
    model.structures.pairs().map(count).collect()
}
