//! Statements of steps and rules.

use super::expression::{infer, truth, typed};
use super::name::{Mode, meaning, reference, state_of};
use super::scope::{Context, Role, Scope, bind_as, unbind};
use super::{call, choice, domain, flow, matching, set};
use crate::analysis::names::{Meaning, suggest};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Label, Span};
use crate::ir::stmt::StmtKind;
use crate::ir::{EventId, Expr, Stmt, Type};
use crate::syntax::ast;

/// The statements of a step or rule.
pub fn block(cx: &mut Context<'_>, scope: &mut Scope, block: &ast::Block) -> Vec<Stmt> {
    let statements = statements(cx, scope, block);
    flow::finish(cx, scope);
    statements
}

/// The statements between braces; their locals end with them.
fn statements(cx: &mut Context<'_>, scope: &mut Scope, block: &ast::Block) -> Vec<Stmt> {
    let depth = scope.depth();
    let mut found = Vec::new();
    let mut halted: Option<Span> = None;
    for written in &block.statements {
        if let Some(halt) = halted.take() {
            cx.report(
                Diagnostic::warning(
                    code::AFTER_HALT,
                    written.span,
                    "this still happens after `halt`",
                )
                .label(halt, "the run ends at the end of the step, not here")
                .help("write `halt` last"),
            );
        }
        if let Some(kind) = statement(cx, scope, written) {
            found.push(Stmt { kind, span: written.span });
        }
        if let ast::StmtKind::Halt = written.kind {
            halted = Some(written.span);
        }
    }
    unbind(cx, scope, depth);
    found
}

/// A statement; none after an error.
fn statement(cx: &mut Context<'_>, scope: &mut Scope, written: &ast::Stmt) -> Option<StmtKind> {
    match &written.kind {
        ast::StmtKind::Let { name, value } => {
            let value = infer(cx, scope, value, None);
            let slot = bind_as(cx, scope, name, value.ty.clone(), Role::Value);
            Some(StmtKind::Let(slot, value))
        }
        ast::StmtKind::Assign { target, value } => assign(cx, scope, target, value),
        ast::StmtKind::If { condition, then, otherwise } => {
            let condition = truth(cx, scope, condition);
            let branch = flow::branch(scope);
            let then = flow::arm(scope, branch, 0, |scope| statements(cx, scope, then));
            let otherwise = otherwise.as_ref().map_or(Vec::new(), |otherwise| {
                flow::arm(scope, branch, 1, |scope| statements(cx, scope, otherwise))
            });
            Some(StmtKind::If(condition, then, otherwise))
        }
        ast::StmtKind::Match { scrutinee, arms } => {
            let scrutinee = infer(cx, scope, scrutinee, None);
            let written_patterns: Vec<&ast::Pattern> =
                arms.iter().map(|(pattern, _)| pattern).collect();
            let patterns = matching::patterns(cx, &scrutinee, &written_patterns, written.span);
            let branch = flow::branch(scope);
            let bodies: Vec<Vec<Stmt>> = arms
                .iter()
                .enumerate()
                .map(|(arm, (_, body))| {
                    flow::arm(scope, branch, arm as u32, |scope| statements(cx, scope, body))
                })
                .collect();
            Some(StmtKind::Match(scrutinee, patterns?.into_iter().zip(bodies).collect()))
        }
        ast::StmtKind::For { binders, body } => {
            let depth = scope.depth();
            let binders = set::binders(cx, scope, binders);
            let branch = flow::branch(scope);
            let body = flow::arm(scope, branch, 0, |scope| statements(cx, scope, body));
            unbind(cx, scope, depth);
            Some(StmtKind::For(binders, body))
        }
        ast::StmtKind::Choose { name, indices, domain, filter } => {
            choice::choose(cx, scope, (name, indices), domain, filter.as_ref())
        }
        ast::StmtKind::Draw { name, dist } => Some(choice::draw(cx, scope, name, dist)),
        ast::StmtKind::Emit { event, fields } => emit(cx, scope, event, fields, written.span),
        ast::StmtKind::Require(condition) => Some(StmtKind::Require(truth(cx, scope, condition))),
        ast::StmtKind::Halt => Some(StmtKind::Halt),
    }
}

