//! The order of least (§8): what `minimize` names, then parted choices, choices that are not
//! the first of their domain, listed draws, the sizes of values, and the canonical order.
//!
//! In: a run with its execution and verdict. Out: a [`Rank`]; the lesser run has the lesser one.
//! Values are compared in units of a millionth of their width, then by how long they are to
//! write: so 0.5 is less than 0.4999999.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::generate::{defaults, param_cells};
use super::size::counter;
use super::subject::Subject;
use super::values::size_of;
use crate::base::Seed;
use crate::ir::layout::Layout;
use crate::ir::model::Start;
use crate::ir::property::Counter;
use crate::ir::{Model, Value};
use crate::reference::{Execution, Judgement};
use crate::trace::{Answer, Key, Run, Setup};

/// The place of a run in the order of least.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rank {
    /// What `minimize` names, in its order.
    counters: Vec<u32>,
    parted: u32,
    not_first: usize,
    draws: usize,
    /// The sizes of all values, in millionths of their widths.
    values: u64,
    /// How long the numbers are to write.
    digits: usize,
    canon: Canon,
}

/// The canonical order of runs: sizes, parameters, ties, starts, choices.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Canon {
    sizes: Vec<u32>,
    params: Vec<Vec<Value>>,
    ties: Vec<Vec<(u32, u32, Value)>>,
    starts: Vec<Vec<Value>>,
    choices: Vec<(Key, Value)>,
    draws: Vec<(Key, Value)>,
    seed: u64,
}

impl Rank {
    /// The counters, in the order of `minimize`.
    pub fn counters(&self) -> &[u32] {
        &self.counters
    }
}

/// The rank of a run.
pub fn rank(
    subject: &Subject<'_>,
    run: &Run,
    execution: &Execution,
    judgement: &Judgement,
) -> Rank {
    let model = subject.model();
    let steps = judgement.settled_at.unwrap_or(subject.steps);
    let minimize = subject.target.settings.minimize.iter();
    let counters = minimize.map(|c| counter(model, &run.setup, *c).unwrap_or(steps)).collect();
    let layout = Layout::new(model, &run.setup.sizes);
    let mut values = setup_values(model, &layout, &run.setup);
    let not_first = choices(execution, steps, &mut values);
    let mut canon = canon(&run.setup, run.seed);
    canon.choices.extend(run.choices.clone());
    canon.draws.extend(run.draws.clone());
    Rank {
        counters,
        parted: execution.parted,
        not_first,
        draws: run.draws.len(),
        values: values.sizes,
        digits: values.digits,
        canon,
    }
}

/// Whether no run of a setup from a seed that is settled at no instant before `settled` can be less
/// than `rank`, whatever it chooses: by its counters, then by its values.
pub fn surely_not_less(
    subject: &Subject<'_>,
    setup: &Setup,
    (seed, settled): (Seed, u32),
    rank: &Rank,
) -> bool {
    let model = subject.model();
    for (name, other) in subject.target.settings.minimize.iter().zip(&rank.counters) {
        match counter(model, setup, *name).unwrap_or(settled).cmp(other) {
            Ordering::Less => return false,
            Ordering::Greater => return true,
            Ordering::Equal => {}
        }
    }
    // What it chooses adds to everything that comes next, and to nothing if all is the simplest.
    let choices = (rank.parted, rank.not_first, rank.draws);
    if choices != (0, 0, 0) {
        return false;
    }
    let values = setup_values(model, &Layout::new(model, &setup.sizes), setup);
    let least = (values.sizes, values.digits, canon(setup, seed));
    least >= (rank.values, rank.digits, rank.canon.clone())
}

/// The sizes and lengths of values, added up.
#[derive(Default)]
struct Values {
    sizes: u64,
    digits: usize,
}

impl Values {
    fn add(&mut self, size: f64, value: &Value) {
        // Rounded up: all that lies within a millionth counts alike.
        self.sizes = self.sizes.saturating_add((size * 1e6 - 1e-6).ceil().max(0.0) as u64);
        if let Value::Real(number) = value {
            self.digits += format!("{number}").len();
        }
    }
}

