//! polity's engine beside Stateright, on two-phase commit with the same actions.
//!
//! `cargo bench -p polity-peers` prints states per second of random walks, and of breadth-first
//! searches of all states, one thread each, taken in turns; medians of five.

use std::time::Instant;

#[path = "../engine/explore.rs"]
mod explore;

use polity::base::{Seed, Table};
use polity::engine::{Ask, Block, LANES, Seeded, Society, compile};
use polity::ir::Value;
use polity::reference::society;
use polity::trace::Setup;
use polity_peers::Commit;
use stateright::{Checker, Model, UniformChooser};

/// Managers of the walks.
const WALKED: u32 = 3;
/// States of one measurement of walks, about.
const STATES: u64 = 4_000_000;
/// Steps of a walk of polity's engine. Stateright's end where they meet a state again.
const STEPS: u32 = 12;
/// Every measurement is made so often.
const TIMES: usize = 5;

fn main() {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for turn in 0..TIMES as u64 {
        ours.push(our_walks(turn));
        theirs.push(their_walks(turn));
    }
    println!("| two-phase commit | polity | Stateright 0.31 | ratio |");
    println!("|---|---|---|---|");
    row("random walks, 3 managers, states / s", median(ours), median(theirs));
    for size in [3, 5, 7] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            let (explored, seconds) =
                explore::explored(&explore::model(explore::COMMIT), size, false);
            ours.push(explored.states as f64 / seconds);
            let (states, seconds) = their_search(size as usize);
            assert_eq!(states, explored.states, "{size} managers");
            theirs.push(states as f64 / seconds);
        }
        let what = format!("all states breadth first, {size} managers, states / s");
        row(&what, median(ours), median(theirs));
    }
}

fn row(what: &str, ours: f64, theirs: f64) {
    let (a, b) = (ours / 1e6, theirs / 1e6);
    println!("| {what} | {a:.2} M | {b:.2} M | {:.1} |", ours / theirs);
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed().as_secs_f64())
}

/// States per second of walks of Stateright.
fn their_walks(seed: u64) -> f64 {
    let (states, seconds) = timed(|| {
        let model = Commit { managers: WALKED as usize };
        let builder = model.checker().threads(1).target_state_count(STATES as usize);
        builder.spawn_simulation(seed, UniformChooser).join().state_count()
    });
    states as f64 / seconds
}

/// All states as Stateright counts them, and how long that takes.
fn their_search(managers: usize) -> (u64, f64) {
    timed(|| {
        let checker = Commit { managers }.checker().threads(1).spawn_bfs().join();
        checker.unique_state_count() as u64
    })
}

/// States per second of walks of the engine, the property judged in each.
fn our_walks(first: u64) -> f64 {
    let model = explore::model(explore::COMMIT);
    let property = &model.properties[model.targets[0].property];
    let formulas = vec![(&property.formula, vec![Value::None; property.frame])];
    let program = compile(&model, &Ask { formulas, ..Ask::default() }).expect("a program");
    let setup = Setup {
        sizes: model.populations.iter().map(|_| WALKED).collect(),
        params: model.params.iter().map(|_| Vec::new()).collect(),
        structures: Table::new(),
        starts: model.states.iter().map(|_| Vec::new()).collect(),
    };
    let made = society(&model, &setup).expect("a society");
    let layout = polity::ir::layout::Layout::new(&model, &setup.sizes);
    let mut block = Block::new(&program, &layout).expect("a block");
    let given =
        Society { params: &made.params, structures: &made.structures, starts: &made.starts };
    block.fill(LANES, given);
    let runs = STATES / u64::from(STEPS + 1) / LANES as u64;
    let (states, seconds) = timed(|| {
        let mut states = 0;
        for run in 0..runs {
            let seeds: Vec<Seed> =
                (0..LANES as u64).map(|lane| Seed(first << 40 | run << 8 | lane)).collect();
            for lane in block.run(STEPS, &mut Seeded::new(&seeds, &seeds)).iter() {
                assert!(lane.verdict(0).is_none_or(|verdict| verdict.truth));
                states += u64::from(lane.instants);
            }
        }
        states
    });
    states as f64 / seconds
}
