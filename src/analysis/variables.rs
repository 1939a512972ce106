//! Parameters and states, of kinds and of the model.
//!
//! In two passes: first their indices and domains, so that every expression knows their types;
//! then derived parameters in the order in which they need each other, defaults, and starts.

use std::collections::{BTreeMap, BTreeSet};

use super::indices::{self, index_set};
use super::infer::{self, Place};
use super::mentions::How;
use super::names::Meaning;
use super::order::order;
use super::work::Work;
use super::{constants, domains};
use crate::diag::code::model::{
    FIELD_TWICE, FREE_WITHOUT_BOUNDS, OUTSIDE_DOMAIN, STRINGS_ARE_RECORDED, WRONG_TYPE,
};
use crate::diag::{Diagnostic, Span};
use crate::ir::model::{Closed, IndexSet, Param, Site, Start, State};
use crate::ir::{Domain, Expr, ExprKind, KindId, ParamId, StateId, Type, Value};
use crate::syntax::ast::{self, Item, ItemKind, Name, TypeExpr};

/// Parameters and states with what is still to be inferred.
#[derive(Default)]
pub struct Variables<'a> {
    params: Vec<(ParamId, &'a Name, Option<&'a ast::Expr>)>,
    states: Vec<(StateId, &'a [ast::Param], Option<&'a ast::Start>)>,
}

/// Enters all parameters and states, with their indices and domains.
pub fn declare<'a>(work: &mut Work<'a>) -> Variables<'a> {
    let mut variables = Variables::default();
    for item in work.items.clone() {
        if let ItemKind::Kind { name, fields } = &item.kind {
            let Some(Meaning::Kind(kind)) =
                work.names.declared(&name.text).map(|entry| entry.meaning.clone())
            else {
                continue;
            };
            let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
            for field in fields {
                if !field_twice(work, field, &mut seen) {
                    variable(work, &mut variables, field, Some(kind));
                }
            }
        } else {
            variable(work, &mut variables, item, None);
        }
    }
    variables
}

fn field_twice<'a>(
    work: &mut Work<'_>,
    field: &'a Item,
    seen: &mut BTreeMap<&'a str, Span>,
) -> bool {
    let Some(name) = super::work::name_of(field) else {
        return false;
    };
    let Some(first) = seen.insert(&name.text, name.span) else {
        return false;
    };
    seen.insert(&name.text, first);
    let message = format!("`{}` is declared twice in this kind", name.text);
    let diagnostic = Diagnostic::error(FIELD_TWICE, name.span, message)
        .label(name.span, "declared again here")
        .label(first, "declared first here");
    work.report(diagnostic);
    true
}

fn variable<'a>(
    work: &mut Work<'a>,
    variables: &mut Variables<'a>,
    item: &'a Item,
    owner: Option<KindId>,
) {
    match &item.kind {
        ItemKind::Param { name, indices, domain, value } => {
            let indices = all_indices(work, owner, indices.iter());
            let known = known_domain(work, domain.as_ref());
            let id = work.model.params.push(Param {
                name: name.text.clone(),
                owner,
                indices: indices.clone().unwrap_or_default(),
                domain: known,
                value: None,
                derived: domain.is_none(),
                docs: item.docs.clone(),
                span: name.span,
            });
            variables.params.push((id, name, value.as_ref()));
            match owner {
                Some(kind) => work.model.kinds[kind].params.push(id),
                None if indices.is_some() => work.names.define(&name.text, Meaning::Param(id)),
                None => {}
            }
        }
        ItemKind::State { name, indices: written, domain, start } => {
            let indices = all_indices(work, owner, written.iter().map(|index| &index.set));
            let known = known_domain(work, Some(domain));
            let id = work.model.states.push(State {
                name: name.text.clone(),
                owner,
                indices: indices.clone().unwrap_or_default(),
                domain: known,
                start: Start::Free,
                span: name.span,
            });
            variables.states.push((id, written, start.as_ref()));
            match owner {
                Some(kind) => work.model.kinds[kind].states.push(id),
                None if indices.is_some() => work.names.define(&name.text, Meaning::State(id)),
                None => {}
            }
        }
        ItemKind::Const { .. }
        | ItemKind::Enum { .. }
        | ItemKind::Kind { .. }
        | ItemKind::Agents { .. }
        | ItemKind::Structure(_)
        | ItemKind::Event { .. }
        | ItemKind::Def { .. }
        | ItemKind::Assume(_)
        | ItemKind::Step(_)
        | ItemKind::Rule { .. }
        | ItemKind::Schedule(_)
        | ItemKind::Property(_)
        | ItemKind::Witness { .. }
        | ItemKind::Invariant { .. }
        | ItemKind::Measure { .. }
        | ItemKind::Check { .. } => {}
    }
}

