//! What formulas say of runs, and when that is settled.
//!
//! In: a bool for each instant and atom. Out: for each lane the verdict of the shortest prefix
//! on which it is not pending (§7), by Kleene's rules: a value is known to be true, known to be
//! false, or neither, and each is a bit of a word.
//!
//! # Invariants
//! - Where no formula faults, what is known on a prefix stays known on every longer one, so
//!   that halving finds the first.

use super::choices::lanes;
use super::program::{Form, LANES, Program};
use super::run::{End, Memory};

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

/// What was seen of runs.
#[derive(Default)]
pub(super) struct History {
    /// For each instant the lanes that have it.
    masks: Vec<u64>,
    /// For each atom its rows, instant by instant.
    atoms: Vec<Vec<u64>>,
}

impl History {
    /// Forgets everything.
    pub fn clear(&mut self, atoms: usize) {
        self.masks.clear();
        self.atoms.resize_with(atoms, Vec::new);
        self.atoms.iter_mut().for_each(Vec::clear);
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
}

/// Where something is known to be true, and where to be false.
#[derive(Clone, Copy)]
struct Kleene {
    yes: u64,
    no: u64,
}

const TRUE: Kleene = Kleene { yes: u64::MAX, no: 0 };
const FALSE: Kleene = Kleene { yes: 0, no: u64::MAX };

impl Kleene {
    fn not(self) -> Kleene {
        Kleene { yes: self.no, no: self.yes }
    }

    fn and(self, other: Kleene) -> Kleene {
        Kleene { yes: self.yes & other.yes, no: self.no | other.no }
    }

    fn or(self, other: Kleene) -> Kleene {
        Kleene { yes: self.yes | other.yes, no: self.no & other.no }
    }

    /// The one in the lanes of a mask, the other elsewhere.
    fn or_else(self, mask: u64, other: Kleene) -> Kleene {
        Kleene {
            yes: (self.yes & mask) | (other.yes & !mask),
            no: (self.no & mask) | (other.no & !mask),
        }
    }
}

/// Which ends of runs are known.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Level {
    Open,
    Halts,
    Horizon,
}

/// A prefix of all runs.
struct Prefix<'a, 'p> {
    program: &'p Program,
    history: &'a History,
    memory: &'a Memory<'p>,
    /// The last instant that is seen.
    seen: usize,
    /// Lanes that are complete.
    ended: u64,
    /// Lanes that are, the horizon taken as the end.
    finally: u64,
    /// The place of each binder's element in its universe.
    places: Vec<usize>,
}

/// The verdict of a formula in each lane; none: pending.
pub(super) fn settle(
    form: &Form,
    program: &Program,
    history: &History,
    ends: &[End],
    memory: &Memory<'_>,
) -> Vec<Option<Verdict>> {
    let mut search = Search { form, program, history, ends, memory, found: vec![None; LANES] };
    match form {
        Form::NoFaults => search.no_faults(),
        _ => search.all(),
    }
    search.found
}

struct Search<'a, 'p> {
    form: &'a Form,
    program: &'a Program,
    history: &'a History,
    ends: &'a [End],
    memory: &'a Memory<'p>,
    found: Vec<Option<Verdict>>,
}

impl Search<'_, '_> {
    /// How many instants a lane has.
    fn instants(&self, lane: usize) -> usize {
        self.history.masks.iter().take_while(|mask| **mask >> lane & 1 == 1).count()
    }

    fn no_faults(&mut self) {
        for lane in 0..LANES {
            let instants = self.instants(lane) as u32;
            let settled = match self.ends[lane] {
                End::Faulted(..) => Some((false, instants, SettledBy::Prefix)),
                End::Halted => Some((true, instants.saturating_sub(1), SettledBy::Halt)),
                End::Cut | End::Discarded(_) => None,
            };
            self.found[lane] =
                settled.map(|(truth, at, by)| Verdict { truth, settled: Some((at, by)) });
        }
    }

    fn all(&mut self) {
        let Some(last) = self.history.masks.len().checked_sub(1) else { return };
        let counted = |lane: &usize| !matches!(self.ends[*lane], End::Discarded(_));
        let mask = lanes(self.history.masks[0]).filter(counted).fold(0, |all, l| all | 1 << l);
        let full = self.truth(last, Level::Horizon);
        let known = mask & (full.yes | full.no);
        if self.program.instants {
            return self.halve(known, 0, last);
        }
        for lane in lanes(known) {
            let truth = full.yes >> lane & 1 == 1;
            self.found[lane] = Some(Verdict { truth, settled: None });
        }
    }

    /// Finds the first prefix on which each lane of a mask is settled, between two ends.
    fn halve(&mut self, mask: u64, low: usize, high: usize) {
        if mask == 0 {
            return;
        }
        if low == high {
            return self.settled(mask, low);
        }
        let middle = low + (high - low) / 2;
        let truth = self.truth(middle, Level::Horizon);
        let known = truth.yes | truth.no;
        self.halve(mask & known, low, middle);
        self.halve(mask & !known, middle + 1, high);
    }

