//! How statements break.
//!
//! In: a block that is next. Out: its pieces. More than one statement, and a block in a block,
//! stand on lines of their own.

use super::pieces::Pieces;
use crate::syntax::ast::{Block, Stmt, StmtKind, TypeOrSet};
use crate::syntax::token::Bracket;

impl Pieces<'_> {
    /// `{ … }` of statements; on lines of their own if `forced`.
    pub fn block(&mut self, block: &Block, forced: bool) {
        let starts: Vec<u32> = block.statements.iter().map(|inner| inner.span.start).collect();
        let forced = forced || starts.len() > 1;
        self.until(block.span.start);
        self.braces(&starts, forced, |pieces, place| pieces.statement(&block.statements[place]));
    }

    fn statement(&mut self, statement: &Stmt) {
        self.until(statement.span.start);
        match &statement.kind {
            StmtKind::Let { value, .. } | StmtKind::Require(value) => {
                self.until(value.span.start);
                self.indent(|pieces| pieces.expr(value));
            }
            StmtKind::Assign { target, value } => {
                self.expr(target);
                self.until(value.span.start);
                self.indent(|pieces| pieces.expr(value));
            }
            StmtKind::If { condition, then, otherwise } => {
                self.until(condition.span.start);
                self.indent(|pieces| pieces.expr(condition));
                self.block(then, false);
                if let Some(otherwise) = otherwise {
                    self.otherwise(otherwise);
                }
            }
            StmtKind::Match { scrutinee, arms } => {
                self.until(scrutinee.span.start);
                self.indent(|pieces| pieces.expr(scrutinee));
                let starts: Vec<u32> = arms.iter().map(|(at, _)| at.span.start).collect();
                self.braces(&starts, true, |pieces, place| {
                    let (pattern, block) = &arms[place];
                    pieces.pattern(pattern);
                    pieces.block(block, false);
                });
            }
            StmtKind::For { binders, body } => {
                binders.iter().take(1).for_each(|binder| self.until(binder.span.start));
                self.indent(|pieces| pieces.binders(binders));
                self.block(body, false);
            }
            StmtKind::Choose { indices, domain, filter, .. } => {
                if self.takes_indices() {
                    let starts: Vec<u32> = indices.iter().map(|at| at.span.start).collect();
                    self.list(Bracket::Round, &starts, |pieces, place| {
                        pieces.binder(&indices[place]);
                    });
                }
                match domain {
                    TypeOrSet::Type(ty) => self.type_expr(ty),
                    TypeOrSet::Set(set) => self.expr(set),
                }
                if let Some(filter) = filter {
                    self.until(filter.span.start);
                    self.indent(|pieces| pieces.expr(filter));
                }
            }
            StmtKind::Draw { dist, .. } => self.dist(dist),
            StmtKind::Emit { event, fields } => {
                self.through(event.span);
                if self.opens(Bracket::Round) {
                    let starts: Vec<u32> = fields.iter().map(|(at, _)| at.span.start).collect();
                    self.list(Bracket::Round, &starts, |pieces, place| {
                        pieces.expr(&fields[place].1);
                    });
                }
            }
            StmtKind::Halt => {}
        }
        self.through(statement.span);
    }

    /// Deals out `choose x`; whether indices follow.
    fn takes_indices(&mut self) -> bool {
        self.tokens_ahead(2);
        self.opens(Bracket::Round)
    }

    /// What stands behind `else`: a block, or an `if` of its own.
    fn otherwise(&mut self, block: &Block) {
        self.until(block.span.start);
        match block.statements.as_slice() {
            [only] if only.span == block.span => self.statement(only),
            _ => self.block(block, false),
        }
    }
}
