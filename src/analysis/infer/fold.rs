//! The values of expressions that read nothing of a run.
//!
//! What the reference evaluator makes of them too, less faults: a fault is told, not a value.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::base::math;
use crate::diag::Span;
use crate::ir::expr::{AggregateOp, Binder, Function, Pattern, TemporalOp};
use crate::ir::{DefId, Domain, Expr, ExprKind, Model, Type, Value};
use crate::syntax::ast::BinaryOp;

/// The most expressions that are evaluated for one value.
const STEPS_MAX: u32 = 200_000;

/// Why there is no value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Stop {
    /// It depends on a run, or is too much to compute.
    Unknown(Span),
    /// It goes wrong in every run.
    Fault(Span, String),
}

type Result<T> = std::result::Result<T, Stop>;

/// The value of an expression that reads nothing of a run, and calls nothing.
pub fn fold(expr: &Expr) -> Option<Value> {
    evaluate(None, expr).ok()
}

/// The value of an expression that reads nothing of a run.
pub(super) fn evaluate(model: Option<&Model>, expr: &Expr) -> Result<Value> {
    Folder { model, frame: Vec::new(), steps: STEPS_MAX }.value(expr)
}

/// What an evaluation knows.
struct Folder<'a> {
    model: Option<&'a Model>,
    frame: Vec<Option<Value>>,
    steps: u32,
}

