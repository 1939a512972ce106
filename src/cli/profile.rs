//! `polity profile`: how often properties fail, by size, family and parameter; with
//! `--threshold`, the value of a parameter at which they begin to.

use serde_json::{Value as Json, json};

use super::args::{self, ProfileFormat};
use super::exit::{Exit, Failure};
use super::load::Loaded;
use super::out::{Out, complain};
use super::progress::{Interrupt, Progress};
use super::settings::Settings;
use super::solve::critical::named;
use super::{check, config, settings};
use crate::base::Seed;
use crate::check::profile::{Profiled, cells, points, profile, threshold};
use crate::ir::layout::Layout;
use crate::ir::model::Param;
use crate::ir::property::{PinKind, Target};
use crate::ir::{Domain, Model, ParamId, Type, Value};
use crate::report::profile::{Profile, Row};
use crate::report::{Words, threshold as report_threshold};
use crate::search::Budget;
use crate::trace::values::Naming;

/// Runs in each cell where nobody says how many.
const RUNS: u64 = 200;
/// Runs at each value of a threshold where nobody says how many.
const RUNS_AT_VALUE: u64 = 2_000;
/// Cells of one property at most.
const CELLS_MAX: usize = 5_000;

/// What all targets of a model are profiled with.
struct Asked<'a> {
    arguments: &'a args::Profile,
    loaded: &'a Loaded,
    model: &'a Model,
    settings: &'a Settings,
    seed: Option<u64>,
    progress: &'a Progress,
}

/// What is said, in all forms.
#[derive(Default)]
struct Said {
    text: String,
    csv: String,
    rows: Vec<Row>,
    json: Vec<Json>,
    left_out: Vec<(String, String)>,
}

/// Runs the command.
pub fn run(arguments: &args::Profile) -> Result<Exit, Failure> {
    writable(arguments)?;
    let project = config::find()?;
    let flags = args::Check {
        files: vec![arguments.file.clone()],
        property: arguments.property.clone(),
        search: arguments.search.clone(),
        runs: arguments.runs,
        pace: arguments.pace.clone(),
        engine: Some("search".to_string()),
        work: None,
        save: false,
        no_save: true,
        strict: false,
        fail_on: Vec::new(),
        campaign: args::CampaignFlags::default(),
        output: args::OutputFlags::default(),
    };
    let settings = settings::check(&flags, project.as_ref())?;
    let shown = settings::shown(&flags.output, None);
    let interrupt = Interrupt::watch()?;
    let read = check::read(&flags.files, &settings, &shown)?;
    if read.exit != Exit::Fine {
        return Ok(read.exit);
    }
    settings.unknown(read.loaded.iter().filter_map(|(loaded, _)| loaded.model.as_ref()))?;
    let progress = Progress::new(interrupt, settings.time, 1, false);
    let mut said = Said::default();
    for (loaded, seed) in &read.loaded {
        let Some(model) = loaded.model.as_ref().filter(|model| !model.is_signature()) else {
            continue;
        };
        let (settings, progress, seed) = (&settings, &progress, *seed);
        let asked = Asked { arguments, loaded, model, settings, seed, progress };
        asked.all(&mut said)?;
    }
    progress.finish();
    if said.json.is_empty() && said.left_out.is_empty() {
        return Err(Failure::new("there is no property to profile".to_string()));
    }
    write(arguments, &said)?;
    Ok(if progress.interrupted() { Exit::Interrupted } else { Exit::Fine })
}

/// Whether the form that was asked for can be written there.
fn writable(arguments: &args::Profile) -> Result<(), Failure> {
    let name = match arguments.format {
        Some(ProfileFormat::Csv) => "CSV",
        Some(ProfileFormat::Parquet) => "Parquet",
        Some(ProfileFormat::Text | ProfileFormat::Json) | None => return Ok(()),
    };
    if arguments.threshold.is_some() {
        return Err(Failure::new(format!("a threshold is not written as {name}"))
            .help("write `--format json`, or leave `--format` out"));
    }
    if arguments.format != Some(ProfileFormat::Parquet) {
        return Ok(());
    }
    if !cfg!(feature = "parquet") {
        return Err(Failure::new("this polity was built without Parquet")
            .help("build it with `--features parquet`, or write `--format csv`"));
    }
    match &arguments.output {
        Some(_) => Ok(()),
        None => Err(Failure::new("Parquet is for programs, and is not written to a terminal")
            .help("write `--output FILE`")),
    }
}

