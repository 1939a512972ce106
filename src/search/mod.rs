//! From a target and a budget to a least violating run, or to what was covered.

pub mod admission;
pub mod answers;
pub mod arbitrary;
pub mod bold;
pub mod budget;
pub mod chance;
pub mod compiled;
pub mod confidence;
pub mod enumerate;
pub mod exhaust;
pub mod explore;
pub mod found;
pub mod generate;
pub mod guide;
pub mod memory;
pub mod order;
pub mod paths;
pub mod plan;
pub mod reach;
pub mod reachable;
pub mod rounds;
mod seat;
pub mod shrink;
pub mod size;
pub mod space;
pub mod states;
pub mod strategy;
pub mod subject;
pub mod values;

pub use arbitrary::{AnySetup, Described};
pub use budget::{Budget, Guidance, Progress, Step};
pub use found::{By, Chance, Coverage, Estimate, Found, Least, Unreached};
pub use memory::{Memory, Record};
pub use plan::{satisfied, search, search_in_rounds, shrunk};
pub use rounds::{Keeper, ROUND, Round};
pub use shrink::one_minimal;
pub use size::sizes;
pub use strategy::{any_setups, setups};

#[cfg(test)]
pub(crate) mod tests;
