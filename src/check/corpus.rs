//! The corpus: counterexamples in files, `FOLDER/MODEL/PROPERTY-HASH.json`.
//!
//! In: the corpus's folder, a target. Out: what became of each of its files, and a run that
//! still violates; and a new file for a new counterexample. Files are replayed by the
//! reference, so nothing is believed because it is written there.

pub mod review;

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::outcome::{CorpusState, Outcome};
use crate::diag::{Sources, Span};
use crate::ir::layout::Layout;
use crate::ir::property::{Counter, Target};
use crate::ir::{Model, Value};
use crate::reference::{SettledBy, Terms, Why, Witness, admitted};
use crate::search::Least;
use crate::trace::counterexample::{Heading, content_hash, marked};
use crate::trace::values::Naming;
use crate::trace::{Counterexample, Run, Unusable};

/// What the corpus says of a target.
#[derive(Debug, Default)]
pub struct Replayed {
    /// What became of each file.
    pub states: Vec<(PathBuf, CorpusState)>,
    /// The first run that still violates, with its file.
    pub failing: Option<(PathBuf, Run)>,
}

/// Replays the files of `target`, in the order of their names.
pub fn replay(model: &Model, sources: &Sources, target: &Target, folder: &Path) -> Replayed {
    let mut replayed = Replayed::default();
    for path in files(&folder.join(&model.name)) {
        let name = path.display().to_string();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Ok(heading) = Heading::of(&name, &text) else { continue };
        let of_target = heading.property == model.properties[target.property].name
            && heading.check == target.alias;
        if !of_target {
            continue;
        }
        let state = match Counterexample::load(model, &name, &text) {
            Err(Unusable::Stale(why)) => CorpusState::Stale(why),
            Err(Unusable::Broken(error)) => CorpusState::Stale(error.to_string()),
            Ok(stored) => {
                let state = state(model, sources, target, &stored);
                if state == CorpusState::StillFails && replayed.failing.is_none() {
                    replayed.failing = Some((path.clone(), stored.run));
                }
                state
            }
        };
        replayed.states.push((path, state));
    }
    replayed
}

/// The corpus's files that are of no target: of properties or checks that the model no longer
/// has, or damaged.
pub fn orphans(model: &Model, folder: &Path) -> Vec<(PathBuf, CorpusState)> {
    let mut orphans = Vec::new();
    for path in files(&folder.join(&model.name)) {
        let name = path.display().to_string();
        let stale = match std::fs::read_to_string(&path) {
            Err(error) => Some(format!("it cannot be read: {error}")),
            Ok(text) => match Heading::of(&name, &text) {
                Err(error) => Some(error.to_string()),
                Ok(heading) => (!has_target(model, &heading)).then(|| match &heading.check {
                    Some(check) => format!("the model has no check `{check}`"),
                    None => format!("the model does not check `{}`", heading.property),
                }),
            },
        };
        orphans.extend(stale.map(|why| (path, CorpusState::Stale(why))));
    }
    orphans
}

fn has_target(model: &Model, heading: &Heading) -> bool {
    model.targets.iter().any(|target| {
        model.properties[target.property].name == heading.property && target.alias == heading.check
    })
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    paths.sort();
    paths
}

fn state(
    model: &Model,
    sources: &Sources,
    target: &Target,
    stored: &Counterexample,
) -> CorpusState {
    let setup = &stored.run.setup;
    match admitted(model, setup, &target.settings.given) {
        Ok(true) => {}
        Ok(false) => return CorpusState::Stale("its setup is no longer admitted".to_string()),
        Err(fault) => return CorpusState::Stale(format!("its setup faults: {}", fault.message)),
    }
    let settings = &target.settings;
    let terms =
        Terms { tick: settings.tick, complete: settings.complete, tolerance: settings.tolerance };
    match Witness::replay(model, target.property, stored.run.clone(), &terms) {
        Some(_) => CorpusState::StillFails,
        None if stored.run.steps != settings.steps
            && stored.heading.property_hash == property_hash(model, sources, target) =>
        {
            CorpusState::Stale("the check has another number of steps now".to_string())
        }
        None => CorpusState::Fixed,
    }
}

