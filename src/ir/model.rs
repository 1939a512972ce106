//! The model's tables.

use super::expr::Binder;
use super::property::{Property, Target};
use super::stmt::{Dist, Stmt};
use super::{
    DefId, Domain, EnumId, EventId, Expr, KindId, ParamId, PopId, PropId, RuleId, SiteId, StateId,
    StructId, Type,
};
use crate::base::Table;
use crate::diag::Span;
use crate::social::{Family, Shape};

/// A model, resolved and typed.
#[derive(Clone, Debug)]
pub struct Model {
    /// The name behind `model`.
    pub name: String,
    /// The `//!` lines.
    pub docs: Vec<String>,
    /// Enums, by declaration.
    pub enums: Table<EnumId, Enum>,
    /// Kinds of agents.
    pub kinds: Table<KindId, Kind>,
    /// Populations, principals included.
    pub populations: Table<PopId, Population>,
    /// Structures.
    pub structures: Table<StructId, Structure>,
    /// Parameters, those of kinds included.
    pub params: Table<ParamId, Param>,
    /// States, those of kinds included.
    pub states: Table<StateId, State>,
    /// Events.
    pub events: Table<EventId, Event>,
    /// Defs, one for each way that its relation parameters were filled in.
    pub defs: Table<DefId, Def>,
    /// What must hold of a setup.
    pub assumes: Vec<Closed>,
    /// The step, if there is one.
    pub step: Option<Body>,
    /// The rules.
    pub rules: Table<RuleId, Rule>,
    /// Who moves next; `Any` where it is not said.
    pub schedule: Schedule,
    /// Every choose and draw, drawn starts and ties included.
    pub sites: Table<SiteId, Site>,
    /// Properties, witnesses, invariants, and the implicit `no_faults` and `holistic`.
    pub properties: Table<PropId, Property>,
    /// Numbers per state.
    pub measures: Vec<Measure>,
    /// What is to be checked, with all defaults filled in: at least one for each property but
    /// `no_faults` and `holistic`, in the order of the file.
    pub targets: Vec<Target>,
    /// The settings of the check that names no property, or the built-in ones: what `simulate`
    /// and unnamed properties use.
    pub defaults: super::property::Settings,
}

impl Model {
    /// Whether some population has no size: such a model is monitored, or searched by a driver.
    pub fn is_signature(&self) -> bool {
        self.populations.iter().any(|population| population.size.is_none())
    }

    /// Whether it has a step or rules.
    pub fn has_dynamics(&self) -> bool {
        self.step.is_some() || !self.rules.is_empty()
    }

    /// Whether a run makes choices, its schedule's included.
    pub fn chooses(&self) -> bool {
        let scheduled = !self.rules.is_empty() && self.schedule == Schedule::Any;
        let asked = |site: &Site| !site.drawn && (site.item != "schedule" || scheduled);
        self.sites.iter().any(asked)
    }

    /// Whether `property` speaks of several runs.
    pub fn has_worlds(&self, property: PropId) -> bool {
        !self.properties[property].worlds.is_empty()
    }
}

/// An enum.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Its name.
    pub name: String,
    /// Its variants, in order.
    pub variants: Vec<String>,
    /// Its name's place.
    pub span: Span,
}

/// A kind of agent.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// Its parameters, in order.
    pub params: Vec<ParamId>,
    /// Its states, in order.
    pub states: Vec<StateId>,
    /// Its name's place.
    pub span: Span,
}

/// A population.
#[derive(Clone, Debug)]
pub struct Population {
    /// Its name.
    pub name: String,
    /// Of what kind its agents are.
    pub kind: KindId,
    /// The least and greatest size; none: a signature.
    pub size: Option<(u32, u32)>,
    /// Whether agents act for them and they never act.
    pub principals: bool,
    /// Its name's place.
    pub span: Span,
}

/// A structure.
#[derive(Clone, Debug)]
pub struct Structure {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Shape,
    /// Whom ties go from.
    pub on: PopId,
    /// Whom ties go to: the same, or another population.
    pub to: PopId,
    /// The families that it may have; at least one. Fixed: exactly the baseline.
    pub among: Vec<Family>,
    /// The intended family, if one was named.
    pub baseline: Option<Family>,
    /// Its name's place.
    pub span: Span,
}

