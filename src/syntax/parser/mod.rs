//! Tokens to tree: recursive descent, and precedence climbing for operators.
//!
//! In: a text. Out: its tree and diagnostics. Every error is reported where it is found; the
//! parser then goes on behind the enclosing bracket, at the next statement, or at the next item.

mod binder;
mod check;
mod cursor;
mod expression;
mod item;
mod operand;
mod property;
#[cfg(test)]
mod shape;
mod statement;
mod structure;
mod types;
mod whole;

pub use expression::{Level, level_of};
pub use whole::{file, pins};
