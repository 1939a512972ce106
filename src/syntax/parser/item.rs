//! Items (language, section 3), but for structures, properties and checks.
//!
//! In: tokens. Out: an item, or a report and nothing.

use super::cursor::{Parse, Parser};
use super::expression::Level;
use crate::syntax::ast::{DefParam, Expr, Item, ItemKind, Name, Param, Size, Start, TypeExpr};
use crate::syntax::token::{Bracket, Kind};
use crate::syntax::words;

impl Parser<'_> {
    /// The item that begins here, with its docs.
    pub fn item(&mut self) -> Parse<Item> {
        let docs = self.docs();
        let start = self.here();
        let kind = self.item_kind()?;
        Ok(Item { docs, kind, span: self.since(start) })
    }

    fn item_kind(&mut self) -> Parse<ItemKind> {
        let Some(word) = self.word() else { return self.expected("an item") };
        match word {
            "const" => self.constant(),
            "enum" => self.enumeration(),
            "kind" => self.agent_kind(),
            "agents" => self.population(false),
            "principals" => self.population(true),
            "structure" => self.structure(),
            "param" => self.param(false),
            "state" => self.state(false),
            "event" => self.event(),
            "def" => self.def(),
            "assume" => {
                self.take();
                Ok(ItemKind::Assume(self.expression()?))
            }
            "step" => {
                self.take();
                Ok(ItemKind::Step(self.block()?))
            }
            "rule" => self.rule(),
            "schedule" => {
                self.take();
                Ok(ItemKind::Schedule(self.name("`any`, `random` or `round_robin`")?))
            }
            "property" => self.property(None),
            "witness" => self.witness(),
            "invariant" => self.invariant(),
            "measure" => {
                self.take();
                let name = self.name("the measure's name")?;
                self.expect(Kind::Assign, "`=`")?;
                Ok(ItemKind::Measure { name, value: self.expression()? })
            }
            "check" => self.check(),
            _ if words::TAGS.contains(&word) => {
                let tag = self.any_word("a tag")?;
                if self.is_word("property") { self.property(Some(tag)) } else { self.no_item() }
            }
            _ => self.no_item(),
        }
    }

    fn no_item<T>(&mut self) -> Parse<T> {
        let nearest = self
            .word()
            .and_then(|word| words::nearest(word, words::ITEMS.iter().chain(words::TAGS).copied()));
        let diagnostic = self.expectation("an item");
        let diagnostic = match nearest {
            Some(word) => diagnostic.help(format!("did you mean `{word}`?")),
            None => diagnostic.help(
                "an item begins with a word such as `kind`, `agents`, `state`, `step` or `property`",
            ),
        };
        self.stop(diagnostic)
    }

    fn constant(&mut self) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the constant's name")?;
        let ty = self.optional_type()?;
        self.expect(Kind::Assign, "`=` and the value")?;
        Ok(ItemKind::Const { name, ty, value: self.expression()? })
    }

    fn optional_type(&mut self) -> Parse<Option<TypeExpr>> {
        if self.eat(Kind::Colon) { Ok(Some(self.type_expr()?)) } else { Ok(None) }
    }

    fn optional_value(&mut self) -> Parse<Option<Expr>> {
        if self.eat(Kind::Assign) { Ok(Some(self.expression()?)) } else { Ok(None) }
    }

    fn enumeration(&mut self) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the enum's name")?;
        let (variants, _) = self.group(Bracket::Curly, |parser| {
            let mut variants = Vec::new();
            while !parser.is_done() {
                variants.push(parser.name("a variant")?);
                parser.eat_separators();
            }
            Ok(variants)
        })?;
        Ok(ItemKind::Enum { name, variants: variants.unwrap_or_default() })
    }

    fn agent_kind(&mut self) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the kind's name")?;
        if !self.opens(Bracket::Curly) {
            let diagnostic = self
                .expectation("`{`")
                .help(format!("a kind without parameters and state is `kind {} {{}}`", name.text));
            return self.stop(diagnostic);
        }
        let (fields, _) = self.group(Bracket::Curly, |parser| {
            let mut fields = Vec::new();
            loop {
                parser.eat_separators();
                if parser.is_done() {
                    return Ok(fields);
                }
                let before = parser.at;
                match parser.field_item() {
                    Ok(field) => fields.push(field),
                    Err(_) => parser.skip_to_field(before),
                }
            }
        })?;
        Ok(ItemKind::Kind { name, fields: fields.unwrap_or_default() })
    }

    /// A `param` or `state` of a kind.
    fn field_item(&mut self) -> Parse<Item> {
        let docs = self.docs();
        let start = self.here();
        let kind = match self.word() {
            Some("param") => self.param(true)?,
            Some("state") => self.state(true)?,
            Some(_) | None => {
                let diagnostic = self.expectation("`param` or `state`").help(
                    "a kind holds `param x: …` and \
                                                                 `state x: …`",
                );
                return self.stop(diagnostic);
            }
        };
        Ok(Item { docs, kind, span: self.since(start) })
    }

    fn skip_to_field(&mut self, before: usize) {
        if self.at == before {
            self.skip();
        }
        while !self.is_done() && !matches!(self.word(), Some("param" | "state")) {
            self.skip();
        }
    }

    fn population(&mut self, principals: bool) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the population's name")?;
        self.expect(Kind::Colon, "`:` and a kind")?;
        let kind = self.name("a kind")?;
        let size = if self.opens(Bracket::Square) { self.size()? } else { None };
        Ok(ItemKind::Agents { principals, name, kind, size })
    }

    /// `[n]` or `[lo..hi]`.
    fn size(&mut self) -> Parse<Option<Size>> {
        let (size, span) = self.group(Bracket::Square, |parser| {
            let lo = parser.expression_at(Level::Add)?;
            let hi = if parser.eat(Kind::DotDot) {
                Some(parser.expression_at(Level::Add)?)
            } else {
                None
            };
            Ok(Size { lo, hi })
        })?;
        Ok(Some(size.unwrap_or_else(|| Size { lo: self.error_expr(span), hi: None })))
    }

    /// The name of a top-level item, or of a field, which may be any word before `:`.
    fn field_or_name(&mut self, field: bool, what: &str) -> Parse<Name> {
        let is_field = field && matches!(self.kind_ahead(1), Kind::Colon | Kind::Assign);
        if is_field || field && self.kind_ahead(1) == Kind::Open(Bracket::Round) {
            self.any_word(what)
        } else {
            self.name(what)
        }
    }

    /// `param NAME[(index, …)][: DOMAIN] [= e]`.
    fn param(&mut self, field: bool) -> Parse<ItemKind> {
        self.take();
        let name = self.field_or_name(field, "the parameter's name")?;
        let indices = self.indices()?.into_iter().map(|index| index.set).collect();
        let domain = self.optional_type()?;
        let value = self.optional_value()?;
        if domain.is_none() && value.is_none() {
            let words = self.words(name.span);
            let diagnostic = self.expectation("`:` and a domain").help(format!(
                "write `param {words}: 0..3` if it is free, `param {words} = e` if it is derived"
            ));
            return self.stop(diagnostic);
        }
        Ok(ItemKind::Param { name, indices, domain, value })
    }

    /// `state NAME[(index, …)]: TYPE [= e | ~ DIST]`.
    fn state(&mut self, field: bool) -> Parse<ItemKind> {
        self.take();
        let name = self.field_or_name(field, "the state's name")?;
        let indices = self.indices()?;
        if !self.eat(Kind::Colon) {
            let words = self.words(name.span);
            let diagnostic = self
                .expectation("`:` and a type")
                .help(format!("a state says what it may be: `state {words}: int = 0`"));
            return self.stop(diagnostic);
        }
        let domain = self.type_expr()?;
        let start = if self.eat(Kind::Tilde) {
            Some(Start::Draw(self.dist()?))
        } else {
            self.optional_value()?.map(Start::Value)
        };
        Ok(ItemKind::State { name, indices, domain, start })
    }

    /// `(author: Agent, 0..3)`, if there is one.
    fn indices(&mut self) -> Parse<Vec<Param>> {
        if !self.opens(Bracket::Round) {
            return Ok(Vec::new());
        }
        let (indices, _) = self.group(Bracket::Round, |parser| {
            let mut indices = Vec::new();
            while !parser.is_done() {
                let named = parser.word().is_some() && parser.kind_ahead(1) == Kind::Colon;
                let name = if named { Some(parser.any_word("an index")?) } else { None };
                if named {
                    parser.take();
                }
                let set = parser.expression_at(Level::Range)?;
                indices.push(Param { name, set });
                if !parser.eat(Kind::Comma) {
                    break;
                }
            }
            Ok(indices)
        })?;
        Ok(indices.unwrap_or_default())
    }

    fn event(&mut self) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the event's name")?;
        let (fields, _) = self.group(Bracket::Curly, |parser| {
            let mut fields = Vec::new();
            loop {
                parser.eat_separators();
                if parser.is_done() {
                    return Ok(fields);
                }
                let field = parser.any_word("a field")?;
                parser.expect(Kind::Colon, "`:` and a type")?;
                fields.push((field, parser.type_expr()?));
            }
        })?;
        Ok(ItemKind::Event { name, fields: fields.unwrap_or_default() })
    }

    fn def(&mut self) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the definition's name")?;
        if !self.opens(Bracket::Round) {
            let words = self.words(name.span);
            let diagnostic = self.expectation("`(`").help(format!(
                "write `def {words}() = e`; a value that never changes is a `const`"
            ));
            return self.stop(diagnostic);
        }
        let (params, _) = self.group(Bracket::Round, |parser| {
            let mut params = Vec::new();
            while !parser.is_done() {
                let name = parser.name("a parameter's name")?;
                let indexed = parser.opens(Bracket::Round);
                let indices = parser.indices()?.into_iter().map(|index| index.set).collect();
                parser.expect(Kind::Colon, "`:` and a type")?;
                let ty = parser.type_expr()?;
                params.push(DefParam { name, indices: indexed.then_some(indices), ty });
                if !parser.eat(Kind::Comma) {
                    break;
                }
            }
            Ok(params)
        })?;
        let ty = self.optional_type()?;
        self.expect(Kind::Assign, "`=` and what it stands for")?;
        let body = self.expression()?;
        Ok(ItemKind::Def { name, params: params.unwrap_or_default(), ty, body })
    }

    /// `rule NAME(x in SET [where e], …) [when e] { … }`.
    fn rule(&mut self) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the rule's name")?;
        let binders = if self.opens(Bracket::Round) {
            let inside = |parser: &mut Self| {
                if parser.is_done() { Ok(Vec::new()) } else { parser.binders() }
            };
            self.group(Bracket::Round, inside)?.0.unwrap_or_default()
        } else {
            Vec::new()
        };
        let when = if self.eat_word("when") { Some(self.expression()?) } else { None };
        Ok(ItemKind::Rule { name, binders, when, body: self.block()? })
    }
}
