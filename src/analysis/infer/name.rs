//! Names, fields and primed reads: what each stands for.

use super::call::{self, Callee};
use super::expression::infer;
use super::scope::{Context, Place, Role, Scope};
use super::types::{broken, node, type_name};
use super::uses::{Mark, Use, note, place_words};
use super::{builtin, domain};
use crate::analysis::names::{Meaning, suggest};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::{Domain, Expr, ExprKind, KindId, ParamId, StateId, Type, Value};
use crate::syntax::ast;

/// How a state is referred to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// `x`
    Old,
    /// `x'`, read
    New,
    /// `x'`, assigned
    Target,
}

/// What a name of the model means, marked as used.
pub(super) fn meaning(cx: &mut Context<'_>, name: &str) -> Option<(Meaning, Span)> {
    let entry = cx.names.entries.get_mut(name)?;
    entry.used = true;
    Some((entry.meaning.clone(), entry.span))
}

/// A name, call or field.
pub(super) fn reference(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    expr: &ast::Expr,
    mode: Mode,
) -> Expr {
    let span = expr.span;
    match &*expr.kind {
        ast::ExprKind::Name(name) => named(cx, scope, name, span, mode),
        ast::ExprKind::Call { function, arguments } => {
            call::call(cx, scope, function, arguments, span, mode)
        }
        ast::ExprKind::Field { object, name } => field(cx, scope, object, name, &[], span, mode),
        ast::ExprKind::Paren(inner) => Expr { span, ..reference(cx, scope, inner, mode) },
        _ => infer(cx, scope, expr, None),
    }
}

/// `x'`, read. spec: step.primed-read
pub(super) fn primed(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    inner: &ast::Expr,
    span: Span,
) -> Expr {
    let value = reference(cx, scope, inner, Mode::New);
    match state_of(cx, &value, "`'` speaks of the new value of a state") {
        Some(_) => Expr { span, ..value },
        None => broken(span),
    }
}

/// The state and indices that a reference came out as, or an error.
pub(super) fn state_of(
    cx: &mut Context<'_>,
    value: &Expr,
    message: &str,
) -> Option<(StateId, Vec<Expr>)> {
    if value.ty == Type::Error {
        return None;
    }
    let found = match &*value.kind {
        ExprKind::State { state, indices, .. } => return Some((*state, indices.clone())),
        ExprKind::Param(param, _) => {
            format!("`{}` is a parameter: fixed for the whole run", cx.model.params[*param].name)
        }
        ExprKind::Local(_) | ExprKind::LocalAt(..) => "this is a local value".into(),
        ExprKind::Call(def, _) => {
            format!("`{}` is a def: write `'` behind the states in it", cx.model.defs[*def].name)
        }
        ExprKind::Tie(structure, ..) | ExprKind::Neighbours(structure, _) => format!(
            "`{}` is a structure: fixed for the whole run",
            cx.model.structures[*structure].name
        ),
        ExprKind::Population(_) | ExprKind::Kind(_) => {
            "who there is is fixed for the whole run".into()
        }
        ExprKind::Field(..) => "a field of an event never changes".into(),
        _ => "this is no state".into(),
    };
    let diagnostic = Diagnostic::error(code::NOT_A_STATE, value.span, message)
        .label(value.span, found)
        .help("declare what changes over time as a `state`");
    cx.report(diagnostic);
    None
}

fn named(cx: &mut Context<'_>, scope: &mut Scope, name: &str, span: Span, mode: Mode) -> Expr {
    if let Some(value) = local(cx, scope, name, span) {
        return value;
    }
    match name {
        "now" => {
            note(cx, scope, Use::Now, Mark::new(span, "now"));
            return node(ExprKind::Now, Type::Int, span);
        }
        "none" => return node(ExprKind::Literal(Value::None), Type::Never, span),
        "self" => {
            let message = format!("there is no `self` in {}", place_words(&scope.place));
            cx.report(
                Diagnostic::error(code::UNKNOWN_NAME, span, message)
                    .label(span, "only a kind's parameters and states have one")
                    .help("bind an agent: `forall a in …: …` or `for a in … { }`"),
            );
            return broken(span);
        }
        _ => {}
    }
    match meaning(cx, name) {
        Some((meaning, declared)) => item(cx, scope, name, &meaning, (span, declared), mode),
        None => {
            unknown(cx, scope, name, span);
            broken(span)
        }
    }
}

