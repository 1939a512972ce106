//! A run without some of its agents: the others move up, and everything that names them follows.
//!
//! In: a run and the agents to leave out. Out: the run of the rest, its structures not yet
//! re-formed where no declared family admits what is left. Cells that stood at their default
//! stand at it again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::Table;
use crate::ir::layout::{Cells, Layout};
use crate::ir::{AgentId, Domain, ExprKind, Model, ParamId, Value};
use crate::reference::society::deviations;
use crate::search::generate::{defaulted, settle, simplest};
use crate::search::space::constant;
use crate::trace::{Key, Run, Setup, StructureSetup};

use super::Draft;
use crate::search::subject::answers_of;

/// Who becomes whom.
struct Renamed {
    old: Layout,
    new: Layout,
    to_new: Vec<Option<AgentId>>,
    to_old: Vec<AgentId>,
}

impl Renamed {
    fn value(&self, value: &Value) -> Option<Value> {
        if let Value::Agent(agent) = value {
            return self.to_new[agent.0 as usize].map(Value::Agent);
        }
        if let Value::Set(elements) = value {
            let left = elements.iter().filter_map(|element| self.value(element)).collect();
            return Some(Value::Set(Arc::new(left)));
        }
        if let Value::Table(rows) = value {
            let row = |(indices, value): &(Vec<Value>, Value)| {
                Some((self.values(indices)?, self.value(value)?))
            };
            return Some(Value::Table(Arc::new(rows.iter().filter_map(row).collect())));
        }
        Some(value.clone())
    }

    fn values(&self, values: &[Value]) -> Option<Vec<Value>> {
        values.iter().map(|value| self.value(value)).collect()
    }

    /// The old name of an index.
    fn before(&self, value: &Value) -> Value {
        match value {
            Value::Agent(agent) => Value::Agent(self.to_old[agent.0 as usize]),
            other => other.clone(),
        }
    }

    /// The place among the old cells of each new cell.
    fn old_places(&self, new: &Cells, old: &Cells) -> Vec<usize> {
        let rows = self.new.indices(new);
        let place = |row: Vec<Value>| {
            let before: Vec<Value> = row.iter().map(|index| self.before(index)).collect();
            let place = self.old.place(old, &before).expect("who is left was there before");
            place - old.start()
        };
        rows.into_iter().map(place).collect()
    }
}

/// The run without `removed`; none where its setup's defaults fault.
pub fn without(draft: &Draft<'_>, removed: &BTreeSet<AgentId>) -> Option<Run> {
    let model = &*draft.space.model;
    let setup = &draft.run.setup;
    let renamed = rename(model, setup, removed);
    let deviating: BTreeSet<(ParamId, usize)> =
        deviations(model, setup).ok()?.into_iter().collect();
    let mut new = Setup {
        sizes: sizes_without(setup, &renamed.old, removed),
        params: Table::new(),
        structures: structures(model, setup, &renamed.old, removed),
        starts: Table::new(),
    };
    let mut at_default: BTreeSet<(ParamId, usize)> =
        defaulted(model, &renamed.new).into_iter().collect();
    for (id, param) in model.params.pairs() {
        let mut cells = Vec::new();
        if !param.derived {
            let places = renamed.old_places(renamed.new.param(id), renamed.old.param(id));
            for (place, old) in places.into_iter().enumerate() {
                if deviating.contains(&(id, old)) {
                    at_default.remove(&(id, place));
                }
                cells.push(moved(model, &renamed, &param.domain, &setup.params[id][old])?);
            }
        }
        new.params.push(cells);
    }
    for (id, state) in model.states.pairs() {
        let mut cells = Vec::new();
        if !setup.starts[id].is_empty() {
            for old in renamed.old_places(renamed.new.state(id), renamed.old.state(id)) {
                cells.push(moved(model, &renamed, &state.domain, &setup.starts[id][old])?);
            }
        }
        new.starts.push(cells);
    }
    let at_default: Vec<(ParamId, usize)> = at_default.into_iter().collect();
    settle(model, &mut new, &at_default);
    let (choices, draws) = lists(draft, &renamed);
    Some(Run { setup: new, choices, draws, ..draft.run.clone() })
}

/// A value renamed; one that named a removed agent becomes the simplest of its domain.
fn moved(model: &Model, renamed: &Renamed, domain: &Domain, value: &Value) -> Option<Value> {
    renamed.value(value).or_else(|| simplest(model, domain, &renamed.new))
}

