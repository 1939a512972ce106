//! Ties as JSON, and back: `{"family":"ring","edges":[[0,1],[1,2],[2,0]]}`.
//!
//! Agents are numbers in their populations, or names. Of a graph or partition each pair is
//! written once and read in either direction; weights stand behind the pair.

use serde_json::{Value as Json, json};

use super::error::Wrong;
use super::roster::Roster;
use super::setup::StructureSetup;
use super::values::expected;
use crate::diag::code::trace::BAD_VALUE;
use crate::ir::model::Structure;
use crate::ir::{AgentId, Model, StructId};
use crate::social::{Family, Shape, Ties};

/// A tie in provisional numbers.
pub type Tie = (AgentId, AgentId, f64);

/// What a file says of a structure.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawn {
    /// Which structure.
    pub structure: StructId,
    /// The family that it says it is.
    pub family: Option<Family>,
    /// The ties.
    pub ties: Vec<Tie>,
}

/// The structure as JSON.
pub fn write(structure: &Structure, family: Option<Family>, ties: &Ties) -> Json {
    let weighted = matches!(structure.shape, Shape::Weights { .. });
    let both = matches!(structure.shape, Shape::Graph | Shape::Partition);
    let kept = ties.all().filter(|(a, b, _)| !both || a < b);
    let edges: Vec<Json> =
        kept.map(|(a, b, w)| if weighted { json!([a, b, w]) } else { json!([a, b]) }).collect();
    match family {
        Some(family) => json!({ "family": family.text(), "edges": edges }),
        None => json!({ "edges": edges }),
    }
}

/// Reads `{"edges": …}` or a bare list of edges.
pub fn read(json: &Json, structure: StructId, roster: &mut Roster<'_>) -> Result<Drawn, Wrong> {
    let declared = &roster.model().structures[structure];
    let family = match json.get("family") {
        None | Some(Json::Null) => None,
        Some(word) => {
            let family = word.as_str().and_then(Family::from_text);
            let wrong = || expected(word, "a family such as \"ring\"").under("family");
            Some(family.ok_or_else(wrong)?)
        }
    };
    let edges = match json {
        Json::Array(edges) => edges,
        _ => match json.get("edges").and_then(Json::as_array) {
            Some(edges) => edges,
            None => return Err(expected(json, "a list of ties under `edges`")),
        },
    };
    let mut ties = Vec::new();
    for (at, edge) in edges.iter().enumerate() {
        let read = tie(edge, declared, roster);
        ties.push(read.map_err(|wrong| wrong.at(at).under("edges"))?);
    }
    Ok(Drawn { structure, family, ties })
}

fn tie(edge: &Json, declared: &Structure, roster: &mut Roster<'_>) -> Result<Tie, Wrong> {
    let (from, to, weight) = match (edge.as_array().map(Vec::as_slice), declared.shape) {
        (
            Some([from, to]),
            Shape::Graph | Shape::Digraph { .. } | Shape::Tree | Shape::Partition,
        ) => (from, to, 1.0),
        (Some([from, to, weight]), Shape::Weights { lo, hi, .. }) => {
            let inside = weight.as_f64().filter(|weight| (lo..=hi).contains(weight));
            let wrong = || expected(weight, &format!("a weight in {lo:?}..{hi:?}"));
            (from, to, inside.ok_or_else(wrong)?)
        }
        (_, Shape::Weights { .. }) => return Err(expected(edge, "two agents and a weight")),
        (_, Shape::Graph | Shape::Digraph { .. } | Shape::Tree | Shape::Partition) => {
            return Err(expected(edge, "two agents"));
        }
    };
    let mut agent = |json: &Json, population| match json {
        Json::String(word) => roster.find(word, &[population]),
        _ => match json.as_u64() {
            Some(place) => roster.at(population, place),
            None => Err(expected(json, "an agent's number or name")),
        },
    };
    Ok((agent(from, declared.on)?, agent(to, declared.to)?, weight))
}

/// The ties, once everyone is known: those of `model`'s structure, checked against its shape.
pub fn settle(model: &Model, drawn: &Drawn, roster: &Roster<'_>) -> Result<StructureSetup, Wrong> {
    let declared = &model.structures[drawn.structure];
    let sizes = roster.sizes();
    let (rows, columns) = (sizes[declared.on], sizes[declared.to]);
    let same = declared.on == declared.to;
    let mut ties =
        if same { Ties::empty(rows, columns) } else { Ties::empty_across(rows, columns) };
    for (a, b, weight) in &drawn.ties {
        let (a, b) = (roster.place(*a), roster.place(*b));
        ties.set(a, b, *weight);
        if matches!(declared.shape, Shape::Graph | Shape::Partition) {
            ties.set(b, a, *weight);
        }
    }
    if !crate::social::admits(declared.shape, Family::Any, &ties, same) {
        let name = &declared.name;
        let message = format!("these are no ties of `{name}`, which is {}", words(declared.shape));
        return Err(Wrong::new(BAD_VALUE, message));
    }
    Ok(StructureSetup { family: drawn.family, ties })
}

fn words(shape: Shape) -> &'static str {
    match shape {
        Shape::Graph => "a graph: nobody is tied to itself",
        Shape::Digraph { loops: false } => "a digraph without loops: nobody is tied to itself",
        Shape::Digraph { loops: true } => "a digraph",
        Shape::Tree => "a tree: each has one superior at most, and there is no cycle",
        Shape::Partition => "a partition: all members of a team are tied to each other",
        Shape::Weights { normalized: true, .. } => "normalized weights: each row sums to 1",
        Shape::Weights { normalized: false, .. } => "weights within their bounds",
    }
}
