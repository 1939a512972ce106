//! A specification from its file: read, parsed, analysed, with the files that it uses.
//!
//! In: a path. Out: sources, tree, diagnostics, and the model where there is no error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::files;
use crate::analysis::analyse;
use crate::diag::{Diagnostic, FileId, Sources, has_errors};
use crate::ir::Model;
use crate::syntax::{self, ast};

/// What became of a specification.
#[derive(Debug)]
pub struct Loaded {
    /// The file as the user named it.
    pub name: String,
    /// Its text, and those of the files that it uses.
    pub sources: Sources,
    /// The tree.
    pub tree: ast::File,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// The model, where nothing is wrong; a library has none.
    pub model: Option<Model>,
}

impl Loaded {
    /// Whether it has an error.
    pub fn is_wrong(&self) -> bool {
        has_errors(&self.diagnostics)
    }

    /// Whether it is a library: consts, enums and defs for other files.
    pub fn is_library(&self) -> bool {
        self.tree.model.is_none()
    }
}

/// Reads, parses and analyses a specification.
pub fn load(path: &Path) -> Result<Loaded, Failure> {
    let name = path.display().to_string();
    let text =
        files::text(path).map_err(|why| Failure::new(format!("cannot read `{name}`: {why}")))?;
    let mut sources = Sources::default();
    let file = sources.add(name.clone(), text);
    let text = sources.get(file).text.clone();
    let (tree, mut diagnostics) = syntax::parse(file, &text);
    let mut library = Library::new(path, file);
    let mut read =
        |sources: &mut Sources, from: FileId, path: &str| library.read(sources, from, path);
    let (model, found) = analyse(&tree, &mut sources, &mut read);
    diagnostics.extend(found);
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.file, diagnostic.span.start));
    let model = model.filter(|_| !has_errors(&diagnostics));
    Ok(Loaded { name, sources, tree, diagnostics, model })
}

/// The files that were read, so that each is read once.
struct Library {
    read: BTreeMap<PathBuf, FileId>,
}

impl Library {
    fn new(path: &Path, file: FileId) -> Library {
        Library { read: BTreeMap::from([(whole(path), file)]) }
    }

    /// The file behind `use "path"`, relative to the one that says so.
    fn read(&mut self, sources: &mut Sources, from: FileId, path: &str) -> Result<FileId, String> {
        let from = PathBuf::from(&sources.get(from).name);
        let path = from.parent().unwrap_or(Path::new("")).join(path);
        let key = whole(&path);
        if let Some(file) = self.read.get(&key) {
            return Ok(*file);
        }
        let text = files::text(&path)?;
        let file = sources.add(path.display().to_string(), text);
        self.read.insert(key, file);
        Ok(file)
    }
}

fn whole(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}
