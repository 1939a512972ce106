//! Who&When: labelled failures of language-model teams, as conversations.
//!
//! In: one JSON file of the data set: `{"history": [{"role": …, "content": …}, …], …}`. Out: a
//! recorded run with an instant for each message, complete and from its start. The labels
//! (`mistake_step` and so on) are not read.
//!
//! Two forms are told apart message by message.
//!
//! *Magentic-One* packs speakers into `role`. "Orchestrator (-> WebSurfer)" is a message and a
//! delegation, with the content as its task; "Orchestrator (thought)" and other remarks in
//! parentheses are thoughts; anything else is a message.
//!
//! *AG2 group chats* have a `name`. Everyone hears everyone, so delegations are read from what
//! is said: code (a fenced block marked `python` or `sh`) is delegated to `Computer_terminal`,
//! which runs it; and a sentence that hands over to another agent by name delegates to it.
//! The opening message holds the manager's plan, for everyone: it delegates nothing.
//!
//! A final answer is what follows `FINAL ANSWER:`, or a message that ends with `TERMINATE`.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::target::{Part, Produced, Sort, Target};
use crate::diag::code::trace::BAD_LOG;
use crate::ir::Model;
use crate::trace::error::{Place, ReadError, Wrong, no_json};
use crate::trace::jsonl::Reading;
use crate::trace::recorded::{Draft, Line, Recorded, Unit};
use crate::trace::values::expected;

const EVENTS: &[Produced] = &[
    ("message", &[("from", Sort::Agent), ("text", Sort::Text)]),
    ("thought", &[("by", Sort::Agent), ("text", Sort::Text)]),
    ("delegation", &[("from", Sort::Agent), ("to", Sort::Agent), ("task", Sort::Text)]),
    ("final_answer", &[("by", Sort::Agent), ("text", Sort::Text)]),
];

/// Who runs code in a group chat.
const TERMINAL: &str = "Computer_terminal";

/// A message as it stands in the log.
#[derive(Debug)]
struct Message<'l> {
    speaker: &'l str,
    /// What stands in parentheses behind the speaker.
    note: Option<&'l str>,
    /// Whether it was said in a group chat.
    group: bool,
    text: &'l str,
}

/// A task that a message hands to somebody.
#[derive(PartialEq, Debug)]
struct HandOver {
    to: String,
    task: String,
    /// What it was read from, for the reader.
    by: &'static str,
}

/// Reads a log as a run of `model`.
pub(super) fn read(
    model: &Model,
    reading: Reading<'_>,
    bytes: &[u8],
) -> Result<Recorded, ReadError> {
    let whole = |wrong: Wrong| wrong.in_file(reading.file, Place::Whole);
    let log: Json = serde_json::from_slice(bytes)
        .map_err(|error| no_json(&error).in_file(reading.file, Place::Line(error.line() as u32)))?;
    let mut draft = Draft::new(model, reading.file, Unit::Message);
    let target = Target::new(model, EVENTS, &mut draft).map_err(whole)?;
    let Some(Json::Array(history)) = log.get("history") else {
        let message = "expected a list of messages under `history`";
        return Err(whole(Wrong::new(BAD_LOG, message)));
    };
    let team = team(&log, history);
    draft.from_start = true;
    draft.complete = true;
    for (at, entry) in history.iter().enumerate() {
        let place = at as u32 + 1;
        draft.roster.now = at as u32;
        let line = match message(entry) {
            Ok(message) => instant(&message, place, &team, &target, &mut draft).map_err(whole)?,
            Err(wrong) => {
                let refused = wrong.under(&format!("history[{at}]"));
                let refused = refused.in_file(reading.file, Place::Message(at as u32));
                if !reading.lenient {
                    return Err(refused);
                }
                draft.skipped.push(refused.to_string());
                Line { line: place, unread: true, ..Line::default() }
            }
        };
        draft.lines.push(line);
    }
    describe(&target, &mut draft).map_err(whole)?;
    draft.finish().map_err(whole)
}

