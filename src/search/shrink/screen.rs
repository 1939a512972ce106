//! Which edits of a run need not be made on the reference.
//!
//! In: edits. Out: for each whether it is passed by: it is not admitted or surely not less, or it
//! does not violate, as is remembered or as the engine knows; or it does, but so late that it is
//! surely not less.

use rayon::prelude::*;

use super::Candidate;
use crate::ir::property::Counter;
use crate::search::compiled::Said;
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
    let worth: Vec<bool> = edits.par_iter().map(|edit| is_worth(subject, edit, than)).collect();
    let known = edits.iter().zip(&worth);
    let mut passed: Vec<bool> = known.map(|(edit, worth)| !worth || recalled(edit)).collect();
    let steps = subject.target.settings.minimize.contains(&Counter::Steps);
    let engine = if steps { context.settles() } else { context.compiled() };
    let Some(engine) = engine else { return passed };
    // Blocks are the same, whatever is remembered: then so is what is remembered of them.
    let open = edits.iter().enumerate().filter(|(place, _)| worth[*place]);
    for mut places in blocks_of(open.map(|(place, edit)| (place, &edit.run))) {
        places.retain(|place| !passed[*place]);
        let runs: Vec<(Run, bool)> =
            places.iter().map(|place| (edits[*place].run.clone(), false)).collect();
        let said = engine.said(subject, &runs);
        for (place, said) in places.into_iter().zip(said) {
            let edit = &edits[place];
            passed[place] = match said {
                None => false,
                Some(Said::Passed) => {
                    memory.inspect(|of| of.remember(key_of(edit), &Vec::new));
                    true
                }
                Some(Said::Hits(settled)) => not_less(subject, edit, settled, than),
            };
        }
    }
    passed
}

/// Whether an edit may be less, and is admitted.
fn is_worth(subject: &Subject<'_>, edit: &Candidate, than: &Rank) -> bool {
    let setup = &edit.run.setup;
    subject.space.holds(&setup.sizes) && !not_less(subject, edit, 0, than) && subject.admits(setup)
}

/// Whether an edit is surely not less, if it is settled at no instant before `settled`.
fn not_less(subject: &Subject<'_>, edit: &Candidate, settled: u32, than: &Rank) -> bool {
    surely_not_less(subject, &edit.run.setup, (edit.run.seed, settled), than)
}

/// The key of an edit that is known not to violate.
pub fn key_of(edit: &Candidate) -> u128 {
    let mut bytes = Vec::new();
    pack_run(&edit.run, &mut bytes);
    key(Of::Edit, &bytes)
}
