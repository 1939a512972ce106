//! What a person reads: the whole report of small models, each of another kind.
//!
//! A reader who has never seen the model should know in a minute what went wrong. Look at the
//! snapshots with that eye before accepting a change of them.

use assert_cmd::Command;

/// What `polity ARGUMENTS` prints about a model in a fresh folder.
fn shown(text: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("m.polity"), text).expect("written");
    let output = Command::cargo_bin("polity")
        .expect("the binary")
        .args(arguments)
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8")
        + &String::from_utf8(output.stderr).expect("UTF-8");
    let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "wider than 80 columns: {wide:#?}");
    text
}

fn checked(text: &str) -> String {
    shown(text, &["check", "m.polity", "--runs", "600"])
}

#[test]
fn a_violation_with_events_and_ties() {
    insta::assert_snapshot!(checked(
        "model gossip
kind Agent { state knows: bool = false }
agents team: Agent[1..3]
structure trusts: digraph on team among any
event tell { from: Agent, to: Agent }
step {
  for a in team where index(a) == 0 { a.knows' = true }
  for a in team where index(a) > 0 { a.knows' = a.knows or exists b in trusts(a): b.knows }
  for a in team, b in trusts(a) where b.knows and not a.knows { emit tell(from: b, to: a) }
}
/// A secret stays with the first agent.
value property kept { always forall t in tell: index(t.to) == 0 }
check { steps: 4 }
"
    ));
}

#[test]
fn two_worlds_stand_side_by_side() {
    insta::assert_snapshot!(checked(
        "model watch
kind Watcher {
  /// Leaves it to a colleague, if it knows of one.
  param defers: bool = false
  state raised: bool = false
}
agents team: Watcher[1..3]
structure sees: graph on team among isolated | complete
step { for a in team { a.raised' = a.raised or not a.defers or count(sees(a)) == 0 } }
/// Whoever raises the alarm alone raises it in company.
value property company_silences_no_one {
  worlds { alone { sees: isolated } together { } }
  forall a in team: (eventually[..2] a.raised)@alone implies (eventually[..2] a.raised)@together
}
check { steps: 3 }
"
    ));
}

#[test]
fn a_computed_chance_is_exact() {
    insta::assert_snapshot!(checked(
        "model coin
kind Agent { param skill: {0.6, 0.9} = 0.9  state right: bool = false }
agents team: Agent[1..2]
step { for a in team { draw luck ~ bernoulli(a.skill)  a.right' = luck } }
/// The first agent is right most of the time.
objective property reliable { probability(next team[0].right) >= 0.8 }
check { steps: 1 }
"
    ));
}

#[test]
fn an_estimated_chance_has_its_interval() {
    insta::assert_snapshot!(checked(
        "model coin
kind Agent { param skill: {0.6, 0.9} = 0.9  state right: bool = false }
agents team: Agent[1..2]
step { for a in team { draw luck ~ uniform(0.0, 1.0)  a.right' = luck < a.skill } }
/// The first agent is right most of the time.
objective property reliable { probability(next team[0].right) >= 0.8 }
check { steps: 1 }
"
    ));
}

#[test]
fn a_guard_that_never_holds_is_vacuous() {
    insta::assert_snapshot!(checked(
        "model quiet
state x: 0..9 = 0
step { x' = min(9, x + 1) }
/// Whatever is too large is mended.
value property mended { always (x > 10 implies next x == 0) }
/// It grows.
witness grows { eventually x == 3 }
/// It never shrinks below its start, which it cannot.
witness shrinks { eventually x < 0 }
check { steps: 6 }
"
    ));
}

#[test]
fn a_fault_is_told_as_one() {
    insta::assert_snapshot!(checked(
        "model overfull
kind Agent { param takes: 1..3 = 1 }
agents team: Agent[1..3]
state stock: 0..4 = 4
step { stock' = stock - sum(a.takes for a in team) }
/// There is always something left.
value property lasts { always stock >= 0 }
check { steps: 2 }
"
    ));
}

#[test]
fn trees_partitions_and_weights_have_their_own_form() {
    let model = "model forms
kind Agent { state load: real = 1.0 }
agents team: Agent[3]
structure boss: tree on team = hierarchy(2)
structure teams: partition on team = teams(2)
structure weight: normalized weights 0.0..1.0 on team = collaborative
step { for a in team { a.load' = sum(weight(a, b) * b.load for b in team) + 0.5 } }
/// Nobody is overloaded.
value property light { always forall a in team: a.load < 3.0 }
check { steps: 6 }
";
    insta::assert_snapshot!(checked(model));
}

#[test]
fn a_wide_run_becomes_a_list() {
    let model = "model wide
enum Mood { Calm, Alert, Alarmed }
kind Agent { state mood: Mood = Calm  state score: int = 0  state load: real = 0.0 }
agents team: Agent[6]
step {
  for a in team {
    a.mood' = if a.score >= 2 then Alarmed else Alert
    a.score' = a.score + 1 + index(a) % 2
    a.load' = a.load + 0.25
  }
}
/// Everyone stays calm enough.
value property calm { always forall a in team: a.mood != Alarmed or a.load < 0.5 }
check { steps: 5 }
";
    insta::assert_snapshot!(checked(model));
}

#[test]
fn rules_are_named_where_they_fire() {
    insta::assert_snapshot!(checked(
        "model turns
kind Agent { param hasty: bool = false  state done: bool = false }
agents team: Agent[2..3]
schedule any
rule finish(a in team) when not a.done and (a.hasty or index(a) == 0 or team[0].done) {
  a.done' = true
}
/// Nobody finishes before the first.
value property in_turn { always ((exists a in team: a.done) implies team[0].done) }
check { steps: 3 }
"
    ));
}
