//! Repairs: which of the declared changes mend, and how strong that claim is.

mod support;

use polity::check::repair::Repaired;
use polity::check::{self, Engines, Options, Verdict};
use polity::search::Budget;

fn repairs(text: &str, engines: Engines, budget: Budget) -> Vec<Repaired> {
    let (model, sources) = support::model("mended", text);
    let options = Options {
        only: vec!["served".to_string()],
        budget,
        engines,
        work: 5_000_000,
        corpus: None,
        save: false,
        campaign: None,
    };
    let mut outcomes = check::check(&model, &sources, &options, &|_, _| true);
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0).repairs
}

const COVER: &str = "model mended
    kind Agent { param late: bool = false }
    agents team: Agent[1..3]
    structure covers: digraph on team among isolated | complete
    def covered(a: Agent) = exists b in team: covers(b, a) and not b.late
    property served { forall a in team: not a.late or covered(a) }
    check served {
      given: { deviations: 1, covers: isolated }
      repairs: {
        cover { covers: complete }
        pairs { covers: complete, team: 2..3 }
        nobody { team: 1, assume count(team) == 2 }
        punctual { deviations: 0 }
      }
      expect: violated
    }";

#[test]
fn a_repair_takes_the_place_of_what_is_given() {
    let found = repairs(COVER, Engines::Search, support::budget());
    let said: Vec<(&str, bool, Verdict)> =
        found.iter().map(|of| (of.name.as_str(), of.mends, of.verdict)).collect();
    assert_eq!(
        said,
        [
            ("cover", false, Verdict::Violated),
            ("pairs", true, Verdict::Verified),
            ("nobody", false, Verdict::Verified),
            ("punctual", true, Verdict::Verified),
        ]
    );
    assert!(found[2].reason.is_some(), "why it mends nothing: {:?}", found[2]);
}

#[test]
fn what_is_only_sampled_is_only_tested() {
    let text = "model mended
        kind Agent { param load: 0.0..1.0 = 0.0 }
        agents team: Agent[1..4]
        param cap: 0.0..9.0 = 1.0
        property served { sum(a.load for a in team) <= cap }
        check served {
          given: { cap: 1.0 }
          repairs: { more { cap: 3.5 }  enough { cap: 4.0 } }
          expect: violated
        }";
    let budget = Budget { exhaust_max: 0, ..support::budget() };
    let found = repairs(text, Engines::Search, budget);
    assert_eq!((found[0].mends, found[0].verdict), (false, Verdict::Violated));
    assert_eq!((found[1].mends, found[1].verdict), (true, Verdict::Tested));
    assert!(found[1].runs > 1_000);
}

#[test]
fn what_holds_needs_no_repair() {
    let text = COVER.replace("deviations: 1, covers: isolated", "deviations: 0");
    let text = text.replace("expect: violated", "expect: holds");
    assert!(repairs(&text, Engines::Search, support::budget()).is_empty());
}
