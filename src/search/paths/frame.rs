//! Where a walk over all runs of a setup goes on: beside a run that was made.

use crate::search::enumerate::Asked;

/// A path, and the first answer at which other options are its own to try.
pub type Path = (Vec<usize>, usize);

/// A run of which other options are still to be tried.
pub struct Frame {
    /// Which option it took at each answer.
    places: Vec<usize>,
    /// What it was asked.
    asked: Asked,
    /// The first answer at which others are tried here.
    from: usize,
    /// The place after the answer whose options are being tried, and the next of them.
    at: usize,
    option: usize,
}

impl Frame {
    /// The run of a path, and what it was asked.
    pub fn new((path, from): Path, asked: Asked) -> Frame {
        let at = |place: usize| path.get(place).copied().unwrap_or(0);
        let places = (0..asked.counts.len()).map(at).collect();
        let at = asked.deciding;
        let mut frame = Frame { places, asked, from, at, option: 0 };
        frame.open(at);
        frame
    }

    fn open(&mut self, at: usize) {
        self.at = at;
        self.option = at.checked_sub(1).map_or(0, |last| self.places[last] + 1);
    }

    /// The next path beside this one: the last answer that has another option changes first.
    pub fn next(&mut self) -> Option<Path> {
        while self.at > self.from {
            let last = self.at - 1;
            if self.option < self.asked.counts[last] {
                let mut path = self.places[..last].to_vec();
                path.push(self.option);
                self.option += 1;
                return Some((path, self.at));
            }
            self.open(last);
        }
        None
    }
}
