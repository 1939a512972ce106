//! `polity review`: pending, fixed and stale counterexamples, accepted or dropped, with and without
//! somebody who answers; no file is ever lost.

mod program;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use program::{err, folder, out, polity, status};
use tempfile::TempDir;

const MODEL: &str = "\
model store
kind Agent { param greedy: bool = false  param late: bool = false }
agents team: Agent[1..2]
property kind_ones { forall a in team: not a.greedy }
property in_time { forall a in team: not a.late }
property third { forall a in team: not (a.late and a.greedy) }
";

/// A project with three pending counterexamples.
fn project() -> TempDir {
    let folder = folder(&[("store.polity", MODEL)]);
    let output = polity(folder.path(), &["check", "--save", "store.polity"]);
    assert_eq!(status(&output), 1, "{}", err(&output));
    assert_eq!(kept(folder.path()).len(), 3);
    folder
}

/// All files of the corpus, with those that were dropped.
fn all(folder: &Path) -> Vec<PathBuf> {
    let mut files = kept(folder);
    files.extend(within(&folder.join("counterexamples/store/dropped")));
    files
}

fn kept(folder: &Path) -> Vec<PathBuf> {
    within(&folder.join("counterexamples/store"))
}

fn within(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

fn words(folder: &Path) -> Vec<String> {
    let output = polity(folder, &["review", "--list"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let word = |line: &str| line.split_whitespace().next().unwrap_or_default().to_string();
    out(&output).lines().filter(|line| line.contains(".json")).map(word).collect()
}

/// Runs the review with these answers on standard input.
fn answered(folder: &Path, answers: &str) -> String {
    let output = Command::cargo_bin("polity")
        .expect("the binary")
        .arg("review")
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .write_stdin(answers)
        .output()
        .expect("it runs");
    assert_eq!(status(&output), 0, "{}", err(&output));
    out(&output)
}

#[test]
fn what_a_check_keeps_is_pending_until_somebody_looked_at_it() {
    let folder = project();
    assert_eq!(words(folder.path()), ["pending", "pending", "pending"]);
    let texts = |folder: &Path| -> Vec<String> {
        kept(folder).iter().map(|path| std::fs::read_to_string(path).expect("a file")).collect()
    };
    let before = texts(folder.path());
    let said = answered(folder.path(), "a\nwhat\ns\na\n");
    assert!(said.contains("1 of 3 · pending · counterexamples/store/in_time-"), "{said}");
    assert!(said.contains(".late   true   intended: false"), "the report is shown: {said}");
    assert!(said.contains("`what` is none of a, d, s, q"), "{said}");
    assert!(said.ends_with("2 accepted · 0 dropped · 1 left\n"), "{said}");
    assert_eq!(words(folder.path()), ["pending"]);
    for (before, after) in before.iter().zip(texts(folder.path())) {
        let unmarked = before.replace("  \"review\": \"pending\",\n", "");
        assert!(after == *before || after == unmarked, "nothing else is changed");
    }
    let accepted = polity(folder.path(), &["review", "--accept-all"]);
    assert!(out(&accepted).contains("1 accepted"), "{}", out(&accepted));
    assert!(out(&polity(folder.path(), &["review"])).contains("nothing to review"));
    // It is replayed as before.
    let again = polity(folder.path(), &["check", "store.polity", "--runs", "10"]);
    assert_eq!(status(&again), 1);
    assert_eq!(kept(folder.path()).len(), 3);
}

#[test]
fn what_is_fixed_or_stale_is_asked_about_once_and_dropped_where_that_is_confirmed() {
    let folder = project();
    polity(folder.path(), &["review", "--accept-all"]);
    // `in_time` is fixed, `kind_ones` has no parameter any more, `third` is gone.
    let changed = "\
model store
kind Agent { param late: bool = false  param calm: bool = false }
agents team: Agent[1..2]
property kind_ones { forall a in team: not a.calm }
property in_time { forall a in team: a.late or not a.late }
";
    std::fs::write(folder.path().join("store.polity"), changed).expect("written");
    let named = all(folder.path());
    assert_eq!(words(folder.path()), ["stale", "stale", "stale"]);
    // The parameter is back: then the one is fixed.
    let back = changed.replace("param calm", "param greedy").replace("a.calm", "a.greedy");
    std::fs::write(folder.path().join("store.polity"), &back).expect("written");
    assert_eq!(words(folder.path()), ["fixed", "stale"]);
    let said = answered(folder.path(), "d\nd\nn\n");
    assert!(said.contains("drop 2 files?"), "{said}");
    assert_eq!(all(folder.path()), named, "nothing is moved before it is confirmed");
    let said = answered(folder.path(), "d\n");
    assert!(said.ends_with("0 accepted · 0 dropped · 2 left\n"), "the end is no yes: {said}");
    assert_eq!(all(folder.path()), named);
    let said = answered(folder.path(), "a\nd\ny\n");
    assert!(said.ends_with("1 accepted · 1 dropped · 0 left\n"), "{said}");
    assert_eq!(all(folder.path()).len(), 3);
    assert_eq!(kept(folder.path()).len(), 2);
    assert!(words(folder.path()).is_empty(), "what was accepted as fixed is not asked again");
    // It violates again: somebody should know.
    std::fs::write(folder.path().join("store.polity"), MODEL).expect("written");
    assert_eq!(words(folder.path()), ["back"]);
    let all_of = |kinds: &str| polity(folder.path(), &["review", "--drop", kinds]);
    assert!(out(&all_of("fixed,stale")).contains("0 dropped · 1 left"));
    assert!(out(&all_of("pending")).contains("1 dropped · 0 left"));
    assert_eq!(all(folder.path()).len(), 3, "no file was lost");
}

#[test]
fn a_file_that_was_dropped_before_is_not_written_over() {
    let folder = project();
    polity(folder.path(), &["review", "--drop", "pending"]);
    assert_eq!((kept(folder.path()).len(), all(folder.path()).len()), (0, 3));
    polity(folder.path(), &["check", "--save", "store.polity"]);
    polity(folder.path(), &["review", "--drop", "pending"]);
    assert_eq!((kept(folder.path()).len(), all(folder.path()).len()), (0, 6));
    // A model whose specification is gone is told of; a damaged file stays where it is.
    polity(folder.path(), &["check", "--save", "store.polity"]);
    let other = MODEL.replace("model store", "model shop");
    std::fs::write(folder.path().join("store.polity"), other).expect("written");
    assert_eq!(words(folder.path()), ["stale", "stale", "stale"]);
    let damaged = kept(folder.path()).remove(0);
    std::fs::write(&damaged, "{").expect("written");
    let output = polity(folder.path(), &["review", "--accept-all"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("left as it is"), "{}", err(&output));
    assert_eq!(std::fs::read_to_string(&damaged).expect("a file"), "{");
}
