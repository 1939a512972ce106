//! Every file of `counterexamples/` still violates, by the reference.

mod support;

use polity::reference::{Terms, Witness};
use polity::trace::counterexample::{Counterexample, Heading};

#[test]
fn every_stored_counterexample_still_violates() {
    let files = support::files("counterexamples", "json");
    assert!(!files.is_empty(), "the corpus is gone");
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a counterexample");
        let name = path.display().to_string();
        let heading = Heading::of(&name, &text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let source = heading.source.expect("the model's file");
        let (model, _) =
            support::shipped(source.strip_prefix("properties/").expect("a shipped model"));
        let stored =
            Counterexample::load(&model, &name, &text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let heading = &stored.heading;
        let target = model.targets.iter().find(|target| {
            model.properties[target.property].name == heading.property
                && target.alias == heading.check
        });
        let target = target.unwrap_or_else(|| panic!("{name}: its check is gone"));
        let settings = &target.settings;
        let terms = Terms {
            tick: settings.tick,
            complete: settings.complete,
            tolerance: settings.tolerance,
        };
        let witness = Witness::replay(&model, target.property, stored.run, &terms);
        assert!(witness.is_some(), "{name} no longer violates");
    }
}
