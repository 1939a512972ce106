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
    nodes: Vec<(Node, Sort)>,
    pub(super) ranges: Vec<Option<Range>>,
    #[expect(clippy::disallowed_types, reason = "only looked up, never walked")]
    known: std::collections::HashMap<(Node, Sort), Term>,
    vars: u32,
}

/// Compared with a constant, a choice between constants is a choice between truths.
#[derive(Clone, Copy)]
enum Comparison {
    Equal,
    /// `term <= constant`
    AtMost,
    /// `constant <= term`
    AtLeast,
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

    pub(super) fn make(&mut self, node: Node, sort: Sort, range: Option<Range>) -> Term {
        if let Some(term) = self.known.get(&(node.clone(), sort)) {
            return *term;
        }
        let term = Term(u32::try_from(self.nodes.len()).expect("fewer than 2^32 terms"));
        self.nodes.push((node.clone(), sort));
        self.ranges.push(range);
        self.known.insert((node, sort), term);
        term
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
                self.make(Node::LessEqual(a, b), Sort::Bool, None)
            }
        }
    }

    /// `a < b`
    pub fn less(&mut self, a: Term, b: Term) -> Term {
        let not = self.at_most(b, a);
        self.not(not)
    }

    /// A term compared with a constant.
    fn compare(&mut self, how: Comparison, term: Term, k: &Rational) -> Term {
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
        if let Node::If(c, a, b) = *self.node(term)
            && (self.constant(a).is_some() || self.constant(b).is_some())
        {
            let (a, b) = (self.compare_constant(how, a, k), self.compare_constant(how, b, k));
            return self.choose(c, a, b);
        }
        if let Node::ToReal(inner) = *self.node(term) {
            return self.compare_int(how, inner, k);
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

    fn compare_constant(&mut self, how: Comparison, term: Term, k: &Rational) -> Term {
        match self.constant(term) {
            None => self.compare(how, term, k),
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

    /// An int, as a real, compared with a constant.
    fn compare_int(&mut self, how: Comparison, int: Term, k: &Rational) -> Term {
        match how {
            Comparison::Equal if !k.is_integer() => self.no(),
            Comparison::Equal => self.compare_constant(how, int, k),
            Comparison::AtMost => self.compare_constant(how, int, &k.floor()),
            Comparison::AtLeast => self.compare_constant(how, int, &k.ceil()),
        }
    }
}
