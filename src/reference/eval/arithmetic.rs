//! Numbers: checked ints, reals that are never NaN or infinite, durations.

use super::view::{Stop, fault};
use crate::base::math;
use crate::diag::Span;
use crate::ir::expr::Function;
use crate::ir::{Expr, Value};
use crate::syntax::ast::BinaryOp;
use crate::trace::FaultKind;

/// A real, if it is a number. spec: types.real
pub fn real(number: f64, span: Span, what: impl FnOnce() -> String) -> Result<Value, Stop> {
    if number.is_finite() {
        // -0.0 and 0.0 are one value.
        return Ok(Value::Real(number + 0.0));
    }
    let is = if number.is_nan() { "no number" } else { "past every real" };
    Err(fault(FaultKind::NotANumber, span, format!("{} is {is}", what())))
}

fn int(number: Option<i64>, span: Span, what: impl FnOnce() -> String) -> Result<Value, Stop> {
    number.map(Value::Int).ok_or_else(|| {
        fault(FaultKind::Overflow, span, format!("{} is past the 64-bit ints", what()))
    })
}

fn duration(number: Option<i64>, span: Span, what: impl FnOnce() -> String) -> Result<Value, Stop> {
    number
        .map(Value::Duration)
        .ok_or_else(|| fault(FaultKind::Overflow, span, format!("{} is past 292 years", what())))
}

fn mistyped(span: Span) -> Stop {
    fault(FaultKind::NotANumber, span, "numbers are wanted here")
}

/// An int as a real.
pub fn to_real(value: Value) -> Result<Value, Stop> {
    Ok(match value {
        Value::Int(number) => Value::Real(number as f64),
        other => other,
    })
}

/// `-e`
pub fn negate(value: Value, span: Span) -> Result<Value, Stop> {
    match value {
        Value::Int(a) => int(a.checked_neg(), span, || format!("-({a})")),
        Value::Real(a) => real(-a, span, || "this".to_owned()),
        Value::Duration(a) => duration(a.checked_neg(), span, || "this".to_owned()),
        _ => Err(mistyped(span)),
    }
}

/// `+ - * / div %` of two numbers or durations.
pub fn binary(op: BinaryOp, a: &Value, b: &Value, span: Span) -> Result<Value, Stop> {
    let sign = op.sign();
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => ints(op, *a, *b, span),
        (Value::Real(x), Value::Real(y)) => {
            if matches!(op, BinaryOp::Divide) && *y == 0.0 {
                return Err(by_zero(span, || format!("{x} {sign} {y}")));
            }
            let result = match op {
                BinaryOp::Add => x + y,
                BinaryOp::Subtract => x - y,
                BinaryOp::Multiply => x * y,
                BinaryOp::Divide => x / y,
                _ => return Err(mistyped(span)),
            };
            real(result, span, || format!("{x} {sign} {y}"))
        }
        (Value::Duration(x), Value::Duration(y)) => match op {
            BinaryOp::Add => duration(x.checked_add(*y), span, || "this sum".to_owned()),
            BinaryOp::Subtract => {
                duration(x.checked_sub(*y), span, || "this difference".to_owned())
            }
            BinaryOp::Divide if *y == 0 => Err(by_zero(span, || "a duration / 0s".to_owned())),
            BinaryOp::Divide => real(*x as f64 / *y as f64, span, || "this ratio".to_owned()),
            BinaryOp::Div | BinaryOp::Remainder => {
                ints(op, *x, *y, span).map(|value| match value {
                    Value::Int(rest) if op == BinaryOp::Remainder => Value::Duration(rest),
                    other => other,
                })
            }
            _ => Err(mistyped(span)),
        },
        (Value::Duration(x), Value::Int(y)) | (Value::Int(y), Value::Duration(x))
            if op == BinaryOp::Multiply =>
        {
            duration(x.checked_mul(*y), span, || "this product".to_owned())
        }
        _ => match (a.number(), b.number()) {
            (Some(x), Some(y)) => binary(op, &Value::Real(x), &Value::Real(y), span),
            _ => Err(mistyped(span)),
        },
    }
}

