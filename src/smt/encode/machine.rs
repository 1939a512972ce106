//! The machine that unrolls the worlds of a question, in lockstep, to its horizon.
//!
//! # Invariants
//! - `exists`, `cells` and `events` of a run have an entry for each instant so far; the cells of
//!   an instant that is not there are those of the last that is, where worlds may compare them.

use std::rc::Rc;

use super::{Encoded, Encoder, Here, View, Work};
use crate::diag::Span;
use crate::ir::StateId;
use crate::ir::model::Start;
use crate::smt::sym::{self, Sym};
use crate::smt::term::Term;

/// How many terms an encoding may have.
const TERMS_MAX: usize = 12_000_000;

impl Encoder<'_> {
    /// Unrolls all runs.
    pub fn run(&mut self) -> Encoded<()> {
        for run in 0..self.runs.len() {
            self.begin(run)?;
        }
        if !self.model.has_dynamics() {
            return Ok(());
        }
        for now in 0..self.question.settings.steps {
            self.now = now;
            self.step()?;
            if self.terms.len() > TERMS_MAX {
                let span = self.model.step.as_ref().map(|body| body.span);
                let span = span.or(self.model.rules.iter().next().map(|rule| rule.span));
                let what = format!("a model that takes more than {TERMS_MAX} terms to unroll");
                return self.unsupported(span.expect("it has dynamics"), &what);
            }
        }
        Ok(())
    }

    /// Puts a run at instant 0. spec: items.state
    pub fn begin(&mut self, run: usize) -> Encoded<()> {
        let mut cells: Vec<Sym> = Vec::new();
        let mut fine = self.terms.yes();
        for state in self.model.states.ids() {
            fine = self.starts(run, state, fine, &mut cells)?;
        }
        let complete = !self.model.has_dynamics();
        let halts = if complete { fine } else { self.terms.no() };
        let faulted = self.terms.not(fine);
        let world = &mut self.runs[run];
        world.cells.push(Rc::new(cells));
        world.events.push(Rc::default());
        world.exists.push(fine);
        world.halts.push(halts);
        world.faults.push(faulted);
        Ok(())
    }

    /// The start of each cell of a state; whether all so far is fine.
    fn starts(
        &mut self,
        run: usize,
        id: StateId,
        mut fine: Term,
        cells: &mut Vec<Sym>,
    ) -> Encoded<Term> {
        let state = &self.model.states[id];
        let view = View { society: self.runs[run].society, here: Here::Setup };
        for (at, row) in self.layout.indices(self.layout.state(id)).iter().enumerate() {
            if row.iter().any(|index| self.is_absent(view, index)) {
                cells.push(Sym::Nothing);
                continue;
            }
            let (value, span) = match &state.start {
                Start::Free => (self.societies[view.society].starts[id][at].clone(), state.span),
                Start::Recorded => (Sym::Nothing, state.span),
                Start::Value(closed) => {
                    let mut frame = self.frame(row, closed.frame);
                    let found = self.eval(view, &mut frame, &closed.expr)?;
                    let stopped = self.stopped(found.stops);
                    fine = self.terms.but(fine, stopped);
                    (found.value, closed.expr.span)
                }
                Start::Draw { site, dist, frame: size } => {
                    let mut frame = self.frame(row, *size);
                    let drawn = super::draw::Draw {
                        site: *site,
                        dist,
                        span: state.span,
                        turn: vec![(0, self.terms.yes())],
                        binders: row.clone(),
                    };
                    let (value, fault) = self.drawn(run, view, &mut frame, &drawn, fine)?;
                    fine = self.terms.but(fine, fault);
                    (value, state.span)
                }
            };
            let (value, outside) = self.admit(&state.domain, value, span)?;
            fine = self.terms.but(fine, outside);
            cells.push(value);
        }
        Ok(fine)
    }

    /// One step of every run: its rule, then the step, then the instant.
    // spec: schedule.instant
    pub fn step(&mut self) -> Encoded<()> {
        let now = self.now as usize;
        for run in 0..self.runs.len() {
            let world = &self.runs[run];
            let (exists, halted) = (world.exists[now], world.halts[now]);
            let cells = world.cells[now].to_vec();
            let live = self.terms.but(exists, halted);
            let no = self.terms.no();
            let work = &mut self.runs[run].work;
            let (counts, last) = (std::mem::take(&mut work.counts), work.last);
            *work = Work { cells, counts, last, ..Work::default() };
            (work.live, work.halting) = (Some(live), Some(no));
            self.runs[run].faults.push(no);
        }
        self.move_rules()?;
        if let Some(body) = &self.model.step {
            let mut lanes = Vec::new();
            for run in 0..self.runs.len() {
                self.open_body(run);
                lanes.push(self.lane(run));
            }
            self.block(&body.statements, &mut lanes)?;
            for run in 0..self.runs.len() {
                self.close_body(run);
            }
        }
        for run in 0..self.runs.len() {
            let span = self.span();
            self.push_instant(run, span)?;
        }
        Ok(())
    }

    fn span(&self) -> Span {
        let body = self.model.step.as_ref().map(|body| body.span);
        let rule = self.model.rules.iter().next().map(|rule| rule.span);
        body.or(rule).expect("what steps has a step or a rule")
    }

    /// Whether a run still runs in the step under way.
    pub fn live(&self, run: usize) -> Term {
        self.runs[run].work.live.expect("a step is under way")
    }

    /// A run faults where `when`: it has no further instant.
    pub fn fault(&mut self, run: usize, when: Term) {
        let live = self.live(run);
        let now = self.terms.and(live, when);
        let world = &mut self.runs[run];
        let faults = world.faults.last_mut().expect("a step is under way");
        *faults = self.terms.or(*faults, now);
        world.work.live = Some(self.terms.but(live, when));
    }

    /// A run is discarded where `when`: it does not count.
    pub fn discard(&mut self, run: usize, when: Term) {
        let live = self.live(run);
        let discarded = self.terms.and(live, when);
        let counts = self.terms.not(discarded);
        self.assert(counts);
    }

    /// What is not assigned stays. spec: step.synchronous
    pub fn open_body(&mut self, run: usize) {
        let no = self.terms.no();
        let work = &mut self.runs[run].work;
        work.next = work.cells.clone();
        work.assigned = vec![no; work.cells.len()];
    }

    /// The new values are what the next body sees as old.
    pub fn close_body(&mut self, run: usize) {
        let work = &mut self.runs[run].work;
        std::mem::swap(&mut work.cells, &mut work.next);
    }

    /// The instant that the step led to. What was emitted occurs there. spec: event.occur
    fn push_instant(&mut self, run: usize, span: Span) -> Encoded<()> {
        let alone = self.runs.len() == 1;
        let work = std::mem::take(&mut self.runs[run].work);
        let live = work.live.expect("a step is under way");
        let halting = work.halting.expect("a step is under way");
        let mut cells = work.cells;
        // Outside of worlds a run that has halted keeps its last state.
        if !alone && self.terms.truth(live) != Some(true) {
            let before = Rc::clone(self.runs[run].cells.last().expect("an instant"));
            for (cell, old) in cells.iter_mut().zip(before.iter()) {
                *cell = sym::choose(&mut self.terms, live, cell, old, span)?;
            }
        }
        let halts = self.terms.and(live, halting);
        let world = &mut self.runs[run];
        world.cells.push(Rc::new(cells));
        world.events.push(Rc::new(work.emitted));
        world.exists.push(live);
        world.halts.push(halts);
        world.work.counts = work.counts;
        world.work.last = work.last;
        Ok(())
    }
}
