//! Relations as graphs: `reaches`, `distance`, `connected`, `acyclic`, `edges`.
//!
//! A relation is read whole, between all agents of its two sides that are there, before
//! anything is asked of it: what is asked never decides which of its parts are evaluated.

use std::collections::{BTreeSet, VecDeque};

use super::expression::call;
use super::view::{Stop, View};
use super::{read, sets};
use crate::ir::expr::Relation;
use crate::ir::model::IndexSet;
use crate::ir::{DefId, StateId, StructId, Type, Value};
use crate::social::Shape;

/// A relation between agents.
struct Graph {
    /// All agents of both sides, sorted.
    nodes: Vec<Value>,
    /// For each node the nodes that it is tied to, sorted.
    ties: Vec<Vec<usize>>,
    /// Whether a tie and its reverse are one.
    undirected: bool,
    /// Whether a tie of an agent to itself counts as an edge.
    loops: bool,
}

impl Graph {
    fn new(nodes: BTreeSet<Value>, undirected: bool, loops: bool) -> Graph {
        let nodes: Vec<Value> = nodes.into_iter().collect();
        let ties = vec![Vec::new(); nodes.len()];
        Graph { nodes, ties, undirected, loops }
    }

    fn node(&self, agent: &Value) -> Option<usize> {
        self.nodes.binary_search(agent).ok()
    }

    /// Steps from `from` to each node, where there is a way of at least one step.
    fn steps(&self, from: usize) -> Vec<Option<i64>> {
        let mut steps = vec![None; self.nodes.len()];
        let mut queue = VecDeque::from([(from, 0)]);
        while let Some((node, far)) = queue.pop_front() {
            for next in &self.ties[node] {
                if steps[*next].is_none() {
                    steps[*next] = Some(far + 1);
                    queue.push_back((*next, far + 1));
                }
            }
        }
        steps
    }

    /// How many parts there are, directions ignored.
    fn parts(&self) -> usize {
        let mut leader: Vec<usize> = (0..self.nodes.len()).collect();
        let find = |leader: &mut Vec<usize>, mut node: usize| {
            while leader[node] != node {
                leader[node] = leader[leader[node]];
                node = leader[node];
            }
            node
        };
        let mut parts = self.nodes.len();
        for (from, ties) in self.ties.iter().enumerate() {
            for to in ties {
                let (a, b) = (find(&mut leader, from), find(&mut leader, *to));
                if a != b {
                    leader[a] = b;
                    parts -= 1;
                }
            }
        }
        parts
    }

    fn edges(&self) -> usize {
        let pairs = self.ties.iter().enumerate();
        pairs
            .map(|(from, ties)| {
                let counted = |to: &&usize| match (self.undirected, self.loops) {
                    (true, _) => from < **to,
                    (false, loops) => loops || from != **to,
                };
                ties.iter().filter(counted).count()
            })
            .sum()
    }

    fn acyclic(&self) -> bool {
        if self.undirected {
            return self.edges() + self.parts() == self.nodes.len();
        }
        let mut before = vec![0usize; self.nodes.len()];
        self.ties.iter().flatten().for_each(|to| before[*to] += 1);
        let mut free: Vec<usize> = (0..before.len()).filter(|node| before[*node] == 0).collect();
        let mut done = 0;
        while let Some(node) = free.pop() {
            done += 1;
            for to in &self.ties[node] {
                before[*to] -= 1;
                if before[*to] == 0 {
                    free.push(*to);
                }
            }
        }
        done == self.nodes.len()
    }
}

/// `reaches(R, a, b)`: one step or more.
pub fn reaches(
    view: &View<'_>,
    relation: Relation,
    from: &Value,
    to: &Value,
) -> Result<Value, Stop> {
    let graph = graph(view, relation)?;
    let (Some(from), Some(to)) = (graph.node(from), graph.node(to)) else {
        return Ok(Value::Bool(false));
    };
    Ok(Value::Bool(graph.steps(from)[to].is_some()))
}

/// `distance(R, a, b)`: 0 from an agent to itself, `none` if unreachable.
pub fn distance(
    view: &View<'_>,
    relation: Relation,
    from: &Value,
    to: &Value,
) -> Result<Value, Stop> {
    let graph = graph(view, relation)?;
    let (Some(from), Some(to)) = (graph.node(from), graph.node(to)) else {
        return Ok(Value::None);
    };
    if from == to {
        return Ok(Value::Int(0));
    }
    Ok(graph.steps(from)[to].map_or(Value::None, Value::Int))
}

