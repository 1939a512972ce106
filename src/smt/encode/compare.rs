//! Comparisons, of reals with a tolerance that follows negation.

use super::{Encoded, Encoder, Polarity, View};
use crate::diag::Span;
use crate::ir::expr::{AggregateOp, Function};
use crate::ir::{Domain, Expr, ExprKind, Model, Type, Value};
use crate::smt::number::{Rational, int, real};
use crate::smt::sym::{self, Order, Sym};
use crate::smt::term::Term;
use crate::syntax::ast::BinaryOp;

/// What a comparison without a tolerance of its own may miss, as a part of the width.
const RELATIVE: f64 = 1e-9;

impl Encoder<'_> {
    /// Whether `a op b`.
    // spec: types.real
    pub fn compared(
        &mut self,
        view: View,
        op: BinaryOp,
        (left, right): (&Expr, &Expr),
        (a, b): (&Sym, &Sym),
        span: Span,
    ) -> Encoded<Term> {
        if let (Sym::Real(a), Sym::Real(b)) = (a, b) {
            return Ok(self.reals(view, op, (left, right), (*a, *b)));
        }
        let mut by = |order, a, b| sym::compare(&mut self.terms, order, a, b, span);
        Ok(match op {
            BinaryOp::Equal => by(Order::Equal, a, b)?,
            BinaryOp::NotEqual => {
                let same = by(Order::Equal, a, b)?;
                self.terms.not(same)
            }
            BinaryOp::Less => by(Order::Less, a, b)?,
            BinaryOp::LessEqual => by(Order::AtMost, a, b)?,
            BinaryOp::Greater => by(Order::Less, b, a)?,
            _ => by(Order::AtMost, b, a)?,
        })
    }

    /// A comparison of reals in whose favour the tolerance goes, by the polarity.
    fn reals(
        &mut self,
        view: View,
        op: BinaryOp,
        sides: (&Expr, &Expr),
        (a, b): (Term, Term),
    ) -> Term {
        let wanted = match view.polarity() {
            Polarity::Exact => None,
            Polarity::Wanted => Some(true),
            Polarity::Unwanted => Some(false),
        };
        // What each side may miss; where it is by size, the greatest of these.
        let misses = match wanted {
            Some(_) => self.tolerance(sides, a, b),
            None => vec![self.terms.real(int(0))],
        };
        match op {
            BinaryOp::Less | BinaryOp::Greater | BinaryOp::LessEqual | BinaryOp::GreaterEqual => {
                let strict = matches!(op, BinaryOp::Less | BinaryOp::Greater);
                let (less, more) = match op {
                    BinaryOp::Less | BinaryOp::LessEqual => (a, b),
                    _ => (b, a),
                };
                let mut ways = Vec::new();
                for miss in misses {
                    let more = match wanted {
                        Some(false) => self.terms.subtract(more, miss),
                        Some(true) | None => self.terms.add(more, miss),
                    };
                    ways.push(match strict {
                        true => self.terms.less(less, more),
                        false => self.terms.at_most(less, more),
                    });
                }
                // Within the greatest: within any. Beyond the greatest: beyond all.
                if wanted == Some(false) { self.terms.all(ways) } else { self.terms.any(ways) }
            }
            BinaryOp::Equal if wanted == Some(true) => self.near(a, b, &misses),
            BinaryOp::Equal => self.terms.equal(a, b),
            _ if wanted == Some(false) => {
                let near = self.near(a, b, &misses);
                self.terms.not(near)
            }
            _ => {
                let same = self.terms.equal(a, b);
                self.terms.not(same)
            }
        }
    }

    /// `|a - b|` is at most the greatest of `misses`.
    fn near(&mut self, a: Term, b: Term, misses: &[Term]) -> Term {
        let (gap, back) = (self.terms.subtract(a, b), self.terms.subtract(b, a));
        let mut within = |gap| {
            let ways: Vec<Term> =
                misses.iter().map(|miss| self.terms.at_most(gap, *miss)).collect();
            self.terms.any(ways)
        };
        let (low, high) = (within(back), within(gap));
        self.terms.and(low, high)
    }

    /// How much a comparison may miss, the greatest of these: the check's tolerance; else 1e-9 of
    /// the width of what is compared; where nothing bounds it, 1e-9 of 1 + the greater size of both.
    fn tolerance(&mut self, (left, right): (&Expr, &Expr), a: Term, b: Term) -> Vec<Term> {
        if let Some(given) = self.question.settings.tolerance {
            return vec![self.terms.real(real(given))];
        }
        let sides = [width_of(self.model, left), width_of(self.model, right)];
        let width = sides.into_iter().flatten().fold(0.0, f64::max);
        if width > 0.0 && width.is_finite() {
            return vec![self.terms.real(real(RELATIVE) * real(width))];
        }
        // The size of a number is the greater of it and its negation.
        let mut sizes = Vec::new();
        for side in [a, b] {
            match self.terms.constant(side).cloned() {
                Some(number) => sizes.push(self.terms.real(number.abs())),
                None if self.terms.is_never_negative(side) => sizes.push(side),
                None => {
                    sizes.push(side);
                    sizes.push(self.terms.negate(side));
                }
            }
        }
        let (one, relative) = (self.terms.real(int(1)), self.terms.real(real(RELATIVE)));
        let misses = sizes.into_iter().map(|size| {
            let size = self.terms.add(size, one);
            self.terms.multiply(relative, size)
        });
        misses.collect()
    }

    /// How far a state may leave a real domain.
    pub fn domain_slack(lo: f64, hi: f64) -> Rational {
        real(RELATIVE) * (real(hi) - real(lo))
    }
}

