//! What finite counts say of a rate or a mean: intervals, and the rate left possible.
//!
//! In: counts and a level. Out: an interval that contains the true value with at least that
//! probability (a mean of unknown range: approximately, by Student's t).

use statrs::distribution::{Beta, ContinuousCDF, StudentsT};

use crate::base::math;
use crate::reference::chance::{Tally, TallyKind};

/// The largest rate that `runs` independent runs without a violation leave possible: the p at
/// which `runs` of them all pass with probability 1 - `confidence`. None without a run.
pub fn rate_max(runs: u64, confidence: f64) -> Option<f64> {
    (runs > 0).then(|| 1.0 - math::pow(1.0 - confidence, 1.0 / runs as f64))
}

/// The interval of a tally: of error probability at most `alpha`.
///
/// - a probability: Clopper and Pearson (1934), exact;
/// - a difference of probabilities: the empirical Bernstein bound of Maurer and Pontil (2009),
///   whose range is -1..1;
/// - an expected value: Student's t, since its range is not known.
///
/// A pending run may go either way: it widens the interval on both sides.
pub fn interval(tally: &Tally, alpha: f64) -> (f64, f64) {
    match tally.kind {
        TallyKind::Probability => {
            let all = tally.runs + tally.pending;
            let (low, _) = clopper_pearson(tally.sum as u64, all, alpha);
            let (_, high) = clopper_pearson(tally.sum as u64 + tally.pending, all, alpha);
            (low, high)
        }
        TallyKind::Difference => {
            let (low, high) = bernstein(tally, alpha);
            let share = pending_share(tally);
            ((low - 2.0 * share).max(-1.0), (high + 2.0 * share).min(1.0))
        }
        TallyKind::Expected => {
            let (low, high) = student(tally, alpha);
            let wide = pending_share(tally) * (tally.range.1 - tally.range.0).abs();
            (low - wide, high + wide)
        }
    }
}

/// The middle of a tally.
pub fn middle(tally: &Tally) -> f64 {
    if tally.runs == 0 { 0.0 } else { tally.sum / tally.runs as f64 }
}

fn pending_share(tally: &Tally) -> f64 {
    let all = tally.runs + tally.pending;
    if all == 0 { 1.0 } else { tally.pending as f64 / all as f64 }
}

/// The exact interval of a rate after `hits` of `runs`.
pub fn clopper_pearson(hits: u64, runs: u64, alpha: f64) -> (f64, f64) {
    let quantile = |a: u64, b: u64, p: f64| {
        let beta = Beta::new(a as f64, b as f64).expect("both counts are positive");
        beta.inverse_cdf(p)
    };
    let low = match hits {
        0 => 0.0,
        hits => quantile(hits, runs - hits + 1, alpha / 2.0),
    };
    let high = match runs - hits {
        0 => 1.0,
        misses => quantile(hits + 1, misses, 1.0 - alpha / 2.0),
    };
    outward(low, high)
}

/// Rounded outwards to 10 digits, so that the last bits of a platform's logarithm do not show.
fn outward(low: f64, high: f64) -> (f64, f64) {
    ((low * 1e10 - 0.5).floor().max(0.0) / 1e10, ((high * 1e10 + 0.5).ceil() / 1e10).min(1.0))
}

/// The sample's variance; 0 of fewer than two runs.
fn variance(tally: &Tally) -> f64 {
    if tally.runs < 2 {
        return 0.0;
    }
    let runs = tally.runs as f64;
    ((tally.squares - tally.sum * tally.sum / runs) / (runs - 1.0)).max(0.0)
}

fn bernstein(tally: &Tally, alpha: f64) -> (f64, f64) {
    if tally.runs < 2 {
        return (-1.0, 1.0);
    }
    let runs = tally.runs as f64;
    let log = math::log(4.0 / alpha);
    let wide = math::sqrt(2.0 * variance(tally) * log / runs) + 14.0 * log / (3.0 * (runs - 1.0));
    (middle(tally) - wide, middle(tally) + wide)
}

fn student(tally: &Tally, alpha: f64) -> (f64, f64) {
    if tally.runs < 2 {
        return (f64::MIN, f64::MAX);
    }
    let runs = tally.runs as f64;
    let student = StudentsT::new(0.0, 1.0, runs - 1.0).expect("there are degrees of freedom");
    // Seven digits of the quantile: the rest may differ between platforms.
    let quantile = (student.inverse_cdf(1.0 - alpha / 2.0) * 1e7).ceil() / 1e7;
    let wide = quantile * math::sqrt(variance(tally) / runs);
    (middle(tally) - wide, middle(tally) + wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: `binom.test(7, 20)$conf.int`.
    #[test]
    fn clopper_pearson_gives_the_known_interval() {
        let (low, high) = clopper_pearson(7, 20, 0.05);
        assert!((low - 0.153_909_2).abs() < 1e-6, "{low}");
        assert!((high - 0.592_188_5).abs() < 1e-6, "{high}");
    }

    #[test]
    fn without_a_hit_the_interval_starts_at_0_and_ends_where_the_rate_does() {
        let (low, high) = clopper_pearson(0, 1_000, 0.1);
        assert_eq!(low, 0.0);
        assert!((high - rate_max(1_000, 0.95).expect("there are runs")).abs() < 1e-9);
    }

    #[test]
    fn the_rate_left_possible_by_no_run_is_not_known() {
        assert_eq!(rate_max(0, 0.95), None);
        let rate = rate_max(18_211, 0.95).expect("there are runs");
        assert!((rate - 0.000_164_5).abs() < 1e-6, "{rate}");
    }
}
