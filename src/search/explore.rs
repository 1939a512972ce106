//! Searching one size: exhaustively where the space is small, else by independent runs.
//!
//! In: a context and a size. Out: violating runs; what was covered is added to the context.
//!
//! # Invariants
//! - Work is done in waves of a fixed number of jobs, and a wave's results are taken in the
//!   order of the jobs: the number of threads changes nothing but the time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::budget::{Budget, Guidance, Progress, Step};
use super::enumerate::{self, Grid, Walk};
use super::found::Coverage;
use super::guide::sighting::{Sighting, sighting};
use super::guide::turns::Tour;
use super::order::{Rank, digest};
use super::space::Sizes;
use super::strategy::Setups;
use super::subject::{Look, Seen, Subject};
use crate::base::Seed;
use crate::ir::{RuleId, Value};
use crate::reference::answers::draw_words;
use crate::reference::{Answers, Guards, Outcomes, Replay};
use crate::trace::{Fault, Key, Run, Setup};

/// What all of a search reads and adds to.
pub struct Context<'a> {
    /// What is looked for.
    pub subject: &'a Subject<'a>,
    /// What may be spent.
    pub budget: Budget,
    /// Who is told.
    pub progress: Progress<'a>,
    /// Whether the search was stopped from outside.
    pub stop: AtomicBool,
    /// What was covered.
    pub coverage: Coverage,
    /// Guards over all runs.
    pub guards: Guards,
    /// The first fault of the formula or of a setup.
    pub broken: Option<(Fault, Option<Run>)>,
    /// The rules that fired.
    pub fired: BTreeSet<RuleId>,
    /// Runs that were sampled, whether they counted or not: what the budget speaks of.
    pub sampled: u64,
    /// A guided search over all sizes, beside that of each.
    pub tour: Option<Tour>,
    digests: BTreeSet<u64>,
}

/// Distinct setups that are told apart; more are not counted.
const DIGESTS_MAX: usize = 1 << 20;
/// Jobs of a wave.
const WAVE: u64 = 64;
/// Attempts of one job to generate a setup that is admitted.
const TRIES_MAX: u64 = 64;
/// Refused attempts at one size, without any that is admitted, before the size is given up.
pub const REFUSED_MAX: u64 = 20_000;

/// What a job saw, added up.
#[derive(Default)]
pub struct Job {
    /// What was covered.
    pub coverage: Coverage,
    /// Guards over its runs.
    pub guards: Guards,
    /// The setup's digest.
    pub digest: Option<u64>,
    /// What its run showed, if it is to be kept.
    pub kept: Option<Sighting>,
    broken: Option<(Fault, Option<Run>)>,
    fired: BTreeSet<RuleId>,
    hit: Option<(Run, Rank)>,
    walk: Option<Walk>,
}

impl Job {
    /// Counts one run.
    fn count(&mut self, look: &Look, run: &dyn Fn() -> Run) {
        let coverage = &mut self.coverage;
        match &look.seen {
            Seen::Hit | Seen::Miss => coverage.runs += 1,
            Seen::Pending => {
                coverage.runs += 1;
                coverage.pending += 1;
            }
            Seen::Faulted(_) => coverage.faulted += 1,
            Seen::Discarded { at, sampled } => {
                coverage.discarded += 1;
                if *sampled {
                    coverage.sampled_out.get_or_insert(*at);
                }
            }
            Seen::Broken(fault) => {
                coverage.faulted += 1;
                self.broken.get_or_insert_with(|| (fault.clone(), Some(run())));
            }
        }
        let instants = look.result.iter().flat_map(|(execution, _)| &execution.worlds);
        let fired = instants.flat_map(|world| &world.trace.instants);
        self.fired.extend(fired.filter_map(|instant| instant.fired.as_ref().map(|f| f.0)));
    }
}

