//! Tests of steps, on models built by hand: what a rule of §5 means, cell by cell.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use crate::base::{Seed, Table};
use crate::ir::expr::Binder;
use crate::ir::model::{IndexSet, Rule, Schedule, Start};
use crate::ir::property::{Pin, PinKind, Property, Role, World};
use crate::ir::stmt::{Dist, Source, Stmt, StmtKind};
use crate::ir::{
    AgentId, Domain, EventId, Expr, ExprKind, Model, ParamId, PropId, RuleId, SiteId, Slot,
    StateId, Type, Value,
};
use crate::reference::built::*;
use crate::reference::{Replay, execute};
use crate::syntax::ast::BinaryOp;
use crate::trace::{End, FaultKind, Run, Trace};

fn a_run(team: u32, seed: u64, steps: u32) -> Run {
    let (choices, draws) = (BTreeMap::new(), BTreeMap::new());
    Run { setup: setup(team, 0), seed: Seed(seed), choices, draws, steps }
}

fn trace(model: &Model, run: &Run) -> Trace {
    let execution = execute(model, None, &run.setup, run.steps, &mut Replay::new(run));
    execution.expect("the setup is sound").worlds.remove(0).trace
}

/// The ints and reals of an instant, x by x, then the level.
fn numbers(trace: &Trace, instant: usize) -> Vec<f64> {
    let cells = &trace.instants[instant].cells;
    cells.iter().map(|cell| cell.number().expect("all cells are numbers")).collect()
}

fn fault(trace: &Trace) -> (FaultKind, &str) {
    match &trace.end {
        End::Faulted(fault) => (fault.kind, &fault.message),
        other => panic!("no fault, but {other:?}"),
    }
}

#[test]
fn everyone_reads_the_old_state() {
    let rotate = for_team(0, vec![set_x(local(0), x(next_of(0, 3), false))]);
    let trace = trace(&model(Some(vec![rotate])), &a_run(3, 0, 2));
    assert_eq!(numbers(&trace, 0), [0.0, 1.0, 2.0, 0.5]);
    assert_eq!(numbers(&trace, 1), [1.0, 2.0, 0.0, 0.5]);
    assert_eq!(numbers(&trace, 2), [2.0, 0.0, 1.0, 0.5]);
    assert_eq!(trace.end, End::Cut);
}

#[test]
fn a_statement_is_done_for_all_before_the_next_reads_it() {
    // The first is done for everyone, so that the second sees the new value of a neighbour
    // that comes later.
    let ten = set_x(local(0), binary(BinaryOp::Add, x(local(0), false), int(10)));
    let seen = stmt(StmtKind::Let(Slot(1), x(next_of(0, 3), true)));
    let check = stmt(StmtKind::Require(binary(BinaryOp::GreaterEqual, local(1), int(10))));
    let trace = trace(&model(Some(vec![for_team(0, vec![ten, seen, check])])), &a_run(3, 0, 1));
    assert_eq!(numbers(&trace, 1), [10.0, 11.0, 12.0, 0.5]);
}

#[test]
fn each_side_of_an_if_is_in_lockstep_over_its_lanes() {
    let is_first = binary(BinaryOp::Equal, local(0), agent(0));
    let seven = vec![set_x(local(0), int(7))];
    let copy = vec![set_x(local(0), x(agent(0), true))];
    let branch = stmt(StmtKind::If(is_first, seven, copy));
    let trace = trace(&model(Some(vec![for_team(0, vec![branch])])), &a_run(3, 0, 1));
    assert_eq!(numbers(&trace, 1), [7.0, 7.0, 7.0, 0.5]);
}

#[test]
fn a_second_assignment_is_a_fault_even_of_the_same_value() {
    let twice = vec![set_level(real(0.1)), set_level(real(0.1))];
    let trace = trace(&model(Some(twice)), &a_run(1, 0, 3));
    assert_eq!(fault(&trace), (FaultKind::AssignedTwice, "`level` is assigned twice in one step"));
    assert_eq!(trace.instants.len(), 1);
}

