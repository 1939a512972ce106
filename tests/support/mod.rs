//! What several test files need: reading models, and checking them with a small budget.
#![allow(dead_code)] // each test file is a crate of its own and uses a part of this

use std::path::{Path, PathBuf};

use polity::base::Seed;
use polity::check::{self, Engines, Options, Outcome};
use polity::diag::{Diagnostic, FileId, Sources, render};
use polity::ir::Model;
use polity::search::{Budget, any_setups};
use polity::trace::Run;
use polity::{analysis, syntax};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The folder of the crate.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `folder` with this ending, sorted.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{folder:?}: {e}")) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Analyses a text, with `use` relative to `folder`.
pub fn analyse(name: &str, text: &str, folder: &Path) -> (Option<Model>, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let (tree, mut diagnostics) = syntax::parse(file, text);
    let mut load = |sources: &mut Sources, _: FileId, path: &str| {
        let text = std::fs::read_to_string(folder.join(path)).map_err(|e| e.to_string())?;
        Ok(sources.add(path, text))
    };
    let parsed = !polity::diag::has_errors(&diagnostics);
    let (model, more) = analysis::analyse(&tree, &mut sources, &mut load);
    diagnostics.extend(more);
    (model.filter(|_| parsed), diagnostics, sources)
}

/// The model of a text that has no errors.
pub fn model(name: &str, text: &str) -> (Model, Sources) {
    let (model, diagnostics, sources) = analyse(name, text, &root().join("properties"));
    match model {
        Some(model) => (model, sources),
        None => panic!("{name}:\n{}\n{text}", render::render(&diagnostics, &sources, false)),
    }
}

/// The model of a file below `properties`.
pub fn shipped(name: &str) -> (Model, Sources) {
    let text = std::fs::read_to_string(root().join("properties").join(name)).expect("the file");
    model(name, &text)
}

/// The budget that `polity check` has by default.
pub fn budget() -> Budget {
    Budget {
        runs_max: 10_000,
        exhaust_max: 50_000,
        chain_max: 500_000,
        shrink_max: 20_000,
        seed: Seed(0),
        threads: 2,
        guidance: polity::search::Guidance::Guided,
    }
}

/// Checks the targets of `model` with these names (all, if none is named).
pub fn check(model: &Model, sources: &Sources, only: &[&str], budget: Budget) -> Vec<Outcome> {
    let options = Options {
        only: only.iter().map(|name| name.to_string()).collect(),
        budget,
        engines: Engines::Auto,
        work: 40_000_000,
        corpus: None,
        campaign: None,
        save: false,
    };
    check::check(model, sources, &options, &|_, _| true)
}

/// The only outcome for the target of this name (its alias, or its property).
pub fn outcome(model: &Model, sources: &Sources, name: &str, budget: Budget) -> Outcome {
    let mut outcomes = check(model, sources, &[name], budget);
    outcomes.retain(|outcome| target_name(model, outcome) == name);
    assert_eq!(outcomes.len(), 1, "targets named {name}");
    outcomes.remove(0)
}

/// The name that results go by.
pub fn target_name<'a>(model: &'a Model, outcome: &'a Outcome) -> &'a str {
    let property = &model.properties[outcome.target.property];
    outcome.target.alias.as_deref().unwrap_or(&property.name)
}

/// A run of some setup of the model: the same for the same seed.
pub fn some_run(model: &Model, seed: u64) -> Run {
    let seed_bytes: Vec<u8> = (0..32).map(|at| (seed >> (at % 8)) as u8 ^ at as u8).collect();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed_bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let setup = any_setups(model, &[]).new_tree(&mut runner).expect("a setup").current();
    Run {
        setup,
        seed: Seed(seed),
        choices: Default::default(),
        draws: Default::default(),
        steps: model.defaults.steps,
    }
}
