//! Answers to the choices and draws of runs on the compiled engine.
//!
//! In: for each lane a run, and whether it is bold. Out: what `Replay` (or [`Bold`](super::bold))
//! says to the reference.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bold::Leaning;
use crate::base::Seed;
use crate::engine::{Choices, Key, LANES, Seeded, word};
use crate::ir::Value;
use crate::reference::answers::{choice_words, draw_words};
use crate::trace::Run;

/// What a run lists, as words by the words of keys.
#[derive(Default, Debug)]
pub struct Words(BTreeMap<Vec<u32>, i64>);

impl Words {
    /// The lists of a run; none where something in them is no single word, or is of one world
    /// alone where worlds share their numbers.
    pub fn of(run: &Run) -> Option<Arc<Words>> {
        /// The word of -0.0, which equals 0.0 and stands for `none` elsewhere.
        const NEGATIVE_ZERO: u64 = 1 << 63;
        let known = |value: &Value| {
            let negative = matches!(value, Value::Real(real) if real.to_bits() == NEGATIVE_ZERO);
            word(value).filter(|_| !negative)
        };
        let mut words = BTreeMap::new();
        for (key, value) in &run.choices {
            words.insert(choice_words(key), known(value)?);
        }
        for (key, value) in &run.draws {
            if key.world.is_some() {
                return None;
            }
            words.insert(draw_words(key), known(value)?);
        }
        Some(Arc::new(Words(words)))
    }
}

/// Who answers in a lane.
#[derive(Clone)]
pub struct Answerer {
    /// What its run does not list comes from here.
    pub seed: Seed,
    /// Whether its run is bold.
    pub bold: bool,
    /// What its run lists.
    pub words: Arc<Words>,
}

/// The answers of a block.
pub struct OfRuns {
    seeded: Seeded,
    bold: Vec<Option<Leaning>>,
    lists: Vec<Option<Arc<Words>>>,
}

impl OfRuns {
    /// Of who answers in each lane.
    pub fn new(lanes: &[Answerer]) -> OfRuns {
        let seeds: Vec<Seed> = lanes.iter().map(|lane| lane.seed).collect();
        let bold = lanes.iter().map(|lane| lane.bold.then(|| Leaning::new(lane.seed)));
        let list = |lane: &Answerer| (!lane.words.0.is_empty()).then(|| Arc::clone(&lane.words));
        let lists = lanes.iter().map(list).collect();
        OfRuns { seeded: Seeded::new(&seeds, &seeds), bold: bold.collect(), lists }
    }

    /// What is done in the lanes of bold runs.
    fn each(&self, key: &Key<'_>, lanes: u64, mut done: impl FnMut(usize, &Leaning, &[u32])) {
        let mut words = Vec::new();
        for (lane, bold) in self.bold.iter().enumerate() {
            if let Some(bold) = bold
                && lanes >> lane & 1 == 1
            {
                key.words(lane, &mut words);
                done(lane, bold, &words);
            }
        }
    }
}

impl Choices for OfRuns {
    fn draw(&mut self, key: &Key<'_>, lanes: u64, numbers: &mut [f64; LANES]) {
        self.seeded.draw(key, lanes, numbers);
        self.each(key, lanes, |lane, bold, words| numbers[lane] = bold.uniform(words));
    }

    fn pick(
        &mut self,
        key: &Key<'_>,
        lanes: u64,
        counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) {
        self.seeded.pick(key, lanes, counts, places);
        self.each(key, lanes, |lane, bold, _| {
            if let Some(place) = bold.place(key.site, counts[lane] as usize) {
                places[lane] = place as u32;
            }
        });
    }

    fn propose(&mut self, key: &Key<'_>, lanes: u64, numbers: &mut [f64; LANES]) {
        self.seeded.propose(key, lanes, numbers);
        self.each(key, lanes, |lane, bold, _| {
            if let Some(number) = bold.end(0) {
                numbers[lane] = number;
            }
        });
    }

    fn listed(&mut self, key: &Key<'_>, lanes: u64, out: &mut [i64; LANES]) -> u64 {
        let (mut some, mut words) = (0, Vec::new());
        for (lane, list) in self.lists.iter().enumerate() {
            if let Some(Words(list)) = list.as_deref()
                && lanes >> lane & 1 == 1
            {
                key.words(lane, &mut words);
                if let Some(word) = list.get(&words) {
                    out[lane] = *word;
                    some |= 1 << lane;
                }
            }
        }
        some
    }
}
