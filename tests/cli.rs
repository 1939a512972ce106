//! The commands end to end: what is printed where, and the exit statuses.

mod program;

use assert_cmd::Command;
use program::{err, folder, json, out, polity, status};

const GOOD: &str = "\
//! Nobody ever gets more than it should.
model store

kind Agent {
  /// Takes two where one is its share.
  param greedy: bool = false
  state taken: 0..20 = 0
}

agents team: Agent[1..3]

step {
  for a in team { a.taken' = a.taken + (if a.greedy then 2 else 1) }
}

/// Nobody is far ahead.
value property together {
  always forall a in team, b in team: a.taken <= b.taken
}

/// Somebody gets something.
objective property progress {
  eventually[..3] exists a in team: a.taken > 0
}

check { steps: 4 }
";

const PINS: &str = "team: 2, team[0].greedy: false, team[1].greedy: true";

const EXPECTED: &str = "check together { expect: violated with { agents: 2, deviations: 1 } }\n";

#[test]
fn a_violation_that_nobody_expects_exits_with_1_and_says_so() {
    let folder = folder(&[("store.polity", GOOD)]);
    let output = polity(folder.path(), &["check", "store.polity"]);
    assert_eq!(status(&output), 1, "{}", err(&output));
    assert!(out(&output).contains("violated, NOT as expected"), "{}", out(&output));
    assert!(out(&output).contains(".greedy   true   intended: false"), "{}", out(&output));
    assert!(!out(&output).contains('\u{1b}'), "no colour without a terminal");
}

#[test]
fn what_is_as_expected_exits_with_0() {
    let folder = folder(&[("store.polity", &format!("{GOOD}{EXPECTED}"))]);
    let output = polity(folder.path(), &["check"]);
    assert_eq!(status(&output), 0, "{}{}", out(&output), err(&output));
    assert!(out(&output).contains("violated, as expected"), "{}", out(&output));
    assert!(out(&output).ends_with("2 as expected\n"), "{}", out(&output));
}

#[test]
fn one_property_alone_is_checked_and_an_unknown_one_is_suggested() {
    let folder = folder(&[("store.polity", GOOD)]);
    let output = polity(folder.path(), &["check", "--property", "progress"]);
    assert_eq!(status(&output), 0, "{}{}", out(&output), err(&output));
    assert!(!out(&output).contains("together"));
    let output = polity(folder.path(), &["check", "--property", "progres"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("did you mean `progress`?"), "{}", err(&output));
}

const DARK: &str = "\
model dark
enum Mood { Calm, Angry }
state mood: Mood = Calm
state x: 0..3 = 0
step {
  if x > 3 { mood' = Angry } else { x' = min(x + 1, 3) }
}
property calm { always x >= 0 }
property stays { always x < 4 }
check { steps: 4 }
";

#[test]
fn what_no_run_reached_is_listed_and_fails_where_it_is_asked_to() {
    let folder = folder(&[("dark.polity", DARK)]);
    let output = polity(folder.path(), &["check", "dark.polity"]);
    assert_eq!(status(&output), 0, "{}{}", out(&output), err(&output));
    let said = out(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("`if x > 3` was never true (dark.polity:6)"), "{said}");
    assert!(said.contains("nothing ever was `Angry` (of `Mood`)"), "{said}");
    assert!(!said.contains("`Calm`"), "{said}");
    for asked in [&["--fail-on", "unreached"][..], &["--fail-on", "vacuous,unreached"]] {
        let output = polity(folder.path(), &[&["check", "dark.polity"], asked].concat());
        assert_eq!(status(&output), 1, "{}", err(&output));
        assert!(err(&output).contains("2 things were never reached"), "{}", err(&output));
    }
    let output = polity(folder.path(), &["check", "dark.polity", "--fail-on", "vacuous"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let found = json(&polity(folder.path(), &["check", "--format", "json", "dark.polity"]));
    let unreached = found["results"][0]["unreached"].as_array().expect("a list");
    assert_eq!(unreached.len(), 2, "{unreached:?}");
    // A search that ended early with what it looked for tells nothing of what it did not see.
    let soon = format!("{DARK}property soon {{ x == 1 }}\n");
    std::fs::write(folder.path().join("dark.polity"), soon).expect("written");
    let asked = ["check", "dark.polity", "--fail-on", "unreached", "--property", "soon"];
    let output = polity(folder.path(), &asked);
    assert!(!err(&output).contains("never reached"), "{}", err(&output));
    std::fs::write(folder.path().join("polity.toml"), "fail_on = [\"unreached\"]\n").expect("");
    let output = polity(folder.path(), &["check", "dark.polity", "--property", "stays"]);
    assert_eq!(status(&output), 1, "{}", err(&output));
}

#[test]
fn pins_narrow_the_space() {
    let folder = folder(&[("store.polity", GOOD)]);
    let output = polity(folder.path(), &["check", "--given", "team.greedy: false"]);
    assert_eq!(status(&output), 0, "{}{}", out(&output), err(&output));
    let output = polity(folder.path(), &["check", "--given", "crew: 3"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("crew"), "{}", err(&output));
}

#[test]
fn a_setup_file_pins_a_point() {
    let setup = "[agents]\nteam = 2\n[team.1]\ngreedy = true\n";
    let folder = folder(&[("store.polity", GOOD), ("one.toml", setup)]);
    let arguments = ["simulate", "store.polity", "--setup", "one.toml", "--steps", "2"];
    let output = polity(folder.path(), &arguments);
    assert_eq!(status(&output), 0, "{}", err(&output));
    assert!(out(&output).contains("team[1].greedy"), "{}", out(&output));
}

#[test]
fn the_output_is_the_same_for_one_and_two_threads() {
    let folder = folder(&[("store.polity", GOOD)]);
    let run = |threads: &str| polity(folder.path(), &["check", "--threads", threads]).stdout;
    let one = run("1");
    assert!(!one.is_empty());
    assert_eq!(one, run("2"));
    let run = |threads: &str| {
        polity(folder.path(), &["check", "--threads", threads, "--format", "json"]).stdout
    };
    assert_eq!(run("1"), run("2"));
}

#[test]
fn the_json_has_every_field_of_the_results() {
    let folder = folder(&[("store.polity", &format!("{GOOD}{EXPECTED}"))]);
    let output = polity(folder.path(), &["check", "--format", "json"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let document = json(&output);
    assert_eq!(document["polity"], 1);
    assert_eq!(document["diagnostics"], serde_json::json!([]));
    let result = &document["results"][0];
    for field in [
        "model",
        "property",
        "check",
        "alignment",
        "verdict",
        "expected",
        "as_expected",
        "engine",
        "minimal",
        "settled_by",
        "vacuous",
        "pending",
        "agents",
        "deviations",
        "edges",
        "steps",
        "setup",
        "margin",
        "runs",
        "setups",
        "seconds",
        "confidence",
        "counterexample",
        "causes",
        "reason",
    ] {
        assert!(result.get(field).is_some(), "{field} is missing: {result}");
    }
    assert_eq!(result["verdict"], "violated");
    assert_eq!(result["expected"], "violated");
    assert_eq!(result["agents"], serde_json::json!({ "team": 2 }));
    assert_eq!(result["deviations"], 1);
    let causes = result["causes"].as_array().expect("a violation has causes");
    let deviation = |cause: &&serde_json::Value| cause["kind"] == "deviation";
    assert_eq!(causes.iter().filter(deviation).count(), 1, "{causes:?}");
    assert_eq!(result["seconds"], serde_json::Value::Null, "a time would differ between runs");
}

#[test]
fn the_json_has_the_setup_that_the_counterexample_file_has() {
    let folder = folder(&[("store.polity", &format!("{GOOD}{EXPECTED}"))]);
    let output = polity(folder.path(), &["check", "--save", "--format", "json"]);
    let document = json(&output);
    let results = document["results"].as_array().expect("a list");
    let (violated, rest): (Vec<_>, Vec<_>) =
        results.iter().partition(|result| !result["counterexample"].is_null());
    assert!(rest.iter().all(|result| result["setup"].is_null()), "{rest:?}");
    let [result] = violated[..] else { panic!("{results:?}") };
    let path = folder.path().join(result["counterexample"].as_str().expect("a file"));
    let text = std::fs::read_to_string(path).expect("the file");
    let stored: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(result["setup"], stored["setup"]);
    assert_eq!(result["setup"]["agents"], result["agents"]);
    let greedy = serde_json::json!([{ "greedy": false }, { "greedy": true }]);
    assert_eq!(result["setup"]["params"]["team"], greedy);
}

#[test]
fn a_wrong_specification_is_shown_and_the_others_are_still_checked() {
    let wrong = "model wrong\nkind Agent { state x: int = 0 }\nagents team: Agnt[2]\n\
                 property p { always forall a in team: a.y > 0 }\n";
    let files = [("a.polity", wrong), ("b.polity", &format!("{GOOD}{EXPECTED}"))];
    let folder = folder(&files);
    let output = polity(folder.path(), &["check", "."]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("Agnt"), "{}", err(&output));
    assert!(err(&output).contains("a.polity:3"), "{}", err(&output));
    assert!(err(&output).contains("not checked"), "{}", err(&output));
    assert!(out(&output).contains("together"), "{}", out(&output));
    let output = polity(folder.path(), &["check", ".", "--format", "json"]);
    let document = json(&output);
    assert_eq!(document["diagnostics"][0]["file"], "a.polity");
    assert_eq!(document["diagnostics"][0]["line"], 3);
    let results = document["results"].as_array().expect("a list");
    let named = |name: &str| results.iter().filter(|result| result["property"] == name).count();
    assert_eq!((named("together"), named("progress")), (1, 1), "{results:?}");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = folder(&[("store.polity", GOOD)]);
    std::fs::write(folder.path().join("bytes.polity"), [0x6d, 0xff, 0xfe]).expect("written");
    for (arguments, message) in [
        (vec!["check", "gone.polity"], "cannot read `gone.polity`: there is no such file"),
        (vec!["check", "bytes.polity"], "cannot read `bytes.polity`: it is not UTF-8 (line 1)"),
        (vec!["check", "/dev/null"], "cannot read `/dev/null`: it is not a regular file"),
        (vec!["simulate", "."], "cannot read `.`: it is a folder"),
        (vec!["replay", "gone.json"], "gone.json"),
        (vec!["monitor", "store.polity", "gone.jsonl"], "gone.jsonl"),
    ] {
        let output = polity(folder.path(), &arguments);
        assert_eq!(status(&output), 2, "{arguments:?}");
        assert!(err(&output).contains(message), "{arguments:?}: {}", err(&output));
    }
}

#[test]
fn an_empty_folder_has_nothing_to_check() {
    let folder = folder(&[]);
    let output = polity(folder.path(), &["check"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("there is no `.polity` file"), "{}", err(&output));
}

#[test]
fn wrong_arguments_exit_with_2_and_say_what_is_taken() {
    let folder = folder(&[("store.polity", GOOD)]);
    for (arguments, message) in [
        (vec![], "Usage"),
        (vec!["chek"], "check"),
        (vec!["check", "--rns", "5"], "--runs"),
        (vec!["check", "--runs", "0"], "1.."),
        (vec!["check", "--runs", "many"], "invalid"),
        (vec!["check", "--steps", "1000000000000"], "--steps"),
        (vec!["check", "--threads", "0"], "1..=1024"),
        (vec!["check", "--time", "soon"], "30s"),
        (vec!["search", "--engine", "solve"], "has no engine `solve`"),
        (vec!["solve", "--least", "greedines"], "has no free parameter `greedines`"),
        (vec!["solve", "--least", "greedy"], "a parameter that is no number"),
        (vec!["solve", "--least", "a", "--greatest", "b"], "cannot be used with"),
        (vec!["check", "--engine", "magic"], "there is no engine `magic`"),
        (vec!["check", "--format", "xml"], "json"),
        (vec!["check", "-q", "-v"], "cannot be used with"),
        (vec!["explain", "vacuus"], "did you mean `vacuous`?"),
    ] {
        let output = polity(folder.path(), &arguments);
        assert_eq!(status(&output), 2, "{arguments:?}: {}", out(&output));
        assert!(err(&output).contains(message), "{arguments:?}: {}", err(&output));
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let folder = folder(&[]);
    for arguments in [vec!["--help"], vec!["--version"], vec!["check", "--help"]] {
        let output = polity(folder.path(), &arguments);
        assert_eq!(status(&output), 0, "{arguments:?}");
        assert!(!out(&output).is_empty());
    }
}

#[test]
fn a_broken_project_file_is_named_with_line_and_field() {
    for (text, message) in [
        ("seed = 1\nrns = 5\n", "polity.toml:2:1: there is no setting `rns`"),
        ("seed = \"x\"\n", "polity.toml:1:8"),
        ("seed = \n", "polity.toml:1"),
        ("engine = \"magic\"\n", "there is no engine `magic`"),
        ("threads = 0\n", "`threads` is not within 1..1024"),
    ] {
        let folder = folder(&[("store.polity", GOOD), ("polity.toml", text)]);
        let output = polity(folder.path(), &["check"]);
        assert_eq!(status(&output), 2, "{text}");
        assert!(err(&output).contains(message), "{text}: {}", err(&output));
    }
}

#[test]
fn a_project_is_found_from_below_and_keeps_its_counterexamples() {
    let project = "files = [\"models\"]\ncorpus = \"kept\"\n";
    let folder = folder(&[
        ("polity.toml", project),
        ("models/store.polity", &format!("{GOOD}{EXPECTED}")),
        ("below/note.txt", ""),
    ]);
    let output = polity(&folder.path().join("below"), &["check"]);
    assert_eq!(status(&output), 0, "{}{}", out(&output), err(&output));
    let kept = folder.path().join("kept/store");
    let names: Vec<String> = std::fs::read_dir(&kept)
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].starts_with("together-"), "{names:?}");
    let path = format!("kept/store/{}", names[0]);
    let output = polity(folder.path(), &["replay", &path]);
    assert_eq!(status(&output), 0, "{}{}", out(&output), err(&output));
    assert!(out(&output).contains("still violates"), "{}", out(&output));
    let output = polity(folder.path(), &["replay", &path, "--at", "1"]);
    assert!(out(&output).contains("team[0]"), "{}", out(&output));
    let output = polity(folder.path(), &["replay", &path, "--at", "99"]);
    assert_eq!(status(&output), 2, "{}", out(&output));
}

#[test]
fn nothing_is_kept_without_a_project_unless_asked() {
    let folder = folder(&[("store.polity", GOOD)]);
    polity(folder.path(), &["check"]);
    assert!(!folder.path().join("counterexamples").exists());
    let output = polity(folder.path(), &["check", "--save"]);
    assert!(folder.path().join("counterexamples/store").is_dir(), "{}", err(&output));
    assert!(out(&output).contains("polity replay counterexamples/store/"), "{}", out(&output));
}

#[test]
fn a_new_project_checks_and_is_laid_out() {
    let folder = folder(&[]);
    let output = polity(folder.path(), &["new", "crew"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let project = folder.path().join("crew");
    let output = polity(&project, &["check"]);
    assert_eq!(status(&output), 0, "{}{}", out(&output), err(&output));
    assert_eq!(err(&output), "", "no warnings");
    let output = polity(&project, &["fmt", "--check"]);
    assert_eq!(status(&output), 0, "{}{}", out(&output), err(&output));
    let output = polity(folder.path(), &["new", "crew"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("is there already"), "{}", err(&output));
    for name in ["model", "../up", "Crew", "", "a b"] {
        let output = polity(folder.path(), &["new", name]);
        assert_eq!(status(&output), 2, "{name}");
    }
}

#[test]
fn fmt_lays_out_once_and_leaves_broken_files_alone() {
    let messy = "model   m\nstate x :int=0\nstep{x'=x+1}\nproperty p{always x>=0}\n";
    let broken = "model m\nstep { x' = }\n";
    let folder = folder(&[("messy.polity", messy), ("broken.polity", broken)]);
    let output = polity(folder.path(), &["fmt", "--check", "messy.polity"]);
    assert_eq!(status(&output), 1, "{}", err(&output));
    let text = || std::fs::read_to_string(folder.path().join("messy.polity")).expect("a file");
    assert_eq!(text(), messy);
    assert_eq!(status(&polity(folder.path(), &["fmt", "messy.polity"])), 0);
    let once = text();
    assert_ne!(once, messy);
    assert_eq!(status(&polity(folder.path(), &["fmt", "--check", "messy.polity"])), 0);
    assert_eq!(status(&polity(folder.path(), &["fmt", "broken.polity"])), 2);
    let left = std::fs::read_to_string(folder.path().join("broken.polity")).expect("a file");
    assert_eq!(left, broken);
    let output = Command::cargo_bin("polity")
        .expect("the binary")
        .args(["fmt", "-"])
        .write_stdin(messy)
        .output()
        .expect("it runs");
    assert_eq!(out(&output), once);
}

#[test]
fn explain_knows_every_code_and_the_words_of_the_reports() {
    let folder = folder(&[]);
    let list = out(&polity(folder.path(), &["explain"]));
    for code in polity::diag::code::all() {
        assert!(list.contains(code.0.id), "{}", code.0.id);
    }
    for word in ["violated", "tested", "vacuous", "not_found", "e0101"] {
        let output = polity(folder.path(), &["explain", word]);
        assert_eq!(status(&output), 0, "{word}: {}", err(&output));
    }
}

#[test]
fn a_simulated_run_can_be_monitored() {
    let folder = folder(&[("store.polity", &format!("{GOOD}{EXPECTED}"))]);
    let arguments =
        ["simulate", "store.polity", "--given", PINS, "--format", "jsonl", "--output", "run.jsonl"];
    let output = polity(folder.path(), &arguments);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let output = polity(folder.path(), &["monitor", "store.polity", "run.jsonl"]);
    assert_eq!(status(&output), 1, "{}{}", out(&output), err(&output));
    assert!(out(&output).contains("together"), "{}", out(&output));
    assert!(out(&output).contains("run.jsonl"), "{}", out(&output));
}

#[test]
fn results_go_to_a_file_where_one_is_named() {
    let folder = folder(&[("store.polity", GOOD)]);
    let output = polity(folder.path(), &["check", "--format", "json", "--output", "r.json"]);
    assert_eq!(out(&output), "");
    let text = std::fs::read_to_string(folder.path().join("r.json")).expect("the file");
    assert!(text.contains("\"polity\": 1"), "{text}");
    let output = polity(folder.path(), &["check", "--output", "no/such/folder/r.txt"]);
    assert_eq!(status(&output), 2, "{}", err(&output));
}

#[test]
fn a_library_is_found_beside_the_file_that_uses_it() {
    let library = "const MOST = 3\n";
    let model = "model m\nuse \"../shared/lib.polity\"\nstate x: int = 0\n\
                 step { x' = min(x + 1, MOST) }\nproperty p { always x <= MOST }\n";
    let folder = folder(&[("models/m.polity", model), ("shared/lib.polity", library)]);
    let output = polity(folder.path(), &["check", "models/m.polity"]);
    assert_eq!(status(&output), 0, "{}{}", out(&output), err(&output));
    let wild = "model m\nuse \"/dev/zero\"\nuse \"gone.polity\"\nproperty p { true }\n";
    std::fs::write(folder.path().join("wild.polity"), wild).expect("written");
    let output = polity(folder.path(), &["check", "wild.polity"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("it is not a regular file"), "{}", err(&output));
    assert!(err(&output).contains("there is no such file"), "{}", err(&output));
}

/// A first Ctrl-C prints what was found so far. `timeout` is the one of coreutils; without
/// `--foreground` it would press twice.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_check_says_what_it_found_and_exits_with_130() {
    let slow = "model slow\nkind Agent { state x: 0..1000 = 0 }\nagents team: Agent[1..6]\n\
                step { for a in team { choose d in 0..9  a.x' = min(1000, a.x + d) } }\n\
                property p { always forall a in team: a.x <= 1000 }\ncheck { steps: 50 }\n";
    let folder = folder(&[("slow.polity", slow)]);
    let output = std::process::Command::new("timeout")
        .args(["--foreground", "--preserve-status", "--signal=INT", "4"])
        .arg(assert_cmd::cargo::cargo_bin("polity"))
        .args(["check", "slow.polity", "--runs", "1000000000"])
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    assert_eq!(status(&output), 130, "{}{}", out(&output), err(&output));
    assert!(out(&output).contains("interrupted: what was found so far"), "{}", out(&output));
}

#[test]
fn a_time_limit_ends_every_search() {
    let slow = "model slow\nkind Agent { state x: 0..1000 = 0 }\nagents team: Agent[1..6]\n\
                step { for a in team { choose d in 0..9  a.x' = min(1000, a.x + d) } }\n\
                property p { always forall a in team: exp(a.x / 1000.0) <= 3.0 }\n\
                property q { always forall a in team: exp(a.x / 1000.0) >= 0.5 }\n\
                check { steps: 50 }\n";
    let folder = folder(&[("slow.polity", slow)]);
    let arguments = ["check", "--runs", "1000000000", "--time", "2s"];
    let output = polity(folder.path(), &arguments);
    assert_eq!(status(&output), 0, "{}{}", out(&output), err(&output));
    assert!(out(&output).contains("stopped by --time"), "{}", out(&output));
    assert!(out(&output).contains("? p ") && out(&output).contains("? q "), "{}", out(&output));
}

/// Two firms share a market: each keeps to the cartel if patience makes up for the gain.
const CARTEL: &str = "model cartel\nkind Firm { param patience: 0.0..0.99 }\n\
    agents firms: Firm[2..4]\n\
    def keeps(f: Firm) = 1.0 / count(firms) >= 1.0 - f.patience\n\
    property no_cartel { exists f in firms: not keeps(f) }\n\
    check { expect: violated }\n";

#[test]
fn the_solver_gives_critical_values_as_exact_rationals() {
    let folder = folder(&[("cartel.polity", CARTEL)]);
    let output = polity(folder.path(), &["solve", "cartel.polity", "--least", "patience"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    for line in
        ["2 agents    1/2 = 0.5   there it is violated", "3 agents    2/3", "4 agents    3/4"]
    {
        assert!(out(&output).contains(line), "{}", out(&output));
    }
    let arguments = ["solve", "cartel.polity", "--greatest", "patience", "--format", "json"];
    let output = polity(folder.path(), &arguments);
    let json: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
    let sizes = &json["critical"][0]["sizes"];
    assert_eq!(sizes[0]["value"], "99/100", "{json:#}");
    assert_eq!(sizes[0]["attained"], true, "{json:#}");
    assert_eq!(sizes[2]["agents"]["firms"], 4, "{json:#}");
}

#[test]
fn a_value_that_is_only_approached_says_so() {
    let text = "model edge\nparam x: 0.0..1.0\nproperty low { x <= 0.25 }\n\
                check { expect: violated }\n";
    let folder = folder(&[("edge.polity", text)]);
    let output = polity(folder.path(), &["solve", "edge.polity", "--least", "x"]);
    assert!(out(&output).contains("1/4 = 0.25   only approached"), "{}", out(&output));
}

#[test]
fn a_proof_says_which_guards_it_needs() {
    let text = "model gate\nstate x: 0..9 = 0\nparam most: 0..9\nassume most <= 3\n\
                assume most >= 0\n\
                step {\n  choose up in 0..9 where up <= most\n  require up != 7\n  \
                x' = up\n}\n\
                property low { always x <= 3 }\ncheck { steps: 3 }\n";
    let folder = folder(&[("gate.polity", text)]);
    let output = polity(folder.path(), &["solve", "gate.polity", "--needs"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let said = out(&output);
    let line = |of: &str| said.lines().find(|line| line.contains(of)).unwrap_or("").to_string();
    assert!(line("`assume most <= 3`").contains("needed: violated without"), "{said}");
    assert!(line("`assume most >= 0`").contains("not needed"), "{said}");
    assert!(line("`where up <= most`").contains("needed: violated without"), "{said}");
    assert!(line("`require up != 7`").contains("not needed"), "{said}");
}

#[test]
fn a_proof_says_which_bounds_it_needs() {
    let text = "model pot\nparam take: 0..10\nstate pot: int = 20\n\
                step { pot' = pot - take }\n\
                property lasts { always[..2] pot >= 0 }\ncheck { steps: 2 }\n";
    let folder = folder(&[("pot.polity", text)]);
    let said = out(&polity(folder.path(), &["solve", "pot.polity", "--needs"]));
    let line = |of: &str| said.lines().find(|line| line.contains(of)).unwrap_or("").to_string();
    assert!(line("`lower bound of take`").contains("not needed"), "{said}");
    assert!(line("`upper bound of take`").contains("needed: violated without"), "{said}");
}

#[test]
fn one_engine_alone_says_only_what_it_knows() {
    let folder = folder(&[("cartel.polity", CARTEL)]);
    let claimed = |command: &str| {
        let output = polity(folder.path(), &[command, "cartel.polity", "--format", "json"]);
        assert_eq!(status(&output), 0, "{command}: {}{}", out(&output), err(&output));
        let json: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
        let result = &json["results"][0];
        let text = |name: &str| result[name].as_str().expect("a text").to_string();
        (text("verdict"), text("engine"), text("minimal"))
    };
    assert_eq!(claimed("solve"), ("violated".into(), "solve".into(), "proved".into()));
    let (verdict, engine, _) = claimed("search");
    assert_eq!((verdict.as_str(), engine.as_str()), ("violated", "search"));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = folder(&[("store.polity", GOOD)]);
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("polity"))
        .args(["check", "store.polity"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(status(&output), 1, "{}", err(&output));
    assert_eq!(err(&output), "");
}
