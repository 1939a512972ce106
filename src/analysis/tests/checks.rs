//! Properties, checks, settings and expectations.

use super::{errors, model};
use crate::ir::ExprKind;
use crate::ir::expr::TemporalOp;
use crate::ir::property::{Alignment, Counter, Expected, Role};

const BODY: &str =
    "model m kind A { param p: bool = false state s: bool = self.p } agents t: A[1..3]
    structure r: graph on t
    value property safe { always forall a in t: not a.s }
    objective property busy { eventually exists a in t: a.s and count(r(a)) > 0 }
    witness wakes { eventually exists a in t: a.s }
    invariant sane { forall a in t: a.s == a.p }
    measure awake = count(a in t where a.s)
";

fn with(checks: &str) -> String {
    format!("{BODY}{checks}")
}

#[test]
fn every_property_has_a_target_in_the_order_of_the_file() {
    let model = model(BODY);
    let names: Vec<&str> = model
        .targets
        .iter()
        .map(|target| model.properties[target.property].name.as_str())
        .collect();
    assert_eq!(names, ["safe", "busy", "wakes", "sane"]);
    let roles: Vec<Role> = model.properties.iter().map(|property| property.role).collect();
    assert_eq!(
        roles,
        [
            Role::Property,
            Role::Property,
            Role::Witness,
            Role::Invariant,
            Role::NoFaults,
            Role::Holistic
        ]
    );
    let sane = model.properties.iter().find(|property| property.name == "sane").unwrap();
    assert!(matches!(*sane.formula.kind, ExprKind::Temporal(..)));
    assert_eq!(model.properties.iter().next().unwrap().alignment, Some(Alignment::Value));
}

#[test]
fn a_check_without_properties_gives_defaults_key_by_key() {
    let model = model(&with(
        "check safe { steps: 3 } check { steps: 9, runs: 7, expect: holds, minimize: t, steps }",
    ));
    let settings = |at: usize| &model.targets[at].settings;
    assert_eq!((settings(0).steps, settings(0).runs), (3, Some(7)));
    assert_eq!((settings(1).steps, settings(1).runs), (9, Some(7)));
    assert!(matches!(settings(1).minimize[..], [Counter::Population(_), Counter::Steps]));
    assert_eq!(settings(0).expect.as_ref().unwrap().verdict, Expected::Holds);
    assert!(settings(2).expect.is_none(), "a witness cannot be expected to hold");
    assert_eq!((model.defaults.steps, model.defaults.runs), (9, Some(7)));
}

#[test]
fn a_check_of_two_properties_gives_a_target_for_each() {
    let model = model(&with(
        "check safe, busy as small { given: { t: 1 } } check safe { steps: 5 } check no_faults, holistic { }",
    ));
    let targets: Vec<(&str, Option<&str>)> = model
        .targets
        .iter()
        .map(|target| (model.properties[target.property].name.as_str(), target.alias.as_deref()))
        .collect();
    assert_eq!(
        targets,
        [
            ("safe", Some("small")),
            ("safe", None),
            ("busy", Some("small")),
            ("wakes", None),
            ("sane", None),
            ("no_faults", None),
            ("holistic", None)
        ]
    );
}

#[test]
fn settings_are_held_to_their_ranges() {
    for (setting, code, words) in [
        ("steps: 1_000_000_000_000", "E0611", "1_000_000_000_000"),
        ("steps: -1", "E0611", "-1"),
        ("confidence: 1.0", "E0611", "1.0"),
        ("runs: 0", "E0611", "0"),
        ("seed: -1", "E0611", "-1"),
        ("tick: 0s", "E0611", "0s"),
        ("tolerance: -0.5", "E0611", "-0.5"),
        ("minimize: agnets", "E0616", "agnets"),
        ("minimize: steps, steps", "E0612", "steps"),
        ("stpes: 3", "E0610", "stpes"),
        ("steps: 3, steps: 4", "E0612", "steps"),
        ("front: awake", "E0617", "awake"),
        ("given: { t: 9 }", "E0511", "9"),
    ] {
        errors(&with(&format!("check {{ {setting} }}")), &[(code, words)]);
    }
    errors(&with("check { steps: 1_000_000, tick: 1min, final: true, front: t, p, r }"), &[]);
    errors(&with("check { confidence: 0.99, tolerance: 0, seed: 0 }"), &[]);
}

#[test]
fn expectations_fit_what_is_checked() {
    errors(&with("check wakes { expect: violated }"), &[("E0615", "expect: violated")]);
    errors(&with("check safe { expect: found }"), &[("E0615", "expect: found")]);
    errors(&with("check safe { expect: voilated }"), &[("E0615", "voilated")]);
    errors(
        &with("check safe { expect: holds with { agents: 1 } }"),
        &[("E0615", "expect: holds with { agents: 1 }")],
    );
    let model = model(&with("check safe { expect: violated with { agents: 1, t: 1 } }"));
    let expect = model.targets[0].settings.expect.clone().unwrap();
    assert_eq!(expect.verdict, Expected::Violated);
    assert!(matches!(expect.with[..], [(Counter::Agents, 1), (Counter::Population(_), 1)]));
}

#[test]
fn checks_name_properties_once() {
    errors(&with("check saef { }"), &[("E0613", "saef")]);
    errors(&with("check awake { }"), &[("E0613", "awake")]);
    errors(&with("check safe { } check safe { steps: 3 }"), &[("E0614", "safe")]);
    errors(&with("check safe as a { } check safe as b { }"), &[]);
    errors("model m check holistic { }", &[("E0613", "holistic")]);
    errors(&with("check as all { }"), &[("E0618", "all")]);
}

#[test]
fn a_preference_is_asked_for_each_principal() {
    let text = "model m kind D { param wish: 0..3 } principals donors: D[2] state x: 0..3 = 0
                preference property served for d in donors { always x >= d.wish }";
    let model = model(text);
    let served = model.properties.iter().next().unwrap();
    assert!(served.principal.is_some() && served.frame == 1);
    assert!(matches!(*served.formula.kind, ExprKind::Quantifier { all: true, .. }));
    let value = text.replace("preference property", "value property");
    errors(&value, &[("E0603", "d")]);
}

#[test]
fn chance_is_not_mixed_with_single_runs() {
    let text = |formula: &str| {
        format!(
            "model m param p: 0.0..1.0 state s: bool = false step {{ draw x ~ bernoulli(p) s' = x }}
             property q {{ {formula} }}"
        )
    };
    assert!(model(&text("probability(finally s) >= p")).properties.iter().next().unwrap().chance);
    assert!(!model(&text("finally s")).properties.iter().next().unwrap().chance);
    let told = super::told(&text("probability(finally s) >= 0.5 and s"));
    assert_eq!(told.len(), 1, "{told:#?}");
}

#[test]
fn an_invariant_holds_at_every_instant_whether_it_says_so_or_not() {
    let formula = |written: &str| {
        let text = format!("model m state s: 0..3 = 0 invariant i {{ {written} }}");
        model(&text).properties.iter().next().unwrap().formula.clone()
    };
    for written in ["s == 0", "always s == 0"] {
        let ExprKind::Temporal(TemporalOp::Always, _, body) = *formula(written).kind else {
            panic!("{written}");
        };
        assert!(matches!(*body.kind, ExprKind::Binary(..)), "{written}");
    }
    errors(
        "model m state s: 0..3 = 0 invariant i { probability(s == 0) > 0.5 }",
        &[("E0604", "probability(s == 0) > 0.5")],
    );
}

#[test]
fn measures_are_numbers() {
    errors("model m state s: bool = false measure x = s", &[("E0319", "s")]);
}
