//! Ties between agents, sparse.
//!
//! # Invariants
//! - Rows are sorted by column, and no column stands twice in a row.
//! - A tie of weight 0 is not stored.

/// What kind of structure it is (§3).
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Shape {
    /// Symmetric, no loops.
    Graph,
    /// Directed; loops only if `loops`.
    Digraph {
        /// Whether an agent may be tied to itself.
        loops: bool,
    },
    /// Each has at most one superior, no cycle. The tie goes from superior to subordinate.
    Tree,
    /// Teams: a tie joins team-mates.
    Partition,
    /// A real for each ordered pair, itself included; normalized: each row sums to 1.
    Weights {
        /// Whether each row sums to 1.
        normalized: bool,
        /// The least weight.
        lo: f64,
        /// The greatest weight.
        hi: f64,
    },
}

/// The ties of one structure, of one setup: from `rows` agents to `columns` agents.
///
/// Rows are sorted by column. On a graph and a partition of one population both directions
/// are stored. Without weights every weight is 1; a tie of weight 0 is not stored.
#[derive(Clone, Debug)]
pub struct Ties {
    rows: Vec<Vec<(u32, f64)>>,
    columns: u32,
    across: bool,
}

/// Two ties are equal where the same agents are tied with the same weights.
impl PartialEq for Ties {
    fn eq(&self, other: &Ties) -> bool {
        self.columns == other.columns && self.rows == other.rows
    }
}

impl Ties {
    /// No ties, from `rows` agents to `columns`: of one population if both are equal.
    pub fn empty(rows: u32, columns: u32) -> Ties {
        Ties { rows: vec![Vec::new(); rows as usize], columns, across: rows != columns }
    }

    /// No ties, from the `rows` agents of one population to the `columns` of another.
    pub fn empty_across(rows: u32, columns: u32) -> Ties {
        Ties { across: true, ..Ties::empty(rows, columns) }
    }

    /// These ties; of doubles the last counts. Linear, but for sorting.
    pub(super) fn of(
        rows: u32,
        columns: u32,
        same: bool,
        ties: impl IntoIterator<Item = (u32, u32, f64)>,
    ) -> Ties {
        let mut made =
            if same { Ties::empty(rows, columns) } else { Ties::empty_across(rows, columns) };
        for (a, b, weight) in ties {
            assert!(b < columns, "a tie to agent {b} of {columns}");
            made.rows[a as usize].push((b, weight));
        }
        for row in &mut made.rows {
            row.sort_by_key(|tie| tie.0);
            row.reverse();
            row.dedup_by_key(|tie| tie.0);
            row.reverse();
            row.retain(|tie| tie.1 != 0.0);
        }
        made
    }

    /// How many agents ties go from.
    pub fn rows(&self) -> u32 {
        self.rows.len() as u32
    }

    /// How many agents ties go to.
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// The weight of the tie from `a` to `b`; 0 where there is none.
    pub fn weight(&self, a: u32, b: u32) -> f64 {
        let row = &self.rows[a as usize];
        row.binary_search_by_key(&b, |tie| tie.0).map_or(0.0, |at| row[at].1)
    }

    /// Whether `a` is tied to `b`.
    pub fn has(&self, a: u32, b: u32) -> bool {
        self.weight(a, b) != 0.0
    }

    /// Sets the weight of the tie from `a` to `b`, one direction only; 0 removes it.
    pub fn set(&mut self, a: u32, b: u32, weight: f64) {
        assert!(b < self.columns, "a tie to agent {b} of {}", self.columns);
        let row = &mut self.rows[a as usize];
        match row.binary_search_by_key(&b, |tie| tie.0) {
            Ok(at) if weight == 0.0 => drop(row.remove(at)),
            Ok(at) => row[at].1 = weight,
            Err(_) if weight == 0.0 => {}
            Err(at) => row.insert(at, (b, weight)),
        }
    }

    /// The ties that go from `a`, by column, with their weights.
    #[allow(clippy::wrong_self_convention)] // It reads as the social word: ties from `a`.
    pub fn from(&self, a: u32) -> &[(u32, f64)] {
        &self.rows[a as usize]
    }

