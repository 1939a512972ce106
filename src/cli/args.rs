//! The arguments of every command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::clock;

/// The most steps that a horizon may have.
pub const STEPS_MAX: i64 = 1_000_000;

/// A formal specification and property-checking toolkit for multi-agent alignment.
#[derive(Parser, Debug)]
#[command(name = "polity", version, about, max_term_width = 80, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Search for counterexamples, and say what is claimed of each property
    Check(Check),
    /// Check with the search alone
    Search(Check),
    /// Check with the solver alone, or find a critical value
    Solve(Solve),
    /// Show how often properties fail, by size, family and parameter
    Profile(Profile),
    /// Change the model, and list the changes that no property notices
    Mutate(Mutate),
    /// Make one run and show it
    Simulate(Simulate),
    /// Replay a counterexample step by step
    Replay(Replay),
    /// Go through the counterexamples that somebody should look at
    Review(Review),
    /// Judge the properties of a specification on recorded runs
    Monitor(Monitor),
    /// Make a commented starter project
    New(New),
    /// Lay out specifications in the one way
    Fmt(Fmt),
    /// Explain a diagnostic code or a word of the reports
    Explain(Explain),
}

/// How results are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// What a search may spend, and where it looks.
#[derive(Args, Clone, Default, Debug)]
pub struct SearchFlags {
    /// Pin a part of the search space: 'team: 3, reviews: ring'
    #[arg(long, value_name = "PINS")]
    pub given: Vec<String>,
    /// Pin a part of the search space by a file
    #[arg(long, value_name = "FILE")]
    pub setup: Option<PathBuf>,
    /// What every random number derives from
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many steps a run has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=STEPS_MAX))]
    pub steps: Option<u32>,
}

/// How long and how wide the work may be.
#[derive(Clone, Debug, Default, Args)]
pub struct PaceFlags {
    /// Stop after this time, such as 30s or 5min
    #[arg(long, value_name = "TIME", value_parser = clock::duration)]
    pub time: Option<std::time::Duration>,
    /// How many threads work; the result does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// How results are shown.
#[derive(Args, Clone, Default, Debug)]
pub struct OutputFlags {
    /// How results are written
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Write results to a file
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Headlines only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Everything, times included
    #[arg(short, long)]
    pub verbose: bool,
}

/// How a long search is shared out, kept and joined.
#[derive(Args, Clone, Default, Debug)]
pub struct CampaignFlags {
    /// Runs of a round; a longer search is made of several
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub round: Option<u64>,
    /// Make only this part of the rounds: 2/5 is the second of five
    #[arg(long, value_name = "I/N", value_parser = shard, conflicts_with = "merge")]
    pub shard: Option<(u32, u32)>,
    /// Keep rounds in this file as they are made
    #[arg(long, value_name = "FILE", conflicts_with = "merge")]
    pub state: Option<PathBuf>,
    /// Go on from what the file of `--state` holds
    #[arg(long, requires = "state")]
    pub resume: bool,
    /// Take rounds from the files of shards instead of making them
    #[arg(long, value_name = "FILES", num_args = 1..)]
    pub merge: Vec<PathBuf>,
}

/// `2/5`: the second of five.
fn shard(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('/');
    let read = parts.and_then(|(i, n)| Some((i.trim().parse().ok()?, n.trim().parse().ok()?)));
    match read {
        Some((i, n)) if 1 <= i && i <= n => Ok((i, n)),
        _ => Err("write I/N with 1 <= I <= N, such as 2/5".to_string()),
    }
}

/// What fails a check though no property is violated.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub enum FailOn {
    /// A property that holds only because it was never put to the test; this always fails
    Vacuous,
    /// A rule, branch, variant or family that no run of any property reached
    Unreached,
}

/// `polity check`
#[derive(Args, Clone, Debug)]
pub struct Check {
    /// Specifications, or folders of them [default: the project's files]
    pub files: Vec<PathBuf>,
    /// Only the property or check with this name
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub property: Vec<String>,
    #[command(flatten)]
    pub search: SearchFlags,
    /// How many runs each property may take
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub runs: Option<u64>,
    #[command(flatten)]
    pub pace: PaceFlags,
    /// Which engine: auto, search, exhaust or solve
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<String>,
    /// What the solver may spend on each property, in z3's own count of work
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub work: Option<u64>,
    /// Keep counterexamples as files
    #[arg(long, overrides_with = "no_save")]
    pub save: bool,
    /// Keep no counterexamples
    #[arg(long)]
    pub no_save: bool,
    /// Exit with 3 where something is inconclusive
    #[arg(long)]
    pub strict: bool,
    /// Exit with 1 where something of this kind is seen
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
    #[command(flatten)]
    pub campaign: CampaignFlags,
    #[command(flatten)]
    pub output: OutputFlags,
}

/// `polity solve`
#[derive(Args, Debug)]
pub struct Solve {
    #[command(flatten)]
    pub check: Check,
    /// The least value of a parameter at which a property can be violated
    #[arg(long, value_name = "PARAM", conflicts_with = "greatest")]
    pub least: Option<String>,
    /// The greatest value of a parameter at which a property can be violated
    #[arg(long, value_name = "PARAM")]
    pub greatest: Option<String>,
    /// Which assumptions, pins and guards a property that holds would fall without
    #[arg(long, conflicts_with_all = ["least", "greatest"])]
    pub needs: bool,
}