/// The file of a table.
#[cfg(feature = "parquet")]
fn parquet(rows: &[Row]) -> Result<Vec<u8>, Failure> {
    let wrong = |why| Failure::new(format!("no Parquet file can be made of it: {why}"));
    crate::report::parquet::file(rows).map_err(wrong)
}

/// Where it was built without, that was said before.
#[cfg(not(feature = "parquet"))]
fn parquet(_: &[Row]) -> Result<Vec<u8>, Failure> {
    Ok(Vec::new())
}

/// Writes what is said in the form that was asked for.
fn write(arguments: &args::Profile, said: &Said) -> Result<(), Failure> {
    let mut out = Out::new(arguments.output.clone(), false, false);
    let left_out = |(name, why): &(String, String)| format!("{name}: left out: {why}\n");
    match arguments.format.unwrap_or(ProfileFormat::Text) {
        ProfileFormat::Text => {
            out.write(&said.text);
            said.left_out.iter().for_each(|one| out.write(&left_out(one)));
        }
        ProfileFormat::Csv => {
            out.write(&said.csv);
            said.left_out.iter().for_each(|one| complain(&left_out(one)));
        }
        ProfileFormat::Parquet => {
            out.write_bytes(&parquet(&said.rows)?);
            said.left_out.iter().for_each(|one| complain(&left_out(one)));
        }
        ProfileFormat::Json => {
            let field = if arguments.threshold.is_some() { "threshold" } else { "profile" };
            let left_out = said.left_out.iter();
            let left_out: Vec<Json> =
                left_out.map(|(name, why)| json!({ "property": name, "reason": why })).collect();
            let mut document = serde_json::Map::new();
            document.insert("polity".into(), json!(1));
            document.insert(field.into(), Json::Array(said.json.clone()));
            document.insert("left_out".into(), Json::Array(left_out));
            out.write(&format!("{:#}\n", Json::Object(document)));
        }
    }
    out.finish()
}