/// A local variable, if there is one of this name.
fn local(cx: &mut Context<'_>, scope: &mut Scope, name: &str, span: Span) -> Option<Expr> {
    let temporal = scope.under.temporal.is_some();
    let local = scope.local(name)?;
    local.used = true;
    if let Role::Argument { frozen } = &mut local.role {
        *frozen |= temporal;
    }
    if let Role::Relation(_) = &local.role {
        return Some(needs_arguments(cx, name, "a relation", "…", span));
    }
    if !local.indices.is_empty() {
        let shown = vec!["…"; local.indices.len()].join(", ");
        return Some(needs_arguments(cx, name, "chosen for each of several", &shown, span));
    }
    Some(node(ExprKind::Local(local.slot), local.ty.clone(), span))
}

fn needs_arguments(
    cx: &mut Context<'_>,
    name: &str,
    what: &str,
    arguments: &str,
    span: Span,
) -> Expr {
    cx.report(
        Diagnostic::error(code::NOT_A_VALUE, span, format!("`{name}` is {what}, not a value"))
            .label(span, "it needs arguments here")
            .help(format!("write `{name}({arguments})`")),
    );
    broken(span)
}

/// An item of the model, without arguments.
fn item(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    name: &str,
    meaning: &Meaning,
    (span, declared): (Span, Span),
    mode: Mode,
) -> Expr {
    let set = |ty: Type| Type::Set(Box::new(ty));
    let setup = |cx: &mut Context<'_>, scope: &mut Scope| {
        note(cx, scope, Use::Setup, Mark::new(span, name));
    };
    match meaning {
        Meaning::Const(value, ty) => node(ExprKind::Literal(value.clone()), ty.clone(), span),
        Meaning::Variant(id, place) => {
            node(ExprKind::Literal(Value::Variant(*id, *place)), Type::Enum(*id), span)
        }
        Meaning::Enum(id) => {
            let ty = Type::Enum(*id);
            node(ExprKind::All(Domain::Whole(ty.clone())), set(ty), span)
        }
        Meaning::Kind(kind) => {
            setup(cx, scope);
            node(ExprKind::Kind(*kind), set(Type::Agent(*kind)), span)
        }
        Meaning::Population(population) => {
            setup(cx, scope);
            let kind = cx.model.populations[*population].kind;
            node(ExprKind::Population(*population), set(Type::Agent(kind)), span)
        }
        Meaning::Param(param) => param_at(cx, scope, *param, Vec::new(), span),
        Meaning::State(state) => state_at(cx, scope, *state, Vec::new(), span, mode),
        Meaning::Event(event) => {
            note(cx, scope, Use::Event, Mark::new(span, name));
            node(ExprKind::Occurrences(*event), set(Type::Event(*event)), span)
        }
        Meaning::Def(place) => {
            call::call_item(cx, scope, &Callee::Def(*place), &[], span, mode, Some((name, false)))
        }
        Meaning::Structure(_) => needs_arguments(cx, name, "a structure", "a, b", span),
        Meaning::Property(_) | Meaning::Measure(_) | Meaning::Rule(_) => {
            no_value(cx, name, meaning, span, declared)
        }
        Meaning::Broken => broken(span),
    }
}

