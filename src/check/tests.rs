//! Tests of checks, end to end: from a text to what is claimed.

use super::outcome::CorpusState;
use super::{Engines, Options, Outcome, Verdict, check};
use crate::base::Seed;
use crate::search::Budget;
use crate::search::tests::model;

fn options() -> Options {
    let seed = Seed(1);
    let budget = Budget {
        runs_max: 500,
        exhaust_max: 2_000,
        chain_max: 500_000,
        shrink_max: 5_000,
        seed,
        threads: 2,
        guidance: crate::search::Guidance::Guided,
    };
    Options {
        only: Vec::new(),
        budget,
        engines: Engines::Auto,
        work: 40_000_000,
        corpus: None,
        campaign: None,
        save: false,
    }
}

fn outcomes(text: &str) -> Vec<Outcome> {
    let (model, sources) = model(text);
    check(&model, &sources, &options(), &|_, _| true)
}

const TEAM: &str = "
    model team
    kind Agent { param greedy: bool = false  state taken: 0..9 = 0 }
    agents team: Agent[1..3]
    step { for a in team { a.taken' = if a.greedy then a.taken + 1 else a.taken } }
    PROPERTIES
    check { steps: 3 }";

fn team(properties: &str) -> String {
    TEAM.replace("PROPERTIES", properties)
}

#[test]
fn sizes_that_differ_from_the_expected_ones_are_named() {
    let text = team(
        "property modest { always forall a in team: a.taken < 2 }
        check modest { expect: violated with { agents: 2, deviations: 1 } }",
    );
    let outcome = &outcomes(&text)[0];
    assert_eq!(outcome.verdict, Verdict::Violated);
    assert!(!outcome.as_expected);
    assert_eq!(outcome.reason.as_deref(), Some("expected agents: 2, and there are 1"));
}

#[test]
fn what_was_never_put_to_the_test_does_not_hold_as_expected() {
    let text = team("property empty { always forall a in team where a.taken > 5: a.greedy }");
    let outcome = &outcomes(&text)[0];
    assert_eq!(outcome.verdict, Verdict::Proved);
    assert!(!outcome.as_expected);
    assert_eq!(outcome.vacuous.len(), 1, "{:?}", outcome.vacuous);
}

#[test]
fn a_fault_is_reported_as_the_violation_of_no_faults() {
    let text =
        team("property fine { always forall a in team: a.taken >= 0 }").replace("0..9", "0..2");
    let outcomes = outcomes(&text);
    assert_eq!(outcomes.len(), 2);
    assert_eq!(outcomes[0].verdict, Verdict::Proved);
    assert!(outcomes[0].coverage.faulted > 0);
    assert_eq!(outcomes[1].verdict, Verdict::Violated);
    assert!(!outcomes[1].as_expected);
}

#[test]
fn properties_that_no_setup_satisfies_together_are_in_conflict() {
    let text = team(
        "value property some { eventually[..3] exists a in team: a.taken > 0 }
        preference property nothing { always forall a in team: a.taken == 0 }
        check some { expect: violated }  check nothing { expect: violated }",
    );
    let outcomes = outcomes(&text);
    let holistic = outcomes.last().expect("a row");
    assert!(holistic.as_expected);
    let reason = holistic.reason.as_deref().expect("it says how they fare");
    assert!(reason.contains("in conflict"), "{reason}");
}

#[test]
fn a_front_is_not_silently_ignored() {
    let text = team(
        "property fine { always forall a in team: a.taken >= 0 }
        check fine as design { front: greedy }",
    );
    let outcome = &outcomes(&text)[0];
    assert_eq!(outcome.verdict, Verdict::Inconclusive);
    assert!(outcome.reason.as_deref().expect("why").contains("front"));
}

#[test]
fn a_witness_is_found_with_its_least_run() {
    let text = team(
        "witness takes { eventually exists a in team: a.taken == 2 }
        witness flies { eventually exists a in team: a.taken == 9 }
        check flies { expect: not_found }",
    );
    let outcomes = outcomes(&text);
    assert_eq!(outcomes[0].verdict, Verdict::Found);
    assert_eq!(outcomes[0].sizes[&crate::ir::property::Counter::Deviations], 1);
    assert_eq!(outcomes[1].verdict, Verdict::NotFound);
    assert!(outcomes.iter().all(|outcome| outcome.as_expected));
}

#[test]
fn a_saved_counterexample_still_fails_and_is_fixed_when_the_model_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = Some(folder.path().to_path_buf());
    let text = team("property modest { always forall a in team: a.taken < 2 }");
    let (broken, sources) = model(&text);
    let saving = Options { corpus: corpus.clone(), save: true, ..options() };
    let first = check(&broken, &sources, &saving, &|_, _| true);
    let file = first[0].file.clone().expect("a file was written");
    assert!(file.starts_with(folder.path().join("team")) && file.exists());

    let text_of_file = std::fs::read_to_string(&file).expect("it is readable");
    let stored: serde_json::Value = serde_json::from_str(&text_of_file).expect("it is JSON");
    let causes = stored["causes"].as_array().expect("a list");
    assert_eq!(causes.len(), 1, "a lone agent cannot be left out: {causes:?}");
    assert_eq!(causes[0]["kind"], "deviation");
    assert_eq!(causes[0]["param"], "greedy");
    assert_eq!(causes[0]["of"], serde_json::json!(["team[0]"]));
    assert_eq!(causes[0]["without"], "pending");
    assert_eq!(causes[0]["mended_with"], serde_json::json!([[]]), "it does alone");

    let again = check(&broken, &sources, &saving, &|_, _| true);
    assert_eq!(again[0].corpus, [(file.clone(), CorpusState::StillFails)]);

    let (mended, sources) = model(&text.replace("a.taken + 1", "min(1, a.taken + 1)"));
    let reading = Options { corpus, ..options() };
    let fixed = check(&mended, &sources, &reading, &|_, _| true);
    assert_eq!(fixed[0].corpus, [(file, CorpusState::Fixed)]);
    assert_eq!(fixed[0].verdict, Verdict::Proved);
}

#[test]
fn a_signature_is_monitored_and_claims_nothing() {
    let text = "model log  kind Agent { }  agents team: Agent
        event done { by: Agent }
        property quiet { always not exists d in done: true }";
    let outcomes = outcomes(text);
    assert_eq!(outcomes[0].verdict, Verdict::Monitored);
    assert!(outcomes[0].as_expected);
}
