//! Fewer listed draws: none of them, blocks of them, one after the other; what is not listed
//! comes from the seed. Small seeds are tried, too.

use super::{Candidate, Draft};
use crate::base::Seed;
use crate::ir::Value;
use crate::trace::Key;

/// Seeds that are tried instead of listed draws.
const SEEDS: u64 = 8;

/// All runs with fewer listed draws, or a smaller seed.
pub fn edits(draft: &Draft<'_>) -> Vec<Candidate> {
    if draft.result.is_none() {
        return Vec::new();
    }
    let mut candidates = Vec::new();
    let listed: Vec<&Key> = draft.run.draws.keys().collect();
    if !listed.is_empty() {
        let mut run = draft.run.clone();
        run.draws.clear();
        candidates.push(Candidate { what: "no listed draws".into(), run });
    }
    // Without a draw the seed is of no account, and 0 is the simplest.
    for seed in (0..SEEDS).filter(|seed| *seed < draft.run.seed.0) {
        for clear in [true, false] {
            let mut run = draft.run.clone();
            run.seed = Seed(seed);
            if clear {
                run.draws.clear();
            }
            candidates.push(Candidate { what: format!("the seed {seed}"), run });
        }
    }
    let mut block = listed.len() / 2;
    while block > 0 {
        for chunk in listed.chunks(block) {
            let mut run = draft.run.clone();
            run.draws.retain(|key: &Key, _: &mut Value| !chunk.contains(&key));
            let what = format!("{} fewer listed draws", chunk.len());
            candidates.push(Candidate { what, run });
        }
        block /= 2;
    }
    candidates
}
