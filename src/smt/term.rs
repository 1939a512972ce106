//! Terms: what is asked of a solver, hash-consed and folded as they are made.
//!
//! In: constructors. Out: a term, the same for the same arguments. Folding keeps what is known
//! while a model is unrolled (who is there, what is fixed) out of the solver's sight.
//!
//! # Invariants
//! - Arguments of a term are made before it, so that walking by number is walking bottom up.
//! - `range` holds every value that the term can have where all variables keep their bounds.
//!
//! It does not know z3, nor what a term is of.

mod compare;

use super::number::{Rational, int};

/// A term of a [`Terms`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Term(u32);

impl Term {
    /// Its place, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a term is: a truth, an int or a real.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sort {
    /// True or false.
    Bool,
    /// An int without bounds.
    Int,
    /// A real, exact.
    Real,
}

/// What a term is made of.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "each variant is the operator of its name")]
pub enum Node {
    /// True or false.
    Bool(bool),
    /// An int or real; the sort tells.
    Number(Rational),
    /// A variable, by number.
    Var(u32),
    Not(Term),
    And(Vec<Term>),
    Or(Vec<Term>),
    If(Term, Term, Term),
    /// Of two terms of one sort.
    Equal(Term, Term),
    LessEqual(Term, Term),
    Less(Term, Term),
    Add(Vec<Term>),
    Multiply(Term, Term),
    /// Of reals; the divisor is not 0 where it matters.
    Divide(Term, Term),
    /// Euclidean, of ints.
    Quotient(Term, Term),
    /// Euclidean, of ints.
    Remainder(Term, Term),
    ToReal(Term),
    /// The greatest int not above a real.
    Floor(Term),
}

/// A closed range of numbers.
pub type Range = (Rational, Rational);

/// A table of terms.
#[derive(Default)]
pub struct Terms {
    /// What each term is made of, by its number: no order but that of making matters.
    nodes: indexmap::IndexSet<(Node, Sort), foldhash::fast::FixedState>,
    ranges: Vec<Option<Range>>,
    vars: u32,
    /// Which terms are the lesser (true) or the greater of two others.
    extremes: std::collections::BTreeMap<Term, (bool, Term, Term)>,
}

impl Terms {
    /// No terms but the two truths.
    pub fn new() -> Terms {
        let mut terms = Terms::default();
        terms.make(Node::Bool(false), Sort::Bool, None);
        terms.make(Node::Bool(true), Sort::Bool, None);
        terms
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: the truths are always there.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// What a term is made of.
    pub fn node(&self, term: Term) -> &Node {
        &self.nodes[term.index()].0
    }

    /// Its sort.
    pub fn sort(&self, term: Term) -> Sort {
        self.nodes[term.index()].1
    }

    /// The values that it can have, if they are bounded.
    pub fn range(&self, term: Term) -> Option<&Range> {
        self.ranges[term.index()].as_ref()
    }

    /// All terms, parts before wholes.
    pub fn all_terms(&self) -> impl Iterator<Item = Term> + use<> {
        (0..self.nodes.len() as u32).map(Term)
    }

    /// What a term is made of, directly.
    pub fn parts(&self, term: Term) -> Vec<Term> {
        match self.node(term) {
            Node::Bool(_) | Node::Number(_) | Node::Var(_) => Vec::new(),
            Node::Not(a) | Node::ToReal(a) | Node::Floor(a) => vec![*a],
            Node::And(parts) | Node::Or(parts) | Node::Add(parts) => parts.clone(),
            Node::If(a, b, c) => vec![*a, *b, *c],
            Node::Equal(a, b)
            | Node::LessEqual(a, b)
            | Node::Less(a, b)
            | Node::Multiply(a, b)
            | Node::Divide(a, b)
            | Node::Quotient(a, b)
            | Node::Remainder(a, b) => vec![*a, *b],
        }
    }

    /// The variables among the first `count` terms that `roots` speak of, in the order of making.
    pub fn vars_below<'t>(&self, count: usize, roots: impl Iterator<Item = &'t Term>) -> Vec<Term> {
        let mut seen = vec![false; self.len()];
        let mut open: Vec<Term> = roots.copied().collect();
        while let Some(term) = open.pop() {
            if !std::mem::replace(&mut seen[term.index()], true) {
                open.extend(self.parts(term));
            }
        }
        let is_var = |term: &Term| matches!(self.node(*term), Node::Var(_));
        self.all_terms().take(count).filter(|term| seen[term.index()] && is_var(term)).collect()
    }

    fn make(&mut self, node: Node, sort: Sort, range: Option<Range>) -> Term {
        let (place, new) = self.nodes.insert_full((node, sort));
        if new {
            self.ranges.push(range);
        }
        Term(u32::try_from(place).expect("fewer than 2^32 terms"))
    }

    /// A fresh variable; numbers may have bounds, which whoever asks must assert.
    pub fn var(&mut self, sort: Sort, range: Option<Range>) -> Term {
        self.vars += 1;
        self.make(Node::Var(self.vars - 1), sort, range)
    }

    /// A truth.
    pub fn bool(&self, truth: bool) -> Term {
        Term(u32::from(truth))
    }

    /// False.
    pub fn no(&self) -> Term {
        self.bool(false)
    }

