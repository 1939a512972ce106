//! Who&When: what the conversations say, and what is said of broken ones.

use std::path::PathBuf;

use super::model;
use crate::base::id::Id;
use crate::ir::{Model, PopId, Value};
use crate::trace::Reading;
use crate::trace::import::import;
use crate::trace::recorded::Recorded;
use crate::trace::states::End;

const SIGNATURE: &str = include_str!("../../../properties/agents/signature.polity");

fn read(model: &Model, text: &str) -> Result<Recorded, String> {
    let read = import("whowhen", model, Reading::strict("log.json"), text.as_bytes());
    read.map_err(|error| error.to_string())
}

/// Every event as words: `3 delegation Orchestrator WebSurfer …`, by message.
fn events(model: &Model, read: &Recorded) -> Vec<String> {
    let word = |value: &Value| match value {
        Value::Agent(agent) => {
            read.names[PopId::new(0)][agent.index()].clone().expect("agents of a log have names")
        }
        Value::Str(text) => text.chars().take(24).collect(),
        other => format!("{other:?}"),
    };
    let instants = read.trace.instants.iter().enumerate();
    let events = instants.flat_map(|(at, instant)| instant.events.iter().map(move |e| (at, e)));
    events
        .map(|(at, event)| {
            let name = &model.events[event.event].name;
            let fields: Vec<String> = event.fields.iter().map(word).collect();
            format!("{at} {name} {}", fields.join(" "))
        })
        .collect()
}

#[test]
fn an_addressee_is_a_delegation_and_a_thought_is_no_message() {
    let model = model(SIGNATURE);
    let log = r#"{"history": [
        {"role": "human", "content": "when?"},
        {"role": "Orchestrator (thought)", "content": "a plan"},
        {"role": "Orchestrator (-> WebSurfer)", "content": "search\n"},
        {"role": "WebSurfer", "content": "found\nFINAL ANSWER: 20\nRUN COMPLETE"}
    ], "mistake_step": "3"}"#;
    let read = read(&model, log).expect("it is right");
    let expected = [
        "0 message human when?",
        "1 thought Orchestrator a plan",
        "2 message Orchestrator search\n",
        "2 delegation Orchestrator WebSurfer search",
        "3 message WebSurfer found\nFINAL ANSWER: 20\nR",
        "3 final_answer WebSurfer 20",
    ];
    assert_eq!(events(&model, &read), expected);
    assert_eq!((read.trace.end.clone(), read.trace.from_start), (End::Halted, true));
    assert_eq!(read.trace.since, [0, 1, 2]);
    assert_eq!(read.place(2), "log.json, message 2");
    assert_eq!(read.trace.instants[2].events[1].line, 3);
}

#[test]
fn in_a_group_chat_code_and_sentences_that_hand_over_delegate() {
    let model = model(SIGNATURE);
    let log = r#"{"history": [
        {"role": "assistant", "name": "Ann_Expert", "content":
            "You are given: (1) a task and advises from your manager. Pass it to Bob_Expert."},
        {"role": "user", "name": "Ann_Expert", "content":
            "I thank Bob_Expert. I will pass this to the Bob_Expert. Ask yourself why."},
        {"role": "user", "name": "Bob_Expert", "content":
            "Run:\n```python\nprint(1)\n```\nThe lyrics:\n```\nla\n```\nComputer_terminal, please do."},
        {"role": "user", "name": "Computer_terminal", "content": "exitcode: 0, ask Ann_Expert"},
        {"role": "user", "name": "Ann_Expert", "content": "It is 1.\n\nTERMINATE"},
        {"role": "user", "name": "Ann_Expert", "content": "TERMINATE"}
    ], "system_prompt": {"Ann_Expert": "…", "Bob_Expert": "…"}}"#;
    let read = read(&model, log).expect("it is right");
    let delegations: Vec<String> =
        events(&model, &read).into_iter().filter(|event| event.contains("delegation")).collect();
    let expected = [
        "1 delegation Ann_Expert Bob_Expert I will pass this to the ",
        "2 delegation Bob_Expert Computer_terminal print(1)\n",
    ];
    assert_eq!(delegations, expected);
    let answers = events(&model, &read);
    let answers: Vec<&String> = answers.iter().filter(|event| event.contains("answer")).collect();
    assert_eq!(answers, ["4 final_answer Ann_Expert It is 1."]);
    assert_eq!(read.remarks[0], "message 1 delegates to Bob_Expert, by a sentence that hands over");
}

#[test]
fn roles_and_names_are_told() {
    let model = model(SIGNATURE);
    let log = r#"{"history": [{"role": "human", "content": "a"}, {"role": "WebSurfer", "content": "b"}]}"#;
    let read = read(&model, log).expect("it is right");
    let shown: Vec<String> = read.params.iter().map(|cells| format!("{cells:?}")).collect();
    assert!(shown[0].contains("human") && shown[0].contains("WebSurfer"), "{shown:?}");
    assert!(!shown[1].contains("Unrecorded"), "{shown:?}");
}

