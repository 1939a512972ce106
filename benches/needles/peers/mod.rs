//! Side by side: polity's guided search, Hypothesis and Hegel on three needles.
//!
//! In: the programs of this folder, in which each needle is written as users of the tool write
//! it. Out: a line for each tool and needle, and which tool needed the fewest runs.
//!
//! `cargo bench --bench needles -- peers` asks each tool in the best of the ways that are known;
//! with `all`, in all of them, which takes Hypothesis half an hour.
//!
//! # Invariants
//! - All have the same seeds and the same number of runs at most.
//! - What a peer shrinks to is compared with what is least in its own order, here: a peer that
//!   found these numbers in its own source would draw them.
//! - A peer that is not there is named, and its lines are left out.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use polity::search::Guidance;

use crate::needle::NEEDLES;
use crate::{RUNS_MAX, SEEDS, Side};

/// The tools that are compared with polity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Tool {
    Hypothesis,
    Hegel,
}

/// A needle in a way to write it for a tool.
struct Question {
    needle: &'static str,
    tool: Tool,
    /// `target`: towards the needle; `plain`: without that; `thousandths`: towards it, drawn as a
    /// whole number.
    way: &'static str,
    /// Test cases that the settings allow; after so many a search starts again.
    batch: u64,
    /// Whether no other way needs fewer runs.
    is_best: bool,
}

const fn best(needle: &'static str, tool: Tool, way: &'static str, batch: u64) -> Question {
    Question { needle, tool, way, batch, is_best: true }
}

const fn other(needle: &'static str, tool: Tool, way: &'static str, batch: u64) -> Question {
    Question { needle, tool, way, batch, is_best: false }
}

/// A hundred test cases are the default of both; their climbers work from early on in a thousand.
const QUESTIONS: [Question; 20] = [
    best("interval", Tool::Hypothesis, "plain", 100),
    other("interval", Tool::Hypothesis, "target", 100),
    other("interval", Tool::Hypothesis, "thousandths", 1_000),
    best("interval", Tool::Hegel, "thousandths", 1_000),
    other("interval", Tool::Hegel, "target", 100),
    other("interval", Tool::Hegel, "target", RUNS_MAX),
    other("interval", Tool::Hegel, "plain", RUNS_MAX),
    best("conjunction", Tool::Hypothesis, "target", 100),
    other("conjunction", Tool::Hypothesis, "target", RUNS_MAX),
    other("conjunction", Tool::Hypothesis, "plain", RUNS_MAX),
    best("conjunction", Tool::Hegel, "target", 100),
    other("conjunction", Tool::Hegel, "target", RUNS_MAX),
    other("conjunction", Tool::Hegel, "plain", RUNS_MAX),
    best("ladder", Tool::Hypothesis, "target", 1_000),
    other("ladder", Tool::Hypothesis, "target", RUNS_MAX),
    other("ladder", Tool::Hypothesis, "plain", RUNS_MAX),
    best("ladder", Tool::Hegel, "target", 1_000),
    other("ladder", Tool::Hegel, "target", 100),
    other("ladder", Tool::Hegel, "target", RUNS_MAX),
    other("ladder", Tool::Hegel, "plain", RUNS_MAX),
];

