//! All runs of setups on the compiled engine: many paths at once.
//!
//! In: setups of one size, each with the path that its walk has come to. Out: what their runs came
//! to.
//!
//! # Invariants
//! - The paths are those that a walk on the reference goes, each once; only their order differs.
//! - The engine only passes runs by; the reference makes the others along their paths. Where it is
//!   asked for something else there than the engine was, the whole setup is left to it.

use super::compiled::{Compiled, Passed, given, load_worlds, settled, small};
use super::enumerate::{Asked, Walk};
use super::explore::{Context, Job};
use super::memory::shown::Came;
use crate::engine::{Block, Choices, Key, LANES, Lane};
use crate::reference::execute::{Made, worlds};
use crate::reference::{Society, society};
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
}

/// A path, and the first answer at which other options are its own to try.
type Path = (Vec<usize>, usize);

/// A run of which other options are still to be tried.
struct Frame {
    /// Which option it took at each answer.
    places: Vec<usize>,
    /// What it was asked.
    asked: Asked,
    /// The first answer at which others are tried here.
    from: usize,
    /// The place after the answer whose options are being tried, and the next of them.
    at: usize,
    option: usize,
}

impl Frame {
    fn new((path, from): Path, asked: Asked) -> Frame {
        let at = |place: usize| path.get(place).copied().unwrap_or(0);
        let places = (0..asked.counts.len()).map(at).collect();
        let at = asked.deciding;
        let mut frame = Frame { places, asked, from, at, option: 0 };
        frame.open(at);
        frame
    }

    fn open(&mut self, at: usize) {
        self.at = at;
        self.option = at.checked_sub(1).map_or(0, |last| self.places[last] + 1);
    }

    /// The next path beside this one: the last answer that has another option changes first.
    fn next(&mut self) -> Option<Path> {
        while self.at > self.from {
            let last = self.at - 1;
            if self.option < self.asked.counts[last] {
                let mut path = self.places[..last].to_vec();
                path.push(self.option);
                self.option += 1;
                return Some((path, self.at));
            }
            self.open(last);
        }
        None
    }
}

/// What a block holds of a setup.
struct Held {
    society: Society,
    worlds: Vec<Made>,
}

impl Held {
    /// How many lanes a run has.
    fn lanes(&self) -> usize {
        match self.worlds.len() {
            0 => 1,
            worlds => worlds + 1,
        }
    }

    /// Puts a run into a block of which some lanes are taken, if there is room.
    fn load(&self, block: &mut Block<'_>, lanes: usize) -> Option<()> {
        if lanes + self.lanes() > LANES {
            return None;
        }
        if self.worlds.is_empty() {
            block.load(lanes, given(&self.society));
            return Some(());
        }
        load_worlds(block, &self.society, &self.worlds)
    }
}

/// A setup's walk.
struct Front {
    job: Job,
    rest: Rest,
    /// None: it is left to the reference.
    held: Option<Held>,
    /// The path that is next, where that is known.
    first: Option<Path>,
    open: Vec<Frame>,
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
        let Some(held) = self.held.take() else { return Vec::new() };
        let mut paths = Vec::new();
        while let Some(path) = self.next() {
            if held.load(block, *lanes).is_none() {
                self.rest.left += 1;
                self.first = Some(path);
                break;
            }
            *lanes += held.lanes();
            paths.push(path);
        }
        self.held = Some(held);
        paths
    }

    /// Whether runs of it are left.
    fn is_open(&self) -> bool {
        self.held.is_some()
            && self.job.walk.is_none()
            && (self.first.is_some() || !self.open.is_empty())
    }

    /// Leaves the setup to the reference, from its first run on.
    fn tear(&mut self) {
        self.held = None;
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
            Some(engine) => self.walk_fronts(engine, &mut fronts, agents),
            None => fronts.iter_mut().for_each(|front| front.held = None),
        }
        let done = |Front { mut job, rest, held, .. }: Front| {
            match held {
                Some(_) => job.walk = job.walk.or(Some(Walk::Done)),
                None => drop(self.on_reference(&mut job, rest, agents, false)),
            }
            job
        };
        fronts.into_iter().map(done).collect()
    }

    fn front(&self, job: Job, rest: Rest) -> Front {
        let (subject, model) = (self.subject, self.subject.model());
        let held = || {
            let society = society(model, &rest.setup).ok()?;
            let worlds = match model.has_worlds(subject.property) {
                true => worlds(model, Some(subject.property), &rest.setup, &society).ok()?,
                false => Vec::new(),
            };
            let steps = subject.steps.saturating_mul(worlds.len().max(1) as u32);
            let fits = small(model, &society, steps) && worlds.len() < LANES;
            fits.then_some(Held { society, worlds })
        };
        let (held, first) = (held(), Some((rest.path.clone(), 0)));
        Front { job, rest, held, first, open: Vec::new() }
    }

    fn walk_fronts(&self, engine: &Compiled, fronts: &mut [Front], agents: u32) {
        let Some(held) = fronts.iter().find_map(|front| front.held.as_ref()) else { return };
        let layout = held.society.layout.clone();
        let Some(mut block) = Block::new(engine.program(), &layout) else {
            return fronts.iter_mut().for_each(|front| front.held = None);
        };
        loop {
            block.clear();
            let (mut going, mut size, mut lanes) = (Vec::new(), 1, 0);
            for (place, front) in fronts.iter_mut().enumerate() {
                let loaded = front.load(&mut block, &mut lanes);
                if !loaded.is_empty() {
                    size = front.held.as_ref().map_or(1, Held::lanes);
                }
                going.extend(loaded.into_iter().map(|path| (place, path)));
            }
            if going.is_empty() {
                // What no block holds, not even alone.
                let left = fronts.iter_mut().filter(|front| front.is_open());
                return left.for_each(Front::tear);
            }
            let paths = going.iter().map(|(_, path)| &path.0[..]).collect();
            let mut along = Along::new(paths, size);
            let said = block.run(self.subject.steps, &mut along);
            let answered = along.runs;
            for (((place, path), lane), run) in going.into_iter().zip(said.iter()).zip(answered) {
                self.came(engine, &mut fronts[place], path, (lane, run));
            }
            if !self.tell(agents, false) {
                let open = fronts.iter_mut().filter(|front| front.is_open());
                return open.for_each(|front| front.job.walk = Some(Walk::Stopped));
            }
        }
    }

    /// Takes in what a run came to.
    fn came(
        &self,
        engine: &Compiled,
        front: &mut Front,
        path: Path,
        (lane, run): (Lane<'_>, Answered),
    ) {
        if front.job.walk.is_some_and(|walk| walk != Walk::TooMany) || front.held.is_none() {
            return;
        }
        if run.endless {
            return front.tear();
        }
        let passed = engine.says(lane).filter(|_| !lane.astray);
        let open = matches!(passed, Some(passed) if passed != Passed::Miss);
        let settled = settled(lane).filter(|_| !open);
        let mut asked = run.asked(settled);
        match passed {
            Some(passed) => front.job.pass(passed),
            None => {
                let (shown, made) = self.made_along(&front.rest.setup, &path.0, front.job.least());
                let Some(made) = made else {
                    front.job.walk = Some(Walk::Unlistable);
                    return;
                };
                let agrees = lane.astray || asked.decides_as(&made) && shown.came == Came::Hit;
                debug_assert!(agrees, "{made:?} {asked:?} {:?}", shown.came);
                if !agrees {
                    return front.tear();
                }
                asked = made;
                front.job.take(shown);
            }
        }
        front.open.push(Frame::new(path, asked));
    }
}

