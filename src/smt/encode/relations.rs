//! Relations as graphs: `reaches`, `distance`, `connected`, `acyclic`, `edges`.

use super::stops::{Found, Stops};
use super::{Encoded, Encoder, View};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::expr::Relation;
use crate::ir::model::IndexSet;
use crate::ir::{AgentId, Expr, ExprKind, Type, Value};
use crate::smt::sym::{self, Sym};
use crate::smt::term::Term;
use crate::social::Shape;

/// A relation between agents that are there.
pub(in crate::smt) struct Graph {
    /// The agents, sorted.
    pub nodes: Vec<AgentId>,
    /// When each is tied to each.
    pub ties: Vec<Vec<Term>>,
    /// Whether a tie and its reverse are one.
    undirected: bool,
    /// Whether a tie of an agent to itself counts as an edge.
    loops: bool,
}

impl Encoder<'_> {
    /// A question about a relation.
    pub fn of_relation(&mut self, view: View, frame: &mut Vec<Sym>, expr: &Expr) -> Encoded<Found> {
        let span = expr.span;
        match &*expr.kind {
            ExprKind::Reaches(relation, from, to) | ExprKind::Distance(relation, from, to) => {
                let a = self.eval(view, frame, from)?;
                let b = self.eval(view, frame, to)?;
                let ends = self.then(a.stops, b.stops);
                let (graph, stops) = self.graph(view, *relation, span)?;
                let stops = self.then(ends, stops);
                let far = matches!(&*expr.kind, ExprKind::Distance(..));
                let value = self.far_apart(&graph, (&a.value, &b.value), far, span)?;
                Ok(Found { value, stops })
            }
            ExprKind::Connected(relation) => {
                let (graph, stops) = self.graph(view, *relation, span)?;
                let both = symmetric(self, &graph.ties);
                let reached = self.closure(&both);
                let all: Vec<Term> = pairs(reached.len()).map(|(a, b)| reached[a][b]).collect();
                Ok(Found { value: Sym::Bool(self.terms.all(all)), stops })
            }
            ExprKind::Acyclic(relation) => {
                let (graph, stops) = self.graph(view, *relation, span)?;
                let value = Sym::Bool(self.acyclic(&graph));
                Ok(Found { value, stops })
            }
            ExprKind::Edges(relation) => {
                let (graph, stops) = self.graph(view, *relation, span)?;
                let counted = self.counted(&graph);
                let value = Sym::Int(self.terms.count(counted));
                Ok(Found { value, stops })
            }
            _ => self.unsupported(span, "this question about a relation"),
        }
    }

    /// A relation, read whole.
    fn graph(&mut self, view: View, relation: Relation, span: Span) -> Encoded<(Graph, Stops)> {
        match relation {
            Relation::Structure(structure) => {
                let declared = &self.model.structures[structure];
                let (undirected, loops) = match declared.shape {
                    Shape::Graph | Shape::Partition => (declared.on == declared.to, false),
                    Shape::Digraph { loops } => (false, loops),
                    Shape::Tree | Shape::Weights { .. } => (false, false),
                };
                let sides = [declared.on, declared.to].map(|p| self.layout.population(p));
                let all = sides.clone().map(|side| side.map(AgentId).collect::<Vec<_>>());
                let mut graph = self.empty(view, &all, undirected, loops);
                for (row, from) in sides[0].clone().enumerate() {
                    for (column, to) in sides[1].clone().enumerate() {
                        let tie = self.societies[view.society].ties[structure][row][column];
                        let tied = self.is_tied(tie);
                        graph.tie(AgentId(from), AgentId(to), tied);
                    }
                }
                Ok((graph, self.fine()))
            }
            Relation::State(state) => {
                let declared = &self.model.states[state];
                let side = |set: Option<&IndexSet>| match set {
                    Some(IndexSet::Population(p)) => {
                        self.layout.population(*p).map(AgentId).collect()
                    }
                    Some(IndexSet::Kind(kind)) => self.layout.kind(*kind).to_vec(),
                    Some(IndexSet::Enum(_) | IndexSet::Ints(..)) | None => Vec::new(),
                };
                let sides = [side(declared.indices.first()), side(declared.indices.get(1))];
                self.filled(view, &sides, &mut |encoder, from, to| {
                    let ends = encoder.two_agents(from, to);
                    encoder.state(view, state, &ends, false, span)
                })
            }
            Relation::Def(def) => {
                let declared = &self.model.defs[def];
                let side = |param: Option<&(String, Type)>| match param {
                    Some((_, Type::Agent(kind))) => self.layout.kind(*kind).to_vec(),
                    _ => Vec::new(),
                };
                let sides = [side(declared.params.first()), side(declared.params.get(1))];
                self.filled(view, &sides, &mut |encoder, from, to| {
                    let ends = encoder.two_agents(from, to);
                    encoder.call(view.exact(), def, ends.to_vec())
                })
            }
        }
    }

    fn two_agents(&self, from: AgentId, to: AgentId) -> [Sym; 2] {
        let yes = self.terms.yes();
        [from, to].map(|agent| Sym::Pick(vec![(Value::Agent(agent), yes)]))
    }

    fn empty(&self, view: View, sides: &[Vec<AgentId>; 2], undirected: bool, loops: bool) -> Graph {
        let absent = &self.societies[view.society].absent;
        let mut nodes: Vec<AgentId> = sides.concat();
        nodes.retain(|agent| !absent[agent.index()]);
        nodes.sort();
        nodes.dedup();
        let ties = vec![vec![self.terms.no(); nodes.len()]; nodes.len()];
        Graph { nodes, ties, undirected, loops }
    }

    /// The graph of the pairs that hold: a fault of any pair wins over what is unknown.
    fn filled(
        &mut self,
        view: View,
        sides: &[Vec<AgentId>; 2],
        holds: &mut dyn FnMut(&mut Self, AgentId, AgentId) -> Encoded<Found>,
    ) -> Encoded<(Graph, Stops)> {
        let mut graph = self.empty(view, sides, false, true);
        let mut stops = self.fine();
        for from in &sides[0] {
            for to in &sides[1] {
                if !graph.nodes.contains(from) || !graph.nodes.contains(to) {
                    continue;
                }
                let found = holds(self, *from, *to)?;
                graph.tie(*from, *to, found.value.truth(&self.terms));
                stops = self.together(stops, found.stops);
            }
        }
        Ok((graph, stops))
    }

    /// Who reaches whom in one step or more.
    pub fn closure(&mut self, ties: &[Vec<Term>]) -> Vec<Vec<Term>> {
        let n = ties.len();
        let mut reached = ties.to_vec();
        let mut length = 1;
        while length < n {
            reached = self.joined_ways(&reached, &reached);
            length *= 2;
        }
        reached
    }

    /// Pairs that are tied by `a`, or by a way of `a` and `b`.
    fn joined_ways(&mut self, a: &[Vec<Term>], b: &[Vec<Term>]) -> Vec<Vec<Term>> {
        let n = a.len();
        let mut next = a.to_vec();
        for (from, to) in pairs(n) {
            let mut ways = vec![a[from][to]];
            for middle in 0..n {
                ways.push(self.terms.and(a[from][middle], b[middle][to]));
            }
            next[from][to] = self.terms.any(ways);
        }
        next
    }

    /// Whether (or how far) one is reached from another.
    fn far_apart(
        &mut self,
        graph: &Graph,
        (from, to): (&Sym, &Sym),
        far: bool,
        span: Span,
    ) -> Encoded<Sym> {
        let from = sym::cases(&mut self.terms, from, span)?;
        let to = sym::cases(&mut self.terms, to, span)?;
        if !far {
            let reached = self.closure(&graph.ties);
            let mut any = self.terms.no();
            self.ends(graph, &from, &to, &mut |encoder, a, b, when| {
                let both = encoder.terms.and(when, reached[a][b]);
                any = encoder.terms.or(any, both);
            });
            return Ok(Sym::Bool(any));
        }
        let n = graph.nodes.len();
        let mut cases = Vec::new();
        let mut within = vec![vec![self.terms.no(); n]; n];
        (0..n).for_each(|node| within[node][node] = self.terms.yes());
        let mut nearer = self.terms.no();
        for steps in 0..n.max(1) {
            let mut here = self.terms.no();
            self.ends(graph, &from, &to, &mut |encoder, a, b, when| {
                let both = encoder.terms.and(when, within[a][b]);
                here = encoder.terms.or(here, both);
            });
            cases.push((Value::Int(steps as i64), self.terms.but(here, nearer)));
            nearer = self.terms.or(nearer, here);
            within = self.joined_ways(&within, &graph.ties);
        }
        cases.insert(0, (Value::None, self.terms.not(nearer)));
        Ok(Sym::pick(&self.terms, cases))
    }

    /// Visits the nodes that two agents may be, each pair with when.
    fn ends(
        &mut self,
        graph: &Graph,
        from: &[(Value, Term)],
        to: &[(Value, Term)],
        visit: &mut dyn FnMut(&mut Self, usize, usize, Term),
    ) {
        for (a, at_a) in from {
            for (b, at_b) in to {
                if let (Some(a), Some(b)) = (graph.node(a), graph.node(b)) {
                    let when = self.terms.and(*at_a, *at_b);
                    visit(self, a, b, when);
                }
            }
        }
    }

    fn acyclic(&mut self, graph: &Graph) -> Term {
        let reached = self.closure(&graph.ties);
        let n = graph.nodes.len();
        if !graph.undirected {
            let around: Vec<Term> = (0..n).map(|node| reached[node][node]).collect();
            let any = self.terms.any(around);
            return self.terms.not(any);
        }
        // As many edges as nodes less parts; the first node of each part stands for it.
        let mut firsts = Vec::new();
        for node in 0..n {
            let before: Vec<Term> = reached[..node].iter().map(|other| other[node]).collect();
            let joined = self.terms.any(before);
            firsts.push(self.terms.not(joined));
        }
        let counted = self.counted(graph);
        let (edges, parts) = (self.terms.count(counted), self.terms.count(firsts));
        let sum = self.terms.add(edges, parts);
        let nodes = self.terms.int(n as i128);
        self.terms.equal(sum, nodes)
    }

    /// The ties that count as edges.
    fn counted(&mut self, graph: &Graph) -> Vec<Term> {
        let counts = |a: usize, b: usize| match (graph.undirected, graph.loops) {
            (true, _) => a < b,
            (false, loops) => loops || a != b,
        };
        pairs(graph.nodes.len())
            .filter(|(a, b)| counts(*a, *b))
            .map(|(a, b)| graph.ties[a][b])
            .collect()
    }
}

/// The same in both directions, everyone with itself.
fn symmetric(encoder: &mut Encoder<'_>, ties: &[Vec<Term>]) -> Vec<Vec<Term>> {
    let n = ties.len();
    let mut both = ties.to_vec();
    for (a, b) in pairs(n) {
        both[a][b] = match a == b {
            true => encoder.terms.yes(),
            false => encoder.terms.or(ties[a][b], ties[b][a]),
        };
    }
    both
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |a| (0..n).map(move |b| (a, b)))
}

impl Graph {
    fn node(&self, agent: &Value) -> Option<usize> {
        match agent {
            Value::Agent(agent) => self.nodes.binary_search(agent).ok(),
            _ => None,
        }
    }

    fn tie(&mut self, from: AgentId, to: AgentId, tied: Term) {
        if let (Ok(from), Ok(to)) = (self.nodes.binary_search(&from), self.nodes.binary_search(&to))
        {
            self.ties[from][to] = tied;
        }
    }
}
