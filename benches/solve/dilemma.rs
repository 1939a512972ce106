//! The least panel whose majorities contradict each other (catalogue C13), with two premises.

use polity_z3::z3::Solver;
use polity_z3::z3::ast::Bool;

use crate::least::{is_sat, least};
use crate::question::Answer;

const PREMISES: usize = 2;
const MEMBERS_MAX: usize = 5;

/// 3.
pub fn least_panel() -> Answer {
    let solver = Solver::new();
    let found = least(1..=MEMBERS_MAX, |members| {
        let asked = Bool::new_const(format!("asked_{members}"));
        solver.assert(asked.implies(is_inconsistent(*members)));
        is_sat(&solver, &[asked])
    });
    assert_eq!(found, Some(3));
    Answer::Least(3)
}

/// Whether a majority of the first members accepts each premise, and none the conclusion.
fn is_inconsistent(members: usize) -> Bool {
    let accepts =
        |member: usize, premise: usize| Bool::new_const(format!("accepts_{member}_{premise}"));
    let more_than_half = |judgements: Vec<Bool>| {
        let each: Vec<(&Bool, i32)> = judgements.iter().map(|yes| (yes, 1)).collect();
        Bool::pb_ge(&each, members as i32 / 2 + 1)
    };
    let on_premise = |premise| more_than_half((0..members).map(|i| accepts(i, premise)).collect());
    let judges = |member| {
        let all: Vec<Bool> = (0..PREMISES).map(|premise| accepts(member, premise)).collect();
        Bool::and(&all)
    };
    let on_conclusion = more_than_half((0..members).map(judges).collect());
    let all_premises: Vec<Bool> = (0..PREMISES).map(on_premise).collect();
    Bool::and(&[Bool::and(&all_premises), on_conclusion.not()])
}
