//! From a state that meets an aim back to the choices and draws that lead there.
//!
//! In: an exploration, a state, and what comes last. Out: the answers of a run by key, so that
//! whoever has the meaning can make it.
//!
//! States know from which state they were reached, not how: the ways are tried again, from the
//! start on, with true states (not those that stand for all their renamings).

use super::super::choices::{Choices, Key};
use super::super::program::LANES;
use super::super::run::{Block, Way};
use super::pack::Words;
use super::search::{Room, Search, met};
use super::seen::{NOBODY, StateAt};
use super::symmetry;

/// The choices and draws of a run, as far as it matters.
#[derive(Clone, PartialEq, Debug)]
pub struct Trail {
    /// How many steps it has; a fault is in the last one.
    pub steps: u32,
    /// What was given to each key, by its words.
    pub answers: Vec<(Vec<u32>, Given)>,
}

/// What was given to a key.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Given {
    /// The place of a choice among what was admitted.
    Choice(u32),
    /// The place of a draw's outcome among those that are likely at all.
    Outcome(u32),
    /// The rank of a rule instance under `schedule random`.
    Rank(f64),
}

/// What comes after the last state.
pub(super) enum Last {
    /// Nothing: it meets an aim itself.
    State,
    /// A way that faults.
    Faults,
    /// A way to a state that meets an aim with what occurs there.
    Occurs,
    /// There is no state: a start faults, with these answers.
    StartFaults(Vec<u32>),
}

/// A step: which of the enabled instances moved, and the answers.
#[derive(Default)]
struct Step {
    moved: Option<u32>,
    answers: Vec<u32>,
}

/// The trail to a state and what comes last.
pub(super) fn trail(search: &mut Search<'_, '_>, state: Option<StateAt>, last: Last) -> Trail {
    let mut chain = Vec::new();
    let mut at = state.unwrap_or(NOBODY);
    while at != NOBODY {
        chain.push(at);
        at = search.seen.parent(at);
    }
    chain.reverse();
    let mut room = Room::new(search.explorer.packing.words);
    let steps = match last {
        Last::StartFaults(answers) => vec![Step { moved: None, answers }],
        Last::State | Last::Faults | Last::Occurs => {
            let mut steps = vec![start(search, chain[0], &mut room)];
            for (now, next) in chain[1..].iter().enumerate() {
                steps.push(step(search, *next, now as u32, &mut room));
            }
            match last {
                Last::Faults | Last::Occurs => {
                    steps.push(final_step(search, &last, chain.len() as u32 - 1, &mut room));
                }
                Last::State | Last::StartFaults(_) => {}
            }
            steps
        }
    };
    scripted(search, steps)
}

/// Makes the run of these steps, and notes what is given to which key.
fn scripted(search: &mut Search<'_, '_>, steps: Vec<Step>) -> Trail {
    let count = steps.len() as u32 - 1;
    let (random, _) = search.explorer.scheduled();
    let (mut answers, mut moves) = (Vec::new(), Vec::new());
    for step in steps {
        match random {
            true => moves.extend(step.moved),
            false => answers.extend(step.moved),
        }
        answers.extend(step.answers);
    }
    answers.reverse();
    moves.reverse();
    let mut script = Script { answers, moves, given: Vec::new(), step: None };
    let block = &mut search.explorer.block;
    block.fill(1, search.society);
    block.run(count, &mut script);
    block.fill(LANES, search.society);
    Trail { steps: count, answers: script.given }
}

/// Puts a start into the room that stands for the same as a state, and says how it comes about.
fn start(search: &mut Search<'_, '_>, state: StateAt, room: &mut Room) -> Step {
    let Search { explorer, groups, seen, .. } = search;
    let (packing, block) = (&explorer.packing, &mut explorer.block);
    let (mut found, mut words) = (None, room.words.clone());
    room.last.fill(-1);
    block.roots(&mut room.walk, 1, &mut |block, walk, way| {
        if way.alive == 0 || found.is_some() {
            return;
        }
        packing.pack(&block.memory().old, way.halted, &room.last, &mut words);
        room.sorted.clone_from(&words);
        symmetry::sort(groups, &mut room.sorted);
        if is(&room.sorted, seen.state(state)) {
            found = Some(Step { moved: None, answers: walk.given(0) });
            room.words.clone_from(&words);
        }
    });
    found.expect("a start that was seen before")
}

fn is(words: &Words, state: &[u64]) -> bool {
    words.iter().zip(state).all(|(word, of)| word[0] == *of)
}

