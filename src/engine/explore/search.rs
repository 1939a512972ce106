//! The exploration itself: breadth first, 64 states at a time.

use std::collections::BTreeSet;

use super::aim::Aim;
use super::pack::Words;
use super::seen::{NOBODY, Seen, StateAt};
use super::symmetry::{self, Group};
use super::trail::{Last, trail};
use super::walk::Walk;
use super::{Ended, Explored, Explorer, Limits};
use crate::base::id::Id;
use crate::engine::choices::{first as first_lanes, lanes};
use crate::engine::program::LANES;
use crate::engine::run::{Block, Society, Store, Way};

/// Batches after which it is told how far it is.
const TOLD: usize = 256;

/// What an exploration is made of.
pub(super) struct Search<'e, 'p> {
    pub explorer: &'e mut Explorer<'p>,
    pub aims: &'e [Aim<'p>],
    pub groups: Vec<Group>,
    pub seen: Seen,
    pub society: Society<'e>,
    explored: Explored,
    room: Room,
}

/// Room that is used again and again.
pub(super) struct Room {
    pub walk: Walk,
    pub base: Store,
    pub words: Words,
    pub sorted: Words,
    pub last: Vec<i64>,
}

impl Room {
    pub fn new(words: usize) -> Room {
        let words = vec![[0; LANES]; words];
        let (walk, base, last) = (Walk::new(), Store::default(), vec![-1; LANES]);
        Room { walk, base, sorted: words.clone(), words, last }
    }
}

/// Explores a society for aims that are looked for together.
pub(super) fn search<'p>(
    explorer: &mut Explorer<'p>,
    aims: &[Aim<'p>],
    society: Society<'_>,
    limits: Limits,
    go_on: &dyn Fn(u64) -> bool,
) -> Explored {
    explorer.block.fill(LANES, society);
    let groups = match limits.symmetry {
        true => {
            let of = (explorer.model, explorer.property);
            symmetry::groups(of, &explorer.layout, society, &explorer.packing)
        }
        false => Vec::new(),
    };
    let explored = Explored {
        states: 0,
        transitions: 0,
        stutters: 0,
        faulted: 0,
        discarded: 0,
        depth: 0,
        groups: groups.len(),
        fired: BTreeSet::new(),
        ended: Ended::Closed,
    };
    let words = explorer.packing.words;
    let (seen, room) = (Seen::new(words), Room::new(words));
    let mut search = Search { explorer, aims, groups, seen, society, explored, room };
    let ended = search.levels(limits, go_on);
    search.explored.states = search.seen.len() as u64;
    search.explored.ended = ended;
    search.explored
}

impl Search<'_, '_> {
    /// All instants, one after the other.
    fn levels(&mut self, limits: Limits, go_on: &dyn Fn(u64) -> bool) -> Ended {
        if let Some(ended) = self.starts() {
            return ended;
        }
        let (mut first, mut batches) = (0, 0usize);
        for instant in 0.. {
            let end = self.seen.len();
            if first == end {
                return Ended::Closed;
            }
            self.explored.depth = instant;
            let last = limits.steps.is_some_and(|steps| instant >= steps);
            if self.explorer.timed {
                self.seen.forget();
            }
            for at in (first..end).step_by(LANES) {
                if let Some(ended) = self.batch(at..end.min(at + LANES), instant, last) {
                    return ended;
                }
                batches += 1;
                if batches.is_multiple_of(TOLD) && !go_on(self.seen.len() as u64) {
                    return Ended::Stopped;
                }
                let full = self.seen.bytes() > limits.bytes_max
                    || self.explored.transitions > limits.transitions_max
                    || self.seen.len() >= (StateAt::MAX - 1) as usize;
                if full {
                    return Ended::Full;
                }
            }
            if last {
                return Ended::Horizon;
            }
            first = end;
        }
        Ended::Closed
    }

    /// Instant 0.
    fn starts(&mut self) -> Option<Ended> {
        let Search { explorer, aims, groups, seen, explored, room, .. } = self;
        let (packing, block) = (&explorer.packing, &mut explorer.block);
        let (mut astray, mut fault) = (false, None);
        let Room { walk, words, last, .. } = room;
        block.roots(walk, 1, &mut |block, walk, way| {
            take(explored, &way);
            explored.transitions = 0;
            if way.alive == 0 {
                if way.discarded == 0 {
                    fault.get_or_insert_with(|| walk.given(0));
                }
                return;
            }
            let mut may = aims.is_empty();
            for aim in aims.iter() {
                let start = aim.may_start(block, 1);
                astray |= start.is_none();
                may |= start != Some(0);
            }
            if !may {
                return;
            }
            last.fill(-1);
            packing.pack(&block.memory().old, way.halted, last, words);
            symmetry::sort(groups, words);
            seen.insert(words, 0, NOBODY);
        });
        if explorer.block.is_astray() || astray {
            return Some(Ended::Refused("the formula faults".into()));
        }
        if room.walk.is_endless() {
            return Some(endless());
        }
        let answers = fault.filter(|_| self.explorer.faults)?;
        Some(Ended::Met(trail(self, None, Last::StartFaults(answers))))
    }

