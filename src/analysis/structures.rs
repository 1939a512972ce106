//! Structures: shapes, whom they tie, and the families that they may have.

use super::names::{Meaning, suggest};
use super::work::Work;
use super::{agents, constants};
use crate::diag::code::model::{BASELINE, FAMILY_MISFIT, TWO_SIDES, UNKNOWN_FAMILY, WEIGHT_BOUNDS};
use crate::diag::{Diagnostic, Span};
use crate::ir::model::Structure;
use crate::ir::{PopId, Type};
use crate::social::{Family, Shape};
use crate::syntax::ast::{self, ItemKind};

/// Enters all structures.
pub fn structures(work: &mut Work<'_>) {
    for item in work.items.clone() {
        if let ItemKind::Structure(written) = &item.kind
            && let Some(structure) = structure(work, written)
        {
            let id = work.model.structures.push(structure);
            work.names.define(&written.name.text, Meaning::Structure(id));
        }
    }
}

fn structure(work: &mut Work<'_>, written: &ast::Structure) -> Option<Structure> {
    let what = format!("what `{}` ties", written.name.text);
    let on = agents::population(work, &written.on, &what);
    let to = match &written.to {
        Some(to) => agents::population(work, to, &what),
        None => on,
    };
    let shape = shape(work, written)?;
    let families = families(work, written, shape);
    let (on, to, (among, baseline)) = (on?, to?, families?);
    if on != to {
        require_two_sided(work, written, shape);
    }
    let (name, span) = (written.name.text.clone(), written.name.span);
    Some(Structure { name, shape, on, to, among, baseline, span })
}

fn shape(work: &mut Work<'_>, written: &ast::Structure) -> Option<Shape> {
    match &written.shape {
        ast::Shape::Graph => Some(Shape::Graph),
        ast::Shape::Digraph { loops } => Some(Shape::Digraph { loops: *loops }),
        ast::Shape::Tree => Some(Shape::Tree),
        ast::Shape::Partition => Some(Shape::Partition),
        ast::Shape::Weights { normalized, lo, hi } => {
            let span = constants::both(lo, hi);
            let lo = constants::real(work, lo, "the least weight");
            let hi = constants::real(work, hi, "the greatest weight");
            let (normalized, lo, hi) = (*normalized, lo?, hi?);
            let message = if !(lo.is_finite() && hi.is_finite()) {
                format!("weights from `{lo}` to `{hi}` have no end")
            } else if lo > hi {
                format!("weights cannot be `{lo:?}..{hi:?}`: the least comes first")
            } else if normalized && (hi <= 0.0 || lo > 1.0) {
                format!("rows of weights in `{lo:?}..{hi:?}` cannot sum to 1")
            } else {
                return Some(Shape::Weights { normalized, lo, hi });
            };
            work.error(WEIGHT_BOUNDS, span, message);
            None
        }
    }
}

/// spec: structure.shape
fn require_two_sided(work: &mut Work<'_>, written: &ast::Structure, shape: Shape) {
    let word = match shape {
        Shape::Digraph { .. } | Shape::Weights { .. } => return,
        Shape::Graph => "graph",
        Shape::Tree => "tree",
        Shape::Partition => "partition",
    };
    let message = format!("a {word} is on one population, and `to` names another");
    let span = written.to.as_ref().map_or(written.shape_span, |to| to.span);
    work.report(
        Diagnostic::error(TWO_SIDES, span, message).help("use a `digraph` or `weights` instead"),
    );
}