    /// True.
    pub fn yes(&self) -> Term {
        self.bool(true)
    }

    /// A number.
    pub fn number(&mut self, number: Rational, sort: Sort) -> Term {
        let range = Some((number.clone(), number.clone()));
        self.make(Node::Number(number), sort, range)
    }

    /// An int.
    pub fn int(&mut self, number: i128) -> Term {
        self.number(int(number), Sort::Int)
    }

    /// A real.
    pub fn real(&mut self, number: Rational) -> Term {
        self.number(number, Sort::Real)
    }

    /// The truth that a term is known to be.
    pub fn truth(&self, term: Term) -> Option<bool> {
        match self.node(term) {
            Node::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number that a term is known to be.
    pub fn constant(&self, term: Term) -> Option<&Rational> {
        match self.node(term) {
            Node::Number(number) => Some(number),
            _ => None,
        }
    }

    /// `not a`
    pub fn not(&mut self, a: Term) -> Term {
        match self.node(a) {
            Node::Bool(truth) => self.bool(!truth),
            Node::Not(inner) => *inner,
            _ => self.make(Node::Not(a), Sort::Bool, None),
        }
    }

    /// `a and b`
    pub fn and(&mut self, a: Term, b: Term) -> Term {
        self.all([a, b])
    }

    /// `a or b`
    pub fn or(&mut self, a: Term, b: Term) -> Term {
        self.any([a, b])
    }

    /// `a implies b`
    pub fn implies(&mut self, a: Term, b: Term) -> Term {
        let not = self.not(a);
        self.or(not, b)
    }

    /// `a and not b`
    pub fn but(&mut self, a: Term, b: Term) -> Term {
        let not = self.not(b);
        self.and(a, not)
    }

    /// All of them.
    pub fn all(&mut self, of: impl IntoIterator<Item = Term>) -> Term {
        self.gather(of, false)
    }

    /// Any of them.
    pub fn any(&mut self, of: impl IntoIterator<Item = Term>) -> Term {
        self.gather(of, true)
    }

    /// `strong` decides alone: true for `any`, false for `all`.
    fn gather(&mut self, of: impl IntoIterator<Item = Term>, strong: bool) -> Term {
        let mut parts: Vec<Term> = Vec::new();
        for term in of {
            match (self.node(term), strong) {
                (Node::Bool(truth), _) if *truth == strong => return term,
                (Node::Bool(_), _) => {}
                (Node::And(inner), false) | (Node::Or(inner), true) => parts.extend(inner),
                _ => parts.push(term),
            }
        }
        parts.sort_unstable();
        parts.dedup();
        let opposed = |part: &Term| match self.node(*part) {
            Node::Not(inner) => parts.binary_search(inner).is_ok(),
            _ => false,
        };
        if parts.iter().any(opposed) {
            return self.bool(strong);
        }
        match parts[..] {
            [] => self.bool(!strong),
            [one] => one,
            _ if strong => self.make(Node::Or(parts), Sort::Bool, None),
            _ => self.make(Node::And(parts), Sort::Bool, None),
        }
    }

    /// `if c then a else b`, of one sort.
    pub fn choose(&mut self, c: Term, a: Term, b: Term) -> Term {
        if a == b {
            return a;
        }
        if let Some(truth) = self.truth(c) {
            return if truth { a } else { b };
        }
        if let Node::Not(inner) = *self.node(c) {
            return self.choose(inner, b, a);
        }
        if self.sort(a) == Sort::Bool {
            return self.choose_truth(c, a, b);
        }
        // The same question is not asked twice in a row.
        let a = match *self.node(a) {
            Node::If(again, inner, _) if again == c => inner,
            _ => a,
        };
        let b = match *self.node(b) {
            Node::If(again, _, inner) if again == c => inner,
            _ => b,
        };
        if let Node::If(other, same, rest) = *self.node(b)
            && same == a
        {
            let either = self.or(c, other);
            return self.choose(either, a, rest);
        }
        if a == b {
            return a;
        }
        let range = match (self.range(a), self.range(b)) {
            (Some(a), Some(b)) => Some(((&a.0).min(&b.0).clone(), (&a.1).max(&b.1).clone())),
            _ => None,
        };
        let sort = self.sort(a);
        self.make(Node::If(c, a, b), sort, range)
    }

    fn choose_truth(&mut self, c: Term, a: Term, b: Term) -> Term {
        match (self.truth(a), self.truth(b)) {
            (Some(true), _) => self.or(c, b),
            (Some(false), _) => {
                let not = self.not(c);
                self.and(not, b)
            }
            (_, Some(true)) => self.implies(c, a),
            (_, Some(false)) => self.and(c, a),
            (None, None) => self.make(Node::If(c, a, b), Sort::Bool, None),
        }
    }

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
        // `a - min(a, b)` is never negative, `a - max(a, b)` never positive.
        if let Some((least, first, second)) = self.extreme(b)
            && (first == a || second == a)
        {
            let gap = self.subtract(a, if first == a { second } else { first });
            let sort = self.sort(a);
            let zero = self.number(Rational::zero(), sort);
            return if least { self.max(zero, gap) } else { self.min(zero, gap) };
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
            // A long chain of choices would be copied for every factor.
            Node::If(c, a, b) if self.is_listed(term) => {
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
}
