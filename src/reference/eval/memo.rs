//! What was found out of the operands of temporal operators, so that nesting them costs no
//! more than their instants.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::view::Polarity;
use super::walk;
use crate::ir::{Expr, Value};

/// Results by node, world, polarity and the free locals' values, then by instant.
///
/// Nodes are known by where they lie in memory, so a memo serves only expressions that outlive
/// it: those of the model.
pub struct Memo<T> {
    free: BTreeMap<usize, Arc<[usize]>>,
    places: BTreeMap<Key, Series>,
    found: Vec<Vec<Option<T>>>,
}

/// What a series of results belongs to.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    node: usize,
    what: What,
    world: Option<usize>,
    polarity: Polarity,
    locals: Vec<Value>,
}

/// What of a node is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum What {
    /// Its own result at an instant.
    Own,
    /// The result of the `always` or the like over it, from an instant to the end.
    Over,
    /// The result of this `until` or `since`, from an instant to the end.
    Chain,
}

/// One result for each instant.
#[derive(Clone, Copy, Debug)]
pub struct Series(usize);

impl<T> Default for Memo<T> {
    fn default() -> Memo<T> {
        Memo { free: BTreeMap::new(), places: BTreeMap::new(), found: Vec::new() }
    }
}

impl<T: Clone> Memo<T> {
    /// The series of a node where it is read.
    pub fn series(
        &mut self,
        (node, what): (&Expr, What),
        world: Option<usize>,
        polarity: Polarity,
        frame: &[Value],
    ) -> Series {
        let address = std::ptr::from_ref(&*node.kind).addr();
        let free = self.free.entry(address).or_insert_with(|| walk::free(node).into());
        let locals = free.iter().map(|slot| frame[*slot].clone()).collect();
        let key = Key { node: address, what, world, polarity, locals };
        let next = Series(self.found.len());
        let series = *self.places.entry(key).or_insert(next);
        if series.0 == self.found.len() {
            self.found.push(Vec::new());
        }
        series
    }

    /// The result at an instant, if it was found.
    pub fn get(&self, series: Series, instant: u32) -> Option<T> {
        self.found[series.0].get(instant as usize)?.clone()
    }

    /// Keeps the result at an instant.
    pub fn keep(&mut self, series: Series, instant: u32, result: T) {
        let results = &mut self.found[series.0];
        if results.len() <= instant as usize {
            results.resize(instant as usize + 1, None);
        }
        results[instant as usize] = Some(result);
    }
}
