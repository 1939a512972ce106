//! Arithmetic on intervals: what a number may be whose parts lie between two ends.
//!
//! # Invariants
//! - For all numbers in the operands, the operation's value lies in the result, but for the
//!   rounding of its ends. Ends may be infinite and are never NaN.

use crate::base::math;
use crate::ir::expr::Function;
use crate::syntax::ast::BinaryOp;

/// Low end and high end.
pub type Ends = (f64, f64);

/// Every number.
pub const ALL: Ends = (f64::NEG_INFINITY, f64::INFINITY);

/// The least interval around numbers; one that is none makes it everything.
fn around(numbers: &[f64]) -> Ends {
    if numbers.iter().any(|number| number.is_nan()) {
        return ALL;
    }
    let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (low, high)
}

/// `-a`
pub fn negate(a: Ends) -> Ends {
    (-a.1, -a.0)
}

/// The least interval around both.
pub fn hull(a: Ends, b: Ends) -> Ends {
    (a.0.min(b.0), a.1.max(b.1))
}

/// `a op b` for `+ - * /`; of other operations nothing is known.
pub fn binary(op: BinaryOp, a: Ends, b: Ends) -> Ends {
    match op {
        BinaryOp::Add => around(&[a.0 + b.0, a.1 + b.1]),
        BinaryOp::Subtract => around(&[a.0 - b.1, a.1 - b.0]),
        BinaryOp::Multiply => around(&[a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1]),
        BinaryOp::Divide if b.0 > 0.0 || b.1 < 0.0 => {
            around(&[a.0 / b.0, a.0 / b.1, a.1 / b.0, a.1 / b.1])
        }
        _ => ALL,
    }
}

/// A function of intervals; of those that do not rise nothing is known.
pub fn function(function: Function, arguments: &[Ends]) -> Ends {
    let rising = |f: &dyn Fn(f64) -> f64| match arguments {
        [a] => around(&[f(a.0), f(a.1)]),
        _ => ALL,
    };
    match function {
        Function::Abs => match arguments {
            [a] if a.0 >= 0.0 => *a,
            [a] if a.1 <= 0.0 => negate(*a),
            [a] => (0.0, a.1.max(-a.0)),
            _ => ALL,
        },
        Function::Floor => rising(&f64::floor),
        Function::Ceil => rising(&f64::ceil),
        Function::Round => rising(&f64::round),
        Function::Sqrt => rising(&math::sqrt),
        Function::Exp => rising(&math::exp),
        Function::Log => rising(&math::log),
        Function::Pow => ALL,
        Function::Clamp => match arguments {
            [a, lo, hi] => {
                let top = (a.0.min(hi.0), a.1.min(hi.1));
                (top.0.max(lo.0), top.1.max(lo.1))
            }
            _ => ALL,
        },
        Function::Min => {
            arguments.iter().copied().reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).unwrap_or(ALL)
        }
        Function::Max => {
            arguments.iter().copied().reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).unwrap_or(ALL)
        }
    }
}

/// Whether `a op b` for all, or for no numbers of the intervals; none: neither.
pub fn compare(op: BinaryOp, a: Ends, b: Ends) -> Option<bool> {
    let surely = |yes: bool, no: bool| if yes { Some(true) } else { no.then_some(false) };
    let apart = a.1 < b.0 || b.1 < a.0;
    let same = a.0 == a.1 && b.0 == b.1 && a.0 == b.0;
    match op {
        BinaryOp::Less => surely(a.1 < b.0, a.0 >= b.1),
        BinaryOp::LessEqual => surely(a.1 <= b.0, a.0 > b.1),
        BinaryOp::Greater => surely(a.0 > b.1, a.1 <= b.0),
        BinaryOp::GreaterEqual => surely(a.0 >= b.1, a.1 < b.0),
        BinaryOp::Equal => surely(same, apart),
        BinaryOp::NotEqual => surely(apart, same),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inside(ends: Ends, number: f64) -> bool {
        let slack = 1e-9 * (1.0 + number.abs());
        ends.0 - slack <= number && number <= ends.1 + slack
    }

    proptest! {
        #[test]
        fn the_value_of_members_is_a_member(
            (a, b, wa, wb) in (-9.0..9.0f64, -9.0..9.0f64, 0.0..5.0f64, 0.0..5.0f64),
            (ta, tb) in (0.0..=1.0f64, 0.0..=1.0f64),
        ) {
            let (x, y) = (a + ta * wa, b + tb * wb);
            let (left, right) = ((a, a + wa), (b, b + wb));
            prop_assert!(inside(binary(BinaryOp::Add, left, right), x + y));
            prop_assert!(inside(binary(BinaryOp::Subtract, left, right), x - y));
            prop_assert!(inside(binary(BinaryOp::Multiply, left, right), x * y));
            prop_assert!(y == 0.0 || inside(binary(BinaryOp::Divide, left, right), x / y));
            prop_assert!(inside(function(Function::Abs, &[left]), x.abs()));
            prop_assert!(inside(function(Function::Max, &[left, right]), x.max(y)));
            prop_assert!(inside(function(Function::Min, &[left, right]), x.min(y)));
            for (op, truth) in [
                (BinaryOp::Less, x < y),
                (BinaryOp::LessEqual, x <= y),
                (BinaryOp::Greater, x > y),
                (BinaryOp::GreaterEqual, x >= y),
                (BinaryOp::Equal, x == y),
                (BinaryOp::NotEqual, x != y),
            ] {
                prop_assert!(compare(op, left, right).is_none_or(|said| said == truth));
            }
        }
    }

    #[test]
    fn a_quotient_by_what_may_be_zero_is_anything() {
        assert_eq!(binary(BinaryOp::Divide, (1.0, 2.0), (-1.0, 1.0)), ALL);
    }
}
