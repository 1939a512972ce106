//! What a search comes back with.

use serde::{Deserialize, Serialize};

use super::reach::Part;
use crate::diag::Span;
use crate::ir::{EnumId, RuleId, StructId};
use crate::reference::{Branch, Guards, Witness};
use crate::social::Family;
use crate::trace::{Fault, Run, Setup};

/// What a search found.
#[derive(Clone, Default, Debug)]
pub struct Found {
    /// The least violating run (for a witness: the least run that does it).
    pub witness: Option<Witness>,
    /// Whether nothing smaller exists within the bounds, or every single removal fails.
    pub minimal: Option<Least>,
    /// What was covered.
    pub coverage: Coverage,
    /// Guards over all runs.
    pub guards: Guards,
    /// A chance property's intervals on the worst setup, and that setup if it violates.
    pub chance: Option<Chance>,
    /// A fault of the formula itself, or of a setup, with a run that shows it.
    pub fault: Option<(Fault, Option<Run>)>,
}

/// How small a counterexample is known to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Least {
    /// Everything smaller was tried.
    Proved,
    /// Every single removal fails.
    Local,
    /// Shrinking was cut off.
    Unshrunk,
}

/// What a chance property's search found.
#[derive(Clone, Debug)]
pub struct Chance {
    /// The worst setup found.
    pub setup: Setup,
    /// The policy's seed (choices fixed in advance).
    pub policy: crate::base::Seed,
    /// What the intervals of fresh runs decide.
    pub violated: Option<bool>,
    /// The intervals.
    pub estimates: Vec<Estimate>,
}

/// What a search covered.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct Coverage {
    /// Runs that counted.
    pub runs: u64,
    /// Of these, runs that the compiled engine decided; the others are the reference's.
    pub compiled: u64,
    /// Distinct setups among them.
    pub setups: u64,
    /// Distinct states that were explored, where all of a size were.
    pub states: u64,
    /// Ways from one of them to one.
    pub transitions: u64,
    /// Whether these are all that there are, at every size: what holds holds for every number of
    /// steps.
    pub closed: bool,
    /// Runs that were drawn independently of each other (for the rate that is left possible).
    pub independent: u64,
    /// Runs that a `require` or an unmet `choose` discarded.
    pub discarded: u64,
    /// The first statement that discarded a run because a choice was only sampled.
    pub sampled_out: Option<Span>,
    /// Setups that an `assume` or `given` refused.
    pub refused: u64,
    /// Runs whose verdict was left pending.
    pub pending: u64,
    /// Runs that ended in a fault: they do not count for other properties.
    pub faulted: u64,
    /// Runs up to and with the first that hit, whether they counted or not; none without a hit.
    pub first_hit: Option<u64>,
    /// Whether everything within the bounds was tried.
    pub exhausted: bool,
    /// Whether the search was stopped from outside.
    pub stopped: bool,
    /// The largest violation rate left possible at the check's confidence, by the independent
    /// runs.
    pub rate_max: Option<f64>,
    /// What no run reached.
    #[serde(skip)]
    pub unreached: Vec<Unreached>,
}

/// A part of a model that no run reached.
#[derive(Clone, PartialEq, Debug)]
pub enum Unreached {
    /// A rule that never fired.
    Rule(RuleId),
    /// A family that is offered at no size.
    Family(StructId, Family),
    /// A branch of an `if` or `match` that was never taken.
    Branch(Branch, Part),
    /// A variant that nothing ever was.
    Variant(EnumId, u32),
}

/// What a `probability` or `expected` was estimated to be.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Estimate {
    /// The node.
    pub span: Span,
    /// The middle.
    pub value: f64,
    /// The interval at the check's confidence.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Runs, with fresh seeds; 0 where it was computed.
    pub runs: u64,
    /// Where it comes from.
    pub by: By,
}

/// Where the number of a `probability` or `expected` comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum By {
    /// Independent runs.
    Runs,
    /// Splitting: the interval is approximate.
    Splitting,
    /// Its Markov chain: the ends are apart by rounding alone, or by what is left open.
    Chain,
}

impl By {
    /// The word of the JSON results.
    pub fn word(self) -> &'static str {
        match self {
            By::Runs => "runs",
            By::Splitting => "splitting",
            By::Chain => "chain",
        }
    }
}
