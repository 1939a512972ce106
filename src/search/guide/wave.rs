//! The loop of a guided search of one size: half of the runs are drawn independently, as a random
//! search draws them, and half are proposed by the arms, from what all runs have shown.
//!
//! # Invariants
//! - A wave's proposals are made from what was known before the wave, and its results are taken
//!   in the order of its turns: the number of threads changes nothing but the time.
//! - The independent runs are those that a random search would make, in the same order; nothing
//!   that was seen changes them, so they bear the rate that is claimed.
//! - Once they have taught enough, the compiled engine makes them and shows nothing that a guide
//!   could keep: that is faster.
//! - What a guide keeps is shown by the engine where it knows it; bold runs, whose answers are to be
//!   listed, are the reference's, and so are hits and whatever may reach something new.

use std::sync::Arc;

use rayon::prelude::*;

use super::arms::Arm;
use super::glimpse::Glimpse;
use super::propose::{Proposal, Proposer};
use super::sighting::Sighting;
use super::turns::{Guide, Next, Tour, Turn};
use crate::base::Seed;
use crate::engine::LANES;
use crate::search::compiled::Compiled;
use crate::search::explore::{Context, Job, REFUSED_MAX};
use crate::search::memory::shown::Shown;
use crate::search::order::digest;
use crate::search::seat::blocks_of;
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

