//! One block of runs on the engine, and each of them on the reference: bit for bit the same.
//!
//! In: a model, a property of it, setups, seeds. Out: how much was compared, or the first
//! difference in words.

use std::collections::BTreeSet;

use polity::base::Seed;
use polity::engine::{
    Ask, Block, End, LANES, Lane, Lanes, Program, Seeded, SettledBy, Society, compile,
};
use polity::ir::model::Model;
use polity::ir::property::{Role, Target};
use polity::ir::{PropId, StateId, Value};
use polity::reference::{self, Judgement, Replay, Terms, Truth, WorldRun, execute, judge};
use polity::trace::{self, Run, Setup};

use crate::marks::{self, same_marks};
use crate::worlds;

/// What was compared.
#[derive(Default, Debug)]
pub struct Compared {
    /// Runs whose states, ends and verdicts are equal.
    pub runs: u64,
    /// Of these, those that fault, are discarded, halt, are settled, and are left pending.
    pub faulted: u64,
    pub discarded: u64,
    pub halted: u64,
    pub settled: u64,
    pub pending: u64,
    /// Runs on which a formula faults: the reference has to say so too.
    pub astray: u64,
    /// Margins that are equal, of these those of which an end is neither 1 nor -1, and those that
    /// are left to the reference.
    pub margins: u64,
    pub inside: u64,
    pub unmeasured: u64,
    /// Gaps that are equal; of worlds, too; and those of worlds that are left to the reference.
    pub gaps: u64,
    pub gaps_of_worlds: u64,
    pub gapless: u64,
    /// Why there are no gaps of a property; blocks of worlds that have them.
    pub without: Vec<String>,
    pub with: u64,
    /// Runs that stopped early, and say the same.
    pub early: u64,
    /// Marks that runs reached, and those more that the engine says that they may have.
    pub marks: u64,
    pub more: u64,
    /// Of these, those of several worlds.
    pub of_worlds: u64,
    /// Why a property was refused.
    pub refused: Vec<String>,
}

impl Compared {
    /// Adds up.
    pub fn add(&mut self, other: Compared) {
        self.runs += other.runs;
        self.faulted += other.faulted;
        self.discarded += other.discarded;
        self.halted += other.halted;
        self.settled += other.settled;
        self.pending += other.pending;
        self.astray += other.astray;
        self.margins += other.margins;
        self.inside += other.inside;
        self.unmeasured += other.unmeasured;
        self.early += other.early;
        self.gaps += other.gaps;
        self.gaps_of_worlds += other.gaps_of_worlds;
        self.gapless += other.gapless;
        self.without.extend(other.without);
        self.with += other.with;
        self.marks += other.marks;
        self.more += other.more;
        self.of_worlds += other.of_worlds;
        self.refused.extend(other.refused);
    }

    /// Adds the marks of a run.
    pub fn mark(&mut self, (marks, more): (u64, u64)) {
        self.marks += marks;
        self.more += more;
    }
}

/// The program of a property, that whose runs stop early or the other; the construct that is
/// refused otherwise.
pub fn program(
    model: &Model,
    property: PropId,
    terms: &Terms,
    (early, gaps): (bool, bool),
) -> Result<Program, String> {
    let declared = &model.properties[property];
    if declared.chance {
        return Err("a probability".into());
    }
    let mut ask = Ask {
        tolerance: terms.tolerance,
        complete: terms.complete,
        instants: true,
        margins: !early,
        gaps: (!early && gaps).then_some(declared.role == Role::Witness),
        early,
        marks: if early { BTreeSet::new() } else { marks::all(model) },
        ..Ask::default()
    };
    match declared.role {
        Role::NoFaults => ask.no_faults = true,
        // What settles each of them is compared where it is checked on its own.
        Role::Holistic => return Err("holistic".into()),
        Role::Property | Role::Witness | Role::Invariant => {
            ask.formulas.push((&declared.formula, vec![Value::None; declared.frame]));
        }
    }
    let program = compile(model, &ask).map_err(|unsupported| unsupported.construct)?;
    if program.has_worlds() == declared.worlds.is_empty() {
        return Err("worlds that are not read".into());
    }
    Ok(program)
}

