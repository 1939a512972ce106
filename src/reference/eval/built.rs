//! A small model built by hand, runs of it, and constructors of its expressions: for tests of
//! formulas that must not depend on the parser.
//!
//! `kind Agent { state x: 0..10 }  agents team: Agent[0..9]  structure near: digraph on team
//!  state p: bool  state q: bool  state level: 0.0..1.0  event rang { who: Agent, n: int }`

use std::sync::Arc;

use crate::base::Table;
use crate::diag::{FileId, Span};
use crate::ir::expr::{Binder, Interval, TemporalOp};
use crate::ir::layout::Layout;
use crate::ir::model::{Event, IndexSet, Kind, Population, Schedule, Start, State, Structure};
use crate::ir::property::{Property, Role, Settings};
use crate::ir::value::Occurrence;
use crate::ir::{
    AgentId, Domain, EventId, Expr, ExprKind, KindId, Model, PopId, PropId, Slot, StateId,
    StructId, Type, Value,
};
use crate::reference::{Execution, Judgement, Society, Terms, WorldRun, judge};
use crate::social::{Family, Shape, Ties};
use crate::syntax::ast::BinaryOp;
use crate::trace::{End, Instant, Trace};

/// The place of a number of bytes: tests tell nodes apart by it.
pub fn span(at: u32) -> Span {
    Span { file: FileId(0), start: at, end: at + 1 }
}

pub fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind: Box::new(kind), ty, span: span(0) }
}

pub fn formula(kind: ExprKind) -> Expr {
    expr(kind, Type::Bool)
}

pub fn bool(truth: bool) -> Expr {
    formula(ExprKind::Literal(Value::Bool(truth)))
}

pub fn int(number: i64) -> Expr {
    expr(ExprKind::Literal(Value::Int(number)), Type::Int)
}

pub fn real(number: f64) -> Expr {
    expr(ExprKind::Literal(Value::Real(number)), Type::Real)
}

pub fn x(slot: u32) -> Expr {
    let indices = vec![agent(slot)];
    expr(ExprKind::State { state: StateId(0), indices, primed: false }, Type::Int)
}

pub fn p() -> Expr {
    formula(ExprKind::State { state: StateId(1), indices: vec![], primed: false })
}

pub fn q() -> Expr {
    formula(ExprKind::State { state: StateId(2), indices: vec![], primed: false })
}

pub fn level() -> Expr {
    expr(ExprKind::State { state: StateId(3), indices: vec![], primed: false }, Type::Real)
}

pub fn agent(slot: u32) -> Expr {
    expr(ExprKind::Local(Slot(slot)), Type::Agent(KindId(0)))
}

pub fn team() -> Expr {
    expr(ExprKind::Population(PopId(0)), Type::Set(Box::new(Type::Agent(KindId(0)))))
}

pub fn rang() -> Expr {
    expr(ExprKind::Occurrences(EventId(0)), Type::Set(Box::new(Type::Event(EventId(0)))))
}

pub fn not(inner: Expr) -> Expr {
    formula(ExprKind::Not(inner))
}

pub fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    let ty = match op {
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Div => left.ty.clone(),
        BinaryOp::Divide => Type::Real,
        _ => Type::Bool,
    };
    expr(ExprKind::Binary(op, left, right), ty)
}

pub fn and(left: Expr, right: Expr) -> Expr {
    binary(BinaryOp::And, left, right)
}

pub fn or(left: Expr, right: Expr) -> Expr {
    binary(BinaryOp::Or, left, right)
}

pub fn implies(left: Expr, right: Expr) -> Expr {
    binary(BinaryOp::Implies, left, right)
}

/// `[0..]` in steps.
pub const EVER: Interval = Interval::Steps(0, None);

pub fn temporal(op: TemporalOp, interval: Interval, inner: Expr) -> Expr {
    formula(ExprKind::Temporal(op, interval, inner))
}

pub fn always(inner: Expr) -> Expr {
    temporal(TemporalOp::Always, EVER, inner)
}

pub fn eventually(inner: Expr) -> Expr {
    temporal(TemporalOp::Eventually, EVER, inner)
}

pub fn next(inner: Expr) -> Expr {
    temporal(TemporalOp::Next, EVER, inner)
}

pub fn finally(inner: Expr) -> Expr {
    temporal(TemporalOp::Finally, EVER, inner)
}

pub fn until(left: Expr, right: Expr) -> Expr {
    formula(ExprKind::Until(EVER, left, right))
}

pub fn since(left: Expr, right: Expr) -> Expr {
    formula(ExprKind::Since(EVER, left, right))
}

pub fn prev(inner: Expr) -> Expr {
    formula(ExprKind::Prev(inner, None))
}

/// A binder over a set, without a guard.
pub fn over(slot: u32, set: Expr) -> Binder {
    Binder { slot: Slot(slot), name: "a".into(), set, window: None, filter: None, span: span(0) }
}

pub fn quantified(all: bool, binder: Binder, body: Expr) -> Expr {
    formula(ExprKind::Quantifier { all, binders: vec![binder], body })
}

