//! The states of a run, of the simulator or of a recorded system.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Key;
use crate::diag::Span;
use crate::ir::value::Occurrence;
use crate::ir::{RuleId, Value};

/// The states of a run, from instant 0.
#[derive(Clone, PartialEq, Debug)]
pub struct Trace {
    /// At least one, unless the start itself went wrong.
    pub instants: Vec<Instant>,
    /// How it ended.
    pub end: End,
    /// For each agent of the full populations, the first instant at which it is there;
    /// `u32::MAX`: never (a world left it out).
    pub since: Vec<u32>,
    /// Whether instant 0 is the start of the system, so that past operators know what was before.
    pub from_start: bool,
    /// All choices and draws, in the order in which they were asked for.
    pub answers: Vec<Answer>,
}

/// One instant.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Instant {
    /// All state cells, by [`Layout`](crate::ir::layout::Layout).
    pub cells: Vec<Value>,
    /// What occurs now: what was emitted in the step that led here.
    pub events: Vec<Arc<Occurrence>>,
    /// The rule that led here, with the values of its binders.
    pub fired: Option<(RuleId, Vec<Value>)>,
    /// Nanoseconds since the epoch (or any fixed point), where the trace has times.
    pub time: Option<i64>,
    /// The line of a recorded trace, from 1; 0 in a simulation.
    pub line: u32,
    /// Of a recorded trace: the line could not be read, so what occurs now is not known (its
    /// cells are [`Value::Unrecorded`]).
    pub unread: bool,
}

/// A choice or draw that was made.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// Which.
    pub key: Key,
    /// What it was.
    pub value: Value,
    /// Whether chance decided.
    pub drawn: bool,
    /// The instant that it led to; 0 at the start.
    pub instant: u32,
    /// The admissible values where they are finite and few, in order (for the shrinker).
    pub options: Option<Arc<Vec<Value>>>,
}

/// How a run ended.
#[derive(Clone, PartialEq, Debug)]
pub enum End {
    /// By `halt`, because no rule was enabled, or because the model has no dynamics: complete.
    Halted,
    /// At its horizon, or where the record stops.
    Cut,
    /// By a fault in the step from the last instant.
    Faulted(Fault),
    /// By a `require` that failed, or a `choose` that nothing met: the run does not count.
    Discarded {
        /// The statement.
        at: Span,
        /// Whether a choice was only sampled and nothing met it, so that there might be one.
        sampled: bool,
    },
}

/// What went wrong in the model.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// In the user's words: `stock` left its domain 0.0..100.0: it would be -3.5.
    pub message: String,
    /// Where in the text.
    pub span: Span,
}

/// The faults of §4.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum FaultKind {
    /// A value outside its domain.
    Domain,
    /// Division by zero.
    Division,
    /// An int past 64 bits.
    Overflow,
    /// NaN or infinity.
    NotANumber,
    /// A second assignment in one step.
    AssignedTwice,
    /// An index outside a population or range.
    Index,
    /// `min`, `max`, `mean`, `argmax` of nothing.
    Empty,
    /// Reading an agent that is not there.
    Absent,
    /// A probability outside 0..1, or weights that are negative or all 0.
    Distribution,
}
