//! What a guided search remembers of a run.

use std::collections::BTreeSet;

use super::niche::{Niche, niche};
use super::states::{Met, met};
use crate::ir::layout::Layout;
use crate::reference::{Execution, Gap, Judgement, gap};
use crate::search::subject::Subject;
use crate::trace::{Answer, Run};

/// A run with what it showed.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The run; it replays.
    pub run: Run,
    /// How far it is from what is looked for, part by part.
    pub gap: Gap,
    /// Its choices and draws, each once, in the order in which they were asked for.
    pub answers: Vec<Answer>,
    /// The abstract states that it met.
    pub met: Vec<Met>,
    /// What kind of society it is of.
    pub niche: Niche,
}

/// Answers of one run that are remembered.
const ANSWERS_MAX: usize = 1_024;

/// What `run` showed; none where it faulted before its first instant.
pub fn sighting(
    subject: &Subject<'_>,
    run: Run,
    execution: &Execution,
    judgement: &Judgement,
) -> Option<Sighting> {
    let model = subject.model();
    let wanted = subject.looks_for_true();
    let gap = gap(model, subject.property, execution, &subject.terms, wanted)?;
    let layout = Layout::new(model, &run.setup.sizes);
    let settled = judgement.settled_at.unwrap_or(u32::MAX);
    let mut known = BTreeSet::new();
    let answers = execution.worlds.iter().flat_map(|world| &world.trace.answers);
    let answers: Vec<Answer> = answers
        .filter(|answer| answer.instant <= settled && known.insert(&answer.key))
        .take(ANSWERS_MAX)
        .cloned()
        .collect();
    let met = met(model, &layout, execution);
    let niche = niche(model, &run.setup);
    Some(Sighting { run, gap, answers, met, niche })
}
