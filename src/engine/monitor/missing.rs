//! What is missing to what a search wants, over whole runs.

use super::gap::{Fold, Gaps};
use super::margin::Margins;
use super::prefix::Prefix;
use super::value::{Kleene, Known};
use crate::engine::program::{Dim, Missing, Universe};

/// What is missing at instants where that is needed.
type Found = Vec<Option<Gaps>>;

/// Instants that windows cover, at most: of more, more parts are read than count.
const COVERED_MAX: usize = 50_000;

impl<'p> Prefix<'_, 'p> {
    /// What is missing at the start; none where it is too much to find out.
    pub fn missing_at_start(&mut self, form: &'p Missing) -> Option<Gaps> {
        let mut needed = vec![false; self.len()];
        needed[0] = true;
        self.missing(form, &needed)?.swap_remove(0)
    }

    /// What is missing at the instants that are needed.
    fn missing(&mut self, form: &'p Missing, needed: &[bool]) -> Option<Found> {
        match form {
            Missing::Atom(lack) => Some(self.lacks(*lack, needed)),
            Missing::Leaf { part, wanted, truth, margin } => {
                let truths: Vec<Kleene> = self.values(truth);
                let margins: Vec<Margins> = self.values(margin);
                let leaf = |at: usize| Gaps::leaf(*part, *wanted, &margins[at], truths[at]);
                Some(each(needed, leaf))
            }
            Missing::Both(sides) => {
                let (left, right) =
                    (self.missing(&sides.0, needed)?, self.missing(&sides.1, needed)?);
                Some(joined(left, right, |left, right| left.both(&right)))
            }
            Missing::Either(sides) => {
                let (left, right) =
                    (self.missing(&sides.0, needed)?, self.missing(&sides.1, needed)?);
                Some(joined(left, right, |left, right| left.nearer(&right)))
            }
            Missing::If(part, parts) => {
                let condition: Vec<Kleene> = self.values(&parts.0);
                let (yes, no) = (self.missing(&parts.1, needed)?, self.missing(&parts.2, needed)?);
                let mut conditions = condition.into_iter().zip(needed).filter(|of| *of.1);
                Some(joined(yes, no, |yes, no| {
                    let Kleene { yes: taken, no: left } =
                        conditions.next().map_or(Kleene { yes: 0, no: 0 }, |of| of.0);
                    yes.or_else(taken, &no.or_else(left, &Gaps::unknown(*part)))
                }))
            }
            Missing::Quantifier { .. } => self.missing_of_all(form, needed),
            Missing::Over { .. } => self.missing_over(form, needed),
            Missing::Next { .. } | Missing::Finally(..) => self.missing_elsewhere(form, needed),
            Missing::Initially(inner) => {
                let first = self.missing_at_start(inner)?;
                Some(each(needed, |_| first.clone()))
            }
            Missing::At(part, world, inner) => {
                let inner = self.missing(inner, needed)?;
                let there = self.world_place(world);
                let shifted = |own: Gaps| match there {
                    Some(place) => own.shifted(place),
                    None => Gaps::unknown(*part),
                };
                Some(inner.into_iter().map(|own| own.map(shifted)).collect())
            }
        }
    }

    fn missing_of_all(&mut self, form: &'p Missing, needed: &[bool]) -> Option<Found> {
        let Missing::Quantifier { every, dim, inside, guard, body } = form else { return None };
        let Dim { slot, universe, .. } = dim;
        let mut folds: Vec<Fold> = needed.iter().map(|_| Fold::new(*every)).collect();
        for (place, word) in self.elements(universe).iter().enumerate() {
            self.bind(*slot, place, *word);
            let inside: Option<Vec<Kleene>> = inside.as_ref().map(|inside| self.values(inside));
            let guards = match guard {
                Some(guard) => self.missing(guard, needed)?,
                None => vec![None; needed.len()],
            };
            self.bind(*slot, place, *word);
            let bodies = self.missing(body, needed)?;
            let here = self.there(dim, *word);
            let all = folds.iter_mut().zip(guards).zip(bodies).enumerate();
            for (at, ((fold, guard), own)) in all {
                let Some(own) = own else { continue };
                let inside = inside.as_ref().map_or(Kleene::all(true), |inside| inside[at]);
                let there = here & inside.yes;
                fold.leave(here & !inside.known());
                let (own, meant) = match guard {
                    // Of one that the guard leaves out nothing is wanted.
                    Some(guard) if *every => {
                        fold.read(&guard, there);
                        (own, there & !guard.missing())
                    }
                    Some(guard) => (guard.both(&own), there),
                    None => (own, there),
                };
                match universe {
                    Universe::Occurrences(_) => fold.hold(*word, own, meant),
                    _ => fold.take(&own, meant),
                }
            }
        }
        let done = |(mut fold, needed): (Fold, &bool)| {
            if let Universe::Occurrences(event) = universe {
                fold.release(|of, lane| self.memory().order(*event, of, lane));
            }
            needed.then(|| fold.done())
        };
        Some(folds.into_iter().zip(needed).map(done).collect())
    }

    fn missing_over(&mut self, form: &'p Missing, needed: &[bool]) -> Option<Found> {
        let Missing::Over { every, back, from, to, body } = form else { return None };
        let near = |steps: u64| usize::try_from(steps).unwrap_or(usize::MAX);
        let (from, to) = (near(*from), to.map_or(usize::MAX, near));
        let len = self.len();
        let window = |at: usize| match back {
            false => {
                at.saturating_add(from).min(len)..at.saturating_add(to).saturating_add(1).min(len)
            }
            true => at.saturating_sub(to)..(at + 1).saturating_sub(from),
        };
        let asked = || needed.iter().enumerate().filter(|(_, needed)| **needed).map(|(at, _)| at);
        if asked().map(|at| window(at).len()).sum::<usize>() > COVERED_MAX {
            return None;
        }
        let mut covered = vec![false; len];
        asked().for_each(|at| window(at).for_each(|at| covered[at] = true));
        let inner = self.missing(body, &covered)?;
        // A world that has ended before is read where it is asked for, and looks back from there.
        let one = |here: usize| {
            let mut fold = Fold::new(*every);
            for at in window(here) {
                if let Some(own) = &inner[at] {
                    fold.take(own, if *back || at == here { u64::MAX } else { self.has(at) });
                }
            }
            fold.done()
        };
        Some(each(needed, one))
    }

    /// At the next instant, or the last.
    fn missing_elsewhere(&mut self, form: &'p Missing, needed: &[bool]) -> Option<Found> {
        match form {
            Missing::Next { part, wanted, body } => {
                let next: Vec<bool> =
                    std::iter::once(false).chain(needed.iter().copied()).collect();
                let inner = self.missing(body, &next[..needed.len()])?;
                // Where nothing comes next, nothing holds next.
                let end = Gaps::whole(*part, *wanted).or_else(self.ended(), &Gaps::unknown(*part));
                Some(each(needed, |at| match inner.get(at + 1) {
                    Some(Some(next)) => next.clone().or_else(self.has(at + 1), &end),
                    Some(None) | None => end.clone(),
                }))
            }
            Missing::Finally(part, body) => {
                let lasts: Vec<u64> = (0..self.len()).map(|at| self.ends_at(at)).collect();
                let late = |at: usize| needed[at] && self.past_end(at) != 0;
                let asked = lasts.iter().enumerate().map(|(at, last)| *last != 0 || late(at));
                let asked: Vec<bool> = asked.collect();
                let inner = self.missing(body, &asked)?;
                let mut found = Gaps::unknown(*part);
                for (inner, last) in inner.iter().zip(lasts) {
                    if let Some(inner) = inner {
                        found = inner.clone().or_else(last, &found);
                    }
                }
                // A world that has ended before ends where it is asked for.
                let found = |at: usize| match &inner[at] {
                    Some(inner) => inner.clone().or_else(self.past_end(at), &found),
                    None => found.clone(),
                };
                Some(each(needed, found))
            }
            _ => None,
        }
    }
}

fn each(needed: &[bool], of: impl Fn(usize) -> Gaps) -> Found {
    needed.iter().enumerate().map(|(at, needed)| needed.then(|| of(at))).collect()
}

fn joined(left: Found, right: Found, mut of: impl FnMut(Gaps, Gaps) -> Gaps) -> Found {
    let both = left.into_iter().zip(right);
    both.map(|(left, right)| left.zip(right).map(|(left, right)| of(left, right))).collect()
}
