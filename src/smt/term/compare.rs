//! Comparisons of terms, and the lesser and greater of two: folded by what is known of ranges,
//! choices and sums.
//!
//! # Invariants
//! - What is noted of a lesser or greater of two was made after both, so that taking it apart
//!   comes to an end.

use std::collections::BTreeMap;

use super::{Node, Range, Sort, Term, Terms};
use crate::smt::number::Rational;

/// Compared with a constant, a choice between constants is a choice between truths.
#[derive(Clone, Copy)]
enum Comparison {
    Equal,
    /// `term <= constant`
    AtMost,
    /// `constant <= term`
    AtLeast,
}

impl Comparison {
    /// The same of the negated term and constant.
    fn turned(self) -> Comparison {
        match self {
            Comparison::Equal => Comparison::Equal,
            Comparison::AtMost => Comparison::AtLeast,
            Comparison::AtLeast => Comparison::AtMost,
        }
    }
}

/// What is left of a difference.
enum Gap {
    /// A number.
    Known(Rational),
    /// A term times a number, and a number.
    One(Term, Rational, Rational),
    /// More than one term.
    More,
}

/// Extremes one in another that a comparison takes apart: each may double it.
const SPLITS_MAX: u32 = 4;

impl Terms {
    /// `a == b`, of one sort.
    pub fn equal(&mut self, a: Term, b: Term) -> Term {
        if a == b {
            return self.yes();
        }
        if self.sort(a) == Sort::Bool {
            let not = self.not(b);
            return self.choose(a, b, not);
        }
        match (self.constant(a).cloned(), self.constant(b).cloned()) {
            (Some(a), Some(b)) => self.bool(a == b),
            (Some(k), None) => self.compare(Comparison::Equal, b, &k),
            (None, Some(k)) => self.compare(Comparison::Equal, a, &k),
            (None, None) => {
                if self.apart(a, b) || self.apart(b, a) {
                    return self.no();
                }
                let (a, b) = (a.min(b), a.max(b));
                self.make(Node::Equal(a, b), Sort::Bool, None)
            }
        }
    }

    /// Whether every value of `a` is below every value of `b`.
    fn apart(&self, a: Term, b: Term) -> bool {
        self.range(a).zip(self.range(b)).is_some_and(|(a, b)| a.1 < b.0)
    }

    /// `a <= b`
    pub fn at_most(&mut self, a: Term, b: Term) -> Term {
        if a == b {
            return self.yes();
        }
        match (self.constant(a).cloned(), self.constant(b).cloned()) {
            (Some(a), Some(b)) => self.bool(a <= b),
            (Some(k), None) => self.compare(Comparison::AtLeast, b, &k),
            (None, Some(k)) => self.compare(Comparison::AtMost, a, &k),
            (None, None) => {
                if self.range(a).zip(self.range(b)).is_some_and(|(a, b)| a.1 <= b.0) {
                    return self.yes();
                }
                if self.apart(b, a) {
                    return self.no();
                }
                match self.gap(a, b) {
                    Gap::Known(gap) => self.bool(!gap.is_positive()),
                    Gap::One(term, factor, rest) => {
                        let bound = -rest / &factor;
                        let how = match factor.is_positive() {
                            true => Comparison::AtMost,
                            false => Comparison::AtLeast,
                        };
                        match self.sort(term) {
                            Sort::Int => self.compare_int(how, term, &bound, SPLITS_MAX),
                            Sort::Real | Sort::Bool => self.compare(how, term, &bound),
                        }
                    }
                    Gap::More => self.make(Node::LessEqual(a, b), Sort::Bool, None),
                }
            }
        }
    }

    /// `a < b`
    pub fn less(&mut self, a: Term, b: Term) -> Term {
        let not = self.at_most(b, a);
        self.not(not)
    }

    /// `a - b`, as far as no more than one unknown is left of it.
    fn gap(&self, a: Term, b: Term) -> Gap {
        let mut rest = Rational::zero();
        let mut unknown: BTreeMap<Term, Rational> = BTreeMap::new();
        let one = Rational::one();
        for (side, sign) in [(a, one.clone()), (b, -one)] {
            for part in self.summands(side) {
                let (factor, part) = match *self.node(part) {
                    Node::Multiply(k, inner) => match self.constant(k) {
                        Some(k) => (&sign * k, inner),
                        None => (sign.clone(), part),
                    },
                    _ => (sign.clone(), part),
                };
                match self.constant(part) {
                    Some(number) => rest += factor * number,
                    None => *unknown.entry(part).or_insert_with(Rational::zero) += factor,
                }
            }
        }
        unknown.retain(|_, factor| !factor.is_zero());
        match unknown.len() {
            0 => Gap::Known(rest),
            1 => {
                let (term, factor) = unknown.pop_first().expect("there is one");
                Gap::One(term, factor, rest)
            }
            _ => Gap::More,
        }
    }

