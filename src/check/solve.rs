//! The solver's part of a check: what the search left open, size by size.
//!
//! In: a target and what the search found. Out: the same, stronger: everything within the bounds
//! is decided, or a counterexample is found, or the one found is proved least; else why not. A
//! run that the solver claims counts only once the reference has seen it.

use std::sync::Arc;

use super::options::Options;
use crate::diag::Sources;
use crate::ir::Model;
use crate::ir::property::{Counter, Role, Target};
use crate::search::size::{counter, sizes};
use crate::search::space::{Sizes, Space};
use crate::search::subject::{Seen, Subject};
use crate::search::{Budget, Found, Least, Step, shrunk};
use crate::smt::{Claim, Purse, Question, Said, Unsupported, any_run, ask, horn, induct};
use crate::trace::Run;

/// Wall time that one question may take, in milliseconds: the work comes to an end before.
const QUESTION_MILLISECONDS: u32 = 120_000;
/// The part of a target's work that a proof by induction may take besides.
const PROOF_SHARE: u64 = 4;
/// The stack of the thread that encodes: a model's trees are deep.
const STACK_BYTES: usize = 512 << 20;

/// What came of asking the solver.
#[derive(Clone, PartialEq, Debug)]
pub enum Solved {
    /// What is claimed now rests on the solver.
    Decided,
    /// It holds for every number of steps.
    Proved,
    /// It was not asked: nothing was open.
    NotAsked,
    /// It did not decide, and why.
    Undecided(String),
}

/// Asks the solver what the search left open, and puts it into `found`.
pub fn solve(
    model: &Model,
    sources: &Sources,
    target: &Target,
    options: &Options,
    found: &mut Found,
    progress: &(dyn Fn(Step) -> bool + Sync),
) -> Solved {
    let settled = match &found.witness {
        Some(_) => found.minimal == Some(Least::Proved),
        None => found.coverage.exhausted,
    };
    if found.fault.is_some() || model.properties[target.property].chance {
        return Solved::NotAsked;
    }
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let go_on = || progress(Step::default());
    let counts = found.witness.is_none() && found.coverage.runs > 0;
    // An induction is cheap where a proof up to the horizon is not: it comes first.
    if counts && !found.coverage.closed && can_be_proved(model, target) {
        let work = options.work / PROOF_SHARE;
        let proved = on_a_thread(|| {
            proved(&subject, &Purse::new(work, QUESTION_MILLISECONDS, &go_on)).unwrap_or(false)
        });
        if proved.unwrap_or(false) {
            decided(found);
            return Solved::Proved;
        }
    }
    if settled {
        return Solved::NotAsked;
    }
    let asked = on_a_thread(|| {
        all_sizes(&subject, found, &Purse::new(options.work, QUESTION_MILLISECONDS, &go_on))
    });
    match asked {
        Err(why) => Solved::Undecided(format!("no thread for the solver: {why}")),
        Ok(Err(Unsupported { span, what })) => {
            let (line, column) = sources.position(span);
            Solved::Undecided(format!("the solver does not have {what} ({line}:{column})"))
        }
        Ok(Ok(answer)) => concluded(model, target, &options.budget, found, answer, progress),
    }
}

/// Whether a property can be violated, as the solver has it.
#[derive(Clone, PartialEq, Debug)]
pub enum Violable {
    /// Yes: with these counters, in the order of `minimize`. The reference has seen the run.
    Yes(Vec<u32>),
    /// Not within the bounds.
    No,
    /// Not known, and why.
    Unknown(String),
}

/// Asks the solver alone whether a target can be violated within its bounds.
pub fn violable(
    model: &Arc<Model>,
    target: &Target,
    work: u64,
    progress: &(dyn Fn(Step) -> bool + Sync),
) -> Violable {
    let space = Space::new(Arc::clone(model), &target.settings.given);
    let subject = Subject::new(space, target);
    let go_on = || progress(Step::default());
    let mut nothing = Found::default();
    nothing.coverage.runs = 1;
    let asked = on_a_thread(|| {
        all_sizes(&subject, &nothing, &Purse::new(work, QUESTION_MILLISECONDS, &go_on))
    });
    match asked {
        Err(why) => Violable::Unknown(format!("no thread for the solver: {why}")),
        Ok(Err(lacks)) => Violable::Unknown(format!("the solver does not have {}", lacks.what)),
        Ok(Ok(answer)) => match (answer.best, answer.open, answer.all) {
            (Some((_, least, _)), ..) => Violable::Yes(least),
            (None, None, true) => Violable::No,
            (None, why, _) => {
                Violable::Unknown(why.unwrap_or_else(|| "not all sizes were asked about".into()))
            }
        },
    }
}

