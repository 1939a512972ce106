//! Symbolic values: what an expression may be, over all runs at once.
//!
//! In: terms and values. Out: values chosen by terms; equality, order and membership as terms.
//!
//! # Invariants
//! - The guards of a [`Sym::Pick`] exclude each other, and one of them holds.
//! - Elements of a [`Sym::Set`] are sorted and without doubles, each with when it is in the set.
//! - Numbers are never in a `Pick`, unless they may be absent (`distance`, `int?`).

use std::rc::Rc;

use super::error::Unsupported;
use super::number::{self, real};
use super::term::{Sort, Term, Terms};
use crate::diag::Span;
use crate::ir::{Domain, EventId, Type, Value};

/// A symbolic value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sym {
    /// A truth.
    Bool(Term),
    /// An int.
    Int(Term),
    /// A real, exact.
    Real(Term),
    /// One of several values: a variant, an agent, `none`, a string, …
    Pick(Vec<(Value, Term)>),
    /// A set.
    Set(Vec<(Value, Term)>),
    /// Occurrences of an event: a bag.
    Bag(Vec<(Rc<Occurrence>, Term)>),
    /// An occurrence.
    Event(Rc<Occurrence>),
    /// A joint choice: rows of indices with the value of each.
    Table(Vec<(Vec<Value>, Sym)>),
    /// Of no interest: what was never assigned, or what a fault left without a value.
    Nothing,
}

/// One occurrence of an event.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Occurrence {
    /// Which event.
    pub event: EventId,
    /// The values of its fields.
    pub fields: Vec<Sym>,
}

/// How two values compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// `==`
    Equal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
}

impl Sym {
    /// A known value.
    pub fn of(terms: &mut Terms, value: &Value) -> Sym {
        match value {
            Value::Bool(truth) => Sym::Bool(terms.bool(*truth)),
            Value::Int(number) => Sym::Int(terms.int(i128::from(*number))),
            Value::Real(number) => Sym::Real(terms.real(real(*number))),
            Value::Set(items) => {
                let yes = terms.yes();
                Sym::Set(items.iter().map(|item| (item.clone(), yes)).collect())
            }
            Value::Table(rows) => Sym::Table(
                rows.iter().map(|(row, value)| (row.clone(), Sym::of(terms, value))).collect(),
            ),
            Value::Str(_)
            | Value::Duration(_)
            | Value::Variant(..)
            | Value::Agent(_)
            | Value::None => Sym::Pick(vec![(value.clone(), terms.yes())]),
            Value::Event(_) | Value::Unrecorded => Sym::Nothing,
        }
    }

    /// The value, if it is known.
    pub fn known(&self, terms: &Terms) -> Option<Value> {
        match self {
            Sym::Bool(term) => terms.truth(*term).map(Value::Bool),
            Sym::Int(term) => terms.constant(*term).and_then(number::whole).map(Value::Int),
            Sym::Real(term) => terms.constant(*term).and_then(number::nearest).map(Value::Real),
            Sym::Pick(cases) => match &cases[..] {
                [(value, _)] => Some(value.clone()),
                _ => None,
            },
            Sym::Set(_) | Sym::Bag(_) | Sym::Event(_) | Sym::Table(_) | Sym::Nothing => None,
        }
    }

    /// The truth, where a bool is wanted. What a fault left without one is false.
    pub fn truth(&self, terms: &Terms) -> Term {
        match self {
            Sym::Bool(term) => *term,
            _ => terms.no(),
        }
    }

    /// A choice, without the cases that cannot be.
    pub fn pick(terms: &Terms, cases: impl IntoIterator<Item = (Value, Term)>) -> Sym {
        let mut kept: Vec<(Value, Term)> = Vec::new();
        for (value, guard) in cases {
            match terms.truth(guard) {
                Some(false) => {}
                Some(true) => return Sym::Pick(vec![(value, guard)]),
                None => kept.push((value, guard)),
            }
        }
        if kept.is_empty() { Sym::Nothing } else { Sym::Pick(kept) }
    }
}

