//! Planted mutants: all of a folder built at once into a copy of the sources, each behind a switch
//! of its own, and tried one by one.
//!
//! In: a [`Suite`]. Out: a line for each mutant, with the first seed that tells it from the truth;
//! failure where one is not caught, or where what has no mutant is "caught".
//!
//! # Invariants
//! - The sources are copied first: no edit touches the original.
//! - All mutants are built at once, each behind a switch of its own; no run has two of them.
//! - Caught means that a test names a model on which engines disagree. A mutant that crashes is
//!   an error in the mutant.

#[path = "../../tests/encoding/mutant.rs"]
mod mutant;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use mutant::{Mutant, Seeds};

/// What is not copied.
const LEFT_OUT: [&str; 2] = ["target", ".git"];
/// So much is shown of how the engines disagree.
const SHOWN: usize = 100;
/// Mutants, and what is to catch them.
pub struct Suite {
    /// The folder of the mutants.
    pub folder: &'static str,
    /// The folder of the copy.
    pub copy: &'static str,
    /// The module in which the switch is defined, as a path and as a file.
    pub switch: (&'static str, &'static str),
    /// The test target.
    pub test: &'static str,
    /// The tests of it that compare engines.
    pub comparisons: &'static [&'static str],
    /// The variables that say where it begins and how much it compares.
    pub variables: (&'static str, &'static str),
    /// What has no mutant is asked of so much, at least.
    pub least: u64,
}

/// How it is built: little is optimised, for building takes longer than running.
const BUILD: [&str; 4] =
    ["test", "--release", "--config=profile.release.package.polity.opt-level=1", "--quiet"];
/// What the switch is.
const SWITCH: &str = "
/// Whether this mutant is switched on.
pub fn planted(number: usize) -> bool {
    static ON: std::sync::OnceLock<Option<usize>> = std::sync::OnceLock::new();
    let on = || std::env::var(\"POLITY_PLANTED\").ok()?.parse().ok();
    *ON.get_or_init(on) == Some(number)
}
";

/// Tries all mutants of a suite whose names hold one of the words of the command, if there are
/// some.
pub fn run(suite: &Suite) -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let mutants = Mutant::all_of(root, suite.folder);
    let copy = match Copy::planted(suite, root, &mutants) {
        Ok(copy) => copy,
        Err(why) => {
            println!("{why}");
            return ExitCode::FAILURE;
        }
    };
    let is_taken = |(_, mutant): &(usize, &Mutant)| {
        words.is_empty() || words.iter().any(|word| mutant.name.contains(word))
    };
    let taken: Vec<(usize, &Mutant)> = mutants.iter().enumerate().filter(is_taken).collect();
    let most = taken.iter().map(|(_, of)| of.caught_by.first + of.caught_by.models).max();
    let mut wrong = 0;
    let truth = copy.tried(None, &Seeds { first: 0, models: most.unwrap_or(0).max(suite.least) });
    println!("without a mutant: {truth}");
    wrong += usize::from(!matches!(truth, Tried::Agree));
    for (number, mutant) in &taken {
        let tried = copy.tried(Some(*number), &mutant.caught_by);
        println!("{}: {}\n    {tried}", mutant.name, mutant.why);
        wrong += usize::from(!matches!(tried, Tried::Disagree(_)));
    }
    println!("{} mutants, {wrong} wrong", taken.len());
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What came of the random models.
enum Tried {
    /// The engines agree on all of them.
    Agree,
    /// They disagree on one: flavour, seed and how.
    Disagree(String),
    /// It does not come to that.
    Broken(String),
}

impl std::fmt::Display for Tried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Tried::Agree => write!(f, "the engines agree"),
            Tried::Disagree(first) => {
                let short: String = first.chars().take(SHOWN).collect();
                write!(f, "caught: {short}")
            }
            Tried::Broken(why) => write!(f, "BROKEN: {why}"),
        }
    }
}

/// A copy of the sources with all mutants in it, always in the same folder, so that builds of it
/// are incremental.
struct Copy<'s> {
    suite: &'s Suite,
    folder: PathBuf,
}

