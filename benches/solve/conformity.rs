//! The fewest adversaries that turn a complete graph (catalogue C2b).
//!
//! Agents are alike, so the first of them are the adversaries: "at most k" is then one literal.
//! Neighbours are all but oneself, so two counts of those who act well serve everybody.

use polity_z3::z3::Solver;
use polity_z3::z3::ast::Bool;

use crate::least::{is_sat, least_by_halves};
use crate::question::Answer;

/// 12 of 21.
pub fn adversaries_of_21() -> Answer {
    known(21, 12)
}

/// 30 of 51.
pub fn adversaries_of_51() -> Answer {
    known(51, 30)
}

fn known(agents: usize, fewest: usize) -> Answer {
    // ceil((N - 1) (1 + H / J) / 2) for J = 5 H.
    assert_eq!(fewest, (3 * (agents - 1)).div_ceil(5));
    assert_eq!(fewest_adversaries(agents, 3), fewest);
    Answer::Least(fewest as u32)
}

fn fewest_adversaries(agents: usize, steps: usize) -> usize {
    let solver = Solver::new();
    let adversary = bools(agents, "adversary");
    for pair in adversary.windows(2) {
        solver.assert(pair[1].implies(&pair[0]));
    }
    let mut good = vec![Bool::from_bool(true); agents];
    let mut turned = Vec::new();
    for step in 0..steps {
        let next = bools(agents, &format!("good{step}"));
        let (if_good, if_bad) = would(&solver, &good, step);
        for agent in 0..agents {
            let would = good[agent].ite(&if_good, &if_bad);
            solver.assert(next[agent].eq(Bool::and(&[adversary[agent].not(), would])));
        }
        good = next;
        turned.push(Bool::or(&good).not());
    }
    // Somebody is no adversary, and all of those have turned.
    solver.assert(adversary[agents - 1].not());
    solver.assert(Bool::or(&turned));
    least_by_halves(agents - 1, |most| is_sat(&solver, &[adversary[most].not()]))
}

/// Whether an agent that acts well would again, and whether one that does not would: with N - 1
/// neighbours, J = 5 H and P of them acting well, if 5 P > 2 (N - 1).
fn would(solver: &Solver, good: &[Bool], step: usize) -> (Bool, Bool) {
    let needed = 2 * (good.len() as i32 - 1) / 5 + 1;
    let each: Vec<(&Bool, i32)> = good.iter().map(|good| (good, 1)).collect();
    let counted = |name: &str, others: i32| {
        let enough = Bool::new_const(format!("{name}{step}"));
        solver.assert(enough.eq(Bool::pb_ge(&each, others)));
        enough
    };
    (counted("if_good", needed + 1), counted("if_bad", needed))
}

fn bools(number: usize, name: &str) -> Vec<Bool> {
    (0..number).map(|i| Bool::new_const(format!("{name}_{i}"))).collect()
}
