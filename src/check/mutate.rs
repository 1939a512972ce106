//! Mutation of the model: is there a property that notices when it is changed?
//!
//! In: a model and what its checks may spend. Out: for each single change, whether some property
//! answers otherwise. A change that none notices is either one that does not matter, or something
//! that nobody asks about.
//!
//! # Invariants
//! - Model and mutants are checked alike: same budget, same seed, the search alone.
//! - The number of threads changes nothing: mutants are independent, and come in their order.

pub mod edit;
mod same;
pub mod words;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use edit::{Change, changed, changes};
use words::Texts;

use super::options::Options;
use super::outcome::{Outcome, Verdict};
use super::plan::{check, name};
use crate::diag::Sources;
use crate::ir::Model;
use crate::ir::property::Role;
use crate::search::plan::in_pool;
use crate::search::{Budget, Step};

/// What became of a mutant.
#[derive(Clone, PartialEq, Debug)]
pub enum Fate {
    /// Some properties answer otherwise: their names, with the answers before and after.
    Noticed(Vec<Noticed>),
    /// None does.
    Unnoticed,
    /// None does, and no run of so many differed from the model's.
    Alike(u64),
    /// It was not tried: time was up.
    Untried,
}

/// How a property noticed it.
#[derive(Clone, PartialEq, Debug)]
pub struct Noticed {
    /// The property or check.
    pub name: String,
    /// Its answer on the model.
    pub before: String,
    /// Its answer on the mutant.
    pub after: String,
}

/// A mutant with what became of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Mutant {
    /// What was changed.
    pub change: Change,
    /// What became of it.
    pub fate: Fate,
}

/// What came of a model's mutants.
#[derive(Clone, PartialEq, Debug)]
pub struct Mutated {
    /// The mutants that were chosen, in the order of the text.
    pub mutants: Vec<Mutant>,
    /// How many there are in all.
    pub all: usize,
    /// What was asked, and answers, by the names of properties and checks.
    pub asked: Vec<(String, String)>,
}

impl Mutated {
    /// Noticed, and not noticed.
    pub fn counts(&self) -> (usize, usize) {
        let noticed = |mutant: &&Mutant| matches!(mutant.fate, Fate::Noticed(_));
        let unnoticed = |mutant: &&Mutant| mutant.fate == Fate::Unnoticed;
        (self.mutants.iter().filter(noticed).count(), self.mutants.iter().filter(unnoticed).count())
    }

    /// How many in a hundred were noticed, of those that were noticed or not; none without any.
    pub fn score(&self) -> Option<f64> {
        let (noticed, unnoticed) = self.counts();
        let all = noticed + unnoticed;
        (all > 0).then(|| 100.0 * noticed as f64 / all as f64)
    }

    /// The properties that noticed nothing, where something was tried.
    pub fn idle(&self) -> Vec<&str> {
        if self.score().is_none() {
            return Vec::new();
        }
        let noticed = |name: &str| {
            self.mutants.iter().any(|mutant| match &mutant.fate {
                Fate::Noticed(by) => by.iter().any(|one| one.name == name),
                Fate::Unnoticed | Fate::Alike(_) | Fate::Untried => false,
            })
        };
        self.asked.iter().map(|(name, _)| &name[..]).filter(|name| !noticed(name)).collect()
    }
}

/// Runs of a mutant that are held against the model's.
const ALIKE_RUNS: u64 = 200;

/// Changes the model in up to `most` ways, spread evenly over its text, and checks each mutant.
/// `progress` is told how many are done of how many; `false` stops.
pub fn mutate(
    model: &Model,
    sources: &Sources,
    options: &Options,
    most: usize,
    progress: &(dyn Fn(u64, u64) -> bool + Sync),
) -> Mutated {
    let plain = &unmended(model);
    let (model, texts) = (plain, Texts { model: plain, sources });
    let all = changes(model, &texts);
    let count = all.len();
    let chosen = spread(all, most);
    // Mutants are many: each has one thread.
    let wide = options.budget;
    let budget = Budget { threads: 1, ..options.budget };
    let options = Options { budget, campaign: None, corpus: None, save: false, ..options.clone() };
    let asked = |model: &Model, go_on: &(dyn Fn() -> bool + Sync)| {
        answers(model, &check(model, sources, &options, &|_, _: Step| go_on()))
    };
    let original = asked(model, &|| true);
    let done = AtomicU64::new(0);
    let total = chosen.len() as u64;
    let one = |change: Change| {
        let go_on = || progress(done.load(Ordering::SeqCst), total);
        let fate = match changed(model, &texts, &change) {
            Some(mutant) if go_on() => {
                let answers = asked(&mutant, &go_on);
                match (noticed(&original, &answers), go_on()) {
                    (by, _) if !by.is_empty() => Fate::Noticed(by),
                    (_, false) => Fate::Untried,
                    (_, true) => unnoticed(model, &mutant, &options),
                }
            }
            Some(_) | None => Fate::Untried,
        };
        done.fetch_add(1, Ordering::SeqCst);
        Mutant { change, fate }
    };
    let mutants = in_pool(&wide, || chosen.into_par_iter().map(one).collect());
    let asked = original.into_iter().map(|(name, answer)| (name, answer.words)).collect();
    Mutated { mutants, all: count, asked }
}

