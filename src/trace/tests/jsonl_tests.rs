//! Traces as JSON lines: what is written is read, and what is broken is named.

use std::io::Write;

use super::{EVERYTHING, SIGNATURE, model};
use crate::base::id::Id;
use crate::ir::layout::Layout;
use crate::ir::{Model, ParamId, PopId, Value};
use crate::trace::jsonl::{self, LINE_MAX, Reading};
use crate::trace::recorded::Recorded;
use crate::trace::states::End;

fn read(model: &Model, text: &str) -> Result<Recorded, String> {
    jsonl::read(model, "run.jsonl", text.as_bytes(), false).map_err(|error| error.to_string())
}

fn everything_text() -> String {
    let header = concat!(
        r#"{"polity":1,"kind":"trace","model":"everything","agents":{"team":2},"#,
        r#""params":{"team":[{"greed":0.1},{"greed":0.30000000000000004}],"#,
        r#""patrons":[{"patience":"5s"},{"patience":"2min"}],"#,
        r#""regime":"Drafted","cost":{"Idle":1,"Drafted":9}},"#,
        r#""structures":{"near":{"edges":[[0,1]]},"leads":{"family":"line","edges":[[1,0]]},"#,
        r#""cares":{"edges":[[0,0,0.25],[0,1,0.75],[1,1,1.0]]},"pays":{"edges":[[1,0]]}},"#,
        r#""from_start":true,"complete":false}"#
    );
    let first = concat!(
        r#"{"t":0,"state":{"team":[{"stage":"Idle","trust":[0.5,1e-300],"opinion":0.0},"#,
        r#"{"stage":"Idle","trust":[0.1,0.2],"opinion":1.0}],"stock":1.0,"favourite":null,"#,
        r#""tally":{"Idle":2,"Drafted":0},"level":[1,2,3]}}"#
    );
    let second = concat!(
        r#"{"t":1,"changed":{"team":{"1":{"stage":"Drafted","trust":{"0":0.7}}},"favourite":"team[1]","#,
        r#""level":{"2":-5}},"rule":{"name":"work","of":["team[1]"]},"#,
        r#""choices":[{"at":"work","name":"d","of":["team[1]"],"value":2},"#,
        r#"{"at":"work","name":"lucky","of":["team[1]"],"value":true,"drawn":true}],"#,
        r#""events":[{"ship":{"author":1,"defects":2}}]}"#
    );
    format!("{header}\n{first}\n{second}\n")
}

#[test]
fn a_trace_is_read_and_written_again_as_it_was() {
    let model = model(EVERYTHING);
    let once = read(&model, &everything_text()).expect("it is right");
    let layout = Layout::new(&model, &once.sizes);
    let structures: Vec<_> = once
        .structures
        .iter()
        .map(|made| made.as_ref().map(|made| (made.family, &made.ties)))
        .collect();
    let run = jsonl::Recording {
        model: &model,
        layout: &layout,
        names: Some(&once.names),
        params: &once.params,
        structures: &structures,
        trace: &once.trace,
    };
    let mut bytes = Vec::new();
    jsonl::write_to(&run, &mut bytes).expect("memory takes every byte");
    let twice = jsonl::read(&model, "run.jsonl", &bytes, false).expect("it reads back");
    assert_eq!(once.trace, twice.trace);
    assert_eq!(once.params, twice.params);
    assert_eq!(once.structures, twice.structures);
    assert_eq!(once.sizes, twice.sizes);
}

#[test]
fn what_a_trace_says_arrives() {
    let model = model(EVERYTHING);
    let read = read(&model, &everything_text()).expect("it is right");
    assert_eq!(read.params[ParamId::new(0)], [Value::Real(0.1), Value::Real(0.1 + 0.2)]);
    let trace = &read.trace;
    assert_eq!((trace.instants.len(), trace.end.clone(), trace.from_start), (2, End::Cut, true));
    // team[0], team[1], then the patrons.
    assert_eq!(trace.since, [0, 0, 0, 0]);
    let ship = &trace.instants[1].events[0];
    assert_eq!(ship.fields, [Value::Agent(crate::ir::AgentId(1)), Value::Int(2)]);
    assert_eq!(trace.answers.len(), 2);
    assert!(trace.answers[1].drawn && trace.answers[1].instant == 1);
    assert_eq!(trace.instants[1].line, 3);
    assert_eq!(read.place(1), "run.jsonl, line 3");
    let near = read.structures.iter().next().expect("near").as_ref().expect("recorded");
    assert!(near.ties.has(0, 1) && near.ties.has(1, 0));
}

