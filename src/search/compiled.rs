//! Where runs are made by the compiled engine instead of the reference.
//!
//! In: a subject and runs of one size, or a chance property and seeds. Out: what each run says,
//! or nothing where the reference has to be asked.
//!
//! # Invariants
//! - The engine only passes runs by: whatever hits and may be less than what was found, whatever may
//!   reach what no run did, and whatever a formula faults on, is made again by the reference, which
//!   alone makes a witness.
//! - Results are those of the reference, run by run, so that it does not matter who made one.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::answers::{Answerer, OfRuns, Words};
use super::seat::{Seat, given, load_worlds, small};
use super::subject::Subject;
use crate::base::Seed;
use crate::diag::Span;
use crate::engine::explore::chain::{Chain, Reach, Went};
use crate::engine::{Ask, Block, End, LANES, Lane, Mark, Program, Seeded, Verdict, compile};
use crate::ir::expr::Binder;
use crate::ir::layout::Layout;
use crate::ir::property::Role;
use crate::ir::{DefId, Expr, ExprKind, Model, PropId, Type, Value};
use crate::reference::chance::decide::{Node, nodes};
use crate::reference::chance::{Exact, Sample, Sum, Tally, TallyKind};
use crate::reference::execute::{Made, worlds};
use crate::reference::judge::verdict::formulas;
use crate::reference::{Guards, Society, Terms};
use crate::syntax::ast::BinaryOp;
use crate::trace::{Fault, Run};

/// A property's program, and the guards that vacuity is noted of.
pub struct Compiled {
    program: Program,
    /// The same, noting what runs reach; made where that is first asked for.
    noting: OnceLock<Option<Program>>,
    guards: BTreeSet<Span>,
    looks_for_true: bool,
    /// Whether it says when verdicts are settled.
    settles: bool,
}

/// What a run says, measured.
#[derive(Clone, PartialEq, Debug)]
pub struct Measured {
    /// Whether it is what is looked for; none: open.
    pub hit: Option<bool>,
    /// The margin, low end and high end.
    pub margin: (f64, f64),
    /// Each measure at the last instant.
    pub measures: Vec<Option<f64>>,
}

/// What a run says of which it is asked whether it is less than another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Said {
    /// It is not what is looked for.
    Passed,
    /// It is, and its verdict is settled at no instant before this one.
    Hits(u32),
}

/// What a run says that need not be looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passed {
    /// The verdict is not what is looked for.
    Miss,
    /// The verdict is left open.
    Pending,
    /// A fault of the model cut the run before.
    Faulted,
    /// It is discarded.
    Discarded,
}

impl Passed {
    /// Whether the run counts.
    pub fn counts(self) -> bool {
        match self {
            Passed::Miss | Passed::Pending => true,
            Passed::Faulted | Passed::Discarded => false,
        }
    }
}

impl Compiled {
    /// The program of a subject's property; none where the engine does not do it.
    pub fn of(subject: &Subject<'_>) -> Option<Compiled> {
        Compiled::asking(subject, asked(&subject.terms))
    }

    /// The same with when verdicts are settled.
    pub fn settling(subject: &Subject<'_>) -> Option<Compiled> {
        Compiled::asking(subject, Ask { instants: true, ..asked(&subject.terms) })
    }

    /// The same with what is missing to what is looked for, and with what of `marks` is reached.
    pub fn missing(subject: &Subject<'_>, marks: &BTreeSet<Mark>) -> Option<Compiled> {
        let (gaps, marks) = (Some(subject.looks_for_true()), marks.clone());
        Compiled::asking(subject, Ask { gaps, marks, early: false, ..asked(&subject.terms) })
    }

