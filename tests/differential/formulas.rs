//! Formulas, worlds and properties.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::scope::{Scope, World};
use super::society::{Reads, Ty};

/// Intervals, most often none.
const INTERVALS: &[(u32, &str)] = &[
    (6, ""),
    (2, "[..1]"),
    (1, "[..2]"),
    (1, "[1..]"),
    (1, "[1..2]"),
    (1, "[1..1]"),
    (1, "[0..3]"),
];

impl Generator<'_> {
    /// A formula, at most `depth` levels above what it says of one instant.
    pub fn formula(&mut self, scope: &Scope, depth: u32) -> Piece {
        if !scope.worlds.is_empty() && self.dice.chance(45) {
            let inner = self.formula(&scope.marked(), depth);
            let world = self.world(scope);
            return self.typed(Ty::Bool, join!["(", inner, ")@", world]);
        }
        if depth == 0 {
            return self.value(scope, Ty::Bool, 2);
        }
        let body = match self.dice.weighted(&[(7, 0), (3, 1), (5, 2), (3, 3), (2, 4), (2, 5)]) {
            0 => self.temporal(scope, depth - 1),
            1 => self.between(scope, depth - 1),
            2 => {
                let word = *self.dice.pick(&[" and ", " or ", " implies "]);
                let left = self.formula(scope, depth - 1);
                let right = self.formula(scope, depth - 1);
                join!["(", left, word, right, ")"]
            }
            3 => {
                let word = *self.dice.pick(&["(forall ", "(exists "]);
                let (binder, inner) = self.binder(&scope.fixed(), 1);
                let inner = Scope { temporal: scope.temporal, ..inner };
                let body = self.formula(&inner, depth - 1);
                join![word, binder, ": ", body, ")"]
            }
            4 => {
                let (ty, name) = (self.settled_type(), self.fresh("v"));
                let fixed = self.value(&scope.fixed(), ty, 1);
                let body = self.formula(&scope.with(&name, ty), depth - 1);
                join!["(let ", name, " = ", fixed, "; ", body, ")"]
            }
            _ => join!["(not ", self.formula(scope, depth - 1), ")"],
        };
        self.typed(Ty::Bool, body)
    }

    fn temporal(&mut self, scope: &Scope, depth: u32) -> Piece {
        let words = [
            (5, "always"),
            (4, "eventually"),
            (2, "historically"),
            (2, "once"),
            (3, "next"),
            (3, "finally"),
        ];
        let word = self.dice.weighted(&words);
        let interval = match word {
            "next" | "finally" => "",
            _ => self.dice.weighted(INTERVALS),
        };
        join!["(", word, interval, " ", self.formula(scope, depth), ")"]
    }

    /// `p until[I] q`, `p since[I] q`
    fn between(&mut self, scope: &Scope, depth: u32) -> Piece {
        let word = *self.dice.pick(&[" until", " since"]);
        let interval = self.dice.weighted(INTERVALS);
        let (left, right) = (self.formula(scope, depth), self.formula(scope, depth));
        join!["(", left, word, interval, " ", right, ")"]
    }

    /// What a property asks: random formulas almost always fail, so that most are weakened.
    fn claim(&mut self, scope: &Scope) -> Piece {
        let body = match self.dice.weighted(&[(5, 0), (3, 1), (2, 2), (2, 3)]) {
            0 => {
                let (word, interval) = (
                    *self.dice.pick(&["always", "always", "eventually"]),
                    self.dice.weighted(INTERVALS),
                );
                join!["(", word, interval, " ", self.formula(scope, 1), ")"]
            }
            1 => self.formula(scope, 3),
            2 => {
                let (one, other) = (self.formula(scope, 2), self.formula(scope, 2));
                join!["(", one, " implies ", other, ")"]
            }
            _ => {
                let kind = self.any_kind();
                let (name, set) = (self.fresh("v"), self.agents(&scope.fixed(), kind, 0));
                let body = self.formula(&scope.with(&name, Ty::Agent(kind)), 2);
                join!["(forall ", name, " in ", set, ": ", body, ")"]
            }
        };
        let body = self.typed(Ty::Bool, body);
        match self.dice.weighted(&[(10, 0), (2, 1), (1, 2)]) {
            0 => body,
            1 => {
                let other = self.formula(scope, 2);
                self.typed(Ty::Bool, join!["(", body, " or ", other, ")"])
            }
            _ => {
                let (guard, other) = (self.formula(scope, 1), self.formula(scope, 2));
                self.typed(Ty::Bool, join!["(", guard, " implies (", body, " or ", other, "))"])
            }
        }
    }

    /// The properties and their checks.
    pub fn properties(&mut self) -> Vec<Piece> {
        let mut items = Vec::new();
        let mut names = Vec::new();
        let count = self.dice.weighted(&[(6, 1), (4, 2)]);
        for at in 0..count {
            let name = ["one", "two"][at].to_string();
            items.push(self.property(&name));
            names.push(name);
        }
        items.extend(self.checks(&names));
        items
    }

    fn property(&mut self, name: &str) -> Piece {
        let scope = Scope::new(Reads::Trace);
        let words = [
            (7, "property"),
            (2, "witness"),
            (1, "invariant"),
            (2, "value property"),
            (1, "objective property"),
        ];
        let word = self.dice.weighted(&words);
        if let Some(kind) = self.society.served.filter(|_| self.dice.chance(50)) {
            let of = self.society.populations.iter().find(|p| p.kind == kind);
            let owners = of.expect("principals").name.clone();
            let principal = self.fresh("v");
            let body = self.claim(&scope.with(&principal, Ty::Agent(kind)));
            return join![
                "preference property ",
                name,
                " for ",
                principal,
                " in ",
                owners,
                " { ",
                body,
                " }"
            ];
        }
        if word.ends_with("invariant") || self.dice.chance(72) {
            return join![word, " ", name, " { ", self.claim(&scope), " }"];
        }
        let mut scope = scope;
        let mut worlds: Vec<Piece> = Vec::new();
        for at in 0..self.dice.weighted(&[(1, 1), (6, 2)]) {
            let (world, declared) = self.declared_world(["low", "high"][at]);
            scope.worlds.push(world);
            worlds.push(declared);
        }
        let body = self.claim(&scope);
        join![
            word,
            " ",
            name,
            " {\n  worlds { ",
            Piece::list(worlds, "  ", 1),
            " }\n  ",
            body,
            "\n}"
        ]
    }

    fn declared_world(&mut self, name: &str) -> (World, Piece) {
        let scope = Scope::new(Reads::Setup);
        let mut made_for = None;
        let mut parts: Vec<Piece> = vec![name.into()];
        let mut pins: Vec<Piece> = Vec::new();
        let acting = self.society.populations.iter().enumerate().filter(|(_, p)| !p.principals);
        let acting: Vec<usize> = acting.map(|(at, _)| at).collect();
        if self.dice.chance(30) {
            let population = *self.dice.pick(&acting);
            let (kind, of) = {
                let population = &self.society.populations[population];
                (population.kind, population.name.clone())
            };
            let agent = self.fresh("v");
            parts.push(join!["(", &agent, ": ", of, ")"]);
            made_for = Some((kind, population));
            if self.dice.chance(60) {
                pins.push(join![*self.dice.pick(&["only ", "without "]), &agent]);
            } else {
                pins.extend(self.pin_of(&agent, kind));
            }
        } else if self.dice.chance(12) {
            let of = *self.dice.pick(&acting);
            let kind = self.society.populations[of].kind;
            let word = *self.dice.pick(&["only ", "without "]);
            pins.push(join![word, self.near(&scope, kind)]);
        }
        pins.extend(self.setup_pins());
        parts.push(join![" { ", Piece::list(pins, "  ", 0), " }"]);
        (World { name: name.into(), made_for }, Piece::Join(parts))
    }

    /// `x.p: v` for a variable of x's kind that may be pinned.
    fn pin_of(&mut self, agent: &str, kind: usize) -> Option<Piece> {
        let fits = self.society.variables.iter().filter(|v| v.owner == Some(kind) && v.is_free());
        let fits: Vec<_> = fits.filter(|v| v.indices.is_empty()).cloned().collect();
        if fits.is_empty() {
            return None;
        }
        let variable = self.dice.pick(&fits).clone();
        let value = self.dice.pick(&variable.domain.values).clone();
        Some(join![agent, ".", variable.name, ": ", value])
    }

    /// Pins that may stand in a world and in `given`, each of another thing.
    pub fn setup_pins(&mut self) -> Vec<Piece> {
        let mut pins: Vec<Piece> = Vec::new();
        let pinned = |text: &str| text.split(':').next().unwrap_or_default().to_string();
        for _ in 0..self.dice.below(3) {
            let Some(pin) = self.setup_pin() else { continue };
            let name = pinned(&pin.text());
            if !pins.iter().any(|other| pinned(&other.text()) == name) {
                pins.push(pin);
            }
        }
        pins
    }

    fn setup_pin(&mut self) -> Option<Piece> {
        if !self.society.structures.is_empty() && self.dice.chance(40) {
            let structure = self.dice.pick(&self.society.structures).clone();
            let name = structure.name;
            return Some(match structure.listed && self.dice.chance(65) {
                true => join![name, ": ", *self.dice.pick(&["[]", "[[0, 1]]", "[[1, 0]]"])],
                false => join![name, ": ", self.dice.pick(&structure.families)],
            });
        }
        let fits = self.society.variables.iter().filter(|v| v.is_free() && v.indices.is_empty());
        let fits: Vec<_> = fits.cloned().collect();
        if fits.is_empty() {
            return None;
        }
        let variable = self.dice.pick(&fits).clone();
        let value = self.dice.pick(&variable.domain.values).clone();
        let of = variable.owner.map(|kind| {
            let fits = self.society.populations.iter().filter(|p| p.kind == kind);
            let fits: Vec<String> = fits.map(|p| p.name.clone()).collect();
            let place = if self.dice.chance(30) { "[0]" } else { "" };
            format!("{}{place}.", self.dice.pick(&fits))
        });
        Some(join![of.unwrap_or_default(), variable.name, ": ", value])
    }
}
