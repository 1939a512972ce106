//! Properties, their worlds, and what is checked of them.

use super::expr::Binder;
use super::model::Closed;
use super::{Expr, ParamId, PopId, PropId, StateId, StructId, Type, WorldId};
use crate::base::Table;
use crate::diag::Span;
use crate::social::Family;

/// A property, witness or invariant.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// The `///` lines.
    pub docs: Vec<String>,
    /// What it is.
    pub role: Role,
    /// Which alignment it belongs to.
    pub alignment: Option<Alignment>,
    /// The principals that it is asked for each of. The formula already quantifies over them.
    pub principal: Option<Binder>,
    /// The worlds; empty: it speaks of the actual run.
    pub worlds: Table<WorldId, World>,
    /// What should hold at the first instant. `no_faults` and `holistic` have `true`.
    pub formula: Expr,
    /// How many slots the formula needs.
    pub frame: usize,
    /// Whether it speaks of chance: a boolean expression over `probability` and `expected`.
    pub chance: bool,
    /// Its name's place.
    pub span: Span,
}

/// What a property is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Should hold.
    Property,
    /// Some run should do this.
    Witness,
    /// A lemma, checked as a property.
    Invariant,
    /// Implicit: no run faults.
    NoFaults,
    /// Implicit where two or more are tagged: all tagged ones hold.
    Holistic,
}

/// The three alignments (arXiv 2506.01080).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Alignment {
    /// With fundamental human values.
    Value,
    /// With one's own principal's preferences.
    Preference,
    /// With the others for the task.
    Objective,
}

/// One of several runs of the same agents.
#[derive(Clone, Debug)]
pub struct World {
    /// Its name.
    pub name: String,
    /// The agents that it is made for: one world for each assignment.
    pub params: Vec<Binder>,
    /// How it differs from the actual setup. Slots as in `params`.
    pub pins: Vec<Pin>,
    /// How many slots the pins need.
    pub frame: usize,
    /// Where it was written.
    pub span: Span,
}

/// A pin, resolved.
#[derive(Clone, Debug)]
pub struct Pin {
    /// What it says.
    pub kind: PinKind,
    /// Where it was written.
    pub span: Span,
}

/// The pins of §3.
#[derive(Clone, Debug)]
#[allow(
    missing_docs,
    reason = "each variant is shown as it is written, and its fields are named there"
)]
pub enum PinKind {
    /// `team: 2..4`
    Population(PopId, u32, u32),
    /// `reviews: ring`
    Family(StructId, Family),
    /// `reviews: [[1, 0]]`: by index in the populations, with weights
    Ties(StructId, Vec<(u32, u32, f64)>),
    /// `team.p: v`, `team[0].p: v`, `x.p: v`, `p: v`
    Param { param: ParamId, indices: Vec<IndexPin>, value: Expr },
    /// The same for a free start.
    Start { state: StateId, indices: Vec<IndexPin>, value: Expr },
    /// `only x`: of the population of the agents named, only these are there
    Only(Expr),
    /// `without x`
    Without(Expr),
    /// `deviations: 0..1`
    Deviations(u32, u32),
    /// `edges: 0..2`
    Edges(u32, u32),
    /// `assume e`
    Assume(Closed),
}

/// Which cells a pin means, index by index.
#[derive(Clone, Debug)]
pub enum IndexPin {
    /// All.
    All,
    /// Those of a set.
    In(Expr),
    /// One.
    At(Expr),
}

/// Something to check: a property with its settings.
#[derive(Clone, Debug)]
pub struct Target {
    /// Which property.
    pub property: PropId,
    /// The name behind `as`; keys results and corpus together with the property.
    pub alias: Option<String>,
    /// What is searched, and what is expected.
    pub settings: Settings,
    /// The check's place, or the property's.
    pub span: Span,
}

/// The settings of a check, defaults filled in.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The horizon: instants 0 to `steps`.
    pub steps: u32,
    /// How many runs a search may make; none: the command's default.
    pub runs: Option<u64>,
    /// What a counterexample is least in, in order.
    pub minimize: Vec<Counter>,
    /// What should come out; none: `holds`, for a witness `found`.
    pub expect: Option<Expect>,
    /// The part of the setups that is searched.
    pub given: Vec<Pin>,
    /// Of intervals: 0.95 by default.
    pub confidence: f64,
    /// The seed, if the check fixes one.
    pub seed: Option<u64>,
    /// A step's duration in nanoseconds.
    pub tick: Option<i64>,
    /// Whether the horizon completes a run.
    pub complete: bool,
    /// How much a property's comparison of reals may miss, absolute; none: 1e-9 of the width.
    pub tolerance: Option<f64>,
    /// The names of the designer's free things.
    pub front: Vec<String>,
    /// Changes that may mend what is violated, the cheapest first.
    pub repairs: Vec<Repair>,
}

/// A change of setups that may mend what is violated.
#[derive(Clone, Debug)]
pub struct Repair {
    /// Its name.
    pub name: String,
    /// What it pins, in place of what `given` says of the same things.
    pub pins: Vec<Pin>,
    /// Where it was written.
    pub span: Span,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            steps: 20,
            runs: None,
            minimize: vec![Counter::Agents, Counter::Deviations, Counter::Edges, Counter::Steps],
            expect: None,
            given: Vec::new(),
            confidence: 0.95,
            seed: None,
            tick: None,
            complete: false,
            tolerance: None,
            front: Vec::new(),
            repairs: Vec::new(),
        }
    }
}

/// A size of a counterexample.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Counter {
    /// All agents but principals.
    Agents,
    /// Parameter cells that differ from their default.
    Deviations,
    /// Ties that differ from the baseline family, else ties present.
    Edges,
    /// The instant that settles.
    Steps,
    /// The size of one population.
    Population(PopId),
}

/// `violated with { agents: 2 }`.
#[derive(Clone, PartialEq, Debug)]
pub struct Expect {
    /// The verdict.
    pub verdict: Expected,
    /// The sizes of the least counterexample.
    pub with: Vec<(Counter, u32)>,
    /// Where it was written.
    pub span: Span,
}

/// What may be expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    /// A counterexample is found.
    Violated,
    /// Proved, verified or tested, and not vacuous.
    Holds,
    /// A witness is found.
    Found,
    /// A witness is not found.
    NotFound,
}

/// The type of a chance expression is real; of a formula, bool.
pub fn is_formula(expr: &Expr) -> bool {
    expr.ty == Type::Bool
}
