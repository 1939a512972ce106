//! Every planted mutant of the solver's encoding is caught by the random models.
//!
//! In: `tests/encoding/*.toml`. Out: a line for each mutant, with the first seed that tells it
//! from the truth; failure where one is not caught, or the sources without a mutant are "caught".
//!
//! `cargo bench --bench encoding_mutants -- WORD…` takes only mutants whose name holds one of the
//! words; without them all are taken.
//!
//! # Invariants
//! - The sources are copied first: no edit touches the original.
//! - Caught means that `tests/differential.rs` names a model on which engines disagree. A mutant
//!   that does not build, or that crashes, is an error in the mutant.

#[path = "../tests/encoding/mutant.rs"]
mod mutant;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use mutant::{Mutant, Seeds};

/// What is not copied.
const LEFT_OUT: [&str; 2] = ["target", ".git"];
/// The sources without a mutant are asked of so many models, at least.
const MODELS_MIN: u64 = 80;
/// So much is shown of how the engines disagree.
const SHOWN: usize = 100;
/// What is built and run: little is optimised, for building takes longer than running.
const TEST: [&str; 6] = [
    "test",
    "--release",
    "--config=profile.release.package.polity.opt-level=1",
    "--test",
    "differential",
    "--quiet",
];

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let mut mutants = Mutant::all(root);
    mutants.retain(|m| words.is_empty() || words.iter().any(|word| m.name.contains(word)));
    let copy = Copy::of(root);
    let most = mutants.iter().map(|mutant| mutant.caught_by.first + mutant.caught_by.models).max();
    let mut wrong = 0;
    match copy.tried(&Seeds { first: 0, models: most.unwrap_or(0).max(MODELS_MIN) }) {
        Tried::Agree => println!("without a mutant: the engines agree"),
        other => {
            println!("without a mutant: {other}");
            wrong += 1;
        }
    }
    for mutant in &mutants {
        let tried = copy.with(mutant);
        println!("{:<32} {}\n    {tried}", mutant.name, mutant.why);
        wrong += usize::from(!matches!(tried, Tried::Disagree(_)));
    }
    println!("{} mutants, {wrong} wrong", mutants.len());
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
            Tried::Agree => write!(f, "NOT CAUGHT"),
            Tried::Disagree(first) => {
                let short: String = first.chars().take(SHOWN).collect();
                write!(f, "caught: {short}")
            }
            Tried::Broken(why) => write!(f, "BROKEN: {why}"),
        }
    }
}

/// A copy of the sources, always in the same place, so that builds of it are incremental.
struct Copy {
    folder: PathBuf,
}

impl Copy {
    fn of(root: &Path) -> Copy {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("encoding_mutants");
        mirror(root, &folder);
        Copy { folder }
    }

    /// What comes of a mutant. The copy is as before, whatever comes of it.
    fn with(&self, mutant: &Mutant) -> Tried {
        let path = self.folder.join(&mutant.file);
        let source = std::fs::read_to_string(&path).expect("a source file");
        match mutant.plant(&source) {
            Err(why) => Tried::Broken(why),
            Ok(planted) => {
                std::fs::write(&path, planted).expect("a file of the copy");
                let tried = self.tried(&mutant.caught_by);
                std::fs::write(&path, source).expect("a file of the copy");
                tried
            }
        }
    }

    /// Builds what the copy holds, and asks the engines of these models.
    fn tried(&self, seeds: &Seeds) -> Tried {
        let built = self.cargo(&["--no-run"], seeds);
        if !built.status.success() {
            return Tried::Broken(format!("it does not build:\n{}", said(&built)));
        }
        let run = self.cargo(&["engines_", "--", "--test-threads=1"], seeds);
        if run.status.success() {
            return Tried::Agree;
        }
        let said = said(&run);
        match said.lines().find(|line| line.contains(", seed ")) {
            Some(first) => Tried::Disagree(first.to_string()),
            None => Tried::Broken(said),
        }
    }

    fn cargo(&self, more: &[&str], seeds: &Seeds) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder");
        Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_string()))
            .args(TEST)
            .args(more)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_INCREMENTAL", "1")
            .env("POLITY_DIFFERENTIAL_FROM", seeds.first.to_string())
            .env("POLITY_DIFFERENTIAL", seeds.models.to_string())
            .env("POLITY_DIFFERENTIAL_UNSHRUNK", "1")
            .output()
            .expect("cargo starts")
    }
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

/// Makes one folder like another. Files that are the same keep their time: they are not built
/// again.
fn mirror(from: &Path, to: &Path) {
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
            mirror(&from, &to);
            continue;
        }
        let bytes = std::fs::read(&from).expect("a file");
        if std::fs::read(&to).ok().as_ref() != Some(&bytes) {
            std::fs::write(&to, bytes).expect("a file of the copy");
        }
    }
}
