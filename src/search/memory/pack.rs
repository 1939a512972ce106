//! Values as bytes, and back: what a memory holds.
//!
//! In: a value. Out: bytes; and from these an equal value, or nothing where they are none.
//!
//! # Invariants
//! - What was packed is unpacked to the bit: a real is its bits.
//! - Bytes that were damaged unpack to nothing or to something else, and never panic.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::id::Id;
use crate::base::{Seed, Table};
use crate::diag::{FileId, Span};
use crate::ir::value::Occurrence;
use crate::ir::{AgentId, EnumId, EventId, RuleId, SiteId, Value};
use crate::reference::chance::{Tally, TallyKind};
use crate::reference::{Branch, Gap, Guards};
use crate::search::guide::states::Met;
use crate::search::reach::Reach;
use crate::social::Ties;
use crate::trace::{Answer, Key, Run, Setup, StructureSetup};

/// What can be packed.
pub trait Pack: Sized {
    /// Adds its bytes.
    fn pack(&self, to: &mut Vec<u8>);
    /// Takes its bytes off.
    fn unpack(from: &mut &[u8]) -> Option<Self>;
}

/// Seven bits a byte, the low ones first: small numbers are many.
impl Pack for u64 {
    fn pack(&self, to: &mut Vec<u8>) {
        let mut left = *self;
        while left >= 0x80 {
            to.push(left as u8 | 0x80);
            left >>= 7;
        }
        to.push(left as u8);
    }

