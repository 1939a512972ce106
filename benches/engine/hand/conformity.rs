//! `conformity`: a hundred members who speak in turn and hear each other.

use polity::base::Seed;
use polity::base::random::philox;

use crate::case::Case;

/// Uniform numbers of keys that begin alike: what is common is absorbed once.
struct Keys {
    key: [u32; 2],
    state: [u32; 4],
}

impl Keys {
    fn new(seed: Seed, words: u32) -> Keys {
        let key = [seed.0 as u32, (seed.0 >> 32) as u32];
        Keys { key, state: philox([words, 0, 0, 0x706F_6C79], key) }
    }

    fn absorbed(&self, words: [u32; 4]) -> Keys {
        let mut state = self.state;
        state.iter_mut().zip(words).for_each(|(cell, word)| *cell ^= word);
        Keys { key: self.key, state: philox(state, self.key) }
    }

    fn uniform(&self, words: [u32; 4]) -> f64 {
        let state = self.absorbed(words).state;
        let bits = u64::from(state[0]) | u64::from(state[1]) << 32;
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }
}

struct Sites {
    rank: u32,
    correct: u32,
    gives_in: u32,
}

pub fn runs(case: &Case, runs: u64) -> Vec<u64> {
    let sites = Sites {
        rank: case.site("schedule", "rank"),
        correct: case.site("speak", "correct"),
        gives_in: case.site("speak", "gives_in"),
    };
    let (skill, yields, hears) = (case.reals("skill"), case.reals("yields"), case.tied());
    let bad = |seed: &u64| !right(Seed(*seed), case.steps, &sites, (&skill, &yields, &hears));
    vec![(0..runs).filter(bad).count() as u64]
}

/// Whether most are right at the end.
fn right(
    seed: Seed,
    steps: u32,
    sites: &Sites,
    (skill, yields, hears): (&[f64], &[f64], &[Vec<usize>]),
) -> bool {
    let n = skill.len();
    let (mut spoke, mut right) = (vec![false; n], vec![false; n]);
    let mut silent: Vec<usize> = (0..n).collect();
    let (ranks, draws) = (Keys::new(seed, 9), Keys::new(seed, 6));
    let correct = draws.absorbed([sites.correct, 0, 0, 1]);
    let gives_in = draws.absorbed([sites.gives_in, 0, 0, 1]);
    for step in 0..steps {
        let now = ranks.absorbed([sites.rank, step, 0, 2]).absorbed([2, 0, 0, 7]);
        let mut least = (f64::INFINITY, 0);
        for (at, m) in silent.iter().enumerate() {
            let rank = now.uniform([*m as u32, 0, 0, 0]);
            if rank < least.0 {
                least = (rank, at);
            }
        }
        if silent.is_empty() {
            break;
        }
        let m = silent.remove(least.1);
        let heard = hears[m].iter().filter(|o| spoke[**o]).count();
        let wrong = heard >= 3 && hears[m].iter().all(|o| !spoke[*o] || !right[*o]);
        let flip = |keys: &Keys, p: f64| keys.uniform([7, m as u32, 0, 0]) >= 1.0 - p;
        right[m] = flip(&correct, skill[m]) && !(wrong && flip(&gives_in, yields[m]));
        spoke[m] = true;
    }
    2 * right.iter().filter(|right| **right).count() > n
}
