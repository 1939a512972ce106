//! Statements of steps and rules (language, section 5).
//!
//! In: tokens. Out: a block. A statement that does not parse is reported and left out; the
//! parser goes on at the next one.

use super::cursor::{Parse, Parser};
use super::expression::Level;
use crate::diag::code::syntax as code;
use crate::diag::{Diagnostic, Span};
use crate::syntax::ast::{Binder, Block, Expr, ExprKind, Name, Pattern, Stmt, StmtKind};
use crate::syntax::token::{Bracket, Kind};
use crate::syntax::words;

impl Parser<'_> {
    /// `{ … }` of statements.
    pub fn block(&mut self) -> Parse<Block> {
        self.nested(|parser| {
            let (statements, span) = parser.group(Bracket::Curly, Self::statements)?;
            parser.grow()?;
            Ok(Block { statements: statements.unwrap_or_default(), span })
        })
    }

    fn statements(&mut self) -> Parse<Vec<Stmt>> {
        let mut statements = Vec::new();
        loop {
            self.eat_separators();
            if self.is_done() {
                return Ok(statements);
            }
            let before = self.at;
            match self.statement() {
                Ok(statement) => statements.push(statement),
                Err(_) => self.skip_to_statement(before),
            }
        }
    }

    /// Passes what did not parse; the statement began at token `before`.
    fn skip_to_statement(&mut self, before: usize) {
        if self.at == before {
            self.skip();
        }
        while !self.is_done() && !self.begins_statement() {
            self.skip();
        }
    }

    fn begins_statement(&self) -> bool {
        match self.word() {
            Some("if" | "match") => self.begins_line(),
            Some(word) if words::STATEMENTS.contains(&word) => true,
            Some(word) => self.begins_line() && !words::is_reserved(word),
            None => false,
        }
    }

    fn statement(&mut self) -> Parse<Stmt> {
        self.nested(|parser| {
            let start = parser.here();
            let kind = parser.statement_kind()?;
            parser.grow()?;
            Ok(Stmt { kind, span: parser.since(start) })
        })
    }

    fn statement_kind(&mut self) -> Parse<StmtKind> {
        match self.word() {
            Some("let") => {
                self.take();
                let name = self.name("a name behind `let`")?;
                self.expect(Kind::Assign, "`=`")?;
                Ok(StmtKind::Let { name, value: self.expression()? })
            }
            Some("if") => self.if_statement(),
            Some("match") => self.match_statement(),
            Some("for") => {
                self.take();
                let binders = self.binders()?;
                Ok(StmtKind::For { binders, body: self.block()? })
            }
            Some("choose") => self.choose(),
            Some("draw") => {
                self.take();
                let name = self.name("a name for what is drawn")?;
                self.expect(Kind::Tilde, "`~` and a distribution")?;
                Ok(StmtKind::Draw { name, dist: self.dist()? })
            }
            Some("emit") => self.emit(),
            Some("require") => {
                self.take();
                Ok(StmtKind::Require(self.expression()?))
            }
            Some("halt") => {
                self.take();
                Ok(StmtKind::Halt)
            }
            Some(word) if !words::is_reserved(word) || words::VALUES.contains(&word) => {
                self.assignment()
            }
            Some(_) | None => self.expected("a statement"),
        }
    }

    fn if_statement(&mut self) -> Parse<StmtKind> {
        self.take();
        let condition = self.expression()?;
        if self.is_word("then") {
            let diagnostic =
                self.expectation("`{`").help("between statements, write `if c { … } else { … }`");
            return self.stop(diagnostic);
        }
        let then = self.block()?;
        let otherwise = if self.eat_word("else") { Some(self.otherwise()?) } else { None };
        Ok(StmtKind::If { condition, then, otherwise })
    }

    /// What stands behind `else`: a block, or another `if`.
    fn otherwise(&mut self) -> Parse<Block> {
        if !self.is_word("if") {
            return self.block();
        }
        let inner = self.statement()?;
        let span = inner.span;
        Ok(Block { statements: vec![inner], span })
    }

    fn match_statement(&mut self) -> Parse<StmtKind> {
        self.take();
        let scrutinee = self.expression()?;
        let (arms, _) = self.group(Bracket::Curly, Self::arms)?;
        Ok(StmtKind::Match { scrutinee, arms: arms.unwrap_or_default() })
    }

    fn arms(&mut self) -> Parse<Vec<(Pattern, Block)>> {
        let mut arms = Vec::new();
        loop {
            self.eat_separators();
            if self.is_done() {
                return Ok(arms);
            }
            match self.arm() {
                Ok(arm) => arms.push(arm),
                Err(_) => {
                    self.skip();
                    while !self.is_done() && self.kind_ahead(1) != Kind::Arrow {
                        self.skip();
                    }
                }
            }
        }
    }

    fn arm(&mut self) -> Parse<(Pattern, Block)> {
        let pattern = self.pattern()?;
        self.expect(Kind::Arrow, "`=>`")?;
        if !self.opens(Bracket::Curly) {
            let diagnostic = self.expectation("`{`").help("an arm of statements is a block");
            return self.stop(diagnostic);
        }
        Ok((pattern, self.block()?))
    }

    /// `choose x in D [where e]`, `choose x(a: S, b: T) in D [where e]`.
    fn choose(&mut self) -> Parse<StmtKind> {
        self.take();
        let name = self.name("a name for what is chosen")?;
        let indices = if self.opens(Bracket::Round) {
            self.group(Bracket::Round, Self::index_binders)?.0.unwrap_or_default()
        } else {
            Vec::new()
        };
        self.expect_word("in")?;
        let domain = self.type_or_set()?;
        let filter = if self.eat_word("where") { Some(self.expression()?) } else { None };
        Ok(StmtKind::Choose { name, indices, domain, filter })
    }

    /// `a: S, b: T`.
    fn index_binders(&mut self) -> Parse<Vec<Binder>> {
        let mut binders = Vec::new();
        while !self.is_done() {
            let start = self.here();
            let name = self.name("a name to bind")?;
            self.expect(Kind::Colon, "`:` and a set")?;
            let set = self.expression_at(Level::Range)?;
            binders.push(Binder { name, set, window: None, filter: None, span: self.since(start) });
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        Ok(binders)
    }

    /// `emit ev(field: e, …)`.
    fn emit(&mut self) -> Parse<StmtKind> {
        self.take();
        let event = self.name("an event")?;
        let fields = if self.opens(Bracket::Round) {
            self.group(Bracket::Round, Self::event_fields)?.0.unwrap_or_default()
        } else {
            Vec::new()
        };
        Ok(StmtKind::Emit { event, fields })
    }

    fn event_fields(&mut self) -> Parse<Vec<(Name, Expr)>> {
        let mut fields = Vec::new();
        while !self.is_done() {
            let begins_field = self.word().is_some() && self.kind_ahead(1) == Kind::Colon;
            if !begins_field {
                let diagnostic =
                    self.expectation("`field: value`").help("name each field: `emit ev(x: 1)`");
                return self.stop(diagnostic);
            }
            let name = self.any_word("a field")?;
            self.take();
            fields.push((name, self.expression()?));
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        Ok(fields)
    }

    /// `x' = e`, `x(a, b)' = e`, `a.x' = e`.
    fn assignment(&mut self) -> Parse<StmtKind> {
        let target = self.nested(Self::postfixed)?;
        match &*target.kind {
            ExprKind::Primed(_) | ExprKind::Error => {
                self.expect(Kind::Assign, "`=` and the new value")?;
            }
            _ if self.kind() == Kind::Assign => {
                self.unprimed(target.span);
                self.take();
            }
            _ => {
                let words = self.words(target.span);
                let diagnostic = self
                    .expectation("`' =` and the new value")
                    .help(format!("a statement sets something: `{words}' = …`"));
                return self.stop(diagnostic);
            }
        }
        if self.begins_line() && self.word().is_some() && self.kind_ahead(1) == Kind::Assign {
            return self.expected("the new value");
        }
        Ok(StmtKind::Assign { target, value: self.expression()? })
    }

    /// Reports `x = e`.
    fn unprimed(&mut self, target: Span) {
        let words = self.words(target);
        self.report(
            Diagnostic::error(
                code::UNPRIMED,
                target,
                format!("`{words}` is the old value and cannot be set"),
            )
            .label(target, "the state as it is before the step")
            .help(format!("write `{words}' = …` for the new value, or `let {words} = …`")),
        );
    }
}