/// What a structure may be, and what it is meant to be.
fn families(
    work: &mut Work<'_>,
    written: &ast::Structure,
    shape: Shape,
) -> Option<(Vec<Family>, Option<Family>)> {
    let listed: Vec<Option<Family>> =
        written.among.iter().map(|listed| family(work, listed, shape)).collect();
    let value = match &written.value {
        Some(value) => Some(family(work, value, shape)?),
        None => None,
    };
    if let (Some(Family::Any), Some(value)) = (value, &written.value) {
        let message = format!("`{}` cannot be fixed to `any`", written.name.text);
        work.report(
            Diagnostic::error(BASELINE, value.span, message)
                .help("write `among any` to leave every tie free"),
        );
        return None;
    }
    let mut among: Vec<Family> = Vec::new();
    let baseline_last = if among_has_any(&listed) { None } else { value };
    for family in listed.into_iter().collect::<Option<Vec<_>>>()?.into_iter().chain(baseline_last) {
        if !among.contains(&family) {
            among.push(family);
        }
    }
    if among.is_empty() {
        among.push(Family::Any);
    }
    Some((among, value))
}

/// `any` admits every baseline already.
fn among_has_any(listed: &[Option<Family>]) -> bool {
    listed.contains(&Some(Family::Any))
}

/// A family with its arguments, that the shape has. `None` after an error was given.
pub fn family(work: &mut Work<'_>, written: &ast::Family, shape: Shape) -> Option<Family> {
    let word = written.name.text.as_str();
    let Some((_, takes)) = Family::names().iter().find(|(name, _)| *name == word) else {
        unknown_family(work, word, written.name.span, shape);
        return None;
    };
    let what = format!("an argument of `{word}`");
    let arguments: Vec<Option<f64>> = written
        .arguments
        .iter()
        .map(|argument| constants::constant(work, argument, Some(&Type::Real), &what)?.0.number())
        .collect();
    let arguments: Vec<f64> = arguments.into_iter().collect::<Option<_>>()?;
    let Some(family) = Family::parse(word, &arguments) else {
        let wanted =
            if takes.is_empty() { format!("`{word}`") } else { format!("`{word}({takes})`") };
        let message = format!("the arguments do not fit the family {wanted}");
        work.error(UNKNOWN_FAMILY, written.span, message);
        return None;
    };
    if !family.fits(shape) {
        let message = format!("{} has no family `{word}`", shape_text(shape));
        let help = format!("it has {}", fitting(shape));
        work.report(Diagnostic::error(FAMILY_MISFIT, written.span, message).help(help));
        return None;
    }
    Some(family)
}

fn unknown_family(work: &mut Work<'_>, word: &str, span: Span, shape: Shape) {
    let message = format!("there is no family `{word}`");
    let mut diagnostic = Diagnostic::error(UNKNOWN_FAMILY, span, message);
    if let Some(meant) = suggest(word, Family::names().iter().map(|(name, _)| *name)) {
        diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
    }
    let help = format!("{} has {}", shape_text(shape), fitting(shape));
    work.report(diagnostic.help(help));
}

/// The families of a shape, each in backticks.
fn fitting(shape: Shape) -> String {
    let words: Vec<String> = Family::names()
        .iter()
        .filter(|(name, takes)| example(name, takes).is_some_and(|family| family.fits(shape)))
        .map(
            |(name, takes)| {
                if takes.is_empty() { format!("`{name}`") } else { format!("`{name}({takes})`") }
            },
        )
        .collect();
    words.join(", ")
}

/// Some family of this word, whatever its arguments.
fn example(name: &str, takes: &str) -> Option<Family> {
    let count = if takes.is_empty() { 0 } else { takes.split(',').count() };
    [2.0, 0.5].into_iter().find_map(|last| {
        let mut arguments = vec![2.0; count];
        if let Some(argument) = arguments.last_mut() {
            *argument = last;
        }
        Family::parse(name, &arguments)
    })
}

/// A shape with its article.
pub fn shape_text(shape: Shape) -> &'static str {
    match shape {
        Shape::Graph => "a graph",
        Shape::Digraph { .. } => "a digraph",
        Shape::Tree => "a tree",
        Shape::Partition => "a partition",
        Shape::Weights { .. } => "a structure of weights",
    }
}

/// How large the populations of a structure may be; none where one has no size.
pub fn largest(work: &Work<'_>, population: PopId) -> Option<u32> {
    work.model.populations[population].size.map(|(_, hi)| hi)
}
