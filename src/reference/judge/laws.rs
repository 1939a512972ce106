//! Laws of verdicts and margins, on random formulas and runs.
//!
//! A formula is generated twice over: as IR, and as a tree with a naive meaning on complete
//! runs, written down from §7 without memory, prefixes or unknowns.

use proptest::prelude::*;

use super::gaps::gap;
use super::margin::margin;
use super::verdict::{Case, formulas};
use crate::ir::expr::{Interval, TemporalOp};
use crate::ir::{Expr, ExprKind, PropId};
use crate::reference::eval::Stop;
use crate::reference::eval::built::{self, Row, TERMS};
use crate::reference::eval::scene::{Ending, Scene};
use crate::reference::{SettledBy, Truth};
use crate::syntax::ast::BinaryOp;
use crate::trace::End;

type Bounds = (u64, Option<u64>);

/// A formula of the tests.
#[derive(Clone, Debug)]
enum F {
    P,
    Q,
    Low(f64),
    /// `forall` (or `exists`) `a in team: x(a) <= n`
    Each(bool, i64),
    /// `1 div x(team's first) == 1`: faults at 0.
    Fragile,
    Rang(i64),
    Not(Box<F>),
    And(Box<F>, Box<F>),
    Or(Box<F>, Box<F>),
    Implies(Box<F>, Box<F>),
    Op(TemporalOp, Bounds, Box<F>),
    Until(Bounds, Box<F>, Box<F>),
    Since(Bounds, Box<F>, Box<F>),
    Prev(Box<F>),
    Initially(Box<F>),
}

impl F {
    fn ir(&self) -> Expr {
        let steps = |bounds: &Bounds| Interval::Steps(bounds.0, bounds.1);
        match self {
            F::P => built::p(),
            F::Q => built::q(),
            F::Low(bound) => {
                built::binary(BinaryOp::LessEqual, built::level(), built::real(*bound))
            }
            F::Each(all, bound) => built::quantified(
                *all,
                built::over(0, built::team()),
                built::binary(BinaryOp::LessEqual, built::x(0), built::int(*bound)),
            ),
            F::Fragile => built::quantified(
                true,
                built::over(1, built::team()),
                built::binary(
                    BinaryOp::GreaterEqual,
                    built::binary(BinaryOp::Div, built::int(7), built::x(1)),
                    built::int(1),
                ),
            ),
            F::Rang(n) => {
                let field = ExprKind::Field(built::agent(2), 1);
                let number = built::expr(field, crate::ir::Type::Int);
                built::quantified(
                    false,
                    built::over(2, built::rang()),
                    built::binary(BinaryOp::Equal, number, built::int(*n)),
                )
            }
            F::Not(a) => built::not(a.ir()),
            F::And(a, b) => built::and(a.ir(), b.ir()),
            F::Or(a, b) => built::or(a.ir(), b.ir()),
            F::Implies(a, b) => built::implies(a.ir(), b.ir()),
            F::Op(op, bounds, a) => built::temporal(*op, steps(bounds), a.ir()),
            F::Until(bounds, a, b) => {
                built::formula(ExprKind::Until(steps(bounds), a.ir(), b.ir()))
            }
            F::Since(bounds, a, b) => {
                built::formula(ExprKind::Since(steps(bounds), a.ir(), b.ir()))
            }
            F::Prev(a) => built::prev(a.ir()),
            F::Initially(a) => built::formula(ExprKind::Initially(a.ir())),
        }
    }