    /// All ties `(a, b, weight)`, by row and column.
    pub fn all(&self) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        self.rows
            .iter()
            .enumerate()
            .flat_map(|(a, row)| row.iter().map(move |tie| (a as u32, tie.0, tie.1)))
    }

    /// How many ties are stored, both directions counted.
    pub fn len(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    /// Whether nobody is tied to anybody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many edges there are: undirected ones once, weights that are not 0 off the
    /// diagonal, pairs together in a partition.
    pub fn edges(&self, shape: Shape) -> u32 {
        // spec: family.edges
        let counted = self.all().filter(|tie| self.counts(shape, tie.0, tie.1)).count();
        u32::try_from(counted).unwrap_or(u32::MAX)
    }

    /// How many edges differ between two ties of one size.
    pub fn edges_apart(&self, other: &Ties, shape: Shape) -> u32 {
        let differs = |a: u32, b: u32, weight: f64, from: &Ties| {
            self.counts(shape, a, b) && from.weight(a, b) != weight
        };
        let here = self.all().filter(|tie| differs(tie.0, tie.1, tie.2, other)).count();
        let only_there = other
            .all()
            .filter(|tie| !self.has(tie.0, tie.1) && differs(tie.0, tie.1, tie.2, self))
            .count();
        u32::try_from(here + only_there).unwrap_or(u32::MAX)
    }

    /// Whether the place from `a` to `b` counts as an edge where it is not 0.
    fn counts(&self, shape: Shape, a: u32, b: u32) -> bool {
        match shape {
            Shape::Graph | Shape::Partition => a < b,
            Shape::Weights { .. } => self.across || a != b,
            Shape::Digraph { .. } | Shape::Tree => true,
        }
    }

    /// The same without agent `row` (and `column`), whose successors move up by one.
    pub fn without(&self, row: Option<u32>, column: Option<u32>) -> Ties {
        let kept = self.rows.iter().enumerate().filter(|(a, _)| Some(*a as u32) != row);
        let rows = kept.map(|(_, ties)| match column {
            None => ties.clone(),
            Some(gone) => ties
                .iter()
                .filter(|tie| tie.0 != gone)
                .map(|tie| (tie.0 - u32::from(tie.0 > gone), tie.1))
                .collect(),
        });
        let inside = column.is_some_and(|gone| gone < self.columns);
        Ties {
            rows: rows.collect(),
            columns: self.columns - u32::from(inside),
            across: self.across,
        }
    }

    /// The same with agent `a` called `names[a]`; of one population.
    pub fn renamed(&self, names: &[u32]) -> Ties {
        let ties = self.all().map(|(a, b, w)| (names[a as usize], names[b as usize], w));
        Ties::of(self.rows(), self.columns, !self.across, ties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck::{Arbitrary, Gen, quickcheck};

    /// Three ties of one size, of five agents.
    #[derive(Clone, Debug)]
    struct Triple([Ties; 3]);

    impl Arbitrary for Triple {
        fn arbitrary(g: &mut Gen) -> Triple {
            let mut one = || {
                let ties = Vec::<(u8, u8, u8)>::arbitrary(g);
                let place =
                    |(a, b, w): (u8, u8, u8)| (a as u32 % 5, b as u32 % 5, f64::from(w % 3));
                Ties::of(5, 5, true, ties.into_iter().map(place))
            };
            Triple([one(), one(), one()])
        }
    }

    const SHAPES: [Shape; 2] =
        [Shape::Digraph { loops: true }, Shape::Weights { normalized: false, lo: 0.0, hi: 2.0 }];

    quickcheck! {
        fn edges_apart_is_a_metric_up_to_what_is_no_edge(triple: Triple) -> bool {
            let [a, b, c] = &triple.0;
            SHAPES.into_iter().all(|shape| {
                a.edges_apart(a, shape) == 0
                    && a.edges_apart(b, shape) == b.edges_apart(a, shape)
                    && a.edges_apart(c, shape) <= a.edges_apart(b, shape) + b.edges_apart(c, shape)
                    && a.edges_apart(&Ties::empty(5, 5), shape) == a.edges(shape)
            }) && (a.edges_apart(b, SHAPES[0]) == 0) == (a == b)
        }

        fn without_an_agent_exactly_its_ties_are_gone(triple: Triple, gone: u32) -> bool {
            let (ties, gone) = (&triple.0[0], gone % 5);
            let less = ties.without(Some(gone), Some(gone));
            let up = |agent: u32| agent + u32::from(agent >= gone);
            less.rows() == 4
                && less.columns() == 4
                && (0..4).all(|a| (0..4).all(|b| less.weight(a, b) == ties.weight(up(a), up(b))))
        }

        fn setting_a_tie_sets_that_one_alone(triple: Triple, a: u32, b: u32, weight: u8) -> bool {
            let (a, b) = (a % 5, b % 5);
            let mut ties = triple.0[0].clone();
            ties.set(a, b, f64::from(weight));
            (0..5).all(|row| (0..5).all(|column| {
                let before = triple.0[0].weight(row, column);
                ties.weight(row, column)
                    == if (row, column) == (a, b) { f64::from(weight) } else { before }
            })) && ties.all().all(|tie| tie.2 != 0.0)
        }
    }

    #[test]
    fn an_undirected_tie_is_one_edge_and_two_that_differ_in_it_are_one_apart() {
        let tied = Ties::of(3, 3, true, [(0, 1, 1.0), (1, 0, 1.0)]);
        assert_eq!(tied.edges(Shape::Graph), 1);
        assert_eq!(tied.edges_apart(&Ties::empty(3, 3), Shape::Graph), 1);
    }

    #[test]
    fn across_populations_of_one_size_every_tie_is_an_edge() {
        let weights = Shape::Weights { normalized: false, lo: 0.0, hi: 1.0 };
        let ties = Ties::of(2, 2, false, [(0, 0, 0.5), (0, 1, 1.0), (1, 0, 1.0)]);
        assert_eq!(ties.edges(weights), 3);
    }

    #[test]
    fn without_a_row_only_columns_stay() {
        let ties = Ties::of(2, 3, false, [(0, 2, 1.0), (1, 0, 1.0)]);
        let less = ties.without(Some(0), None);
        assert_eq!((less.rows(), less.columns()), (1, 3));
        assert!(less.has(0, 0));
    }
}
