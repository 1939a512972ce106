//! Defs: each is inferred when it is first called, once for every way that its relation
//! parameters are filled in.
//!
//! Invariants: a def stands in the model's table behind all that it calls; a def that calls
//! itself has no place there.

use std::collections::BTreeMap;

use super::call::{self, Callee};
use super::expression::{fixed, infer, typed};
use super::scope::{Context, Local, Place, Role, Scope, bind_as, push, refuse_taken, unbind};
use super::size::{self, HEIGHT_MAX, Size};
use super::types::{broken, node, type_name};
use super::uses::{self, Uses};
use super::{domain, relation, set};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Label, Span};
use crate::ir::model::Def;
use crate::ir::{DefId, Expr, ExprKind, Slot, Type};
use crate::syntax::ast;

/// The most defs of a model, specialisations included.
const DEFS_MAX: usize = 2_000;

/// The defs of a file as written, by place; each is inferred when first called (and once more
/// for every way that its relation parameters are filled in), then stands in `model.defs`.
#[derive(Default)]
pub struct Defs {
    /// As written: name, parameters, type, body.
    pub written: Vec<ast::Item>,
    signatures: BTreeMap<usize, Option<Vec<Parameter>>>,
    done: BTreeMap<(usize, Vec<Callee>), Option<DefId>>,
    infos: BTreeMap<DefId, Info>,
    /// The defs that are being inferred, with the calls that led there.
    open: Vec<(usize, Span)>,
    depth: u32,
}

/// What a call must know of a def.
#[derive(Clone, Debug)]
struct Info {
    uses: Uses,
    size: Size,
    /// Which values are read under a temporal operator.
    frozen: Vec<bool>,
}

/// A parameter of a def.
#[derive(Clone, Debug)]
struct Parameter {
    name: ast::Name,
    /// The types of the indices, where it is a relation or function.
    indices: Option<Vec<Type>>,
    ty: Type,
}

impl Defs {
    /// The defs of a file.
    pub fn new(written: Vec<ast::Item>) -> Defs {
        Defs { written, ..Defs::default() }
    }

    /// One expression deeper; `false` where that is too deep.
    pub(super) fn enter(&mut self) -> bool {
        let fits = self.depth < HEIGHT_MAX;
        self.depth += u32::from(fits);
        fits
    }

    /// One expression less deep.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The size of an inferred def's body.
    pub(super) fn size(&self, def: DefId) -> Size {
        self.infos.get(&def).map_or(Size::default(), |info| info.size)
    }
}

/// Infers every def that was not called, so that its errors show.
pub fn all_defs(cx: &mut Context<'_>) {
    for place in 0..cx.defs.written.len() {
        def(cx, place);
    }
}

/// Infers the def at this place among those written, if no call did. One with relation
/// parameters is checked with nothing filled in, and then not in the model.
pub fn def(cx: &mut Context<'_>, place: usize) {
    if cx.defs.done.keys().any(|(done, _)| *done == place) {
        return;
    }
    let Some(parameters) = signature(cx, place) else { return };
    let relations = parameters.iter().enumerate().filter(|(_, found)| found.indices.is_some());
    let fillings = relations.map(|(place, _)| Callee::Unfilled(place)).collect();
    let span = cx.defs.written[place].span;
    instance(cx, place, fillings, span);
}

/// The parts of a def as written.
fn written(cx: &Context<'_>, place: usize) -> Option<(ast::Name, Vec<ast::DefParam>)> {
    match &cx.defs.written.get(place)?.kind {
        ast::ItemKind::Def { name, params, .. } => Some((name.clone(), params.clone())),
        _ => None,
    }
}

/// The names of a def's parameters, as a call is written.
pub(super) fn shown(cx: &Context<'_>, place: usize) -> String {
    let params = written(cx, place).map_or(Vec::new(), |(_, params)| params);
    let names: Vec<&str> = params.iter().map(|param| param.name.text.as_str()).collect();
    names.join(", ")
}