fn all_indices<'e>(
    work: &mut Work<'_>,
    owner: Option<KindId>,
    written: impl Iterator<Item = &'e ast::Expr>,
) -> Option<Vec<IndexSet>> {
    let further: Vec<Option<IndexSet>> = written.map(|set| index_set(work, set)).collect();
    let further: Option<Vec<IndexSet>> = further.into_iter().collect();
    Some(owner.map(IndexSet::Kind).into_iter().chain(further?).collect())
}

/// The domain; where there is none, or an error was given, one that agrees with everything.
fn known_domain(work: &mut Work<'_>, domain: Option<&TypeExpr>) -> Domain {
    let Some(written) = domain else {
        return Domain::Whole(Type::Error);
    };
    let Some(domain) = constants::domain(work, written) else {
        return Domain::Whole(Type::Error);
    };
    refuse_strings(work, &domain, written.span);
    domain
}

/// Strings are searched nowhere. spec: expr.strings
pub fn refuse_strings(work: &mut Work<'_>, domain: &Domain, span: Span) {
    let ty = infer::type_of(&work.model, domain);
    if !work.signature && domains::has_strings(&ty) {
        let message = "a model that is simulated has no strings";
        let help = "use an enum, or give a population no size for a signature of recorded runs";
        work.report(Diagnostic::error(STRINGS_ARE_RECORDED, span, message).help(help));
    }
}

/// Infers derived parameters, defaults and starts.
pub fn define(work: &mut Work<'_>, variables: &Variables<'_>) {
    derived(work, variables);
    for (id, name, value) in &variables.params {
        let param = work.model.params[*id].clone();
        if param.derived {
            continue;
        }
        if let Some(value) = value {
            default(work, *id, &param, value);
        }
        if !work.signature {
            require_bounds(work, &param.domain, &param.name, name.span, false);
        }
    }
    for (id, written, start) in &variables.states {
        define_start(work, *id, written, *start);
    }
}

/// Derived parameters have the type of their expression, so they are inferred in the order
/// in which they need each other. spec: items.param
fn derived(work: &mut Work<'_>, variables: &Variables<'_>) {
    let derived: Vec<(ParamId, &Name, &ast::Expr)> = variables
        .params
        .iter()
        .filter(|(id, ..)| work.model.params[*id].derived)
        .filter_map(|(id, name, value)| Some((*id, *name, (*value)?)))
        .collect();
    let needs: Vec<BTreeSet<usize>> = derived
        .iter()
        .map(|(id, _, value)| {
            let own = work.model.params[*id].owner;
            let reach = constants::reach(work, value, None);
            let needed = |(_, (other, name, _)): &(usize, &(ParamId, &Name, &ast::Expr))| {
                let owner = work.model.params[*other].owner;
                reach.mentions.iter().any(|mention| {
                    mention.name == name.text
                        && match mention.how {
                            How::Bare => owner.is_none(),
                            How::OfSelf => owner.is_some() && owner == own,
                            How::Field => owner.is_some(),
                        }
                })
            };
            derived.iter().enumerate().filter(needed).map(|(place, _)| place).collect()
        })
        .collect();
    let order = order(&needs);
    for circle in &order.circles {
        let names: Vec<&Name> = circle.iter().map(|place| derived[*place].1).collect();
        constants::report_circle(work, &names);
    }
    for place in order.sorted {
        let (id, _, value) = derived[place];
        let param = &work.model.params[id];
        let (own, indices) = (param.owner, param.indices.clone());
        let mut scope = indices::scope(work, Place::Setup { own }, own, &indices, &[]);
        let expr = infer::expression(&mut work.context(), &mut scope, value, None);
        let param = &mut work.model.params[id];
        param.domain = Domain::Whole(expr.ty.clone());
        param.value = Some(Closed { expr, frame: scope.frame() });
    }
}

