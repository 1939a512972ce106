//! Reading structures: ties, neighbours, superiors.

use std::sync::Arc;

use super::sets;
use super::view::{Stop, View, fault};
use super::words;
use crate::diag::Span;
use crate::ir::{AgentId, PopId, StructId, Value};
use crate::social::Shape;
use crate::trace::FaultKind;

/// `s(a, b)`: whether a tie goes from a to b; of weights, its weight.
pub fn tie(
    view: &View<'_>,
    span: Span,
    structure: StructId,
    ends: &[Value; 2],
) -> Result<Value, Stop> {
    let declared = &view.model.structures[structure];
    let from = place(view, span, &declared.name, declared.on, &ends[0])?;
    let to = place(view, span, &declared.name, declared.to, &ends[1])?;
    let weight = view.society.structures[structure].weight(from, to);
    Ok(match declared.shape {
        Shape::Weights { .. } => Value::Real(weight),
        Shape::Graph | Shape::Digraph { .. } | Shape::Tree | Shape::Partition => {
            Value::Bool(weight != 0.0)
        }
    })
}

/// `s(a)`: those that a is tied to; of weights, those of positive weight.
pub fn neighbours(
    view: &View<'_>,
    span: Span,
    structure: StructId,
    agent: &Value,
) -> Result<Value, Stop> {
    let declared = &view.model.structures[structure];
    let from = place(view, span, &declared.name, declared.on, agent)?;
    let ties = view.society.structures[structure].from(from);
    let agents = ties
        .iter()
        .filter(|tie| tie.1 > 0.0)
        .filter_map(|tie| view.society.layout.agent(declared.to, tie.0))
        .filter(|agent| !view.absent(*agent))
        .map(Value::Agent);
    Ok(Value::Set(Arc::new(agents.collect())))
}

/// `superior(s, a)`: the agent from whom a tie goes to a, or `none`.
pub fn superior(
    view: &View<'_>,
    span: Span,
    structure: StructId,
    agent: &Value,
) -> Result<Value, Stop> {
    let declared = &view.model.structures[structure];
    let to = place(view, span, &declared.name, declared.to, agent)?;
    let ties = &view.society.structures[structure];
    let found = (0..ties.rows())
        .filter(|from| ties.has(*from, to))
        .filter_map(|from| view.society.layout.agent(declared.on, from))
        .find(|agent| !view.absent(*agent));
    Ok(found.map_or(Value::None, Value::Agent))
}

/// The row or column of an agent.
fn place(
    view: &View<'_>,
    span: Span,
    structure: &str,
    population: PopId,
    agent: &Value,
) -> Result<u32, Stop> {
    if let Value::Agent(AgentId(number)) = agent
        && let Some((of, index)) = sets::place(view, AgentId(*number))
        && of == population
    {
        return Ok(index);
    }
    let agent = words::value(view.model, &view.society.layout, agent);
    let name = &view.model.populations[population].name;
    let message = format!("`{agent}` is not of `{name}`, which `{structure}` ties");
    Err(fault(FaultKind::Index, span, message))
}
