//! From an assignment to a run: a setup, and the choices and draws that it lists.
//!
//! In: an encoding and an assignment of it. Out: a run that the reference can replay. Reals are
//! the nearest doubles.

use std::collections::BTreeMap;

use super::assignment::Assignment;
use super::encode::Encoder;
use super::sym::Sym;
use crate::base::{Seed, Table};
use crate::ir::{StructId, Value};
use crate::smt::term::Sort;
use crate::social::Ties;
use crate::trace::setup::StructureSetup;
use crate::trace::{Key, Run, Setup};

impl Encoder<'_> {
    /// The run of an assignment; none where a number has no double.
    pub(super) fn decode(&self, given: &Assignment) -> Option<Run> {
        let steps = self.question.settings.steps;
        let setup = self.decode_setup(given)?;
        let mut run =
            Run { setup, seed: Seed(0), choices: BTreeMap::new(), draws: BTreeMap::new(), steps };
        for asked in self.asked.iter().filter(|asked| given.truth(asked.guard)) {
            let turn = asked.turn.iter().find(|(_, when)| given.truth(*when));
            let (Some((turn, _)), Some(value)) = (turn, given.value(&asked.value)) else {
                continue;
            };
            let binders = asked.binders.clone();
            let key = Key { world: None, site: asked.site, turn: *turn, binders };
            let listed = if asked.drawn { &mut run.draws } else { &mut run.choices };
            match listed.get(&key) {
                None => drop(listed.insert(key, value)),
                Some(shared) if part_of(&value, shared) => {}
                // Another world had it otherwise: this one has its own.
                Some(_) => {
                    let world = u32::try_from(asked.run).ok();
                    listed.insert(Key { world, ..key }, value);
                }
            }
        }
        Some(run)
    }

    fn decode_setup(&self, given: &Assignment) -> Option<Setup> {
        let actual = &self.societies[0];
        let cells = |cells: &Vec<Sym>| -> Option<Vec<Value>> {
            cells.iter().map(|cell| given.value(cell)).collect()
        };
        let mut params = Table::new();
        for (id, param) in self.model.params.pairs() {
            // A derived parameter is no part of a setup.
            params.push(match param.derived {
                true => Vec::new(),
                false => cells(&actual.params[id])?,
            });
        }
        let mut starts = Table::new();
        for state in self.model.states.ids() {
            starts.push(cells(&actual.starts[state])?);
        }
        let structures: Option<Table<StructId, StructureSetup>> =
            self.model.structures.ids().map(|id| self.decode_ties(id, given)).collect();
        Some(Setup { sizes: self.question.sizes.clone(), params, structures: structures?, starts })
    }

    fn decode_ties(&self, id: StructId, given: &Assignment) -> Option<StructureSetup> {
        let (rows, columns) = self.size_of(id);
        let declared = &self.model.structures[id];
        let mut ties = match declared.on == declared.to {
            true => Ties::empty(rows, columns),
            false => Ties::empty_across(rows, columns),
        };
        for (a, row) in self.societies[0].ties[id].iter().enumerate() {
            for (b, tie) in row.iter().enumerate() {
                let weight = match self.terms.sort(*tie) {
                    Sort::Bool => f64::from(given.truth(*tie)),
                    Sort::Int | Sort::Real => super::number::nearest(&given.number(*tie))?,
                };
                ties.set(a as u32, b as u32, weight);
            }
        }
        let held = self.families[id].iter().find(|(_, guard)| given.truth(*guard));
        Some(StructureSetup { family: held.and_then(|(family, _)| *family), ties })
    }
}

/// Whether a world's value is the shared one: of a joint choice, as far as it has rows.
fn part_of(own: &Value, shared: &Value) -> bool {
    match (own, shared) {
        (Value::Table(own), Value::Table(shared)) => own.iter().all(|row| shared.contains(row)),
        (own, shared) => own == shared,
    }
}
