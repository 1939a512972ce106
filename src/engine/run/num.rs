//! Scalars that are no bools.

use super::super::choices::lanes;
use super::super::program::{Binary, Bind, Expr, LANES, NONE, Num, Unary, Var};
use super::memory::{Field, Memory, Source, Two, View, empty};
use super::wide::{blend, compare, map, map_reals, of_real, real, spread, test};
use super::{Block, Column};
use crate::base::id::Id;
use crate::base::math;

impl<'p> Block<'p> {
    /// A scalar in the lanes of a mask; results are put at place `at` of the stack or above.
    pub(super) fn num(&mut self, num: &'p Num, mask: u64, at: usize) -> Source {
        match num {
            Num::Cell(cell) => self.cell(cell, mask, at),
            Num::Fused(fused) => self.fused(fused, mask, at),
            Num::FusedFold(fused) => self.fused_fold(fused, mask, at),
            Num::Once(memo, inner) => self.once(*memo, inner, mask, at),
            _ => self.number(num, mask, at),
        }
    }

    /// What is less frequent.
    #[inline(never)]
    fn number(&mut self, num: &'p Num, mask: u64, at: usize) -> Source {
        match num {
            Num::Const(word) => self.produce(at, |_, out| out.fill(*word)),
            Num::Slot(slot) => {
                if let Some(word) = self.memory.known[*slot] {
                    return self.produce(at, |_, out| out.fill(word));
                }
                let level = self.program.columns[*slot];
                Source::Slot(Two::new(*slot, self.memory.element(level)))
            }
            Num::Uniform(slot) => self.produce(at, |memory, out| out.fill(memory.uniforms[*slot])),
            Num::Now => self.put(at, [self.instant(); LANES]),
            Num::Field { event, occurrence, field } => {
                let occurrence = self.memory.uniforms[*occurrence] as usize;
                self.produce(at, |memory, out| {
                    match &memory.occurrence(event.index(), occurrence).fields[*field] {
                        Field::Num(column) => out.copy_from_slice(&**column),
                        Field::Bits(_) => out.fill(0),
                    }
                })
            }
            Num::Weight { ties, ends, site } => self.weight(*ties, ends, *site, mask, at),
            Num::Superior { ties, of, site } => self.superior(*ties, of, *site, mask, at),
            Num::ToReal(inner) => {
                let source = self.num(inner, mask, at + 1);
                self.produce(at, |memory, out| {
                    let ints = memory.column(source);
                    map(ints, ints, out, |int, _| of_real(int as f64));
                })
            }
            Num::Unary { op, operand, site } => {
                let source = self.num(operand, mask, at + 1);
                let mut wrong = 0;
                let result = self.produce(at, |memory, out| {
                    wrong = unary(*op, memory.column(source), out);
                });
                if wrong != 0 {
                    self.fault(self.live(mask & wrong), *site);
                }
                result
            }
            Num::Binary { op, sides, site, checked } => {
                self.binary(*op, sides, (*site, *checked), mask, at)
            }
            Num::If(parts) => {
                let (condition, yes, no) = &**parts;
                let taken = self.bits(condition, mask, at);
                let (yes_mask, no_mask) = (mask & taken, mask & !taken);
                self.merged(&[(yes_mask, yes), (no_mask, no)], at)
            }
            Num::Match(subject, arms) => {
                if let Some(arm) = self.only_arm(subject, arms) {
                    return self.num(arm, mask, at);
                }
                let masks = self.arms(subject, arms.iter().map(|(pattern, _)| *pattern), mask, at);
                let arms: Vec<(u64, &'p Num)> =
                    masks.into_iter().zip(arms).map(|(mask, (_, arm))| (mask, arm)).collect();
                self.merged(&arms, at)
            }
            Num::Let(bind, body) => {
                self.bind(bind, mask, at);
                self.num(body, mask, at)
            }
            _ => self.num_of_agents(num, mask, at),
        }
    }

    /// Aggregates, places of agents, and what is read at another instant.
    fn num_of_agents(&mut self, num: &'p Num, mask: u64, at: usize) -> Source {
        match num {
            Num::Fold(fold) => self.fold(fold, mask, at),
            Num::Count(loops) => self.count(loops, mask, at),
            Num::AgentAt { population, index, site } => {
                let source = self.num(index, mask, at);
                let index = *self.memory.column(source);
                let range = std::rc::Rc::clone(&self.memory.populations[population.index()]);
                let size = range.len() as i64;
                let first = range.first().copied().unwrap_or(0);
                let outside = test(&index, |index| index < 0 || index >= size);
                self.fault(self.live(mask & outside), *site);
                self.put(at, index.map(|index| first.wrapping_add(index)))
            }
            Num::IndexOf { agent, site } => {
                let source = self.num(agent, mask, at);
                let agents = *self.memory.column(source);
                let none = test(&agents, |agent| agent == NONE);
                self.fault(self.live(mask & none), *site);
                let index = |agent: i64| {
                    usize::try_from(agent).ok().and_then(|at| self.memory.agents.get(at))
                };
                let column = agents.map(|agent| index(agent).map_or(0, |agent| agent.1));
                self.put(at, column)
            }
            Num::Prev(inner, start) => match self.back() {
                Some(view) => self.viewed(view, |block| {
                    let source = block.num(inner, mask, at);
                    let column = *block.memory.column(source);
                    block.put(at, column)
                }),
                None => self.num(start, mask, at),
            },
            Num::Row { table, indices, site } => {
                let column = self.chosen_for(*table, indices, *site, (mask, at));
                self.put(at, column)
            }
            Num::Marked(subject, arms) => self.matched(subject, arms, mask, at),
            Num::Distance(relation, ends) => self.distance(*relation, ends, mask, at),
            Num::Edges(relation) => self.edges(*relation, mask, at),
            Num::At(world, site, reads, inner) => {
                let Some(place) = self.world_place(world) else {
                    self.fault(self.live(mask), *site);
                    return self.put(at, [0; LANES]);
                };
                let asked = self.asked_in(place, mask, *reads);
                let source = self.num(inner, asked, at);
                let column = *self.memory.column(source);
                let mut out = [0; LANES];
                out[..LANES - place].copy_from_slice(&column[place..]);
                self.put(at, out)
            }
            Num::Initially(inner) => {
                let view = self.first();
                self.viewed(view, |block| {
                    let source = block.num(inner, mask, at);
                    let column = *block.memory.column(source);
                    block.put(at, column)
                })
            }
            _ => self.put(at, [0; LANES]),
        }
    }

    /// What is the same for every element around it.
    #[inline(never)]
    fn once(&mut self, memo: usize, inner: &'p Num, mask: u64, at: usize) -> Source {
        if self.memory.view != View::Back(0) {
            return self.num(inner, mask, at);
        }
        let missing = self.missing(memo, mask);
        if missing != 0 {
            let source = self.num(inner, missing, at);
            let column = *self.memory.column(source);
            blend(&mut self.memory.memos[memo].column, &column, missing);
        }
        Source::Memo(memo as u64)
    }

    /// Puts a result on the stack.
    pub(super) fn put(&mut self, at: usize, column: Column) -> Source {
        self.memory.reserve(at + 1);
        self.memory.stack[at].0 = column;
        Source::Stack(at as u64)
    }

    /// Computes a result at a place of the stack, of what is elsewhere.
    pub(super) fn produce(
        &mut self,
        at: usize,
        compute: impl FnOnce(&Memory<'p>, &mut Column),
    ) -> Source {
        self.memory.reserve(at + 1);
        let spare = self.memory.spare.take().unwrap_or_else(empty);
        let mut out = std::mem::replace(&mut self.memory.stack[at], spare);
        compute(&self.memory, &mut out);
        self.memory.spare = Some(std::mem::replace(&mut self.memory.stack[at], out));
        Source::Stack(at as u64)
    }

    /// The number of the instant that is read.
    pub(super) fn instant(&self) -> i64 {
        match self.memory.view {
            View::Back(far) => i64::from(self.now) - far as i64,
            View::First => 0,
        }
    }

    /// The view of the instant before; none at the start.
    pub(super) fn back(&self) -> Option<View> {
        match self.memory.view {
            View::Back(far) if (far as u32) < self.now => Some(View::Back(far + 1)),
            View::Back(_) | View::First => None,
        }
    }

    /// The view of instant 0.
    pub(super) fn first(&self) -> View {
        if self.now == 0 { View::Back(0) } else { View::First }
    }

    /// Does something under another view.
    pub(super) fn viewed<T>(&mut self, view: View, done: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.memory.view, view);
        let result = done(self);
        self.memory.view = before;
        result
    }

    /// Computes a local.
    pub(super) fn bind(&mut self, bind: &'p Bind, mask: u64, at: usize) {
        match bind {
            Bind::Bits(slot, bits) => {
                let bits = self.bits(bits, mask, at);
                self.set_bits(*slot, bits, mask);
            }
            Bind::Set(slot, set) => self.bind_set(*slot, set, mask, at),
            Bind::Num(slot, num) => {
                let source = self.num(num, mask, at);
                self.lent(source, |block, column| block.set_slot(*slot, column, mask));
            }
        }
    }

    /// Writes a local of bits.
    pub(super) fn set_bits(&mut self, slot: usize, bits: u64, mask: u64) {
        let element = self.memory.element(self.program.bits[slot]);
        let old = &mut self.memory.bits[slot][element];
        *old = (*old & !mask) | (bits & mask);
    }

    /// Writes a local column.
    pub(super) fn set_slot(&mut self, slot: usize, column: &Column, mask: u64) {
        let element = self.memory.element(self.program.columns[slot]);
        blend(&mut self.memory.slots[slot][element], column, mask);
    }

    /// The arm that all lanes take, if it is plain to see.
    pub(super) fn only_arm<'a, T>(
        &self,
        subject: &Expr,
        arms: &'a [(Option<i64>, T)],
    ) -> Option<&'a T> {
        let word = self.same_word(subject)?;
        let fits = |(pattern, _): &&(Option<i64>, T)| pattern.is_none_or(|own| own == word);
        arms.iter().find(fits).map(|(_, arm)| arm)
    }

    /// The word of a parameter that is the same in all lanes.
    fn same_word(&self, subject: &Expr) -> Option<i64> {
        let Expr::Num(Num::Cell(cell)) = subject else { return None };
        if !self.memory.even || !matches!(cell.var, Var::Param(_)) {
            return None;
        }
        let place = self.plain(cell)?;
        Some(self.memory.values.nums[place][0])
    }

    /// The lanes that take each arm.
    pub(super) fn arms(
        &mut self,
        subject: &'p Expr,
        patterns: impl Iterator<Item = Option<i64>>,
        mask: u64,
        at: usize,
    ) -> Vec<u64> {
        let mut left = mask;
        let take = |fits: u64, left: &mut u64| {
            let taken = *left & fits;
            *left &= !taken;
            taken
        };
        if let Some(word) = self.same_word(subject) {
            let fits = |pattern: Option<i64>| pattern.is_none_or(|pattern| pattern == word);
            return patterns.map(|pattern| take(super::all(fits(pattern)), &mut left)).collect();
        }
        match subject {
            Expr::Bits(bits) => {
                let bits = self.bits(bits, mask, at);
                let fits = |pattern| match pattern {
                    None => u64::MAX,
                    Some(0) => !bits,
                    Some(_) => bits,
                };
                patterns.map(|pattern| take(fits(pattern), &mut left)).collect()
            }
            Expr::Num(num) => {
                let source = self.num(num, mask, at);
                let column = self.memory.column(source);
                let fits = |pattern| match pattern {
                    None => u64::MAX,
                    Some(word) => test(column, |value| value == word),
                };
                patterns.map(|pattern| take(fits(pattern), &mut left)).collect()
            }
        }
    }

    /// One column from several, each in its lanes.
    fn merged(&mut self, arms: &[(u64, &'p Num)], at: usize) -> Source {
        let mut taken = arms.iter().filter(|(mask, _)| *mask != 0);
        let (Some((mask, num)), rest) = (taken.next(), taken) else {
            return self.put(at, [0; LANES]);
        };
        let source = self.num(num, *mask, at);
        if arms.iter().filter(|(mask, _)| *mask != 0).count() == 1 {
            return source;
        }
        let mut merged = *self.memory.column(source);
        for (mask, num) in rest {
            let source = self.num(num, *mask, at);
            blend(&mut merged, self.memory.column(source), *mask);
        }
        self.put(at, merged)
    }

    fn binary(
        &mut self,
        op: Binary,
        sides: &'p (Num, Num),
        (site, checked): (usize, bool),
        mask: u64,
        at: usize,
    ) -> Source {
        let a = self.num(&sides.0, mask, at + 1);
        let b = self.num(&sides.1, mask, at + 2);
        let (mut first, mut second) = (0, 0);
        let source = self.produce(at, |memory, out| {
            (first, second) = apply(op, (memory.column(a), memory.column(b)), out, checked);
        });
        if first | second != 0 {
            self.fault(self.live(mask & first), site);
            self.fault(self.live(mask & second), site + 1);
        }
        source
    }
}

/// Computes an operation: the lanes where it has no result.
fn unary(op: Unary, a: &Column, out: &mut Column) -> u64 {
    match op {
        Unary::NegateInt => map(a, a, out, |a, _| a.wrapping_neg()),
        Unary::AbsInt => map(a, a, out, |a, _| a.wrapping_abs()),
        Unary::AbsReal => map(a, a, out, |a, _| of_real(real(a).abs())),
        Unary::NegateReal => map(a, a, out, |a, _| of_real(-real(a) + 0.0)),
        Unary::Floor => return whole(f64::floor, a, out),
        Unary::Ceil => return whole(f64::ceil, a, out),
        Unary::Round => return whole(f64::round, a, out),
        Unary::Sqrt => each(math::sqrt, a, out),
        Unary::Exp => each(math::exp, a, out),
        Unary::Log => each(math::log, a, out),
    }
    match op {
        Unary::NegateInt | Unary::AbsInt => test(a, |a| a == i64::MIN),
        Unary::AbsReal => 0,
        _ => past(out, true),
    }
}

fn each(f: fn(f64) -> f64, a: &Column, out: &mut Column) {
    for (out, a) in out.iter_mut().zip(a) {
        *out = of_real(f(real(*a)) + 0.0);
    }
}

/// A real as an int, and the lanes where it is past them.
fn whole(round: fn(f64) -> f64, a: &Column, out: &mut Column) -> u64 {
    // 2^63 is the least real past the ints; -2^63 is one of them.
    const EDGE: f64 = 9_223_372_036_854_775_808.0;
    let mut past = 0;
    for (lane, (out, a)) in out.iter_mut().zip(a).enumerate() {
        let rounded = round(real(*a));
        past |= u64::from(!(-EDGE..EDGE).contains(&rounded)) << lane;
        *out = rounded as i64;
    }
    past
}

/// Computes an operation: the lanes where it faults, and those where it faults in its second way.
fn apply(op: Binary, (a, b): (&Column, &Column), out: &mut Column, checked: bool) -> (u64, u64) {
    let zero = || test(b, |b| b == 0);
    match op {
        Binary::AddInt | Binary::SubtractInt | Binary::MultiplyInt => {
            (ints(op, (a, b), out, checked), 0)
        }
        Binary::DivideInt => {
            map(a, b, out, |a, b| of_real(a as f64 / b as f64 + 0.0));
            (zero(), 0)
        }
        Binary::DivInt => {
            map(a, b, out, |a, b| if b == 0 { 0 } else { a.wrapping_div_euclid(b) });
            (zero(), compare(a, b, |a, b| a == i64::MIN && b == -1))
        }
        Binary::RemainderInt => {
            map(a, b, out, |a, b| if b == 0 { 0 } else { a.wrapping_rem_euclid(b) });
            (zero(), 0)
        }
        Binary::AddReal => (finite(map_reals(a, b, out, |a, b| a + b), out, checked), 0),
        Binary::SubtractReal => (finite(map_reals(a, b, out, |a, b| a - b), out, checked), 0),
        Binary::MultiplyReal => (finite(map_reals(a, b, out, |a, b| a * b), out, checked), 0),
        // What is divided by 0 is infinite or no number.
        Binary::DivideReal => match map_reals(a, b, out, |a, b| a / b) {
            false => (0, 0),
            true => {
                let zero = test(b, |b| real(b) == 0.0);
                (zero, past(out, true) & !zero)
            }
        },
        Binary::PowReal => {
            for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
                *out = of_real(math::pow(real(*a), real(*b)) + 0.0);
            }
            (past(out, true), 0)
        }
        Binary::PowInt => power((a, b), out),
        Binary::MinInt
        | Binary::MaxInt
        | Binary::MinReal
        | Binary::MaxReal
        | Binary::MaxLastReal => {
            chosen(op, (a, b), out);
            (0, 0)
        }
    }
}

