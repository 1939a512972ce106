//! The engine against the reference and against programs written by hand.
//!
//! `cargo bench --bench engine` runs each model on all three, single-threaded, from the same
//! setup and seeds, and prints a line for each: time for a run, and ratios. All three must count
//! the same violations. `cargo bench --bench engine -- review` takes only models whose name
//! holds `review`.
//!
//! Time of the engine and of the hand-written program is that of making runs and judging them;
//! both have the setup ready. The reference computes its society anew for each run, as its only
//! function does.

mod case;
mod chance;
mod explore;
mod hand;
mod scale;

use std::time::{Duration, Instant};

use case::Case;
use polity::base::Seed;
use polity::engine::{Ask, Block, LANES, Seeded, Society, compile};
use polity::ir::Value;
use polity::reference::{Replay, Terms, Truth, execute, judge, society};
use polity::trace::Run;

/// Runs of the engine and of the program by hand.
const RUNS: u64 = 64 * 100;
/// Runs of the reference.
const REFERENCE: u64 = 64;
/// Every measurement is made so often, and the median taken.
const TIMES: usize = 5;

fn main() {
    let word = std::env::args().skip(1).find(|word| !word.starts_with("--"));
    println!(
        "| model | agents | steps | engine | by hand | reference | by hand / engine | reference / engine |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for case in case::all() {
        if word.as_ref().is_none_or(|word| case.name.contains(word.as_str())) {
            measure(&case);
        }
    }
    if word.as_ref().is_none_or(|word| "explore".contains(word.as_str())) {
        explore::table();
    }
    if word.as_ref().is_none_or(|word| "chance".contains(word.as_str())) {
        chance::table();
    }
    if word.as_ref().is_none_or(|word| "scale".contains(word.as_str())) {
        scale::table();
    }
}

/// The median time for one run, and how many runs violate each property.
fn median(runs: u64, mut make: impl FnMut() -> Vec<u64>) -> (Duration, Vec<u64>) {
    let mut times = Vec::new();
    let mut counts = make();
    for _ in 0..TIMES {
        #[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
        let start = Instant::now();
        counts = make();
        times.push(start.elapsed() / runs as u32);
    }
    times.sort();
    (times[TIMES / 2], counts)
}

fn measure(case: &Case) {
    let (engine, by_engine) = median(RUNS, engine(case));
    let (hand, by_hand) = median(RUNS, || (case.hand)(case, RUNS));
    let (reference, by_reference) = median(REFERENCE, || reference(case));
    assert_eq!(by_engine, by_hand, "{}: the engine and the program by hand", case.name);
    let first = (case.hand)(case, REFERENCE);
    assert_eq!(by_reference, first, "{}: the reference and the program by hand", case.name);
    let ratio = |other: Duration| other.as_nanos() as f64 / engine.as_nanos().max(1) as f64;
    println!(
        "| {} | {} | {} | {} | {} | {} | {:.2} | {:.0} |",
        case.name,
        case.setup.sizes.iter().sum::<u32>(),
        case.steps,
        shown(engine),
        shown(hand),
        shown(reference),
        ratio(hand),
        ratio(reference)
    );
}

fn shown(time: Duration) -> String {
    match time.as_nanos() {
        short if short < 10_000 => format!("{short} ns"),
        long => format!("{:.1} µs", long as f64 / 1e3),
    }
}

/// Makes runs on the engine, one block after another.
fn engine(case: &Case) -> impl FnMut() -> Vec<u64> {
    let model = &case.model;
    let formula = |id: &polity::ir::PropId| {
        let property = &model.properties[*id];
        (&property.formula, vec![Value::None; property.frame])
    };
    let ask = Ask { formulas: case.properties.iter().map(formula).collect(), ..Ask::default() };
    let program = compile(model, &ask).unwrap_or_else(|why| panic!("{}: {why:?}", case.name));
    let program: &'static _ = Box::leak(Box::new(program));
    let made = society(model, &case.setup).expect("a society");
    let mut block = Block::new(program, &made.layout).expect("a block");
    let given =
        Society { params: &made.params, structures: &made.structures, starts: &made.starts };
    block.fill(LANES, given);
    let (steps, count) = (case.steps, case.properties.len());
    move || {
        let mut violated = vec![0; count];
        for first in (0..RUNS).step_by(LANES) {
            let seeds: Vec<Seed> = (first..first + LANES as u64).map(Seed).collect();
            for lane in block.run(steps, &mut Seeded::new(&seeds, &seeds)).iter() {
                for (count, verdict) in violated.iter_mut().zip(lane.verdicts()) {
                    *count += u64::from(verdict.is_some_and(|verdict| !verdict.truth));
                }
            }
        }
        violated
    }
}

/// Makes runs on the reference.
fn reference(case: &Case) -> Vec<u64> {
    let terms = Terms { tick: None, complete: false, tolerance: None };
    let mut violated = vec![0; case.properties.len()];
    for seed in 0..REFERENCE {
        let (choices, draws) = Default::default();
        let setup = case.setup.clone();
        let run = Run { setup, seed: Seed(seed), choices, draws, steps: case.steps };
        let mut answers = Replay::new(&run);
        let first = Some(case.properties[0]);
        let execution = execute(&case.model, first, &run.setup, run.steps, &mut answers);
        let execution = execution.expect("a run");
        for (count, property) in violated.iter_mut().zip(&case.properties) {
            let judgement = judge(&case.model, *property, &execution, &terms, None);
            *count += u64::from(judgement.truth == Truth::False);
        }
    }
    violated
}
