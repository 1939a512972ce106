//! JSON lines as a recorded run.
//!
//! In: bytes, plain or gzip, read line by line. Out: a [`Recorded`]; an error names file,
//! line, field, and what was expected. Leniently, a line that breaks the form is counted and
//! skipped: what happened there is unknown.

use std::io::{BufRead, BufReader, Read};

use serde_json::Value as Json;

use super::VERSION;
use crate::diag::code::trace::{
    BAD_HEADER, BAD_SYNTAX, BAD_TIME, BAD_VALUE, TOO_LARGE, UNKNOWN_NAME, UNSUPPORTED,
};
use crate::ir::value::Occurrence;
use crate::ir::{Model, Value};
use crate::trace::cells::{self, Section};
use crate::trace::error::{Place, ReadError, Wrong, meant, no_json};
use crate::trace::recorded::{Draft, Line, Recorded, Unit};
use crate::trace::roster::Roster;
use crate::trace::states::Answer;
use crate::trace::values::{expected, read_all, read_typed};
use crate::trace::{keys, social};

/// The longest line that is read, in bytes.
pub const LINE_MAX: u64 = 16 << 20;

/// The most instants of a recorded run.
const INSTANTS_MAX: usize = 10_000_000;

/// How a trace is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// What the user calls the file.
    pub file: &'a str,
    /// Whether lines that break the form are skipped.
    pub lenient: bool,
    /// How far a time may lie before the latest one, in nanoseconds: such lines are sorted.
    pub disorder: i64,
}

impl<'a> Reading<'a> {
    /// Strictly: no line is skipped and no time goes back.
    pub fn strict(file: &'a str) -> Reading<'a> {
        Reading { file, lenient: false, disorder: 0 }
    }
}

/// Reads a trace that is in memory; see [`read_from`].
pub fn read(
    model: &Model,
    file: &str,
    mut bytes: &[u8],
    lenient: bool,
) -> Result<Recorded, ReadError> {
    read_from(model, Reading { lenient, ..Reading::strict(file) }, &mut bytes)
}

/// Reads a trace against the model that its names belong to.
pub fn read_from(
    model: &Model,
    reading: Reading<'_>,
    input: &mut dyn Read,
) -> Result<Recorded, ReadError> {
    let whole = |wrong: Wrong| wrong.in_file(reading.file, Place::Whole);
    let mut input = unpacked(input).map_err(whole)?;
    let mut lines = Lines { input: &mut *input, number: 0 };
    let mut draft = Draft::new(model, reading.file, Unit::Line);
    let begun = lines.next().and_then(|first| match first {
        Some(text) => header(&text, &mut draft),
        None => Err(Wrong::new(BAD_HEADER, "the file is empty: a trace begins with a header")),
    });
    begun.map_err(|wrong| wrong.in_file(reading.file, Place::Line(1)))?;
    if reading.disorder <= 0 {
        let mut clock = Clock::default();
        loop {
            let next = lines.next();
            let at = lines.number;
            let read = match next {
                Ok(None) => break,
                Ok(Some(text)) => instant(&text, false, &mut draft),
                Err(wrong) => Err(wrong),
            };
            take(read.and_then(|line| clock.check(line)), at, reading, &mut draft)?;
        }
    } else {
        for (at, text) in sorted(&mut lines, reading)? {
            take(instant(&text, true, &mut draft), at, reading, &mut draft)?;
        }
    }
    draft.finish().map_err(whole)
}

/// Takes in a line, or what is wrong with it.
fn take(
    read: Result<Line, Wrong>,
    at: u32,
    reading: Reading<'_>,
    draft: &mut Draft<'_>,
) -> Result<(), ReadError> {
    let refuse = |wrong: Wrong| wrong.in_file(reading.file, Place::Line(at));
    match read {
        Ok(line) => draft.lines.push(Line { line: at, ..line }),
        Err(wrong) if reading.lenient && wrong.code != TOO_LARGE => {
            draft.skipped.push(refuse(wrong).to_string());
            draft.lines.push(Line { line: at, unread: true, ..Line::default() });
        }
        Err(wrong) => return Err(refuse(wrong)),
    }
    if draft.lines.len() > INSTANTS_MAX {
        let message = format!("there are more than {INSTANTS_MAX} instants");
        return Err(refuse(Wrong::new(TOO_LARGE, message)));
    }
    Ok(())
}

/// The bytes without their packing, which the first bytes tell.
fn unpacked<'r>(input: &'r mut dyn Read) -> Result<Box<dyn BufRead + 'r>, Wrong> {
    let mut input = BufReader::new(input);
    let start = input.fill_buf().map_err(|error| unreadable(&error))?;
    if start.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
        let message = "zstd is not supported yet: unpack the file first, with `zstd -d`";
        return Err(Wrong::new(UNSUPPORTED, message));
    }
    if start.starts_with(&[0x1F, 0x8B]) {
        return Ok(Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(input))));
    }
    Ok(Box::new(input))
}

