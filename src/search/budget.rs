//! What a search may spend, and how it says how far it is.

/// What a search may spend. No `Default`: whoever searches decides.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Runs at most, over all sizes.
    pub runs_max: u64,
    /// Runs that an exhaustive search of one size may take; above that the space is sampled.
    pub exhaust_max: u64,
    /// Steps of Markov chains at most, for chances that are computed; 0: all are estimated.
    pub chain_max: u64,
    /// Attempts of the shrinker at most.
    pub shrink_max: u64,
    /// What every random number derives from.
    pub seed: crate::base::Seed,
    /// Threads; the result does not depend on it.
    pub threads: usize,
    /// How runs are sampled where not all are tried.
    pub guidance: Guidance,
}

/// How runs are sampled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Guidance {
    /// All drawn independently.
    Random,
    /// Half of them drawn independently, half guided by what runs have shown.
    Guided,
}

/// How far a search is; it returns `false` to stop it (Ctrl-C, a time limit), and what was found
/// so far comes back.
pub type Progress<'a> = &'a (dyn Fn(Step) -> bool + Sync);

/// A step of a search.
#[derive(Clone, Copy, Default, Debug)]
pub struct Step {
    /// Runs so far.
    pub runs: u64,
    /// Runs that may be made.
    pub runs_max: u64,
    /// The size that is searched: all agents.
    pub agents: u32,
    /// Whether a violation is being shrunk.
    pub shrinking: bool,
    /// Distinct setups so far.
    pub setups: u64,
    /// How far the nearest run is from what is looked for, summed over the parts of the property;
    /// none where no guided run was made.
    pub nearest: Option<f64>,
}
