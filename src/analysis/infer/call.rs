//! Calls with arguments: indexed states and parameters, structures, relations; `team[0]`.

use super::expression::{infer, typed};
use super::name::{self, Mode, meaning, param_at, state_at};
use super::scope::{Context, Role, Scope};
use super::types::{broken, coerce, node};
use super::uses::{Mark, Use, note};
use super::{builtin, def, fold};
use crate::analysis::names::Meaning;
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Label, Span};
use crate::ir::model::IndexSet;
use crate::ir::{Expr, ExprKind, KindId, Model, ParamId, StateId, StructId, Type, Value};
use crate::social::Shape;
use crate::syntax::ast;

/// What can be called, or be a relation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Callee {
    /// A structure.
    Structure(StructId),
    /// A parameter with indices.
    Param(ParamId),
    /// A state with indices.
    State(StateId),
    /// A def, by its place among those written.
    Def(usize),
    /// A def's relation parameter in a body that is only checked: its place among the parameters.
    Unfilled(usize),
}

/// `f(a, b)`
pub(super) fn call(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    function: &ast::Expr,
    arguments: &[ast::Expr],
    span: Span,
    mode: Mode,
) -> Expr {
    match &*function.kind {
        ast::ExprKind::Name(name) => named(cx, scope, (name, function.span), arguments, span, mode),
        ast::ExprKind::Field { object, name } => {
            name::field(cx, scope, object, name, arguments, span, mode)
        }
        ast::ExprKind::Error => broken(span),
        _ => {
            cx.report(
                Diagnostic::error(code::NOT_CALLABLE, function.span, "this cannot be called")
                    .label(function.span, "only names take arguments")
                    .help("call a def, structure, parameter or state by its name"),
            );
            broken(span)
        }
    }
}

fn named(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    (name, place): (&str, Span),
    arguments: &[ast::Expr],
    span: Span,
    mode: Mode,
) -> Expr {
    if let Some(local) = scope.local(name) {
        local.used = true;
        let local = local.clone();
        if let Role::Relation(callee) = &local.role {
            if let Callee::Unfilled(_) = callee {
                let indices = local.indices.clone();
                let found = self::arguments(cx, scope, (name, None), &indices, arguments, span);
                return Expr {
                    ty: if found.is_some() { local.ty } else { Type::Error },
                    ..broken(span)
                };
            }
            return call_item(cx, scope, callee, arguments, span, mode, None);
        }
        if !local.indices.is_empty() {
            let wanted = local.indices.clone();
            let at = (name, Some(local.span));
            return match self::arguments(cx, scope, at, &wanted, arguments, span) {
                Some(indices) => node(ExprKind::LocalAt(local.slot, indices), local.ty, span),
                None => broken(span),
            };
        }
        if !builtin::is_builtin(name) {
            not_callable(cx, name, "a local value", (place, local.span), arguments, scope);
            return broken(span);
        }
    }
    let Some((meaning, declared)) = meaning(cx, name) else {
        if builtin::is_builtin(name) {
            return builtin::call(cx, scope, (name, place), arguments, span);
        }
        name::unknown(cx, scope, name, place);
        arguments.iter().for_each(|argument| drop(infer(cx, scope, argument, None)));
        return broken(span);
    };
    let callee = match meaning {
        Meaning::Structure(structure) => Callee::Structure(structure),
        Meaning::Param(param) => Callee::Param(param),
        Meaning::State(state) => Callee::State(state),
        Meaning::Def(place) => Callee::Def(place),
        Meaning::Broken => {
            arguments.iter().for_each(|argument| drop(infer(cx, scope, argument, None)));
            return broken(span);
        }
        Meaning::Const(..)
        | Meaning::Enum(_)
        | Meaning::Variant(..)
        | Meaning::Kind(_)
        | Meaning::Population(_)
        | Meaning::Event(_)
        | Meaning::Property(_)
        | Meaning::Measure(_)
        | Meaning::Rule(_) => {
            let what = kind_words(&meaning);
            not_callable(cx, name, what, (place, declared), arguments, scope);
            return broken(span);
        }
    };
    call_item(cx, scope, &callee, arguments, span, mode, Some((name, true)))
}

