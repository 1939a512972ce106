//! The machine that steps the worlds of an execution.
//!
//! In: a society for each world, and who answers. Out: a trace for each world.
//!
//! # Invariants
//! - A world with an `end` is never touched again.
//! - `fixed` holds every answer that another world (or an equal lane) may still ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::value::Occurrence;
use crate::ir::{Expr, Model, RuleId, Value};
use crate::reference::eval::{Branch, Here, Met, Stop, View, eval};
use crate::reference::society::{Society, known};
use crate::reference::{Answers, Outcomes};
use crate::trace::{Answer, End, Fault, FaultKind, Instant, Key, Trace};

use super::lane::Lane;

/// How many values the instants and answers of one execution may hold in all.
const STORED_MAX: usize = 40_000_000;

/// How many options an answer holds at most.
const OPTIONS_MAX: usize = 1_000;

/// Why a world does not go on.
#[derive(Clone, Debug)]
pub(in crate::reference) enum Broken {
    /// A fault of the model.
    Fault(Fault),
    /// A `require` that failed, or a `choose` that nothing met.
    Discarded { at: Span, sampled: bool },
}

impl Broken {
    /// Why an expression has no value.
    pub(super) fn stop(stop: Stop, span: Span) -> Broken {
        Broken::Fault(known(stop, span))
    }
}

/// One world while it runs.
#[derive(Clone)]
pub(in crate::reference) struct World {
    /// Who is there, and what holds of them.
    pub society: Arc<Society>,
    /// What is read as old.
    pub cells: Vec<Value>,
    /// What was assigned so far, and old values elsewhere.
    pub next: Vec<Value>,
    /// Which cells were assigned in this body.
    pub assigned: Vec<bool>,
    /// What was emitted in this step.
    pub emitted: Vec<Arc<Occurrence>>,
    /// Whether the run is complete at the end of this step.
    pub halting: bool,
    /// The rule that fired in this step.
    pub fired: Option<(RuleId, Vec<Value>)>,
    /// How often each rule instance has fired.
    pub counts: BTreeMap<(RuleId, Vec<Value>), u32>,
    /// The place of the instance that moved last.
    pub last: Option<i64>,
    /// The instants so far.
    pub instants: Vec<Instant>,
    /// What was asked for so far.
    pub answers: Vec<Answer>,
    /// How it ended, once it has.
    pub end: Option<End>,
}

/// An answer that other worlds share.
#[derive(Clone, Debug)]
pub(super) struct Fixed {
    /// The value.
    pub value: Value,
    /// The distribution that it was drawn from; none for a choice.
    pub outcomes: Option<Outcomes>,
    /// What it was chosen from, if that was listed.
    pub options: Option<Arc<Vec<Value>>>,
    /// The worlds in whose answers it stands.
    pub noted: Vec<usize>,
}

/// All worlds of an execution, and who answers.
pub(in crate::reference) struct Machine<'a> {
    pub(super) model: &'a Model,
    pub(super) answers: &'a mut dyn Answers,
    pub(super) worlds: Vec<World>,
    pub(super) fixed: BTreeMap<Key, Fixed>,
    pub(super) parted: u32,
    /// The old instant; the number of the step.
    pub(super) now: u32,
    /// How many values are held.
    stored: usize,
    /// The branches that were taken.
    pub(super) met: Met,
    /// The options that were noted last: equal ones are held once.
    options: Arc<Vec<Value>>,
}

impl<'a> Machine<'a> {
    /// The worlds at instant 0.
    pub fn new(model: &'a Model, societies: Vec<Society>, answers: &'a mut dyn Answers) -> Self {
        let worlds = societies.into_iter().map(World::new).collect();
        let mut machine = Machine {
            model,
            answers,
            worlds,
            fixed: BTreeMap::new(),
            parted: 0,
            now: 0,
            stored: 0,
            met: Met::default(),
            options: Arc::default(),
        };
        for world in 0..machine.worlds.len() {
            machine.begin(world);
        }
        machine
    }

