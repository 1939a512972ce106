//! Every planted mutant of the engine is caught by the comparison with the reference.
//!
//! In: `tests/engine/mutants/*.toml`. Out: a line for each mutant, with the first seed that tells
//! it from the truth; failure where one is not caught, or where what has no mutant is "caught".
//!
//! `cargo bench --bench engine_mutants -- WORD…` takes only mutants whose name holds one of the
//! words; without them all are taken.

mod planted;

use std::process::ExitCode;

fn main() -> ExitCode {
    planted::run(&planted::Suite {
        folder: "tests/engine/mutants",
        copy: "engine_mutants",
        switch: ("crate::engine", "src/engine/mod.rs"),
        test: "engine",
        comparisons: &[
            "arithmetic_is_fused_alike",
            "comparisons_of_reals_miss_alike",
            "events_and_worlds_are_read_alike",
            "margins_are_alike",
            "random_models_run_alike",
        ],
        variables: ("POLITY_ENGINE_FROM", "POLITY_ENGINE"),
        least: 10_000,
    })
}
