//! Worlds: the runs of one setup lie side by side in the lanes of a block.
//!
//! A group of lanes is one run: its first lane holds the actual society and takes no step, the
//! others are its worlds, in order. Statements are in lockstep over all lanes, so that what the
//! worlds of a group share is found where they ask for it.

use std::collections::BTreeMap;

use super::super::choices::{Choices, Key, Part, lanes};
use super::super::program::{Atom, LANES, Reads, Uni, World};
use super::wide::Sliced;
use super::{Block, End, Society};
use crate::ir::{Value, WorldId};

/// A world of a run.
#[derive(Clone, Copy, Debug)]
pub struct WorldOf<'a> {
    /// Which.
    pub id: WorldId,
    /// The agents that it is made for.
    pub arguments: &'a [Value],
    /// The society after its pins.
    pub society: Society<'a>,
    /// For each agent 0, or `u32::MAX` where it is not there.
    pub since: &'a [u32],
}

/// The groups of a block.
pub struct Groups {
    /// Which world lies where in a group.
    places: Vec<(WorldId, Vec<i64>)>,
    /// The first lanes of groups.
    pub(super) base: u64,
    /// The values of keys that may be asked for again, by group.
    shared: BTreeMap<(usize, Vec<u32>), i64>,
}

impl Groups {
    /// How many lanes a group has.
    fn size(&self) -> usize {
        self.places.len() + 1
    }

    /// The lanes of a group.
    pub fn of(&self, group: usize) -> u64 {
        let size = self.size();
        (u64::MAX >> (LANES - size)) << (group * size)
    }

    /// The first lanes of groups of which every world is in a mask.
    pub fn begun(&self, mask: u64) -> u64 {
        let whole = |first: &usize| {
            let group = self.of(first / self.size()) & !(1 << first);
            group & !mask == 0
        };
        lanes(self.base).filter(whole).fold(0, |all, first| all | 1 << first)
    }

    /// All lanes of every group that has one in a mask.
    pub fn any(&self, mask: u64) -> u64 {
        let groups = 0..LANES / self.size();
        groups.map(|group| self.of(group)).filter(|of| of & mask != 0).fold(0, |all, of| all | of)
    }

    /// The lanes of worlds.
    fn worlds(&self, used: u64) -> u64 {
        used & !self.base
    }

    /// How far from the first lane of a group a world lies.
    pub fn place(&self, world: &World, value: &dyn Fn(Uni) -> i64) -> Option<usize> {
        let is_it = |(id, arguments): &(WorldId, Vec<i64>)| {
            *id == world.id
                && arguments.len() == world.arguments.len()
                && arguments.iter().zip(&world.arguments).all(|(own, of)| *own == value(*of))
        };
        self.places.iter().position(is_it).map(|place| place + 1)
    }

