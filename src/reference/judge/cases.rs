//! Verdicts case by case, on runs built by hand: what §4, §7 and §8 say in words.

use super::verdict::judge;
use super::{Guards, SettledBy, Terms, Truth};
use crate::ir::expr::{AggregateOp, Interval, TemporalOp};
use crate::ir::property::{Role, World};
use crate::ir::{Expr, ExprKind, Model, PopId, PropId, Type, Value, WorldId};
use crate::reference::eval::built::{self, *};
use crate::reference::{Execution, WorldRun};
use crate::syntax::ast::BinaryOp;
use crate::trace::{End, Fault, FaultKind, Trace};

fn of(formula: Expr, text: &str, end: End) -> (Truth, Option<u32>, SettledBy) {
    let judged = built::judged(formula, &rows(text), end);
    (judged.truth, judged.settled_at, judged.settled_by)
}

fn pending(why: &str) -> Truth {
    Truth::Pending(why.into())
}

fn a_fault() -> End {
    let message = "`x` left its domain".into();
    End::Faulted(Fault { kind: FaultKind::Domain, message, span: span(3) })
}

#[test]
fn an_always_is_violated_by_a_prefix_and_met_only_by_a_halt() {
    use SettledBy::{Halt, Prefix};
    assert_eq!(of(always(p()), "pp-p", End::Cut), (Truth::False, Some(2), Prefix));
    assert_eq!(of(always(p()), "pppp", End::Halted), (Truth::True, Some(3), Halt));
    assert_eq!(of(always(p()), "ppp", End::Cut), (pending("the run is cut at 2"), None, Prefix));
}

#[test]
fn an_unbounded_eventually_is_violated_only_by_a_halt() {
    use SettledBy::{Halt, Prefix};
    assert_eq!(of(eventually(p()), "--", End::Cut).0, pending("the run is cut at 1"));
    assert_eq!(of(eventually(p()), "--", End::Halted), (Truth::False, Some(1), Halt));
    assert_eq!(of(eventually(p()), "-p--", End::Cut), (Truth::True, Some(1), Prefix));
}

#[test]
fn a_bounded_eventually_is_violated_at_its_bound() {
    let soon = || temporal(TemporalOp::Eventually, Interval::Steps(0, Some(2)), p());
    assert_eq!(of(soon(), "----", End::Cut), (Truth::False, Some(2), SettledBy::Prefix));
    assert_eq!(of(soon(), "--", End::Cut).0, pending("the run is cut at 1"));
}

#[test]
fn finally_takes_the_horizon_as_the_end_and_the_rest_does_not() {
    use SettledBy::{Halt, Horizon};
    assert_eq!(of(finally(p()), "pp-", End::Cut), (Truth::False, Some(2), Horizon));
    assert_eq!(of(finally(p()), "--p", End::Halted), (Truth::True, Some(2), Halt));
    assert_eq!(of(finally(p()), "ppp", a_fault()).0, pending("the run faults after instant 2"));
}

#[test]
fn a_final_check_completes_the_run_at_its_horizon() {
    let model = built::model(eventually(p()));
    let execution = built::execution(&model, trace(&rows("---"), End::Cut));
    let terms = Terms { complete: true, ..TERMS };
    let judged = judge(&model, PropId(0), &execution, &terms, None);
    assert_eq!((judged.truth, judged.settled_by), (Truth::False, SettledBy::Horizon));
    assert_eq!(judged.settled_at, Some(2));
}

#[test]
fn next_is_false_at_the_last_instant_of_a_complete_run() {
    let two = bool(true);
    assert_eq!(of(next(two.clone()), "-", End::Halted).0, Truth::False);
    assert_eq!(of(next(two.clone()), "-", End::Cut).0, pending("the run is cut at 0"));
    assert_eq!(of(next(p()), "-p", End::Cut), (Truth::True, Some(1), SettledBy::Prefix));
}

#[test]
fn prev_at_the_start_is_false_or_what_it_is_told() {
    assert_eq!(of(prev(bool(true)), "-", End::Halted).0, Truth::False);
    let told = |start| formula(ExprKind::Prev(p(), Some(start)));
    assert_eq!(of(told(bool(true)), "-", End::Halted).0, Truth::True);
    assert_eq!(of(next(told(bool(false))), "p-", End::Halted).0, Truth::True);
}

