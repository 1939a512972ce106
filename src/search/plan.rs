//! The plan of a search: sizes with the fewest agents first, each exhausted or sampled, then
//! shrinking.
//!
//! In: a target and a budget. Out: what was [`Found`].

use std::collections::BTreeSet;
use std::sync::Arc;

use super::budget::{Budget, Guidance, Progress, Step};
use super::chance;
use super::confidence::rate_max;
use super::explore::Context;
use super::found::{Coverage, Found, Least, Unreached};
use super::guide::turns::Tour;
use super::memory::Memory;
use super::reach::{self, Reach};
use super::rounds::{self, Keeper, Nobody, Round, Sum};
use super::shrink::{self, Shrunk};
use super::space::{Sizes, Space};
use super::states::States;
use super::subject::Subject;
use crate::base::Seed;
use crate::ir::Model;
use crate::ir::property::{Counter, Target};
use crate::reference::fits;
use crate::social::family;
use crate::trace::Run;

/// The stack of a worker: recursion over a model's trees is bounded, and fits.
const STACK_BYTES: usize = 256 << 20;
/// Violating runs of different sizes that are shrunk at most.
const SHRUNK_MAX: usize = 4;

/// Searches `target`: smallest populations first; exhaustively where the space is small.
pub fn search(model: &Model, target: &Target, budget: &Budget, progress: Progress<'_>) -> Found {
    search_in_rounds(model, target, budget, &Nobody, progress)
}

