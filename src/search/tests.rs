//! Tests of searches, end to end: from a text to what was found.

use std::collections::BTreeMap;

use super::reach::Part;
use super::{Budget, Found, Least, Unreached, one_minimal, search, sizes};
use crate::analysis::analyse;
use crate::base::Seed;
use crate::diag::Sources;
use crate::ir::Model;
use crate::ir::property::{Counter, Target};
use crate::syntax::parse;

/// The model of a text without errors.
pub(crate) fn model(text: &str) -> (Model, Sources) {
    let mut sources = Sources::default();
    let file = sources.add("test.polity", text);
    let (tree, parsed) = parse(file, text);
    assert!(!crate::diag::has_errors(&parsed), "{parsed:?} {text}");
    let (model, analysed) = analyse(&tree, &mut sources, &mut |_, _, _| Err("none".into()));
    (model.unwrap_or_else(|| panic!("{analysed:?} {text}")), sources)
}

fn target<'m>(model: &'m Model, name: &str) -> &'m Target {
    let named = |target: &&Target| {
        let property = &model.properties[target.property].name;
        target.alias.as_ref().unwrap_or(property) == name
    };
    model.targets.iter().find(named).unwrap_or_else(|| panic!("no target `{name}`"))
}

pub(crate) const BUDGET: Budget = Budget {
    runs_max: 3_000,
    exhaust_max: 20_000,
    chain_max: 500_000,
    shrink_max: 20_000,
    seed: Seed(1),
    threads: 2,
    guidance: super::Guidance::Guided,
};

fn found(text: &str, name: &str, budget: &Budget) -> (Model, Target, Found) {
    let (model, _) = model(text);
    let target = target(&model, name).clone();
    let found = search(&model, &target, budget, &|_| true);
    (model, target, found)
}

fn least(text: &str, name: &str) -> (BTreeMap<Counter, u32>, Least) {
    let (model, target, found) = found(text, name, &BUDGET);
    let witness = found.witness.unwrap_or_else(|| panic!("`{name}` is not violated"));
    let smaller = one_minimal(&model, &target, &witness);
    assert!(smaller.is_empty(), "{name} still violates after {smaller:?}");
    (sizes(&model, &witness).0, found.minimal.expect("a violation has it"))
}

const REVIEW: &str = include_str!("../../properties/review.polity");
const OPINIONS: &str = include_str!("../../properties/opinions.polity");
const PRICING: &str = include_str!("../../properties/pricing.polity");
const COMMONS: &str = include_str!("../../properties/commons.polity");
const CONFORMITY: &str = include_str!("../../properties/conformity.polity");