/// A turn whose run is drawn.
struct Drawn {
    job: Job,
    /// The run, and whether it is bold; none where nothing was admitted.
    run: Option<(Run, bool)>,
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
        passing: Option<&Compiled>,
        (setups, seed): (&Setups, Seed),
        turns: &[Turn],
    ) -> Vec<Done> {
        let fresh = |turn: &&Turn| matches!(turn, Turn::Fresh(_));
        let (others, numbers): (Vec<Turn>, Vec<u64>) = match passing {
            None => (turns.to_vec(), Vec::new()),
            Some(_) => {
                let others = turns.iter().filter(|turn| !fresh(turn)).copied();
                (others.collect(), turns.iter().filter_map(Turn::number).collect())
            }
        };
        let (passed, looked) = rayon::join(
            || passing.map(|engine| self.fresh_each(engine, setups, seed, (&numbers, true))),
            || self.looked_at(guides, (setups, seed), others),
        );
        let Some(passed) = passed else { return looked };
        let (mut passed, mut looked) = (passed.into_iter(), looked.into_iter());
        let next = |turn: &Turn| match turn {
            Turn::Fresh(_) => passed.next().map(|job| Done { job, proposal: None, of_tour: false }),
            Turn::Here(_) | Turn::Tour(_) => looked.next(),
        };
        turns.iter().filter_map(next).collect()
    }

    /// What turns came to of which everything is kept: by the engine where it knows, else by the
    /// reference.
    fn looked_at(
        &self,
        guides: &Guides<'_>,
        (setups, seed): (&Setups, Seed),
        turns: Vec<Turn>,
    ) -> Vec<Done> {
        let drawn = turns.into_par_iter().map(|turn| self.drawn_for(guides, setups, turn, seed));
        let drawn: Vec<Drawn> = drawn.collect();
        let glimpses = self.glimpsed(&drawn);
        let both = drawn.into_par_iter().zip(glimpses);
        both.map(|(drawn, glimpse)| self.done(drawn, glimpse)).collect()
    }

    /// What the engine knows of runs.
    fn glimpsed<'d>(&self, drawn: &'d [Drawn]) -> Vec<Option<Glimpse>> {
        let mut found = vec![None; drawn.len()];
        let Some(glimpses) = self.glimpses() else { return found };
        let plain = |(place, drawn): (usize, &'d Drawn)| match &drawn.run {
            Some((run, false)) => Some((place, run)),
            Some((_, true)) | None => None,
        };
        let left = self.left();
        let blocks = blocks_of(drawn.iter().enumerate().filter_map(plain));
        let of_block = |places: &Vec<usize>| {
            let run = |place: &usize| drawn[*place].run.as_ref().map(|(run, _)| (*place, run));
            // What is remembered is not made again; whether a block is worth it is no less so.
            let runs = places.iter().filter_map(run).filter(|(_, run)| !self.recalls(run));
            let (places, runs): (Vec<usize>, Vec<&Run>) = runs.unzip();
            let known = glimpses.of_each(self.subject, &runs, &left);
            places.into_iter().zip(known).collect::<Vec<_>>()
        };
        for (place, glimpse) in blocks.par_iter().flat_map_iter(of_block).collect::<Vec<_>>() {
            found[place] = glimpse;
        }
        found
    }

    fn drawn_for(&self, guides: &Guides<'_>, setups: &Setups, turn: Turn, seed: Seed) -> Drawn {
        match turn {
            Turn::Fresh(number) => {
                let (job, run) = self.drawn(setups, seed.stream(number));
                Drawn { job, run, proposal: None, of_tour: false }
            }
            Turn::Here(next) => self.proposed(&guides.here, next, false),
            Turn::Tour(next) => match &guides.tour {
                Some(tour) => self.proposed(&tour.guide, next, true),
                None => self.proposed(&guides.here, next, false),
            },
        }
    }

    /// A proposal that is admitted.
    fn proposed(&self, guide: &Guide, next: Next, of_tour: bool) -> Drawn {
        let mut job = Job::default();
        // A wave of slow runs ends where it is stopped, not when it is done.
        if self.stopped() {
            return Drawn { job, run: None, proposal: None, of_tour };
        }
        let proposer = Proposer {
            subject: self.subject,
            memory: self.memory,
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
        let run = proposal.as_ref().map(|proposal| (proposal.edited.run.clone(), false));
        job.digest = run.as_ref().map(|(run, _)| digest(&run.setup));
        Drawn { job, run, proposal: proposal.map(|proposal| (next.arm, proposal)), of_tour }
    }

    /// What a run came to: what the engine saw, else what the reference says.
    fn done(&self, drawn: Drawn, glimpse: Option<Glimpse>) -> Done {
        let Drawn { mut job, run, proposal, of_tour } = drawn;
        match (run, glimpse) {
            (None, _) => {}
            (Some((run, _)), Some(Glimpse { passed, kept })) => {
                let independent = proposal.is_none() && passed.counts();
                job.coverage.independent += u64::from(independent);
                let model = self.subject.model();
                let at = model.properties[self.subject.property].span;
                let kept = kept.and_then(|seen| Sighting::of(model, run.clone(), seen, None));
                let shown = Shown::passed(passed, at, kept);
                self.remember(&run, &shown);
                job.take(shown);
            }
            (Some((run, bold)), None) if proposal.is_none() => {
                job = self.looked(job, run, (bold, true));
            }
            (Some((run, bold)), None) => job.take(self.show(run, bold, true)),
        }
        Done { job, proposal, of_tour }
    }

    /// Takes in what a turn came to; gives back its violating run.
    fn learn(&mut self, guides: &mut Guides<'_>, done: Done) -> Option<Run> {
        let Done { mut job, proposal, of_tour } = done;
        let seen = job.kept.take();
        if let Some(seen) = &seen {
            let total = seen.gap.total;
            self.nearest = Some(self.nearest.map_or(total, |nearest| nearest.min(total)));
        }
        let subject = self.subject;
        match &mut guides.tour {
            Some(tour) if of_tour => {
                tour.guide.learn(subject, seen, proposal.as_ref());
                let hit = self.absorb(job).map(|hit| hit.0);
                tour.found = tour.found.take().or_else(|| hit.clone());
                hit
            }
            Some(_) | None => {
                guides.here.learn(subject, seen, proposal.as_ref());
                self.absorb(job).map(|hit| hit.0)
            }
        }
    }
}
