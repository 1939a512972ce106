//! What a check found out about one property, and how strong the claim is (§8).

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::causes::Causes;
use super::front::Front;
use super::repair::Repaired;
use crate::diag::Span;
use crate::ir::property::{Counter, Target};
use crate::reference::Witness;
use crate::search::{Coverage, Estimate, Least};

/// The answer to one [`Target`].
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was checked.
    pub target: Target,
    /// What is claimed.
    pub verdict: Verdict,
    /// Whether the verdict (and sizes, and no vacuity) is what was expected.
    pub as_expected: bool,
    /// Why not as expected, or why inconclusive, in words.
    pub reason: Option<String>,
    /// The counterexample, or a found witness's run. None for chance properties (see `estimates`)
    /// and where nothing was found.
    pub witness: Option<Witness>,
    /// The setup of a violated chance property.
    pub setup: Option<crate::trace::Setup>,
    /// What the counterexample rests on; none without a run that violates.
    pub causes: Option<Causes>,
    /// What each declared repair comes to, where something is violated.
    pub repairs: Vec<Repaired>,
    /// How small the counterexample is known to be; none without one.
    pub minimal: Option<Least>,
    /// The sizes of the counterexample: every counter, populations included.
    pub sizes: BTreeMap<Counter, u32>,
    /// Ties that count as edges, by structure, in the order of declaration.
    pub edges: Vec<(String, u32)>,
    /// What was covered.
    pub coverage: Coverage,
    /// Guards that were never true or non-empty, worlds that never differed, in words, with
    /// their place.
    pub vacuous: Vec<(Span, String)>,
    /// What no run reached: branches, rules, variants, families, in words.
    pub unreached: Vec<String>,
    /// Which designs are undominated, where the check has a `front`.
    pub front: Option<Front>,
    /// The intervals of a chance property: the node's place, low, high, the estimate, runs.
    pub estimates: Vec<Estimate>,
    /// The counterexample's file, if one was written or replayed.
    pub file: Option<PathBuf>,
    /// What became of the corpus's counterexamples: file and whether it still fails, is fixed
    /// or stale.
    pub corpus: Vec<(PathBuf, CorpusState)>,
    /// What the claim rests on.
    pub engine: Engine,
    /// Why the solver did not decide, if it was asked and did not.
    pub undecided: Option<String>,
    /// Wall time in seconds, for the reader only.
    pub seconds: f64,
}

/// What a claim rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// Runs that were sampled.
    Search,
    /// Every run within the bounds.
    Exhaust,
    /// The solver.
    Solve,
}

impl Engine {
    /// The word of the JSON results.
    pub fn word(self) -> &'static str {
        match self {
            Engine::Search => "search",
            Engine::Exhaust => "exhaust",
            Engine::Solve => "solve",
        }
    }
}

/// What is claimed, from strong to weak.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// A run that anyone can replay (chance: the interval excludes the bound).
    Violated,
    /// For every number of steps, by induction.
    Proved,
    /// Every setup, choice, schedule and draw in the support, up to the horizon.
    Verified,
    /// Some runs.
    Tested,
    /// Nothing is claimed; the reason says why.
    Inconclusive,
    /// A witness's run.
    Found,
    /// No run of a witness in those that were tried.
    NotFound,
    /// A signature's property: monitored, not searched.
    Monitored,
}

/// What became of a stored counterexample.
#[derive(Clone, PartialEq, Debug)]
pub enum CorpusState {
    /// It still violates.
    StillFails,
    /// It no longer violates.
    Fixed,
    /// The model changed so that it no longer applies; why.
    Stale(String),
}

impl Verdict {
    /// The word of the JSON results.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Violated => "violated",
            Verdict::Proved => "proved",
            Verdict::Verified => "verified",
            Verdict::Tested => "tested",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Found => "found",
            Verdict::NotFound => "not_found",
            Verdict::Monitored => "monitored",
        }
    }
}
