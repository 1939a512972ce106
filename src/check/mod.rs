//! From a check to a verdict: what is planned, run, remembered, and claimed.

pub mod corpus;
pub mod expected;
pub mod options;
pub mod outcome;
pub mod plan;
pub mod verdict;

pub use options::Options;
pub use outcome::{Outcome, Verdict};
pub use plan::check;

#[cfg(test)]
mod tests;
