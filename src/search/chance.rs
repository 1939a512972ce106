//! Searching chance properties: which setup and policy make a probability or an expected value
//! worst, and what independent runs say of it.
//!
//! In: a context. Out: the worst setup found with its intervals.
//!
//! # Invariants
//! - Runs that choose a setup (screening) are never used to judge it: tests have seeds of their
//!   own.
//! - Test number i may err with probability alpha/(i(i+1)), and its stage k with half of what
//!   the stage before may: together at most alpha, however many tests are made and wherever
//!   they stop.

mod solved;
mod splitting;

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::compiled::Sampled;
use super::confidence::{interval, middle};
use super::explore::Context;
use super::found::{By, Chance, Estimate, Found, Least};
use super::generate::{defaulted, generate};
use super::memory::pack::{Pack, pack_setup};
use super::memory::{Memory, Of, key};
use super::order::digest;
use super::shrink::chance_edits;
use super::size::counter;
use super::space::{Sizes, Space};
use super::values::{self, Dice};
use crate::base::Seed;
use crate::engine::LANES;
use crate::ir::layout::Layout;
use crate::ir::property::Role;
use crate::ir::{Domain, Model, ParamId, Value};
use crate::reference::chance::{Sample, Tally, decide, merge, tally};
use crate::reference::judge::worlds_differ;
use crate::reference::{Replay, Truth, execute, society};
use crate::trace::{Fault, Setup};

/// Runs that a candidate is first judged by.
const SCREEN: u64 = 40;
/// Runs that the most promising ones are judged by.
const SECOND: u64 = 200;
/// Candidates that are screened a second time.
const SECOND_BEST: usize = 3;
/// Runs of all stages up to each, of one test.
const STAGES: [u64; 3] = [400, 1_600, 8_000];
/// Runs that one job makes.
const CHUNK: u64 = 25;
/// Candidates of one size at least.
const CANDIDATES_MIN: u64 = 16;
/// Candidates of one size at most.
const CANDIDATES_MAX: u64 = 64;
/// Edits of a violating setup that are tried at most.
const EDITS_MAX: usize = 200;

/// A setup with a policy.
#[derive(Clone)]
struct Candidate {
    setup: Setup,
    policy: Seed,
}

/// What a test said.
struct Tested {
    candidate: Candidate,
    violated: Option<bool>,
    estimates: Vec<Estimate>,
    least: Least,
}

/// The worst setup so far.
enum Worst {
    /// By its chain.
    Solved(Tested),
    /// By screening runs.
    Screened(Candidate),
}

/// The state of a chance search.
struct Chances<'c, 'a> {
    context: &'c mut Context<'a>,
    tests: u64,
    seen: BTreeSet<u64>,
    /// Steps of Markov chains that may still be made.
    steps_left: u64,
    /// The fewest agents whose chain was too long, or not finite.
    unsolved: u32,
}

/// Searches a chance property over `sizes`, fewest agents first.
///
/// `complete`: whether `sizes` are all that there are.
pub fn search(context: &mut Context<'_>, (sizes, complete): (&[Sizes], bool)) -> Found {
    let mut found = Found::default();
    let steps_left = context.budget.chain_max;
    let seen = BTreeSet::new();
    let mut chances = Chances { context, tests: 0, seen, steps_left, unsolved: u32::MAX };
    let mut solved = complete;
    match chances.over(sizes, &mut solved) {
        Ok(Some(tested)) => {
            let violated = tested.violated == Some(true);
            found.minimal = violated.then_some(tested.least);
            found.chance = Some(Chance {
                setup: tested.candidate.setup,
                policy: tested.candidate.policy,
                violated: tested.violated,
                estimates: tested.estimates,
            });
        }
        Ok(None) => {}
        Err(fault) => found.fault = Some((fault, None)),
    }
    context.coverage.exhausted = solved && found.chance.is_some() && !context.stopped();
    found
}

