//! Numbers: ints of 64 bits, reals that are exact.
//!
//! An int past 64 bits is a fault, as in the reference; a real has no overflow here, and the
//! replay decides.

use super::stops::Found;
use super::{Encoded, Encoder};
use crate::diag::Span;
use crate::ir::expr::Function;
use crate::smt::number::{Rational, int};
use crate::smt::sym::{self, Order, Sym};
use crate::smt::term::{Sort, Term};
use crate::syntax::ast::BinaryOp;

impl Encoder<'_> {
    /// An int, or the fault of one past 64 bits.
    pub fn int64(&mut self, term: Term) -> Found {
        let (lo, hi) = (i128::from(i64::MIN), i128::from(i64::MAX));
        let (lo, hi) = (self.terms.int(lo), self.terms.int(hi));
        let (low, high) = (self.terms.less(term, lo), self.terms.less(hi, term));
        let past = self.terms.or(low, high);
        Found { value: Sym::Int(term), stops: self.faulting(past) }
    }

    /// A number of the sort of its term.
    fn numeric(&mut self, term: Term) -> Found {
        match self.terms.sort(term) {
            Sort::Int => self.int64(term),
            Sort::Real | Sort::Bool => self.found(Sym::Real(term)),
        }
    }

    /// `-e`
    pub fn negate(&mut self, found: Found, span: Span) -> Encoded<Found> {
        self.no_duration(&found.value, span)?;
        let number = sym::number(&mut self.terms, &found.value, span)?;
        let negated = self.terms.negate(number);
        let negated = self.numeric(negated);
        Ok(self.after(found.stops, negated))
    }

    /// Durations are compared, never computed with.
    fn no_duration(&self, value: &Sym, span: Span) -> Encoded<()> {
        match value {
            Sym::Pick(cases)
                if cases
                    .iter()
                    .any(|(value, _)| matches!(value, crate::ir::Value::Duration(_))) =>
            {
                self.unsupported(span, "arithmetic of durations")
            }
            _ => Ok(()),
        }
    }

    /// `+ - * / div %` of two numbers.
    pub fn calculate(&mut self, op: BinaryOp, a: &Sym, b: &Sym, span: Span) -> Encoded<Found> {
        self.no_duration(a, span)?;
        self.no_duration(b, span)?;
        let (a, b) =
            (sym::number(&mut self.terms, a, span)?, sym::number(&mut self.terms, b, span)?);
        let (a, b) = sym::alike(&mut self.terms, a, b);
        let by_zero = |encoder: &mut Self| {
            let sort = encoder.terms.sort(b);
            let zero = encoder.terms.number(int(0), sort);
            encoder.terms.equal(b, zero)
        };
        match op {
            BinaryOp::Add => {
                let sum = self.terms.add(a, b);
                Ok(self.numeric(sum))
            }
            BinaryOp::Subtract => {
                let difference = self.terms.subtract(a, b);
                Ok(self.numeric(difference))
            }
            BinaryOp::Multiply => {
                let product = self.terms.multiply(a, b);
                Ok(self.numeric(product))
            }
            BinaryOp::Divide => {
                let fault = by_zero(self);
                let (a, b) = (self.terms.to_real_if(a), self.terms.to_real_if(b));
                let value = Sym::Real(self.terms.divide(a, b));
                Ok(Found { value, stops: self.faulting(fault) })
            }
            BinaryOp::Div => {
                let fault = by_zero(self);
                let quotient = self.terms.quotient(a, b);
                let found = self.int64(quotient);
                let stops = self.faulting(fault);
                Ok(self.after(stops, found))
            }
            BinaryOp::Remainder => {
                let fault = by_zero(self);
                let value = Sym::Int(self.terms.remainder(a, b));
                Ok(Found { value, stops: self.faulting(fault) })
            }
            _ => self.unsupported(span, "this operator on numbers"),
        }
    }

    /// `abs`, `floor`, `min`, …
    pub fn builtin(&mut self, function: Function, of: &[Sym], span: Span) -> Encoded<Found> {
        for value in of {
            self.no_duration(value, span)?;
        }
        let unsupported = match function {
            Function::Sqrt => Some("`sqrt`"),
            Function::Exp => Some("`exp`"),
            Function::Log => Some("`log`"),
            Function::Pow => return self.power(of, span),
            Function::Abs
            | Function::Floor
            | Function::Ceil
            | Function::Round
            | Function::Clamp
            | Function::Min
            | Function::Max => None,
        };
        if let Some(what) = unsupported {
            return self.unsupported(span, what);
        }
        let mut numbers = Vec::new();
        for value in of {
            numbers.push(sym::number(&mut self.terms, value, span)?);
        }
        let first = numbers[0];
        Ok(match function {
            Function::Abs => {
                let size = self.terms.abs(first);
                self.numeric(size)
            }
            Function::Floor | Function::Ceil | Function::Round => self.whole(function, first),
            Function::Clamp => {
                let high = self.lesser(first, numbers[2], true);
                let clamped = self.lesser(high, numbers[1], false);
                self.numeric_found(clamped)
            }
            _ => {
                let least = function == Function::Min;
                let found =
                    numbers[1..].iter().fold(first, |best, next| self.lesser(best, *next, least));
                self.numeric_found(found)
            }
        })
    }

    fn numeric_found(&self, term: Term) -> Found {
        match self.terms.sort(term) {
            Sort::Int => self.found(Sym::Int(term)),
            Sort::Real | Sort::Bool => self.found(Sym::Real(term)),
        }
    }

    /// The lesser (or greater) of two numbers of any sorts.
    fn lesser(&mut self, a: Term, b: Term, least: bool) -> Term {
        let (a, b) = sym::alike(&mut self.terms, a, b);
        if least { self.terms.min(a, b) } else { self.terms.max(a, b) }
    }

    /// `floor`, `ceil`, `round`: halves away from 0.
    fn whole(&mut self, function: Function, number: Term) -> Found {
        if self.terms.sort(number) == Sort::Int {
            return self.found(Sym::Int(number));
        }
        let half = Rational::new(1.into(), 2.into());
        let rounded = match function {
            Function::Ceil => {
                let negated = self.terms.negate(number);
                let floor = self.terms.floor(negated);
                self.terms.negate(floor)
            }
            Function::Round => {
                let half = self.terms.real(half);
                let up = self.terms.add(number, half);
                let up = self.terms.floor(up);
                let negated = self.terms.negate(number);
                let down = self.terms.add(negated, half);
                let down = self.terms.floor(down);
                let down = self.terms.negate(down);
                let zero = self.terms.real(int(0));
                let below = self.terms.less(number, zero);
                self.terms.choose(below, down, up)
            }
            _ => self.terms.floor(number),
        };
        self.int64(rounded)
    }

    /// `pow` with an exponent that is a known small int.
    fn power(&mut self, of: &[Sym], span: Span) -> Encoded<Found> {
        const EXPONENT_MAX: i64 = 64;
        let [base, exponent] = of else { return self.unsupported(span, "this `pow`") };
        let known = match exponent {
            Sym::Int(term) | Sym::Real(term) => {
                self.terms.constant(*term).and_then(crate::smt::number::whole)
            }
            _ => None,
        };
        let Some(exponent) = known.filter(|power| (0..=EXPONENT_MAX).contains(power)) else {
            return self.unsupported(span, "`pow` whose exponent is not a fixed int");
        };
        let base = sym::number(&mut self.terms, base, span)?;
        let sort = self.terms.sort(base);
        let mut product = self.terms.number(int(1), sort);
        for _ in 0..exponent {
            product = self.terms.multiply(product, base);
        }
        Ok(self.numeric(product))
    }

    /// Whether `a` is below `b`, or at most.
    pub fn ordered(&mut self, order: Order, a: &Sym, b: &Sym, span: Span) -> Encoded<Term> {
        sym::compare(&mut self.terms, order, a, b, span)
    }
}

impl crate::smt::term::Terms {
    /// A number as a real.
    pub fn to_real_if(&mut self, term: Term) -> Term {
        match self.sort(term) {
            Sort::Int => self.to_real(term),
            Sort::Real | Sort::Bool => term,
        }
    }
}