impl<'s> Copy<'s> {
    fn planted(suite: &'s Suite, root: &Path, mutants: &[Mutant]) -> Result<Copy<'s>, String> {
        let (module, file_of_switch) = suite.switch;
        let mut texts = BTreeMap::new();
        let mut edits: BTreeMap<&str, Vec<(Range<usize>, String)>> = BTreeMap::new();
        for (number, Mutant { file, from, to, .. }) in mutants.iter().enumerate() {
            let read = || std::fs::read_to_string(root.join(file)).expect("a source file");
            let text: &mut String = texts.entry(file.as_str()).or_insert_with(read);
            let span = mutants[number].span(text)?;
            let switched = format!("(if {module}::planted({number}) {{ {to} }} else {{ {from} }})");
            edits.entry(file).or_default().push((span, switched));
        }
        // From the end of each file, so that the places before it stay.
        for (file, edits) in &mut edits {
            edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
            let text = texts.get_mut(file).expect("it was read");
            for (span, switched) in edits {
                text.replace_range(span.clone(), switched);
            }
        }
        let file = file_of_switch;
        let read = || std::fs::read_to_string(root.join(file)).expect("a source file");
        texts.entry(file).or_insert_with(read).push_str(SWITCH);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(suite.copy);
        let texts = texts.into_iter().map(|(file, text)| (root.join(file), text)).collect();
        mirror(root, &folder, &texts);
        let copy = Copy { suite, folder };
        let built = copy.cargo(&["--no-run"], None, &Seeds { first: 0, models: 0 });
        match built.status.success() {
            true => Ok(copy),
            false => Err(format!("the mutants do not build:\n{}", said(&built))),
        }
    }

    /// Asks the engines of these models, with a mutant switched on or none.
    fn tried(&self, number: Option<usize>, seeds: &Seeds) -> Tried {
        for comparison in self.suite.comparisons {
            let run = self.cargo(&[comparison], number, seeds);
            if run.status.success() {
                continue;
            }
            let said = said(&run);
            return match said.lines().find(|line| line.contains(", seed ")) {
                Some(first) => Tried::Disagree(first.to_string()),
                None => Tried::Broken(said),
            };
        }
        Tried::Agree
    }

    fn cargo(&self, more: &[&str], number: Option<usize>, seeds: &Seeds) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder");
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_string());
        let mut command = Command::new(cargo);
        command
            .args(BUILD)
            .args(["--test", self.suite.test])
            .args(more)
            .current_dir(&self.folder)
            .env_remove("POLITY_PLANTED")
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_INCREMENTAL", "1")
            .env(self.suite.variables.0, seeds.first.to_string())
            .env(self.suite.variables.1, seeds.models.to_string())
            .env("POLITY_DIFFERENTIAL_UNSHRUNK", "1");
        if let Some(number) = number {
            command.env("POLITY_PLANTED", number.to_string());
        }
        command.output().expect("cargo starts")
    }
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

/// Makes one folder like another, with `instead` for some of its files. Files that are the same
/// keep their time: they are not built again.
fn mirror(from: &Path, to: &Path, instead: &BTreeMap<PathBuf, String>) {
    std::fs::create_dir_all(to).expect("a folder of the copy");
    let names = |folder: &Path| -> Vec<std::ffi::OsString> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name()).collect()
    };
    for name in names(to).into_iter().filter(|name| !from.join(name).exists()) {
        let gone = to.join(name);
        let removed = match gone.is_dir() {
            true => std::fs::remove_dir_all(&gone),
            false => std::fs::remove_file(&gone),
        };
        removed.expect("what is no longer there goes");
    }
    for name in names(from).into_iter().filter(|name| LEFT_OUT.iter().all(|out| name != out)) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            mirror(&from, &to, instead);
            continue;
        }
        let bytes = match instead.get(&from) {
            Some(text) => text.clone().into_bytes(),
            None => std::fs::read(&from).expect("a file"),
        };
        if std::fs::read(&to).ok().as_ref() != Some(&bytes) {
            std::fs::write(&to, bytes).expect("a file of the copy");
        }
    }
}
