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
use super::program::{Dim, Form, LANES, Program, Uni};
use super::run::{End, Groups, Memory};

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
    /// Of worlds, for each row: where it was read of a world that keeps its last state, and where
    /// of one of which nothing is known.
    marks: Vec<Vec<(u64, u64)>>,
    /// First lanes of groups in which what is known of a prefix may be more than is marked.
    pub unsure: u64,
}

impl History {
    /// Forgets everything.
    pub fn clear(&mut self, atoms: usize) {
        self.masks.clear();
        self.atoms.resize_with(atoms, Vec::new);
        self.atoms.iter_mut().for_each(Vec::clear);
        self.marks.resize_with(atoms, Vec::new);
        self.marks.iter_mut().for_each(Vec::clear);
        self.unsure = 0;
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

/// What was seen of the runs of a block.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a, 'p> {
    pub program: &'p Program,
    pub history: &'a History,
    pub ends: &'a [End],
    pub memory: &'a Memory<'p>,
    /// Where several worlds are one run.
    pub groups: Option<&'a Groups>,
    /// The lanes in which the verdict is asked for.
    pub judged: u64,
}

/// A prefix of all runs.
struct Prefix<'a, 'p> {
    all: Seen<'a, 'p>,
    /// The last instant that is seen.
    seen: usize,
    /// Lanes that are complete.
    ended: u64,
    /// Whether it is known of worlds that have halted that they keep their last state.
    halts: bool,
    /// Lanes that are, the horizon taken as the end.
    finally: u64,
    /// The place of each binder's element in its universe.
    places: Vec<usize>,
    /// The element itself.
    words: Vec<i64>,
}

/// The verdict of a formula in each lane (none: pending), and the lanes in which what settled it
/// is not certain.
pub(super) fn settle<'p>(form: &'p Form, seen: Seen<'_, 'p>) -> (Vec<Option<Verdict>>, u64) {
    let mut search = Search { form, seen, found: vec![None; LANES], unsure: 0 };
    match form {
        Form::NoFaults => search.no_faults(),
        _ => search.all(),
    }
    (search.found, search.unsure)
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

    fn all(&mut self) {
        let Seen { history, ends, judged, groups, .. } = self.seen;
        let Some(last) = history.masks.len().checked_sub(1) else { return };
        let counted = |lane: &usize| !matches!(ends[*lane], End::Discarded(_));
        let begun = groups.map_or(u64::MAX, |groups| groups.begun(history.masks[0]));
        let mask = lanes(history.masks[0] & judged & begun).filter(counted);
        let mask = mask.fold(0, |all, lane| all | 1 << lane);
        let full = self.truth(last, Level::Horizon);
        let known = mask & (full.yes | full.no);
        if self.seen.program.instants {
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
            self.unsure |= u64::from(by != SettledBy::Prefix) << lane & self.seen.history.unsure;
            let settled = Some((at as u32, by));
            self.found[lane] = Some(Verdict { truth: truth.yes >> lane & 1 == 1, settled });
        }
    }

    /// What the formula says at instant 0 of a prefix.
    fn truth(&self, seen: usize, level: Level) -> Kleene {
        let Seen { program, history, ends, .. } = self.seen;
        let of = |is: &dyn Fn(&End) -> bool| {
            (0..LANES).filter(|lane| is(&ends[*lane])).fold(0u64, |all, lane| all | 1 << lane)
        };
        // A run is over where it has no instant after what is seen.
        let over = !history.masks.get(seen + 1).copied().unwrap_or(0);
        let halted = if level >= Level::Halts { of(&|end| *end == End::Halted) } else { 0 };
        let cut = if level >= Level::Horizon { of(&|end| *end == End::Cut) } else { 0 };
        let ended = halted | if program.complete { cut } else { 0 };
        let mut prefix = Prefix {
            all: self.seen,
            seen,
            ended: ended & over,
            halts: level >= Level::Halts,
            finally: (halted | cut) & over,
            places: vec![0; program.uniforms],
            words: vec![0; program.uniforms],
        };
        prefix.values(self.form)[0]
    }
}