#[test]
fn many_who_set_one_cell_are_a_fault() {
    let push = for_team(0, vec![set_x(agent(0), int(1))]);
    let trace = trace(&model(Some(vec![push])), &a_run(2, 0, 1));
    assert_eq!(
        fault(&trace),
        (FaultKind::AssignedTwice, "`team[0].x` is assigned twice in one step")
    );
}

#[test]
fn leaving_a_domain_is_a_fault_that_names_the_cell() {
    let trace = trace(&model(Some(vec![set_level(real(1.5))])), &a_run(0, 0, 1));
    let message = "`level` would leave its domain 0.0..1.0: 1.5";
    assert_eq!(fault(&trace), (FaultKind::Domain, message));
}

#[test]
fn a_real_that_leaves_its_domain_by_rounding_is_set_to_the_bound() {
    let near = 1.0 + 5e-10;
    let trace = trace(&model(Some(vec![set_level(real(near))])), &a_run(0, 0, 1));
    assert_eq!(numbers(&trace, 1), [1.0]);
}

#[test]
fn what_is_emitted_occurs_at_the_next_instant() {
    let ring = for_team(0, vec![stmt(StmtKind::Emit(EventId(0), vec![local(0)]))]);
    let trace = trace(&model(Some(vec![ring])), &a_run(2, 0, 1));
    assert!(trace.instants[0].events.is_empty());
    let who: Vec<&Value> = trace.instants[1].events.iter().map(|event| &event.fields[0]).collect();
    assert_eq!(who, [&Value::Agent(AgentId(0)), &Value::Agent(AgentId(1))]);
}

#[test]
fn halt_completes_the_run_at_the_end_of_the_step() {
    let halting = vec![stmt(StmtKind::Halt), set_level(real(0.25))];
    let trace = trace(&model(Some(halting)), &a_run(0, 0, 9));
    assert_eq!(numbers(&trace, 1), [0.25]);
    assert_eq!((trace.instants.len(), &trace.end), (2, &End::Halted));
}

#[test]
fn a_model_without_dynamics_has_one_complete_instant() {
    let trace = trace(&model(None), &a_run(2, 0, 9));
    assert_eq!((trace.instants.len(), &trace.end), (1, &End::Halted));
}

#[test]
fn a_choice_that_nothing_meets_discards_the_run() {
    let never = binary(BinaryOp::Greater, local(1), int(3));
    let trace = trace(&model(Some(vec![choose(1, 0, 3, Some(never))])), &a_run(0, 0, 1));
    assert_eq!(trace.end, End::Discarded { at: span(), sampled: false });
}

#[test]
fn a_choice_from_many_is_sampled_until_it_is_met() {
    let even = binary(BinaryOp::Remainder, local(1), int(2));
    let even = binary(BinaryOp::Equal, even, int(0));
    let model = model(Some(vec![choose(1, 0, 1_000_000, Some(even))]));
    for seed in 0..20 {
        let trace = trace(&model, &a_run(0, seed, 1));
        let Value::Int(value) = trace.answers[0].value else { panic!("an int was chosen") };
        assert_eq!(value % 2, 0);
        assert_eq!(trace.answers[0].options, None);
    }
}

