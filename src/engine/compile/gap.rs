//! Gaps: what is missing to what a search wants of a formula.

use super::super::program::{Dim, Gauge, Lack, Loop, Missing, Part};
use super::formula::{Dims, place, steps, temporal};
use super::scope::{Polarity, Scope};
use super::{Compiler, Made, refuse, worlds};
use crate::diag::Span;
use crate::ir::expr::{Binder, Interval, TemporalOp};
use crate::ir::{Expr, ExprKind, Type, Value, WorldId};
use crate::syntax::ast::BinaryOp;

/// How a formula is read, and what is wanted of it.
type Want = (Polarity, bool);

/// Two sides, and whether both are to be as wanted.
type Sides<'e> = ((&'e Expr, Want), (&'e Expr, Want), bool);

/// The sides of a connective.
fn sides<'e>(
    op: BinaryOp,
    (left, right): (&'e Expr, &'e Expr),
    (polarity, wanted): Want,
) -> Option<Sides<'e>> {
    let own = (polarity, wanted);
    match op {
        BinaryOp::And => Some(((left, own), (right, own), wanted)),
        BinaryOp::Or => Some(((left, own), (right, own), !wanted)),
        BinaryOp::Implies => Some(((left, (polarity.negated(), !wanted)), (right, own), !wanted)),
        _ => None,
    }
}