#[test]
fn a_fault_of_the_run_cuts_it_and_never_violates() {
    let judged = built::judged(eventually(p()), &rows("---"), a_fault());
    assert_eq!(judged.truth, pending("the run faults after instant 2"));
    assert!(judged.faulted.is_some());
    // What was settled before stays.
    let judged = built::judged(always(p()), &rows("p-p"), a_fault());
    assert_eq!((judged.truth, judged.settled_at), (Truth::False, Some(1)));
}

#[test]
fn no_faults_is_violated_at_the_instant_that_the_fault_would_have_made() {
    let mut model = built::model(bool(true));
    model.properties[PropId(0)].role = Role::NoFaults;
    let judged = |end| {
        let execution = built::execution(&model, trace(&rows("--"), end));
        judge(&model, PropId(0), &execution, &TERMS, None)
    };
    let faulted = judged(a_fault());
    assert_eq!((faulted.truth, faulted.settled_at), (Truth::False, Some(2)));
    assert_eq!(judged(End::Halted).truth, Truth::True);
    assert_eq!(judged(End::Cut).truth, pending("the run is cut at 1"));
}

#[test]
fn a_discarded_run_does_not_count() {
    let end = End::Discarded { at: span(9), sampled: true };
    let judged = built::judged(always(p()), &rows("-"), end);
    assert_eq!(judged.discarded, Some((span(9), true)));
    assert_eq!(judged.truth, pending("the run is discarded"));
}

#[test]
fn a_fault_of_the_formula_is_that_propertys_fault() {
    let broken = binary(BinaryOp::Equal, binary(BinaryOp::Div, int(1), int(0)), int(1));
    let judged = built::judged(always(and(p(), broken)), &rows("ppp"), End::Cut);
    let Truth::Faulted(fault) = judged.truth else { panic!("{judged:?}") };
    assert_eq!(
        (fault.kind, &fault.message[..]),
        (FaultKind::Division, "`1 div 0` divides by zero")
    );
}

#[test]
fn a_fault_after_the_verdict_is_settled_does_not_undo_it() {
    let fragile = binary(BinaryOp::GreaterEqual, binary(BinaryOp::Div, int(7), x(0)), int(0));
    let each = |body| quantified(true, over(0, team()), body);
    let quiet = Row { xs: vec![1, 1], ..Row::of(false, false) };
    let loud = Row { xs: vec![0, 1], ..Row::of(true, false) };
    let formula = || always(and(p(), each(fragile.clone())));
    let judged = built::judged(formula(), &[quiet, loud.clone()], End::Cut);
    assert_eq!((judged.truth, judged.settled_at), (Truth::False, Some(0)));
    let judged = built::judged(formula(), &[loud], End::Cut);
    assert!(matches!(judged.truth, Truth::Faulted(_)));
}

#[test]
fn the_left_side_guards_the_right_one() {
    let broken = || binary(BinaryOp::Equal, binary(BinaryOp::Div, int(1), int(0)), int(1));
    assert_eq!(of(and(p(), broken()), "-", End::Halted).0, Truth::False);
    assert_eq!(of(or(p(), broken()), "p", End::Halted).0, Truth::True);
    assert_eq!(of(implies(p(), broken()), "-", End::Halted).0, Truth::True);
    // Unknown on the left: it might yet not be needed.
    let open = and(eventually(q()), broken());
    assert_eq!(of(open, "--", End::Cut).0, pending("the run is cut at 1"));
}

#[test]
fn reals_are_compared_with_a_tolerance_in_the_propertys_favour() {
    let at = |level: f64| vec![Row { level, ..Row::of(true, true) }];
    let check = |formula: Expr, level: f64| built::judged(formula, &at(level), End::Halted).truth;
    let compare = |op| binary(op, level(), real(0.3));
    use BinaryOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    // 0.1 + 0.2 is a little more than 0.3; the width of the level is 1.
    let near = 0.1 + 0.2;
    for op in [LessEqual, Less, Equal, GreaterEqual, Greater] {
        assert_eq!(check(compare(op), near), Truth::True, "{op:?}");
    }
    assert_eq!(check(compare(NotEqual), near), Truth::True);
    // Under a negation it is the negation that fails only by more.
    for op in [LessEqual, Less, NotEqual, GreaterEqual, Greater] {
        assert_eq!(check(not(compare(op)), near), Truth::True, "not {op:?}");
    }
    assert_eq!(check(not(compare(Equal)), near), Truth::True);
    assert_eq!(check(not(compare(Equal)), 0.3), Truth::False);
    assert_eq!(check(compare(LessEqual), 0.3 + 2e-9), Truth::False);
    assert_eq!(check(not(compare(GreaterEqual)), 0.3 + 2e-9), Truth::False);
}

