//! The solver's layer: a model of known sizes as terms, and what z3 says of them.
//!
//! In: a model, a property, sizes, a horizon. Out: a setup with choices and draws that violate
//! it, least in the counters asked for; or that there is none. It knows no other engine: what it
//! finds is a claim until the reference has replayed it.

pub mod answer;
pub mod ask;
pub mod assignment;
pub mod decode;
pub mod encode;
pub mod error;
#[cfg(feature = "z3")]
mod formulas;
pub mod horn;
pub mod induct;
pub mod linear;
pub mod number;
pub mod purse;
#[cfg(not(feature = "z3"))]
pub mod absent;
#[cfg(not(feature = "z3"))]
pub use absent as solver;
#[cfg(feature = "z3")]
pub mod solver;
pub mod sym;
pub mod term;
pub mod threshold;

pub use ask::{Claim, Said, any_run, ask};
pub use encode::Question;
pub use error::Unsupported;
pub use horn::horn;
pub use induct::induct;
pub use purse::Purse;
pub use threshold::{Critical, End, threshold};
