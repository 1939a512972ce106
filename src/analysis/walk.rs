//! Walks over the typed expressions of a model.
//!
//! In: an expression, statement or model. Out: calls, from the outside in and from the left.
//! Defs are not entered: their bodies stand in the model's table.

use std::collections::BTreeSet;

use crate::ir::expr::{Binder, Relation};
use crate::ir::model::Start;
use crate::ir::property::{IndexPin, Pin, PinKind, Property};
use crate::ir::stmt::{Dist, Source, StmtKind};
use crate::ir::{DefId, Expr, ExprKind, Model, Stmt};

/// Calls `visit` with `expr` and all that it holds.
pub fn expr(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    for part in expr.parts() {
        self::expr(part, visit);
    }
}

fn of_binder(binder: &Binder, visit: &mut dyn FnMut(&Expr)) {
    visit(&binder.set);
    binder.filter.iter().for_each(visit);
}

/// Calls `visit` with every expression of the statements.
pub fn statements(statements: &[Stmt], visit: &mut dyn FnMut(&Expr)) {
    for statement in statements {
        match &statement.kind {
            StmtKind::Let(_, value) | StmtKind::Require(value) => expr(value, visit),
            StmtKind::Assign { indices, value, .. } => {
                indices.iter().chain([value]).for_each(|part| expr(part, visit));
            }
            StmtKind::If(condition, then, otherwise) => {
                expr(condition, visit);
                self::statements(then, visit);
                self::statements(otherwise, visit);
            }
            StmtKind::Match(scrutinee, arms) => {
                expr(scrutinee, visit);
                arms.iter().for_each(|(_, arm)| self::statements(arm, visit));
            }
            StmtKind::For(binders, body) => {
                binders.iter().for_each(|binder| in_binder(binder, visit));
                self::statements(body, visit);
            }
            StmtKind::Choose { from, filter, .. } => {
                of_source(from, visit);
                filter.iter().for_each(|filter| expr(filter, visit));
            }
            StmtKind::ChooseJointly { indices, from, filter, .. } => {
                indices.iter().for_each(|binder| in_binder(binder, visit));
                of_source(from, visit);
                filter.iter().for_each(|filter| expr(filter, visit));
            }
            StmtKind::Draw { dist, .. } => of_dist(dist, visit),
            StmtKind::Emit(_, fields) => fields.iter().for_each(|field| expr(field, visit)),
            StmtKind::Halt => {}
        }
    }
}

fn in_binder(binder: &Binder, visit: &mut dyn FnMut(&Expr)) {
    of_binder(binder, &mut |part| expr(part, visit));
}

fn of_source(source: &Source, visit: &mut dyn FnMut(&Expr)) {
    match source {
        Source::Domain(_) => {}
        Source::Set(set) => expr(set, visit),
    }
}

fn of_dist(dist: &Dist, visit: &mut dyn FnMut(&Expr)) {
    match dist {
        Dist::Bernoulli(p) => expr(p, visit),
        Dist::Uniform(a, b) | Dist::Normal(a, b) => {
            [a, b].into_iter().for_each(|part| expr(part, visit));
        }
        Dist::Categorical(outcomes) => {
            for (outcome, weight) in outcomes {
                expr(outcome, visit);
                expr(weight, visit);
            }
        }
    }
}

/// Calls `visit` with every expression of a pin.
pub fn pin(pin: &Pin, visit: &mut dyn FnMut(&Expr)) {
    match &pin.kind {
        PinKind::Population(..)
        | PinKind::Family(..)
        | PinKind::Ties(..)
        | PinKind::Deviations(..)
        | PinKind::Edges(..) => {}
        PinKind::Param { indices, value, .. } | PinKind::Start { indices, value, .. } => {
            for index in indices {
                match index {
                    IndexPin::All => {}
                    IndexPin::In(part) | IndexPin::At(part) => expr(part, visit),
                }
            }
            expr(value, visit);
        }
        PinKind::Only(set) | PinKind::Without(set) => expr(set, visit),
        PinKind::Assume(closed) => expr(&closed.expr, visit),
    }
}

/// Calls `visit` with every expression of the model: of items, defs, properties and pins.
pub fn model(model: &Model, visit: &mut dyn FnMut(&Expr)) {
    system(model, visit);
    model.defs.iter().for_each(|def| expr(&def.body, visit));
    model.properties.iter().for_each(|one| property(one, visit));
    model.measures.iter().for_each(|measure| expr(&measure.value.expr, visit));
    let given = model.targets.iter().flat_map(|target| &target.settings.given);
    given.for_each(|part| pin(part, visit));
    let repairs = model.targets.iter().flat_map(|target| &target.settings.repairs);
    repairs.flat_map(|repair| &repair.pins).for_each(|part| pin(part, visit));
}

/// Calls `visit` with every expression of what runs: parameters, starts, assumptions, the step
/// and the rules.
pub fn system(model: &Model, visit: &mut dyn FnMut(&Expr)) {
    for value in model.params.iter().filter_map(|param| param.value.as_ref()) {
        expr(&value.expr, visit);
    }
    for state in model.states.iter() {
        match &state.start {
            Start::Free | Start::Recorded => {}
            Start::Value(value) => expr(&value.expr, visit),
            Start::Draw { dist, .. } => of_dist(dist, visit),
        }
    }
    model.assumes.iter().for_each(|assume| expr(&assume.expr, visit));
    model.step.iter().for_each(|step| statements(&step.statements, visit));
    for rule in model.rules.iter() {
        rule.binders.iter().for_each(|binder| in_binder(binder, visit));
        rule.when.iter().for_each(|when| expr(when, visit));
        statements(&rule.body.statements, visit);
    }
}

/// Calls `visit` with every expression of a property: of its worlds and its formula.
pub fn property(property: &Property, visit: &mut dyn FnMut(&Expr)) {
    for world in property.worlds.iter() {
        world.params.iter().for_each(|binder| in_binder(binder, visit));
        world.pins.iter().for_each(|part| pin(part, visit));
    }
    expr(&property.formula, visit);
}

/// Whether the value of `part` changes during a run: it reads a state, an event or `now`, or
/// calls a def that does.
pub fn changes(model: &Model, part: &Expr) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<DefId> = Vec::new();
    let mut changing = false;
    let mut look = |part: &Expr, open: &mut Vec<DefId>| {
        expr(part, &mut |part| match part.kind.as_ref() {
            ExprKind::State { .. } | ExprKind::Occurrences(_) | ExprKind::Now => changing = true,
            ExprKind::Call(def, _) => open.push(*def),
            ExprKind::Reaches(relation, ..)
            | ExprKind::Distance(relation, ..)
            | ExprKind::Connected(relation)
            | ExprKind::Acyclic(relation)
            | ExprKind::Edges(relation) => match relation {
                Relation::Structure(_) => {}
                Relation::State(_) => changing = true,
                Relation::Def(def) => open.push(*def),
            },
            _ => {}
        });
    };
    look(part, &mut open);
    while let Some(def) = open.pop() {
        if seen.insert(def)
            && let Some(def) = model.defs.get(def)
        {
            look(&def.body, &mut open);
        }
    }
    changing
}