    /// The truth at `at` of a complete run. Nothing faults.
    fn naive(&self, run: &[Row], at: usize) -> bool {
        let inside = |bounds: &Bounds, far: usize| {
            bounds.0 <= far as u64 && bounds.1.is_none_or(|hi| far as u64 <= hi)
        };
        let later = |bounds: &Bounds| {
            (at..run.len()).filter(|i| inside(bounds, i - at)).collect::<Vec<_>>()
        };
        let before =
            |bounds: &Bounds| (0..=at).filter(|i| inside(bounds, at - i)).collect::<Vec<_>>();
        match self {
            F::P => run[at].p,
            F::Q => run[at].q,
            F::Low(bound) => run[at].level <= *bound,
            F::Each(true, bound) => run[at].xs.iter().all(|x| x <= bound),
            F::Each(false, bound) => run[at].xs.iter().any(|x| x <= bound),
            F::Fragile => run[at].xs.iter().all(|x| *x <= 7),
            F::Rang(n) => run[at].rang.iter().any(|(_, number)| number == n),
            F::Not(a) => !a.naive(run, at),
            F::And(a, b) => a.naive(run, at) && b.naive(run, at),
            F::Or(a, b) => a.naive(run, at) || b.naive(run, at),
            F::Implies(a, b) => !a.naive(run, at) || b.naive(run, at),
            F::Op(op, bounds, a) => match op {
                TemporalOp::Always => later(bounds).into_iter().all(|i| a.naive(run, i)),
                TemporalOp::Eventually => later(bounds).into_iter().any(|i| a.naive(run, i)),
                TemporalOp::Historically => before(bounds).into_iter().all(|i| a.naive(run, i)),
                TemporalOp::Once => before(bounds).into_iter().any(|i| a.naive(run, i)),
                TemporalOp::Next => at + 1 < run.len() && a.naive(run, at + 1),
                TemporalOp::Finally => a.naive(run, run.len() - 1),
            },
            F::Until(bounds, a, b) => later(bounds)
                .into_iter()
                .any(|j| b.naive(run, j) && (at..j).all(|i| a.naive(run, i))),
            F::Since(bounds, a, b) => before(bounds)
                .into_iter()
                .any(|j| b.naive(run, j) && (j + 1..=at).all(|i| a.naive(run, i))),
            F::Prev(a) => at > 0 && a.naive(run, at - 1),
            F::Initially(a) => a.naive(run, 0),
        }
    }
}

fn bounds() -> impl Strategy<Value = Bounds> {
    prop_oneof![
        Just((0, None)),
        (0..4u64).prop_map(|lo| (lo, None)),
        (0..3u64, 0..4u64).prop_map(|(lo, more)| (lo, Some(lo + more))),
    ]
}

fn op(finally: bool) -> impl Strategy<Value = TemporalOp> {
    let last = if finally { TemporalOp::Finally } else { TemporalOp::Next };
    prop_oneof![
        Just(TemporalOp::Always),
        Just(TemporalOp::Eventually),
        Just(TemporalOp::Historically),
        Just(TemporalOp::Once),
        Just(TemporalOp::Next),
        Just(last),
    ]
}

fn any_formula(fragile: bool, finally: bool) -> impl Strategy<Value = F> {
    let leaf = prop_oneof![
        Just(F::P),
        Just(F::Q),
        // Between the levels of the runs, where the tolerance decides nothing.
        (0..4u32).prop_map(|n| F::Low(f64::from(n) / 4.0 + 0.1)),
        (any::<bool>(), 0..9i64).prop_map(|(all, n)| F::Each(all, n)),
        (0..3i64).prop_map(F::Rang),
        Just(if fragile { F::Fragile } else { F::P }),
    ];
    leaf.prop_recursive(5, 24, 2, move |inner| {
        let one = inner.clone().prop_map(Box::new).boxed();
        prop_oneof![
            one.clone().prop_map(F::Not),
            (one.clone(), one.clone()).prop_map(|(a, b)| F::And(a, b)),
            (one.clone(), one.clone()).prop_map(|(a, b)| F::Or(a, b)),
            (one.clone(), one.clone()).prop_map(|(a, b)| F::Implies(a, b)),
            (op(finally), bounds(), one.clone()).prop_map(|(op, bounds, a)| F::Op(op, bounds, a)),
            (bounds(), one.clone(), one.clone()).prop_map(|(i, a, b)| F::Until(i, a, b)),
            (bounds(), one.clone(), one.clone()).prop_map(|(i, a, b)| F::Since(i, a, b)),
            one.clone().prop_map(F::Prev),
            one.prop_map(F::Initially),
        ]
    })
}

fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        any::<bool>(),
        any::<bool>(),
        0..5u32,
        prop::collection::vec(0..9i64, 2),
        prop::collection::vec((0..2u32, 0..3i64), 0..2),
    );
    let row = row.prop_map(|(p, q, level, xs, rang)| Row {
        p,
        q,
        level: f64::from(level) / 4.0,
        xs,
        rang,
    });
    prop::collection::vec(row, 1..8)
}

