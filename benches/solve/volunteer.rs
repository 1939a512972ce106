//! The cost above which no monitor of three acts (catalogue C21).

use polity_z3::z3::Optimize;
use polity_z3::z3::ast::Real;

use crate::least::infimum;
use crate::question::Answer;

/// 1/4 = 1/2 * 1/2; at 1/4 itself all act.
pub fn cost_of_silence() -> Answer {
    let number = Real::from_rational;
    let optimize = Optimize::new();
    let cost = Real::new_const("cost");
    optimize.assert(cost.ge(number(0, 1)));
    optimize.assert(cost.le(number(1, 1)));
    let no_other_acts = number(1, 2) * number(1, 2);
    optimize.assert(no_other_acts.ge(&cost).not());
    optimize.minimize(&cost);
    assert_eq!(infimum(&optimize), ((1, 4), false));
    Answer::Above(1, 4)
}
