//! Binders: the elements that they go through, each with when it is one.

use std::rc::Rc;

use super::expression::put;
use super::stops::Stops;
use super::{Encoded, Encoder, Here, View};
use crate::ir::expr::Binder;
use crate::smt::sym::Sym;
use crate::smt::term::Term;

/// What a binder goes through, before its `where`.
pub(in crate::smt) struct Candidates {
    /// The elements in order, each with when it is there.
    pub items: Vec<(Sym, Term)>,
    /// When the set has no value.
    pub stops: Stops,
    /// When a window may hold more than is known.
    pub rest: Term,
}

/// What is done for each assignment: it sees the frame and when it is one, and says what stops.
pub(in crate::smt) type Visit<'v, E> =
    &'v mut dyn FnMut(&mut E, &mut Vec<Sym>, Term) -> Encoded<Stops>;

impl Encoder<'_> {
    /// The elements of a binder's set, before its `where`.
    pub fn candidates(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        binder: &Binder,
    ) -> Encoded<Candidates> {
        let no = self.terms.no();
        if let (Some(interval), Here::Formula { .. }) = (binder.window, view.here) {
            let cover = self.past(view, interval, binder.span)?;
            let mut all = Candidates { items: Vec::new(), stops: self.fine(), rest: no };
            for instant in cover {
                let found = self.eval(view.exact().at(instant), frame, &binder.set)?;
                let known = self.terms.not(found.stops.unknown);
                for (item, member) in self.items(&found.value, binder)? {
                    all.items.push((item, self.terms.and(known, member)));
                }
                let fault = self.faulting(found.stops.fault);
                all.stops = self.together(all.stops, fault);
                all.rest = self.terms.or(all.rest, found.stops.unknown);
            }
            return Ok(all);
        }
        let found = self.eval(view.exact(), frame, &binder.set)?;
        let items = self.items(&found.value, binder)?;
        Ok(Candidates { items, stops: found.stops, rest: no })
    }

    fn items(&mut self, set: &Sym, binder: &Binder) -> Encoded<Vec<(Sym, Term)>> {
        Ok(match set {
            Sym::Set(items) => items
                .iter()
                .map(|(value, guard)| (Sym::of(&mut self.terms, value), *guard))
                .collect(),
            Sym::Bag(items) => {
                items.iter().map(|(item, guard)| (Sym::Event(Rc::clone(item)), *guard)).collect()
            }
            Sym::Nothing => Vec::new(),
            Sym::Pick(cases) => cases
                .iter()
                .filter(|(value, _)| *value != crate::ir::Value::None)
                .map(|(value, guard)| (Sym::of(&mut self.terms, value), *guard))
                .collect(),
            Sym::Bool(_) | Sym::Int(_) | Sym::Real(_) | Sym::Event(_) | Sym::Table(_) => {
                return self.unsupported(binder.span, "a binder over what is no set");
            }
        })
    }

    /// Visits every assignment of the binders: with the frame, and when it is one. What stops
    /// any of them stops the whole.
    pub fn each(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        binders: &[Binder],
        guard: Term,
        visit: Visit<'_, Self>,
    ) -> Encoded<Stops> {
        let Some((binder, rest)) = binders.split_first() else { return visit(self, frame, guard) };
        let candidates = self.candidates(view, frame, binder)?;
        let mut stops = self.unknown(candidates.rest);
        for (item, member) in candidates.items {
            put(frame, binder.slot, item);
            let inside = self.terms.and(guard, member);
            if self.terms.truth(inside) == Some(false) {
                continue;
            }
            let this = match &binder.filter {
                None => self.each(view, frame, rest, inside, visit)?,
                Some(filter) => {
                    let admitted = self.eval(view, frame, filter)?;
                    let sure = self.surely(&admitted);
                    let within = self.terms.and(inside, sure);
                    let inner = match self.terms.truth(within) {
                        Some(false) => self.fine(),
                        Some(true) | None => self.each(view, frame, rest, within, visit)?,
                    };
                    let inner = self.stops_where(sure, inner);
                    self.then(admitted.stops, inner)
                }
            };
            let this = self.stops_where(member, this);
            stops = self.together(stops, this);
        }
        Ok(self.then(candidates.stops, stops))
    }
}
