//! The texts that are read, and places in them.

use serde::{Deserialize, Serialize};

/// Which text of a [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A stretch of a text: byte offsets, `end` excluded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// From the start of `self` to the end of `other`, which is in the same text.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty stretch just behind `self`.
    pub fn after(self) -> Span {
        Span { start: self.end, ..self }
    }
}

/// A text and where it came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// A path as the user wrote it, or a name in angle brackets.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// All texts of a session.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.files.push(Source { name: name.into(), text: text.into() });
        FileId(self.files.len() as u32 - 1)
    }

    /// All texts, in the order in which they were added.
    pub fn all(&self) -> &[Source] {
        &self.files
    }

    /// The text of `file`.
    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file.0 as usize]
    }

    /// The words of `span`.
    pub fn words(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The line and column of the start of `span`, both from 1, the column in characters.
    pub fn position(&self, span: Span) -> (u32, u32) {
        let text = &self.get(span.file).text;
        let before = &text[..(span.start as usize).min(text.len())];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() as u32 + 1;
        (line, before[line_start..].chars().count() as u32 + 1)
    }
}
