//! The least patience from which on a cartel lasts (catalogue C23, prices).

use polity_z3::z3::Optimize;
use polity_z3::z3::ast::{Bool, Real};

use crate::least::infimum;
use crate::question::Answer;

const STEPS: usize = 4;

/// 1/2 = 1 - 1/n.
pub fn patience_of_two() -> Answer {
    known(2)
}

/// 4/5 = 1 - 1/n.
pub fn patience_of_five() -> Answer {
    known(5)
}

fn known(firms: i64) -> Answer {
    assert_eq!(least_patience(firms), ((firms - 1, firms), true));
    Answer::From(firms - 1, firms)
}

/// The firms are as patient as each other, so one stands for all.
fn least_patience(firms: i64) -> ((i64, i64), bool) {
    let number = Real::from_rational;
    let optimize = Optimize::new();
    let patience = Real::new_const("patience");
    optimize.assert(patience.ge(number(0, 1)));
    optimize.assert(patience.le(number(99, 100)));
    let is_worth_it = number(1, firms).ge(number(1, 1) - &patience);
    let mut trusting = Bool::from_bool(true);
    let mut collude = Vec::new();
    for _ in 0..STEPS {
        trusting = Bool::and(&[trusting, is_worth_it.clone()]);
        collude.push(trusting.clone());
    }
    optimize.assert(Bool::or(&collude));
    optimize.minimize(&patience);
    infimum(&optimize)
}
