//! What is looked for, and what one run says about it.
//!
//! In: a target, and a setup with answers. Out: what the reference evaluator saw.

use std::collections::BTreeMap;

use super::size::counter;
use super::space::Space;
use crate::base::Seed;
use crate::diag::Span;
use crate::ir::property::{Counter, Role, Target};
use crate::ir::{Model, PropId, Stmt, Value};
use crate::reference::{
    Answers, Execution, Guards, Judgement, Replay, Terms, Truth, admitted, execute, judge,
};
use crate::trace::{Fault, Key, Run, Setup};

/// A target with everything that looking at a run of it needs.
pub struct Subject<'a> {
    /// The setups that are searched.
    pub space: Space,
    /// What is checked.
    pub target: &'a Target,
    /// Which property.
    pub property: PropId,
    /// How traces are read.
    pub terms: Terms,
    /// The horizon.
    pub steps: u32,
}

/// What one run says.
#[derive(Clone, PartialEq, Debug)]
pub enum Seen {
    /// What was looked for: a violation, or for a witness a run that does it.
    Hit,
    /// The verdict is settled the other way.
    Miss,
    /// The verdict is left open.
    Pending,
    /// The run does not count: a statement discarded it.
    Discarded {
        /// The statement.
        at: Span,
        /// Whether a choice was only sampled.
        sampled: bool,
    },
    /// A fault of the model cut the run before the verdict was settled.
    Faulted(Fault),
    /// The formula or the setup itself faults.
    Broken(Fault),
}

/// A run with what it says.
#[derive(Clone, Debug)]
pub struct Look {
    /// What it says.
    pub seen: Seen,
    /// Its states and verdict; none where the setup faults.
    pub result: Option<(Execution, Judgement)>,
}

impl<'a> Subject<'a> {
    /// The subject of `target` in `space`.
    pub fn new(space: Space, target: &'a Target) -> Subject<'a> {
        let settings = &target.settings;
        let terms = Terms {
            tick: settings.tick,
            complete: settings.complete,
            tolerance: settings.tolerance,
        };
        Subject { space, target, property: target.property, terms, steps: settings.steps }
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.space.model
    }

    /// Whether the setup meets every `assume` and pin. One whose assumption faults does not.
    pub fn admits(&self, setup: &Setup) -> bool {
        let small =
            |(name, most): &(Counter, u32)| counter(self.model(), setup, *name) <= Some(*most);
        self.space.holds(&setup.sizes)
            && self.space.limits.iter().all(small)
            && admitted(self.model(), setup, &self.space.given) == Ok(true)
    }

    /// Whether a true verdict is what is looked for.
    pub fn looks_for_true(&self) -> bool {
        match self.model().properties[self.property].role {
            Role::Witness => true,
            Role::Property | Role::Invariant | Role::NoFaults | Role::Holistic => false,
        }
    }

    /// Runs `setup` with `answers` and says what was seen.
    pub fn look(
        &self,
        setup: &Setup,
        answers: &mut dyn Answers,
        guards: Option<&mut Guards>,
    ) -> Look {
        let model = self.model();
        let execution = match execute(model, Some(self.property), setup, self.steps, answers) {
            Ok(execution) => execution,
            Err(fault) => return Look { seen: Seen::Broken(fault), result: None },
        };
        let judgement = judge(model, self.property, &execution, &self.terms, guards);
        let seen = self.seen(&judgement);
        Look { seen, result: Some((execution, judgement)) }
    }

    /// Runs `run` as it stands.
    pub fn replay(&self, run: &Run) -> Look {
        self.look(&run.setup, &mut Replay::new(run), None)
    }

    fn seen(&self, judgement: &Judgement) -> Seen {
        if let Some((at, sampled)) = judgement.discarded {
            return Seen::Discarded { at, sampled };
        }
        match &judgement.truth {
            Truth::True if self.looks_for_true() => Seen::Hit,
            Truth::False if !self.looks_for_true() => Seen::Hit,
            Truth::True | Truth::False => Seen::Miss,
            Truth::Pending(_) => match &judgement.faulted {
                Some(fault) => Seen::Faulted(fault.clone()),
                None => Seen::Pending,
            },
            Truth::Faulted(fault) => Seen::Broken(fault.clone()),
        }
    }

    /// The run with the choices that its execution made listed, and its draws if `draws` (else
    /// only those that were listed before). Answers after the settling instant do not decide, and
    /// are left to the seed; unless the run hits, and would then be discarded.
    // spec: step.require
    pub fn listed(
        &self,
        run: Run,
        execution: &Execution,
        judgement: &Judgement,
        draws: bool,
    ) -> Run {
        let until = |last: u32| {
            let choices = answers_until(execution, last, false);
            let mut asked = answers_until(execution, last, true);
            if !draws {
                asked.retain(|key, _| run.draws.contains_key(key));
            }
            Run { choices, draws: asked, ..run.clone() }
        };
        let settled = judgement.settled_at.unwrap_or(u32::MAX);
        let short = until(settled);
        let lost = || self.seen(judgement) == Seen::Hit && self.replay(&short).seen != Seen::Hit;
        match self.may_discard() && lost() {
            true => until(u32::MAX),
            false => short,
        }
    }

    /// Whether a statement may discard a run.
    fn may_discard(&self) -> bool {
        let rules = self.model().rules.iter().map(|rule| &rule.body);
        let mut bodies = rules.chain(&self.model().step);
        bodies.any(|body| body.statements.iter().any(Stmt::may_discard))
    }

    /// A run without lists: everything comes from `seed`.
    pub fn bare(&self, setup: Setup, seed: Seed) -> Run {
        let (choices, draws) = (BTreeMap::new(), BTreeMap::new());
        Run { setup, seed, choices, draws, steps: self.steps }
    }
}

/// The choices (or draws) that an execution made up to the instant that settled it.
pub fn answers_of(
    execution: &Execution,
    judgement: &Judgement,
    drawn: bool,
) -> BTreeMap<Key, Value> {
    answers_until(execution, judgement.settled_at.unwrap_or(u32::MAX), drawn)
}

/// The choices (or draws) that an execution made up to the instant `last`.
fn answers_until(execution: &Execution, last: u32, drawn: bool) -> BTreeMap<Key, Value> {
    execution
        .worlds
        .iter()
        .flat_map(|world| &world.trace.answers)
        .filter(|answer| answer.drawn == drawn && answer.instant <= last)
        .map(|answer| (answer.key.clone(), answer.value.clone()))
        .collect()
}
