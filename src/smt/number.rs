//! Exact rationals: what a real of the model is in the solver.
//!
//! A double of the model stands for the decimal that it is written as: `0.1` is 1/10, not the
//! nearest double. Going back, a rational becomes the nearest double.

use std::fmt;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};
use std::str::FromStr;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::{BigRational, Ratio};
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Signed, ToPrimitive};

/// An exact rational. Most are small: those need no memory of their own.
///
/// # Invariants
/// - What has a numerator and a denominator below 2^63 is `Small`, so that equal means equal.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Rational(Of);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Of {
    Small(Ratio<i64>),
    Big(Box<BigRational>),
}

impl Rational {
    /// A quotient of whole numbers; `below` is not 0.
    pub fn new(above: BigInt, below: BigInt) -> Rational {
        Rational::from(BigRational::new(above, below))
    }

    /// A whole number.
    pub fn from_integer(whole: BigInt) -> Rational {
        Rational::from(BigRational::from_integer(whole))
    }

    /// 0
    pub fn zero() -> Rational {
        Rational(Of::Small(Ratio::new_raw(0, 1)))
    }

    /// 1
    pub fn one() -> Rational {
        Rational(Of::Small(Ratio::new_raw(1, 1)))
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        matches!(&self.0, Of::Small(small) if *small.numer() == 0)
    }

    /// Whether it is 1.
    pub fn is_one(&self) -> bool {
        *self == Rational::one()
    }

    /// Whether it is below 0.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Of::Small(small) => *small.numer() < 0,
            Of::Big(big) => big.is_negative(),
        }
    }

    /// Whether it is above 0.
    pub fn is_positive(&self) -> bool {
        !self.is_zero() && !self.is_negative()
    }

    /// Whether it is whole.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Of::Small(small) => small.is_integer(),
            Of::Big(big) => big.is_integer(),
        }
    }

    /// Without its sign.
    pub fn abs(&self) -> Rational {
        if self.is_negative() { -self.clone() } else { self.clone() }
    }

    /// 1 divided by it; it is not 0.
    pub fn recip(&self) -> Rational {
        &Rational::one() / self
    }

    /// The greatest whole number not above it.
    pub fn floor(&self) -> Rational {
        match &self.0 {
            Of::Small(small) => Rational(Of::Small(Ratio::new_raw(
                Integer::div_floor(small.numer(), small.denom()),
                1,
            ))),
            Of::Big(big) => Rational::from(big.floor()),
        }
    }

    /// The least whole number not below it.
    pub fn ceil(&self) -> Rational {
        -(-self.clone()).floor()
    }

    /// The whole number nearest to 0 that it has.
    pub fn to_integer(&self) -> BigInt {
        self.big().to_integer()
    }

    /// The numerator; it has the sign.
    pub fn numer(&self) -> BigInt {
        self.big().numer().clone()
    }

    /// The denominator, above 0.
    pub fn denom(&self) -> BigInt {
        self.big().denom().clone()
    }

    fn big(&self) -> BigRational {
        match &self.0 {
            Of::Small(small) => {
                BigRational::new_raw(BigInt::from(*small.numer()), BigInt::from(*small.denom()))
            }
            Of::Big(big) => (**big).clone(),
        }
    }
}

impl From<BigRational> for Rational {
    fn from(big: BigRational) -> Rational {
        let small = big.numer().to_i64().zip(big.denom().to_i64());
        match small.filter(|(above, _)| *above != i64::MIN) {
            Some((above, below)) => Rational(Of::Small(Ratio::new_raw(above, below))),
            None => Rational(Of::Big(Box::new(big))),
        }
    }
}

impl Default for Rational {
    fn default() -> Rational {
        Rational::zero()
    }
}

impl fmt::Debug for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(self))
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Rational) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Rational) -> std::cmp::Ordering {
        match (&self.0, &other.0) {
            (Of::Small(a), Of::Small(b)) if a.denom() == b.denom() => a.numer().cmp(b.numer()),
            (Of::Small(a), Of::Small(b)) => a.cmp(b),
            (Of::Small(_) | Of::Big(_), _) => self.big().cmp(&other.big()),
        }
    }
}

impl Neg for Rational {
    type Output = Rational;

    fn neg(self) -> Rational {
        match self.0 {
            // The least i64 is never a numerator.
            Of::Small(small) => Rational(Of::Small(-small)),
            Of::Big(big) => Rational(Of::Big(Box::new(-*big))),
        }
    }
}

