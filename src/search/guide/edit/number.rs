//! Steps of one number within its domain.

use crate::ir::{Domain, Value};
use crate::search::values::{Dice, width};

/// Halvings of a domain's width down to which steps go.
const HALVINGS: f64 = 24.0;

/// `value` moved by a step whose size is anything from the width of the domain down to its 24th
/// halving, all orders alike; and by how much it was moved. None where it is no number, or stays.
pub fn stepped(domain: &Domain, value: &Value, dice: &mut Dice<'_>) -> Option<(Value, f64)> {
    let from = value.number()?;
    let width = width(domain).unwrap_or_else(|| from.abs().max(1.0) * 4.0);
    let mut size = width;
    for _ in 0..(dice.uniform() * HALVINGS) as u32 {
        size /= 2.0;
    }
    size *= 0.5 + dice.uniform();
    let by = if dice.chance(0.5) { size } else { -size };
    moved(domain, value, by)
}

/// `value` moved by `by`, at least to its next one, and not past the end of the domain. None
/// where it is no number of a range, or stays.
pub fn moved(domain: &Domain, value: &Value, by: f64) -> Option<(Value, f64)> {
    let (lo, hi) = match domain {
        Domain::Ints(lo, hi) => (*lo as f64, *hi as f64),
        Domain::Reals(lo, hi) => (*lo, *hi),
        Domain::Whole(_) => (f64::MIN, f64::MAX),
        Domain::Values(..) | Domain::Population(_) | Domain::Optional(_) => return None,
    };
    let new = match value {
        Value::Int(int) => {
            // A step that ends between two ints goes on to the next.
            let far = (by.abs() - 1e-6).ceil().max(1.0);
            let to = (*int as f64 + far.copysign(by)).clamp(lo, hi);
            let to = to.clamp(-9e15, 9e15) as i64;
            match domain {
                // The ends of a wide range need not be exact as reals.
                Domain::Ints(lo, hi) => Value::Int(to.clamp(*lo, *hi)),
                _ => Value::Int(to),
            }
        }
        Value::Real(real) => Value::Real((real + by).clamp(lo, hi)),
        Value::None
        | Value::Bool(_)
        | Value::Duration(_)
        | Value::Variant(..)
        | Value::Agent(_)
        | Value::Str(_)
        | Value::Set(_)
        | Value::Event(_)
        | Value::Table(_)
        | Value::Unrecorded => return None,
    };
    let by = new.number()? - value.number()?;
    (by != 0.0 && by.is_finite()).then_some((new, by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stays_within_the_domain() {
        let ints = Domain::Ints(0, 9);
        assert_eq!(moved(&ints, &Value::Int(7), 5.0), Some((Value::Int(9), 2.0)));
        assert_eq!(moved(&ints, &Value::Int(7), -0.2), Some((Value::Int(6), -1.0)));
        assert_eq!(moved(&ints, &Value::Int(9), 1.0), None);
        let reals = Domain::Reals(0.0, 1.0);
        assert_eq!(moved(&reals, &Value::Real(0.5), 0.25), Some((Value::Real(0.75), 0.25)));
    }

    #[test]
    fn steps_are_of_all_sizes() {
        let mut count = 0;
        let mut uniform = || {
            count += 1;
            crate::base::Seed(3).uniform(&[count])
        };
        let mut dice = Dice::new(&mut uniform);
        let domain = Domain::Reals(-1.0, 1.0);
        let steps = (0..200).filter_map(|_| stepped(&domain, &Value::Real(0.0), &mut dice));
        let sizes: Vec<f64> = steps.map(|(_, by)| by.abs()).collect();
        assert!(sizes.iter().any(|size| *size > 0.5) && sizes.iter().any(|size| *size < 1e-5));
    }
}