impl Compiler<'_> {
    /// What is missing for a formula to be true, or false, as is wanted.
    pub(super) fn gap(&mut self, formula: &Expr, frame: &[Value], wanted: bool) -> Made<Missing> {
        let mut scope = Scope { formula: true, ..Scope::new(frame.len()) };
        scope.fill(frame);
        self.missing(&mut scope, formula, (Polarity::Wanted, wanted), &mut Vec::new())
    }

    /// The number of a part.
    fn part(&mut self, span: Span) -> Part {
        let known = self.parts.iter().position(|known| *known == span);
        known.unwrap_or_else(|| {
            self.parts.push(span);
            self.parts.len() - 1
        })
    }

    fn missing(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        want: Want,
        dims: &mut Dims,
    ) -> Made<Missing> {
        let (polarity, wanted) = want;
        if !temporal(self.model, expr) && !matches!(&*expr.kind, ExprKind::Initially(_)) {
            let lack = self.lack(scope, expr, want)?;
            let reads = worlds::reads(self.model, expr);
            self.lacks.push(place(scope.world.clone(), (lack, reads), false, dims));
            return Ok(Missing::Atom(self.lacks.len() - 1));
        }
        match &*expr.kind {
            ExprKind::Not(inner) => self.missing(scope, inner, (polarity.negated(), !wanted), dims),
            ExprKind::Binary(op, left, right) if left.ty == Type::Bool => {
                let Some((left, right, both)) = sides(*op, (left, right), want) else {
                    return self.missing_leaf(scope, expr, want, dims);
                };
                let left = self.missing(scope, left.0, left.1, dims)?;
                let sides = Box::new((left, self.missing(scope, right.0, right.1, dims)?));
                Ok(if both { Missing::Both(sides) } else { Missing::Either(sides) })
            }
            ExprKind::If(condition, yes, no) => {
                let condition = self.form(scope, condition, Polarity::Exact, dims)?;
                let yes = self.missing(scope, yes, want, dims)?;
                let no = self.missing(scope, no, want, dims)?;
                Ok(Missing::If(self.part(expr.span), Box::new((condition, yes, no))))
            }
            ExprKind::Call(..) | ExprKind::Let(..) => self.missing_named(scope, expr, want, dims),
            ExprKind::Quantifier { all, binders, body } => {
                self.missing_of_all(scope, (*all, binders, body), want, dims)
            }
            ExprKind::Temporal(op, interval, inner) => {
                let body = Box::new(self.missing(scope, inner, want, dims)?);
                self.missing_over(expr, (*op, *interval), wanted, body)
            }
            ExprKind::Initially(inner) => {
                Ok(Missing::Initially(Box::new(self.missing(scope, inner, want, dims)?)))
            }
            ExprKind::At(world, arguments, inner) => {
                let world = self.world(scope, expr, (*world, arguments))?;
                let mut inside = scope.inside(&world);
                let inner = Box::new(self.missing(&mut inside, inner, want, dims)?);
                Ok(Missing::At(self.part(expr.span), world, inner))
            }
            _ => self.missing_leaf(scope, expr, want, dims),
        }
    }

    /// What has no parts: by its truth and its margin.
    fn missing_leaf(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (polarity, wanted): Want,
        dims: &mut Dims,
    ) -> Made<Missing> {
        let truth = self.form(scope, expr, polarity, dims)?;
        self.gauging = true;
        let margin = self.form(scope, expr, polarity, dims);
        self.gauging = false;
        Ok(Missing::Leaf { part: self.part(expr.span), wanted, truth, margin: margin? })
    }

    /// Defs and `let`s.
    fn missing_named(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        want: Want,
        dims: &mut Dims,
    ) -> Made<Missing> {
        let missing = |compiler: &mut Self, scope: &mut Scope, expr: &Expr, dims: &mut Dims| {
            compiler.missing(scope, expr, want, dims)
        };
        self.opened(scope, expr, dims, missing)
    }

    fn missing_over(
        &mut self,
        expr: &Expr,
        (op, interval): (TemporalOp, Interval),
        wanted: bool,
        body: Box<Missing>,
    ) -> Made<Missing> {
        let (from, to) = steps(interval, expr)?;
        let (all, back) = match op {
            TemporalOp::Always => (true, false),
            TemporalOp::Eventually => (false, false),
            TemporalOp::Historically => (true, true),
            TemporalOp::Once => (false, true),
            TemporalOp::Next => {
                return Ok(Missing::Next { part: self.part(expr.span), wanted, body });
            }
            TemporalOp::Finally => return Ok(Missing::Finally(self.part(expr.span), body)),
        };
        Ok(Missing::Over { every: all == wanted, back, from, to, body })
    }

    fn missing_of_all(
        &mut self,
        scope: &mut Scope,
        (all, binders, body): (bool, &[Binder], &Expr),
        want: Want,
        dims: &mut Dims,
    ) -> Made<Missing> {
        let Some((binder, rest)) = binders.split_first() else {
            return self.missing(scope, body, want, dims);
        };
        let (polarity, wanted) = want;
        let over = self.over(scope, binder)?;
        if scope.world.is_some() && over.may_list() {
            return refuse("a binder over listed agents inside of a world", binder.set.span);
        }
        let slot = self.bound_by(scope, binder, &over);
        let (universe, inside) = self.membership(over, slot)?;
        let here = scope.world.is_some();
        let dim = || Dim { slot, universe: universe.clone(), inside: here };
        dims.push(dim());
        let inside = inside.map(|bits| Box::new(self.atom(scope, &binder.set, bits, dims)));
        let guarded = if all { polarity.negated() } else { polarity };
        let guard = match &binder.filter {
            Some(filter) => Some(Box::new(self.missing(scope, filter, (guarded, true), dims)?)),
            None => None,
        };
        let body = Box::new(self.missing_of_all(scope, (all, rest, body), want, dims)?);
        dims.pop();
        Ok(Missing::Quantifier { every: all == wanted, dim: dim(), inside, guard, body })
    }

    /// What is missing at one instant.
    fn lack(&mut self, scope: &mut Scope, expr: &Expr, want: Want) -> Made<Lack> {
        let (polarity, wanted) = want;
        match &*expr.kind {
            ExprKind::Not(inner) => self.lack(scope, inner, (polarity.negated(), !wanted)),
            ExprKind::Binary(op, left, right) => {
                let Some((left, right, both)) = sides(*op, (left, right), want) else {
                    return self.lack_leaf(scope, expr, want);
                };
                let left = self.lack(scope, left.0, left.1)?;
                let sides = Box::new((left, self.lack(scope, right.0, right.1)?));
                Ok(if both { Lack::Both(sides) } else { Lack::Either(sides) })
            }
            ExprKind::If(condition, yes, no) => {
                let condition = self.bits_of(scope, condition, Polarity::Exact)?;
                let yes = self.lack(scope, yes, want)?;
                let no = self.lack(scope, no, want)?;
                Ok(Lack::If(self.part(expr.span), Box::new((condition, yes, no))))
            }
            ExprKind::Match(subject, arms) => {
                let subject = Box::new(self.either(scope, subject)?);
                let arms = arms.iter().map(|(pattern, arm)| {
                    Ok((self.pattern(pattern, arm)?, self.lack(scope, arm, want)?))
                });
                let arms = arms.collect::<Made<_>>()?;
                Ok(Lack::Match(self.part(expr.span), subject, arms))
            }
            ExprKind::Let(slot, bound, body) => {
                let bind = self.bind(scope, *slot, bound)?;
                let body = Box::new(self.lack(scope, body, want)?);
                Ok(Lack::Let(self.part(expr.span), bind.into_iter().collect(), body))
            }
            ExprKind::Call(def, arguments) => {
                let (binds, mut inner) = self.enter(scope, *def, arguments)?;
                let model = self.model;
                let body = Box::new(self.lack(&mut inner, &model.defs[*def].body, want)?);
                Ok(Lack::Let(self.part(expr.span), binds, body))
            }
            ExprKind::Quantifier { all, binders, body } => {
                self.lack_of_all(scope, (*all, binders, body), want)
            }
            ExprKind::Initially(inner) if scope.formula => {
                Ok(Lack::Initially(Box::new(self.lack(&mut scope.earlier(), inner, want)?)))
            }
            ExprKind::At(world, arguments, inner) => {
                self.lack_in_world(scope, expr, (*world, arguments, inner), want)
            }
            _ => self.lack_leaf(scope, expr, want),
        }
    }

    /// `p@w`
    fn lack_in_world(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (world, arguments, inner): (WorldId, &[Expr], &Expr),
        want: Want,
    ) -> Made<Lack> {
        let world = self.world(scope, expr, (world, arguments))?;
        let reads = worlds::reads(self.model, inner);
        let inner = Box::new(self.lack(&mut scope.inside(&world), inner, want)?);
        Ok(Lack::At(self.part(expr.span), world, reads, inner))
    }

    fn lack_leaf(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (polarity, wanted): Want,
    ) -> Made<Lack> {
        let gauge = self.gauge(scope, expr, polarity)?;
        let truth = match &gauge {
            // Its margin is as good.
            Gauge::Truth(_) => None,
            _ => Some(self.bits_of(scope, expr, polarity)?),
        };
        Ok(Lack::Leaf { part: self.part(expr.span), wanted, gauge, truth })
    }

    fn lack_of_all(
        &mut self,
        scope: &mut Scope,
        (all, binders, body): (bool, &[Binder], &Expr),
        want: Want,
    ) -> Made<Lack> {
        let Some((binder, rest)) = binders.split_first() else {
            return self.lack(scope, body, want);
        };
        let (polarity, wanted) = want;
        let over = self.over(scope, binder)?;
        let slot = self.bound_by(scope, binder, &over);
        let guarded = if all { polarity.negated() } else { polarity };
        let guard = match &binder.filter {
            Some(filter) => Some(Box::new(self.lack(scope, filter, (guarded, true))?)),
            None => None,
        };
        let body = Box::new(self.lack_of_all(scope, (all, rest, body), want)?);
        let entry = Box::new(Loop { slot, over, filter: None });
        let part = self.part(binder.span);
        Ok(Lack::Quantifier { part, every: all == wanted, entry, guard, body })
    }
}