/// The model, with one property of this formula.
pub fn model(formula: Expr) -> Model {
    let kind = KindId(0);
    let team = PopId(0);
    let state = |name: &str, owner: Option<KindId>, domain| State {
        name: name.into(),
        owner,
        indices: owner.map(IndexSet::Kind).into_iter().collect(),
        domain,
        start: Start::Recorded,
        span: span(0),
    };
    Model {
        name: "built".into(),
        docs: vec![],
        enums: Table::new(),
        kinds: Table::from_iter([Kind {
            name: "Agent".into(),
            params: vec![],
            states: vec![StateId(0)],
            span: span(0),
        }]),
        populations: Table::from_iter([Population {
            name: "team".into(),
            kind,
            size: Some((0, 9)),
            principals: false,
            span: span(0),
        }]),
        structures: Table::from_iter([Structure {
            name: "near".into(),
            shape: Shape::Digraph { loops: false },
            on: team,
            to: team,
            among: vec![Family::Any],
            baseline: None,
            span: span(0),
        }]),
        params: Table::new(),
        states: Table::from_iter([
            state("x", Some(kind), Domain::Ints(0, 10)),
            state("p", None, Domain::Whole(Type::Bool)),
            state("q", None, Domain::Whole(Type::Bool)),
            state("level", None, Domain::Reals(0.0, 1.0)),
        ]),
        events: Table::from_iter([Event {
            name: "rang".into(),
            fields: vec![
                ("who".into(), Domain::Population(team)),
                ("n".into(), Domain::Whole(Type::Int)),
            ],
            span: span(0),
        }]),
        defs: Table::new(),
        assumes: vec![],
        step: None,
        rules: Table::new(),
        schedule: Schedule::Any,
        sites: Table::new(),
        properties: Table::from_iter([property(formula)]),
        measures: vec![],
        targets: vec![],
        defaults: Settings::default(),
    }
}

/// A property of this formula.
pub fn property(formula: Expr) -> Property {
    Property {
        name: "goal".into(),
        docs: vec![],
        role: Role::Property,
        alignment: None,
        principal: None,
        worlds: Table::new(),
        formula,
        frame: 8,
        chance: false,
        span: span(0),
    }
}

/// One instant: p, q, level, each agent's x, and who rang with which number.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    pub p: bool,
    pub q: bool,
    pub level: f64,
    pub xs: Vec<i64>,
    pub rang: Vec<(u32, i64)>,
}

impl Row {
    /// A quiet instant.
    pub fn of(p: bool, q: bool) -> Row {
        Row { p, q, level: 0.5, xs: vec![0, 1], rang: vec![] }
    }

    fn instant(&self) -> Instant {
        let mut cells: Vec<Value> = self.xs.iter().copied().map(Value::Int).collect();
        cells.extend([Value::Bool(self.p), Value::Bool(self.q), Value::Real(self.level)]);
        let occurrence = |(who, n): &(u32, i64)| {
            let fields = vec![Value::Agent(AgentId(*who)), Value::Int(*n)];
            Arc::new(Occurrence { event: EventId(0), fields, line: 0 })
        };
        Instant { cells, events: self.rang.iter().map(occurrence).collect(), ..Instant::default() }
    }
}

/// `.p`, `q`, `P` both, `-` neither: an instant each.
pub fn rows(text: &str) -> Vec<Row> {
    text.chars().map(|c| Row::of(matches!(c, 'p' | 'P'), matches!(c, 'q' | 'P'))).collect()
}

pub fn trace(rows: &[Row], end: End) -> Trace {
    Trace {
        instants: rows.iter().map(Row::instant).collect(),
        end,
        since: vec![],
        from_start: true,
        answers: vec![],
    }
}

pub fn society(model: &Model, agents: u32, ties: &[(u32, u32)]) -> Society {
    let mut near = Ties::empty(agents, agents);
    ties.iter().for_each(|(from, to)| near.set(*from, *to, 1.0));
    Society {
        layout: Layout::new(model, &Table::from_iter([agents])),
        params: Table::new(),
        structures: Table::from_iter([near]),
        starts: model.states.iter().map(|_| vec![]).collect(),
        since: vec![0; agents as usize],
    }
}

/// The execution of one actual run.
pub fn execution(model: &Model, trace: Trace) -> Execution {
    let agents = trace.instants.first().map_or(0, |first| first.cells.len() as u32 - 3);
    let actual = society(model, agents, &[]);
    let run = WorldRun { world: None, arguments: vec![], society: actual.clone(), trace };
    Execution { actual, worlds: vec![run], parted: 0, met: Default::default() }
}

/// Steps only, 1e-9 of the width.
pub const TERMS: Terms = Terms { tick: None, complete: false, tolerance: None };

/// The judgement of a formula on rows.
pub fn judged(formula: Expr, rows: &[Row], end: End) -> Judgement {
    let model = model(formula);
    judge(&model, PropId(0), &execution(&model, trace(rows, end)), &TERMS, None)
}

/// The structure of the model.
pub const NEAR: StructId = StructId(0);
