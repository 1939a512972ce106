//! What the locals of an expression are bound to, and how it is read.

use super::super::program::{KeyPart, Uni, World};
use crate::base::id::Id;
use crate::ir::{EventId, Slot, Value};

/// What a local is bound to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Bound {
    /// The same in all lanes.
    Uniform(Uni),
    /// A column.
    Column(usize),
    /// A word of bits.
    Bits(usize),
    /// An occurrence of an event.
    Occurrence(EventId, usize),
    /// A set.
    Set(usize),
    /// A joint choice.
    Table(usize),
}

/// In whose favour a comparison of reals misses.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Polarity {
    Wanted,
    Unwanted,
    Exact,
}

impl Polarity {
    /// Under a negation.
    pub fn negated(self) -> Polarity {
        match self {
            Polarity::Wanted => Polarity::Unwanted,
            Polarity::Unwanted => Polarity::Wanted,
            Polarity::Exact => Polarity::Exact,
        }
    }
}

/// Least and greatest value, as far as it is plain to see.
pub(super) type Span = Option<(f64, f64)>;

/// What an expression is read in.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// What each local is bound to, and between which bounds it lies.
    pub bound: Vec<Option<(Bound, Span)>>,
    /// The level of the `for` around a statement.
    pub level: usize,
    /// The binders around a statement, for keys.
    pub around: Vec<KeyPart>,
    /// Whether what is around is computed once already.
    pub once: bool,
    /// Whether only the setup is known.
    pub setup: bool,
    /// Whether it is a formula.
    pub formula: bool,
    /// Whether an earlier instant is read.
    pub back: bool,
    /// In which world it is read.
    pub world: Option<World>,
}

impl Scope {
    /// Nothing is bound.
    pub fn new(slots: usize) -> Scope {
        let bound = vec![None; slots];
        let (level, around) = (0, Vec::new());
        let (once, setup, formula, back, world) = (false, false, false, false, None);
        Scope { bound, level, around, once, setup, formula, back, world }
    }

    /// A def's body: a frame of its own.
    pub fn inner(&self, slots: usize) -> Scope {
        Scope { bound: vec![None; slots], ..self.clone() }
    }

    /// Binds a local.
    pub fn bind(&mut self, slot: Slot, bound: Bound, span: Span) {
        if self.bound.len() <= slot.index() {
            self.bound.resize(slot.index() + 1, None);
        }
        self.bound[slot.index()] = Some((bound, span));
    }

    /// The same at an earlier instant.
    pub fn earlier(&self) -> Scope {
        Scope { back: true, ..self.clone() }
    }

    /// The same in a world: locals that were computed outside of it are not known there.
    pub fn inside(&self, world: &World) -> Scope {
        let known = |bound: &Option<(Bound, Span)>| {
            bound.filter(|(bound, _)| match bound {
                Bound::Uniform(_) | Bound::Occurrence(..) => true,
                Bound::Column(_) | Bound::Bits(_) | Bound::Set(_) | Bound::Table(_) => false,
            })
        };
        let bound = self.bound.iter().map(known).collect();
        Scope { world: Some(world.clone()), bound, ..self.clone() }
    }

    /// What a local is bound to.
    pub fn get(&self, slot: Slot) -> Option<Bound> {
        self.bound.get(slot.index()).copied().flatten().map(|found| found.0)
    }

    /// What is known of a local's values.
    pub fn span(&self, slot: Slot) -> Span {
        self.bound.get(slot.index()).copied().flatten().and_then(|found| found.1)
    }

    /// Binds the values of a frame.
    pub fn fill(&mut self, frame: &[Value]) {
        for (slot, value) in frame.iter().enumerate() {
            if let Some(word) = super::super::run::word(value)
                && *value != Value::None
            {
                let span = value.number().map(|number| (number, number));
                self.bind(Slot::new(slot), Bound::Uniform(Uni::Const(word)), span);
            }
        }
    }
}
