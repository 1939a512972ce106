//! The sequences of answers that a step may be given, one after the other in each lane.
//!
//! In: what is asked. Out: the answers of the sequence whose turn it is in each lane, and how likely
//! they are; first options first, and the last answer that has another option changes first.

use super::super::choices::{Choices, Key, lanes};
use super::super::program::LANES;
use crate::base::mass::Mass;

/// An answerer that gives every sequence of answers its turn.
pub(in super::super) struct Walk {
    /// For each lane its answers so far, each with how many options there were.
    answers: Vec<Vec<(u32, u32)>>,
    /// For each lane its first answer whose other options are its own to try.
    own: [usize; LANES],
    /// How many were asked for in this turn.
    asked: [usize; LANES],
    /// For each lane how likely the answers of this turn are, where that is asked for.
    weights: Option<Box<[Mass; LANES]>>,
    /// For each lane of how many rule instances, each as likely, one moves.
    movers: [u32; LANES],
    /// Whether something was asked for whose options cannot be listed.
    endless: bool,
    /// Whether no sequence is to follow.
    stopped: bool,
}

impl Walk {
    /// An answerer that was asked nothing.
    pub fn new() -> Walk {
        Walk {
            answers: vec![Vec::new(); LANES],
            own: [0; LANES],
            asked: [0; LANES],
            weights: None,
            movers: [1; LANES],
            endless: false,
            stopped: false,
        }
    }

    /// The same, that says how likely its answers are.
    pub fn weighing() -> Walk {
        Walk { weights: Some(Box::new([Mass::ONE; LANES])), ..Walk::new() }
    }

    /// How likely the answers of a lane in this turn are.
    pub fn weight(&self, lane: usize) -> Mass {
        self.weights.as_ref().map_or(Mass::ONE, |weights| weights[lane])
    }

    /// Of how many rule instances one moves from now on, each as likely.
    pub fn set_movers(&mut self, movers: [u32; LANES]) {
        self.movers = movers;
    }

    /// Begins with the first sequence in some lanes.
    pub fn open(&mut self, mask: u64) {
        lanes(mask).for_each(|lane| self.answers[lane].clear());
        self.own = [0; LANES];
    }

    /// Begins a turn.
    pub fn rewind(&mut self) {
        self.asked = [0; LANES];
        let movers = self.movers;
        for (weight, movers) in self.weights.iter_mut().flat_map(|of| of.iter_mut()).zip(movers) {
            *weight = if movers == 1 { Mass::ONE } else { Mass::ONE.shared(f64::from(movers)) };
        }
    }

    /// The next sequences: the lanes of a mask that have one.
    pub fn advance(&mut self, mask: u64) -> u64 {
        let mut open = 0;
        for lane in lanes(if self.stopped { 0 } else { mask }) {
            let answers = &mut self.answers[lane];
            while answers.len() > self.own[lane]
                && let Some((place, count)) = answers.pop()
            {
                if place + 1 < count {
                    answers.push((place + 1, count));
                    open |= 1 << lane;
                    break;
                }
            }
        }
        open
    }

    /// Hands part of what is left in some lanes to others of a mask that have nothing: the lanes
    /// that have something then. All lanes are asked of one state.
    pub fn spread(&mut self, mut open: u64, within: u64) -> u64 {
        for idle in lanes(within & !open) {
            let first = |lane: usize| {
                let others = |at: &usize| {
                    let (place, count) = self.answers[lane][*at];
                    place + 1 < count
                };
                (self.own[lane]..self.answers[lane].len()).find(others).map(|at| (at, lane))
            };
            // What is decided first leaves most.
            let Some((at, lane)) = lanes(open).filter_map(first).min() else { break };
            let (place, count) = self.answers[lane][at];
            let middle = place + 1 + (count - place - 1) / 2;
            self.answers[lane][at].1 = middle;
            self.answers[idle] = self.answers[lane][..at].to_vec();
            self.answers[idle].push((middle, count));
            self.own[idle] = at;
            open |= 1 << idle;
        }
        open
    }

    /// No sequence is to follow.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// The answers of a lane in this turn.
    pub fn given(&self, lane: usize) -> Vec<u32> {
        self.answers[lane].iter().map(|(place, _)| *place).collect()
    }

