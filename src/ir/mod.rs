//! The model, resolved and typed: what is run, searched and judged. Sugar is gone.

pub mod domain;
pub mod expr;
pub mod layout;
pub mod model;
mod parts;
mod parts_mut;
pub mod property;
pub mod reads;
pub mod stmt;
pub mod value;

pub use domain::{Domain, Type};
pub use expr::{Expr, ExprKind};
pub use model::Model;
pub use stmt::Stmt;
pub use value::Value;

crate::define_ids! {
    /// A file that an item came from is in its span; these are places in the model's tables.
    EnumId,
    /// A kind of agent.
    KindId,
    /// A population.
    PopId,
    /// A structure.
    StructId,
    /// A parameter, of a kind or of the model.
    ParamId,
    /// A state, of a kind or of the model.
    StateId,
    /// An event.
    EventId,
    /// A def, after its relation parameters were filled in.
    DefId,
    /// A rule.
    RuleId,
    /// A property, witness or invariant.
    PropId,
    /// A world of a property.
    WorldId,
    /// A choose, draw or drawn start; one per item and name.
    SiteId,
    /// A local variable: its place in the frame of its item.
    Slot,
    /// An agent of a run: its place among all agents of the *full* populations, population
    /// after population.
    AgentId,
}
