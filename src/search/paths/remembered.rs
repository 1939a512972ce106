//! Walks that are remembered: of setups of which the engine passed all runs by.

use super::Front;
use crate::engine::Mark;
use crate::search::enumerate::Walk;
use crate::search::explore::Context;
use crate::search::memory::pack::{Pack, pack_setup};
use crate::search::memory::{Of, key};

impl Context<'_> {
    /// Takes in what all runs that are left of a setup came to, if that is remembered.
    pub(super) fn recall_walk(&self, front: &mut Front) {
        let Some(memory) = self.memory.filter(|_| front.seat.is_some()) else { return };
        let mut bytes = Vec::new();
        front.rest.path.pack(&mut bytes);
        front.rest.left.pack(&mut bytes);
        pack_setup(&front.rest.setup, &mut bytes);
        for mark in &front.left {
            match mark {
                Mark::Rule(id) => (0u32, *id).pack(&mut bytes),
                Mark::Branch(of, arm) => (1u32, (*of, *arm)).pack(&mut bytes),
                Mark::Variant(id, variant) => (2u32, (*id, *variant)).pack(&mut bytes),
            }
        }
        let key = key(Of::Walk, &bytes);
        front.key = Some(key);
        let Some(record) = memory.recall(key) else { return };
        let from = &mut &*record;
        let mut next = || u64::unpack(from);
        let counts = (|| Some([next()?, next()?, next()?, next()?]))();
        let Some([runs, pending, faulted, discarded]) = counts else { return };
        let coverage = &mut front.job.coverage;
        coverage.runs += runs;
        coverage.compiled += runs;
        coverage.pending += pending;
        coverage.faulted += faulted;
        coverage.discarded += discarded;
        (front.job.walk, front.key) = (Some(Walk::Done), None);
    }

    /// Remembers what all runs that were left of a setup came to, once there is none any more,
    /// where the engine passed all by.
    pub(super) fn remember_walk(&self, front: &mut Front) {
        let (Some(memory), Some(key)) = (self.memory, front.key) else { return };
        if front.is_open() || front.seat.is_none() || front.job.walk.is_some() {
            return;
        }
        front.key = None;
        let (all, before) = (&front.job.coverage, &front.before);
        memory.remember(key, &|| {
            let mut bytes = Vec::new();
            (all.runs - before.runs).pack(&mut bytes);
            (all.pending - before.pending).pack(&mut bytes);
            (all.faulted - before.faulted).pack(&mut bytes);
            (all.discarded - before.discarded).pack(&mut bytes);
            bytes
        });
    }
}