#[test]
fn agents_of_a_signature_are_there_from_their_first_mention() {
    let model = model(SIGNATURE);
    let text = concat!(
        "{\"polity\":1,\"kind\":\"trace\",\"model\":\"helpdesk\",\"agents\":{\"team\":[\"ada\"]}}\n",
        "{\"events\":[{\"say\":{\"from\":\"ada\",\"to\":null,\"text\":\"hi\",\"tags\":[\"b\",\"a\"]}}]}\n",
        "\n",
        "{\"events\":[{\"say\":{\"from\":\"bo\",\"to\":\"cy\"}}],\"note\":\"unknown fields are ignored\"}\n",
        "{\"changed\":{\"team\":{\"bo\":{\"busy\":true}}}}\n",
    );
    let read = read(&model, text).expect("it is right");
    assert_eq!(read.trace.since, [0, 1, 1]);
    assert_eq!(read.names[PopId::new(0)], ["ada", "bo", "cy"].map(|name| Some(name.to_string())));
    let said = &read.trace.instants[0].events[0].fields;
    assert_eq!(said[1], Value::None);
    let second = &read.trace.instants[1].events[0].fields;
    assert_eq!(second[2], Value::Unrecorded);
    let busy = |instant: usize| read.trace.instants[instant].cells.clone();
    assert_eq!(busy(1), [Value::Unrecorded, Value::Unrecorded, Value::Unrecorded]);
    assert_eq!(busy(2), [Value::Unrecorded, Value::Bool(true), Value::Unrecorded]);
    assert_eq!(read.trace.instants[1].line, 4);
    assert!(!read.trace.from_start);
    assert_eq!(read.params[ParamId::new(0)], vec![Value::Unrecorded; 3]);
}

const HEADER: &str =
    "{\"polity\":1,\"kind\":\"trace\",\"model\":\"everything\",\"agents\":{\"team\":2}}\n";

#[test]
fn an_error_names_line_field_and_what_was_expected() {
    let model = model(EVERYTHING);
    let line = |line: &str| format!("{HEADER}{line}\n");
    for (text, expected) in [
        (String::new(), "line 1: the file is empty: a trace begins with a header"),
        ("{\"t\":0}\n".into(), "line 1: the first line must be a header"),
        ("{\"polity\":2}\n".into(), "this is version `2` of the form, and 1 is read"),
        ("{\"polity\":1,\"kind\":\"setup\"}\n".into(), "in `kind`: expected a trace"),
        (
            "{\"polity\":1}\n".into(),
            "in `agents`: `team` has 0 agents, and the model declares 1..4",
        ),
        (
            "{\"polity\":1,\"agents\":{\"tem\":2}}\n".into(),
            "no population `tem`; did you mean `team`?",
        ),
        ("{\"polity\":1,\"agents\":{\"team\":2000000000}}\n".into(), "more than 100000 agents"),
        (line("{\"t\":0"), "line 2: this is no JSON, at column"),
        (line("[1]"), "line 2: expected an object, found `[1]`"),
        (line("{\"t\":3}"), "line 2: in `t`: expected instant 0, found `3`"),
        (
            line("{\"state\":{\"team\":[{\"stage\":\"Idel\"}]}}"),
            "line 2: in `state.team[0].stage`: `Idel` is no `Stage`; did you mean `Idle`?",
        ),
        (
            line("{\"state\":{\"team\":[{\"opinion\":1.5}]}}"),
            "in `state.team[0].opinion`: expected a number in 0.0..1.0, found `1.5`",
        ),
        (
            line("{\"state\":{\"stok\":1.0}}"),
            "the model has no state `stok`; did you mean `stock`?",
        ),
        (
            line("{\"changed\":{\"team\":{\"5\":{}}}}"),
            "there is no `team[5]`: the last one is `team[1]`",
        ),
        (line("{\"events\":[{\"shipp\":{}}]}"), "no event `shipp`; did you mean `ship`?"),
        (
            line("{\"events\":[{\"ship\":{\"autor\":0}}]}"),
            "`ship` has no field `autor`; did you mean `author`?",
        ),
        (
            line("{\"events\":[{\"ship\":{\"author\":\"zoe\"}}]}"),
            "in `events[0].ship.author`: there is no agent `zoe` in `team`",
        ),
        (line("{\"time\":\"yesterday\"}"), "in `time`: expected RFC 3339 text or seconds"),
        (line("{\"time\":2}\n{\"time\":1.5}"), "line 3: in `time`: the time goes back by 500ms"),
        (line("{\"time\":2}\n{\"t\":1}"), "line 3: some lines have a `time`, and others have none"),
        (
            line("{\"choices\":[{\"at\":\"work\",\"name\":\"e\",\"value\":1}]}"),
            "nothing called `e` is chosen",
        ),
    ] {
        let error = read(&model, &text).expect_err(&text);
        assert!(error.starts_with("run.jsonl, ") && error.contains(expected), "{text}\n{error}");
    }
}