/// The types of a def's parameters; none after an error.
fn signature(cx: &mut Context<'_>, place: usize) -> Option<Vec<Parameter>> {
    if let Some(known) = cx.defs.signatures.get(&place) {
        return known.clone();
    }
    let (_, params) = written(cx, place)?;
    let mut found = Some(Vec::new());
    for param in &params {
        let ty = domain::value_type(cx, &param.ty);
        let indices = param.indices.as_ref().map(|indices| {
            indices.iter().map(|index| set::index_type(cx, index)).collect::<Option<Vec<_>>>()
        });
        match (ty, indices, &mut found) {
            (Some(ty), None, Some(found)) => {
                found.push(Parameter { name: param.name.clone(), indices: None, ty });
            }
            (Some(ty), Some(Some(indices)), Some(found)) => {
                found.push(Parameter { name: param.name.clone(), indices: Some(indices), ty });
            }
            _ => found = None,
        }
    }
    cx.defs.signatures.insert(place, found.clone());
    found
}

/// A call of a def.
pub(super) fn call(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    place: usize,
    arguments: &[ast::Expr],
    span: Span,
) -> Expr {
    let skip = |cx: &mut Context<'_>, scope: &mut Scope| {
        arguments.iter().for_each(|argument| drop(infer(cx, scope, argument, None)));
        broken(span)
    };
    let (Some(parameters), Some((name, _))) = (signature(cx, place), written(cx, place)) else {
        return skip(cx, scope);
    };
    if parameters.len() != arguments.len() {
        let (wanted, found) = (parameters.len(), arguments.len());
        call::wrong_count(cx, (&name.text, name.span), wanted, found, span);
        return skip(cx, scope);
    }
    let mut values = Vec::new();
    let mut reads = Vec::new();
    let mut fillings = Some(Vec::new());
    for (parameter, argument) in parameters.iter().zip(arguments) {
        if let Some(indices) = &parameter.indices {
            let filling = fill(cx, scope, parameter, indices, argument);
            fillings = fillings.zip(filling).map(|(mut all, one)| {
                all.push(one);
                all
            });
            continue;
        }
        let before = scope.uses.reads;
        let why = Label::new(parameter.name.span, format!("`{}` is declared here", name.text));
        let words = format!("an argument of `{}`", name.text);
        values.push(fixed(cx, scope, argument, Some((&parameter.ty, why)), &words));
        reads.push(scope.uses.reads > before);
    }
    let Some(fillings) = fillings else { return broken(span) };
    if values.iter().any(|value| value.ty == Type::Error) {
        return broken(span);
    }
    let Some(def) = instance(cx, place, fillings, span) else { return broken(span) };
    let Some(info) = cx.defs.infos.get(&def).cloned() else { return broken(span) };
    uses::call(cx, scope, &name.text, &info.uses, span);
    for (at, value) in values.iter().enumerate() {
        if reads[at] && info.frozen[at] {
            warn_frozen(cx, &name.text, &cx.model.defs[def].params[at].0.clone(), value.span);
        }
    }
    let ty = cx.model.defs[def].body.ty.clone();
    node(ExprKind::Call(def, values), ty, span)
}

/// spec: items.def
fn warn_frozen(cx: &mut Context<'_>, name: &str, parameter: &str, span: Span) {
    let message = format!("`{parameter}` is read once, when `{name}` is called");
    cx.report(
        Diagnostic::warning(code::FROZEN, span, message)
            .label(span, "its value now: the temporal operator in the def does not read it again")
            .help(format!(
                "pass the agent and read the state in `{name}`, or take a relation: `{parameter}(…): …`"
            )),
    );
}

