//! Real numbers that hang together: an evolution strategy that learns which of them move together.
//!
//! In: a run whose setup has free reals, and how near the proposed ones came. Out: the next
//! proposal: all of the reals moved at once.
//!
//! The (1+1)-CMA-ES of Igel, Suttorp and Hansen (2006): one parent; a child is drawn from a normal
//! distribution around it; if it is nearer it takes the parent's place, and the covariance is bent
//! towards the step that it took. Only the order of distances counts, so that their scale does not
//! matter.
//!
//! An implementation of our own: the libraries that we know (cmaes, nalgebra's eigenvalues) take
//! exponentials and powers from the platform, and a search would not be the same to the bit on all
//! of them; and they call a function, where here a wave of runs is proposed before the first is seen.
//!
//! # Invariants
//! - What is proposed depends on what was seen, in its order, and on seeds.

use std::sync::Arc;

use super::edit::{Edited, Editor, Place, Spot};
use super::pool::Entry;
use crate::base::{Seed, math};
use crate::ir::model::{Param, Start};
use crate::ir::{Domain, Model, Value};
use crate::search::subject::Subject;

/// Reals that are moved together, at most.
const REALS_MAX: usize = 32;
/// Proposals without a nearer run until it begins anew.
const PATIENCE: u32 = 250;
/// The step that it begins with, in widths of the domains.
const STEP: f64 = 0.2;
/// The step that ends it.
const STEP_MIN: f64 = 1e-13;
/// The rate of success at which the step stays as it is.
const WANTED: f64 = 2.0 / 11.0;
/// How fast the rate of success is forgotten.
const FORGET: f64 = 1.0 / 12.0;
/// Above this rate a success says nothing of directions.
const EASY: f64 = 0.44;

/// A real of a setup, with the ends of its domain.
#[derive(Clone, Debug)]
struct Real {
    spot: Spot,
    ends: (f64, f64),
}

/// Where an evolution stands.
#[derive(Clone, Debug)]
pub struct Evolution {
    parent: Arc<Entry>,
    reals: Vec<Real>,
    /// The lower triangle whose product with its transpose is the covariance.
    factor: Vec<Vec<f64>>,
    covariance: Vec<Vec<f64>>,
    path: Vec<f64>,
    step: f64,
    success: f64,
    since: u32,
}

/// A proposed step: the numbers that the factor was multiplied with.
pub type Drawn = Vec<f64>;

impl Evolution {
    /// An evolution from a run; none where fewer than two reals of its setup are free.
    pub fn from(subject: &Subject<'_>, parent: &Arc<Entry>) -> Option<Evolution> {
        let reals = reals(subject, parent);
        let n = reals.len();
        if !(2..=REALS_MAX).contains(&n) {
            return None;
        }
        let unit = |i: usize| (0..n).map(|j| f64::from(u8::from(i == j))).collect::<Vec<f64>>();
        let one: Vec<Vec<f64>> = (0..n).map(unit).collect();
        Some(Evolution {
            parent: Arc::clone(parent),
            reals,
            factor: one.clone(),
            covariance: one,
            path: vec![0.0; n],
            step: STEP,
            success: WANTED,
            since: 0,
        })
    }

    /// Whether it is at its end: the step is too small, or nothing has come nearer for long.
    pub fn is_over(&self) -> bool {
        self.step < STEP_MIN || self.since > PATIENCE
    }

