//! Statements: each for all elements before the next.

use super::super::choices::{Choices, lanes};
use super::super::program::{
    Admit, Aligned, Bits, Cell, Expr, From, KeyOf, LANES, Loop, Num, Site, Stmt, Target,
};
use super::draw::Turn;
use super::lookup::Places;
use super::memory::{Field, Occurrence, Source, empty};
use super::wide::{Counters, blend, fill, of_real, real, test};
use super::worlds::pick;
use super::{Block, Column, End};
use crate::base::id::Id;

/// How many elements may be open at once; more are left to `reference`.
const ELEMENTS_MAX: usize = 2_000_000;

/// An element of the `for`s around a statement.
#[derive(Clone, Default)]
pub(super) struct Element {
    uniforms: Vec<(usize, i64)>,
    places: Vec<(usize, usize)>,
}

/// Memory for the elements of a `for`, used again and again.
#[derive(Default)]
pub struct Rows {
    elements: Vec<Element>,
    masks: Vec<u64>,
    count: usize,
}

impl Rows {
    fn push(&mut self, element: &Element, (level, mask): (usize, u64)) {
        if self.elements.len() == self.count {
            self.elements.push(Element::default());
            self.masks.push(0);
        }
        let to = &mut self.elements[self.count];
        to.uniforms.clone_from(&element.uniforms);
        to.places.clone_from(&element.places);
        to.places.push((level, self.count));
        self.masks[self.count] = mask;
        self.count += 1;
    }
}

/// What is written to a cell.
#[derive(Clone, Copy)]
enum Written<'w> {
    Bits(u64),
    /// The same in all lanes.
    Word(i64),
    Column(&'w Column),
}

/// Elements, the lanes that have each, and the turn of their keys.
#[derive(Clone, Copy)]
pub(super) struct Open<'o> {
    pub elements: &'o [Element],
    masks: &'o [u64],
    pub turn: &'o Turn,
}

impl Element {
    /// How many binders are around.
    pub fn depth(&self) -> usize {
        self.uniforms.len()
    }

    /// The values of slots that were bound after so many others.
    pub fn since(&self, depth: usize, slots: &[usize]) -> Vec<i64> {
        let bound = &self.uniforms[depth..];
        let value = |slot: &usize| bound.iter().find(|(own, _)| own == slot).map_or(0, |of| of.1);
        slots.iter().map(value).collect()
    }
}

impl<'p> Block<'p> {
    /// A body in every lane that still runs.
    pub(super) fn body(&mut self, body: &'p [Stmt], choices: &mut dyn Choices) {
        let (alive, turn) = (self.alive, Turn::Same(self.now));
        self.body_of(body, alive, &turn, choices);
    }

    /// A body in some lanes.
    pub(super) fn body_of(
        &mut self,
        body: &'p [Stmt],
        mask: u64,
        turn: &Turn,
        choices: &mut dyn Choices,
    ) {
        let open = Open { elements: &[Element::default()], masks: &[mask], turn };
        self.block(body, open, choices);
    }

    fn block(&mut self, block: &'p [Stmt], open: Open<'_>, choices: &mut dyn Choices) {
        for statement in block {
            self.statement(statement, open, choices);
        }
    }

    /// Does something for every element, in the lanes that have it and still run.
    pub(super) fn every(&mut self, open: Open<'_>, mut done: impl FnMut(&mut Self, usize, u64)) {
        for (place, (element, mask)) in open.elements.iter().zip(open.masks).enumerate() {
            let mask = mask & self.alive;
            if mask != 0 {
                self.enter(element);
                done(self, place, mask);
            }
        }
    }

    fn enter(&mut self, element: &Element) {
        for (slot, word) in &element.uniforms {
            self.memory.uniforms[*slot] = *word;
        }
        for (level, place) in &element.places {
            self.memory.elements[*level] = *place;
        }
    }

