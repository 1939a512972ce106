//! From a check to a verdict: what is planned, run, remembered, and claimed.

pub mod campaign;
pub mod causes;
pub mod corpus;
pub mod critical;
pub mod expected;
pub mod front;
pub mod mutate;
pub mod nearby;
pub mod needs;
pub mod options;
pub mod outcome;
pub mod plan;
pub mod profile;
pub mod repair;
pub mod rounds;
pub mod solve;
pub mod unreached;
pub mod verdict;

pub use campaign::Campaign;
pub use options::{Engines, Options};
pub use outcome::{Engine, Outcome, Verdict};
pub use plan::check;

#[cfg(test)]
mod tests;