/// Goes from the state in the room to one that stands for the same as `next`.
fn step(search: &mut Search<'_, '_>, next: StateAt, now: u32, room: &mut Room) -> Step {
    let target = search.seen.state(next).to_vec();
    ways(search, now, room, &mut |_, _, sorted| sorted.is_some_and(|words| is(words, &target)))
}

/// Goes from the state in the room the way that comes last.
fn final_step(search: &mut Search<'_, '_>, last: &Last, now: u32, room: &mut Room) -> Step {
    let aims = search.aims;
    ways(search, now, room, &mut |block, way, _| match last {
        Last::Faults => way.alive == 0 && way.discarded == 0,
        Last::Occurs => way.alive != 0 && met(aims, block, 1, now + 1).is_some_and(|met| met != 0),
        Last::State | Last::StartFaults(_) => false,
    })
}

/// Called with every way from the state in the room, and with what it leads to.
type IsIt<'i, 'p> = &'i mut dyn FnMut(&mut Block<'p>, &Way, Option<&Words>) -> bool;

/// Goes the first way that is wanted.
fn ways<'p>(search: &mut Search<'_, 'p>, now: u32, room: &mut Room, is_it: IsIt<'_, 'p>) -> Step {
    let Search { explorer, groups, .. } = search;
    let (_, numbered) = explorer.scheduled();
    let (packing, block) = (&explorer.packing, &mut explorer.block);
    packing.unpack(&room.words, &mut block.memory().old, &mut room.last);
    block.last_moved().copy_from_slice(&room.last);
    let (mut found, mut reached) = (None, room.words.clone());
    let Room { walk, base, words, sorted, .. } = room;
    block.expand(1, now, (walk, base), &mut |block, walk, way| {
        if found.is_some() {
            return;
        }
        let mut leads = None;
        if way.alive != 0 {
            let last = block.last_moved().clone();
            packing.pack(&block.memory().old, way.halted, &last, &mut reached);
            sorted.clone_from(&reached);
            symmetry::sort(groups, sorted);
            leads = Some(&*sorted);
        }
        if is_it(block, &way, leads) {
            let moved = way.rule.filter(|_| !numbered).map(|(_, at)| at as u32);
            found = Some(Step { moved, answers: walk.given(0) });
            words.clone_from(&reached);
        }
    });
    found.expect("a way that was gone before")
}

/// Gives the answers of a run in one lane, one after the other, and notes their keys.
struct Script {
    /// Places, the next one last.
    answers: Vec<u32>,
    /// Which of the enabled instances moves, under `schedule random`; the next one last.
    moves: Vec<u32>,
    given: Vec<(Vec<u32>, Given)>,
    /// The step whose ranks are asked for, its move, and how many were asked for.
    step: Option<(i64, u32, u32)>,
}

impl Script {
    fn next(&mut self, key: &Key<'_>, places: &mut [u32; LANES], given: fn(u32) -> Given) {
        places[0] = self.answers.pop().unwrap_or(0);
        self.note(key, given(places[0]));
    }

    fn note(&mut self, key: &Key<'_>, given: Given) {
        let mut words = Vec::new();
        key.words(0, &mut words);
        self.given.push((words, given));
    }
}

impl Choices for Script {
    fn draw(&mut self, key: &Key<'_>, _lanes: u64, numbers: &mut [f64; LANES]) {
        // Only ranks are asked for so: all draws have lists.
        let turn = key.turn.at(0);
        let (moved, asked) = match self.step {
            Some((step, moved, asked)) if step == turn => (moved, asked),
            _ => (self.moves.pop().unwrap_or(0), 0),
        };
        self.step = Some((turn, moved, asked + 1));
        numbers[0] = if asked == moved { 0.0 } else { 0.5 };
        self.note(key, Given::Rank(numbers[0]));
    }

    fn pick(
        &mut self,
        key: &Key<'_>,
        _lanes: u64,
        _counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) {
        self.next(key, places, Given::Choice);
    }

    fn propose(&mut self, _key: &Key<'_>, _lanes: u64, numbers: &mut [f64; LANES]) {
        numbers.fill(0.5);
    }

    fn outcome(
        &mut self,
        key: &Key<'_>,
        _lanes: u64,
        _counts: &[u32; LANES],
        places: &mut [u32; LANES],
    ) -> bool {
        self.next(key, places, Given::Outcome);
        true
    }

    fn lists(&self) -> bool {
        true
    }
}
