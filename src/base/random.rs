//! Keyed, counter-based randomness: any draw can be computed alone.
//!
//! Philox4x32-10 (Salmon et al., 2011). A draw is a pure function of a seed and a key, so
//! that neither the order of draws nor the number of threads can change it.

use super::vector::vectorised;

/// What all randomness of a run derives from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Seed(pub u64);

const MULTIPLIER: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Ten rounds of Philox4x32: 128 bits of a counter and 64 of a key to 128 random bits.
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let low = u64::from(MULTIPLIER[0]) * u64::from(counter[0]);
        let high = u64::from(MULTIPLIER[1]) * u64::from(counter[2]);
        counter = [
            (high >> 32) as u32 ^ counter[1] ^ key[0],
            high as u32,
            (low >> 32) as u32 ^ counter[3] ^ key[1],
            low as u32,
        ];
    }
    counter
}

impl Seed {
    /// The 64 random bits that belong to `words` under this seed.
    ///
    /// A sponge over Philox: every four words are absorbed, and the length is part of the
    /// key, so that keys of different lengths never meet.
    pub fn bits(self, words: &[u32]) -> u64 {
        let key = [self.0 as u32, (self.0 >> 32) as u32];
        let mut state = philox([words.len() as u32, 0, 0, 0x706F_6C79], key);
        for chunk in words.chunks(4) {
            for (cell, word) in state.iter_mut().zip(chunk) {
                *cell ^= *word;
            }
            state = philox(state, key);
        }
        u64::from(state[0]) | u64::from(state[1]) << 32
    }

    /// The uniform number in [0, 1) that belongs to `words`: 53 random bits.
    pub fn uniform(self, words: &[u32]) -> f64 {
        (self.bits(words) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A seed of its own for each `stream`: streams of one seed are independent.
    pub fn stream(self, stream: u64) -> Seed {
        Seed(self.bits(&[stream as u32, (stream >> 32) as u32, 0x7374_7265]))
    }
}

/// [`Seed::uniform`] of the same words under many seeds.
///
/// Words that begin as the last ones did are not absorbed again: keys of one statement differ in
/// their last words.
#[derive(Clone, Debug)]
pub struct Sponge<const N: usize> {
    seeds: Box<[[u32; N]; 2]>,
    length: Option<usize>,
    /// What was absorbed, and the state after it; the first holds the length alone.
    states: Vec<([u32; 4], [[u32; N]; 4])>,
    /// How many of the states are those of the last words.
    known: usize,
}

impl<const N: usize> Sponge<N> {
    /// For these seeds, at most `N`; what is beyond them has seed 0.
    pub fn new(seeds: &[Seed]) -> Sponge<N> {
        let mut halves = Box::new([[0; N]; 2]);
        for (at, seed) in seeds.iter().enumerate() {
            halves[0][at] = seed.0 as u32;
            halves[1][at] = (seed.0 >> 32) as u32;
        }
        Sponge { seeds: halves, length: None, states: Vec::new(), known: 0 }
    }

    /// One of the seeds.
    pub fn seed(&self, at: usize) -> Seed {
        Seed(u64::from(self.seeds[0][at]) | u64::from(self.seeds[1][at]) << 32)
    }

    /// The uniform numbers of `words`.
    pub fn uniforms(&mut self, words: &[u32], out: &mut [f64; N]) {
        if self.length != Some(words.len()) {
            let start = [words.len() as u32, 0, 0, 0x706F_6C79];
            let state = start.map(|word| [word; N]);
            self.absorb(0, [0; 4], |seeds, _, next| {
                *next = state;
                philox_many(next, seeds);
            });
            self.length = Some(words.len());
        }
        let mut at = 0;
        for chunk in words.chunks(4) {
            let mut padded = [0; 4];
            padded[..chunk.len()].copy_from_slice(chunk);
            at += 1;
            if self.known <= at || self.states[at].0 != padded {
                self.absorb(at, padded, |seeds, last, next| {
                    for ((next, last), word) in next.iter_mut().zip(last).zip(&padded) {
                        next.iter_mut().zip(last).for_each(|(next, last)| *next = last ^ word);
                    }
                    philox_many(next, seeds);
                });
            }
        }
        let [low, high, ..] = &self.states[at].1;
        vectorised(
            #[inline(always)]
            || {
                for (number, (low, high)) in out.iter_mut().zip(low.iter().zip(high)) {
                    let bits = u64::from(*low) | u64::from(*high) << 32;
                    *number = (bits >> 11) as f64 / (1u64 << 53) as f64;
                }
            },
        );
    }

    /// Makes the state at a place, of that before it; those behind it are known no more.
    fn absorb(
        &mut self,
        at: usize,
        words: [u32; 4],
        make: impl FnOnce(&[[u32; N]; 2], &[[u32; N]; 4], &mut [[u32; N]; 4]),
    ) {
        if self.states.len() == at {
            self.states.push(([0; 4], [[0; N]; 4]));
        }
        let (before, rest) = self.states.split_at_mut(at);
        let nothing = [[0; N]; 4];
        let last = before.last().map_or(&nothing, |(_, state)| state);
        rest[0].0 = words;
        make(&self.seeds, last, &mut rest[0].1);
        self.known = at + 1;
    }
}

/// [`philox`] of many counters under many keys.
fn philox_many<const N: usize>(counter: &mut [[u32; N]; 4], keys: &[[u32; N]; 2]) {
    vectorised(
        #[inline(always)]
        || rounds(counter, keys),
    );
}

#[inline(always)]
fn rounds<const N: usize>(counter: &mut [[u32; N]; 4], keys: &[[u32; N]; 2]) {
    let [c0, c1, c2, c3] = counter;
    for round in 0..10u32 {
        let weyl = [WEYL[0].wrapping_mul(round), WEYL[1].wrapping_mul(round)];
        for at in 0..N {
            let low = u64::from(MULTIPLIER[0]) * u64::from(c0[at]);
            let high = u64::from(MULTIPLIER[1]) * u64::from(c2[at]);
            c0[at] = (high >> 32) as u32 ^ c1[at] ^ keys[0][at].wrapping_add(weyl[0]);
            c1[at] = high as u32;
            c2[at] = (low >> 32) as u32 ^ c3[at] ^ keys[1][at].wrapping_add(weyl[1]);
            c3[at] = low as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers of Random123 (`kat_vectors`, philox4x32, 10 rounds).
    #[test]
    fn philox_gives_the_known_answers() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn a_key_and_its_extension_by_zero_differ() {
        assert_ne!(Seed(1).bits(&[5]), Seed(1).bits(&[5, 0]));
    }

    #[test]
    fn many_seeds_give_what_each_gives_alone() {
        let seeds: Vec<Seed> = (0..8).map(|n| Seed(Seed(n).bits(&[9]))).collect();
        let mut sponge: Sponge<8> = Sponge::new(&seeds);
        let all = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        for words in [&all[..], &all[..8], &all[..7], &[1, 2, 3, 4, 5, 9, 7], &[], &[7], &all] {
            let mut numbers = [0.0; 8];
            sponge.uniforms(words, &mut numbers);
            for (seed, number) in seeds.iter().zip(numbers) {
                assert_eq!(seed.uniform(words), number, "{seed:?} {words:?}");
            }
        }
    }

    #[test]
    fn uniform_numbers_lie_in_the_unit_interval_and_fill_it() {
        let numbers: Vec<f64> = (0..10_000).map(|word| Seed(7).uniform(&[word])).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        let mean = numbers.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
    }
}