#[test]
fn a_joint_choice_meets_its_condition_over_all_rows() {
    // Everyone takes another number than the next.
    let of = |agent| expr(ExprKind::LocalAt(Slot(2), vec![agent]), Type::Int);
    let differ = binary(BinaryOp::NotEqual, of(local(3)), of(next_of(3, 3)));
    let all = ExprKind::Quantifier { all: true, binders: vec![in_team(3)], body: differ };
    let jointly = stmt(StmtKind::ChooseJointly {
        site: SiteId(0),
        slot: Slot(2),
        indices: vec![in_team(1)],
        from: Source::Domain(Domain::Ints(0, 2)),
        filter: Some(expr(all, Type::Bool)),
    });
    let take = for_team(0, vec![set_x(local(0), of(local(0)))]);
    let model = model(Some(vec![jointly, take]));
    for seed in 0..10 {
        let trace = trace(&model, &a_run(3, seed, 1));
        let mut taken = numbers(&trace, 1)[..3].to_vec();
        taken.sort_by(f64::total_cmp);
        assert_eq!(taken, [0.0, 1.0, 2.0]);
        let options = trace.answers[0].options.as_ref().map(|options| options.len());
        assert_eq!(options, Some(6));
    }
}

#[test]
fn a_listed_choice_is_taken_and_one_that_is_not_admitted_is_passed_over() {
    let model =
        model(Some(vec![for_team(0, vec![choose(1, 0, 3, None), set_x(local(0), local(1))])]));
    let mut run = a_run(2, 5, 1);
    let answers = trace(&model, &run).answers;
    run.choices.insert(answers[0].key.clone(), Value::Int(3));
    run.choices.insert(answers[1].key.clone(), Value::Int(9));
    let again = trace(&model, &run).answers;
    assert_eq!(again[0].value, Value::Int(3));
    assert_eq!(again[1], answers[1]);
}

fn rule(name: &str, when: Option<Expr>, statements: Vec<Stmt>) -> Rule {
    let binders = vec![in_team(0)];
    Rule { name: name.into(), binders, when, body: body(statements), span: span() }
}

/// One rule, `up(a in team) when a.x < 2 { a.x' = a.x + 1 }`, under a schedule.
fn counting(schedule: Schedule, step: Option<Vec<Stmt>>) -> Model {
    let up = set_x(local(0), binary(BinaryOp::Add, x(local(0), false), int(1)));
    let low = binary(BinaryOp::Less, x(local(0), false), int(2));
    let rules = Table::from_iter([rule("up", Some(low), vec![up])]);
    Model { rules, schedule, ..model(step) }
}

#[test]
fn round_robin_goes_round_and_skips_who_is_not_enabled() {
    let trace = trace(&counting(Schedule::RoundRobin, None), &a_run(3, 0, 9));
    let fired: Vec<_> = trace.instants[1..]
        .iter()
        .map(|instant| instant.fired.clone().expect("a rule led here").1)
        .collect();
    let team = |index| vec![Value::Agent(AgentId(index))];
    // x starts as 0, 1, 2.
    assert_eq!(fired, [team(0), team(1), team(0)]);
    assert_eq!(trace.end, End::Halted);
}

#[test]
fn an_adversary_may_pick_every_order() {
    let model = counting(Schedule::Any, None);
    let mut orders: Vec<Vec<Value>> = (0..30)
        .map(|seed| {
            let picks = trace(&model, &a_run(3, seed, 9)).answers;
            picks.into_iter().map(|answer| answer.value).collect()
        })
        .collect();
    orders.sort();
    orders.dedup();
    let int = Value::Int;
    let expected = [[int(0), int(0), int(1)], [int(0), int(1), int(0)], [int(1), int(0), int(0)]];
    assert_eq!(orders, expected);
}

#[test]
fn chance_picks_all_enabled_alike() {
    let model = counting(Schedule::Random, None);
    let first = |seed| trace(&model, &a_run(2, seed, 1)).instants[1].fired.clone();
    let zero =
        (0..400).filter(|seed| first(*seed) == Some((RuleId(0), vec![Value::Agent(AgentId(0))])));
    let count = zero.count();
    assert!((160..240).contains(&count), "{count} of 400");
}

