//! The report of a model for a person: a header, and a block for each outcome.
//!
//! In: a model, its sources, outcomes. Out: text. A reader who has never seen the model should
//! know in a minute what went wrong, why, how sure we are, and what to do next.

use std::collections::BTreeMap;

use super::claim;
use super::header;
use super::run::{self, View};
use super::sheet::{Paint, Sheet, Style, listed, width, wrap};
use super::words::{Words, shortest};
use super::{causes, chance, society, why, worlds};
use crate::check::outcome::CorpusState;
use crate::check::{Outcome, Verdict};
use crate::diag::Sources;
use crate::ir::layout::Layout;
use crate::ir::property::{Counter, Role, Target};
use crate::ir::{Model, PropId};
use crate::reference::{Judgement, SettledBy, Witness};
use crate::search::By;
use crate::trace::{Answer, End, Setup};

/// Where the verdict stands in a headline.
const VERDICT_AT: usize = 41;
/// How many listed draws are shown.
const DRAWS_MAX: usize = 6;

/// The whole report of one model. `file`: the specification as the user named it.
pub fn report(
    model: &Model,
    sources: &Sources,
    outcomes: &[Outcome],
    file: &str,
    style: Style,
) -> String {
    let mut sheet = Sheet::new(style);
    let targets: Vec<&Target> = outcomes.iter().map(|outcome| &outcome.target).collect();
    let first = header::first(model, &targets);
    sheet.line(&style.paint(Paint::Strong, &first));
    sheet.gap();
    for outcome in outcomes {
        block(&mut sheet, model, sources, outcome, file);
    }
    let unreached = unreached(outcomes);
    if !unreached.is_empty() && !style.quiet {
        sheet.gap();
        sheet.paragraph(0, &format!("never reached by any run: {}", listed(&unreached)));
    }
    sheet.finish()
}

/// What no run of any property reached; nothing where every search ended early with what it
/// looked for, since then there is no telling what others would have reached.
// spec: verdict.unreached
pub fn unreached(outcomes: &[Outcome]) -> Vec<String> {
    let looked = |outcome: &&Outcome| outcome.coverage.runs > 0 && outcome.estimates.is_empty();
    let early = |outcome: &Outcome| matches!(outcome.verdict, Verdict::Violated | Verdict::Found);
    let mut searched = outcomes.iter().filter(looked);
    if searched.clone().all(early) {
        return Vec::new();
    }
    let Some(first) = searched.next() else { return Vec::new() };
    let mut common = first.unreached.clone();
    for outcome in searched {
        common.retain(|what| outcome.unreached.contains(what));
    }
    common
}

/// The name under which a target is reported: `oversight`, `flip as on_star`.
pub fn target_name(model: &Model, target: &Target) -> String {
    let name = &model.properties[target.property].name;
    match &target.alias {
        Some(alias) => format!("{name} as {alias}"),
        None => name.clone(),
    }
}

fn block(sheet: &mut Sheet, model: &Model, sources: &Sources, outcome: &Outcome, file: &str) {
    headline(sheet, model, outcome);
    if sheet.style.quiet {
        return;
    }
    if let Some(reason) = &outcome.reason {
        let front = match claim::group(outcome) {
            claim::Group::Unexpected | claim::Group::Vacuous => "NOT as expected: ",
            claim::Group::Inconclusive | claim::Group::Expected | claim::Group::Monitored => "",
        };
        sheet.paragraph(2, &format!("{front}{reason}"));
    }
    docs(sheet, &model.properties[outcome.target.property].docs);
    for sentence in claim::coverage(model, outcome) {
        sheet.paragraph(2, &sentence);
    }
    vacuous(sheet, sources, outcome);
    let layout = outcome.setup.as_ref().map(|setup| Layout::new(model, &setup.sizes));
    if let Some(witness) = &outcome.witness {
        sheet.gap();
        counterexample(sheet, model, sources, outcome, witness);
        again(sheet, model, outcome, file);
    } else if let (Some(setup), Some(layout)) = (&outcome.setup, &layout) {
        sheet.gap();
        let words = Words { model, sources, layout, record: None };
        let lines = society::draw(&words, setup, &outcome.sizes, sheet.room());
        sheet.section("society", &lines);
    }
    estimates(sheet, model, sources, outcome);
    if !outcome.repairs.is_empty() {
        sheet.gap();
        sheet.section("repairs", &super::repairs::draw(outcome));
    }
    if let Some(front) = &outcome.front {
        let lowest = front.points.first().and_then(|point| point.margins.first());
        let sizes = lowest.map(|(_, run)| run.setup.sizes.clone()).unwrap_or_default();
        let layout = Layout::new(model, &sizes);
        let words = Words { model, sources, layout: &layout, record: None };
        let lines = super::front::draw(&words, front, sheet.room());
        sheet.gap();
        sheet.section("front", &lines);
    }
    corpus(sheet, outcome);
    sheet.gap();
}

