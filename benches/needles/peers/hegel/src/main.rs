//! Three needles as users of Hegel write them: how many test cases it needs for each.
//!
//! In: the first seed, the count of seeds, the test cases of a search at most, and for each
//! question three words, NEEDLE WAY CASES_MAX, where CASES_MAX is what the settings of the test
//! say: after so many a search starts again, with another seed. Out: for each question and seed a
//! line NEEDLE WAY CASES_MAX SEED CASES SECONDS SHRUNK, where CASES are the calls of the test up
//! to and with the first that failed (0 if none did), SECONDS those of the processor, with
//! shrinking, and SHRUNK is the last that failed (`-` if none did). Or, for the word `version`:
//! its version.

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use cpu_time::ProcessTime;
use hegel::generators as gs;
use hegel::stateful::machine;
use hegel::{HealthCheck, Hegel, Phase, Settings, TestCase, Verbosity};

/// Counts the test cases of one search, and keeps the last that failed.
#[derive(Default)]
struct Watch {
    calls: Cell<u64>,
    first: Cell<u64>,
    shrunk: RefCell<String>,
}

impl Watch {
    /// A test case failed with these numbers.
    fn see(&self, numbers: &[impl Display]) {
        if self.first.get() == 0 {
            self.first.set(self.calls.get());
        }
        let words: Vec<String> = numbers.iter().map(|number| number.to_string()).collect();
        *self.shrunk.borrow_mut() = words.join(",");
    }
}

/// One real number in a millionth of its domain.
fn interval(watch: &Watch, tc: &TestCase, rate: f64, is_aimed: bool) {
    let (low, high) = (618.033, 618.034);
    if is_aimed {
        tc.target(-(low - rate).max(rate - high).max(0.0));
    }
    if (low..=high).contains(&rate) {
        watch.see(&[rate]);
        panic!("found");
    }
}

/// Three numbers of a hundred each, of which one combination is wrong.
fn conjunction(watch: &Watch, tc: &TestCase, is_aimed: bool) {
    let percent = || tc.draw(gs::integers::<i64>().min_value(0).max_value(99));
    let (quota, tax, audit) = (percent(), percent(), percent());
    if is_aimed {
        let far = (quota - 37).abs() + (tax - 62).abs() + (audit - 11).abs();
        tc.target(-far as f64);
    }
    if quota == 37 && tax == 62 && audit == 11 {
        watch.see(&[quota, tax, audit]);
        panic!("found");
    }
}

/// A ladder whose every rung is one move of five; a wrong move leads back to the ground.
struct Ladder {
    watch: Rc<Watch>,
    level: i64,
    highest: Rc<Cell<i64>>,
    moves: Vec<i64>,
}

#[hegel::state_machine]
impl Ladder {
    #[rule]
    fn step(&mut self, tc: TestCase) {
        let choice: i64 = tc.draw(gs::integers::<i64>().min_value(0).max_value(4));
        self.moves.push(choice);
        let is_right = choice == (self.level * 3 + 1) % 5;
        self.level = if is_right { (self.level + 1).min(7) } else { 0 };
        self.highest.set(self.highest.get().max(self.level));
    }

    #[invariant(always_run)]
    fn below_the_top(&mut self, _tc: TestCase) {
        if self.level >= 7 {
            self.watch.see(&self.moves);
            panic!("found");
        }
    }
}

/// One test case of a needle.
fn test(watch: &Rc<Watch>, needle: &str, way: &str, tc: TestCase) {
    watch.calls.set(watch.calls.get() + 1);
    let is_aimed = way != "plain";
    match (needle, way) {
        // The hill climber adds whole numbers: so a user draws a whole number of thousandths.
        ("interval", "thousandths") => {
            let count = tc.draw(gs::integers::<i64>().min_value(0).max_value(1_000_000));
            interval(watch, &tc, count as f64 / 1000.0, is_aimed);
        }
        ("interval", _) => {
            let rate = tc.draw(gs::floats::<f64>().min_value(0.0).max_value(1000.0));
            interval(watch, &tc, rate, is_aimed);
        }
        ("conjunction", _) => conjunction(watch, &tc, is_aimed),
        ("ladder", _) => {
            let highest = Rc::new(Cell::new(0));
            let (watch, top) = (watch.clone(), highest.clone());
            let model = Ladder { watch, level: 0, highest: top, moves: Vec::new() };
            let scores = is_aimed.then(|| tc.clone());
            machine(model).steps(12).run(tc);
            if let Some(scores) = scores {
                scores.target(highest.get() as f64);
            }
        }
        _ => unreachable!("no needle `{needle}`"),
    }
}

/// One search, and its line.
fn search(needle: &str, way: &str, batch: u64, seed: u64, cases_max: u64) {
    let watch = Rc::new(Watch::default());
    let start = ProcessTime::now();
    let mut restart = 0;
    while watch.first.get() == 0 && watch.calls.get() < cases_max {
        let settings = Settings::from_profile("base")
            .seed(Some(seed * 1_000 + restart))
            .test_cases(batch.min(cases_max - watch.calls.get()))
            .database(None)
            .phases([Phase::Generate, Phase::Target, Phase::Shrink])
            .suppress_health_check(HealthCheck::all())
            .verbosity(Verbosity::Quiet)
            .print_blob(false);
        restart += 1;
        let run = || Hegel::new(|tc| test(&watch, needle, way, tc)).settings(settings).run();
        let outcome = catch_unwind(AssertUnwindSafe(run));
        assert_eq!(outcome.is_err(), watch.first.get() > 0, "a run failed for another reason");
    }
    let seconds = start.elapsed().as_secs_f64();
    let shrunk = watch.shrunk.borrow();
    let (cases, shrunk) = match watch.first.get() {
        0 => (0, "-"),
        first if first > cases_max => (0, "-"),
        first => (first, shrunk.as_str()),
    };
    println!("{needle} {way} {batch} {seed} {cases} {seconds:.4} {shrunk}");
}

/// The version of Hegel that this program is locked to.
fn version() -> &'static str {
    let lock = include_str!("../Cargo.lock");
    let package = lock.split("name = \"hegeltest\"\nversion = \"").nth(1);
    package.and_then(|rest| rest.split('"').next()).expect("a locked version")
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words == ["version"] {
        println!("{}", version());
        return;
    }
    let number = |word: &String| word.parse::<u64>().expect("a number");
    let [first, seeds, cases_max] = [0, 1, 2].map(|at| number(&words[at]));
    for question in words[3..].chunks_exact(3) {
        let [needle, way, batch] = question else { unreachable!("three words each") };
        for seed in first..first + seeds {
            search(needle, way, number(batch), seed, cases_max);
        }
    }
}
