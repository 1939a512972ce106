//! What a change reads like: the words before, and after.

use crate::diag::{Sources, Span};
use crate::ir::{EnumId, Model};
use crate::syntax::ast::BinaryOp;

/// The texts of a model.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its texts.
    pub sources: &'a Sources,
}

impl Texts<'_> {
    /// The words of a place, on one line.
    pub fn of(&self, span: Span) -> String {
        one_line(self.sources.words(span))
    }

    /// The words of `whole` with another operator between its sides.
    pub fn joined(
        &self,
        whole: Span,
        (left, right): (Span, Span),
        (from, to): (BinaryOp, BinaryOp),
    ) -> String {
        let text = &self.sources.get(whole.file).text;
        let part = |start: u32, end: u32| text.get(start as usize..end as usize);
        let ordered = left.file == whole.file
            && right.file == whole.file
            && whole.start <= left.start
            && left.end <= right.start
            && right.end <= whole.end;
        let between = part(left.end, right.start).filter(|_| ordered);
        match (part(whole.start, left.end), between, part(right.start, whole.end)) {
            (Some(before), Some(between), Some(after)) if between.contains(from.sign()) => {
                let between = between.replacen(from.sign(), to.sign(), 1);
                one_line(&format!("{before}{between}{after}"))
            }
            _ => format!("`{}` for `{}` in {}", to.sign(), from.sign(), self.of(whole)),
        }
    }

    /// A number that stands for itself, or a name with what is added to it.
    pub fn number(&self, span: Span, number: i64, next: i64) -> String {
        let words = self.of(span);
        let digits: String = words.chars().filter(|letter| *letter != '_').collect();
        match digits.parse::<i64>() == Ok(number) {
            true => next.to_string(),
            false if next > number => format!("{words} + 1"),
            false => format!("{words} - 1"),
        }
    }

    /// The variant behind `variant`, the first behind the last.
    pub fn next_variant(&self, id: EnumId, variant: u32) -> (EnumId, u32) {
        (id, (variant + 1) % (self.model.enums[id].variants.len() as u32).max(1))
    }

    /// A variant's name.
    pub fn variant(&self, id: EnumId, variant: u32) -> String {
        self.model.enums[id].variants[variant as usize].clone()
    }
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
