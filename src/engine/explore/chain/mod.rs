//! Chances: where the runs of a society end, and how likely that is.
//!
//! In: a model without choices, a chance property, and the program of what is asked in it; then
//! societies. Out: each way in which runs end, with what is said of such runs and the probability
//! that a run ends so.
//!
//! The chain goes forward, instant by instant. Every combination of outcomes of every state that is
//! reached is stepped once, 64 states at a time; where a step reads no instant, what it leads to
//! is known whenever the state comes again. Runs that agree in state and in what is remembered are
//! one; of those that end alike one is told to the monitor.
//!
//! # Invariants
//! - Probabilities are sums of products of numbers that are not negative, each operation rounded
//!   outwards.
//! - What a state and what is remembered do not decide is refused by name before anything is tried.

mod forward;
mod landing;
mod remember;

use super::pack::Packing;
use super::reads::reads;
use super::search::{Room, load};
use super::seen::StateAt;
use crate::base::mass::Mass;
use crate::engine::compile::Unsupported;
use crate::engine::program::{LANES, Program};
use crate::engine::run::{Block, End, Lane, Society, Told};
use crate::ir::layout::Layout;
use crate::ir::{Model, PropId};
use forward::{EndAt, Forward, Gone, How};
use remember::Remember;

/// How far to go.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// The horizon.
    pub steps: u32,
    /// What all may take, in bytes, about.
    pub bytes_max: u64,
    /// Transitions that may be made, of a small state; one of a large state counts as several.
    pub transitions_max: u64,
}

/// How a chain came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Went {
    /// All of it was told, with so many transitions.
    Through(u64),
    /// It takes more than it may, or was stopped.
    TooLong,
    /// Draws cannot be listed, or a formula faults.
    Refused,
}

/// The chains of a chance property, for societies of one size.
pub struct Chain<'p> {
    program: &'p Program,
    block: Block<'p>,
    packing: Packing,
    remember: Remember<'p>,
    /// Whether steps differ from instant to instant.
    timed: bool,
    /// What a transition counts.
    cost: u64,
}

/// Cells of a state whose transition takes about as long as all else of one.
const CELLS: usize = 16;

impl<'p> Chain<'p> {
    /// The chains of a property, of which the program's formulas and values are what is asked; or
    /// what the engine does not do.
    pub fn new(
        (model, property): (&Model, PropId),
        program: &'p Program,
        layout: &Layout,
    ) -> Result<Chain<'p>, Unsupported> {
        let declared = &model.properties[property];
        let refuse = |construct: &str, place| Unsupported { construct: construct.into(), place };
        let reads = reads(model, property);
        if let Some((what, place)) = reads.beyond {
            return Err(refuse(what, place));
        }
        let what = match program {
            _ if model.chooses() => Some("a choice in a chain"),
            _ if program.worlds => Some("worlds in a chain"),
            _ if program.past || program.depth > 0 => Some("what reads earlier instants"),
            _ if program.from_start => Some("what reads the start at later instants"),
            _ if reads.events => Some("events in a chain"),
            _ => None,
        };
        if let Some(what) = what {
            return Err(refuse(what, declared.formula.span));
        }
        let Some(remember) = Remember::of(program) else {
            return Err(refuse("a temporal operator that a chain does not know", declared.span));
        };
        let Some(mut block) = Block::new(program, layout) else {
            return Err(refuse("so many agents", declared.span));
        };
        let packing = Packing::new(model, program, layout, block.memory());
        let cost = 1 + (layout.state_cells() / CELLS) as u64;
        Ok(Chain { program, block, packing, remember, timed: reads.now, cost })
    }

    /// Tells each way in which the runs of a society end: how likely it is, and what is said of
    /// such a run; none where it is discarded, or has no start. `go_on` is asked now and then.
    pub fn solve(
        &mut self,
        society: Society<'_>,
        reach: Reach,
        go_on: &dyn Fn() -> bool,
        take: &mut dyn FnMut(Mass, Option<Lane<'_>>),
    ) -> Went {
        self.block.fill(LANES, society);
        match Forward::new(self, reach, go_on).run() {
            Ok(gone) => self.tell(&gone, reach, go_on, take),
            Err(went) => went,
        }
    }

    /// Tells of one run of each end what is said of it.
    fn tell(
        &mut self,
        gone: &Gone,
        reach: Reach,
        go_on: &dyn Fn() -> bool,
        take: &mut dyn FnMut(Mass, Option<Lane<'_>>),
    ) -> Went {
        take(gone.lost, None);
        let mut room = Room::new(self.packing.words);
        for ends in gone.ends.chunks(LANES) {
            if !go_on() {
                return Went::TooLong;
            }
            let paths: Vec<Vec<StateAt>> = ends.iter().map(|end| gone.path(end.past)).collect();
            let told = |(end, path): (&EndAt, &Vec<StateAt>)| Told {
                instants: path.len() as u32,
                end: self.end(end.how),
            };
            let runs: Vec<Told> = ends.iter().zip(&paths).map(told).collect();
            let packing = &self.packing;
            let lanes = self.block.told(&runs, reach.steps, &mut |block, instant| {
                let state = |path: &Vec<StateAt>| path[path.len().min(instant as usize + 1) - 1];
                load(&gone.seen, paths.iter().map(state), &mut room.words);
                packing.unpack(&room.words, &mut block.memory().old, &mut room.last);
            });
            if lanes.iter().any(|lane| lane.astray) {
                return Went::Refused;
            }
            ends.iter().zip(lanes.iter()).for_each(|(end, lane)| take(end.mass, Some(lane)));
        }
        Went::Through(reach.transitions_max - gone.left)
    }

    fn end(&self, how: How) -> End {
        match how {
            How::Cut => End::Cut,
            How::Halts => End::Halted,
            How::Faults => {
                // Which fault it is no formula asks.
                let (kind, span) = self.program.sites[0];
                End::Faulted(kind, span)
            }
        }
    }
}
