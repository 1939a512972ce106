//! The step, the rules and the schedule.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::scope::Scope;
use super::society::{Reads, Ty};

impl Generator<'_> {
    /// What changes the states.
    pub fn dynamics(&mut self) -> Vec<Piece> {
        let variables = self.society.variables.iter().enumerate();
        let mut states: Vec<usize> =
            variables.filter(|(_, v)| v.is_state()).map(|(place, _)| place).collect();
        // So that the order of declaration is not always that of assignment.
        for at in (1..states.len()).rev() {
            let other = self.dice.below(at + 1);
            states.swap(at, other);
        }
        if !self.dice.chance(30) {
            return vec![self.step(&states)];
        }
        let mut items: Vec<Piece> = Vec::new();
        for _ in 0..self.dice.weighted(&[(3, 1), (2, 2)]) {
            items.extend(self.rule(&states));
        }
        let schedules = [(3, "any"), (3, "round_robin"), (2, "random"), (2, "")];
        let schedule = self.dice.weighted(&schedules);
        if !schedule.is_empty() && !items.is_empty() {
            items.push(format!("schedule {schedule}").into());
        }
        if items.is_empty() || self.dice.chance(60) {
            items.push(self.step(&states));
        }
        items
    }

    fn step(&mut self, states: &[usize]) -> Piece {
        join!["step ", self.body(&Scope::new(Reads::State), states)]
    }

    /// `rule r(a in S) when c { … }`, if there is room for its instances.
    fn rule(&mut self, states: &[usize]) -> Option<Piece> {
        let name = self.fresh("rule");
        let mut scope = Scope::new(Reads::State);
        let mut parts = vec![join!["rule ", &name]];
        let mut instances = 2;
        if self.dice.chance(75) {
            let kind = self.acting_kind();
            let fixed = Scope::new(Reads::Setup);
            let (agent, set) = (self.fresh("v"), self.agents(&fixed, kind, 1));
            instances = self.society.most(kind) + 1;
            parts.push(join!["(", &agent, " in ", set, ")"]);
            scope = scope.with(&agent, Ty::Agent(kind));
        }
        if !self.take_ways(instances, 1) {
            return None;
        }
        if self.dice.chance(60) {
            let condition = self.condition(&scope, 2);
            parts.push(Piece::list(vec![join![" when ", condition]], "", 0));
        }
        let assigned: Vec<usize> =
            states.iter().copied().filter(|_| self.dice.chance(60)).collect();
        parts.push(" ".into());
        parts.push(self.body(&scope, &assigned));
        Some(Piece::Join(parts))
    }
}
