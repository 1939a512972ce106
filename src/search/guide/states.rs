//! Abstract states: what a run went through, numbers in coarse steps and agents without names.
//!
//! In: an execution. Out: digests of what was met, each with the first instant. A run that
//! reaches a rare one is worth going on from (Ecoffet et al., 2021).

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Seed;
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::layout::Layout;
use crate::ir::{Domain, Model, RuleId, StateId, Value};
use crate::reference::{Branch, Execution};

/// An abstract state that a run met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Met {
    /// What it is known by.
    pub digest: u64,
    /// The first instant at which it was met; of a branch that is not known.
    pub instant: u32,
    /// Whether it is of all variables together, not of one.
    pub whole: bool,
}

impl Met {
    /// Whether it is of a branch.
    pub fn is_branch(&self) -> bool {
        self.instant == NO_INSTANT
    }
}

/// The instant of what was met at one that is not known.
const NO_INSTANT: u32 = u32::MAX;
/// Instants of one run that are looked at.
const INSTANTS_MAX: u32 = 256;
/// Ints up to this are told apart.
const EXACT_MAX: i64 = 16;
/// Parts of the width of a domain of reals that are told apart.
const PARTS: f64 = 8.0;

/// What the runs of an execution met: each variable alone, all of them together, each rule that
/// fired, with the one before it, and each branch of the steps and rules that was taken and is
/// `wanted`.
pub fn met(
    model: &Model,
    layout: &Layout,
    execution: &Execution,
    wanted: &BTreeSet<Branch>,
) -> Vec<Met> {
    let mut meeting = Meeting::default();
    for run in &execution.worlds {
        meeting.begin();
        for (instant, state) in run.trace.instants.iter().enumerate() {
            let fired = state.fired.as_ref().map(|(rule, _)| *rule);
            let cells = |id: StateId| {
                let cells = layout.state(id);
                let range = cells.start()..cells.start() + cells.len();
                let values = state.cells.get(range).unwrap_or_default();
                let domain = &model.states[id].domain;
                values.iter().map(|value| coarse(domain, value)).collect()
            };
            meeting.instant(model, instant as u32, fired, &cells);
        }
    }
    for branch in execution.met.intersection(wanted) {
        meeting.branch(branch.of, branch.arm);
    }
    meeting.met()
}

/// Collects what a run meets.
#[derive(Clone, Default, Debug)]
pub struct Meeting {
    found: BTreeMap<u64, Met>,
    /// The rule that fired before, by its number after 0 for none.
    before: u32,
}

impl Meeting {
    fn note(&mut self, words: &[u32], instant: u32, whole: bool) {
        let digest = Seed(0x6D65_7400).bits(words);
        self.found.entry(digest).or_insert(Met { digest, instant, whole });
    }

    /// Begins a world.
    pub fn begin(&mut self) {
        self.before = 0;
    }

    /// Takes in an instant: the rule that fired, and the coarse values of the cells of each
    /// variable.
    pub fn instant(
        &mut self,
        model: &Model,
        instant: u32,
        fired: Option<RuleId>,
        cells: &dyn Fn(StateId) -> Vec<u32>,
    ) {
        if instant >= INSTANTS_MAX {
            return;
        }
        let mut all: Vec<u32> = vec![1];
        for (id, declared) in model.states.pairs() {
            let mut words = vec![2, id.index() as u32];
            words.extend(cells(id));
            if declared.owner.is_some() {
                words[2..].sort_unstable();
            }
            self.note(&words, instant, false);
            all.extend(words);
        }
        self.note(&all, instant, true);
        if let Some(rule) = fired {
            self.note(&[3, rule.0], instant, false);
            self.note(&[4, self.before, rule.0], instant, false);
            self.before = rule.0 + 1;
        }
    }

    /// Takes in what a later world met.
    pub fn join(&mut self, later: Meeting) {
        for (digest, met) in later.found {
            self.found.entry(digest).or_insert(met);
        }
    }

    /// Takes in a branch. Nothing says when it was taken: there is no going on from it, only
    /// beside it.
    pub fn branch(&mut self, of: Span, arm: u32) {
        let Span { file, start, end } = of;
        self.note(&[5, file.0, start, end, arm], NO_INSTANT, false);
    }

    /// All that was met.
    pub fn met(self) -> Vec<Met> {
        self.found.into_values().collect()
    }
}

/// A value in coarse steps.
pub fn coarse(domain: &Domain, value: &Value) -> u32 {
    match value {
        Value::Bool(truth) => u32::from(*truth),
        Value::Int(int) => of_int(*int),
        Value::Real(real) => of_real(domain, *real),
        Value::Duration(nanoseconds) => of_int(*nanoseconds),
        Value::Variant(_, variant) => *variant,
        Value::None => u32::MAX,
        Value::Set(elements) => elements.len() as u32,
        Value::Str(text) => {
            let words: Vec<u32> = text.bytes().map(u32::from).collect();
            Seed(0).bits(&words) as u32
        }
        Value::Agent(_) | Value::Event(_) | Value::Table(_) | Value::Unrecorded => 0,
    }
}

fn of_int(int: i64) -> u32 {
    let far = int.unsigned_abs();
    let step = match int {
        int if int.abs_diff(0) <= EXACT_MAX as u64 => far as u32,
        _ => 64 + far.ilog2(),
    };
    step << 1 | u32::from(int < 0)
}

fn of_real(domain: &Domain, real: f64) -> u32 {
    match domain {
        Domain::Reals(lo, hi) if real <= *lo || hi <= lo => 0,
        Domain::Reals(_, hi) if real >= *hi => u32::MAX - 1,
        Domain::Reals(lo, hi) => 1 + ((real - lo) / (hi - lo) * PARTS) as u32,
        Domain::Whole(_)
        | Domain::Ints(..)
        | Domain::Values(..)
        | Domain::Population(_)
        | Domain::Optional(_) => (real.to_bits() >> 52) as u32,
    }
}
