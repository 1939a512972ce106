//! What of the shipped models the engine does not do, by target.
//!
//! In: model files. Out: a line for each target that is refused, and how many there are in all.

use std::path::Path;
use std::sync::Arc;

use polity::base::Seed;
use polity::engine::{Ask, compile};
use polity::ir::property::{Role, Target};
use polity::ir::{Model, Value};
use polity::reference::chance::Sample;
use polity::reference::{Terms, society};
use polity::search::compiled::{Compiled, Sampled};
use polity::search::space::Space;
use polity::search::subject::Subject;
use polity::trace::Setup;

use crate::compare::program;

/// The targets of a model: how many, and those that are refused, with why.
pub fn refused(name: &str, model: &Model, setup: &Setup) -> (usize, Vec<String>) {
    let line = |target: &Target| {
        let why = why(model, target, setup)?;
        let property = &model.properties[target.property].name;
        let alias = target.alias.as_ref().map_or(String::new(), |alias| format!(" as {alias}"));
        Some(format!("{name}: {property}{alias}: {why}"))
    };
    (model.targets.len(), model.targets.iter().filter_map(line).collect())
}

/// Why a target is refused, as a search asks for it; none where it is done.
fn why(model: &Model, target: &Target, setup: &Setup) -> Option<String> {
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let declared = &model.properties[target.property];
    if declared.chance {
        let sample = Sample {
            property: target.property,
            setup,
            policy: Seed(1),
            seed: Seed(2),
            steps: subject.steps,
            terms: &subject.terms,
        };
        let actual = society(model, setup).ok()?;
        let done = Sampled::of(model, &sample, &actual).ok()?.is_some();
        return (!done).then(|| "a probability".to_owned());
    }
    if Compiled::of(&subject).is_some() {
        return None;
    }
    let terms = Terms { tick: None, complete: true, tolerance: None };
    let of_formula = program(model, target.property, &terms, (false, false)).err();
    let ask = Ask { no_faults: true, ..Ask::default() };
    match (compile(model, &ask).err(), declared.role) {
        (Some(of_model), _) => Some(of_model.construct),
        (None, Role::Holistic) => {
            let tagged = model.properties.iter().filter(|of| of.alignment.is_some());
            let formulas = tagged.map(|of| (&of.formula, vec![Value::None; of.frame]));
            let ask = Ask { formulas: formulas.collect(), ..Ask::default() };
            compile(model, &ask).err().map(|unsupported| unsupported.construct)
        }
        (None, _) => of_formula,
    }
}

/// The name of a file without its folders.
pub fn stem(path: &Path) -> String {
    path.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned())
}
