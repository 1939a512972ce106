//! Every way in which states can go on: one step from each lane's state, with each rule instance
//! that may move and each sequence of answers.
//!
//! In: states, one in each lane, as what is read as old; a [`Walk`] that answers. Out: a call
//! for every batch of ways, with the states that they lead to as what is read as old. States of
//! all lanes try one rule instance at a time, so that whoever moves is the same in all of them.
//!
//! It does not know what states were seen before.

use super::super::choices::lanes;
use super::super::explore::Walk;
use super::super::program::{Form, LANES};
use super::draw::Turn;
use super::memory::{Memory, Store};
use super::rules::Instance;
use super::{Block, End};
use crate::ir::model::Schedule;

/// One way to go on, in many lanes at once.
pub(in super::super) struct Way {
    /// The rule that moved, if one did, and the place of its instance among those enabled in
    /// some lane.
    pub rule: Option<(usize, usize)>,
    /// The lanes that tried it, those that came to a state, and those of these that halt there.
    pub tried: u64,
    pub alive: u64,
    pub halted: u64,
    /// The lanes that a statement discarded; all others that are not alive went wrong.
    pub discarded: u64,
}

/// Called with every way.
pub(in super::super) type Ways<'w, 'p> = &'w mut dyn FnMut(&mut Block<'p>, &mut Walk, Way);

