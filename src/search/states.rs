//! Every state of every setup of a size, where its runs are too many to try them all.
//!
//! In: a context and a size. Out: whether no run hits, or one of fewest steps of the first setups
//! that have any; what was covered is added to the context.
//!
//! # Invariants
//! - Setups are explored in waves of a fixed number, whose results are taken in the order of the
//!   setups: the number of threads changes nothing but the time.

use rayon::prelude::*;

use super::admission::Admission;
use super::enumerate::Grid;
use super::explore::Context;
use super::order::digest;
use super::reachable::{Reachable, Reached, reach};
use super::space::Sizes;
use crate::engine::explore::Limits;
use crate::trace::{Run, Setup};

/// What all states of a size say.
pub enum States {
    /// No run hits: up to the horizon, or (`for_ever`) for every number of steps.
    Never {
        /// For every number of steps.
        for_ever: bool,
    },
    /// This run does.
    Hit(Box<Run>),
}

/// Setups of a wave.
const WAVE: u64 = 64;
/// Transitions that are worth a run of the reference.
const TRANSITIONS_PER_RUN: u64 = 100;
/// What the states of one setup may take, in bytes.
const BYTES_MAX: u64 = 256 << 20;

/// What exploring one setup came to.
enum Job {
    Refused,
    Explored(u64, Box<Reached>),
    Open,
}

impl Context<'_> {
    /// Explores every setup of `sizes`; none where that would take more than the budget, or
    /// states alone do not decide it. No budget to try everything, no exploration either.
    // spec: verdict.states
    pub fn states(&mut self, sizes: &Sizes) -> Option<States> {
        let most = self.budget.runs_max;
        if self.budget.exhaust_max == 0 {
            return None;
        }
        let grid = Grid::new(&self.subject.space, sizes, most)?;
        let admission = Admission::new(self.subject, &grid);
        let reach = Reachable::of(self.subject).ok()?;
        reach.explorer(self.subject, sizes).ok()?;
        let mut left = most.saturating_mul(TRANSITIONS_PER_RUN);
        let agents = self.subject.space.agents(sizes);
        let mut for_ever = true;
        for first in (0..grid.len()).step_by(WAVE as usize) {
            if !self.tell(agents, false) {
                return None;
            }
            let numbers = first..grid.len().min(first + WAVE);
            let wave: Vec<Job> = numbers
                .into_par_iter()
                .map(|number| match admission.admits(number) {
                    true => self.explored(&reach, &grid.setup(number), left),
                    false => Job::Refused,
                })
                .collect();
            let mut best = None;
            for job in wave {
                let (digest, reached) = match job {
                    Job::Refused => {
                        self.coverage.refused += 1;
                        continue;
                    }
                    Job::Open => return None,
                    Job::Explored(digest, reached) => (digest, reached),
                };
                left = left.saturating_sub(1 + reached.explored.transitions);
                self.see(digest, &reached);
                match (reached.never(), reached.hit) {
                    (Some(closed), _) => for_ever &= closed,
                    (None, Some(hit)) => {
                        best = best.into_iter().chain([hit]).min_by(|a, b| a.1.cmp(&b.1))
                    }
                    (None, None) => return None,
                }
            }
            if let Some((run, _)) = best {
                return Some(States::Hit(Box::new(run)));
            }
            if left == 0 {
                return None;
            }
        }
        Some(States::Never { for_ever })
    }

    /// Explores one setup.
    fn explored(&self, reach: &Reachable, setup: &Setup, left: u64) -> Job {
        let limits = Limits {
            steps: Some(self.subject.steps),
            bytes_max: BYTES_MAX,
            transitions_max: left,
            symmetry: true,
        };
        let agents = self.subject.space.agents(&setup.sizes);
        let go_on = |_| self.tell(agents, false);
        let explorer = reach.explorer(self.subject, &setup.sizes);
        let reached = explorer.ok().and_then(|mut explorer| {
            self::reach(&mut explorer, self.subject, setup, limits, &go_on)
        });
        reached.map_or(Job::Open, |reached| Job::Explored(digest(setup), Box::new(reached)))
    }
}
