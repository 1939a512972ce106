//! What each family looks like, in its canonical labelling.
//!
//! In: shape, family, sizes. Out: the ties, where the family is offered. This is the table of
//! `spec/families.md` as code; every labelling of these ties belongs to the family.

use super::offered::{Size, offered, weights};
use super::{Family, Shape, Ties};

/// The ties of `family` in canonical labelling; none where it is not offered at this size, and
/// for `any` and samplers. `columns` is the size of the other population, or of the same.
pub fn canonical(
    shape: Shape,
    family: Family,
    rows: u32,
    columns: u32,
    same: bool,
) -> Option<Ties> {
    let size = Size { rows, columns, same };
    if family.free() || !offered(shape, family, size) {
        return None;
    }
    if let Shape::Weights { normalized, .. } = shape {
        return Some(weighted(family, size, normalized));
    }
    let pairs = if same { within(family, rows, shape) } else { across(family, size) };
    let both = same && symmetric(shape, family);
    let ties = pairs.into_iter().flat_map(|(a, b)| {
        let back = both.then_some((b, a, 1.0));
        std::iter::once((a, b, 1.0)).chain(back)
    });
    Some(Ties::of(rows, columns, same, ties))
}

/// Whether a tie goes both ways.
fn symmetric(shape: Shape, family: Family) -> bool {
    match shape {
        Shape::Graph | Shape::Partition => true,
        Shape::Digraph { .. } => matches!(family, Family::Grid(_) | Family::Teams(_)),
        Shape::Tree | Shape::Weights { .. } => false,
    }
}

/// The ties on one population of `n`, one direction.
fn within(family: Family, n: u32, shape: Shape) -> Vec<(u32, u32)> {
    match family {
        // spec: family.ring
        Family::Ring if n < 2 => Vec::new(),
        Family::Ring => (0..n).map(|i| (i, (i + n - 1) % n)).collect(),
        // spec: family.line
        Family::Line => (1..n).map(|i| (i, i - 1)).collect(),
        // spec: family.order
        Family::Order => (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).collect(),
        // spec: family.star
        Family::Star => (1..n).map(|i| (0, i)).collect(),
        // spec: family.complete
        Family::Complete => {
            let loops = matches!(shape, Shape::Digraph { loops: true });
            let others = |i| (0..n).filter(move |j| loops || i != *j).map(move |j| (i, j));
            (0..n).flat_map(others).collect()
        }
        // spec: family.bipartite
        Family::Bipartite(a) => (0..a).flat_map(|i| (a..n).map(move |j| (i, j))).collect(),
        // spec: family.grid
        Family::Grid(w) => grid(n, w),
        // spec: family.hierarchy
        Family::Hierarchy(b) => (1..n).map(|i| ((i - 1) / b, i)).collect(),
        // spec: family.teams
        Family::Teams(k) => {
            let mut pairs = Vec::new();
            let mut first = 0;
            for size in team_sizes(n, k) {
                let team = first..first + size;
                pairs.extend(team.clone().flat_map(|i| (team.start..i).map(move |j| (i, j))));
                first += size;
            }
            pairs
        }
        // spec: family.isolated
        Family::Isolated
        | Family::Any
        | Family::Random(_)
        | Family::SmallWorld(..)
        | Family::ScaleFree(_)
        | Family::Selfish
        | Family::Collaborative
        | Family::Cooperative(_)
        | Family::Competitive => Vec::new(),
    }
}

/// The sizes of `k` teams of `n`: equal, the first ones greater by one where it does not go.
pub(super) fn team_sizes(n: u32, k: u32) -> Vec<u32> {
    (0..k).map(|team| n / k + u32::from(team < n % k)).collect()
}

/// Each to the one on its right and the one below.
fn grid(n: u32, w: u32) -> Vec<(u32, u32)> {
    let right = (1..n).filter(|i| i % w != 0).map(|i| (i - 1, i));
    right.chain((w..n).map(|i| (i - w, i))).collect()
}

/// The ties between two populations.
fn across(family: Family, size: Size) -> Vec<(u32, u32)> {
    // spec: family.two-populations
    if family != Family::Complete {
        return Vec::new();
    }
    (0..size.rows).flat_map(|a| (0..size.columns).map(move |b| (a, b))).collect()
}

