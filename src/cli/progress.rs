//! How far a search is, on a terminal; and what stops it: Ctrl-C, a time limit.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::clock::Clock;
use super::exit::{Exit, Failure};
use crate::report::sheet::{count, grouped};
use crate::search::Step;

/// Whether Ctrl-C was pressed.
#[derive(Clone, Debug)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From here on the first Ctrl-C stops the search, and the second the program.
    pub fn watch() -> Result<Interrupt, Failure> {
        let pressed = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&pressed);
        ctrlc::set_handler(move || {
            if seen.swap(true, Ordering::SeqCst) {
                std::process::exit(i32::from(Exit::Interrupted.code()));
            }
        })
        .map_err(|error| Failure::new(format!("cannot watch for Ctrl-C: {error}")))?;
        Ok(Interrupt(pressed))
    }

    /// Whether it was pressed.
    pub fn pressed(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The progress of a command: a line on a terminal, and the reasons to stop.
#[derive(Debug)]
pub struct Progress {
    interrupt: Interrupt,
    clock: Clock,
    time: Option<Duration>,
    share: Mutex<Share>,
    out_of_time: AtomicBool,
    bar: Option<ProgressBar>,
}

/// The property that is searched, and how the time that is left is shared by those that are
/// left.
#[derive(Debug)]
struct Share {
    left: usize,
    current: String,
    since: Duration,
    until: Duration,
}

impl Progress {
    /// For `properties` targets in `time`.
    pub fn new(
        interrupt: Interrupt,
        time: Option<Duration>,
        properties: usize,
        quiet: bool,
    ) -> Progress {
        let shown = !quiet && std::io::stderr().is_terminal();
        let share = Share {
            left: properties.max(1),
            current: String::new(),
            since: Duration::ZERO,
            until: Duration::MAX,
        };
        Progress {
            interrupt,
            clock: Clock::start(),
            time,
            share: Mutex::new(share),
            out_of_time: AtomicBool::new(false),
            bar: shown.then(bar),
        }
    }

    /// Notes how far a search is; `false` stops it.
    pub fn step(&self, target: &str, step: Step) -> bool {
        let now = self.clock.elapsed();
        let (since, until) = self.turn(target, now);
        if let Some(bar) = &self.bar {
            bar.set_message(line(target, step, now.saturating_sub(since)));
            bar.tick();
        }
        if self.interrupt.pressed() {
            return false;
        }
        if now >= until {
            self.out_of_time.store(true, Ordering::SeqCst);
        }
        now < until
    }

    /// Since when this property is searched, and until when it may be.
    fn turn(&self, target: &str, now: Duration) -> (Duration, Duration) {
        let mut share = self.share.lock().unwrap_or_else(|broken| broken.into_inner());
        if share.current != target {
            share.current = target.to_string();
            share.since = now;
            if let Some(time) = self.time {
                let left = u32::try_from(share.left).unwrap_or(u32::MAX);
                share.until = now + time.saturating_sub(now) / left;
            }
            share.left = share.left.saturating_sub(1).max(1);
        }
        (share.since, share.until)
    }

    /// Whether Ctrl-C was pressed.
    pub fn interrupted(&self) -> bool {
        self.interrupt.pressed()
    }

    /// Whether some search was stopped for want of time.
    pub fn ran_out(&self) -> bool {
        self.out_of_time.load(Ordering::SeqCst)
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.clock.elapsed().as_secs_f64()
    }

    /// Takes the line away while something else is written.
    pub fn pause<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the line away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn line(target: &str, step: Step, taken: Duration) -> String {
    if step.shrinking {
        let agents = count(u64::from(step.agents), "agent", "agents");
        return format!("{target} · violated by {agents}, looking for the least");
    }
    let rate = (step.runs as f64 / taken.as_secs_f64().max(0.001)) as u64;
    format!(
        "{target} · {} of {} runs · {} · {} runs/s",
        grouped(step.runs),
        grouped(step.runs_max),
        count(u64::from(step.agents), "agent", "agents"),
        grouped(rate),
    )
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
    let style = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar
}
