//! Joint choices: one value for each row under one condition.
//!
//! In: a statement and its elements. Out: a table of values in every lane. Every table that the
//! domain allows is tried on the condition in all lanes at once that have the same rows; where that
//! would be too many, the run is left to `reference`.

use super::super::choices::{Choices, Key, Part, lanes};
use super::super::program::{Joint, LANES, Num, Site};
use super::statement::{Element, Open};
use super::worlds::{Groups, asked, pick};
use super::{Block, Column};

/// Tables that are tried at most; of more the reference proposes some.
const TABLES_MAX: usize = 10_000;

/// The values chosen for rows.
#[derive(Clone, Default)]
pub struct Table {
    /// The indices of each row, in order.
    rows: Vec<Vec<i64>>,
    /// The value of each row.
    values: Vec<Column>,
    /// The lanes that have each row.
    there: Vec<u64>,
}

/// What may be chosen for an element, in the lanes that have the same rows.
#[derive(Clone)]
pub(super) struct Class {
    rows: Vec<Vec<i64>>,
    /// The lanes that admit each table, in order, the last row fastest.
    masks: Vec<u64>,
    lanes: u64,
}

/// What may be chosen for an element.
#[derive(Clone, Default)]
struct Admitted {
    words: Vec<i64>,
    classes: Vec<Class>,
}

impl Class {
    /// The place of the table that gives its rows what another table gives them.
    fn part(&self, wide: &Class, number: usize, words: usize) -> Option<usize> {
        let mut part = 0;
        for row in &self.rows {
            let at = wide.rows.binary_search(row).ok()?;
            let after = (wide.rows.len() - 1 - at) as u32;
            part = part * words + number / words.pow(after) % words;
        }
        Some(part)
    }

    /// Whether a lane admits a table.
    fn admits(&self, lane: usize, number: usize) -> bool {
        self.masks[number] >> lane & 1 == 1
    }
}

impl<'p> Block<'p> {
    /// A joint choice for every element: first what each admits, then what is taken.
    pub(super) fn choose_jointly(
        &mut self,
        joint: &'p Joint,
        open: Open<'_>,
        choices: &mut dyn Choices,
    ) {
        let mut admitted = vec![Admitted::default(); open.elements.len()];
        self.every(open, |block, place, mask| {
            match block.tables(joint, &open.elements[place], mask) {
                Some(found) => admitted[place] = found,
                None => {
                    block.astray |= mask;
                    block.discard(mask, joint.site);
                }
            }
        });
        self.every(open, |block, place, mask| {
            let Admitted { words, classes } = &admitted[place];
            let some = classes.iter().flat_map(|class| &class.masks);
            let some = some.fold(0, |all, inside| all | inside);
            let none = mask & !some;
            let undecided = block.groups.as_ref().map_or(0, |of| of.undecided(classes, mask, none));
            block.discard(none | undecided, joint.site);
            let mask = mask & some & !undecided;
            let mut groups = block.groups.take();
            let (mut picked, mut astray) = ([0; LANES], 0);
            block.ask(choices, &joint.key, open.turn, &mut |choices, key| {
                let key = (key, joint.key.recurs);
                match (&mut groups, &classes[..]) {
                    (Some(groups), [_, _, ..]) => {
                        let taken = groups.pick_tables(choices, key, (classes, words.len()), mask);
                        (picked, astray) = taken;
                    }
                    (groups, _) => {
                        for class in classes.iter().filter(|class| class.lanes & mask != 0) {
                            let numbers: Vec<i64> = (0..class.masks.len() as i64).collect();
                            let options = (&numbers[..], &class.masks[..]);
                            let inside = class.lanes & mask;
                            let own = pick(groups.as_mut(), choices, key, options, inside);
                            lanes(inside).for_each(|lane| picked[lane] = own[lane]);
                        }
                    }
                }
            });
            block.groups = groups;
            block.astray |= astray;
            block.discard(astray, joint.site);
            for class in classes {
                block.take_tables(joint.table, class, words, (&picked, mask & !astray));
            }
            block.answered_for_rows(joint);
        });
    }

