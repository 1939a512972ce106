//! What has a margin at one instant.

use super::{Bind, Bits, Expr, Loop, Num, Order, Reads, Slack, World};

/// How far something that needs one instant is from the other verdict.
#[derive(Debug)]
pub(in crate::engine) enum Gauge {
    /// As far as a bool is: 1 or -1.
    Truth(Bits),
    /// A comparison of numbers.
    Compare(Box<Compared>),
    Not(Box<Gauge>),
    /// The lesser.
    Least(Box<(Gauge, Gauge)>),
    /// The greater.
    Most(Box<(Gauge, Gauge)>),
    If(Box<(Bits, Gauge, Gauge)>),
    Match(Box<Expr>, Vec<(Option<i64>, Gauge)>),
    Let(Vec<Bind>, Box<Gauge>),
    /// A binder over a formula: the least (`all`) or greatest of its elements.
    Quantifier {
        all: bool,
        entry: Box<Loop>,
        body: Box<Gauge>,
    },
    /// The same an instant ago; at the start the other.
    Prev(Box<(Gauge, Gauge)>),
    Initially(Box<Gauge>),
    At(World, Reads, Box<Gauge>),
}

/// Two numbers that are compared.
#[derive(Debug)]
pub(in crate::engine) struct Compared {
    pub order: Order,
    /// By how much reals may miss; none: ints.
    pub slack: Option<Slack>,
    /// The width of what is compared, where it has one.
    pub width: Option<f64>,
    /// Whether the right side may be `none`.
    pub optional: bool,
    pub sides: (Num, Num),
}