    fn summands(&self, term: Term) -> Vec<Term> {
        match self.node(term) {
            Node::Add(parts) => parts.clone(),
            _ => vec![term],
        }
    }

    /// Whether a term was made as the lesser (true) or the greater of two numbers, and of which.
    pub(super) fn extreme(&self, term: Term) -> Option<(bool, Term, Term)> {
        self.extremes.get(&term).copied()
    }

    /// A term compared with a constant.
    fn compare(&mut self, how: Comparison, term: Term, k: &Rational) -> Term {
        self.compare_within(how, term, k, SPLITS_MAX)
    }

    /// `splits`: how many extremes one in another are taken apart.
    fn compare_within(&mut self, how: Comparison, term: Term, k: &Rational, splits: u32) -> Term {
        if let Some((lo, hi)) = self.range(term) {
            let known = match how {
                Comparison::Equal if k < lo || hi < k => Some(false),
                Comparison::AtMost if hi <= k => Some(true),
                Comparison::AtMost if k < lo => Some(false),
                Comparison::AtLeast if k <= lo => Some(true),
                Comparison::AtLeast if hi < k => Some(false),
                Comparison::Equal | Comparison::AtMost | Comparison::AtLeast => None,
            };
            if let Some(truth) = known {
                return self.bool(truth);
            }
        }
        if !matches!(how, Comparison::Equal)
            && splits > 0
            && let Some((least, a, b)) = self.extreme(term)
        {
            let a = self.compare_constant(how, a, k, splits - 1);
            let b = self.compare_constant(how, b, k, splits - 1);
            return match least == matches!(how, Comparison::AtMost) {
                true => self.or(a, b),
                false => self.and(a, b),
            };
        }
        if let Node::If(c, a, b) = *self.node(term)
            && (self.constant(a).is_some() || self.constant(b).is_some())
        {
            let a = self.compare_constant(how, a, k, splits);
            let b = self.compare_constant(how, b, k, splits);
            return self.choose(c, a, b);
        }
        if let Node::ToReal(inner) = *self.node(term) {
            return self.compare_int(how, inner, k, splits);
        }
        if let Some((factor, inner, added)) = self.one_summand(term) {
            let bound = (k - added) / &factor;
            let how = if factor.is_negative() { how.turned() } else { how };
            return match self.sort(term) {
                Sort::Int => self.compare_int(how, inner, &bound, splits),
                Sort::Real | Sort::Bool => self.compare_constant(how, inner, &bound, splits),
            };
        }
        let sort = self.sort(term);
        let k = self.number(k.clone(), sort);
        match how {
            Comparison::Equal => {
                let (a, b) = (term.min(k), term.max(k));
                self.make(Node::Equal(a, b), Sort::Bool, None)
            }
            Comparison::AtMost => self.make(Node::LessEqual(term, k), Sort::Bool, None),
            Comparison::AtLeast => self.make(Node::LessEqual(k, term), Sort::Bool, None),
        }
    }

    /// `factor * term + constant`, if a term is that and not the plain term.
    fn one_summand(&self, term: Term) -> Option<(Rational, Term, Rational)> {
        let (mut constant, mut other) = (Rational::zero(), None);
        for part in self.summands(term) {
            match self.constant(part) {
                Some(number) => constant += number,
                None if other.is_none() => other = Some(part),
                None => return None,
            }
        }
        let other = other?;
        let (factor, inner) = match *self.node(other) {
            Node::Multiply(k, inner) => match self.constant(k) {
                Some(k) => (k.clone(), inner),
                None => (Rational::one(), other),
            },
            _ => (Rational::one(), other),
        };
        (inner != term).then_some((factor, inner, constant))
    }

    fn compare_constant(&mut self, how: Comparison, term: Term, k: &Rational, splits: u32) -> Term {
        match self.constant(term) {
            None => self.compare_within(how, term, k, splits),
            Some(number) => {
                let truth = match how {
                    Comparison::Equal => number == k,
                    Comparison::AtMost => number <= k,
                    Comparison::AtLeast => number >= k,
                };
                self.bool(truth)
            }
        }
    }

    /// An int compared with a constant that may be none.
    fn compare_int(&mut self, how: Comparison, int: Term, k: &Rational, splits: u32) -> Term {
        match how {
            Comparison::Equal if !k.is_integer() => self.no(),
            Comparison::Equal => self.compare_constant(how, int, k, splits),
            Comparison::AtMost => self.compare_constant(how, int, &k.floor(), splits),
            Comparison::AtLeast => self.compare_constant(how, int, &k.ceil(), splits),
        }
    }

