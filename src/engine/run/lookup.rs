//! Cells, ties and domains.

use super::super::choices::lanes;
use super::super::program::{Admit, Cell, Indices, LANES, NONE, Num, Uni, Var};
use super::memory::{Source, Tied};
use super::wide::{blend, of_real, real, test};
use super::{Block, Column};
use crate::base::id::Id;
use crate::ir::StructId;

/// Where cells are, lane by lane, or in all lanes.
pub(super) enum Places {
    Same(usize),
    Each(Box<[u32; LANES]>),
}

impl<'p> Block<'p> {
    /// The value of a binder or a constant.
    pub(super) fn uni(&self, uni: Uni) -> i64 {
        match uni {
            Uni::Slot(slot) => self.memory.uniforms[slot],
            Uni::Const(word) => word,
        }
    }

    /// Where a cell is, the lanes where it is nowhere, and those where its agent is not there.
    pub(super) fn places(&mut self, cell: &'p Cell, mask: u64, at: usize) -> (Places, u64, u64) {
        if let Some(place) = self.same_place(cell) {
            return (Places::Same(place), 0, 0);
        }
        match &cell.indices {
            Indices::Uniform(indices) => {
                let spot = self.memory.spot(cell.var);
                let (mut place, mut outside, mut absent) = (0, 0, 0);
                for (dimension, index) in spot.dimensions.iter().zip(indices) {
                    let word = self.uni(*index);
                    absent |= self.memory.index_absent(&dimension.set, word);
                    match self.memory.place_in(dimension, word) {
                        Some(inside) => place = place * dimension.size + inside,
                        None => outside = u64::MAX,
                    }
                }
                let place = if outside == 0 { spot.start + place } else { 0 };
                (Places::Same(place), outside, absent)
            }
            Indices::Varying(nums) => self.varying(cell.var, nums, mask, at),
        }
    }

    /// Where a cell is, if that is known to be at the same place in all lanes.
    pub(super) fn same_place(&self, cell: &Cell) -> Option<usize> {
        match &cell.indices {
            Indices::Uniform(_) => self.plain(cell),
            Indices::Varying(nums) => self.known(cell.var, nums),
        }
    }

    /// Where a cell is, if it is at the same place in all lanes and all agents are there.
    #[inline]
    pub(super) fn plain(&self, cell: &Cell) -> Option<usize> {
        let Indices::Uniform(indices) = &cell.indices else { return None };
        if !self.memory.absent.is_empty() {
            return None;
        }
        let spot = self.memory.spot(cell.var);
        let mut place = 0;
        for (dimension, index) in spot.dimensions.iter().zip(indices) {
            let inside = self.memory.place_in(dimension, self.uni(*index))?;
            place = place * dimension.size + inside;
        }
        Some(spot.start + place)
    }

    /// Where a cell is, if its indices are known to be the same in all lanes.
    fn known(&self, var: Var, nums: &[Num]) -> Option<usize> {
        let spot = self.memory.spot(var);
        if !self.memory.absent.is_empty() {
            return None;
        }
        let mut place = 0;
        for (dimension, num) in spot.dimensions.iter().zip(nums) {
            let word = match num {
                Num::Slot(slot) => self.memory.known[*slot]?,
                Num::Uniform(slot) => self.memory.uniforms[*slot],
                Num::Const(word) => *word,
                _ => return None,
            };
            place = place * dimension.size + self.memory.place_in(dimension, word)?;
        }
        Some(spot.start + place)
    }

    fn varying(&mut self, var: Var, nums: &'p [Num], mask: u64, at: usize) -> (Places, u64, u64) {
        let mut columns = Vec::with_capacity(nums.len());
        for num in nums {
            let source = self.num(num, mask, at);
            columns.push(*self.memory.column(source));
        }
        let spot = self.memory.spot(var);
        let (mut places, mut outside, mut absent) = (Box::new([0; LANES]), 0, 0);
        for lane in lanes(mask) {
            let mut place = 0;
            for (dimension, column) in spot.dimensions.iter().zip(&columns) {
                if !self.memory.absent.is_empty() {
                    let set = &dimension.set;
                    absent |= self.memory.index_absent(set, column[lane]) & (1 << lane);
                }
                match self.memory.place_in(dimension, column[lane]) {
                    Some(inside) => place = place * dimension.size + inside,
                    None => outside |= 1 << lane,
                }
            }
            places[lane] = (spot.start + place) as u32;
        }
        for lane in lanes(outside) {
            places[lane] = 0;
        }
        (Places::Each(places), outside, absent)
    }

