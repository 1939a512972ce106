//! Tokens and comments, dealt out in order into a document.
//!
//! In: tokens, comments, and calls that say where lines may break. Out: a document.
//!
//! # Invariants
//! - Tokens and comments come out in the order of the text, each once.

use super::document::{Doc, Line};
use super::spacing::{self, Seen};
use crate::diag::Span;
use crate::syntax::brackets::Pairs;
use crate::syntax::token::{Bracket, Comment, Kind, Lexed, Token};

/// A document in the making.
pub struct Pieces<'t> {
    text: &'t str,
    tokens: &'t [Token],
    comments: &'t [Comment],
    pairs: &'t Pairs,
    /// The next token.
    at: usize,
    /// The next comment.
    comment_at: usize,
    /// Where the last token or comment ends.
    end: usize,
    /// Whether a prefix `-` is next.
    prefix_next: bool,
    last: Option<Seen<'t>>,
    open: Vec<Vec<Doc<'t>>>,
}

impl<'t> Pieces<'t> {
    /// At the start of a text.
    pub fn new(text: &'t str, lexed: &'t Lexed, pairs: &'t Pairs) -> Pieces<'t> {
        Pieces {
            text,
            tokens: &lexed.tokens,
            comments: &lexed.comments,
            pairs,
            at: 0,
            comment_at: 0,
            end: 0,
            prefix_next: false,
            last: None,
            open: vec![Vec::new()],
        }
    }

    /// The finished document, with all that is left.
    pub fn finish(mut self) -> Vec<Doc<'t>> {
        self.until(u32::MAX);
        self.comments_before(u32::MAX, true);
        self.open.pop().unwrap_or_default()
    }

    fn push(&mut self, doc: Doc<'t>) {
        self.open.last_mut().expect("the outermost document is never closed").push(doc);
    }

    /// Deals out the tokens that begin before byte `end`.
    pub fn until(&mut self, end: u32) {
        while let Some(token) = self.tokens.get(self.at)
            && token.start < end
        {
            self.token(*token);
        }
    }

    /// Deals out what is left of `span`.
    pub fn through(&mut self, span: Span) {
        self.until(span.end);
    }

    fn token(&mut self, token: Token) {
        self.comments_before(token.start, false);
        let text = &self.text[token.start as usize..token.end as usize];
        let is_field = self.last.is_some_and(|last| last.kind == Kind::Dot);
        let is_prefix = std::mem::take(&mut self.prefix_next) && token.kind == Kind::Minus;
        let seen = Seen { kind: token.kind, text, is_prefix, is_field };
        let space = self.last.is_some_and(|last| spacing::is_apart(last, seen));
        self.push(Doc::Token { text, space });
        self.last = Some(seen);
        self.end = token.end as usize;
        self.at += 1;
    }

    /// Deals out a prefix `-`.
    pub fn prefix_minus(&mut self) {
        self.prefix_next = true;
        if let Some(token) = self.tokens.get(self.at) {
            self.token(*token);
        }
    }

    /// Deals out the comments before byte `end`, with the empty lines between them if `blanks`.
    fn comments_before(&mut self, end: u32, blanks: bool) {
        while let Some(comment) = self.comments.get(self.comment_at)
            && comment.start < end
        {
            let gap = &self.text[self.end..comment.start as usize];
            let newlines = gap.matches('\n').count();
            let own_line = newlines > 0 || self.end == 0;
            let blank = blanks && newlines > 1 && self.end > 0;
            let text = &self.text[comment.start as usize..comment.end as usize];
            self.push(Doc::Comment { text, own_line, blank });
            self.end = comment.end as usize;
            self.comment_at += 1;
        }
    }

    /// The comment that stands on the line of the token before.
    fn trailing_comment(&mut self) {
        if let Some(comment) = self.comments.get(self.comment_at)
            && self.at > 0
            && self.tokens.get(self.at).is_none_or(|token| comment.start < token.start)
            && !self.text[self.end..comment.start as usize].contains('\n')
        {
            self.comments_before(comment.start + 1, false);
        }
    }

    /// How many line breaks stand before the next token or comment.
    fn newlines(&self) -> usize {
        let token = self.tokens.get(self.at).map_or(self.text.len(), |token| token.start as usize);
        let comment = self.comments.get(self.comment_at).map(|comment| comment.start as usize);
        let next = comment.map_or(token, |comment| comment.min(token));
        self.text[self.end..next].matches('\n').count()
    }

    /// The line may break before the next token; it does if the user's does.
    pub fn line(&mut self, space: bool) {
        self.line_if(space, false);
    }

    /// The same, and it does if `forced`.
    pub fn line_if(&mut self, space: bool, forced: bool) {
        self.trailing_comment();
        let forced = forced || self.newlines() > 0;
        self.push(Doc::Line(Line { space, blank: false, forced }));
    }

