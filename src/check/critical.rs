//! Critical values of a parameter, size by size.
//!
//! In: a target, a parameter, which end. Out: for each size the exact value at which the property
//! begins to be violated; a run at it counts only once the reference has seen it.

use std::sync::Arc;

use super::nearby::replaying;
use crate::ir::property::Target;
use crate::ir::{Model, ParamId};
use crate::search::Step;
use crate::search::space::{Sizes, Space};
use crate::search::subject::Subject;
use crate::smt::{Critical, End, Purse, Question, Unsupported, threshold};

/// A size with its critical value.
pub struct AtSize {
    /// The size.
    pub sizes: Sizes,
    /// All agents but principals.
    pub agents: u32,
    /// The value.
    pub critical: Critical,
    /// Whether the reference saw the violation at the value itself.
    pub replays: bool,
}

/// The critical values of `param`, fewest agents first; a construct that is not encoded is an
/// error.
pub fn critical(
    model: &Arc<Model>,
    target: &Target,
    (param, end): (ParamId, End),
    work: u64,
    progress: &(dyn Fn(Step) -> bool + Sync),
) -> Result<Vec<AtSize>, Unsupported> {
    /// Wall time that one size may take, in milliseconds.
    const MILLISECONDS: u32 = 120_000;
    let space = Space::new(Arc::clone(model), &target.settings.given);
    let subject = Subject::new(space, target);
    let go_on = || progress(Step::default());
    let model: &Model = model;
    let (sizes, _) = subject.space.sizes();
    let mut found = Vec::new();
    for sizes in sizes {
        let purse = Purse::new(work, MILLISECONDS, &go_on);
        let (property, settings) = (target.property, &target.settings);
        let question = Question { model, property, settings, sizes: &sizes };
        let critical = threshold(question, param, end, &purse)?;
        let replays = match &critical {
            Critical::At(bound) => {
                let run = bound.run.clone();
                run.is_some_and(|run| replaying(&subject, run).is_some())
            }
            Critical::Never | Critical::Unknown(_) => false,
        };
        let agents = subject.space.agents(&sizes);
        found.push(AtSize { sizes, agents, critical, replays });
        if !go_on() {
            break;
        }
    }
    Ok(found)
}
