//! What is said of the runs of a block: for all of them together, and of each.

use super::super::choices::lanes;
use super::super::monitor::{Gap, Said, Verdict};
use super::super::program::LANES;
use crate::diag::Span;
use crate::trace::FaultKind;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum End {
    /// It is complete.
    Halted,
    /// At its horizon.
    Cut,
    /// By a fault in the step from the last instant, or at its start.
    Faulted(FaultKind, Span),
    /// By a statement that discards it.
    Discarded(Span),
}

/// What the runs of a block say.
#[derive(Clone, Debug)]
pub struct Lanes {
    /// The lanes that hold a run.
    pub(super) runs: u64,
    pub(super) ends: Vec<End>,
    pub(super) instants: Box<[u32; LANES]>,
    /// Of each formula.
    pub(super) said: Vec<Said>,
    /// Lanes in which margins are certain.
    pub(super) measured: u64,
    /// For each formula and lane, where that is asked for.
    pub(super) gaps: Vec<Vec<Option<Gap>>>,
    /// For each value and lane.
    pub(super) values: Vec<Vec<Option<f64>>>,
    pub(super) astray: u64,
}

impl Lanes {
    /// Every run, in the order in which they were put into the block.
    pub fn iter(&self) -> impl Iterator<Item = Lane<'_>> {
        lanes(self.runs).map(|lane| Lane {
            all: self,
            lane,
            end: self.ends[lane],
            instants: self.instants[lane],
            astray: self.astray >> lane & 1 == 1,
        })
    }
}

/// What one run says.
#[derive(Clone, Copy, Debug)]
pub struct Lane<'a> {
    all: &'a Lanes,
    lane: usize,
    /// How it ended.
    pub end: End,
    /// How many instants it has.
    pub instants: u32,
    /// Whether a formula faults, so that `reference` must be asked.
    pub astray: bool,
}

impl<'a> Lane<'a> {
    /// What a formula says; none: pending.
    pub fn verdict(self, formula: usize) -> Option<Verdict> {
        self.all.said[formula].verdicts[self.lane]
    }

    /// What each formula says.
    pub fn verdicts(self) -> impl Iterator<Item = Option<Verdict>> + Clone + 'a {
        self.all.said.iter().map(move |said| said.verdicts[self.lane])
    }

    /// How far a formula is from the other verdict, low end and high end, on the prefix that
    /// settles it; none where that is not asked for or left to `reference`.
    pub fn margin(self, formula: usize) -> Option<(f64, f64)> {
        let margins = &self.all.said.get(formula)?.margins;
        margins.get(self.lane).copied().filter(|_| self.all.measured >> self.lane & 1 == 1)
    }

    /// How far the run is from what is wanted of a formula; none where that is not asked for or
    /// left to `reference`.
    pub fn gap(self, formula: usize) -> Option<&'a Gap> {
        self.all.gaps.get(formula)?[self.lane].as_ref()
    }

    /// The values at the last instant of a run that is complete, the horizon taken as the end.
    pub fn values(self) -> impl Iterator<Item = Option<f64>> + 'a {
        let complete = match self.end {
            End::Halted | End::Cut => true,
            End::Faulted(..) | End::Discarded(_) => false,
        };
        self.all.values.iter().map(move |of| of[self.lane].filter(|_| complete))
    }
}
