//! Terms that are numbers: sums, products, quotients, and their folding.
//!
//! In: numbers. Out: a number; its range follows from theirs. A choice among constants stays one
//! under every operation, so that what is finite in a model stays finite for the solver.

use num_traits::{One, Signed, Zero};

use super::number::Rational;
use super::term::{Node, Range, Sort, Term, Terms};

impl Terms {
    /// The sum of terms of `sort`.
    pub fn sum(&mut self, of: impl IntoIterator<Item = Term>, sort: Sort) -> Term {
        let mut constant = Rational::zero();
        let mut parts: Vec<Term> = Vec::new();
        for term in of {
            match self.node(term) {
                Node::Number(number) => constant += number,
                Node::Add(inner) => {
                    for part in inner {
                        match self.constant(*part) {
                            Some(number) => constant += number,
                            None => parts.push(*part),
                        }
                    }
                }
                _ => parts.push(term),
            }
        }
        if parts.is_empty() || !constant.is_zero() {
            parts.push(self.number(constant, sort));
        }
        if let [one] = parts[..] {
            return one;
        }
        parts.sort_unstable();
        let range = parts.iter().try_fold((Rational::zero(), Rational::zero()), |sum, part| {
            let (lo, hi) = self.range(*part)?;
            Some((sum.0 + lo, sum.1 + hi))
        });
        self.make(Node::Add(parts), sort, range)
    }

    /// `a + b`
    pub fn add(&mut self, a: Term, b: Term) -> Term {
        let sort = self.sort(a);
        self.sum([a, b], sort)
    }

    /// `-a`
    pub fn negate(&mut self, a: Term) -> Term {
        let sort = self.sort(a);
        let minus = self.number(-Rational::one(), sort);
        self.multiply(minus, a)
    }

    /// `a - b`
    pub fn subtract(&mut self, a: Term, b: Term) -> Term {
        if a == b {
            let sort = self.sort(a);
            return self.number(Rational::zero(), sort);
        }
        let minus = self.negate(b);
        self.add(a, minus)
    }

    /// `a * b`
    pub fn multiply(&mut self, a: Term, b: Term) -> Term {
        let sort = self.sort(a);
        let (a, b) = if self.constant(b).is_some() { (b, a) } else { (a, b) };
        if let Some(k) = self.constant(a).cloned() {
            return self.scale(&k, b, sort);
        }
        // A choice among constants times anything is a choice among multiples: still linear.
        for (of, other) in [(a, b), (b, a)] {
            if let Node::If(c, yes, no) = *self.node(of)
                && self.is_listed(of)
            {
                let (yes, no) = (self.multiply(yes, other), self.multiply(no, other));
                return self.choose(c, yes, no);
            }
        }
        let range = self.range(a).zip(self.range(b)).map(|(a, b)| {
            let ends = [&a.0 * &b.0, &a.0 * &b.1, &a.1 * &b.0, &a.1 * &b.1];
            let least = ends.iter().min().expect("four ends").clone();
            (least, ends.into_iter().max().expect("four ends"))
        });
        let (a, b) = (a.min(b), a.max(b));
        self.make(Node::Multiply(a, b), sort, range)
    }

    /// Whether a term is a choice among constants, and a small one.
    fn is_listed(&self, term: Term) -> bool {
        self.listed(term, 16).is_some()
    }

    /// How many constants a choice is among, if at most `most` and nothing else.
    fn listed(&self, term: Term, most: usize) -> Option<usize> {
        match *self.node(term) {
            Node::Number(_) => Some(1),
            Node::If(_, a, b) => {
                let left = self.listed(a, most)?;
                let right = self.listed(b, most.checked_sub(left)?)?;
                (left + right <= most).then_some(left + right)
            }
            _ => None,
        }
    }

    fn scale(&mut self, k: &Rational, term: Term, sort: Sort) -> Term {
        if k.is_zero() {
            return self.number(Rational::zero(), sort);
        }
        if k.is_one() {
            return term;
        }
        match self.node(term).clone() {
            Node::Number(number) => self.number(k * number, sort),
            Node::Multiply(factor, rest) if self.constant(factor).is_some() => {
                let k = k * self.constant(factor).expect("it was seen");
                self.scale(&k, rest, sort)
            }
            Node::Add(parts) => {
                let parts: Vec<Term> =
                    parts.into_iter().map(|part| self.scale(k, part, sort)).collect();
                self.sum(parts, sort)
            }
            Node::If(c, a, b) if self.constant(a).is_some() || self.constant(b).is_some() => {
                let (a, b) = (self.scale(k, a, sort), self.scale(k, b, sort));
                self.choose(c, a, b)
            }
            _ => {
                let range = self.range(term).map(|(lo, hi)| match k.is_negative() {
                    true => (k * hi, k * lo),
                    false => (k * lo, k * hi),
                });
                let factor = self.number(k.clone(), sort);
                self.make(Node::Multiply(factor, term), sort, range)
            }
        }
    }

