//! Who is there in each lane, and what occurs, now and before.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::program::Universe;
use super::Column;
use super::memory::Memory;
use super::spot::Spot;
use crate::base::id::Id;
use crate::ir::EventId;
use crate::ir::model::IndexSet;

/// What occurred, in the lanes of `mask`.
pub struct Occurrence {
    pub mask: u64,
    pub fields: Vec<Field>,
}

/// A field of an occurrence.
pub enum Field {
    Bits(u64),
    Num(Box<Column>),
}

impl Field {
    /// Its word in a lane.
    fn word(&self, lane: usize) -> i64 {
        match self {
            Field::Bits(bits) => (bits >> lane & 1) as i64,
            Field::Num(column) => column[lane],
        }
    }
}

impl Memory<'_> {
    /// Some agents are not there in a lane.
    pub fn leave_out(&mut self, lane: usize, since: &[u32]) {
        for (agent, since) in since.iter().enumerate().filter(|(_, since)| **since != 0) {
            debug_assert!(*since == u32::MAX, "agents come and go in records only");
            self.absent.resize(self.agents.len(), 0);
            self.absent[agent] |= 1 << lane;
        }
    }

    /// The lanes in which an element of a universe is there.
    pub fn there(&self, universe: &Universe, word: i64) -> u64 {
        match universe {
            Universe::Population(_) | Universe::Kind(_) => self.agent_there(word),
            Universe::Words(_) | Universe::Occurrences(_) => u64::MAX,
        }
    }

    /// The lanes in which an agent is there.
    pub fn agent_there(&self, agent: i64) -> u64 {
        let absent = usize::try_from(agent).ok().and_then(|at| self.absent.get(at));
        !absent.copied().unwrap_or(0)
    }

    /// The lanes in which an index is an agent that is not there.
    pub fn index_absent(&self, set: &IndexSet, word: i64) -> u64 {
        match set {
            IndexSet::Population(_) | IndexSet::Kind(_) => !self.agent_there(word),
            IndexSet::Enum(_) | IndexSet::Ints(..) => 0,
        }
    }

    /// The lanes in which a cell is of an agent that is not there.
    pub fn cell_absent(&self, spot: &Spot, place: usize) -> u64 {
        if self.absent.is_empty() {
            return 0;
        }
        let (mut rest, mut absent) = (place, 0);
        for dimension in spot.dimensions.iter().rev() {
            let word = self.word_at(dimension, rest % dimension.size);
            absent |= self.index_absent(&dimension.set, word);
            rest /= dimension.size;
        }
        absent
    }

    /// What occurred of an event so many instants ago.
    pub fn occurred(&self, event: usize, ago: usize) -> &[Occurrence] {
        match ago.checked_sub(1) {
            None => &self.events[event],
            Some(before) => self.past.get(before).map_or(&[], |events| &events[event]),
        }
    }

    /// An occurrence by its place among those of its instant, and how long ago that was.
    pub fn occurrence(&self, event: usize, at: usize) -> &Occurrence {
        &self.occurred(event, at >> 32)[at & 0xFFFF_FFFF]
    }

    /// Which of two occurrences comes first in a lane: the earlier one, of those of an instant the
    /// one of lesser fields.
    pub fn order(&self, event: EventId, (a, b): (i64, i64), lane: usize) -> Ordering {
        let values = |at: i64| {
            let fields = self.occurrence(event.index(), at as usize).fields.iter();
            let types = &self.program.field_types[event.index()];
            fields.zip(types).map(move |(field, of)| of.value(field.word(lane)))
        };
        (b >> 32).cmp(&(a >> 32)).then_with(|| values(a).cmp(values(b)))
    }

    /// Everything that occurred of an event, the earliest first.
    pub fn all_occurred(&self, event: usize) -> Rc<[i64]> {
        let at = |ago: usize| {
            let places = 0..self.occurred(event, ago).len();
            places.map(move |place| (ago << 32 | place) as i64)
        };
        (0..=self.past.len()).rev().flat_map(at).collect()
    }

    /// What was emitted occurs.
    pub fn turn_events(&mut self) {
        if self.program.past {
            let empty = self.events.iter().map(|_| Vec::new()).collect();
            self.past.push_front(std::mem::replace(&mut self.events, empty));
        }
        std::mem::swap(&mut self.events, &mut self.emitted);
        self.emitted.iter_mut().for_each(Vec::clear);
    }
}
