//! Style kept by a test: layers, bans, headers, sizes, cited rules.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

/// The folders of all Rust files but `build.rs`.
const FOLDERS: [&str; 4] = ["src", "tests", "benches", "z3"];

/// All Rust files of a folder, with their text.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    support::files(folder, "rs")
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(support::root()).expect("below the root");
            (name.display().to_string(), std::fs::read_to_string(&path).expect("a file"))
        })
        .collect()
}

/// The layers, in the order of `src/lib.rs`.
fn layers() -> Vec<String> {
    let lib = std::fs::read_to_string(support::root().join("src/lib.rs")).expect("lib.rs");
    let names = lib.lines().filter_map(|line| line.strip_prefix("pub mod "));
    names.map(|name| name.trim_end_matches(';').to_string()).collect()
}

/// Every `crate::NAME` of a text: the layer that it uses.
fn used_layers(text: &str) -> BTreeSet<String> {
    let word = |rest: &str| {
        rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1).map(word).collect::<Vec<_>>()).collect()
}

#[test]
fn a_layer_uses_only_layers_above_it() {
    let layers = layers();
    assert!(layers.len() >= 12);
    let mut wrong = Vec::new();
    for (name, text) in rust_files("src") {
        let Some(layer) = name.split('/').nth(1) else { continue };
        let Some(place) = layers.iter().position(|known| known == layer) else { continue };
        // Tests inside a layer may use the whole crate: they stand behind the last code.
        let code = text.split("#[cfg(test)]").next().expect("a first part");
        let is_test = name.ends_with("tests.rs");
        for used in used_layers(code) {
            let below = layers.iter().position(|known| *known == used).is_some_and(|at| at > place);
            if below && !is_test {
                wrong.push(format!("{name} uses `{used}`, which is below `{layer}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_package_that_links_the_solver_depends_on_it() {
    let manifest = std::fs::read_to_string(support::root().join("Cargo.toml")).expect("a manifest");
    let direct = manifest.lines().find(|line| line.starts_with("z3 =") && !line.contains("dep:"));
    assert_eq!(direct, None, "take it from polity-z3, which decides what is linked");
    let pinned = std::fs::read_to_string(support::root().join("z3/Cargo.toml")).expect("another");
    assert!(pinned.contains("\nz3 = \"="), "another minor of `z3` is another interface");
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    let mut wrong = Vec::new();
    for folder in FOLDERS {
        for (name, text) in rust_files(folder) {
            if !text.starts_with("//!") {
                wrong.push(format!("{name} has no header"));
            }
            let lines = text.lines().count();
            if lines > 600 {
                wrong.push(format!("{name} has {lines} lines"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The length of every function, by the line of its `fn` and that of its closing brace, which
/// rustfmt puts at the same indentation.
fn long_functions(name: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let start = line.trim_start();
        let is_fn = ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn "]
            .iter()
            .any(|head| start.starts_with(head));
        if !is_fn || start.ends_with('}') {
            continue;
        }
        let close = format!("{indent}}}");
        let length = lines[at..].iter().position(|line| *line == close).unwrap_or(0) + 1;
        if length > 70 {
            found.push(format!("{name}:{}: a function of {length} lines", at + 1));
        }
    }
    found
}

#[test]
fn every_function_fits_a_screen() {
    let mut wrong = Vec::new();
    for folder in FOLDERS {
        for (name, text) in rust_files(folder) {
            wrong.extend(long_functions(&name, &text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_undone() {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("todo", "!("),
        concat!("unimple", "mented!("),
    ];
    let mut wrong = Vec::new();
    for folder in FOLDERS {
        for (name, text) in rust_files(folder) {
            for mark in marks.iter().filter(|mark| text.contains(**mark)) {
                wrong.push(format!("{name} holds {mark}"));
            }
            for ban in ["#[ignore", "should_panic", "thread::sleep"] {
                if text.contains(ban) && name != "tests/tidy.rs" {
                    wrong.push(format!("{name} holds {ban}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_rim_touches_files_clocks_and_terminals() {
    let rim = |name: &str| {
        name.starts_with("src/cli/")
            || name == "src/main.rs"
            || name.starts_with("src/check/corpus")
    };
    let banned = [
        "std::fs",
        "std::io::stdout",
        "println!(",
        "eprintln!(",
        "std::time",
        "std::process",
        "std::env",
    ];
    let mut wrong = Vec::new();
    for (name, text) in rust_files("src") {
        let code = text.split("#[cfg(test)]").next().expect("a first part");
        let code: Vec<&str> =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for ban in banned {
            if !rim(&name)
                && !name.ends_with("tests.rs")
                && code.iter().any(|line| line.contains(ban))
            {
                wrong.push(format!("{name} uses {ban}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All `{#id}` of the headings of `spec/`.
fn rules() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for path in support::files("spec", "md") {
        let text = std::fs::read_to_string(path).expect("a page");
        for line in text.lines().filter(|line| line.starts_with('#')) {
            if let Some(id) = line.split("{#").nth(1).and_then(|rest| rest.split('}').next()) {
                assert!(ids.insert(id.to_string()), "the rule {id} stands twice");
            }
        }
    }
    ids
}

/// All rules that the code cites: `// spec: step.assign-once, step.lockstep`.
fn cited() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, text) in rust_files("src") {
        for line in text.lines() {
            if let Some(list) = line.split("// spec: ").nth(1) {
                for id in list.split([',', ' ', ';']).filter(|id| id.contains('.')) {
                    found.push((name.clone(), id.trim_end_matches('.').to_string()));
                }
            }
        }
    }
    found
}

#[test]
fn what_the_code_cites_stands_in_the_spec() {
    let rules = rules();
    assert!(rules.len() > 40, "only {} rules", rules.len());
    let cited = cited();
    assert!(cited.len() > 20, "only {} citations", cited.len());
    let unknown: BTreeSet<String> = cited
        .into_iter()
        .filter(|(_, id)| !rules.contains(id))
        .map(|(name, id)| format!("{name} cites {id}"))
        .collect();
    assert!(unknown.is_empty(), "{}", Vec::from_iter(unknown).join("\n"));
}

#[test]
fn every_module_file_is_reached() {
    for (name, _) in rust_files("src") {
        let path = Path::new(&name);
        let stem = path.file_stem().expect("a stem").to_string_lossy().into_owned();
        if ["lib", "main", "mod"].contains(&stem.as_str()) {
            continue;
        }
        let folder = support::root().join(path.parent().expect("a folder"));
        let parent =
            ["mod.rs", "lib.rs"].iter().map(|file| folder.join(file)).find(|file| file.exists());
        let parent = parent.or_else(|| Some(folder.with_extension("rs"))).expect("a parent");
        let text = std::fs::read_to_string(&parent).unwrap_or_else(|e| panic!("{parent:?}: {e}"));
        assert!(text.contains(&format!("mod {stem};")), "{name} is in no module");
    }
}
