//! Aggregates.

use super::super::program::{Fold, FoldOp, LANES, Loop};
use super::memory::Source;
use super::wide::{Counters, blend, change, map, of_real, real, test};
use super::{Block, Column};

/// What is gathered so far.
struct Gathered {
    /// Lanes that have an element.
    some: u64,
    /// Sum, or best value.
    value: Column,
    /// The element of the best value.
    element: Column,
    counters: Counters,
}

impl<'p> Block<'p> {
    /// `count`
    pub(super) fn count(&mut self, loops: &'p [Loop], mask: u64, at: usize) -> Source {
        if let [entry] = loops
            && let Some(size) = self.fixed(entry)
        {
            return self.put(at, [size; LANES]);
        }
        let mut counters = Counters::default();
        self.each(loops, mask, at, &mut |_, mask| counters.add(mask));
        self.put(at, counters.column())
    }

    /// `sum`, `mean`, `min`, `max`, `argmax`
    pub(super) fn fold(&mut self, fold: &'p Fold, mask: u64, at: usize) -> Source {
        let mut gathered = Gathered {
            some: 0,
            value: [0; LANES],
            element: [0; LANES],
            counters: Counters::default(),
        };
        let mut past = 0;
        let slot = fold.loops[0].slot;
        self.each(&fold.loops, mask, at, &mut |block, mask| {
            let source = block.num(&fold.value, mask, at);
            let word = block.memory.uniforms[slot];
            let value = block.memory.column(source);
            past |= mask & !gathered.overflow_free(fold, value, mask);
            gathered.add(fold, value, word, mask);
        });
        let nothing = mask & !gathered.some;
        if fold.checked && fold.real {
            // A sum that is once infinite or no number does not become one again.
            past = mask & gathered.some & test(&gathered.value, |sum| !real(sum).is_finite());
        }
        self.fault(self.live(past), fold.sites.0);
        let mut out = match fold.op {
            FoldOp::Sum | FoldOp::Min | FoldOp::Max => gathered.value,
            FoldOp::Argmax => gathered.element,
            FoldOp::Mean => gathered.mean(fold.real),
        };
        if nothing != 0 {
            self.of_nothing(fold, &mut out, self.live(nothing), at);
        }
        self.put(at, out)
    }

    fn of_nothing(&mut self, fold: &'p Fold, out: &mut Column, nothing: u64, at: usize) {
        match (&fold.otherwise, fold.op) {
            (Some(otherwise), _) => {
                let source = self.num(otherwise, nothing, at);
                blend(out, self.memory.column(source), nothing);
            }
            (None, FoldOp::Sum) => {}
            (None, FoldOp::Mean | FoldOp::Min | FoldOp::Max | FoldOp::Argmax) => {
                self.fault(nothing, fold.sites.1);
            }
        }
    }
}

impl Gathered {
    /// The lanes in which adding an int does not go past them.
    fn overflow_free(&self, fold: &Fold, value: &Column, mask: u64) -> u64 {
        if !fold.checked || fold.real {
            return u64::MAX;
        }
        let first = !self.some & mask;
        super::wide::compare(&self.value, value, |a, b| a.checked_add(b).is_some()) | first
    }

    fn add(&mut self, fold: &Fold, value: &Column, word: i64, mask: u64) {
        match fold.op {
            FoldOp::Sum | FoldOp::Mean => {
                let first = mask & !self.some;
                let more = mask & self.some;
                if more != 0 {
                    match fold.real {
                        true => change(&mut self.value, value, more, |a, b| {
                            of_real(real(a) + real(b) + 0.0)
                        }),
                        false => change(&mut self.value, value, more, i64::wrapping_add),
                    }
                }
                if first != 0 {
                    blend(&mut self.value, value, first);
                }
                if fold.op == FoldOp::Mean {
                    self.counters.add(mask);
                }
            }
            FoldOp::Min | FoldOp::Max | FoldOp::Argmax => {
                let better = match (fold.op, fold.real) {
                    (FoldOp::Min, true) => {
                        super::wide::compare(value, &self.value, |new, old| real(new) < real(old))
                    }
                    (FoldOp::Min, false) => {
                        super::wide::compare(value, &self.value, |new, old| new < old)
                    }
                    (_, true) => {
                        super::wide::compare(value, &self.value, |new, old| real(new) > real(old))
                    }
                    (_, false) => super::wide::compare(value, &self.value, |new, old| new > old),
                };
                let taken = mask & (better | !self.some);
                blend(&mut self.value, value, taken);
                if fold.op == FoldOp::Argmax {
                    blend(&mut self.element, &[word; LANES], taken);
                }
            }
        }
        self.some |= mask;
    }

    fn mean(&self, is_real: bool) -> Column {
        let counts = self.counters.column();
        let mut out = [0; LANES];
        map(&self.value, &counts, &mut out, |sum, count| {
            let sum = if is_real { real(sum) } else { sum as f64 };
            of_real(sum / count as f64 + 0.0)
        });
        out
    }
}

/// The lanes in which a column is not 0.
pub(super) fn nonzero(column: &Column) -> u64 {
    test(column, |word| word != 0)
}
