//! Runs of several worlds on the engine, and each of them on the reference: bit for bit the same.
//!
//! In: a block for a property with worlds, runs of one size with their societies. Out: how much
//! was compared, or the first difference in words.

use polity::engine::{Block, End, Lane, WorldOf};
use polity::ir::property::Role;
use polity::ir::{Model, PropId};
use polity::reference::execute::{Made, worlds};
use polity::reference::{Replay, Society, Terms, execute, gap, judge};
use polity::trace::Run;

use crate::compare::{
    Compared, count, made, of, same_early, same_end, same_gap, same_margin, same_states,
    same_verdict,
};
use crate::marks::same_marks;

/// Compares as many of the runs as there is room for.
pub fn compare(
    model: &Model,
    (property, terms, gaps): (PropId, &Terms, bool),
    (block, early): (&mut Block<'_>, &mut Block<'_>),
    (runs, societies): (&[Run], &[Society]),
) -> Result<Compared, String> {
    let mut compared = Compared::default();
    let (mut taken, mut worlds_each) = (Vec::new(), 0);
    block.clear();
    early.clear();
    for (run, society) in runs.iter().zip(societies) {
        let Ok(made) = worlds(model, Some(property), &run.setup, society) else { continue };
        if load(block, society, &made).is_some() && load(early, society, &made).is_some() {
            worlds_each = made.len();
            taken.push(run.clone());
        }
    }
    if taken.is_empty() {
        return Ok(compared);
    }
    let places: Vec<Vec<usize>> = (0..taken.len())
        .map(|run| (0..worlds_each).map(|world| block.lane_of(run, world)).collect())
        .collect();
    let lanes_of = |run: usize| places[run].clone();
    let (lanes, states) = made(model, block, &taken, (&societies[0], &lanes_of));
    let stopped = made(model, early, &taken, (&societies[0], &lanes_of)).0;
    let both = lanes.iter().zip(stopped.iter());
    for (at, (run, (lane, stopped))) in taken.iter().zip(both).enumerate() {
        let mut answers = Replay::new(run);
        let execution = execute(model, Some(property), &run.setup, run.steps, &mut answers)
            .map_err(|fault| format!("the setup faults: {fault:?}"))?;
        let judgement = judge(model, property, &execution, terms, None);
        let context = |why: String| format!("run {at}: {why}\nin {:?}", run.setup);
        for (world, theirs) in execution.worlds.iter().enumerate() {
            let context = |why: String| context(format!("world {world}: {why}"));
            same_states(theirs, &states[at][world], lane.astray).map_err(context)?;
            if !lane.astray {
                same_end(theirs, block.ended(at, world).0).map_err(context)?;
            }
        }
        same_verdict(&judgement, lane).map_err(context)?;
        same_margin(&judgement, lane).map_err(context)?;
        if gaps {
            let wanted = model.properties[property].role == Role::Witness;
            let gap = gap(model, property, &execution, terms, wanted);
            match same_gap(gap.as_ref(), lane).map_err(context)? {
                0 => compared.gapless += u64::from(gap.is_some() && measurable(lane)),
                found => compared.gaps_of_worlds += found,
            }
        }
        same_early(&judgement, (lane, stopped)).map_err(context)?;
        compared.mark(same_marks(model, &execution, (block, at, lane)).map_err(context)?);
        count(&mut compared, &judgement, (lane, stopped));
    }
    compared.of_worlds = compared.runs;
    Ok(compared)
}

/// Whether all that is said of a run is known.
fn measurable(lane: Lane<'_>) -> bool {
    !lane.astray && !matches!(lane.end, End::Discarded(_))
}

fn load(block: &mut Block<'_>, actual: &Society, worlds: &[Made]) -> Option<usize> {
    let world = |world: &Made| world.id;
    let mut all = Vec::new();
    for made in worlds {
        let (arguments, since) = (&made.arguments[..], &made.society.since[..]);
        all.push(WorldOf { id: world(made)?, arguments, society: of(&made.society), since });
    }
    block.load_worlds(of(actual), &all)
}
