//! What a model is compiled to.
//!
//! Expressions are trees of operations on all lanes: [`Bits`] where the type is bool, [`Num`]
//! otherwise. A scalar is one word: an int, a real's bits, a variant, an agent; [`NONE`] for
//! `none`.

use crate::diag::Span;
use crate::ir::model::{IndexSet, Schedule};
use crate::ir::{EnumId, EventId, KindId, ParamId, PopId, RuleId, SiteId, StateId, StructId, Type};
use crate::trace::FaultKind;

/// Runs that are made at once.
pub const LANES: usize = 64;

/// `none`.
pub const NONE: i64 = i64::MIN;

/// A fault that an operation may end in: a place in [`Program::sites`].
pub type Site = usize;

/// A compiled model.
#[derive(Debug)]
pub struct Program {
    /// What may go wrong, and where that is written.
    pub(super) sites: Vec<(FaultKind, Span)>,
    /// How many slots hold the element of a binder.
    pub(super) uniforms: usize,
    /// The level of each slot of a column.
    pub(super) columns: Vec<usize>,
    /// The level of each slot of a word of bits.
    pub(super) bits: Vec<usize>,
    /// How each state starts.
    pub(super) starts: Vec<Start>,
    /// For each state whether it is a bool.
    pub(super) bool_states: Vec<bool>,
    /// For each parameter whether it is a bool.
    pub(super) bool_params: Vec<bool>,
    /// The rules.
    pub(super) rules: Vec<Rule>,
    /// Who moves next.
    pub(super) schedule: Schedule,
    /// The site of `schedule any`, and that of `schedule random`.
    pub(super) schedule_sites: (SiteId, SiteId),
    /// The step.
    pub(super) step: Option<Vec<Stmt>>,
    /// The formulas, each judged on its own.
    pub(super) formulas: Vec<Form>,
    /// What the formulas need of each instant.
    pub(super) atoms: Vec<Atom>,
    /// Numbers that are read at the last instant of a run that is complete, the horizon taken as
    /// the end.
    pub(super) values: Vec<Value>,
    /// Whether an earlier instant is read: how many back.
    pub(super) depth: usize,
    /// How many events there are.
    pub(super) events: usize,
    /// The structures of which superiors are asked for.
    pub(super) superiors: Vec<StructId>,
    /// Whether the horizon completes a run.
    pub(super) complete: bool,
    /// Whether it is asked when a verdict is settled.
    pub(super) instants: bool,
    /// How many agents a society may have.
    pub(super) agents_max: u32,
    /// How many populations and kinds there are.
    pub(super) populations: usize,
    pub(super) kinds: usize,
    /// How many variants each enum has.
    pub(super) variants: Vec<usize>,
    /// What indexes each state and parameter.
    pub(super) state_indices: Vec<Vec<IndexSet>>,
    pub(super) param_indices: Vec<Vec<IndexSet>>,
    /// What a word of each state means.
    pub(super) state_types: Vec<WordType>,
    /// Where each state is declared.
    pub(super) state_spans: Vec<Span>,
    /// Whom each structure ties, and whether it has weights.
    pub(super) ends: Vec<(PopId, PopId)>,
    pub(super) weighted: Vec<bool>,
    /// How many values are computed once.
    pub(super) memos: usize,
    /// How deep `for`s nest.
    pub(super) levels: usize,
}

/// What a word means.
#[derive(Clone, Debug)]
pub(super) struct WordType(pub Type);

impl WordType {
    /// The value of a word.
    pub fn value(&self, word: i64) -> crate::ir::Value {
        use crate::ir::Value;
        match &self.0 {
            _ if word == NONE && self.optional() => Value::None,
            Type::Bool => Value::Bool(word != 0),
            Type::Real => Value::Real(f64::from_bits(word as u64)),
            Type::Enum(id) => Value::Variant(*id, word as u32),
            Type::Agent(_) | Type::Never => Value::Agent(crate::ir::AgentId(word as u32)),
            Type::Optional(inner) => WordType((**inner).clone()).value(word),
            Type::Int
            | Type::Str
            | Type::Duration
            | Type::Set(_)
            | Type::Event(_)
            | Type::Error => Value::Int(word),
        }
    }

