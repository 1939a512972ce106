//! What a guided search remembers of a run.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::niche::{Niche, niche};
use super::states::{Met, met};
use crate::ir::Model;
use crate::ir::layout::Layout;
use crate::reference::{Branch, Execution, Gap, Judgement, gap};
use crate::search::memory::Memory;
use crate::search::memory::shown::remembered_answers;
use crate::search::subject::Subject;
use crate::trace::{Answer, Run, Setup};

/// A run with what it showed.
#[derive(Clone, PartialEq, Debug)]
pub struct Sighting {
    /// The run; it replays.
    pub run: Run,
    /// How far it is from what is looked for, part by part.
    pub gap: Gap,
    /// Its choices and draws, once they are asked for.
    answers: OnceLock<Vec<Answer>>,
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
    /// Of a run with what it showed; with its answers, if they are known. None where its society is
    /// too large to remember many of.
    pub fn of(
        model: &Model,
        run: Run,
        (gap, met): (Gap, Vec<Met>),
        answers: Option<Vec<Answer>>,
    ) -> Option<Sighting> {
        if setup_size(&run.setup) > VALUES_MAX {
            return None;
        }
        let niche = niche(model, &run.setup);
        // Where nothing is asked for there is nothing to know.
        let answers = answers.or_else(|| model.sites.is_empty().then(Vec::new));
        let answers = answers.map_or_else(OnceLock::new, OnceLock::from);
        Some(Sighting { run, gap, answers, met, niche })
    }

    /// Its choices and draws, each once, in the order in which they were asked for; where the engine
    /// made the run, the reference makes it again for them.
    pub fn answers(&self, subject: &Subject<'_>, memory: Option<&dyn Memory>) -> &[Answer] {
        let made = || {
            let result = subject.replay(&self.run).result;
            result.map_or_else(Vec::new, |(execution, judgement)| asked(&execution, &judgement))
        };
        self.answers.get_or_init(|| match memory {
            Some(memory) => remembered_answers(memory, &self.run, &made),
            None => made(),
        })
    }

    /// As many of them as are known.
    pub fn answers_known(&self) -> &[Answer] {
        self.answers.get().map_or(&[], Vec::as_slice)
    }

    /// How many values it holds, about.
    pub fn size(&self) -> usize {
        let answers = self.answers.get().map_or(ANSWERS_MAX, Vec::len);
        setup_size(&self.run.setup) + answers + self.met.len()
    }
}

fn setup_size(setup: &Setup) -> usize {
    let cells = setup.params.iter().chain(setup.starts.iter()).map(Vec::len).sum::<usize>();
    cells + setup.structures.iter().map(|made| made.ties.len()).sum::<usize>()
}

/// What `run` showed, of branches those that are `wanted`; none where it faulted before its first
/// instant, or its society is too large to remember many of.
pub fn sighting(
    subject: &Subject<'_>,
    run: Run,
    execution: &Execution,
    judgement: &Judgement,
    wanted: &BTreeSet<Branch>,
) -> Option<Sighting> {
    if setup_size(&run.setup) > VALUES_MAX {
        return None;
    }
    let model = subject.model();
    let looks_for = subject.looks_for_true();
    let gap = gap(model, subject.property, execution, &subject.terms, looks_for)?;
    let layout = Layout::new(model, &run.setup.sizes);
    let met = met(model, &layout, execution, wanted);
    Sighting::of(model, run, (gap, met), Some(asked(execution, judgement)))
}

/// The answers of a run that are remembered.
fn asked(execution: &Execution, judgement: &Judgement) -> Vec<Answer> {
    let settled = judgement.settled_at.unwrap_or(u32::MAX);
    let mut known = BTreeSet::new();
    let answers = execution.worlds.iter().flat_map(|world| &world.trace.answers);
    let answers = answers.filter(|answer| answer.instant <= settled && known.insert(&answer.key));
    answers.take(ANSWERS_MAX).cloned().collect()
}
