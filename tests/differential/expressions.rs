//! Expressions of every type: what all types have in common, and agents.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::scope::Scope;
use super::society::{Def, Form, Reads, Ty};

impl Generator<'_> {
    /// An expression of type `ty`, at most `depth` levels above its leaves.
    pub fn value(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        if !scope.worlds.is_empty() && self.dice.chance(60) {
            let inner = self.value(&scope.marked(), ty, depth);
            let world = self.world(scope);
            return self.typed(ty, join!["(", inner, ")@", world]);
        }
        let body = match depth {
            0 => self.leaf(scope, ty),
            _ => match self.dice.weighted(&[(3, 0), (2, 1), (7, 2)]) {
                0 => self.leaf(scope, ty),
                1 => self.general(scope, ty, depth - 1),
                _ => self.special(scope, ty, depth - 1),
            },
        };
        self.typed(ty, body)
    }

    /// `name` or `name(agent)` of a world.
    pub fn world(&mut self, scope: &Scope) -> Piece {
        let world = self.dice.pick(&scope.worlds).clone();
        match world.made_for {
            None => world.name.into(),
            Some((kind, population)) => {
                let locals = scope.of(Ty::Agent(kind));
                let name = self.society.populations[population].name.clone();
                let agent = match locals.last() {
                    Some(local) if self.dice.chance(85) => local.clone(),
                    _ => format!("{name}[0]"),
                };
                join![world.name, "(", agent, ")"]
            }
        }
    }

    fn special(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        match ty {
            Ty::Bool => self.boolean(scope, depth),
            Ty::Int => self.integer(scope, depth),
            Ty::Real => self.real(scope, depth),
            Ty::Enum(_) => self.general(scope, ty, depth),
            Ty::Agent(kind) => self.agent(scope, kind, depth),
            Ty::Optional(kind) => self.optional(scope, kind, depth),
        }
    }

    /// `if`, `let`, `match` or a def: of any type.
    fn general(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        match self.dice.weighted(&[(3, 0), (2, 1), (2, 2), (3, 3)]) {
            0 => {
                let condition = self.condition(scope, depth);
                let (yes, no) = (self.value(scope, ty, depth), self.value(scope, ty, depth));
                join!["(if ", condition, " then ", yes, " else ", no, ")"]
            }
            1 => {
                let of = self.settled_type();
                let fixed = self.value(&scope.fixed(), of, depth);
                let name = self.fresh("v");
                let body = self.value(&scope.with(&name, of), ty, depth);
                join!["(let ", name, " = ", fixed, "; ", body, ")"]
            }
            2 => self.matching(scope, ty, depth),
            _ => self.call(scope, ty, depth).unwrap_or_else(|| self.leaf(scope, ty)),
        }
    }

    /// `match e { … }`
    fn matching(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        let (on, patterns) = self.patterns(scope, depth);
        let mut arms: Vec<Piece> = Vec::new();
        for pattern in patterns {
            let value = self.value(scope, ty, depth);
            arms.push(join![pattern, " => ", value]);
        }
        join!["(match ", on, " { ", Piece::list(arms, "  ", 1), " })"]
    }

    /// What to match on, and patterns that cover it.
    pub fn patterns(&mut self, scope: &Scope, depth: u32) -> (Piece, Vec<String>) {
        let enums = self.society.enums.len();
        match self.dice.weighted(&[(3 * enums as u32, 0), (1, 1), (2, 2), (1, 3)]) {
            0 => {
                let at = self.dice.below(enums);
                let mut variants = self.society.enums[at].1.clone();
                if self.dice.chance(40) {
                    variants.pop();
                    variants.push("_".into());
                }
                (self.value(scope, Ty::Enum(at), depth), variants)
            }
            2 => {
                let first = self.dice.between(-1, 2);
                let patterns = vec![first.to_string(), (first + 1).to_string(), "_".into()];
                (self.value(scope, Ty::Int, depth), patterns)
            }
            way => {
                let kind = self.any_kind();
                if way == 3
                    && let Some(optional) = self.surely_optional(scope, kind)
                {
                    return (optional, vec!["none".into(), "_".into()]);
                }
                let patterns = vec!["true".into(), "false".into()];
                (self.value(scope, Ty::Bool, depth), patterns)
            }
        }
    }

    /// A call of a def, if there is one.
    fn call(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Option<Piece> {
        let reads = match (scope.here(), scope.temporal) {
            (Reads::Trace, false) => Reads::State,
            (reads, _) => reads,
        };
        let fits = |def: &&Def| def.ty == ty && def.reads <= reads;
        let defs: Vec<_> = self.society.defs.iter().filter(fits).cloned().collect();
        if defs.is_empty() || !scope.defs {
            return None;
        }
        let def = self.dice.pick(&defs).clone();
        let mut arguments: Vec<Piece> = Vec::new();
        if let Some(kind) = def.relation {
            let mut relations = self.society.relations(kind, scope.here());
            let weights = self.society.structures.iter().filter(|s| s.form == Form::Weights);
            weights.for_each(|weights| relations.retain(|name| *name != weights.name));
            if relations.is_empty() {
                return None;
            }
            arguments.push(self.dice.pick(&relations).into());
        }
        for ty in &def.params {
            arguments.push(self.value(&scope.fixed(), *ty, depth));
        }
        let mut parts = vec![join![def.name, "("]];
        for (at, argument) in arguments.into_iter().enumerate() {
            parts.push(if at > 0 { ", " } else { "" }.into());
            parts.push(argument);
        }
        parts.push(")".into());
        Some(Piece::Join(parts))
    }

    fn agent(&mut self, scope: &Scope, kind: usize, depth: u32) -> Piece {
        if self.dice.chance(50) {
            return self.leaf(scope, Ty::Agent(kind));
        }
        self.argmax(scope, kind, depth)
    }

    fn optional(&mut self, scope: &Scope, kind: usize, depth: u32) -> Piece {
        match self.surely_optional(scope, kind) {
            Some(optional) if self.dice.chance(60) => optional,
            _ => self.value(scope, Ty::Agent(kind), depth),
        }
    }

    /// `prev(e, v)` or `initially(e)`, where temporal operators may stand.
    pub fn earlier(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        if !scope.temporal {
            return self.leaf(scope, ty);
        }
        let of = self.value(scope, ty, depth);
        match self.dice.below(3) {
            0 => join!["initially(", of, ")"],
            1 if ty == Ty::Bool => join!["prev(", of, ")"],
            _ => {
                let start = self.literal(ty);
                join!["prev(", of, ", ", start, ")"]
            }
        }
    }
}
