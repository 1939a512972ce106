//! Sets: populations, domains, lists, ranges, membership, union and difference.

use super::stops::Found;
use super::{Encoded, Encoder, Here, Occurring, View};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::{AgentId, Domain, Expr, ExprKind, Type, Value};
use crate::smt::number::{self, real};
use crate::smt::sym::{self, Order, Sym};
use crate::smt::term::Term;
use crate::syntax::ast::BinaryOp;

/// The most values of a range that are listed.
const LISTED_MAX: i128 = 4_096;

impl Encoder<'_> {
    /// Sets that are named, listed or filtered; what occurs of an event.
    pub fn set(&mut self, view: View, frame: &mut Vec<Sym>, expr: &Expr) -> Encoded<Found> {
        let value = match &*expr.kind {
            ExprKind::Population(population) => {
                let range = self.layout.population(*population);
                self.there(view, range.map(AgentId).collect())
            }
            ExprKind::Kind(kind) => self.there(view, self.layout.kind(*kind).to_vec()),
            ExprKind::All(domain) => {
                let values = self.listed(view, domain, expr.span)?;
                self.known_set(values)
            }
            ExprKind::ToSet(inner) => {
                let found = self.eval(view, frame, inner)?;
                let value = self.as_set(&found.value, expr.span)?;
                return Ok(Found { value, ..found });
            }
            ExprKind::SetList(items) => {
                let (values, stops) = self.values(view.exact(), frame, items)?;
                let yes = self.terms.yes();
                let all: Vec<(Sym, Term)> = values.into_iter().map(|one| (one, yes)).collect();
                let value = self.gathered(&all, expr.span)?;
                return Ok(Found { value, stops });
            }
            ExprKind::SetFilter(binder) => return self.filtered(view, frame, binder),
            ExprKind::Occurrences(event) => {
                let (bag, stops) = self.occurrences(view)?;
                let of = |item: &&(std::rc::Rc<sym::Occurrence>, Term)| item.0.event == *event;
                let bag = bag.iter().filter(of).cloned().collect();
                return Ok(Found { value: Sym::Bag(bag), stops });
            }
            _ => return self.unsupported(expr.span, "this set"),
        };
        Ok(self.found(value))
    }

    fn known_set(&self, values: Vec<Value>) -> Sym {
        let yes = self.terms.yes();
        Sym::Set(values.into_iter().map(|value| (value, yes)).collect())
    }

    /// Those of `agents` that are there.
    fn there(&self, view: View, agents: Vec<AgentId>) -> Sym {
        let absent = &self.societies[view.society].absent;
        let there = agents.into_iter().filter(|agent| !absent[agent.index()]);
        self.known_set(there.map(Value::Agent).collect())
    }

    /// All values of a finite domain, in order.
    pub fn listed(&self, view: View, domain: &Domain, span: Span) -> Encoded<Vec<Value>> {
        let there = |agents: Vec<AgentId>| match self.there(view, agents) {
            Sym::Set(items) => items.into_iter().map(|(value, _)| value).collect(),
            _ => Vec::new(),
        };
        match domain {
            Domain::Whole(Type::Bool) => Ok(vec![Value::Bool(false), Value::Bool(true)]),
            Domain::Whole(Type::Enum(id)) => {
                let variants = 0..self.model.enums[*id].variants.len() as u32;
                Ok(variants.map(|variant| Value::Variant(*id, variant)).collect())
            }
            Domain::Whole(Type::Agent(kind)) => Ok(there(self.layout.kind(*kind).to_vec())),
            Domain::Ints(lo, hi) if i128::from(*hi) - i128::from(*lo) < LISTED_MAX => {
                Ok((*lo..=*hi).map(Value::Int).collect())
            }
            Domain::Values(_, values) => {
                let mut values = values.clone();
                values.sort();
                values.dedup();
                Ok(values)
            }
            Domain::Population(population) => {
                Ok(there(self.layout.population(*population).map(AgentId).collect()))
            }
            Domain::Optional(inner) => {
                let mut values = self.listed(view, inner, span)?;
                values.insert(0, Value::None);
                Ok(values)
            }
            Domain::Ints(..) | Domain::Reals(..) | Domain::Whole(_) => {
                self.unsupported(span, "a domain with too many values to go through")
            }
        }
    }

    fn as_set(&mut self, of: &Sym, span: Span) -> Encoded<Sym> {
        Ok(match of {
            Sym::Set(_) | Sym::Bag(_) | Sym::Nothing => of.clone(),
            other => {
                let mut cases = sym::cases(&mut self.terms, other, span)?;
                cases.retain(|(value, _)| *value != Value::None);
                cases.sort();
                Sym::Set(cases)
            }
        })
    }

    /// Values in any order, each with when it is in, as a set.
    pub fn gathered(&mut self, all: &[(Sym, Term)], span: Span) -> Encoded<Sym> {
        if all.iter().any(|(one, _)| matches!(one, Sym::Event(_))) {
            let events = all.iter().filter_map(|(one, guard)| match one {
                Sym::Event(event) => Some((std::rc::Rc::clone(event), *guard)),
                _ => None,
            });
            return Ok(Sym::Bag(events.collect()));
        }
        let mut found: std::collections::BTreeMap<Value, Term> = Default::default();
        for (one, guard) in all {
            for (value, when) in sym::cases(&mut self.terms, one, span)? {
                let when = self.terms.and(*guard, when);
                let known = found.get(&value).copied().unwrap_or(self.terms.no());
                let either = self.terms.or(known, when);
                found.insert(value, either);
            }
        }
        Ok(Sym::Set(found.into_iter().collect()))
    }

    /// `{a in S where c}`
    fn filtered(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        binder: &crate::ir::expr::Binder,
    ) -> Encoded<Found> {
        let mut kept: Vec<(Sym, Term)> = Vec::new();
        let (slot, yes, fine) = (binder.slot.index(), self.terms.yes(), self.fine());
        let binders = std::slice::from_ref(binder);
        let stops = self.each(view.exact(), frame, binders, yes, &mut |_, frame, guard| {
            kept.push((frame[slot].clone(), guard));
            Ok(fine)
        })?;
        Ok(Found { value: self.gathered(&kept, binder.span)?, stops })
    }

    /// What occurs now, and when that is not known.
    fn occurrences(&mut self, view: View) -> Encoded<(Occurring, super::Stops)> {
        match view.here {
            Here::Setup => Ok((std::rc::Rc::default(), self.fine())),
            Here::Step { run, .. } => {
                let events = std::rc::Rc::clone(&self.runs[run].events[self.now as usize]);
                Ok((events, self.fine()))
            }
            Here::Formula { scope: None, .. } => {
                let yes = self.terms.yes();
                Ok((std::rc::Rc::default(), self.unknown(yes)))
            }
            Here::Formula { scope: Some(run), instant, .. } => {
                let unknown = self.unseen(run, instant);
                let exists = self.runs[run].exists[instant as usize];
                let all = std::rc::Rc::clone(&self.runs[run].events[instant as usize]);
                let mut bag = Vec::with_capacity(all.len());
                for (item, guard) in all.iter() {
                    bag.push((std::rc::Rc::clone(item), self.terms.and(exists, *guard)));
                }
                Ok((std::rc::Rc::new(bag), self.unknown(unknown)))
            }
        }
    }

    /// Whether `value` lies in `domain`. spec: types.domain
    pub fn within(
        &mut self,
        view: View,
        value: &Sym,
        domain: &Domain,
        span: Span,
    ) -> Encoded<Term> {
        match (domain, value) {
            (_, Sym::Nothing) => Ok(self.terms.no()),
            (Domain::Ints(lo, hi), Sym::Int(term)) => {
                let (lo, hi) = (number::int(i128::from(*lo)), number::int(i128::from(*hi)));
                Ok(self.inside(*term, lo, hi))
            }
            (Domain::Reals(lo, hi), Sym::Int(term) | Sym::Real(term)) => {
                Ok(self.inside(*term, real(*lo), real(*hi)))
            }
            (Domain::Values(_, values), Sym::Int(term) | Sym::Real(term)) => {
                let mut any = self.terms.no();
                for value in values {
                    let Some(other) = value.number() else { continue };
                    let sort = self.terms.sort(*term);
                    let other = self.terms.number(real(other), sort);
                    let same = self.terms.equal(*term, other);
                    any = self.terms.or(any, same);
                }
                Ok(any)
            }
            (Domain::Optional(inner), Sym::Pick(cases)) => {
                let mut any = self.terms.no();
                for (value, guard) in cases {
                    let fits = match value {
                        Value::None => self.terms.yes(),
                        value => {
                            let one = Sym::of(&mut self.terms, value);
                            self.within(view, &one, inner, span)?
                        }
                    };
                    let both = self.terms.and(*guard, fits);
                    any = self.terms.or(any, both);
                }
                Ok(any)
            }
            (Domain::Whole(Type::Int | Type::Real | Type::Bool), _) => Ok(self.terms.yes()),
            (Domain::Whole(Type::Str | Type::Duration), Sym::Pick(_)) => Ok(self.terms.yes()),
            _ => {
                let values = self.listed(view, domain, span)?;
                let set = match self.known_set(values) {
                    Sym::Set(set) => set,
                    _ => Vec::new(),
                };
                self.is_in(value, &set, span)
            }
        }
    }

    fn inside(&mut self, term: Term, lo: number::Rational, hi: number::Rational) -> Term {
        let sort = self.terms.sort(term);
        let (lo, hi) = (self.terms.number(lo, sort), self.terms.number(hi, sort));
        let (low, high) = (self.terms.at_most(lo, term), self.terms.at_most(term, hi));
        self.terms.and(low, high)
    }

    /// Whether a value is among guarded values.
    pub fn is_in(&mut self, item: &Sym, set: &[(Value, Term)], span: Span) -> Encoded<Term> {
        let mut any = self.terms.no();
        for (value, guard) in set {
            let value = Sym::of(&mut self.terms, value);
            let same = self.same(item, &value, span)?;
            let both = self.terms.and(*guard, same);
            any = self.terms.or(any, both);
        }
        Ok(any)
    }

    /// `a in S`. A range or a list is not made a set for it.
    pub fn member(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        item: &Expr,
        of: &Expr,
    ) -> Encoded<Found> {
        let item = self.eval(view, frame, item)?;
        match &*of.kind {
            ExprKind::Binary(BinaryOp::Range, lo, hi) => {
                let a = self.eval(view, frame, lo)?;
                let b = self.eval(view, frame, hi)?;
                let low = self.ordered(Order::AtMost, &a.value, &item.value, of.span)?;
                let high = self.ordered(Order::AtMost, &item.value, &b.value, of.span)?;
                let value = Sym::Bool(self.terms.and(low, high));
                let ends = self.then(a.stops, b.stops);
                Ok(Found { value, stops: self.then(item.stops, ends) })
            }
            ExprKind::All(domain) => {
                let within = self.within(view, &item.value, domain, of.span)?;
                Ok(Found { value: Sym::Bool(within), stops: item.stops })
            }
            ExprKind::SetList(items) => {
                let (values, stops) = self.values(view, frame, items)?;
                let mut any = self.terms.no();
                for value in &values {
                    let same = self.same(&item.value, value, of.span)?;
                    any = self.terms.or(any, same);
                }
                Ok(Found { value: Sym::Bool(any), stops: self.then(item.stops, stops) })
            }
            _ => {
                let set = self.eval(view, frame, of)?;
                let stops = self.then(item.stops, set.stops);
                let truth = match &set.value {
                    Sym::Set(items) => self.is_in(&item.value, &items.clone(), of.span)?,
                    other => self.same(&item.value, other, of.span)?,
                };
                Ok(Found { value: Sym::Bool(truth), stops })
            }
        }
    }

    /// `lo..hi` of ints as a set.
    pub fn range_set(&mut self, lo: &Sym, hi: &Sym, span: Span) -> Encoded<Sym> {
        let (Sym::Int(lo), Sym::Int(hi)) = (lo, hi) else {
            return self.unsupported(span, "a range of what are no ints");
        };
        let ends = self.terms.range(*lo).zip(self.terms.range(*hi));
        let ends = ends.and_then(|(a, b)| number::whole(&a.0).zip(number::whole(&b.1)));
        let Some((first, last)) = ends else {
            return self.unsupported(span, "a range whose ends are not bounded");
        };
        if i128::from(last) - i128::from(first) >= LISTED_MAX {
            return self.unsupported(span, "a range with too many values");
        }
        let (lo, hi) = (*lo, *hi);
        let mut set = Vec::new();
        for value in first..=last {
            let term = self.terms.int(i128::from(value));
            let (low, high) = (self.terms.at_most(lo, term), self.terms.at_most(term, hi));
            let inside = self.terms.and(low, high);
            if self.terms.truth(inside) != Some(false) {
                set.push((Value::Int(value), inside));
            }
        }
        Ok(Sym::Set(set))
    }

    /// Union (`+`), difference (`-`), intersection (`&`).
    pub fn combine(&mut self, op: BinaryOp, a: &Sym, b: &Sym, span: Span) -> Encoded<Sym> {
        let (Sym::Set(a), Sym::Set(b)) = (a, b) else {
            return self.unsupported(span, "this operator on bags of events");
        };
        let mut values: Vec<&Value> = a.iter().chain(b).map(|(value, _)| value).collect();
        values.sort();
        values.dedup();
        let mut set = Vec::new();
        for value in values {
            let in_a = sym::guard_of(&self.terms, a, value);
            let in_b = sym::guard_of(&self.terms, b, value);
            let inside = match op {
                BinaryOp::Add => self.terms.or(in_a, in_b),
                BinaryOp::Subtract => self.terms.but(in_a, in_b),
                _ => self.terms.and(in_a, in_b),
            };
            if self.terms.truth(inside) != Some(false) {
                set.push((value.clone(), inside));
            }
        }
        Ok(Sym::Set(set))
    }
}
