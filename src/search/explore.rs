//! Searching one size by independent runs, and what all of a search adds up.
//!
//! In: a context and a size. Out: violating runs; what was covered is added to the context.
//!
//! # Invariants
//! - Work is done in waves of a fixed number of jobs, and a wave's results are taken in the
//!   order of the jobs: the number of threads changes nothing but the time.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::budget::{Budget, Guidance, Progress, Step};
use super::compiled::{Compiled, Passed};
use super::enumerate::Walk;
use super::found::Coverage;
use super::guide::glimpse::Glimpses;
use super::guide::sighting::Sighting;
use super::guide::turns::Tour;
use super::memory::Memory;
use super::memory::shown::{Came, Shown};
use super::order::{Rank, digest};
use super::reach::Reach;
use super::reachable::Reached;
use super::space::Sizes;
use super::strategy::Setups;
use super::subject::Subject;
use crate::base::Seed;
use crate::engine::{LANES, Mark};
use crate::ir::RuleId;
use crate::reference::Guards;
use crate::trace::{Fault, Run};

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
    /// What there is to reach.
    pub wanted: Reach,
    /// What of it was reached.
    pub reached: Reach,
    /// Runs that were sampled, whether they counted or not: what the budget speaks of.
    pub sampled: u64,
    /// Independent runs that a guided search made.
    pub fresh: u64,
    /// A guided search over all sizes, beside that of each.
    pub tour: Option<Tour>,
    /// The sizes that were tried in full, by their places.
    pub tried: BTreeSet<u32>,
    /// Whether those were tried before, and the others are only sampled.
    pub later: bool,
    /// Who is told of a run that hits as soon as it is seen.
    pub seen: Option<&'a (dyn Fn(&Run) + Sync)>,
    /// Who remembers what runs came to.
    pub memory: Option<&'a dyn Memory>,
    /// How near the nearest guided run came, in [0, 1]; 0 hits.
    pub nearest: Option<f64>,
    /// Distinct setups.
    pub digests: BTreeSet<u64>,
    compiled: OnceLock<Option<Compiled>>,
    /// The same program, that says too when verdicts are settled.
    settling: OnceLock<Option<Compiled>>,
    /// The same with what a guide keeps.
    glimpses: OnceLock<Option<Glimpses>>,
}

/// Distinct setups that are told apart; more are not counted.
pub const DIGESTS_MAX: usize = 1 << 20;
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
    reached: Reach,
    /// The least run that hits.
    pub hit: Option<(Run, Rank)>,
    /// How the walk over all runs of the setup ended.
    pub walk: Option<Walk>,
}

impl Job {
    /// Takes in what a run showed.
    pub fn take(&mut self, shown: Shown) {
        let coverage = &mut self.coverage;
        let counts = matches!(shown.came, Came::Hit | Came::Miss | Came::Pending);
        coverage.compiled += u64::from(shown.compiled && counts);
        match shown.came {
            Came::Hit | Came::Miss => coverage.runs += 1,
            Came::Pending => {
                coverage.runs += 1;
                coverage.pending += 1;
            }
            Came::Faulted | Came::Broken => coverage.faulted += 1,
            Came::Discarded(at, sampled) => {
                coverage.discarded += 1;
                if sampled {
                    coverage.sampled_out.get_or_insert(at);
                }
            }
        }
        self.guards.merge(&shown.guards);
        self.fired.extend(shown.fired);
        self.reached.merge(shown.reached);
        self.kept = shown.kept;
        self.hit = shown.hit.or(self.hit.take());
        let broken = shown.broken.map(|(fault, run)| (fault, Some(run)));
        self.broken = self.broken.take().or(broken);
    }
}

impl Job {
    /// A job of a setup that saw nothing yet.
    pub fn of(digest: Option<u64>) -> Job {
        Job { digest, ..Job::default() }
    }

    /// The rank of the run that hits, if one does.
    pub fn least(&self) -> Option<&Rank> {
        self.hit.as_ref().map(|hit| &hit.1)
    }

    /// Counts a run that hits, of which nothing more is to be known.
    pub fn pass_hit(&mut self) {
        self.coverage.runs += 1;
        self.coverage.compiled += 1;
    }

