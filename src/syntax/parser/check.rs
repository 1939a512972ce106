//! `check` blocks and their settings.
//!
//! In: tokens. Out: a check. Which settings there are is not known here; only `minimize`,
//! `front`, `given`, `repairs` and `expect` have a grammar of their own.

use super::cursor::{Parse, Parser};
use crate::syntax::ast::{Expr, ItemKind, Name, Repair, Setting, SettingValue};
use crate::syntax::token::{Bracket, Kind};

impl Parser<'_> {
    /// `check [P, Q] [as NAME] { … }`.
    pub fn check(&mut self) -> Parse<ItemKind> {
        self.take();
        let mut properties = Vec::new();
        let names_check = |parser: &Self| {
            parser.is_word("as") && parser.kind_ahead(2) == Kind::Open(Bracket::Curly)
        };
        while !self.opens(Bracket::Curly) && !names_check(self) {
            properties.push(self.name("the name of a property, or `{`")?);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        let alias =
            if self.eat_word("as") { Some(self.name("a name for the check")?) } else { None };
        let (settings, _) = self.group(Bracket::Curly, |parser| {
            let mut settings = Vec::new();
            loop {
                parser.eat_separators();
                if parser.is_done() {
                    return Ok(settings);
                }
                let before = parser.at;
                match parser.setting() {
                    Ok(setting) => settings.push(setting),
                    Err(_) => parser.skip_to_entry(before),
                }
            }
        })?;
        Ok(ItemKind::Check { properties, alias, settings: settings.unwrap_or_default() })
    }

    fn setting(&mut self) -> Parse<Setting> {
        let key = self.any_word("a setting, such as `steps: 12`")?;
        self.expect(Kind::Colon, "`:` and a value")?;
        let value = match key.text.as_str() {
            "minimize" | "front" => SettingValue::Names(self.names()?),
            "given" => {
                SettingValue::Pins(self.group(Bracket::Curly, Self::pins)?.0.unwrap_or_default())
            }
            "repairs" => {
                let (repairs, _) = self.group(Bracket::Curly, Self::repairs)?;
                SettingValue::Repairs(repairs.unwrap_or_default())
            }
            "expect" => self.expectation_setting()?,
            _ => SettingValue::Expr(self.expression()?),
        };
        let span = self.since(key.span);
        Ok(Setting { key, value, span })
    }

    /// `trimmed { trim: 0.2 }  alone { team: 1 }`.
    fn repairs(&mut self) -> Parse<Vec<Repair>> {
        let mut repairs = Vec::new();
        loop {
            self.eat_separators();
            if self.is_done() {
                return Ok(repairs);
            }
            let name = self.name("a name for the repair")?;
            let (pins, _) = self.group(Bracket::Curly, Self::pins)?;
            let span = self.since(name.span);
            repairs.push(Repair { name, pins: pins.unwrap_or_default(), span });
        }
    }

    /// `agents, deviations`: up to the next setting.
    fn names(&mut self) -> Parse<Vec<Name>> {
        let mut names = vec![self.any_word("a name")?];
        while self.kind() == Kind::Comma
            && self.word_ahead(1).is_some()
            && self.kind_ahead(2) != Kind::Colon
        {
            self.take();
            names.push(self.any_word("a name")?);
        }
        Ok(names)
    }

    /// `violated with { agents: 2 }`.
    fn expectation_setting(&mut self) -> Parse<SettingValue> {
        let verdict = self.any_word("`violated`, `holds`, `found` or `not_found`")?;
        let counters = if self.eat_word("with") {
            self.group(Bracket::Curly, Self::counters)?.0.unwrap_or_default()
        } else {
            Vec::new()
        };
        Ok(SettingValue::Expect { verdict, counters })
    }

    fn counters(&mut self) -> Parse<Vec<(Name, Expr)>> {
        let mut counters = Vec::new();
        loop {
            self.eat_separators();
            if self.is_done() {
                return Ok(counters);
            }
            let name = self.any_word("a counter, such as `agents`")?;
            self.expect(Kind::Colon, "`:` and a number")?;
            counters.push((name, self.expression()?));
        }
    }
}
