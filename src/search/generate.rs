//! A setup of a size: structures, parameters and free starts, from uniform numbers.
//!
//! In: a space, sizes, dice. Out: a setup within the declared domains and families that meets
//! the pins which can be imposed by construction; whether it is admitted is the caller's
//! question. Few deviations are likelier than many.

use std::collections::BTreeMap;

use super::space::{Pinned, Sizes, Space, constant, mutual};
use super::values::{self, Dice};
use crate::base::Table;
use crate::ir::layout::Layout;
use crate::ir::model::Start;
use crate::ir::{Domain, Model, ParamId, StateId, StructId, Value};
use crate::reference::society::defaults_of;
use crate::social::{Family, Shape, Ties, family};
use crate::trace::{Setup, StructureSetup};

/// A setup of `sizes`. None where a domain is empty at this size, or no family is offered.
pub fn generate(space: &Space, sizes: &Sizes, dice: &mut Dice<'_>) -> Option<Setup> {
    let model = &*space.model;
    let layout = Layout::new(model, sizes);
    let pinned = space.pinned(&layout);
    let mut setup = Setup {
        sizes: sizes.clone(),
        params: Table::new(),
        structures: Table::new(),
        starts: Table::new(),
    };
    for structure in model.structures.ids() {
        setup.structures.push(ties(space, structure, sizes, dice)?);
    }
    for param in model.params.ids() {
        setup.params.push(first_cells(model, &layout, &pinned, param, dice)?);
    }
    for state in model.states.ids() {
        setup.starts.push(starts(model, &layout, &pinned, state, dice)?);
    }
    let mut free = defaulted(model, &layout);
    free.retain(|cell| !pinned.params.contains_key(cell));
    settle(model, &mut setup, &free);
    let chosen = deviating(space, &free, pinned_deviations(model, &layout, &setup, &pinned), dice);
    deviate(model, &layout, &mut setup, &chosen, dice);
    free.retain(|cell| !chosen.contains(cell));
    settle(model, &mut setup, &free);
    Some(setup)
}

/// All parameter cells that have a default and are not derived.
pub fn defaulted(model: &Model, layout: &Layout) -> Vec<(ParamId, usize)> {
    let with_default = model.params.pairs().filter(|(_, p)| !p.derived && p.value.is_some());
    with_default
        .flat_map(|(param, _)| (0..layout.param(param).len()).map(move |place| (param, place)))
        .collect()
}

/// All parameter cells of a setup, in order.
pub fn param_cells(setup: &Setup) -> Vec<(ParamId, usize)> {
    let cells = setup.params.pairs();
    cells.flat_map(|(id, values)| (0..values.len()).map(move |place| (id, place))).collect()
}

/// The default of a cell, if it has one and it does not fault.
pub fn default(
    model: &Model,
    layout: &Layout,
    setup: &Setup,
    cell: (ParamId, usize),
) -> Option<Value> {
    defaults(model, layout, setup, &[cell]).pop().flatten()
}

/// The same of several cells.
pub fn defaults(
    model: &Model,
    layout: &Layout,
    setup: &Setup,
    cells: &[(ParamId, usize)],
) -> Vec<Option<Value>> {
    let same = |(param, _): &(ParamId, usize)| {
        let param = &model.params[*param];
        let value = param.value.as_ref().filter(|_| !param.derived)?;
        constant(&value.expr, layout)
    };
    let known: Vec<Option<Value>> = cells.iter().map(same).collect();
    let open = cells.iter().zip(&known).filter(|(_, known)| known.is_none());
    let open: Vec<(ParamId, usize)> = open.map(|(cell, _)| *cell).collect();
    let read = if open.is_empty() {
        Vec::new()
    } else {
        defaults_of(model, setup, &open).unwrap_or_default()
    };
    let mut read = read.into_iter();
    known.into_iter().map(|known| known.or_else(|| read.next().flatten())).collect()
}

