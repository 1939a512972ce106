//! Operators with bounds against their definitions, and what they cost.

use std::cell::Cell;

use proptest::prelude::*;

use super::Margins;
use super::prefix::Prefix;
use super::value::{Kleene, Known};
use super::windows::{Bounds, future, past, since, until};
use crate::engine::program::LANES;

type Ends = (u64, Option<u64>);

/// A row of instants, the same for every operator: what holds, on the left and on the right, and
/// which lanes have the instant.
#[derive(Clone, Debug)]
struct Rows<V> {
    has: Vec<u64>,
    left: Vec<V>,
    right: Vec<V>,
    end: V,
}

impl<V: Known> Rows<V> {
    fn len(&self) -> usize {
        self.has.len()
    }

    /// A value where runs have the instant, else what is beyond.
    fn at(&self, values: &[V], at: usize) -> V {
        values.get(at).map_or_else(|| self.end.clone(), |own| own.or_else(self.has[at], &self.end))
    }

    /// The instants from `lo` to `hi` steps away, of which what lies beyond is one.
    fn ahead(&self, at: usize, (lo, hi): Ends) -> std::ops::RangeInclusive<usize> {
        let far = |steps: u64| (at as u64).saturating_add(steps).min(self.len() as u64) as usize;
        far(lo)..=hi.map_or(self.len(), far)
    }

    /// The instants from `lo` to `hi` steps ago.
    fn behind(&self, at: usize, (lo, hi): Ends) -> std::ops::Range<usize> {
        let end = (at as u64 + 1).saturating_sub(lo) as usize;
        hi.map_or(0, |hi| (at as u64).saturating_sub(hi) as usize).min(end)..end
    }

    fn future(&self, all: bool, ends: Ends, at: usize) -> V {
        let join = if all { V::and } else { V::or };
        let window = self.ahead(at, ends);
        window.fold(V::all(all), |total, at| join(&total, &self.at(&self.right, at)))
    }

    fn past(&self, all: bool, ends: Ends, at: usize) -> V {
        let join = if all { V::and } else { V::or };
        let window = self.behind(at, ends);
        window.fold(V::all(all), |total, at| join(&total, &self.right[at]))
    }

    fn until(&self, ends: Ends, at: usize) -> V {
        self.ahead(at, ends).fold(V::all(false), |total, met| {
            let way = (at..met).map(|on| self.left[on].or_else(self.has[on], &V::all(true)));
            total.or(&way.fold(self.at(&self.right, met), |met, on| met.and(&on)))
        })
    }

    fn since(&self, ends: Ends, at: usize) -> V {
        self.behind(at, ends).fold(V::all(false), |total, met| {
            let way = &self.left[met + 1..=at];
            total.or(&way.iter().fold(self.right[met].clone(), |met, on| met.and(on)))
        })
    }

    /// What every operator says at every instant.
    fn found(&self, all: bool, (lo, hi): Ends) -> [Vec<V>; 4] {
        let bounds = Bounds::new(lo, hi);
        let sides = (&self.left[..], &self.right[..]);
        [
            future(&self.has, all, bounds, &self.right, &self.end),
            past(all, bounds, &self.right),
            until(&self.has, bounds, sides, &self.end),
            since(bounds, &self.left, &self.right),
        ]
    }

    /// The same by the definitions.
    fn defined(&self, all: bool, ends: Ends) -> [Vec<V>; 4] {
        let each = |of: &dyn Fn(usize) -> V| (0..self.len()).map(of).collect();
        [
            each(&|at| self.future(all, ends, at)),
            each(&|at| self.past(all, ends, at)),
            each(&|at| self.until(ends, at)),
            each(&|at| self.since(ends, at)),
        ]
    }
}

fn any_ends() -> impl Strategy<Value = Ends> {
    let width = prop_oneof![Just(None), (0..12u64).prop_map(Some), Just(Some(u64::MAX)),];
    (prop_oneof![0..8u64, Just(u64::MAX)], width)
        .prop_map(|(lo, width)| (lo, width.map(|width| lo.saturating_add(width))))
}

