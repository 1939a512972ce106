//! What is wrong with a file that was read: where, and what was expected.
//!
//! In: a place in a file and words. Out: one line for a person, with a code that
//! `polity explain` knows.

use std::fmt;

use crate::diag::code::trace::BAD_SYNTAX;
use crate::diag::{Code, Diagnostic, FileId, Span};

/// A file that cannot be read as what it should be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct ReadError {
    /// Which rule it breaks.
    pub code: Code,
    /// The file as the user named it.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// What was wrong, and where in the line.
    pub wrong: Wrong,
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file)?;
        match self.place {
            Place::Whole => {}
            Place::Line(line) => write!(out, ", line {line}")?,
            Place::Message(message) => write!(out, ", message {message}")?,
        }
        write!(out, ": {}", self.wrong)
    }
}

/// A place in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// All of it.
    Whole,
    /// A line, from 1.
    Line(u32),
    /// A message of a conversation, from 0 as its own labels count them.
    Message(u32),
}

impl ReadError {
    /// The same as a diagnostic of `text`, which was read as `file`: at its line, or at the
    /// first one.
    pub fn diagnostic(&self, file: FileId, text: &str) -> Diagnostic {
        let number = match self.place {
            Place::Line(line) => line.max(1) as usize,
            Place::Whole | Place::Message(_) => 1,
        };
        let lines = text.split_inclusive('\n');
        let start: usize = lines.clone().take(number - 1).map(str::len).sum();
        let line = lines.clone().nth(number - 1).unwrap_or("").trim_end();
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span { file, start: offset(start), end: offset(start + line.len()) };
        Diagnostic::error(self.code, span, self.wrong.to_string())
    }
}

/// What is wrong inside one line or document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// Which rule it breaks.
    pub code: Code,
    /// The field: `changed.team[0].stage`; empty where it is about the whole.
    pub field: String,
    /// Lower case, no full stop, the user's words in backticks.
    pub message: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(out, "in `{}`: ", self.field)?;
        }
        write!(out, "{}", self.message)
    }
}

impl Wrong {
    /// Something wrong with the whole line or document.
    pub fn new(code: Code, message: impl Into<String>) -> Wrong {
        Wrong { code, field: String::new(), message: message.into() }
    }

    /// The same, inside the field `name`.
    pub fn under(self, name: &str) -> Wrong {
        let field = match self.field.chars().next() {
            None => name.to_string(),
            Some('[') => format!("{name}{}", self.field),
            Some(_) => format!("{name}.{}", self.field),
        };
        Wrong { field, ..self }
    }

    /// The same, inside the element `index` of a list.
    pub fn at(self, index: usize) -> Wrong {
        self.under(&format!("[{index}]"))
    }

    /// The same as an error of `file` at `place`.
    pub fn in_file(self, file: &str, place: Place) -> ReadError {
        ReadError { code: self.code, file: file.to_string(), place, wrong: self }
    }
}

/// What JSON breaks off at: `this is no JSON, at column 7: expected value`.
pub(super) fn no_json(error: &serde_json::Error) -> Wrong {
    let shown = error.to_string();
    let what = shown.split(" at line ").next().unwrap_or_default();
    let message = format!("this is no JSON, at column {}: {what}", error.column());
    Wrong::new(BAD_SYNTAX, message)
}

/// `; did you mean …?` where there is something like `word`.
pub(super) fn meant<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    crate::analysis::names::suggest(word, candidates)
        .map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::code::trace::BAD_VALUE;

    #[test]
    fn an_error_names_file_place_and_field() {
        let wrong = Wrong::new(BAD_VALUE, "expected a bool").under("stage").at(2).under("team");
        let error = wrong.under("state").in_file("run.jsonl", Place::Line(3));
        let expected = "run.jsonl, line 3: in `state.team[2].stage`: expected a bool";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_diagnostic_stands_at_the_line() {
        let text = "one\ntwo \nthree";
        let at =
            |place| Wrong::new(BAD_VALUE, "no").in_file("x", place).diagnostic(FileId(0), text);
        let range = |place| (at(place).span.start, at(place).span.end);
        assert_eq!(range(Place::Line(2)), (4, 7));
        assert_eq!(range(Place::Line(3)), (9, 14));
        assert_eq!(range(Place::Line(9)), (14, 14));
        assert_eq!(range(Place::Whole), (0, 3));
    }
}
