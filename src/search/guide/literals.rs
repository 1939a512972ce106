//! The numbers of a model's text: where a condition turns, one of them is near.
//!
//! In: a model. Out: the numbers that stand in its step, rules, defs and properties, and the middles
//! between neighbours; and a run in which one number is one of them.

use super::edit::{Edited, Editor, Place, Spot};
use crate::analysis::walk;
use crate::ir::{Domain, ExprKind, Model, PropId, Value};

/// Numbers that are kept at most, the middles not counted.
const NUMBERS_MAX: usize = 64;

/// What is next to a real, in widths of its domain: just past the tolerance of comparisons.
const STEP: f64 = 2e-9;

/// The numbers of a text, in order.
#[derive(Clone, Default, Debug)]
pub struct Literals {
    /// As they stand.
    written: Vec<f64>,
    /// Between neighbours.
    between: Vec<f64>,
}

impl Literals {
    /// The numbers of what a property rests on.
    pub fn of(model: &Model, property: PropId) -> Literals {
        let mut written: Vec<f64> = Vec::new();
        let mut visit = |part: &crate::ir::Expr| {
            if let ExprKind::Literal(value) = &*part.kind
                && let Some(number) = value.number()
                && written.len() < NUMBERS_MAX
                && !written.contains(&number)
            {
                written.push(number);
            }
        };
        walk::property(&model.properties[property], &mut visit);
        walk::system(model, &mut visit);
        model.defs.iter().for_each(|def| walk::expr(&def.body, &mut visit));
        written.sort_by(f64::total_cmp);
        let between = written.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
        Literals { written, between }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// The numbers of the text, and those between two of them, that a domain of numbers has.
    pub fn within(&self, domain: &Domain) -> Vec<Value> {
        let numbers = self.written.iter().chain(&self.between);
        numbers.filter_map(|number| beside(domain, *number, 0)).collect()
    }

    /// The parent's run with one number of its setup as one of the text: number `turn` of all pairs
    /// of a place and a number, those as they stand first. None where it fits nowhere.
    pub fn put(&self, editor: &Editor<'_>, turn: usize) -> Option<Edited> {
        let model = &*editor.space.model;
        let mut spots: Vec<(Spot, Place, &Domain)> = Vec::new();
        for place in editor.places() {
            match place {
                Place::Param(id) => {
                    let of = |at| (Spot::Param(id, at), place, &model.params[id].domain);
                    spots.extend(editor.param_cells(id).into_iter().map(of));
                }
                Place::Start(id) => {
                    let of = |at| (Spot::Start(id, at), place, &model.states[id].domain);
                    spots.extend(editor.start_cells(id).into_iter().map(of));
                }
                Place::Ties(_) | Place::Site(_) => {}
            }
        }
        let pairs: Vec<(usize, Value)> =
            self.all().flat_map(|(number, steps)| fitting(&spots, number, steps)).collect();
        let (spot, value) = pairs.get(turn % pairs.len().max(1))?;
        let (spot, place, _) = &spots[*spot];
        let mut run = editor.parent.run.clone();
        let cell = match spot {
            Spot::Param(id, at) => &mut run.setup.params[*id][*at],
            Spot::Start(id, at) => &mut run.setup.starts[*id][*at],
            Spot::Answer(_) => return None,
        };
        if cell == value {
            return None;
        }
        cell.clone_from(value);
        let mut edited = Edited { run, places: vec![*place], moved: None };
        editor.settled(&mut edited);
        Some(edited)
    }

    /// All numbers with how many steps beside them: as they stand, their middles, and next to them.
    fn all(&self) -> impl Iterator<Item = (f64, i8)> + '_ {
        let there = self.written.iter().chain(&self.between).map(|number| (*number, 0));
        there.chain(self.written.iter().flat_map(|number| [(*number, 1), (*number, -1)]))
    }
}

/// The spots that may have a number, with the value that it is there; some steps beside it.
fn fitting(spots: &[(Spot, Place, &Domain)], number: f64, steps: i8) -> Vec<(usize, Value)> {
    let each = spots.iter().enumerate();
    each.filter_map(|(at, (.., domain))| beside(domain, number, steps).map(|value| (at, value)))
        .collect()
}

/// A number of a domain, or one some steps beside it.
fn beside(domain: &Domain, number: f64, steps: i8) -> Option<Value> {
    match domain {
        Domain::Ints(lo, hi) => {
            let whole = (number as i64).saturating_add(i64::from(steps));
            (*lo..=*hi).contains(&whole).then_some(Value::Int(whole))
        }
        Domain::Reals(lo, hi) => {
            let real = number + f64::from(steps) * STEP * (hi - lo);
            (*lo..=*hi).contains(&real).then_some(Value::Real(real))
        }
        Domain::Whole(_) | Domain::Values(..) | Domain::Population(_) | Domain::Optional(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::tests::model;

    #[test]
    fn the_numbers_of_a_text_and_their_middles_are_found() {
        let (model, _) = model(
            "model numbers
             param a: 0..99
             param b: 0.0..1.0
             def low() = b < 0.25
             property fine { not (a == 37 and low()) and a != 39 }",
        );
        let found = Literals::of(&model, model.targets[0].property);
        assert_eq!(found.written, [0.25, 37.0, 39.0]);
        assert_eq!(found.between, [18.625, 38.0]);
    }

    #[test]
    fn next_to_an_int_is_the_next_and_next_to_a_real_what_is_just_past_the_tolerance() {
        let (ints, reals) = (Domain::Ints(0, 99), Domain::Reals(0.0, 1000.0));
        let place = Place::Param(crate::ir::ParamId(0));
        let spot = |at| Spot::Param(crate::ir::ParamId(0), at);
        let spots = [(spot(0), place, &ints), (spot(1), place, &reals)];
        assert_eq!(
            fitting(&spots, 99.0, 1),
            [(1, Value::Real(99.0 + 2e-6))],
            "there is no int past the end"
        );
        let below = [(0, Value::Int(36)), (1, Value::Real(37.0 - 2e-6))];
        assert_eq!(fitting(&spots, 37.0, -1), below);
    }
}