/// `connected(R)`: everyone is linked to everyone, directions ignored.
pub fn connected(view: &View<'_>, relation: Relation) -> Result<Value, Stop> {
    Ok(Value::Bool(graph(view, relation)?.parts() <= 1))
}

/// `acyclic(R)`: no way leads back; of an undirected one, none of three or more.
pub fn acyclic(view: &View<'_>, relation: Relation) -> Result<Value, Stop> {
    Ok(Value::Bool(graph(view, relation)?.acyclic()))
}

/// `edges(R)`: ties present; an undirected one counts once, a weight on oneself never.
pub fn edges(view: &View<'_>, relation: Relation) -> Result<Value, Stop> {
    Ok(Value::Int(graph(view, relation)?.edges() as i64))
}

fn graph(view: &View<'_>, relation: Relation) -> Result<Graph, Stop> {
    match relation {
        Relation::Structure(structure) => Ok(of_structure(view, structure)),
        Relation::State(state) => of_state(view, state),
        Relation::Def(def) => of_def(view, def),
    }
}

fn of_structure(view: &View<'_>, structure: StructId) -> Graph {
    let declared = &view.model.structures[structure];
    let sides = [declared.on, declared.to].map(|side| sets::population(view, side));
    let (undirected, loops) = match declared.shape {
        Shape::Graph | Shape::Partition => (declared.on == declared.to, false),
        Shape::Digraph { loops } => (false, loops),
        Shape::Tree => (false, false),
        Shape::Weights { .. } => (false, false),
    };
    let mut graph = Graph::new(sides.iter().flat_map(agents).collect(), undirected, loops);
    let layout = &view.society.layout;
    for (from, to, _) in view.society.structures[structure].all() {
        let from = layout.agent(declared.on, from).map(Value::Agent);
        let to = layout.agent(declared.to, to).map(Value::Agent);
        let ends = from.and_then(|from| graph.node(&from)).zip(to.and_then(|to| graph.node(&to)));
        if let Some((from, to)) = ends {
            graph.ties[from].push(to);
        }
    }
    graph
}

fn of_state(view: &View<'_>, state: StateId) -> Result<Graph, Stop> {
    let declared = &view.model.states[state];
    let side = |set: Option<&IndexSet>| match set {
        Some(IndexSet::Population(population)) => agents(&sets::population(view, *population)),
        Some(IndexSet::Kind(kind)) => agents(&sets::kind(view, *kind)),
        Some(IndexSet::Enum(_) | IndexSet::Ints(..)) | None => Vec::new(),
    };
    let sides = (side(declared.indices.first()), side(declared.indices.get(1)));
    fill(sides, &|from, to| {
        read::state(view, declared.span, state, &[from.clone(), to.clone()], false)
    })
}

fn of_def(view: &View<'_>, def: DefId) -> Result<Graph, Stop> {
    let declared = &view.model.defs[def];
    let side = |param: Option<&(String, Type)>| match param {
        Some((_, Type::Agent(kind))) => agents(&sets::kind(view, *kind)),
        _ => Vec::new(),
    };
    let sides = (side(declared.params.first()), side(declared.params.get(1)));
    let exact = view.exact();
    fill(sides, &|from, to| call(&exact, def, vec![from.clone(), to.clone()]))
}

/// The graph of the pairs that hold: a fault of any pair wins over what is unknown of others.
fn fill(
    (rows, columns): (Vec<Value>, Vec<Value>),
    holds: &dyn Fn(&Value, &Value) -> Result<Value, Stop>,
) -> Result<Graph, Stop> {
    let nodes: BTreeSet<Value> = rows.iter().chain(&columns).cloned().collect();
    let mut graph = Graph::new(nodes, false, true);
    let mut unknown = None;
    for from in &rows {
        for to in &columns {
            match holds(from, to) {
                Ok(value) => {
                    if value == Value::Bool(true)
                        && let (Some(from), Some(to)) = (graph.node(from), graph.node(to))
                    {
                        graph.ties[from].push(to);
                    }
                }
                Err(Stop::Fault(fault)) => return Err(Stop::Fault(fault)),
                Err(Stop::Unknown(why)) => unknown = unknown.or(Some(why)),
            }
        }
    }
    unknown.map_or(Ok(graph), |why| Err(Stop::Unknown(why)))
}

fn agents(set: &Value) -> Vec<Value> {
    match set {
        Value::Set(items) => items.to_vec(),
        _ => Vec::new(),
    }
}
