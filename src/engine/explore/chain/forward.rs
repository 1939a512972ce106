//! A chain step by step: the places that runs come to, each with its probability.
//!
//! In: a chain whose block holds a society. Out: where runs end.
//!
//! # Invariants
//! - Places and ends are numbered in the order in which they are first reached, and sums are made
//!   in that order: the result is the same each time, to the bit.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::landing::{Edge, Landing, Leads, joined};
use super::remember::Truths;
use super::{Chain, Reach, Went};
use crate::base::mass::Mass;
use crate::engine::choices::first as first_lanes;
use crate::engine::explore::search::{Room, load};
use crate::engine::explore::seen::{Seen, StateAt};
use crate::engine::explore::walk::Walk;
use crate::engine::program::LANES;
use crate::engine::run::{Block, Store};

/// The number of a [`Past`].
pub(super) type PastAt = u32;

/// A state that runs came to, and what came before.
#[derive(Clone, Copy)]
pub(super) struct Past {
    pub before: Option<PastAt>,
    pub state: StateAt,
}

/// How runs end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum How {
    Cut,
    Halts,
    Faults,
}

/// Runs that end alike.
pub(super) struct EndAt {
    /// One of them.
    pub past: PastAt,
    pub how: How,
    pub mass: Mass,
}

/// A chain that has gone through.
pub(super) struct Gone {
    pub seen: Seen,
    pub pasts: Vec<Past>,
    pub ends: Vec<EndAt>,
    /// Runs that have no end to be told.
    pub lost: Mass,
    /// Transitions that may still be made.
    pub left: u64,
}

impl Gone {
    /// The states up to a place.
    pub fn path(&self, last: PastAt) -> Vec<StateAt> {
        let mut path = Vec::new();
        let mut at = Some(last);
        while let Some(past) = at {
            let Past { before, state } = self.pasts[past as usize];
            path.push(state);
            at = before;
        }
        path.reverse();
        path
    }
}

/// Runs that agree in state and in what is remembered.
struct Place {
    state: StateAt,
    memory: Truths,
    mass: Mass,
    /// One of them.
    past: PastAt,
}

type Numbers<K> = HashMap<K, u32, FixedState>;

/// A chain on its way.
pub(super) struct Forward<'c, 'p> {
    chain: &'c mut Chain<'p>,
    reach: Reach,
    go_on: &'c dyn Fn() -> bool,
    seen: Seen,
    /// For each state what is seen there.
    truths: Vec<Truths>,
    /// For each state its edges, where they are known.
    spans: Vec<Option<(usize, usize)>>,
    edges: Vec<Edge>,
    pasts: Vec<Past>,
    ends: Vec<EndAt>,
    /// The ends of this step by state, memory and kind: one in which a run halts is another
    /// state, so that these say at which instant.
    known: Numbers<(StateAt, Truths, How)>,
    /// Runs that have no end to be told.
    lost: Mass,
    /// Transitions that may still be made.
    left: u64,
    room: Room,
}

impl<'c, 'p> Forward<'c, 'p> {
    pub fn new(
        chain: &'c mut Chain<'p>,
        reach: Reach,
        go_on: &'c dyn Fn() -> bool,
    ) -> Forward<'c, 'p> {
        let words = chain.packing.words;
        Forward {
            chain,
            reach,
            go_on,
            seen: Seen::new(words),
            truths: Vec::new(),
            spans: Vec::new(),
            edges: Vec::new(),
            pasts: Vec::new(),
            ends: Vec::new(),
            known: Numbers::with_hasher(FixedState::with_seed(0)),
            lost: Mass::default(),
            left: reach.transitions_max,
            room: Room { walk: Walk::weighing(), ..Room::new(words) },
        }
    }

    /// Goes on until all runs have ended.
    pub fn run(mut self) -> Result<Gone, Went> {
        let mut places = self.start()?;
        for now in 0..self.reach.steps {
            if places.is_empty() {
                break;
            }
            if self.chain.timed {
                self.seen.forget();
                self.edges.clear();
            }
            self.expand(&places, now)?;
            places = self.step(&places, now)?;
        }
        for Place { past, mass, .. } in places {
            self.ends.push(EndAt { past, how: How::Cut, mass });
        }
        let Forward { seen, pasts, ends, lost, left, .. } = self;
        Ok(Gone { seen, pasts, ends, lost, left })
    }

    /// The places at instant 0.
    fn start(&mut self) -> Result<Vec<Place>, Went> {
        let mut edges: Vec<Edge> = Vec::new();
        let (block, walk, _, mut landing) = self.landing(0);
        block.roots(walk, u64::MAX, &mut |block, walk, way| {
            landing.land(block, walk, &way, &mut |_, edge| edges.push(edge));
        });
        landing.over(block, walk)?;
        let mut places = Places::default();
        for edge in edges {
            match edge.leads {
                // A start that faults has no instant of which anything could be said.
                Leads::Lost | Leads::Faults => self.lost = self.lost.plus(edge.weight),
                Leads::On | Leads::Halts => self.arrive(None, &edge, 0, &mut places),
            }
        }
        Ok(places.all)
    }

