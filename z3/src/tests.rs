//! That Z3 is there, is the right one, and solves.

use z3::ast::{Int, Real};
use z3::{Optimize, SatResult, Solver};

use super::{OLDEST, Version, WrongVersion, parse, version};

#[test]
fn what_is_loaded_is_new_enough() {
    let version = version().expect("a new Z3");
    assert!(version >= OLDEST, "{version}");
}

#[test]
fn versions_are_read_and_compared() {
    let new = Version { major: 5, minor: 3, patch: 3 };
    assert_eq!(parse("Z3 5.3.3.0"), Some(new));
    assert_eq!(parse("Z3 5.3.3 build 12"), Some(new));
    assert_eq!(parse("Z3"), None);
    let old = parse("Z3 4.13.3.0").expect("a version");
    assert!(old < OLDEST && new > OLDEST);
    let told = WrongVersion { found: "Z3 4.8.12".to_string() }.to_string();
    assert_eq!(told, "the solver that was loaded is `Z3 4.8.12`, and Z3 5.3.0 or newer is needed");
}

#[test]
fn a_solver_finds_the_only_answer_and_refutes_any_other() {
    let (fishers, take) = (Int::new_const("fishers"), Int::new_const("take"));
    let solver = Solver::new();
    solver.assert((&fishers * &take).eq(60));
    solver.assert(fishers.eq(5));
    assert_eq!(solver.check(), SatResult::Sat);
    let model = solver.get_model().expect("a model");
    assert_eq!(model.eval(&take, true).and_then(|value| value.as_i64()), Some(12));
    solver.assert(take.ne(12));
    assert_eq!(solver.check(), SatResult::Unsat);
}

#[test]
fn an_optimum_is_an_exact_rational() {
    let patience = Real::new_const("patience");
    let optimize = Optimize::new();
    // Five firms keep faith exactly if 1/5 >= 1 - patience.
    optimize.assert(Real::from_rational(1, 5).ge(Real::from_rational(1, 1) - &patience));
    optimize.minimize(&patience);
    assert_eq!(optimize.check(&[]), SatResult::Sat);
    let model = optimize.get_model().expect("a model");
    let least = model.eval(&patience, true).and_then(|value| value.as_rational());
    assert_eq!(least, Some((4, 5)));
}

#[test]
fn a_kind_of_operator_is_one_that_the_bindings_know() {
    // An older Z3 numbers the operators otherwise, and this is where it would crash.
    let sum = Int::new_const("x") + Int::new_const("y");
    assert_eq!(z3::ast::Ast::decl(&sum).kind(), z3::DeclKind::Add);
}