fn unreadable(error: &std::io::Error) -> Wrong {
    Wrong::new(BAD_SYNTAX, format!("the file cannot be read on: {error}"))
}

/// The lines that hold something.
struct Lines<'r> {
    input: &'r mut dyn BufRead,
    /// The number of the line read last, from 1.
    number: u32,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<String>, Wrong> {
        loop {
            self.number = self.number.saturating_add(1);
            let mut bytes = Vec::new();
            let mut bounded = Read::take(&mut *self.input, LINE_MAX + 1);
            let count =
                bounded.read_until(b'\n', &mut bytes).map_err(|error| unreadable(&error))?;
            if count == 0 {
                return Ok(None);
            }
            if count as u64 > LINE_MAX {
                return Err(Wrong::new(TOO_LARGE, "the line is longer than 16 MiB"));
            }
            let text = String::from_utf8(bytes)
                .map_err(|_| Wrong::new(BAD_SYNTAX, "the line is not UTF-8 text"))?;
            if !text.trim().is_empty() {
                return Ok(Some(text));
            }
        }
    }
}

/// A line as an object.
fn object(text: &str) -> Result<Json, Wrong> {
    let json: Json = serde_json::from_str(text.trim_end()).map_err(|error| no_json(&error))?;
    if json.is_object() { Ok(json) } else { Err(expected(&json, "an object")) }
}

/// Reads the first line.
fn header(text: &str, draft: &mut Draft<'_>) -> Result<(), Wrong> {
    let json = object(text)?;
    let model = draft.roster.model();
    match json.get("polity") {
        Some(version) if version.as_u64() == Some(VERSION) => {}
        Some(version) => {
            let message = format!("this is version `{version}` of the form, and {VERSION} is read");
            return Err(Wrong::new(BAD_HEADER, message));
        }
        None => {
            let message = "the first line must be a header, `{\"polity\":1,\"kind\":\"trace\",…}`";
            return Err(Wrong::new(BAD_HEADER, message));
        }
    }
    if let Some(kind) = json.get("kind").filter(|kind| kind.as_str() != Some("trace")) {
        return Err(
            Wrong::new(BAD_HEADER, format!("expected a trace, found `{kind}`")).under("kind")
        );
    }
    if let Some(name) = json.get("model").and_then(Json::as_str).filter(|name| *name != model.name)
    {
        let remark = format!("the trace is of `{name}`, and is read as one of `{}`", model.name);
        draft.remarks.push(remark);
    }
    draft.from_start = flag(&json, "from_start")?;
    draft.complete = flag(&json, "complete")?;
    let agents = json.get("agents").unwrap_or(&Json::Null);
    declare(agents, &mut draft.roster).map_err(|wrong| wrong.under("agents"))?;
    if let Some(given) = json.get("params") {
        let params = cells::read(given, Section::Params, &mut draft.roster);
        draft.params = params.map_err(|wrong| wrong.under("params"))?;
    }
    if let Some(given) = json.get("structures") {
        let structures = structures(given, &mut draft.roster);
        draft.structures = structures.map_err(|wrong| wrong.under("structures"))?;
    }
    Ok(())
}

fn flag(json: &Json, name: &str) -> Result<bool, Wrong> {
    match json.get(name) {
        None => Ok(false),
        Some(flag) => flag.as_bool().ok_or_else(|| expected(flag, "true or false").under(name)),
    }
}

