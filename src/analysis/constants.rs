//! Constants: the items, and every place that must be constant.
//!
//! In: expressions as written. Out: values. An expression is constant if all items that it
//! mentions, through defs, are constants, enums, variants or defs; that is decided before
//! inference, since the tables of other items are not complete yet.

use std::collections::{BTreeMap, BTreeSet};

use super::collect;
use super::domains;
use super::infer;
use super::mentions::{self, How, Mention};
use super::names::Meaning;
use super::order::order;
use super::work::Work;
use crate::diag::code::model::{DEFINED_BY_ITSELF, NOT_CONSTANT, OUTSIDE_DOMAIN};
use crate::diag::{Diagnostic, Span};
use crate::ir::{Domain, Type, Value};
use crate::syntax::ast::{Expr, ExprKind, Item, ItemKind, Name, TypeExpr, TypeKind};

/// Evaluates all `const` items, in the order in which they need each other.
pub fn evaluate(work: &mut Work<'_>) {
    let consts: Vec<&Item> = work
        .items
        .iter()
        .copied()
        .filter(|item| matches!(item.kind, ItemKind::Const { .. }))
        .collect();
    let parts: Vec<(&Name, Option<&TypeExpr>, &Expr)> =
        consts.iter().filter_map(|item| const_parts(item)).collect();
    let places: BTreeMap<&str, usize> =
        parts.iter().enumerate().map(|(place, (name, ..))| (name.text.as_str(), place)).collect();
    let needs: Vec<BTreeSet<usize>> = parts
        .iter()
        .map(|(_, ty, value)| {
            let reach = reach(work, value, *ty);
            reach.consts.iter().filter_map(|name| places.get(name)).copied().collect()
        })
        .collect();
    let order = order(&needs);
    for circle in &order.circles {
        let names: Vec<&Name> = circle.iter().map(|place| parts[*place].0).collect();
        report_circle(work, &names);
    }
    for place in order.sorted {
        let (name, ty, value) = parts[place];
        if let Some((value, ty)) = evaluate_one(work, name, ty, value) {
            work.names.define(&name.text, Meaning::Const(value, ty));
        }
    }
}

fn const_parts(item: &Item) -> Option<(&Name, Option<&TypeExpr>, &Expr)> {
    if let ItemKind::Const { name, ty, value } = &item.kind {
        return Some((name, ty.as_ref(), value));
    }
    None
}

fn evaluate_one(
    work: &mut Work<'_>,
    name: &Name,
    ty: Option<&TypeExpr>,
    value: &Expr,
) -> Option<(Value, Type)> {
    let what = format!("the constant `{}`", name.text);
    let Some(ty) = ty else {
        return constant(work, value, None, &what);
    };
    let domain = domain(work, ty)?;
    let ty = infer::type_of(&work.model, &domain);
    let (result, ty) = constant(work, value, Some(&ty), &what)?;
    if !domains::admits(&domain, &result) {
        let message = format!(
            "{what} is {}, which is outside of {}",
            domains::value_text(&work.model, &result),
            domains::text(&work.model, &domain)
        );
        work.error(OUTSIDE_DOMAIN, value.span, message);
    }
    Some((result, ty))
}

/// Says that each of `names` needs the next, and the last the first.
pub fn report_circle(work: &mut Work<'_>, names: &[&Name]) {
    let words: Vec<String> =
        names.iter().chain(names.first()).map(|name| format!("`{}`", name.text)).collect();
    let message = format!("{} is defined by itself: {}", words[0], words.join(" → "));
    let mut diagnostic = Diagnostic::error(DEFINED_BY_ITSELF, names[0].span, message);
    for (name, needed) in names.iter().zip(&words[1..]) {
        diagnostic = diagnostic.label(name.span, format!("this needs {needed}"));
    }
    work.report(diagnostic);
}

/// The items that an expression reaches, through defs.
pub struct Reach<'a> {
    /// The constants.
    pub consts: BTreeSet<&'a str>,
    /// The first mention of what is not constant: in the expression itself if possible.
    pub moving: Option<Mention<'a>>,
    /// All bare names and fields, those in defs included.
    pub mentions: Vec<Mention<'a>>,
}

/// What `expr` (and the bounds of `ty`) reach. `self` and `now` are not constant; other names
/// that no item has are left to inference.
pub fn reach<'a>(work: &Work<'a>, expr: &'a Expr, ty: Option<&'a TypeExpr>) -> Reach<'a> {
    let mut reach = Reach { consts: BTreeSet::new(), moving: None, mentions: Vec::new() };
    let mut found: Vec<Mention<'a>> = Vec::new();
    if let Some(ty) = ty {
        mentions::of_type(ty, &mut |mention| found.push(mention));
    }
    mentions::of_expr(expr, &mut |mention| found.push(mention));
    let mut defs = BTreeSet::new();
    let mut next = 0;
    while next < found.len() {
        let mention = found[next];
        next += 1;
        if mention.how != How::Bare {
            continue;
        }
        match work.by_name.get(mention.name).map(|item| &item.kind) {
            Some(ItemKind::Const { .. }) => {
                reach.consts.insert(mention.name);
            }
            Some(ItemKind::Def { params, ty, body, .. }) => {
                if defs.insert(mention.name) {
                    mentions::of_def_params(params, &mut |mention| found.push(mention));
                    ty.iter().for_each(|ty| mentions::of_type(ty, &mut |m| found.push(m)));
                    mentions::of_expr(body, &mut |mention| found.push(mention));
                }
            }
            Some(_) | None => {
                if moves(work, mention.name) {
                    reach.moving.get_or_insert(mention);
                }
            }
        }
    }
    reach.mentions = found;
    reach
}

