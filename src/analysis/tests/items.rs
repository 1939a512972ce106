//! Names, libraries, constants, populations, structures, variables, dynamics.

use super::{errors, model, one, read_with, told, told_with};
use crate::ir::model::{IndexSet, Start};
use crate::ir::{Domain, ExprKind, Type, Value};
use crate::social::Family;

#[test]
fn two_items_of_one_name_are_an_error_with_both_places() {
    let text = "model m param stock: 0..3 state stock: int = 0 property p { always stock >= 0 }";
    let read = read_with(text, &[]);
    let told = &read.diagnostics[0];
    assert_eq!(told.code.0.id, "E0301");
    let words: Vec<&str> = told.labels.iter().map(|label| read.sources.words(label.span)).collect();
    assert_eq!(words, ["stock", "stock"]);
    assert!(told.labels[0].span.start > told.labels[1].span.start);
}

#[test]
fn a_variant_and_an_item_share_one_namespace() {
    errors("model m enum A { X, Y } enum B { Y, Z }", &[("E0301", "Y")]);
    errors("model m enum A { X } const X = 1", &[("E0301", "X")]);
}

#[test]
fn fields_of_two_kinds_may_have_one_name() {
    errors(
        "model m kind A { param p: bool } kind B { param p: bool }
         agents a: A[1] agents b: B[1] property q { forall x in a, y in b: x.p == y.p }",
        &[],
    );
    errors("model m kind A { param p: bool state p: bool = false }", &[("E0317", "p")]);
}

