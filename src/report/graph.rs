//! The social structure, drawn in the terminal.
//!
//! In: a structure and its ties. Out: lines. Up to eight agents every tie is drawn, each shape
//! in its own form; more agents are summed up.

use std::collections::BTreeMap;

use super::matrix;
use super::sheet::{count, listed, wrap};
use super::words::{Words, rounded};
use crate::ir::PopId;
use crate::ir::model::Structure;
use crate::social::family::admits;
use crate::social::{Family, Shape, Ties};

/// How many agents are drawn one by one.
const AGENTS_MAX: u32 = 8;
/// How many ties are drawn one by one.
const TIES_MAX: usize = 8;

/// A structure with its ties in lines of at most `room` columns.
pub fn draw(words: &Words<'_>, structure: &Structure, ties: &Ties, room: usize) -> Vec<String> {
    let edges = ties.edges(structure.shape);
    let name = &structure.name;
    if ties.rows() == 0 || ties.columns() == 0 {
        return vec![format!("{name}: nobody to tie")];
    }
    if matches!(structure.shape, Shape::Weights { .. }) {
        return weights(words, structure, ties, room);
    }
    if matches!(structure.shape, Shape::Partition) {
        return partition(words, structure, ties, room);
    }
    if edges == 0 {
        return vec![format!("{name}: no ties")];
    }
    if ties.rows().max(ties.columns()) > AGENTS_MAX {
        return summary(words, structure, ties, room);
    }
    if matches!(structure.shape, Shape::Tree) {
        return tree(words, structure, ties);
    }
    let arrows = arrows(words, structure, ties);
    if arrows.len() <= TIES_MAX {
        return arrows;
    }
    let mut lines = vec![format!("{name}: {}", described(words, structure, ties))];
    let rows = agents(words, structure.on, ties.rows());
    let columns = agents(words, structure.to, ties.columns());
    lines.extend(matrix::dots(ties, &rows, &columns));
    lines
}

fn agents(words: &Words<'_>, population: PopId, number: u32) -> Vec<String> {
    (0..number).map(|index| agent(words, population, index)).collect()
}

fn agent(words: &Words<'_>, population: PopId, index: u32) -> String {
    match words.layout.agent(population, index) {
        Some(agent) => words.agent(agent),
        None => format!("{}[{index}]", words.model.populations[population].name),
    }
}

/// `5 ties, a star`: the number and, where it has one, the name of the form.
fn described(words: &Words<'_>, structure: &Structure, ties: &Ties) -> String {
    let edges = ties.edges(structure.shape);
    let number = count(u64::from(edges), "tie", "ties");
    match form(structure, ties) {
        Some("star") => match centre(ties) {
            Some(centre) => {
                format!("{number}, a star around {}", agent(words, structure.on, centre))
            }
            None => format!("{number}, a star"),
        },
        Some("complete") => format!("{number}, everyone with everyone"),
        Some("order") => format!("{number}, in order: each with all before"),
        Some(form) => format!("{number}, a {form}"),
        None => number,
    }
}

/// The well-known form of the ties, where three agents or more make it worth a word.
fn form(structure: &Structure, ties: &Ties) -> Option<&'static str> {
    let same = structure.on == structure.to;
    if !same || ties.rows() < 3 {
        return None;
    }
    let forms = [
        (Family::Complete, "complete"),
        (Family::Star, "star"),
        (Family::Ring, "ring"),
        (Family::Line, "line"),
        (Family::Order, "order"),
    ];
    let fits = |family: Family| {
        family.fits(structure.shape) && admits(structure.shape, family, ties, same)
    };
    forms.into_iter().find(|(family, _)| fits(*family)).map(|(_, form)| form)
}

/// The agent with the most ties, in and out.
fn centre(ties: &Ties) -> Option<u32> {
    let mut degrees: BTreeMap<u32, u32> = BTreeMap::new();
    for (a, b, _) in ties.all() {
        *degrees.entry(a).or_default() += 1;
        *degrees.entry(b).or_default() += 1;
    }
    degrees
        .into_iter()
        .max_by_key(|(agent, degree)| (*degree, std::cmp::Reverse(*agent)))
        .map(|(agent, _)| agent)
}

