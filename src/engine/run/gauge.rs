//! Margins at one instant.
//!
//! # Invariants
//! - What faults here has the margin that nothing is known of, and is no fault of the formula: a
//!   margin looks at more than a verdict needs.

use super::super::choices::lanes;
use super::super::monitor::{Kleene, Known, Margins, Reals};
use super::super::program::{Atom, Bits, Compared, Gauge, Loop, NONE, Order, Reads};
use super::compare;
use super::wide::{real, test};
use super::{Block, Column};

impl<'p> Block<'p> {
    /// Evaluates what margins need at an instant: what is computed as the run goes, or the late
    /// ones.
    pub(super) fn gauges(
        &mut self,
        instant: u32,
        (here, outer, complete): (u64, u64, u64),
        late: bool,
    ) {
        /// Margins of all lanes that are held: more are left to `reference`.
        const HELD_MAX: usize = 1 << 17;
        if self.history.held() > HELD_MAX {
            self.history.unmeasured = u64::MAX;
        }
        if self.history.unmeasured == u64::MAX {
            return;
        }
        let program = self.program;
        let needed = program.gauges.iter().enumerate();
        let needed = needed.filter(|(_, of)| of.late == late && (instant == 0 || !of.first));
        for (at, gauge) in needed {
            self.rows(&gauge.dims, u64::MAX, &mut |block, there| {
                let margins = match &block.groups {
                    None => {
                        let asked = if gauge.last { complete } else { here };
                        match asked {
                            0 => Margins::open(),
                            _ => block.gauge(&gauge.of, asked),
                        }
                    }
                    Some(_) => block.gauge_worlds(gauge, outer, there),
                };
                block.history.push_margins(at, margins);
            });
        }
    }

    /// What a gauge says of each run at this instant, where a run is several worlds.
    fn gauge_worlds(&mut self, gauge: &'p Atom<Gauge>, outer: u64, there: u64) -> Margins {
        let Some((mask, dead)) = self.read_in(gauge, outer) else { return Margins::open() };
        let margins = self.gauge(&gauge.of, mask & there);
        let dead = dead | self.marks.1;
        match gauge.reads {
            Reads::Never => return margins,
            Reads::Always => {}
            // What is known without what is not read is more than is kept.
            Reads::Perhaps => {
                let groups = self.groups.as_ref();
                self.history.unmeasured |= groups.map_or(0, |groups| groups.any(dead));
            }
        }
        margins.opened(dead)
    }

    /// The margins in the lanes of a mask; what is said of others means nothing.
    pub(super) fn gauge(&mut self, gauge: &'p Gauge, mask: u64) -> Margins {
        match gauge {
            Gauge::Truth(bits) => self.truth_of_bits(bits, mask),
            Gauge::Compare(compared) => {
                let (margins, wrong) = self.caught(|block| block.distances(compared, mask));
                Margins::exact(margins).opened(wrong)
            }
            Gauge::Not(inner) => self.gauge(inner, mask).not(),
            Gauge::Least(both) => self.gauge(&both.0, mask).and(&self.gauge(&both.1, mask)),
            Gauge::Most(both) => self.gauge(&both.0, mask).or(&self.gauge(&both.1, mask)),
            Gauge::If(parts) => {
                let (taken, wrong) = self.caught(|block| block.bits(&parts.0, mask, 0));
                let arms = [(mask & taken, &parts.1), (mask & !taken, &parts.2)];
                self.arms_of(arms.into_iter()).opened(wrong)
            }
            Gauge::Match(subject, arms) => {
                let patterns = arms.iter().map(|(pattern, _)| *pattern);
                let (masks, wrong) = self.caught(|block| block.arms(subject, patterns, mask, 0));
                self.arms_of(masks.into_iter().zip(arms.iter().map(|arm| &arm.1))).opened(wrong)
            }
            Gauge::Let(binds, body) => {
                let ((), wrong) =
                    self.caught(|block| binds.iter().for_each(|bind| block.bind(bind, mask, 0)));
                self.gauge(body, mask).opened(wrong)
            }
            Gauge::Quantifier { all, entry, body } => self.extreme((*all, entry, body), mask),
            Gauge::Prev(parts) => match self.back() {
                Some(view) => self.viewed(view, |block| block.gauge(&parts.0, mask)),
                None => self.gauge(&parts.1, mask),
            },
            Gauge::Initially(inner) => {
                let view = self.first();
                self.viewed(view, |block| block.gauge(inner, mask))
            }
            Gauge::At(world, reads, inner) => {
                let Some(place) = self.world_place(world) else { return Margins::open() };
                let asked = self.asked_in(place, mask, *reads);
                self.gauge(inner, asked).shifted(place)
            }
        }
    }