#[test]
fn a_check_may_say_how_much_a_comparison_misses() {
    let model = built::model(binary(BinaryOp::LessEqual, level(), real(0.3)));
    let row = Row { level: 0.35, ..Row::of(false, false) };
    let execution = built::execution(&model, trace(&[row], End::Halted));
    let judged = |tolerance| {
        let terms = Terms { tolerance: Some(tolerance), ..TERMS };
        judge(&model, PropId(0), &execution, &terms, None).truth
    };
    assert_eq!((judged(0.1), judged(0.01)), (Truth::True, Truth::False));
}

#[test]
fn what_decides_inside_a_number_is_exact() {
    // count(a in team where level <= 0.3) == 0, just above 0.3
    let mut binder = over(0, team());
    binder.filter = Some(binary(BinaryOp::LessEqual, level(), real(0.3)));
    let count = ExprKind::Aggregate {
        op: AggregateOp::Count,
        value: None,
        binders: vec![binder],
        otherwise: None,
    };
    let formula = binary(BinaryOp::Equal, expr(count, Type::Int), int(0));
    let row = Row { level: 0.1 + 0.2, ..Row::of(false, false) };
    assert_eq!(built::judged(formula, &[row], End::Halted).truth, Truth::True);
}

/// Times in seconds.
fn timed(formula: Expr, text: &str, times: &[i64], end: End) -> (Truth, Option<u32>) {
    let model = built::model(formula);
    let mut trace = trace(&rows(text), end);
    for (instant, time) in trace.instants.iter_mut().zip(times) {
        instant.time = Some(time * 1_000_000_000);
        instant.line = 1;
    }
    let judged = judge(&model, PropId(0), &built::execution(&model, trace), &TERMS, None);
    (judged.truth, judged.settled_at)
}

const SECOND: i64 = 1_000_000_000;

#[test]
fn a_future_time_bound_settles_strictly_later_than_its_end() {
    let soon = || temporal(TemporalOp::Eventually, Interval::Time(0, Some(5 * SECOND)), p());
    assert_eq!(timed(soon(), "---", &[0, 3, 6], End::Cut), (Truth::False, Some(2)));
    let open = (pending("the record ends at instant 2"), None);
    assert_eq!(timed(soon(), "---", &[0, 3, 5], End::Cut), open);
    // What comes at the very end, in company, still counts.
    assert_eq!(timed(soon(), "--p", &[0, 5, 5], End::Cut), (Truth::True, Some(2)));
    assert_eq!(timed(soon(), "--p", &[0, 5, 6], End::Cut), (Truth::False, Some(2)));
}

#[test]
fn a_past_time_bound_includes_its_end() {
    let lately = |seconds: i64| {
        let once = temporal(TemporalOp::Once, Interval::Time(0, Some(seconds * SECOND)), p());
        next(next(once))
    };
    assert_eq!(timed(lately(5), "p--", &[0, 3, 5], End::Cut).0, Truth::True);
    assert_eq!(timed(lately(4), "p--", &[0, 3, 5], End::Cut).0, Truth::False);
}

#[test]
fn a_tick_gives_steps_a_duration() {
    let soon = temporal(TemporalOp::Always, Interval::Time(0, Some(2 * SECOND)), p());
    let model = built::model(soon);
    let execution = built::execution(&model, trace(&rows("pppp"), End::Cut));
    let judged = |tick| {
        let terms = Terms { tick, ..TERMS };
        let judged = judge(&model, PropId(0), &execution, &terms, None);
        (judged.truth, judged.settled_at)
    };
    assert_eq!(judged(Some(SECOND)), (Truth::True, Some(3)));
    let no_times = "instants have no times: give the check a `tick`";
    assert_eq!(judged(None), (pending(no_times), None));
    assert_eq!(crate::reference::eval::needs_time(&model, PropId(0)), Some(span(0)));
}

