//! The plan of a search: sizes with the fewest agents first, each exhausted or sampled, then
//! shrinking.
//!
//! In: a target and a budget. Out: what was [`Found`].

use std::sync::Arc;

use super::budget::{Budget, Guidance, Progress};
use super::chance;
use super::confidence::rate_max;
use super::explore::Context;
use super::found::{Found, Least};
use super::guide::turns::Tour;
use super::shrink::{self, Shrunk};
use super::space::{Sizes, Space};
use super::states::States;
use super::subject::Subject;
use crate::base::Seed;
use crate::ir::Model;
use crate::ir::property::{Counter, Target};
use crate::reference::{Guards, fits};
use crate::social::family;
use crate::trace::Run;

/// The stack of a worker: recursion over a model's trees is bounded, and fits.
const STACK_BYTES: usize = 256 << 20;
/// Violating runs of different sizes that are shrunk at most.
const SHRUNK_MAX: usize = 4;

/// Searches `target`: smallest populations first; exhaustively where the space is small.
pub fn search(model: &Model, target: &Target, budget: &Budget, progress: Progress<'_>) -> Found {
    in_pool(budget, || planned(model, target, budget, progress))
}

/// Works on the budget's threads, which have large stacks.
pub fn in_pool<T: Send>(budget: &Budget, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(budget.threads.max(1))
        .stack_size(STACK_BYTES)
        .build();
    match pool {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

fn planned(model: &Model, target: &Target, budget: &Budget, progress: Progress<'_>) -> Found {
    if model.is_signature() {
        return Found::default();
    }
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let mut context = Context::new(&subject, *budget, progress);
    let (sizes, complete) = subject.space.sizes();
    if model.properties[target.property].chance {
        let found = chance::search(&mut context, (&sizes, complete));
        return finished(context, &sizes, found);
    }
    let swept = sweep(&mut context, &sizes, complete);
    let mut shrunk = least(&context, swept.hits);
    let mut proved = swept.proved;
    if !proved && let Some(best) = shrunk {
        let descended = descend(&mut context, best);
        // Fewer steps, and other sizes, are none of what a descent tries.
        let one_size = complete && sizes.len() == 1;
        let steps = target.settings.minimize.contains(&Counter::Steps);
        proved = descended.exhausted && one_size && !steps;
        shrunk = Some(descended.best);
    }
    let mut found = Found::default();
    if let Some(shrunk) = shrunk {
        found.minimal = Some(match proved {
            true if shrunk.least == Least::Local => Least::Proved,
            true | false => shrunk.least,
        });
        found.witness = Some(shrunk.witness);
    }
    context.coverage.exhausted = swept.exhausted && !context.stopped();
    finished(context, &sizes, found)
}

/// Shrinks a run that violates and puts it in `found`, where the search itself found none.
pub fn shrunk(
    model: &Model,
    target: &Target,
    budget: &Budget,
    run: Run,
    found: &mut Found,
    progress: Progress<'_>,
) {
    let shrunk = in_pool(budget, || {
        let space = Space::new(Arc::new(model.clone()), &target.settings.given);
        let subject = Subject::new(space, target);
        let mut context = Context::new(&subject, *budget, progress);
        shrink::shrink(&context, run).map(|best| descend(&mut context, best).best)
    });
    if let Some(shrunk) = shrunk {
        found.minimal = Some(shrunk.least);
        found.witness = Some(shrunk.witness);
    }
}

/// Tries `setups` setups of all sizes with one run each: how many counted, and how many of them
/// were not seen to violate.
pub fn satisfied(
    model: &Model,
    target: &Target,
    budget: &Budget,
    setups: u64,
    progress: Progress<'_>,
) -> (u64, u64) {
    in_pool(budget, || {
        let space = Space::new(Arc::new(model.clone()), &target.settings.given);
        let subject = Subject::new(space, target);
        let context = Context::new(&subject, *budget, progress);
        let (sizes, _) = subject.space.sizes();
        let share = setups.div_ceil(sizes.len().max(1) as u64);
        let looks = sizes.iter().enumerate().map(|(number, size)| {
            let seed = budget.seed.stream(0x0068_6f6c_6900).stream(number as u64);
            if context.stopped() { (0, 0) } else { context.satisfying(size, share, seed) }
        });
        looks.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    })
}

/// Fills in what was covered.
fn finished(context: Context<'_>, sizes: &[Sizes], mut found: Found) -> Found {
    let unreached = unreached(&context, sizes);
    let stopped = context.stopped();
    let confidence = context.subject.target.settings.confidence;
    found.coverage = context.coverage;
    found.coverage.stopped = stopped;
    found.coverage.unreached = unreached;
    if found.witness.is_none() && !found.coverage.exhausted {
        found.coverage.rate_max = rate_max(found.coverage.independent, confidence);
    }
    found.guards = Guards::default();
    found.guards.merge(&context.guards);
    found.fault = found.fault.or(context.broken);
    found
}

/// The tour of all sizes may take the budget divided by this.
const TOUR_SHARE: u64 = 5;
/// A tour visits no size of more agents: one run of it may take as long as all of a small one.
const TOUR_AGENTS_MAX: u32 = 48;

/// What going through the sizes came to.
struct Swept {
    /// Violating runs, of different sizes.
    hits: Vec<Run>,
    /// Whether nothing less than the least of them exists.
    proved: bool,
    /// Whether every size was exhausted.
    exhausted: bool,
}

fn sweep(context: &mut Context<'_>, sizes: &[Sizes], complete: bool) -> Swept {
    let subject = context.subject;
    let agents_first = subject.target.settings.minimize.first() == Some(&Counter::Agents);
    let mut swept = Swept { hits: Vec::new(), proved: false, exhausted: complete };
    let (mut exhausted_so_far, mut closed) = (true, 0);
    let mut group = 0;
    for (number, size) in sizes.iter().enumerate() {
        let agents = subject.space.agents(size);
        let done = !swept.hits.is_empty() && agents > group;
        let beyond = toured(context).is_some_and(|most| agents > most);
        if agents_first && (done || beyond) || !context.tell(agents, false) {
            break;
        }
        group = agents;
        if let Err(fault) = fits(subject.model(), size) {
            context.broken.get_or_insert((fault, None));
            exhausted_so_far = false;
            continue;
        }
        match context.exhaust(size) {
            Some((hit, all)) => {
                exhausted_so_far &= all;
                swept.hits.extend(hit.map(|(run, _)| run));
            }
            None => {
                let left = context.budget.runs_max.saturating_sub(context.sampled);
                let share = left.div_ceil((sizes.len() - number) as u64);
                let seed = context.budget.seed.stream(number as u64);
                match context.states(size) {
                    Some(States::Hit(run)) => {
                        exhausted_so_far = false;
                        swept.hits.push(*run);
                    }
                    Some(States::Never { for_ever }) => {
                        closed += u64::from(for_ever);
                        let hit = learn(context, size, share, seed);
                        exhausted_so_far &= hit.is_none();
                        swept.hits.extend(hit);
                    }
                    None => {
                        exhausted_so_far = false;
                        start_tour(context, &sizes[number..]);
                        swept.hits.extend(context.sample(size, share, seed));
                    }
                }
            }
        }
    }
    // What the tour found is the last to be shrunk: smaller sizes were searched all the same.
    let found = context.tour.take().and_then(|tour| tour.found);
    swept.hits.extend(found.filter(|run| !swept.hits.contains(run)));
    swept.exhausted &= exhausted_so_far;
    context.coverage.closed = swept.exhausted && closed == sizes.len() as u64;
    swept.proved = exhausted_so_far && (agents_first || complete) && !context.stopped();
    swept
}

/// Runs of which it is asked at a time whether there is more to learn of them.
const LESSON: u64 = 512;

/// Makes runs of a size of which all states are known, to see what guards hold and what faults:
/// no more than that takes. A hit would be one that the exploration missed.
fn learn(context: &mut Context<'_>, size: &Sizes, share: u64, seed: Seed) -> Option<Run> {
    let mut hit = None;
    for first in (0..share).step_by(LESSON as usize) {
        let runs = LESSON.min(share - first);
        hit = context.sample(size, runs, seed.stream(first));
        if hit.is_some() || context.learned() || context.stopped() {
            break;
        }
    }
    hit
}

/// Starts a tour of all sizes that are not exhausted, where there are several.
fn start_tour(context: &mut Context<'_>, sizes: &[Sizes]) {
    let space = &context.subject.space;
    let visited =
        |size: &&Sizes| space.agents(size) <= TOUR_AGENTS_MAX && fits(&space.model, size).is_ok();
    let sizes: Vec<Sizes> = sizes.iter().filter(visited).cloned().collect();
    if context.budget.guidance == Guidance::Guided && context.tour.is_none() && sizes.len() > 1 {
        let seed = context.budget.seed.stream(0x0074_6F75_7200);
        let turns = context.budget.runs_max / TOUR_SHARE;
        context.tour = Some(Tour::new(space, &sizes, turns, seed));
    }
}

/// The agents of what the tour found.
fn toured(context: &Context<'_>) -> Option<u32> {
    let found = context.tour.as_ref()?.found.as_ref()?;
    Some(context.subject.space.agents(&found.setup.sizes))
}

/// The least of the shrunk runs.
fn least(context: &Context<'_>, hits: Vec<Run>) -> Option<Shrunk> {
    let shrunk = hits.into_iter().take(SHRUNK_MAX).filter_map(|run| shrink::shrink(context, run));
    shrunk.min_by(|a, b| a.rank.cmp(&b.rank))
}

/// Runs for one way in which something smaller may be smaller.
const DESCENT_RUNS: u64 = 400;
/// Times that something smaller is found, at most.
const DESCENTS_MAX: usize = 8;

/// What a descent came to.
struct Descended {
    best: Shrunk,
    /// Whether everything of this size that is less by some counter but the steps was tried.
    exhausted: bool,
}

/// Looks for another violating run that is less by some counter: single edits cannot trade a
/// deviation for another, or a tie for a deviation.
fn descend(context: &mut Context<'_>, mut best: Shrunk) -> Descended {
    for round in 0..DESCENTS_MAX {
        let names = &context.subject.target.settings.minimize;
        let counters: Vec<(Counter, u32)> =
            names.iter().copied().zip(best.rank.counters().iter().copied()).collect();
        let mut exhausted = true;
        let better = (0..counters.len()).find_map(|place| {
            let (name, count) = counters[place];
            // Steps are no part of a setup, and fewer agents were searched before.
            if count == 0 || name == Counter::Steps || name == Counter::Agents {
                return None;
            }
            if context.stopped() {
                exhausted = false;
                return None;
            }
            let mut limits = counters[..place].to_vec();
            limits.retain(|(name, _)| *name != Counter::Steps);
            limits.push((name, count - 1));
            let seed = (round * counters.len() + place) as u64;
            let (run, all) = smaller(context, &best, &limits, seed);
            // What was found and does not come out less leaves open what else there is.
            exhausted &= all && run.is_none();
            shrink::shrink(context, run?).filter(|shrunk| shrunk.rank < best.rank)
        });
        match better {
            Some(better) => best = better,
            None => return Descended { best, exhausted },
        }
    }
    Descended { best, exhausted: false }
}

/// A violating run whose counters are within `limits`, of the best run's size; and whether all
/// of them were tried.
fn smaller(
    context: &mut Context<'_>,
    best: &Shrunk,
    limits: &[(Counter, u32)],
    seed: u64,
) -> (Option<Run>, bool) {
    let subject = context.subject;
    let narrow = Subject::new(subject.space.within(limits), subject.target);
    let guidance = Guidance::Random;
    let budget = Budget { exhaust_max: DESCENT_RUNS, guidance, ..context.budget };
    let mut inner = Context::new(&narrow, budget, context.progress);
    let seed = context.budget.seed.stream(0x0064_6573_6300).stream(seed);
    let sizes = &best.witness.run().setup.sizes;
    // Where no more than that is left, each is tried once instead of some many times.
    let (run, all) = match inner.exhaust(sizes) {
        Some((hit, all)) => (hit.map(|(run, _)| run), all),
        None => (inner.sample(sizes, DESCENT_RUNS, seed), false),
    };
    context.coverage.runs += inner.coverage.runs;
    if inner.stopped() {
        context.stop.store(true, std::sync::atomic::Ordering::Relaxed);
    }
    (run, all)
}

/// Rules that never fired, and families that are offered at no size that was searched.
fn unreached(context: &Context<'_>, sizes: &[Sizes]) -> Vec<String> {
    let space = &context.subject.space;
    let mut words = Vec::new();
    // The runs of a chance property are only counted, not looked at.
    let chance = space.model.properties[context.subject.property].chance;
    for (id, rule) in space.model.rules.pairs() {
        if !chance && !context.fired.contains(&id) && context.spent() > 0 {
            words.push(format!("rule `{}` never fired", rule.name));
        }
    }
    for (id, declared) in space.model.structures.pairs() {
        let same = declared.on == declared.to;
        for family in &space.families[id] {
            let offered = |size: &Sizes| {
                let (rows, columns) = (size[declared.on], size[declared.to]);
                let half = &mut || 0.5;
                family::sample(declared.shape, *family, rows, columns, same, half).is_some()
            };
            if space.ties[id].is_none() && !sizes.iter().any(offered) {
                let (family, name) = (family.text(), &declared.name);
                words.push(format!("family `{family}` of `{name}` is offered at no size"));
            }
        }
    }
    words
}
