//! Shrinking: from a run that violates a property to a least one that does.
//!
//! In: a violating run. Out: a violating run, never greater, and whether every single edit of
//! every pass fails on it (1-minimal).
//!
//! # Invariants
//! - Every candidate that is kept is less than the best so far, in the order of
//!   [`order`](super::order), and was replayed.
//! - A pass is a function from a run to its single edits; a round in which no edit was kept
//!   ends the loop.

mod agents;
mod choices;
mod deviations;
mod draws;
mod instants;
mod labels;
mod remap;
mod reset;
mod steps;
mod ties;
mod values;

mod keep;
mod screen;

pub use keep::{Shrunk, one_minimal, shrink};
pub use reset::{Place, goals, put_back, without_agent};

use super::order::setup_rank;
use super::space::Space;
use crate::base::Seed;
use crate::reference::{Execution, Judgement, admitted};
use crate::trace::{Run, Setup};

/// A run to be edited, with what it did if that is known.
#[derive(Clone, Copy)]
pub(crate) struct Draft<'a> {
    /// What setups there are.
    pub space: &'a Space,
    /// The run.
    pub run: &'a Run,
    /// What it did; none where only the setup counts.
    pub result: Option<(&'a Execution, &'a Judgement)>,
}

/// One edit of a run.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// What was done, in words.
    pub what: String,
    /// The edited run.
    pub run: Run,
}

/// All single edits of one kind.
type Pass = fn(&Draft<'_>) -> Vec<Candidate>;

/// The passes that edit the setup, what matters most first.
const SETUP_PASSES: [Pass; 5] =
    [agents::edits, deviations::edits, ties::edits, values::edits, labels::edits];

/// The passes that edit what happens.
const RUN_PASSES: [Pass; 4] = [instants::edits, steps::edits, choices::edits, draws::edits];

/// The setups next to this one that are simpler: admitted, and less in the order of least as
/// far as it speaks of setups.
pub fn simpler_setups(space: &Space, setup: &Setup) -> Vec<Setup> {
    let run = Run {
        setup: setup.clone(),
        seed: Seed(0),
        choices: Default::default(),
        draws: Default::default(),
        steps: 0,
    };
    let draft = Draft { space, run: &run, result: None };
    let rank = setup_rank(&space.model, setup);
    let candidates = SETUP_PASSES.iter().flat_map(|pass| pass(&draft));
    candidates
        .map(|candidate| candidate.run.setup)
        .filter(|simpler| {
            space.holds(&simpler.sizes)
                && setup_rank(&space.model, simpler) < rank
                && admitted(&space.model, simpler, &space.given) == Ok(true)
        })
        .collect()
}

/// The setups next to this one with fewer agents, deviations or edges: its values stay.
pub fn chance_edits(space: &Space, setup: &Setup) -> Vec<Setup> {
    let (choices, draws) = Default::default();
    let run = Run { setup: setup.clone(), seed: Seed(0), choices, draws, steps: 0 };
    let draft = Draft { space, run: &run, result: None };
    let passes = SETUP_PASSES[..3].iter();
    passes.flat_map(|pass| pass(&draft)).map(|candidate| candidate.run.setup).collect()
}
