//! The cells of a profile.

use std::sync::Arc;

use crate::ir::property::{IndexPin, Pin, PinKind};
use crate::ir::{Domain, Expr, ExprKind, Model, ParamId, StructId, Type, Value};
use crate::search::space::{Sizes, Space};
use crate::social::{Family, family};

/// One cell: what is fixed in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Cell {
    /// The sizes.
    pub sizes: Sizes,
    /// The family of each structure whose ties are not pinned.
    pub families: Vec<(StructId, Family)>,
    /// The value of each parameter of the grid, the same for all its cells.
    pub params: Vec<(ParamId, Value)>,
}

impl Cell {
    /// The setups of this cell.
    pub fn space(&self, model: &Model, given: &[Pin]) -> Space {
        let mut pins = given.to_vec();
        pins.extend(self.params.iter().map(|(id, value)| pin(model, *id, value)));
        let mut space = Space::new(Arc::new(model.clone()), &pins);
        for (id, family) in &self.families {
            space.families[*id] = vec![*family];
        }
        space
    }
}

/// The pin of all cells of a parameter at a value.
pub fn pin(model: &Model, param: ParamId, value: &Value) -> Pin {
    let declared = &model.params[param];
    let ty = match value {
        Value::Int(_) => Type::Int,
        Value::Bool(_) => Type::Bool,
        Value::Variant(of, _) => Type::Enum(*of),
        _ => Type::Real,
    };
    let kind = Box::new(ExprKind::Literal(value.clone()));
    let value = Expr { kind, ty, span: declared.span };
    let indices = declared.indices.iter().map(|_| IndexPin::All).collect();
    Pin { kind: PinKind::Param { param, indices, value }, span: declared.span }
}

/// Values of a parameter, `most` at most: all of a small domain, else evenly spread over it with
/// both ends. None where it is neither a range of numbers nor of few values.
pub fn points(model: &Model, param: ParamId, most: u32) -> Option<Vec<Value>> {
    let most = most.max(2);
    let spread = |at: u32| f64::from(at) / f64::from(most - 1);
    match &model.params[param].domain {
        Domain::Ints(lo, hi) if hi.checked_sub(*lo)? < i64::from(most) => {
            Some((*lo..=*hi).map(Value::Int).collect())
        }
        Domain::Ints(lo, hi) => {
            let width = *hi as f64 - *lo as f64;
            let all = (0..most).map(|at| *lo as f64 + (width * spread(at)).round());
            Some(all.map(|value| Value::Int((value as i64).clamp(*lo, *hi))).collect())
        }
        Domain::Reals(lo, hi) if lo == hi => Some(vec![Value::Real(*lo)]),
        Domain::Reals(lo, hi) => {
            let all = (0..most).map(|at| lo + (hi - lo) * spread(at));
            Some(all.map(|value| Value::Real(value.clamp(*lo, *hi))).collect())
        }
        Domain::Values(_, all) => Some(all.clone()),
        Domain::Whole(Type::Bool) => Some(vec![Value::Bool(false), Value::Bool(true)]),
        Domain::Whole(Type::Enum(id)) => {
            let count = model.enums[*id].variants.len() as u32;
            Some((0..count).map(|variant| Value::Variant(*id, variant)).collect())
        }
        Domain::Whole(_) | Domain::Population(_) | Domain::Optional(_) => None,
    }
}

/// All cells of a target: sizes, fewest agents first, families, and the grid; an error with how
/// many there would be where there are more than `most`.
pub fn cells(
    model: &Model,
    given: &[Pin],
    grid: &[(ParamId, Vec<Value>)],
    most: usize,
) -> Result<Vec<Cell>, usize> {
    let space = Space::new(Arc::new(model.clone()), given);
    let mut cells: Vec<Cell> = space
        .sizes()
        .0
        .into_iter()
        .map(|sizes| Cell { sizes, families: Vec::new(), params: Vec::new() })
        .collect();
    for structure in model.structures.ids().filter(|id| space.ties[*id].is_none()) {
        let mut more = Vec::new();
        for cell in &cells {
            for family in &space.families[structure] {
                if offered(model, structure, *family, &cell.sizes) {
                    let mut cell = cell.clone();
                    cell.families.push((structure, *family));
                    more.push(cell);
                }
            }
        }
        cells = bounded(more, most)?;
    }
    for (param, values) in grid {
        let with = |cell: &Cell, value: &Value| {
            let mut cell = cell.clone();
            cell.params.push((*param, value.clone()));
            cell
        };
        bounded_count(cells.len().saturating_mul(values.len()), most)?;
        cells = cells
            .iter()
            .flat_map(|cell| values.iter().map(|value| with(cell, value)).collect::<Vec<_>>())
            .collect();
    }
    bounded(cells, most)
}

fn bounded(cells: Vec<Cell>, most: usize) -> Result<Vec<Cell>, usize> {
    bounded_count(cells.len(), most)?;
    Ok(cells)
}

fn bounded_count(count: usize, most: usize) -> Result<(), usize> {
    if count > most { Err(count) } else { Ok(()) }
}

/// Whether a structure may be of a family at these sizes.
fn offered(model: &Model, structure: StructId, of: Family, sizes: &Sizes) -> bool {
    let declared = &model.structures[structure];
    let (rows, columns) = (sizes[declared.on], sizes[declared.to]);
    let same = declared.on == declared.to;
    family::sample(declared.shape, of, rows, columns, same, &mut || 0.5).is_some()
}
