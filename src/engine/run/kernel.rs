//! Kernels: arithmetic in one go, and the tree where anything goes wrong.

use super::super::choices::lanes;
use super::super::program::{
    Aligned, Arg, Does, Fused, FusedTest, Kernel, LANES, LEAVES_MAX, Num, Op, Test,
};
use super::compare::holds;
use super::memory::{Memory, Source};
use super::wide::{ONE, find, of_real, put, real};
use super::{Block, Column, End};
use crate::base::vector::vectorised;

/// Where what is read lies: columns that were computed before.
pub(super) struct Leaves {
    sources: [Source; LEAVES_MAX],
    words: [u64; LEAVES_MAX],
}

/// Operands of operations, each a column.
#[derive(Clone, Copy)]
pub(super) struct Operands<'k> {
    pub leaves: &'k [&'k Column],
    pub own: &'k [&'k Column],
    pub constants: &'k [Aligned],
    pub words: &'k [u64],
}

/// What a column is before it is known.
pub(super) static NOTHING: Column = [0; LANES];

impl Operands<'_> {
    #[inline(always)]
    pub fn get<'r>(&'r self, arg: Arg, results: &'r [Aligned]) -> &'r Column {
        match arg {
            Arg::Leaf(at) => self.leaves[at],
            Arg::Own(at) => self.own[at],
            Arg::Constant(at) => &self.constants[at],
            Arg::Result(at) => &results[at],
        }
    }
}

impl Leaves {
    pub fn new() -> Leaves {
        Leaves { sources: [Source::Stack(0); LEAVES_MAX], words: [0; LEAVES_MAX] }
    }

    /// The columns.
    #[inline(always)]
    pub fn columns<'m>(&self, memory: &'m Memory<'_>, kernel: &Kernel) -> [&'m Column; LEAVES_MAX] {
        let mut columns = [&NOTHING; LEAVES_MAX];
        let count = kernel.leaves.len();
        for (column, source) in columns.iter_mut().zip(&self.sources[..count]) {
            *column = memory.column(*source);
        }
        columns
    }

    /// Operands without cells of an element.
    #[inline(always)]
    pub fn operands<'k>(&'k self, columns: &'k [&'k Column], kernel: &'k Kernel) -> Operands<'k> {
        Operands { leaves: columns, own: &[], constants: &kernel.constants, words: &self.words }
    }
}

impl<'p> Block<'p> {
    /// A number by its kernel.
    #[inline(never)]
    pub(super) fn fused(&mut self, fused: &'p Fused, mask: u64, at: usize) -> Source {
        let before = (self.alive, self.astray);
        let kernel = &fused.kernel;
        let mut leaves = Leaves::new();
        self.leaves(kernel, mask, at, &mut leaves);
        let mut results = std::mem::take(&mut self.memory.results);
        let mut bad = 0;
        let source = self.produce(at, |memory, out| {
            let columns = leaves.columns(memory, kernel);
            bad = vectorised(
                #[inline(always)]
                || {
                    let operands = leaves.operands(&columns, kernel);
                    let bad = compute(&kernel.ops, 0, operands, &mut results);
                    let (a, b) = fused.last.of;
                    let of = (operands.get(a, &results), operands.get(b, &results));
                    bad | one(&fused.last, of, operands.words, out)
                },
            );
        });
        self.memory.results = results;
        if self.went_wrong(before, mask & bad) {
            return self.num(&fused.tree, mask, at);
        }
        source
    }

    /// A comparison by its kernel.
    pub(super) fn fused_test(&mut self, fused: &'p FusedTest, mask: u64, at: usize) -> u64 {
        let before = (self.alive, self.astray);
        let kernel = &fused.kernel;
        let mut leaves = Leaves::new();
        self.leaves(kernel, mask, at, &mut leaves);
        let mut results = std::mem::take(&mut self.memory.results);
        let columns = leaves.columns(&self.memory, kernel);
        let (bad, found) = vectorised(
            #[inline(always)]
            || {
                let operands = leaves.operands(&columns, kernel);
                let bad = compute(&kernel.ops, 0, operands, &mut results);
                (bad, test(&fused.test, operands, &results))
            },
        );
        self.memory.results = results;
        if self.went_wrong(before, mask & bad) {
            return self.bits(&fused.tree, mask, at);
        }
        found
    }

    /// Computes what a kernel reads.
    pub(super) fn leaves(&mut self, kernel: &'p Kernel, mask: u64, at: usize, found: &mut Leaves) {
        for (place, leaf) in kernel.leaves.iter().enumerate() {
            found.sources[place] = match leaf {
                Num::Cell(cell) => self.cell(cell, mask, at + 1 + place),
                _ => self.num(leaf, mask, at + 1 + place),
            };
        }
        let above = at + 1 + kernel.leaves.len();
        for (place, word) in kernel.words.iter().enumerate() {
            found.words[place] = self.bits(word, mask, above);
        }
    }

