//! Models of agents that nothing tells apart but what they are like: what the solver may rename.
//!
//! In: decisions. Out: a model in which several agents of one kind are mostly interchangeable;
//! now and then something (`index`, a place, round robin) tells them apart after all.
//!
//! # Invariants
//! - Setups and choices are few, so that most models can be tried exhaustively.

use super::dice::Dice;
use super::piece::{Piece, join};

const GRAPHS: &[&str] = &["isolated", "ring", "line", "star", "complete"];
const DIGRAPHS: &[&str] = &["isolated", "ring", "line", "star", "complete", "order"];
const TREES: &[&str] = &["isolated", "line", "star", "hierarchy(2)"];
const PARTITIONS: &[&str] = &["isolated", "complete", "teams(2)"];

/// One model under way.
pub struct Alike<'a> {
    dice: Dice<'a>,
    /// The truths of an agent: `bad`.
    truths: Vec<&'static str>,
    /// The numbers of an agent.
    numbers: Vec<&'static str>,
    /// Families that a world may pin.
    families: Vec<&'static str>,
    /// Whether something may tell agents apart.
    told_apart: bool,
    fresh: usize,
}

impl<'a> Alike<'a> {
    /// Nothing declared yet.
    pub fn new(mut dice: Dice<'a>) -> Alike<'a> {
        let told_apart = dice.chance(40);
        let (truths, numbers, families) = (Vec::new(), Vec::new(), Vec::new());
        Alike { dice, truths, numbers, families, told_apart, fresh: 0 }
    }

    /// A whole model.
    pub fn model(mut self) -> Piece {
        let mut items: Vec<Piece> = vec!["model alike".into()];
        let most = *self.dice.pick(&[3, 4, 4]);
        let (kind, setups) = self.kind(most);
        items.push(kind);
        items.push(format!("agents team: Agent[{}..{most}]", self.dice.between(2, 3)).into());
        items.push(self.structure(setups));
        items.push("state total: 0..9 = 0".into());
        items.extend(self.dynamics());
        let names: Vec<String> = (0..self.dice.between(1, 2)).map(|at| format!("p{at}")).collect();
        for name in &names {
            items.push(self.property(name));
        }
        items.push(self.check());
        Piece::list(items, "\n", 3)
    }

    /// The kind, and about how many setups it allows with so many agents.
    fn kind(&mut self, most: u32) -> (Piece, u32) {
        let mut members: Vec<Piece> = Vec::new();
        let mut setups = 1;
        let default = |dice: &mut Dice, value: &str| match dice.chance(60) {
            true => format!(" = {value}"),
            false => String::new(),
        };
        if self.dice.chance(80) {
            members.push(format!("param bad: bool{}", default(&mut self.dice, "false")).into());
            self.truths.push("bad");
            setups *= 2_u32.pow(most);
        }
        if self.dice.chance(if setups == 1 { 60 } else { 15 }) {
            members.push(format!("param size: {{0, 2, 3}}{}", default(&mut self.dice, "2")).into());
            self.numbers.push("size");
            setups *= 3_u32.pow(most);
        } else if setups == 1 || self.dice.chance(30) {
            members.push("state keen: bool".into());
            self.truths.push("keen");
            setups *= 2_u32.pow(most);
        }
        members.push("state on: bool = false".into());
        members.push("state level: 0..3 = 1".into());
        self.truths.push("on");
        self.numbers.push("level");
        (join!["kind Agent { ", Piece::list(members, "  ", 2), " }"], setups)
    }

    /// The structure of the team: fewer labellings where there are many setups.
    fn structure(&mut self, setups: u32) -> Piece {
        let (shape, families) = *self.dice.pick(&[
            ("graph", GRAPHS),
            ("graph", GRAPHS),
            ("digraph", DIGRAPHS),
            ("tree", TREES),
            ("partition", PARTITIONS),
        ]);
        let family = if setups > 100 { "complete" } else { *self.dice.pick(families) };
        let family = if families.contains(&family) { family } else { "isolated" };
        let other = if setups > 100 { "isolated" } else { *self.dice.pick(families) };
        let among = match self.dice.below(5) {
            0 if setups <= 16 && shape != "digraph" => " among any".to_string(),
            1 | 2 => format!(" among {family} | {other} = {family}"),
            3 => format!(" among {family} | {other}"),
            _ => format!(" = {family}"),
        };
        self.families = if among.contains("any") { vec!["isolated", family] } else { vec![family] };
        format!("structure net: {shape} on team{among}").into()
    }

    fn dynamics(&mut self) -> Vec<Piece> {
        let mut statements: Vec<Piece> = Vec::new();
        if self.dice.chance(50) {
            statements.push(join!["a.on' = ", self.truth(&["a"], 2)]);
        }
        if self.dice.chance(50) {
            statements.push(join!["a.level' = min(3, ", self.number(&["a"], 2), ")"]);
        }
        let total: Piece = join!["total' = min(9, ", self.number(&[], 2), ")"];
        let body = Piece::list(statements, "  ", 0);
        if self.dice.chance(60) {
            return vec![join!["step {\n  for a in team { ", body, " }\n  ", total, "\n}"]];
        }
        let schedule = match self.told_apart {
            true => "round_robin",
            false => *self.dice.pick(&["any", "any", "random"]),
        };
        let when = self.truth(&["a"], 1);
        let rule = join!["rule moves(a in team) when ", when, " { ", body, "  ", total, " }"];
        vec![format!("schedule {schedule}").into(), rule]
    }

    fn property(&mut self, name: &str) -> Piece {
        if self.dice.chance(40) {
            let net = format!("net: {}", self.dice.pick(&self.families));
            let differ = *self.dice.pick(&["without x", "only x", &net]);
            let (then, now) = (self.truth(&["x"], 1), self.truth(&["x"], 1));
            // Who is left out is not asked about.
            return join![
                format!(
                    "property {name} {{\n  worlds {{ other(x: team) {{ {differ} }}  actual {{ }} }}\n"
                ),
                "  forall x in team: always ((",
                then,
                ")@other(x) implies (",
                now,
                ")@actual)\n}"
            ];
        }
        let formula = match self.dice.below(4) {
            0 => join!["always ", self.truth(&[], 3)],
            1 => join!["forall a in team: always ", self.truth(&["a"], 2)],
            2 => join!["forall a in team: eventually ", self.truth(&["a"], 2)],
            _ => join!["always (", self.truth(&[], 2), " implies ", self.truth(&[], 2), ")"],
        };
        join![format!("property {name} {{ "), formula, " }"]
    }

    fn check(&mut self) -> Piece {
        let minimize = *self.dice.pick(&[
            "agents, deviations, edges, steps",
            "deviations, agents",
            "edges, deviations",
            "agents, steps",
        ]);
        let last = if self.dice.chance(50) { ", final: true" } else { "" };
        let given = match self.dice.below(6) {
            0 => ", given: { deviations: 0..2 }",
            1 => ", given: { edges: 0..2 }",
            2 if self.told_apart => ", given: { assume net(team[0], team[1]) }",
            _ => "",
        };
        let steps = self.dice.between(1, 3);
        format!("check {{ steps: {steps}, minimize: {minimize}{last}{given} }}").into()
    }

    fn value(&self, sort: &str, simplest: &str, body: Piece) -> Piece {
        let (sort, simplest) = (sort.to_string(), simplest.to_string());
        Piece::Value { sort, simplest, body: Box::new(body) }
    }

    /// A truth about the agents at hand.
    fn truth(&mut self, at_hand: &[&str], depth: u32) -> Piece {
        let body = match (at_hand, self.dice.below(8)) {
            ([.., a], 0 | 1) if depth < 2 || self.dice.chance(50) => self.own_truth(a),
            ([a, .., b], 2) => join!["net(", *a, ", ", *b, ")"],
            ([a, .., b], 3) => join!["(", *a, " == ", *b, ")"],
            (_, 4 | 5) if depth > 0 => self.quantified(at_hand, depth - 1),
            (_, 6) if depth > 0 => {
                let word = *self.dice.pick(&[" and ", " or "]);
                let (a, b) = (self.truth(at_hand, depth - 1), self.truth(at_hand, depth - 1));
                join!["(", a, word, b, ")"]
            }
            (_, 7) if depth > 0 => join!["(not ", self.truth(at_hand, depth - 1), ")"],
            _ => {
                let word = *self.dice.pick(&[" < ", " <= ", " == "]);
                let (a, b) = (self.number(at_hand, depth), self.number(at_hand, 0));
                join!["(", a, word, b, ")"]
            }
        };
        self.value("bool", "true", body)
    }

    fn own_truth(&mut self, agent: &str) -> Piece {
        if self.told_apart && self.dice.chance(50) {
            let name = *self.dice.pick(&self.truths);
            let place = self.dice.between(0, 2);
            return format!("(index({agent}) == {place} and {agent}.{name})").into();
        }
        let name = *self.dice.pick(&self.truths);
        format!("{agent}.{name}").into()
    }

    fn quantified(&mut self, at_hand: &[&str], depth: u32) -> Piece {
        let name = self.name();
        let word = *self.dice.pick(&["exists", "forall"]);
        let set = self.set(at_hand);
        let inner: Vec<&str> = at_hand.iter().copied().chain([&name[..]]).collect();
        let body = self.truth(&inner, depth);
        join!["(", word, " ", &name, " in ", set, ": ", body, ")"]
    }

    fn number(&mut self, at_hand: &[&str], depth: u32) -> Piece {
        let body = match (at_hand, self.dice.below(6)) {
            ([.., a], 0 | 1) => {
                let name = *self.dice.pick(&self.numbers);
                format!("{a}.{name}").into()
            }
            (_, 2 | 3) if depth > 0 => {
                let name = self.name();
                let set = self.set(at_hand);
                let inner: Vec<&str> = at_hand.iter().copied().chain([&name[..]]).collect();
                let of = self.truth(&inner, depth - 1);
                join!["count(", &name, " in ", set, " where ", of, ")"]
            }
            (_, 4) if depth > 0 => {
                let name = self.name();
                let set = self.set(at_hand);
                let of = *self.dice.pick(&self.numbers);
                let (op, end) = *self.dice.pick(&[("sum", ""), ("max", " else 0")]);
                format!("{op}({name}.{of} for {name} in {set}{end})").into()
            }
            _ => self.dice.between(0, 3).to_string().into(),
        };
        self.value("int", "0", body)
    }

    fn set(&mut self, at_hand: &[&str]) -> String {
        match at_hand {
            [.., a] if self.dice.chance(60) => format!("net({a})"),
            _ => "team".to_string(),
        }
    }

    fn name(&mut self) -> String {
        self.fresh += 1;
        format!("o{}", self.fresh)
    }
}
