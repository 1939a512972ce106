//! Rare chances: adaptive multilevel splitting.
//!
//! In: a formula, a setup, a policy, seeds. Out: an estimate of the probability of the formula (or
//! of its negation), from independent replicas.
//!
//! A replica keeps some runs. The level of a run is how near any of its prefixes came to what is
//! asked (the [`gap`] that guides searches, upside down). Again and again the runs of the lowest
//! level are dropped, and each is replaced by a copy of one that is left, up to where that one
//! first came above the level, and drawn anew from there on. The share that was kept each time,
//! multiplied up, times the share of the last runs that do what is asked, is an estimate without
//! bias, whatever the levels are (Cérou and Guyader 2007; Bréhier, Gazeau, Goudenège, Lelièvre and
//! Rousset 2016).
//!
//! # Invariants
//! - A level steers and never counts: what counts are verdicts of the reference on whole runs.
//! - The interval is Student's t over the replicas, which is approximate.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Chances, Tested};
use crate::base::Seed;
use crate::ir::property::Role;
use crate::ir::{Expr, Model, PropId, Value};
use crate::reference::chance::decide::nodes;
use crate::reference::chance::{ByPolicy, Sample, Tally, TallyKind, decide};
use crate::reference::{Execution, Replay, Terms, Truth, execute, gap, judge, society};
use crate::search::confidence::{interval, middle};
use crate::search::found::{By, Estimate};
use crate::trace::{End, Fault, Key, Run, Trace};

/// Independent replicas.
const REPLICAS: u64 = 32;
/// Runs of one replica.
const KEPT: usize = 160;
/// Times that a replica drops runs, at most: a chance of 1e-12 takes about this many.
const DROPS_MAX: usize = 1_200;

/// Replicas that must come to what is asked for, if the others are to be believed.
const ARRIVED_MIN: u64 = REPLICAS / 2;

/// Whether to go on.
type GoOn<'a> = &'a (dyn Fn() -> bool + Sync);

/// What happens in fewer runs than this, or fails in fewer, is rare.
const RARE: f64 = 10.0;

impl Chances<'_, '_> {
    /// The same test with what is rare estimated by splitting, at an error of `alpha` in all.
    pub(super) fn split(
        &mut self,
        mut tested: Tested,
        sum: &[Tally],
        alpha: f64,
    ) -> Result<Tested, Fault> {
        let subject = self.context.subject;
        let model = subject.model();
        let society = society(model, &tested.candidate.setup)?;
        let nodes = nodes(model, subject.property, &society)?;
        let seed = self.context.budget.seed.stream(0x0073_706C_6974).stream(self.tests);
        let each = alpha / sum.len().max(1) as f64;
        let mut runs = 0;
        for (number, (node, tally)) in nodes.iter().zip(sum).enumerate() {
            let misses = tally.runs as f64 - tally.sum;
            let closed = tally.pending == 0 && node.frame.iter().all(|value| *value == Value::None);
            let rare = tally.sum.min(misses) < RARE && tally.kind == TallyKind::Probability;
            if !closed || !rare || node.other.is_some() {
                continue;
            }
            let wanted = tally.sum < misses;
            let rare = Rare { tally, formula: node.expr, wanted };
            let sample = self.sample(&tested.candidate, seed);
            let agents = subject.space.agents(&tested.candidate.setup.sizes);
            let go_on = || self.context.tell(agents, false);
            let seed = seed.stream(number as u64);
            let Some(split) = split(model, &sample, &rare, (seed, &go_on))? else { continue };
            runs += split.runs;
            let (low, high) = interval(&split.tally, each);
            tested.estimates[number] = Estimate {
                span: node.span,
                value: middle(&split.tally),
                low: low.max(0.0),
                high: high.min(1.0),
                runs: split.runs,
                by: By::Splitting,
            };
        }
        self.context.coverage.runs += runs;
        let ends: Vec<(f64, f64)> =
            tested.estimates.iter().map(|one| (one.low, one.high)).collect();
        let (truth, _) = decide(model, subject.property, &society, &ends);
        tested.violated = self.violated(truth)?;
        Ok(tested)
    }
}

/// What was estimated.
#[derive(Clone, Debug)]
pub struct Split {
    /// One estimate of each replica.
    pub tally: Tally,
    /// Runs that were made in all.
    pub runs: u64,
}

/// A rare chance: of `formula`, or of its negation.
#[derive(Clone, Copy)]
pub struct Rare<'a> {
    /// What was sampled in vain.
    pub tally: &'a Tally,
    /// The formula inside of `probability`.
    pub formula: &'a Expr,
    /// Whether the formula rarely holds; else it rarely fails.
    pub wanted: bool,
}

