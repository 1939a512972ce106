//! What a command works with: flags over `polity.toml` over what is built in.
//!
//! In: flags and a project. Out: settings, and the model as they change it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::args::{self, FailOn, Format};
use super::config::{Config, Project};
use super::exit::{Failure, nearest};
use super::load::Loaded;
use super::pins;
use crate::base::Seed;
use crate::check::{Engines, Options};
use crate::diag::Diagnostic;
use crate::ir::Model;
use crate::ir::property::{Role, Target};
use crate::search::{Budget, Guidance};

/// The seed where nobody says one: so that two people see the same.
const SEED: u64 = 0;
/// The runs of a property where nobody says how many.
const RUNS: u64 = 10_000;
/// The runs that an exhaustive search of one size may take.
const EXHAUST: u64 = 50_000;
/// The runs that an exhaustive search of one size may take where nothing else will do.
const EXHAUST_ALONE: u64 = 5_000_000;
/// Steps of the Markov chains of a chance property: some seconds.
const CHAIN: u64 = 500_000;
/// The solver's work for a target, in z3's own count: some seconds.
const WORK: u64 = 40_000_000;
/// The attempts of the shrinker.
const SHRINK: u64 = 20_000;

/// Settings of a check.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Only these properties; empty: all.
    pub property: Vec<String>,
    /// Pins as text, with the name of where each came from.
    pub given: Vec<(String, String)>,
    /// A setup file.
    pub setup: Option<PathBuf>,
    /// The seed, where somebody says one.
    pub seed: Option<u64>,
    /// Runs, where somebody says how many.
    pub runs: Option<u64>,
    /// Steps, where somebody says how many.
    pub steps: Option<u32>,
    /// How long.
    pub time: Option<Duration>,
    /// Threads.
    pub threads: usize,
    /// Where counterexamples are kept.
    pub corpus: PathBuf,
    /// Whether they are.
    pub save: bool,
    /// Whether what is inconclusive fails.
    pub strict: bool,
    /// Whether what no run reached fails.
    pub unreached: bool,
    /// Which engines may answer.
    pub engines: Engines,
    /// What the solver may spend on each target.
    pub work: u64,
}

/// How results are shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Text or JSON.
    pub format: Format,
    /// A file, or standard output.
    pub output: Option<PathBuf>,
    /// Headlines only.
    pub quiet: bool,
    /// Everything.
    pub verbose: bool,
}

/// How results are shown: flags over the project's.
pub fn shown(flags: &args::OutputFlags, project: Option<&Project>) -> Shown {
    let empty = Config::default();
    let config = project.map_or(&empty, |project| &project.config);
    let configured = match config.format.as_deref() {
        Some("json") => Format::Json,
        _ => Format::Text,
    };
    let output =
        project.and_then(|project| Some(project.root.join(project.config.output.as_ref()?)));
    let quiet = flags.quiet || !flags.verbose && config.quiet.unwrap_or(false);
    Shown {
        format: flags.format.unwrap_or(configured),
        output: flags.output.clone().or(output),
        quiet,
        verbose: flags.verbose || !quiet && config.verbose.unwrap_or(false),
    }
}

/// The settings of a check: flags over the project's.
pub fn check(flags: &args::Check, project: Option<&Project>) -> Result<Settings, Failure> {
    let empty = Config::default();
    let config = project.map_or(&empty, |project| &project.config);
    let engines = engines(flags.engine.as_deref().or(config.engine.as_deref()))?;
    let kept = config.save.unwrap_or(project.is_some());
    let property = match flags.property.is_empty() {
        true => config.property.clone(),
        false => flags.property.clone(),
    };
    Ok(Settings {
        property,
        given: given(&flags.search, config),
        setup: flags.search.setup.clone(),
        seed: flags.search.seed.or(config.seed),
        runs: flags.runs.or(config.runs),
        steps: flags.search.steps.or(config.steps),
        time: flags.pace.time.or(config.duration()),
        threads: usize::from(flags.pace.threads.or(config.threads).unwrap_or_else(cores)),
        corpus: corpus(None, project),
        save: flags.save || !flags.no_save && kept,
        strict: flags.strict || config.strict.unwrap_or(false),
        unreached: flags.fail_on.contains(&FailOn::Unreached) || config.fails_on(FailOn::Unreached),
        engines,
        work: flags.work.or(config.work).unwrap_or(WORK),
    })
}

/// Where counterexamples are kept: as a flag says, or the project, or in `counterexamples`.
pub fn corpus(flag: Option<&Path>, project: Option<&Project>) -> PathBuf {
    if let Some(folder) = flag {
        return folder.to_path_buf();
    }
    let said = project.and_then(|project| project.config.corpus.clone());
    let folder = said.unwrap_or_else(|| PathBuf::from("counterexamples"));
    project.map(|project| project.root.clone()).unwrap_or_default().join(folder)
}

