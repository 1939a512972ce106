//! Where the cells of a variable lie.

use super::memory::Memory;
use crate::base::id::Id;
use crate::ir::model::IndexSet;

/// Where the cells of a variable lie in a store.
pub struct Spot {
    pub bits: bool,
    pub start: usize,
    pub dimensions: Vec<Dimension>,
}

/// One index of a variable.
#[derive(Clone)]
pub struct Dimension {
    pub set: IndexSet,
    pub size: usize,
    /// The word of its first value, where the others follow it one by one.
    pub first: Option<i64>,
}

impl Spot {
    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.dimensions.iter().map(|dimension| dimension.size).product()
    }
}

impl Memory<'_> {
    /// An index of these values.
    pub fn dimension(&self, set: &IndexSet) -> Dimension {
        let follow = |words: &[i64]| match words {
            [] => Some(0),
            [first, ..] => {
                (words[words.len() - 1] - first == words.len() as i64 - 1).then_some(*first)
            }
        };
        let (size, first) = match set {
            IndexSet::Population(population) => {
                let agents = &self.populations[population.index()];
                (agents.len(), follow(agents))
            }
            IndexSet::Kind(kind) => {
                let agents = &self.kinds[kind.index()];
                (agents.len(), follow(agents))
            }
            IndexSet::Enum(id) => (self.program.variants[id.index()], Some(0)),
            IndexSet::Ints(lo, hi) => ((hi - lo + 1) as usize, Some(*lo)),
        };
        Dimension { set: set.clone(), size, first }
    }

    /// The place of a value in an index, if it is inside.
    #[inline]
    pub fn place_in(&self, dimension: &Dimension, value: i64) -> Option<usize> {
        match dimension.first {
            // What is before the first is far beyond the last as an unsigned number.
            Some(first) => {
                let place = value.wrapping_sub(first) as u64;
                (place < dimension.size as u64).then_some(place as usize)
            }
            None => self.rank(&dimension.set, value),
        }
    }

    /// The place of an agent among those of its kind.
    fn rank(&self, set: &IndexSet, value: i64) -> Option<usize> {
        let agent = self.agents.get(usize::try_from(value).ok()?)?;
        matches!(set, IndexSet::Kind(kind) if agent.0 == kind.index()).then_some(agent.2)
    }

    /// The value of an index at a place.
    pub fn word_at(&self, dimension: &Dimension, at: usize) -> i64 {
        match &dimension.set {
            IndexSet::Population(population) => self.populations[population.index()][at],
            IndexSet::Kind(kind) => self.kinds[kind.index()][at],
            IndexSet::Enum(_) => at as i64,
            IndexSet::Ints(lo, _) => lo + at as i64,
        }
    }
}
