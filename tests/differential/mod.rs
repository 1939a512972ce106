//! Random small models as text, and what is asked of every engine on them.
//!
//! In: a seed. Out: a model that means something (types are right by construction), with its
//! checks; and for a target of it what each engine answers.
//!
//! # Invariants
//! - The same seed gives the same text, on every machine.
//! - A [`Sample`] shrinks as text: parts are left out or replaced by simpler ones of their type,
//!   and only texts without errors are shown to a test.
//! - Nothing here knows what a model means: that is asked of `analysis` and of the engines.

mod alike;
pub mod answers;
mod booleans;
mod checks;
pub mod coverage;
mod dice;
mod dynamics;
mod expressions;
mod formulas;
mod generator;
mod items;
mod leaves;
mod numbers;
mod piece;
mod scope;
mod sets;
mod society;
mod statements;
pub mod strategy;
mod structures;
mod variables;

pub use strategy::{Flavour, Sample, Samples};