impl<'p> Prefix<'_, 'p> {
    /// The lanes that have an instant, of those seen.
    fn has(&self, instant: usize) -> u64 {
        if instant > self.seen { 0 } else { self.all.history.masks[instant] }
    }

    /// What is beyond the last instant, where nothing there says `nothing`.
    fn beyond(&self, nothing: bool) -> Kleene {
        match nothing {
            true => Kleene { yes: self.ended, no: 0 },
            false => Kleene { yes: 0, no: self.ended },
        }
    }

    /// The value at every instant that is seen.
    fn values(&mut self, form: &'p Form) -> Vec<Kleene> {
        match form {
            Form::Atom(atom) => self.atom(*atom),
            Form::Not(inner) => self.values(inner).into_iter().map(Kleene::not).collect(),
            Form::And(left, right) => self.both(left, right, Kleene::and),
            Form::Or(left, right) => self.both(left, right, Kleene::or),
            Form::If(..) | Form::Same(..) => self.either(form),
            Form::Quantifier { all, dim, guard, body } => {
                self.quantifier(*all, dim, guard.as_deref(), body)
            }
            Form::Future { all, from, to, body } => {
                let body = self.values(body);
                let all_of = self.future(*all, (*from, *to), &body);
                let join = if *all { Kleene::and } else { Kleene::or };
                self.kept(all_of, |prefix, at| match (from, to) {
                    (0, Some(0)) => body[at],
                    (0, _) => join(body[at], prefix.beyond(*all)),
                    _ => prefix.beyond(*all),
                })
            }
            Form::Past { all, from, to, body } => {
                let body = self.values(body);
                self.past(*all, (*from, *to), &body)
            }
            Form::Until { from, to, sides } => {
                let (left, right) = (self.values(&sides.0), self.values(&sides.1));
                let all = self.until((*from, *to), &left, &right);
                self.kept(all, |prefix, at| {
                    let after = if *to == Some(0) { FALSE } else { prefix.beyond(false) };
                    let meets = if *from == 0 { right[at] } else { FALSE };
                    meets.or(left[at].and(after))
                })
            }
            Form::Since { from, to, sides } => {
                let (left, right) = (self.values(&sides.0), self.values(&sides.1));
                self.since((*from, *to), &left, &right)
            }
            _ => self.elsewhere(form),
        }
    }

    /// `if`, and formulas that are compared.
    fn either(&mut self, form: &'p Form) -> Vec<Kleene> {
        match form {
            Form::If(parts) => {
                let (condition, yes) = (self.values(&parts.0), self.values(&parts.1));
                let no = self.values(&parts.2);
                let taken = |at: usize| {
                    let Kleene { yes: taken, no: left } = condition[at];
                    let (yes, no) = (yes[at], no[at]);
                    Kleene {
                        yes: (taken & yes.yes) | (left & no.yes),
                        no: (taken & yes.no) | (left & no.no),
                    }
                };
                (0..=self.seen).map(taken).collect()
            }
            Form::Same(equal, sides) => {
                let (left, right) = (self.values(&sides.0), self.values(&sides.1));
                let same = |(a, b): (Kleene, Kleene)| {
                    let same = a.and(b).or(a.not().and(b.not()));
                    if *equal { same } else { same.not() }
                };
                left.into_iter().zip(right).map(same).collect()
            }
            _ => Vec::new(),
        }
    }

    fn quantifier(
        &mut self,
        all: bool,
        Dim { slot, universe, inside }: &'p Dim,
        guard: Option<&'p Form>,
        body: &'p Form,
    ) -> Vec<Kleene> {
        let mut total = vec![if all { TRUE } else { FALSE }; self.seen + 1];
        for (place, word) in self.all.memory.elements(universe).iter().enumerate() {
            self.places[*slot] = place;
            self.words[*slot] = *word;
            let there = if *inside { self.all.memory.there(universe, *word) } else { u64::MAX };
            let there = Kleene { yes: there, no: !there };
            let guard = guard.map(|guard| self.values(guard));
            let body = self.values(body);
            for (at, (total, body)) in total.iter_mut().zip(body).enumerate() {
                let guard = guard.as_ref().map_or(there, |guard| guard[at].and(there));
                *total = match all {
                    true => total.and(guard.not().or(body)),
                    false => total.or(guard.and(body)),
                };
            }
        }
        total
    }

    /// What is read at another instant, or in a world.
    fn elsewhere(&mut self, form: &'p Form) -> Vec<Kleene> {
        match form {
            Form::Next(inner) => {
                let inner = self.values(inner);
                let end = self.beyond(false);
                let next = |at: usize| match inner.get(at + 1) {
                    Some(next) => next.or_else(self.has(at + 1), end),
                    None => end,
                };
                let all = (0..=self.seen).map(next).collect();
                self.kept(all, |_, _| end)
            }
            Form::Finally(inner) => {
                let inner = self.values(inner);
                let mut last = Kleene { yes: 0, no: 0 };
                for (at, value) in inner.iter().enumerate() {
                    last = value.or_else(self.finally & self.has(at) & !self.has(at + 1), last);
                }
                let all = vec![last; self.seen + 1];
                let unknown = Kleene { yes: 0, no: 0 };
                self.kept(all, |prefix, at| inner[at].or_else(prefix.finally, unknown))
            }
            Form::Prev(parts) => {
                let (inner, start) = (self.values(&parts.0), self.values(&parts.1));
                (0..=self.seen).map(|at| if at == 0 { start[0] } else { inner[at - 1] }).collect()
            }
            Form::Initially(inner) => {
                let first = self.values(inner)[0];
                vec![first; self.seen + 1]
            }
            Form::At(world, inner) => {
                let inner = self.values(inner);
                let value = |uni: Uni| match uni {
                    Uni::Slot(slot) => self.words[slot],
                    Uni::Const(word) => word,
                };
                let place = self.all.groups.and_then(|groups| groups.place(world, &value));
                let shifted = |value: Kleene| match place {
                    Some(place) => Kleene { yes: value.yes >> place, no: value.no >> place },
                    None => Kleene { yes: 0, no: 0 },
                };
                inner.into_iter().map(shifted).collect()
            }
            _ => vec![Kleene { yes: 0, no: 0 }; self.seen + 1],
        }
    }

    /// Values at instants at which a world is read that has ended before.
    fn kept(&self, mut all: Vec<Kleene>, then: impl Fn(&Self, usize) -> Kleene) -> Vec<Kleene> {
        if self.all.groups.is_some() {
            for (at, value) in all.iter_mut().enumerate() {
                *value = value.or_else(self.has(at), then(self, at));
            }
        }
        all
    }

    fn atom(&self, atom: usize) -> Vec<Kleene> {
        let (mut row, mut rows) = (0, 1);
        let of = &self.all.program.atoms[atom];
        for dim in &of.dims {
            let size = self.all.memory.size_of(&dim.universe);
            row = row * size + self.places[dim.slot];
            rows *= size;
        }
        let bits = &self.all.history.atoms[atom];
        let marks = &self.all.history.marks[atom];
        let at = |instant: usize| {
            let row = if of.first { row } else { instant * rows + row };
            let bits = bits[row];
            let Some((kept, dead)) = marks.get(row) else { return Kleene { yes: bits, no: !bits } };
            let known = !dead & if self.halts { u64::MAX } else { !kept };
            Kleene { yes: bits & known, no: !bits & known }
        };
        (0..=self.seen).map(at).collect()
    }

    fn both(
        &mut self,
        left: &'p Form,
        right: &'p Form,
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
