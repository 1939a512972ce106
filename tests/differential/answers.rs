//! What engines answer for a target, and what must agree.
//!
//! In: a model and a target of it. Out: an [`Answer`] of each engine, and an error where two of
//! them contradict each other.
//!
//! To have another engine compared, write a function like [`sampling`] and name it in
//! [`ENGINES`]. Nothing it says is believed: its runs are made again by the reference evaluator,
//! and its counters counted anew.

use std::sync::Arc;

use polity::base::Seed;
#[cfg(feature = "z3")]
use polity::check::nearby::replaying;
#[cfg(feature = "z3")]
use polity::check::solve::for_ever;
use polity::ir::Model;
use polity::ir::property::Target;
use polity::reference::{Terms, Witness};
use polity::search::space::Space;
use polity::search::subject::Subject;
use polity::search::{Budget, Found, Least, one_minimal, search, sizes};
#[cfg(feature = "z3")]
use polity::smt::{Claim, Purse, Question, Said, ask};
use polity::trace::Run;

/// What an engine says of a target.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Some run violates it (of a witness: does it).
    Violated {
        /// The run.
        run: Box<Run>,
        /// Whether the engine claims that no violating run has less of what `minimize` names.
        least: bool,
        /// Whether it was shrunk besides: then no single edit of it violates.
        shrunk: bool,
    },
    /// No run within the bounds does.
    Nothing,
    /// The engine cannot tell, and why.
    Unknown(String),
}

/// An engine.
pub struct Engine {
    /// Its name.
    pub name: &'static str,
    /// What it answers.
    pub answer: fn(&Model, &Target) -> Answer,
    /// Of how many targets in a hundred it has to tell, where everything is finite.
    pub decides: usize,
}

/// The engines that are compared: each with each.
pub const ENGINES: &[Engine] = &[
    Engine { name: "trying everything", answer: |m, t| exhaustive(m, t).0, decides: 90 },
    Engine { name: "sampling", answer: sampling, decides: 25 },
    #[cfg(feature = "z3")]
    Engine { name: "the solver", answer: solving, decides: 70 },
    #[cfg(feature = "z3")]
    Engine { name: "induction", answer: inducing, decides: 0 },
];

/// What the solver may spend on one target.
#[cfg(feature = "z3")]
const WORK: u64 = 20_000_000;

/// Runs that trying everything may take, for each size.
const EXHAUST_MAX: u64 = 12_000;
/// Runs that are sampled.
const SAMPLED: u64 = 120;

/// Everything is tried, and what was found on the way; the answer is unknown where that is too
/// much.
pub fn exhaustive(model: &Model, target: &Target) -> (Answer, Found) {
    let found = search(model, target, &budget(0, EXHAUST_MAX), &|_| true);
    let answer = match (&found.witness, found.minimal, found.coverage.exhausted) {
        (Some(witness), Some(Least::Proved), _) => {
            Answer::Violated { run: Box::new(witness.run().clone()), least: true, shrunk: true }
        }
        (Some(_), ..) => Answer::Unknown("not all that is smaller was tried".into()),
        (None, _, true) => Answer::Nothing,
        (None, _, false) => Answer::Unknown("not everything was tried".into()),
    };
    (answer, found)
}

/// Some runs are made, and what they find is shrunk.
pub fn sampling(model: &Model, target: &Target) -> Answer {
    match search(model, target, &budget(SAMPLED, 0), &|_| true).witness {
        Some(witness) => {
            let run = Box::new(witness.run().clone());
            Answer::Violated { run, least: false, shrunk: false }
        }
        None => Answer::Unknown("no run of the sample violates".into()),
    }
}