    /// A cell that is no bool.
    pub(super) fn cell(&mut self, cell: &'p Cell, mask: u64, at: usize) -> Source {
        if let Some(place) = self.plain(cell) {
            return self.memory.source(cell.var, place);
        }
        let (places, outside, absent) = self.places(cell, mask, at);
        self.fault(self.live(mask & absent), cell.site + 1);
        self.fault(self.live(mask & outside), cell.site);
        match places {
            Places::Same(_) if outside != 0 => self.put(at, [0; LANES]),
            Places::Same(place) => self.memory.source(cell.var, place),
            Places::Each(places) => {
                let nums = &self.memory.store(cell.var).nums;
                let mut out = [0; LANES];
                for lane in lanes(mask & !outside) {
                    out[lane] = nums[places[lane] as usize][lane];
                }
                self.put(at, out)
            }
        }
    }

    /// A cell that is a bool.
    pub(super) fn bit_cell(&mut self, cell: &'p Cell, mask: u64, at: usize) -> u64 {
        if let Some(place) = self.plain(cell) {
            return self.memory.store(cell.var).bits[place];
        }
        let (places, outside, absent) = self.places(cell, mask, at);
        self.fault(self.live(mask & absent), cell.site + 1);
        self.fault(self.live(mask & outside), cell.site);
        let bits = &self.memory.store(cell.var).bits;
        match places {
            Places::Same(_) if outside != 0 => 0,
            Places::Same(place) => bits[place],
            Places::Each(places) => {
                let bit = |lane: usize| bits[places[lane] as usize] & (1 << lane);
                lanes(mask & !outside).map(bit).fold(0, |all, one| all | one)
            }
        }
    }

    /// The places of both ends of a tie, lane by lane, and where one is outside.
    fn ends(
        &mut self,
        ties: StructId,
        ends: &'p (Num, Num),
        mask: u64,
        at: usize,
    ) -> ([u32; LANES], [u32; LANES], u64) {
        let a = self.num(&ends.0, mask, at);
        let a = *self.memory.column(a);
        let b = self.num(&ends.1, mask, at);
        let b = *self.memory.column(b);
        let (on, to) = self.program.ends[ties.index()];
        let (mut from, mut into, mut outside) = ([0; LANES], [0; LANES], 0);
        for lane in lanes(mask) {
            match (self.place_in(on, a[lane]), self.place_in(to, b[lane])) {
                (Some(a), Some(b)) => (from[lane], into[lane]) = (a as u32, b as u32),
                _ => outside |= 1 << lane,
            }
        }
        (from, into, outside)
    }

    /// The places of both ends, if they are the same in all lanes; none: outside.
    fn same_ends(&self, ties: StructId, ends: &(Num, Num)) -> Option<Option<(u32, u32)>> {
        let same = |num: &Num| match num {
            Num::Uniform(slot) => Some(self.memory.uniforms[*slot]),
            Num::Const(word) => Some(*word),
            _ => None,
        };
        let (a, b) = (same(&ends.0)?, same(&ends.1)?);
        let (on, to) = self.program.ends[ties.index()];
        let places = self.place_in(on, a).zip(self.place_in(to, b));
        Some(places.map(|(a, b)| (a as u32, b as u32)))
    }

