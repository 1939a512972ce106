//! Instant 0: free, computed and drawn starts.

use super::super::choices::Choices;
use super::super::program::{Expr, Start};
use super::draw::Turn;
use super::num::only;
use super::wide::blend;
use super::{Block, Column};

impl<'p> Block<'p> {
    /// Puts every lane at its start.
    pub(super) fn starts(&mut self, choices: &mut dyn Choices) {
        let program = self.program;
        for (at, start) in program.starts.iter().enumerate() {
            match start {
                Start::Free => {}
                Start::Value(expr, admit, slots) => {
                    self.cells_of(at, slots, &mut |block, place, there| {
                        let mask = block.alive & there;
                        let column = match expr {
                            Expr::Bits(bits) => only(1, block.bits(bits, mask, 0)),
                            Expr::Num(num) => {
                                let source = block.num(num, mask, 0);
                                *block.memory.column(source)
                            }
                        };
                        block.put_start(at, place, (&column, admit), there);
                    });
                }
                Start::Draw(draw, admit, slots) => {
                    self.cells_of(at, slots, &mut |block, place, there| {
                        let mask = block.alive & there;
                        let column = block.drawn(choices, draw, &Turn::Same(0), mask);
                        block.put_start(at, place, (&column, admit), there);
                    });
                }
            }
        }
        self.memory.keep_first();
    }

    fn put_start(
        &mut self,
        state: usize,
        place: usize,
        (column, admit): (&Column, &'p super::super::program::Admit),
        there: u64,
    ) {
        let (column, inside) = self.admitted(admit, column);
        let outside = self.alive & there & !inside;
        self.end_at_start(outside, state);
        let mask = self.alive & there;
        let spot = &self.memory.states[state];
        let at = spot.start + place;
        match spot.bits {
            true => {
                let bits = super::fold::nonzero(&column);
                let cell = &mut self.memory.old.bits[at];
                *cell = (*cell & !mask) | (bits & mask);
            }
            false => blend(&mut self.memory.old.nums[at], &column, mask),
        }
    }

    /// A start outside of its domain.
    fn end_at_start(&mut self, mask: u64, state: usize) {
        if mask != 0 {
            let span = self.program.state_spans[state];
            self.end(mask, super::End::Faulted(crate::trace::FaultKind::Domain, span));
        }
    }

    /// Every cell of a state, with its indices in the slots.
    fn cells_of(
        &mut self,
        state: usize,
        slots: &[usize],
        done: &mut dyn FnMut(&mut Self, usize, u64),
    ) {
        let dimensions = self.memory.states[state].dimensions.clone();
        let size = self.memory.states[state].len();
        for place in 0..size {
            if self.alive == 0 {
                return;
            }
            let (mut rest, mut absent) = (place, 0);
            for (dimension, slot) in dimensions.iter().zip(slots).rev() {
                let word = self.memory.word_at(dimension, rest % dimension.size);
                self.memory.uniforms[*slot] = word;
                absent |= self.memory.index_absent(&dimension.set, word);
                rest /= dimension.size;
            }
            done(self, place, !absent);
        }
    }
}
