//! Setups that cover: sizes, families, and the ends of parameters and starts, pairwise.
//!
//! In: a space and sizes. Out: setups in which every two levels of two factors stand together,
//! as far as the number of setups allows. A defaulted parameter deviates in one cell, or in all.

use super::rows::pairwise;
use crate::ir::layout::Layout;
use crate::ir::model::Start;
use crate::ir::{Domain, ParamId, StateId, StructId, Value};
use crate::search::generate::generate;
use crate::search::space::{Sizes, Space};
use crate::search::values::{self, Dice};
use crate::social::Family;
use crate::trace::Setup;

/// What a factor's cells are.
#[derive(Clone, PartialEq, Debug)]
enum Level {
    /// As they are generated; of a defaulted parameter: the defaults.
    Plain,
    /// One free cell has this value.
    One(Value),
    /// All free cells have it.
    All(Value),
}

#[derive(Clone, Debug)]
enum Factor {
    Size,
    Family(StructId, Vec<Family>),
    Param(ParamId, Vec<Level>),
    Start(StateId, Vec<Level>),
}

/// Setups of some sizes that cover.
#[derive(Clone, Debug)]
pub struct Cover {
    sizes: Vec<Sizes>,
    factors: Vec<Factor>,
    rows: Vec<Vec<usize>>,
}

/// Values of one domain that are levels, at most.
const VALUES_MAX: u64 = 4;
/// Levels of all factors together beyond which further factors are left to chance.
const LEVELS_MAX: usize = 120;

impl Cover {
    /// Setups of all `sizes` in `space`, `most` at most.
    pub fn new(space: &Space, sizes: &[Sizes], most: usize, dice: &mut Dice<'_>) -> Cover {
        let mut factors = vec![Factor::Size];
        let mut levels = vec![sizes.len().max(1)];
        let add = |factor: Factor, count: usize| {
            if count > 1 && levels.iter().sum::<usize>() + count <= LEVELS_MAX {
                factors.push(factor);
                levels.push(count);
            }
        };
        if let Some(first) = sizes.first() {
            collect(space, &Layout::new(&space.model, first), add);
        }
        let rows = pairwise(&levels, most, dice);
        Cover { sizes: sizes.to_vec(), factors, rows }
    }

    /// How many setups there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Setup `number`, what is no factor from `dice`. None where there is no such setup.
    pub fn setup(&self, space: &Space, number: usize, dice: &mut Dice<'_>) -> Option<Setup> {
        let row = self.rows.get(number)?;
        let mut narrow = space.clone();
        // What deviates is for the levels to say.
        narrow.deviations.1 = narrow.deviations.0;
        let mut sizes = self.sizes.first()?;
        for (factor, level) in self.factors.iter().zip(row) {
            match factor {
                Factor::Size => sizes = &self.sizes[*level],
                Factor::Family(id, families) => narrow.families[*id] = vec![families[*level]],
                Factor::Param(..) | Factor::Start(..) => {}
            }
        }
        let mut setup = generate(&narrow, sizes, dice).or_else(|| generate(space, sizes, dice))?;
        let layout = Layout::new(&space.model, sizes);
        let pinned = space.pinned(&layout);
        for (factor, level) in self.factors.iter().zip(row) {
            match factor {
                Factor::Size | Factor::Family(..) => {}
                Factor::Param(id, levels) => {
                    let free = |place: &usize| !pinned.params.contains_key(&(*id, *place));
                    put(&mut setup.params[*id], &free, &levels[*level], dice);
                }
                Factor::Start(id, levels) => {
                    let free = |place: &usize| !pinned.starts.contains_key(&(*id, *place));
                    put(&mut setup.starts[*id], &free, &levels[*level], dice);
                }
            }
        }
        Some(setup)
    }
}

fn put(column: &mut [Value], free: &dyn Fn(&usize) -> bool, level: &Level, dice: &mut Dice<'_>) {
    let cells: Vec<usize> = (0..column.len()).filter(free).collect();
    match level {
        Level::Plain => {}
        Level::All(value) => cells.iter().for_each(|cell| column[*cell] = value.clone()),
        Level::One(value) => {
            if let Some(cell) = dice.pick(&cells) {
                column[*cell] = value.clone();
            }
        }
    }
}

