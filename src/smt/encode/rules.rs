//! Rules and schedules (§5): which instances are enabled, which one moves.

use super::expression::put;
use super::statement::Lane;
use super::{Asked, Encoded, Encoder, Here, Shared, View};
use crate::base::id::Id;
use crate::ir::expr::Binder;
use crate::ir::model::{Rule, Schedule};
use crate::ir::{AgentId, Domain, ExprKind, RuleId, SiteId, Type, Value};
use crate::smt::number::{Rational, int};
use crate::smt::sym::{self, Sym};
use crate::smt::term::{Sort, Term};

/// An instance of a rule.
struct Instance {
    rule: RuleId,
    values: Vec<Value>,
    frame: Vec<Sym>,
    /// When it is enabled.
    enabled: Term,
}

impl Encoder<'_> {
    /// Lets one enabled instance move in every run that still runs.
    pub fn move_rules(&mut self) -> Encoded<()> {
        if self.model.rules.is_empty() {
            return Ok(());
        }
        let mut all: Vec<Vec<Instance>> = Vec::new();
        for run in 0..self.runs.len() {
            all.push(self.instances(run)?);
        }
        let mut moving = Vec::new();
        for (run, instances) in all.iter().enumerate() {
            let any = self.terms.any(instances.iter().map(|i| i.enabled).collect::<Vec<_>>());
            let live = self.live(run);
            // spec: schedule.instant
            if self.model.step.is_none() {
                let stuck = self.terms.but(live, any);
                let world = &mut self.runs[run];
                let halts = world.halts.last_mut().expect("an instant");
                *halts = self.terms.or(*halts, stuck);
                world.work.live = Some(self.terms.and(live, any));
            }
            moving.push(self.terms.and(live, any));
        }
        let enabled: Vec<Vec<Term>> =
            all.iter().map(|one| one.iter().map(|instance| instance.enabled).collect()).collect();
        let fires = match self.model.schedule {
            Schedule::Any => self.pick_any(&enabled, &moving)?,
            Schedule::Random => self.pick_random(&all, &enabled, &moving),
            Schedule::RoundRobin => self.pick_next(&enabled, &moving),
        };
        self.fire(all, &fires)
    }

    /// All instances of all rules, by place. spec: schedule.instant
    fn instances(&mut self, run: usize) -> Encoded<Vec<Instance>> {
        let mut found = Vec::new();
        for (id, rule) in self.model.rules.pairs() {
            let yes = self.terms.yes();
            self.list(run, id, rule, (Vec::new(), Vec::new(), yes), &mut found)?;
        }
        Ok(found)
    }

    fn list(
        &mut self,
        run: usize,
        id: RuleId,
        rule: &Rule,
        (values, mut frame, guard): (Vec<Value>, Vec<Sym>, Term),
        found: &mut Vec<Instance>,
    ) -> Encoded<()> {
        let view =
            View { society: self.runs[run].society, here: Here::Step { run, primed: false } };
        let Some(binder) = rule.binders.get(values.len()) else {
            let mut enabled = guard;
            if let Some(when) =
                rule.when.as_ref().filter(|_| self.terms.truth(guard) != Some(false))
            {
                let holds = self.eval(view, &mut frame, when)?;
                let stopped = self.stopped(holds.stops);
                let stopped = self.terms.and(guard, stopped);
                self.fault(run, stopped);
                let truth = self.surely(&holds);
                enabled = self.terms.and(guard, truth);
            }
            found.push(Instance { rule: id, values, frame, enabled });
            return Ok(());
        };
        let members = self.candidates(view, &mut frame, binder)?;
        let stopped = self.stopped(members.stops);
        let stopped = self.terms.and(guard, stopped);
        self.fault(run, stopped);
        let members: Vec<(Value, Term)> = members
            .items
            .iter()
            .filter_map(|(item, when)| item.known(&self.terms).map(|value| (value, *when)))
            .collect();
        for value in self.universe(binder, &members)? {
            let item = Sym::of(&mut self.terms, &value);
            put(&mut frame, binder.slot, item);
            let member = sym::guard_of(&self.terms, &members, &value);
            let mut inside = self.terms.and(guard, member);
            if let Some(filter) =
                binder.filter.as_ref().filter(|_| self.terms.truth(inside) != Some(false))
            {
                let holds = self.eval(view, &mut frame, filter)?;
                let stopped = self.stopped(holds.stops);
                let stopped = self.terms.and(inside, stopped);
                self.fault(run, stopped);
                let truth = self.surely(&holds);
                inside = self.terms.and(inside, truth);
            }
            let values = values.iter().chain([&value]).cloned().collect();
            self.list(run, id, rule, (values, frame.clone(), inside), found)?;
        }
        Ok(())
    }

    /// All values that a binder could ever range over, which number the instances.
    fn universe(&self, binder: &Binder, members: &[(Value, Term)]) -> Encoded<Vec<Value>> {
        if let ExprKind::Population(population) = &*binder.set.kind {
            let range = self.layout.population(*population);
            return Ok(range.map(|id| Value::Agent(AgentId(id))).collect());
        }
        if let Type::Set(of) = &binder.set.ty {
            match &**of {
                Type::Agent(kind) => {
                    let agents = self.layout.kind(*kind).iter();
                    return Ok(agents.map(|agent| Value::Agent(*agent)).collect());
                }
                ty @ (Type::Bool | Type::Enum(_)) => {
                    let view = View { society: 0, here: Here::Setup };
                    return self.listed(view, &Domain::Whole(ty.clone()), binder.span);
                }
                _ => {}
            }
        }
        let fixed = |(_, when): &(Value, Term)| self.terms.truth(*when) == Some(true);
        match !members.is_empty() && members.iter().all(fixed) {
            true => Ok(members.iter().map(|(value, _)| value.clone()).collect()),
            false => self.unsupported(binder.span, "a rule for each of a set that is not fixed"),
        }
    }

    /// The last site but `from_end - 1`: what schedules ask for.
    fn schedule_site(&self, from_end: usize) -> SiteId {
        let count = self.model.sites.len();
        SiteId::new(count.checked_sub(from_end).expect("a model with rules has schedule sites"))
    }

    /// `schedule any`: an adversary's choice, shared by worlds. spec: schedule.any
    fn pick_any(&mut self, enabled: &[Vec<Term>], moving: &[Term]) -> Encoded<Vec<Vec<Term>>> {
        let count = enabled.iter().map(Vec::len).max().unwrap_or(0);
        if count == 0 {
            return Ok(enabled.iter().map(|_| Vec::new()).collect());
        }
        let shared = self.ladder(count);
        let mut fires = Vec::new();
        let (mut someone, anyone) = (self.terms.no(), self.terms.any(moving.iter().copied()));
        let alone = enabled.len() == 1;
        for (run, (enabled, moving)) in enabled.iter().zip(moving).enumerate() {
            let mut chosen = shared.clone();
            let admitted = self.joined(&shared, enabled);
            let both = self.terms.and(*moving, admitted);
            someone = self.terms.or(someone, both);
            if !alone {
                let own = self.ladder(count);
                let fits = self.joined(&own, enabled);
                let either = self.terms.or(admitted, fits);
                let fine = self.terms.implies(*moving, either);
                self.assert(fine);
                for (pick, own) in chosen.iter_mut().zip(own) {
                    *pick = self.terms.choose(admitted, *pick, own);
                }
            }
            let mut number = self.terms.int(0);
            let mut firing = Vec::new();
            for (place, (pick, enabled)) in chosen.iter().zip(enabled).enumerate() {
                let place = self.terms.int(place as i128);
                number = self.terms.choose(*pick, place, number);
                let both = self.terms.and(*pick, *enabled);
                firing.push(self.terms.and(*moving, both));
            }
            fires.push(firing);
            let turn = vec![(self.now, self.terms.yes())];
            self.asked.push(Asked {
                site: self.schedule_site(2),
                turn,
                binders: Vec::new(),
                run,
                guard: *moving,
                value: Sym::Int(number),
                drawn: false,
            });
        }
        let agreed = self.terms.implies(anyone, someone);
        self.assert(agreed);
        Ok(fires)
    }

    /// Whether what is picked is enabled.
    fn joined(&mut self, picked: &[Term], enabled: &[Term]) -> Term {
        let mut any = self.terms.no();
        for (pick, enabled) in picked.iter().zip(enabled) {
            let both = self.terms.and(*pick, *enabled);
            any = self.terms.or(any, both);
        }
        any
    }

    /// `schedule random`: the enabled instance of least rank moves; ranks are keyed.
    // spec: schedule.random
    fn pick_random(
        &mut self,
        all: &[Vec<Instance>],
        enabled: &[Vec<Term>],
        moving: &[Term],
    ) -> Vec<Vec<Term>> {
        let site = self.schedule_site(1);
        let mut fires = Vec::new();
        let alone = enabled.len() == 1;
        let picked = if alone { self.ladder(enabled[0].len()) } else { Vec::new() };
        for (run, (enabled, moving)) in enabled.iter().zip(moving).enumerate() {
            let keys: Vec<Vec<Value>> = all[run].iter().map(key_of).collect();
            let mut firing = Vec::new();
            if alone {
                let fits = self.joined(&picked, enabled);
                let fine = self.terms.implies(*moving, fits);
                self.assert(fine);
                for (pick, enabled) in picked.iter().zip(enabled) {
                    let both = self.terms.and(*pick, *enabled);
                    firing.push(self.terms.and(*moving, both));
                }
            } else {
                firing = self.least_rank(site, &keys, enabled, *moving);
            }
            let (low, high) =
                (Rational::new(1.into(), 4.into()), Rational::new(3.into(), 4.into()));
            let (low, high) = (self.terms.real(low), self.terms.real(high));
            for ((key, fires), enabled) in keys.into_iter().zip(&firing).zip(enabled) {
                let shared = (site, key.clone(), self.now);
                let rank = match self.shared.get(&shared) {
                    Some(Shared { value: Sym::Real(rank), .. }) => *rank,
                    _ => self.terms.choose(*fires, low, high),
                };
                let turn = vec![(self.now, self.terms.yes())];
                let guard = self.terms.and(*moving, *enabled);
                let value = Sym::Real(rank);
                self.asked.push(Asked { site, turn, binders: key, run, guard, value, drawn: true });
            }
            fires.push(firing);
        }
        fires
    }

    /// When each instance has the least rank of those enabled; worlds share ranks.
    fn least_rank(
        &mut self,
        site: SiteId,
        keys: &[Vec<Value>],
        enabled: &[Term],
        moving: Term,
    ) -> Vec<Term> {
        let mut ranks = Vec::new();
        for key in keys {
            let key = (site, key.clone(), self.now);
            let rank = match self.shared.get(&key) {
                Some(Shared { value: Sym::Real(rank), .. }) => *rank,
                _ => {
                    let rank = self.terms.var(Sort::Real, None);
                    let (zero, one) = (self.terms.real(int(0)), self.terms.real(int(1)));
                    let (low, high) =
                        (self.terms.at_most(zero, rank), self.terms.at_most(rank, one));
                    self.assert(low);
                    self.assert(high);
                    let asked = self.terms.no();
                    self.shared.insert(key, Shared { value: Sym::Real(rank), asked });
                    rank
                }
            };
            ranks.push(rank);
        }
        let mut firing = Vec::new();
        for at in 0..ranks.len() {
            let mut first = self.terms.and(moving, enabled[at]);
            for other in 0..ranks.len() {
                if other == at {
                    continue;
                }
                // Of equal ranks the first moves.
                let before = match other < at {
                    true => self.terms.at_most(ranks[other], ranks[at]),
                    false => self.terms.less(ranks[other], ranks[at]),
                };
                let beaten = self.terms.and(enabled[other], before);
                first = self.terms.but(first, beaten);
            }
            firing.push(first);
        }
        firing
    }

    /// `schedule round_robin`: the next after the one that moved last.
    // spec: schedule.round-robin
    fn pick_next(&mut self, enabled: &[Vec<Term>], moving: &[Term]) -> Vec<Vec<Term>> {
        let mut fires = Vec::new();
        for (run, (enabled, moving)) in enabled.iter().zip(moving).enumerate() {
            let none_yet = self.terms.int(-1);
            let last = self.runs[run].work.last.unwrap_or(none_yet);
            let places: Vec<Term> =
                (0..enabled.len()).map(|place| self.terms.int(place as i128)).collect();
            let mut ahead = Vec::new();
            for (place, enabled) in places.iter().zip(enabled) {
                let later = self.terms.less(last, *place);
                ahead.push(self.terms.and(*enabled, later));
            }
            let any_ahead = self.terms.any(ahead.iter().copied());
            let (mut firing, mut moved) = (Vec::new(), last);
            let (mut passed, mut passed_ahead) = (self.terms.no(), self.terms.no());
            for at in 0..enabled.len() {
                let next = self.terms.but(ahead[at], passed_ahead);
                let around = self.terms.but(enabled[at], any_ahead);
                let around = self.terms.but(around, passed);
                let this = self.terms.or(next, around);
                let this = self.terms.and(*moving, this);
                moved = self.terms.choose(this, places[at], moved);
                firing.push(this);
                passed = self.terms.or(passed, enabled[at]);
                passed_ahead = self.terms.or(passed_ahead, ahead[at]);
            }
            self.runs[run].work.last = Some(moved);
            fires.push(firing);
        }
        fires
    }

    /// The bodies of the instances, each with when it moves. An instance's body works on its
    /// own copy of the new state: no two of one run move at once.
    fn fire(&mut self, all: Vec<Vec<Instance>>, fires: &[Vec<Term>]) -> Encoded<()> {
        let olds: Vec<Vec<Sym>> = self.runs.iter().map(|run| run.work.cells.clone()).collect();
        let mut news = olds.clone();
        let count = all.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..count {
            let mut lanes = Vec::new();
            for (run, instances) in all.iter().enumerate() {
                let (instance, guard) = (&instances[at], fires[run][at]);
                if self.terms.truth(guard) != Some(false) {
                    self.open_body(run);
                    lanes.push(self.instance_lane(run, instance, guard));
                }
            }
            let Some(first) = lanes.first() else { continue };
            let rule = &self.model.rules[all[first.run][at].rule];
            self.block(&rule.body.statements, &mut lanes)?;
            for lane in lanes {
                let next = std::mem::take(&mut self.runs[lane.run].work.next);
                for (place, cell) in next.into_iter().enumerate() {
                    if cell != olds[lane.run][place] {
                        let new = &mut news[lane.run][place];
                        *new = sym::choose(&mut self.terms, lane.guard, &cell, new, rule.span)?;
                    }
                }
            }
        }
        for (run, cells) in news.into_iter().enumerate() {
            self.runs[run].work.cells = cells;
        }
        Ok(())
    }

    /// The lane of an instance; its turn is how often it has fired. spec: draw.keys
    fn instance_lane(&mut self, run: usize, instance: &Instance, guard: Term) -> Lane {
        let key = (instance.rule, instance.values.clone());
        let zero = self.terms.int(0);
        let fired = self.runs[run].work.counts.get(&key).copied().unwrap_or(zero);
        let mut turn = Vec::new();
        for number in 0..=self.now {
            let count = self.terms.int(i128::from(number));
            let this = self.terms.equal(fired, count);
            if self.terms.truth(this) != Some(false) {
                turn.push((number, this));
            }
        }
        let one = self.terms.one_if(guard);
        let more = self.terms.add(fired, one);
        self.runs[run].work.counts.insert(key, more);
        let (binders, frame) = (instance.values.clone(), instance.frame.clone());
        Lane { run, guard, turn, binders, frame }
    }
}

/// The binders of an instance's rank: its rule, then its values.
fn key_of(instance: &Instance) -> Vec<Value> {
    let rule = Value::Int(i64::from(instance.rule.0));
    std::iter::once(rule).chain(instance.values.iter().cloned()).collect()
}
