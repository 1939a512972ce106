//! Rules and schedules: which instances are enabled, which one moves in each lane.

use super::super::choices::{Choices, Key, Part, lanes};
use super::super::program::{LANES, Loop, Rule, Tag, Target};
use super::draw::Turn;
use super::wide::spread;
use super::worlds::pick;
use super::{Block, Column, End};
use crate::base::vector::vectorised;
use crate::ir::model::Schedule;

/// Instances of a rule that move one after the other, at most: more move together, and each lane
/// looks up its own cells.
const TOGETHER_MAX: usize = 12;

/// What is kept of rules between steps.
#[derive(Default)]
pub(super) struct Firing {
    /// The place of the instance that moved last in each lane, after 0 for none.
    pub last: Vec<i64>,
    /// For each rule and instance how often it fired in each lane.
    counts: Vec<(usize, Vec<i64>, Box<Column>)>,
}

impl Firing {
    /// Nothing fired yet.
    pub fn clear(&mut self) {
        self.last = vec![-1; LANES];
        self.counts.clear();
    }
}

/// An instance of a rule, and the lanes where it is enabled.
pub(super) struct Instance {
    pub place: i64,
    pub rule: usize,
    pub values: Vec<i64>,
    pub mask: u64,
}

impl<'p> Block<'p> {
    /// Lets one enabled instance move in every lane that still runs.
    pub(super) fn move_rules(&mut self, choices: &mut dyn Choices) {
        let instances = self.enabled();
        let some = instances.iter().fold(0, |some, instance| some | instance.mask);
        let stuck = self.alive & !some;
        if self.program.step.is_none() {
            self.end(stuck, End::Halted);
        }
        let mask = self.alive & some;
        if mask == 0 {
            return;
        }
        let picked = match self.program.schedule {
            Schedule::Any => self.pick_any(&instances, mask, choices),
            Schedule::Random => self.pick_random(&instances, mask, choices),
            Schedule::RoundRobin => self.pick_next(&instances, mask),
        };
        self.memory.open();
        for rule in 0..self.program.rules.len() {
            self.fire(rule, &instances, &picked, mask, choices);
        }
        self.memory.close();
    }

    /// All instances with the lanes where they are enabled, by place.
    pub(super) fn enabled(&mut self) -> Vec<Instance> {
        let (mut found, mut place) = (Vec::new(), 0);
        let program = self.program;
        for (at, rule) in program.rules.iter().enumerate() {
            let mask = self.alive;
            self.list(at, rule, (&rule.loops, mask), &mut Vec::new(), &mut place, &mut found);
        }
        found
    }

