//! A search finds the same with a memory of everything, of nothing, and of anything between.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::pack::{Pack, pack_answers, unpack_answers};
use super::{Memory, Record};
use crate::base::Seed;
use crate::diag::{FileId, Span};
use crate::ir::value::Occurrence;
use crate::ir::{AgentId, EnumId, EventId, SiteId, Value};
use crate::search::tests::{BUDGET, model};
use crate::search::{Budget, Keeper, search_in_rounds};
use crate::trace::{Answer, Key};

/// A memory in a map.
#[derive(Default)]
struct Map {
    records: Mutex<BTreeMap<u128, Record>>,
    recalled: AtomicUsize,
}

impl Map {
    /// What is left where only the records whose key this says are kept.
    fn only(&self, is_kept: impl Fn(u128) -> bool) -> Map {
        let mut records = self.records.lock().expect("no panic").clone();
        records.retain(|key, _| is_kept(*key));
        Map { records: Mutex::new(records), recalled: AtomicUsize::new(0) }
    }

    fn len(&self) -> usize {
        self.records.lock().expect("no panic").len()
    }
}

impl Memory for Map {
    fn recall(&self, key: u128) -> Option<Record> {
        let record = self.records.lock().expect("no panic").get(&key).cloned();
        self.recalled.fetch_add(usize::from(record.is_some()), Ordering::Relaxed);
        record
    }

    fn remember(&self, key: u128, record: &dyn Fn() -> Vec<u8>) {
        let record = Record::from(record());
        self.records.lock().expect("no panic").insert(key, record);
    }
}

impl Keeper for Map {
    fn runs(&self) -> u64 {
        u64::MAX
    }

    fn memory(&self) -> Option<&dyn Memory> {
        Some(self)
    }
}

