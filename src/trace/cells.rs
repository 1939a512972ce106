//! Cells of parameters and states as JSON, and back.
//!
//! Of a kind's variables there is an object for each agent, under its population:
//! `{"team":[{"stage":"Idle"}]}`; others stand beside it by name. Indices nest: lists for
//! agents and ints, objects by name for enums. Where only some cells are given, objects by
//! index stand for lists: `{"team":{"1":{"stage":"Idle"}}}`.

use serde_json::{Map, Value as Json};

use super::error::{Wrong, meant};
use super::roster::Roster;
use super::values::{Naming, expected, read_typed};
use crate::base::id::Id;
use crate::diag::code::trace::{BAD_VALUE, UNKNOWN_NAME};
use crate::ir::model::{IndexSet, Start};
use crate::ir::{AgentId, Domain, KindId, Model, PopId, Type, Value};

/// What is read or written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    /// Parameters that are not derived.
    Params,
    /// States.
    States,
    /// Free starts of states.
    Starts,
}

/// A variable of a section.
#[derive(Clone, Copy, Debug)]
pub struct Variable<'m> {
    /// Its place in the model's table.
    pub place: usize,
    /// Its name.
    pub name: &'m str,
    owner: Option<KindId>,
    indices: &'m [IndexSet],
    domain: &'m Domain,
}

impl Variable<'_> {
    /// The kind that it belongs to.
    pub fn owner(&self) -> Option<KindId> {
        self.owner
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        type_of(self.domain)
    }
}

/// The type of a domain's values; of a population's, any agent.
fn type_of(domain: &Domain) -> Type {
    match domain {
        Domain::Whole(ty) | Domain::Values(ty, _) => ty.clone(),
        Domain::Ints(..) => Type::Int,
        Domain::Reals(..) => Type::Real,
        Domain::Population(_) => Type::Never,
        Domain::Optional(inner) => type_of(inner),
    }
}

/// The value of one cell, by indices.
#[derive(Clone, PartialEq, Debug)]
pub struct Cell {
    /// The variable's place in the model's table.
    pub variable: usize,
    /// Its indices, agents in provisional numbers.
    pub indices: Vec<Value>,
    /// Its value.
    pub value: Value,
}

/// The variables of a section, in the order of declaration.
pub fn variables(model: &Model, section: Section) -> Vec<Variable<'_>> {
    match section {
        Section::Params => {
            let params = model.params.pairs().filter(|(_, param)| !param.derived);
            let variable = params.map(|(id, param)| Variable {
                place: id.index(),
                name: &param.name,
                owner: param.owner,
                indices: &param.indices,
                domain: &param.domain,
            });
            variable.collect()
        }
        Section::States | Section::Starts => {
            let states = model.states.pairs().filter(|(_, state)| {
                section == Section::States || matches!(state.start, Start::Free)
            });
            let variable = states.map(|(id, state)| Variable {
                place: id.index(),
                name: &state.name,
                owner: state.owner,
                indices: &state.indices,
                domain: &state.domain,
            });
            variable.collect()
        }
    }
}

/// Writes the cells of a section that `given` has a value for, by variable and place among its
/// cells.
pub fn write<'v>(
    naming: Naming<'_>,
    section: Section,
    given: &dyn Fn(&Variable<'_>, usize) -> Option<&'v Value>,
) -> Json {
    let variables = variables(naming.model, section);
    let mut fields = Map::new();
    for (id, population) in naming.model.populations.pairs() {
        let own: Vec<&Variable<'_>> =
            variables.iter().filter(|variable| variable.owner == Some(population.kind)).collect();
        if let Some(agents) = write_population(naming, id, &own, given) {
            fields.insert(population.name.clone(), agents);
        }
    }
    for variable in variables.iter().filter(|variable| variable.owner.is_none()) {
        let written = nest(naming, variable.indices, 0, &|place| {
            given(variable, place).map(|value| naming.typed(value))
        });
        if let Some(written) = written {
            fields.insert(variable.name.to_string(), written);
        }
    }
    Json::Object(fields)
}

