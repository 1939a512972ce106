//! `opinions`: ten people with bounded confidence. Nothing is drawn.

use crate::case::Case;

use super::MISS;

pub fn runs(case: &Case, runs: u64) -> Vec<u64> {
    let bound = case.reals("bound")[0];
    let starts = case.setup.starts.iter().next().expect("opinions");
    let starts: Vec<f64> = starts.iter().map(|value| value.number().expect("a real")).collect();
    let mut violated = vec![0; 2];
    for _ in 0..runs {
        // The optimiser is not to see that all runs are the same.
        let seen = run(std::hint::black_box(&starts), bound, case.steps);
        violated.iter_mut().zip(seen).for_each(|(sum, bad)| *sum += u64::from(bad));
    }
    violated
}

fn run(starts: &[f64], bound: f64, steps: u32) -> [bool; 2] {
    let n = starts.len();
    let mut opinions = starts.to_vec();
    let mut next = opinions.clone();
    let mut crossed = false;
    for _ in 0..steps {
        for p in 0..n {
            let (mut sum, mut count) = (0.0, 0);
            for q in &opinions {
                if (opinions[p] - q).abs() <= bound {
                    sum += q;
                    count += 1;
                }
            }
            next[p] = f64::clamp(sum / f64::from(count), 0.0, 1.0);
        }
        std::mem::swap(&mut opinions, &mut next);
        if !crossed {
            for p in 0..n {
                for q in 0..n {
                    crossed |= starts[p] <= starts[q] - MISS && opinions[p] > opinions[q] + MISS;
                }
            }
        }
    }
    let mut apart = false;
    for p in 0..n {
        for q in 0..n {
            apart |= (opinions[p] - opinions[q]).abs() > 0.01 + MISS;
        }
    }
    [crossed, apart]
}
