//! Whole texts through the analysis: what they mean, and what is said of what they do not.

mod checks;
mod items;
mod lints;
mod models;
mod pins;

use super::{analyse, resolve_pins};
use crate::diag::{Diagnostic, Severity, Sources};
use crate::ir::Model;
use crate::ir::property::Pin;
use crate::syntax::ast::File;

/// A text, analysed.
struct Read {
    tree: File,
    sources: Sources,
    model: Option<Model>,
    diagnostics: Vec<Diagnostic>,
}

/// A text without syntax errors, with libraries by name.
fn read_with(text: &str, libraries: &[(&str, &str)]) -> Read {
    let mut sources = Sources::default();
    let file = sources.add("main.polity", text);
    let (tree, parsed) = crate::syntax::parse(file, text);
    assert!(parsed.is_empty(), "{text}\n{parsed:#?}");
    let mut load = |sources: &mut Sources, _, path: &str| {
        let found = libraries.iter().find(|(name, _)| *name == path);
        found.map(|(name, text)| sources.add(*name, *text)).ok_or_else(|| "no such file".into())
    };
    let (model, diagnostics) = analyse(&tree, &mut sources, &mut load);
    Read { tree, sources, model, diagnostics }
}

/// Analyses a text whatever is wrong with it.
fn analyse_any(text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let file = sources.add("main.polity", text);
    let (tree, mut diagnostics) = crate::syntax::parse(file, text);
    let mut load = |_: &mut Sources, _, _: &str| Err("no such file".to_string());
    let (model, told) = analyse(&tree, &mut sources, &mut load);
    assert_eq!(model.is_some(), tree.model.is_some() && !crate::diag::has_errors(&told));
    diagnostics.extend(told);
    diagnostics
}

/// What is wrong with a text: code, the words that it is about, message.
fn told(text: &str) -> Vec<(&'static str, String, String)> {
    told_with(text, &[])
}

fn told_with(text: &str, libraries: &[(&str, &str)]) -> Vec<(&'static str, String, String)> {
    let Read { sources, diagnostics, .. } = read_with(text, libraries);
    let one = |told: &Diagnostic| {
        (told.code.0.id, sources.words(told.span).to_string(), told.message.clone())
    };
    diagnostics.iter().map(one).collect()
}

/// Asserts that exactly one thing is wrong with `text`: this code, on these words.
#[track_caller]
fn one(text: &str, code: &str, words: &str) {
    let told = told(text);
    let brief: Vec<(&str, &str)> = told.iter().map(|one| (one.0, one.1.as_str())).collect();
    assert_eq!(brief, [(code, words)], "{text}\n{told:#?}");
}

/// Asserts that there are exactly these errors; warnings are passed over.
#[track_caller]
fn errors(text: &str, expected: &[(&str, &str)]) {
    let Read { sources, diagnostics, model, .. } = read_with(text, &[]);
    let found: Vec<(&str, &str)> = diagnostics
        .iter()
        .filter(|told| told.severity == Severity::Error)
        .map(|told| (told.code.0.id, sources.words(told.span)))
        .collect();
    assert_eq!(found, expected, "{text}\n{diagnostics:#?}");
    assert_eq!(model.is_none(), !expected.is_empty());
}

/// The model of a text without errors.
#[track_caller]
fn model(text: &str) -> Model {
    let read = read_with(text, &[]);
    read.model.unwrap_or_else(|| panic!("{text}\n{:#?}", read.diagnostics))
}

/// Pins from outside, resolved against a model; or what is wrong with them.
fn pinned(text: &str, pins: &str) -> Result<Vec<Pin>, Vec<(&'static str, String)>> {
    let mut read = read_with(text, &[]);
    let model = read.model.unwrap_or_else(|| panic!("{text}\n{:#?}", read.diagnostics));
    let file = read.sources.add("--given", pins);
    let (written, parsed) = crate::syntax::parse_pins(file, pins);
    assert!(parsed.is_empty(), "{pins}\n{parsed:#?}");
    let (pins, told) = resolve_pins(&model, &read.tree, &written);
    let brief = |told: &Diagnostic| (told.code.0.id, read.sources.words(told.span).to_string());
    if told.is_empty() { Ok(pins) } else { Err(told.iter().map(brief).collect()) }
}
