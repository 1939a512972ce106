//! What cannot be encoded: an error that names it and its place, never dropped.

use crate::diag::Span;

/// A construct that the solver's encoding does not have.
// spec: solver.limits
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsupported {
    /// Where it stands.
    pub span: Span,
    /// What it is, in words.
    pub what: String,
}

impl Unsupported {
    /// It stands there.
    pub fn new(span: Span, what: impl Into<String>) -> Unsupported {
        Unsupported { span, what: what.into() }
    }
}