impl Chances<'_, '_> {
    /// The first violating setup, shrunk; else the worst one, tested. `solved`: whether every
    /// setup of every size so far was solved.
    fn over(&mut self, sizes: &[Sizes], solved: &mut bool) -> Result<Option<Tested>, Fault> {
        let mut worst: Option<(f64, Worst)> = None;
        for (number, size) in sizes.iter().enumerate() {
            let agents = self.context.subject.space.agents(size);
            if !self.context.tell(agents, false) {
                *solved = false;
                break;
            }
            if let Some((all, margin)) = self.solve_all(size)? {
                match all {
                    Some(tested) if tested.violated == Some(true) => {
                        return self.placed(tested, *solved).map(Some);
                    }
                    Some(tested) if worst.as_ref().is_none_or(|(least, _)| margin < *least) => {
                        worst = Some((margin, Worst::Solved(tested)));
                    }
                    Some(_) | None => {}
                }
                continue;
            }
            *solved = false;
            let left = self.context.budget.runs_max.saturating_sub(self.context.spent());
            if left < SCREEN && number > 0 {
                break;
            }
            // Small sizes get more: a violation of a few agents says most.
            let share = (left / (sizes.len() - number) as u64).max(left / 3);
            let most = (share / (2 * SCREEN)).clamp(CANDIDATES_MIN, CANDIDATES_MAX) as usize;
            let seed = self.context.budget.seed.stream(number as u64);
            let candidates = self.candidates(size, most, seed);
            let Some((margin, candidate)) = self.screened(candidates, seed)? else { continue };
            if margin < 0.0 {
                let tested = self.test(candidate.clone())?;
                if tested.violated == Some(true) {
                    return self.shrunk(tested).map(Some);
                }
            }
            if worst.as_ref().is_none_or(|(least, _)| margin < *least) {
                worst = Some((margin, Worst::Screened(candidate)));
            }
        }
        match worst {
            Some((_, Worst::Solved(tested))) => Ok(Some(tested)),
            Some((_, Worst::Screened(candidate))) => self.test(candidate).map(Some),
            None => Ok(None),
        }
    }

    /// Whether a true verdict is what is looked for.
    fn looks_for_true(&self) -> bool {
        let subject = self.context.subject;
        match subject.model().properties[subject.property].role {
            Role::Witness => true,
            Role::Property | Role::Invariant | Role::NoFaults | Role::Holistic => false,
        }
    }

    /// Setups of one size that are admitted: baselines, single deviations at the ends of their
    /// domains, one parameter of all agents at an end, random ones; each with some policies.
    fn candidates(&mut self, sizes: &Sizes, most: usize, seed: Seed) -> Vec<Candidate> {
        let space = &self.context.subject.space;
        let model = &*space.model;
        let chosen = model.sites.iter().any(|site| !site.drawn);
        let policies = if chosen { 3 } else { 1 };
        let mut setups = baselines(space, sizes, seed);
        let layout = Layout::new(model, sizes);
        if space.deviations.1 > 0 {
            for baseline in setups.clone().iter().take(2) {
                setups.extend(deviated(space, &layout, baseline));
            }
        }
        for number in 0..most as u64 {
            let draws = seed.stream(1 << 32 | number);
            setups.extend(drawn(space, sizes, draws));
        }
        let mut candidates = Vec::new();
        for setup in setups {
            if candidates.len() >= most {
                break;
            }
            let fresh = self.seen.insert(digest(&setup));
            if fresh && self.context.subject.admits(&setup) {
                self.context.coverage.setups += 1;
                for policy in 0..policies {
                    candidates.push(Candidate { setup: setup.clone(), policy: Seed(policy) });
                }
            }
        }
        candidates
    }

    /// The candidate whose margin is least, by screening runs.
    fn screened(
        &mut self,
        candidates: Vec<Candidate>,
        seed: Seed,
    ) -> Result<Option<(f64, Candidate)>, Fault> {
        let mut first = Vec::new();
        for (number, candidate) in candidates.into_iter().enumerate() {
            let tallies = self.runs(&candidate, seed.stream(2 << 32 | number as u64), 0..SCREEN)?;
            first.push((self.margin(&candidate.setup, &tallies)?, candidate));
        }
        first.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best: Option<(f64, Candidate)> = None;
        for (number, (_, candidate)) in first.into_iter().take(SECOND_BEST).enumerate() {
            let tallies = self.runs(&candidate, seed.stream(3 << 32 | number as u64), 0..SECOND)?;
            let margin = self.margin(&candidate.setup, &tallies)?;
            if best.as_ref().is_none_or(|(least, _)| margin < *least) {
                best = Some((margin, candidate));
            }
        }
        Ok(best)
    }