/// An answer: how many options it had, and the instant that it leads to.
struct Answer {
    count: usize,
    instant: u32,
}

/// What one run was asked.
struct Answered {
    all: Vec<Answer>,
    /// Whether something was asked for whose options cannot be listed.
    endless: bool,
}

impl Answered {
    /// What it was asked, of which what leads past the settling instant decides nothing.
    fn asked(&self, settled: Option<u32>) -> Asked {
        let early = |one: &Answer| settled.is_none_or(|settled| one.instant <= settled);
        let deciding = self.all.iter().rposition(early).map_or(0, |last| last + 1);
        Asked { counts: self.all.iter().map(|one| one.count).collect(), deciding }
    }
}

/// Answers along a path in each run, with the first option after its end.
struct Along<'a> {
    paths: Vec<&'a [usize]>,
    runs: Vec<Answered>,
    /// How many lanes a run has: of several, the first takes no step and the others are worlds.
    size: usize,
    instant: u32,
}

impl<'a> Along<'a> {
    fn new(paths: Vec<&'a [usize]>, size: usize) -> Along<'a> {
        let runs = paths.iter().map(|_| Answered { all: Vec::new(), endless: false }).collect();
        Along { paths, runs, size, instant: 0 }
    }

    fn branch(&mut self, run: usize, count: u32) -> u32 {
        let (answers, count) = (&mut self.runs[run].all, count as usize);
        let at = self.paths[run].get(answers.len()).copied().unwrap_or(0);
        answers.push(Answer { count, instant: self.instant });
        at.min(count - 1) as u32
    }

    /// The worlds of a run share an answer, but for what is asked of one alone.
    fn answer(
        &mut self,
        key: &Key<'_>,
        mask: u64,
        counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) {
        let mut shared: Vec<(usize, Vec<u32>, u32)> = Vec::new();
        for lane in lanes(mask) {
            let run = lane / self.size;
            if self.size == 1 || key.world.at(lane) != 0 {
                places[lane] = self.branch(run, counts[lane]);
                continue;
            }
            let mut words = Vec::new();
            key.words(lane, &mut words);
            let same = shared.iter().rev().find(|(of, own, _)| *of == run && *own == words);
            places[lane] = match same {
                Some((_, _, place)) => *place,
                None => {
                    let place = self.branch(run, counts[lane]);
                    shared.push((run, words, place));
                    place
                }
            };
        }
    }

    fn endless(&mut self, mask: u64) {
        for lane in lanes(mask) {
            self.runs[lane / self.size].endless = true;
        }
    }
}

/// The lanes of a mask.
fn lanes(mask: u64) -> impl Iterator<Item = usize> {
    (0..LANES).filter(move |lane| mask >> lane & 1 == 1)
}

impl Choices for Along<'_> {
    fn draw(&mut self, _key: &Key<'_>, lanes: u64, _numbers: &mut [f64; LANES]) {
        self.endless(lanes);
    }

    fn pick(&mut self, key: &Key<'_>, mask: u64, counts: &[u32; LANES], places: &mut [u32; LANES]) {
        self.answer(key, mask, counts, places);
    }

    fn propose(&mut self, _key: &Key<'_>, lanes: u64, _numbers: &mut [f64; LANES]) {
        self.endless(lanes);
    }

    fn outcome(
        &mut self,
        key: &Key<'_>,
        mask: u64,
        counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) -> bool {
        self.answer(key, mask, counts, places);
        true
    }

    fn lists(&self) -> bool {
        true
    }

    fn instant(&mut self, instant: u32) {
        self.instant = instant;
    }
}
