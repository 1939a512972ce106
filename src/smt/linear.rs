//! Sums of choices between constants: comparisons of them speak of truths alone.
//!
//! In: a comparison. Out: the same as `weights · truths <= most` (or `==`) over whole numbers.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::One;

use super::number::{self, Rational};
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
    let broken = sum.parts.values().filter(|weight| !weight.is_integer());
    let scale = broken.fold(BigInt::one(), |scale, weight| scale.lcm(&weight.denom()));
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
        let small = i32::try_from(number::whole(number)?).ok()?;
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

/// The comparisons that count truths, and the sets of which many count all but one.
#[derive(Default)]
pub struct Counts {
    comparisons: BTreeMap<Term, Comparison>,
    sets: Vec<Vec<Term>>,
    seen: Vec<bool>,
}

impl Counts {
    /// Fewer truths are counted one by one.
    const TRUTHS_MIN: usize = 3;
    /// So many comparisons must count all but one of a set.
    const SHARED_MIN: usize = 3;

    /// Finds the comparisons under `roots`, and what those share that were not seen before.
    pub fn look(&mut self, terms: &Terms, roots: &[Term]) {
        let mut counted: BTreeMap<usize, BTreeSet<Vec<Term>>> = BTreeMap::new();
        self.seen.resize(terms.len(), false);
        let mut open = roots.to_vec();
        while let Some(term) = open.pop() {
            if std::mem::replace(&mut self.seen[term.index()], true) {
                continue;
            }
            let Some(sums) = comparison(terms, term) else {
                open.extend(terms.parts(term));
                continue;
            };
            open.extend(sums.truths.iter().map(|(truth, _)| *truth));
            if let Some(truths) = alike(&sums) {
                counted.entry(truths.len()).or_default().insert(truths);
            }
            self.comparisons.insert(term, sums);
        }
        for mut sets in counted.into_values() {
            while let Some(first) = sets.pop_first() {
                let near = sets.iter().find(|other| union(&first, other).len() == first.len() + 1);
                let Some(all) = near.map(|other| union(&first, other)) else { continue };
                let before = sets.len();
                sets.retain(|other| union(&all, other).len() > all.len());
                if before - sets.len() + 1 >= Counts::SHARED_MIN {
                    self.sets.push(all);
                }
            }
        }
    }

    /// What a term that was looked at counts, if it is a comparison that counts truths.
    pub fn comparison(&self, term: Term) -> Option<&Comparison> {
        self.comparisons.get(&term)
    }

    /// The set of which a comparison counts all but one, and which one; it was made before the
    /// comparison, so that it does not depend on it.
    pub fn all_but_one(&self, term: Term, sums: &Comparison) -> Option<(&[Term], Term)> {
        let truths = alike(sums).filter(|_| !self.sets.is_empty())?;
        self.sets.iter().find_map(|all| {
            let holds = all.len() == truths.len() + 1 && union(all, &truths).len() == all.len();
            let left_out = *all.iter().find(|truth| truths.binary_search(truth).is_err())?;
            (holds && left_out < term).then_some((&all[..], left_out))
        })
    }
}

/// The truths of a comparison, sorted, where all have one weight and there are enough.
fn alike(sums: &Comparison) -> Option<Vec<Term>> {
    let (_, weight) = sums.truths.first()?;
    let same = sums.truths.iter().all(|(_, other)| other == weight);
    let many = sums.truths.len() >= Counts::TRUTHS_MIN;
    (same && many).then(|| sums.truths.iter().map(|(truth, _)| *truth).collect())
}

/// All of two sorted lists.
fn union(a: &[Term], b: &[Term]) -> Vec<Term> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all.dedup();
    all
}
