//! The agents that a file names, while it is read.
//!
//! In: populations of a model; mentions by number, by name, or as `team[0]`. Out: who is
//! there and since when.
//!
//! How many agents there are is known only at the end of a recorded trace, so agents are
//! numbered provisionally (population and place) and renumbered at the end by
//! [`Roster::settle`], which keeps their order.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::{Wrong, meant};
use crate::base::Table;
use crate::base::id::Id;
use crate::diag::code::trace::{TOO_LARGE, UNKNOWN_AGENT};
use crate::ir::value::Occurrence;
use crate::ir::{AgentId, KindId, Model, PopId, Value};

/// The most agents of one population.
pub const AGENTS_MAX: u32 = 100_000;

/// How many provisional numbers each population has.
const STRIDE: u32 = 1 << 20;

/// The agents that a file has named so far.
#[derive(Clone, Debug)]
pub struct Roster<'m> {
    model: &'m Model,
    crowds: Table<PopId, Crowd>,
    /// The instant at which whoever is mentioned now is there.
    pub now: u32,
    /// How everything was at the last mark, where it changed since.
    undo: Vec<(PopId, u32, Option<u32>)>,
}

/// The agents of one population.
#[derive(Clone, Default, Debug)]
struct Crowd {
    names: Vec<Option<String>>,
    places: BTreeMap<String, u32>,
    since: Vec<u32>,
    /// Whether a mention adds an agent.
    grows: bool,
}

impl<'m> Roster<'m> {
    /// Nobody yet. Populations without a size grow by mentions.
    pub fn new(model: &'m Model) -> Roster<'m> {
        let crowd = |grows| Crowd { grows, ..Crowd::default() };
        let crowds = model.populations.iter().map(|population| crowd(population.size.is_none()));
        Roster { model, crowds: crowds.collect(), now: 0, undo: Vec::new() }
    }

    /// The model.
    pub fn model(&self) -> &'m Model {
        self.model
    }

    /// From here on [`Roster::back`] undoes mentions.
    pub fn mark(&mut self) {
        self.undo.clear();
    }

    /// Everyone is as at the last mark.
    pub fn back(&mut self) {
        for (population, place, since) in std::mem::take(&mut self.undo).into_iter().rev() {
            let crowd = &mut self.crowds[population];
            match since {
                Some(since) => crowd.since[place as usize] = since,
                None => {
                    if let Some(Some(name)) = crowd.names.pop() {
                        crowd.places.remove(&name);
                    }
                    crowd.since.pop();
                }
            }
        }
    }

    /// Notes that the agent is there now.
    fn mention(&mut self, population: PopId, place: u32) {
        let since = &mut self.crowds[population].since[place as usize];
        if *since > self.now {
            self.undo.push((population, place, Some(*since)));
            *since = self.now;
        }
    }

    /// Adds an agent that was not mentioned yet.
    fn add(&mut self, population: PopId, name: Option<&str>) -> u32 {
        let crowd = &mut self.crowds[population];
        let place = crowd.names.len() as u32;
        crowd.names.push(name.map(str::to_string));
        crowd.since.push(u32::MAX);
        if let Some(name) = name {
            crowd.places.insert(name.to_string(), place);
        }
        self.undo.push((population, place, None));
        place
    }

    /// How many agents of each population are known.
    pub fn sizes(&self) -> Table<PopId, u32> {
        self.crowds.iter().map(|crowd| crowd.names.len() as u32).collect()
    }

    /// The names that agents were called by, by population and place.
    pub fn names(&self) -> Table<PopId, Vec<Option<String>>> {
        self.crowds.iter().map(|crowd| crowd.names.clone()).collect()
    }

    /// For each agent, in the final numbering, the first instant at which it is there.
    pub fn since(&self) -> Vec<u32> {
        self.crowds.iter().flat_map(|crowd| crowd.since.iter().copied()).collect()
    }

    /// The populations of a kind.
    pub fn populations(&self, kind: KindId) -> Vec<PopId> {
        let of_kind =
            self.model.populations.pairs().filter(|(_, population)| population.kind == kind);
        of_kind.map(|(id, _)| id).collect()
    }

    /// `count` agents of a population are there from the start.
    pub fn declare(&mut self, population: PopId, count: u64) -> Result<(), Wrong> {
        let count =
            u32::try_from(count).ok().filter(|count| *count <= AGENTS_MAX).ok_or_else(|| {
                let name = &self.model.populations[population].name;
                Wrong::new(TOO_LARGE, format!("`{name}` has more than {AGENTS_MAX} agents"))
            })?;
        let crowd = &mut self.crowds[population];
        crowd.names.resize(count.max(crowd.names.len() as u32) as usize, None);
        crowd.since.clear();
        crowd.since.resize(crowd.names.len(), 0);
        Ok(())
    }