/// Whether the solver proves that a target holds for every number of steps.
pub fn for_ever(model: &Arc<Model>, target: &Target, work: u64) -> bool {
    let space = Space::new(Arc::clone(model), &target.settings.given);
    let subject = Subject::new(space, target);
    let purse = Purse::new(work, QUESTION_MILLISECONDS, &|| true);
    can_be_proved(model, target) && proved(&subject, &purse).unwrap_or(false)
}

/// Everything within the bounds is decided, and nothing violates.
fn decided(found: &mut Found) {
    found.coverage.exhausted = true;
    found.coverage.rate_max = None;
}

/// Whether there are steps to be proved over, and a property that must hold.
fn can_be_proved(model: &Model, target: &Target) -> bool {
    let property = match model.properties[target.property].role {
        Role::Property | Role::Invariant => true,
        Role::Witness | Role::NoFaults | Role::Holistic => false,
    };
    property && model.has_dynamics()
}

/// Whether the property holds for every number of steps, at every size: by induction, with the
/// model's invariants as lemmas once they are proved themselves.
fn proved(subject: &Subject<'_>, purse: &Purse<'_>) -> Result<bool, Unsupported> {
    let model = subject.model();
    let (sizes, complete) = subject.space.sizes();
    if !complete {
        return Ok(false);
    }
    for size in &sizes {
        let settings = &subject.target.settings;
        let of = |property| Question { model, property, settings, sizes: size };
        let mut lemmas = Vec::new();
        for (id, property) in model.properties.pairs() {
            let lemma = property.role == Role::Invariant && id != subject.property;
            if lemma && induct(of(id), &lemmas, purse)?.is_some() {
                lemmas.push(id);
            }
        }
        if induct(of(subject.property), &lemmas, purse)?.is_none()
            && !horn(of(subject.property), purse)?
        {
            return Ok(false);
        }
    }
    Ok(!sizes.is_empty())
}