    /// Puts what the lanes of a class picked into their tables.
    fn take_tables(
        &mut self,
        table: usize,
        class: &Class,
        words: &[i64],
        (picked, mask): (&[u32; LANES], u64),
    ) {
        let table = self.table(table);
        for lane in lanes(class.lanes & mask) {
            let mut rest = picked[lane] as usize;
            for row in class.rows.iter().rev() {
                if let Ok(at) = table.rows.binary_search(row) {
                    table.values[at][lane] = words[rest % words.len()];
                    table.there[at] |= 1 << lane;
                }
                rest /= words.len();
            }
        }
    }

    /// Notes the variants that rows were given.
    fn answered_for_rows(&mut self, joint: &Joint) {
        if !joint.key.marked.is_empty() {
            let Table { values, there, .. } = self.table(joint.table).clone();
            for (column, there) in values.iter().zip(there) {
                self.answered(&joint.key.marked, column, there);
            }
        }
    }

    /// The table of a joint choice for the element that is bound.
    fn table(&mut self, table: usize) -> &mut Table {
        let element = self.memory.element(self.program.tables[table]);
        &mut self.memory.tables[table][element]
    }

    /// What each lane admits; none where that is left to the reference.
    fn tables(&mut self, joint: &'p Joint, element: &Element, mask: u64) -> Option<Admitted> {
        let mut found: Vec<(Vec<i64>, u64)> = Vec::new();
        let slots: Vec<usize> = joint.rows.iter().map(|entry| entry.slot).collect();
        let mut element = element.clone();
        let depth = element.depth();
        self.nest(&joint.rows, mask, &mut element, &mut |element, inside| {
            found.push((element.since(depth, &slots), inside));
        });
        found.sort_unstable();
        let mask = self.live(mask);
        let (words, there) = self.candidates(&joint.from, mask);
        if there.iter().any(|inside| *inside != mask) {
            return None;
        }
        let mut rows: Vec<Vec<i64>> = found.iter().map(|(row, _)| row.clone()).collect();
        rows.dedup();
        let empty = vec![[0; LANES]; rows.len()];
        let nowhere = vec![0; rows.len()];
        *self.table(joint.table) = Table { rows, values: empty, there: nowhere };
        let mut left = mask;
        let mut classes = Vec::new();
        while left != 0 {
            let first = left & left.wrapping_neg();
            let has = |(_, inside): &&(Vec<i64>, u64)| inside & first != 0;
            let mut rows: Vec<Vec<i64>> =
                found.iter().filter(has).map(|(row, _)| row.clone()).collect();
            rows.dedup();
            let same =
                |all: u64, of: &(Vec<i64>, u64)| all & if of.1 & first != 0 { of.1 } else { !of.1 };
            let lanes = found.iter().fold(left, same);
            left &= !lanes;
            classes.push(self.class(joint, rows, lanes, &words)?);
        }
        Some(Admitted { words, classes })
    }

    /// What the lanes with these rows admit; none where there are too many tables.
    fn class(
        &mut self,
        joint: &'p Joint,
        rows: Vec<Vec<i64>>,
        lanes: u64,
        words: &[i64],
    ) -> Option<Class> {
        let count = rows.iter().try_fold(1usize, |count, _| {
            count.checked_mul(words.len()).filter(|count| *count <= TABLES_MAX)
        })?;
        let table = self.table(joint.table);
        let places: Vec<usize> =
            rows.iter().filter_map(|row| table.rows.binary_search(row).ok()).collect();
        table.there.fill(0);
        places.iter().for_each(|at| table.there[*at] = u64::MAX);
        let mut masks = Vec::with_capacity(count);
        for number in 0..count {
            let mut rest = number;
            for at in places.iter().rev() {
                self.table(joint.table).values[*at].fill(words[rest % words.len()]);
                rest /= words.len();
            }
            let asked = self.live(lanes);
            masks.push(match &joint.filter {
                Some(filter) if asked != 0 => asked & self.bits(filter, asked, 0),
                Some(_) | None => asked,
            });
        }
        self.table(joint.table).there.fill(0);
        Some(Class { rows, masks, lanes })
    }

