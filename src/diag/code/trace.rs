//! E07xx (traces, setups, counterexamples, configuration).

crate::define_codes! {
    BAD_SYNTAX = "E0701", "a file is not the JSON or TOML that it should be",
"A trace is JSON lines: one whole JSON object on each line. A counterexample is one JSON object, \
a setup a TOML document. What cannot be read as such is refused, with line and column.

    {\"t\":0,\"state\":{\"team\":[{\"stage\":\"Idle\"}]}      the last brace is missing
    {\"t\":0,\"state\":{\"team\":[{\"stage\":\"Idle\"}]}}";
    BAD_HEADER = "E0702", "a trace does not begin with a header that this version reads",
"The first line of a trace says what it is, so that nothing is guessed: the version of the form \
(`polity`, which is 1), the kind, and the model that its names belong to.

    {\"t\":0,\"state\":{}}                                     no header
    {\"polity\":1,\"kind\":\"trace\",\"model\":\"review\"}";
    UNKNOWN_NAME = "E0703", "a file names what the model does not have",
"Every population, parameter, state, structure, event, field and rule that a trace, a setup or a \
counterexample names must be declared in the model. Keys that are no names of the model are ignored \
in traces, which machines write, and refused in setups, which people write.

    {\"events\":[{\"shipped\":{\"author\":0}}]}               the event is called `ship`
    {\"events\":[{\"ship\":{\"author\":0,\"defects\":0}}]}";
    BAD_VALUE = "E0704", "a value of a file does not fit its declaration",
"A value must be of the declared type and lie in the declared domain. Variants are written by name, \
agents as their number in the population or by name, durations as in the language (`\"5s\"`), `none` \
as null.

    {\"changed\":{\"team\":{\"0\":{\"defects\":7}}}}            `defects` is declared as 0..3
    {\"changed\":{\"team\":{\"0\":{\"defects\":2}}}}";
    UNKNOWN_AGENT = "E0705", "a file names an agent that is not there",
"In a population with a size, the header says who is there. In one without (a signature), an agent is \
there from its first mention. Where several populations may be meant, write `team[0]`.

    {\"agents\":{\"team\":2}} … {\"ship\":{\"author\":5}}       there are agents 0 and 1
    {\"agents\":{\"team\":2}} … {\"ship\":{\"author\":1}}";
    BAD_TIME = "E0706", "times of a trace go back, or are no times",
"A time is RFC 3339 text or a number of seconds. Times never go back from one line to the next, and \
either all lines have one or none has: time bounds of properties are read from them.

    {\"time\":\"2026-01-05T10:00:01Z\"} then {\"time\":\"2026-01-05T10:00:00Z\"}
    allow a disorder of 1s, or sort the lines";
    TOO_LARGE = "E0707", "a file is larger than polity holds",
"Lines are read up to 16 MiB, populations up to 100,000 agents, and a run up to 20,000,000 values of \
states. Cut the trace into parts, or record fewer states.";
    UNSUPPORTED = "E0708", "a file is packed in a way, or of a format, that is not supported",
"Traces may be plain or packed with gzip (`.gz`). zstd (`.zst`) is not supported yet: unpack it first, \
`zstd -d run.jsonl.zst`.";
    BAD_LOG = "E0709", "a log is not of the form that its importer reads",
"Each importer reads one form of log, written by other programs. A log that breaks the form is \
refused with the place and what was expected there; `--lenient` counts and skips entries instead.

    {\"history\": \"hello\"}                                  a list of messages was expected
    {\"history\": [{\"role\": \"human\", \"content\": \"hello\"}]}";
    BAD_SIGNATURE = "E0710", "a model cannot take what an importer produces",
"An importer maps a log onto the items of a signature, found by name: for Who&When a population without \
a size, `event message { from: Agent, text: string }`, `event delegation { from: Agent, to: Agent, \
task: string }`, `event final_answer { by: Agent, text: string }`, of which at least one must be there.

    agents team: Agent[3]                                  the log says who is there
    agents team: Agent";
    BAD_COUNTEREXAMPLE = "E0711", "a counterexample file is damaged",
"A counterexample is written by `polity check` and read back as it is. One that no longer fits a \
changed model is no error: it is reported as stale. One that lacks fields or holds other things than \
it should was edited or cut off: restore it, or delete it and check again.";
    BAD_SETUP = "E0712", "a setup file has a field that means nothing",
"A setup pins a point of the search space: sizes under `[agents]`, parameters under the population \
(`[team]` for all, `[team.1]` for one) or `[params]`, ties under `[structures]`, and `seed`.

    [agent]                                                probably `[agents]`
    team = 2";
}
