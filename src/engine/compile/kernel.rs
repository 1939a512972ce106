//! Which arithmetic becomes a kernel.
//!
//! A kernel computes all of its leaves first, and everything in all lanes. Where anything goes
//! wrong the tree is asked anew, so that only what goes wrong in lanes that do not need it would
//! be slow: what is under a condition is taken only if it cannot.

use super::super::program::{
    Aligned, Arg, Binary, Bits, Cell, Does, Fold, FoldOp, Fused, FusedFold, FusedTest, Guard,
    Indices, Kernel, LANES, LEAVES_MAX, Loop, Num, OPS_MAX, Op, Order, Over, Slack, Test, Unary,
    Uni,
};

/// A kernel as far as it is made.
#[derive(Default)]
struct Maker {
    kernel: Kernel,
    /// Operations that are begun, and will be made after their operands.
    begun: usize,
    /// In an aggregate: the binder's slot, and the cells that depend on it.
    own: Option<(usize, Vec<Cell>)>,
    /// Whether something is no part of the kernel.
    failed: bool,
}

/// What becomes of a result that is no number.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    /// It makes one that is checked no number too.
    Shows,
    /// It may be lost.
    Lost,
}

/// A number with at least two operations.
pub(super) fn number(num: &Num) -> Option<Fused> {
    if operations(num) < 2 {
        return None;
    }
    let mut maker = Maker::default();
    maker.arg(num, Then::Lost);
    let mut kernel = maker.done()?;
    let last = kernel.ops.pop()?;
    Some(Fused { kernel, last, tree: num.clone() })
}

/// A comparison of which a side has an operation.
pub(super) fn comparison(bits: &Bits) -> Option<FusedTest> {
    let (order, slack, sides) = match bits {
        Bits::Compare(order, sides) => (*order, None, sides),
        Bits::Reals(order, slack, sides) => (*order, Some(*slack), sides),
        _ => return None,
    };
    if operations(&sides.0) + operations(&sides.1) == 0 {
        return None;
    }
    let mut maker = Maker::default();
    let test = maker.test(order, slack, sides);
    Some(FusedTest { kernel: maker.done()?, test, tree: bits.clone() })
}

/// An aggregate over one binder.
pub(super) fn aggregate(fold: &Fold) -> Option<FusedFold> {
    let [Loop { slot, over, filter }] = &fold.loops[..] else { return None };
    if !matches!(over, Over::All(_) | Over::Neighbours { .. }) {
        return None;
    }
    let mut maker = Maker { own: Some((*slot, Vec::new())), ..Maker::default() };
    let guard = match filter {
        None => Guard::All,
        Some(bits) => maker.guard(bits),
    };
    let asked = maker.kernel.ops.len();
    let adds = matches!(fold.op, FoldOp::Sum | FoldOp::Mean);
    let shows = adds && fold.real && fold.checked;
    let value = maker.arg(&fold.value, if shows { Then::Shows } else { Then::Lost });
    let own = maker.own.take().map(|own| own.1).unwrap_or_default();
    let kernel = maker.done()?;
    Some(FusedFold { kernel, own, guard, asked, value, tree: fold.clone() })
}

impl Maker {
    fn done(self) -> Option<Kernel> {
        (!self.failed).then_some(self.kernel)
    }

    /// The guard of an aggregate: a comparison of what a kernel has, or anything that is asked
    /// of each element before.
    fn guard(&mut self, bits: &Bits) -> Guard {
        let (order, slack, sides) = match bits {
            Bits::Compare(order, sides) => (*order, None, sides),
            Bits::Reals(order, slack, sides) => (*order, Some(*slack), sides),
            _ => return Guard::Bits(bits.clone()),
        };
        let (kernel, own) = (self.kernel.clone(), self.own.clone());
        let test = self.test(order, slack, sides);
        if std::mem::take(&mut self.failed) {
            (self.kernel, self.own) = (kernel, own);
            return Guard::Bits(bits.clone());
        }
        Guard::Test(test)
    }

