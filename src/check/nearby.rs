//! A run that the solver claims, in doubles: as it is, or with its reals moved a little.
//!
//! In: a run with rounded reals. Out: one near it that the reference sees do what is claimed.
//! The moves come from a fixed seed.

use crate::base::Seed;
use crate::ir::{Domain, Model, Value};
use crate::search::subject::{Seen, Subject};
use crate::trace::Run;

/// Runs that are tried.
const TRIES: u64 = 48;

/// The run, or one near it, that the reference sees do what is looked for.
pub fn replaying(subject: &Subject<'_>, run: Run) -> Option<Run> {
    let does = |run: &Run| subject.admits(&run.setup) && subject.replay(run).seen == Seen::Hit;
    if does(&run) {
        return Some(run);
    }
    (0..TRIES).map(|number| moved(subject.model(), &run, number)).find(does)
}

/// The run with every free real moved by a little: farther with every try.
fn moved(model: &Model, run: &Run, number: u64) -> Run {
    let mut near = run.clone();
    let scale = [1e-15, 1e-12, 1e-9, 1e-6][(number % 4) as usize];
    let mut words = [number as u32, 0];
    let mut next = || {
        words[1] += 1;
        2.0 * Seed(0x6e65_6172).uniform(&words) - 1.0
    };
    for (id, param) in model.params.pairs() {
        for value in &mut near.setup.params[id] {
            shift(value, &param.domain, scale * next());
        }
    }
    for (id, state) in model.states.pairs() {
        for value in &mut near.setup.starts[id] {
            shift(value, &state.domain, scale * next());
        }
    }
    for value in near.choices.values_mut().chain(near.draws.values_mut()) {
        shift(value, &Domain::Reals(f64::MIN, f64::MAX), scale * next());
    }
    near
}

/// Moves a real by a share of its domain's width, and keeps it inside.
fn shift(value: &mut Value, domain: &Domain, share: f64) {
    if let (Value::Real(real), Domain::Reals(lo, hi)) = (value, domain) {
        let width = if (hi - lo).is_finite() { hi - lo } else { 1.0 + real.abs() };
        *real = (*real + share * width).clamp(*lo, *hi);
    }
}
