//! Pareto fronts: a table of the designs that no other one dominates.
//!
//! In: a front. Out: lines for people, JSON for machines.

use serde_json::{Map, Value as Json, json};

use super::sheet::{count, elide, pad, width, wrap};
use super::words::{Words, rounded};
use crate::check::front::{Choice, Front, Objective, Point};
use crate::ir::layout::Layout;
use crate::ir::{ExprKind, Model};
use crate::trace::counterexample::run_json;
use crate::trace::values::Naming;

/// The lines of a report's section.
pub fn draw(words: &Words<'_>, front: &Front, room: usize) -> Vec<String> {
    let designs = count(front.designs as u64, "design", "designs");
    let how = match front.exhausted {
        true => "every run of each was tried".to_string(),
        false => format!("by the {} tried", count(front.runs, "run", "runs")),
    };
    let mut lines = vec![format!("{} of {designs} not dominated, {how}", front.points.len())];
    if front.empty > 0 {
        let empty = count(front.empty as u64, "design", "designs");
        lines.push(format!("{empty} left out: nothing is admitted under them"));
    }
    for (at, point) in front.points.iter().enumerate() {
        let label = format!("{:<LABEL$}", label(at));
        let said = wrap(&design(words, &point.design), room.saturating_sub(LABEL));
        for (number, line) in said.iter().enumerate() {
            lines.push(format!("{}{line}", if number == 0 { label.as_str() } else { "    " }));
        }
    }
    let names: Vec<String> = front.objectives.iter().map(|one| name(words.model, one)).collect();
    let widest = names.iter().map(|name| width(name)).max().unwrap_or(0).min(room / 2);
    let columns = (room.saturating_sub(widest) / COLUMN).max(1);
    let places: Vec<usize> = (0..front.points.len()).collect();
    for some in places.chunks(columns) {
        lines.push(String::new());
        let heads = some.iter().map(|at| format!("{:>COLUMN$}", label(*at)));
        lines.push(format!("{}{}", pad("", widest), heads.collect::<String>()));
        for (row, name) in names.iter().enumerate() {
            let margin = |at: &usize| rounded(front.points[*at].margins[row].0, 3);
            let margins = some.iter().map(|at| format!("{:>COLUMN$}", margin(at)));
            let name = pad(&elide(name, widest), widest);
            lines.push(format!("{name}{}", margins.collect::<String>()));
        }
    }
    lines.push("the least margin found of each: below 0 it is violated".to_string());
    lines
}

/// Columns of a design's label.
const LABEL: usize = 4;
/// Columns of a margin.
const COLUMN: usize = 9;

/// `A` to `Z`, `AA`, and so on.
fn label(at: usize) -> String {
    let letter = char::from(b'A' + (at % 26) as u8);
    letter.to_string().repeat(at / 26 + 1)
}

/// What an objective is called: `served`, `served for donors[0]`.
fn name(model: &Model, objective: &Objective) -> String {
    let property = &model.properties[objective.property];
    match (objective.principal, &property.principal) {
        (Some(at), Some(binder)) => match &*binder.set.kind {
            ExprKind::Population(id) => {
                format!("{} for {}[{at}]", property.name, model.populations[*id].name)
            }
            _ => property.name.clone(),
        },
        _ => property.name.clone(),
    }
}

fn design(words: &Words<'_>, design: &[Choice]) -> String {
    let parts: Vec<String> = design
        .iter()
        .map(|choice| {
            let (name, value) = said(words.model, choice);
            match (value, choice) {
                (_, Choice::Param(_, value)) => format!("{name} {}", words.value(value)),
                (value, _) => format!("{name} {value}"),
            }
        })
        .collect();
    parts.join(", ")
}

/// The name of what is chosen, and for sizes and families what it is.
fn said(model: &Model, choice: &Choice) -> (String, String) {
    match choice {
        Choice::Size(id, size) => (model.populations[*id].name.clone(), size.to_string()),
        Choice::Family(id, family) => (model.structures[*id].name.clone(), family.text()),
        Choice::Param(id, _) => (model.params[*id].name.clone(), String::new()),
    }
}

/// The document of a result's `front`.
pub fn json(model: &Model, front: &Front) -> Json {
    let names: Vec<String> =
        front.objectives.iter().map(|objective| name(model, objective)).collect();
    let point = |point: &Point| {
        let mut chosen = Map::new();
        for choice in &point.design {
            let (name, value) = said(model, choice);
            let value = match choice {
                Choice::Size(_, size) => json!(size),
                Choice::Family(..) => json!(value),
                Choice::Param(_, value) => {
                    let layout = Layout::new(model, &point.margins[0].1.setup.sizes);
                    Naming { model, layout: &layout }.plain(value)
                }
            };
            chosen.insert(name, value);
        }
        let margins = names.iter().zip(&point.margins).map(|(name, (margin, run))| {
            json!({ "property": name, "margin": margin, "run": run_json(model, run) })
        });
        json!({ "design": chosen, "margins": margins.collect::<Vec<_>>() })
    };
    json!({
        "designs": front.designs,
        "empty": front.empty,
        "exhausted": front.exhausted,
        "runs": front.runs,
        "points": front.points.iter().map(point).collect::<Vec<_>>(),
    })
}
