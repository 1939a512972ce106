//! `polity new NAME`: a commented starter project.

use std::path::Path;

use super::args;
use super::exit::{Exit, Failure};
use super::out::{Out, reason};
use crate::diag::{FileId, has_errors};
use crate::report::sheet::{pad, width};
use crate::syntax;

const CONFIG: &str = include_str!("new/polity.toml");
const MODEL: &str = include_str!("new/model.polity");
const README: &str = include_str!("new/README.md");

/// Runs the command.
pub fn run(arguments: &args::New) -> Result<Exit, Failure> {
    let name = arguments.name.as_str();
    usable(name)?;
    let root = Path::new(name);
    if root.exists() {
        return Err(Failure::new(format!("`{name}` is there already"))
            .help("choose another name, or remove it first"));
    }
    let write = |file: &str, text: &str| -> Result<(), Failure> {
        let path = root.join(file);
        let folder = path.parent().unwrap_or(root);
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, text.replace("NAME", name)));
        written.map_err(|error| {
            Failure::new(format!("cannot write `{}`: {}", path.display(), reason(&error)))
        })
    };
    write("polity.toml", CONFIG)?;
    write(&format!("properties/{name}.polity"), MODEL)?;
    write("README.md", README)?;
    let model = format!("properties/{name}.polity");
    let lines = [
        ("polity.toml", "the project's files and limits"),
        (model.as_str(), "a small model with two properties, to be changed"),
        ("README.md", "what to do next"),
    ];
    let wide = lines.iter().map(|(file, _)| width(file)).max().unwrap_or(0);
    let lines = lines.map(|(file, what)| format!("  {}   {what}\n", pad(file, wide))).concat();
    Out::new(None, false, false)
        .write(&format!("{name}/\n{lines}\nnext: cd {name} && polity check\n"));
    Ok(Exit::Fine)
}

/// The name becomes the model's: a word of the language that is no keyword.
fn usable(name: &str) -> Result<(), Failure> {
    let first = name.chars().next().is_some_and(|letter| letter.is_ascii_lowercase());
    let rest = name.chars().all(|l| l.is_ascii_lowercase() || l.is_ascii_digit() || l == '_');
    let help = "write a word in lower case, such as `review` or `two_teams`";
    if !first || !rest || name.len() > 64 {
        return Err(Failure::new(format!("`{name}` is no name for a model")).help(help));
    }
    let (file, wrong) = syntax::parse(FileId(0), &format!("model {name}\n"));
    if has_errors(&wrong) || file.model.is_none() {
        return Err(Failure::new(format!("`{name}` is a word of the language")).help(help));
    }
    Ok(())
}
