//! Ints and reals.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::scope::Scope;
use super::society::{Form, Ty};

impl Generator<'_> {
    /// An int that is no leaf.
    pub fn integer(&mut self, scope: &Scope, depth: u32) -> Piece {
        let int = |g: &mut Self| g.value(scope, Ty::Int, depth);
        let ways = [(6, 0), (1, 1), (2, 2), (3, 3), (1, 4), (7, 5), (2, 6), (2, 7), (2, 8), (2, 9)];
        match self.dice.weighted(&ways) {
            0 => {
                let word = *self.dice.pick(&[" + ", " - ", " + ", " - ", " * "]);
                let (left, right) = (int(self), int(self));
                join!["(", left, word, right, ")"]
            }
            1 => join!["(-", int(self), ")"],
            2 => {
                let word = *self.dice.pick(&[" div ", " % "]);
                let left = int(self);
                let right = match self.dice.chance(65) {
                    true => (*self.dice.pick(&["2", "3", "(-2)"])).into(),
                    false => self.value(scope, Ty::Int, 0),
                };
                join!["(", left, word, right, ")"]
            }
            3 => {
                let word = *self.dice.pick(&["min(", "max("]);
                let (left, right) = (int(self), int(self));
                join![word, left, ", ", right, ")"]
            }
            4 => join!["abs(", int(self), ")"],
            5 => self.aggregate(scope, depth),
            6 => {
                let kind = self.any_kind();
                let agent = self.near(scope, kind);
                join!["index(", agent, ")"]
            }
            7 => {
                let word = *self.dice.pick(&["floor(", "ceil(", "round("]);
                let real = self.value(scope, Ty::Real, depth);
                join![word, real, ")"]
            }
            8 => match self.dice.chance(50) {
                true => join!["clamp(", int(self), ", 0, 2)"],
                false => self.edges(scope),
            },
            _ => self.earlier(scope, Ty::Int, depth),
        }
    }

    /// `edges(R)`
    fn edges(&mut self, scope: &Scope) -> Piece {
        let kind = self.any_kind();
        let mut relations = self.society.relations(kind, scope.here());
        relations.extend(self.society.structures.iter().map(|s| s.name.clone()));
        match relations.is_empty() {
            true => self.leaf(scope, Ty::Int),
            false => join!["edges(", self.dice.pick(&relations), ")"],
        }
    }

    /// A real that is no leaf. Doubles of what comes out are exact, but for weights of thirds.
    pub fn real(&mut self, scope: &Scope, depth: u32) -> Piece {
        let real = |g: &mut Self| g.value(scope, Ty::Real, depth);
        match self.dice.weighted(&[(4, 0), (2, 1), (2, 2), (2, 3), (1, 4), (1, 5), (3, 6), (2, 7)])
        {
            0 => {
                let word = *self.dice.pick(&[" + ", " - "]);
                let (left, right) = (real(self), real(self));
                join!["(", left, word, right, ")"]
            }
            1 => {
                let by = *self.dice.pick(&[" * 0.5", " * 2", " / 2", " / 4.0"]);
                join!["(", real(self), by, ")"]
            }
            2 => {
                let (int, by) = (self.value(scope, Ty::Int, depth), *self.dice.pick(&["2", "4"]));
                join!["(", int, " / ", by, ")"]
            }
            3 => {
                let word = *self.dice.pick(&["min(", "max("]);
                let (left, right) = (real(self), real(self));
                join![word, left, ", ", right, ")"]
            }
            4 => join!["abs(", real(self), ")"],
            5 => join!["clamp(", real(self), ", 0.0, 1.0)"],
            6 => self.weight(scope).unwrap_or_else(|| self.real_sum(scope, depth)),
            _ => self.earlier(scope, Ty::Real, depth),
        }
    }

    /// `w(a, b)` of weights.
    fn weight(&mut self, scope: &Scope) -> Option<Piece> {
        let weights = self.society.structures.iter().filter(|s| s.form == Form::Weights);
        let weights: Vec<_> = weights.cloned().collect();
        if weights.is_empty() {
            return None;
        }
        let structure = self.dice.pick(&weights).clone();
        let kind_of = |at: usize| self.society.populations[at].kind;
        let (from, to) = (kind_of(structure.on), kind_of(structure.to));
        let (a, b) = self.pair(scope, from, to);
        Some(join![structure.name, "(", a, ", ", b, ")"])
    }

    /// A sum, least or greatest of reals over agents.
    fn real_sum(&mut self, scope: &Scope, depth: u32) -> Piece {
        let (binder, inner) = self.binder(scope, depth);
        let of = self.value(&inner, Ty::Real, depth);
        match self.dice.below(3) {
            0 => join!["sum(", of, " for ", binder, ")"],
            1 => join!["max(", of, " for ", binder, " else 0.5)"],
            _ => join!["min(", of, " for ", binder, " else 0.0)"],
        }
    }

    /// `mean(e for a in S else v)` of ints.
    pub fn mean(&mut self, scope: &Scope, depth: u32) -> Piece {
        let (binder, inner) = self.binder(scope, depth);
        let of = self.value(&inner, Ty::Int, depth);
        let body = match self.dice.chance(75) {
            true => join!["mean(", of, " for ", binder, " else 0.5)"],
            false => join!["mean(", of, " for ", binder, ")"],
        };
        self.typed(Ty::Real, body)
    }
}