    /// Finds the edges of all states of places.
    fn expand(&mut self, places: &[Place], now: u32) -> Result<(), Went> {
        let mut open: Vec<StateAt> = Vec::new();
        for Place { state, .. } in places {
            let span = &mut self.spans[*state as usize];
            if span.is_none() {
                *span = Some((0, 0));
                open.push(*state);
            }
        }
        for states in open.chunks(LANES) {
            let mask = first_lanes(states.len());
            let mut found: Vec<Vec<Edge>> = states.iter().map(|_| Vec::new()).collect();
            load(&self.seen, states.iter().copied(), &mut self.room.words);
            let memory = self.chain.block.memory();
            self.chain.packing.unpack(&self.room.words, &mut memory.old, &mut self.room.last);
            self.chain.block.last_moved().copy_from_slice(&self.room.last);
            let (block, walk, base, mut landing) = self.landing(now + 1);
            block.expand(mask, now, (walk, base), &mut |block, walk, way| {
                landing.land(block, walk, &way, &mut |lane, edge| found[lane].push(edge));
            });
            landing.over(block, walk)?;
            for (state, edges) in states.iter().zip(found) {
                let first = self.edges.len();
                joined(edges, &mut self.edges);
                self.spans[*state as usize] = Some((first, self.edges.len()));
            }
        }
        Ok(())
    }

    /// What goes every way to an instant, and what takes in what that leads to.
    fn landing(
        &mut self,
        instant: u32,
    ) -> (&mut Block<'p>, &mut Walk, &mut Store, Landing<'_, 'p>) {
        let held = self.bytes();
        let Forward { chain, reach, go_on, seen, truths, spans, left, room, .. } = self;
        let Chain { block, packing, remember, cost, .. } = &mut **chain;
        let Room { walk, base, words, last, .. } = room;
        let bytes_left = reach.bytes_max.saturating_sub(held);
        let (packing, remember, cost, trouble) = (&*packing, &*remember, *cost, None);
        let landing = Landing {
            packing,
            remember,
            cost,
            instant,
            go_on: *go_on,
            seen,
            truths,
            spans,
            words,
            last,
            left,
            bytes_left,
            ways: 0,
            trouble,
        };
        (block, walk, base, landing)
    }

    /// What is held, in bytes, about.
    fn bytes(&self) -> u64 {
        let each = (self.truths.capacity() * size_of::<Truths>()
            + self.spans.capacity() * size_of::<Option<(usize, usize)>>()
            + self.edges.capacity() * size_of::<Edge>()
            + self.pasts.capacity() * size_of::<Past>()
            + self.ends.capacity() * size_of::<EndAt>()) as u64;
        self.seen.bytes() + each
    }

    /// The places that one step from all places leads to.
    fn step(&mut self, places: &[Place], now: u32) -> Result<Vec<Place>, Went> {
        let mut next = Places::default();
        self.known.clear();
        let edges = std::mem::take(&mut self.edges);
        for place in places {
            let (first, end) = self.spans[place.state as usize].unwrap_or_default();
            if first == end {
                // No rule is enabled: this was the last instant.
                self.end(place, How::Halts, place.mass);
            }
            for edge in &edges[first..end] {
                self.left = self.left.checked_sub(1).ok_or(Went::TooLong)?;
                match edge.leads {
                    Leads::Lost => self.lost = self.lost.plus(place.mass.times(edge.weight)),
                    Leads::Faults => {
                        self.end(place, How::Faults, place.mass.times(edge.weight));
                    }
                    Leads::On | Leads::Halts => self.arrive(Some(place), edge, now + 1, &mut next),
                }
            }
            if self.bytes() > self.reach.bytes_max || !(self.go_on)() {
                return Err(Went::TooLong);
            }
        }
        self.edges = edges;
        Ok(next.all)
    }

    /// Takes in runs that come to a state.
    fn arrive(&mut self, from: Option<&Place>, edge: &Edge, instant: u32, places: &mut Places) {
        let (state, past) = (edge.to, self.pasts.len() as PastAt);
        let mass = from.map_or(edge.weight, |from| from.mass.times(edge.weight));
        let seen = self.truths[state as usize] & self.chain.remember.read_at(instant);
        let memory = from.map_or(0, |from| from.memory) | seen;
        let place = Place { state, memory, mass, past };
        let is_new = match edge.leads {
            Leads::Halts => self.end(&place, How::Halts, mass),
            Leads::On | Leads::Faults | Leads::Lost => places.add(place),
        };
        if is_new {
            self.pasts.push(Past { before: from.map(|from| from.past), state });
        }
    }

    /// Takes in runs that end in a place; whether they are the first of their kind.
    fn end(&mut self, place: &Place, how: How, mass: Mass) -> bool {
        match self.known.entry((place.state, place.memory, how)) {
            Entry::Occupied(known) => {
                let end = &mut self.ends[*known.get() as usize];
                end.mass = end.mass.plus(mass);
                false
            }
            Entry::Vacant(free) => {
                free.insert(self.ends.len() as u32);
                self.ends.push(EndAt { past: place.past, how, mass });
                true
            }
        }
    }
}

/// Places, each once.
#[derive(Default)]
struct Places {
    all: Vec<Place>,
    numbers: Numbers<(StateAt, Truths)>,
}

impl Places {
    /// Takes in runs that come to a place; whether they are the first.
    fn add(&mut self, place: Place) -> bool {
        match self.numbers.entry((place.state, place.memory)) {
            Entry::Occupied(known) => {
                let mass = &mut self.all[*known.get() as usize].mass;
                *mass = mass.plus(place.mass);
                false
            }
            Entry::Vacant(free) => {
                free.insert(self.all.len() as u32);
                self.all.push(place);
                true
            }
        }
    }
}