    fn unpack(from: &mut &[u8]) -> Option<u64> {
        let mut number = 0u64;
        for place in 0..10 {
            let byte = take(from)?;
            number |= u64::from(byte & 0x7F) << (7 * place);
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

fn take(from: &mut &[u8]) -> Option<u8> {
    let (first, rest) = from.split_first()?;
    *from = rest;
    Some(*first)
}

impl Pack for u32 {
    fn pack(&self, to: &mut Vec<u8>) {
        u64::from(*self).pack(to);
    }

    fn unpack(from: &mut &[u8]) -> Option<u32> {
        u32::try_from(u64::unpack(from)?).ok()
    }
}

impl Pack for usize {
    fn pack(&self, to: &mut Vec<u8>) {
        (*self as u64).pack(to);
    }

    fn unpack(from: &mut &[u8]) -> Option<usize> {
        usize::try_from(u64::unpack(from)?).ok()
    }
}

impl Pack for i64 {
    fn pack(&self, to: &mut Vec<u8>) {
        // Small negative numbers are short, too.
        ((*self << 1 ^ *self >> 63) as u64).pack(to);
    }

    fn unpack(from: &mut &[u8]) -> Option<i64> {
        let folded = u64::unpack(from)?;
        Some((folded >> 1) as i64 ^ -((folded & 1) as i64))
    }
}

impl Pack for bool {
    fn pack(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }

    fn unpack(from: &mut &[u8]) -> Option<bool> {
        match take(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Pack for f64 {
    fn pack(&self, to: &mut Vec<u8>) {
        to.extend(self.to_bits().to_le_bytes());
    }

    fn unpack(from: &mut &[u8]) -> Option<f64> {
        let (bytes, rest) = from.split_first_chunk::<8>()?;
        *from = rest;
        Some(f64::from_bits(u64::from_le_bytes(*bytes)))
    }
}

impl<T: Pack> Pack for Option<T> {
    fn pack(&self, to: &mut Vec<u8>) {
        self.is_some().pack(to);
        if let Some(value) = self {
            value.pack(to);
        }
    }

    fn unpack(from: &mut &[u8]) -> Option<Option<T>> {
        match bool::unpack(from)? {
            true => T::unpack(from).map(Some),
            false => Some(None),
        }
    }
}

impl<T: Pack> Pack for Vec<T> {
    fn pack(&self, to: &mut Vec<u8>) {
        self.len().pack(to);
        self.iter().for_each(|value| value.pack(to));
    }

    fn unpack(from: &mut &[u8]) -> Option<Vec<T>> {
        let count = usize::unpack(from)?;
        // A length that was damaged must not take all memory.
        let mut values = Vec::with_capacity(count.min(from.len()));
        for _ in 0..count {
            values.push(T::unpack(from)?);
        }
        Some(values)
    }
}

impl<T: Pack> Pack for Arc<T> {
    fn pack(&self, to: &mut Vec<u8>) {
        (**self).pack(to);
    }

    fn unpack(from: &mut &[u8]) -> Option<Arc<T>> {
        T::unpack(from).map(Arc::new)
    }
}

impl<A: Pack, B: Pack> Pack for (A, B) {
    fn pack(&self, to: &mut Vec<u8>) {
        self.0.pack(to);
        self.1.pack(to);
    }

    fn unpack(from: &mut &[u8]) -> Option<(A, B)> {
        Some((A::unpack(from)?, B::unpack(from)?))
    }
}

impl<T: Pack + Ord> Pack for BTreeSet<T> {
    fn pack(&self, to: &mut Vec<u8>) {
        self.len().pack(to);
        self.iter().for_each(|value| value.pack(to));
    }

    fn unpack(from: &mut &[u8]) -> Option<BTreeSet<T>> {
        Vec::unpack(from).map(|values| values.into_iter().collect())
    }
}

impl<K: Pack + Ord, V: Pack> Pack for BTreeMap<K, V> {
    fn pack(&self, to: &mut Vec<u8>) {
        self.len().pack(to);
        self.iter().for_each(|(key, value)| {
            key.pack(to);
            value.pack(to);
        });
    }

    fn unpack(from: &mut &[u8]) -> Option<BTreeMap<K, V>> {
        Vec::unpack(from).map(|values| values.into_iter().collect())
    }
}

impl<I: Id, T: Pack> Pack for Table<I, T> {
    fn pack(&self, to: &mut Vec<u8>) {
        self.len().pack(to);
        self.iter().for_each(|value| value.pack(to));
    }

    fn unpack(from: &mut &[u8]) -> Option<Table<I, T>> {
        Vec::unpack(from).map(|values| values.into_iter().collect())
    }
}

/// A struct by its fields, in their order.
macro_rules! pack_fields {
    ($($name:ident { $($field:tt),* })*) => {$(
        impl Pack for $name {
            fn pack(&self, to: &mut Vec<u8>) {
                $(self.$field.pack(to);)*
            }

            fn unpack(from: &mut &[u8]) -> Option<$name> {
                Some($name { $($field: Pack::unpack(from)?),* })
            }
        }
    )*};
}

pack_fields! {
    AgentId { 0 }
    EnumId { 0 }
    EventId { 0 }
    RuleId { 0 }
    SiteId { 0 }
    FileId { 0 }
    Seed { 0 }
    Span { file, start, end }
    Branch { of, arm }
    Reach { branches, variants }
    Guards { seen, worlds_differ }
    Gap { total, parts }
    Met { digest, instant, whole }
    Key { world, site, turn, binders }
    Occurrence { event, fields, line }
    Tally { span, kind, runs, pending, sum, squares, range }
}

impl Pack for TallyKind {
    fn pack(&self, to: &mut Vec<u8>) {
        to.push(*self as u8);
    }

    fn unpack(from: &mut &[u8]) -> Option<TallyKind> {
        let all = [TallyKind::Probability, TallyKind::Expected, TallyKind::Difference];
        let tag = take(from)?;
        all.into_iter().find(|kind| *kind as u8 == tag)
    }
}

impl Pack for Value {
    fn pack(&self, to: &mut Vec<u8>) {
        match self {
            Value::Bool(truth) => to.push(u8::from(*truth)),
            Value::None => to.push(2),
            Value::Unrecorded => to.push(3),
            Value::Int(int) => tagged(4, int, to),
            Value::Real(real) => tagged(5, real, to),
            Value::Duration(time) => tagged(6, time, to),
            Value::Variant(of, variant) => tagged(7, &(*of, *variant), to),
            Value::Agent(agent) => tagged(8, agent, to),
            Value::Str(text) => tagged(9, &text.bytes().map(u32::from).collect::<Vec<_>>(), to),
            Value::Set(values) => tagged(10, values, to),
            Value::Event(event) => tagged(11, event, to),
            Value::Table(rows) => tagged(12, rows, to),
        }
    }

    fn unpack(from: &mut &[u8]) -> Option<Value> {
        Some(match take(from)? {
            0 => Value::Bool(false),
            1 => Value::Bool(true),
            2 => Value::None,
            3 => Value::Unrecorded,
            4 => Value::Int(Pack::unpack(from)?),
            5 => Value::Real(Pack::unpack(from)?),
            6 => Value::Duration(Pack::unpack(from)?),
            7 => {
                let (of, variant) = Pack::unpack(from)?;
                Value::Variant(of, variant)
            }
            8 => Value::Agent(Pack::unpack(from)?),
            9 => {
                let bytes: Vec<u32> = Pack::unpack(from)?;
                let bytes: Option<Vec<u8>> =
                    bytes.into_iter().map(|byte| u8::try_from(byte).ok()).collect();
                Value::Str(String::from_utf8(bytes?).ok()?.into())
            }
            10 => Value::Set(Pack::unpack(from)?),
            11 => Value::Event(Pack::unpack(from)?),
            12 => Value::Table(Pack::unpack(from)?),
            _ => return None,
        })
    }
}

fn tagged(tag: u8, value: &impl Pack, to: &mut Vec<u8>) {
    to.push(tag);
    value.pack(to);
}

/// Answers, each list of options once.
pub fn pack_answers(answers: &[Answer], to: &mut Vec<u8>) {
    let mut lists: Vec<&Arc<Vec<Value>>> = Vec::new();
    answers.len().pack(to);
    for answer in answers {
        answer.key.pack(to);
        answer.value.pack(to);
        answer.drawn.pack(to);
        answer.instant.pack(to);
        // 0: none; else its place from 1, and a new one stands here.
        let Some(options) = &answer.options else {
            0usize.pack(to);
            continue;
        };
        let known = lists.iter().position(|list| Arc::ptr_eq(list, options) || *list == options);
        (1 + known.unwrap_or(lists.len())).pack(to);
        if known.is_none() {
            options.pack(to);
            lists.push(options);
        }
    }
}

/// The answers that [`pack_answers`] packed.
pub fn unpack_answers(from: &mut &[u8]) -> Option<Vec<Answer>> {
    let mut lists: Vec<Arc<Vec<Value>>> = Vec::new();
    let count = usize::unpack(from)?;
    let mut answers = Vec::with_capacity(count.min(from.len()));
    for _ in 0..count {
        let (key, value) = (Pack::unpack(from)?, Pack::unpack(from)?);
        let (drawn, instant) = (Pack::unpack(from)?, Pack::unpack(from)?);
        let options = match usize::unpack(from)? {
            0 => None,
            place => {
                if place == lists.len() + 1 {
                    lists.push(Pack::unpack(from)?);
                }
                Some(Arc::clone(lists.get(place - 1)?))
            }
        };
        answers.push(Answer { key, value, drawn, instant, options });
    }
    Some(answers)
}

/// The bytes that a run is known by; they are never unpacked.
pub fn pack_run(run: &Run, to: &mut Vec<u8>) {
    pack_setup(&run.setup, to);
    run.seed.pack(to);
    run.choices.pack(to);
    run.draws.pack(to);
    run.steps.pack(to);
}

/// The bytes that a setup is known by.
pub fn pack_setup(setup: &Setup, to: &mut Vec<u8>) {
    setup.sizes.pack(to);
    setup.params.pack(to);
    setup.starts.pack(to);
    for StructureSetup { family: _, ties } in setup.structures.iter() {
        pack_ties(ties, to);
    }
}

fn pack_ties(ties: &Ties, to: &mut Vec<u8>) {
    [ties.rows(), ties.columns()].iter().for_each(|side| side.pack(to));
    ties.len().pack(to);
    for (a, b, weight) in ties.all() {
        (a, b).pack(to);
        // Most ties weigh 1.
        (weight != 1.0).then_some(weight).pack(to);
    }
}
