//! The program end to end: running it in a folder of its own, and reading what it says.
#![allow(dead_code)] // each test file is a crate of its own and uses a part of this

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder with these files.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }
    folder
}

/// Runs the program in a folder.
pub fn polity(folder: &Path, arguments: &[&str]) -> Output {
    Command::cargo_bin("polity")
        .expect("the binary")
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs")
}

/// The exit status.
pub fn status(output: &Output) -> i32 {
    output.status.code().expect("no signal")
}

/// What it prints.
pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// What it complains of.
pub fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// What it prints, as JSON.
pub fn json(output: &Output) -> serde_json::Value {
    let text = |error| panic!("{error}: {}{}", out(output), err(output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(text)
}
