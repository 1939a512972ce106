//! The tree of a text, as written: no name is resolved, no sugar is gone.
//!
//! Every node carries its span. A part that did not parse is [`ExprKind::Error`] (or is
//! left out of its list), and a diagnostic has been given for it.

#![allow(missing_docs, reason = "a variant's syntax, shown above it, names its fields")]

mod operator;

pub use operator::{BinaryOp, TemporalBinaryOp, TemporalOp, UnaryOp};

use crate::diag::Span;

/// A name or word, as written.
#[derive(Clone, PartialEq, Debug)]
pub struct Name {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A file: a model, or a library of consts, enums and defs.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    /// The `//!` lines, without the marks.
    pub docs: Vec<String>,
    /// The name behind `model`; a library has none.
    pub model: Option<Name>,
    /// `use "…"`.
    pub uses: Vec<Use>,
    /// The items, in order.
    pub items: Vec<Item>,
    /// The whole text.
    pub span: Span,
}

/// `use "other.polity"`.
#[derive(Clone, PartialEq, Debug)]
pub struct Use {
    /// The path as written.
    pub path: String,
    /// The whole.
    pub span: Span,
}

/// An item with its documentation.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// The `///` lines, without the marks.
    pub docs: Vec<String>,
    /// What it declares.
    pub kind: ItemKind,
    /// From the first word to the last.
    pub span: Span,
}

/// The items of §3.
#[derive(Clone, PartialEq, Debug)]
pub enum ItemKind {
    /// `const NAME [: TYPE] = e`
    Const { name: Name, ty: Option<TypeExpr>, value: Expr },
    /// `enum NAME { A, B }`
    Enum { name: Name, variants: Vec<Name> },
    /// `kind NAME { param … state … }`
    Kind { name: Name, fields: Vec<Item> },
    /// `agents NAME: KIND[lo..hi]` and, with `principals` set, `principals NAME: KIND[n]`
    Agents { principals: bool, name: Name, kind: Name, size: Option<Size> },
    /// `structure NAME: SHAPE on POP [to POP] [among F | …] [= F]`
    Structure(Structure),
    /// `param NAME[(index, …)][: DOMAIN] [= e]`; without a domain it is derived
    Param { name: Name, indices: Vec<Expr>, domain: Option<TypeExpr>, value: Option<Expr> },
    /// `state NAME[(index, …)]: TYPE|DOMAIN [= e | ~ DIST]`
    State { name: Name, indices: Vec<Param>, domain: TypeExpr, start: Option<Start> },
    /// `event NAME { field: TYPE, … }`
    Event { name: Name, fields: Vec<(Name, TypeExpr)> },
    /// `def NAME(x: TYPE, p(index): TYPE, …) [: TYPE] = e`
    Def { name: Name, params: Vec<DefParam>, ty: Option<TypeExpr>, body: Expr },
    /// `assume e`
    Assume(Expr),
    /// `step { … }`
    Step(Block),
    /// `rule NAME(x in SET [where e], …) [when e] { … }`
    Rule { name: Name, binders: Vec<Binder>, when: Option<Expr>, body: Block },
    /// `schedule any | random | round_robin`
    Schedule(Name),
    /// `[value|preference|objective] property NAME [for p in P] { [worlds { … }] formula }`
    Property(Property),
    /// `witness NAME { formula }`
    Witness { name: Name, worlds: Vec<World>, formula: Expr },
    /// `invariant NAME { e }`
    Invariant { name: Name, formula: Expr },
    /// `measure NAME = e`
    Measure { name: Name, value: Expr },
    /// `check [P, Q] [as NAME] { … }`
    Check { properties: Vec<Name>, alias: Option<Name>, settings: Vec<Setting> },
}

/// An index of a state: `author: Agent`, or a bare set `0..3`.
#[derive(Clone, PartialEq, Debug)]
pub struct Param {
    /// The name before `:`, if there is one; documentation only.
    pub name: Option<Name>,
    /// A population, kind, enum or range.
    pub set: Expr,
}

