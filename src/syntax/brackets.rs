//! Which closing bracket belongs to which opening one.
//!
//! In: the tokens. Out: the tokens without stray closing brackets, and the [`Pairs`].
//! With the pairs known beforehand, the parser reads the inside of a bracket as a text of its
//! own, and an error inside never reaches beyond it.
//!
//! # Invariants
//! - Pairs nest: what opens inside a bracket ends inside it.
//! - No bracket is nested deeper than [`super::DEPTH_MAX`]; a text that does is refused here.

use super::token::{Bracket, Kind, Lexed, Token};
use super::{DEPTH_MAX, KEPT_MAX, words};
use crate::diag::code::syntax as code;
use crate::diag::{Diagnostic, FileId, Span};

/// Where each opening bracket ends.
pub struct Pairs {
    /// By the place of the opening token; unused for other tokens.
    ends: Vec<End>,
}

/// Where a bracket ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    /// The place of the closing token, or of the first token that is not inside.
    pub at: usize,
    /// Whether there is a closing token.
    pub closed: bool,
}

impl Pairs {
    /// The end of the bracket that opens at token `at`.
    pub fn end(&self, at: usize) -> End {
        self.ends[at]
    }

    /// The place of the token behind the bracket that opens at token `at`.
    pub fn behind(&self, at: usize) -> usize {
        let end = self.ends[at];
        end.at + usize::from(end.closed)
    }
}

/// Pairs the brackets of `lexed`, dropping stray closing ones. `None` if they are nested too
/// deep to go on.
pub fn pair(
    file: FileId,
    text: &str,
    lexed: &mut Lexed,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Pairs> {
    let plain = Matching::of(text, &lexed.tokens, false);
    let matching = if plain.is_clean() {
        plain
    } else {
        let guided = Matching::of(text, &lexed.tokens, true);
        if guided.faults() <= plain.faults() + 1 { guided } else { plain }
    };
    if let Some(at) = matching.too_deep {
        diagnostics.push(too_deep(span(file, &lexed.tokens[at])));
        return None;
    }
    for group in matching.unclosed.iter().take(KEPT_MAX) {
        diagnostics.push(unclosed(file, &lexed.tokens, group));
    }
    for &at in matching.stray.iter().take(KEPT_MAX) {
        diagnostics.push(stray(file, &lexed.tokens[at]));
    }
    Some(matching.without_strays(&mut lexed.tokens))
}

/// The error of a text that is nested too deep at `span`.
pub fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(code::TOO_DEEP, span, format!("this is nested more than {DEPTH_MAX} deep"))
        .label(span, "too deep from here on")
        .help("name parts of it: a `def` for an expression, a `let` for a value")
}

struct Matching {
    ends: Vec<End>,
    /// Opening brackets without an end, those that one place ends in one group.
    unclosed: Vec<Vec<usize>>,
    stray: Vec<usize>,
    too_deep: Option<usize>,
}

impl Matching {
    /// Pairs the brackets of `tokens`. If `guided`, an item at the start of a line ends all.
    fn of(text: &str, tokens: &[Token], guided: bool) -> Matching {
        let unknown = End { at: tokens.len(), closed: false };
        let mut matching = Matching {
            ends: vec![unknown; tokens.len()],
            unclosed: Vec::new(),
            stray: Vec::new(),
            too_deep: None,
        };
        let mut open: Vec<(usize, Bracket)> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Open(bracket) => {
                    open.push((at, bracket));
                    if open.len() > DEPTH_MAX as usize {
                        matching.too_deep = Some(at);
                        return matching;
                    }
                }
                Kind::Close(bracket) => {
                    match open.iter().rposition(|(_, other)| *other == bracket) {
                        Some(depth) => {
                            matching.abandon(&mut open, depth + 1, at);
                            if let Some((start, _)) = open.pop() {
                                matching.ends[start] = End { at, closed: true };
                            }
                        }
                        None => matching.stray.push(at),
                    }
                }
                _ if guided && begins_item(text, tokens, at) => {
                    matching.abandon(&mut open, 0, at);
                }
                _ => {}
            }
        }
        matching.abandon(&mut open, 0, tokens.len());
        matching
    }

    /// Ends all open brackets from `depth` on before token `at`.
    fn abandon(&mut self, open: &mut Vec<(usize, Bracket)>, depth: usize, at: usize) {
        let group: Vec<usize> = open.drain(depth..).map(|(start, _)| start).collect();
        for &start in &group {
            self.ends[start] = End { at, closed: false };
        }
        if !group.is_empty() {
            self.unclosed.push(group);
        }
    }

    fn faults(&self) -> usize {
        self.unclosed.len() + self.stray.len()
    }

    fn is_clean(&self) -> bool {
        self.faults() == 0
    }

    /// Takes the stray closing brackets out of `tokens`, and renumbers.
    fn without_strays(self, tokens: &mut Vec<Token>) -> Pairs {
        let mut ends = self.ends;
        if !self.stray.is_empty() {
            let shift = |at: usize| at - self.stray.partition_point(|&stray| stray < at);
            for end in &mut ends {
                end.at = shift(end.at);
            }
            let is_stray = |at: &usize| self.stray.binary_search(at).is_ok();
            let kept: Vec<usize> = (0..tokens.len()).filter(|at| !is_stray(at)).collect();
            ends = kept.iter().map(|&at| ends[at]).collect();
            *tokens = kept.iter().map(|&at| tokens[at]).collect();
        }
        Pairs { ends }
    }
}

