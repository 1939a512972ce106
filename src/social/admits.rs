//! Whether given ties are of a shape, and a labelling of a family.
//!
//! In: shape, family, ties. Out: yes or no. Families are recognised by what is characteristic
//! of them, in time linear in agents and ties (but for sorting).

use std::collections::{BTreeMap, VecDeque};

use super::canonical::{canonical, team_sizes};
use super::{Family, Shape, Ties};

/// How far the sum of a normalized row may be from 1, and a weight from its family's.
const TOLERANCE: f64 = 1e-9;

/// Whether the ties are of this shape, and a labelling of this family (a sampler and `any`
/// admit all of the shape).
pub fn admits(shape: Shape, family: Family, ties: &Ties, same: bool) -> bool {
    if !family.fits(shape) || !of_shape(shape, ties, same) {
        return false;
    }
    if family.free() {
        return true;
    }
    let Some(like) = canonical(shape, family, ties.rows(), ties.columns(), same) else {
        return false;
    };
    if matches!(shape, Shape::Weights { .. }) {
        let near =
            |(a, b, weight): (u32, u32, f64)| (like.weight(a, b) - weight).abs() <= TOLERANCE;
        return ties.all().all(near)
            && like.all().all(|tie| (ties.weight(tie.0, tie.1) - tie.2).abs() <= TOLERANCE);
    }
    like.len() == ties.len() && (!same || labelled(shape, family, ties, &like))
}

/// Whether the ties are of this shape.
fn of_shape(shape: Shape, ties: &Ties, same: bool) -> bool {
    let plain = || ties.all().all(|tie| tie.2 == 1.0);
    let loopless = || !same || ties.all().all(|tie| tie.0 != tie.1);
    let square = !same || ties.rows() == ties.columns();
    let of_shape = match shape {
        Shape::Graph => same && plain() && loopless() && mutual(ties),
        Shape::Digraph { loops } => plain() && (loops || loopless()),
        Shape::Tree => same && plain() && loopless() && one_superior(ties) && acyclic(ties),
        Shape::Partition => same && plain() && loopless() && mutual(ties) && teams(ties),
        Shape::Weights { normalized, lo, hi } => (0..ties.rows()).all(|a| {
            let row = ties.from(a);
            let gaps = row.len() < ties.columns() as usize;
            let sum: f64 = row.iter().map(|tie| tie.1).sum();
            row.iter().all(|tie| (lo..=hi).contains(&tie.1))
                && (!gaps || (lo..=hi).contains(&0.0))
                && (!normalized || (sum - 1.0).abs() <= TOLERANCE)
        }),
    };
    square && of_shape
}

/// Whether every tie goes both ways.
fn mutual(ties: &Ties) -> bool {
    ties.all().all(|(a, b, _)| ties.has(b, a))
}

/// How many ties come to each.
fn incoming(ties: &Ties) -> Vec<u32> {
    let mut incoming = vec![0; ties.columns() as usize];
    for (_, b, _) in ties.all() {
        incoming[b as usize] += 1;
    }
    incoming
}

fn one_superior(ties: &Ties) -> bool {
    incoming(ties).iter().all(|count| *count <= 1)
}

/// Whether no path comes back; each has one superior at most.
fn acyclic(ties: &Ties) -> bool {
    let mut open: Vec<u32> =
        (0..).zip(incoming(ties)).filter(|at| at.1 == 0).map(|at| at.0).collect();
    let mut reached = 0;
    while let Some(agent) = open.pop() {
        reached += 1;
        open.extend(ties.from(agent).iter().map(|tie| tie.0));
    }
    reached == ties.rows()
}

/// The team of an agent, itself included, sorted.
fn team(ties: &Ties, agent: u32) -> Vec<u32> {
    let mut team: Vec<u32> = ties.from(agent).iter().map(|tie| tie.0).collect();
    if let Err(at) = team.binary_search(&agent) {
        team.insert(at, agent);
    }
    team
}

/// Whether all members of a team have the same team.
fn teams(ties: &Ties) -> bool {
    let mut first: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    (0..ties.rows()).all(|agent| {
        let own = team(ties, agent);
        *first.entry(own[0]).or_insert_with(|| team(ties, own[0])) == own
    })
}

