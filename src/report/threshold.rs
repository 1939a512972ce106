//! Thresholds: two values of a parameter between which a property begins or ends to fail.
//!
//! In: what a bisection came to. Out: words or JSON.

use serde_json::{Value as Json, json};

use super::sheet::count;
use super::words::Words;
use crate::check::profile::Threshold;
use crate::check::profile::threshold::At;
use crate::trace::values::Naming;

/// For people.
pub fn text(words: &Words<'_>, name: &str, param: &str, found: &Threshold) -> String {
    let mut text = format!("{name}: the threshold of `{param}`, the same for all\n");
    for at in [&found.low, &found.high] {
        text.push_str(&format!("  {param} {}   {}\n", words.value(&at.value), claim(at)));
    }
    let ends_known = found.low.is_known() && found.high.is_known();
    let last = match (found.is_between(), &found.unknown) {
        _ if found.stopped => "stopped before the values were near enough".to_string(),
        (true, Some(value)) => {
            format!("no run counts at {}: they were brought no nearer", words.value(value))
        }
        (true, None) => "between them the answer changes; there may be other thresholds where it \
                         changes more than once"
            .to_string(),
        (false, _) if !ends_known => "nothing was looked for between them".to_string(),
        (false, _) => "the same at both ends: nothing was looked for between them".to_string(),
    };
    text.push_str(&format!("  {last}\n"));
    text
}

/// What is claimed at one value.
fn claim(at: &At) -> String {
    let runs = count(at.runs, "run", "runs");
    match (at.hit, at.exhausted) {
        _ if !at.is_known() => "not known: no run counts there".to_string(),
        (true, _) => "violated: a run was found".to_string(),
        (false, true) => format!("not violated: all {runs} were tried"),
        (false, false) => format!("no violation was found in {runs}"),
    }
}

/// As JSON.
pub fn json(naming: Naming<'_>, name: &str, param: &str, found: &Threshold) -> Json {
    let at = |at: &At| {
        json!({
            "value": naming.plain(&at.value),
            "violated": at.is_known().then_some(at.hit),
            "runs": at.runs,
            "exhausted": at.exhausted,
        })
    };
    json!({
        "property": name,
        "param": param,
        "between": found.is_between(),
        "stopped": found.stopped,
        "unknown": found.unknown.as_ref().map(|value| naming.plain(value)),
        "low": at(&found.low),
        "high": at(&found.high),
        "tried": found.tried.iter().map(at).collect::<Vec<_>>(),
    })
}
