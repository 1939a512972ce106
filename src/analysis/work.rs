//! What all passes over items read and write.
//!
//! The passes run in an order in which every table that an expression may refer to is
//! complete before the expression is inferred; until then an item's name is `Broken`.

use std::collections::BTreeMap;

use super::infer::{Context, Defs};
use super::names::{Meaning, Names};
use crate::base::Table;
use crate::diag::{Code, Diagnostic, Span};
use crate::ir::Model;
use crate::ir::model::Schedule;
use crate::ir::property::Settings;
use crate::syntax::ast::{File, Item, ItemKind, Name};

/// The items, and what was made of them so far.
pub struct Work<'a> {
    /// The items of the libraries, then those of the file; without second declarations.
    pub items: Vec<&'a Item>,
    /// Consts and defs by name, with their places.
    pub by_name: BTreeMap<&'a str, &'a Item>,
    /// The model so far.
    pub model: Model,
    /// The names so far.
    pub names: Names,
    /// What is wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// The defs as written.
    pub defs: Defs,
    /// Whether some population has no size.
    pub signature: bool,
    /// Whether there is a step or a rule.
    pub dynamics: bool,
}

impl<'a> Work<'a> {
    /// Nothing made yet.
    pub fn new(file: &File) -> Work<'a> {
        Work {
            items: Vec::new(),
            by_name: BTreeMap::new(),
            model: empty_model(file),
            names: Names::default(),
            diagnostics: Vec::new(),
            defs: Defs::default(),
            signature: false,
            dynamics: false,
        }
    }

    /// What inference works on.
    pub fn context(&mut self) -> Context<'_> {
        Context {
            model: &mut self.model,
            names: &mut self.names,
            diagnostics: &mut self.diagnostics,
            defs: &mut self.defs,
        }
    }

    /// Says that something is wrong.
    pub fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// Says that something is wrong, in full.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// What `name` stands for; an error if nothing has that name. `fits` is what may be
    /// suggested. `None` too for a broken item, of which an error was given.
    pub fn find(&mut self, name: &Name, fits: impl Fn(&Meaning) -> bool) -> Option<Meaning> {
        match self.names.lookup(&name.text) {
            Some(Meaning::Broken) => None,
            Some(meaning) => Some(meaning),
            None => {
                self.unknown(name, fits);
                None
            }
        }
    }

    /// Says that `name` is not declared.
    pub fn unknown(&mut self, name: &Name, fits: impl Fn(&Meaning) -> bool) {
        let message = format!("nothing is called `{}`", name.text);
        let mut diagnostic =
            Diagnostic::error(crate::diag::code::model::UNKNOWN_NAME, name.span, message);
        if let Some(meant) = self.names.suggest(&name.text, fits) {
            diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
        }
        self.report(diagnostic);
    }
}

/// The name that an item declares in the namespace of the model.
pub fn name_of(item: &Item) -> Option<&Name> {
    match &item.kind {
        ItemKind::Const { name, .. }
        | ItemKind::Enum { name, .. }
        | ItemKind::Kind { name, .. }
        | ItemKind::Agents { name, .. }
        | ItemKind::Param { name, .. }
        | ItemKind::State { name, .. }
        | ItemKind::Event { name, .. }
        | ItemKind::Def { name, .. }
        | ItemKind::Rule { name, .. }
        | ItemKind::Witness { name, .. }
        | ItemKind::Invariant { name, .. }
        | ItemKind::Measure { name, .. } => Some(name),
        ItemKind::Structure(structure) => Some(&structure.name),
        ItemKind::Property(property) => Some(&property.name),
        ItemKind::Assume(_)
        | ItemKind::Step(_)
        | ItemKind::Schedule(_)
        | ItemKind::Check { .. } => None,
    }
}

fn empty_model(file: &File) -> Model {
    Model {
        name: file.model.as_ref().map_or_else(String::new, |name| name.text.clone()),
        docs: file.docs.clone(),
        enums: Table::new(),
        kinds: Table::new(),
        populations: Table::new(),
        structures: Table::new(),
        params: Table::new(),
        states: Table::new(),
        events: Table::new(),
        defs: Table::new(),
        assumes: Vec::new(),
        step: None,
        rules: Table::new(),
        schedule: Schedule::Any,
        sites: Table::new(),
        properties: Table::new(),
        measures: Vec::new(),
        targets: Vec::new(),
        defaults: Settings::default(),
    }
}
