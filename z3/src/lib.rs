//! The Z3 solver for polity: the crate `z3`, linked to a Z3 of the right version.
//!
//! In: nothing. Out: the crate [`z3`], and the [`version`] of the Z3 that is loaded.
//!
//! # Invariants
//! - Nobody else depends on `z3`: what is linked is decided here, in `build.rs`.
//!
//! It does not know polity.

use std::fmt;

pub use z3;

/// The oldest Z3 whose numbers mean what the bindings take them to mean.
pub const OLDEST: Version = Version { major: 5, minor: 3, patch: 0 };

/// A version of Z3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Changes with the interface.
    pub major: u32,
    /// Changes with the numbers of the operators.
    pub minor: u32,
    /// Changes with anything.
    pub patch: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The Z3 that is loaded is not one that the bindings are made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongVersion {
    /// What the loaded Z3 calls itself.
    pub found: String,
}

impl fmt::Display for WrongVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.found;
        write!(f, "the solver that was loaded is `{found}`, and Z3 {OLDEST} or newer is needed")
    }
}

impl std::error::Error for WrongVersion {}

/// The version of the Z3 that is loaded; to be asked once, before anything else.
///
/// An older one loads as well, and then answers wrongly or crashes.
///
/// ```
/// assert!(polity_z3::version()? >= polity_z3::OLDEST);
/// # Ok::<(), polity_z3::WrongVersion>(())
/// ```
pub fn version() -> Result<Version, WrongVersion> {
    let found = z3::full_version();
    let known = parse(found).filter(|version| *version >= OLDEST);
    known.ok_or_else(|| WrongVersion { found: found.to_string() })
}

/// Reads `Z3 5.3.3.0` or `Z3 5.3.3`, whatever follows.
fn parse(text: &str) -> Option<Version> {
    let number = text.split_whitespace().find(|word| word.contains('.'))?;
    let mut parts = number.split('.').map(|part| part.parse().ok());
    let mut next = || parts.next().flatten();
    Some(Version { major: next()?, minor: next()?, patch: next()? })
}

#[cfg(test)]
mod tests;
