//! Where runs are made by the compiled engine instead of the reference.
//!
//! In: a subject and runs of one size, or a chance property and seeds. Out: what each run says,
//! or nothing where the reference has to be asked.
//!
//! # Invariants
//! - The engine only passes runs by: whatever hits, and whatever a formula faults on, is made
//!   again by the reference, which alone makes a witness.
//! - Results are those of the reference, run by run, so that it does not matter who made one.

use std::collections::BTreeSet;

use super::bold::Leaning;
use super::subject::Subject;
use crate::base::Seed;
use crate::diag::Span;
use crate::engine::{
    Ask, Block, Choices, End, Key, LANES, Lane, Program, Seeded, Society as Given, compile,
};
use crate::ir::expr::Binder;
use crate::ir::property::Role;
use crate::ir::{DefId, Expr, ExprKind, Model, PropId, Value};
use crate::reference::chance::decide::{Node, nodes};
use crate::reference::chance::{Sample, Tally, TallyKind};
use crate::reference::{Guards, Society, Terms, society};
use crate::syntax::ast::BinaryOp;
use crate::trace::{Fault, Run};

/// A property's program, and the guards that vacuity is noted of.
pub struct Compiled {
    program: Program,
    guards: BTreeSet<Span>,
    looks_for_true: bool,
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
        let model = subject.model();
        let declared = &model.properties[subject.property];
        if declared.chance || !declared.worlds.is_empty() {
            return None;
        }
        let mut ask = asked(&subject.terms);
        match declared.role {
            Role::NoFaults => ask.no_faults = true,
            Role::Holistic => return None,
            Role::Property | Role::Witness | Role::Invariant => {
                ask.formulas.push((&declared.formula, vec![Value::None; declared.frame]));
            }
        }
        let looks_for_true = declared.role == Role::Witness;
        let program = compile(model, &ask).ok()?;
        Some(Compiled { program, guards: guards(model, subject.property), looks_for_true })
    }

    /// Whether vacuity has nothing more to learn: every guard was seen to hold before.
    pub fn learned(&self, seen: &Guards) -> bool {
        self.guards.iter().all(|guard| seen.seen.get(guard) == Some(&true))
    }

    /// What runs of one size say, at most [`LANES`], each from its seed or bold; none: the
    /// reference is to be asked.
    pub fn passed(&self, subject: &Subject<'_>, runs: &[(Run, bool)]) -> Vec<Option<Passed>> {
        let nothing = vec![None; runs.len()];
        let made: Vec<Option<Society>> =
            runs.iter().map(|(run, _)| society(subject.model(), &run.setup).ok()).collect();
        let Some(first) = made.iter().flatten().next() else { return nothing };
        if !small(subject.model(), first, subject.steps) {
            return nothing;
        }
        let Some(mut block) = Block::new(&self.program, &first.layout) else { return nothing };
        block.clear();
        for (lane, society) in made.iter().enumerate() {
            if let Some(society) = society {
                block.load(lane, given(society));
            }
        }
        let mut mixed = Mixed::new(runs);
        let lanes = block.run(subject.steps, &mut mixed);
        let mut passed = nothing;
        let loaded = made.iter().enumerate().filter(|(_, society)| society.is_some());
        for ((at, _), lane) in loaded.zip(&lanes) {
            passed[at] = self.says(lane);
        }
        passed
    }

    fn says(&self, lane: &Lane) -> Option<Passed> {
        if lane.astray {
            return None;
        }
        if matches!(lane.end, End::Discarded(_)) {
            return Some(Passed::Discarded);
        }
        match lane.verdicts[0] {
            Some(verdict) if verdict.truth == self.looks_for_true => None,
            Some(_) => Some(Passed::Miss),
            None => Some(match lane.end {
                End::Faulted(..) => Passed::Faulted,
                End::Halted | End::Cut | End::Discarded(_) => Passed::Pending,
            }),
        }
    }
}

/// Whether a run is far from what the reference refuses to hold, whatever is chosen in it.
fn small(model: &Model, society: &Society, steps: u32) -> bool {
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

fn asked<'a>(terms: &Terms) -> Ask<'a> {
    Ask { tolerance: terms.tolerance, complete: terms.complete, ..Ask::default() }
}

fn given(society: &Society) -> Given<'_> {
    Given { params: &society.params, structures: &society.structures, starts: &society.starts }
}