    /// The size of a number.
    pub fn abs(&mut self, a: Term) -> Term {
        if self.is_never_negative(a) {
            return a;
        }
        let negated = self.negate(a);
        let size = self.max(a, negated);
        if let Some((_, hi)) = self.range(size).cloned() {
            self.narrow(size, (Rational::zero(), hi));
        }
        size
    }

    /// Whether a number is surely not below 0.
    pub fn is_never_negative(&mut self, a: Term) -> bool {
        if self.range(a).is_some_and(|(lo, _)| !lo.is_negative()) {
            return true;
        }
        match self.extreme(a) {
            Some((false, most, other)) => self.negate(most) == other,
            Some((true, ..)) | None => false,
        }
    }

    /// The lesser of two numbers.
    pub fn min(&mut self, a: Term, b: Term) -> Term {
        let first = self.at_most(a, b);
        let least = self.choose(first, a, b);
        self.note_extreme(least, a, b, true)
    }

    /// The greater of two numbers.
    pub fn max(&mut self, a: Term, b: Term) -> Term {
        let first = self.at_most(b, a);
        let most = self.choose(first, a, b);
        self.note_extreme(most, a, b, false)
    }

    /// A minimum is at most what both can be at most, a maximum at least.
    fn note_extreme(&mut self, term: Term, a: Term, b: Term, least: bool) -> Term {
        if term != a && term != b && matches!(self.node(term), Node::If(..)) {
            self.extremes.insert(term, (least, a, b));
        }
        if let (Some(a), Some(b)) = (self.range(a).cloned(), self.range(b).cloned()) {
            let range = match least {
                true => (a.0.min(b.0), a.1.min(b.1)),
                false => (a.0.max(b.0), a.1.max(b.1)),
            };
            self.narrow(term, range);
        }
        term
    }

    /// Notes what ranges follow from what always `holds`; false if it cannot hold.
    pub fn learn(&mut self, term: Term, holds: bool) -> bool {
        let node = self.node(term).clone();
        match (&node, holds) {
            (Node::Bool(truth), _) => *truth == holds,
            (Node::Not(inner), _) => self.learn(*inner, !holds),
            (Node::And(parts), true) | (Node::Or(parts), false) => {
                parts.iter().all(|part| self.learn(*part, holds))
            }
            (Node::LessEqual(a, b), _) => {
                match (self.constant(*a).cloned(), self.constant(*b).cloned()) {
                    (None, Some(k)) => self.bound(*a, &k, holds, holds),
                    (Some(k), None) => self.bound(*b, &k, !holds, holds),
                    (None, None) | (Some(_), Some(_)) => true,
                }
            }
            (Node::Equal(a, b), true) if self.sort(*a) != Sort::Bool => {
                match (self.constant(*a).cloned(), self.constant(*b).cloned()) {
                    (None, Some(k)) => {
                        self.bound(*a, &k, true, true) && self.bound(*a, &k, false, true)
                    }
                    (Some(k), None) => {
                        self.bound(*b, &k, true, true) && self.bound(*b, &k, false, true)
                    }
                    (None, None) | (Some(_), Some(_)) => true,
                }
            }
            _ => true,
        }
    }

    /// Notes an upper or lower bound, `k` itself included or not; false if nothing is left.
    fn bound(&mut self, term: Term, k: &Rational, upper: bool, included: bool) -> bool {
        let Some((lo, hi)) = self.range(term).cloned() else { return true };
        // Of reals the bound itself is kept: a range is closed.
        let k = match (self.sort(term), included, upper) {
            (Sort::Int, true, true) => k.floor(),
            (Sort::Int, true, false) => k.ceil(),
            (Sort::Int, false, true) => k.ceil() - Rational::one(),
            (Sort::Int, false, false) => k.floor() + Rational::one(),
            (Sort::Real | Sort::Bool, ..) => k.clone(),
        };
        let (lo, hi) = if upper { (lo, hi.min(k)) } else { (lo.max(k), hi) };
        let fits = lo <= hi;
        if fits {
            self.narrow(term, (lo, hi));
        }
        fits
    }

    /// Notes that a term lies in a range, for reasons that its parts do not show.
    pub fn narrow(&mut self, term: Term, range: Range) {
        let known = &mut self.ranges[term.index()];
        *known = Some(match known.take() {
            None => range,
            Some((lo, hi)) => (lo.max(range.0), hi.min(range.1)),
        });
    }
}