/// `if c then a else b`.
pub fn choose(
    terms: &mut Terms,
    c: Term,
    a: &Sym,
    b: &Sym,
    span: Span,
) -> Result<Sym, Unsupported> {
    if let Some(truth) = terms.truth(c) {
        return Ok(if truth { a.clone() } else { b.clone() });
    }
    if a == b {
        return Ok(a.clone());
    }
    Ok(match (a, b) {
        (Sym::Nothing, other) | (other, Sym::Nothing) => other.clone(),
        (Sym::Bool(a), Sym::Bool(b)) => Sym::Bool(terms.choose(c, *a, *b)),
        (Sym::Int(a), Sym::Int(b)) => Sym::Int(terms.choose(c, *a, *b)),
        (Sym::Real(a), Sym::Real(b)) => Sym::Real(terms.choose(c, *a, *b)),
        (Sym::Set(a), Sym::Set(b)) => Sym::Set(merge(terms, c, a, b)),
        (Sym::Bag(a), Sym::Bag(b)) => {
            let not = terms.not(c);
            let mut bag = Vec::new();
            for (items, when) in [(a, c), (b, not)] {
                for (item, guard) in items {
                    bag.push((Rc::clone(item), terms.and(*guard, when)));
                }
            }
            Sym::Bag(bag)
        }
        (Sym::Table(a), Sym::Table(b)) if same_rows(a, b) => {
            let mut rows = Vec::new();
            for ((row, a), (_, b)) in a.iter().zip(b) {
                rows.push((row.clone(), choose(terms, c, a, b, span)?));
            }
            Sym::Table(rows)
        }
        (a, b) => {
            let (a, b) = (cases(terms, a, span)?, cases(terms, b, span)?);
            let merged = merge(terms, c, &a, &b);
            Sym::pick(terms, merged)
        }
    })
}

fn same_rows(a: &[(Vec<Value>, Sym)], b: &[(Vec<Value>, Sym)]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0)
}

/// Guarded values where `c`, and others where not; sorted.
fn merge(
    terms: &mut Terms,
    c: Term,
    a: &[(Value, Term)],
    b: &[(Value, Term)],
) -> Vec<(Value, Term)> {
    let mut values: Vec<&Value> = a.iter().chain(b).map(|(value, _)| value).collect();
    values.sort();
    values.dedup();
    let guard = |terms: &Terms, of: &[(Value, Term)], value: &Value| {
        of.iter().find(|(other, _)| other == value).map_or(terms.no(), |(_, guard)| *guard)
    };
    let mut merged = Vec::new();
    for value in values {
        let (yes, no) = (guard(terms, a, value), guard(terms, b, value));
        let when = terms.choose(c, yes, no);
        if terms.truth(when) != Some(false) {
            merged.push((value.clone(), when));
        }
    }
    merged
}

/// The most values that a number is split into.
const CASES_MAX: i128 = 64;

/// The values that a symbolic value may be, each with when it is.
pub fn cases(terms: &mut Terms, of: &Sym, span: Span) -> Result<Vec<(Value, Term)>, Unsupported> {
    let too_many =
        || Unsupported::new(span, "a number with too many values where one of a few is wanted");
    match of {
        Sym::Pick(cases) => Ok(cases.clone()),
        Sym::Nothing => Ok(Vec::new()),
        Sym::Bool(term) => {
            let (not, term) = (terms.not(*term), *term);
            let both = [(Value::Bool(false), not), (Value::Bool(true), term)];
            let known = |when: Term| terms.truth(when) != Some(false);
            Ok(both.into_iter().filter(|(_, when)| known(*when)).collect())
        }
        Sym::Int(term) => {
            let (lo, hi) = terms.range(*term).cloned().ok_or_else(too_many)?;
            let ends = number::whole(&lo.ceil()).zip(number::whole(&hi.floor()));
            let (lo, hi) = ends.ok_or_else(too_many)?;
            if i128::from(hi) - i128::from(lo) >= CASES_MAX {
                return Err(too_many());
            }
            let mut found = Vec::new();
            for number in lo..=hi {
                let value = terms.int(i128::from(number));
                let when = terms.equal(*term, value);
                if terms.truth(when) != Some(false) {
                    found.push((Value::Int(number), when));
                }
            }
            Ok(found)
        }
        Sym::Real(term) => match terms.constant(*term).and_then(number::nearest) {
            Some(number) => Ok(vec![(Value::Real(number), terms.yes())]),
            None => Err(too_many()),
        },
        Sym::Set(_) | Sym::Bag(_) | Sym::Event(_) | Sym::Table(_) => {
            Err(Unsupported::new(span, "a set or event where a single value is wanted"))
        }
    }
}

/// A number where one is wanted; a case of an optional is one too.
pub fn number(terms: &mut Terms, of: &Sym, span: Span) -> Result<Term, Unsupported> {
    match of {
        Sym::Int(term) | Sym::Real(term) => Ok(*term),
        Sym::Nothing => Ok(terms.int(0)),
        Sym::Pick(cases) => {
            let mut number = terms.int(0);
            for (value, guard) in cases {
                let Value::Int(int) = value else { continue };
                let int = terms.int(i128::from(*int));
                number = terms.choose(*guard, int, number);
            }
            Ok(number)
        }
        Sym::Bool(_) | Sym::Set(_) | Sym::Bag(_) | Sym::Event(_) | Sym::Table(_) => {
            Err(Unsupported::new(span, "a number is wanted here"))
        }
    }
}