/// Does something on a thread whose stack is deep enough for a model's trees. A new thread has a
/// solver's context of its own, which goes with it.
fn on_a_thread<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, std::io::Error> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        match thread.spawn_scoped(scope, work)?.join() {
            Ok(answer) => Ok(answer),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// What the sizes came to.
#[derive(Default)]
struct Answer {
    /// The least run, with its counters, and whether nothing is less in them.
    best: Option<(Run, Vec<u32>, bool)>,
    /// Why something was left open.
    open: Option<String>,
    /// Whether all sizes that matter were decided.
    all: bool,
    /// A run in which the formula itself faults.
    broken: Option<Run>,
    /// Some run, where the search had found none that counts.
    any: Option<Run>,
}

/// Asks size by size, fewest agents first.
// spec: solver.verify
fn all_sizes(
    subject: &Subject<'_>,
    found: &Found,
    purse: &Purse<'_>,
) -> Result<Answer, Unsupported> {
    let model = subject.model();
    let counters = &subject.target.settings.minimize;
    let (sizes, complete) = subject.space.sizes();
    let known = found.witness.as_ref().map(|witness| rank_of(subject, witness.run()));
    let mut answer = Answer { all: complete, ..Answer::default() };
    let mut never = Vec::new();
    for size in &sizes {
        let least = least_possible(subject, size, counters);
        let best = answer.best.as_ref().map(|best| &best.1).or(known.as_ref());
        if best.is_some_and(|best| *best < least) {
            continue;
        }
        let settings = &subject.target.settings;
        let question = Question { model, property: subject.property, settings, sizes: size };
        match ask(question, counters, purse)? {
            Said::Never => never.push(question),
            Said::Does(claim) => take(subject, *claim, &mut answer),
            Said::Breaks(run) => {
                answer.broken.get_or_insert(*run);
            }
            Said::Unknown(why) => {
                answer.open.get_or_insert(why);
                answer.all = false;
                break;
            }
        }
    }
    // That nothing violates says something only where some run counts.
    if found.coverage.runs == 0 && answer.best.is_none() && answer.all {
        for question in never {
            answer.any = any_run(question, purse)?;
            if answer.any.is_some() {
                break;
            }
        }
    }
    Ok(answer)
}

/// Keeps a claim if it replays (or something near it does) and is less.
fn take(subject: &Subject<'_>, claim: Claim, answer: &mut Answer) {
    let Some(run) = super::nearby::replaying(subject, claim.run) else {
        let why = "the solver's run holds only in exact arithmetic: no run of doubles near it does";
        answer.open.get_or_insert(why.to_string());
        answer.all = false;
        return;
    };
    if answer.best.as_ref().is_none_or(|best| claim.least < best.1) {
        let proved = claim.open.is_none();
        answer.open = answer.open.take().or(claim.open);
        answer.best = Some((run, claim.least, proved));
    }
}

/// The counters of a run that violates.
fn rank_of(subject: &Subject<'_>, run: &Run) -> Vec<u32> {
    let look = subject.replay(run);
    let settled = look.result.and_then(|(_, judgement)| judgement.settled_at);
    let steps = settled.unwrap_or(subject.steps);
    let of = |name: &Counter| counter(subject.model(), &run.setup, *name).unwrap_or(steps);
    subject.target.settings.minimize.iter().map(of).collect()
}

/// Counters that no run of this size can be below, up to the first that sizes do not tell.
fn least_possible(subject: &Subject<'_>, size: &Sizes, counters: &[Counter]) -> Vec<u32> {
    let mut least = Vec::new();
    for name in counters {
        least.push(match name {
            Counter::Agents => subject.space.agents(size),
            Counter::Population(population) => size[*population],
            Counter::Deviations | Counter::Edges | Counter::Steps => break,
        });
    }
    least
}

/// What is claimed of all sizes together.
fn concluded(
    model: &Model,
    target: &Target,
    budget: &Budget,
    found: &mut Found,
    answer: Answer,
    progress: &(dyn Fn(Step) -> bool + Sync),
) -> Solved {
    let open = answer.open.unwrap_or_else(|| "not all sizes were asked about".to_string());
    if let Some(run) = answer.broken {
        return broken(model, target, found, run);
    }
    if let Some((run, least, proved)) = answer.best {
        let before = found.witness.take();
        let minimal = found.minimal.take();
        shrunk(model, target, budget, run, found, progress);
        let better = |found: &Found| {
            found.witness.as_ref().map(|witness| counters_of(model, target, witness))
        };
        if let Some(before) = before
            && better(found).is_none_or(|new| counters_of(model, target, &before) <= new)
        {
            (found.witness, found.minimal) = (Some(before), minimal);
        }
        let now = better(found);
        if !proved || !answer.all || now.as_ref() != Some(&least) {
            return Solved::Undecided(match proved && answer.all {
                true => "the solver and the shrinker disagree on what is least".to_string(),
                false => open,
            });
        }
        found.minimal = Some(Least::Proved);
        return Solved::Decided;
    }
    if !answer.all {
        return Solved::Undecided(open);
    }
    match (&found.witness, found.coverage.runs, answer.any) {
        // The search's run is at a size where the solver finds none: one of both is wrong.
        (Some(_), ..) => Solved::Undecided("the solver does not find what the search did".into()),
        (None, 0, None) => Solved::Undecided("no run counts".to_string()),
        (None, runs, any) => {
            if runs == 0 && any.is_some() {
                found.coverage.runs = 1;
                found.coverage.setups = 1;
                found.coverage.sampled_out = None;
            }
            decided(found);
            Solved::Decided
        }
    }
}

/// The counters of a witness, in the order of `minimize`.
fn counters_of(model: &Model, target: &Target, witness: &crate::reference::Witness) -> Vec<u32> {
    let (all, _) = sizes(model, witness);
    target.settings.minimize.iter().map(|name| all.get(name).copied().unwrap_or(0)).collect()
}

/// A run in which the formula faults, if the reference agrees.
fn broken(model: &Model, target: &Target, found: &mut Found, run: Run) -> Solved {
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    match Subject::new(space, target).replay(&run).seen {
        Seen::Broken(fault) => {
            found.fault = Some((fault, Some(run)));
            Solved::Decided
        }
        Seen::Hit | Seen::Miss | Seen::Pending | Seen::Discarded { .. } | Seen::Faulted(_) => {
            Solved::Undecided("the formula may fault, by the solver, and no run shows it".into())
        }
    }
}
