//! The one layout of a text.
//!
//! In: a text that parses. Out: the same tokens and comments in the same order, laid out.
//!
//! # Invariants
//! - No token is added, left out or moved, so the tree stays the same; only the white space
//!   between tokens is ours.
//! - A line break of the user's is kept where the layout may break, and only there, so
//!   formatting twice is formatting once.

mod document;
mod expression;
mod item;
mod pieces;
mod spacing;
mod statement;
mod whole;

pub use whole::format;