    fn statement(&mut self, statement: &'p Stmt, open: Open<'_>, choices: &mut dyn Choices) {
        match statement {
            Stmt::Bind(bind) => self.every(open, |block, _, mask| block.bind(bind, mask, 0)),
            Stmt::Assign { cell, value, admit, twice, domain } => {
                self.every(open, |block, _, mask| {
                    block.assign(cell, (value, admit), (*twice, *domain), mask);
                });
            }
            Stmt::If(condition, yes, no) => {
                let mut taken = vec![0; open.elements.len()];
                let mut left = taken.clone();
                self.every(open, |block, place, mask| {
                    let holds = block.bits(condition, mask, 0);
                    (taken[place], left[place]) = (mask & holds, mask & !holds);
                });
                self.arm(yes, &taken, open, choices);
                self.arm(no, &left, open, choices);
            }
            Stmt::Match(subject, arms) => {
                let mut taken = vec![vec![0; open.elements.len()]; arms.len()];
                self.every(open, |block, place, mask| {
                    let patterns = arms.iter().map(|(pattern, _)| *pattern);
                    let masks = block.arms(subject, patterns, mask, 0);
                    for (taken, mask) in taken.iter_mut().zip(masks) {
                        taken[place] = mask;
                    }
                });
                for ((_, body), taken) in arms.iter().zip(taken) {
                    self.arm(body, &taken, open, choices);
                }
            }
            Stmt::For { level, loops, body } => self.repeat(*level, loops, body, open, choices),
            Stmt::Choose { key, target, from, filter, site } => {
                let parts = (key, *target, from, filter.as_ref(), *site);
                self.choose(parts, open, choices);
            }
            Stmt::ChooseJointly(joint) => self.choose_jointly(joint, open, choices),
            Stmt::Draw { draw, target } => self.every(open, |block, _, mask| {
                let column = block.drawn(choices, draw, open.turn, mask);
                block.set_target(*target, &column, mask);
            }),
            Stmt::Emit { event, fields } => self.every(open, |block, _, mask| {
                block.emit(event.index(), fields, mask);
            }),
            Stmt::Require(bits, site) => self.every(open, |block, _, mask| {
                let holds = block.bits(bits, mask, 0);
                block.discard(mask & !holds, *site);
            }),
            Stmt::Halt => self.every(open, |block, _, mask| block.halting |= mask),
        }
    }

    fn arm(&mut self, body: &'p [Stmt], masks: &[u64], open: Open<'_>, choices: &mut dyn Choices) {
        if masks.iter().any(|mask| *mask != 0) {
            self.block(body, Open { masks, ..open }, choices);
        }
    }

    /// A statement that lanes do not meet.
    pub(super) fn discard(&mut self, mask: u64, site: Site) {
        let (_, span) = self.program.sites[site];
        self.end(mask, End::Discarded(span));
    }

    /// Writes what was chosen or drawn.
    pub(super) fn set_target(&mut self, target: Target, column: &Column, mask: u64) {
        match target {
            Target::Bits(slot) => self.set_bits(slot, super::fold::nonzero(column), mask),
            Target::Num(slot) => self.set_slot(slot, column, mask),
        }
    }