    /// Whether something was asked for whose options cannot be listed.
    pub fn is_endless(&self) -> bool {
        self.endless
    }

    fn answer(&mut self, mask: u64, counts: &[u32; LANES], places: &mut [u32; LANES]) {
        for lane in lanes(mask) {
            let (answers, asked) = (&mut self.answers[lane], self.asked[lane]);
            if asked == answers.len() {
                answers.push((0, counts[lane]));
            }
            places[lane] = answers[asked].0;
            self.asked[lane] += 1;
        }
    }
}

impl Choices for Walk {
    fn draw(&mut self, _key: &Key<'_>, _lanes: u64, numbers: &mut [f64; LANES]) {
        self.endless = true;
        numbers.fill(0.5);
    }

    fn pick(
        &mut self,
        _key: &Key<'_>,
        lanes: u64,
        counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) {
        self.answer(lanes, counts, places);
    }

    fn propose(&mut self, _key: &Key<'_>, _lanes: u64, numbers: &mut [f64; LANES]) {
        self.endless = true;
        numbers.fill(0.5);
    }

    fn outcome(
        &mut self,
        _key: &Key<'_>,
        lanes: u64,
        counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) -> bool {
        self.answer(lanes, counts, places);
        true
    }

    fn took(&mut self, lanes: u64, share: &dyn Fn(usize) -> Mass) {
        if let Some(weights) = &mut self.weights {
            self::lanes(lanes).for_each(|lane| weights[lane] = weights[lane].times(share(lane)));
        }
    }

    fn lists(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Part;
    use crate::ir::SiteId;

    /// Asks twice: the second question has two options more than the first answer says.
    fn ask(walk: &mut Walk, open: u64) {
        let (turn, world) = (Part::Same(0), Part::Same(0));
        let key = Key { site: SiteId(0), turn, world, binders: &[] };
        let mut places = [0; LANES];
        walk.rewind();
        walk.outcome(&key, open, &[3; LANES], &mut places);
        walk.took(open, &|_| Mass::ONE.shared(3.0));
        let counts = places.map(|place| place + 2);
        walk.outcome(&key, open, &counts, &mut places);
        walk.took(open, &|lane| Mass::ONE.shared(f64::from(counts[lane])));
    }

    #[test]
    fn what_is_spread_over_lanes_has_its_turn_once_and_weighs_one() {
        for within in [1, 0b11, 0b1101, u64::MAX] {
            let mut walk = Walk::weighing();
            let (mut seen, mut open, mut sum) = (Vec::new(), 1, Mass::default());
            walk.open(within);
            while open != 0 {
                ask(&mut walk, open);
                assert_eq!(open & !within, 0);
                for lane in lanes(open) {
                    seen.push(walk.given(lane));
                    sum = sum.plus(walk.weight(lane));
                }
                open = walk.advance(open);
                open = walk.spread(open, within);
            }
            seen.sort();
            let all = (0..3).flat_map(|first| (0..first + 2).map(move |then| vec![first, then]));
            assert_eq!(seen, all.collect::<Vec<_>>(), "within {within:b}");
            assert!(sum.low <= 1.0 && 1.0 <= sum.high && sum.high - sum.low < 1e-12, "{sum:?}");
        }
    }

    #[test]
    fn every_sequence_has_its_turn_once() {
        let (turn, world) = (Part::Same(0), Part::Same(0));
        let key = Key { site: SiteId(0), turn, world, binders: &[] };
        let mut walk = Walk::new();
        let (mut seen, mut open) = (Vec::new(), 1 << 5);
        walk.open(open);
        while open != 0 {
            walk.rewind();
            let mut places = [0; LANES];
            walk.pick(&key, open, &[2; LANES], &mut places);
            // The second question has as many options as the first answer says.
            walk.pick(&key, open, &[1 + places[5]; LANES], &mut places);
            seen.push(walk.given(5));
            open = walk.advance(open);
        }
        assert_eq!(seen, [vec![0, 0], vec![1, 0], vec![1, 1]]);
        assert!(!walk.is_endless());
    }
}
