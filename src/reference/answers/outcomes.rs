//! Distributions with their parameters evaluated: quantiles and supports.
//!
//! In: a uniform number. Out: a value. Invariant: every quantile lies in the support.

use std::sync::Arc;

use crate::base::math;
use crate::ir::Value;

/// A distribution or domain with its parameters evaluated.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcomes {
    /// Values with probabilities that sum to 1, all positive, in order.
    Finite(Arc<Vec<(Value, f64)>>),
    /// Ints, uniform, ends included.
    Ints(i64, i64),
    /// Reals, uniform, ends included.
    Reals(f64, f64),
    /// Mean and standard deviation (positive).
    Normal(f64, f64),
}

/// The least uniform number that a normal's quantile is taken at: half the spacing of ours.
const LEAST: f64 = 1.0 / (1u64 << 54) as f64;

impl Outcomes {
    /// All of `values` alike.
    pub fn alike(values: &[Value]) -> Outcomes {
        let share = 1.0 / values.len() as f64;
        Outcomes::Finite(Arc::new(values.iter().map(|value| (value.clone(), share)).collect()))
    }

    /// The quantile at `u` in [0, 1): how a uniform number becomes a value (§5, keys).
    // spec: draw.keys
    pub fn quantile(&self, u: f64) -> Value {
        match self {
            Outcomes::Finite(outcomes) => {
                let mut below = 0.0;
                for (value, share) in outcomes.iter() {
                    below += share;
                    if u < below {
                        return value.clone();
                    }
                }
                // The shares sum to 1 but for rounding.
                outcomes.last().expect("a distribution has an outcome").0.clone()
            }
            Outcomes::Ints(lo, hi) => {
                let count = (i128::from(*hi) - i128::from(*lo) + 1) as f64;
                let at = i128::from(*lo) + (u * count) as i128;
                Value::Int(at.min(i128::from(*hi)) as i64)
            }
            Outcomes::Reals(lo, hi) => Value::Real((lo + u * (hi - lo)).clamp(*lo, *hi)),
            Outcomes::Normal(mean, deviation) => {
                let number = mean + deviation * math::normal_quantile(u.max(LEAST));
                Value::Real(number.clamp(f64::MIN, f64::MAX))
            }
        }
    }

    /// Whether `value` lies in the support.
    pub fn supports(&self, value: &Value) -> bool {
        match (self, value) {
            (Outcomes::Finite(outcomes), value) => outcomes.iter().any(|(of, _)| of == value),
            (Outcomes::Ints(lo, hi), Value::Int(int)) => (lo..=hi).contains(&int),
            (Outcomes::Reals(lo, hi), Value::Real(real)) => (lo..=hi).contains(&real),
            (Outcomes::Normal(..), Value::Real(real)) => real.is_finite(),
            (Outcomes::Ints(..) | Outcomes::Reals(..) | Outcomes::Normal(..), _) => false,
        }
    }

    /// The values in order, where they are at most `most`.
    pub fn values(&self, most: usize) -> Option<Vec<Value>> {
        match self {
            Outcomes::Finite(outcomes) => (outcomes.len() <= most)
                .then(|| outcomes.iter().map(|(value, _)| value.clone()).collect()),
            Outcomes::Ints(lo, hi) => (i128::from(*hi) - i128::from(*lo) < most as i128)
                .then(|| (*lo..=*hi).map(Value::Int).collect()),
            Outcomes::Reals(..) | Outcomes::Normal(..) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn coin(p: f64) -> Outcomes {
        Outcomes::Finite(Arc::new(vec![(Value::Bool(false), 1.0 - p), (Value::Bool(true), p)]))
    }

    #[test]
    fn a_greater_uniform_number_never_gives_a_lesser_outcome() {
        let die = Outcomes::Ints(1, 6);
        let rolls: Vec<Value> = (0..60).map(|at| die.quantile(f64::from(at) / 60.0)).collect();
        assert!(rolls.is_sorted());
        for face in 1..=6 {
            assert_eq!(rolls.iter().filter(|roll| **roll == Value::Int(face)).count(), 10);
        }
    }

    #[test]
    fn a_likelier_coin_is_true_wherever_a_less_likely_one_is() {
        for at in 0..100 {
            let u = f64::from(at) / 100.0;
            assert!(coin(0.3).quantile(u) <= coin(0.7).quantile(u), "{u}");
        }
    }

    #[test]
    fn the_median_of_a_normal_is_its_mean() {
        assert_eq!(Outcomes::Normal(3.0, 2.0).quantile(0.5), Value::Real(3.0));
    }

    #[test]
    fn the_widest_range_of_ints_does_not_overflow() {
        let all = Outcomes::Ints(i64::MIN, i64::MAX);
        assert_eq!(all.quantile(0.0), Value::Int(i64::MIN));
        assert!(all.supports(&all.quantile(1.0 - f64::EPSILON / 2.0)));
        assert_eq!(all.values(10), None);
    }

    proptest! {
        #[test]
        fn every_quantile_lies_in_the_support(u in 0.0..1.0f64, lo in -9i64..9, width in 0i64..9) {
            for outcomes in [
                Outcomes::Ints(lo, lo + width),
                Outcomes::Reals(lo as f64, (lo + width) as f64),
                Outcomes::Normal(lo as f64, 1.0),
                coin(0.4),
            ] {
                prop_assert!(outcomes.supports(&outcomes.quantile(u)));
            }
        }

        #[test]
        fn a_normal_is_finite_at_both_ends(mean in -1e300..1e300f64, deviation in 1e-9..1e300f64) {
            for u in [0.0, 1.0 - f64::EPSILON / 2.0] {
                let normal = Outcomes::Normal(mean, deviation);
                prop_assert!(normal.supports(&normal.quantile(u)));
            }
        }
    }
}
