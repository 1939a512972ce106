//! All runs of setups on the compiled engine: many paths at once.
//!
//! In: setups of one size, each with the path that its walk has come to. Out: what their runs came
//! to.
//!
//! # Invariants
//! - The paths are those that a walk on the reference goes, each once; only their order differs.
//! - The engine only passes runs by; the reference makes the others along their paths. Where it is
//!   asked for something else there than the engine was, the whole setup is left to it.
//! - Of the runs that hit, only those that may be less than what was found before are made again.

mod along;
mod frame;
mod remembered;

use std::collections::BTreeSet;
use std::sync::Arc;

use along::Along;
use frame::{Frame, Path};

use super::compiled::{Compiled, Passed, settled};
use super::enumerate::{Asked, Walk};
use super::explore::{Context, Job};
use super::found::Coverage;
use super::memory::shown::Came;
use super::order::{Rank, surely_not_less};
use super::seat::Seat;
use crate::base::Seed;
use crate::engine::{Block, Mark};
use crate::trace::Setup;

/// The runs of a setup that are left.
#[derive(Clone, Debug)]
pub struct Rest {
    /// The setup.
    pub setup: Setup,
    /// The path of the next one; all that come before it were made.
    pub path: Vec<usize>,
    /// How many may be made.
    pub left: u64,
    /// How many might be made of the setup in all.
    pub most: u64,
    /// What was found before: only what is less is to be told.
    pub than: Option<Arc<Rank>>,
}

/// A setup's walk.
struct Front {
    job: Job,
    rest: Rest,
    /// None: it is left to the reference.
    seat: Option<Seat>,
    /// The path that is next, where that is known.
    first: Option<Path>,
    open: Vec<Frame>,
    /// What runs of this setup may still teach.
    left: BTreeSet<Mark>,
    /// What was covered before.
    before: Coverage,
    /// What it is remembered by, as long as the engine passes all by.
    key: Option<u128>,
}

impl Front {
    /// The next path.
    fn next(&mut self) -> Option<Path> {
        if self.job.walk.is_some() {
            return None;
        }
        let next = self.first.take().or_else(|| self.beside())?;
        match self.rest.left.checked_sub(1) {
            Some(left) => self.rest.left = left,
            None => self.job.walk = Some(Walk::TooMany),
        }
        self.job.walk.is_none().then_some(next)
    }

    /// The next path beside those that were gone.
    fn beside(&mut self) -> Option<Path> {
        while let Some(frame) = self.open.last_mut() {
            match frame.next() {
                Some(path) => return Some(path),
                None => drop(self.open.pop()),
            }
        }
        None
    }

    /// Puts as many of its runs into a block as that has room for: their paths.
    fn load(&mut self, block: &mut Block<'_>, lanes: &mut usize) -> Vec<Path> {
        let Some(seat) = self.seat.take() else { return Vec::new() };
        let mut paths = Vec::new();
        while let Some(path) = self.next() {
            if seat.load(block, *lanes).is_none() {
                self.rest.left += 1;
                self.first = Some(path);
                break;
            }
            *lanes += seat.lanes();
            paths.push(path);
        }
        self.seat = Some(seat);
        paths
    }

    /// Whether runs of it are left; none is being made.
    fn is_open(&mut self) -> bool {
        self.first = self.first.take().or_else(|| self.beside());
        self.seat.is_some() && self.job.walk.is_none() && self.first.is_some()
    }

    /// What was found in its own runs, or in those of setups that come before it.
    fn least<'r>(&'r self, before: &'r [Front]) -> Option<&'r Rank> {
        let others = before.iter().filter_map(|front| front.job.least());
        let found = self.job.least().into_iter().chain(others);
        found.chain(self.rest.than.as_deref()).min()
    }

    /// Leaves the setup to the reference, from its first run on.
    fn tear(&mut self) {
        (self.seat, self.key) = (None, None);
        self.job = Job::of(self.job.digest);
        (self.rest.path, self.rest.left) = (Vec::new(), self.rest.most);
    }
}