#[test]
fn broken_ties_are_refused() {
    let model = model(EVERYTHING);
    let header = |structures: &str| {
        format!("{{\"polity\":1,\"agents\":{{\"team\":2}},\"structures\":{{{structures}}}}}\n")
    };
    for (structures, expected) in [
        ("\"near\":{\"edges\":[[0,0]]}", "no ties of `near`, which is a graph"),
        ("\"leads\":{\"edges\":[[0,1],[1,0]]}", "no ties of `leads`, which is a tree"),
        ("\"cares\":{\"edges\":[[0,0,0.5]]}", "no ties of `cares`, which is normalized weights"),
        ("\"cares\":{\"edges\":[[0,0]]}", "expected two agents and a weight"),
        ("\"nera\":{\"edges\":[]}", "no structure `nera`; did you mean `near`?"),
        ("\"near\":{\"edges\":[[0,7]]}", "there is no `team[7]`"),
    ] {
        let error = read(&model, &header(structures)).expect_err(structures);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn leniently_a_broken_line_is_skipped_and_what_it_said_is_unknown() {
    let model = model(SIGNATURE);
    let text = concat!(
        "{\"polity\":1,\"model\":\"helpdesk\"}\n",
        "{\"t\":0,\"state\":{\"team\":{\"ada\":{\"busy\":true}}}}\n",
        "{\"t\":1,\"events\":[{\"say\":{\"from\":\"ghost\",\"txet\":\"hi\"}}]}\n",
        "{\"t\":2,\"events\":[{\"say\":{\"from\":\"ada\"}}]}\n",
    );
    assert!(read(&model, text).is_err());
    let read = jsonl::read(&model, "run.jsonl", text.as_bytes(), true).expect("lenient");
    let why = "run.jsonl, line 3: in `events[0]`: `say` has no field `txet`; did you mean `text`?";
    assert_eq!(read.skipped, [why]);
    let unread: Vec<bool> = read.trace.instants.iter().map(|instant| instant.unread).collect();
    assert_eq!(unread, [false, true, false]);
    assert_eq!(read.trace.instants[0].cells, [Value::Bool(true)]);
    assert_eq!(read.trace.instants[2].cells, [Value::Unrecorded]);
    // Whom only the broken line mentions is nobody.
    assert_eq!(read.trace.since, [0]);
}

#[test]
fn times_are_text_or_seconds_and_disorder_is_sorted_away_if_asked() {
    let model = model(SIGNATURE);
    let text = concat!(
        "{\"polity\":1,\"model\":\"helpdesk\"}\n",
        "{\"time\":\"1970-01-01T00:00:01.5Z\",\"events\":[{\"say\":{\"from\":\"ada\"}}]}\n",
        "{\"time\":\"1970-01-01T01:00:01+01:00\",\"events\":[{\"say\":{\"from\":\"bo\"}}]}\n",
        "{\"time\":3,\"events\":[]}\n",
    );
    let strict = read(&model, text).expect_err("the second goes back");
    assert!(strict.contains("line 3: in `time`: the time goes back by 500ms"), "{strict}");
    let sorting = Reading { disorder: 1_000_000_000, ..Reading::strict("run.jsonl") };
    let read = jsonl::read_from(&model, sorting, &mut text.as_bytes()).expect("sorted");
    let times: Vec<_> = read.trace.instants.iter().filter_map(|instant| instant.time).collect();
    assert_eq!(times, [1_000_000_000, 1_500_000_000, 3_000_000_000]);
    let lines: Vec<u32> = read.trace.instants.iter().map(|instant| instant.line).collect();
    assert_eq!(lines, [3, 2, 4]);
    // Whoever speaks first is the first.
    assert_eq!(read.names[PopId::new(0)], ["bo", "ada"].map(|name| Some(name.to_string())));
    let narrow = Reading { disorder: 1, ..Reading::strict("run.jsonl") };
    assert!(jsonl::read_from(&model, narrow, &mut text.as_bytes()).is_err());
}

#[test]
fn gzip_is_read_and_zstd_is_refused_by_name() {
    let model = model(EVERYTHING);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(everything_text().as_bytes()).expect("memory takes every byte");
    let packed = packer.finish().expect("memory takes every byte");
    let read = jsonl::read(&model, "run.jsonl.gz", &packed, false).expect("unpacked");
    assert_eq!(read.trace.instants.len(), 2);
    let cut = jsonl::read(&model, "run.jsonl.gz", &packed[..packed.len() / 2], false);
    assert!(cut.is_err());
    let zstd = [0x28, 0xB5, 0x2F, 0xFD, 0, 0];
    let error = jsonl::read(&model, "run.jsonl.zst", &zstd, false).expect_err("zstd");
    assert_eq!(error.code.0.id, "E0708");
}

#[test]
fn a_line_without_end_is_refused_before_it_fills_the_memory() {
    let model = model(EVERYTHING);
    let mut endless = std::io::Read::chain(HEADER.as_bytes(), std::io::repeat(b'x'));
    let reading = Reading { lenient: true, ..Reading::strict("run.jsonl") };
    let error = jsonl::read_from(&model, reading, &mut endless).expect_err("endless");
    assert!(error.to_string().contains("longer than 16 MiB"), "{LINE_MAX} {error}");
    let deep = format!("{HEADER}{}", "[".repeat(100_000));
    assert!(read(&model, &deep).is_err());
}
