//! The file of a campaign: one JSON object a line, appended and brought to the disk as rounds are
//! made, read back by `--resume` and `--merge`.
//!
//! In: flags. Out: a campaign. A last line that was cut off when the program was killed is taken
//! off; any other line that cannot be read is an error that names it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use super::args::CampaignFlags;
use super::exit::Failure;
use super::runs::{self, Runs};
use crate::check::Campaign;
use crate::check::campaign::Lasting;
use crate::search::ROUND;

/// The version of the form.
const VERSION: u64 = 1;

/// The rounds of files, by key and number.
type Kept = BTreeMap<(String, u64), Json>;

/// A campaign, with what became of writing to its file.
pub struct State {
    /// The campaign.
    pub campaign: Campaign,
    failed: Arc<Mutex<Option<String>>>,
    file: String,
    /// What runs of a round came to, and the file that holds it.
    runs: Option<(Arc<Runs>, PathBuf)>,
}

impl State {
    /// Opens what the flags name.
    // spec: files.state
    pub fn open(flags: &CampaignFlags) -> Result<State, Failure> {
        let mut campaign = Campaign::alone(flags.round.unwrap_or(ROUND));
        let failed = Arc::new(Mutex::new(None));
        let mut kept = Kept::new();
        for path in &flags.merge {
            lines(&text_of(path)?, &path.display().to_string(), &mut kept)?;
        }
        if let Some(shard) = flags.shard {
            if flags.state.is_none() {
                return Err(Failure::new("a shard claims nothing by itself: its rounds are kept")
                    .help(
                        "write `--state FILE`, and later `--merge` with the files of all shards",
                    ));
            }
            campaign.shard = (shard.0 - 1, shard.1);
        }
        let (mut file, mut runs) = (String::new(), None);
        if let Some(path) = &flags.state {
            file = path.display().to_string();
            let target = Arc::new(Mutex::new(opened(path, flags.resume, &mut kept)?));
            let failed = Arc::clone(&failed);
            campaign.write = Some(Arc::new(move |line: &Json| {
                if let Err(why) = append(&target, line) {
                    let mut failed = failed.lock().unwrap_or_else(|broken| broken.into_inner());
                    failed.get_or_insert(why.to_string());
                }
            }));
            let beside = runs::beside(path);
            let opened = Runs::open(&beside, flags.resume).map_err(|error| {
                Failure::new(format!("cannot write `{}`: {error}", beside.display()))
            })?;
            let opened = Arc::new(opened);
            campaign.lasting = Some(Arc::clone(&opened) as Arc<dyn Lasting>);
            runs = Some((opened, beside));
        }
        campaign.kept = Arc::new(kept);
        Ok(State { campaign, failed, file, runs })
    }

    /// Whether everything could be written. `whole`: nothing was stopped, so that no round is left
    /// to be gone on with.
    pub fn finish(&self, whole: bool) -> Result<(), Failure> {
        let wrong = |file: &str, why: &str| Failure::new(format!("cannot write `{file}`: {why}"));
        let failed = self.failed.lock().unwrap_or_else(|broken| broken.into_inner());
        if let Some(why) = &*failed {
            return Err(wrong(&self.file, why));
        }
        let Some((runs, beside)) = &self.runs else { return Ok(()) };
        let name = beside.display().to_string();
        runs.finish().map_err(|why| wrong(&name, &why))?;
        match whole {
            true => std::fs::remove_file(beside).map_err(|why| wrong(&name, &why.to_string())),
            false => Ok(()),
        }
    }
}

/// One line in one write, and on the disk before the search goes on.
fn append(file: &Mutex<File>, line: &Json) -> std::io::Result<()> {
    let mut file = file.lock().unwrap_or_else(|broken| broken.into_inner());
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_data()
}

/// The file, at its end; what it holds already goes into `kept`.
fn opened(path: &Path, resume: bool, kept: &mut Kept) -> Result<File, Failure> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| Failure::new(format!("cannot write `{name}`: {error}"));
    if path.exists() && !resume {
        return Err(Failure::new(format!("`{name}` is there already"))
            .help("write `--resume` to go on from it, or name another file"));
    }
    let whole = if path.exists() { text_of(path)? } else { String::new() };
    let end = whole.rfind('\n').map_or(0, |at| at + 1);
    lines(&whole[..end], &name, kept)?;
    let mut file = OpenOptions::new();
    let file = file.create(true).write(true).truncate(false).open(path).map_err(failed)?;
    // A line that was cut off is no line.
    file.set_len(end as u64).map_err(failed)?;
    let file = {
        drop(file);
        OpenOptions::new().append(true).open(path).map_err(failed)?
    };
    if end == 0 {
        let version = env!("CARGO_PKG_VERSION");
        let first = json!({ "polity": VERSION, "kind": "state", "version": version });
        append(&Mutex::new(file.try_clone().map_err(failed)?), &first).map_err(failed)?;
    }
    Ok(file)
}

/// The text up to a last line that was cut off, which may be cut within a letter.
fn text_of(path: &Path) -> Result<String, Failure> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::new(format!("cannot read `{name}`: {error}")))?;
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    String::from_utf8(bytes[..end].to_vec())
        .map_err(|_| Failure::new(format!("`{name}` is not UTF-8")))
}

/// Reads the lines of a file; of two of the same round, which are equal, the first counts.
fn lines(text: &str, name: &str, kept: &mut Kept) -> Result<(), Failure> {
    for (number, line) in text.lines().enumerate() {
        let wrong = |why: &str| Failure::new(format!("{name}:{}: {why}", number + 1)).help(MEND);
        let json: Json =
            serde_json::from_str(line).map_err(|error| wrong(&format!("no JSON: {error}")))?;
        let kind = json["kind"].as_str().unwrap_or_default();
        if number == 0 {
            match (kind, json["polity"].as_u64()) {
                ("state", Some(VERSION)) => continue,
                ("state", _) => return Err(wrong("another version of the form")),
                _ => return Err(wrong("this is no file of a campaign")),
            }
        }
        if kind != "round" {
            continue;
        }
        let (Some(key), Some(round)) = (json["key"].as_str(), json["round"].as_u64()) else {
            return Err(wrong("a round without `key` and `round`"));
        };
        let place = (key.to_string(), round);
        kept.entry(place).or_insert(json);
    }
    Ok(())
}

/// What to do about a file that was damaged.
const MEND: &str = "take the line out: its round is made again";
