//! The ways to propose a run, and a bandit that shares the budget among them.
//!
//! In: what each proposal was worth. Out: the arm whose turn it is, by upper confidence bounds
//! (Auer, Cesa-Bianchi and Fischer, 2002), old rewards discounted, since what helps changes.
//!
//! # Invariants
//! - The choice depends on the rewards alone: no chance, no clock.

use crate::base::math;

/// A way to propose a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Arm {
    /// Pairs of values that have not stood together, at the ends of domains.
    Cover,
    /// A small edit of a run that is nearest by some part of the property.
    Nearest,
    /// A step of one number to where its effect on a part says the gap closes.
    Line,
    /// A run up to a rare state, with fresh choices and draws from there on.
    Novel,
    /// A small edit of the nearest run of some niche of structures.
    Niche,
    /// All reals of a setup moved at once, in directions that have paid.
    Evolve,
    /// One number of a setup as a number of the text, or between two.
    Literal,
}

/// All arms, in the order in which equals are tried.
pub const ARMS: [Arm; 7] =
    [Arm::Cover, Arm::Literal, Arm::Nearest, Arm::Line, Arm::Novel, Arm::Niche, Arm::Evolve];

/// What is left of a reward when the next one comes.
const DISCOUNT: f64 = 0.98;
/// How much an arm that was tried seldom is preferred.
const CURIOUS: f64 = 0.3;

/// What each arm was worth.
#[derive(Clone, Default, Debug)]
pub struct Bandit {
    tried: [f64; ARMS.len()],
    won: [f64; ARMS.len()],
}

impl Bandit {
    /// The arm whose turn it is, of those that `can`; none where none can. It counts as tried.
    pub fn next(&mut self, can: &dyn Fn(Arm) -> bool) -> Option<Arm> {
        let all: f64 = self.tried.iter().sum();
        let bound = |arm: &Arm| {
            let place = *arm as usize;
            let tried = self.tried[place];
            if tried < 1e-9 {
                return f64::INFINITY;
            }
            self.won[place] / tried + CURIOUS * math::sqrt(math::log(all.max(1.0) + 1.0) / tried)
        };
        let best = ARMS.into_iter().filter(|arm| can(*arm)).map(|arm| (bound(&arm), arm));
        let (_, arm) = best.reduce(|a, b| if b.0 > a.0 { b } else { a })?;
        for place in 0..ARMS.len() {
            self.tried[place] *= DISCOUNT;
            self.won[place] *= DISCOUNT;
        }
        self.tried[arm as usize] += 1.0;
        Some(arm)
    }

    /// A proposal of `arm` was worth `reward`, in [0, 1].
    pub fn reward(&mut self, arm: Arm, reward: f64) {
        self.won[arm as usize] += reward;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arm_that_pays_is_tried_most_and_none_is_forgotten() {
        let mut bandit = Bandit::default();
        let mut turns = [0; ARMS.len()];
        for _ in 0..1_000 {
            let arm = bandit.next(&|_| true).expect("an arm");
            turns[arm as usize] += 1;
            bandit.reward(arm, if arm == Arm::Line { 0.8 } else { 0.1 });
        }
        let line = turns[Arm::Line as usize];
        let others = ARMS.into_iter().filter(|arm| *arm != Arm::Line);
        let most = others.map(|arm| turns[arm as usize]).max().expect("others");
        assert!(line > 2 * most, "{turns:?}");
        assert!(turns.iter().all(|turns| *turns >= 10), "{turns:?}");
    }

    #[test]
    fn an_arm_that_cannot_is_not_chosen() {
        let mut bandit = Bandit::default();
        for _ in 0..20 {
            assert_eq!(bandit.next(&|arm| arm == Arm::Novel), Some(Arm::Novel));
        }
        assert_eq!(bandit.next(&|_| false), None);
    }
}
