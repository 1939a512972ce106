//! Statements (§5), in lockstep over lanes.
//!
//! In: statements and lanes. Out: the new values, events and answers in the lanes' worlds. A
//! world that faults or is discarded has no lane in what follows.

use std::sync::Arc;

use super::chance::outcomes;
use super::lane::Lane;
use super::machine::{Broken, Machine, at, shared_key};
use crate::diag::Span;
use crate::ir::expr::{Binder, Pattern};
use crate::ir::stmt::{Dist, Stmt, StmtKind};
use crate::ir::value::Occurrence;
use crate::ir::{EventId, Expr, SiteId, StateId, Value};
use crate::reference::domain::{Place, admit};
use crate::reference::eval::words;
use crate::reference::society::there;
use crate::trace::{Fault, FaultKind};

impl Machine<'_> {
    /// Each statement for all lanes before the next.
    // spec: step.lockstep
    pub(super) fn block(&mut self, statements: &[Stmt], lanes: &mut [&mut Lane]) {
        for statement in statements {
            if lanes.is_empty() {
                return;
            }
            self.statement(statement, lanes);
        }
    }

    fn statement(&mut self, statement: &Stmt, lanes: &mut [&mut Lane]) {
        match &statement.kind {
            StmtKind::Let(slot, expr) => self.each(lanes, |machine, lane| {
                lane.frame[at(*slot)] = machine.value(lane, expr)?;
                Ok(())
            }),
            StmtKind::Assign { state, indices, value } => self.each(lanes, |machine, lane| {
                machine.assign(lane, *state, indices, value, statement.span)
            }),
            StmtKind::If(condition, yes, no) => self.branch(lanes, condition, yes, no),
            StmtKind::Match(expr, arms) => self.select(lanes, expr, arms),
            StmtKind::For(binders, body) => self.repeat(lanes, binders, body),
            StmtKind::Choose { .. } | StmtKind::ChooseJointly { .. } => {
                self.choose(statement, lanes);
            }
            StmtKind::Draw { site, slot, dist } => self.each(lanes, |machine, lane| {
                lane.frame[at(*slot)] = machine.draw(lane, *site, dist, statement.span)?;
                Ok(())
            }),
            StmtKind::Emit(event, fields) => {
                self.each(lanes, |machine, lane| machine.emit(lane, *event, fields));
            }
            // spec: step.require
            StmtKind::Require(expr) => {
                self.each(lanes, |machine, lane| match machine.holds(lane, expr)? {
                    true => Ok(()),
                    false => Err(Broken::Discarded { at: statement.span, sampled: false }),
                })
            }
            // spec: step.require
            StmtKind::Halt => self.each(lanes, |machine, lane| {
                machine.worlds[lane.world].halting = true;
                Ok(())
            }),
        }
    }

    /// Does something in every lane whose world still runs.
    fn each(
        &mut self,
        lanes: &mut [&mut Lane],
        mut done: impl FnMut(&mut Self, &mut Lane) -> Result<(), Broken>,
    ) {
        for lane in lanes {
            if self.worlds[lane.world].end.is_none()
                && let Err(broken) = done(self, lane)
            {
                self.stop(lane.world, broken);
            }
        }
    }

    /// `x(i)' = e`
    // spec: step.assign-once
    fn assign(
        &mut self,
        lane: &mut Lane,
        state: StateId,
        indices: &[Expr],
        value: &Expr,
        span: Span,
    ) -> Result<(), Broken> {
        let indices: Vec<Value> =
            indices.iter().map(|index| self.value(lane, index)).collect::<Result<_, _>>()?;
        let value = self.value(lane, value)?;
        let model = self.model;
        let declared = &model.states[state];
        let world = &mut self.worlds[lane.world];
        let layout = &world.society.layout;
        let name = || words::cell(model, layout, &declared.name, declared.owner, &indices);
        let fault = |kind, message| Err(Broken::Fault(Fault { kind, message, span }));
        let Some(place) = layout.place(layout.state(state), &indices) else {
            return fault(FaultKind::Index, format!("there is no `{}`", name()));
        };
        // spec: world.params
        if !there(&world.society.since, &indices) {
            return fault(FaultKind::Absent, format!("`{}` is of an agent not there", name()));
        }
        // spec: step.assign-once
        if world.assigned[place] {
            let message = format!("`{}` is assigned twice in one step", name());
            return fault(FaultKind::AssignedTwice, message);
        }
        // spec: types.domain
        let place_of = Place { name: &name, domain: &declared.domain, span };
        let value = admit(model, layout, &place_of, value).map_err(Broken::Fault)?;
        world.assigned[place] = true;
        world.next[place] = value;
        Ok(())
    }

    /// `if`: each side in lockstep over the lanes that take it.
    // spec: step.branch
    fn branch(&mut self, lanes: &mut [&mut Lane], condition: &Expr, yes: &[Stmt], no: &[Stmt]) {
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        self.sort_lanes(
            lanes,
            |machine, lane| machine.holds(lane, condition),
            |lane, holds| match holds {
                true => taken.push(lane),
                false => left.push(lane),
            },
        );
        for (arm, lanes) in [&taken, &left].into_iter().enumerate() {
            if !lanes.is_empty() {
                self.met.note(condition.span, arm);
            }
        }
        self.block(yes, &mut taken);
        self.block(no, &mut left);
    }

    /// `match`: each arm in lockstep over the lanes that take it.
    // spec: step.branch
    fn select(&mut self, lanes: &mut [&mut Lane], expr: &Expr, arms: &[(Pattern, Vec<Stmt>)]) {
        let mut taken: Vec<Vec<&mut Lane>> = arms.iter().map(|_| Vec::new()).collect();
        self.sort_lanes(
            lanes,
            |machine, lane| machine.value(lane, expr),
            |lane, value| {
                let fits = |(pattern, _): &(Pattern, Vec<Stmt>)| match pattern {
                    Pattern::Value(wanted) => *wanted == value,
                    Pattern::Wildcard => true,
                };
                let arm = arms.iter().position(fits).expect("one arm always fits");
                taken[arm].push(lane);
            },
        );
        for (arm, ((_, body), mut lanes)) in arms.iter().zip(taken).enumerate() {
            if !lanes.is_empty() {
                self.met.note(expr.span, arm);
            }
            self.block(body, &mut lanes);
        }
    }

    /// Reads something in every lane whose world still runs, then hands the lane on, unless
    /// its world broke.
    fn sort_lanes<'l, T>(
        &mut self,
        lanes: &'l mut [&mut Lane],
        read: impl Fn(&Self, &mut Lane) -> Result<T, Broken>,
        mut hand: impl FnMut(&'l mut Lane, T),
    ) {
        for lane in lanes.iter_mut() {
            if self.worlds[lane.world].end.is_some() {
                continue;
            }
            match read(self, lane) {
                Ok(value) => hand(lane, value),
                Err(broken) => self.stop(lane.world, broken),
            }
        }
    }

    /// `for`: a lane for each element, all in lockstep.
    // spec: step.lockstep
    fn repeat(&mut self, lanes: &mut [&mut Lane], binders: &[Binder], body: &[Stmt]) {
        let mut open: Vec<Lane> = Vec::new();
        self.each(lanes, |machine, lane| machine.expand(lane, binders, &mut open));
        self.block(body, &mut open.iter_mut().collect::<Vec<_>>());
    }

    /// `draw x ~ DIST`
    // spec: draw.keys
    fn draw(
        &mut self,
        lane: &mut Lane,
        site: SiteId,
        dist: &Dist,
        span: Span,
    ) -> Result<Value, Broken> {
        let view = self.view(lane.world, true);
        let outcomes = outcomes(&view, &mut lane.frame, dist, span)?;
        Ok(self.drawn(lane.world, &shared_key(site, lane), &outcomes, self.now + 1))
    }

    /// `emit ev(…)`
    // spec: event.occur
    fn emit(&mut self, lane: &mut Lane, event: EventId, fields: &[Expr]) -> Result<(), Broken> {
        let model = self.model;
        let declared = &model.events[event];
        let mut values = Vec::with_capacity(fields.len());
        for ((name, domain), expr) in declared.fields.iter().zip(fields) {
            let value = self.value(lane, expr)?;
            let layout = &self.worlds[lane.world].society.layout;
            let name = || format!("{}.{name}", declared.name);
            let place = Place { name: &name, domain, span: expr.span };
            values.push(admit(model, layout, &place, value).map_err(Broken::Fault)?);
        }
        let occurrence = Occurrence { event, fields: values, line: 0 };
        self.worlds[lane.world].emitted.push(Arc::new(occurrence));
        Ok(())
    }
}
