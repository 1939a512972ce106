//! The file of a counterexample: a run, what it violates, and how that is known.
//!
//! In: a run with its findings, and its model. Out: text that diffs well (stable order of keys,
//! a line a field), and back. A file that no longer fits its model is *stale*; one that was
//! damaged is an error.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::cells::{self, Section, Variable};
use super::error::{Place, ReadError, Wrong, meant, no_json};
use super::jsonl::VERSION;
use super::roster::Roster;
use super::run::{Key, Run};
use super::setup::{Setup, StructureSetup};
use super::values::{Naming, expected};
use super::{jsonl, keys, pretty, recorded, social};
use crate::base::Seed;
use crate::base::Table;
use crate::base::id::Id;
use crate::diag::code::trace::{BAD_COUNTEREXAMPLE, BAD_VALUE, UNKNOWN_NAME};
use crate::ir::layout::Layout;
use crate::ir::model::Start;
use crate::ir::{Model, StateId, StructId, Value};
use crate::social::admits;

/// A counterexample (or, for a witness, an example) as it is stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Counterexample {
    /// Whose it is.
    pub heading: Heading,
    /// `violated` or `found`.
    pub verdict: String,
    /// The margin.
    pub margin: f64,
    /// The instant that settles.
    pub settled_at: Option<u32>,
    /// What settled it: `prefix`, `halt`, `horizon`.
    pub settled_by: String,
    /// `proved`, `local` or `unshrunk`.
    pub minimal: Option<String>,
    /// What it is least in, in order.
    pub minimize: Vec<String>,
    /// Its sizes, by counter.
    pub sizes: Json,
    /// The run.
    pub run: Run,
    /// Which instants and subformulas, for which agents.
    pub violation: Json,
    /// Each remaining agent, tie and deviation, with what happens without it; null where that was
    /// not asked.
    pub causes: Json,
    /// Who found it, and what it cost.
    pub found_by: Json,
}

/// What a counterexample is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// The version of polity that wrote it.
    pub version: String,
    /// The model's name.
    pub model: String,
    /// The model's file as the user named it, if it was in one.
    pub source: Option<String>,
    /// The [`content_hash`] of the model's text.
    pub model_hash: String,
    /// The property's name.
    pub property: String,
    /// The [`content_hash`] of the property's text.
    pub property_hash: String,
    /// The check's name, where it has one.
    pub check: Option<String>,
}

/// Why a counterexample cannot be replayed.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum Unusable {
    /// The model changed so that it no longer applies; why.
    #[error("stale: {0}")]
    Stale(String),
    /// The file is damaged.
    #[error(transparent)]
    Broken(#[from] ReadError),
}

/// 64 bits of a text in hexadecimal digits. White space counts as one space, so that layout does
/// not matter.
pub fn content_hash(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: Vec<u32> = text
        .as_bytes()
        .chunks(4)
        .map(|chunk| chunk.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)))
        .chain([text.len() as u32])
        .collect();
    format!("{:016x}", Seed(0).bits(&words))
}

impl Counterexample {
    /// The file's text.
    pub fn text(&self, model: &Model) -> String {
        let layout = Layout::new(model, &self.run.setup.sizes);
        let naming = Naming { model, layout: &layout };
        let Heading { version, model: name, source, model_hash, property, property_hash, check } =
            &self.heading;
        pretty::pretty(&json!({
            "polity": VERSION,
            "kind": "counterexample",
            "version": version,
            "model": name,
            "source": source,
            "model_hash": model_hash,
            "property": property,
            "property_hash": property_hash,
            "check": check,
            "verdict": self.verdict,
            "margin": self.margin,
            "settled_at": self.settled_at,
            "settled_by": self.settled_by,
            "minimal": self.minimal,
            "minimize": self.minimize,
            "sizes": self.sizes,
            "setup": setup_json(naming, &self.run.setup),
            "seed": self.run.seed.0,
            "steps": self.run.steps,
            "choices": listed(naming, &self.run.choices),
            "draws": listed(naming, &self.run.draws),
            "violation": self.violation,
            "causes": self.causes,
            "found_by": self.found_by,
        }))
    }

