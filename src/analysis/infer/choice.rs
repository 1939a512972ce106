//! `choose`, `draw`, and distributions.

use super::expression::{infer, truth, typed, unify};
use super::flow;
use super::fold::fold;
use super::name::meaning;
use super::scope::{Context, Local, Place, Role, Scope, bind_as, push, refuse_taken, unbind};
use super::set;
use super::types::{broken, coerce, join, type_name, widen};
use super::{domain, scope};
use crate::analysis::names::{Meaning, suggest};
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::stmt::{Dist, Source, StmtKind};
use crate::ir::{Domain, Expr, ExprKind, Type, Value};
use crate::syntax::ast::{self, TypeKind, TypeOrSet};

/// The item that a statement belongs to, for its key.
fn item(scope: &Scope) -> String {
    match &scope.place {
        Place::Step { item } => item.clone(),
        Place::Start { .. } => "start".into(),
        Place::Constant
        | Place::Setup { .. }
        | Place::Formula { .. }
        | Place::Measure
        | Place::Def => String::new(),
    }
}

/// `choose x in D where e`, `choose x(a: S) in D where e`. spec: choice.single, choice.joint
pub(super) fn choose(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    (name, indices): (&ast::Name, &[ast::Binder]),
    from: &TypeOrSet,
    filter: Option<&ast::Expr>,
) -> Option<StmtKind> {
    // What each is chosen from may depend on it, as in `choose x(a: team) in net(a)`.
    let depth = scope.depth();
    let indices = set::binders(cx, scope, indices);
    let found = source(cx, scope, from);
    unbind(cx, scope, depth);
    let (from, ty) = match found {
        Some((from, ty)) => (Some(from), ty),
        None => (None, Type::Error),
    };
    let item = item(scope);
    let site = flow::site(cx, scope, &item, name, false);
    if indices.is_empty() {
        let slot = bind_as(cx, scope, name, ty, Role::Value);
        let filter = filter.map(|filter| truth(cx, scope, filter));
        return Some(StmtKind::Choose { site, slot, from: from?, filter });
    }
    refuse_taken(cx, scope, name);
    let slot = scope.fresh();
    let types = indices.iter().map(|index| set::element(&index.set.ty)).collect();
    let span = name.span;
    let local = Local { slot, ty, indices: types, span, used: false, role: Role::Value };
    push(scope, name, local);
    let filter = filter.map(|filter| truth(cx, scope, filter));
    Some(StmtKind::ChooseJointly { site, slot, indices, from: from?, filter })
}

/// What is chosen from, with the type of its values.
fn source(cx: &mut Context<'_>, scope: &mut Scope, from: &TypeOrSet) -> Option<(Source, Type)> {
    let written = match from {
        TypeOrSet::Set(expr) => return of_set(cx, scope, expr),
        TypeOrSet::Type(written) => written,
    };
    match &written.kind {
        TypeKind::Range(lo, hi) => of_range(cx, scope, lo, hi, written.span),
        TypeKind::Values(values) => of_values(cx, scope, values, written.span),
        TypeKind::Named(name) => {
            let local = scope.local(&name.text).is_some();
            let is_type = match meaning(cx, &name.text) {
                Some((
                    Meaning::Enum(_) | Meaning::Population(_) | Meaning::Kind(_) | Meaning::Broken,
                    _,
                )) => true,
                Some(_) => false,
                None => true,
            };
            if local || !is_type {
                let kind = Box::new(ast::ExprKind::Name(name.text.clone()));
                return of_set(cx, scope, &ast::Expr { kind, span: name.span });
            }
            of_domain(cx, written)
        }
        TypeKind::Optional(_) => of_domain(cx, written),
        TypeKind::Set(_) => {
            cx.report(
                Diagnostic::error(code::DOMAIN, written.span, "a set of sets is not chosen from")
                    .label(written.span, "each choice is of one value")
                    .help("choose for each element whether it is in: `choose taken(a: …) in bool`"),
            );
            None
        }
        TypeKind::Error => None,
    }
}

