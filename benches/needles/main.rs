//! Needles: rare violations, and how many runs each way to search needs for the first.
//!
//! In: the models of this folder. Out: a line for each, with the quartiles of the runs up to the
//! first violation of a search that draws every run independently, and of the guided one.
//!
//! `cargo bench --bench needles`, with words to search only the needles whose name holds one of
//! them, and a number to take the seeds from there on instead of from 1.
//!
//! # Invariants
//! - Both ways search the same model with the same budget and the same seeds, and neither tries
//!   all runs of a size.
//! - A search that finds nothing counts as one run more than its budget, and is told as "more".
//! - What is found and shrunk has the sizes and values that are known to be least; else the bench
//!   says so and fails.

mod needle;

use std::process::ExitCode;
use std::time::Instant;

use needle::{NEEDLES, Needle};
use polity::base::Seed;
use polity::search::{Budget, Found, Guidance, search};

/// Seeds that each needle is searched with.
const SEEDS: u64 = 21;
/// Runs of one search at most.
const RUNS_MAX: u64 = 20_000;
/// Attempts of the shrinker.
const SHRINK_MAX: u64 = 20_000;

fn main() -> ExitCode {
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let (numbers, words): (Vec<String>, Vec<String>) =
        words.into_iter().partition(|word| word.parse::<u64>().is_ok());
    let first = numbers.first().and_then(|number| number.parse().ok()).unwrap_or(1);
    let is_asked =
        |needle: &&Needle| words.is_empty() || words.iter().any(|word| needle.name.contains(word));
    println!(
        "Runs up to the first violation, of {RUNS_MAX} at most, over {SEEDS} seeds from {first}"
    );
    println!(
        "on: first quartile, median, third quartile; seconds of all searches, with shrinking."
    );
    println!();
    println!("| needle | random | guided | ratio | found | s | shrunk |");
    println!("|---|---|---|---|---|---|---|");
    let (mut all, mut far, mut behind, mut wrong) = (0, 0, 0, 0);
    for needle in NEEDLES.iter().filter(is_asked) {
        let random = Side::of(needle, Guidance::Random, first);
        let guided = Side::of(needle, Guidance::Guided, first);
        let ratio = random.quartile(2) as f64 / guided.quartile(2) as f64;
        let open = if random.quartile(2) > RUNS_MAX { "> " } else { "" };
        let failures: Vec<&String> = random.wrong.iter().chain(&guided.wrong).collect();
        all += 1;
        far += u32::from(ratio >= 10.0);
        behind += u32::from(ratio < 0.5);
        wrong += failures.len();
        println!(
            "| {} | {} | {} | {open}{ratio:.1} | {}, {} of {SEEDS} | {:.1}, {:.1} | {} |",
            needle.name,
            random.words(),
            guided.words(),
            random.found(),
            guided.found(),
            random.seconds,
            guided.seconds,
            if failures.is_empty() { "least" } else { "NOT LEAST" },
        );
        failures.iter().for_each(|failure| eprintln!("{}: {failure}", needle.name));
    }
    println!();
    println!("{far} of {all} at least 10 times fewer; {behind} more than 2 times more.");
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One way to search, over all seeds.
struct Side {
    /// Runs up to the first violation, in order.
    runs: Vec<u64>,
    /// Seconds of all searches.
    seconds: f64,
    /// What was shrunk to anything but the known least.
    wrong: Vec<String>,
}

impl Side {
    fn of(needle: &Needle, guidance: Guidance, first: u64) -> Side {
        let model = needle.model();
        #[allow(clippy::disallowed_methods, reason = "a bench is for its times")]
        let start = Instant::now();
        let mut side = Side { runs: Vec::new(), seconds: 0.0, wrong: Vec::new() };
        for seed in first..first + SEEDS {
            let budget = Budget {
                runs_max: RUNS_MAX,
                exhaust_max: 0,
                chain_max: 500_000,
                shrink_max: SHRINK_MAX,
                seed: Seed(seed),
                threads: 2,
                guidance,
            };
            let found: Found = search(&model, &model.targets[0], &budget, &|_| true);
            side.runs.push(found.coverage.first_hit.unwrap_or(RUNS_MAX + 1));
            if let Some(witness) = &found.witness
                && let Err(why) = needle.is_least(&model, witness)
            {
                side.wrong.push(format!("{guidance:?}, seed {seed}: {why}"));
            }
        }
        side.seconds = start.elapsed().as_secs_f64();
        side.runs.sort_unstable();
        side
    }

    /// The first, second or third quartile.
    fn quartile(&self, which: usize) -> u64 {
        self.runs[(self.runs.len() - 1) * which / 4]
    }

    fn found(&self) -> usize {
        self.runs.iter().filter(|runs| **runs <= RUNS_MAX).count()
    }

    fn words(&self) -> String {
        let word = |runs: u64| match runs {
            runs if runs > RUNS_MAX => "more".to_string(),
            runs => runs.to_string(),
        };
        let [a, b, c] = [1, 2, 3].map(|which| word(self.quartile(which)));
        format!("{a}, {b}, {c}")
    }
}