#[test]
fn the_step_sees_what_the_rule_made_as_old() {
    let sum = binary(BinaryOp::Add, x(agent(0), false), int(0));
    let copy = set_x(agent(1), sum);
    let model = counting(Schedule::RoundRobin, Some(vec![copy]));
    let trace = trace(&model, &a_run(2, 0, 1));
    // The rule makes team[0].x 1; the step copies it.
    assert_eq!(numbers(&trace, 1), [1.0, 1.0, 0.5]);
    assert_eq!(trace.instants.len(), 2);
}

#[test]
fn where_no_rule_is_enabled_the_step_runs_alone() {
    let model = counting(Schedule::Any, Some(vec![set_level(level())]));
    let trace = trace(&model, &a_run(0, 0, 3));
    assert_eq!((trace.instants.len(), &trace.end), (4, &End::Cut));
}

/// A property with the worlds `a { } b { pins }`.
fn with_worlds(mut model: Model, pins: Vec<PinKind>) -> Model {
    let world = |name: &str, pins: Vec<PinKind>| World {
        name: name.into(),
        params: vec![],
        pins: pins.into_iter().map(|kind| Pin { kind, span: span() }).collect(),
        frame: 4,
        span: span(),
    };
    model.properties.push(Property {
        name: "p".into(),
        docs: vec![],
        role: Role::Property,
        alignment: None,
        principal: None,
        worlds: Table::from_iter([world("a", vec![]), world("b", pins)]),
        formula: expr(ExprKind::Literal(Value::Bool(true)), Type::Bool),
        frame: 0,
        chance: false,
        span: span(),
    });
    model
}

fn low_is(number: i64) -> PinKind {
    PinKind::Param { param: ParamId(0), indices: vec![], value: int(number) }
}

fn worlds(model: &Model, run: &Run) -> (Vec<Trace>, u32) {
    let replay = &mut Replay::new(run);
    let execution = execute(model, Some(PropId(0)), &run.setup, run.steps, replay);
    let execution = execution.expect("the setup is sound");
    (execution.worlds.into_iter().map(|world| world.trace).collect(), execution.parted)
}

/// The pinned parameter.
fn low() -> Expr {
    expr(ExprKind::Param(ParamId(0), vec![]), Type::Int)
}

#[test]
fn worlds_draw_from_the_same_uniform_number() {
    let step =
        vec![draw(1, low(), binary(BinaryOp::Add, low(), int(9))), set_x(agent(0), local(1))];
    let model = with_worlds(model(Some(step)), vec![low_is(5)]);
    for seed in 0..20 {
        let (traces, parted) = worlds(&model, &a_run(1, seed, 2));
        let drawn = |world: usize| numbers(&traces[world], 1)[0];
        assert_eq!(drawn(1) - drawn(0), 5.0);
        assert_eq!(parted, 0);
    }
}

#[test]
fn worlds_choose_alike_where_both_admit_it_and_part_where_not() {
    let enough = binary(BinaryOp::GreaterEqual, local(1), low());
    let step = vec![choose(1, 0, 3, Some(enough)), set_x(agent(0), local(1))];
    let model = with_worlds(model(Some(step)), vec![low_is(2)]);
    let (mut same, mut apart) = (0, 0);
    for seed in 0..40 {
        let (traces, parted) = worlds(&model, &a_run(1, seed, 1));
        let chosen = |world: usize| numbers(&traces[world], 1)[0];
        match parted {
            0 => assert_eq!(chosen(0), chosen(1)),
            _ => assert!(chosen(0) < 2.0 && chosen(1) >= 2.0),
        }
        (same, apart) = if parted == 0 { (same + 1, apart) } else { (same, apart + 1) };
    }
    assert!(same > 5 && apart > 5, "{same} {apart}");
}