/// Runs of up to so many instants: a lane that has one has all before it.
fn any_has() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(any::<u64>(), 1..20).prop_map(|mut masks| {
        for at in 1..masks.len() {
            // Most lanes go on.
            masks[at] = masks[at - 1] & (masks[at] | masks[at].rotate_left(7) | 1);
        }
        masks
    })
}

fn any_truth() -> impl Strategy<Value = Kleene> {
    (any::<u64>(), any::<u64>()).prop_map(|(yes, no)| Kleene { yes, no: no & !yes })
}

fn any_margins() -> impl Strategy<Value = Margins> {
    let end = || prop::collection::vec((-8..=8i8).prop_map(|of| f64::from(of) / 8.0), LANES);
    let column = |of: Vec<f64>| Margins::exact(std::array::from_fn(|lane| of[lane]));
    (end(), any::<u64>()).prop_map(move |(of, open)| column(of).opened(open & (open >> 9)))
}

fn any_rows<V: Known + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = V> + Clone + 'static,
) -> impl Strategy<Value = Rows<V>> {
    any_has().prop_flat_map(move |has| {
        let values = || prop::collection::vec(value.clone(), has.len());
        (Just(has.clone()), values(), values(), value.clone())
            .prop_map(|(has, left, right, end)| Rows { has, left, right, end })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn truths_over_windows_are_as_defined(
        rows in any_rows(any_truth().boxed()), all in any::<bool>(), ends in any_ends(),
    ) {
        prop_assert_eq!(rows.found(all, ends), rows.defined(all, ends));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn margins_over_windows_are_as_defined(
        rows in any_rows(any_margins().boxed()), all in any::<bool>(), ends in any_ends(),
    ) {
        prop_assert_eq!(rows.found(all, ends), rows.defined(all, ends));
    }
}

/// A truth that counts what is done with it.
#[derive(Clone, PartialEq, Debug)]
struct Counted(Kleene);

thread_local! {
    static DONE: Cell<u64> = const { Cell::new(0) };
}

impl Counted {
    fn done(truth: Kleene) -> Counted {
        DONE.set(DONE.get() + 1);
        Counted(truth)
    }
}

impl Known for Counted {
    fn all(bool: bool) -> Counted {
        Counted(Kleene::all(bool))
    }

    fn open() -> Counted {
        Counted(Kleene::open())
    }

    fn of(truth: Kleene) -> Counted {
        Counted(truth)
    }

    fn read(_: &Prefix<'_, '_>, _: usize) -> Vec<Counted> {
        Vec::new()
    }

    fn not(&self) -> Counted {
        Counted::done(self.0.not())
    }

    fn and(&self, other: &Counted) -> Counted {
        Counted::done(self.0.and(&other.0))
    }

    fn or(&self, other: &Counted) -> Counted {
        Counted::done(self.0.or(&other.0))
    }

    fn or_else(&self, mask: u64, other: &Counted) -> Counted {
        Counted::done(self.0.or_else(mask, &other.0))
    }

    fn shifted(&self, place: usize) -> Counted {
        Counted::done(self.0.shifted(place))
    }
}

#[test]
fn the_cost_of_an_operator_does_not_grow_with_its_bounds() {
    const INSTANTS: usize = 2_000;
    let truth = |at: usize| Counted(Kleene { yes: at as u64 * 0x9E37_79B9, no: 0 });
    let rows = Rows {
        has: vec![u64::MAX; INSTANTS],
        left: (0..INSTANTS).map(truth).collect(),
        right: (7..INSTANTS + 7).map(truth).collect(),
        end: Counted::open(),
    };
    let cost = |ends: Ends| {
        DONE.set(0);
        rows.found(true, ends);
        DONE.get()
    };
    let most = [(0, Some(1)), (3, Some(10)), (50, Some(500)), (900, Some(1_900)), (5, None)]
        .map(cost)
        .into_iter()
        .fold(0, u64::max);
    println!("{:.1} operations for each instant of four operators", most as f64 / INSTANTS as f64);
    assert!(most <= 32 * INSTANTS as u64, "{most} operations");
}
