//! Structures, shapes and families.
//!
//! In: tokens. Out: a structure as written. `any` and other families are plain words here.

use super::cursor::{Parse, Parser};
use super::expression::Level;
use crate::syntax::ast::{Family, ItemKind, Shape, Structure};
use crate::syntax::token::{Bracket, Kind};

impl Parser<'_> {
    /// `structure NAME: SHAPE on POP [to POP] [among F | …] [= F]`.
    pub fn structure(&mut self) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the structure's name")?;
        self.expect(Kind::Colon, "`:` and a shape")?;
        let shape_start = self.here();
        let shape = self.shape()?;
        let shape_span = self.since(shape_start);
        self.expect_word("on")?;
        let on = self.name("a population")?;
        let to = if self.eat_word("to") { Some(self.name("a population")?) } else { None };
        let mut among = Vec::new();
        if self.eat_word("among") {
            among.push(self.family()?);
            while self.eat(Kind::Bar) {
                among.push(self.family()?);
            }
        }
        let value = if self.eat(Kind::Assign) { Some(self.family()?) } else { None };
        Ok(ItemKind::Structure(Structure { name, shape, shape_span, on, to, among, value }))
    }

    fn shape(&mut self) -> Parse<Shape> {
        let normalized = self.eat_word("normalized");
        if normalized && !self.is_word("weights") {
            return self.expected("`weights`");
        }
        let shape = match self.word() {
            Some("graph") => Shape::Graph,
            Some("digraph") => Shape::Digraph { loops: false },
            Some("tree") => Shape::Tree,
            Some("partition") => Shape::Partition,
            Some("weights") => {
                self.take();
                let lo = self.expression_at(Level::Add)?;
                self.expect(Kind::DotDot, "`..`")?;
                let hi = self.expression_at(Level::Add)?;
                return Ok(Shape::Weights { normalized, lo, hi });
            }
            Some(_) | None => {
                let what = "a shape: `graph`, `digraph`, `tree`, `partition` or `weights lo..hi`";
                return self.expected(what);
            }
        };
        self.take();
        if self.eat_word("with") {
            self.expect_word("loops")?;
            return match shape {
                Shape::Digraph { .. } => Ok(Shape::Digraph { loops: true }),
                Shape::Graph | Shape::Tree | Shape::Partition | Shape::Weights { .. } => {
                    let span = self.last();
                    self.fail(
                        crate::diag::code::syntax::UNEXPECTED,
                        span,
                        "only a `digraph` may have loops",
                    )
                }
            };
        }
        Ok(shape)
    }

    /// `ring`, `grid(3)`.
    fn family(&mut self) -> Parse<Family> {
        let name = self.name("a family, such as `ring`, `star` or `any`")?;
        let start = name.span;
        let arguments = if self.opens(Bracket::Round) {
            let (arguments, span) = self.group(Bracket::Round, Self::expressions)?;
            arguments.unwrap_or_else(|| vec![self.error_expr(span)])
        } else {
            Vec::new()
        };
        Ok(Family { name, arguments, span: self.since(start) })
    }
}
