//! What the search takes from the engine is what the reference says: of every run that is passed
//! by, and of every count of a chance property.
//!
//! In: a model and setups of one size. Out: how much was compared, or the first difference.

use std::collections::BTreeSet;
use std::sync::Arc;

use polity::base::Seed;
use polity::engine::{LANES, Mark};
use polity::ir::Model;
use polity::ir::property::Target;
use polity::reference::chance::{Sample, tally};
use polity::reference::{Replay, society};
use polity::search::bold::Bold;
use polity::search::compiled::{Compiled, Passed, Sampled};
use polity::search::space::Space;
use polity::search::subject::{Look, Seen, Subject};
use polity::trace::{Run, Setup};

use crate::marks;

/// Runs of one part of a count.
const CHUNK: u64 = 25;

/// Compares runs as a search makes them, every other one bold: how many the engine passed by.
pub fn passed(model: &Model, target: &Target, setups: &[Setup], seed: Seed) -> Result<u64, String> {
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let Some(compiled) = Compiled::of(&subject) else { return Ok(0) };
    let run = |(at, setup): (usize, &Setup)| {
        (subject.bare(setup.clone(), seed.stream(at as u64)), at % 2 == 0)
    };
    let runs: Vec<(Run, bool)> = setups.iter().take(LANES).enumerate().map(run).collect();
    let looks: Vec<Look> = runs
        .iter()
        .map(|(run, bold)| match bold {
            true => subject.look(&run.setup, &mut Bold::new(run), None),
            false => subject.look(&run.setup, &mut Replay::new(run), None),
        })
        .collect();
    let reached = |look: &Look| match &look.result {
        Some((execution, _)) => marks::reached(model, execution),
        None => BTreeSet::new(),
    };
    // What the first half did not reach is what a search still waits for.
    let met: BTreeSet<Mark> = looks[..looks.len().div_ceil(2)].iter().flat_map(reached).collect();
    let left: BTreeSet<Mark> = marks::all(model).difference(&met).copied().collect();
    let mut count = 0;
    for left in [BTreeSet::new(), left] {
        for (look, passed) in looks.iter().zip(compiled.passed(&subject, &runs, &left)) {
            let Look { seen, .. } = look;
            if !alike(passed, seen) {
                return Err(format!("{seen:?}, of the engine: {passed:?}"));
            }
            let lost = reached(look).intersection(&left).next().copied();
            if let (Some(_), Some(lost)) = (passed, lost) {
                return Err(format!("{lost:?} is passed by"));
            }
            count += u64::from(passed.is_some());
        }
    }
    Ok(count)
}

/// Whether a run that is passed by came to what the reference sees.
fn alike(passed: Option<Passed>, seen: &Seen) -> bool {
    match (passed, seen) {
        (None, _)
        | (Some(Passed::Miss), Seen::Miss)
        | (Some(Passed::Pending), Seen::Pending)
        | (Some(Passed::Faulted), Seen::Faulted(_))
        | (Some(Passed::Discarded), Seen::Discarded { sampled: false, .. }) => true,
        (Some(_), _) => false,
    }
}

/// Compares the counts of a chance property on one setup: how many runs the engine made.
pub fn counted(model: &Model, target: &Target, setup: &Setup, seed: Seed) -> Result<u64, String> {
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let sample = Sample {
        property: target.property,
        setup,
        policy: Seed(1),
        seed,
        steps: subject.steps,
        terms: &subject.terms,
    };
    let Ok(actual) = society(model, setup) else { return Ok(0) };
    let Ok(Some(sampled)) = Sampled::of(model, &sample, &actual) else { return Ok(0) };
    let runs = 0..2 * CHUNK;
    let Some(parts) = sampled.tallies(&actual, &sample, runs.clone(), CHUNK) else {
        return Ok(0);
    };
    for (start, part) in runs.clone().step_by(CHUNK as usize).zip(parts) {
        let theirs = tally(model, &sample, start..start + CHUNK);
        if theirs.as_ref() != Ok(&part) {
            return Err(format!("{theirs:?}\nthe engine counts {part:?}"));
        }
    }
    Ok(runs.end)
}
