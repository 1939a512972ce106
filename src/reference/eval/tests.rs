//! Values of expressions, on the small model: arithmetic, sets, relations, faults.

use super::built::{self, *};
use super::{Here, Stop, View, elements, eval};
use crate::ir::expr::{AggregateOp, Function, Relation};
use crate::ir::{AgentId, Domain, Expr, ExprKind, KindId, PopId, Type, Value};
use crate::reference::Society;
use crate::syntax::ast::BinaryOp;
use crate::trace::FaultKind;

/// The value before the run, with five agents and these ties.
fn tied(formula: Expr, ties: &[(u32, u32)]) -> Result<Value, Stop> {
    let model = built::model(bool(true));
    let society = built::society(&model, 5, ties);
    value_in(&society, formula)
}

fn value_in(society: &Society, formula: Expr) -> Result<Value, Stop> {
    let model = built::model(bool(true));
    let view = View { model: &model, society, here: Here::Setup };
    eval(&view, &mut vec![Value::None; 8], &formula)
}

fn value(formula: Expr) -> Result<Value, Stop> {
    tied(formula, &[])
}

fn fault(formula: Expr) -> (FaultKind, String) {
    match value(formula) {
        Err(Stop::Fault(fault)) => (fault.kind, fault.message),
        other => panic!("no fault, but {other:?}"),
    }
}

fn call(function: Function, arguments: Vec<Expr>, ty: Type) -> Expr {
    expr(ExprKind::Builtin(function, arguments), ty)
}

fn ints(items: &[i64]) -> Expr {
    let items = items.iter().copied().map(int).collect();
    expr(ExprKind::SetList(items), Type::Set(Box::new(Type::Int)))
}

fn set(items: &[i64]) -> Result<Value, Stop> {
    let items: Vec<Value> = items.iter().copied().map(Value::Int).collect();
    Ok(Value::Set(std::sync::Arc::new(items)))
}

fn member(index: i64) -> Expr {
    expr(ExprKind::AgentAt(PopId(0), int(index)), Type::Agent(KindId(0)))
}

#[test]
fn ints_are_checked_and_div_is_euclidean() {
    for (op, a, b, result) in [
        (BinaryOp::Div, -7, 2, -4),
        (BinaryOp::Remainder, -7, 2, 1),
        (BinaryOp::Div, 7, -2, -3),
        (BinaryOp::Remainder, 7, -2, 1),
        (BinaryOp::Multiply, -3, 5, -15),
        (BinaryOp::Remainder, i64::MIN, -1, 0),
    ] {
        let kind = ExprKind::Binary(op, int(a), int(b));
        assert_eq!(value(expr(kind, Type::Int)), Ok(Value::Int(result)), "{a} {op:?} {b}");
    }
    for (op, a, b) in [
        (BinaryOp::Add, i64::MAX, 1),
        (BinaryOp::Subtract, i64::MIN, 1),
        (BinaryOp::Multiply, i64::MAX, 2),
        (BinaryOp::Div, i64::MIN, -1),
    ] {
        let kind = ExprKind::Binary(op, int(a), int(b));
        assert_eq!(fault(expr(kind, Type::Int)).0, FaultKind::Overflow, "{a} {op:?} {b}");
    }
    for op in [BinaryOp::Div, BinaryOp::Remainder, BinaryOp::Divide] {
        let kind = ExprKind::Binary(op, int(1), int(0));
        assert_eq!(fault(expr(kind, Type::Int)).0, FaultKind::Division, "{op:?}");
    }
}

#[test]
fn a_quotient_is_a_real_and_reals_are_always_numbers() {
    assert_eq!(value(binary(BinaryOp::Divide, int(1), int(2))), Ok(Value::Real(0.5)));
    let over = call(Function::Exp, vec![real(1e9)], Type::Real);
    assert_eq!(fault(over), (FaultKind::NotANumber, "exp(1000000000) is past every real".into()));
    for function in [Function::Sqrt, Function::Log] {
        let below = call(function, vec![real(-1.0)], Type::Real);
        assert_eq!(fault(below).0, FaultKind::NotANumber, "{function:?}");
    }
    let product = expr(ExprKind::Binary(BinaryOp::Multiply, real(1e300), real(1e300)), Type::Real);
    assert_eq!(fault(product).0, FaultKind::NotANumber);
}