/// Models whose searches take all the ways there are.
const MODELS: [&str; 6] = [
    // Guided and independent runs with choices and draws, some of them bold; a fault, rules,
    // branches, discarded runs.
    "model walks
     enum Mood { Calm, Angry }
     kind Agent { param pace: 0.0..1.0 = 0.5  state mood: Mood = Calm  state far: 0..40 = 0 }
     agents team: Agent[2..4]
     structure knows: digraph on team among any
     step {
       for a in team {
         choose loud in bool
         draw gust ~ uniform(0.0, 1.0)
         if loud and gust > a.pace { a.mood' = Angry  a.far' = a.far + 5 }
         else { a.mood' = Calm  a.far' = a.far + 1 }
       }
     }
     property near { always forall a in team: a.far < 33 or a.mood == Calm }
     check { steps: 8 }",
    // Everything is tried, and something is found and shrunk.
    "model tried
     kind Agent { param x: 0..4 = 0  state sum: 0..20 = 0 }
     agents team: Agent[1..2]
     step { for a in team { choose more in 0..2  a.sum' = a.sum + more } }
     property low { always sum(a.sum for a in team) < 5 + team[0].x }
     check { steps: 3 }",
    // Rules, and a choice that may discard.
    "model rules
     state level: 0..9 = 0
     state tide: 0..3 = 0
     rule up when level < 9 { require tide < 3  level' = level + 1  choose t in 0..3  tide' = t }
     rule down when level > 0 { level' = level - 1 }
     property dry { always level < 7 }
     check { steps: 10 }",
    // Worlds.
    "model company
     kind Agent { param pull: 0.0..2.0 = 0.0  state bad: bool = false }
     agents team: Agent[2..3]
     structure hears: graph on team among isolated | complete
     step {
       for a in team {
         choose dare in bool
         a.bad' = a.bad or exists b in hears(a): b.pull > 1.9 and dare
       }
     }
     property none_is_corrupted {
       worlds { alone { hears: isolated }  together { hears: complete } }
       forall a in team: (always not a.bad)@alone implies (always not a.bad)@together
     }
     check { steps: 3 final: true }",
    // A chance, estimated.
    "model chance
     kind Agent { param p: 0.0..1.0 }
     agents team: Agent[1..2]
     state heads: 0..9 = 0
     step { draw toss ~ bernoulli(team[0].p)  heads' = min(9, heads + (if toss then 1 else 0)) }
     property likely { probability(eventually[..2] heads > 0) >= 0.4 }
     check { steps: 3 }",
    // A formula that faults.
    "model faulty
     kind Agent { param x: 0..9 }
     agents team: Agent[1..2]
     param y: 0.0..1.0
     property fine { 10 / (team[0].x - 3) < 100 and y < 2.0 }",
];

#[test]
fn what_is_remembered_changes_nothing_that_is_found() {
    for text in MODELS {
        let (model, _) = model(text);
        let target = &model.targets[0];
        for exhaust_max in [0, 2_000] {
            let budget =
                Budget { runs_max: 600, exhaust_max, chain_max: 0, seed: Seed(3), ..BUDGET };
            let found = |memory: &Map| {
                format!("{:?}", search_in_rounds(&model, target, &budget, memory, &|_| true))
            };
            let plain = format!("{:?}", crate::search::search(&model, target, &budget, &|_| true));
            let whole = Map::default();
            assert_eq!(found(&whole), plain, "{text}");
            let all = whole.len();
            assert!(all > 0, "nothing is remembered: {text}");
            let again = whole.only(|_| true);
            assert_eq!(found(&again), plain, "{text}");
            assert_eq!(again.len(), all, "something was made again: {text}");
            assert!(again.recalled.load(Ordering::Relaxed) >= all, "{text}");
            for part in 0..3 {
                let some = whole.only(|key| key % 3 == part);
                assert_eq!(found(&some), plain, "{text}");
                assert_eq!(some.len(), all, "{text}");
            }
            // What is damaged is made again.
            let damaged = whole.only(|_| true);
            for record in damaged.records.lock().expect("no panic").values_mut() {
                if record.len() > 1 {
                    *record = Record::from(&record[..record.len() - 1]);
                }
            }
            assert_eq!(found(&damaged), plain, "{text}");
        }
    }
}

#[test]
fn every_value_is_unpacked_as_it_was() {
    let occurrence = Occurrence { event: EventId(3), fields: vec![Value::Int(-5)], line: 9 };
    let values = vec![
        Value::Bool(false),
        Value::Bool(true),
        Value::Int(i64::MIN),
        Value::Int(i64::MAX),
        Value::Real(-0.0),
        Value::Real(1e-310),
        Value::Str("é".into()),
        Value::Duration(-1),
        Value::Variant(EnumId(1), 70_000),
        Value::Agent(AgentId(300)),
        Value::None,
        Value::Set(Arc::new(vec![Value::Int(1), Value::None])),
        Value::Event(Arc::new(occurrence)),
        Value::Table(Arc::new(vec![(vec![Value::Agent(AgentId(0))], Value::Real(0.5))])),
        Value::Unrecorded,
    ];
    let mut bytes = Vec::new();
    values.pack(&mut bytes);
    let back: Vec<Value> = Pack::unpack(&mut &bytes[..]).expect("as it was packed");
    assert_eq!(format!("{back:?}"), format!("{values:?}"));
    // Cut off anywhere it is nothing, and no panic.
    for end in 0..bytes.len() {
        assert!(Vec::<Value>::unpack(&mut &bytes[..end]).is_none(), "{end}");
    }
    let options = Arc::new(vec![Value::Int(0), Value::Int(1)]);
    let answer = |turn: u32, options: Option<Arc<Vec<Value>>>| Answer {
        key: Key { world: Some(2), site: SiteId(4), turn, binders: vec![Value::Int(7)] },
        value: Value::Int(1),
        drawn: turn == 1,
        instant: turn,
        options,
    };
    let other = Arc::new(vec![Value::Bool(true)]);
    let answers = vec![
        answer(0, Some(options.clone())),
        answer(1, None),
        answer(2, Some(other)),
        answer(3, Some(options)),
    ];
    let mut bytes = Vec::new();
    pack_answers(&answers, &mut bytes);
    assert_eq!(unpack_answers(&mut &bytes[..]), Some(answers));
}

#[test]
fn numbers_of_all_lengths_are_unpacked_as_they_were() {
    for number in (0..64).flat_map(|bit| [(1u64 << bit) - 1, 1 << bit]).chain([u64::MAX]) {
        let mut bytes = Vec::new();
        (number, (Seed(number), number as i64)).pack(&mut bytes);
        let back = Pack::unpack(&mut &bytes[..]);
        assert_eq!(back, Some((number, (Seed(number), number as i64))));
    }
    let span = Span { file: FileId(2), start: 127, end: 128 };
    let mut bytes = Vec::new();
    span.pack(&mut bytes);
    assert_eq!(Span::unpack(&mut &bytes[..]), Some(span));
}
