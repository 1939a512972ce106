//! How the engine scales: threads, memory over many runs, agents on a sparse structure.

use std::time::Instant;

use polity::base::{Seed, Table};
use polity::engine::{Ask, Block, LANES, Program, Seeded, Society, compile};
use polity::ir::layout::Layout;
use polity::ir::{Model, Value};
use polity::social::Ties;

use crate::explore::{COMMIT, model};

/// Each agent is tied to the next two on a ring and to one far away.
const SPREAD: &str = "model spread
kind Node { state on: bool = false  state heard: 0..20 = 0 }
agents nodes: Node[100..10_000]
structure near: graph on nodes among any
step {
  for n in nodes {
    draw starts ~ bernoulli(0.001)
    n.on' = n.on or starts or (exists m in near(n): m.on)
    n.heard' = min(20, n.heard + count(m in near(n) where m.on))
  }
}
property calm { always 2 * count(n in nodes where n.on) <= count(nodes) }
check { steps: 10 }";
/// Steps of every run.
const STEPS: u32 = 10;

/// What runs need.
struct Bench {
    model: Model,
    ties: Vec<Ties>,
    sizes: Table<polity::ir::PopId, u32>,
}

impl Bench {
    fn new(text: &str, size: u32) -> Bench {
        let model = model(text);
        let sizes = model.populations.iter().map(|_| size).collect();
        let mut ties = Vec::new();
        for _ in model.structures.iter() {
            let mut all = Ties::empty(size, size);
            for a in 0..size {
                for b in [(a + 1) % size, (a + 2) % size, (a * 7 + 31) % size] {
                    if a != b {
                        all.set(a, b, 1.0);
                        all.set(b, a, 1.0);
                    }
                }
            }
            ties.push(all);
        }
        Bench { model, ties, sizes }
    }

    fn program(&self) -> Program {
        let property = &self.model.properties[self.model.targets[0].property];
        let formulas = vec![(&property.formula, vec![Value::None; property.frame])];
        compile(&self.model, &Ask { formulas, ..Ask::default() }).expect("a program")
    }

    fn block<'p>(&self, program: &'p Program) -> Block<'p> {
        let layout = Layout::new(&self.model, &self.sizes);
        let mut block = Block::new(program, &layout).expect("a block");
        let params = self.model.params.iter().map(|_| Vec::new()).collect();
        let starts = self.model.states.iter().map(|_| Vec::new()).collect();
        let structures = self.ties.iter().cloned().collect();
        block.fill(LANES, Society { params: &params, structures: &structures, starts: &starts });
        block
    }
}

/// Makes blocks of runs; how many runs violate.
fn runs(block: &mut Block<'_>, blocks: std::ops::Range<u64>) -> u64 {
    let mut violated = 0;
    for number in blocks {
        let seeds: Vec<Seed> = (0..LANES as u64).map(|lane| Seed(number << 8 | lane)).collect();
        let lanes = block.run(STEPS, &mut Seeded::new(&seeds, &seeds));
        let bad = |lane: &polity::engine::Lane<'_>| lane.verdict(0).is_some_and(|v| !v.truth);
        violated += lanes.iter().filter(bad).count() as u64;
    }
    violated
}

#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// The most memory that this process has held, in KiB, where the system says so.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Prints what one thread and two do, what many runs hold, and what many agents take.
pub fn table() {
    memory();
    threads();
    agents();
}

fn memory() {
    let bench = Bench::new(COMMIT, 3);
    let program = bench.program();
    let mut block = bench.block(&program);
    runs(&mut block, 0..10_000 / LANES as u64);
    let few = peak();
    runs(&mut block, 0..1_000_000 / LANES as u64);
    let shown = |peak: Option<u64>| peak.map_or("unknown".into(), |kib| format!("{kib} KiB"));
    println!(
        "\nmemory, two_phase_commit, peak after 10,000 runs: {}, after 1,000,000 more: {}",
        shown(few),
        shown(peak())
    );
}

/// How much faster two threads make twice a work than one: least, median and most of five.
fn doubled(half: impl Fn(u64) + Sync) -> String {
    let mut ratios: Vec<f64> = (0..5)
        .map(|_| {
            let one = seconds(|| (0..2).for_each(&half));
            let two = seconds(|| {
                std::thread::scope(|scope| {
                    let half = &half;
                    (0..2).for_each(|part| _ = scope.spawn(move || half(part)));
                });
            });
            one / two
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    format!("{:.2}, {:.2}, {:.2}", ratios[0], ratios[2], ratios[4])
}

fn threads() {
    let bench = Bench::new(COMMIT, 3);
    let program = bench.program();
    const BLOCKS: u64 = 10_000;
    let engine = doubled(|part| {
        let mut block = bench.block(&program);
        std::hint::black_box(runs(&mut block, part * BLOCKS..(part + 1) * BLOCKS));
    });
    // What the machine gives: numbers that fit in registers, which share nothing.
    let scalar = doubled(|part| {
        let numbers = (0..20_000_000u64).map(|word| Seed(part).uniform(&[word as u32]));
        std::hint::black_box(numbers.sum::<f64>());
    });
    println!(
        "\ntwo threads against one (least, median, most of 5): two_phase_commit {engine}; Philox alone \
         {scalar}"
    );
}

fn agents() {
    println!("\n| agents, six ties each | a run of {STEPS} steps | an agent's step |");
    println!("|---|---|---|");
    for size in [1_000, 3_000, 10_000] {
        let bench = Bench::new(SPREAD, size);
        let program = bench.program();
        let mut block = bench.block(&program);
        const BLOCKS: u64 = 2;
        let mut times: Vec<f64> = (0..5)
            .map(|_| seconds(|| _ = std::hint::black_box(runs(&mut block, 0..BLOCKS))))
            .collect();
        times.sort_by(f64::total_cmp);
        let run = times[2] / (BLOCKS * LANES as u64) as f64;
        let step = run * 1e9 / f64::from(size) / f64::from(STEPS);
        println!("| {size} | {:.1} µs | {step:.2} ns |", run * 1e6);
    }
}