    /// The margin at the point estimates; negated where a true verdict is looked for.
    fn margin(&self, setup: &Setup, tallies: &[Tally]) -> Result<f64, Fault> {
        let subject = self.context.subject;
        let points: Vec<(f64, f64)> = tallies.iter().map(|t| (middle(t), middle(t))).collect();
        let society = society(subject.model(), setup)?;
        let (_, (low, high)) = decide(subject.model(), subject.property, &society, &points);
        let margin = (low + high) / 2.0;
        Ok(if self.looks_for_true() { -margin } else { margin })
    }

    /// Makes runs, some at a time; counts are added up in the order of the runs.
    fn runs(
        &mut self,
        candidate: &Candidate,
        seed: Seed,
        runs: std::ops::Range<u64>,
    ) -> Result<Vec<Tally>, Fault> {
        let subject = self.context.subject;
        let sample = self.sample(candidate, seed);
        let memory = self.context.memory;
        let (made, compiled) = made(subject.model(), &sample, memory, runs.clone())?;
        let mut sum: Option<Vec<Tally>> = None;
        for chunk in made {
            match &mut sum {
                Some(sum) => merge(sum, &chunk),
                None => sum = Some(chunk),
            }
        }
        self.context.coverage.runs += runs.end - runs.start;
        self.context.coverage.compiled += compiled;
        Ok(sum.unwrap_or_default())
    }

    /// Whether a truth says that the property is violated; none: it does not say.
    fn violated(&self, truth: Truth) -> Result<Option<bool>, Fault> {
        match truth {
            Truth::True => Ok(Some(self.looks_for_true())),
            Truth::False => Ok(Some(!self.looks_for_true())),
            Truth::Pending(_) => Ok(None),
            Truth::Faulted(fault) => Err(fault),
        }
    }

    fn sample<'c>(&'c self, candidate: &'c Candidate, seed: Seed) -> Sample<'c> {
        let subject = self.context.subject;
        Sample {
            property: subject.property,
            setup: &candidate.setup,
            policy: candidate.policy,
            seed,
            steps: subject.steps,
            terms: &subject.terms,
        }
    }

    /// Tests one candidate: by its Markov chain, else with fresh seeds, until the intervals decide
    /// or the stages end; what is rare then is split.
    fn test(&mut self, candidate: Candidate) -> Result<Tested, Fault> {
        let candidate = match self.solve(candidate.clone())? {
            Some((tested, _)) => return Ok(tested),
            None => candidate,
        };
        self.tests += 1;
        let subject = self.context.subject;
        let error = 1.0 - subject.target.settings.confidence;
        let mut alpha = error / (self.tests * (self.tests + 1)) as f64;
        let seed = self.context.budget.seed.stream(u64::MAX).stream(self.tests);
        let society = society(subject.model(), &candidate.setup)?;
        let mut sum: Vec<Tally> = Vec::new();
        let least = Least::Unshrunk;
        let mut tested = Tested { candidate, violated: None, estimates: Vec::new(), least };
        let mut made = 0;
        for runs in STAGES {
            let more = self.runs(&tested.candidate, seed, made..runs)?;
            made = runs;
            match sum.is_empty() {
                true => sum = more,
                false => merge(&mut sum, &more),
            }
            // What the last stage leaves is for splitting.
            alpha /= 2.0;
            let each = alpha / sum.len().max(1) as f64;
            let intervals: Vec<(f64, f64)> = sum.iter().map(|t| interval(t, each)).collect();
            let (truth, _) = decide(subject.model(), subject.property, &society, &intervals);
            tested.estimates = estimates(&sum, &intervals);
            tested.violated = self.violated(truth)?;
            let agents = subject.space.agents(&tested.candidate.setup.sizes);
            if tested.violated.is_some() || !self.context.tell(agents, false) {
                self.compare_worlds(&tested.candidate)?;
                return Ok(tested);
            }
        }
        self.compare_worlds(&tested.candidate)?;
        self.split(tested, &sum, alpha)
    }

