//! `choose`, single and joint (§5): what each lane admits, and the value that it takes.
//!
//! In: a statement and its lanes. Out: the choice in each lane's slot; a world in which
//! nothing is admitted is discarded.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::agree::{LIST_MAX, Question, Wish};
use super::lane::{LANES_MAX, Lane, nest, too_wide};
use super::machine::{Broken, Machine, at, shared_key};
use crate::diag::Span;
use crate::ir::expr::Binder;
use crate::ir::stmt::{Source, Stmt, StmtKind};
use crate::ir::{Domain, Expr, SiteId, Slot, Value};
use crate::reference::domain::{Range, at_most, domain_text, range};
use crate::reference::eval::eval;
use crate::trace::{Fault, FaultKind, Key};

/// A `choose` of either form.
#[derive(Clone, Copy)]
struct Choice<'a> {
    site: SiteId,
    slot: Slot,
    /// Of a joint choice.
    indices: Option<&'a [Binder]>,
    from: &'a Source,
    filter: Option<&'a Expr>,
    span: Span,
}

impl<'a> Choice<'a> {
    /// The parts of a statement; none where it is no choice.
    fn of(statement: &'a Stmt) -> Option<Choice<'a>> {
        let span = statement.span;
        match &statement.kind {
            StmtKind::Choose { site, slot, from, filter } => {
                let (site, slot, filter) = (*site, *slot, filter.as_ref());
                Some(Choice { site, slot, indices: None, from, filter, span })
            }
            StmtKind::ChooseJointly { site, slot, indices, from, filter } => {
                let (site, slot, filter) = (*site, *slot, filter.as_ref());
                Some(Choice { site, slot, indices: Some(indices), from, filter, span })
            }
            StmtKind::Let(..)
            | StmtKind::Assign { .. }
            | StmtKind::If(..)
            | StmtKind::Match(..)
            | StmtKind::For(..)
            | StmtKind::Draw { .. }
            | StmtKind::Emit(..)
            | StmtKind::Require(_)
            | StmtKind::Halt => None,
        }
    }

    /// The order of the domain, where it is not that of values.
    fn order(&self) -> Option<&'a [Value]> {
        match self.from {
            Source::Domain(Domain::Values(_, values)) => Some(values),
            Source::Domain(
                Domain::Whole(_)
                | Domain::Ints(..)
                | Domain::Reals(..)
                | Domain::Population(_)
                | Domain::Optional(_),
            )
            | Source::Set(_) => None,
        }
    }
}

