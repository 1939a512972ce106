//! Gaps: how far each part of a property is from what a search wants of it.
//!
//! A margin is the least over a conjunction, so that a part of small scale hides behind one of a
//! large scale. Here every part keeps its own distance: what must hold together is added up,
//! where one of several is enough the nearest is taken (the branch distances of search-based
//! testing: Tracey, Clark, Mander and McDermid, 1998).
//!
//! # Invariants
//! - A part is 0 where it is as wanted, and at most 1.
//! - A gap steers a search and never decides.

use std::cell::Cell;

use super::margin;
use super::verdict::{Case, formulas};
use crate::base::id::Id;
use crate::base::math;
use crate::diag::Span;
use crate::ir::expr::{Binder, TemporalOp};
use crate::ir::{Expr, ExprKind, Model, PropId, Value};
use crate::reference::eval::binders;
use crate::reference::eval::cover;
use crate::reference::eval::expression::{eval, frame_of, values};
use crate::reference::eval::logic::fits;
use crate::reference::eval::scene::{Ending, Formula, Scene};
use crate::reference::eval::temporal;
use crate::reference::eval::{Here, Stop, View, truth};
use crate::reference::{Execution, Terms};
use crate::syntax::ast::BinaryOp;

/// How far a formula is from what is wanted of it.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Gap {
    /// The parts together: 0 where all are as wanted. Each part counts by how many halvings it is
    /// away from its full scale, so that none drowns in another.
    pub total: f64,
    /// The distance of each part that matters, by its place in the text, in [0, 1].
    pub parts: Vec<(Span, f64)>,
}

/// Parts that are read for one run at most: nested operators over long runs are many.
const PARTS_MAX: u32 = 20_000;
/// What counts as the least distance of a part that is not as wanted.
const LEAST: f64 = 1e-15;

/// The gap between `execution` and a run on which `property` is `wanted`. None where no run
/// has an instant.
pub fn gap(
    model: &Model,
    property: PropId,
    execution: &Execution,
    terms: &Terms,
    wanted: bool,
) -> Option<Gap> {
    if execution.worlds.iter().any(|run| run.trace.instants.is_empty()) {
        return None;
    }
    let formulas = formulas(model, property);
    let case = Case { model, property, execution, terms, formulas };
    let scene = case.scene(Scene::last_of(execution), Ending::Horizon);
    let reader = Reader { left: Cell::new(PARTS_MAX) };
    let view = case.view(&scene);
    let each = case.formulas.iter().map(|(formula, frame)| {
        let mut frame = frame.clone();
        reader.gap(&view, &mut frame, formula, wanted)
    });
    Some(if wanted { together(each) } else { nearest(each) })
}

/// The distance of a part as it counts in a total: 1 at full scale, 1/2 at half of it, 1/3 at a
/// quarter, and so on.
fn counted(distance: f64) -> f64 {
    match distance {
        0.0 => 0.0,
        far if far >= 1.0 => 1.0,
        near => 1.0 / (1.0 - math::log(near) / std::f64::consts::LN_2),
    }
}

/// One part.
fn part(span: Span, distance: f64) -> Gap {
    Gap { total: counted(distance), parts: vec![(span, distance)] }
}

/// What must be as wanted together.
fn together(all: impl Iterator<Item = Gap>) -> Gap {
    all.fold(Gap::default(), both)
}

fn both(mut a: Gap, b: Gap) -> Gap {
    a.total += b.total;
    for (span, distance) in b.parts {
        match a.parts.binary_search_by_key(&span, |part| part.0) {
            Ok(at) => a.parts[at].1 = (a.parts[at].1 + distance).min(1.0),
            Err(at) => a.parts.insert(at, (span, distance)),
        }
    }
    a
}

/// Where one is enough: the first of the nearest. Of nothing: nothing is near.
fn nearest(all: impl Iterator<Item = Gap>) -> Gap {
    let nothing = Gap { total: 2.0, parts: Vec::new() };
    all.reduce(|a, b| if b.total < a.total { b } else { a }).unwrap_or(nothing)
}

/// Where all instances of one formula must be as wanted: their mean.
fn mean(all: impl Iterator<Item = Gap>) -> Gap {
    let mut count = 0u32;
    let mut sum = Gap::default();
    for one in all {
        count += 1;
        sum.total += one.total;
        for (span, distance) in one.parts {
            match sum.parts.binary_search_by_key(&span, |part| part.0) {
                Ok(at) => sum.parts[at].1 += distance,
                Err(at) => sum.parts.insert(at, (span, distance)),
            }
        }
    }
    let count = f64::from(count.max(1));
    sum.total /= count;
    sum.parts.iter_mut().for_each(|part| part.1 /= count);
    sum
}

/// Reads gaps while there are parts left.
struct Reader {
    left: Cell<u32>,
}

