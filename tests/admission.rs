//! Which setups of a grid are admitted, asked part by part: as the reference says of each setup.

mod support;

use std::sync::Arc;

use polity::ir::Model;
use polity::ir::property::{Counter, Target};
use polity::search::admission::Admission;
use polity::search::enumerate::Grid;
use polity::search::space::Space;
use polity::search::subject::Subject;

/// Setups that are asked of at most, of one size.
const SETUPS: u64 = 300;

/// Compares what is said of setups, evenly spread: how many are admitted, and how many are not.
fn compared(model: &Model, target: &Target, limits: &[(Counter, u32)]) -> (u64, u64) {
    let space = Space::new(Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space.within(limits), target);
    let (mut yes, mut no) = (0, 0);
    for sizes in subject.space.sizes().0.iter().take(5) {
        let Some(grid) = Grid::new(&subject.space, sizes, 1 << 20) else { continue };
        let admission = Admission::new(&subject, &grid);
        let step = grid.len().div_ceil(SETUPS).max(1) | 1;
        for number in (0..grid.len()).step_by(step as usize) {
            let setup = grid.setup(number);
            let admits = subject.admits(&setup);
            assert_eq!(admission.admits(number), admits, "{}: {number}: {setup:?}", model.name);
            if admits { yes += 1 } else { no += 1 }
        }
    }
    (yes, no)
}

/// Conditions that read what is computed from something else.
const COMPUTED: &str = "
    model computed
    kind Agent { param greed: 0..3 = low + index(self)  param will: 0..2 = 2 - self.greed }
    agents team: Agent[1..3]
    structure knows: graph on team among ring | star | any = star
    param low: 0..2
    param share: 0..3
    param most = max(a.greed for a in team)
    param part = 6.0 / (share - low)
    state load: 0..2
    state seen: bool = false
    def rich() = most >= 2
    assume share != 1 or rich()
    assume part < 5.0 implies connected(knows)
    step { seen' = seen or load > 1 }
    property unseen { always not seen }
    check { steps: 2 }
    check unseen as freely { expect: violated }
    check unseen as intended { given: { deviations: 0 }, expect: violated }
    check unseen as few { given: { deviations: 1..2, edges: 0..1 }, expect: violated }
    check unseen as pinned { given: { low: 1, team.will: 1, load: 2, knows: star } }
    check unseen as assumed { given: { assume count(a in team where a.will < share) == 1 } }";

#[test]
fn what_is_computed_is_admitted_alike() {
    let (model, _) = support::model("computed", COMPUTED);
    let all: [&[(Counter, u32)]; 3] =
        [&[], &[(Counter::Deviations, 1)], &[(Counter::Edges, 0), (Counter::Deviations, 2)]];
    for limits in all {
        for target in &model.targets {
            let (yes, no) = compared(&model, target, limits);
            let name = target.alias.as_deref();
            assert!(yes > 0 && no > 0, "{name:?} {limits:?}: {yes} are admitted, {no} are not");
        }
    }
}

#[test]
fn shipped_models_are_admitted_alike() {
    let (mut yes, mut no) = (0, 0);
    for path in support::files("properties", "polity") {
        let text = std::fs::read_to_string(&path).expect("a model");
        let (model, _) = support::model(&path.display().to_string(), &text);
        for target in model.targets.iter().filter(|_| !model.is_signature()) {
            let (admitted, refused) = compared(&model, target, &[]);
            (yes, no) = (yes + admitted, no + refused);
        }
    }
    assert!(yes > 10_000 && no > 5_000, "{yes} are admitted, {no} are not");
}
