//! Models with known answers: every number of `properties/` that is known comes out, as the JSON
//! results say it.
//!
//! One row for each number: the file, the check, where in its JSON result, and what is known. To
//! add a model, add rows to the module of its folder. The checks named there are run, each file
//! once, with the budget of `polity check`; that every check answers as it expects is asked in
//! `tests/properties.rs`.

mod support;

#[path = "catalogue/mod.rs"]
mod catalogue;

use std::collections::BTreeMap;

use catalogue::known::{
    AGENTS, At, Chance, Each, Found, Holds, Known, Least, Near, Number, Shown, Size, Threshold,
    differs,
};
use polity::check::Outcome;
use polity::ir::Model;
use polity::report::json;

/// Negative controls that are shown to hold: the catalogue asks for 25, and none is to be lost.
const CONTROLS_MIN: usize = 120;

#[test]
fn every_known_number_comes_out() {
    let mut wrong = Vec::new();
    for (file, rows) in by_file() {
        let (model, sources) = support::shipped(&format!("{file}.polity"));
        let names: Vec<&str> = rows.keys().map(|name| last_word(name)).collect();
        let outcomes = support::check(&model, &sources, &names, support::budget());
        for (name, known) in rows {
            let Some(outcome) = outcomes.iter().find(|outcome| is_named(&model, outcome, name))
            else {
                wrong.push(format!("{file}: there is no check `{name}`"));
                continue;
            };
            let result = json::result(&model, &sources, outcome, false);
            let said = known.iter().filter_map(|known| differs(&result, known));
            wrong.extend(said.map(|what| format!("{file}: {name}: {what}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_wrong_number_would_be_noticed() {
    let wrong: &[(&str, &str, Known)] = &[
        ("cooperative/public_goods", "r_of_2_5", Size(AGENTS, 2)),
        ("cooperative/public_goods", "r_of_2_5", Size("/no_such_field", 3)),
        ("cooperative/public_goods", "r_of_2_5", At(2, 0, 0, 0)),
        ("cooperative/public_goods", "r_of_2_5", Found),
        ("cooperative/public_goods", "giving_is_best_for_all", Threshold("twice_r", 3)),
        ("cooperative/public_goods", "r_above_n", Holds),
        ("cooperative/public_goods", "r_above_n", Least),
        ("competitive/collusion", "two_in_prices", Each("firms", "patience", 0.500_01)),
        ("competitive/collusion", "two_in_prices", Each("shops", "patience", 0.5)),
        ("competitive/collusion", "two_in_prices", Number("/setup/params/firms/2/patience", 0.5)),
        ("collaborative/copying_a_leader", "nobody_copies", Chance(0.88)),
        ("collaborative/copying_a_leader", "nobody_copies", Near(0.88, 0.01)),
        ("collaborative/copying_a_leader", "nobody_copies", Holds),
        ("collaborative/copying_a_leader", "half_copy", Shown),
        ("collaborative/copying_a_leader", "half_copy", Chance(0.9)),
        ("collaborative/copying_a_leader", "a_pair", Chance(0.5)),
        ("collaborative/copying_a_leader", "a_pair", Near(0.5, 1.0)),
    ];
    for (file, name, known) in wrong {
        let (model, sources) = support::shipped(&format!("{file}.polity"));
        let outcome = support::outcome(&model, &sources, name, support::budget());
        let result = json::result(&model, &sources, &outcome, false);
        assert!(differs(&result, known).is_some(), "{name}: {known:?}");
    }
}

#[test]
fn the_index_names_every_model() {
    let folder = support::root().join("properties");
    let index = std::fs::read_to_string(folder.join("README.md")).expect("the index");
    let links = |path: &std::path::Path| {
        let name = path.strip_prefix(&folder).expect("below it").display().to_string();
        index.contains(&format!("({})", name.replace('\\', "/")))
    };
    let missing: Vec<_> =
        support::files("properties", "polity").into_iter().filter(|path| !links(path)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_model_of_the_catalogue_has_rows() {
    let files = by_file();
    let folder = support::root().join("properties");
    for path in support::files("properties", "polity") {
        let name = path.strip_prefix(&folder).expect("below it").with_extension("");
        let name = name.display().to_string().replace('\\', "/");
        // The first examples and what is only monitored have no number to come out.
        let monitored = support::shipped(&format!("{name}.polity")).0.is_signature();
        let known = name.contains('/') && !monitored;
        assert!(!known || files.contains_key(name.as_str()), "{name} has no row");
    }
}

#[test]
fn there_are_enough_negative_controls() {
    let shown = |known: &&Known| matches!(known, Shown);
    let controls = catalogue::rows().flat_map(|row| row.2).filter(shown).count();
    assert!(controls >= CONTROLS_MIN, "only {controls}");
}

/// The rows of each file, by check.
fn by_file() -> BTreeMap<&'static str, BTreeMap<&'static str, Vec<Known>>> {
    let mut files: BTreeMap<&str, BTreeMap<&str, Vec<Known>>> = BTreeMap::new();
    for (file, check, known) in catalogue::rows() {
        files.entry(file).or_default().entry(check).or_default().extend(known.iter());
    }
    files
}

/// The name to ask for: of `property/name` the name.
fn last_word(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Whether an outcome is of the check of this name, or of `property/name`.
fn is_named(model: &Model, outcome: &Outcome, name: &str) -> bool {
    match name.split_once('/') {
        None => support::target_name(model, outcome) == name,
        Some((property, alias)) => {
            model.properties[outcome.target.property].name == property
                && outcome.target.alias.as_deref() == Some(alias)
        }
    }
}