/// The settings of a simulation.
pub fn simulation(flags: &args::SearchFlags, project: Option<&Project>) -> Settings {
    let empty = Config::default();
    let config = project.map_or(&empty, |project| &project.config);
    Settings {
        property: Vec::new(),
        given: given(flags, config),
        setup: flags.setup.clone(),
        seed: flags.seed.or(config.seed),
        runs: None,
        steps: flags.steps.or(config.steps),
        time: None,
        threads: 1,
        corpus: PathBuf::new(),
        save: false,
        strict: false,
        unreached: false,
        engines: Engines::Search,
        work: WORK,
    }
}

/// Pins of the flags, or else of the project.
fn given(flags: &args::SearchFlags, config: &Config) -> Vec<(String, String)> {
    let (texts, name) = match flags.given.is_empty() {
        true => (&config.given, "<polity.toml given>"),
        false => (&flags.given, "<--given>"),
    };
    texts.iter().map(|text| (name.to_string(), text.clone())).collect()
}

fn engines(named: Option<&str>) -> Result<Engines, Failure> {
    match named {
        None | Some("auto") => Ok(Engines::Auto),
        Some("search") => Ok(Engines::Search),
        Some("exhaust") => Ok(Engines::Exhaust),
        Some("solve") => match crate::smt::solver::version() {
            Ok(_) => Ok(Engines::Solve),
            Err(why) => Err(Failure::new(why).help("or write `--engine search`")),
        },
        Some(other) => Err(Failure::new(format!("there is no engine `{other}`"))
            .help("the engines are `auto`, `search`, `exhaust` and `solve`")),
    }
}

fn cores() -> u16 {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().min(1024) as u16)
}

impl Settings {
    /// What the check of a model may spend. `seed`: of its setup file.
    pub fn options(&self, seed: Option<u64>) -> Options {
        let corpus = self.save || self.corpus.is_dir();
        Options {
            only: self.property.clone(),
            budget: Budget {
                runs_max: self.runs.unwrap_or(RUNS),
                exhaust_max: match self.engines {
                    Engines::Exhaust => EXHAUST_ALONE,
                    Engines::Auto | Engines::Search | Engines::Solve => EXHAUST,
                },
                chain_max: CHAIN,
                shrink_max: SHRINK,
                seed: Seed(self.seed.or(seed).unwrap_or(SEED)),
                threads: self.threads,
                guidance: Guidance::Guided,
            },
            corpus: corpus.then(|| self.corpus.clone()),
            campaign: None,
            engines: self.engines,
            work: self.work,
            save: self.save,
        }
    }

    /// Puts flags in the place of what the model's checks say, and adds pins. What is wrong
    /// with the pins comes back, and the seed of the setup file.
    pub fn apply(&self, loaded: &mut Loaded) -> Result<(Vec<Diagnostic>, Option<u64>), Failure> {
        let Some(mut model) = loaded.model.take() else { return Ok((Vec::new(), None)) };
        self.implicit(&mut model);
        let mut texts = Vec::new();
        let mut seed = None;
        if let Some(path) = &self.setup {
            let setup = pins::setup(&model, path)?;
            let name = format!("<{}>", path.display());
            texts.extend(setup.pins.into_iter().map(|pin| (name.clone(), pin)));
            seed = setup.seed;
        }
        texts.extend(self.given.iter().cloned());
        let (given, wrong) = pins::resolve(loaded, &model, &texts);
        let all = model.targets.iter_mut().map(|target| &mut target.settings);
        for settings in all.chain(std::iter::once(&mut model.defaults)) {
            settings.steps = self.steps.unwrap_or(settings.steps);
            settings.runs = self.runs.map_or(settings.runs, |_| None);
            settings.seed = self.seed.or(seed).map_or(settings.seed, |_| None);
            settings.given.extend(given.iter().cloned());
        }
        loaded.model = Some(model);
        Ok((wrong, seed))
    }

    /// `no_faults` and `holistic` are checked where they are named.
    fn implicit(&self, model: &mut Model) {
        for (id, property) in model.properties.pairs() {
            let implicit = matches!(property.role, Role::NoFaults | Role::Holistic);
            let targeted = model.targets.iter().any(|target| target.property == id);
            if implicit && !targeted && self.property.contains(&property.name) {
                model.targets.push(Target {
                    property: id,
                    alias: None,
                    settings: model.defaults.clone(),
                    span: property.span,
                });
            }
        }
    }

    /// Names of properties that no model has.
    pub fn unknown<'a>(&self, models: impl Iterator<Item = &'a Model>) -> Result<(), Failure> {
        let mut known: Vec<String> = Vec::new();
        for model in models {
            known.extend(model.properties.iter().map(|property| property.name.clone()));
            known.extend(model.targets.iter().filter_map(|target| target.alias.clone()));
        }
        for name in &self.property {
            if known.contains(name) {
                continue;
            }
            let failure = Failure::new(format!("there is no property or check `{name}`"));
            return Err(match nearest(name, known.iter().map(String::as_str)) {
                Some(other) => failure.help(format!("did you mean `{other}`?")),
                None if known.is_empty() => failure,
                None => failure.help(format!("there are {}", known.join(", "))),
            });
        }
        Ok(())
    }
}
