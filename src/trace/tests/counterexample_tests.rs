//! Counterexamples: stored and loaded they are the same, and a changed model makes them stale.

use std::collections::BTreeMap;

use serde_json::json;

use super::{EVERYTHING, model};
use crate::base::Seed;
use crate::base::id::Id;
use crate::ir::{AgentId, EnumId, Model, SiteId, Value};
use crate::social::{Family, Ties};
use crate::trace::counterexample::{Counterexample, Heading, Unusable, content_hash};
use crate::trace::{Key, Run, Setup, StructureSetup};

fn ties(pairs: &[(u32, u32, f64)], columns: u32) -> StructureSetup {
    let mut ties = Ties::empty(2, columns);
    for (a, b, weight) in pairs {
        ties.set(*a, *b, *weight);
    }
    StructureSetup { family: None, ties }
}

fn site(model: &Model, name: &str) -> SiteId {
    let found = model.sites.pairs().find(|(_, site)| site.name == name);
    found.map(|(id, _)| id).expect("a site")
}

fn run(model: &Model) -> Run {
    let variant = |place| Value::Variant(EnumId::new(0), place);
    let param = |param: &crate::ir::model::Param| match param.name.as_str() {
        "greed" => vec![Value::Real(0.1 + 0.2), Value::Real(1.0)],
        "patience" => vec![Value::Duration(1_000_000_000), Value::Duration(120_000_000_000)],
        "regime" => vec![variant(1)],
        "cost" => vec![Value::Int(1), Value::Int(9)],
        _ => Vec::new(),
    };
    let start = |state: &crate::ir::model::State| match state.name.as_str() {
        "opinion" => vec![Value::Real(5e-324), Value::Real(0.1)],
        _ => Vec::new(),
    };
    let line = StructureSetup { family: Some(Family::Line), ..ties(&[(1, 0, 1.0)], 2) };
    let setup = Setup {
        sizes: [2, 2].into_iter().collect(),
        params: model.params.iter().map(param).collect(),
        structures: [
            ties(&[(0, 1, 1.0), (1, 0, 1.0)], 2),
            line,
            ties(&[(0, 0, 0.25), (0, 1, 0.75), (1, 1, 1.0)], 2),
            ties(&[(1, 0, 1.0)], 2),
        ]
        .into_iter()
        .collect(),
        starts: model.states.iter().map(start).collect(),
    };
    let key = |name: &str, turn, binders: Vec<Value>| Key {
        world: (turn == 2).then_some(1),
        site: site(model, name),
        turn,
        binders,
    };
    let agent = |place| vec![Value::Agent(AgentId(place))];
    let choices = BTreeMap::from([
        (key("d", 0, agent(0)), Value::Int(3)),
        (key("d", 2, agent(1)), Value::Int(0)),
        (key("next", 1, Vec::new()), Value::Int(1)),
    ]);
    let draws = BTreeMap::from([(key("lucky", 0, agent(0)), Value::Bool(true))]);
    Run { setup, seed: Seed(u64::MAX), choices, draws, steps: 12 }
}

fn example(model: &Model) -> Counterexample {
    Counterexample {
        heading: Heading {
            version: "0.1.0".into(),
            model: "everything".into(),
            source: None,
            model_hash: content_hash("model everything"),
            property: "p".into(),
            property_hash: content_hash("always stock >= 0.0"),
            check: None,
        },
        verdict: "violated".into(),
        margin: -0.1,
        settled_at: Some(3),
        settled_by: "prefix".into(),
        minimal: Some("local".into()),
        minimize: vec!["agents".into(), "steps".into()],
        sizes: json!({ "agents": 2 }),
        run: run(model),
        violation: json!({ "instant": 3, "because": [] }),
        causes: json!([]),
        found_by: json!({ "engine": "search", "runs": 17 }),
    }
}

#[test]
fn what_is_stored_is_loaded_and_stored_again_byte_for_byte() {
    let model = model(EVERYTHING);
    let example = example(&model);
    let text = example.text(&model);
    let loaded = Counterexample::load(&model, "c.json", &text).expect("it loads");
    assert_eq!(loaded, example);
    assert_eq!(loaded.text(&model), text);
    assert_eq!(Heading::of("c.json", &text), Ok(example.heading));
}

#[test]
fn a_field_is_a_line() {
    let model = model(EVERYTHING);
    let text = example(&model).text(&model);
    for line in ["  \"seed\": 18446744073709551615,", "  \"property\": \"p\",", "  \"steps\": 12,"]
    {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[test]
fn a_model_that_changed_makes_it_stale_and_says_why() {
    let before = model(EVERYTHING);
    let text = example(&before).text(&before);
    for (old, new, why) in [
        ("property p {", "property q {", "no property `p`"),
        ("Agent[1..4]", "Agent[3..4]", "`team` has 2 agents"),
        (
            "param greed: 0.0..1.0 = 0.5",
            "param greed: 0.0..0.9 = 0.5",
            "expected a number in 0.0..0.9",
        ),
        ("param twice = 2", "param fresh: bool = false", "does not say the parameter `fresh`"),
        (
            "near: graph on team among any",
            "near: graph on team among isolated",
            "no longer among isolated",
        ),
        ("Idle, Drafted }", "Idle, Written }", "`Drafted` is no `Stage`"),
        ("lucky", "happy", "nothing called `lucky`"),
    ] {
        let changed = EVERYTHING.replace("check p { steps: 5 }", "").replace(old, new);
        let changed = changed.replace("a.stage' = Drafted", "a.stage' = a.stage");
        let after = model(&changed);
        match Counterexample::load(&after, "c.json", &text) {
            Err(Unusable::Stale(reason)) => assert!(reason.contains(why), "{why}: {reason}"),
            other => panic!("{new}: {other:?}"),
        }
    }
}

#[test]
fn a_damaged_file_is_an_error_that_names_the_field() {
    let model = model(EVERYTHING);
    let text = example(&model).text(&model);
    for (old, new, expected) in [
        ("{\n  \"polity\": 1,", "{\n  \"polity\": ,", "c.json, line 2: this is no JSON"),
        ("\"polity\": 1,", "\"polity\": 3,", "this is version `3`"),
        ("\"seed\": 18446744073709551615", "\"seed\": \"x\"", "in `seed`: expected a seed"),
        ("\"steps\": 12,", "", "the field `steps` is missing"),
        ("\"kind\": \"counterexample\"", "\"kind\": \"trace\"", "in `kind`: expected"),
        ("\"draws\": [", "\"draws\": 5, \"old\": [", "in `draws`: expected a list"),
    ] {
        let damaged = text.replacen(old, new, 1);
        assert_ne!(damaged, text, "{old}");
        match Counterexample::load(&model, "c.json", &damaged) {
            Err(Unusable::Broken(error)) => {
                assert!(error.to_string().contains(expected), "{expected}: {error}");
            }
            other => panic!("{expected}: {other:?}"),
        }
    }
}

#[test]
fn the_hash_of_a_text_does_not_see_its_layout() {
    assert_eq!(content_hash("a  b\n"), content_hash("a b"));
    assert_ne!(content_hash("a b"), content_hash("ab"));
    assert_ne!(content_hash("abcd"), content_hash("abcde"));
}
