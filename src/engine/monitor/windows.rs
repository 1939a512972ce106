//! Operators with bounds, in time that does not grow with them.
//!
//! In: values at every instant. Out: at every instant the least or greatest of those that a
//! window covers, by the two scans of van Herk (1992) and of Gil and Werman (1993): three
//! operations for each instant, however wide the window. `until` and `since` with bounds are
//! put together from windows and their unbounded selves (Donzé, Ferrère and Maler, 2013): what is
//! reached soon enough is reached, and the left side holds on the way to what is reached first.

use super::value::Known;

/// From how many instants away to how many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    from: usize,
    to: Option<usize>,
}

impl Bounds {
    /// Bounds in steps.
    pub fn new(from: u64, to: Option<u64>) -> Bounds {
        let near = |steps: u64| usize::try_from(steps).unwrap_or(usize::MAX);
        Bounds { from: near(from), to: to.map(near) }
    }

    /// How far the far end is from the near one.
    fn width(self) -> Option<usize> {
        self.to.map(|to| to.saturating_sub(self.from))
    }
}

/// Joined values of all stretches of up to a length.
struct Stretches<V> {
    length: usize,
    /// From each place to the end of its block, and from the start of its block to it.
    to_end: Vec<V>,
    from_start: Vec<V>,
    join: fn(&V, &V) -> V,
}

impl<V: Known> Stretches<V> {
    fn new(values: &[V], length: usize, join: fn(&V, &V) -> V) -> Stretches<V> {
        let length = length.clamp(1, values.len().max(1));
        let (mut to_end, mut from_start) = (values.to_vec(), values.to_vec());
        for at in 1..values.len() {
            if !at.is_multiple_of(length) {
                from_start[at] = join(&from_start[at - 1], &values[at]);
            }
        }
        for at in (1..values.len()).rev() {
            if !at.is_multiple_of(length) {
                to_end[at - 1] = join(&values[at - 1], &to_end[at]);
            }
        }
        Stretches { length, to_end, from_start, join }
    }

    /// Of what lies from `first` to `last`, which are no further apart than the length.
    fn of(&self, first: usize, last: usize) -> V {
        let alone = first / self.length == last / self.length;
        match alone {
            true if first.is_multiple_of(self.length) => self.from_start[last].clone(),
            // It goes up to the end of its block, or to that of all.
            true => self.to_end[first].clone(),
            false => (self.join)(&self.to_end[first], &self.from_start[last]),
        }
    }
}

fn joining<V: Known>(all: bool) -> fn(&V, &V) -> V {
    if all { V::and } else { V::or }
}

/// Values where runs have instants, `end` where they have none, and `end` behind all.
fn continued<V: Known>(has: &[u64], values: &[V], end: &V) -> Vec<V> {
    let own = values.iter().zip(has).map(|(value, has)| value.or_else(*has, end));
    own.chain([end.clone()]).collect()
}

/// `always` (`all`) and `eventually`: `has` are the lanes that have each instant, `end` is what is
/// said beyond.
pub(super) fn future<V: Known>(
    has: &[u64],
    all: bool,
    bounds: Bounds,
    body: &[V],
    end: &V,
) -> Vec<V> {
    let join = joining::<V>(all);
    let mut values = continued(has, body, end);
    let last = body.len();
    let of = match bounds.width() {
        None => {
            for at in (0..last).rev() {
                values[at] = join(&values[at], &values[at + 1]);
            }
            return (0..last)
                .map(|at| values[at.saturating_add(bounds.from).min(last)].clone())
                .collect();
        }
        Some(width) => Stretches::new(&values, width.saturating_add(1), join),
    };
    let to = bounds.to.unwrap_or(usize::MAX);
    let far = |at: usize, steps: usize| at.saturating_add(steps).min(last);
    (0..last).map(|at| of.of(far(at, bounds.from), far(at, to))).collect()
}

/// `historically` (`all`) and `once`.
pub(super) fn past<V: Known>(all: bool, bounds: Bounds, body: &[V]) -> Vec<V> {
    let join = joining::<V>(all);
    let length = bounds.width().map_or(usize::MAX, |width| width.saturating_add(1));
    let of = Stretches::new(body, length, join);
    let value = |at: usize| match at.checked_sub(bounds.from) {
        None => V::all(all),
        Some(last) => of.of(bounds.to.map_or(0, |to| at.saturating_sub(to)), last),
    };
    (0..body.len()).map(value).collect()
}

/// `until`, of its left and right side.
pub(super) fn until<V: Known>(
    has: &[u64],
    bounds: Bounds,
    (left, right): (&[V], &[V]),
    end: &V,
) -> Vec<V> {
    let last = left.len();
    let mut reached = continued(has, right, end);
    let soon = bounds.to.map(|_| {
        let width = bounds.width().unwrap_or(usize::MAX);
        future(has, false, Bounds { from: 0, to: Some(width) }, right, end)
    });
    for at in (0..last).rev() {
        // Beyond a run's end all is as at its end.
        let after = left[at].and(&reached[at + 1]);
        reached[at] = reached[at].or(&after.or_else(has[at], end));
    }
    for (reached, soon) in reached.iter_mut().zip(soon.iter().flatten()) {
        *reached = reached.and(soon);
    }
    if bounds.from == 0 {
        reached.pop();
        return reached;
    }
    let on_the_way = {
        let always = Bounds { from: 0, to: Some(bounds.from - 1) };
        future(has, true, always, left, &V::all(true))
    };
    let begun = |at: usize| &reached[at.saturating_add(bounds.from).min(last)];
    (0..last).map(|at| on_the_way[at].and(begun(at))).collect()
}

/// `since`, of its left and right side.
pub(super) fn since<V: Known>(bounds: Bounds, left: &[V], right: &[V]) -> Vec<V> {
    let mut before = V::all(false);
    let unbounded = left.iter().zip(right).map(|(left, right)| {
        before = right.or(&left.and(&before));
        before.clone()
    });
    let mut reached: Vec<V> = unbounded.collect();
    if let Some(width) = bounds.width() {
        let lately = past(false, Bounds { from: 0, to: Some(width) }, right);
        reached =
            reached.iter().zip(&lately).map(|(reached, lately)| reached.and(lately)).collect();
    }
    if bounds.from == 0 {
        return reached;
    }
    let since_then = past(true, Bounds { from: 0, to: Some(bounds.from - 1) }, left);
    let value = |at: usize| match at.checked_sub(bounds.from) {
        None => V::all(false),
        Some(then) => since_then[at].and(&reached[then]),
    };
    (0..left.len()).map(value).collect()
}