/// `✗ oversight (value)                        violated, as expected · least size proved`.
fn headline(sheet: &mut Sheet, model: &Model, outcome: &Outcome) {
    let style = sheet.style;
    let (mark, paint) = claim::mark(outcome);
    let property = &model.properties[outcome.target.property];
    let mut name = target_name(model, &outcome.target);
    if let Some(alignment) = property.alignment {
        name = format!("{name} ({})", claim::alignment(alignment));
    }
    match property.role {
        Role::Witness => name.push_str(" (witness)"),
        Role::Invariant => name.push_str(" (invariant)"),
        Role::Property | Role::NoFaults | Role::Holistic => {}
    }
    let mut verdict = claim::headline(outcome);
    if claim::is_remark(model, outcome) {
        verdict.push_str(" · for information");
    }
    if style.verbose {
        verdict = format!("{verdict} · {} s", shortest((outcome.seconds * 100.0).round() / 100.0));
    }
    let used = 2 + width(&name);
    let (wanted, spare) = (VERDICT_AT, style.width.saturating_sub(width(&verdict)));
    let at = wanted.min(spare).max(used + 2);
    let painted = format!("{} {}", style.paint(paint, mark), style.paint(Paint::Strong, &name));
    if at + width(&verdict) > style.width {
        sheet.line(&painted);
        sheet.line(&format!("  {}", style.paint(paint, &verdict)));
        return;
    }
    let space = at - used;
    sheet.line(&format!("{painted}{:space$}{}", "", style.paint(paint, &verdict)));
}

/// The first paragraph of the property's documentation.
fn docs(sheet: &mut Sheet, docs: &[String]) {
    let paragraph: Vec<&str> =
        docs.iter().map(|line| line.trim()).take_while(|line| !line.is_empty()).collect();
    if !paragraph.is_empty() {
        sheet.paragraph(2, &paragraph.join(" "));
    }
}

fn vacuous(sheet: &mut Sheet, sources: &Sources, outcome: &Outcome) {
    for (span, what) in &outcome.vacuous {
        let place = super::words::place(sources, *span);
        sheet.paragraph(2, &format!("{place}  {what}"));
        if !what.contains('`') {
            let columns = sheet.style.width.saturating_sub(8);
            sheet.line(&format!("      {}", super::words::excerpt(sources, *span, columns)));
        }
    }
}

fn counterexample(
    sheet: &mut Sheet,
    model: &Model,
    sources: &Sources,
    outcome: &Outcome,
    witness: &Witness,
) {
    let layout = &witness.execution().actual.layout;
    let words = Words { model, sources, layout, record: None };
    body(sheet, &words, witness, &outcome.sizes);
    if let Some(found) = &outcome.causes {
        let (steps, room, verbose) = (witness.run().steps, sheet.room(), sheet.style.verbose);
        sheet.section("causes", &causes::draw(&words, found, steps, room, verbose));
        sheet.section("blame", &causes::agents(&words, found, room, verbose));
    }
    if let Some(least) = claim::least(model, outcome) {
        sheet.note("least", &least);
    }
}