    /// Looks at states and at every way to go on from them.
    fn batch(&mut self, at: std::ops::Range<usize>, now: u32, last: bool) -> Option<Ended> {
        let first = at.start as StateAt;
        let mask = first_lanes(at.len());
        load(&self.seen, at.map(|at| at as StateAt), &mut self.room.words);
        let words = self.room.words.clone();
        let explorer = &mut *self.explorer;
        let block = &mut explorer.block;
        block.memory().events.iter_mut().for_each(Vec::clear);
        let memory = block.memory();
        let halted = explorer.packing.unpack(&words, &mut memory.old, &mut self.room.last);
        block.last_moved().copy_from_slice(&self.room.last);
        if !explorer.events || now == 0 {
            match met(self.aims, block, mask, now) {
                None => return Some(Ended::Refused("the formula faults".into())),
                Some(0) => {}
                Some(met) => {
                    let state = first + met.trailing_zeros();
                    return Some(Ended::Met(trail(self, Some(state), Last::State)));
                }
            }
        }
        let going = mask & !halted;
        if last || going == 0 {
            return None;
        }
        let met = self.expand(first, going, now, &words);
        if self.explorer.block.is_astray() {
            return Some(Ended::Refused("the formula faults".into()));
        }
        if self.room.walk.is_endless() {
            return Some(endless());
        }
        met.map(|(state, last)| Ended::Met(trail(self, Some(state), last)))
    }

    /// Every way to go on from the states of a batch; the first that meets an aim.
    fn expand(
        &mut self,
        first: StateAt,
        going: u64,
        now: u32,
        sources: &Words,
    ) -> Option<(StateAt, Last)> {
        let Search { explorer, aims, groups, seen, explored, room, .. } = self;
        let Explorer { block, packing, faults, events, .. } = &mut **explorer;
        let (faults, events) = (*faults, *events);
        let mut found: Option<(StateAt, Last)> = None;
        let Room { walk, base, words, .. } = room;
        block.expand(going, now, (walk, base), &mut |block, _, way| {
            take(explored, &way);
            let faulted = way.tried & !way.alive & !way.discarded;
            if faults && faulted != 0 {
                found.get_or_insert((first + faulted.trailing_zeros(), Last::Faults));
            }
            if events && way.alive != 0 {
                let met = met(aims, block, way.alive, now + 1).unwrap_or(0);
                if met != 0 {
                    found.get_or_insert((first + met.trailing_zeros(), Last::Occurs));
                }
            }
            if way.alive == 0 {
                return;
            }
            let last = std::mem::take(block.last_moved());
            packing.pack(&block.memory().old, way.halted, &last, words);
            *block.last_moved() = last;
            symmetry::sort(groups, words);
            for lane in lanes(way.alive) {
                let same = words.iter().zip(sources).all(|(a, b)| a[lane] == b[lane]);
                explored.stutters += u64::from(same);
                seen.insert(words, lane, first + lane as StateAt);
            }
        });
        found
    }
}

/// Counts ways.
fn take(explored: &mut Explored, way: &Way) {
    explored.transitions += u64::from(way.alive.count_ones());
    explored.discarded += u64::from(way.discarded.count_ones());
    explored.faulted += u64::from((way.tried & !way.alive & !way.discarded).count_ones());
    if let Some((rule, _)) = way.rule {
        explored.fired.insert(Id::new(rule));
    }
}

/// The lanes whose states meet an aim; none where a formula faults.
pub(super) fn met<'p>(aims: &[Aim<'p>], block: &mut Block<'p>, mask: u64, now: u32) -> Option<u64> {
    let mut found = 0;
    for aim in aims.iter().filter(|aim| aim.counts(now)) {
        found |= aim.met(block, mask, now)?;
    }
    (!block.is_astray()).then_some(found & mask)
}

fn endless() -> Ended {
    Ended::Refused("a choice or draw whose values cannot be listed".into())
}

/// Puts states into lanes.
pub(super) fn load(seen: &Seen, states: impl Iterator<Item = StateAt>, words: &mut Words) {
    for (lane, state) in states.enumerate() {
        for (word, of) in words.iter_mut().zip(seen.state(state)) {
            word[lane] = *of;
        }
    }
}
