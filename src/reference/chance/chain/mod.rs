//! Exact chance: a setup with a policy is a Markov chain, and what a run says of a node is a
//! function of where it ends and of a little that is remembered on the way.
//!
//! In: a chance property, a setup, a policy. Out: for each node an interval that contains the
//! exact number, as wide as rounding makes it; or nothing, where the chain is not finite, or
//! takes more steps than are allowed.
//!
//! The chain is stepped forward, instant by instant: from each place that is reached with
//! positive probability, every combination of outcomes is stepped once by the reference's own
//! machine. Places that agree in state, events, turn and memory are one place. At the end one run
//! that leads to each place is judged like a sampled one.
//!
//! # Invariants
//! - Probabilities are sums of products of numbers that are not negative, each operation rounded
//!   outwards: the interval is certain.
//! - Where it is not known what must be remembered of a formula, the whole run is: then only runs
//!   that are alike in everything are one.

mod branch;
mod memory;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::decide::{Node, nodes};
use super::tally::{Sample, TallyKind, value_in};
use crate::analysis::walk;
use crate::base::id::Id;
use crate::base::mass::Mass;
use crate::diag::Span;
use crate::ir::model::Schedule;
use crate::ir::{EventId, Expr, ExprKind, Model, RuleId, SiteId, Value};
use crate::reference::execute::{Made, worlds as list};
use crate::reference::judge::worlds_differ;
use crate::reference::step::{Machine, World};
use crate::reference::{Execution, WorldRun, society};
use crate::trace::{End, Fault, Instant};

use branch::Branches;

use memory::Memory;

/// What a node is, exactly.
#[derive(Clone, PartialEq, Debug)]
pub struct Exact {
    /// Where it was written.
    pub span: Span,
    /// No less.
    pub low: f64,
    /// No more.
    pub high: f64,
}

/// What a chain came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Solved {
    /// A number for each node, in the order of the formula.
    pub nodes: Vec<Exact>,
    /// Steps that were made.
    pub steps: u64,
    /// Whether some world came to differ from another.
    pub worlds_differ: bool,
}

/// Values that one place may hold, times the horizon.
const HELD_MAX: usize = 200_000;

/// Values that all places may hold, about.
const ALL_HELD_MAX: usize = 8_000_000;

/// What a step by the machine costs, where one whose outcome is known costs 1.
const STEP: u64 = 10;

/// Cells of a state whose step takes about as long as all else of a step.
const CELLS: usize = 16;

/// The exact numbers of a chance property, by at most `steps_max` steps of its chain; none where
/// that does not do it, or where `go_on` says to stop. A step of a large state counts as several.
/// `sample.seed` is not used.
///
/// Faults: of the setup, and of the formula in some run.
// spec: chance.exact
pub fn exact(
    model: &Model,
    sample: &Sample<'_>,
    steps_max: u64,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<Solved>, Fault> {
    let actual = society(model, sample.setup)?;
    let nodes = nodes(model, sample.property, &actual)?;
    let worlds = list(model, Some(sample.property), sample.setup, &actual)?;
    let cells = worlds.len() * (actual.layout.state_cells() + 1);
    let held = cells.saturating_mul(sample.steps as usize + 1);
    // Worlds may ask for one key at different instants where rules fire at different times.
    let apart = worlds.len() > 1 && !model.rules.is_empty();
    if nodes.is_empty() || apart || held > HELD_MAX {
        return Ok(None);
    }
    let memory = Memory::of(model, sample, (&actual, &worlds), &nodes);
    let mut chain = Chain {
        model,
        sample,
        worlds: &worlds,
        memory,
        turns: model.chooses() && !model.rules.is_empty(),
        random: random_site(model),
        timeless: timeless(model),
        known: BTreeMap::new(),
        cost: STEP * (1 + cells / CELLS) as u64,
        left: steps_max.saturating_mul(STEP),
        cells,
        held: 0,
        past: Vec::new(),
        go_on,
    };
    let Some(ends) = chain.run() else { return Ok(None) };
    let mut sums: Vec<Sum> = nodes.iter().map(|_| Sum::default()).collect();
    let mut differ = false;
    for place in ends.values() {
        let execution = chain.execution(&actual, place);
        differ |= worlds_differ(&execution);
        for (node, sum) in nodes.iter().zip(&mut sums) {
            sum.add(value_in(model, sample, &execution, node)?, place.mass);
        }
    }
    let numbers = nodes.iter().zip(&sums).map(|(node, sum)| sum.exact(node));
    let steps = steps_max - chain.left / STEP;
    let numbers = numbers.collect::<Option<Vec<Exact>>>();
    Ok(numbers.map(|nodes| Solved { nodes, steps, worlds_differ: differ }))
}

fn random_site(model: &Model) -> Option<SiteId> {
    let drawn = model.schedule == Schedule::Random && !model.rules.is_empty();
    drawn.then(|| SiteId::new(model.sites.len() - 1))
}

/// What tells a place from another at one instant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    worlds: Vec<WorldKey>,
    remembered: Vec<u16>,
    /// Of a chain whose runs are kept apart: which run.
    run: Option<usize>,
}