/// `x' = e`
fn assign(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    target: &ast::Expr,
    value: &ast::Expr,
) -> Option<StmtKind> {
    let inner = match &*target.kind {
        ast::ExprKind::Primed(inner) => inner,
        _ => target,
    };
    let place = reference(cx, scope, inner, Mode::Target);
    let Some((state, indices)) = state_of(cx, &place, "only a state can be assigned") else {
        infer(cx, scope, value, None);
        return None;
    };
    let declared = &cx.model.states[state];
    let ty = domain::type_of(cx.model, &declared.domain);
    let why = Label::new(declared.span, format!("`{}` is declared here", declared.name));
    let value = typed(cx, scope, value, &ty, Some(why));
    flow::assign(cx, scope, state, &indices, target.span);
    Some(StmtKind::Assign { state, indices, value })
}

/// `emit ev(field: e, …)`
fn emit(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    event: &ast::Name,
    fields: &[(ast::Name, ast::Expr)],
    span: Span,
) -> Option<StmtKind> {
    let Some(id) = event_of(cx, event) else {
        fields.iter().for_each(|(_, value)| drop(infer(cx, scope, value, None)));
        return None;
    };
    let declared = &cx.model.events[id];
    let place = declared.span;
    let known: Vec<(String, Type)> = declared
        .fields
        .iter()
        .map(|(name, domain)| (name.clone(), domain::type_of(cx.model, domain)))
        .collect();
    let mut values: Vec<Option<Expr>> = vec![None; known.len()];
    let mut fine = true;
    for (name, written) in fields {
        let at = known.iter().position(|(field, _)| *field == name.text);
        let Some(at) = at else {
            infer(cx, scope, written, None);
            wrong_field(cx, event, &known, name, place);
            fine = false;
            continue;
        };
        let why = Label::new(place, format!("`{}` is declared here", event.text));
        let value = typed(cx, scope, written, &known[at].1, Some(why));
        if values[at].is_some() {
            fine = false;
            let message = format!("`{}` is given twice", name.text);
            cx.report(Diagnostic::error(code::EMIT, name.span, message).label(name.span, "again"));
        }
        values[at] = Some(value);
    }
    let missing: Vec<&str> = known
        .iter()
        .zip(&values)
        .filter(|(_, value)| value.is_none())
        .map(|((name, _), _)| name.as_str())
        .collect();
    if !missing.is_empty() && fine {
        let shown: Vec<String> = missing.iter().map(|name| format!("{name}: …")).collect();
        let message = format!("`{}` needs `{}`", event.text, missing.join("`, `"));
        cx.report(
            Diagnostic::error(code::EMIT, span, message)
                .label(event.span, "every field has a value")
                .label(place, "declared here")
                .help(format!("add `{}`", shown.join(", "))),
        );
    }
    Some(StmtKind::Emit(id, values.into_iter().collect::<Option<_>>()?))
}

fn wrong_field(
    cx: &mut Context<'_>,
    event: &ast::Name,
    known: &[(String, Type)],
    name: &ast::Name,
    place: Span,
) {
    let names = || known.iter().map(|(field, _)| field.as_str());
    let mut diagnostic = Diagnostic::error(
        code::EMIT,
        name.span,
        format!("`{}` has no `{}`", event.text, name.text),
    )
    .label(name.span, "not a field")
    .label(place, "declared here");
    if let Some(near) = suggest(&name.text, names()) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    } else if !known.is_empty() {
        diagnostic = diagnostic
            .help(format!("its fields are `{}`", names().collect::<Vec<_>>().join("`, `")));
    }
    cx.report(diagnostic);
}

fn event_of(cx: &mut Context<'_>, event: &ast::Name) -> Option<EventId> {
    let text = &event.text;
    match meaning(cx, text) {
        Some((Meaning::Event(id), _)) => Some(id),
        Some((Meaning::Broken, _)) => None,
        Some((other, declared)) => {
            let message = format!("`{text}` is {}, not an event", call::kind_words(&other));
            cx.report(
                Diagnostic::error(code::EMIT, event.span, message)
                    .label(event.span, "only events are emitted")
                    .label(declared, "declared here"),
            );
            None
        }
        None => {
            let near = cx.names.suggest(text, |meaning| matches!(meaning, Meaning::Event(_)));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("declare it: `event {text} {{ … }}`"),
            };
            cx.report(
                Diagnostic::error(
                    code::UNKNOWN_NAME,
                    event.span,
                    format!("there is no event `{text}`"),
                )
                .label(event.span, "not declared")
                .help(help),
            );
            None
        }
    }
}
