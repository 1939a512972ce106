//! Text to tokens.
//!
//! In: a text. Out: [`Lexed`]: tokens, comments, and what is wrong in them. A character that
//! belongs to no token is reported and left out; an operator of another language is reported
//! and read as what was meant.

use super::KEPT_MAX;
use super::ast::Literal;
use super::literal::{self, Wrong};
use super::token::{Bracket, Comment, CommentKind, Kind, Lexed, Token};
use crate::diag::code::syntax as code;
use crate::diag::{Code, Diagnostic, FileId, Span};
use logos::Logos;

#[derive(Logos, Clone, Copy, PartialEq, Debug)]
#[logos(skip r"[ \t\r\n\f\u{FEFF}]+")]
enum Raw {
    #[regex(r"//[^\n]*", allow_greedy = true)]
    Comment,
    #[token("/*")]
    Block,
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Hash,
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*")]
    Word,
    #[regex(r"[0-9][0-9A-Za-z_]*(\.[0-9][0-9A-Za-z_]*)?")]
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?[eE][+-][0-9][0-9A-Za-z_]*")]
    Number,
    #[regex(r#""([^"\\\n]|\\[^\n])*""#)]
    Text,
    #[regex(r#""([^"\\\n]|\\[^\n])*"#)]
    OpenText,
    #[regex(r"[\(\)\[\]\{\}'@.,;:?=<>+\-*/%&|~]|\.\.|=>|==|!=|<=|>=")]
    Symbol,
    #[regex(r"&&|\|\||!|->|==>|<=>|<->|===|!==|<>|\*\*|[≤≥≠∧∨¬→⇒⇔∀∃∈□◇−×·“”‘’…]")]
    Foreign,
}

/// Reads `text` as tokens.
pub fn lex(file: FileId, text: &str) -> Lexed {
    let mut state = State {
        file,
        text,
        line_start: 0,
        looked: 0,
        seen_on_line: false,
        lexed: Lexed {
            tokens: Vec::new(),
            comments: Vec::new(),
            literals: Vec::new(),
            diagnostics: Vec::new(),
        },
    };
    let mut lexer = Raw::lexer(text);
    let mut strange: Option<(usize, usize)> = None;
    while let Some(raw) = lexer.next() {
        let (start, end) = (lexer.span().start, lexer.span().end);
        match raw {
            Ok(raw) => {
                if raw == Raw::Block {
                    lexer.bump(lexer.remainder().find("*/").map_or(0, |at| at + 2));
                    let end = lexer.span().end;
                    state.block_comment(start, end);
                } else {
                    state.token(raw, start, end);
                }
            }
            Err(()) => match &mut strange {
                Some((_, until)) if *until == start => *until = end,
                Some((from, until)) => {
                    state.strange(*from, *until);
                    strange = Some((start, end));
                }
                None => strange = Some((start, end)),
            },
        }
    }
    if let Some((start, end)) = strange {
        state.strange(start, end);
    }
    state.lexed
}

struct State<'t> {
    file: FileId,
    text: &'t str,
    line_start: usize,
    looked: usize,
    seen_on_line: bool,
    lexed: Lexed,
}