    /// The next child, with what was drawn for it.
    pub fn propose(&self, subject: &Subject<'_>, seed: Seed) -> (Edited, Drawn) {
        let normal = |i: usize| math::normal_quantile(seed.uniform(&[i as u32]).max(1e-12));
        let drawn: Drawn = (0..self.reals.len()).map(normal).collect();
        let editor = Editor::new((subject, None), &self.parent.sighting);
        let mut run = editor.parent.run.clone();
        let mut places: Vec<Place> = Vec::new();
        for (real, moved) in self.reals.iter().zip(product(&self.factor, &drawn)) {
            let (lo, hi) = real.ends;
            let (cell, place) = match &real.spot {
                Spot::Param(id, at) => (&mut run.setup.params[*id][*at], Place::Param(*id)),
                Spot::Start(id, at) => (&mut run.setup.starts[*id][*at], Place::Start(*id)),
                Spot::Answer(_) => continue,
            };
            if let Value::Real(number) = cell {
                *number = (*number + self.step * moved * (hi - lo)).clamp(lo, hi);
            }
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let mut edited = Edited { run, places, moved: None };
        editor.settled(&mut edited);
        (edited, drawn)
    }

    /// Takes in what a child came to.
    pub fn learn(&mut self, child: &Arc<Entry>, drawn: &Drawn) {
        let n = self.reals.len() as f64;
        let nearer = child.sighting.gap.total < self.parent.sighting.gap.total;
        self.success = (1.0 - FORGET) * self.success + FORGET * f64::from(u8::from(nearer));
        let rise = (self.success - WANTED) / (1.0 - WANTED) / (1.0 + n / 2.0);
        self.step *= math::exp(rise);
        if !nearer {
            self.since += 1;
            return;
        }
        self.since = 0;
        let moved = product(&self.factor, drawn);
        self.parent = Arc::clone(child);
        let (slow, learned) = (2.0 / (n + 2.0), 2.0 / (n * n + 6.0));
        let easy = self.success >= EASY;
        let add = if easy { 0.0 } else { math::sqrt(slow * (2.0 - slow)) };
        for (path, moved) in self.path.iter_mut().zip(&moved) {
            *path = (1.0 - slow) * *path + add * moved;
        }
        let kept = if easy { 1.0 - learned + learned * slow * (2.0 - slow) } else { 1.0 - learned };
        for (row, a) in self.covariance.iter_mut().zip(&self.path) {
            for (cell, b) in row.iter_mut().zip(&self.path) {
                *cell = kept * *cell + learned * a * b;
            }
        }
        // A covariance that rounding has spoilt is not learned from.
        if let Some(factor) = cholesky(&self.covariance) {
            self.factor = factor;
        }
    }
}

/// Whether setups of a model have a real that is free; there may be several of it.
pub fn has_reals(model: &Model) -> bool {
    let free = |param: &Param| param.value.is_none() && !param.derived;
    let real = |domain: &Domain| matches!(domain, Domain::Reals(..));
    let params = model.params.iter().any(|param| free(param) && real(&param.domain));
    let starts = model.states.iter();
    params || starts.into_iter().any(|of| matches!(of.start, Start::Free) && real(&of.domain))
}

/// The reals of a run's setup that are free.
fn reals(subject: &Subject<'_>, parent: &Entry) -> Vec<Real> {
    let editor = Editor::new((subject, None), &parent.sighting);
    let model = subject.model();
    let ends = |domain: &Domain| match domain {
        Domain::Reals(lo, hi) if (hi - lo).is_finite() && lo < hi => Some((*lo, *hi)),
        _ => None,
    };
    let mut reals = Vec::new();
    for (id, param) in model.params.pairs() {
        // Where only some may deviate, all together may not.
        if let Some(ends) = ends(&param.domain)
            && param.value.is_none()
        {
            let cells = editor.param_cells(id).into_iter();
            reals.extend(cells.map(|at| Real { spot: Spot::Param(id, at), ends }));
        }
    }
    for (id, state) in model.states.pairs() {
        if let Some(ends) = ends(&state.domain) {
            let cells = editor.start_cells(id).into_iter();
            reals.extend(cells.map(|at| Real { spot: Spot::Start(id, at), ends }));
        }
    }
    reals
}

/// The product of a matrix and a vector.
fn product(matrix: &[Vec<f64>], vector: &[f64]) -> Vec<f64> {
    let dot = |row: &Vec<f64>| row.iter().zip(vector).map(|(a, b)| a * b).sum();
    matrix.iter().map(dot).collect()
}

/// The lower triangle whose product with its transpose is `matrix`; none where it is not positive.
fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    let mut factor = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
            let rest = matrix[i][j] - known;
            factor[i][j] = match i == j {
                true if rest > 1e-300 => math::sqrt(rest),
                true => return None,
                false => rest / factor[j][j],
            };
        }
    }
    Some(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_triangle_times_its_transpose_is_the_matrix() {
        let matrix = vec![vec![4.0, 2.0, 0.6], vec![2.0, 5.0, 1.0], vec![0.6, 1.0, 3.0]];
        let factor = cholesky(&matrix).expect("it is positive");
        for (i, row) in matrix.iter().enumerate() {
            for (j, wanted) in row.iter().enumerate() {
                let found: f64 = (0..3).map(|k| factor[i][k] * factor[j][k]).sum();
                assert!((found - wanted).abs() < 1e-12, "{i} {j}: {found}");
            }
        }
        assert_eq!(cholesky(&[vec![1.0, 2.0], vec![2.0, 1.0]]), None);
    }
}