    /// Whether there is a tie.
    pub(super) fn tied(
        &mut self,
        ties: StructId,
        ends: &'p (Num, Num),
        (positive, site): (bool, usize),
        mask: u64,
        at: usize,
    ) -> u64 {
        let holds = |weight: f64| if positive { weight > 0.0 } else { weight != 0.0 };
        match self.same_ends(ties, ends) {
            Some(None) => {
                self.fault(self.live(mask), site);
                0
            }
            Some(Some((from, into))) => match &self.memory.ties[ties.index()] {
                Tied::Shared(shared) => super::all(holds(shared.ties.weight(from, into))),
                Tied::Apart { columns, tied, positive: over, .. } => {
                    let place = from as usize * columns + into as usize;
                    if positive { over[place] } else { tied[place] }
                }
            },
            None => {
                let (from, into, outside) = self.ends(ties, ends, mask, at);
                self.fault(self.live(mask & outside), site);
                let mut found = 0;
                for lane in lanes(mask & !outside) {
                    let tie = match &self.memory.ties[ties.index()] {
                        Tied::Shared(shared) => holds(shared.ties.weight(from[lane], into[lane])),
                        Tied::Apart { columns, tied, positive: over, .. } => {
                            let place = from[lane] as usize * columns + into[lane] as usize;
                            let of = if positive { over } else { tied };
                            of[place] >> lane & 1 == 1
                        }
                    };
                    found |= u64::from(tie) << lane;
                }
                found
            }
        }
    }

    /// The weight of a tie.
    pub(super) fn weight(
        &mut self,
        ties: StructId,
        ends: &'p (Num, Num),
        site: usize,
        mask: u64,
        at: usize,
    ) -> Source {
        let (from, into, outside) = self.ends(ties, ends, mask, at);
        self.fault(self.live(mask & outside), site);
        let mut out = [0; LANES];
        for lane in lanes(mask & !outside) {
            out[lane] = match &self.memory.ties[ties.index()] {
                Tied::Shared(shared) => of_real(shared.ties.weight(from[lane], into[lane])),
                Tied::Apart { columns, weights, .. } => {
                    weights[from[lane] as usize * columns + into[lane] as usize][lane]
                }
            };
        }
        self.put(at, out)
    }

    /// The agent from whom a tie goes to another.
    pub(super) fn superior(
        &mut self,
        ties: StructId,
        of: &'p Num,
        site: usize,
        mask: u64,
        at: usize,
    ) -> Source {
        let source = self.num(of, mask, at);
        let agents = *self.memory.column(source);
        let (_, to) = self.program.ends[ties.index()];
        let (mut out, mut outside) = ([NONE; LANES], 0);
        let known = self.memory.superiors.iter().find(|(id, _)| *id == ties);
        for lane in lanes(mask) {
            match self.place_in(to, agents[lane]) {
                Some(place) => {
                    out[lane] = known.map_or(NONE, |(_, columns)| columns[place][lane]);
                }
                None => outside |= 1 << lane,
            }
        }
        self.fault(self.live(mask & outside), site);
        self.put(at, out)
    }

    /// Values as a domain holds them, and the lanes where it does.
    pub(super) fn admitted(&self, admit: &Admit, column: &Column) -> (Column, u64) {
        match admit {
            Admit::All => (*column, u64::MAX),
            Admit::Some => (*column, test(column, |word| word != NONE)),
            Admit::Ints(lo, hi) => (*column, test(column, |int| *lo <= int && int <= *hi)),
            Admit::Reals(lo, hi, slack) => {
                let (least, most) = (lo - slack, hi + slack);
                let near = test(column, |word| least <= real(word) && real(word) <= most);
                let clamped = |word: i64| {
                    let number = real(word);
                    let number = if number < *lo { *lo } else { number };
                    of_real(if number > *hi { *hi } else { number })
                };
                (column.map(clamped), near)
            }
            Admit::Words(words) => (*column, test(column, |word| words.contains(&word))),
            Admit::RealWords(reals) => (*column, test(column, |word| reals.contains(&real(word)))),
            Admit::Population(population) => {
                let inside = |word| self.place_in(*population, word).is_some();
                (*column, test(column, inside))
            }
            Admit::Optional(inner) => {
                let none = test(column, |word| word == NONE);
                let (inner, inside) = self.admitted(inner, column);
                let mut out = *column;
                blend(&mut out, &inner, !none);
                (out, none | inside)
            }
        }
    }
}
