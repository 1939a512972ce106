//! One question about one size: can the property be violated, and by how little.
//!
//! In: a question, the counters to be least in, a purse of work. Out: a run that is claimed to
//! violate, least in the counters; or that there is none; or why that is not known. Counters
//! are minimised in the order given: deviations and edges as few as possible, steps by halving.

use super::answer::Answer;
use super::assignment::Assignment;
use super::encode::{Encoder, Question};
use super::error::Unsupported;
use super::purse::Purse;
use super::solver::{self, Session};
use super::term::{Node, Term};
use crate::ir::property::Counter;
use crate::trace::Run;

/// What is said of one size.
pub enum Said {
    /// No run does it.
    Never,
    /// A run does it (so it is claimed).
    Does(Box<Claim>),
    /// In some run the formula itself faults.
    Breaks(Box<Run>),
    /// Not known, and why.
    Unknown(String),
}

/// A run that is claimed to violate.
pub struct Claim {
    /// The run.
    pub run: Run,
    /// The counters that it is least in, as far as they are of this size.
    pub least: Vec<u32>,
    /// Why something less might do it at this size; none: it is proved that nothing does.
    pub open: Option<String>,
}

/// Asks whether the property can be violated at this size (for a witness: whether some run does
/// it), and by how little in the order of `counters`.
// spec: solver.least
pub fn ask(
    question: Question<'_>,
    counters: &[Counter],
    purse: &Purse<'_>,
) -> Result<Said, Unsupported> {
    let mut encoder = Encoder::new(question)?;
    let horizon = question.settings.steps;
    let hit = encoder.settled_by(horizon)?;
    let mut demanded = encoder.asserted.clone();
    demanded.push(hit);
    let mut session = Session::new(demanded);
    let found = match session.solve(&encoder.terms, None, purse) {
        Answer::Found(found) => *found,
        Answer::Unknown(why) => return Ok(Said::Unknown(why)),
        Answer::None => return breaks(&mut encoder, purse),
    };
    let mut best = Best { session, found, open: None };
    let mut least = Vec::new();
    for counter in counters {
        least.push(match counter {
            Counter::Agents => agents(&question),
            Counter::Population(population) => question.sizes[*population],
            Counter::Deviations => {
                let count = encoder.deviation_count();
                best.fewest(&mut encoder, count, purse)
            }
            Counter::Edges => {
                let count = encoder.edge_count();
                best.fewest(&mut encoder, count, purse)
            }
            Counter::Steps => best.soonest(&mut encoder, horizon, purse)?,
        });
    }
    best.found.update(&encoder.terms);
    Ok(match encoder.decode(&best.found) {
        Some(run) => Said::Does(Box::new(Claim { run, least, open: best.open })),
        None => Said::Unknown("a number of the run is beyond the doubles".to_string()),
    })
}

/// Whether some run that counts is there at all: one, if there is.
pub fn any_run(question: Question<'_>, purse: &Purse<'_>) -> Result<Option<Run>, Unsupported> {
    let encoder = Encoder::new(question)?;
    match solver::solve(&encoder.terms, &encoder.asserted, purse) {
        Answer::Found(found) => Ok(encoder.decode(&found)),
        Answer::None | Answer::Unknown(_) => Ok(None),
    }
}

/// All agents but principals.
fn agents(question: &Question<'_>) -> u32 {
    let acting = question.model.populations.pairs().filter(|(_, of)| !of.principals);
    acting.map(|(id, _)| question.sizes[id]).sum()
}

/// Nothing violates: it is left whether the formula faults somewhere.
fn breaks(encoder: &mut Encoder<'_>, purse: &Purse<'_>) -> Result<Said, Unsupported> {
    let fault = encoder.may_break()?;
    if encoder.terms.truth(fault) == Some(false) {
        return Ok(Said::Never);
    }
    let mut demanded = encoder.asserted.clone();
    demanded.push(fault);
    Ok(match solver::solve(&encoder.terms, &demanded, purse) {
        Answer::None => Said::Never,
        Answer::Unknown(why) => Said::Unknown(why),
        Answer::Found(found) => match encoder.decode(&found) {
            Some(run) => Said::Breaks(Box::new(run)),
            None => Said::Unknown("a number of the run is beyond the doubles".to_string()),
        },
    })
}