#[test]
fn functions_of_numbers_are_the_usual_ones() {
    let of = |function, arguments: &[f64], ty| {
        value(call(function, arguments.iter().copied().map(real).collect(), ty))
    };
    assert_eq!(of(Function::Round, &[-2.5], Type::Int), Ok(Value::Int(-3)));
    assert_eq!(of(Function::Floor, &[-2.5], Type::Int), Ok(Value::Int(-3)));
    assert_eq!(of(Function::Ceil, &[-2.5], Type::Int), Ok(Value::Int(-2)));
    assert_eq!(of(Function::Clamp, &[5.0, 0.0, 1.0], Type::Real), Ok(Value::Real(1.0)));
    assert_eq!(of(Function::Max, &[1.0, 3.0, 2.0], Type::Real), Ok(Value::Real(3.0)));
    assert_eq!(of(Function::Min, &[1.0, 3.0, 0.5], Type::Real), Ok(Value::Real(0.5)));
    assert_eq!(of(Function::Pow, &[2.0, 10.0], Type::Real), Ok(Value::Real(1024.0)));
    let far = call(Function::Floor, vec![real(1e19)], Type::Int);
    assert_eq!(fault(far).0, FaultKind::Overflow);
    let power = |base, exponent| call(Function::Pow, vec![int(base), int(exponent)], Type::Int);
    assert_eq!(value(power(-1, i64::MAX)), Ok(Value::Int(-1)));
    assert_eq!(value(power(3, 4)), Ok(Value::Int(81)));
    assert_eq!(fault(power(10, 30)).0, FaultKind::Overflow);
}

#[test]
fn sets_are_sorted_without_doubles() {
    let both = |op| expr(ExprKind::Binary(op, ints(&[3, 1, 1]), ints(&[2, 3])), Type::Never);
    assert_eq!(value(ints(&[3, 1, 1])), set(&[1, 3]));
    assert_eq!(value(both(BinaryOp::Add)), set(&[1, 2, 3]));
    assert_eq!(value(both(BinaryOp::Subtract)), set(&[1]));
    assert_eq!(value(both(BinaryOp::Intersect)), set(&[3]));
    assert_eq!(value(binary(BinaryOp::In, int(3), ints(&[3, 1]))), Ok(Value::Bool(true)));
    let range = |lo, hi| binary(BinaryOp::Range, int(lo), int(hi));
    assert_eq!(value(range(2, 4)), set(&[2, 3, 4]));
    assert_eq!(value(range(4, 2)), set(&[]));
    assert_eq!(fault(range(0, 1_000_000)).0, FaultKind::Domain);
    // Membership does not list it.
    let inside = binary(BinaryOp::In, int(7), range(0, i64::MAX));
    assert_eq!(value(inside), Ok(Value::Bool(true)));
}

#[test]
fn domains_include_their_bounds() {
    let inside =
        |number: f64| value(formula(ExprKind::InDomain(real(number), Domain::Reals(0.0, 1.0))));
    assert_eq!(inside(1.0), Ok(Value::Bool(true)));
    assert_eq!(inside(1.0 + 1e-15), Ok(Value::Bool(false)));
}

fn over_ints(op: AggregateOp, items: &[i64], otherwise: Option<Expr>) -> Expr {
    let number = expr(ExprKind::Local(crate::ir::Slot(0)), Type::Int);
    let binders = vec![over(0, ints(items))];
    let value = (op != AggregateOp::Count).then_some(number);
    expr(ExprKind::Aggregate { op, value, binders, otherwise }, Type::Int)
}

#[test]
fn of_nothing_sum_and_count_are_0_and_the_others_need_an_else() {
    assert_eq!(value(over_ints(AggregateOp::Sum, &[], None)), Ok(Value::Int(0)));
    assert_eq!(value(over_ints(AggregateOp::Count, &[], None)), Ok(Value::Int(0)));
    for op in [AggregateOp::Mean, AggregateOp::Min, AggregateOp::Max, AggregateOp::Argmax] {
        assert_eq!(fault(over_ints(op, &[], None)).0, FaultKind::Empty, "{op:?}");
        assert_eq!(value(over_ints(op, &[], Some(int(9)))), Ok(Value::Int(9)), "{op:?}");
    }
    assert_eq!(value(over_ints(AggregateOp::Mean, &[1, 2], None)), Ok(Value::Real(1.5)));
    assert_eq!(value(over_ints(AggregateOp::Max, &[4, 2], None)), Ok(Value::Int(4)));
}