impl Machine<'_> {
    /// A choice in every lane; lanes with one key (of several worlds) choose together.
    // spec: draw.keys
    pub(super) fn choose(&mut self, statement: &Stmt, lanes: &mut [&mut Lane]) {
        let Some(choice) = Choice::of(statement) else { return };
        let mut wishes: BTreeMap<usize, Wish> = BTreeMap::new();
        for (place, lane) in lanes.iter_mut().enumerate() {
            if self.worlds[lane.world].end.is_none() {
                match self.wish(choice, lane) {
                    Ok(wish) => drop(wishes.insert(place, wish)),
                    Err(broken) => self.stop(lane.world, broken),
                }
            }
        }
        for (key, places) in by_key(choice.site, lanes, wishes.keys().copied()) {
            let going = |place: &usize| self.worlds[lanes[*place].world].end.is_none();
            let places: Vec<usize> = places.into_iter().filter(going).collect();
            let asked: Vec<Wish> = places.iter().filter_map(|place| wishes.remove(place)).collect();
            let question =
                Question { key, at: choice.span, order: choice.order(), instant: self.now + 1 };
            let taken = self.agree(&question, &asked, &mut |machine, at, value| {
                machine.meets(choice, lanes[places[at]], value)
            });
            for (place, value) in places.into_iter().zip(taken) {
                let lane = &mut *lanes[place];
                match value {
                    Ok(value) => lane.frame[at(choice.slot)] = value,
                    Err(broken) => self.stop(lane.world, broken),
                }
            }
        }
    }

    /// Whether a lane's filter holds of a value.
    fn meets(&self, choice: Choice<'_>, lane: &mut Lane, value: &Value) -> Result<bool, Broken> {
        let Some(filter) = choice.filter else { return Ok(true) };
        lane.frame[at(choice.slot)] = value.clone();
        self.holds(lane, filter)
    }

    /// What a lane admits.
    // spec: choice.single
    fn wish(&self, choice: Choice<'_>, lane: &mut Lane) -> Result<Wish, Broken> {
        let (rows, ranges) = match choice.indices {
            None => (None, vec![self.range(choice, lane.world, &mut lane.frame)?]),
            Some(indices) => {
                let (rows, ranges) = self.rows(choice, indices, lane)?;
                (Some(rows), ranges)
            }
        };
        let mut admitted = candidates(rows.as_deref(), &ranges);
        if let (Some(list), Some(_)) = (&mut admitted, choice.filter) {
            let mut met = Vec::new();
            for candidate in list.drain(..) {
                if self.meets(choice, lane, &candidate)? {
                    met.push(candidate);
                }
            }
            *list = met;
        }
        Ok(Wish { world: lane.world, rows, ranges, admitted })
    }

    /// The rows of a joint choice, sorted, and what each is chosen from.
    // spec: choice.joint
    fn rows(
        &self,
        choice: Choice<'_>,
        indices: &[Binder],
        lane: &mut Lane,
    ) -> Result<(Vec<Vec<Value>>, Vec<Range>), Broken> {
        let world = lane.world;
        let fixed = match choice.from {
            Source::Domain(_) => Some(self.range(choice, world, &mut lane.frame)?),
            Source::Set(_) => None,
        };
        let mut found: BTreeMap<Vec<Value>, Range> = BTreeMap::new();
        let view = self.view(world, true);
        nest(&view, &mut lane.frame, indices, &mut Vec::new(), &mut |frame, row| {
            if found.len() >= LANES_MAX {
                return Err(too_wide(choice.span));
            }
            let range = match &fixed {
                Some(range) => range.clone(),
                None => self.range(choice, world, frame)?,
            };
            found.insert(row.to_vec(), range);
            Ok(())
        })?;
        Ok(found.into_iter().unzip())
    }

    /// What is chosen from.
    fn range(
        &self,
        choice: Choice<'_>,
        world: usize,
        frame: &mut [Value],
    ) -> Result<Range, Broken> {
        let society = &self.worlds[world].society;
        match choice.from {
            Source::Domain(domain) => {
                range(self.model, &society.layout, &society.since, domain, LIST_MAX).ok_or_else(
                    || {
                        let text = domain_text(self.model, &society.layout, domain);
                        let message = format!("`{text}` has no bounds: choose from `lo..hi`");
                        let (kind, span) = (FaultKind::Domain, choice.span);
                        Broken::Fault(Fault { kind, message, span })
                    },
                )
            }
            Source::Set(expr) => {
                let set = eval(&self.view(world, true), frame, expr);
                let set = set.map_err(|stop| Broken::stop(stop, expr.span))?;
                Ok(match set {
                    Value::Set(values) => at_most(values.to_vec(), LIST_MAX),
                    Value::None => Range::Listed(Vec::new()),
                    one => Range::Listed(vec![one]),
                })
            }
        }
    }
}

/// The lanes at `places` by key, in the order of first places.
fn by_key(
    site: SiteId,
    lanes: &[&mut Lane],
    places: impl Iterator<Item = usize>,
) -> Vec<(Key, Vec<usize>)> {
    let mut known: BTreeMap<Key, usize> = BTreeMap::new();
    let mut groups: Vec<(Key, Vec<usize>)> = Vec::new();
    for place in places {
        let key = shared_key(site, lanes[place]);
        let group = *known.entry(key.clone()).or_insert(groups.len());
        if group == groups.len() {
            groups.push((key, Vec::new()));
        }
        groups[group].1.push(place);
    }
    groups
}

/// Every value that the ranges allow, in order (the last row fastest), if they can be listed.
// spec: choice.single
fn candidates(rows: Option<&[Vec<Value>]>, ranges: &[Range]) -> Option<Vec<Value>> {
    let mut lists: Vec<&[Value]> = Vec::new();
    for range in ranges {
        match range {
            Range::Listed(values) => lists.push(values),
            Range::Proposed(_) => return None,
        }
    }
    let Some(rows) = rows else { return Some(lists.concat()) };
    if lists.iter().any(|list| list.is_empty()) {
        return Some(Vec::new());
    }
    let count = lists.iter().try_fold(1usize, |count, list| {
        Some(count * list.len()).filter(|count| *count <= LIST_MAX)
    })?;
    let table = |number: usize| {
        let mut rest = number;
        let mut table: Vec<(Vec<Value>, Value)> = Vec::with_capacity(rows.len());
        for (row, list) in rows.iter().zip(&lists).rev() {
            table.push((row.clone(), list[rest % list.len()].clone()));
            rest /= list.len();
        }
        table.reverse();
        Value::Table(Arc::new(table))
    };
    Some((0..count).map(table).collect())
}
