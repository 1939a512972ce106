//! The same questions by polity's solver alone, as `polity check --engine solve` asks them.
//!
//! In: a question with its analysed model. Out: what is proved, from the outcome of the check.
//! Counted is everything after analysis: the encoding, Z3, the replay on the reference and the
//! shrinker's look at what was found.

use polity::base::Seed;
use polity::check::{Engine, Engines, Options, Outcome, Verdict, check};
use polity::diag::Sources;
use polity::ir::Model;
use polity::search::{Budget, Least};

use crate::question::Answer;

/// The solver's work for a question, in Z3's own count: what `polity check` gives.
const WORK: u64 = 40_000_000;

/// The answer, if it is proved.
///
/// With `agents` as what is minimised where sizes are fixed, that it fails is all there is to say.
pub fn answer(model: &Model, sources: &Sources) -> Result<Answer, String> {
    let options = Options {
        only: vec!["asked".to_string()],
        budget: Budget {
            runs_max: 0,
            exhaust_max: 0,
            shrink_max: 0,
            seed: Seed(1),
            threads: 1,
        },
        engines: Engines::Solve,
        work: WORK,
        corpus: None,
        save: false,
    };
    let outcomes = check(model, sources, &options, &|_, _| true);
    let [outcome] = &outcomes[..] else {
        return Err(format!("{} outcomes of one question", outcomes.len()));
    };
    proved(outcome)
}

fn proved(outcome: &Outcome) -> Result<Answer, String> {
    let order = &outcome.target.settings.minimize;
    let is_least = outcome.minimal == Some(Least::Proved);
    match (outcome.engine, outcome.verdict) {
        (Engine::Solve, Verdict::Verified) => Ok(Answer::Holds),
        (Engine::Solve, Verdict::Violated) if is_least => match order.first() {
            Some(first) => Ok(Answer::Least(outcome.sizes[first])),
            None => Ok(Answer::Fails),
        },
        (engine, verdict) => Err(format!(
            "{verdict:?} by {engine:?}, minimal {:?}: {:?}, {:?}",
            outcome.minimal, outcome.undecided, outcome.reason
        )),
    }
}
