//! Every file of `properties/` answers as its `check` blocks expect.

mod support;

use polity::check::Verdict;

#[test]
fn every_shipped_model_answers_as_it_expects() {
    let files = support::files("properties", "polity");
    assert!(files.len() >= 7, "the shipped models are gone");
    let mut wrong = Vec::new();
    let mut answers = 0;
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a model");
        let (model, sources) = support::model(&path.display().to_string(), &text);
        for outcome in support::check(&model, &sources, &[], support::budget()) {
            answers += 1;
            let monitored = outcome.verdict == Verdict::Monitored;
            assert_eq!(monitored, model.is_signature(), "{}", path.display());
            if !outcome.as_expected && !monitored {
                let name = support::target_name(&model, &outcome);
                wrong.push(format!(
                    "{}: {name}: {:?}: {:?}",
                    path.display(),
                    outcome.verdict,
                    outcome.reason
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(answers > 15, "only {answers} properties were checked");
}

#[test]
fn every_shipped_model_is_clean_and_formatted() {
    for path in support::files("properties", "polity") {
        let text = std::fs::read_to_string(&path).expect("a model");
        let name = path.display().to_string();
        let (_, diagnostics, sources) =
            support::analyse(&name, &text, path.parent().expect("a folder"));
        let shown = polity::diag::render::render(&diagnostics, &sources, false);
        assert!(diagnostics.is_empty(), "{shown}");
        let formatted = polity::syntax::format(polity::diag::FileId(0), &text).expect("it parses");
        assert_eq!(text, formatted, "{name} is not formatted: run `polity fmt`");
    }
}