    /// Whether anything went wrong since: then all is as it was before.
    pub(super) fn went_wrong(&mut self, (alive, astray): (u64, u64), bad: u64) -> bool {
        if (self.alive, self.astray) == (alive, astray) && self.live(bad) == 0 {
            return false;
        }
        for lane in lanes(alive & !self.alive) {
            self.ends[lane] = End::Cut;
        }
        (self.alive, self.astray) = (alive, astray);
        // What was computed once is computed anew, and goes wrong anew.
        self.epoch += 1;
        true
    }
}

/// Makes all operations from the first `at` on: the lanes in which one has no result.
#[inline(always)]
pub(super) fn compute(
    ops: &[Op],
    at: usize,
    operands: Operands<'_>,
    results: &mut [Aligned],
) -> u64 {
    let mut bad = 0;
    for (op, place) in ops.iter().zip(at..) {
        let (done, rest) = results.split_at_mut(place);
        let Some(out) = rest.first_mut() else { return u64::MAX };
        let (a, b) = (operands.get(op.of.0, done), operands.get(op.of.1, done));
        bad |= one(op, (a, b), operands.words, out);
    }
    bad
}

#[inline(always)]
fn one(op: &Op, (a, b): (&Column, &Column), words: &[u64], out: &mut Column) -> u64 {
    match op.does {
        Does::Add => put(a, b, out, |a, b| of_real(real(a) + real(b) + 0.0)),
        Does::Subtract => put(a, b, out, |a, b| of_real(real(a) - real(b) + 0.0)),
        Does::Multiply => put(a, b, out, |a, b| of_real(real(a) * real(b) + 0.0)),
        Does::Divide => put(a, b, out, |a, b| of_real(real(a) / real(b) + 0.0)),
        Does::Min => put(a, b, out, |a, b| if real(b) < real(a) { b } else { a }),
        Does::Max => put(a, b, out, |a, b| if real(b) > real(a) { b } else { a }),
        Does::MaxLast => put(a, b, out, |a, b| if real(a) > real(b) { a } else { b }),
        Does::Abs => put(a, a, out, |a, _| of_real(real(a).abs())),
        Does::Negate => put(a, a, out, |a, _| of_real(-real(a) + 0.0)),
        Does::AddInt => put(a, b, out, i64::wrapping_add),
        Does::SubtractInt => put(a, b, out, i64::wrapping_sub),
        Does::MultiplyInt => put(a, b, out, i64::wrapping_mul),
        Does::MinInt => put(a, b, out, |a, b| if b < a { b } else { a }),
        Does::MaxInt => put(a, b, out, |a, b| if b > a { b } else { a }),
        Does::AbsInt => put(a, a, out, |a, _| a.wrapping_abs()),
        Does::NegateInt => put(a, a, out, |a, _| a.wrapping_neg()),
        Does::Quotient => put(a, b, out, |a, b| of_real(a as f64 / b as f64 + 0.0)),
        Does::ToReal => put(a, a, out, |a, _| of_real(a as f64)),
        Does::Select(word) => {
            let word = words[word];
            for ((out, one), (a, b)) in out.iter_mut().zip(&ONE).zip(a.iter().zip(b)) {
                *out = if word & one != 0 { *a } else { *b };
            }
        }
    }
    if op.checked { failed(op.does, (a, b), out) } else { 0 }
}

/// The lanes in which an operation has no result.
#[inline(always)]
fn failed(does: Does, (a, b): (&Column, &Column), out: &Column) -> u64 {
    match does {
        Does::AddInt => find(a, b, |a, b| a.checked_add(b).is_none()),
        Does::SubtractInt => find(a, b, |a, b| a.checked_sub(b).is_none()),
        Does::MultiplyInt => find(a, b, |a, b| a.checked_mul(b).is_none()),
        Does::AbsInt | Does::NegateInt => find(a, a, |a, _| a == i64::MIN),
        Does::Quotient => find(a, b, |_, b| b == 0),
        _ => find(out, out, |word, _| !real(word).is_finite()),
    }
}

/// Where a comparison holds.
#[inline(always)]
pub(super) fn test(test: &Test, operands: Operands<'_>, results: &[Aligned]) -> u64 {
    let (a, b) = (operands.get(test.of.0, results), operands.get(test.of.1, results));
    holds(test.order, test.slack, a, b)
}
