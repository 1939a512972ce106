//! Draws: distributions with their parameters read, and the value that a key gives.
//!
//! In: a distribution and a key. Out: an outcome in its support, the same for all worlds that
//! have the same distribution there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::machine::{Broken, Fixed, Machine, own_key};
use crate::diag::Span;
use crate::ir::stmt::Dist;
use crate::ir::{Expr, Value};
use crate::reference::Outcomes;
use crate::reference::eval::{View, eval};
use crate::trace::{Fault, FaultKind, Key};

/// How many outcomes of a draw are listed for the shrinker.
const OPTIONS_MAX: usize = 100;

impl Machine<'_> {
    /// What `key` gives in a world. Worlds whose distribution is another one than where the
    /// key was first drawn are answered on their own (from the same uniform number).
    // spec: world.choices
    pub(super) fn drawn(
        &mut self,
        world: usize,
        key: &Key,
        outcomes: &Outcomes,
        instant: u32,
    ) -> Value {
        let differs = |fixed: &Fixed| fixed.outcomes.as_ref() != Some(outcomes);
        let key = match self.fixed.get(key) {
            Some(fixed) if differs(fixed) => own_key(key, world),
            Some(_) | None => key.clone(),
        };
        if !self.fixed.contains_key(&key) {
            let value = self.answers.draw(&key, outcomes);
            debug_assert!(outcomes.supports(&value), "{value:?} of {outcomes:?}");
            let options = outcomes.values(OPTIONS_MAX).map(Arc::new);
            let options = options.and_then(|options| self.few(&options));
            let outcomes = Some(outcomes.clone());
            let fixed = Fixed { value, outcomes, options, noted: Vec::new() };
            self.fixed.insert(key.clone(), fixed);
        }
        self.note(world, &key, instant)
    }
}

/// A distribution with its parameters read.
// spec: draw.distributions
pub(super) fn outcomes(
    view: &View<'_>,
    frame: &mut [Value],
    dist: &Dist,
    span: Span,
) -> Result<Outcomes, Broken> {
    let mut read =
        |expr: &Expr| eval(view, frame, expr).map_err(|stop| Broken::stop(stop, expr.span));
    match dist {
        Dist::Bernoulli(p) => bernoulli(number(&read(p)?, p)?, p.span),
        Dist::Uniform(lo, hi) => match (read(lo)?, read(hi)?) {
            (Value::Int(low), Value::Int(high)) if low <= high => Ok(Outcomes::Ints(low, high)),
            (low, high) => uniform(number(&low, lo)?, number(&high, hi)?, span),
        },
        Dist::Normal(mean, deviation) => {
            let (mean, deviation) =
                (number(&read(mean)?, mean)?, number(&read(deviation)?, deviation)?);
            normal(mean, deviation, span)
        }
        Dist::Categorical(weighted) => {
            let mut weights: BTreeMap<Value, f64> = BTreeMap::new();
            for (outcome, weight) in weighted {
                let value = read(outcome)?;
                let number = number(&read(weight)?, weight)?;
                if number < 0.0 {
                    let message = format!("the weight {number:?} is negative: give 0 or more");
                    return Err(wrong(message, weight.span));
                }
                *weights.entry(value).or_insert(0.0) += number;
            }
            categorical(weights, span)
        }
    }
}

fn wrong(message: String, span: Span) -> Broken {
    Broken::Fault(Fault { kind: FaultKind::Distribution, message, span })
}

/// A parameter of a distribution: a finite number.
fn number(value: &Value, expr: &Expr) -> Result<f64, Broken> {
    match value.number() {
        Some(number) if number.is_finite() => Ok(number),
        Some(_) | None => {
            Err(wrong("a distribution's parameter is no number".to_string(), expr.span))
        }
    }
}

fn bernoulli(p: f64, span: Span) -> Result<Outcomes, Broken> {
    if !(0.0..=1.0).contains(&p) {
        return Err(wrong(format!("the probability {p:?} is not in 0.0..1.0"), span));
    }
    let sides = [(Value::Bool(false), 1.0 - p), (Value::Bool(true), p)];
    Ok(finite(sides.into_iter()))
}

fn uniform(lo: f64, hi: f64, span: Span) -> Result<Outcomes, Broken> {
    if lo > hi || !(hi - lo).is_finite() {
        let message = format!("`uniform` goes from {lo:?} to {hi:?}: give the lesser end first");
        return Err(wrong(message, span));
    }
    Ok(Outcomes::Reals(lo, hi))
}

fn normal(mean: f64, deviation: f64, span: Span) -> Result<Outcomes, Broken> {
    if deviation < 0.0 {
        let message = format!("the standard deviation {deviation:?} is negative: give 0 or more");
        return Err(wrong(message, span));
    }
    Ok(match deviation == 0.0 {
        true => finite([(Value::Real(mean), 1.0)].into_iter()),
        false => Outcomes::Normal(mean, deviation),
    })
}

fn categorical(weights: BTreeMap<Value, f64>, span: Span) -> Result<Outcomes, Broken> {
    let total: f64 = weights.values().sum();
    if total <= 0.0 || !total.is_finite() {
        let message = format!("the weights sum to {total:?}: give at least one above 0");
        return Err(wrong(message, span));
    }
    Ok(finite(weights.into_iter().map(|(value, weight)| (value, weight / total))))
}

/// Outcomes in the order of their values; what has no chance is no outcome.
fn finite(shares: impl Iterator<Item = (Value, f64)>) -> Outcomes {
    Outcomes::Finite(Arc::new(shares.filter(|(_, share)| *share > 0.0).collect()))
}
