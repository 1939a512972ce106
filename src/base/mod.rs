//! The ground that every layer stands on: ids and tables, portable mathematics, randomness.

pub mod id;
pub mod mass;
pub mod math;
pub mod random;
pub mod vector;

pub use id::Table;
pub use random::Seed;
