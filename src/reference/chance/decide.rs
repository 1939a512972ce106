//! What a chance property says when each estimated node lies in its interval.
//!
//! In: the formula, a society, an interval for each node. Out: Kleene truth and a margin.
//!
//! # Invariants
//! - Every part of the formula is visited once, whatever the others say, so that the n-th node
//!   visited is the n-th everywhere.

use std::collections::{BTreeMap, BTreeSet};

use super::interval::{self, ALL, Ends};
use super::tally::TallyKind;
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::expr::Binder;
use crate::ir::{Expr, ExprKind, Model, PropId, Value};
use crate::reference::eval::expression::{frame_of, values};
use crate::reference::eval::logic::{Fold, decide as either, fits};
use crate::reference::eval::{Here, Stop, View, binders, compare, eval, truth, walk};
use crate::reference::judge::margin::{Margin, least, most};
use crate::reference::{Society, Truth};
use crate::syntax::ast::BinaryOp;
use crate::trace::Fault;

/// One estimated node: a `probability`, an `expected`, or a difference of two probabilities.
pub struct Node<'a> {
    /// Where it was written.
    pub span: Span,
    /// What is counted.
    pub kind: TallyKind,
    /// The formula or number.
    pub expr: &'a Expr,
    /// What is subtracted.
    pub other: Option<&'a Expr>,
    /// The locals there.
    pub frame: Vec<Value>,
}

/// The nodes of a chance property, in the order of its formula; one for each assignment of
/// the binders around it.
pub fn nodes<'a>(
    model: &'a Model,
    property: PropId,
    society: &'a Society,
) -> Result<Vec<Node<'a>>, Fault> {
    let mut found = Vec::new();
    let declared = &model.properties[property];
    let mut collect = |node| {
        found.push(node);
        ALL
    };
    let mut walk = Walk::new(model, society, &mut collect);
    match walk.formula(&mut vec![Value::None; declared.frame], &declared.formula).0 {
        Err(Stop::Fault(fault)) => Err(fault),
        Ok(_) | Err(Stop::Unknown(_)) => Ok(found),
    }
}

/// What the property says when each tally (in the order of [`tally`]) lies in its interval:
/// `True`, `False` or `Pending` (the intervals do not decide), and the margin's interval.
///
/// [`tally`]: super::tally()
pub fn decide(
    model: &Model,
    property: PropId,
    society: &Society,
    intervals: &[(f64, f64)],
) -> (Truth, (f64, f64)) {
    let mut left = intervals.iter();
    let declared = &model.properties[property];
    let mut next = |_: Node<'_>| left.next().copied().unwrap_or(ALL);
    let mut walk = Walk::new(model, society, &mut next);
    let (truth, margin) = walk.formula(&mut vec![Value::None; declared.frame], &declared.formula);
    let truth = match truth {
        Ok(true) => Truth::True,
        Ok(false) => Truth::False,
        Err(Stop::Unknown(why)) => Truth::Pending(why),
        Err(Stop::Fault(fault)) => Truth::Faulted(fault),
    };
    (truth, margin)
}

type Verdict = (Result<bool, Stop>, Margin);

const OPEN: Margin = (-1.0, 1.0);

/// A walk over a chance formula, which asks `visit` for each node's interval.
struct Walk<'a, 'v> {
    view: View<'a>,
    visit: &'v mut dyn FnMut(Node<'a>) -> Ends,
    /// What `let`s bound, of those that are estimated.
    bound: BTreeMap<usize, Ends>,
}

