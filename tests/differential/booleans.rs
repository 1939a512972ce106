//! Bools: comparisons, and what is asked of relations.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::scope::Scope;
use super::society::{Form, Ty};

impl Generator<'_> {
    /// A bool that is mostly no constant.
    pub fn condition(&mut self, scope: &Scope, depth: u32) -> Piece {
        let mut condition = self.value(scope, Ty::Bool, depth);
        for _ in 0..3 {
            if self.is_alive(&condition.text(), scope) {
                break;
            }
            condition = self.value(scope, Ty::Bool, depth + 1);
        }
        condition
    }

    /// Whether a text mentions anything that differs from run to run.
    fn is_alive(&self, text: &str, scope: &Scope) -> bool {
        let variables = self.society.variables.iter().map(|variable| &variable.name);
        let structures = self.society.structures.iter().map(|structure| &structure.name);
        let bound = scope.locals.iter().map(|(name, _)| name);
        let chosen = scope.tables.iter().map(|(name, ..)| name);
        let names = variables.chain(structures).chain(bound).chain(chosen);
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let names: Vec<&String> = names.collect();
        words.any(|word| names.iter().any(|name| *name == word))
    }

    /// A bool that is no leaf.
    pub fn boolean(&mut self, scope: &Scope, depth: u32) -> Piece {
        let bool = |g: &mut Self| g.value(scope, Ty::Bool, depth);
        let ways = [
            (2, 0),
            (4, 1),
            (6, 2),
            (1, 3),
            (3, 4),
            (5, 5),
            (3, 6),
            (1, 7),
            (1, 8),
            (4, 9),
            (2, 10),
        ];
        match self.dice.weighted(&ways) {
            0 => join!["(not ", bool(self), ")"],
            1 => {
                let word = *self.dice.pick(&[" and ", " or ", " implies "]);
                let (left, right) = (bool(self), bool(self));
                join!["(", left, word, right, ")"]
            }
            2 => self.comparison(scope, Ty::Int, depth),
            3 => self.comparison(scope, Ty::Real, depth),
            4 => {
                let ty = self.any_type();
                let left = self.value(scope, ty, depth);
                let right = self.another(scope, ty, depth, &left);
                let word = *self.dice.pick(&[" == ", " != "]);
                join!["(", left, word, right, ")"]
            }
            5 => self.quantifier(scope, depth),
            6 => self.related(scope, depth),
            7 => self.membership(scope, depth),
            8 => {
                let kind = self.any_kind();
                let relations = self.society.relations(kind, scope.here());
                if relations.is_empty() {
                    return self.membership(scope, depth);
                }
                let (a, b) = self.pair(scope, kind, kind);
                let relation = self.dice.pick(&relations).clone();
                let word = *self.dice.pick(&[" == ", " != "]);
                let to = *self.dice.pick(&["0", "1", "2", "none"]);
                join!["(distance(", relation, ", ", a, ", ", b, ")", word, to, ")"]
            }
            9 => self.occurs(scope, depth).unwrap_or_else(|| self.leaf(scope, Ty::Bool)),
            _ => self.earlier(scope, Ty::Bool, depth),
        }
    }

    /// `e < f` and its like.
    fn comparison(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        let word = *self.dice.pick(&[" == ", " != ", " < ", " <= ", " > ", " >= "]);
        let left = match ty {
            Ty::Real if self.dice.chance(40) => self.mean(scope, depth),
            _ => {
                let left = self.value(scope, ty, depth);
                match self.is_alive(&left.text(), scope) {
                    true => left,
                    false => self.value(scope, ty, depth + 1),
                }
            }
        };
        let right = match self.dice.chance(60) {
            true => {
                let literal = self.literal(ty);
                self.typed(ty, literal)
            }
            false => self.another(scope, ty, depth, &left),
        };
        join!["(", left, word, right, ")"]
    }

    /// A value that is mostly not written like `than`.
    fn another(&mut self, scope: &Scope, ty: Ty, depth: u32, than: &Piece) -> Piece {
        let mut value = self.value(scope, ty, depth);
        for _ in 0..3 {
            if value.text() != than.text() {
                break;
            }
            value = self.value(scope, ty, depth);
        }
        value
    }

    /// A question about a structure or another relation.
    fn related(&mut self, scope: &Scope, depth: u32) -> Piece {
        let kind = self.any_kind();
        let relations = self.society.relations(kind, scope.here());
        if relations.is_empty() || self.dice.chance(40) {
            return self.tied(scope, depth);
        }
        let relation = self.dice.pick(&relations).clone();
        match self.dice.below(4) {
            0 => {
                let (a, b) = self.pair(scope, kind, kind);
                join!["reaches(", relation, ", ", a, ", ", b, ")"]
            }
            1 => join!["connected(", relation, ")"],
            2 => join!["acyclic(", relation, ")"],
            _ => {
                let (a, b) = self.pair(scope, kind, kind);
                match self.society.structures.iter().find(|s| s.name == relation) {
                    Some(structure) if structure.form == Form::Weights => "true".into(),
                    _ => join![relation, "(", a, ", ", b, ")"],
                }
            }
        }
    }

    /// `s(a, b)`
    fn tied(&mut self, scope: &Scope, depth: u32) -> Piece {
        let plain = self.society.structures.iter().filter(|s| s.form != Form::Weights);
        let plain: Vec<_> = plain.cloned().collect();
        if plain.is_empty() {
            return self.quantifier(scope, depth);
        }
        let structure = self.dice.pick(&plain).clone();
        let kind_of = |at: usize| self.society.populations[at].kind;
        let (from, to) = (kind_of(structure.on), kind_of(structure.to));
        let (a, b) = self.pair(scope, from, to);
        join![structure.name, "(", a, ", ", b, ")"]
    }
}