impl Reader {
    fn gap(&self, view: &View<'_>, frame: &mut [Value], expr: &Expr, wanted: bool) -> Gap {
        let unknown = || part(expr.span, 1.0);
        if self.left.get() == 0 {
            return unknown();
        }
        match &*expr.kind {
            ExprKind::Not(inner) => self.gap(&view.negated(), frame, inner, !wanted),
            ExprKind::Binary(BinaryOp::And, left, right) => {
                let sides = [(left, *view, wanted), (right, *view, wanted)];
                self.sides(frame, sides, wanted)
            }
            ExprKind::Binary(BinaryOp::Or, left, right) => {
                let sides = [(left, *view, wanted), (right, *view, wanted)];
                self.sides(frame, sides, !wanted)
            }
            ExprKind::Binary(BinaryOp::Implies, left, right) => {
                let sides = [(left, view.negated(), !wanted), (right, *view, wanted)];
                self.sides(frame, sides, !wanted)
            }
            ExprKind::If(condition, yes, no) => match truth(&view.exact(), frame, condition) {
                Ok(true) => self.gap(view, frame, yes, wanted),
                Ok(false) => self.gap(view, frame, no, wanted),
                Err(_) => unknown(),
            },
            ExprKind::Match(subject, arms) => match eval(&view.exact(), frame, subject) {
                Ok(subject) => {
                    let arm = arms.iter().find(|(pattern, _)| fits(pattern, &subject));
                    arm.map_or_else(unknown, |(_, body)| self.gap(view, frame, body, wanted))
                }
                Err(_) => unknown(),
            },
            ExprKind::Let(slot, bound, body) => match eval(&view.exact(), frame, bound) {
                Ok(value) => {
                    frame[slot.index()] = value;
                    self.gap(view, frame, body, wanted)
                }
                Err(_) => unknown(),
            },
            ExprKind::Call(def, arguments) => match values(&view.exact(), frame, arguments) {
                Ok(arguments) => {
                    let def = &view.model.defs[*def];
                    self.gap(view, &mut frame_of(arguments, def.frame), &def.body, wanted)
                }
                Err(_) => unknown(),
            },
            ExprKind::Quantifier { all, binders, body } => {
                self.quantifier(view, frame, (*all, wanted), binders, body)
            }
            ExprKind::Temporal(..) | ExprKind::Initially(_) | ExprKind::At(..) => match view.here {
                Here::Formula(here) => {
                    self.timed(view, here, frame, expr, wanted).unwrap_or_else(|_| unknown())
                }
                Here::Setup | Here::Step { .. } => unknown(),
            },
            _ => self.atom(view, frame, expr, wanted),
        }
    }

    /// Two sides that must be as wanted together, or of which one is enough.
    fn sides(&self, frame: &mut [Value], sides: [(&Expr, View<'_>, bool); 2], joint: bool) -> Gap {
        let [a, b] = sides.map(|(side, view, wanted)| self.gap(&view, frame, side, wanted));
        if joint { both(a, b) } else { nearest([a, b].into_iter()) }
    }

    /// A part that has none of its own: by its margin, which is its distance from the other
    /// verdict.
    fn atom(&self, view: &View<'_>, frame: &mut [Value], expr: &Expr, wanted: bool) -> Gap {
        self.left.set(self.left.get().saturating_sub(1));
        let (low, high) = margin::margin(view, frame, expr);
        let holds = match (low, high) {
            (low, _) if low > 0.0 => Ok(true),
            (_, high) if high < 0.0 => Ok(false),
            _ => truth(view, frame, expr),
        };
        let distance = match holds {
            Ok(holds) if holds == wanted => 0.0,
            Ok(_) => low.abs().min(high.abs()).clamp(LEAST, 1.0),
            Err(_) => 1.0,
        };
        part(expr.span, distance)
    }

    fn quantifier(
        &self,
        view: &View<'_>,
        frame: &mut [Value],
        (all, wanted): (bool, bool),
        binders: &[Binder],
        body: &Expr,
    ) -> Gap {
        let Some((binder, rest)) = binders.split_first() else {
            return self.gap(view, frame, body, wanted);
        };
        let Ok((items, _)) = binders::candidates(view, frame, binder) else {
            return part(binder.span, 1.0);
        };
        let guarded = if all { view.negated() } else { *view };
        let every = all == wanted;
        let mut gaps = Vec::with_capacity(items.len());
        for item in items.iter() {
            frame[binder.slot.index()] = item.clone();
            let guard = match &binder.filter {
                Some(filter) => self.gap(&guarded, frame, filter, true),
                None => Gap::default(),
            };
            // Of one that the guard leaves out nothing is wanted.
            if every && guard.total > 0.0 {
                continue;
            }
            frame[binder.slot.index()] = item.clone();
            let own = self.quantifier(view, frame, (all, wanted), rest, body);
            gaps.push(if every { own } else { both(guard, own) });
        }
        if every { mean(gaps.into_iter()) } else { nearest(gaps.into_iter()) }
    }

    fn timed(
        &self,
        view: &View<'_>,
        here: Formula<'_>,
        frame: &mut [Value],
        expr: &Expr,
        wanted: bool,
    ) -> Result<Gap, Stop> {
        let mut at =
            |inner: &Expr, instant: u32| self.gap(&view.at(here.at(instant)), frame, inner, wanted);
        match &*expr.kind {
            ExprKind::Temporal(op, interval, inner) => {
                let (instants, all) = match op {
                    TemporalOp::Always => (cover::future(view.model, &here, *interval)?, true),
                    TemporalOp::Eventually => (cover::future(view.model, &here, *interval)?, false),
                    TemporalOp::Historically => (cover::past(&here, *interval)?, true),
                    TemporalOp::Once => (cover::past(&here, *interval)?, false),
                    TemporalOp::Next => {
                        let next = temporal::next(view, here)?;
                        // Where nothing comes next, nothing holds next.
                        let none = part(expr.span, f64::from(u8::from(wanted)));
                        return Ok(next.map_or(none, |next| at(inner, next)));
                    }
                    TemporalOp::Finally => return Ok(at(inner, temporal::last(view, here)?)),
                };
                let each = instants.instants.map(|instant| at(inner, instant));
                Ok(if all == wanted { mean(each) } else { nearest(each) })
            }
            ExprKind::Initially(inner) if cover::from_start(&here) => Ok(at(inner, 0)),
            ExprKind::At(world, arguments, inner) => {
                let arguments = values(&view.exact(), frame, arguments)?;
                let inside = temporal::world_view(view, here, expr, (*world, &arguments))?;
                Ok(self.gap(&inside, frame, inner, wanted))
            }
            _ => Ok(part(expr.span, 1.0)),
        }
    }
}
