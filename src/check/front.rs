//! Pareto fronts: what the designer may choose, and how the tagged properties fare under each
//! design, whatever the rest does.
//!
//! In: a target that names the designer's free things, and how many runs. Out: the designs that no
//! other one dominates, each with a run for every tagged property that shows its margin.
//!
//! # Invariants
//! - A margin is that of a run that the reference made, so it is never less than the true least one.
//! - A design is what is named, the same for all agents: sizes, families, values of parameters.

use std::sync::Arc;

use super::profile::grid::{pin, points};
use crate::base::Seed;
use crate::ir::expr::Binder;
use crate::ir::property::{Pin, PinKind, Target};
use crate::ir::{Expr, ExprKind, Model, ParamId, PopId, PropId, StructId, Type, Value};
use crate::reference::{Guards, Judgement, Replay};
use crate::search::bold::Bold;
use crate::search::enumerate::{Grid, Walk, listed, walk};
use crate::search::generate::generate;
use crate::search::plan::in_pool;
use crate::search::space::Space;
use crate::search::subject::{Look, Seen, Subject};
use crate::search::values::Dice;
use crate::search::{Budget, Progress, Step};
use crate::social::Family;
use crate::trace::Run;

/// A Pareto front.
#[derive(Clone, Debug)]
pub struct Front {
    /// The tagged properties, a preference once for each principal.
    pub objectives: Vec<Objective>,
    /// Undominated designs, in the order of the designs.
    pub points: Vec<Point>,
    /// Designs that were tried.
    pub designs: usize,
    /// Designs under which nothing is admitted.
    pub empty: usize,
    /// Whether every run of every design was made, and no parameter was only sampled.
    pub exhausted: bool,
    /// Runs.
    pub runs: u64,
}

/// What is wanted of every run.
#[derive(Clone, Debug)]
pub struct Objective {
    /// The property.
    pub property: PropId,
    /// The place of the principal among those whose preference it is.
    pub principal: Option<usize>,
}

/// What one thing of a design is.
#[derive(Clone, PartialEq, Debug)]
pub enum Choice {
    /// A population's size.
    Size(PopId, u32),
    /// A structure's family.
    Family(StructId, Family),
    /// A parameter's value, for all agents alike.
    Param(ParamId, Value),
}

/// A design and how it fares.
#[derive(Clone, Debug)]
pub struct Point {
    /// What is chosen, in the order of `front:`.
    pub design: Vec<Choice>,
    /// The least margin found of each objective, with a run that has it.
    pub margins: Vec<(f64, Run)>,
}

/// Designs at most.
const DESIGNS_MAX: usize = 256;
/// Values of a parameter of more than this many are a sample.
const POINTS: u32 = 5;
/// Attempts to meet what is admitted, for one run.
const ATTEMPTS_MAX: u64 = 32;

/// The front of `target`, whose settings name the designer's things; an error in words where
/// something cannot be designed.
// spec: alignment.front
pub fn front(
    model: &Model,
    target: &Target,
    budget: &Budget,
    progress: Progress<'_>,
) -> Result<Front, String> {
    let (designs, all) = designs(model, target)?;
    let objectives = objectives(model);
    let models: Vec<Arc<Model>> =
        objectives.iter().map(|objective| Arc::new(narrowed(model, objective))).collect();
    let each = (budget.runs_max / (designs.len() * models.len()).max(1) as u64).max(1);
    let mut front = Front {
        objectives: objectives.clone(),
        points: Vec::new(),
        designs: 0,
        empty: 0,
        exhausted: all,
        runs: 0,
    };
    in_pool(budget, || {
        for (number, design) in designs.iter().enumerate() {
            let step = Step {
                runs: front.runs,
                runs_max: budget.runs_max,
                agents: 0,
                shrinking: false,
                setups: number as u64,
                nearest: None,
            };
            if !progress(step) {
                front.exhausted = false;
                break;
            }
            let seed = budget.seed.stream(0x6672_6F6E).stream(number as u64);
            let mut margins = Vec::new();
            for (objective, model) in objectives.iter().zip(&models) {
                let mut of = target.clone();
                of.property = objective.property;
                of.settings.given.extend(design.iter().map(|choice| pinned(model, choice)));
                let space = Space::new(Arc::clone(model), &of.settings.given);
                let least = least(&Subject::new(space, &of), each, seed);
                front.runs += least.runs;
                front.exhausted &= least.exhausted;
                margins.extend(least.found);
            }
            front.designs += 1;
            match margins.len() == objectives.len() {
                true => front.points.push(Point { design: design.clone(), margins }),
                false => front.empty += 1,
            }
        }
    });
    front.points = undominated(front.points);
    Ok(front)
}

