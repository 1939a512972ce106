//! Agents renamed: two agents of one population trade places, so that of all runs that differ
//! only in who is who, the first in canonical order is shown.

use super::{Candidate, Draft};
use crate::ir::layout::{Cells, Layout};
use crate::ir::{AgentId, Model, Value};
use crate::trace::{Key, Run, Setup};
use std::sync::Arc;

use crate::search::subject::answers_of;

/// Populations in which pairs are swapped have at most this many agents.
const AGENTS_MAX: u32 = 8;

/// All runs in which two agents of one population trade places.
pub fn edits(draft: &Draft<'_>) -> Vec<Candidate> {
    let model = &*draft.space.model;
    let layout = Layout::new(model, &draft.run.setup.sizes);
    let mut candidates = Vec::new();
    for (population, size) in draft.run.setup.sizes.pairs() {
        if *size > AGENTS_MAX {
            continue;
        }
        let range = layout.population(population);
        for a in range.clone() {
            for b in a + 1..range.end {
                let swap = Swap { a: AgentId(a), b: AgentId(b) };
                let name = |agent| layout.agent_name(model, agent);
                let what = format!("{} and {} trade places", name(swap.a), name(swap.b));
                candidates.push(Candidate { what, run: swap.run(draft, &layout) });
            }
        }
    }
    candidates
}

/// Two agents that trade places.
#[derive(Clone, Copy)]
struct Swap {
    a: AgentId,
    b: AgentId,
}

impl Swap {
    fn agent(self, agent: AgentId) -> AgentId {
        match agent {
            agent if agent == self.a => self.b,
            agent if agent == self.b => self.a,
            agent => agent,
        }
    }

    fn value(self, value: &Value) -> Value {
        if let Value::Agent(agent) = value {
            return Value::Agent(self.agent(*agent));
        }
        if let Value::Set(elements) = value {
            let mut swapped: Vec<Value> = elements.iter().map(|e| self.value(e)).collect();
            swapped.sort();
            return Value::Set(Arc::new(swapped));
        }
        if let Value::Table(rows) = value {
            let row = |(indices, value): &(Vec<Value>, Value)| {
                (indices.iter().map(|index| self.value(index)).collect(), self.value(value))
            };
            let mut swapped: Vec<(Vec<Value>, Value)> = rows.iter().map(row).collect();
            swapped.sort();
            return Value::Table(Arc::new(swapped));
        }
        value.clone()
    }

    fn cells(self, layout: &Layout, cells: &Cells, values: &[Value]) -> Vec<Value> {
        let before = |row: Vec<Value>| {
            let row: Vec<Value> = row.iter().map(|index| self.value(index)).collect();
            let place = layout.place(cells, &row).expect("the same indices in another order");
            self.value(&values[place - cells.start()])
        };
        layout.indices(cells).into_iter().map(before).collect()
    }

    fn setup(self, model: &Model, layout: &Layout, setup: &Setup) -> Setup {
        let mut swapped = setup.clone();
        for id in model.params.ids() {
            if !setup.params[id].is_empty() {
                swapped.params[id] = self.cells(layout, layout.param(id), &setup.params[id]);
            }
        }
        for id in model.states.ids() {
            if !setup.starts[id].is_empty() {
                swapped.starts[id] = self.cells(layout, layout.state(id), &setup.starts[id]);
            }
        }
        for (id, declared) in model.structures.pairs() {
            let first = |population| layout.population(population).start;
            let row = |a: u32| self.agent(AgentId(a + first(declared.on))).0 - first(declared.on);
            let column =
                |b: u32| self.agent(AgentId(b + first(declared.to))).0 - first(declared.to);
            let old = &setup.structures[id].ties;
            let mut ties = crate::social::Ties::empty(old.rows(), old.columns());
            for (a, b, weight) in old.all() {
                ties.set(row(a), column(b), weight);
            }
            swapped.structures[id].ties = ties;
        }
        swapped
    }

    fn run(self, draft: &Draft<'_>, layout: &Layout) -> Run {
        let model = &*draft.space.model;
        let mut run = draft.run.clone();
        run.setup = self.setup(model, layout, &run.setup);
        if let Some((execution, judgement)) = draft.result {
            run.choices.extend(answers_of(execution, judgement, false));
            run.draws.extend(answers_of(execution, judgement, true));
        }
        let key = |key: &Key| Key {
            binders: key.binders.iter().map(|value| self.value(value)).collect(),
            ..key.clone()
        };
        let entry = |(k, value): (&Key, &Value)| (key(k), self.value(value));
        run.choices = run.choices.iter().map(entry).collect();
        run.draws = run.draws.iter().map(entry).collect();
        run
    }
}
