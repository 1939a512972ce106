//! Whole texts: a file, or the pins of the command line.
//!
//! In: a text. Out: its tree, and all that is wrong with it in the order of the text, at most
//! [`REPORTED_MAX`] diagnostics and one that says so.

use super::cursor::{Parse, Parser};
use crate::diag::code::syntax as code;
use crate::diag::{Diagnostic, FileId, Span};
use crate::syntax::ast::Literal;
use crate::syntax::ast::{File, Pin, Use};
use crate::syntax::brackets;
use crate::syntax::lexer::lex;
use crate::syntax::readings;
use crate::syntax::token::{Bracket, CommentKind, Kind, Lexed};
use crate::syntax::words;

/// How many diagnostics a text is given; one more says that there are more.
pub const REPORTED_MAX: usize = 100;

/// Parses a whole file.
pub fn file(file: FileId, text: &str) -> (File, Vec<Diagnostic>) {
    let mut lexed = lex(file, text);
    let mut diagnostics = std::mem::take(&mut lexed.diagnostics);
    let span = Span { file, start: 0, end: text.len() as u32 };
    let docs = file_docs(text, &lexed);
    let mut tree = File { docs, model: None, uses: Vec::new(), items: Vec::new(), span };
    if let Some(pairs) = brackets::pair(file, text, &mut lexed, &mut diagnostics) {
        let mut parser = Parser::new(file, text, &lexed, &pairs);
        parser.items(&mut tree);
        diagnostics.append(&mut parser.diagnostics);
        readings::refuse_in_file(text, &tree, &mut diagnostics);
    }
    (tree, in_order(diagnostics))
}

/// Parses pins.
pub fn pins(file: FileId, text: &str) -> (Vec<Pin>, Vec<Diagnostic>) {
    let mut lexed = lex(file, text);
    let mut diagnostics = std::mem::take(&mut lexed.diagnostics);
    let mut pins = Vec::new();
    if let Some(pairs) = brackets::pair(file, text, &mut lexed, &mut diagnostics) {
        let mut parser = Parser::new(file, text, &lexed, &pairs);
        pins = parser.pins().unwrap_or_default();
        diagnostics.append(&mut parser.diagnostics);
        readings::refuse_in_pins(text, &pins, &mut diagnostics);
    }
    (pins, in_order(diagnostics))
}

/// The `//!` lines before the first token, without the marks.
fn file_docs(text: &str, lexed: &Lexed) -> Vec<String> {
    let first = lexed.tokens.first().map_or(u32::MAX, |token| token.start);
    lexed
        .comments
        .iter()
        .take_while(|comment| comment.start < first)
        .filter(|comment| comment.kind == CommentKind::File)
        .map(|comment| {
            let line = &text[comment.start as usize + 3..comment.end as usize];
            line.strip_prefix(' ').unwrap_or(line).to_string()
        })
        .collect()
}

fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    diagnostics.dedup();
    if diagnostics.len() > REPORTED_MAX {
        let span = diagnostics[REPORTED_MAX].span;
        diagnostics.truncate(REPORTED_MAX);
        let message = format!("there are more errors: only the first {REPORTED_MAX} are shown");
        diagnostics.push(Diagnostic::error(code::TOO_MANY, span, message));
    }
    diagnostics
}

impl Parser<'_> {
    /// All items of a file, into `tree`.
    fn items(&mut self, tree: &mut File) {
        loop {
            self.eat_separators();
            if self.is_done() {
                return;
            }
            let before = self.at;
            if self.entry(tree).is_err() {
                self.skip_to_item(before);
            }
        }
    }

    fn entry(&mut self, tree: &mut File) -> Parse<()> {
        match self.word() {
            Some("model") => self.model(tree),
            Some("use") => {
                let start = self.take();
                let path = match self.kind() {
                    Kind::Literal(place) => match self.literal(place) {
                        Literal::Str(path) => path.clone(),
                        Literal::Bool(_)
                        | Literal::Int(_)
                        | Literal::Real(_)
                        | Literal::Duration(_) => return self.expected("a path in quotes"),
                    },
                    _ => return self.expected("a path in quotes"),
                };
                self.take();
                tree.uses.push(Use { path, span: self.since(start) });
                Ok(())
            }
            Some(_) | None => {
                let item = self.item()?;
                tree.items.push(item);
                Ok(())
            }
        }
    }

    fn model(&mut self, tree: &mut File) -> Parse<()> {
        let start = self.take();
        let name = self.name("the model's name")?;
        let span = self.since(start);
        if let Some(first) = &tree.model {
            self.report(
                Diagnostic::error(code::MODEL_PLACE, span, "a file is one model")
                    .label(span, "a second `model`")
                    .label(first.span, "the first is here")
                    .help("give each model a file of its own"),
            );
            return Ok(());
        }
        if !(tree.items.is_empty() && tree.uses.is_empty()) {
            self.report(
                Diagnostic::error(code::MODEL_PLACE, span, "`model` comes before all items")
                    .label(span, "this should be the first line")
                    .help(format!("move `model {}` to the top", name.text)),
            );
        }
        tree.model = Some(name);
        Ok(())
    }

    /// Passes what did not parse; the item began at token `before`.
    fn skip_to_item(&mut self, before: usize) {
        if self.at == before {
            self.skip();
        }
        while !self.is_done() && !self.begins_item() {
            self.skip();
        }
    }

    fn begins_item(&self) -> bool {
        match self.word() {
            Some(word) if words::TAGS.contains(&word) => self.word_ahead(1) == Some("property"),
            Some("assume") => self.begins_line(),
            Some("step" | "check") if self.kind_ahead(1) == Kind::Open(Bracket::Curly) => true,
            Some("use") => matches!(self.kind_ahead(1), Kind::Literal(_)),
            Some(word) if words::ITEMS.contains(&word) => self.word_ahead(1).is_some(),
            Some(_) | None => false,
        }
    }
}
