//! Every setup of a size, and every run of a setup: exhaustive search, stateless and depth
//! first over the sequence of choices and draws.
//!
//! In: a subject and a size. Out: all its setups by number, or nothing where a domain is not
//! finite or they are too many; for a setup every run, where every choice and draw can be
//! listed.
//!
//! # Invariants
//! - Two runs that agree on all answers up to the instant that settles the first have the same
//!   verdict, so only one of them is made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::generate::{defaulted, settle, simplest};
use super::order::{self, Rank};
use super::space::{Sizes, Space};
use super::subject::{Look, Seen, Subject};
use super::values;
use crate::base::{Seed, Table};
use crate::ir::layout::Layout;
use crate::ir::model::Start;
use crate::ir::{Domain, Model, ParamId, StateId, StructId, Value};
use crate::reference::{Answers, Guards, Outcomes};
use crate::social::{Family, family};
use crate::trace::{Key, Run, Setup, StructureSetup};

/// All setups of one size, by number.
pub struct Grid {
    sizes: Sizes,
    params: Table<ParamId, Vec<Vec<Value>>>,
    starts: Table<StateId, Vec<Vec<Value>>>,
    structures: Table<StructId, Vec<StructureSetup>>,
    /// Cells that hold a placeholder in `params` and stand at their defaults in every setup.
    intended: Vec<(ParamId, usize)>,
    model: Arc<Model>,
    len: u64,
}

/// A part of a setup.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// The cells of a parameter.
    Param(ParamId),
    /// The free starts of a state.
    Start(StateId),
    /// A structure.
    Ties(StructId),
}

/// Something of a setup that differs from number to number.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// What it is of.
    pub part: Part,
    /// How many values there are.
    pub len: u64,
    /// For how many numbers each of them stays.
    every: u64,
}

impl Axis {
    /// The place of the value that a number has.
    pub fn at(&self, number: u64) -> u64 {
        number / self.every % self.len
    }
}

/// Values of one domain that are listed at most.
const LISTED_MAX: u64 = 10_000;

impl Grid {
    /// The setups of `sizes`; none where they are more than `most`, or not finite.
    pub fn new(space: &Space, sizes: &Sizes, most: u64) -> Option<Grid> {
        let model = &*space.model;
        let layout = Layout::new(model, sizes);
        let pinned = space.pinned(&layout);
        let mut grid = Grid {
            sizes: sizes.clone(),
            params: Table::new(),
            starts: Table::new(),
            structures: Table::new(),
            intended: Vec::new(),
            model: space.model.clone(),
            len: 1,
        };
        if space.deviations.1 == 0 {
            // Where nothing may deviate, what has a default and is not pinned stands at it.
            grid.intended = defaulted(model, &layout);
            grid.intended.retain(|cell| !pinned.params.contains_key(cell));
        }
        let all = |domain: &Domain| values::list(model, domain, &layout, LISTED_MAX.min(most));
        for (id, param) in model.params.pairs() {
            let size = if param.derived { 0 } else { layout.param(id).len() };
            let intended: BTreeSet<usize> =
                grid.intended.iter().filter(|cell| cell.0 == id).map(|cell| cell.1).collect();
            let placeholder = simplest(model, &param.domain, &layout);
            let fixed = |place| match intended.contains(&place) {
                true => placeholder.clone(),
                false => pinned.params.get(&(id, place)).cloned(),
            };
            let column = grid.column(size, most, &fixed, &|| all(&param.domain))?;
            grid.params.push(column);
        }
        for (id, state) in model.states.pairs() {
            let size = match state.start {
                Start::Free => layout.state(id).len(),
                Start::Value(_) | Start::Draw { .. } | Start::Recorded => 0,
            };
            let fixed = |place| pinned.starts.get(&(id, place)).cloned();
            let column = grid.column(size, most, &fixed, &|| all(&state.domain))?;
            grid.starts.push(column);
        }
        for structure in model.structures.ids() {
            let all = all_ties(space, structure, sizes, most)?;
            grid.grow(all.len() as u64, most)?;
            grid.structures.push(all);
        }
        Some(grid)
    }

    fn grow(&mut self, factor: u64, most: u64) -> Option<()> {
        self.len = self.len.checked_mul(factor).filter(|len| *len <= most)?;
        Some(())
    }