impl Folder<'_> {
    fn value(&mut self, expr: &Expr) -> Result<Value> {
        use ExprKind as E;
        let unknown = Err(Stop::Unknown(expr.span));
        if self.steps == 0 || expr.ty == Type::Error {
            return unknown;
        }
        self.steps -= 1;
        match &*expr.kind {
            E::Literal(value) => Ok(value.clone()),
            E::Local(slot) => match self.frame.get(slot.0 as usize) {
                Some(Some(value)) => Ok(value.clone()),
                _ => unknown,
            },
            E::All(domain) => self.all(domain, expr.span),
            E::Call(def, arguments) => self.call(*def, arguments, expr.span),
            E::ToReal(_) | E::ToSet(_) | E::Not(_) | E::Negate(_) | E::InDomain(..) => {
                self.unary(expr)
            }
            E::Binary(op, left, right) => self.binary(*op, left, right, expr.span),
            E::If(condition, then, otherwise) => {
                let branch = if self.truth(condition)? { then } else { otherwise };
                self.value(branch)
            }
            E::Match(scrutinee, arms) => {
                let value = self.value(scrutinee)?;
                let arm = arms.iter().find(|(pattern, _)| match pattern {
                    Pattern::Wildcard => true,
                    Pattern::Value(pattern) => *pattern == value,
                });
                arm.map_or(unknown, |(_, body)| self.value(body))
            }
            E::Let(slot, value, body) => {
                let value = self.value(value)?;
                self.bind(slot.0, value);
                self.value(body)
            }
            E::SetList(elements) => Ok(set(self.values(elements)?)),
            E::SetFilter(_) | E::Quantifier { .. } | E::Aggregate { .. } => self.bound(expr),
            E::Builtin(function, arguments) => {
                let values = self.values(arguments)?;
                builtin(*function, &values, expr.span)
            }
            E::Temporal(op, _, inner) => self.temporal(*op, inner, expr.span),
            E::Initially(inner) | E::At(_, _, inner) => self.value(inner),
            E::LocalAt(..)
            | E::Now
            | E::Param(..)
            | E::State { .. }
            | E::Population(_)
            | E::Kind(_)
            | E::AgentAt(..)
            | E::IndexOf(_)
            | E::Tie(..)
            | E::Neighbours(..)
            | E::Superior(..)
            | E::Reaches(..)
            | E::Distance(..)
            | E::Connected(_)
            | E::Acyclic(_)
            | E::Edges(_)
            | E::Field(..)
            | E::Occurrences(_)
            | E::Until(..)
            | E::Since(..)
            | E::Prev(..)
            | E::Probability(_)
            | E::Expected(_) => unknown,
        }
    }

    fn values(&mut self, exprs: &[Expr]) -> Result<Vec<Value>> {
        exprs.iter().map(|expr| self.value(expr)).collect()
    }

    fn call(&mut self, def: DefId, arguments: &[Expr], span: Span) -> Result<Value> {
        let Some(model) = self.model else { return Err(Stop::Unknown(span)) };
        let frame = self.values(arguments)?.into_iter().map(Some).collect();
        let outer = std::mem::replace(&mut self.frame, frame);
        let value = self.value(&model.defs[def].body);
        self.frame = outer;
        value
    }

    /// What has one operand.
    fn unary(&mut self, expr: &Expr) -> Result<Value> {
        let span = expr.span;
        match &*expr.kind {
            ExprKind::ToReal(inner) => match self.value(inner)? {
                Value::Int(int) => Ok(Value::Real(int as f64)),
                value => Ok(value),
            },
            ExprKind::ToSet(inner) => match self.value(inner)? {
                Value::None => Ok(set(Vec::new())),
                value => Ok(set(vec![value])),
            },
            ExprKind::Not(inner) => Ok(Value::Bool(!self.truth(inner)?)),
            ExprKind::Negate(inner) => match self.value(inner)? {
                Value::Int(int) => int.checked_neg().map(Value::Int).ok_or_else(|| overflow(span)),
                Value::Duration(time) => {
                    time.checked_neg().map(Value::Duration).ok_or_else(|| overflow(span))
                }
                Value::Real(real) => Ok(Value::Real(-real)),
                _ => Err(Stop::Unknown(span)),
            },
            ExprKind::InDomain(inner, domain) => {
                let value = self.value(inner)?;
                contains(domain, &value).map(Value::Bool).ok_or(Stop::Unknown(span))
            }
            _ => Err(Stop::Unknown(span)),
        }
    }

    fn bind(&mut self, slot: u32, value: Value) {
        let place = slot as usize;
        if self.frame.len() <= place {
            self.frame.resize(place + 1, None);
        }
        self.frame[place] = Some(value);
    }

    fn truth(&mut self, expr: &Expr) -> Result<bool> {
        match self.value(expr)? {
            Value::Bool(truth) => Ok(truth),
            _ => Err(Stop::Unknown(expr.span)),
        }
    }

    fn elements(&mut self, expr: &Expr) -> Result<Arc<Vec<Value>>> {
        match self.value(expr)? {
            Value::Set(values) => Ok(values),
            _ => Err(Stop::Unknown(expr.span)),
        }
    }

    fn all(&mut self, domain: &Domain, span: Span) -> Result<Value> {
        match domain {
            Domain::Whole(Type::Bool) => Ok(set(vec![Value::Bool(false), Value::Bool(true)])),
            Domain::Whole(Type::Enum(id)) => match self.model {
                Some(model) => {
                    let count = model.enums[*id].variants.len() as u32;
                    Ok(set((0..count).map(|at| Value::Variant(*id, at)).collect()))
                }
                None => Err(Stop::Unknown(span)),
            },
            _ => Err(Stop::Unknown(span)),
        }
    }

    /// What an operator says of an expression that never changes.
    fn temporal(&mut self, op: TemporalOp, inner: &Expr, span: Span) -> Result<Value> {
        let truth = self.truth(inner)?;
        // Whether there is an instant to speak of depends on the run and the interval.
        match (op, truth) {
            (TemporalOp::Always | TemporalOp::Historically, true) => Ok(Value::Bool(true)),
            (TemporalOp::Eventually | TemporalOp::Once | TemporalOp::Next, false) => {
                Ok(Value::Bool(false))
            }
            (TemporalOp::Finally, truth) => Ok(Value::Bool(truth)),
            (TemporalOp::Always | TemporalOp::Historically, false)
            | (TemporalOp::Eventually | TemporalOp::Once | TemporalOp::Next, true) => {
                Err(Stop::Unknown(span))
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span) -> Result<Value> {
        match op {
            BinaryOp::And => return Ok(Value::Bool(self.truth(left)? && self.truth(right)?)),
            BinaryOp::Or => return Ok(Value::Bool(self.truth(left)? || self.truth(right)?)),
            BinaryOp::Implies => return Ok(Value::Bool(!self.truth(left)? || self.truth(right)?)),
            _ => {}
        }
        let (left, right) = (self.value(left)?, self.value(right)?);
        let order = left.cmp(&right);
        let answer = match op {
            BinaryOp::Equal => order == Ordering::Equal,
            BinaryOp::NotEqual => order != Ordering::Equal,
            BinaryOp::Less => order == Ordering::Less,
            BinaryOp::LessEqual => order != Ordering::Greater,
            BinaryOp::Greater => order == Ordering::Greater,
            BinaryOp::GreaterEqual => order != Ordering::Less,
            BinaryOp::In => match &right {
                Value::Set(values) => values.contains(&left),
                _ => return Err(Stop::Unknown(span)),
            },
            _ => return arithmetic(op, &left, &right, span),
        };
        Ok(Value::Bool(answer))
    }

    /// What binds: it is gone through element by element.
    fn bound(&mut self, expr: &Expr) -> Result<Value> {
        match &*expr.kind {
            ExprKind::SetFilter(binder) => {
                let mut kept = Vec::new();
                self.each(std::slice::from_ref(binder), &mut |folder| {
                    kept.extend(folder.frame[binder.slot.0 as usize].clone());
                    Ok(())
                })?;
                Ok(set(kept))
            }
            ExprKind::Quantifier { all, binders, body } => {
                let mut answer = *all;
                self.each(binders, &mut |folder| {
                    let truth = folder.truth(body)?;
                    answer = if *all { answer && truth } else { answer || truth };
                    Ok(())
                })?;
                Ok(Value::Bool(answer))
            }
            ExprKind::Aggregate { op, value, binders, otherwise } => {
                let mut found = Vec::new();
                self.each(binders, &mut |folder| {
                    let element = folder.frame[binders[0].slot.0 as usize].clone();
                    let value = match value {
                        Some(value) => folder.value(value)?,
                        None => Value::Int(1),
                    };
                    found.push((value, element.unwrap_or(Value::None)));
                    Ok(())
                })?;
                match aggregate(*op, &found, expr)? {
                    Some(value) => Ok(value),
                    None => match otherwise {
                        Some(otherwise) => self.value(otherwise),
                        None => {
                            Err(Stop::Fault(expr.span, "there is nothing to choose from".into()))
                        }
                    },
                }
            }
            _ => Err(Stop::Unknown(expr.span)),
        }
    }

    fn each(
        &mut self,
        binders: &[Binder],
        visit: &mut dyn FnMut(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let Some((binder, rest)) = binders.split_first() else { return visit(self) };
        if binder.window.is_some() {
            return Err(Stop::Unknown(binder.span));
        }
        for element in self.elements(&binder.set)?.iter() {
            if self.steps == 0 {
                return Err(Stop::Unknown(binder.span));
            }
            self.steps -= 1;
            self.bind(binder.slot.0, element.clone());
            let kept = match &binder.filter {
                Some(filter) => self.truth(filter)?,
                None => true,
            };
            if kept {
                self.each(rest, visit)?;
            }
        }
        Ok(())
    }
}

/// A set: sorted, without doubles.
fn set(mut values: Vec<Value>) -> Value {
    values.sort();
    values.dedup();
    Value::Set(Arc::new(values))
}

fn overflow(span: Span) -> Stop {
    Stop::Fault(span, "this is past 64 bits".into())
}

/// A real that is a number.
fn real(value: f64, span: Span) -> Result<Value> {
    if value.is_finite() {
        Ok(Value::Real(value))
    } else {
        Err(Stop::Fault(span, "this is not a finite number".into()))
    }
}

/// Whether a domain has a value, where that is known without a run.
fn contains(domain: &Domain, value: &Value) -> Option<bool> {
    match (domain, value) {
        (Domain::Ints(lo, hi), Value::Int(int)) => Some((lo..=hi).contains(&int)),
        (Domain::Reals(lo, hi), Value::Real(real)) => Some((lo..=hi).contains(&real)),
        (Domain::Values(_, values), value) => Some(values.contains(value)),
        _ => None,
    }
}

fn arithmetic(op: BinaryOp, left: &Value, right: &Value, span: Span) -> Result<Value> {
    let division = || Stop::Fault(span, "this divides by zero".into());
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => {
            let (a, b) = (*a, *b);
            let result = match op {
                BinaryOp::Add => a.checked_add(b),
                BinaryOp::Subtract => a.checked_sub(b),
                BinaryOp::Multiply => a.checked_mul(b),
                BinaryOp::Div if b == 0 => return Err(division()),
                BinaryOp::Div => a.checked_div_euclid(b),
                BinaryOp::Remainder if b == 0 => return Err(division()),
                BinaryOp::Remainder => a.checked_rem_euclid(b),
                BinaryOp::Range if i128::from(b) - i128::from(a) < i128::from(STEPS_MAX) => {
                    return Ok(set((a..=b).map(Value::Int).collect()));
                }
                _ => return Err(Stop::Unknown(span)),
            };
            result.map(Value::Int).ok_or_else(|| overflow(span))
        }
        (Value::Real(a), Value::Real(b)) => {
            let result = match op {
                BinaryOp::Add => a + b,
                BinaryOp::Subtract => a - b,
                BinaryOp::Multiply => a * b,
                BinaryOp::Divide if *b == 0.0 => return Err(division()),
                BinaryOp::Divide => a / b,
                _ => return Err(Stop::Unknown(span)),
            };
            real(result, span)
        }
        (Value::Duration(a), Value::Duration(b)) => {
            let result = match op {
                BinaryOp::Add => a.checked_add(*b),
                BinaryOp::Subtract => a.checked_sub(*b),
                BinaryOp::Divide if *b == 0 => return Err(division()),
                BinaryOp::Divide => return real(*a as f64 / *b as f64, span),
                _ => return Err(Stop::Unknown(span)),
            };
            result.map(Value::Duration).ok_or_else(|| overflow(span))
        }
        (Value::Duration(time), Value::Int(int)) | (Value::Int(int), Value::Duration(time))
            if op == BinaryOp::Multiply =>
        {
            time.checked_mul(*int).map(Value::Duration).ok_or_else(|| overflow(span))
        }
        (Value::Set(a), Value::Set(b)) => match op {
            BinaryOp::Add => Ok(set(a.iter().chain(b.iter()).cloned().collect())),
            BinaryOp::Subtract => {
                Ok(set(a.iter().filter(|value| !b.contains(value)).cloned().collect()))
            }
            BinaryOp::Intersect => {
                Ok(set(a.iter().filter(|value| b.contains(value)).cloned().collect()))
            }
            _ => Err(Stop::Unknown(span)),
        },
        (Value::Str(a), Value::Str(b)) => match op {
            BinaryOp::Contains => Ok(Value::Bool(a.contains(&**b))),
            BinaryOp::StartsWith => Ok(Value::Bool(a.starts_with(&**b))),
            _ => Err(Stop::Unknown(span)),
        },
        _ => Err(Stop::Unknown(span)),
    }
}

/// The aggregate of values with their elements; none of nothing.
fn aggregate(op: AggregateOp, found: &[(Value, Value)], expr: &Expr) -> Result<Option<Value>> {
    let span = expr.span;
    let sum = |start: Value| {
        found.iter().try_fold(start, |sum, (value, _)| arithmetic(BinaryOp::Add, &sum, value, span))
    };
    let value = match op {
        AggregateOp::Count => return Ok(Some(Value::Int(found.len() as i64))),
        AggregateOp::Sum if expr.ty == Type::Real => return sum(Value::Real(0.0)).map(Some),
        AggregateOp::Sum if expr.ty == Type::Duration => return sum(Value::Duration(0)).map(Some),
        AggregateOp::Sum => return sum(Value::Int(0)).map(Some),
        AggregateOp::Mean if found.is_empty() => None,
        AggregateOp::Mean => {
            let total = sum(Value::Real(0.0))?;
            let count = Value::Real(found.len() as f64);
            return arithmetic(BinaryOp::Divide, &total, &count, span).map(Some);
        }
        AggregateOp::Min => found.iter().map(|(value, _)| value).min().cloned(),
        AggregateOp::Max => found.iter().map(|(value, _)| value).max().cloned(),
        AggregateOp::Argmax => {
            let most = found.iter().map(|(value, _)| value).max();
            found.iter().find(|(value, _)| Some(value) == most).map(|(_, element)| element.clone())
        }
    };
    Ok(value)
}

fn builtin(function: Function, values: &[Value], span: Span) -> Result<Value> {
    let unknown = || Stop::Unknown(span);
    let number = |at: usize| values.get(at).and_then(Value::number).ok_or_else(unknown);
    let to_int = |value: f64| {
        // 2^63 is a double; the greatest i64 is not.
        if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value) {
            Ok(Value::Int(value as i64))
        } else {
            Err(overflow(span))
        }
    };
    match function {
        Function::Abs => match &values[0] {
            Value::Int(int) => int.checked_abs().map(Value::Int).ok_or_else(|| overflow(span)),
            Value::Real(real) => Ok(Value::Real(real.abs())),
            Value::Duration(time) => {
                time.checked_abs().map(Value::Duration).ok_or_else(|| overflow(span))
            }
            _ => Err(unknown()),
        },
        Function::Floor => to_int(number(0)?.floor()),
        Function::Ceil => to_int(number(0)?.ceil()),
        Function::Round => to_int(number(0)?.round()),
        Function::Sqrt => real(math::sqrt(number(0)?), span),
        Function::Exp => real(math::exp(number(0)?), span),
        Function::Log => real(math::log(number(0)?), span),
        Function::Pow => real(math::pow(number(0)?, number(1)?), span),
        Function::Clamp => {
            let [value, lo, hi] = values else { return Err(unknown()) };
            Ok(value.min(hi).max(lo).clone())
        }
        Function::Min => values.iter().min().cloned().ok_or_else(unknown),
        Function::Max => values.iter().max().cloned().ok_or_else(unknown),
    }
}
