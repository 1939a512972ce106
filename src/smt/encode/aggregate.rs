//! `sum`, `mean`, `min`, `max`, `argmax`, `count`.
//!
//! A mean over a number of elements that is not fixed is a choice among quotients by 1, 2, …:
//! it stays linear.

use super::stops::{Found, Stops};
use super::{Encoded, Encoder, View};
use crate::base::id::Id;
use crate::ir::expr::{AggregateOp, Binder};
use crate::ir::{Expr, Type};
use crate::smt::number::int;
use crate::smt::sym::{self, Order, Sym};
use crate::smt::term::{Sort, Term};

/// The parts of an aggregate.
pub(in crate::smt) struct Parts<'a> {
    /// What is gathered.
    pub op: AggregateOp,
    /// The value at each element; `count` has none.
    pub value: Option<&'a Expr>,
    /// Over what.
    pub binders: &'a [Binder],
    /// The value of nothing.
    pub otherwise: Option<&'a Expr>,
}

/// An element with its value, where it is one.
struct Gathered {
    element: Sym,
    value: Sym,
    guard: Term,
}

impl Encoder<'_> {
    /// The value of an aggregate.
    pub fn aggregate(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        expr: &Expr,
        parts: &Parts<'_>,
    ) -> Encoded<Found> {
        let mut gathered: Vec<Gathered> = Vec::new();
        let first = parts.binders.first().map(|binder| binder.slot.index());
        let yes = self.terms.yes();
        let stops = self.each(view, frame, parts.binders, yes, &mut |encoder, frame, guard| {
            let found = match parts.value {
                Some(value) => encoder.eval(view, frame, value)?,
                None => {
                    let one = Sym::Int(encoder.terms.int(1));
                    encoder.found(one)
                }
            };
            let element = first.map_or(Sym::Nothing, |slot| frame[slot].clone());
            gathered.push(Gathered { element, value: found.value, guard });
            Ok(found.stops)
        })?;
        let any = self.terms.any(gathered.iter().map(|one| one.guard).collect::<Vec<_>>());
        let something = match self.terms.truth(any) {
            Some(false) => self.found(Sym::Nothing),
            Some(true) | None => self.of_some(expr, parts.op, &gathered)?,
        };
        let found = match self.terms.truth(any) {
            Some(true) => something,
            Some(false) | None => {
                let nothing = self.of_nothing(view, frame, expr, parts)?;
                self.either(any, &something, &nothing, expr.span)?
            }
        };
        Ok(self.after(stops, found))
    }

    fn of_some(&mut self, expr: &Expr, op: AggregateOp, gathered: &[Gathered]) -> Encoded<Found> {
        match op {
            AggregateOp::Count => {
                let guards: Vec<Term> = gathered.iter().map(|one| one.guard).collect();
                let count = Sym::Int(self.terms.count(guards));
                Ok(self.found(count))
            }
            AggregateOp::Sum => {
                let sum = self.sum_of(gathered, expr)?;
                Ok(match self.terms.sort(sum) {
                    Sort::Int => self.int64(sum),
                    Sort::Real | Sort::Bool => self.found(Sym::Real(sum)),
                })
            }
            AggregateOp::Mean => {
                let mean = self.mean(gathered, expr)?;
                Ok(self.found(Sym::Real(mean)))
            }
            AggregateOp::Min | AggregateOp::Max | AggregateOp::Argmax => {
                self.best(expr, op, gathered)
            }
        }
    }

    fn numbers(&mut self, gathered: &[Gathered], expr: &Expr) -> Encoded<Vec<Term>> {
        let mut numbers = Vec::with_capacity(gathered.len());
        for one in gathered {
            numbers.push(sym::number(&mut self.terms, &one.value, expr.span)?);
        }
        let real = numbers.iter().any(|number| self.terms.sort(*number) == Sort::Real);
        if real {
            for number in &mut numbers {
                *number = self.terms.to_real_if(*number);
            }
        }
        Ok(numbers)
    }

    fn sum_of(&mut self, gathered: &[Gathered], expr: &Expr) -> Encoded<Term> {
        let numbers = self.numbers(gathered, expr)?;
        let sort = numbers.first().map_or(Sort::Int, |first| self.terms.sort(*first));
        let zero = self.terms.number(int(0), sort);
        let mut parts = Vec::with_capacity(numbers.len());
        for (one, number) in gathered.iter().zip(numbers) {
            parts.push(self.terms.choose(one.guard, number, zero));
        }
        Ok(self.terms.sum(parts, sort))
    }

    /// The sum over 1, 2, …, by how many there are. Of nothing it is some value in the range.
    fn mean(&mut self, gathered: &[Gathered], expr: &Expr) -> Encoded<Term> {
        let sum = self.sum_of(gathered, expr)?;
        let sum = self.terms.to_real_if(sum);
        let numbers = self.numbers(gathered, expr)?;
        let numbers: Vec<Term> = numbers.iter().map(|one| self.terms.to_real_if(*one)).collect();
        let guards: Vec<Term> = gathered.iter().map(|one| one.guard).collect();
        let fixed = guards.iter().filter(|guard| self.terms.truth(**guard) == Some(true)).count();
        let count = self.terms.count(guards.clone());
        let mut mean = numbers[0];
        for number in fixed.max(1)..=guards.len() {
            let k = self.terms.int(number as i128);
            let these = self.terms.equal(count, k);
            let divisor = self.terms.real(int(number as i128));
            let quotient = self.terms.divide(sum, divisor);
            mean = self.terms.choose(these, quotient, mean);
        }
        let ends = numbers.iter().map(|number| self.terms.range(*number).cloned());
        let range = ends.reduce(|all, one| {
            let (all, one) = (all?, one?);
            Some((all.0.min(one.0), all.1.max(one.1)))
        });
        if let Some(Some(range)) = range {
            self.terms.narrow(mean, range);
        }
        Ok(mean)
    }

    /// The least or greatest value, or the element of the greatest; ties to the first.
    fn best(&mut self, expr: &Expr, op: AggregateOp, gathered: &[Gathered]) -> Encoded<Found> {
        let (mut value, mut element) = (gathered[0].value.clone(), gathered[0].element.clone());
        let mut some = gathered[0].guard;
        for next in &gathered[1..] {
            let better = match op {
                AggregateOp::Min => self.ordered(Order::Less, &next.value, &value, expr.span)?,
                _ => self.ordered(Order::Less, &value, &next.value, expr.span)?,
            };
            let first = self.terms.not(some);
            let takes = self.terms.or(first, better);
            let takes = self.terms.and(next.guard, takes);
            value = sym::choose(&mut self.terms, takes, &next.value, &value, expr.span)?;
            if op == AggregateOp::Argmax {
                element = sym::choose(&mut self.terms, takes, &next.element, &element, expr.span)?;
            }
            some = self.terms.or(some, next.guard);
        }
        Ok(self.found(if op == AggregateOp::Argmax { element } else { value }))
    }

    fn of_nothing(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        expr: &Expr,
        parts: &Parts<'_>,
    ) -> Encoded<Found> {
        if let Some(otherwise) = parts.otherwise {
            return self.eval(view, frame, otherwise);
        }
        match parts.op {
            AggregateOp::Count | AggregateOp::Sum => {
                let zero = int(0);
                let value = match expr.ty {
                    Type::Real => Sym::Real(self.terms.real(zero)),
                    _ => Sym::Int(self.terms.number(zero, Sort::Int)),
                };
                Ok(self.found(value))
            }
            AggregateOp::Mean | AggregateOp::Min | AggregateOp::Max | AggregateOp::Argmax => {
                let yes = self.terms.yes();
                let stops: Stops = self.faulting(yes);
                Ok(Found { value: Sym::Nothing, stops })
            }
        }
    }
}
