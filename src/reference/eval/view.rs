//! Where an expression is read, and why it may have no value.

use std::sync::Arc;

use super::met::Met;
use super::scene::Formula;
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::value::Occurrence;
use crate::ir::{AgentId, Model, Value};
use crate::reference::Society;
use crate::trace::{Fault, FaultKind};

/// Why an expression has no value.
#[derive(Clone, PartialEq, Debug)]
pub enum Stop {
    /// It is not known, or not yet; why, in words.
    Unknown(String),
    /// The model goes wrong.
    Fault(Fault),
}

/// A fault at a place of the text.
pub fn fault(kind: FaultKind, span: Span, message: impl Into<String>) -> Stop {
    Stop::Fault(Fault { kind, message: message.into(), span })
}

/// What an expression is read against.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The model.
    pub model: &'a Model,
    /// Who is there, what they are like, how they are tied.
    pub society: &'a Society,
    /// When it is read.
    pub here: Here<'a>,
}

/// When an expression is read.
#[derive(Clone, Copy)]
pub enum Here<'a> {
    /// Before the run: no state but free starts.
    Setup,
    /// In a step or rule, or at one instant: the old state and what occurred with it.
    Step {
        /// The old state.
        cells: &'a [Value],
        /// What occurred at the old instant.
        events: &'a [Arc<Occurrence>],
        /// The number of the old instant.
        now: u32,
        /// The new state so far: what is not assigned is as old.
        primed: Option<&'a [Value]>,
        /// Where the branches that are taken are noted, if they are.
        met: Option<&'a Met>,
    },
    /// At an instant of a formula's runs.
    Formula(Formula<'a>),
}

/// In whose favour a comparison of reals misses by the tolerance.
///
/// A property's comparison fails only by more than the tolerance, wherever negations put it;
/// what decides inside a number or a set is exact, and so are the guards of steps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Polarity {
    /// The property wants it true: it fails only by more than the tolerance.
    Wanted,
    /// The property wants it false: it holds only by more than the tolerance.
    Unwanted,
    /// Exact.
    Exact,
}

impl Polarity {
    /// Under a negation.
    pub fn negated(self) -> Polarity {
        match self {
            Polarity::Wanted => Polarity::Unwanted,
            Polarity::Unwanted => Polarity::Wanted,
            Polarity::Exact => Polarity::Exact,
        }
    }
}

impl<'a> View<'a> {
    /// In whose favour comparisons miss.
    pub fn polarity(&self) -> Polarity {
        match self.here {
            Here::Setup | Here::Step { .. } => Polarity::Exact,
            Here::Formula(formula) => formula.polarity,
        }
    }

    /// The same with another polarity (formulas only; elsewhere all is exact).
    pub fn with_polarity(&self, polarity: Polarity) -> View<'a> {
        match self.here {
            Here::Setup | Here::Step { .. } => *self,
            Here::Formula(formula) => {
                View { here: Here::Formula(Formula { polarity, ..formula }), ..*self }
            }
        }
    }

    /// The same at another place of the formula's runs.
    pub fn at(&self, here: Formula<'a>) -> View<'a> {
        View { here: Here::Formula(Formula { polarity: self.polarity(), ..here }), ..*self }
    }

    /// The same under a negation.
    pub fn negated(&self) -> View<'a> {
        self.with_polarity(self.polarity().negated())
    }

    /// The same with exact comparisons.
    pub fn exact(&self) -> View<'a> {
        self.with_polarity(Polarity::Exact)
    }

    /// Notes that a branch is taken: 0 and 1 of an `if`, or the place of an arm.
    pub fn take(&self, of: Span, arm: usize) {
        match self.here {
            Here::Step { met: Some(met), .. } => met.note(of, arm),
            Here::Step { met: None, .. } | Here::Setup | Here::Formula(_) => {}
        }
    }

    /// Whether `agent` is not there now: a world left it out, or a record has not named it yet.
    pub fn absent(&self, agent: AgentId) -> bool {
        let since = self.society.since.get(agent.index()).copied().unwrap_or(0);
        match self.here {
            Here::Setup => since == u32::MAX,
            Here::Step { now, .. } => since > now,
            Here::Formula(formula) => since.max(formula.since(agent)) > formula.instant,
        }
    }

    /// Notes that a fault is passed over.
    pub fn pass_over(&self) {
        match self.here {
            Here::Setup | Here::Step { .. } => {}
            Here::Formula(formula) => formula.scene.passed_over.set(true),
        }
    }

    /// Notes for vacuity whether a guard is true or non-empty here.
    pub fn note(&self, guard: Span, seen: bool) {
        match self.here {
            Here::Setup | Here::Step { .. } => {}
            Here::Formula(formula) => formula.scene.note(guard, seen),
        }
    }
}
