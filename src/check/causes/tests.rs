//! Tests of causes: models whose causes are known.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::factors::Part;
use super::{Causes, Without, causes, following};
use crate::base::Seed;
use crate::check::{Engines, Options, check};
use crate::ir::{AgentId, Value};
use crate::search::space::Space;
use crate::search::subject::{Seen, Subject};
use crate::search::tests::model;
use crate::search::{Budget, one_minimal};
use crate::trace::{Setup, StructureSetup};

const REVIEW: &str = include_str!("../../../properties/review.polity");

/// The causes of the first run by seed of a setup that violates the first property.
fn of(text: &str, setup: Setup) -> Causes {
    let (model, _) = model(text);
    let target = &model.targets[0];
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let run = (0..200).map(|seed| subject.bare(setup.clone(), Seed(seed)));
    let violating = run.into_iter().find(|run| subject.replay(run).seen == Seen::Hit);
    causes(&subject, &violating.expect("a run violates")).expect("it violates")
}

/// Agents of one population with one parameter, and no structure.
fn setup(values: &[Value]) -> Setup {
    let sizes = std::iter::once(values.len() as u32).collect();
    let params = std::iter::once(values.to_vec()).collect();
    Setup { sizes, params, structures: Default::default(), starts: Default::default() }
}

fn bools(values: &[bool]) -> Setup {
    setup(&values.iter().map(|value| Value::Bool(*value)).collect::<Vec<Value>>())
}

/// The setup with nothing at the start of its only state.
fn moving(setup: Setup, states: usize) -> Setup {
    Setup { starts: (0..states).map(|_| Vec::new()).collect(), ..setup }
}

fn said(causes: &Causes) -> Vec<Without> {
    causes.parts.iter().map(|cause| cause.without).collect()
}

fn sets(causes: &Causes) -> Vec<Vec<usize>> {
    causes.repairs.iter().map(|repair| repair.parts.clone()).collect()
}

fn shares(of: &[(u32, usize)]) -> BTreeMap<AgentId, usize> {
    of.iter().map(|(agent, sets)| (AgentId(*agent), *sets)).collect()
}

const LOUD: &str = "
    model loud
    kind Agent { param loud: bool = false }
    agents team: Agent[1..4]
    property quiet { PROPERTY }";

fn loud(property: &str) -> String {
    LOUD.replace("PROPERTY", property)
}

#[test]
fn the_causes_of_unreviewed_work_are_the_reviewers_deviation_and_the_tie() {
    let (model, sources) = model(REVIEW);
    let seed = Seed(0);
    let options = Options {
        only: vec!["oversight".to_string()],
        budget: Budget {
            runs_max: 2_000,
            exhaust_max: 2_000,
            chain_max: 500_000,
            shrink_max: 5_000,
            seed,
            threads: 2,
            guidance: crate::search::Guidance::Guided,
        },
        engines: Engines::Search,
        work: 0,
        corpus: None,
        campaign: None,
        save: false,
    };
    let outcomes = check(&model, &sources, &options, &|_, _| true);
    let witness = outcomes[0].witness.as_ref().expect("it is violated");
    assert!(one_minimal(&model, &outcomes[0].target, witness).is_empty());
    let causes = outcomes[0].causes.as_ref().expect("a violation has them");
    let [stamps, tie] = &causes.parts[..] else { panic!("two causes, not {:?}", causes.parts) };
    let Part::Deviation { param, value, instead, .. } = &stamps.part else {
        panic!("no deviation: {stamps:?}")
    };
    assert_eq!(model.params[*param].name, "rubber_stamps");
    assert_eq!((value, instead), (&Value::Bool(true), &Some(Value::Bool(false))));
    let Part::Tie { from, to, weight, instead, .. } = &tie.part else { panic!("no tie: {tie:?}") };
    assert_eq!((*weight, *instead), (1.0, 0.0));
    assert_ne!(from, to);
    for cause in [stamps, tie] {
        assert_eq!(cause.without, Without::Pending);
        assert_eq!(cause.margin, Some((1.0, 1.0)));
    }
    assert_eq!(stamps.agents, [AgentId(*from)], "the deviation is the reviewer's");
    assert_eq!(sets(causes), [[0], [1]]);
    assert_eq!(causes.shares, shares(&[(*from, 2), (*to, 1)]));
    assert_eq!(causes.agents.len(), 2, "either can be left out");
    assert!(causes.agents.iter().all(|cause| cause.without.mends()));
    assert!(causes.complete);
}