/// What the next step of one world depends on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct WorldKey {
    cells: Vec<Value>,
    events: Vec<(EventId, Vec<Value>)>,
    moved: Option<i64>,
    turns: Vec<(RuleId, Vec<Value>, u32)>,
    /// How it ended and at which instant: 0 it halted, 1 it faulted, 2 it was discarded.
    ended: Option<(u8, u32)>,
}

/// Runs that have come to one place.
struct Place {
    worlds: Vec<World>,
    mass: Mass,
    remembered: Vec<u16>,
    /// The last instant of each world.
    lasts: Vec<u32>,
    /// One of its runs.
    past: usize,
}

/// An instant of a run, and the one before.
struct Past {
    before: Option<usize>,
    /// Of each world that came to it.
    instants: Vec<Option<Instant>>,
}

/// One outcome of a step.
struct Edge {
    worlds: Vec<World>,
    /// Whether each world came to a new instant.
    came: Vec<bool>,
    weight: Mass,
}

type Places = BTreeMap<Key, Place>;

struct Chain<'a> {
    model: &'a Model,
    sample: &'a Sample<'a>,
    worlds: &'a [Made],
    /// None: runs are kept apart.
    memory: Option<Memory<'a>>,
    /// Whether choices depend on how often each rule has fired.
    turns: bool,
    /// The site that `schedule random` draws ranks at.
    random: Option<SiteId>,
    /// Whether steps are the same at every instant.
    timeless: bool,
    /// What the steps of a timeless chain lead to.
    known: BTreeMap<Vec<WorldKey>, Arc<Vec<Edge>>>,
    /// What a step by the machine costs.
    cost: u64,
    /// Work that is left, in units of a step that is made again.
    left: u64,
    /// Values of one place.
    cells: usize,
    /// Values that are held, about.
    held: usize,
    past: Vec<Past>,
    go_on: &'a dyn Fn() -> bool,
}