/// Whether ties of the shape, as many as `like`, which is canonical, are a labelling of it.
fn labelled(shape: Shape, family: Family, ties: &Ties, like: &Ties) -> bool {
    let n = ties.rows();
    let directed = matches!(shape, Shape::Digraph { .. } | Shape::Tree);
    let at_most = |most: usize| (0..n).all(|a| ties.from(a).len() <= most);
    match family {
        // As many ties as all, or none.
        Family::Isolated | Family::Complete => true,
        Family::Ring if n <= 2 => ties == like,
        Family::Ring => {
            at_most(if directed { 1 } else { 2 })
                && (!directed || one_superior(ties))
                && (0..n).all(|a| !ties.has(a, a))
                && connected(ties)
        }
        Family::Line => {
            at_most(if directed { 1 } else { 2 })
                && (!directed || one_superior(ties))
                && connected(ties)
        }
        Family::Order => {
            let incoming = incoming(ties);
            let mut places: Vec<usize> = (0..n).map(|a| ties.from(a).len()).collect();
            let strict =
                (0..n as usize).all(|a| places[a] + incoming[a] as usize + 1 == n as usize);
            places.sort_unstable();
            strict && (0..n).all(|a| !ties.has(a, a)) && places.iter().copied().eq(0..n as usize)
        }
        Family::Star => {
            n == 0
                || (0..n).any(|hub| ties.from(hub).len() + 1 == n as usize && !ties.has(hub, hub))
        }
        Family::Bipartite(a) => two_sides(ties, a, directed),
        Family::Grid(w) => mutual(ties) && grid(ties, w),
        Family::Hierarchy(_) => {
            connected(ties) && (!directed || one_superior(ties)) && same_tree(ties, like)
        }
        Family::Teams(k) => mutual(ties) && teams(ties) && sizes(ties) == sizes_of(n, k),
        Family::Any
        | Family::Random(_)
        | Family::SmallWorld(..)
        | Family::ScaleFree(_)
        | Family::Selfish
        | Family::Collaborative
        | Family::Cooperative(_)
        | Family::Competitive => true,
    }
}

/// The ties with every tie both ways.
fn undirected(ties: &Ties) -> Ties {
    let both = ties.all().flat_map(|(a, b, weight)| [(a, b, weight), (b, a, weight)]);
    Ties::of(ties.rows(), ties.columns(), true, both)
}

/// Whether everyone is reached from everyone, directions ignored.
fn connected(ties: &Ties) -> bool {
    let both = undirected(ties);
    ties.rows() == 0 || distances(&both, 0).iter().all(Option::is_some)
}

/// How far each is from `start` along the ties.
fn distances(ties: &Ties, start: u32) -> Vec<Option<u32>> {
    let mut distances = vec![None; ties.rows() as usize];
    distances[start as usize] = Some(0);
    let mut open = VecDeque::from([(start, 0)]);
    while let Some((agent, distance)) = open.pop_front() {
        for (next, _) in ties.from(agent) {
            if distances[*next as usize].is_none() {
                distances[*next as usize] = Some(distance + 1);
                open.push_back((*next, distance + 1));
            }
        }
    }
    distances
}

/// Whether one side of `a` is tied to all others and nobody to one's own side.
fn two_sides(ties: &Ties, a: u32, directed: bool) -> bool {
    let n = ties.rows();
    let has: Vec<bool> = if directed {
        (0..n).map(|agent| !ties.from(agent).is_empty()).collect()
    } else {
        // The side of the first: those that it is not tied to.
        (0..n).map(|agent| !ties.has(0, agent)).collect()
    };
    let side = has.iter().filter(|is| **is).count() as u32;
    let sized = side == a || (!directed && n - side == a);
    let fits = |agent: u32| {
        let row = ties.from(agent);
        let here = has[agent as usize];
        let wanted = match (here, directed) {
            (true, _) => n - side,
            (false, true) => 0,
            (false, false) => side,
        };
        row.len() == wanted as usize && row.iter().all(|tie| has[tie.0 as usize] != here)
    };
    sized && (0..n).all(fits)
}

/// The sizes of the teams, sorted.
fn sizes(ties: &Ties) -> Vec<usize> {
    let firsts = (0..ties.rows()).map(|agent| team(ties, agent));
    let mut sizes: Vec<usize> = firsts
        .enumerate()
        .filter(|(agent, team)| team[0] == *agent as u32)
        .map(|(_, team)| team.len())
        .collect();
    sizes.sort_unstable();
    sizes
}