    fn test(&mut self, order: Order, slack: Option<Slack>, sides: &(Num, Num)) -> Test {
        let of = (self.arg(&sides.0, Then::Lost), self.arg(&sides.1, Then::Lost));
        Test { order, slack, of }
    }

    fn arg(&mut self, num: &Num, then: Then) -> Arg {
        let fits = self.kernel.ops.len() + self.begun + operations(num) <= OPS_MAX;
        match num {
            Num::Const(word) => self.constant(*word),
            Num::Binary { op, sides, checked, .. } if fits => match binary(*op) {
                Some(does) => self.binary(does, sides, *checked, then),
                None => self.leaf(num),
            },
            Num::Unary { op, operand, .. } if fits => match unary(*op) {
                Some(does) => {
                    self.begun += 1;
                    let of = self.arg(operand, if real(does) { then } else { Then::Lost });
                    self.begun -= 1;
                    self.op(does, (of, of), !real(does))
                }
                None => self.leaf(num),
            },
            Num::ToReal(inner) if fits => {
                self.begun += 1;
                let of = self.arg(inner, Then::Lost);
                self.begun -= 1;
                self.op(Does::ToReal, (of, of), false)
            }
            Num::If(parts) if fits && self.own.is_none() && safe(&parts.1) && safe(&parts.2) => {
                self.begun += 1;
                let of = (self.arg(&parts.1, Then::Lost), self.arg(&parts.2, Then::Lost));
                self.begun -= 1;
                self.kernel.words.push(parts.0.clone());
                self.failed |= self.kernel.words.len() > LEAVES_MAX;
                self.op(Does::Select(self.kernel.words.len() - 1), of, false)
            }
            _ => self.leaf(num),
        }
    }

    fn binary(&mut self, does: Does, sides: &(Num, Num), checked: bool, then: Then) -> Arg {
        // What is divided by 0 has no result, whatever the bounds.
        let always = matches!(does, Does::Divide | Does::Quotient);
        let checked = always || (checked && may_fail(does));
        let (first, second) = shown(does, checked, then);
        self.begun += 1;
        let of = (self.arg(&sides.0, first), self.arg(&sides.1, second));
        self.begun -= 1;
        // Ints that go past their type become others, which show nothing.
        let covered = then == Then::Shows && real(does);
        self.op(does, of, checked && !covered)
    }

    fn op(&mut self, does: Does, of: (Arg, Arg), checked: bool) -> Arg {
        self.kernel.ops.push(Op { does, of, checked });
        Arg::Result(self.kernel.ops.len() - 1)
    }

    fn constant(&mut self, word: i64) -> Arg {
        let constants = &mut self.kernel.constants;
        let known = constants.iter().position(|column| column[0] == word);
        Arg::Constant(known.unwrap_or_else(|| {
            constants.push(Aligned([word; LANES]));
            constants.len() - 1
        }))
    }

    fn leaf(&mut self, num: &Num) -> Arg {
        if let Some((slot, cells)) = &mut self.own {
            match num {
                Num::Cell(cell) => match &cell.indices {
                    Indices::Uniform(indices) if indices.contains(&Uni::Slot(*slot)) => {
                        let known = cells.iter().position(|own| same_cell(own, cell));
                        return Arg::Own(known.unwrap_or_else(|| {
                            cells.push(cell.clone());
                            self.failed |= cells.len() > LEAVES_MAX;
                            cells.len() - 1
                        }));
                    }
                    Indices::Uniform(_) => {}
                    Indices::Varying(_) => self.failed = true,
                },
                Num::Slot(_) | Num::Once(..) => {}
                // It may depend on the element.
                _ => self.failed = true,
            }
        }
        let leaves = &mut self.kernel.leaves;
        let same = |leaf: &Num| match (leaf, num) {
            (Num::Cell(leaf), Num::Cell(cell)) => same_cell(leaf, cell),
            (leaf, num) => leaf == num,
        };
        let known = leaves.iter().position(same);
        Arg::Leaf(known.unwrap_or_else(|| {
            leaves.push(num.clone());
            self.failed |= leaves.len() > LEAVES_MAX;
            leaves.len() - 1
        }))
    }
}

