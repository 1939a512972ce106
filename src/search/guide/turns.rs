//! Whose turn it is in a guided search, and what it knows meanwhile.

use std::collections::BTreeSet;

use super::arms::{Arm, Bandit};
use super::cover::Cover;
use super::evolve::{self, Evolution};
use super::literals::Literals;
use super::pool::Pool;
use super::propose::Proposal;
use super::sighting::Sighting;
use super::society;
use crate::base::Seed;
use crate::search::space::Sizes;
use crate::search::subject::Subject;
use crate::search::values::Dice;
use crate::trace::Run;

/// Covering setups of one size at most.
const COVER_MAX: usize = 64;
/// Covering setups over all sizes at most.
const TOUR_MAX: usize = 256;
/// Sets the seeds of proposals apart from those of independent runs.
const PROPOSED: u64 = 0x6775_6964_6500;

/// Sets the seeds of evolutions apart.
const EVOLVED: u64 = 0x6576_6F6C_7665;

/// Whose turn it is.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// An independent run, by its number.
    Fresh(u64),
    /// A proposal for the size that is searched.
    Here(Next),
    /// A proposal for any size of the tour.
    Tour(Next),
}

impl Turn {
    /// The number of an independent run.
    pub fn number(&self) -> Option<u64> {
        match self {
            Turn::Fresh(number) => Some(*number),
            Turn::Here(_) | Turn::Tour(_) => None,
        }
    }
}

/// A proposal that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Next {
    /// By which arm.
    pub arm: Arm,
    /// Which covering setup is next, or which number of the text.
    pub row: usize,
    /// What its chances derive from.
    pub seed: Seed,
}

/// What a guided search knows.
#[derive(Debug)]
pub struct Guide {
    /// What was seen.
    pub pool: Pool,
    /// Setups that cover.
    pub cover: Cover,
    /// The numbers of the text.
    pub literals: Literals,
    /// The evolution of reals, if there is something to evolve.
    pub evolution: Option<Evolution>,
    /// Societies that were tried while setups that cover were left.
    pub societies: BTreeSet<u64>,
    bandit: Bandit,
    /// Whether setups have reals that may be evolved.
    reals: bool,
    rows: usize,
    /// Pairs of a place and a number of the text that were tried.
    swept: usize,
    turns: u64,
    seed: Seed,
}

impl Guide {
    /// A guide to one size that knows nothing yet.
    pub fn to_size(subject: &Subject<'_>, size: &Sizes, seed: Seed) -> Guide {
        Guide::new(subject, std::slice::from_ref(size), COVER_MAX, seed)
    }

    fn new(subject: &Subject<'_>, sizes: &[Sizes], most: usize, seed: Seed) -> Guide {
        let space = &subject.space;
        let seed = seed.stream(PROPOSED);
        let mut number = 0;
        let mut uniform = || {
            number += 1;
            seed.uniform(&[number])
        };
        let literals = Literals::of(&space.model, subject.property);
        let cover = Cover::new(space, (sizes, &literals), most, &mut Dice::new(&mut uniform));
        Guide {
            pool: Pool::default(),
            cover,
            literals,
            evolution: None,
            societies: BTreeSet::new(),
            bandit: Bandit::default(),
            reals: evolve::has_reals(&space.model),
            rows: 0,
            swept: 0,
            turns: 0,
            seed,
        }
    }

    /// The next proposal; none where there is nothing to propose from.
    pub fn propose(&mut self) -> Option<Next> {
        let rows = self.rows < self.cover.len();
        let empty = self.pool.is_empty();
        let evolves = self.evolution.is_some();
        let literals = !empty && !self.literals.is_empty();
        let can = |arm: Arm| match arm {
            Arm::Cover => rows,
            Arm::Nearest | Arm::Line | Arm::Novel | Arm::Niche => !empty,
            Arm::Evolve => evolves,
            Arm::Literal => literals,
        };
        let arm = self.bandit.next(&can)?;
        let row = if arm == Arm::Literal { self.swept } else { self.rows };
        self.rows += usize::from(arm == Arm::Cover);
        self.swept += usize::from(arm == Arm::Literal);
        self.turns += 1;
        Some(Next { arm, row, seed: self.seed.stream(self.turns) })
    }

    /// Begins an evolution from a near run.
    fn evolve(&mut self, subject: &Subject<'_>) {
        let seed = self.seed.stream(EVOLVED).stream(self.turns);
        let mut number = 0;
        let mut uniform = || {
            number += 1;
            seed.uniform(&[number])
        };
        let nearest = self.pool.nearest(&mut Dice::new(&mut uniform));
        self.evolution = nearest.and_then(|entry| Evolution::from(subject, entry));
    }

    /// Takes in what a turn showed, and the proposal that it was.
    pub fn learn(
        &mut self,
        subject: &Subject<'_>,
        seen: Option<Sighting>,
        proposal: Option<&(Arm, Proposal)>,
    ) {
        if let Some(seen) = seen {
            if self.rows < self.cover.len() {
                self.societies.extend(society::digest(subject.model(), &seen.run.setup));
            }
            let (child, worth) = self.pool.add(seen);
            if let Some((arm, proposal)) = proposal {
                self.bandit.reward(*arm, worth);
                if let (Some(evolution), Some(drawn)) = (&mut self.evolution, &proposal.drawn) {
                    evolution.learn(&child, drawn);
                }
                if let Some(parent) = &proposal.parent {
                    let edited = &proposal.edited;
                    self.pool.learn(parent, &child, &edited.places, edited.moved.as_ref());
                }
            }
        }
        if self.reals && self.evolution.as_ref().is_none_or(Evolution::is_over) {
            self.evolve(subject);
        }
        if let Some(state) = proposal.and_then(|(_, proposal)| proposal.state) {
            self.pool.chosen(state);
        }
    }
}

/// A guided search over several sizes, beside that of one size after the other: so that what
/// only a late size shows is seen soon.
#[derive(Debug)]
pub struct Tour {
    /// What it knows.
    pub guide: Guide,
    /// Turns that are left.
    pub left: u64,
    /// What it found.
    pub found: Option<Run>,
}

impl Tour {
    /// A tour of `sizes`, of `turns` turns at most.
    pub fn new(subject: &Subject<'_>, sizes: &[Sizes], turns: u64, seed: Seed) -> Tour {
        Tour { guide: Guide::new(subject, sizes, TOUR_MAX, seed), left: turns, found: None }
    }

    /// The next proposal; none where it is over.
    pub fn propose(&mut self) -> Option<Next> {
        if self.found.is_some() {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        self.guide.propose()
    }
}
