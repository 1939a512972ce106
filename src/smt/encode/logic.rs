//! Kleene's connectives, choices and quantifiers, with what stops them.

use super::expression::put;
use super::stops::{Found, Stops};
use super::{Encoded, Encoder, View};
use crate::ir::expr::{Binder, Pattern};
use crate::ir::{Expr, ExprKind};
use crate::smt::sym::{self, Sym};
use crate::smt::term::Term;
use crate::syntax::ast::BinaryOp;

impl Encoder<'_> {
    /// The value of a connective, choice or quantifier.
    pub fn logic(&mut self, view: View, frame: &mut Vec<Sym>, expr: &Expr) -> Encoded<Found> {
        match &*expr.kind {
            ExprKind::Not(inner) => {
                let found = self.eval(view.negated(), frame, inner)?;
                Ok(self.negated(&found))
            }
            ExprKind::Binary(op, left, right) => {
                let guard = matches!(op, BinaryOp::Implies);
                let mut first =
                    self.eval(if guard { view.negated() } else { view }, frame, left)?;
                if guard {
                    first = self.negated(&first);
                }
                let strong = !matches!(op, BinaryOp::And);
                // What is known to decide alone leaves the rest unread.
                let decided = self.surely(&first);
                let lost = self.surely_not(&first);
                let alone = if strong { decided } else { lost };
                if self.terms.truth(alone) == Some(true) {
                    return Ok(first);
                }
                let second = self.eval(view, frame, right)?;
                Ok(self.decide(&first, strong, &second))
            }
            ExprKind::If(condition, yes, no) => {
                let condition = self.eval(view.exact(), frame, condition)?;
                let c = condition.value.truth(&self.terms);
                let found = match self.terms.truth(c) {
                    Some(true) => self.eval(view, frame, yes)?,
                    Some(false) => self.eval(view, frame, no)?,
                    None => {
                        let (yes, no) = (self.eval(view, frame, yes)?, self.eval(view, frame, no)?);
                        self.either(c, &yes, &no, expr.span)?
                    }
                };
                Ok(self.after(condition.stops, found))
            }
            ExprKind::Match(subject, arms) => {
                let subject = self.eval(view.exact(), frame, subject)?;
                let found = self.arms(view, frame, &subject.value, arms, expr.span)?;
                Ok(self.after(subject.stops, found))
            }
            ExprKind::Let(slot, bound, body) => {
                let bound = self.eval(view.exact(), frame, bound)?;
                put(frame, *slot, bound.value);
                let found = self.eval(view, frame, body)?;
                Ok(self.after(bound.stops, found))
            }
            ExprKind::Quantifier { all, binders, body } => {
                self.quantifier(view, frame, *all, binders, body)
            }
            _ => self.unsupported(expr.span, "this connective"),
        }
    }

    /// `not`
    pub fn negated(&mut self, found: &Found) -> Found {
        let truth = found.value.truth(&self.terms);
        Found { value: Sym::Bool(self.terms.not(truth)), stops: found.stops }
    }

    /// One of two, by a condition.
    pub fn either(
        &mut self,
        c: Term,
        yes: &Found,
        no: &Found,
        span: crate::diag::Span,
    ) -> Encoded<Found> {
        let value = sym::choose(&mut self.terms, c, &yes.value, &no.value, span)?;
        Ok(Found { value, stops: self.stops_by(c, yes.stops, no.stops) })
    }

    fn arms(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        subject: &Sym,
        arms: &[(Pattern, Expr)],
        span: crate::diag::Span,
    ) -> Encoded<Found> {
        let Some(((pattern, body), rest)) = arms.split_first() else {
            return Ok(self.found(Sym::Nothing));
        };
        let fits = self.fits(pattern, subject, span)?;
        match self.terms.truth(fits) {
            Some(true) => self.eval(view, frame, body),
            Some(false) => self.arms(view, frame, subject, rest, span),
            None => {
                let this = self.eval(view, frame, body)?;
                let other = self.arms(view, frame, subject, rest, span)?;
                self.either(fits, &this, &other, span)
            }
        }
    }

    /// When a pattern fits a value.
    pub fn fits(
        &mut self,
        pattern: &Pattern,
        subject: &Sym,
        span: crate::diag::Span,
    ) -> Encoded<Term> {
        match pattern {
            Pattern::Wildcard => Ok(self.terms.yes()),
            Pattern::Value(value) => {
                let value = Sym::of(&mut self.terms, value);
                self.same(subject, &value, span)
            }
        }
    }

    /// Two operands, of which `strong` decides alone.
    ///
    /// Where the first is unknown the second may still decide; a fault there does not count.
    pub fn decide(&mut self, first: &Found, strong: bool, second: &Found) -> Found {
        let strongly = |encoder: &mut Self, found: &Found| match strong {
            true => encoder.surely(found),
            false => encoder.surely_not(found),
        };
        let (one, two) = (strongly(self, first), strongly(self, second));
        let decided = self.terms.or(one, two);
        // The second is needed where the first is known and does not decide.
        let known = self.stopped(first.stops);
        let idle = self.terms.or(known, one);
        let late = self.terms.but(second.stops.fault, idle);
        let fault = self.terms.or(first.stops.fault, late);
        let open = self.terms.but(second.stops.unknown, idle);
        let unsure = self.terms.but(first.stops.unknown, two);
        let unknown = self.terms.or(unsure, open);
        let value = if strong { decided } else { self.terms.not(decided) };
        Found { value: Sym::Bool(value), stops: Stops { fault, unknown } }
    }

    /// Many operands, all evaluated, of which `strong` decides alone: a fault wins, then
    /// `strong`, then what is unknown.
    pub fn fold(&mut self, strong: bool, operands: &[Found]) -> Found {
        let (mut faults, mut decided, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for operand in operands {
            faults.push(operand.stops.fault);
            unknown.push(operand.stops.unknown);
            decided.push(match strong {
                true => self.surely(operand),
                false => self.surely_not(operand),
            });
        }
        let (fault, decided) = (self.terms.any(faults), self.terms.any(decided));
        let unknown = self.terms.any(unknown);
        let unknown = self.terms.but(unknown, fault);
        let unknown = self.terms.but(unknown, decided);
        let value = if strong { decided } else { self.terms.not(decided) };
        Found { value: Sym::Bool(value), stops: Stops { fault, unknown } }
    }

    /// An operand that counts only where `guard`; elsewhere it is neutral.
    pub fn guarded(&mut self, guard: Term, found: &Found, strong: bool) -> Found {
        let truth = found.value.truth(&self.terms);
        let value = match strong {
            true => self.terms.and(guard, truth),
            false => self.terms.implies(guard, truth),
        };
        Found { value: Sym::Bool(value), stops: self.stops_where(guard, found.stops) }
    }

    /// `forall` (`all`) or `exists`: every element is evaluated.
    fn quantifier(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        all: bool,
        binders: &[Binder],
        body: &Expr,
    ) -> Encoded<Found> {
        let Some((binder, rest)) = binders.split_first() else {
            return self.eval(view, frame, body);
        };
        let strong = !all;
        // A guard of `forall` stands where the left side of `implies` would.
        let guard_view = if all { view.negated() } else { view };
        let candidates = self.candidates(view, frame, binder)?;
        let rest_of_window = self.unknown(candidates.rest);
        let mut operands = vec![self.neutral(strong, rest_of_window)];
        for (item, member) in candidates.items {
            put(frame, binder.slot, item);
            let operand = match &binder.filter {
                None => self.quantifier(view, frame, all, rest, body)?,
                Some(filter) => {
                    let admitted = self.eval(guard_view, frame, filter)?;
                    let guard = if all { self.negated(&admitted) } else { admitted };
                    let sure = match strong {
                        true => self.surely_not(&guard),
                        false => self.surely(&guard),
                    };
                    if self.terms.truth(sure) == Some(true) {
                        continue;
                    }
                    let inner = self.quantifier(view, frame, all, rest, body)?;
                    self.decide(&guard, all, &inner)
                }
            };
            operands.push(self.guarded(member, &operand, strong));
        }
        let folded = self.fold(strong, &operands);
        Ok(self.after(candidates.stops, folded))
    }

    /// What decides nothing, but may stop.
    pub fn neutral(&mut self, strong: bool, stops: Stops) -> Found {
        Found { value: Sym::Bool(self.terms.bool(!strong)), stops }
    }
}
