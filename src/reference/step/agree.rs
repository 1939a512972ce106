//! One choice for several worlds (§7, worlds): what is shared, and who parts.
//!
//! In: a key, and what each lane that asks for it admits. Out: a value for each lane.
//!
//! The shared value of a key is fixed where the key is first asked for, from what any of the
//! lanes that stand at that statement admits; whoever comes to the key later (by another
//! branch, or because its rule fires later) takes it if it admits it. A world that does not
//! admit it chooses on its own, under a key of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::machine::{Broken, Fixed, Machine, own_key};
use crate::diag::Span;
use crate::ir::Value;
use crate::reference::Outcomes;
use crate::reference::answers::ATTEMPTS_MAX;
use crate::reference::domain::Range;
use crate::trace::Key;

/// How many values are listed; more are proposed.
pub(super) const LIST_MAX: usize = 10_000;

/// What one lane may take.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    /// The place of its world.
    pub world: usize,
    /// Of a joint choice: the indices of each row, sorted.
    pub rows: Option<Vec<Vec<Value>>>,
    /// What each row is chosen from (a single choice: one row).
    pub ranges: Vec<Range>,
    /// All that it admits, in order, where that can be listed.
    pub admitted: Option<Vec<Value>>,
}

/// The choice that is made.
pub(super) struct Question<'a> {
    /// Its shared key.
    pub key: Key,
    /// The statement.
    pub at: Span,
    /// The order of the domain, where it is not that of values.
    pub order: Option<&'a [Value]>,
    /// The instant that it leads to.
    pub instant: u32,
}

/// Whether the lane of a wish meets the filter with a value.
pub(super) type Meets<'a> = &'a mut dyn FnMut(&Machine<'_>, usize, &Value) -> Result<bool, Broken>;

impl Machine<'_> {
    /// A value for each wish, or why its world does not go on.
    // spec: world.choices
    pub(super) fn agree(
        &mut self,
        question: &Question<'_>,
        wishes: &[Wish],
        meets: Meets<'_>,
    ) -> Vec<Result<Value, Broken>> {
        let key = &question.key;
        if !self.fixed.contains_key(key) {
            let widest = wishes.iter().map(Wish::width).max().unwrap_or(0);
            let asked: Vec<usize> =
                (0..wishes.len()).filter(|at| wishes[*at].width() == widest).collect();
            if let Some(fixed) = self.decide(key, question.order, wishes, &asked, meets) {
                self.fixed.insert(key.clone(), fixed);
            }
        }
        (0..wishes.len()).map(|at| self.take(question, wishes, at, meets)).collect()
    }

    /// The shared value if a lane admits it, else one of its own.
    // spec: world.choices
    fn take(
        &mut self,
        question: &Question<'_>,
        wishes: &[Wish],
        at: usize,
        meets: Meets<'_>,
    ) -> Result<Value, Broken> {
        let (key, wish) = (&question.key, &wishes[at]);
        if let Some(shared) = self.fixed.get(key) {
            if let Some(value) = wish.part(&shared.value)
                && self.admits(wishes, at, &value, meets)?
            {
                self.note(wish.world, key, question.instant);
                return Ok(value);
            }
            let own = own_key(key, wish.world);
            if !self.fixed.contains_key(&own)
                && let Some(fixed) = self.decide(&own, question.order, wishes, &[at], meets)
            {
                self.fixed.insert(own.clone(), fixed);
                self.parted += 1;
            }
            if let Some(fixed) = self.fixed.get(&own) {
                // A candidate on which the filter faults ends the proposals: here is the fault.
                self.admits(wishes, at, &fixed.value, meets)?;
                return Ok(self.note(wish.world, &own, question.instant));
            }
        }
        // spec: choice.single
        Err(Broken::Discarded { at: question.at, sampled: wish.admitted.is_none() })
    }

    /// A value that one of the wishes `asked` admits (or on which its filter faults); none
    /// where there is none, or none was found.
    fn decide(
        &mut self,
        key: &Key,
        order: Option<&[Value]>,
        wishes: &[Wish],
        asked: &[usize],
        meets: Meets<'_>,
    ) -> Option<Fixed> {
        let open = asked.iter().copied().find(|at| wishes[*at].admitted.is_none());
        let (value, options) = match open {
            None => {
                let options = union(wishes, asked, order);
                if options.is_empty() {
                    return None;
                }
                let options = Arc::new(options);
                let place = self.answers.pick(key, &options);
                (options[place].clone(), self.few(&options))
            }
            Some(at) => (self.proposed(key, wishes, (at, asked), meets)?, None),
        };
        Some(Fixed { value, outcomes: None, options, noted: Vec::new() })
    }

    /// The first candidate, of what wish `at` is proposed from, that one of `asked` admits.
    // spec: choice.single
    fn proposed(
        &mut self,
        key: &Key,
        wishes: &[Wish],
        (at, asked): (usize, &[usize]),
        meets: Meets<'_>,
    ) -> Option<Value> {
        let wish = &wishes[at];
        let domain = wish.domain();
        for attempt in 0..ATTEMPTS_MAX {
            let values = self.answers.propose(key, wish.ranges.len(), &domain, attempt)?;
            let Some(candidate) = wish.whole(values) else { continue };
            for other in asked {
                if let Some(part) = wishes[*other].part(&candidate)
                    && !matches!(self.admits(wishes, *other, &part, meets), Ok(false))
                {
                    return Some(candidate);
                }
            }
        }
        None
    }

    /// Whether the lane of a wish admits a value.
    fn admits(
        &self,
        wishes: &[Wish],
        at: usize,
        value: &Value,
        meets: Meets<'_>,
    ) -> Result<bool, Broken> {
        let wish = &wishes[at];
        if let Some(admitted) = &wish.admitted {
            return Ok(admitted.contains(value));
        }
        let entries: Vec<&Value> = match (value, &wish.rows) {
            (Value::Table(table), Some(_)) => table.iter().map(|(_, entry)| entry).collect(),
            (value, _) => vec![value],
        };
        let inside = entries.len() == wish.ranges.len()
            && entries.iter().zip(&wish.ranges).all(|(entry, range)| range.has(entry));
        Ok(inside && meets(self, at, value)?)
    }
}

