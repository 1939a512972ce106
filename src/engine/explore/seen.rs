//! The states that were seen, each once, in the order in which they were.
//!
//! Whole states are held, no fingerprints alone: two states are never taken for one.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::hash::BuildHasher;

use super::pack::Words;

/// The number of a state.
pub(super) type StateAt = u32;

/// The parent of a start.
pub(super) const NOBODY: StateAt = u32::MAX;

/// States by number, and whether there is one already.
pub(super) struct Seen {
    words: usize,
    states: Vec<u64>,
    /// From which state each was reached first.
    parents: Vec<StateAt>,
    /// Numbers of states by their only word, or by a hash of several.
    table: HashTable<(u64, StateAt)>,
    hasher: FixedState,
}

impl Seen {
    /// Nothing seen; states have so many words.
    pub fn new(words: usize) -> Seen {
        Seen {
            words,
            states: Vec::new(),
            parents: Vec::new(),
            table: HashTable::new(),
            hasher: FixedState::with_seed(0),
        }
    }

    /// How many states there are.
    pub fn len(&self) -> usize {
        self.parents.len()
    }

    /// Bytes that they take.
    pub fn bytes(&self) -> u64 {
        let table = self.table.capacity() * (size_of::<(u64, StateAt)>() + 1) * 8 / 7;
        (self.states.capacity() * 8 + self.parents.capacity() * 4 + table) as u64
    }

    /// The words of a state.
    pub fn state(&self, at: StateAt) -> &[u64] {
        &self.states[at as usize * self.words..][..self.words]
    }

    /// From which state one was reached first.
    pub fn parent(&self, at: StateAt) -> StateAt {
        self.parents[at as usize]
    }

    /// States are told apart from those before no more.
    pub fn forget(&mut self) {
        self.table.clear();
    }

    /// Takes in the state of a lane, if it was not seen before: its number, and whether it is new.
    pub fn insert(&mut self, words: &Words, lane: usize, parent: StateAt) -> (StateAt, bool) {
        let at = self.parents.len() as StateAt;
        let hasher = &self.hasher;
        let hash = |key: u64| hasher.hash_one(key);
        let known = match self.words {
            1 => {
                let key = words[0][lane];
                let entry = self.table.entry(hash(key), |of| of.0 == key, |of| hash(of.0));
                match entry {
                    Entry::Occupied(known) => Some(known.get().1),
                    Entry::Vacant(free) => {
                        free.insert((key, at));
                        None
                    }
                }
            }
            _ => {
                let key = words.iter().fold(0, |key: u64, word| hash(key ^ word[lane]));
                let (states, size) = (&self.states, self.words);
                let same = |of: &(u64, StateAt)| {
                    let state = &states[of.1 as usize * size..][..size];
                    of.0 == key && state.iter().zip(words).all(|(a, b)| *a == b[lane])
                };
                match self.table.entry(hash(key), same, |of| hash(of.0)) {
                    Entry::Occupied(known) => Some(known.get().1),
                    Entry::Vacant(free) => {
                        free.insert((key, at));
                        None
                    }
                }
            }
        };
        if known.is_none() {
            self.states.extend(words.iter().map(|word| word[lane]));
            self.parents.push(parent);
        }
        (known.unwrap_or(at), known.is_none())
    }
}
