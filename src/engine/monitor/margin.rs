//! Margins: how far a formula is from the other verdict, in every lane.
//!
//! # Invariants
//! - Ends lie in [-1, 1]; none is -0 or no number, so that the lesser of two does not depend on
//!   their order.

use super::prefix::Prefix;
use super::value::{Kleene, Known};
use crate::engine::choices::lanes;
use crate::engine::program::LANES;

/// A number for each lane.
pub(in crate::engine) type Reals = [f64; LANES];

/// The low and the high end of a margin in each lane.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::engine) struct Margins(Box<[Reals; 2]>);

impl Margins {
    /// Margins that are known.
    pub fn exact(margins: Reals) -> Margins {
        Margins(Box::new([margins, margins]))
    }

    /// The margin of a lane.
    pub fn lane(&self, lane: usize) -> (f64, f64) {
        (self.0[0][lane], self.0[1][lane])
    }

    /// The same, but in the lanes of a mask nothing is known.
    pub fn opened(mut self, mask: u64) -> Margins {
        for lane in lanes(mask) {
            (self.0[0][lane], self.0[1][lane]) = (-1.0, 1.0);
        }
        self
    }

    /// The same, but in the lanes of a mask it may be as great (or as small) as any.
    pub fn slackened(mut self, upwards: bool, mask: u64) -> Margins {
        let (end, to) = if upwards { (1, 1.0) } else { (0, -1.0) };
        lanes(mask).for_each(|lane| self.0[end][lane] = to);
        self
    }

    /// The lanes in which it does not say which verdict it is.
    pub fn undecided(&self) -> u64 {
        let open = |lane: &usize| !(self.0[0][*lane] > 0.0 || self.0[1][*lane] < 0.0);
        (0..LANES).filter(open).fold(0, |all, lane| all | 1 << lane)
    }

    fn joined(&self, other: &Margins, of: impl Fn(f64, f64) -> f64) -> Margins {
        let mut out = self.clone();
        for (out, other) in out.0.as_flattened_mut().iter_mut().zip(other.0.as_flattened()) {
            *out = of(*out, *other);
        }
        out
    }
}

impl Known for Margins {
    fn all(bool: bool) -> Margins {
        Margins::exact([if bool { 1.0 } else { -1.0 }; LANES])
    }

    fn open() -> Margins {
        Margins(Box::new([[-1.0; LANES], [1.0; LANES]]))
    }

    fn of(truth: Kleene) -> Margins {
        let end = |above: u64| {
            std::array::from_fn(|lane| if above >> lane & 1 == 1 { 1.0 } else { -1.0 })
        };
        Margins(Box::new([end(truth.yes), end(!truth.no)]))
    }

    fn read(prefix: &Prefix<'_, '_>, atom: usize) -> Vec<Margins> {
        prefix.margins(atom)
    }

    fn not(&self) -> Margins {
        // 0 less something is never -0.
        let negated = |end: &Reals| end.map(|end| 0.0 - end);
        Margins(Box::new([negated(&self.0[1]), negated(&self.0[0])]))
    }

    fn and(&self, other: &Margins) -> Margins {
        self.joined(other, |a, b| if b < a { b } else { a })
    }

    fn or(&self, other: &Margins) -> Margins {
        self.joined(other, |a, b| if b > a { b } else { a })
    }

    fn or_else(&self, mask: u64, other: &Margins) -> Margins {
        match mask {
            u64::MAX => return self.clone(),
            0 => return other.clone(),
            _ => {}
        }
        let mut out = other.clone();
        for (out, own) in out.0.iter_mut().zip(self.0.iter()) {
            lanes(mask).for_each(|lane| out[lane] = own[lane]);
        }
        out
    }

    fn shifted(&self, place: usize) -> Margins {
        let mut out = Margins::open();
        for (out, own) in out.0.iter_mut().zip(self.0.iter()) {
            out[..LANES - place].copy_from_slice(&own[place..]);
        }
        out
    }
}
