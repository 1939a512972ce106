//! Where runs reach what is asked for.

use super::super::marks::Mark;
use crate::ir::{EventId, ParamId, StateId};

/// A place among the marks that were asked for.
pub(in crate::engine) type MarkAt = usize;

/// Words of an enum, each with the mark that is reached where a column has it.
pub(in crate::engine) type Variants = Vec<(i64, MarkAt)>;

/// The arms of a `match`: the pattern of each, and what is reached where it is taken.
pub(in crate::engine) type Arms = Vec<(Option<i64>, Option<MarkAt>)>;

/// What was asked for, and which variables hold some of it.
#[derive(Default, Debug)]
pub(in crate::engine) struct Marked {
    pub all: Vec<Mark>,
    pub params: Vec<(ParamId, Variants)>,
    pub states: Vec<(StateId, Variants)>,
    /// Fields of events, by their places.
    pub fields: Vec<(EventId, usize, Variants)>,
}
