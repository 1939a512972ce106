//! What is known of the models of `properties/`, a module for each folder.
//!
//! A row: the file, the check (its name; a property's for its unnamed check; `property/name` where
//! several properties have a check of that name), and what is known.

pub mod agents;
pub mod collaborative;
pub mod competitive;
pub mod controls;
pub mod cooperative;
pub mod known;
pub mod showcase;

use known::Known;

/// File, check, what is known.
pub type Row = (&'static str, &'static str, &'static [Known]);

/// All rows.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    let tables = [
        collaborative::TABLE,
        cooperative::TABLE,
        competitive::TABLE,
        controls::TABLE,
        agents::TABLE,
        showcase::TABLE,
    ];
    tables.into_iter().flatten()
}
