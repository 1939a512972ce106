//! Binders: quantifiers, aggregates, sets, windows.
//!
//! In: tokens. Out: an expression, or the binders of a rule or `for`.

use super::cursor::{Parse, Parser};
use super::expression::Level;
use crate::diag::code::syntax as code;
use crate::syntax::ast::{Binder, Expr, ExprKind, Interval};
use crate::syntax::token::{Bracket, Kind};

impl Parser<'_> {
    /// `forall a in S [where c], b in T: e` and `exists …: e`.
    pub fn quantifier(&mut self) -> Parse<Expr> {
        let all = self.is_word("forall");
        let start = self.take();
        let binders = self.binders()?;
        self.expect(Kind::Colon, "`:` and what is said of them")?;
        let body = self.expression()?;
        self.node(ExprKind::Quantifier { all, binders, body }, start)
    }

    /// One or more binders between commas.
    pub fn binders(&mut self) -> Parse<Vec<Binder>> {
        let mut binders = vec![self.binder()?];
        while self.kind() == Kind::Comma && self.word_ahead(2) == Some("in") {
            self.take();
            binders.push(self.binder()?);
        }
        Ok(binders)
    }

    /// `a in S [over [I]] [where e]`.
    pub fn binder(&mut self) -> Parse<Binder> {
        let start = self.here();
        let name = self.name("a name to bind")?;
        self.expect_word("in")?;
        let set = self.expression_at(Level::Range)?;
        let window = if self.is_word("over") {
            self.take();
            match self.optional_interval()? {
                Some(interval) => Some(interval),
                None => return self.expected("a window, such as `[..5]`"),
            }
        } else {
            None
        };
        let filter = if self.eat_word("where") { Some(self.expression()?) } else { None };
        Ok(Binder { name, set, window, filter, span: self.since(start) })
    }

    /// `sum(e for a in S [where c] [else d])`, `count(a in S [where c])`, or a plain call.
    pub fn aggregate(&mut self) -> Parse<Expr> {
        let op = self.any_word("a function")?;
        let (inner, _) = self.group(Bracket::Round, |parser| {
            if op.text == "count" && parser.word_ahead(1) == Some("in") {
                let binders = parser.binders()?;
                return Ok(Inside::Binders { value: None, binders, otherwise: None });
            }
            let first = parser.expressions()?;
            if !parser.is_word("for") {
                return parser.plain_arguments(&op.text, first);
            }
            let value = match <[Expr; 1]>::try_from(first) {
                Ok([value]) if op.text != "count" => value,
                Ok(_) | Err(_) => return parser.misplaced_for(&op.text),
            };
            parser.take();
            let binders = parser.binders()?;
            let otherwise = if parser.eat_word("else") { Some(parser.expression()?) } else { None };
            Ok(Inside::Binders { value: Some(value), binders, otherwise })
        })?;
        let start = op.span;
        match inner {
            Some(Inside::Arguments(arguments)) => {
                let name = ExprKind::Name(op.text);
                let function = Expr { kind: Box::new(name), span: start };
                self.grow()?;
                self.node(ExprKind::Call { function, arguments }, start)
            }
            Some(Inside::Binders { value, binders, otherwise }) => {
                self.node(ExprKind::Aggregate { op, value, binders, otherwise }, start)
            }
            None => Ok(self.error_expr(self.since(start))),
        }
    }

    fn plain_arguments(&mut self, op: &str, arguments: Vec<Expr>) -> Parse<Inside> {
        if self.is_word("where") && op != "count" {
            let diagnostic = self
                .expectation("`)`")
                .help(format!("say what to take of each: `{op}(e for a in S where c)`"));
            return self.stop(diagnostic);
        }
        Ok(Inside::Arguments(arguments))
    }

    fn misplaced_for(&mut self, op: &str) -> Parse<Inside> {
        let help = if op == "count" {
            "write `count(a in S where c)`".to_string()
        } else {
            format!("write one value: `{op}(e for a in S)`")
        };
        let diagnostic = self.expectation("`)`").help(help);
        self.stop(diagnostic)
    }

    /// `{a, b}` or `{a in S where c}`.
    pub fn set(&mut self) -> Parse<Expr> {
        let start = self.here();
        let (inner, span) = self.group(Bracket::Curly, |parser| {
            if parser.word_ahead(1) == Some("in") {
                Ok(ExprKind::SetFilter(parser.binder()?))
            } else {
                Ok(ExprKind::SetList(parser.expressions()?))
            }
        })?;
        match inner {
            Some(kind) => self.node(kind, start),
            None => Ok(self.error_expr(span)),
        }
    }

    /// `[lo..hi]`, `[..hi]`, `[lo..]`, if `[` is next.
    pub fn optional_interval(&mut self) -> Parse<Option<Interval>> {
        if !self.opens(Bracket::Square) {
            return Ok(None);
        }
        let (ends, span) = self.group(Bracket::Square, |parser| {
            let from = parser.here();
            let lo = match parser.kind() {
                Kind::DotDot => None,
                _ => Some(parser.expression_at(Level::Add)?),
            };
            if !parser.eat(Kind::DotDot) {
                let bound = parser.words(parser.since(from));
                let mut diagnostic = parser.expectation("`..`");
                diagnostic.code = code::BAD_INTERVAL;
                let diagnostic = diagnostic
                    .help(format!("write `[..{bound}]`, `[{bound}..]` or `[{bound}..{bound}]`"));
                return parser.stop(diagnostic);
            }
            let hi = if parser.is_done() { None } else { Some(parser.expression_at(Level::Add)?) };
            if lo.is_none() && hi.is_none() {
                let span = parser.since(from);
                return parser.fail(code::BAD_INTERVAL, span, "an interval needs an end");
            }
            Ok((lo, hi))
        })?;
        let (lo, hi) = ends.unwrap_or((None, None));
        Ok(Some(Interval { lo, hi, span }))
    }
}

/// What stands in the parentheses of `sum(…)` and its like.
enum Inside {
    Arguments(Vec<Expr>),
    Binders { value: Option<Expr>, binders: Vec<Binder>, otherwise: Option<Expr> },
}
