//! A planted mutant: a small wrong edit of a source file.
//!
//! In: the files of a folder, such as `tests/encoding`. Out: mutants, and where in a source file each has its place.
//! It does not know how they are caught.

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;

/// An edit that a careless developer could make: an expression in the place of another.
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
    /// A text that occurs once in the file, and has `from` in it once; if absent, it is `from`.
    pub place: Option<String>,
    /// The expression that it replaces.
    pub from: String,
    /// The expression that it puts there, of the same type.
    pub to: String,
    /// Which random models tell it from the truth.
    pub caught_by: Seeds,
}

/// So many models of each flavour (or runs of them), from a seed on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seeds {
    pub first: u64,
    #[serde(alias = "runs")]
    pub models: u64,
}

impl Mutant {
    /// All mutants of a folder, by name.
    pub fn all_of(root: &Path, folder: &str) -> Vec<Mutant> {
        let folder = root.join(folder);
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

    /// Where the file has what is replaced; an error where that is not exactly one place.
    pub fn span(&self, text: &str) -> Result<Range<usize>, String> {
        let place = self.place.as_ref().unwrap_or(&self.from);
        let once = |text: &str, part: &str| match text.matches(part).count() {
            1 => Ok(text.find(part).expect("it was just found")),
            many => Err(format!("{}: {many} times in {}: {part}", self.name, self.file)),
        };
        let start = once(text, place)? + once(place, &self.from)?;
        Ok(start..start + self.from.len())
    }
}
