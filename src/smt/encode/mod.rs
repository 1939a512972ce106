//! The encoding: a model of known sizes, unrolled to a horizon, as terms.
//!
//! In: a model, the sizes of its populations, a property, a horizon. Out: terms for what every
//! run meets, for when the property is violated, and for the counters; and how an assignment
//! is read back. It follows `spec/` rule by rule, as the reference evaluator does, and shares
//! nothing with it but values: tests make them agree.
//!
//! It does not know z3.

mod aggregate;
pub(super) mod always;
mod arithmetic;
mod binders;
mod choose;
mod compare;
mod count;
mod draw;
mod expression;
mod family;
mod fixed;
mod fresh;
mod induction;
mod logic;
mod machine;
mod pins;
mod property;
mod read;
mod relations;
mod rules;
mod sets;
mod setup;
mod statement;
mod stops;
mod symmetry;
mod temporal;
mod ties;
mod worlds;

use std::collections::BTreeMap;
use std::rc::Rc;

use super::error::Unsupported;
use super::sym::{Occurrence, Sym};
use super::term::{Term, Terms};
use crate::analysis::symmetry as likeness;
use crate::base::Table;
use crate::diag::Span;
use crate::ir::layout::Layout;
use crate::ir::model::Model;
use crate::ir::property::Settings;
use crate::ir::{ParamId, PopId, PropId, RuleId, SiteId, StateId, StructId, Value, WorldId};
use crate::social::Family;

pub(super) use stops::{Found, Stops};

/// An encoding, or what cannot be encoded.
pub(super) type Encoded<T> = Result<T, Unsupported>;

/// What is encoded.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The model.
    pub model: &'a Model,
    /// The property.
    pub property: PropId,
    /// The horizon, the pins, how traces are read.
    pub settings: &'a Settings,
    /// The sizes of the populations.
    pub sizes: &'a Table<PopId, u32>,
}

impl<'a> Question<'a> {
    /// What may tell agents apart.
    fn likeness(&self) -> likeness::Asked<'a> {
        let Question { model, property, settings, sizes } = *self;
        likeness::Asked { model, property, given: &settings.given, sizes }
    }
}

/// Who is there and what holds of them throughout a run.
#[derive(Clone)]
pub(super) struct Society {
    /// The cells of each parameter.
    pub params: Table<ParamId, Vec<Sym>>,
    /// The ties of each structure: a truth (of weights: a real) for each pair.
    pub ties: Table<StructId, Vec<Vec<Term>>>,
    /// The cells of each free start.
    pub starts: Table<StateId, Vec<Sym>>,
    /// The agents that are left out.
    pub absent: Vec<bool>,
}

/// What occurs at an instant, each with when it does.
pub(super) type Occurring = Rc<Vec<(Rc<Occurrence>, Term)>>;

/// A run of a world (or the actual one), instant by instant.
pub(super) struct Run {
    /// Which world; none: the actual run.
    pub world: Option<WorldId>,
    /// The agents that it is made for.
    pub arguments: Vec<Value>,
    /// Its society.
    pub society: usize,
    /// The state cells of each instant.
    pub cells: Vec<Rc<Vec<Sym>>>,
    /// What occurs at each instant.
    pub events: Vec<Occurring>,
    /// Whether each instant is.
    pub exists: Vec<Term>,
    /// Whether the run halts with each instant as its last.
    pub halts: Vec<Term>,
    /// Whether it faults in the step from each instant (the first: at its start).
    pub faults: Vec<Term>,
    /// What the step under way works on.
    pub work: Work,
}

/// A world in the midst of a step.
#[derive(Default)]
pub(super) struct Work {
    /// What is read as old.
    pub cells: Vec<Sym>,
    /// What was assigned so far, and old values elsewhere.
    pub next: Vec<Sym>,
    /// When each cell was assigned in this body.
    pub assigned: Vec<Term>,
    /// What was emitted.
    pub emitted: Vec<(Rc<Occurrence>, Term)>,
    /// Whether the step halts the run.
    pub halting: Option<Term>,
    /// Whether the world still runs.
    pub live: Option<Term>,
    /// How often each rule instance has fired.
    pub counts: BTreeMap<(RuleId, Vec<Value>), Term>,
    /// The place of the instance that moved last, from 0; -1: none yet.
    pub last: Option<Term>,
}

/// A choice or draw that was asked for.
pub(super) struct Asked {
    /// Its site.
    pub site: SiteId,
    /// Its turn: by when it is which.
    pub turn: Vec<(u32, Term)>,
    /// The values of its binders.
    pub binders: Vec<Value>,
    /// The world that asks.
    pub run: usize,
    /// When it is asked.
    pub guard: Term,
    /// The answer.
    pub value: Sym,
    /// Whether chance decides.
    pub drawn: bool,
}

