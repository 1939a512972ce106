//! What a model is compiled to.
//!
//! Expressions are trees of operations on all lanes: [`Bits`] where the type is bool, [`Num`]
//! otherwise. A scalar is one word: an int, a real's bits, a variant, an agent; [`NONE`] for
//! `none`.

mod expression;
mod gap;
mod gauge;
mod kernel;
mod marked;

pub(super) use expression::*;
pub(super) use gap::{Lack, Missing, Part};
pub(super) use gauge::{Compared, Gauge};
pub(super) use kernel::*;
pub(super) use marked::{Arms, MarkAt, Marked, Variants};

use super::marks::Mark;
use crate::diag::Span;
use crate::ir::model::{IndexSet, Schedule};
use crate::ir::{EnumId, EventId, PopId, RuleId, SiteId, StateId, StructId, Type, WorldId};
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
    /// For each formula another form of it, of which the atoms are `gauges` but where a truth
    /// decides; empty where margins are not asked for.
    pub(super) margins: Vec<Form>,
    /// What margins need of each instant.
    pub(super) gauges: Vec<Atom<Gauge>>,
    /// For each formula what is missing to what is wanted of it; empty where that is not asked for.
    pub(super) gaps: Vec<Missing>,
    /// What gaps need of each instant.
    pub(super) lacks: Vec<Atom<Lack>>,
    /// Where the parts of gaps are written.
    pub(super) parts: Vec<Span>,
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
    /// Whether runs stop once their verdicts are settled.
    pub(super) early: bool,
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
    /// What a word of each field of each event means.
    pub(super) field_types: Vec<Vec<WordType>>,
    /// Where each state is declared.
    pub(super) state_spans: Vec<Span>,
    /// Whom each structure ties, and whether it has weights.
    pub(super) ends: Vec<(PopId, PopId)>,
    pub(super) weighted: Vec<bool>,
    /// How many values are computed once.
    pub(super) memos: usize,
    /// How deep `for`s nest.
    pub(super) levels: usize,
    /// The relations of which something is asked as a whole.
    pub(super) relations: Vec<Relation>,
    /// The level and the universe of each slot of a set.
    pub(super) sets: Vec<(usize, Universe)>,
    /// The level of each slot of a joint choice.
    pub(super) tables: Vec<usize>,
    /// Whether what occurred at earlier instants is read.
    pub(super) past: bool,
    /// Whether what is computed of a later instant reads the first one, or what was computed there.
    pub(super) from_start: bool,
    /// Whether the formulas speak of worlds.
    pub(super) worlds: bool,
    /// What is noted of each run.
    pub(super) marked: Marked,
}

impl Program {
    /// Whether its formulas are read on several worlds.
    pub fn has_worlds(&self) -> bool {
        self.worlds
    }

    /// Whether it notes which runs may have reached a mark.
    pub fn notes(&self, mark: &Mark) -> bool {
        self.marked.all.binary_search(mark).is_ok()
    }

    /// Whether margins are asked for.
    pub fn has_margins(&self) -> bool {
        !self.margins.is_empty()
    }
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
    /// One value for each row of the binders, under one condition.
    ChooseJointly(Joint),
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

/// A joint choice.
#[derive(Debug)]
pub(super) struct Joint {
    pub key: KeyOf,
    pub table: usize,
    pub rows: Vec<Loop>,
    pub from: From,
    pub filter: Option<Bits>,
    pub site: Site,
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
    /// Whether it may be asked for at several statements or steps of one run.
    pub recurs: bool,
    pub parts: Vec<KeyPart>,
    /// Answers that are marked.
    pub marked: Variants,
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
    /// What is reached where it fires.
    pub mark: Option<MarkAt>,
}

/// What is computed at every instant: a bool, or a margin, for each row of elements.
#[derive(Debug)]
pub(super) struct Atom<T = Bits> {
    /// Whether only its value at instant 0 is read.
    pub first: bool,
    /// Whether only its value at the last instant of a run is read.
    pub last: bool,
    /// Whether it is computed at the end of the run, for every instant.
    pub late: bool,
    /// The binders around it, outermost first: where the element is, and what all are.
    pub dims: Vec<Dim>,
    pub of: T,
    /// In which world it is read; none: in the run, or outside of every world.
    pub world: Option<World>,
    /// Whether it reads what a run holds: a state, or what occurs.
    pub reads: Reads,
}

/// A binder around an atom: where the element is, what all are, and whether it is bound inside of
/// the atom's world.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Dim {
    pub slot: usize,
    pub universe: Universe,
    pub inside: bool,
}

/// A relation between agents.
#[derive(Debug)]
pub(super) struct Relation {
    pub pairs: Pairs,
    /// The agents of its two sides.
    pub sides: (Universe, Universe),
    /// Whether a tie and its reverse are one.
    pub undirected: bool,
    /// Whether a tie of an agent to itself counts as an edge.
    pub loops: bool,
}

/// Who is related to whom.
#[derive(Debug)]
pub(super) enum Pairs {
    Ties(StructId),
    State(StateId),
    /// What holds of the elements in two slots; whether it is the same wherever it is asked at
    /// one instant.
    Holds(usize, usize, Bits, bool),
}

/// A world and the agents that it is made for.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct World {
    pub id: WorldId,
    pub arguments: Vec<Uni>,
}

/// Whether an expression reads what a run holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reads {
    Never,
    /// Before anything else can decide or go wrong.
    Always,
    Perhaps,
}

/// A formula.
#[derive(Debug)]
pub(super) enum Form {
    Atom(usize),
    Not(Box<Form>),
    And(Box<Form>, Box<Form>),
    Or(Box<Form>, Box<Form>),
    /// One of two, as a condition decides.
    If(Box<(Form, Form, Form)>),
    /// Whether both sides are equal, or (`false`) different.
    Same(bool, Box<(Form, Form)>),
    /// A binder over a universe; the guard says which elements there are.
    Quantifier {
        all: bool,
        dim: Dim,
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
    /// The form in a world.
    At(World, Box<Form>),
    /// What a run that never faults settles.
    NoFaults,
}