    fn list(
        &mut self,
        at: usize,
        rule: &'p Rule,
        (loops, mask): (&'p [Loop], u64),
        values: &mut Vec<i64>,
        place: &mut i64,
        found: &mut Vec<Instance>,
    ) {
        let Some((entry, rest)) = loops.split_first() else {
            let enabled = match &rule.when {
                None => mask,
                Some(when) => mask & self.bits(when, mask, 0),
            };
            let enabled = self.live(enabled);
            if enabled != 0 {
                let values = values.clone();
                found.push(Instance { place: *place, rule: at, values, mask: enabled });
            }
            *place += 1;
            return;
        };
        let depth = values.len();
        let inner = rule.universes[depth + 1..].iter();
        let inner: i64 = inner.map(|of| self.memory.elements(of).len() as i64).product();
        let mut rows = Vec::new();
        self.all_of(entry, mask, 0, &mut |block, mask| {
            let mask = match &entry.filter {
                None => mask,
                Some(filter) => mask & block.bits(filter, mask, 0),
            };
            rows.push((block.memory.uniforms[entry.slot], mask));
        });
        let mut rows = rows.into_iter().peekable();
        for word in self.memory.elements(&rule.universes[depth]).iter() {
            let row = rows.next_if(|(own, _)| own == word);
            let mask = self.live(row.map_or(0, |(_, mask)| mask));
            if mask == 0 {
                *place += inner;
                continue;
            }
            self.memory.uniforms[entry.slot] = *word;
            values.push(*word);
            self.list(at, rule, (rest, mask), values, place, found);
            values.pop();
        }
    }

    /// `schedule any`: for each lane the place of its instance in the list.
    fn pick_any(
        &mut self,
        instances: &[Instance],
        mask: u64,
        choices: &mut dyn Choices,
    ) -> [u32; LANES] {
        let turn = Part::Same(i64::from(self.now));
        let world = Part::Same(0);
        let key = Key { site: self.program.schedule_sites.0, turn, world, binders: &[] };
        let words: Vec<i64> = instances.iter().map(|instance| instance.place).collect();
        let masks: Vec<u64> = instances.iter().map(|instance| instance.mask & mask).collect();
        pick(self.groups.as_mut(), choices, (&key, false), (&words, &masks), mask)
    }

    /// `schedule random`: the least keyed rank moves.
    fn pick_random(
        &mut self,
        instances: &[Instance],
        mask: u64,
        choices: &mut dyn Choices,
    ) -> [u32; LANES] {
        let (mut least, mut picked) = ([f64::INFINITY; LANES], [0; LANES]);
        let turn = Part::Same(i64::from(self.now));
        for (at, instance) in instances.iter().enumerate() {
            let rule = &self.program.rules[instance.rule];
            let mut binders = vec![(Tag::Int, Part::Same(i64::from(rule.id.0)))];
            let values = rule.tags.iter().zip(&instance.values);
            binders.extend(values.map(|(tag, value)| (*tag, Part::Same(*value))));
            let world = Part::Same(0);
            let key = Key { site: self.program.schedule_sites.1, turn, world, binders: &binders };
            let mut ranks = [0.0; LANES];
            choices.draw(&key, instance.mask & mask, &mut ranks);
            take_least((&ranks, at as u32), (&mut least, &mut picked), instance.mask & mask);
        }
        picked
    }

    /// `schedule round_robin`: the next after the one that moved last.
    pub(super) fn pick_next(&mut self, instances: &[Instance], mask: u64) -> [u32; LANES] {
        let mut picked = [0; LANES];
        for lane in lanes(mask) {
            let mut enabled =
                (0..instances.len()).filter(|at| instances[*at].mask >> lane & 1 == 1);
            let first = enabled.clone().next();
            let next = enabled.find(|at| instances[*at].place > self.rules.last[lane]);
            picked[lane] = next.or(first).unwrap_or(0) as u32;
        }
        picked
    }

    /// The body of a rule in the lanes that picked an instance of it.
    fn fire(
        &mut self,
        rule: usize,
        instances: &[Instance],
        picked: &[u32; LANES],
        mask: u64,
        choices: &mut dyn Choices,
    ) {
        let is_it = |lane: &usize| instances[picked[*lane] as usize].rule == rule;
        let mask = lanes(mask).filter(is_it).fold(0, |all, lane| all | 1 << lane);
        if mask == 0 {
            return;
        }
        let program = self.program;
        let compiled = &program.rules[rule];
        let mut turns = Box::new([0; LANES]);
        // The instances that moved, each with its lanes.
        let mut moved: Vec<(u32, u64)> = Vec::with_capacity(TOGETHER_MAX + 1);
        for lane in lanes(mask) {
            let instance = &instances[picked[lane] as usize];
            self.rules.last[lane] = instance.place;
            turns[lane] = self.fired(rule, &instance.values, lane);
            match moved.iter().position(|(at, _)| *at == picked[lane]) {
                Some(known) => moved[known].1 |= 1 << lane,
                None if moved.len() <= TOGETHER_MAX => moved.push((picked[lane], 1 << lane)),
                None => {}
            }
        }
        let turns = Turn::Each(turns);
        if moved.len() <= TOGETHER_MAX {
            for (at, mask) in moved {
                self.fire_one(&instances[at as usize], mask, &turns, choices);
            }
            return;
        }
        for (at, target) in compiled.targets.iter().enumerate() {
            let mut column = [0; LANES];
            for lane in lanes(mask) {
                column[lane] = instances[picked[lane] as usize].values[at];
            }
            self.set_target(*target, &column, mask);
        }
        self.body_of(&compiled.body, mask, &turns, choices);
    }

    /// The body of a rule in lanes in which the same instance moves.
    pub(super) fn fire_one(
        &mut self,
        instance: &Instance,
        mask: u64,
        turns: &Turn,
        choices: &mut dyn Choices,
    ) {
        let rule = &self.program.rules[instance.rule];
        for (target, word) in rule.targets.iter().zip(&instance.values) {
            self.set_target(*target, &[*word; LANES], mask);
            if let Target::Num(slot) = target {
                self.memory.known[*slot] = Some(*word);
            }
        }
        self.body_of(&rule.body, mask, turns, choices);
        for target in &rule.targets {
            if let Target::Num(slot) = target {
                self.memory.known[*slot] = None;
            }
        }
    }

    /// How often an instance fired before, and counts this time.
    fn fired(&mut self, rule: usize, values: &[i64], lane: usize) -> i64 {
        let counts = &mut self.rules.counts;
        let at = counts.binary_search_by(|known| (known.0, &known.1[..]).cmp(&(rule, values)));
        let at = at.unwrap_or_else(|at| {
            counts.insert(at, (rule, values.to_vec(), Box::new([0; LANES])));
            at
        });
        counts[at].2[lane] += 1;
        counts[at].2[lane] - 1
    }
}

/// Takes an instance in the lanes where its rank is the least so far.
fn take_least(
    (ranks, at): (&[f64; LANES], u32),
    (least, picked): (&mut [f64; LANES], &mut [u32; LANES]),
    mask: u64,
) {
    let wide = spread(mask);
    vectorised(
        #[inline(always)]
        || {
            for lane in 0..LANES {
                let takes = wide[lane] != 0 && ranks[lane] < least[lane];
                least[lane] = if takes { ranks[lane] } else { least[lane] };
                picked[lane] = if takes { at } else { picked[lane] };
            }
        },
    );
}