#[test]
fn names_of_the_language_are_refused() {
    for name in ["max", "index", "real", "edges", "deviations", "no_faults", "holistic"] {
        let text = format!("model m const {name} = 1");
        assert_eq!(told(&text)[0].0, "E0302", "{name}");
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest() {
    let read = read_with("model m kind Agent { } agents team: Agnet[1..2]", &[]);
    let told = read.diagnostics.iter().find(|told| told.code.0.id == "E0306").unwrap();
    assert_eq!(told.helps, ["did you mean `Agent`?"]);
}

#[test]
fn the_order_of_items_does_not_matter() {
    let model = model(
        "model m
         property p { always double(level) <= TOP }
         step { level' = start }
         state level: LOW..HIGH = start
         param start: LOW..HIGH = base
         param base = LOW + 1
         const TOP = HIGH * 2  const HIGH = LOW + 9  const LOW = 1
         def double(x: int) = 2 * x",
    );
    assert_eq!(model.states.iter().next().unwrap().domain, Domain::Ints(1, 10));
    let base = model.params.iter().find(|param| param.name == "base").unwrap();
    assert!(base.derived && base.domain == Domain::Whole(Type::Int));
}

#[test]
fn constants_in_a_circle_are_one_error() {
    errors("model m const A = B + 1 const B = A const C = A", &[("E0308", "A")]);
}

#[test]
fn a_constant_may_go_through_a_def() {
    errors(
        "model m const A = twice(B) const B = 2 def twice(x: int) = 2 * x state s: 0..A = 4
         property p { always s == 4 }",
        &[],
    );
    errors("model m const A = f() def f() = A + 1", &[("E0308", "A")]);
}

#[test]
fn a_constant_of_a_type_is_held_to_it() {
    errors("model m const A: 0..3 = 4", &[("E0314", "4")]);
    errors("model m const A: real = 4 state x: 0.0..A = 0.0 property p { x >= 0.5 }", &[]);
}

#[test]
fn bounds_must_be_constant() {
    one(
        "model m param cap: 1..9 state s: 0..cap = 0 property p { always s == cap }",
        "E0309",
        "cap",
    );
    errors("model m kind A { } param n: 1..9 agents team: A[1..n]", &[("E0309", "n")]);
}

#[test]
fn derived_parameters_in_a_circle_are_an_error() {
    errors("model m param a = b + 1 param b = a * 2", &[("E0308", "a")]);
    errors(
        "model m kind K { param x: 0..9 param y = self.x + z() } def z() = w param w = 3
         agents t: K[2] property p { forall k in t: k.y >= w }",
        &[],
    );
    errors(
        "model m kind K { param x = self.y param y = self.x } agents t: K[2]",
        &[("E0308", "x")],
    );
}

#[test]
fn libraries_give_consts_enums_and_defs() {
    let libraries = [
        (
            "a.polity",
            "use \"b.polity\" const TEN = 10 def near(x: int, y: int) = abs(x - y) <= ONE",
        ),
        ("b.polity", "const ONE = 1 enum Mood { Good, Bad }"),
    ];
    let text =
        "model m use \"a.polity\" use \"b.polity\" state s: 0..TEN = 0 state mood: Mood = Good
                property p { always (near(s, 0) and mood == Good) }";
    let read = read_with(text, &libraries);
    assert!(read.diagnostics.is_empty(), "{:#?}", read.diagnostics);
    assert_eq!(read.model.unwrap().states.iter().next().unwrap().domain, Domain::Ints(0, 10));
}

#[test]
fn libraries_that_are_missing_circular_or_models_are_errors() {
    let libraries = [
        ("a.polity", "use \"b.polity\""),
        ("b.polity", "use \"a.polity\""),
        ("m.polity", "model m"),
    ];
    let told = told_with("model m use \"no.polity\" use \"a.polity\" use \"m.polity\"", &libraries);
    let mut codes: Vec<&str> = told.iter().map(|one| one.0).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["E0303", "E0303", "E0304"], "{told:#?}");
    let own = told_with("model m use \"main.polity\"", &[("main.polity", "")]);
    assert_eq!(own[0].0, "E0304");
}

#[test]
fn names_of_a_library_that_cannot_be_read_are_not_complained_of() {
    let told = told("model m use \"no.polity\" state s: int = START property p { always s < END }");
    let codes: Vec<&str> = told.iter().map(|one| one.0).collect();
    assert_eq!(codes, ["E0303"], "{told:#?}");
}

#[test]
fn a_library_holds_no_agents() {
    let told = told_with("model m use \"a.polity\"", &[("a.polity", "kind A { }")]);
    assert_eq!(told[0].0, "E0305");
    let read = read_with("const A = 1 def f(x: int) = x + A", &[]);
    assert!(read.model.is_none() && read.diagnostics.is_empty(), "{:#?}", read.diagnostics);
}

#[test]
fn sizes_of_populations_have_bounds() {
    for (size, words) in
        [("[1..1_000_000_000]", "1..1_000_000_000"), ("[3..2]", "3..2"), ("[-1..2]", "-1..2")]
    {
        errors(&format!("model m kind A {{ }} agents t: A{size}"), &[("E0310", words)]);
    }
    let model = model("model m kind A { } agents t: A[3] agents u: A[0..100_000]");
    let sizes: Vec<_> = model.populations.iter().map(|population| population.size).collect();
    assert_eq!(sizes, [Some((3, 3)), Some((0, 100_000))]);
}

#[test]
fn principals_have_a_fixed_size_and_never_act() {
    errors("model m kind D { } principals donors: D[1..2]", &[("E0311", "donors")]);
    errors(
        "model m kind D { state s: bool = false } principals donors: D[2]
         rule give(d in donors) { d.s' = true }",
        &[("E0311", "donors")],
    );
}

#[test]
fn structures_have_families_that_fit() {
    let text = |rest: &str| format!("model m kind A {{ }} agents t: A[1..4] structure s: {rest}");
    let family = |rest: &str| {
        let model = model(&text(rest));
        let structure = model.structures.iter().next().unwrap();
        (structure.among.clone(), structure.baseline)
    };
    assert_eq!(family("digraph on t"), (vec![Family::Any], None));
    assert_eq!(family("digraph on t = ring"), (vec![Family::Ring], Some(Family::Ring)));
    assert_eq!(
        family("digraph on t among star | grid(2) = ring"),
        (vec![Family::Star, Family::Grid(2), Family::Ring], Some(Family::Ring))
    );
    assert_eq!(family("graph on t among any = ring"), (vec![Family::Any], Some(Family::Ring)));
    errors(&text("graph on t among rnig"), &[("E0501", "rnig")]);
    errors(&text("graph on t among ring(3)"), &[("E0501", "ring(3)")]);
    errors(&text("graph on t among competitive"), &[("E0502", "competitive")]);
    errors(&text("graph on t = any"), &[("E0505", "any")]);
    errors(&text("graph on A"), &[("E0307", "A")]);
    errors(&text("weights 1.0..0.0 on t"), &[("E0504", "1.0..0.0")]);
}

#[test]
fn only_digraphs_and_weights_tie_two_populations() {
    let text = |shape: &str| {
        format!("model m kind A {{ }} agents t: A[2] agents u: A[3] structure s: {shape} on t to u")
    };
    errors(&text("digraph"), &[]);
    errors(&text("weights 0.0..1.0"), &[]);
    errors(&text("graph"), &[("E0503", "u")]);
    errors(&text("tree"), &[("E0503", "u")]);
}

#[test]
fn indices_are_populations_kinds_enums_or_ranges() {
    let model = model(
        "model m kind A { state seen(b: A, 0..2): bool = self == b } agents t: A[2] enum E { X, Y }
         state cost(t, E): real = 0.0 property p { forall a in t: cost(a, X) > 0.0 or a.seen(a, 1) }",
    );
    let seen = model.states.iter().find(|state| state.name == "seen").unwrap();
    assert!(matches!(
        seen.indices[..],
        [IndexSet::Kind(_), IndexSet::Kind(_), IndexSet::Ints(0, 2)]
    ));
    assert!(matches!(&seen.start, Start::Value(value) if value.frame == 3));
    errors("model m state s(real): bool = false", &[("E0312", "real")]);
    errors("model m state s(0..10_000_000): bool = false", &[("E0312", "0..10_000_000")]);
    errors("model m state s(3..2): bool = false", &[("E0312", "3..2")]);
}

#[test]
fn what_is_free_needs_bounds() {
    errors("model m param p: real", &[("E0313", "p")]);
    errors("model m param p: int = 3", &[("E0313", "p")]);
    errors("model m state s: real", &[("E0313", "s")]);
    errors("model m param p: 0.0..1.0 state s: {1, 3}", &[]);
}

#[test]
fn defaults_and_starts_lie_in_their_domain() {
    errors("model m state s: 0..3 = 2 + 2", &[("E0314", "2 + 2")]);
    errors("model m param p: 0.0..1.0 = 2", &[("E0314", "2")]);
    errors("model m param p: {1, 3} = 2", &[("E0314", "2")]);
    let model = model("model m param p: 0.0..1.0 = 1 property q { p > 0.5 }");
    let value = model.params.iter().next().unwrap().value.clone().unwrap();
    assert_eq!(*value.expr.kind, ExprKind::Literal(Value::Real(1.0)));
}

#[test]
fn what_a_signature_does_not_give_is_recorded() {
    let signature = "model m kind A { param name: string state mood: int } agents t: A";
    let model = model(signature);
    assert!(model.is_signature());
    assert!(matches!(model.states.iter().next().unwrap().start, Start::Recorded));
    errors(
        "model m kind A { param name: string } agents t: A[2]",
        &[("E0313", "name"), ("E0318", "string")],
    );
}

#[test]
fn drawn_starts_and_the_schedule_have_sites() {
    let model = model(
        "model m kind A { state s: bool ~ bernoulli(0.5) } agents t: A[2] schedule random
         rule go(a in t) when a.s { draw x ~ bernoulli(0.5) a.s' = x }",
    );
    let sites: Vec<_> = model
        .sites
        .iter()
        .map(|site| (site.item.as_str(), site.name.as_str(), site.drawn))
        .collect();
    assert_eq!(
        sites,
        [
            ("start", "A.s", true),
            ("go", "x", true),
            ("schedule", "next", false),
            ("schedule", "rank", true)
        ]
    );
    errors("model m state s: int ~ bernoulli(0.5)", &[("E0319", "bernoulli(0.5)")]);
}

#[test]
fn a_second_step_or_schedule_is_an_error() {
    errors(
        "model m state s: int = 0 step { s' = 1 } step { s' = 2 }",
        &[("E0315", "step { s' = 2 }")],
    );
    let told = told("model m schedule any");
    assert_eq!(told[0].0, "W0106");
}

#[test]
fn a_rule_ranges_over_a_fixed_set() {
    errors(
        "model m kind A { state s: bool = false } agents t: A[2]
         rule go(a in {b in t where b.s}) { a.s' = true }",
        &[("E0316", "{b in t where b.s}")],
    );
}

#[test]
fn all_errors_come_in_the_order_of_the_text() {
    errors(
        "model m kind A { state s: 0..3 = 9 } agents t: B[2]
         structure r: graph on t among rign step { } step { }
         property p { always q } check z { stesp: 3 }",
        &[
            ("E0314", "9"),
            ("E0306", "B"),
            ("E0501", "rign"),
            ("E0315", "step { }"),
            ("E0401", "q"),
            ("E0613", "z"),
            ("E0610", "stesp"),
        ],
    );
}