fn no_value(
    cx: &mut Context<'_>,
    name: &str,
    meaning: &Meaning,
    span: Span,
    declared: Span,
) -> Expr {
    let what = match meaning {
        Meaning::Property(_) => "a property",
        Meaning::Measure(_) => "a measure",
        _ => "a rule",
    };
    cx.report(
        Diagnostic::error(code::NOT_A_VALUE, span, format!("`{name}` is {what}, not a value"))
            .label(span, "used as a value here")
            .label(declared, "declared here")
            .help(format!("put what both need into a def: `def {name}_value() = …`")),
    );
    broken(span)
}

/// A parameter at its indices.
pub(super) fn param_at(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    param: ParamId,
    indices: Vec<Expr>,
    span: Span,
) -> Expr {
    let declared = &cx.model.params[param];
    let (name, count, place) = (declared.name.clone(), declared.indices.len(), declared.span);
    let ty = domain::type_of(cx.model, &declared.domain);
    if count != indices.len() {
        call::wrong_count(cx, (&name, place), count, indices.len(), span);
        return broken(span);
    }
    note(cx, scope, Use::Setup, Mark::new(span, name));
    node(ExprKind::Param(param, indices), ty, span)
}

/// A state at its indices.
pub(super) fn state_at(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    state: StateId,
    indices: Vec<Expr>,
    span: Span,
    mode: Mode,
) -> Expr {
    let declared = &cx.model.states[state];
    let (name, count, place) = (declared.name.clone(), declared.indices.len(), declared.span);
    let ty = domain::type_of(cx.model, &declared.domain);
    if count != indices.len() {
        call::wrong_count(cx, (&name, place), count, indices.len(), span);
        return broken(span);
    }
    match mode {
        Mode::Old => note(cx, scope, Use::State, Mark::new(span, name)),
        Mode::New => note(cx, scope, Use::Primed(state), Mark::new(span, name)),
        Mode::Target => {}
    }
    node(ExprKind::State { state, indices, primed: mode == Mode::New }, ty, span)
}

/// `a.x`, or `a.x(more)`.
pub(super) fn field(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    object: &ast::Expr,
    name: &ast::Name,
    more: &[ast::Expr],
    span: Span,
    mode: Mode,
) -> Expr {
    let object = infer(cx, scope, object, None);
    match object.ty.clone() {
        Type::Error => {
            more.iter().for_each(|argument| drop(infer(cx, scope, argument, None)));
            broken(span)
        }
        Type::Agent(kind) => of_agent(cx, scope, (object, kind), name, more, span, mode),
        Type::Event(event) => {
            let fields = &cx.model.events[event].fields;
            match fields.iter().position(|(field, _)| *field == name.text) {
                Some(place) => {
                    let ty = domain::type_of(cx.model, &fields[place].1);
                    node(ExprKind::Field(object, place), ty, span)
                }
                None => {
                    let known = fields.iter().map(|(field, _)| field.clone()).collect();
                    let of = format!("event `{}`", cx.model.events[event].name);
                    no_field(cx, &of, known, name);
                    broken(span)
                }
            }
        }
        other => {
            not_an_object(cx, &object, &other, name);
            broken(span)
        }
    }
}

fn of_agent(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    (object, kind): (Expr, KindId),
    name: &ast::Name,
    more: &[ast::Expr],
    span: Span,
    mode: Mode,
) -> Expr {
    let declared = &cx.model.kinds[kind];
    let state = declared.states.iter().copied().find(|id| cx.model.states[*id].name == name.text);
    let param = declared.params.iter().copied().find(|id| cx.model.params[*id].name == name.text);
    let sets = match (state, param) {
        (Some(state), _) => cx.model.states[state].indices.clone(),
        (None, Some(param)) => cx.model.params[param].indices.clone(),
        (None, None) => {
            let params = declared.params.iter().map(|id| cx.model.params[*id].name.clone());
            let states = declared.states.iter().map(|id| cx.model.states[*id].name.clone());
            let known = params.chain(states).collect();
            let of = format!("kind `{}`", declared.name);
            no_field(cx, &of, known, name);
            return broken(span);
        }
    };
    let wanted: Vec<Type> =
        sets.iter().skip(1).map(|set| call::index_type(cx.model, set)).collect();
    let Some(more) = call::arguments(cx, scope, (&name.text, None), &wanted, more, span) else {
        return broken(span);
    };
    let indices = std::iter::once(object).chain(more).collect();
    match (state, param) {
        (Some(state), _) => state_at(cx, scope, state, indices, span, mode),
        (None, Some(param)) => param_at(cx, scope, param, indices, span),
        (None, None) => broken(span),
    }
}

