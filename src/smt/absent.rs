//! The solver of a build without z3: every question is answered by saying so.

use super::answer::{Answer, Extreme};
use super::horn::System;
use super::purse::Purse;
use super::term::{Term, Terms};

/// Why nothing is answered.
const ABSENT: &str = "this polity was built without the solver: build it with the feature `z3`";

/// There is no version of what is not there.
pub fn version() -> Result<String, String> {
    Err(ABSENT.to_string())
}

/// A session with nobody: it answers that there is no solver.
pub struct Session;

impl Session {
    /// Nothing is kept.
    pub fn new(_demanded: Vec<Term>) -> Session {
        Session
    }

    /// Nothing is kept.
    pub fn demand(&mut self, _term: Term) {}

    /// Answers that there is no solver.
    pub fn solve(&mut self, _terms: &Terms, _also: Option<Term>, _purse: &Purse<'_>) -> Answer {
        Answer::Unknown(ABSENT.to_string())
    }

    /// Answers that there is no solver.
    pub fn glance(&mut self, _terms: &Terms, _also: Option<Term>, _purse: &Purse<'_>) -> Answer {
        Answer::Unknown(ABSENT.to_string())
    }

    /// Answers that there is no solver.
    pub fn fewest(&mut self, _terms: &Terms, _few: &[Term], _purse: &Purse<'_>) -> Answer {
        Answer::Unknown(ABSENT.to_string())
    }
}

/// Answers that there is no solver.
pub fn solve(_terms: &Terms, _asserted: &[Term], _purse: &Purse<'_>) -> Answer {
    Answer::Unknown(ABSENT.to_string())
}

/// Answers that there is no solver.
pub fn extreme(
    _terms: &Terms,
    _asserted: &[Term],
    _number: Term,
    _least: bool,
    _purse: &Purse<'_>,
) -> Extreme {
    Extreme::Unknown(ABSENT.to_string())
}

/// Nothing is proved without a solver.
pub fn invariant(_terms: &Terms, _system: &System, _purse: &Purse<'_>) -> bool {
    false
}