/// A population's size.
#[derive(Clone, PartialEq, Debug)]
pub struct Size {
    /// The least.
    pub lo: Expr,
    /// The most; none where the size is fixed.
    pub hi: Option<Expr>,
}

/// `structure NAME: SHAPE on POP [to POP] [among …] [= F]`.
#[derive(Clone, PartialEq, Debug)]
pub struct Structure {
    /// Its name.
    pub name: Name,
    /// Its shape.
    pub shape: Shape,
    /// Where the shape stands.
    pub shape_span: Span,
    /// The agents that are tied.
    pub on: Name,
    /// The agents that they are tied to, if others.
    pub to: Option<Name>,
    /// The families it may have; empty: not said.
    pub among: Vec<Family>,
    /// The baseline, or the only family.
    pub value: Option<Family>,
}

/// The shapes of §3.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// `graph`
    Graph,
    /// `digraph [with loops]`
    Digraph { loops: bool },
    /// `tree`
    Tree,
    /// `partition`
    Partition,
    /// `[normalized] weights lo..hi`
    Weights { normalized: bool, lo: Expr, hi: Expr },
}

/// A family by its name, with arguments: `ring`, `grid(3)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Family {
    /// The word; whether there is such a family is not known here.
    pub name: Name,
    /// What stands in parentheses.
    pub arguments: Vec<Expr>,
    /// The whole.
    pub span: Span,
}

/// What stands behind the domain of a state.
#[derive(Clone, PartialEq, Debug)]
pub enum Start {
    /// `= e`
    Value(Expr),
    /// `~ DIST`
    Draw(Dist),
}

/// A parameter of a def.
#[derive(Clone, PartialEq, Debug)]
pub struct DefParam {
    /// Its name.
    pub name: Name,
    /// The indices where it is a function: `p(Agent, Agent): bool`.
    pub indices: Option<Vec<Expr>>,
    /// Its type.
    pub ty: TypeExpr,
}

/// A type or a domain. Which of the two a place admits is not known here.
#[derive(Clone, PartialEq, Debug)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// The whole.
    pub span: Span,
}

/// The types and domains of §4.
#[derive(Clone, PartialEq, Debug)]
pub enum TypeKind {
    /// `bool`, `int`, `real`, `string`, `duration`, an enum, a kind or a population
    Named(Name),
    /// `K?`
    Optional(Box<TypeExpr>),
    /// `set of T`
    Set(Box<TypeExpr>),
    /// `lo..hi`
    Range(Box<Expr>, Box<Expr>),
    /// `{1, 3}`
    Values(Vec<Expr>),
    /// Did not parse.
    Error,
}

/// `bernoulli(p)`, `uniform(lo, hi)`, `normal(mu, sd)`, `categorical(e: w, …)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Dist {
    /// The word; whether there is such a distribution is not known here.
    pub name: Name,
    /// The arguments; only those of `categorical` have a weight behind `:`.
    pub arguments: Vec<(Expr, Option<Expr>)>,
    /// The whole.
    pub span: Span,
}

/// `{ … }` of statements.
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    /// The statements, in order.
    pub statements: Vec<Stmt>,
    /// With the braces.
    pub span: Span,
}

/// A statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// The whole.
    pub span: Span,
}

/// The statements of §5.
#[derive(Clone, PartialEq, Debug)]
pub enum StmtKind {
    /// `let x = e`
    Let { name: Name, value: Expr },
    /// `x' = e`, `x(a, b)' = e`, `a.x' = e`: the target is an [`ExprKind::Primed`]
    Assign { target: Expr, value: Expr },
    /// `if … { } else { }`; `else if` is an `else` block of one `if`
    If { condition: Expr, then: Block, otherwise: Option<Block> },
    /// `match e { A => { }  _ => { } }`
    Match { scrutinee: Expr, arms: Vec<(Pattern, Block)> },
    /// `for a in S [where e], … { }`
    For { binders: Vec<Binder>, body: Block },
    /// `choose x in D [where e]`, `choose x(a: S, b: T) in D [where e]`
    Choose { name: Name, indices: Vec<Binder>, domain: TypeOrSet, filter: Option<Expr> },
    /// `draw x ~ DIST`
    Draw { name: Name, dist: Dist },
    /// `emit ev(field: e, …)`
    Emit { event: Name, fields: Vec<(Name, Expr)> },
    /// `require e`
    Require(Expr),
    /// `halt`
    Halt,
}