fn default(work: &mut Work<'_>, id: ParamId, param: &Param, value: &ast::Expr) {
    let own = param.owner;
    let ty = infer::type_of(&work.model, &param.domain);
    let mut scope = indices::scope(work, Place::Setup { own }, own, &param.indices, &[]);
    let expr = folded(work, &mut scope, value, &ty);
    require_inside(work, &param.domain, &param.name, "default", &expr);
    work.model.params[id].value = Some(Closed { expr, frame: scope.frame() });
}

/// An expression of a type, evaluated if it can be known now.
pub fn folded(work: &mut Work<'_>, scope: &mut infer::Scope, value: &ast::Expr, ty: &Type) -> Expr {
    if !constants::is_known(work, value) {
        return infer::expression(&mut work.context(), scope, value, Some(ty));
    }
    let (known, ty) =
        infer::constant(&mut work.context(), value, Some(ty)).unwrap_or((Value::None, Type::Error));
    Expr { kind: Box::new(ExprKind::Literal(known)), ty, span: value.span }
}

/// A value that is known now must lie in the domain. spec: types.domain
fn require_inside(work: &mut Work<'_>, domain: &Domain, name: &str, what: &str, expr: &Expr) {
    let ExprKind::Literal(value) = expr.kind.as_ref() else {
        return;
    };
    if expr.ty == Type::Error || domains::admits(domain, value) {
        return;
    }
    let message = format!(
        "the {what} of `{name}` is {}, which is outside of {}",
        domains::value_text(&work.model, value),
        domains::text(&work.model, domain)
    );
    work.error(OUTSIDE_DOMAIN, expr.span, message);
}

/// What is searched must have an end. `start` is set where a value instead would do.
fn require_bounds(work: &mut Work<'_>, domain: &Domain, name: &str, span: Span, start: bool) {
    if domains::bounded(domain) {
        return;
    }
    let bounds = match infer::type_of(&work.model, domain) {
        Type::Int => "bounds such as `0..9`",
        Type::Real => "bounds such as `0.0..1.0`",
        _ => "a list of its values, `{…, …}`",
    };
    let help = if start {
        format!("give it a start value, or {bounds}")
    } else {
        format!("give it {bounds}")
    };
    let domain = domains::text(&work.model, domain);
    let message = format!("`{name}` is free over all of {domain}, which cannot be searched");
    work.report(Diagnostic::error(FREE_WITHOUT_BOUNDS, span, message).help(help));
}

fn define_start(
    work: &mut Work<'_>,
    id: StateId,
    written: &[ast::Param],
    start: Option<&ast::Start>,
) {
    let state = work.model.states[id].clone();
    let own = state.owner;
    let names: Vec<Option<&Name>> = written.iter().map(|index| index.name.as_ref()).collect();
    let place = Place::Start { own };
    let start = match start {
        None if work.signature && !work.dynamics => Start::Recorded,
        None => {
            require_bounds(work, &state.domain, &state.name, state.span, true);
            Start::Free
        }
        Some(ast::Start::Value(value)) => {
            let ty = infer::type_of(&work.model, &state.domain);
            let mut scope = indices::scope(work, place, own, &state.indices, &names);
            let expr = folded(work, &mut scope, value, &ty);
            require_inside(work, &state.domain, &state.name, "start", &expr);
            Start::Value(Closed { expr, frame: scope.frame() })
        }
        Some(ast::Start::Draw(dist)) => {
            let mut scope = indices::scope(work, place, own, &state.indices, &names);
            let (drawn, ty) = infer::dist(&mut work.context(), &mut scope, dist);
            let wanted = infer::type_of(&work.model, &state.domain);
            if ty != wanted && ty != Type::Error && wanted != Type::Error {
                let (ty, wanted) =
                    (infer::type_name(&work.model, &ty), infer::type_name(&work.model, &wanted));
                let message = format!("`{}` is `{wanted}`, and this draws `{ty}`", state.name);
                work.error(WRONG_TYPE, dist.span, message);
            }
            let name = site_name(work, &state);
            let site = Site { item: "start".into(), name, drawn: true, span: dist.span };
            let site = work.model.sites.push(site);
            Start::Draw { site, dist: drawn, frame: scope.frame() }
        }
    };
    work.model.states[id].start = start;
}

/// A state's name, with its kind's: two kinds may have states of one name.
fn site_name(work: &Work<'_>, state: &State) -> String {
    match state.owner {
        Some(kind) => format!("{}.{}", work.model.kinds[kind].name, state.name),
        None => state.name.clone(),
    }
}