/// The same in rounds, as `keeper` says how many runs each has, and which of them are made here.
pub fn search_in_rounds(
    model: &Model,
    target: &Target,
    budget: &Budget,
    keeper: &dyn Keeper,
    progress: Progress<'_>,
) -> Found {
    in_pool(budget, || planned(model, target, budget, keeper, progress))
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

// spec: verdict.rounds
fn planned(
    model: &Model,
    target: &Target,
    budget: &Budget,
    keeper: &dyn Keeper,
    progress: Progress<'_>,
) -> Found {
    if model.is_signature() {
        return Found::default();
    }
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let (sizes, complete) = subject.space.sizes();
    let runs = keeper.runs();
    let count = rounds::count(budget, model.properties[target.property].chance, runs);
    let mut sum = Sum::default();
    let mut tried: Option<BTreeSet<u32>> = None;
    for number in 0..count {
        let before = sum.all.coverage.clone();
        let told = |step: Step| progress(sum_up(&before, budget, step));
        let round = match keeper.kept(number) {
            Some(round) => round,
            None if !keeper.is_mine(number) => continue,
            None => {
                let budget = rounds::budget(budget, count, runs, number);
                let mut context = Context::new(&subject, budget, &told);
                let seen = |run: &Run| keeper.seen(number, run);
                context.seen = Some(&seen);
                context.memory = keeper.memory();
                if number > 0 {
                    if tried.is_none() {
                        tried = tried_in_full(&subject, budget, &sizes, (keeper.memory(), &told));
                    }
                    // Where that finds something, or is stopped, no later round counts.
                    let Some(tried) = &tried else { break };
                    (context.tried, context.later) = (tried.clone(), true);
                }
                let round = one_round(context, &sizes, complete);
                if !round.coverage.stopped {
                    keeper.keep(number, &round);
                }
                round
            }
        };
        if number == 0 {
            tried = Some(round.tried.clone());
        }
        sum.add(round);
        if sum.is_over() || tried.as_ref().is_some_and(|tried| tried.len() == sizes.len()) {
            break;
        }
    }
    finished(sum, &subject, &sizes)
}

/// How far all rounds are, where one is as far as `step`.
fn sum_up(before: &Coverage, budget: &Budget, step: Step) -> Step {
    let made = before.runs + before.discarded + before.faulted;
    let setups = before.setups + step.setups;
    Step { runs: made + step.runs, runs_max: budget.runs_max, setups, ..step }
}

/// The sizes that round 0 tries in full; none where it finds something there, or is stopped.
fn tried_in_full(
    subject: &Subject<'_>,
    budget: Budget,
    sizes: &[Sizes],
    (memory, progress): (Option<&dyn Memory>, Progress<'_>),
) -> Option<BTreeSet<u32>> {
    let mut context = Context::new(subject, budget, progress);
    context.memory = memory;
    let mut tried = BTreeSet::new();
    for (number, size) in sizes.iter().enumerate() {
        if fits(subject.model(), size).is_err() {
            continue;
        }
        match context.exhaust(size) {
            Some((None, true)) => drop(tried.insert(number as u32)),
            Some(_) => return None,
            None => {}
        }
    }
    (!context.stopped()).then_some(tried)
}

fn one_round(mut context: Context<'_>, sizes: &[Sizes], complete: bool) -> Round {
    let (subject, target) = (context.subject, context.subject.target);
    let mut round = Round::default();
    if subject.model().properties[target.property].chance {
        let found = chance::search(&mut context, (sizes, complete));
        (round.minimal, round.chance, round.fault) = (found.minimal, found.chance, found.fault);
        return closed(round, context);
    }
    let swept = sweep(&mut context, sizes, complete);
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
    if let Some(shrunk) = shrunk {
        round.minimal = Some(match proved {
            true if shrunk.least == Least::Local => Least::Proved,
            true | false => shrunk.least,
        });
        round.hit = Some(shrunk.witness.run().clone());
    }
    context.coverage.exhausted = swept.exhausted && !context.stopped();
    closed(round, context)
}

/// Fills in what a round's context saw.
fn closed(mut round: Round, context: Context<'_>) -> Round {
    let stopped = context.stopped();
    round.coverage = context.coverage;
    round.coverage.stopped = stopped;
    round.guards = context.guards;
    round.fired = context.fired;
    round.reached = context.reached;
    round.digests = context.digests;
    round.tried = context.tried;
    round.fault = round.fault.or(context.broken);
    round
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

/// What all rounds came to.
fn finished(sum: Sum, subject: &Subject<'_>, sizes: &[Sizes]) -> Found {
    let unreached = unreached(&sum.all, subject, sizes);
    let mut found = sum.found(subject);
    found.coverage.unreached = unreached;
    if found.witness.is_none() && !found.coverage.exhausted {
        let confidence = subject.target.settings.confidence;
        found.coverage.rate_max = rate_max(found.coverage.independent, confidence);
    }
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
        if context.later && context.tried.contains(&(number as u32)) {
            continue;
        }
        match if context.later { None } else { context.exhaust(size) } {
            Some((hit, all)) => {
                exhausted_so_far &= all;
                if all {
                    context.tried.insert(number as u32);
                }
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
        context.tour = Some(Tour::new(context.subject, &sizes, turns, seed));
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
    inner.memory = context.memory;
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

/// What no run reached, and families that are offered at no size that was searched.
// spec: verdict.unreached
fn unreached(all: &Round, subject: &Subject<'_>, sizes: &[Sizes]) -> Vec<Unreached> {
    let space = &subject.space;
    let mut left = Vec::new();
    // The runs of a chance property are only counted, not looked at.
    let chance = space.model.properties[subject.property].chance;
    let covered = &all.coverage;
    if !chance && covered.runs + covered.discarded + covered.faulted > 0 {
        let idle = space.model.rules.ids().filter(|id| !all.fired.contains(id));
        left.extend(idle.map(Unreached::Rule));
        let (wanted, reached) = (Reach::of(&space.model), &all.reached);
        let branches = reach::branches(&space.model).into_iter();
        let dark = branches.filter(|(branch, _)| !reached.branches.contains(branch));
        left.extend(dark.map(|(branch, part)| Unreached::Branch(branch, part)));
        let variants = wanted.variants.difference(&reached.variants);
        left.extend(variants.map(|(id, variant)| Unreached::Variant(*id, *variant)));
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
                left.push(Unreached::Family(id, *family));
            }
        }
    }
    left
}
