//! Verdicts of formulas as they are written, on a run that counts to 4 and halts.

use super::{Terms, Truth, judge};
use crate::analysis::analyse;
use crate::base::Seed;
use crate::diag::Sources;
use crate::ir::{Model, PropId};
use crate::reference::{Replay, execute};
use crate::syntax::parse;
use crate::trace::{Run, Setup};

/// n goes 0, 1, 2, 3, 4; each member's count goes by its index plus one; `tick` comes with each
/// new n, twice with an even one.
const COUNTER: &str = "
    model counter
    kind Agent { state count: 0..99 = 0 }
    agents team: Agent[2]
    state n: 0..9 = 0
    state share: 0.0..1.0 = 0.0
    event tick { at: int }
    step {
      n' = n + 1
      share' = n' / 10.0
      for a in team { a.count' = a.count + index(a) + 1 }
      emit tick(at: n')
      if n' % 2 == 0 { emit tick(at: n') }
      if n' == 4 { halt }
    }
    def reached(mark: int) = n >= mark
    def soon(mark: int) = eventually[..2] reached(mark)
    property goal { FORMULA }";

fn model(formula: &str) -> Model {
    let text = COUNTER.replace("FORMULA", formula);
    let mut sources = Sources::default();
    let file = sources.add("counter.polity", &text[..]);
    let (tree, parsed) = parse(file, &text);
    assert!(parsed.is_empty(), "{formula}: {parsed:?}");
    let (model, analysed) = analyse(&tree, &mut sources, &mut |_, _, _| Err("none".into()));
    model.unwrap_or_else(|| panic!("{formula}: {analysed:?}"))
}

fn verdict(formula: &str, steps: u32) -> Truth {
    let model = model(formula);
    let setup = Setup {
        sizes: [2].into_iter().collect(),
        params: Default::default(),
        structures: Default::default(),
        starts: model.states.iter().map(|_| vec![]).collect(),
    };
    let (choices, draws) = Default::default();
    let run = Run { setup, seed: Seed(0), choices, draws, steps };
    let found = model.properties.pairs().find(|(_, property)| property.name == "goal");
    let property = found.map_or(PropId(0), |(id, _)| id);
    let mut answers = Replay::new(&run);
    let execution = execute(&model, Some(property), &run.setup, steps, &mut answers);
    let execution = execution.unwrap_or_else(|fault| panic!("{formula}: {fault:?}"));
    let terms = Terms { tick: None, complete: false, tolerance: None };
    judge(&model, property, &execution, &terms, None).truth
}

#[test]
fn what_holds_of_the_counter_holds_and_its_negation_does_not() {
    for formula in [
        "always n <= 4",
        "eventually n == 4",
        "finally n == 4",
        "(n < 3) until n == 3",
        "next next n == 2",
        "eventually[2..3] n == 3",
        "always[..2] n <= 2",
        "eventually (always n == 4)",
        "always (n >= 1 implies prev(n, 0) == n - 1)",
        "always initially(n) == 0",
        "always (let k = n; (n == 4) or (next n == k + 1))",
        "finally once n == 2",
        "finally not historically n == 0",
        "finally once[2..2] n == 2",
        "finally ((n >= 2) since n == 2)",
        "finally count(e in tick over [..2] where e.at >= 3) == 3",
        "finally sum(e.at for e in tick over [..9]) == 16",
        "always forall e in tick: e.at == n",
        "always forall e in tick: (next n == e.at + 1) or n == 4",
        "finally count(tick) == 2",
        "always forall a in team: a.count == n * (index(a) + 1)",
        "finally (sum(a.count for a in team) == 12 and argmax(a.count for a in team) == team[1])",
        "always (n >= 1 implies exists a in team: a.count == 2 * n)",
        "always now == n",
        "always share == now / 10.0",
        "always soon(2)",
        "eventually exists a in team where index(a) == 1: a.count == 8",
        "not next next next next next true",
        "finally prev(n == 3)",
    ] {
        assert_eq!(verdict(formula, 9), Truth::True, "{formula}");
        assert_eq!(verdict(&format!("not ({formula})"), 9), Truth::False, "not ({formula})");
    }
}

#[test]
fn what_reaches_past_the_horizon_is_pending() {
    for (formula, steps) in [
        ("always n <= 4", 3),
        ("eventually n == 4", 3),
        ("(n < 4) until n == 4", 3),
        ("always[..3] n <= 4", 2),
        ("next next next true", 2),
    ] {
        let why = format!("the run is cut at {steps}");
        assert_eq!(verdict(formula, steps), Truth::Pending(why), "{formula}");
    }
    assert_eq!(verdict("finally n == 3", 3), Truth::True);
    assert_eq!(verdict("always n < 3", 3), Truth::False);
}
