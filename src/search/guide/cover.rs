//! Setups that cover: sizes, families, and the ends of parameters and starts, pairwise.
//!
//! In: a space and sizes. Out: setups in which every two levels of two factors stand together,
//! as far as the number of setups allows. A defaulted parameter deviates in one cell, or in all.

use super::edit::ties::{NAMED, reversed};
use super::literals::Literals;
use super::rows::pairwise;
use crate::ir::layout::Layout;
use crate::ir::model::Start;
use crate::ir::{Domain, Model, ParamId, StateId, StructId, Value};
use crate::search::enumerate::label;
use crate::search::generate::generate;
use crate::search::space::{Sizes, Space};
use crate::search::values::{self, Dice};
use crate::social::{Family, Shape, family};
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
    /// Families, and whether the ties are turned round.
    Family(StructId, Vec<(Family, bool)>),
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
/// Numbers of the text that are levels of one factor, at most.
const WRITTEN_MAX: usize = 5;
/// Levels of all factors together beyond which further factors are left to chance.
const LEVELS_MAX: usize = 120;

impl Cover {
    /// Setups of all `sizes` in `space`, `most` at most.
    pub fn new(
        space: &Space,
        (sizes, literals): (&[Sizes], &Literals),
        most: usize,
        dice: &mut Dice<'_>,
    ) -> Cover {
        let mut factors = vec![Factor::Size];
        let mut levels = vec![sizes.len().max(1)];
        let add = |factor: Factor, count: usize| {
            let fits = count > 1 && levels.iter().sum::<usize>() + count <= LEVELS_MAX;
            if fits {
                factors.push(factor);
                levels.push(count);
            }
            fits
        };
        if let Some(first) = sizes.first() {
            collect(space, literals, &Layout::new(&space.model, first), add);
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
                Factor::Family(id, families) => narrow.families[*id] = vec![families[*level].0],
                Factor::Param(..) | Factor::Start(..) => {}
            }
        }
        let mut setup = generate(&narrow, sizes, dice).or_else(|| generate(space, sizes, dice))?;
        let layout = Layout::new(&space.model, sizes);
        let pinned = space.pinned(&layout);
        for (factor, level) in self.factors.iter().zip(row) {
            match factor {
                Factor::Size => {}
                Factor::Family(id, families) => {
                    let made = &mut setup.structures[*id];
                    if families[*level].1 {
                        made.ties = reversed(&made.ties, &space.model.structures[*id]);
                    }
                    // What it is tried as need not be what is declared.
                    made.family = label(space, *id, &made.ties);
                }
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

/// The factors of a space, with how many levels each has; `add` says whether there is room.
fn collect(
    space: &Space,
    literals: &Literals,
    layout: &Layout,
    mut add: impl FnMut(Factor, usize) -> bool,
) {
    let model = &*space.model;
    for (id, families) in space.families.pairs() {
        if space.ties[id].is_none() {
            let families = tried(model, id, families);
            let count = families.len();
            add(Factor::Family(id, families), count);
        }
    }
    for (id, param) in model.params.pairs() {
        let defaulted = param.value.is_some();
        if param.derived || defaulted && space.deviations.1 == 0 {
            continue;
        }
        let cells = layout.param(id).len();
        let mut level = |values: Vec<Value>| {
            let mut levels = vec![Level::Plain];
            for value in values {
                if defaulted && cells > 1 {
                    levels.push(Level::One(value.clone()));
                }
                if !defaulted || space.deviations.1 as usize >= cells {
                    levels.push(Level::All(value));
                }
            }
            let count = levels.len();
            add(Factor::Param(id, levels), count)
        };
        let ends = ends(space, layout, &param.domain);
        let written = written(literals, &param.domain);
        if written.is_empty() || !level([&written[..], &ends].concat()) {
            level(ends);
        }
    }
    for (id, state) in model.states.pairs() {
        match state.start {
            Start::Free => {
                let mut level = |values: Vec<Value>| {
                    let all = values.into_iter().map(Level::All);
                    let levels: Vec<Level> = std::iter::once(Level::Plain).chain(all).collect();
                    let count = levels.len();
                    add(Factor::Start(id, levels), count)
                };
                let ends = ends(space, layout, &state.domain);
                let written = written(literals, &state.domain);
                if written.is_empty() || !level([&written[..], &ends].concat()) {
                    level(ends);
                }
            }
            Start::Value(_) | Start::Draw { .. } | Start::Recorded => {}
        }
    }
}

/// The numbers of the text that a domain has, where they are few: each is there for a reason.
fn written(literals: &Literals, domain: &Domain) -> Vec<Value> {
    let mut values = literals.within(domain);
    values.truncate(WRITTEN_MAX);
    values
}

/// What a structure is tried as: the declared families, and where any ties are admitted the ones that
/// have a name, with a star both ways round.
fn tried(model: &Model, id: StructId, declared: &[Family]) -> Vec<(Family, bool)> {
    let mut all: Vec<(Family, bool)> = declared.iter().map(|family| (*family, false)).collect();
    if declared.contains(&Family::Any) {
        let structure = &model.structures[id];
        let same = structure.on == structure.to;
        let named = NAMED.into_iter().filter(|family| {
            let half = &mut || 0.5;
            !declared.contains(family)
                && family::sample(structure.shape, *family, 3, 3, same, half).is_some()
        });
        all.extend(named.map(|family| (family, false)));
        if matches!(structure.shape, Shape::Digraph { .. }) && same {
            all.push((Family::Star, true));
        }
    }
    all
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
        let literals = Literals::default();
        let cover = Cover::new(&space, (&sizes, &literals), 1_000, dice);
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

    #[test]
    fn the_numbers_of_the_text_and_structures_with_a_name_are_tried_too() {
        let (model, _) = model(
            "model tried
             kind Agent { param level: 0..99 = 3 }
             agents team: Agent[5]
             structure reports: digraph on team among any
             param limit: 0.0..1.0
             property fine { limit != 0.25 and forall a in team: a.level != 41 }",
        );
        let space = Space::new(std::sync::Arc::new(model.clone()), &[]);
        let (sizes, _) = space.sizes();
        let mut count = 0;
        let mut uniform = || {
            count += 1;
            Seed(5).uniform(&[count])
        };
        let dice = &mut Dice::new(&mut uniform);
        let literals = Literals::of(&model, model.targets[0].property);
        let cover = Cover::new(&space, (&sizes, &literals), 1_000, dice);
        let setups: Vec<Setup> =
            (0..cover.len()).map(|row| cover.setup(&space, row, dice).expect("a setup")).collect();
        let [level, limit] = [ParamId(0), ParamId(1)];
        assert!(setups.iter().any(|setup| setup.params[limit][0] == Value::Real(0.25)));
        assert!(setups.iter().any(|setup| setup.params[level].contains(&Value::Int(41))));
        let degrees = |setup: &Setup, out: bool| {
            let ties = &setup.structures[StructId(0)].ties;
            let mut degrees = [0; 5];
            ties.all().for_each(|(a, b, _)| degrees[if out { a } else { b } as usize] += 1);
            degrees.sort_unstable();
            degrees
        };
        for way in [true, false] {
            let star = |setup: &Setup| degrees(setup, way) == [0, 0, 0, 0, 4];
            assert!(setups.iter().any(star), "no star: {way}");
        }
        let declared = |setup: &Setup| setup.structures[StructId(0)].family == Some(Family::Any);
        assert!(setups.iter().all(declared), "a family that is not declared");
    }
}
