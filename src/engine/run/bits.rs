//! Bools: a bit for each lane.

use super::super::program::{Bits, Num, Order, Slack};
use super::compare::compared;
use super::memory::{Field, View};
use super::wide::{compare, test};
use super::{Block, all};
use crate::base::id::Id;

impl<'p> Block<'p> {
    /// A bool in the lanes of a mask; what it says of others means nothing.
    pub(super) fn bits(&mut self, bits: &'p Bits, mask: u64, at: usize) -> u64 {
        match bits {
            Bits::Const(bool) => all(*bool),
            Bits::Slot(slot) => {
                let element = self.memory.element(self.program.bits[*slot]);
                self.memory.bits[*slot][element]
            }
            Bits::Uniform(slot) => all(self.memory.uniforms[*slot] != 0),
            Bits::Cell(cell) => self.bit_cell(cell, mask, at),
            Bits::Field { event, occurrence, field } => {
                let at = self.memory.uniforms[*occurrence] as usize;
                match &self.memory.occurrence(event.index(), at).fields[*field] {
                    Field::Bits(bits) => *bits,
                    Field::Num(_) => 0,
                }
            }
            Bits::Not(inner) => !self.bits(inner, mask, at),
            Bits::And(left, right) => {
                let left = self.bits(left, mask, at);
                left & self.needed(right, mask & left, at)
            }
            Bits::Or(left, right) => {
                let left = self.bits(left, mask, at);
                left | self.needed(right, mask & !left, at)
            }
            Bits::Implies(left, right) => {
                let left = self.bits(left, mask, at);
                !left | self.needed(right, mask & left, at)
            }
            Bits::If(parts) => {
                let (condition, yes, no) = &**parts;
                let taken = self.bits(condition, mask, at);
                let yes = self.needed(yes, mask & taken, at);
                let no = self.needed(no, mask & !taken, at);
                (yes & taken) | (no & !taken)
            }
            Bits::Match(subject, arms) => {
                if let Some(arm) = self.only_arm(subject, arms) {
                    return self.bits(arm, mask, at);
                }
                let masks = self.arms(subject, arms.iter().map(|(pattern, _)| *pattern), mask, at);
                let mut out = 0;
                for (mask, (_, arm)) in masks.into_iter().zip(arms) {
                    out |= mask & self.needed(arm, mask, at);
                }
                out
            }
            Bits::Let(bind, body) => {
                self.bind(bind, mask, at);
                self.bits(body, mask, at)
            }
            _ => self.asked(bits, mask, at),
        }
    }

    /// Comparisons, quantifiers and membership.
    fn asked(&mut self, bits: &'p Bits, mask: u64, at: usize) -> u64 {
        match bits {
            Bits::Compare(order, sides) => self.ordered(*order, sides, mask, at),
            Bits::Reals(order, slack, sides) => self.reals(*order, *slack, sides, mask, at),
            Bits::Bools(order, sides) => {
                let a = self.bits(&sides.0, mask, at);
                let b = self.bits(&sides.1, mask, at);
                match order {
                    Order::Equal => !(a ^ b),
                    Order::NotEqual => a ^ b,
                    Order::Less => !a & b,
                    Order::LessEqual => !a | b,
                    Order::Greater => a & !b,
                    Order::GreaterEqual => a | !b,
                }
            }
            Bits::Quantifier { all, loops, body } => {
                let mut found = 0;
                self.each(loops, mask, at, &mut |block, mask| {
                    let holds = block.bits(body, mask, at);
                    found |= mask & if *all { !holds } else { holds };
                });
                if *all { !found } else { found }
            }
            Bits::Member(..) | Bits::OneOf(..) | Bits::Within(..) | Bits::Between(..) => {
                self.member(bits, mask, at)
            }
            Bits::Tie { ties, ends, positive, site } => {
                self.tied(*ties, ends, (*positive, *site), mask, at)
            }
            Bits::Once(memo, inner) if self.memory.view == View::Back(0) => {
                let missing = self.missing(*memo, mask);
                if missing != 0 {
                    let bits = self.bits(inner, missing, at);
                    let memo = &mut self.memory.memos[*memo];
                    memo.bits = (memo.bits & !missing) | (bits & missing);
                }
                self.memory.memos[*memo].bits
            }
            Bits::Once(_, inner) => self.bits(inner, mask, at),
            Bits::Prev(inner, start) => match self.back() {
                Some(view) => self.viewed(view, |block| block.bits(inner, mask, at)),
                None => self.bits(start, mask, at),
            },
            Bits::Initially(inner) => {
                let view = self.first();
                self.viewed(view, |block| block.bits(inner, mask, at))
            }
            _ => self.of_others(bits, mask, at),
        }
    }

