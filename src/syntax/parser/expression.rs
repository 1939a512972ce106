//! Operators and their precedence (language, section 6).
//!
//! In: tokens. Out: an expression. Chains without a meaning (`a < b < c`) or with two are read
//! here, from the left, and refused by [`crate::syntax::readings`], which sees the whole tree.

use super::cursor::{Parse, Parser};
use crate::diag::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, TemporalBinaryOp};
use crate::syntax::token::Kind;

/// How tightly an operator binds, loosest first.
// spec: grammar.precedence
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// `implies`
    Implies,
    /// `until`, `since`
    Until,
    /// `or`
    Or,
    /// `and`
    And,
    /// `not` and the temporal prefixes
    Prefix,
    /// comparisons
    Compare,
    /// `..`
    Range,
    /// `+ -`
    Add,
    /// `* / div % &`
    Multiply,
    /// unary `-`
    Negate,
}

/// An operator between two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Infix {
    Binary(BinaryOp),
    Temporal(TemporalBinaryOp),
}

impl Parser<'_> {
    /// An expression or formula.
    pub fn expression(&mut self) -> Parse<Expr> {
        self.expression_at(Level::Implies)
    }

    /// An expression whose operators bind at least as tightly as `loosest`.
    pub fn expression_at(&mut self, loosest: Level) -> Parse<Expr> {
        self.nested(|parser| {
            let left = parser.operand()?;
            parser.infixes(left, loosest)
        })
    }

    /// A node that begins at `start` and ends here.
    pub fn node(&mut self, kind: ExprKind, start: Span) -> Parse<Expr> {
        self.grow()?;
        Ok(Expr { kind: Box::new(kind), span: self.since(start) })
    }

    fn infixes(&mut self, mut left: Expr, loosest: Level) -> Parse<Expr> {
        while let Some((infix, level)) = self.infix() {
            if level < loosest || self.begins_negative_arm() {
                break;
            }
            let op_span = self.take();
            left = match infix {
                Infix::Binary(op) => self.binary(left, op, op_span, level)?,
                Infix::Temporal(op) => self.temporal_binary(left, op, op_span)?,
            };
        }
        Ok(left)
    }

    fn binary(&mut self, left: Expr, op: BinaryOp, op_span: Span, level: Level) -> Parse<Expr> {
        let right = match level {
            Level::Implies => self.expression_at(Level::Implies)?,
            Level::Until | Level::Or => self.expression_at(Level::And)?,
            Level::And => self.expression_at(Level::Prefix)?,
            Level::Prefix | Level::Compare => self.expression_at(Level::Range)?,
            Level::Range => self.expression_at(Level::Add)?,
            Level::Add => self.expression_at(Level::Multiply)?,
            Level::Multiply | Level::Negate => self.expression_at(Level::Negate)?,
        };
        let start = left.span;
        self.node(ExprKind::Binary { op, op_span, left, right }, start)
    }

    fn temporal_binary(&mut self, left: Expr, op: TemporalBinaryOp, op_span: Span) -> Parse<Expr> {
        let interval = self.optional_interval()?;
        let right = self.expression_at(Level::Or)?;
        let start = left.span;
        self.node(ExprKind::TemporalBinary { op, op_span, interval, left, right }, start)
    }

    /// The operator that is next, and how tightly it binds.
    fn infix(&self) -> Option<(Infix, Level)> {
        let binary = |op, level| Some((Infix::Binary(op), level));
        match self.kind() {
            Kind::Word | Kind::Meant(_) => self.word_infix(),
            Kind::Equal => binary(BinaryOp::Equal, Level::Compare),
            Kind::NotEqual => binary(BinaryOp::NotEqual, Level::Compare),
            Kind::Less => binary(BinaryOp::Less, Level::Compare),
            Kind::LessEqual => binary(BinaryOp::LessEqual, Level::Compare),
            Kind::Greater => binary(BinaryOp::Greater, Level::Compare),
            Kind::GreaterEqual => binary(BinaryOp::GreaterEqual, Level::Compare),
            Kind::DotDot => binary(BinaryOp::Range, Level::Range),
            Kind::Plus => binary(BinaryOp::Add, Level::Add),
            Kind::Minus => binary(BinaryOp::Subtract, Level::Add),
            Kind::Star => binary(BinaryOp::Multiply, Level::Multiply),
            Kind::Slash => binary(BinaryOp::Divide, Level::Multiply),
            Kind::Percent => binary(BinaryOp::Remainder, Level::Multiply),
            Kind::Ampersand => binary(BinaryOp::Intersect, Level::Multiply),
            _ => None,
        }
    }

    fn word_infix(&self) -> Option<(Infix, Level)> {
        let binary = |op, level| Some((Infix::Binary(op), level));
        match self.word()? {
            "implies" => binary(BinaryOp::Implies, Level::Implies),
            "until" => Some((Infix::Temporal(TemporalBinaryOp::Until), Level::Until)),
            "since" => Some((Infix::Temporal(TemporalBinaryOp::Since), Level::Until)),
            "or" => binary(BinaryOp::Or, Level::Or),
            "and" => binary(BinaryOp::And, Level::And),
            "in" => binary(BinaryOp::In, Level::Compare),
            "contains" => binary(BinaryOp::Contains, Level::Compare),
            "starts_with" => binary(BinaryOp::StartsWith, Level::Compare),
            "matches" => binary(BinaryOp::Matches, Level::Compare),
            "div" => binary(BinaryOp::Div, Level::Multiply),
            _ => None,
        }
    }

    /// Whether a match arm like `-1 => e` is next: it is not subtracted from the arm before.
    fn begins_negative_arm(&self) -> bool {
        self.kind() == Kind::Minus
            && matches!(self.kind_ahead(1), Kind::Literal(_))
            && self.kind_ahead(2) == Kind::Arrow
    }
}

/// How tightly `op` binds.
pub fn level_of(op: BinaryOp) -> Level {
    match op {
        BinaryOp::Implies => Level::Implies,
        BinaryOp::Or => Level::Or,
        BinaryOp::And => Level::And,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual
        | BinaryOp::In
        | BinaryOp::Contains
        | BinaryOp::StartsWith
        | BinaryOp::Matches => Level::Compare,
        BinaryOp::Range => Level::Range,
        BinaryOp::Add | BinaryOp::Subtract => Level::Add,
        BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Div
        | BinaryOp::Remainder
        | BinaryOp::Intersect => Level::Multiply,
    }
}
