//! Properties, witnesses, invariants and measures; the implicit properties.

use super::infer::{self, Place, Scope};
use super::work::Work;
use super::worlds;
use crate::base::Table;
use crate::diag::code::model::{
    CONSTANT_FORMULA, INVARIANT_OF_CHANCE, PRINCIPAL_BINDER, WRONG_TYPE,
};
use crate::diag::{Diagnostic, Span};
use crate::ir::expr::{Binder, Interval, TemporalOp};
use crate::ir::model::{Closed, Measure};
use crate::ir::property::{Alignment, Property, Role};
use crate::ir::{Expr, ExprKind, Type, Value};
use crate::syntax::ast::{self, Item, ItemKind, Name};

/// Infers all properties and measures, and enters the implicit ones last.
pub fn properties(work: &mut Work<'_>) {
    for item in work.items.clone() {
        match &item.kind {
            ItemKind::Property(written) => property(work, item, written),
            ItemKind::Witness { name, worlds, formula } => {
                let parts = Parts { item, name, role: Role::Witness, tag: None, worlds, formula };
                formula_of(work, parts, None);
            }
            ItemKind::Invariant { name, formula } => invariant(work, item, name, formula),
            ItemKind::Measure { name, value } => measure(work, name, value),
            ItemKind::Const { .. }
            | ItemKind::Enum { .. }
            | ItemKind::Kind { .. }
            | ItemKind::Agents { .. }
            | ItemKind::Structure(_)
            | ItemKind::Param { .. }
            | ItemKind::State { .. }
            | ItemKind::Event { .. }
            | ItemKind::Def { .. }
            | ItemKind::Assume(_)
            | ItemKind::Step(_)
            | ItemKind::Rule { .. }
            | ItemKind::Schedule(_)
            | ItemKind::Check { .. } => {}
        }
    }
}

/// Enters `no_faults`, and `holistic` where two or more properties are tagged.
/// spec: items.alignment
pub fn implicit(work: &mut Work<'_>, file: &ast::File) {
    let nowhere = Span { end: file.span.start, ..file.span };
    let span = file.model.as_ref().map_or(nowhere, |name| name.span);
    let tagged = work.model.properties.iter().filter(|one| one.alignment.is_some()).count();
    let mut enter = |name: &str, role: Role, docs: &str| {
        let formula = literal(true, span);
        work.model.properties.push(Property {
            name: name.into(),
            docs: vec![docs.into()],
            role,
            alignment: None,
            principal: None,
            worlds: Table::new(),
            formula,
            frame: 0,
            chance: false,
            span,
        });
    };
    enter("no_faults", Role::NoFaults, "No run of the model goes wrong.");
    if tagged >= 2 {
        let docs = "All alignments at once: some setup satisfies every tagged property.";
        enter("holistic", Role::Holistic, docs);
    }
}

fn literal(truth: bool, span: Span) -> Expr {
    Expr { kind: Box::new(ExprKind::Literal(Value::Bool(truth))), ty: Type::Bool, span }
}

/// What a property and a witness have in common.
struct Parts<'a> {
    item: &'a Item,
    name: &'a Name,
    role: Role,
    tag: Option<Alignment>,
    worlds: &'a [ast::World],
    formula: &'a ast::Expr,
}

fn property(work: &mut Work<'_>, item: &Item, written: &ast::Property) {
    let tag = written.tag.as_ref().map(|tag| match tag.text.as_str() {
        "preference" => Alignment::Preference,
        "objective" => Alignment::Objective,
        _ => Alignment::Value,
    });
    if let Some((name, _)) = &written.principal
        && tag != Some(Alignment::Preference)
    {
        let message = format!(
            "`{}` is no preference, so it is not asked for each `{}`",
            written.name.text, name.text
        );
        let diagnostic = Diagnostic::error(PRINCIPAL_BINDER, name.span, message)
            .help("write `preference property`, or `forall` in the formula");
        work.report(diagnostic);
    }
    let parts = Parts {
        item,
        name: &written.name,
        role: Role::Property,
        tag,
        worlds: &written.worlds,
        formula: &written.formula,
    };
    formula_of(work, parts, written.principal.as_ref());
}

