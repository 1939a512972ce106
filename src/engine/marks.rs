//! What a run may reach of a model.
//!
//! In: marks, as part of what is asked of the runs. Out: of each run the marks that it may have
//! reached: never fewer than it did by the reference, seldom more.

use crate::diag::Span;
use crate::ir::{EnumId, RuleId};

/// Something that a run may reach.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mark {
    /// A rule fires.
    Rule(RuleId),
    /// A step or rule takes an arm of the `if` or `match` that is decided here. Of an `if` they
    /// are 0 and 1: where the condition is true, and where it is not.
    Branch(Span, u32),
    /// A parameter, state, event, choice or draw has this variant.
    Variant(EnumId, u32),
}
