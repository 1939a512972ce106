//! Whether one liar keeps the honest apart under trimmed averaging (catalogue C28).
//!
//! To drop the highest and the lowest of all values is to drop those of the honest and to put what
//! the liar says between them: one pair of extremes serves everybody. The honest are alike, so
//! their first values ascend.

use polity_z3::z3::Solver;
use polity_z3::z3::ast::{Bool, Real};

use crate::least::is_sat;
use crate::question::Answer;

const ROUNDS: usize = 3;

/// Two honest of three, told differently: the liar tells each its own value.
pub fn three_told_apart() -> Answer {
    assert!(stay_apart(2, false));
    Answer::Fails
}

/// Two honest of three that hear the same take the same middle one of three.
pub fn three_told_alike() -> Answer {
    assert!(!stay_apart(2, true));
    Answer::Holds
}

/// Three honest of four halve what is between them, whatever each is told.
pub fn four_told_apart() -> Answer {
    assert!(!stay_apart(3, false));
    Answer::Holds
}

/// Whether the honest can be more than 1/8 apart in the end.
fn stay_apart(honest: usize, is_broadcast: bool) -> bool {
    let solver = Solver::new();
    let told_name = |i| if is_broadcast { "told".to_string() } else { format!("told_{i}") };
    let told: Vec<Real> = (0..honest).map(|i| Real::new_const(told_name(i))).collect();
    let mut values: Vec<Real> =
        (0..honest).map(|i| Real::new_const(format!("value_{i}"))).collect();
    for value in told.iter().chain(&values) {
        solver.assert(value.ge(number(0, 1)));
        solver.assert(value.le(number(1, 1)));
    }
    for pair in values.windows(2) {
        solver.assert(pair[0].le(&pair[1]));
    }
    for _ in 0..ROUNDS {
        values = next(&values, &told);
    }
    let pairs = (0..honest).flat_map(|i| (0..honest).map(move |j| (i, j)));
    let apart: Vec<Bool> = pairs
        .filter(|(i, j)| i != j)
        .map(|(i, j)| (&values[i] - &values[j]).gt(number(1, 8)))
        .collect();
    solver.assert(Bool::or(&apart));
    is_sat(&solver, &[])
}

/// The values after a round.
fn next(values: &[Real], told: &[Real]) -> Vec<Real> {
    let best = |is_better: fn(&Real, &Real) -> Bool| {
        let first = values[0].clone();
        values[1..].iter().fold(first, |best, value| is_better(&best, value).ite(&best, value))
    };
    let highest = best(|best, value| best.ge(value));
    let lowest = best(|best, value| best.le(value));
    let rest = Real::add(values) - &highest - &lowest;
    let share = number(1, values.len() as i64 - 1);
    let next = told.iter().map(|told| {
        let capped = told.ge(&highest).ite(&highest, told);
        (&rest + told.le(&lowest).ite(&lowest, &capped)) * &share
    });
    next.collect()
}

fn number(numerator: i64, denominator: i64) -> Real {
    Real::from_rational(numerator, denominator)
}
