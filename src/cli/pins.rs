//! Pins from outside of a specification: `--given`, `polity.toml`, setup files.
//!
//! In: texts and a model. Out: pins of the model.

use std::path::Path;

use super::exit::Failure;
use super::files;
use super::load::Loaded;
use crate::analysis::resolve_pins;
use crate::diag::{Diagnostic, has_errors};
use crate::ir::Model;
use crate::ir::property::Pin;
use crate::syntax::parse_pins;
use crate::trace::{SetupFile, setup_file};

/// Resolves pins against a model, each with the name of where it came from; what is wrong with
/// them comes back.
pub fn resolve(
    loaded: &mut Loaded,
    model: &Model,
    given: &[(String, String)],
) -> (Vec<Pin>, Vec<Diagnostic>) {
    let mut resolved = Vec::new();
    let mut wrong = Vec::new();
    for (name, text) in given {
        let file = loaded.sources.add(name.clone(), text.clone());
        let (pins, found) = parse_pins(file, text);
        let broken = has_errors(&found);
        wrong.extend(found);
        if !broken {
            let (pins, found) = resolve_pins(model, &loaded.tree, &pins);
            resolved.extend(pins);
            wrong.extend(found);
        }
    }
    (resolved, wrong)
}

/// Reads a setup file against the model that its names belong to.
pub fn setup(model: &Model, path: &Path) -> Result<SetupFile, Failure> {
    let name = path.display().to_string();
    let text =
        files::text(path).map_err(|why| Failure::new(format!("cannot read `{name}`: {why}")))?;
    setup_file::read(model, &name, &text).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|error| error.to_string()).collect();
        Failure::new(lines.join("\nerror: "))
    })
}
