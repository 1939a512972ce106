//! Aggregates by kernels: all elements in one go.

use std::rc::Rc;

use super::super::program::{Aligned, Cell, FusedFold, Guard, Indices, LEAVES_MAX, Over, Uni};
use super::Block;
use super::fold::Gathered;
use super::kernel::{Leaves, NOTHING, Operands, compute, test};
use super::memory::{Elements, Source, Tied};
use crate::base::id::Id;
use crate::base::vector::vectorised;

/// Places that follow each other as elements do.
#[derive(Clone, Copy, Default)]
struct Line {
    /// The place of the first element, and how far the next one's is from it.
    start: usize,
    step: usize,
    /// The word of the first element, and how many there are.
    first: i64,
    size: u64,
}

impl Line {
    /// The place of an element.
    fn place(&self, word: i64) -> Option<usize> {
        let at = word.wrapping_sub(self.first) as u64;
        (at < self.size).then(|| self.start + at as usize * self.step)
    }
}

impl<'p> Block<'p> {
    /// `sum`, `mean`, `min`, `max`, `argmax` by a kernel.
    #[inline(never)]
    pub(super) fn fused_fold(&mut self, fused: &'p FusedFold, mask: u64, at: usize) -> Source {
        let before = (self.alive, self.astray);
        let mut gathered = Gathered::new(&fused.tree);
        let mut bad = match self.sum(fused, mask, &mut gathered) {
            true => 0,
            false => self.each_of(fused, mask, at, &mut gathered),
        };
        bad |= gathered.no_number();
        if self.went_wrong(before, mask & bad) {
            return self.fold(&fused.tree, mask, at);
        }
        self.gathered(&fused.tree, &gathered, mask, at)
    }

    /// Adds up a cell of each element, where that is all that is asked and all lanes have the same
    /// elements: whether it did.
    fn sum(&self, fused: &'p FusedFold, mask: u64, gathered: &mut Gathered) -> bool {
        let entry = &fused.tree.loops[0];
        let ([cell], true) = (&fused.own[..], fused.plain()) else { return false };
        let Some(words) = self.same_elements(&entry.over) else { return false };
        let Some(line) = self.line(cell, entry.slot) else { return false };
        if words.iter().any(|word| line.place(*word).is_none()) {
            return false;
        }
        let nums = &self.memory.store(cell.var).nums;
        let column = |word: &i64| &*nums[line.place(*word).unwrap_or(0)];
        vectorised(
            #[inline(always)]
            || {
                let (fours, rest) = words.as_chunks::<4>();
                for four in fours {
                    gathered.add_four(four.each_ref().map(column), mask);
                }
                for word in rest {
                    gathered.take(column(word), *word, (mask, mask));
                }
            },
        );
        true
    }

    /// Finds all elements and goes through them: the lanes in which something has no result.
    fn each_of(
        &mut self,
        fused: &'p FusedFold,
        mask: u64,
        at: usize,
        gathered: &mut Gathered,
    ) -> u64 {
        let mut leaves = Leaves::new();
        self.leaves(&fused.kernel, mask, at, &mut leaves);
        let mut rows = std::mem::take(&mut self.memory.rows);
        let mut bad = u64::MAX;
        if self.rows_of(fused, mask, at, &mut rows) {
            let mut results = std::mem::take(&mut self.memory.results);
            bad = self.gather(fused, mask, &leaves, &rows, (&mut results, gathered));
            self.memory.results = results;
        }
        self.memory.rows = rows;
        bad
    }

    /// The elements and where their own cells lie; whether each lies at one place in all lanes.
    fn rows_of(
        &mut self,
        fused: &'p FusedFold,
        mask: u64,
        at: usize,
        (rows, cells): &mut (Vec<(u64, i64)>, Vec<Source>),
    ) -> bool {
        rows.clear();
        cells.clear();
        let entry = &fused.tree.loops[0];
        if let Some(words) = self.same_elements(&entry.over)
            && !matches!(fused.guard, Guard::Bits(_))
        {
            return self.rows_of_all(fused, mask, &words, (rows, cells));
        }
        let above = at + 1 + fused.kernel.leaves.len();
        let mut found = true;
        self.all_of(entry, mask, at, &mut |block, mut mask| {
            let word = block.memory.uniforms[entry.slot];
            if let Guard::Bits(bits) = &fused.guard {
                mask &= block.bits(bits, mask, above);
            }
            if mask == 0 {
                return;
            }
            rows.push((mask, word));
            for cell in &fused.own {
                match block.plain(cell) {
                    Some(place) => cells.push(block.memory.source(cell.var, place)),
                    None => found = false,
                }
            }
        });
        found
    }