/// Writes the outcome's counterexample, and says where. A file that is there already with the
/// same run stays as it is.
pub fn save(
    model: &Model,
    sources: &Sources,
    outcome: &Outcome,
    folder: &Path,
) -> Result<Option<PathBuf>, String> {
    let Some(witness) = &outcome.witness else { return Ok(None) };
    let stored = stored(model, sources, outcome, witness);
    // Nobody looked at it yet.
    let text = marked("", &stored.text(model), Some(review::PENDING));
    let text = text.map_err(|error| error.to_string())?;
    let name = outcome.target.alias.as_ref().unwrap_or(&stored.heading.property);
    let run = format!("{:?}", stored.run);
    let hash = content_hash(&format!("{} {run}", stored.heading.property_hash));
    let folder = folder.join(&model.name);
    let path = folder.join(format!("{name}-{}.json", &hash[..6]));
    if path.exists() {
        return Ok(Some(path));
    }
    let failed = |error: std::io::Error| format!("`{}`: {error}", path.display());
    std::fs::create_dir_all(&folder).map_err(failed)?;
    std::fs::write(&path, text).map_err(failed)?;
    Ok(Some(path))
}

fn property_hash(model: &Model, sources: &Sources, target: &Target) -> String {
    content_hash(sources.words(model.properties[target.property].formula.span))
}

fn stored(
    model: &Model,
    sources: &Sources,
    outcome: &Outcome,
    witness: &Witness,
) -> Counterexample {
    let property = &model.properties[outcome.target.property];
    let file = sources.get(property.span.file);
    let judgement = witness.judgement();
    let minimize = outcome.target.settings.minimize.iter();
    let layout = &witness.execution().actual.layout;
    Counterexample {
        heading: Heading {
            version: env!("CARGO_PKG_VERSION").to_string(),
            model: model.name.clone(),
            source: Some(file.name.clone()),
            model_hash: content_hash(&file.text),
            property: property.name.clone(),
            property_hash: property_hash(model, sources, &outcome.target),
            check: outcome.target.alias.clone(),
        },
        verdict: outcome.verdict.word().to_string(),
        margin: judgement.margin.0,
        settled_at: judgement.settled_at,
        settled_by: match judgement.settled_by {
            SettledBy::Prefix => "prefix".to_string(),
            SettledBy::Halt => "halt".to_string(),
            SettledBy::Horizon => "horizon".to_string(),
        },
        minimal: outcome.minimal.map(|least| match least {
            Least::Proved => "proved".to_string(),
            Least::Local => "local".to_string(),
            Least::Unshrunk => "unshrunk".to_string(),
        }),
        minimize: minimize.map(|counter| counter_name(model, *counter)).collect(),
        sizes: sizes(model, outcome),
        run: witness.run().clone(),
        violation: why(model, sources, layout, witness.why()),
        causes: causes(model, layout, outcome),
        found_by: json!({ "engine": outcome.engine.word(), "runs": outcome.coverage.runs }),
    }
}

fn causes(model: &Model, layout: &Layout, outcome: &Outcome) -> Json {
    match &outcome.causes {
        Some(causes) => super::causes::json::list(model, layout, causes),
        None => Json::Null,
    }
}

fn counter_name(model: &Model, counter: Counter) -> String {
    match counter {
        Counter::Agents => "agents".to_string(),
        Counter::Deviations => "deviations".to_string(),
        Counter::Edges => "edges".to_string(),
        Counter::Steps => "steps".to_string(),
        Counter::Population(population) => model.populations[population].name.clone(),
    }
}

fn sizes(model: &Model, outcome: &Outcome) -> Json {
    let entry = |(counter, size): (&Counter, &u32)| (counter_name(model, *counter), json!(size));
    Json::Object(outcome.sizes.iter().map(entry).collect())
}

/// A witness tree: which subformula, when, where, with what bound, and what decides it.
fn why(model: &Model, sources: &Sources, layout: &Layout, tree: &Why) -> Json {
    let naming = Naming { model, layout };
    let bound = |(name, value): &(String, Value)| (name.clone(), naming.plain(value));
    let because: Vec<Json> =
        tree.because.iter().map(|part| why(model, sources, layout, part)).collect();
    json!({
        "place": place(sources, tree.span),
        "instant": tree.instant,
        "world": tree.world,
        "bindings": Json::Object(tree.bindings.iter().map(bound).collect()),
        "value": naming.plain(&tree.value),
        "because": because,
    })
}

fn place(sources: &Sources, span: Span) -> String {
    let (line, column) = sources.position(span);
    format!("{}:{line}:{column}", sources.get(span.file).name)
}
