//! Bools.

use super::super::program::{Bind, Bits, Num, Order, Slack, Universe};
use super::num::{constant, construct, scalar};
use super::scope::{Bound, Polarity, Scope};
use super::{Compiler, Made, refuse, worlds};
use crate::ir::expr::Function;
use crate::ir::{Domain, Expr, ExprKind, Type, Value};
use crate::syntax::ast::BinaryOp;
use crate::trace::FaultKind;

/// What a comparison without a tolerance of its own may miss, as a part of the width.
const RELATIVE: f64 = 1e-9;

impl Compiler<'_> {
    /// A bool at one instant.
    pub(super) fn bits_of(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        polarity: Polarity,
    ) -> Made<Bits> {
        if expr.ty != Type::Bool {
            return refuse("a formula that is no bool", expr.span);
        }
        match &*expr.kind {
            ExprKind::Literal(value) => Ok(Bits::Const(constant(value, expr.span)? != 0)),
            ExprKind::Local(slot) => match scope.get(*slot) {
                Some(Bound::Uniform(super::super::program::Uni::Slot(slot))) => {
                    Ok(Bits::Uniform(slot))
                }
                Some(Bound::Uniform(super::super::program::Uni::Const(word))) => {
                    Ok(Bits::Const(word != 0))
                }
                Some(Bound::Bits(slot)) => Ok(Bits::Slot(slot)),
                Some(
                    Bound::Column(_) | Bound::Occurrence(..) | Bound::Set(_) | Bound::Table(_),
                )
                | None => refuse("this local", expr.span),
            },
            ExprKind::Param(..) | ExprKind::State { .. } => Ok(Bits::Cell(self.cell(scope, expr)?)),
            ExprKind::Field(occurrence, field) => match self.occurrence(scope, occurrence) {
                Some((event, occurrence)) => Ok(Bits::Field { event, occurrence, field: *field }),
                None => refuse("a field of this", expr.span),
            },
            ExprKind::Tie(ties, from, to) => {
                let ends = Box::new((self.num(scope, from)?, self.num(scope, to)?));
                let site = self.site(FaultKind::Index, expr.span);
                Ok(Bits::Tie { ties: *ties, ends, positive: false, site })
            }
            ExprKind::Not(inner) => {
                let inner = self.bits_of(scope, inner, polarity.negated())?;
                Ok(Bits::Not(Box::new(inner)))
            }
            ExprKind::Binary(op, left, right) => {
                self.connected(scope, expr, (*op, left, right), polarity)
            }
            ExprKind::InDomain(inner, domain) => {
                let inner = self.num(scope, inner)?;
                let admit = self.within(domain, expr)?;
                Ok(Bits::Within(Box::new(inner), admit))
            }
            ExprKind::Quantifier { all, binders, body } => {
                let loops = self.guarded_loops(
                    scope,
                    binders,
                    match all {
                        true => polarity.negated(),
                        false => polarity,
                    },
                )?;
                let body = Box::new(self.bits_of(scope, body, polarity)?);
                let bits = Bits::Quantifier { all: *all, loops, body };
                Ok(match self.memo(scope, expr, polarity) {
                    Some(memo) => Bits::Once(memo, Box::new(bits)),
                    None => bits,
                })
            }
            _ => self.bits_composed(scope, expr, polarity),
        }
    }

    fn bits_composed(&mut self, scope: &mut Scope, expr: &Expr, polarity: Polarity) -> Made<Bits> {
        match &*expr.kind {
            ExprKind::If(condition, yes, no) => {
                let condition = self.condition(scope, condition)?;
                let yes = self.bits_of(scope, yes, polarity)?;
                let no = self.bits_of(scope, no, polarity)?;
                Ok(Bits::If(Box::new((condition, yes, no))))
            }
            ExprKind::Match(subject, arms) => {
                let compiled = self.either(scope, subject)?;
                let arms = arms.iter().map(|(pattern, arm)| {
                    Ok((self.pattern(pattern, arm)?, self.bits_of(scope, arm, polarity)?))
                });
                let arms = arms.collect::<Made<Vec<_>>>()?;
                let subject = self.matched(scope, (subject, compiled), &arms);
                Ok(Bits::Match(Box::new(subject), arms))
            }
            ExprKind::Let(slot, bound, body) => {
                let bind = self.bind(scope, *slot, bound)?;
                let body = self.bits_of(scope, body, polarity)?;
                Ok(match bind {
                    Some(bind) => Bits::Let(Box::new(bind), Box::new(body)),
                    None => body,
                })
            }
            ExprKind::Call(def, arguments) => {
                let (binds, mut inner) = self.enter(scope, *def, arguments)?;
                let model = self.model;
                let body = self.bits_of(&mut inner, &model.defs[*def].body, polarity)?;
                let wrap = |body, bind: Bind| Bits::Let(Box::new(bind), Box::new(body));
                Ok(binds.into_iter().rev().fold(body, wrap))
            }
            ExprKind::Prev(inner, start) if scope.formula => {
                let inner = self.bits_of(&mut scope.earlier(), inner, polarity)?;
                let start = match start {
                    Some(start) => self.bits_of(scope, start, polarity)?,
                    None => Bits::Const(false),
                };
                self.depth = self.depth.max(super::num::depth_of(expr, self.model));
                Ok(Bits::Prev(Box::new(inner), Box::new(start)))
            }
            ExprKind::Initially(inner) if scope.formula => {
                self.from_start = true;
                let inner = self.bits_of(&mut scope.earlier(), inner, polarity)?;
                Ok(Bits::Initially(Box::new(inner)))
            }
            ExprKind::At(world, arguments, inner) => {
                let world = self.world(scope, expr, (*world, arguments))?;
                let mut inside = scope.inside(&world);
                let reads = worlds::reads(self.model, inner);
                let inner = Box::new(self.bits_of(&mut inside, inner, polarity)?);
                Ok(Bits::At(world, self.site(FaultKind::Index, expr.span), reads, inner))
            }
            ExprKind::LocalAt(slot, indices) => {
                let (table, indices, site) = self.row(scope, expr, (*slot, indices))?;
                Ok(Bits::Row { table, indices, site })
            }
            ExprKind::Reaches(relation, from, to) => {
                let ends = Box::new((self.num(scope, from)?, self.num(scope, to)?));
                Ok(Bits::Reaches(self.relation(scope, *relation, expr)?, ends))
            }
            ExprKind::Connected(of) => Ok(Bits::Connected(self.relation(scope, *of, expr)?)),
            ExprKind::Acyclic(of) => Ok(Bits::Acyclic(self.relation(scope, *of, expr)?)),
            _ => refuse(construct(expr), expr.span),
        }
    }

    fn connected(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (op, left, right): (BinaryOp, &Expr, &Expr),
        polarity: Polarity,
    ) -> Made<Bits> {
        let order = match op {
            BinaryOp::And | BinaryOp::Or => {
                let left = Box::new(self.bits_of(scope, left, polarity)?);
                let right = Box::new(self.bits_of(scope, right, polarity)?);
                return Ok(match op {
                    BinaryOp::And => Bits::And(left, right),
                    _ => Bits::Or(left, right),
                });
            }
            BinaryOp::Implies => {
                let left = Box::new(self.bits_of(scope, left, polarity.negated())?);
                let right = Box::new(self.bits_of(scope, right, polarity)?);
                return Ok(Bits::Implies(left, right));
            }
            BinaryOp::In => return self.member(scope, left, right),
            BinaryOp::Equal => Order::Equal,
            BinaryOp::NotEqual => Order::NotEqual,
            BinaryOp::Less => Order::Less,
            BinaryOp::LessEqual => Order::LessEqual,
            BinaryOp::Greater => Order::Greater,
            BinaryOp::GreaterEqual => Order::GreaterEqual,
            _ => return refuse("this operator", expr.span),
        };
        match (&left.ty, &right.ty) {
            (Type::Bool, Type::Bool) => {
                let left = self.bits_of(scope, left, Polarity::Exact)?;
                let right = self.bits_of(scope, right, Polarity::Exact)?;
                Ok(Bits::Bools(order, Box::new((left, right))))
            }
            (Type::Real, Type::Real) => {
                let slack = self.slack(polarity, left, right);
                let sides = Box::new((self.num(scope, left)?, self.num(scope, right)?));
                Ok(Bits::Reals(order, slack, sides))
            }
            (a, b) if scalar(a) && scalar(b) && *a != Type::Real && *b != Type::Real => {
                let sides = Box::new((self.num(scope, left)?, self.num(scope, right)?));
                Ok(Bits::Compare(order, sides))
            }
            _ => refuse("a comparison of these types", expr.span),
        }
    }

    /// `x in S`
    fn member(&mut self, scope: &mut Scope, item: &Expr, of: &Expr) -> Made<Bits> {
        if item.ty == Type::Real || !scalar(&item.ty) {
            return refuse("membership of this type", item.span);
        }
        let compiled = self.num(scope, item)?;
        match &*of.kind {
            ExprKind::Binary(BinaryOp::Range, lo, hi) => {
                let (lo, hi) = (self.num(scope, lo)?, self.num(scope, hi)?);
                Ok(Bits::Between(Box::new((compiled, lo, hi))))
            }
            ExprKind::All(domain) => {
                let admit = self.within(domain, of)?;
                Ok(Bits::Within(Box::new(compiled), admit))
            }
            ExprKind::SetList(items) => {
                let items = items.iter().map(|item| self.num(scope, item));
                let items: Vec<Num> = items.collect::<Made<_>>()?;
                Ok(Bits::OneOf(Box::new(compiled), items))
            }
            _ => {
                let universe: Universe = self.universe(scope, of)?;
                let set = self.set(scope, of, &universe)?;
                Ok(Bits::Member(Box::new((compiled, set)), universe))
            }
        }
    }

    /// By how much a comparison of reals misses, and in whose favour.
    pub(super) fn slack(&self, polarity: Polarity, left: &Expr, right: &Expr) -> Slack {
        let sign = match polarity {
            Polarity::Exact => return Slack::Exact,
            Polarity::Wanted => 1.0,
            Polarity::Unwanted => -1.0,
        };
        if let Some(given) = self.tolerance {
            return Slack::Fixed(sign * given);
        }
        match self.width(left, right) {
            Some(width) => Slack::Fixed(sign * (RELATIVE * width)),
            None => Slack::Relative(sign * RELATIVE),
        }
    }

    /// The width of what is compared: the greater of the two sides' widths.
    pub(super) fn width(&self, left: &Expr, right: &Expr) -> Option<f64> {
        let sides = [self.width_of(left), self.width_of(right)];
        let widest = sides.into_iter().flatten().fold(0.0, f64::max);
        (widest > 0.0 && widest.is_finite()).then_some(widest)
    }

    fn width_of(&self, expr: &Expr) -> Option<f64> {
        let widest = |parts: &mut dyn Iterator<Item = &Expr>| {
            parts.filter_map(|part| self.width_of(part)).reduce(f64::max)
        };
        match &*expr.kind {
            ExprKind::Param(param, _) => domain_width(&self.model.params[*param].domain),
            ExprKind::State { state, .. } => domain_width(&self.model.states[*state].domain),
            ExprKind::Field(occurrence, field) => match &occurrence.ty {
                Type::Event(event) => {
                    domain_width(&self.model.events[*event].fields.get(*field)?.1)
                }
                _ => None,
            },
            ExprKind::ToReal(inner)
            | ExprKind::Negate(inner)
            | ExprKind::Initially(inner)
            | ExprKind::At(_, _, inner)
            | ExprKind::Prev(inner, _) => self.width_of(inner),
            ExprKind::Binary(BinaryOp::Add | BinaryOp::Subtract, left, right)
            | ExprKind::If(_, left, right) => widest(&mut [left, right].into_iter()),
            ExprKind::Match(_, arms) => widest(&mut arms.iter().map(|arm| &arm.1)),
            ExprKind::Let(_, _, body) => self.width_of(body),
            ExprKind::Call(def, _) => self.width_of(&self.model.defs[*def].body),
            ExprKind::Builtin(function, arguments) => match function {
                Function::Abs
                | Function::Floor
                | Function::Ceil
                | Function::Round
                | Function::Clamp
                | Function::Min
                | Function::Max => widest(&mut arguments.iter()),
                Function::Sqrt | Function::Exp | Function::Log | Function::Pow => None,
            },
            ExprKind::Aggregate { op, value: Some(value), .. } => {
                use crate::ir::expr::AggregateOp as A;
                match op {
                    A::Mean | A::Min | A::Max => self.width_of(value),
                    A::Sum | A::Argmax | A::Count => None,
                }
            }
            _ => None,
        }
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
