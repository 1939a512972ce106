//! The loop of a guided search of one size: half of the runs are drawn independently, as a random
//! search draws them, and half are proposed by the arms, from what all runs have shown.
//!
//! # Invariants
//! - A wave's proposals are made from what was known before the wave, and its results are taken
//!   in the order of its turns: the number of threads changes nothing but the time.
//! - The independent runs are those that a random search would make, in the same order; nothing
//!   that was seen changes them, so they bear the rate that is claimed.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::arms::{Arm, Bandit};
use super::cover::Cover;
use super::pool::Pool;
use super::propose::{Proposal, Proposer};
use super::society;
use crate::base::Seed;
use crate::reference::Guards;
use crate::search::explore::{Context, Job, REFUSED_MAX};
use crate::search::order::digest;
use crate::search::space::Sizes;
use crate::search::strategy::Setups;
use crate::search::values::Dice;
use crate::trace::Run;

/// Turns of the first waves; few, so that what is seen soon counts.
const WAVE_MIN: u64 = 16;
/// Turns of late waves.
const WAVE_MAX: u64 = 64;
/// Proposals of one turn until one is admitted.
const ATTEMPTS: u64 = 12;
/// Covering setups of one size at most.
const COVER_MAX: usize = 64;
/// Covering setups over all sizes at most.
const TOUR_MAX: usize = 256;
/// Societies that are told apart.
const SOCIETIES_MAX: usize = 1 << 16;
/// Sets the seeds of proposals apart from those of independent runs.
const PROPOSED: u64 = 0x6775_6964_6500;

/// Whose turn it is.
#[derive(Clone, Copy)]
enum Turn {
    /// An independent run, by its number.
    Fresh(u64),
    /// A proposal; the row is which covering setup is next.
    Arm { arm: Arm, row: usize, seed: Seed },
}

/// What a turn came to.
struct Done {
    job: Job,
    proposal: Option<(Arm, Proposal)>,
}

/// What a guided search of one size knows.
struct Guide {
    pool: Pool,
    bandit: Bandit,
    cover: Cover,
    rows: usize,
    fresh: u64,
    societies: BTreeSet<u64>,
}

