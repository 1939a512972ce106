//! Traces as JSON lines: a header, then a line for each instant.

mod read;
mod write;

pub use read::{LINE_MAX, Reading, read, read_from};
pub(super) use read::{declare, structures};
pub use write::{Recording, write, write_to};

/// The version of the form.
pub const VERSION: u64 = 1;
