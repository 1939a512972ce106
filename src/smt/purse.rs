//! What questions may still take: z3's own count of work, the same on every machine; a wall
//! time for each besides; and whether to go on at all.

use std::cell::Cell;

/// A purse that questions are paid from.
pub struct Purse<'a> {
    work: Cell<u64>,
    /// The wall time of one question, in milliseconds.
    pub milliseconds: u32,
    /// Whether to go on; asked from another thread while z3 works.
    pub go_on: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Purse<'a> {
    /// A purse of `work` units of z3's count.
    pub fn new(work: u64, milliseconds: u32, go_on: &'a (dyn Fn() -> bool + Sync)) -> Purse<'a> {
        Purse { work: Cell::new(work), milliseconds, go_on }
    }

    /// What is left, as z3 takes it: never 0, which would be no limit.
    pub fn left(&self) -> u32 {
        u32::try_from(self.work.get()).unwrap_or(u32::MAX).max(1)
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.work.get() == 0
    }

    /// Pays for a question.
    pub fn pay(&self, work: u64) {
        self.work.set(self.work.get().saturating_sub(work));
    }
}
