//! Causes: what of a counterexample it rests on, by what happens without it.
//!
//! In: a run that violates, best a least one. Out: for each agent, deviation, tie, choice and draw
//! of it the verdict and margin of the same run without it; the least sets of them whose reset
//! mends the run; for each agent in how many of these sets it takes part.
//!
//! A part is a *cause* in the sense of Halpern and Pearl ("Causes and Explanations: A
//! Structural-Model Approach", 2005) where its reset, together with that of a contingency,
//! changes the outcome, and no less does: the least sets are these. Chockler and Halpern
//! ("Responsibility and Blame", 2004) grade a cause by the size of its least contingency; an
//! agent, which has several parts, is graded here by its share of the least sets.
//!
//! # Invariants
//! - Nothing is said of a reset that was not run: the reference makes every run again, with the
//!   same seed, and the same choices and draws under the same keys.
//! - The same run has the same causes: nothing is sampled.
//!
//! What does not have a default or a first value (free parameters, free starts, continuous
//! draws) is not asked about.

pub mod factors;
pub mod json;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use factors::{Factor, Part, Retry};

use super::outcome::{Outcome, Verdict};
use crate::ir::{AgentId, Model};
use crate::reference::{Terms, Truth, judge};
use crate::search::space::Space;
use crate::search::subject::{Look, Seen, Subject};
use crate::trace::Run;

/// Runs that are made at most.
const RUNS_MAX: u64 = 300;
/// Resets that are made up at most, run or not.
const RESETS_MAX: u64 = 4_000;
/// How many parts are put back together at most.
const SET_MAX: usize = 3;

/// What a run rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct Causes {
    /// What happens without each part: deviations, ties, choices, draws.
    pub parts: Vec<Cause>,
    /// What happens without each agent that can be left out.
    pub agents: Vec<Cause>,
    /// The least sets of parts whose reset mends the run, small ones first.
    pub repairs: Vec<Repair>,
    /// In how many of the least sets an agent takes part, for each that does.
    pub shares: BTreeMap<AgentId, usize>,
    /// Whether every set of up to three parts was tried.
    pub complete: bool,
}

/// A part of a run, and what happens without it.
#[derive(Clone, PartialEq, Debug)]
pub struct Cause {
    /// What it is.
    pub part: Part,
    /// Whose it is.
    pub agents: Vec<AgentId>,
    /// What happens without it.
    pub without: Without,
    /// The margin without it, where there is a verdict or it is left open; then it is that of the
    /// run with its horizon taken as the end, if it holds there.
    pub margin: Option<(f64, f64)>,
}

/// Parts without which the run is not violated, and without less of which it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repair {
    /// Places among the parts, in order.
    pub parts: Vec<usize>,
    /// What happens without them.
    pub without: Without,
    /// The margin without them, as bits of its two ends, so that sets are equal or not.
    margin: Option<(u64, u64)>,
}

impl Repair {
    /// The margin without them.
    pub fn margin(&self) -> Option<(f64, f64)> {
        self.margin.map(|(low, high)| (f64::from_bits(low), f64::from_bits(high)))
    }
}

/// What happens without a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Without {
    /// The property holds.
    Holds,
    /// It is still violated.
    StillViolated,
    /// Nothing violates it up to the horizon, and it is left open there.
    Pending,
    /// A fault ends the run, or the formula faults.
    Faults,
    /// A statement discards the run.
    Discarded,
    /// There is no such run: an assumption, a pin, a size, a family or the domain of the choice
    /// refuses it.
    Refused,
}

impl Without {
    /// Whether the run is mended: it counts, and nothing violates the property.
    pub fn mends(self) -> bool {
        match self {
            Without::Holds | Without::Pending => true,
            Without::StillViolated | Without::Faults | Without::Discarded | Without::Refused => {
                false
            }
        }
    }

    /// The word of the JSON results.
    pub fn word(self) -> &'static str {
        match self {
            Without::Holds => "holds",
            Without::StillViolated => "violated",
            Without::Pending => "pending",
            Without::Faults => "faults",
            Without::Discarded => "discarded",
            Without::Refused => "refused",
        }
    }
}

/// The causes of a violated outcome; none without a run that violates.
// spec: verdict.causes
pub fn of(model: &Model, outcome: &Outcome) -> Option<Causes> {
    let witness = outcome.witness.as_ref().filter(|_| outcome.verdict == Verdict::Violated)?;
    let space = Space::new(Arc::new(model.clone()), &outcome.target.settings.given);
    causes(&Subject::new(space, &outcome.target), witness.run())
}

