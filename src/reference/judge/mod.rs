//! The verdict of a property on an execution: Kleene truth on finite traces, the instant that
//! settles, the margin, vacuity.

#[cfg(test)]
mod cases;
pub mod gaps;
pub mod guards;
#[cfg(test)]
mod laws;
pub mod margin;
#[cfg(test)]
mod texts;
pub mod verdict;

pub use gaps::{Gap, gap};
pub use guards::{Guards, worlds_differ};
pub use verdict::{Judgement, SettledBy, Terms, Truth, judge};
