//! What may be named where an expression stands.

use super::society::{Reads, Ty};

/// The names around an expression.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Values, with their types.
    pub locals: Vec<(String, Ty)>,
    /// Joint choices: the name, the kind that indexes it, and the type of its values.
    pub tables: Vec<(String, usize, Ty)>,
    /// Occurrences of events, by the event's place.
    pub occurrences: Vec<(String, usize)>,
    /// What may be read.
    pub reads: Reads,
    /// The states, by their places, whose new values may be read.
    pub primed: Vec<usize>,
    /// The worlds of the property, where none is chosen yet: what is read of a run needs an `@`.
    pub worlds: Vec<World>,
    /// Whether temporal operators may stand here (not in the values of `let` and of defs).
    pub temporal: bool,
    /// Whether defs may be called: not in a def, so that none is recursive.
    pub defs: bool,
}

/// A world that a formula may be marked with.
#[derive(Clone, Debug)]
pub struct World {
    /// Its name.
    pub name: String,
    /// The kind of the agent that it is made for, and the place of its population.
    pub made_for: Option<(usize, usize)>,
}

impl Scope {
    /// Nothing but what is declared.
    pub fn new(reads: Reads) -> Scope {
        Scope {
            locals: Vec::new(),
            tables: Vec::new(),
            occurrences: Vec::new(),
            reads,
            primed: Vec::new(),
            worlds: Vec::new(),
            temporal: reads == Reads::Trace,
            defs: true,
        }
    }

    /// What may be read right here: in a property with worlds, without an `@`, only the setup.
    pub fn here(&self) -> Reads {
        if self.worlds.is_empty() { self.reads } else { Reads::Setup }
    }

    /// The same with one more value.
    pub fn with(&self, name: &str, ty: Ty) -> Scope {
        let mut scope = self.clone();
        scope.locals.push((name.to_string(), ty));
        scope
    }

    /// The same where a value is fixed now.
    pub fn fixed(&self) -> Scope {
        Scope { temporal: false, ..self.clone() }
    }

    /// The same under an `@`.
    pub fn marked(&self) -> Scope {
        Scope { worlds: Vec::new(), ..self.clone() }
    }

    /// The names of this type.
    pub fn of(&self, ty: Ty) -> Vec<String> {
        let of = self.locals.iter().filter(|(_, local)| *local == ty);
        of.map(|(name, _)| name.clone()).collect()
    }
}