/// A record that does not start with the system.
fn midway(formula: Expr, text: &str) -> Truth {
    let model = built::model(formula);
    let recorded = Trace { from_start: false, ..trace(&rows(text), End::Cut) };
    judge(&model, PropId(0), &built::execution(&model, recorded), &TERMS, None).truth
}

#[test]
fn what_reaches_before_a_logs_start_is_unknown() {
    let unknown = pending("it reaches before the start of the log");
    let once = || temporal(TemporalOp::Once, EVER, p());
    assert_eq!(midway(once(), "-"), unknown);
    assert_eq!(midway(once(), "p"), Truth::True);
    assert_eq!(midway(prev(p()), "p"), unknown);
    assert_eq!(midway(formula(ExprKind::Initially(p())), "p"), unknown);
    assert_eq!(midway(since(p(), q()), "p"), unknown);
    assert_eq!(midway(since(p(), q()), "-"), Truth::False);
    let short = temporal(TemporalOp::Once, Interval::Steps(0, Some(1)), p());
    assert_eq!(midway(next(short.clone()), "--"), Truth::False);
    assert_eq!(midway(short, "--"), unknown);
}

#[test]
fn what_was_never_recorded_is_unknown_and_says_so() {
    let model = built::model(and(q(), p()));
    let mut recorded = trace(&rows("P"), End::Cut);
    recorded.instants[0].cells[2] = Value::Unrecorded;
    let judge = |recorded: &Trace| {
        judge(&model, PropId(0), &built::execution(&model, recorded.clone()), &TERMS, None).truth
    };
    assert_eq!(judge(&recorded), pending("`p` was never recorded"));
    // Where the rest decides, it does not matter.
    recorded.instants[0].cells[3] = Value::Bool(false);
    assert_eq!(judge(&recorded), Truth::False);
}

fn number_of(slot: u32) -> Expr {
    expr(ExprKind::Field(agent(slot), 1), Type::Int)
}

/// `count(e in rang over [..1] where e.n == 7)`
fn sevens() -> Expr {
    let mut binder = over(0, rang());
    binder.window = Some(Interval::Steps(0, Some(1)));
    binder.filter = Some(binary(BinaryOp::Equal, number_of(0), int(7)));
    let (op, value, otherwise) = (AggregateOp::Count, None, None);
    expr(ExprKind::Aggregate { op, value, binders: vec![binder], otherwise }, Type::Int)
}

#[test]
fn a_window_looks_back_with_now_and_equal_occurrences_count_twice() {
    let rings = |count: usize| Row { rang: vec![(0, 7); count], ..Row::of(false, false) };
    let run = [rings(2), rings(1), rings(0), rings(0)];
    let count_at = |instant: usize, count: i64| {
        let mut formula = binary(BinaryOp::Equal, sevens(), int(count));
        for _ in 0..instant {
            formula = next(formula);
        }
        built::judged(formula, &run, End::Halted).truth
    };
    for (instant, count) in [(0, 2), (1, 3), (2, 1), (3, 0)] {
        assert_eq!(count_at(instant, count), Truth::True, "at {instant}");
        assert_eq!(count_at(instant, count + 1), Truth::False, "at {instant}");
    }
}

#[test]
fn a_guard_that_was_never_true_is_seen() {
    let mut guard = p();
    guard.span = span(40);
    let mut set = rang();
    set.span = span(50);
    let body = quantified(true, over(0, set), bool(true));
    let model = built::model(always(implies(guard, body)));
    let mut guards = Guards::default();
    let mut note = |rows: &[Row]| {
        let execution = built::execution(&model, trace(rows, End::Cut));
        judge(&model, PropId(0), &execution, &TERMS, Some(&mut guards));
        guards.seen.clone()
    };
    assert_eq!(note(&rows("--")), [(span(40), false)].into());
    assert_eq!(note(&rows("-p")), [(span(40), true), (span(50), false)].into());
    let loud = Row { rang: vec![(0, 1)], ..Row::of(true, false) };
    assert_eq!(note(&[loud]), [(span(40), true), (span(50), true)].into());
}

fn two_worlds(formula: Expr) -> Model {
    let mut model = built::model(formula);
    let world = |name: &str| World {
        name: name.into(),
        params: vec![],
        pins: vec![],
        frame: 0,
        span: span(0),
    };
    model.properties[PropId(0)].worlds = [world("alone"), world("together")].into_iter().collect();
    model
}