#[test]
fn who_is_left_out_is_absent_and_has_no_lane() {
    let up = for_team(0, vec![set_x(local(0), int(50))]);
    let model = with_worlds(model(Some(vec![up])), vec![PinKind::Only(agent(1))]);
    let (traces, _) = worlds(&model, &a_run(2, 0, 1));
    assert_eq!(traces[1].since, [u32::MAX, 0]);
    assert_eq!(traces[1].instants[1].cells[..2], [Value::Unrecorded, Value::Int(50)]);
    assert_eq!(numbers(&traces[0], 1), [50.0, 50.0, 0.5]);
}

#[test]
fn a_joint_choice_is_shared_by_the_rows_that_a_world_has() {
    let jointly = stmt(StmtKind::ChooseJointly {
        site: SiteId(0),
        slot: Slot(2),
        indices: vec![in_team(1)],
        from: Source::Domain(Domain::Ints(0, 9)),
        filter: None,
    });
    let of = expr(ExprKind::LocalAt(Slot(2), vec![local(0)]), Type::Int);
    let model = model(Some(vec![jointly, for_team(0, vec![set_x(local(0), of)])]));
    let model = with_worlds(model, vec![PinKind::Without(agent(0))]);
    for seed in 0..10 {
        let (traces, parted) = worlds(&model, &a_run(3, seed, 1));
        assert_eq!(traces[0].instants[1].cells[1..], traces[1].instants[1].cells[1..]);
        assert_eq!(parted, 0);
    }
}

#[test]
fn worlds_pick_the_same_instance_where_both_may() {
    let model = with_worlds(counting(Schedule::Any, None), vec![PinKind::Without(agent(0))]);
    let second = Some((RuleId(0), vec![Value::Agent(AgentId(1))]));
    let mut shared = 0;
    for seed in 0..20 {
        let (traces, parted) = worlds(&model, &a_run(2, seed, 1));
        assert_eq!(traces[1].instants[1].fired, second);
        let same = traces[0].instants[1].fired == second;
        assert_eq!(parted, u32::from(!same));
        shared += u32::from(same);
    }
    assert!((3..18).contains(&shared), "{shared}");
}

#[test]
fn a_drawn_start_is_the_same_in_all_worlds() {
    let mut model = model(None);
    let dist = Dist::Uniform(int(0), int(90));
    model.states[X].start = Start::Draw { site: SiteId(1), dist, frame: 1 };
    let model = with_worlds(model, vec![low_is(3)]);
    let (traces, _) = worlds(&model, &a_run(3, 7, 0));
    assert_eq!(traces[0].instants, traces[1].instants);
    let drawn = &traces[0].answers;
    assert_eq!((drawn.len(), drawn[1].instant, drawn[1].drawn), (3, 0, true));
    assert_ne!(drawn[0].value, drawn[1].value);
}

#[test]
fn a_start_outside_its_domain_is_a_trace_without_instants() {
    let mut model = model(None);
    model.states[LEVEL].domain = Domain::Reals(0.75, 1.0);
    let trace = trace(&model, &a_run(1, 0, 3));
    assert_eq!(fault(&trace).0, FaultKind::Domain);
    assert!(trace.instants.is_empty());
}

#[test]
fn a_condition_that_faults_on_a_candidate_is_a_fault() {
    let divide = |lo, hi| {
        let left = binary(BinaryOp::Remainder, int(1), local(1));
        let filter = binary(BinaryOp::Equal, left, int(7));
        model(Some(vec![choose(1, lo, hi, Some(filter))]))
    };
    for (lo, hi) in [(0, 3), (0, 0)] {
        assert_eq!(fault(&trace(&divide(lo, hi), &a_run(0, 0, 1))).0, FaultKind::Division);
    }
}

#[test]
fn a_require_that_fails_in_one_world_discards_all() {
    let none = stmt(StmtKind::Require(binary(BinaryOp::Less, low(), int(1))));
    let model = with_worlds(model(Some(vec![none])), vec![low_is(1)]);
    let (traces, _) = worlds(&model, &a_run(0, 0, 4));
    for trace in traces {
        assert!(matches!(trace.end, End::Discarded { sampled: false, .. }));
        assert_eq!(trace.instants.len(), 1);
    }
}

