//! What a block of the compiled engine holds of a setup: its society, and its worlds.
//!
//! In: a subject and a setup. Out: lanes of a block.

use std::collections::BTreeMap;

use super::subject::Subject;
use crate::engine::{Block, LANES, Society as Given, WorldOf};
use crate::ir::Model;
use crate::ir::layout::Layout;
use crate::reference::execute::{Made, worlds};
use crate::reference::{Society, society};
use crate::trace::{Run, Setup};

/// The society of a setup, and its worlds where the property speaks of some.
pub(super) struct Seat {
    society: Society,
    worlds: Vec<Made>,
}

impl Seat {
    /// What a block holds of a setup; none where it cannot be made, or no block holds it. A run of
    /// a property with worlds that has none makes no step, which a lane would.
    pub fn of(subject: &Subject<'_>, setup: &Setup) -> Option<Seat> {
        let (model, property) = (subject.model(), subject.property);
        let society = society(model, setup).ok()?;
        let worlds = match model.has_worlds(property) {
            true => worlds(model, Some(property), setup, &society).ok()?,
            false => Vec::new(),
        };
        let steps = subject.steps.saturating_mul(worlds.len().max(1) as u32);
        let alone = worlds.is_empty() && model.has_worlds(property);
        let holds = small(model, &society, steps) && worlds.len() < LANES && !alone;
        holds.then_some(Seat { society, worlds })
    }

    /// The layout of its size.
    pub fn layout(&self) -> &Layout {
        &self.society.layout
    }

    /// How many lanes a run has: of several, the first takes no step and the others are worlds.
    pub fn lanes(&self) -> usize {
        match self.worlds.len() {
            0 => 1,
            worlds => worlds + 1,
        }
    }

    /// Puts a run into a block of which some lanes are taken, if there is room.
    pub fn load(&self, block: &mut Block<'_>, lanes: usize) -> Option<()> {
        if lanes + self.lanes() > LANES {
            return None;
        }
        if self.worlds.is_empty() {
            block.load(lanes, given(&self.society));
            return Some(());
        }
        load_worlds(block, &self.society, &self.worlds)
    }
}

/// The places of runs of one size, as many together as a block holds, where they are enough to be
/// worth one.
pub(super) fn blocks_of<'r>(runs: impl Iterator<Item = (usize, &'r Run)>) -> Vec<Vec<usize>> {
    const RUNS_MIN: usize = 3;
    let mut by_size: BTreeMap<Vec<u32>, Vec<usize>> = BTreeMap::new();
    for (place, run) in runs {
        let sizes = run.setup.sizes.iter().copied().collect();
        by_size.entry(sizes).or_default().push(place);
    }
    let blocks = by_size.values().flat_map(|places| places.chunks(LANES));
    blocks.filter(|places| places.len() >= RUNS_MIN).map(<[usize]>::to_vec).collect()
}

/// Puts the worlds of a run into a block, if there is room.
pub(super) fn load_worlds(block: &mut Block<'_>, actual: &Society, worlds: &[Made]) -> Option<()> {
    let mut all = Vec::with_capacity(worlds.len());
    for made in worlds {
        let (arguments, since) = (&made.arguments[..], &made.society.since[..]);
        all.push(WorldOf { id: made.id?, arguments, society: given(&made.society), since });
    }
    block.load_worlds(given(actual), &all).map(|_| ())
}

/// Whether a run is far from what the reference refuses to hold, whatever is chosen in it.
pub(super) fn small(model: &Model, society: &Society, steps: u32) -> bool {
    /// A tenth of what the reference holds.
    const HELD_MAX: u64 = 4_000_000;
    /// Pairs of agents whose ties differ from run to run.
    const PAIRS_MAX: usize = 1 << 20;
    // An answer is held with its options, at most a thousand.
    let each = if model.sites.is_empty() { 1 } else { 1_000 };
    let instant = (society.layout.state_cells() + society.layout.agents().len() + 1) as u64;
    let held = instant.saturating_mul(u64::from(steps) + 1).saturating_mul(each);
    let pairs =
        society.structures.iter().map(|ties| ties.rows() as usize * ties.columns() as usize);
    held <= 10 * HELD_MAX && held / each <= HELD_MAX && pairs.sum::<usize>() <= PAIRS_MAX
}

/// A society as the engine takes it.
pub(super) fn given(society: &Society) -> Given<'_> {
    Given { params: &society.params, structures: &society.structures, starts: &society.starts }
}