/// What a `choose` chooses from: a type or domain where it reads as one (`bool`, an enum,
/// `0..3`, `{1, 3}`, a population), else a set expression.
#[derive(Clone, PartialEq, Debug)]
pub enum TypeOrSet {
    /// A named type, `K?`, a range or a list of values.
    Type(TypeExpr),
    /// Any other set.
    Set(Expr),
}

/// `a in S [over [I]] [where e]`. In `choose x(a: S)`, the set stands behind `:`.
#[derive(Clone, PartialEq, Debug)]
pub struct Binder {
    /// The variable.
    pub name: Name,
    /// The set.
    pub set: Expr,
    /// A window, over events.
    pub window: Option<Interval>,
    /// The guard.
    pub filter: Option<Expr>,
    /// The whole.
    pub span: Span,
}

/// `[lo..hi]`, `[..hi]`, `[lo..]`.
#[derive(Clone, PartialEq, Debug)]
pub struct Interval {
    /// The lower end.
    pub lo: Option<Expr>,
    /// The upper end.
    pub hi: Option<Expr>,
    /// With the brackets.
    pub span: Span,
}

/// What a match arm matches.
#[derive(Clone, PartialEq, Debug)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// The whole.
    pub span: Span,
}

/// The patterns of §6.
#[derive(Clone, PartialEq, Debug)]
pub enum PatternKind {
    /// A variant (or a constant).
    Named(String),
    /// A number (a sign included), string, duration or bool.
    Literal(Literal),
    /// `none`
    None,
    /// `_`
    Wildcard,
}

/// A literal.
#[derive(Clone, PartialEq, Debug)]
pub enum Literal {
    /// `true`, `false`
    Bool(bool),
    /// `1_000`
    Int(i64),
    /// `0.5`, `1e-3`
    Real(f64),
    /// `"…"`, escapes resolved
    Str(String),
    /// `5s`, in nanoseconds
    Duration(i64),
}

/// A property with its worlds and formula.
#[derive(Clone, PartialEq, Debug)]
pub struct Property {
    /// `value`, `preference`, `objective`.
    pub tag: Option<Name>,
    /// Its name.
    pub name: Name,
    /// `for p in PRINCIPALS`.
    pub principal: Option<(Name, Expr)>,
    /// `worlds { … }`; empty where there is none.
    pub worlds: Vec<World>,
    /// What should hold.
    pub formula: Expr,
}

/// `alone(f: fishers) { only f }`.
#[derive(Clone, PartialEq, Debug)]
pub struct World {
    /// Its name.
    pub name: Name,
    /// The agents that it is made for; each `name: SET`.
    pub params: Vec<(Name, Expr)>,
    /// How it differs from the actual setup.
    pub pins: Vec<Pin>,
    /// The whole.
    pub span: Span,
}

/// A pin (§3): one grammar for `given:`, `--given`, setup files and worlds.
#[derive(Clone, PartialEq, Debug)]
pub struct Pin {
    /// What it says.
    pub kind: PinKind,
    /// The whole.
    pub span: Span,
}

/// The pins of §3.
#[derive(Clone, PartialEq, Debug)]
pub enum PinKind {
    /// `team: 3`, `reviews: ring`, `team.p: true`, `team[0].p: true`, `x.p: v`, `regime: A`,
    /// `deviations: 0`, `cost(a): 1`. What the target is decides what the value may be.
    Set { target: Expr, value: PinValue },
    /// `only x`
    Only(Expr),
    /// `without x`
    Without(Expr),
    /// `assume e`
    Assume(Expr),
}

/// What stands behind the `:` of a pin.
#[derive(Clone, PartialEq, Debug)]
pub enum PinValue {
    /// Any expression, also a range `2..4`, a family without arguments (`ring`), or one with
    /// (`grid(3)` reads as a call).
    Expr(Expr),
    /// `[[1, 0], [2, 0]]`: ties by index; `[[1, 0, 0.5]]` with weights.
    Ties(Vec<Vec<Expr>>, Span),
}