/// How `a` and `b` compare, by the order of values.
pub fn compare(
    terms: &mut Terms,
    order: Order,
    a: &Sym,
    b: &Sym,
    span: Span,
) -> Result<Term, Unsupported> {
    match (a, b) {
        (Sym::Nothing, _) | (_, Sym::Nothing) => Ok(terms.no()),
        (Sym::Bool(a), Sym::Bool(b)) => Ok(match order {
            Order::Equal => terms.equal(*a, *b),
            Order::Less => terms.but(*b, *a),
            Order::AtMost => terms.implies(*a, *b),
        }),
        (Sym::Int(a) | Sym::Real(a), Sym::Int(b) | Sym::Real(b)) => {
            let (a, b) = alike(terms, *a, *b);
            Ok(match order {
                Order::Equal => terms.equal(a, b),
                Order::Less => terms.less(a, b),
                Order::AtMost => terms.at_most(a, b),
            })
        }
        (Sym::Set(a), Sym::Set(b)) if order == Order::Equal => {
            let yes = terms.yes();
            let mut values: Vec<&Value> = a.iter().chain(b).map(|(value, _)| value).collect();
            values.sort();
            values.dedup();
            let mut same = yes;
            for value in values {
                let in_a = guard_of(terms, a, value);
                let in_b = guard_of(terms, b, value);
                let both = terms.equal(in_a, in_b);
                same = terms.and(same, both);
            }
            Ok(same)
        }
        (Sym::Event(a), Sym::Event(b)) if order == Order::Equal => {
            let mut same = terms.bool(a.event == b.event);
            for (a, b) in a.fields.iter().zip(&b.fields) {
                let field = compare(terms, Order::Equal, a, b, span)?;
                same = terms.and(same, field);
            }
            Ok(same)
        }
        (Sym::Pick(some), other) | (other, Sym::Pick(some)) => {
            let turned = !matches!(a, Sym::Pick(_));
            by_cases(terms, order, some, other, turned, span)
        }
        _ => Err(Unsupported::new(span, "this comparison")),
    }
}

/// A choice compared with another value; `turned`: the choice is the right side.
fn by_cases(
    terms: &mut Terms,
    order: Order,
    some: &[(Value, Term)],
    other: &Sym,
    turned: bool,
    span: Span,
) -> Result<Term, Unsupported> {
    let mut holds = terms.no();
    for (value, guard) in some {
        let this = match (other, value) {
            (Sym::Int(term), Value::Int(_)) => {
                let left = Sym::of(terms, value);
                let (left, right) = (left, Sym::Int(*term));
                let (left, right) = if turned { (right, left) } else { (left, right) };
                compare(terms, order, &left, &right, span)?
            }
            _ => {
                let others = cases(terms, other, span)?;
                let mut any = terms.no();
                for (right, when) in others {
                    let (a, b) = if turned { (&right, value) } else { (value, &right) };
                    let truth = match order {
                        Order::Equal => a == b,
                        Order::Less => a < b,
                        Order::AtMost => a <= b,
                    };
                    if truth {
                        any = terms.or(any, when);
                    }
                }
                any
            }
        };
        let both = terms.and(*guard, this);
        holds = terms.or(holds, both);
    }
    Ok(holds)
}

/// When `value` is among guarded values.
pub fn guard_of(terms: &Terms, of: &[(Value, Term)], value: &Value) -> Term {
    of.iter().find(|(other, _)| other == value).map_or(terms.no(), |(_, guard)| *guard)
}

/// Two numbers of one sort.
pub fn alike(terms: &mut Terms, a: Term, b: Term) -> (Term, Term) {
    match (terms.sort(a), terms.sort(b)) {
        (Sort::Int, Sort::Real) => (terms.to_real(a), b),
        (Sort::Real, Sort::Int) => (a, terms.to_real(b)),
        (Sort::Bool | Sort::Int | Sort::Real, _) => (a, b),
    }
}

/// A value as a type wants it: an int that may be absent is one of several values.
pub fn fit(terms: &mut Terms, of: Sym, domain: &Domain, span: Span) -> Result<Sym, Unsupported> {
    let optional = matches!(domain, Domain::Optional(_) | Domain::Whole(Type::Optional(_)));
    match of {
        Sym::Int(_) if optional => {
            let cases = cases(terms, &of, span)?;
            Ok(Sym::pick(terms, cases))
        }
        Sym::Int(term) if matches!(domain, Domain::Reals(..) | Domain::Whole(Type::Real)) => {
            Ok(Sym::Real(terms.to_real(term)))
        }
        other => Ok(other),
    }
}