fn lockstep(model: &Model, runs: [(&str, End); 2]) -> Execution {
    let actual = society(model, 2, &[]);
    let worlds = runs.into_iter().enumerate().map(|(place, (text, end))| WorldRun {
        world: Some(WorldId(place as u32)),
        arguments: vec![],
        society: actual.clone(),
        trace: trace(&rows(text), end),
    });
    Execution {
        actual: actual.clone(),
        worlds: worlds.collect(),
        parted: 0,
        met: Default::default(),
    }
}

fn at(world: u32, inner: Expr) -> Expr {
    formula(ExprKind::At(WorldId(world), vec![], inner))
}

fn in_worlds(formula: Expr, runs: [(&str, End); 2]) -> (Truth, Option<u32>) {
    let model = two_worlds(formula);
    let judged = judge(&model, PropId(0), &lockstep(&model, runs), &TERMS, None);
    (judged.truth, judged.settled_at)
}

#[test]
fn inside_of_a_world_its_own_end_counts() {
    let ends = at(0, always(p()));
    assert_eq!(in_worlds(ends.clone(), [("pp", End::Halted), ("-----", End::Cut)]).0, Truth::True);
    let open = in_worlds(ends, [("pp", End::Cut), ("-----", End::Halted)]);
    assert_eq!(open, (pending("world `alone` is cut at 1"), None));
    let last = at(0, eventually(not(next(bool(true)))));
    assert_eq!(in_worlds(last, [("--", End::Halted), ("----", End::Cut)]), (Truth::True, Some(1)));
}

#[test]
fn outside_worlds_run_in_lockstep_and_an_ended_one_keeps_its_last_state() {
    let both = || always(implies(at(1, p()), at(0, p())));
    let runs = [("-p", End::Halted), ("-ppp", End::Halted)];
    assert_eq!(in_worlds(both(), runs), (Truth::True, Some(3)));
    let runs = [("-p", End::Halted), ("p---", End::Cut)];
    assert_eq!(in_worlds(both(), runs), (Truth::False, Some(0)));
    // What is cut keeps nothing.
    let runs = [("-p", a_fault()), ("-ppp", End::Halted)];
    let why = "world `alone` faults after instant 1";
    assert_eq!(in_worlds(both(), runs), (pending(why), None));
}

#[test]
fn an_ended_world_emits_nothing() {
    let some = quantified(false, over(0, rang()), bool(true));
    let model = two_worlds(next(next(at(0, some))));
    let mut execution = lockstep(&model, [("--", End::Halted), ("---", End::Halted)]);
    let loud = trace(&[Row { rang: vec![(0, 1)], ..Row::of(false, false) }], End::Halted);
    execution.worlds[0].trace.instants[1].events = loud.instants[0].events.clone();
    let judged = judge(&model, PropId(0), &execution, &TERMS, None);
    assert_eq!(judged.truth, Truth::False);
}

#[test]
fn worlds_that_never_differ_are_noticed() {
    let model = two_worlds(at(0, p()));
    let differ = |runs| {
        let mut guards = Guards::default();
        judge(&model, PropId(0), &lockstep(&model, runs), &TERMS, Some(&mut guards));
        guards.worlds_differ
    };
    assert!(!differ([("p-", End::Cut), ("p-", End::Cut)]));
    assert!(differ([("p-", End::Cut), ("pp", End::Cut)]));
    assert!(differ([("p-", End::Halted), ("p-", End::Cut)]));
}

#[test]
fn who_is_absent_in_a_world_is_in_no_set_and_cannot_be_read() {
    let many = || {
        expr(
            ExprKind::Aggregate {
                op: AggregateOp::Count,
                value: None,
                binders: vec![over(0, team())],
                otherwise: None,
            },
            Type::Int,
        )
    };
    let judged = |formula: Expr| {
        let model = two_worlds(formula);
        let mut execution = lockstep(&model, [("-", End::Halted), ("-", End::Halted)]);
        execution.worlds[0].society.since[0] = u32::MAX;
        execution.worlds[0].trace.since = vec![u32::MAX, 0];
        judge(&model, PropId(0), &execution, &TERMS, None).truth
    };
    assert_eq!(judged(binary(BinaryOp::Equal, many(), int(2))), Truth::True);
    assert_eq!(judged(at(0, binary(BinaryOp::Equal, many(), int(1)))), Truth::True);
    let first = expr(ExprKind::AgentAt(PopId(0), int(0)), Type::Agent(crate::ir::KindId(0)));
    let indices = vec![first];
    let state = crate::ir::StateId(0);
    let read = expr(ExprKind::State { state, indices, primed: false }, Type::Int);
    let Truth::Faulted(fault) = judged(at(0, binary(BinaryOp::Equal, read, int(0)))) else {
        panic!("an absent agent was read")
    };
    assert_eq!(fault.kind, FaultKind::Absent);
    assert_eq!(fault.message, "`team[0]` is not there, and its `x` is read");
}

