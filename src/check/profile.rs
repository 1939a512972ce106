//! How often a property fails, cell by cell: for each size, family of each structure, and point of
//! a grid of parameters.
//!
//! In: a target, a grid, how many runs. Out: for each cell the share of violating runs with its
//! interval, quantiles of the margin, and means of the measures.
//!
//! # Invariants
//! - All runs of a cell are drawn independently: nothing is guided, and draws are by their laws.
//! - The runs of a cell depend on the seed and on what the cell is, not on threads.
//! - The compiled engine makes them where it can: it says the same of each.

pub mod grid;
pub mod threshold;

use rayon::prelude::*;

pub use grid::{Cell, cells, points};
pub use threshold::{Threshold, threshold};

use crate::base::Seed;
use crate::engine::LANES;
use crate::ir::Model;
use crate::ir::property::Target;
use crate::reference::{Execution, Replay, measure};
use crate::search::compiled::{Compiled, Measured};
use crate::search::confidence::clopper_pearson;
use crate::search::generate::generate;
use crate::search::plan::in_pool;
use crate::search::subject::{Seen, Subject};
use crate::search::values::Dice;
use crate::search::{Budget, Progress, Step};
use crate::trace::Run;

/// What the runs of one cell came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Profiled {
    /// The cell.
    pub cell: Cell,
    /// Runs that counted; an open one counts as one that does not violate.
    pub runs: u64,
    /// Those that violate; for a witness: those that do it.
    pub hits: u64,
    /// Those whose verdict is open at the horizon.
    pub open: u64,
    /// Runs that a statement discarded or a fault cut: they do not count.
    pub uncounted: u64,
    /// The exact interval of the rate, at the check's confidence; none without a run.
    pub interval: Option<(f64, f64)>,
    /// The margin at a tenth, a half and nine tenths of the runs, in [-1, 1]; of an open run the
    /// middle of what its margin may be.
    pub margin: Option<[f64; 3]>,
    /// For each measure its mean at the last instant of the runs, as far as it has a value.
    pub measures: Vec<Option<f64>>,
}

impl Profiled {
    /// The share of violating runs; none without a run.
    pub fn rate(&self) -> Option<f64> {
        (self.runs > 0).then(|| self.hits as f64 / self.runs as f64)
    }
}

/// Attempts to meet what `assume` and `given` admit, for one run.
const ATTEMPTS_MAX: u64 = 64;

/// Runs of one cell that are made at once.
const CHUNK: u64 = LANES as u64;

// spec: profile.cell
/// Makes `runs` runs in each cell; stops where `progress` says so, with the cells done so far.
pub fn profile(
    model: &Model,
    target: &Target,
    cells: &[Cell],
    (runs, budget): (u64, &Budget),
    progress: Progress<'_>,
) -> Vec<Profiled> {
    in_pool(budget, || {
        let mut done = Vec::new();
        for (number, cell) in cells.iter().enumerate() {
            let made = number as u64 * runs;
            let step = Step {
                runs: made,
                runs_max: cells.len() as u64 * runs,
                agents: cell.sizes.iter().sum(),
                ..Step::default()
            };
            if !progress(step) {
                break;
            }
            let seed = budget.seed.stream(0x7072_6F66).stream(number as u64);
            done.push(of_cell(model, target, cell, (runs, seed)));
        }
        done
    })
}

fn of_cell(model: &Model, target: &Target, cell: &Cell, (runs, seed): (u64, Seed)) -> Profiled {
    let subject = Subject::new(cell.space(model, &target.settings.given), target);
    let engine = Compiled::measuring(&subject);
    let said = |first: u64| {
        let numbers = first * CHUNK..runs.min((first + 1) * CHUNK);
        let runs = numbers.filter_map(|number| drawn(&subject, cell, seed.stream(number)));
        said(&subject, engine.as_ref(), &runs.collect::<Vec<Run>>())
    };
    let chunks = (0..runs.div_ceil(CHUNK)).into_par_iter();
    let all: Vec<Option<Measured>> = chunks.flat_map_iter(said).collect();
    summed(cell, all, (model.measures.len(), 1.0 - target.settings.confidence))
}