/// The estimate of the probability of `rare.formula`; none where a run is discarded or left open,
/// which levels do not order, where levels do not lead there, or where `go_on` says to stop.
// spec: chance.rare
pub fn split(
    model: &Model,
    sample: &Sample<'_>,
    rare: &Rare<'_>,
    (seed, go_on): (Seed, GoOn<'_>),
) -> Result<Option<Split>, Fault> {
    let model = asked(model, sample.property, rare.formula);
    let policy = Run {
        setup: sample.setup.clone(),
        seed: sample.policy,
        choices: BTreeMap::new(),
        draws: BTreeMap::new(),
        steps: sample.steps,
    };
    let replicas: Vec<Result<Option<(f64, u64)>, Fault>> = (0..REPLICAS)
        .into_par_iter()
        .map(|number| {
            let seed = seed.stream(number);
            Replica { model: &model, sample, policy: &policy, rare, seed, made: 0, go_on }
                .estimate()
        })
        .collect();
    let mut split = Split { tally: Tally { runs: 0, pending: 0, ..rare.tally.clone() }, runs: 0 };
    (split.tally.sum, split.tally.squares, split.tally.kind) = (0.0, 0.0, TallyKind::Expected);
    split.tally.range = (f64::INFINITY, f64::NEG_INFINITY);
    let mut arrived = 0;
    for replica in replicas {
        let Some((share, made)) = replica? else { return Ok(None) };
        arrived += u64::from(share > 0.0);
        let share = if rare.wanted { share } else { 1.0 - share };
        split.tally.count(Some(share));
        split.runs += made;
    }
    // Replicas that all miss agree, and say nothing.
    Ok((arrived >= ARRIVED_MIN).then_some(split))
}

/// The model in which the property is the formula.
fn asked(model: &Model, property: PropId, formula: &Expr) -> Model {
    let mut model = model.clone();
    let declared = &mut model.properties[property];
    (declared.formula, declared.chance, declared.role) = (formula.clone(), false, Role::Property);
    model
}

/// One run of a replica.
#[derive(Clone)]
struct Kept {
    /// The level of each prefix: the greatest so far.
    levels: Vec<f64>,
    /// The draws, each with the instant that it led to.
    draws: Vec<(Key, Value, u32)>,
    /// Whether it does what is asked.
    hit: bool,
}

impl Kept {
    fn level(&self) -> f64 {
        self.levels.last().copied().unwrap_or(f64::NEG_INFINITY)
    }
}

struct Replica<'a> {
    model: &'a Model,
    sample: &'a Sample<'a>,
    policy: &'a Run,
    rare: &'a Rare<'a>,
    seed: Seed,
    made: u64,
    go_on: GoOn<'a>,
}

impl Replica<'_> {
    /// The estimate, and how many runs it took.
    fn estimate(mut self) -> Result<Option<(f64, u64)>, Fault> {
        let mut kept = Vec::with_capacity(KEPT);
        for _ in 0..KEPT {
            let Some(run) = self.run(BTreeMap::new())? else { return Ok(None) };
            kept.push(run);
        }
        let mut share = 1.0;
        for _ in 0..DROPS_MAX {
            let lowest = kept.iter().map(Kept::level).min_by(f64::total_cmp).unwrap_or(0.0);
            if lowest >= 0.0 {
                break;
            }
            let (low, left): (Vec<Kept>, Vec<Kept>) = kept
                .into_iter()
                .partition(|run| run.level().total_cmp(&lowest) != Ordering::Greater);
            if left.is_empty() {
                return Ok(Some((0.0, self.made)));
            }
            share *= left.len() as f64 / KEPT as f64;
            let count = left.len();
            kept = left;
            for _ in low {
                let place = (self.seed.uniform(&[1, self.made as u32]) * count as f64) as usize;
                let from = &kept[place.min(count - 1)];
                let above = from.levels.iter().position(|level| *level > lowest);
                let above = above.unwrap_or(from.levels.len()) as u32;
                let draws = from.draws.iter().filter(|(_, _, instant)| *instant <= above);
                let draws = draws.map(|(key, value, _)| (key.clone(), value.clone())).collect();
                let Some(run) = self.run(draws)? else { return Ok(None) };
                kept.push(run);
            }
        }
        let hits = kept.iter().filter(|run| run.hit).count();
        Ok(Some((share * hits as f64 / KEPT as f64, self.made)))
    }

    /// One run with these draws, and new ones from then on; none: it is left open or does not
    /// count.
    fn run(&mut self, draws: BTreeMap<Key, Value>) -> Result<Option<Kept>, Fault> {
        if !(self.go_on)() {
            return Ok(None);
        }
        self.made += 1;
        let seed = self.seed.stream(self.made);
        let mut answers = ByPolicy { policy: Replay::new(self.policy), listed: draws, seed };
        let Sample { property, setup, steps, terms, .. } = *self.sample;
        let execution = execute(self.model, Some(property), setup, steps, &mut answers)?;
        let judgement = judge(self.model, property, &execution, terms, None);
        let hit = match judgement.truth {
            Truth::True => self.rare.wanted,
            Truth::False => !self.rare.wanted,
            Truth::Pending(_) => return Ok(None),
            Truth::Faulted(fault) => return Err(fault),
        };
        let runs = execution.worlds.iter();
        let drawn = runs.flat_map(|run| &run.trace.answers).filter(|answer| answer.drawn);
        let draws = drawn.map(|a| (a.key.clone(), a.value.clone(), a.instant)).collect();
        let levels = self.levels(&execution, property, terms);
        Ok(Some(Kept { levels, draws, hit }))
    }

    /// The level of each prefix.
    fn levels(&self, execution: &Execution, property: PropId, terms: &Terms) -> Vec<f64> {
        let mut seen = execution.clone();
        for run in &mut seen.worlds {
            run.trace = Trace {
                instants: Vec::new(),
                answers: Vec::new(),
                end: End::Cut,
                ..run.trace.clone()
            };
        }
        let last = execution.worlds.iter().map(|run| run.trace.instants.len()).max().unwrap_or(0);
        let mut best = f64::NEG_INFINITY;
        let mut levels = Vec::with_capacity(last);
        for instant in 0..last {
            for (seen, run) in seen.worlds.iter_mut().zip(&execution.worlds) {
                seen.trace.instants.extend(run.trace.instants.get(instant).cloned());
                if instant + 1 == run.trace.instants.len() {
                    seen.trace.end = run.trace.end.clone();
                }
            }
            if let Some(gap) = gap(self.model, property, &seen, terms, self.rare.wanted) {
                best = best.max(-gap.total);
            }
            levels.push(best);
        }
        levels
    }
}