impl Asked<'_> {
    /// All targets of the model that are wanted.
    fn all(&self, said: &mut Said) -> Result<(), Failure> {
        let names = self.settings.property.clone();
        let wanted = |target: &&Target| {
            let own = &self.model.properties[target.property].name;
            names.is_empty()
                || names.contains(own)
                || target.alias.as_ref().is_some_and(|alias| names.contains(alias))
        };
        for target in self.model.targets.iter().filter(wanted) {
            if self.progress.interrupted() {
                return Ok(());
            }
            let own = &self.model.properties[target.property].name;
            let name = target.alias.as_deref().unwrap_or(own);
            match &self.arguments.threshold {
                Some(param) => self.threshold(target, name, param, said)?,
                None => self.profile(target, name, said)?,
            }
        }
        Ok(())
    }

    fn profile(&self, target: &Target, name: &str, said: &mut Said) -> Result<(), Failure> {
        if self.model.properties[target.property].chance {
            let why = "it speaks of chance, and has no share of violating runs; `polity check` \
                       estimates it";
            said.left_out.push((name.to_string(), why.to_string()));
            return Ok(());
        }
        let mut grid = self.regimes(target);
        grid.extend(self.grid()?);
        let cells = cells(self.model, &target.settings.given, &grid, CELLS_MAX);
        let cells = cells.map_err(|count| {
            Failure::new(format!("`{name}` would have {count} cells, more than {CELLS_MAX}"))
                .help("pin sizes and families with `--given`, or lower `--points`")
        })?;
        let runs = self.arguments.runs.unwrap_or(RUNS);
        let budget = self.budget(target, runs);
        let told = |step| self.progress.step(name, step);
        let found = profile(self.model, target, &cells, (runs, &budget), &told);
        if found.len() < cells.len() {
            let why = format!("stopped after {} of {} cells", found.len(), cells.len());
            said.left_out.push((name.to_string(), why));
        }
        self.say(target, name, (runs, &found), said);
        Ok(())
    }

    fn say(&self, target: &Target, name: &str, (runs, found): (u64, &[Profiled]), said: &mut Said) {
        let Some(first) = found.first() else { return };
        let layout = Layout::new(self.model, &first.cell.sizes);
        let words = self.words(&layout);
        let confidence = target.settings.confidence;
        let profile =
            Profile { model: self.model, words: &words, name, confidence, runs, cells: found };
        said.text.push_str(&format!("{}\n", profile.text()));
        if said.csv.is_empty() {
            said.csv.push_str(&profile.csv_head());
        }
        said.csv.push_str(&profile.csv());
        said.rows.extend(profile.rows());
        said.json.push(profile.json(Naming { model: self.model, layout: &layout }));
    }

    fn threshold(
        &self,
        target: &Target,
        name: &str,
        param: &str,
        said: &mut Said,
    ) -> Result<(), Failure> {
        let id = named(self.model, param)?;
        let budget = self.budget(target, self.arguments.runs.unwrap_or(RUNS_AT_VALUE));
        let told = |step| self.progress.step(name, step);
        let Some(found) = threshold(self.model, target, id, &budget, &told) else {
            return Err(Failure::new(format!("`{param}` is no range of numbers"))
                .help("a threshold is looked for in a range such as `0..9` or `0.0..1.0`"));
        };
        let sizes = self
            .model
            .populations
            .iter()
            .map(|population| population.size.map_or(0, |size| size.0));
        let layout = Layout::new(self.model, &sizes.collect());
        let words = self.words(&layout);
        said.text.push_str(&report_threshold::text(&words, name, param, &found));
        let naming = Naming { model: self.model, layout: &layout };
        said.json.push(report_threshold::json(naming, name, param, &found));
        Ok(())
    }

    /// What a target may spend; a seed of its own comes first.
    fn budget(&self, target: &Target, runs_max: u64) -> Budget {
        let budget = self.settings.options(self.seed).budget;
        let seed = target.settings.seed.map_or(budget.seed, Seed);
        Budget { runs_max, seed, ..budget }
    }

    /// The grid of the parameters that are named.
    /// What the world is like, where nothing says it: each top-level parameter of an enum type that
    /// is neither in the grid nor pinned.
    // spec: profile.cell
    fn regimes(&self, target: &Target) -> Vec<(ParamId, Vec<Value>)> {
        let pinned = |id: ParamId| {
            target
                .settings
                .given
                .iter()
                .any(|pin| matches!(&pin.kind, PinKind::Param { param, .. } if *param == id))
        };
        let regime = |(id, param): (ParamId, &Param)| {
            let worldly = param.owner.is_none() && param.indices.is_empty() && !param.derived;
            let asked = self.arguments.param.contains(&param.name);
            let is_enum = match &param.domain {
                Domain::Values(Type::Enum(_), _) | Domain::Whole(Type::Enum(_)) => true,
                Domain::Values(..)
                | Domain::Whole(_)
                | Domain::Ints(..)
                | Domain::Reals(..)
                | Domain::Population(_)
                | Domain::Optional(_) => false,
            };
            let free = worldly && is_enum && !asked && !pinned(id);
            free.then(|| points(self.model, id, self.arguments.points).map(|all| (id, all)))?
        };
        self.model.params.pairs().filter_map(regime).collect()
    }

    fn grid(&self) -> Result<Vec<(ParamId, Vec<Value>)>, Failure> {
        let of = |name: &String| {
            let id = named(self.model, name)?;
            let values = points(self.model, id, self.arguments.points);
            let values = values.ok_or_else(|| {
                Failure::new(format!("the values of `{name}` cannot be laid out in a grid"))
                    .help("a grid is of numbers in a range, of variants, or of `bool`")
            })?;
            Ok((id, values))
        };
        self.arguments.param.iter().map(of).collect()
    }

    fn words<'a>(&'a self, layout: &'a Layout) -> Words<'a> {
        Words { model: self.model, sources: &self.loaded.sources, layout, record: None }
    }
}
