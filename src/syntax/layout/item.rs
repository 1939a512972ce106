//! How items break.
//!
//! In: an item that is next. Out: its pieces.

use super::pieces::Pieces;
use crate::syntax::ast::{
    Binder, Block, Expr, Item, ItemKind, Pin, PinKind, PinValue, Property, Setting, SettingValue,
    Shape, Start, Structure, World,
};
use crate::syntax::token::Bracket;

impl Pieces<'_> {
    /// An item.
    pub fn item(&mut self, item: &Item) {
        self.until(item.span.start);
        match &item.kind {
            ItemKind::Const { ty, value, .. } => {
                ty.iter().for_each(|ty| self.type_expr(ty));
                self.value(value);
            }
            ItemKind::Enum { variants, .. } => {
                let starts: Vec<u32> = variants.iter().map(|name| name.span.start).collect();
                self.braces(&starts, false, |pieces, place| pieces.through(variants[place].span));
            }
            ItemKind::Kind { fields, .. } => {
                let starts: Vec<u32> = fields.iter().map(|field| field.span.start).collect();
                let forced = starts.len() > 1;
                self.braces(&starts, forced, |pieces, place| pieces.item(&fields[place]));
            }
            ItemKind::Agents { size, .. } => {
                if let Some(size) = size {
                    self.expr(&size.lo);
                    size.hi.iter().for_each(|hi| self.expr(hi));
                }
            }
            ItemKind::Structure(structure) => self.structure(structure),
            ItemKind::Param { indices, domain, value, .. } => {
                indices.iter().for_each(|index| self.expr(index));
                domain.iter().for_each(|domain| self.type_expr(domain));
                value.iter().for_each(|value| self.value(value));
            }
            ItemKind::State { indices, domain, start, .. } => {
                indices.iter().for_each(|index| self.expr(&index.set));
                self.type_expr(domain);
                match start {
                    Some(Start::Value(value)) => self.value(value),
                    Some(Start::Draw(dist)) => self.dist(dist),
                    None => {}
                }
            }
            ItemKind::Event { fields, .. } => {
                let starts: Vec<u32> = fields.iter().map(|(name, _)| name.span.start).collect();
                self.braces(&starts, false, |pieces, place| pieces.type_expr(&fields[place].1));
            }
            ItemKind::Def { params, ty, body, .. } => {
                let starts: Vec<u32> = params.iter().map(|param| param.name.span.start).collect();
                self.list(Bracket::Round, &starts, |pieces, place| {
                    let indices = params[place].indices.iter().flatten();
                    indices.for_each(|index| pieces.expr(index));
                    pieces.type_expr(&params[place].ty);
                });
                ty.iter().for_each(|ty| self.type_expr(ty));
                self.value(body);
            }
            ItemKind::Assume(value) => self.value(value),
            ItemKind::Step(body) => self.block(body, true),
            ItemKind::Rule { binders, when, body, .. } => self.rule(binders, when.as_ref(), body),
            ItemKind::Schedule(_) => {}
            ItemKind::Property(property) => self.property(property),
            ItemKind::Witness { worlds, formula, .. } => self.body(worlds, formula),
            ItemKind::Invariant { formula, .. } => self.body(&[], formula),
            ItemKind::Measure { value, .. } => self.value(value),
            ItemKind::Check { settings, .. } => {
                let starts: Vec<u32> = settings.iter().map(|at| at.span.start).collect();
                self.braces(&starts, false, |pieces, place| pieces.setting(&settings[place]));
            }
        }
        self.through(item.span);
    }

    fn rule(&mut self, binders: &[Binder], when: Option<&Expr>, body: &Block) {
        if !binders.is_empty() {
            let starts: Vec<u32> = binders.iter().map(|at| at.span.start).collect();
            self.list(Bracket::Round, &starts, |pieces, at| pieces.binder(&binders[at]));
        }
        if let Some(when) = when {
            self.until(when.span.start);
            self.indent(|pieces| pieces.expr(when));
        }
        self.block(body, true);
    }

    fn structure(&mut self, structure: &Structure) {
        if let Shape::Weights { lo, hi, .. } = &structure.shape {
            self.expr(lo);
            self.expr(hi);
        }
        self.through(structure.to.as_ref().unwrap_or(&structure.on).span);
        self.group(|pieces| {
            pieces.indent(|pieces| {
                for (place, family) in structure.among.iter().enumerate() {
                    if place == 0 {
                        pieces.line(true);
                    }
                    pieces.until(family.span.start);
                    pieces.through(family.span);
                }
                if let Some(family) = &structure.value {
                    pieces.line(true);
                    pieces.through(family.span);
                }
            });
        });
    }

    fn property(&mut self, property: &Property) {
        property.principal.iter().for_each(|(_, set)| self.expr(set));
        self.body(&property.worlds, &property.formula);
    }

    /// `{ [worlds { … }] formula }`.
    fn body(&mut self, worlds: &[World], formula: &crate::syntax::ast::Expr) {
        let mut starts = vec![formula.span.start];
        if let Some(first) = worlds.first() {
            // The word itself has no span; anything before the formula will do.
            starts.insert(0, first.span.start);
        }
        let forced = starts.len() > 1;
        self.braces(&starts, forced, |pieces, place| {
            if forced && place == 0 {
                pieces.worlds(worlds);
            } else {
                pieces.expr(formula);
            }
        });
    }

    fn worlds(&mut self, worlds: &[World]) {
        let starts: Vec<u32> = worlds.iter().map(|world| world.span.start).collect();
        self.braces(&starts, starts.len() > 1, |pieces, place| {
            let world = &worlds[place];
            pieces.through(world.name.span);
            if pieces.opens(Bracket::Round) {
                let starts: Vec<u32> = world.params.iter().map(|(at, _)| at.span.start).collect();
                pieces.list(Bracket::Round, &starts, |pieces, place| {
                    pieces.expr(&world.params[place].1);
                });
            }
            pieces.pins(&world.pins);
        });
    }

    fn pins(&mut self, pins: &[Pin]) {
        let starts: Vec<u32> = pins.iter().map(|pin| pin.span.start).collect();
        self.braces(&starts, false, |pieces, place| {
            match &pins[place].kind {
                PinKind::Set { target, value } => {
                    pieces.expr(target);
                    match value {
                        PinValue::Expr(value) => pieces.expr(value),
                        PinValue::Ties(_, span) => pieces.through(*span),
                    }
                }
                PinKind::Only(value) | PinKind::Without(value) | PinKind::Assume(value) => {
                    pieces.expr(value);
                }
            }
            pieces.through(pins[place].span);
        });
    }

    fn setting(&mut self, setting: &Setting) {
        match &setting.value {
            SettingValue::Expr(value) => self.expr(value),
            SettingValue::Names(_) => {}
            SettingValue::Pins(pins) => self.pins(pins),
            SettingValue::Repairs(repairs) => {
                let starts: Vec<u32> = repairs.iter().map(|repair| repair.span.start).collect();
                self.braces(&starts, starts.len() > 1, |pieces, place| {
                    pieces.through(repairs[place].name.span);
                    pieces.pins(&repairs[place].pins);
                });
            }
            SettingValue::Expect { verdict, counters } => {
                self.through(verdict.span);
                if self.next_word() == Some("with") {
                    let starts: Vec<u32> = counters.iter().map(|(at, _)| at.span.start).collect();
                    self.braces(&starts, false, |pieces, place| pieces.expr(&counters[place].1));
                }
            }
        }
        self.through(setting.span);
    }
}
