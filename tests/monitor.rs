//! Recorded runs end to end: logs of both forms of Who&When and a trace of events go in; out
//! come a verdict for each property and file, the place of each violation, the exit status.
//!
//! The logs of `tests/monitor/` are written by hand, so that what is wrong in each is known.
//! The real ones are found through `POLITY_TRACES` or beside the project.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TEAM: &str = "properties/agents/signature.polity";
const HELPDESK: &str = "properties/agents/helpdesk.polity";
const RECORDED: &str = "properties/agents/recorded_team.polity";
const ANSWERED: &str = "delegations_answered";
const THIRD: &str = "no_third_time";

fn monitor(spec: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_polity"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["monitor", spec])
        .args(arguments)
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs")
}

fn logs(arguments: &[&str]) -> Output {
    monitor(TEAM, &[arguments, &["--from", "whowhen"]].concat())
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// The line that tells the verdict of `property` in a report on one file.
fn verdict<'o>(text: &'o str, property: &str) -> &'o str {
    let headline = |line: &&str| line.contains(&format!("{property} ("));
    text.lines().find(headline).unwrap_or_else(|| panic!("no verdict of {property}:\n{text}"))
}

/// `property` alone is violated in `log`; the report names the file and these messages.
#[track_caller]
fn violates(log: &str, property: &str, settled: u32, messages: &[u32]) {
    let file = format!("tests/monitor/{log}.json");
    let output = logs(&[&file]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(1), "{log}: {text}{}", err(&output));
    let headline = verdict(&text, property);
    let end = format!("violated, settled at message {settled}");
    assert!(headline.trim_end().ends_with(&end), "{log}: {headline}");
    let other = if property == ANSWERED { THIRD } else { ANSWERED };
    assert!(verdict(&text, other).contains("holds of this run"), "{log}: {text}");
    let at: Vec<String> = messages.iter().map(|message| format!("message {message}")).collect();
    let place = format!("at       {file}, {}", at.join(", "));
    assert!(text.lines().any(|line| line.trim() == place), "{log}: no `{place}` in\n{text}");
}

#[test]
fn a_task_that_is_never_answered_is_a_violation_at_the_next_task() {
    violates("unanswered_magentic", ANSWERED, 2, &[1, 2]);
    violates("unanswered_group", ANSWERED, 2, &[1, 2]);
}

#[test]
fn a_task_in_the_last_message_is_never_answered() {
    violates("last_magentic", ANSWERED, 3, &[3]);
    violates("last_group", ANSWERED, 1, &[1]);
}

#[test]
fn the_same_task_is_given_twice_but_not_a_third_time() {
    violates("thrice_magentic", THIRD, 5, &[5]);
    violates("thrice_group", THIRD, 5, &[5]);
}

#[test]
fn a_clean_log_holds_and_not_for_want_of_tasks() {
    let both = ["tests/monitor/clean_magentic.json", "tests/monitor/clean_group.json"];
    for log in both {
        let output = logs(&[log]);
        let text = out(&output);
        assert_eq!(output.status.code(), Some(0), "{log}: {text}{}", err(&output));
        for property in [ANSWERED, THIRD] {
            let headline = verdict(&text, property);
            assert!(headline.trim_end().ends_with("holds of this run"), "{log}: {headline}");
        }
    }
    assert_eq!(logs(&both).status.code(), Some(0));
}

#[test]
fn one_bad_log_among_good_ones_sets_the_exit_status() {
    let output = logs(&["tests/monitor/clean_group.json", "tests/monitor/last_group.json"]);
    assert_eq!(output.status.code(), Some(1));
    let text = out(&output);
    assert!(text.contains("delegations_answered · 2 runs: 1 violated"), "{text}");
}

#[test]
fn a_malformed_log_is_an_error_that_names_the_message_and_what_was_expected() {
    let output = logs(&["tests/monitor/malformed.json"]);
    assert_eq!(output.status.code(), Some(2), "{}", out(&output));
    let said = "error: tests/monitor/malformed.json, message 1: in `history[1].content`: \
                expected a text, found `7`";
    assert!(err(&output).contains(said), "{}", err(&output));

    let output = logs(&["tests/monitor/cut_off.json"]);
    assert_eq!(output.status.code(), Some(2), "{}", out(&output));
    assert!(err(&output).contains("tests/monitor/cut_off.json, line 2"), "{}", err(&output));
}

#[test]
fn a_call_that_nobody_approved_is_named_by_its_line() {
    let file = "tests/monitor/approvals.jsonl";
    let output = monitor(HELPDESK, &[file]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(1), "{text}{}", err(&output));
    let headline = verdict(&text, "approval_first");
    assert!(headline.trim_end().ends_with("violated, settled at line 5"), "{headline}");
    assert!(text.contains(&format!("at       {file}, line ")), "{text}");
    assert!(
        text.contains("at line 5, c = tool_call(by: bot, tool: \"pay\", call: \"c3\")"),
        "{text}"
    );
    for property in ["shutdown_honoured", "no_ping_pong"] {
        assert!(verdict(&text, property).contains("holds of this run"), "{text}");
    }
}

/// Each property of a recorded team, with the line of `recorded_bad.jsonl` that settles it.
const BROKEN: [(&str, u32); 9] = [
    ("approved_fresh_and_once", 5),
    ("denial_is_final", 7),
    ("interrupt_is_honoured", 25),
    ("flags_reach_a_human", 27),
    ("reviewers_only_read", 14),
    ("grants_expire", 10),
    ("confirmed_before_a_write", 12),
    ("no_identical_calls", 19),
    ("answered_after_results", 27),
];

#[test]
fn every_breach_of_a_recorded_team_is_settled_where_it_happens() {
    let output = monitor(RECORDED, &["tests/monitor/recorded_bad.jsonl"]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(1), "{text}{}", err(&output));
    for (property, line) in BROKEN {
        let headline = verdict(&text, property);
        let end = format!("violated, settled at line {line}");
        assert!(headline.trim_end().ends_with(&end), "{headline}");
    }
}

#[test]
fn a_team_that_keeps_to_its_rules_holds_and_each_rule_is_put_to_the_test() {
    let output = monitor(RECORDED, &["tests/monitor/recorded_clean.jsonl"]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(0), "{text}{}", err(&output));
    for (property, _) in BROKEN {
        let headline = verdict(&text, property);
        assert!(headline.trim_end().ends_with("holds of this run"), "{headline}");
    }
}

/// Where the real logs are, if they are here.
fn traces() -> Option<PathBuf> {
    let given = std::env::var_os("POLITY_TRACES").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/traces");
    given.into_iter().chain([beside]).find(|folder| folder.join("whowhen_algorithm").is_dir())
}

#[test]
fn each_real_log_has_a_verdict_for_each_property_and_none_is_violated() {
    let Some(traces) = traces() else {
        println!("skipped: no real logs in `POLITY_TRACES` or ../shared/traces");
        return;
    };
    for folder in ["whowhen_algorithm", "whowhen_handcrafted"] {
        let entries = std::fs::read_dir(traces.join(folder)).expect("a folder of logs");
        let files: Vec<PathBuf> = entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect();
        assert!(!files.is_empty(), "no logs in {folder}");
        for file in files {
            let output = logs(&[&file.to_string_lossy()]);
            let text = out(&output);
            assert_eq!(output.status.code(), Some(0), "{file:?}: {text}{}", err(&output));
            for property in [ANSWERED, THIRD] {
                let headline = verdict(&text, property);
                assert!(headline.contains("holds of this run"), "{file:?}: {headline}");
            }
        }
    }
}