fn sizes_of(n: u32, k: u32) -> Vec<usize> {
    let mut sizes: Vec<usize> = team_sizes(n, k).into_iter().map(|size| size as usize).collect();
    sizes.sort_unstable();
    sizes
}

/// Whether the ties (undirected, as many as the grid's) are a grid of width `w`: a place in it
/// is known by its distances from two corners of the first row.
fn grid(ties: &Ties, w: u32) -> bool {
    let n = ties.rows();
    if n <= w || w == 1 {
        return (0..n).all(|a| ties.from(a).len() <= 2) && connected(ties);
    }
    let corners: Vec<u32> = (0..n).filter(|a| ties.from(*a).len() <= 2).collect();
    // A grid that is two wide and ragged has five corners at most.
    if corners.len() > 6 || !connected(ties) {
        return false;
    }
    let from: Vec<Vec<Option<u32>>> = corners.iter().map(|a| distances(ties, *a)).collect();
    let placed = |left: &[Option<u32>], right: &[Option<u32>]| -> Option<Vec<u32>> {
        let mut used = vec![false; n as usize];
        (0..n as usize)
            .map(|agent| {
                let (l, r) = (i64::from(left[agent]?), i64::from(right[agent]?));
                let doubled = l - r + i64::from(w) - 1;
                let column = doubled / 2;
                let place = (l - column) * i64::from(w) + column;
                let inside = doubled % 2 == 0
                    && (0..i64::from(w)).contains(&column)
                    && (0..i64::from(n)).contains(&place);
                let free = inside && !std::mem::replace(used.get_mut(place as usize)?, true);
                free.then_some(place as u32)
            })
            .collect()
    };
    let pairs = (0..corners.len()).flat_map(|i| (0..corners.len()).map(move |j| (i, j)));
    pairs.filter(|(i, j)| from[*i][corners[*j] as usize] == Some(w - 1)).any(|(i, j)| {
        placed(&from[i], &from[j]).is_some_and(|places| {
            ties.all().all(|(a, b, _)| {
                let (a, b) = (places[a as usize], places[b as usize]);
                let (low, high) = (a.min(b), a.max(b));
                high - low == w || (high - low == 1 && high % w != 0)
            })
        })
    })
}

/// Whether two trees with as many ties are the same up to labelling (both connected). Directed
/// ones by their roots, others by their middles.
fn same_tree(ties: &Ties, like: &Ties) -> bool {
    if ties.rows() <= 1 {
        return ties.is_empty();
    }
    if ties.len() + 1 == ties.rows() as usize {
        let root = |of: &Ties| (0..).zip(incoming(of)).find(|at| at.1 == 0).map(|at| at.0);
        let (Some(a), Some(b)) = (root(ties), root(like)) else { return false };
        let mut names = BTreeMap::new();
        return form(ties, a, &mut names) == form(like, b, &mut names);
    }
    let mut names = BTreeMap::new();
    let forms = |of: &Ties, names: &mut Names| -> Vec<u32> {
        middles(of).into_iter().map(|middle| form(of, middle, names)).collect()
    };
    let (here, there) = (forms(ties, &mut names), forms(like, &mut names));
    here.iter().any(|form| there.contains(form))
}

/// The one or two middles of an undirected tree: what is left when leaves are taken away.
fn middles(ties: &Ties) -> Vec<u32> {
    let n = ties.rows();
    let mut degree: Vec<usize> = (0..n).map(|a| ties.from(a).len()).collect();
    let mut leaves: Vec<u32> = (0..n).filter(|a| degree[*a as usize] <= 1).collect();
    let mut left = n as usize;
    while left > 2 && !leaves.is_empty() {
        left -= leaves.len();
        let mut next = Vec::new();
        for leaf in leaves {
            degree[leaf as usize] = 0;
            for (other, _) in ties.from(leaf) {
                let degree = &mut degree[*other as usize];
                if *degree > 0 {
                    *degree -= 1;
                    if *degree == 1 {
                        next.push(*other);
                    }
                }
            }
        }
        leaves = next;
    }
    leaves
}