#[test]
fn two_that_are_each_sufficient_are_causes_only_together() {
    let causes = of(&loud("forall a in team: not a.loud"), bools(&[true, true]));
    assert_eq!(said(&causes), [Without::StillViolated; 2]);
    assert_eq!(sets(&causes), [[0, 1]]);
    assert_eq!(causes.repairs[0].without, Without::Holds);
    assert_eq!(causes.repairs[0].margin(), Some((1.0, 1.0)));
    assert_eq!(causes.shares, shares(&[(0, 1), (1, 1)]));
    let left_out: Vec<Without> = causes.agents.iter().map(|cause| cause.without).collect();
    assert_eq!(left_out, [Without::StillViolated; 2]);
}

#[test]
fn two_that_are_needed_together_are_each_a_cause_alone() {
    let causes = of(&loud("count(a in team where a.loud) < 2"), bools(&[true, false, true]));
    assert_eq!(said(&causes), [Without::Holds; 2]);
    assert_eq!(sets(&causes), [[0], [1]]);
    assert_eq!(causes.shares, shares(&[(0, 1), (2, 1)]));
    assert_eq!(causes.agents[1].without, Without::StillViolated);
}

#[test]
fn more_than_three_of_which_each_is_sufficient_are_not_mended_and_it_is_said_that_all_was_tried() {
    let causes = of(&loud("forall a in team: not a.loud"), bools(&[true; 4]));
    assert_eq!(said(&causes), [Without::StillViolated; 4]);
    assert!(causes.repairs.is_empty() && causes.shares.is_empty());
    assert!(causes.complete);
}

#[test]
fn what_does_not_matter_is_in_no_set() {
    let causes = of(&loud("not team[0].loud"), bools(&[true, true]));
    assert_eq!(said(&causes), [Without::Holds, Without::StillViolated]);
    assert_eq!(sets(&causes), [[0]]);
    assert_eq!(causes.shares, shares(&[(0, 1)]));
}

#[test]
fn a_reset_that_an_assumption_forbids_is_refused_and_mends_nothing() {
    let text = loud("forall a in team: not a.loud") + " assume exists a in team: a.loud";
    let causes = of(&text, bools(&[true]));
    assert_eq!(said(&causes), [Without::Refused]);
    assert_eq!(causes.parts[0].margin, None);
    assert!(causes.repairs.is_empty());
    assert!(causes.agents.is_empty(), "a lone agent cannot be left out");
}

#[test]
fn a_pinned_deviation_cannot_be_put_back() {
    let text = loud("forall a in team: not a.loud") + " check quiet { given: { team.loud: true } }";
    let causes = of(&text, bools(&[true]));
    assert_eq!(said(&causes), [Without::Refused]);
}

