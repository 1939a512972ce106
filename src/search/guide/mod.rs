//! Guided search: from what runs have shown to the setups and choices that are tried next.

pub mod arms;
pub mod cover;
pub mod edit;
pub mod evolve;
pub mod glimpse;
pub mod literals;
pub mod niche;
pub mod pool;
pub mod propose;
pub mod rows;
pub mod sighting;
pub mod society;
pub mod states;
pub mod turns;
pub mod wave;

#[cfg(test)]
mod tests;
