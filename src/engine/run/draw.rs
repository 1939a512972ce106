//! Draws and choices.

use super::super::choices::{Choices, Key, Part, lanes};
use super::super::program::{Around, Dist, Draw, KeyOf, LANES, Num, Tag};
use super::wide::{map, of_real, real, test};
use super::{Block, Column};
use crate::base::mass::Mass;
use crate::base::math;

/// The least uniform number that a normal's quantile is taken at: half the spacing of ours.
const LEAST: f64 = 1.0 / (1u64 << 54) as f64;

/// The turn of a key.
pub(super) enum Turn {
    Same(u32),
    Each(Box<Column>),
}

/// Asks with a key.
pub(super) type Asking<'a> = &'a mut dyn FnMut(&mut dyn Choices, &Key<'_>);

impl<'p> Block<'p> {
    /// Asks a question under a key.
    pub(super) fn ask(
        &self,
        choices: &mut dyn Choices,
        key: &KeyOf,
        turn: &Turn,
        asking: Asking<'_>,
    ) {
        let bools: Vec<Column> = key
            .parts
            .iter()
            .map(|part| match part.value {
                Around::Bits(slot) => {
                    let element = self.memory.element(self.program.bits[slot]);
                    super::num::only(1, self.memory.bits[slot][element])
                }
                Around::Uniform(_) | Around::Column(_) => [0; LANES],
            })
            .collect();
        let part = |(at, part): (usize, &super::super::program::KeyPart)| {
            let value = match part.value {
                Around::Uniform(slot) => Part::Same(self.memory.uniforms[slot]),
                Around::Column(slot) => match self.memory.known[slot] {
                    Some(word) => Part::Same(word),
                    None => {
                        let element = self.memory.element(self.program.columns[slot]);
                        Part::Each(&self.memory.slots[slot][element])
                    }
                },
                Around::Bits(_) => Part::Each(&bools[at]),
            };
            (part.tag, value)
        };
        let binders: Vec<(Tag, Part<'_>)> = key.parts.iter().enumerate().map(part).collect();
        let turn = match turn {
            Turn::Same(turn) => Part::Same(i64::from(*turn)),
            Turn::Each(turns) => Part::Each(turns),
        };
        asking(choices, &Key { site: key.site, turn, world: Part::Same(0), binders: &binders });
    }

    /// What a draw gives in the lanes of a mask; a bool is 0 or 1.
    pub(super) fn drawn(
        &mut self,
        choices: &mut dyn Choices,
        draw: &'p Draw,
        turn: &Turn,
        mask: u64,
    ) -> Column {
        let column = self.outcome(choices, draw, turn, mask);
        self.answered(&draw.key.marked, &column, self.live(mask));
        column
    }

    fn outcome(
        &mut self,
        choices: &mut dyn Choices,
        draw: &'p Draw,
        turn: &Turn,
        mask: u64,
    ) -> Column {
        let quantiles = self.distribution(&draw.dist, draw.site, mask);
        let mask = self.live(mask);
        if choices.lists()
            && mask != 0
            && self.is_shared(&quantiles, draw.key.recurs, mask)
            && let Some(counts) = quantiles.counts(mask)
        {
            let mut places = [0; LANES];
            self.ask(choices, &draw.key, turn, &mut |choices, key| {
                choices.outcome(key, mask, &counts, &mut places);
            });
            choices.took(mask, &|lane| quantiles.share(lane, places[lane]));
            return quantiles.outcomes(&places, mask);
        }
        let mut numbers = [0.0; LANES];
        if mask != 0 {
            self.ask(choices, &draw.key, turn, &mut |choices, key| {
                choices.draw(key, mask, &mut numbers);
            });
        }
        let mut column = quantiles.at(&numbers, mask);
        let (mut words, mut given) = ([0; LANES], 0);
        if mask != 0 {
            self.ask(choices, &draw.key, turn, &mut |choices, key| {
                given = choices.listed(key, mask, &mut words);
            });
        }
        for lane in lanes(given & mask) {
            if quantiles.supports(lane, words[lane]) {
                column[lane] = words[lane];
            }
        }
        column
    }

    /// Whether all worlds of a run are known to draw from one distribution, each key once.
    fn is_shared(&self, quantiles: &Quantiles<'_>, recurs: bool, mask: u64) -> bool {
        let Some(groups) = &self.groups else { return true };
        let alike = |lane: usize| {
            let first = (groups.any(1 << lane) & mask).trailing_zeros() as usize;
            quantiles.alike(first, lane)
        };
        !recurs && lanes(mask).all(alike)
    }

    /// The parameters of a distribution.
    fn distribution(&mut self, dist: &'p Dist, site: usize, mask: u64) -> Quantiles<'p> {
        match dist {
            Dist::Bernoulli(p, at) => {
                let p = self.taken(p, mask);
                let wrong = test(&p, |p| !(0.0..=1.0).contains(&real(p)));
                self.fault(self.live(mask & wrong), *at);
                Quantiles::Bernoulli(p)
            }
            Dist::Ints(lo, hi) => {
                let (lo, hi) = (self.taken(lo, mask), self.taken(hi, mask));
                let wrong = super::wide::compare(&lo, &hi, |lo, hi| lo > hi);
                self.fault(self.live(mask & wrong), site);
                Quantiles::Ints(lo, hi)
            }
            Dist::Reals(lo, hi) => {
                let (lo, hi) = (self.taken(lo, mask), self.taken(hi, mask));
                let wrong = super::wide::compare(&lo, &hi, |lo, hi| {
                    real(lo) > real(hi) || !(real(hi) - real(lo)).is_finite()
                });
                self.fault(self.live(mask & wrong), site);
                Quantiles::Reals(lo, hi)
            }
            Dist::Normal(mean, deviation) => {
                let (mean, deviation) = (self.taken(mean, mask), self.taken(deviation, mask));
                let wrong = test(&deviation, |deviation| real(deviation) < 0.0);
                self.fault(self.live(mask & wrong), site);
                Quantiles::Normal(mean, deviation)
            }
            Dist::Categorical(outcomes, weights) => {
                let mut columns = Vec::new();
                for (weight, at) in weights {
                    let column = self.taken(weight, self.live(mask));
                    let wrong = test(&column, |weight| real(weight) < 0.0);
                    self.fault(self.live(mask & wrong), *at);
                    columns.push(column);
                }
                let sums = shares(outcomes, &columns);
                let total = |lane: usize| sums.iter().fold(0.0, |sum, of| sum + of[lane]);
                let wrong = lanes(mask).filter(|lane| {
                    let total = total(*lane);
                    total <= 0.0 || !total.is_finite()
                });
                let wrong = wrong.fold(0, |all, lane| all | 1 << lane);
                self.fault(self.live(wrong), site);
                Quantiles::Categorical(outcomes, sums)
            }
        }
    }

    fn taken(&mut self, num: &'p Num, mask: u64) -> Column {
        let source = self.num(num, mask, 0);
        *self.memory.column(source)
    }
}

/// The weight of each outcome.
fn shares(outcomes: &[(i64, Vec<usize>)], weights: &[Column]) -> Vec<[f64; LANES]> {
    let of = |(_, places): &(i64, Vec<usize>)| {
        let mut sums = [0.0; LANES];
        for place in places {
            for (sum, weight) in sums.iter_mut().zip(&weights[*place]) {
                *sum += real(*weight);
            }
        }
        sums
    };
    outcomes.iter().map(of).collect()
}

/// Distributions with their parameters evaluated.
enum Quantiles<'p> {
    Bernoulli(Column),
    Ints(Column, Column),
    Reals(Column, Column),
    Normal(Column, Column),
    Categorical(&'p [(i64, Vec<usize>)], Vec<[f64; LANES]>),
}

/// Ints that are listed as outcomes of a draw, at most.
const LISTED_MAX: i64 = 10_000;

impl Quantiles<'_> {
    /// How many outcomes each lane has; none where they cannot be listed.
    fn counts(&self, mask: u64) -> Option<[u32; LANES]> {
        let mut counts = [1; LANES];
        for lane in lanes(mask) {
            counts[lane] = match self {
                Quantiles::Bernoulli(p) => {
                    1 + u32::from(0.0 < real(p[lane]) && real(p[lane]) < 1.0)
                }
                Quantiles::Ints(lo, hi) => {
                    let width = hi[lane].checked_sub(lo[lane]).filter(|width| *width < LISTED_MAX);
                    width? as u32 + 1
                }
                Quantiles::Reals(lo, hi) if lo[lane] == hi[lane] => 1,
                Quantiles::Reals(..) => return None,
                Quantiles::Normal(_, deviation) if real(deviation[lane]) == 0.0 => 1,
                Quantiles::Normal(..) => return None,
                Quantiles::Categorical(_, sums) => {
                    let total = sums.iter().map(|of| of[lane]).sum::<f64>();
                    sums.iter().filter(|of| of[lane] / total > 0.0).count() as u32
                }
            };
        }
        Some(counts)
    }

    /// How likely the outcome at a place of the list is.
    // spec: draw.keys
    fn share(&self, lane: usize, place: u32) -> Mass {
        // Each is what the ones before leave of the unit interval; the last has the rest.
        let part = |shares: &[f64]| {
            let below = shares[..place as usize].iter().fold(0.0, |below, share| below + share);
            let is_last = place as usize + 1 == shares.len();
            let above = if is_last { 1.0 } else { below + shares[place as usize] };
            if shares.len() == 1 { Mass::ONE } else { Mass::about(above - below) }
        };
        match self {
            Quantiles::Bernoulli(p) if 0.0 < real(p[lane]) && real(p[lane]) < 1.0 => {
                part(&[1.0 - real(p[lane]), real(p[lane])])
            }
            Quantiles::Ints(lo, hi) => Mass::ONE.shared((hi[lane] - lo[lane] + 1) as f64),
            Quantiles::Categorical(_, sums) => {
                let total = sums.iter().map(|of| of[lane]).sum::<f64>();
                let shares = sums.iter().map(|of| of[lane] / total).filter(|share| *share > 0.0);
                part(&shares.collect::<Vec<f64>>())
            }
            Quantiles::Bernoulli(_) | Quantiles::Reals(..) | Quantiles::Normal(..) => Mass::ONE,
        }
    }

    /// Whether a lane may draw a word.
    fn supports(&self, lane: usize, word: i64) -> bool {
        match self {
            Quantiles::Bernoulli(p) if word == 0 => real(p[lane]) < 1.0,
            Quantiles::Bernoulli(p) => word == 1 && real(p[lane]) > 0.0,
            Quantiles::Ints(lo, hi) => (lo[lane]..=hi[lane]).contains(&word),
            Quantiles::Reals(lo, hi) => (real(lo[lane])..=real(hi[lane])).contains(&real(word)),
            Quantiles::Normal(mean, deviation) if real(deviation[lane]) == 0.0 => {
                real(mean[lane]) == real(word)
            }
            Quantiles::Normal(..) => real(word).is_finite(),
            Quantiles::Categorical(outcomes, sums) => {
                let total: f64 = sums.iter().map(|of| of[lane]).sum();
                let mut all = outcomes.iter().zip(sums);
                all.any(|((own, _), of)| *own == word && of[lane] / total > 0.0)
            }
        }
    }

    /// Whether two lanes have the same parameters.
    fn alike(&self, a: usize, b: usize) -> bool {
        match self {
            Quantiles::Bernoulli(p) => p[a] == p[b],
            Quantiles::Ints(x, y) | Quantiles::Reals(x, y) | Quantiles::Normal(x, y) => {
                x[a] == x[b] && y[a] == y[b]
            }
            Quantiles::Categorical(_, sums) => sums.iter().all(|of| of[a] == of[b]),
        }
    }

    /// The outcomes at places of the lists.
    fn outcomes(&self, places: &[u32; LANES], mask: u64) -> Column {
        let mut out = [0; LANES];
        for lane in lanes(mask) {
            let place = places[lane];
            out[lane] = match self {
                Quantiles::Bernoulli(p) => i64::from(real(p[lane]) >= 1.0 || place == 1),
                Quantiles::Ints(lo, _) => lo[lane] + i64::from(place),
                Quantiles::Reals(lo, _) => lo[lane],
                Quantiles::Normal(mean, _) => mean[lane],
                Quantiles::Categorical(outcomes, sums) => {
                    let total = sums.iter().map(|of| of[lane]).sum::<f64>();
                    let likely = |(_, of): &(_, &[f64; LANES])| of[lane] / total > 0.0;
                    let mut likely = outcomes.iter().zip(sums).filter(likely);
                    likely.nth(place as usize).map_or(0, |((word, _), _)| *word)
                }
            };
        }
        out
    }

    /// The quantiles at uniform numbers.
    fn at(&self, numbers: &[f64; LANES], mask: u64) -> Column {
        let mut out = [0; LANES];
        if let Quantiles::Bernoulli(p) = self {
            let numbers = numbers.map(of_real);
            map(p, &numbers, &mut out, |p, u| {
                let no = 1.0 - real(p);
                i64::from(!(no > 0.0 && real(u) < no) && real(p) > 0.0)
            });
            return out;
        }
        for lane in lanes(mask) {
            let u = numbers[lane];
            out[lane] = match self {
                // Taken above, in all lanes at once.
                Quantiles::Bernoulli(_) => 0,
                Quantiles::Ints(lo, hi) => {
                    let (lo, hi) = (i128::from(lo[lane]), i128::from(hi[lane]));
                    let at = lo + (u * (hi - lo + 1) as f64) as i128;
                    at.min(hi) as i64
                }
                Quantiles::Reals(lo, hi) => {
                    let (lo, hi) = (real(lo[lane]), real(hi[lane]));
                    of_real((lo + u * (hi - lo)).clamp(lo, hi))
                }
                Quantiles::Normal(mean, deviation) => {
                    let (mean, deviation) = (real(mean[lane]), real(deviation[lane]));
                    of_real(match deviation == 0.0 {
                        true => mean,
                        false => {
                            let number = mean + deviation * math::normal_quantile(u.max(LEAST));
                            number.clamp(f64::MIN, f64::MAX)
                        }
                    })
                }
                Quantiles::Categorical(outcomes, sums) => category(outcomes, sums, lane, u),
            };
        }
        out
    }
}

fn category(outcomes: &[(i64, Vec<usize>)], sums: &[[f64; LANES]], lane: usize, u: f64) -> i64 {
    let total: f64 = sums.iter().map(|of| of[lane]).sum();
    let (mut below, mut last) = (0.0, 0);
    for ((word, _), of) in outcomes.iter().zip(sums) {
        let share = of[lane] / total;
        if share > 0.0 {
            below += share;
            last = *word;
            if u < below {
                return last;
            }
        }
    }
    last
}