impl State<'_> {
    /// Moves the line bookkeeping to `at`.
    fn look(&mut self, at: usize) {
        if let Some(newline) = self.text[self.looked..at].rfind('\n') {
            self.line_start = self.looked + newline + 1;
            self.seen_on_line = false;
        }
        self.looked = at;
    }

    fn report(&mut self, code: Code, start: usize, end: usize, wrong: Wrong) {
        if self.lexed.diagnostics.len() >= KEPT_MAX {
            return;
        }
        let span = Span { file: self.file, start: start as u32, end: end as u32 };
        self.lexed.diagnostics.push(Diagnostic::error(code, span, wrong.message).help(wrong.help));
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.look(start);
        let first_at = (!self.seen_on_line).then_some((start - self.line_start) as u32);
        self.seen_on_line = true;
        self.lexed.tokens.push(Token { kind, start: start as u32, end: end as u32, first_at });
    }

    fn token(&mut self, raw: Raw, start: usize, end: usize) {
        let words = &self.text[start..end];
        match raw {
            Raw::Comment => {
                let words = words.trim_end();
                let kind = comment_kind(words);
                let end = (start + words.len()) as u32;
                self.lexed.comments.push(Comment { kind, start: start as u32, end });
            }
            Raw::Word => self.push(Kind::Word, start, end),
            Raw::Number => match literal::number(words) {
                Ok(value) => self.literal(value, start, end),
                Err(wrong) => {
                    self.report(code::BAD_NUMBER, start, end, wrong);
                    self.literal(Literal::Int(0), start, end);
                }
            },
            Raw::Text => match literal::string(words) {
                Ok(value) => self.literal(Literal::Str(value), start, end),
                Err(wrong) => {
                    let (from, to) = wrong.part.unwrap_or((0, words.len()));
                    self.report(code::BAD_STRING, start + from, start + to, wrong);
                    self.literal(Literal::Str(String::new()), start, end);
                }
            },
            Raw::OpenText => {
                let wrong = Wrong {
                    message: "a string does not end on its line".to_string(),
                    help: "close it with `\"`; a line break inside is written `\\n`".to_string(),
                    part: None,
                };
                self.report(code::BAD_STRING, start, end, wrong);
                self.literal(Literal::Str(String::new()), start, end);
            }
            Raw::Symbol => self.push(symbol(words), start, end),
            Raw::Foreign => self.foreign(words, start, end),
            Raw::Block => self.block_comment(start, end),
            Raw::Hash => {
                let wrong = Wrong {
                    message: "`#` does not begin a comment".to_string(),
                    help: "write `//`".to_string(),
                    part: None,
                };
                self.report(code::FOREIGN_COMMENT, start, start + words.trim_end().len(), wrong);
            }
        }
    }

    fn literal(&mut self, value: Literal, start: usize, end: usize) {
        let place = self.lexed.literals.len() as u32;
        self.lexed.literals.push(value);
        self.push(Kind::Literal(place), start, end);
    }

    fn block_comment(&mut self, start: usize, end: usize) {
        let wrong = Wrong {
            message: "`/*` does not begin a comment".to_string(),
            help: "write `//` before each line".to_string(),
            part: None,
        };
        self.report(code::FOREIGN_COMMENT, start, end, wrong);
    }

    fn foreign(&mut self, words: &str, start: usize, end: usize) {
        let (help, kind) = meant(words);
        let wrong = Wrong {
            message: format!("`{words}` is not an operator"),
            help: format!("write {help}"),
            part: None,
        };
        self.report(code::STRANGE_CHARACTER, start, end, wrong);
        if let Some(kind) = kind {
            self.push(kind, start, end);
        }
    }

    fn strange(&mut self, start: usize, end: usize) {
        let words = &self.text[start..end];
        let shown: String = words.chars().take(20).collect();
        let wrong = Wrong {
            message: format!("`{}` means nothing here", shown.escape_debug()),
            help:
                "names are written in `a`-`z`, `A`-`Z`, `0`-`9` and `_`; anything may stand in a \
                   string or comment"
                    .to_string(),
            part: None,
        };
        self.report(code::STRANGE_CHARACTER, start, end, wrong);
    }
}

fn comment_kind(words: &str) -> CommentKind {
    if words.starts_with("//!") {
        CommentKind::File
    } else if words.starts_with("///") && !words.starts_with("////") {
        CommentKind::Item
    } else {
        CommentKind::Plain
    }
}

fn symbol(words: &str) -> Kind {
    match words {
        "(" => Kind::Open(Bracket::Round),
        ")" => Kind::Close(Bracket::Round),
        "[" => Kind::Open(Bracket::Square),
        "]" => Kind::Close(Bracket::Square),
        "{" => Kind::Open(Bracket::Curly),
        "}" => Kind::Close(Bracket::Curly),
        "'" => Kind::Prime,
        "@" => Kind::At,
        "." => Kind::Dot,
        ".." => Kind::DotDot,
        "," => Kind::Comma,
        ";" => Kind::Semicolon,
        ":" => Kind::Colon,
        "?" => Kind::Question,
        "=" => Kind::Assign,
        "=>" => Kind::Arrow,
        "==" => Kind::Equal,
        "!=" => Kind::NotEqual,
        "<" => Kind::Less,
        "<=" => Kind::LessEqual,
        ">" => Kind::Greater,
        ">=" => Kind::GreaterEqual,
        "+" => Kind::Plus,
        "-" => Kind::Minus,
        "*" => Kind::Star,
        "/" => Kind::Slash,
        "%" => Kind::Percent,
        "&" => Kind::Ampersand,
        "|" => Kind::Bar,
        "~" => Kind::Tilde,
        other => unreachable!("`{other}` is in the lexer's list of symbols and not in this one"),
    }
}

