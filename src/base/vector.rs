//! The widest vector instructions that the machine has, chosen when the program runs.
//!
//! Results do not depend on which they are: every operation is that of its scalar, and nothing is
//! fused or reordered.

use std::sync::OnceLock;

/// Does `work`, compiled for the machine's vector instructions as far as it is inlined.
#[inline(always)]
pub fn vectorised<T>(work: impl FnOnce() -> T) -> T {
    static MACHINE: OnceLock<pulp::Arch> = OnceLock::new();
    MACHINE.get_or_init(pulp::Arch::new).dispatch(work)
}
