//! What a proof needs: which assumptions, pins, guards and bounds of parameters a property would
//! fall without.
//!
//! In: a target that holds. Out: for each of them, what the solver says of the model without it.
//! It is asked by counterfactual and not by an unsatisfiable core: what folds away while a model
//! is unrolled leaves no trace in a core, and would seem not to be needed.

use std::sync::Arc;

use super::solve::{Violable, violable};
use crate::diag::Span;
use crate::ir::property::Target;
use crate::ir::stmt::StmtKind;
use crate::ir::{Domain, Model, Stmt};
use crate::search::Step;

/// A part of a model that a proof may rest on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// An `assume`.
    Assume,
    /// A pin of `given`.
    Pin,
    /// The `when` of a rule.
    When,
    /// A `require`.
    Require,
    /// The `where` of a choice.
    Where,
    /// The lower bound of a parameter.
    Lower,
    /// The upper bound of a parameter.
    Upper,
}

/// A part, and what is without it.
#[derive(Clone, Debug)]
pub struct Need {
    /// What it is.
    pub part: Part,
    /// Where it stands.
    pub span: Span,
    /// Whether the property can be violated without it.
    pub without: Violable,
}

/// Asks for each part what is without it, in the order of the file.
// spec: solver.needs
pub fn needs(
    model: &Model,
    target: &Target,
    work: u64,
    progress: &(dyn Fn(Step) -> bool + Sync),
) -> Vec<Need> {
    let mut found = Vec::new();
    let mut ask = |part, span, model: Model, target: &Target| {
        let without = violable(&Arc::new(model), target, work, progress);
        found.push(Need { part, span, without });
    };
    for at in 0..model.assumes.len() {
        let mut other = model.clone();
        let span = other.assumes.remove(at).expr.span;
        ask(Part::Assume, span, other, target);
    }
    for at in 0..target.settings.given.len() {
        let mut other = target.clone();
        let span = other.settings.given.remove(at).span;
        ask(Part::Pin, span, model.clone(), &other);
    }
    let whens: Vec<_> =
        model.rules.pairs().filter_map(|(id, rule)| Some((id, rule.when.as_ref()?.span))).collect();
    for (id, span) in whens {
        let mut other = model.clone();
        other.rules[id].when = None;
        ask(Part::When, span, other, target);
    }
    for number in 0.. {
        let mut other = model.clone();
        let Some((part, span)) = without_guard(&mut other, number) else { break };
        ask(part, span, other, target);
    }
    for (id, param) in model.params.pairs().filter(|(_, param)| !param.derived) {
        for part in [Part::Lower, Part::Upper] {
            if let Some(domain) = without_bound(&param.domain, part) {
                let mut other = model.clone();
                other.params[id].domain = domain;
                ask(part, param.span, other, target);
            }
        }
    }
    found.sort_by_key(|need| need.span);
    found
}

/// A domain with one bound far out; none where it has no bounds.
fn without_bound(domain: &Domain, part: Part) -> Option<Domain> {
    /// How far a bound moves: by so many widths of the domain, and by so much at least.
    const FAR: i64 = 1_000;
    let far = FAR as f64;
    match (domain, part) {
        (Domain::Ints(lo, hi), _) => {
            let far = hi.saturating_sub(*lo).saturating_mul(FAR).max(FAR);
            Some(match part {
                Part::Lower => Domain::Ints(lo.saturating_sub(far), *hi),
                _ => Domain::Ints(*lo, hi.saturating_add(far)),
            })
        }
        (Domain::Reals(lo, hi), Part::Lower) => {
            Some(Domain::Reals(lo - ((hi - lo) * far).max(far), *hi))
        }
        (Domain::Reals(lo, hi), _) => Some(Domain::Reals(*lo, hi + ((hi - lo) * far).max(far))),
        (
            Domain::Whole(_) | Domain::Values(..) | Domain::Population(_) | Domain::Optional(_),
            _,
        ) => None,
    }
}

/// Takes the guard of this number out of the bodies of a model; none where there are fewer.
fn without_guard(model: &mut Model, number: usize) -> Option<(Part, Span)> {
    let mut left = number;
    let rules = model.rules.iter_mut().map(|rule| &mut rule.body);
    let bodies = rules.chain(&mut model.step);
    for body in bodies {
        if let Some(found) = take(&mut body.statements, &mut left) {
            return Some(found);
        }
    }
    None
}

/// Takes the guard out that is `left` guards on.
fn take(statements: &mut Vec<Stmt>, left: &mut usize) -> Option<(Part, Span)> {
    let mine = |left: &mut usize| match *left {
        0 => true,
        _ => {
            *left -= 1;
            false
        }
    };
    for at in 0..statements.len() {
        let span = statements[at].span;
        match &mut statements[at].kind {
            StmtKind::Require(_) => {
                if mine(left) {
                    statements.remove(at);
                    return Some((Part::Require, span));
                }
            }
            StmtKind::Choose { filter, .. } | StmtKind::ChooseJointly { filter, .. } => {
                if let Some(guard) = filter.as_ref().map(|filter| filter.span)
                    && mine(left)
                {
                    *filter = None;
                    return Some((Part::Where, guard));
                }
            }
            StmtKind::If(_, yes, no) => {
                let found = take(yes, left).or_else(|| take(no, left));
                if found.is_some() {
                    return found;
                }
            }
            StmtKind::Match(_, arms) => {
                let found = arms.iter_mut().find_map(|(_, body)| take(body, left));
                if found.is_some() {
                    return found;
                }
            }
            StmtKind::For(_, body) => {
                let found = take(body, left);
                if found.is_some() {
                    return found;
                }
            }
            StmtKind::Let(..)
            | StmtKind::Assign { .. }
            | StmtKind::Draw { .. }
            | StmtKind::Emit(..)
            | StmtKind::Halt => {}
        }
    }
    None
}

impl Part {
    /// The word of the language.
    pub fn word(self) -> &'static str {
        match self {
            Part::Assume => "assume",
            Part::Pin => "given",
            Part::When => "when",
            Part::Require => "require",
            Part::Where => "where",
            Part::Lower => "lower bound of",
            Part::Upper => "upper bound of",
        }
    }
}