fn ints(op: BinaryOp, a: i64, b: i64, span: Span) -> Result<Value, Stop> {
    let what = || format!("{a} {} {b}", op.sign());
    if b == 0 && matches!(op, BinaryOp::Divide | BinaryOp::Div | BinaryOp::Remainder) {
        return Err(by_zero(span, what));
    }
    match op {
        BinaryOp::Add => int(a.checked_add(b), span, what),
        BinaryOp::Subtract => int(a.checked_sub(b), span, what),
        BinaryOp::Multiply => int(a.checked_mul(b), span, what),
        BinaryOp::Divide => real(a as f64 / b as f64, span, what),
        BinaryOp::Div => int(a.checked_div_euclid(b), span, what),
        BinaryOp::Remainder => int(Some(a.checked_rem_euclid(b).unwrap_or(0)), span, what),
        _ => Err(mistyped(span)),
    }
}

fn by_zero(span: Span, what: impl FnOnce() -> String) -> Stop {
    fault(FaultKind::Division, span, format!("`{}` divides by zero", what()))
}

/// `abs`, `floor`, `min`, …
pub fn builtin(function: Function, arguments: &[Value], expr: &Expr) -> Result<Value, Stop> {
    let span = expr.span;
    match (function, arguments) {
        (Function::Abs, [Value::Int(a)]) => int(a.checked_abs(), span, || format!("abs({a})")),
        (Function::Abs, [Value::Duration(a)]) => {
            duration(a.checked_abs(), span, || "this".to_owned())
        }
        (Function::Abs, [Value::Real(a)]) => Ok(Value::Real(a.abs())),
        (Function::Floor | Function::Ceil | Function::Round, [a]) => whole(function, a, span),
        (Function::Sqrt, [a]) => {
            let x = number(a, span)?;
            real(math::sqrt(x), span, || format!("sqrt({x})"))
        }
        (Function::Exp, [a]) => {
            let x = number(a, span)?;
            real(math::exp(x), span, || format!("exp({x})"))
        }
        (Function::Log, [a]) => {
            let x = number(a, span)?;
            real(math::log(x), span, || format!("log({x})"))
        }
        (Function::Pow, [Value::Int(a), Value::Int(b)]) => power(*a, *b, span),
        (Function::Pow, [a, b]) => {
            let (x, y) = (number(a, span)?, number(b, span)?);
            real(math::pow(x, y), span, || format!("pow({x}, {y})"))
        }
        (Function::Clamp, [a, lo, hi]) => Ok(a.min(hi).max(lo).clone()),
        (Function::Min, [first, rest @ ..]) => Ok(rest
            .iter()
            .fold(first, |least, next| if next < least { next } else { least })
            .clone()),
        (Function::Max, [first, rest @ ..]) => {
            Ok(rest.iter().fold(first, |most, next| if next > most { next } else { most }).clone())
        }
        _ => Err(mistyped(span)),
    }
}

fn number(value: &Value, span: Span) -> Result<f64, Stop> {
    value.number().ok_or_else(|| mistyped(span))
}

/// `floor`, `ceil`, `round`: halves away from 0.
fn whole(function: Function, value: &Value, span: Span) -> Result<Value, Stop> {
    let Value::Real(number) = value else { return Ok(value.clone()) };
    let rounded = match function {
        Function::Floor => number.floor(),
        Function::Ceil => number.ceil(),
        Function::Round
        | Function::Abs
        | Function::Sqrt
        | Function::Exp
        | Function::Log
        | Function::Pow
        | Function::Clamp
        | Function::Min
        | Function::Max => number.round(),
    };
    // 2^63 is the least real past the ints; -2^63 is one of them.
    let inside = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&rounded);
    int(inside.then_some(rounded as i64), span, || format!("{rounded}"))
}

/// An int to the power of an int: an int, checked.
fn power(base: i64, exponent: i64, span: Span) -> Result<Value, Stop> {
    let what = || format!("pow({base}, {exponent})");
    match u32::try_from(exponent) {
        Ok(exponent) => int(base.checked_pow(exponent), span, what),
        Err(_) if exponent < 0 => Err(fault(
            FaultKind::NotANumber,
            span,
            format!("`{}` is no int: write `pow` of reals", what()),
        )),
        // Only 0, 1 and -1 stay small under exponents past 32 bits.
        Err(_) => match base {
            0 | 1 => Ok(Value::Int(base)),
            -1 => Ok(Value::Int(if exponent % 2 == 0 { 1 } else { -1 })),
            _ => int(None, span, what),
        },
    }
}
