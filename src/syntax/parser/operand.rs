//! What stands between operators: literals, names, calls, prefixes, binders, `if`, `match`, `let`.
//!
//! In: tokens. Out: an expression. Binders, `if` and `let` reach as far right as they can.

use super::cursor::{Parse, Parser};
use super::expression::Level;
use crate::diag::Diagnostic;
use crate::diag::code::syntax as code;
use crate::syntax::ast::{Expr, ExprKind, Literal, Pattern, PatternKind, TemporalOp, UnaryOp};
use crate::syntax::token::{Bracket, Kind};
use crate::syntax::words;

impl Parser<'_> {
    /// An operand with its prefixes and postfixes.
    pub fn operand(&mut self) -> Parse<Expr> {
        let start = self.here();
        if self.begins_assignment() {
            return self.expected("an expression");
        }
        match (self.kind(), self.word()) {
            (Kind::Minus, _) => {
                self.take();
                let operand = self.expression_at(Level::Negate)?;
                self.node(ExprKind::Unary { op: UnaryOp::Negate, operand }, start)
            }
            (_, Some("not")) => {
                self.take();
                let operand = self.expression_at(Level::Prefix)?;
                self.node(ExprKind::Unary { op: UnaryOp::Not, operand }, start)
            }
            (_, Some("forall" | "exists")) => self.quantifier(),
            (_, Some("if")) => self.conditional(),
            (_, Some("let")) => self.binding(),
            (_, Some(word)) => match temporal_op(word) {
                Some(op) => self.temporal(op),
                None => self.postfixed(),
            },
            (_, None) => self.postfixed(),
        }
    }

    /// An operand without prefix: what an assignment or a pin aims at.
    pub fn postfixed(&mut self) -> Parse<Expr> {
        let mut left = self.primary()?;
        loop {
            left = match self.kind() {
                Kind::Open(Bracket::Round) if takes_arguments(&left) => self.call(left)?,
                Kind::Open(Bracket::Square) if !matches!(*left.kind, ExprKind::Literal(_)) => {
                    self.index(left)?
                }
                Kind::Dot => self.field(left)?,
                Kind::Prime => self.primed(left)?,
                Kind::At => self.at_world(left)?,
                _ => return Ok(left),
            };
        }
    }

    fn primary(&mut self) -> Parse<Expr> {
        let start = self.here();
        match self.kind() {
            Kind::Literal(place) => {
                self.take();
                let literal = self.literal(place).clone();
                self.node(ExprKind::Literal(literal), start)
            }
            Kind::Open(Bracket::Round) => {
                let (inner, span) = self.group(Bracket::Round, Self::expression)?;
                match inner {
                    Some(inner) => self.node(ExprKind::Paren(inner), start),
                    None => Ok(self.error_expr(span)),
                }
            }
            Kind::Open(Bracket::Curly) => self.set(),
            Kind::Word | Kind::Meant(_) => self.worded(),
            Kind::Dot if matches!(self.kind_ahead(1), Kind::Literal(_)) => {
                let diagnostic = self
                    .expectation("an expression")
                    .help("a number has digits on both sides of the dot: `0.5`");
                self.stop(diagnostic)
            }
            _ => self.expected("an expression"),
        }
    }

    /// Whether the next line sets something: an expression cannot go on there.
    fn begins_assignment(&self) -> bool {
        self.begins_line()
            && self.word().is_some()
            && self.kind_ahead(1) == Kind::Prime
            && self.kind_ahead(2) == Kind::Assign
    }

    /// What begins with a word.
    fn worded(&mut self) -> Parse<Expr> {
        let start = self.here();
        let word = self.word().unwrap_or_default();
        match word {
            "true" | "false" => {
                self.take();
                self.node(ExprKind::Literal(Literal::Bool(word == "true")), start)
            }
            "match" => self.match_expression(),
            "initially" | "probability" | "expected" => self.wrapped(word),
            "prev" => self.prev(),
            _ if words::AGGREGATES.contains(&word)
                && self.kind_ahead(1) == Kind::Open(Bracket::Round) =>
            {
                self.aggregate()
            }
            _ if words::is_reserved(word) && !words::VALUES.contains(&word) => {
                let diagnostic = self.expectation("an expression");
                let diagnostic = if words::ITEMS.contains(&word) || word == "_" {
                    diagnostic.help(format!("`{word}` is a word of the language, not a name"))
                } else {
                    diagnostic
                };
                self.stop(diagnostic)
            }
            _ => {
                self.take();
                self.node(ExprKind::Name(word.to_string()), start)
            }
        }
    }

    fn call(&mut self, function: Expr) -> Parse<Expr> {
        let start = function.span;
        let (arguments, _) = self.group(Bracket::Round, Self::expressions)?;
        match arguments {
            Some(arguments) => self.node(ExprKind::Call { function, arguments }, start),
            None => Ok(self.error_expr(self.since(start))),
        }
    }

    /// Expressions between commas, up to the end of the bracket.
    pub fn expressions(&mut self) -> Parse<Vec<Expr>> {
        let mut expressions = Vec::new();
        while !self.is_done() {
            expressions.push(self.expression()?);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        Ok(expressions)
    }

    fn index(&mut self, object: Expr) -> Parse<Expr> {
        let start = object.span;
        let (index, _) = self.group(Bracket::Square, Self::expression)?;
        match index {
            Some(index) => self.node(ExprKind::Index { object, index }, start),
            None => Ok(self.error_expr(self.since(start))),
        }
    }

    fn field(&mut self, object: Expr) -> Parse<Expr> {
        let start = object.span;
        self.take();
        if matches!(*object.kind, ExprKind::Literal(_)) {
            let number = self.words(object.span);
            let diagnostic = self
                .expectation("digits behind the dot")
                .help(format!("a number has digits on both sides of the dot: `{number}.0`"));
            return self.stop(diagnostic);
        }
        let name = self.any_word("a field behind `.`")?;
        self.node(ExprKind::Field { object, name }, start)
    }

    fn primed(&mut self, left: Expr) -> Parse<Expr> {
        let start = left.span;
        let prime = self.take();
        match *left.kind {
            ExprKind::Name(_) | ExprKind::Call { .. } | ExprKind::Field { .. } => {
                self.node(ExprKind::Primed(left), start)
            }
            ExprKind::Error => Ok(left),
            _ => {
                let words = self.words(start);
                let diagnostic = Diagnostic::error(
                    code::UNEXPECTED,
                    prime,
                    format!("`{words}` has no new value to read with `'`"),
                )
                .label(prime, "this asks for the value after the step")
                .help("`'` follows a state: `x'`, `x(a)'`, `a.x'`; strings stand in `\"`");
                self.stop(diagnostic)
            }
        }
    }

    fn at_world(&mut self, body: Expr) -> Parse<Expr> {
        let start = body.span;
        self.take();
        let world = self.name("the name of a world behind `@`")?;
        let mut arguments = Vec::new();
        if self.opens(Bracket::Round) {
            match self.group(Bracket::Round, Self::expressions)? {
                (Some(inside), _) => arguments = inside,
                (None, _) => return Ok(self.error_expr(self.since(start))),
            }
        }
        self.node(ExprKind::At { body, world, arguments }, start)
    }

    fn temporal(&mut self, op: TemporalOp) -> Parse<Expr> {
        let op_span = self.take();
        let interval = self.optional_interval()?;
        if let (Some(interval), TemporalOp::Next | TemporalOp::Finally) = (&interval, op) {
            let words = self.words(op_span);
            let diagnostic = Diagnostic::error(
                code::BAD_INTERVAL,
                interval.span,
                format!("`{words}` takes no interval"),
            )
            .label(op_span, "speaks of one instant")
            .help("write `always[lo..hi]` or `eventually[lo..hi]`");
            self.report(diagnostic);
        }
        let body = self.expression_at(Level::Prefix)?;
        self.node(ExprKind::Temporal { op, op_span, interval, body }, op_span)
    }

    /// `initially(e)`, `probability(e)`, `expected(e)`.
    fn wrapped(&mut self, word: &str) -> Parse<Expr> {
        let start = self.take();
        if !self.opens(Bracket::Round) {
            let diagnostic = self
                .expectation("`(`")
                .help(format!("write `{word}(…)`; `{word}` is a word of the language"));
            return self.stop(diagnostic);
        }
        let (inner, _) = self.group(Bracket::Round, Self::expression)?;
        let Some(inner) = inner else { return Ok(self.error_expr(self.since(start))) };
        let kind = match word {
            "initially" => ExprKind::Initially(inner),
            "probability" => ExprKind::Probability(inner),
            _ => ExprKind::Expected(inner),
        };
        self.node(kind, start)
    }

    /// `prev(e [, at_start])`.
    fn prev(&mut self) -> Parse<Expr> {
        let start = self.take();
        if !self.opens(Bracket::Round) {
            let diagnostic = self
                .expectation("`(`")
                .help("write `prev(e)`, or `prev(e, at_start)` where `e` is no bool");
            return self.stop(diagnostic);
        }
        let (inner, _) = self.group(Bracket::Round, |parser| {
            let body = parser.expression()?;
            let more = parser.eat(Kind::Comma) && !parser.is_done();
            let at_start = if more { Some(parser.expression()?) } else { None };
            parser.eat(Kind::Comma);
            Ok((body, at_start))
        })?;
        match inner {
            Some((body, at_start)) => self.node(ExprKind::Prev { body, at_start }, start),
            None => Ok(self.error_expr(self.since(start))),
        }
    }

    /// `if c then a else b`.
    fn conditional(&mut self) -> Parse<Expr> {
        let start = self.take();
        let condition = self.expression()?;
        self.expect_word("then")?;
        let then = self.expression()?;
        if !self.is_word("else") {
            let diagnostic =
                self.expectation("`else`").help("an `if` in an expression needs both values");
            return self.stop(diagnostic);
        }
        self.take();
        let otherwise = self.expression()?;
        self.node(ExprKind::If { condition, then, otherwise }, start)
    }

    /// `let x = e; e2`.
    fn binding(&mut self) -> Parse<Expr> {
        let start = self.take();
        let name = self.name("a name behind `let`")?;
        self.expect(Kind::Assign, "`=`")?;
        let value = self.expression()?;
        self.expect(Kind::Semicolon, "`;` between a `let` and what it is for")?;
        let body = self.expression()?;
        self.node(ExprKind::Let { name, value, body }, start)
    }

    /// `match e { A => a  _ => b }`.
    fn match_expression(&mut self) -> Parse<Expr> {
        let start = self.take();
        let scrutinee = self.expression()?;
        let (arms, _) = self.group(Bracket::Curly, |parser| {
            let mut arms = Vec::new();
            while !parser.is_done() {
                let pattern = parser.pattern()?;
                parser.expect(Kind::Arrow, "`=>`")?;
                arms.push((pattern, parser.expression()?));
                parser.eat_separators();
            }
            Ok(arms)
        })?;
        match arms {
            Some(arms) => self.node(ExprKind::Match { scrutinee, arms }, start),
            None => Ok(self.error_expr(self.since(start))),
        }
    }

    /// What a match arm matches.
    pub fn pattern(&mut self) -> Parse<Pattern> {
        let start = self.here();
        let negative = self.eat(Kind::Minus);
        let kind = match (self.kind(), self.word()) {
            (Kind::Literal(place), _) => {
                let literal = self.literal(place).clone();
                match (negative, literal) {
                    (false, literal) => PatternKind::Literal(literal),
                    (true, Literal::Int(value)) => PatternKind::Literal(Literal::Int(-value)),
                    (true, Literal::Real(value)) => PatternKind::Literal(Literal::Real(-value)),
                    (true, _) => return self.expected("a number behind `-`"),
                }
            }
            _ if negative => return self.expected("a number behind `-`"),
            (_, Some("none")) => PatternKind::None,
            (_, Some("_")) => PatternKind::Wildcard,
            (_, Some(word @ ("true" | "false"))) => {
                PatternKind::Literal(Literal::Bool(word == "true"))
            }
            (_, Some(word)) if !words::is_reserved(word) => PatternKind::Named(word.to_string()),
            (_, _) => return self.expected("a variant, a literal, `none` or `_`"),
        };
        self.take();
        Ok(Pattern { kind, span: self.since(start) })
    }
}

/// Whether `(` behind `expr` begins its arguments.
fn takes_arguments(expr: &Expr) -> bool {
    matches!(*expr.kind, ExprKind::Name(_) | ExprKind::Field { .. } | ExprKind::Error)
}

fn temporal_op(word: &str) -> Option<TemporalOp> {
    match word {
        "always" => Some(TemporalOp::Always),
        "eventually" => Some(TemporalOp::Eventually),
        "next" => Some(TemporalOp::Next),
        "finally" => Some(TemporalOp::Finally),
        "historically" => Some(TemporalOp::Historically),
        "once" => Some(TemporalOp::Once),
        _ => None,
    }
}
