//! Expressions and formulas, resolved and typed.

use super::{
    DefId, EventId, KindId, ParamId, PopId, Slot, StateId, StructId, Type, Value, WorldId,
};
use crate::diag::Span;
use crate::syntax::ast::BinaryOp;

/// An expression or formula. An `int` where a `real` is wanted stands under [`ExprKind::ToReal`].
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: Box<ExprKind>,
    /// Its type.
    pub ty: Type,
    /// Where it was written.
    pub span: Span,
}

/// What an expression is. Names cite §6 and §7 of the language.
#[derive(Clone, PartialEq, Debug)]
#[allow(
    missing_docs,
    reason = "each variant is shown as it is written, and its fields are named there"
)]
pub enum ExprKind {
    /// A literal, constant or variant.
    Literal(Value),
    /// A binder, a `let`, a def's parameter, a plain `choose` or `draw`.
    Local(Slot),
    /// A joint choice at indices.
    LocalAt(Slot, Vec<Expr>),
    /// The number of the instant, from 0.
    Now,
    /// A parameter; of a kind's, the agent is the first index.
    Param(ParamId, Vec<Expr>),
    /// A state, old or (primed) new; of a kind's, the agent is the first index.
    State { state: StateId, indices: Vec<Expr>, primed: bool },
    /// All agents of a population that are there.
    Population(PopId),
    /// All agents of a kind that are there.
    Kind(KindId),
    /// All values of a finite domain that is no population: an enum, `bool`.
    All(super::Domain),
    /// `team[i]`; outside: a fault.
    AgentAt(PopId, Expr),
    /// `index(a)`: its place in its full population, from 0.
    IndexOf(Expr),
    /// `s(a, b)`: a bool; for weights the real.
    Tie(StructId, Expr, Expr),
    /// `s(a)`: the set of a's neighbours.
    Neighbours(StructId, Expr),
    /// `superior(s, a)`
    Superior(StructId, Expr),
    /// `reaches(R, a, b)`: one step or more.
    Reaches(Relation, Expr, Expr),
    /// `distance(R, a, b)`: an int, 0 from a to itself, or `none`.
    Distance(Relation, Expr, Expr),
    /// `connected(R)`: directions ignored.
    Connected(Relation),
    /// `acyclic(R)`
    Acyclic(Relation),
    /// `edges(R)`: ties present; an undirected one counts once.
    Edges(Relation),
    /// `e.field` of an event's occurrence.
    Field(Expr, usize),
    /// A def with its arguments, evaluated once, now.
    Call(DefId, Vec<Expr>),
    /// An int as a real.
    ToReal(Expr),
    /// An agent (or `none`) where a set is expected: none or one element.
    ToSet(Expr),
    /// `not e`
    Not(Expr),
    /// `-e`, int or real by the type
    Negate(Expr),
    /// Both operands are of one type (`In`: the right one is a set of the left's). `Range` is a
    /// set of ints. `And`, `Or`, `Implies` evaluate the right one only if needed. On sets `Add`
    /// is union, `Subtract` difference, `Intersect` intersection.
    Binary(BinaryOp, Expr, Expr),
    /// `x in D` for a domain that is no set of values (a range of reals): closed.
    InDomain(Expr, super::Domain),
    /// `if c then a else b`
    If(Expr, Expr, Expr),
    /// The first arm that fits; one always fits.
    Match(Expr, Vec<(Pattern, Expr)>),
    /// `let x = e; body`
    Let(Slot, Expr, Expr),
    /// `{a, b}`
    SetList(Vec<Expr>),
    /// `{a in S where c}`
    SetFilter(Box<Binder>),
    /// `forall` (`all`) or `exists`
    Quantifier { all: bool, binders: Vec<Binder>, body: Expr },
    /// `sum`, `mean`, `min`, `max`, `argmax`, `count` over binders. `count` has no value;
    /// `argmax` has one binder.
    Aggregate {
        op: AggregateOp,
        value: Option<Expr>,
        binders: Vec<Binder>,
        otherwise: Option<Expr>,
    },
    /// A function of numbers.
    Builtin(Function, Vec<Expr>),
    /// An event's occurrences now (in a binder with a window: those of the window).
    Occurrences(EventId),
    /// A temporal operator with one operand.
    Temporal(TemporalOp, Interval, Expr),
    /// `left until[I] right`
    Until(Interval, Expr, Expr),
    /// `left since[I] right`
    Since(Interval, Expr, Expr),
    /// `initially(e)`
    Initially(Expr),
    /// `prev(e)`; false for a bool at 0, else `at_start`
    Prev(Expr, Option<Expr>),
    /// `e@w(a, …)`
    At(WorldId, Vec<Expr>, Expr),
    /// `probability(φ)`
    Probability(Expr),
    /// `expected(e)`
    Expected(Expr),
}

/// `a in S [over [I]] [where c]`.
#[derive(Clone, PartialEq, Debug)]
pub struct Binder {
    /// Where the element goes.
    pub slot: Slot,
    /// The variable's name, for reports and keys.
    pub name: String,
    /// A set.
    pub set: Expr,
    /// How far back events are taken from; none: now only.
    pub window: Option<Interval>,
    /// The guard.
    pub filter: Option<Expr>,
    /// The whole.
    pub span: Span,
}

/// `sum`, `mean`, …
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AggregateOp {
    /// 0 of nothing.
    Sum,
    /// A real.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The element with the greatest value; ties to the lowest index.
    Argmax,
    /// How many.
    Count,
}

/// Functions of numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Function {
    /// `abs(x)`, int or real
    Abs,
    /// `floor(x)`: an int
    Floor,
    /// `ceil(x)`: an int
    Ceil,
    /// `round(x)`: an int, halves away from 0
    Round,
    /// `sqrt(x)`
    Sqrt,
    /// `exp(x)`
    Exp,
    /// `log(x)`
    Log,
    /// `pow(x, y)`
    Pow,
    /// `clamp(x, lo, hi)`
    Clamp,
    /// `min(a, b, …)`
    Min,
    /// `max(a, b, …)`
    Max,
}

/// Prefix temporal operators; all but `Next` and `Finally` take an interval.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TemporalOp {
    /// `always[I] p`
    Always,
    /// `eventually[I] p`
    Eventually,
    /// `next p`
    Next,
    /// `finally p`: p at the last instant, the horizon taken as the end
    Finally,
    /// `historically[I] p`
    Historically,
    /// `once[I] p`
    Once,
}

/// `[lo..hi]`, ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interval {
    /// In steps; no upper end: unbounded. The default is `Steps(0, None)`.
    Steps(u64, Option<u64>),
    /// In time, nanoseconds.
    Time(i64, Option<i64>),
}

/// What `reaches`, `distance`, `connected`, `acyclic`, `edges` take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// A structure (weights: those that are not 0).
    Structure(StructId),
    /// A bool state with two indices of one set of agents.
    State(StateId),
    /// A bool def with two agents.
    Def(DefId),
}

/// What an arm of a `match` matches.
#[derive(Clone, PartialEq, Debug)]
pub enum Pattern {
    /// A variant, number, string, duration, bool or `none`.
    Value(Value),
    /// `_`
    Wildcard,
}
