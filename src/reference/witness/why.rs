//! Why a formula has its value: the least part of its evaluation that decides it.
//!
//! In: a case and the prefix that settled it. Out: a tree of [`Why`].
//!
//! # Invariants
//! - A node's parts together fix its value: of what failed the failing instance, of what holds
//!   the instance that holds; where all of many instances decide, they are shown only if they
//!   are few.

use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::expr::{Binder, TemporalOp};
use crate::ir::{Expr, ExprKind, Type, Value};
use crate::reference::eval::cover;
use crate::reference::eval::expression::{frame_of, values};
use crate::reference::eval::logic::fits;
use crate::reference::eval::scene::{Ending, Formula, world_name};
use crate::reference::eval::{Here, Stop, View, binders, eval, temporal, truth};
use crate::reference::judge::verdict::Case;
use crate::syntax::ast::BinaryOp;

/// How many instances are shown where all of them decide.
const FEW: usize = 6;

/// How many nodes a tree has at most.
const NODES_MAX: usize = 400;

/// Why a formula has its value: the part of its evaluation that decides it.
#[derive(Clone, PartialEq, Debug)]
pub struct Why {
    /// The subformula.
    pub span: Span,
    /// The instant at which it was evaluated.
    pub instant: u32,
    /// The world, if it stands under an `@`: `alone`, `alone(fishers[1])`.
    pub world: Option<String>,
    /// The binders between this node and its parent, with what they are bound to.
    pub bindings: Vec<(String, Value)>,
    /// Its value there: a bool for formulas; a number, say, for the side of a comparison.
    /// [`Value::Unrecorded`]: it has none.
    pub value: Value,
    /// The parts that decide it: for a failed `forall` or `always` the failing instance, for a
    /// failed `and` the failing side, for a comparison the values of its sides.
    pub because: Vec<Why>,
}

/// Why each of the case's formulas has its value on the prefix up to `seen`.
pub fn of_case(case: &Case<'_>, seen: u32) -> Vec<Why> {
    let scene = case.scene(seen, Ending::Horizon);
    let view = case.view(&scene);
    let mut teller = Teller { left: NODES_MAX };
    let tell =
        |(formula, frame): &(&Expr, Vec<Value>)| teller.why(&view, &mut frame.clone(), formula);
    case.formulas.iter().map(tell).collect()
}

/// What may still be told.
struct Teller {
    left: usize,
}

/// An instance of a binder: what is bound, and the truth of the body there.
struct Instance {
    bound: Vec<Value>,
    truth: Result<bool, Stop>,
}

impl Teller {
    fn why(&mut self, view: &View<'_>, frame: &mut [Value], expr: &Expr) -> Why {
        let value = eval(view, frame, expr).unwrap_or(Value::Unrecorded);
        let mut why = Why {
            span: expr.span,
            instant: instant(view),
            world: world(view),
            bindings: Vec::new(),
            value,
            because: Vec::new(),
        };
        if self.left > 0 && expr.ty == Type::Bool {
            self.left -= 1;
            if let Value::Bool(truth) = why.value {
                why.because = self.because(view, frame, expr, truth);
            }
        }
        why
    }

    fn whys(&mut self, view: &View<'_>, frame: &mut [Value], parts: &[&Expr]) -> Vec<Why> {
        parts.iter().map(|part| self.why(view, frame, part)).collect()
    }

