//! What chance says: the interval of each `probability` and `expected`.
//!
//! In: estimates from fresh runs. Out: lines.

use super::sheet::count;
use super::words::{excerpt, rounded};
use crate::diag::Sources;
use crate::search::{By, Estimate};

/// Two lines for each estimate: what is estimated, and the numbers.
pub fn draw(
    sources: &Sources,
    estimates: &[Estimate],
    confidence: f64,
    room: usize,
) -> Vec<String> {
    let level = rounded(confidence * 100.0, 6);
    let mut lines = Vec::new();
    for estimate in estimates {
        lines.push(excerpt(sources, estimate.span, room));
        let interval = format!(
            "{}, {level} % interval {} to {}",
            rounded(estimate.value, 4),
            rounded(estimate.low, 4),
            rounded(estimate.high, 4),
        );
        let runs = count(estimate.runs, "fresh run", "fresh runs");
        lines.push(match estimate.by {
            By::Chain => format!("  {}", exactly(estimate)),
            By::Runs => format!("  {interval}, from {runs}"),
            By::Splitting => format!("  {interval} (approximate), by splitting {runs}"),
        });
    }
    lines
}

/// A number that was computed.
fn exactly(estimate: &Estimate) -> String {
    let (low, high) = (estimate.low, estimate.high);
    match high - low < 1e-9 {
        true => format!("exactly {}", rounded(estimate.value, 9)),
        false => {
            format!("between {} and {}: some runs stay open", rounded(low, 6), rounded(high, 6))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;

    #[test]
    fn an_estimate_is_shown_with_its_interval_and_runs() {
        let mut sources = Sources::default();
        let file = sources.add("m.polity", "probability(p) >= 0.9");
        let span = Span { file, start: 0, end: 14 };
        let estimates =
            [Estimate { span, value: 0.5, low: 0.4875, high: 0.5125, runs: 20_000, by: By::Runs }];
        let lines = draw(&sources, &estimates, 0.99, 64);
        assert_eq!(lines[0], "probability(p)");
        assert_eq!(lines[1], "  0.5, 99 % interval 0.4875 to 0.5125, from 20,000 fresh runs");
    }
}