/// The factors of a space, with how many levels each has.
fn collect(space: &Space, layout: &Layout, mut add: impl FnMut(Factor, usize)) {
    let model = &*space.model;
    for (id, families) in space.families.pairs() {
        if space.ties[id].is_none() {
            add(Factor::Family(id, families.clone()), families.len());
        }
    }
    for (id, param) in model.params.pairs() {
        let defaulted = param.value.is_some();
        if param.derived || defaulted && space.deviations.1 == 0 {
            continue;
        }
        let mut levels = vec![Level::Plain];
        for value in ends(space, layout, &param.domain) {
            let cells = layout.param(id).len();
            if defaulted && cells > 1 {
                levels.push(Level::One(value.clone()));
            }
            if !defaulted || space.deviations.1 as usize >= cells {
                levels.push(Level::All(value));
            }
        }
        let count = levels.len();
        add(Factor::Param(id, levels), count);
    }
    for (id, state) in model.states.pairs() {
        match state.start {
            Start::Free => {
                let all = ends(space, layout, &state.domain).into_iter().map(Level::All);
                let levels: Vec<Level> = std::iter::once(Level::Plain).chain(all).collect();
                let count = levels.len();
                add(Factor::Start(id, levels), count);
            }
            Start::Value(_) | Start::Draw { .. } | Start::Recorded => {}
        }
    }
}

/// The ends of a domain of numbers, all values of a small one; none of one that depends on who
/// is there.
fn ends(space: &Space, layout: &Layout, domain: &Domain) -> Vec<Value> {
    match domain {
        Domain::Ints(lo, hi) => vec![Value::Int(*lo), Value::Int(*hi)],
        Domain::Reals(lo, hi) => vec![Value::Real(*lo), Value::Real(*hi)],
        Domain::Values(_, all) => match all.len() as u64 {
            count if count <= VALUES_MAX => all.clone(),
            _ => all.first().into_iter().chain(all.last()).cloned().collect(),
        },
        Domain::Whole(crate::ir::Type::Bool | crate::ir::Type::Enum(_)) => {
            values::list(&space.model, domain, layout, VALUES_MAX).unwrap_or_default()
        }
        Domain::Whole(_) | Domain::Population(_) | Domain::Optional(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;
    use crate::search::tests::model;

    #[test]
    fn sizes_families_and_ends_of_parameters_stand_together_pairwise() {
        let (model, _) = model(
            "model covered
             kind Agent { param pace: 0..9 }
             agents team: Agent[2..5]
             structure knows: graph on team among isolated | complete
             param limit: 0.0..1.0
             property fine { limit <= 1.0 and forall a in team: a.pace <= 9 }",
        );
        let space = Space::new(std::sync::Arc::new(model), &[]);
        let (sizes, _) = space.sizes();
        let mut count = 0;
        let mut uniform = || {
            count += 1;
            Seed(2).uniform(&[count])
        };
        let dice = &mut Dice::new(&mut uniform);
        let cover = Cover::new(&space, &sizes, 1_000, dice);
        let setups: Vec<Setup> =
            (0..cover.len()).map(|row| cover.setup(&space, row, dice).expect("a setup")).collect();
        assert!(setups.len() <= 20, "{}", setups.len());
        let [pace, limit] = [ParamId(0), ParamId(1)];
        for size in &sizes {
            let of_size = || setups.iter().filter(|setup| setup.sizes == *size);
            assert!(of_size().any(|s| s.structures.iter().all(|made| made.ties.is_empty())));
            for end in [0.0, 1.0] {
                assert!(of_size().any(|setup| setup.params[limit][0] == Value::Real(end)));
            }
            for end in [0, 9] {
                let all = |setup: &Setup| setup.params[pace].iter().all(|v| *v == Value::Int(end));
                assert!(of_size().any(all), "{size:?} {end}");
                let both = |setup: &&Setup| setup.params[limit][0] == Value::Real(1.0);
                assert!(setups.iter().filter(both).any(all));
            }
        }
    }
}
