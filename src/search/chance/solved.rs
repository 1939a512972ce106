//! Chances that are computed: the Markov chains of candidates, and of all setups of a size.
//!
//! In: candidates, or a size. Out: what is tested of them, without an error but rounding.

use super::{Candidate, Chances, Tested};
use crate::base::Seed;
use crate::engine::explore::chain::Went;
use crate::ir::Model;
use crate::ir::property::Counter;
use crate::reference::chance::{Exact, Sample, Solved, decide, exact};
use crate::reference::{Society, society};
use crate::search::compiled::Sampled;
use crate::search::enumerate::Grid;
use crate::search::found::{By, Estimate, Least};
use crate::search::space::Sizes;
use crate::trace::Fault;

/// What one setup's Markov chain may take of the steps of all.
const CHAIN_SHARE: u64 = 5;
/// Transitions of the engine that are worth a step of the reference's machine.
const TRANSITIONS_PER_STEP: u64 = 20;
/// Setups of one size that are all solved, at most.
const SOLVED_MAX: u64 = 2_000;

impl Chances<'_, '_> {
    /// A violating setup, the least of its size, with how small it is known to be: `solved`, where
    /// all that has fewer agents was solved; else it is shrunk.
    pub(super) fn placed(&mut self, tested: Tested, solved: bool) -> Result<Tested, Fault> {
        let minimize = &self.context.subject.target.settings.minimize;
        if solved && minimize.first() == Some(&Counter::Agents) {
            return Ok(Tested { least: Least::Proved, ..tested });
        }
        self.shrunk(tested)
    }

    /// Solves the chains of all setups of a size: the least that violates, else the one of the
    /// least margin, with its margin. None where they are too many, or some chain is not solved.
    // spec: chance.exact
    pub(super) fn solve_all(
        &mut self,
        sizes: &Sizes,
    ) -> Result<Option<(Option<Tested>, f64)>, Fault> {
        let subject = self.context.subject;
        let agents = subject.space.agents(sizes);
        if subject.model().chooses() || agents >= self.unsolved {
            return Ok(None);
        }
        let Some(grid) = Grid::new(&subject.space, sizes, SOLVED_MAX) else { return Ok(None) };
        let (mut best, mut least) = (None, (3, f64::INFINITY, Vec::new()));
        for number in 0..grid.len() {
            if !self.context.tell(agents, false) {
                return Ok(None);
            }
            let setup = grid.setup(number);
            if !subject.admits(&setup) {
                self.context.coverage.refused += 1;
                continue;
            }
            let candidate = Candidate { setup, policy: Seed(0) };
            let Some((tested, margin)) = self.solve(candidate)? else { return Ok(None) };
            self.context.coverage.setups += 1;
            self.context.coverage.runs += 1;
            // Of those that violate the least, of the others the worst.
            let rank = match tested.violated {
                Some(true) => (0, 0.0, self.counters(&tested.candidate.setup)),
                None => (1, f64::NEG_INFINITY, Vec::new()),
                Some(false) => (2, margin, Vec::new()),
            };
            if best.is_none() || rank < least {
                (best, least) = (Some(tested), rank);
            }
        }
        Ok(Some((best, least.1)))
    }

    /// The verdict of one candidate by its Markov chain, and its margin (negated where a true
    /// verdict is looked for); none where the chain is not solved.
    pub(super) fn solve(&mut self, candidate: Candidate) -> Result<Option<(Tested, f64)>, Fault> {
        let subject = self.context.subject;
        let agents = subject.space.agents(&candidate.setup.sizes);
        if agents >= self.unsolved {
            return Ok(None);
        }
        let sample = self.sample(&candidate, Seed(0));
        let most = (self.context.budget.chain_max / CHAIN_SHARE).min(self.steps_left);
        let go_on = || self.context.tell(agents, false);
        let society = society(subject.model(), &candidate.setup)?;
        let Some(solved) = chain(subject.model(), &sample, (&society, most), &go_on)? else {
            self.steps_left -= most;
            self.unsolved = agents;
            return Ok(None);
        };
        self.steps_left -= solved.steps;
        self.context.guards.worlds_differ |= solved.worlds_differ;
        let intervals: Vec<(f64, f64)> = solved.nodes.iter().map(|n| (n.low, n.high)).collect();
        let (truth, margin) = decide(subject.model(), subject.property, &society, &intervals);
        let violated = self.violated(truth)?;
        let margin = (margin.0 + margin.1) / 2.0;
        let margin = if self.looks_for_true() { -margin } else { margin };
        let estimate = |node: &Exact| Estimate {
            span: node.span,
            value: node.low + (node.high - node.low) / 2.0,
            low: node.low,
            high: node.high,
            runs: 0,
            by: By::Chain,
        };
        let estimates = solved.nodes.iter().map(estimate).collect();
        let tested = Tested { candidate, violated, estimates, least: Least::Unshrunk };
        Ok(Some((tested, margin)))
    }
}

/// The exact numbers by at most `steps_max` steps of the reference's machine, or as much of the
/// engine's work where it does the property.
///
/// Faults: of the setup, and of the formula in some run.
fn chain(
    model: &Model,
    sample: &Sample<'_>,
    (society, steps_max): (&Society, u64),
    go_on: &dyn Fn() -> bool,
) -> Result<Option<Solved>, Fault> {
    if let Some(compiled) = Sampled::of(model, sample, society)? {
        let most = steps_max.saturating_mul(TRANSITIONS_PER_STEP);
        match compiled.chain(model, sample, (society, most), go_on) {
            Ok((nodes, transitions)) => {
                let steps = transitions.div_ceil(TRANSITIONS_PER_STEP);
                let solved = |nodes| Solved { nodes, steps, worlds_differ: false };
                return Ok(nodes.map(solved));
            }
            Err(Went::Refused) => {}
            Err(Went::TooLong | Went::Through(_)) => return Ok(None),
        }
    }
    exact(model, sample, steps_max, go_on)
}