fn of_domain(cx: &mut Context<'_>, written: &ast::TypeExpr) -> Option<(Source, Type)> {
    let found = domain::domain(cx, written)?;
    let ty = domain::type_of(cx.model, &found);
    if let Domain::Whole(Type::Int | Type::Real | Type::Str | Type::Duration | Type::Set(_)) = found
    {
        let shown = type_name(cx.model, &ty);
        cx.report(
            Diagnostic::error(
                code::DOMAIN,
                written.span,
                format!("`{shown}` has no end to choose from"),
            )
            .label(written.span, "a domain with bounds is expected")
            .help("write a range such as `0..10` or `0.0..1.0`"),
        );
        return None;
    }
    Some((Source::Domain(found), ty))
}

fn of_set(cx: &mut Context<'_>, scope: &mut Scope, expr: &ast::Expr) -> Option<(Source, Type)> {
    let found = set::set(cx, scope, expr);
    match set::element(&found.ty) {
        Type::Error => None,
        Type::Event(_) => {
            cx.report(
                Diagnostic::error(code::NOT_A_SET, expr.span, "events are not chosen from")
                    .label(expr.span, format!("this is a `{}`", type_name(cx.model, &found.ty))),
            );
            None
        }
        element => Some((Source::Set(found), element)),
    }
}

/// `lo..hi`: a domain where the ends are constant, else a set of ints.
fn of_range(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    lo: &ast::Expr,
    hi: &ast::Expr,
    span: Span,
) -> Option<(Source, Type)> {
    let from = infer(cx, scope, lo, None);
    let to = infer(cx, scope, hi, None);
    let real = from.ty == Type::Real || to.ty == Type::Real;
    let ty = if real { Type::Real } else { Type::Int };
    let from = coerce(cx, from, &ty, None);
    let to = coerce(cx, to, &ty, None);
    if from.ty == Type::Error || to.ty == Type::Error {
        return None;
    }
    let empty = match (fold(&from), fold(&to)) {
        (Some(Value::Int(lo)), Some(Value::Int(hi))) if lo <= hi => {
            return Some((Source::Domain(Domain::Ints(lo, hi)), ty));
        }
        (Some(Value::Real(lo)), Some(Value::Real(hi))) if lo <= hi => {
            return Some((Source::Domain(Domain::Reals(lo, hi)), ty));
        }
        (Some(_), Some(_)) => true,
        _ => false,
    };
    if empty {
        cx.report(
            Diagnostic::error(code::DOMAIN, span, "this range is empty")
                .label(span, "its end is before its start")
                .help("write the smaller end first"),
        );
        return None;
    }
    if real {
        cx.report(
            Diagnostic::error(
                code::NOT_CONSTANT,
                span,
                "the ends of a range of reals are constants",
            )
            .label(span, "known only when a run is made")
            .help("choose a share, `choose u in 0.0..1.0`, and compute `lo + u * (hi - lo)`"),
        );
        return None;
    }
    let kind = Box::new(ExprKind::Binary(ast::BinaryOp::Range, from, to));
    let set = Expr { kind, ty: Type::Set(Box::new(Type::Int)), span };
    Some((Source::Set(set), ty))
}

