//! A run: setup, choices and draws, which determine its states to the bit.

use std::collections::BTreeMap;

use super::Setup;
use crate::base::Seed;
use crate::ir::{SiteId, Value};

/// What a choice or draw is known by (§5): never by when it was asked for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Key {
    /// The world that parted from the others here (its place among the worlds of the
    /// execution); none: the key that all worlds share.
    pub world: Option<u32>,
    /// Item and name.
    pub site: SiteId,
    /// The number of the step, or how often the rule instance has fired; 0 at the start.
    pub turn: u32,
    /// The values of all enclosing binders.
    pub binders: Vec<Value>,
}

/// A run that can be made again.
#[derive(Clone, PartialEq, Debug)]
pub struct Run {
    /// Who, what they are like, how they are tied, how it starts.
    pub setup: Setup,
    /// What is not listed comes from here.
    pub seed: Seed,
    /// Choices by key. One that is not admitted where it is asked for is passed over.
    pub choices: BTreeMap<Key, Value>,
    /// Draws by key, each in the support of its distribution.
    pub draws: BTreeMap<Key, Value>,
    /// The horizon.
    pub steps: u32,
}
