//! Trying every run of every setup of a size.
//!
//! In: a context and a size. Out: the least run that violates, if there is one; what was covered
//! is added to the context.
//!
//! # Invariants
//! - A setup's runs are made on the reference as long as they teach, then on the engine.
//! - Work is done in waves of setups, and a wave's results are taken in the order of the setups.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::admission::Admission;
use super::compiled::Compiled;
use super::enumerate::{self, Grid, Walk, Went};
use super::explore::{Context, Job};
use super::order::{Rank, digest};
use super::paths::Rest;
use super::space::Sizes;
use crate::engine::LANES;
use crate::trace::{Run, Setup};

/// Setups of which all runs are made in a wave, while these teach and afterwards.
const SETUPS: (u64, u64) = (16, 2 * LANES as u64);
/// Runs of one setup after which it is asked whether they still teach.
const TAUGHT: u64 = 16;

/// What the walks over a wave of setups are told.
struct Wave {
    /// How many runs may be made.
    most: u64,
    /// How many agents there are.
    agents: u32,
    /// The least that was found before.
    than: Option<Arc<Rank>>,
}

/// All setups of a size, and which of them are admitted.
type Of<'a> = (&'a Grid, &'a Admission<'a>);

impl Context<'_> {
    /// Tries every run of `sizes`: the least violating one, if there is one, and whether really
    /// everything was tried. None where that would take more than the budget, or cannot be done.
    pub fn exhaust(&mut self, sizes: &Sizes) -> Option<(Option<(Run, Rank)>, bool)> {
        let most = self.budget.exhaust_max;
        let grid = Grid::new(&self.subject.space, sizes, most.saturating_mul(8))?;
        if !self.affordable(&grid) {
            return None;
        }
        let admission = Admission::new(self.subject, &grid);
        let agents = self.subject.space.agents(sizes);
        let mut best: Option<(Run, Rank)> = None;
        let start = self.spent();
        let mut first = 0;
        while first < grid.len() {
            let spent = self.spent() - start;
            if !self.tell(agents, false) {
                return Some((best, false));
            }
            let than = best.as_ref().map(|(_, rank)| Arc::new(rank.clone()));
            let wave = Wave { most: most.saturating_sub(spent), agents, than };
            let setups = match self.settling(&Job::default()) {
                Some(_) => SETUPS.1,
                None => SETUPS.0,
            };
            let numbers = first..grid.len().min(first + setups);
            first = numbers.end;
            let wave = self.all_of((&grid, &admission), numbers, &wave);
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

    /// The walk over all runs of one setup, as far as they teach; and what is left of them then.
    fn begun(&self, (grid, admission): Of<'_>, number: u64, wave: &Wave) -> (Job, Option<Rest>) {
        let mut job = Job::default();
        if !self.tell(wave.agents, false) {
            job.walk = Some(Walk::Stopped);
            return (job, None);
        }
        let admits = admission.admits(number);
        debug_assert_eq!(admits, self.subject.admits(&grid.setup(number)));
        if !admits {
            job.coverage.refused = 1;
            return (job, None);
        }
        let setup = grid.setup(number);
        job.digest = Some(digest(&setup));
        let (most, than) = (wave.most, wave.than.clone());
        let rest = Rest { setup, path: Vec::new(), left: most, most, than };
        let left = self.on_reference(&mut job, rest, wave.agents, true);
        (job, left)
    }

    /// All runs of one admitted setup; the hit is the least violating one.
    pub(super) fn all_runs(&self, setup: Setup, most: u64, agents: u32) -> Job {
        let mut job = Job::default();
        let rest = Rest { setup, path: Vec::new(), left: most, most, than: None };
        let Some(rest) = self.on_reference(&mut job, rest, agents, true) else { return job };
        let engine = self.settling(&job);
        let mut jobs = self.walk_rest(engine, vec![(job, rest)], agents);
        jobs.pop().expect("a job for each setup")
    }

    /// Makes the runs that are left of a setup on the reference; if `teach`, only as long as they
    /// teach: what is left then.
    pub fn on_reference(
        &self,
        job: &mut Job,
        mut rest: Rest,
        agents: u32,
        teach: bool,
    ) -> Option<Rest> {
        for made in 0.. {
            if rest.left == 0 {
                job.walk = Some(Walk::TooMany);
                return None;
            }
            if teach && u64::is_multiple_of(made, TAUGHT) && self.settling(job).is_some() {
                return Some(rest);
            }
            let than = job.least().or(rest.than.as_deref());
            let (shown, went) = self.along(&rest.setup, &rest.path, than);
            let Went::On(next) = went else {
                job.guards.merge(&shown.guards);
                job.walk = Some(Walk::Unlistable);
                return None;
            };
            job.take(shown);
            rest.left -= 1;
            if made % 512 == 511 && !self.tell(agents, false) {
                job.walk = Some(Walk::Stopped);
                return None;
            }
            match next {
                Some(next) => rest.path = next,
                None => {
                    job.walk = Some(Walk::Done);
                    return None;
                }
            }
        }
        None
    }

    /// All runs of each setup with these numbers; the hit of each is the least violating one, where
    /// it may be less than those before.
    fn all_of(&self, of: Of<'_>, numbers: Range<u64>, wave: &Wave) -> Vec<Job> {
        let begun = numbers.into_par_iter().map(|number| self.begun(of, number, wave));
        let (mut done, mut open) = (Vec::new(), Vec::new());
        for (place, (job, rest)) in begun.collect::<Vec<_>>().into_iter().enumerate() {
            match rest {
                None => done.push((place, job)),
                Some(rest) => open.push((place, job, rest)),
            }
        }
        // Whether runs teach more, each setup has found out for itself.
        let engine = open.first().and_then(|(_, job, _)| self.settling(job));
        let walked = |open: Vec<(usize, Job, Rest)>| {
            let (mut places, mut rests) = (Vec::new(), Vec::new());
            for (place, job, rest) in open {
                places.push(place);
                rests.push((job, rest));
            }
            places.into_iter().zip(self.walk_rest(engine, rests, wave.agents)).collect::<Vec<_>>()
        };
        done.par_extend(open.into_par_iter().chunks(LANES).flat_map_iter(walked));
        done.sort_by_key(|(place, _)| *place);
        done.into_iter().map(|(_, job)| job).collect()
    }

    /// The engine that says when verdicts are settled, where every guard was seen to hold, also in
    /// the runs of a job.
    pub(super) fn settling(&self, job: &Job) -> Option<&Compiled> {
        let settling = self.settles()?;
        let mut guards = self.guards.clone();
        guards.merge(&job.guards);
        settling.learned(&guards).then_some(settling)
    }
}
