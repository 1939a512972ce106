//! Lets polity's programs find the solver's library when they run.
//!
//! In: the folder of the library, from the build of `z3/`. Out: a search path in every binary, test
//! and benchmark: that folder, then the binary's own. Without a solver: nothing.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DEP_POLITY_Z3_DIR");
    let Ok(folder) = env::var("DEP_POLITY_Z3_DIR") else { return };
    let beside = match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("macos") => "@executable_path",
        _ => "$ORIGIN",
    };
    for path in [folder.as_str(), beside] {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{path}");
    }
}
