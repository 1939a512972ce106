//! Kleene's connectives, choices and quantifiers.
//!
//! `and`, `or`, `implies`, `if` and `match` evaluate from the left and only what they need. Where
//! the left side is unknown, the right one may still decide; a fault there does not count, for
//! the left side may yet turn out so that the right one is not needed.

use super::binders;
use super::expression::{eval as value_of, truth};
use super::view::{Stop, View};
use crate::base::id::Id;
use crate::ir::expr::{Binder, Pattern};
use crate::ir::{Expr, ExprKind, Value};
use crate::syntax::ast::BinaryOp;

/// The value of a connective, choice or quantifier.
pub fn eval(view: &View<'_>, frame: &mut [Value], expr: &Expr) -> Result<Value, Stop> {
    match &*expr.kind {
        ExprKind::Not(inner) => Ok(Value::Bool(!truth(&view.negated(), frame, inner)?)),
        ExprKind::Binary(BinaryOp::And, left, right) => {
            let left = truth(view, frame, left);
            decide(view, left, false, &mut || truth(view, frame, right)).map(Value::Bool)
        }
        ExprKind::Binary(BinaryOp::Or, left, right) => {
            let left = truth(view, frame, left);
            decide(view, left, true, &mut || truth(view, frame, right)).map(Value::Bool)
        }
        ExprKind::Binary(BinaryOp::Implies, left, right) => {
            let guard = truth(&view.negated(), frame, left);
            view.note(left.span, guard == Ok(true));
            let left = guard.map(|guard| !guard);
            decide(view, left, true, &mut || truth(view, frame, right)).map(Value::Bool)
        }
        ExprKind::If(condition, yes, no) => {
            let holds = truth(&view.exact(), frame, condition)?;
            view.take(condition.span, usize::from(!holds));
            value_of(view, frame, if holds { yes } else { no })
        }
        ExprKind::Match(matched, arms) => {
            let subject = value_of(&view.exact(), frame, matched)?;
            let arm = arms.iter().position(|(pattern, _)| fits(pattern, &subject));
            match arm {
                Some(arm) => {
                    view.take(matched.span, arm);
                    value_of(view, frame, &arms[arm].1)
                }
                None => Err(Stop::Unknown("no arm of the `match` fits".to_owned())),
            }
        }
        ExprKind::Let(slot, bound, body) => {
            frame[slot.index()] = value_of(&view.exact(), frame, bound)?;
            value_of(view, frame, body)
        }
        ExprKind::Quantifier { all, binders, body } => {
            quantifier(view, frame, *all, binders, body).map(Value::Bool)
        }
        _ => truth(view, frame, expr).map(Value::Bool),
    }
}

/// Whether a pattern fits a value.
pub fn fits(pattern: &Pattern, subject: &Value) -> bool {
    match pattern {
        Pattern::Wildcard => true,
        Pattern::Value(value) => value == subject,
    }
}

/// Two operands, of which `strong` decides alone.
pub fn decide(
    view: &View<'_>,
    left: Result<bool, Stop>,
    strong: bool,
    right: &mut dyn FnMut() -> Result<bool, Stop>,
) -> Result<bool, Stop> {
    match left {
        Ok(left) if left == strong => Ok(strong),
        Ok(_) => right(),
        Err(Stop::Fault(fault)) => Err(Stop::Fault(fault)),
        Err(Stop::Unknown(why)) => match right() {
            Ok(right) if right == strong => Ok(strong),
            Ok(_) | Err(Stop::Unknown(_)) => Err(Stop::Unknown(why)),
            Err(Stop::Fault(_)) => {
                view.pass_over();
                Err(Stop::Unknown(why))
            }
        },
    }
}

/// Many operands, all evaluated, of which `strong` decides alone: a fault wins, then `strong`,
/// then what is unknown.
pub struct Fold {
    strong: bool,
    decided: bool,
    unknown: Option<String>,
}

impl Fold {
    /// No operand yet. `strong`: false for `forall` and `always`, true for the others.
    pub fn new(strong: bool) -> Fold {
        Fold { strong, decided: false, unknown: None }
    }

    /// Takes an operand in; a fault comes back at once.
    pub fn add(&mut self, operand: Result<bool, Stop>) -> Result<(), Stop> {
        match operand {
            Ok(value) => self.decided |= value == self.strong,
            Err(Stop::Unknown(why)) => self.unknown(why),
            Err(Stop::Fault(fault)) => return Err(Stop::Fault(fault)),
        }
        Ok(())
    }

    /// Takes in an operand that is not known.
    pub fn unknown(&mut self, why: String) {
        self.unknown.get_or_insert(why);
    }

    /// What all operands say.
    pub fn done(self) -> Result<bool, Stop> {
        match (self.decided, self.unknown) {
            (true, _) => Ok(self.strong),
            (false, Some(why)) => Err(Stop::Unknown(why)),
            (false, None) => Ok(!self.strong),
        }
    }
}

/// `forall` (`all`) or `exists`: every element is evaluated.
fn quantifier(
    view: &View<'_>,
    frame: &mut [Value],
    all: bool,
    binders: &[Binder],
    body: &Expr,
) -> Result<bool, Stop> {
    let Some((binder, rest)) = binders.split_first() else { return truth(view, frame, body) };
    let mut fold = Fold::new(!all);
    // A guard of `forall` stands where the left side of `implies` would.
    let guarded = if all { view.negated() } else { *view };
    let (items, rest_of_window) = binders::candidates(view, frame, binder)?;
    rest_of_window.into_iter().for_each(|why| fold.unknown(why));
    for item in items.iter() {
        frame[binder.slot.index()] = item.clone();
        match binders::admits(&guarded, frame, binder) {
            Ok(false) => {}
            Ok(true) => fold.add(quantifier(view, frame, all, rest, body))?,
            Err(Stop::Fault(fault)) => return Err(Stop::Fault(fault)),
            Err(Stop::Unknown(why)) => {
                frame[binder.slot.index()] = item.clone();
                match quantifier(view, frame, all, rest, body) {
                    Ok(value) if value == all => {}
                    Ok(_) | Err(Stop::Unknown(_)) => fold.unknown(why),
                    Err(Stop::Fault(_)) => {
                        view.pass_over();
                        fold.unknown(why);
                    }
                }
            }
        }
    }
    fold.done()
}
