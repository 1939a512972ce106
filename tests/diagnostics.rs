//! An `insta` snapshot for every diagnostic code; no code without one.
//!
//! A case is `tests/diagnostics/CODE.polity`, or, for what is wrong with a pin, a setup or a
//! trace, a text that starts with the model and then has `--- pins`, `--- setup`,
//! `--- counterexample` or the format of a log, as `--- trace`.

mod support;

use std::collections::BTreeSet;

use polity::diag::{Diagnostic, Sources, code, render};
use polity::ir::Model;
use polity::{analysis, syntax, trace};

/// The diagnostics of a case, with its sources.
fn diagnose(name: &str, text: &str) -> (Vec<Diagnostic>, Sources) {
    let mut parts = text.split("\n--- ");
    let spec = parts.next().expect("a first part");
    let folder = support::root().join("tests/diagnostics");
    let (model, mut diagnostics, mut sources) = support::analyse(name, spec, &folder);
    if let (Some(part), Some(model)) = (parts.next(), model) {
        let (kind, body) = part.split_once('\n').expect("a kind, then a text");
        diagnostics.extend(second(kind.trim(), body, &model, &mut sources));
    }
    (diagnostics, sources)
}

fn second(kind: &str, body: &str, model: &Model, sources: &mut Sources) -> Vec<Diagnostic> {
    let file = sources.add(format!("<{kind}>"), body);
    match kind {
        "pins" => {
            let tree = syntax::parse(file, "").0;
            let (pins, mut diagnostics) = syntax::parse_pins(file, body);
            diagnostics.extend(analysis::resolve_pins(model, &tree, &pins).1);
            diagnostics
        }
        other => trace::diagnose(model, other, file, body),
    }
}

#[test]
fn every_code_has_a_case_that_shows_it() {
    let mut missing = Vec::new();
    let mut ids = BTreeSet::new();
    for known in code::all() {
        let id = known.0.id;
        assert!(ids.insert(id), "{id} stands twice");
        let path = support::root().join("tests/diagnostics").join(format!("{id}.polity"));
        let Ok(text) = std::fs::read_to_string(&path) else {
            missing.push(format!("{id}: {}", known.0.title));
            continue;
        };
        let (diagnostics, sources) = diagnose(&format!("{id}.polity"), &text);
        let found: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code.0.id).collect();
        assert!(found.contains(&id), "{id}.polity shows {found:?}");
        insta::assert_snapshot!(id, render::render(&diagnostics, &sources, false));
    }
    assert!(missing.is_empty(), "no case for\n{}", missing.join("\n"));
    let cases = support::files("tests/diagnostics", "polity").len();
    assert!(cases >= ids.len(), "{cases} cases for {} codes", ids.len());
}

#[test]
fn every_code_is_explained_with_an_example() {
    for known in code::all() {
        let rule = known.0;
        assert!(rule.explanation.len() > 80, "{}: {}", rule.id, rule.explanation);
        assert!(!rule.title.ends_with('.'), "{}: {}", rule.id, rule.title);
    }
}