impl Chain<'_> {
    /// The places where runs end.
    fn run(&mut self) -> Option<Places> {
        let mut ends = Places::new();
        let mut places = Places::new();
        self.branch(None, 0, &mut places)?;
        for now in 0..=self.sample.steps {
            let (over, on): (Places, Places) = places.into_iter().partition(|(_, place)| {
                now == self.sample.steps || place.worlds.iter().all(|world| world.end.is_some())
            });
            for (key, place) in over {
                join(&mut ends, key, place);
            }
            places = Places::new();
            for place in on.values() {
                self.branch(Some(place), now, &mut places)?;
            }
        }
        Some(ends)
    }

    /// Everything that one step from a place (none: a start) leads to.
    fn branch(&mut self, from: Option<&Place>, now: u32, places: &mut Places) -> Option<()> {
        let keys = from.filter(|_| self.timeless).map(|place| self.keys(place));
        let known = keys.as_ref().and_then(|keys| self.known.get(keys)).cloned();
        let edges = match known {
            Some(edges) => {
                self.left = self.left.checked_sub(edges.len() as u64)?;
                edges
            }
            None => Arc::new(self.edges(from, now)?),
        };
        if let Some(keys) = keys {
            self.known.insert(keys, Arc::clone(&edges));
        }
        let instant = if from.is_some() { now + 1 } else { 0 };
        edges.iter().try_for_each(|edge| self.arrive(from, edge, instant, places))
    }

    /// Every step from a place (none: every start), with its probability.
    fn edges(&mut self, from: Option<&Place>, now: u32) -> Option<Vec<Edge>> {
        let mut branches = Branches::new(self.sample, self.random);
        let mut edges = Vec::new();
        loop {
            self.left = self.left.checked_sub(self.cost)?;
            self.hold()?;
            if !(self.go_on)() {
                return None;
            }
            let mut worlds = match from {
                None => {
                    let societies = self.worlds.iter().map(|made| made.society.clone()).collect();
                    Machine::new(self.model, societies, &mut branches).worlds()
                }
                Some(place) => {
                    let worlds = place.worlds.clone();
                    Machine::resumed(self.model, worlds, now, &mut branches).stepped()
                }
            };
            let came = worlds.iter_mut().map(|world| {
                let came = world.instants.len() > usize::from(from.is_some());
                world.instants.drain(..world.instants.len().saturating_sub(1));
                world.answers.clear();
                came
            });
            let came = came.collect();
            edges.push(Edge { worlds, came, weight: branches.weight()? });
            if !branches.next() {
                return Some(edges);
            }
        }
    }

    fn arrive(
        &mut self,
        from: Option<&Place>,
        edge: &Edge,
        instant: u32,
        places: &mut Places,
    ) -> Option<()> {
        let worlds = &edge.worlds;
        let mut lasts = from.map_or_else(|| vec![0; worlds.len()], |place| place.lasts.clone());
        let came = lasts.iter_mut().zip(&edge.came).filter(|(_, came)| **came);
        came.for_each(|(last, _)| *last = instant);
        let mut remembered = from.map(|place| place.remembered.clone()).unwrap_or_default();
        if let Some(memory) = &mut self.memory {
            memory.note((worlds, &lasts), instant, &mut remembered)?;
        }
        let past = self.past.len();
        let mass = from.map_or(edge.weight, |place| place.mass.times(edge.weight));
        let run = self.memory.is_none().then_some(past);
        let mut place = Place { worlds: Vec::new(), mass, remembered, lasts, past };
        let keys = worlds.iter().zip(&place.lasts).map(|(world, last)| self.key(world, *last));
        let key = Key { worlds: keys.collect(), remembered: place.remembered.clone(), run };
        if let Some(known) = places.get_mut(&key) {
            known.mass = known.mass.plus(place.mass);
            return Some(());
        }
        self.hold()?;
        place.worlds.clone_from(worlds);
        places.insert(key, place);
        let instants = worlds.iter().zip(&edge.came);
        let instants = instants.map(|(world, came)| world.instants.last().filter(|_| *came));
        let instants = instants.map(|instant| instant.cloned()).collect();
        self.past.push(Past { before: from.map(|place| place.past), instants });
        Some(())
    }

    /// Counts a place before it is held; none: they would be too many.
    fn hold(&mut self) -> Option<()> {
        self.held += self.cells;
        (self.held <= ALL_HELD_MAX).then_some(())
    }

    fn keys(&self, place: &Place) -> Vec<WorldKey> {
        let lasts = place.worlds.iter().zip(&place.lasts);
        lasts.map(|(world, last)| self.key(world, *last)).collect()
    }

    fn key(&self, world: &World, last: u32) -> WorldKey {
        let events = world.instants.last().map_or(&[][..], |instant| &instant.events);
        let turns = world.counts.iter().map(|((rule, values), n)| (*rule, values.clone(), *n));
        WorldKey {
            cells: world.cells.clone(),
            events: events.iter().map(|event| (event.event, event.fields.clone())).collect(),
            moved: world.last,
            turns: if self.turns { turns.collect() } else { Vec::new() },
            ended: world.end.as_ref().map(|end| match end {
                End::Halted | End::Cut => (0, last),
                End::Faulted(_) => (1, last),
                End::Discarded { .. } => (2, last),
            }),
        }
    }

    /// One of the runs that come to a place.
    fn execution(&self, actual: &crate::reference::Society, place: &Place) -> Execution {
        let mut instants: Vec<Vec<Instant>> = vec![Vec::new(); self.worlds.len()];
        let mut at = Some(place.past);
        while let Some(past) = at {
            for (instants, one) in instants.iter_mut().zip(&self.past[past].instants) {
                instants.extend(one.clone());
            }
            at = self.past[past].before;
        }
        let runs = self.worlds.iter().zip(&place.worlds).zip(instants);
        let runs = runs.map(|((made, world), mut instants)| {
            instants.reverse();
            let (society, mut trace) = world.clone().finish();
            trace.instants = instants;
            let (world, arguments) = (made.id, made.arguments.clone());
            WorldRun { world, arguments, society, trace }
        });
        let (worlds, met) = (runs.collect(), BTreeSet::new());
        Execution { actual: actual.clone(), worlds, parted: 0, met }
    }
}

/// Adds a place to those that are known.
fn join(places: &mut Places, key: Key, place: Place) {
    match places.get_mut(&key) {
        Some(known) => known.mass = known.mass.plus(place.mass),
        None => drop(places.insert(key, place)),
    }
}

/// Whether a step depends on nothing but the state: no `now` in it, and no choice, which is a
/// function of the instant.
fn timeless(model: &Model) -> bool {
    let mut now = false;
    let mut visit = |part: &Expr| now |= matches!(*part.kind, ExprKind::Now);
    walk::system(model, &mut visit);
    model.defs.iter().for_each(|def| walk::expr(&def.body, &mut visit));
    !now && !model.chooses()
}

/// What is added up of a node.
#[derive(Clone, Default, Debug)]
pub struct Sum {
    value: Mass,
    pending: Mass,
}

impl Sum {
    /// Takes in runs that say this of the node (none: they leave it pending), as likely as this.
    pub fn add(&mut self, value: Option<f64>, mass: Mass) {
        match value {
            Some(value) => self.value = self.value.plus(mass.scaled(value)),
            None => self.pending = self.pending.plus(mass),
        }
    }

    /// A pending run may go either way; of an expected value it may do anything.
    ///
    /// None: the number may be anything.
    pub fn exact(&self, node: &Node<'_>) -> Option<Exact> {
        let (low, high) = (self.value.low, self.value.high);
        let open = self.pending.high;
        let span = node.span;
        match node.kind {
            TallyKind::Probability => {
                Some(Exact { span, low: low.max(0.0), high: (high + open).next_up().min(1.0) })
            }
            TallyKind::Difference => {
                let (low, high) = ((low - open).next_down(), (high + open).next_up());
                Some(Exact { span, low: low.max(-1.0), high: high.min(1.0) })
            }
            TallyKind::Expected => (open == 0.0).then_some(Exact { span, low, high }),
        }
    }
}
