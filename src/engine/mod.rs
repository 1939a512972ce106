//! The engine: a model and its formulas compiled to a step and a monitor over flat columns.
//!
//! In: a model and what is asked of its runs, once; then societies, seeds or other
//! [`Choices`]. Out: for each run how it ended, what each formula says, when that was settled and
//! with which margin, and its states: bit for bit what `reference` says.
//!
//! # Data layout
//! - A [`Block`] makes [`LANES`] runs at once, of societies of one size. A lane is a run.
//!   Every operation of the [`Program`] works on all lanes, so that the cost of finding out
//!   what is to be done is paid once for all of them.
//! - A bool of all lanes is one word, a bit for each lane: so are states, ties, masks and the
//!   results of comparisons. Connectives, quantifiers and tie lookups are single instructions,
//!   and `count` adds words to counters that are sliced by bits. Any other scalar is a column
//!   of one word for each lane: an int, the bits of a real, a variant's or agent's number.
//! - The element of a binder is the same in all lanes (an element that a lane's set does not
//!   have is masked out there), so that a cell read at it is a column that lies ready. Only
//!   what differs from lane to lane (the agent that a rule moves, an agent in a state) is
//!   gathered.
//! - Divergence is a mask. A lane that faults, is discarded or halts leaves the mask `alive`.
//! - The program does not know sizes: it is made once for a model, and a society is data. Ties
//!   that all lanes share are lists; those that differ are a bit (or weight) for each pair.
//! - A formula is split where time begins: what needs one instant is computed as the run
//!   goes, one word for each instant; what is temporal is settled from these words at the end.
//!   What is said of an event at other instants than its own needs all that occurred: such atoms
//!   are computed at the end, for every instant, from states that were kept.
//!   What several formulas say of one instant is computed once, wherever it is written.
//! - A margin is asked for or not computed. It looks at more than a verdict: both sides of an
//!   `and`, elements that need not be looked at. What faults there is open, and no fault of the
//!   formula. It is two columns of reals, its low end and its high end, for each instant; what is
//!   temporal is settled from them as from words, on the prefix that settles the verdict.
//! - A gap, too, is asked for or not computed: what is missing to what a search wants, in all and
//!   for each part of the text, a column of reals for each. It is found of what is needed alone,
//!   instant by instant in the order of `reference`, for sums of reals depend on it.
//! - Where only verdicts are asked for, a block ends once all its runs say theirs.
//! - What a run reaches is a bit of its lane for each [`Mark`] that is asked for. It may say more
//!   than is so, never less: a branch is noted where it is decided, whatever goes wrong there.
//! - An operator with bounds costs the same whatever they are: what a window covers is joined by
//!   two scans.
//! - The worlds of a run are lanes side by side: the first lane of a group holds the actual
//!   society and takes no step, so that statements are in lockstep of themselves and `e@w` is a
//!   shift. A draw is the same number in all of them since it comes from one key; a choice is
//!   made among what any of them admits. A world that has halted keeps its last state, and is
//!   known only once its halt is; of one that faults nothing is known afterwards.
//! - A joint choice tries every table of its domain on its condition in all lanes at once; whole
//!   relations are a bit for each pair.
//!
//! # Invariants
//! - What cannot be done exactly is refused by name ([`Unsupported`]) before anything runs; a
//!   lane on which a formula itself faults says so ([`Lane::astray`]) and is left to
//!   `reference`. So is one of which more may be known than is kept here: where a formula reads a
//!   world that faulted before the others and other parts of it might decide, where a joint choice
//!   has more than 10,000 tables, or where several worlds with different rows have the most.
//! - Nothing here uses `reference` or `smt`: that they agree is what tests are for.

mod choices;
mod compile;
pub mod explore;
mod marks;
mod monitor;
mod program;
mod run;

pub use choices::{Choices, Key, Part, Seeded};
pub use compile::{Ask, Unsupported, compile};
pub use marks::Mark;
pub use program::{LANES, Program};
pub use run::{Block, End, Gap, Lane, Lanes, SettledBy, Society, Verdict, WorldOf, word};