fn no_field(cx: &mut Context<'_>, of: &str, known: Vec<String>, name: &ast::Name) {
    let text = &name.text;
    let mut diagnostic =
        Diagnostic::error(code::NO_FIELD, name.span, format!("{of} has no `{text}`"))
            .label(name.span, "not declared there");
    if let Some(near) = suggest(text, known.iter().map(String::as_str)) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    } else if let Some((Meaning::Def(_) | Meaning::State(_) | Meaning::Param(_), _)) =
        meaning(cx, text)
    {
        diagnostic = diagnostic.help(format!("`{text}` belongs to the model: write `{text}(…)`"));
    } else if !known.is_empty() {
        diagnostic = diagnostic.help(format!("it has `{}`", known.join("`, `")));
    }
    cx.report(diagnostic);
}

fn not_an_object(cx: &mut Context<'_>, object: &Expr, ty: &Type, name: &ast::Name) {
    let (found, field) = (type_name(cx.model, ty), &name.text);
    let diagnostic = match ty {
        Type::Optional(_) | Type::Never => Diagnostic::error(
            code::MAYBE_NONE,
            object.span,
            format!("this may be `none`, which has no `{field}`"),
        )
        .label(object.span, format!("this is `{found}`"))
        .help(format!("bind the agent where there is one: `forall b in …: b.{field}`, `exists b in …: b.{field}`"))
        .help("in a step: `for b in … { }`"),
        Type::Set(_) => Diagnostic::error(
            code::NO_FIELD,
            object.span,
            format!("a set has no `{field}`: its elements may"),
        )
        .label(object.span, format!("this is a `{found}`"))
        .help(format!("bind an element: `forall a in …: a.{field}`, or `sum(a.{field} for a in …)`")),
        _ => Diagnostic::error(
            code::NO_FIELD,
            object.span,
            format!("`{found}` has no fields, so no `{field}`"),
        )
        .label(object.span, format!("this is `{found}`")),
    };
    cx.report(diagnostic);
}

/// An error for a name that nothing declares, with what may have been meant.
pub(super) fn unknown(cx: &mut Context<'_>, scope: &Scope, name: &str, span: Span) {
    let near = {
        let mut known: Vec<&str> = scope.locals.iter().map(|(name, _)| name.as_str()).collect();
        known.extend(cx.names.entries.keys().map(String::as_str));
        for word in ["now", "none", "true", "false"].into_iter().chain(builtin::words()) {
            known.push(word);
        }
        suggest(name, known).map(String::from)
    };
    let mut diagnostic =
        Diagnostic::error(code::UNKNOWN_NAME, span, format!("there is no `{name}`"))
            .label(span, "not declared");
    let owner = cx.model.kinds.iter().find(|kind| {
        kind.states.iter().any(|id| cx.model.states[*id].name == name)
            || kind.params.iter().any(|id| cx.model.params[*id].name == name)
    });
    if let Some(kind) = owner {
        let own =
            matches!(&scope.place, Place::Setup { own: Some(_) } | Place::Start { own: Some(_) });
        let whose = if own { "self" } else { "a" };
        diagnostic = diagnostic
            .help(format!("`{name}` belongs to each `{}`: write `{whose}.{name}`", kind.name));
    } else if let Some(near) = near {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    }
    cx.report(diagnostic);
}