    fn repeat(
        &mut self,
        level: usize,
        loops: &'p [Loop],
        body: &'p [Stmt],
        open: Open<'_>,
        choices: &mut dyn Choices,
    ) {
        let mut rows = std::mem::take(&mut self.memory.open[level]);
        rows.count = 0;
        self.every(open, |block, place, mask| {
            let mut element = open.elements[place].clone();
            block.nest(loops, mask, &mut element, &mut |element, mask| {
                rows.push(element, (level, mask));
            });
        });
        let count = rows.count;
        if count > ELEMENTS_MAX {
            self.astray |= self.alive;
            return;
        }
        for (slot, of) in self.memory.slots.iter_mut().zip(&self.program.columns) {
            if *of == level && slot.len() < count {
                slot.resize(count, Aligned([0; LANES]));
            }
        }
        for (slot, of) in self.memory.bits.iter_mut().zip(&self.program.bits) {
            if *of == level && slot.len() < count {
                slot.resize(count, 0);
            }
        }
        for (slot, of) in self.memory.tables.iter_mut().zip(&self.program.tables) {
            if *of == level && slot.len() < count {
                slot.resize_with(count, Default::default);
            }
        }
        for (slot, (of, _)) in self.memory.sets.iter_mut().zip(&self.program.sets) {
            if *of == level && slot.len() < count {
                slot.resize(count, Vec::new());
            }
        }
        let (elements, masks) = (&rows.elements[..count], &rows.masks[..count]);
        self.block(body, Open { elements, masks, turn: open.turn }, choices);
        self.memory.open[level] = rows;
    }

    /// Every row of elements of nested binders; all of one binder are found before what is
    /// inside of the first.
    pub(super) fn nest(
        &mut self,
        loops: &'p [Loop],
        mask: u64,
        element: &mut Element,
        found: &mut dyn FnMut(&Element, u64),
    ) {
        let Some((entry, rest)) = loops.split_first() else { return found(element, mask) };
        let mut rows = Vec::new();
        self.all_of(entry, mask, 0, &mut |block, mask| {
            let mask = match &entry.filter {
                None => mask,
                Some(filter) => mask & block.bits(filter, mask, 0),
            };
            rows.push((block.memory.uniforms[entry.slot], mask));
        });
        for (word, mask) in rows {
            let mask = mask & self.alive;
            if mask != 0 {
                self.memory.uniforms[entry.slot] = word;
                element.uniforms.push((entry.slot, word));
                self.nest(rest, mask, element, found);
                element.uniforms.pop();
            }
        }
    }

    fn assign(
        &mut self,
        cell: &'p Cell,
        (value, admit): (&'p Expr, &'p Admit),
        (twice, domain): (Site, Site),
        mask: u64,
    ) {
        let (places, nowhere) = match self.same_place(cell) {
            Some(place) => (Places::Same(place), (0, 0)),
            None => {
                let (places, outside, absent) = self.places(cell, mask, 0);
                (places, (outside, absent))
            }
        };
        match value {
            Expr::Bits(value) => {
                let bits = self.bits(value, mask, 0);
                let mask = self.may_assign((&places, nowhere), cell.site, twice, (true, mask));
                if *admit != Admit::All {
                    let (_, inside) = self.admitted(admit, &super::num::only(1, bits));
                    self.fault(self.live(mask & !inside), domain);
                }
                let mask = self.live(mask);
                self.write(Written::Bits(bits), &places, mask);
            }
            Expr::Num(Num::Const(word)) if *admit == Admit::All => {
                let mask = self.may_assign((&places, nowhere), cell.site, twice, (false, mask));
                self.write(Written::Word(*word), &places, mask);
            }
            Expr::Num(value) => {
                let source = self.num(value, mask, 0);
                let mask = self.may_assign((&places, nowhere), cell.site, twice, (false, mask));
                self.lent(source, |block, column| {
                    let changed = block.kept(admit, column, mask, domain);
                    let mask = block.live(mask);
                    let column = changed.as_ref().unwrap_or(column);
                    block.write(Written::Column(column), &places, mask);
                });
            }
        }
    }

    /// The lanes that may assign a cell: it is somewhere, and was not assigned before.
    fn may_assign(
        &mut self,
        (places, (outside, absent)): (&Places, (u64, u64)),
        nowhere: Site,
        twice: Site,
        (is_bits, mask): (bool, u64),
    ) -> u64 {
        self.fault(mask & outside, nowhere);
        self.fault(self.live(mask & absent), nowhere + 1);
        let mask = self.live(mask & !outside & !absent);
        let again = self.again(is_bits, places, mask);
        self.fault(again, twice);
        mask & !again
    }

