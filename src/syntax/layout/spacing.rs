//! Which tokens stand apart.
//!
//! In: two tokens next to each other. Out: whether there is a space between them.

use crate::syntax::token::{Bracket, Kind};
use crate::syntax::words;

/// A token as spacing sees it.
#[derive(Clone, Copy)]
pub struct Seen<'t> {
    /// What it is.
    pub kind: Kind,
    /// Its words.
    pub text: &'t str,
    /// Whether it is a prefix `-`.
    pub is_prefix: bool,
    /// Whether it is a word behind `.`, and so a field.
    pub is_field: bool,
}

/// Whether there is a space between `left` and `right`.
pub fn is_apart(left: Seen<'_>, right: Seen<'_>) -> bool {
    if left.is_prefix {
        return false;
    }
    match (left.kind, right.kind) {
        (_, Kind::Comma | Kind::Semicolon | Kind::Colon | Kind::Question) => false,
        (_, Kind::Dot | Kind::DotDot | Kind::Prime | Kind::At) => false,
        (Kind::Dot | Kind::DotDot | Kind::At, _) => false,
        (Kind::Open(Bracket::Round | Bracket::Square), _) => false,
        (_, Kind::Close(Bracket::Round | Bracket::Square)) => false,
        (Kind::Open(Bracket::Curly), Kind::Close(Bracket::Curly)) => false,
        (_, Kind::Open(Bracket::Round)) => !takes_arguments(left),
        (_, Kind::Open(Bracket::Square)) => !takes_index(left),
        _ => true,
    }
}

/// Whether `(` behind this begins its arguments.
fn takes_arguments(left: Seen<'_>) -> bool {
    let is_function = matches!(left.text, "initially" | "prev" | "probability" | "expected");
    let is_clause = matches!(left.text, "when" | "only" | "without");
    let is_name = !words::is_reserved(left.text) && !is_clause;
    left.kind == Kind::Word && (left.is_field || is_function || is_name)
}

/// Whether `[` behind this begins its index, size or interval.
fn takes_index(left: Seen<'_>) -> bool {
    match left.kind {
        Kind::Word => left.is_field || left.text != "over",
        Kind::Close(Bracket::Round | Bracket::Square) | Kind::Prime => true,
        _ => false,
    }
}
