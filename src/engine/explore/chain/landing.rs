//! Where the steps of a chain lead, and how likely each is.
//!
//! In: ways, as a block goes them. Out: edges to states, each state once.

use super::Went;
use super::remember::{Remember, Truths};
use crate::base::mass::Mass;
use crate::engine::choices::lanes;
use crate::engine::explore::pack::{Packing, Words};
use crate::engine::explore::seen::{NOBODY, Seen, StateAt};
use crate::engine::explore::walk::Walk;
use crate::engine::program::LANES;
use crate::engine::run::{Block, Way};

/// What a step leads to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leads {
    On,
    /// To a state in which the run halts.
    Halts,
    Faults,
    /// To nothing: the run is discarded.
    Lost,
}

/// What a step from a state leads to, with which probability.
pub(super) struct Edge {
    pub leads: Leads,
    /// The state; 0 where there is none.
    pub to: StateAt,
    pub weight: Mass,
}

/// Takes in what ways to an instant lead to.
pub(super) struct Landing<'a, 'p> {
    pub packing: &'a Packing,
    pub remember: &'a Remember<'p>,
    /// What a transition counts.
    pub cost: u64,
    pub instant: u32,
    pub go_on: &'a dyn Fn() -> bool,
    pub seen: &'a mut Seen,
    /// For each state what is seen there.
    pub truths: &'a mut Vec<Truths>,
    /// For each state its edges.
    pub spans: &'a mut Vec<Option<(usize, usize)>>,
    pub words: &'a mut Words,
    pub last: &'a mut Vec<i64>,
    /// Transitions that may still be made.
    pub left: &'a mut u64,
    /// Bytes that more may take.
    pub bytes_left: u64,
    /// Ways so far.
    pub ways: usize,
    pub trouble: Option<Went>,
}

/// Ways after which it is asked whether to go on.
const TOLD: usize = 256;

impl<'p> Landing<'_, 'p> {
    /// Takes a way in; `into` is told the lane and the edge of each.
    pub fn land(
        &mut self,
        block: &mut Block<'p>,
        walk: &mut Walk,
        way: &Way,
        into: &mut dyn FnMut(usize, Edge),
    ) {
        self.ways += 1;
        let tried = u64::from(way.tried.count_ones()) * self.cost;
        let edges = u64::from(way.tried.count_ones()) * size_of::<Edge>() as u64;
        let told = !self.ways.is_multiple_of(TOLD) || (self.go_on)();
        match (self.left.checked_sub(tried), self.bytes_left.checked_sub(edges)) {
            (Some(left), Some(bytes)) if told => (*self.left, self.bytes_left) = (left, bytes),
            _ => {
                self.trouble = Some(Went::TooLong);
                walk.stop();
                return;
            }
        }
        for lane in lanes(way.tried & !way.alive) {
            let leads = if way.discarded >> lane & 1 == 1 { Leads::Lost } else { Leads::Faults };
            into(lane, Edge { leads, to: 0, weight: walk.weight(lane) });
        }
        if way.alive == 0 {
            return;
        }
        self.last.clone_from(block.last_moved());
        self.packing.pack(&block.memory().old, way.halted, self.last, self.words);
        let mut truths = None;
        for lane in lanes(way.alive) {
            let (to, is_new) = self.seen.insert(self.words, lane, NOBODY);
            if is_new {
                let truths = truths.get_or_insert_with(|| {
                    let seen = self.remember.seen(block, way.alive, self.instant);
                    seen.unwrap_or_else(|| {
                        self.trouble = Some(Went::Refused);
                        walk.stop();
                        [0; LANES]
                    })
                });
                self.truths.push(truths[lane]);
                self.spans.push(None);
            }
            let leads = if way.halted >> lane & 1 == 1 { Leads::Halts } else { Leads::On };
            into(lane, Edge { leads, to, weight: walk.weight(lane) });
        }
    }

    /// What all ways came to.
    pub fn over(self, block: &Block<'p>, walk: &Walk) -> Result<(), Went> {
        match self.trouble {
            Some(trouble) => Err(trouble),
            None if block.is_astray() || walk.is_endless() => Err(Went::Refused),
            None => Ok(()),
        }
    }
}

/// Adds edges, those that lead to the same joined into one.
pub(super) fn joined(mut edges: Vec<Edge>, into: &mut Vec<Edge>) {
    edges.sort_by_key(|edge| (edge.leads, edge.to));
    let first = into.len();
    for edge in edges {
        match into[first..].last_mut() {
            Some(last) if (last.leads, last.to) == (edge.leads, edge.to) => {
                last.weight = last.weight.plus(edge.weight);
            }
            _ => into.push(edge),
        }
    }
}
