//! Every combination of outcomes of one step, one after the other, each with its probability.
//!
//! In: a policy for the choices. Out: an answerer that goes through all draws, depth first.
//!
//! # Invariants
//! - The draws of one key come from one uniform number: a world's own distribution cuts what the
//!   shared one has left of it (`[low, high)` of the unit interval).
//! - Of `schedule random` only the order of ranks matters: the k-th rank that is asked for is the
//!   least so far with probability 1/k, whatever the others are.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::mass::Mass;
use crate::ir::{SiteId, Value};
use crate::reference::chance::tally::Sample;
use crate::reference::{Answers, Outcomes, Replay};
use crate::trace::{Key, Run};

/// Outcomes of one draw at most.
const OUTCOMES_MAX: usize = 1_000;

/// The answers of one combination, and where the next one differs.
pub struct Branches {
    policy: Run,
    /// Which outcome is taken at each draw that was asked for, and of how many.
    taken: Vec<(usize, usize)>,
    /// How many draws were asked for since the step began.
    asked: usize,
    weight: Mass,
    /// What is left of the uniform number of each shared key.
    left: BTreeMap<Key, (f64, f64)>,
    /// Ranks that were asked for, and the least so far.
    ranks: u32,
    least: f64,
    random: Option<SiteId>,
    /// Whether a draw could not be listed.
    endless: bool,
}

/// An outcome and where its part of the unit interval begins and ends.
struct Part {
    value: Value,
    low: f64,
    high: f64,
    share: Mass,
}

impl Branches {
    /// Choices by the sample's policy.
    pub fn new(sample: &Sample<'_>, random: Option<SiteId>) -> Branches {
        let policy = Run {
            setup: sample.setup.clone(),
            seed: sample.policy,
            choices: Default::default(),
            draws: Default::default(),
            steps: sample.steps,
        };
        Branches {
            policy,
            taken: Vec::new(),
            asked: 0,
            weight: Mass::ONE,
            left: BTreeMap::new(),
            ranks: 0,
            least: 1.0,
            random,
            endless: false,
        }
    }

    /// The probability of the combination that was answered; none: it could not be listed.
    pub fn weight(&self) -> Option<Mass> {
        (!self.endless).then_some(self.weight)
    }

    /// Goes on to the next combination; false after the last one.
    pub fn next(&mut self) -> bool {
        (self.asked, self.weight, self.ranks, self.least) = (0, Mass::ONE, 0, 1.0);
        self.left.clear();
        while let Some((place, count)) = self.taken.pop() {
            if place + 1 < count {
                self.taken.push((place + 1, count));
                return true;
            }
        }
        false
    }

    /// Which of `count` branches is taken now.
    fn branch(&mut self, count: usize) -> usize {
        if self.asked == self.taken.len() {
            self.taken.push((0, count));
        }
        let (place, known) = self.taken[self.asked];
        debug_assert_eq!(known, count, "a step asks the same of the same answers");
        self.asked += 1;
        place
    }

    fn rank(&mut self) -> f64 {
        self.ranks += 1;
        let all = f64::from(self.ranks);
        let first = self.ranks == 1;
        let least = first || self.branch(2) == 0;
        let share = |part: f64| Mass { low: part, high: part }.shared(all);
        if !first {
            self.weight = self.weight.times(share(if least { 1.0 } else { all - 1.0 }));
        }
        if least {
            self.least /= 2.0;
            return self.least;
        }
        self.least * 1.5
    }
}

impl Answers for Branches {
    fn pick(&mut self, key: &Key, options: &Arc<Vec<Value>>) -> usize {
        Replay::new(&self.policy).pick(key, options)
    }

    fn propose(
        &mut self,
        key: &Key,
        rows: usize,
        domain: &Outcomes,
        attempt: u32,
    ) -> Option<Vec<Value>> {
        Replay::new(&self.policy).propose(key, rows, domain, attempt)
    }

    fn draw(&mut self, key: &Key, outcomes: &Outcomes) -> Value {
        if self.random == Some(key.site) {
            return Value::Real(self.rank());
        }
        let shared = Key { world: None, ..key.clone() };
        let known = self.left.get(&shared).copied();
        let Some(mut parts) = parts(outcomes) else {
            self.endless = true;
            return outcomes.quantile(0.5);
        };
        if let Some((low, high)) = known {
            parts.retain(|part| part.high > low && part.low < high);
            for part in &mut parts {
                (part.low, part.high) = (part.low.max(low), part.high.min(high));
                part.share = Mass::about(part.high - part.low).of(Mass::about(high - low));
            }
        }
        let place = self.branch(parts.len());
        let part = parts.swap_remove(place);
        self.weight = self.weight.times(part.share);
        self.left.insert(shared, (part.low, part.high));
        part.value
    }
}

/// The outcomes as parts of the unit interval, in order, cut where their quantiles change; none
/// where they are too many.
// spec: draw.keys
fn parts(outcomes: &Outcomes) -> Option<Vec<Part>> {
    match outcomes {
        Outcomes::Finite(shares) if shares.len() <= OUTCOMES_MAX => {
            let mut below = 0.0;
            let last = shares.len() - 1;
            let part = |(place, (value, share)): (usize, &(Value, f64))| {
                let low = below;
                below = if place == last { 1.0 } else { below + share };
                let share = Mass::about(below - low);
                Part { value: value.clone(), low, high: below, share }
            };
            Some(shares.iter().enumerate().map(part).collect())
        }
        Outcomes::Ints(..) => {
            let values = outcomes.values(OUTCOMES_MAX)?;
            let count = values.len() as f64;
            let share = Mass::ONE.shared(count);
            let part = |(place, value)| {
                let (low, high) = (place as f64 / count, (place + 1) as f64 / count);
                Part { value, low, high, share }
            };
            Some(values.into_iter().enumerate().map(part).collect())
        }
        Outcomes::Finite(_) | Outcomes::Reals(..) | Outcomes::Normal(..) => None,
    }
}
