//! A violation that the reference evaluator has seen for itself, and why it is one.

mod replay;
#[cfg(test)]
mod tests;
mod why;

pub use replay::{Witness, explain};
pub use why::Why;
