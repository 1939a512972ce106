//! Parameters and states: of the model and of its kinds, with domains, indices, defaults and
//! starts.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::scope::Scope;
use super::society::{Domain, Index, Population, Reads, Role, Ty, Variable};
use super::strategy::Flavour;

impl Generator<'_> {
    /// The kinds with their variables, and the variables of the model.
    pub fn variables(&mut self) -> (Vec<Piece>, Vec<Piece>) {
        let mut kinds: Vec<Piece> = Vec::new();
        for kind in 0..self.society.kinds.len() {
            let served = self.society.served == Some(kind);
            let mut inside: Vec<Piece> = Vec::new();
            for _ in 0..self.dice.weighted(&[(2, 0), (5, 1), (2, 2)]) {
                inside.push(self.param(Some(kind)));
            }
            let states = if served { 0 } else { self.dice.weighted(&[(2, 0), (5, 1), (2, 2)]) };
            for _ in 0..states {
                inside.push(self.state(Some(kind)));
            }
            let name = self.society.kinds[kind].clone();
            kinds.push(join!["kind ", name, " { ", Piece::list(inside, "  ", 0), " }"]);
        }
        let mut items: Vec<Piece> = Vec::new();
        for _ in 0..self.dice.weighted(&[(3, 0), (4, 1), (2, 2)]) {
            items.push(self.param(None));
        }
        for _ in 0..self.dice.weighted(&[(4, 1), (3, 2)]) {
            items.push(self.state(None));
        }
        (kinds, items)
    }

    /// A domain of a random type.
    fn domain(&mut self) -> (Ty, Domain) {
        let enums = self.society.enums.len();
        let ways = [(4, 0), (5, 1), (2 * enums as u32, 2), (1, 3), (1, 4), (1, 5), (1, 6)];
        match self.dice.weighted(&ways) {
            0 => (Ty::Bool, Domain::listed("bool", &["true", "false"])),
            1 => {
                let (lo, more) = (self.dice.between(-1, 1), self.dice.between(1, 2));
                let values = (lo..=lo + more).map(|value| value.to_string()).collect();
                let (text, ends) = (format!("{lo}..{}", lo + more), Some((lo, lo + more)));
                let ends = ends.map(|(lo, hi)| (lo.to_string(), hi.to_string()));
                (Ty::Int, Domain { text, values, count: Some(more as usize + 1), ends })
            }
            2 => {
                let at = self.dice.below(enums);
                let (text, values) = self.society.enums[at].clone();
                let count = Some(values.len());
                (Ty::Enum(at), Domain { text, values, count, ends: None })
            }
            3 => (Ty::Int, Domain::listed("{0, 3}", &["0", "3"])),
            4 => (Ty::Real, Domain::listed("{0.0, 0.5, 1.0}", &["0.0", "0.5", "1.0"])),
            way => {
                let at = self.dice.below(self.society.populations.len());
                let Population { name, kind, size, .. } = self.society.populations[at].clone();
                let first = format!("{name}[0]");
                match way {
                    5 => {
                        let (text, values) = (name, vec![first]);
                        (Ty::Agent(kind), Domain { text, values, count: Some(size.1), ends: None })
                    }
                    _ => {
                        let (text, values) = (format!("{name}?"), vec!["none".into(), first]);
                        let count = Some(size.1 + 1);
                        (Ty::Optional(kind), Domain { text, values, count, ends: None })
                    }
                }
            }
        }
    }

    /// An index, now and then.
    fn indices(&mut self, owner: Option<usize>) -> Vec<Index> {
        if !self.dice.chance(22) {
            return Vec::new();
        }
        let enums = self.society.enums.len();
        match self.dice.weighted(&[(3, 0), (3, 1), (2 * enums as u32, 2), (4, 3)]) {
            0 => vec![Index::Range(1)],
            1 => vec![Index::Kind(self.any_kind())],
            2 => vec![Index::Enum(self.dice.below(enums))],
            _ if owner.is_some() => vec![Index::Range(1)],
            _ => {
                let kind = self.any_kind();
                vec![Index::Kind(kind), Index::Kind(kind)]
            }
        }
    }

    fn indices_text(&self, indices: &[Index]) -> String {
        let names: Vec<String> = indices.iter().map(|i| self.society.index_name(*i)).collect();
        if names.is_empty() { String::new() } else { format!("({})", names.join(", ")) }
    }

    fn declare(
        &mut self,
        name: String,
        owner: Option<usize>,
        indices: Vec<Index>,
        (ty, domain): (Ty, Domain),
        role: Role,
    ) {
        self.society.variables.push(Variable { name, owner, indices, ty, domain, role });
    }

    /// What may be named where a variable's default or start is written.
    fn around(owner: Option<usize>) -> Scope {
        let scope = Scope::new(Reads::Setup);
        match owner {
            Some(kind) => scope.with("self", Ty::Agent(kind)),
            None => scope,
        }
    }

    fn param(&mut self, owner: Option<usize>) -> Piece {
        let name = self.fresh("p");
        if self.dice.chance(12) {
            let ty = self.settled_type();
            let value = self.value(&Generator::around(owner), ty, 2);
            let item = join!["param ", &name, " = ", value];
            self.declare(name, owner, Vec::new(), (ty, Domain::listed("", &[])), Role::Derived);
            return item;
        }
        let reals = self.flavour == Flavour::Reals && self.dice.chance(40);
        let indices = if reals { Vec::new() } else { self.indices(owner) };
        let cells = self.society.cells(owner, &indices);
        let (mut ty, mut domain) = self.domain();
        if reals {
            (ty, domain) = (Ty::Real, Domain::reals("1.0", &["0.0", "0.25", "0.5"]));
        } else if !self.take_setups(domain.count.unwrap_or(1), cells) {
            (ty, domain) = (Ty::Int, Domain::listed("{1}", &["1"]));
        }
        let default = match (self.dice.chance(70), &domain.ends, owner) {
            (true, Some((lo, hi)), Some(_)) if ty == Ty::Int && self.dice.chance(20) => {
                format!(" = clamp(index(self), {lo}, {hi})")
            }
            (true, ..) => format!(" = {}", self.dice.pick(&domain.values)),
            (false, ..) => String::new(),
        };
        let role = Role::Param { defaulted: !default.is_empty() };
        let text = self.indices_text(&indices);
        let item = join!["param ", &name, text, ": ", &domain.text, default];
        self.declare(name, owner, indices, (ty, domain), role);
        item
    }

    fn state(&mut self, owner: Option<usize>) -> Piece {
        let name = self.fresh(if owner.is_some() { "s" } else { "x" });
        let (mut ty, mut domain) = self.domain();
        let indices = self.indices(owner);
        let reals = if self.flavour == Flavour::Reals { 45 } else { 8 };
        if indices.len() == 2 {
            (ty, domain) = (Ty::Bool, Domain::listed("bool", &["true", "false"]));
        } else if ty == Ty::Int && self.dice.chance(25) {
            (domain.text, domain.ends, domain.count) = ("int".into(), None, None);
        } else if self.dice.chance(reals) {
            (ty, domain) = (Ty::Real, Domain::reals("2.0", &["0.0", "0.5", "1.5"]));
        }
        let cells = self.society.cells(owner, &indices);
        let start = self.start(owner, ty, &domain, cells);
        let role = Role::State { free: start.text().is_empty() };
        let item = join!["state ", &name, self.indices_text(&indices), ": ", &domain.text, start];
        self.declare(name, owner, indices, (ty, domain), role);
        item
    }

    /// How a state starts; empty: any value.
    fn start(&mut self, owner: Option<usize>, ty: Ty, domain: &Domain, cells: usize) -> Piece {
        let value = join![" = ", self.dice.pick(&domain.values)];
        let room = match domain.count {
            Some(count) => self.dice.chance(35) && self.take_setups(count, cells),
            None => ty == Ty::Real && self.flavour == Flavour::Reals && self.dice.chance(30),
        };
        match (room, self.dice.weighted(&[(5, 0), (2, 1), (4, 2)])) {
            (true, 1) if ty == Ty::Bool => join![" ~ bernoulli(0.5)"],
            (true, 1) if ty == Ty::Int && domain.ends.is_some() => {
                let (lo, hi) = domain.ends.clone().expect("a range");
                join![" ~ uniform(", lo, ", ", hi, ")"]
            }
            (true, 1) if matches!(ty, Ty::Enum(_)) => {
                let (one, other) = (&domain.values[0], &domain.values[1]);
                join![" ~ categorical(", one, ": 1, ", other, ": 2)"]
            }
            (true, _) => "".into(),
            (false, 1) if ty == Ty::Bool => {
                join![" = ", self.value(&Generator::around(owner), ty, 1)]
            }
            (false, _) => value,
        }
    }
}
