//! A search in rounds: a long search is many of them, each by itself, so that they can be made by
//! several programs, stored, and joined to what one program would have found.
//!
//! In: a search, and who keeps its rounds. Out: what all rounds came to.
//!
//! # Invariants
//! - A round depends on the search, its number and which sizes were tried in full, which is the
//!   same whoever asks: never on another round's runs. Round 0 alone tries sizes in full.
//! - The rounds up to the first that hits count, in their order; what a later one saw does not.

use std::collections::BTreeSet;

use super::budget::Budget;
use super::explore::DIGESTS_MAX;
use super::found::{Chance, Coverage, Found, Least};
use super::memory::Memory;
use super::reach::Reach;
use super::subject::Subject;
use crate::base::Seed;
use crate::ir::RuleId;
use crate::reference::{Guards, Witness};
use crate::trace::{Fault, Run};

/// Runs of a round where nobody says how many: a search of that many is one round.
pub const ROUND: u64 = 10_000;
/// Sets the seeds of rounds apart.
const NUMBERED: u64 = 0x726F_756E_6400;

/// What a round came to.
#[derive(Clone, Default, Debug)]
pub struct Round {
    /// What was covered; of a round, not of all.
    pub coverage: Coverage,
    /// Guards over its runs.
    pub guards: Guards,
    /// The rules that fired.
    pub fired: BTreeSet<RuleId>,
    /// What its runs reached.
    pub reached: Reach,
    /// Its setups.
    pub digests: BTreeSet<u64>,
    /// The sizes that were tried in full, by their places; of round 0.
    pub tried: BTreeSet<u32>,
    /// The least run that hits.
    pub hit: Option<Run>,
    /// How small it, or a violating setup, is known to be.
    pub minimal: Option<Least>,
    /// A fault of the formula or of a setup.
    pub fault: Option<(Fault, Option<Run>)>,
    /// What was found of a chance property.
    pub chance: Option<Chance>,
}

/// Who keeps rounds.
pub trait Keeper: Sync {
    /// Runs of a round.
    fn runs(&self) -> u64;

    /// Whether this program makes the round.
    fn is_mine(&self, _round: u64) -> bool {
        true
    }

    /// The round, where it was made before.
    fn kept(&self, _round: u64) -> Option<Round> {
        None
    }

    /// Keeps a round that was made to its end.
    fn keep(&self, _round: u64, _made: &Round) {}

    /// Who remembers what runs came to, in the round that is being made.
    fn memory(&self) -> Option<&dyn Memory> {
        None
    }

    /// Is told of a run that hits as soon as it is seen, before it is shrunk.
    fn seen(&self, _round: u64, _run: &Run) {}
}

/// Nobody keeps anything: all is one round.
pub struct Nobody;

impl Keeper for Nobody {
    fn runs(&self) -> u64 {
        u64::MAX
    }
}

/// How many rounds a search has, of `runs` runs each.
pub fn count(budget: &Budget, chance: bool, runs: u64) -> u64 {
    // What decides a chance property is no matter of many runs: all of them are one round.
    if chance { 1 } else { budget.runs_max.div_ceil(runs.max(1)).max(1) }
}

/// What round `round` may spend, of `all`.
pub fn budget(all: &Budget, rounds: u64, runs: u64, round: u64) -> Budget {
    if rounds == 1 {
        return *all;
    }
    let seed = match round {
        0 => all.seed,
        later => Seed(all.seed.stream(NUMBERED).stream(later).0),
    };
    let left = all.runs_max.saturating_sub(round.saturating_mul(runs));
    Budget { runs_max: left.min(runs), seed, ..*all }
}

/// Rounds, added up in their order.
#[derive(Default, Debug)]
pub struct Sum {
    /// What they came to together.
    pub all: Round,
    /// How many they are.
    pub rounds: u64,
    /// Runs of a round that was stopped are in it: it was no whole one.
    pub stopped: bool,
}

impl Sum {
    /// Takes in the next round.
    pub fn add(&mut self, round: Round) {
        let (sum, more) = (&mut self.all.coverage, round.coverage);
        let before = sum.runs + sum.discarded + sum.faulted;
        sum.first_hit = sum.first_hit.or(more.first_hit.map(|hit| before + hit));
        sum.runs += more.runs;
        sum.compiled += more.compiled;
        sum.setups += more.setups;
        sum.independent += more.independent;
        sum.discarded += more.discarded;
        sum.refused += more.refused;
        sum.pending += more.pending;
        sum.faulted += more.faulted;
        sum.sampled_out = sum.sampled_out.or(more.sampled_out);
        sum.exhausted |= more.exhausted;
        sum.states += more.states;
        sum.transitions += more.transitions;
        sum.closed |= more.closed;
        self.stopped |= more.stopped;
        self.all.guards.merge(&round.guards);
        self.all.fired.extend(round.fired);
        self.all.reached.merge(round.reached);
        self.all.digests.extend(round.digests);
        self.all.tried.extend(round.tried);
        self.all.hit = self.all.hit.take().or(round.hit);
        self.all.minimal = self.all.minimal.take().or(round.minimal);
        self.all.fault = self.all.fault.take().or(round.fault);
        self.all.chance = self.all.chance.take().or(round.chance);
        self.rounds += 1;
    }

    /// Whether later rounds have nothing to add.
    pub fn is_over(&self) -> bool {
        self.stopped || self.all.hit.is_some() || self.all.coverage.exhausted
    }

    /// What was found, but for what no run reached and the rate that is left possible. A run
    /// that hits counts only if the reference sees it hit.
    pub fn found(self, subject: &Subject<'_>) -> Found {
        let Round { mut coverage, guards, digests, hit, minimal, fault, chance, .. } = self.all;
        if self.rounds > 1 {
            coverage.setups = digests.len().min(DIGESTS_MAX) as u64;
        }
        coverage.stopped = self.stopped;
        let replayed =
            |run| Witness::replay(subject.model(), subject.property, run, &subject.terms);
        let witness = hit.and_then(replayed);
        let minimal = minimal.filter(|_| witness.is_some() || chance.is_some());
        Found { witness, minimal, coverage, guards, chance, fault }
    }
}