/// The society, the run, and why it is what it is.
fn body(sheet: &mut Sheet, words: &Words<'_>, witness: &Witness, sizes: &BTreeMap<Counter, u32>) {
    let execution = witness.execution();
    let property = witness.property();
    let (room, verbose) = (sheet.room(), sheet.style.verbose);
    let lines = society::draw(words, &witness.run().setup, sizes, room);
    sheet.section("society", &lines);
    if words.model.has_worlds(property) {
        sheet.section("worlds", &worlds::pins(words, property, room));
    }
    let view = view(words, property, witness);
    let lines = run::draw(words, &view, room, verbose);
    sheet.section("run", &marked(sheet.style, &lines));
    sheet.section("parted", &worlds::parted(words, property, execution));
    sheet.section("draws", &listed_draws(words, witness));
    if verbose {
        sheet.section("choices", &choices(words, witness));
    }
    if words.model.properties[property].role == Role::NoFaults {
        faults(sheet, words, witness);
    } else {
        sheet.section("why", &why::draw(words, witness.why(), room, verbose));
    }
    margin(sheet, witness.judgement());
}

/// Bold for the line that is marked.
fn marked(style: Style, lines: &[String]) -> Vec<String> {
    let paint = |line: &String| match line.split_once(super::table::HERE) {
        Some((before, after)) => {
            format!("{before}{}{after}", style.paint(Paint::Bad, super::table::HERE))
        }
        None => line.clone(),
    };
    lines.iter().map(paint).collect()
}

/// What of a counterexample's runs is drawn.
pub fn view<'a>(words: &Words<'_>, property: PropId, witness: &'a Witness) -> View<'a> {
    let execution = witness.execution();
    let judgement = witness.judgement();
    let agents = why::agents(witness.why());
    let all: Vec<_> =
        execution.worlds.iter().map(|run| (worlds::name(words, property, run), run)).collect();
    let named = |run: &crate::reference::WorldRun| {
        run.arguments.is_empty()
            || run.arguments.iter().any(|value| match value {
                crate::ir::Value::Agent(agent) => agents.contains(agent),
                _ => true,
            })
    };
    let mut runs: Vec<_> = all.iter().filter(|(_, run)| named(run)).cloned().collect();
    if runs.is_empty() {
        runs = all;
    }
    let longest = runs.iter().map(|(_, run)| run.trace.instants.len()).max().unwrap_or(0);
    let end = longest.saturating_sub(1) as u32;
    let here = judgement.settled_at.map(|at| at.min(end)).or(Some(end));
    let formula = &words.model.properties[property].formula;
    let states = crate::ir::reads::reads(words.model, formula).states;
    let why = why::instants_of(words, witness.why());
    View { runs, last: here.unwrap_or(end), here, why, states, agents }
}

