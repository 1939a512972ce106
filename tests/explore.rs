//! Explicit-state exploration: known counts, and the reference's walk over every run.

mod support;

#[allow(dead_code, unused_imports)] // a test of its own uses the rest
#[path = "differential/mod.rs"]
mod differential;

use std::collections::BTreeMap;
use std::sync::Arc;

use differential::{Flavour, Samples};
use polity::base::{Seed, Table};
use polity::engine::explore::{Ended, Explored, Explorer, Limits};
use polity::engine::{Ask, Society, compile};
use polity::ir::layout::Layout;
use polity::ir::{Model, Value};
use polity::reference::{Guards, society};
use polity::search::enumerate::{Walk, walk};
use polity::search::reachable::{Reachable, Reached};
use polity::search::space::Space;
use polity::search::subject::{Seen, Subject};
use polity::search::{Budget, Guidance, any_setups, search};
use polity::trace::Setup;
use proptest::strategy::{Strategy, ValueTree};

/// Two-phase commit in the shape of its TLA+ specification.
const COMMIT: &str = include_str!("../benches/engine/two_phase_commit.polity");

/// Without a limit that matters.
const FAR: Limits =
    Limits { steps: None, bytes_max: 1 << 30, transitions_max: u64::MAX, symmetry: false };

/// Explores what the only setup of a size can come to.
fn explored(model: &Model, size: u32, limits: Limits) -> Explored {
    let property = model.targets[0].property;
    let declared = &model.properties[property];
    let formulas = vec![(&declared.formula, vec![Value::None; declared.frame])];
    let program = compile(model, &Ask { formulas, ..Ask::default() }).expect("a program");
    let setup = Setup {
        sizes: model.populations.iter().map(|_| size).collect(),
        params: model.params.iter().map(|_| Vec::new()).collect(),
        structures: Table::new(),
        starts: model.states.iter().map(|_| Vec::new()).collect(),
    };
    let made = society(model, &setup).expect("a society");
    let layout = Layout::new(model, &setup.sizes);
    let mut explorer = Explorer::new((model, property), &program, layout).expect("an explorer");
    let given =
        Society { params: &made.params, structures: &made.structures, starts: &made.starts };
    explorer.explore(given, limits, &|_| true)
}

#[test]
fn two_phase_commit_has_the_states_and_transitions_that_others_count() {
    let (model, _) = support::model("two_phase", COMMIT);
    // States and transitions as SPIN and Stateright count them; ours up to renaming.
    let known = [
        (3, 288, 1_145, 80),
        (4, 1_568, 8_257, 166),
        (5, 8_832, 58_145, 314),
        (6, 50_816, 402_305, 553),
    ];
    for (size, states, transitions, renamed) in known {
        let all = explored(&model, size, FAR);
        assert_eq!((all.states, all.transitions), (states, transitions), "{size} managers");
        assert_eq!(all.ended, Ended::Closed);
        let few = explored(&model, size, Limits { symmetry: true, ..FAR });
        assert_eq!((few.states, few.ended, few.groups), (renamed, Ended::Closed, 1));
    }
}

/// Too little for anything but states.
const BUDGET: Budget = Budget {
    runs_max: 300,
    chain_max: 500_000,
    exhaust_max: 100,
    shrink_max: 2_000,
    seed: Seed(7),
    threads: 2,
    guidance: Guidance::Guided,
};

/// Random models that are compared by default.
const MODELS: u64 = 400;
/// Setups of each, and runs of each that the reference's walk may take.
const SETUPS: usize = 6;
const RUNS_MAX: u64 = 1_500;

/// What was compared.
#[derive(Default, Debug)]
struct Compared {
    violated: u64,
    closed: u64,
    horizon: u64,
    /// Something was met on a run that is discarded later.
    discarded: u64,
    refused: BTreeMap<String, u64>,
    /// Fewer states because agents were taken for each other.
    renamed: u64,
    too_many: u64,
}

/// The least step at which some run hits, by the reference; whether there is none; or nothing,
/// where not all runs were made.
fn walked(subject: &Subject<'_>, setup: &Setup) -> Option<Option<u32>> {
    let (mut least, mut broken) = (None, false);
    let mut guards = Guards::default();
    let walk = walk(subject, setup, RUNS_MAX, &mut guards, &mut |look| {
        broken |= matches!(look.seen, Seen::Broken(_));
        if look.seen == Seen::Hit
            && let Some((_, judgement)) = &look.result
        {
            let at = judgement.settled_at.unwrap_or(u32::MAX);
            least = Some(least.map_or(at, |least: u32| least.min(at)));
        }
        true
    });
    (walk == Walk::Done && !broken).then_some(least)
}

