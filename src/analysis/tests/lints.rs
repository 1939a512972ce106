//! What is said of a model that means something, but probably not what was meant.

use super::{one, told};

#[test]
fn what_nothing_uses_is_a_lint() {
    one("model m const A = 1", "W0101", "A");
    one("model m enum E { X }", "W0101", "E");
    one("model m kind K { }", "W0101", "K");
    one("model m def f(x: int) = x", "W0101", "f");
    one("model m param p: bool", "W0102", "p");
    one("model m state s: int = 0 step { s' = 1 }", "W0102", "s");
    one("model m event e { } step { emit e() }", "W0102", "e");
    one("model m kind K { } agents t: K[2] structure r: graph on t", "W0102", "r");
}

#[test]
fn a_signature_may_record_what_nothing_reads() {
    let told = told("model m kind K { param name: string } agents t: K event e { by: K }");
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn an_unused_item_is_not_mentioned_where_there_are_errors() {
    one("model m const A = 1 state s: 0..3 = 4", "E0314", "4");
}

#[test]
fn names_against_the_convention_are_a_lint() {
    one("model m param isOpen: bool property p { isOpen }", "W0103", "isOpen");
    one("model m kind fisher { } agents t: fisher[2]", "W0103", "fisher");
    one("model m const top = 3 state s: 0..top = 0 property p { s == 1 }", "W0103", "top");
}

#[test]
fn a_property_that_cannot_be_false_is_a_lint() {
    for formula in ["true", "(always (1 < 2))", "(always (s == s))", "(s == 1 or true)"] {
        let told = told(&format!("model m state s: int = 0 property p {{ {formula} and s == s }}"));
        assert_eq!(told[0].0, "W0104", "{formula}: {told:#?}");
    }
    let told = told("model m state s: int = 0 property p { always s == 0 }");
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn a_world_that_nothing_reads_is_a_lint() {
    one(
        "model m param p: bool = false state s: bool = p
         property q { worlds { a { p: true } b { } } (always s)@a }",
        "W0105",
        "b",
    );
}
