//! README.md and `spec/tutorials/*.md` do what they show: every ```` ```polity file=NAME ````
//! block is written to a fresh folder, and every ```` ```console ```` block is run there, in
//! order, and prints exactly what stands below its command.
//!
//! README.md runs in the crate's folder. A line `…` stands for any lines. To write the blocks
//! anew after a change of the output: `POLITY_BLESS=1 cargo test --release --test tutorial`.

mod support;

use std::path::Path;

use assert_cmd::Command;

/// A page being run.
struct Page {
    name: String,
    lines: Vec<String>,
}

/// Runs `command` (`polity …`) in `folder`: what it prints, with ` (exit N)` where it fails.
fn run(command: &str, folder: &Path) -> Vec<String> {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("polity"), "only polity is run: {command}");
    let arguments: Vec<String> = words.map(|word| word.trim_matches('\'').to_string()).collect();
    let output = Command::cargo_bin("polity")
        .expect("the binary")
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8")
        + &String::from_utf8(output.stderr).expect("UTF-8");
    text.lines().map(|line| line.trim_end().to_string()).collect()
}

/// Whether `found` is `expected`, where a line `…` stands for any lines.
fn fits(expected: &[String], found: &[String]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((line, rest)) if line.trim() == "…" => {
            (0..=found.len()).any(|skipped| fits(rest, &found[skipped..]))
        }
        Some((line, rest)) => {
            found.first().is_some_and(|first| first.trim_end() == line.trim_end())
                && fits(rest, &found[1..])
        }
    }
}

/// Runs the commands of one console block; returns the block as it came out.
fn run_block(page: &str, block: &[String], folder: &Path, wrong: &mut Vec<String>) -> Vec<String> {
    let mut shown = Vec::new();
    let mut at = 0;
    while at < block.len() {
        let Some(command) = block[at].strip_prefix("$ ") else {
            panic!("{page}: a console block starts with a command: {}", block[at]);
        };
        let end = block[at + 1..].iter().position(|line| line.starts_with("$ "));
        let end = end.map_or(block.len(), |length| at + 1 + length);
        let expected = &block[at + 1..end];
        let found = run(command, folder);
        shown.push(block[at].clone());
        if fits(expected, &found) {
            shown.extend_from_slice(expected);
        } else {
            wrong.push(format!("{page}: $ {command}\n{}\n", found.join("\n")));
            shown.extend(found);
        }
        at = end;
    }
    shown
}

fn run_page(page: &Page, folder: &Path, wrong: &mut Vec<String>) -> (usize, Vec<String>) {
    let mut shown = Vec::new();
    let mut commands = 0;
    let mut lines = page.lines.iter();
    while let Some(line) = lines.next() {
        shown.push(line.clone());
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let body: Vec<String> = lines.by_ref().take_while(|line| *line != "```").cloned().collect();
        if let Some(file) = info.strip_prefix("polity file=") {
            std::fs::write(folder.join(file), body.join("\n") + "\n").expect("written");
            shown.extend(body);
        } else if info == "console" {
            commands += 1;
            shown.extend(run_block(&page.name, &body, folder, wrong));
        } else {
            shown.extend(body);
        }
        shown.push("```".to_string());
    }
    (commands, shown)
}

fn read(path: &Path) -> Page {
    let text = std::fs::read_to_string(path).expect("a page");
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    Page { name, lines: text.lines().map(str::to_string).collect() }
}

#[test]
fn the_readme_and_the_tutorials_show_what_polity_prints() {
    let mut pages = support::files("spec/tutorials", "md");
    assert!(!pages.is_empty(), "the tutorial is gone");
    pages.push(support::root().join("README.md"));
    let mut wrong = Vec::new();
    for path in pages {
        let page = read(&path);
        let scratch = tempfile::tempdir().expect("a folder");
        let at_root = page.name == "README.md";
        let folder = if at_root { support::root() } else { scratch.path().to_path_buf() };
        let (commands, shown) = run_page(&page, &folder, &mut wrong);
        assert!(commands > 0, "{} runs nothing", page.name);
        if std::env::var_os("POLITY_BLESS").is_some() {
            std::fs::write(&path, shown.join("\n") + "\n").expect("written");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