/// The programs of a property, whose runs are whole and whose runs stop early; and why the first
/// has no gaps, if it has none.
fn programs(
    model: &Model,
    property: PropId,
    terms: &Terms,
) -> Result<([Program; 2], Option<String>), String> {
    let asking = |early, gaps| program(model, property, terms, (early, gaps));
    // What has no gap here may have a verdict.
    let (whole, without) = match asking(false, true) {
        Ok(program) => (program, None),
        Err(why) => (asking(false, false)?, Some(why)),
    };
    Ok(([whole, asking(true, false)?], without))
}

/// Compares runs of `setups`, all of one size, with these seeds; with `shared`, all lanes have
/// the first setup and differ by their seeds.
pub fn compare(
    model: &Model,
    target: &Target,
    setups: &[Setup],
    seed: Seed,
    shared: bool,
) -> Result<Compared, String> {
    let settings = &target.settings;
    let terms =
        Terms { tick: settings.tick, complete: settings.complete, tolerance: settings.tolerance };
    let property = target.property;
    let ([program, early], without) = match programs(model, property, &terms) {
        Ok(programs) => programs,
        Err(why) => return Ok(Compared { refused: vec![why], ..Compared::default() }),
    };
    let without = without.into_iter().collect();
    let mut compared = Compared { without, ..Compared::default() };
    let runs = runs_of(setups, seed, (settings.steps, shared));
    let mut societies = Vec::new();
    for run in &runs {
        match reference::society(model, &run.setup) {
            Ok(society) => societies.push(society),
            Err(_) => return Ok(compared),
        }
    }
    let layout = &societies[0].layout;
    let blocks = [&program, &early].map(|program| Block::new(program, layout));
    let [Some(mut block), Some(mut early)] = blocks else { return Ok(compared) };
    if program.has_worlds() {
        let (with, runs) = (compared.without.is_empty(), (&runs[..], &societies[..]));
        let without = compared.without;
        let compared =
            worlds::compare(model, (property, &terms, with), (&mut block, &mut early), runs)?;
        return Ok(Compared { without, with: u64::from(with), ..compared });
    }
    load(&mut block, &societies, shared);
    load(&mut early, &societies, shared);
    let lanes_of = |run: usize| vec![run];
    let (lanes, states) = made(model, &mut block, &runs, (&societies[0], &lanes_of));
    let stopped = made(model, &mut early, &runs, (&societies[0], &lanes_of)).0;
    let both = lanes.iter().zip(stopped.iter());
    for (at, (run, (lane, stopped))) in runs.iter().zip(both).enumerate() {
        let mut answers = Replay::new(run);
        let execution = execute(model, Some(property), &run.setup, run.steps, &mut answers)
            .map_err(|fault| format!("the setup faults: {fault:?}"))?;
        let judgement = judge(model, property, &execution, &terms, None);
        let context = |why: String| format!("lane {at}: {why}\nin {:?}", run.setup);
        same_states(&execution.worlds[0], &states[at][0], lane.astray).map_err(context)?;
        if !lane.astray {
            same_end(&execution.worlds[0], lane.end).map_err(context)?;
        }
        same_verdict(&judgement, lane).map_err(context)?;
        same_margin(&judgement, lane).map_err(context)?;
        let wanted = model.properties[property].role == Role::Witness;
        let gap = reference::gap(model, property, &execution, &terms, wanted);
        compared.gaps += same_gap(gap.as_ref(), lane).map_err(context)?;
        compared.mark(same_marks(model, &execution, (&block, at, lane)).map_err(context)?);
        same_early(&judgement, (lane, stopped)).map_err(context)?;
        count(&mut compared, &judgement, (lane, stopped));
    }
    Ok(compared)
}