    /// Runs all worlds to their ends or `steps`; then the worlds, how many choices parted, and
    /// which branches were taken.
    // spec: formula.finite
    pub fn run(mut self, steps: u32) -> (Vec<World>, u32, BTreeSet<Branch>) {
        for now in 0..steps {
            if self.worlds.iter().all(|world| world.end.is_some()) {
                break;
            }
            self.now = now;
            if self.worlds.len() == 1 {
                // No key is asked for in two steps of one world.
                self.fixed.clear();
            }
            self.step();
        }
        (self.worlds, self.parted, self.met.all())
    }

    /// Worlds that have come to instant `now`; what came before may be left out of them.
    pub fn resumed(
        model: &'a Model,
        worlds: Vec<World>,
        now: u32,
        answers: &'a mut dyn Answers,
    ) -> Self {
        Machine { worlds, now, ..Machine::new(model, Vec::new(), answers) }
    }

    /// The worlds as they stand.
    pub fn worlds(self) -> Vec<World> {
        self.worlds
    }

    /// The worlds after one more step.
    pub fn stepped(mut self) -> Vec<World> {
        self.step();
        self.worlds
    }

    /// One step of every world that still runs: its rule, then the step, then the instant.
    // spec: schedule.instant
    fn step(&mut self) {
        self.move_rules();
        if let Some(body) = &self.model.step {
            let turn = self.now;
            let running: Vec<usize> = self.running().collect();
            let mut lanes: Vec<Lane> = Vec::new();
            for world in running {
                self.worlds[world].open_body();
                let frame = vec![Value::None; body.frame];
                lanes.push(Lane { frame, ..Lane::bare(world, turn) });
            }
            self.block(&body.statements, &mut lanes.iter_mut().collect::<Vec<_>>());
            for lane in lanes {
                self.worlds[lane.world].close_body();
            }
        }
        self.discard_all();
        let running: Vec<usize> = self.running().collect();
        for world in running {
            match self.store(world) {
                Ok(()) => self.worlds[world].push_instant(),
                Err(broken) => self.stop(world, broken),
            }
        }
    }

    /// Counts what an instant of a world holds, before it is held.
    pub(super) fn store(&mut self, world: usize) -> Result<(), Broken> {
        let world = &self.worlds[world];
        let held = world.society.layout.state_cells() + world.emitted.len() + 1;
        self.stored = self.stored.saturating_add(held);
        if self.stored <= STORED_MAX {
            return Ok(());
        }
        let message = format!("the run holds more than {STORED_MAX} values: give fewer steps");
        let step = self.model.step.as_ref().map(|body| body.span);
        let rule = self.model.rules.iter().next().map(|rule| rule.span);
        let state = self.model.states.iter().next().map(|state| state.span);
        let span = step.or(rule).or(state).expect("what holds values has a state or a step");
        Err(Broken::Fault(Fault { kind: FaultKind::Overflow, message, span }))
    }

    /// The options of an answer, as far as they are few enough to be held.
    pub(super) fn few(&mut self, options: &Arc<Vec<Value>>) -> Option<Arc<Vec<Value>>> {
        if self.options != *options {
            if options.len() > OPTIONS_MAX || self.stored + options.len() > STORED_MAX {
                return None;
            }
            self.stored += options.len();
            self.options = Arc::clone(options);
        }
        Some(Arc::clone(&self.options))
    }

