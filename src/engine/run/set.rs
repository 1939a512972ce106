//! Binders and sets.

use std::rc::Rc;

use super::super::program::{Loop, Num, Over, Set, Universe};
use super::Block;
use super::memory::{Elements, Tied, View};
use super::wide::{test, transpose};
use crate::base::id::Id;
use crate::ir::StructId;

impl<'p> Block<'p> {
    /// Every row of elements of nested binders, in order; each guard is asked before what is
    /// inside.
    pub(super) fn each(
        &mut self,
        loops: &'p [Loop],
        mask: u64,
        at: usize,
        done: &mut dyn FnMut(&mut Self, u64),
    ) {
        let Some((entry, rest)) = loops.split_first() else { return done(self, mask) };
        self.all_of(entry, mask, at, &mut |block, mask| {
            let admitted = match &entry.filter {
                None => mask,
                Some(filter) => mask & block.bits(filter, mask, at),
            };
            if admitted != 0 {
                block.each(rest, admitted, at, done);
            }
        });
    }

    /// Every element of one binder, before its guard.
    pub(super) fn all_of(
        &mut self,
        entry: &'p Loop,
        mask: u64,
        at: usize,
        done: &mut dyn FnMut(&mut Self, u64),
    ) {
        match &entry.over {
            Over::All(universe) => {
                for word in self.memory.elements(universe).iter() {
                    self.memory.uniforms[entry.slot] = *word;
                    let there = mask & self.memory.there(universe, *word);
                    if there == mask || there != 0 {
                        done(self, there);
                    }
                }
            }
            Over::Neighbours { ties, of, site } => {
                let (on, to) = self.program.ends[ties.index()];
                let Some(from) = self.place_in(on, self.uni(*of)) else {
                    return self.fault(self.live(mask), *site);
                };
                if let Tied::Shared(shared) = &self.memory.ties[ties.index()] {
                    let list = Rc::clone(&shared.lists[from]);
                    for word in list.iter() {
                        self.memory.uniforms[entry.slot] = *word;
                        done(self, mask);
                    }
                    return;
                }
                let all = Rc::clone(&self.memory.populations[to.index()]);
                for (place, word) in all.iter().enumerate() {
                    let there = self.memory.agent_there(*word);
                    let tied = self.apart(*ties, from, place) & mask & there;
                    if tied != 0 {
                        self.memory.uniforms[entry.slot] = *word;
                        done(self, tied);
                    }
                }
            }
            Over::Some(universe, set) => {
                let elements = self.memory.elements(universe);
                let inside = self.masks(set, &elements, mask, at);
                for (word, inside) in elements.iter().zip(inside) {
                    if inside & mask != 0 {
                        self.memory.uniforms[entry.slot] = *word;
                        done(self, inside & mask);
                    }
                }
            }
            Over::Occurrences(event, from, to) => {
                // Nothing occurs at the first instant.
                let View::Back(back) = self.memory.view else { return };
                let last = to.saturating_add(back).min(self.now as usize);
                for ago in (from.saturating_add(back)..=last).rev() {
                    for place in 0..self.memory.occurred(event.index(), ago).len() {
                        let inside = self.memory.occurred(event.index(), ago)[place].mask & mask;
                        if inside != 0 {
                            self.memory.uniforms[entry.slot] = (ago << 32 | place) as i64;
                            done(self, inside);
                        }
                    }
                }
            }
        }
    }

    /// The lanes with a tie of positive weight between two places.
    fn apart(&self, ties: StructId, from: usize, to: usize) -> u64 {
        match &self.memory.ties[ties.index()] {
            Tied::Apart { columns, positive, .. } => positive[from * columns + to],
            Tied::Shared(shared) => super::all(shared.ties.weight(from as u32, to as u32) > 0.0),
        }
    }

    /// For each element the lanes whose set has it.
    pub(super) fn masks(
        &mut self,
        set: &'p Set,
        elements: &Elements<'p>,
        mask: u64,
        at: usize,
    ) -> Vec<u64> {
        match set {
            Set::All(universe) => {
                let own = self.memory.elements(universe);
                let inside = |word: &i64| {
                    let there = self.memory.there(universe, *word);
                    super::all(own.binary_search(word).is_ok()) & there
                };
                elements.iter().map(inside).collect()
            }
            Set::Slot(slot) => self.bound_set(*slot, elements),
            Set::List(items) => {
                let mut found = vec![0; elements.len()];
                for item in items {
                    let source = self.num(item, mask, at);
                    let column = self.memory.column(source);
                    for (found, word) in found.iter_mut().zip(elements.iter()) {
                        *found |= test(column, |item| item == *word);
                    }
                }
                found
            }
            Set::Neighbours { ties, of, site } => {
                self.neighbours((*ties, of, *site), elements, mask, at)
            }
            Set::Filter { slot, set, filter } => {
                let mut found = self.masks(set, elements, mask, at);
                for (found, word) in found.iter_mut().zip(elements.iter()) {
                    *found &= mask;
                    if *found != 0 {
                        self.memory.uniforms[*slot] = *word;
                        *found &= self.bits(filter, *found, at);
                    }
                }
                found
            }
            Set::If(parts) => {
                let (condition, yes, no) = &**parts;
                let taken = self.bits(condition, mask, at);
                let mut found = vec![0; elements.len()];
                for (mask, set) in [(mask & taken, yes), (mask & !taken, no)] {
                    if mask != 0 {
                        let own = self.masks(set, elements, mask, at);
                        found.iter_mut().zip(own).for_each(|(all, own)| *all |= own & mask);
                    }
                }
                found
            }
            Set::Let(bind, body) => {
                self.bind(bind, mask, at);
                self.masks(body, elements, mask, at)
            }
            Set::Union(pair) => self.joined(pair, elements, mask, at, |a, b| a | b),
            Set::Minus(pair) => self.joined(pair, elements, mask, at, |a, b| a & !b),
            Set::Both(pair) => self.joined(pair, elements, mask, at, |a, b| a & b),
            Set::Range(ends) => {
                let lo = self.num(&ends.0, mask, at);
                let hi = self.num(&ends.1, mask, at + 1);
                let (lo, hi) = (*self.memory.column(lo), *self.memory.column(hi));
                let inside = |word: &i64| test(&lo, |lo| lo <= *word) & test(&hi, |hi| *word <= hi);
                elements.iter().map(inside).collect()
            }
        }
    }