    /// The same with margins, and with the model's measures.
    pub fn measuring(subject: &Subject<'_>) -> Option<Compiled> {
        let measures = subject.model().measures.iter().map(|of| &of.value);
        let values: Vec<_> = measures.map(|of| (&of.expr, vec![Value::None; of.frame])).collect();
        if values.iter().any(|(expr, _)| !matches!(expr.ty, Type::Int | Type::Real)) {
            return None;
        }
        let ask = Ask { values, margins: true, early: false, ..asked(&subject.terms) };
        let compiled = Compiled::asking(subject, ask)?;
        // The margin of several formulas is that of the prefix which settles all of them.
        let role = subject.model().properties[subject.property].role;
        (role != Role::Holistic).then_some(compiled)
    }

    fn asking<'a>(subject: &'a Subject<'_>, mut ask: Ask<'a>) -> Option<Compiled> {
        let model = subject.model();
        let declared = &model.properties[subject.property];
        if declared.chance {
            return None;
        }
        match declared.role {
            Role::NoFaults => ask.no_faults = true,
            Role::Property | Role::Witness | Role::Invariant | Role::Holistic => {
                ask.formulas = formulas(model, subject.property);
            }
        }
        let (looks_for_true, settles) = (declared.role == Role::Witness, ask.instants);
        let program = compile(model, &ask).ok()?;
        if program.has_worlds() == declared.worlds.is_empty() {
            return None;
        }
        let (noting, guards) = (OnceLock::new(), guards(model, subject.property));
        Some(Compiled { program, noting, guards, looks_for_true, settles })
    }

    /// The program as it was asked for.
    pub(super) fn program(&self) -> &Program {
        &self.program
    }

    /// A program that notes `left`; none where what was first asked for had not all of it.
    pub(super) fn noting(&self, subject: &Subject<'_>, left: &BTreeSet<Mark>) -> Option<&Program> {
        if left.is_empty() {
            return Some(&self.program);
        }
        let make = || {
            let instants = self.settles;
            let ask = Ask { marks: left.clone(), instants, ..asked(&subject.terms) };
            Compiled::asking(subject, ask).map(|compiled| compiled.program)
        };
        let program = self.noting.get_or_init(make).as_ref();
        program.filter(|program| left.iter().all(|mark| program.notes(mark)))
    }

    /// Whether vacuity has nothing more to learn: every guard was seen to hold before, and worlds
    /// to differ.
    pub fn learned(&self, seen: &Guards) -> bool {
        let differ = seen.worlds_differ || !self.program.has_worlds();
        differ && self.guards.iter().all(|guard| seen.seen.get(guard) == Some(&true))
    }

    /// What runs of one size say, at most [`LANES`], each from its seed or bold; none: the
    /// reference is to be asked, also where a run may reach something of what is left.
    pub fn passed(
        &self,
        subject: &Subject<'_>,
        runs: &[(Run, bool)],
        left: &BTreeSet<Mark>,
    ) -> Vec<Option<Passed>> {
        let Some(program) = self.noting(subject, left) else { return vec![None; runs.len()] };
        self.lanes(subject, runs, (program, left), |lane| self.says(lane))
    }

    /// What runs of one size say of a search that looks for less than it has, at most [`LANES`];
    /// none: the reference is to be asked.
    pub fn said(&self, subject: &Subject<'_>, runs: &[(Run, bool)]) -> Vec<Option<Said>> {
        self.lanes(subject, runs, (&self.program, &BTreeSet::new()), |lane| {
            Some(match self.says(lane) {
                Some(_) => Said::Passed,
                None => Said::Hits(settled(lane).unwrap_or(0)),
            })
        })
    }

    /// What runs of one size say, measured, at most [`LANES`]; none: the reference is to be asked.
    /// One that does not count is none within.
    pub fn measured(&self, subject: &Subject<'_>, runs: &[Run]) -> Vec<Option<Option<Measured>>> {
        let runs: Vec<(Run, bool)> = runs.iter().map(|run| (run.clone(), false)).collect();
        self.lanes(subject, &runs, (&self.program, &BTreeSet::new()), |lane| self.measures(lane))
    }

    /// What is read of each run, where the engine knows it and it may reach nothing of what is left.
    fn lanes<T>(
        &self,
        subject: &Subject<'_>,
        runs: &[(Run, bool)],
        (program, left): (&Program, &BTreeSet<Mark>),
        read: impl Fn(Lane<'_>) -> Option<T>,
    ) -> Vec<Option<T>> {
        let mut found: Vec<Option<T>> = runs.iter().map(|_| None).collect();
        let all: Vec<(&Run, bool)> = runs.iter().map(|(run, bold)| (run, *bold)).collect();
        self.blocks(subject, &all, program, &mut |block, held| {
            let lanes = block.run(subject.steps, &mut OfRuns::new(&held.answerers));
            for (run, (at, lane)) in held.runs.iter().zip(lanes.iter()).enumerate() {
                let reaches = block.reached(run).any(|mark| left.contains(&mark));
                found[*at] = Some(lane).filter(|lane| !lane.astray && !reaches).and_then(&read);
            }
        });
        found
    }

    /// Puts runs of one size into a block, as many at once as it has room for.
    pub(super) fn blocks<'p>(
        &self,
        subject: &Subject<'_>,
        runs: &[(&Run, bool)],
        program: &'p Program,
        done: &mut dyn FnMut(&mut Block<'p>, &Held<'_>),
    ) {
        let seats: Vec<Option<Seat>> =
            runs.iter().map(|(run, _)| Seat::of(subject, &run.setup)).collect();
        let Some(first) = seats.iter().flatten().next() else { return };
        let Some(mut block) = Block::new(program, first.layout()) else { return };
        let mut rest = (0..runs.len()).peekable();
        while rest.peek().is_some() {
            block.clear();
            let mut held = Held { layout: first.layout(), runs: Vec::new(), answerers: Vec::new() };
            while let Some(at) = rest.peek().copied() {
                let (run, bold) = &runs[at];
                if let (Some(seat), Some(words)) = (&seats[at], Words::of(run)) {
                    let taken = held.answerers.len();
                    match seat.load(&mut block, taken) {
                        Some(()) => {
                            let answerer = Answerer { seed: run.seed, bold: *bold, words };
                            held.answerers.resize(taken + seat.lanes(), answerer);
                            held.runs.push(at);
                        }
                        // An empty block has room for every run that it can hold.
                        None if taken == 0 => {}
                        None => break,
                    }
                }
                rest.next();
            }
            if !held.runs.is_empty() {
                done(&mut block, &held);
            }
        }
    }

    fn measures(&self, lane: Lane<'_>) -> Option<Option<Measured>> {
        let faulted = match lane.end {
            End::Discarded(_) => return Some(None),
            End::Faulted(..) => true,
            End::Halted | End::Cut => false,
        };
        let truth = truth(lane);
        match (faulted, truth) {
            (true, None) => Some(None),
            // Of a run that faulted later, measures are read before that.
            (true, Some(_)) if lane.values().next().is_some() => None,
            _ => {
                let hit = truth.map(|truth| truth == self.looks_for_true);
                let margin = lane.margin(0)?;
                Some(Some(Measured { hit, margin, measures: lane.values().collect() }))
            }
        }
    }

    /// What a run says; none: it is what is looked for.
    pub(super) fn says(&self, lane: Lane<'_>) -> Option<Passed> {
        if matches!(lane.end, End::Discarded(_)) {
            return Some(Passed::Discarded);
        }
        match truth(lane) {
            Some(truth) if truth == self.looks_for_true => None,
            Some(_) => Some(Passed::Miss),
            None => Some(match lane.end {
                End::Faulted(..) => Passed::Faulted,
                End::Halted | End::Cut | End::Discarded(_) => Passed::Pending,
            }),
        }
    }
}