    /// Reads what [`Counterexample::text`] wrote, against the model as it is now.
    pub fn load(model: &Model, file: &str, text: &str) -> Result<Counterexample, Unusable> {
        let json = document(file, text)?;
        let broken = |wrong: Wrong| Unusable::Broken(in_file(wrong, file));
        let heading = heading(&json).map_err(broken)?;
        let required = |name: &str| field(&json, name).map_err(broken);
        let seed = required("seed")?;
        let seed = seed.as_u64().ok_or_else(|| broken(expected(seed, "a seed").under("seed")))?;
        let steps = number(&json, "steps").map_err(broken)?;
        let steps = steps.ok_or_else(|| broken(missing("steps")))?;
        let margin = required("margin")?;
        let margin = margin.as_f64();
        let margin = margin.ok_or_else(|| broken(expected(&json["margin"], "a number")))?;
        let minimize = match required("minimize")? {
            Json::Array(names) => {
                names.iter().map(|name| name.as_str().map(String::from)).collect()
            }
            _ => None,
        };
        if model.properties.iter().all(|property| property.name != heading.property) {
            let names = model.properties.iter().map(|property| property.name.as_str());
            let near = meant(&heading.property, names);
            let gone = format!("the model has no property `{}`{near}", heading.property);
            return Err(Unusable::Stale(gone));
        }
        let stale = |wrong: Wrong| Unusable::Stale(wrong.to_string());
        let mut roster = Roster::new(model);
        let setup = setup_of(required("setup")?, &mut roster).map_err(stale)?;
        let mut listed = |name: &str| -> Result<_, Unusable> {
            let items = required(name)?.as_array().cloned();
            let items = items.ok_or_else(|| broken(expected(&json[name], "a list").under(name)))?;
            let read = |(at, item): (usize, &Json)| -> Result<(Key, Value), Wrong> {
                let (key, value) = keys::read(item, &mut roster).map_err(|wrong| wrong.at(at))?;
                Ok((keys::settle(&key, &roster), roster.settle(&value)))
            };
            let read: Result<_, Wrong> = items.iter().enumerate().map(read).collect();
            read.map_err(|wrong| stale(wrong.under(name)))
        };
        let (choices, draws) = (listed("choices")?, listed("draws")?);
        let free = |name: &str| json.get(name).cloned().unwrap_or(Json::Null);
        Ok(Counterexample {
            verdict: text_of(&json, "verdict").map_err(broken)?,
            margin,
            settled_at: number(&json, "settled_at").map_err(broken)?,
            settled_by: text_of(&json, "settled_by").map_err(broken)?,
            minimal: free("minimal").as_str().map(String::from),
            minimize: minimize
                .ok_or_else(|| broken(expected(&json["minimize"], "a list of names")))?,
            sizes: free("sizes"),
            run: Run { setup, seed: Seed(seed), choices, draws, steps },
            violation: free("violation"),
            causes: free("causes"),
            found_by: free("found_by"),
            heading,
        })
    }
}

impl Heading {
    /// Whose counterexample a file holds, without reading its run.
    pub fn of(file: &str, text: &str) -> Result<Heading, ReadError> {
        heading(&document(file, text)?).map_err(|wrong| in_file(wrong, file))
    }
}

/// What a review noted in a file; none where nothing is noted, or it is no JSON.
pub fn mark_of(text: &str) -> Option<String> {
    let json: Json = serde_json::from_str(text).ok()?;
    json.get("review")?.as_str().map(String::from)
}

/// The file's text with a mark of a review, or without one; all else stays as it is.
pub fn marked(file: &str, text: &str, mark: Option<&str>) -> Result<String, ReadError> {
    let json = document(file, text)?;
    let Json::Object(fields) = json else { return Ok(text.to_string()) };
    let mut marked = Map::new();
    for (name, value) in fields {
        if name == "review" {
            continue;
        }
        let last = name == "check";
        marked.insert(name, value);
        if last && let Some(mark) = mark {
            marked.insert("review".into(), json!(mark));
        }
    }
    Ok(pretty::pretty(&Json::Object(marked)))
}

/// The file as JSON.
fn document(file: &str, text: &str) -> Result<Json, ReadError> {
    let place = |error: &serde_json::Error| Place::Line(error.line() as u32);
    serde_json::from_str(text).map_err(|error| no_json(&error).in_file(file, place(&error)))
}

/// A wrong field of the file itself was not written by us.
fn in_file(wrong: Wrong, file: &str) -> ReadError {
    Wrong { code: BAD_COUNTEREXAMPLE, ..wrong }.in_file(file, Place::Whole)
}

fn missing(name: &str) -> Wrong {
    Wrong::new(BAD_COUNTEREXAMPLE, format!("the field `{name}` is missing"))
}

fn field<'j>(json: &'j Json, name: &str) -> Result<&'j Json, Wrong> {
    json.get(name).ok_or_else(|| missing(name))
}

fn text_of(json: &Json, name: &str) -> Result<String, Wrong> {
    let given = field(json, name)?;
    given.as_str().map(String::from).ok_or_else(|| expected(given, "a text").under(name))
}

fn number(json: &Json, name: &str) -> Result<Option<u32>, Wrong> {
    let given = field(json, name)?;
    if given.is_null() {
        return Ok(None);
    }
    let number = given.as_u64().and_then(|number| u32::try_from(number).ok());
    number.map(Some).ok_or_else(|| expected(given, "a small whole number").under(name))
}

fn heading(json: &Json) -> Result<Heading, Wrong> {
    let version = field(json, "polity")?;
    if version.as_u64() != Some(VERSION) {
        let message = format!("this is version `{version}` of the form, and {VERSION} is read");
        return Err(Wrong::new(BAD_COUNTEREXAMPLE, message));
    }
    if text_of(json, "kind")? != "counterexample" {
        return Err(expected(&json["kind"], "\"counterexample\"").under("kind"));
    }
    let optional = |name: &str| json.get(name).and_then(Json::as_str).map(String::from);
    Ok(Heading {
        version: text_of(json, "version")?,
        model: text_of(json, "model")?,
        source: optional("source"),
        model_hash: text_of(json, "model_hash")?,
        property: text_of(json, "property")?,
        property_hash: text_of(json, "property_hash")?,
        check: optional("check"),
    })
}

