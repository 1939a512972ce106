//! Types, and the domains that bound them.

use super::{EnumId, EventId, KindId, PopId, Value};

/// A type (§4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Type {
    /// `bool`; formulas too.
    Bool,
    /// `int`
    Int,
    /// `real`
    Real,
    /// `string`
    Str,
    /// `duration`
    Duration,
    /// An enum.
    Enum(EnumId),
    /// An agent of a kind.
    Agent(KindId),
    /// `K?`, or a distance: the value or `none`.
    Optional(Box<Type>),
    /// `set of T`; the set of an event's occurrences is `Set(Event)`.
    Set(Box<Type>),
    /// An occurrence of an event: only binders have this type.
    Event(EventId),
    /// The type of `none` alone, and of `{}`'s elements.
    Never,
    /// What did not type: an error was given, and it agrees with everything.
    Error,
}

/// What a parameter, state or choice may be. Bounds are inclusive.
#[derive(Clone, PartialEq, Debug)]
pub enum Domain {
    /// Every value of a type: `bool`, an enum, `int`, `real`, `string`, `duration`, a kind.
    Whole(Type),
    /// `lo..hi` of ints, `lo <= hi`.
    Ints(i64, i64),
    /// `lo..hi` of reals, `lo <= hi`.
    Reals(f64, f64),
    /// `{1, 3}`: as written, without doubles; not empty.
    Values(Type, Vec<Value>),
    /// A population.
    Population(PopId),
    /// `K?` or `POP?`: the inner domain, or `none`.
    Optional(Box<Domain>),
}