/// Reads an entry of the history.
fn message(entry: &Json) -> Result<Message<'_>, Wrong> {
    let wrong = |wrong: Wrong| Wrong { code: BAD_LOG, ..wrong };
    if !entry.is_object() {
        return Err(wrong(expected(entry, "a message: an object with `role` and `content`")));
    }
    let text = |name: &str| match entry.get(name) {
        Some(Json::String(text)) => Ok(Some(text.as_str())),
        None => Ok(None),
        Some(other) => Err(wrong(expected(other, "a text").under(name))),
    };
    let missing = |name: &str| wrong(expected(entry, &format!("a text under `{name}`")));
    let content = text("content")?.ok_or_else(|| missing("content"))?;
    if let Some(name) = text("name")?.filter(|name| !name.is_empty()) {
        return Ok(Message { speaker: name, note: None, group: true, text: content });
    }
    let role = text("role")?.filter(|role| !role.is_empty()).ok_or_else(|| missing("role"))?;
    let split = role.strip_suffix(')').and_then(|role| role.split_once(" ("));
    let (speaker, note) = split.map_or((role, None), |(speaker, note)| (speaker, Some(note)));
    Ok(Message { speaker, note, group: false, text: content })
}

/// Everyone who may be named: who speaks, who was given a prompt, and who runs code.
fn team<'l>(log: &'l Json, history: &'l [Json]) -> BTreeSet<&'l str> {
    let speakers = history.iter().filter_map(|entry| message(entry).ok());
    let mut team: BTreeSet<&str> = speakers.map(|message| message.speaker).collect();
    if let Some(Json::Object(prompts)) = log.get("system_prompt") {
        team.extend(prompts.keys().map(String::as_str));
        team.insert(TERMINAL);
    }
    team
}

/// What happens in a message.
fn instant(
    message: &Message<'_>,
    place: u32,
    team: &BTreeSet<&str>,
    target: &Target<'_>,
    draft: &mut Draft<'_>,
) -> Result<Line, Wrong> {
    let speaker = draft.roster.named(target.population, message.speaker)?;
    let delegate = message.note.and_then(|note| note.strip_prefix("->")).map(str::trim);
    let mut events = Vec::new();
    let said = match (message.note, delegate) {
        (Some(_), None) => {
            let parts = [("by", Part::Agent(speaker)), ("text", Part::Text(message.text))];
            target.event("thought", &parts)
        }
        (None, _) | (_, Some(_)) => {
            let parts = [("from", Part::Agent(speaker)), ("text", Part::Text(message.text))];
            target.event("message", &parts)
        }
    };
    events.extend(said);
    let tasks = match delegate {
        Some(to) => {
            let task = message.text.trim().to_string();
            vec![HandOver { to: to.to_string(), task, by: "its addressee" }]
        }
        None if message.group => hand_overs(message, team),
        None => Vec::new(),
    };
    for HandOver { to, task, by } in tasks {
        let delegate = draft.roster.named(target.population, &to)?;
        let parts = [
            ("from", Part::Agent(speaker)),
            ("to", Part::Agent(delegate)),
            ("task", Part::Text(&task)),
        ];
        if let Some(event) = target.event("delegation", &parts) {
            events.push(event);
            let at = Unit::Message.place(place);
            draft.remarks.push(format!("{at} delegates to {to}, by {by}"));
        }
    }
    if let Some(answer) = final_answer(message.text) {
        let parts = [("by", Part::Agent(speaker)), ("text", Part::Text(answer))];
        events.extend(target.event("final_answer", &parts));
    }
    for event in &mut events {
        event.line = place;
    }
    Ok(Line { line: place, events, ..Line::default() })
}