/// Puts each society into a lane, or the first into all.
fn load(block: &mut Block<'_>, societies: &[reference::Society], shared: bool) {
    if shared {
        return block.fill(societies.len(), of(&societies[0]));
    }
    block.clear();
    societies.iter().enumerate().for_each(|(lane, society)| block.load(lane, of(society)));
}

/// A run of each setup, or of the first.
fn runs_of(setups: &[Setup], seed: Seed, (steps, shared): (u32, bool)) -> Vec<Run> {
    let run = |lane: usize| Run {
        setup: setups[if shared { 0 } else { lane }].clone(),
        seed: seed.stream(lane as u64),
        choices: Default::default(),
        draws: Default::default(),
        steps,
    };
    (0..setups.len().min(LANES)).map(run).collect()
}

/// The states of a run: instant by instant.
pub type States = Vec<Vec<Value>>;

/// What the engine says of each run, and the states in each of its lanes.
pub fn made(
    model: &Model,
    block: &mut Block<'_>,
    runs: &[Run],
    (society, lanes_of): (&reference::Society, &dyn Fn(usize) -> Vec<usize>),
) -> (Lanes, Vec<Vec<States>>) {
    let places: Vec<Vec<usize>> = (0..runs.len()).map(lanes_of).collect();
    let mut seeds = Vec::new();
    for (run, places) in runs.iter().zip(&places) {
        seeds.resize(places.last().map_or(0, |last| last + 1), run.seed);
    }
    let mut states: Vec<Vec<States>> =
        places.iter().map(|places| vec![Vec::new(); places.len()]).collect();
    let cells: Vec<(StateId, usize)> =
        model.states.ids().map(|id| (id, society.layout.state(id).len())).collect();
    let lanes = block.run_observed(
        runs[0].steps,
        &mut Seeded::new(&seeds, &seeds),
        &mut |block, having| {
            for (places, states) in places.iter().zip(&mut states) {
                for (lane, states) in places.iter().zip(states) {
                    if having >> lane & 1 == 1 {
                        let row = cells.iter().flat_map(|(id, size)| {
                            (0..*size).map(|place| block.value(*id, place, *lane))
                        });
                        states.push(row.collect());
                    }
                }
            }
        },
    );
    (lanes, states)
}

/// What the engine needs of a society.
pub fn of(society: &reference::Society) -> Society<'_> {
    let reference::Society { params, structures, starts, .. } = society;
    Society { params, structures, starts }
}

pub fn count(
    compared: &mut Compared,
    judgement: &Judgement,
    (lane, stopped): (Lane<'_>, Lane<'_>),
) {
    compared.runs += 1;
    compared.early += u64::from(stopped.instants < lane.instants);
    match lane.end {
        End::Faulted(..) => compared.faulted += 1,
        End::Discarded(_) => compared.discarded += 1,
        End::Halted => compared.halted += 1,
        End::Cut => {}
    }
    let inside = |(low, high): (f64, f64)| [low, high].iter().any(|end| end.abs() < 1.0);
    match (lane.astray, lane.margin(0)) {
        (true, _) => {}
        (false, None) => compared.unmeasured += 1,
        (false, Some(margin)) => {
            compared.margins += 1;
            compared.inside += u64::from(inside(margin));
        }
    }
    match (lane.astray, judgement.settled_at) {
        (true, _) => compared.astray += 1,
        (false, Some(_)) => compared.settled += 1,
        (false, None) => compared.pending += 1,
    }
}

/// Values with the same bits: reals too.
fn identical(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Real(a), Value::Real(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    }
}

pub fn same_states(run: &WorldRun, states: &[Vec<Value>], astray: bool) -> Result<(), String> {
    let instants = &run.trace.instants[..];
    // A run that is left to the reference may end where that is seen.
    let instants = if astray { &instants[..instants.len().min(states.len())] } else { instants };
    if instants.len() != states.len() {
        return Err(format!("{} instants, the engine has {}", instants.len(), states.len()));
    }
    for (at, (instant, own)) in instants.iter().zip(states).enumerate() {
        let same = instant.cells.len() == own.len()
            && instant
                .cells
                .iter()
                .zip(own)
                .all(|(a, b)| *a == Value::Unrecorded || identical(a, b));
        if !same {
            return Err(format!("at {at}: {:?}\nthe engine has {own:?}", instant.cells));
        }
    }
    Ok(())
}

