//! `polity.toml`: a project's files and limits.
//!
//! In: the file of the current folder or the nearest one above. Out: its settings, or an error
//! with file, line and field. Every name is that of the flag; flags win.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use serde::Deserialize;

use super::exit::{Failure, nearest};
use super::files;
use super::{args, clock};

/// The name of the file.
pub const NAME: &str = "polity.toml";

/// What a project says.
#[derive(Clone, Default, PartialEq, Deserialize, Debug)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Specifications and folders, relative to the file.
    pub files: Vec<PathBuf>,
    /// Only these properties.
    pub property: Vec<String>,
    /// Pins.
    pub given: Vec<String>,
    /// What every random number derives from.
    pub seed: Option<u64>,
    /// How many runs each property may take.
    pub runs: Option<u64>,
    /// How long: `30s`.
    pub time: Option<String>,
    /// How many steps a run has.
    pub steps: Option<u32>,
    /// How many threads.
    pub threads: Option<u16>,
    /// Which engine.
    pub engine: Option<String>,
    /// What the solver may spend on each property.
    pub work: Option<u64>,
    /// `text` or `json`.
    pub format: Option<String>,
    /// Where results go, relative to the file.
    pub output: Option<PathBuf>,
    /// Where counterexamples are kept, relative to the file.
    pub corpus: Option<PathBuf>,
    /// Whether counterexamples are kept.
    pub save: Option<bool>,
    /// Whether what is inconclusive fails.
    pub strict: Option<bool>,
    /// What else fails a check: `unreached`.
    pub fail_on: Vec<String>,
    /// Headlines only.
    pub quiet: Option<bool>,
    /// Everything.
    pub verbose: Option<bool>,
}

const FIELDS: [&str; 18] = [
    "files", "property", "given", "seed", "runs", "time", "steps", "threads", "engine", "work",
    "format", "output", "corpus", "save", "strict", "fail_on", "quiet", "verbose",
];

/// A project: its folder and what its file says.
#[derive(Clone, PartialEq, Debug)]
pub struct Project {
    /// The folder, relative to the current one where that is short.
    pub root: PathBuf,
    /// The file.
    pub config: Config,
}

/// The project that the current folder belongs to, if any.
pub fn find() -> Result<Option<Project>, Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::new(format!("there is no current folder: {error}")))?;
    let mut root = PathBuf::new();
    for folder in here.ancestors() {
        let file = folder.join(NAME);
        if file.is_file() {
            let shown = root.join(NAME);
            let config = read(&file, &shown)?;
            return Ok(Some(Project { root, config }));
        }
        root.push("..");
    }
    Ok(None)
}

fn read(file: &Path, shown: &Path) -> Result<Config, Failure> {
    let text = files::text(file)
        .map_err(|why| Failure::new(format!("cannot read `{}`: {why}", shown.display())))?;
    parse(&text, &shown.display().to_string())
}

/// Reads the text of a `polity.toml`; `name` is for messages.
pub fn parse(text: &str, name: &str) -> Result<Config, Failure> {
    let config: Config = toml::from_str(text).map_err(|error| wrong(text, name, &error))?;
    check(&config, name)?;
    Ok(config)
}

/// What the types do not say.
fn check(config: &Config, name: &str) -> Result<(), Failure> {
    let fail = |field: &str, why: &str| Err(Failure::new(format!("{name}: `{field}` {why}")));
    if config.steps.is_some_and(|steps| i64::from(steps) > args::STEPS_MAX) {
        return fail("steps", "is more than 1,000,000");
    }
    if config.runs == Some(0) {
        return fail("runs", "is 0: at least 1 run is needed");
    }
    if config.threads.is_some_and(|threads| threads == 0 || threads > 1024) {
        return fail("threads", "is not within 1..1024");
    }
    if let Some(Err(why)) = config.time.as_deref().map(clock::duration) {
        return fail("time", &format!("is wrong: {why}"));
    }
    let known = |what: &String| args::FailOn::from_str(what, false).is_ok();
    if let Some(other) = config.fail_on.iter().find(|what| !known(what)) {
        return fail("fail_on", &format!("has `{other}`: write `vacuous` or `unreached`"));
    }
    match config.format.as_deref() {
        None | Some("text" | "json") => Ok(()),
        Some(other) => fail("format", &format!("is `{other}`: write `text` or `json`")),
    }
}

/// An error of the parser with file, line, column, field and a suggestion.
fn wrong(text: &str, name: &str, error: &toml::de::Error) -> Failure {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let before = text.get(..start).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|letter| *letter != '\n').count() + 1;
    let message = error.message().lines().collect::<Vec<_>>().join(" ");
    let field = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let place = format!("{name}:{line}:{column}");
    let Some(field) = field else {
        return Failure::new(format!("{place}: {message}"));
    };
    let failure = Failure::new(format!("{place}: there is no setting `{field}`"));
    match nearest(field, FIELDS) {
        Some(other) => failure.help(format!("did you mean `{other}`?")),
        None => failure.help(format!("the settings are {}", FIELDS.join(", "))),
    }
}

impl Config {
    /// Whether something of this kind fails a check.
    pub fn fails_on(&self, what: args::FailOn) -> bool {
        self.fail_on.iter().any(|name| args::FailOn::from_str(name, false) == Ok(what))
    }

    /// How long a search may take.
    pub fn duration(&self) -> Option<Duration> {
        self.time.as_deref().and_then(|time| clock::duration(time).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_field_is_named_with_its_line_and_a_suggestion() {
        let failure = parse("seed = 1\nrns = 5\n", "polity.toml").expect_err("no such field");
        assert_eq!(failure.message, "polity.toml:2:1: there is no setting `rns`");
        assert_eq!(failure.help.as_deref(), Some("did you mean `runs`?"));
    }

    #[test]
    fn a_wrong_type_is_named_with_its_line() {
        let failure = parse("seed = \"x\"\n", "polity.toml").expect_err("no number");
        assert!(failure.message.starts_with("polity.toml:1:8: "), "{}", failure.message);
    }

    #[test]
    fn limits_hold_in_the_file_too() {
        assert!(parse("steps = 1000001", "p").is_err());
        assert!(parse("threads = 0", "p").is_err());
        assert!(parse("time = \"soon\"", "p").is_err());
        assert!(parse("format = \"xml\"", "p").is_err());
        assert!(parse("fail_on = [\"unread\"]", "p").is_err());
        assert!(parse("fail_on = [\"unreached\"]", "p").is_ok());
        assert_eq!(
            parse("time = \"30s\"", "p").expect("right").duration().map(|t| t.as_secs()),
            Some(30)
        );
    }
}