/// `{a, b}`: a domain where they are constant, else a set.
fn of_values(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    values: &[ast::Expr],
    span: Span,
) -> Option<(Source, Type)> {
    let list = set::list(cx, scope, values, None, span);
    let ty = set::element(&list.ty);
    match (&ty, &*list.kind) {
        (Type::Error, _) => None,
        (Type::Never, _) => {
            cx.report(
                Diagnostic::error(code::DOMAIN, span, "this domain is empty")
                    .label(span, "no value is in it"),
            );
            None
        }
        (_, ExprKind::SetList(elements)) => {
            let folded: Option<Vec<Value>> = elements.iter().map(fold).collect();
            let Some(folded) = folded else { return Some((Source::Set(list), ty)) };
            let mut values: Vec<Value> = Vec::new();
            for value in folded {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            Some((Source::Domain(Domain::Values(ty.clone(), values)), ty))
        }
        _ => Some((Source::Set(list), ty)),
    }
}

/// `draw x ~ DIST`. spec: draw.distributions
pub(super) fn draw(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    name: &ast::Name,
    written: &ast::Dist,
) -> StmtKind {
    let (dist, ty) = dist(cx, scope, written);
    let item = item(scope);
    let site = flow::site(cx, scope, &item, name, true);
    let slot = scope::bind_as(cx, scope, name, ty, Role::Value);
    StmtKind::Draw { site, slot, dist }
}

/// A distribution with the type of its outcomes.
pub fn dist(cx: &mut Context<'_>, scope: &mut Scope, dist: &ast::Dist) -> (Dist, Type) {
    dist_as(cx, scope, dist, None)
}

/// A distribution of outcomes of a type: `uniform(0, 1)` is of reals where reals are expected.
pub fn dist_as(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    written: &ast::Dist,
    expected: Option<&Type>,
) -> (Dist, Type) {
    let (dist, ty) = match written.name.text.as_str() {
        "categorical" => categorical(cx, scope, written, expected),
        _ => by_numbers(cx, scope, written, expected),
    };
    match expected {
        Some(expected) if ty != *expected && ty != Type::Error => {
            let outcome = Expr { ty, ..broken(written.span) };
            coerce(cx, outcome, expected, None);
            (dist, Type::Error)
        }
        _ => (dist, ty),
    }
}

/// A distribution that stands where an error was given.
fn nothing(span: Span) -> (Dist, Type) {
    (Dist::Bernoulli(broken(span)), Type::Error)
}

fn wrong(cx: &mut Context<'_>, span: Span, message: String, remark: &str, help: &str) {
    cx.report(Diagnostic::error(code::DISTRIBUTION, span, message).label(span, remark).help(help));
}

/// `bernoulli(p)`, `uniform(lo, hi)`, `normal(mu, sd)`
fn by_numbers(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    written: &ast::Dist,
    expected: Option<&Type>,
) -> (Dist, Type) {
    let name = written.name.text.as_str();
    let takes: &[&str] = match name {
        "bernoulli" => &["p"],
        "uniform" => &["lo", "hi"],
        "normal" => &["mean", "deviation"],
        _ => {
            let known = ["bernoulli", "uniform", "normal", "categorical"];
            let help = match suggest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "there are `bernoulli`, `uniform`, `normal` and `categorical`".into(),
            };
            let message = format!("there is no distribution `{name}`");
            wrong(cx, written.name.span, message, "not known", &help);
            infer_all(cx, scope, written);
            return nothing(written.span);
        }
    };
    if let Some((_, Some(weight))) = written.arguments.iter().find(|(_, weight)| weight.is_some()) {
        let message = format!("`{name}` takes no weights");
        wrong(cx, weight.span, message, "a weight", "only `categorical` has them");
        infer_all(cx, scope, written);
        return nothing(written.span);
    }
    if written.arguments.len() != takes.len() {
        let (wanted, found) = (takes.len(), written.arguments.len());
        let s = if wanted == 1 { "" } else { "s" };
        let message = format!("`{name}` takes {wanted} argument{s}, found {found}");
        let help = format!("write `{name}({})`", takes.join(", "));
        wrong(cx, written.span, message, &format!("{found} here"), &help);
        infer_all(cx, scope, written);
        return nothing(written.span);
    }
    let mut numbers: Vec<Expr> =
        written.arguments.iter().map(|(number, _)| infer(cx, scope, number, None)).collect();
    let ints = name == "uniform"
        && numbers.iter().all(|number| number.ty == Type::Int)
        && expected != Some(&Type::Real);
    let ty = if ints { Type::Int } else { Type::Real };
    numbers = numbers.into_iter().map(|number| coerce(cx, number, &ty, None)).collect();
    let fine = numbers.iter().all(|number| number.ty != Type::Error);
    if fine {
        bounds(cx, name, &numbers);
    }
    let mut numbers = numbers.into_iter();
    match (numbers.next(), numbers.next()) {
        _ if !fine => nothing(written.span),
        (Some(p), None) => (Dist::Bernoulli(p), Type::Bool),
        (Some(lo), Some(hi)) if name == "uniform" => (Dist::Uniform(lo, hi), ty),
        (Some(mean), Some(deviation)) => (Dist::Normal(mean, deviation), Type::Real),
        (None, _) => nothing(written.span),
    }
}

