//! The planted mutants of the solver's encoding (`tests/encoding/*.toml`) still fit the source.
//!
//! That the random models of `tests/differential.rs` catch each of them takes a build with all of
//! them: `cargo bench --bench encoding_mutants` demands it.

#[path = "encoding/mutant.rs"]
mod mutant;
#[cfg(feature = "z3")]
mod support;

use std::collections::BTreeSet;
use std::path::Path;

use mutant::Mutant;

/// Models of each flavour that `tests/differential.rs` compares by default, at least.
const BY_DEFAULT: u64 = 80;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_mutant_fits_in_exactly_one_place() {
    let mut wrong = Vec::new();
    for mutant in Mutant::all_of(root(), "tests/encoding") {
        let source = std::fs::read_to_string(root().join(&mutant.file)).expect("a source file");
        match mutant.span(&source) {
            Ok(_) if mutant.from == mutant.to => wrong.push(format!("{}: no edit", mutant.name)),
            Ok(_) => {}
            Err(why) => wrong.push(why),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn mutants_are_many_and_all_over_the_encoding() {
    let mutants = Mutant::all_of(root(), "tests/encoding");
    let files: BTreeSet<&str> = mutants.iter().map(|mutant| mutant.file.as_str()).collect();
    assert!(mutants.len() >= 16, "only {} mutants", mutants.len());
    assert!(files.len() >= 8, "only in {files:?}");
    for mutant in &mutants {
        assert!(mutant.file.starts_with("src/smt/"), "{}: not of the encoding", mutant.name);
        assert!(mutant.why.ends_with('.'), "{}: `why` is a sentence", mutant.name);
        assert!(mutant.caught_by.models > 0, "{}: caught by nothing", mutant.name);
    }
}

#[test]
fn the_default_run_catches_ten_of_them() {
    let early = |mutant: &&Mutant| mutant.caught_by.first + mutant.caught_by.models <= BY_DEFAULT;
    let mutants = Mutant::all_of(root(), "tests/encoding");
    let early = mutants.iter().filter(early).count();
    assert!(early >= 10, "only {early} are caught by {BY_DEFAULT} models");
}

/// z3 5.3.3, asked again after it ran out of a limit, said that there is nothing where there was
/// something: 30 of 51 agents turn the others, by a question that is longer than a short look.
#[cfg(feature = "z3")]
#[test]
fn a_question_that_takes_more_than_a_short_look_is_answered_right() {
    use polity::check::solve::{Violable, violable};

    // The numbers keep the question out of the finite-domain solver.
    let text = "model conformity
        param v: 0..100
        param w: 0..100
        kind Agent { param adversary: bool = false  state good: bool = true }
        agents team: Agent[51]
        structure sees: graph on team = complete
        def would(a: Agent): bool =
          count(sees(a)) + 5 * sum(if b.good then 1 else -1 for b in sees(a)) > 0
        step { for a in team { a.good' = not a.adversary and would(a) } }
        property withstands {
          always (v + w > 150 or exists a in team where not a.adversary: a.good)
        }
        check withstands { steps: 3, minimize: deviations }";
    let (model, _, _) = support::analyse("conformity.polity", text, &support::root());
    let model = std::sync::Arc::new(model.expect("a model without errors"));
    let found = violable(&model, &model.targets[0], 40_000_000, &|_| true);
    assert_eq!(found, Violable::Yes(vec![30]));
}
