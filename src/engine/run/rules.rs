//! Rules and schedules: which instances are enabled, which one moves in each lane.

use super::super::choices::{Choices, Key, Part, lanes};
use super::super::program::{LANES, Loop, Over, Rule, Stmt, Tag, Target};
use super::draw::Turn;
use super::wide::{real, spread};
use super::worlds::{pick, taken};
use super::{Block, Column, End};
use crate::base::vector::vectorised;
use crate::ir::model::Schedule;

/// Instances of a rule that move one after the other, at most: more move together, and each lane
/// looks up its own cells.
const TOGETHER_MAX: usize = 12;

/// What is kept of rules between steps.
#[derive(Default)]
pub(super) struct Firing {
    /// The place of the instance that moved last in each lane, after -1 for none, where the
    /// schedule is told by it.
    pub last: Vec<i64>,
    /// For each rule whether its body asks under keys.
    keyed: Vec<bool>,
    /// For each rule the lanes in which it fired in the last step.
    pub fired: Vec<u64>,
    /// The instances of all rules, where they are the same at every instant; empty while they are
    /// in use.
    fixed: Option<Vec<Instance>>,
    /// For each rule and instance how often it fired in each lane.
    counts: Vec<(usize, Vec<i64>, Box<Column>)>,
}

impl Firing {
    /// What is kept of the rules of a program, with the list of their instances.
    pub fn new(rules: &[Rule], fixed: Option<Vec<Instance>>) -> Firing {
        let keyed = rules.iter().map(|rule| asks(&rule.body)).collect();
        let fired = vec![0; rules.len()];
        Firing { last: vec![-1; LANES], keyed, fired, fixed, counts: Vec::new() }
    }

    /// Nothing fired yet.
    pub fn clear(&mut self) {
        self.last.fill(-1);
        self.fired.fill(0);
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
        self.rules.fired.fill(0);
        let instances = self.enabled();
        let some = instances.iter().fold(0, |some, instance| some | instance.mask);
        let stuck = self.alive & !some;
        if self.program.step.is_none() {
            self.end(stuck, End::Halted);
        }
        let mask = self.alive & some;
        if mask != 0 {
            let moved = match self.program.schedule {
                Schedule::Any => self.pick_any(&instances, mask, choices),
                Schedule::Random => {
                    let picked = self.pick_random(&instances, mask, choices);
                    movers(&picked, instances.len(), mask)
                }
                Schedule::RoundRobin => {
                    let picked = self.pick_next(&instances, mask);
                    lanes(mask).for_each(|lane| {
                        self.rules.last[lane] = instances[picked[lane] as usize].place;
                    });
                    movers(&picked, instances.len(), mask)
                }
            };
            self.memory.open();
            self.fire_all(&instances, &moved, choices);
            self.memory.close();
        }
        self.keep_instances(instances);
    }

    /// The instances of all rules, where they are the same at every instant.
    pub(super) fn fixed_instances(&self) -> Option<Vec<Instance>> {
        /// More instances are listed anew at every step: only those that are enabled.
        const HELD_MAX: usize = 1 << 14;
        let (mut found, mut place) = (Vec::new(), 0);
        for (rule, of) in self.program.rules.iter().enumerate() {
            let sizes = of.universes.iter().map(|universe| self.memory.size_of(universe));
            if found.len().saturating_add(sizes.fold(1, usize::saturating_mul)) > HELD_MAX {
                return None;
            }
            let mut rows: Vec<Vec<i64>> = vec![Vec::new()];
            for (entry, universe) in of.loops.iter().zip(&of.universes) {
                match &entry.over {
                    Over::All(all) if all == universe && entry.filter.is_none() => {}
                    _ => return None,
                }
                let elements = self.memory.elements(universe);
                let with = |row: &Vec<i64>, word: &i64| [&row[..], &[*word]].concat();
                rows = rows
                    .iter()
                    .flat_map(|row| elements.iter().map(|word| with(row, word)))
                    .collect();
            }
            for values in rows {
                found.push(Instance { place, rule, values, mask: 0 });
                place += 1;
            }
        }
        Some(found)
    }

    /// Keeps the list of instances for the next step.
    pub(super) fn keep_instances(&mut self, instances: Vec<Instance>) {
        if self.rules.fixed.as_ref().is_some_and(Vec::is_empty) {
            self.rules.fixed = Some(instances);
        }
    }