impl Context<'_> {
    /// Makes the runs that are left of setups of one size, with an engine that says when verdicts
    /// are settled.
    pub fn walk_rest(
        &self,
        engine: Option<&Compiled>,
        rests: Vec<(Job, Rest)>,
        agents: u32,
    ) -> Vec<Job> {
        let mut fronts: Vec<Front> =
            rests.into_iter().map(|(job, rest)| self.front(job, rest)).collect();
        match engine {
            Some(engine) => {
                fronts.iter_mut().for_each(|front| self.recall_walk(front));
                self.walk_fronts(engine, &mut fronts, agents);
            }
            None => fronts.iter_mut().for_each(|front| front.seat = None),
        }
        let done = |Front { mut job, rest, seat, .. }: Front| {
            match seat {
                Some(_) => job.walk = job.walk.or(Some(Walk::Done)),
                None => drop(self.on_reference(&mut job, rest, agents, false)),
            }
            job
        };
        fronts.into_iter().map(done).collect()
    }

    fn front(&self, job: Job, rest: Rest) -> Front {
        let (seat, first) = (Seat::of(self.subject, &rest.setup), Some((rest.path.clone(), 0)));
        let (left, key, before) = (self.left(), None, job.coverage.clone());
        Front { job, rest, seat, first, open: Vec::new(), left, before, key }
    }

    fn walk_fronts(&self, engine: &Compiled, fronts: &mut [Front], agents: u32) {
        let Some(seat) = fronts.iter().find_map(|front| front.seat.as_ref()) else { return };
        let layout = seat.layout().clone();
        let program = engine.noting(self.subject, &self.left());
        let Some(mut block) = program.and_then(|program| Block::new(program, &layout)) else {
            return fronts.iter_mut().for_each(|front| front.seat = None);
        };
        loop {
            block.clear();
            let (mut going, mut size, mut lanes) = (Vec::new(), 1, 0);
            for (place, front) in fronts.iter_mut().enumerate() {
                let loaded = front.load(&mut block, &mut lanes);
                if !loaded.is_empty() {
                    size = front.seat.as_ref().map_or(1, Seat::lanes);
                }
                going.extend(loaded.into_iter().map(|path| (place, path)));
            }
            if going.is_empty() {
                // What no block holds, not even alone.
                let left = fronts.iter_mut().filter_map(|front| front.is_open().then_some(front));
                return left.for_each(Front::tear);
            }
            let paths = going.iter().map(|(_, path)| &path.0[..]).collect();
            let mut along = Along::new(paths, size);
            let said = block.run(self.subject.steps, &mut along);
            let answered = along.runs;
            let runs = going.into_iter().zip(answered).zip(said.iter()).enumerate();
            for (run, (((place, path), asked), lane)) in runs {
                let (before, front) = fronts.split_at_mut(place);
                let front = &mut front[0];
                let reaches = block.reached(run).any(|mark| front.left.contains(&mark));
                let says = engine.says(lane);
                let open = says.is_some_and(|says| says != Passed::Miss);
                let settled = settled(lane).filter(|_| !open);
                let asked = (!asked.endless).then(|| asked.asked(settled));
                let ran = Ran { path, asked, says, settled, astray: lane.astray, reaches };
                self.came(before, front, ran);
            }
            fronts.iter_mut().for_each(|front| self.remember_walk(front));
            if !self.tell(agents, false) {
                let open = fronts.iter_mut().filter_map(|front| front.is_open().then_some(front));
                return open.for_each(|front| front.job.walk = Some(Walk::Stopped));
            }
        }
    }

    /// Takes in what a run came to, of a setup that comes after others.
    fn came(&self, before: &[Front], front: &mut Front, ran: Ran) {
        let ended = front.job.walk.is_some_and(|walk| walk != Walk::TooMany);
        if ended || front.seat.is_none() {
            return;
        }
        let known = !ran.astray && !ran.reaches;
        let asked = match ran.says.filter(|_| known) {
            Some(passed) => {
                front.job.pass(passed);
                ran.asked
            }
            None => {
                front.key = None;
                match known && self.is_no_less(before, front, &ran) {
                    true => {
                        front.job.pass_hit();
                        ran.asked
                    }
                    false => self.made_again(before, front, &ran),
                }
            }
        };
        match asked {
            Some(asked) => front.open.push(Frame::new(ran.path, asked)),
            None => front.tear(),
        }
    }

    /// Whether a run that hits is surely not less than what was found.
    fn is_no_less(&self, before: &[Front], front: &Front, ran: &Ran) -> bool {
        let (setup, from) = (&front.rest.setup, (Seed(0), ran.settled.unwrap_or(0)));
        let no_less = |than| surely_not_less(self.subject, setup, from, than);
        front.least(before).is_some_and(no_less)
    }

    /// Takes in what the reference says of a run, and what it is asked there; none where that is
    /// not what the engine was asked.
    fn made_again(&self, before: &[Front], front: &mut Front, ran: &Ran) -> Option<Asked> {
        let asked = ran.asked.as_ref()?;
        let than = front.least(before);
        let (shown, made) = self.made_along(&front.rest.setup, &ran.path.0, than);
        let same =
            |made: &Asked| ran.astray || asked.decides_as(made) && agree(ran.says, shown.came);
        let agrees = made.as_ref().is_some_and(same);
        debug_assert!(agrees, "{asked:?} {:?}: {made:?} {:?}", ran.says, shown.came);
        let made = made.filter(|_| agrees)?;
        let reached = shown.reached.marks();
        let fired = |mark: &Mark| matches!(mark, Mark::Rule(id) if shown.fired.contains(id));
        front.left.retain(|mark| !reached.contains(mark) && !fired(mark));
        front.job.take(shown);
        Some(made)
    }
}

/// What the engine says of a run.
struct Ran {
    path: Path,
    /// None: something was asked whose options cannot be listed.
    asked: Option<Asked>,
    /// What it came to; none: it hits.
    says: Option<Passed>,
    /// When its verdict was settled, if that is known.
    settled: Option<u32>,
    /// Whether the engine does not know.
    astray: bool,
    /// Whether it may reach something that is left to reach.
    reaches: bool,
}

/// Whether the reference says of a run what the engine does.
fn agree(says: Option<Passed>, came: Came) -> bool {
    match says {
        None => came == Came::Hit,
        Some(Passed::Miss) => came == Came::Miss,
        Some(Passed::Pending) => came == Came::Pending,
        Some(Passed::Faulted) => came == Came::Faulted,
        Some(Passed::Discarded) => matches!(came, Came::Discarded(..)),
    }
}
