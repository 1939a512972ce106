//! `polity fmt`: the one layout of a specification.

use std::io::Read;
use std::path::Path;

use super::args;
use super::config;
use super::exit::{Exit, Failure};
use super::files;
use super::out::{Out, complain, reason};
use super::wrong;
use crate::diag::Sources;
use crate::syntax;

/// Runs the command.
pub fn run(arguments: &args::Fmt) -> Result<Exit, Failure> {
    let mut out = Out::new(None, false, false);
    let mut exit = Exit::Fine;
    let standard = |path: &std::path::PathBuf| path.as_os_str() == "-";
    if arguments.files.iter().any(standard) {
        if arguments.files.len() > 1 {
            return Err(Failure::new("`-` is standard input: it stands alone"));
        }
        return standard_input(arguments, &mut out);
    }
    let project = config::find()?;
    for file in files::specifications(&arguments.files, project.as_ref())? {
        exit = exit.and(one(&file, arguments, &mut out));
    }
    Ok(exit)
}

fn standard_input(arguments: &args::Fmt, out: &mut Out) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(files::BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::new(format!("cannot read standard input: {}", reason(&error))))?;
    if bytes.len() as u64 > files::BYTES_MAX {
        return Err(Failure::new("standard input is larger than 16 MiB"));
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::new("standard input is not UTF-8"))?;
    let Some(formatted) = format("<standard input>", &text) else { return Ok(Exit::Wrong) };
    if arguments.check {
        return Ok(if formatted == text { Exit::Fine } else { Exit::Unexpected });
    }
    out.write(&formatted);
    Ok(Exit::Fine)
}

fn one(path: &Path, arguments: &args::Fmt, out: &mut Out) -> Exit {
    let name = path.display().to_string();
    let text = match files::text(path) {
        Ok(text) => text,
        Err(why) => {
            complain(&Failure::new(format!("cannot read `{name}`: {why}")).to_string());
            return Exit::Wrong;
        }
    };
    let Some(formatted) = format(&name, &text) else { return Exit::Wrong };
    if formatted == text {
        return Exit::Fine;
    }
    if arguments.check {
        out.write(&format!("{name}: `polity fmt` would change it\n"));
        return Exit::Unexpected;
    }
    match replace(path, &formatted) {
        Ok(()) => {
            out.write(&format!("{name}: laid out\n"));
            Exit::Fine
        }
        Err(error) => {
            let why = reason(&error);
            complain(&Failure::new(format!("cannot write `{name}`: {why}")).to_string());
            Exit::Wrong
        }
    }
}

/// The text in its layout; where it does not parse, what is wrong is shown.
fn format(name: &str, text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    match syntax::format(file, text) {
        Ok(formatted) => Some(formatted),
        Err(diagnostics) => {
            wrong::show(&sources, &diagnostics);
            complain(&format!("{name}: {}, left as it is\n", wrong::tally(&diagnostics)));
            None
        }
    }
}

/// Puts a whole file in the place of another, so that no half of it is ever there. A link
/// is followed, not replaced.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = std::fs::canonicalize(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let beside = path.with_file_name(format!(".{}.new", name.unwrap_or_default()));
    let permissions = std::fs::metadata(&path)?.permissions();
    let written = std::fs::write(&beside, text)
        .and_then(|()| std::fs::set_permissions(&beside, permissions))
        .and_then(|()| std::fs::rename(&beside, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}