pub fn same_end(run: &WorldRun, end: End) -> Result<(), String> {
    let own = match end {
        End::Halted => "halted".to_string(),
        End::Cut => "cut".to_string(),
        End::Faulted(kind, span) => format!("{kind:?} {span:?}"),
        End::Discarded(span) => format!("discarded {span:?}"),
    };
    let theirs = match &run.trace.end {
        trace::End::Halted => "halted".to_string(),
        trace::End::Cut => "cut".to_string(),
        trace::End::Faulted(fault) => format!("{:?} {:?}", fault.kind, fault.span),
        trace::End::Discarded { at, .. } => format!("discarded {at:?}"),
    };
    if own == theirs { Ok(()) } else { Err(format!("{theirs}, of the engine: {own}")) }
}

pub fn same_verdict(judgement: &Judgement, lane: Lane<'_>) -> Result<(), String> {
    if lane.astray {
        // A fault of a formula at an instant that the reference need not look at is no error.
        return Ok(());
    }
    let own = lane.verdict(0).map(|verdict| {
        let (at, by) = verdict.settled.expect("the instant was asked for");
        let by = match by {
            SettledBy::Prefix => reference::SettledBy::Prefix,
            SettledBy::Halt => reference::SettledBy::Halt,
            SettledBy::Horizon => reference::SettledBy::Horizon,
        };
        (verdict.truth, at, by)
    });
    let theirs = match judgement.truth {
        Truth::True => Ok(Some(true)),
        Truth::False => Ok(Some(false)),
        Truth::Pending(_) => Ok(None),
        Truth::Faulted(_) => Err("the formula faults, and the engine does not see it"),
    }?;
    let theirs =
        theirs.map(|truth| (truth, judgement.settled_at.unwrap_or(u32::MAX), judgement.settled_by));
    if own == theirs { Ok(()) } else { Err(format!("{theirs:?}, of the engine: {own:?}")) }
}

pub fn same_margin(judgement: &Judgement, lane: Lane<'_>) -> Result<(), String> {
    let Some(own) = lane.margin(0).filter(|_| !lane.astray) else { return Ok(()) };
    let theirs = judgement.margin;
    let bits = |(low, high): (f64, f64)| (low.to_bits(), high.to_bits());
    if bits(own) == bits(theirs) {
        return Ok(());
    }
    Err(format!("the margin is {theirs:?}, of the engine: {own:?}"))
}

/// Compares the gap of a run, if the engine has one: how many were compared.
pub fn same_gap(theirs: Option<&reference::Gap>, lane: Lane<'_>) -> Result<u64, String> {
    let own = lane.gap(0);
    let (Some(own), false) = (own, lane.astray || matches!(lane.end, End::Discarded(_))) else {
        return Ok(0);
    };
    let bits = |total: f64, parts: &[(polity::diag::Span, f64)]| {
        let parts = parts.iter().map(|(span, far)| (*span, far.to_bits()));
        (total.to_bits(), parts.collect::<Vec<_>>())
    };
    match theirs {
        Some(theirs) if bits(theirs.total, &theirs.parts) == bits(own.total, &own.parts) => Ok(1),
        _ => Err(format!("the gap is {theirs:?}\nof the engine: {own:?}")),
    }
}

/// What a run that may have stopped early says.
pub fn same_early(
    judgement: &Judgement,
    (whole, stopped): (Lane<'_>, Lane<'_>),
) -> Result<(), String> {
    let context = |why: String| format!("stopped at {} instants: {why}", stopped.instants);
    if stopped.instants > whole.instants || stopped.astray && !whole.astray {
        let ends = (whole.instants, whole.end, stopped.end);
        return Err(context(format!("{ends:?}, and astray: {}", stopped.astray)));
    }
    same_verdict(judgement, stopped).map_err(context)
}