/// Compares both on a setup, with and without symmetry.
fn compare(
    (reach, subject): (&Reachable, &Subject<'_>),
    setup: &Setup,
    sum: &mut Compared,
) -> Result<(), String> {
    let Some(least) = walked(subject, setup) else {
        sum.too_many += 1;
        return Ok(());
    };
    let mut explorer = match reach.explorer(subject, &setup.sizes) {
        Ok(explorer) => explorer,
        Err(why) => {
            *sum.refused.entry(why.construct).or_default() += 1;
            return Ok(());
        }
    };
    let mut states = Vec::new();
    for symmetry in [false, true] {
        let limits = Limits { steps: Some(subject.steps), symmetry, ..FAR };
        let reached =
            polity::search::reachable::reach(&mut explorer, subject, setup, limits, &|_| true);
        let Some(reached) = reached else { return Ok(()) };
        let wrong = |what: &str| {
            Err(format!("symmetry {symmetry}: {what}; least {least:?}, {reached:?}\n{setup:?}"))
        };
        match (&reached.explored.ended, least) {
            (Ended::Met(trail), Some(least)) => match &reached.hit {
                Some((run, _)) => {
                    let look = subject.replay(run);
                    let at = look.result.and_then(|(_, judgement)| judgement.settled_at);
                    if look.seen != Seen::Hit || at != Some(least) || trail.steps != least {
                        return wrong(&format!("it is met at {at:?}"));
                    }
                    sum.violated += 1;
                }
                None => sum.discarded += 1,
            },
            (Ended::Met(_), None) if reached.hit.is_none() => sum.discarded += 1,
            (Ended::Closed, None) => sum.closed += 1,
            (Ended::Horizon, None) => sum.horizon += 1,
            (Ended::Refused(why), _) => *sum.refused.entry(why.clone()).or_default() += 1,
            _ => return wrong("they differ"),
        }
        states.push(reached.explored.states);
    }
    sum.renamed += u64::from(states[1] < states[0]);
    Ok(())
}

#[test]
fn random_models_are_violated_where_the_reference_says_so() {
    let from = std::env::var("POLITY_EXPLORE_FROM").map_or(0, |n| n.parse().expect("a number"));
    let models = std::env::var("POLITY_EXPLORE").map_or(MODELS, |n| n.parse().expect("a number"));
    let mut sum = Compared::default();
    for seed in from..from + models {
        let flavour = if seed % 3 == 2 { Flavour::Alike } else { Flavour::Finite };
        let sample = Samples(flavour).sample(seed);
        let Some(model) = sample.model() else { continue };
        for target in &model.targets {
            let space = Space::new(Arc::new(model.clone()), &target.settings.given);
            let subject = Subject::new(space, target);
            let reach = match Reachable::of(&subject) {
                Ok(reach) => reach,
                Err(why) => {
                    *sum.refused.entry(why.construct).or_default() += 1;
                    continue;
                }
            };
            let mut runner = Samples::runner(seed);
            let setups = any_setups(&model, &target.settings.given);
            for _ in 0..SETUPS {
                let Ok(tree) = setups.new_tree(&mut runner) else { break };
                if let Err(why) = compare((&reach, &subject), &tree.current(), &mut sum) {
                    panic!("{flavour:?}, seed {seed}: {why}\n{sample:?}");
                }
            }
        }
    }
    println!("{sum:#?}");
    assert!(sum.violated > models / 4 && sum.closed > models / 8 && sum.horizon > models / 8);
}

/// What exploring the first setup that is drawn of a model comes to, for its last target.
fn reached(text: &str, limits: Limits) -> (Option<Reached>, Seen) {
    let (model, _) = support::model("m", text);
    let target = model.targets.last().expect("a target").clone();
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, &target);
    let reach = Reachable::of(&subject).expect("a program");
    let mut runner = Samples::runner(1);
    let setups = any_setups(&model, &target.settings.given);
    let setup = setups.new_tree(&mut runner).expect("a setup").current();
    let mut explorer = reach.explorer(&subject, &setup.sizes).expect("an explorer");
    let found =
        polity::search::reachable::reach(&mut explorer, &subject, &setup, limits, &|_| true);
    let hit = found.as_ref().and_then(|found| found.hit.as_ref());
    let seen = hit.map_or(Seen::Pending, |(run, _)| subject.replay(run).seen);
    (found, seen)
}

#[test]
fn a_random_schedule_may_take_any_order() {
    // Only one order of six moves puts them all in their places.
    let text = "model m
        kind Agent { state place: 0..6 = 0 }
        agents team: Agent[6]
        state seat: 0..6 = 0
        schedule random
        rule sit(a in team) when a.place == 0 { a.place' = seat + 1  seat' = min(6, seat + 1) }
        property shuffled { always exists a in team: a.place != 6 - index(a) }
        check { steps: 8 }";
    let (found, seen) = reached(text, FAR);
    let found = found.expect("a society");
    assert_eq!(seen, Seen::Hit, "{found:?}");
    let Ended::Met(trail) = &found.explored.ended else { panic!("{found:?}") };
    assert_eq!(trail.steps, 6);
}

