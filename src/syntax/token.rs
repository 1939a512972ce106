//! Tokens and comments: what the lexer gives and the parser and formatter read.

use super::ast::Literal;
use crate::diag::Diagnostic;

/// A text as tokens.
#[derive(Clone, Debug)]
pub struct Lexed {
    /// The tokens in order, without comments.
    pub tokens: Vec<Token>,
    /// The comments in order.
    pub comments: Vec<Comment>,
    /// The values of the literals, which [`Kind::Literal`] points into.
    pub literals: Vec<Literal>,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// A token: bytes `start..end` of the text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// The column of its first byte, from 0, if it is the first token of its line.
    pub first_at: Option<u32>,
}

/// A comment, with its marks and without the end of the line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Comment {
    /// Whom it speaks to.
    pub kind: CommentKind,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// `//`, `///`, `//!`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommentKind {
    /// A remark.
    Plain,
    /// Of the next item.
    Item,
    /// Of the file.
    File,
}

/// Round, square and curly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bracket {
    /// `(`
    Round,
    /// `[`
    Square,
    /// `{`
    Curly,
}

impl Bracket {
    /// The opening character.
    pub fn opening(self) -> &'static str {
        match self {
            Bracket::Round => "(",
            Bracket::Square => "[",
            Bracket::Curly => "{",
        }
    }

    /// The closing character.
    pub fn closing(self) -> &'static str {
        match self {
            Bracket::Round => ")",
            Bracket::Square => "]",
            Bracket::Curly => "}",
        }
    }
}

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A word, reserved or not.
    Word,
    /// Another language's operator, standing for the word that was meant.
    Meant(&'static str),
    /// A literal, by its place in [`Lexed::literals`].
    Literal(u32),
    /// An opening bracket.
    Open(Bracket),
    /// A closing bracket.
    Close(Bracket),
    /// `'`
    Prime,
    /// `@`
    At,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `:`
    Colon,
    /// `?`
    Question,
    /// `=`
    Assign,
    /// `=>`
    Arrow,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `&`
    Ampersand,
    /// `|`
    Bar,
    /// `~`
    Tilde,
    /// The end of what is being read.
    End,
}
