//! `polity monitor SPEC TRACE…`: what recorded runs say of the properties of a specification.

use std::path::{Path, PathBuf};

use super::args::{self, Format};
use super::config;
use super::exit::{Exit, Failure, nearest};
use super::files;
use super::load::{Loaded, load};
use super::out::{Out, complain};
use super::settings::{self, Shown};
use super::wrong;
use crate::base::Table;
use crate::ir::layout::Layout;
use crate::ir::property::{Role, Target};
use crate::ir::reads::reads;
use crate::ir::{Model, PropId};
use crate::reference::witness::explain;
use crate::reference::{Execution, Guards, Society, Terms, Truth, WorldRun, judge, society};
use crate::report::json::{Document, VERSION};
use crate::report::record::{self, Finding, Monitored};
use crate::report::{Words, sheet};
use crate::social::Ties;
use crate::trace::import::{FORMATS, import};
use crate::trace::{Reading, Recorded, Setup, StructureSetup};

/// Runs the command.
pub fn run(arguments: &args::Monitor) -> Result<Exit, Failure> {
    let project = config::find()?;
    let shown = settings::shown(&arguments.output, project.as_ref());
    let loaded = load(&arguments.spec)?;
    wrong::show(&loaded.sources, &loaded.diagnostics);
    let Some(model) = &loaded.model else {
        if loaded.is_wrong() {
            complain(&format!(
                "{}: {}, not monitored",
                loaded.name,
                wrong::tally(&loaded.diagnostics)
            ));
            return Ok(Exit::Wrong);
        }
        return Err(Failure::new(format!("`{}` is a library: it has no model", loaded.name)));
    };
    let targets = targets(model, &arguments.property)?;
    let traces = traces(arguments)?;
    let mut monitor = Monitor {
        loaded: &loaded,
        model,
        targets,
        out: Out::new(shown.output.clone(), shown.quiet, shown.verbose),
        document: Document { polity: VERSION, results: Vec::new(), diagnostics: Vec::new() },
        findings: Vec::new(),
        exit: Exit::Fine,
    };
    for path in &traces {
        monitor.file(path, arguments, &shown);
    }
    monitor.finish(&shown, traces.len())
}

/// The properties that are asked for, each with the settings of its first check.
fn targets(model: &Model, named: &[String]) -> Result<Vec<Target>, Failure> {
    let known: Vec<&str> = model.properties.iter().map(|property| property.name.as_str()).collect();
    if let Some(unknown) = named.iter().find(|name| !known.contains(&name.as_str())) {
        let failure = Failure::new(format!("there is no property `{unknown}`"));
        return Err(match nearest(unknown, known.iter().copied()) {
            Some(other) => failure.help(format!("did you mean `{other}`?")),
            None => failure.help(format!("there are {}", known.join(", "))),
        });
    }
    let mut targets: Vec<Target> = Vec::new();
    for (id, property) in model.properties.pairs() {
        let implicit = matches!(property.role, Role::NoFaults | Role::Holistic);
        if implicit || !named.is_empty() && !named.contains(&property.name) {
            continue;
        }
        let checked = model.targets.iter().find(|target| target.property == id);
        let plain = || Target {
            property: id,
            alias: None,
            settings: model.defaults.clone(),
            span: property.span,
        };
        targets.push(checked.cloned().unwrap_or_else(plain));
    }
    Ok(targets)
}

/// The files that are named, folders searched.
fn traces(arguments: &args::Monitor) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in &arguments.traces {
        match path.is_dir() {
            true => found.extend(files::within(path, &["json", "jsonl", "gz"])?),
            false => found.push(path.clone()),
        }
    }
    if found.is_empty() {
        return Err(Failure::new("there is no `.json` or `.jsonl` file in the folders named"));
    }
    Ok(found)
}

/// A command under way.
struct Monitor<'a> {
    loaded: &'a Loaded,
    model: &'a Model,
    targets: Vec<Target>,
    out: Out,
    document: Document,
    findings: Vec<(PropId, Monitored, bool)>,
    exit: Exit,
}

impl Monitor<'_> {
    fn file(&mut self, path: &Path, arguments: &args::Monitor, shown: &Shown) {
        let recorded = match recorded(self.model, path, arguments) {
            Ok(recorded) => recorded,
            Err(failure) => {
                self.exit = self.exit.and(Exit::Wrong);
                self.document.diagnostics.push(wrong::failure(&failure));
                if shown.format == Format::Text {
                    complain(&failure.to_string());
                }
                return;
            }
        };
        let execution = execution(self.model, &recorded);
        let findings: Vec<Finding> = self
            .targets
            .iter()
            .map(|target| finding(self.model, target, &recorded, &execution))
            .collect();
        let words = Words {
            model: self.model,
            sources: &self.loaded.sources,
            layout: &execution.actual.layout,
            record: Some(&recorded),
        };
        self.document.results.extend(record::json(&words, &findings));
        if shown.format == Format::Text {
            let text = record::text(&words, &findings, self.out.style());
            self.out.write(&format!("{}\n", text.trim_end_matches('\n')));
            self.out.write("\n");
        }
        for finding in findings {
            if finding.verdict == Monitored::Violated {
                self.exit = self.exit.and(Exit::Unexpected);
            }
            let vacuous = finding.is_vacuous();
            self.findings.push((finding.property, finding.verdict, vacuous));
        }
    }

    fn finish(mut self, shown: &Shown, files: usize) -> Result<Exit, Failure> {
        match shown.format {
            Format::Json => self.out.write(&self.document.text()),
            Format::Text if self.findings.is_empty() => {}
            Format::Text => {
                let lines = record::tally(self.model, &self.findings);
                let files = sheet::count(files as u64, "file", "files");
                self.out.write(&format!(
                    "{} on {files}\n  {}\n",
                    self.model.name,
                    lines.join("\n  ")
                ));
            }
        }
        self.out.finish()?;
        Ok(self.exit)
    }
}

