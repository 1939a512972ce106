//! A checker that cannot find is as bad as one that lies: every deliberately broken variant of
//! a shipped model (`tests/mutants/*.toml`) is caught, and the unbroken one is not.

mod support;

use polity::check::Verdict;
use serde::Deserialize;

/// A broken variant: `find` becomes `replace` in the model `of`, with `add` behind it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutant {
    of: String,
    find: String,
    replace: String,
    #[serde(default)]
    add: String,
    /// The property (or alias) that tells the two apart.
    caught_by: String,
}

fn verdict(mutant: &Mutant, text: &str) -> Verdict {
    let (model, sources) = support::model(&mutant.of, &format!("{text}\n{}", mutant.add));
    support::outcome(&model, &sources, &mutant.caught_by, support::budget()).verdict
}

#[test]
fn every_mutant_is_caught_and_no_original_is() {
    let files = support::files("tests/mutants", "toml");
    assert!(files.len() >= 20, "only {} mutants", files.len());
    let mut wrong = Vec::new();
    for path in files {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let mutant: Mutant =
            toml::from_str(&std::fs::read_to_string(&path).expect("a mutant")).expect("a mutant");
        let file = support::root().join("properties").join(&mutant.of);
        let original = std::fs::read_to_string(file).expect("the original");
        assert_eq!(original.matches(&mutant.find).count(), 1, "{name}: `find` stands once");
        let broken = original.replace(&mutant.find, &mutant.replace);
        match verdict(&mutant, &original) {
            Verdict::Tested | Verdict::Verified | Verdict::Proved => {}
            other => wrong.push(format!("{name}: the original is {other:?}")),
        }
        match verdict(&mutant, &broken) {
            Verdict::Violated => {}
            other => wrong.push(format!("{name}: the mutant is {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
