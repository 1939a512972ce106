//! The solver against hand-written programs: each question of [`QUESTIONS`] is answered by a program
//! that somebody who knows Z3 would write for it alone, and by polity's solver from its model.
//!
//! In: the questions. Out: a line for each, with the answer, both medians and their ratio.
//!
//! `cargo bench --bench solve`, with words to ask only the questions whose name holds one of them.
//!
//! # Invariants
//! - Both sides of a question run by turns, so that a busy machine is busy for both.
//! - Every run has a thread, and so a solver context, of its own, whose making is counted.
//! - An answer that is not the known one ends the run; one that is not proved is told as such.

mod commons;
mod conformity;
mod delegation;
mod dilemma;
mod herding;
mod least;
mod pricing;
mod question;
mod solver;
mod trimmed;
mod volunteer;

use std::sync::Arc;
use std::time::{Duration, Instant};

use question::{Answer, QUESTIONS, Question};

/// An answer, or why there is none.
type Said = Result<Answer, String>;

/// How often each side of a question runs.
const SAMPLES: usize = 31;
/// The stack of a run: a model's trees are deep.
const STACK_BYTES: usize = 64 << 20;

fn main() {
    let version = polity_z3::version().unwrap_or_else(|wrong| panic!("{wrong}"));
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let is_asked = |question: &&Question| {
        words.is_empty() || words.iter().any(|word| question.name.contains(word))
    };
    keep_freed_memory();
    println!("Z3 {version}, medians of {SAMPLES} runs of each side");
    println!("| question | answer | by hand | polity | ratio |");
    println!("|---|---|---|---|---|");
    for question in QUESTIONS.iter().filter(is_asked) {
        line(question);
    }
}

/// Asks both sides, and prints what they say and take.
fn line(question: &Question) {
    let model = Arc::new(question.model());
    let (mut hand, mut polity) = (Vec::new(), Vec::new());
    let known = timed(|| Ok((question.by_hand)())).0.expect("an answer");
    // What polity does not answer has no time of its own, and its line says why.
    let asked = || match question.parameter {
        None => solver::answer(&model),
        Some(parameter) => solver::critical_value(&model, parameter),
    };
    let first = timed(asked).0;
    for _ in 0..SAMPLES {
        let (answer, time) = timed(|| Ok((question.by_hand)()));
        assert_eq!(answer, Ok(known), "{}, by hand", question.name);
        hand.push(time);
        if first.is_ok() {
            let (answer, time) = timed(asked);
            assert_eq!(answer, Ok(known), "{}, by polity", question.name);
            polity.push(time);
        }
    }
    let hand = median(hand).expect("runs");
    let (polity, ratio) = match median(polity) {
        Some(polity) => {
            (shown(polity), format!("{:.2}", polity.as_secs_f64() / hand.as_secs_f64()))
        }
        None => (first.expect_err("no runs"), "-".to_string()),
    };
    println!("| {} | {known} | {} | {polity} | {ratio} |", question.name, shown(hand));
}

/// Lets glibc keep freed memory. A solver context takes 17 MB; given back after each run and faulted
/// in again, they cost 5 to 10 ms, now and then. glibc's bound follows the largest block of up to
/// 32 MB that was mapped and freed.
fn keep_freed_memory() {
    drop(std::hint::black_box(vec![1_u8; 31 << 20]));
}

fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort();
    times.get(times.len() / 2).copied()
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// One run, in a solver context of its own.
#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn timed(program: impl Fn() -> Said + Sync) -> (Said, Duration) {
    let start = Instant::now();
    let answer = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let run = thread.spawn_scoped(scope, &program).expect("a thread");
        run.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    (answer, start.elapsed())
}
