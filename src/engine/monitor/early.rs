//! When runs stop, since all that is asked of them is settled.
//!
//! `always` and `eventually` of what needs one instant are settled by an instant alone: which
//! lanes have seen it is a word for each, and runs stop at the first instant that settles the last
//! of them. Of other formulas all that was seen is looked at, at the start and whenever it is twice
//! as much: all looks together cost no more than two at the end, for each step the same.

use super::{Seen, known};
use crate::engine::program::{Atom, Form, Program};

/// What is looked at.
pub(in crate::engine) struct Early {
    /// For each formula what settles it at once; none where one has nothing of that kind.
    marks: Option<Vec<Mark>>,
    /// The next instant at which all that was seen is looked at.
    next: u32,
}

/// What settles a formula at once.
struct Mark {
    atom: usize,
    /// What the atom says then.
    truth: bool,
    /// The lanes that have seen it.
    seen: u64,
}

impl Early {
    /// Nothing was seen yet.
    pub fn new(program: &Program) -> Early {
        let marks = program.formulas.iter().map(|form| Mark::of(form, &program.atoms));
        Early { marks: marks.collect(), next: 0 }
    }

    /// Whether the open lanes say all that is asked of them; it is asked at every instant.
    pub fn settled<'p>(&mut self, instant: u32, open: u64, seen: Seen<'_, 'p>) -> bool {
        match &mut self.marks {
            Some(marks) if seen.groups.is_none() => {
                marks.iter_mut().for_each(|mark| mark.take(seen));
                marks.iter().all(|mark| open & !mark.seen == 0)
            }
            _ => {
                let mut formulas = seen.program.formulas.iter();
                self.due(instant) && formulas.all(|form| open & !known(form, open, seen) == 0)
            }
        }
    }

    /// Whether it is time to look at all that was seen.
    fn due(&mut self, instant: u32) -> bool {
        let due = instant >= self.next;
        if due {
            self.next = (2 * instant).max(instant + 2);
        }
        due
    }
}

impl Mark {
    /// What settles a formula, if an instant may.
    fn of(form: &Form, atoms: &[Atom]) -> Option<Mark> {
        let Form::Future { all, from: 0, to: None, body } = form else { return None };
        let Form::Atom(atom) = **body else { return None };
        let Atom { first, last, late, dims, .. } = &atoms[atom];
        let every = !first && !last && !late && dims.is_empty();
        every.then_some(Mark { atom, truth: !all, seen: 0 })
    }

    /// Takes in the last instant.
    fn take(&mut self, seen: Seen<'_, '_>) {
        let bits = seen.history.atoms[self.atom].last().copied().unwrap_or(0);
        self.seen |= if self.truth { bits } else { !bits };
    }
}
