//! The least cascade that misleads somebody (catalogue C11).
//!
//! Members act in turn, and nobody acts before the least cascade is over but its own members: a
//! member more is one more line.

use polity_z3::z3::Solver;
use polity_z3::z3::ast::{Bool, Int};

use crate::least::{is_sat, least};
use crate::question::Answer;

const MEMBERS_MAX: usize = 12;

/// 3: signals wrong, wrong, right.
pub fn least_cascade() -> Answer {
    assert_eq!(least_misled(), Some(3));
    Answer::Least(3)
}

fn least_misled() -> Option<usize> {
    let solver = Solver::new();
    let one = |is_right: &Bool| is_right.ite(&Int::from_i64(1), &Int::from_i64(-1));
    let mut lead = Int::from_i64(0);
    least(1..=MEMBERS_MAX, |member| {
        let signal = Bool::new_const(format!("signal_{member}"));
        let right = Bool::new_const(format!("right_{member}"));
        let balance = &lead + one(&signal);
        let follows = Bool::and(&[balance.eq(0), signal.clone()]);
        solver.assert(right.eq(Bool::or(&[balance.gt(0), follows])));
        lead = &lead + one(&right);
        let is_misled = Bool::new_const(format!("misled_{member}"));
        solver.assert(is_misled.eq(Bool::and(&[signal, right.not()])));
        is_sat(&solver, &[is_misled])
    })
}
