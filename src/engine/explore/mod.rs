//! Explicit-state exploration: every state that a society can come to, each once, breadth first.
//!
//! In: a model, a property and its program, once; then societies and [`Limits`]. Out: what was
//! [`Explored`], and where the property is violated (a witness: met) a [`Trail`] of fewest
//! steps.
//!
//! # Invariants
//! - Nothing is sampled: every choice, every schedule and every draw in the support is tried in
//!   every state, with 64 states at a time on the compiled step.
//! - States are compared whole, so that none is taken for another; under symmetry, states that
//!   a renaming of interchangeable agents makes equal are one.
//! - What states alone do not decide is refused by name before anything is tried.
//! - The result does not hang on the order of a hash table.
//!
//! [`chain`] goes the same ways, and says how likely each is.
//!
//! It does not know `reference`: whoever asks replays a trail there.

mod aim;
pub mod chain;
mod pack;
mod reads;
mod search;
mod seen;
mod symmetry;
mod trail;
mod walk;

pub use trail::{Given, Trail};
pub(super) use walk::Walk;

use std::collections::BTreeSet;

use super::compile::Unsupported;
use super::program::{Form, Program};
use super::run::{Block, Society};
use crate::ir::layout::Layout;
use crate::ir::property::Role;
use crate::ir::{Model, PropId, RuleId};
use aim::Aim;
use pack::Packing;

/// How far to go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The horizon; none: until there is no new state.
    pub steps: Option<u32>,
    /// What all states may take, in bytes.
    pub bytes_max: u64,
    /// Transitions that may be made.
    pub transitions_max: u64,
    /// Whether interchangeable agents are taken for each other.
    pub symmetry: bool,
}

/// How an exploration ended.
#[derive(Clone, PartialEq, Debug)]
pub enum Ended {
    /// There is no new state: what holds holds for every number of steps.
    Closed,
    /// At the horizon, with states that go on.
    Horizon,
    /// What was looked for was met, with fewest steps.
    Met(Trail),
    /// A limit was reached: nothing is known but of the instants before [`Explored::depth`].
    Full,
    /// Whoever asked stopped it.
    Stopped,
    /// It cannot be done, and why.
    Refused(String),
}

/// What was explored.
#[derive(Clone, PartialEq, Debug)]
pub struct Explored {
    /// Distinct states.
    pub states: u64,
    /// Ways from one state to one, each sequence of answers of each state.
    pub transitions: u64,
    /// Of these, those that lead to the state that they come from.
    pub stutters: u64,
    /// Ways that end in a fault.
    pub faulted: u64,
    /// Ways that a statement discards.
    pub discarded: u64,
    /// The last instant of which all states were looked at.
    pub depth: u32,
    /// Groups of agents that were taken for each other.
    pub groups: usize,
    /// The rules that moved.
    pub fired: BTreeSet<RuleId>,
    /// How it ended.
    pub ended: Ended,
}

/// A property's exploration, for societies of one size.
pub struct Explorer<'p> {
    model: &'p Model,
    property: PropId,
    program: &'p Program,
    layout: Layout,
    block: Block<'p>,
    packing: Packing,
    /// Aims that are looked for together.
    passes: Vec<Vec<Aim<'p>>>,
    /// Whether a fault is what is looked for.
    faults: bool,
    /// Whether states of different instants are different.
    timed: bool,
    /// Whether aims are met by ways, not by states.
    events: bool,
}

impl<'p> Explorer<'p> {
    /// An exploration of a property, which is the first formula of its program; or what is not
    /// decided by states alone.
    pub fn new(
        (model, property): (&'p Model, PropId),
        program: &'p Program,
        layout: Layout,
    ) -> Result<Explorer<'p>, Unsupported> {
        let declared = &model.properties[property];
        let refuse = |construct: &str, place| Unsupported { construct: construct.into(), place };
        let reads = reads::reads(model, property);
        if let Some((what, place)) = reads.beyond {
            return Err(refuse(what, place));
        }
        if program.past || program.worlds || program.depth > 0 {
            return Err(refuse("what reads earlier instants", declared.formula.span));
        }
        if program.from_start {
            return Err(refuse("what reads the start at later instants", declared.formula.span));
        }
        let faults = matches!(program.formulas[0], Form::NoFaults);
        let looked_for = match declared.role {
            Role::Witness => true,
            Role::Property | Role::Invariant | Role::NoFaults | Role::Holistic => false,
        };
        let found = match faults {
            true => Vec::new(),
            false => aim::aims(&program.formulas[0], looked_for, program)
                .map_err(|what| refuse(what, declared.formula.span))?,
        };
        let timed = reads.now || found.iter().any(|aim| aim.from > 0);
        let (apart, together): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|aim| !aim.roots.is_empty());
        let mut passes: Vec<Vec<Aim<'p>>> = apart.into_iter().map(|aim| vec![aim]).collect();
        if !together.is_empty() || passes.is_empty() {
            passes.push(together);
        }
        let Some(mut block) = Block::new(program, &layout) else {
            return Err(refuse("so many agents", declared.span));
        };
        let packing = Packing::new(model, program, &layout, block.memory());
        let events = reads.events;
        Ok(Explorer {
            model,
            property,
            program,
            layout,
            block,
            packing,
            passes,
            faults,
            timed,
            events,
        })
    }

    /// Whether who moves is drawn, and whether it is told by the numbers of instances.
    fn scheduled(&self) -> (bool, bool) {
        use crate::ir::model::Schedule;
        match self.program.schedule {
            Schedule::Any => (false, false),
            Schedule::Random => (true, false),
            Schedule::RoundRobin => (false, true),
        }
    }

    /// Explores what a society can come to; `go_on` is told the number of states now and then.
    pub fn explore(
        &mut self,
        society: Society<'_>,
        limits: Limits,
        go_on: &dyn Fn(u64) -> bool,
    ) -> Explored {
        let mut sum: Option<Explored> = None;
        for pass in self.passes.clone() {
            let explored = search::search(self, &pass, society, limits, go_on);
            let more = sum.take();
            let all = match more {
                None => explored,
                Some(before) => before.and(explored),
            };
            if !matches!(all.ended, Ended::Closed | Ended::Horizon) {
                return all;
            }
            sum = Some(all);
        }
        sum.expect("there is a pass")
    }
}

impl Explored {
    /// What two explorations came to, of which the first decided nothing.
    fn and(self, other: Explored) -> Explored {
        let ended = match (&self.ended, other.ended) {
            (Ended::Horizon, Ended::Closed) => Ended::Horizon,
            (_, ended) => ended,
        };
        Explored {
            states: self.states + other.states,
            transitions: self.transitions + other.transitions,
            stutters: self.stutters + other.stutters,
            faulted: self.faulted + other.faulted,
            discarded: self.discarded + other.discarded,
            depth: self.depth.min(other.depth),
            groups: self.groups,
            fired: &self.fired | &other.fired,
            ended,
        }
    }
}