    fn settled(&mut self, mask: u64, at: usize) {
        let truth = self.truth(at, Level::Horizon);
        let [open, halts] = [Level::Open, Level::Halts].map(|level| {
            let truth = self.truth(at, level);
            truth.yes | truth.no
        });
        for lane in lanes(mask) {
            let by = match (open >> lane & 1, halts >> lane & 1) {
                (1, _) => SettledBy::Prefix,
                (_, 1) => SettledBy::Halt,
                _ => SettledBy::Horizon,
            };
            let settled = Some((at as u32, by));
            self.found[lane] = Some(Verdict { truth: truth.yes >> lane & 1 == 1, settled });
        }
    }

    /// What the formula says at instant 0 of a prefix.
    fn truth(&self, seen: usize, level: Level) -> Kleene {
        let of = |is: &dyn Fn(&End) -> bool| {
            (0..LANES).filter(|lane| is(&self.ends[*lane])).fold(0u64, |all, lane| all | 1 << lane)
        };
        // A run is over where it has no instant after what is seen.
        let over = !self.history.masks.get(seen + 1).copied().unwrap_or(0);
        let halted = if level >= Level::Halts { of(&|end| *end == End::Halted) } else { 0 };
        let cut = if level >= Level::Horizon { of(&|end| *end == End::Cut) } else { 0 };
        let ended = halted | if self.program.complete { cut } else { 0 };
        let mut prefix = Prefix {
            program: self.program,
            history: self.history,
            memory: self.memory,
            seen,
            ended: ended & over,
            finally: (halted | cut) & over,
            places: vec![0; self.program.uniforms],
        };
        prefix.values(self.form)[0]
    }
}

impl Prefix<'_, '_> {
    /// The lanes that have an instant, of those seen.
    fn has(&self, instant: usize) -> u64 {
        if instant > self.seen { 0 } else { self.history.masks[instant] }
    }

    /// What is beyond the last instant, where nothing there says `nothing`.
    fn beyond(&self, nothing: bool) -> Kleene {
        match nothing {
            true => Kleene { yes: self.ended, no: 0 },
            false => Kleene { yes: 0, no: self.ended },
        }
    }

    /// The value at every instant that is seen.
    fn values(&mut self, form: &Form) -> Vec<Kleene> {
        match form {
            Form::Atom(atom) => self.atom(*atom),
            Form::Not(inner) => self.values(inner).into_iter().map(Kleene::not).collect(),
            Form::And(left, right) => self.both(left, right, Kleene::and),
            Form::Or(left, right) => self.both(left, right, Kleene::or),
            Form::Quantifier { all, slot, universe, guard, body } => {
                let words = self.memory.size_of(universe);
                let mut total = vec![if *all { TRUE } else { FALSE }; self.seen + 1];
                for place in 0..words {
                    self.places[*slot] = place;
                    let guard = guard.as_ref().map(|guard| self.values(guard));
                    let body = self.values(body);
                    for (at, (total, body)) in total.iter_mut().zip(body).enumerate() {
                        let guard = guard.as_ref().map_or(TRUE, |guard| guard[at]);
                        *total = match all {
                            true => total.and(guard.not().or(body)),
                            false => total.or(guard.and(body)),
                        };
                    }
                }
                total
            }
            Form::Future { all, from, to, body } => {
                let body = self.values(body);
                self.future(*all, (*from, *to), &body)
            }
            Form::Past { all, from, to, body } => {
                let body = self.values(body);
                self.past(*all, (*from, *to), &body)
            }
            Form::Until { from, to, sides } => {
                let (left, right) = (self.values(&sides.0), self.values(&sides.1));
                self.until((*from, *to), &left, &right)
            }
            Form::Since { from, to, sides } => {
                let (left, right) = (self.values(&sides.0), self.values(&sides.1));
                self.since((*from, *to), &left, &right)
            }
            Form::Next(inner) => {
                let inner = self.values(inner);
                let end = self.beyond(false);
                let next = |at: usize| match inner.get(at + 1) {
                    Some(next) => next.or_else(self.has(at + 1), end),
                    None => end,
                };
                (0..=self.seen).map(next).collect()
            }
            Form::Finally(inner) => {
                let inner = self.values(inner);
                let mut last = Kleene { yes: 0, no: 0 };
                for (at, value) in inner.iter().enumerate() {
                    last = value.or_else(self.finally & self.has(at) & !self.has(at + 1), last);
                }
                vec![last; self.seen + 1]
            }
            Form::Prev(parts) => {
                let (inner, start) = (self.values(&parts.0), self.values(&parts.1));
                (0..=self.seen).map(|at| if at == 0 { start[0] } else { inner[at - 1] }).collect()
            }
            Form::Initially(inner) => {
                let first = self.values(inner)[0];
                vec![first; self.seen + 1]
            }
            Form::NoFaults => vec![Kleene { yes: 0, no: 0 }; self.seen + 1],
        }
    }