    /// `a / b` of reals; where b is 0 the value does not matter.
    pub fn divide(&mut self, a: Term, b: Term) -> Term {
        match self.constant(b).cloned() {
            Some(k) if k.is_zero() => a,
            Some(k) => self.scale(&k.recip(), a, Sort::Real),
            None => match *self.node(b) {
                Node::If(c, yes, no) if self.is_listed(b) => {
                    let (yes, no) = (self.divide(a, yes), self.divide(a, no));
                    self.choose(c, yes, no)
                }
                _ => self.make(Node::Divide(a, b), Sort::Real, None),
            },
        }
    }

    /// Euclidean division of ints; where b is 0 the value does not matter.
    pub fn quotient(&mut self, a: Term, b: Term) -> Term {
        self.euclidean(a, b, false)
    }

    /// Its remainder.
    pub fn remainder(&mut self, a: Term, b: Term) -> Term {
        self.euclidean(a, b, true)
    }

    fn euclidean(&mut self, a: Term, b: Term, rest: bool) -> Term {
        if let Some(k) = self.constant(b).cloned() {
            if k.is_zero() {
                return a;
            }
            if let Some(number) = self.constant(a).cloned() {
                let floor = (&number / k.abs()).floor();
                let left = number - &floor * k.abs();
                let quotient = if k.is_negative() { -floor } else { floor };
                return self.number(if rest { left } else { quotient }, Sort::Int);
            }
        }
        for (of, first) in [(a, true), (b, false)] {
            if let Node::If(c, yes, no) = *self.node(of)
                && self.is_listed(of)
            {
                let (yes, no) = match first {
                    true => (self.euclidean(yes, b, rest), self.euclidean(no, b, rest)),
                    false => (self.euclidean(a, yes, rest), self.euclidean(a, no, rest)),
                };
                return self.choose(c, yes, no);
            }
        }
        let far = |range: Option<&Range>| range.map(|(lo, hi)| (&lo.abs()).max(&hi.abs()).clone());
        if rest {
            let range = far(self.range(b)).map(|most| (Rational::zero(), most));
            return self.make(Node::Remainder(a, b), Sort::Int, range);
        }
        let range = far(self.range(a))
            .map(|most| (-most.clone() - Rational::one(), most + Rational::one()));
        self.make(Node::Quotient(a, b), Sort::Int, range)
    }

    /// An int as a real.
    pub fn to_real(&mut self, a: Term) -> Term {
        match self.node(a).clone() {
            Node::Number(number) => self.number(number, Sort::Real),
            Node::If(c, yes, no) if self.constant(yes).is_some() || self.constant(no).is_some() => {
                let (yes, no) = (self.to_real(yes), self.to_real(no));
                self.choose(c, yes, no)
            }
            Node::Add(parts) => {
                let parts: Vec<Term> = parts.into_iter().map(|part| self.to_real(part)).collect();
                self.sum(parts, Sort::Real)
            }
            _ => {
                let range = self.range(a).cloned();
                self.make(Node::ToReal(a), Sort::Real, range)
            }
        }
    }

    /// The greatest int not above a real.
    pub fn floor(&mut self, a: Term) -> Term {
        match self.node(a).clone() {
            Node::Number(number) => self.number(number.floor(), Sort::Int),
            Node::ToReal(inner) => inner,
            Node::If(c, yes, no) if self.constant(yes).is_some() || self.constant(no).is_some() => {
                let (yes, no) = (self.floor(yes), self.floor(no));
                self.choose(c, yes, no)
            }
            _ => {
                let range = self.range(a).map(|(lo, hi)| (lo.floor(), hi.floor()));
                self.make(Node::Floor(a), Sort::Int, range)
            }
        }
    }

    /// 1 where `a`, else 0.
    pub fn one_if(&mut self, a: Term) -> Term {
        let (one, zero) = (self.int(1), self.int(0));
        self.choose(a, one, zero)
    }

    /// How many hold.
    pub fn count(&mut self, of: impl IntoIterator<Item = Term>) -> Term {
        let ones: Vec<Term> = of.into_iter().collect();
        let ones: Vec<Term> = ones.into_iter().map(|one| self.one_if(one)).collect();
        self.sum(ones, Sort::Int)
    }

    /// The lesser of two numbers.
    pub fn min(&mut self, a: Term, b: Term) -> Term {
        let first = self.at_most(a, b);
        let least = self.choose(first, a, b);
        self.narrow_to(least, a, b, true)
    }

    /// The greater of two numbers.
    pub fn max(&mut self, a: Term, b: Term) -> Term {
        let first = self.at_most(b, a);
        let most = self.choose(first, a, b);
        self.narrow_to(most, a, b, false)
    }

    /// A minimum is at most what both can be at most, a maximum at least.
    fn narrow_to(&mut self, term: Term, a: Term, b: Term, least: bool) -> Term {
        if let (Some(a), Some(b)) = (self.range(a).cloned(), self.range(b).cloned()) {
            let range = match least {
                true => (a.0.min(b.0), a.1.min(b.1)),
                false => (a.0.max(b.0), a.1.max(b.1)),
            };
            self.narrow(term, range);
        }
        term
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
