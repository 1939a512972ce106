//! The loop of a guided search of one size: half of the runs are drawn independently, as a random
//! search draws them, and half are proposed by the arms, from what all runs have shown.
//!
//! # Invariants
//! - A wave's proposals are made from what was known before the wave, and its results are taken
//!   in the order of its turns: the number of threads changes nothing but the time.
//! - The independent runs are those that a random search would make, in the same order; nothing
//!   that was seen changes them, so they bear the rate that is claimed.
//! - Once they have taught enough, the compiled engine makes them: it says the same of each, but
//!   shows nothing that a guide could keep.

use std::sync::Arc;

use rayon::prelude::*;

use super::arms::Arm;
use super::propose::{Proposal, Proposer};
use super::turns::{Guide, Next, Tour, Turn};
use crate::base::Seed;
use crate::engine::LANES;
use crate::search::compiled::Compiled;
use crate::search::explore::{Context, Job, REFUSED_MAX};
use crate::search::order::digest;
use crate::search::space::Sizes;
use crate::search::strategy::Setups;
use crate::trace::Run;

/// Turns of the first waves; few, so that what is seen soon counts.
const WAVE_MIN: u64 = 16;
/// Turns of late waves.
const WAVE_MAX: u64 = 64;
/// Turns of waves whose independent runs fill a block of the engine.
const WAVE_COMPILED: u64 = 2 * LANES as u64;
/// Independent runs of a property, and of each of its sizes, that teach the guides; later ones
/// only count, unless they hit.
const TAUGHT: (u64, u64) = (1_000, 100);
/// Proposals of one turn until one is admitted.
const ATTEMPTS: u64 = 12;

/// What a turn came to.
struct Done {
    job: Job,
    proposal: Option<(Arm, Proposal)>,
    of_tour: bool,
}

/// The guides of a search: to the size that is searched, and to all that are left.
struct Guides<'a> {
    here: Guide,
    tour: Option<&'a mut Tour>,
    fresh: u64,
}

impl Guides<'_> {
    /// Whose turn is number `turn`: every other one is independent, and of the others every
    /// other one is the tour's.
    fn turn(&mut self, turn: u64) -> Turn {
        let proposed = match turn % 4 {
            1 => self.tour.as_mut().and_then(|tour| tour.propose()).map(Turn::Tour),
            _ => None,
        };
        let here = |guide: &mut Guide| match turn % 2 {
            1 => guide.propose().map(Turn::Here),
            _ => None,
        };
        proposed.or_else(|| here(&mut self.here)).unwrap_or_else(|| {
            self.fresh += 1;
            Turn::Fresh(self.fresh - 1)
        })
    }
}

