//! Relations as graphs: a bit of each lane for each pair of agents.

use super::super::choices::lanes;
use super::super::program::{LANES, NONE, Num, Pairs};
use super::memory::{Source, Tied, View};
use super::wide::{Counters, blend};
use super::{Block, Column, all};
use crate::base::id::Id;

/// A relation between agents.
struct Graph {
    /// All agents of both sides, in order.
    nodes: Vec<i64>,
    /// The lanes in which each is there.
    there: Vec<u64>,
    /// For each pair the lanes in which it is tied.
    ties: Vec<u64>,
}

impl Graph {
    fn size(&self) -> usize {
        self.nodes.len()
    }

    fn tie(&self, from: usize, to: usize) -> u64 {
        self.ties[from * self.size() + to]
    }

    /// For each node the lanes in which it is an agent, another in each lane, that is there.
    fn starts(&self, agents: &Column, mask: u64) -> Vec<u64> {
        let mut starts = vec![0; self.size()];
        for lane in lanes(mask) {
            if let Ok(node) = self.nodes.binary_search(&agents[lane]) {
                starts[node] |= 1 << lane & self.there[node];
            }
        }
        starts
    }

    /// Goes on from nodes step by step: shows after each step which nodes are reached first.
    fn walk(&self, mut front: Vec<u64>, seen: &mut dyn FnMut(i64, &[u64])) {
        let size = self.size();
        let mut reached = vec![0; size];
        for far in 1.. {
            let mut next = vec![0; size];
            for (from, front) in front.iter().enumerate().filter(|(_, front)| **front != 0) {
                for (to, next) in next.iter_mut().enumerate() {
                    *next |= front & self.tie(from, to);
                }
            }
            for (next, reached) in next.iter_mut().zip(&mut reached) {
                *next &= !*reached;
                *reached |= *next;
            }
            if next.iter().all(|next| *next == 0) {
                return;
            }
            seen(far, &next);
            front = next;
        }
    }

    /// Whether there is a way of a step or more, for each pair.
    fn closed(&self) -> Vec<u64> {
        let size = self.size();
        let mut ways = self.ties.clone();
        for over in 0..size {
            for from in 0..size {
                let first = ways[from * size + over];
                for to in (0..size).filter(|_| first != 0) {
                    ways[from * size + to] |= first & ways[over * size + to];
                }
            }
        }
        ways
    }

    /// The same with every tie in both directions.
    fn undirected(&self) -> Graph {
        let size = self.size();
        let pairs = (0..size).flat_map(|from| (0..size).map(move |to| (from, to)));
        let ties = pairs.map(|(from, to)| self.tie(from, to) | self.tie(to, from)).collect();
        Graph { nodes: self.nodes.clone(), there: self.there.clone(), ties }
    }

    /// How many parts there are, directions ignored: of each part its first node is counted.
    fn parts(&self) -> Counters {
        let ways = self.undirected().closed();
        let mut parts = Counters::default();
        for node in 0..self.size() {
            let linked = (0..node).fold(0, |all, before| all | ways[node * self.size() + before]);
            parts.add(self.there[node] & !linked);
        }
        parts
    }
}

impl<'p> Block<'p> {
    /// Whether there is a way of a step or more from one agent to another.
    pub(super) fn reaches(
        &mut self,
        relation: usize,
        ends: &'p (Num, Num),
        mask: u64,
        at: usize,
    ) -> u64 {
        let (from, to) = self.both_ends(ends, mask, at);
        let graph = self.graph(relation, mask, at);
        let targets = graph.starts(&to, mask);
        let mut found = 0;
        graph.walk(graph.starts(&from, mask), &mut |_, reached| {
            found |= reached.iter().zip(&targets).fold(0, |all, (is, wanted)| all | is & wanted);
        });
        found
    }

    /// How many steps lead from one agent to another.
    pub(super) fn distance(
        &mut self,
        relation: usize,
        ends: &'p (Num, Num),
        mask: u64,
        at: usize,
    ) -> Source {
        let (from, to) = self.both_ends(ends, mask, at);
        let graph = self.graph(relation, mask, at);
        let (starts, targets) = (graph.starts(&from, mask), graph.starts(&to, mask));
        let mut out = [NONE; LANES];
        let mut open = mask;
        let same = starts.iter().zip(&targets).fold(0, |all, (from, to)| all | from & to);
        blend(&mut out, &[0; LANES], same & open);
        open &= !same;
        graph.walk(starts, &mut |far, reached| {
            let found = reached.iter().zip(&targets).fold(0, |all, (is, wanted)| all | is & wanted);
            blend(&mut out, &[far; LANES], found & open);
            open &= !found;
        });
        self.put(at, out)
    }

    /// Whether everyone is linked to everyone, directions ignored.
    pub(super) fn connected(&mut self, relation: usize, mask: u64, at: usize) -> u64 {
        let parts = self.graph(relation, mask, at).parts().column();
        super::wide::test(&parts, |parts| parts <= 1)
    }

