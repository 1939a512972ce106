//! When a property is violated: by the verdict of the shortest prefix that is not pending.

use super::stops::Found;
use super::{Encoded, Encoder, Here, Polarity, View};
use crate::ir::property::{Property, Role};
use crate::smt::sym::Sym;
use crate::smt::term::Term;

/// The verdict on the prefix up to an instant.
#[derive(Clone, Copy)]
pub struct Prefix {
    /// It is settled, and what is looked for (a violation; for a witness, that it does it).
    pub hit: Term,
    /// It is still pending.
    pub pending: Term,
    /// The formula itself faults.
    pub fault: Term,
}

impl Encoder<'_> {
    /// When the property is settled as looked for at `horizon` or before. The horizon of the
    /// check is the end of every run; a lesser one is not.
    pub fn settled_by(&mut self, horizon: u32) -> Encoded<Term> {
        let last = self.prefix(horizon)?;
        if self.terms.truth(last.fault) == Some(false) {
            // Without faults what is settled stays so.
            return Ok(last.hit);
        }
        let (mut settled, mut pending) = (self.terms.no(), self.terms.yes());
        for seen in 0..=horizon {
            let prefix = if seen == horizon { last } else { self.prefix(seen)? };
            let now = self.terms.and(pending, prefix.hit);
            settled = self.terms.or(settled, now);
            pending = self.terms.and(pending, prefix.pending);
        }
        Ok(settled)
    }

    /// Whether some formula of the property may fault in a run that counts.
    pub fn may_break(&mut self) -> Encoded<Term> {
        let horizon = self.question.settings.steps;
        Ok(self.prefix(horizon)?.fault)
    }

    /// The verdict on the prefix up to `seen`.
    pub fn prefix(&mut self, seen: u32) -> Encoded<Prefix> {
        self.seen = seen.min(self.last_instant());
        self.whole = seen >= self.question.settings.steps;
        self.kept.clear();
        let property = &self.model.properties[self.question.property];
        if property.role == Role::NoFaults {
            return Ok(self.no_faults(seen));
        }
        let mut operands = Vec::new();
        for id in self.formulas(property) {
            let formula = &self.model.properties[id];
            operands.push(self.formula(formula)?);
        }
        let whole = match &operands[..] {
            [one] => one.clone(),
            _ => self.fold(false, &operands),
        };
        // A run that faults at its start says nothing.
        let started: Vec<Term> = self.runs.iter().map(|run| run.exists[0]).collect();
        let started = self.terms.all(started);
        let sought = match property.role {
            Role::Witness => self.surely(&whole),
            Role::Property | Role::Invariant | Role::NoFaults | Role::Holistic => {
                self.surely_not(&whole)
            }
        };
        Ok(Prefix {
            hit: self.terms.and(started, sought),
            pending: whole.stops.unknown,
            fault: self.terms.and(started, whole.stops.fault),
        })
    }

    /// The last instant that any run may have.
    fn last_instant(&self) -> u32 {
        let may_be = |exists: &Term| self.terms.truth(*exists) != Some(false);
        let last = |run: &super::Run| run.exists.iter().rposition(may_be).unwrap_or(0);
        self.runs.iter().map(last).max().unwrap_or(0) as u32
    }

    fn formula(&mut self, property: &Property) -> Encoded<Found> {
        if property.chance {
            return self.unsupported(property.formula.span, "`probability` or `expected`");
        }
        let plain = self.runs.len() == 1 && self.runs[0].world.is_none();
        let scope = plain.then_some(0);
        let here = Here::Formula { scope, instant: 0, polarity: Polarity::Wanted };
        let mut frame = vec![Sym::Nothing; property.frame];
        self.eval(View { society: 0, here }, &mut frame, &property.formula)
    }

    /// The properties that are asked for together: for `holistic` all tagged ones.
    fn formulas(&self, property: &'_ Property) -> Vec<crate::ir::PropId> {
        let tagged = |other: &Property| {
            other.alignment.is_some() && other.worlds.is_empty() && !other.chance
        };
        match property.role {
            Role::Holistic => {
                let all = self.model.properties.pairs();
                all.filter(|(_, other)| tagged(other)).map(|(id, _)| id).collect()
            }
            Role::Property | Role::Witness | Role::Invariant | Role::NoFaults => {
                vec![self.question.property]
            }
        }
    }

    /// `no_faults`: a run faults in the step to `seen` or before.
    fn no_faults(&mut self, seen: u32) -> Prefix {
        let mut faults = Vec::new();
        for run in &self.runs {
            faults.extend(run.faults.iter().take(seen as usize + 1));
        }
        let hit = self.terms.any(faults);
        let (pending, fault) = (self.terms.not(hit), self.terms.no());
        Prefix { hit, pending, fault }
    }
}
