//! Campaigns end to end: shards that are merged, and programs that are killed and go on, come to
//! what one undisturbed run comes to.

mod program;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant};

use program::{err, folder, json, out, polity, status};

/// Models with what is claimed of each: the six words that a search can end with.
const MODELS: [(&str, &str, &str); 8] = [
    ("violated", "holds_not", "violated"),
    ("late", "rare", "violated"),
    ("tested", "far", "tested"),
    ("verified", "few", "verified"),
    ("chance", "likely", "violated"),
    ("vacuous", "never", "vacuous"),
    ("inconclusive", "nobody", "inconclusive"),
    ("faulty", "fine", "tested"),
];

fn text(name: &str) -> &'static str {
    match name {
        "violated" => {
            "model violated
kind Agent { param x: 0..9 = 0  param y: 0.0..1.0 }
agents team: Agent[1..4]
property holds_not { sum(a.x for a in team) < 20 or team[0].y < 0.5 }
"
        }
        "late" => {
            "model late
kind Agent { param x: 0..999_999 = 0 }
agents team: Agent[2..3]
property rare { (team[0].x * 7_919 + team[1].x * 104_729) % 1_009 != 5 }
"
        }
        "tested" => {
            "model tested
enum Mood { Calm, Angry, Gone }
kind Agent { param x: 0.0..1.0  state mood: Mood = Calm }
agents team: Agent[1..3]
step {
  for a in team {
    choose loud in bool
    if a.x > 0.5 and loud { a.mood' = Angry } else { a.mood' = Calm }
  }
}
property far { always forall a in team: a.x <= 1.0 and a.mood != Gone }
check { steps: 3 }
"
        }
        "verified" => {
            "model verified
kind Agent { param x: 0..3 = 0 }
agents team: Agent[1..3]
property few { forall a in team: a.x < 4 }
"
        }
        "chance" => {
            "model chance
kind Agent { param p: 0.0..1.0 }
agents team: Agent[1..2]
state heads: 0..9 = 0
step { draw toss ~ bernoulli(team[0].p)  heads' = min(9, heads + (if toss then 1 else 0)) }
property likely { probability(eventually[..2] heads > 0) >= 0.4 }
check { steps: 3 }
"
        }
        "vacuous" => {
            "model vacuous
kind Agent { param x: 0.0..1.0 }
agents team: Agent[1..2]
property never { forall a in team: a.x > 2.0 implies a.x < 0.0 }
"
        }
        "inconclusive" => {
            "model inconclusive
kind Agent { param x: 0.0..1.0 }
agents team: Agent[1..2]
assume team[0].x > 0.3 and team[0].x < 0.300_000_001
property nobody { team[0].x < 0.5 }
"
        }
        "faulty" => {
            "model faulty
kind Agent { param x: 0.0..1.0  state s: 0..9 = 0 }
agents team: Agent[1..2]
step { for a in team { a.s' = a.s + (if a.x > 0.9 then 9 else 1) } }
property fine { always forall a in team: a.s >= 0 }
check { steps: 3 }
"
        }
        other => panic!("no model {other}"),
    }
}

/// What every command here says of how much is searched.
const BUDGET: [&str; 5] = ["--runs", "1200", "--round", "150", "--engine=search"];

fn check(folder: &Path, more: &[&str]) -> std::process::Output {
    let first = ["check", "m.polity", "--format", "json"];
    polity(folder, &[&first, &BUDGET[..], more].concat())
}

#[test]
fn merging_shards_equals_one_run() {
    for (name, property, word) in MODELS {
        let folder = folder(&[("m.polity", text(name))]);
        let one = check(folder.path(), &[]);
        let results = &json(&one)["results"];
        let result = results.as_array().expect("results").iter();
        let result = result.filter(|r| r["property"] == property).collect::<Vec<_>>();
        let vacuous = result[0]["vacuous"].as_array().is_some_and(|found| !found.is_empty());
        let said = if vacuous { "vacuous" } else { result[0]["verdict"].as_str().expect("a word") };
        assert_eq!(said, word, "{name}: {}{}", out(&one), err(&one));
        for shards in [1, 2, 3, 5] {
            let files: Vec<String> = (1..=shards).map(|i| format!("{i}-{shards}.jsonl")).collect();
            // The last shard comes first: no order matters.
            for (at, file) in files.iter().enumerate().rev() {
                let shard = format!("{}/{shards}", at + 1);
                let made = check(folder.path(), &["--shard", &shard, "--state", file]);
                assert_eq!(status(&made), 0, "{name} {shard}: {}", err(&made));
            }
            let files: Vec<&str> = files.iter().map(String::as_str).collect();
            let merged = check(folder.path(), &[&["--merge"][..], &files].concat());
            assert_eq!(out(&merged), out(&one), "{name} in {shards} shards");
            assert_eq!(status(&merged), status(&one), "{name} in {shards} shards");
            // What faults at all is asked once it is known that something does.
            let made_now = err(&merged).contains("made now");
            assert_eq!(made_now, name == "faulty", "{name}: {}", err(&merged));
        }
    }
}

#[test]
fn the_rounds_of_a_search_are_shared_out() {
    let folder = folder(&[("m.polity", text("tested"))]);
    let mut rounds = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let file = format!("{}.jsonl", &shard[..1]);
        check(folder.path(), &["--shard", shard, "--state", &file]);
        let text = std::fs::read_to_string(folder.path().join(file)).expect("a file");
        let mine: Vec<u64> = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
            .filter(|line| line["kind"] == "round")
            .map(|line| line["round"].as_u64().expect("a number"))
            .collect();
        assert!((2..=3).contains(&mine.len()), "{shard}: {mine:?}");
        rounds.extend(mine);
    }
    rounds.sort_unstable();
    assert_eq!(rounds, (0..8).collect::<Vec<u64>>());
}

/// A generator of numbers that is the same everywhere (Marsaglia's xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// Starts the program, which says nothing.
fn started(folder: &Path, arguments: &[&str]) -> Child {
    Process::new(assert_cmd::cargo::cargo_bin("polity"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts")
}

/// Starts a search that keeps its state, and kills it after some time; whether it came to its end
/// before.
#[allow(clippy::disallowed_methods, reason = "when a program is killed is no part of a result")]
fn killed(folder: &Path, arguments: &[&str], after: Duration) -> bool {
    let mut child = started(folder, arguments);
    let start = Instant::now();
    while start.elapsed() < after {
        if child.try_wait().expect("a status").is_some() {
            return true;
        }
        std::thread::yield_now();
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("a status");
    false
}

/// What a program does that nobody disturbs, and how long it takes.
#[allow(clippy::disallowed_methods, reason = "when a program is killed is no part of a result")]
fn timed(folder: &Path, arguments: &[&str]) -> (std::process::Output, Duration) {
    let start = Instant::now();
    let output = polity(folder, arguments);
    (output, start.elapsed())
}

/// The whole lines of a state file.
fn kept(path: &Path) -> Vec<String> {
    let bytes = std::fs::read(path).unwrap_or_default();
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    String::from_utf8_lossy(&bytes[..end]).lines().map(String::from).collect()
}

#[test]
fn what_is_killed_ten_times_goes_on_to_what_an_undisturbed_run_finds() {
    let seed = 20_261_125;
    let mut numbers = Numbers(seed);
    for name in ["late", "tested"] {
        // Long enough for ten kills: what is rare is rarer still.
        let folder = folder(&[("m.polity", &text(name).replace("1_009", "10_007"))]);
        let runs = if cfg!(debug_assertions) { "8000" } else { "80000" };
        let budget = ["--runs", runs, "--round", "100", "--engine=search"];
        let first = ["check", "m.polity", "--format", "json"];
        let (plain, whole) = timed(folder.path(), &[&first, &budget[..]].concat());
        let state = folder.path().join("s.jsonl");
        let with = [&first, &budget[..], &["--state", "s.jsonl", "--resume"]].concat();
        let mut before: Vec<String> = Vec::new();
        let mut kills = 0;
        for _ in 0..10 {
            // Ten of these are less than the whole.
            let after = whole.mul_f64((20 + numbers.below(60)) as f64 / 1_000.0);
            kills += u32::from(!killed(folder.path(), &with, after));
            let now = kept(&state);
            assert!(now.starts_with(&before), "seed {seed}: a line was lost");
            before = now;
            // Half of the time the last line is torn as well, as a lost write would leave it.
            if numbers.below(2) == 0 {
                let torn = [&std::fs::read(&state).unwrap_or_default()[..], b"{\"kind\":\"ro"];
                std::fs::write(&state, torn.concat()).expect("written");
            }
        }
        assert!(kills >= 5, "seed {seed}: {name} was done after {kills} kills");
        let rounds = |lines: &[String]| lines.iter().filter(|l| l.contains("\"round\"")).count();
        let resumed = polity(folder.path(), &with);
        assert_eq!(out(&resumed), out(&plain), "seed {seed}: {name}");
        assert_eq!(status(&resumed), status(&plain), "seed {seed}: {name}");
        let after = kept(&state);
        assert!(after.starts_with(&before), "seed {seed}: a line was lost");
        assert!(rounds(&after) > 0, "seed {seed}: {name} kept no round");
    }
}

#[test]
fn what_was_found_is_kept_before_it_is_shrunk() {
    let folder = folder(&[("m.polity", text("violated"))]);
    let found = check(folder.path(), &["--state", "s.jsonl"]);
    assert_eq!(status(&found), 1);
    let lines = kept(&folder.path().join("s.jsonl"));
    let at = |kind: &str| lines.iter().position(|l| l.contains(&format!("\"kind\":\"{kind}\"")));
    assert!(at("hit").expect("a hit") < at("round").expect("a round"), "{lines:?}");
}

#[test]
fn a_state_of_something_else_is_not_believed_and_a_damaged_one_is_named() {
    let folder = folder(&[("m.polity", text("tested"))]);
    let other = folder.path().join("s.jsonl");
    check(folder.path(), &["--state", "s.jsonl"]);
    let again = check(folder.path(), &["--state", "s.jsonl"]);
    assert_eq!(status(&again), 2);
    assert!(err(&again).contains("--resume"), "{}", err(&again));
    // Another model: no round of the old one counts.
    let changed = text("tested").replace("a.x > 0.5", "a.x > 0.25");
    std::fs::write(folder.path().join("m.polity"), changed).expect("written");
    let plain = check(folder.path(), &[]);
    let resumed = check(folder.path(), &["--state", "s.jsonl", "--resume"]);
    assert_eq!(out(&resumed), out(&plain));
    let mut lines = kept(&other);
    lines[1] = lines[1].replace("\"kind\"", "kind");
    std::fs::write(&other, lines.join("\n") + "\n").expect("written");
    let damaged = check(folder.path(), &["--state", "s.jsonl", "--resume"]);
    assert_eq!(status(&damaged), 2);
    assert!(err(&damaged).contains("s.jsonl:2: no JSON"), "{}", err(&damaged));
    let alone = check(folder.path(), &["--shard", "1/2"]);
    assert_eq!(status(&alone), 2);
    assert!(err(&alone).contains("--state"), "{}", err(&alone));
    let wrong = check(folder.path(), &["--shard", "3/2", "--state", "t.jsonl"]);
    assert_eq!(status(&wrong), 2);
}

/// A search in which half of the runs are guided, and nothing is found.
const GUIDED: &str = "model guided
kind Agent { param x: 0.0..1.0  state loud: bool = false  state heard: 0..1_000 = 0 }
agents team: Agent[8..9]
structure knows: digraph on team among any
step {
  for a in team {
    choose dares in bool
    draw gust ~ uniform(0.0, 1.0)
    a.loud' = a.x > gust and dares
    a.heard' = a.heard + count(b in team where knows(a, b) and b.loud)
  }
}
property calm { always forall a in team: a.heard < 200 }
check { steps: 20 }
";

/// A search that tries everything.
const TRIED: &str = "model tried
kind Agent { state heard: 0..90_000 = 0 }
agents team: Agent[12]
param base: 0..63
state tone: 0..4 = 0
step {
  choose hum in 0..4
  tone' = hum
  for a in team {
    a.heard' = a.heard + count(b in team, c in team where index(b) + index(c) == tone + base + index(a))
  }
}
property calm { always forall a in team: a.heard < 80_000 }
check { steps: 3 }
";

/// Runs the program on one thread until it ends, or is killed once it has taken enough seconds of
/// the processor; how many it took, and whether it ended. Other programs take nothing of that time away.
fn watched(folder: &Path, arguments: &[&str], until: impl Fn(f64) -> bool) -> (f64, bool) {
    let mut child = started(folder, arguments);
    let mut taken = 0.0;
    loop {
        taken = processor(child.id()).unwrap_or(taken);
        if child.try_wait().expect("a status").is_some() {
            return (taken, true);
        }
        if until(taken) {
            child.kill().expect("SIGKILL");
            child.wait().expect("a status");
            return (taken, false);
        }
        std::thread::yield_now();
    }
}

/// The seconds of the processor that a program has taken, as Linux counts them.
fn processor(id: u32) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields = text.rsplit_once(") ")?.1.split(' ').collect::<Vec<&str>>();
    let [user, system] = [11, 12].map(|at| fields.get(at).and_then(|f| f.parse::<f64>().ok()));
    // Hundredths of a second on every machine that Linux runs on.
    Some((user? + system?) / 100.0)
}

/// The distinct records of the file beside a state: one for each run.
fn records(path: &Path) -> usize {
    let bytes = std::fs::read(path).unwrap_or_default();
    let (mut keys, mut rest) = (BTreeSet::new(), &bytes[..]);
    while !rest.is_empty() {
        let (mut member, mut text) = (flate2::bufread::GzDecoder::new(rest), Vec::new());
        if std::io::Read::read_to_end(&mut member, &mut text).is_err() {
            break;
        }
        rest = member.into_inner();
        let mut at = 0;
        while at < text.len() {
            let length = text[at + 24..at + 28].try_into().expect("four bytes");
            keys.insert(text[at..at + 24].to_vec());
            at += 28 + u32::from_le_bytes(length) as usize;
        }
    }
    keys.len()
}

/// Kills a long search five times, of which a record is of so many runs; each time it has kept what
/// it did up to a second before, and in the end it finds what an undisturbed one finds.
#[cfg(target_os = "linux")]
fn loses_at_most_a_second(text: &str, (runs, each): (&str, f64), seed: u64) {
    let folder = folder(&[("m.polity", text)]);
    let options = ["--engine=search", "--threads=1", "--round=1000000", "--runs", runs];
    let first = ["check", "m.polity", "--format", "json"];
    let plain = [&first, &options[..], &["--output", "plain.json"]].concat();
    let (whole, _) = watched(folder.path(), &plain, |_| false);
    let plain = std::fs::read_to_string(folder.path().join("plain.json")).expect("a file");
    let made: serde_json::Value = serde_json::from_str(&plain).expect("JSON");
    let rate = made["results"][0]["runs"].as_u64().expect("a number") as f64 / whole;
    let state = [&first, &options[..], &["--resume", "--state", "s.jsonl"]].concat();
    let mut numbers = Numbers(seed);
    let (mut expected, mut kills) = (0.0, 0);
    let beside = folder.path().join("s.jsonl.runs");
    for _ in 0..5 {
        let before = records(&beside);
        let moment = 1.2 + numbers.below(1_000) as f64 / 1_000.0;
        let (taken, ended) = watched(folder.path(), &state, |taken| taken >= moment);
        if ended {
            break;
        }
        kills += 1;
        let now = records(&beside);
        assert!(now >= before, "seed {seed}: {before} runs were kept, and then {now}");
        // All but a second, and a third of the rate: half of the runs may only be counted, and
        // reading and writing take something, too.
        expected += (taken - 1.0) * rate / 3.0;
        let now = now as f64 * each;
        assert!(now >= expected, "seed {seed}: {now} of {expected} runs at {rate} a second");
    }
    assert!(kills >= 3, "seed {seed}: it was done after {kills} kills");
    let resumed = polity(folder.path(), &state);
    assert_eq!(out(&resumed), plain, "seed {seed}");
    assert_eq!(status(&resumed), 0, "seed {seed}");
    assert!(!beside.exists(), "what is of no more use is left behind");
}

#[test]
#[cfg(target_os = "linux")]
fn a_kill_within_a_round_loses_at_most_a_second_of_guided_runs() {
    let runs = if cfg!(debug_assertions) { "3500" } else { "50000" };
    loses_at_most_a_second(GUIDED, (runs, 1.0), 11);
}

#[test]
#[cfg(target_os = "linux")]
fn a_kill_within_a_round_loses_at_most_a_second_of_trying_everything() {
    let agents = if cfg!(debug_assertions) { "Agent[12]" } else { "Agent[34]" };
    // A record is of all runs of a setup: so many are left of the first ones, which teach.
    loses_at_most_a_second(&TRIED.replace("Agent[12]", agents), ("4000", 125.0), 12);
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_killed_while_it_shrinks_goes_on_to_the_same_counterexample() {
    let folder = folder(&[("m.polity", &GUIDED.replace("heard < 200", "heard < 50"))]);
    let options = ["--engine=search", "--threads=1", "--runs=2000"];
    let first = ["check", "m.polity", "--format", "json"];
    let plain = polity(folder.path(), &[&first, &options[..]].concat());
    assert_eq!(status(&plain), 1, "{}", err(&plain));
    let with = [&first, &options[..], &["--resume", "--state", "s.jsonl"]].concat();
    let beside = folder.path().join("s.jsonl.runs");
    let is_found = || {
        let lines = kept(&folder.path().join("s.jsonl"));
        lines.iter().any(|line| line.contains("\"kind\":\"hit\""))
    };
    // The first comes as soon as something is found; those after it while it is shrunk.
    let (_, ended) = watched(folder.path(), &with, |_| is_found());
    assert!(!ended, "it was done before it could be killed");
    let (mut before, each) = (0, if cfg!(debug_assertions) { 1.2 } else { 0.8 });
    for kill in 0..3 {
        let (_, ended) = watched(folder.path(), &with, |taken| taken >= each);
        assert!(!ended, "it was done before kill {kill}");
        let now = records(&beside);
        assert!(now > before, "kill {kill}: {before} attempts were kept, and then {now}");
        before = now;
    }
    let resumed = polity(folder.path(), &with);
    assert_eq!(out(&resumed), out(&plain));
}