impl<'a> Context<'a> {
    /// A context that covered nothing yet.
    pub fn new(subject: &'a Subject<'a>, budget: Budget, progress: Progress<'a>) -> Context<'a> {
        Context {
            subject,
            budget,
            progress,
            stop: AtomicBool::new(false),
            coverage: Coverage::default(),
            guards: Guards::default(),
            broken: None,
            fired: BTreeSet::new(),
            sampled: 0,
            tour: None,
            digests: BTreeSet::new(),
        }
    }

    /// Tells how far the search is; whether to go on.
    pub fn tell(&self, agents: u32, shrinking: bool) -> bool {
        let (runs, runs_max) = (self.spent(), self.budget.runs_max);
        if !(self.progress)(Step { runs, runs_max, agents, shrinking }) {
            self.stop.store(true, Ordering::Relaxed);
        }
        !self.stopped()
    }

    /// Whether the search was stopped from outside.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Runs that were made, whether they counted or not.
    pub fn spent(&self) -> u64 {
        self.coverage.runs + self.coverage.discarded + self.coverage.faulted
    }

    /// Takes in what a job saw; gives back its violating run.
    pub fn absorb(&mut self, job: Job) -> Option<(Run, Rank)> {
        let (sum, more) = (&mut self.coverage, job.coverage);
        sum.runs += more.runs;
        sum.independent += more.independent;
        sum.discarded += more.discarded;
        sum.refused += more.refused;
        sum.pending += more.pending;
        sum.faulted += more.faulted;
        sum.sampled_out = sum.sampled_out.or(more.sampled_out);
        self.guards.merge(&job.guards);
        self.fired.extend(job.fired);
        if self.broken.is_none() {
            self.broken = job.broken;
        }
        if let Some(digest) = job.digest
            && self.digests.len() < DIGESTS_MAX
            && self.digests.insert(digest)
        {
            self.coverage.setups += 1;
        }
        if job.hit.is_some() && self.coverage.first_hit.is_none() {
            self.coverage.first_hit = Some(self.spent());
        }
        job.hit
    }

    /// Tries every run of `sizes`: the least violating one, if there is one, and whether really
    /// everything was tried. None where that would take more than the budget, or cannot be done.
    pub fn exhaust(&mut self, sizes: &Sizes) -> Option<(Option<(Run, Rank)>, bool)> {
        let most = self.budget.exhaust_max;
        let grid = Grid::new(&self.subject.space, sizes, most.saturating_mul(8))?;
        if !self.affordable(&grid) {
            return None;
        }
        let agents = self.subject.space.agents(sizes);
        let mut best: Option<(Run, Rank)> = None;
        let start = self.spent();
        for first in (0..grid.len()).step_by(WAVE as usize) {
            let spent = self.spent() - start;
            if !self.tell(agents, false) {
                return Some((best, false));
            }
            let most = most.saturating_sub(spent);
            let wave: Vec<Job> = (first..grid.len().min(first + WAVE))
                .into_par_iter()
                .map(|number| self.all_runs(grid.setup(number), most, agents))
                .collect();
            let failed = |job: &Job| job.walk.is_some_and(|walk| walk != Walk::Done);
            let cut = wave.iter().any(failed);
            for job in wave {
                let hit = self.absorb(job);
                if let Some(hit) = hit
                    && best.as_ref().is_none_or(|best| hit.1 < best.1)
                {
                    best = Some(hit);
                }
            }
            if cut {
                return if best.is_some() { Some((best, false)) } else { None };
            }
        }
        Some((best, true))
    }

    /// Whether all runs of all setups are likely to stay within the budget: a few setups are
    /// looked at, evenly spread.
    fn affordable(&self, grid: &Grid) -> bool {
        const PROBES: u64 = 8;
        let (mut runs, mut probes) = (0.0, 0);
        let step = (grid.len() / PROBES).max(1);
        for number in (0..grid.len()).step_by(step as usize).take(2 * PROBES as usize) {
            let setup = grid.setup(number);
            probes += 1;
            if !self.subject.admits(&setup) {
                continue;
            }
            let seed = self.budget.seed.stream(number);
            let Some(paths) = enumerate::estimate(self.subject, &setup, seed) else {
                return false;
            };
            runs += paths;
        }
        probes == 0
            || runs / f64::from(probes) * grid.len() as f64 <= 2.0 * self.budget.exhaust_max as f64
    }

    /// All runs of one setup; the hit is the least violating one.
    fn all_runs(&self, setup: Setup, most: u64, agents: u32) -> Job {
        let mut job = Job::default();
        if !self.tell(agents, false) {
            job.walk = Some(Walk::Stopped);
            return job;
        }
        if !self.subject.admits(&setup) {
            job.coverage.refused = 1;
            return job;
        }
        job.digest = Some(digest(&setup));
        let mut guards = Guards::default();
        let mut made = 0u64;
        let walk = enumerate::walk(self.subject, &setup, most, &mut guards, &mut |look| {
            let run = || enumerate::listed(self.subject, &setup, look).map(|listed| listed.0);
            job.count(look, &|| run().unwrap_or_else(|| self.subject.bare(setup.clone(), Seed(0))));
            if look.seen == Seen::Hit
                && let Some(hit) = enumerate::listed(self.subject, &setup, look)
                && job.hit.as_ref().is_none_or(|best| hit.1 < best.1)
            {
                job.hit = Some(hit);
            }
            made += 1;
            !made.is_multiple_of(512) || self.tell(agents, false)
        });
        job.walk = Some(walk);
        job.guards = guards;
        job
    }

    /// Makes up to `runs` runs of `sizes`, as the budget says how; the first violating one ends
    /// it.
    pub fn sample(&mut self, sizes: &Sizes, runs: u64, seed: Seed) -> Option<Run> {
        match self.budget.guidance {
            Guidance::Random => self.independent(sizes, runs, seed),
            Guidance::Guided => self.guided(sizes, runs, seed),
        }
    }

    /// Makes up to `runs` independent runs of `sizes`; the first violating one ends it.
    pub fn independent(&mut self, sizes: &Sizes, runs: u64, seed: Seed) -> Option<Run> {
        let space = Arc::new(self.subject.space.clone());
        let setups = Setups { space, sizes: vec![sizes.clone()], admitted_only: false };
        let agents = self.subject.space.agents(sizes);
        let (refused, counted) = (self.coverage.refused, self.spent());
        for first in (0..runs).step_by(WAVE as usize) {
            if !self.tell(agents, false) {
                return None;
            }
            let wave: Vec<Job> = (first..runs.min(first + WAVE))
                .into_par_iter()
                .map(|number| self.one_run(&setups, seed.stream(number), false))
                .collect();
            self.sampled += wave.len() as u64;
            let mut hit = None;
            for job in wave {
                let this = self.absorb(job);
                hit = hit.or(this);
            }
            if let Some((run, _)) = hit {
                return Some(run);
            }
            let refused = self.coverage.refused - refused;
            if self.spent() == counted && refused >= REFUSED_MAX {
                return None;
            }
        }
        None
    }

    /// One run each of up to `runs` setups: how many counted, and how many did not hit.
    pub fn satisfying(&self, sizes: &Sizes, runs: u64, seed: Seed) -> (u64, u64) {
        let space = Arc::new(self.subject.space.clone());
        let setups = Setups { space, sizes: vec![sizes.clone()], admitted_only: false };
        self.tell(self.subject.space.agents(sizes), false);
        let jobs: Vec<Job> = (0..runs)
            .into_par_iter()
            .map(|number| self.one_run(&setups, seed.stream(number), false))
            .collect();
        let counted = jobs.iter().filter(|job| job.coverage.runs > 0);
        let good = counted.clone().filter(|job| job.hit.is_none());
        (counted.count() as u64, good.count() as u64)
    }

    /// One run of a fresh setup; what it showed, if it is to be kept.
    pub(crate) fn one_run(&self, setups: &Setups, seed: Seed, keep: bool) -> Job {
        let mut job = Job::default();
        // A wave of slow runs ends where it is stopped, not when it is done.
        if !self.tell(self.subject.space.agents(&setups.sizes[0]), false) {
            return job;
        }
        let Some(setup) = (0..TRIES_MAX).find_map(|attempt| {
            let setup = setups.seeded(seed.stream(attempt));
            let setup = setup.filter(|setup| self.subject.admits(setup));
            job.coverage.refused += u64::from(setup.is_none());
            setup
        }) else {
            return job;
        };
        job.digest = Some(digest(&setup));
        let run = self.subject.bare(setup, seed.stream(u64::MAX));
        let bold = run.seed.stream(0).0.is_multiple_of(2);
        let mut guards = Guards::default();
        let look = match bold {
            true => self.subject.look(&run.setup, &mut Bold::new(&run), Some(&mut guards)),
            false => self.subject.look(&run.setup, &mut Replay::new(&run), Some(&mut guards)),
        };
        job.guards = guards;
        match look.seen {
            Seen::Hit | Seen::Miss | Seen::Pending => job.coverage.independent = 1,
            Seen::Discarded { .. } | Seen::Faulted(_) | Seen::Broken(_) => {}
        }
        self.taken(&mut job, run, look, (bold, keep));
        job
    }

    /// Counts a run that was made, and keeps it where it hits; and what it showed, if that is to
    /// be kept. `bold`: its draws do not come from its seed.
    pub fn taken(&self, job: &mut Job, run: Run, look: Look, (bold, keep): (bool, bool)) {
        let made = || match &look.result {
            Some((execution, judgement)) => {
                self.subject.listed(run.clone(), execution, judgement, bold)
            }
            None => run.clone(),
        };
        job.count(&look, &made);
        let Some((execution, judgement)) = &look.result else { return };
        match look.seen {
            Seen::Hit => {
                let made = made();
                let rank = super::order::rank(self.subject, &made, execution, judgement);
                job.hit = Some((made, rank));
            }
            Seen::Miss | Seen::Pending if keep => {
                let made = if bold { made() } else { run };
                job.kept = sighting(self.subject, made, execution, judgement);
            }
            Seen::Miss | Seen::Pending => {}
            Seen::Discarded { .. } | Seen::Faulted(_) | Seen::Broken(_) => {}
        }
    }
}

/// Answers that lean to extremes: the same option again and again, the ends of distributions.
/// They come from the seed alone.
pub struct Bold<'a> {
    replay: Replay<'a>,
    seed: Seed,
    habit: Habit,
}

