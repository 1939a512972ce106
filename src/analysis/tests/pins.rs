//! Pins in worlds, in checks, and from outside of the file.

use super::{errors, model, pinned};
use crate::ir::property::{IndexPin, PinKind};
use crate::ir::{ExprKind, Value};
use crate::social::Family;

const BODY: &str = "model m const LIMIT = 2 enum Mood { Good, Bad }
    kind A { param p: 0..3 = 0 param q = self.p + 1 state s: 0..9 state z: int = 0 }
    agents t: A[1..4]
    structure r: digraph on t among ring | star structure w: weights 0.0..1.0 on t
    param mood: Mood = Good param cost(Mood): 0.0..1.0 = 0.5
    state level: 0..3
    property safe { forall a in t: a.p + a.q + a.s + a.z < 9 or cost(mood) > 0.5 or level == 1
                    or count(r(a)) > 1 or w(a, a) > 0.5 }
";

fn kind(pins: &str) -> PinKind {
    let mut pins = pinned(BODY, pins).unwrap_or_else(|told| panic!("{pins}: {told:?}"));
    assert_eq!(pins.len(), 1);
    pins.remove(0).kind
}

fn refused(pins: &str, code: &str, words: &str) {
    assert_eq!(pinned(BODY, pins).unwrap_err(), [(code, words.to_string())], "{pins}");
}

#[test]
fn populations_are_pinned_within_their_bounds() {
    assert!(matches!(kind("t: 3"), PinKind::Population(_, 3, 3)));
    assert!(matches!(kind("t: LIMIT..4"), PinKind::Population(_, 2, 4)));
    refused("t: 5", "E0511", "5");
    refused("t: 3..2", "E0310", "3..2");
}

#[test]
fn structures_are_pinned_to_families_or_ties_among_their_own() {
    assert!(matches!(kind("r: star"), PinKind::Family(_, Family::Star)));
    assert!(matches!(kind("w: selfish"), PinKind::Family(_, Family::Selfish)));
    assert!(matches!(kind("r: [[1, 0]]"), PinKind::Ties(_, ties) if ties == [(1, 0, 1.0)]));
    assert!(matches!(kind("w: [[0, 1, 0.5]]"), PinKind::Ties(_, ties) if ties == [(0, 1, 0.5)]));
    refused("r: complete", "E0511", "complete");
    refused("r: rign", "E0501", "rign");
    refused("r: [[0, 0]]", "E0511", "0, 0");
    refused("r: [[0, 4]]", "E0511", "4");
    refused("w: [[0, 1]]", "E0511", "0");
    refused("w: [[0, 1, 2.0]]", "E0511", "2.0");
}

#[test]
fn parameters_are_pinned_for_all_or_for_one() {
    let all = kind("t.p: 2");
    assert!(
        matches!(all, PinKind::Param { indices, .. } if matches!(indices[..], [IndexPin::In(_)]))
    );
    let one = kind("t[0].p: 2");
    let PinKind::Param { indices, value, .. } = one else { panic!() };
    assert!(matches!(indices[..], [IndexPin::At(_)]));
    assert_eq!(*value.kind, ExprKind::Literal(Value::Int(2)));
    assert!(matches!(kind("cost(Bad): 1"), PinKind::Param { indices, .. } if indices.len() == 1));
    assert!(matches!(kind("cost: 1"), PinKind::Param { indices, .. }
        if matches!(indices[..], [IndexPin::All])));
    refused("t.p: 4", "E0511", "4");
    refused("t.p: 0..1", "E0511", "0..1");
    refused("t.q: 1", "E0510", "q");
    refused("t.x: 1", "E0510", "x");
    refused("mood: Ugly", "E0401", "Ugly");
    refused("moood: Good", "E0306", "moood");
}

#[test]
fn only_free_starts_are_pinned() {
    assert!(matches!(kind("t[1].s: 7"), PinKind::Start { .. }));
    assert!(matches!(kind("level: 1"), PinKind::Start { .. }));
    refused("t.z: 1", "E0510", "z");
}

#[test]
fn counters_and_assumptions_are_pins_of_the_setup() {
    assert!(matches!(kind("deviations: 0"), PinKind::Deviations(0, 0)));
    assert!(matches!(kind("edges: 0..2"), PinKind::Edges(0, 2)));
    assert!(matches!(kind("assume forall a in t: a.p == 1"), PinKind::Assume(_)));
    refused("only t[0]", "E0512", "only t[0]");
}

#[test]
fn worlds_pin_bound_agents() {
    let text = |worlds: &str, formula: &str| {
        format!("{BODY} property w2 {{ worlds {{ {worlds} }} {formula} }}")
    };
    let model = model(&text(
        "alone(f: t) { only f, f.p: 1 } all { r: ring, mood: Bad }",
        "forall f in t: (always f.s < 3)@alone(f) implies (always f.s < 4)@all",
    ));
    let property = model.properties.iter().find(|property| property.name == "w2").unwrap();
    assert_eq!(property.worlds.len(), 2);
    let alone = property.worlds.iter().next().unwrap();
    assert!(matches!(alone.pins[0].kind, PinKind::Only(_)));
    assert!(matches!(&alone.pins[1].kind, PinKind::Param { indices, .. }
        if matches!(indices[..], [IndexPin::At(_)])));
    for (pin, words) in
        [("t: 1", "t"), ("deviations: 0", "deviations"), ("assume true", "assume true")]
    {
        let text = text(&format!("a {{ {pin} }}"), "(always level < 3)@a");
        errors(&text, &[("E0513", words)]);
    }
    let twice = text("a { } a { }", "(always level < 3)@a");
    errors(&twice, &[("E0601", "a")]);
    let number = text("a(x: 0..3) { }", "(always level < 3)@a(1)");
    errors(&number, &[("E0602", "0..3")]);
}
