//! Edits of a run: of its setup, its choices and its draws, never of its states; so whatever
//! is tried is a run that the model can make.

pub mod answers;
pub mod cells;
pub mod number;
pub mod ties;

use std::collections::BTreeMap;

use super::sighting::Sighting;
use crate::ir::layout::Layout;
use crate::ir::{ParamId, SiteId, StateId, StructId};
use crate::reference::deviations;
use crate::search::generate::{defaulted, settle};
use crate::search::memory::Memory;
use crate::search::space::{Pinned, Space};
use crate::search::subject::Subject;
use crate::search::values::Dice;
use crate::trace::{Answer, Key, Run};

/// A variable, structure or site that an edit changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// The cells of a parameter.
    Param(ParamId),
    /// The cells of a free start.
    Start(StateId),
    /// The ties of a structure.
    Ties(StructId),
    /// The answers of a choice or draw.
    Site(SiteId),
}

/// One number of a run.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Spot {
    /// A parameter's cell.
    Param(ParamId, usize),
    /// A free start's cell.
    Start(StateId, usize),
    /// A choice or draw.
    Answer(Key),
}

/// An edited run.
#[derive(Clone, Debug)]
pub struct Edited {
    /// The run.
    pub run: Run,
    /// What was changed.
    pub places: Vec<Place>,
    /// The number that alone was moved, and by how much; none where it was another edit.
    pub moved: Option<(Spot, f64)>,
}

/// A run to be edited, with what bounds its edits.
pub struct Editor<'a> {
    /// What is looked for.
    pub subject: &'a Subject<'a>,
    /// Who remembers what runs were asked.
    pub memory: Option<&'a dyn Memory>,
    /// What setups there are.
    pub space: &'a Space,
    /// The layout of the run's size.
    pub layout: Layout,
    /// The cells that may not be edited.
    pub pinned: Pinned,
    /// The run, and what it showed.
    pub parent: &'a Sighting,
}

impl<'a> Editor<'a> {
    /// An editor of `parent`.
    pub fn new(
        (subject, memory): (&'a Subject<'_>, Option<&'a dyn Memory>),
        parent: &'a Sighting,
    ) -> Editor<'a> {
        let space = &subject.space;
        let layout = Layout::new(&space.model, &parent.run.setup.sizes);
        let pinned = space.pinned(&layout);
        Editor { subject, memory, space, layout, pinned, parent }
    }

    /// The choices and draws of the run.
    pub fn answers(&self) -> &'a [Answer] {
        self.parent.answers(self.subject, self.memory)
    }

    /// Everything that can be edited.
    pub fn places(&self) -> Vec<Place> {
        let model = &*self.space.model;
        let mut places = Vec::new();
        for id in model.params.ids() {
            if !self.param_cells(id).is_empty() {
                places.push(Place::Param(id));
            }
        }
        for id in model.states.ids() {
            if !self.start_cells(id).is_empty() {
                places.push(Place::Start(id));
            }
        }
        for (id, structure) in model.structures.pairs() {
            let sizes = &self.parent.run.setup.sizes;
            if self.space.ties[id].is_none() && sizes[structure.on] + sizes[structure.to] > 1 {
                places.push(Place::Ties(id));
            }
        }
        let asked = self.answers().iter();
        let mut sites: Vec<SiteId> = asked.map(|answer| answer.key.site).collect();
        sites.sort_unstable();
        sites.dedup();
        places.extend(sites.into_iter().map(Place::Site));
        places
    }

    /// The cells of a parameter that are free.
    pub fn param_cells(&self, id: ParamId) -> Vec<usize> {
        let declared = &self.space.model.params[id];
        if declared.derived || declared.value.is_some() && self.space.deviations.1 == 0 {
            return Vec::new();
        }
        let cells = 0..self.parent.run.setup.params[id].len();
        cells.filter(|place| !self.pinned.params.contains_key(&(id, *place))).collect()
    }

    /// The cells of a start that are free.
    pub fn start_cells(&self, id: StateId) -> Vec<usize> {
        let cells = 0..self.parent.run.setup.starts[id].len();
        cells.filter(|place| !self.pinned.starts.contains_key(&(id, *place))).collect()
    }

    /// One to three edits, each of a place that is chosen by `weight`; none where no edit was
    /// met.
    pub fn small(&self, weight: &dyn Fn(Place) -> f64, dice: &mut Dice<'_>) -> Option<Edited> {
        let places = self.places();
        let weights: Vec<f64> = places.iter().map(|place| weight(*place)).collect();
        let edits = 1 + usize::from(dice.chance(0.35)) + usize::from(dice.chance(0.15));
        let mut edited = Edited { run: self.parent.run.clone(), places: Vec::new(), moved: None };
        for _ in 0..edits {
            let place = places[weighted(&weights, dice)?];
            let moved = self.edit(place, &mut edited.run, dice)?;
            edited.moved = moved.filter(|_| edits == 1);
            if !edited.places.contains(&place) {
                edited.places.push(place);
            }
        }
        self.settled(&mut edited);
        (edited.run != self.parent.run).then_some(edited)
    }

    /// One edit of one place; the number that was moved, if it was one.
    fn edit(
        &self,
        place: Place,
        run: &mut Run,
        dice: &mut Dice<'_>,
    ) -> Option<Option<(Spot, f64)>> {
        match place {
            Place::Param(id) => cells::param(self, id, run, dice),
            Place::Start(id) => cells::start(self, id, run, dice),
            Place::Ties(id) => ties::edit(self, id, run, dice).then_some(None),
            Place::Site(id) => answers::edit(self, id, run, dice),
        }
    }

    /// What stood at its default still does, though the default may read what was changed.
    pub fn settled(&self, edited: &mut Edited) {
        let model = &*self.space.model;
        let before = &self.parent.run.setup;
        if before.params == edited.run.setup.params {
            return;
        }
        let Ok(deviating) = deviations(model, before) else { return };
        let mut cells = defaulted(model, &self.layout);
        cells.retain(|cell| {
            let same = before.params[cell.0][cell.1] == edited.run.setup.params[cell.0][cell.1];
            same && !deviating.contains(cell) && !self.pinned.params.contains_key(cell)
        });
        settle(model, &mut edited.run.setup, &cells);
    }
}

/// A place in `weights`, each as likely as its weight; none where they are all 0.
pub fn weighted(weights: &[f64], dice: &mut Dice<'_>) -> Option<usize> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return None;
    }
    let mut left = dice.uniform() * sum;
    for (place, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return Some(place);
        }
    }
    weights.iter().rposition(|weight| *weight > 0.0)
}

/// How often edits of each place were tried, and how often they showed.
pub type Credit = BTreeMap<Place, (u32, u32)>;

/// How likely a place is edited: the share of its edits that showed, with two imagined ones.
pub fn weight(credit: &Credit, place: Place) -> f64 {
    let (tried, shown) = credit.get(&place).copied().unwrap_or_default();
    f64::from(shown + 1) / f64::from(tried + 2)
}
