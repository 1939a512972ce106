//! Why an expression has no value: a fault, or what is not known yet; and how that spreads.
//!
//! # Invariants
//! - `fault` and `unknown` exclude each other; a value counts only where neither holds.

use super::Encoder;
use crate::smt::sym::Sym;
use crate::smt::term::Term;

/// When an expression has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stops {
    /// The model goes wrong.
    pub fault: Term,
    /// Not known, or not yet.
    pub unknown: Term,
}

/// A value, with when there is none.
#[derive(Clone, Debug)]
pub struct Found {
    /// The value.
    pub value: Sym,
    /// When there is none.
    pub stops: Stops,
}

impl Encoder<'_> {
    /// Nothing stops.
    pub fn fine(&self) -> Stops {
        Stops { fault: self.terms.no(), unknown: self.terms.no() }
    }

    /// A value that is always there.
    pub fn found(&self, value: Sym) -> Found {
        Found { value, stops: self.fine() }
    }

    /// A fault where `when`.
    pub fn faulting(&self, when: Term) -> Stops {
        Stops { fault: when, unknown: self.terms.no() }
    }

    /// Unknown where `when`.
    pub fn unknown(&self, when: Term) -> Stops {
        Stops { fault: self.terms.no(), unknown: when }
    }

    /// Whether anything stops.
    pub fn stopped(&mut self, stops: Stops) -> Term {
        self.terms.or(stops.fault, stops.unknown)
    }

    /// What comes first stops first.
    pub fn then(&mut self, first: Stops, second: Stops) -> Stops {
        let stopped = self.stopped(first);
        let fault = self.terms.but(second.fault, stopped);
        let unknown = self.terms.but(second.unknown, stopped);
        Stops {
            fault: self.terms.or(first.fault, fault),
            unknown: self.terms.or(first.unknown, unknown),
        }
    }

    /// All are looked at: a fault of any wins over what is unknown of others.
    pub fn together(&mut self, a: Stops, b: Stops) -> Stops {
        let fault = self.terms.or(a.fault, b.fault);
        let unknown = self.terms.or(a.unknown, b.unknown);
        Stops { fault, unknown: self.terms.but(unknown, fault) }
    }

    /// Only where `guard`.
    pub fn stops_where(&mut self, guard: Term, stops: Stops) -> Stops {
        Stops {
            fault: self.terms.and(guard, stops.fault),
            unknown: self.terms.and(guard, stops.unknown),
        }
    }

    /// Those of `a` where `c`, else those of `b`.
    pub fn stops_by(&mut self, c: Term, a: Stops, b: Stops) -> Stops {
        Stops {
            fault: self.terms.choose(c, a.fault, b.fault),
            unknown: self.terms.choose(c, a.unknown, b.unknown),
        }
    }

    /// The truth of what was found, false where it stops.
    pub fn surely(&mut self, found: &Found) -> Term {
        let truth = found.value.truth(&self.terms);
        let stopped = self.stopped(found.stops);
        self.terms.but(truth, stopped)
    }

    /// Known and false.
    pub fn surely_not(&mut self, found: &Found) -> Term {
        let truth = found.value.truth(&self.terms);
        let stopped = self.stopped(found.stops);
        let either = self.terms.or(truth, stopped);
        self.terms.not(either)
    }
}
