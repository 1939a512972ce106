//! Fresh values: what a setup, an adversary or chance may pick from a domain.
//!
//! A pick among a few values is a chain of truths: the first that holds says which. It needs
//! no side condition. Many ints, and reals, are numbers with bounds.

use super::{Encoded, Encoder, View};
use crate::diag::Span;
use crate::ir::{Domain, Type, Value};
use crate::smt::number::{int, real};
use crate::smt::sym::Sym;
use crate::smt::term::{Sort, Term};

/// Ints of domains up to this size are a choice among constants.
const FEW: i128 = 8;

impl Encoder<'_> {
    /// Any value of a domain; agents of it that are not there are not excluded here.
    pub fn fresh(&mut self, domain: &Domain, span: Span) -> Encoded<Sym> {
        match domain {
            Domain::Whole(Type::Bool) => Ok(Sym::Bool(self.terms.var(Sort::Bool, None))),
            Domain::Ints(lo, hi) if i128::from(*hi) - i128::from(*lo) >= FEW => {
                Ok(Sym::Int(self.bounded_int(*lo, *hi)))
            }
            Domain::Reals(lo, hi) => {
                let range = (real(*lo), real(*hi));
                Ok(Sym::Real(self.bounded(Sort::Real, range)))
            }
            Domain::Whole(Type::Int | Type::Real | Type::Str | Type::Duration | Type::Set(_)) => {
                self.unsupported(span, "a free value of a domain without bounds")
            }
            _ => {
                // The actual society leaves nobody out.
                let actual = View { society: 0, here: super::Here::Setup };
                let values = self.listed(actual, domain, span)?;
                self.any_of(&values, span)
            }
        }
    }

    /// An int with bounds.
    pub fn bounded_int(&mut self, lo: i64, hi: i64) -> Term {
        self.bounded(Sort::Int, (int(i128::from(lo)), int(i128::from(hi))))
    }

    fn bounded(&mut self, sort: Sort, range: crate::smt::term::Range) -> Term {
        let term = self.terms.var(sort, None);
        let (lo, hi) =
            (self.terms.number(range.0.clone(), sort), self.terms.number(range.1.clone(), sort));
        // The bounds are asserted before they are known, or they would fold away.
        let (low, high) = (self.terms.at_most(lo, term), self.terms.at_most(term, hi));
        self.assert(low);
        self.assert(high);
        self.terms.narrow(term, range);
        term
    }

    /// When each of `count` cases is picked: one of them always.
    pub fn ladder(&mut self, count: usize) -> Vec<Term> {
        let (mut guards, mut rest) = (Vec::with_capacity(count), self.terms.yes());
        for case in 0..count {
            if case + 1 == count {
                guards.push(rest);
                break;
            }
            let this = self.terms.var(Sort::Bool, None);
            guards.push(self.terms.and(rest, this));
            rest = self.terms.but(rest, this);
        }
        guards
    }

    /// Any of some values, all of one kind.
    pub fn any_of(&mut self, values: &[Value], span: Span) -> Encoded<Sym> {
        let guards = self.ladder(values.len());
        let plain = !values.contains(&Value::None);
        let mut cases = Vec::with_capacity(values.len());
        for (value, guard) in values.iter().zip(guards) {
            if plain && matches!(value, Value::Int(_) | Value::Real(_) | Value::Bool(_)) {
                cases.push((Sym::of(&mut self.terms, value), guard));
            } else {
                cases.push((Sym::Pick(vec![(value.clone(), self.terms.yes())]), guard));
            }
        }
        if plain && cases.iter().any(|(case, _)| !matches!(case, Sym::Pick(_))) {
            return self.one_of(&cases, span);
        }
        let mut picks: Vec<(Value, Term)> =
            values.iter().cloned().zip(cases.into_iter().map(|(_, guard)| guard)).collect();
        picks.sort();
        Ok(Sym::pick(&self.terms, picks))
    }
}
