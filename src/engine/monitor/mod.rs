//! What formulas say of runs, and when that is settled.
//!
//! In: a bool for each instant and atom, and a margin where margins are asked for. Out: for each
//! lane the verdict of the shortest prefix on which it is not pending (§7), by Kleene's rules: a
//! value is known to be true, known to be false, or neither, and each is a bit of a word; and the
//! margin of that prefix.
//!
//! # Invariants
//! - Where no formula faults, what is known on a prefix stays known on every longer one, so
//!   that halving finds the first: in all lanes at once, each with a prefix of its own.

mod early;
mod gap;
mod margin;
mod missing;
mod prefix;
#[cfg(test)]
mod tests;
mod value;
mod windows;

use super::choices::lanes;
use super::program::{Form, LANES, Missing, Program};
use super::run::{End, Groups, Memory};
use crate::diag::Span;
pub(super) use early::Early;
pub(super) use gap::{Fold, Gaps};
pub(super) use margin::{Margins, Reals};
use prefix::{Cuts, Prefix};
pub(super) use value::{Kleene, Known};

/// What settles a verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettledBy {
    /// Every continuation has the same verdict.
    Prefix,
    /// The run is complete.
    Halt,
    /// The horizon, taken as the end.
    Horizon,
}

/// What a formula says of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Whether it holds.
    pub truth: bool,
    /// The first instant at which that is settled, and what settles it, where it is asked for.
    pub settled: Option<(u32, SettledBy)>,
}

/// How far a run is from what is wanted of a formula.
#[derive(Clone, PartialEq, Debug)]
pub struct Gap {
    /// The parts together: 0 where all are as wanted.
    pub total: f64,
    /// The distance of each part that matters, by its place in the text, in [0, 1].
    pub parts: Vec<(Span, f64)>,
}

/// What was seen of runs.
#[derive(Default)]
pub(super) struct History {
    /// For each instant the lanes that have it.
    masks: Vec<u64>,
    /// For each atom its rows, instant by instant.
    atoms: Vec<Vec<u64>>,
    /// Of worlds, for each row: where it was read of a world that keeps its last state, and where
    /// of one of which nothing is known.
    marks: Vec<Vec<(u64, u64)>>,
    /// First lanes of groups in which what is known of a prefix may be more than is marked.
    pub unsure: u64,
    /// For each part of a formula that has a margin its rows, instant by instant.
    margins: Vec<Vec<Margins>>,
    /// For each part of a formula of which something may be missing its rows.
    lacks: Vec<Vec<Gaps>>,
    /// Columns that these hold.
    pub columns: usize,
    /// Lanes in which a margin is not certain.
    pub unmeasured: u64,
}

impl History {
    /// Forgets everything.
    pub fn clear(&mut self, (atoms, gauges, lacks): (usize, usize, usize)) {
        self.masks.clear();
        self.atoms.resize_with(atoms, Vec::new);
        self.atoms.iter_mut().for_each(Vec::clear);
        self.marks.resize_with(atoms, Vec::new);
        self.marks.iter_mut().for_each(Vec::clear);
        self.margins.resize_with(gauges, Vec::new);
        self.margins.iter_mut().for_each(Vec::clear);
        self.lacks.resize_with(lacks, Vec::new);
        self.lacks.iter_mut().for_each(Vec::clear);
        (self.unsure, self.unmeasured, self.columns) = (0, 0, 0);
    }

    /// How many instants there are.
    pub fn len(&self) -> usize {
        self.masks.len()
    }

    /// Begins an instant.
    pub fn open(&mut self, mask: u64) {
        self.masks.push(mask);
    }

    /// Takes in the next row of an atom.
    pub fn push(&mut self, atom: usize, bits: u64) {
        self.atoms[atom].push(bits);
    }

    /// The same with its marks.
    pub fn push_marked(&mut self, atom: usize, bits: u64, marks: (u64, u64)) {
        self.atoms[atom].push(bits);
        self.marks[atom].push(marks);
    }

    /// Takes in the next row of margins.
    pub fn push_margins(&mut self, gauge: usize, margins: Margins) {
        self.margins[gauge].push(margins);
    }

