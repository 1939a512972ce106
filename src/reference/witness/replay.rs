//! The only maker of a counterexample: it runs it again and looks.

use super::why::{self, Why};
use crate::ir::property::Role;
use crate::ir::{Model, PropId, Value};
use crate::reference::judge::verdict::{Case, formulas};
use crate::reference::{Execution, Judgement, Replay, Terms, Truth, execute, judge};
use crate::trace::Run;

/// A run that violates a property (or, for a `witness`, does what it says).
///
/// Fields are private and [`Witness::replay`] is the only constructor, so no engine can
/// report a counterexample that does not replay.
#[derive(Clone, Debug)]
pub struct Witness {
    property: PropId,
    run: Run,
    execution: Execution,
    judgement: Judgement,
    why: Why,
}

impl Witness {
    /// Runs `run` and returns the witness, if `property` is violated on it (for a `witness`:
    /// met; for `no_faults`: some run faults). `None` where it is not, is pending, or the run
    /// is discarded.
    pub fn replay(model: &Model, property: PropId, run: Run, terms: &Terms) -> Option<Witness> {
        let mut answers = Replay::new(&run);
        let execution = execute(model, Some(property), &run.setup, run.steps, &mut answers).ok()?;
        let judgement = judge(model, property, &execution, terms, None);
        if judgement.discarded.is_some() || judgement.truth != wanted(model, property) {
            return None;
        }
        let why = explain(model, property, &execution, terms, &judgement);
        Some(Witness { property, run, execution, judgement, why })
    }

    /// Which property.
    pub fn property(&self) -> PropId {
        self.property
    }
    /// The run.
    pub fn run(&self) -> &Run {
        &self.run
    }
    /// Its states.
    pub fn execution(&self) -> &Execution {
        &self.execution
    }
    /// The verdict, with the settling instant and margin.
    pub fn judgement(&self) -> &Judgement {
        &self.judgement
    }
    /// Why.
    pub fn why(&self) -> &Why {
        &self.why
    }
}

/// What a witness of the property has to show.
fn wanted(model: &Model, property: PropId) -> Truth {
    match model.properties[property].role {
        Role::Witness => Truth::True,
        Role::Property | Role::Invariant | Role::NoFaults | Role::Holistic => Truth::False,
    }
}

/// Why a judgement is what it is: the part of the formula's evaluation, on the prefix that
/// settled it, that decides.
pub fn explain(
    model: &Model,
    property: PropId,
    execution: &Execution,
    terms: &Terms,
    judgement: &Judgement,
) -> Why {
    let declared = &model.properties[property];
    let at = judgement.settled_at.unwrap_or(0);
    let root = |span, value, because| Why {
        span,
        instant: at,
        world: None,
        bindings: Vec::new(),
        value,
        because,
    };
    let truth = match judgement.truth {
        Truth::True => Value::Bool(true),
        Truth::False => Value::Bool(false),
        Truth::Pending(_) | Truth::Faulted(_) => Value::Unrecorded,
    };
    let readable = execution.worlds.iter().all(|run| !run.trace.instants.is_empty());
    if declared.role == Role::NoFaults || !readable {
        let span = judgement.faulted.as_ref().map_or(declared.span, |fault| fault.span);
        return root(span, truth, Vec::new());
    }
    let case = Case { model, property, execution, terms, formulas: formulas(model, property) };
    let reasons = why::of_case(&case, at);
    match declared.role {
        Role::Property | Role::Witness | Role::Invariant | Role::NoFaults => {
            let mut reasons = reasons;
            reasons.pop().unwrap_or_else(|| root(declared.span, truth, Vec::new()))
        }
        Role::Holistic => {
            let failed = reasons.into_iter().filter(|why| why.value == truth).collect();
            root(declared.span, truth, failed)
        }
    }
}
