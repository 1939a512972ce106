//! `polity replay FILE`: a counterexample, made again and shown step by step.

use std::path::{Path, PathBuf};

use super::args::{self, Format};
use super::config::{self, Project};
use super::exit::{Exit, Failure};
use super::files;
use super::load::{Loaded, load};
use super::out::Out;
use super::settings;
use super::wrong;
use crate::ir::property::{Role, Target};
use crate::ir::{Model, PropId};
use crate::reference::{Terms, Witness};
use crate::report::json::{Document, VERSION, tree};
use crate::report::{Style, Words, instant, sheet, text};
use crate::trace::counterexample::Heading;
use crate::trace::{Counterexample, Unusable};

/// Runs the command.
pub fn run(arguments: &args::Replay) -> Result<Exit, Failure> {
    let project = config::find()?;
    let shown = settings::shown(&arguments.output, project.as_ref());
    let name = arguments.file.display().to_string();
    let stored = files::text(&arguments.file)
        .map_err(|why| Failure::new(format!("cannot read `{name}`: {why}")))?;
    let heading = Heading::of(&name, &stored).map_err(|error| Failure::new(error.to_string()))?;
    let loaded = specification(arguments, &heading, project.as_ref())?;
    let Some(model) = &loaded.model else {
        wrong::show(&loaded.sources, &loaded.diagnostics);
        return Err(Failure::new(format!("`{}` is wrong: nothing is replayed", loaded.name)));
    };
    let counterexample = Counterexample::load(model, &name, &stored).map_err(|why| match why {
        Unusable::Stale(why) => Failure::new(format!("`{name}` is stale: {why}"))
            .help("the model changed since it was kept: check again, and delete the file"),
        Unusable::Broken(error) => Failure::new(error.to_string()),
    })?;
    let (target, property) = target(model, &heading)?;
    let terms = Terms {
        tick: target.settings.tick,
        complete: target.settings.complete,
        tolerance: target.settings.tolerance,
    };
    let mut out = Out::new(shown.output.clone(), shown.quiet, shown.verbose);
    let witness = Witness::replay(model, property, counterexample.run, &terms);
    let Some(witness) = witness else {
        let property = &heading.property;
        out.write(&format!("{name} is fixed: `{property}` is not violated by this run any more\n"));
        out.finish()?;
        return Ok(Exit::Fine);
    };
    let replayed = Replayed { loaded: &loaded, model, witness: &witness, heading: &heading };
    match (shown.format, arguments.at) {
        (Format::Json, _) => out.write(&replayed.json(&name)),
        (Format::Text, Some(at)) => out.write(&replayed.at(at, out.style())?),
        (Format::Text, None) => out.write(&replayed.text(&name, out.style())),
    }
    out.finish()?;
    Ok(Exit::Fine)
}

/// The specification of a counterexample: the one named, the one that it was found in, or the
/// project's file with that model.
fn specification(
    arguments: &args::Replay,
    heading: &Heading,
    project: Option<&Project>,
) -> Result<Loaded, Failure> {
    if let Some(path) = &arguments.model {
        return load(path);
    }
    for path in candidates(arguments, heading, project) {
        let Ok(loaded) = load(&path) else { continue };
        let named = loaded.tree.model.as_ref().is_some_and(|model| model.text == heading.model);
        if named {
            return Ok(loaded);
        }
    }
    Err(Failure::new(format!("there is no specification of the model `{}` here", heading.model))
        .help("name it: `polity replay FILE --model SPEC`"))
}

/// Where the specification may be: where it was, beside the counterexample's folder, in the
/// project.
fn candidates(
    arguments: &args::Replay,
    heading: &Heading,
    project: Option<&Project>,
) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let root = project.map(|project| project.root.clone()).unwrap_or_default();
    if let Some(source) = &heading.source {
        paths.push(PathBuf::from(source));
        paths.push(root.join(source));
        let above = arguments.file.ancestors().skip(1);
        paths.extend(above.map(|folder: &Path| folder.join(source)));
    }
    paths.extend(files::specifications(&[], project).unwrap_or_default());
    paths.retain(|path| path.is_file());
    paths
}

/// What the counterexample is of.
fn target(model: &Model, heading: &Heading) -> Result<(Target, PropId), Failure> {
    let found = model.properties.pairs().find(|(_, property)| property.name == heading.property);
    let Some((id, property)) = found else {
        return Err(Failure::new(format!("the model has no property `{}`", heading.property)));
    };
    let of = |target: &&Target| target.property == id && target.alias == heading.check;
    let any = |target: &&Target| target.property == id;
    let target = model.targets.iter().find(of).or_else(|| model.targets.iter().find(any));
    let plain = || Target {
        property: id,
        alias: None,
        settings: model.defaults.clone(),
        span: property.span,
    };
    Ok((target.cloned().unwrap_or_else(plain), id))
}

/// A counterexample that was made again.
struct Replayed<'a> {
    loaded: &'a Loaded,
    model: &'a Model,
    witness: &'a Witness,
    heading: &'a Heading,
}

impl Replayed<'_> {
    fn words(&self) -> Words<'_> {
        let layout = &self.witness.execution().actual.layout;
        Words { model: self.model, sources: &self.loaded.sources, layout, record: None }
    }

    /// What it does: violates, or for a witness shows.
    fn still(&self) -> &'static str {
        match self.model.properties[self.witness.property()].role {
            Role::Witness => "still does",
            Role::Property | Role::Invariant | Role::NoFaults | Role::Holistic => "still violates",
        }
    }

    fn text(&self, name: &str, style: Style) -> String {
        let first = format!("{name} {} `{}`\n", self.still(), self.heading.property);
        first + &text::replayed(&self.words(), self.witness, style)
    }

    fn at(&self, at: u32, style: Style) -> Result<String, Failure> {
        let words = self.words();
        let execution = self.witness.execution();
        let mut text = String::new();
        for run in &execution.worlds {
            let last = run.trace.instants.len().saturating_sub(1);
            let lines = instant::draw(&words, &run.trace, at, style.width.saturating_sub(2));
            let Some(lines) = lines else {
                if execution.worlds.len() > 1 {
                    continue;
                }
                return Err(Failure::new(format!(
                    "the run has no instant {at}: the last is {last}"
                )));
            };
            let world = match run.world {
                Some(_) => {
                    let property = self.witness.property();
                    format!(" in {}", crate::report::worlds::name(&words, property, run))
                }
                None => String::new(),
            };
            text.push_str(&format!(
                "at {at}{world}, of {}\n",
                sheet::count(last as u64, "step", "steps")
            ));
            lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        }
        if text.is_empty() {
            return Err(Failure::new(format!("no world's run has an instant {at}")));
        }
        Ok(text)
    }

    fn json(&self, name: &str) -> String {
        let judgement = self.witness.judgement();
        let result = serde_json::json!({
            "model": self.heading.model,
            "property": self.heading.property,
            "check": self.heading.check,
            "verdict": if self.still() == "still does" { "found" } else { "violated" },
            "counterexample": name,
            "settled_at": judgement.settled_at,
            "margin": judgement.margin.0,
            "why": tree(&self.words(), self.witness.why()),
        });
        Document { polity: VERSION, results: vec![result], diagnostics: Vec::new() }.text()
    }
}
