//! What is wrong with a file that is shown with its text: as diagnostics.
//!
//! In: a model, and a text with what it should be. Out: what is wrong with it.

use super::counterexample::{Counterexample, Unusable};
use super::error::ReadError;
use super::jsonl::Reading;
use super::{import, setup_file};
use crate::diag::{Diagnostic, FileId};
use crate::ir::Model;

/// What is wrong with `text` as a `kind`: `setup`, `counterexample`, or a format of
/// [`import::FORMATS`] such as `trace`.
pub fn diagnose(model: &Model, kind: &str, file: FileId, text: &str) -> Vec<Diagnostic> {
    let wrong: Vec<ReadError> = match kind {
        "setup" => setup_file::read(model, kind, text).err().unwrap_or_default(),
        "counterexample" => match Counterexample::load(model, kind, text) {
            Ok(_) | Err(Unusable::Stale(_)) => Vec::new(),
            Err(Unusable::Broken(error)) => vec![error],
        },
        format => {
            let read = import::import(format, model, Reading::strict(kind), text.as_bytes());
            read.err().into_iter().collect()
        }
    };
    wrong.iter().map(|error| error.diagnostic(file, text)).collect()
}
