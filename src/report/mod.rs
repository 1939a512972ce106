//! From verdicts to words and pictures: what a person reads, and what a machine reads.
//!
//! In: a model, its sources and outcomes. Out: text or JSON, as strings. Nothing is printed
//! here, no clock is read, and the same outcome gives the same bytes.

pub mod causes;
pub mod chance;
pub mod claim;
pub mod front;
pub mod graph;
pub mod header;
pub mod instant;
pub mod json;
pub mod matrix;
pub mod mutate;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod profile;
pub mod record;
pub mod repairs;
pub mod run;
pub mod sheet;
pub mod society;
pub mod table;
pub mod text;
pub mod threshold;
pub mod why;
pub mod words;
pub mod worlds;

pub use sheet::{Sheet, Style};
pub use words::Words;
