//! Answers that lean to extremes: the same option again and again, the ends of distributions.
//!
//! In: a run without lists. Out: answers that come from its seed alone.

use std::sync::Arc;

use crate::base::Seed;
use crate::ir::{SiteId, Value};
use crate::reference::answers::draw_words;
use crate::reference::{Answers, Outcomes, Replay};
use crate::trace::{Key, Run};

/// Bold answers to the reference.
pub struct Bold<'a> {
    replay: Replay<'a>,
    leaning: Leaning,
}

/// Where the answers of one run lean to.
#[derive(Clone, Copy)]
pub struct Leaning {
    seed: Seed,
    habit: Habit,
}

/// How a bold run chooses.
#[derive(Clone, Copy)]
enum Habit {
    First,
    Last,
    Steady,
    Free,
}

impl Leaning {
    /// Where a run of this seed leans to.
    pub fn new(seed: Seed) -> Leaning {
        let seed = seed.stream(1);
        let habits = [Habit::First, Habit::Last, Habit::Steady, Habit::Free];
        let habit = habits[(seed.0 >> 7) as usize % habits.len()];
        Leaning { seed, habit }
    }

    /// The place of a choice among `count`; none: as its seed says.
    pub fn place(&self, site: SiteId, count: usize) -> Option<usize> {
        match self.habit {
            Habit::First => Some(0),
            Habit::Last => Some(count - 1),
            Habit::Steady => Some((self.seed.uniform(&[site.0]) * count as f64) as usize % count),
            Habit::Free => None,
        }
    }

    /// The uniform number that a proposal is the quantile at; none: as its seed says.
    pub fn end(&self, attempt: u32) -> Option<f64> {
        const ENDS: [f64; 4] = [0.0, 1.0 - f64::EPSILON / 2.0, 0.5, 0.25];
        let first = match self.habit {
            Habit::Last => 1,
            Habit::First | Habit::Steady => 0,
            Habit::Free => return None,
        };
        (attempt < 4).then(|| ENDS[(first + attempt as usize) % ENDS.len()])
    }

    /// The uniform number of a draw, by the words of the key that all worlds share.
    pub fn uniform(&self, words: &[u32]) -> f64 {
        let u = self.seed.uniform(words);
        match self.seed.stream(2).uniform(words) {
            side if side < 0.25 => u * 1e-9,
            side if side < 0.5 => 1.0 - (u * 1e-9).max(f64::EPSILON / 2.0),
            _ => u,
        }
    }
}

impl<'a> Bold<'a> {
    /// The bold answers of a run without lists.
    pub fn new(run: &'a Run) -> Bold<'a> {
        Bold { replay: Replay::new(run), leaning: Leaning::new(run.seed) }
    }
}

impl Answers for Bold<'_> {
    fn pick(&mut self, key: &Key, options: &Arc<Vec<Value>>) -> usize {
        let place = self.leaning.place(key.site, options.len());
        place.unwrap_or_else(|| self.replay.pick(key, options))
    }

    fn propose(
        &mut self,
        key: &Key,
        rows: usize,
        domain: &Outcomes,
        attempt: u32,
    ) -> Option<Vec<Value>> {
        match self.leaning.end(attempt) {
            Some(u) => Some(vec![domain.quantile(u); rows]),
            None => self.replay.propose(key, rows, domain, attempt),
        }
    }

    fn draw(&mut self, key: &Key, outcomes: &Outcomes) -> Value {
        // A world's own draw shares the uniform number of the key that all worlds share.
        let shared = Key { world: None, ..key.clone() };
        outcomes.quantile(self.leaning.uniform(&draw_words(&shared)))
    }
}