/// The points that no other one dominates: no margin lower and one higher.
fn undominated(points: Vec<Point>) -> Vec<Point> {
    let dominates = |a: &Point, b: &Point| {
        let pairs = || a.margins.iter().zip(&b.margins).map(|(a, b)| (a.0, b.0));
        pairs().all(|(a, b)| a >= b) && pairs().any(|(a, b)| a > b)
    };
    let kept: Vec<bool> =
        points.iter().map(|point| !points.iter().any(|other| dominates(other, point))).collect();
    points.into_iter().zip(kept).filter_map(|(point, kept)| kept.then_some(point)).collect()
}

/// Every design, and whether no parameter's values are only a sample.
fn designs(model: &Model, target: &Target) -> Result<(Vec<Vec<Choice>>, bool), String> {
    let mut designs: Vec<Vec<Choice>> = vec![Vec::new()];
    let mut all = true;
    for name in &target.settings.front {
        for (choices, complete) in choices(model, target, name)? {
            all &= complete;
            let count = designs.len() * choices.len();
            if count > DESIGNS_MAX {
                let most = format!("at most {DESIGNS_MAX} designs are tried");
                return Err(format!("`front:` spans {count} designs or more, and {most}"));
            }
            let with = |design: &Vec<Choice>, choice: &Choice| {
                design.iter().chain([choice]).cloned().collect::<Vec<Choice>>()
            };
            designs = designs
                .iter()
                .flat_map(|design| choices.iter().map(|one| with(design, one)).collect::<Vec<_>>())
                .collect();
        }
    }
    Ok((designs, all))
}

type Choices = Vec<(Vec<Choice>, bool)>;

/// What a name of `front:` may be: of a kind's parameter, that of each kind that has one.
fn choices(model: &Model, target: &Target, name: &str) -> Result<Choices, String> {
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    if let Some((id, _)) = model.populations.pairs().find(|(_, of)| of.name == name) {
        let mut sizes: Vec<u32> = space.sizes().0.iter().map(|sizes| sizes[id]).collect();
        sizes.sort_unstable();
        sizes.dedup();
        return Ok(vec![(sizes.into_iter().map(|size| Choice::Size(id, size)).collect(), true)]);
    }
    if let Some((id, _)) = model.structures.pairs().find(|(_, of)| of.name == name) {
        let families = space.families[id].iter();
        return Ok(vec![(families.map(|family| Choice::Family(id, *family)).collect(), true)]);
    }
    let mut found = Vec::new();
    for (id, declared) in model.params.pairs().filter(|(_, of)| of.name == name && !of.derived) {
        let most = match &declared.domain {
            crate::ir::Domain::Ints(lo, hi) if hi.saturating_sub(*lo) < 16 => 16,
            _ => POINTS,
        };
        let Some(values) = points(model, id, most) else {
            return Err(format!("`front: {name}`: it has no few values to go through"));
        };
        let whole = match &declared.domain {
            crate::ir::Domain::Reals(lo, hi) => lo == hi,
            crate::ir::Domain::Ints(lo, hi) => hi.saturating_sub(*lo) < values.len() as i64,
            _ => true,
        };
        found.push((values.into_iter().map(|value| Choice::Param(id, value)).collect(), whole));
    }
    match found.is_empty() {
        true => Err(format!("`front: {name}`: a free start is nobody's design; name a parameter")),
        false => Ok(found),
    }
}

/// The pin of a choice.
fn pinned(model: &Model, choice: &Choice) -> Pin {
    match choice {
        Choice::Param(id, value) => pin(model, *id, value),
        Choice::Size(id, size) => {
            let span = model.populations[*id].span;
            Pin { kind: PinKind::Population(*id, *size, *size), span }
        }
        Choice::Family(id, family) => {
            let span = model.structures[*id].span;
            Pin { kind: PinKind::Family(*id, *family), span }
        }
    }
}

/// The tagged properties that `holistic` speaks of; a preference once for each principal, where
/// their number is fixed.
pub fn objectives(model: &Model) -> Vec<Objective> {
    let mut found = Vec::new();
    for (property, declared) in model.properties.pairs() {
        let spoken = declared.alignment.is_some() && declared.worlds.is_empty() && !declared.chance;
        if !spoken {
            continue;
        }
        match declared.principal.as_ref().and_then(|binder| fixed(model, binder)) {
            Some(count) => {
                let each = (0..count).map(|at| Objective { property, principal: Some(at) });
                found.extend(each);
            }
            None => found.push(Objective { property, principal: None }),
        }
    }
    found
}

