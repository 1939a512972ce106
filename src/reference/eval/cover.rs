//! Which instants a temporal operator covers from where it stands, and whether more may come.

use std::ops::Range;

use super::scene::Formula;
use super::view::Stop;
use crate::ir::Model;
use crate::ir::expr::Interval;

/// The instants that an interval covers.
#[derive(Clone, PartialEq, Debug)]
pub struct Cover {
    /// Those that are seen.
    pub instants: Range<u32>,
    /// Why there may be others, if there may be.
    pub rest: Option<String>,
    /// Whether the interval has no far end.
    pub unbounded: bool,
}

fn no_times() -> Stop {
    Stop::Unknown("instants have no times: give the check a `tick`".to_owned())
}

/// What `[I]` covers from now on. spec: formula.future
pub fn future(model: &Model, here: &Formula<'_>, interval: Interval) -> Result<Cover, Stop> {
    let reach = here.scene.reach(here.world, here.instant, false);
    let behind = reach.last + 1;
    let (instants, closed) = match interval {
        Interval::Steps(lo, hi) => {
            let first = step(here.instant, lo).min(behind);
            let last = hi.map(|hi| step(here.instant, hi));
            let end = last.map_or(behind, |last| last.saturating_add(1).min(behind));
            (first..end.max(first), last.is_some_and(|last| last <= reach.last))
        }
        Interval::Time(lo, hi) => {
            let now = here.time().ok_or_else(no_times)?;
            let since = |instant: u32| {
                here.at(instant).time().map(|time| time.saturating_sub(now)).unwrap_or(0)
            };
            let first = first_where(here.instant..behind, |at| since(at) >= lo);
            let end = hi.map_or(behind, |hi| first_where(first..behind, |at| since(at) > hi));
            // An instant at the very end may have company. spec: formula.time
            (first..end, hi.is_some_and(|hi| since(reach.last) > hi))
        }
    };
    let open = !closed && !reach.ended;
    let rest = open.then(|| here.scene.beyond(model, here.world));
    Ok(Cover { instants, rest, unbounded: unbounded(interval) })
}

/// What `[I]` covers up to now, looking back.
pub fn past(here: &Formula<'_>, interval: Interval) -> Result<Cover, Stop> {
    let now = here.instant;
    let (instants, closed) = match interval {
        Interval::Steps(lo, hi) => {
            let behind = back(now, lo).map_or(0, |last| last + 1);
            let first = hi.map_or(Some(0), |hi| back(now, hi));
            let closed = hi.is_some() && first.is_some();
            (first.unwrap_or(0).min(behind)..behind, closed)
        }
        Interval::Time(lo, hi) => {
            let time = here.time().ok_or_else(no_times)?;
            let ago = |instant: u32| {
                here.at(instant).time().map(|then| time.saturating_sub(then)).unwrap_or(0)
            };
            let behind = first_where(0..now + 1, |at| ago(at) < lo);
            let first = hi.map_or(0, |hi| first_where(0..behind, |at| ago(at) <= hi));
            (first..behind, hi.is_some_and(|hi| ago(0) > hi))
        }
    };
    let rest = (!closed && !from_start(here)).then(before_the_log);
    Ok(Cover { instants, rest, unbounded: unbounded(interval) })
}

/// Whether nothing came before instant 0.
pub fn from_start(here: &Formula<'_>) -> bool {
    match here.run() {
        Some(run) => run.trace.from_start,
        None => here.scene.execution.worlds.iter().all(|run| run.trace.from_start),
    }
}

/// Why what came before instant 0 is not known.
pub fn before_the_log() -> String {
    "it reaches before the start of the log".to_owned()
}

fn unbounded(interval: Interval) -> bool {
    match interval {
        Interval::Steps(_, hi) => hi.is_none(),
        Interval::Time(_, hi) => hi.is_none(),
    }
}

fn step(instant: u32, steps: u64) -> u32 {
    u32::try_from(u64::from(instant).saturating_add(steps)).unwrap_or(u32::MAX)
}

fn back(instant: u32, steps: u64) -> Option<u32> {
    u64::from(instant).checked_sub(steps).and_then(|at| u32::try_from(at).ok())
}

/// The first of `instants` from which on `holds`, or their end; times never go back.
fn first_where(instants: Range<u32>, holds: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (instants.start, instants.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}
