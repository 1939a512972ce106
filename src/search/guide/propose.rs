//! What is tried next: a proposal of an arm, from what the pool holds.
//!
//! In: a pool that does not change meanwhile, an arm, a seed. Out: an edited run, with whom it
//! descends from.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::arms::Arm;
use super::cover::Cover;
use super::edit::{Edited, Editor, Place, Spot, answers, number, weight};
use super::evolve::{Drawn, Evolution};
use super::literals::Literals;
use super::pool::{Entry, Pool};
use super::society;
use crate::base::Seed;
use crate::ir::{Domain, Type, Value};
use crate::search::memory::Memory;
use crate::search::subject::Subject;
use crate::search::values::Dice;
use crate::trace::Run;

/// An edited run, with where it comes from.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What is to be run.
    pub edited: Edited,
    /// The run that was edited; none where it was made afresh.
    pub parent: Option<Arc<Entry>>,
    /// The abstract state that it goes on from.
    pub state: Option<u64>,
    /// What the evolution drew for it.
    pub drawn: Option<Drawn>,
}

/// What proposals are made from.
pub struct Proposer<'a> {
    /// What is looked for.
    pub subject: &'a Subject<'a>,
    /// Who remembers what runs were asked.
    pub memory: Option<&'a dyn Memory>,
    /// What was seen.
    pub pool: &'a Pool,
    /// Setups that cover.
    pub cover: &'a Cover,
    /// Where the evolution of reals stands, if there is one.
    pub evolution: Option<&'a Evolution>,
    /// The numbers of the text.
    pub literals: &'a Literals,
    /// Societies that were tried, up to the names of agents.
    pub societies: &'a BTreeSet<u64>,
    /// The horizon.
    pub steps: u32,
}

/// Setups of one covering row that are made until one is of a new society.
const AFRESH: usize = 4;

impl Proposer<'_> {
    /// A proposal of `arm`; `row` is which covering setup is next. None where it has none.
    pub fn propose(&self, arm: Arm, row: usize, seed: Seed) -> Option<Proposal> {
        let mut number = 0;
        let mut uniform = || {
            number += 1;
            seed.uniform(&[number])
        };
        let dice = &mut Dice::new(&mut uniform);
        let fresh = seed.stream(1);
        match arm {
            Arm::Cover => self.covering(row, fresh, dice),
            Arm::Nearest => self.small(self.pool.nearest(dice)?, dice),
            Arm::Niche => self.small(self.pool.niche(dice)?, dice),
            Arm::Line => self.line(self.pool.nearest(dice)?, dice),
            Arm::Novel => self.novel(fresh, dice),
            Arm::Literal => {
                let parent = self.pool.best()?;
                let editor = Editor::new((self.subject, self.memory), &parent.sighting);
                let edited = self.literals.put(&editor, row)?;
                let parent = Some(Arc::clone(parent));
                Some(Proposal { edited, parent, state: None, drawn: None })
            }
            Arm::Evolve => {
                let (edited, drawn) = self.evolution?.propose(self.subject, fresh);
                Some(Proposal { edited, parent: None, state: None, drawn: Some(drawn) })
            }
        }
    }

    /// A setup that covers; if it can be, of a society that was not tried under other names.
    fn covering(&self, row: usize, fresh: Seed, dice: &mut Dice<'_>) -> Option<Proposal> {
        let mut setup = self.cover.setup(&self.subject.space, row, dice)?;
        for _ in 1..AFRESH {
            let known = society::digest(&self.subject.space.model, &setup)
                .is_some_and(|digest| self.societies.contains(&digest));
            if !known {
                break;
            }
            setup = self.cover.setup(&self.subject.space, row, dice)?;
        }
        let (choices, draws) = Default::default();
        let run = Run { setup, seed: fresh, choices, draws, steps: self.steps };
        let edited = Edited { run, places: Vec::new(), moved: None };
        Some(Proposal { edited, parent: None, state: None, drawn: None })
    }

    fn small(&self, parent: &Arc<Entry>, dice: &mut Dice<'_>) -> Option<Proposal> {
        let editor = Editor::new((self.subject, self.memory), &parent.sighting);
        let edited = editor.small(&|place| weight(&self.pool.credit, place), dice)?;
        Some(Proposal { edited, parent: Some(Arc::clone(parent)), state: None, drawn: None })
    }

    /// The run up to a rare state, fresh from there on; sometimes with a small edit before.
    fn novel(&self, fresh: Seed, dice: &mut Dice<'_>) -> Option<Proposal> {
        let (digest, visited) = self.pool.rare(dice)?;
        let parent = &visited.entry;
        let editor = Editor::new((self.subject, self.memory), &parent.sighting);
        let later = editor.answers().iter().any(|answer| answer.instant > visited.instant);
        if !later || dice.chance(0.2) {
            let proposal = self.small(parent, dice)?;
            return Some(Proposal { state: Some(digest), ..proposal });
        }
        let run = answers::fresh_from(&editor, visited.instant, fresh);
        let asked = editor.answers().iter().filter(|a| a.instant > visited.instant);
        let mut places: Vec<Place> = asked.map(|answer| Place::Site(answer.key.site)).collect();
        places.sort_unstable();
        places.dedup();
        let edited = Edited { run, places, moved: None };
        Some(Proposal {
            edited,
            parent: Some(Arc::clone(parent)),
            state: Some(digest),
            drawn: None,
        })
    }

    /// A number moved to where a part that is not as wanted would be, if its effect were
    /// linear: the secant method on one variable at a time, and a step of any size where no
    /// effect is known yet. Each part is a target of its own.
    fn line(&self, parent: &Arc<Entry>, dice: &mut Dice<'_>) -> Option<Proposal> {
        let editor = Editor::new((self.subject, self.memory), &parent.sighting);
        let open = parent.sighting.gap.parts.iter().filter(|part| part.1 > 0.0);
        let open: Vec<_> = open.collect();
        let (span, distance) = dice.pick(&open)?;
        let slopes = self.pool.slopes.iter().filter(|((of, _), _)| of == span);
        let known: Vec<(&Spot, f64)> = slopes.map(|((_, spot), slope)| (spot, *slope)).collect();
        let step = match dice.pick(&known) {
            Some((spot, slope)) if dice.chance(0.75) => {
                const FACTORS: [f64; 6] = [1.0, 1.0, 1.000_01, 1.05, 0.5, 2.0];
                let by = -distance / slope * FACTORS[dice.below(FACTORS.len())];
                Some(((*spot).clone(), by))
            }
            Some(_) | None => None,
        };
        let edited = match step {
            Some((spot, by)) => moved(&editor, &spot, by),
            None => probe(&editor, dice),
        }?;
        Some(Proposal { edited, parent: Some(Arc::clone(parent)), state: None, drawn: None })
    }
}

