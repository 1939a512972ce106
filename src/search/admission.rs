//! Which setups of a grid are admitted.
//!
//! In: a subject and all setups of a size, by number. Out: for each number whether its setup is
//! admitted. Most of what that asks for reads little of a setup: it is asked once for each way that
//! may be filled in, and not for each setup.
//!
//! # Invariants
//! - A condition is only asked of a setup that has a society. All that it says then follows from
//!   what it reads, and from what derived values and defaults that it reads are computed from.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU8, Ordering};

use super::enumerate::{Axis, Grid, Part};
use super::size::counter;
use super::subject::Subject;
use crate::analysis::walk;
use crate::ir::property::{Counter, Pin, PinKind};
use crate::ir::reads::reads;
use crate::ir::{Expr, Model, ParamId};
use crate::reference::society::{Condition, conditions, met, sized};
use crate::reference::{Society, society};
use crate::trace::Setup;

/// What the setups of a grid are admitted by.
pub struct Admission<'a> {
    subject: &'a Subject<'a>,
    grid: &'a Grid,
    questions: Vec<Question<'a>>,
}

/// What is asked of each setup; the first is [`Ask::Society`].
#[derive(Clone, Copy)]
enum Ask<'a> {
    /// Whether it has a society, and its sizes are searched.
    Society,
    /// Whether a counter is no greater than this.
    Limit(Counter, u32),
    /// What the model and its pins say.
    Of(Condition<'a>),
}

/// A question, with what was answered.
struct Question<'a> {
    ask: Ask<'a>,
    /// The axes that it reads.
    axes: Vec<Axis>,
    /// The answers, by the places on these axes; none where they are too many.
    known: Vec<AtomicU8>,
}

/// Answers that are kept of one question at most.
const KNOWN_MAX: u64 = 1 << 20;
/// An answer that was given.
const NO: u8 = 1;
const YES: u8 = 2;

impl<'a> Admission<'a> {
    /// Of a grid of the subject's setups.
    pub fn new(subject: &'a Subject<'a>, grid: &'a Grid) -> Admission<'a> {
        let limits = subject.space.limits.iter().map(|(name, most)| Ask::Limit(*name, *most));
        let conditions = conditions(&subject.space.model, &subject.space.given);
        let asks = [Ask::Society].into_iter().chain(limits);
        let asks = asks.chain(conditions.into_iter().map(Ask::Of));
        let question = |ask| Question::new(subject.model(), grid, ask);
        Admission { subject, grid, questions: asks.map(question).collect() }
    }

    /// Whether [`Subject::admits`] the setup with this number.
    pub fn admits(&self, number: u64) -> bool {
        let made = OnceCell::new();
        self.questions.iter().all(|question| {
            question.answer(number, || {
                let (setup, society) = made.get_or_init(|| {
                    let setup = self.grid.setup(number);
                    let society = society(self.subject.model(), &setup).ok();
                    (setup, society)
                });
                self.asked(question.ask, setup, society.as_ref())
            })
        })
    }

    /// The answer to a question. What faults is not admitted.
    fn asked(&self, ask: Ask<'_>, setup: &Setup, society: Option<&Society>) -> bool {
        let model = self.subject.model();
        match (ask, society) {
            (_, None) => false,
            (Ask::Society, Some(_)) => {
                self.subject.space.holds(&setup.sizes) && sized(model, setup)
            }
            (Ask::Limit(name, most), Some(_)) => counter(model, setup, name) <= Some(most),
            (Ask::Of(condition), Some(society)) => {
                met(model, setup, society, condition) == Ok(true)
            }
        }
    }
}

impl<'a> Question<'a> {
    fn new(model: &Model, grid: &Grid, ask: Ask<'a>) -> Question<'a> {
        let mut read = Read { model, grid, parts: BTreeSet::new() };
        match ask {
            Ask::Society => read.computed(),
            Ask::Limit(Counter::Deviations, _) => read.defaults(),
            Ask::Limit(Counter::Edges, _) => read.ties(),
            Ask::Limit(Counter::Agents | Counter::Population(_) | Counter::Steps, _) => {}
            Ask::Of(Condition::Tied(structure)) => drop(read.parts.insert(Part::Ties(structure))),
            Ask::Of(Condition::Assumed(closed)) => read.expr(&closed.expr),
            Ask::Of(Condition::Pinned(pin)) => read.pin(pin),
        }
        let mut axes = grid.axes();
        axes.retain(|axis| read.parts.contains(&axis.part));
        let ways = axes.iter().try_fold(1u64, |ways, axis| ways.checked_mul(axis.len));
        // Each answer that is kept should be asked for again.
        let most = KNOWN_MAX.min(grid.len() / 2);
        let ways = ways.filter(|ways| *ways <= most).unwrap_or(0);
        let known = (0..ways).map(|_| AtomicU8::new(0)).collect();
        Question { ask, axes, known }
    }

    /// The answer for a setup, made where it is not known.
    fn answer(&self, number: u64, make: impl FnOnce() -> bool) -> bool {
        let place =
            self.axes.iter().rev().fold(0, |place, axis| place * axis.len + axis.at(number));
        let Some(known) = self.known.get(place as usize) else { return make() };
        match known.load(Ordering::Relaxed) {
            NO => false,
            YES => true,
            _ => {
                let answer = make();
                known.store(if answer { YES } else { NO }, Ordering::Relaxed);
                answer
            }
        }
    }
}

/// The parts of a setup that are read.
struct Read<'a> {
    model: &'a Model,
    grid: &'a Grid,
    parts: BTreeSet<Part>,
}

impl Read<'_> {
    fn expr(&mut self, expr: &Expr) {
        let read = reads(self.model, expr);
        self.parts.extend(read.structures.into_iter().map(Part::Ties));
        self.parts.extend(read.states.into_iter().map(Part::Start));
        read.params.into_iter().for_each(|param| self.param(param));
    }

    /// A parameter, and what it is computed from.
    fn param(&mut self, param: ParamId) {
        let declared = &self.model.params[param];
        if self.parts.insert(Part::Param(param))
            && (declared.derived || self.grid.defaulted(param))
            && let Some(value) = &declared.value
        {
            self.expr(&value.expr);
        }
    }

    /// All parameters that are computed.
    fn computed(&mut self) {
        for (id, param) in self.model.params.pairs() {
            if param.derived || self.grid.defaulted(id) {
                self.param(id);
            }
        }
    }

    /// All parameters that have a default, with what these read.
    fn defaults(&mut self) {
        for (id, param) in self.model.params.pairs() {
            if let Some(value) = param.value.as_ref().filter(|_| !param.derived) {
                self.param(id);
                self.expr(&value.expr);
            }
        }
    }

    fn ties(&mut self) {
        self.parts.extend(self.model.structures.ids().map(Part::Ties));
    }

    fn pin(&mut self, pin: &Pin) {
        match &pin.kind {
            PinKind::Family(structure, _) | PinKind::Ties(structure, _) => {
                self.parts.insert(Part::Ties(*structure));
            }
            PinKind::Param { param, .. } => self.param(*param),
            PinKind::Start { state, .. } => drop(self.parts.insert(Part::Start(*state))),
            PinKind::Deviations(..) => self.defaults(),
            PinKind::Edges(..) => self.ties(),
            PinKind::Population(..)
            | PinKind::Only(_)
            | PinKind::Without(_)
            | PinKind::Assume(_) => {}
        }
        walk::pin(pin, &mut |expr| self.expr(expr));
    }
}
