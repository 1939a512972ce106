//! Types, domains and distributions.
//!
//! In: tokens. Out: a type or domain as written; which of the two a place admits is not known
//! here.

use super::cursor::{Parse, Parser};
use super::expression::Level;
use crate::syntax::ast::{BinaryOp, Dist, Expr, ExprKind, Name, TypeExpr, TypeKind, TypeOrSet};
use crate::syntax::token::{Bracket, Kind};

impl Parser<'_> {
    /// `bool`, `K?`, `set of T`, `lo..hi`, `{1, 3}`.
    pub fn type_expr(&mut self) -> Parse<TypeExpr> {
        self.nested(|parser| {
            let start = parser.here();
            let kind = parser.type_kind()?;
            parser.grow()?;
            Ok(TypeExpr { kind, span: parser.since(start) })
        })
    }

    fn type_kind(&mut self) -> Parse<TypeKind> {
        if self.begins_set_type() {
            self.take();
            self.take();
            return Ok(TypeKind::Set(Box::new(self.type_expr()?)));
        }
        if self.opens(Bracket::Curly) {
            let (values, _) = self.group(Bracket::Curly, Self::expressions)?;
            return Ok(values.map_or(TypeKind::Error, TypeKind::Values));
        }
        if matches!(self.kind(), Kind::Close(_) | Kind::Comma | Kind::Assign | Kind::End) {
            return self.expected("a type or a domain");
        }
        let lo = self.expression_at(Level::Add)?;
        if self.eat(Kind::DotDot) {
            let hi = self.expression_at(Level::Add)?;
            return Ok(TypeKind::Range(Box::new(lo), Box::new(hi)));
        }
        match &*lo.kind {
            ExprKind::Name(text) => {
                let name = Name { text: text.clone(), span: lo.span };
                Ok(self.optional(name))
            }
            ExprKind::Error => Ok(TypeKind::Error),
            _ => {
                let found = self.words(lo.span);
                let diagnostic = self.expectation("`..`").help(format!(
                    "a domain is a type, `lo..hi` or `{{a, b}}`; for one value write `{{{found}}}`"
                ));
                self.stop(diagnostic)
            }
        }
    }

    /// The type `name`, or `name?`.
    fn optional(&mut self, name: Name) -> TypeKind {
        let span = name.span;
        let named = TypeKind::Named(name);
        if self.eat(Kind::Question) {
            TypeKind::Optional(Box::new(TypeExpr { kind: named, span }))
        } else {
            named
        }
    }

    fn begins_set_type(&self) -> bool {
        self.is_word("set") && self.word_ahead(1) == Some("of")
    }

    /// What a `choose` chooses from.
    pub fn type_or_set(&mut self) -> Parse<TypeOrSet> {
        let optional = self.word().is_some() && self.kind_ahead(1) == Kind::Question;
        if self.begins_set_type() || optional {
            return Ok(TypeOrSet::Type(self.type_expr()?));
        }
        let set = self.expression_at(Level::Range)?;
        let span = set.span;
        let kind = match *set.kind {
            ExprKind::Name(text) => TypeKind::Named(Name { text, span }),
            ExprKind::Binary { op: BinaryOp::Range, left, right, .. } => {
                TypeKind::Range(Box::new(left), Box::new(right))
            }
            ExprKind::SetList(values) => TypeKind::Values(values),
            other => return Ok(TypeOrSet::Set(Expr { kind: Box::new(other), span })),
        };
        Ok(TypeOrSet::Type(TypeExpr { kind, span }))
    }

    /// `bernoulli(p)`, `categorical(e: w, …)`.
    pub fn dist(&mut self) -> Parse<Dist> {
        let name = self.name("a distribution, such as `bernoulli(p)` or `uniform(lo, hi)`")?;
        let start = name.span;
        let (arguments, _) = self.group(Bracket::Round, |parser| {
            let mut arguments = Vec::new();
            while !parser.is_done() {
                let value = parser.expression()?;
                let weight =
                    if parser.eat(Kind::Colon) { Some(parser.expression()?) } else { None };
                arguments.push((value, weight));
                if !parser.eat(Kind::Comma) {
                    break;
                }
            }
            Ok(arguments)
        })?;
        let span = self.since(start);
        let arguments = arguments.unwrap_or_else(|| vec![(self.error_expr(span), None)]);
        Ok(Dist { name, arguments, span })
    }
}
