//! Values of a run.

use std::sync::Arc;

use super::{AgentId, EnumId, EventId};

/// A value. Sets are sorted and without doubles, except for event occurrences, which are a bag.
#[derive(Clone, Debug)]
pub enum Value {
    /// `true`, `false`
    Bool(bool),
    /// 64 bits
    Int(i64),
    /// Never NaN or infinite.
    Real(f64),
    /// A string.
    Str(Arc<str>),
    /// Nanoseconds.
    Duration(i64),
    /// The n-th variant of an enum.
    Variant(EnumId, u32),
    /// An agent.
    Agent(AgentId),
    /// `none`
    None,
    /// A set.
    Set(Arc<Vec<Value>>),
    /// An occurrence of an event.
    Event(Arc<Occurrence>),
    /// What a joint choice chose: rows of indices with the value of each, sorted by index.
    Table(Arc<Vec<(Vec<Value>, Value)>>),
    /// Of a recorded trace: never recorded. Reading it makes a verdict pending.
    Unrecorded,
}

/// One occurrence of an event.
#[derive(Clone, PartialEq, Debug)]
pub struct Occurrence {
    /// Which event.
    pub event: EventId,
    /// The values of its fields, in the order of declaration.
    pub fields: Vec<Value>,
    /// Where it comes from, for reports: the line of a recorded trace, from 1; 0 in a simulation.
    pub line: u32,
}

impl Value {
    /// A place in the total order of values of different kinds.
    fn rank(&self) -> u8 {
        match self {
            Value::None => 0,
            Value::Bool(_) => 1,
            Value::Int(_) => 2,
            Value::Real(_) => 3,
            Value::Str(_) => 4,
            Value::Duration(_) => 5,
            Value::Variant(..) => 6,
            Value::Agent(_) => 7,
            Value::Set(_) => 8,
            Value::Event(_) => 9,
            Value::Table(_) => 10,
            Value::Unrecorded => 11,
        }
    }

    /// The number of an int or a real.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Int(number) => Some(*number as f64),
            Value::Real(number) => Some(*number),
            Value::Bool(_)
            | Value::Str(_)
            | Value::Duration(_)
            | Value::Variant(..)
            | Value::Agent(_)
            | Value::None
            | Value::Set(_)
            | Value::Event(_)
            | Value::Table(_)
            | Value::Unrecorded => None,
        }
    }
}

/// A total order: by kind, then by value; reals by `total_cmp` (with 0.0 and -0.0 equal).
impl Ord for Value {
    fn cmp(&self, other: &Value) -> std::cmp::Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Real(a), Value::Real(b)) => (a + 0.0).total_cmp(&(b + 0.0)),
            (Value::Str(a), Value::Str(b)) => a.cmp(b),
            (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
            (Value::Variant(a, m), Value::Variant(b, n)) => (a, m).cmp(&(b, n)),
            (Value::Agent(a), Value::Agent(b)) => a.cmp(b),
            (Value::Set(a), Value::Set(b)) => a.cmp(b),
            (Value::Event(a), Value::Event(b)) => {
                (a.event, &a.fields).cmp(&(b.event, &b.fields)).then(a.line.cmp(&b.line))
            }
            (Value::Table(a), Value::Table(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Value) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.cmp(other) == std::cmp::Ordering::Equal
    }
}

impl Eq for Value {}
