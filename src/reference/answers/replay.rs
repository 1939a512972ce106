//! Answers from a run: what it lists, and its seed for the rest.
//!
//! In: a run. Out: an answerer that gives the same answer whenever, and however often, it is
//! asked for a key.

use std::sync::Arc;

use super::words::{choice_words, draw_words};
use super::{Answers, Outcomes};
use crate::ir::Value;
use crate::trace::{Key, Run};

/// Answers with what a run lists, and from its seed where it lists nothing (or what it lists
/// is not admitted): a choice is uniform, a draw is the quantile at the key's uniform number.
///
/// A world's own draw that is not listed takes the shared listed one, if its distribution
/// supports it.
pub struct Replay<'a> {
    run: &'a Run,
}

/// Sets the numbers of proposals apart from those of picks.
const PROPOSAL: u32 = 0x7072_6F70;

impl<'a> Replay<'a> {
    /// The answers of `run`.
    pub fn new(run: &'a Run) -> Replay<'a> {
        Replay { run }
    }

    /// What the run lists for a choice over `rows` rows, row by row.
    fn listed(&self, key: &Key, rows: usize, domain: &Outcomes) -> Option<Vec<Value>> {
        let values = match self.run.choices.get(key)? {
            Value::Table(table) => table.iter().map(|(_, value)| value.clone()).collect(),
            value => vec![value.clone()],
        };
        let fits = values.len() == rows && values.iter().all(|value| domain.supports(value));
        fits.then_some(values)
    }
}

impl Answers for Replay<'_> {
    fn pick(&mut self, key: &Key, options: &Arc<Vec<Value>>) -> usize {
        let listed = self.run.choices.get(key);
        if let Some(place) = listed.and_then(|value| options.iter().position(|o| o == value)) {
            return place;
        }
        let u = self.run.seed.uniform(&choice_words(key));
        ((u * options.len() as f64) as usize).min(options.len() - 1)
    }

    fn propose(
        &mut self,
        key: &Key,
        rows: usize,
        domain: &Outcomes,
        attempt: u32,
    ) -> Option<Vec<Value>> {
        if attempt == 0
            && let Some(values) = self.listed(key, rows, domain)
        {
            return Some(values);
        }
        let mut words = choice_words(key);
        words.extend([PROPOSAL, attempt, 0]);
        let row = words.len() - 1;
        let value = |at: usize| {
            words[row] = at as u32;
            domain.quantile(self.run.seed.uniform(&words))
        };
        Some((0..rows).map(value).collect())
    }

    fn draw(&mut self, key: &Key, outcomes: &Outcomes) -> Value {
        let shared = Key { world: None, ..key.clone() };
        let listed = [key, &shared].into_iter().find_map(|key| self.run.draws.get(key));
        match listed {
            Some(value) if outcomes.supports(value) => value.clone(),
            Some(_) | None => outcomes.quantile(self.run.seed.uniform(&draw_words(key))),
        }
    }
}
