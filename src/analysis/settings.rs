//! The settings of one check, each checked.
//!
//! In: settings as written. Out: those that were given and are right; merged over others.

use std::collections::BTreeMap;

use super::names::{Meaning, suggest};
use super::pins;
use super::work::Work;
use super::{constants, domains};
use crate::diag::code::model::{
    EXPECTATION, FRONT, SETTING_TWICE, SETTING_VALUE, UNKNOWN_COUNTER, UNKNOWN_SETTING,
};
use crate::diag::{Diagnostic, Span};
use crate::ir::model::Start;
use crate::ir::property::{Counter, Expect, Expected, Pin, Repair, Settings};
use crate::ir::{Type, Value};
use crate::syntax::ast::{self, Expr, ExprKind, Name, Setting, SettingValue};

/// The longest horizon.
pub const STEPS_MAX: i64 = 1_000_000;

const KEYS: [&str; 12] = [
    "steps",
    "runs",
    "minimize",
    "expect",
    "given",
    "confidence",
    "seed",
    "tick",
    "final",
    "tolerance",
    "front",
    "repairs",
];

/// The settings that a check gives.
#[derive(Clone, Default, Debug)]
pub struct Partial {
    steps: Option<u32>,
    runs: Option<u64>,
    minimize: Option<Vec<Counter>>,
    /// What is expected.
    pub expect: Option<Expect>,
    given: Option<Vec<Pin>>,
    confidence: Option<f64>,
    seed: Option<u64>,
    tick: Option<i64>,
    complete: Option<bool>,
    tolerance: Option<f64>,
    front: Option<Vec<String>>,
    repairs: Option<Vec<Repair>>,
}

impl Partial {
    /// Puts what was given over `settings`, but for what is expected.
    pub fn over(&self, settings: &mut Settings) {
        fn put<T: Clone>(given: &Option<T>, setting: &mut T) {
            if let Some(given) = given {
                setting.clone_from(given);
            }
        }
        put(&self.steps, &mut settings.steps);
        put(&self.minimize, &mut settings.minimize);
        put(&self.given, &mut settings.given);
        put(&self.confidence, &mut settings.confidence);
        put(&self.complete, &mut settings.complete);
        put(&self.front, &mut settings.front);
        put(&self.repairs, &mut settings.repairs);
        settings.runs = self.runs.or(settings.runs);
        settings.seed = self.seed.or(settings.seed);
        settings.tick = self.tick.or(settings.tick);
        settings.tolerance = self.tolerance.or(settings.tolerance);
    }
}

/// Reads the settings of a check into `partial`. `seen` holds the keys that were given before.
pub fn read<'a>(
    work: &mut Work<'_>,
    settings: &'a [Setting],
    seen: &mut BTreeMap<&'a str, Span>,
    partial: &mut Partial,
) {
    for setting in settings {
        let key = setting.key.text.as_str();
        if !KEYS.contains(&key) {
            unknown(work, &setting.key);
            continue;
        }
        if let Some(first) = seen.insert(key, setting.key.span) {
            let message = format!("`{key}` is given twice");
            let diagnostic = Diagnostic::error(SETTING_TWICE, setting.key.span, message)
                .label(setting.key.span, "given again here")
                .label(first, "given first here");
            work.report(diagnostic);
            continue;
        }
        match &setting.value {
            SettingValue::Expr(expr) => scalar(work, &setting.key, expr, partial),
            SettingValue::Names(names) => match key {
                "minimize" => partial.minimize = minimize(work, names),
                "front" => partial.front = front(work, names),
                _ => wrong(work, &setting.key, setting.span),
            },
            SettingValue::Pins(pins) if key == "given" => {
                partial.given = Some(pins::setup_pins(work, pins));
            }
            SettingValue::Expect { verdict, counters } if key == "expect" => {
                partial.expect = expect(work, verdict, counters, setting.span);
            }
            SettingValue::Repairs(written) if key == "repairs" => {
                partial.repairs = Some(repairs(work, written));
            }
            SettingValue::Pins(_) | SettingValue::Repairs(_) | SettingValue::Expect { .. } => {
                wrong(work, &setting.key, setting.span);
            }
        }
    }
}

fn unknown(work: &mut Work<'_>, key: &Name) {
    let message = format!("a check has no setting `{}`", key.text);
    let mut diagnostic = Diagnostic::error(UNKNOWN_SETTING, key.span, message);
    if let Some(meant) = suggest(&key.text, KEYS) {
        diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
    } else {
        diagnostic = diagnostic.help(format!("it may have `{}`", KEYS.join("`, `")));
    }
    work.report(diagnostic);
}

