//! `commons`: eight fishers who see each other, in a competitive regime. Nothing is drawn.

use crate::case::Case;

use super::MISS;

const CAPACITY: f64 = 100.0;

pub fn runs(case: &Case, runs: u64) -> Vec<u64> {
    let (appetite, conformity) = (case.reals("appetite"), case.reals("conformity"));
    let tied = case.tied();
    let mut violated = vec![0; 3];
    for _ in 0..runs {
        // The optimiser is not to see that all runs are the same.
        let seen = run(std::hint::black_box(&appetite), &conformity, &tied, case.steps);
        violated.iter_mut().zip(seen).for_each(|(sum, bad)| *sum += u64::from(bad));
    }
    violated
}

fn run(appetite: &[f64], conformity: &[f64], tied: &[Vec<usize>], steps: u32) -> [bool; 3] {
    let n = appetite.len();
    let mut wish = appetite.to_vec();
    let (mut next, mut catch, mut wealth) = (wish.clone(), vec![0.0; n], vec![0.0; n]);
    let mut stock = CAPACITY;
    let mut low = false;
    for _ in 0..steps {
        let quota = stock / 2.0 / n as f64;
        let mean = wealth.iter().sum::<f64>() / n as f64;
        for f in 0..n {
            let seen = match tied[f].len() {
                0 => wish[f],
                count => tied[f].iter().map(|g| wish[*g]).sum::<f64>() / count as f64,
            };
            let rivalry = 0.5 * f64::max(0.0, mean - wealth[f]) / CAPACITY;
            next[f] = (1.0 - conformity[f]) * wish[f] + conformity[f] * seen + rivalry;
            catch[f] = f64::min(next[f] * quota, stock / n as f64);
        }
        for f in 0..n {
            wealth[f] += catch[f];
        }
        let left = f64::min(CAPACITY, 2.0 * (stock - catch.iter().sum::<f64>()));
        if !(-MISS * CAPACITY..=CAPACITY * (1.0 + MISS)).contains(&left) {
            // A fault cuts the run: what is settled at the end is not.
            return [low, false, false];
        }
        stock = left.clamp(0.0, CAPACITY);
        std::mem::swap(&mut wish, &mut next);
        // spec: a comparison fails only by more than 1e-9 of the width.
        low |= stock + MISS * CAPACITY <= 5.0;
    }
    let miss = |a: f64, b: f64| MISS * (1.0 + a.abs().max(b.abs()));
    let mut unfair = false;
    for f in 0..n {
        for g in 0..n {
            let (a, b) = (wealth[f], 2.0 * wealth[g] + 1.0);
            unfair |= a > b + miss(a, b);
        }
    }
    let poor = wealth.iter().any(|own| own + miss(*own, 20.0) < 20.0);
    [low, unfair, poor]
}
