//! What is known of a formula at one instant, in all lanes at once.

use super::prefix::Prefix;

/// What a formula may say: its truth, or its margin. Both are lattices in which `and` takes the
/// lesser and `or` the greater, and what is not known lies between.
pub(in crate::engine) trait Known: Clone {
    /// The same in all lanes.
    fn all(bool: bool) -> Self;
    /// Nothing is known in any lane.
    fn open() -> Self;
    /// What a truth says.
    fn of(truth: Kleene) -> Self;
    /// What an atom says at every instant that is seen.
    fn read(prefix: &Prefix<'_, '_>, atom: usize) -> Vec<Self>;
    /// The negation.
    fn not(&self) -> Self;
    /// The lesser.
    fn and(&self, other: &Self) -> Self;
    /// The greater.
    fn or(&self, other: &Self) -> Self;
    /// This one in the lanes of a mask, the other elsewhere.
    fn or_else(&self, mask: u64, other: &Self) -> Self;
    /// In each lane what is so many lanes further.
    fn shifted(&self, place: usize) -> Self;
}

/// Where something is known to be true, and where to be false.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::engine) struct Kleene {
    pub yes: u64,
    pub no: u64,
}

impl Kleene {
    /// Where it is known.
    pub fn known(self) -> u64 {
        self.yes | self.no
    }
}

impl Known for Kleene {
    fn all(bool: bool) -> Kleene {
        match bool {
            true => Kleene { yes: u64::MAX, no: 0 },
            false => Kleene { yes: 0, no: u64::MAX },
        }
    }

    fn open() -> Kleene {
        Kleene { yes: 0, no: 0 }
    }

    fn of(truth: Kleene) -> Kleene {
        truth
    }

    fn read(prefix: &Prefix<'_, '_>, atom: usize) -> Vec<Kleene> {
        prefix.truths(atom)
    }

    fn not(&self) -> Kleene {
        Kleene { yes: self.no, no: self.yes }
    }

    fn and(&self, other: &Kleene) -> Kleene {
        Kleene { yes: self.yes & other.yes, no: self.no | other.no }
    }

    fn or(&self, other: &Kleene) -> Kleene {
        Kleene { yes: self.yes | other.yes, no: self.no & other.no }
    }

    fn or_else(&self, mask: u64, other: &Kleene) -> Kleene {
        Kleene {
            yes: (self.yes & mask) | (other.yes & !mask),
            no: (self.no & mask) | (other.no & !mask),
        }
    }

    fn shifted(&self, place: usize) -> Kleene {
        Kleene { yes: self.yes >> place, no: self.no >> place }
    }
}
