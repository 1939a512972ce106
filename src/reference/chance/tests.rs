//! Chance properties on a step that draws: counts, common draws, decisions.

use super::*;
use crate::base::Seed;
use crate::ir::property::Property;
use crate::ir::{Expr, ExprKind, Model, PropId, Slot, Type};
use crate::reference::built::{self as stepped, draw, set_level, setup};
use crate::reference::eval::built::{self as formulas, always, expr, finally, not};
use crate::reference::{Terms, Truth, society};
use crate::syntax::ast::BinaryOp;

const TERMS: Terms = Terms { tick: None, complete: false, tolerance: None };

/// `step { draw d ~ uniform(0.0, 1.0)  level' = d }`, with a property of this formula.
fn model(formula: Expr) -> Model {
    let drawn = draw(1, stepped::real(0.0), stepped::real(1.0));
    let take = set_level(expr(ExprKind::Local(Slot(1)), Type::Real));
    let mut model = stepped::model(Some(vec![drawn, take]));
    let chance = Property { chance: true, ..formulas::property(formula) };
    model.properties = [chance].into_iter().collect();
    model
}

/// `probability(finally level <= limit)`
fn below(limit: f64) -> Expr {
    let low = stepped::binary(BinaryOp::LessEqual, stepped::level(), stepped::real(limit));
    expr(ExprKind::Probability(finally(low)), Type::Real)
}

fn counted(model: &Model, runs: std::ops::Range<u64>) -> Vec<Tally> {
    let setup = setup(1, 0);
    let (policy, seed) = (Seed(1), Seed(2));
    let sample =
        Sample { property: PropId(0), setup: &setup, policy, seed, steps: 2, terms: &TERMS };
    tally(model, &sample, runs).expect("nothing faults")
}

fn decided(model: &Model, intervals: &[(f64, f64)]) -> (Truth, (f64, f64)) {
    let society = society(model, &setup(1, 0)).expect("the setup is sound");
    decide(model, PropId(0), &society, intervals)
}

fn at_least(left: Expr, right: Expr) -> Expr {
    formulas::binary(BinaryOp::GreaterEqual, left, right)
}

#[test]
fn a_probability_is_counted_run_by_run() {
    let model = model(at_least(below(0.3), stepped::real(0.5)));
    let tallies = counted(&model, 0..2_000);
    assert_eq!(tallies.len(), 1);
    assert_eq!((tallies[0].runs, tallies[0].pending), (2_000, 0));
    let share = tallies[0].sum / 2_000.0;
    assert!((share - 0.3).abs() < 0.05, "{share}");
    assert_eq!(tallies[0].sum, tallies[0].squares);
    assert_eq!(tallies[0].range, (0.0, 1.0));
}

#[test]
fn counts_of_disjoint_runs_add_up() {
    let model = model(at_least(below(0.3), stepped::real(0.5)));
    let mut halves = counted(&model, 0..50);
    merge(&mut halves, &counted(&model, 50..120));
    assert_eq!(halves, counted(&model, 0..120));
}

#[test]
fn a_difference_is_estimated_on_common_draws() {
    let apart = formulas::binary(BinaryOp::Subtract, below(0.6), below(0.4));
    let model = model(at_least(apart, stepped::real(0.1)));
    let tallies = counted(&model, 0..500);
    assert_eq!(tallies.len(), 1);
    assert_eq!(tallies[0].kind, TallyKind::Difference);
    // The one implies the other, so that no run counts against it.
    assert_eq!(tallies[0].range, (0.0, 1.0));
}

#[test]
fn an_expectation_is_of_the_last_instant() {
    let expected = expr(ExprKind::Expected(stepped::level()), Type::Real);
    let model = model(at_least(expected, stepped::real(0.1)));
    let tallies = counted(&model, 0..1_000);
    let mean = tallies[0].sum / 1_000.0;
    assert!((mean - 0.5).abs() < 0.05, "{mean}");
}

#[test]
fn a_run_that_is_left_open_is_pending() {
    let low = stepped::binary(BinaryOp::LessEqual, stepped::level(), stepped::real(0.5));
    let ever = expr(ExprKind::Probability(always(low)), Type::Real);
    let model = model(at_least(ever, stepped::real(0.5)));
    let tally = &counted(&model, 0..400)[0];
    assert_eq!(tally.runs + tally.pending, 400);
    assert_eq!(tally.sum, 0.0, "a cut run never meets an always");
    assert!(tally.pending > 0);
}

#[test]
fn the_intervals_decide_or_do_not() {
    let model = model(at_least(below(0.3), stepped::real(0.5)));
    assert_eq!(decided(&model, &[(0.6, 0.7)]).0, Truth::True);
    assert_eq!(decided(&model, &[(0.2, 0.4)]).0, Truth::False);
    let (open, (low, high)) = decided(&model, &[(0.4, 0.6)]);
    assert_eq!(open, Truth::Pending("the intervals do not decide".into()));
    assert!(low < 0.0 && high > 0.0, "{low}..{high}");
    let (_, (low, high)) = decided(&model, &[(0.25, 0.375)]);
    assert_eq!((low, high), (-0.25, -0.125));
}

#[test]
fn connectives_and_arithmetic_keep_the_order_of_the_nodes() {
    let ratio = formulas::binary(BinaryOp::Divide, below(0.1), below(0.2));
    let first = at_least(ratio, stepped::real(2.0));
    let second = not(at_least(below(0.3), stepped::real(0.5)));
    let model = model(formulas::or(first, second));
    let third = |interval| decided(&model, &[(0.1, 0.1), (0.9, 0.9), interval]).0;
    assert_eq!(third((0.6, 0.7)), Truth::False);
    assert_eq!(third((0.1, 0.2)), Truth::True);
    assert_eq!(decided(&model, &[(0.9, 0.9), (0.3, 0.3), (0.6, 0.7)]).0, Truth::True);
}

#[test]
fn a_let_and_a_quantifier_may_stand_around() {
    // forall a in team: let d = probability(…); d >= 0.5
    let bound = expr(ExprKind::Local(Slot(3)), Type::Real);
    let body = ExprKind::Let(Slot(3), below(0.3), at_least(bound, stepped::real(0.5)));
    let each = formulas::quantified(true, stepped::in_team(2), formulas::formula(body));
    let model = model(each);
    assert_eq!(counted(&model, 0..10).len(), 1, "there is one agent");
    assert_eq!(decided(&model, &[(0.6, 0.7)]).0, Truth::True);
    assert_eq!(decided(&model, &[(0.1, 0.2)]).0, Truth::False);
}