/// Draws that the run lists: it does not rest on its seed alone.
fn listed_draws(words: &Words<'_>, witness: &Witness) -> Vec<String> {
    let draws = &witness.run().draws;
    if draws.is_empty() {
        return Vec::new();
    }
    let is_listed = |answer: &&Answer| answer.drawn && draws.contains_key(&answer.key);
    let runs = &witness.execution().worlds;
    let mut lines: Vec<String> = Vec::new();
    for answer in runs.iter().flat_map(|run| run.trace.answers.iter().filter(is_listed)) {
        let line = worlds::choice(words, answer);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let number = lines.len();
    if number > DRAWS_MAX {
        lines.truncate(DRAWS_MAX);
        lines.push(format!("… {} more", number - DRAWS_MAX));
    }
    lines.insert(0, "rests on these outcomes of chance, each of which can happen:".to_string());
    lines
}

fn choices(words: &Words<'_>, witness: &Witness) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for run in &witness.execution().worlds {
        for answer in run.trace.answers.iter().filter(|answer| !answer.drawn) {
            let line = worlds::choice(words, answer);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

/// The fault itself, for `no_faults`.
fn faults(sheet: &mut Sheet, words: &Words<'_>, witness: &Witness) {
    for run in &witness.execution().worlds {
        if let End::Faulted(fault) = &run.trace.end {
            let mut lines = wrap(&fault.message, sheet.room());
            lines.push(format!("  {}  {}", words.place(fault.span), words.excerpt(fault.span, 48)));
            sheet.section("why", &lines);
        }
    }
}

fn margin(sheet: &mut Sheet, judgement: &Judgement) {
    if let Some(margin) = claim::margin(judgement.margin) {
        sheet.section("margin", &[format!("{margin} (of -1 to 1)")]);
    }
    let Some(at) = judgement.settled_at else { return };
    match judgement.settled_by {
        SettledBy::Prefix if !sheet.style.verbose => {}
        by => sheet.note("settled", &claim::settled(at, by)),
    }
}

/// A command that works right after this report.
fn again(sheet: &mut Sheet, model: &Model, outcome: &Outcome, file: &str) {
    if let Some(stored) = &outcome.file {
        let stored = shell_word(&stored.display().to_string());
        sheet.section("again", &[format!("polity replay {stored}")]);
        return;
    }
    let property = &model.properties[outcome.target.property].name;
    let name = outcome.target.alias.as_ref().unwrap_or(property);
    let front = format!("polity check {} --save", shell_word(file));
    let rest = format!("--property {name}");
    let lines = match width(&front) + 1 + width(&rest) <= sheet.room() {
        true => vec![format!("{front} {rest}")],
        false => vec![format!("{front} \\"), format!("  {rest}")],
    };
    sheet.section("again", &lines);
}

/// A word that a shell reads as one.
fn shell_word(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "/._-".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_string();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn estimates(sheet: &mut Sheet, model: &Model, sources: &Sources, outcome: &Outcome) {
    if outcome.estimates.is_empty() {
        return;
    }
    sheet.gap();
    let confidence = outcome.target.settings.confidence;
    let lines = chance::draw(sources, &outcome.estimates, confidence, sheet.room());
    sheet.section("chance", &lines);
    let property = &model.properties[outcome.target.property];
    let formula = super::words::excerpt(sources, property.formula.span, 120);
    let computed = outcome.estimates.iter().all(|estimate| estimate.by == By::Chain);
    let said = match (outcome.verdict, computed) {
        (Verdict::Violated, true) => "that is not so",
        (Verdict::Violated, false) => "the interval excludes what is asked for",
        (Verdict::Proved | Verdict::Verified | Verdict::Tested, true) => "that is so",
        (Verdict::Proved | Verdict::Verified | Verdict::Tested, false) => {
            "the interval is within it"
        }
        (Verdict::Inconclusive, _) => "the interval does not decide it",
        (Verdict::Found | Verdict::NotFound | Verdict::Monitored, _) => "",
    };
    sheet.note("asked", &format!("{formula}: {said}"));
    let chooses = model.sites.iter().any(|site| !site.drawn && site.item != "schedule")
        || (!model.rules.is_empty() && model.schedule == crate::ir::model::Schedule::Any);
    if chooses {
        sheet.note("against", "choices fixed in advance, before any draw");
    }
}

/// What became of the counterexamples that were kept.
fn corpus(sheet: &mut Sheet, outcome: &Outcome) {
    let mut lines = Vec::new();
    for (file, state) in &outcome.corpus {
        let file = file.display();
        lines.push(match state {
            CorpusState::StillFails if !sheet.style.verbose => continue,
            CorpusState::StillFails => format!("{file} still fails"),
            CorpusState::Fixed => format!("{file} is fixed: it no longer violates"),
            CorpusState::Stale(reason) => format!("{file} is stale: {reason}"),
        });
    }
    let lines: Vec<String> = lines.iter().flat_map(|line| wrap(line, sheet.room())).collect();
    sheet.section("kept", &lines);
}

/// A counterexample that was made again: the same as in a report, but for what only a search
/// knows.
pub fn replayed(words: &Words<'_>, witness: &Witness, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    docs(&mut sheet, &words.model.properties[witness.property()].docs);
    sheet.gap();
    let (sizes, _) = crate::search::sizes(words.model, witness);
    body(&mut sheet, words, witness, &sizes);
    sheet.finish()
}

/// The setup alone, for a run that violates nothing.
pub fn setup_lines(words: &Words<'_>, setup: &Setup, room: usize) -> Vec<String> {
    let (sizes, _) = crate::search::size::setup_sizes(words.model, setup);
    society::draw(words, setup, &sizes, room)
}