#[test]
fn too_many_cells_are_refused_before_they_are_made() {
    let mut model = model(None);
    let place = StateId(1);
    model.states[place].indices = vec![IndexSet::Ints(i64::MIN, i64::MAX)];
    let run = a_run(1, 0, 1);
    let fault = execute(&model, None, &run.setup, 1, &mut Replay::new(&run)).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Overflow);
}

/// Choices and draws by lane, rules and step: all that a run asks for.
fn busy() -> Model {
    let even = binary(BinaryOp::Equal, binary(BinaryOp::Remainder, local(1), int(2)), int(0));
    // The same condition on a choice that is too large to list.
    let large = stmt(StmtKind::Choose {
        site: SiteId(2),
        slot: Slot(1),
        from: Source::Domain(Domain::Ints(0, 1_000_000)),
        filter: Some(even.clone()),
    });
    let lane =
        vec![choose(1, 0, 90, Some(even)), draw(2, int(0), local(1)), set_x(local(0), local(2))];
    let model = counting(Schedule::Any, Some(vec![for_team(0, lane), large]));
    with_worlds(model, vec![PinKind::Without(agent(0)), low_is(3)])
}

/// The run with all answers of its traces listed.
fn listed(run: &Run, traces: &[Trace], seed: u64) -> Run {
    let mut listed = Run { seed: Seed(seed), ..run.clone() };
    for answer in traces.iter().flat_map(|trace| &trace.answers) {
        let into = if answer.drawn { &mut listed.draws } else { &mut listed.choices };
        into.insert(answer.key.clone(), answer.value.clone());
    }
    listed
}

proptest! {
    #[test]
    fn a_run_is_the_same_whenever_it_is_made(seed: u64, team in 1u32..5, steps in 0u32..6) {
        let (model, run) = (busy(), a_run(team, seed, steps));
        prop_assert_eq!(worlds(&model, &run), worlds(&model, &run));
        prop_assert_eq!(trace(&model, &run), trace(&model, &run));
    }

    #[test]
    fn the_answers_of_a_run_listed_make_it_again(
        seed: u64, other: u64, team in 1u32..5, steps in 0u32..6
    ) {
        let (model, run) = (busy(), a_run(team, seed, steps));
        let (traces, parted) = worlds(&model, &run);
        let again = listed(&run, &traces, other);
        prop_assert_eq!(worlds(&model, &again), (traces, parted));
        let alone = vec![trace(&model, &run)];
        let again = listed(&run, &alone, other);
        prop_assert_eq!(vec![trace(&model, &again)], alone);
    }

    #[test]
    fn a_longer_horizon_only_adds_instants(seed: u64, team in 1u32..4, steps in 0u32..5) {
        let model = busy();
        let short = trace(&model, &a_run(team, seed, steps));
        let long = trace(&model, &a_run(team, seed, steps + 3));
        prop_assert_eq!(&long.instants[..short.instants.len()], &short.instants[..]);
    }
}

/// A set of occurrences may hold equal ones: they have one key, and one choice.
#[test]
fn equal_events_choose_once() {
    let occurrences =
        expr(ExprKind::Occurrences(EventId(0)), Type::Set(Box::new(Type::Event(EventId(0)))));
    let binder = Binder { set: occurrences, ..in_team(3) };
    let ring = || stmt(StmtKind::Emit(EventId(0), vec![agent(0)]));
    let each = stmt(StmtKind::For(vec![binder], vec![choose(1, 0, 3, None)]));
    let trace = trace(&model(Some(vec![ring(), ring(), each])), &a_run(1, 0, 2));
    assert_eq!(trace.instants[1].events.len(), 2);
    assert_eq!(trace.answers.len(), 1);
    assert_eq!(trace.answers[0].options, Some(Arc::new((0..4).map(Value::Int).collect())));
}
