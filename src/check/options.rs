//! What to check, and what it may cost.

use crate::search::Budget;

/// What to check and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Only properties (or aliases) with these names; empty: all.
    pub only: Vec<String>,
    /// What each target may spend; `runs:` of a check overrides `runs_max`, `seed:` the seed.
    pub budget: Budget,
    /// The corpus's folder (`counterexamples/`), if there is one: replayed first.
    pub corpus: Option<std::path::PathBuf>,
    /// Whether counterexamples are written there.
    pub save: bool,
}