/// Searches with all tools, prints the table, and fails if polity shrank to anything but the
/// known least.
pub fn run(first: u64, is_all: bool) -> ExitCode {
    println!("Runs up to the first violation, of {RUNS_MAX} at most, over {SEEDS} seeds from");
    println!("{first} on: first quartile, median, third quartile; seconds of the processor of all");
    println!("searches, with shrinking, without the start of a program.");
    println!();
    let tools = [Tool::Hypothesis, Tool::Hegel];
    let found: Vec<(Tool, Result<String, String>)> =
        tools.into_iter().map(|tool| (tool, version(tool))).collect();
    for (tool, version) in &found {
        match version {
            Ok(version) => println!("{tool:?} {version}."),
            Err(why) => println!("{tool:?} is left out: {why}."),
        }
    }
    println!();
    println!("| needle | tool | written with | runs | found | s | shrunk |");
    println!("|---|---|---|---|---|---|---|");
    let mut wrong = 0;
    let mut fewest = Vec::new();
    for needle in ["interval", "conjunction", "ladder"] {
        let side = own(needle, first);
        wrong += side.wrong.len();
        let mut medians = vec![(side.quartile(2), "polity".to_string())];
        line(needle, "polity", "its model", &side);
        for (tool, _) in found.iter().filter(|(_, version)| version.is_ok()) {
            let is_asked = |asked: &&Question| {
                asked.needle == needle && asked.tool == *tool && (is_all || asked.is_best)
            };
            for asked in QUESTIONS.iter().filter(is_asked) {
                match ask(asked, first) {
                    Ok(side) => {
                        medians.push((side.quartile(2), format!("{tool:?}")));
                        let words = format!("{}, {} a time", asked.way, asked.batch);
                        line(needle, &format!("{tool:?}"), &words, &side);
                    }
                    Err(why) => println!("| {needle} | {tool:?} | {why} |"),
                }
            }
        }
        medians.sort();
        fewest.push(format!("{needle}: {} ({})", medians[0].1, medians[0].0));
    }
    println!();
    println!("Fewest runs, by the median: {}.", fewest.join("; "));
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A line of the table.
fn line(needle: &str, tool: &str, written: &str, side: &Side) {
    let shrunk = if side.wrong.is_empty() { "least" } else { "NOT LEAST" };
    println!(
        "| {needle} | {tool} | {written} | {} | {} of {SEEDS} | {:.2} | {shrunk} |",
        side.words(),
        side.found(),
        side.seconds,
    );
    side.wrong.iter().for_each(|why| eprintln!("{needle}, {tool}: {why}"));
}

/// The guided search of polity.
fn own(name: &str, first: u64) -> Side {
    let needle = NEEDLES.iter().find(|needle| needle.name == name).expect("one of the needles");
    let before = processor_seconds();
    let mut side = Side::of(needle, Guidance::Guided, first);
    if let (Some(before), Some(after)) = (before, processor_seconds()) {
        side.seconds = after - before;
    }
    side
}

/// Seconds that the processors have worked for this process, in its own code and in the kernel,
/// where Linux tells them; elsewhere those of the clock are reported.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name of the program, in parentheses: the 12th and 13th field, in hundredths.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// What runs a tool's program of this folder.
fn command(tool: Tool) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/needles/peers");
    let work = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut command = match tool {
        Tool::Hypothesis => {
            let mut python = Command::new("python3");
            python.arg(folder.join("needles.py"));
            python
        }
        Tool::Hegel => {
            let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
            cargo.args(["run", "--release", "--locked", "--quiet", "--manifest-path"]);
            cargo.arg(folder.join("hegel/Cargo.toml"));
            cargo.arg("--target-dir").arg(work.join("hegel")).arg("--");
            cargo
        }
    };
    // Hypothesis keeps files in the folder in which it runs.
    command.current_dir(work).stderr(Stdio::inherit());
    command
}

/// The version of a tool, or why it cannot be asked. Hegel is built for that.
fn version(tool: Tool) -> Result<String, String> {
    let install = "`python3 -m pip install hypothesis==6.170.17` gets it";
    let missing = match tool {
        Tool::Hypothesis => format!("python3 cannot import it; {install}"),
        Tool::Hegel => "its program in `hegel/` cannot be built".to_string(),
    };
    let output = command(tool).arg("version").output().map_err(|error| error.to_string())?;
    match String::from_utf8(output.stdout) {
        Ok(text) if output.status.success() => Ok(text.trim().to_string()),
        _ => Err(missing),
    }
}

/// What a peer needs for a needle.
fn ask(asked: &Question, first: u64) -> Result<Side, String> {
    let numbers = [first, SEEDS, RUNS_MAX].map(|number| number.to_string());
    let output = command(asked.tool)
        .args(numbers)
        .args([asked.needle, asked.way, &asked.batch.to_string()])
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("it failed after {} searches", text.lines().count()));
    }
    let mut side = Side { runs: Vec::new(), seconds: 0.0, wrong: Vec::new() };
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [_, _, _, seed, cases, seconds, shrunk] = words[..] else {
            return Err(format!("not a line of a search: `{line}`"));
        };
        let cases: u64 = cases.parse().map_err(|_| format!("no number of cases: `{line}`"))?;
        let seconds: f64 = seconds.parse().map_err(|_| format!("no seconds: `{line}`"))?;
        side.runs.push(if cases == 0 { RUNS_MAX + 1 } else { cases });
        side.seconds += seconds;
        let least = least(asked);
        if cases > 0 && shrunk != least {
            side.wrong.push(format!("seed {seed}: {shrunk} instead of {least}"));
        }
    }
    if side.runs.len() as u64 != SEEDS {
        return Err(format!("{} searches instead of {SEEDS}", side.runs.len()));
    }
    side.runs.sort_unstable();
    Ok(side)
}

/// What is least in the order of the peers: of two reals that with fewer binary digits behind the
/// point (17/512 is the first such fraction from 0.033 to 0.034), of two runs the shorter.
fn least(asked: &Question) -> &'static str {
    match (asked.needle, asked.way) {
        ("interval", "thousandths") => "618.033",
        ("interval", _) => "618.033203125",
        ("conjunction", _) => "37,62,11",
        ("ladder", _) => "1,4,2,0,3,1,4",
        (needle, _) => panic!("no needle `{needle}`"),
    }
}
