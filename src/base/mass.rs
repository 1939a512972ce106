//! Numbers between two ends, each operation rounded outwards.

/// A number that lies between two ends, both within.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Mass {
    /// No less than this.
    pub low: f64,
    /// No more than this.
    pub high: f64,
}

impl Mass {
    /// 1.
    pub const ONE: Mass = Mass { low: 1.0, high: 1.0 };

    /// A number that was rounded once.
    pub fn about(number: f64) -> Mass {
        Mass { low: number.next_down().max(0.0), high: number.next_up() }
    }

    /// The product of two numbers that are not negative.
    pub fn times(self, other: Mass) -> Mass {
        if other == Mass::ONE {
            return self;
        }
        if self == Mass::ONE {
            return other;
        }
        Mass {
            low: (self.low * other.low).next_down().max(0.0),
            high: (self.high * other.high).next_up(),
        }
    }

    /// The sum.
    pub fn plus(self, other: Mass) -> Mass {
        if self == Mass::default() {
            return other;
        }
        Mass { low: (self.low + other.low).next_down(), high: (self.high + other.high).next_up() }
    }

    /// `number` times this one, which is not negative.
    pub fn scaled(self, number: f64) -> Mass {
        if number == 0.0 {
            return Mass::default();
        }
        if number == 1.0 {
            return self;
        }
        let (a, b) = (self.low * number, self.high * number);
        Mass { low: a.min(b).next_down(), high: a.max(b).next_up() }
    }

    /// One of so many equal parts.
    pub fn shared(self, parts: f64) -> Mass {
        self.of(Mass { low: parts, high: parts })
    }

    /// This number as a share of another one that is positive and not less.
    pub fn of(self, whole: Mass) -> Mass {
        Mass {
            low: (self.low / whole.high).next_down().max(0.0),
            high: (self.high / whole.low).next_up().min(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn thirds_and_tenths_lie_within(n in 1u32..40, k in 1u32..40) {
            let third = Mass::about(1.0).of(Mass::about(3.0));
            let sum = (0..3 * n).fold(Mass::default(), |sum, _| sum.plus(third));
            prop_assert!(sum.low <= f64::from(n) && f64::from(n) <= sum.high, "{sum:?}");
            let tenth = Mass::ONE.shared(10.0);
            let power = (0..k).fold(Mass::ONE, |power, _| power.times(tenth));
            let whole = (0..k).fold(power, |whole, _| whole.scaled(10.0));
            prop_assert!(whole.low <= 1.0 && 1.0 <= whole.high, "{whole:?}");
            prop_assert!(whole.high - whole.low < 1e-12, "{whole:?}");
        }
    }

    #[test]
    fn what_is_scaled_by_a_negative_number_turns_over() {
        let half = Mass { low: 0.4, high: 0.6 };
        let turned = half.scaled(-10.0);
        assert!(turned.low <= -6.0 && turned.high >= -4.0 && turned.low < turned.high);
    }
}