/// The model without what its checks ask of what is violated: only answers count here.
fn unmended(model: &Model) -> Model {
    let mut plain = model.clone();
    for target in &mut plain.targets {
        target.settings.repairs.clear();
        target.settings.front.clear();
    }
    plain
}

/// Up to `most` of the changes, evenly spread.
fn spread(all: Vec<Change>, most: usize) -> Vec<Change> {
    let count = all.len();
    if count <= most {
        return all;
    }
    let mut all: Vec<Option<Change>> = all.into_iter().map(Some).collect();
    (0..most).filter_map(|at| all[at * count / most].take()).collect()
}

/// The answer to a property.
#[derive(Clone, PartialEq, Debug)]
struct Answer {
    class: Class,
    words: String,
    as_expected: bool,
}

/// Answers that are told apart: by how many runs, or by what, something holds is no matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Class {
    Violated,
    Holds,
    Vacuous,
    Found,
    NotFound,
    Open,
}

/// The answers by name. A row that is for information only is none.
fn answers(model: &Model, outcomes: &[Outcome]) -> BTreeMap<String, Answer> {
    let mut answers = BTreeMap::new();
    for outcome in outcomes {
        let id = outcome.target.property;
        let implicit = model.targets.iter().all(|target| target.property != id);
        if implicit && model.properties[id].role == Role::Holistic {
            continue;
        }
        let class =
            match outcome.verdict {
                Verdict::Violated => Class::Violated,
                Verdict::Proved | Verdict::Verified | Verdict::Tested => {
                    if outcome.vacuous.is_empty() { Class::Holds } else { Class::Vacuous }
                }
                Verdict::Found => Class::Found,
                Verdict::NotFound => Class::NotFound,
                Verdict::Inconclusive | Verdict::Monitored => Class::Open,
            };
        let words = match class {
            Class::Vacuous => "vacuous".to_string(),
            Class::Violated | Class::Holds | Class::Found | Class::NotFound | Class::Open => {
                outcome.verdict.word().replace('_', " ")
            }
        };
        let answer = Answer { class, words, as_expected: outcome.as_expected };
        answers.insert(name(model, &outcome.target).to_string(), answer);
    }
    answers
}

/// The properties that answer otherwise. What is left open on the mutant is no answer.
fn noticed(before: &BTreeMap<String, Answer>, after: &BTreeMap<String, Answer>) -> Vec<Noticed> {
    let mut found = Vec::new();
    for (name, now) in after {
        // A property that is not asked of the model is `no_faults`, and nothing faulted.
        let (class, words, fine) = match before.get(name) {
            Some(then) => (then.class, then.words.clone(), then.as_expected),
            None => (Class::Holds, "no fault".to_string(), true),
        };
        let other_sizes = class == now.class && fine && !now.as_expected;
        if now.class == Class::Open || class == now.class && !other_sizes {
            continue;
        }
        if class == Class::Open && now.as_expected {
            continue;
        }
        let after = match other_sizes {
            true => format!("{}, not as expected", now.words),
            false => now.words.clone(),
        };
        found.push(Noticed { name: name.clone(), before: words, after });
    }
    found
}

/// Whether a mutant that no property notices does anything at all.
fn unnoticed(model: &Model, mutant: &Model, options: &Options) -> Fate {
    let longest = model.targets.iter().max_by_key(|target| target.settings.steps);
    let Some(target) = longest.filter(|_| !model.is_signature()) else { return Fate::Unnoticed };
    let seed = options.budget.seed.stream(0x616C_696B_6500);
    match same::alike(model, mutant, target, (ALIKE_RUNS, seed)) {
        Some(made) if made > 0 => Fate::Alike(made),
        Some(_) | None => Fate::Unnoticed,
    }
}
