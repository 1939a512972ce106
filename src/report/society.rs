//! The society of a counterexample: who is there, how they are tied, how they deviate.
//!
//! In: a setup. Out: lines. What is as intended is not listed; what has no intended value is.

use super::graph;
use super::sheet::{count, listed, pad, width};
use super::words::Words;
use crate::ir::model::Start;
use crate::ir::property::Counter;
use crate::ir::{ParamId, Value};
use crate::reference::society::{default_of, deviations};
use crate::trace::Setup;
use std::collections::{BTreeMap, BTreeSet};

/// How many cells of one parameter or start are listed one by one.
const CELLS_MAX: usize = 12;

/// A cell with its value and a remark: a row of the list.
struct Entry {
    name: String,
    value: String,
    remark: String,
}

/// The society in lines of at most `room` columns.
pub fn draw(
    words: &Words<'_>,
    setup: &Setup,
    sizes: &BTreeMap<Counter, u32>,
    room: usize,
) -> Vec<String> {
    let mut lines = vec![counts(words, setup, sizes)];
    for (id, structure) in words.model.structures.pairs() {
        let drawn = graph::draw(words, structure, &setup.structures[id].ties, room - 2);
        lines.extend(drawn.into_iter().map(|line| format!("  {line}")));
    }
    let mut entries = Vec::new();
    let deviating = deviations(words.model, setup).unwrap_or_default();
    params(words, setup, &deviating.into_iter().collect(), &mut entries);
    starts(words, setup, &mut entries);
    lines.extend(aligned(&entries));
    lines
}

/// `2 agents, 1 deviation, 1 tie`.
fn counts(words: &Words<'_>, setup: &Setup, sizes: &BTreeMap<Counter, u32>) -> String {
    let model = words.model;
    let acting: Vec<_> = model.populations.pairs().filter(|(_, p)| !p.principals).collect();
    let agents: u32 = acting.iter().map(|(id, _)| setup.sizes[*id]).sum();
    let mut parts = vec![match agents {
        0 => "no agents".to_string(),
        agents => count(u64::from(agents), "agent", "agents"),
    }];
    if model.populations.len() > 1 {
        let by_population: Vec<String> = model
            .populations
            .pairs()
            .map(|(id, population)| format!("{} {}", setup.sizes[id], population.name))
            .collect();
        parts[0] = format!("{} ({})", parts[0], by_population.join(", "));
    }
    if has_defaults(words) {
        let number = sizes.get(&Counter::Deviations).copied().unwrap_or(0);
        parts.push(match number {
            0 => "no deviation: all as intended".to_string(),
            number => count(u64::from(number), "deviation", "deviations"),
        });
    }
    if !model.structures.is_empty() {
        let baseline = model.structures.iter().any(|structure| structure.baseline.is_some());
        let number = u64::from(sizes.get(&Counter::Edges).copied().unwrap_or(0));
        parts.push(match baseline {
            true => count(number, "changed tie", "changed ties"),
            false => count(number, "tie", "ties"),
        });
    }
    parts.join(", ")
}

fn has_defaults(words: &Words<'_>) -> bool {
    words.model.params.iter().any(|param| param.value.is_some() && !param.derived)
}

/// Deviations with what was intended, and parameters that have no intended value.
fn params(
    words: &Words<'_>,
    setup: &Setup,
    deviating: &BTreeSet<(ParamId, usize)>,
    entries: &mut Vec<Entry>,
) {
    for (param, declared) in words.model.params.pairs().filter(|(_, param)| !param.derived) {
        let indices = words.layout.indices(words.layout.param(param));
        let values = &setup.params[param];
        if declared.value.is_none() {
            let cells = indices.iter().zip(values).map(|(i, value)| (words.param(param, i), value));
            let whole = whole_name(words, declared.owner.is_some(), &declared.name);
            free(words, &whole, cells.collect(), "", entries);
            continue;
        }
        let differing: Vec<usize> =
            (0..values.len()).filter(|place| deviating.contains(&(param, *place))).collect();
        for place in differing.iter().take(CELLS_MAX) {
            let intended = default_of(words.model, setup, param, *place).ok().flatten();
            let intended = intended.map(|value| format!("intended: {}", words.value(&value)));
            entries.push(Entry {
                name: indices.get(*place).map_or(String::new(), |i| words.param(param, i)),
                value: words.value(&values[*place]),
                remark: intended.unwrap_or_default(),
            });
        }
        more(differing.len(), &declared.name, entries);
    }
}

/// Starts that the model leaves open.
fn starts(words: &Words<'_>, setup: &Setup, entries: &mut Vec<Entry>) {
    for (state, declared) in words.model.states.pairs() {
        let free_start = match declared.start {
            Start::Free => true,
            Start::Value(_) | Start::Draw { .. } | Start::Recorded => false,
        };
        if !free_start {
            continue;
        }
        let indices = words.layout.indices(words.layout.state(state));
        let cells = indices.iter().zip(&setup.starts[state]);
        let cells = cells.map(|(i, value)| (words.state(state, i), value)).collect();
        let whole = whole_name(words, declared.owner.is_some(), &declared.name);
        free(words, &whole, cells, "at the start", entries);
    }
}

fn whole_name(_words: &Words<'_>, owned: bool, name: &str) -> String {
    if owned { format!("every {name}") } else { name.to_string() }
}

/// Cells without an intended value: one line where all are alike.
fn free(
    words: &Words<'_>,
    whole: &str,
    cells: Vec<(String, &Value)>,
    remark: &str,
    entries: &mut Vec<Entry>,
) {
    let alike = cells.len() > 2 && cells.windows(2).all(|pair| pair[0].1 == pair[1].1);
    if alike {
        let name = whole.to_string();
        let value = words.value(cells[0].1);
        let remark = listed(
            &[remark, "the same for all"]
                .iter()
                .filter(|r| !r.is_empty())
                .map(|r| r.to_string())
                .collect::<Vec<_>>(),
        );
        entries.push(Entry { name, value, remark });
        return;
    }
    let number = cells.len();
    for (name, value) in cells.into_iter().take(CELLS_MAX) {
        entries.push(Entry { name, value: words.value(value), remark: remark.to_string() });
    }
    more(number, whole, entries);
}

fn more(number: usize, name: &str, entries: &mut Vec<Entry>) {
    if number > CELLS_MAX {
        let name = format!("… {} more of {name}", number - CELLS_MAX);
        entries.push(Entry { name, value: String::new(), remark: String::new() });
    }
}

fn aligned(entries: &[Entry]) -> Vec<String> {
    let names = entries.iter().map(|entry| width(&entry.name)).max().unwrap_or(0).min(32);
    let values = entries.iter().map(|entry| width(&entry.value)).max().unwrap_or(0).min(24);
    let line = |entry: &Entry| {
        let name = pad(&entry.name, names);
        let value = pad(&entry.value, values);
        format!("  {name}   {value}   {}", entry.remark).trim_end().to_string()
    };
    entries.iter().map(line).collect()
}