    /// The places of the worlds that still run.
    pub(super) fn running(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.worlds.len()).filter(|world| self.worlds[*world].end.is_none())
    }

    /// Ends a world.
    pub(super) fn stop(&mut self, world: usize, broken: Broken) {
        self.worlds[world].end.get_or_insert(match broken {
            Broken::Fault(fault) => End::Faulted(fault),
            Broken::Discarded { at, sampled } => End::Discarded { at, sampled },
        });
    }

    /// A run that one world discards is discarded in all.
    // spec: step.require
    fn discard_all(&mut self) {
        let discarded = self.worlds.iter().find_map(|world| match &world.end {
            Some(end @ End::Discarded { .. }) => Some(end.clone()),
            Some(End::Halted | End::Cut | End::Faulted(_)) | None => None,
        });
        if let Some(discarded) = discarded {
            for world in &mut self.worlds {
                world.end.get_or_insert_with(|| discarded.clone());
            }
        }
    }

    /// What expressions see in a world: the old state, with the new one where `primed`.
    pub(super) fn view(&self, world: usize, primed: bool) -> View<'_> {
        let world = &self.worlds[world];
        let events = world.instants.last().map_or(&[][..], |instant| &instant.events);
        let here = Here::Step {
            cells: &world.cells,
            events,
            now: self.now,
            primed: primed.then_some(&world.next[..]),
            met: Some(&self.met),
        };
        View { model: self.model, society: &world.society, here }
    }

    /// The value of an expression in a lane.
    pub(super) fn value(&self, lane: &mut Lane, expr: &Expr) -> Result<Value, Broken> {
        let view = self.view(lane.world, true);
        eval(&view, &mut lane.frame, expr).map_err(|stop| Broken::stop(stop, expr.span))
    }

    /// Whether a condition holds in a lane.
    pub(super) fn holds(&self, lane: &mut Lane, expr: &Expr) -> Result<bool, Broken> {
        Ok(self.value(lane, expr)? == Value::Bool(true))
    }

    /// Notes an answer in a world's record, once.
    pub(super) fn note(&mut self, world: usize, key: &Key, instant: u32) -> Value {
        let fixed = self.fixed.get_mut(key).expect("what is noted was answered");
        if !fixed.noted.contains(&world) {
            fixed.noted.push(world);
            self.stored += 1;
            self.worlds[world].answers.push(Answer {
                key: key.clone(),
                value: fixed.value.clone(),
                drawn: fixed.outcomes.is_some(),
                instant,
                options: fixed.options.clone(),
            });
        }
        fixed.value.clone()
    }
}

impl World {
    fn new(society: Society) -> World {
        World {
            society: Arc::new(society),
            cells: Vec::new(),
            next: Vec::new(),
            assigned: Vec::new(),
            emitted: Vec::new(),
            halting: false,
            fired: None,
            counts: BTreeMap::new(),
            last: None,
            instants: Vec::new(),
            answers: Vec::new(),
            end: None,
        }
    }

    /// What is not assigned stays.
    // spec: step.synchronous
    pub(super) fn open_body(&mut self) {
        self.next.clone_from(&self.cells);
        self.assigned.clear();
        self.assigned.resize(self.cells.len(), false);
    }

    /// The new values are what the next body sees as old.
    pub(super) fn close_body(&mut self) {
        std::mem::swap(&mut self.cells, &mut self.next);
    }

    /// The instant that the step led to. What was emitted occurs there.
    // spec: event.occur
    fn push_instant(&mut self) {
        self.instants.push(Instant {
            cells: self.cells.clone(),
            events: std::mem::take(&mut self.emitted),
            fired: self.fired.take(),
            time: None,
            line: 0,
            unread: false,
        });
        if self.halting {
            self.end = Some(End::Halted);
        }
    }

    /// The society and the trace of a world that has run.
    pub fn finish(self) -> (Society, Trace) {
        let trace = Trace {
            instants: self.instants,
            end: self.end.unwrap_or(End::Cut),
            since: self.society.since.clone(),
            from_start: true,
            answers: self.answers,
        };
        (Arc::unwrap_or_clone(self.society), trace)
    }
}

/// A key that all worlds share.
pub(super) fn shared_key(site: crate::ir::SiteId, lane: &Lane) -> Key {
    Key { world: None, site, turn: lane.turn, binders: lane.binders.clone() }
}

/// The same key for one world alone.
pub(super) fn own_key(key: &Key, world: usize) -> Key {
    Key { world: Some(u32::try_from(world).expect("worlds are few")), ..key.clone() }
}

/// The place of a slot in a frame.
pub(super) fn at(slot: crate::ir::Slot) -> usize {
    slot.index()
}
