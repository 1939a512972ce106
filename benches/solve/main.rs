//! The solver against hand-written programs: each question of [`QUESTIONS`] is answered by a program
//! that somebody who knows Z3 would write for it alone.
//!
//! In: the questions. Out: a line for each, with the answer, the median time and the least.
//!
//! `cargo bench --bench solve`, with words to ask only the questions whose name holds one of them.
//!
//! # Invariants
//! - Every run has a thread, and so a solver context, of its own, whose making is counted.
//! - An answer that is not the known one ends the run.

mod commons;
mod conformity;
mod delegation;
mod dilemma;
mod herding;
mod least;
mod pricing;
mod question;
mod trimmed;
mod volunteer;

use std::time::{Duration, Instant};

use question::{Answer, QUESTIONS, Question};

/// How often each program runs.
const SAMPLES: usize = 31;

fn main() {
    let version = polity_z3::version().unwrap_or_else(|wrong| panic!("{wrong}"));
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let is_asked = |question: &&Question| {
        words.is_empty() || words.iter().any(|word| question.name.contains(word))
    };
    keep_freed_memory();
    println!("Z3 {version}, by hand, {SAMPLES} runs each");
    println!("{:<26} {:>10} {:>10} {:>10}", "question", "answer", "median", "least");
    for question in QUESTIONS.iter().filter(is_asked) {
        question.check();
        let mut runs = (0..SAMPLES).map(|_| timed(question.by_hand)).collect::<Vec<_>>();
        runs.sort_by_key(|(_, time)| *time);
        let (answer, least) = runs[0];
        let (_, median) = runs[SAMPLES / 2];
        let (median, least) = (shown(median), shown(least));
        println!("{:<26} {answer:>10} {median:>10} {least:>10}", question.name);
    }
}

/// Lets glibc keep freed memory. A solver context takes 17 MB; given back after each run and faulted
/// in again, they cost 5 to 10 ms, now and then. glibc's bound follows the largest block of up to
/// 32 MB that was mapped and freed.
fn keep_freed_memory() {
    drop(std::hint::black_box(vec![1_u8; 31 << 20]));
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// One run, in a solver context of its own.
#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn timed(program: fn() -> Answer) -> (Answer, Duration) {
    let start = Instant::now();
    let answer = std::thread::spawn(program).join().expect("the known answer");
    (answer, start.elapsed())
}