    /// Takes in the next row of what is missing.
    pub fn push_lack(&mut self, lack: usize, gaps: Gaps) {
        self.columns += gaps.columns();
        self.lacks[lack].push(gaps);
    }

    /// How many margins are held.
    pub fn held(&self) -> usize {
        self.margins.iter().map(Vec::len).sum()
    }
}

/// Which ends of runs are known.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) enum Level {
    Open,
    Halts,
    Horizon,
}

/// What was seen of the runs of a block.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a, 'p> {
    pub program: &'p Program,
    pub history: &'a History,
    pub ends: &'a [End],
    pub memory: &'a Memory<'p>,
    /// Where several worlds are one run.
    pub groups: Option<&'a Groups>,
    /// The lanes in which the verdict is asked for and can be known.
    pub judged: u64,
    /// The lanes that would go on.
    pub stopped: u64,
}

impl Seen<'_, '_> {
    /// The lanes that are judged and have an instant, in every world.
    fn begun(&self) -> u64 {
        let first = self.history.masks[0];
        first & self.judged & self.groups.map_or(u64::MAX, |groups| groups.begun(first))
    }
}

/// What is said of a formula: its verdict in each lane (none: pending), the lanes in which what
/// settled it is not certain, and its margin in each lane, if it is asked for.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub verdicts: Vec<Option<Verdict>>,
    pub unsure: u64,
    pub margins: Vec<(f64, f64)>,
}

/// What is said of a formula, and of another form of it that has its margin.
pub(super) fn settle<'p>(form: &'p Form, margin: Option<&'p Form>, seen: Seen<'_, 'p>) -> Said {
    let mut search = Search { form, seen, found: vec![None; LANES], unsure: 0 };
    let mut margins = vec![(-1.0, 1.0); if margin.is_some() { LANES } else { 0 }];
    match (form, margin) {
        (Form::NoFaults, _) => {
            search.no_faults();
            for (margin, found) in margins.iter_mut().zip(&search.found) {
                let end = found.map(|verdict| if verdict.truth { 1.0 } else { -1.0 });
                *margin = end.map_or(*margin, |end| (end, end));
            }
        }
        (_, None) => drop(search.all(seen.program.instants)),
        (_, Some(margin)) => {
            if let Some((mask, cuts)) = search.all(true) {
                let found: Vec<Margins> =
                    Prefix::new(seen, mask, &cuts, Level::Horizon).values(margin);
                lanes(mask).for_each(|lane| margins[lane] = found[0].lane(lane));
            }
        }
    }
    Said { verdicts: search.found, unsure: search.unsure, margins }
}

/// What is missing to what is wanted of a formula, in all and by its parts, in each lane; none
/// where it is to be asked elsewhere.
pub(super) fn gap<'p>(form: &'p Missing, seen: Seen<'_, 'p>) -> Vec<Option<Gap>> {
    /// Parts that are read for one run at most.
    const PARTS_MAX: u32 = 20_000;
    let mut found: Vec<Option<Gap>> = vec![None; LANES];
    let Some(last) = seen.history.masks.len().checked_sub(1) else { return found };
    let mask = seen.begun();
    if mask == 0 {
        return found;
    }
    let mut prefix = Prefix::new(seen, mask, &[last; LANES], Level::Horizon);
    let Some(gaps) = prefix.missing_at_start(form) else { return found };
    for lane in lanes(mask) {
        found[lane] = gaps.lane(lane, PARTS_MAX).map(|(total, parts)| {
            let parts = parts.into_iter().map(|(part, far)| (seen.program.parts[part], far));
            let mut parts: Vec<(Span, f64)> = parts.collect();
            parts.sort_by_key(|part| part.0);
            Gap { total, parts }
        });
    }
    found
}

/// The lanes of a mask in which what is seen settles a formula, whatever else may come.
fn known<'p>(form: &'p Form, mask: u64, seen: Seen<'_, 'p>) -> u64 {
    match (form, seen.history.masks.len()) {
        (Form::NoFaults, _) | (_, 0) => 0,
        (_, instants) => {
            let cuts = [instants - 1; LANES];
            let truth: Vec<Kleene> = Prefix::new(seen, mask, &cuts, Level::Halts).values(form);
            truth[0].known()
        }
    }
}

