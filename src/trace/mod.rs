//! A run, and how it is stored: setup, choices, draws; the states that follow from them.

pub mod cells;
pub mod counterexample;
pub mod diagnose;
pub mod error;
pub mod import;
pub mod jsonl;
pub mod keys;
mod pretty;
pub mod recorded;
pub mod roster;
pub mod run;
pub mod run_json;
pub mod setup;
pub mod setup_file;
mod social;
pub mod states;
pub mod values;

pub use counterexample::{Counterexample, Unusable};
pub use diagnose::diagnose;
pub use error::ReadError;
pub use jsonl::Reading;
pub use recorded::Recorded;
pub use run::{Key, Run};
pub use setup::{Setup, StructureSetup};
pub use setup_file::SetupFile;
pub use states::{Answer, End, Fault, FaultKind, Instant, Trace};

#[cfg(test)]
mod tests;
