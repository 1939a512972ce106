//! Random decisions, from proptest's generator alone.

use proptest::prelude::Rng;
use proptest::test_runner::TestRng;

/// Decisions, one after the other.
pub struct Dice<'a> {
    rng: &'a mut TestRng,
}

impl<'a> Dice<'a> {
    /// Decisions from `rng`.
    pub fn new(rng: &'a mut TestRng) -> Dice<'a> {
        Dice { rng }
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        assert!(count > 0, "nothing to choose from");
        (self.rng.next_u64() % count as u64) as usize
    }

    /// A number of `lo..=hi`.
    pub fn between(&mut self, lo: i64, hi: i64) -> i64 {
        lo + self.below((hi - lo + 1) as usize) as i64
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent as usize
    }

    /// One of them.
    pub fn pick<'b, T>(&mut self, all: &'b [T]) -> &'b T {
        &all[self.below(all.len())]
    }

    /// One of them, as likely as its weight says.
    pub fn weighted<T: Copy>(&mut self, all: &[(u32, T)]) -> T {
        let sum: u32 = all.iter().map(|(weight, _)| weight).sum();
        let mut at = self.below(sum as usize) as u32;
        for (weight, one) in all {
            match at.checked_sub(*weight) {
                Some(rest) => at = rest,
                None => return *one,
            }
        }
        unreachable!("the weights are more than their sum")
    }
}
