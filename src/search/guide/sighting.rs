//! What a guided search remembers of a run.

use std::collections::BTreeSet;

use super::niche::{Niche, niche};
use super::states::{Met, met};
use crate::ir::layout::Layout;
use crate::reference::{Execution, Gap, Judgement, gap};
use crate::search::subject::Subject;
use crate::trace::{Answer, Run, Setup};

/// A run with what it showed.
#[derive(Clone, PartialEq, Debug)]
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

/// A sighting of more values is not remembered: hundreds of them would not fit.
const VALUES_MAX: usize = 50_000;

impl Sighting {
    /// How many values it holds, about.
    pub fn size(&self) -> usize {
        setup_size(&self.run.setup) + self.answers.len() + self.met.len()
    }
}

fn setup_size(setup: &Setup) -> usize {
    let cells = setup.params.iter().chain(setup.starts.iter()).map(Vec::len).sum::<usize>();
    cells + setup.structures.iter().map(|made| made.ties.len()).sum::<usize>()
}

/// What `run` showed; none where it faulted before its first instant, or its society is too
/// large to remember many of.
pub fn sighting(
    subject: &Subject<'_>,
    run: Run,
    execution: &Execution,
    judgement: &Judgement,
) -> Option<Sighting> {
    if setup_size(&run.setup) > VALUES_MAX {
        return None;
    }
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