impl<'p> Block<'p> {
    /// Where states lie.
    pub(in super::super) fn memory(&mut self) -> &mut Memory<'p> {
        &mut self.memory
    }

    /// Whether a formula faulted, or something was too large.
    pub(in super::super) fn is_astray(&self) -> bool {
        self.astray != 0
    }

    /// The place of the instance that moved last in each lane, after -1 for none.
    pub(in super::super) fn last_moved(&mut self) -> &mut Vec<i64> {
        &mut self.rules.last
    }

    /// All starts of a society, as many at once as there are lanes in `within`.
    pub(in super::super) fn roots(&mut self, walk: &mut Walk, within: u64, done: Ways<'_, 'p>) {
        let dynamic = self.program.step.is_some() || !self.program.rules.is_empty();
        walk.open(within);
        let mut open = 1 << within.trailing_zeros();
        while open != 0 {
            walk.rewind();
            self.used = open;
            self.begin(walk);
            let of = |is: &dyn Fn(&End) -> bool| {
                lanes(open).filter(|lane| is(&self.ends[*lane])).fold(0, |m, lane| m | 1 << lane)
            };
            let discarded = of(&|end| matches!(end, End::Discarded(_)));
            let alive = open & !discarded & !of(&|end| matches!(end, End::Faulted(..)));
            let halted = if dynamic { 0 } else { alive };
            done(self, walk, Way { rule: None, tried: open, alive, halted, discarded });
            open = walk.advance(open);
            open = walk.spread(open, within);
        }
    }

    /// Every way to go on from the states of some lanes; `base` is room for them.
    pub(in super::super) fn expand(
        &mut self,
        states: u64,
        now: u32,
        (walk, base): (&mut Walk, &mut Store),
        done: Ways<'_, 'p>,
    ) {
        (self.now, self.formula, self.halting, self.alive) = (now, false, 0, states);
        self.ends.fill(End::Cut);
        self.epoch += 1;
        base.clone_from(&self.memory.old);
        if self.program.rules.is_empty() {
            self.branch(None, states, (walk, base), done);
            return;
        }
        let instances = self.enabled();
        let some = instances.iter().fold(0, |some, instance| some | instance.mask);
        let sound = self.alive;
        if states & !sound != 0 {
            let tried = states & !sound;
            let way = Way { rule: None, tried, alive: 0, halted: 0, discarded: 0 };
            done(self, walk, way);
        }
        let next = match self.program.schedule {
            Schedule::RoundRobin => Some(self.pick_next(&instances, sound & some)),
            Schedule::Any | Schedule::Random => None,
        };
        if self.program.schedule == Schedule::Random {
            let mut movers = [0; LANES];
            for instance in &instances {
                lanes(instance.mask).for_each(|lane| movers[lane] += 1);
            }
            walk.set_movers(movers.map(|movers| movers.max(1)));
        }
        let mut enabled = 0;
        for (at, instance) in instances.iter().enumerate() {
            let place = enabled;
            enabled += usize::from(instance.mask != 0);
            let mut mask = instance.mask & sound;
            if let Some(next) = &next {
                mask =
                    lanes(mask).filter(|lane| next[*lane] == at as u32).fold(0, |m, l| m | 1 << l);
            }
            if mask != 0 {
                self.branch(Some((place, instance)), mask, (walk, base), done);
            }
        }
        let stuck = sound & !some;
        if stuck != 0 && self.program.step.is_some() {
            self.branch(None, stuck, (walk, base), done);
        }
        self.keep_instances(instances);
    }

    /// One rule instance (or none), and every sequence of answers.
    fn branch(
        &mut self,
        instance: Option<(usize, &Instance)>,
        mask: u64,
        (walk, base): (&mut Walk, &Store),
        done: Ways<'_, 'p>,
    ) {
        let now = self.now;
        walk.open(mask);
        let mut open = mask;
        while open != 0 {
            self.memory.old.bits.copy_from_slice(&base.bits);
            self.memory.old.nums.copy_from_slice(&base.nums);
            (self.now, self.formula) = (now, false);
            (self.alive, self.halting) = (open, 0);
            self.epoch += 1;
            walk.rewind();
            if let Some((_, instance)) = instance {
                self.move_one(instance, open, walk);
            }
            if let Some(step) = &self.program.step
                && self.alive != 0
            {
                self.epoch += 1;
                self.memory.open();
                self.body(step, walk);
                self.memory.close();
            }
            self.memory.turn_events();
            let alive = self.alive & open;
            let is_lost = |lane: &usize| matches!(self.ends[*lane], End::Discarded(_));
            let discarded = lanes(open & !alive).filter(is_lost).fold(0, |m, l| m | 1 << l);
            let halted = self.halting & alive;
            let rule = instance.map(|(at, instance)| (instance.rule, at));
            done(self, walk, Way { rule, tried: open, alive, halted, discarded });
            lanes(open & !alive).for_each(|lane| self.ends[lane] = End::Cut);
            self.memory.events.iter_mut().for_each(Vec::clear);
            open = walk.advance(open);
        }
    }

    /// The body of a rule, whose binders are the same in all lanes.
    fn move_one(&mut self, instance: &Instance, mask: u64, walk: &mut Walk) {
        self.memory.open();
        for lane in lanes(mask) {
            self.rules.last[lane] = instance.place;
        }
        self.fire_one(instance, mask, &Turn::Same(0), walk);
        self.memory.close();
    }

    /// Where a formula of one instant holds, of the states that are read as old.
    pub(in super::super) fn holds(&mut self, form: &'p Form, mask: u64, now: u32) -> Option<u64> {
        (self.now, self.formula) = (now, true);
        self.epoch += 1;
        let truth = self.truth_of(form, mask);
        self.formula = false;
        truth
    }

    fn truth_of(&mut self, form: &'p Form, mask: u64) -> Option<u64> {
        let program = self.program;
        Some(match form {
            Form::Atom(atom) => self.bits(&program.atoms[*atom].of, mask, 0),
            Form::Not(inner) => !self.truth_of(inner, mask)?,
            // Asked of instant 0 alone.
            Form::Initially(inner) if self.now == 0 => self.truth_of(inner, mask)?,
            Form::And(left, right) => self.truth_of(left, mask)? & self.truth_of(right, mask)?,
            Form::Or(left, right) => self.truth_of(left, mask)? | self.truth_of(right, mask)?,
            Form::Quantifier { all, dim, guard, body } => {
                let (slot, universe) = (&dim.slot, &dim.universe);
                let mut found = 0;
                for word in self.memory.elements(universe).iter() {
                    self.memory.uniforms[*slot] = *word;
                    let guard = match guard {
                        Some(guard) => self.truth_of(guard, mask)?,
                        None => u64::MAX,
                    };
                    self.memory.uniforms[*slot] = *word;
                    let body = self.truth_of(body, mask)?;
                    found |= guard & if *all { !body } else { body };
                }
                if *all { !found } else { found }
            }
            _ => return None,
        })
    }
}
