//! Diagnostics as text, with the source and carets, and as JSON.
//!
//! In: diagnostics and the texts that they speak of. Out: text at rustc's level, or JSON for
//! editors and services. Positions in both are lines and columns from 1, columns in characters.
//!
//! # Invariants
//! - A span outside of its text is drawn at the nearest place inside; nothing panics.
//! - The same diagnostics give the same text, whatever the terminal.

use super::{Diagnostic, FileId, Severity, Sources, Span};
use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, renderer::DecorStyle,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;

/// How wide the text is at most.
const WIDTH: usize = 100;

/// The diagnostics as text, one after the other, each ending in an empty line.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(renderer.render(&[group(diagnostic, sources)]).trim_end());
        text.push_str("\n\n");
    }
    text
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.0.id);
    let mut group = title.elements([] as [Origin<'_>; 0]);
    for (file, marks) in marks_by_file(diagnostic) {
        let source = sources.get(file);
        let snippet = Snippet::source(source.text.as_str())
            .path(source.name.as_str())
            .annotations(marks.into_iter().map(|mark| annotation(mark, &source.text)));
        group = group.element(snippet);
    }
    for help in &diagnostic.helps {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// A stretch of source to underline.
struct Mark<'a> {
    span: Span,
    primary: bool,
    text: Option<&'a str>,
}

/// What to underline, the file of the diagnostic first.
fn marks_by_file(diagnostic: &Diagnostic) -> Vec<(FileId, Vec<Mark<'_>>)> {
    let here = diagnostic.span;
    // Where a label speaks of a part of the whole, the part alone is underlined.
    let inside =
        |span: Span| span.file == here.file && span.start >= here.start && span.end <= here.end;
    let covered = diagnostic.labels.first().is_some_and(|label| inside(label.span));
    let mut files: BTreeMap<FileId, Vec<Mark<'_>>> = BTreeMap::new();
    if !covered {
        let mark = Mark { span: here, primary: true, text: None };
        files.entry(here.file).or_default().push(mark);
    }
    for (place, label) in diagnostic.labels.iter().enumerate() {
        let primary = covered && place == 0;
        let mark = Mark { span: label.span, primary, text: Some(label.text.as_str()) };
        files.entry(label.span.file).or_default().push(mark);
    }
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by_key(|(file, _)| *file != here.file);
    files
}

fn annotation<'a>(mark: Mark<'a>, text: &str) -> Annotation<'a> {
    let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    kind.span(range(mark.span, text)).label(mark.text)
}

/// The bytes of `span` that are in `text`, from the start of a character to the start of one.
fn range(span: Span, text: &str) -> Range<usize> {
    let floor = |at: u32| {
        let mut at = (at as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start);
    start..floor(span.end).max(start)
}

/// The diagnostics as a JSON array: `code severity file line column end_line end_column message
/// labels helps`; a label has `file line column end_line end_column text`.
pub fn to_json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    diagnostics.iter().map(|diagnostic| one_to_json(diagnostic, sources)).collect()
}

fn one_to_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let mut object = place_to_json(label.span, sources);
            object["text"] = json!(label.text);
            object
        })
        .collect();
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = place_to_json(diagnostic.span, sources);
    json!({
        "code": diagnostic.code.0.id,
        "severity": severity,
        "file": place["file"],
        "line": place["line"],
        "column": place["column"],
        "end_line": place["end_line"],
        "end_column": place["end_column"],
        "message": diagnostic.message,
        "labels": labels,
        "helps": diagnostic.helps,
    })
}

fn place_to_json(span: Span, sources: &Sources) -> Value {
    let source = sources.get(span.file);
    let range = range(span, &source.text);
    let at = |place: usize| sources.position(Span { start: place as u32, ..span });
    let ((line, column), (end_line, end_column)) = (at(range.start), at(range.end));
    json!({
        "file": source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::code::syntax as code;

    fn sample() -> (Vec<Diagnostic>, Sources) {
        let mut sources = Sources::default();
        let file = sources.add("a.polity", "model m\nassume é always p implies q\n");
        let span = |start, end| Span { file, start, end };
        let diagnostic = Diagnostic::error(code::TWO_READINGS, span(18, 36), "it reads two ways")
            .label(span(18, 24), "how far does this reach?")
            .help("write `a`")
            .help("or `b`");
        (vec![diagnostic], sources)
    }

    #[test]
    fn a_diagnostic_shows_its_place_its_words_and_its_remedies() {
        let (diagnostics, sources) = sample();
        let text = render(&diagnostics, &sources, false);
        for part in [
            "error[E0204]: it reads two ways",
            "a.polity:2:10",
            "2 | assume é always p implies q",
            "^^^^^^ how far does this reach?",
            "help: write `a`",
            "help: or `b`",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert!(!text.contains('\u{1b}'));
        assert!(render(&diagnostics, &sources, true).contains('\u{1b}'));
    }

    #[test]
    fn json_has_lines_and_columns_in_characters() {
        let (diagnostics, sources) = sample();
        let value = to_json(&diagnostics, &sources);
        assert_eq!(value[0]["code"], "E0204");
        assert_eq!((&value[0]["line"], &value[0]["column"]), (&json!(2), &json!(10)));
        assert_eq!(value[0]["end_column"], 28);
        assert_eq!(value[0]["labels"][0]["end_column"], 16);
        assert_eq!(value[0]["helps"], json!(["write `a`", "or `b`"]));
    }

    #[test]
    fn a_span_outside_of_its_text_is_drawn_inside() {
        let mut sources = Sources::default();
        let file = sources.add("<given>", "é");
        for (start, end) in [(0, 900), (1, 1), (1, 0), (900, 901)] {
            let wrong = Diagnostic::warning(code::UNEXPECTED, Span { file, start, end }, "strange");
            assert!(render(&[wrong], &sources, false).contains("warning[E0106]: strange"));
        }
        let empty = sources.add("empty", "");
        let span = Span { file: empty, start: 0, end: 0 };
        let wrong = Diagnostic::error(code::UNEXPECTED, span, "nothing").label(span, "here");
        assert!(render(std::slice::from_ref(&wrong), &sources, false).contains("empty"));
        assert_eq!(to_json(&[wrong], &sources)[0]["line"], 1);
    }
}