impl Context<'_> {
    /// Makes up to `runs` runs of `sizes`, half of them guided by what was seen; the first
    /// violating one ends it.
    pub fn guided(&mut self, sizes: &Sizes, runs: u64, seed: Seed) -> Option<Run> {
        let space = Arc::new(self.subject.space.clone());
        let setups = Setups { space, sizes: vec![sizes.clone()], admitted_only: false };
        let agents = self.subject.space.agents(sizes);
        let (refused, counted) = (self.coverage.refused, self.spent());
        let mut guide = self.guide(std::slice::from_ref(sizes), COVER_MAX, seed);
        let mut made = 0;
        while made < runs {
            if !self.tell(agents, false) {
                return None;
            }
            let wave = (made / 8).clamp(WAVE_MIN, WAVE_MAX).min(runs - made);
            let turns: Vec<Turn> =
                (made..made + wave).map(|number| guide.turn(number, seed)).collect();
            let done: Vec<Done> =
                turns.into_par_iter().map(|turn| self.take(&guide, &setups, turn, seed)).collect();
            made += wave;
            self.sampled += wave;
            let mut hit = None;
            for done in done {
                let this = self.learn(&mut guide, done);
                hit = hit.or(this);
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

    /// Setups over all `sizes` that cover them with families and parameters, pairwise, before
    /// any size is searched for long; the first violating run ends it.
    pub fn tour(&mut self, sizes: &[Sizes], most: u64, seed: Seed) -> Option<Run> {
        let most = TOUR_MAX.min(usize::try_from(most).unwrap_or(TOUR_MAX));
        let mut guide = self.guide(sizes, most, seed);
        let rows: Vec<usize> = (0..guide.cover.len()).collect();
        let agents = sizes.first().map_or(0, |sizes| self.subject.space.agents(sizes));
        for rows in rows.chunks(WAVE_MAX as usize) {
            if !self.tell(agents, false) {
                return None;
            }
            let done: Vec<Done> = rows
                .par_iter()
                .map(|row| {
                    let seed = seed.stream(PROPOSED).stream(*row as u64);
                    self.proposed(&guide, (Arm::Cover, *row), seed)
                })
                .collect();
            self.sampled += done.len() as u64;
            let mut hit = None;
            for done in done {
                let this = self.learn(&mut guide, done);
                hit = hit.or(this);
            }
            if hit.is_some() {
                return hit;
            }
        }
        None
    }

    fn guide(&self, sizes: &[Sizes], most: usize, seed: Seed) -> Guide {
        let mut number = 0;
        let mut uniform = || {
            number += 1;
            seed.stream(PROPOSED + 1).uniform(&[number])
        };
        let cover = Cover::new(&self.subject.space, sizes, most, &mut Dice::new(&mut uniform));
        Guide {
            pool: Pool::default(),
            bandit: Bandit::default(),
            cover,
            rows: 0,
            fresh: 0,
            societies: BTreeSet::new(),
        }
    }

    fn take(&self, guide: &Guide, setups: &Setups, turn: Turn, seed: Seed) -> Done {
        match turn {
            Turn::Fresh(number) => {
                let job = self.one_run(setups, seed.stream(number), true);
                Done { job, proposal: None }
            }
            Turn::Arm { arm, row, seed } => self.proposed(guide, (arm, row), seed),
        }
    }

    /// One run of a proposal that is admitted.
    fn proposed(&self, guide: &Guide, (arm, row): (Arm, usize), seed: Seed) -> Done {
        let mut job = Job::default();
        let proposer = Proposer {
            space: &self.subject.space,
            pool: &guide.pool,
            cover: &guide.cover,
            societies: &guide.societies,
            steps: self.subject.steps,
        };
        let proposal = (0..ATTEMPTS).find_map(|attempt| {
            // What an arm cannot do at all, small edits may.
            let arm = if attempt < ATTEMPTS / 2 { arm } else { Arm::Nearest };
            let proposal = proposer.propose(arm, row, seed.stream(attempt))?;
            let admitted = self.subject.admits(&proposal.edited.run.setup);
            job.coverage.refused += u64::from(!admitted);
            admitted.then_some(proposal)
        });
        let Some(proposal) = proposal else { return Done { job, proposal: None } };
        let run = proposal.edited.run.clone();
        job.digest = Some(digest(&run.setup));
        let mut guards = Guards::default();
        let look = self.subject.look(
            &run.setup,
            &mut crate::reference::Replay::new(&run),
            Some(&mut guards),
        );
        job.guards = guards;
        self.taken(&mut job, run, look, (false, true));
        Done { job, proposal: Some((arm, proposal)) }
    }

    /// Takes in what a turn came to; gives back its violating run.
    fn learn(&mut self, guide: &mut Guide, done: Done) -> Option<Run> {
        let Done { mut job, proposal } = done;
        let seen = job.kept.take();
        if let Some(seen) = seen {
            let model = self.subject.model();
            if guide.societies.len() < SOCIETIES_MAX {
                guide.societies.extend(society::digest(model, &seen.run.setup));
            }
            let (child, worth) = guide.pool.add(seen);
            if let Some((arm, proposal)) = &proposal {
                guide.bandit.reward(*arm, worth);
                if let Some(parent) = &proposal.parent {
                    let edited = &proposal.edited;
                    guide.pool.learn(parent, &child, &edited.places, edited.moved.as_ref());
                }
            }
        }
        if let Some(state) = proposal.and_then(|(_, proposal)| proposal.state) {
            guide.pool.chosen(state);
        }
        self.absorb(job).map(|hit| hit.0)
    }
}

impl Guide {
    /// Whose turn is number `turn`.
    fn turn(&mut self, turn: u64, seed: Seed) -> Turn {
        let rows = self.rows < self.cover.len();
        let empty = self.pool.is_empty();
        let can = |arm: Arm| match arm {
            Arm::Cover => rows,
            Arm::Nearest | Arm::Line | Arm::Novel | Arm::Niche => !empty,
        };
        let arm = if turn.is_multiple_of(2) { None } else { self.bandit.next(&can) };
        match arm {
            None => {
                self.fresh += 1;
                Turn::Fresh(self.fresh - 1)
            }
            Some(arm) => {
                let row = self.rows;
                self.rows += usize::from(arm == Arm::Cover);
                Turn::Arm { arm, row, seed: seed.stream(PROPOSED).stream(turn) }
            }
        }
    }
}
