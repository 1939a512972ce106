//! Tests of societies, on models built by hand: sizes, domains, derived parameters, pins.

use crate::base::Table;
use crate::ir::expr::AggregateOp;
use crate::ir::model::{Closed, IndexSet, Param, Start, Structure};
use crate::ir::property::{IndexPin, Pin, PinKind};
use crate::ir::{
    AgentId, Domain, Expr, ExprKind, KindId, Model, ParamId, PopId, StateId, StructId, Type, Value,
};
use crate::reference::built::*;
use crate::reference::society::{admitted, apply, default_of, deviations, edges, society};
use crate::social::{Family, Shape, Ties};
use crate::syntax::ast::BinaryOp;
use crate::trace::{FaultKind, Setup, StructureSetup};

const LOW: ParamId = ParamId(0);
const GREED: ParamId = ParamId(1);
const TOP: ParamId = ParamId(2);
const TWICE: ParamId = ParamId(3);
const TIES: StructId = StructId(0);

fn closed(expr: Expr) -> Option<Closed> {
    Some(Closed { expr, frame: 4 })
}

fn param(name: &str, derived: bool, value: Option<Closed>) -> Param {
    let domain = if derived { Domain::Whole(Type::Int) } else { Domain::Ints(0, 9) };
    let (owner, indices, docs) = (None, vec![], vec![]);
    Param { name: name.into(), owner, indices, domain, value, derived, docs, span: span() }
}

fn read(param: ParamId, indices: Vec<Expr>) -> Expr {
    expr(ExprKind::Param(param, indices), Type::Int)
}

/// `kind Agent { param greed: 0..9 = low }  param top = twice + 1
///  param twice = max(a.greed for a in team)  structure ties: graph on team among ring | any`
fn society_model() -> Model {
    let mut model = model(None);
    let mut greed = param("greed", false, closed(read(LOW, vec![])));
    (greed.owner, greed.indices) = (Some(KindId(0)), vec![IndexSet::Kind(KindId(0))]);
    model.params.push(greed);
    let one_more = binary(BinaryOp::Add, read(TWICE, vec![]), int(1));
    model.params.push(param("top", true, closed(one_more)));
    let most = ExprKind::Aggregate {
        op: AggregateOp::Max,
        value: Some(read(GREED, vec![local(1)])),
        binders: vec![in_team(1)],
        otherwise: Some(int(0)),
    };
    model.params.push(param("twice", true, closed(expr(most, Type::Int))));
    model.structures.push(Structure {
        name: "ties".into(),
        shape: Shape::Graph,
        on: PopId(0),
        to: PopId(0),
        among: vec![Family::Ring, Family::Star],
        baseline: Some(Family::Ring),
        span: span(),
    });
    model
}

fn ring(size: u32) -> Ties {
    let mut ties = Ties::empty(size, size);
    for a in 0..size {
        ties.set(a, (a + 1) % size, 1.0);
        ties.set((a + 1) % size, a, 1.0);
    }
    ties
}

fn with_greed(greed: &[i64]) -> Setup {
    let greed_cells: Vec<Value> = greed.iter().map(|greed| Value::Int(*greed)).collect();
    let size = greed.len() as u32;
    let mut setup = setup(size, 1);
    setup.params = Table::from_iter([vec![Value::Int(1)], greed_cells, vec![], vec![]]);
    setup.structures.push(StructureSetup { family: None, ties: ring(size) });
    setup
}

fn pin(kind: PinKind) -> Pin {
    Pin { kind, span: span() }
}

fn greed_pin(indices: Vec<IndexPin>, value: i64) -> PinKind {
    PinKind::Param { param: GREED, indices, value: int(value) }
}

#[test]
fn derived_parameters_are_computed_after_what_they_read() {
    let society = society(&society_model(), &with_greed(&[1, 5, 2])).expect("it is sound");
    assert_eq!(society.params[TWICE], [Value::Int(5)]);
    assert_eq!(society.params[TOP], [Value::Int(6)]);
}

#[test]
fn what_is_derived_from_itself_is_a_fault() {
    let mut model = society_model();
    model.params[TWICE].value = closed(read(TOP, vec![]));
    let fault = society(&model, &with_greed(&[1])).expect_err("a circle");
    assert_eq!(fault.message, "`top` is derived from itself");
}

#[test]
fn a_value_outside_its_domain_is_a_fault() {
    let fault = society(&society_model(), &with_greed(&[1, 12, 3])).expect_err("12 is not in 0..9");
    assert_eq!(fault.message, "`team[1].greed` would leave its domain 0..9: 12");
    assert_eq!(fault.kind, FaultKind::Domain);
}

#[test]
fn a_setup_that_does_not_fit_the_model_is_a_fault() {
    let mut setup = with_greed(&[1, 1, 1]);
    setup.params[GREED].pop();
    assert!(society(&society_model(), &setup).is_err());
    let mut setup = with_greed(&[1, 1, 1]);
    setup.structures[TIES].ties = ring(4);
    assert!(society(&society_model(), &setup).is_err());
    let mut setup = with_greed(&[1, 1, 1]);
    setup.sizes = Table::from_iter([4_000_000_000]);
    let fault = society(&society_model(), &setup).expect_err("too many");
    assert_eq!(fault.kind, FaultKind::Overflow);
}