    /// Lets go wrong what a domain does not admit; values as it holds them, if they change.
    fn kept(&mut self, admit: &Admit, column: &Column, mask: u64, domain: Site) -> Option<Column> {
        match admit {
            Admit::All => return None,
            Admit::Reals(lo, hi, _) => {
                let (lo, hi) = (*lo, *hi);
                let inside = test(column, |word| lo <= real(word) && real(word) <= hi);
                if mask & !inside == 0 {
                    return None;
                }
            }
            Admit::Ints(..)
            | Admit::Some
            | Admit::Words(_)
            | Admit::RealWords(_)
            | Admit::Population(_)
            | Admit::Optional(_) => {}
        }
        let (column, inside) = self.admitted(admit, column);
        self.fault(self.live(mask & !inside), domain);
        Some(column)
    }

    /// Does something with a column that lies ready.
    pub(super) fn lent(&mut self, source: Source, done: impl FnOnce(&mut Self, &Column)) {
        match source {
            Source::Stack(at) => {
                let at = at as usize;
                let spare = self.memory.spare.take().unwrap_or_else(empty);
                let column = std::mem::replace(&mut self.memory.stack[at], spare);
                done(self, &column);
                self.memory.spare = Some(std::mem::replace(&mut self.memory.stack[at], column));
            }
            _ => {
                let column = *self.memory.column(source);
                done(self, &column);
            }
        }
    }

    /// Where a cell was assigned before.
    fn again(&self, is_bits: bool, places: &Places, mask: u64) -> u64 {
        let assigned = match is_bits {
            true => &self.memory.assigned.0,
            false => &self.memory.assigned.1,
        };
        match places {
            _ if mask == 0 => 0,
            Places::Same(place) => assigned[*place] & mask,
            Places::Each(places) => {
                let bit = |lane: usize| assigned[places[lane] as usize] & (1 << lane);
                lanes(mask).map(bit).fold(0, |all, one| all | one)
            }
        }
    }

    /// Writes a cell in the lanes of a mask.
    fn write(&mut self, value: Written<'_>, places: &Places, mask: u64) {
        let memory = &mut self.memory;
        let mut put = |place: usize, mask: u64| match value {
            Written::Bits(bits) => {
                memory.assigned.0[place] |= mask;
                let cell = &mut memory.new.bits[place];
                *cell = (*cell & !mask) | (bits & mask);
            }
            Written::Word(word) => {
                memory.assigned.1[place] |= mask;
                fill(&mut memory.new.nums[place], word, mask);
            }
            Written::Column(column) => {
                memory.assigned.1[place] |= mask;
                match mask.count_ones() {
                    1 => {
                        let lane = mask.trailing_zeros() as usize;
                        memory.new.nums[place][lane] = column[lane];
                    }
                    _ => blend(&mut memory.new.nums[place], column, mask),
                }
            }
        };
        match places {
            _ if mask == 0 => {}
            Places::Same(place) => put(*place, mask),
            Places::Each(places) => {
                lanes(mask).for_each(|lane| put(places[lane] as usize, 1 << lane));
            }
        }
    }

    /// The value of either sort.
    fn settled(&mut self, value: &'p Expr, mask: u64, at: usize) -> (Option<u64>, Column) {
        match value {
            Expr::Bits(bits) => (Some(self.bits(bits, mask, at)), [0; LANES]),
            Expr::Num(num) => {
                let source = self.num(num, mask, at);
                (None, *self.memory.column(source))
            }
        }
    }

    fn emit(&mut self, event: usize, fields: &'p [(Expr, Admit, Site)], mask: u64) {
        let mut values = Vec::with_capacity(fields.len());
        for (value, admit, site) in fields {
            let mask = self.live(mask);
            let (bits, column) = self.settled(value, mask, 0);
            let as_column = bits.map_or(column, |bits| super::num::only(1, bits));
            let (column, inside) = self.admitted(admit, &as_column);
            self.fault(self.live(mask & !inside), *site);
            values.push(match bits {
                Some(bits) => Field::Bits(bits),
                None => Field::Num(Box::new(column)),
            });
        }
        let mask = self.live(mask);
        if mask != 0 {
            self.memory.emitted[event].push(Occurrence { mask, fields: values });
        }
    }