/// What to write for another language's operator, and how to read it meanwhile.
fn meant(words: &str) -> (&'static str, Option<Kind>) {
    match words {
        "&&" | "∧" => ("`and`", Some(Kind::Meant("and"))),
        "||" | "∨" => ("`or`", Some(Kind::Meant("or"))),
        "!" | "¬" => ("`not`", Some(Kind::Meant("not"))),
        "->" | "==>" | "→" | "⇒" => ("`implies`", Some(Kind::Meant("implies"))),
        "<=>" | "<->" | "===" | "⇔" => ("`==`", Some(Kind::Equal)),
        "!==" | "<>" | "≠" => ("`!=`", Some(Kind::NotEqual)),
        "≤" => ("`<=`", Some(Kind::LessEqual)),
        "≥" => ("`>=`", Some(Kind::GreaterEqual)),
        "∀" => ("`forall`", Some(Kind::Meant("forall"))),
        "∃" => ("`exists`", Some(Kind::Meant("exists"))),
        "∈" => ("`in`", Some(Kind::Meant("in"))),
        "□" => ("`always`", Some(Kind::Meant("always"))),
        "◇" => ("`eventually`", Some(Kind::Meant("eventually"))),
        "−" => ("`-`", Some(Kind::Minus)),
        "×" | "·" => ("`*`", Some(Kind::Star)),
        "…" => ("`..`", Some(Kind::DotDot)),
        "**" => ("`pow(a, b)`", Some(Kind::Star)),
        "“" | "”" | "‘" | "’" => ("strings in straight quotes: `\"`", None),
        _ => ("it in words of the language", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        lex(FileId(0), text).tokens.iter().map(|token| token.kind).collect()
    }

    #[test]
    fn ranges_of_numbers_are_not_reals() {
        for text in ["0.0..1.0", "0..3", "5s..5min", "1e-3..1e+3"] {
            let expected = vec![Kind::Literal(0), Kind::DotDot, Kind::Literal(1)];
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    #[test]
    fn every_symbol_of_the_lexer_has_a_kind() {
        let symbols = "( ) [ ] { } ' @ . .. , ; : ? = => == != < <= > >= + - * / % & | ~";
        assert_eq!(kinds(symbols).len(), symbols.split(' ').count());
    }

    #[test]
    fn operators_of_other_languages_are_reported_and_read_as_meant() {
        let lexed = lex(FileId(0), "a && !b ≤ c");
        assert_eq!(lexed.diagnostics.len(), 3);
        assert_eq!(lexed.tokens[1].kind, Kind::Meant("and"));
        assert_eq!(lexed.tokens[4].kind, Kind::LessEqual);
    }

    #[test]
    fn comments_of_other_languages_are_reported_and_read_as_comments() {
        let lexed = lex(FileId(0), "a # b\n/* c\nd */ e");
        assert_eq!((lexed.diagnostics.len(), lexed.tokens.len()), (2, 2));
    }

    #[test]
    fn strange_characters_next_to_each_other_are_one_error() {
        assert_eq!(lex(FileId(0), "a $$$ b ## c").diagnostics.len(), 2);
    }

    #[test]
    fn comments_are_of_three_kinds() {
        let lexed = lex(FileId(0), "//! f\n/// i\n// p\n//// p\r\nx");
        let kinds: Vec<CommentKind> = lexed.comments.iter().map(|comment| comment.kind).collect();
        use CommentKind::{File, Item, Plain};
        assert_eq!(kinds, [File, Item, Plain, Plain]);
        assert_eq!(lexed.comments[3].end, 23);
    }

    #[test]
    fn the_first_token_of_a_line_knows_its_column() {
        let lexed = lex(FileId(0), "a b\n  c // d\ne");
        let columns: Vec<Option<u32>> = lexed.tokens.iter().map(|token| token.first_at).collect();
        assert_eq!(columns, [Some(0), None, Some(2), Some(0)]);
    }

    #[test]
    fn a_string_without_an_end_stops_at_the_end_of_its_line() {
        let lexed = lex(FileId(0), "\"abc\nx");
        assert_eq!(lexed.diagnostics.len(), 1);
        assert_eq!(lexed.tokens.len(), 2);
    }
}