    fn optional(&self) -> bool {
        matches!(self.0, Type::Optional(_))
    }
}

/// A number at the end of a run.
#[derive(Debug)]
pub(super) enum Value {
    /// 0 or 1.
    Bits(Bits),
    /// An int.
    Int(Num),
    /// A real.
    Real(Num),
}

/// How a state starts.
#[derive(Debug)]
pub(super) enum Start {
    /// As the setup says.
    Free,
    /// Computed.
    Value(Expr, Admit, Vec<usize>),
    /// Drawn.
    Draw(Draw, Admit, Vec<usize>),
}

/// An expression of either sort.
#[derive(Debug)]
pub(super) enum Expr {
    /// A bool.
    Bits(Bits),
    /// Any other scalar.
    Num(Num),
}

/// A value that is the same in all lanes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Uni {
    /// The element of a binder.
    Slot(usize),
    /// A constant.
    Const(i64),
}

/// A variable that is read.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Var {
    /// A state as it was.
    Old(StateId),
    /// A state as it will be.
    New(StateId),
    /// A parameter.
    Param(ParamId),
}

/// A cell of a variable.
#[derive(Debug)]
pub(super) struct Cell {
    pub var: Var,
    pub indices: Indices,
    pub site: Site,
}

/// Where in a variable.
#[derive(Debug)]
pub(super) enum Indices {
    /// In all lanes the same.
    Uniform(Vec<Uni>),
    /// Lane by lane.
    Varying(Vec<Num>),
}

/// A bool of all lanes.
#[derive(Debug)]
pub(super) enum Bits {
    Const(bool),
    Slot(usize),
    /// The element of a binder over bools.
    Uniform(usize),
    Cell(Cell),
    Field {
        event: EventId,
        occurrence: usize,
        field: usize,
    },
    Not(Box<Bits>),
    /// The right side is evaluated only where it is needed.
    And(Box<Bits>, Box<Bits>),
    Or(Box<Bits>, Box<Bits>),
    Implies(Box<Bits>, Box<Bits>),
    If(Box<(Bits, Bits, Bits)>),
    Match(Box<Expr>, Vec<(Option<i64>, Bits)>),
    Let(Box<Bind>, Box<Bits>),
    /// Ints, variants, agents.
    Compare(Order, Box<(Num, Num)>),
    Reals(Order, Slack, Box<(Num, Num)>),
    Bools(Order, Box<(Bits, Bits)>),
    /// Every element is evaluated.
    Quantifier {
        all: bool,
        loops: Vec<Loop>,
        body: Box<Bits>,
    },
    /// `x in S`.
    Member(Box<(Num, Set)>, Universe),
    /// `x in {a, b}`.
    OneOf(Box<Num>, Vec<Num>),
    /// `x in D`.
    Within(Box<Num>, Admit),
    /// `lo <= x and x <= hi`.
    Between(Box<(Num, Num, Num)>),
    /// Whether there is a tie; `positive`: one of positive weight.
    Tie {
        ties: StructId,
        ends: Box<(Num, Num)>,
        positive: bool,
        site: Site,
    },
    /// What is the same for every element around it: computed once.
    Once(usize, Box<Bits>),
    /// The same so many instants ago; at the start what is given.
    Prev(Box<Bits>, Box<Bits>),
    Initially(Box<Bits>),
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Order {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// By how much a comparison of reals may miss: in favour of its truth if positive.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Slack {
    Exact,
    Fixed(f64),
    /// Times 1 and the greater size of both sides.
    Relative(f64),
}

/// A scalar of all lanes.
#[derive(Debug)]
pub(super) enum Num {
    Const(i64),
    Slot(usize),
    Uniform(usize),
    Now,
    Cell(Cell),
    Field {
        event: EventId,
        occurrence: usize,
        field: usize,
    },
    Weight {
        ties: StructId,
        ends: Box<(Num, Num)>,
        site: Site,
    },
    Superior {
        ties: StructId,
        of: Box<Num>,
        site: Site,
    },
    ToReal(Box<Num>),
    Unary {
        op: Unary,
        operand: Box<Num>,
        site: Site,
    },
    Binary {
        op: Binary,
        sides: Box<(Num, Num)>,
        site: Site,
        checked: bool,
    },
    If(Box<(Bits, Num, Num)>),
    Match(Box<Expr>, Vec<(Option<i64>, Num)>),
    Let(Box<Bind>, Box<Num>),
    Fold(Box<Fold>),
    Count(Vec<Loop>),
    AgentAt {
        population: PopId,
        index: Box<Num>,
        site: Site,
    },
    IndexOf {
        agent: Box<Num>,
        site: Site,
    },
    /// What is the same for every element around it: computed once.
    Once(usize, Box<Num>),
    Prev(Box<Num>, Box<Num>),
    Initially(Box<Num>),
}

/// An operation on one number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Unary {
    NegateInt,
    NegateReal,
    AbsInt,
    AbsReal,
    Floor,
    Ceil,
    Round,
    Sqrt,
    Exp,
    Log,
}