/// Whom a message of a group chat hands something to, each once.
fn hand_overs(message: &Message<'_>, team: &BTreeSet<&str>) -> Vec<HandOver> {
    let opening = message.text.starts_with("You are given: (1) a task");
    if message.speaker == TERMINAL || opening {
        return Vec::new();
    }
    let (prose, code) = parts(message.text);
    let mut found: Vec<HandOver> = Vec::new();
    if !code.is_empty() {
        found.push(HandOver { to: TERMINAL.into(), task: code.join("\n"), by: "its code" });
    }
    for sentence in sentences(&prose) {
        for name in team {
            let known = found.iter().any(|hand_over| hand_over.to == *name);
            if *name != message.speaker && !known && hands_over(sentence, name) {
                let task = sentence.trim().to_string();
                found.push(HandOver {
                    to: name.to_string(),
                    task,
                    by: "a sentence that hands over",
                });
            }
        }
    }
    found
}

/// The text outside of fenced blocks, and the blocks that a terminal would run.
fn parts(text: &str) -> (String, Vec<String>) {
    let mut prose = String::new();
    let mut code = Vec::new();
    let mut block: Option<(bool, String)> = None;
    for line in text.lines() {
        match (line.trim().strip_prefix("```"), &mut block) {
            (Some(mark), None) => {
                let runs = ["python", "py", "sh", "bash", "shell"].contains(&mark.trim());
                block = Some((runs, String::new()));
            }
            (Some(_), Some(_)) => {
                let (runs, lines) = block.take().unwrap_or_default();
                if runs {
                    code.push(lines);
                }
            }
            (None, Some((_, lines))) => {
                lines.push_str(line);
                lines.push('\n');
            }
            (None, None) => {
                prose.push_str(line);
                prose.push('\n');
            }
        }
    }
    // A block that is cut off runs too.
    if let Some((true, lines)) = block {
        code.push(lines);
    }
    (prose, code)
}

/// The sentences of a text.
fn sentences(prose: &str) -> impl Iterator<Item = &str> {
    let ends = prose.split_inclusive(['.', '!', '?', '\n']);
    ends.filter(|sentence| !sentence.trim().is_empty())
}

/// Whether a sentence hands something to `name`: "pass … to the NAME", "ask NAME", or
/// "NAME, please …".
fn hands_over(sentence: &str, name: &str) -> bool {
    let words: Vec<&str> = sentence
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let Some(at) = words.iter().position(|word| *word == name) else { return false };
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let passes = ["pass", "passing", "hand", "handing", "forward", "delegate", "delegating"];
    let passed = lower[..at].iter().position(|word| passes.contains(&word.as_str()));
    let to = passed.is_some_and(|verb| lower[verb..at].iter().any(|word| word == "to"));
    let before = |back: usize| at.checked_sub(back).map_or("", |place| lower[place].as_str());
    let asked = before(1) == "ask" || (before(1) == "the" && before(2) == "ask");
    let called = at == 0 && lower.iter().any(|word| word == "please");
    to || asked || called
}

/// What the message gives as the final answer.
fn final_answer(text: &str) -> Option<&str> {
    let marked = text.lines().rev().find_map(|line| line.trim().strip_prefix("FINAL ANSWER:"));
    if let Some(answer) = marked {
        return Some(answer.trim());
    }
    let before = text.trim_end().strip_suffix("TERMINATE")?;
    let alone = before.is_empty() || before.ends_with('\n');
    (alone && !before.trim().is_empty()).then(|| before.trim())
}

/// Says of each agent its name and role, where the signature has them.
fn describe(target: &Target<'_>, draft: &mut Draft<'_>) -> Result<(), Wrong> {
    draft.roster.now = u32::MAX;
    for name in draft.roster.names()[target.population].iter().flatten() {
        let agent = draft.roster.named(target.population, name)?;
        draft.params.extend(target.text(agent, "name", name));
        draft.params.extend(target.variant(agent, "role", role(name)));
    }
    Ok(())
}

/// The role that a name tells.
fn role(name: &str) -> &'static str {
    let lower = name.to_lowercase();
    match lower.as_str() {
        "human" | "user" => "Human",
        "orchestrator" | "chat_manager" | "manager" => "Orchestrator",
        _ if lower.contains("terminal") => "Terminal",
        _ => "Worker",
    }
}