    /// A choice for every element: first what each admits, then what is taken.
    fn choose(
        &mut self,
        (key, target, from, filter, site): (&'p KeyOf, Target, &'p From, Option<&'p Bits>, Site),
        open: Open<'_>,
        choices: &mut dyn Choices,
    ) {
        if let From::Reals(lo, hi) = from {
            return self.every(open, |block, _, mask| {
                let (mut numbers, mut words, mut some) = ([0.0; LANES], [0; LANES], 0);
                block.ask(choices, key, open.turn, &mut |choices, key| {
                    choices.propose(key, mask, &mut numbers);
                    some = choices.listed(key, mask, &mut words);
                });
                let mut column = numbers.map(|u| of_real((lo + u * (hi - lo)).clamp(*lo, *hi)));
                for lane in lanes(some).filter(|lane| (*lo..=*hi).contains(&real(words[*lane]))) {
                    column[lane] = words[lane];
                }
                block.set_target(target, &column, mask);
            });
        }
        let mut admitted: Vec<(Vec<i64>, Vec<u64>)> = vec![Default::default(); open.elements.len()];
        self.every(open, |block, place, mask| {
            let (words, mut masks) = block.candidates(from, mask);
            if let Some(filter) = filter {
                for (word, inside) in words.iter().zip(&mut masks) {
                    let asked = block.live(mask & *inside);
                    if asked != 0 {
                        block.set_target(target, &[*word; LANES], asked);
                        *inside = asked & block.bits(filter, asked, 0);
                    }
                }
            }
            admitted[place] = (words, masks);
        });
        self.every(open, |block, place, mask| {
            let (words, masks) = &admitted[place];
            let mut counters = Counters::default();
            masks.iter().for_each(|inside| counters.add(inside & mask));
            let counts = counters.column();
            let none = lanes(mask).filter(|lane| counts[*lane] == 0);
            let none = none.fold(0, |all, lane| all | 1 << lane);
            block.discard(none, site);
            let mask = mask & !none;
            if mask == 0 {
                return;
            }
            let mut picked = [0; LANES];
            let mut groups = block.groups.take();
            block.ask(choices, key, open.turn, &mut |choices, asked| {
                let groups = groups.as_mut();
                picked = pick(groups, choices, (asked, key.recurs), (words, masks), mask);
            });
            block.groups = groups;
            let mut column = [0; LANES];
            lanes(mask).for_each(|lane| column[lane] = words[picked[lane] as usize]);
            block.answered(&key.marked, &column, mask);
            block.set_target(target, &column, mask);
        });
    }

    /// What a choice is made from: values in order, and the lanes that have each.
    pub(super) fn candidates(&mut self, from: &'p From, mask: u64) -> (Vec<i64>, Vec<u64>) {
        match from {
            From::Words(words) => (words.clone(), vec![mask; words.len()]),
            From::Agents { universe, optional } => {
                let agents = self.memory.elements(universe);
                let none = optional.then_some(super::super::program::NONE);
                let words: Vec<i64> = none.into_iter().chain(agents.iter().copied()).collect();
                let there = |word: &i64| mask & self.memory.agent_there(*word);
                let masks = words.iter().map(there).collect();
                (words, masks)
            }
            From::Set(universe, set) => {
                let elements = self.memory.elements(universe);
                let masks = self.masks(set, &elements, mask, 0);
                (elements.to_vec(), masks.into_iter().map(|inside| inside & mask).collect())
            }
            From::Reals(..) => (Vec::new(), Vec::new()),
        }
    }
}
