//! What is missing to what a search wants of a formula.

use super::{Bind, Bits, Dim, Expr, Form, Gauge, Loop, Reads, World};

/// A part of a formula: a place in `Program::parts`.
pub(in crate::engine) type Part = usize;

/// What is missing at one instant.
#[derive(Debug)]
pub(in crate::engine) enum Lack {
    /// The margin of a part, and its truth where that says more.
    Leaf {
        part: Part,
        wanted: bool,
        gauge: Gauge,
        truth: Option<Bits>,
    },
    /// Both are to be as wanted.
    Both(Box<(Lack, Lack)>),
    /// One of two is enough.
    Either(Box<(Lack, Lack)>),
    If(Part, Box<(Bits, Lack, Lack)>),
    Match(Part, Box<Expr>, Vec<(Option<i64>, Lack)>),
    Let(Part, Vec<Bind>, Box<Lack>),
    /// Every element, or one, is to be as wanted; and what is missing for an element to be meant.
    Quantifier {
        part: Part,
        every: bool,
        entry: Box<Loop>,
        guard: Option<Box<Lack>>,
        body: Box<Lack>,
    },
    Initially(Box<Lack>),
    At(Part, World, Reads, Box<Lack>),
}

/// What is missing over time.
#[derive(Debug)]
pub(in crate::engine) enum Missing {
    /// At one instant: a place in `Program::lacks`.
    Atom(usize),
    /// Truth and margin of a part.
    Leaf {
        part: Part,
        wanted: bool,
        truth: Form,
        margin: Form,
    },
    Both(Box<(Missing, Missing)>),
    Either(Box<(Missing, Missing)>),
    If(Part, Box<(Form, Missing, Missing)>),
    Quantifier {
        every: bool,
        dim: Dim,
        inside: Option<Box<Form>>,
        guard: Option<Box<Missing>>,
        body: Box<Missing>,
    },
    /// At every instant of a stretch, or at one.
    Over {
        every: bool,
        back: bool,
        from: u64,
        to: Option<u64>,
        body: Box<Missing>,
    },
    Next {
        part: Part,
        wanted: bool,
        body: Box<Missing>,
    },
    Finally(Part, Box<Missing>),
    Initially(Box<Missing>),
    At(Part, World, Box<Missing>),
}
