//! The space of setups that a check searches: the model's, cut down by the pins of `given`.
//!
//! In: a model and pins. Out: the sizes, smallest first, and for a size the cells that are
//! pinned. Pins that cannot be imposed by construction are left to
//! [`admitted`](crate::reference::admitted).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Table;
use crate::ir::layout::{Cells, Layout};
use crate::ir::property::{Counter, IndexPin, Pin, PinKind};
use crate::ir::{Expr, ExprKind, Model, ParamId, PopId, StateId, StructId, Value};
use crate::social::{Family, Shape, Ties};

/// Ties that a pin lists: from, to, weight.
pub type PinnedTies = Vec<(u32, u32, f64)>;

/// The sizes of a setup's populations.
pub type Sizes = Table<PopId, u32>;

/// The setups of a model that meet the pins which can be imposed by construction.
#[derive(Clone, Debug)]
pub struct Space {
    /// The model.
    pub model: Arc<Model>,
    /// All pins.
    pub given: Arc<[Pin]>,
    /// Least and greatest size of each population.
    pub populations: Table<PopId, (u32, u32)>,
    /// The families of each structure.
    pub families: Table<StructId, Vec<Family>>,
    /// The ties of each structure, where they are pinned.
    pub ties: Table<StructId, Option<PinnedTies>>,
    /// Least and greatest number of deviations.
    pub deviations: (u32, u32),
    /// Least and greatest number of edges, where it is pinned.
    pub edges: Option<(u32, u32)>,
    /// Counters that may not be greater, while something smaller than a find is looked for.
    pub limits: Vec<(Counter, u32)>,
}

/// The cells that pins fix, at one size.
#[derive(Clone, Default, Debug)]
pub struct Pinned {
    /// Parameter cells.
    pub params: BTreeMap<(ParamId, usize), Value>,
    /// Free starts, by place from the state's first cell.
    pub starts: BTreeMap<(StateId, usize), Value>,
}

/// How many sizes a search visits at most before it only visits a few larger ones.
const SIZES_MAX: usize = 24;
/// Sizes past [`SIZES_MAX`] are visited up to this many agents.
const LARGE_AGENTS_MAX: u32 = 256;

impl Space {
    /// The space of `model` under `given`. A population without a size counts as `0..0`.
    pub fn new(model: Arc<Model>, given: &[Pin]) -> Space {
        let mut space = Space {
            populations: model.populations.iter().map(|p| p.size.unwrap_or((0, 0))).collect(),
            families: model.structures.iter().map(|s| s.among.clone()).collect(),
            ties: model.structures.iter().map(|_| None).collect(),
            deviations: (0, u32::MAX),
            edges: None,
            limits: Vec::new(),
            given: given.into(),
            model,
        };
        for pin in given {
            space.impose(&pin.kind);
        }
        space
    }

    fn impose(&mut self, pin: &PinKind) {
        match pin {
            PinKind::Population(population, lo, hi) => {
                let range = &mut self.populations[*population];
                *range = (range.0.max(*lo), range.1.min(*hi));
            }
            PinKind::Family(structure, family) => self.families[*structure] = vec![*family],
            PinKind::Ties(structure, ties) => self.ties[*structure] = Some(ties.clone()),
            PinKind::Deviations(lo, hi) => {
                self.deviations = (self.deviations.0.max(*lo), self.deviations.1.min(*hi));
            }
            PinKind::Edges(lo, hi) => {
                let (a, b) = self.edges.unwrap_or((0, u32::MAX));
                self.edges = Some((a.max(*lo), b.min(*hi)));
            }
            PinKind::Param { .. }
            | PinKind::Start { .. }
            | PinKind::Only(_)
            | PinKind::Without(_)
            | PinKind::Assume(_) => {}
        }
    }

