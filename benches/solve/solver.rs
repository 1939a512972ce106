//! The same questions by polity's solver, from the analysed model.
//!
//! In: a model with a check named `asked`. Out: what is proved. Counted is all that a proof takes:
//! sizes, encodings, Z3, and the replay of what it claims on the reference. Not counted is what
//! `polity check` does besides: it makes the values of a counterexample simple, looks for vacuity,
//! and tries an induction.

use std::sync::Arc;

use num_bigint::BigInt;
use polity::check::critical::critical;
use polity::check::nearby;
use polity::ir::Model;
use polity::ir::property::{Counter, Target};
use polity::search::space::{Sizes, Space};
use polity::search::subject::Subject;
use polity::smt::{Claim, Critical, End, Purse, Question, Said, ask};

use crate::question::Answer;

/// The solver's work for a question, in Z3's own count: what `polity check` gives.
const WORK: u64 = 40_000_000;
/// Wall time that Z3 may take for one answer.
const MILLISECONDS: u32 = 10_000;

/// The answer, if it is proved.
pub fn answer(model: &Arc<Model>) -> Result<Answer, String> {
    let asked = |target: &&Target| target.alias.as_deref() == Some("asked");
    let target = model.targets.iter().find(asked).ok_or("no check named `asked`")?;
    let space = Space::new(Arc::clone(model), &target.settings.given);
    let subject = Subject::new(space, target);
    let (sizes, complete) = subject.space.sizes();
    if !complete {
        return Err("there are more sizes than are asked about".to_string());
    }
    let purse = Purse::new(WORK, MILLISECONDS, &|| true);
    match target.settings.minimize[..] {
        [] => Err("nothing is minimised".to_string()),
        // Where the size is fixed, whether it fails is all there is to say.
        [Counter::Agents] if sizes.len() == 1 => {
            Ok(at_size(&subject, &sizes[0], &purse)?.map_or(Answer::Holds, |_| Answer::Fails))
        }
        [Counter::Agents] => {
            // Fewest agents first: the first that fails is the least.
            for size in &sizes {
                if let Some(claim) = at_size(&subject, size, &purse)? {
                    return Ok(Answer::Least(claim.least[0]));
                }
            }
            Ok(Answer::Holds)
        }
        [_] if sizes.len() == 1 => {
            let claim = at_size(&subject, &sizes[0], &purse)?;
            Ok(claim.map_or(Answer::Holds, |claim| Answer::Least(claim.least[0])))
        }
        _ => Err("more than one thing is minimised".to_string()),
    }
}

/// The least value of a parameter, one for all its cells, at which the property fails, if it is
/// proved; at the value itself the violation is replayed.
pub fn critical_value(model: &Arc<Model>, parameter: &str) -> Result<Answer, String> {
    let asked = |target: &&Target| target.alias.as_deref() == Some("asked");
    let target = model.targets.iter().find(asked).ok_or("no check named `asked`")?;
    let cell = parameter.rsplit('.').next().unwrap_or(parameter);
    let param = model.params.pairs().find(|(_, param)| param.name == cell);
    let (param, _) = param.ok_or("no such parameter")?;
    let sizes = critical(model, target, (param, End::Least), WORK, &|_| true);
    let sizes = sizes.map_err(|lacks| format!("the solver does not have {}", lacks.what))?;
    let [size] = &sizes[..] else { return Err("more than one size".to_string()) };
    match &size.critical {
        Critical::Never => Ok(Answer::Holds),
        Critical::Unknown(why) => Err(why.clone()),
        Critical::At(bound) => {
            let small =
                |part: BigInt| i64::try_from(part).map_err(|_| "a large number".to_string());
            let (above, below) = (small(bound.value.numer())?, small(bound.value.denom())?);
            match bound.attained {
                true if size.replays => Ok(Answer::From(above, below)),
                true => Err("the run at the value does not replay".to_string()),
                false => Ok(Answer::Above(above, below)),
            }
        }
    }
}

/// The least claim at a size, replayed; none where it is proved that there is none.
fn at_size(
    subject: &Subject<'_>,
    sizes: &Sizes,
    purse: &Purse<'_>,
) -> Result<Option<Claim>, String> {
    let settings = &subject.target.settings;
    let question = Question { model: subject.model(), property: subject.property, settings, sizes };
    let said = ask(question, &settings.minimize, purse);
    match said.map_err(|unsupported| format!("the solver does not have {}", unsupported.what))? {
        Said::Never => Ok(None),
        Said::Does(claim) if claim.open.is_some() => Err(format!("at most {:?}", claim.least)),
        Said::Does(claim) => match nearby::replaying(subject, claim.run.clone()) {
            Some(_) => Ok(Some(*claim)),
            None => Err("the run that is claimed does not replay".to_string()),
        },
        Said::Breaks(_) => Err("the formula faults".to_string()),
        Said::Unknown(why) => Err(why),
    }
}
