//! Compiled expressions and sets: trees of operations on all lanes.

use super::{Admit, Arms, Fused, FusedFold, FusedTest, MarkAt, Reads, Site, World};
use crate::ir::{EventId, KindId, ParamId, PopId, StateId, StructId};

/// An expression of either sort.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) enum Expr {
    /// A bool.
    Bits(Bits),
    /// Any other scalar.
    Num(Num),
}

/// A value that is the same in all lanes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::engine) enum Uni {
    /// The element of a binder.
    Slot(usize),
    /// A constant.
    Const(i64),
}

/// A variable that is read.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::engine) enum Var {
    /// A state as it was.
    Old(StateId),
    /// A state as it will be.
    New(StateId),
    /// A parameter.
    Param(ParamId),
}

/// A cell of a variable.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) struct Cell {
    pub var: Var,
    pub indices: Indices,
    pub site: Site,
}

/// Where in a variable.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) enum Indices {
    /// In all lanes the same.
    Uniform(Vec<Uni>),
    /// Lane by lane.
    Varying(Vec<Num>),
}

/// A bool of all lanes.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) enum Bits {
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
    /// What was chosen for a row.
    Row {
        table: usize,
        indices: Vec<Num>,
        site: Site,
    },
    /// Whether what is bound occurs now.
    Occurs {
        event: EventId,
        occurrence: usize,
    },
    /// The same in a world.
    At(World, Site, Reads, Box<Bits>),
    /// Whether a way of one step or more leads from one agent to another.
    Reaches(usize, Box<(Num, Num)>),
    Connected(usize),
    Acyclic(usize),
    /// A comparison that is computed in one go.
    Fused(Box<FusedTest>),
    /// What decides an `if`, with what is reached where it is true, and where it is not.
    Marked(Box<Bits>, [Option<MarkAt>; 2]),
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::engine) enum Order {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// By how much a comparison of reals may miss: in favour of its truth if positive.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::engine) enum Slack {
    Exact,
    Fixed(f64),
    /// Times 1 and the greater size of both sides.
    Relative(f64),
}

/// A scalar of all lanes.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) enum Num {
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
    At(World, Site, Reads, Box<Num>),
    Row {
        table: usize,
        indices: Vec<Num>,
        site: Site,
    },
    Distance(usize, Box<(Num, Num)>),
    Edges(usize),
    /// Arithmetic that is computed in one go.
    Fused(Box<Fused>),
    /// An aggregate that is.
    FusedFold(Box<FusedFold>),
    /// What is matched.
    Marked(Box<Num>, Arms),
}

/// An operation on one number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::engine) enum Unary {
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
pub(in crate::engine) enum Binary {
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
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) enum Bind {
    Bits(usize, Bits),
    Num(usize, Num),
    Set(usize, Set),
}

/// `sum`, `mean`, `min`, `max`, `argmax`.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) struct Fold {
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
pub(in crate::engine) enum FoldOp {
    Sum,
    Mean,
    Min,
    Max,
    Argmax,
}

/// A binder.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) struct Loop {
    /// Where the element goes.
    pub slot: usize,
    pub over: Over,
    pub filter: Option<Bits>,
}

/// What a binder goes through.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) enum Over {
    /// Elements that every lane has.
    All(Universe),
    /// Those that an agent, the same in all lanes, is tied to.
    Neighbours { ties: StructId, of: Uni, site: Site },
    /// Elements of which each lane has some.
    Some(Universe, Set),
    /// What occurs of an event, from so many instants ago to so many.
    Occurrences(EventId, usize, usize),
}

impl Over {
    /// Whether agents may be among the elements that are not there.
    pub fn may_list(&self) -> bool {
        match self {
            Over::Some(Universe::Population(_) | Universe::Kind(_), set) => set.may_list(),
            Over::Some(Universe::Words(_) | Universe::Occurrences(_), _) => false,
            Over::All(_) | Over::Neighbours { .. } | Over::Occurrences(..) => false,
        }
    }
}

/// Elements in order.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) enum Universe {
    Population(PopId),
    Kind(KindId),
    Words(Vec<i64>),
    /// All that occurred in a run, known at its end.
    Occurrences(EventId),
}

/// Which elements of a universe each lane has.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) enum Set {
    All(Universe),
    /// A local.
    Slot(usize),
    List(Vec<Num>),
    Neighbours {
        ties: StructId,
        of: Num,
        site: Site,
    },
    Filter {
        slot: usize,
        set: Box<Set>,
        filter: Box<Bits>,
    },
    If(Box<(Bits, Set, Set)>),
    Let(Box<Bind>, Box<Set>),
    Union(Box<(Set, Set)>),
    Minus(Box<(Set, Set)>),
    Both(Box<(Set, Set)>),
    Range(Box<(Num, Num)>),
}

impl Set {
    /// Whether it names elements one by one, wherever these are there.
    fn may_list(&self) -> bool {
        match self {
            Set::List(_) | Set::Slot(_) => true,
            Set::All(_) | Set::Neighbours { .. } | Set::Range(_) => false,
            Set::Filter { set, .. } | Set::Let(_, set) => set.may_list(),
            Set::If(parts) => parts.1.may_list() || parts.2.may_list(),
            Set::Union(sides) => sides.0.may_list() || sides.1.may_list(),
            Set::Minus(sides) => sides.0.may_list(),
            Set::Both(sides) => sides.0.may_list() && sides.1.may_list(),
        }
    }
}
