//! Comparisons of numbers.

use super::super::program::{Order, Slack};
use super::Column;
use super::wide::{find, real};
use crate::base::vector::vectorised;

/// Where numbers compare so: words, or reals that may miss by a slack.
pub fn compared(order: Order, slack: Option<Slack>, a: &Column, b: &Column) -> u64 {
    vectorised(
        #[inline(always)]
        || holds(order, slack, a, b),
    )
}

/// The same inside of what is vectorised.
#[inline(always)]
pub fn holds(order: Order, slack: Option<Slack>, a: &Column, b: &Column) -> u64 {
    match slack {
        None => words(order, a, b),
        Some(Slack::Exact) => near(order, a, b, |_, _| 0.0),
        Some(Slack::Fixed(slack)) => near(order, a, b, |_, _| slack),
        Some(Slack::Relative(part)) => {
            near(order, a, b, |x, y| part * (1.0 + x.abs().max(y.abs())))
        }
    }
}

/// Ints, variants and agents.
#[inline(always)]
fn words(order: Order, a: &Column, b: &Column) -> u64 {
    match order {
        Order::Equal => find(a, b, |a, b| a == b),
        Order::NotEqual => find(a, b, |a, b| a != b),
        Order::Less => find(a, b, |a, b| a < b),
        Order::LessEqual => find(a, b, |a, b| a <= b),
        Order::Greater => find(a, b, |a, b| a > b),
        Order::GreaterEqual => find(a, b, |a, b| a >= b),
    }
}

/// A comparison of reals in whose favour `slack` goes.
#[inline(always)]
fn near(order: Order, a: &Column, b: &Column, slack: impl Fn(f64, f64) -> f64) -> u64 {
    let close = |x: f64, y: f64, slack: f64| {
        if slack > 0.0 { (x - y).abs() <= slack } else { x == y }
    };
    let missing = |a, b| slack(real(a), real(b));
    match order {
        Order::Less => find(a, b, |a, b| real(a) < real(b) + missing(a, b)),
        Order::LessEqual => find(a, b, |a, b| real(a) <= real(b) + missing(a, b)),
        Order::Greater => find(a, b, |a, b| real(a) + missing(a, b) > real(b)),
        Order::GreaterEqual => find(a, b, |a, b| real(a) + missing(a, b) >= real(b)),
        Order::Equal => find(a, b, |a, b| close(real(a), real(b), missing(a, b))),
        Order::NotEqual => find(a, b, |a, b| !close(real(a), real(b), -missing(a, b))),
    }
}
