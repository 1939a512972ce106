//! Steps (§5): from an instant to the next, for all worlds of an execution in lockstep.
//!
//! Every statement is done for all lanes of all worlds before the next one; a lane is one
//! element of the enclosing `for`s in one world. So what worlds share is known at each
//! statement: a choice is made once, from what any world that stands there admits.

mod agree;
mod chance;
mod choose;
mod lane;
mod machine;
mod rules;
mod start;
mod statement;
#[cfg(test)]
mod tests;

pub(super) use machine::{Machine, World};
