//! The meaning of a model: the reference evaluator, one function per rule of `spec/`.
//!
//! Never optimised beyond what keeps it usable; the only maker of a [`Witness`].

pub mod answers;
#[cfg(test)]
mod built;
pub mod chance;
pub mod domain;
pub mod eval;
pub mod execute;
pub mod judge;
pub mod measure;
pub mod society;
mod step;
pub mod witness;

pub use answers::{Answers, Outcomes, Replay};
pub use eval::Branch;
pub use execute::{Execution, WorldRun, execute};
pub use judge::{Gap, Guards, Judgement, SettledBy, Terms, Truth, gap, judge};
pub use measure::measure;
pub use society::{Society, admitted, default_of, deviations, edges, fits, society};
pub use witness::{Why, Witness, explain};
