//! Random models as a proptest `Strategy`.
//!
//! In: a flavour. Out: a strategy whose values are texts of models, and which shrinks them
//! greedily; only texts without errors are offered while shrinking.

use std::fmt;

use polity::ir::Model;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use super::alike::Alike;
use super::dice::Dice;
use super::generator::Generator;
use super::piece::Piece;
use crate::support;

/// What values there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavour {
    /// All free domains are finite: everything can be tried.
    Finite,
    /// Some parameters, starts, weights and choices are any real of a range.
    Reals,
    /// Finite, of agents that mostly nothing tells apart.
    Alike,
}

/// Random models of a flavour.
#[derive(Clone, Copy, Debug)]
pub struct Samples(pub Flavour);

/// A model as text.
#[derive(Clone, PartialEq)]
pub struct Sample(pub String);

impl fmt::Debug for Sample {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\n{}", self.0)
    }
}

impl Sample {
    /// What it means; none where it has errors.
    pub fn model(&self) -> Option<Model> {
        support::analyse("generated.polity", &self.0, &support::root()).0
    }
}

impl Samples {
    /// The runner of case `seed`: nothing else decides what it makes.
    pub fn runner(seed: u64) -> TestRunner {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let config = Config {
            cases: 1,
            failure_persistence: None,
            max_shrink_iters: 3_000,
            ..Config::default()
        };
        TestRunner::new_with_rng(config, rng)
    }

    /// The model of case `seed`.
    pub fn sample(self, seed: u64) -> Sample {
        self.new_tree(&mut Samples::runner(seed)).expect("every seed gives a model").current()
    }

    /// The least model next to that of case `seed` which fails `test`, and why; none where that
    /// of the case itself does not.
    pub fn least_failing(
        self,
        seed: u64,
        test: impl Fn(&Sample) -> Result<(), String>,
    ) -> Option<(Sample, String)> {
        let mut runner = Samples::runner(seed);
        let tree = self.new_tree(&mut runner).expect("every seed gives a model");
        let result = runner.run_one(tree, |sample| test(&sample).map_err(TestCaseError::fail));
        match result {
            Ok(_) => None,
            Err(TestError::Fail(why, least)) => Some((least, why.message().to_string())),
            Err(TestError::Abort(why)) => panic!("seed {seed}: {why}"),
        }
    }
}

impl Strategy for Samples {
    type Tree = Shrinking;
    type Value = Sample;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let dice = Dice::new(runner.rng());
        let best = match self.0 {
            Flavour::Finite | Flavour::Reals => Generator::new(dice, self.0).model(),
            Flavour::Alike => Alike::new(dice).model(),
        };
        Ok(Shrinking { current: best.clone(), best, next: None })
    }
}

/// A model and, lazily, the simpler ones next to it.
pub struct Shrinking {
    best: Piece,
    current: Piece,
    next: Option<std::vec::IntoIter<Piece>>,
}

impl Shrinking {
    fn advance(&mut self) -> bool {
        let best = &self.best;
        let next = self.next.get_or_insert_with(|| best.simpler().into_iter());
        match next.find(|piece| Sample(piece.text()).model().is_some()) {
            Some(piece) => {
                self.current = piece;
                true
            }
            None => {
                self.current = self.best.clone();
                false
            }
        }
    }
}

impl ValueTree for Shrinking {
    type Value = Sample;

    fn current(&self) -> Sample {
        Sample(self.current.text())
    }

    /// The current model still fails: go on from it.
    fn simplify(&mut self) -> bool {
        if self.next.is_some() {
            self.best = self.current.clone();
            self.next = None;
        }
        self.advance()
    }

    /// The current model no longer fails: try the next one beside the best.
    fn complicate(&mut self) -> bool {
        self.advance()
    }
}