/// `key: value` in a check.
#[derive(Clone, PartialEq, Debug)]
pub struct Setting {
    /// The word; whether there is such a setting is not known here.
    pub key: Name,
    /// What stands behind `:`.
    pub value: SettingValue,
    /// The whole.
    pub span: Span,
}

/// A change that may mend what is violated: `trimmed { trim: 0.2 }`.
#[derive(Clone, PartialEq, Debug)]
pub struct Repair {
    /// Its name.
    pub name: Name,
    /// What it pins.
    pub pins: Vec<Pin>,
    /// The whole.
    pub span: Span,
}

/// What a setting of a check may be.
#[derive(Clone, PartialEq, Debug)]
pub enum SettingValue {
    /// `12`, `1min`, `0.99`, `true`, `edges <= 2`…
    Expr(Expr),
    /// `agents, deviations, edges`: only after `minimize` and `front`
    Names(Vec<Name>),
    /// `{ pins }`: only after `given`
    Pins(Vec<Pin>),
    /// `{ trimmed { trim: 0.2 } }`: only after `repairs`
    Repairs(Vec<Repair>),
    /// `violated with { agents: 2 }`: only after `expect`
    Expect { verdict: Name, counters: Vec<(Name, Expr)> },
}

/// An expression or formula.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: Box<ExprKind>,
    /// The whole.
    pub span: Span,
}

/// The expressions of §6 and §7.
#[derive(Clone, PartialEq, Debug)]
pub enum ExprKind {
    /// A literal.
    Literal(Literal),
    /// A name: a binder, an item, a variant, `now`, `none`, `self`.
    Name(String),
    /// `f(a, b)`: a def, a builtin, an indexed state or param, a structure.
    Call { function: Expr, arguments: Vec<Expr> },
    /// `a.x`
    Field { object: Expr, name: Name },
    /// `team[0]`
    Index { object: Expr, index: Expr },
    /// `x'` on a name, call or field.
    Primed(Expr),
    /// `e@w`, `e@w(a, b)`
    At { body: Expr, world: Name, arguments: Vec<Expr> },
    /// `(e)`; kept, since it decides what reads two ways
    Paren(Expr),
    /// `-e`, `not e`
    Unary { op: UnaryOp, operand: Expr },
    /// Arithmetic, comparison, `in`, `and`, `or`, `implies`, `..`, `&`
    Binary { op: BinaryOp, op_span: Span, left: Expr, right: Expr },
    /// `if c then a else b`
    If { condition: Expr, then: Expr, otherwise: Expr },
    /// `match e { A => a  _ => b }`
    Match { scrutinee: Expr, arms: Vec<(Pattern, Expr)> },
    /// `let x = e; e2`
    Let { name: Name, value: Expr, body: Expr },
    /// `{a, b}`
    SetList(Vec<Expr>),
    /// `{a in S where c}`
    SetFilter(Binder),
    /// `forall a in S [where c], …: e` and `exists …: e`
    Quantifier { all: bool, binders: Vec<Binder>, body: Expr },
    /// `sum(e for a in S [where c] [else d])`; `count(a in S [where c])` has no `value`
    Aggregate { op: Name, value: Option<Expr>, binders: Vec<Binder>, otherwise: Option<Expr> },
    /// `always[I] p`, `eventually`, `next`, `finally`, `historically`, `once` (prefix)
    Temporal { op: TemporalOp, op_span: Span, interval: Option<Interval>, body: Expr },
    /// `p until[I] q`, `p since[I] q`
    TemporalBinary {
        op: TemporalBinaryOp,
        op_span: Span,
        interval: Option<Interval>,
        left: Expr,
        right: Expr,
    },
    /// `initially(e)`
    Initially(Expr),
    /// `prev(e [, at_start])`
    Prev { body: Expr, at_start: Option<Expr> },
    /// `probability(φ)`
    Probability(Expr),
    /// `expected(e)`
    Expected(Expr),
    /// Did not parse.
    Error,
}
