//! A whole text.
//!
//! In: a text. Out: the same, laid out, or the errors because of which it is left alone.

use super::document;
use super::pieces::Pieces;
use crate::diag::{Diagnostic, FileId, has_errors};
use crate::syntax::brackets;
use crate::syntax::lexer::lex;
use crate::syntax::parser;

/// The text in its one layout.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let (tree, diagnostics) = parser::file(file, text);
    if has_errors(&diagnostics) {
        return Err(diagnostics);
    }
    let mut lexed = lex(file, text);
    let mut more = Vec::new();
    let pairs = brackets::pair(file, text, &mut lexed, &mut more)
        .expect("a text without errors has brackets that pair");
    let mut pieces = Pieces::new(text, &lexed, &pairs);
    let mut starts: Vec<(u32, Option<usize>)> =
        tree.items.iter().enumerate().map(|(at, item)| (item.span.start, Some(at))).collect();
    starts.extend(tree.uses.iter().map(|other| (other.span.start, None)));
    starts.sort_unstable();
    if tree.model.is_some() {
        pieces.entry(true, true);
    }
    for (start, item) in starts {
        pieces.until(start);
        pieces.entry(false, true);
        if let Some(item) = item {
            pieces.item(&tree.items[item]);
        }
    }
    Ok(document::print(&pieces.finish()))
}

#[cfg(test)]
mod tests {
    use crate::diag::FileId;
    use crate::syntax::format;

    /// Checks that `text` is laid out as `expected`, and that as itself.
    fn becomes(text: &str, expected: &str) {
        assert_eq!(format(FileId(0), text).as_deref(), Ok(expected));
        assert_eq!(format(FileId(0), expected).as_deref(), Ok(expected), "formatted again");
    }

    #[test]
    fn items_stand_on_lines_of_their_own() {
        becomes("model m const A=1 enum E{A,B}", "model m\nconst A = 1\nenum E { A, B }\n");
    }

    #[test]
    fn one_empty_line_is_kept_and_more_are_not() {
        becomes(
            "model m\n\n\n\nconst A = 1\nconst B = 2\n\n",
            "model m\n\nconst A = 1\nconst B = 2\n",
        );
    }

    #[test]
    fn comments_are_kept_where_they_are() {
        becomes(
            "//! d\nmodel m // t\n/// k\nkind K { // o\nparam a:bool\n// e\n}\n// last",
            "//! d\nmodel m  // t\n/// k\nkind K {  // o\n  param a: bool\n  // e\n}\n// last\n",
        );
        becomes("assume a // why\n  and b", "assume\n  a  // why\n  and b\n");
        becomes("step {\n// nothing\n}", "step {\n  // nothing\n}\n");
        becomes("", "");
        becomes("\n\n// only this", "// only this\n");
    }

    #[test]
    fn statements_stand_on_lines_of_their_own() {
        becomes(
            "step{if a{x'=1}else if b{y'=-2}else{} for a in S where c{let z=a x'=z}}",
            "step {\n  if a { x' = 1 } else if b { y' = -2 } else {}\n  \
             for a in S where c {\n    let z = a\n    x' = z\n  }\n}\n",
        );
    }

    #[test]
    fn arms_stand_on_lines_of_their_own() {
        becomes(
            "def f(x: int): int = match x { -1 => a 0 => {b} _ => - - c }",
            "def f(x: int): int =\n  match x {\n    -1 => a\n    0 => {b}\n    _ => --c\n  }\n",
        );
    }

    #[test]
    fn what_does_not_fit_breaks_at_its_outermost_places() {
        let long = "x".repeat(40);
        becomes(
            &format!("property p {{ always ({long} and {long} and {long}) }}"),
            &format!("property p {{\n  always ({long}\n    and {long}\n    and {long})\n}}\n"),
        );
        becomes(
            &format!("property p {{ forall a in {long}: f({long}, {long}) }}"),
            &format!("property p {{\n  forall a in {long}:\n    f({long}, {long})\n}}\n"),
        );
    }

    #[test]
    fn a_text_that_does_not_parse_is_left_alone() {
        assert!(format(FileId(0), "model").is_err());
        assert!(format(FileId(0), "assume always p implies q").is_err());
    }
}