/// The run with one number moved by `by`.
fn moved(editor: &Editor<'_>, spot: &Spot, by: f64) -> Option<Edited> {
    let (value, domain, place) = at(editor, spot)?;
    let (value, by) = number::moved(&domain, &value, by)?;
    put(editor, spot, value, by, place)
}

/// The run with some number moved by a step of any size.
fn probe(editor: &Editor<'_>, dice: &mut Dice<'_>) -> Option<Edited> {
    let mut spots: Vec<Spot> = Vec::new();
    for place in editor.places() {
        match place {
            Place::Param(id) => {
                spots.extend(editor.param_cells(id).into_iter().map(|at| Spot::Param(id, at)));
            }
            Place::Start(id) => {
                spots.extend(editor.start_cells(id).into_iter().map(|at| Spot::Start(id, at)));
            }
            Place::Ties(_) | Place::Site(_) => {}
        }
    }
    let unlisted = editor.answers().iter().filter(|answer| answer.options.is_none());
    spots.extend(unlisted.map(|answer| Spot::Answer(answer.key.clone())));
    spots.retain(|spot| at(editor, spot).is_some_and(|(value, ..)| value.number().is_some()));
    let spot = dice.pick(&spots)?.clone();
    let (value, domain, place) = at(editor, &spot)?;
    let (value, by) = number::stepped(&domain, &value, dice)?;
    put(editor, &spot, value, by, place)
}

/// What stands at a spot, what may, and of which place it is.
fn at(editor: &Editor<'_>, spot: &Spot) -> Option<(Value, Domain, Place)> {
    let model = &*editor.space.model;
    let setup = &editor.parent.run.setup;
    match spot {
        Spot::Param(id, at) => {
            let value = setup.params[*id].get(*at)?.clone();
            Some((value, model.params[*id].domain.clone(), Place::Param(*id)))
        }
        Spot::Start(id, at) => {
            let value = setup.starts[*id].get(*at)?.clone();
            Some((value, model.states[*id].domain.clone(), Place::Start(*id)))
        }
        Spot::Answer(key) => {
            let mut asked = editor.answers().iter();
            let answer = asked.find(|answer| answer.key == *key)?;
            let ty = match &answer.value {
                Value::Int(_) => Type::Int,
                _ => Type::Real,
            };
            Some((answer.value.clone(), Domain::Whole(ty), Place::Site(key.site)))
        }
    }
}

fn put(editor: &Editor<'_>, spot: &Spot, value: Value, by: f64, place: Place) -> Option<Edited> {
    let mut run = editor.parent.run.clone();
    match spot {
        Spot::Param(id, at) => run.setup.params[*id][*at] = value,
        Spot::Start(id, at) => run.setup.starts[*id][*at] = value,
        Spot::Answer(key) => {
            let mut asked = editor.answers().iter();
            answers::set(&mut run, asked.find(|answer| answer.key == *key)?, value);
        }
    }
    let mut edited = Edited { run, places: vec![place], moved: Some((spot.clone(), by)) };
    editor.settled(&mut edited);
    Some(edited)
}