fn rename(model: &Model, setup: &Setup, removed: &BTreeSet<AgentId>) -> Renamed {
    let old = Layout::new(model, &setup.sizes);
    let new = Layout::new(model, &sizes_without(setup, &old, removed));
    let mut to_new = Vec::new();
    let mut to_old = Vec::new();
    for agent in old.agents().ids() {
        let left = !removed.contains(&agent);
        to_new.push(left.then_some(AgentId(to_old.len() as u32)));
        if left {
            to_old.push(agent);
        }
    }
    Renamed { old, new, to_new, to_old }
}

fn sizes_without(
    setup: &Setup,
    old: &Layout,
    removed: &BTreeSet<AgentId>,
) -> Table<crate::ir::PopId, u32> {
    let mut sizes = setup.sizes.clone();
    for agent in removed {
        sizes[old.agents()[*agent].population] -= 1;
    }
    sizes
}

fn structures(
    model: &Model,
    setup: &Setup,
    old: &Layout,
    removed: &BTreeSet<AgentId>,
) -> Table<crate::ir::StructId, StructureSetup> {
    let mut structures = setup.structures.clone();
    for (id, declared) in model.structures.pairs() {
        let structure = &mut structures[id];
        for agent in removed.iter().rev() {
            let place = old.agents()[*agent];
            let row = (place.population == declared.on).then_some(place.index);
            let column = (place.population == declared.to).then_some(place.index);
            if row.is_some() || column.is_some() {
                structure.ties = structure.ties.without(row, column);
            }
        }
    }
    structures
}

type Lists = (BTreeMap<Key, Value>, BTreeMap<Key, Value>);

/// The choices and draws of those who are left. All draws are listed: the keys of agents that
/// moved up are new, and the seed would give them other numbers.
fn lists(draft: &Draft<'_>, renamed: &Renamed) -> Lists {
    let mut choices = draft.run.choices.clone();
    let mut draws = draft.run.draws.clone();
    if let Some((execution, judgement)) = draft.result {
        choices.extend(answers_of(execution, judgement, false));
        draws.extend(answers_of(execution, judgement, true));
    }
    let next = Instances::new(&draft.space.model, renamed);
    let entry = |(key, value): (Key, Value)| {
        // The number of a world may change with who is there.
        if key.world.is_some() {
            return None;
        }
        let value = match next.as_ref().filter(|next| next.is_pick(&key)) {
            Some(next) => next.renumber(&value)?,
            None => renamed.value(&value)?,
        };
        Some((Key { binders: renamed.values(&key.binders)?, ..key }, value))
    };
    let choices = choices.into_iter().filter_map(entry).collect();
    let draws = draws.into_iter().filter_map(entry).collect();
    (choices, draws)
}

/// All instances of all rules, before and after, as `schedule.next` numbers them.
struct Instances {
    next: crate::ir::SiteId,
    new_number: Vec<Option<i64>>,
}

impl Instances {
    /// None without rules, or where a binder's set is not known before the run.
    fn new(model: &Model, renamed: &Renamed) -> Option<Instances> {
        if model.rules.is_empty() {
            return None;
        }
        let sites = model.sites.len() as u32;
        let old = all_instances(model, &renamed.old)?;
        let new = all_instances(model, &renamed.new)?;
        let place = |(rule, row): &(usize, Vec<Value>)| {
            let row = renamed.values(row)?;
            let at = new.iter().position(|other| other.0 == *rule && other.1 == row)?;
            Some(at as i64)
        };
        let new_number = old.iter().map(place).collect();
        Some(Instances { next: crate::ir::SiteId(sites - 2), new_number })
    }

    fn is_pick(&self, key: &Key) -> bool {
        key.site == self.next
    }

    fn renumber(&self, value: &Value) -> Option<Value> {
        let Value::Int(number) = value else { return None };
        let new = self.new_number.get(usize::try_from(*number).ok()?)?;
        new.map(Value::Int)
    }
}

fn all_instances(model: &Model, layout: &Layout) -> Option<Vec<(usize, Vec<Value>)>> {
    let mut all = Vec::new();
    for (number, rule) in model.rules.iter().enumerate() {
        let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
        for binder in &rule.binders {
            let set = if let ExprKind::All(domain) = &*binder.set.kind {
                crate::search::values::list(model, domain, layout, 10_000)?
            } else {
                let Value::Set(elements) = constant(&binder.set, layout)? else { return None };
                elements.to_vec()
            };
            rows = rows
                .iter()
                .flat_map(|row| {
                    set.iter().map(move |e| [&row[..], std::slice::from_ref(e)].concat())
                })
                .collect();
        }
        all.extend(rows.into_iter().map(|row| (number, row)));
    }
    Some(all)
}
