//! From what a search found to what is claimed (§8).
//!
//! In: a target and what was found. Out: an outcome, without what the corpus says. A search
//! never hides rejection: what discards, refuses or faults too much makes the verdict vacuous or
//! inconclusive.

use super::outcome::{Engine, Outcome, Verdict};
use super::unreached;
use crate::diag::{Sources, Span};
use crate::ir::Model;
use crate::ir::property::{Role, Target};
use crate::search::size::setup_sizes;
use crate::search::{Found, Least, sizes};

/// Runs that are tried for one that counts, at most, if anything is to be claimed.
const TRIED_PER_RUN_MAX: u64 = 10_000;

/// An outcome of which nothing is claimed.
pub fn inconclusive(target: &Target, reason: String) -> Outcome {
    Outcome {
        target: target.clone(),
        verdict: Verdict::Inconclusive,
        as_expected: false,
        reason: Some(reason),
        witness: None,
        setup: None,
        causes: None,
        minimal: None,
        sizes: Default::default(),
        edges: Vec::new(),
        coverage: Default::default(),
        vacuous: Vec::new(),
        unreached: Vec::new(),
        front: None,
        repairs: Vec::new(),
        estimates: Vec::new(),
        file: None,
        corpus: Vec::new(),
        engine: Engine::Search,
        undecided: None,
        seconds: 0.0,
    }
}

/// What is claimed of `target`.
pub fn claimed(model: &Model, sources: &Sources, target: &Target, found: Found) -> Outcome {
    let (verdict, reason) = verdict(model, sources, target, &found);
    let mut outcome = inconclusive(target, String::new());
    outcome.engine = match found.coverage.exhausted || found.minimal == Some(Least::Proved) {
        true => Engine::Exhaust,
        false => Engine::Search,
    };
    outcome.verdict = verdict;
    outcome.reason = reason;
    outcome.vacuous = match verdict {
        Verdict::Verified | Verdict::Proved | Verdict::Tested => {
            vacuous(model, sources, target, &found)
        }
        Verdict::Violated
        | Verdict::Inconclusive
        | Verdict::Found
        | Verdict::NotFound
        | Verdict::Monitored => Vec::new(),
    };
    if let Some(witness) = &found.witness {
        (outcome.sizes, outcome.edges) = sizes(model, witness);
        outcome.minimal = found.minimal;
    }
    if let Some(chance) = found.chance {
        outcome.estimates = chance.estimates;
        if chance.violated == Some(true) {
            (outcome.sizes, outcome.edges) = setup_sizes(model, &chance.setup);
            outcome.minimal = found.minimal;
            outcome.setup = Some(chance.setup);
        }
    }
    outcome.witness = found.witness;
    outcome.unreached = unreached::words(model, sources, &found.coverage.unreached);
    outcome.coverage = found.coverage;
    outcome
}

fn verdict(
    model: &Model,
    sources: &Sources,
    target: &Target,
    found: &Found,
) -> (Verdict, Option<String>) {
    let witness = match model.properties[target.property].role {
        Role::Witness => true,
        Role::Property | Role::Invariant | Role::NoFaults | Role::Holistic => false,
    };
    let hit = found.witness.is_some()
        || found.chance.as_ref().is_some_and(|chance| chance.violated == Some(true));
    if hit {
        return (if witness { Verdict::Found } else { Verdict::Violated }, None);
    }
    if let Some(reason) = nothing_to_claim(sources, found) {
        return (Verdict::Inconclusive, Some(reason));
    }
    let verdict = match (witness, found.coverage.exhausted) {
        (true, _) => Verdict::NotFound,
        (false, true) if found.coverage.closed => Verdict::Proved,
        (false, true) => Verdict::Verified,
        (false, false) => Verdict::Tested,
    };
    let stopped = found.coverage.stopped.then(|| "stopped before the search was done".to_string());
    (verdict, stopped)
}

/// Why nothing can be claimed, if so.
// spec: verdict.list
fn nothing_to_claim(sources: &Sources, found: &Found) -> Option<String> {
    let covered = &found.coverage;
    if let Some((fault, _)) = &found.fault {
        return Some(format!("the formula or a setup faults: {}", fault.message));
    }
    // spec: chance.estimate
    if found.chance.as_ref().is_some_and(|chance| chance.violated.is_none()) {
        return Some("the intervals of the worst setup found do not decide it".to_string());
    }
    if let Some(at) = covered.sampled_out.filter(|_| covered.runs == 0) {
        let place = sources.position(at).0;
        let words = sources.words(at);
        return Some(format!(
            "nothing met `{words}` (line {place}), whose values were only sampled"
        ));
    }
    if covered.exhausted {
        return None;
    }
    if covered.runs == 0 && covered.discarded == 0 {
        return Some(match (covered.faulted, covered.refused, covered.stopped) {
            (_, _, true) => "stopped before any run counted".to_string(),
            (0, 0, false) => "no setup could be made within the bounds".to_string(),
            (0, refused, false) => {
                format!("none of {refused} setups met the assumptions and pins")
            }
            (faulted, _, false) => format!("all {faulted} runs ended in a fault"),
        });
    }
    let tried = covered.runs + covered.discarded + covered.refused;
    if covered.runs > 0 && tried / covered.runs >= TRIED_PER_RUN_MAX {
        return Some(format!("only {} of {tried} runs and setups counted", covered.runs));
    }
    None
}

/// What was never put to the test, with its place.
// spec: verdict.vacuous
fn vacuous(
    model: &Model,
    sources: &Sources,
    target: &Target,
    found: &Found,
) -> Vec<(Span, String)> {
    let covered = &found.coverage;
    if covered.runs == 0 {
        let why = match (covered.discarded, covered.faulted) {
            (0, 0) => "no setup within the bounds meets the assumptions and pins",
            (0, _) => "every run ended in a fault",
            (_, _) => "every run was discarded",
        };
        return vec![(target.span, why.to_string())];
    }
    let never = |(span, _): (&Span, &bool)| {
        let words = shortened(sources.words(*span));
        (*span, format!("`{words}` was never true or never had an element"))
    };
    let guards = found.guards.seen.iter().filter(|(_, seen)| !**seen);
    let mut vacuous: Vec<(Span, String)> = guards.map(never).collect();
    if model.has_worlds(target.property) && !found.guards.worlds_differ {
        let span = model.properties[target.property].span;
        vacuous.push((span, "no world ever differed from another".to_string()));
    }
    vacuous
}

/// The words on one line, cut where they are long.
pub(super) fn shortened(words: &str) -> String {
    const LONG: usize = 60;
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
