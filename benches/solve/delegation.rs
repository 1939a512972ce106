//! The least depth at which a chain of delegation is off by more than 1/4 (catalogue C29).

use polity_z3::z3::Solver;
use polity_z3::z3::ast::{Bool, Real};

use crate::least::{is_sat, least};
use crate::question::Answer;

const DEPTH_MAX: usize = 8;

/// 3 hand-offs of 1/10.
pub fn by_tenths() -> Answer {
    assert_eq!(least_depth(10), Some(3));
    Answer::Least(3)
}

/// 6 hand-offs of 1/20.
pub fn by_twentieths() -> Answer {
    assert_eq!(least_depth(20), Some(6));
    Answer::Least(6)
}

/// Each hand-off is off by at most one part of `parts`.
fn least_depth(parts: i64) -> Option<usize> {
    let solver = Solver::new_for_logic("QF_LRA").expect("a known logic");
    let number = Real::from_rational;
    let mut understood = number(0, 1);
    least(1..=DEPTH_MAX, |depth| {
        let drift = Real::new_const(format!("drift_{depth}"));
        solver.assert(drift.ge(number(-1, parts)));
        solver.assert(drift.le(number(1, parts)));
        understood = &understood + drift;
        let is_off = Bool::new_const(format!("off_{depth}"));
        let far = [understood.gt(number(1, 4)), understood.lt(number(-1, 4))];
        solver.assert(is_off.implies(Bool::or(&far)));
        is_sat(&solver, &[is_off])
    })
}
