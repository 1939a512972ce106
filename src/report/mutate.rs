//! What became of a model's mutants, for a person and for a machine.
//!
//! In: mutants. Out: text, with what nobody noticed first, since that is what there is to do; JSON
//! with every field.

use serde_json::{Value as Json, json};

use super::sheet::{Paint, Sheet, Style, count, listed};
use super::words::{place, rounded};
use crate::check::mutate::edit::Change;
use crate::check::mutate::{Fate, Mutant, Mutated, Noticed};
use crate::diag::Sources;
use crate::ir::Model;

/// The report of one model.
pub fn text(model: &Model, sources: &Sources, mutated: &Mutated, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    sheet.line(&style.paint(Paint::Strong, &first(model, mutated)));
    let of = |wanted: &dyn Fn(&Fate) -> bool| -> Vec<&Mutant> {
        mutated.mutants.iter().filter(|mutant| wanted(&mutant.fate)).collect()
    };
    let unnoticed = of(&|fate| *fate == Fate::Unnoticed);
    part(&mut sheet, sources, "not noticed by any property", &unnoticed, &|_| String::new());
    if !style.quiet {
        let alike = of(&|fate| matches!(fate, Fate::Alike(_)));
        let made = |fate: &Fate| match fate {
            Fate::Alike(runs) => format!("   in {}", count(*runs, "run", "runs")),
            Fate::Noticed(_) | Fate::Unnoticed | Fate::Untried => String::new(),
        };
        part(&mut sheet, sources, "no difference seen: they may do the same", &alike, &made);
        let noticed = of(&|fate| matches!(fate, Fate::Noticed(_)));
        part(&mut sheet, sources, "noticed", &noticed, &|fate| match fate {
            Fate::Noticed(by) => format!("   by {}", by_whom(by)),
            Fate::Unnoticed | Fate::Alike(_) | Fate::Untried => String::new(),
        });
    }
    let idle = mutated.idle();
    if !idle.is_empty() {
        let names: Vec<String> = idle.iter().map(|name| format!("`{name}`")).collect();
        sheet.gap();
        sheet.paragraph(0, &format!("noticed nothing: {}", listed(&names)));
    }
    sheet.finish()
}

/// `review · 38 mutants: 30 noticed, 5 not noticed, 3 without a difference · score 85.7 %`.
fn first(model: &Model, mutated: &Mutated) -> String {
    let (noticed, unnoticed) = mutated.counts();
    let number = |wanted: &dyn Fn(&Fate) -> bool| {
        mutated.mutants.iter().filter(|mutant| wanted(&mutant.fate)).count()
    };
    let alike = number(&|fate| matches!(fate, Fate::Alike(_)));
    let untried = number(&|fate| *fate == Fate::Untried);
    let chosen = mutated.mutants.len();
    let all = match chosen == mutated.all {
        true => count(chosen as u64, "mutant", "mutants"),
        false => format!("{chosen} of {}", count(mutated.all as u64, "mutant", "mutants")),
    };
    let mut parts = vec![format!("{noticed} noticed"), format!("{unnoticed} not noticed")];
    if alike > 0 {
        parts.push(format!("{alike} without a difference"));
    }
    if untried > 0 {
        parts.push(format!("{untried} not tried"));
    }
    let score = match mutated.score() {
        Some(score) => format!("score {} %", rounded(score, 3)),
        None => "no score".to_string(),
    };
    format!("{} · {all}: {} · {score}", model.name, parts.join(", "))
}

/// One list of mutants, if there are any.
fn part(
    sheet: &mut Sheet,
    sources: &Sources,
    title: &str,
    mutants: &[&Mutant],
    more: &dyn Fn(&Fate) -> String,
) {
    if mutants.is_empty() {
        return;
    }
    sheet.gap();
    sheet.line(title);
    for mutant in mutants {
        let change = &mutant.change;
        let line = format!("{}  {}{}", at(sources, change), reads(change), more(&mutant.fate));
        let lines = super::sheet::wrap(&line, sheet.style.width.saturating_sub(4));
        for (number, line) in lines.iter().enumerate() {
            sheet.line(&format!("{}{line}", if number == 0 { "  " } else { "    " }));
        }
    }
}

fn at(sources: &Sources, change: &Change) -> String {
    place(sources, change.span)
}

/// `` `a < b` → `a <= b` (another comparison) ``; what is dropped has nothing behind the arrow.
fn reads(change: &Change) -> String {
    let word = change.kind.word();
    let before = super::sheet::elide(&change.before, 70);
    match change.after.is_empty() {
        true => format!("`{before}` ({word})"),
        false => format!("`{before}` → `{}` ({word})", super::sheet::elide(&change.after, 70)),
    }
}

fn by_whom(by: &[Noticed]) -> String {
    let one = |noticed: &Noticed| {
        format!("`{}` ({}, was {})", noticed.name, noticed.after, noticed.before)
    };
    by.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The result of one model, as JSON.
pub fn json(model: &Model, sources: &Sources, mutated: &Mutated) -> Json {
    let (noticed, unnoticed) = mutated.counts();
    let mutants: Vec<Json> = mutated.mutants.iter().map(|one| mutant(sources, one)).collect();
    let asked: Vec<Json> = mutated
        .asked
        .iter()
        .map(|(name, answer)| json!({ "name": name, "verdict": answer }))
        .collect();
    json!({
        "model": model.name,
        "mutants_in_all": mutated.all,
        "noticed": noticed,
        "unnoticed": unnoticed,
        "score": mutated.score(),
        "properties": asked,
        "noticed_nothing": mutated.idle(),
        "mutants": mutants,
    })
}

fn mutant(sources: &Sources, mutant: &Mutant) -> Json {
    let change = &mutant.change;
    let (fate, runs) = match &mutant.fate {
        Fate::Noticed(_) => ("noticed", None),
        Fate::Unnoticed => ("unnoticed", None),
        Fate::Alike(runs) => ("no_difference", Some(runs)),
        Fate::Untried => ("not_tried", None),
    };
    let by: Vec<Json> = match &mutant.fate {
        Fate::Noticed(by) => by
            .iter()
            .map(|one| json!({ "name": one.name, "before": one.before, "after": one.after }))
            .collect(),
        Fate::Unnoticed | Fate::Alike(_) | Fate::Untried => Vec::new(),
    };
    json!({
        "place": at(sources, change),
        "kind": change.kind.word(),
        "before": change.before,
        "after": (!change.after.is_empty()).then_some(&change.after),
        "fate": fate,
        "runs": runs,
        "by": by,
    })
}