/// What runs come to; none: it does not count.
fn said(subject: &Subject<'_>, engine: Option<&Compiled>, runs: &[Run]) -> Vec<Option<Measured>> {
    let found = match engine {
        Some(engine) => engine.measured(subject, runs),
        None => vec![None; runs.len()],
    };
    let found = found.into_iter().zip(runs);
    found.map(|(found, run)| found.unwrap_or_else(|| by_reference(subject, run))).collect()
}

fn summed(cell: &Cell, all: Vec<Option<Measured>>, (measures, alpha): (usize, f64)) -> Profiled {
    let mut profiled = Profiled {
        cell: cell.clone(),
        runs: 0,
        hits: 0,
        open: 0,
        uncounted: 0,
        interval: None,
        margin: None,
        measures: Vec::new(),
    };
    let mut margins = Vec::new();
    let mut sums = vec![(0.0, 0u64); measures];
    for said in all {
        let Some(Measured { hit, margin: (low, high), measures }) = said else {
            profiled.uncounted += 1;
            continue;
        };
        profiled.runs += 1;
        profiled.hits += u64::from(hit == Some(true));
        profiled.open += u64::from(hit.is_none());
        margins.push((low + high) / 2.0);
        for (sum, value) in sums.iter_mut().zip(measures) {
            if let Some(value) = value {
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
    }
    profiled.interval =
        (profiled.runs > 0).then(|| clopper_pearson(profiled.hits, profiled.runs, alpha));
    profiled.margin = quantiles(margins);
    profiled.measures =
        sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / count as f64)).collect();
    profiled
}

/// A run of a cell; none where no setup was met that is admitted.
fn drawn(subject: &Subject<'_>, cell: &Cell, seed: Seed) -> Option<Run> {
    let setup = (0..ATTEMPTS_MAX).find_map(|attempt| {
        let seed = seed.stream(attempt);
        let mut number = 0;
        let mut uniform = || {
            number += 1;
            seed.uniform(&[number])
        };
        let setup = generate(&subject.space, &cell.sizes, &mut Dice::new(&mut uniform))?;
        subject.admits(&setup).then_some(setup)
    })?;
    Some(subject.bare(setup, seed.stream(u64::MAX)))
}

/// What one run comes to; none: it does not count.
fn by_reference(subject: &Subject<'_>, run: &Run) -> Option<Measured> {
    let look = subject.look(&run.setup, &mut Replay::new(run), None);
    let hit = match look.seen {
        Seen::Hit => Some(true),
        Seen::Miss => Some(false),
        Seen::Pending => None,
        Seen::Discarded { .. } | Seen::Faulted(_) | Seen::Broken(_) => return None,
    };
    let (execution, judgement) = look.result?;
    let measures = measured(subject.model(), &execution);
    Some(Measured { hit, margin: judgement.margin, measures })
}

/// Each measure at the last instant of the first run.
fn measured(model: &Model, execution: &Execution) -> Vec<Option<f64>> {
    let Some(run) = execution.worlds.first() else { return Vec::new() };
    let Some(last) = run.trace.instants.len().checked_sub(1) else { return Vec::new() };
    let value = |of| measure(model, of, run, last as u32)?.ok()?.number();
    model.measures.iter().map(value).collect()
}

/// The values at a tenth, a half and nine tenths.
fn quantiles(mut all: Vec<f64>) -> Option<[f64; 3]> {
    all.sort_by(f64::total_cmp);
    let last = all.len().checked_sub(1)?;
    Some([1, 5, 9].map(|tenths| all[last * tenths / 10]))
}

#[cfg(test)]
mod tests;
