//! What recorded runs say of properties.
//!
//! In: verdicts of a recorded run. Out: text and JSON, with file and line or message for each
//! violation.

use serde_json::{Value as Json, json};

use super::sheet::{Paint, Sheet, Style, count, width};
use super::words::Words;
use super::{json as results, why};
use crate::diag::Span;
use crate::ir::property::Role;
use crate::ir::{Model, PropId};
use crate::reference::Why;

/// What one recorded run says of one property.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// Which property.
    pub property: PropId,
    /// What it says.
    pub verdict: Monitored,
    /// The instant that settled it.
    pub settled_at: Option<u32>,
    /// Why it is so; for a violation.
    pub why: Option<Why>,
    /// Guards that were never true or non-empty.
    pub vacuous: Vec<Span>,
}

/// What a recorded run may say of a property.
#[derive(Clone, PartialEq, Debug)]
pub enum Monitored {
    /// It is violated.
    Violated,
    /// It holds of this run, however the run goes on.
    Holds,
    /// A witness's run.
    Found,
    /// No such run.
    NotFound,
    /// Neither, so far; why.
    Pending(String),
    /// The record lacks what it reads, or it speaks of what no record has.
    Inconclusive(String),
}

impl Monitored {
    /// The word of the JSON results.
    pub fn word(&self) -> &'static str {
        match self {
            Monitored::Violated => "violated",
            Monitored::Holds => "holds",
            Monitored::Found => "found",
            Monitored::NotFound => "not_found",
            Monitored::Pending(_) => "pending",
            Monitored::Inconclusive(_) => "inconclusive",
        }
    }

    fn mark(&self) -> (&'static str, Paint) {
        match self {
            Monitored::Violated => ("✗", Paint::Bad),
            Monitored::Holds | Monitored::Found => ("✓", Paint::Good),
            Monitored::NotFound | Monitored::Pending(_) => ("·", Paint::Faint),
            Monitored::Inconclusive(_) => ("!", Paint::Doubt),
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Monitored::Pending(why) | Monitored::Inconclusive(why) => Some(why),
            Monitored::Violated | Monitored::Holds | Monitored::Found | Monitored::NotFound => None,
        }
    }
}

/// The findings of one recorded run, as text.
pub fn text(words: &Words<'_>, findings: &[Finding], style: Style) -> String {
    let mut sheet = Sheet::new(style);
    if let Some(record) = words.record {
        let instants = count(record.trace.instants.len() as u64, "instant", "instants");
        let agents = count(words.layout.agents().len() as u64, "agent", "agents");
        let title = format!("{} · {instants}, {agents}", record.file);
        sheet.line(&style.paint(Paint::Strong, &title));
        for remark in record.remarks.iter().filter(|_| !style.quiet) {
            sheet.paragraph(2, &super::sheet::tame(remark));
        }
        for skipped in record.skipped.iter().filter(|_| !style.quiet) {
            sheet.paragraph(2, &format!("skipped: {}", super::sheet::tame(skipped)));
        }
    }
    let wide = findings.iter().map(|finding| width(&name(words, finding))).max().unwrap_or(0);
    for finding in findings {
        one(&mut sheet, words, finding, wide + 7);
    }
    sheet.finish()
}

/// `no_third_time (objective)`
fn name(words: &Words<'_>, finding: &Finding) -> String {
    let property = &words.model.properties[finding.property];
    match property.alignment {
        Some(alignment) => format!("{} ({})", property.name, super::claim::alignment(alignment)),
        None => property.name.clone(),
    }
}

impl Finding {
    /// Whether it holds only because it was never put to the test.
    pub fn is_vacuous(&self) -> bool {
        self.verdict == Monitored::Holds && !self.vacuous.is_empty()
    }
}

/// A finding; verdicts stand at one column.
fn one(sheet: &mut Sheet, words: &Words<'_>, finding: &Finding, verdict_at: usize) {
    let style = sheet.style;
    let (mark, paint) = finding.verdict.mark();
    let property = &words.model.properties[finding.property];
    let name = name(words, finding);
    let mut verdict = headline(words, finding);
    if finding.is_vacuous() {
        verdict.push_str(", vacuously");
    }
    let space = verdict_at.saturating_sub(4 + width(&name));
    let name = style.paint(Paint::Strong, &name);
    sheet.line(&format!("  {} {name}{:space$}{verdict}", style.paint(paint, mark), ""));
    if style.quiet {
        return;
    }
    if let Some(reason) = finding.verdict.reason() {
        sheet.note("reason", reason);
    }
    for guard in finding.vacuous.iter().filter(|_| style.verbose) {
        let text = format!("{}: never true or non-empty", words.excerpt(*guard, 60));
        sheet.note("vacuous", &text);
    }
    if let Some(why) = &finding.why {
        let docs: Vec<&str> = property.docs.iter().map(|line| line.trim()).collect();
        sheet.note("asked", &docs.join(" "));
        if let Some(record) = words.record {
            sheet.note("at", &places(words, why, record.file.as_str()));
        }
        sheet.section("why", &why::draw(words, why, sheet.room(), style.verbose));
        sheet.gap();
    }
}

