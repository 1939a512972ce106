//! Runs of cells on the engine against those of the reference.

use super::*;
use crate::search::tests::model;

/// Runs that halt, fault before and after they are settled, are discarded and stay open.
const UNEVEN: &str = "
    model uneven
    kind Agent { param pace: 0..3 = 1  state done: 0..20 = 0 }
    agents team: Agent[1..3]
    structure knows: graph on team among any
    state level: 0.0..4.0 = 1.0
    step {
      for a in team {
        draw by ~ uniform(0, 3)
        a.done' = a.done + by * a.pace
      }
      draw u ~ uniform(0.0, 1.0)
      level' = level + u / 2.0
      choose slack in 0..4
      require slack > 0 or level < 1.5
      if slack == 1 and level > 2.0 { halt }
    }
    measure total = sum(a.done for a in team)
    measure shared = edges(knows)
    measure rise = level - 1.0
    measure least = min(1.0 / (3.0 - level), 9.0)
    property slow { always forall a in team: a.done < 12 }
    property low { always[..3] level <= 1.9 }
    property ends { finally level < 2.5 }
    property even { eventually forall a in team, b in team: a.done == b.done or a.done > 4 }
    witness soon { eventually[2..] exists a in team: a.done > 10 }
    check { steps: 7 }";

/// What the engine says of runs of a target, and the reference of the same.
fn compared(
    model: &Model,
    target: &Target,
) -> (Vec<Option<Option<Measured>>>, Vec<Option<Measured>>) {
    let space = crate::search::space::Space::new(
        std::sync::Arc::new(model.clone()),
        &target.settings.given,
    );
    let sizes = space.sizes().0.last().expect("a size").clone();
    let subject = Subject::new(space, target);
    let cell = Cell { sizes, families: Vec::new(), params: Vec::new() };
    let drawn = |number| drawn(&subject, &cell, Seed(5).stream(number));
    let runs: Vec<Run> = (0..CHUNK).filter_map(drawn).collect();
    let engine = Compiled::measuring(&subject);
    let found = engine.map_or(vec![None; runs.len()], |engine| engine.measured(&subject, &runs));
    (found, runs.iter().map(|run| by_reference(&subject, run)).collect())
}

/// How many runs of all targets of a model the engine makes, all as the reference does.
fn alike(name: &str, text: &str) -> (usize, usize, usize) {
    let (model, _) = model(text);
    let (mut made, mut uncounted, mut all) = (0, 0, 0);
    for target in &model.targets {
        let (found, wanted) = compared(&model, target);
        for (found, wanted) in found.iter().zip(&wanted) {
            all += 1;
            if let Some(found) = found {
                made += 1;
                uncounted += usize::from(found.is_none());
                // Reals as they are printed tell 0 from -0.
                assert_eq!(
                    format!("{found:?}"),
                    format!("{wanted:?}"),
                    "{name}: {:?}",
                    target.alias
                );
            }
        }
    }
    (made, uncounted, all)
}

#[test]
fn the_engine_makes_runs_of_cells_as_the_reference_does() {
    let (made, uncounted, all) = alike("uneven", UNEVEN);
    assert!(made > all / 2 && made < all && uncounted > all / 20, "{made}, {uncounted} of {all}");
    let (mut made, mut all) = (0, 0);
    for name in ["review", "commons", "opinions", "two_phase_commit"] {
        let path = format!("{}/properties/{name}.polity", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a shipped model");
        let found = alike(name, &text);
        made += found.0;
        all += found.2;
    }
    assert!(made > all / 2, "{made} of {all}");
}
