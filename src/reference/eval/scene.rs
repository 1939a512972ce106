//! What a formula is read on: the runs of an execution, how far they are seen, and the place
//! in them.
//!
//! # Invariants
//! - Every trace has an instant 0; no instant after `seen` is read.
//! - Outside of `@`, worlds run in lockstep: one that has halted keeps its last state and emits
//!   nothing; one that is cut or faulted is unknown from there on.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::memo::Memo;
use super::view::{Polarity, Stop};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::value::Occurrence;
use crate::ir::{AgentId, Model, PropId, Value};
use crate::reference::{Execution, Terms, WorldRun};
use crate::trace::End;

/// Which ends of runs are known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ending {
    /// None: every run might go on.
    Open,
    /// Halts, once their instant is seen.
    Halts,
    /// Halts and, where it is taken as the end, the horizon.
    Horizon,
}

/// The runs of a formula as far as they are seen.
pub struct Scene<'a> {
    /// Whose worlds they are.
    pub property: PropId,
    /// The runs.
    pub execution: &'a Execution,
    /// How they are read.
    pub terms: &'a Terms,
    /// The last instant that is seen.
    pub seen: u32,
    /// Which ends are known.
    pub ending: Ending,
    /// Where guards are noted, if they are.
    pub guards: Option<RefCell<BTreeMap<Span, bool>>>,
    /// Whether a fault was passed over, where an unknown left side may yet make it needless.
    pub passed_over: Cell<bool>,
    /// What was found out of operands of temporal operators.
    pub truths: RefCell<Memo<Result<bool, Stop>>>,
    /// The same of margins.
    pub margins: RefCell<Memo<(f64, f64)>>,
}

/// A place in a scene.
#[derive(Clone, Copy)]
pub struct Formula<'a> {
    /// The runs.
    pub scene: &'a Scene<'a>,
    /// The place among the execution's runs; none: outside of every world, all in lockstep.
    pub world: Option<usize>,
    /// The instant.
    pub instant: u32,
    /// In whose favour comparisons of reals miss.
    pub polarity: Polarity,
}

/// How far a trace reaches from an instant on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reach {
    /// The last instant that is seen; not before the instant asked for.
    pub last: u32,
    /// Whether nothing comes after it.
    pub ended: bool,
}

impl<'a> Scene<'a> {
    /// A scene that notes no guards.
    pub fn new(
        property: PropId,
        execution: &'a Execution,
        terms: &'a Terms,
        (seen, ending): (u32, Ending),
    ) -> Self {
        Scene {
            property,
            execution,
            terms,
            seen,
            ending,
            guards: None,
            passed_over: Cell::new(false),
            truths: RefCell::default(),
            margins: RefCell::default(),
        }
    }

    /// The last instant of the longest run.
    pub fn last_of(execution: &Execution) -> u32 {
        execution.worlds.iter().map(own_last).max().unwrap_or(0)
    }

    /// Notes a guard.
    pub fn note(&self, guard: Span, seen: bool) {
        if let Some(guards) = &self.guards {
            *guards.borrow_mut().entry(guard).or_default() |= seen;
        }
    }

    /// Where the property is read: at instant 0, outside of every world, or in the actual run.
    pub fn start(&'a self) -> Formula<'a> {
        let plain = self.execution.worlds.len() == 1 && self.execution.worlds[0].world.is_none();
        let world = plain.then_some(0);
        Formula { scene: self, world, instant: 0, polarity: Polarity::Wanted }
    }

    fn runs(&self, world: Option<usize>) -> &'a [WorldRun] {
        match world {
            Some(place) => &self.execution.worlds[place..=place],
            None => &self.execution.worlds,
        }
    }

    /// How far the runs of `world` reach; `horizon_ends`: even if the horizon completes no run.
    pub fn reach(&self, world: Option<usize>, from: u32, horizon_ends: bool) -> Reach {
        let runs = self.runs(world);
        let own = runs.iter().map(own_last).max().unwrap_or(0);
        let ends = |run: &WorldRun| match run.trace.end {
            End::Halted => self.ending >= Ending::Halts,
            End::Cut => self.ending >= Ending::Horizon && (horizon_ends || self.terms.complete),
            End::Faulted(_) | End::Discarded { .. } => false,
        };
        Reach {
            last: own.min(self.seen).max(from),
            ended: self.seen >= own && runs.iter().all(ends),
        }
    }