/// The weights of a family that is offered.
fn weighted(family: Family, size: Size, normalized: bool) -> Ties {
    let (own, other) = weights(family, size, normalized).unwrap_or((0.0, 0.0));
    let row = |a| {
        let sparse = other == 0.0;
        let columns = if !sparse {
            0..size.columns
        } else if size.same {
            a..a + 1
        } else {
            0..0
        };
        columns.map(move |b| (a, b, if size.same && a == b { own } else { other }))
    };
    Ties::of(size.rows, size.columns, size.same, (0..size.rows).flat_map(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGRAPH: Shape = Shape::Digraph { loops: false };

    fn edges(shape: Shape, family: Family, n: u32) -> Option<u32> {
        canonical(shape, family, n, n, true).map(|ties| ties.edges(shape))
    }

    #[test]
    fn a_ring_of_one_has_no_edges() {
        assert_eq!(edges(Shape::Graph, Family::Ring, 1), Some(0));
        assert_eq!(edges(DIGRAPH, Family::Ring, 1), Some(0));
    }

    #[test]
    fn edges_are_as_the_table_of_families_says() {
        for (shape, family, n, expected) in [
            (Shape::Graph, Family::Ring, 2, Some(1)),
            (Shape::Graph, Family::Ring, 5, Some(5)),
            (DIGRAPH, Family::Ring, 2, Some(2)),
            (Shape::Graph, Family::Line, 4, Some(3)),
            (DIGRAPH, Family::Order, 4, Some(6)),
            (Shape::Graph, Family::Order, 4, None),
            (DIGRAPH, Family::Star, 4, Some(3)),
            (Shape::Graph, Family::Complete, 4, Some(6)),
            (DIGRAPH, Family::Complete, 4, Some(12)),
            (Shape::Digraph { loops: true }, Family::Complete, 4, Some(16)),
            (Shape::Graph, Family::Bipartite(2), 5, Some(6)),
            (Shape::Graph, Family::Bipartite(2), 2, None),
            (Shape::Graph, Family::Grid(3), 8, Some(10)),
            (DIGRAPH, Family::Grid(3), 8, Some(20)),
            (Shape::Tree, Family::Hierarchy(2), 7, Some(6)),
            (Shape::Tree, Family::Ring, 7, None),
            (Shape::Partition, Family::Teams(2), 5, Some(4)),
            (Shape::Partition, Family::Teams(6), 5, None),
            (Shape::Partition, Family::Complete, 4, Some(6)),
        ] {
            assert_eq!(edges(shape, family, n), expected, "{shape:?} {family:?} {n}");
        }
    }

    #[test]
    fn in_a_line_each_is_tied_to_the_one_before_and_a_superior_to_its_subordinates() {
        let line = canonical(DIGRAPH, Family::Line, 3, 3, true).expect("offered");
        assert!(line.has(1, 0) && line.has(2, 1) && line.len() == 2);
        let tree = canonical(Shape::Tree, Family::Hierarchy(2), 4, 4, true).expect("offered");
        assert!(tree.has(0, 1) && tree.has(0, 2) && tree.has(1, 3) && tree.len() == 3);
    }

    #[test]
    fn normalized_rows_sum_to_one_and_weights_outside_the_bounds_are_not_offered() {
        let shape = |normalized, lo, hi| Shape::Weights { normalized, lo, hi };
        for family in [
            Family::Selfish,
            Family::Isolated,
            Family::Collaborative,
            Family::Cooperative(0.3),
            Family::Competitive,
        ] {
            for n in 1..6 {
                let ties = canonical(shape(true, -1.0, 2.0), family, n, n, true).expect("offered");
                for a in 0..n {
                    let sum: f64 = ties.from(a).iter().map(|tie| tie.1).sum();
                    assert!((sum - 1.0).abs() < 1e-12, "{family:?} {n}");
                }
            }
        }
        assert_eq!(canonical(shape(true, 0.0, 1.0), Family::Competitive, 3, 3, true), None);
        assert_eq!(canonical(shape(false, 0.5, 1.0), Family::Selfish, 3, 3, true), None);
        assert!(canonical(shape(false, -1.0, 1.0), Family::Competitive, 3, 3, true).is_some());
    }

    #[test]
    fn sparse_families_are_offered_to_a_hundred_thousand_and_dense_ones_are_not() {
        let n = 100_000;
        for family in [Family::Ring, Family::Star, Family::Grid(300), Family::Hierarchy(3)] {
            assert!(edges(Shape::Graph, family, n).is_some_and(|edges| edges >= n - 1));
        }
        assert_eq!(edges(Shape::Graph, Family::Complete, n), None);
        assert_eq!(edges(DIGRAPH, Family::Order, n), None);
    }

    #[test]
    fn between_two_populations_all_or_none_are_tied() {
        let complete = canonical(DIGRAPH, Family::Complete, 2, 3, false).expect("offered");
        assert_eq!(complete.edges(DIGRAPH), 6);
        assert_eq!(canonical(DIGRAPH, Family::Ring, 3, 3, false), None);
        let weights = Shape::Weights { normalized: true, lo: 0.0, hi: 1.0 };
        assert_eq!(canonical(weights, Family::Isolated, 2, 3, false), None);
        let alike = canonical(weights, Family::Collaborative, 2, 4, false).expect("offered");
        assert_eq!(alike.weight(1, 3), 0.25);
    }
}
