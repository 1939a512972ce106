//! Ties drawn from a family.
//!
//! In: shape, family, sizes, and uniform numbers, the only source of chance. Out: ties of the
//! family. Linear in agents and ties.

use std::collections::BTreeSet;

use super::canonical::canonical;
use super::offered::{Size, offered};
use super::{Family, Shape, Ties};
use crate::base::math;

/// Numbers in [0, 1).
type Uniform<'a> = &'a mut dyn FnMut() -> f64;

/// Ties of `family` drawn with `uniform` (numbers in [0, 1)): a random labelling; for `any` and
/// samplers random ties. None where not offered.
pub fn sample(
    shape: Shape,
    family: Family,
    rows: u32,
    columns: u32,
    same: bool,
    uniform: &mut dyn FnMut() -> f64,
) -> Option<Ties> {
    let size = Size { rows, columns, same };
    if !offered(shape, family, size) {
        return None;
    }
    if !family.free() {
        let ties = canonical(shape, family, rows, columns, same)?;
        return Some(if same { ties.renamed(&shuffled(rows, uniform)) } else { ties });
    }
    Some(match family {
        // spec: family.random
        Family::Random(p) => each_with(shape, size, p, uniform),
        // spec: family.small-world
        Family::SmallWorld(k, p) => {
            small_world(shape, rows, k, p, uniform).renamed(&shuffled(rows, uniform))
        }
        // spec: family.scale-free
        Family::ScaleFree(m) => {
            scale_free(shape, rows, m, uniform).renamed(&shuffled(rows, uniform))
        }
        // spec: family.any
        _ => any(shape, size, uniform),
    })
}

/// A place in `0..n`.
fn below(n: u32, uniform: Uniform<'_>) -> u32 {
    ((uniform() * f64::from(n)) as u32).min(n.saturating_sub(1))
}

/// `0..n` in random order.
fn shuffled(n: u32, uniform: Uniform<'_>) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n).collect();
    for i in (1..n).rev() {
        order.swap(i as usize, below(i + 1, uniform) as usize);
    }
    order
}

/// Ties of any kind: sparse ones and dense ones alike often.
fn any(shape: Shape, size: Size, uniform: Uniform<'_>) -> Ties {
    match shape {
        Shape::Graph | Shape::Digraph { .. } => {
            let sparse = uniform() < 0.5;
            let share = uniform();
            let reach = if sparse { 2.0 / f64::from(size.columns.max(2)) } else { 1.0 };
            each_with(shape, size, share * reach, uniform)
        }
        Shape::Tree => forest(size.rows, uniform),
        Shape::Partition => partition(size.rows, uniform),
        Shape::Weights { normalized, lo, hi } => {
            let sparse = uniform() < 0.25;
            let mut ties = Vec::new();
            for a in 0..size.rows {
                let row = match (normalized, sparse) {
                    (false, _) => row(size.columns, (lo, hi), sparse, uniform),
                    (true, true) if lo <= 0.0 && hi >= 1.0 => {
                        let whole = below(size.columns, uniform);
                        (0..size.columns).map(|b| f64::from(u8::from(b == whole))).collect()
                    }
                    (true, _) => normalized_row(size.columns, (lo, hi), uniform),
                };
                ties.extend(row.into_iter().enumerate().map(|(b, w)| (a, b as u32, w)));
            }
            Ties::of(size.rows, size.columns, size.same, ties)
        }
    }
}

/// Each possible tie with probability `p`, skipping from one that is to the next.
fn each_with(shape: Shape, size: Size, p: f64, uniform: Uniform<'_>) -> Ties {
    let total = places(shape, size);
    let both = shape == Shape::Graph;
    let mut ties = Vec::new();
    let mut at = 0;
    let log_without = math::log(1.0 - p);
    while at < total && p > 0.0 {
        if p < 1.0 {
            let skipped = (math::log(1.0 - uniform()) / log_without).floor();
            // Where `1 - p` rounds to 1 the quotient is infinite, or no number.
            if skipped.is_nan() || skipped >= (total - at) as f64 {
                break;
            }
            at += skipped as u64;
        }
        let (a, b) = place(shape, size, at);
        ties.push((a, b, 1.0));
        if both {
            ties.push((b, a, 1.0));
        }
        at += 1;
    }
    Ties::of(size.rows, size.columns, size.same, ties)
}

/// How many places for a tie a graph or digraph has.
pub(super) fn places(shape: Shape, size: Size) -> u64 {
    let n = size.agents();
    match shape {
        Shape::Graph => n * n.saturating_sub(1) / 2,
        Shape::Digraph { loops: false } if size.same => n * n.saturating_sub(1),
        Shape::Digraph { .. } | Shape::Tree | Shape::Partition | Shape::Weights { .. } => {
            size.pairs()
        }
    }
}

