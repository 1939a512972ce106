//! What runs came to, remembered: a search that was killed is made again without making the runs
//! that it made before.
//!
//! In: all that something depends on but the target. Out: its key, under which whoever keeps a
//! memory finds what it came to as bytes.
//!
//! # Invariants
//! - What is remembered is what would come out again. So a search finds the same whatever its
//!   memory holds: everything, nothing, or some of it.
//! - Nothing here knows which search a record is of: two targets need two memories.

pub mod pack;
pub mod shown;

use std::sync::Arc;

/// What was remembered.
pub type Record = Arc<[u8]>;

/// Who remembers.
pub trait Memory: Sync {
    /// What is remembered under a key.
    fn recall(&self, key: u128) -> Option<Record>;

    /// Remembers what `record` makes; it need not be called.
    fn remember(&self, key: u128, record: &dyn Fn() -> Vec<u8>);
}

/// What a record is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// One run, its answers listed or from its seed.
    Run,
    /// One run of a setup, by which option was taken at each choice and draw.
    Path,
    /// What a run was asked that the engine made.
    Asked,
    /// An edit of a run that was found.
    Edit,
    /// All runs that were left of a setup, where the engine passed all of them by.
    Walk,
    /// Counted runs of a chance property.
    Counts,
    /// Everything that a target's records depend on: no record itself.
    Target,
}

/// The key of a record of something that these bytes tell from all others of its kind.
pub fn key(of: Of, bytes: &[u8]) -> u128 {
    // FNV-1a with 128 bits.
    const START: u128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;
    let bytes = std::iter::once(of as u8).chain(bytes.iter().copied());
    bytes.fold(START, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests;
