//! Where the cells of a run lie: agents, parameters and states as places in flat tables.
//!
//! In: a model and the sizes of its populations. Agents are numbered through all
//! populations; a variable's cells follow each other with the last index fastest.

use std::ops::Range;

use super::model::IndexSet;
use super::{AgentId, KindId, Model, ParamId, PopId, StateId, Value};
use crate::base::Table;
use crate::base::id::Id;

/// The places of one society's agents and cells. All of the *full* populations: worlds that
/// leave agents out keep their places.
#[derive(Clone, Debug)]
pub struct Layout {
    populations: Table<PopId, Range<u32>>,
    kinds: Table<KindId, Vec<AgentId>>,
    agents: Table<AgentId, Agent>,
    params: Table<ParamId, Cells>,
    states: Table<StateId, Cells>,
    state_cells: usize,
}

/// Where an agent belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Agent {
    /// Its population.
    pub population: PopId,
    /// Its place there, from 0: `index(a)`.
    pub index: u32,
    /// Its kind.
    pub kind: KindId,
    /// Its place among the agents of its kind.
    pub rank: u32,
}

/// The cells of one variable.
#[derive(Clone, Debug)]
pub struct Cells {
    start: usize,
    dimensions: Vec<(IndexSet, usize)>,
}

impl Cells {
    /// How many cells.
    pub fn len(&self) -> usize {
        self.dimensions.iter().map(|(_, size)| size).product()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first place; 0 for parameters, which have a table each.
    pub fn start(&self) -> usize {
        self.start
    }
}

impl Layout {
    /// The layout for these sizes.
    pub fn new(model: &Model, sizes: &Table<PopId, u32>) -> Layout {
        let mut layout = Layout {
            populations: Table::new(),
            kinds: model.kinds.iter().map(|_| Vec::new()).collect(),
            agents: Table::new(),
            params: Table::new(),
            states: Table::new(),
            state_cells: 0,
        };
        for (population, declared) in model.populations.pairs() {
            let first = layout.agents.len() as u32;
            for index in 0..sizes[population] {
                let kind = declared.kind;
                let rank = layout.kinds[kind].len() as u32;
                let agent = layout.agents.push(Agent { population, index, kind, rank });
                layout.kinds[kind].push(agent);
            }
            layout.populations.push(first..first + sizes[population]);
        }
        for param in model.params.iter() {
            let cells = layout.cells(model, &param.indices, 0);
            layout.params.push(cells);
        }
        for state in model.states.iter() {
            let cells = layout.cells(model, &state.indices, layout.state_cells);
            layout.state_cells += cells.len();
            layout.states.push(cells);
        }
        layout
    }

    fn cells(&self, model: &Model, indices: &[IndexSet], start: usize) -> Cells {
        let size = |set: &IndexSet| match set {
            IndexSet::Population(population) => self.populations[*population].len(),
            IndexSet::Kind(kind) => self.kinds[*kind].len(),
            IndexSet::Enum(id) => model.enums[*id].variants.len(),
            IndexSet::Ints(lo, hi) => (hi - lo + 1) as usize,
        };
        let dimensions = indices.iter().map(|set| (set.clone(), size(set))).collect();
        Cells { start, dimensions }
    }

    /// All agents.
    pub fn agents(&self) -> &Table<AgentId, Agent> {
        &self.agents
    }

    /// The agents of a population, as a range of ids.
    pub fn population(&self, population: PopId) -> Range<u32> {
        self.populations[population].clone()
    }

    /// The `index`-th agent of a population.
    pub fn agent(&self, population: PopId, index: u32) -> Option<AgentId> {
        let range = &self.populations[population];
        (index < range.len() as u32).then(|| AgentId(range.start + index))
    }

    /// The agents of a kind, in order.
    pub fn kind(&self, kind: KindId) -> &[AgentId] {
        &self.kinds[kind]
    }

    /// The cells of a parameter.
    pub fn param(&self, param: ParamId) -> &Cells {
        &self.params[param]
    }

    /// The cells of a state.
    pub fn state(&self, state: StateId) -> &Cells {
        &self.states[state]
    }

    /// How many state cells there are in all.
    pub fn state_cells(&self) -> usize {
        self.state_cells
    }

    /// The place of the cell of `cells` at `indices`; none where an index is outside.
    pub fn place(&self, cells: &Cells, indices: &[Value]) -> Option<usize> {
        let mut place = 0;
        for ((set, size), index) in cells.dimensions.iter().zip(indices) {
            place = place * size + self.place_in(set, index)?;
        }
        Some(cells.start + place)
    }

    fn place_in(&self, set: &IndexSet, index: &Value) -> Option<usize> {
        match (set, index) {
            (IndexSet::Population(population), Value::Agent(agent)) => {
                let range = &self.populations[*population];
                range.contains(&agent.0).then(|| (agent.0 - range.start) as usize)
            }
            (IndexSet::Kind(kind), Value::Agent(agent)) => {
                let agent = self.agents.get(*agent)?;
                (agent.kind == *kind).then_some(agent.rank as usize)
            }
            (IndexSet::Enum(id), Value::Variant(of, variant)) => {
                (of == id).then_some(*variant as usize)
            }
            (IndexSet::Ints(lo, hi), Value::Int(int)) => {
                (lo..=hi).contains(&int).then(|| (int - lo) as usize)
            }
            _ => None,
        }
    }

    /// The indices of each cell, in the order of places.
    pub fn indices(&self, cells: &Cells) -> Vec<Vec<Value>> {
        let mut rows = vec![Vec::new()];
        for (set, size) in &cells.dimensions {
            rows = rows
                .into_iter()
                .flat_map(|row: Vec<Value>| {
                    (0..*size).map(move |at| [row.clone(), vec![self.value_at(set, at)]].concat())
                })
                .collect();
        }
        rows
    }

    fn value_at(&self, set: &IndexSet, at: usize) -> Value {
        match set {
            IndexSet::Population(population) => {
                Value::Agent(AgentId(self.populations[*population].start + at as u32))
            }
            IndexSet::Kind(kind) => Value::Agent(self.kinds[*kind][at]),
            IndexSet::Enum(id) => Value::Variant(*id, at as u32),
            IndexSet::Ints(lo, _) => Value::Int(lo + at as i64),
        }
    }

    /// An agent as a person reads it: `team[0]`.
    pub fn agent_name(&self, model: &Model, agent: AgentId) -> String {
        let Agent { population, index, .. } = self.agents[AgentId::new(agent.index())];
        format!("{}[{index}]", model.populations[population].name)
    }
}