/// Infers a formula over its worlds, for each principal, and enters the property.
fn formula_of(work: &mut Work<'_>, parts: Parts<'_>, principal: Option<&(Name, ast::Expr)>) {
    let (worlds, signatures) = worlds::worlds(work, parts.worlds, parts.formula);
    let mut scope = Scope::new(Place::Formula { worlds: signatures });
    let principal = principal.map(|(name, set)| worlds::agents_of(work, &mut scope, name, set).0);
    let formula =
        infer::expression(&mut work.context(), &mut scope, parts.formula, Some(&Type::Bool));
    let chance = scope.speaks_of_chance();
    lint_constant(work, parts.name, &formula);
    let formula = match &principal {
        Some(binder) => forall(binder.clone(), formula),
        None => formula,
    };
    work.model.properties.push(Property {
        name: parts.name.text.clone(),
        docs: parts.item.docs.clone(),
        role: parts.role,
        alignment: parts.tag,
        principal,
        worlds,
        formula,
        frame: scope.frame(),
        chance,
        span: parts.name.span,
    });
}

fn forall(binder: Binder, body: Expr) -> Expr {
    let (ty, span) = (Type::Bool, body.span);
    let kind = ExprKind::Quantifier { all: true, binders: vec![binder], body };
    Expr { kind: Box::new(kind), ty, span }
}

/// A lemma about every instant: `invariant n { e }` means `always e`. spec: items.witness
fn invariant(work: &mut Work<'_>, item: &Item, name: &Name, written: &ast::Expr) {
    let mut scope = Scope::new(Place::Formula { worlds: Vec::new() });
    let formula = infer::expression(&mut work.context(), &mut scope, written, Some(&Type::Bool));
    if scope.speaks_of_chance() {
        let message = format!("the invariant `{}` speaks of all runs together", name.text);
        let diagnostic = Diagnostic::error(INVARIANT_OF_CHANCE, written.span, message)
            .help("write `property` instead of `invariant`");
        work.report(diagnostic);
    }
    lint_constant(work, name, &formula);
    work.model.properties.push(Property {
        name: name.text.clone(),
        docs: item.docs.clone(),
        role: Role::Invariant,
        alignment: None,
        principal: None,
        worlds: Table::new(),
        formula: always(formula),
        frame: scope.frame(),
        chance: false,
        span: name.span,
    });
}

fn always(formula: Expr) -> Expr {
    let every = Interval::Steps(0, None);
    if matches!(*formula.kind, ExprKind::Temporal(TemporalOp::Always, within, _) if within == every)
    {
        return formula;
    }
    let (ty, span) = (Type::Bool, formula.span);
    Expr { kind: Box::new(ExprKind::Temporal(TemporalOp::Always, every, formula)), ty, span }
}

/// A property that cannot be false (or true) says nothing of the model.
fn lint_constant(work: &mut Work<'_>, name: &Name, formula: &Expr) {
    if formula.ty != Type::Bool {
        return;
    }
    let Some(truth) = super::fold::truth(formula) else {
        return;
    };
    let message = format!("`{}` is {truth} in every run", name.text);
    let diagnostic = Diagnostic::warning(CONSTANT_FORMULA, name.span, message)
        .label(formula.span, "this does not depend on the run")
        .help("check the names and comparisons in it, or remove it");
    work.report(diagnostic);
}

fn measure(work: &mut Work<'_>, name: &Name, written: &ast::Expr) {
    let value = infer::closed(&mut work.context(), Place::Measure, written, None);
    if !matches!(value.expr.ty, Type::Int | Type::Real | Type::Error) {
        let found = infer::type_name(&work.model, &value.expr.ty);
        let message =
            format!("the measure `{}` must be a number, and this is `{found}`", name.text);
        let mut diagnostic = Diagnostic::error(WRONG_TYPE, written.span, message);
        if value.expr.ty == Type::Bool {
            diagnostic = diagnostic.help("write `if … then 1 else 0`");
        }
        work.report(diagnostic);
    }
    let value = Closed { expr: value.expr, frame: value.frame };
    work.model.measures.push(Measure { name: name.text.clone(), value, span: name.span });
}
