//! Who answers a run's choices and draws.

mod outcomes;
mod replay;
mod words;

pub use outcomes::Outcomes;
pub use replay::Replay;
pub use words::{choice_words, draw_words};

use std::sync::Arc;

use crate::ir::Value;
use crate::trace::Key;

/// How often [`Answers::propose`] is asked before a choice counts as not met.
pub const ATTEMPTS_MAX: u32 = 1_000;

/// Answers every choice and draw of a run. Generation, enumeration, replay and shrinking are
/// four answerers of one evaluator, and it does not know which one answers.
///
/// Under worlds the evaluator itself keeps what is shared: it asks once for a key, and again
/// (with `key.world` set) only for a world that does not admit the shared value. A draw is
/// asked again (with `key.world` set) only where a world's distribution is another one: the
/// answer is then that distribution's quantile at the uniform number of the shared key.
pub trait Answers {
    /// The place in `options` of the value chosen; `options` is not empty, in the order of the
    /// domain, and all of it is admitted (by some world that asks).
    fn pick(&mut self, key: &Key, options: &Arc<Vec<Value>>) -> usize;

    /// A candidate for a choice whose values are too many to list (a real domain, or a joint
    /// choice over many rows): one value of `domain` for each of `rows` rows. It is asked again
    /// with the next `attempt`, from 0, while the candidate is not admitted, up to
    /// [`ATTEMPTS_MAX`]; `None` gives up, and the run is discarded as sampled.
    fn propose(
        &mut self,
        key: &Key,
        rows: usize,
        domain: &Outcomes,
        attempt: u32,
    ) -> Option<Vec<Value>>;

    /// An outcome in the support of `outcomes`.
    fn draw(&mut self, key: &Key, outcomes: &Outcomes) -> Value;
}