fn write_population<'v>(
    naming: Naming<'_>,
    population: PopId,
    own: &[&Variable<'_>],
    given: &dyn Fn(&Variable<'_>, usize) -> Option<&'v Value>,
) -> Option<Json> {
    if own.is_empty() {
        return None;
    }
    let range = naming.layout.population(population);
    let agent = |agent: u32| {
        let mut fields = Map::new();
        for variable in own {
            // The agent is the first index.
            let inner = &variable.indices[1..];
            let width: usize = inner.iter().map(|set| size(naming, set)).product();
            let owner = &variable.indices[0];
            let row = place_in(naming, owner, AgentId(agent))?;
            let written = nest(naming, inner, row * width, &|place| {
                given(variable, place).map(|value| naming.typed(value))
            });
            if let Some(written) = written {
                fields.insert(variable.name.to_string(), written);
            }
        }
        (!fields.is_empty()).then_some(Json::Object(fields))
    };
    let agents: Vec<Option<Json>> = range.map(agent).collect();
    list_or_object(agents, |place| place.to_string())
}

/// A list where nothing is missing, else an object of what is there; none where nothing is.
fn list_or_object(items: Vec<Option<Json>>, key: impl Fn(usize) -> String) -> Option<Json> {
    if items.iter().all(Option::is_none) {
        return None;
    }
    if items.iter().all(Option::is_some) {
        return Some(Json::Array(items.into_iter().flatten().collect()));
    }
    let there = items.into_iter().enumerate();
    let there = there.filter_map(|(place, item)| item.map(|item| (key(place), item)));
    Some(Json::Object(there.collect()))
}

/// The cells from place `start` on as nested lists and objects.
fn nest(
    naming: Naming<'_>,
    indices: &[IndexSet],
    start: usize,
    cell: &dyn Fn(usize) -> Option<Json>,
) -> Option<Json> {
    let Some((first, rest)) = indices.split_first() else { return cell(start) };
    let width: usize = rest.iter().map(|set| size(naming, set)).product();
    let count = size(naming, first);
    let items = (0..count).map(|at| nest(naming, rest, start + at * width, cell)).collect();
    match first {
        IndexSet::Enum(id) => {
            let variants = &naming.model.enums[*id].variants;
            let named = variants.iter().cloned().zip(items as Vec<Option<Json>>);
            let there: Map<String, Json> =
                named.filter_map(|(name, item)| item.map(|item| (name, item))).collect();
            (!there.is_empty()).then_some(Json::Object(there))
        }
        IndexSet::Kind(kind) if several(naming.model, *kind) => {
            let name =
                |at: usize| naming.layout.agent_name(naming.model, naming.layout.kind(*kind)[at]);
            let items: Vec<Option<Json>> = items;
            let there = items.into_iter().enumerate();
            let there: Map<String, Json> =
                there.filter_map(|(at, item)| item.map(|item| (name(at), item))).collect();
            (!there.is_empty()).then_some(Json::Object(there))
        }
        IndexSet::Ints(lo, _) => list_or_object(items, |at| (lo + at as i64).to_string()),
        IndexSet::Population(_) | IndexSet::Kind(_) => list_or_object(items, |at| at.to_string()),
    }
}

/// Whether a kind has several populations, so that a number does not name an agent.
fn several(model: &Model, kind: KindId) -> bool {
    model.populations.iter().filter(|population| population.kind == kind).count() > 1
}

fn size(naming: Naming<'_>, set: &IndexSet) -> usize {
    match set {
        IndexSet::Population(population) => naming.layout.population(*population).len(),
        IndexSet::Kind(kind) => naming.layout.kind(*kind).len(),
        IndexSet::Enum(id) => naming.model.enums[*id].variants.len(),
        IndexSet::Ints(lo, hi) => (hi - lo + 1) as usize,
    }
}

fn place_in(naming: Naming<'_>, set: &IndexSet, agent: AgentId) -> Option<usize> {
    let place = naming.layout.agents().get(agent)?;
    match set {
        IndexSet::Population(_) => Some(place.index as usize),
        IndexSet::Kind(_) => Some(place.rank as usize),
        IndexSet::Enum(_) | IndexSet::Ints(..) => None,
    }
}

/// Reads the cells of a section.
pub fn read(json: &Json, section: Section, roster: &mut Roster<'_>) -> Result<Vec<Cell>, Wrong> {
    let model = roster.model();
    let variables = variables(model, section);
    let fields = json.as_object().ok_or_else(|| expected(json, "an object by name"))?;
    let mut cells = Vec::new();
    for (name, inner) in fields {
        let population = model.populations.pairs().find(|(_, known)| known.name == *name);
        let read = if let Some((id, population)) = population {
            let own: Vec<Variable<'_>> =
                variables.iter().filter(|v| v.owner == Some(population.kind)).copied().collect();
            read_population(inner, id, &own, roster, &mut cells)
        } else if let Some(variable) =
            variables.iter().find(|variable| variable.owner.is_none() && variable.name == name)
        {
            unnest(inner, variable, Vec::new(), roster, &mut cells)
        } else if derived(model, section, None, name) {
            Ok(())
        } else {
            let populations = model.populations.iter().map(|population| population.name.as_str());
            let plain = variables.iter().filter(|v| v.owner.is_none()).map(|v| v.name);
            let near = meant(name, populations.chain(plain));
            let message = format!("the model has no {} `{name}`{near}", noun(section));
            return Err(Wrong::new(UNKNOWN_NAME, message));
        };
        read.map_err(|wrong| wrong.under(name))?;
    }
    Ok(cells)
}

/// Derived parameters follow from the others: a file may give them, and they are not read.
fn derived(model: &Model, section: Section, owner: Option<KindId>, name: &str) -> bool {
    let same = |param: &crate::ir::model::Param| param.owner == owner && param.name == name;
    section == Section::Params && model.params.iter().any(|param| param.derived && same(param))
}

fn noun(section: Section) -> &'static str {
    match section {
        Section::Params => "parameter",
        Section::States => "state",
        Section::Starts => "free state",
    }
}