    /// The values of each cell of a variable.
    fn column(
        &mut self,
        size: usize,
        most: u64,
        fixed: &dyn Fn(usize) -> Option<Value>,
        all: &dyn Fn() -> Option<Vec<Value>>,
    ) -> Option<Vec<Vec<Value>>> {
        let mut column = Vec::with_capacity(size.min(1_024));
        for place in 0..size {
            let values = match fixed(place) {
                Some(value) => vec![value],
                None => all()?,
            };
            self.grow(values.len() as u64, most)?;
            column.push(values);
        }
        Some(column)
    }

    /// How many setups there are; an `assume` or pin may still refuse some.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What differs from number to number, what differs fastest first.
    pub fn axes(&self) -> Vec<Axis> {
        let params = self.params.pairs().map(|(id, cells)| (Part::Param(id), cells));
        let starts = self.starts.pairs().map(|(id, cells)| (Part::Start(id), cells));
        let cells = params.chain(starts);
        let cells = cells.flat_map(|(part, all)| all.iter().map(move |one| (part, one.len())));
        let ties = self.structures.pairs().map(|(id, all)| (Part::Ties(id), all.len()));
        let mut every = 1;
        let axis = |(part, len)| {
            let axis = Axis { part, len: len as u64, every };
            every *= axis.len;
            axis
        };
        cells.chain(ties).map(axis).filter(|axis| axis.len > 1).collect()
    }

    /// Whether cells of a parameter stand at their defaults in every setup.
    pub fn defaulted(&self, param: ParamId) -> bool {
        self.intended.iter().any(|cell| cell.0 == param)
    }

    /// Setup `number`, below [`Grid::len`].
    pub fn setup(&self, number: u64) -> Setup {
        let mut rest = number;
        let mut digit = |base: usize| {
            let digit = rest % base as u64;
            rest /= base as u64;
            digit as usize
        };
        let mut cell = |all: &Vec<Value>| all[digit(all.len())].clone();
        let mut column = |cells: &Vec<Vec<Value>>| cells.iter().map(&mut cell).collect();
        let params = self.params.iter().map(&mut column).collect();
        let starts = self.starts.iter().map(&mut column).collect();
        let structures = self.structures.iter().map(|all| all[digit(all.len())].clone()).collect();
        let mut setup = Setup { sizes: self.sizes.clone(), params, structures, starts };
        settle(&self.model, &mut setup, &self.intended);
        setup
    }
}

/// All ties that a structure may have at this size, each once.
fn all_ties(
    space: &Space,
    structure: StructId,
    sizes: &Sizes,
    most: u64,
) -> Option<Vec<StructureSetup>> {
    if let Some(pinned) = space.pinned_ties(structure, sizes) {
        let setup = |ties| StructureSetup { family: None, ties };
        return Some(pinned.map(setup).into_iter().collect());
    }
    let declared = &space.model.structures[structure];
    let (rows, columns) = (sizes[declared.on], sizes[declared.to]);
    let same = declared.on == declared.to;
    let most = usize::try_from(most.min(1_000_000)).expect("a million fits");
    let mut found: Vec<StructureSetup> = Vec::new();
    let mut known: BTreeSet<Vec<(u32, u32, u64)>> = BTreeSet::new();
    let families = &space.families[structure];
    // `any` subsumes the others.
    let chosen: Vec<Family> = match families.contains(&Family::Any) {
        true => vec![Family::Any],
        false => families.clone(),
    };
    for family in chosen {
        let offered = family::sample(declared.shape, family, rows, columns, same, &mut || 0.5);
        if offered.is_none() {
            continue;
        }
        if family.sampled() {
            return None;
        }
        for ties in family::enumerate(declared.shape, family, rows, columns, same, most)? {
            if known.insert(ties.all().map(|(a, b, w)| (a, b, w.to_bits())).collect()) {
                let label = label(space, structure, &ties).unwrap_or(family);
                found.push(StructureSetup { family: Some(label), ties });
            }
            if found.len() > most {
                return None;
            }
        }
    }
    Some(found)
}