    fn because(
        &mut self,
        view: &View<'_>,
        frame: &mut [Value],
        expr: &Expr,
        value: bool,
    ) -> Vec<Why> {
        match &*expr.kind {
            ExprKind::Not(inner) => vec![self.why(&view.negated(), frame, inner)],
            ExprKind::Binary(
                op @ (BinaryOp::And | BinaryOp::Or | BinaryOp::Implies),
                left,
                right,
            ) => self.connective(view, frame, (*op, left, right), value),
            ExprKind::Binary(_, left, right) => self.sides(view, frame, &[left, right]),
            ExprKind::InDomain(inner, _) => self.sides(view, frame, &[inner]),
            ExprKind::If(condition, yes, no) => {
                let chosen = truth(&view.exact(), frame, condition) == Ok(true);
                let mut told = self.whys(&view.exact(), frame, &[condition]);
                told.push(self.why(view, frame, if chosen { yes } else { no }));
                told
            }
            ExprKind::Match(subject, arms) => {
                let of = eval(&view.exact(), frame, subject).unwrap_or(Value::Unrecorded);
                let mut told = self.sides(view, frame, &[subject]);
                let arm = arms.iter().find(|(pattern, _)| fits(pattern, &of));
                told.extend(arm.map(|(_, body)| self.why(view, frame, body)));
                told
            }
            ExprKind::Let(slot, bound, body) => {
                frame[slot.index()] =
                    eval(&view.exact(), frame, bound).unwrap_or(Value::Unrecorded);
                let mut told = self.sides(view, frame, &[bound]);
                told.push(self.why(view, frame, body));
                told
            }
            ExprKind::Call(def, arguments) => {
                let Ok(arguments) = values(&view.exact(), frame, arguments) else {
                    return Vec::new();
                };
                let def = &view.model.defs[*def];
                let names = def.params.iter().map(|(name, _)| name.clone());
                let bindings = names.zip(arguments.iter().cloned()).collect();
                let mut frame = frame_of(arguments, def.frame);
                vec![Why { bindings, ..self.why(view, &mut frame, &def.body) }]
            }
            ExprKind::Quantifier { all, binders, body } => {
                self.quantifier(view, frame, (*all, binders, body), value)
            }
            ExprKind::Temporal(..)
            | ExprKind::Until(..)
            | ExprKind::Since(..)
            | ExprKind::Initially(_)
            | ExprKind::Prev(..)
            | ExprKind::At(..) => match view.here {
                Here::Formula(here) => {
                    self.timed(view, here, frame, (expr, value)).unwrap_or_default()
                }
                Here::Setup | Here::Step { .. } => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The operands that decide.
    fn connective(
        &mut self,
        view: &View<'_>,
        frame: &mut [Value],
        (op, left, right): (BinaryOp, &Expr, &Expr),
        value: bool,
    ) -> Vec<Why> {
        let guarded = if op == BinaryOp::Implies { view.negated() } else { *view };
        let first = truth(&guarded, frame, left);
        // The value that one operand alone decides by, as the left side has it.
        let (strong, left_strong) = match op {
            BinaryOp::And => (false, false),
            BinaryOp::Or => (true, true),
            _ => (true, false),
        };
        if value != strong {
            let mut told = vec![self.why(&guarded, frame, left)];
            told.push(self.why(view, frame, right));
            return told;
        }
        if first == Ok(left_strong) {
            vec![self.why(&guarded, frame, left)]
        } else {
            vec![self.why(view, frame, right)]
        }
    }

    /// The values of a comparison's sides; what is written as it is tells nothing.
    fn sides(&mut self, view: &View<'_>, frame: &mut [Value], sides: &[&Expr]) -> Vec<Why> {
        let telling: Vec<&Expr> = sides
            .iter()
            .filter(|side| !matches!(&*bare(side).kind, ExprKind::Literal(_) | ExprKind::All(_)))
            .copied()
            .collect();
        self.whys(&view.exact(), frame, &telling)
    }

    fn quantifier(
        &mut self,
        view: &View<'_>,
        frame: &mut [Value],
        (all, binders, body): (bool, &[Binder], &Expr),
        value: bool,
    ) -> Vec<Why> {
        let mut instances = Vec::new();
        instances_of(view, frame, (all, binders, body), &mut Vec::new(), &mut instances);
        let shown: Vec<Instance> = if value != all {
            instances.into_iter().find(|instance| instance.truth == Ok(value)).into_iter().collect()
        } else if instances.len() <= FEW {
            instances
        } else {
            Vec::new()
        };
        let mut told = Vec::new();
        for instance in shown {
            let mut bindings = Vec::new();
            for (binder, bound) in binders.iter().zip(&instance.bound) {
                frame[binder.slot.index()] = bound.clone();
                bindings.push((binder.name.clone(), bound.clone()));
            }
            told.push(Why { bindings, ..self.why(view, frame, body) });
        }
        told
    }

    fn timed(
        &mut self,
        view: &View<'_>,
        here: Formula<'_>,
        frame: &mut [Value],
        (expr, value): (&Expr, bool),
    ) -> Result<Vec<Why>, Stop> {
        match &*expr.kind {
            ExprKind::Temporal(op, interval, inner) => {
                let cover = match op {
                    TemporalOp::Always | TemporalOp::Eventually => {
                        cover::future(view.model, &here, *interval)?.instants.collect()
                    }
                    TemporalOp::Historically | TemporalOp::Once => {
                        cover::past(&here, *interval)?.instants.collect()
                    }
                    TemporalOp::Next => temporal::next(view, here)?.into_iter().collect(),
                    TemporalOp::Finally => vec![temporal::last(view, here)?],
                };
                let strong = match op {
                    TemporalOp::Always | TemporalOp::Historically => false,
                    TemporalOp::Eventually | TemporalOp::Once => true,
                    // Of one instant, whatever it says.
                    TemporalOp::Next | TemporalOp::Finally => value,
                };
                Ok(self.instants(view, here, frame, (inner, &cover), (value, strong)))
            }
            ExprKind::Until(interval, left, right) => {
                let cover = cover::future(view.model, &here, *interval)?.instants;
                let order: Vec<u32> = (here.instant..cover.end).collect();
                let sides = Sides { left, right, value };
                Ok(self.chain(view, here, frame, &sides, (&order, &cover)))
            }
            ExprKind::Since(interval, left, right) => {
                let cover = cover::past(&here, *interval)?.instants;
                let order: Vec<u32> = (cover.start..=here.instant).rev().collect();
                let sides = Sides { left, right, value };
                Ok(self.chain(view, here, frame, &sides, (&order, &cover)))
            }
            ExprKind::Initially(inner) => Ok(vec![self.why(&view.at(here.at(0)), frame, inner)]),
            ExprKind::Prev(inner, start) => Ok(match (here.instant.checked_sub(1), start) {
                (Some(before), _) => vec![self.why(&view.at(here.at(before)), frame, inner)],
                (None, Some(start)) => vec![self.why(view, frame, start)],
                (None, None) => Vec::new(),
            }),
            ExprKind::At(world, arguments, inner) => {
                let arguments = values(&view.exact(), frame, arguments)?;
                let inside = temporal::world_view(view, here, expr, (*world, &arguments))?;
                Ok(vec![self.why(&inside, frame, inner)])
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Of `always` and the like: the first instant that decides alone; else all if they are few.
    fn instants(
        &mut self,
        view: &View<'_>,
        here: Formula<'_>,
        frame: &mut [Value],
        (inner, cover): (&Expr, &[u32]),
        (value, strong): (bool, bool),
    ) -> Vec<Why> {
        let at = |instant: u32| view.at(here.at(instant));
        let shown: Vec<u32> = if value == strong {
            let decides = |instant: &&u32| truth(&at(**instant), frame, inner) == Ok(value);
            cover.iter().find(decides).into_iter().copied().collect()
        } else if cover.len() <= FEW {
            cover.to_vec()
        } else {
            Vec::new()
        };
        shown.into_iter().map(|instant| self.why(&at(instant), frame, inner)).collect()
    }

    /// Of `until` and `since`: where the right side holds, or where the left one gave way.
    fn chain(
        &mut self,
        view: &View<'_>,
        here: Formula<'_>,
        frame: &mut [Value],
        sides: &Sides<'_>,
        (order, cover): (&[u32], &std::ops::Range<u32>),
    ) -> Vec<Why> {
        for instant in order {
            let then = view.at(here.at(*instant));
            let meets = cover.contains(instant) && truth(&then, frame, sides.right) == Ok(true);
            if meets {
                return if sides.value {
                    vec![self.why(&then, frame, sides.right)]
                } else {
                    vec![]
                };
            }
            if truth(&then, frame, sides.left) == Ok(false) {
                return self.whys(&then, frame, &[sides.left, sides.right]);
            }
        }
        // The left side never gave way, and the right one never came.
        match order.last() {
            Some(last) => vec![self.why(&view.at(here.at(*last)), frame, sides.right)],
            None => Vec::new(),
        }
    }
}

struct Sides<'a> {
    left: &'a Expr,
    right: &'a Expr,
    value: bool,
}

/// All instances that the binders admit, in order.
fn instances_of(
    view: &View<'_>,
    frame: &mut [Value],
    (all, binders, body): (bool, &[Binder], &Expr),
    bound: &mut Vec<Value>,
    found: &mut Vec<Instance>,
) {
    let Some((binder, rest)) = binders.split_first() else {
        let truth = truth(view, frame, body);
        found.push(Instance { bound: bound.clone(), truth });
        return;
    };
    let Ok((items, _)) = binders::candidates(view, frame, binder) else { return };
    let guarded = if all { view.negated() } else { *view };
    for item in items.iter() {
        frame[binder.slot.index()] = item.clone();
        if binders::admits(&guarded, frame, binder) == Ok(true) {
            bound.push(item.clone());
            instances_of(view, frame, (all, rest, body), bound, found);
            bound.pop();
        }
    }
}

/// An expression without the widening around it.
fn bare(expr: &Expr) -> &Expr {
    match &*expr.kind {
        ExprKind::ToReal(inner) | ExprKind::ToSet(inner) => bare(inner),
        _ => expr,
    }
}

fn instant(view: &View<'_>) -> u32 {
    crate::reference::eval::read::now(view)
}

fn world(view: &View<'_>) -> Option<String> {
    match view.here {
        Here::Setup | Here::Step { .. } => None,
        Here::Formula(here) => {
            let run = here.run().filter(|run| run.world.is_some())?;
            Some(world_name(view.model, here.scene.property, run))
        }
    }
}
