//! Which branches of the model's dynamics an execution took.
//!
//! In: the branches of `if` and `match` as steps and rules take them. Out: each once.
//!
//! # Invariants
//! - What is noted never changes what a run does.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::diag::Span;

/// A branch of an `if` or `match`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Branch {
    /// The condition, or what is matched.
    pub of: Span,
    /// 0 and 1: where the condition is true, and where not; or the arm's place.
    pub arm: u32,
}

/// The branches that were taken so far.
#[derive(Default, Debug)]
pub struct Met(RefCell<BTreeSet<Branch>>);

impl Met {
    /// Notes a branch.
    pub fn note(&self, of: Span, arm: usize) {
        self.0.borrow_mut().insert(Branch { of, arm: arm as u32 });
    }

    /// All that were noted.
    pub fn all(self) -> BTreeSet<Branch> {
        self.0.into_inner()
    }
}
