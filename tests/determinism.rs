//! Setup + choices + draws is the run, to the bit: the same answers for 1 and 2 threads, and
//! with and without optimisation (the hashes below are the same in every profile).

mod support;

use polity::base::Seed;

/// A hash of everything that a check found, times left out.
fn digest(file: &str, threads: usize) -> u64 {
    let (model, sources) = support::shipped(file);
    let budget = polity::search::Budget { runs_max: 400, threads, ..support::budget() };
    let mut outcomes = support::check(&model, &sources, &[], budget);
    for outcome in &mut outcomes {
        outcome.seconds = 0.0;
    }
    let shown = format!("{outcomes:?}");
    let words: Vec<u32> = shown.bytes().map(u32::from).collect();
    Seed(0).bits(&words)
}

#[test]
fn the_answers_do_not_depend_on_the_number_of_threads() {
    for file in ["review.polity", "opinions.polity", "conformity.polity", "commons.polity"] {
        assert_eq!(digest(file, 1), digest(file, 2), "{file}");
    }
}

#[test]
fn the_answers_do_not_depend_on_the_profile() {
    let digests = ["review.polity", "opinions.polity", "pricing.polity", "conformity.polity"]
        .map(|file| format!("{file} {:016x}", digest(file, 2)));
    insta::assert_snapshot!(digests.join("\n"));
}
