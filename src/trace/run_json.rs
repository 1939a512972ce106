//! A run as one JSON object: setup, seed, steps, choices and draws, and nothing that follows.
//!
//! In: a run and its model. Out: JSON; and back, exactly, against the same model.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::counterexample::{setup_json, setup_of};
use super::error::Wrong;
use super::keys;
use super::roster::Roster;
use super::run::{Key, Run};
use super::values::{Naming, expected};
use crate::base::Seed;
use crate::ir::layout::Layout;
use crate::ir::{Model, Value};

/// The run as JSON.
pub fn write(model: &Model, run: &Run) -> Json {
    let layout = Layout::new(model, &run.setup.sizes);
    let naming = Naming { model, layout: &layout };
    let listed = |keys: &BTreeMap<Key, Value>| {
        let written = keys.iter().map(|(key, value)| keys::write(naming, key, value));
        Json::Array(written.map(Json::Object).collect())
    };
    json!({
        "setup": setup_json(naming, &run.setup),
        "seed": run.seed.0,
        "steps": run.steps,
        "choices": listed(&run.choices),
        "draws": listed(&run.draws),
    })
}

/// Reads what [`write`] wrote.
pub fn read(model: &Model, json: &Json) -> Result<Run, Wrong> {
    let mut roster = Roster::new(model);
    let setup = setup_of(&json["setup"], &mut roster).map_err(|wrong| wrong.under("setup"))?;
    let number = |name: &str| {
        json[name].as_u64().ok_or_else(|| expected(&json[name], "a number").under(name))
    };
    let mut listed = |name: &str| -> Result<BTreeMap<Key, Value>, Wrong> {
        let items = json[name].as_array();
        let items = items.ok_or_else(|| expected(&json[name], "a list").under(name))?;
        let read = |item: &Json| -> Result<(Key, Value), Wrong> {
            let (key, value) = keys::read(item, &mut roster)?;
            Ok((keys::settle(&key, &roster), roster.settle(&value)))
        };
        items.iter().map(read).collect::<Result<_, _>>().map_err(|wrong| wrong.under(name))
    };
    let (choices, draws) = (listed("choices")?, listed("draws")?);
    let steps = u32::try_from(number("steps")?);
    let steps = steps.map_err(|_| expected(&json["steps"], "a small number").under("steps"))?;
    Ok(Run { setup, seed: Seed(number("seed")?), choices, draws, steps })
}