/// What a setting may be.
fn wanted(key: &str) -> &'static str {
    match key {
        "steps" => "an int from 0 to 1000000",
        "runs" => "an int from 1",
        "minimize" => "counters, the most important first: `agents, deviations, edges, steps`",
        "expect" => "`violated`, `holds`, `found` or `not_found`",
        "given" => "pins in braces: `{ team: 3 }`",
        "confidence" => "a number between 0 and 1, such as `0.95`",
        "seed" => "an int from 0",
        "tick" => "a duration above 0, such as `1min`",
        "final" => "`true` or `false`",
        "tolerance" => "a number from 0",
        "front" => "names of free things",
        "repairs" => "names with pins in braces: `{ trimmed { trim: 0.2 } }`",
        _ => "something else",
    }
}

fn wrong(work: &mut Work<'_>, key: &Name, span: Span) {
    let message = format!("`{}` is {}", key.text, wanted(&key.text));
    work.error(SETTING_VALUE, span, message);
}

fn scalar(work: &mut Work<'_>, key: &Name, expr: &Expr, partial: &mut Partial) {
    let ty = match key.text.as_str() {
        "steps" | "runs" | "seed" => Type::Int,
        "confidence" | "tolerance" => Type::Real,
        "tick" => Type::Duration,
        "final" => Type::Bool,
        // `minimize: agents` and the like may come as one bare name.
        "minimize" | "front" | "expect" => {
            if let ExprKind::Name(text) = expr.kind.as_ref() {
                let name = Name { text: text.clone(), span: expr.span };
                return bare(work, key, name, partial);
            }
            return wrong(work, key, expr.span);
        }
        _ => return wrong(work, key, expr.span),
    };
    let what = format!("`{}`", key.text);
    let Some((value, _)) = constants::constant(work, expr, Some(&ty), &what) else {
        return;
    };
    let right = match (key.text.as_str(), &value) {
        ("steps", Value::Int(steps)) if (0..=STEPS_MAX).contains(steps) => {
            partial.steps = Some(*steps as u32);
            true
        }
        ("runs", Value::Int(runs)) if *runs >= 1 => {
            partial.runs = Some(*runs as u64);
            true
        }
        ("seed", Value::Int(seed)) if *seed >= 0 => {
            partial.seed = Some(*seed as u64);
            true
        }
        ("confidence", Value::Real(level)) if *level > 0.0 && *level < 1.0 => {
            partial.confidence = Some(*level);
            true
        }
        ("tolerance", Value::Real(tolerance)) if *tolerance >= 0.0 && tolerance.is_finite() => {
            partial.tolerance = Some(*tolerance);
            true
        }
        ("tick", Value::Duration(tick)) if *tick > 0 => {
            partial.tick = Some(*tick);
            true
        }
        ("final", Value::Bool(complete)) => {
            partial.complete = Some(*complete);
            true
        }
        _ => false,
    };
    if !right {
        let value = domains::value_text(&work.model, &value);
        let message = format!("`{}` cannot be {value}: it is {}", key.text, wanted(&key.text));
        work.error(SETTING_VALUE, expr.span, message);
    }
}

fn bare(work: &mut Work<'_>, key: &Name, name: Name, partial: &mut Partial) {
    let span = name.span;
    match key.text.as_str() {
        "minimize" => partial.minimize = minimize(work, &[name]),
        "front" => partial.front = front(work, &[name]),
        _ => partial.expect = expect(work, &name, &[], span),
    }
}

/// A counter by its word. `None` after an error was given.
fn counter(work: &mut Work<'_>, name: &Name) -> Option<Counter> {
    match name.text.as_str() {
        "agents" => return Some(Counter::Agents),
        "deviations" => return Some(Counter::Deviations),
        "edges" => return Some(Counter::Edges),
        "steps" => return Some(Counter::Steps),
        _ => {}
    }
    if let Some(Meaning::Population(population)) = work.names.lookup(&name.text) {
        return Some(Counter::Population(population));
    }
    let message = format!("there is no counter `{}`", name.text);
    let mut diagnostic = Diagnostic::error(UNKNOWN_COUNTER, name.span, message);
    let populations = work.model.populations.iter().map(|population| population.name.as_str());
    let counters = ["agents", "deviations", "edges", "steps"].into_iter().chain(populations);
    if let Some(meant) = suggest(&name.text, counters) {
        diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
    } else {
        diagnostic = diagnostic
            .help("use `agents`, `deviations`, `edges`, `steps` or the name of a population");
    }
    work.report(diagnostic);
    None
}

fn minimize(work: &mut Work<'_>, names: &[Name]) -> Option<Vec<Counter>> {
    let mut counters = Vec::new();
    for name in names {
        let counter = counter(work, name)?;
        if counters.contains(&counter) {
            let message = format!("`{}` is minimized already", name.text);
            work.error(SETTING_TWICE, name.span, message);
            return None;
        }
        counters.push(counter);
    }
    Some(counters)
}

