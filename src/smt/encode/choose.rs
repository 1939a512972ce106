//! `choose`, single and joint (§5): any value that is admitted.
//!
//! Where worlds ask for one key they share a value that one of those that ask first admits; a
//! world that does not admit it has its own. A run in which nothing is admitted is discarded.

use super::expression::put;
use super::statement::Lane;
use super::{Asked, Encoded, Encoder, Shared, View};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::expr::Binder;
use crate::ir::stmt::{Source, Stmt, StmtKind};
use crate::ir::{Domain, Expr, SiteId, Slot, Type, Value};
use crate::smt::sym::{self, Sym};
use crate::smt::term::Term;

/// Candidates that are asked one by one whether the condition faults on them.
const ASKED_MAX: usize = 64;

/// A `choose` of either form.
#[derive(Clone, Copy)]
struct Choice<'a> {
    site: SiteId,
    slot: Slot,
    indices: Option<&'a [Binder]>,
    from: &'a Source,
    filter: Option<&'a Expr>,
    span: Span,
}

/// The lanes that ask for one key (binders and turn), each with when it does.
type Group = ((Vec<Value>, u32), Vec<(usize, Term)>);

/// What a lane chooses from: for each row (a single choice: one without indices) its values.
#[derive(Clone, PartialEq)]
struct Offer {
    rows: Vec<(Vec<Value>, Values)>,
    joint: bool,
}

#[derive(Clone, PartialEq)]
enum Values {
    /// Those of a domain.
    Domain(Domain),
    /// Listed, each with when it may be chosen.
    Listed(Vec<(Value, Term)>),
}

