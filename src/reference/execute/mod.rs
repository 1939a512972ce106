//! Running a setup: one run, or one for each world of a property, in lockstep on the same
//! choices and draws.

mod worlds;

pub use worlds::{World as Made, list as worlds};

use std::collections::BTreeSet;

use super::eval::Branch;
use super::step::{Machine, World};
use super::{Answers, Society, society};
use crate::ir::{Model, PropId, Value, WorldId};
use crate::trace::{Fault, Setup, Trace};

/// What was run for a property: the actual run, or one for each world.
#[derive(Clone, Debug)]
pub struct Execution {
    /// The actual setup's society (whose sets and parameters unmarked expressions read).
    pub actual: Society,
    /// One entry with `world: None` where the property has no worlds; else one for each world
    /// and each assignment of its parameters, in order.
    pub worlds: Vec<WorldRun>,
    /// Choices on which a world did not admit the shared value.
    pub parted: u32,
    /// The branches of steps and rules that were taken.
    pub met: BTreeSet<Branch>,
}

/// One run of one world.
#[derive(Clone, Debug)]
pub struct WorldRun {
    /// Which world; none: the actual run.
    pub world: Option<WorldId>,
    /// The agents that it was made for.
    pub arguments: Vec<Value>,
    /// The society after the world's pins.
    pub society: Society,
    /// The run.
    pub trace: Trace,
}

/// Runs `setup` for `steps` steps, as `property` needs it (none: the actual run).
///
/// Faults: those of the setup itself (derived parameters, pins). A fault of a step ends its
/// trace with [`End::Faulted`](crate::trace::End::Faulted); so does one of a start, in a trace
/// without instants.
pub fn execute(
    model: &Model,
    property: Option<PropId>,
    setup: &Setup,
    steps: u32,
    answers: &mut dyn Answers,
) -> Result<Execution, Fault> {
    let actual = society(model, setup)?;
    let worlds = worlds::list(model, property, setup, &actual)?;
    let (places, societies): (Vec<_>, Vec<_>) =
        worlds.into_iter().map(|world| ((world.id, world.arguments), world.society)).unzip();
    let (worlds, parted, met) = Machine::new(model, societies, answers).run(steps);
    let finish = |((world, arguments), run): ((Option<WorldId>, Vec<Value>), World)| {
        let (society, trace) = run.finish();
        WorldRun { world, arguments, society, trace }
    };
    let worlds = places.into_iter().zip(worlds).map(finish).collect();
    Ok(Execution { actual, worlds, parted, met })
}
