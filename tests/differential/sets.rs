//! Sets, binders, quantifiers, aggregates, and what is asked of events.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::scope::Scope;
use super::society::{Form, Society, Ty};

impl Generator<'_> {
    /// A set of agents of a kind.
    pub fn agents(&mut self, scope: &Scope, kind: usize, depth: u32) -> Piece {
        let of = self.society.populations.iter().filter(|p| p.kind == kind);
        let populations: Vec<String> = of.map(|p| p.name.clone()).collect();
        let whole: Piece = match self.dice.chance(75) {
            true => self.dice.pick(&populations).into(),
            false => (&self.society.kinds[kind]).into(),
        };
        let body = match self.dice.weighted(&[(8, 0), (5, 1), (3, 2), (2, 3), (3, 4), (2, 5)]) {
            1 => self.neighbours(scope, kind).unwrap_or(whole),
            2 if depth > 0 => {
                let set = self.agents(scope, kind, depth - 1);
                let name = self.fresh("v");
                let inner = scope.with(&name, Ty::Agent(kind));
                let condition = self.condition(&inner, depth - 1);
                join!["{", name, " in ", set, " where ", condition, "}"]
            }
            3 => {
                let (a, b) = (self.near(scope, kind), self.near(scope, kind));
                join!["{", a, ", ", b, "}"]
            }
            4 if depth > 0 => {
                let word = *self.dice.pick(&[" + ", " - ", " & "]);
                // One of the two is no optional agent.
                let left = self.dice.pick(&populations).clone();
                let right = self.agents(scope, kind, depth - 1);
                join!["(", left, word, right, ")"]
            }
            5 => self.surely_optional(scope, kind).unwrap_or(whole),
            _ => whole,
        };
        let (sort, simplest) =
            (format!("set of {}", self.society.kinds[kind]), populations[0].clone());
        Piece::Value { sort, simplest, body: Box::new(body) }
    }

    /// `s(a)`: agents of `kind`.
    fn neighbours(&mut self, scope: &Scope, kind: usize) -> Option<Piece> {
        let to = |at: usize| self.society.populations[at].kind;
        let fits = self.society.structures.iter().filter(|s| to(s.to) == kind);
        let fits: Vec<_> = fits.cloned().collect();
        if fits.is_empty() {
            return None;
        }
        let structure = self.dice.pick(&fits).clone();
        let from = self.society.populations[structure.on].kind;
        let agent = self.near(scope, from);
        Some(match structure.form == Form::Tree && self.dice.chance(40) {
            true => join!["superior(", structure.name, ", ", agent, ")"],
            false => join![structure.name, "(", agent, ")"],
        })
    }

    /// A set of anything, and the type of its elements.
    pub fn set(&mut self, scope: &Scope, depth: u32) -> (Piece, Ty) {
        let enums = self.society.enums.len() as u32;
        match self.dice.weighted(&[(8, 0), (2, 1), (enums, 2), (1, 3), (1, 4)]) {
            0 => {
                let kind = self.any_kind();
                (self.agents(scope, kind, depth), Ty::Agent(kind))
            }
            1 => {
                let (lo, more) = (self.dice.between(-1, 1), self.dice.between(1, 2));
                (format!("{lo}..{}", lo + more).into(), Ty::Int)
            }
            2 => {
                let at = self.dice.below(enums as usize);
                ((&self.society.enums[at].0).into(), Ty::Enum(at))
            }
            3 => ("bool".into(), Ty::Bool),
            _ => {
                let last = self.value(&scope.fixed(), Ty::Int, 0);
                (join!["0..min(2, ", last, ")"], Ty::Int)
            }
        }
    }

    /// `v in S [where c]`, and the scope behind it.
    pub fn binder(&mut self, scope: &Scope, depth: u32) -> (Piece, Scope) {
        let (set, ty) = self.set(scope, depth.min(1));
        let name = self.fresh("v");
        let inner = scope.with(&name, ty);
        let mut parts = vec![join![name, " in ", set]];
        if self.dice.chance(30) {
            let condition = self.condition(&inner, depth.min(1));
            parts.push(Piece::list(vec![join![" where ", condition]], "", 0));
        }
        (Piece::Join(parts), inner)
    }

    /// `forall` or `exists`, with one or two binders.
    pub fn quantifier(&mut self, scope: &Scope, depth: u32) -> Piece {
        let word = *self.dice.pick(&["(forall ", "(exists "]);
        let (first, mut inner) = self.binder(scope, depth);
        let mut binders = vec![first];
        if self.dice.chance(25) {
            let (second, within) = self.binder(&inner, depth);
            binders.push(second);
            inner = within;
        }
        let body = self.value(&inner, Ty::Bool, depth);
        join![word, Piece::list(binders, ", ", 1), ": ", body, ")"]
    }

    /// An aggregate that is an int.
    pub fn aggregate(&mut self, scope: &Scope, depth: u32) -> Piece {
        let wanted = if scope.temporal { 60 } else { 35 };
        if self.dice.chance(wanted)
            && let Some(events) = self.of_events(scope, depth)
        {
            return events;
        }
        let (binder, inner) = self.binder(scope, depth);
        let of = |g: &mut Self| g.value(&inner, Ty::Int, depth);
        match self.dice.weighted(&[(4, 0), (2, 1), (4, 2), (2, 3), (2, 4), (2, 5)]) {
            0 => join!["count(", binder, ")"],
            1 => {
                let (set, _) = self.set(scope, depth);
                join!["count(", set, ")"]
            }
            2 => join!["sum(", of(self), " for ", binder, ")"],
            3 => join!["min(", of(self), " for ", binder, " else 0)"],
            4 => join!["max(", of(self), " for ", binder, " else (-1))"],
            _ => {
                let word = *self.dice.pick(&["min(", "max("]);
                join![word, of(self), " for ", binder, ")"]
            }
        }
    }

    /// `argmax(e for a in S else b)`
    pub fn argmax(&mut self, scope: &Scope, kind: usize, depth: u32) -> Piece {
        let set = self.agents(scope, kind, depth.min(1));
        let name = self.fresh("v");
        let of = self.value(&scope.with(&name, Ty::Agent(kind)), Ty::Int, depth);
        let end = match self.dice.chance(70) {
            true => join![" else ", self.near(scope, kind), ")"],
            false => ")".into(),
        };
        join!["argmax(", of, " for ", name, " in ", set, end]
    }

    /// `e in S`
    pub fn membership(&mut self, scope: &Scope, depth: u32) -> Piece {
        if self.dice.chance(25) {
            let real = self.value(scope, Ty::Real, depth);
            return join!["(", real, " in 0.0..1.0)"];
        }
        if self.dice.chance(30) {
            let ty = self.any_type();
            let all = [self.value(scope, ty, depth), self.literal(ty), self.literal(ty)];
            let [one, first, second] = all;
            return match ty {
                Ty::Optional(_) => join!["(", one, " == ", first, ")"],
                _ => join!["(", one, " in {", first, ", ", second, "})"],
            };
        }
        let (set, ty) = self.set(scope, depth);
        let one = self.value(scope, ty, depth);
        join!["(", one, " in ", set, ")"]
    }

    /// `exists e in ev: …`
    pub fn occurs(&mut self, scope: &Scope, depth: u32) -> Option<Piece> {
        let (name, event, inner) = self.occurrence(scope)?;
        let word = *self.dice.pick(&["(exists ", "(exists ", "(forall "]);
        let body = self.value(&inner, Ty::Bool, depth);
        Some(join![word, name, " in ", event, ": ", body, ")"])
    }

    /// A count, sum, least or greatest over occurrences; in formulas, some over a window.
    fn of_events(&mut self, scope: &Scope, depth: u32) -> Option<Piece> {
        let (name, event, inner) = self.occurrence(scope)?;
        let window = match scope.temporal && self.dice.chance(80) {
            true => *self.dice.pick(&[" over [..1]", " over [..2]", " over [1..2]", " over [0..]"]),
            false => "",
        };
        let condition = match self.dice.chance(40) {
            true => {
                let condition = self.value(&inner, Ty::Bool, depth);
                Piece::list(vec![join![" where ", condition]], "", 0)
            }
            false => "".into(),
        };
        let binder = join![name, " in ", event, window, condition];
        let of = self.value(&inner, Ty::Int, depth);
        Some(match self.dice.below(4) {
            0 | 1 => join!["count(", binder, ")"],
            2 => join!["sum(", of, " for ", binder, ")"],
            _ => join!["max(", of, " for ", binder, " else 0)"],
        })
    }

    /// A name bound to an occurrence of some event, where events may be read.
    fn occurrence(&mut self, scope: &Scope) -> Option<(String, String, Scope)> {
        if self.society.events.is_empty() || !Generator::reads_state(scope) {
            return None;
        }
        let at = self.dice.below(self.society.events.len());
        let name = self.fresh("e");
        let mut inner = scope.clone();
        inner.occurrences.push((name.clone(), at));
        Some((name, self.society.events[at].name.clone(), inner))
    }

    /// Binders that run through all cells of a variable: `a in K, n in 0..1`, with the scope
    /// and the target that they make.
    pub fn every_cell(&mut self, scope: &Scope, place: usize) -> (Vec<Piece>, Scope, String) {
        let variable = self.society.variables[place].clone();
        let (mut binders, mut inner, mut target) = (Vec::new(), scope.clone(), String::new());
        if let Some(kind) = variable.owner {
            let name = self.fresh("v");
            binders.push(join![&name, " in ", &self.society.kinds[kind]]);
            inner = inner.with(&name, Ty::Agent(kind));
            target = format!("{name}.");
        }
        let mut arguments: Vec<String> = Vec::new();
        for index in &variable.indices {
            let name = self.fresh("v");
            binders.push(join![&name, " in ", self.society.index_name(*index)]);
            inner = inner.with(&name, Society::index_type(*index));
            arguments.push(name);
        }
        target.push_str(&variable.name);
        if !arguments.is_empty() {
            target = format!("{target}({})", arguments.join(", "));
        }
        (binders, inner, target)
    }
}
