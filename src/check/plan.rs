//! The checks of a model, one after the other; then what follows from them: `no_faults` where
//! runs faulted, and `holistic` where properties are tagged.

use super::campaign::Rounds;
use super::corpus;
use super::expected::surprise;
use super::front::front;
use super::options::{Engines, Options};
use super::outcome::{Engine, Outcome, Verdict};
use super::repair;
use super::solve::{self, Solved};
use super::verdict::{claimed, inconclusive};
use crate::base::Seed;
use crate::diag::Sources;
use crate::ir::property::{Role, Target};
use crate::ir::{Model, PropId};
use crate::reference::eval::needs_time;
use crate::search::{Budget, Found, Step, satisfied, search, search_in_rounds, shrunk};

/// Who is told which target is searched and how far; `false` stops.
type Told<'a> = &'a (dyn Fn(&str, Step) -> bool + Sync);

/// Checks the targets of a model, one after the other; `progress` is told the target and how
/// far its search is, and returns `false` to stop: what was found so far comes back.
pub fn check(
    model: &Model,
    sources: &Sources,
    options: &Options,
    progress: &(dyn Fn(&str, Step) -> bool + Sync),
) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for target in model.targets.iter().filter(|target| is_wanted(model, target, options)) {
        outcomes.push(one(model, sources, target, options, progress));
    }
    // One that was stopped does not keep the others from being told of, or from their share of
    // a time limit.
    if outcomes.iter().any(|outcome| outcome.coverage.stopped) {
        return outcomes;
    }
    if let Some(folder) = &options.corpus
        && let Some(first) = outcomes.first_mut()
        && options.only.is_empty()
    {
        first.corpus.extend(corpus::orphans(model, folder));
    }
    if options.only.is_empty() && !model.is_signature() {
        outcomes.extend(no_faults(model, sources, options, &outcomes, progress));
        outcomes.extend(holistic(model, options, &outcomes, progress));
    }
    outcomes
}

/// The name that a target's results are keyed by.
pub(super) fn name<'a>(model: &'a Model, target: &'a Target) -> &'a str {
    target.alias.as_deref().unwrap_or(&model.properties[target.property].name)
}

pub(super) fn is_wanted(model: &Model, target: &Target, options: &Options) -> bool {
    let named = |name: &String| {
        *name == model.properties[target.property].name || target.alias.as_ref() == Some(name)
    };
    options.only.is_empty() || options.only.iter().any(named)
}

/// Whether a target is searched at all.
pub(super) fn is_searched(model: &Model, target: &Target) -> bool {
    let role = model.properties[target.property].role;
    let fronted = !target.settings.front.is_empty() && role != Role::Holistic;
    !model.is_signature() && !fronted && timed(model, target).is_none()
}

/// What a target may spend: its own settings come first.
pub(super) fn budget(target: &Target, options: &Options) -> Budget {
    Budget {
        runs_max: target.settings.runs.unwrap_or(options.budget.runs_max),
        seed: target.settings.seed.map_or(options.budget.seed, Seed),
        ..options.budget
    }
}

fn one(
    model: &Model,
    sources: &Sources,
    target: &Target,
    options: &Options,
    progress: Told<'_>,
) -> Outcome {
    if model.is_signature() {
        let mut outcome = inconclusive(target, String::new());
        outcome.verdict = Verdict::Monitored;
        outcome.reason = None;
        outcome.as_expected = true;
        return outcome;
    }
    let fronted = !target.settings.front.is_empty();
    if fronted && model.properties[target.property].role != Role::Holistic {
        let reason = "`front:` is asked of `holistic`: write `check holistic { front: … }`";
        return inconclusive(target, reason.to_string());
    }
    if let Some(span) = timed(model, target) {
        let words = sources.words(span);
        let reason = format!("`{words}` speaks of time, and a step has none: add `tick: 1s`");
        return inconclusive(target, reason);
    }
    let told = |step| progress(name(model, target), step);
    let mut outcome = sought(model, sources, target, options, &told);
    if fronted && !outcome.coverage.stopped {
        match front(model, target, &budget(target, options), &told) {
            Ok(front) => outcome.front = Some(front),
            Err(why) => {
                outcome.verdict = Verdict::Inconclusive;
                outcome.reason = Some(why);
                outcome = settled(model, outcome);
            }
        }
    }
    outcome
}

/// The outcome of a target that can be searched: the corpus first, then the engines.
fn sought(
    model: &Model,
    sources: &Sources,
    target: &Target,
    options: &Options,
    told: &(dyn Fn(Step) -> bool + Sync),
) -> Outcome {
    let corpus = options.corpus.as_deref();
    let replayed = corpus.map(|folder| corpus::replay(model, sources, target, folder));
    let replayed = replayed.unwrap_or_default();
    let budget = budget(target, options);
    let mut found = match options.campaign.as_ref() {
        Some(campaign) if options.engines != Engines::Solve => {
            let rounds = Rounds::of(campaign, (model, sources), target, &budget);
            search_in_rounds(model, target, &budget, &rounds, told)
        }
        Some(_) | None => searched(model, target, options, told),
    };
    if let Some((_, run)) = &replayed.failing
        && found.witness.is_none()
    {
        // The search missed what the corpus holds: the corpus's run is the counterexample.
        shrunk(model, target, &budget, run.clone(), &mut found, told);
    }
    let mut outcome = decided(model, sources, target, options, found, told);
    outcome.corpus = replayed.states;
    outcome.causes = super::causes::of(model, &outcome);
    outcome = settled(model, outcome);
    outcome.repairs = repair::of(model, &outcome, &mut |repaired| {
        let found = searched(model, repaired, options, told);
        decided(model, sources, repaired, options, found, told)
    });
    outcome.file = replayed.failing.map(|(path, _)| path);
    if let Some(folder) = corpus.filter(|_| options.save) {
        match corpus::save(model, sources, &outcome, folder) {
            Ok(Some(path)) => outcome.file = Some(path),
            Ok(None) => {}
            Err(why) => outcome.reason = Some(format!("not saved: {why}")),
        }
    }
    outcome
}