/// Reads who is there: names, or how many.
pub(in crate::trace) fn declare(agents: &Json, roster: &mut Roster<'_>) -> Result<(), Wrong> {
    let model = roster.model();
    let empty = serde_json::Map::new();
    let agents = match agents {
        Json::Null => &empty,
        Json::Object(agents) => agents,
        other => return Err(expected(other, "an object by population")),
    };
    for (name, who) in agents {
        let Some((id, _)) = model.populations.pairs().find(|(_, known)| known.name == *name) else {
            let near = meant(name, model.populations.iter().map(|known| known.name.as_str()));
            let message = format!("the model has no population `{name}`{near}");
            return Err(Wrong::new(UNKNOWN_NAME, message));
        };
        match who {
            Json::Array(names) => {
                for (at, name) in names.iter().enumerate() {
                    let name = name.as_str().ok_or_else(|| expected(name, "a name").at(at))?;
                    roster.named(id, name).map_err(|wrong| wrong.at(at))?;
                }
                if roster.sizes()[id] as usize != names.len() {
                    let message = "two agents have the same name";
                    return Err(Wrong::new(BAD_VALUE, message).under(name));
                }
            }
            other => {
                let count = other.as_u64();
                let wrong = || expected(other, "names, or how many there are").under(name);
                roster.declare(id, count.ok_or_else(wrong)?)?;
            }
        }
    }
    for (id, population) in model.populations.pairs() {
        let Some((lo, hi)) = population.size else { continue };
        let name = &population.name;
        if !agents.contains_key(name) && lo == hi {
            roster.declare(id, u64::from(lo))?;
        }
        let size = roster.sizes()[id];
        if !(lo..=hi).contains(&size) {
            let message = format!("`{name}` has {size} agents, and the model declares {lo}..{hi}");
            return Err(Wrong::new(BAD_VALUE, message));
        }
    }
    Ok(())
}

/// Reads the ties of each structure.
pub(in crate::trace) fn structures(
    json: &Json,
    roster: &mut Roster<'_>,
) -> Result<Vec<social::Drawn>, Wrong> {
    let model = roster.model();
    let given = json.as_object().ok_or_else(|| expected(json, "an object by structure"))?;
    let mut drawn = Vec::new();
    for (name, ties) in given {
        let Some((id, _)) = model.structures.pairs().find(|(_, known)| known.name == *name) else {
            let near = meant(name, model.structures.iter().map(|known| known.name.as_str()));
            let message = format!("the model has no structure `{name}`{near}");
            return Err(Wrong::new(UNKNOWN_NAME, message));
        };
        drawn.push(social::read(ties, id, roster).map_err(|wrong| wrong.under(name))?);
    }
    Ok(drawn)
}

/// Reads the line of an instant.
fn instant(text: &str, sorted: bool, draft: &mut Draft<'_>) -> Result<Line, Wrong> {
    let json = object(text)?;
    let number = draft.lines.len() as u64;
    let t = json.get("t").filter(|_| !sorted);
    if let Some(t) = t.filter(|t| t.as_u64() != Some(number)) {
        return Err(expected(t, &format!("instant {number}")).under("t"));
    }
    draft.roster.mark();
    let read = fields(&json, number as u32, &mut draft.roster);
    if read.is_err() {
        // Whom a broken line mentions is not there by that.
        draft.roster.back();
    }
    read
}

fn fields(json: &Json, number: u32, roster: &mut Roster<'_>) -> Result<Line, Wrong> {
    roster.now = number;
    let mut line = Line { unread: flag(json, "unread")?, ..Line::default() };
    if let Some(given) = json.get("time") {
        line.time = Some(time(given).map_err(|wrong| wrong.under("time"))?);
    }
    for (name, whole) in [("state", true), ("changed", false)] {
        if let Some(given) = json.get(name) {
            let cells = cells::read(given, Section::States, roster);
            line.cells.extend(cells.map_err(|wrong| wrong.under(name))?);
            line.whole |= whole;
        }
    }
    if let Some(given) = json.get("rule") {
        let model = roster.model();
        let name = given.get("name").and_then(Json::as_str).unwrap_or_default();
        let rule = model.rules.pairs().find(|(_, rule)| rule.name == name).map(|(id, _)| id);
        let wrong = || Wrong::new(UNKNOWN_NAME, format!("the model has no rule `{name}`"));
        let binders = given.get("of").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        let binders = read_all(binders, roster).map_err(|wrong| wrong.under("rule.of"))?;
        line.fired = Some((rule.ok_or_else(|| wrong().under("rule"))?, binders));
    }
    for (at, given) in list(json, "choices")?.iter().enumerate() {
        let (key, value) = keys::read(given, roster).map_err(|w| w.at(at).under("choices"))?;
        let drawn = flag(given, "drawn")?;
        line.answers.push(Answer { key, value, drawn, instant: number, options: None });
    }
    for (at, given) in list(json, "events")?.iter().enumerate() {
        let occurrence = event(given, roster).map_err(|wrong| wrong.at(at).under("events"))?;
        line.events.push(occurrence);
    }
    Ok(line)
}

fn list<'j>(json: &'j Json, name: &str) -> Result<&'j [Json], Wrong> {
    match json.get(name) {
        None => Ok(&[]),
        Some(Json::Array(items)) => Ok(items),
        Some(other) => Err(expected(other, "a list").under(name)),
    }
}

