//! All ties of a family, for exhaustive search.
//!
//! In: shape, family, sizes, how many at most. Out: every labelling once, in canonical order:
//! fewer ties first, then by the list of ties.

use std::collections::BTreeSet;

use super::canonical::canonical;
use super::offered::{Size, offered};
use super::sample::{place, places, teams_of};
use super::{Family, Shape, Ties};

/// The most single ties that are looked at to list the labellings of one family.
const WORK_MAX: usize = 4_000_000;

/// All different ties of `family`, every labelling once, in canonical order (fewer ties
/// first for `any`); none where it is not offered, where there are more than `most` (or listing
/// them takes too long), or uncountably many, and for `small_world` and `scale_free`.
pub fn enumerate(
    shape: Shape,
    family: Family,
    rows: u32,
    columns: u32,
    same: bool,
    most: usize,
) -> Option<Vec<Ties>> {
    let size = Size { rows, columns, same };
    if !offered(shape, family, size) {
        return None;
    }
    match family {
        Family::SmallWorld(..) | Family::ScaleFree(_) => None,
        Family::Random(0.0) => listed(shape, Family::Isolated, size, most),
        Family::Random(1.0) => listed(shape, Family::Complete, size, most),
        // Every tie may be and may not be.
        Family::Random(_) | Family::Any => any(shape, size, most),
        _ => listed(shape, family, size, most),
    }
}

/// All labellings of the canonical ties.
fn listed(shape: Shape, family: Family, size: Size, most: usize) -> Option<Vec<Ties>> {
    let first = canonical(shape, family, size.rows, size.columns, size.same)?;
    if !size.same || one_labelling(family) {
        return (most > 0).then(|| vec![first]);
    }
    if least(family, size.rows) > most as u64 {
        return None;
    }
    // Exchanging neighbours in the numbering generates every numbering.
    let key = |ties: &Ties| ties.all().map(|(a, b, _)| (a, b)).collect::<Vec<_>>();
    let mut seen = BTreeSet::from([key(&first)]);
    let mut found = vec![first];
    let mut at = 0;
    let mut work = 0;
    while at < found.len() {
        for agent in 1..size.rows {
            let mut names: Vec<u32> = (0..size.rows).collect();
            names.swap(agent as usize - 1, agent as usize);
            let renamed = found[at].renamed(&names);
            work += renamed.len() + size.rows as usize;
            if seen.insert(key(&renamed)) {
                found.push(renamed);
            }
            if found.len() > most || work > WORK_MAX {
                return None;
            }
        }
        at += 1;
    }
    (found.len() <= most).then(|| sorted(found))
}

/// A number of labellings that the family has at least, where it is known.
fn least(family: Family, n: u32) -> u64 {
    let factorial = |n: u32| (1..=u64::from(n)).fold(1, u64::saturating_mul);
    match family {
        Family::Ring => factorial(n.saturating_sub(1)) / 2,
        Family::Line => factorial(n) / 2,
        Family::Order => factorial(n),
        Family::Star if n > 2 => u64::from(n),
        Family::Star
        | Family::Isolated
        | Family::Complete
        | Family::Bipartite(_)
        | Family::Grid(_)
        | Family::Hierarchy(_)
        | Family::Teams(_)
        | Family::Any
        | Family::Random(_)
        | Family::SmallWorld(..)
        | Family::ScaleFree(_)
        | Family::Selfish
        | Family::Collaborative
        | Family::Cooperative(_)
        | Family::Competitive => 1,
    }
}

/// Whether all labellings are the same.
fn one_labelling(family: Family) -> bool {
    match family {
        Family::Isolated
        | Family::Complete
        | Family::Selfish
        | Family::Collaborative
        | Family::Cooperative(_)
        | Family::Competitive => true,
        Family::Ring
        | Family::Line
        | Family::Order
        | Family::Star
        | Family::Bipartite(_)
        | Family::Grid(_)
        | Family::Hierarchy(_)
        | Family::Teams(_)
        | Family::Any
        | Family::Random(_)
        | Family::SmallWorld(..)
        | Family::ScaleFree(_) => false,
    }
}

/// Fewer ties first, then by the list of ties.
fn sorted(mut found: Vec<Ties>) -> Vec<Ties> {
    found.sort_by_cached_key(|ties| {
        let pairs: Vec<(u32, u32)> = ties.all().map(|(a, b, _)| (a, b)).collect();
        (pairs.len(), pairs)
    });
    found
}