    /// Whether no way leads back; of an undirected relation, none of three or more.
    pub(super) fn acyclic(&mut self, relation: usize, mask: u64, at: usize) -> u64 {
        let graph = self.graph(relation, mask, at);
        if self.program.relations[relation].undirected {
            let edges = self.count_edges(relation, &graph).column();
            let parts = graph.parts().column();
            let mut nodes = Counters::default();
            graph.there.iter().for_each(|there| nodes.add(*there));
            let nodes = nodes.column();
            let tree = |lane: &usize| edges[*lane] + parts[*lane] == nodes[*lane];
            return (0..LANES).filter(tree).fold(0, |all, lane| all | 1 << lane);
        }
        let ways = graph.closed();
        let round = |node: usize| ways[node * graph.size() + node];
        !(0..graph.size()).map(round).fold(0, |all, one| all | one)
    }

    /// How many ties there are; of an undirected relation, both directions are one.
    pub(super) fn edges(&mut self, relation: usize, mask: u64, at: usize) -> Source {
        let graph = self.graph(relation, mask, at);
        let edges = self.count_edges(relation, &graph).column();
        self.put(at, edges)
    }

    fn count_edges(&self, relation: usize, graph: &Graph) -> Counters {
        let of = &self.program.relations[relation];
        let mut edges = Counters::default();
        for from in 0..graph.size() {
            for to in 0..graph.size() {
                let counted = match (of.undirected, of.loops) {
                    (true, _) => from < to,
                    (false, loops) => loops || from != to,
                };
                if counted {
                    edges.add(graph.tie(from, to));
                }
            }
        }
        edges
    }

    fn both_ends(&mut self, ends: &'p (Num, Num), mask: u64, at: usize) -> (Column, Column) {
        let from = self.num(&ends.0, mask, at);
        let from = *self.memory.column(from);
        let to = self.num(&ends.1, mask, at);
        (from, *self.memory.column(to))
    }

    /// The relation as it is now, between all who are there.
    fn graph(&mut self, relation: usize, mask: u64, at: usize) -> Graph {
        let of = &self.program.relations[relation];
        let sides = [self.memory.elements(&of.sides.0), self.memory.elements(&of.sides.1)];
        let mut nodes: Vec<i64> = sides.iter().flat_map(|side| side.iter().copied()).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let there: Vec<u64> = nodes.iter().map(|node| self.memory.agent_there(*node)).collect();
        let (size, columns) = (nodes.len(), sides[1].len());
        let pairs = self.pairs(relation, mask, at);
        let mut ties = vec![0; size * size];
        for (row, from) in sides[0].iter().enumerate() {
            let Ok(from) = nodes.binary_search(from) else { continue };
            for (column, to) in sides[1].iter().enumerate() {
                let Ok(to) = nodes.binary_search(to) else { continue };
                let tied = pairs[row * columns + column];
                ties[from * size + to] |= tied & there[from] & there[to];
            }
        }
        Graph { nodes, there, ties }
    }

    /// For each pair of both sides the lanes in which it is related.
    fn pairs(&mut self, relation: usize, mask: u64, at: usize) -> Vec<u64> {
        match &self.program.relations[relation].pairs {
            Pairs::Ties(ties) => match &self.memory.ties[ties.index()] {
                Tied::Apart { tied, .. } => tied.clone(),
                Tied::Shared(shared) => {
                    let (rows, columns) = (shared.ties.rows(), shared.ties.columns());
                    let pairs = (0..rows).flat_map(|from| (0..columns).map(move |to| (from, to)));
                    pairs.map(|(from, to)| all(shared.ties.weight(from, to) != 0.0)).collect()
                }
            },
            Pairs::State(state) => {
                let var = super::super::program::Var::Old(*state);
                let spot = self.memory.spot(var);
                self.memory.store(var).bits[spot.start..][..spot.len()].to_vec()
            }
            Pairs::Holds(_, _, _, once) => self.held(relation, *once, mask, at),
        }
    }

    /// The pairs of which an expression holds, computed once where it is the same everywhere.
    fn held(&mut self, relation: usize, once: bool, mask: u64, at: usize) -> Vec<u64> {
        let once = once && self.memory.view == View::Back(0);
        let missing = match &self.memory.pairs[relation] {
            (epoch, known, _) if once && *epoch == self.epoch => mask & !known,
            _ => mask,
        };
        if missing == 0 {
            return self.memory.pairs[relation].2.clone();
        }
        let of = &self.program.relations[relation];
        let Pairs::Holds(from, to, bits, _) = &of.pairs else { return Vec::new() };
        let sides = [self.memory.elements(&of.sides.0), self.memory.elements(&of.sides.1)];
        let mut found = Vec::with_capacity(sides[0].len() * sides[1].len());
        for a in sides[0].iter() {
            for b in sides[1].iter() {
                let both = self.memory.agent_there(*a) & self.memory.agent_there(*b);
                let asked = self.live(missing & both);
                self.memory.uniforms[*from] = *a;
                self.memory.uniforms[*to] = *b;
                found.push(if asked == 0 { 0 } else { asked & self.bits(bits, asked, at) });
            }
        }
        if once {
            let (epoch, known, pairs) = &mut self.memory.pairs[relation];
            if *epoch == self.epoch {
                found.iter_mut().zip(&*pairs).for_each(|(new, old)| *new |= old & !missing);
                *known |= missing;
            } else {
                (*epoch, *known) = (self.epoch, missing);
            }
            pairs.clone_from(&found);
        }
        found
    }
}