/// The `at`-th place for a tie.
pub(super) fn place(shape: Shape, size: Size, at: u64) -> (u32, u32) {
    if shape == Shape::Graph {
        let mut a = (math::sqrt(1.0 + 8.0 * at as f64) as u64).div_ceil(2);
        while a * (a - 1) / 2 > at {
            a -= 1;
        }
        while (a + 1) * a / 2 <= at {
            a += 1;
        }
        return (a as u32, (at - a * (a - 1) / 2) as u32);
    }
    if size.same && shape == (Shape::Digraph { loops: false }) {
        let others = size.agents() - 1;
        let (a, b) = (at / others, at % others);
        return (a as u32, (b + u64::from(b >= a)) as u32);
    }
    let columns = u64::from(size.columns);
    ((at / columns) as u32, (at % columns) as u32)
}

/// Each picks a superior among those before it in a random order, or none.
fn forest(n: u32, uniform: Uniform<'_>) -> Ties {
    let order = shuffled(n, uniform);
    let tied = math::sqrt(uniform());
    let mut ties = Vec::new();
    for i in 1..n {
        let (is_tied, superior) = (uniform() < tied, below(i, uniform));
        if is_tied {
            ties.push((order[superior as usize], order[i as usize], 1.0));
        }
    }
    Ties::of(n, n, true, ties)
}

/// Each joins one of a random number of teams.
fn partition(n: u32, uniform: Uniform<'_>) -> Ties {
    let teams = 1 + below(n, uniform);
    let mut members = vec![Vec::new(); teams as usize];
    for agent in 0..n {
        members[below(teams, uniform) as usize].push(agent);
    }
    teams_of(n, &members)
}

/// The ties of teams: all pairs of members.
pub(super) fn teams_of(n: u32, members: &[Vec<u32>]) -> Ties {
    let pairs = members.iter().flat_map(|team| {
        team.iter()
            .flat_map(move |a| team.iter().filter(move |b| a != *b).map(move |b| (*a, *b, 1.0)))
    });
    Ties::of(n, n, true, pairs)
}

/// Weights in the bounds; if `sparse`, at the bounds and 0 only.
fn row(columns: u32, (lo, hi): (f64, f64), sparse: bool, uniform: Uniform<'_>) -> Vec<f64> {
    let ends = [lo, hi, 0.0f64.clamp(lo, hi)];
    let mut weight = |_| {
        if sparse {
            ends[below(3, uniform) as usize]
        } else {
            (lo + (hi - lo) * uniform()).clamp(lo, hi)
        }
    };
    (0..columns).map(&mut weight).collect()
}

/// Weights in the bounds that sum to 1, which the bounds admit.
fn normalized_row(columns: u32, (lo, hi): (f64, f64), uniform: Uniform<'_>) -> Vec<f64> {
    let n = f64::from(columns);
    for _ in 0..8 {
        let shares: Vec<f64> = (0..columns).map(|_| -math::log(1.0 - uniform())).collect();
        let sum: f64 = shares.iter().sum();
        let spread = 1.0 - n * lo;
        let weights: Vec<f64> = shares.iter().map(|share| lo + spread * share / sum).collect();
        if sum > 0.0 && weights.iter().all(|weight| *weight <= hi) {
            return weights;
        }
    }
    // Tight bounds: one weight after the other, in random order, leaving what the rest can hold.
    let mut weights = vec![0.0; columns as usize];
    let mut left = 1.0;
    for (at, agent) in shuffled(columns, uniform).into_iter().enumerate() {
        let rest = n - at as f64 - 1.0;
        let low = lo.max(left - rest * hi);
        let high = hi.min(left - rest * lo).max(low);
        let weight = low + (high - low) * uniform();
        weights[agent as usize] = weight;
        left -= weight;
    }
    weights
}

/// Watts and Strogatz (1998): a circle of `k` neighbours each, ties rewired with probability `p`.
fn small_world(shape: Shape, n: u32, k: u32, p: f64, uniform: Uniform<'_>) -> Ties {
    let both = shape == Shape::Graph;
    let mut tied: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); n as usize];
    let around = |i: u32| {
        let next = (1..=k / 2).map(move |d| (i, (i + d) % n));
        let back = (1..=k / 2).map(move |d| (i, (i + n - d) % n));
        next.chain(back.take(if both { 0 } else { n as usize }))
    };
    let lattice: Vec<(u32, u32)> = (0..n).flat_map(around).collect();
    let link = |tied: &mut Vec<BTreeSet<u32>>, a: u32, b: u32, on: bool| {
        for (a, b) in [(a, b), (b, a)].into_iter().take(if both { 2 } else { 1 }) {
            if on {
                tied[a as usize].insert(b);
            } else {
                tied[a as usize].remove(&b);
            }
        }
    };
    for (a, b) in &lattice {
        link(&mut tied, *a, *b, true);
    }
    for (a, b) in lattice {
        if uniform() >= p {
            continue;
        }
        // An agent that is tied to nearly all keeps the tie if no new one is found soon.
        let other = (0..64)
            .map(|_| below(n, uniform))
            .find(|other| *other != a && !tied[a as usize].contains(other));
        if let Some(other) = other {
            link(&mut tied, a, b, false);
            link(&mut tied, a, other, true);
        }
    }
    let rows = tied.iter().enumerate();
    Ties::of(n, n, true, rows.flat_map(|(a, row)| row.iter().map(move |b| (a as u32, *b, 1.0))))
}

