//! What holds of the setup, and how the state changes: assumes, the step, rules, the schedule.

use super::infer::{self, Place, Scope};
use super::names::suggest;
use super::walk;
use super::work::Work;
use crate::diag::code::model::{IDLE_SCHEDULE, MOVING_BINDER, PRINCIPALS, SECOND_ONE};
use crate::diag::{Diagnostic, Span};
use crate::ir::expr::Binder;
use crate::ir::model::{Body, Rule, Schedule, Site};
use crate::ir::{ExprKind, Type};
use crate::syntax::ast::{self, Block, ItemKind, Name};

/// Infers all assumes, the step and the rules, and reads the schedule.
pub fn dynamics(work: &mut Work<'_>) {
    let mut first_step: Option<Span> = None;
    let mut first_schedule: Option<Span> = None;
    for item in work.items.clone() {
        match &item.kind {
            ItemKind::Assume(condition) => {
                let place = Place::Setup { own: None };
                let closed =
                    infer::closed(&mut work.context(), place, condition, Some(&Type::Bool));
                work.model.assumes.push(closed);
            }
            ItemKind::Step(block) => {
                let body = step(work, block);
                if !second(work, "step", item.span, &mut first_step) {
                    work.model.step = Some(body);
                }
            }
            ItemKind::Rule { name, binders, when, body } => {
                rule(work, name, binders, when.as_ref(), body);
            }
            ItemKind::Schedule(word) => {
                if !second(work, "schedule", item.span, &mut first_schedule) {
                    read_schedule(work, word);
                }
            }
            ItemKind::Const { .. }
            | ItemKind::Enum { .. }
            | ItemKind::Kind { .. }
            | ItemKind::Agents { .. }
            | ItemKind::Structure(_)
            | ItemKind::Param { .. }
            | ItemKind::State { .. }
            | ItemKind::Event { .. }
            | ItemKind::Def { .. }
            | ItemKind::Property(_)
            | ItemKind::Witness { .. }
            | ItemKind::Invariant { .. }
            | ItemKind::Measure { .. }
            | ItemKind::Check { .. } => {}
        }
    }
    if let (Some(span), true) = (first_schedule, work.model.rules.is_empty()) {
        let message = "this schedule has no rules to order";
        work.report(
            Diagnostic::warning(IDLE_SCHEDULE, span, message)
                .help("remove it, or declare what takes turns as a `rule`"),
        );
    }
}

/// Enters the two sites of the schedule, which are the last of a model with rules.
pub fn schedule_sites(work: &mut Work<'_>) {
    let Some(span) = work.model.rules.iter().next().map(|rule| rule.span) else {
        return;
    };
    for (name, drawn) in [("next", false), ("rank", true)] {
        let (item, name) = ("schedule".to_string(), name.to_string());
        work.model.sites.push(Site { item, name, drawn, span });
    }
}

/// Says so if there was one before.
fn second(work: &mut Work<'_>, what: &str, span: Span, first: &mut Option<Span>) -> bool {
    let Some(before) = *first else {
        *first = Some(span);
        return false;
    };
    let message = format!("a model has one `{what}`, and this is the second");
    let diagnostic =
        Diagnostic::error(SECOND_ONE, span, message).label(before, "the first is here");
    work.report(diagnostic);
    true
}

fn read_schedule(work: &mut Work<'_>, word: &Name) {
    work.model.schedule = match word.text.as_str() {
        "any" => Schedule::Any,
        "random" => Schedule::Random,
        "round_robin" => Schedule::RoundRobin,
        other => {
            let message = format!("there is no schedule `{other}`");
            let mut diagnostic =
                Diagnostic::error(crate::diag::code::model::UNKNOWN_NAME, word.span, message);
            if let Some(meant) = suggest(other, ["any", "random", "round_robin"]) {
                diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
            }
            work.report(diagnostic.help("write `any`, `random` or `round_robin`"));
            return;
        }
    };
}

fn step(work: &mut Work<'_>, block: &Block) -> Body {
    let mut scope = Scope::new(Place::Step { item: "step".into() });
    let statements = infer::block(&mut work.context(), &mut scope, block);
    Body { statements, frame: scope.frame(), span: block.span }
}

fn rule(
    work: &mut Work<'_>,
    name: &Name,
    written: &[ast::Binder],
    when: Option<&ast::Expr>,
    block: &Block,
) {
    let mut scope = Scope::new(Place::Step { item: name.text.clone() });
    let mut binders: Vec<Binder> = Vec::new();
    for binder in written {
        let binder = infer::binder(&mut work.context(), &mut scope, binder);
        require_fixed(work, name, &binder);
        binders.push(binder);
    }
    let when = when
        .map(|when| infer::expression(&mut work.context(), &mut scope, when, Some(&Type::Bool)));
    let statements = infer::block(&mut work.context(), &mut scope, block);
    infer::unbind(&mut work.context(), &mut scope, 0);
    let body = Body { statements, frame: scope.frame(), span: block.span };
    let (name, span) = (name.text.clone(), name.span);
    work.model.rules.push(Rule { name, binders, when, body, span });
}

/// An instance is known by the values of its binders, so their sets must not change.
/// spec: schedule.any
fn require_fixed(work: &mut Work<'_>, rule: &Name, binder: &Binder) {
    if walk::changes(&work.model, &binder.set) {
        let message = format!("the rule `{}` ranges over a set that changes", rule.text);
        let diagnostic = Diagnostic::error(MOVING_BINDER, binder.set.span, message)
            .help("range over a population, and put the condition behind `where` or `when`");
        work.report(diagnostic);
    }
    if let ExprKind::Population(population) = binder.set.kind.as_ref()
        && work.model.populations[*population].principals
    {
        let population = &work.model.populations[*population].name;
        let message = format!("`{population}` are principals, and those never act");
        let diagnostic = Diagnostic::error(PRINCIPALS, binder.set.span, message)
            .help("let an agent act for them");
        work.report(diagnostic);
    }
}