    /// One of several, each in its lanes.
    fn arms_of(&mut self, arms: impl Iterator<Item = (u64, &'p Gauge)>) -> Margins {
        let mut all = Margins::open();
        for (mask, arm) in arms {
            if mask != 0 {
                all = self.gauge(arm, mask).or_else(mask, &all);
            }
        }
        all
    }

    fn truth_of_bits(&mut self, bits: &'p Bits, mask: u64) -> Margins {
        let (bits, wrong) = self.caught(|block| block.bits(bits, mask, 0));
        Margins::of(Kleene { yes: bits & !wrong, no: !bits & !wrong })
    }

    /// The least (`all`) or greatest margin of a binder's elements.
    fn extreme(&mut self, (all, entry, body): (bool, &'p Loop, &'p Gauge), mask: u64) -> Margins {
        let mut total = Margins::all(all);
        let ((), wrong) = self.caught(|block| {
            block.all_of(entry, mask, 0, &mut |block, mask| {
                let (admitted, unsure) = match &entry.filter {
                    None => (mask, 0),
                    Some(filter) => {
                        let (bits, wrong) = block.caught(|block| block.bits(filter, mask, 0));
                        (mask & (bits | wrong), mask & wrong)
                    }
                };
                if admitted != 0 {
                    // What may be no element at all leaves open what it would decide.
                    let own = block.gauge(body, admitted).slackened(all, unsure);
                    let joined = if all { total.and(&own) } else { total.or(&own) };
                    total = joined.or_else(admitted, &total);
                }
            });
        });
        total.opened(wrong)
    }

    /// Does something, and takes the lanes aside in which it faults.
    pub(super) fn caught<T>(&mut self, done: impl FnOnce(&mut Self) -> T) -> (T, u64) {
        let before = std::mem::replace(&mut self.astray, 0);
        let found = done(self);
        let wrong = std::mem::replace(&mut self.astray, before);
        if wrong != 0 {
            // What was computed once faults where it is read again, too.
            self.epoch += 1;
        }
        let groups = self.groups.as_ref();
        (found, wrong | groups.map_or(0, |groups| groups.any(wrong) & groups.base))
    }

    /// How far two numbers are from where their comparison turns.
    fn distances(&mut self, compared: &'p Compared, mask: u64) -> Reals {
        let Compared { order, slack, width, optional, sides } = compared;
        let source = self.num(&sides.0, mask, 0);
        let a = *self.memory.column(source);
        let source = self.num(&sides.1, mask, 0);
        let b = *self.memory.column(source);
        let holds = compare::compared(*order, *slack, &a, &b);
        let half = if slack.is_some() { 0.0 } else { 0.5 };
        let scale = |column: &Column| match slack {
            Some(_) => column.map(real),
            None => column.map(|int| int as f64),
        };
        let mut margins = turned(*order, (&scale(&a), &scale(&b)), half);
        for margin in &mut margins {
            *margin = scaled(*margin, *width);
        }
        for (lane, margin) in margins.iter_mut().enumerate() {
            // A comparison within its tolerance has no sign of its own.
            let ends = if holds >> lane & 1 == 1 { (0.0, 1.0) } else { (-1.0, 0.0) };
            *margin = margin.clamp(ends.0, ends.1) + 0.0;
        }
        if *optional {
            for lane in lanes(test(&b, |word| word == NONE)) {
                margins[lane] = if holds >> lane & 1 == 1 { 1.0 } else { -1.0 };
            }
        }
        margins
    }
}

/// How far `a` and `b` are from where their comparison turns; `half`: half the least distance
/// between two numbers of their kind.
fn turned(order: Order, (a, b): (&Reals, &Reals), half: f64) -> Reals {
    let of =
        |distance: &dyn Fn(f64, f64) -> f64| std::array::from_fn(|lane| distance(a[lane], b[lane]));
    match order {
        Order::Less => of(&|a, b| b - a - half),
        Order::LessEqual => of(&|a, b| b - a + half),
        Order::Greater => of(&|a, b| a - b - half),
        Order::GreaterEqual => of(&|a, b| a - b + half),
        Order::Equal => of(&|a, b| if a == b { half } else { -(a - b).abs() }),
        Order::NotEqual => of(&|a, b| if a == b { -half } else { (a - b).abs() }),
    }
}

fn scaled(distance: f64, width: Option<f64>) -> f64 {
    match width {
        Some(width) => distance / width,
        None if distance.is_infinite() => distance.signum(),
        None => distance / (1.0 + distance.abs()),
    }
}