impl<'a, 'v> Walk<'a, 'v> {
    fn new(
        model: &'a Model,
        society: &'a Society,
        visit: &'v mut dyn FnMut(Node<'a>) -> Ends,
    ) -> Walk<'a, 'v> {
        let view = View { model, society, here: Here::Setup };
        Walk { view, visit, bound: BTreeMap::new() }
    }

    fn formula(&mut self, frame: &mut [Value], expr: &'a Expr) -> Verdict {
        if !speaks_of_chance(self.view.model, expr) && !self.reads_bound(expr) {
            return plain(truth(&self.view, frame, expr));
        }
        match &*expr.kind {
            ExprKind::Not(inner) => {
                let (truth, margin) = self.formula(frame, inner);
                (truth.map(|truth| !truth), interval::negate(margin))
            }
            ExprKind::Binary(
                op @ (BinaryOp::And | BinaryOp::Or | BinaryOp::Implies),
                left,
                right,
            ) => {
                let (mut a, b) = (self.formula(frame, left), self.formula(frame, right));
                if *op == BinaryOp::Implies {
                    a = (a.0.map(|truth| !truth), interval::negate(a.1));
                }
                let strong = *op != BinaryOp::And;
                let join = if strong { most } else { least };
                (either(&self.view, a.0, strong, &mut || b.0.clone()), join(a.1, b.1))
            }
            ExprKind::Binary(op, left, right) => self.comparison(frame, *op, left, right),
            ExprKind::If(condition, yes, no) => {
                let condition = self.formula(frame, condition).0;
                let (yes, no) = (self.formula(frame, yes), self.formula(frame, no));
                match condition {
                    Ok(true) => yes,
                    Ok(false) => no,
                    Err(stop) => (Err(stop), OPEN),
                }
            }
            ExprKind::Match(subject, arms) => {
                let subject = eval(&self.view, frame, subject);
                let mut found = (Err(unsettled()), OPEN);
                for (pattern, body) in arms.iter().rev() {
                    let own = self.formula(frame, body);
                    if subject.as_ref().is_ok_and(|subject| fits(pattern, subject)) {
                        found = own;
                    }
                }
                found
            }
            ExprKind::Let(slot, bound, body) => match self.bind(frame, slot.index(), bound) {
                Ok(()) => self.formula(frame, body),
                Err(stop) => (Err(stop), OPEN),
            },
            ExprKind::Call(def, arguments) => match values(&self.view, frame, arguments) {
                Ok(arguments) => {
                    let def = &self.view.model.defs[*def];
                    let outer = std::mem::take(&mut self.bound);
                    let own = self.formula(&mut frame_of(arguments, def.frame), &def.body);
                    self.bound = outer;
                    own
                }
                Err(stop) => (Err(stop), OPEN),
            },
            ExprKind::Quantifier { all, binders, body } => {
                self.quantifier(frame, *all, binders, body)
            }
            _ => (Err(unsettled()), OPEN),
        }
    }

    /// Binds a `let`: an estimate as its interval, anything else as its value.
    fn bind(&mut self, frame: &mut [Value], slot: usize, bound: &'a Expr) -> Result<(), Stop> {
        let estimated = speaks_of_chance(self.view.model, bound) || self.reads_bound(bound);
        if estimated {
            let ends = self.number(frame, bound)?;
            self.bound.insert(slot, ends);
        } else {
            frame[slot] = eval(&self.view, frame, bound)?;
        }
        Ok(())
    }

    fn quantifier(
        &mut self,
        frame: &mut [Value],
        all: bool,
        binders: &'a [Binder],
        body: &'a Expr,
    ) -> Verdict {
        let Some((binder, rest)) = binders.split_first() else { return self.formula(frame, body) };
        let mut fold = Fold::new(!all);
        let end = if all { 1.0 } else { -1.0 };
        let mut margin = (end, end);
        let elements = match binders::elements(&self.view, frame, binder) {
            Ok(elements) => elements,
            Err(stop) => return (Err(stop), OPEN),
        };
        let mut faulted = None;
        for element in elements {
            frame[binder.slot.index()] = element;
            let own = self.quantifier(frame, all, rest, body);
            margin = if all { least(margin, own.1) } else { most(margin, own.1) };
            if let Err(stop) = fold.add(own.0) {
                faulted.get_or_insert(stop);
            }
        }
        (faulted.map_or_else(|| fold.done(), Err), margin)
    }

    fn comparison(
        &mut self,
        frame: &mut [Value],
        op: BinaryOp,
        left: &'a Expr,
        right: &'a Expr,
    ) -> Verdict {
        let (a, b) = (self.number(frame, left), self.number(frame, right));
        let (a, b) = match (a, b) {
            (Ok(a), Ok(b)) => (a, b),
            (Err(stop), _) | (_, Err(stop)) => return (Err(stop), OPEN),
        };
        let apart = interval::binary(BinaryOp::Subtract, b, a);
        let said = interval::compare(op, a, b).or_else(|| equal(op, apart));
        let distance = match op {
            BinaryOp::Less | BinaryOp::LessEqual => apart,
            BinaryOp::Greater | BinaryOp::GreaterEqual => interval::negate(apart),
            BinaryOp::NotEqual => interval::function(crate::ir::expr::Function::Abs, &[apart]),
            _ => interval::negate(interval::function(crate::ir::expr::Function::Abs, &[apart])),
        };
        let width = compare::width(&self.view, left, right);
        let scale = |distance: f64| {
            let finite = distance.clamp(-1e300, 1e300);
            let scaled = width.map_or(finite / (1.0 + finite.abs()), |width| finite / width);
            match said {
                Some(true) => scaled.clamp(0.0, 1.0),
                Some(false) => scaled.clamp(-1.0, 0.0),
                None => scaled.clamp(-1.0, 1.0),
            }
        };
        (said.ok_or_else(unsettled), (scale(distance.0), scale(distance.1)))
    }

    fn number(&mut self, frame: &mut [Value], expr: &'a Expr) -> Result<Ends, Stop> {
        if let ExprKind::Local(slot) = &*expr.kind
            && let Some(ends) = self.bound.get(&slot.index())
        {
            return Ok(*ends);
        }
        if !speaks_of_chance(self.view.model, expr) && !self.reads_bound(expr) {
            let value = eval(&self.view, frame, expr)?;
            return Ok(value.number().map_or(ALL, |number| (number, number)));
        }
        match &*expr.kind {
            ExprKind::Probability(inner) => {
                Ok(self.estimate(frame, expr.span, (TallyKind::Probability, inner, None)))
            }
            ExprKind::Expected(inner) => {
                Ok(self.estimate(frame, expr.span, (TallyKind::Expected, inner, None)))
            }
            ExprKind::Binary(op, left, right) => {
                // A difference is estimated run by run, on common draws.
                // spec: chance.estimate
                if let (BinaryOp::Subtract, ExprKind::Probability(a), ExprKind::Probability(b)) =
                    (op, &*left.kind, &*right.kind)
                {
                    return Ok(self.estimate(
                        frame,
                        expr.span,
                        (TallyKind::Difference, a, Some(b)),
                    ));
                }
                let (a, b) = (self.number(frame, left), self.number(frame, right));
                Ok(interval::binary(*op, a?, b?))
            }
            ExprKind::Negate(inner) => self.number(frame, inner).map(interval::negate),
            ExprKind::ToReal(inner) => self.number(frame, inner),
            ExprKind::Builtin(function, arguments) => {
                let all: Vec<Result<Ends, Stop>> =
                    arguments.iter().map(|argument| self.number(frame, argument)).collect();
                let ends: Result<Vec<Ends>, Stop> = all.into_iter().collect();
                Ok(interval::function(*function, &ends?))
            }
            ExprKind::If(condition, yes, no) => {
                let condition = self.formula(frame, condition).0;
                let (yes, no) = (self.number(frame, yes), self.number(frame, no));
                match condition {
                    Ok(true) => yes,
                    Ok(false) => no,
                    Err(Stop::Unknown(_)) => Ok(interval::hull(yes?, no?)),
                    Err(Stop::Fault(fault)) => Err(Stop::Fault(fault)),
                }
            }
            ExprKind::Call(def, arguments) => {
                let arguments = values(&self.view, frame, arguments)?;
                let def = &self.view.model.defs[*def];
                let outer = std::mem::take(&mut self.bound);
                let own = self.number(&mut frame_of(arguments, def.frame), &def.body);
                self.bound = outer;
                own
            }
            _ => Ok(ALL),
        }
    }

    fn estimate(
        &mut self,
        frame: &[Value],
        span: Span,
        (kind, expr, other): (TallyKind, &'a Expr, Option<&'a Expr>),
    ) -> Ends {
        (self.visit)(Node { span, kind, expr, other, frame: frame.to_vec() })
    }

    fn reads_bound(&self, expr: &Expr) -> bool {
        !self.bound.is_empty() && walk::free(expr).iter().any(|slot| self.bound.contains_key(slot))
    }
}

