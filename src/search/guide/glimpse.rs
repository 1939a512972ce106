//! What a guide keeps of runs, from the compiled engine.
//!
//! In: runs of one size. Out: what each came to and showed, but for its choices and draws: the
//! reference makes those anew for the few runs that are edited.
//!
//! # Invariants
//! - What is said is what the reference says, but that a run may be said to have taken a branch
//!   of an expression that it did not.

use std::collections::BTreeSet;

use super::states::{Meeting, Met, coarse};
use crate::engine::{Block, Lane, Mark};
use crate::ir::layout::Layout;
use crate::ir::property::Role;
use crate::ir::{Model, StateId};
use crate::reference::Gap;
use crate::search::answers::OfRuns;
use crate::search::compiled::{Compiled, Held, Passed};
use crate::search::reach::Reach;
use crate::search::subject::Subject;
use crate::trace::Run;

/// What one run came to and showed.
#[derive(Clone, PartialEq, Debug)]
pub struct Glimpse {
    /// What it came to: not to what is looked for.
    pub passed: Passed,
    /// How far it is from that, and what it met; none where it does not count.
    pub kept: Option<(Gap, Vec<Met>)>,
}

/// A property's program with gaps.
pub struct Glimpses {
    compiled: Compiled,
}

impl Glimpses {
    /// The program of a subject's property; none where the engine does not do it, or judges several
    /// formulas.
    pub fn of(subject: &Subject<'_>, wanted: &Reach) -> Option<Glimpses> {
        let model = subject.model();
        match model.properties[subject.property].role {
            Role::Property | Role::Witness | Role::Invariant => {}
            Role::NoFaults | Role::Holistic => return None,
        }
        let idle = model.rules.ids().map(Mark::Rule);
        let marks: BTreeSet<Mark> = wanted.marks().into_iter().chain(idle).collect();
        let compiled = Compiled::missing(subject, &marks)?;
        Some(Glimpses { compiled })
    }

    /// What runs of one size came to and showed; none: the reference is to be asked, also where a
    /// run may reach something of what is left.
    pub fn of_each(
        &self,
        subject: &Subject<'_>,
        runs: &[&Run],
        left: &BTreeSet<Mark>,
    ) -> Vec<Option<Glimpse>> {
        let mut found: Vec<Option<Glimpse>> = vec![None; runs.len()];
        let all: Vec<(&Run, bool)> = runs.iter().map(|run| (*run, false)).collect();
        let program = self.compiled.program();
        self.compiled.blocks(subject, &all, program, &mut |block, held| {
            let mut meetings = Meetings::new(block, held);
            let mut answers = OfRuns::new(&held.answerers);
            let said = block.run_observed(subject.steps, &mut answers, &mut |block, lanes| {
                meetings.instant(subject.model(), block, lanes);
            });
            for (run, (at, says)) in held.runs.iter().zip(said.iter()).enumerate() {
                if says.astray || block.reached(run).any(|mark| left.contains(&mark)) {
                    continue;
                }
                found[*at] = self.glimpse(says, || meetings.met(run, block.reached(run)));
            }
        });
        found
    }

    /// What a run came to and showed; none: the reference is to be asked.
    fn glimpse(&self, says: Lane<'_>, met: impl FnOnce() -> Vec<Met>) -> Option<Glimpse> {
        let passed = self.compiled.says(says)?;
        if !passed.counts() {
            return Some(Glimpse { passed, kept: None });
        }
        let gap = says.gap(0)?;
        let gap = Gap { total: gap.total, parts: gap.parts.clone() };
        Some(Glimpse { passed, kept: Some((gap, met())) })
    }
}

/// What the runs of a block meet.
struct Meetings<'a> {
    layout: &'a Layout,
    /// For each run its worlds: their lanes, and what each met.
    runs: Vec<Vec<(usize, Meeting)>>,
    instant: u32,
}

impl Meetings<'_> {
    fn new<'a>(block: &Block<'_>, held: &Held<'a>) -> Meetings<'a> {
        let worlds = held.worlds(block);
        let of = |run: usize, world: usize| (block.lane_of(run, world), Meeting::default());
        let runs =
            (0..held.runs.len()).map(|run| (0..worlds).map(|world| of(run, world)).collect());
        Meetings { layout: held.layout, runs: runs.collect(), instant: 0 }
    }

    /// Takes in an instant of the lanes of a mask.
    fn instant(&mut self, model: &Model, block: &Block<'_>, lanes: u64) {
        for (lane, meeting) in self.runs.iter_mut().flatten() {
            if lanes >> *lane & 1 == 0 {
                continue;
            }
            let cells = |state: StateId| {
                let domain = &model.states[state].domain;
                let places = 0..self.layout.state(state).len();
                places.map(|place| coarse(domain, &block.value(state, place, *lane))).collect()
            };
            meeting.instant(model, self.instant, block.fired(*lane), &cells);
        }
        self.instant += 1;
    }

    /// All that a run met, of the marks that it reached the branches.
    fn met(&mut self, run: usize, reached: impl Iterator<Item = Mark>) -> Vec<Met> {
        let mut all = Meeting::default();
        self.runs[run].drain(..).for_each(|(_, meeting)| all.join(meeting));
        for mark in reached {
            if let Mark::Branch(of, arm) = mark {
                all.branch(of, arm);
            }
        }
        all.met()
    }
}