/// The width of the domain that an expression's values lie in, as far as it is plain to see.
fn width_of(model: &Model, expr: &Expr) -> Option<f64> {
    let of = |expr: &Expr| width_of(model, expr);
    let widest = |parts: &mut dyn Iterator<Item = &Expr>| parts.filter_map(of).reduce(f64::max);
    match &*expr.kind {
        ExprKind::Param(param, _) => domain_width(&model.params[*param].domain),
        ExprKind::State { state, .. } => domain_width(&model.states[*state].domain),
        ExprKind::Field(occurrence, field) => match &occurrence.ty {
            Type::Event(event) => domain_width(&model.events[*event].fields.get(*field)?.1),
            _ => None,
        },
        ExprKind::ToReal(inner)
        | ExprKind::Negate(inner)
        | ExprKind::Initially(inner)
        | ExprKind::Prev(inner, _)
        | ExprKind::At(_, _, inner)
        | ExprKind::Let(_, _, inner) => of(inner),
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Subtract, left, right)
        | ExprKind::If(_, left, right) => widest(&mut [left, right].into_iter()),
        ExprKind::Match(_, arms) => widest(&mut arms.iter().map(|arm| &arm.1)),
        ExprKind::Call(def, _) => of(&model.defs[*def].body),
        ExprKind::Builtin(function, arguments) => match function {
            Function::Sqrt | Function::Exp | Function::Log | Function::Pow => None,
            Function::Abs
            | Function::Floor
            | Function::Ceil
            | Function::Round
            | Function::Clamp
            | Function::Min
            | Function::Max => widest(&mut arguments.iter()),
        },
        ExprKind::Aggregate { op, value: Some(value), .. } => match op {
            AggregateOp::Mean | AggregateOp::Min | AggregateOp::Max => of(value),
            AggregateOp::Sum | AggregateOp::Argmax | AggregateOp::Count => None,
        },
        _ => None,
    }
}

/// The width of a domain of numbers; none where it is unbounded.
fn domain_width(domain: &Domain) -> Option<f64> {
    match domain {
        Domain::Ints(lo, hi) => Some(*hi as f64 - *lo as f64),
        Domain::Reals(lo, hi) => Some(hi - lo),
        Domain::Values(_, values) => {
            let numbers = || values.iter().filter_map(Value::number);
            Some(numbers().reduce(f64::max)? - numbers().reduce(f64::min)?)
        }
        Domain::Optional(inner) => domain_width(inner),
        Domain::Whole(_) | Domain::Population(_) => None,
    }
}
