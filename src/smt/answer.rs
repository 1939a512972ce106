//! What a solver says: the same types with and without one.

use super::assignment::Assignment;
use super::number::Rational;

/// An answer.
pub enum Answer {
    /// All of it holds here.
    Found(Box<Assignment>),
    /// Nothing makes all of it hold.
    None,
    /// Not known, and why.
    Unknown(String),
}

/// The end of the values that a number can have.
pub enum Extreme {
    /// The bound, whether it is attained, and an assignment (near it, if it is not).
    At {
        /// The bound.
        value: Rational,
        /// Whether it is attained.
        attained: bool,
        /// An assignment.
        found: Option<Box<Assignment>>,
    },
    /// Nothing makes all of it hold.
    Never,
    /// Not known, and why.
    Unknown(String),
}