impl Context<'_> {
    /// Makes up to `runs` runs: half of them are drawn independently, of `sizes`; the others are
    /// guided by what was seen, of `sizes` or, by turns, of any size of the tour. The first
    /// violating run of no more agents than `sizes` ends it.
    // spec: verdict.sampling
    pub fn guided(&mut self, sizes: &Sizes, runs: u64, seed: Seed) -> Option<Run> {
        let mut tour = self.tour.take();
        let here = Guide::to_size(self.subject, sizes, seed);
        let guides = Guides { here, tour: tour.as_mut(), fresh: 0 };
        let found = self.guided_by(guides, sizes, runs, seed);
        self.tour = tour;
        found
    }

    fn guided_by(
        &mut self,
        mut guides: Guides<'_>,
        sizes: &Sizes,
        runs: u64,
        seed: Seed,
    ) -> Option<Run> {
        let space = Arc::new(self.subject.space.clone());
        let setups = Setups { space, sizes: vec![sizes.clone()], admitted_only: false };
        let agents = self.subject.space.agents(sizes);
        let (refused, counted) = (self.coverage.refused, self.spent());
        let mut made = 0;
        while made < runs {
            if !self.tell(agents, false) {
                return None;
            }
            let engine = match self.fresh >= TAUGHT.0 && guides.fresh >= TAUGHT.1 {
                true => self.engine(),
                false => None,
            };
            let most = if engine.is_some() { WAVE_COMPILED } else { WAVE_MAX };
            let wave = (made / 8).clamp(WAVE_MIN, most).min(runs - made);
            let before = guides.fresh;
            let turns: Vec<Turn> = (made..made + wave).map(|turn| guides.turn(turn)).collect();
            let done = self.wave(&guides, engine, (&setups, seed), &turns);
            self.fresh += guides.fresh - before;
            made += wave;
            self.sampled += wave;
            let mut hit = None;
            for done in done {
                let this = self.learn(&mut guides, done);
                let near = this.filter(|run| self.subject.space.agents(&run.setup.sizes) <= agents);
                hit = hit.or(near);
            }
            if hit.is_some() {
                return hit;
            }
            let refused = self.coverage.refused - refused;
            if self.spent() == counted && refused >= REFUSED_MAX {
                return None;
            }
        }
        None
    }

    /// What the turns of a wave came to, in their order.
    fn wave(
        &self,
        guides: &Guides<'_>,
        engine: Option<&Compiled>,
        (setups, seed): (&Setups, Seed),
        turns: &[Turn],
    ) -> Vec<Done> {
        let Some(engine) = engine else {
            let turns = turns.into_par_iter();
            return turns.map(|turn| self.take(guides, setups, *turn, seed)).collect();
        };
        let fresh = |turn: &Turn| match turn {
            Turn::Fresh(number) => Some(*number),
            Turn::Here(_) | Turn::Tour(_) => None,
        };
        let numbers: Vec<u64> = turns.iter().filter_map(fresh).collect();
        let others: Vec<Turn> =
            turns.iter().filter(|turn| fresh(turn).is_none()).copied().collect();
        let (fresh_done, done) = rayon::join(
            || self.fresh_each(engine, setups, seed, (&numbers, true)),
            || {
                let others = others.into_par_iter();
                others.map(|turn| self.take(guides, setups, turn, seed)).collect::<Vec<Done>>()
            },
        );
        let (mut fresh_done, mut done) = (fresh_done.into_iter(), done.into_iter());
        let next = |turn: &Turn| match fresh(turn) {
            Some(_) => fresh_done.next().map(|job| Done { job, proposal: None, of_tour: false }),
            None => done.next(),
        };
        turns.iter().filter_map(next).collect()
    }

    fn take(&self, guides: &Guides<'_>, setups: &Setups, turn: Turn, seed: Seed) -> Done {
        match turn {
            Turn::Fresh(number) => {
                let job = self.one_run(setups, seed.stream(number), true);
                Done { job, proposal: None, of_tour: false }
            }
            Turn::Here(next) => self.proposed(&guides.here, next, false),
            Turn::Tour(next) => match &guides.tour {
                Some(tour) => self.proposed(&tour.guide, next, true),
                None => self.proposed(&guides.here, next, false),
            },
        }
    }

    /// One run of a proposal that is admitted.
    fn proposed(&self, guide: &Guide, next: Next, of_tour: bool) -> Done {
        let mut job = Job::default();
        // A wave of slow runs ends where it is stopped, not when it is done.
        if self.stopped() {
            return Done { job, proposal: None, of_tour };
        }
        let proposer = Proposer {
            space: &self.subject.space,
            pool: &guide.pool,
            cover: &guide.cover,
            evolution: guide.evolution.as_ref(),
            literals: &guide.literals,
            societies: &guide.societies,
            steps: self.subject.steps,
        };
        let proposal = (0..ATTEMPTS).find_map(|attempt| {
            // What an arm cannot do at all, small edits may.
            let arm = if attempt < ATTEMPTS / 2 { next.arm } else { Arm::Nearest };
            let proposal = proposer.propose(arm, next.row, next.seed.stream(attempt))?;
            let admitted = self.subject.admits(&proposal.edited.run.setup);
            job.coverage.refused += u64::from(!admitted);
            admitted.then_some(proposal)
        });
        let Some(proposal) = proposal else { return Done { job, proposal: None, of_tour } };
        let run = proposal.edited.run.clone();
        job.digest = Some(digest(&run.setup));
        job.take(self.show(run, false, true));
        Done { job, proposal: Some((next.arm, proposal)), of_tour }
    }

    /// Takes in what a turn came to; gives back its violating run.
    fn learn(&mut self, guides: &mut Guides<'_>, done: Done) -> Option<Run> {
        let Done { mut job, proposal, of_tour } = done;
        let seen = job.kept.take();
        if let Some(seen) = &seen {
            let total = seen.gap.total;
            self.nearest = Some(self.nearest.map_or(total, |nearest| nearest.min(total)));
        }
        let space = &self.subject.space;
        match &mut guides.tour {
            Some(tour) if of_tour => {
                tour.guide.learn(space, seen, proposal.as_ref());
                let hit = self.absorb(job).map(|hit| hit.0);
                tour.found = tour.found.take().or_else(|| hit.clone());
                hit
            }
            Some(_) | None => {
                guides.here.learn(space, seen, proposal.as_ref());
                self.absorb(job).map(|hit| hit.0)
            }
        }
    }
}
