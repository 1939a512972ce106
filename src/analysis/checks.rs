//! Checks: from `check … { … }` to what is to be checked.
//!
//! In: the checks of a file, and the properties. Out: the defaults, and at least one target
//! for each property, in the order of the file; `no_faults` and `holistic` where they are named.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Meaning;
use super::settings::{self, Partial};
use super::work::Work;
use crate::diag::code::model::{ALIAS, CHECKED_TWICE, EXPECTATION, UNKNOWN_PROPERTY};
use crate::diag::{Diagnostic, Span};
use crate::ir::PropId;
use crate::ir::property::{Expected, Role, Settings, Target};
use crate::syntax::ast::{ItemKind, Name};

/// A check that names properties.
struct Named {
    properties: Vec<(PropId, Span)>,
    alias: Option<Name>,
    settings: Partial,
    span: Span,
}

/// Reads all checks.
pub fn checks(work: &mut Work<'_>) {
    let mut defaults = Partial::default();
    let mut seen_defaults = BTreeMap::new();
    let mut named = Vec::new();
    for item in work.items.clone() {
        let ItemKind::Check { properties, alias, settings } = &item.kind else {
            continue;
        };
        if properties.is_empty() {
            if let Some(alias) = alias {
                let message = format!("`as {}` names a check of no property", alias.text);
                let diagnostic = Diagnostic::error(ALIAS, alias.span, message)
                    .help("name the properties: `check P as NAME { … }`");
                work.report(diagnostic);
            }
            settings::read(work, settings, &mut seen_defaults, &mut defaults);
            continue;
        }
        let properties =
            properties.iter().filter_map(|name| Some((property(work, name)?, name.span))).collect();
        let mut partial = Partial::default();
        settings::read(work, settings, &mut BTreeMap::new(), &mut partial);
        named.push(Named { properties, alias: alias.clone(), settings: partial, span: item.span });
    }
    refuse_doubles(work, &named);
    let mut base = Settings::default();
    defaults.over(&mut base);
    work.model.targets = targets(work, &named, &base, &defaults);
    base.expect = defaults.expect;
    work.model.defaults = base;
}

/// A property by its name. `None` after an error was given.
fn property(work: &mut Work<'_>, name: &Name) -> Option<PropId> {
    match work.names.lookup(&name.text) {
        Some(Meaning::Property(property)) => return Some(property),
        Some(Meaning::Broken) => return None,
        Some(other) => {
            let message = format!("`{}` is {}, not a property", name.text, other.noun());
            work.error(UNKNOWN_PROPERTY, name.span, message);
            return None;
        }
        None => {}
    }
    let implicit = work.model.properties.pairs().find(|(_, property)| property.name == name.text);
    if let Some((id, _)) = implicit {
        return Some(id);
    }
    if name.text == "holistic" {
        let message = "`holistic` needs two or more tagged properties";
        let diagnostic = Diagnostic::error(UNKNOWN_PROPERTY, name.span, message)
            .help("write `value`, `preference` or `objective` before `property`");
        work.report(diagnostic);
        return None;
    }
    let message = format!("there is no property `{}`", name.text);
    let mut diagnostic = Diagnostic::error(UNKNOWN_PROPERTY, name.span, message);
    let names = work.model.properties.iter().map(|property| property.name.as_str());
    if let Some(meant) = super::names::suggest(&name.text, names) {
        diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
    }
    work.report(diagnostic);
    None
}

/// Two checks of one property need two names.
fn refuse_doubles(work: &mut Work<'_>, named: &[Named]) {
    let mut seen: BTreeMap<(PropId, Option<&str>), Span> = BTreeMap::new();
    for check in named {
        let alias = check.alias.as_ref().map(|alias| alias.text.as_str());
        for (property, span) in &check.properties {
            let Some(first) = seen.insert((*property, alias), *span) else {
                continue;
            };
            let name = &work.model.properties[*property].name;
            let message = match alias {
                Some(alias) => format!("`{name}` is checked twice as `{alias}`"),
                None => format!("`{name}` is checked twice"),
            };
            let diagnostic = Diagnostic::error(CHECKED_TWICE, *span, message)
                .label(*span, "checked again here")
                .label(first, "checked first here")
                .help(format!("give one of them another name: `check {name} as NAME {{ … }}`"));
            work.report(diagnostic);
        }
    }
}

/// The targets, by property and then by check. A property that no check names is checked with
/// the defaults. spec: items.check
fn targets(
    work: &mut Work<'_>,
    named: &[Named],
    base: &Settings,
    defaults: &Partial,
) -> Vec<Target> {
    let mut targets = Vec::new();
    let mut misfits = BTreeSet::new();
    let ids: Vec<PropId> = work.model.properties.ids().collect();
    for id in ids {
        let property = &work.model.properties[id];
        let (role, name, span) = (property.role, property.name.clone(), property.span);
        let default = defaults.expect.clone().filter(|expect| fits(expect.verdict, role));
        let mut checked = false;
        for (place, check) in named.iter().enumerate() {
            if !check.properties.iter().any(|(property, _)| *property == id) {
                continue;
            }
            checked = true;
            let mut settings = base.clone();
            check.settings.over(&mut settings);
            settings.expect = check.settings.expect.clone().or_else(|| default.clone());
            if let Some(expect) = &settings.expect
                && !fits(expect.verdict, role)
                && misfits.insert((place, role_words(role)))
            {
                let message = format!("`{name}` is {}", role_words(role));
                let diagnostic =
                    Diagnostic::error(EXPECTATION, expect.span, message).help(fitting_words(role));
                work.report(diagnostic);
            }
            let alias = check.alias.as_ref().map(|alias| alias.text.clone());
            targets.push(Target { property: id, alias, settings, span: check.span });
        }
        let implicit = matches!(role, Role::NoFaults | Role::Holistic);
        if !checked && !implicit {
            let settings = Settings { expect: default, ..base.clone() };
            targets.push(Target { property: id, alias: None, settings, span });
        }
    }
    targets
}

fn fits(verdict: Expected, role: Role) -> bool {
    match verdict {
        Expected::Violated | Expected::Holds => role != Role::Witness,
        Expected::Found | Expected::NotFound => role == Role::Witness,
    }
}

fn role_words(role: Role) -> &'static str {
    match role {
        Role::Witness => "a witness, which is found or not",
        Role::Property | Role::NoFaults | Role::Holistic => {
            "a property, which holds or is violated"
        }
        Role::Invariant => "an invariant, which holds or is violated",
    }
}

fn fitting_words(role: Role) -> &'static str {
    match role {
        Role::Witness => "write `found` or `not_found`",
        Role::Property | Role::NoFaults | Role::Holistic | Role::Invariant => {
            "write `violated` or `holds`"
        }
    }
}