/// The first declared family that the ties are of; none where they are of no family.
pub fn label(space: &Space, structure: StructId, ties: &crate::social::Ties) -> Option<Family> {
    let declared = &space.model.structures[structure];
    let same = declared.on == declared.to;
    let mut families = space.families[structure].iter().copied();
    families.find(|family| family::admits(declared.shape, *family, ties, same))
}

/// How a walk over all runs of a setup ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Walk {
    /// Every run was made.
    Done,
    /// There are more than were allowed.
    TooMany,
    /// A choice or draw has no list of values.
    Unlistable,
    /// The visitor stopped it.
    Stopped,
}

/// Answers that follow a path and take the first option past its end.
struct Path<'a> {
    path: &'a [usize],
    trail: Vec<(Key, usize)>,
    unlistable: bool,
}

/// Ints that are enumerated as outcomes of a draw at most.
const INTS_MAX: i64 = 10_000;

impl Path<'_> {
    fn branch(&mut self, key: &Key, count: usize) -> usize {
        let at = self.path.get(self.trail.len()).copied().unwrap_or(0);
        self.trail.push((key.clone(), count));
        at.min(count - 1)
    }
}

impl Answers for Path<'_> {
    fn pick(&mut self, key: &Key, options: &Arc<Vec<Value>>) -> usize {
        self.branch(key, options.len())
    }

    fn propose(
        &mut self,
        _key: &Key,
        rows: usize,
        domain: &Outcomes,
        attempt: u32,
    ) -> Option<Vec<Value>> {
        self.unlistable = true;
        (attempt == 0).then(|| vec![domain.quantile(0.5); rows])
    }

    fn draw(&mut self, key: &Key, outcomes: &Outcomes) -> Value {
        // A world's own draw is tied to the shared one by its uniform number: no free branch.
        self.unlistable |= key.world.is_some();
        match outcomes {
            Outcomes::Finite(values) => {
                let at = self.branch(key, values.len());
                values[at].0.clone()
            }
            Outcomes::Ints(lo, hi) if hi.checked_sub(*lo).is_some_and(|w| w < INTS_MAX) => {
                let at = self.branch(key, (hi - lo) as usize + 1);
                Value::Int(lo + at as i64)
            }
            Outcomes::Ints(..) | Outcomes::Reals(..) | Outcomes::Normal(..) => {
                self.unlistable = true;
                outcomes.quantile(0.5)
            }
        }
    }
}

/// Makes every run of `setup`, at most `most`, and shows each to `visit`, which returns whether
/// to go on.
pub fn walk(
    subject: &Subject<'_>,
    setup: &Setup,
    most: u64,
    guards: &mut Guards,
    visit: &mut dyn FnMut(&Look) -> bool,
) -> Walk {
    let mut path: Vec<usize> = Vec::new();
    for _ in 0..most {
        let (look, asked) = look_along(subject, setup, &path, guards);
        let Some(asked) = asked else { return Walk::Unlistable };
        if !visit(&look) {
            return Walk::Stopped;
        }
        match asked.next(&path) {
            Some(next) => path = next,
            None => return Walk::Done,
        }
    }
    Walk::TooMany
}

/// Where a walk goes on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Went {
    /// Nowhere: a choice or draw cannot be listed.
    Unlistable,
    /// To this path; none: it is done.
    On(Option<Vec<usize>>),
}

/// What the run of a path was asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// How many options each answer had.
    pub counts: Vec<usize>,
    /// How many of the first answers may have decided the verdict.
    pub deciding: usize,
}

impl Asked {
    /// Whether what may have decided is the same: runs may go on after it, or not.
    pub fn decides_as(&self, other: &Asked) -> bool {
        let deciding = |of: &Asked| of.counts.get(..of.deciding).map(<[usize]>::to_vec);
        deciding(self) == deciding(other)
    }

    /// The next path after `path`, changing none but the answers that may have decided.
    pub fn next(&self, path: &[usize]) -> Option<Vec<usize>> {
        let at = |place: usize| path.get(place).copied().unwrap_or(0);
        let more = |place: &usize| at(*place) + 1 < self.counts[*place];
        let last = (0..self.deciding).rev().find(more)?;
        let mut next: Vec<usize> = (0..last).map(at).collect();
        next.push(at(last) + 1);
        Some(next)
    }
}

