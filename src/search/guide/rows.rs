//! Pairwise covering arrays: rows of levels such that every two levels of two factors stand
//! together in some row.
//!
//! In: the number of levels of each factor. Out: rows, greedily few (after Cohen, Dalal, Fredman
//! and Patton, 1997): each covers the most new pairs of some that were tried.

use std::collections::BTreeSet;

use crate::search::values::Dice;

/// Rows that are tried for each that is taken.
const TRIED: usize = 8;

/// At most `most` rows over factors of `levels` levels each, none of them 0. All pairs are
/// covered where fewer rows than that do.
pub fn pairwise(levels: &[usize], most: usize, dice: &mut Dice<'_>) -> Vec<Vec<usize>> {
    let mut left: BTreeSet<(usize, usize, usize, usize)> = BTreeSet::new();
    for (a, of_a) in levels.iter().enumerate() {
        for (b, of_b) in levels.iter().enumerate().skip(a + 1) {
            left.extend((0..*of_a).flat_map(|x| (0..*of_b).map(move |y| (a, x, b, y))));
        }
    }
    if levels.len() == 1 {
        return (0..levels[0].min(most)).map(|level| vec![level]).collect();
    }
    let mut rows = Vec::new();
    while !left.is_empty() && rows.len() < most {
        let best = (0..TRIED).map(|_| row(levels, &left, dice)).max_by_key(|row| row.1);
        let Some((row, _)) = best else { break };
        left.retain(|&(a, x, b, y)| row[a] != x || row[b] != y);
        rows.push(row);
    }
    rows
}

/// A row around a pair that is left, and how many pairs that are left it covers.
fn row(
    levels: &[usize],
    left: &BTreeSet<(usize, usize, usize, usize)>,
    dice: &mut Dice<'_>,
) -> (Vec<usize>, usize) {
    let mut row: Vec<Option<usize>> = vec![None; levels.len()];
    let start = dice.below(left.len());
    if let Some(&(a, x, b, y)) = left.iter().nth(start) {
        (row[a], row[b]) = (Some(x), Some(y));
    }
    let covered = |row: &[Option<usize>], factor: usize, level: usize| {
        let pair = |other: usize, at: usize| match other < factor {
            true => (other, at, factor, level),
            false => (factor, level, other, at),
        };
        let others = row.iter().enumerate().filter(|(other, _)| *other != factor);
        others.filter(|(other, at)| at.is_some_and(|at| left.contains(&pair(*other, at)))).count()
    };
    let mut order: Vec<usize> = (0..levels.len()).filter(|at| row[*at].is_none()).collect();
    while !order.is_empty() {
        let factor = order.swap_remove(dice.below(order.len()));
        // The first of the best levels, counted from anywhere.
        let first = dice.below(levels[factor]);
        let all = (0..levels[factor]).map(|level| (level + first) % levels[factor]);
        row[factor] = all.rev().max_by_key(|level| covered(&row, factor, *level));
    }
    let row: Vec<usize> = row.into_iter().map(|level| level.unwrap_or(0)).collect();
    let count = left.iter().filter(|&&(a, x, b, y)| row[a] == x && row[b] == y).count();
    (row, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;

    fn rows(levels: &[usize], most: usize) -> Vec<Vec<usize>> {
        let mut count = 0;
        let mut uniform = || {
            count += 1;
            Seed(5).uniform(&[count])
        };
        pairwise(levels, most, &mut Dice::new(&mut uniform))
    }

    #[test]
    fn every_pair_of_levels_stands_in_some_row() {
        let levels = [3, 2, 4, 2, 3];
        let rows = rows(&levels, 1_000);
        for a in 0..levels.len() {
            for b in a + 1..levels.len() {
                for x in 0..levels[a] {
                    for y in 0..levels[b] {
                        assert!(rows.iter().any(|row| row[a] == x && row[b] == y), "{a} {b}");
                    }
                }
            }
        }
        assert!(rows.len() < 24, "{} rows, where all are 144", rows.len());
    }

    #[test]
    fn one_factor_has_a_row_for_each_level_and_none_has_none() {
        assert_eq!(rows(&[3], 10), [[0], [1], [2]]);
        assert!(rows(&[], 10).is_empty());
        assert_eq!(rows(&[9, 9], 5).len(), 5);
    }
}
