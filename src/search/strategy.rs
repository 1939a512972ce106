//! Setups as a proptest `Strategy`, built at run time from a model.
//!
//! In: a model, pins, sizes. Out: a strategy whose values are setups that the model and the
//! pins admit, and which shrinks as counterexamples do: agents first, then deviations, ties,
//! values.

use std::sync::Arc;

use proptest::prelude::Rng;
use proptest::strategy::{BoxedStrategy, NewTree, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRng, TestRunner};

use super::generate::generate;
use super::shrink::simpler_setups;
use super::space::{Sizes, Space};
use super::values::Dice;
use crate::base::Seed;
use crate::ir::Model;
use crate::ir::property::Pin;
use crate::reference::admitted;
use crate::trace::Setup;

/// Setups of one size that meet the model's `assume`s and `given`.
///
/// ```
/// use polity::analysis::analyse;
/// use polity::diag::Sources;
/// use polity::search::setups;
/// use polity::syntax::parse;
/// use proptest::strategy::{Strategy, ValueTree};
/// use proptest::test_runner::TestRunner;
///
/// let text = "model pair  kind Agent { param greedy: bool = false }  agents team: Agent[1..3]
///             property fair { forall a in team: not a.greedy }";
/// let mut sources = Sources::default();
/// let file = sources.add("pair.polity", text);
/// let (tree, _) = parse(file, text);
/// let (model, _) = analyse(&tree, &mut sources, &mut |_, _, _| Err("no libraries".into()));
/// let model = model.expect("the model has no error");
/// let sizes = model.populations.iter().map(|_| 2).collect();
/// let setup = setups(&model, &[], &sizes).new_tree(&mut TestRunner::deterministic()).unwrap();
/// assert_eq!(setup.current().sizes.iter().copied().collect::<Vec<_>>(), [2]);
/// ```
pub fn setups(model: &Model, given: &[Pin], sizes: &Sizes) -> BoxedStrategy<Setup> {
    let space = Arc::new(Space::new(Arc::new(model.clone()), given));
    Setups { space, sizes: vec![sizes.clone()], admitted_only: true }.boxed()
}

/// Setups of every size that the model and `given` admit, small ones as likely as large ones.
pub fn any_setups(model: &Model, given: &[Pin]) -> BoxedStrategy<Setup> {
    let space = Arc::new(Space::new(Arc::new(model.clone()), given));
    let sizes = space.sizes().0;
    Setups { space, sizes, admitted_only: true }.boxed()
}

/// The strategy behind [`setups`].
#[derive(Clone, Debug)]
pub(crate) struct Setups {
    /// What is searched.
    pub space: Arc<Space>,
    /// The sizes; one is picked.
    pub sizes: Vec<Sizes>,
    /// Whether what `assume` or a pin refuses is tried again.
    pub admitted_only: bool,
}

/// Attempts to meet `assume` and pins before the strategy gives up.
const ATTEMPTS_MAX: usize = 10_000;

impl Setups {
    fn attempt(&self, dice: &mut Dice<'_>) -> Option<Setup> {
        let sizes = dice.pick(&self.sizes)?;
        let setup = generate(&self.space, sizes, dice)?;
        let wanted = !self.admitted_only
            || admitted(&self.space.model, &setup, &self.space.given) == Ok(true);
        wanted.then_some(setup)
    }

    /// A setup from uniform numbers; none where none was met.
    pub fn attempted(&self, uniform: &mut dyn FnMut() -> f64) -> Option<Setup> {
        let mut dice = Dice::new(uniform);
        (0..ATTEMPTS_MAX).find_map(|_| self.attempt(&mut dice))
    }

    /// One attempt from a seed of its own, through proptest's machinery.
    pub fn seeded(&self, seed: Seed) -> Option<Setup> {
        let mut runner = runner(seed);
        let rng = runner.rng();
        self.attempt(&mut Dice::new(&mut || uniform(rng)))
    }
}

impl Strategy for Setups {
    type Tree = Shrinking;
    type Value = Setup;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let rng = runner.rng();
        let setup = self
            .attempted(&mut || uniform(rng))
            .ok_or_else(|| "no setup was met that the model and the pins admit".to_string())?;
        Ok(Shrinking { space: self.space.clone(), best: setup.clone(), current: setup, next: None })
    }
}

/// A runner that depends on `seed` alone: no environment, no files.
pub(crate) fn runner(seed: Seed) -> TestRunner {
    let config = Config {
        cases: 1,
        max_local_rejects: 65_536,
        max_global_rejects: 1_024,
        max_flat_map_regens: 1_000_000,
        failure_persistence: None,
        source_file: None,
        test_name: None,
        max_shrink_time: 0,
        max_shrink_iters: 0,
        max_default_size_range: 100,
        result_cache: proptest::test_runner::noop_result_cache,
        verbose: 0,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(seed.0),
        _non_exhaustive: (),
    };
    let mut bytes = [0; 32];
    for (word, chunk) in bytes.chunks_mut(8).enumerate() {
        chunk.copy_from_slice(&seed.bits(&[word as u32, 0x7365_7475]).to_le_bytes());
    }
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

fn uniform(rng: &mut TestRng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// A setup and, lazily, the simpler ones next to it.
#[derive(Clone, Debug)]
pub(crate) struct Shrinking {
    space: Arc<Space>,
    best: Setup,
    current: Setup,
    next: Option<std::vec::IntoIter<Setup>>,
}

impl Shrinking {
    fn advance(&mut self) -> bool {
        let best = &self.best;
        let space = &self.space;
        let next = self.next.get_or_insert_with(|| simpler_setups(space, best).into_iter());
        match next.next() {
            Some(setup) => {
                self.current = setup;
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
    type Value = Setup;

    fn current(&self) -> Setup {
        self.current.clone()
    }

    /// The current setup still fails: go on from it.
    fn simplify(&mut self) -> bool {
        if self.next.is_some() {
            self.best = self.current.clone();
            self.next = None;
        }
        self.advance()
    }

    /// The current setup no longer fails: try the next one beside the best.
    fn complicate(&mut self) -> bool {
        self.advance()
    }
}
