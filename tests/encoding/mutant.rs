//! A planted mutant of the solver's encoding: a small wrong edit of `src/smt`.
//!
//! In: the files of `tests/encoding`. Out: mutants, and the text of a source file with one of
//! them planted. It does not know how they are caught.

use std::path::Path;

use serde::Deserialize;

/// An edit that a careless developer could make.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    /// The name of its file.
    #[serde(skip)]
    pub name: String,
    /// What it breaks, in words.
    pub why: String,
    /// The source file, from the root.
    pub file: String,
    /// The text that it replaces, which occurs once.
    pub from: String,
    /// What it puts there.
    pub to: String,
    /// Which random models tell it from the truth.
    pub caught_by: Seeds,
}

/// Models of `tests/differential.rs`: so many of each flavour, from a seed on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seeds {
    pub first: u64,
    pub models: u64,
}

impl Mutant {
    /// All mutants, by name.
    pub fn all(root: &Path) -> Vec<Mutant> {
        let folder = root.join("tests/encoding");
        let entries = std::fs::read_dir(&folder).expect("a folder of mutants");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        paths.sort();
        let read = |path: &std::path::PathBuf| {
            let text = std::fs::read_to_string(path).expect("a mutant");
            let mutant =
                toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            Mutant { name, ..mutant }
        };
        paths.iter().map(read).collect()
    }

    /// The text with the mutant in it; an error where it does not fit in exactly one place.
    pub fn plant(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.from).count() {
            1 => Ok(text.replace(&self.from, &self.to)),
            many => Err(format!("{}: `from` occurs {many} times in {}", self.name, self.file)),
        }
    }
}
