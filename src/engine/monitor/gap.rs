//! Gaps: what is missing to what a search wants, part by part, in every lane.
//!
//! # Invariants
//! - What is added up is added in the order of `reference`.

use std::cmp::Ordering;

use super::margin::{Margins, Reals};
use super::value::Kleene;
use crate::base::math;
use crate::engine::choices::lanes;
use crate::engine::program::LANES;

/// What counts as the least distance of a part that is not as wanted.
const LEAST: f64 = 1e-15;

/// The distance of a part, in the lanes in which it matters.
#[derive(Clone, Debug)]
struct Far {
    part: usize,
    mask: u64,
    far: Reals,
}

/// What is missing in each lane.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Gaps {
    total: Reals,
    /// How many parts were read: more than any number where it is left to `reference`.
    reads: Reals,
    /// By their parts.
    parts: Vec<Far>,
}

impl Gaps {
    /// Nothing is missing, and nothing was read.
    pub fn none() -> Gaps {
        Gaps { total: [0.0; LANES], reads: [0.0; LANES], parts: Vec::new() }
    }

    /// One part at a distance; `reads`: whether it was read.
    fn part(part: usize, far: Reals, reads: f64) -> Gaps {
        let parts = vec![Far { part, mask: u64::MAX, far }];
        Gaps { total: far.map(counted), reads: [reads; LANES], parts }
    }

    /// Of a part nothing is known.
    pub fn unknown(part: usize) -> Gaps {
        Gaps::part(part, [1.0; LANES], 0.0)
    }

    /// Of a part that was read nothing is known.
    pub fn open(part: usize) -> Gaps {
        Gaps::part(part, [1.0; LANES], 1.0)
    }

    /// A part that is nowhere as wanted, or everywhere.
    pub fn whole(part: usize, missing: bool) -> Gaps {
        Gaps::part(part, [if missing { 1.0 } else { 0.0 }; LANES], 0.0)
    }

    /// A part by its margin, which is its distance from the other verdict, and by its truth.
    pub fn leaf(part: usize, wanted: bool, margins: &Margins, truth: Kleene) -> Gaps {
        let far = std::array::from_fn(|lane| {
            let (low, high) = margins.lane(lane);
            let holds = match (truth.yes >> lane & 1, truth.no >> lane & 1) {
                _ if low > 0.0 => Some(true),
                _ if high < 0.0 => Some(false),
                (1, _) => Some(true),
                (_, 1) => Some(false),
                _ => None,
            };
            match holds {
                Some(holds) if holds == wanted => 0.0,
                Some(_) => low.abs().min(high.abs()).clamp(LEAST, 1.0),
                None => 1.0,
            }
        });
        Gaps::part(part, far, 1.0)
    }

    /// The same, but left to `reference` in the lanes of a mask.
    pub fn left(mut self, mask: u64) -> Gaps {
        lanes(mask).for_each(|lane| self.reads[lane] = f64::INFINITY);
        self
    }

    /// In each lane what is so many lanes further.
    pub fn shifted(mut self, place: usize) -> Gaps {
        let shift = |of: &mut Reals| of.copy_within(place.., 0);
        [&mut self.total, &mut self.reads].into_iter().for_each(shift);
        for own in &mut self.parts {
            own.mask >>= place;
            shift(&mut own.far);
        }
        self.parts.retain(|own| own.mask != 0);
        self
    }

    /// The lanes in which something is missing.
    pub fn missing(&self) -> u64 {
        let mut found = 0;
        for (lane, total) in self.total.iter().enumerate() {
            found |= u64::from(*total > 0.0) << lane;
        }
        found
    }

    /// Both together.
    pub fn both(mut self, other: &Gaps) -> Gaps {
        self.add(other, u64::MAX, |sum| sum.min(1.0));
        self.read(other, u64::MAX);
        self
    }

    /// The nearer of two, of equals the first.
    pub fn nearer(self, other: &Gaps) -> Gaps {
        let mut fold = Fold::new(false);
        fold.take(&self, u64::MAX);
        fold.take(other, u64::MAX);
        fold.done()
    }

    /// This one in the lanes of a mask, the other elsewhere.
    pub fn or_else(mut self, mask: u64, other: &Gaps) -> Gaps {
        if mask != u64::MAX {
            self.replace(other, !mask);
            for lane in lanes(!mask) {
                self.reads[lane] = other.reads[lane];
            }
        }
        self
    }

    /// Takes over what another says in the lanes of a mask, but not how much it read.
    fn replace(&mut self, other: &Gaps, mask: u64) {
        lanes(mask).for_each(|lane| self.total[lane] = other.total[lane]);
        self.parts.iter_mut().for_each(|own| own.mask &= !mask);
        for theirs in &other.parts {
            let own = self.of(theirs.part);
            own.mask |= theirs.mask & mask;
            lanes(theirs.mask & mask).for_each(|lane| own.far[lane] = theirs.far[lane]);
        }
        self.parts.retain(|own| own.mask != 0);
    }

