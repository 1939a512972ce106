//! Leaves of expressions: literals, names, and reads of what is at hand.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::scope::Scope;
use super::society::{Form, Index, Reads, Society, Structure, Ty};

/// What a leaf may be.
#[derive(Clone)]
enum Leaf {
    Local(String),
    Table(String, usize),
    Field(String),
    Variable { place: usize, primed: bool },
    Now,
}

impl Generator<'_> {
    /// A literal of type `ty`.
    pub fn literal(&mut self, ty: Ty) -> Piece {
        match ty {
            Ty::Bool => (*self.dice.pick(&["true", "false"])).into(),
            Ty::Int => match self.dice.between(-1, 3) {
                -1 => "(-1)".into(),
                number => number.to_string().into(),
            },
            Ty::Real => match self.dice.between(-1, 4) {
                -1 => "(-0.5)".into(),
                halves => format!("{:?}", halves as f64 / 2.0).into(),
            },
            Ty::Enum(at) => {
                let variants = &self.society.enums[at].1;
                (*self.dice.pick(variants)).as_str().into()
            }
            Ty::Agent(kind) => self.placed(kind),
            Ty::Optional(kind) if self.dice.chance(40) => self.placed(kind),
            Ty::Optional(_) => "none".into(),
        }
    }

    /// `team[0]`; now and then one that is not there at every size.
    fn placed(&mut self, kind: usize) -> Piece {
        let of = self.society.populations.iter().filter(|p| p.kind == kind && p.size.1 > 0);
        let of: Vec<_> = of.cloned().collect();
        let population = self.dice.pick(&of);
        let (least, most) = population.size;
        let below = if self.dice.chance(5) { most } else { least.max(1) };
        let place = self.dice.below(below);
        format!("{}[{place}]", population.name).into()
    }

    /// A name, a read or a literal.
    pub fn leaf(&mut self, scope: &Scope, ty: Ty) -> Piece {
        let leaves = self.leaves(scope, ty);
        if leaves.is_empty() || self.dice.chance(10) {
            return self.literal(ty);
        }
        match self.dice.pick(&leaves).clone() {
            Leaf::Local(name) | Leaf::Field(name) => name.into(),
            Leaf::Table(name, kind) => {
                let agent = self.near(scope, kind);
                join![name, "(", agent, ")"]
            }
            Leaf::Variable { place, primed } => self.read(scope, place, primed),
            Leaf::Now => "now".into(),
        }
    }

    fn leaves(&self, scope: &Scope, ty: Ty) -> Vec<Leaf> {
        let mut leaves: Vec<Leaf> = scope.of(ty).into_iter().map(Leaf::Local).collect();
        leaves.extend(scope.of(ty).into_iter().map(Leaf::Local));
        let tables = scope.tables.iter().filter(|(_, _, of)| *of == ty);
        leaves.extend(tables.map(|(name, kind, _)| Leaf::Table(name.clone(), *kind)));
        for (name, event) in &scope.occurrences {
            let fields = self.society.events[*event].fields.iter().filter(|(_, of)| *of == ty);
            let fields: Vec<Leaf> =
                fields.map(|(field, _)| Leaf::Field(format!("{name}.{field}"))).collect();
            // What an occurrence is asked for is mostly one of its fields.
            (0..4).for_each(|_| leaves.extend(fields.iter().cloned()));
        }
        for (place, variable) in self.society.variables.iter().enumerate() {
            if variable.ty != ty || (variable.is_state() && !Generator::reads_state(scope)) {
                continue;
            }
            leaves.push(Leaf::Variable { place, primed: false });
            if variable.is_state() {
                leaves.push(Leaf::Variable { place, primed: false });
                let primed = scope.primed.contains(&place);
                leaves.extend(primed.then_some(Leaf::Variable { place, primed }));
            }
        }
        if ty == Ty::Int && scope.reads >= Reads::State {
            leaves.push(Leaf::Now);
        }
        leaves
    }

    /// An agent that is at hand: a local if there is one.
    pub fn near(&mut self, scope: &Scope, kind: usize) -> Piece {
        let locals = scope.of(Ty::Agent(kind));
        let ty = Ty::Agent(kind);
        let body = match locals.is_empty() || self.dice.chance(15) {
            true => self.placed(kind),
            false => self.dice.pick(&locals).as_str().into(),
        };
        self.typed(ty, body)
    }

    /// Two agents that are at hand, mostly not the same.
    pub fn pair(&mut self, scope: &Scope, from: usize, to: usize) -> (Piece, Piece) {
        let (a, mut b) = (self.near(scope, from), self.near(scope, to));
        for _ in 0..3 {
            if a.text() != b.text() {
                break;
            }
            b = self.near(scope, to);
        }
        (a, b)
    }

    /// A read of a variable at agents that are at hand.
    pub fn read(&mut self, scope: &Scope, place: usize, primed: bool) -> Piece {
        let variable = self.society.variables[place].clone();
        let mut parts: Vec<Piece> = Vec::new();
        if let Some(kind) = variable.owner {
            parts.push(self.near(scope, kind));
            parts.push(".".into());
        }
        parts.push(variable.name.into());
        for (at, index) in variable.indices.iter().enumerate() {
            parts.push(if at == 0 { "(" } else { ", " }.into());
            parts.push(match index {
                Index::Range(last) if self.dice.chance(90) => {
                    self.dice.between(0, *last).to_string().into()
                }
                index => match Society::index_type(*index) {
                    Ty::Agent(kind) => self.near(scope, kind),
                    ty => self.value(scope, ty, 0),
                },
            });
        }
        if !variable.indices.is_empty() {
            parts.push(")".into());
        }
        if primed {
            parts.push("'".into());
        }
        Piece::Join(parts)
    }

    /// What has the type `K?` and no narrower one: a superior, or a variable.
    pub fn surely_optional(&mut self, scope: &Scope, kind: usize) -> Option<Piece> {
        let of =
            |s: &&Structure| s.form == Form::Tree && self.society.populations[s.on].kind == kind;
        let trees: Vec<String> =
            self.society.structures.iter().filter(of).map(|s| s.name.clone()).collect();
        let leaves = self.leaves(scope, Ty::Optional(kind)).into_iter();
        let places: Vec<(usize, bool)> = leaves
            .filter_map(|leaf| match leaf {
                Leaf::Variable { place, primed } => Some((place, primed)),
                Leaf::Local(_) | Leaf::Table(..) | Leaf::Field(_) | Leaf::Now => None,
            })
            .collect();
        if !places.is_empty() && (trees.is_empty() || self.dice.chance(50)) {
            let (place, primed) = *self.dice.pick(&places);
            return Some(self.read(scope, place, primed));
        }
        if trees.is_empty() {
            return None;
        }
        let tree = self.dice.pick(&trees).clone();
        let agent = self.near(scope, kind);
        Some(join!["superior(", tree, ", ", agent, ")"])
    }
}
