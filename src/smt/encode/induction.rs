//! The step of an induction: from any state that may follow a start, not from the start itself.
//!
//! Instant 0 is a start; instant 1 is any state of the domains, which over-approximates every
//! state that is reached; those after it follow by steps of the model. What holds of `k` such
//! states in a row and so of the next holds for ever, once it holds of the first `k` instants.

use std::rc::Rc;

use super::{Encoded, Encoder, Here, Polarity, Question, View, always};
use crate::ir::expr::Binder;
use crate::ir::model::Schedule;
use crate::ir::stmt::{Dist, Source, StmtKind};
use crate::ir::{Domain, Expr, Stmt, Type};
use crate::smt::number::int;
use crate::smt::sym::{self, Sym};
use crate::smt::term::{Sort, Term};

/// Where one part of an encoding ends and the next begins.
#[derive(Clone, Copy)]
pub struct Marks {
    /// So many terms are of the setup.
    pub setup: usize,
    /// So many demands are of the setup and its start.
    pub started: usize,
    /// So many are of those and of any state.
    pub any: usize,
}

impl<'a> Encoder<'a> {
    /// The encoding of `steps` steps from any state.
    pub fn inductive(question: Question<'a>, steps: u32) -> Encoded<Encoder<'a>> {
        let (mut encoder, _) = Encoder::from_any_state(question)?;
        for now in 1..=steps {
            encoder.now = now;
            encoder.step()?;
        }
        encoder.seen = steps + 1;
        Ok(encoder)
    }

    /// The encoding of one step from any state, and which demands are of what.
    pub fn transition(question: Question<'a>) -> Encoded<(Encoder<'a>, Marks)> {
        let (mut encoder, marks) = Encoder::from_any_state(question)?;
        encoder.now = 1;
        encoder.step()?;
        encoder.seen = 2;
        Ok((encoder, marks))
    }

    fn from_any_state(question: Question<'a>) -> Encoded<(Encoder<'a>, Marks)> {
        let mut encoder = Encoder::bare(question);
        encoder.set_up()?;
        let setup = encoder.terms.len();
        encoder.list_worlds()?;
        if encoder.runs.len() != 1 || encoder.runs[0].world.is_some() {
            let span = encoder.model.properties[question.property].span;
            return encoder.unsupported(span, "an induction over worlds");
        }
        encoder.timeless()?;
        encoder.begin(0)?;
        let is_there = encoder.runs[0].exists[0];
        encoder.assert(is_there);
        let started = encoder.asserted.len();
        encoder.any_state()?;
        let any = encoder.asserted.len();
        Ok((encoder, Marks { setup, started, any }))
    }

    /// A state as terms: of what is one of several values, whether it is each of them.
    pub fn state_terms(&mut self, instant: usize) -> Encoded<Vec<Term>> {
        let (cells, any) =
            (Rc::clone(&self.runs[0].cells[instant]), Rc::clone(&self.runs[0].cells[1]));
        let mut terms = Vec::new();
        let span = self.model.properties[self.question.property].span;
        for (cell, any) in cells.iter().zip(any.iter()) {
            match (cell, any) {
                (Sym::Bool(term), Sym::Bool(_))
                | (Sym::Int(term), Sym::Int(_))
                | (Sym::Real(term), Sym::Real(_)) => {
                    terms.push(*term);
                }
                (cell, Sym::Pick(values)) => {
                    let cases = sym::cases(&mut self.terms, cell, span)?;
                    terms.extend(
                        values.iter().map(|(value, _)| sym::guard_of(&self.terms, &cases, value)),
                    );
                }
                _ => return self.unsupported(span, "an invariant over sets"),
            }
        }
        Ok(terms)
    }

    /// Any state of the domains, as instant 1.
    fn any_state(&mut self) -> Encoded<()> {
        let mut cells = Vec::new();
        for (id, state) in self.model.states.pairs() {
            for _ in 0..self.layout.state(id).len() {
                cells.push(match &state.domain {
                    Domain::Whole(Type::Int) => Sym::Int(self.bounded_int(i64::MIN, i64::MAX)),
                    Domain::Whole(Type::Real) => Sym::Real(self.terms.var(Sort::Real, None)),
                    domain => self.fresh(domain, state.span)?,
                });
            }
        }
        let (yes, no) = (self.terms.yes(), self.terms.no());
        if self.model.schedule == Schedule::RoundRobin && !self.model.rules.is_empty() {
            let last = self.terms.var(Sort::Int, None);
            let least = self.terms.number(int(-1), Sort::Int);
            let bound = self.terms.at_most(least, last);
            self.assert(bound);
            self.runs[0].work.last = Some(last);
        }
        let run = &mut self.runs[0];
        run.cells.push(Rc::new(cells));
        run.events.push(Rc::default());
        run.exists.push(yes);
        run.halts.push(no);
        run.faults.push(no);
        Ok(())
    }

    /// Steps must not read what an arbitrary state does not have: the number of the instant and
    /// what occurred before.
    fn timeless(&self) -> Encoded<()> {
        let mut exprs: Vec<&Expr> = Vec::new();
        let bodies = self.model.rules.iter().map(|rule| &rule.body).chain(&self.model.step);
        for body in bodies {
            body.statements.iter().for_each(|statement| held(statement, &mut exprs));
        }
        for rule in self.model.rules.iter() {
            exprs.extend(&rule.when);
            rule.binders.iter().for_each(|binder| in_binder(binder, &mut exprs));
        }
        for expr in exprs {
            if always::reads_events(self.model, expr) {
                return self.unsupported(expr.span, "an induction over what occurred before");
            }
            if always::reads_now(self.model, expr) {
                return self.unsupported(expr.span, "an induction over the number of the instant");
            }
        }
        Ok(())
    }

    /// Whether a formula of one instant holds there, exactly; known and true.
    pub fn holds_at(&mut self, formula: &Expr, frame: usize, instant: u32) -> Encoded<Term> {
        self.kept.clear();
        let here = Here::Formula { scope: Some(0), instant, polarity: Polarity::Exact };
        let mut frame = vec![Sym::Nothing; frame];
        let found = self.eval(View { society: 0, here }, &mut frame, formula)?;
        Ok(self.surely(&found))
    }

    /// Whether an instant is there.
    pub fn is_there(&self, instant: u32) -> Term {
        self.runs[0].exists[instant as usize]
    }
}

fn in_binder<'e>(binder: &'e Binder, exprs: &mut Vec<&'e Expr>) {
    exprs.push(&binder.set);
    exprs.extend(&binder.filter);
}

