//! What to check, and what it may cost.

use super::campaign::Campaign;
use crate::search::Budget;

/// Which engines may answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engines {
    /// The search, and the solver for what it leaves open.
    Auto,
    /// The search alone.
    Search,
    /// The search, exhaustive or not at all.
    Exhaust,
    /// The solver alone.
    Solve,
}

/// What to check and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Only properties (or aliases) with these names; empty: all.
    pub only: Vec<String>,
    /// What each target may spend; `runs:` of a check overrides `runs_max`, `seed:` the seed.
    pub budget: Budget,
    /// The rounds of searches; none: each search is one round.
    pub campaign: Option<Campaign>,
    /// Which engines may answer.
    pub engines: Engines,
    /// What the solver may spend on each target, in z3's own count of work.
    pub work: u64,
    /// The corpus's folder (`counterexamples/`), if there is one: replayed first.
    pub corpus: Option<std::path::PathBuf>,
    /// Whether counterexamples are written there.
    pub save: bool,
}