/// All ties of a shape.
fn any(shape: Shape, size: Size, most: usize) -> Option<Vec<Ties>> {
    match shape {
        Shape::Graph | Shape::Digraph { .. } => subsets(shape, size, most),
        Shape::Tree => forests(size.rows, most),
        Shape::Partition => partitions(size.rows, most),
        Shape::Weights { .. } => (size.pairs() == 0 && most > 0)
            .then(|| vec![Ties::of(size.rows, size.columns, size.same, [])]),
    }
}

/// Every set of places for a tie.
fn subsets(shape: Shape, size: Size, most: usize) -> Option<Vec<Ties>> {
    let total = places(shape, size);
    if total >= 40 || (1u64 << total) > most as u64 {
        return None;
    }
    let both = shape == Shape::Graph;
    let of = |mask: u64| {
        let tied = (0..total).filter(move |at| mask >> at & 1 == 1);
        let pairs = tied.map(|at| place(shape, size, at));
        let ties = pairs
            .flat_map(|(a, b)| std::iter::once((a, b, 1.0)).chain(both.then_some((b, a, 1.0))));
        Ties::of(size.rows, size.columns, size.same, ties)
    };
    Some(sorted((0..1u64 << total).map(of).collect()))
}

/// Every way to give each agent a superior or none, without a cycle.
fn forests(n: u32, most: usize) -> Option<Vec<Ties>> {
    // Cayley: (n+1)^(n-1) rooted forests.
    let count = (u64::from(n) + 1).checked_pow(n.saturating_sub(1));
    if count.is_none_or(|count| count > most as u64) {
        return None;
    }
    let mut found = vec![Vec::new()];
    for agent in 0..n {
        let mut longer = Vec::new();
        for superiors in &found {
            longer.push([superiors.as_slice(), &[None]].concat());
            for superior in 0..n {
                if !closes_cycle(superiors, superior, agent) {
                    longer.push([superiors.as_slice(), &[Some(superior)]].concat());
                }
            }
        }
        found = longer;
    }
    let ties = |superiors: Vec<Option<u32>>| {
        let ties = superiors.into_iter().enumerate();
        Ties::of(n, n, true, ties.filter_map(|(b, a)| a.map(|a| (a, b as u32, 1.0))))
    };
    Some(sorted(found.into_iter().map(ties).collect()))
}

/// Whether `superior` stands under `agent` (or is it) by the superiors known so far.
fn closes_cycle(superiors: &[Option<u32>], superior: u32, agent: u32) -> bool {
    let above = |at: &u32| superiors.get(*at as usize).copied().flatten();
    std::iter::successors(Some(superior), above).any(|at| at == agent)
}

/// Every way to form teams: each joins a team that is there, or founds one.
fn partitions(n: u32, most: usize) -> Option<Vec<Ties>> {
    let mut found: Vec<Vec<Vec<u32>>> = vec![Vec::new()];
    for agent in 0..n {
        let mut longer = Vec::new();
        for teams in &found {
            for team in 0..=teams.len() {
                let mut teams = teams.clone();
                if team == teams.len() {
                    teams.push(Vec::new());
                }
                teams[team].push(agent);
                longer.push(teams);
            }
            // The numbers of partitions only grow with n.
            if longer.len() > most {
                return None;
            }
        }
        found = longer;
    }
    (found.len() <= most).then(|| sorted(found.iter().map(|teams| teams_of(n, teams)).collect()))
}

#[cfg(test)]
mod tests {
    use super::super::admits::admits;
    use super::*;

    const DIGRAPH: Shape = Shape::Digraph { loops: false };

    fn count(shape: Shape, family: Family, n: u32) -> Option<usize> {
        enumerate(shape, family, n, n, true, 100_000).map(|all| all.len())
    }

