//! Setup files: what a person pins becomes pins, and what means nothing is named.

use super::{EVERYTHING, model};
use crate::diag::{FileId, has_errors};
use crate::trace::setup_file::read;

#[test]
fn a_setup_becomes_pins_that_parse_and_resolve() {
    let text = "
seed = 7
[agents]
team = 2
[team]
opinion = 0.5
[team.1]
greed = 1e-3
[patrons.0]
patience = \"2min\"
[structures]
near = [[1, 0]]
leads = \"line\"
cares = [[0, 0, 1.0], [1, 0, 0.5], [1, 1, 0.5]]
[params]
regime = \"Drafted\"
[params.cost]
Idle = 3
";
    let model = model(EVERYTHING);
    let setup = read(&model, "s.toml", text).expect("it is right");
    assert_eq!(setup.seed, Some(7));
    let mut pins = setup.pins.clone();
    pins.sort();
    let expected = [
        "cares: [[0, 0, 1.0], [1, 0, 0.5], [1, 1, 0.5]]",
        "cost(Idle): 3",
        "leads: line",
        "near: [[1, 0]]",
        "patrons[0].patience: 2min",
        "regime: Drafted",
        "team.opinion: 0.5",
        "team: 2",
        "team[1].greed: 0.001",
    ];
    assert_eq!(pins, expected);
    for pin in &setup.pins {
        let (parsed, wrong) = crate::syntax::parse_pins(FileId(0), pin);
        assert!(parsed.len() == 1 && !has_errors(&wrong), "{pin}: {wrong:?}");
    }
}

#[test]
fn what_means_nothing_is_named_with_its_line_and_a_suggestion() {
    let model = model(EVERYTHING);
    for (text, expected) in [
        (
            "[agent]\nteam = 2",
            "s.toml, line 1: a setup has no field `agent`; did you mean `agents`?",
        ),
        (
            "\n[agents]\ntaem = 2",
            "line 3: the model has no population `taem`; did you mean `team`?",
        ),
        ("[agents]\nteam = -2", "line 2: `team` is a size"),
        (
            "[team.0]\ngred = 1",
            "line 2: `team[0]` has no parameter or free start `gred`; did you mean `greed`?",
        ),
        ("[team]\nstage = \"Idle\"", "no parameter or free start `stage`"),
        ("[params]\nregime = \"A, B\"", "line 2: `regime` cannot be `A, B`"),
        ("[params]\ntwice = 3", "the model has no free `twice`"),
        ("[structures]\nnear = \"circle\"", "line 2: `near` is a list of ties"),
        ("seed = -1", "`seed` is a whole number"),
        ("seed = 1\nseed = 2", "this is no TOML"),
        ("team = 3", "`team` is a table: write `[team]`"),
    ] {
        let wrong = read(&model, "s.toml", text).expect_err(text);
        assert!(wrong[0].to_string().contains(expected), "{expected}: {}", wrong[0]);
    }
}

#[test]
fn all_that_is_wrong_is_said() {
    let wrong = read(&model(EVERYTHING), "s.toml", "[agents]\nx = 1\ny = 2\n").expect_err("both");
    assert_eq!(wrong.len(), 2);
}
