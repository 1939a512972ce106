//! Arithmetic that is computed in one go, instead of operation by operation.

use std::ops::{Deref, DerefMut};

use super::{Bits, Cell, Fold, FoldOp, Num, Order, Slack};
use crate::engine::program::LANES;

/// Operations of a kernel at most, so that their results stay in the nearest cache.
pub(in crate::engine) const OPS_MAX: usize = 24;

/// Leaves of a kernel at most.
pub(in crate::engine) const LEAVES_MAX: usize = 8;

/// A word for each lane, from where a line of the cache begins: a vector that crosses from one line
/// to the next costs twice as much.
#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(align(64))]
pub struct Aligned(pub [i64; LANES]);

impl Deref for Aligned {
    type Target = [i64; LANES];
    fn deref(&self) -> &[i64; LANES] {
        &self.0
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [i64; LANES] {
        &mut self.0
    }
}

impl<'a> IntoIterator for &'a Aligned {
    type Item = &'a i64;
    type IntoIter = std::slice::Iter<'a, i64>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Operations, each on what comes before it.
#[derive(Clone, PartialEq, Default, Debug)]
pub(in crate::engine) struct Kernel {
    /// What is computed before, each on its own.
    pub leaves: Vec<Num>,
    /// Bools that are computed before.
    pub words: Vec<Bits>,
    pub constants: Vec<Aligned>,
    pub ops: Vec<Op>,
}

/// An operand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::engine) enum Arg {
    Leaf(usize),
    /// A cell of the element of a binder.
    Own(usize),
    Constant(usize),
    /// The result of an operation.
    Result(usize),
}

/// An operation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::engine) struct Op {
    pub does: Does,
    pub of: (Arg, Arg),
    /// Whether lanes in which it has no result must be found.
    pub checked: bool,
}

/// What an operation does.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::engine) enum Does {
    Add,
    Subtract,
    Multiply,
    Divide,
    Min,
    Max,
    /// The left one if it is greater, else the right one.
    MaxLast,
    Abs,
    Negate,
    AddInt,
    SubtractInt,
    MultiplyInt,
    MinInt,
    MaxInt,
    AbsInt,
    NegateInt,
    /// The quotient of two ints, a real.
    Quotient,
    ToReal,
    /// The left one where a word has a bit, else the right one.
    Select(usize),
}

/// A comparison at the end of a kernel.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::engine) struct Test {
    pub order: Order,
    /// None: of words.
    pub slack: Option<Slack>,
    pub of: (Arg, Arg),
}

/// A number by a kernel, and as a tree, which is asked where anything goes wrong: it knows what
/// does so first.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) struct Fused {
    pub kernel: Kernel,
    /// The operation after all others, which makes the number.
    pub last: Op,
    pub tree: Num,
}

/// A comparison by a kernel, and as a tree.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) struct FusedTest {
    pub kernel: Kernel,
    pub test: Test,
    pub tree: Bits,
}

/// An aggregate over one binder by a kernel, and as a tree.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) struct FusedFold {
    /// Its leaves and words are the same for every element.
    pub kernel: Kernel,
    /// The cells that are the element's own.
    pub own: Vec<Cell>,
    pub guard: Guard,
    /// How many operations, the first ones, are the guard's.
    pub asked: usize,
    pub value: Arg,
    pub tree: Fold,
}

/// Which elements an aggregate takes.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) enum Guard {
    All,
    Test(Test),
    /// Asked of each element before.
    Bits(Bits),
}

impl FusedFold {
    /// Whether it does no more than add up reals, a cell of each element.
    pub fn plain(&self) -> bool {
        let adds = matches!(self.tree.op, FoldOp::Sum | FoldOp::Mean) && self.tree.real;
        let asks = self.guard != Guard::All || !self.kernel.ops.is_empty();
        adds && !asks && self.own.len() == 1 && self.value == Arg::Own(0)
    }
}
