//! Expressions and statements: from trees to typed IR.
//!
//! In: a tree, the names of the model, and where the tree stands. Out: IR in which every name
//! is resolved and every expression has a type; what is wrong is a diagnostic, and then the
//! type is [`Type::Error`](crate::ir::Type::Error), which agrees with everything.

mod aggregate;
mod builtin;
mod call;
mod choice;
mod constant;
mod def;
mod domain;
mod expression;
mod flow;
mod fold;
mod lint;
mod matching;
mod name;
mod operator;
mod relation;
mod scope;
mod set;
mod size;
mod statement;
mod temporal;
#[cfg(test)]
mod tests;
mod types;
mod uses;
mod world;

pub use builtin::is_builtin;
pub use choice::{dist, dist_as};
pub use constant::constant;
pub use def::{Defs, all_defs, def};
pub use domain::{domain, type_of};
pub use expression::{closed, expression};
pub use fold::fold;
pub use scope::{Context, Local, Place, Scope, bind, unbind};
pub use set::{binder, set};
pub use statement::block;
pub use types::{coerce, type_name};
