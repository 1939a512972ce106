//! Rules and schedules (§5): which instances are enabled, which one moves.
//!
//! In: the old state of each world. Out: its rule's new values, as the old ones of what
//! follows. Worlds that fire the same rule do so in lockstep.

use super::agree::{Question, Wish};
use super::lane::{LANES_MAX, Lane, too_wide};
use super::machine::{Broken, Machine};
use crate::base::id::Id;
use crate::ir::expr::Binder;
use crate::ir::model::{Rule, Schedule};
use crate::ir::{AgentId, Domain, ExprKind, RuleId, SiteId, Type, Value};
use crate::reference::Outcomes;
use crate::reference::domain::Range;
use crate::reference::eval::{View, elements, eval, truth};
use crate::trace::{End, Key};

/// An instance of a rule that is enabled.
#[derive(Clone, Debug)]
struct Instance {
    /// Its place among all instances of all rules.
    place: i64,
    rule: RuleId,
    values: Vec<Value>,
    frame: Vec<Value>,
}

impl Machine<'_> {
    /// Lets one enabled instance move in every world that still runs.
    pub(super) fn move_rules(&mut self) {
        if self.model.rules.is_empty() {
            return;
        }
        let mut enabled: Vec<(usize, Vec<Instance>)> = Vec::new();
        for world in self.running().collect::<Vec<_>>() {
            match self.enabled(world) {
                // spec: schedule.instant
                Ok(instances) if instances.is_empty() => {
                    if self.model.step.is_none() {
                        self.worlds[world].end = Some(End::Halted);
                    }
                }
                Ok(instances) => enabled.push((world, instances)),
                Err(broken) => self.stop(world, broken),
            }
        }
        let picked = match self.model.schedule {
            Schedule::Any => self.pick_any(enabled),
            Schedule::Random => self.pick_random(enabled),
            Schedule::RoundRobin => self.pick_next(enabled),
        };
        self.fire(picked);
    }

    /// The enabled instances of a world, by place.
    // spec: schedule.instant
    fn enabled(&self, world: usize) -> Result<Vec<Instance>, Broken> {
        let view = self.view(world, false);
        let mut listing = Listing { found: Vec::new(), place: 0 };
        for (id, rule) in self.model.rules.pairs() {
            let mut frame = vec![Value::None; rule.body.frame];
            listing.list(&view, id, rule, &mut frame, &mut Vec::new())?;
        }
        Ok(listing.found)
    }

    /// `schedule any`: an adversary's choice, shared by worlds as every choice.
    // spec: schedule.any
    fn pick_any(&mut self, enabled: Vec<(usize, Vec<Instance>)>) -> Vec<(usize, Instance)> {
        if enabled.is_empty() {
            return Vec::new();
        }
        let wish = |(world, instances): &(usize, Vec<Instance>)| {
            let places: Vec<Value> =
                instances.iter().map(|instance| Value::Int(instance.place)).collect();
            let ranges = vec![Range::Listed(places.clone())];
            Wish { world: *world, rows: None, ranges, admitted: Some(places) }
        };
        let wishes: Vec<Wish> = enabled.iter().map(wish).collect();
        let site = self.site_from_end(2);
        let key = Key { world: None, site, turn: self.now, binders: Vec::new() };
        let at = self.model.sites[site].span;
        let question = Question { key, at, order: None, instant: self.now + 1 };
        let taken = self.agree(&question, &wishes, &mut |_, _, _| Ok(true));
        let mut picked = Vec::new();
        for ((world, instances), value) in enabled.into_iter().zip(taken) {
            match value {
                Ok(value) => {
                    let is_it = |instance: &Instance| value == Value::Int(instance.place);
                    picked.extend(instances.into_iter().find(is_it).map(|found| (world, found)));
                }
                Err(broken) => self.stop(world, broken),
            }
        }
        picked
    }

    /// `schedule random`: the least keyed rank moves.
    // spec: schedule.random
    fn pick_random(&mut self, enabled: Vec<(usize, Vec<Instance>)>) -> Vec<(usize, Instance)> {
        let site = self.site_from_end(1);
        let mut picked = Vec::new();
        for (world, instances) in enabled {
            let mut least: Option<(Value, Instance)> = None;
            for instance in instances {
                let mut binders = vec![Value::Int(i64::from(instance.rule.0))];
                binders.extend(instance.values.iter().cloned());
                let key = Key { world: None, site, turn: self.now, binders };
                let rank = self.drawn(world, &key, &Outcomes::Reals(0.0, 1.0), self.now + 1);
                if least.as_ref().is_none_or(|(other, _)| rank < *other) {
                    least = Some((rank, instance));
                }
            }
            picked.extend(least.map(|(_, instance)| (world, instance)));
        }
        picked
    }

    /// `schedule round_robin`: the next after the one that moved last.
    // spec: schedule.round-robin
    fn pick_next(&mut self, enabled: Vec<(usize, Vec<Instance>)>) -> Vec<(usize, Instance)> {
        let mut picked = Vec::new();
        for (world, instances) in enabled {
            let last = self.worlds[world].last;
            let next = instances.iter().position(|i| last.is_none_or(|last| i.place > last));
            picked.extend(instances.into_iter().nth(next.unwrap_or(0)).map(|i| (world, i)));
        }
        picked
    }

    /// The bodies of the instances picked; each world's in its own lane.
    // spec: schedule.instant
    fn fire(&mut self, picked: Vec<(usize, Instance)>) {
        for (id, rule) in self.model.rules.pairs() {
            let mut lanes: Vec<Lane> = Vec::new();
            for (world, instance) in picked.iter().filter(|(_, instance)| instance.rule == id) {
                let world_now = &mut self.worlds[*world];
                world_now.open_body();
                world_now.last = Some(instance.place);
                world_now.fired = Some((id, instance.values.clone()));
                // spec: draw.keys
                let count = world_now.counts.entry((id, instance.values.clone())).or_insert(0);
                let (binders, frame) = (instance.values.clone(), instance.frame.clone());
                lanes.push(Lane { world: *world, turn: *count, binders, frame });
                *count += 1;
            }
            self.block(&rule.body.statements, &mut lanes.iter_mut().collect::<Vec<_>>());
            for lane in lanes {
                self.worlds[lane.world].close_body();
            }
        }
    }

    /// The last site but `from_end - 1`: what schedules ask for.
    fn site_from_end(&self, from_end: usize) -> SiteId {
        let count = self.model.sites.len();
        SiteId::new(count.checked_sub(from_end).expect("a model with rules has schedule sites"))
    }
}

