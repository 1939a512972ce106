//! What formulas say at every instant of prefixes of runs, a prefix for each lane.

use super::value::{Kleene, Known};
use super::windows::{self, Bounds};
use super::{History, Level, Seen, gap::Gaps, margin::Margins};
use crate::engine::choices::lanes;
use crate::engine::program::{Dim, Form, LANES, Uni, Universe, World};
use crate::engine::run::{Elements, End, Memory};

/// The last instant that is seen of each lane.
pub(super) type Cuts = [usize; LANES];

/// A prefix of each run.
pub(in crate::engine) struct Prefix<'a, 'p> {
    all: Seen<'a, 'p>,
    /// For each instant that is seen of any lane, the lanes that have it.
    has: Vec<u64>,
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

impl<'a, 'p> Prefix<'a, 'p> {
    /// Prefixes up to these instants; only of lanes in a mask is asked.
    pub fn new(all: Seen<'a, 'p>, mask: u64, cuts: &Cuts, level: Level) -> Prefix<'a, 'p> {
        let Seen { program, history, ends, groups, stopped, .. } = all;
        let mut last = vec![0; 1];
        let mut over = 0;
        for first in lanes(mask) {
            let cut = cuts[first];
            let peers = groups.map_or(1 << first, |groups| groups.any(1 << first));
            last.resize(last.len().max(cut + 1), 0);
            last[cut] |= peers;
            // A run is over where it has no instant after what is seen.
            over |= peers & !history.masks.get(cut + 1).copied().unwrap_or(0);
        }
        let mut seen = 0;
        for (at, last) in last.iter_mut().enumerate().rev() {
            seen |= *last;
            *last = seen & history.masks[at];
        }
        let of = |is: &dyn Fn(&End) -> bool| {
            (0..LANES).filter(|lane| is(&ends[*lane])).fold(0u64, |all, lane| all | 1 << lane)
        };
        let halted = if level >= Level::Halts { of(&|end| *end == End::Halted) } else { 0 };
        let cut = if level >= Level::Horizon { of(&|end| *end == End::Cut) } else { 0 };
        let ended = halted | if program.complete { cut } else { 0 };
        Prefix {
            all,
            has: last,
            ended: ended & over & !stopped,
            halts: level >= Level::Halts,
            finally: (halted | cut) & over & !stopped,
            places: vec![0; program.uniforms],
            words: vec![0; program.uniforms],
        }
    }

    /// How many instants are seen.
    pub(super) fn len(&self) -> usize {
        self.has.len()
    }

    /// The lanes that have an instant, of those seen.
    pub(super) fn has(&self, instant: usize) -> u64 {
        self.has.get(instant).copied().unwrap_or(0)
    }

    /// Lanes that are complete.
    pub(super) fn ended(&self) -> u64 {
        self.ended
    }

    /// Lanes that are complete with an instant, the horizon taken as the end.
    pub(super) fn ends_at(&self, instant: usize) -> u64 {
        self.finally & self.has(instant) & !self.has(instant + 1)
    }

    /// The elements of a universe.
    pub(super) fn elements(&self, universe: &'p Universe) -> Elements<'p> {
        self.all.memory.elements(universe)
    }

    /// Binds an element.
    pub(super) fn bind(&mut self, slot: usize, place: usize, word: i64) {
        (self.places[slot], self.words[slot]) = (place, word);
    }

    /// What the runs held.
    pub(super) fn memory(&self) -> &Memory<'p> {
        self.all.memory
    }

    /// The lanes in which an element that a binder goes through is there.
    pub(super) fn there(&self, Dim { universe, inside, .. }: &Dim, word: i64) -> u64 {
        if *inside { self.all.memory.there(universe, word) } else { u64::MAX }
    }

    /// Where a world lies whose agents are bound now.
    pub(super) fn world_place(&self, world: &World) -> Option<usize> {
        let value = |uni: Uni| match uni {
            Uni::Slot(slot) => self.words[slot],
            Uni::Const(word) => word,
        };
        self.all.groups?.place(world, &value)
    }

    /// Lanes of worlds that are complete before an instant, the horizon taken as the end.
    pub(super) fn past_end(&self, instant: usize) -> u64 {
        self.all.groups.map_or(0, |_| self.finally & !self.has(instant))
    }

    /// What is beyond the last instant, where nothing there says `nothing`.
    fn beyond<V: Known>(&self, nothing: bool) -> V {
        V::all(nothing).or_else(self.ended, &V::open())
    }

