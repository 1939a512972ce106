//! Who there is, and what else a model declares: its items but for structures, variables,
//! dynamics, properties and checks.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::scope::Scope;
use super::society::{Def, Event, Population, Reads, Role, Ty};

impl Generator<'_> {
    /// The whole model.
    pub fn model(&mut self) -> Piece {
        let mut items: Vec<Piece> = Vec::new();
        items.extend(self.enums());
        let populations = self.populations();
        let structures = self.structures();
        let (kinds, variables) = self.variables();
        items.extend(kinds);
        items.extend(populations);
        items.extend(structures);
        items.extend(variables);
        items.extend(self.events());
        items.extend(self.defs());
        if self.dice.chance(15) {
            // One with no free setup in it would refuse all, or none.
            let free = self.society.variables.iter().any(|v| matches!(v.role, Role::Param { .. }));
            items.extend(free.then(|| join!["assume ", self.mild()]));
        }
        items.extend(self.dynamics());
        let properties = self.properties();
        items.extend(properties);
        join!["model generated\n\n", Piece::list(items, "\n", 1), "\n"]
    }

    /// A condition of setups that many of them meet.
    pub fn mild(&mut self) -> Piece {
        let scope = Scope::new(Reads::Setup);
        let (one, other) = (self.condition(&scope, 1), self.condition(&scope, 2));
        join!["(", one, " or ", other, ")"]
    }

    fn enums(&mut self) -> Vec<Piece> {
        let all = [("Mood", ["Calm", "Angry", "Sad"]), ("Side", ["Left", "Right", "Middle"])];
        let count = self.dice.weighted(&[(3, 0), (5, 1), (1, 2)]);
        let mut items = Vec::new();
        for (name, variants) in all.iter().take(count) {
            let count = self.dice.weighted(&[(3, 2), (1, 3)]);
            let variants: Vec<String> =
                variants.iter().take(count).map(|v| v.to_string()).collect();
            items.push(format!("enum {name} {{ {} }}", variants.join(", ")).into());
            self.society.enums.push((name.to_string(), variants));
        }
        items
    }

    fn populations(&mut self) -> Vec<Piece> {
        let mut found = vec![("team", "Worker", 0, false)];
        self.society.kinds.push("Worker".into());
        match self.dice.weighted(&[(60, 0), (14, 1), (14, 2), (12, 3)]) {
            1 => found.push(("crew", "Worker", 0, false)),
            2 => {
                self.society.kinds.push("Helper".into());
                found.push(("helpers", "Helper", 1, false));
            }
            3 => {
                self.society.kinds.push("Owner".into());
                self.society.served = Some(1);
                found.push(("owners", "Owner", 1, true));
            }
            _ => {}
        }
        let alone = found.len() == 1;
        let mut items = Vec::new();
        for (name, kind_name, kind, principals) in found {
            let sizes = [
                (10, (1, 2)),
                (if alone { 5 } else { 0 }, (1, 3)),
                (4, (2, 2)),
                (2, (1, 1)),
                (if alone { 2 } else { 0 }, (2, 3)),
                (1, (0, 2)),
            ];
            let size = self.dice.weighted(&sizes);
            // Principals are always the same.
            let size = if principals { (size.1, size.1) } else { size };
            let (least, most) = size;
            let bounds = if least == most { format!("{most}") } else { format!("{least}..{most}") };
            let word = if principals { "principals" } else { "agents" };
            items.push(format!("{word} {name}: {kind_name}[{bounds}]").into());
            let name = name.to_string();
            self.society.populations.push(Population { name, kind, size, principals });
        }
        items
    }

    fn events(&mut self) -> Vec<Piece> {
        if !self.dice.chance(40) {
            return Vec::new();
        }
        let name = self.fresh("ping");
        let kind = self.any_kind();
        let mut fields = vec![("n".to_string(), Ty::Int)];
        if self.dice.chance(60) {
            fields.push(("by".to_string(), Ty::Agent(kind)));
        }
        let shown: Vec<String> = fields
            .iter()
            .map(|(field, ty)| format!("{field}: {}", self.society.type_name(*ty)))
            .collect();
        let item = format!("event {name} {{ {} }}", shown.join(", "));
        self.society.events.push(Event { name, fields });
        vec![item.into()]
    }

    fn defs(&mut self) -> Vec<Piece> {
        let count = self.dice.weighted(&[(4, 0), (4, 1), (2, 2)]);
        (0..count).map(|_| self.def()).collect()
    }

    fn def(&mut self) -> Piece {
        let (kind, name) = (self.any_kind(), self.fresh("def"));
        let agent = Ty::Agent(kind);
        let (relation, params, ty, reads) =
            match self.dice.weighted(&[(3, 0), (2, 1), (1, 2), (2, 3)]) {
                0 => {
                    let (param, ty) = (self.any_type(), self.any_type());
                    let reads = *self.dice.pick(&[Reads::Setup, Reads::State]);
                    (None, vec![param], ty, reads)
                }
                1 => (
                    None,
                    vec![agent, agent],
                    Ty::Bool,
                    *self.dice.pick(&[Reads::Setup, Reads::State]),
                ),
                2 => (Some(kind), vec![agent, agent], Ty::Bool, Reads::Setup),
                _ => (None, vec![Ty::Int], Ty::Bool, Reads::Trace),
            };
        let mut scope = Scope { defs: false, ..Scope::new(reads) };
        let mut shown: Vec<String> = Vec::new();
        let related = self.fresh("rel");
        if relation.is_some() {
            let kind = &self.society.kinds[kind];
            shown.push(format!("{related}({kind}, {kind}): bool"));
        }
        for ty in &params {
            let name = self.fresh("v");
            shown.push(format!("{name}: {}", self.society.type_name(*ty)));
            scope = scope.with(&name, *ty);
        }
        let body = match (relation, reads) {
            (Some(_), _) => {
                let of = scope.of(agent);
                let (a, b) = (&of[0], &of[1]);
                let rest = self.value(&scope, Ty::Bool, 1);
                join![
                    "(", &related, "(", a, ", ", b, ") and (", &related, "(", b, ", ", a, ") or ",
                    rest, "))"
                ]
            }
            (_, Reads::Trace) => self.formula(&scope, 2),
            _ => self.value(&scope, ty, 2),
        };
        let of = self.society.type_name(ty);
        let item = join!["def ", &name, "(", shown.join(", "), "): ", of, " = ", body];
        self.society.defs.push(Def { name, params, ty, reads, relation });
        item
    }
}