/// How many principals a preference is asked for, where that is fixed.
fn fixed(model: &Model, binder: &Binder) -> Option<usize> {
    let ExprKind::Population(id) = &*binder.set.kind else { return None };
    let (least, most) = model.populations[*id].size?;
    (least == most && binder.filter.is_none()).then_some(most as usize)
}

/// The model in which the objective's property speaks of its principal alone.
fn narrowed(model: &Model, objective: &Objective) -> Model {
    let mut model = model.clone();
    let property = &mut model.properties[objective.property];
    if let Some(at) = objective.principal
        && let ExprKind::Quantifier { all: true, binders, .. } = &mut *property.formula.kind
        && let Some(binder) = binders.first_mut()
        && let ExprKind::Population(id) = &*binder.set.kind
    {
        let (id, span) = (*id, binder.set.span);
        let expr = |kind, ty| Expr { kind: Box::new(kind), ty, span };
        let place = expr(ExprKind::Literal(Value::Int(at as i64)), Type::Int);
        let agent = Type::clone(&binder.set.ty);
        let one = expr(ExprKind::AgentAt(id, place), element(&agent));
        binder.set = expr(ExprKind::SetList(vec![one]), agent);
    }
    model
}

/// The type of a set's elements.
fn element(set: &Type) -> Type {
    match set {
        Type::Set(of) => Type::clone(of),
        other => other.clone(),
    }
}

/// The least margin that was found.
struct Lowest {
    found: Option<(f64, Run)>,
    runs: u64,
    exhausted: bool,
}

impl Lowest {
    fn new() -> Lowest {
        Lowest { found: None, runs: 0, exhausted: false }
    }

    /// Whether a run with this verdict is lower than all before; one that does not count is not.
    fn lower(&mut self, look: &Look) -> Option<f64> {
        self.runs += 1;
        let (_, judgement) = look.result.as_ref()?;
        let counts = matches!(look.seen, Seen::Hit | Seen::Miss | Seen::Pending);
        let margin = middle(judgement);
        let lower = self.found.as_ref().is_none_or(|(least, _)| margin < *least);
        (counts && lower).then_some(margin)
    }
}

fn middle(judgement: &Judgement) -> f64 {
    f64::midpoint(judgement.margin.0, judgement.margin.1)
}

/// The least margin of a subject: of all its runs where they are few, else of a sample, half of
/// it bold.
fn least(subject: &Subject<'_>, runs: u64, seed: Seed) -> Lowest {
    if let Some(all) = of_all(subject, runs) {
        return all;
    }
    let mut lowest = Lowest::new();
    let (sizes, _) = subject.space.sizes();
    for number in 0..runs {
        let size = &sizes[number as usize % sizes.len().max(1)];
        let seed = seed.stream(number);
        let setup = (0..ATTEMPTS_MAX).find_map(|attempt| {
            let seed = seed.stream(attempt);
            let mut asked = 0;
            let mut uniform = || {
                asked += 1;
                seed.uniform(&[asked])
            };
            let setup = generate(&subject.space, size, &mut Dice::new(&mut uniform))?;
            subject.admits(&setup).then_some(setup)
        });
        let Some(setup) = setup else { continue };
        let run = subject.bare(setup, seed.stream(u64::MAX));
        let look = match number % 2 == 0 {
            true => subject.look(&run.setup, &mut Replay::new(&run), None),
            false => subject.look(&run.setup, &mut Bold::new(&run), None),
        };
        if let Some(margin) = lowest.lower(&look)
            && let Some((execution, judgement)) = &look.result
        {
            lowest.found = Some((margin, subject.listed(run, execution, judgement, true)));
        }
    }
    lowest
}

/// The least margin of all runs; none where they are more than `most`.
fn of_all(subject: &Subject<'_>, most: u64) -> Option<Lowest> {
    let mut lowest = Lowest::new();
    let (sizes, complete) = subject.space.sizes();
    for size in &sizes {
        let grid = Grid::new(&subject.space, size, most)?;
        for number in 0..grid.len() {
            let setup = grid.setup(number);
            if !subject.admits(&setup) {
                continue;
            }
            let left = most.checked_sub(lowest.runs)?;
            let done = walk(subject, &setup, left, &mut Guards::default(), &mut |look| {
                if let Some(margin) = lowest.lower(look)
                    && let Some((run, _)) = listed(subject, &setup, look)
                {
                    lowest.found = Some((margin, run));
                }
                true
            });
            if done != Walk::Done {
                return None;
            }
        }
    }
    lowest.exhausted = complete;
    Some(lowest)
}