/// Counts to a limit that a choice must reach.
const COUNTER: &str = "
    model counter
    kind Agent { param greedy: bool = false  state taken: 0..9 = 0 }
    agents team: Agent[1..3]
    step { for a in team { choose n in 0..2
                           a.taken' = min(9, a.taken + (if a.greedy then n else 0)) } }
    property modest { always forall a in team: a.taken < 3 }
    property small { always forall a in team: a.taken < 9 }
    check { steps: 3 }";

#[test]
fn an_exhausted_size_proves_the_least_run() {
    let (sizes, minimal) = least(COUNTER, "modest");
    assert_eq!(minimal, Least::Proved);
    assert_eq!(sizes[&Counter::Agents], 1);
    assert_eq!(sizes[&Counter::Deviations], 1);
    assert_eq!(sizes[&Counter::Steps], 2);
}

#[test]
fn an_exhausted_space_without_a_violation_is_verified() {
    let text = COUNTER.replace("[1..3]", "[1..2]");
    let (_, _, found) = found(&text, "small", &BUDGET);
    assert!(found.witness.is_none());
    assert!(found.coverage.exhausted);
    assert_eq!(found.coverage.rate_max, None);
}

#[test]
fn where_nothing_may_deviate_the_intended_society_is_all_there_is() {
    let text = "
        model intended
        kind Agent { param from: 0..9_999 = index(self)  param pace: 0.0..1.0 = 0.5 }
        agents team: Agent[1..5]
        param most: 1..3 = count(team) div 2 + 1
        property spread { sum(a.from + a.pace for a in team) <= 12.5 and most <= 3 }
        property narrow { sum(a.from for a in team) < 10 }
        check { given: { deviations: 0 }, minimize: agents }";
    let (_, _, spread) = found(text, "spread", &BUDGET);
    assert!(spread.witness.is_none());
    assert!(spread.coverage.exhausted);
    assert_eq!((spread.coverage.runs, spread.coverage.refused), (5, 0));
    let (sizes, minimal) = least(text, "narrow");
    assert_eq!((sizes[&Counter::Agents], sizes[&Counter::Deviations]), (5, 0));
    assert_eq!(minimal, Least::Proved);
}

#[test]
fn one_deviation_is_proved_least_where_the_intended_society_is_the_only_other() {
    let text = "
        model crowd
        kind Agent { param waits: 0..20 = index(self) }
        agents team: Agent[SIZE]
        property in_order { forall a in team: a.waits <= index(a) }
        check { minimize: deviations }";
    let fixed = text.replace("SIZE", "20");
    let (sizes, minimal) = least(&fixed, "in_order");
    assert_eq!((sizes[&Counter::Deviations], minimal), (1, Least::Proved));
    // Another size might do with fewer; steps are none of what is tried.
    let (_, minimal) = least(&text.replace("SIZE", "20..21"), "in_order");
    assert_eq!(minimal, Least::Local);
    let (_, minimal) = least(&fixed.replace("deviations", "deviations, steps"), "in_order");
    assert_eq!(minimal, Least::Local);
}

#[test]
fn sampling_and_exhaustion_find_the_same_least_counters() {
    let sampled = Budget { exhaust_max: 0, ..BUDGET };
    let (model, _, by_sampling) = found(COUNTER, "modest", &sampled);
    let (_, _, by_exhaustion) = found(COUNTER, "modest", &BUDGET);
    let of = |found: &Found| sizes(&model, found.witness.as_ref().expect("a violation"));
    assert_eq!(of(&by_sampling), of(&by_exhaustion));
    assert_eq!(by_sampling.minimal, Some(Least::Local));
}

#[test]
fn what_sampling_leaves_possible_is_said() {
    let sampled = Budget { exhaust_max: 0, ..BUDGET };
    let (_, _, found) = found(COUNTER, "small", &sampled);
    assert!(found.witness.is_none() && !found.coverage.exhausted);
    // Only the half that is not guided bears the rate.
    let (runs, independent) = (found.coverage.runs, found.coverage.independent);
    assert!(independent < runs && 2 * independent + 10 > runs, "{independent} of {runs}");
    let rate = found.coverage.rate_max.expect("runs were made");
    assert!(rate > 0.0 && rate < 0.01, "{rate}");
}

#[test]
fn where_nothing_is_guided_every_run_is_independent() {
    let random = Budget { exhaust_max: 0, guidance: super::Guidance::Random, ..BUDGET };
    let (_, _, found) = found(COUNTER, "small", &random);
    assert_eq!(found.coverage.independent, found.coverage.runs);
}

/// A violation that one run in some ten thousand drawn independently shows.
const RARE: &str = "
    model rare
    kind Agent { }
    agents team: Agent[2..9]
    param quota: 0..99
    param audit: 0..99
    state level: 0..5 = 0
    step { choose move in 0..4  level' = if move == (level * 3 + 1) % 5 then level + 1 else 0 }
    property needle { always not (level == 5 and quota == 37 and audit == 11 and count(team) == 7) }
    check { steps: 8 }";

#[test]
fn a_guided_search_finds_what_random_runs_miss_and_shrinks_it_to_the_same_least() {
    let few = Budget { exhaust_max: 0, runs_max: 6_000, ..BUDGET };
    let random = Budget { guidance: super::Guidance::Random, ..few };
    assert!(found(RARE, "needle", &random).2.witness.is_none());
    for seed in 1..4 {
        let (model, _, found) = found(RARE, "needle", &Budget { seed: Seed(seed), ..few });
        let witness = found.witness.expect("a needle");
        let sizes = sizes(&model, &witness).0;
        assert_eq!((sizes[&Counter::Agents], sizes[&Counter::Steps]), (7, 5), "seed {seed}");
        assert!(found.coverage.first_hit.is_some_and(|first| first < 6_000));
    }
}

#[test]
fn a_guided_search_is_the_same_on_any_number_of_threads() {
    let few = Budget { exhaust_max: 0, runs_max: 2_000, ..BUDGET };
    let of = |threads| format!("{:?}", found(RARE, "needle", &Budget { threads, ..few }).2);
    let one = of(1);
    assert_eq!(one, of(2));
    assert_eq!(one, of(5));
}

#[test]
fn one_thread_and_two_find_the_same() {
    for name in ["oversight", "nothing_broken_ships", "independent_review"] {
        let few = Budget { runs_max: 400, exhaust_max: 2_000, ..BUDGET };
        let one = found(REVIEW, name, &Budget { threads: 1, ..few }).2;
        let two = found(REVIEW, name, &Budget { threads: 2, ..few }).2;
        assert_eq!(format!("{one:?}"), format!("{two:?}"), "{name}");
    }
}

#[test]
fn the_least_society_without_oversight_has_two_agents_one_deviation_and_one_tie() {
    let (sizes, minimal) = least(REVIEW, "oversight");
    assert_eq!(sizes[&Counter::Agents], 2);
    assert_eq!(sizes[&Counter::Deviations], 1);
    assert_eq!(sizes[&Counter::Edges], 1);
    assert_eq!(sizes[&Counter::Steps], 3);
    assert_eq!(minimal, Least::Proved);
}

#[test]
fn a_lone_agent_ships_nothing() {
    let (sizes, _) = least(REVIEW, "work_ships");
    assert_eq!(sizes[&Counter::Agents], 1);
}

#[test]
fn nobody_approves_its_own_work() {
    let few = Budget { runs_max: 400, exhaust_max: 2_000, ..BUDGET };
    let (_, _, found) = found(REVIEW, "independent_review", &few);
    assert!(found.witness.is_none());
    assert_eq!(found.coverage.faulted, 0);
}

#[test]
fn two_people_with_a_gap_wider_than_the_bound_never_agree() {
    let (sizes, _) = least(OPINIONS, "consensus");
    assert_eq!(sizes[&Counter::Agents], 2);
}

#[test]
fn two_firms_collude_from_a_patience_of_exactly_one_half() {
    let (model, _, found) = found(PRICING, "no_collusion", &BUDGET);
    let witness = found.witness.expect("collusion");
    let setup = &witness.run().setup;
    let patience = model.params.pairs().find(|(_, p)| p.name == "patience").expect("declared").0;
    let half = crate::ir::Value::Real(0.5);
    assert_eq!(setup.params[patience], vec![half.clone(), half]);
}

#[test]
fn company_corrupts_the_restrained() {
    // A cut run leaves `always … @alone` open: the horizon has to end it.
    let text = COMMONS.replace("  steps: 30", "  steps: 30  final: true");
    let (sizes, _) = least(&text, "company_corrupts_no_one");
    assert_eq!(sizes[&Counter::Agents], 2);
    assert_eq!(sizes[&Counter::Deviations], 2);
    assert_eq!(sizes[&Counter::Edges], 0);
}

#[test]
fn a_probability_is_estimated_and_the_seed_does_not_flip_the_verdict() {
    for seed in 1..4 {
        let budget = Budget { runs_max: 6_000, seed: Seed(seed), ..BUDGET };
        let (_, _, found) = found(CONFORMITY, "wisdom_of_crowds", &budget);
        let chance = found.chance.expect("an estimate");
        assert_eq!(chance.violated, Some(true), "{chance:?}");
        assert!(chance.estimates[0].high < 0.95, "{chance:?}");
    }
}

#[test]
fn a_draw_is_searched_like_a_choice() {
    let text = "model rare
        agents one: Agent[1]  kind Agent { }
        state lucky: bool = false
        step { draw d ~ bernoulli(0.0001)  lucky' = lucky or d }
        property never { always not lucky }
        check { steps: 2 }";
    let (_, _, found) = found(text, "never", &BUDGET);
    let witness = found.witness.expect("the draw is in the support");
    assert_eq!(witness.judgement().settled_at, Some(1));
    assert_eq!(witness.run().draws.len(), 1);
}

#[test]
fn what_nothing_meets_is_counted_as_discarded() {
    let text = "model stuck
        kind Agent { }
        agents one: Agent[1]
        step { choose n in 0..3 where n > 5 }
        property fine { always true }
        check { steps: 2 }";
    let (_, _, found) = found(text, "fine", &BUDGET);
    assert_eq!(found.coverage.runs, 0);
    assert_eq!(found.coverage.discarded, 1);
}

#[test]
fn a_run_that_later_choices_could_discard_is_found_by_trying_everything() {
    // The property is settled at 0; what is chosen afterwards only decides whether the run counts.
    let text = "model late
        kind Agent { param good: bool }
        agents team: Agent[1]
        step { choose n in 0..3  choose m in 0..3  require n == 2 and m == 2 }
        property fine { forall a in team: a.good }
        check { steps: 1 }";
    let (_, _, found) = found(text, "fine", &BUDGET);
    let witness = found.witness.expect("a bad agent");
    assert_eq!(found.minimal, Some(Least::Proved));
    assert_eq!(witness.judgement().settled_at, Some(0));
}

#[test]
fn choices_after_the_settling_instant_are_not_listed_where_they_do_not_matter() {
    let text = "model late
        kind Agent { param good: bool }
        agents team: Agent[1]
        step { choose n in 0..3 }
        property fine { forall a in team: a.good }
        check { steps: 1 }";
    let (_, _, found) = found(text, "fine", &BUDGET);
    assert_eq!(found.witness.expect("a bad agent").run().choices.len(), 0);
}

#[test]
fn fewer_deviations_than_a_pin_asks_for_are_looked_for_in_vain() {
    let text = "model some
        kind Agent { param good: bool = true }
        agents team: Agent[2]
        property fine { forall a in team: a.good }
        check fine { given: { deviations: 1..2 } }";
    let sampled = Budget { exhaust_max: 0, ..BUDGET };
    let (model, _, found) = found(text, "fine", &sampled);
    let sizes = sizes(&model, &found.witness.expect("a bad agent")).0;
    assert_eq!(sizes[&Counter::Deviations], 1);
}

#[test]
fn a_search_that_is_stopped_comes_back() {
    let (model, _) = model(REVIEW);
    let found = search(&model, target(&model, "independent_review"), &BUDGET, &|_| false);
    assert!(found.coverage.stopped && !found.coverage.exhausted);
}

#[test]
fn later_independent_runs_are_the_engines_and_say_what_the_reference_says() {
    let text = "
        model m
        kind Agent { param pull: 0.0..1.0  state x: 0.0..2.0 = 0.0 }
        agents team: Agent[1..2]
        step { for a in team { draw d ~ uniform(0.0, 1.0)  a.x' = a.pull + d } }
        property low { worlds { alone(f: team) { only f }  all { } }
          forall f in team: always f.x@all <= f.x@alone(f) }
        check { steps: 3 }";
    let budget = Budget { runs_max: 6_000, ..BUDGET };
    let covered = |budget: &Budget| found(text, "low", budget).2.coverage;
    let two = covered(&budget);
    // Guided ones are its own, too.
    assert!(two.compiled > two.independent && two.compiled < two.runs, "{two:?}");
    assert_eq!(two, covered(&Budget { threads: 1, ..budget }));
    // The independent runs are those of a search that is not guided.
    let random = Budget { guidance: super::Guidance::Random, ..budget };
    let random = covered(&random);
    assert_eq!(random.runs, random.independent);
    assert_eq!(random.independent, 6_000, "{random:?}");
}

#[test]
fn what_few_runs_reach_is_seen_among_those_that_the_engine_makes() {
    let text = "
        model m
        kind Agent { }
        agents team: Agent[1]
        state x: 0.0..1.0 = 0.5
        state seldom: bool = false
        state never: bool = false
        step { draw d ~ uniform(0.0, 1.0)  x' = d
               if d < 0.0003 { seldom' = true }
               if d > 2.0 { never' = true } }
        property low { always x <= 1.0 }
        check { steps: 3 }";
    let guidance = super::Guidance::Random;
    let budget = Budget { runs_max: 6_000, exhaust_max: 0, guidance, ..BUDGET };
    let covered = found(text, "low", &budget).2.coverage;
    assert!(covered.compiled > 5_900 && covered.compiled < covered.runs, "{covered:?}");
    let [Unreached::Branch(branch, Part::Then)] = &covered.unreached[..] else {
        panic!("{:?}", covered.unreached)
    };
    assert_eq!(&text[branch.of.start as usize..branch.of.end as usize], "d > 2.0");
}
