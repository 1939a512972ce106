//! Sets: what binders go through, and who is in them.

use super::super::program::Uni;
use super::super::program::{Admit, Bind, Loop, Over, Set, Universe};
use super::bounds::{safe_ints, type_of};
use super::num::{construct, scalar};
use super::scope::{Bound, Polarity, Scope};
use super::{Compiler, Made, refuse};
use crate::ir::expr::Binder;
use crate::ir::{Domain, Expr, ExprKind, Type, Value};
use crate::syntax::ast::BinaryOp;
use crate::trace::FaultKind;

/// Ints that a binder goes through at most.
const INTS_MAX: f64 = 256.0;
/// Ints of a range of constants.
const RANGE_MAX: i64 = 4_096;

impl Compiler<'_> {
    /// Binders with exact guards.
    pub(super) fn loops(&mut self, scope: &mut Scope, binders: &[Binder]) -> Made<Vec<Loop>> {
        self.guarded_loops(scope, binders, Polarity::Exact)
    }

    /// Binders, which nest from the left.
    pub(super) fn guarded_loops(
        &mut self,
        scope: &mut Scope,
        binders: &[Binder],
        polarity: Polarity,
    ) -> Made<Vec<Loop>> {
        let mut loops = Vec::new();
        for binder in binders {
            let over = self.over(scope, binder)?;
            let slot = self.bound_by(scope, binder, &over);
            let filter = binder.filter.as_ref();
            let filter = filter.map(|f| self.bits_of(scope, f, polarity)).transpose()?;
            loops.push(Loop { slot, over, filter });
        }
        Ok(loops)
    }

    /// Binds the element of a binder; its slot.
    pub(super) fn bound_by(&mut self, scope: &mut Scope, binder: &Binder, over: &Over) -> usize {
        let slot = self.uniform();
        match over {
            Over::Occurrences(event, ..) => {
                scope.bind(binder.slot, Bound::Occurrence(*event, slot), None);
            }
            Over::All(universe) | Over::Some(universe, _) => {
                let ints = matches!(&binder.set.ty, Type::Set(of) if **of == Type::Int);
                let span = match universe {
                    Universe::Words(words) if ints => {
                        words.first().zip(words.last()).map(|(lo, hi)| (*lo as f64, *hi as f64))
                    }
                    Universe::Words(_)
                    | Universe::Population(_)
                    | Universe::Kind(_)
                    | Universe::Occurrences(_) => None,
                };
                scope.bind(binder.slot, Bound::Uniform(Uni::Slot(slot)), span);
            }
            Over::Neighbours { .. } => {
                scope.bind(binder.slot, Bound::Uniform(Uni::Slot(slot)), None);
            }
        }
        slot
    }

    /// What a binder goes through.
    pub(super) fn over(&mut self, scope: &mut Scope, binder: &Binder) -> Made<Over> {
        let set = &binder.set;
        match &*set.kind {
            ExprKind::Occurrences(event) => return self.occurrences(scope, binder, *event),
            _ if binder.window.is_some() => return refuse("a window of this", binder.span),
            ExprKind::Neighbours(ties, agent) => {
                if let Some(of) = self.uniform_of(scope, agent) {
                    let site = self.site(FaultKind::Index, set.span);
                    return Ok(Over::Neighbours { ties: *ties, of, site });
                }
            }
            _ => {}
        }
        let universe = self.universe(scope, set)?;
        Ok(match self.set(scope, set, &universe)? {
            Set::All(all) if all == universe => Over::All(universe),
            some => Over::Some(universe, some),
        })
    }

    /// A set that is computed once, as a local.
    pub(super) fn bind_set(&mut self, scope: &mut Scope, set: &Expr) -> Made<(usize, Bind)> {
        let universe = self.universe(scope, set)?;
        let compiled = self.set(scope, set, &universe)?;
        self.sets.push((scope.level, universe));
        let slot = self.sets.len() - 1;
        Ok((slot, Bind::Set(slot, compiled)))
    }

    /// Elements among which those of a set are.
    pub(super) fn universe(&mut self, scope: &Scope, set: &Expr) -> Made<Universe> {
        match &*set.kind {
            ExprKind::Local(slot) if matches!(scope.get(*slot), Some(Bound::Set(_))) => {
                let Some(Bound::Set(set)) = scope.get(*slot) else {
                    return refuse("this local", set.span);
                };
                return Ok(self.sets[set].1.clone());
            }
            ExprKind::Population(population) => return Ok(Universe::Population(*population)),
            ExprKind::Kind(kind) => return Ok(Universe::Kind(*kind)),
            ExprKind::All(domain) => return self.listed(domain, set),
            ExprKind::Neighbours(ties, _) => {
                return Ok(Universe::Population(self.model.structures[*ties].to));
            }
            ExprKind::SetFilter(binder) => return self.universe(scope, &binder.set),
            _ => {}
        }
        let of = match &set.ty {
            Type::Set(of) => &**of,
            other => other,
        };
        match of {
            Type::Agent(kind) => Ok(Universe::Kind(*kind)),
            Type::Optional(inner) => match &**inner {
                Type::Agent(kind) => Ok(Universe::Kind(*kind)),
                _ => refuse("a set of this type", set.span),
            },
            Type::Bool => Ok(Universe::Words(vec![0, 1])),
            Type::Enum(id) => {
                let variants = self.model.enums[*id].variants.len() as i64;
                Ok(Universe::Words((0..variants).collect()))
            }
            Type::Int => match self.ints_of(scope, set) {
                Some((lo, hi)) if safe_ints(Some((lo, hi))) && hi - lo < INTS_MAX => {
                    Ok(Universe::Words((lo as i64..=hi as i64).collect()))
                }
                _ => refuse("a set of ints without close bounds", set.span),
            },
            _ => refuse("a set of this type", set.span),
        }
    }

    /// Between which bounds the ints of a set lie.
    fn ints_of(&self, scope: &Scope, set: &Expr) -> super::scope::Span {
        let both = |a: super::scope::Span, b: super::scope::Span| {
            let (a, b) = (a?, b?);
            Some((a.0.min(b.0), a.1.max(b.1)))
        };
        match &*set.kind {
            ExprKind::Binary(BinaryOp::Range, lo, hi) => {
                let (lo, hi) = (self.bounds(scope, lo)?, self.bounds(scope, hi)?);
                Some((lo.0, hi.1.max(lo.0)))
            }
            ExprKind::SetList(items) => {
                items.iter().map(|item| self.bounds(scope, item)).reduce(both).flatten()
            }
            ExprKind::Binary(BinaryOp::Add, a, b) => {
                both(self.ints_of(scope, a), self.ints_of(scope, b))
            }
            ExprKind::Binary(BinaryOp::Subtract | BinaryOp::Intersect, a, _) => {
                self.ints_of(scope, a)
            }
            ExprKind::SetFilter(binder) => self.ints_of(scope, &binder.set),
            ExprKind::All(domain) => super::bounds::of_domain(domain),
            ExprKind::If(_, a, b) => both(self.ints_of(scope, a), self.ints_of(scope, b)),
            _ => None,
        }
    }

    /// Which elements of `universe` are in a set.
    pub(super) fn set(&mut self, scope: &mut Scope, set: &Expr, universe: &Universe) -> Made<Set> {
        match &*set.kind {
            ExprKind::Local(slot) => match scope.get(*slot) {
                Some(Bound::Set(slot)) => Ok(Set::Slot(slot)),
                Some(_) | None => refuse("this set", set.span),
            },
            ExprKind::Population(population) => Ok(Set::All(Universe::Population(*population))),
            ExprKind::Kind(kind) => Ok(Set::All(Universe::Kind(*kind))),
            ExprKind::All(domain) => Ok(Set::All(self.listed(domain, set)?)),
            ExprKind::Neighbours(ties, agent) => {
                let of = self.num(scope, agent)?;
                let site = self.site(FaultKind::Index, set.span);
                Ok(Set::Neighbours { ties: *ties, of, site })
            }
            ExprKind::ToSet(inner) if scalar(&inner.ty) && inner.ty != Type::Real => {
                Ok(Set::List(vec![self.num(scope, inner)?]))
            }
            ExprKind::SetList(items) => {
                let items =
                    items.iter().map(|item| match scalar(&item.ty) && item.ty != Type::Real {
                        true => self.num(scope, item),
                        false => refuse("a set of this type", item.span),
                    });
                Ok(Set::List(items.collect::<Made<_>>()?))
            }
            ExprKind::SetFilter(binder) => self.filtered(scope, binder, universe),
            ExprKind::Binary(BinaryOp::Range, lo, hi) => {
                if let (ExprKind::Literal(Value::Int(lo)), ExprKind::Literal(Value::Int(hi))) =
                    (&*lo.kind, &*hi.kind)
                    && hi.saturating_sub(*lo) < RANGE_MAX
                {
                    return Ok(Set::All(Universe::Words((*lo..=*hi).collect())));
                }
                Ok(Set::Range(Box::new((self.num(scope, lo)?, self.num(scope, hi)?))))
            }
            ExprKind::Binary(op, a, b) => {
                let pair = Box::new((self.set(scope, a, universe)?, self.set(scope, b, universe)?));
                match op {
                    BinaryOp::Add => Ok(Set::Union(pair)),
                    BinaryOp::Subtract => Ok(Set::Minus(pair)),
                    BinaryOp::Intersect => Ok(Set::Both(pair)),
                    _ => refuse("this set", set.span),
                }
            }
            ExprKind::If(condition, yes, no) => {
                let condition = self.condition(scope, condition)?;
                let yes = self.set(scope, yes, universe)?;
                Ok(Set::If(Box::new((condition, yes, self.set(scope, no, universe)?))))
            }
            ExprKind::Call(def, arguments) => {
                let (binds, mut inner) = self.enter(scope, *def, arguments)?;
                let model = self.model;
                let body = self.set(&mut inner, &model.defs[*def].body, universe)?;
                let wrap = |body, bind: Bind| Set::Let(Box::new(bind), Box::new(body));
                Ok(binds.into_iter().rev().fold(body, wrap))
            }
            _ => refuse(
                match construct(set) {
                    "this expression" => "this set",
                    other => other,
                },
                set.span,
            ),
        }
    }

    fn filtered(&mut self, scope: &mut Scope, binder: &Binder, universe: &Universe) -> Made<Set> {
        if binder.window.is_some() || matches!(&*binder.set.kind, ExprKind::Occurrences(_)) {
            return refuse("a set of events", binder.span);
        }
        let set = Box::new(self.set(scope, &binder.set, universe)?);
        let slot = self.uniform();
        scope.bind(binder.slot, Bound::Uniform(Uni::Slot(slot)), None);
        match &binder.filter {
            None => Ok(*set),
            Some(filter) => {
                let filter = Box::new(self.bits_of(scope, filter, Polarity::Exact)?);
                Ok(Set::Filter { slot, set, filter })
            }
        }
    }

    /// All values of a finite domain.
    pub(super) fn listed(&self, domain: &Domain, place: &Expr) -> Made<Universe> {
        match domain {
            Domain::Whole(Type::Bool) => Ok(Universe::Words(vec![0, 1])),
            Domain::Whole(Type::Enum(id)) => {
                Ok(Universe::Words((0..self.model.enums[*id].variants.len() as i64).collect()))
            }
            Domain::Whole(Type::Agent(kind)) => Ok(Universe::Kind(*kind)),
            Domain::Population(population) => Ok(Universe::Population(*population)),
            Domain::Ints(lo, hi) if hi.saturating_sub(*lo) < RANGE_MAX => {
                Ok(Universe::Words((*lo..=*hi).collect()))
            }
            Domain::Values(ty, values) if *ty != Type::Real => {
                let mut sorted = values.clone();
                sorted.sort();
                let words = sorted.iter().map(|value| super::num::constant(value, place.span));
                Ok(Universe::Words(words.collect::<Made<_>>()?))
            }
            Domain::Ints(..)
            | Domain::Reals(..)
            | Domain::Values(..)
            | Domain::Optional(_)
            | Domain::Whole(_) => refuse("all values of this domain", place.span),
        }
    }

    /// What `x in D` asks.
    pub(super) fn within(&self, domain: &Domain, place: &Expr) -> Made<Admit> {
        if self.absent_from(domain) {
            return refuse("a domain of agents in a world", place.span);
        }
        Ok(match self.admit(domain, place.span)? {
            Admit::Reals(lo, hi, _) => Admit::Reals(lo, hi, 0.0),
            other => other,
        })
    }

    /// What a domain admits.
    pub(super) fn admit(&self, domain: &Domain, place: crate::diag::Span) -> Made<Admit> {
        Ok(match domain {
            Domain::Whole(Type::Bool | Type::Int | Type::Real | Type::Optional(_))
                if scalar(&type_of(domain)) || type_of(domain) == Type::Bool =>
            {
                Admit::All
            }
            Domain::Whole(Type::Enum(_) | Type::Agent(_)) => Admit::Some,
            Domain::Ints(lo, hi) => Admit::Ints(*lo, *hi),
            Domain::Reals(lo, hi) => Admit::Reals(*lo, *hi, 1e-9 * (hi - lo)),
            Domain::Values(Type::Real, values) => {
                Admit::RealWords(values.iter().filter_map(Value::number).collect())
            }
            Domain::Values(_, values) => {
                let words = values.iter().map(|value| super::num::constant(value, place));
                Admit::Words(words.collect::<Made<_>>()?)
            }
            Domain::Population(population) => Admit::Population(*population),
            Domain::Optional(inner) => match self.admit(inner, place)? {
                Admit::Reals(..) | Admit::RealWords(_) => return refuse("an optional real", place),
                inner => Admit::Optional(Box::new(inner)),
            },
            Domain::Whole(_) => return refuse("a value of this type", place),
        })
    }
}