fn expect(
    work: &mut Work<'_>,
    verdict: &Name,
    counters: &[(Name, Expr)],
    span: Span,
) -> Option<Expect> {
    let expected = match verdict.text.as_str() {
        "violated" => Expected::Violated,
        "holds" => Expected::Holds,
        "found" => Expected::Found,
        "not_found" => Expected::NotFound,
        other => {
            let message = format!("`{other}` is no verdict that can be expected");
            let mut diagnostic = Diagnostic::error(EXPECTATION, verdict.span, message);
            let words = ["violated", "holds", "found", "not_found"];
            if let Some(meant) = suggest(other, words) {
                diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
            }
            work.report(diagnostic.help("write `violated`, `holds`, `found` or `not_found`"));
            return None;
        }
    };
    if !counters.is_empty() && matches!(expected, Expected::Holds | Expected::NotFound) {
        let message = format!("`{}` finds nothing that could have a size", verdict.text);
        let diagnostic = Diagnostic::error(EXPECTATION, span, message)
            .help("leave out `with`, or expect `violated` or `found`");
        work.report(diagnostic);
        return None;
    }
    let mut with = Vec::new();
    for (name, size) in counters {
        let counter = counter(work, name)?;
        if with.iter().any(|(other, _)| *other == counter) {
            let message = format!("`{}` is given twice", name.text);
            work.error(SETTING_TWICE, name.span, message);
            return None;
        }
        let what = format!("the expected number of `{}`", name.text);
        let number = constants::int(work, size, &what)?;
        let Ok(number) = u32::try_from(number) else {
            let message = format!("{what} is an int from 0");
            work.error(SETTING_VALUE, size.span, message);
            return None;
        };
        with.push((counter, number));
    }
    Some(Expect { verdict: expected, with, span })
}

/// Changes that may mend what is violated. spec: verdict.repairs
fn repairs(work: &mut Work<'_>, written: &[ast::Repair]) -> Vec<Repair> {
    let mut repairs: Vec<Repair> = Vec::new();
    for ast::Repair { name, pins, span } in written {
        if repairs.iter().any(|repair| repair.name == name.text) {
            work.error(SETTING_TWICE, name.span, format!("`{}` is named twice", name.text));
            continue;
        }
        let pins = pins::setup_pins(work, pins);
        repairs.push(Repair { name: name.text.clone(), pins, span: *span });
    }
    repairs
}

/// The designer's free things. spec: items.alignment
fn front(work: &mut Work<'_>, names: &[Name]) -> Option<Vec<String>> {
    let mut free = Vec::new();
    for name in names {
        if !is_free(work, name)? {
            let message = format!("`{}` is not free, so nobody designs it", name.text);
            let diagnostic = Diagnostic::error(FRONT, name.span, message)
                .help("name a population, structure, parameter or start that is searched");
            work.report(diagnostic);
            return None;
        }
        if free.contains(&name.text) {
            let message = format!("`{}` is named twice", name.text);
            work.error(SETTING_TWICE, name.span, message);
            return None;
        }
        free.push(name.text.clone());
    }
    Some(free)
}

/// Whether something of this name is free; a kind's parameters and states go by their names.
fn is_free(work: &mut Work<'_>, name: &Name) -> Option<bool> {
    let text = name.text.as_str();
    let fields = work
        .model
        .params
        .iter()
        .any(|param| param.owner.is_some() && param.name == text && !param.derived)
        || work.model.states.iter().any(|state| {
            state.owner.is_some() && state.name == text && matches!(state.start, Start::Free)
        });
    if fields {
        return Some(true);
    }
    let pinnable = |meaning: &Meaning| {
        matches!(
            meaning,
            Meaning::Population(_) | Meaning::Structure(_) | Meaning::Param(_) | Meaning::State(_)
        )
    };
    Some(match work.find(name, pinnable)? {
        Meaning::Population(id) => work.model.populations[id].size.is_none_or(|(lo, hi)| lo < hi),
        Meaning::Structure(id) => {
            let structure = &work.model.structures[id];
            structure.among.len() > 1 || structure.among.iter().any(|family| family.free())
        }
        Meaning::Param(id) => !work.model.params[id].derived,
        Meaning::State(id) => matches!(work.model.states[id].start, Start::Free),
        Meaning::Const(..)
        | Meaning::Enum(_)
        | Meaning::Variant(..)
        | Meaning::Kind(_)
        | Meaning::Event(_)
        | Meaning::Def(_)
        | Meaning::Property(_)
        | Meaning::Measure(_)
        | Meaning::Rule(_)
        | Meaning::Broken => false,
    })
}
