//! The first pass: every item takes its name.
//!
//! In: the items of the libraries and of the file. Out: names, all but enums, variants and
//! defs still `Broken`; the items that own their name; the enums and the written defs.

use super::names::{Entry, Meaning};
use super::work::{Work, name_of};
use crate::base::id::Id;
use crate::diag::Diagnostic;
use crate::diag::code::model::{DECLARED_TWICE, EMPTY_ENUM, RESERVED_NAME};
use crate::ir::model::Enum;
use crate::ir::{EnumId, PropId};
use crate::syntax::ast::{Item, ItemKind, Name};

/// What an item may not be called: the functions, types, words and implicit properties of the
/// language.
const RESERVED: &[(&[&str], &str)] = &[
    (
        &[
            "abs",
            "floor",
            "ceil",
            "round",
            "sqrt",
            "exp",
            "log",
            "pow",
            "clamp",
            "min",
            "max",
            "sum",
            "mean",
            "count",
            "argmax",
            "index",
            "superior",
            "reaches",
            "distance",
            "connected",
            "acyclic",
            "edges",
            "probability",
            "expected",
            "initially",
            "prev",
        ],
        "a function of the language",
    ),
    (&["bool", "int", "real", "string", "duration"], "a type of the language"),
    (&["now", "none", "self", "true", "false"], "a word of the language"),
    (&["agents", "deviations"], "a counter of the language"),
    (&["no_faults", "holistic"], "a property that every model has by itself"),
];

/// Takes the names of `items`, which come in the order of reading.
pub fn collect<'a>(work: &mut Work<'a>, items: impl Iterator<Item = &'a Item>) {
    let mut properties = 0;
    let mut measures = 0;
    let mut rules = 0;
    for item in items {
        let Some(name) = name_of(item) else {
            work.items.push(item);
            continue;
        };
        // What takes a name of the language stays broken, so that one error is enough.
        if !declare(work, name, Meaning::Broken) || is_reserved(&name.text) {
            continue;
        }
        work.items.push(item);
        let meaning = match &item.kind {
            ItemKind::Const { .. } => {
                work.by_name.insert(&name.text, item);
                Meaning::Broken
            }
            ItemKind::Def { .. } => {
                work.by_name.insert(&name.text, item);
                work.defs.written.push(item.clone());
                Meaning::Def(work.defs.written.len() - 1)
            }
            ItemKind::Enum { variants, .. } => declare_enum(work, name, variants),
            ItemKind::Property(_) | ItemKind::Witness { .. } | ItemKind::Invariant { .. } => {
                Meaning::Property(PropId::new(next(&mut properties)))
            }
            ItemKind::Measure { .. } => Meaning::Measure(next(&mut measures)),
            ItemKind::Rule { .. } => Meaning::Rule(next(&mut rules)),
            ItemKind::Kind { .. }
            | ItemKind::Agents { .. }
            | ItemKind::Structure(_)
            | ItemKind::Param { .. }
            | ItemKind::State { .. }
            | ItemKind::Event { .. }
            | ItemKind::Assume(_)
            | ItemKind::Step(_)
            | ItemKind::Schedule(_)
            | ItemKind::Check { .. } => Meaning::Broken,
        };
        work.names.define(&name.text, meaning);
    }
}

/// Whether the language itself gives `name` a meaning.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|(words, _)| words.contains(&name))
}

fn next(counter: &mut usize) -> usize {
    *counter += 1;
    *counter - 1
}

/// Enters a name; an error if it is taken or belongs to the language.
fn declare(work: &mut Work<'_>, name: &Name, meaning: Meaning) -> bool {
    let taken = RESERVED.iter().find(|(words, _)| words.contains(&name.text.as_str()));
    if let Some((_, what)) = taken {
        let message = format!("`{}` is {what}; call this something else", name.text);
        work.error(RESERVED_NAME, name.span, message);
    }
    if let Some(first) = work.names.declared(&name.text) {
        let first = first.span;
        // spec: items.names
        let message = format!("`{}` is declared twice", name.text);
        let diagnostic = Diagnostic::error(DECLARED_TWICE, name.span, message)
            .label(name.span, "declared again here")
            .label(first, "declared first here");
        work.report(diagnostic);
        return false;
    }
    let entry = Entry { meaning, span: name.span, used: false };
    work.names.entries.insert(name.text.clone(), entry);
    true
}

fn declare_enum(work: &mut Work<'_>, name: &Name, variants: &[Name]) -> Meaning {
    let id = EnumId::new(work.model.enums.len());
    for (place, variant) in variants.iter().enumerate() {
        declare(work, variant, Meaning::Variant(id, place as u32));
    }
    if variants.is_empty() {
        let message = format!("`{}` has no variants, so that nothing could be one", name.text);
        work.error(EMPTY_ENUM, name.span, message);
    }
    let variants = variants.iter().map(|variant| variant.text.clone()).collect();
    work.model.enums.push(Enum { name: name.text.clone(), variants, span: name.span });
    Meaning::Enum(id)
}