/// An operation on two numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Binary {
    AddInt,
    SubtractInt,
    MultiplyInt,
    /// A real.
    DivideInt,
    DivInt,
    RemainderInt,
    PowInt,
    AddReal,
    SubtractReal,
    MultiplyReal,
    DivideReal,
    PowReal,
    /// The right one if it is less, else the left one.
    MinInt,
    MinReal,
    /// The right one if it is greater, else the left one.
    MaxInt,
    MaxReal,
    /// The left one if it is greater, else the right one.
    MaxLastReal,
}

/// A local that is computed once.
#[derive(Debug)]
pub(super) enum Bind {
    Bits(usize, Bits),
    Num(usize, Num),
}

/// `sum`, `mean`, `min`, `max`, `argmax`.
#[derive(Debug)]
pub(super) struct Fold {
    pub op: FoldOp,
    pub real: bool,
    pub value: Num,
    pub loops: Vec<Loop>,
    pub otherwise: Option<Num>,
    /// Whether a sum may go past its type.
    pub checked: bool,
    /// Of a sum that overflows; of a mean; of nothing.
    pub sites: (Site, Site),
}

/// What is gathered.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum FoldOp {
    Sum,
    Mean,
    Min,
    Max,
    Argmax,
}

/// A binder.
#[derive(Debug)]
pub(super) struct Loop {
    /// Where the element goes.
    pub slot: usize,
    pub over: Over,
    pub filter: Option<Bits>,
}

/// What a binder goes through.
#[derive(Debug)]
pub(super) enum Over {
    /// Elements that every lane has.
    All(Universe),
    /// Those that an agent, the same in all lanes, is tied to.
    Neighbours { ties: StructId, of: Uni, site: Site },
    /// Elements of which each lane has some.
    Some(Universe, Set),
    /// What occurs now of an event.
    Occurrences(EventId),
}

/// Elements in order.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Universe {
    Population(PopId),
    Kind(KindId),
    Words(Vec<i64>),
}

/// Which elements of a universe each lane has.
#[derive(Debug)]
pub(super) enum Set {
    All(Universe),
    List(Vec<Num>),
    Neighbours { ties: StructId, of: Num, site: Site },
    Filter { slot: usize, set: Box<Set>, filter: Box<Bits> },
    If(Box<(Bits, Set, Set)>),
    Let(Box<Bind>, Box<Set>),
    Union(Box<(Set, Set)>),
    Minus(Box<(Set, Set)>),
    Both(Box<(Set, Set)>),
    Range(Box<(Num, Num)>),
}

/// What a domain admits.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Admit {
    All,
    /// Anything but `none`.
    Some,
    Ints(i64, i64),
    /// Ends, and how far outside is set to them.
    Reals(f64, f64, f64),
    Words(Vec<i64>),
    RealWords(Vec<f64>),
    Population(PopId),
    /// Or `none`.
    Optional(Box<Admit>),
}

