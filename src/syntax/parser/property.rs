//! Properties, witnesses, invariants, worlds and pins.
//!
//! In: tokens. Out: an item, or the pins of a world, a check or the command line.

use super::cursor::{Parse, Parser};
use super::expression::Level;
use crate::diag::Diagnostic;
use crate::diag::code::syntax as code;
use crate::syntax::ast::{Expr, ItemKind, Name, Pin, PinKind, PinValue, Property, World};
use crate::syntax::token::{Bracket, Kind};
use crate::syntax::words;

impl Parser<'_> {
    /// `property NAME [for p in PRINCIPALS] { … }`.
    pub fn property(&mut self, tag: Option<Name>) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the property's name")?;
        let principal = if self.eat_word("for") {
            let variable = self.name("a name to bind")?;
            self.expect_word("in")?;
            Some((variable, self.expression_at(Level::Range)?))
        } else {
            None
        };
        let (worlds, formula) = self.body("a property")?;
        Ok(ItemKind::Property(Property { tag, name, principal, worlds, formula }))
    }

    /// `witness NAME { … }`.
    pub fn witness(&mut self) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the witness's name")?;
        let (worlds, formula) = self.body("a witness")?;
        Ok(ItemKind::Witness { name, worlds, formula })
    }

    /// `invariant NAME { e }`.
    pub fn invariant(&mut self) -> Parse<ItemKind> {
        self.take();
        let name = self.name("the invariant's name")?;
        let (worlds, formula) = self.body("an invariant")?;
        if let Some(world) = worlds.first() {
            self.report(
                Diagnostic::error(
                    code::UNEXPECTED,
                    world.span,
                    "an invariant speaks of one run and takes no `worlds`",
                )
                .help("write a `property` with these worlds"),
            );
        }
        Ok(ItemKind::Invariant { name, formula })
    }

    /// `{ [worlds { … }] formula }`; `what` it is the body of.
    fn body(&mut self, what: &str) -> Parse<(Vec<World>, Expr)> {
        let (inside, span) = self.group(Bracket::Curly, |parser| {
            let has_worlds =
                parser.is_word("worlds") && parser.kind_ahead(1) == Kind::Open(Bracket::Curly);
            let worlds = if has_worlds { parser.worlds()? } else { Vec::new() };
            let formula = parser.expression()?;
            parser.eat_separators();
            if !parser.is_done() && parser.word().is_some() {
                let diagnostic = parser
                    .expectation("`}`")
                    .help(format!("{what} has one formula; join several with `and`"));
                return parser.stop(diagnostic);
            }
            Ok((worlds, formula))
        })?;
        Ok(inside.unwrap_or_else(|| (Vec::new(), self.error_expr(span))))
    }

    fn worlds(&mut self) -> Parse<Vec<World>> {
        self.take();
        let (worlds, _) = self.group(Bracket::Curly, |parser| {
            let mut worlds = Vec::new();
            loop {
                parser.eat_separators();
                if parser.is_done() {
                    return Ok(worlds);
                }
                worlds.push(parser.world()?);
            }
        })?;
        Ok(worlds.unwrap_or_default())
    }

    /// `alone(f: fishers) { only f }`.
    fn world(&mut self) -> Parse<World> {
        let name = self.name("a world's name")?;
        let start = name.span;
        let params = if self.opens(Bracket::Round) {
            let inside = |parser: &mut Self| {
                let mut params = Vec::new();
                while !parser.is_done() {
                    let name = parser.name("a name to bind")?;
                    parser.expect(Kind::Colon, "`:` and a population")?;
                    params.push((name, parser.expression_at(Level::Range)?));
                    if !parser.eat(Kind::Comma) {
                        break;
                    }
                }
                Ok(params)
            };
            self.group(Bracket::Round, inside)?.0.unwrap_or_default()
        } else {
            Vec::new()
        };
        let (pins, _) = self.group(Bracket::Curly, Self::pins)?;
        let pins = pins.unwrap_or_default();
        Ok(World { name, params, pins, span: self.since(start) })
    }

    /// Pins up to the end, with or without `,` or `;` between them.
    pub fn pins(&mut self) -> Parse<Vec<Pin>> {
        let mut pins = Vec::new();
        loop {
            self.eat_separators();
            if self.is_done() {
                return Ok(pins);
            }
            let before = self.at;
            match self.pin() {
                Ok(pin) => pins.push(pin),
                Err(_) => self.skip_to_entry(before),
            }
        }
    }

    /// Passes what did not parse, up to what stands behind the next `,` or on the next line.
    pub fn skip_to_entry(&mut self, before: usize) {
        if self.at == before {
            self.skip();
        }
        while !self.is_done() && !self.begins_line() {
            let separated = matches!(self.kind(), Kind::Comma | Kind::Semicolon);
            self.skip();
            if separated {
                return;
            }
        }
    }

    fn pin(&mut self) -> Parse<Pin> {
        let start = self.here();
        let is_target =
            matches!(self.kind_ahead(1), Kind::Colon | Kind::Dot | Kind::Open(Bracket::Square));
        let kind = match self.word() {
            Some("assume") if !is_target => {
                self.take();
                PinKind::Assume(self.expression()?)
            }
            Some("only") if !is_target => {
                self.take();
                PinKind::Only(self.expression_at(Level::Add)?)
            }
            Some("without") if !is_target => {
                self.take();
                PinKind::Without(self.expression_at(Level::Add)?)
            }
            Some(_) | None => self.set_pin()?,
        };
        Ok(Pin { kind, span: self.since(start) })
    }

    /// `target: value`.
    fn set_pin(&mut self) -> Parse<PinKind> {
        let any_word =
            self.kind_ahead(1) == Kind::Colon && self.word().is_some_and(words::is_reserved);
        let target = if any_word {
            let name = self.any_word("what is pinned")?;
            let kind = crate::syntax::ast::ExprKind::Name(name.text);
            Expr { kind: Box::new(kind), span: name.span }
        } else if self.word().is_some() {
            self.nested(Self::postfixed)?
        } else {
            return self.expected("a pin, such as `team: 3`, `reviews: ring` or `only x`");
        };
        if !self.eat(Kind::Colon) {
            let words = self.words(target.span);
            let diagnostic = self
                .expectation("`:` and a value")
                .help(format!("a pin is `{words}: value`, `only {words}` or `without {words}`"));
            return self.stop(diagnostic);
        }
        let value = if self.opens(Bracket::Square) {
            self.ties()?
        } else {
            PinValue::Expr(self.expression()?)
        };
        Ok(PinKind::Set { target, value })
    }

    /// `[[1, 0], [2, 0]]`.
    fn ties(&mut self) -> Parse<PinValue> {
        let (ties, span) = self.group(Bracket::Square, |parser| {
            let mut ties = Vec::new();
            while !parser.is_done() {
                let (tie, _) = parser.group(Bracket::Square, Self::expressions)?;
                ties.extend(tie);
                if !parser.eat(Kind::Comma) {
                    break;
                }
            }
            Ok(ties)
        })?;
        Ok(PinValue::Ties(ties.unwrap_or_default(), span))
    }
}