/// Sets `cells` to their defaults, in as many rounds as defaults that read other parameters need.
pub fn settle(model: &Model, setup: &mut Setup, cells: &[(ParamId, usize)]) {
    let layout = Layout::new(model, &setup.sizes);
    for _ in 0..=model.params.len() {
        let mut changed = false;
        let values = defaults(model, &layout, setup, cells);
        for (&(param, place), value) in cells.iter().zip(values) {
            // A default that faults leaves its cell: the society of the setup faults too.
            if let Some(value) = value
                && setup.params[param][place] != value
            {
                setup.params[param][place] = value;
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// The ties of a structure: pinned, or of a family that is offered at this size.
fn ties(
    space: &Space,
    structure: StructId,
    sizes: &Sizes,
    dice: &mut Dice<'_>,
) -> Option<StructureSetup> {
    if let Some(pinned) = space.pinned_ties(structure, sizes) {
        return Some(StructureSetup { family: None, ties: pinned.ok()? });
    }
    let mut left = space.families[structure].clone();
    while !left.is_empty() {
        let family = left.remove(dice.below(left.len()));
        if let Some(ties) = family_ties(space, structure, family, sizes, dice) {
            return Some(StructureSetup { family: Some(family), ties });
        }
    }
    None
}

/// Ties of one family. Half of `any` is another family, or the baseline, but for a few ties.
pub fn family_ties(
    space: &Space,
    structure: StructId,
    family: Family,
    sizes: &Sizes,
    dice: &mut Dice<'_>,
) -> Option<Ties> {
    let declared = &space.model.structures[structure];
    let (rows, columns) = (sizes[declared.on], sizes[declared.to]);
    let same = declared.on == declared.to;
    let shape = declared.shape;
    let mut uniform = || dice.uniform();
    let ties = family::sample(shape, family, rows, columns, same, &mut uniform)?;
    let few = space.edges.map(|(_, hi)| hi);
    if family != Family::Any || few.is_none() && dice.chance(0.5) {
        return Some(ties);
    }
    let near = declared.baseline.filter(|_| few.is_some() || dice.chance(0.5));
    let near = near.unwrap_or(Family::Isolated);
    let mut uniform = || dice.uniform();
    let Some(start) = family::sample(shape, near, rows, columns, same, &mut uniform) else {
        return Some(ties);
    };
    let most = few.unwrap_or(2 + rows / 2).min(rows.saturating_mul(columns));
    let toggles = dice.below(most as usize + 1);
    Some(toggled(shape, start, toggles, same, dice).unwrap_or(ties))
}

/// `ties` with some ties added or removed; none where that leaves the shape.
pub fn toggled(
    shape: Shape,
    mut ties: Ties,
    toggles: usize,
    same: bool,
    dice: &mut Dice<'_>,
) -> Option<Ties> {
    let loops = match shape {
        Shape::Digraph { loops } => loops || !same,
        Shape::Graph | Shape::Tree | Shape::Partition => !same,
        Shape::Weights { .. } => return None,
    };
    for _ in 0..toggles {
        let a = dice.below(ties.rows().max(1) as usize) as u32;
        let b = dice.below(ties.columns().max(1) as usize) as u32;
        if a >= ties.rows() || b >= ties.columns() || a == b && !loops {
            continue;
        }
        let weight = if ties.has(a, b) { 0.0 } else { 1.0 };
        ties.set(a, b, weight);
        if mutual(shape) && same {
            ties.set(b, a, weight);
        }
    }
    family::admits(shape, Family::Any, &ties, same).then_some(ties)
}

/// The cells of a parameter: pinned ones, a placeholder where a default will stand, else drawn.
fn first_cells(
    model: &Model,
    layout: &Layout,
    pinned: &Pinned,
    param: ParamId,
    dice: &mut Dice<'_>,
) -> Option<Vec<Value>> {
    let declared = &model.params[param];
    if declared.derived {
        return Some(Vec::new());
    }
    let fixed = |place: usize| pinned.params.get(&(param, place)).cloned();
    let size = layout.param(param).len();
    if declared.value.is_some() {
        let placeholder = simplest(model, &declared.domain, layout);
        return (0..size).map(|place| fixed(place).or_else(|| placeholder.clone())).collect();
    }
    drawn(model, layout, &declared.domain, size, &fixed, dice)
}

/// The cells of a free start.
fn starts(
    model: &Model,
    layout: &Layout,
    pinned: &Pinned,
    state: StateId,
    dice: &mut Dice<'_>,
) -> Option<Vec<Value>> {
    let declared = &model.states[state];
    match &declared.start {
        Start::Free => {
            let fixed = |place: usize| pinned.starts.get(&(state, place)).cloned();
            drawn(model, layout, &declared.domain, layout.state(state).len(), &fixed, dice)
        }
        Start::Value(_) | Start::Draw { .. } | Start::Recorded => Some(Vec::new()),
    }
}

/// `size` values of `domain`; sometimes all alike, sometimes some alike.
fn drawn(
    model: &Model,
    layout: &Layout,
    domain: &Domain,
    size: usize,
    fixed: &dyn Fn(usize) -> Option<Value>,
    dice: &mut Dice<'_>,
) -> Option<Vec<Value>> {
    let alike = size > 1 && dice.chance(0.2);
    let mut cells: Vec<Value> = Vec::with_capacity(size);
    for place in 0..size {
        let value = match fixed(place) {
            Some(value) => value,
            None if alike && place > 0 => cells[0].clone(),
            None => values::smart(model, domain, layout, &cells, dice)?,
        };
        cells.push(value);
    }
    Some(cells)
}

/// The simplest value of a domain; none of an empty one.
pub fn simplest(model: &Model, domain: &Domain, layout: &Layout) -> Option<Value> {
    match domain {
        Domain::Ints(..) => Some(Value::Int(values::anchor(domain) as i64)),
        Domain::Reals(..) => Some(Value::Real(values::anchor(domain))),
        Domain::Values(_, all) => all.first().cloned(),
        Domain::Whole(_) | Domain::Population(_) | Domain::Optional(_) => {
            if let Some(all) = values::list(model, domain, layout, 10_000) {
                return all.into_iter().next();
            }
            values::smart(model, domain, layout, &[], &mut Dice::new(&mut || 0.45))
        }
    }
}

/// How many pinned cells differ from their defaults.
fn pinned_deviations(model: &Model, layout: &Layout, setup: &Setup, pinned: &Pinned) -> usize {
    let differs = |(cell, value): (&(ParamId, usize), &Value)| {
        default(model, layout, setup, *cell).is_some_and(|default| default != *value)
    };
    pinned.params.iter().filter(|cell| differs(*cell)).count()
}

/// Which of the free cells deviate: none, one and two are likelier than many.
fn deviating(
    space: &Space,
    free: &[(ParamId, usize)],
    pinned: usize,
    dice: &mut Dice<'_>,
) -> Vec<(ParamId, usize)> {
    let within = |bound: u32| (bound as usize).saturating_sub(pinned).min(free.len());
    let (lo, hi) = (within(space.deviations.0), within(space.deviations.1));
    let wanted = match dice.below(10) {
        0..=2 => 0,
        3..=5 => 1,
        6 => 2,
        _ => dice.below(free.len() + 1),
    };
    let mut left = free.to_vec();
    let mut chosen = Vec::new();
    // Bounds that contradict each other are met by no setup: it is refused where it is looked at.
    for _ in 0..wanted.max(lo).min(hi) {
        chosen.push(left.swap_remove(dice.below(left.len())));
    }
    chosen.sort();
    chosen
}

/// Gives each chosen cell a value that differs from the one it has, if its domain has another.
fn deviate(
    model: &Model,
    layout: &Layout,
    setup: &mut Setup,
    chosen: &[(ParamId, usize)],
    dice: &mut Dice<'_>,
) {
    let mut given: BTreeMap<ParamId, Vec<Value>> = BTreeMap::new();
    for &(param, place) in chosen {
        let domain = &model.params[param].domain;
        let default = setup.params[param][place].clone();
        let peers = given.entry(param).or_default();
        let differing = match values::list(model, domain, layout, 16) {
            Some(all) => {
                let others: Vec<Value> = all.into_iter().filter(|v| *v != default).collect();
                dice.pick(&others).cloned()
            }
            None => (0..8)
                .filter_map(|_| values::smart(model, domain, layout, peers, dice))
                .find(|value| *value != default),
        };
        if let Some(value) = differing {
            peers.push(value.clone());
            setup.params[param][place] = value;
        }
    }
}

/// The same society with other values wherever it is free or deviates.
pub fn reshuffled(space: &Space, setup: &Setup, seed: crate::base::Seed) -> Setup {
    let model = &*space.model;
    let layout = Layout::new(model, &setup.sizes);
    let pinned = space.pinned(&layout);
    let deviating = crate::reference::society::deviations(model, setup).unwrap_or_default();
    let mut number = 0;
    let mut uniform = || {
        number += 1;
        seed.uniform(&[number])
    };
    let mut dice = Dice::new(&mut uniform);
    let mut new = setup.clone();
    for (id, param) in model.params.pairs() {
        for place in 0..setup.params[id].len() {
            let free = param.value.is_none() || deviating.contains(&(id, place));
            if free
                && !pinned.params.contains_key(&(id, place))
                && let Some(value) = values::smart(model, &param.domain, &layout, &[], &mut dice)
            {
                new.params[id][place] = value;
            }
        }
    }
    for (id, state) in model.states.pairs() {
        for place in 0..setup.starts[id].len() {
            if !pinned.starts.contains_key(&(id, place))
                && let Some(value) = values::smart(model, &state.domain, &layout, &[], &mut dice)
            {
                new.starts[id][place] = value;
            }
        }
    }
    new
}
