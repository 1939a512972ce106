//! Vacuity: which guards were ever true or non-empty, and whether worlds ever differed.

use std::collections::BTreeMap;

use crate::diag::Span;
use crate::reference::Execution;

/// Which guards were ever true or non-empty, by span, for vacuity; and which worlds ever
/// differed from another. Merge by `or`.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Guards {
    /// Left sides of `implies`, `where`s, binders' sets and events, by span.
    pub seen: BTreeMap<Span, bool>,
    /// For a property with worlds: whether some world ever differed from another.
    pub worlds_differ: bool,
}

impl Guards {
    /// Takes in what another run has seen.
    pub fn merge(&mut self, other: &Guards) {
        for (span, seen) in &other.seen {
            *self.seen.entry(*span).or_default() |= seen;
        }
        self.worlds_differ |= other.worlds_differ;
    }
}

/// Whether some world's run differs from another's: in who is there, states, events, or its end.
pub fn worlds_differ(execution: &Execution) -> bool {
    execution.worlds.windows(2).any(|pair| {
        let (a, b) = (&pair[0].trace, &pair[1].trace);
        let same = a.since == b.since
            && a.end == b.end
            && a.instants.len() == b.instants.len()
            && a.instants
                .iter()
                .zip(&b.instants)
                .all(|(a, b)| a.cells == b.cells && a.events == b.events);
        !same
    })
}