    /// What was chosen for a row, another in each lane.
    pub(super) fn chosen_for(
        &mut self,
        table: usize,
        indices: &'p [Num],
        site: Site,
        (mask, at): (u64, usize),
    ) -> Column {
        let mut columns = Vec::with_capacity(indices.len());
        for index in indices {
            let source = self.num(index, mask, at);
            columns.push(*self.memory.column(source));
        }
        let plain = |num: &Num| matches!(num, Num::Uniform(_) | Num::Const(_));
        let of = self.table(table);
        let place = |lane: usize| {
            let is = |row: &Vec<i64>| row.iter().copied().cmp(columns.iter().map(|of| of[lane]));
            of.rows.binary_search_by(is).ok()
        };
        if indices.iter().all(plain) {
            let (values, there) = match place(0) {
                Some(row) => (of.values[row], of.there[row]),
                None => ([0; LANES], 0),
            };
            self.fault(self.live(mask & !there), site);
            return values;
        }
        let (mut out, mut outside) = ([0; LANES], 0);
        for lane in lanes(mask) {
            match place(lane) {
                Some(row) if of.there[row] >> lane & 1 == 1 => out[lane] = of.values[row][lane],
                Some(_) | None => outside |= 1 << lane,
            }
        }
        self.fault(self.live(mask & outside), site);
        out
    }
}

impl Groups {
    /// The lanes of groups in which nothing is decided, since the worlds that have the most rows
    /// admit nothing.
    // spec: world.choices
    fn undecided(&self, classes: &[Class], mask: u64, none: u64) -> u64 {
        let (mut found, mut left) = (0, none);
        while left != 0 {
            let group = self.any(left & left.wrapping_neg()) & mask;
            left &= !group;
            let here = || classes.iter().filter(|class| class.lanes & group != 0);
            let most = here().map(|class| class.rows.len()).max().unwrap_or(0);
            let widest = here().filter(|class| class.rows.len() == most);
            let widest = widest.fold(0, |all, class| all | class.lanes) & group;
            found |= if widest & !none == 0 { group } else { 0 };
        }
        found
    }

    /// What lanes pick whose worlds have different rows: those that have the most decide together,
    /// and the others take their part of it where they admit it. Also the lanes that are left to
    /// the reference.
    // spec: world.choices
    fn pick_tables(
        &self,
        choices: &mut dyn Choices,
        (key, recurs): (&Key<'_>, bool),
        (classes, words): (&[Class], usize),
        mask: u64,
    ) -> ([u32; LANES], u64) {
        let (mut picked, mut astray, mut left) = ([0; LANES], 0, mask);
        if recurs || !key.same() {
            return (picked, mask);
        }
        while left != 0 {
            let group = self.any(left & left.wrapping_neg()) & left;
            left &= !group;
            let here = || classes.iter().filter(|class| class.lanes & group != 0);
            let most = here().map(|class| class.rows.len()).max().unwrap_or(0);
            let mut widest = here().filter(|class| class.rows.len() == most);
            let (Some(wide), None) = (widest.next(), widest.next()) else {
                astray |= group;
                continue;
            };
            let union = |inside: &u64| if inside & group != 0 { group } else { 0 };
            let union: Vec<u64> = wide.masks.iter().map(union).collect();
            if union.iter().all(|inside| *inside == 0) {
                astray |= group;
                continue;
            }
            let shared = asked(choices, key, &|at| at as i64, &union, group);
            for class in here() {
                let inside = class.lanes & group;
                let takes = |lane: &usize| {
                    let part = class.part(wide, shared[*lane] as usize, words);
                    part.filter(|part| class.admits(*lane, *part))
                };
                let own = lanes(inside).filter(|lane| takes(lane).is_none());
                let own = own.fold(0u64, |all, lane| all | 1 << lane);
                let offsets = self.offsets();
                let own_key = Key { world: Part::Each(&offsets), ..*key };
                let alone = asked(choices, &own_key, &|at| at as i64, &class.masks, own);
                for lane in lanes(inside) {
                    picked[lane] = takes(&lane).map_or(alone[lane], |part| part as u32);
                }
            }
        }
        (picked, astray)
    }
}