#[test]
fn a_broken_log_is_refused_with_the_place_or_skipped_if_asked() {
    let model = model(SIGNATURE);
    for (log, expected) in [
        ("{", "log.json, line 1: this is no JSON"),
        ("[]", "log.json: expected a list of messages under `history`"),
        ("{\"history\": {}}", "expected a list of messages under `history`"),
        ("{\"history\": [5]}", "log.json, message 0: in `history[0]`: expected a message"),
        ("{\"history\": [{\"role\": \"human\"}]}", "expected a text under `content`"),
        (
            "{\"history\": [{\"role\": \"human\", \"content\": null}]}",
            "in `history[0].content`: expected a text",
        ),
        ("{\"history\": [{\"content\": \"hi\"}]}", "expected a text under `role`"),
    ] {
        let error = read(&model, log).expect_err(log);
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let log =
        r#"{"history": [{"role": "human", "content": "a"}, 5, {"role": "human", "content": "b"}]}"#;
    let lenient = Reading { lenient: true, ..Reading::strict("log.json") };
    let read = import("whowhen", &model, lenient, log.as_bytes()).expect("lenient");
    assert_eq!((read.trace.instants.len(), read.skipped.len()), (3, 1));
    assert!(read.trace.instants[1].unread);
}

#[test]
fn a_model_that_cannot_take_the_log_says_what_it_lacks() {
    let log = r#"{"history": [{"role": "human", "content": "a"}]}"#;
    let sized =
        "model m kind K {} agents t: K[2] event message { from: K } property p { always true }";
    let error = read(&model(sized), log).expect_err("sized");
    assert!(error.contains("no population without a size"), "{error}");
    let other = SIGNATURE.replacen("text: string }", "text: int }", 1);
    let error = read(&model(&other), log).expect_err("text as int");
    assert!(
        error.contains("in `message`: the field must be declared as `text: string`"),
        "{error}"
    );
    let model =
        model("model m kind K {} agents t: K event message { from: K } property p { always true }");
    let read = read(&model, log).expect("messages are enough");
    assert!(read.remarks.iter().any(|remark| remark.contains("no event `delegation`")));
    assert_eq!(read.produced.as_ref().map(Vec::len), Some(1));
}

#[test]
fn an_unknown_format_is_suggested_a_known_one() {
    let model = model(SIGNATURE);
    let error = import("whowen", &model, Reading::strict("x"), b"").expect_err("unknown");
    assert!(error.to_string().contains("did you mean `whowhen`?"), "{error}");
}

/// The folder of recorded traces, where there is one.
fn traces() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/traces");
    let folder = std::env::var_os("POLITY_TRACES").map_or_else(beside, PathBuf::from);
    let found = folder.join("whowhen_handcrafted").is_dir();
    if !found {
        println!("absent: {} (set POLITY_TRACES)", folder.display());
    }
    found.then_some(folder)
}

#[test]
fn the_real_conversations_are_read_with_these_delegations_and_answers() {
    let Some(folder) = traces() else { return };
    let model = model(SIGNATURE);
    for (file, messages, expected) in [
        ("whowhen_handcrafted/24.json", 5, &["4 final_answer Orchestrator Maktay Zapple Mato"][..]),
        (
            "whowhen_handcrafted/48.json",
            5,
            &[
                "3 delegation Orchestrator WebSurfer Please search for histor",
                "4 final_answer WebSurfer 20",
            ],
        ),
        (
            "whowhen_algorithm/102.json",
            10,
            &[
                "1 delegation Filmography_Expert StreamingAvailability_Expert I will pass this task to",
                "3 delegation StreamingAvailability_Expert IMDB_Ratings_Expert Next, I will pass this i",
                "8 final_answer IMDB_Ratings_Expert It appears that all the ",
            ],
        ),
        (
            "whowhen_algorithm/12.json",
            5,
            &[
                "1 delegation Verification_Expert Computer_terminal # Calculating the number",
                "3 final_answer MBTA_FranciscoFoxboroLine_Expert The calculation confirms",
            ],
        ),
        (
            "whowhen_algorithm/21.json",
            6,
            &["4 final_answer Lyrics_Expert I agree with the verific"],
        ),
    ] {
        let text = std::fs::read_to_string(folder.join(file)).expect(file);
        let read = read(&model, &text).expect(file);
        assert_eq!(read.trace.instants.len(), messages, "{file}");
        let found = events(&model, &read);
        let found: Vec<&str> = found
            .iter()
            .map(String::as_str)
            .filter(|event| event.contains(" delegation ") || event.contains(" final_answer "))
            .collect();
        assert_eq!(found, expected, "{file}");
    }
}