/// The truth and margin of a formula on the prefix of a run up to `seen`.
fn on_prefix(formula: &F, rows: &[Row], end: End, seen: u32) -> Found {
    let model = built::model(formula.ir());
    let execution = built::execution(&model, built::trace(rows, end));
    let property = PropId(0);
    let formulas = formulas(&model, property);
    let case = Case { model: &model, property, execution: &execution, terms: &TERMS, formulas };
    let scene: Scene<'_> = case.scene(seen, Ending::Horizon);
    let truth = case.truth_in(&scene);
    let passed_over = scene.passed_over.get();
    let (formula, frame) = &case.formulas[0];
    let scene = case.scene(seen, Ending::Horizon);
    let margin = margin(&case.view(&scene), &mut frame.clone(), formula);
    Found { truth, margin, passed_over }
}

/// What is found of a formula on a prefix.
struct Found {
    truth: Result<bool, Stop>,
    margin: (f64, f64),
    /// Whether a fault was passed over.
    passed_over: bool,
}

fn settled(truth: &Result<bool, Stop>) -> Option<bool> {
    truth.as_ref().ok().copied()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn on_complete_runs_a_formula_means_what_the_definitions_say(
        formula in any_formula(false, true), rows in any_rows(),
    ) {
        let Found { truth, .. } = on_prefix(&formula, &rows, End::Halted, rows.len() as u32 - 1);
        prop_assert_eq!(truth, Ok(formula.naive(&rows, 0)));
    }

    #[test]
    fn what_a_prefix_settles_every_completion_confirms(
        formula in any_formula(false, false), rows in any_rows(), more in any_rows(),
    ) {
        let Found { truth, .. } = on_prefix(&formula, &rows, End::Cut, rows.len() as u32 - 1);
        if let Ok(truth) = truth {
            prop_assert_eq!(truth, formula.naive(&rows, 0), "the run that halts here");
            let whole = [&rows[..], &more[..]].concat();
            prop_assert_eq!(truth, formula.naive(&whole, 0), "a run that goes on");
        }
    }

    #[test]
    fn a_settled_verdict_stays_settled_unless_it_faults(
        formula in any_formula(true, false), rows in any_rows(), halts in any::<bool>(),
    ) {
        let end = if halts { End::Halted } else { End::Cut };
        let mut before = None;
        for seen in 0..rows.len() as u32 {
            let Found { truth, passed_over, .. } = on_prefix(&formula, &rows, end.clone(), seen);
            if let Some(before) = before {
                let faults = matches!(truth, Err(Stop::Fault(_))) || passed_over;
                let same = truth == Ok(before) || faults;
                prop_assert!(same, "{before} at {}, then {truth:?}", seen - 1);
            }
            before = settled(&truth);
        }
    }

    #[test]
    fn a_prefix_is_read_as_a_run_that_is_cut_there(
        formula in any_formula(true, false), rows in any_rows(),
    ) {
        for seen in 0..rows.len() - 1 {
            let prefix = on_prefix(&formula, &rows, End::Halted, seen as u32);
            let cut = on_prefix(&formula, &rows[..=seen], End::Cut, seen as u32);
            prop_assert_eq!(prefix.truth, cut.truth);
            prop_assert_eq!(prefix.margin, cut.margin);
        }
    }

    #[test]
    fn a_margin_never_contradicts_the_truth(
        formula in any_formula(true, true), rows in any_rows(), halts in any::<bool>(),
    ) {
        let end = if halts { End::Halted } else { End::Cut };
        for seen in 0..rows.len() as u32 {
            let Found { truth, margin: (low, high), .. } = on_prefix(&formula, &rows, end.clone(), seen);
            prop_assert!(-1.0 <= low && low <= high && high <= 1.0, "{low}..{high}");
            prop_assert!(!(low > 0.0 && truth == Ok(false)), "{low}..{high}");
            prop_assert!(!(high < 0.0 && truth == Ok(true)), "{low}..{high}");
        }
    }

    #[test]
    fn a_margin_is_one_number_where_nothing_is_open(
        formula in any_formula(false, true), rows in any_rows(),
    ) {
        let found = on_prefix(&formula, &rows, End::Halted, rows.len() as u32 - 1);
        let (low, high) = found.margin;
        prop_assert_eq!(low, high);
    }

    #[test]
    fn a_gap_is_none_where_the_formula_is_as_wanted_and_some_where_it_is_not(
        formula in any_formula(false, true), rows in any_rows(), wanted in any::<bool>(),
    ) {
        let model = built::model(formula.ir());
        let execution = built::execution(&model, built::trace(&rows, End::Halted));
        let gap = gap(&model, PropId(0), &execution, &TERMS, wanted).expect("there are instants");
        let holds = formula.naive(&rows, 0);
        prop_assert_eq!(gap.total == 0.0, holds == wanted, "{:?}", gap);
        prop_assert!(gap.parts.iter().all(|part| (0.0..=1.0).contains(&part.1)), "{:?}", gap);
        prop_assert!(gap.parts.is_sorted_by_key(|part| part.0), "{:?}", gap);
    }

    #[test]
    fn operators_are_dual_to_each_other(
        (a, b) in (any_formula(false, false), any_formula(false, false)),
        rows in any_rows(), halts in any::<bool>(), bounds in bounds(),
    ) {
        let end = if halts { End::Halted } else { End::Cut };
        let last = rows.len() as u32 - 1;
        let truth = |formula: &F| settled(&on_prefix(formula, &rows, end.clone(), last).truth);
        let not = |a: &F| F::Not(Box::new(a.clone()));
        let op = |op, a: F| F::Op(op, bounds, Box::new(a));
        use TemporalOp::{Always, Eventually, Finally, Historically, Once};
        for (one, other) in [
            (not(&op(Always, a.clone())), op(Eventually, not(&a))),
            (not(&op(Eventually, a.clone())), op(Always, not(&a))),
            (F::Op(Finally, (0, None), Box::new(op(Once, a.clone()))),
             not(&F::Op(Finally, (0, None), Box::new(op(Historically, not(&a)))))),
            (not(&F::And(Box::new(a.clone()), Box::new(b.clone()))),
             F::Or(Box::new(not(&a)), Box::new(not(&b)))),
            (F::Implies(Box::new(a.clone()), Box::new(b.clone())),
             F::Or(Box::new(not(&a)), Box::new(b.clone()))),
        ] {
            prop_assert_eq!(truth(&one), truth(&other), "{:?} and {:?}", one, other);
        }
    }

    #[test]
    fn until_and_since_unfold(
        (a, b) in (any_formula(false, false), any_formula(false, false)),
        rows in any_rows(), halts in any::<bool>(),
    ) {
        let end = if halts { End::Halted } else { End::Cut };
        let last = rows.len() as u32 - 1;
        let truth = |formula: &F| settled(&on_prefix(formula, &rows, end.clone(), last).truth);
        let (a, b) = (Box::new(a), Box::new(b));
        let ever = (0, None);
        let one = |op, f: F| F::Op(op, ever, Box::new(f));
        let until = F::Until(ever, a.clone(), b.clone());
        let later = one(TemporalOp::Next, until.clone());
        let unfolded = F::Or(b.clone(), Box::new(F::And(a.clone(), Box::new(later))));
        prop_assert_eq!(truth(&until), truth(&unfolded));
        let since = F::Since(ever, a.clone(), b.clone());
        let earlier = F::Prev(Box::new(since.clone()));
        let unfolded = F::Or(b.clone(), Box::new(F::And(a, Box::new(earlier))));
        let at_the_end = |f: F| truth(&one(TemporalOp::Finally, f));
        prop_assert_eq!(at_the_end(since), at_the_end(unfolded));
    }

    #[test]
    fn a_judgement_is_that_of_the_shortest_prefix_that_settles(
        formula in any_formula(true, true), rows in any_rows(), halts in any::<bool>(),
    ) {
        let end = if halts { End::Halted } else { End::Cut };
        let judged = built::judged(formula.ir(), &rows, end.clone());
        let first = (0..rows.len() as u32).find_map(|seen| {
            let Found { truth, .. } = on_prefix(&formula, &rows, end.clone(), seen);
            (!matches!(truth, Err(Stop::Unknown(_)))).then_some((seen, truth))
        });
        match first {
            None => prop_assert!(matches!(judged.truth, Truth::Pending(_))),
            Some((at, truth)) => {
                prop_assert_eq!(judged.settled_at, Some(at));
                match truth {
                    Ok(true) => prop_assert_eq!(judged.truth, Truth::True),
                    Ok(false) => prop_assert_eq!(judged.truth, Truth::False),
                    Err(_) => prop_assert!(matches!(judged.truth, Truth::Faulted(_))),
                }
                if at + 1 < rows.len() as u32 {
                    prop_assert_eq!(judged.settled_by, SettledBy::Prefix);
                }
            }
        }
    }
}
