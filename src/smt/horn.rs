//! Proof for every number of steps without a lemma: z3's Horn engine looks for an invariant.
//!
//! In: a question whose property is an `always`. Out: whether an invariant is there that holds
//! at every start, that every step keeps, and under which the property holds; at this size.
//! As in [`super::induct`] the property is taken exactly, and the model's domains are assumed.
//!
//! It is asked where k-induction gives no answer. The invariant that z3 names is checked by an
//! ordinary solver before it counts.

use super::encode::{Encoder, Question, always};
use super::error::Unsupported;
use super::induct::law;
use super::purse::Purse;
use super::solver;
use super::term::Term;

/// A transition system as terms.
pub struct System {
    /// What holds of a start.
    pub start: Vec<Term>,
    /// The state at a start.
    pub started: Vec<Term>,
    /// What holds of a state and its successor.
    pub step: Vec<Term>,
    /// Any state of the domains.
    pub before: Vec<Term>,
    /// The state after the step.
    pub after: Vec<Term>,
    /// What holds of any state: its domains.
    pub any: Vec<Term>,
    /// Whether a state breaks the property.
    pub bad: Term,
}

/// Whether z3 finds an invariant that proves the property at this size.
// spec: solver.induct
pub fn horn(question: Question<'_>, purse: &Purse<'_>) -> Result<bool, Unsupported> {
    let Some(law) = law(&question, question.property) else { return Ok(false) };
    // A state of the system is one instant: the first one and what occurred are not in it.
    if always::reads_events(question.model, &law.formula)
        || always::reads_first(question.model, &law.formula)
    {
        return Ok(false);
    }
    let (mut encoder, marks) = Encoder::transition(question)?;
    let holds = encoder.holds_at(&law.formula, law.frame, 1)?;
    let bad = encoder.terms.not(holds);
    let [started, before, after] = [0, 1, 2].map(|instant| encoder.state_terms(instant));
    let (started, before, after) = (started?, before?, after?);
    let asserted = &encoder.asserted;
    let mut system = System {
        start: asserted[..marks.started].to_vec(),
        started,
        any: asserted[marks.started..marks.any].to_vec(),
        step: asserted[marks.any..].to_vec(),
        before,
        after,
        bad,
    };
    system.step.push(encoder.is_there(2));
    // What a setup decides for good is part of every state.
    let kept = encoder
        .terms
        .vars_below(marks.setup, system.step.iter().chain([&bad]).chain(&system.after));
    for state in [&mut system.started, &mut system.before, &mut system.after] {
        state.extend(&kept);
    }
    Ok(solver::invariant(&encoder.terms, &system, purse))
}
