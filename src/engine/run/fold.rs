//! Aggregates.

use super::super::program::{Aligned, Fold, FoldOp, LANES, Loop};
use super::memory::{Source, empty};
use super::wide::{Counters, blend, find, map, mix, of_real, real, test};
use super::{Block, Column};
use crate::base::vector::vectorised;

/// What is gathered so far.
pub(super) struct Gathered {
    op: FoldOp,
    real: bool,
    checked: bool,
    /// Lanes that have an element.
    some: u64,
    /// Sum, or best value.
    value: Aligned,
    /// The element of the best value, where it is asked for.
    element: Option<Box<Aligned>>,
    /// How many elements every lane has had, and how often each lane had one that not all have.
    whole: i64,
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
        let mut gathered = Gathered::new(fold);
        let mut past = 0;
        let slot = fold.loops[0].slot;
        self.each(&fold.loops, mask, at, &mut |block, there| {
            let source = block.num(&fold.value, there, at);
            let word = block.memory.uniforms[slot];
            let value = block.memory.column(source);
            past |= vectorised(
                #[inline(always)]
                || gathered.take(value, word, (there, mask)),
            );
        });
        past |= mask & gathered.no_number();
        self.fault(self.live(past), fold.sites.0);
        self.gathered(fold, &gathered, mask, at)
    }

    /// What was gathered, and what stands for nothing.
    pub(super) fn gathered(
        &mut self,
        fold: &'p Fold,
        gathered: &Gathered,
        mask: u64,
        at: usize,
    ) -> Source {
        let nothing = mask & !gathered.some;
        if nothing == 0 {
            return self.produce(at, |_, out| gathered.result(out));
        }
        let mut out = [0; LANES];
        gathered.result(&mut out);
        self.of_nothing(fold, &mut out, self.live(nothing), at);
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
    pub fn new(fold: &Fold) -> Gathered {
        Gathered {
            op: fold.op,
            real: fold.real,
            checked: fold.checked,
            some: 0,
            value: Aligned([0; LANES]),
            element: (fold.op == FoldOp::Argmax).then(empty),
            whole: 0,
            counters: Counters::default(),
        }
    }

    /// Takes the value of an element in the lanes that have it, of those that are asked: the
    /// lanes in which an int goes past its type.
    #[inline(always)]
    pub fn take(&mut self, value: &Column, word: i64, (there, asked): (u64, u64)) -> u64 {
        match self.op {
            FoldOp::Sum | FoldOp::Mean => self.add(value, (there, asked)),
            FoldOp::Min | FoldOp::Max | FoldOp::Argmax => {
                self.better(value, word, there);
                0
            }
        }
    }

    /// Adds four reals, one after the other, in all lanes. A sum begins at 0.0 and so is never
    /// -0.0, whatever is added.
    #[inline(always)]
    pub fn add_four(&mut self, [a, b, c, d]: [&Column; 4], there: u64) {
        let next = |sum: f64, word: i64| sum + real(word);
        let all = self.value.iter_mut().zip(a).zip(b).zip(c).zip(d);
        for ((((sum, a), b), c), d) in all {
            *sum = of_real(next(next(next(next(real(*sum), *a), *b), *c), *d));
        }
        self.whole += 4;
        self.some |= there;
    }

    #[inline(always)]
    fn add(&mut self, value: &Column, (there, asked): (u64, u64)) -> u64 {
        // What is in lanes that are not asked means nothing.
        let lanes = if there == asked { u64::MAX } else { there };
        let mut past = 0;
        if self.real {
            let sum = |a: i64, b: i64| of_real(real(a) + real(b));
            mix(&mut self.value, value, lanes, sum);
        } else {
            if self.checked {
                past = there & find(&self.value, value, |a, b| a.checked_add(b).is_none());
            }
            mix(&mut self.value, value, lanes, i64::wrapping_add);
        }
        match there == asked {
            true => self.whole += 1,
            false => self.counters.add(there),
        }
        self.some |= there;
        past
    }

    #[inline(always)]
    fn better(&mut self, value: &Column, word: i64, there: u64) {
        let better = match (self.op, self.real) {
            (FoldOp::Min, true) => find(value, &self.value, |new, old| real(new) < real(old)),
            (FoldOp::Min, false) => find(value, &self.value, |new, old| new < old),
            (_, true) => find(value, &self.value, |new, old| real(new) > real(old)),
            (_, false) => find(value, &self.value, |new, old| new > old),
        };
        let taken = there & (better | !self.some);
        mix(&mut self.value, value, taken, |_, new| new);
        if let Some(element) = &mut self.element {
            mix(element, &[word; LANES], taken, |_, new| new);
        }
        self.some |= there;
    }

    /// The lanes in which a sum of reals is infinite or no number: once it is, it stays so.
    pub fn no_number(&self) -> u64 {
        match (self.op, self.checked && self.real) {
            (FoldOp::Sum | FoldOp::Mean, true) => {
                self.some & test(&self.value, |sum| !real(sum).is_finite())
            }
            _ => 0,
        }
    }

    fn result(&self, out: &mut Column) {
        match self.op {
            FoldOp::Mean => self.mean(out),
            FoldOp::Sum | FoldOp::Min | FoldOp::Max | FoldOp::Argmax => {
                *out = self.element.as_deref().unwrap_or(&self.value).0;
            }
        }
    }

    fn mean(&self, out: &mut Column) {
        match self.real {
            true => self.divided(out, real),
            false => self.divided(out, |sum| sum as f64),
        }
    }

    /// Sums by counts.
    fn divided(&self, out: &mut Column, of: impl Fn(i64) -> f64) {
        let mean = |sum: i64, count: f64| of_real(of(sum) / count + 0.0);
        if self.counters.is_zero() {
            let count = self.whole as f64;
            return map(&self.value, &self.value, out, |sum, _| mean(sum, count));
        }
        let counts = self.counters.column();
        map(&self.value, &counts, out, |sum, count| mean(sum, (count + self.whole) as f64));
    }
}

/// The lanes in which a column is not 0.
pub(super) fn nonzero(column: &Column) -> u64 {
    test(column, |word| word != 0)
}
