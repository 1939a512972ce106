//! What is missing at one instant.

use super::super::choices::lanes;
use super::super::monitor::{Fold, Gap, Gaps, Kleene, gap};
use super::super::program::{Atom, Bits, Gauge, LANES, Lack, Loop, Missing, Over, Reads, World};
use super::Block;

/// Columns that are held: more are left to `reference`.
const COLUMNS_MAX: usize = 1 << 18;

impl<'p> Block<'p> {
    /// What is missing to what is wanted of a formula, in each lane; none where that is left to
    /// `reference`.
    pub(super) fn gap(&self, form: &'p Missing) -> Vec<Option<Gap>> {
        let unmeasured = self.history.unmeasured;
        if self.history.columns > COLUMNS_MAX || unmeasured == u64::MAX {
            return vec![None; LANES];
        }
        let mut found = gap(form, self.seen());
        lanes(unmeasured).for_each(|lane| found[lane] = None);
        found
    }

    /// Evaluates what gaps need at an instant: what is computed as the run goes, or the late.
    pub(super) fn lacks(&mut self, (here, outer): (u64, u64), late: bool) {
        if self.history.columns > COLUMNS_MAX {
            return;
        }
        let program = self.program;
        for (at, lack) in program.lacks.iter().enumerate().filter(|(_, of)| of.late == late) {
            self.rows(&lack.dims, u64::MAX, &mut |block, there| {
                if block.history.columns > COLUMNS_MAX {
                    return;
                }
                let gaps = match &block.groups {
                    None if here == 0 => Gaps::none(),
                    None => block.lack(&lack.of, here),
                    Some(_) => block.lack_worlds(lack, outer, there),
                };
                block.history.push_lack(at, gaps);
            });
        }
    }

    /// What is missing in each run at this instant, where a run is several worlds.
    fn lack_worlds(&mut self, lack: &'p Atom<Lack>, outer: u64, there: u64) -> Gaps {
        let Some((mask, dead)) = self.read_in(lack, outer) else { return Gaps::none() };
        let gaps = self.lack(&lack.of, mask & there);
        blind(gaps, (&lack.of, lack.reads), dead | self.marks.1)
    }

    /// What is missing in the lanes of a mask; what is said of others means nothing.
    pub(super) fn lack(&mut self, lack: &'p Lack, mask: u64) -> Gaps {
        match lack {
            Lack::Leaf { part, wanted, gauge, truth } => {
                self.leaf((*part, *wanted), (gauge, truth.as_ref()), mask)
            }
            Lack::Both(sides) => {
                let left = self.lack(&sides.0, mask);
                left.both(&self.lack(&sides.1, mask))
            }
            Lack::Either(sides) => {
                let left = self.lack(&sides.0, mask);
                left.nearer(&self.lack(&sides.1, mask))
            }
            Lack::If(part, parts) => {
                let (taken, wrong) = self.caught(|block| block.bits(&parts.0, mask, 0));
                let arms = [(mask & taken & !wrong, &parts.1), (mask & !taken & !wrong, &parts.2)];
                self.one_of(*part, arms.into_iter())
            }
            Lack::Match(part, subject, arms) => {
                let patterns = arms.iter().map(|(pattern, _)| *pattern);
                let (masks, wrong) = self.caught(|block| block.arms(subject, patterns, mask, 0));
                let masks = masks.into_iter().map(|mask| mask & !wrong);
                self.one_of(*part, masks.zip(arms.iter().map(|arm| &arm.1)))
            }
            Lack::Let(part, binds, body) => {
                let ((), wrong) =
                    self.caught(|block| binds.iter().for_each(|bind| block.bind(bind, mask, 0)));
                self.one_of(*part, std::iter::once((mask & !wrong, &**body)))
            }
            Lack::Quantifier { part, every, entry, guard, body } => {
                self.lack_of_all((*part, *every), entry, (guard.as_deref(), body), mask)
            }
            Lack::Initially(inner) => {
                let view = self.first();
                self.viewed(view, |block| block.lack(inner, mask))
            }
            Lack::At(part, world, reads, inner) => {
                self.lack_in_world(*part, world, (*reads, inner), mask)
            }
        }
    }