/// How a bold run chooses.
#[derive(Clone, Copy)]
enum Habit {
    First,
    Last,
    Steady,
    Free,
}

impl<'a> Bold<'a> {
    /// The bold answers of a run without lists.
    pub fn new(run: &'a Run) -> Bold<'a> {
        let seed = run.seed.stream(1);
        let habits = [Habit::First, Habit::Last, Habit::Steady, Habit::Free];
        let habit = habits[(seed.0 >> 7) as usize % habits.len()];
        Bold { replay: Replay::new(run), seed, habit }
    }
}

impl Answers for Bold<'_> {
    fn pick(&mut self, key: &Key, options: &Arc<Vec<Value>>) -> usize {
        let last = options.len() - 1;
        match self.habit {
            Habit::First => 0,
            Habit::Last => last,
            Habit::Steady => {
                (self.seed.uniform(&[key.site.0]) * options.len() as f64) as usize % options.len()
            }
            Habit::Free => self.replay.pick(key, options),
        }
    }

    fn propose(
        &mut self,
        key: &Key,
        rows: usize,
        domain: &Outcomes,
        attempt: u32,
    ) -> Option<Vec<Value>> {
        const ENDS: [f64; 4] = [0.0, 1.0 - f64::EPSILON / 2.0, 0.5, 0.25];
        match self.habit {
            Habit::First | Habit::Last | Habit::Steady if attempt < 4 => {
                let first = match self.habit {
                    Habit::Last => 1,
                    Habit::First | Habit::Steady | Habit::Free => 0,
                };
                let u = ENDS[(first + attempt as usize) % ENDS.len()];
                Some(vec![domain.quantile(u); rows])
            }
            Habit::First | Habit::Last | Habit::Steady | Habit::Free => {
                self.replay.propose(key, rows, domain, attempt)
            }
        }
    }

    fn draw(&mut self, key: &Key, outcomes: &Outcomes) -> Value {
        // A world's own draw shares the uniform number of the key that all worlds share.
        let shared = Key { world: None, ..key.clone() };
        let u = self.seed.uniform(&draw_words(&shared));
        let side = self.seed.stream(2).uniform(&draw_words(&shared));
        outcomes.quantile(match side {
            side if side < 0.25 => u * 1e-9,
            side if side < 0.5 => 1.0 - (u * 1e-9).max(f64::EPSILON / 2.0),
            _ => u,
        })
    }
}