/// Whether token `at` is at the start of a line and begins an item that never stands inside
/// of brackets.
fn begins_item(text: &str, tokens: &[Token], at: usize) -> bool {
    let token = tokens[at];
    if token.first_at != Some(0) || token.kind != Kind::Word {
        return false;
    }
    let word = &text[token.start as usize..token.end as usize];
    let next = tokens.get(at + 1);
    let next_word = next
        .filter(|next| next.kind == Kind::Word)
        .map(|next| &text[next.start as usize..next.end as usize]);
    if words::TAGS.contains(&word) {
        return next_word == Some("property");
    }
    let inner = matches!(word, "param" | "state" | "assume");
    let opens = next.is_some_and(|next| next.kind == Kind::Open(Bracket::Curly));
    let named = next_word.is_some() || opens && matches!(word, "step" | "check");
    words::ITEMS.contains(&word) && !inner && named
}

fn span(file: FileId, token: &Token) -> Span {
    Span { file, start: token.start, end: token.end }
}

fn unclosed(file: FileId, tokens: &[Token], group: &[usize]) -> Diagnostic {
    let bracket = |at: usize| match tokens[at].kind {
        Kind::Open(bracket) => bracket,
        _ => unreachable!("only opening brackets are unclosed"),
    };
    let first = group[0];
    let here = span(file, &tokens[first]);
    let (opening, closing) = (bracket(first).opening(), bracket(first).closing());
    let mut diagnostic =
        Diagnostic::error(code::UNBALANCED, here, format!("`{opening}` is never closed"))
            .label(here, "opened here")
            .help(format!("close it with `{closing}`"));
    for &other in group.iter().skip(1).take(3) {
        diagnostic = diagnostic.label(span(file, &tokens[other]), "nor is this");
    }
    diagnostic
}

fn stray(file: FileId, token: &Token) -> Diagnostic {
    let closing = match token.kind {
        Kind::Close(bracket) => bracket.closing(),
        _ => unreachable!("only closing brackets are stray"),
    };
    let here = span(file, token);
    Diagnostic::error(code::UNBALANCED, here, format!("`{closing}` closes nothing"))
        .label(here, "nothing is open here")
        .help("take it out, or open it before")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lexer::lex;

    fn faults(text: &str) -> Vec<String> {
        let mut lexed = lex(FileId(0), text);
        let mut diagnostics = Vec::new();
        pair(FileId(0), text, &mut lexed, &mut diagnostics);
        diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
    }

    #[test]
    fn balanced_brackets_have_no_fault() {
        assert_eq!(faults("f(a[0], {b}) { }"), Vec::<String>::new());
    }

    #[test]
    fn a_bracket_that_another_kind_closes_is_unclosed() {
        assert_eq!(faults("{ (a }"), ["`(` is never closed"]);
    }

    #[test]
    fn a_closing_bracket_too_many_is_stray() {
        assert_eq!(faults("{ a } }"), ["`}` closes nothing"]);
    }

    #[test]
    fn an_item_at_the_start_of_a_line_ends_what_was_left_open() {
        let text = "step {\n  if a {\n    b' = 1\n}\n\nproperty p { c }\n";
        let mut lexed = lex(FileId(0), text);
        let mut diagnostics = Vec::new();
        let pairs = pair(FileId(0), text, &mut lexed, &mut diagnostics).expect("it is shallow");
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(pairs.end(1), End { at: 10, closed: false });
    }

    #[test]
    fn brackets_ten_thousand_deep_are_one_error() {
        assert_eq!(faults(&"(".repeat(10_000)).len(), 1);
        assert_eq!(faults(&"{[(".repeat(10_000)).len(), 1);
    }
}
