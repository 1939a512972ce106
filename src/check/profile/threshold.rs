//! The value of a parameter at which a property begins to fail, by bisection with searches.
//!
//! In: a target, a parameter that is a range of numbers, a budget for each search. Out: two
//! values, at one of which it is violated and at the other of which no violation was found.
//!
//! It does not know whether the property is monotone in the parameter: where it is not, the two
//! values still say what they say, but there may be other thresholds.

use super::grid::pin;
use crate::ir::property::Target;
use crate::ir::{Domain, Model, ParamId, Value};
use crate::search::{Budget, Progress, search};

/// What was found at one value.
#[derive(Clone, PartialEq, Debug)]
pub struct At {
    /// The value, the same for all agents.
    pub value: Value,
    /// Whether it was violated; for a witness: whether some run does it.
    pub hit: bool,
    /// Runs of its search.
    pub runs: u64,
    /// Whether everything within the bounds was tried.
    pub exhausted: bool,
}

impl At {
    /// Whether it is an answer: without a run that counts nothing is known.
    pub fn is_known(&self) -> bool {
        self.hit || self.runs > 0
    }
}

/// What a bisection came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Threshold {
    /// The two values with different answers that are nearest to each other, the lesser first;
    /// where both ends of the domain have the same answer, the ends.
    pub low: At,
    /// The greater one.
    pub high: At,
    /// All searches, in the order in which they were made.
    pub tried: Vec<At>,
    /// Whether it was stopped before the values were near enough.
    pub stopped: bool,
    /// A value between them of which nothing is known, and which ended it.
    pub unknown: Option<Value>,
}

impl Threshold {
    /// Whether the two values have different answers.
    pub fn is_between(&self) -> bool {
        self.low.is_known() && self.high.is_known() && self.low.hit != self.high.hit
    }
}

/// Halvings of a range of reals.
const HALVINGS: u32 = 12;

// spec: profile.threshold
/// Bisects a parameter; none where it is no range of numbers.
pub fn threshold(
    model: &Model,
    target: &Target,
    param: ParamId,
    budget: &Budget,
    progress: Progress<'_>,
) -> Option<Threshold> {
    let (low, high) = match &model.params[param].domain {
        Domain::Ints(lo, hi) => (Value::Int(*lo), Value::Int(*hi)),
        Domain::Reals(lo, hi) => (Value::Real(*lo), Value::Real(*hi)),
        Domain::Whole(_) | Domain::Values(..) | Domain::Population(_) | Domain::Optional(_) => {
            return None;
        }
    };
    let mut stopped = false;
    let mut tried = Vec::new();
    let mut ask = |value: Value| {
        let mut target = target.clone();
        target.settings.given.push(pin(model, param, &value));
        let found = search(model, &target, budget, progress);
        stopped |= found.coverage.stopped;
        let at = At {
            value,
            hit: found.witness.is_some()
                || found.chance.as_ref().is_some_and(|chance| chance.violated == Some(true)),
            runs: found.coverage.runs,
            exhausted: found.coverage.exhausted,
        };
        tried.push(at.clone());
        (at, found.coverage.stopped)
    };
    let ((low, cut), (high, also_cut)) = (ask(low), ask(high));
    let mut found = Threshold { low, high, tried: Vec::new(), stopped: false, unknown: None };
    let mut halvings = 0;
    let mut go_on = found.is_between() && !cut && !also_cut;
    while go_on && halvings < HALVINGS {
        let Some(middle) = middle(&found.low.value, &found.high.value) else { break };
        let (at, cut) = ask(middle.clone());
        if !at.is_known() {
            found.unknown = Some(middle);
            break;
        }
        match at.hit == found.low.hit {
            true => found.low = at,
            false => found.high = at,
        }
        // Ints are halved until they are next to each other.
        halvings += u32::from(matches!(middle, Value::Real(_)));
        go_on = !cut;
    }
    found.tried = tried;
    found.stopped = stopped;
    Some(found)
}

/// What lies half-way; none where nothing lies between.
fn middle(low: &Value, high: &Value) -> Option<Value> {
    match (low, high) {
        (Value::Int(low), Value::Int(high)) => {
            let middle = (i128::from(*low) + i128::from(*high)).div_euclid(2) as i64;
            (middle != *low && middle != *high).then_some(Value::Int(middle))
        }
        (Value::Real(low), Value::Real(high)) => {
            let middle = low + (high - low) / 2.0;
            (middle > *low && middle < *high).then_some(Value::Real(middle))
        }
        _ => None,
    }
}
