//! What must be remembered of a run so that a formula can be judged at its end.
//!
//! In: the nodes of a chance property. Out: the operands whose truth matters on the way, and for
//! each, as the chain goes, which truths were seen; or nothing, where a formula looks back further.
//!
//! # Invariants
//! - Two runs that end in the same place with the same memory get the same verdict: outside of
//!   what is remembered a formula reads only the last instant.

use std::collections::BTreeSet;

use crate::ir::expr::{Binder, Interval, TemporalOp};
use crate::ir::{Expr, ExprKind, Model, PropId, Value};
use crate::reference::chance::decide::Node;
use crate::reference::chance::tally::{Sample, TallyKind};
use crate::reference::eval::expression::values;
use crate::reference::eval::scene::{Ending, Formula, Scene};
use crate::reference::eval::view::Polarity;
use crate::reference::eval::{Here, Stop, View, truth};
use crate::reference::execute::Made;
use crate::reference::step::World;
use crate::reference::{Execution, Society, Terms, WorldRun};
use crate::syntax::ast::BinaryOp;
use crate::trace::{End, Instant, Trace};

/// The operands of a property's nodes.
pub struct Memory<'a> {
    model: &'a Model,
    terms: &'a Terms,
    operands: Vec<Operand<'a>>,
    /// Runs of which only the last instant is filled in.
    now: Execution,
    property: PropId,
}

/// An operand of a temporal operator, read at the instants `first..=last`.
struct Operand<'a> {
    expr: &'a Expr,
    frame: Vec<Value>,
    world: Option<usize>,
    first: u64,
    last: u64,
}

/// An instant's truths of one operand, as bits: true, false, unknown; wanted, then unwanted, then
/// exact (in a condition).
const POLARITIES: [(Polarity, u32); 3] =
    [(Polarity::Wanted, 0), (Polarity::Unwanted, 3), (Polarity::Exact, 6)];

impl<'a> Memory<'a> {
    /// What is to be remembered for `nodes`; none where that is not known.
    pub fn of(
        model: &'a Model,
        sample: &Sample<'a>,
        (actual, worlds): (&Society, &[Made]),
        nodes: &[Node<'a>],
    ) -> Option<Memory<'a>> {
        let run = |made: &Made| WorldRun {
            world: made.id,
            arguments: made.arguments.clone(),
            society: made.society.clone(),
            trace: Trace {
                instants: Vec::new(),
                end: End::Cut,
                since: made.society.since.clone(),
                from_start: true,
                answers: Vec::new(),
            },
        };
        let worlds = worlds.iter().map(run).collect();
        let now = Execution { actual: actual.clone(), worlds, parted: 0, met: BTreeSet::new() };
        let (terms, property) = (sample.terms, sample.property);
        let mut memory = Memory { model, terms, operands: Vec::new(), now, property };
        let outside = match memory.now.worlds.as_slice() {
            [run] if run.world.is_none() => Some(0),
            _ => None,
        };
        for node in nodes {
            match node.kind {
                TallyKind::Expected if local(model, node.expr) => {}
                TallyKind::Expected => return None,
                TallyKind::Probability | TallyKind::Difference => {
                    for expr in std::iter::once(node.expr).chain(node.other) {
                        memory.collect(expr, &node.frame, outside)?;
                    }
                }
            }
        }
        Some(memory)
    }

