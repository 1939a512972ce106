//! Runs that are told, not made: their states are known.
//!
//! In: how each run ends, and its states, instant by instant. Out: what is said of it.

use super::super::choices::{first, lanes};
use super::{Block, End, Lanes};

/// A run that is told.
pub(in super::super) struct Told {
    /// How many instants it has.
    pub instants: u32,
    /// How it ended.
    pub end: End,
}

impl<'p> Block<'p> {
    /// Judges runs; `show` puts all lanes at an instant, as what is read as old.
    pub(in super::super) fn told(
        &mut self,
        runs: &[Told],
        steps: u32,
        show: &mut dyn FnMut(&mut Block<'p>, u32),
    ) -> Lanes {
        self.used = first(runs.len());
        self.forget();
        let last = runs.iter().map(|run| run.instants).max().unwrap_or(0);
        for instant in 0..last {
            show(self, instant);
            if instant == 0 {
                self.memory.keep_first();
            }
            let of = |is: &dyn Fn(&Told) -> bool| {
                lanes(self.used).filter(|lane| is(&runs[*lane])).fold(0, |m, lane| m | 1 << lane)
            };
            let here = of(&|run| run.instants > instant);
            // What is read at the end is read of those that end here and are complete.
            let ends = |run: &Told, end| run.instants == instant + 1 && run.end == end;
            self.halted = of(&|run| ends(run, End::Halted));
            self.alive = of(&|run| ends(run, End::Cut));
            super::wide::count_up(&mut self.instants, here);
            self.watch(here, instant == steps);
        }
        for (end, run) in self.ends.iter_mut().zip(runs) {
            *end = run.end;
        }
        (self.alive, self.halted) = (0, 0);
        self.lanes()
    }
}