/// The solver is asked size by size; what it claims is not shrunk.
#[cfg(feature = "z3")]
fn solving(model: &Model, target: &Target) -> Answer {
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let (sizes, complete) = subject.space.sizes();
    if !complete {
        return Answer::Unknown("there are too many sizes".into());
    }
    let go_on = || true;
    let purse = Purse::new(WORK, 60_000, &go_on);
    let mut best: Option<Claim> = None;
    let mut proved = true;
    for sizes in &sizes {
        let (property, settings) = (target.property, &target.settings);
        let question = Question { model, property, settings, sizes };
        match ask(question, &settings.minimize, &purse) {
            Err(unsupported) => {
                return Answer::Unknown(format!("it does not have {}", unsupported.what));
            }
            Ok(Said::Unknown(why)) => return Answer::Unknown(why),
            Ok(Said::Never | Said::Breaks(_)) => {}
            Ok(Said::Does(claim)) => {
                proved &= claim.open.is_none();
                if best.as_ref().is_none_or(|best| claim.least < best.least) {
                    best = Some(*claim);
                }
            }
        }
    }
    match best {
        None => Answer::Nothing,
        Some(claim) => {
            let run = replaying(&subject, claim.run.clone()).unwrap_or(claim.run);
            Answer::Violated { run: Box::new(run), least: proved, shrunk: false }
        }
    }
}

/// What is proved for every number of steps holds up to the horizon.
#[cfg(feature = "z3")]
fn inducing(model: &Model, target: &Target) -> Answer {
    match for_ever(&Arc::new(model.clone()), target, WORK) {
        true => Answer::Nothing,
        false => Answer::Unknown("there is no proof for every number of steps".into()),
    }
}

fn budget(runs_max: u64, exhaust_max: u64) -> Budget {
    Budget {
        runs_max,
        exhaust_max,
        chain_max: 500_000,
        shrink_max: 20_000,
        seed: Seed(7),
        threads: 1,
        guidance: polity::search::Guidance::Guided,
    }
}

/// An error where an answer is wrong in itself, or two contradict each other.
pub fn agree(model: &Model, target: &Target, answers: &[(&str, Answer)]) -> Result<(), String> {
    let mut claims: Vec<(&str, Counted)> = Vec::new();
    for (name, answer) in answers {
        match answer {
            Answer::Unknown(_) => {}
            Answer::Nothing => claims.push((name, Counted::Nothing)),
            Answer::Violated { run, least, shrunk } => {
                let witness = replayed(model, target, run)
                    .map_err(|why| format!("{name} is wrong, {why}: {run:?}"))?;
                let smaller = if *shrunk { one_minimal(model, target, &witness) } else { vec![] };
                if !smaller.is_empty() {
                    return Err(format!("{name}: its least still violates after {smaller:?}"));
                }
                let counters = counters(model, target, &witness);
                claims.push((name, Counted::Violated { counters, least: *least }));
            }
        }
    }
    for (at, (one, claim)) in claims.iter().enumerate() {
        for (other, another) in &claims[at + 1..] {
            if claim.contradicts(another) || another.contradicts(claim) {
                return Err(format!("{one}: {claim:?}, but {other}: {another:?}"));
            }
        }
    }
    Ok(())
}

/// An answer with its counters, which were counted anew.
#[derive(Debug)]
enum Counted {
    Nothing,
    Violated { counters: Vec<u32>, least: bool },
}

impl Counted {
    fn contradicts(&self, other: &Counted) -> bool {
        match (self, other) {
            (Counted::Nothing, Counted::Nothing) => false,
            (Counted::Nothing, Counted::Violated { .. }) => true,
            (Counted::Violated { .. }, Counted::Nothing) => true,
            (Counted::Violated { counters, least }, Counted::Violated { counters: fewer, .. }) => {
                *least && fewer < counters
            }
        }
    }
}

/// The run as the reference evaluator makes it; an error where it does not violate, or is none
/// of those that are searched.
fn replayed(model: &Model, target: &Target, run: &Run) -> Result<Witness, String> {
    let settings = &target.settings;
    let terms =
        Terms { tick: settings.tick, complete: settings.complete, tolerance: settings.tolerance };
    let space = Space::new(Arc::new(model.clone()), &settings.given);
    if !Subject::new(space, target).admits(&run.setup) {
        return Err("its setup breaks an `assume` or a pin".into());
    }
    if run.steps != settings.steps {
        return Err(format!("it has {} steps, not {}", run.steps, settings.steps));
    }
    Witness::replay(model, target.property, run.clone(), &terms)
        .ok_or_else(|| "its run does not violate when it is made again".into())
}

/// What `minimize` names, in its order.
fn counters(model: &Model, target: &Target, witness: &Witness) -> Vec<u32> {
    let all = sizes(model, witness).0;
    target.settings.minimize.iter().map(|counter| all[counter]).collect()
}