/// One line for each tie: `team[1] ──reviews──▶ team[0]`; both directions on one line.
fn arrows(words: &Words<'_>, structure: &Structure, ties: &Ties) -> Vec<String> {
    let same = structure.on == structure.to;
    let name = &structure.name;
    let directed = match structure.shape {
        Shape::Graph | Shape::Partition => !same,
        Shape::Digraph { .. } | Shape::Tree | Shape::Weights { .. } => true,
    };
    let mut lines = Vec::new();
    for (a, b, _) in ties.all() {
        let back = same && ties.has(b, a);
        if back && b < a {
            continue;
        }
        let from = agent(words, structure.on, a);
        let to = agent(words, structure.to, b);
        lines.push(match (directed, back && a != b) {
            (true, _) if same && a == b => format!("{from} ──{name}──▶ itself"),
            (false, _) => format!("{from} ──{name}── {to}"),
            (true, true) => format!("{from} ◀──{name}──▶ {to}"),
            (true, false) => format!("{from} ──{name}──▶ {to}"),
        });
    }
    lines
}

/// A tree, superiors above subordinates.
fn tree(words: &Words<'_>, structure: &Structure, ties: &Ties) -> Vec<String> {
    let mut has_superior = vec![false; ties.columns() as usize];
    ties.all().for_each(|(_, b, _)| has_superior[b as usize] = true);
    let mut lines = vec![format!("{}: superiors above", structure.name)];
    for root in (0..ties.rows()).filter(|at| !has_superior[*at as usize]) {
        let mut open = vec![(root, String::new(), String::new())];
        while let Some((at, front, below)) = open.pop() {
            lines.push(format!("{front}{}", agent(words, structure.on, at)));
            let children = ties.from(at);
            for (place, (child, _)) in children.iter().enumerate().rev() {
                let last = place + 1 == children.len();
                let branch = if last { "└─ " } else { "├─ " };
                let rail = if last { "   " } else { "│  " };
                open.push((*child, format!("{below}{branch}"), format!("{below}{rail}")));
            }
        }
    }
    lines
}

/// Teams as sets: `teams: {team[0], team[2]} {team[1]}`.
fn partition(words: &Words<'_>, structure: &Structure, ties: &Ties, room: usize) -> Vec<String> {
    let mut seen = vec![false; ties.rows() as usize];
    let mut groups = Vec::new();
    for a in 0..ties.rows() {
        if seen[a as usize] {
            continue;
        }
        let members: Vec<u32> = std::iter::once(a)
            .chain(ties.from(a).iter().map(|tie| tie.0).filter(|b| *b != a))
            .collect();
        members.iter().for_each(|member| seen[*member as usize] = true);
        groups.push(members);
    }
    let shown = groups.iter().take(12).map(|members| {
        let names: Vec<String> =
            members.iter().take(8).map(|at| agent(words, structure.on, *at)).collect();
        let more = if members.len() > 8 { ", …" } else { "" };
        format!("{{{}{more}}}", names.join(", "))
    });
    let number = count(groups.len() as u64, "team", "teams");
    let text = format!("{}: {number}  {}", structure.name, shown.collect::<Vec<_>>().join(" "));
    wrap(&text, room)
}

fn weights(words: &Words<'_>, structure: &Structure, ties: &Ties, room: usize) -> Vec<String> {
    let name = &structure.name;
    if ties.rows().max(ties.columns()) > AGENTS_MAX {
        return summary(words, structure, ties, room);
    }
    let rows = agents(words, structure.on, ties.rows());
    let columns = agents(words, structure.to, ties.columns());
    let mut lines = vec![format!("{name}: weight of each row on each column")];
    lines.extend(matrix::weights(ties, &rows, &columns));
    lines
}

/// A large structure: how many ties, of what form, how they are spread.
fn summary(words: &Words<'_>, structure: &Structure, ties: &Ties, room: usize) -> Vec<String> {
    let degrees: Vec<usize> = (0..ties.rows()).map(|a| ties.from(a).len()).collect();
    let least = degrees.iter().min().copied().unwrap_or(0);
    let most = degrees.iter().max().copied().unwrap_or(0);
    let alone = degrees.iter().filter(|degree| **degree == 0).count();
    let mut parts = vec![described(words, structure, ties)];
    parts.push(if least == most {
        format!("{most} from each agent")
    } else {
        format!("{least} to {most} from each agent")
    });
    if alone > 0 && least != most {
        parts.push(format!("{alone} without any"));
    }
    if let Shape::Weights { .. } = structure.shape {
        let all: Vec<f64> = ties.all().map(|tie| tie.2).collect();
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let most = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !all.is_empty() {
            parts.push(format!("weights {} to {}", rounded(least, 4), rounded(most, 4)));
        }
    }
    wrap(&format!("{}: {}", structure.name, listed(&parts)), room)
}
