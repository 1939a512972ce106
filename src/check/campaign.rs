//! Campaigns: the rounds of searches, shared out to shards, kept as they are made, taken from what
//! was kept.
//!
//! In: which rounds are kept already, which are made here, and where new ones go. Out: what the
//! search asks a [`Keeper`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value as Json;

use super::options::Options;
use super::plan;
use super::rounds::{self, Label};
use crate::diag::Sources;
use crate::ir::Model;
use crate::ir::property::Target;
use crate::search::{Budget, Keeper, Memory, Record, Round, Step, memory, search_in_rounds};
use crate::trace::{Run, run_json};

/// Takes a line in, at once.
type Write = dyn Fn(&Json) + Send + Sync;

/// A memory that outlives the program, of the rounds that are not kept yet; by target.
pub trait Lasting: Send + Sync {
    /// What is remembered under a key.
    fn recall(&self, target: u64, key: u128) -> Option<Record>;

    /// Remembers what `record` makes; it need not be called.
    fn remember(&self, target: u64, key: u128, record: &dyn Fn() -> Vec<u8>);

    /// A round of the target was kept as a whole: what was remembered of it is of no more use.
    fn forget(&self, target: u64);
}

/// A campaign.
#[derive(Clone)]
pub struct Campaign {
    /// Runs of a round.
    pub runs: u64,
    /// Which shard of how many makes rounds here, from 0; one of one makes all.
    pub shard: (u32, u32),
    /// The rounds that were made before, by key and number.
    pub kept: Arc<BTreeMap<(String, u64), Json>>,
    /// Where new ones go.
    pub write: Option<Arc<Write>>,
    /// What the runs of a round that is not kept yet came to.
    pub lasting: Option<Arc<dyn Lasting>>,
    /// How many were made.
    pub made: Arc<AtomicU64>,
}

impl fmt::Debug for Campaign {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Campaign {{ runs: {}, shard: {:?} }}", self.runs, self.shard)
    }
}

impl Campaign {
    /// All of it here, nothing kept.
    pub fn alone(runs: u64) -> Campaign {
        let (kept, made) = (Arc::default(), Arc::default());
        Campaign { runs, shard: (0, 1), kept, write: None, lasting: None, made }
    }
}

/// The rounds of one target.
pub struct Rounds<'a> {
    campaign: &'a Campaign,
    model: &'a Model,
    target: &'a Target,
    key: String,
    place: u64,
    /// What records of this target are known by.
    number: u64,
}

impl<'a> Rounds<'a> {
    /// The rounds of `target`, which may spend `budget`.
    pub fn of(
        campaign: &'a Campaign,
        (model, sources): (&'a Model, &Sources),
        target: &'a Target,
        budget: &Budget,
    ) -> Rounds<'a> {
        let key = rounds::key(model, sources, target, budget, campaign.runs);
        let place = model.targets.iter().position(|one| one.span == target.span);
        let number = memory::key(memory::Of::Target, key.as_bytes()) as u64;
        Rounds { campaign, model, target, key, place: place.unwrap_or(0) as u64, number }
    }

    fn label(&self, kind: &str, round: u64) -> Label {
        Label {
            kind: kind.to_string(),
            key: self.key.clone(),
            model: self.model.name.clone(),
            property: self.model.properties[self.target.property].name.clone(),
            check: self.target.alias.clone(),
            round,
        }
    }
}

impl Keeper for Rounds<'_> {
    fn runs(&self) -> u64 {
        self.campaign.runs
    }

    /// Rounds go round the shards, and properties start one shard further each.
    // spec: verdict.rounds
    fn is_mine(&self, round: u64) -> bool {
        let (shard, of) = self.campaign.shard;
        (self.place + round) % u64::from(of) == u64::from(shard)
    }

    fn kept(&self, round: u64) -> Option<Round> {
        let line = self.campaign.kept.get(&(self.key.clone(), round))?;
        // One that was damaged is made again.
        rounds::read(self.model, line).ok()
    }

    fn keep(&self, round: u64, made: &Round) {
        self.campaign.made.fetch_add(1, Ordering::SeqCst);
        if let Some(write) = &self.campaign.write {
            write(&rounds::line(self.model, self.label("round", round), made));
        }
        if let Some(lasting) = &self.campaign.lasting {
            lasting.forget(self.number);
        }
    }

    fn memory(&self) -> Option<&dyn Memory> {
        self.campaign.lasting.is_some().then_some(self)
    }

    fn seen(&self, round: u64, run: &Run) {
        if let Some(write) = &self.campaign.write {
            let label = self.label("hit", round);
            let mut line = serde_json::to_value(label).expect("plain values serialise");
            line["run"] = run_json::write(self.model, run);
            write(&line);
        }
    }
}

impl Memory for Rounds<'_> {
    fn recall(&self, key: u128) -> Option<Record> {
        self.campaign.lasting.as_ref()?.recall(self.number, key)
    }

    fn remember(&self, key: u128, record: &dyn Fn() -> Vec<u8>) {
        if let Some(lasting) = &self.campaign.lasting {
            lasting.remember(self.number, key, record);
        }
    }
}

/// What a shard came to for one target.
#[derive(Clone, Debug)]
pub struct Part {
    /// The name that its results are keyed by.
    pub name: String,
    /// Runs of the rounds that were made here or kept.
    pub runs: u64,
    /// Distinct setups, as far as its rounds know.
    pub setups: u64,
    /// Whether something was found.
    pub hit: bool,
    /// Whether it was stopped before its rounds were done.
    pub stopped: bool,
}

/// Makes a shard's rounds of a model's targets; nothing is claimed, for other shards may find
/// something else.
pub fn part(
    model: &Model,
    sources: &Sources,
    options: &Options,
    campaign: &Campaign,
    progress: &(dyn Fn(&str, Step) -> bool + Sync),
) -> Vec<Part> {
    let mut parts = Vec::new();
    for target in model.targets.iter().filter(|target| plan::is_wanted(model, target, options)) {
        let budget = plan::budget(target, options);
        if !plan::is_searched(model, target) {
            continue;
        }
        let rounds = Rounds::of(campaign, (model, sources), target, &budget);
        let name = plan::name(model, target);
        let told = |step: Step| progress(name, step);
        let found = search_in_rounds(model, target, &budget, &rounds, &told);
        let violated = found.chance.as_ref().is_some_and(|chance| chance.violated == Some(true));
        parts.push(Part {
            name: name.to_string(),
            runs: found.coverage.runs,
            setups: found.coverage.setups,
            hit: found.witness.is_some() || violated,
            stopped: found.coverage.stopped,
        });
    }
    parts
}
