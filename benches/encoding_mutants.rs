//! Every planted mutant of the solver's encoding is caught by the random models.
//!
//! In: `tests/encoding/*.toml`. Out: a line for each mutant, with the first seed that tells it
//! from the truth; failure where one is not caught, or where what has no mutant is "caught".
//!
//! `cargo bench --bench encoding_mutants -- WORD…` takes only mutants whose name holds one of the
//! words; without them all are taken.

mod planted;

use std::process::ExitCode;

fn main() -> ExitCode {
    planted::run(&planted::Suite {
        folder: "tests/encoding",
        copy: "encoding_mutants",
        switch: ("crate::smt", "src/smt/mod.rs"),
        test: "differential",
        comparisons: &[
            "engines_agree_on_finite_models",
            "engines_do_not_contradict_each_other_on_models_with_reals",
            "engines_agree_on_agents_that_are_alike",
        ],
        variables: ("POLITY_DIFFERENTIAL_FROM", "POLITY_DIFFERENTIAL"),
        least: 80,
    })
}