    /// The elements of a binder, where all lanes have the same ones.
    fn same_elements(&self, over: &'p Over) -> Option<Elements<'p>> {
        if !self.memory.absent.is_empty() {
            return None;
        }
        match over {
            Over::All(universe) => Some(self.memory.elements(universe)),
            Over::Neighbours { ties, of, .. } => {
                let (on, _) = self.program.ends[ties.index()];
                let from = self.place_in(on, self.uni(*of))?;
                match &self.memory.ties[ties.index()] {
                    Tied::Shared(shared) => Some(Elements::Shared(Rc::clone(&shared.lists[from]))),
                    Tied::Apart { .. } => None,
                }
            }
            Over::Some(..) | Over::Occurrences(..) => None,
        }
    }

    /// The same where all lanes have all elements: a cell's place is a line in that of its
    /// element.
    fn rows_of_all(
        &self,
        fused: &'p FusedFold,
        mask: u64,
        words: &[i64],
        (rows, cells): (&mut Vec<(u64, i64)>, &mut Vec<Source>),
    ) -> bool {
        let slot = fused.tree.loops[0].slot;
        let mut lines = [Line::default(); LEAVES_MAX];
        for (line, cell) in lines.iter_mut().zip(&fused.own) {
            match self.line(cell, slot) {
                Some(found) => *line = found,
                None => return false,
            }
        }
        for word in words {
            rows.push((mask, *word));
            for (line, cell) in lines.iter().zip(&fused.own) {
                let Some(place) = line.place(*word) else { return false };
                cells.push(self.memory.source(cell.var, place));
            }
        }
        true
    }

    /// Where a cell is for each element of a binder; none: that is no line.
    fn line(&self, cell: &Cell, slot: usize) -> Option<Line> {
        let Indices::Uniform(indices) = &cell.indices else { return None };
        let spot = self.memory.spot(cell.var);
        let mut line = Line { start: 0, ..Line::default() };
        for (dimension, index) in spot.dimensions.iter().zip(indices) {
            let size = dimension.size;
            (line.start, line.step) = (line.start * size, line.step * size);
            match *index == Uni::Slot(slot) {
                true if line.size == 0 => {
                    (line.first, line.size, line.step) = (dimension.first?, size as u64, 1);
                }
                // It is read at the element twice.
                true => return None,
                false => line.start += self.memory.place_in(dimension, self.uni(*index))?,
            }
        }
        line.start += spot.start;
        Some(line)
    }

    /// Goes through all elements: the lanes in which something has no result.
    fn gather(
        &self,
        fused: &FusedFold,
        mask: u64,
        leaves: &Leaves,
        (rows, cells): &(Vec<(u64, i64)>, Vec<Source>),
        (results, gathered): (&mut [Aligned], &mut Gathered),
    ) -> u64 {
        let kernel = &fused.kernel;
        let (guards, values) = kernel.ops.split_at(fused.asked);
        let count = fused.own.len();
        let columns = leaves.columns(&self.memory, kernel);
        vectorised(
            #[inline(always)]
            || {
                let mut bad = 0;
                for (place, (there, word)) in rows.iter().enumerate() {
                    let mut own = [&NOTHING; LEAVES_MAX];
                    for (column, source) in own.iter_mut().zip(&cells[place * count..][..count]) {
                        *column = self.memory.column(*source);
                    }
                    let operands = Operands { own: &own, ..leaves.operands(&columns, kernel) };
                    let mut there = *there;
                    bad |= there & compute(guards, 0, operands, results);
                    if let Guard::Test(of) = &fused.guard {
                        there &= test(of, operands, results);
                    }
                    bad |= there & compute(values, fused.asked, operands, results);
                    let value = operands.get(fused.value, results);
                    bad |= gathered.take(value, *word, (there, mask));
                }
                bad
            },
        )
    }
}
