//! The ties of a structure: those of a family in every labelling (where agents are
//! interchangeable in one), or any of its shape.

use super::{Encoded, Encoder};
use crate::diag::Span;
use crate::ir::StructId;
use crate::smt::number::{int, real};
use crate::smt::term::{Sort, Term};
use crate::social::{Family, Shape, Ties, family};

/// Labellings that are listed; more are permutations of one.
const LISTED_MAX: usize = 32;

/// A truth (of weights: a real) for each pair.
pub(in crate::smt) type Matrix = Vec<Vec<Term>>;

/// The families that ties may be of, each with when they are.
pub(in crate::smt) type Named = Vec<(Option<Family>, Term)>;

impl Encoder<'_> {
    /// The ties of the actual society: of one of `families`, each with when it is that one.
    pub fn tie_up(&mut self, id: StructId, families: &[Family]) -> Encoded<(Matrix, Named)> {
        let families: Vec<Family> = match families.contains(&Family::Any) {
            true => vec![Family::Any],
            false => families.to_vec(),
        };
        let span = self.model.structures[id].span;
        let mut offered: Vec<(Family, Matrix, Vec<Term>)> = Vec::new();
        for family in families {
            let before = self.asserted.len();
            if let Some(ties) = self.of_family(id, family, span)? {
                // What the family demands, it demands only where it is chosen.
                let demands = self.asserted.split_off(before);
                offered.push((family, ties, demands));
            }
        }
        let guards = self.ladder(offered.len());
        let Some((_, first, _)) = offered.first() else {
            // No family is offered at this size: there is no such setup.
            let no = self.terms.no();
            self.asserted.push(no);
            return Ok((self.constant(id, &self.nobody(id)), Vec::new()));
        };
        let mut matrix = first.clone();
        let mut named = Vec::new();
        for ((family, ties, demands), guard) in offered.into_iter().zip(guards) {
            for (row, other) in matrix.iter_mut().zip(&ties) {
                for (tie, other) in row.iter_mut().zip(other) {
                    *tie = self.terms.choose(guard, *other, *tie);
                }
            }
            for demand in demands {
                let demand = self.terms.implies(guard, demand);
                self.assert(demand);
            }
            named.push((Some(family), guard));
        }
        Ok((matrix, named))
    }

    /// No ties at all.
    pub fn nobody(&self, id: StructId) -> Ties {
        let (rows, columns) = self.size_of(id);
        Ties::empty(rows, columns)
    }

    /// Ties that are known.
    pub fn constant(&mut self, id: StructId, ties: &Ties) -> Matrix {
        let weights = matches!(self.model.structures[id].shape, Shape::Weights { .. });
        let mut matrix = Vec::new();
        for a in 0..ties.rows() {
            let mut row = Vec::new();
            for b in 0..ties.columns() {
                let weight = ties.weight(a, b);
                row.push(match weights {
                    true => self.terms.real(real(weight)),
                    false => self.terms.bool(weight != 0.0),
                });
            }
            matrix.push(row);
        }
        matrix
    }

    /// The ties of a family in every labelling; none where it is not offered at this size.
    fn of_family(&mut self, id: StructId, family: Family, span: Span) -> Encoded<Option<Matrix>> {
        let declared = &self.model.structures[id];
        let (rows, columns) = self.size_of(id);
        let (shape, same) = (declared.shape, declared.on == declared.to);
        match family {
            Family::Any => return Ok(Some(self.any_ties(id))),
            Family::Random(share) if share > 0.0 && share < 1.0 => {
                return Ok(Some(self.any_ties(id)));
            }
            Family::SmallWorld(..) | Family::ScaleFree(_) => {
                let what = format!("the sampler `{}`", family.text());
                return self.unsupported(span, &what);
            }
            _ => {}
        }
        if self.labelled(declared.on) == Some(id) {
            let canonical = family::canonical(shape, family, rows, columns, same);
            return Ok(canonical.map(|ties| self.constant(id, &ties)));
        }
        if let Some(all) = family::enumerate(shape, family, rows, columns, same, LISTED_MAX) {
            return Ok(self.listed_ties(id, &all));
        }
        let Some(canonical) = family::canonical(shape, family, rows, columns, same) else {
            return Ok(None);
        };
        if !same {
            return self
                .unsupported(span, "a family between two populations with so many labellings");
        }
        Ok(Some(self.permuted(&canonical)))
    }

    /// One of listed ties.
    fn listed_ties(&mut self, id: StructId, all: &[Ties]) -> Option<Matrix> {
        let guards = self.ladder(all.len());
        let mut found: Option<Matrix> = None;
        for (ties, guard) in all.iter().zip(guards) {
            let this = self.constant(id, ties);
            found = Some(match found {
                None => this,
                Some(mut matrix) => {
                    for (row, other) in matrix.iter_mut().zip(&this) {
                        for (tie, other) in row.iter_mut().zip(other) {
                            *tie = self.terms.choose(guard, *other, *tie);
                        }
                    }
                    matrix
                }
            });
        }
        found
    }

    /// Known ties under any naming of the agents.
    fn permuted(&mut self, ties: &Ties) -> Matrix {
        let n = ties.rows() as usize;
        let named: Vec<Vec<Term>> = (0..n).map(|_| self.ladder(n)).collect();
        for (a, one) in named.iter().enumerate() {
            for other in &named[a + 1..] {
                for (here, there) in one.iter().zip(other) {
                    let both = self.terms.and(*here, *there);
                    let not = self.terms.not(both);
                    self.assert(not);
                }
            }
        }
        let all: Vec<(u32, u32, f64)> = ties.all().collect();
        let mut matrix = vec![vec![self.terms.no(); n]; n];
        for (a, row) in matrix.iter_mut().enumerate() {
            for (b, tie) in row.iter_mut().enumerate() {
                let mut ways = Vec::with_capacity(all.len());
                for (i, j, _) in &all {
                    ways.push(self.terms.and(named[a][*i as usize], named[b][*j as usize]));
                }
                *tie = self.terms.any(ways);
            }
        }
        matrix
    }

    /// Any ties of the shape.
    fn any_ties(&mut self, id: StructId) -> Matrix {
        let declared = &self.model.structures[id];
        let (rows, columns) = self.size_of(id);
        let (rows, columns) = (rows as usize, columns as usize);
        let same = declared.on == declared.to;
        let mut matrix = vec![vec![self.terms.no(); columns]; rows];
        match declared.shape {
            Shape::Graph | Shape::Partition => {
                let pairs = (0..rows).flat_map(|a| (a + 1..columns).map(move |b| (a, b)));
                for (a, b) in pairs {
                    let tie = self.terms.var(Sort::Bool, None);
                    (matrix[a][b], matrix[b][a]) = (tie, tie);
                }
                if declared.shape == Shape::Partition {
                    self.demand_teams(&matrix);
                }
            }
            Shape::Digraph { loops } => {
                for (a, row) in matrix.iter_mut().enumerate() {
                    for (b, tie) in row.iter_mut().enumerate() {
                        if loops || !same || a != b {
                            *tie = self.terms.var(Sort::Bool, None);
                        }
                    }
                }
            }
            Shape::Tree => self.any_tree(&mut matrix),
            Shape::Weights { normalized, lo, hi } => {
                for row in &mut matrix {
                    for weight in row.iter_mut() {
                        *weight = self.weight(lo, hi);
                    }
                    if normalized {
                        self.demand_normal(row);
                    }
                }
            }
        }
        matrix
    }

    fn weight(&mut self, lo: f64, hi: f64) -> Term {
        let domain = crate::ir::Domain::Reals(lo, hi);
        let nowhere = self.model.structures.iter().next().map(|structure| structure.span);
        let span = nowhere.expect("a weight is of a structure");
        match self.fresh(&domain, span) {
            Ok(crate::smt::sym::Sym::Real(term)) => term,
            _ => self.terms.real(int(0)),
        }
    }

    /// A row of weights sums to 1, as nearly as the shape demands.
    fn demand_normal(&mut self, row: &[Term]) {
        let sum = self.terms.sum(row.iter().copied(), Sort::Real);
        // Half of what the shape allows: the doubles' own sum must stay within the whole.
        let miss = real(5e-10);
        let (low, high) = (int(1) - miss.clone(), int(1) + miss);
        let (low, high) = (self.terms.real(low), self.terms.real(high));
        let (above, below) = (self.terms.at_most(low, sum), self.terms.at_most(sum, high));
        self.assert(above);
        self.assert(below);
    }

    /// Team-mates of a team-mate are team-mates.
    fn demand_teams(&mut self, ties: &Matrix) {
        let n = ties.len();
        for a in 0..n {
            for b in 0..n {
                for c in 0..n {
                    if a != b && b != c && a != c {
                        let both = self.terms.and(ties[a][b], ties[b][c]);
                        let joined = self.terms.implies(both, ties[a][c]);
                        self.assert(joined);
                    }
                }
            }
        }
    }

    /// Each has one superior or none; levels go down along every tie.
    fn any_tree(&mut self, matrix: &mut Matrix) {
        let n = matrix.len();
        let levels: Vec<Term> = (0..n).map(|_| self.bounded_int(0, n as i64)).collect();
        for below in 0..n {
            let guards = self.ladder(n);
            // The case of itself stands for none.
            for above in 0..n {
                if above == below {
                    continue;
                }
                matrix[above][below] = guards[above];
                let down = self.terms.less(levels[above], levels[below]);
                let down = self.terms.implies(guards[above], down);
                self.assert(down);
            }
        }
    }
}
