//! A setup: who there is, what they and the world are like, how they are tied, how it starts.

use crate::base::Table;
use crate::ir::{ParamId, PopId, StateId, StructId, Value};
use crate::social::{Family, Ties};

/// A point of the search space. Agents in values are numbered through all populations, as in
/// [`Layout`](crate::ir::layout::Layout).
#[derive(Clone, PartialEq, Debug)]
pub struct Setup {
    /// The size of each population.
    pub sizes: Table<PopId, u32>,
    /// The cells of each parameter; none for a derived one.
    pub params: Table<ParamId, Vec<Value>>,
    /// The ties of each structure.
    pub structures: Table<StructId, StructureSetup>,
    /// The start of each free state, cell by cell; empty for the others.
    pub starts: Table<StateId, Vec<Value>>,
}

/// The ties of one structure.
#[derive(Clone, PartialEq, Debug)]
pub struct StructureSetup {
    /// The family that they were made from, if any: for the reader only.
    pub family: Option<Family>,
    /// The ties.
    pub ties: Ties,
}
