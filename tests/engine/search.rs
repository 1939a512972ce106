//! What the search takes from the engine is what the reference says: of every run that is passed
//! by (from its seed, bold, or with answers listed), of walks, and of every count of a chance
//! property.
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
use polity::search::enumerate::Walk;
use polity::search::explore::{Context, Job};
use polity::search::guide::glimpse::{Glimpse, Glimpses};
use polity::search::guide::sighting::sighting;
use polity::search::guide::states::Met;
use polity::search::order::Rank;
use polity::search::paths::Rest;
use polity::search::reach::Reach;
use polity::search::space::Space;
use polity::search::subject::{Look, Seen, Subject};
use polity::search::{Budget, Guidance};
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
    let mut runs: Vec<(Run, bool)> = setups.iter().take(LANES / 2).enumerate().map(run).collect();
    let listed = runs.iter().map(|(run, _)| (listing(&subject, run), false));
    runs.extend(listed.collect::<Vec<_>>());
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

/// Whether the engine shows what guides keep of runs.
pub fn is_shown(model: &Model, target: &Target) -> bool {
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    Glimpses::of(&Subject::new(space, target), &Reach::of(model)).is_some()
}

/// Compares what guides keep of runs: how many the engine showed.
pub fn glimpsed(
    model: &Model,
    target: &Target,
    setups: &[Setup],
    seed: Seed,
) -> Result<u64, String> {
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let wanted = Reach::of(model);
    let Some(glimpses) = Glimpses::of(&subject, &wanted) else { return Ok(0) };
    let bare = setups.iter().take(LANES / 2).enumerate();
    let bare = bare.map(|(at, setup)| subject.bare(setup.clone(), seed.stream(at as u64)));
    let runs: Vec<Run> = bare.flat_map(|run| [listing(&subject, &run), run]).collect();
    let all: Vec<&Run> = runs.iter().collect();
    let mut count = 0;
    for (run, glimpse) in runs.iter().zip(glimpses.of_each(&subject, &all, &BTreeSet::new())) {
        let Some(Glimpse { passed, kept }) = glimpse else { continue };
        let look = subject.replay(run);
        if !alike(Some(passed), &look.seen) {
            return Err(format!("{:?}, of the engine: {passed:?}", look.seen));
        }
        let Some((gap, met)) = kept else { continue };
        let (execution, judgement) = look.result.as_ref().expect("a run that counts");
        let theirs = sighting(&subject, run.clone(), execution, judgement, &wanted.branches);
        let theirs = theirs.expect("it is small");
        // The engine may say of a branch of an expression that it was taken.
        let seen = |all: &[Met]| -> Vec<Met> {
            all.iter().filter(|met| !met.is_branch()).copied().collect()
        };
        let branches = theirs.met.iter().all(|theirs| met.contains(theirs));
        if theirs.gap != gap || seen(&theirs.met) != seen(&met) || !branches {
            return Err(format!("{:?} {:?}\nthe engine: {gap:?} {met:?}", theirs.gap, theirs.met));
        }
        count += 1;
    }
    Ok(count)
}

/// The run with some answers of others of its setup listed, so that some may not be had.
fn listing(subject: &Subject<'_>, run: &Run) -> Run {
    let mut made = run.clone();
    for other in 0..3 {
        let other = subject.bare(run.setup.clone(), run.seed.stream(7 + other));
        let Some((execution, _)) = subject.replay(&other).result else { continue };
        let answers = execution.worlds.iter().flat_map(|world| &world.trace.answers);
        for (at, answer) in answers.enumerate() {
            let list = if answer.drawn { &mut made.draws } else { &mut made.choices };
            if other.seed.bits(&[at as u32]).is_multiple_of(3) {
                list.insert(answer.key.clone(), answer.value.clone());
            }
        }
    }
    made
}

/// Compares walks over all runs of setups of one size: how many runs the engine passed by.
pub fn walked(model: &Model, target: &Target, setups: &[Setup]) -> Result<u64, String> {
    /// Runs of one setup.
    const MOST: u64 = 150;
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let Some(compiled) = Compiled::settling(&subject) else { return Ok(0) };
    let budget = Budget {
        runs_max: 0,
        exhaust_max: 0,
        chain_max: 0,
        shrink_max: 0,
        seed: Seed(0),
        threads: 1,
        guidance: Guidance::Random,
    };
    let new = || Context::new(&subject, budget, &|_| true);
    let (context, mut ours, mut theirs_all) = (new(), new(), new());
    let rest = |setup: &Setup| {
        let (setup, path, than) = (setup.clone(), Vec::new(), None);
        Rest { setup, path, left: MOST, most: MOST, than }
    };
    let rests = setups.iter().map(|setup| (Job::default(), rest(setup))).collect();
    let (mut count, mut whole) = (0, true);
    // What is not less than what was found in setups before need not be found.
    let mut least: [Option<Rank>; 2] = [None, None];
    let walked = context.walk_rest(Some(&compiled), rests, 1);
    for (setup, job) in setups.iter().zip(walked) {
        let mut theirs = Job::default();
        context.on_reference(&mut theirs, rest(setup), 1, false);
        let compared = match theirs.walk {
            Some(Walk::TooMany | Walk::Unlistable) => &job,
            Some(Walk::Done | Walk::Stopped) | None => &theirs,
        };
        for (least, job) in least.iter_mut().zip([&job, compared]) {
            *least = least.take().into_iter().chain(job.least().cloned()).min();
        }
        let same = match (theirs.walk, job.walk) {
            // Which runs were made where there are too many is another matter.
            (Some(Walk::TooMany), walk) => walk == theirs.walk,
            (Some(Walk::Unlistable), Some(_)) => true,
            (of, walk) => {
                let (mut covered, theirs_covered) = (job.coverage.clone(), &theirs.coverage);
                count += std::mem::take(&mut covered.compiled);
                covered.sampled_out = theirs_covered.sampled_out;
                of == walk && covered == *theirs_covered && least[0] == least[1]
            }
        };
        if !same {
            return Err(format!(
                "{:?} {:?} {:?}\nthe engine: {:?} {:?} {:?}",
                theirs.walk,
                theirs.coverage,
                theirs.least(),
                job.walk,
                job.coverage,
                job.least()
            ));
        }
        whole &= theirs.walk == Some(Walk::Done);
        ours.absorb(job);
        theirs_all.absorb(theirs);
    }
    // What all walks together reached is the same, though few runs of them were looked at.
    let [ours, theirs] = [&ours, &theirs_all]
        .map(|after| (&after.reached.marks() & &after.wanted.marks(), &after.fired));
    match whole && ours != theirs {
        true => Err(format!("{theirs:?} is reached, with the engine: {ours:?}")),
        false => Ok(count),
    }
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
