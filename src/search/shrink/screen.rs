//! Which edits of a run need not be made on the reference.
//!
//! In: edits. Out: for each whether it is passed by: it is not admitted or surely not less, or it
//! does not violate, as is remembered or as the engine knows.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Candidate;
use crate::search::explore::Context;
use crate::search::memory::pack::pack_run;
use crate::search::memory::{Of, key};
use crate::search::order::{Rank, surely_not_less};
use crate::search::seat::blocks_of;
use crate::search::subject::Subject;
use crate::trace::Run;

/// Whether each edit is passed by.
pub fn screen(context: &Context<'_>, edits: &[Candidate], than: &Rank) -> Vec<bool> {
    let (subject, memory) = (context.subject, context.memory);
    let recalled = |edit: &Candidate| memory.and_then(|of| of.recall(key_of(edit))).is_some();
    let is_passed = |edit: &Candidate| !is_worth(subject, edit, than) || recalled(edit);
    let mut passed: Vec<bool> = edits.par_iter().map(is_passed).collect();
    let Some(engine) = context.compiled() else { return passed };
    let open = edits.iter().enumerate().filter(|(place, _)| !passed[*place]);
    for places in blocks_of(open.map(|(place, edit)| (place, &edit.run))) {
        let runs: Vec<(Run, bool)> =
            places.iter().map(|place| (edits[*place].run.clone(), false)).collect();
        let says = engine.passed(subject, &runs, &BTreeSet::new());
        for (place, _) in places.into_iter().zip(says).filter(|(_, says)| says.is_some()) {
            passed[place] = true;
            if let Some(memory) = memory {
                memory.remember(key_of(&edits[place]), &Vec::new);
            }
        }
    }
    passed
}

/// Whether an edit may be less, and is admitted.
pub fn is_worth(subject: &Subject<'_>, edit: &Candidate, than: &Rank) -> bool {
    let setup = &edit.run.setup;
    subject.space.holds(&setup.sizes)
        && !surely_not_less(subject, setup, than)
        && subject.admits(setup)
}

/// The key of an edit that is known not to violate.
pub fn key_of(edit: &Candidate) -> u128 {
    let mut bytes = Vec::new();
    pack_run(&edit.run, &mut bytes);
    key(Of::Edit, &bytes)
}
