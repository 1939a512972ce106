//! Statements (§5), in lockstep over lanes: each lane with when it is taken.

use std::rc::Rc;

use super::expression::put;
use super::{Encoded, Encoder, Found, Here, View};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::expr::{Binder, Pattern};
use crate::ir::stmt::{Dist, Stmt, StmtKind};
use crate::ir::{EventId, Expr, SiteId, Slot, StateId, Value};
use crate::smt::sym::{self, Occurrence, Sym};
use crate::smt::term::Term;

/// One element of the enclosing `for`s, in one run.
#[derive(Clone)]
pub(in crate::smt) struct Lane {
    /// The run.
    pub run: usize,
    /// When it is taken.
    pub guard: Term,
    /// The turn of its keys, by when it is which.
    pub turn: Vec<(u32, Term)>,
    /// The values of all enclosing binders, from the outside in.
    pub binders: Vec<Value>,
    /// Its locals.
    pub frame: Vec<Sym>,
}

impl Encoder<'_> {
    /// A key needs the values of its binders.
    pub fn keyed(&self, binders: &[Value], span: Span) -> Encoded<()> {
        match binders.contains(&Value::Unrecorded) {
            true => self.unsupported(span, "a choice or draw for each of several events"),
            false => Ok(()),
        }
    }

    /// The lane of a step's body.
    pub fn lane(&self, run: usize) -> Lane {
        let yes = self.terms.yes();
        let turn = vec![(self.now, yes)];
        Lane { run, guard: yes, turn, binders: Vec::new(), frame: Vec::new() }
    }

    /// What a lane's expressions see: the old state, with the new one where primed.
    pub fn lane_view(&self, lane: &Lane) -> View {
        let society = self.runs[lane.run].society;
        View { society, here: Here::Step { run: lane.run, primed: true } }
    }

    /// Each statement for all lanes before the next. spec: step.lockstep
    pub fn block(&mut self, statements: &[Stmt], lanes: &mut [Lane]) -> Encoded<()> {
        for statement in statements {
            self.statement(statement, lanes)?;
        }
        Ok(())
    }

    fn statement(&mut self, statement: &Stmt, lanes: &mut [Lane]) -> Encoded<()> {
        match &statement.kind {
            StmtKind::Let(slot, expr) => {
                for lane in lanes {
                    let value = self.lane_value(lane, expr)?;
                    put(&mut lane.frame, *slot, value);
                }
                Ok(())
            }
            StmtKind::Assign { state, indices, value } => {
                for lane in lanes {
                    self.assign(lane, *state, indices, value, statement.span)?;
                }
                Ok(())
            }
            StmtKind::If(condition, yes, no) => self.branch(lanes, condition, yes, no),
            StmtKind::Match(expr, arms) => self.select(lanes, expr, arms),
            StmtKind::For(binders, body) => {
                let mut open = Vec::new();
                for lane in lanes.iter_mut() {
                    self.expand(lane, binders, &mut open)?;
                }
                self.block(body, &mut open)
            }
            StmtKind::Choose { .. } | StmtKind::ChooseJointly { .. } => {
                self.choose(statement, lanes)
            }
            StmtKind::Draw { site, slot, dist } => {
                for lane in lanes {
                    self.draw(lane, (*site, *slot, dist), statement.span)?;
                }
                Ok(())
            }
            StmtKind::Emit(event, fields) => {
                for lane in lanes {
                    self.emit(lane, *event, fields)?;
                }
                Ok(())
            }
            // spec: step.require
            StmtKind::Require(expr) => {
                for lane in lanes {
                    let holds = self.lane_value(lane, expr)?.truth(&self.terms);
                    let fails = self.terms.but(lane.guard, holds);
                    self.discard(lane.run, fails);
                }
                Ok(())
            }
            StmtKind::Halt => {
                for lane in lanes {
                    let work = &mut self.runs[lane.run].work;
                    let halting = work.halting.expect("a step is under way");
                    work.halting = Some(self.terms.or(halting, lane.guard));
                }
                Ok(())
            }
        }
    }

    /// `draw x ~ DIST`. spec: draw.keys
    fn draw(
        &mut self,
        lane: &mut Lane,
        (site, slot, dist): (SiteId, Slot, &Dist),
        span: Span,
    ) -> Encoded<()> {
        let view = self.lane_view(lane);
        let (turn, binders) = (lane.turn.clone(), lane.binders.clone());
        let draw = super::draw::Draw { site, dist, span, turn, binders };
        let live = self.live(lane.run);
        let guard = self.terms.and(live, lane.guard);
        let (value, fault) = self.drawn(lane.run, view, &mut lane.frame, &draw, guard)?;
        let fault = self.terms.and(lane.guard, fault);
        self.fault(lane.run, fault);
        put(&mut lane.frame, slot, value);
        Ok(())
    }

    /// The value of an expression in a lane; a fault of it is the run's.
    pub fn lane_value(&mut self, lane: &mut Lane, expr: &Expr) -> Encoded<Sym> {
        let view = self.lane_view(lane);
        let found = self.eval(view, &mut lane.frame, expr)?;
        Ok(self.lane_found(lane, found))
    }

    /// A value found in a lane; what stops it is a fault of the run.
    pub fn lane_found(&mut self, lane: &Lane, found: Found) -> Sym {
        let stopped = self.stopped(found.stops);
        let when = self.terms.and(lane.guard, stopped);
        self.fault(lane.run, when);
        found.value
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
    ) -> Encoded<()> {
        let mut at = Vec::new();
        for index in indices {
            at.push(self.lane_value(lane, index)?);
        }
        let value = self.lane_value(lane, value)?;
        let declared = &self.model.states[state];
        let cells = self.layout.state(state).clone();
        let view = self.lane_view(lane);
        let places = self.places(view, &cells, &declared.indices, &at, span)?;
        let outside = self.terms.and(lane.guard, places.fault);
        self.fault(lane.run, outside);
        let mut twice = self.terms.no();
        for (place, when) in &places.cells {
            let before = self.runs[lane.run].work.assigned[*place];
            let both = self.terms.and(*when, before);
            twice = self.terms.or(twice, both);
        }
        let twice = self.terms.and(lane.guard, twice);
        self.fault(lane.run, twice);
        let (value, breach) = self.admit(&declared.domain, value, span)?;
        let breach = self.terms.and(lane.guard, breach);
        self.fault(lane.run, breach);
        for (place, when) in places.cells {
            let when = self.terms.and(lane.guard, when);
            let old = self.runs[lane.run].work.next[place].clone();
            let new = sym::choose(&mut self.terms, when, &value, &old, span)?;
            let work = &mut self.runs[lane.run].work;
            work.next[place] = new;
            work.assigned[place] = self.terms.or(work.assigned[place], when);
        }
        Ok(())
    }

    /// `if`: each side in lockstep over the lanes that take it. spec: step.branch
    fn branch(
        &mut self,
        lanes: &mut [Lane],
        condition: &Expr,
        yes: &[Stmt],
        no: &[Stmt],
    ) -> Encoded<()> {
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        for lane in lanes {
            let holds = self.lane_value(lane, condition)?.truth(&self.terms);
            let (with, without) =
                (self.terms.and(lane.guard, holds), self.terms.but(lane.guard, holds));
            self.open(lane, with, &mut taken);
            self.open(lane, without, &mut left);
        }
        self.block(yes, &mut taken)?;
        self.block(no, &mut left)
    }

    /// A lane that is taken where `guard`, unless it never is.
    fn open(&self, lane: &Lane, guard: Term, lanes: &mut Vec<Lane>) {
        if self.terms.truth(guard) != Some(false) {
            lanes.push(Lane { guard, ..lane.clone() });
        }
    }

    /// `match`: each arm in lockstep over the lanes that take it. spec: step.branch
    fn select(
        &mut self,
        lanes: &mut [Lane],
        expr: &Expr,
        arms: &[(Pattern, Vec<Stmt>)],
    ) -> Encoded<()> {
        let mut taken: Vec<Vec<Lane>> = arms.iter().map(|_| Vec::new()).collect();
        for lane in lanes {
            let subject = self.lane_value(lane, expr)?;
            let mut rest = lane.guard;
            for ((pattern, _), lanes) in arms.iter().zip(&mut taken) {
                let fits = self.fits(pattern, &subject, expr.span)?;
                let this = self.terms.and(rest, fits);
                self.open(lane, this, lanes);
                rest = self.terms.but(rest, fits);
            }
        }
        for ((_, body), mut lanes) in arms.iter().zip(taken) {
            self.block(body, &mut lanes)?;
        }
        Ok(())
    }

    /// A lane for each element of `binders`, which nest from the left. spec: step.lockstep
    pub fn expand(
        &mut self,
        lane: &mut Lane,
        binders: &[Binder],
        open: &mut Vec<Lane>,
    ) -> Encoded<()> {
        let view = self.lane_view(lane);
        let mut found: Vec<Lane> = Vec::new();
        let fine = self.fine();
        let (guard, turn, outer) = (lane.guard, lane.turn.clone(), lane.binders.clone());
        let run = lane.run;
        let mut frame = lane.frame.clone();
        let stops = self.each(view, &mut frame, binders, guard, &mut |encoder, frame, guard| {
            let mut values = outer.clone();
            for binder in binders {
                // Events have no value: nothing is chosen or drawn under them.
                let bound = frame[binder.slot.index()].known(&encoder.terms);
                values.push(bound.unwrap_or(Value::Unrecorded));
            }
            if encoder.terms.truth(guard) != Some(false) {
                let (turn, frame) = (turn.clone(), frame.clone());
                found.push(Lane { run, guard, turn, binders: values, frame });
            }
            Ok(fine)
        })?;
        let stopped = self.stopped(stops);
        let when = self.terms.and(lane.guard, stopped);
        self.fault(lane.run, when);
        open.extend(found);
        Ok(())
    }

    /// `emit ev(…)`. spec: event.occur
    fn emit(&mut self, lane: &mut Lane, event: EventId, fields: &[Expr]) -> Encoded<()> {
        let declared = &self.model.events[event];
        let mut values = Vec::with_capacity(fields.len());
        for ((_, domain), expr) in declared.fields.iter().zip(fields) {
            let value = self.lane_value(lane, expr)?;
            let (value, outside) = self.admit(domain, value, expr.span)?;
            let outside = self.terms.and(lane.guard, outside);
            self.fault(lane.run, outside);
            values.push(value);
        }
        let occurrence = Rc::new(Occurrence { event, fields: values });
        self.runs[lane.run].work.emitted.push((occurrence, lane.guard));
        Ok(())
    }
}