/// What is said of numbers that are known to differ by no more than rounding.
// spec: chance.exact
fn equal(op: BinaryOp, apart: Ends) -> Option<bool> {
    const SAME: f64 = 1e-9;
    let alike = -SAME <= apart.0 && apart.1 <= SAME;
    let holds = matches!(op, BinaryOp::LessEqual | BinaryOp::GreaterEqual | BinaryOp::Equal);
    alike.then_some(holds)
}

fn unsettled() -> Stop {
    Stop::Unknown("the intervals do not decide".to_owned())
}

fn plain(truth: Result<bool, Stop>) -> Verdict {
    let margin = match truth {
        Ok(true) => (1.0, 1.0),
        Ok(false) => (-1.0, -1.0),
        Err(_) => OPEN,
    };
    (truth, margin)
}

/// Whether an expression holds a `probability` or `expected`, in its defs too.
fn speaks_of_chance(model: &Model, expr: &Expr) -> bool {
    let mut entered = BTreeSet::new();
    let mut open = vec![expr];
    let mut found = false;
    while let Some(next) = open.pop() {
        walk::visit(next, &mut |part| match &*part.kind {
            ExprKind::Probability(_) | ExprKind::Expected(_) => found = true,
            ExprKind::Call(def, _) if entered.insert(*def) => {
                open.push(&model.defs[*def].body);
            }
            _ => {}
        });
    }
    found
}