    /// The agent called `name` of a population that grows, or that has it; new agents are there
    /// from now on.
    pub fn named(&mut self, population: PopId, name: &str) -> Result<AgentId, Wrong> {
        let crowd = &self.crowds[population];
        let place = match crowd.places.get(name) {
            Some(place) => *place,
            None if crowd.names.len() as u32 >= AGENTS_MAX => {
                let of = &self.model.populations[population].name;
                let message = format!("`{of}` has more than {AGENTS_MAX} agents");
                return Err(Wrong::new(TOO_LARGE, message));
            }
            None => self.add(population, Some(name)),
        };
        self.mention(population, place);
        Ok(provisional(population, place))
    }

    /// The agent at `place` of a population.
    pub fn at(&mut self, population: PopId, place: u64) -> Result<AgentId, Wrong> {
        let name = &self.model.populations[population].name;
        let crowd = &self.crowds[population];
        let known = crowd.names.len() as u64;
        if place >= known && !crowd.grows {
            let message = match known {
                0 => format!("there is no `{name}[{place}]`: `{name}` is empty"),
                _ => format!(
                    "there is no `{name}[{place}]`: the last one is `{name}[{}]`",
                    known - 1
                ),
            };
            return Err(Wrong::new(UNKNOWN_AGENT, message));
        }
        if place >= u64::from(AGENTS_MAX) {
            let message = format!("`{name}` has more than {AGENTS_MAX} agents");
            return Err(Wrong::new(TOO_LARGE, message));
        }
        let place = place as u32;
        for _ in known..=u64::from(place) {
            self.add(population, None);
        }
        self.mention(population, place);
        Ok(provisional(population, place))
    }

    /// The agent that `word` means among `populations`: `team[0]`, a name, or (of one
    /// population) its number.
    pub fn find(&mut self, word: &str, populations: &[PopId]) -> Result<AgentId, Wrong> {
        if let Some((of, place)) = indexed(word) {
            let named = |id: &&PopId| self.model.populations[**id].name == of;
            if let Some(population) = populations.iter().find(named) {
                return self.at(*population, place);
            }
        }
        let known = populations.iter().find(|id| self.crowds[**id].places.contains_key(word));
        if let Some(population) = known {
            return self.named(*population, word);
        }
        if let ([population], Ok(place)) = (populations, word.parse::<u64>()) {
            return self.at(*population, place);
        }
        let growing: Vec<PopId> =
            populations.iter().copied().filter(|id| self.crowds[*id].grows).collect();
        match growing.as_slice() {
            [population] if populations.len() == 1 => self.named(*population, word),
            _ => Err(self.unknown(word, populations)),
        }
    }

    fn unknown(&self, word: &str, populations: &[PopId]) -> Wrong {
        let places = populations.iter().flat_map(|id| self.crowds[*id].places.keys());
        let near = meant(word, places.map(String::as_str));
        let populations: Vec<String> = populations
            .iter()
            .map(|id| format!("`{}`", self.model.populations[*id].name))
            .collect();
        let message = format!("there is no agent `{word}` in {}{near}", populations.join(" or "));
        Wrong::new(UNKNOWN_AGENT, message)
    }

    /// The place of an agent in its population.
    pub fn place(&self, agent: AgentId) -> u32 {
        agent.0 % STRIDE
    }

    /// The value with its agents in the final numbering.
    pub fn settle(&self, value: &Value) -> Value {
        let all = |values: &[Value]| values.iter().map(|value| self.settle(value)).collect();
        match value {
            Value::Agent(agent) => {
                let (population, place) =
                    (agent.index() as u32 / STRIDE, agent.index() as u32 % STRIDE);
                let before = self.crowds.iter().take(population as usize);
                let start: usize = before.map(|crowd| crowd.names.len()).sum();
                Value::Agent(AgentId(start as u32 + place))
            }
            Value::Set(values) => Value::Set(Arc::new(all(values))),
            Value::Table(rows) => {
                let row =
                    |(indices, value): &(Vec<Value>, Value)| (all(indices), self.settle(value));
                Value::Table(Arc::new(rows.iter().map(row).collect()))
            }
            Value::Event(occurrence) => Value::Event(Arc::new(self.settle_event(occurrence))),
            Value::Bool(_)
            | Value::Int(_)
            | Value::Real(_)
            | Value::Str(_)
            | Value::Duration(_)
            | Value::Variant(..)
            | Value::None
            | Value::Unrecorded => value.clone(),
        }
    }

    /// The occurrence with its agents in the final numbering.
    pub fn settle_event(&self, occurrence: &Occurrence) -> Occurrence {
        let fields = occurrence.fields.iter().map(|field| self.settle(field)).collect();
        Occurrence { fields, ..occurrence.clone() }
    }
}

/// The provisional number of an agent.
fn provisional(population: PopId, place: u32) -> AgentId {
    AgentId(population.index() as u32 * STRIDE + place)
}

/// `team[0]` as `team` and 0.
fn indexed(word: &str) -> Option<(&str, u64)> {
    let (name, rest) = word.split_once('[')?;
    Some((name, rest.strip_suffix(']')?.parse().ok()?))
}
