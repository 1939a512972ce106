//! Who answers the choices and draws of a block.
//!
//! The engine asks for uniform numbers and places in lists, for many lanes at once, and does
//! not know who answers. A key's words are those that `reference` derives its numbers from.

use super::program::{LANES, Tag};
use crate::base::Seed;
use crate::base::mass::Mass;
use crate::base::random::Sponge;
use crate::base::vector::vectorised;
use crate::ir::SiteId;

/// What a choice or draw is known by (§5), in all lanes.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// Item and name.
    pub site: SiteId,
    /// The number of the step, or how often the rule instance has fired.
    pub turn: Part<'a>,
    /// 0, or after 1 the place of the world that chooses on its own.
    pub world: Part<'a>,
    /// The values of all enclosing binders.
    pub binders: &'a [(Tag, Part<'a>)],
}

/// A value in all lanes.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// The same.
    Same(i64),
    /// Lane by lane.
    Each(&'a [i64; LANES]),
}

impl Part<'_> {
    /// Its value in a lane.
    pub fn at(&self, lane: usize) -> i64 {
        match self {
            Part::Same(value) => *value,
            Part::Each(column) => column[lane],
        }
    }

    fn same(&self) -> bool {
        match self {
            Part::Same(_) => true,
            Part::Each(_) => false,
        }
    }
}

impl Key<'_> {
    /// Whether it is the same in all lanes.
    pub fn same(&self) -> bool {
        self.turn.same() && self.world.same() && self.binders.iter().all(|(_, part)| part.same())
    }

    /// The words of the key in a lane.
    pub fn words(&self, lane: usize, words: &mut Vec<u32>) {
        words.clear();
        let (turn, world) = (self.turn.at(lane) as u32, self.world.at(lane) as u32);
        words.extend([self.site.0, turn, world, self.binders.len() as u32]);
        for (tag, part) in self.binders {
            let value = part.at(lane);
            match tag {
                Tag::Bool => words.extend([1, value as u32]),
                Tag::Int => words.extend([2, value as u32, (value as u64 >> 32) as u32]),
                Tag::Variant(id) => words.extend([6, id.0, value as u32]),
                Tag::Agent => words.extend([7, value as u32]),
            }
        }
    }
}

/// Answers every choice and draw of a block, for the lanes whose bits are set in `lanes`.
pub trait Choices {
    /// The uniform numbers of a draw, in [0, 1).
    fn draw(&mut self, key: &Key<'_>, lanes: u64, numbers: &mut [f64; LANES]);

    /// A place below `counts`, which are not 0.
    fn pick(&mut self, key: &Key<'_>, lanes: u64, counts: &[u32; LANES], places: &mut [u32; LANES]);

    /// The uniform numbers of a choice among the reals of a range, in [0, 1].
    fn propose(&mut self, key: &Key<'_>, lanes: u64, numbers: &mut [f64; LANES]);

    /// A place below `counts`, which are not 0, in the list of what a draw may give; or false,
    /// and it is asked for a uniform number.
    fn outcome(
        &mut self,
        _key: &Key<'_>,
        _lanes: u64,
        _counts: &[u32; LANES],
        _places: &mut [u32; LANES],
    ) -> bool {
        false
    }

    /// In each lane how likely what it gave last is, of those that the list of the draw holds.
    fn took(&mut self, _lanes: u64, _share: &dyn Fn(usize) -> Mass) {}

    /// Whether it takes draws from the lists of what they may give.
    fn lists(&self) -> bool {
        false
    }

    /// What is listed for a choice or draw, which it is if it may be:
    /// the lanes for which something is, and the word for each.
    fn listed(&mut self, _key: &Key<'_>, _lanes: u64, _words: &mut [i64; LANES]) -> u64 {
        0
    }

    /// From here on it is asked for what leads to this instant.
    fn instant(&mut self, _instant: u32) {}
}

/// The first so many lanes.
pub(super) fn first(lanes: usize) -> u64 {
    if lanes >= LANES { u64::MAX } else { (1 << lanes) - 1 }
}

/// The lanes of a mask.
pub(super) fn lanes(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (mask != 0).then(|| {
            let lane = mask.trailing_zeros() as usize;
            mask &= mask - 1;
            lane
        })
    })
}

/// Answers from seeds alone, those of choices and those of draws: as a run without lists does.
pub struct Seeded {
    choices: Sponge<LANES>,
    draws: Sponge<LANES>,
    words: Vec<u32>,
}

/// Sets the numbers of proposals apart from those of picks.
const PROPOSAL: u32 = 0x7072_6F70;

impl Seeded {
    /// The answers of runs whose choices and draws come from these seeds, at most [`LANES`].
    pub fn new(choices: &[Seed], draws: &[Seed]) -> Seeded {
        Seeded { choices: Sponge::new(choices), draws: Sponge::new(draws), words: Vec::new() }
    }

    fn numbers(
        &mut self,
        key: &Key<'_>,
        lanes: u64,
        rest: &[u32],
        drawn: bool,
        out: &mut [f64; LANES],
    ) {
        let seeds = if drawn { &mut self.draws } else { &mut self.choices };
        if key.same() && lanes.count_ones() > 2 {
            key.words(0, &mut self.words);
            self.words.extend(rest);
            seeds.uniforms(&self.words, out);
            return;
        }
        for lane in self::lanes(lanes) {
            key.words(lane, &mut self.words);
            self.words.extend(rest);
            out[lane] = seeds.seed(lane).uniform(&self.words);
        }
    }
}

impl Choices for Seeded {
    fn draw(&mut self, key: &Key<'_>, lanes: u64, numbers: &mut [f64; LANES]) {
        self.numbers(key, lanes, &[], true, numbers);
    }

    fn pick(
        &mut self,
        key: &Key<'_>,
        lanes: u64,
        counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) {
        let mut numbers = [0.0; LANES];
        self.numbers(key, lanes, &[], false, &mut numbers);
        vectorised(
            #[inline(always)]
            || {
                for (place, (number, count)) in places.iter_mut().zip(numbers.iter().zip(counts)) {
                    // Where there is nothing to pick it is not asked for.
                    *place = ((number * f64::from(*count)) as u32).min(count.saturating_sub(1));
                }
            },
        );
    }

    fn propose(&mut self, key: &Key<'_>, lanes: u64, numbers: &mut [f64; LANES]) {
        self.numbers(key, lanes, &[PROPOSAL, 0, 0], false, numbers);
    }
}