/// `polity mutate`
#[derive(Args, Debug)]
pub struct Mutate {
    /// Specifications, or folders of them [default: the project's files]
    pub files: Vec<PathBuf>,
    /// Only the property or check with this name
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub property: Vec<String>,
    #[command(flatten)]
    pub search: SearchFlags,
    /// How many runs each property has on each mutant [default: 500]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub runs: Option<u64>,
    /// How many mutants each model has at most, spread over its text
    #[arg(long, value_name = "N", default_value_t = 100)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub mutants: u64,
    /// Exit with 1 where fewer than this many of a hundred are noticed
    #[arg(long, value_name = "PERCENT")]
    pub fail_under: Option<f64>,
    #[command(flatten)]
    pub pace: PaceFlags,
    #[command(flatten)]
    pub output: OutputFlags,
}

/// How a profile is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub enum ProfileFormat {
    /// A heat map and a table
    Text,
    /// A line for each cell
    Csv,
    /// One JSON document
    Json,
    /// A row for each cell, in a file of the form Parquet
    Parquet,
}

/// `polity profile`
#[derive(Args, Debug)]
pub struct Profile {
    /// The specification
    pub file: PathBuf,
    /// Only the property or check with this name
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub property: Vec<String>,
    #[command(flatten)]
    pub search: SearchFlags,
    /// A parameter that is varied, the same for all agents
    #[arg(long, value_name = "PARAM", value_delimiter = ',')]
    pub param: Vec<String>,
    /// How many values each of them has, at most
    #[arg(long, value_name = "N", default_value_t = 5)]
    #[arg(value_parser = clap::value_parser!(u32).range(2..=1_000))]
    pub points: u32,
    /// Find the value of this parameter at which the answer changes, by bisection
    #[arg(long, value_name = "PARAM", conflicts_with = "param")]
    pub threshold: Option<String>,
    /// How many runs each cell has, or each value of a threshold
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub runs: Option<u64>,
    #[command(flatten)]
    pub pace: PaceFlags,
    /// How the profile is written
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ProfileFormat>,
    /// Write the profile to a file
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How a run is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub enum RunFormat {
    /// A table
    Text,
    /// The trace: a header, then a line for each instant
    Jsonl,
}

/// `polity simulate`
#[derive(Args, Debug)]
pub struct Simulate {
    /// The specification
    pub file: PathBuf,
    #[command(flatten)]
    pub search: SearchFlags,
    /// How the run is written
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<RunFormat>,
    /// Write the run to a file
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Every instant and cell
    #[arg(short, long)]
    pub verbose: bool,
}

/// `polity replay`
#[derive(Args, Debug)]
pub struct Replay {
    /// The counterexample
    pub file: PathBuf,
    /// The specification that it belongs to [default: the project's file with that model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Show the whole state at this instant
    #[arg(long, value_name = "N")]
    pub at: Option<u32>,
    #[command(flatten)]
    pub output: OutputFlags,
}

/// What somebody should look at.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub enum Reviewed {
    /// It violates, and nobody looked at it yet, or it had been fixed
    Pending,
    /// It no longer violates
    Fixed,
    /// The model changed so that it no longer applies
    Stale,
}

/// `polity review`
#[derive(Args, Debug)]
pub struct Review {
    /// Specifications, or folders of them [default: the project's files]
    pub files: Vec<PathBuf>,
    /// Where counterexamples are kept [default: the project's folder, or counterexamples]
    #[arg(long, value_name = "FOLDER")]
    pub corpus: Option<PathBuf>,
    /// List them, and do nothing
    #[arg(long, conflicts_with_all = ["accept_all", "drop"])]
    pub list: bool,
    /// Accept all that `--drop` does not drop, without asking
    #[arg(long)]
    pub accept_all: bool,
    /// Drop all of these kinds without asking; each file is moved to `dropped` beside it
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub drop: Vec<Reviewed>,
    /// Every instant and cell
    #[arg(short, long)]
    pub verbose: bool,
}

/// `polity monitor`
#[derive(Args, Debug)]
pub struct Monitor {
    /// The signature
    pub spec: PathBuf,
    /// Recorded runs, or folders of them
    #[arg(required = true)]
    pub traces: Vec<PathBuf>,
    /// What the runs are recorded in [default: told by the file]
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<String>,
    /// Skip lines that do not parse, and count them
    #[arg(long)]
    pub lenient: bool,
    /// Only the property with this name
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub property: Vec<String>,
    #[command(flatten)]
    pub output: OutputFlags,
}

/// `polity new`
#[derive(Args, Debug)]
pub struct New {
    /// The project's name, and the folder that is made
    pub name: String,
}

/// `polity fmt`
#[derive(Args, Debug)]
pub struct Fmt {
    /// Specifications or folders, `-` for standard input [default: the project's files]
    pub files: Vec<PathBuf>,
    /// Change nothing; exit with 1 where something would change
    #[arg(long)]
    pub check: bool,
}

/// `polity explain`
#[derive(Args, Debug)]
pub struct Explain {
    /// A code such as E0204, or a word such as vacuous [default: the list]
    pub code: Option<String>,
}