fn setup_values(model: &Model, layout: &Layout, setup: &Setup) -> Values {
    let mut values = Values::default();
    let cells = param_cells(setup);
    for (&(id, place), default) in cells.iter().zip(defaults(model, layout, setup, &cells)) {
        let (domain, value) = (&model.params[id].domain, &setup.params[id][place]);
        values.add(size_of(model, domain, layout, default.as_ref(), value), value);
    }
    for (id, state) in model.states.pairs() {
        match state.start {
            Start::Free => {
                for value in &setup.starts[id] {
                    values.add(size_of(model, &state.domain, layout, None, value), value);
                }
            }
            Start::Value(_) | Start::Draw { .. } | Start::Recorded => {}
        }
    }
    values
}

/// How many choices up to the settling instant are not the first of their options; those
/// without options add to the values.
fn choices(execution: &Execution, steps: u32, values: &mut Values) -> usize {
    let mut seen: BTreeSet<&Key> = BTreeSet::new();
    let mut not_first = 0;
    for answer in execution.worlds.iter().flat_map(|world| &world.trace.answers) {
        if answer.drawn || answer.instant > steps || !seen.insert(&answer.key) {
            continue;
        }
        match &answer.options {
            Some(options) => not_first += usize::from(options.first() != Some(&answer.value)),
            None => add_unlisted(answer, values),
        }
    }
    not_first
}

fn add_unlisted(answer: &Answer, values: &mut Values) {
    let mut add = |value: &Value| {
        let number = value.number().unwrap_or(0.0).abs();
        values.add(number / (1.0 + number), value);
    };
    if let Value::Table(rows) = &answer.value {
        rows.iter().for_each(|(_, value)| add(value));
    } else {
        add(&answer.value);
    }
}

/// The canonical order of a setup, and of its run from a seed in which nothing is listed.
fn canon(setup: &Setup, seed: Seed) -> Canon {
    let tie = |(a, b, weight)| (a, b, Value::Real(weight));
    Canon {
        sizes: setup.sizes.iter().copied().collect(),
        params: setup.params.iter().cloned().collect(),
        ties: setup.structures.iter().map(|s| s.ties.all().map(tie).collect()).collect(),
        starts: setup.starts.iter().cloned().collect(),
        choices: Vec::new(),
        draws: Vec::new(),
        seed: seed.0,
    }
}

/// The place of a setup in the order of least, by the built-in order of counters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SetupRank {
    counters: [u32; 3],
    values: u64,
    digits: usize,
    canon: Canon,
}

/// The rank of a setup: agents, deviations, edges, then values.
pub fn setup_rank(model: &Model, setup: &Setup) -> SetupRank {
    let layout = Layout::new(model, &setup.sizes);
    let values = setup_values(model, &layout, setup);
    let of = |name| counter(model, setup, name).unwrap_or(0);
    SetupRank {
        counters: [of(Counter::Agents), of(Counter::Deviations), of(Counter::Edges)],
        values: values.sizes,
        digits: values.digits,
        canon: canon(setup, Seed(0)),
    }
}

/// 64 bits of a setup: equal for equal setups, and different for different ones but by chance.
pub fn digest(setup: &Setup) -> u64 {
    let mut words: Vec<u32> = setup.sizes.iter().copied().collect();
    let cells = setup.params.iter().chain(setup.starts.iter());
    for value in cells.flatten() {
        absorb(value, &mut words);
    }
    for structure in setup.structures.iter() {
        words.push(u32::MAX);
        for (a, b, weight) in structure.ties.all() {
            words.extend([a, b]);
            absorb(&Value::Real(weight), &mut words);
        }
    }
    crate::base::Seed(0x6469_6765_7374).bits(&words)
}

/// Adds the words of a value.
pub fn absorb(value: &Value, words: &mut Vec<u32>) {
    let mut wide = |kind: u32, bits: u64| words.extend([kind, bits as u32, (bits >> 32) as u32]);
    match value {
        Value::None => wide(0, 0),
        Value::Bool(b) => wide(1, u64::from(*b)),
        Value::Int(int) => wide(2, *int as u64),
        Value::Real(real) => wide(3, (real + 0.0).to_bits()),
        Value::Duration(time) => wide(4, *time as u64),
        Value::Variant(of, variant) => wide(5, u64::from(of.0) << 32 | u64::from(*variant)),
        Value::Agent(agent) => wide(6, u64::from(agent.0)),
        Value::Str(text) => {
            wide(7, text.len() as u64);
            words.extend(text.bytes().map(u32::from));
        }
        Value::Set(elements) => {
            wide(8, elements.len() as u64);
            elements.iter().for_each(|element| absorb(element, words));
        }
        Value::Event(_) | Value::Table(_) | Value::Unrecorded => wide(9, 0),
    }
}
