//! What the declared repairs come to.
//!
//! In: an outcome. Out: a line for each repair; JSON.

use serde_json::{Value as Json, json};

use super::sheet::{count, pad, width};
use crate::check::Outcome;
use crate::check::repair::Repaired;

/// The lines of a report's section.
pub fn draw(outcome: &Outcome) -> Vec<String> {
    let widest = outcome.repairs.iter().map(|repair| width(&repair.name)).max().unwrap_or(0);
    let line = |repair: &Repaired| format!("{}  {}", pad(&repair.name, widest), said(repair));
    outcome.repairs.iter().map(line).collect()
}

fn said(repair: &Repaired) -> String {
    let word = repair.verdict.word();
    match (repair.mends, &repair.reason) {
        (true, _) if word == "tested" => {
            format!("mends it, by {}: tested", count(repair.runs, "run", "runs"))
        }
        (true, _) => format!("mends it: {word}"),
        (false, Some(reason)) => format!("does not mend it: {word}, {reason}"),
        (false, None) => format!("does not mend it: {word}"),
    }
}

/// The list of a result's `repairs`.
pub fn json(outcome: &Outcome) -> Vec<Json> {
    let entry = |repair: &Repaired| {
        json!({
            "name": repair.name,
            "verdict": repair.verdict.word(),
            "mends": repair.mends,
            "runs": repair.runs,
            "reason": repair.reason,
        })
    };
    outcome.repairs.iter().map(entry).collect()
}