    /// The part of the space in which no counter is greater than here.
    pub fn within(&self, limits: &[(Counter, u32)]) -> Space {
        let mut space = self.clone();
        for (counter, most) in limits {
            match counter {
                Counter::Deviations => space.deviations.1 = space.deviations.1.min(*most),
                Counter::Edges => {
                    let (lo, hi) = space.edges.unwrap_or((0, u32::MAX));
                    space.edges = Some((lo, hi.min(*most)));
                }
                Counter::Population(population) => {
                    let range = &mut space.populations[*population];
                    range.1 = range.1.min(*most);
                }
                Counter::Agents | Counter::Steps => {}
            }
        }
        space.limits = limits.to_vec();
        space
    }

    /// All agents but principals.
    pub fn agents(&self, sizes: &Sizes) -> u32 {
        let acting = self.model.populations.pairs().filter(|(_, p)| !p.principals);
        acting.fold(0u32, |sum, (id, _)| sum.saturating_add(sizes[id]))
    }

    /// The sizes to search, fewest agents first, and whether they are all there are.
    pub fn sizes(&self) -> (Vec<Sizes>, bool) {
        let ranges: Vec<(u32, u32)> = self.populations.iter().copied().collect();
        if ranges.iter().any(|(lo, hi)| lo > hi) {
            return (Vec::new(), true);
        }
        let excess_max: u64 = ranges.iter().map(|(lo, hi)| u64::from(hi - lo)).sum();
        let mut found: Vec<Sizes> = Vec::new();
        let mut complete = true;
        for excess in 0..=excess_max {
            compositions(&ranges, excess, &mut Vec::new(), &mut found);
            if found.len() >= SIZES_MAX && excess < excess_max {
                complete = false;
                break;
            }
        }
        if !complete {
            self.add_larger(&ranges, &mut found);
        }
        found.sort_by_key(|sizes| self.agents(sizes));
        (found, complete)
    }

    /// A few larger sizes: every population two, four, … times as far above its least.
    fn add_larger(&self, ranges: &[(u32, u32)], found: &mut Vec<Sizes>) {
        let mut far: u32 = 2;
        loop {
            let sizes: Sizes =
                ranges.iter().map(|(lo, hi)| lo.saturating_add(far).min(*hi)).collect();
            if self.agents(&sizes) > LARGE_AGENTS_MAX {
                return;
            }
            if !found.contains(&sizes) {
                found.push(sizes.clone());
            }
            if ranges.iter().zip(sizes.iter()).all(|((_, hi), size)| hi == size) {
                return;
            }
            far = far.saturating_mul(2);
        }
    }

    /// Whether sizes lie within the bounds.
    pub fn holds(&self, sizes: &Sizes) -> bool {
        self.populations.iter().zip(sizes.iter()).all(|((lo, hi), size)| (lo..=hi).contains(&size))
    }

    /// The cells that pins fix at this size, as far as their values are constants.
    pub fn pinned(&self, layout: &Layout) -> Pinned {
        let mut pinned = Pinned::default();
        for pin in self.given.iter() {
            match &pin.kind {
                PinKind::Param { param, indices, value } => {
                    let cells = layout.param(*param);
                    for (place, value) in cells_of(layout, cells, indices, value) {
                        pinned.params.insert((*param, place), value);
                    }
                }
                PinKind::Start { state, indices, value } => {
                    let cells = layout.state(*state);
                    for (place, value) in cells_of(layout, cells, indices, value) {
                        pinned.starts.insert((*state, place), value);
                    }
                }
                PinKind::Population(..)
                | PinKind::Family(..)
                | PinKind::Ties(..)
                | PinKind::Only(_)
                | PinKind::Without(_)
                | PinKind::Deviations(..)
                | PinKind::Edges(..)
                | PinKind::Assume(_) => {}
            }
        }
        pinned
    }