/// What all formulas together say: all should hold, and one that does not decides.
fn truth(lane: Lane<'_>) -> Option<bool> {
    let of =
        |wanted: bool| move |verdict: Option<Verdict>| verdict.map(|v| v.truth) == Some(wanted);
    match (lane.verdicts().any(of(false)), lane.verdicts().all(of(true))) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    }
}

/// The first instant at which the verdict on all formulas is settled, where that was asked for.
pub(super) fn settled(lane: Lane<'_>) -> Option<u32> {
    let truth = truth(lane)?;
    let decide = lane.verdicts().flatten().filter(|verdict| verdict.truth == truth);
    let instants: Option<Vec<u32>> =
        decide.map(|verdict| verdict.settled.map(|(instant, _)| instant)).collect();
    // One that does not hold decides; else the last does.
    if truth { instants?.into_iter().max() } else { instants?.into_iter().min() }
}

/// What a block holds of runs.
pub(super) struct Held<'a> {
    /// The layout of all.
    pub layout: &'a Layout,
    /// Which runs, in the order of the block.
    pub runs: Vec<usize>,
    /// Who answers in each lane.
    pub answerers: Vec<Answerer>,
}

impl Held<'_> {
    /// How many worlds each run has; one, where it is no world.
    pub fn worlds(&self, block: &Block<'_>) -> usize {
        self.answerers.len() / self.runs.len() - block.lane_of(0, 0)
    }
}