    /// Joint choices, events, relations and worlds.
    fn of_others(&mut self, bits: &'p Bits, mask: u64, at: usize) -> u64 {
        match bits {
            Bits::Row { table, indices, site } => {
                let column = self.chosen_for(*table, indices, *site, (mask, at));
                super::fold::nonzero(&column)
            }
            Bits::Occurs { event, occurrence } => {
                let word = self.memory.uniforms[*occurrence] as usize;
                let now = self.memory.view == View::Back(word >> 32);
                super::all(now) & self.memory.occurrence(event.index(), word).mask
            }
            Bits::Reaches(relation, ends) => self.reaches(*relation, ends, mask, at),
            Bits::Connected(relation) => self.connected(*relation, mask, at),
            Bits::Acyclic(relation) => self.acyclic(*relation, mask, at),
            Bits::Fused(fused) => self.fused_test(fused, mask, at),
            Bits::Marked(condition, marks) => self.decides(condition, *marks, mask, at),
            Bits::At(world, site, reads, inner) => {
                let Some(place) = self.world_place(world) else {
                    self.fault(self.live(mask), *site);
                    return 0;
                };
                let asked = self.asked_in(place, mask, *reads);
                self.bits(inner, asked, at) >> place
            }
            _ => 0,
        }
    }

    /// Membership.
    fn member(&mut self, bits: &'p Bits, mask: u64, at: usize) -> u64 {
        match bits {
            Bits::Member(parts, universe) => {
                let source = self.num(&parts.0, mask, at);
                let item = *self.memory.column(source);
                let elements = self.memory.elements(universe);
                let inside = self.masks(&parts.1, &elements, mask, at);
                let of = |(word, inside): (&i64, u64)| inside & test(&item, |item| item == *word);
                elements.iter().zip(inside).map(of).fold(0, |all, one| all | one)
            }
            Bits::OneOf(item, items) => {
                let source = self.num(item, mask, at);
                let item = *self.memory.column(source);
                let mut found = 0;
                for of in items {
                    let source = self.num(of, mask, at);
                    found |= compare(&item, self.memory.column(source), |a, b| a == b);
                }
                found
            }
            Bits::Within(num, admit) => {
                let source = self.num(num, mask, at);
                let column = *self.memory.column(source);
                self.admitted(admit, &column).1
            }
            Bits::Between(parts) => {
                let (item, lo, hi) = &**parts;
                let item = self.num(item, mask, at);
                let lo = self.num(lo, mask, at + 1);
                let hi = self.num(hi, mask, at + 2);
                let (lo, hi) = (self.memory.column(lo), self.memory.column(hi));
                let item = self.memory.column(item);
                compare(lo, item, |lo, item| lo <= item) & compare(item, hi, |item, hi| item <= hi)
            }
            _ => 0,
        }
    }

    /// What is evaluated only where it is needed.
    fn needed(&mut self, bits: &'p Bits, mask: u64, at: usize) -> u64 {
        if mask == 0 { 0 } else { self.bits(bits, mask, at) }
    }

    fn ordered(&mut self, order: Order, sides: &'p (Num, Num), mask: u64, at: usize) -> u64 {
        let a = self.num(&sides.0, mask, at);
        if let Num::Const(word) = &sides.1 {
            let (a, b) = (self.memory.column(a), *word);
            return match order {
                Order::Equal => test(a, |a| a == b),
                Order::NotEqual => test(a, |a| a != b),
                Order::Less => test(a, |a| a < b),
                Order::LessEqual => test(a, |a| a <= b),
                Order::Greater => test(a, |a| a > b),
                Order::GreaterEqual => test(a, |a| a >= b),
            };
        }
        let b = self.num(&sides.1, mask, at + 1);
        compared(order, None, self.memory.column(a), self.memory.column(b))
    }

    fn reals(
        &mut self,
        order: Order,
        slack: Slack,
        sides: &'p (Num, Num),
        mask: u64,
        at: usize,
    ) -> u64 {
        let a = self.num(&sides.0, mask, at);
        let b = self.num(&sides.1, mask, at + 1);
        compared(order, Some(slack), self.memory.column(a), self.memory.column(b))
    }
}