impl Range {
    /// Whether a value lies in it.
    fn has(&self, value: &Value) -> bool {
        match self {
            Range::Listed(values) => values.contains(value),
            Range::Proposed(outcomes) => outcomes.supports(value),
        }
    }
}

impl Wish {
    /// How many rows it has.
    fn width(&self) -> usize {
        self.rows.as_ref().map_or(0, Vec::len)
    }

    /// The part of a shared value that concerns this lane: of a table, the rows that it has.
    fn part(&self, shared: &Value) -> Option<Value> {
        let (Some(rows), Value::Table(table)) = (&self.rows, shared) else {
            return Some(shared.clone());
        };
        let entry = |row: &Vec<Value>| {
            let place = table.binary_search_by(|(indices, _)| indices.cmp(row)).ok()?;
            Some(table[place].clone())
        };
        Some(Value::Table(Arc::new(rows.iter().map(entry).collect::<Option<_>>()?)))
    }

    /// The value that proposed entries make; none where there are too few.
    fn whole(&self, entries: Vec<Value>) -> Option<Value> {
        if entries.len() != self.ranges.len() {
            return None;
        }
        match &self.rows {
            Some(rows) => {
                let table = rows.iter().cloned().zip(entries).collect();
                Some(Value::Table(Arc::new(table)))
            }
            None => entries.into_iter().next(),
        }
    }

    /// What entries are proposed from: what the rows have, together.
    fn domain(&self) -> Outcomes {
        let mut listed = BTreeSet::new();
        for range in &self.ranges {
            match range {
                Range::Proposed(outcomes) => return outcomes.clone(),
                Range::Listed(values) => listed.extend(values.iter().cloned()),
            }
        }
        Outcomes::alike(&listed.into_iter().collect::<Vec<_>>())
    }
}

/// What any of the wishes `asked` admits, in the order of the domain.
fn union(wishes: &[Wish], asked: &[usize], order: Option<&[Value]>) -> Vec<Value> {
    let lists = || asked.iter().filter_map(|at| wishes[*at].admitted.as_ref());
    let first = lists().next().cloned().unwrap_or_default();
    if lists().all(|list| *list == first) {
        return first;
    }
    let all: BTreeSet<&Value> = lists().flatten().collect();
    let mut all: Vec<Value> = all.into_iter().cloned().collect();
    if let Some(order) = order {
        let place = |value: &Value| order.iter().position(|of| of == value);
        all.sort_by_cached_key(|value| match value {
            Value::Table(table) => table.iter().map(|(_, entry)| place(entry)).collect(),
            value => vec![place(value)],
        });
    }
    all
}
