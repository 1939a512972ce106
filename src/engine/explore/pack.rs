//! States as few words.
//!
//! In: a model and a layout. Out: where the bits of every cell lie, and states of all lanes from
//! columns to words and back.
//!
//! # Invariants
//! - Two states are equal if their words are.
//! - A cell lies within one word. The cells that an agent has for itself lie together, and for
//!   all agents of a population in the same order, within one word if they fit there.

use super::super::program::{LANES, NONE, Program};
use super::super::run::{Memory, Store};
use crate::base::id::Id;
use crate::base::vector::vectorised;
use crate::ir::layout::Layout;
use crate::ir::model::IndexSet;
use crate::ir::{Domain, KindId, Model, PopId, StateId, Type};

/// The words of all lanes, word by word.
pub(super) type Words = Vec<[u64; LANES]>;

/// Where a cell lies.
#[derive(Clone, Copy, Debug)]
struct Place {
    word: usize,
    shift: u32,
}

/// A cell that is no bool.
#[derive(Debug)]
struct Number {
    /// Where it lies in a store.
    at: usize,
    place: Place,
    width: u32,
    /// What is taken off its word.
    least: i64,
    /// Whether 0 is `none`, and all others are one more.
    optional: bool,
}

/// The cells of one agent that lie together in a word.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Part {
    /// In which word.
    pub word: usize,
    /// From which bit on.
    pub shift: u32,
    /// How many bits.
    pub width: u32,
}

/// Where the bits of every cell lie.
pub(super) struct Packing {
    numbers: Vec<Number>,
    /// For each word the cells that are bools: where they lie in a store, and in the word.
    bools: Vec<Vec<(usize, u32)>>,
    /// The bit of states at which a run halted.
    halted: Place,
    /// Who moved last, after 0 for nobody.
    last: Option<Place>,
    /// For each population the part of each agent; none where an agent has too many bits.
    pub agents: Vec<Option<Vec<Part>>>,
    /// How many words.
    pub words: usize,
}

/// Bits that say who moved last.
const LAST_BITS: u32 = 32;

/// How many bits a cell has, what is taken off, and whether it may be `none`.
fn shape(model: &Model, domain: &Domain, layout: &Layout) -> (u32, i64, bool) {
    let bits = |count: u64| count.next_power_of_two().trailing_zeros();
    match domain {
        Domain::Optional(inner) => {
            let (width, least, _) = shape(model, inner, layout);
            // One more value; whole words have `none` as one of them.
            if width >= 63 { (64, 0, false) } else { (width + 1, least, true) }
        }
        Domain::Whole(Type::Enum(id)) => (bits(model.enums[*id].variants.len() as u64), 0, false),
        Domain::Whole(Type::Agent(_)) | Domain::Population(_) => {
            (bits(layout.agents().len() as u64), 0, false)
        }
        Domain::Values(Type::Enum(id), _) => {
            (bits(model.enums[*id].variants.len() as u64), 0, false)
        }
        Domain::Values(Type::Agent(_), _) => (bits(layout.agents().len() as u64), 0, false),
        Domain::Values(Type::Bool, _) | Domain::Whole(Type::Bool) => (1, 0, false),
        Domain::Ints(lo, hi) => match hi.checked_sub(*lo).filter(|width| *width < i64::MAX >> 2) {
            Some(width) => (bits(width as u64 + 1), *lo, false),
            None => (64, 0, false),
        },
        Domain::Whole(_) | Domain::Values(..) | Domain::Reals(..) => (64, 0, false),
    }
}

/// The population or kind whose agents have one cell each.
fn owner(model: &Model, state: StateId) -> Option<&IndexSet> {
    match &model.states[state].indices[..] {
        [set @ (IndexSet::Population(_) | IndexSet::Kind(_))] => Some(set),
        _ => None,
    }
}

/// Gives out bits, so that none lies across two words.
#[derive(Default)]
struct Room {
    word: usize,
    used: u32,
}

impl Room {
    fn take(&mut self, width: u32) -> Place {
        if self.used + width > 64 {
            (self.word, self.used) = (self.word + 1, 0);
        }
        let place = Place { word: self.word, shift: self.used };
        self.used += width;
        place
    }
}

impl Packing {
    /// Where the cells of states lie.
    pub fn new(model: &Model, program: &Program, layout: &Layout, memory: &Memory<'_>) -> Packing {
        let mut room = Room::default();
        let mut packing = Packing {
            numbers: Vec::new(),
            bools: Vec::new(),
            halted: room.take(1),
            last: (program.schedule == crate::ir::model::Schedule::RoundRobin)
                .then(|| room.take(LAST_BITS)),
            agents: Vec::new(),
            words: 1,
        };
        let all = || model.states.ids();
        for state in all().filter(|state| owner(model, *state).is_none()) {
            for cell in 0..layout.state(state).len() {
                packing.cell((model, layout, memory), state, cell, &mut room);
            }
        }
        for population in model.populations.ids() {
            let parts = packing.population((model, layout, memory), population, &mut room);
            packing.agents.push(parts);
        }
        packing.words = room.word + 1;
        packing.bools.resize_with(packing.words, Vec::new);
        packing
    }