    /// The pinned ties of a structure at this size; an error where they name an agent that is
    /// not there.
    pub fn pinned_ties(&self, structure: StructId, sizes: &Sizes) -> Option<Result<Ties, ()>> {
        let pinned = self.ties[structure].as_ref()?;
        let declared = &self.model.structures[structure];
        let mut ties = Ties::empty(sizes[declared.on], sizes[declared.to]);
        for &(a, b, weight) in pinned {
            if a >= ties.rows() || b >= ties.columns() {
                return Some(Err(()));
            }
            ties.set(a, b, weight);
            if mutual(declared.shape) && b < ties.rows() && a < ties.columns() {
                ties.set(b, a, weight);
            }
        }
        Some(Ok(ties))
    }
}

/// Whether a tie of this shape goes both ways.
pub fn mutual(shape: Shape) -> bool {
    match shape {
        Shape::Graph | Shape::Partition => true,
        Shape::Digraph { .. } | Shape::Tree | Shape::Weights { .. } => false,
    }
}

/// All sizes within `ranges` that are `excess` above the least, in canonical order.
fn compositions(ranges: &[(u32, u32)], excess: u64, so_far: &mut Vec<u32>, found: &mut Vec<Sizes>) {
    if found.len() >= 4 * SIZES_MAX {
        return;
    }
    let Some((lo, hi)) = ranges.get(so_far.len()) else {
        if excess == 0 {
            found.push(so_far.iter().copied().collect());
        }
        return;
    };
    let rest: u64 = ranges[so_far.len() + 1..].iter().map(|(lo, hi)| u64::from(hi - lo)).sum();
    for more in excess.saturating_sub(rest)..=excess.min(u64::from(hi - lo)) {
        so_far.push(lo + more as u32);
        compositions(ranges, excess - more, so_far, found);
        so_far.pop();
    }
}

/// The places that a pin means with their value; nothing where it is not constant.
fn cells_of(
    layout: &Layout,
    cells: &Cells,
    indices: &[IndexPin],
    value: &Expr,
) -> Vec<(usize, Value)> {
    let Some(value) = constant(value, layout) else { return Vec::new() };
    let rows = layout.indices(cells).into_iter().enumerate();
    rows.filter(|(_, row)| {
        row.iter().zip(indices).all(|(index, pin)| match pin {
            IndexPin::All => true,
            IndexPin::At(at) => constant(at, layout).as_ref() == Some(index),
            IndexPin::In(set) => {
                let set = constant(set, layout);
                set.is_some_and(|set| matches!(set, Value::Set(all) if all.contains(index)))
            }
        })
    })
    .map(|(place, _)| (place, value.clone()))
    .collect()
}

/// The value of an expression that reads nothing but who is there; none for any other.
pub fn constant(expr: &Expr, layout: &Layout) -> Option<Value> {
    let set = |agents: Vec<Value>| Some(Value::Set(Arc::new(agents)));
    if let ExprKind::Literal(value) = &*expr.kind {
        return Some(value.clone());
    }
    if let ExprKind::ToReal(inner) = &*expr.kind {
        return Some(Value::Real(constant(inner, layout)?.number()?));
    }
    if let ExprKind::Negate(inner) = &*expr.kind {
        let value = constant(inner, layout)?;
        if let Value::Int(number) = value {
            return number.checked_neg().map(Value::Int);
        }
        return value.number().map(|number| Value::Real(-number));
    }
    if let ExprKind::AgentAt(population, index) = &*expr.kind {
        let Value::Int(index) = constant(index, layout)? else { return None };
        return layout.agent(*population, u32::try_from(index).ok()?).map(Value::Agent);
    }
    if let ExprKind::Population(population) = &*expr.kind {
        let range = layout.population(*population);
        return set(range.map(|agent| Value::Agent(crate::ir::AgentId(agent))).collect());
    }
    if let ExprKind::Kind(kind) = &*expr.kind {
        return set(layout.kind(*kind).iter().map(|agent| Value::Agent(*agent)).collect());
    }
    if let ExprKind::SetList(elements) = &*expr.kind {
        let mut values: Vec<Value> =
            elements.iter().map(|element| constant(element, layout)).collect::<Option<_>>()?;
        values.sort();
        values.dedup();
        return set(values);
    }
    None
}