fn read_population(
    json: &Json,
    population: PopId,
    own: &[Variable<'_>],
    roster: &mut Roster<'_>,
    cells: &mut Vec<Cell>,
) -> Result<(), Wrong> {
    match json {
        Json::Array(agents) => {
            for (place, fields) in agents.iter().enumerate() {
                let agent = roster.at(population, place as u64).map_err(|wrong| wrong.at(place))?;
                let read = read_agent(fields, population, agent, own, roster, cells);
                read.map_err(|wrong| wrong.at(place))?;
            }
            Ok(())
        }
        Json::Object(agents) => {
            for (word, fields) in agents {
                let agent = roster.find(word, &[population]).map_err(|wrong| wrong.under(word))?;
                let read = read_agent(fields, population, agent, own, roster, cells);
                read.map_err(|wrong| wrong.under(word))?;
            }
            Ok(())
        }
        _ => Err(expected(json, "a list of agents, or an object by agent")),
    }
}

fn read_agent(
    json: &Json,
    population: PopId,
    agent: AgentId,
    own: &[Variable<'_>],
    roster: &mut Roster<'_>,
    cells: &mut Vec<Cell>,
) -> Result<(), Wrong> {
    let fields = json.as_object().ok_or_else(|| expected(json, "an object by name"))?;
    let model = roster.model();
    let kind = model.populations[population].kind;
    for (name, inner) in fields {
        let Some(variable) = own.iter().find(|variable| variable.name == name) else {
            if derived(model, Section::Params, Some(kind), name) {
                continue;
            }
            let near = meant(name, own.iter().map(|variable| variable.name));
            let of = &model.kinds[kind].name;
            let message = format!("`{of}` has no such `{name}`{near}");
            return Err(Wrong::new(UNKNOWN_NAME, message));
        };
        let read = unnest(inner, variable, vec![Value::Agent(agent)], roster, cells);
        read.map_err(|wrong| wrong.under(name))?;
    }
    Ok(())
}

/// Reads nested lists and objects under the indices known so far.
fn unnest(
    json: &Json,
    variable: &Variable<'_>,
    indices: Vec<Value>,
    roster: &mut Roster<'_>,
    cells: &mut Vec<Cell>,
) -> Result<(), Wrong> {
    let Some(set) = variable.indices.get(indices.len()) else {
        let value = read_typed(json, variable.domain, roster)?;
        cells.push(Cell { variable: variable.place, indices, value });
        return Ok(());
    };
    match json {
        Json::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let index = index_at(set, at, roster).map_err(|wrong| wrong.at(at))?;
                let inner = [indices.as_slice(), &[index]].concat();
                let read = unnest(item, variable, inner, roster, cells);
                read.map_err(|wrong| wrong.at(at))?;
            }
            Ok(())
        }
        Json::Object(items) => {
            for (word, item) in items {
                let index = index_named(set, word, roster).map_err(|wrong| wrong.under(word))?;
                let inner = [indices.as_slice(), &[index]].concat();
                let read = unnest(item, variable, inner, roster, cells);
                read.map_err(|wrong| wrong.under(word))?;
            }
            Ok(())
        }
        _ => Err(expected(json, "a list, or an object by index")),
    }
}

/// The index at a place of a list.
fn index_at(set: &IndexSet, at: usize, roster: &mut Roster<'_>) -> Result<Value, Wrong> {
    match set {
        IndexSet::Population(population) => roster.at(*population, at as u64).map(Value::Agent),
        IndexSet::Kind(kind) => match roster.populations(*kind).as_slice() {
            [population] => roster.at(*population, at as u64).map(Value::Agent),
            _ => {
                let name = &roster.model().kinds[*kind].name;
                let message = format!("`{name}` has several populations: write an object by agent");
                Err(Wrong::new(BAD_VALUE, message))
            }
        },
        IndexSet::Enum(id) => {
            let declared = &roster.model().enums[*id];
            let inside = at < declared.variants.len();
            inside.then_some(Value::Variant(*id, at as u32)).ok_or_else(|| {
                let message = format!("`{}` has no variant number {at}", declared.name);
                Wrong::new(BAD_VALUE, message)
            })
        }
        IndexSet::Ints(lo, hi) => {
            let index = lo.checked_add(at as i64).filter(|index| index <= hi);
            index.map(Value::Int).ok_or_else(|| {
                Wrong::new(BAD_VALUE, format!("there are more elements than indices in {lo}..{hi}"))
            })
        }
    }
}

/// The index that is written as `word`.
fn index_named(set: &IndexSet, word: &str, roster: &mut Roster<'_>) -> Result<Value, Wrong> {
    let json = Json::String(word.to_string());
    match set {
        IndexSet::Population(population) => roster.find(word, &[*population]).map(Value::Agent),
        IndexSet::Kind(kind) => {
            let populations = roster.populations(*kind);
            roster.find(word, &populations).map(Value::Agent)
        }
        IndexSet::Enum(id) => read_typed(&json, &Domain::Whole(Type::Enum(*id)), roster),
        IndexSet::Ints(lo, hi) => {
            let index = word.parse().ok().filter(|index| (lo..=hi).contains(&index));
            index.map(Value::Int).ok_or_else(|| expected(&json, &format!("a number in {lo}..{hi}")))
        }
    }
}
