//! For known models, the least setup is exactly this one; and nothing can be taken away.

mod support;

use polity::check::{Outcome, Verdict};
use polity::ir::Value;
use polity::ir::property::Counter;
use polity::search::one_minimal;

/// Model, target, agents, deviations, edges, steps.
const LEAST: &[(&str, &str, [u32; 4])] = &[
    ("review.polity", "oversight", [2, 1, 1, 3]),
    ("review.polity", "nothing_broken_ships", [2, 1, 1, 3]),
    ("review.polity", "work_ships", [1, 0, 0, 10]),
    ("commons.polity", "company_corrupts_no_one", [2, 2, 0, 0]),
    ("commons.polity", "sustainable", [2, 1, 0, 0]),
    ("commons.polity", "fairness", [2, 1, 0, 0]),
    ("commons.polity", "livelihood", [2, 1, 0, 0]),
    ("opinions.polity", "consensus", [2, 0, 0, 0]),
    ("pricing.polity", "no_collusion", [2, 0, 0, 1]),
];

fn least(model: &str, target: &str) -> (polity::ir::Model, Outcome) {
    let (model, sources) = support::shipped(model);
    let outcome = support::outcome(&model, &sources, target, support::budget());
    assert_eq!(outcome.verdict, Verdict::Violated, "{target}");
    (model, outcome)
}

#[test]
fn the_least_setups_are_the_known_ones_and_one_minimal() {
    for (file, target, [agents, deviations, edges, steps]) in LEAST {
        let (model, outcome) = least(file, target);
        let sizes = |counter| outcome.sizes[&counter];
        assert_eq!(sizes(Counter::Agents), *agents, "{target}: agents");
        assert_eq!(sizes(Counter::Deviations), *deviations, "{target}: deviations");
        assert_eq!(sizes(Counter::Edges), *edges, "{target}: edges");
        if *steps > 0 {
            assert_eq!(sizes(Counter::Steps), *steps, "{target}: steps");
        }
        let witness = outcome.witness.as_ref().expect("a run");
        let smaller = one_minimal(&model, &outcome.target, witness);
        assert!(smaller.is_empty(), "{target}: still violated after {smaller:?}");
    }
}

#[test]
fn consensus_fails_by_a_gap_just_wider_than_the_bound() {
    let (model, outcome) = least("opinions.polity", "consensus");
    let setup = &outcome.witness.as_ref().expect("a run").run().setup;
    let real = |value: &Value| value.number().expect("a real");
    let bound = model.params.pairs().find(|(_, param)| param.name == "bound").expect("bound").0;
    let opinion =
        model.states.pairs().find(|(_, state)| state.name == "opinion").expect("opinion").0;
    let opinions = &setup.starts[opinion];
    assert_eq!(opinions.len(), 2);
    let gap = (real(&opinions[0]) - real(&opinions[1])).abs();
    assert!(gap > real(&setup.params[bound][0]), "{setup:?}");
    assert!(gap > 0.01, "{setup:?}");
}

#[test]
fn the_least_patience_of_colluding_firms_is_one_half() {
    let (model, outcome) = least("pricing.polity", "no_collusion");
    let setup = &outcome.witness.as_ref().expect("a run").run().setup;
    let patience =
        model.params.pairs().find(|(_, param)| param.name == "patience").expect("patience").0;
    assert_eq!(setup.params[patience], vec![Value::Real(0.5), Value::Real(0.5)]);
}

/// A ladder whose every rung is one draw of ten; what is missed leads back to the ground.
const LADDER: &str = "
    model ladder
    kind Agent { }
    agents team: Agent[1]
    state level: 0..6 = 0
    step {
      draw up ~ bernoulli(0.1)
      choose move in 0..4
      level' = if up and move == level % 5 then level + 1 else 0
    }
    property low { always level < 6 }
    check { steps: 14 }";

#[test]
fn instants_that_lead_nowhere_are_taken_out_with_their_draws() {
    let (model, _) = support::model("ladder.polity", LADDER);
    for seed in 1..6 {
        let budget = polity::search::Budget {
            seed: polity::base::Seed(seed),
            exhaust_max: 0,
            ..support::budget()
        };
        // Of the search alone: the solver proves the least itself.
        let found = polity::search::search(&model, &model.targets[0], &budget, &|_| true);
        let witness = found.witness.unwrap_or_else(|| panic!("seed {seed}: not violated"));
        let sizes = polity::search::sizes(&model, &witness).0;
        assert_eq!(sizes[&Counter::Steps], 6, "seed {seed}");
    }
}
