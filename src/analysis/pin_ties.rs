//! Pins of structures: to a family, or to ties by index.

use super::work::Work;
use super::{constants, structures};
use crate::diag::Diagnostic;
use crate::diag::Span;
use crate::diag::code::model::PIN_VALUE;
use crate::ir::StructId;
use crate::ir::model::Structure;
use crate::ir::property::PinKind;
use crate::social::{Family, Shape, Ties};
use crate::syntax::ast::{self, Name, PinValue};

/// Ties are held against the families only up to this size: it is a courtesy, since the
/// setup is checked again when it is made.
const RECOGNISED_MAX: u32 = 32;

/// The pin of a structure. `None` after an error was given.
pub fn pin(
    work: &mut Work<'_>,
    structure: StructId,
    name: &Name,
    value: &PinValue,
) -> Option<PinKind> {
    match value {
        PinValue::Expr(expr) => family(work, structure, expr),
        PinValue::Ties(rows, span) => ties(work, structure, name, rows, *span),
    }
}

fn family(work: &mut Work<'_>, id: StructId, expr: &ast::Expr) -> Option<PinKind> {
    let structure = work.model.structures[id].clone();
    let written = match expr.kind.as_ref() {
        ast::ExprKind::Name(text) => ast::Family {
            name: Name { text: text.clone(), span: expr.span },
            arguments: Vec::new(),
            span: expr.span,
        },
        ast::ExprKind::Call { function, arguments } => match function.kind.as_ref() {
            ast::ExprKind::Name(text) => ast::Family {
                name: Name { text: text.clone(), span: function.span },
                arguments: arguments.clone(),
                span: expr.span,
            },
            _ => return no_family(work, &structure, expr.span),
        },
        ast::ExprKind::Error => return None,
        _ => return no_family(work, &structure, expr.span),
    };
    let family = structures::family(work, &written, structure.shape)?;
    if !structure.among.contains(&family) && !structure.among.contains(&Family::Any) {
        let among: Vec<String> =
            structure.among.iter().map(|family| format!("`{}`", family.text())).collect();
        let message = format!("`{}` is never `{}`", structure.name, family.text());
        let help = format!("it is among {}", among.join(", "));
        work.report(Diagnostic::error(PIN_VALUE, expr.span, message).help(help));
        return None;
    }
    Some(PinKind::Family(id, family))
}

fn no_family<T>(work: &mut Work<'_>, structure: &Structure, span: Span) -> Option<T> {
    let message = format!("`{}` is pinned to a family or to ties", structure.name);
    let help = "write `ring`, or ties by index such as `[[1, 0]]`";
    work.report(Diagnostic::error(PIN_VALUE, span, message).help(help));
    None
}

fn ties(
    work: &mut Work<'_>,
    id: StructId,
    name: &Name,
    rows: &[Vec<ast::Expr>],
    span: Span,
) -> Option<PinKind> {
    let structure = work.model.structures[id].clone();
    let mut ties: Vec<(u32, u32, f64)> = Vec::new();
    for row in rows {
        let tie = tie(work, &structure, row, span)?;
        if ties.iter().any(|other| (other.0, other.1) == (tie.0, tie.1)) {
            let message = format!("the tie from {} to {} is given twice", tie.0, tie.1);
            work.error(PIN_VALUE, span, message);
            return None;
        }
        ties.push(tie);
    }
    if !recognised(work, &structure, &ties) {
        let among: Vec<String> =
            structure.among.iter().map(|family| format!("`{}`", family.text())).collect();
        let message = format!(
            "at no size are these ties of `{}`, which is {} among {}",
            name.text,
            structures::shape_text(structure.shape),
            among.join(", ")
        );
        work.error(PIN_VALUE, span, message);
        return None;
    }
    Some(PinKind::Ties(id, ties))
}

fn tie(
    work: &mut Work<'_>,
    structure: &Structure,
    row: &[ast::Expr],
    span: Span,
) -> Option<(u32, u32, f64)> {
    let weights = match structure.shape {
        Shape::Weights { lo, hi, .. } => Some((lo, hi)),
        Shape::Graph | Shape::Digraph { .. } | Shape::Tree | Shape::Partition => None,
    };
    let (from, to, weight) = match (row, weights) {
        ([from, to], None) => (from, to, 1.0),
        ([from, to, weight], Some((lo, hi))) => {
            let known = constants::real(work, weight, "a weight")?;
            if !(lo..=hi).contains(&known) {
                let message = format!("the weight `{known:?}` is outside of `{lo:?}..{hi:?}`");
                work.error(PIN_VALUE, weight.span, message);
                return None;
            }
            (from, to, known)
        }
        (_, expected) => {
            let form = if expected.is_some() { "[from, to, weight]" } else { "[from, to]" };
            let message = format!("a tie of `{}` is written `{form}`", structure.name);
            let at = row.first().map_or(span, |first| first.span);
            work.error(PIN_VALUE, at, message);
            return None;
        }
    };
    let a = agent(work, structure.on, from);
    let b = agent(work, structure.to, to);
    let (a, b) = (a?, b?);
    let loops = matches!(structure.shape, Shape::Digraph { loops: true } | Shape::Weights { .. });
    if a == b && structure.on == structure.to && !loops {
        let message = format!("`{}` ties nobody to itself", structure.name);
        work.error(PIN_VALUE, constants::both(from, to), message);
        return None;
    }
    Some((a, b, weight))
}

/// An agent's place in its population.
fn agent(work: &mut Work<'_>, population: crate::ir::PopId, expr: &ast::Expr) -> Option<u32> {
    let place = constants::int(work, expr, "an agent's place in a tie")?;
    let most = structures::largest(work, population).unwrap_or(100_000);
    match u32::try_from(place) {
        Ok(place) if place < most => Some(place),
        _ => {
            let name = &work.model.populations[population].name;
            let message = format!("`{name}` has no agent `{place}`: there are {most} at most");
            work.error(PIN_VALUE, expr.span, message);
            None
        }
    }
}

/// Whether some size of the population admits the ties; true where that was not looked at.
fn recognised(work: &Work<'_>, structure: &Structure, ties: &[(u32, u32, f64)]) -> bool {
    if structure.on != structure.to {
        return true;
    }
    let Some((lo, hi)) = work.model.populations[structure.on].size else {
        return true;
    };
    let least = ties.iter().map(|tie| tie.0.max(tie.1) + 1).max().unwrap_or(0).max(lo);
    if hi > RECOGNISED_MAX {
        return true;
    }
    let both_ways = matches!(structure.shape, Shape::Graph | Shape::Partition);
    (least..=hi).any(|size| {
        let mut made = Ties::empty(size, size);
        for (a, b, weight) in ties {
            made.set(*a, *b, *weight);
            if both_ways {
                made.set(*b, *a, *weight);
            }
        }
        let mut among = structure.among.iter();
        among.any(|family| crate::social::admits(structure.shape, *family, &made, true))
    })
}