/// All expressions of a statement.
fn held<'e>(statement: &'e Stmt, exprs: &mut Vec<&'e Expr>) {
    match &statement.kind {
        StmtKind::Let(_, expr) | StmtKind::Require(expr) => exprs.push(expr),
        StmtKind::Assign { indices, value, .. } => exprs.extend(indices.iter().chain([value])),
        StmtKind::If(condition, yes, no) => {
            exprs.push(condition);
            yes.iter().chain(no).for_each(|inner| held(inner, exprs));
        }
        StmtKind::Match(expr, arms) => {
            exprs.push(expr);
            arms.iter().flat_map(|arm| &arm.1).for_each(|inner| held(inner, exprs));
        }
        StmtKind::For(binders, body) => {
            binders.iter().for_each(|binder| in_binder(binder, exprs));
            body.iter().for_each(|inner| held(inner, exprs));
        }
        StmtKind::Choose { from, filter, .. } => {
            exprs.extend(source(from));
            exprs.extend(filter);
        }
        StmtKind::ChooseJointly { indices, from, filter, .. } => {
            indices.iter().for_each(|binder| in_binder(binder, exprs));
            exprs.extend(source(from));
            exprs.extend(filter);
        }
        StmtKind::Draw { dist, .. } => match dist {
            Dist::Bernoulli(p) => exprs.push(p),
            Dist::Uniform(a, b) | Dist::Normal(a, b) => exprs.extend([a, b]),
            Dist::Categorical(weighted) => {
                exprs.extend(weighted.iter().flat_map(|(outcome, weight)| [outcome, weight]));
            }
        },
        StmtKind::Emit(_, fields) => exprs.extend(fields),
        StmtKind::Halt => {}
    }
}

fn source(from: &Source) -> Option<&Expr> {
    match from {
        Source::Domain(_) => None,
        Source::Set(expr) => Some(expr),
    }
}