/// A statement.
#[derive(Debug)]
pub(super) enum Stmt {
    Bind(Bind),
    Assign {
        cell: Cell,
        value: Expr,
        admit: Admit,
        twice: Site,
        domain: Site,
    },
    If(Bits, Vec<Stmt>, Vec<Stmt>),
    Match(Expr, Vec<(Option<i64>, Vec<Stmt>)>),
    /// The level of its elements, and its binders.
    For {
        level: usize,
        loops: Vec<Loop>,
        body: Vec<Stmt>,
    },
    Choose {
        key: KeyOf,
        target: Target,
        from: From,
        filter: Option<Bits>,
        site: Site,
    },
    Draw {
        draw: Draw,
        target: Target,
    },
    Emit {
        event: EventId,
        fields: Vec<(Expr, Admit, Site)>,
    },
    Require(Bits, Site),
    Halt,
}

/// Where a chosen or drawn value goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    Bits(usize),
    Num(usize),
}

/// What is chosen from.
#[derive(Debug)]
pub(super) enum From {
    /// These, in order.
    Words(Vec<i64>),
    /// These agents, perhaps after `none`.
    Agents { universe: Universe, optional: bool },
    /// A set.
    Set(Universe, Set),
    /// Any real of a range.
    Reals(f64, f64),
}

/// The key of a choice or draw: its item and name, and the values of the binders around it.
#[derive(Debug)]
pub(super) struct KeyOf {
    pub site: SiteId,
    pub parts: Vec<KeyPart>,
}

/// The value of a binder around a choice or draw.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct KeyPart {
    pub tag: Tag,
    pub value: Around,
}

/// How a value becomes words.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Tag {
    /// A bool.
    Bool,
    /// An int.
    Int,
    /// A variant.
    Variant(EnumId),
    /// An agent.
    Agent,
}

/// Where the value of a binder is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Around {
    Uniform(usize),
    Column(usize),
    Bits(usize),
}

/// A draw.
#[derive(Debug)]
pub(super) struct Draw {
    pub key: KeyOf,
    pub dist: Dist,
    pub site: Site,
}

/// A distribution; numbers are reals but for `Ints`.
#[derive(Debug)]
pub(super) enum Dist {
    Bernoulli(Num, Site),
    Ints(Num, Num),
    Reals(Num, Num),
    Normal(Num, Num),
    /// Outcomes in order with the weights of each, and the sites of the weights.
    Categorical(Vec<(i64, Vec<usize>)>, Vec<(Num, Site)>),
}

/// A rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub id: RuleId,
    pub loops: Vec<Loop>,
    /// The universes that number the instances.
    pub universes: Vec<Universe>,
    /// How each binder's value becomes words.
    pub tags: Vec<Tag>,
    pub when: Option<Bits>,
    /// Where the body finds the values of the binders.
    pub targets: Vec<Target>,
    pub body: Vec<Stmt>,
}

/// What is computed at every instant: a bool for each row of elements.
#[derive(Debug)]
pub(super) struct Atom {
    /// The binders around it, outermost first: where the element is, and what all are.
    pub dims: Vec<(usize, Universe)>,
    pub bits: Bits,
}

/// A formula.
#[derive(Debug)]
pub(super) enum Form {
    Atom(usize),
    Not(Box<Form>),
    And(Box<Form>, Box<Form>),
    Or(Box<Form>, Box<Form>),
    /// A binder over a universe; the guard says which elements there are.
    Quantifier {
        all: bool,
        slot: usize,
        universe: Universe,
        guard: Option<Box<Form>>,
        body: Box<Form>,
    },
    /// `always` (`all`) and `eventually`, from and to so many steps away.
    Future {
        all: bool,
        from: u64,
        to: Option<u64>,
        body: Box<Form>,
    },
    /// `historically` (`all`) and `once`.
    Past {
        all: bool,
        from: u64,
        to: Option<u64>,
        body: Box<Form>,
    },
    Until {
        from: u64,
        to: Option<u64>,
        sides: Box<(Form, Form)>,
    },
    Since {
        from: u64,
        to: Option<u64>,
        sides: Box<(Form, Form)>,
    },
    Next(Box<Form>),
    Finally(Box<Form>),
    /// The instant before; at the start the other.
    Prev(Box<(Form, Form)>),
    Initially(Box<Form>),
    /// What a run that never faults settles.
    NoFaults,
}