impl Encoder<'_> {
    /// A choice in every lane.
    // spec: choice.single, choice.joint
    pub fn choose(&mut self, statement: &Stmt, lanes: &mut [Lane]) -> Encoded<()> {
        let span = statement.span;
        let choice = match &statement.kind {
            StmtKind::Choose { site, slot, from, filter } => {
                let (site, slot, filter) = (*site, *slot, filter.as_ref());
                Choice { site, slot, indices: None, from, filter, span }
            }
            StmtKind::ChooseJointly { site, slot, indices, from, filter } => {
                let (site, slot, filter) = (*site, *slot, filter.as_ref());
                Choice { site, slot, indices: Some(indices), from, filter, span }
            }
            _ => return self.unsupported(span, "this statement"),
        };
        let mut offers = Vec::with_capacity(lanes.len());
        for lane in lanes.iter_mut() {
            self.keyed(&lane.binders, span)?;
            let offer = self.offer(&choice, lane)?;
            self.condition_faults(&choice, lane, &offer)?;
            offers.push(offer);
        }
        if self.runs.len() == 1 {
            for (lane, offer) in lanes.iter_mut().zip(&offers) {
                let value = self.any_offered(offer, span)?;
                let admitted = self.admits(&choice, lane, offer, &value)?;
                let fails = self.terms.but(lane.guard, admitted);
                self.discard(lane.run, fails);
                self.take(&choice, lane, value);
            }
            return Ok(());
        }
        self.agree(&choice, lanes, &offers)
    }

    /// Writes a choice into its lane, and notes it.
    fn take(&mut self, choice: &Choice<'_>, lane: &mut Lane, value: Sym) {
        let live = self.live(lane.run);
        let guard = self.terms.and(live, lane.guard);
        put(&mut lane.frame, choice.slot, value.clone());
        self.asked.push(Asked {
            site: choice.site,
            turn: lane.turn.clone(),
            binders: lane.binders.clone(),
            run: lane.run,
            guard,
            value,
            drawn: false,
        });
    }

    /// One choice for several worlds. spec: world.choices
    fn agree(&mut self, choice: &Choice<'_>, lanes: &mut [Lane], offers: &[Offer]) -> Encoded<()> {
        let groups = self.groups(lanes);
        let mut taken: Vec<Vec<(Sym, Term)>> = vec![Vec::new(); lanes.len()];
        for ((binders, turn), asking) in groups {
            let key = (choice.site, binders, turn);
            let Some(widest) = self.widest(choice, offers, &asking)? else {
                for (at, now) in asking {
                    let own = self.any_offered(&offers[at], choice.span)?;
                    let fits = self.admits(choice, &mut lanes[at], &offers[at], &own)?;
                    let fails = self.terms.but(now, fits);
                    let counts = self.terms.not(fails);
                    self.assert(counts);
                    taken[at].push((own, now));
                }
                continue;
            };
            let (shared, asked) = match self.shared.get(&key) {
                Some(shared) => (shared.value.clone(), shared.asked),
                None => {
                    let wide = self.widened(choice, &offers[widest]);
                    (self.any_offered(&wide, choice.span)?, self.terms.no())
                }
            };
            let (mut someone, mut anyone) = (self.terms.no(), self.terms.no());
            for (at, now) in &asking {
                let lane = &mut lanes[*at];
                let offer = &offers[*at];
                let part = part(&shared, offer);
                let admitted = match &part {
                    Some(value) => self.admits(choice, lane, offer, value)?,
                    None => self.terms.no(),
                };
                let both = self.terms.and(*now, admitted);
                someone = self.terms.or(someone, both);
                anyone = self.terms.or(anyone, *now);
                let value = match (part, self.terms.truth(admitted)) {
                    (Some(value), Some(true)) => value,
                    (part, _) => {
                        let own = self.any_offered(offer, choice.span)?;
                        let fits = self.admits(choice, lane, offer, &own)?;
                        let either = self.terms.or(admitted, fits);
                        let fails = self.terms.but(*now, either);
                        let counts = self.terms.not(fails);
                        self.assert(counts);
                        let part = part.unwrap_or(Sym::Nothing);
                        sym::choose(&mut self.terms, admitted, &part, &own, choice.span)?
                    }
                };
                taken[*at].push((value, *now));
            }
            let first = self.terms.but(anyone, asked);
            let agreed = self.terms.implies(first, someone);
            self.assert(agreed);
            let asked = self.terms.or(asked, anyone);
            self.shared.insert(key, Shared { value: shared, asked });
        }
        for (lane, values) in lanes.iter_mut().zip(taken) {
            let value = self.one_of(&values, choice.span)?;
            self.take(choice, lane, value);
        }
        Ok(())
    }

    /// The lanes by key.
    fn groups(&mut self, lanes: &[Lane]) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for (at, lane) in lanes.iter().enumerate() {
            let live = self.live(lane.run);
            let guard = self.terms.and(live, lane.guard);
            for (turn, when) in &lane.turn {
                let key = (lane.binders.clone(), *turn);
                let now = self.terms.and(guard, *when);
                match groups.iter_mut().find(|(other, _)| *other == key) {
                    Some((_, asking)) => asking.push((at, now)),
                    None => groups.push((key, vec![(at, now)])),
                }
            }
        }
        groups
    }

    /// The lane whose rows a shared value has: those of all others are among them. None where
    /// the rows of worlds only cross: then the value of one says nothing of the others.
    fn widest(
        &self,
        choice: &Choice<'_>,
        offers: &[Offer],
        asking: &[(usize, Term)],
    ) -> Encoded<Option<usize>> {
        let rows = |at: usize| offers[at].rows.iter().map(|(row, _)| row);
        let within = |a: usize, b: usize| rows(a).all(|row| rows(b).any(|other| other == row));
        let going: Vec<(usize, Term)> = asking
            .iter()
            .copied()
            .filter(|(_, now)| self.terms.truth(*now) != Some(false))
            .collect();
        let Some((first, _)) = going.first() else { return Ok(Some(asking[0].0)) };
        let all = |at: usize| going.iter().all(|(other, _)| within(*other, at));
        if let Some((widest, now)) = going.iter().find(|(at, _)| all(*at)) {
            let alike = going.iter().all(|(other, _)| within(*widest, *other));
            let surely = going.iter().all(|(_, other)| *other == *now || alike);
            if alike || surely || self.terms.truth(*now) == Some(true) {
                return Ok(Some(*widest));
            }
        }
        let crossing =
            going.iter().all(|(a, _)| going.iter().all(|(b, _)| !within(*a, *b) || within(*b, *a)));
        match crossing && !all(*first) {
            true => Ok(None),
            false => self.unsupported(choice.span, "a joint choice over so different worlds"),
        }
    }

    /// What a shared value may be: of listed agents, variants or bools all there are, since
    /// another world may come first.
    fn widened(&mut self, choice: &Choice<'_>, offer: &Offer) -> Offer {
        let of = match choice.from {
            Source::Set(set) => match &set.ty {
                Type::Set(of) if matches!(**of, Type::Agent(_) | Type::Enum(_) | Type::Bool) => {
                    Some(Domain::Whole((**of).clone()))
                }
                _ => None,
            },
            Source::Domain(_) => None,
        };
        let Some(domain) = of else { return offer.clone() };
        let rows = offer.rows.iter();
        let rows = rows.map(|(row, _)| (row.clone(), Values::Domain(domain.clone()))).collect();
        Offer { rows, joint: offer.joint }
    }

    /// What a lane chooses from.
    fn offer(&mut self, choice: &Choice<'_>, lane: &mut Lane) -> Encoded<Offer> {
        let Some(indices) = choice.indices else {
            let values = self.offered_values(choice, lane)?;
            return Ok(Offer { rows: vec![(Vec::new(), values)], joint: false });
        };
        let mut rows: Vec<(Vec<Value>, Vec<Sym>)> = Vec::new();
        let mut fixed = true;
        let view = self.lane_view(lane);
        let mut frame = lane.frame.clone();
        let (yes, fine) = (self.terms.yes(), self.fine());
        let stops = self.each(view, &mut frame, indices, yes, &mut |encoder, frame, guard| {
            fixed &= encoder.terms.truth(guard) == Some(true);
            let known = |binder: &Binder| frame[binder.slot.index()].known(&encoder.terms);
            let row: Option<Vec<Value>> = indices.iter().map(known).collect();
            match row {
                Some(row) => rows.push((row, frame.clone())),
                None => fixed = false,
            }
            Ok(fine)
        })?;
        if !fixed {
            return self.unsupported(choice.span, "a joint choice over a set that is not fixed");
        }
        let stopped = self.stopped(stops);
        let when = self.terms.and(lane.guard, stopped);
        self.fault(lane.run, when);
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows.dedup_by(|a, b| a.0 == b.0);
        let mut offered = Vec::new();
        for (row, frame) in rows {
            let mut inner = Lane { frame, ..lane.clone() };
            offered.push((row, self.offered_values(choice, &mut inner)?));
        }
        Ok(Offer { rows: offered, joint: true })
    }

    fn offered_values(&mut self, choice: &Choice<'_>, lane: &mut Lane) -> Encoded<Values> {
        match choice.from {
            Source::Domain(domain) => Ok(Values::Domain(domain.clone())),
            Source::Set(expr) => {
                let set = self.lane_value(lane, expr)?;
                Ok(Values::Listed(match set {
                    Sym::Set(items) => items,
                    Sym::Nothing => Vec::new(),
                    Sym::Bag(_) => return self.unsupported(expr.span, "a choice among events"),
                    other => {
                        let mut cases = sym::cases(&mut self.terms, &other, expr.span)?;
                        cases.retain(|(value, _)| *value != Value::None);
                        cases
                    }
                }))
            }
        }
    }

    /// Any value of what is offered, whether or not it may be chosen.
    fn any_offered(&mut self, offer: &Offer, span: Span) -> Encoded<Sym> {
        let mut rows = Vec::new();
        for (row, values) in &offer.rows {
            let value = match values {
                Values::Domain(domain) => self.fresh(domain, span)?,
                Values::Listed(items) if items.is_empty() => Sym::Nothing,
                Values::Listed(items) => {
                    let values: Vec<Value> = items.iter().map(|(value, _)| value.clone()).collect();
                    self.any_of(&values, span)?
                }
            };
            rows.push((row.clone(), value));
        }
        match (offer.joint, rows.pop()) {
            (false, Some((_, value))) => Ok(value),
            (_, last) => {
                rows.extend(last);
                Ok(Sym::Table(rows))
            }
        }
    }

    /// Whether a lane may choose a value.
    fn admits(
        &mut self,
        choice: &Choice<'_>,
        lane: &mut Lane,
        offer: &Offer,
        value: &Sym,
    ) -> Encoded<Term> {
        let view = self.lane_view(lane);
        let mut inside = self.terms.yes();
        for (at, (_, values)) in offer.rows.iter().enumerate() {
            let entry = match (offer.joint, value) {
                (true, Sym::Table(rows)) => &rows[at].1,
                (_, value) => value,
            };
            let this = match values {
                Values::Domain(domain) => self.within(view, entry, domain, choice.span)?,
                Values::Listed(items) => self.is_in(entry, items, choice.span)?,
            };
            inside = self.terms.and(inside, this);
        }
        let Some(filter) = choice.filter else { return Ok(inside) };
        let found = self.filtered_by(view, choice, lane, filter, value)?;
        let met = self.surely(&found);
        Ok(self.terms.and(inside, met))
    }

    /// A condition that faults on any candidate is a fault of the run, before anything is
    /// chosen.
    fn condition_faults(
        &mut self,
        choice: &Choice<'_>,
        lane: &mut Lane,
        offer: &Offer,
    ) -> Encoded<()> {
        let Some(filter) = choice.filter else { return Ok(()) };
        let view = self.lane_view(lane);
        let some = self.any_offered(offer, choice.span)?;
        let found = self.filtered_by(view, choice, lane, filter, &some)?;
        let stopped = self.stopped(found.stops);
        match self.terms.truth(stopped) {
            Some(false) => Ok(()),
            Some(true) | None => self.any_fault(view, choice, lane, offer, filter),
        }
    }

    fn filtered_by(
        &mut self,
        view: View,
        choice: &Choice<'_>,
        lane: &Lane,
        filter: &Expr,
        value: &Sym,
    ) -> Encoded<super::Found> {
        let mut frame = lane.frame.clone();
        put(&mut frame, choice.slot, value.clone());
        self.eval(view, &mut frame, filter)
    }

    /// Where the condition faults on any candidate, the run does.
    fn any_fault(
        &mut self,
        view: View,
        choice: &Choice<'_>,
        lane: &Lane,
        offer: &Offer,
        filter: &Expr,
    ) -> Encoded<()> {
        let mut candidates: Vec<Vec<(Value, Term)>> = vec![Vec::new()];
        for (_, values) in &offer.rows {
            let listed: Vec<(Value, Term)> = match values {
                Values::Listed(items) => items.clone(),
                Values::Domain(domain) => {
                    let yes = self.terms.yes();
                    let all = self.listed(view, domain, choice.span)?;
                    all.into_iter().map(|value| (value, yes)).collect()
                }
            };
            if candidates.len() * listed.len() > ASKED_MAX {
                return self.unsupported(filter.span, "a condition that may fault on many values");
            }
            candidates = candidates
                .into_iter()
                .flat_map(|so_far| {
                    listed
                        .iter()
                        .map(move |next| so_far.iter().chain([next]).cloned().collect::<Vec<_>>())
                })
                .collect();
        }
        for candidate in candidates {
            let mut entries = Vec::new();
            let mut there = self.terms.yes();
            for ((row, _), (value, when)) in offer.rows.iter().zip(&candidate) {
                entries.push((row.clone(), Sym::of(&mut self.terms, value)));
                there = self.terms.and(there, *when);
            }
            let value = match offer.joint {
                true => Sym::Table(entries),
                false => entries.pop().map_or(Sym::Nothing, |(_, value)| value),
            };
            let found = self.filtered_by(view, choice, lane, filter, &value)?;
            let stopped = self.stopped(found.stops);
            let stopped = self.terms.and(stopped, there);
            let fault = self.terms.and(lane.guard, stopped);
            self.fault(lane.run, fault);
        }
        Ok(())
    }
}

/// The part of a shared value that concerns a lane: of a table, the rows that it has.
fn part(shared: &Sym, offer: &Offer) -> Option<Sym> {
    let (true, Sym::Table(table)) = (offer.joint, shared) else { return Some(shared.clone()) };
    let entry = |(row, _): &(Vec<Value>, Values)| {
        table.iter().find(|(other, _)| other == row).map(|(_, value)| (row.clone(), value.clone()))
    };
    Some(Sym::Table(offer.rows.iter().map(entry).collect::<Option<_>>()?))
}