/// Lists the enabled instances of rules, numbering all instances.
///
/// An instance's number is its place among the rows of values of *all* agents, variants or
/// bools that its binders could range over. A binder over other values (ints, events) counts
/// the elements of its set now.
struct Listing {
    found: Vec<Instance>,
    place: i64,
}

impl Listing {
    fn list(
        &mut self,
        view: &View<'_>,
        id: RuleId,
        rule: &Rule,
        frame: &mut [Value],
        values: &mut Vec<Value>,
    ) -> Result<(), Broken> {
        let Some(binder) = rule.binders.get(values.len()) else {
            return self.note(view, id, rule, frame, values);
        };
        let inner = rule.binders[values.len() + 1..].iter();
        let inner: i64 =
            inner.map(|b| universe(view, b).map_or(0, |all| all.len() as i64)).product();
        let stop = |stop| Broken::stop(stop, binder.span);
        let all = match universe(view, binder) {
            Some(all) => all,
            None => match eval(view, frame, &binder.set).map_err(stop)? {
                Value::Set(values) => values.to_vec(),
                Value::None => Vec::new(),
                one => vec![one],
            },
        };
        let mut here = elements(view, frame, binder).map_err(stop)?;
        here.sort();
        for value in all {
            if here.binary_search(&value).is_err() {
                self.place += inner;
                continue;
            }
            frame[binder.slot.index()] = value.clone();
            values.push(value);
            self.list(view, id, rule, frame, values)?;
            values.pop();
        }
        Ok(())
    }

    fn note(
        &mut self,
        view: &View<'_>,
        rule_id: RuleId,
        rule: &Rule,
        frame: &mut [Value],
        values: &[Value],
    ) -> Result<(), Broken> {
        let place = self.place;
        self.place += 1;
        let enabled = match &rule.when {
            Some(when) => truth(view, frame, when).map_err(|stop| Broken::stop(stop, when.span))?,
            None => true,
        };
        if enabled && self.found.len() >= LANES_MAX {
            return Err(too_wide(rule.span));
        }
        if enabled {
            let (values, frame) = (values.to_vec(), frame.to_vec());
            self.found.push(Instance { place, rule: rule_id, values, frame });
        }
        Ok(())
    }
}

/// All values that a binder could ever range over, where that follows from the model.
fn universe(view: &View<'_>, binder: &Binder) -> Option<Vec<Value>> {
    let layout = &view.society.layout;
    if let ExprKind::Population(population) = &*binder.set.kind {
        return Some(layout.population(*population).map(|id| Value::Agent(AgentId(id))).collect());
    }
    let Type::Set(of) = &binder.set.ty else { return None };
    match &**of {
        Type::Agent(kind) => {
            Some(layout.kind(*kind).iter().map(|agent| Value::Agent(*agent)).collect())
        }
        ty @ (Type::Bool | Type::Enum(_)) => {
            let domain = Domain::Whole(ty.clone());
            let all = crate::reference::domain::range(view.model, layout, &[], &domain, usize::MAX);
            match all {
                Some(Range::Listed(values)) => Some(values),
                Some(Range::Proposed(_)) | None => None,
            }
        }
        Type::Int
        | Type::Real
        | Type::Str
        | Type::Duration
        | Type::Optional(_)
        | Type::Set(_)
        | Type::Event(_)
        | Type::Never
        | Type::Error => None,
    }
}
