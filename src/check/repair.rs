//! Repairs: which of the declared changes leaves nothing that violates.
//!
//! In: an outcome that violates. Out: for each declared repair, in the order of the text (the
//! cheapest first), what the same check says of the setups that it leaves.
//!
//! # Invariants
//! - A repair is checked as the check itself is, by the same engines and with the same budget, and
//!   its claim is as strong as its verdict's word.
//! - What a repair pins takes the place of what `given` pins of the same population, structure,
//!   parameter or start.

use super::outcome::{Outcome, Verdict};
use crate::ir::Model;
use crate::ir::property::{Pin, PinKind, Role, Target};

/// What a repair comes to.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The repair's name.
    pub name: String,
    /// What is claimed of the setups that it leaves.
    pub verdict: Verdict,
    /// Whether it mends: nothing was found, and something was there to be tried.
    pub mends: bool,
    /// Why not, where the verdict does not say it.
    pub reason: Option<String>,
    /// Runs that were made.
    pub runs: u64,
}

/// What the repairs of an outcome's check come to; `check` is asked for each of them.
// spec: verdict.repairs
pub fn of(
    model: &Model,
    outcome: &Outcome,
    check: &mut dyn FnMut(&Target) -> Outcome,
) -> Vec<Repaired> {
    let role = model.properties[outcome.target.property].role;
    if outcome.verdict != Verdict::Violated || role == Role::Witness || outcome.coverage.stopped {
        return Vec::new();
    }
    let mut repaired = Vec::new();
    for repair in &outcome.target.settings.repairs {
        let mut target = outcome.target.clone();
        let given = &mut target.settings.given;
        given.retain(|pin| !repair.pins.iter().any(|other| same(pin, other)));
        given.extend(repair.pins.iter().cloned());
        let found = check(&target);
        let holds = matches!(found.verdict, Verdict::Proved | Verdict::Verified | Verdict::Tested);
        let vacuous = found.vacuous.first().map(|(_, why)| why.clone());
        repaired.push(Repaired {
            name: repair.name.clone(),
            verdict: found.verdict,
            mends: holds && vacuous.is_none() && !found.coverage.stopped,
            reason: found.reason.or(vacuous.filter(|_| holds)),
            runs: found.coverage.runs,
        });
        if found.coverage.stopped {
            break;
        }
    }
    repaired
}

/// Whether two pins are of the same thing.
fn same(a: &Pin, b: &Pin) -> bool {
    match (&a.kind, &b.kind) {
        (PinKind::Population(a, ..), PinKind::Population(b, ..)) => a == b,
        (
            PinKind::Family(a, _) | PinKind::Ties(a, _),
            PinKind::Family(b, _) | PinKind::Ties(b, _),
        ) => a == b,
        (PinKind::Param { param: a, .. }, PinKind::Param { param: b, .. }) => a == b,
        (PinKind::Start { state: a, .. }, PinKind::Start { state: b, .. }) => a == b,
        (PinKind::Deviations(..), PinKind::Deviations(..))
        | (PinKind::Edges(..), PinKind::Edges(..)) => true,
        _ => false,
    }
}