/// Whether two places of the text read one cell.
fn same_cell(a: &Cell, b: &Cell) -> bool {
    a.var == b.var && a.indices == b.indices
}

/// How many operations of a number a kernel can have.
fn operations(num: &Num) -> usize {
    match num {
        Num::Binary { op, sides, .. } if binary(*op).is_some() => {
            1 + operations(&sides.0) + operations(&sides.1)
        }
        Num::Unary { op, operand, .. } if unary(*op).is_some() => 1 + operations(operand),
        Num::ToReal(inner) => 1 + operations(inner),
        Num::If(parts) if safe(&parts.1) && safe(&parts.2) => {
            1 + operations(&parts.1) + operations(&parts.2)
        }
        _ => 0,
    }
}

/// Whether a number is computed without anything that may go wrong.
fn safe(num: &Num) -> bool {
    match num {
        Num::Const(_) | Num::Slot(_) => true,
        Num::Cell(cell) => matches!(cell.indices, Indices::Uniform(_)),
        Num::Binary { op, sides, checked, .. } => {
            let sound = |does| !matches!(does, Does::Divide | Does::Quotient);
            let sound = |does| sound(does) && (!*checked || !may_fail(does));
            binary(*op).is_some_and(sound) && safe(&sides.0) && safe(&sides.1)
        }
        Num::Unary { op, operand, .. } => unary(*op).is_some_and(real) && safe(operand),
        Num::ToReal(inner) => safe(inner),
        _ => false,
    }
}

/// What becomes of operands that are no numbers.
fn shown(does: Does, checked: bool, then: Then) -> (Then, Then) {
    let then = if checked { Then::Shows } else { then };
    match does {
        Does::Add | Does::Subtract | Does::Multiply => (then, then),
        Does::Divide => (then, Then::Lost),
        _ => (Then::Lost, Then::Lost),
    }
}

/// Whether an operation on reals that are numbers may give none, or one on ints an overflow.
fn may_fail(does: Does) -> bool {
    !matches!(does, Does::Min | Does::Max | Does::MaxLast | Does::MinInt | Does::MaxInt)
}

/// Whether an operation is one of reals.
fn real(does: Does) -> bool {
    use Does::{Abs, Add, Divide, Max, MaxLast, Min, Multiply, Negate, Subtract};
    matches!(does, Abs | Add | Divide | Max | MaxLast | Min | Multiply | Negate | Subtract)
}

fn binary(op: Binary) -> Option<Does> {
    Some(match op {
        Binary::AddInt => Does::AddInt,
        Binary::SubtractInt => Does::SubtractInt,
        Binary::MultiplyInt => Does::MultiplyInt,
        Binary::DivideInt => Does::Quotient,
        Binary::AddReal => Does::Add,
        Binary::SubtractReal => Does::Subtract,
        Binary::MultiplyReal => Does::Multiply,
        Binary::DivideReal => Does::Divide,
        Binary::MinInt => Does::MinInt,
        Binary::MinReal => Does::Min,
        Binary::MaxInt => Does::MaxInt,
        Binary::MaxReal => Does::Max,
        Binary::MaxLastReal => Does::MaxLast,
        Binary::DivInt | Binary::RemainderInt | Binary::PowInt | Binary::PowReal => return None,
    })
}

fn unary(op: Unary) -> Option<Does> {
    Some(match op {
        Unary::NegateInt => Does::NegateInt,
        Unary::AbsInt => Does::AbsInt,
        Unary::NegateReal => Does::Negate,
        Unary::AbsReal => Does::Abs,
        Unary::Floor | Unary::Ceil | Unary::Round | Unary::Sqrt | Unary::Exp | Unary::Log => {
            return None;
        }
    })
}