    /// Something begins on a line of its own if its group breaks; an empty line before it is
    /// kept, unless it is the first.
    pub fn entry(&mut self, first: bool, forced: bool) {
        self.trailing_comment();
        let newlines = self.newlines();
        let blank = newlines > 1 && !first;
        self.push(Doc::Line(Line { space: true, blank, forced: forced || newlines > 0 }));
        let Some(token) = self.tokens.get(self.at) else { return };
        let start = token.start;
        let before = self.comment_at;
        self.comments_before(start, true);
        if let (true, Some(Doc::Comment { blank, .. })) =
            (self.comment_at > before, self.first_comment(before))
        {
            *blank = false;
        }
        if self.comment_at > before {
            let blank = self.newlines() > 1;
            self.push(Doc::Line(Line { space: true, blank, forced: true }));
        }
    }

    /// The comment that was dealt out as number `place`, which is among the last.
    fn first_comment(&mut self, place: usize) -> Option<&mut Doc<'t>> {
        let back = self.comment_at - place;
        let parts = self.open.last_mut()?;
        let at = parts.len().checked_sub(back)?;
        parts.get_mut(at)
    }

    /// A group: what `inner` deals out breaks at all of its lines or none.
    pub fn group(&mut self, inner: impl FnOnce(&mut Self)) {
        self.open.push(Vec::new());
        inner(self);
        let parts = self.open.pop().unwrap_or_default();
        let broken = parts.iter().any(Doc::breaks);
        self.push(Doc::Group { parts, broken });
    }

    /// What `inner` deals out is indented where it breaks.
    pub fn indent(&mut self, inner: impl FnOnce(&mut Self)) {
        self.open.push(Vec::new());
        inner(self);
        let parts = self.open.pop().unwrap_or_default();
        self.push(Doc::Indent(parts));
    }

    /// Deals out all up to the next opening `bracket`, and that; gives where it is closed.
    pub fn opening(&mut self, bracket: Bracket) -> u32 {
        while let Some(token) = self.tokens.get(self.at) {
            let at = self.at;
            self.token(*token);
            if token.kind == Kind::Open(bracket) {
                let end = self.pairs.end(at).at;
                return self.tokens.get(end).map_or(u32::MAX, |token| token.start);
            }
        }
        u32::MAX
    }

    /// The next token's words, if it is a word.
    pub fn next_word(&self) -> Option<&'t str> {
        let token = self.tokens.get(self.at).filter(|token| token.kind == Kind::Word)?;
        self.text.get(token.start as usize..token.end as usize)
    }

    /// Whether a bracket of this kind is next.
    pub fn opens(&self, bracket: Bracket) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.kind == Kind::Open(bracket))
    }

    /// Deals out `count` tokens.
    pub fn tokens_ahead(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(token) = self.tokens.get(self.at) {
                self.token(*token);
            }
        }
    }

    /// Whether the next token is all of `span`.
    pub fn next_is_whole(&self, span: Span) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.end >= span.end)
    }

    /// Whether the user's line breaks between the bytes `start` and `end`.
    pub fn breaks_between(&self, start: u32, end: u32) -> bool {
        self.text[start as usize..end as usize].contains('\n')
    }

    /// `{ … }` with an entry for each of `starts`, dealt out by `entry`.
    pub fn braces(
        &mut self,
        starts: &[u32],
        forced: bool,
        mut entry: impl FnMut(&mut Self, usize),
    ) {
        self.group(|pieces| {
            let close = pieces.opening(Bracket::Curly);
            pieces.indent(|pieces| {
                for place in 0..starts.len() {
                    pieces.entry(place == 0, forced);
                    entry(pieces, place);
                    pieces.until(starts.get(place + 1).copied().unwrap_or(close));
                }
                pieces.trailing_comment();
                pieces.closing_comments(close, starts.is_empty());
            });
            if !starts.is_empty() {
                pieces.line_if(true, forced);
            } else if pieces.newline_is_due() {
                pieces.line_if(true, true);
            }
            pieces.until(close + 1);
        });
    }

    /// The comments before the closing bracket at byte `close`.
    fn closing_comments(&mut self, close: u32, first: bool) {
        let before = self.comment_at;
        self.comments_before(close, true);
        if first && let Some(Doc::Comment { blank, .. }) = self.first_comment(before) {
            *blank = false;
        }
    }

    /// Whether the last that was dealt out is a comment.
    fn newline_is_due(&self) -> bool {
        let parts = self.open.last().and_then(|parts| parts.last());
        parts.is_some_and(|part| match part {
            Doc::Indent(inner) => inner.last().is_some_and(Doc::breaks),
            part => part.breaks(),
        })
    }

    /// `( … )` or another bracket around a list, each element dealt out by `element`.
    pub fn list(
        &mut self,
        bracket: Bracket,
        starts: &[u32],
        mut element: impl FnMut(&mut Self, usize),
    ) {
        self.group(|pieces| {
            let close = pieces.opening(bracket);
            pieces.indent(|pieces| {
                for place in 0..starts.len() {
                    pieces.line(place > 0);
                    element(pieces, place);
                    pieces.until(starts.get(place + 1).copied().unwrap_or(close));
                }
                pieces.trailing_comment();
                pieces.closing_comments(close, starts.is_empty());
            });
            pieces.line(false);
            pieces.until(close + 1);
        });
    }
}
