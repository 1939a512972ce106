//! Finding and reading files: only regular ones, of a sane size, in UTF-8.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::config::Project;
use super::exit::Failure;
use super::out::reason;

/// The largest file that is read.
pub const BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The largest recorded run that is read.
pub const TRACE_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// How deep folders are searched.
const DEPTH_MAX: usize = 32;

/// The text of a file, or why it cannot be read.
pub fn text(path: &Path) -> Result<String, String> {
    let bytes = bytes(path, BYTES_MAX)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("it is not UTF-8 (line {line})")
    })
}

/// The bytes of a regular file of at most `most`, or why it cannot be read.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let about = std::fs::metadata(path).map_err(|error| reason(&error))?;
    if about.is_dir() {
        return Err("it is a folder".to_string());
    }
    if !about.is_file() {
        return Err("it is not a regular file".to_string());
    }
    if about.len() > most {
        return Err(format!("it is larger than {} MiB", most >> 20));
    }
    let file = std::fs::File::open(path).map_err(|error| reason(&error))?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if bytes.len() as u64 > most {
        return Err(format!("it is larger than {} MiB", most >> 20));
    }
    Ok(bytes)
}

/// The specifications that a command works on: those named, folders searched for
/// `*.polity`; by default those of the project, `properties`, or the current folder.
pub fn specifications(
    named: &[PathBuf],
    project: Option<&Project>,
) -> Result<Vec<PathBuf>, Failure> {
    let named = if named.is_empty() { defaults(project) } else { named.to_vec() };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for path in &named {
        let files = match path.is_dir() {
            true => within(path, &["polity"])?,
            false => vec![path.clone()],
        };
        for file in files {
            let whole = std::fs::canonicalize(&file).unwrap_or_else(|_| file.clone());
            if seen.insert(whole) {
                found.push(file);
            }
        }
    }
    if found.is_empty() {
        let shown: Vec<String> = named.iter().map(|path| format!("`{}`", path.display())).collect();
        return Err(Failure::new(format!("there is no `.polity` file in {}", shown.join(", ")))
            .help("name a file, or start a project with `polity new NAME`"));
    }
    Ok(found)
}

fn defaults(project: Option<&Project>) -> Vec<PathBuf> {
    let root = project.map(|project| project.root.clone()).unwrap_or_default();
    if let Some(project) = project
        && !project.config.files.is_empty()
    {
        return project.config.files.iter().map(|file| root.join(file)).collect();
    }
    let properties = root.join("properties");
    if properties.is_dir() {
        return vec![properties];
    }
    vec![if root.as_os_str().is_empty() { PathBuf::from(".") } else { root }]
}

/// All files below a folder with one of these extensions, in sorted order. Hidden folders,
/// `target`, and links to folders are passed over.
pub fn within(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    walk(folder, extensions, 0, &mut found)?;
    Ok(found)
}

fn walk(
    folder: &Path,
    extensions: &[&str],
    depth: usize,
    found: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(format!("cannot read the folder `{}`: {}", folder.display(), reason(&error)))
    };
    if depth > DEPTH_MAX {
        return Err(Failure::new(format!("`{}` lies too deep", folder.display())));
    }
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    for path in entries {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let Ok(about) = std::fs::symlink_metadata(&path) else { continue };
        if about.is_dir() {
            if !name.starts_with('.') && name != "target" {
                walk(&path, extensions, depth + 1, found)?;
            }
        } else if path.is_file() && extensions.iter().any(|end| has_extension(&path, end)) {
            let plain = path.strip_prefix("./").unwrap_or(&path).to_path_buf();
            found.push(plain);
        }
    }
    Ok(())
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|end| end == extension)
}