    /// Adds what another says in the lanes of a mask.
    fn add(&mut self, other: &Gaps, mask: u64, sum: impl Fn(f64) -> f64) {
        lanes(mask).for_each(|lane| self.total[lane] += other.total[lane]);
        for theirs in &other.parts {
            let own = self.of(theirs.part);
            for lane in lanes(theirs.mask & mask) {
                own.far[lane] = match own.mask >> lane & 1 {
                    1 => sum(own.far[lane] + theirs.far[lane]),
                    _ => theirs.far[lane],
                };
            }
            own.mask |= theirs.mask & mask;
        }
    }

    /// Adds how much another read.
    pub fn read(&mut self, other: &Gaps, mask: u64) {
        lanes(mask).for_each(|lane| self.reads[lane] += other.reads[lane]);
    }

    fn of(&mut self, part: usize) -> &mut Far {
        let at = self.parts.partition_point(|own| own.part < part);
        if self.parts.get(at).is_none_or(|own| own.part != part) {
            self.parts.insert(at, Far { part, mask: 0, far: [0.0; LANES] });
        }
        &mut self.parts[at]
    }

    /// What is missing in a lane: in all, and the distance of each part that matters; none where
    /// more parts were read than `most`.
    pub fn lane(&self, lane: usize, most: u32) -> Option<(f64, Vec<(usize, f64)>)> {
        let here = self.parts.iter().filter(|of| of.mask >> lane & 1 == 1);
        let parts = here.map(|of| (of.part, of.far[lane])).collect();
        (self.reads[lane] < f64::from(most)).then_some((self.total[lane], parts))
    }

    /// How many columns it holds.
    pub fn columns(&self) -> usize {
        2 + self.parts.len()
    }
}

/// The distance of a part as it counts in a total: 1 at full scale, 1/2 at half of it, 1/3 at a
/// quarter, and so on.
fn counted(distance: f64) -> f64 {
    match distance {
        0.0 => 0.0,
        far if far >= 1.0 => 1.0,
        near => 1.0 / (1.0 - math::log(near) / std::f64::consts::LN_2),
    }
}

/// What is missing where all of several are to be as wanted (their mean), or one of them.
pub(in crate::engine) struct Fold {
    every: bool,
    counts: Reals,
    /// Lanes that have one.
    some: u64,
    gaps: Gaps,
    /// What is taken in once it is in order.
    held: Vec<Held>,
}

/// What is missing of one occurrence, in the lanes of a mask.
struct Held {
    occurrence: i64,
    mask: u64,
    gaps: Gaps,
}

impl Fold {
    /// Of nothing yet.
    pub fn new(every: bool) -> Fold {
        let (counts, gaps, held) = ([0.0; LANES], Gaps::none(), Vec::new());
        Fold { every, counts, some: 0, gaps, held }
    }

    /// Takes in what is missing in the lanes of a mask.
    pub fn take(&mut self, own: &Gaps, mask: u64) {
        self.gaps.read(own, mask);
        if self.every {
            lanes(mask).for_each(|lane| self.counts[lane] += 1.0);
            self.gaps.add(own, mask, |sum| sum);
        } else {
            let nearer = |lane: &usize| own.total[*lane] < self.gaps.total[*lane];
            let nearer = lanes(mask).filter(nearer).fold(0u64, |all, lane| all | 1 << lane);
            self.gaps.replace(own, mask & (nearer | !self.some));
        }
        self.some |= mask;
    }

    /// Holds what is missing of an occurrence until all are put in order.
    pub fn hold(&mut self, occurrence: i64, gaps: Gaps, mask: u64) {
        if mask != 0 {
            self.held.push(Held { occurrence, mask, gaps });
        }
    }

    /// Takes in what is held, in the order that it has in each lane.
    pub fn release(&mut self, order: impl Fn((i64, i64), usize) -> Ordering) {
        let held = std::mem::take(&mut self.held);
        for lane in lanes(held.iter().fold(0, |all, held| all | held.mask)) {
            let mut here: Vec<&Held> =
                held.iter().filter(|held| held.mask >> lane & 1 == 1).collect();
            here.sort_by(|a, b| order((a.occurrence, b.occurrence), lane));
            here.iter().for_each(|held| self.take(&held.gaps, 1 << lane));
        }
    }

    /// Takes in what was read without saying anything.
    pub fn read(&mut self, own: &Gaps, mask: u64) {
        self.gaps.read(own, mask);
    }

    /// Leaves the lanes of a mask to `reference`.
    pub fn leave(&mut self, mask: u64) {
        lanes(mask).for_each(|lane| self.gaps.reads[lane] = f64::INFINITY);
    }

    /// What is missing in all. Of nothing, nothing is near.
    pub fn done(self) -> Gaps {
        let Fold { every, counts, some, mut gaps, .. } = self;
        if every {
            let counts = counts.map(|count| count.max(1.0));
            let divide = |of: &mut Reals| {
                of.iter_mut().zip(&counts).for_each(|(of, count)| *of /= count);
            };
            divide(&mut gaps.total);
            gaps.parts.iter_mut().for_each(|own| divide(&mut own.far));
        } else {
            lanes(!some).for_each(|lane| gaps.total[lane] = 2.0);
        }
        gaps
    }
}
