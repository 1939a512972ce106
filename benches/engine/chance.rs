//! Chances that are computed: the chain on the engine, and on the reference.

use std::time::Instant;

use polity::base::Seed;
use polity::ir::Model;
use polity::reference::chance::{Exact, Sample, exact};
use polity::reference::{Terms, society};
use polity::search::any_setups;
use polity::search::compiled::Sampled;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::explore::model;

const COPYING: &str = include_str!("../../properties/collaborative/copying_a_leader.polity");
const VOTERS: &str = include_str!("../../properties/cooperative/voter_model.polity");

/// Prints a line for each chance.
pub fn table() {
    println!("\n| chance | transitions | engine | reference | reference / engine |");
    println!("|---|---|---|---|---|");
    line("copying_a_leader, nobody_copies", &model(COPYING), "nobody_copies");
    line("voter_model, hub_of_five", &model(VOTERS), "hub_of_five");
}

/// What it gives, and how many seconds that takes.
fn timed<T>(make: impl FnOnce() -> T) -> (T, f64) {
    #[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    let start = Instant::now();
    let made = make();
    (made, start.elapsed().as_secs_f64())
}

fn line(name: &str, model: &Model, check: &str) {
    let is_it = |property| model.properties[property].name == check;
    let target = model.targets.iter().find(|target| is_it(target.property)).expect("a check");
    let given = &target.settings.given;
    let tree = any_setups(model, given).new_tree(&mut TestRunner::deterministic());
    let setup = tree.expect("a setup").current();
    let terms = Terms {
        tick: target.settings.tick,
        complete: target.settings.complete,
        tolerance: target.settings.tolerance,
    };
    let (property, steps) = (target.property, target.settings.steps);
    let (policy, seed) = (Seed(0), Seed(0));
    let sample = Sample { property, setup: &setup, policy, seed, steps, terms: &terms };
    let ((ours, transitions), engine) = timed(|| {
        let actual = society(model, &setup).expect("a society");
        let sampled = Sampled::of(model, &sample, &actual).expect("no fault").expect("a program");
        sampled.chain(model, &sample, (&actual, u64::MAX), &|| true).expect("a chain")
    });
    let ours = ours.expect("a number");
    let (theirs, reference) = timed(|| exact(model, &sample, u64::MAX / 10, &|| true));
    let theirs = theirs.expect("no fault").expect("a chain").nodes;
    let same = |(a, b): (&Exact, &Exact)| (a.low - b.low).abs() < 1e-9;
    assert!(ours.iter().zip(&theirs).all(same), "{ours:?}, {theirs:?}");
    let ratio = reference / engine;
    let (engine, reference) = (engine * 1e3, reference * 1e3);
    println!("| {name} | {transitions} | {engine:.1} ms | {reference:.1} ms | {ratio:.0} |");
}
