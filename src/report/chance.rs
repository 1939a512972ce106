//! What chance says: the interval of each `probability` and `expected`.
//!
//! In: estimates from fresh runs. Out: lines.

use super::sheet::count;
use super::words::{excerpt, rounded};
use crate::diag::Sources;
use crate::search::Estimate;

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
        lines.push(format!(
            "  {}, {level} % interval {} to {}, from {}",
            rounded(estimate.value, 4),
            rounded(estimate.low, 4),
            rounded(estimate.high, 4),
            count(estimate.runs, "fresh run", "fresh runs"),
        ));
    }
    lines
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
        let estimates = [Estimate { span, value: 0.5, low: 0.4875, high: 0.5125, runs: 20_000 }];
        let lines = draw(&sources, &estimates, 0.99, 64);
        assert_eq!(lines[0], "probability(p)");
        assert_eq!(lines[1], "  0.5, 99 % interval 0.4875 to 0.5125, from 20,000 fresh runs");
    }
}
