//! Logs of other programs as recorded runs over a signature.
//!
//! In: the name of a format, a model, bytes. Out: a [`Recorded`]. Each importer finds the items
//! that it fills by name, and says what it left out.

mod target;
mod whowhen;

use super::error::{Place, ReadError, Wrong, meant};
use super::jsonl::Reading;
use super::recorded::Recorded;
use crate::diag::code::trace::UNSUPPORTED;
use crate::ir::Model;

/// The formats, with what each is.
pub const FORMATS: &[(&str, &str)] = &[
    ("trace", "polity's own JSON lines"),
    ("whowhen", "Who&When conversations: Magentic-One and AG2 group chats"),
];

/// Reads a log of `format` as a run of `model`.
pub fn import(
    format: &str,
    model: &Model,
    reading: Reading<'_>,
    bytes: &[u8],
) -> Result<Recorded, ReadError> {
    match format {
        "trace" => super::jsonl::read_from(model, reading, &mut &bytes[..]),
        "whowhen" => whowhen::read(model, reading, bytes),
        _ => {
            let names: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
            let near = match meant(format, names.iter().copied()) {
                near if near.is_empty() => format!("; there are {}", names.join(", ")),
                near => near,
            };
            let message = format!("there is no format `{format}`{near}");
            Err(Wrong::new(UNSUPPORTED, message).in_file(reading.file, Place::Whole))
        }
    }
}
