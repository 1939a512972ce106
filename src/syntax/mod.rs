//! Text to tree: lexer, parser, the two-readings check, formatter. Never fails: what is
//! wrong is a diagnostic.

pub mod ast;
mod brackets;
mod layout;
mod lexer;
mod literal;
mod parser;
mod readings;
mod token;
mod walk;
mod words;

use crate::diag::{Diagnostic, FileId};

/// How high a tree may be: the most levels that a text may nest.
pub const DEPTH_MAX: u32 = 128;

/// How many diagnostics each stage keeps: more are never shown.
const KEPT_MAX: usize = 1000;

/// Parses a whole file. The tree holds what could be read; the diagnostics are in the order
/// of the text.
pub fn parse(file: FileId, text: &str) -> (ast::File, Vec<Diagnostic>) {
    parser::file(file, text)
}

/// Parses pins separated by `,` or `;` or white space: the text of `--given`.
pub fn parse_pins(file: FileId, text: &str) -> (Vec<ast::Pin>, Vec<Diagnostic>) {
    parser::pins(file, text)
}

/// The text in its one layout, comments kept; formatting that again changes nothing. Errors
/// where the text does not parse: such a text is left alone.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    layout::format(file, text)
}