/// An operator: of small numbers where the result is small, else of big ones.
macro_rules! operator {
    ($name:ident, $method:ident, $checked:ident) => {
        impl $name<&Rational> for &Rational {
            type Output = Rational;

            fn $method(self, other: &Rational) -> Rational {
                if let (Of::Small(a), Of::Small(b)) = (&self.0, &other.0)
                    && let Some(small) = a.$checked(b)
                    && *small.numer() != i64::MIN
                {
                    return Rational(Of::Small(small));
                }
                Rational::from($name::$method(self.big(), other.big()))
            }
        }
        impl $name<Rational> for Rational {
            type Output = Rational;

            fn $method(self, other: Rational) -> Rational {
                $name::$method(&self, &other)
            }
        }
        impl $name<&Rational> for Rational {
            type Output = Rational;

            fn $method(self, other: &Rational) -> Rational {
                $name::$method(&self, other)
            }
        }
        impl $name<Rational> for &Rational {
            type Output = Rational;

            fn $method(self, other: Rational) -> Rational {
                $name::$method(self, &other)
            }
        }
    };
}
operator!(Add, add, checked_add);
operator!(Sub, sub, checked_sub);
operator!(Mul, mul, checked_mul);
operator!(Div, div, checked_div);

impl AddAssign<&Rational> for Rational {
    fn add_assign(&mut self, other: &Rational) {
        *self = &*self + other;
    }
}

impl AddAssign<Rational> for Rational {
    fn add_assign(&mut self, other: Rational) {
        *self += &other;
    }
}

impl FromStr for Rational {
    type Err = num_bigint::ParseBigIntError;

    /// A whole number in digits.
    fn from_str(digits: &str) -> Result<Rational, Self::Err> {
        digits.parse().map(Rational::from_integer)
    }
}

/// An int as a rational.
pub fn int(number: i128) -> Rational {
    match i64::try_from(number) {
        Ok(small) if small != i64::MIN => Rational(Of::Small(Ratio::new_raw(small, 1))),
        Ok(_) | Err(_) => Rational::from_integer(BigInt::from(number)),
    }
}

/// The decimal that a double is written as, exactly. The double must be finite.
pub fn real(number: f64) -> Rational {
    // A decimal of up to 15 digits is the one that its double is written as.
    for power in [1_i64, 10, 100, 1_000, 10_000] {
        let scaled = (number * power as f64).round();
        if scaled.abs() < 1e15 && scaled / power as f64 == number {
            return Rational(Of::Small(Ratio::new(scaled as i64, power)));
        }
    }
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
    number.big().to_f64().filter(|real| real.is_finite()).map(|real| real + 0.0)
}

/// The int that a rational is, if it is one of 64 bits.
pub fn whole(number: &Rational) -> Option<i64> {
    match &number.0 {
        Of::Small(small) => small.is_integer().then_some(*small.numer()),
        Of::Big(big) if big.is_integer() => big.to_integer().to_i64(),
        Of::Big(_) => None,
    }
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
    fn small_and_big_numbers_obey_the_same_arithmetic() {
        fn law(a: (i64, i64), b: (i64, i64), scale: u8) -> bool {
            let power = num_traits::pow(BigInt::from(2), usize::from(scale));
            let of = |(above, below): (i64, i64)| {
                let below = BigInt::from(below.unsigned_abs().max(1));
                BigRational::new(BigInt::from(above) * &power, below)
            };
            let (big_a, big_b) = (of(a), of(b));
            let (a, b) = (Rational::from(big_a.clone()), Rational::from(big_b.clone()));
            let same = |own: Rational, big: BigRational| own == Rational::from(big);
            same(&a + &b, &big_a + &big_b)
                && same(&a - &b, &big_a - &big_b)
                && same(&a * &b, &big_a * &big_b)
                && (b.is_zero() || same(&a / &b, &big_a / &big_b))
                && same(a.floor(), big_a.floor())
                && same(a.ceil(), big_a.ceil())
                && a.cmp(&b) == big_a.cmp(&big_b)
                && a.is_negative() == big_a.is_negative()
                && same(-a, -big_a)
        }
        check(law as fn((i64, i64), (i64, i64), u8) -> bool);
        for edge in [i64::MIN, i64::MIN + 1, i64::MAX, 0, 1, -1] {
            for other in [i64::MIN, i64::MAX, 1, 2, -1] {
                assert!(law((edge, 1), (other, edge), 0), "{edge} {other}");
                assert!(law((edge, other), (edge, 3), 1), "{edge} {other}");
            }
        }
    }

    #[test]
    fn short_decimals_are_what_they_are_written_as() {
        fn law(digits: i64, places: u8) -> bool {
            let (digits, places) = (digits % 1_000_000, u32::from(places % 7));
            let number: f64 = format!("{digits}e-{places}").parse().expect("a double");
            let power = num_traits::pow(BigInt::from(10), places as usize);
            real(number) == Rational::new(BigInt::from(digits), power)
        }
        check(law as fn(i64, u8) -> bool);
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
