//! polity: a formal specification and property-checking toolkit for multi-agent alignment.
//!
//! The order of the modules below is the architecture: a layer may use only the layers
//! above it. `tests/tidy.rs` reads this list and fails on any other arrow.

// A result has many fields, which `json!` takes one by one.
#![recursion_limit = "256"]

pub mod base;
pub mod diag;
pub mod syntax;
pub mod social;
pub mod ir;
pub mod analysis;
pub mod trace;
pub mod reference;
pub mod engine;
pub mod smt;
pub mod search;
pub mod check;
pub mod report;
pub mod cli;
