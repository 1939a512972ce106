//! The fewest fishers whose constant takes collapse the commons within 12 rounds (catalogue C19).
//!
//! The rounds know the total take only, so they are written once, and each number of fishers is an
//! assumption about the total. Fishers are alike, so the first take the most. A stock has a name of
//! its own where the total is a constant (2.6 ms, else 9), and none where takes are free (9, else 22).

use std::ops::RangeInclusive;

use polity_z3::z3::Solver;
use polity_z3::z3::ast::{Bool, Int};

use crate::least::{is_sat, least};
use crate::question::Answer;

const CAPACITY: i64 = 100;
const ROUNDS: usize = 12;
const FISHERS_MAX: usize = 12;

/// 11: floor(50 / 5) + 1.
pub fn each_takes_5() -> Answer {
    assert_eq!(least_collapsing(5..=5), Some(11));
    Answer::Least(11)
}

/// 6: five of 10 take 50, which is sustained.
pub fn takes_up_to_10() -> Answer {
    assert_eq!(least_collapsing(0..=10), Some(6));
    Answer::Least(6)
}

fn least_collapsing(takes: RangeInclusive<i64>) -> Option<usize> {
    let solver = Solver::new();
    let total = Int::new_const("total");
    let fishers = fishers(&solver, &takes);
    solver.assert(collapses(&solver, &total, takes.start() == takes.end()));
    least(1..=FISHERS_MAX, |number| {
        let are_there = Bool::new_const(format!("there_are_{number}"));
        solver.assert(are_there.implies(total.eq(Int::add(&fishers[..*number]))));
        is_sat(&solver, &[are_there])
    })
}

/// What each fisher takes in every round.
fn fishers(solver: &Solver, takes: &RangeInclusive<i64>) -> Vec<Int> {
    let (least, most) = (*takes.start(), *takes.end());
    if least == most {
        return vec![Int::from_i64(least); FISHERS_MAX];
    }
    let fishers: Vec<Int> = (0..FISHERS_MAX).map(|i| Int::new_const(format!("take_{i}"))).collect();
    for fisher in &fishers {
        solver.assert(fisher.ge(least));
        solver.assert(fisher.le(most));
    }
    for pair in fishers.windows(2) {
        solver.assert(pair[1].le(&pair[0]));
    }
    fishers
}

/// Whether less than 5 is left in some round.
fn collapses(solver: &Solver, total: &Int, is_named: bool) -> Bool {
    let number = Int::from_i64;
    let mut stock = number(CAPACITY);
    let mut collapsed = Vec::new();
    for round in 0..ROUNDS {
        let left = total.ge(&stock).ite(&number(0), &(&stock - total));
        collapsed.push(left.lt(5));
        let doubled = &left * 2;
        stock = doubled.gt(CAPACITY).ite(&number(CAPACITY), &doubled);
        if is_named {
            let name = Int::new_const(format!("stock_{round}"));
            solver.assert(name.eq(&stock));
            stock = name;
        }
    }
    Bool::or(&collapsed)
}