/// What a meaning is, with its article.
pub(super) fn kind_words(meaning: &Meaning) -> &'static str {
    match meaning {
        Meaning::Const(..) => "a constant",
        Meaning::Enum(_) => "an enum",
        Meaning::Variant(..) => "a variant",
        Meaning::Kind(_) => "a kind",
        Meaning::Population(_) => "a population",
        Meaning::Structure(_) => "a structure",
        Meaning::Param(_) => "a parameter",
        Meaning::State(_) => "a state",
        Meaning::Event(_) => "an event",
        Meaning::Def(_) => "a def",
        Meaning::Property(_) => "a property",
        Meaning::Measure(_) => "a measure",
        Meaning::Rule(_) => "a rule",
        Meaning::Broken => "broken",
    }
}

fn not_callable(
    cx: &mut Context<'_>,
    name: &str,
    what: &str,
    (place, declared): (Span, Span),
    arguments: &[ast::Expr],
    scope: &mut Scope,
) {
    let mut diagnostic = Diagnostic::error(
        code::NOT_CALLABLE,
        place,
        format!("`{name}` is {what} and takes no arguments"),
    )
    .label(place, "called here")
    .label(declared, "declared here");
    if what == "a population" && arguments.len() == 1 {
        diagnostic = diagnostic.help(format!("write `{name}[…]` for the agent at a place"));
    }
    cx.report(diagnostic);
    arguments.iter().for_each(|argument| drop(infer(cx, scope, argument, None)));
}

/// A structure, parameter, state or def with its arguments. `written` is its name, and whether
/// parentheses stood behind it.
pub(super) fn call_item(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    callee: &Callee,
    arguments: &[ast::Expr],
    span: Span,
    mode: Mode,
    written: Option<(&str, bool)>,
) -> Expr {
    match callee {
        Callee::Structure(structure) => self::structure(cx, scope, *structure, arguments, span),
        Callee::Param(param) => {
            let declared = &cx.model.params[*param];
            let (name, place) = (declared.name.clone(), declared.span);
            let wanted = index_types(cx.model, &declared.indices);
            match self::arguments(cx, scope, (&name, Some(place)), &wanted, arguments, span) {
                Some(indices) => param_at(cx, scope, *param, indices, span),
                None => broken(span),
            }
        }
        Callee::State(state) => {
            let declared = &cx.model.states[*state];
            let (name, place) = (declared.name.clone(), declared.span);
            let wanted = index_types(cx.model, &declared.indices);
            match self::arguments(cx, scope, (&name, Some(place)), &wanted, arguments, span) {
                Some(indices) => state_at(cx, scope, *state, indices, span, mode),
                None => broken(span),
            }
        }
        Callee::Def(place) => {
            if let Some((name, false)) = written {
                let message = format!("`{name}` is a def: it is called with parentheses");
                let takes = def::shown(cx, *place);
                cx.report(
                    Diagnostic::error(code::NOT_A_VALUE, span, message)
                        .label(span, "not called here")
                        .help(format!("write `{name}({takes})`")),
                );
                return broken(span);
            }
            def::call(cx, scope, *place, arguments, span)
        }
        Callee::Unfilled(_) => broken(span),
    }
}

/// `s(a)` or `s(a, b)`
fn structure(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    structure: StructId,
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    let declared = &cx.model.structures[structure];
    let (name, place, shape) = (declared.name.clone(), declared.span, declared.shape);
    let (on, to) = ends(cx.model, structure);
    let both = [Type::Agent(on), Type::Agent(to)];
    let wanted = if arguments.len() == 1 { &both[..1] } else { &both[..] };
    let found = self::arguments(cx, scope, (&name, Some(place)), wanted, arguments, span);
    let Some(found) = found else { return broken(span) };
    note(cx, scope, Use::Setup, Mark::new(span, name));
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(a), Some(b)) => {
            let ty = if let Shape::Weights { .. } = shape { Type::Real } else { Type::Bool };
            node(ExprKind::Tie(structure, a, b), ty, span)
        }
        (Some(a), None) => {
            let ty = Type::Set(Box::new(Type::Agent(to)));
            node(ExprKind::Neighbours(structure, a), ty, span)
        }
        (None, _) => broken(span),
    }
}