    /// All instances with the lanes where they are enabled, by place; one that is enabled in none
    /// may be among them.
    pub(super) fn enabled(&mut self) -> Vec<Instance> {
        let program = self.program;
        if self.memory.absent.is_empty()
            && let Some(fixed) = &mut self.rules.fixed
            && !fixed.is_empty()
        {
            let mut fixed = std::mem::take(fixed);
            for instance in &mut fixed {
                let rule = &program.rules[instance.rule];
                for (entry, word) in rule.loops.iter().zip(&instance.values) {
                    self.memory.uniforms[entry.slot] = *word;
                }
                let mask = self.alive;
                let enabled = match &rule.when {
                    None => mask,
                    Some(when) => mask & self.bits(when, mask, 0),
                };
                instance.mask = self.live(enabled);
            }
            return fixed;
        }
        let (mut found, mut place) = (Vec::new(), 0);
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

    /// `schedule any`: the lanes that each instance moves in.
    fn pick_any(
        &mut self,
        instances: &[Instance],
        mask: u64,
        choices: &mut dyn Choices,
    ) -> Vec<u64> {
        let turn = Part::Same(i64::from(self.now));
        let world = Part::Same(0);
        let key = Key { site: self.program.schedule_sites.0, turn, world, binders: &[] };
        let mut masks: Vec<u64> = instances.iter().map(|instance| instance.mask & mask).collect();
        if self.groups.is_some() {
            let words: Vec<i64> = instances.iter().map(|instance| instance.place).collect();
            let key = (&key, false);
            let picked = pick(self.groups.as_mut(), choices, key, (&words, &masks), mask);
            return movers(&picked, instances.len(), mask);
        }
        taken(choices, &key, &|at| instances[at].place, &mut masks, mask);
        masks
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
        let enabled = instances.iter().enumerate().filter(|(_, of)| of.mask & mask != 0);
        for (at, instance) in enabled {
            let rule = &self.program.rules[instance.rule];
            let mut binders = vec![(Tag::Int, Part::Same(i64::from(rule.id.0)))];
            let values = rule.tags.iter().zip(&instance.values);
            binders.extend(values.map(|(tag, value)| (*tag, Part::Same(*value))));
            let world = Part::Same(0);
            let key = Key { site: self.program.schedule_sites.1, turn, world, binders: &binders };
            let mut ranks = [0.0; LANES];
            let mask = instance.mask & mask;
            choices.draw(&key, mask, &mut ranks);
            let mut words = [0; LANES];
            for lane in lanes(choices.listed(&key, mask, &mut words)) {
                let rank = real(words[lane]);
                ranks[lane] = if (0.0..=1.0).contains(&rank) { rank } else { ranks[lane] };
            }
            take_least((&ranks, at as u32), (&mut least, &mut picked), mask);
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

    /// The bodies of the rules, each in the lanes that picked an instance of it.
    fn fire_all(&mut self, instances: &[Instance], moved: &[u64], choices: &mut dyn Choices) {
        let mut first = 0;
        while first < instances.len() {
            let rule = instances[first].rule;
            let count = instances[first..].iter().take_while(|of| of.rule == rule).count();
            let (own, masks) = (&instances[first..][..count], &moved[first..][..count]);
            first += count;
            let mask = masks.iter().fold(0, |all, mask| all | mask);
            self.rules.fired[rule] = mask;
            if mask != 0 {
                self.reach(self.program.rules[rule].mark, mask);
                let turns = self.turns(rule, own, masks);
                let movers = masks.iter().filter(|mask| **mask != 0).count();
                if movers <= TOGETHER_MAX {
                    for (instance, mask) in own.iter().zip(masks).filter(|(_, mask)| **mask != 0) {
                        self.fire_one(instance, *mask, &turns, choices);
                    }
                } else {
                    self.fire_many(rule, own, masks, &turns, choices);
                }
            }
        }
    }

    /// The body of a rule in lanes in which many instances move, looked up lane by lane.
    fn fire_many(
        &mut self,
        rule: usize,
        instances: &[Instance],
        masks: &[u64],
        turns: &Turn,
        choices: &mut dyn Choices,
    ) {
        let compiled = &self.program.rules[rule];
        for (at, target) in compiled.targets.iter().enumerate() {
            let mut column = [0; LANES];
            for (instance, mask) in instances.iter().zip(masks) {
                lanes(*mask).for_each(|lane| column[lane] = instance.values[at]);
            }
            let mask = masks.iter().fold(0, |all, mask| all | mask);
            self.set_target(*target, &column, mask);
        }
        let mask = masks.iter().fold(0, |all, mask| all | mask);
        self.body_of(&compiled.body, mask, turns, choices);
    }

    /// How often the instance that moves in each lane fired before; counts this time. What is
    /// asked under no key needs no number.
    fn turns(&mut self, rule: usize, instances: &[Instance], masks: &[u64]) -> Turn {
        if !self.rules.keyed[rule] {
            return Turn::Same(0);
        }
        let mut turns = Box::new([0; LANES]);
        for (instance, mask) in instances.iter().zip(masks) {
            for lane in lanes(*mask) {
                turns[lane] = self.count_firing(rule, &instance.values, lane);
            }
        }
        Turn::Each(turns)
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
            match target {
                Target::Num(slot) => self.memory.known[*slot] = Some(*word),
                Target::Bits(slot) => self.set_bits(*slot, super::all(*word != 0), mask),
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
    fn count_firing(&mut self, rule: usize, values: &[i64], lane: usize) -> i64 {
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

/// The lanes in which each instance was picked.
fn movers(picked: &[u32; LANES], instances: usize, mask: u64) -> Vec<u64> {
    let mut moved = vec![0u64; instances];
    lanes(mask).for_each(|lane| moved[picked[lane] as usize] |= 1 << lane);
    moved
}

/// Whether statements ask for a choice or draw.
fn asks(body: &[Stmt]) -> bool {
    body.iter().any(|statement| match statement {
        Stmt::Bind(_)
        | Stmt::Assign { .. }
        | Stmt::Emit { .. }
        | Stmt::Require(..)
        | Stmt::Halt => false,
        Stmt::If(_, yes, no) => asks(yes) || asks(no),
        Stmt::Match(_, arms) => arms.iter().any(|(_, arm)| asks(arm)),
        Stmt::For { body, .. } => asks(body),
        _ => true,
    })
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