#[test]
fn deviations_are_the_cells_that_differ_from_a_default_that_may_read_others() {
    let (model, setup) = (society_model(), with_greed(&[1, 5, 1]));
    assert_eq!(default_of(&model, &setup, GREED, 2), Ok(Some(Value::Int(1))));
    assert_eq!(default_of(&model, &setup, LOW, 0), Ok(None));
    assert_eq!(default_of(&model, &setup, TOP, 0), Ok(None));
    assert_eq!(deviations(&model, &setup), Ok(vec![(GREED, 1)]));
}

#[test]
fn edges_are_counted_from_the_baseline_family() {
    let (model, mut setup) = (society_model(), with_greed(&[1, 1, 1, 1]));
    assert_eq!(edges(&model, &setup).expect("it is sound")[TIES], 0);
    setup.structures[TIES].ties.set(0, 2, 1.0);
    setup.structures[TIES].ties.set(2, 0, 1.0);
    assert_eq!(edges(&model, &setup).expect("it is sound")[TIES], 1);
}

#[test]
fn a_setup_is_admitted_where_it_meets_every_pin() {
    let (model, setup) = (society_model(), with_greed(&[1, 5, 1, 1]));
    let first = || vec![IndexPin::At(agent(0))];
    for (kind, expected) in [
        (PinKind::Population(PopId(0), 2, 4), true),
        (PinKind::Population(PopId(0), 5, 9), false),
        (PinKind::Family(TIES, Family::Ring), true),
        (PinKind::Family(TIES, Family::Star), false),
        (PinKind::Ties(TIES, vec![(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 0, 1.0)]), true),
        (PinKind::Ties(TIES, vec![(0, 1, 1.0)]), false),
        (PinKind::Ties(TIES, vec![(0, 9, 1.0)]), false),
        (greed_pin(vec![IndexPin::All], 1), false),
        (greed_pin(first(), 1), true),
        (PinKind::Deviations(1, 1), true),
        (PinKind::Deviations(0, 0), false),
        (PinKind::Edges(0, 0), true),
        (PinKind::Edges(1, 9), false),
    ] {
        let given = [pin(kind)];
        assert_eq!(admitted(&model, &setup, &given), Ok(expected), "{:?}", given[0].kind);
    }
}

#[test]
fn a_setup_outside_of_the_model_or_its_assumes_is_not_admitted() {
    let mut model = society_model();
    assert_eq!(admitted(&model, &with_greed(&[1; 4]), &[]), Ok(true));
    assert_eq!(admitted(&model, &with_greed(&[1; 10]), &[]), Ok(false));
    let mut untied = with_greed(&[1; 4]);
    untied.structures[TIES].ties = Ties::empty(4, 4);
    assert_eq!(admitted(&model, &untied, &[]), Ok(false));
    let low_top = binary(BinaryOp::Less, read(TOP, vec![]), int(4));
    model.assumes.extend(closed(low_top));
    assert_eq!(admitted(&model, &with_greed(&[1, 2, 1, 1]), &[]), Ok(true));
    assert_eq!(admitted(&model, &with_greed(&[1, 3, 1, 1]), &[]), Ok(false));
}

#[test]
fn only_and_without_remove_agents_with_their_ties_and_keep_the_rest() {
    let (model, setup) = (society_model(), with_greed(&[1, 5, 1, 1]));
    let actual = society(&model, &setup).expect("it is sound");
    let pinned = |kind| apply(&model, &setup, &actual, &[pin(kind)], &[]).expect("it applies");
    let only = pinned(PinKind::Only(agent(1)));
    assert_eq!(only.since, [u32::MAX, 0, u32::MAX, u32::MAX]);
    assert_eq!(only.setup.structures[TIES].ties.all().count(), 0);
    let without = pinned(PinKind::Without(agent(1)));
    assert_eq!(without.since, [0, u32::MAX, 0, 0]);
    let ties: Vec<(u32, u32)> =
        without.setup.structures[TIES].ties.all().map(|(a, b, _)| (a, b)).collect();
    // The ring is not formed anew.
    assert_eq!(ties, [(0, 3), (2, 3), (3, 0), (3, 2)]);
}

#[test]
fn a_world_recomputes_what_its_pins_change() {
    let (model, setup) = (society_model(), with_greed(&[1, 5, 1]));
    let actual = society(&model, &setup).expect("it is sound");
    let pins = [pin(greed_pin(vec![IndexPin::At(agent(1))], 2)), pin(PinKind::Without(agent(0)))];
    let pinned = apply(&model, &setup, &actual, &pins, &[]).expect("it applies");
    let world = super::complete(&model, &pinned.setup, pinned.since).expect("it is sound");
    assert_eq!(world.params[TOP], [Value::Int(3)]);
    assert_eq!(actual.params[TOP], [Value::Int(6)]);
    assert_eq!(world.layout.agents().len(), 3);
}

#[test]
fn a_free_start_can_be_pinned_and_a_computed_one_cannot() {
    let (mut model, mut setup) = (society_model(), with_greed(&[1, 1]));
    let actual = society(&model, &setup).expect("it is sound");
    let half = PinKind::Start { state: StateId(1), indices: vec![], value: real(0.25) };
    assert!(apply(&model, &setup, &actual, &[pin(half.clone())], &[]).is_err());
    model.states[StateId(1)].start = Start::Free;
    setup.starts[StateId(1)] = vec![Value::Real(0.75)];
    let actual = society(&model, &setup).expect("it is sound");
    let pinned = apply(&model, &setup, &actual, &[pin(half)], &[]).expect("it applies");
    assert_eq!(pinned.setup.starts[StateId(1)], [Value::Real(0.25)]);
    assert_eq!(actual.layout.agent(PopId(0), 1), Some(AgentId(1)));
}