    /// Looks whether worlds ever differ, in some runs of their own: counted runs are not looked at.
    fn compare_worlds(&mut self, candidate: &Candidate) -> Result<(), Fault> {
        const RUNS: u64 = 16;
        let subject = self.context.subject;
        if !subject.model().has_worlds(subject.property) {
            return Ok(());
        }
        for number in 0..RUNS {
            if self.context.guards.worlds_differ {
                break;
            }
            let run = subject.bare(candidate.setup.clone(), Seed(number));
            let (setup, steps) = (&run.setup, subject.steps);
            let answers = &mut Replay::new(&run);
            let execution =
                execute(subject.model(), Some(subject.property), setup, steps, answers)?;
            self.context.guards.worlds_differ |= worlds_differ(&execution);
        }
        Ok(())
    }

    /// Fewer agents, deviations and edges, as long as a fresh test still says violated.
    fn shrunk(&mut self, mut best: Tested) -> Result<Tested, Fault> {
        let mut edits = 0;
        'again: loop {
            let counters = self.counters(&best.candidate.setup);
            for setup in chance_edits(&self.context.subject.space, &best.candidate.setup) {
                let subject = self.context.subject;
                if self.counters(&setup) >= counters || !subject.admits(&setup) {
                    continue;
                }
                edits += 1;
                let agents = subject.space.agents(&setup.sizes);
                if edits > EDITS_MAX || !self.context.tell(agents, true) {
                    return Ok(best);
                }
                let candidate = Candidate { setup, policy: best.candidate.policy };
                let seed = self.context.budget.seed.stream(4 << 32 | edits as u64);
                let tallies = self.runs(&candidate, seed, 0..SECOND)?;
                if self.margin(&candidate.setup, &tallies)? >= 0.0 {
                    continue;
                }
                let tested = self.test(candidate)?;
                if tested.violated == Some(true) {
                    best = tested;
                    continue 'again;
                }
            }
            best.least = Least::Local;
            return Ok(best);
        }
    }

    fn counters(&self, setup: &Setup) -> Vec<u32> {
        let subject = self.context.subject;
        let names = subject.target.settings.minimize.iter();
        names.map(|name| counter(subject.model(), setup, *name).unwrap_or(0)).collect()
    }
}

/// The counts of runs, [`CHUNK`] by chunk, and how many the engine made.
type Made = Result<(Vec<Vec<Tally>>, u64), Fault>;

/// Makes runs: the engine, where it does the property, else the reference.
fn made(
    model: &Model,
    sample: &Sample<'_>,
    memory: Option<&dyn Memory>,
    runs: std::ops::Range<u64>,
) -> Made {
    const BATCH: u64 = LANES as u64 / CHUNK * CHUNK;
    let actual = society(model, sample.setup)?;
    let chances = Sampled::of(model, sample, &actual)?;
    let starts: Vec<u64> = runs.clone().step_by(BATCH as usize).collect();
    let batch = |start: u64| {
        let batch = start..(start + BATCH).min(runs.end);
        let count = batch.end - batch.start;
        let compiled = chances.as_ref();
        let compiled = compiled.and_then(|of| of.tallies(&actual, sample, batch.clone(), CHUNK));
        match compiled {
            Some(parts) => Ok((parts, count)),
            None => {
                let parts = batch.clone().step_by(CHUNK as usize);
                let part = |start| tally(model, sample, start..(start + CHUNK).min(batch.end));
                Ok((parts.map(part).collect::<Result<_, Fault>>()?, 0))
            }
        }
    };
    let batch = |start: u64| remembered(memory, sample, (start, runs.end), &|| batch(start));
    let batches: Vec<Made> = starts.into_par_iter().map(batch).collect();
    let (mut parts, mut compiled) = (Vec::new(), 0);
    for batch in batches {
        let (more, count) = batch?;
        parts.extend(more);
        compiled += count;
    }
    Ok((parts, compiled))
}