#[test]
fn the_margins_of_numbers_are_distances_over_the_width() {
    let margin = |formula: Expr| {
        let row = Row { level: 0.25, xs: vec![3, 5], ..Row::of(true, false) };
        built::judged(formula, &[row], End::Halted).margin
    };
    let exactly = |number: f64| (number, number);
    assert_eq!(margin(binary(BinaryOp::LessEqual, level(), real(0.75))), exactly(0.5));
    assert_eq!(margin(binary(BinaryOp::Greater, level(), real(0.75))), exactly(-0.5));
    let each = |all, op, n| quantified(all, over(0, team()), binary(op, x(0), int(n)));
    assert_eq!(margin(each(true, BinaryOp::LessEqual, 5)), exactly(0.05));
    assert_eq!(margin(each(true, BinaryOp::Less, 5)), exactly(-0.05));
    assert_eq!(margin(each(false, BinaryOp::Equal, 4)), exactly(-0.1));
    assert_eq!(margin(each(false, BinaryOp::Equal, 3)), exactly(0.05));
    assert_eq!(margin(implies(p(), q())), exactly(-1.0));
    assert_eq!(margin(quantified(true, over(0, rang()), q())), exactly(1.0));
    assert_eq!(margin(quantified(false, over(0, rang()), p())), exactly(-1.0));
}

#[test]
fn a_margin_is_a_number_and_not_minus_zero() {
    let bits = |formula: Expr| {
        let row = Row { level: 0.25, ..Row::of(true, false) };
        let (low, high) = built::judged(formula, &[row], End::Halted).margin;
        (low.to_bits(), high.to_bits())
    };
    let at_most = |a, b| binary(BinaryOp::LessEqual, a, b);
    let exactly = |number: f64| (number.to_bits(), number.to_bits());
    // Twice 1e308 apart, which no real is.
    assert_eq!(bits(at_most(real(-1e308), real(1e308))), exactly(1.0));
    assert_eq!(bits(at_most(real(1e308), real(-1e308))), exactly(-1.0));
    assert_eq!(bits(not(at_most(level(), real(0.25)))), exactly(0.0));
    assert_eq!(bits(binary(BinaryOp::NotEqual, level(), real(0.25))), exactly(0.0));
}

#[test]
fn on_a_cut_run_a_margin_is_an_interval() {
    let low = Row { level: 0.5, ..Row::of(false, false) };
    let formula = always(binary(BinaryOp::LessEqual, level(), real(0.75)));
    assert_eq!(built::judged(formula, &[low.clone(), low], End::Cut).margin, (-1.0, 0.25));
}

#[test]
fn what_is_kept_of_an_operator_is_not_taken_for_its_operand() {
    // `always` keeps results under its operand, and `since` its own: once they were the same.
    let inner = always(since(q(), p()));
    let formula = until(not(q()), inner);
    assert_eq!(of(formula, "pqq", End::Cut).0, pending("the run is cut at 2"));
}

#[test]
fn deep_nesting_over_many_instants_takes_no_time() {
    let mut nested = binary(BinaryOp::GreaterEqual, x(0), int(0));
    for level in 0..12 {
        nested = match level % 4 {
            0 => always(or(nested, p())),
            1 => until(nested, q()),
            2 => eventually(not(nested)),
            _ => since(nested, p()),
        };
    }
    let formula = always(quantified(true, over(0, team()), nested));
    let long: Vec<Row> =
        (0..200).map(|at| Row { xs: vec![1; 5], ..Row::of(at % 3 == 0, at % 7 == 0) }).collect();
    let judged = built::judged(formula, &long, End::Cut);
    assert!(judged.margin.0 <= judged.margin.1);
}
