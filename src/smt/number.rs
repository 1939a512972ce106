//! Exact rationals: what a real of the model is in the solver.
//!
//! A double of the model stands for the decimal that it is written as: `0.1` is 1/10, not the
//! nearest double. Going back, a rational becomes the nearest double.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// An exact rational.
pub type Rational = BigRational;

/// An int as a rational.
pub fn int(number: i128) -> Rational {
    Rational::from_integer(BigInt::from(number))
}

/// The decimal that a double is written as, exactly. The double must be finite.
pub fn real(number: f64) -> Rational {
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i64 = exponent.parse().expect("an exponent is an int");
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let digits: BigInt = format!("{whole}{part}").parse().expect("digits are an int");
    let exponent = exponent - part.len() as i64;
    let power = num_traits::pow(BigInt::from(10), exponent.unsigned_abs() as usize);
    match exponent >= 0 {
        true => Rational::from_integer(digits * power),
        false => Rational::new(digits, power),
    }
}

/// The nearest double; none beyond the doubles.
pub fn nearest(number: &Rational) -> Option<f64> {
    number.to_f64().filter(|real| real.is_finite()).map(|real| real + 0.0)
}

/// The int that a rational is, if it is one of 64 bits.
pub fn whole(number: &Rational) -> Option<i64> {
    number.is_integer().then(|| number.to_integer().to_i64()).flatten()
}

/// As a person reads it: `9/17`, `2`, `-1/3`.
pub fn text(number: &Rational) -> String {
    match number.is_integer() {
        true => number.to_integer().to_string(),
        false => format!("{}/{}", number.numer(), number.denom()),
    }
}

/// The simplest rational (least denominator) in a closed interval, by the Stern-Brocot tree.
pub fn simplest(low: &Rational, high: &Rational) -> Rational {
    if low <= &Rational::zero() && high >= &Rational::zero() {
        return Rational::zero();
    }
    if high.is_negative() {
        return -simplest(&-high.clone(), &-low.clone());
    }
    let floor = low.floor();
    if &floor == low {
        return floor;
    }
    let next = &floor + Rational::one();
    if &next <= high {
        return next;
    }
    let rest = simplest(&(high - &floor).recip(), &(low - &floor).recip());
    floor + rest.recip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck_macros_free::check;

    /// quickcheck without its macros: the crate is built without them.
    mod quickcheck_macros_free {
        pub fn check<T: quickcheck::Testable>(law: T) {
            quickcheck::QuickCheck::new().tests(500).quickcheck(law);
        }
    }

    #[test]
    fn a_double_comes_back_from_its_decimal() {
        fn law(number: f64) -> bool {
            !number.is_finite() || nearest(&real(number)) == Some(number + 0.0)
        }
        check(law as fn(f64) -> bool);
    }

    #[test]
    fn a_tenth_is_a_tenth() {
        assert_eq!(real(0.1), Rational::new(BigInt::from(1), BigInt::from(10)));
        assert_eq!(real(-2.5e-3), Rational::new(BigInt::from(-1), BigInt::from(400)));
        assert_eq!(real(1e20), Rational::from_integer(num_traits::pow(BigInt::from(10), 20)));
    }

    #[test]
    fn the_simplest_between_two_has_the_least_denominator() {
        assert_eq!(text(&simplest(&real(0.529), &real(0.53))), "9/17");
        assert_eq!(text(&simplest(&real(-0.4), &real(-0.3))), "-1/3");
        assert_eq!(text(&simplest(&real(-0.4), &real(0.3))), "0");
    }
}