    /// Why nothing is known beyond what is seen of `world`.
    pub fn beyond(&self, model: &Model, world: Option<usize>) -> String {
        let runs = self.runs(world);
        let open = runs.iter().find(|run| run.trace.end != End::Halted).or(runs.first());
        let Some(run) = open else { return "there is no run".to_owned() };
        let last = own_last(run).min(self.seen);
        let who = match run.world {
            None => "the run".to_owned(),
            Some(_) => format!("world `{}`", world_name(model, self.property, run)),
        };
        let recorded = run.trace.instants.last().is_some_and(|instant| instant.line > 0);
        match &run.trace.end {
            End::Faulted(_) if last == own_last(run) => {
                format!("{who} faults after instant {last}")
            }
            End::Cut if recorded => format!("the record ends at instant {last}"),
            End::Cut | End::Halted | End::Faulted(_) | End::Discarded { .. } => {
                format!("{who} is cut at {last}")
            }
        }
    }
}

/// The last instant of a run.
pub fn own_last(run: &WorldRun) -> u32 {
    (run.trace.instants.len() as u32).saturating_sub(1)
}

/// A world of `property` as it is written behind `@`: `alone(fishers[1])`.
pub fn world_name(model: &Model, property: PropId, run: &WorldRun) -> String {
    let found = run.world.and_then(|world| model.properties[property].worlds.get(world));
    let name = found.map_or("the run", |world| &world.name).to_owned();
    if run.arguments.is_empty() {
        return name;
    }
    let layout = &run.society.layout;
    let arguments: Vec<String> =
        run.arguments.iter().map(|value| super::words::value(model, layout, value)).collect();
    format!("{name}({})", arguments.join(", "))
}

impl<'a> Formula<'a> {
    /// The same at another instant.
    pub fn at(self, instant: u32) -> Formula<'a> {
        Formula { instant, ..self }
    }

    /// The run that is read, if it is one.
    pub fn run(&self) -> Option<&'a WorldRun> {
        self.world.map(|place| &self.scene.execution.worlds[place])
    }

    /// The first instant of an agent in the run that is read.
    pub fn since(&self, agent: AgentId) -> u32 {
        self.run().and_then(|run| run.trace.since.get(agent.index()).copied()).unwrap_or(0)
    }

    /// The state cells now.
    pub fn cells(&self, model: &Model) -> Result<&'a [Value], Stop> {
        let Some(run) = self.run() else {
            return Err(Stop::Unknown("state is read outside of every world".to_owned()));
        };
        let last = own_last(run).min(self.scene.seen);
        let halted = run.trace.end == End::Halted && self.scene.ending >= Ending::Halts;
        if self.instant > last && !(halted && last == own_last(run)) {
            return Err(Stop::Unknown(self.scene.beyond(model, self.world)));
        }
        match run.trace.instants.get(self.instant.min(last) as usize) {
            Some(instant) => Ok(&instant.cells),
            None => Err(Stop::Unknown("the run has no instant".to_owned())),
        }
    }

    /// What occurs now.
    pub fn events(&self, model: &Model) -> Result<&'a [Arc<Occurrence>], Stop> {
        self.cells(model)?;
        let instants = &self.scene.execution.worlds[self.world.unwrap_or(0)].trace.instants;
        match instants.get(self.instant as usize) {
            Some(instant) if instant.unread => {
                Err(Stop::Unknown(format!("line {} could not be read", instant.line)))
            }
            Some(instant) => Ok(&instant.events),
            None => Ok(&[]),
        }
    }

    /// The time of the instant in nanoseconds, if instants have times or a tick. An instant of
    /// a record that has none has that of the one before.
    pub fn time(&self) -> Option<i64> {
        let ticked = || self.scene.terms.tick?.checked_mul(i64::from(self.instant));
        let Some(run) = self.run() else { return ticked() };
        let last = own_last(run).min(self.instant) as usize;
        let seen = run.trace.instants.get(..=last)?;
        let recorded = seen.last().is_some_and(|instant| instant.line > 0);
        match seen.last().and_then(|instant| instant.time) {
            Some(time) => Some(time),
            None if recorded => seen.iter().rev().find_map(|instant| instant.time),
            None => ticked(),
        }
    }
}