fn asked<'a>(terms: &Terms) -> Ask<'a> {
    let Terms { tolerance, complete, .. } = *terms;
    Ask { tolerance, complete, early: true, ..Ask::default() }
}

/// The spans that the reference notes for vacuity, if it comes there.
fn guards(model: &Model, property: PropId) -> BTreeSet<Span> {
    let mut found = BTreeSet::new();
    let mut defs: BTreeSet<DefId> = BTreeSet::new();
    let mut open: Vec<&Expr> = formulas(model, property).into_iter().map(|of| of.0).collect();
    while let Some(expr) = open.pop() {
        let mut note = |binders: &[Binder]| {
            for binder in binders {
                found.insert(binder.set.span);
                found.extend(binder.filter.iter().map(|filter| filter.span));
            }
        };
        match &*expr.kind {
            ExprKind::Quantifier { binders, .. } | ExprKind::Aggregate { binders, .. } => {
                note(binders);
            }
            ExprKind::SetFilter(binder) => note(std::slice::from_ref(binder)),
            ExprKind::Binary(BinaryOp::Implies, left, _) => drop(found.insert(left.span)),
            _ => {}
        }
        if let Some(def) = expr.called()
            && defs.insert(def)
        {
            open.push(&model.defs[def].body);
        }
        open.extend(expr.parts());
    }
    found
}

/// The nodes of a chance property on one society, compiled.
pub struct Sampled<'a> {
    nodes: Vec<Node<'a>>,
    program: Program,
    /// The worlds of a run, where it speaks of some.
    worlds: Vec<Made>,
}