fn infer_all(cx: &mut Context<'_>, scope: &mut Scope, written: &ast::Dist) {
    for (value, weight) in &written.arguments {
        infer(cx, scope, value, None);
        if let Some(weight) = weight {
            infer(cx, scope, weight, None);
        }
    }
}

/// A lint for constant parameters that are a fault whenever they are drawn from.
fn bounds(cx: &mut Context<'_>, name: &str, numbers: &[Expr]) {
    let known: Vec<Option<f64>> =
        numbers.iter().map(|number| fold(number).and_then(|value| value.number())).collect();
    let (at, message, help) = match (name, &known[..]) {
        ("bernoulli", [Some(p)]) if !(0.0..=1.0).contains(p) => {
            (0, format!("{p} is no probability"), "a probability lies in `0.0..1.0`")
        }
        ("uniform", [Some(lo), Some(hi)]) if lo > hi => {
            (1, "this range is empty".to_string(), "write the smaller end first")
        }
        ("normal", [_, Some(deviation)]) if *deviation < 0.0 => (
            1,
            "a standard deviation is not negative".to_string(),
            "write `normal(mean, deviation)`",
        ),
        _ => return,
    };
    faulty(cx, numbers[at].span, message, help);
}

fn faulty(cx: &mut Context<'_>, span: Span, message: String, help: &str) {
    cx.report(
        Diagnostic::warning(code::NO_DRAW, span, message)
            .label(span, "a fault whenever it is drawn")
            .help(help),
    );
}

/// `categorical(e: w, …)`
fn categorical(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    written: &ast::Dist,
    expected: Option<&Type>,
) -> (Dist, Type) {
    let shape = "write `categorical(A: 0.5, B: 0.5)`";
    if written.arguments.is_empty() {
        let message = "`categorical` needs an outcome".to_string();
        wrong(cx, written.span, message, "none here", shape);
        return nothing(written.span);
    }
    let mut outcomes = Vec::new();
    let mut weights = Vec::new();
    for (outcome, weight) in &written.arguments {
        outcomes.push(infer(cx, scope, outcome, expected));
        match weight {
            Some(weight) => weights.push(typed(cx, scope, weight, &Type::Real, None)),
            None => {
                let message = "an outcome of `categorical` needs a weight".to_string();
                wrong(cx, outcome.span, message, "how likely is it?", shape);
                weights.push(broken(outcome.span));
            }
        }
    }
    let (outcomes, mut ty) = unify(cx, outcomes, expected);
    let fine = weights.iter().all(|weight| weight.ty != Type::Error);
    if fine {
        weigh(cx, &weights, written.span);
    }
    if let Some(joined) = expected.and_then(|expected| join(&ty, expected)) {
        ty = joined;
    }
    if !fine || ty == Type::Error {
        return nothing(written.span);
    }
    let outcomes = outcomes.into_iter().map(|outcome| widen(outcome, &ty));
    (Dist::Categorical(outcomes.zip(weights).collect()), ty)
}

/// A lint for constant weights that are a fault whenever they are drawn from.
fn weigh(cx: &mut Context<'_>, weights: &[Expr], span: Span) {
    let known: Vec<Option<f64>> =
        weights.iter().map(|weight| fold(weight).and_then(|value| value.number())).collect();
    if let Some(at) = known.iter().position(|weight| weight.is_some_and(|weight| weight < 0.0)) {
        let message = "a weight is not negative".to_string();
        faulty(cx, weights[at].span, message, "write 0 for what never happens");
    } else if known.iter().all(|weight| *weight == Some(0.0)) {
        let message = "all weights are 0".to_string();
        faulty(cx, span, message, "give some outcome a weight");
    }
}