#[test]
fn draws_are_tried_one_by_one_and_a_fault_is_found_with_fewest_steps() {
    let text = "model m
        state x: 0..20 = 0
        state start: 0..3 ~ uniform(0, 3)
        step {
          draw up ~ categorical(1: 0.999, 6: 0.001, 7: 0.0)
          draw also ~ bernoulli(0.0001)
          x' = x + up + (if also then start else 0)
        }
        check no_faults { steps: 9 }";
    let (found, seen) = reached(text, Limits { steps: Some(9), ..FAR });
    let found = found.expect("a society");
    assert_eq!(seen, Seen::Hit, "{found:?}");
    // 6 and 3 in each of two steps come to 18, and in the third past 20.
    let Ended::Met(trail) = &found.explored.ended else { panic!("{found:?}") };
    assert_eq!(trail.steps, 3);
}

#[test]
fn every_way_from_a_state_is_gone_at_the_same_instant() {
    // Of the ways from the start the last one rings, and only there.
    let text = "model m
        event bell { }
        state x: 0..3 = 0
        step { choose c in 0..3  x' = c  if now == 0 and c == 3 { emit bell() } }
        property silent { always not (exists b in bell: true) }
        check { steps: 3 }";
    let (found, seen) = reached(text, Limits { steps: Some(3), ..FAR });
    assert_eq!(seen, Seen::Hit, "{found:?}");
}

#[test]
fn what_a_run_started_as_is_no_part_of_its_state() {
    // The start is overwritten at once; one of 2,097,152 runs of its kind shows what it was.
    let text = "model m
        state x: bool ~ bernoulli(0.5)
        state y: bool ~ bernoulli(0.5)
        state z: 0..9 = 0
        step {
          choose c in 0..7
          z' = if c == z and z < 9 then z + 1 else 0
          x' = true
          y' = true
        }
        property p { always not (initially(x and not y) and z == 7) }
        check { steps: 12 }";
    let (model, _) = support::model("m", text);
    let budget = Budget { guidance: Guidance::Random, ..BUDGET };
    let found = search(&model, &model.targets[0], &budget, &|_| true);
    assert!(!found.coverage.exhausted && !found.coverage.closed, "{:?}", found.coverage);
}

#[test]
fn too_many_states_for_the_memory_are_said_to_be() {
    let (model, _) = support::model("two_phase", COMMIT);
    let few = explored(&model, 6, Limits { bytes_max: 100_000, ..FAR });
    assert_eq!(few.ended, Ended::Full);
    assert!(few.states < 50_816 && few.depth < 20, "{few:?}");
}

#[test]
fn what_states_alone_do_not_decide_is_refused_by_name() {
    let asked = |head: &str, formula: &str| {
        let text = format!(
            "model m\nevent bell {{ }}\nstate x: 0..3 = 0\n{head}\n
             property p {{ {formula} }}\ncheck {{ steps: 3 }}"
        );
        let (model, _) = support::model("m", &text);
        let target = model.targets.last().expect("a target").clone();
        let space = Space::new(Arc::new(model.clone()), &target.settings.given);
        let subject = Subject::new(space, &target);
        let (sizes, _) = subject.space.sizes();
        match Reachable::of(&subject) {
            Err(why) => why.construct,
            Ok(reach) => match reach.explorer(&subject, &sizes[0]) {
                Err(why) => why.construct,
                Ok(_) => "nothing".to_string(),
            },
        }
    };
    let plain = "step { x' = min(x + 1, 3) }";
    assert_eq!(asked(plain, "always x < 3"), "nothing");
    assert_eq!(asked(plain, "initially(x == 0) implies (always x < 3)"), "nothing");
    let start = "what reads the start at later instants";
    assert_eq!(asked(plain, "always (initially(x == 1) implies x < 3)"), start);
    assert_eq!(asked(plain, "always x >= initially(x)"), start);
    assert_eq!(asked("param most: 0..3\nstep {}", "let m = most + 1; always x < m"), start);
    assert_eq!(asked(plain, "always x >= prev(x, 0)"), "`prev`");
    assert_eq!(
        asked(plain, "always (x == 3 implies once x == 1)"),
        "a temporal operator that single states do not decide"
    );
    assert_eq!(
        asked(plain, "eventually x == 3"),
        "a temporal operator that single states do not decide"
    );
    assert_eq!(
        asked("step { if exists b in bell: true { x' = 3 }  emit bell() }", "always x < 3"),
        "a step that reads events"
    );
}

#[test]
fn a_search_explores_what_is_too_much_to_try_run_by_run() {
    let (model, _) = support::model("two_phase", COMMIT);
    let found = search(&model, &model.targets[0], &BUDGET, &|_| true);
    assert!(found.witness.is_none() && found.coverage.exhausted && found.coverage.closed);
    assert_eq!(found.coverage.states, 80 + 166 + 314 + 553 + 920 + 1_461);
    // One manager that has not been heard is enough.
    let hasty = COMMIT.replace("forall m in managers: m.heard", "exists m in managers: m.heard");
    let (model, _) = support::model("hasty", &hasty);
    let found = search(&model, &model.targets[0], &BUDGET, &|_| true);
    let witness = found.witness.expect("a violation");
    assert_eq!(witness.judgement().settled_at, Some(5));
}
