//! Proof for every number of steps: k-induction.
//!
//! In: a question whose property is an `always`, and lemmas. Out: by how many instants in a row
//! it is proved at this size; or that it is not. The property is proved exactly, without the
//! tolerance, so that no step can add up what a comparison may miss. The model's domains are
//! assumed, since a run that leaves one has no such instant.

use super::answer::Answer;
use super::encode::{Encoder, Question, always};
use super::error::Unsupported;
use super::purse::Purse;
use super::solver;
use super::term::Term;
use crate::ir::{Expr, PropId};

/// The most instants in a row that are assumed.
const INSTANTS_MAX: u32 = 3;

/// A lemma or property as what every instant must have.
pub(super) struct Law {
    pub formula: Expr,
    pub frame: usize,
}

/// By how many instants in a row the property is proved for every number of steps; none where it
/// is not, or its form is another one. `lemmas` are proved already, for these sizes.
// spec: solver.induct
pub fn induct(
    question: Question<'_>,
    lemmas: &[PropId],
    purse: &Purse<'_>,
) -> Result<Option<u32>, Unsupported> {
    let Some(law) = law(&question, question.property) else { return Ok(None) };
    let lemmas: Vec<Law> = lemmas.iter().filter_map(|lemma| self::law(&question, *lemma)).collect();
    for instants in 1..=INSTANTS_MAX {
        if !starts(question, &law, instants, purse)? {
            return Ok(None);
        }
        if steps(question, &law, &lemmas, instants, purse)? {
            return Ok(Some(instants));
        }
    }
    Ok(None)
}

/// What a property says of every instant; none where it is of another form.
pub(super) fn law(question: &Question<'_>, property: PropId) -> Option<Law> {
    let declared = &question.model.properties[property];
    let plain = declared.worlds.is_empty() && !declared.chance;
    let formula = plain.then(|| always::always(question.model, &declared.formula)).flatten()?;
    Some(Law { formula, frame: declared.frame })
}

/// Whether the first instants of every run are lawful.
fn starts(
    question: Question<'_>,
    law: &Law,
    instants: u32,
    purse: &Purse<'_>,
) -> Result<bool, Unsupported> {
    let settings =
        crate::ir::property::Settings { steps: instants - 1, ..question.settings.clone() };
    let mut encoder = Encoder::new(Question { settings: &settings, ..question })?;
    let mut broken = Vec::new();
    for instant in 0..instants {
        let holds = encoder.holds_at(&law.formula, law.frame, instant)?;
        let there = encoder.is_there(instant);
        broken.push(encoder.terms.but(there, holds));
    }
    let broken = encoder.terms.any(broken);
    Ok(never(&encoder, broken, purse))
}

/// Whether the instant after some lawful ones in a row is lawful.
fn steps(
    question: Question<'_>,
    law: &Law,
    lemmas: &[Law],
    instants: u32,
    purse: &Purse<'_>,
) -> Result<bool, Unsupported> {
    let mut encoder = Encoder::inductive(question, instants)?;
    // What occurred at the arbitrary state is not known.
    let first = |law: &Law| match always::reads_events(question.model, &law.formula) {
        true => 2,
        false => 1,
    };
    for at in first(law)..=instants {
        let holds = encoder.holds_at(&law.formula, law.frame, at)?;
        encoder.assert(holds);
    }
    for lemma in lemmas {
        for at in first(lemma)..=instants {
            let holds = encoder.holds_at(&lemma.formula, lemma.frame, at)?;
            encoder.assert(holds);
        }
    }
    let holds = encoder.holds_at(&law.formula, law.frame, instants + 1)?;
    let there = encoder.is_there(instants + 1);
    let broken = encoder.terms.but(there, holds);
    Ok(never(&encoder, broken, purse))
}

fn never(encoder: &Encoder<'_>, broken: Term, purse: &Purse<'_>) -> bool {
    let mut demanded = encoder.asserted.clone();
    demanded.push(broken);
    matches!(solver::solve(&encoder.terms, &demanded, purse), Answer::None)
}
