//! What happens in a step or rule.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::scope::Scope;
use super::society::Ty;
use super::strategy::Flavour;

impl Generator<'_> {
    /// The body of a step or rule that assigns the states of these places.
    pub fn body(&mut self, scope: &Scope, states: &[usize]) -> Piece {
        let mut scope = scope.clone();
        let mut statements: Vec<Piece> = Vec::new();
        for _ in 0..self.dice.below(3) {
            statements.extend(self.naming(&mut scope, 1));
        }
        for state in states.iter().copied() {
            if self.dice.chance(15) {
                continue;
            }
            statements.push(self.change(&scope, state));
            if self.dice.chance(3) {
                statements.push(self.change(&scope, state));
            }
            scope.primed.push(state);
        }
        statements.extend(self.effects(&scope));
        join!["{\n  ", Piece::list(statements, "\n  ", 0), "\n}"]
    }

    /// `emit`, `require` and `halt`, rarely all.
    fn effects(&mut self, scope: &Scope) -> Vec<Piece> {
        let mut statements = Vec::new();
        if !self.society.events.is_empty() && self.dice.chance(85) {
            let emit = self.emit(scope);
            statements.push(match self.dice.below(3) {
                0 => emit,
                1 => self.guarded(scope, emit),
                _ => {
                    let (binder, inner) = self.binder(scope, 1);
                    join!["for ", binder, " { ", self.emit(&inner), " }"]
                }
            });
        }
        if self.dice.chance(6) {
            let (one, other) = (self.condition(scope, 1), self.condition(scope, 2));
            statements.push(join!["require (", one, " or ", other, ")"]);
        }
        if self.dice.chance(14) {
            statements.push(self.guarded(scope, "halt".into()));
        }
        statements
    }

    /// `if c { … }`
    fn guarded(&mut self, scope: &Scope, statement: Piece) -> Piece {
        join!["if ", self.condition(scope, 1), " { ", statement, " }"]
    }

    fn emit(&mut self, scope: &Scope) -> Piece {
        let event = self.dice.pick(&self.society.events).clone();
        let mut parts: Vec<Piece> = vec![join!["emit ", event.name, "("]];
        for (at, (field, ty)) in event.fields.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            parts.push(join![comma, field, ": ", self.value(scope, *ty, 1)]);
        }
        parts.push(")".into());
        Piece::Join(parts)
    }

    /// A statement that gives all cells of a state, or some, their new values.
    fn change(&mut self, scope: &Scope, place: usize) -> Piece {
        let variable = self.society.variables[place].clone();
        let owner = variable.owner.filter(|_| variable.indices.is_empty());
        if let Some(kind) = owner {
            let at_hand = scope.of(Ty::Agent(kind));
            if !at_hand.is_empty() && self.dice.chance(75) {
                let target = format!("{}.{}", self.dice.pick(&at_hand), variable.name);
                return self.assignment(scope, place, &target, 1);
            }
            if self.dice.chance(10) {
                let target = join![self.near(scope, kind), ".", &variable.name].text();
                return self.assignment(scope, place, &target, 1);
            }
        }
        let (binders, inner, target) = self.every_cell(scope, place);
        if binders.is_empty() && !self.dice.chance(5) {
            return self.assignment(scope, place, &target, 1);
        }
        let cells = self.society.cells(variable.owner, &variable.indices);
        let mut inner = inner;
        let (binders, cells) = match binders.is_empty() {
            // Each of several agents may assign the one variable: a fault, if two do.
            true => {
                let kind = self.any_kind();
                let name = self.fresh("v");
                inner = inner.with(&name, Ty::Agent(kind));
                let set = self.agents(scope, kind, 1);
                (vec![join![name, " in ", set]], self.society.most(kind))
            }
            false => (binders, cells),
        };
        let end = match self.dice.chance(15) {
            true => Piece::list(vec![join![" where ", self.condition(&inner, 1)]], "", 0),
            false => "".into(),
        };
        let mut within: Vec<Piece> = Vec::new();
        if self.dice.chance(35) {
            within.extend(self.naming(&mut inner, cells));
        }
        within.push(self.assignment(&inner, place, &target, cells));
        let binders = Piece::list(binders, ", ", 1);
        join!["for ", binders, end, " { ", Piece::list(within, "  ", 0), " }"]
    }

    /// `x' = e`, perhaps in the arms of an `if` or `match`.
    fn assignment(&mut self, scope: &Scope, place: usize, target: &str, times: usize) -> Piece {
        let plain = |g: &mut Self, scope: &Scope| {
            let value = g.new_value(scope, place);
            join![target, "' = ", value]
        };
        match self.dice.weighted(&[(12, 0), (2, 1), (3, 2), (3, 3)]) {
            0 => plain(self, scope),
            1 => {
                let plain = plain(self, scope);
                self.guarded(scope, plain)
            }
            2 => {
                let condition = self.condition(scope, 1);
                let mut inner = scope.clone();
                let named =
                    if self.dice.chance(20) { self.naming(&mut inner, times) } else { None };
                let named: Vec<Piece> = named.into_iter().collect();
                let (yes, no) = (plain(self, &inner), plain(self, scope));
                let named = Piece::list(named, "", 0);
                join!["if ", condition, " { ", named, " ", yes, " } else { ", no, " }"]
            }
            _ => {
                let (on, patterns) = self.patterns(scope, 1);
                let mut arms: Vec<Piece> = Vec::new();
                for pattern in patterns {
                    let block = if self.dice.chance(80) { plain(self, scope) } else { "".into() };
                    arms.push(join![pattern, " => { ", block, " }"]);
                }
                join!["match ", on, " { ", Piece::list(arms, "  ", 1), " }"]
            }
        }
    }

    /// A value for the state, mostly within its domain.
    fn new_value(&mut self, scope: &Scope, place: usize) -> Piece {
        let variable = self.society.variables[place].clone();
        let value = self.value(scope, variable.ty, 2);
        let body = match (&variable.domain.ends, variable.ty) {
            _ if self.dice.chance(8) => value,
            (Some((lo, hi)), _) => match self.dice.chance(60) {
                true => join!["clamp(", value, ", ", lo, ", ", hi, ")"],
                false => join!["min(", hi, ", max(", lo, ", ", value, "))"],
            },
            (None, Ty::Int | Ty::Real) if variable.domain.count.is_some() => {
                let condition = self.condition(scope, 1);
                let values = &variable.domain.values;
                let (one, other) = (values[0].clone(), values[values.len() - 1].clone());
                join!["(if ", condition, " then ", one, " else ", other, ")"]
            }
            _ => value,
        };
        self.typed(variable.ty, body)
    }

    /// `let`, `choose`, `choose` jointly or `draw`: done `times` times in a step, and bound in
    /// `scope` from then on. None where there is no room for it.
    fn naming(&mut self, scope: &mut Scope, times: usize) -> Option<Piece> {
        match self.dice.weighted(&[(3, 0), (5, 1), (3, 2), (2, 3)]) {
            0 => {
                let (ty, name) = (self.settled_type(), self.fresh("v"));
                let value = self.value(scope, ty, 2);
                scope.locals.push((name.clone(), ty));
                Some(join!["let ", name, " = ", value])
            }
            1 => self.choice(scope, times),
            2 => self.draw(scope, times),
            _ => self.joint_choice(scope, times),
        }
    }

    /// `choose x in D where c`
    fn choice(&mut self, scope: &mut Scope, times: usize) -> Option<Piece> {
        let (from, ty, count) = self.source(scope)?;
        if !self.take_ways(count, times) {
            return None;
        }
        let name = self.fresh("c");
        let outside = scope.clone();
        scope.locals.push((name.clone(), ty));
        let mut parts = vec![join!["choose ", &name, " in ", from]];
        if self.dice.chance(16) {
            let inner = outside.with(&name, ty);
            let condition = self.about(&inner, &name, ty);
            parts.push(Piece::list(vec![join![" where ", condition]], "", 0));
        }
        Some(Piece::Join(parts))
    }

    /// A condition that mentions a name, so that some choices meet it and some do not.
    fn about(&mut self, scope: &Scope, name: &str, ty: Ty) -> Piece {
        for _ in 0..6 {
            let condition = self.value(scope, Ty::Bool, 1);
            if condition.text().contains(name) {
                return condition;
            }
        }
        let other = self.value(scope, ty, 0);
        join!["(", name, " != ", other, ")"]
    }

    /// What is chosen from: the text, its type, and how many values it has at most.
    fn source(&mut self, scope: &Scope) -> Option<(Piece, Ty, usize)> {
        let enums = self.society.enums.len();
        let ways = [(3, 0), (4, 1), (enums as u32, 2), (2, 3), (2, 4), (1, 5), (1, 6)];
        Some(match self.dice.weighted(&ways) {
            0 => ("bool".into(), Ty::Bool, 2),
            1 if self.flavour == Flavour::Reals && self.dice.chance(60) => {
                ("0.0..1.0".into(), Ty::Real, 1)
            }
            1 => {
                let (text, count) = *self.dice.pick(&[("0..1", 2), ("-1..1", 3), ("{0, 2}", 2)]);
                (text.into(), Ty::Int, count)
            }
            2 => {
                let at = self.dice.below(enums);
                let (name, variants) = self.society.enums[at].clone();
                (name.into(), Ty::Enum(at), variants.len())
            }
            3 => {
                let at = self.dice.below(self.society.populations.len());
                let population = self.society.populations[at].clone();
                (population.name.into(), Ty::Agent(population.kind), population.size.1)
            }
            4 => {
                let kind = self.any_kind();
                let set = self.agents(scope, kind, 1);
                (set, Ty::Agent(kind), self.society.most(kind))
            }
            5 => {
                let kind = self.any_kind();
                let name = format!("{}?", self.society.kinds[kind]);
                (name.into(), Ty::Optional(kind), self.society.most(kind) + 1)
            }
            _ => {
                let last = self.value(scope, Ty::Int, 0);
                (join!["0..min(1, abs(", last, "))"], Ty::Int, 2)
            }
        })
    }

    /// `choose x(a: K) in D where c`
    fn joint_choice(&mut self, scope: &mut Scope, times: usize) -> Option<Piece> {
        let kind = self.any_kind();
        let (from, ty) = *self.dice.pick(&[("bool", Ty::Bool), ("0..1", Ty::Int)]);
        if times > 1 || !self.take_ways(2, self.society.most(kind)) {
            return None;
        }
        let (name, index) = (self.fresh("c"), self.fresh("v"));
        scope.tables.push((name.clone(), kind, ty));
        let kind = self.society.kinds[kind].clone();
        let mut parts = vec![join!["choose ", name, "(", index, ": ", kind, ") in ", from]];
        if self.dice.chance(50) {
            let condition = self.quantifier(scope, 1);
            parts.push(Piece::list(vec![join![" where ", condition]], "", 0));
        }
        Some(Piece::Join(parts))
    }

    /// `draw x ~ D`
    fn draw(&mut self, scope: &mut Scope, times: usize) -> Option<Piece> {
        let (count, ty, text): (usize, Ty, Piece) =
            match self.dice.weighted(&[(4, 0), (2, 1), (2, 2)]) {
                0 => {
                    let p = *self.dice.pick(&["0.5", "0.25", "1.0", "0.0"]);
                    (2, Ty::Bool, join!["bernoulli(", p, ")"])
                }
                1 => (2, Ty::Int, (*self.dice.pick(&["uniform(0, 1)", "uniform(1, 2)"])).into()),
                _ => {
                    let of: Vec<Ty> = (0..self.society.enums.len()).map(Ty::Enum).collect();
                    let ty = if of.is_empty() { Ty::Int } else { *self.dice.pick(&of) };
                    let (one, other) = (self.value(scope, ty, 0), self.literal(ty));
                    let weight = *self.dice.pick(&["1", "0", "2"]);
                    (2, ty, join!["categorical(", one, ": 1, ", other, ": ", weight, ")"])
                }
            };
        if !self.take_ways(count, times) {
            return None;
        }
        let name = self.fresh("d");
        scope.locals.push((name.clone(), ty));
        Some(join!["draw ", name, " ~ ", text])
    }
}
