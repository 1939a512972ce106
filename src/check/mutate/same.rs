//! Whether a mutant does anything else than its model: the same runs of both, side by side.
//!
//! In: both. Out: how many runs were the same, or that one differed. That none differed is no
//! proof that none does.

use std::sync::Arc;

use crate::base::Seed;
use crate::ir::Model;
use crate::ir::property::Target;
use crate::reference::{Execution, Replay, admitted, execute};
use crate::search::space::Space;
use crate::search::strategy::Setups;
use crate::trace::{Run, Setup};

/// How many of `runs` runs were made, if all of them were the same; none where one differs.
pub fn alike(
    model: &Model,
    mutant: &Model,
    target: &Target,
    (runs, seed): (u64, Seed),
) -> Option<u64> {
    let space = Arc::new(Space::new(Arc::new(model.clone()), &target.settings.given));
    let sizes = space.sizes().0;
    let mut made = 0;
    for number in 0..runs {
        // Small societies are as likely as large ones.
        let size = sizes.get(number as usize % sizes.len().max(1))?;
        let setups =
            Setups { space: Arc::clone(&space), sizes: vec![size.clone()], admitted_only: false };
        let seed = seed.stream(number);
        let Some(setup) = setups.seeded(seed.stream(0)) else { continue };
        let given = &target.settings.given;
        let of = |model: &Model| admitted(model, &setup, given) == Ok(true);
        let (before, after) = (of(model), of(mutant));
        if before != after {
            return None;
        }
        if !before {
            continue;
        }
        let steps = target.settings.steps;
        let (a, b) = (ran(model, &setup, seed, steps), ran(mutant, &setup, seed, steps));
        if !same(a.as_ref(), b.as_ref()) {
            return None;
        }
        made += 1;
    }
    Some(made)
}

fn ran(model: &Model, setup: &Setup, seed: Seed, steps: u32) -> Option<Execution> {
    let (choices, draws) = Default::default();
    let run = Run { setup: setup.clone(), seed: seed.stream(1), choices, draws, steps };
    execute(model, None, setup, steps, &mut Replay::new(&run)).ok()
}

/// Whether states, events and ends are the same. Which rule moved does not matter.
fn same(a: Option<&Execution>, b: Option<&Execution>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return a.is_none() && b.is_none() };
    a.actual.params == b.actual.params
        && a.worlds.len() == b.worlds.len()
        && a.worlds.iter().zip(&b.worlds).all(|(a, b)| {
            let (a, b) = (&a.trace, &b.trace);
            a.instants.len() == b.instants.len()
                && std::mem::discriminant(&a.end) == std::mem::discriminant(&b.end)
                && a.instants
                    .iter()
                    .zip(&b.instants)
                    .all(|(a, b)| a.cells == b.cells && a.events == b.events)
        })
}
