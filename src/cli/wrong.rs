//! What is wrong with texts, as it is shown.

use serde_json::Value as Json;

use super::exit::Failure;
use super::out::{colour_errors, complain};
use crate::diag::{Diagnostic, Severity, Sources, render};
use crate::report::sheet::count;

/// Shows diagnostics on standard error.
pub fn show(sources: &Sources, diagnostics: &[Diagnostic]) {
    if !diagnostics.is_empty() {
        complain(&render::render(diagnostics, sources, colour_errors()));
    }
}

/// `2 errors`, `1 error and 3 warnings`.
pub fn tally(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error).count() as u64;
    let warnings = diagnostics.len() as u64 - errors;
    match (errors, warnings) {
        (errors, 0) => count(errors, "error", "errors"),
        (0, warnings) => count(warnings, "warning", "warnings"),
        (errors, warnings) => {
            let errors = count(errors, "error", "errors");
            format!("{errors} and {}", count(warnings, "warning", "warnings"))
        }
    }
}

/// Diagnostics for machines.
pub fn json(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<Json> {
    match render::to_json(diagnostics, sources) {
        Json::Array(diagnostics) => diagnostics,
        other => vec![other],
    }
}

/// A failure for machines, in the form of a diagnostic without a place.
pub fn failure(failure: &Failure) -> Json {
    let helps: Vec<&str> = failure.help.as_deref().into_iter().collect();
    serde_json::json!({ "severity": "error", "code": null, "message": failure.message, "helps": helps })
}