/// The run of a setup that takes these options, the first ones after that; and what it was asked:
/// none where a choice or draw cannot be listed.
pub fn look_along(
    subject: &Subject<'_>,
    setup: &Setup,
    path: &[usize],
    guards: &mut Guards,
) -> (Look, Option<Asked>) {
    let mut answers = Path { path, trail: Vec::new(), unlistable: false };
    let look = subject.look(setup, &mut answers, Some(guards));
    let (trail, unlistable) = (answers.trail, answers.unlistable);
    let asked = || Asked {
        deciding: deciding(&look, &trail),
        counts: trail.iter().map(|(_, count)| *count).collect(),
    };
    let asked = (!unlistable).then(asked);
    (look, asked)
}

/// How many of the first answers may have decided the verdict.
fn deciding(look: &Look, trail: &[(Key, usize)]) -> usize {
    let Some((execution, judgement)) = &look.result else { return trail.len() };
    let (Some(settled), Seen::Hit | Seen::Miss) = (judgement.settled_at, &look.seen) else {
        return trail.len();
    };
    let answers = execution.worlds.iter().flat_map(|world| &world.trace.answers);
    let mut instants: BTreeMap<&Key, u32> = BTreeMap::new();
    for answer in answers {
        let instant = instants.entry(&answer.key).or_insert(answer.instant);
        *instant = (*instant).min(answer.instant);
    }
    let early = |(key, _): &(Key, usize)| instants.get(key).is_none_or(|i| *i <= settled);
    trail.iter().rposition(early).map_or(0, |last| last + 1)
}

/// About how many runs a setup has: the product of the options along one path. None where a
/// choice or draw cannot be listed.
pub fn estimate(subject: &Subject<'_>, setup: &Setup, seed: Seed) -> Option<f64> {
    let path: Vec<usize> = (0..4_096).map(|at| seed.bits(&[at]) as usize >> 8).collect();
    let mut answers = Spread { path: &path, product: 1.0, asked: 0, unlistable: false };
    let look = subject.look(setup, &mut answers, None);
    if answers.unlistable {
        return None;
    }
    // Answers after the settling instant do not multiply; half of them is a fair guess.
    let settled = matches!(look.seen, Seen::Hit | Seen::Miss);
    Some(if settled { answers.product.sqrt() } else { answers.product })
}

/// Answers along a random path that count the ways.
struct Spread<'a> {
    path: &'a [usize],
    product: f64,
    asked: usize,
    unlistable: bool,
}

impl Spread<'_> {
    fn branch(&mut self, count: usize) -> usize {
        self.product *= count as f64;
        self.asked += 1;
        self.path[self.asked % self.path.len()] % count
    }
}

impl Answers for Spread<'_> {
    fn pick(&mut self, _key: &Key, options: &Arc<Vec<Value>>) -> usize {
        self.branch(options.len())
    }

    fn propose(
        &mut self,
        _key: &Key,
        rows: usize,
        domain: &Outcomes,
        attempt: u32,
    ) -> Option<Vec<Value>> {
        self.unlistable = true;
        (attempt == 0).then(|| vec![domain.quantile(0.5); rows])
    }

    fn draw(&mut self, key: &Key, outcomes: &Outcomes) -> Value {
        self.unlistable |= key.world.is_some();
        match outcomes {
            Outcomes::Finite(values) => values[self.branch(values.len())].0.clone(),
            Outcomes::Ints(lo, hi) if hi.checked_sub(*lo).is_some_and(|w| w < INTS_MAX) => {
                Value::Int(lo + self.branch((hi - lo) as usize + 1) as i64)
            }
            Outcomes::Ints(..) | Outcomes::Reals(..) | Outcomes::Normal(..) => {
                self.unlistable = true;
                outcomes.quantile(0.5)
            }
        }
    }
}

/// The run that a look saw, with every answer up to the settling instant listed, and its rank.
pub fn listed(subject: &Subject<'_>, setup: &Setup, look: &Look) -> Option<(Run, Rank)> {
    let (execution, judgement) = look.result.as_ref()?;
    let run = subject.bare(setup.clone(), Seed(0));
    let run = subject.listed(run, execution, judgement, true);
    let rank = order::rank(subject, &run, execution, judgement);
    Some((run, rank))
}