/// A recorded run from its file.
fn recorded(model: &Model, path: &Path, arguments: &args::Monitor) -> Result<Recorded, Failure> {
    let name = path.display().to_string();
    let bytes = files::bytes(path, files::TRACE_BYTES_MAX)
        .map_err(|why| Failure::new(format!("cannot read `{name}`: {why}")))?;
    let format = arguments.from.as_deref().unwrap_or("trace");
    let reading = Reading { lenient: arguments.lenient, ..Reading::strict(&name) };
    import(format, model, reading, &bytes).map_err(|error| {
        let failure = Failure::new(error.to_string());
        let formats: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
        match arguments.from {
            None => {
                failure.help(format!("`--from FORMAT` reads other logs: {}", formats.join(", ")))
            }
            Some(_) if !arguments.lenient => {
                failure.help("`--lenient` skips what cannot be read, and counts it")
            }
            Some(_) => failure,
        }
    })
}

/// The recorded run as an execution, so that the reference can judge it.
fn execution(model: &Model, recorded: &Recorded) -> Execution {
    let society = recorded_society(model, recorded);
    let run = WorldRun {
        world: None,
        arguments: Vec::new(),
        society: society.clone(),
        trace: recorded.trace.clone(),
    };
    Execution { actual: society, worlds: vec![run], parted: 0, met: Default::default() }
}

/// Who was there: what was recorded of them, and what follows from that where enough is known.
fn recorded_society(model: &Model, recorded: &Recorded) -> Society {
    let ties = |id| match &recorded.structures[id] {
        Some(structure) => structure.clone(),
        None => {
            let declared: &crate::ir::model::Structure = &model.structures[id];
            let (rows, columns) = (recorded.sizes[declared.on], recorded.sizes[declared.to]);
            StructureSetup { family: None, ties: Ties::empty(rows, columns) }
        }
    };
    let setup = Setup {
        sizes: recorded.sizes.clone(),
        params: recorded.params.clone(),
        structures: model.structures.ids().map(ties).collect(),
        starts: model.states.iter().map(|_| Vec::new()).collect(),
    };
    let since = recorded.trace.since.clone();
    if let Ok(whole) = society(model, &setup) {
        return Society { since, ..whole };
    }
    let layout = Layout::new(model, &setup.sizes);
    let structures: Table<_, Ties> = setup.structures.iter().map(|s| s.ties.clone()).collect();
    let params = model.params.pairs().map(|(id, param)| match param.derived {
        true => vec![crate::ir::Value::Unrecorded; layout.param(id).len()],
        false => setup.params[id].clone(),
    });
    let params = params.collect();
    Society { layout, params, structures, starts: setup.starts, since }
}

/// What the run says of one property.
fn finding(model: &Model, target: &Target, recorded: &Recorded, execution: &Execution) -> Finding {
    let property = target.property;
    let none =
        |verdict| Finding { property, verdict, settled_at: None, why: None, vacuous: Vec::new() };
    if let Some(why) = unrecorded(model, property, recorded) {
        return none(Monitored::Inconclusive(why));
    }
    if recorded.trace.instants.is_empty() {
        return none(Monitored::Pending("the record is empty".to_string()));
    }
    let settings = &target.settings;
    let terms =
        Terms { tick: settings.tick, complete: settings.complete, tolerance: settings.tolerance };
    let mut guards = Guards::default();
    let judgement = judge(model, property, execution, &terms, Some(&mut guards));
    let witness = model.properties[property].role == Role::Witness;
    let verdict = match (&judgement.truth, witness) {
        (Truth::False, false) => Monitored::Violated,
        (Truth::True, false) => Monitored::Holds,
        (Truth::True, true) => Monitored::Found,
        (Truth::False, true) => Monitored::NotFound,
        (Truth::Pending(why), _) => Monitored::Pending(why.clone()),
        (Truth::Faulted(fault), _) => {
            Monitored::Inconclusive(format!("the formula faults: {}", fault.message))
        }
    };
    let shown = matches!(verdict, Monitored::Violated | Monitored::Found);
    let why = shown.then(|| explain(model, property, execution, &terms, &judgement));
    let unseen = guards.seen.iter().filter(|(_, seen)| !**seen).map(|(span, _)| *span);
    Finding { property, verdict, settled_at: judgement.settled_at, why, vacuous: unseen.collect() }
}

/// What keeps a record from saying anything of a property.
fn unrecorded(model: &Model, property: PropId, recorded: &Recorded) -> Option<String> {
    let declared = &model.properties[property];
    if declared.chance {
        return Some("it speaks of chance: one run says nothing of it".to_string());
    }
    if !declared.worlds.is_empty() {
        return Some("it speaks of several runs: one is recorded".to_string());
    }
    let reads = reads(model, &declared.formula);
    if let Some(produced) = &recorded.produced
        && let Some(event) = reads.events.iter().find(|event| !produced.contains(event))
    {
        let name = &model.events[*event].name;
        return Some(format!("not recorded: logs of this kind hold no `{name}`"));
    }
    let unknown = reads.structures.iter().find(|id| recorded.structures[**id].is_none());
    unknown.map(|id| format!("not recorded: the ties of `{}`", model.structures[*id].name))
}
