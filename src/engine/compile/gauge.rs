//! Margins of what needs one instant.

use super::super::program::{Bits, Compared, Gauge, Order};
use super::scope::{Polarity, Scope};
use super::{Compiler, Made, num, worlds};
use crate::ir::expr::Binder;
use crate::ir::{Expr, ExprKind, Type};
use crate::syntax::ast::BinaryOp;

impl Compiler<'_> {
    /// The margin of a formula at one instant.
    // spec: formula.margin
    pub(super) fn gauge(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        polarity: Polarity,
    ) -> Made<Gauge> {
        match &*expr.kind {
            ExprKind::Not(inner) => {
                Ok(Gauge::Not(Box::new(self.gauge(scope, inner, polarity.negated())?)))
            }
            ExprKind::Binary(op, left, right) => {
                self.gauge_of_two(scope, expr, (*op, left, right), polarity)
            }
            ExprKind::If(condition, yes, no) => {
                let condition = self.bits_of(scope, condition, Polarity::Exact)?;
                let yes = self.gauge(scope, yes, polarity)?;
                Ok(Gauge::If(Box::new((condition, yes, self.gauge(scope, no, polarity)?))))
            }
            ExprKind::Match(subject, arms) => {
                let subject = Box::new(self.either(scope, subject)?);
                let arms = arms.iter().map(|(pattern, arm)| {
                    Ok((self.pattern(pattern, arm)?, self.gauge(scope, arm, polarity)?))
                });
                Ok(Gauge::Match(subject, arms.collect::<Made<_>>()?))
            }
            ExprKind::Let(slot, bound, body) => {
                let bind = self.bind(scope, *slot, bound)?;
                let body = self.gauge(scope, body, polarity)?;
                Ok(Gauge::Let(bind.into_iter().collect(), Box::new(body)))
            }
            ExprKind::Call(def, arguments) => {
                let (binds, mut inner) = self.enter(scope, *def, arguments)?;
                let model = self.model;
                let body = self.gauge(&mut inner, &model.defs[*def].body, polarity)?;
                Ok(Gauge::Let(binds, Box::new(body)))
            }
            ExprKind::Quantifier { all, binders, body } => {
                self.gauge_of_all(scope, (*all, binders, body), polarity)
            }
            ExprKind::Prev(inner, start) if scope.formula => {
                let inner = self.gauge(&mut scope.earlier(), inner, polarity)?;
                let start = match start {
                    Some(start) => self.gauge(scope, start, polarity)?,
                    None => Gauge::Truth(Bits::Const(false)),
                };
                self.depth = self.depth.max(num::depth_of(expr, self.model));
                Ok(Gauge::Prev(Box::new((inner, start))))
            }
            ExprKind::Initially(inner) if scope.formula => {
                let inner = self.gauge(&mut scope.earlier(), inner, polarity)?;
                Ok(Gauge::Initially(Box::new(inner)))
            }
            ExprKind::At(world, arguments, inner) => {
                let world = self.world(scope, expr, (*world, arguments))?;
                let reads = worlds::reads(self.model, inner);
                let inner = self.gauge(&mut scope.inside(&world), inner, polarity)?;
                Ok(Gauge::At(world, reads, Box::new(inner)))
            }
            _ => Ok(Gauge::Truth(self.bits_of(scope, expr, polarity)?)),
        }
    }

    /// Connectives and comparisons.
    fn gauge_of_two(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (op, left, right): (BinaryOp, &Expr, &Expr),
        polarity: Polarity,
    ) -> Made<Gauge> {
        let order = match op {
            BinaryOp::And | BinaryOp::Or => {
                let left = self.gauge(scope, left, polarity)?;
                let both = Box::new((left, self.gauge(scope, right, polarity)?));
                return Ok(if op == BinaryOp::And {
                    Gauge::Least(both)
                } else {
                    Gauge::Most(both)
                });
            }
            BinaryOp::Implies => {
                let left = Gauge::Not(Box::new(self.gauge(scope, left, polarity.negated())?));
                return Ok(Gauge::Most(Box::new((left, self.gauge(scope, right, polarity)?))));
            }
            BinaryOp::Equal => Order::Equal,
            BinaryOp::NotEqual => Order::NotEqual,
            BinaryOp::Less => Order::Less,
            BinaryOp::LessEqual => Order::LessEqual,
            BinaryOp::Greater => Order::Greater,
            BinaryOp::GreaterEqual => Order::GreaterEqual,
            _ => return Ok(Gauge::Truth(self.bits_of(scope, expr, polarity)?)),
        };
        let slack = match &left.ty {
            Type::Int => None,
            Type::Real => Some(self.slack(polarity, left, right)),
            _ => return Ok(Gauge::Truth(self.bits_of(scope, expr, polarity)?)),
        };
        let optional = matches!(right.ty, Type::Optional(_));
        let width = self.width(left, right);
        let sides = (self.num(scope, left)?, self.num(scope, right)?);
        Ok(Gauge::Compare(Box::new(Compared { order, slack, width, optional, sides })))
    }

    /// `forall` and `exists`.
    fn gauge_of_all(
        &mut self,
        scope: &mut Scope,
        (all, binders, body): (bool, &[Binder], &Expr),
        polarity: Polarity,
    ) -> Made<Gauge> {
        let Some((binder, rest)) = binders.split_first() else {
            return self.gauge(scope, body, polarity);
        };
        let guarded = if all { polarity.negated() } else { polarity };
        let mut loops = self.guarded_loops(scope, std::slice::from_ref(binder), guarded)?;
        let body = Box::new(self.gauge_of_all(scope, (all, rest, body), polarity)?);
        match loops.pop() {
            Some(entry) => Ok(Gauge::Quantifier { all, entry: Box::new(entry), body }),
            None => Ok(*body),
        }
    }
}
