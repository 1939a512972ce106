//! For tests: models built by hand.

use crate::base::Table;
use crate::diag::{FileId, Span};
use crate::ir::expr::Binder;
use crate::ir::model::{
    Body, Closed, Event, IndexSet, Kind, Param, Population, Schedule, Site, Start, State,
};
use crate::ir::property::Settings;
use crate::ir::stmt::{Dist, Source, Stmt, StmtKind};
use crate::ir::{Domain, Expr, ExprKind, KindId, Model, PopId, SiteId, Slot, StateId, Type, Value};
use crate::syntax::ast::BinaryOp;
use crate::trace::Setup;

pub const X: StateId = StateId(0);
pub const LEVEL: StateId = StateId(1);

pub fn span() -> Span {
    Span { file: FileId(0), start: 0, end: 0 }
}

pub fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind: Box::new(kind), ty, span: span() }
}

pub fn int(number: i64) -> Expr {
    expr(ExprKind::Literal(Value::Int(number)), Type::Int)
}

pub fn real(number: f64) -> Expr {
    expr(ExprKind::Literal(Value::Real(number)), Type::Real)
}

pub fn local(slot: u32) -> Expr {
    expr(ExprKind::Local(Slot(slot)), Type::Int)
}

pub fn x(agent: Expr, primed: bool) -> Expr {
    expr(ExprKind::State { state: X, indices: vec![agent], primed }, Type::Int)
}

pub fn level() -> Expr {
    expr(ExprKind::State { state: LEVEL, indices: vec![], primed: false }, Type::Real)
}

pub fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    let ty = match op {
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Remainder => left.ty.clone(),
        _ => Type::Bool,
    };
    expr(ExprKind::Binary(op, left, right), ty)
}

pub fn agent(index: i64) -> Expr {
    expr(ExprKind::AgentAt(PopId(0), int(index)), Type::Agent(KindId(0)))
}

/// The agent after the one in a slot, round the team.
pub fn next_of(slot: u32, team: i64) -> Expr {
    let index = expr(ExprKind::IndexOf(local(slot)), Type::Int);
    let next = binary(BinaryOp::Remainder, binary(BinaryOp::Add, index, int(1)), int(team));
    expr(ExprKind::AgentAt(PopId(0), next), Type::Agent(KindId(0)))
}

pub fn in_team(slot: u32) -> Binder {
    let set = expr(ExprKind::Population(PopId(0)), Type::Set(Box::new(Type::Agent(KindId(0)))));
    Binder { slot: Slot(slot), name: "a".into(), set, window: None, filter: None, span: span() }
}

pub fn stmt(kind: StmtKind) -> Stmt {
    Stmt { kind, span: span() }
}

pub fn set_x(agent: Expr, value: Expr) -> Stmt {
    stmt(StmtKind::Assign { state: X, indices: vec![agent], value })
}

pub fn set_level(value: Expr) -> Stmt {
    stmt(StmtKind::Assign { state: LEVEL, indices: vec![], value })
}

pub fn for_team(slot: u32, body: Vec<Stmt>) -> Stmt {
    stmt(StmtKind::For(vec![in_team(slot)], body))
}

pub fn choose(slot: u32, lo: i64, hi: i64, filter: Option<Expr>) -> Stmt {
    let from = Source::Domain(Domain::Ints(lo, hi));
    stmt(StmtKind::Choose { site: SiteId(0), slot: Slot(slot), from, filter })
}

pub fn draw(slot: u32, lo: Expr, hi: Expr) -> Stmt {
    let dist = Dist::Uniform(lo, hi);
    stmt(StmtKind::Draw { site: SiteId(1), slot: Slot(slot), dist })
}

pub fn body(statements: Vec<Stmt>) -> Body {
    Body { statements, frame: 8, span: span() }
}

pub fn state(name: &str, owner: Option<KindId>, domain: Domain, start: Expr) -> State {
    let indices = owner.map(IndexSet::Kind).into_iter().collect();
    let start = Start::Value(Closed { expr: start, frame: 1 });
    State { name: name.into(), owner, indices, domain, start, span: span() }
}

pub fn site(name: &str) -> Site {
    Site { item: "step".into(), name: name.into(), drawn: false, span: span() }
}

/// `kind Agent { state x: 0..100 = index(self) }  agents team: Agent[0..9]
///  param low: 0..9  state level: 0.0..1.0 = 0.5  event rang { who: Agent }`
pub fn model(step: Option<Vec<Stmt>>) -> Model {
    let of_self = expr(ExprKind::IndexOf(local(0)), Type::Int);
    let kind = KindId(0);
    let population = Population {
        name: "team".into(),
        kind,
        size: Some((0, 9)),
        principals: false,
        span: span(),
    };
    let event_fields = vec![("who".into(), Domain::Population(PopId(0)))];
    Model {
        name: "built".into(),
        docs: vec![],
        enums: Table::new(),
        kinds: Table::from_iter([Kind {
            name: "Agent".into(),
            params: vec![],
            states: vec![X],
            span: span(),
        }]),
        populations: Table::from_iter([population]),
        structures: Table::new(),
        params: Table::from_iter([Param {
            name: "low".into(),
            owner: None,
            indices: vec![],
            domain: Domain::Ints(0, 9),
            value: None,
            derived: false,
            docs: vec![],
            span: span(),
        }]),
        states: Table::from_iter([
            state("x", Some(kind), Domain::Ints(0, 100), of_self),
            state("level", None, Domain::Reals(0.0, 1.0), real(0.5)),
        ]),
        events: Table::from_iter([Event {
            name: "rang".into(),
            fields: event_fields,
            span: span(),
        }]),
        defs: Table::new(),
        assumes: vec![],
        step: step.map(body),
        rules: Table::new(),
        schedule: Schedule::Any,
        sites: Table::from_iter([site("c"), site("d"), site("e"), site("next"), site("rank")]),
        properties: Table::new(),
        measures: vec![],
        targets: vec![],
        defaults: Settings::default(),
    }
}

pub fn setup(team: u32, low: i64) -> Setup {
    Setup {
        sizes: Table::from_iter([team]),
        params: Table::from_iter([vec![Value::Int(low)]]),
        structures: Table::new(),
        starts: Table::from_iter([vec![], vec![]]),
    }
}
