//! The value of an expression or formula: one function per rule of the language.
//!
//! In: a [`View`] (model, society, and where it is read), a frame of local variables, an
//! expression. Out: its value, or why it has none ([`Stop`]).
//!
//! # Invariants
//! - Evaluation never changes what it reads; it writes only the slots that the expression binds.
//! - Sets come out sorted and without doubles; occurrences of events as a sorted bag.
//! - A verdict that is known on a prefix of a run stays as it is on every longer prefix.

pub mod arithmetic;
pub mod binders;
#[cfg(test)]
pub(in crate::reference) mod built;
pub mod compare;
pub mod cover;
pub mod expression;
pub mod glob;
pub mod logic;
pub mod memo;
pub mod met;
pub mod read;
pub mod relations;
pub mod scene;
pub mod sets;
pub mod temporal;
#[cfg(test)]
mod tests;
pub mod ties;
pub mod view;
pub mod walk;
pub mod words;

pub use binders::elements;
pub use expression::{eval, truth};
pub use met::{Branch, Met};
pub use view::{Here, Stop, View};
pub use walk::needs_time;
