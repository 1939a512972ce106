//! `use "x.polity"`: the libraries of a file, parsed.
//!
//! In: a file and a way to read others. Out: each library once, those that others need first.
//! A library that uses itself, directly or not, is an error.

use super::Load;
use crate::diag::code::model::{LIBRARY_UNREADABLE, NOT_FOR_LIBRARIES, USE_CYCLE};
use crate::diag::{Diagnostic, FileId, Sources};
use crate::syntax::ast::{File, ItemKind, Use};

/// Libraries may use libraries this deep: a guard against names that never repeat.
const DEPTH_MAX: usize = 64;

struct Reader<'r, 'l> {
    sources: &'r mut Sources,
    load: Load<'l>,
    /// Names of the files that are being read, outermost first.
    open: Vec<String>,
    /// Names of the files that were read.
    done: Vec<String>,
    libraries: Vec<File>,
    diagnostics: Vec<Diagnostic>,
}

/// All libraries of `file`, and what is wrong with them.
pub fn libraries(
    file: &File,
    sources: &mut Sources,
    load: Load<'_>,
) -> (Vec<File>, Vec<Diagnostic>) {
    let open = vec![sources.get(file.span.file).name.clone()];
    let mut reader = Reader {
        sources,
        load,
        open,
        done: Vec::new(),
        libraries: Vec::new(),
        diagnostics: Vec::new(),
    };
    for used in &file.uses {
        reader.read(file.span.file, used);
    }
    (reader.libraries, reader.diagnostics)
}

/// Says so of the first item that a library cannot hold. If something before it did not parse,
/// that was probably `model`, and an error was given.
pub fn only_library_items(file: &File, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let mut strangers = file.items.iter().filter(|item| match item.kind {
        ItemKind::Const { .. } | ItemKind::Enum { .. } | ItemKind::Def { .. } => false,
        ItemKind::Kind { .. }
        | ItemKind::Agents { .. }
        | ItemKind::Structure(_)
        | ItemKind::Param { .. }
        | ItemKind::State { .. }
        | ItemKind::Event { .. }
        | ItemKind::Assume(_)
        | ItemKind::Step(_)
        | ItemKind::Rule { .. }
        | ItemKind::Schedule(_)
        | ItemKind::Property(_)
        | ItemKind::Witness { .. }
        | ItemKind::Invariant { .. }
        | ItemKind::Measure { .. }
        | ItemKind::Check { .. } => true,
    });
    if let Some(first) = strangers.next()
        && !unread_before_items(file, sources)
    {
        let message = "a file without `model` is a library: only consts, enums and defs";
        diagnostics.push(
            Diagnostic::error(NOT_FOR_LIBRARIES, first.span, message)
                .help("begin the file with `model NAME` if it is a model"),
        );
    }
}

/// Whether words stand before the first item and the first `use` that are neither.
fn unread_before_items(file: &File, sources: &Sources) -> bool {
    let starts = file.items.iter().map(|item| item.span.start);
    let starts = starts.chain(file.uses.iter().map(|used| used.span.start));
    let first = starts.min().unwrap_or(file.span.end) as usize;
    let text = &sources.get(file.span.file).text;
    let before = text.get(file.span.start as usize..first).unwrap_or("");
    before.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//"))
}

impl Reader<'_, '_> {
    fn read(&mut self, from: FileId, used: &Use) {
        let found = (self.load)(self.sources, from, &used.path);
        let file = match found {
            Ok(file) => file,
            Err(reason) => {
                let message = format!("cannot read `{}`: {reason}", used.path);
                self.error(LIBRARY_UNREADABLE, used, message);
                return;
            }
        };
        let name = self.sources.get(file).name.clone();
        if let Some(at) = self.open.iter().position(|open| *open == name) {
            let circle = self.open[at..].iter().chain([&name]);
            let circle: Vec<String> = circle.map(|name| format!("`{name}`")).collect();
            let message = format!("these files use each other: {}", circle.join(" → "));
            self.error(USE_CYCLE, used, message);
            return;
        }
        if self.done.contains(&name) {
            return;
        }
        if self.open.len() >= DEPTH_MAX {
            let message = format!("libraries use each other more than {DEPTH_MAX} deep");
            self.error(USE_CYCLE, used, message);
            return;
        }
        self.library(file, name, used);
    }

    fn library(&mut self, file: FileId, name: String, used: &Use) {
        let text = self.sources.get(file).text.clone();
        let (library, diagnostics) = crate::syntax::parse(file, &text);
        self.diagnostics.extend(diagnostics);
        if library.model.is_some() {
            let message = format!("`{}` is a model, and only a library can be used", used.path);
            self.error(LIBRARY_UNREADABLE, used, message);
            self.done.push(name);
            return;
        }
        only_library_items(&library, self.sources, &mut self.diagnostics);
        self.open.push(name.clone());
        for inner in &library.uses {
            self.read(file, inner);
        }
        self.open.pop();
        self.done.push(name);
        self.libraries.push(library);
    }

    fn error(&mut self, code: crate::diag::Code, used: &Use, message: String) {
        self.diagnostics.push(Diagnostic::error(code, used.span, message));
    }
}
