//! The parts of a run that can be put back, and the run without some of them.
//!
//! In: a run with what it did. Out: its parts in a fixed order, and for a set of them what the
//! reference says of the run in which they stand at their default, baseline or first value. A
//! run that did not take what it was told (a choice that is not admitted there) is no answer.

use crate::base::Table;
use crate::ir::layout::Layout;
use crate::ir::{AgentId, Model, ParamId, StructId, Value};
use crate::reference::society::{default_of, deviations};
use crate::reference::{Execution, Judgement};
use crate::search::shrink::{Place, goals, put_back, without_agent};
use crate::search::space::{Space, mutual};
use crate::search::subject::{Look, Subject};
use crate::social::{Shape, Ties};
use crate::trace::{Answer, Run};

use super::{Without, said};

/// Parts that are asked about at most.
const PARTS_MAX: usize = 150;
/// Agents that are left out in turn at most.
const AGENTS_MAX: usize = 30;
/// Ways to re-form the ties of those who stay that are tried at most.
const REFORMED_MAX: usize = 8;

/// A part of a run.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// An agent, with all that is its own.
    Agent(AgentId),
    /// A parameter's cell that is not at its default.
    Deviation {
        /// The parameter.
        param: ParamId,
        /// Its cell.
        place: usize,
        /// What it is.
        value: Value,
        /// What it would be.
        instead: Option<Value>,
    },
    /// A tie that is not as in the baseline (without one: any tie).
    Tie {
        /// The structure.
        structure: StructId,
        /// From whom, by its number in its population.
        from: u32,
        /// To whom.
        to: u32,
        /// Its weight; 0 where it is missing.
        weight: f64,
        /// Its weight in the baseline.
        instead: f64,
    },
    /// All ties of one agent, where one alone cannot change: its team, its normalized weights.
    Row {
        /// The structure.
        structure: StructId,
        /// Whose, by its number in its population.
        agent: u32,
    },
    /// A choice or draw that is not the first of its options.
    Answer {
        /// What was answered.
        answer: Answer,
        /// The first option.
        instead: Value,
    },
}

/// A part, and whose it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Factor {
    /// The part.
    pub part: Part,
    /// Whose it is.
    pub agents: Vec<AgentId>,
}

/// A run that is made again without some of its parts.
pub struct Retry<'a> {
    subject: &'a Subject<'a>,
    run: &'a Run,
    result: (&'a Execution, &'a Judgement),
    layout: Layout,
    deviating: Vec<(ParamId, usize)>,
    goals: Table<StructId, Ties>,
}