/// What a batch came to, if that is remembered; else what `make` says.
fn remembered(
    memory: Option<&dyn Memory>,
    sample: &Sample<'_>,
    runs: (u64, u64),
    make: &dyn Fn() -> Made,
) -> Made {
    let Some(memory) = memory else { return make() };
    let mut bytes = Vec::new();
    (sample.policy, (sample.seed, runs)).pack(&mut bytes);
    pack_setup(sample.setup, &mut bytes);
    let key = key(Of::Counts, &bytes);
    if let Some(made) = memory.recall(key).and_then(|record| Pack::unpack(&mut &*record)) {
        return Ok(made);
    }
    let made = make()?;
    memory.remember(key, &|| {
        let mut bytes = Vec::new();
        made.pack(&mut bytes);
        bytes
    });
    Ok(made)
}

fn estimates(tallies: &[Tally], intervals: &[(f64, f64)]) -> Vec<Estimate> {
    let estimate = |(tally, (low, high)): (&Tally, &(f64, f64))| Estimate {
        span: tally.span,
        value: middle(tally),
        low: *low,
        high: *high,
        runs: tally.runs + tally.pending,
        by: By::Runs,
    };
    tallies.iter().zip(intervals).map(estimate).collect()
}

fn drawn(space: &Space, sizes: &Sizes, seed: Seed) -> Option<Setup> {
    let mut number = 0;
    let mut uniform = || {
        number += 1;
        seed.uniform(&[number])
    };
    generate(space, sizes, &mut Dice::new(&mut uniform))
}

/// Setups without deviations: one for each family of each structure.
fn baselines(space: &Space, sizes: &Sizes, seed: Seed) -> Vec<Setup> {
    let mut intended = space.clone();
    intended.deviations.1 = intended.deviations.0;
    let mut setups: Vec<Setup> = Vec::new();
    for structure in space.model.structures.ids() {
        for family in &space.families[structure] {
            let mut one = intended.clone();
            one.families[structure] = vec![*family];
            setups.extend(drawn(&one, sizes, seed.stream(5 << 32)));
        }
    }
    setups.extend(drawn(&intended, sizes, seed.stream(5 << 32)));
    setups
}

/// The setup with one parameter at an end of its domain: of one agent, then of all.
fn deviated(space: &Space, layout: &Layout, baseline: &Setup) -> Vec<Setup> {
    let model = &*space.model;
    let pinned = space.pinned(layout);
    let mut cells: Vec<(ParamId, usize)> = defaulted(model, layout);
    for (id, param) in model.params.pairs() {
        if !param.derived && param.value.is_none() {
            cells.extend((0..layout.param(id).len()).map(|place| (id, place)));
        }
    }
    cells.retain(|cell| !pinned.params.contains_key(cell));
    let mut setups = Vec::new();
    for id in model.params.ids() {
        let of_one: Vec<usize> = cells.iter().filter(|cell| cell.0 == id).map(|c| c.1).collect();
        for value in extremes(space, layout, &model.params[id].domain) {
            let mut all = baseline.clone();
            for &place in &of_one {
                let mut one = baseline.clone();
                one.params[id][place] = value.clone();
                all.params[id][place] = value.clone();
                // The first and the last agent stand for those between.
                if place == of_one[0] || Some(&place) == of_one.last() {
                    setups.push(one);
                }
            }
            setups.push(all);
        }
    }
    setups
}

/// The ends of a range, or the values of a small domain.
fn extremes(space: &Space, layout: &Layout, domain: &Domain) -> Vec<Value> {
    match domain {
        Domain::Ints(lo, hi) => vec![Value::Int(*lo), Value::Int(*hi)],
        Domain::Reals(lo, hi) => vec![Value::Real(*lo), Value::Real(*hi)],
        Domain::Whole(_) | Domain::Values(..) | Domain::Population(_) | Domain::Optional(_) => {
            values::list(&space.model, domain, layout, 8).unwrap_or_default()
        }
    }
}
