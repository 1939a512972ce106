//! What runs may have reached: a bit of each lane for each mark.

use super::super::marks::Mark;
use super::super::program::{Arms, Bits, MarkAt, Num, Variants};
use super::memory::{Field, Source};
use super::wide::test;
use super::{Block, Column};
use crate::base::id::Id;

impl<'p> Block<'p> {
    /// The marks that a run may have reached, in any of its worlds.
    pub fn reached(&self, run: usize) -> impl Iterator<Item = Mark> + '_ {
        let lanes = self.groups.as_ref().map_or(1 << run, |groups| groups.of(run));
        let all = self.program.marked.all.iter().zip(&self.reached);
        all.filter(move |(_, reached)| **reached & lanes != 0).map(|(mark, _)| *mark)
    }

    /// Notes a mark in lanes.
    pub(super) fn reach(&mut self, mark: Option<MarkAt>, lanes: u64) {
        if let Some(mark) = mark {
            self.reached[mark] |= lanes;
        }
    }

    /// What decides an `if`. A lane that faults here may be noted, too.
    pub(super) fn decides(
        &mut self,
        condition: &'p Bits,
        marks: [Option<MarkAt>; 2],
        mask: u64,
        at: usize,
    ) -> u64 {
        let holds = self.bits(condition, mask, at);
        self.reach(marks[0], mask & holds);
        self.reach(marks[1], mask & !holds);
        holds
    }

    /// What is matched. A lane that faults here may be noted, too.
    pub(super) fn matched(
        &mut self,
        subject: &'p Num,
        arms: &'p Arms,
        mask: u64,
        at: usize,
    ) -> Source {
        let source = self.num(subject, mask, at);
        let mut left = mask;
        for (pattern, mark) in arms {
            let column = self.memory.column(source);
            let fits = pattern.map_or(u64::MAX, |pattern| test(column, |word| word == pattern));
            self.reach(*mark, left & fits);
            left &= !fits;
        }
        source
    }

    /// Notes the variants among answers.
    pub(super) fn answered(&mut self, marked: &Variants, column: &Column, mask: u64) {
        note(&mut self.reached, marked, column, mask);
    }

    /// Notes the variants that parameters hold.
    pub(super) fn reach_params(&mut self, mask: u64) {
        for (param, marked) in &self.program.marked.params {
            let spot = &self.memory.params[param.index()];
            for cell in &self.memory.values.nums[spot.start..][..spot.len()] {
                note(&mut self.reached, marked, cell, mask);
            }
        }
    }

    /// Notes the variants that states and what occurs hold at an instant. A cell of an agent that
    /// is not there may be noted, too.
    pub(super) fn reach_instant(&mut self, mask: u64) {
        let (memory, reached) = (&self.memory, &mut self.reached);
        for (state, marked) in &self.program.marked.states {
            let spot = &memory.states[state.index()];
            for cell in &memory.old.nums[spot.start..][..spot.len()] {
                note(reached, marked, cell, mask);
            }
        }
        for (event, field, marked) in &self.program.marked.fields {
            for occurrence in &memory.events[event.index()] {
                if let Field::Num(column) = &occurrence.fields[*field] {
                    note(reached, marked, column, mask & occurrence.mask);
                }
            }
        }
    }
}

/// Notes the variants that a column has.
fn note(reached: &mut [u64], marked: &Variants, column: &Column, mask: u64) {
    for (word, mark) in marked {
        let left = mask & !reached[*mark];
        if left != 0 {
            reached[*mark] |= left & test(column, |own| own == *word);
        }
    }
}