struct Search<'a, 'p> {
    form: &'p Form,
    seen: Seen<'a, 'p>,
    found: Vec<Option<Verdict>>,
    unsure: u64,
}

impl Search<'_, '_> {
    /// How many instants a lane has.
    fn instants(&self, lane: usize) -> usize {
        self.seen.history.masks.iter().take_while(|mask| **mask >> lane & 1 == 1).count()
    }

    fn no_faults(&mut self) {
        for lane in 0..LANES {
            let instants = self.instants(lane) as u32;
            let settled = match self.seen.ends[lane] {
                End::Faulted(..) => Some((false, instants, SettledBy::Prefix)),
                End::Halted => Some((true, instants.saturating_sub(1), SettledBy::Halt)),
                End::Cut | End::Discarded(_) => None,
            };
            self.found[lane] =
                settled.map(|(truth, at, by)| Verdict { truth, settled: Some((at, by)) });
        }
    }

    /// Finds the verdicts, and with `instants` when each is settled: the lanes that have one or
    /// are pending, and how much of each is seen then.
    fn all(&mut self, instants: bool) -> Option<(u64, Cuts)> {
        let Seen { history, ends, .. } = self.seen;
        let last = history.masks.len().checked_sub(1)?;
        let counted = |lane: &usize| !matches!(ends[*lane], End::Discarded(_));
        let mask = lanes(self.seen.begun()).filter(counted);
        let mask = mask.fold(0, |all, lane| all | 1 << lane);
        if mask == 0 {
            return None;
        }
        let mut cuts = [last; LANES];
        let full = self.truth(mask, &cuts, Level::Horizon);
        let known = mask & full.known();
        if instants {
            self.halve(known, &mut cuts);
            self.settled(known, &cuts);
            return Some((mask, cuts));
        }
        for lane in lanes(known) {
            let truth = full.yes >> lane & 1 == 1;
            self.found[lane] = Some(Verdict { truth, settled: None });
        }
        None
    }

    /// Finds the shortest prefix on which each lane of a mask is settled.
    fn halve(&self, mask: u64, cuts: &mut Cuts) {
        let mut lows = [0; LANES];
        loop {
            let open = lanes(mask).filter(|lane| lows[*lane] < cuts[*lane]);
            let open = open.fold(0u64, |all, lane| all | 1 << lane);
            if open == 0 {
                return;
            }
            let middles = std::array::from_fn(|lane| lows[lane].midpoint(cuts[lane]));
            let known = self.truth(open, &middles, Level::Horizon).known();
            for lane in lanes(open) {
                match known >> lane & 1 {
                    1 => cuts[lane] = middles[lane],
                    _ => lows[lane] = middles[lane] + 1,
                }
            }
        }
    }

    fn settled(&mut self, mask: u64, cuts: &Cuts) {
        if mask == 0 {
            return;
        }
        let truth = self.truth(mask, cuts, Level::Horizon);
        let [open, halts] =
            [Level::Open, Level::Halts].map(|level| self.truth(mask, cuts, level).known());
        for lane in lanes(mask) {
            let by = match (open >> lane & 1, halts >> lane & 1) {
                (1, _) => SettledBy::Prefix,
                (_, 1) => SettledBy::Halt,
                _ => SettledBy::Horizon,
            };
            self.unsure |= u64::from(by != SettledBy::Prefix) << lane & self.seen.history.unsure;
            let settled = Some((cuts[lane] as u32, by));
            self.found[lane] = Some(Verdict { truth: truth.yes >> lane & 1 == 1, settled });
        }
    }

    /// What the formula says at instant 0 of prefixes of the lanes of a mask.
    fn truth(&self, mask: u64, cuts: &Cuts, level: Level) -> Kleene {
        Prefix::new(self.seen, mask, cuts, level).values(self.form)[0]
    }
}
