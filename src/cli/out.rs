//! Where a command writes: standard output or a file, and standard error.
//!
//! A closed pipe ends the output quietly: `polity check | head` is no error.

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};
use std::path::PathBuf;

use super::exit::Failure;
use crate::report::Style;

/// Columns where nothing else is said.
const WIDTH: usize = 80;

/// Where results go.
#[derive(Clone, Debug)]
pub struct Out {
    file: Option<PathBuf>,
    bytes: Vec<u8>,
    style: Style,
}

impl Out {
    /// Results to `file`, or to standard output.
    pub fn new(file: Option<PathBuf>, quiet: bool, verbose: bool) -> Out {
        let terminal = file.is_none() && stdout().is_terminal();
        let style =
            Style { width: columns(terminal), colour: terminal && wanted(), verbose, quiet };
        Out { file, bytes: Vec::new(), style }
    }

    /// How results look.
    pub fn style(&self) -> Style {
        self.style
    }

    /// Whether a person watches.
    pub fn is_terminal(&self) -> bool {
        self.file.is_none() && stdout().is_terminal()
    }

    /// Writes `text`: at once to standard output, at the end to a file.
    pub fn write(&mut self, text: &str) {
        self.write_bytes(text.as_bytes());
    }

    /// Writes what is no text.
    pub fn write_bytes(&mut self, bytes: &[u8]) {
        if self.file.is_some() {
            self.bytes.extend(bytes);
            return;
        }
        let mut out = stdout().lock();
        // A reader that has gone away (a closed pipe) wants nothing more: no error.
        let _ = out.write_all(bytes).and_then(|()| out.flush());
    }

    /// Writes the file, if results go to one.
    pub fn finish(self) -> Result<(), Failure> {
        let Some(file) = self.file else { return Ok(()) };
        std::fs::write(&file, self.bytes).map_err(|error| {
            Failure::new(format!("cannot write `{}`: {}", file.display(), reason(&error)))
        })
    }
}

/// Writes to standard error; nothing is to be done if that fails.
pub fn complain(text: &str) {
    let mut out = stderr().lock();
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
}

/// Whether diagnostics may be coloured.
pub fn colour_errors() -> bool {
    stderr().is_terminal() && wanted()
}

fn wanted() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !set("NO_COLOR") && !dumb
}

/// The columns of a terminal that says so, within reason.
fn columns(terminal: bool) -> usize {
    if !terminal {
        return WIDTH;
    }
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.unwrap_or(WIDTH).clamp(60, 160)
}

/// An input or output error in plain words.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_string(),
        ErrorKind::PermissionDenied => "permission denied".to_string(),
        ErrorKind::IsADirectory => "it is a folder".to_string(),
        ErrorKind::InvalidData => "it is not UTF-8".to_string(),
        _ => error.to_string(),
    }
}