/// Barabási and Albert (1999): each newcomer is tied to `m` before it, more likely to those
/// that have more ties.
fn scale_free(shape: Shape, n: u32, m: u32, uniform: Uniform<'_>) -> Ties {
    let mut ties: Vec<(u32, u32)> = Vec::new();
    // Every agent as often as it has ties.
    let mut ends: Vec<u32> = Vec::new();
    for newcomer in m..n {
        let mut chosen: Vec<u32> = Vec::new();
        while newcomer > m && chosen.len() < m as usize {
            let other = ends[below(ends.len() as u32, uniform) as usize];
            if !chosen.contains(&other) {
                chosen.push(other);
            }
        }
        if newcomer == m {
            chosen = (0..m).collect();
        }
        for other in chosen {
            ties.push((newcomer, other));
            ends.extend([newcomer, other]);
        }
    }
    let both = shape == Shape::Graph;
    let back = ties.clone().into_iter().filter(|_| both).map(|(a, b)| (b, a));
    Ties::of(n, n, true, ties.into_iter().chain(back).map(|(a, b)| (a, b, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::super::admits::admits;
    use super::*;
    use crate::base::Seed;

    fn drawn(shape: Shape, family: Family, n: u32, seed: u32) -> Option<Ties> {
        let mut word = 0;
        sample(shape, family, n, n, true, &mut || {
            word += 1;
            Seed(u64::from(seed)).uniform(&[word])
        })
    }

    const SHAPES: [Shape; 7] = [
        Shape::Graph,
        Shape::Digraph { loops: false },
        Shape::Digraph { loops: true },
        Shape::Tree,
        Shape::Partition,
        Shape::Weights { normalized: true, lo: -1.0, hi: 2.0 },
        Shape::Weights { normalized: false, lo: -1.0, hi: 1.0 },
    ];

    #[test]
    fn whatever_is_drawn_is_admitted_at_every_size_and_offered_where_the_canonical_ties_are() {
        for shape in SHAPES {
            for (name, _) in Family::names() {
                let family = Family::parse(name, &[]).expect("a word of the table");
                for n in 0..=8 {
                    for seed in 0..8 {
                        let Some(ties) = drawn(shape, family, n, seed) else {
                            assert_eq!(canonical(shape, family, n, n, true), None);
                            continue;
                        };
                        assert!(family.fits(shape));
                        assert!(
                            admits(shape, family, &ties, true),
                            "{shape:?} {family:?} {ties:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_same_numbers_give_the_same_ties_and_others_others() {
        let ring = |seed| drawn(Shape::Graph, Family::Ring, 8, seed).expect("offered");
        assert_eq!(ring(3), ring(3));
        assert!((4..20).any(|seed| ring(seed) != ring(3)));
    }

    #[test]
    fn every_labelling_of_a_line_of_three_is_drawn() {
        let mut seen: Vec<Ties> = Vec::new();
        for seed in 0..200 {
            let ties = drawn(Shape::Tree, Family::Line, 3, seed).expect("offered");
            if !seen.contains(&ties) {
                seen.push(ties);
            }
        }
        assert_eq!(seen.len(), 6);
    }

    #[test]
    fn random_ties_come_as_often_as_their_probability_says() {
        let ties = drawn(Shape::Digraph { loops: false }, Family::Random(0.3), 300, 1);
        let share = ties.expect("offered").len() as f64 / (300.0 * 299.0);
        assert!((share - 0.3).abs() < 0.01, "{share}");
        let none = drawn(Shape::Graph, Family::Random(0.0), 50, 1).expect("offered");
        let all = drawn(Shape::Graph, Family::Random(1.0), 50, 1).expect("offered");
        assert_eq!((none.len(), all.len()), (0, 50 * 49));
    }

    #[test]
    fn samplers_have_the_ties_that_their_arguments_say() {
        let edges = |family| {
            let ties = drawn(Shape::Graph, family, 1000, 5).expect("offered");
            ties.edges(Shape::Graph)
        };
        assert_eq!(edges(Family::SmallWorld(4, 0.2)), 2000);
        assert_eq!(edges(Family::ScaleFree(3)), 3 + 3 * (1000 - 4));
    }

    #[test]
    fn many_agents_are_tied_sparsely_in_time() {
        for family in
            [Family::SmallWorld(4, 0.1), Family::ScaleFree(2), Family::Random(1e-5), Family::Star]
        {
            let ties = drawn(Shape::Graph, family, 30_000, 2).expect("offered");
            assert!(ties.len() > 5_000, "{family:?}");
        }
        assert!(drawn(Shape::Tree, Family::Any, 100_000, 2).is_some());
        assert_eq!(drawn(Shape::Graph, Family::Any, 100_000, 2), None);
    }
}
