//! The sequences of answers that a step may be given, one after the other in each lane.
//!
//! In: what is asked. Out: the answers of the sequence whose turn it is in each lane; first
//! options first, and the last answer that has another option changes first.

use super::super::choices::{Choices, Key, lanes};
use super::super::program::LANES;

/// An answerer that gives every sequence of answers its turn.
pub(in super::super) struct Walk {
    /// For each lane its answers so far, each with how many options there were.
    answers: Vec<Vec<(u32, u32)>>,
    /// How many were asked for in this turn.
    asked: [usize; LANES],
    /// Whether something was asked for whose options cannot be listed.
    endless: bool,
}

impl Walk {
    /// An answerer that was asked nothing.
    pub fn new() -> Walk {
        Walk { answers: vec![Vec::new(); LANES], asked: [0; LANES], endless: false }
    }

    /// Begins with the first sequence in some lanes.
    pub fn open(&mut self, mask: u64) {
        lanes(mask).for_each(|lane| self.answers[lane].clear());
    }

    /// Begins a turn.
    pub fn rewind(&mut self) {
        self.asked = [0; LANES];
    }

    /// The next sequences: the lanes of a mask that have one.
    pub fn advance(&mut self, mask: u64) -> u64 {
        let mut open = 0;
        for lane in lanes(mask) {
            let answers = &mut self.answers[lane];
            while let Some((place, count)) = answers.pop() {
                if place + 1 < count {
                    answers.push((place + 1, count));
                    open |= 1 << lane;
                    break;
                }
            }
        }
        open
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

    fn lists(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Part;
    use crate::ir::SiteId;

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