    /// Counts a run that the engine passed by.
    pub fn pass(&mut self, passed: Passed) {
        let coverage = &mut self.coverage;
        match passed {
            Passed::Miss | Passed::Pending => {
                coverage.runs += 1;
                coverage.compiled += 1;
                coverage.pending += u64::from(passed == Passed::Pending);
            }
            Passed::Faulted => coverage.faulted += 1,
            Passed::Discarded => coverage.discarded += 1,
        }
    }
}

/// A run that is to be made, and whether it is bold.
type Drawn = (Run, bool);

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
            wanted: Reach::of(subject.model()),
            reached: Reach::default(),
            sampled: 0,
            fresh: 0,
            tour: None,
            tried: BTreeSet::new(),
            later: false,
            seen: None,
            memory: None,
            nearest: None,
            digests: BTreeSet::new(),
            compiled: OnceLock::new(),
            settling: OnceLock::new(),
            glimpses: OnceLock::new(),
        }
    }

    /// Tells how far the search is; whether to go on.
    pub fn tell(&self, agents: u32, shrinking: bool) -> bool {
        let (runs, runs_max) = (self.spent(), self.budget.runs_max);
        let (setups, nearest) = (self.coverage.setups, self.nearest);
        if !(self.progress)(Step { runs, runs_max, agents, shrinking, setups, nearest }) {
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
        sum.compiled += more.compiled;
        sum.independent += more.independent;
        sum.discarded += more.discarded;
        sum.refused += more.refused;
        sum.pending += more.pending;
        sum.faulted += more.faulted;
        sum.sampled_out = sum.sampled_out.or(more.sampled_out);
        self.guards.merge(&job.guards);
        self.fired.extend(job.fired);
        self.reached.merge(job.reached);
        if self.broken.is_none() {
            self.broken = job.broken;
        }
        job.digest.into_iter().for_each(|digest| self.count(digest));
        if let Some((run, _)) = &job.hit
            && self.coverage.first_hit.is_none()
        {
            self.seen.inspect(|told| told(run));
            self.coverage.first_hit = Some(self.spent());
        }
        job.hit
    }

    /// Counts a setup, once.
    fn count(&mut self, digest: u64) {
        if self.digests.len() < DIGESTS_MAX && self.digests.insert(digest) {
            self.coverage.setups += 1;
        }
    }

    /// Counts what was explored of a setup.
    pub fn see(&mut self, digest: u64, reached: &Reached) {
        self.count(digest);
        let (coverage, explored) = (&mut self.coverage, &reached.explored);
        coverage.states += explored.states;
        coverage.transitions += explored.transitions;
        coverage.faulted += explored.faulted;
        coverage.discarded += explored.discarded;
        self.fired.extend(&explored.fired);
        if reached.hit.is_some() {
            coverage.runs += 1;
            coverage.first_hit.get_or_insert(coverage.runs + coverage.discarded + coverage.faulted);
        }
    }

    /// Whether runs have nothing more to teach but whether they hit: every guard was seen to
    /// hold, every rule fired, and all was reached.
    pub fn learned(&self) -> bool {
        self.engine().is_some() && self.left().is_empty()
    }

    /// What no run has reached yet of what there is to reach, and the rules that did not fire.
    pub(super) fn left(&self) -> BTreeSet<Mark> {
        let idle = self.subject.model().rules.ids().filter(|id| !self.fired.contains(id));
        let reached = self.reached.marks();
        let open = self.wanted.marks().into_iter().filter(|mark| !reached.contains(mark));
        open.chain(idle.map(Mark::Rule)).collect()
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
            let wave = self.one_each(&setups, seed, first..runs.min(first + WAVE));
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

    /// The engine, where it does the property and its runs have nothing to teach but whether
    /// they hit and what they reach, which it tells: every guard was seen to hold.
    pub(crate) fn engine(&self) -> Option<&Compiled> {
        let compiled = self.compiled()?;
        compiled.learned(&self.guards).then_some(compiled)
    }

    /// The engine, where it does the property.
    pub(crate) fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| Compiled::of(self.subject)).as_ref()
    }

    /// The same, that says too when verdicts are settled.
    pub(super) fn settles(&self) -> Option<&Compiled> {
        self.settling.get_or_init(|| Compiled::settling(self.subject)).as_ref()
    }

    /// The engine that shows what a guide keeps, where every guard was seen to hold.
    pub(crate) fn glimpses(&self) -> Option<&Glimpses> {
        self.engine()?;
        self.glimpses.get_or_init(|| Glimpses::of(self.subject, &self.wanted)).as_ref()
    }

    /// One run of a fresh setup for each number.
    fn one_each(&self, setups: &Setups, seed: Seed, numbers: Range<u64>) -> Vec<Job> {
        let Some(engine) = self.engine() else {
            let numbers = numbers.into_par_iter();
            return numbers
                .map(|number| self.one_run(setups, seed.stream(number), false))
                .collect();
        };
        self.fresh_each(engine, setups, seed, (&numbers.collect::<Vec<u64>>(), false))
    }

    /// One run of a fresh setup for each number, by the engine; what those that it does not pass
    /// by showed, if it is to be kept.
    pub(crate) fn fresh_each(
        &self,
        engine: &Compiled,
        setups: &Setups,
        seed: Seed,
        (numbers, keep): (&[u64], bool),
    ) -> Vec<Job> {
        let numbers = numbers.into_par_iter();
        let drawn = numbers.map(|number| self.drawn(setups, seed.stream(*number))).collect();
        self.passed_or(engine, drawn, &|job, run, bold| self.looked(job, run, (bold, keep)))
    }

    /// What the engine says of runs, and of those that it does not pass by what `look` says.
    fn passed_or(
        &self,
        engine: &Compiled,
        drawn: Vec<(Job, Option<Drawn>)>,
        look: &(dyn Fn(Job, Run, bool) -> Job + Sync),
    ) -> Vec<Job> {
        let runs: Vec<Drawn> = drawn.iter().filter_map(|(_, run)| run.clone()).collect();
        let left = self.left();
        let passed: Vec<Option<Passed>> = runs
            .par_chunks(LANES)
            .flat_map_iter(|runs| engine.passed(self.subject, runs, &left))
            .collect();
        let mut passed = passed.into_iter();
        let with = drawn.into_iter().map(|(job, run)| {
            let passed = run.is_some().then(|| passed.next().flatten());
            (job, run, passed.flatten())
        });
        let with: Vec<_> = with.collect();
        let done = with.into_par_iter().map(|(mut job, run, passed)| match (run, passed) {
            (Some(_), Some(passed)) => {
                job.pass(passed);
                job.coverage.independent += u64::from(passed.counts());
                job
            }
            (Some((run, bold)), None) => look(job, run, bold),
            (None, _) => job,
        });
        done.collect()
    }

    /// A fresh setup with a run of it; none where none was admitted, or the search is stopped.
    pub(crate) fn drawn(&self, setups: &Setups, seed: Seed) -> (Job, Option<Drawn>) {
        let mut job = Job::default();
        // A wave of slow runs ends where it is stopped, not when it is done.
        if !self.tell(self.subject.space.agents(&setups.sizes[0]), false) {
            return (job, None);
        }
        let Some(setup) = (0..TRIES_MAX).find_map(|attempt| {
            let setup = setups.seeded(seed.stream(attempt));
            let setup = setup.filter(|setup| self.subject.admits(setup));
            job.coverage.refused += u64::from(setup.is_none());
            setup
        }) else {
            return (job, None);
        };
        job.digest = Some(digest(&setup));
        let run = self.subject.bare(setup, seed.stream(u64::MAX));
        let bold = run.seed.stream(0).0.is_multiple_of(2);
        (job, Some((run, bold)))
    }

    /// One run of a fresh setup; what it showed, if it is to be kept.
    pub(crate) fn one_run(&self, setups: &Setups, seed: Seed, keep: bool) -> Job {
        match self.drawn(setups, seed) {
            (job, Some((run, bold))) => self.looked(job, run, (bold, keep)),
            (job, None) => job,
        }
    }

    /// What the reference says of a run.
    pub(crate) fn looked(&self, mut job: Job, run: Run, (bold, keep): (bool, bool)) -> Job {
        let shown = self.show(run, bold, keep);
        match shown.came {
            Came::Hit | Came::Miss | Came::Pending => job.coverage.independent = 1,
            Came::Discarded(..) | Came::Faulted | Came::Broken => {}
        }
        job.take(shown);
        job
    }
}
