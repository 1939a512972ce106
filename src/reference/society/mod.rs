//! A society: a setup with everything that follows from it before the first step.

mod admitted;
mod baseline;
mod make;
mod order;
mod pins;
#[cfg(test)]
mod tests;

pub use admitted::{Condition, admitted, conditions, edges, met, sized};
pub use baseline::{default_of, defaults_of, deviations};
pub(super) use make::{complete, frame, known, there};
pub use make::{fits, society};
pub(super) use pins::apply;

use crate::base::Table;
use crate::ir::layout::Layout;
use crate::ir::{ParamId, StateId, StructId, Value};
use crate::social::Ties;

/// Who is there and what holds of them throughout the run.
#[derive(Clone, Debug)]
pub struct Society {
    /// Places of agents and cells.
    pub layout: Layout,
    /// All parameters, derived ones computed; those of absent agents hold
    /// [`Value::Unrecorded`].
    pub params: Table<ParamId, Vec<Value>>,
    /// The ties.
    pub structures: Table<StructId, Ties>,
    /// The free starts (empty for the others).
    pub starts: Table<StateId, Vec<Value>>,
    /// For each agent, the first instant at which it is there; `u32::MAX`: never.
    pub since: Vec<u32>,
}
