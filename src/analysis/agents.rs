//! Kinds and populations. (A kind's fields are declared in `variables`.)

use super::constants;
use super::names::Meaning;
use super::work::Work;
use crate::diag::code::model::{POPULATION_SIZE, PRINCIPALS, WRONG_ITEM};
use crate::diag::{Diagnostic, Span};
use crate::ir::model::{Kind, Population};
use crate::ir::{KindId, PopId};
use crate::syntax::ast::{ItemKind, Name, Size};

/// The agents that a population may have.
pub const AGENTS_MAX: i64 = 100_000;

/// Enters all kinds, without their fields.
pub fn kinds(work: &mut Work<'_>) {
    for item in work.items.clone() {
        if let ItemKind::Kind { name, .. } = &item.kind {
            let kind = Kind {
                name: name.text.clone(),
                params: Vec::new(),
                states: Vec::new(),
                span: name.span,
            };
            let id = work.model.kinds.push(kind);
            work.names.define(&name.text, Meaning::Kind(id));
        }
    }
}

/// Enters all populations.
pub fn populations(work: &mut Work<'_>) {
    for item in work.items.clone() {
        let ItemKind::Agents { principals, name, kind, size } = &item.kind else {
            continue;
        };
        if *principals {
            require_fixed_size(work, name, size.as_ref());
        }
        let kind = kind_of(work, kind);
        let bounds = size.as_ref().map(|size| bounds(work, name, size));
        let (Some(kind), Some(size)) = (kind, bounds.map_or(Some(None), |size| size.map(Some)))
        else {
            continue;
        };
        let population = Population {
            name: name.text.clone(),
            kind,
            size,
            principals: *principals,
            span: name.span,
        };
        let id = work.model.populations.push(population);
        work.names.define(&name.text, Meaning::Population(id));
    }
}

/// Principals are given, not searched.
fn require_fixed_size(work: &mut Work<'_>, name: &Name, size: Option<&Size>) {
    if size.is_none_or(|size| size.hi.is_some()) {
        let message = format!("the principals `{}` need a fixed size", name.text);
        let help = format!("write `principals {}: KIND[n]`", name.text);
        work.report(Diagnostic::error(PRINCIPALS, name.span, message).help(help));
    }
}

fn kind_of(work: &mut Work<'_>, name: &Name) -> Option<KindId> {
    match work.find(name, |meaning| matches!(meaning, Meaning::Kind(_)))? {
        Meaning::Kind(kind) => Some(kind),
        other => {
            let message = format!("`{}` is {}, and agents are of a kind", name.text, other.noun());
            work.error(WRONG_ITEM, name.span, message);
            None
        }
    }
}

/// The least and greatest size. `None` after an error was given.
fn bounds(work: &mut Work<'_>, name: &Name, size: &Size) -> Option<(u32, u32)> {
    let what = format!("the size of `{}`", name.text);
    let lo = constants::int(work, &size.lo, &what);
    let hi = match &size.hi {
        Some(hi) => constants::int(work, hi, &what),
        None => lo,
    };
    let (lo, hi) = (lo?, hi?);
    let span = size.hi.as_ref().map_or(size.lo.span, |hi| constants::both(&size.lo, hi));
    within(work, &what, (lo, hi), span)
}

/// A range of sizes, if it is one. `None` after an error was given.
pub fn within(
    work: &mut Work<'_>,
    what: &str,
    (lo, hi): (i64, i64),
    span: Span,
) -> Option<(u32, u32)> {
    let message = if lo < 0 {
        format!("{what} cannot be {lo}: it is 0 at least")
    } else if hi > AGENTS_MAX {
        format!("{what} cannot be {hi}: it is {AGENTS_MAX} at most")
    } else if lo > hi {
        format!("{what} cannot be `{lo}..{hi}`: the least comes first")
    } else {
        return Some((lo as u32, hi as u32));
    };
    work.error(POPULATION_SIZE, span, message);
    None
}

/// A population where one is needed (`what` says for what). `None` after an error was given.
pub fn population(work: &mut Work<'_>, name: &Name, what: &str) -> Option<PopId> {
    match work.find(name, |meaning| matches!(meaning, Meaning::Population(_)))? {
        Meaning::Population(population) => Some(population),
        other => {
            let message =
                format!("`{}` is {}, and {what} is a population", name.text, other.noun());
            let mut diagnostic = Diagnostic::error(WRONG_ITEM, name.span, message);
            if let Meaning::Kind(kind) = other {
                let mut of_kind = work.model.populations.iter().filter(|pop| pop.kind == kind);
                if let Some(population) = of_kind.next() {
                    diagnostic = diagnostic.help(format!("did you mean `{}`?", population.name));
                }
            }
            work.report(diagnostic);
            None
        }
    }
}