    /// Gives bits to the cells of a population's agents, agent by agent.
    fn population(
        &mut self,
        from: (&Model, &Layout, &Memory<'_>),
        population: PopId,
        room: &mut Room,
    ) -> Option<Vec<Part>> {
        let (model, layout, memory) = from;
        let kind = model.populations[population].kind;
        let mut own: Vec<(StateId, bool)> = Vec::new();
        for state in model.states.ids() {
            match owner(model, state) {
                Some(IndexSet::Population(of)) if *of == population => own.push((state, false)),
                Some(IndexSet::Kind(of)) if *of == kind => own.push((state, true)),
                _ => {}
            }
        }
        let of = |state: StateId| match memory.states[state.index()].bits {
            true => 1,
            false => shape(model, &model.states[state].domain, layout).0,
        };
        let width: u32 = own.iter().map(|(state, _)| of(*state)).sum();
        let mut parts = Vec::new();
        for (index, agent) in layout.population(population).enumerate() {
            if (1..=64).contains(&width) {
                let Place { word, shift } = room.take(width);
                parts.push(Part { word, shift, width });
                room.used -= width;
            }
            for (state, by_kind) in &own {
                let rank = rank(layout, kind, agent).unwrap_or(index);
                self.cell(from, *state, if *by_kind { rank } else { index }, room);
            }
        }
        (1..=64).contains(&width).then_some(parts)
    }

    fn cell(
        &mut self,
        (model, layout, memory): (&Model, &Layout, &Memory<'_>),
        state: StateId,
        cell: usize,
        room: &mut Room,
    ) {
        let spot = &memory.states[state.index()];
        let at = spot.start + cell;
        if spot.bits {
            let Place { word, shift } = room.take(1);
            self.bools.resize_with(self.bools.len().max(word + 1), Vec::new);
            self.bools[word].push((at, shift));
            return;
        }
        let (width, least, optional) = shape(model, &model.states[state].domain, layout);
        if width > 0 {
            let place = room.take(width);
            self.numbers.push(Number { at, place, width, least, optional });
        } else {
            self.numbers.push(Number {
                at,
                place: Place { word: 0, shift: 0 },
                width,
                least,
                optional,
            });
        }
    }

    /// The words of the states of a store, with who moved last; `halted`: where a run halted.
    pub fn pack(&self, store: &Store, halted: u64, last: &[i64], words: &mut Words) {
        for (word, bools) in words.iter_mut().zip(&self.bools) {
            word.fill(0);
            if !bools.is_empty() {
                bools.iter().for_each(|(at, shift)| word[*shift as usize] = store.bits[*at]);
                super::super::run::transpose(word);
            }
        }
        for number in &self.numbers {
            let column = &store.nums[number.at];
            let word = &mut words[number.place.word];
            let (least, shift, optional) = (number.least, number.place.shift, number.optional);
            vectorised(
                #[inline(always)]
                || {
                    for (word, value) in word.iter_mut().zip(column) {
                        let bits = match optional {
                            true if *value == NONE => 0,
                            true => value.wrapping_sub(least).wrapping_add(1),
                            false => value.wrapping_sub(least),
                        };
                        *word |= (bits as u64) << shift;
                    }
                },
            );
        }
        let word = &mut words[self.halted.word];
        for (lane, word) in word.iter_mut().enumerate() {
            *word |= (halted >> lane & 1) << self.halted.shift;
        }
        if let Some(place) = self.last {
            for (word, last) in words[place.word].iter_mut().zip(last) {
                *word |= ((last + 1) as u64) << place.shift;
            }
        }
    }

    /// Puts states back into a store; the lanes that halted.
    pub fn unpack(&self, words: &Words, store: &mut Store, last: &mut [i64]) -> u64 {
        for (word, bools) in words.iter().zip(&self.bools) {
            if !bools.is_empty() {
                let mut rows = *word;
                super::super::run::transpose(&mut rows);
                bools.iter().for_each(|(at, shift)| store.bits[*at] = rows[*shift as usize]);
            }
        }
        for number in &self.numbers {
            let column = &mut store.nums[number.at];
            let word = &words[number.place.word];
            let (least, shift, optional) = (number.least, number.place.shift, number.optional);
            let mask = if number.width >= 64 { u64::MAX } else { (1 << number.width) - 1 };
            vectorised(
                #[inline(always)]
                || {
                    for (value, word) in column.iter_mut().zip(word) {
                        let bits = (word >> shift & mask) as i64;
                        *value = match optional {
                            true if bits == 0 => NONE,
                            true => bits.wrapping_sub(1).wrapping_add(least),
                            false => bits.wrapping_add(least),
                        };
                    }
                },
            );
        }
        if let Some(place) = self.last {
            for (last, word) in last.iter_mut().zip(&words[place.word]) {
                *last = (word >> place.shift & u64::from(u32::MAX)) as i64 - 1;
            }
        }
        let halted = words[self.halted.word].iter().enumerate();
        halted.fold(0, |mask, (lane, word)| mask | (word >> self.halted.shift & 1) << lane)
    }
}

/// The place of an agent among those of a kind.
fn rank(layout: &Layout, kind: KindId, agent: u32) -> Option<usize> {
    layout.kind(kind).iter().position(|of| of.0 == agent)
}
