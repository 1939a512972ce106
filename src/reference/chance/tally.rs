//! Counting: what independent runs of one setup say of each estimated node.
//!
//! In: a chance property, a setup, seeds. Out: a [`Tally`] for each node, in the order of the
//! formula.
//!
//! # Invariants
//! - Choices come from the policy alone and draws from the run's own seed alone.
//! - A run that leaves a node pending, or is discarded, counts as pending for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decide::{Node, nodes};
use crate::base::Seed;
use crate::diag::Span;
use crate::ir::{Model, PropId, Value};
use crate::reference::answers::draw_words;
use crate::reference::eval::scene::{Ending, Scene};
use crate::reference::eval::{Stop, eval};
use crate::reference::judge::verdict::Case;
use crate::reference::{Answers, Execution, Outcomes, Replay, Terms, execute, society};
use crate::trace::{End, Fault, Key, Run, Setup};

/// The counts of one estimated node, over runs drawn independently.
#[derive(Clone, PartialEq, Debug)]
pub struct Tally {
    /// The `probability(…)` or `expected(…)`, or a difference of two of them on common draws.
    pub span: Span,
    /// What is counted.
    pub kind: TallyKind,
    /// Runs that settled.
    pub runs: u64,
    /// Runs left pending: they widen the interval by their share on both sides.
    pub pending: u64,
    /// The sum over the runs: of 0 and 1 for a probability, of values in -1, 0, 1 for a
    /// difference of probabilities.
    pub sum: f64,
    /// The sum of squares.
    pub squares: f64,
    /// The least and greatest value seen.
    pub range: (f64, f64),
}

/// What a tally counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TallyKind {
    /// `probability(φ)`
    Probability,
    /// `expected(e)`
    Expected,
    /// `probability(φ) - probability(ψ)`, run by run
    Difference,
}

/// What is sampled: independent runs of one setup.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// The chance property.
    pub property: PropId,
    /// The setup.
    pub setup: &'a Setup,
    /// Where choices come from: functions of their keys, fixed before any draw.
    pub policy: Seed,
    /// Run `n` draws from `seed.stream(n)`.
    pub seed: Seed,
    /// The horizon.
    pub steps: u32,
    /// How its runs are read.
    pub terms: &'a Terms,
}

/// Makes the runs of `sample` with these numbers, and counts.
///
/// Faults: of the setup, and of the formula in some run.
pub fn tally(
    model: &Model,
    sample: &Sample<'_>,
    runs: std::ops::Range<u64>,
) -> Result<Vec<Tally>, Fault> {
    let actual = society(model, sample.setup)?;
    let nodes = nodes(model, sample.property, &actual)?;
    let mut tallies: Vec<Tally> = nodes.iter().map(Tally::empty).collect();
    let policy = Run {
        setup: sample.setup.clone(),
        seed: sample.policy,
        choices: Default::default(),
        draws: Default::default(),
        steps: sample.steps,
    };
    for run in runs {
        let draws = sample.seed.stream(run);
        let listed = BTreeMap::new();
        let mut answers = ByPolicy { policy: Replay::new(&policy), listed, seed: draws };
        let property = Some(sample.property);
        let execution = execute(model, property, sample.setup, sample.steps, &mut answers)?;
        for (node, tally) in nodes.iter().zip(&mut tallies) {
            tally.count(value_in(model, sample, &execution, node)?);
        }
    }
    Ok(tallies)
}

/// Choices by a policy that was fixed before; draws as listed, else by chance.
pub struct ByPolicy<'a> {
    /// Answers the choices.
    pub policy: Replay<'a>,
    /// Draws that are given.
    pub listed: BTreeMap<Key, Value>,
    /// What the others derive from.
    pub seed: Seed,
}

impl Answers for ByPolicy<'_> {
    fn pick(&mut self, key: &Key, options: &Arc<Vec<Value>>) -> usize {
        self.policy.pick(key, options)
    }

    fn propose(
        &mut self,
        key: &Key,
        rows: usize,
        domain: &Outcomes,
        attempt: u32,
    ) -> Option<Vec<Value>> {
        self.policy.propose(key, rows, domain, attempt)
    }

    fn draw(&mut self, key: &Key, outcomes: &Outcomes) -> Value {
        match self.listed.get(key) {
            Some(value) => value.clone(),
            None => outcomes.quantile(self.seed.uniform(&draw_words(key))),
        }
    }
}

impl Tally {
    /// The tally of a node before any run.
    pub fn empty(node: &Node<'_>) -> Tally {
        Tally {
            span: node.span,
            kind: node.kind,
            runs: 0,
            pending: 0,
            sum: 0.0,
            squares: 0.0,
            range: (f64::INFINITY, f64::NEG_INFINITY),
        }
    }

    /// Takes a run in; none: it leaves the node pending.
    pub fn count(&mut self, value: Option<f64>) {
        let Some(value) = value else {
            self.pending += 1;
            return;
        };
        self.runs += 1;
        self.sum += value;
        self.squares += value * value;
        self.range = (self.range.0.min(value), self.range.1.max(value));
    }
}

/// What a run says of a node; none: pending.
pub(super) fn value_in(
    model: &Model,
    sample: &Sample<'_>,
    execution: &Execution,
    node: &Node<'_>,
) -> Result<Option<f64>, Fault> {
    let dead = execution
        .worlds
        .iter()
        .any(|run| run.trace.instants.is_empty() || matches!(run.trace.end, End::Discarded { .. }));
    if dead {
        return Ok(None);
    }
    let case = |expr| {
        let formulas = vec![(expr, node.frame.clone())];
        Case { model, property: sample.property, execution, terms: sample.terms, formulas }
    };
    let share = |case: Case<'_>| match case.settle() {
        Ok(truth) => Ok(Some(f64::from(u8::from(truth)))),
        Err(Stop::Unknown(_)) => Ok(None),
        Err(Stop::Fault(fault)) => Err(fault),
    };
    match (node.kind, node.other) {
        (TallyKind::Probability, _) => share(case(node.expr)),
        (TallyKind::Difference, other) => {
            let first = share(case(node.expr))?;
            let second = other.map_or(Ok(Some(0.0)), |other| share(case(other)))?;
            Ok(first.zip(second).map(|(a, b)| a - b))
        }
        (TallyKind::Expected, _) => at_the_end(&case(node.expr)),
    }
}

/// The value of an expression at the last instant, the horizon taken as the end.
fn at_the_end(case: &Case<'_>) -> Result<Option<f64>, Fault> {
    let scene = case.scene(Scene::last_of(case.execution), Ending::Horizon);
    let start = scene.start();
    let reach = scene.reach(start.world, 0, true);
    if !reach.ended {
        return Ok(None);
    }
    let view = case.view(&scene).at(start.at(reach.last)).exact();
    let (expr, frame) = &case.formulas[0];
    match eval(&view, &mut frame.clone(), expr) {
        Ok(Value::Bool(truth)) => Ok(Some(f64::from(u8::from(truth)))),
        Ok(value) => Ok(value.number()),
        Err(Stop::Unknown(_)) => Ok(None),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

/// Adds up the counts of two disjoint sets of runs of the same property and setup.
pub fn merge(left: &mut [Tally], right: &[Tally]) {
    for (left, right) in left.iter_mut().zip(right) {
        left.runs += right.runs;
        left.pending += right.pending;
        left.sum += right.sum;
        left.squares += right.squares;
        left.range = (left.range.0.min(right.range.0), left.range.1.max(right.range.1));
    }
}
