//! Explicit-state exploration: known counts, and the reference's walk over every run.

mod support;

#[allow(dead_code, unused_imports)] // a test of its own uses the rest
#[path = "differential/mod.rs"]
mod differential;

use std::collections::BTreeMap;
use std::sync::Arc;

use differential::{Flavour, Samples};
use polity::base::Table;
use polity::engine::explore::{Ended, Explored, Explorer, Limits};
use polity::engine::{Ask, Society, compile};
use polity::ir::layout::Layout;
use polity::ir::{Model, Value};
use polity::reference::{Guards, society};
use polity::search::any_setups;
use polity::search::enumerate::{Walk, walk};
use polity::search::reach::Reach;
use polity::search::space::Space;
use polity::search::subject::{Seen, Subject};
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
    (reach, subject): (&Reach, &Subject<'_>),
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
            polity::search::reach::reach(&mut explorer, subject, setup, limits, &|_| true);
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
            let reach = match Reach::of(&subject) {
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