/// The causes of a run; none where it does not violate.
pub fn causes(subject: &Subject<'_>, run: &Run) -> Option<Causes> {
    let look = subject.replay(run);
    if look.seen != Seen::Hit {
        return None;
    }
    let (execution, judgement) = look.result.as_ref()?;
    let retry = Retry::new(subject, run, execution, judgement)?;
    let mut trial = Trial { retry: &retry, runs: 0, resets: 0 };
    let (factors, all) = retry.factors();
    let mut complete = all;
    let mut parts = Vec::new();
    for factor in factors {
        complete &= trial.go_on();
        if !trial.go_on() {
            break;
        }
        let (without, margin) = trial.run(&[&factor]);
        parts.push(Cause { part: factor.part, agents: factor.agents, without, margin });
    }
    let mut agents = Vec::new();
    for agent in retry.removable() {
        let (without, margin) = retry.without_agent(agent);
        agents.push(Cause { part: Part::Agent(agent), agents: vec![agent], without, margin });
    }
    let (repairs, tried) = repairs(&parts, &mut trial);
    let shares = shares(&parts, &repairs);
    Some(Causes { parts, agents, repairs, shares, complete: complete && tried })
}

/// Resets, and what they have cost so far.
struct Trial<'a> {
    retry: &'a Retry<'a>,
    runs: u64,
    resets: u64,
}

impl Trial<'_> {
    fn go_on(&self) -> bool {
        self.runs < RUNS_MAX && self.resets < RESETS_MAX
    }

    fn run(&mut self, factors: &[&Factor]) -> (Without, Option<(f64, f64)>) {
        self.resets += 1;
        let said = self.retry.without(factors);
        self.runs += u64::from(said.0 != Without::Refused);
        said
    }
}

/// The least sets of parts that mend the run, and whether all up to [`SET_MAX`] were tried.
fn repairs(parts: &[Cause], trial: &mut Trial<'_>) -> (Vec<Repair>, bool) {
    let bits = |margin: Option<(f64, f64)>| margin.map(|(l, h)| (l.to_bits(), h.to_bits()));
    let mut found: Vec<Repair> = Vec::new();
    for (place, part) in parts.iter().enumerate().filter(|(_, part)| part.without.mends()) {
        let (without, margin) = (part.without, bits(part.margin));
        found.push(Repair { parts: vec![place], without, margin });
    }
    let rest: Vec<usize> =
        (0..parts.len()).filter(|place| !parts[*place].without.mends()).collect();
    let factors: Vec<Factor> = parts
        .iter()
        .map(|cause| Factor { part: cause.part.clone(), agents: cause.agents.clone() })
        .collect();
    for size in 2..=SET_MAX.min(rest.len()) {
        let mut next = Some((0..size).collect::<Vec<usize>>());
        while let Some(chosen) = next {
            let set: Vec<usize> = chosen.iter().map(|at| rest[*at]).collect();
            next = following(chosen, rest.len());
            if found.iter().any(|less| less.parts.iter().all(|part| set.contains(part))) {
                continue;
            }
            if !trial.go_on() {
                return (found, false);
            }
            let chosen: Vec<&Factor> = set.iter().map(|at| &factors[*at]).collect();
            let (without, margin) = trial.run(&chosen);
            if without.mends() {
                found.push(Repair { parts: set, without, margin: bits(margin) });
            }
        }
    }
    (found, true)
}

/// The next choice of as many of `number` things, in order.
fn following(mut chosen: Vec<usize>, number: usize) -> Option<Vec<usize>> {
    let size = chosen.len();
    let last = (0..size).rev().find(|at| chosen[*at] + size - at < number)?;
    chosen[last] += 1;
    for at in last + 1..size {
        chosen[at] = chosen[at - 1] + 1;
    }
    Some(chosen)
}

/// In how many sets each agent takes part.
fn shares(parts: &[Cause], repairs: &[Repair]) -> BTreeMap<AgentId, usize> {
    let mut shares = BTreeMap::new();
    for repair in repairs {
        let mut agents: Vec<AgentId> =
            repair.parts.iter().flat_map(|part| parts[*part].agents.iter().copied()).collect();
        agents.sort();
        agents.dedup();
        for agent in agents {
            *shares.entry(agent).or_insert(0) += 1;
        }
    }
    shares
}

/// What a run that was made again says. Where it is left open, the margin is that of the run with
/// its horizon taken as the end, if it holds there.
fn said(subject: &Subject<'_>, look: &Look) -> (Without, Option<(f64, f64)>) {
    let margin = look.result.as_ref().map(|(_, judgement)| judgement.margin);
    match look.seen {
        Seen::Hit => (Without::StillViolated, margin),
        Seen::Miss => (Without::Holds, margin),
        Seen::Pending => {
            let ended = look.result.as_ref().map(|(execution, _)| {
                let terms = Terms { complete: true, ..subject.terms };
                judge(subject.model(), subject.property, execution, &terms, None)
            });
            let holds = ended.filter(|judgement| judgement.truth == Truth::True);
            (Without::Pending, holds.map(|judgement| judgement.margin).or(margin))
        }
        Seen::Discarded { .. } => (Without::Discarded, None),
        Seen::Faulted(_) | Seen::Broken(_) => (Without::Faults, None),
    }
}