    fn lack_in_world(
        &mut self,
        part: usize,
        world: &'p World,
        (reads, inner): (Reads, &'p Lack),
        mask: u64,
    ) -> Gaps {
        let Some(place) = self.world_place(world) else { return Gaps::unknown(part) };
        let (here, kept, dead) = self.world_lanes(place, mask);
        let gaps = match reads {
            Reads::Never => self.lack(inner, here | kept | dead),
            Reads::Always | Reads::Perhaps => {
                blind(self.lack(inner, here | kept), (inner, reads), dead)
            }
        };
        gaps.shifted(place)
    }

    fn leaf(
        &mut self,
        (part, wanted): (usize, bool),
        (gauge, truth): (&'p Gauge, Option<&'p Bits>),
        mask: u64,
    ) -> Gaps {
        let margins = self.gauge(gauge, mask);
        let open = margins.undecided() & mask;
        let truth = match truth {
            Some(bits) if open != 0 => {
                let (bits, wrong) = self.caught(|block| block.bits(bits, open, 0));
                Kleene { yes: bits & open & !wrong, no: !bits & open & !wrong }
            }
            Some(_) | None => Kleene { yes: 0, no: 0 },
        };
        Gaps::leaf(part, wanted, &margins, truth)
    }

    /// One of several, each in its lanes; elsewhere nothing is known.
    fn one_of(&mut self, part: usize, arms: impl Iterator<Item = (u64, &'p Lack)>) -> Gaps {
        let mut all = Gaps::unknown(part);
        for (mask, arm) in arms {
            if mask != 0 {
                all = self.lack(arm, mask).or_else(mask, &all);
            }
        }
        all
    }

    fn lack_of_all(
        &mut self,
        (part, every): (usize, bool),
        entry: &'p Loop,
        (guard, body): (Option<&'p Lack>, &'p Lack),
        mask: u64,
    ) -> Gaps {
        let mut fold = Fold::new(every);
        let event = match entry.over {
            Over::Occurrences(event, ..) => Some(event),
            Over::All(_) | Over::Some(..) | Over::Neighbours { .. } => None,
        };
        let ((), wrong) = self.caught(|block| {
            block.all_of(entry, mask, 0, &mut |block, mask| {
                let word = block.memory.uniforms[entry.slot];
                let guard = guard.map(|guard| block.lack(guard, mask));
                // Of one that the guard leaves out nothing is wanted.
                let meant = match (&guard, every) {
                    (Some(guard), true) => mask & !guard.missing(),
                    _ => mask,
                };
                if let (Some(guard), true) = (&guard, every) {
                    fold.read(guard, mask);
                }
                if meant == 0 {
                    return;
                }
                block.memory.uniforms[entry.slot] = word;
                let own = block.lack(body, meant);
                let own = match guard {
                    Some(guard) if !every => guard.both(&own),
                    _ => own,
                };
                match event {
                    Some(_) => fold.hold(word, own, meant),
                    None => fold.take(&own, meant),
                }
            });
        });
        if let Some(event) = event {
            fold.release(|of, lane| self.memory.order(event, of, lane));
        }
        match wrong & mask {
            0 => fold.done(),
            wrong => Gaps::unknown(part).or_else(wrong, &fold.done()),
        }
    }
}

/// The same, but in the lanes of a mask nothing is known of what is read: then nothing is known of
/// what surely reads it, and all else is left to `reference`.
fn blind(gaps: Gaps, (lack, reads): (&Lack, Reads), mask: u64) -> Gaps {
    match (mask, lack, reads) {
        (0, _, _) => gaps,
        (_, Lack::Leaf { part, .. }, Reads::Always) => Gaps::open(*part).or_else(mask, &gaps),
        _ => gaps.left(mask),
    }
}
