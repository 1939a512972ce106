//! Every state of a setup instead of every run: explicit-state exploration on the compiled
//! engine, for properties that single states decide.
//!
//! In: a subject and a setup. Out: that no run of it hits, up to the horizon or for every number
//! of steps; or a run of fewest steps that does; or nothing.
//!
//! # Invariants
//! - A run that the engine found counts only once the reference has seen it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::enumerate::listed;
use super::order::Rank;
use super::space::Sizes;
use super::subject::{Seen, Subject};
use crate::base::Seed;
use crate::base::random::Sponge;
use crate::engine::explore::{Ended, Explored, Explorer, Given, Limits, Trail};
use crate::engine::{Ask, Program, Society as Held, Unsupported, compile};
use crate::ir::Value;
use crate::ir::layout::Layout;
use crate::ir::property::Role;
use crate::reference::answers::{choice_words, draw_words};
use crate::reference::{Answers, Outcomes, society};
use crate::trace::{Key, Run, Setup};

/// A subject's program, to explore setups with.
pub struct Reachable {
    program: Program,
}

/// What exploring a setup came to.
#[derive(Clone, Debug)]
pub struct Reached {
    /// What was explored.
    pub explored: Explored,
    /// A run that hits, with fewest steps.
    pub hit: Option<(Run, Rank)>,
}

impl Reached {
    /// Whether no run hits: up to the horizon, or (`true`) for every number of steps.
    pub fn never(&self) -> Option<bool> {
        match self.explored.ended {
            Ended::Closed => Some(true),
            Ended::Horizon => Some(false),
            Ended::Met(_) | Ended::Full | Ended::Stopped | Ended::Refused(_) => None,
        }
    }
}

impl Reachable {
    /// The program of a subject's property; or what the engine does not do.
    pub fn of(subject: &Subject<'_>) -> Result<Reachable, Unsupported> {
        let model = subject.model();
        let declared = &model.properties[subject.property];
        let refuse =
            |construct: &str| Unsupported { construct: construct.into(), place: declared.span };
        if declared.chance {
            return Err(refuse("a probability"));
        }
        if model.has_worlds(subject.property) {
            return Err(refuse("worlds"));
        }
        let (tolerance, complete) = (subject.terms.tolerance, subject.terms.complete);
        let mut ask = Ask { tolerance, complete, ..Ask::default() };
        match declared.role {
            Role::NoFaults => ask.no_faults = true,
            Role::Holistic => return Err(refuse("holistic")),
            Role::Property | Role::Witness | Role::Invariant => {
                ask.formulas.push((&declared.formula, vec![Value::None; declared.frame]));
            }
        }
        Ok(Reachable { program: compile(model, &ask)? })
    }

    /// An exploration of setups of one size; or what states alone do not decide.
    pub fn explorer<'e>(
        &'e self,
        subject: &'e Subject<'_>,
        sizes: &Sizes,
    ) -> Result<Explorer<'e>, Unsupported> {
        let layout = Layout::new(subject.model(), sizes);
        Explorer::new((subject.model(), subject.property), &self.program, layout)
    }
}

/// Explores a setup; none where its society cannot be made.
pub fn reach(
    explorer: &mut Explorer<'_>,
    subject: &Subject<'_>,
    setup: &Setup,
    limits: Limits,
    go_on: &dyn Fn(u64) -> bool,
) -> Option<Reached> {
    let made = society(subject.model(), setup).ok()?;
    let held = Held { params: &made.params, structures: &made.structures, starts: &made.starts };
    let explored = explorer.explore(held, limits, go_on);
    let hit = match &explored.ended {
        Ended::Met(trail) => follow(subject, setup, trail),
        _ => None,
    };
    Some(Reached { explored, hit })
}

/// Ways to go on after a trail that are tried: a later statement may discard the run.
const ENDINGS: u64 = 16;

/// The run that goes along a trail, if the reference sees that it hits.
fn follow(subject: &Subject<'_>, setup: &Setup, trail: &Trail) -> Option<(Run, Rank)> {
    let given: BTreeMap<&[u32], Given> =
        trail.answers.iter().map(|(words, given)| (&words[..], *given)).collect();
    (0..ENDINGS).find_map(|number| {
        let seeds = Sponge::new(&[Seed(number)]);
        let mut answers = Followed { given: &given, seeds };
        let look = subject.look(setup, &mut answers, None);
        (look.seen == Seen::Hit).then(|| listed(subject, setup, &look)).flatten()
    })
}

/// Answers along a trail; what it does not say comes from a seed.
struct Followed<'a> {
    given: &'a BTreeMap<&'a [u32], Given>,
    seeds: Sponge<1>,
}

impl Followed<'_> {
    fn uniform(&self, words: &[u32]) -> f64 {
        self.seeds.seed(0).uniform(words)
    }
}

impl Answers for Followed<'_> {
    fn pick(&mut self, key: &Key, options: &Arc<Vec<Value>>) -> usize {
        let words = choice_words(key);
        let place = match self.given.get(&words[..]) {
            Some(Given::Choice(place)) => *place as usize,
            _ => (self.uniform(&words) * options.len() as f64) as usize,
        };
        place.min(options.len() - 1)
    }

    fn propose(
        &mut self,
        key: &Key,
        rows: usize,
        domain: &Outcomes,
        attempt: u32,
    ) -> Option<Vec<Value>> {
        let u = self.uniform(&choice_words(key));
        (attempt == 0).then(|| vec![domain.quantile(u); rows])
    }

    fn draw(&mut self, key: &Key, outcomes: &Outcomes) -> Value {
        let words = draw_words(key);
        match (self.given.get(&words[..]), outcomes) {
            (Some(Given::Outcome(place)), Outcomes::Finite(values)) => {
                values[(*place as usize).min(values.len() - 1)].0.clone()
            }
            (Some(Given::Outcome(place)), Outcomes::Ints(lo, _)) => {
                Value::Int(lo + i64::from(*place))
            }
            (Some(Given::Rank(rank)), _) => outcomes.quantile(*rank),
            _ => outcomes.quantile(self.uniform(&words)),
        }
    }
}