    /// The operands of a formula that is read at instant 0.
    fn collect(&mut self, expr: &'a Expr, frame: &[Value], world: Option<usize>) -> Option<()> {
        let mut remember = |expr: &'a Expr, first: u64, last: u64| {
            if !local(self.model, expr) {
                return None;
            }
            self.operands.push(Operand { expr, frame: frame.to_vec(), world, first, last });
            Some(())
        };
        match &*expr.kind {
            _ if local(self.model, expr) => remember(expr, 0, 0),
            ExprKind::Initially(inner) => remember(inner, 0, 0),
            ExprKind::Temporal(TemporalOp::Next, _, inner) => remember(inner, 1, 1),
            ExprKind::Temporal(
                TemporalOp::Always | TemporalOp::Eventually,
                Interval::Steps(first, last),
                inner,
            ) => remember(inner, *first, last.unwrap_or(u64::MAX)),
            ExprKind::Temporal(TemporalOp::Finally, _, inner) => {
                local(self.model, inner).then_some(())
            }
            ExprKind::Not(inner) => self.collect(inner, frame, world),
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or | BinaryOp::Implies, left, right) => {
                self.collect(left, frame, world)?;
                self.collect(right, frame, world)
            }
            ExprKind::If(condition, yes, no) => {
                self.collect(condition, frame, world)?;
                self.collect(yes, frame, world)?;
                self.collect(no, frame, world)
            }
            ExprKind::At(id, arguments, inner) => {
                let here = Here::Setup;
                let view = View { model: self.model, society: &self.now.actual, here };
                let arguments = values(&view, &mut frame.to_vec(), arguments).ok()?;
                let is_it = |run: &WorldRun| run.world == Some(*id) && run.arguments == arguments;
                let place = self.now.worlds.iter().position(is_it)?;
                self.collect(inner, frame, Some(place))
            }
            _ => None,
        }
    }

    /// Takes an instant into what is remembered: the worlds there, and the last instant of each.
    /// None where an operand faults: whether that matters depends on the order of reading.
    pub fn note(
        &mut self,
        (worlds, lasts): (&[World], &[u32]),
        instant: u32,
        remembered: &mut Vec<u16>,
    ) -> Option<()> {
        remembered.resize(self.operands.len(), 0);
        for ((run, world), last) in self.now.worlds.iter_mut().zip(worlds).zip(lasts) {
            let Some(own) = world.instants.last() else { return Some(()) };
            run.trace.instants.resize(*last as usize + 1, Instant::default());
            run.trace.instants[*last as usize] = own.clone();
            run.trace.end = world.end.clone().unwrap_or(End::Cut);
        }
        let seen = (instant, Ending::Horizon);
        let scene = Scene::new(self.property, &self.now, self.terms, seen);
        for (operand, bits) in self.operands.iter().zip(remembered) {
            if !(operand.first..=operand.last).contains(&u64::from(instant)) {
                continue;
            }
            for (polarity, shift) in POLARITIES {
                let place = Formula { scene: &scene, world: operand.world, instant, polarity };
                let society = match operand.world {
                    Some(world) => &self.now.worlds[world].society,
                    None => &self.now.actual,
                };
                let view = View { model: self.model, society, here: Here::Formula(place) };
                *bits |= match truth(&view, &mut operand.frame.clone(), operand.expr) {
                    Ok(true) => 1 << shift,
                    Ok(false) => 2 << shift,
                    Err(Stop::Unknown(_)) => 4 << shift,
                    Err(Stop::Fault(_)) => return None,
                };
            }
        }
        Some(())
    }
}

/// Whether an expression reads one instant only.
fn local(model: &Model, expr: &Expr) -> bool {
    let mut open = vec![expr];
    let mut called = BTreeSet::new();
    while let Some(expr) = open.pop() {
        let windowed = |binder: &Binder| binder.window.is_some();
        match &*expr.kind {
            ExprKind::Temporal(..)
            | ExprKind::Until(..)
            | ExprKind::Since(..)
            | ExprKind::Initially(_)
            | ExprKind::Prev(..)
            | ExprKind::Probability(_)
            | ExprKind::Expected(_) => return false,
            ExprKind::Quantifier { binders, .. } | ExprKind::Aggregate { binders, .. }
                if binders.iter().any(windowed) =>
            {
                return false;
            }
            ExprKind::SetFilter(binder) if windowed(binder) => return false,
            _ => {}
        }
        if let Some(def) = expr.called()
            && called.insert(def)
        {
            open.push(&model.defs[def].body);
        }
        open.extend(expr.parts());
    }
    true
}
