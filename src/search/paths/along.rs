//! Answers of runs on the engine that go along paths.

use crate::engine::{Choices, Key, LANES};
use crate::search::enumerate::Asked;

/// An answer: how many options it had, and the instant that it leads to.
pub struct Answer {
    count: usize,
    instant: u32,
}

/// What one run was asked.
pub struct Answered {
    all: Vec<Answer>,
    /// Whether something was asked for whose options cannot be listed.
    pub endless: bool,
}

impl Answered {
    /// What it was asked, of which what leads past the settling instant decides nothing.
    pub fn asked(&self, settled: Option<u32>) -> Asked {
        let early = |one: &Answer| settled.is_none_or(|settled| one.instant <= settled);
        let deciding = self.all.iter().rposition(early).map_or(0, |last| last + 1);
        Asked { counts: self.all.iter().map(|one| one.count).collect(), deciding }
    }
}

/// Answers along a path in each run, with the first option after its end.
pub struct Along<'a> {
    paths: Vec<&'a [usize]>,
    /// What each run was asked.
    pub runs: Vec<Answered>,
    /// How many lanes a run has: of several, the first takes no step and the others are worlds.
    size: usize,
    instant: u32,
}

impl<'a> Along<'a> {
    /// Of the path of each run.
    pub fn new(paths: Vec<&'a [usize]>, size: usize) -> Along<'a> {
        let runs = paths.iter().map(|_| Answered { all: Vec::new(), endless: false }).collect();
        Along { paths, runs, size, instant: 0 }
    }

    fn branch(&mut self, run: usize, count: u32) -> u32 {
        let (answers, count) = (&mut self.runs[run].all, count as usize);
        let at = self.paths[run].get(answers.len()).copied().unwrap_or(0);
        answers.push(Answer { count, instant: self.instant });
        at.min(count - 1) as u32
    }

    /// The worlds of a run share an answer, but for what is asked of one alone.
    fn answer(
        &mut self,
        key: &Key<'_>,
        mask: u64,
        counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) {
        let mut shared: Vec<(usize, Vec<u32>, u32)> = Vec::new();
        for lane in lanes(mask) {
            let run = lane / self.size;
            if self.size == 1 || key.world.at(lane) != 0 {
                places[lane] = self.branch(run, counts[lane]);
                continue;
            }
            let mut words = Vec::new();
            key.words(lane, &mut words);
            let same = shared.iter().rev().find(|(of, own, _)| *of == run && *own == words);
            places[lane] = match same {
                Some((_, _, place)) => *place,
                None => {
                    let place = self.branch(run, counts[lane]);
                    shared.push((run, words, place));
                    place
                }
            };
        }
    }

    fn endless(&mut self, mask: u64) {
        for lane in lanes(mask) {
            self.runs[lane / self.size].endless = true;
        }
    }
}

/// The lanes of a mask.
fn lanes(mask: u64) -> impl Iterator<Item = usize> {
    (0..LANES).filter(move |lane| mask >> lane & 1 == 1)
}

impl Choices for Along<'_> {
    fn draw(&mut self, _key: &Key<'_>, lanes: u64, _numbers: &mut [f64; LANES]) {
        self.endless(lanes);
    }

    fn pick(&mut self, key: &Key<'_>, mask: u64, counts: &[u32; LANES], places: &mut [u32; LANES]) {
        self.answer(key, mask, counts, places);
    }

    fn propose(&mut self, _key: &Key<'_>, lanes: u64, _numbers: &mut [f64; LANES]) {
        self.endless(lanes);
    }

    fn outcome(
        &mut self,
        key: &Key<'_>,
        mask: u64,
        counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) -> bool {
        self.answer(key, mask, counts, places);
        true
    }

    fn lists(&self) -> bool {
        true
    }

    fn instant(&mut self, instant: u32) {
        self.instant = instant;
    }
}
