//! Pareto fronts: which designs are undominated is known, and so are their margins.

mod support;

use polity::check::front::{Choice, Front, Point};
use polity::check::{self, Engines, Options};
use polity::ir::Model;
use polity::reference::{Replay, Terms, execute, judge};
use polity::search::Budget;

/// The outcome of the check called `designs`.
fn designs(name: &str, text: &str, budget: Budget) -> (Model, check::Outcome) {
    let (model, sources) = support::model(name, text);
    let options = Options {
        only: vec!["designs".to_string()],
        budget,
        engines: Engines::Search,
        work: 0,
        corpus: None,
        save: false,
        campaign: None,
    };
    let mut outcomes = check::check(&model, &sources, &options, &|_, _| true);
    assert_eq!(outcomes.len(), 1);
    (model, outcomes.remove(0))
}

fn front(name: &str, text: &str, budget: Budget) -> (Model, Front) {
    let (model, outcome) = designs(name, text, budget);
    let why = format!("{:?}", outcome.reason);
    (model, outcome.front.unwrap_or_else(|| panic!("{why}")))
}

fn words(model: &Model, point: &Point) -> String {
    let one = |choice: &Choice| match choice {
        Choice::Size(id, size) => format!("{} {size}", model.populations[*id].name),
        Choice::Family(id, family) => format!("{} {}", model.structures[*id].name, family.text()),
        Choice::Param(id, value) => format!("{} {value:?}", model.params[*id].name),
    };
    point.design.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Every margin is that of its run, by the reference.
fn margins_are_shown(model: &Model, front: &Front) {
    let terms = Terms { tick: None, complete: false, tolerance: None };
    for point in &front.points {
        for (objective, (margin, run)) in front.objectives.iter().zip(&point.margins) {
            let answers = &mut Replay::new(run);
            let execution = execute(model, None, &run.setup, run.steps, answers).expect("a run");
            let said = judge(model, objective.property, &execution, &terms, None).margin;
            // Of one principal the margin is not less than of all.
            assert!(f64::midpoint(said.0, said.1) <= *margin, "{said:?} {margin}");
        }
    }
}

const GIVING: &str = "model giving
    principals owners: Owner[2]
    kind Owner { param wants: 0..2 = 1 }
    param gives: 0..3 = 1
    value property generous { gives >= 1 }
    preference property satisfied for p in owners { gives >= p.wants }
    objective property cheap { gives <= 2 }
    check { expect: violated }
    check holistic as designs { front: gives, expect: violated }";

#[test]
fn what_is_dominated_is_left_out() {
    let (model, front) = front("giving", GIVING, support::budget());
    assert_eq!((front.designs, front.empty, front.exhausted), (4, 0, true));
    assert_eq!(front.objectives.len(), 4, "one for each owner");
    let said: Vec<String> = front.points.iter().map(|point| words(&model, point)).collect();
    // At 0 it is no cheaper by the margin than at 1 alone would be, if margins were cut off.
    assert_eq!(said, ["gives Int(0)", "gives Int(1)", "gives Int(2)", "gives Int(3)"]);
    margins_are_shown(&model, &front);
    let more = GIVING.replace("gives <= 2", "gives >= 0");
    let (model, all) = self::front("giving", &more, support::budget());
    let said: Vec<String> = all.points.iter().map(|point| words(&model, point)).collect();
    assert_eq!(said, ["gives Int(3)"]);
}

#[test]
fn margins_that_are_sampled_are_not_called_exhausted() {
    let text = "model noisy
        kind Agent { param share: 0.0..1.0 = 0.5 }
        agents team: Agent[1..4]
        param cap: {0.2, 0.4} = 0.2
        structure hears: digraph on team among isolated | complete
        value property fair { forall a in team: min(a.share, cap) <= 0.3 }
        objective property busy { forall a in team: a.share + cap >= 0.1 }
        check { expect: violated }
        check holistic as designs { front: team, hears, cap, expect: violated }";
    let (model, front) = front("noisy", text, support::budget());
    assert_eq!((front.designs, front.exhausted), (16, false));
    assert!(!front.points.is_empty() && front.runs > 5_000, "{front:?}");
    margins_are_shown(&model, &front);
}

#[test]
fn what_cannot_be_designed_is_said() {
    let (_, outcome) = designs(
        "free",
        "model free
         state x: 0..3
         value property low { x < 3 }
         objective property high { x > 0 }
         check holistic as designs { front: x }",
        support::budget(),
    );
    assert_eq!(outcome.verdict, check::Verdict::Inconclusive);
    assert!(!outcome.as_expected && outcome.front.is_none());
    assert!(outcome.reason.expect("a reason").contains("`front: x`"));
}