/// Numbers for the forms of subtrees: equal numbers, equal forms.
type Names = BTreeMap<Vec<u32>, u32>;

/// The number of the form of the tree that hangs at `root` (Aho, Hopcroft, Ullman 1974).
fn form(ties: &Ties, root: u32, names: &mut Names) -> u32 {
    let mut above: Vec<Option<u32>> = vec![None; ties.rows() as usize];
    let mut order = vec![root];
    let mut at = 0;
    while at < order.len() {
        let agent = order[at];
        for (next, _) in ties.from(agent) {
            if above[agent as usize] != Some(*next) && *next != root {
                above[*next as usize] = Some(agent);
                order.push(*next);
            }
        }
        at += 1;
    }
    let mut below: Vec<Vec<u32>> = vec![Vec::new(); ties.rows() as usize];
    let mut last = 0;
    for agent in order.into_iter().rev() {
        let mut forms = std::mem::take(&mut below[agent as usize]);
        forms.sort_unstable();
        let fresh = names.len() as u32;
        last = *names.entry(forms).or_insert(fresh);
        if let Some(superior) = above[agent as usize] {
            below[superior as usize].push(last);
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ties(n: u32, pairs: &[(u32, u32)]) -> Ties {
        Ties::of(n, n, true, pairs.iter().map(|(a, b)| (*a, *b, 1.0)))
    }

    fn graph(n: u32, pairs: &[(u32, u32)]) -> Ties {
        undirected(&ties(n, pairs))
    }

    #[test]
    fn what_is_not_of_the_shape_is_not_admitted_even_by_any() {
        let one_way = ties(2, &[(0, 1)]);
        assert!(!admits(Shape::Graph, Family::Any, &one_way, true));
        assert!(admits(Shape::Tree, Family::Any, &one_way, true));
        let cycle = ties(3, &[(0, 1), (1, 2), (2, 0)]);
        assert!(!admits(Shape::Tree, Family::Any, &cycle, true));
        let two_superiors = ties(3, &[(0, 2), (1, 2)]);
        assert!(!admits(Shape::Tree, Family::Any, &two_superiors, true));
        let half_a_team = graph(3, &[(0, 1), (1, 2)]);
        assert!(!admits(Shape::Partition, Family::Any, &half_a_team, true));
        let digraph = Shape::Digraph { loops: false };
        assert!(!admits(digraph, Family::Any, &ties(1, &[(0, 0)]), true));
        assert!(admits(Shape::Digraph { loops: true }, Family::Any, &ties(1, &[(0, 0)]), true));
    }

    #[test]
    fn two_rings_are_no_ring_and_a_triangle_with_a_loner_is_no_line() {
        let two = graph(6, &[(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)]);
        assert!(!admits(Shape::Graph, Family::Ring, &two, true));
        let loner = graph(4, &[(0, 1), (1, 2), (2, 0)]);
        assert!(!admits(Shape::Graph, Family::Line, &loner, true));
    }

    #[test]
    fn a_grid_is_known_in_any_labelling_and_a_twisted_one_is_not() {
        let square = graph(6, &[(5, 0), (0, 3), (2, 1), (1, 4), (5, 2), (0, 1), (3, 4)]);
        assert!(admits(Shape::Graph, Family::Grid(3), &square, true));
        assert!(admits(Shape::Graph, Family::Grid(2), &square, true));
        // As many ties, and as many of each degree.
        let twisted = graph(6, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0), (0, 2)]);
        assert!(!admits(Shape::Graph, Family::Grid(3), &twisted, true));
    }

    #[test]
    fn a_chain_of_four_is_no_hierarchy_of_two() {
        let chain = ties(4, &[(0, 1), (1, 2), (2, 3)]);
        assert!(!admits(Shape::Tree, Family::Hierarchy(2), &chain, true));
        assert!(admits(Shape::Tree, Family::Hierarchy(1), &chain, true));
    }

    #[test]
    fn with_loops_a_digraph_is_complete_only_with_them() {
        let shape = Shape::Digraph { loops: true };
        let all = ties(2, &[(0, 0), (0, 1), (1, 0), (1, 1)]);
        assert!(admits(shape, Family::Complete, &all, true));
        assert!(!admits(shape, Family::Ring, &ties(3, &[(0, 0), (1, 2), (2, 1)]), true));
    }
}