/// The def as a relation: it has no relation parameters of its own.
pub(super) fn plain(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    place: usize,
    span: Span,
) -> Option<DefId> {
    let parameters = signature(cx, place)?;
    let (name, _) = written(cx, place)?;
    if parameters.iter().any(|parameter| parameter.indices.is_some()) {
        let text = &name.text;
        cx.report(
            Diagnostic::error(code::RELATION, span, format!("`{text}` takes a relation itself"))
                .label(span, "a relation of two agents is expected")
                .help(format!("write a def that calls it: `def tied(a: …, b: …) = {text}(…)`")),
        );
        return None;
    }
    let def = instance(cx, place, Vec::new(), span)?;
    let uses = cx.defs.infos.get(&def)?.uses.clone();
    uses::call(cx, scope, &name.text, &uses, span);
    Some(def)
}

/// What an argument fills a relation parameter with.
fn fill(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    parameter: &Parameter,
    wanted: &[Type],
    argument: &ast::Expr,
) -> Option<Callee> {
    let (callee, name) = relation::callee(cx, scope, argument)?;
    let (indices, ty) = match &callee {
        Callee::Structure(structure) => {
            let (from, to) = call::ends(cx.model, *structure);
            let weights = matches!(
                cx.model.structures[*structure].shape,
                crate::social::Shape::Weights { .. }
            );
            let ty = if weights { Type::Real } else { Type::Bool };
            (vec![Type::Agent(from), Type::Agent(to)], ty)
        }
        Callee::State(state) => {
            let declared = &cx.model.states[*state];
            let ty = domain::type_of(cx.model, &declared.domain);
            (call::index_types(cx.model, &declared.indices), ty)
        }
        Callee::Param(param) => {
            let declared = &cx.model.params[*param];
            let ty = domain::type_of(cx.model, &declared.domain);
            (call::index_types(cx.model, &declared.indices), ty)
        }
        Callee::Def(place) => {
            let parameters = signature(cx, *place)?;
            let def = if parameters.iter().any(|parameter| parameter.indices.is_some()) {
                plain(cx, scope, *place, argument.span)?
            } else {
                instance(cx, *place, Vec::new(), argument.span)?
            };
            let declared = &cx.model.defs[def];
            let indices = declared.params.iter().map(|(_, ty)| ty.clone()).collect();
            (indices, declared.body.ty.clone())
        }
        Callee::Unfilled(_) => {
            let local = scope.local(&name)?;
            (local.indices.clone(), local.ty.clone())
        }
    };
    if indices == wanted && ty == parameter.ty {
        return Some(callee);
    }
    let show = |cx: &Context<'_>, indices: &[Type], ty: &Type| {
        let names: Vec<String> = indices.iter().map(|ty| type_name(cx.model, ty)).collect();
        format!("({}): {}", names.join(", "), type_name(cx.model, ty))
    };
    let (expected, found) = (show(cx, wanted, &parameter.ty), show(cx, &indices, &ty));
    cx.report(
        Diagnostic::error(
            code::RELATION,
            argument.span,
            format!("expected a relation `{expected}`, found `{found}`"),
        )
        .label(argument.span, format!("`{name}{found}`"))
        .label(parameter.name.span, "the parameter"),
    );
    None
}

/// The def with its relation parameters filled in.
fn instance(
    cx: &mut Context<'_>,
    place: usize,
    fillings: Vec<Callee>,
    span: Span,
) -> Option<DefId> {
    let key = (place, fillings);
    if let Some(done) = cx.defs.done.get(&key) {
        return *done;
    }
    if cx.defs.open.iter().any(|(open, _)| *open == place) {
        recursion(cx, place, span);
        return None;
    }
    if cx.model.defs.len() >= DEFS_MAX {
        let message = format!("the relation parameters make more than {DEFS_MAX} defs");
        if !cx.diagnostics.iter().any(|told| told.message == message) {
            cx.report(
                Diagnostic::error(code::TOO_LARGE, span, message)
                    .label(span, "one def for each relation that it is called with"),
            );
        }
        return None;
    }
    let reports = cx.diagnostics.len();
    cx.defs.open.push((place, span));
    let result = body(cx, place, &key.1);
    cx.defs.open.pop();
    forget_repeated(cx, reports);
    cx.defs.done.insert(key, result);
    result
}