fn moves(work: &Work<'_>, name: &str) -> bool {
    if name == "self" || name == "now" {
        return true;
    }
    work.names.declared(name).is_some_and(|entry| match entry.meaning {
        Meaning::Const(..) | Meaning::Enum(_) | Meaning::Variant(..) | Meaning::Def(_) => false,
        Meaning::Kind(_)
        | Meaning::Population(_)
        | Meaning::Structure(_)
        | Meaning::Param(_)
        | Meaning::State(_)
        | Meaning::Event(_)
        | Meaning::Property(_)
        | Meaning::Measure(_)
        | Meaning::Rule(_)
        | Meaning::Broken => true,
    })
}

/// Whether the value of `expr` is known before any run. (A name that is neither an item's nor
/// of the language is bound around it.)
pub fn is_known(work: &Work<'_>, expr: &Expr) -> bool {
    let reach = reach(work, expr, None);
    let local = |mention: &Mention<'_>| {
        let item = work.names.declared(mention.name).is_some();
        mention.how != How::Bare || !(item || collect::is_reserved(mention.name))
    };
    reach.moving.is_none() && !reach.mentions.iter().any(local) && !broken_inside(expr)
}

fn broken_inside(expr: &Expr) -> bool {
    let mut broken = false;
    mentions::walk(expr, &mut |part| {
        broken |= matches!(part.kind.as_ref(), ExprKind::Error);
    });
    broken
}

/// The value of an expression that must be constant: `what` says what it is. `None` after an
/// error was given.
pub fn constant(
    work: &mut Work<'_>,
    expr: &Expr,
    expected: Option<&Type>,
    what: &str,
) -> Option<(Value, Type)> {
    if refuse_moving(work, expr, what) {
        return None;
    }
    infer::constant(&mut work.context(), expr, expected)
}

/// A type or domain, whose bounds must be constant. `None` after an error was given.
pub fn domain(work: &mut Work<'_>, ty: &TypeExpr) -> Option<Domain> {
    let mut bounds: Vec<&Expr> = Vec::new();
    bounds_of(ty, &mut bounds);
    if bounds.into_iter().any(|bound| refuse_moving(work, bound, "a bound of a domain")) {
        return None;
    }
    infer::domain(&mut work.context(), ty)
}

fn bounds_of<'e>(ty: &'e TypeExpr, bounds: &mut Vec<&'e Expr>) {
    match &ty.kind {
        TypeKind::Optional(inner) | TypeKind::Set(inner) => bounds_of(inner, bounds),
        TypeKind::Range(lo, hi) => bounds.extend([lo.as_ref(), hi.as_ref()]),
        TypeKind::Values(values) => bounds.extend(values),
        TypeKind::Named(_) | TypeKind::Error => {}
    }
}

/// Says so if `expr` is not constant.
fn refuse_moving(work: &mut Work<'_>, expr: &Expr, what: &str) -> bool {
    let Some(moving) = reach(work, expr, None).moving else {
        return false;
    };
    let (name, span) = (moving.name.to_string(), moving.span);
    let is = match work.names.lookup(&name) {
        Some(Meaning::Broken) | None => "is not".to_string(),
        Some(meaning) => format!("is {}", meaning.noun()),
    };
    let message = format!("{what} must be constant, but `{name}` {is}");
    let mut diagnostic = Diagnostic::error(NOT_CONSTANT, expr.span, message);
    if expr.span != span {
        diagnostic = diagnostic.label(span, format!("`{name}` is mentioned here"));
    }
    work.report(diagnostic);
    true
}

/// A constant int. `None` after an error was given.
pub fn int(work: &mut Work<'_>, expr: &Expr, what: &str) -> Option<i64> {
    match constant(work, expr, Some(&Type::Int), what)? {
        (Value::Int(int), _) => Some(int),
        _ => None,
    }
}

/// A constant number as a real. `None` after an error was given.
pub fn real(work: &mut Work<'_>, expr: &Expr, what: &str) -> Option<f64> {
    constant(work, expr, Some(&Type::Real), what)?.0.number()
}

/// The span from the first to the last of two expressions.
pub fn both(lo: &Expr, hi: &Expr) -> Span {
    lo.span.to(hi.span)
}