/// Where a result is no real, if any is.
fn finite(any: bool, out: &Column, checked: bool) -> u64 {
    past(out, any && checked)
}

/// Where a result is no real.
fn past(out: &Column, checked: bool) -> u64 {
    if checked { test(out, |word| !real(word).is_finite()) } else { 0 }
}

/// Operations of ints, and where they go past them.
fn ints(op: Binary, (a, b): (&Column, &Column), out: &mut Column, checked: bool) -> u64 {
    match op {
        Binary::AddInt => map(a, b, out, i64::wrapping_add),
        Binary::SubtractInt => map(a, b, out, i64::wrapping_sub),
        _ => map(a, b, out, i64::wrapping_mul),
    }
    match op {
        _ if !checked => 0,
        Binary::AddInt => compare(a, b, |a, b| a.checked_add(b).is_none()),
        Binary::SubtractInt => compare(a, b, |a, b| a.checked_sub(b).is_none()),
        _ => compare(a, b, |a, b| a.checked_mul(b).is_none()),
    }
}

/// The lesser or greater of two.
fn chosen(op: Binary, (a, b): (&Column, &Column), out: &mut Column) {
    match op {
        Binary::MinInt => map(a, b, out, |a, b| if b < a { b } else { a }),
        Binary::MaxInt => map(a, b, out, |a, b| if b > a { b } else { a }),
        Binary::MinReal => map(a, b, out, |a, b| if real(b) < real(a) { b } else { a }),
        Binary::MaxReal => map(a, b, out, |a, b| if real(b) > real(a) { b } else { a }),
        _ => map(a, b, out, |a, b| if real(a) > real(b) { a } else { b }),
    }
}

/// An int to the power of an int: no int, or past the ints.
fn power((a, b): (&Column, &Column), out: &mut Column) -> (u64, u64) {
    let (mut none, mut over) = (0, 0);
    for lane in lanes(u64::MAX) {
        let (base, exponent) = (a[lane], b[lane]);
        let result = match u32::try_from(exponent) {
            Ok(exponent) => base.checked_pow(exponent),
            Err(_) if exponent < 0 => {
                none |= 1 << lane;
                continue;
            }
            Err(_) => match base {
                0 | 1 => Some(base),
                -1 => Some(if exponent % 2 == 0 { 1 } else { -1 }),
                _ => None,
            },
        };
        match result {
            Some(result) => out[lane] = result,
            None => over |= 1 << lane,
        }
    }
    (none, over)
}

/// A column that is `word` in the lanes of a mask, and 0 elsewhere.
pub(super) fn only(word: i64, mask: u64) -> Column {
    spread(mask).map(|wide| wide & word)
}