    fn atom(&self, atom: usize) -> Vec<Kleene> {
        let (mut row, mut rows) = (0, 1);
        for (slot, universe) in &self.program.atoms[atom].dims {
            let size = self.memory.size_of(universe);
            row = row * size + self.places[*slot];
            rows *= size;
        }
        let bits = &self.history.atoms[atom];
        let first = self.program.atoms[atom].first;
        let at = |instant: usize| {
            let bits = bits[if first { row } else { instant * rows + row }];
            Kleene { yes: bits, no: !bits }
        };
        (0..=self.seen).map(at).collect()
    }

    fn both(
        &mut self,
        left: &Form,
        right: &Form,
        join: fn(Kleene, Kleene) -> Kleene,
    ) -> Vec<Kleene> {
        let (left, right) = (self.values(left), self.values(right));
        left.into_iter().zip(right).map(|(left, right)| join(left, right)).collect()
    }

    /// `always` and `eventually`
    fn future(&self, all: bool, (from, to): (u64, Option<u64>), body: &[Kleene]) -> Vec<Kleene> {
        let join = if all { Kleene::and } else { Kleene::or };
        let end = self.beyond(all);
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        match to {
            None => {
                let mut tails = vec![end; self.seen + 2];
                for at in (0..=self.seen).rev() {
                    tails[at] = join(body[at], tails[at + 1]).or_else(self.has(at), end);
                }
                let of = |at: usize| tails.get(at.saturating_add(from)).copied().unwrap_or(end);
                (0..=self.seen).map(of).collect()
            }
            Some(to) => {
                let to = usize::try_from(to).unwrap_or(usize::MAX);
                let of = |at: usize| {
                    let last = at.saturating_add(to).min(self.seen + 1);
                    let first = at.saturating_add(from).min(self.seen + 1);
                    let mut total = if all { TRUE } else { FALSE };
                    for at in first..=last {
                        let own = body.get(at).map_or(end, |own| own.or_else(self.has(at), end));
                        total = join(total, own);
                    }
                    total
                };
                (0..=self.seen).map(of).collect()
            }
        }
    }

    /// `historically` and `once`
    fn past(&self, all: bool, (from, to): (u64, Option<u64>), body: &[Kleene]) -> Vec<Kleene> {
        let join = if all { Kleene::and } else { Kleene::or };
        let none = if all { TRUE } else { FALSE };
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let to = to.map_or(usize::MAX, |to| usize::try_from(to).unwrap_or(usize::MAX));
        if to == usize::MAX {
            let mut heads = Vec::with_capacity(body.len());
            let mut total = none;
            for own in body {
                total = join(total, *own);
                heads.push(total);
            }
            let of = |at: usize| at.checked_sub(from).map_or(none, |at| heads[at]);
            return (0..=self.seen).map(of).collect();
        }
        let of = |at: usize| {
            let Some(last) = at.checked_sub(from) else { return none };
            let first = at.saturating_sub(to);
            body[first.min(last + 1)..=last].iter().fold(none, |total, own| join(total, *own))
        };
        (0..=self.seen).map(of).collect()
    }

    fn until(
        &self,
        (from, to): (u64, Option<u64>),
        left: &[Kleene],
        right: &[Kleene],
    ) -> Vec<Kleene> {
        let end = self.beyond(false);
        let step = |at: usize, meets: Kleene, after: Kleene| {
            meets.or(left[at].and(after)).or_else(self.has(at), end)
        };
        if (from, to) == (0, None) {
            let mut tails = vec![end; self.seen + 2];
            for at in (0..=self.seen).rev() {
                tails[at] = step(at, right[at], tails[at + 1]);
            }
            tails.pop();
            return tails;
        }
        let far =
            |at: usize, steps: u64| at.saturating_add(usize::try_from(steps).unwrap_or(usize::MAX));
        let of = |start: usize| {
            let first = far(start, from);
            let last = to.map_or(usize::MAX, |to| far(start, to));
            let mut after = if last > self.seen { end } else { FALSE };
            for at in (start..=last.min(self.seen)).rev() {
                let meets = if at >= first { right[at] } else { FALSE };
                after = step(at, meets, after);
            }
            after
        };
        (0..=self.seen).map(of).collect()
    }

    fn since(
        &self,
        (from, to): (u64, Option<u64>),
        left: &[Kleene],
        right: &[Kleene],
    ) -> Vec<Kleene> {
        let near = |at: usize, steps: u64| {
            usize::try_from(steps).ok().and_then(|steps| at.checked_sub(steps))
        };
        let of = |start: usize| {
            let last = near(start, from);
            let first = to.and_then(|to| near(start, to)).unwrap_or(0);
            let mut before = FALSE;
            for at in first..=start {
                let meets = if last.is_some_and(|last| at <= last) { right[at] } else { FALSE };
                before = meets.or(left[at].and(before));
            }
            before
        };
        if (from, to) == (0, None) {
            let mut before = FALSE;
            let forward = left.iter().zip(right).map(|(left, right)| {
                before = right.or(left.and(before));
                before
            });
            return forward.collect();
        }
        (0..=self.seen).map(of).collect()
    }
}
