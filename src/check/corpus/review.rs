//! The review of the corpus: which of its files somebody should look at, and what becomes of them.
//!
//! In: the corpus's folder, models. Out: files with what became of them; files marked as seen, or
//! moved aside. A file carries its mark in its field `review`: `pending` where it was written by a
//! check and nobody looked at it yet, `fixed` or `stale` where that was accepted, else nothing.
//!
//! # Invariants
//! - No file is deleted or written over: what is dropped is moved to `MODEL/dropped/`, and a mark is
//!   written beside the file first and then moved into its place.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{files, has_target, state};
use crate::check::outcome::CorpusState;
use crate::diag::Sources;
use crate::ir::Model;
use crate::ir::property::Target;
use crate::trace::counterexample::{Heading, mark_of, marked};
use crate::trace::{Counterexample, Run, Unusable};

/// The mark of what nobody looked at yet.
pub const PENDING: &str = "pending";
/// The folder of what was dropped, in that of its model.
const DROPPED: &str = "dropped";

/// A file that somebody should look at.
#[derive(Clone, Debug)]
pub struct Item {
    /// The file.
    pub path: PathBuf,
    /// What became of it.
    pub state: CorpusState,
    /// Its mark.
    pub mark: Option<String>,
    /// The check that it is of, by its place among the model's targets, and its run.
    pub of: Option<(usize, Run)>,
}

impl Item {
    /// `pending` (it violates, and nobody looked at it), `back` (it was fixed or stale, and violates
    /// again), `fixed` or `stale`.
    pub fn word(&self) -> &'static str {
        match (&self.state, self.mark.as_deref()) {
            (CorpusState::StillFails, Some(PENDING) | None) => "pending",
            (CorpusState::StillFails, Some(_)) => "back",
            (CorpusState::Fixed, _) => "fixed",
            (CorpusState::Stale(_), _) => "stale",
        }
    }

    /// The mark that it has once it was accepted.
    fn accepted(&self) -> Option<&'static str> {
        match self.state {
            CorpusState::StillFails => None,
            CorpusState::Fixed => Some("fixed"),
            CorpusState::Stale(_) => Some("stale"),
        }
    }
}

/// The files of a model that somebody should look at, in the order of their names.
// spec: files.review
pub fn items(model: &Model, sources: &Sources, folder: &Path) -> Vec<Item> {
    let paths = files(&folder.join(&model.name));
    let all = paths.into_iter().map(|path| item(model, sources, path));
    all.filter(|item| item.mark.as_deref() != item.accepted()).collect()
}

/// The files of models that are none of `known`.
pub fn strangers(folder: &Path, known: &BTreeSet<String>) -> Vec<Item> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    let mut found = Vec::new();
    for path in folders {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let Some(name) = name.filter(|name| !known.contains(name)) else { continue };
        for path in files(&path) {
            let mark = std::fs::read_to_string(&path).ok().and_then(|text| mark_of(&text));
            let state = CorpusState::Stale(format!("no specification here is of `{name}`"));
            found.push(Item { path, state, mark, of: None });
        }
    }
    found.retain(|item| item.mark.as_deref() != item.accepted());
    found
}

fn item(model: &Model, sources: &Sources, path: PathBuf) -> Item {
    let name = path.display().to_string();
    let stale =
        |path, mark, why: String| Item { path, state: CorpusState::Stale(why), mark, of: None };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return stale(path, None, format!("it cannot be read: {error}")),
    };
    let mark = mark_of(&text);
    let heading = match Heading::of(&name, &text) {
        Ok(heading) => heading,
        Err(error) => return stale(path, mark, error.to_string()),
    };
    if !has_target(model, &heading) {
        let why = format!("the model does not check `{}` in this way any more", heading.property);
        return stale(path, mark, why);
    }
    let of = |target: &Target| {
        model.properties[target.property].name == heading.property && target.alias == heading.check
    };
    let place = model.targets.iter().position(of);
    match (place, Counterexample::load(model, &name, &text)) {
        (None, _) => stale(path, mark, format!("the model does not check `{}`", heading.property)),
        (_, Err(Unusable::Stale(why))) => stale(path, mark, why),
        (_, Err(Unusable::Broken(error))) => stale(path, mark, error.to_string()),
        (Some(place), Ok(stored)) => {
            let state = state(model, sources, &model.targets[place], &stored);
            Item { path, state, mark, of: Some((place, stored.run)) }
        }
    }
}

/// Notes in the file that it was looked at as it is now.
pub fn accept(item: &Item) -> Result<(), String> {
    let name = item.path.display().to_string();
    let failed = |error: std::io::Error| format!("`{name}`: {error}");
    let text = std::fs::read_to_string(&item.path).map_err(failed)?;
    let text = marked(&name, &text, item.accepted()).map_err(|error| error.to_string())?;
    let beside = item.path.with_extension("json.new");
    std::fs::write(&beside, text).map_err(failed)?;
    std::fs::rename(&beside, &item.path).map_err(failed)
}

/// Moves the file aside; where it is then.
pub fn drop_file(item: &Item) -> Result<PathBuf, String> {
    let name = item.path.display().to_string();
    let failed = |error: std::io::Error| format!("`{name}`: {error}");
    let folder = item.path.parent().unwrap_or(Path::new("")).join(DROPPED);
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let stem = item.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let free = (1..).map(|number| match number {
        1 => folder.join(format!("{stem}.json")),
        more => folder.join(format!("{stem}-{more}.json")),
    });
    let to = free.into_iter().find(|path| !path.exists()).expect("some number is free");
    std::fs::rename(&item.path, &to).map_err(failed)?;
    Ok(to)
}