impl<'a> Sampled<'a> {
    /// The program of a chance property; none where the engine does not do it.
    pub fn of(
        model: &'a Model,
        sample: &Sample<'_>,
        actual: &'a Society,
    ) -> Result<Option<Sampled<'a>>, Fault> {
        let nodes = nodes(model, sample.property, actual)?;
        let made = match model.has_worlds(sample.property) {
            true => worlds(model, Some(sample.property), sample.setup, actual)?,
            false => Vec::new(),
        };
        let steps = sample.steps.saturating_mul(made.len().max(1) as u32);
        if nodes.is_empty() || !small(model, actual, steps) || made.len() >= LANES {
            return Ok(None);
        }
        let mut ask = asked(sample.terms);
        for node in &nodes {
            let of = |expr: &'a Expr| (expr, node.frame.clone());
            match node.kind {
                TallyKind::Expected => ask.values.push(of(node.expr)),
                TallyKind::Probability | TallyKind::Difference => {
                    ask.formulas.push(of(node.expr));
                    ask.formulas.extend(node.other.map(of));
                }
            }
        }
        let program = compile(model, &ask).ok();
        let program = program.filter(|program| program.has_worlds() != made.is_empty());
        Ok(program.map(|program| Sampled { nodes, program, worlds: made }))
    }

    /// The counts of runs, in parts of `chunk` runs each; none where the reference is to be
    /// asked.
    pub fn tallies(
        &self,
        actual: &Society,
        sample: &Sample<'_>,
        runs: std::ops::Range<u64>,
        chunk: u64,
    ) -> Option<Vec<Vec<Tally>>> {
        let mut block = Block::new(&self.program, &actual.layout)?;
        let runs: Vec<u64> = runs.collect();
        let (each, most) = match self.worlds.len() {
            0 => (1, LANES),
            worlds => (worlds + 1, LANES / (worlds + 1)),
        };
        let (mut parts, mut open) = (Vec::new(), chunk);
        for runs in runs.chunks(most) {
            if self.worlds.is_empty() {
                block.fill(runs.len(), given(actual));
            } else {
                block.clear();
                for _ in runs {
                    load_worlds(&mut block, actual, &self.worlds)?;
                }
            }
            let policy = vec![sample.policy; runs.len() * each];
            let draws = runs.iter().flat_map(|run| vec![sample.seed.stream(*run); each]);
            let draws: Vec<Seed> = draws.collect();
            for lane in block.run(sample.steps, &mut Seeded::new(&policy, &draws)).iter() {
                if open == chunk {
                    parts.push(self.nodes.iter().map(Tally::empty).collect::<Vec<Tally>>());
                    open = 0;
                }
                open += 1;
                self.count(parts.last_mut()?, lane)?;
            }
        }
        Some(parts)
    }

    /// Takes a run in; none where the reference is to be asked.
    fn count(&self, tallies: &mut [Tally], lane: Lane<'_>) -> Option<()> {
        if lane.astray {
            return None;
        }
        let values = self.values(lane);
        tallies.iter_mut().zip(values).for_each(|(tally, value)| tally.count(value));
        Some(())
    }

    /// What a run says of each node; none: it leaves it pending.
    fn values(&self, lane: Lane<'_>) -> Vec<Option<f64>> {
        let dead = lane.instants == 0 || matches!(lane.end, End::Discarded(_));
        let mut verdicts = lane.verdicts();
        let mut values = lane.values();
        let mut truth = || {
            let verdict = verdicts.next().flatten();
            verdict.map(|verdict| f64::from(u8::from(verdict.truth)))
        };
        let value = |node: &Node<'_>| match node.kind {
            TallyKind::Probability => truth(),
            TallyKind::Difference => {
                let first = truth();
                let second = if node.other.is_some() { truth() } else { Some(0.0) };
                first.zip(second).map(|(a, b)| a - b)
            }
            TallyKind::Expected => values.next().flatten(),
        };
        self.nodes.iter().map(value).map(|value| value.filter(|_| !dead)).collect()
    }

    /// The exact numbers of the nodes by the chain of the society (none: one may be anything), and
    /// how many transitions it took; why not, where the engine does not say.
    pub fn chain(
        &self,
        model: &Model,
        sample: &Sample<'_>,
        (actual, transitions_max): (&Society, u64),
        go_on: &dyn Fn() -> bool,
    ) -> Result<(Option<Vec<Exact>>, u64), Went> {
        /// What all may take, in bytes.
        const BYTES_MAX: u64 = 256 << 20;
        let chain = Chain::new((model, sample.property), &self.program, &actual.layout);
        let mut chain = chain.map_err(|_| Went::Refused)?;
        let reach = Reach { steps: sample.steps, bytes_max: BYTES_MAX, transitions_max };
        let mut sums: Vec<Sum> = self.nodes.iter().map(|_| Sum::default()).collect();
        let went = chain.solve(given(actual), reach, go_on, &mut |mass, lane| {
            let values = lane.map(|lane| self.values(lane));
            for (at, sum) in sums.iter_mut().enumerate() {
                sum.add(values.as_ref().and_then(|values| values[at]), mass);
            }
        });
        let Went::Through(transitions) = went else { return Err(went) };
        let numbers = self.nodes.iter().zip(&sums).map(|(node, sum)| sum.exact(node));
        Ok((numbers.collect(), transitions))
    }
}