/// When an expression is read.
#[derive(Clone, Copy)]
pub(super) enum Here {
    /// Before the run: no state but free starts.
    Setup,
    /// In a step or rule of a run; primed: the new state may be read.
    Step { run: usize, primed: bool },
    /// At an instant of a formula's runs; no scope: outside of every world.
    Formula { scope: Option<usize>, instant: u32, polarity: Polarity },
}

/// In whose favour a comparison of reals misses by the tolerance. spec: types.real
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Polarity {
    /// The property wants it true.
    Wanted,
    /// The property wants it false.
    Unwanted,
    /// Exact.
    Exact,
}

/// What an expression is read against.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// The place of the society.
    pub society: usize,
    /// When it is read.
    pub here: Here,
}

/// What is kept of temporal operators: the expression's address, what of it, instant, scope,
/// polarity, locals.
pub(super) type Kept = (usize, u8, u32, Option<usize>, Polarity, Vec<Sym>);

/// An answer that worlds share: the value, and when it has been asked for.
pub(super) struct Shared {
    /// The value.
    pub value: Sym,
    /// When some world has asked.
    pub asked: Term,
}

/// The encoding under way, and when it is done.
pub(super) struct Encoder<'a> {
    /// What is encoded.
    pub question: Question<'a>,
    /// The model.
    pub model: &'a Model,
    /// The places of agents and cells.
    pub layout: Layout,
    /// The terms.
    pub terms: Terms,
    /// What every run that counts meets.
    pub asserted: Vec<Term>,
    /// The actual society, then those of worlds.
    pub societies: Vec<Society>,
    /// The runs.
    pub runs: Vec<Run>,
    /// The family that each structure's ties were taken from, where that is known.
    pub families: Table<StructId, Vec<(Option<Family>, Term)>>,
    /// Parameter cells that differ from their defaults.
    pub deviations: Vec<Term>,
    /// The edges of each structure: terms to count.
    pub edges: Table<StructId, Term>,
    /// Choices and draws, in the order in which they are asked for.
    pub asked: Vec<Asked>,
    /// Answers that worlds share, by site, binders and turn.
    pub shared: BTreeMap<(SiteId, Vec<Value>, u32), Shared>,
    /// The instant that the machine steps from.
    pub now: u32,
    /// The parameter that has one value for all its cells, if one is to.
    pub one_value: Option<ParamId>,
    /// Whether renaming the agents of each population changes nothing.
    pub interchangeable: Table<PopId, bool>,
    /// The last instant that a formula sees.
    pub seen: u32,
    /// Whether that is all: the horizon is seen.
    pub whole: bool,
    /// What was found of temporal operators up to `seen`.
    pub kept: BTreeMap<Kept, Found>,
}

impl<'a> Encoder<'a> {
    /// The encoding of all runs of the question.
    pub fn new(question: Question<'a>) -> Encoded<Encoder<'a>> {
        Encoder::with_one_value(question, None)
    }

    /// The same with one value for all cells of a parameter.
    pub fn with_one_value(
        question: Question<'a>,
        one_value: Option<ParamId>,
    ) -> Encoded<Encoder<'a>> {
        let mut encoder = Encoder { one_value, ..Encoder::bare(question) };
        encoder.set_up()?;
        encoder.list_worlds()?;
        encoder.run()?;
        Ok(encoder)
    }

    /// An encoding of nothing yet.
    fn bare(question: Question<'a>) -> Encoder<'a> {
        let model = question.model;
        Encoder {
            question,
            model,
            layout: Layout::new(model, question.sizes),
            terms: Terms::new(),
            asserted: Vec::new(),
            societies: Vec::new(),
            runs: Vec::new(),
            families: Table::new(),
            deviations: Vec::new(),
            edges: Table::new(),
            asked: Vec::new(),
            shared: BTreeMap::new(),
            now: 0,
            one_value: None,
            interchangeable: likeness::interchangeable(&question.likeness()),
            seen: question.settings.steps,
            whole: true,
            kept: BTreeMap::new(),
        }
    }

    /// Demands something of every run that counts.
    pub fn assert(&mut self, term: Term) {
        if self.terms.truth(term) != Some(true) {
            self.asserted.push(term);
        }
    }

    /// Demands something of every setup, and keeps in mind what ranges follow from it.
    pub fn always(&mut self, term: Term) {
        self.assert(term);
        if !self.terms.learn(term, true) {
            let no = self.terms.no();
            self.asserted.push(no);
        }
    }

    /// A construct that is not encoded.
    pub fn unsupported<T>(&self, span: Span, what: &str) -> Encoded<T> {
        Err(Unsupported::new(span, what))
    }
}
