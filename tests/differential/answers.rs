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
use polity::ir::Model;
use polity::ir::property::Target;
use polity::reference::{Terms, Witness};
use polity::search::space::Space;
use polity::search::subject::Subject;
use polity::search::{Budget, Found, Least, one_minimal, search, sizes};
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
];

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
            Answer::Violated { run: Box::new(witness.run().clone()), least: true }
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
        Some(witness) => Answer::Violated { run: Box::new(witness.run().clone()), least: false },
        None => Answer::Unknown("no run of the sample violates".into()),
    }
}

fn budget(runs_max: u64, exhaust_max: u64) -> Budget {
    Budget { runs_max, exhaust_max, shrink_max: 20_000, seed: Seed(7), threads: 1 }
}

/// An error where an answer is wrong in itself, or two contradict each other.
pub fn agree(model: &Model, target: &Target, answers: &[(&str, Answer)]) -> Result<(), String> {
    let mut claims: Vec<(&str, Claim)> = Vec::new();
    for (name, answer) in answers {
        match answer {
            Answer::Unknown(_) => {}
            Answer::Nothing => claims.push((name, Claim::Nothing)),
            Answer::Violated { run, least } => {
                let witness = replayed(model, target, run)
                    .map_err(|why| format!("{name} is wrong, {why}: {run:?}"))?;
                let smaller = if *least { one_minimal(model, target, &witness) } else { vec![] };
                if !smaller.is_empty() {
                    return Err(format!("{name}: its least still violates after {smaller:?}"));
                }
                let counters = counters(model, target, &witness);
                claims.push((name, Claim::Violated { counters, least: *least }));
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
enum Claim {
    Nothing,
    Violated { counters: Vec<u32>, least: bool },
}

impl Claim {
    fn contradicts(&self, other: &Claim) -> bool {
        match (self, other) {
            (Claim::Nothing, Claim::Nothing) => false,
            (Claim::Nothing, Claim::Violated { .. }) => true,
            (Claim::Violated { .. }, Claim::Nothing) => true,
            (Claim::Violated { counters, least }, Claim::Violated { counters: fewer, .. }) => {
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