    #[test]
    fn labellings_are_as_many_as_combinatorics_says() {
        for (shape, family, n, expected) in [
            (Shape::Graph, Family::Ring, 6, 60),         // (n-1)!/2
            (DIGRAPH, Family::Ring, 6, 120),             // (n-1)!
            (Shape::Graph, Family::Line, 5, 60),         // n!/2
            (DIGRAPH, Family::Line, 5, 120),             // n!
            (DIGRAPH, Family::Order, 5, 120),            // n!
            (DIGRAPH, Family::Star, 7, 7),               // n
            (Shape::Graph, Family::Star, 2, 1),          // both are the hub
            (Shape::Graph, Family::Bipartite(2), 5, 10), // 5 over 2
            (Shape::Graph, Family::Bipartite(2), 4, 3),  // either side
            (Shape::Tree, Family::Hierarchy(2), 3, 3),   // the root
            (Shape::Tree, Family::Hierarchy(2), 4, 24),  // no symmetry but of leaves: 4!/1
            (Shape::Graph, Family::Grid(2), 4, 3),       // squares
            (Shape::Graph, Family::Grid(3), 6, 180),     // 6!/4
            (Shape::Partition, Family::Teams(2), 5, 10), // 5 over 2
            (Shape::Partition, Family::Teams(3), 6, 15), // pairs
            (Shape::Partition, Family::Any, 6, 203),     // Bell
            (Shape::Tree, Family::Any, 5, 1296),         // (n+1)^(n-1)
            (Shape::Graph, Family::Any, 4, 64),          // 2^6
            (DIGRAPH, Family::Any, 3, 64),               // 2^6
            (Shape::Digraph { loops: true }, Family::Any, 3, 512),
            (DIGRAPH, Family::Complete, 9, 1),
        ] {
            assert_eq!(count(shape, family, n), Some(expected), "{shape:?} {family:?} {n}");
        }
    }

    #[test]
    fn what_is_listed_is_admitted_without_doubles_and_in_canonical_order() {
        for shape in [Shape::Graph, DIGRAPH, Shape::Tree, Shape::Partition] {
            for (name, _) in Family::names() {
                let family = Family::parse(name, &[]).expect("a word of the table");
                for n in 0..=4 {
                    let Some(all) = enumerate(shape, family, n, n, true, 10_000) else { continue };
                    for (at, ties) in all.iter().enumerate() {
                        assert!(admits(shape, family, ties, true), "{shape:?} {family:?} {ties:?}");
                        assert!(!all[..at].contains(ties), "{shape:?} {family:?} {ties:?}");
                    }
                    assert!(all.is_sorted_by_key(|ties| ties.len()));
                }
            }
        }
    }

    #[test]
    fn what_is_admitted_is_listed() {
        for shape in [Shape::Graph, DIGRAPH, Shape::Tree, Shape::Partition] {
            for n in 0..=4 {
                let any = enumerate(shape, Family::Any, n, n, true, 10_000).expect("few");
                for (name, _) in Family::names() {
                    let family = Family::parse(name, &[]).expect("a word of the table");
                    if family.free() || !family.fits(shape) {
                        continue;
                    }
                    let of_family = enumerate(shape, family, n, n, true, 10_000);
                    let admitted = any.iter().filter(|ties| admits(shape, family, ties, true));
                    let listed = of_family.map_or(0, |all| all.len());
                    assert_eq!(admitted.count(), listed, "{shape:?} {family:?} {n}");
                }
            }
        }
    }

    #[test]
    fn too_many_are_not_listed() {
        assert_eq!(count(DIGRAPH, Family::Any, 6), None);
        assert_eq!(count(Shape::Graph, Family::Ring, 12), None);
        assert_eq!(count(Shape::Graph, Family::Ring, 50_000), None);
        assert_eq!(count(Shape::Graph, Family::Grid(9), 50_000), None);
        assert_eq!(count(Shape::Tree, Family::Hierarchy(3), 30), None);
        assert_eq!(count(Shape::Tree, Family::Any, 60_000), None);
        assert_eq!(count(Shape::Partition, Family::Any, 2_000), None);
        let weights = Shape::Weights { normalized: true, lo: 0.0, hi: 1.0 };
        assert_eq!(count(weights, Family::Any, 2), None);
        assert_eq!(count(weights, Family::Selfish, 4), Some(1));
    }

    #[test]
    fn between_two_populations_every_pair_is_free() {
        let all = enumerate(DIGRAPH, Family::Any, 2, 3, false, 100).expect("few");
        assert_eq!(all.len(), 64);
        assert_eq!(enumerate(Shape::Tree, Family::Any, 2, 3, false, 100), None);
    }
}