    /// The value at every instant that is seen.
    pub fn values<V: Known>(&mut self, form: &'p Form) -> Vec<V> {
        match form {
            Form::Atom(atom) => V::read(self, *atom),
            Form::Not(inner) => self.values::<V>(inner).iter().map(V::not).collect(),
            Form::And(left, right) => self.both(left, right, V::and),
            Form::Or(left, right) => self.both(left, right, V::or),
            Form::If(..) | Form::Same(..) => self.either(form),
            Form::Quantifier { all, dim, guard, body } => {
                self.quantifier(*all, dim, guard.as_deref(), body)
            }
            Form::Future { .. } | Form::Past { .. } => self.over(form),
            Form::Until { from, to, sides } => {
                let (left, right) = (self.values::<V>(&sides.0), self.values::<V>(&sides.1));
                let end = self.beyond(false);
                let bounds = Bounds::new(*from, *to);
                let all = windows::until(&self.has, bounds, (&left, &right), &end);
                self.kept(all, |at| {
                    let after = if *to == Some(0) { V::all(false) } else { end.clone() };
                    let goes_on = left[at].and(&after);
                    if *from == 0 { right[at].or(&goes_on) } else { goes_on }
                })
            }
            Form::Since { from, to, sides } => {
                let (left, right) = (self.values(&sides.0), self.values(&sides.1));
                windows::since(Bounds::new(*from, *to), &left, &right)
            }
            _ => self.elsewhere(form),
        }
    }

    /// `always`, `eventually`, `historically` and `once`.
    fn over<V: Known>(&mut self, form: &'p Form) -> Vec<V> {
        match form {
            Form::Future { all, from, to, body } => {
                let body: Vec<V> = self.values(body);
                let end = self.beyond(*all);
                let join = if *all { V::and } else { V::or };
                let found = windows::future(&self.has, *all, Bounds::new(*from, *to), &body, &end);
                self.kept(found, |at| match (from, to) {
                    (0, Some(0)) => body[at].clone(),
                    (0, _) => join(&body[at], &end),
                    _ => end.clone(),
                })
            }
            Form::Past { all, from, to, body } => {
                let body: Vec<V> = self.values(body);
                windows::past(*all, Bounds::new(*from, *to), &body)
            }
            _ => vec![V::open(); self.len()],
        }
    }

    /// `if`, and formulas that are compared: what decides is a truth.
    fn either<V: Known>(&mut self, form: &'p Form) -> Vec<V> {
        match form {
            Form::If(parts) => {
                let condition: Vec<Kleene> = self.values(&parts.0);
                let (yes, no): (Vec<V>, Vec<V>) = (self.values(&parts.1), self.values(&parts.2));
                let taken = |at: usize| {
                    let Kleene { yes: taken, no: left } = condition[at];
                    yes[at].or_else(taken, &no[at].or_else(left, &V::open()))
                };
                (0..self.len()).map(taken).collect()
            }
            Form::Same(equal, sides) => {
                let left: Vec<Kleene> = self.values(&sides.0);
                let right: Vec<Kleene> = self.values(&sides.1);
                let same = |(a, b): (&Kleene, &Kleene)| {
                    let same = a.and(b).or(&a.not().and(&b.not()));
                    V::of(if *equal { same } else { same.not() })
                };
                left.iter().zip(&right).map(same).collect()
            }
            _ => vec![V::open(); self.len()],
        }
    }

    fn quantifier<V: Known>(
        &mut self,
        all: bool,
        dim: &'p Dim,
        guard: Option<&'p Form>,
        body: &'p Form,
    ) -> Vec<V> {
        let mut total = vec![V::all(all); self.len()];
        for (place, word) in self.elements(&dim.universe).iter().enumerate() {
            self.bind(dim.slot, place, *word);
            let there = self.there(dim, *word);
            let there = Kleene { yes: there, no: !there };
            let guard: Option<Vec<Kleene>> = guard.map(|guard| self.values(guard));
            let body: Vec<V> = self.values(body);
            for (at, (total, body)) in total.iter_mut().zip(body).enumerate() {
                let guard = guard.as_ref().map_or(there, |guard| guard[at].and(&there));
                *total = match (all, guard.no) {
                    (_, 0) if guard.yes == u64::MAX && all => total.and(&body),
                    (_, 0) if guard.yes == u64::MAX => total.or(&body),
                    (true, _) => total.and(&V::of(guard.not()).or(&body)),
                    (false, _) => total.or(&V::of(guard).and(&body)),
                };
            }
        }
        total
    }

