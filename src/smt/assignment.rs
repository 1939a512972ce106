//! What a solver gave its variables, and what that makes of every term.
//!
//! In: terms and the values of some variables. Out: the value of any term, by our own arithmetic:
//! no answer of a solver is taken on trust.

use std::collections::BTreeMap;

use super::number::Rational;
use super::sym::Sym;
use super::term::{Node, Sort, Term, Terms};
use crate::ir::Value;

/// The value of a term.
#[derive(Clone, PartialEq, Debug)]
pub enum Given {
    /// Of a truth.
    Truth(bool),
    /// Of a number.
    Number(Rational),
}

/// The value of every term that there was when it was asked for, or brought up to date.
pub struct Assignment {
    given: BTreeMap<Term, Given>,
    values: Vec<Given>,
}

impl Assignment {
    /// From the values of variables, by their terms; others are false, or the least number of
    /// their bounds.
    pub fn new(terms: &Terms, given: BTreeMap<Term, Given>) -> Assignment {
        let mut assignment = Assignment { given, values: Vec::with_capacity(terms.len()) };
        assignment.update(terms);
        assignment
    }

    /// Gives a value to the terms that were made since.
    pub fn update(&mut self, terms: &Terms) {
        for term in terms.all_terms().skip(self.values.len()) {
            let value = self.compute(terms, term);
            self.values.push(value);
        }
    }

    fn compute(&self, terms: &Terms, term: Term) -> Given {
        let number = |term: Term| self.number(term);
        match terms.node(term) {
            Node::Bool(truth) => Given::Truth(*truth),
            Node::Number(number) => Given::Number(number.clone()),
            Node::Var(_) => {
                self.given.get(&term).cloned().unwrap_or_else(|| match terms.sort(term) {
                    Sort::Bool => Given::Truth(false),
                    Sort::Int | Sort::Real => {
                        let least = terms.range(term).map(|range| range.0.clone());
                        Given::Number(least.unwrap_or_else(Rational::zero))
                    }
                })
            }
            Node::Not(a) => Given::Truth(!self.truth(*a)),
            Node::And(parts) => Given::Truth(parts.iter().all(|part| self.truth(*part))),
            Node::Or(parts) => Given::Truth(parts.iter().any(|part| self.truth(*part))),
            Node::If(c, a, b) => {
                let taken = if self.truth(*c) { a } else { b };
                self.values[taken.index()].clone()
            }
            Node::Equal(a, b) => Given::Truth(self.values[a.index()] == self.values[b.index()]),
            Node::LessEqual(a, b) => Given::Truth(number(*a) <= number(*b)),
            Node::Less(a, b) => Given::Truth(number(*a) < number(*b)),
            Node::Add(parts) => {
                Given::Number(parts.iter().fold(Rational::zero(), |sum, part| sum + number(*part)))
            }
            Node::Multiply(a, b) => Given::Number(number(*a) * number(*b)),
            Node::Divide(a, b) => {
                let (a, b) = (number(*a), number(*b));
                Given::Number(if b.is_zero() { Rational::zero() } else { a / b })
            }
            Node::Quotient(a, b) => Given::Number(euclidean(&number(*a), &number(*b)).0),
            Node::Remainder(a, b) => Given::Number(euclidean(&number(*a), &number(*b)).1),
            Node::ToReal(a) => Given::Number(number(*a)),
            Node::Floor(a) => Given::Number(number(*a).floor()),
        }
    }

    /// Whether a term holds.
    pub fn truth(&self, term: Term) -> bool {
        self.values[term.index()] == Given::Truth(true)
    }

    /// The number that a term is.
    pub fn number(&self, term: Term) -> Rational {
        match &self.values[term.index()] {
            Given::Number(number) => number.clone(),
            Given::Truth(_) => Rational::zero(),
        }
    }

    /// The value of a symbolic value; a real becomes the nearest double. None for what has none.
    pub fn value(&self, of: &Sym) -> Option<Value> {
        match of {
            Sym::Bool(term) => Some(Value::Bool(self.truth(*term))),
            Sym::Int(term) => super::number::whole(&self.number(*term)).map(Value::Int),
            Sym::Real(term) => super::number::nearest(&self.number(*term)).map(Value::Real),
            Sym::Pick(cases) => {
                let held = cases.iter().find(|(_, guard)| self.truth(*guard));
                held.map(|(value, _)| value.clone())
            }
            Sym::Set(items) => {
                let held = items.iter().filter(|(_, guard)| self.truth(*guard));
                Some(Value::Set(held.map(|(value, _)| value.clone()).collect::<Vec<_>>().into()))
            }
            Sym::Table(rows) => {
                let row =
                    |(row, value): &(Vec<Value>, Sym)| Some((row.clone(), self.value(value)?));
                Some(Value::Table(rows.iter().map(row).collect::<Option<Vec<_>>>()?.into()))
            }
            Sym::Bag(_) | Sym::Event(_) | Sym::Nothing => None,
        }
    }
}

/// Euclidean quotient and remainder.
fn euclidean(a: &Rational, b: &Rational) -> (Rational, Rational) {
    if b.is_zero() {
        return (Rational::zero(), a.clone());
    }
    let size = if b < &Rational::zero() { -b.clone() } else { b.clone() };
    let floor = (a / &size).floor();
    let rest = a - &floor * &size;
    (if b < &Rational::zero() { -floor } else { floor }, rest)
}