    /// Which elements a local has.
    fn bound_set(&self, slot: usize, elements: &Elements<'p>) -> Vec<u64> {
        let (level, universe) = &self.program.sets[slot];
        let own = self.memory.elements(universe);
        let masks = &self.memory.sets[slot][self.memory.element(*level)];
        let inside = |word: &i64| own.binary_search(word).map_or(0, |at| masks[at]);
        elements.iter().map(inside).collect()
    }

    /// Computes a local that is a set.
    pub(super) fn bind_set(&mut self, slot: usize, set: &'p Set, mask: u64, at: usize) {
        let (level, universe) = &self.program.sets[slot];
        let elements = self.memory.elements(universe);
        let found = self.masks(set, &elements, mask, at);
        let element = self.memory.element(*level);
        let own = &mut self.memory.sets[slot][element];
        own.resize(found.len(), 0);
        own.iter_mut().zip(found).for_each(|(old, new)| *old = (*old & !mask) | (new & mask));
    }

    fn joined(
        &mut self,
        pair: &'p (Set, Set),
        elements: &Elements<'p>,
        mask: u64,
        at: usize,
        join: fn(u64, u64) -> u64,
    ) -> Vec<u64> {
        let a = self.masks(&pair.0, elements, mask, at);
        let b = self.masks(&pair.1, elements, mask, at);
        a.into_iter().zip(b).map(|(a, b)| join(a, b)).collect()
    }

    /// For each element the lanes in which an agent, another in each, is tied to it.
    fn neighbours(
        &mut self,
        (ties, of, site): (StructId, &'p Num, usize),
        elements: &Elements<'p>,
        mask: u64,
        at: usize,
    ) -> Vec<u64> {
        let source = self.num(of, mask, at);
        let agents = *self.memory.column(source);
        let (on, to) = self.program.ends[ties.index()];
        let mut outside = 0;
        let from: Vec<Option<usize>> = (0..super::LANES)
            .map(|lane| {
                let place = self.place_in(on, agents[lane]).filter(|_| mask >> lane & 1 == 1);
                outside |= u64::from(place.is_none()) << lane;
                place
            })
            .collect();
        self.fault(self.live(mask & outside), site);
        let places: Vec<Option<usize>> =
            elements.iter().map(|word| self.place_in(to, *word)).collect();
        let mut found = vec![0; places.len()];
        for (first, chunk) in places.chunks(64).enumerate() {
            let mut rows = [0u64; 64];
            for (row, from) in rows.iter_mut().zip(&from) {
                let Some(from) = from else { continue };
                *row = self.row(ties, *from, chunk);
            }
            if let Tied::Apart { columns, positive, .. } = &self.memory.ties[ties.index()] {
                // Each lane has ties of its own: its bit of each pair.
                for (lane, from) in from.iter().enumerate() {
                    let Some(from) = from else { continue };
                    let bit = |place: &Option<usize>| {
                        place.map_or(0, |to| positive[from * columns + to] >> lane & 1)
                    };
                    rows[lane] = chunk.iter().rev().fold(0, |row, place| row << 1 | bit(place));
                }
            }
            transpose(&mut rows);
            found[first * 64..][..chunk.len()].copy_from_slice(&rows[..chunk.len()]);
        }
        if !self.memory.absent.is_empty() {
            let there = elements.iter().map(|word| self.memory.agent_there(*word));
            found.iter_mut().zip(there).for_each(|(found, there)| *found &= there);
        }
        found
    }

    /// A bit for each place that an agent is tied to, where all lanes share the ties.
    fn row(&self, ties: StructId, from: usize, chunk: &[Option<usize>]) -> u64 {
        let Tied::Shared(shared) = &self.memory.ties[ties.index()] else { return 0 };
        let Some(first) = chunk.iter().flatten().next() else { return 0 };
        if let Some(rows) = &shared.rows
            && chunk[0].is_some_and(|first| first % 64 == 0)
            && chunk[chunk.len() - 1].is_some()
        {
            // The whole chunk is of the population.
            return rows[from][first / 64];
        }
        let mut row = 0;
        for (to, weight) in shared.ties.from(from as u32) {
            // Places of a population follow each other.
            let Some(at) = (*to as usize).checked_sub(*first) else { continue };
            let at = at + chunk.iter().position(Option::is_some).unwrap_or(0);
            if at < chunk.len() && *weight > 0.0 {
                row |= 1 << at;
            }
        }
        row
    }

    /// The number of elements that all lanes have for certain; none where that differs.
    pub(super) fn fixed(&self, entry: &Loop) -> Option<i64> {
        match (&entry.over, &entry.filter) {
            (Over::All(universe), None) if self.memory.absent.is_empty() => Some(match universe {
                Universe::Population(population) => {
                    self.memory.populations[population.index()].len() as i64
                }
                Universe::Kind(kind) => self.memory.kinds[kind.index()].len() as i64,
                Universe::Words(words) => words.len() as i64,
                Universe::Occurrences(_) => return None,
            }),
            _ => None,
        }
    }
}
