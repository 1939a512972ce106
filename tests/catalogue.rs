//! Models with known answers: every number of `properties/` that is known comes out, as the JSON
//! results say it.
//!
//! One row for each number: the file, the check, where in its JSON result, and what is known. To
//! add a model, add rows. The checks named here are run, with the budget of `polity check`; that
//! every check answers as it expects is asked in `tests/properties.rs`.

mod support;

use std::collections::BTreeMap;

use polity::check::Outcome;
use polity::ir::{Model, Value};
use polity::report::json;
use serde_json::Value as Json;

/// What is known.
#[derive(Clone, Copy, Debug)]
enum Known {
    /// A size in the counterexample: a JSON pointer into the result, and the number there.
    Size(&'static str, u64),
    /// The smallest or greatest value of a top-level parameter at which it fails: the search
    /// finds it, since it minimises the distance from the default.
    Threshold(&'static str, i64),
    /// Nothing smaller fails: everything smaller was tried.
    Least,
    /// A probability or an expected value: the interval of every estimate of it contains it.
    Chance(f64),
    /// A negative control: true, and shown to be true of everything within its bounds.
    Shown,
    /// A negative control of chance: true, and its interval lies within what is asked.
    Holds,
}

use Known::{Chance, Holds, Least, Shown, Size, Threshold};

const AGENTS: &str = "/agents";
const DEVIATIONS: &str = "/deviations";
const EDGES: &str = "/edges";

/// File, check, what is known. `/agents` and `/edges` are summed over populations and structures.
const TABLE: &[(&str, &str, &[Known])] = &[
    // C1 averaging
    ("collaborative/averaging", "copying_each_other", &[Size(AGENTS, 2), Size(EDGES, 2)]),
    ("collaborative/averaging", "all_hear_all", &[Size(AGENTS, 2), Size(DEVIATIONS, 2)]),
    ("collaborative/averaging", "listening_to_oneself_too", &[Shown]),
    ("collaborative/averaging", "one_stubborn_voice_wins", &[Shown]),
    ("collaborative/averaging", "two_stubborn_voices_never_agree", &[Shown]),
    ("collaborative/averaging", "range_never_grows", &[Shown]),
    // C2 conformity by two forces
    ("cooperative/two_forces", "abilene", &[Size(AGENTS, 2), Size(DEVIATIONS, 0), Size(EDGES, 1)]),
    ("cooperative/two_forces", "abilene", &[Threshold("j", 6), Least]),
    ("cooperative/two_forces", "a_tie_is_a_trap", &[Size(AGENTS, 2), Threshold("j", 5)]),
    ("cooperative/two_forces", "complete_seven", &[Size(DEVIATIONS, 4), Least]),
    ("cooperative/two_forces", "ring_of_seven", &[Size(DEVIATIONS, 4), Least]),
    ("cooperative/two_forces", "star_of_seven", &[Size(DEVIATIONS, 1), Least]),
    ("cooperative/two_forces", "binary_tree_of_seven", &[Size(DEVIATIONS, 2), Least]),
    ("cooperative/two_forces", "path_of_seven", &[Size(DEVIATIONS, 3), Least]),
    ("cooperative/two_forces", "three_by_four", &[Size(DEVIATIONS, 2), Least]),
    ("cooperative/two_forces", "damage_heals", &[Size(AGENTS, 2), Size(DEVIATIONS, 1)]),
    ("cooperative/two_forces", "company_corrupts_no_one", &[Size(AGENTS, 2), Size(DEVIATIONS, 0)]),
    ("cooperative/two_forces", "a_hub_holds_as_well", &[Size(AGENTS, 7), Size(DEVIATIONS, 1)]),
    ("cooperative/two_forces", "weak_conformity", &[Shown]),
    ("cooperative/two_forces", "weak_conformity_heals", &[Shown]),
    ("cooperative/two_forces", "three_of_a_complete_seven", &[Shown]),
    ("cooperative/two_forces", "all_bad_is_fixed_iff_j_above_h", &[Shown]),
    ("cooperative/two_forces", "complete_is_turned_iff", &[Shown]),
    // C5 biased assimilation, b in tenths: 2/3, 1/3, 2/9, 1
    ("competitive/biased_assimilation", "consensus_at_2", &[Threshold("b", 7)]),
    ("competitive/biased_assimilation", "consensus_at_5", &[Threshold("b", 4)]),
    ("competitive/biased_assimilation", "consensus_at_8", &[Threshold("b", 3)]),
    ("competitive/biased_assimilation", "no_poles", &[Threshold("b", 10)]),
    ("competitive/biased_assimilation", "unbiased", &[Shown]),
    ("competitive/biased_assimilation", "mildly_biased", &[Shown]),
    ("competitive/biased_assimilation", "from_symmetric_starts", &[Shown]),
    ("competitive/biased_assimilation", "consensus_iff", &[Shown]),
    ("competitive/biased_assimilation", "poles_iff", &[Shown]),
    // C7 Granovetter's thresholds
    ("cooperative/thresholds", "all_join", &[Size(AGENTS, 100), Size(DEVIATIONS, 1), Least]),
    ("cooperative/thresholds", "nobody_joins_alone", &[Size(DEVIATIONS, 1), Least]),
    ("cooperative/thresholds", "intended", &[Shown]),
    ("cooperative/thresholds", "one_edit_stops_the_crowd", &[Shown]),
    // C11 herding against voting
    ("collaborative/herding", "company_misleads_no_one", &[Size(AGENTS, 3), Size(EDGES, 3), Least]),
    ("collaborative/herding", "a_coin_misleads_two", &[Size(AGENTS, 2)]),
    ("collaborative/herding", "a_right_vote_is_right_in_turn", &[Size(AGENTS, 5), Least]),
    ("collaborative/herding", "three_voting", &[Chance(0.784), Holds]),
    ("collaborative/herding", "seven_voting", &[Chance(0.873_964), Holds]),
    ("collaborative/herding", "twenty_five_voting", &[Chance(0.982_530), Holds]),
    ("collaborative/herding", "many_in_turn", &[Chance(0.844_8), Holds]),
    ("collaborative/herding", "many_in_turn_with_coins", &[Chance(0.753_2), Holds]),
    ("collaborative/herding", "two_are_not_misled", &[Shown]),
    ("collaborative/herding", "up_to_four", &[Shown]),
    ("collaborative/herding", "a_lead_of_two_decides", &[Shown]),
    ("collaborative/herding", "first_two_follow_their_signals", &[Shown]),
    // C12 copying a leader, and the expert: 9/13
    ("collaborative/copying_a_leader", "nobody_copies", &[Chance(0.921_8), Holds]),
    ("collaborative/copying_a_leader", "half_copy", &[Chance(0.727_5), Holds]),
    ("collaborative/copying_a_leader", "all_copy", &[Chance(0.7), Holds]),
    ("collaborative/copying_a_leader", "a_leader_spoils_no_team", &[Size(AGENTS, 3)]),
    ("collaborative/copying_a_leader", "apart", &[Chance(0.921_8), Holds]),
    ("collaborative/copying_a_leader", "a_pair", &[Shown]),
    ("collaborative/copying_a_leader", "all_say_what_the_leader_thinks", &[Shown]),
    ("collaborative/expert", "majority_is_better", &[Threshold("p", 70)]),
    ("collaborative/expert", "below_nine_thirteenths", &[Shown]),
    ("collaborative/expert", "majority_is_better_iff", &[Shown]),
    // C13 the discursive dilemma
    ("collaborative/discursive_dilemma", "panel_is_consistent", &[Size(AGENTS, 3)]),
    ("collaborative/discursive_dilemma", "panel_is_consistent", &[Threshold("premises", 2)]),
    ("collaborative/discursive_dilemma", "company_confuses_no_one", &[Size(AGENTS, 3)]),
    ("collaborative/discursive_dilemma", "company_confuses_no_one", &[Threshold("premises", 2)]),
    ("collaborative/discursive_dilemma", "a_pair", &[Shown]),
    ("collaborative/discursive_dilemma", "one_premise", &[Shown]),
    ("collaborative/discursive_dilemma", "alone", &[Shown]),
    // C16 public goods
    ("cooperative/public_goods", "r_of_1_5", &[Size(AGENTS, 2)]),
    ("cooperative/public_goods", "r_of_2_5", &[Size(AGENTS, 3)]),
    ("cooperative/public_goods", "r_of_3_5", &[Size(AGENTS, 4)]),
    ("cooperative/public_goods", "giving_is_a_best_reply", &[Size(AGENTS, 2)]),
    ("cooperative/public_goods", "giving_is_best_for_all", &[Threshold("twice_r", 1)]),
    ("cooperative/public_goods", "two_at_r_of_1_5", &[Size(AGENTS, 2)]),
    ("cooperative/public_goods", "three_at_r_of_2_5", &[Size(AGENTS, 3)]),
    ("cooperative/public_goods", "four_at_r_of_3_5", &[Size(AGENTS, 4)]),
    ("cooperative/public_goods", "r_above_n", &[Shown]),
    ("cooperative/public_goods", "everybody_gives_iff", &[Shown]),
    ("cooperative/public_goods", "r_above_1", &[Shown]),
    ("cooperative/public_goods", "up_to_floor_of_r", &[Shown]),
    // C17 reciprocity, in twentieths: 1/2; 1/4 and 1/2
    ("cooperative/reciprocity", "dilemma", &[Threshold("patience", 9)]),
    ("cooperative/reciprocity", "dilemma_strictly", &[Threshold("patience", 10)]),
    ("cooperative/reciprocity", "gift_of_4", &[Threshold("patience", 4)]),
    ("cooperative/reciprocity", "gift_of_4_strictly", &[Threshold("patience", 5)]),
    ("cooperative/reciprocity", "gift_of_2_strictly", &[Threshold("patience", 10)]),
    ("cooperative/reciprocity", "patient_enough", &[Shown]),
    ("cooperative/reciprocity", "likely_enough", &[Shown]),
    ("cooperative/reciprocity", "defection_is_no_gain_iff", &[Shown]),
    // C34 the voter model
    ("cooperative/voter_model", "hub_of_five", &[Chance(0.5), Holds]),
    ("cooperative/voter_model", "leaf_of_five", &[Chance(0.125), Holds]),
    ("cooperative/voter_model", "end_of_four", &[Chance(1.0 / 6.0), Holds]),
    ("cooperative/voter_model", "inside_of_four", &[Chance(1.0 / 3.0), Holds]),
    ("cooperative/voter_model", "in_a_ring_of_five", &[Chance(0.2), Holds]),
    ("cooperative/voter_model", "expected_to_gain_nothing", &[Shown]),
    ("cooperative/voter_model", "nobody_invents", &[Shown]),
];

/// Negative controls that the catalogue has at least.
const CONTROLS_MIN: usize = 25;

#[test]
fn every_known_number_comes_out() {
    let mut wrong = Vec::new();
    for (file, rows) in by_file() {
        let (model, sources) = support::shipped(&format!("{file}.polity"));
        let names: Vec<&str> = rows.keys().copied().collect();
        let outcomes = support::check(&model, &sources, &names, support::budget());
        for (name, known) in rows {
            let named = |outcome: &&Outcome| support::target_name(&model, outcome) == name;
            let Some(outcome) = outcomes.iter().find(named) else {
                wrong.push(format!("{file}: there is no check `{name}`"));
                continue;
            };
            let result = json::result(&model, &sources, outcome, false);
            let said = known.iter().filter_map(|known| differs(&model, outcome, &result, known));
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
        ("cooperative/public_goods", "giving_is_best_for_all", Threshold("twice_r", 3)),
        ("cooperative/public_goods", "r_above_n", Holds),
        ("cooperative/public_goods", "r_above_n", Least),
        ("collaborative/copying_a_leader", "nobody_copies", Chance(0.88)),
        ("collaborative/copying_a_leader", "nobody_copies", Shown),
        ("collaborative/copying_a_leader", "a_pair", Chance(0.5)),
    ];
    for (file, name, known) in wrong {
        let (model, sources) = support::shipped(&format!("{file}.polity"));
        let outcome = support::outcome(&model, &sources, name, support::budget());
        let result = json::result(&model, &sources, &outcome, false);
        assert!(differs(&model, &outcome, &result, known).is_some(), "{name}: {known:?}");
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
fn there_are_enough_negative_controls() {
    let control = |known: &&Known| matches!(known, Shown | Holds);
    let controls = TABLE.iter().flat_map(|row| row.2).filter(control).count();
    assert!(controls >= CONTROLS_MIN, "only {controls}");
}

/// The rows of each file, by check.
fn by_file() -> BTreeMap<&'static str, BTreeMap<&'static str, Vec<Known>>> {
    let mut files: BTreeMap<&str, BTreeMap<&str, Vec<Known>>> = BTreeMap::new();
    for (file, check, known) in TABLE {
        files.entry(file).or_default().entry(check).or_default().extend(known.iter());
    }
    files
}

/// How the answer differs from what is known, if it does.
fn differs(model: &Model, outcome: &Outcome, result: &Json, known: &Known) -> Option<String> {
    if result["as_expected"] != Json::Bool(true) {
        return Some(format!("not as expected: {}, {}", result["verdict"], result["reason"]));
    }
    let verdict = result["verdict"].as_str().unwrap_or("none");
    match known {
        Size(pointer, size) => {
            let found = result.pointer(pointer).map(total);
            (found != Some(*size)).then(|| format!("{pointer} is {found:?}, not {size}"))
        }
        Threshold(param, value) => {
            let found = threshold(model, outcome, param);
            (found != Some(*value)).then(|| format!("{param} is {found:?}, not {value}"))
        }
        Least => {
            let minimal = &result["minimal"];
            (minimal != "proved").then(|| format!("its size is {minimal}, not proved"))
        }
        Chance(value) => {
            let estimates = result["estimates"].as_array().map_or(&[][..], Vec::as_slice);
            let contains = |estimate: &Json| {
                let end = |name: &str| estimate[name].as_f64().unwrap_or(f64::NAN);
                end("low") <= *value && *value <= end("high")
            };
            let right = !estimates.is_empty() && estimates.iter().all(contains);
            (!right).then(|| format!("{value} is not in {}", result["estimates"]))
        }
        Shown => (!["verified", "proved"].contains(&verdict)).then(|| format!("only {verdict}")),
        Holds => (verdict != "tested").then(|| verdict.to_string()),
    }
}

/// A number, or the sum of those of an object.
fn total(json: &Json) -> u64 {
    match json {
        Json::Object(parts) => parts.values().map(total).sum(),
        other => other.as_u64().unwrap_or(u64::MAX),
    }
}

/// The value of a top-level parameter in the counterexample's setup.
fn threshold(model: &Model, outcome: &Outcome, param: &str) -> Option<i64> {
    let setup = &outcome.witness.as_ref()?.run().setup;
    let (id, _) = model.params.pairs().find(|(_, declared)| declared.name == param)?;
    match setup.params[id].as_slice() {
        [Value::Int(value)] => Some(*value),
        _ => None,
    }
}
