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
    /// What is counted.
    noun: &'static str,
}

/// The property that is searched, and how the time that is left is shared by those that are
/// left.
#[derive(Debug)]
struct Share {
    left: usize,
    current: String,
    /// Runs that it began with: those of rounds that were kept.
    first: u64,
    since: Duration,
    until: Duration,
}

/// What of the share a property has.
struct Turn {
    taken: Duration,
    first: u64,
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
            first: 0,
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
            noun: "runs",
        }
    }

    /// The same, counting something else than runs.
    pub fn counting(self, noun: &'static str) -> Progress {
        Progress { noun, ..self }
    }

    /// Notes how far a search is; `false` stops it.
    pub fn step(&self, target: &str, step: Step) -> bool {
        let now = self.clock.elapsed();
        let turn = self.turn(target, step.runs, now);
        let until = turn.until;
        if let Some(bar) = &self.bar {
            let time = self.time.map(|_| until.saturating_sub(now));
            bar.set_message(line((target, self.noun), step, &turn, time));
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
    fn turn(&self, target: &str, runs: u64, now: Duration) -> Turn {
        let mut share = self.share.lock().unwrap_or_else(|broken| broken.into_inner());
        if share.current != target {
            share.current = target.to_string();
            share.first = runs;
            share.since = now;
            if let Some(time) = self.time {
                let left = u32::try_from(share.left).unwrap_or(u32::MAX);
                share.until = now + time.saturating_sub(now) / left;
            }
            share.left = share.left.saturating_sub(1).max(1);
        }
        let taken = now.saturating_sub(share.since);
        Turn { taken, first: share.first, until: share.until }
    }

    /// Whether nothing was stopped.
    pub fn is_whole(&self) -> bool {
        !self.interrupted() && !self.ran_out()
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

/// How far it is: runs, setups, how near it came, how fast it goes, and when it ends. `time`: what
/// a limit leaves.
fn line((target, noun): (&str, &str), step: Step, turn: &Turn, time: Option<Duration>) -> String {
    if step.shrinking {
        let agents = count(u64::from(step.agents), "agent", "agents");
        return format!("{target} · violated by {agents}, looking for the least");
    }
    let made = step.runs.saturating_sub(turn.first);
    let rate = made as f64 / turn.taken.as_secs_f64().max(0.001);
    let mut parts = vec![
        target.to_string(),
        format!("{} of {} {noun}", grouped(step.runs), grouped(step.runs_max)),
    ];
    if step.agents > 0 {
        parts.push(count(step.setups, "setup", "setups"));
        parts.push(count(u64::from(step.agents), "agent", "agents"));
    }
    // A margin is how far from failing a run is; 0 would fail.
    parts.extend(step.nearest.map(|nearest| format!("best margin {nearest:.3}")));
    parts.push(format!("{} {noun}/s", grouped(rate as u64)));
    let rest = step.runs_max.saturating_sub(step.runs) as f64 / rate.max(0.001);
    let rest = time.map_or(rest, |time| time.as_secs_f64().min(rest));
    if made > 0 && turn.taken.as_secs() > 0 {
        parts.push(format!("{} left at most", seconds(rest)));
    }
    parts.join(" · ")
}

/// `12 s`, `3 min`, `2 h`.
fn seconds(time: f64) -> String {
    match time {
        time if time < 100.0 => format!("{} s", time.ceil()),
        time if time < 6_000.0 => format!("{} min", (time / 60.0).ceil()),
        time => format!("{} h", (time / 3_600.0).ceil()),
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
    let style = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_how_near_how_fast_and_how_long() {
        let step = Step {
            runs: 3_000,
            runs_max: 10_000,
            agents: 3,
            shrinking: false,
            setups: 900,
            nearest: Some(0.125),
        };
        let turn = Turn { taken: Duration::from_secs(2), first: 1_000, until: Duration::MAX };
        let said = line(("p", "runs"), step, &turn, None);
        assert_eq!(
            said,
            "p · 3,000 of 10,000 runs · 900 setups · 3 agents · best margin 0.125 · \
             1,000 runs/s · 7 s left at most"
        );
        let limited = line(("p", "runs"), step, &turn, Some(Duration::from_secs(3)));
        assert!(limited.ends_with("3 s left at most"), "{limited}");
        let shrinking = Step { shrinking: true, ..step };
        assert!(line(("p", "runs"), shrinking, &turn, None).contains("looking for the least"));
    }

    #[test]
    fn time_is_said_in_the_unit_that_fits() {
        assert_eq!(seconds(0.2), "1 s");
        assert_eq!(seconds(119.0), "2 min");
        assert_eq!(seconds(7_300.0), "3 h");
    }
}
