//! Rare chances: splitting against closed forms, where sampling sees nothing.

mod support;

use polity::base::Seed;
use polity::ir::Model;
use polity::search::{Budget, By, Chance, search};

/// A climber that must win 8 of 10 throws, each with 1 in 5: 77,924 of 10^9 (a binomial tail).
/// Throws are reals, so that there is no finite chain.
const CLIMB: &str = "model climb
    state height: 0..10 = 0
    step { draw luck ~ uniform(0.0, 1.0)  height' = height + (if luck < 0.2 then 1 else 0) }
    property rarely { probability(finally height >= 8) <= LIMIT }
    property mostly { probability(always height < 8) >= 1.0 - LIMIT }
    check { steps: 10, final: true }";
const KNOWN: f64 = 7.79264e-5;

fn climbed(limit: &str, property: usize, seed: u64) -> Chance {
    let (model, _) = support::model("climb", &CLIMB.replace("LIMIT", limit));
    chance(&model, property, seed)
}

fn chance(model: &Model, property: usize, seed: u64) -> Chance {
    let budget = Budget { seed: Seed(seed), ..support::budget() };
    let found = search(model, &model.targets[property], &budget, &|_| true);
    found.chance.unwrap_or_else(|| panic!("{:?}", found.fault))
}

#[test]
fn what_sampling_leaves_open_splitting_decides() {
    let low = climbed("0.0002", 0, 0);
    assert_eq!((low.estimates[0].by, low.violated), (By::Splitting, Some(false)), "{low:?}");
    let high = climbed("0.00001", 0, 0);
    assert_eq!((high.estimates[0].by, high.violated), (By::Splitting, Some(true)), "{high:?}");
    let mostly = climbed("0.0002", 1, 0);
    assert_eq!((mostly.estimates[0].by, mostly.violated), (By::Splitting, Some(false)));
    assert!(mostly.estimates[0].value > 0.9998, "{mostly:?}");
}

#[test]
fn estimates_by_splitting_are_without_bias_and_their_intervals_contain_the_number() {
    const SEEDS: u64 = 40;
    let (mut sum, mut contain) = (0.0, 0);
    for seed in 0..SEEDS {
        let estimate = climbed("0.00008", 0, seed).estimates.remove(0);
        assert_eq!(estimate.by, By::Splitting);
        sum += estimate.value;
        contain += u64::from(estimate.low <= KNOWN && KNOWN <= estimate.high);
    }
    let mean = sum / SEEDS as f64;
    println!("mean {mean:e}, {contain} of {SEEDS} contain {KNOWN:e}");
    // The mean of 40 estimates has a standard error of about 2 % of the number.
    assert!((mean / KNOWN - 1.0).abs() < 0.15, "{mean:e}");
    assert!(contain * 100 >= SEEDS * 90, "{contain} of {SEEDS}");
}

#[test]
fn what_is_not_rare_is_not_split() {
    let text = CLIMB.replace("LIMIT", "0.5").replace("luck < 0.2", "luck < 0.7");
    let (model, _) = support::model("climb", &text);
    assert_eq!(chance(&model, 0, 0).estimates[0].by, By::Runs);
}

#[test]
fn where_no_level_leads_to_it_a_rare_chance_is_not_called_none() {
    // Of one throw nothing comes nearer: most replicas would agree on 0.
    let text = "model throw
        state hit: bool = false
        step { draw luck ~ uniform(0.0, 1.0)  hit' = luck < 0.0003 }
        property seldom { probability(finally hit) <= 0.0001 }
        check { steps: 1, final: true }";
    let (model, _) = support::model("throw", text);
    for seed in 0..8 {
        let found = chance(&model, 0, seed);
        assert_ne!(found.violated, Some(false), "{found:?}");
        assert_eq!(found.estimates[0].by, By::Runs, "{found:?}");
    }
}
