//! Mutants: every change can be made, is another model of the same types, and stands in the text
//! where it says; the command lists what nobody noticed.

mod program;
mod support;

use std::collections::BTreeSet;

use polity::check::mutate::edit::{changed, changes};
use polity::check::mutate::words::Texts;
use polity::diag::Severity;
use program::{err, folder, json, out, polity, status};

const SHOP: &str = "\
model shop
enum Stage { Open, Busy, Shut }
kind Agent {
  state stage: Stage = Open
  state sold: 0..9 = 0
  state idle: 0..9 = 0
}
agents team: Agent[1..2]
param limit: 1..3 = 2

rule sell(a in team) when a.stage == Open and a.sold < limit {
  a.sold' = a.sold + 1
}
rule shut(a in team) when a.sold >= limit {
  a.stage' = Shut
  a.idle' = a.idle + 0
}
property limited { always forall a in team: a.sold <= limit }
witness shuts { eventually exists a in team: a.stage == Shut }
check { steps: 6 }
";

#[test]
fn every_change_of_the_shipped_models_makes_another_model_of_the_same_types() {
    let (mut all, mut respelled, mut refused) = (0, 0, Vec::new());
    for path in support::files("properties", "polity") {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("a file");
        let folder = path.parent().expect("a folder");
        let (Some(model), _, sources) = support::analyse(&name, &text, folder) else { continue };
        let texts = Texts { model: &model, sources: &sources };
        let found = changes(&model, &texts);
        let places: BTreeSet<_> = found.iter().map(|c| (c.span, &c.after)).collect();
        assert_eq!(places.len(), found.len(), "{name}: two changes read the same");
        let original = format!("{model:?}");
        for change in &found {
            let mutant = changed(&model, &texts, change);
            let mutant = mutant.unwrap_or_else(|| panic!("{name}: {change:?} cannot be made"));
            assert_ne!(format!("{mutant:?}"), original, "{name}: {change:?} changes nothing");
            assert_ne!(change.before, change.after, "{name}: {change:?}");
            all += 1;
            let of_file = sources.get(change.span.file).text == text;
            if change.after.is_empty() || change.after.contains(" for `") || !of_file {
                continue;
            }
            // Put into the text, it is a model without an error of types. How far an operator
            // reaches may have to be said with parentheses, which a change of one place has not.
            let (start, end) = (change.span.start as usize, change.span.end as usize);
            let spelled = format!("{}({}){}", &text[..start], change.after, &text[end..]);
            let (_, diagnostics, _) = support::analyse(&name, &spelled, folder);
            let wrong = diagnostics.iter().find(|d| {
                let code = format!("{:?}", d.code);
                d.severity == Severity::Error && !code.contains("E0204")
            });
            refused.extend(wrong.map(|wrong| format!("{name}: {change:?}: {wrong:?}")));
            respelled += 1;
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(all > 1_000 && respelled > 700, "{all} changes, {respelled} put into the text");
}

#[test]
fn what_nobody_notices_is_listed_with_its_place_and_words() {
    let folder = folder(&[("shop.polity", SHOP)]);
    let output = polity(folder.path(), &["mutate", "shop.polity"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let said = out(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    let (unnoticed, rest) = said.split_once("no difference seen").expect("a part");
    // Whether an open shop sells is asked by nobody; that it sells too much, by `limited`.
    assert!(
        unnoticed.contains("shop.polity:14 `a.sold >= limit` → `a.sold > limit`")
            || rest.contains("shop.polity:14 `a.sold >= limit` → `a.sold > limit` (another comparison) by `shuts`"),
        "{said}"
    );
    assert!(
        rest.contains(
            "`a.sold < limit` → `a.sold <= limit` (another comparison) by `limited` (violated, was"
        ),
        "{said}"
    );
    assert!(unnoticed.contains("`a.idle + 0` → `") || unnoticed.contains("`0` → `1`"), "{said}");
    assert!(rest.contains("`a.idle + 0` → `a.idle - 0` (plus for minus)"), "{said}");
    assert!(rest.contains("`shut` (dropped rule) by `shuts` (not found, was found)"), "{said}");
    let found = json(&polity(folder.path(), &["mutate", "shop.polity", "--format", "json"]));
    let result = &found["results"][0];
    let mutants = result["mutants"].as_array().expect("a list");
    let count = |fate: &str| mutants.iter().filter(|one| one["fate"] == fate).count();
    assert_eq!(result["noticed"], count("noticed"));
    assert_eq!(result["unnoticed"], count("unnoticed"));
    let score = 100.0 * count("noticed") as f64 / (count("noticed") + count("unnoticed")) as f64;
    assert_eq!(result["score"].as_f64(), Some(score));
    assert!(count("no_difference") >= 2, "{result:#}");
    assert_eq!(mutants.len(), result["mutants_in_all"].as_u64().expect("a number") as usize);
}

#[test]
fn a_low_score_fails_where_it_is_asked_to_and_threads_change_nothing() {
    let folder = folder(&[("shop.polity", SHOP)]);
    let run = |more: &[&str]| {
        polity(folder.path(), &[&["mutate", "shop.polity", "--mutants", "12"], more].concat())
    };
    assert_eq!(status(&run(&["--fail-under", "1"])), 0);
    let low = run(&["--fail-under", "100"]);
    assert_eq!(status(&low), 1);
    assert!(err(&low).contains("below 100 %"), "{}", err(&low));
    assert!(out(&low).starts_with("shop · 12 of "), "{}", out(&low));
    assert_eq!(out(&run(&["--threads", "1"])), out(&run(&["--threads", "3"])));
}