    /// What lanes pick that ask with one key: the worlds of a run together, each on its own only
    /// where it does not admit what they share.
    // spec: world.choices
    fn pick(
        &mut self,
        choices: &mut dyn Choices,
        (key, recurs): (&Key<'_>, bool),
        (words, masks): (&[i64], &[u64]),
        mask: u64,
    ) -> [u32; LANES] {
        let peers = self.peers(key, mask);
        let mut picked = [u32::MAX; LANES];
        let mut open = mask;
        let mut names: Vec<Vec<u32>> = Vec::new();
        if recurs {
            names.resize(LANES, Vec::new());
            for lane in lanes(mask) {
                key.words(lane, &mut names[lane]);
                let name = (lane / self.size(), names[lane].clone());
                if let Some(word) = self.shared.get(&name) {
                    open &= !(1 << lane);
                    let at = words.iter().position(|own| own == word);
                    let at = at.filter(|at| masks[*at] >> lane & 1 == 1);
                    picked[lane] = at.map_or(u32::MAX, |at| at as u32);
                }
            }
        }
        let union: Vec<u64> = masks.iter().map(|inside| met(&peers, inside & open)).collect();
        let shared = asked(choices, key, &|at| words[at], &union, open);
        for lane in lanes(open) {
            let at = shared[lane];
            if recurs {
                let name = (lane / self.size(), std::mem::take(&mut names[lane]));
                self.shared.insert(name, words[at as usize]);
            }
            if masks[at as usize] >> lane & 1 == 1 {
                picked[lane] = at;
            }
        }
        let own = lanes(mask).filter(|lane| picked[*lane] == u32::MAX);
        let own = own.fold(0u64, |all, lane| all | 1 << lane);
        if own != 0 {
            let offsets = self.offsets();
            let key = Key { world: Part::Each(&offsets), ..*key };
            let places = asked(choices, &key, &|at| words[at], masks, own);
            lanes(own).for_each(|lane| picked[lane] = places[lane]);
        }
        picked
    }

    /// How far each lane lies from the first one of its group.
    pub(super) fn offsets(&self) -> [i64; LANES] {
        std::array::from_fn(|lane| (lane % self.size()) as i64)
    }

    /// For each lane of a mask those of its group that ask with the same key.
    fn peers(&self, key: &Key<'_>, mask: u64) -> Vec<u64> {
        let mut peers = vec![0; LANES];
        if key.same() {
            lanes(mask).for_each(|lane| peers[lane] = self.of(lane / self.size()) & mask);
            return peers;
        }
        let mut names: Vec<Vec<u32>> = vec![Vec::new(); LANES];
        lanes(mask).for_each(|lane| key.words(lane, &mut names[lane]));
        for lane in lanes(mask) {
            let group = self.of(lane / self.size()) & mask;
            let same = lanes(group).filter(|other| names[*other] == names[lane]);
            peers[lane] = same.fold(0, |all, other| all | 1 << other);
        }
        peers
    }
}

/// The lanes that have a peer in a mask.
fn met(peers: &[u64], mask: u64) -> u64 {
    let of = |(lane, peers): (usize, &u64)| u64::from(peers & mask != 0) << lane;
    peers.iter().enumerate().map(of).fold(0, |all, one| all | one)
}

/// The candidate that is picked in each lane, of those whose masks have it.
pub(super) fn asked(
    choices: &mut dyn Choices,
    key: &Key<'_>,
    word: &dyn Fn(usize) -> i64,
    masks: &[u64],
    mask: u64,
) -> [u32; LANES] {
    let mut picked = [0; LANES];
    let mut masks: Vec<u64> = masks.iter().map(|inside| inside & mask).collect();
    taken(choices, key, word, &mut masks, mask);
    for (at, taken) in masks.iter().enumerate() {
        lanes(*taken).for_each(|lane| picked[lane] = at as u32);
    }
    picked
}

/// Leaves to each candidate, of those within a mask that have it, the lanes that take it: its word
/// is given, or it is picked.
pub(super) fn taken(
    choices: &mut dyn Choices,
    key: &Key<'_>,
    word: &dyn Fn(usize) -> i64,
    masks: &mut [u64],
    mask: u64,
) {
    let mut words = [0; LANES];
    let some = if mask == 0 { 0 } else { choices.listed(key, mask, &mut words) };
    if some == 0 {
        return picked(choices, key, masks, mask);
    }
    let mut given = vec![0; masks.len()];
    for lane in lanes(some) {
        let is_it = |at: &usize| masks[*at] >> lane & 1 == 1 && word(*at) == words[lane];
        if let Some(at) = (0..masks.len()).find(is_it) {
            given[at] |= 1 << lane;
        }
    }
    let left = given.iter().fold(mask, |left, lanes| left & !lanes);
    masks.iter_mut().for_each(|inside| *inside &= left);
    picked(choices, key, masks, left);
    masks.iter_mut().zip(given).for_each(|(inside, given)| *inside |= given);
}

/// Leaves to each candidate the lanes that pick it.
fn picked(choices: &mut dyn Choices, key: &Key<'_>, masks: &mut [u64], mask: u64) {
    if mask == 0 {
        return;
    }
    match masks.len() {
        0..8 => divided::<3>(choices, key, masks, mask),
        8..32 => divided::<5>(choices, key, masks, mask),
        32..256 => divided::<8>(choices, key, masks, mask),
        256..4096 => divided::<12>(choices, key, masks, mask),
        _ => divided::<32>(choices, key, masks, mask),
    }
}

/// The same of fewer than 2^W candidates.
///
/// Which one of its own a lane picks is a number that is sliced by bits. It counts down with each
/// of them: where it is 0 it is this one.
fn divided<const W: usize>(choices: &mut dyn Choices, key: &Key<'_>, masks: &mut [u64], mask: u64) {
    let mut counts = Sliced::<W>::new();
    masks.iter().for_each(|inside| counts.add(*inside));
    let mut places = [0; LANES];
    choices.pick(key, mask, &counts.numbers(), &mut places);
    let mut before = Sliced::<W>::of(&places);
    for inside in masks {
        let own = *inside;
        *inside = own & before.zero();
        before.subtract(own);
    }
}

/// What is picked in each lane of a mask: the place of a candidate. Every lane has one.
pub(super) fn pick(
    groups: Option<&mut Groups>,
    choices: &mut dyn Choices,
    key: (&Key<'_>, bool),
    (words, masks): (&[i64], &[u64]),
    mask: u64,
) -> [u32; LANES] {
    match groups {
        Some(groups) => groups.pick(choices, key, (words, masks), mask),
        None => asked(choices, key.0, &|at| words[at], masks, mask),
    }
}

impl<'p> Block<'p> {
    /// Puts a run of several worlds into the block, after [`clear`](Block::clear): its place
    /// among those of the block. None where there is no room, or its worlds are other ones than
    /// those of the first.
    pub fn load_worlds(&mut self, actual: Society<'_>, worlds: &[WorldOf<'_>]) -> Option<usize> {
        let argument = |value: &Value| super::word(value).unwrap_or(super::super::program::NONE);
        let of = |world: &WorldOf<'_>| (world.id, world.arguments.iter().map(argument).collect());
        let places: Vec<(WorldId, Vec<i64>)> = worlds.iter().map(of).collect();
        let size = places.len() + 1;
        if worlds.is_empty() || size > LANES || !self.program.worlds {
            return None;
        }
        if self.used == 0 {
            self.groups = Some(Groups { places, base: 0, shared: BTreeMap::new() });
        } else if self.groups.as_ref().is_none_or(|groups| groups.places != places) {
            return None;
        }
        let first = self.used.count_ones() as usize;
        if first + size > LANES {
            return None;
        }
        self.load(first, actual);
        for (at, world) in worlds.iter().enumerate() {
            self.load(first + 1 + at, world.society);
            self.memory.leave_out(first + 1 + at, world.since);
        }
        if let Some(groups) = &mut self.groups {
            groups.base |= 1 << first;
        }
        Some(first / size)
    }

    /// How many runs of so many worlds a block holds.
    pub fn room_for(worlds: usize) -> usize {
        LANES / (worlds + 1)
    }

    /// The lane of a world of a run.
    pub fn lane_of(&self, run: usize, world: usize) -> usize {
        self.groups.as_ref().map_or(run, |groups| run * groups.size() + 1 + world)
    }

    /// How a world of a run ended, and how many instants it has.
    pub fn ended(&self, run: usize, world: usize) -> (End, u32) {
        let lane = self.lane_of(run, world);
        (self.ends[lane], self.instants[lane])
    }

    /// The lanes that take steps.
    pub(super) fn steppers(&self) -> u64 {
        self.groups.as_ref().map_or(self.used, |groups| groups.worlds(self.used))
    }

    /// Forgets what worlds shared.
    pub(super) fn restart_groups(&mut self) {
        if let Some(groups) = &mut self.groups {
            groups.shared.clear();
        }
    }

    /// A run that one world discards is discarded in all.
    // spec: step.require
    pub(super) fn discard_all(&mut self) {
        let Some(groups) = &self.groups else { return };
        let is_it = |lane: &usize| matches!(self.ends[*lane], End::Discarded(_));
        let gone: Vec<usize> = lanes(self.used).filter(is_it).collect();
        let mut ends = Vec::new();
        let mut met = 0;
        for lane in gone {
            let group = groups.any(1 << lane);
            if met & group == 0 {
                met |= group;
                ends.push((group, self.ends[lane]));
            }
        }
        ends.into_iter().for_each(|(group, end)| self.end(group, end));
    }

    /// How each group ended: in its first lane.
    pub(super) fn end_groups(&mut self) {
        let Some(groups) = &self.groups else { return };
        let mut astray = 0;
        for first in lanes(groups.base) {
            let group = groups.any(1 << first) & !(1 << first);
            let find = |is: &dyn Fn(&End) -> bool| {
                lanes(group).map(|lane| self.ends[lane]).find(|end| is(end))
            };
            let end = find(&|end| matches!(end, End::Discarded(_)))
                .or_else(|| find(&|end| matches!(end, End::Faulted(..))))
                .or_else(|| find(&|end| *end == End::Cut))
                .unwrap_or(End::Halted);
            let instants = lanes(group).map(|lane| self.instants[lane]).max().unwrap_or(0);
            astray |= u64::from(group & self.astray != 0) << first;
            (self.ends[first], self.instants[first]) = (end, instants);
        }
        self.astray |= astray;
    }

    /// The lanes in which a verdict is asked for.
    pub(super) fn judged(&self) -> u64 {
        self.groups.as_ref().map_or(self.used, |groups| groups.base)
    }

    /// The first lanes of groups of which a world has an instant.
    pub(super) fn outer(&self, here: u64) -> u64 {
        self.groups.as_ref().map_or(0, |groups| groups.any(here) & groups.base)
    }

    /// Where a world lies whose agents are bound now.
    pub(super) fn world_place(&self, world: &World) -> Option<usize> {
        self.groups.as_ref()?.place(world, &|uni| self.uni(uni))
    }

    /// What an atom says of each run at this instant.
    pub(super) fn watch_worlds(&mut self, at: usize, atom: &'p Atom, outer: u64, there: u64) {
        self.marks = (0, 0);
        let bits = match &atom.world {
            None => self.bits(&atom.of, outer, 0),
            Some(world) => match self.world_place(world) {
                // That there is no such world is seen where it is named.
                None => 0,
                Some(place) => {
                    let (here, kept, dead) = self.world_lanes(place, outer);
                    let asked = match atom.reads {
                        Reads::Never => here | kept | dead,
                        Reads::Always | Reads::Perhaps => {
                            self.marks = (kept, dead);
                            here | kept
                        }
                    };
                    self.bits(&atom.of, asked & there, 0)
                }
            },
        };
        if atom.reads == Reads::Perhaps {
            // Whether it is known without what is not read depends on more than is kept.
            self.astray |= self.marks.1;
            let groups = self.groups.as_ref();
            let kept = groups.map_or(0, |groups| groups.any(self.marks.0) & groups.base);
            self.history.unsure |= kept;
        }
        self.history.push_marked(at, bits, self.marks);
    }

    /// The lanes in which something is evaluated, and those in which nothing is known of what it
    /// reads; none where there is no such world, which is seen where it is named.
    pub(super) fn read_in<T>(&mut self, of: &Atom<T>, outer: u64) -> Option<(u64, u64)> {
        self.marks = (0, 0);
        let Some(world) = &of.world else { return Some((outer, 0)) };
        let place = self.world_place(world)?;
        let (here, kept, dead) = self.world_lanes(place, outer);
        Some(match of.reads {
            Reads::Never => (here | kept | dead, 0),
            Reads::Always | Reads::Perhaps => (here | kept, dead),
        })
    }

    /// The lanes of a world, of the groups whose first lanes are in a mask, by what is known of
    /// them at the instant that is read: those that run, those that keep their last state, and
    /// those that are not known.
    pub(super) fn world_lanes(&self, place: usize, mask: u64) -> (u64, u64, u64) {
        let all = mask << place;
        let at = self.instant() as u32;
        let with = |is: &dyn Fn(usize) -> bool| {
            lanes(all).filter(|lane| is(*lane)).fold(0u64, |all, lane| all | 1 << lane)
        };
        let here = with(&|lane| self.instants[lane] > at);
        let kept = all & !here & with(&|lane| self.ends[lane] == End::Halted);
        (here, kept, all & !here & !kept)
    }

    /// The lanes of a world in which what is read of it from outside is evaluated. What reads
    /// nothing of the run is known where the world has ended, too; else such lanes are marked.
    pub(super) fn asked_in(&mut self, place: usize, mask: u64, reads: Reads) -> u64 {
        let (here, kept, dead) = self.world_lanes(place, mask);
        match reads {
            Reads::Never => here | kept | dead,
            Reads::Always | Reads::Perhaps => {
                self.marks.0 |= kept >> place;
                self.marks.1 |= dead >> place;
                here | kept
            }
        }
    }
}
