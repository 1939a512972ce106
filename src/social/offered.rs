//! Which families are offered at which sizes: what is not is listed as unreached.
//!
//! In: shape, family, sizes. Out: whether there are such ties, and that they are not too many
//! to hold.

use super::{Family, Shape};

/// The sizes of a structure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Size {
    /// Agents that ties go from.
    pub rows: u32,
    /// Agents that ties go to.
    pub columns: u32,
    /// Whether these are the same population.
    pub same: bool,
}

impl Size {
    /// The population's size, for structures on one population.
    pub fn agents(self) -> u64 {
        u64::from(self.rows)
    }

    /// How many ordered pairs there are.
    pub fn pairs(self) -> u64 {
        u64::from(self.rows) * u64::from(self.columns)
    }
}

/// The most ties that a structure may have, both directions counted.
pub(super) const TIES_MAX: u64 = 4_000_000;

/// Whether the family is offered for this shape at this size.
pub(super) fn offered(shape: Shape, family: Family, size: Size) -> bool {
    // spec: family.offered
    if !family.fits(shape) || (size.same && size.rows != size.columns) {
        return false;
    }
    let fits = if size.same { within(family, size.agents()) } else { between(shape, family) };
    fits && ties_most(shape, family, size) <= TIES_MAX && weights_fit(shape, family, size)
}

/// Whether the arguments make sense for `n` agents.
fn within(family: Family, n: u64) -> bool {
    match family {
        Family::Bipartite(a) => n > u64::from(a),
        Family::Teams(k) => n >= u64::from(k),
        Family::SmallWorld(k, _) => n > u64::from(k),
        Family::ScaleFree(m) => n > u64::from(m),
        Family::Isolated
        | Family::Ring
        | Family::Line
        | Family::Order
        | Family::Star
        | Family::Complete
        | Family::Grid(_)
        | Family::Hierarchy(_)
        | Family::Any
        | Family::Random(_)
        | Family::Selfish
        | Family::Collaborative
        | Family::Cooperative(_)
        | Family::Competitive => true,
    }
}

/// Whether a structure between two populations may have the family.
fn between(shape: Shape, family: Family) -> bool {
    // spec: family.two-populations
    match shape {
        Shape::Graph | Shape::Tree | Shape::Partition => false,
        Shape::Digraph { .. } => {
            matches!(family, Family::Isolated | Family::Complete | Family::Any | Family::Random(_))
        }
        Shape::Weights { .. } => matches!(
            family,
            Family::Isolated | Family::Complete | Family::Collaborative | Family::Any
        ),
    }
}

/// The most ties of the family, both directions counted; expected ones for a sampler.
fn ties_most(shape: Shape, family: Family, size: Size) -> u64 {
    let n = size.agents();
    match family {
        Family::Isolated | Family::Selfish => 0,
        Family::Ring | Family::Line | Family::Star | Family::Hierarchy(_) => 2 * n,
        Family::Grid(_) => 4 * n,
        Family::Order => n * n / 2,
        Family::Bipartite(a) => 2 * u64::from(a) * n.saturating_sub(u64::from(a)),
        Family::Teams(k) => n * n.div_ceil(u64::from(k)),
        Family::Random(p) => (p * size.pairs() as f64) as u64,
        Family::SmallWorld(k, _) => n * u64::from(k),
        Family::ScaleFree(m) => 2 * n * u64::from(m),
        Family::Any if shape == Shape::Tree => u64::from(size.columns),
        Family::Any
        | Family::Complete
        | Family::Collaborative
        | Family::Cooperative(_)
        | Family::Competitive => size.pairs(),
    }
}

/// Whether the family's weights lie in the bounds.
fn weights_fit(shape: Shape, family: Family, size: Size) -> bool {
    let Shape::Weights { normalized, lo, hi } = shape else { return true };
    let columns = f64::from(size.columns);
    if family == Family::Any {
        return !normalized || size.rows == 0 || (lo * columns <= 1.0 && 1.0 <= hi * columns);
    }
    let Some((own, other)) = weights(family, size, normalized) else { return false };
    let alone = size.same && size.columns == 1;
    let inside = |weight: f64| (lo..=hi).contains(&weight);
    size.rows == 0 || ((!size.same || inside(own)) && (alone || inside(other)))
}

/// The weight on oneself, and on each other one; none where the rows cannot be so.
pub(super) fn weights(family: Family, size: Size, normalized: bool) -> Option<(f64, f64)> {
    // spec: family.weights
    let n = f64::from(size.columns);
    let others = if size.columns > 1 { 1.0 / (n - 1.0) } else { 0.0 };
    let alone = size.columns <= 1;
    match family {
        Family::Isolated if !size.same => (!normalized).then_some((0.0, 0.0)),
        Family::Isolated | Family::Selfish => Some((1.0, 0.0)),
        Family::Complete | Family::Collaborative => {
            (size.columns > 0).then_some((1.0 / n, 1.0 / n))
        }
        Family::Cooperative(_) | Family::Competitive if alone => Some((1.0, 0.0)),
        Family::Cooperative(w) => Some((1.0 - w, w * others)),
        Family::Competitive => Some((if normalized { 2.0 } else { 1.0 }, -others)),
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
        | Family::ScaleFree(_) => None,
    }
}
