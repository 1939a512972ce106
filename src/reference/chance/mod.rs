//! `probability` and `expected`: what one run says of each, and what the counts say of the
//! property. Statistics (how an interval comes from counts) are the caller's.

pub mod chain;
pub mod decide;
pub mod interval;
pub mod tally;
#[cfg(test)]
mod tests;

pub use chain::{Exact, Solved, Sum, exact};
pub use decide::decide;
pub use tally::{ByPolicy, Sample, Tally, TallyKind, merge, tally};
