//! The place in the tokens, and what all parsing functions share: looking, taking,
//! reporting, brackets, depth.
//!
//! # Invariants
//! - `at` never goes back and never passes `limit`.
//! - A function that gives [`Stop`] has reported why, or it had been reported before.
//! - No tree is higher than [`DEPTH_MAX`]: `depth` bounds it on the way down (and so the
//!   machine's stack), `tall` on the way up (chains like `a + b + …` grow there).

use crate::diag::code::syntax as code;
use crate::diag::{Code, Diagnostic, FileId, Span};
use crate::syntax::ast::{Expr, ExprKind, Name};
use crate::syntax::brackets::{self, Pairs};
use crate::syntax::token::{Bracket, CommentKind, Kind, Lexed, Token};
use crate::syntax::{DEPTH_MAX, KEPT_MAX, words};

/// What was read did not parse; a diagnostic says why.
#[derive(Debug)]
pub struct Stop;

/// A part of the tree, or [`Stop`].
pub type Parse<T> = Result<T, Stop>;

/// A parser in the middle of a text.
pub struct Parser<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    lexed: &'t Lexed,
    pairs: &'t Pairs,
    pub(super) at: usize,
    limit: usize,
    unclosed: bool,
    depth: u32,
    tall: u32,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'t> Parser<'t> {
    /// A parser at the start of `lexed`.
    pub fn new(file: FileId, text: &'t str, lexed: &'t Lexed, pairs: &'t Pairs) -> Parser<'t> {
        Parser {
            file,
            text,
            lexed,
            pairs,
            at: 0,
            limit: lexed.tokens.len(),
            unclosed: false,
            depth: 0,
            tall: 0,
            diagnostics: Vec::new(),
        }
    }

    // --- looking ---

    fn token(&self, ahead: usize) -> Option<&'t Token> {
        let at = self.at + ahead;
        if at < self.limit { self.lexed.tokens.get(at) } else { None }
    }

    /// The kind of the next token.
    pub fn kind(&self) -> Kind {
        self.kind_ahead(0)
    }

    /// The kind of the token `ahead` places behind the next.
    pub fn kind_ahead(&self, ahead: usize) -> Kind {
        self.token(ahead).map_or(Kind::End, |token| token.kind)
    }

    /// The next token's word, if it is one.
    pub fn word(&self) -> Option<&'t str> {
        self.word_ahead(0)
    }

    /// The word of the token `ahead` places behind the next.
    pub fn word_ahead(&self, ahead: usize) -> Option<&'t str> {
        let token = self.token(ahead)?;
        match token.kind {
            Kind::Word => self.text.get(token.start as usize..token.end as usize),
            Kind::Meant(word) => Some(word),
            _ => None,
        }
    }

    /// Whether nothing is left of what is being read.
    pub fn is_done(&self) -> bool {
        self.at >= self.limit
    }

    /// Whether the next token is `word`.
    pub fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    /// Whether the next token opens a bracket of this kind.
    pub fn opens(&self, bracket: Bracket) -> bool {
        self.kind() == Kind::Open(bracket)
    }

    /// Whether the next token is the first of its line.
    pub fn begins_line(&self) -> bool {
        self.token(0).is_some_and(|token| token.first_at.is_some())
    }

    /// The value of literal `place`.
    pub fn literal(&self, place: u32) -> &'t crate::syntax::ast::Literal {
        &self.lexed.literals[place as usize]
    }

    // --- taking ---

    /// Takes the next token.
    pub fn take(&mut self) -> Span {
        let span = self.here();
        if self.at < self.limit {
            self.at += 1;
        }
        span
    }

    /// Takes the next token if it is `kind`.
    pub fn eat(&mut self, kind: Kind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.at += 1;
        }
        found
    }

    /// Takes the next token if it is `word`.
    pub fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.at += 1;
        }
        found
    }

    /// Takes a `,` or `;` between two things that need neither.
    pub fn eat_separators(&mut self) {
        while matches!(self.kind(), Kind::Comma | Kind::Semicolon) {
            self.at += 1;
        }
    }

    /// Takes the next token, which has to be `kind`; `what` says so to the user.
    pub fn expect(&mut self, kind: Kind, what: &str) -> Parse<()> {
        if self.eat(kind) { Ok(()) } else { self.expected(what) }
    }

    /// Takes the next token, which has to be `word`.
    pub fn expect_word(&mut self, word: &str) -> Parse<()> {
        if self.eat_word(word) { Ok(()) } else { self.expected(&format!("`{word}`")) }
    }

    /// A name that can be declared or refer to something declared.
    pub fn name(&mut self, what: &str) -> Parse<Name> {
        match self.word() {
            Some(word) if words::is_reserved(word) => self.reserved(word),
            Some(_) => self.any_word(what),
            None => self.expected(what),
        }
    }

    /// Any word: a field, a setting, a counter.
    pub fn any_word(&mut self, what: &str) -> Parse<Name> {
        match self.word() {
            Some(word) => Ok(Name { text: word.to_string(), span: self.take() }),
            None => self.expected(what),
        }
    }

    // --- spans ---

    /// The span of the next token; at the end, the empty one behind the last.
    pub fn here(&self) -> Span {
        match self.token(0) {
            Some(token) => self.span_of(token),
            None => match self.lexed.tokens.get(self.at) {
                Some(closing) if !self.unclosed => self.span_of(closing),
                Some(_) | None => self.last().after(),
            },
        }
    }

    /// The span of the token that was taken last.
    pub fn last(&self) -> Span {
        match self.at.checked_sub(1).and_then(|at| self.lexed.tokens.get(at)) {
            Some(token) => self.span_of(token),
            None => Span { file: self.file, start: 0, end: 0 },
        }
    }

    fn span_of(&self, token: &Token) -> Span {
        Span { file: self.file, start: token.start, end: token.end }
    }

    /// From `start` to the token that was taken last.
    pub fn since(&self, start: Span) -> Span {
        let last = self.last();
        if last.end < start.start { Span { end: start.start, ..start } } else { start.to(last) }
    }

    /// The words of `span`.
    pub fn words(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The `///` lines before the next token, without the marks.
    pub fn docs(&self) -> Vec<String> {
        let from = if self.at == 0 { 0 } else { self.last().end };
        let to = self.here().start;
        let comments = &self.lexed.comments;
        let first = comments.partition_point(|comment| comment.start < from);
        comments[first..]
            .iter()
            .take_while(|comment| comment.start < to)
            .filter(|comment| comment.kind == CommentKind::Item)
            .map(|comment| {
                let line = &self.text[comment.start as usize + 3..comment.end as usize];
                line.strip_prefix(' ').unwrap_or(line).to_string()
            })
            .collect()
    }

    // --- reporting ---

    /// Reports an error and stops.
    pub fn fail<T>(&mut self, code: Code, span: Span, message: impl Into<String>) -> Parse<T> {
        self.stop(Diagnostic::error(code, span, message))
    }

    /// Reports `diagnostic` and stops. At the end of an unclosed bracket nothing is reported,
    /// for the bracket has been.
    pub fn stop<T>(&mut self, diagnostic: Diagnostic) -> Parse<T> {
        if !(self.is_done() && self.unclosed) {
            self.report(diagnostic);
        }
        Err(Stop)
    }

    /// Reports `diagnostic`.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < KEPT_MAX {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports that `what` should stand here, and stops.
    pub fn expected<T>(&mut self, what: &str) -> Parse<T> {
        let diagnostic = self.expectation(what);
        self.stop(diagnostic)
    }

    /// The error that `what` should stand here.
    pub fn expectation(&self, what: &str) -> Diagnostic {
        let here = self.here();
        let found = self.found();
        let diagnostic =
            Diagnostic::error(code::UNEXPECTED, here, format!("expected {what}, found {found}"))
                .label(here, format!("expected {what}"));
        let in_expression = what.starts_with('`') && what.ends_with('`');
        if self.kind() == Kind::Assign && in_expression {
            diagnostic.help("to compare, write `==`")
        } else {
            diagnostic
        }
    }

    /// The next token in words.
    pub fn found(&self) -> String {
        if self.is_done() {
            match self.lexed.tokens.get(self.at) {
                Some(token) => format!("`{}`", self.words(self.span_of(token))),
                None => "the end of the text".to_string(),
            }
        } else {
            format!("`{}`", self.words(self.here()))
        }
    }

    fn reserved<T>(&mut self, word: &str) -> Parse<T> {
        let here = self.here();
        let diagnostic = Diagnostic::error(
            code::RESERVED,
            here,
            format!("`{word}` is a word of the language and cannot be a name"),
        )
        .label(here, "expected a name");
        self.stop(if word == "_" {
            diagnostic.help("give it a name, even if nothing uses it")
        } else {
            diagnostic.help(format!("choose another name, such as `the_{word}`"))
        })
    }

    // --- brackets ---

    /// Reads the inside of the bracket that is next, and takes it whole. None if what is
    /// inside did not parse: the error is reported, and goes no further.
    pub fn group<T>(
        &mut self,
        bracket: Bracket,
        inner: impl FnOnce(&mut Self) -> Parse<T>,
    ) -> Parse<(Option<T>, Span)> {
        if !self.opens(bracket) {
            return self.expected(&format!("`{}`", bracket.opening()));
        }
        let start = self.here();
        let end = self.pairs.end(self.at);
        let outer = (self.limit, self.unclosed);
        (self.limit, self.unclosed) = (end.at, !end.closed);
        self.at += 1;
        let mut inside = inner(self).ok();
        if inside.is_some() && !self.is_done() {
            if end.closed {
                let diagnostic = self.expectation(&format!("`{}`", bracket.closing()));
                self.report(diagnostic);
            }
            inside = None;
        }
        (self.limit, self.unclosed) = outer;
        self.at = end.at + usize::from(end.closed);
        let span = self.since(start);
        Ok((inside, span))
    }

    /// Passes the next token, and if it opens a bracket, all that is inside.
    pub fn skip(&mut self) {
        if self.at < self.limit {
            self.at = match self.kind() {
                Kind::Open(_) => self.pairs.behind(self.at),
                _ => self.at + 1,
            };
        }
    }

    // --- depth ---

    /// Reads a part of the tree that stands a level below.
    pub fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth >= DEPTH_MAX {
            return self.too_deep();
        }
        self.depth += 1;
        let siblings = std::mem::take(&mut self.tall);
        let result = inner(self);
        self.depth -= 1;
        self.tall = if result.is_ok() { siblings.max(self.tall) } else { siblings };
        result
    }

    /// Notes a node above all that was read in this [`Parser::nested`].
    pub fn grow(&mut self) -> Parse<()> {
        self.tall += 1;
        if self.tall > DEPTH_MAX { self.too_deep() } else { Ok(()) }
    }

    fn too_deep<T>(&mut self) -> Parse<T> {
        let here = self.here();
        self.stop(brackets::too_deep(here))
    }

    /// An expression that did not parse.
    pub fn error_expr(&self, span: Span) -> Expr {
        Expr { kind: Box::new(ExprKind::Error), span }
    }
}