/// What the search finds, if it may be asked.
fn searched(
    model: &Model,
    target: &Target,
    options: &Options,
    told: &(dyn Fn(Step) -> bool + Sync),
) -> Found {
    match options.engines {
        Engines::Auto | Engines::Search | Engines::Exhaust => {
            search(model, target, &budget(target, options), told)
        }
        Engines::Solve => Found::default(),
    }
}

/// What is claimed after the search, once the solver was asked for what it left open.
fn decided(
    model: &Model,
    sources: &Sources,
    target: &Target,
    options: &Options,
    mut found: Found,
    told: &(dyn Fn(Step) -> bool + Sync),
) -> Outcome {
    let solved = match options.engines {
        Engines::Auto | Engines::Solve => {
            solve::solve(model, sources, target, options, &mut found, told)
        }
        Engines::Search | Engines::Exhaust => Solved::NotAsked,
    };
    let mut outcome = claimed(model, sources, target, found);
    match solved {
        Solved::Decided => outcome.engine = Engine::Solve,
        Solved::Proved => {
            outcome.engine = Engine::Solve;
            outcome.verdict = match outcome.verdict {
                Verdict::Verified => Verdict::Proved,
                other => other,
            };
        }
        Solved::NotAsked => {}
        Solved::Undecided(why) => outcome.undecided = Some(why),
    }
    if options.engines == Engines::Exhaust && outcome.verdict == Verdict::Tested {
        outcome.verdict = Verdict::Inconclusive;
        outcome.reason = Some("there are too many runs to try them all".to_string());
    }
    outcome
}

/// Where the property speaks of time though steps have no duration.
// spec: formula.time
fn timed(model: &Model, target: &Target) -> Option<crate::diag::Span> {
    needs_time(model, target.property).filter(|_| target.settings.tick.is_none())
}

/// The outcome with whether it is as expected, and why not.
fn settled(model: &Model, mut outcome: Outcome) -> Outcome {
    let surprise = surprise(model, &outcome);
    outcome.as_expected = surprise.is_none();
    outcome.reason = outcome.reason.or(surprise);
    outcome
}

/// The outcome of the implicit property `no_faults`, where a run faulted and no check names it.
// spec: fault.list
fn no_faults(
    model: &Model,
    sources: &Sources,
    options: &Options,
    outcomes: &[Outcome],
    progress: Told<'_>,
) -> Option<Outcome> {
    let (id, property) = model.properties.pairs().find(|(_, p)| p.role == Role::NoFaults)?;
    if outcomes.iter().any(|outcome| outcome.target.property == id) {
        return None;
    }
    let faulted = outcomes.iter().find(|outcome| outcome.coverage.faulted > 0)?;
    let mut target = faulted.target.clone();
    (target.property, target.alias) = (id, None);
    target.settings.expect = None;
    target.span = property.span;
    Some(one(model, sources, &target, options, progress))
}

/// Setups that are tried to see whether one satisfies all tagged properties.
const SETUPS_TRIED: u64 = 100;

/// A row that says how the tagged properties fare together. It counts for nothing, unless a
/// check names `holistic`.
fn holistic(
    model: &Model,
    options: &Options,
    outcomes: &[Outcome],
    progress: Told<'_>,
) -> Option<Outcome> {
    let (id, property) = model.properties.pairs().find(|(_, p)| p.role == Role::Holistic)?;
    if outcomes.iter().any(|outcome| outcome.target.property == id) {
        return None;
    }
    let settings = model.defaults.clone();
    let target = Target { property: id, alias: None, settings, span: property.span };
    let told = |step: Step| progress(&property.name, step);
    let (tried, good) = satisfied(model, &target, &budget(&target, options), SETUPS_TRIED, &told);
    let mut outcome = inconclusive(&target, String::new());
    let violated = violated_tagged(model, outcomes);
    outcome.verdict = if violated.is_empty() { Verdict::Tested } else { Verdict::Violated };
    outcome.as_expected = true;
    outcome.coverage.runs = tried;
    outcome.coverage.setups = tried;
    let mut words = Vec::new();
    if !violated.is_empty() {
        words.push(format!("violated by {}", violated.join(", ")));
    }
    words.push(match (tried, good) {
        (0, _) => "no setup was tried for all of them together".to_string(),
        (tried, 0) => format!("in conflict: none of {tried} setups tried satisfies all"),
        (tried, good) => format!("{good} of {tried} setups tried satisfy all"),
    });
    outcome.reason = Some(words.join("; "));
    Some(outcome)
}

/// The tagged properties that are violated, in backticks, each once.
fn violated_tagged(model: &Model, outcomes: &[Outcome]) -> Vec<String> {
    let tagged = |id: PropId| model.properties[id].alignment.is_some();
    let mut names: Vec<String> = Vec::new();
    for outcome in outcomes {
        let id = outcome.target.property;
        let name = format!("`{}`", model.properties[id].name);
        if outcome.verdict == Verdict::Violated && tagged(id) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