/// The spans that the reference notes for vacuity, if it comes there.
fn guards(model: &Model, property: PropId) -> BTreeSet<Span> {
    let mut found = BTreeSet::new();
    let mut defs: BTreeSet<DefId> = BTreeSet::new();
    let mut open: Vec<&Expr> = vec![&model.properties[property].formula];
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

/// Answers of runs from their seeds, some of them bold.
struct Mixed {
    seeded: Seeded,
    bold: Vec<Option<Leaning>>,
}

impl Mixed {
    fn new(runs: &[(Run, bool)]) -> Mixed {
        let seeds: Vec<Seed> = runs.iter().map(|(run, _)| run.seed).collect();
        let bold = runs.iter().map(|(run, bold)| bold.then(|| Leaning::new(run.seed)));
        Mixed { seeded: Seeded::new(&seeds, &seeds), bold: bold.collect() }
    }

    /// What is done in the lanes of bold runs.
    fn each(&self, key: &Key<'_>, lanes: u64, mut done: impl FnMut(usize, &Leaning, &[u32])) {
        let mut words = Vec::new();
        for (lane, bold) in self.bold.iter().enumerate() {
            if let Some(bold) = bold
                && lanes >> lane & 1 == 1
            {
                key.words(lane, &mut words);
                done(lane, bold, &words);
            }
        }
    }
}

impl Choices for Mixed {
    fn draw(&mut self, key: &Key<'_>, lanes: u64, numbers: &mut [f64; LANES]) {
        self.seeded.draw(key, lanes, numbers);
        self.each(key, lanes, |lane, bold, words| numbers[lane] = bold.uniform(words));
    }

    fn pick(
        &mut self,
        key: &Key<'_>,
        lanes: u64,
        counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) {
        self.seeded.pick(key, lanes, counts, places);
        self.each(key, lanes, |lane, bold, _| {
            if let Some(place) = bold.place(key.site, counts[lane] as usize) {
                places[lane] = place as u32;
            }
        });
    }

    fn propose(&mut self, key: &Key<'_>, lanes: u64, numbers: &mut [f64; LANES]) {
        self.seeded.propose(key, lanes, numbers);
        self.each(key, lanes, |lane, bold, _| {
            if let Some(number) = bold.end(0) {
                numbers[lane] = number;
            }
        });
    }
}

/// The nodes of a chance property on one society, compiled.
pub struct Sampled<'a> {
    nodes: Vec<Node<'a>>,
    program: Program,
}

impl<'a> Sampled<'a> {
    /// The program of a chance property; none where the engine does not do it.
    pub fn of(
        model: &'a Model,
        sample: &Sample<'_>,
        actual: &'a Society,
    ) -> Result<Option<Sampled<'a>>, Fault> {
        let nodes = nodes(model, sample.property, actual)?;
        if model.has_worlds(sample.property)
            || nodes.is_empty()
            || !small(model, actual, sample.steps)
        {
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
        Ok(program.map(|program| Sampled { nodes, program }))
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
        let count = (runs.end - runs.start) as usize;
        block.fill(count, given(actual));
        let policy = vec![sample.policy; count];
        let draws: Vec<Seed> = runs.map(|run| sample.seed.stream(run)).collect();
        let lanes = block.run(sample.steps, &mut Seeded::new(&policy, &draws));
        let mut parts = Vec::new();
        for lanes in lanes.chunks(chunk as usize) {
            let mut tallies: Vec<Tally> = self.nodes.iter().map(Tally::empty).collect();
            for lane in lanes {
                self.count(&mut tallies, lane)?;
            }
            parts.push(tallies);
        }
        Some(parts)
    }

    /// Takes a run in; none where the reference is to be asked.
    fn count(&self, tallies: &mut [Tally], lane: &Lane) -> Option<()> {
        if lane.astray {
            return None;
        }
        let dead = lane.instants == 0 || matches!(lane.end, End::Discarded(_));
        let mut verdicts = lane.verdicts.iter();
        let mut values = lane.values.iter();
        let mut truth = || {
            let verdict = verdicts.next().copied().flatten();
            verdict.map(|verdict| f64::from(u8::from(verdict.truth)))
        };
        for (node, tally) in self.nodes.iter().zip(tallies) {
            let value = match node.kind {
                TallyKind::Probability => truth(),
                TallyKind::Difference => {
                    let first = truth();
                    let second = if node.other.is_some() { truth() } else { Some(0.0) };
                    first.zip(second).map(|(a, b)| a - b)
                }
                TallyKind::Expected => values.next().copied().flatten(),
            };
            tally.count(value.filter(|_| !dead));
        }
        Some(())
    }
}
