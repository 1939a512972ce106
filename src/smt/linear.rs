//! Sums of choices between constants: comparisons of them speak of truths alone.
//!
//! In: a comparison. Out: the same as `weights · truths <= most` (or `==`) over whole numbers.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};

use super::number::Rational;
use super::term::{Node, Sort, Term, Terms};

/// A weighted count of truths compared with a number.
pub struct Comparison {
    /// The truths with their weights.
    pub truths: Vec<(Term, i32)>,
    /// The bound.
    pub most: i32,
    /// Whether it is met exactly.
    pub equal: bool,
}

/// A sum: a constant, and what each truth adds.
#[derive(Default)]
struct Sum {
    constant: Rational,
    parts: BTreeMap<Term, Rational>,
}

/// What a comparison says of truths; none where a number is left in it, or numbers are large.
pub fn comparison(terms: &Terms, term: Term) -> Option<Comparison> {
    let (a, b, equal, strict) = match terms.node(term) {
        Node::LessEqual(a, b) => (*a, *b, false, false),
        Node::Less(a, b) => (*a, *b, false, true),
        Node::Equal(a, b) if terms.sort(*a) != Sort::Bool => (*a, *b, true, false),
        _ => return None,
    };
    let mut sum = Sum { constant: Rational::zero(), parts: BTreeMap::new() };
    let one = Rational::one();
    gather(terms, a, &one, &mut sum)?;
    gather(terms, b, &-one, &mut sum)?;
    sum.parts.retain(|_, weight| !weight.is_zero());
    // weights · truths <= -constant, in whole numbers.
    let scale = sum.parts.values().fold(BigInt::one(), |scale, weight| scale.lcm(weight.denom()));
    let scale = Rational::from_integer(scale);
    let bound = -sum.constant * &scale;
    if equal && !bound.is_integer() {
        return None;
    }
    let most = match strict && bound.is_integer() {
        true => bound - Rational::one(),
        false => bound.floor(),
    };
    let small = |number: &Rational| {
        let small = number.to_integer().to_i32()?;
        (small.abs() < i32::MAX / 4).then_some(small)
    };
    let mut truths = Vec::with_capacity(sum.parts.len());
    let mut total: i64 = 0;
    for (truth, weight) in sum.parts {
        let weight = small(&(weight * &scale))?;
        total += i64::from(weight.abs());
        truths.push((truth, weight));
    }
    (total < i64::from(i32::MAX / 4) && !truths.is_empty()).then_some(())?;
    Some(Comparison { truths, most: small(&most)?, equal })
}

fn gather(terms: &Terms, term: Term, factor: &Rational, sum: &mut Sum) -> Option<()> {
    match terms.node(term) {
        Node::Number(number) => {
            sum.constant += factor * number;
            Some(())
        }
        Node::Add(parts) => parts.iter().try_for_each(|part| gather(terms, *part, factor, sum)),
        Node::Multiply(a, b) => {
            let k = terms.constant(*a)?;
            gather(terms, *b, &(factor * k), sum)
        }
        Node::ToReal(a) => gather(terms, *a, factor, sum),
        Node::If(c, a, b) => {
            let (a, b) = (terms.constant(*a)?, terms.constant(*b)?);
            sum.constant += factor * b;
            *sum.parts.entry(*c).or_insert_with(Rational::zero) += factor * (a - b);
            Some(())
        }
        _ => None,
    }
}