fn listed(naming: Naming<'_>, keys: &BTreeMap<Key, Value>) -> Json {
    let written = keys.iter().map(|(key, value)| keys::write(naming, key, value));
    Json::Array(written.map(Json::Object).collect())
}

/// A run as JSON, in the words of a counterexample's file.
pub fn run_json(model: &Model, run: &Run) -> Json {
    let layout = Layout::new(model, &run.setup.sizes);
    let naming = Naming { model, layout: &layout };
    json!({
        "setup": setup_json(naming, &run.setup),
        "seed": run.seed.0,
        "steps": run.steps,
        "choices": listed(naming, &run.choices),
        "draws": listed(naming, &run.draws),
    })
}

/// A setup as JSON: who there is, what they are like, how they are tied, how it starts.
pub fn setup_json(naming: Naming<'_>, setup: &Setup) -> Json {
    let model = naming.model;
    let agents = model.populations.pairs();
    let agents = agents.map(|(id, population)| (population.name.clone(), json!(setup.sizes[id])));
    let param = |variable: &Variable<'_>, place: usize| {
        setup.params[crate::ir::ParamId::new(variable.place)].get(place)
    };
    let start = |variable: &Variable<'_>, place: usize| {
        setup.starts[StateId::new(variable.place)].get(place)
    };
    let structures = model.structures.pairs().map(|(id, structure)| {
        let StructureSetup { family, ties } = &setup.structures[id];
        (structure.name.clone(), social::write(structure, *family, ties))
    });
    json!({
        "agents": agents.collect::<Map<_, _>>(),
        "params": cells::write(naming, Section::Params, &param),
        "structures": structures.collect::<Map<_, _>>(),
        "starts": cells::write(naming, Section::Starts, &start),
    })
}

/// Reads a setup, which must be whole and fit the model.
pub(super) fn setup_of(json: &Json, roster: &mut Roster<'_>) -> Result<Setup, Wrong> {
    let model = roster.model();
    let part = |name: &str| json.get(name).cloned().unwrap_or_else(|| json!({}));
    jsonl::declare(&part("agents"), roster).map_err(|wrong| wrong.under("agents"))?;
    let layout = Layout::new(model, &roster.sizes());
    let cells = cells::read(&part("params"), Section::Params, roster);
    let cells = cells.map_err(|wrong| wrong.under("params"))?;
    let params = recorded::params(model, &layout, &cells, roster)?;
    for (id, values) in params.pairs() {
        whole(values, "parameter", &model.params[id].name)?;
    }
    let cells = cells::read(&part("starts"), Section::Starts, roster);
    let cells = cells.map_err(|wrong| wrong.under("starts"))?;
    let free = |(id, state): (StateId, &crate::ir::model::State)| {
        let count = if matches!(state.start, Start::Free) { layout.state(id).len() } else { 0 };
        vec![Value::Unrecorded; count]
    };
    let mut starts: Table<StateId, Vec<Value>> = model.states.pairs().map(free).collect();
    for cell in &cells {
        let id = StateId::new(cell.variable);
        let of = layout.state(id);
        let place = recorded::place(&layout, of, cell, roster)? - of.start();
        starts[id][place] = roster.settle(&cell.value);
    }
    for (id, values) in starts.pairs() {
        whole(values, "start of", &model.states[id].name)?;
    }
    let structures =
        ties(&part("structures"), roster).map_err(|wrong| wrong.under("structures"))?;
    Ok(Setup { sizes: roster.sizes(), params, structures, starts })
}

fn whole(values: &[Value], noun: &str, name: &str) -> Result<(), Wrong> {
    if values.contains(&Value::Unrecorded) {
        let message = format!("it does not say the {noun} `{name}` for everyone");
        return Err(Wrong::new(UNKNOWN_NAME, message));
    }
    Ok(())
}

/// Reads the ties of every structure, within the families that the model declares now.
fn ties(json: &Json, roster: &mut Roster<'_>) -> Result<Table<StructId, StructureSetup>, Wrong> {
    let model = roster.model();
    let drawn = jsonl::structures(json, roster)?;
    let mut structures = Table::new();
    for (id, declared) in model.structures.pairs() {
        let name = &declared.name;
        let Some(found) = drawn.iter().find(|drawn| drawn.structure == id) else {
            return Err(Wrong::new(UNKNOWN_NAME, format!("it does not say the ties of `{name}`")));
        };
        let settled = social::settle(model, found, roster).map_err(|wrong| wrong.under(name))?;
        let same = declared.on == declared.to;
        let mut among = declared.among.iter();
        if !among.any(|family| admits(declared.shape, *family, &settled.ties, same)) {
            let families: Vec<String> = declared.among.iter().map(|family| family.text()).collect();
            let message =
                format!("the ties of `{name}` are no longer among {}", families.join(" | "));
            return Err(Wrong::new(BAD_VALUE, message));
        }
        structures.push(settled);
    }
    Ok(structures)
}