#[test]
fn argmax_goes_to_the_lowest_index() {
    let binders = vec![over(0, team())];
    let value_of = |number| Some(number);
    let kind = ExprKind::Aggregate {
        op: AggregateOp::Argmax,
        value: value_of(int(1)),
        binders,
        otherwise: None,
    };
    assert_eq!(value(expr(kind, Type::Agent(KindId(0)))), Ok(Value::Agent(AgentId(0))));
}

#[test]
fn every_element_is_evaluated_and_a_fault_in_any_wins() {
    let number = expr(ExprKind::Local(crate::ir::Slot(0)), Type::Int);
    let quotient = binary(BinaryOp::Div, int(6), number);
    let body = binary(BinaryOp::Greater, quotient, int(100));
    let formula = quantified(true, over(0, ints(&[1, 0])), body);
    assert_eq!(fault(formula).0, FaultKind::Division);
}

#[test]
fn an_agent_outside_of_its_population_is_a_fault() {
    let message = "`team[5]` is outside of `team`, which has 5";
    assert_eq!(fault(member(5)), (FaultKind::Index, message.into()));
    assert_eq!(fault(member(-1)).0, FaultKind::Index);
    assert_eq!(value(expr(ExprKind::IndexOf(member(3)), Type::Int)), Ok(Value::Int(3)));
}

#[test]
fn ways_along_ties_have_a_length() {
    let near = Relation::Structure(NEAR);
    let chain = [(0, 1), (1, 2), (2, 0), (3, 4)];
    let reaches = |a, b| tied(formula(ExprKind::Reaches(near, member(a), member(b))), &chain);
    let distance =
        |a, b| tied(expr(ExprKind::Distance(near, member(a), member(b)), Type::Int), &chain);
    assert_eq!(reaches(0, 2), Ok(Value::Bool(true)));
    assert_eq!(reaches(0, 0), Ok(Value::Bool(true)), "one step or more");
    assert_eq!(reaches(3, 3), Ok(Value::Bool(false)));
    assert_eq!(reaches(0, 3), Ok(Value::Bool(false)));
    assert_eq!(distance(0, 2), Ok(Value::Int(2)));
    assert_eq!(distance(3, 3), Ok(Value::Int(0)));
    assert_eq!(distance(4, 3), Ok(Value::None));
    let asked = |kind| tied(formula(kind), &chain);
    assert_eq!(asked(ExprKind::Connected(near)), Ok(Value::Bool(false)));
    assert_eq!(asked(ExprKind::Acyclic(near)), Ok(Value::Bool(false)));
    assert_eq!(asked(ExprKind::Edges(near)), Ok(Value::Int(4)));
    let tree = [(0, 1), (0, 2), (2, 3), (2, 4)];
    assert_eq!(tied(formula(ExprKind::Connected(near)), &tree), Ok(Value::Bool(true)));
    assert_eq!(tied(formula(ExprKind::Acyclic(near)), &tree), Ok(Value::Bool(true)));
}

#[test]
fn ties_are_read_from_the_first_to_the_second() {
    let tie = |a, b| tied(formula(ExprKind::Tie(NEAR, member(a), member(b))), &[(0, 1)]);
    assert_eq!(tie(0, 1), Ok(Value::Bool(true)));
    assert_eq!(tie(1, 0), Ok(Value::Bool(false)));
    let superior = expr(ExprKind::Superior(NEAR, member(1)), Type::Never);
    assert_eq!(tied(superior, &[(0, 1)]), Ok(Value::Agent(AgentId(0))));
    let none = expr(ExprKind::Superior(NEAR, member(0)), Type::Never);
    assert_eq!(tied(none, &[(0, 1)]), Ok(Value::None));
}

#[test]
fn who_is_absent_is_in_no_set_and_no_relation() {
    let model = built::model(bool(true));
    let mut society = built::society(&model, 3, &[(0, 1), (1, 2)]);
    society.since[1] = u32::MAX;
    let view = View { model: &model, society: &society, here: Here::Setup };
    let frame = &mut vec![Value::None; 8];
    let there = elements(&view, frame, &over(0, team()));
    assert_eq!(there, Ok(vec![Value::Agent(AgentId(0)), Value::Agent(AgentId(2))]));
    let neighbours = expr(ExprKind::Neighbours(NEAR, member(0)), Type::Never);
    assert_eq!(value_in(&society, neighbours), set(&[]));
    let edges = expr(ExprKind::Edges(Relation::Structure(NEAR)), Type::Int);
    assert_eq!(value_in(&society, edges), Ok(Value::Int(0)));
}