impl<'a> Retry<'a> {
    /// None where the defaults of the setup fault.
    pub fn new(
        subject: &'a Subject<'a>,
        run: &'a Run,
        execution: &'a Execution,
        judgement: &'a Judgement,
    ) -> Option<Retry<'a>> {
        let layout = Layout::new(subject.model(), &run.setup.sizes);
        let deviating = deviations(subject.model(), &run.setup).ok()?;
        let goals = goals(&subject.space, &run.setup);
        Some(Retry { subject, run, result: (execution, judgement), layout, deviating, goals })
    }

    fn model(&self) -> &Model {
        self.subject.model()
    }

    /// All parts but the agents, deviations first, and whether that is all of them.
    pub fn factors(&self) -> (Vec<Factor>, bool) {
        let mut factors = self.deviations();
        for structure in self.model().structures.ids() {
            self.ties(structure, &mut factors);
        }
        self.answers(&mut factors);
        let all = factors.len() <= PARTS_MAX;
        factors.truncate(PARTS_MAX);
        (factors, all)
    }

    /// The agents of populations that may be smaller.
    pub fn removable(&self) -> Vec<AgentId> {
        let smaller = |agent: &AgentId| {
            let population = self.layout.agents()[*agent].population;
            self.run.setup.sizes[population] > self.subject.space.populations[population].0
        };
        self.layout.agents().ids().filter(smaller).take(AGENTS_MAX).collect()
    }

    fn deviations(&self) -> Vec<Factor> {
        let (model, setup) = (self.model(), &self.run.setup);
        let factor = |&(param, place): &(ParamId, usize)| {
            let value = setup.params[param][place].clone();
            let instead = default_of(model, setup, param, place).ok().flatten();
            let rows = self.layout.indices(self.layout.param(param));
            let agents = named(rows.get(place).map_or(&[], |row| row));
            Factor { part: Part::Deviation { param, place, value, instead }, agents }
        };
        self.deviating.iter().map(factor).collect()
    }

    fn ties(&self, structure: StructId, factors: &mut Vec<Factor>) {
        let declared = &self.model().structures[structure];
        let same = declared.on == declared.to;
        let (ties, goal) = (&self.run.setup.structures[structure].ties, &self.goals[structure]);
        let agent = |population, index: u32| self.layout.agent(population, index);
        let by_row = match declared.shape {
            Shape::Partition | Shape::Weights { normalized: true, .. } => true,
            Shape::Weights { normalized: false, .. }
            | Shape::Graph
            | Shape::Digraph { .. }
            | Shape::Tree => false,
        };
        // What an agent gives itself is no tie between two.
        let own =
            |a: u32, b: u32| same && a == b && matches!(declared.shape, Shape::Weights { .. });
        for a in 0..ties.rows() {
            let differs = |b: u32| ties.weight(a, b) != goal.weight(a, b) && !own(a, b);
            let columns: Vec<u32> = (0..ties.columns()).filter(|b| differs(*b)).collect();
            if by_row {
                if !columns.is_empty() {
                    let agents = agent(declared.on, a).into_iter().collect();
                    factors.push(Factor { part: Part::Row { structure, agent: a }, agents });
                }
                continue;
            }
            let once = |b: &u32| !(same && mutual(declared.shape)) || a <= *b;
            for b in columns.into_iter().filter(once) {
                let ends = [agent(declared.on, a), agent(declared.to, b)];
                let mut agents: Vec<AgentId> = ends.into_iter().flatten().collect();
                agents.dedup();
                let (weight, instead) = (ties.weight(a, b), goal.weight(a, b));
                let part = Part::Tie { structure, from: a, to: b, weight, instead };
                factors.push(Factor { part, agents });
            }
        }
    }

    /// Choices, then draws, up to the instant that settles, each key once.
    fn answers(&self, factors: &mut Vec<Factor>) {
        let (execution, judgement) = self.result;
        let last = judgement.settled_at.unwrap_or(u32::MAX);
        let all = || execution.worlds.iter().flat_map(|world| &world.trace.answers);
        for drawn in [false, true] {
            let mut known = std::collections::BTreeSet::new();
            for answer in all().filter(|a| a.drawn == drawn && a.instant <= last) {
                let Some(instead) = first(answer).filter(|first| *first != answer.value) else {
                    continue;
                };
                if known.insert(&answer.key) {
                    let agents = named(&answer.key.binders);
                    let part = Part::Answer { answer: answer.clone(), instead };
                    factors.push(Factor { part, agents });
                }
            }
        }
    }

    /// What happens without some parts.
    pub fn without(&self, factors: &[&Factor]) -> (Without, Option<(f64, f64)>) {
        let place = |factor: &&Factor| match &factor.part {
            Part::Deviation { param, place, .. } => Some(Place::Cell(*param, *place)),
            Part::Tie { structure, from, to, .. } => Some(Place::Pair(*structure, *from, *to)),
            Part::Row { structure, agent } => Some(Place::Row(*structure, *agent)),
            Part::Agent(_) | Part::Answer { .. } => None,
        };
        let places: Vec<Place> = factors.iter().filter_map(place).collect();
        let space = &self.subject.space;
        let mut run = put_back(space, self.run, &self.deviating, &self.goals, &places);
        if !places.is_empty() && !self.subject.admits(&run.setup) {
            return (Without::Refused, None);
        }
        let answers = || {
            factors.iter().filter_map(|factor| match &factor.part {
                Part::Answer { answer, instead } => Some((answer, instead)),
                Part::Agent(_) | Part::Deviation { .. } | Part::Tie { .. } | Part::Row { .. } => {
                    None
                }
            })
        };
        for (answer, instead) in answers() {
            let list = if answer.drawn { &mut run.draws } else { &mut run.choices };
            list.insert(answer.key.clone(), instead.clone());
        }
        let look = self.subject.replay(&run);
        match answers().all(|(answer, instead)| taken(&look, answer, instead)) {
            true => said(self.subject, &look),
            false => (Without::Refused, None),
        }
    }

    /// What happens without an agent: its ties go with it, and the others move up.
    pub fn without_agent(&self, agent: AgentId) -> (Without, Option<(f64, f64)>) {
        let space: &Space = &self.subject.space;
        let runs = without_agent(space, self.run, self.result, agent);
        let mut tried = runs.iter().take(REFORMED_MAX);
        match tried.find(|run| self.subject.admits(&run.setup)) {
            Some(run) => said(self.subject, &self.subject.replay(run)),
            None => (Without::Refused, None),
        }
    }
}

/// The first of what an answer was chosen or drawn from; 0 for a choice of numbers that are not
/// listed, which the run may refuse. Continuous draws have no first.
fn first(answer: &Answer) -> Option<Value> {
    if let Some(options) = &answer.options {
        return options.first().cloned();
    }
    match &answer.value {
        Value::Real(_) if !answer.drawn => Some(Value::Real(0.0)),
        Value::Int(_) if !answer.drawn => Some(Value::Int(0)),
        _ => None,
    }
}

/// Whether a run took what it was told, wherever it was asked.
fn taken(look: &Look, told: &Answer, instead: &Value) -> bool {
    let Some((execution, _)) = &look.result else { return true };
    let answers = execution.worlds.iter().flat_map(|world| &world.trace.answers);
    let mut same = answers.filter(|a| a.drawn == told.drawn && a.key == told.key);
    same.all(|answer| answer.value == *instead)
}

/// The agents among some values, each once.
fn named(values: &[Value]) -> Vec<AgentId> {
    let mut agents: Vec<AgentId> = values
        .iter()
        .filter_map(|value| match value {
            Value::Agent(agent) => Some(*agent),
            _ => None,
        })
        .collect();
    agents.sort();
    agents.dedup();
    agents
}
