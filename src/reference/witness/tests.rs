//! Why a formula has its value, and that a witness is only made of what violates.

use super::{Why, Witness, explain};
use crate::ir::expr::TemporalOp;
use crate::ir::property::Role;
use crate::ir::{AgentId, Expr, PropId, Value};
use crate::reference::eval::built::{self, *};
use crate::reference::{Terms, judge};
use crate::syntax::ast::BinaryOp;
use crate::trace::End;

fn why(formula: Expr, rows: &[Row], end: End) -> Why {
    let model = built::model(formula);
    let execution = built::execution(&model, trace(rows, end));
    let judged = judge(&model, PropId(0), &execution, &TERMS, None);
    explain(&model, PropId(0), &execution, &TERMS, &judged)
}

/// The instants and values down the first branch of a tree.
fn branch(why: &Why) -> Vec<(u32, Value)> {
    let mut down = vec![(why.instant, why.value.clone())];
    down.extend(why.because.first().map(branch).unwrap_or_default());
    down
}

const NO: Value = Value::Bool(false);
const YES: Value = Value::Bool(true);

#[test]
fn a_failed_always_shows_its_first_failing_instant() {
    let why = why(always(p()), &rows("pp--"), End::Cut);
    assert_eq!(branch(&why), [(0, NO), (2, NO)]);
    assert_eq!(why.because.len(), 1);
}

#[test]
fn a_failed_forall_shows_the_element_that_fails_with_both_sides() {
    let at_most = binary(BinaryOp::LessEqual, x(0), int(4));
    let row = Row { xs: vec![1, 7, 9], ..Row::of(false, false) };
    let why = why(always(quantified(true, over(0, team()), at_most)), &[row], End::Cut);
    let each = &why.because[0];
    assert_eq!(each.because.len(), 1);
    let failing = &each.because[0];
    assert_eq!(failing.bindings, [("a".to_owned(), Value::Agent(AgentId(1)))]);
    // The literal on the right tells nothing.
    let sides: Vec<Value> = failing.because.iter().map(|side| side.value.clone()).collect();
    assert_eq!(sides, [Value::Int(7)]);
}

#[test]
fn a_failed_implication_shows_both_sides_and_a_failed_and_one() {
    let told = why(implies(p(), q()), &rows("p"), End::Halted);
    let values: Vec<Value> = told.because.iter().map(|part| part.value.clone()).collect();
    assert_eq!(values, [YES, NO]);
    let told = why(and(p(), q()), &rows("p"), End::Halted);
    let values: Vec<Value> = told.because.iter().map(|part| part.value.clone()).collect();
    assert_eq!(values, [NO]);
}

#[test]
fn a_failed_exists_shows_its_elements_only_if_they_are_few() {
    let some = |agents: usize| {
        let row = Row { xs: vec![5; agents], ..Row::of(false, false) };
        let low = binary(BinaryOp::LessEqual, x(0), int(4));
        why(quantified(false, over(0, team()), low), &[row], End::Halted).because.len()
    };
    assert_eq!((some(2), some(6), some(7)), (2, 6, 0));
}

#[test]
fn a_failed_until_shows_where_the_left_side_gave_way() {
    let why = why(until(p(), q()), &rows("pp-q"), End::Halted);
    let parts: Vec<(u32, Value)> =
        why.because.iter().map(|part| (part.instant, part.value.clone())).collect();
    assert_eq!(parts, [(2, NO), (2, NO)]);
}

#[test]
fn what_holds_is_shown_by_what_makes_it_hold() {
    let mut model = built::model(eventually(temporal(TemporalOp::Once, EVER, q())));
    model.properties[PropId(0)].role = Role::Witness;
    let execution = built::execution(&model, trace(&rows("--q-"), End::Cut));
    let judged = judge(&model, PropId(0), &execution, &TERMS, None);
    let why = explain(&model, PropId(0), &execution, &TERMS, &judged);
    assert_eq!(branch(&why), [(0, YES), (2, YES), (2, YES)]);
}

#[test]
fn only_a_run_that_violates_becomes_a_witness() {
    use crate::reference::built as stepped;
    // level' = 0.75, once.
    let mut model = stepped::model(Some(vec![stepped::set_level(stepped::real(0.75))]));
    let bound = |limit| {
        let level = stepped::level();
        built::property(always(stepped::binary(BinaryOp::LessEqual, level, real(limit))))
    };
    model.properties = [bound(0.5), bound(0.8)].into_iter().collect();
    let run = |steps| crate::trace::Run {
        setup: stepped::setup(2, 0),
        seed: crate::base::Seed(0),
        choices: Default::default(),
        draws: Default::default(),
        steps,
    };
    let terms: Terms = TERMS;
    let found = Witness::replay(&model, PropId(0), run(3), &terms).expect("it is violated");
    assert_eq!(found.judgement().settled_at, Some(1));
    assert_eq!(branch(found.why())[1], (1, NO));
    assert!(Witness::replay(&model, PropId(0), run(0), &terms).is_none(), "not yet");
    assert!(Witness::replay(&model, PropId(1), run(3), &terms).is_none(), "not violated");
}