    /// What is read at another instant, or in a world.
    fn elsewhere<V: Known>(&mut self, form: &'p Form) -> Vec<V> {
        match form {
            Form::Next(inner) => {
                let inner: Vec<V> = self.values(inner);
                let end = self.beyond(false);
                let next = |at: usize| match inner.get(at + 1) {
                    Some(next) => next.or_else(self.has(at + 1), &end),
                    None => end.clone(),
                };
                let all = (0..self.len()).map(next).collect();
                self.kept(all, |_| end.clone())
            }
            Form::Finally(inner) => {
                let inner: Vec<V> = self.values(inner);
                let mut last = V::open();
                for (at, value) in inner.iter().enumerate() {
                    last = value.or_else(self.ends_at(at), &last);
                }
                let all = vec![last; self.len()];
                self.kept(all, |at| inner[at].or_else(self.finally, &V::open()))
            }
            Form::Prev(parts) => {
                let mut inner: Vec<V> = self.values(&parts.0);
                let start: Vec<V> = self.values(&parts.1);
                inner.rotate_right(1);
                inner[0] = start[0].clone();
                inner
            }
            Form::Initially(inner) => vec![self.values::<V>(inner)[0].clone(); self.len()],
            Form::At(world, inner) => {
                let inner: Vec<V> = self.values(inner);
                let place = self.world_place(world);
                let shifted = |value: &V| place.map_or_else(V::open, |place| value.shifted(place));
                inner.iter().map(shifted).collect()
            }
            _ => vec![V::open(); self.len()],
        }
    }

    /// Values at instants at which a world is read that has ended before.
    fn kept<V: Known>(&self, mut all: Vec<V>, then: impl Fn(usize) -> V) -> Vec<V> {
        if self.all.groups.is_some() {
            for (at, value) in all.iter_mut().enumerate() {
                *value = value.or_else(self.has(at), &then(at));
            }
        }
        all
    }

    fn both<V: Known>(&mut self, left: &'p Form, right: &'p Form, join: fn(&V, &V) -> V) -> Vec<V> {
        let (left, right): (Vec<V>, Vec<V>) = (self.values(left), self.values(right));
        left.iter().zip(&right).map(|(left, right)| join(left, right)).collect()
    }

    /// The row of elements that is bound now, of so many.
    fn row(&self, dims: &[Dim]) -> (usize, usize) {
        dims.iter().fold((0, 1), |(row, rows), dim| {
            let size = self.all.memory.size_of(&dim.universe);
            (row * size + self.places[dim.slot], rows * size)
        })
    }

    /// The truths of an atom.
    pub(super) fn truths(&self, atom: usize) -> Vec<Kleene> {
        let of = &self.all.program.atoms[atom];
        let (row, rows) = self.row(&of.dims);
        let History { atoms, marks, .. } = self.all.history;
        let (bits, marks) = (&atoms[atom], &marks[atom]);
        let at = |instant: usize| {
            let row = if of.first { row } else { instant * rows + row };
            let bits = bits[row];
            let Some((kept, dead)) = marks.get(row) else { return Kleene { yes: bits, no: !bits } };
            let known = !dead & if self.halts { u64::MAX } else { !kept };
            Kleene { yes: bits & known, no: !bits & known }
        };
        (0..self.len()).map(at).collect()
    }

    /// The margins of what has some, by its number.
    pub(super) fn margins(&self, gauge: usize) -> Vec<Margins> {
        let of = &self.all.program.gauges[gauge];
        let (row, rows) = self.row(&of.dims);
        let found = &self.all.history.margins[gauge];
        let at = |instant: usize| if of.first { row } else { instant * rows + row };
        (0..self.len()).map(|instant| found[at(instant)].clone()).collect()
    }

    /// What is missing at the instants that are needed, by its number.
    pub(super) fn lacks(&self, lack: usize, needed: &[bool]) -> Vec<Option<Gaps>> {
        let (row, rows) = self.row(&self.all.program.lacks[lack].dims);
        let found = &self.all.history.lacks[lack];
        let at = |(at, needed): (usize, &bool)| needed.then(|| found[at * rows + row].clone());
        needed.iter().enumerate().map(at).collect()
    }
}