#[test]
fn a_choice_that_matters_is_a_cause_with_the_margin_at_its_first_option() {
    let text = "
        model pick
        kind Agent { param eager: bool = false }
        agents team: Agent[1..2]
        state x: 0..3 = 0
        step { choose n in 0..3 choose idle in 0..3 x' = n + 0 * idle }
        property low { next x < 3 }
        check { steps: 1 }";
    let causes = of(text, moving(bools(&[false]), 1));
    let kinds: Vec<(&Value, Without)> = causes
        .parts
        .iter()
        .filter_map(|cause| match &cause.part {
            Part::Answer { answer, .. } => Some((&answer.value, cause.without)),
            _ => None,
        })
        .collect();
    assert_eq!(kinds[0], (&Value::Int(3), Without::Holds));
    assert!(kinds[1..].iter().all(|kind| kind.1 == Without::StillViolated), "{kinds:?}");
    let margin = causes.parts[0].margin.expect("it holds");
    assert!(margin.0 > 0.0 && margin.0 == margin.1, "{margin:?}");
    assert_eq!(sets(&causes), [[0]]);
    assert!(causes.shares.is_empty(), "it is nobody's choice");
}

#[test]
fn a_draw_is_put_back_to_its_first_outcome_and_belongs_to_its_agent() {
    let text = "
        model luck
        kind Agent { param eager: bool = false  state hit: bool = false }
        agents team: Agent[2]
        step { for a in team { draw c ~ bernoulli(0.5)  a.hit' = c } }
        property unlucky { next not team[1].hit }
        check { steps: 1 }";
    let causes = of(text, moving(bools(&[false, false]), 1));
    let mending: Vec<_> = causes.parts.iter().filter(|cause| cause.without.mends()).collect();
    assert_eq!(mending.len(), 1);
    assert_eq!(mending[0].agents, [AgentId(1)]);
    assert!(matches!(&mending[0].part, Part::Answer { answer, .. } if answer.drawn));
    assert_eq!(causes.shares, shares(&[(1, 1)]));
}

#[test]
fn a_choice_whose_first_option_faults_or_is_discarded_does_not_mend() {
    let text = "
        model stops
        kind Agent { param eager: bool = false }
        agents team: Agent[1]
        state x: 0..9 = 0
        step { choose n in 0..3  STATEMENT  x' = n }
        property low { always x < 2 }
        check { steps: 1 }";
    let without = |statement: &str| {
        let text = text.replace("STATEMENT", statement);
        said(&of(&text, moving(bools(&[false]), 1)))
    };
    assert_eq!(without("require n > 0"), [Without::Discarded]);
    assert_eq!(without("let y = 6 div n  require y >= 0"), [Without::Faults]);
    assert_eq!(without(""), [Without::Pending]);
}

#[test]
fn of_a_team_each_member_leaves_with_all_its_ties() {
    let text = "
        model teams
        kind Agent { param eager: bool = false }
        agents team: Agent[3]
        structure teams: partition on team among any
        property apart { not teams(team[0], team[1]) }";
    let (checked, _) = model(text);
    let mut ties = crate::social::Ties::empty(3, 3);
    for (a, b) in [(0, 1), (1, 0)] {
        ties.set(a, b, 1.0);
    }
    let structures = checked.structures.iter();
    let structures =
        structures.map(|_| StructureSetup { family: None, ties: ties.clone() }).collect();
    let causes = of(text, Setup { structures, ..bools(&[false; 3]) });
    assert_eq!(said(&causes), [Without::Holds; 2]);
    assert!(causes.parts.iter().all(|cause| matches!(cause.part, Part::Row { .. })));
    assert_eq!(causes.shares, shares(&[(0, 1), (1, 1)]));
}

#[test]
fn a_run_that_does_not_violate_has_no_causes() {
    let (model, _) = model(&loud("forall a in team: not a.loud"));
    let target = &model.targets[0];
    let space = Space::new(Arc::new(model.clone()), &[]);
    let subject = Subject::new(space, target);
    let run = subject.bare(bools(&[false]), Seed(0));
    assert_eq!(causes(&subject, &run), None);
}

#[test]
fn every_choice_of_three_among_five_comes_once() {
    let all: Vec<Vec<usize>> =
        std::iter::successors(Some(vec![0, 1, 2]), |last| following(last.clone(), 5)).collect();
    assert_eq!(all.len(), 10);
    assert!(all.is_sorted() && all.iter().all(|chosen| chosen.is_sorted()));
    assert_eq!(all.last(), Some(&vec![2, 3, 4]));
}