/// Reads `{"ship":{"author":0}}`.
fn event(json: &Json, roster: &mut Roster<'_>) -> Result<Occurrence, Wrong> {
    let model = roster.model();
    let single = json.as_object().filter(|object| object.len() == 1);
    let Some((name, given)) = single.and_then(|object| object.iter().next()) else {
        return Err(expected(json, "an object with the event's name as its one key"));
    };
    let Some((event, declared)) = model.events.pairs().find(|(_, event)| event.name == *name)
    else {
        let near = meant(name, model.events.iter().map(|event| event.name.as_str()));
        return Err(Wrong::new(UNKNOWN_NAME, format!("the model has no event `{name}`{near}")));
    };
    let given =
        given.as_object().ok_or_else(|| expected(given, "an object by field").under(name))?;
    let stranger = given.keys().find(|key| declared.fields.iter().all(|(field, _)| field != *key));
    if let Some(stranger) = stranger {
        let near = meant(stranger, declared.fields.iter().map(|(field, _)| field.as_str()));
        let message = format!("`{name}` has no field `{stranger}`{near}");
        return Err(Wrong::new(UNKNOWN_NAME, message));
    }
    let mut fields = Vec::new();
    for (field, domain) in &declared.fields {
        let value = match given.get(field) {
            None => Ok(Value::Unrecorded),
            Some(json) => read_typed(json, domain, roster),
        };
        fields.push(value.map_err(|wrong| wrong.under(field).under(name))?);
    }
    Ok(Occurrence { event, fields, line: 0 })
}

/// A time in nanoseconds: RFC 3339 text or seconds.
fn time(json: &Json) -> Result<i64, Wrong> {
    let wrong = || Wrong::new(BAD_TIME, expected(json, "RFC 3339 text or seconds").message);
    match json {
        Json::String(text) => {
            let stamp: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
            i64::try_from(stamp.as_nanosecond()).map_err(|_| wrong())
        }
        Json::Number(number) => match number.as_i64() {
            Some(seconds) => seconds.checked_mul(1_000_000_000).ok_or_else(wrong),
            None => {
                let nanoseconds = number.as_f64().ok_or_else(wrong)? * 1e9;
                let fits = nanoseconds.abs() < 9.2e18;
                fits.then_some(nanoseconds.round() as i64).ok_or_else(wrong)
            }
        },
        _ => Err(wrong()),
    }
}

/// Holds times to their order.
#[derive(Default)]
struct Clock {
    latest: Option<i64>,
    timeless: bool,
}

impl Clock {
    fn check(&mut self, line: Line) -> Result<Line, Wrong> {
        let mixed = "some lines have a `time`, and others have none";
        match (line.time, self.latest) {
            (None, None) => self.timeless = true,
            (None, Some(_)) => return Err(Wrong::new(BAD_TIME, mixed)),
            (Some(_), _) if self.timeless => return Err(Wrong::new(BAD_TIME, mixed)),
            (Some(time), Some(latest)) if time < latest => return Err(goes_back(latest - time)),
            (Some(time), _) => self.latest = Some(time),
        }
        Ok(line)
    }
}

fn goes_back(by: i64) -> Wrong {
    let by = crate::trace::values::duration_text(by);
    Wrong::new(BAD_TIME, format!("the time goes back by {by}")).under("time")
}

/// All lines, by time; of equal or unreadable times in the order of the file.
fn sorted(lines: &mut Lines<'_>, reading: Reading<'_>) -> Result<Vec<(u32, String)>, ReadError> {
    let mut all = Vec::new();
    let mut latest = i64::MIN;
    let mut last = i64::MIN;
    loop {
        let refuse = |wrong: Wrong, at| wrong.in_file(reading.file, Place::Line(at));
        let next = lines.next();
        let at = lines.number;
        let Some(text) = next.map_err(|wrong| refuse(wrong, at))? else { break };
        let given = object(&text).ok().and_then(|json| time(json.get("time")?).ok());
        last = given.unwrap_or(last);
        if latest.saturating_sub(last) > reading.disorder && latest > i64::MIN {
            return Err(refuse(goes_back(latest.saturating_sub(last)), at));
        }
        latest = latest.max(last);
        all.push((last, at, text));
        if all.len() > INSTANTS_MAX {
            let message = format!("there are more than {INSTANTS_MAX} instants");
            return Err(refuse(Wrong::new(TOO_LARGE, message), at));
        }
    }
    all.sort_by_key(|(time, at, _)| (*time, *at));
    Ok(all.into_iter().map(|(_, at, text)| (at, text)).collect())
}