/// The kinds that a structure ties.
pub(super) fn ends(model: &Model, structure: StructId) -> (KindId, KindId) {
    let declared = &model.structures[structure];
    (model.populations[declared.on].kind, model.populations[declared.to].kind)
}

/// The type of an index.
pub(super) fn index_type(model: &Model, set: &IndexSet) -> Type {
    match set {
        IndexSet::Population(population) => Type::Agent(model.populations[*population].kind),
        IndexSet::Kind(kind) => Type::Agent(*kind),
        IndexSet::Enum(id) => Type::Enum(*id),
        IndexSet::Ints(..) => Type::Int,
    }
}

/// The types of all indices.
pub(super) fn index_types(model: &Model, sets: &[IndexSet]) -> Vec<Type> {
    sets.iter().map(|set| index_type(model, set)).collect()
}

/// The arguments, of the types that are wanted; none after an error.
pub(super) fn arguments(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    (name, declared): (&str, Option<Span>),
    wanted: &[Type],
    arguments: &[ast::Expr],
    span: Span,
) -> Option<Vec<Expr>> {
    if wanted.len() != arguments.len() {
        arguments.iter().for_each(|argument| drop(infer(cx, scope, argument, None)));
        wrong_count(cx, (name, declared.unwrap_or(span)), wanted.len(), arguments.len(), span);
        return None;
    }
    let mut found = Vec::new();
    for (argument, ty) in arguments.iter().zip(wanted) {
        let why = declared.map(|place| Label::new(place, format!("`{name}` is declared here")));
        found.push(typed(cx, scope, argument, ty, why));
    }
    found.iter().all(|argument| argument.ty != Type::Error).then_some(found)
}

/// An error for too many or too few arguments.
pub(super) fn wrong_count(
    cx: &mut Context<'_>,
    (name, declared): (&str, Span),
    wanted: usize,
    found: usize,
    span: Span,
) {
    let s = if wanted == 1 { "" } else { "s" };
    let message = format!("`{name}` takes {wanted} argument{s}, found {found}");
    let mut diagnostic =
        Diagnostic::error(code::ARGUMENTS, span, message).label(span, format!("{found} here"));
    if declared != span {
        diagnostic = diagnostic.label(declared, "declared here");
    }
    if wanted > 0 {
        diagnostic = diagnostic.help(format!("write `{name}({})`", vec!["…"; wanted].join(", ")));
    }
    cx.report(diagnostic);
}

/// `team[0]`
pub(super) fn index(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    object: &ast::Expr,
    index: &ast::Expr,
    span: Span,
) -> Expr {
    let object = infer(cx, scope, object, None);
    let index = infer(cx, scope, index, Some(&Type::Int));
    let index = coerce(cx, index, &Type::Int, None);
    if object.ty == Type::Error || index.ty == Type::Error {
        return broken(span);
    }
    let ExprKind::Population(population) = &*object.kind else {
        cx.report(
            Diagnostic::error(code::NOT_CALLABLE, object.span, "only a population has places")
                .label(object.span, "this is no population")
                .help("write `x(a)` for a state, parameter or structure at `a`"),
        );
        return broken(span);
    };
    let declared = &cx.model.populations[*population];
    let (ty, size, name) = (Type::Agent(declared.kind), declared.size, declared.name.clone());
    if let Some(Value::Int(place)) = fold::fold(&index)
        && (place < 0 || size.is_some_and(|(_, most)| place >= i64::from(most)))
    {
        let place_of = cx.model.populations[*population].span;
        let most = size.map_or("without bound".into(), |(_, most)| format!("at most {most}"));
        let mut diagnostic =
            Diagnostic::error(code::OUTSIDE, index.span, format!("there is no `{name}[{place}]`"))
                .label(index.span, "places count from 0")
                .label(place_of, format!("its size is {most}"));
        if let Some((_, most @ 1..)) = size {
            let last = most - 1;
            diagnostic = diagnostic.help(format!("the last agent is `{name}[{last}]`"));
        }
        cx.report(diagnostic);
        return broken(span);
    }
    node(ExprKind::AgentAt(*population, index), ty, span)
}