/// What indexes a parameter or state.
#[derive(Clone, PartialEq, Debug)]
pub enum IndexSet {
    /// The agents of a population.
    Population(PopId),
    /// The agents of a kind.
    Kind(KindId),
    /// The variants of an enum.
    Enum(EnumId),
    /// Ints, ends included.
    Ints(i64, i64),
}

/// An expression with the number of slots that it needs. Nothing is bound at its start.
#[derive(Clone, PartialEq, Debug)]
pub struct Closed {
    /// The expression.
    pub expr: Expr,
    /// How many slots.
    pub frame: usize,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// The kind that it belongs to: then the agent is the first of `indices`.
    pub owner: Option<KindId>,
    /// What indexes it.
    pub indices: Vec<IndexSet>,
    /// What it may be; for a derived one the whole of its type.
    pub domain: Domain,
    /// Its default, or what it is derived from; slots 0, 1, … hold the indices.
    pub value: Option<Closed>,
    /// Never free, never a deviation: `value` is what it is.
    pub derived: bool,
    /// The `///` lines.
    pub docs: Vec<String>,
    /// Its name's place.
    pub span: Span,
}

/// A state.
#[derive(Clone, Debug)]
pub struct State {
    /// Its name.
    pub name: String,
    /// The kind that it belongs to: then the agent is the first of `indices`.
    pub owner: Option<KindId>,
    /// What indexes it.
    pub indices: Vec<IndexSet>,
    /// What it may be.
    pub domain: Domain,
    /// How it starts.
    pub start: Start,
    /// Its name's place.
    pub span: Span,
}

/// How a state starts. Slots 0, 1, … hold the indices.
#[derive(Clone, Debug)]
#[allow(
    missing_docs,
    reason = "each variant is shown as it is written, and its fields are named there"
)]
pub enum Start {
    /// Any value of its domain: part of the setup.
    Free,
    /// Computed from the setup (after a world's pins).
    Value(Closed),
    /// Drawn.
    Draw { site: SiteId, dist: Dist, frame: usize },
    /// A signature's state: recorded, or never known.
    Recorded,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Its fields' names and types.
    pub fields: Vec<(String, Domain)>,
    /// Its name's place.
    pub span: Span,
}

/// A def; slots 0, 1, … hold the arguments.
#[derive(Clone, Debug)]
pub struct Def {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub params: Vec<(String, Type)>,
    /// What it is.
    pub body: Expr,
    /// How many slots the body needs.
    pub frame: usize,
    /// Its name's place.
    pub span: Span,
}

/// A block with the number of slots that it needs.
#[derive(Clone, Debug)]
pub struct Body {
    /// The statements.
    pub statements: Vec<Stmt>,
    /// How many slots.
    pub frame: usize,
    /// Where it was written.
    pub span: Span,
}

/// A rule: an instance for each assignment of its binders.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// The binders, from the left.
    pub binders: Vec<Binder>,
    /// When an instance is enabled.
    pub when: Option<Expr>,
    /// What it does.
    pub body: Body,
    /// Its name's place.
    pub span: Span,
}

/// Who moves next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Schedule {
    /// An adversary picks an enabled instance.
    Any,
    /// Chance picks an enabled instance, all alike.
    Random,
    /// In the order of rules and binders.
    RoundRobin,
}

/// A choose, draw, drawn start, or the schedule's pick: the item and name of a [`Key`].
///
/// The last two sites of every model with rules are `schedule.next` and `schedule.rank`.
///
/// [`Key`]: crate::trace::Key
#[derive(Clone, Debug)]
pub struct Site {
    /// `step`, a rule's name, `start`, or `schedule`.
    pub item: String,
    /// The name that is chosen or drawn.
    pub name: String,
    /// Whether chance decides.
    pub drawn: bool,
    /// Where it was first written.
    pub span: Span,
}

/// A number per state.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Its name.
    pub name: String,
    /// The number.
    pub value: Closed,
    /// Its name's place.
    pub span: Span,
}