/// The same def inferred again says the same again.
fn forget_repeated(cx: &mut Context<'_>, from: usize) {
    let new = cx.diagnostics.split_off(from);
    for diagnostic in new {
        let told = cx.diagnostics[..from]
            .iter()
            .any(|told| told.code == diagnostic.code && told.span == diagnostic.span);
        if !told {
            cx.diagnostics.push(diagnostic);
        }
    }
}

/// An error at the first call of the way round, with a label on each other. spec: items.def
fn recursion(cx: &mut Context<'_>, place: usize, span: Span) {
    let round: Vec<(usize, Span)> =
        cx.defs.open.iter().copied().skip_while(|(open, _)| *open != place).collect();
    let name = |place: usize| written(cx, place).map_or(String::new(), |(name, _)| name.text);
    let mut names: Vec<String> = round.iter().map(|(open, _)| name(*open)).collect();
    names.push(name(place));
    let calls: Vec<Span> = round.iter().skip(1).map(|(_, call)| *call).chain([span]).collect();
    let mut diagnostic =
        Diagnostic::error(code::RECURSION, calls[0], format!("`{}` calls itself", names[0]))
            .label(calls[0], names.join(" → "));
    for (at, call) in calls.iter().enumerate().skip(1) {
        diagnostic = diagnostic.label(*call, format!("`{}` calls `{}`", names[at], names[at + 1]));
    }
    cx.report(diagnostic.help(
        "use an aggregate (`sum`, `exists`), `reaches`, or a `state` that a step brings forward",
    ));
}

fn body(cx: &mut Context<'_>, place: usize, fillings: &[Callee]) -> Option<DefId> {
    let parameters = signature(cx, place)?;
    let (name, ty, tree) = match &cx.defs.written.get(place)?.kind {
        ast::ItemKind::Def { name, ty, body, .. } => (name.clone(), ty.clone(), body.clone()),
        _ => return None,
    };
    let only_checked = fillings.iter().any(|filling| matches!(filling, Callee::Unfilled(_)));
    let mut scope = Scope::new(Place::Def);
    let mut fillings = fillings.iter();
    let mut params = Vec::new();
    for parameter in parameters {
        let Parameter { name, indices, ty } = parameter;
        match indices {
            None => {
                params.push((name.text.clone(), ty.clone()));
                bind_as(cx, &mut scope, &name, ty, Role::Argument { frozen: false });
            }
            Some(indices) => {
                refuse_taken(cx, &mut scope, &name);
                let role = Role::Relation(fillings.next()?.clone());
                let span = name.span;
                let local = Local { slot: Slot(0), ty, indices, span, used: false, role };
                push(&mut scope, &name, local);
            }
        }
    }
    let result = match ty {
        None => infer(cx, &mut scope, &tree, None),
        Some(ty) => {
            let why = Label::new(ty.span, format!("the type of `{}`", name.text));
            match domain::value_type(cx, &ty) {
                Some(ty) => typed(cx, &mut scope, &tree, &ty, Some(why)),
                None => broken(tree.span),
            }
        }
    };
    uses::refuse_mixed(cx, &scope);
    let result = size::check(cx, result);
    let frozen = frozen(&scope);
    unbind(cx, &mut scope, 0);
    if result.ty == Type::Error || only_checked {
        return None;
    }
    let size = size::size(cx, &result);
    let frame = scope.frame();
    let def = Def { name: name.text, params, body: result, frame, span: name.span };
    let def = cx.model.defs.push(def);
    cx.defs.infos.insert(def, Info { uses: scope.uses, size, frozen });
    Some(def)
}

/// For each value parameter, whether it is read under a temporal operator.
fn frozen(scope: &Scope) -> Vec<bool> {
    scope
        .locals
        .iter()
        .filter_map(|(_, local)| match local.role {
            Role::Argument { frozen } => Some(frozen),
            Role::Binder | Role::Value | Role::Relation(_) => None,
        })
        .collect()
}