fn headline(words: &Words<'_>, finding: &Finding) -> String {
    match (&finding.verdict, finding.settled_at) {
        (Monitored::Violated, Some(at)) => format!("violated, settled at {}", words.instant(at)),
        (Monitored::Violated, None) => "violated".to_string(),
        (Monitored::Holds, _) => "holds of this run".to_string(),
        (Monitored::Found, Some(at)) => format!("found at {}", words.instant(at)),
        (Monitored::Found, None) => "found".to_string(),
        (Monitored::NotFound, _) => "not found in this run".to_string(),
        (Monitored::Pending(_), _) => "pending".to_string(),
        (Monitored::Inconclusive(_), _) => "inconclusive".to_string(),
    }
}

/// The file with the lines or messages of the events that the failing instance binds; without
/// any, those of its instants.
fn places(words: &Words<'_>, why: &Why, file: &str) -> String {
    let mut found: Vec<String> = Vec::new();
    let mut instants: Vec<String> = Vec::new();
    let mut open = vec![why];
    while let Some(why) = open.pop() {
        for (_, value) in &why.bindings {
            let place = words.whereabouts(value);
            let place = place.trim_matches([' ', '(', ')']).to_string();
            if !place.is_empty() && !found.contains(&place) {
                found.push(place);
            }
        }
        let instant = words.instant(why.instant);
        if !instants.contains(&instant) {
            instants.push(instant);
        }
        open.extend(why.because.iter().rev());
    }
    let found = if found.is_empty() { instants } else { found };
    format!("{file}, {}", found.join(", "))
}

/// The findings of one recorded run, for machines.
pub fn json(words: &Words<'_>, findings: &[Finding]) -> Vec<Json> {
    let file = words.record.map(|record| record.file.as_str());
    let one = |finding: &Finding| {
        let property = &words.model.properties[finding.property];
        let role = match property.role {
            Role::Witness => "witness",
            Role::Property | Role::Invariant | Role::NoFaults | Role::Holistic => "property",
        };
        json!({
            "model": words.model.name,
            "property": property.name,
            "role": role,
            "alignment": property.alignment.map(super::claim::alignment),
            "file": file,
            "verdict": finding.verdict.word(),
            "settled_at": finding.settled_at,
            "place": finding.why.as_ref().map(|why| places(words, why, file.unwrap_or(""))),
            "vacuous": finding.vacuous.iter().map(|span| words.place(*span)).collect::<Vec<_>>(),
            "reason": finding.verdict.reason(),
            "why": finding.why.as_ref().map(|why| results::tree(words, why)),
        })
    };
    findings.iter().map(one).collect()
}

/// How the properties fared over all runs: a line each. Each finding with whether it is vacuous.
pub fn tally(model: &Model, findings: &[(PropId, Monitored, bool)]) -> Vec<String> {
    let words = [
        ("violated", "violated"),
        ("holds", "hold"),
        ("found", "found"),
        ("not_found", "not found"),
        ("pending", "pending"),
        ("inconclusive", "inconclusive"),
    ];
    let mut lines = Vec::new();
    for (id, property) in model.properties.pairs() {
        let of: Vec<_> = findings.iter().filter(|(other, ..)| *other == id).collect();
        if of.is_empty() {
            continue;
        }
        let number = |word: &str| of.iter().filter(|finding| finding.1.word() == word).count();
        let counted = words.iter().filter(|(word, _)| number(word) > 0);
        let mut parts: Vec<String> =
            counted.map(|(word, said)| format!("{} {said}", number(word))).collect();
        let vacuous = of.iter().filter(|finding| finding.2).count();
        if vacuous > 0 {
            parts.push(format!("{vacuous} of them vacuously"));
        }
        let runs = count(of.len() as u64, "run", "runs");
        lines.push(format!("{} · {runs}: {}", property.name, parts.join(", ")));
    }
    lines
}
