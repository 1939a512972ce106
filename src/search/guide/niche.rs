//! The niche of a society: what kind of structure it has. An archive keeps the nearest run of
//! each (MAP-Elites: Mouret and Clune, 2015), so that a search does not crowd into one kind.
//!
//! In: a setup. Out: its size and coarse features.

use crate::ir::Model;
use crate::reference::deviations;
use crate::social::{Shape, Ties};
use crate::trace::Setup;

/// Coarse features of a society.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Niche {
    /// How many agents there are, principals included.
    pub agents: u32,
    /// The share of possible ties that are there, in fifths.
    pub density: u8,
    /// How far the best connected agent stands out, in fifths.
    pub centralisation: u8,
    /// How many cells deviate, up to [`DEVIATIONS_MAX`].
    pub deviations: u8,
}

/// More deviations are not told apart.
pub const DEVIATIONS_MAX: u8 = 6;

/// The niche of a setup.
pub fn niche(model: &Model, setup: &Setup) -> Niche {
    let deviating = deviations(model, setup).map_or(0, |cells| cells.len());
    let structures = || model.structures.iter().zip(setup.structures.iter());
    let fifths = |share: f64| (share.clamp(0.0, 1.0) * 4.999) as u8;
    let of = |measure: fn(Shape, &Ties) -> f64| {
        let all: Vec<f64> = structures().map(|(s, made)| measure(s.shape, &made.ties)).collect();
        if all.is_empty() { 0.0 } else { all.iter().sum::<f64>() / all.len() as f64 }
    };
    Niche {
        agents: setup.sizes.iter().fold(0, |sum, size| sum.saturating_add(*size)),
        density: fifths(of(density)),
        centralisation: fifths(of(centralisation)),
        deviations: deviating.min(usize::from(DEVIATIONS_MAX)) as u8,
    }
}

/// Ties that are there over ties that may be.
fn density(_: Shape, ties: &Ties) -> f64 {
    let pairs = f64::from(ties.rows()) * f64::from(ties.columns());
    if pairs == 0.0 { 0.0 } else { ties.len() as f64 / pairs }
}

/// The greatest number of ties of one agent above their mean, over what it could be (Freeman,
/// 1978, for degrees in both directions).
fn centralisation(_: Shape, ties: &Ties) -> f64 {
    let agents = ties.rows().max(ties.columns()) as usize;
    if agents < 2 {
        return 0.0;
    }
    let mut degrees = vec![0u32; agents];
    for (a, b, _) in ties.all() {
        degrees[a as usize] += 1;
        degrees[b as usize] += 1;
    }
    let most = f64::from(degrees.iter().copied().max().unwrap_or(0));
    let mean = f64::from(degrees.iter().sum::<u32>()) / agents as f64;
    (most - mean) / (2.0 * (agents as f64 - 1.0))
}