/// The least so far, and what it must meet.
struct Best {
    session: Session,
    found: Assignment,
    open: Option<String>,
}

impl Best {
    /// Makes a count as small as possible, and demands that it stays so.
    fn fewest(&mut self, encoder: &mut Encoder<'_>, count: Term, purse: &Purse<'_>) -> u32 {
        self.found.update(&encoder.terms);
        let mut most = self.number(count);
        let mut least = encoder.terms.range(count).map_or(0, |(low, _)| small(low));
        // By halves, as long as each is short: so it is where agents are in order.
        while most > least {
            let middle = least + (most - 1 - least) / 2;
            let bound = encoder.terms.int(i128::from(middle));
            let fewer = encoder.terms.at_most(count, bound);
            match self.session.glance(&encoder.terms, Some(fewer), purse) {
                Answer::Found(found) => {
                    self.found = *found;
                    most = self.number(count);
                }
                Answer::None => least = middle + 1,
                Answer::Unknown(_) => break,
            }
        }
        if let Some(truths) = ones(encoder, count)
            && most > least
            && let Answer::Found(found) = self.session.fewest(&encoder.terms, &truths, purse)
        {
            self.found = *found;
            most = self.number(count);
            self.demand_at_most(encoder, count, most);
            return most;
        }
        // One by one: each answer may be less by more than one.
        while most > least {
            let bound = encoder.terms.int(i128::from(most) - 1);
            let fewer = encoder.terms.at_most(count, bound);
            match self.session.solve(&encoder.terms, Some(fewer), purse) {
                Answer::Found(found) => self.found = *found,
                Answer::None => break,
                Answer::Unknown(why) => {
                    self.open.get_or_insert(why);
                    break;
                }
            }
            most = self.number(count);
        }
        self.demand_at_most(encoder, count, most);
        most
    }

    fn demand_at_most(&mut self, encoder: &mut Encoder<'_>, count: Term, most: u32) {
        let bound = encoder.terms.int(i128::from(most));
        let demand = encoder.terms.at_most(count, bound);
        self.session.demand(demand);
    }

    fn number(&self, count: Term) -> u32 {
        small(&self.found.number(count))
    }

    /// Makes the instant that settles as early as possible.
    fn soonest(
        &mut self,
        encoder: &mut Encoder<'_>,
        horizon: u32,
        purse: &Purse<'_>,
    ) -> Result<u32, Unsupported> {
        let (mut low, mut high) = (0, horizon);
        while low < high {
            let middle = low + (high - low) / 2;
            let hit = encoder.settled_by(middle)?;
            match self.session.solve(&encoder.terms, Some(hit), purse) {
                Answer::Found(found) => {
                    self.found = *found;
                    high = middle;
                }
                Answer::None => low = middle + 1,
                Answer::Unknown(why) => {
                    self.open.get_or_insert(why);
                    low = middle + 1;
                }
            }
        }
        let hit = encoder.settled_by(high)?;
        self.session.demand(hit);
        Ok(high)
    }
}

fn small(number: &super::number::Rational) -> u32 {
    super::number::whole(number).and_then(|whole| u32::try_from(whole).ok()).unwrap_or(u32::MAX)
}

/// The truths that a count counts, if it is no more than that.
fn ones(encoder: &Encoder<'_>, count: Term) -> Option<Vec<Term>> {
    let terms = &encoder.terms;
    let parts = match terms.node(count) {
        Node::Add(parts) => parts.clone(),
        _ => vec![count],
    };
    let mut truths = Vec::new();
    for part in parts {
        match *terms.node(part) {
            Node::Number(_) => {}
            Node::If(c, one, zero) => {
                let is = |term, number| terms.constant(term) == Some(&super::number::int(number));
                (is(one, 1) && is(zero, 0)).then(|| truths.push(c))?;
            }
            _ => return None,
        }
    }
    Some(truths)
}
