//! Critical values: the least or greatest value of a parameter at which a property can be
//! violated, as an exact rational.
//!
//! In: a question and a parameter, which has one value for all its cells. Out: the bound at this
//! size, whether it is attained, and a run there. Comparisons are exact: no tolerance moves the
//! bound.

use super::answer::Extreme;
use super::encode::{Encoder, Question};
use super::error::Unsupported;
use super::number::Rational;
use super::purse::Purse;
use super::solver;
use super::sym::{self, Sym};
use super::term::Term;
use crate::ir::ParamId;
use crate::ir::property::Settings;
use crate::trace::Run;

/// Which end is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// The least value.
    Least,
    /// The greatest value.
    Greatest,
}

/// What is known of one size.
pub enum Critical {
    /// The property is not violated at this size, whatever the parameter.
    Never,
    /// The bound.
    At(Box<Bound>),
    /// Not known, and why.
    Unknown(String),
}

/// A critical value.
pub struct Bound {
    /// The value.
    pub value: Rational,
    /// Whether the property is violated at the value itself, or only beyond it.
    pub attained: bool,
    /// A run at the value, if it is attained and its numbers are doubles.
    pub run: Option<Run>,
}

/// The critical value of `param` at this size.
// spec: solver.critical
pub fn threshold(
    question: Question<'_>,
    param: ParamId,
    end: End,
    purse: &Purse<'_>,
) -> Result<Critical, Unsupported> {
    let settings = Settings { tolerance: Some(0.0), ..question.settings.clone() };
    let question = Question { settings: &settings, ..question };
    let mut encoder = Encoder::with_one_value(question, Some(param))?;
    let hit = encoder.settled_by(settings.steps)?;
    let Some(value) = common(&mut encoder, param)? else { return Ok(Critical::Never) };
    let mut demanded = encoder.asserted.clone();
    demanded.push(hit);
    let least = end == End::Least;
    Ok(match solver::extreme(&encoder.terms, &demanded, value, least, purse) {
        Extreme::Never => Critical::Never,
        Extreme::Unknown(why) => Critical::Unknown(why),
        Extreme::At { value, attained, found } => {
            let run = found.filter(|_| attained).and_then(|found| encoder.decode(&found));
            Critical::At(Box::new(Bound { value, attained, run }))
        }
    })
}

/// The one value that all cells of a parameter have; none where it has no cell.
fn common(encoder: &mut Encoder<'_>, param: ParamId) -> Result<Option<Term>, Unsupported> {
    let span = encoder.model.params[param].span;
    let cells: &Vec<Sym> = &encoder.societies[0].params[param];
    let Some(first) = cells.first().cloned() else { return Ok(None) };
    let what = "a critical value of a parameter that is no number";
    let (Sym::Int(_) | Sym::Real(_)) = first else { return encoder.unsupported(span, what) };
    Ok(Some(sym::number(&mut encoder.terms, &first, span)?))
}
