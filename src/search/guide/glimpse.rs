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
use crate::engine::{Block, Mark};
use crate::ir::StateId;
use crate::ir::property::Role;
use crate::reference::{Gap, society};
use crate::search::answers::{Answerer, OfRuns, Words};
use crate::search::compiled::{Compiled, Passed, given, small};
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
    /// The program of a subject's property; none where the engine does not do it, or judges
    /// worlds or several formulas.
    pub fn of(subject: &Subject<'_>, wanted: &Reach) -> Option<Glimpses> {
        let model = subject.model();
        match model.properties[subject.property].role {
            Role::Property | Role::Witness | Role::Invariant => {}
            Role::NoFaults | Role::Holistic => return None,
        }
        if model.has_worlds(subject.property) {
            return None;
        }
        let idle = model.rules.ids().map(Mark::Rule);
        let marks: BTreeSet<Mark> = wanted.marks().into_iter().chain(idle).collect();
        let compiled = Compiled::missing(subject, &marks)?;
        Some(Glimpses { compiled })
    }

    /// What runs of one size came to and showed, at most [`LANES`]; none: the reference is to be
    /// asked, also where a run may reach something of what is left.
    pub fn of_each(
        &self,
        subject: &Subject<'_>,
        runs: &[&Run],
        left: &BTreeSet<Mark>,
    ) -> Vec<Option<Glimpse>> {
        let mut found: Vec<Option<Glimpse>> = vec![None; runs.len()];
        let (program, model, mut block) = (self.compiled.program(), subject.model(), None);
        let (mut taken, mut answerers) = (Vec::new(), Vec::new());
        for (at, run) in runs.iter().enumerate() {
            let Ok(society) = society(model, &run.setup) else { continue };
            let Some(words) = Words::of(run).filter(|_| small(model, &society, subject.steps))
            else {
                continue;
            };
            if block.is_none() {
                block = Block::new(program, &society.layout)
                    .map(|block| (block, society.layout.clone()));
            }
            let Some((block, _)) = &mut block else { return found };
            block.load(taken.len(), given(&society));
            answerers.push(Answerer { seed: run.seed, bold: false, words });
            taken.push(at);
        }
        let Some((block, layout)) = &mut block else { return found };
        let mut meetings = vec![Meeting::default(); taken.len()];
        let mut instant = 0;
        let said =
            block.run_observed(subject.steps, &mut OfRuns::new(&answerers), &mut |block, lanes| {
                for (lane, meeting) in meetings.iter_mut().enumerate() {
                    if lanes >> lane & 1 == 1 {
                        let cells = |state: StateId| {
                            let domain = &model.states[state].domain;
                            let places = 0..layout.state(state).len();
                            places
                                .map(|place| coarse(domain, &block.value(state, place, lane)))
                                .collect()
                        };
                        meeting.instant(model, instant, block.fired(lane), &cells);
                    }
                }
                instant += 1;
            });
        for (lane, (says, mut meeting)) in said.iter().zip(meetings).enumerate() {
            let mut reached = block.reached(lane);
            if says.astray || block.reached(lane).any(|mark| left.contains(&mark)) {
                continue;
            }
            let Some(passed) = self.compiled.says(says) else { continue };
            let kept = match passed {
                Passed::Faulted | Passed::Discarded => None,
                Passed::Miss | Passed::Pending => {
                    let Some(gap) = says.gap(0) else { continue };
                    reached.by_ref().for_each(|mark| {
                        if let Mark::Branch(of, arm) = mark {
                            meeting.branch(of, arm);
                        }
                    });
                    Some((Gap { total: gap.total, parts: gap.parts.clone() }, meeting.met()))
                }
            };
            found[taken[lane]] = Some(Glimpse { passed, kept });
        }
        found
    }
}
