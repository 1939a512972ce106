//! Tree to model: names, types, domains, lints. Sugar ends here.
//!
//! [`analyse`] runs the passes; each file below is one of them, or what several of them ask.

mod agents;
mod analyse;
mod checks;
mod collect;
mod constants;
mod domains;
mod dynamics;
mod events;
mod fold;
mod indices;
pub mod infer;
mod mentions;
pub mod names;
mod naming;
mod order;
mod pin_ties;
mod pins;
mod properties;
mod resolve;
mod settings;
mod structures;
pub mod symmetry;
#[cfg(test)]
mod tests;
mod unused;
mod uses;
mod variables;
pub mod walk;
mod work;
mod worlds;

pub use analyse::analyse;
pub use resolve::resolve_pins;

use crate::diag::{FileId, Sources};

/// Reads the text behind `use "path"`, relative to the file that says so: adds it to the
/// sources, or says why it cannot be read.
pub type Load<'a> = &'a mut dyn FnMut(&mut Sources, FileId, &str) -> Result<FileId, String>;
