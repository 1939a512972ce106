//! What must be computed before what.
//!
//! In: for each of n things, the places of those that it needs. Out: an order in which each
//! comes after what it needs, least place first, and the circles that have none.

use std::collections::BTreeSet;

/// An order, and what has none.
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    /// Places, each after what it needs.
    pub sorted: Vec<usize>,
    /// Circles: each place needs the next one, and the last one the first. They share no place.
    pub circles: Vec<Vec<usize>>,
    /// What needs a circle without being on one.
    pub stuck: Vec<usize>,
}

/// Sorts the places of `needs`.
pub fn order(needs: &[BTreeSet<usize>]) -> Order {
    let mut missing: Vec<usize> = needs.iter().map(BTreeSet::len).collect();
    let mut needed_by = vec![Vec::new(); needs.len()];
    for (place, needed) in needs.iter().enumerate() {
        needed.iter().for_each(|need| needed_by[*need].push(place));
    }
    let mut ready: BTreeSet<usize> = (0..needs.len()).filter(|at| missing[*at] == 0).collect();
    let mut sorted = Vec::new();
    while let Some(place) = ready.pop_first() {
        sorted.push(place);
        for user in &needed_by[place] {
            missing[*user] -= 1;
            if missing[*user] == 0 {
                ready.insert(*user);
            }
        }
    }
    let unsorted: BTreeSet<usize> = (0..needs.len()).filter(|at| missing[*at] > 0).collect();
    let circles = circles(needs, &unsorted);
    let circular: BTreeSet<usize> = circles.iter().flatten().copied().collect();
    Order { sorted, circles, stuck: unsorted.difference(&circular).copied().collect() }
}

/// Follows needs among `unsorted` (each has one there) until a place comes again.
fn circles(needs: &[BTreeSet<usize>], unsorted: &BTreeSet<usize>) -> Vec<Vec<usize>> {
    let mut circles = Vec::new();
    let mut seen = BTreeSet::new();
    for start in unsorted {
        let mut path = Vec::new();
        let mut place = *start;
        while seen.insert(place) {
            path.push(place);
            place = *needs[place]
                .intersection(unsorted)
                .next()
                .expect("what could not be sorted needs something that could not be sorted");
        }
        if let Some(from) = path.iter().position(|on| *on == place) {
            circles.push(path.split_off(from));
        }
    }
    circles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(lists: &[&[usize]]) -> Vec<BTreeSet<usize>> {
        lists.iter().map(|list| list.iter().copied().collect()).collect()
    }

    #[test]
    fn what_is_needed_comes_first() {
        let order = order(&needs(&[&[2], &[], &[1]]));
        assert_eq!(order, Order { sorted: vec![1, 2, 0], circles: vec![], stuck: vec![] });
    }

    #[test]
    fn a_circle_is_found_and_what_hangs_on_it_is_stuck() {
        let order = order(&needs(&[&[1], &[2], &[1], &[]]));
        assert_eq!(order, Order { sorted: vec![3], circles: vec![vec![1, 2]], stuck: vec![0] });
    }

    #[test]
    fn what_needs_itself_is_a_circle_of_one() {
        assert_eq!(order(&needs(&[&[0]])).circles, vec![vec![0]]);
    }
}
