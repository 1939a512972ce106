//! What the programs share: asking, and going up to the least number.

use polity_z3::z3::ast::{Ast, Bool, Dynamic};
use polity_z3::z3::{Optimize, SatResult, Solver};

/// Whether all that was asserted can be met, under some assumptions.
pub fn is_sat(solver: &Solver, assumptions: &[Bool]) -> bool {
    match solver.check_assumptions(assumptions) {
        SatResult::Sat => true,
        SatResult::Unsat => false,
        SatResult::Unknown => panic!("unknown: {:?}", solver.get_reason_unknown()),
    }
}

/// The least number of a range for which something is found.
pub fn least(
    mut range: impl Iterator<Item = usize>,
    is_found: impl FnMut(&usize) -> bool,
) -> Option<usize> {
    range.find(is_found)
}

/// The least number from 0 to `most` for which something is found, where it is for all above.
pub fn least_by_halves(most: usize, mut is_found: impl FnMut(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low.midpoint(high);
        if is_found(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

/// The greatest lower bound of the only objective, as a rational, and whether it is attained: where a
/// strict bound keeps it from being, Z3 says `1/4 + epsilon`.
pub fn infimum(optimize: &Optimize) -> ((i64, i64), bool) {
    assert_eq!(optimize.check(&[]), SatResult::Sat);
    let bound = optimize.get_lower(0).expect("a bound");
    let rational = |bound: &Dynamic| bound.as_real().and_then(|real| real.as_rational());
    match (rational(&bound), bound.children().as_slice()) {
        (Some(attained), _) => (attained, true),
        (None, [limit, epsilon]) if epsilon.to_string() == "epsilon" => {
            (rational(limit).expect("a rational"), false)
        }
        (None, _) => panic!("an unknown form of a bound: {bound}"),
    }
}
