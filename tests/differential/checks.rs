//! What is asked of the properties: checks with their settings and pins.

use super::generator::Generator;
use super::piece::{Piece, join};
use super::society::Role;
use super::strategy::Flavour;

impl Generator<'_> {
    /// The default check, and perhaps some that name a property.
    pub fn checks(&mut self, names: &[String]) -> Vec<Piece> {
        let mut settings: Vec<Piece> = vec![format!("steps: {}", self.steps).into()];
        if self.dice.chance(45) {
            settings.push("final: true".into());
        }
        if self.dice.chance(55) {
            settings.push(self.minimize());
        }
        let tolerance = if self.flavour == Flavour::Reals { 20 } else { 5 };
        if self.dice.chance(tolerance) {
            settings.push((*self.dice.pick(&["tolerance: 0.125", "tolerance: 0.0"])).into());
        }
        let mut items = vec![check("", settings)];
        for name in names {
            if self.dice.chance(45) {
                let settings = self.settings();
                items.push(check(&format!("{name} "), settings));
            }
        }
        if self.dice.chance(35) {
            items.push(check("no_faults ", Vec::new()));
        }
        items
    }

    fn minimize(&mut self) -> Piece {
        let mut all: Vec<String> =
            ["agents", "deviations", "edges", "steps"].map(String::from).to_vec();
        if self.dice.chance(20) {
            all.push(self.society.populations[0].name.clone());
        }
        let count = 1 + self.dice.below(all.len());
        let mut names: Vec<String> = Vec::new();
        for _ in 0..count {
            let at = self.dice.below(all.len());
            names.push(all.remove(at));
        }
        format!("minimize: {}", names.join(", ")).into()
    }

    fn settings(&mut self) -> Vec<Piece> {
        let mut pins: Vec<Piece> = Vec::new();
        if self.dice.chance(30) {
            let population = self.dice.pick(&self.society.populations).clone();
            let (least, most) = population.size;
            let size = self.dice.between(least as i64, most as i64);
            pins.push(format!("{}: {size}", population.name).into());
        }
        pins.extend(self.setup_pins());
        let mut counts = vec!["deviations: 0", "deviations: 0..1"];
        if self.society.variables.iter().any(|v| v.role == Role::Param { defaulted: true }) {
            counts.push("deviations: 1..2");
        }
        if self.society.structures.iter().any(|structure| structure.families.len() > 1) {
            counts.extend(["edges: 0..1", "edges: 1", "edges: 1..3"]);
        }
        if self.dice.chance(25) {
            pins.push((*self.dice.pick(&counts)).into());
        }
        if self.dice.chance(12) {
            pins.push(join!["assume ", self.mild()]);
        }
        let mut settings = vec![join!["given: { ", Piece::list(pins, ", ", 0), " }"]];
        if self.dice.chance(30) {
            settings.push(self.minimize());
        }
        if self.dice.chance(30) {
            settings.push(format!("steps: {}", self.dice.between(1, i64::from(self.steps))).into());
        }
        settings
    }
}

fn check(of: &str, settings: Vec<Piece>) -> Piece {
    join!["check ", of, "{ ", Piece::list(settings, ", ", 0), " }"]
}
