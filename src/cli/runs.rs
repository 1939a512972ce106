//! The file beside that of a campaign: what the runs of the round that is being made came to, so that
//! a program that was killed goes on within the round.
//!
//! In: records by key. Out: the same, to a program that resumes. The file is a row of gzip members; each
//! holds records: its target in 8 bytes, its key in 16, its length in 4, and it.
//!
//! # Invariants
//! - A member that was cut off or damaged ends the file: what is behind it is lost, and made again.
//! - The clock decides what is written when, and never what a search finds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::Duration;

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

use super::clock::Clock;
use crate::check::campaign::Lasting;
use crate::search::Record;

/// A round that takes less is made again as a whole: nothing is written for it.
const SHORT: Duration = Duration::from_millis(250);
/// What was remembered is written after so long.
const EVERY: Duration = Duration::from_millis(400);

/// Records by target and key.
type Known = BTreeMap<(u64, u128), Record>;

/// The records of a round.
pub struct Runs {
    known: RwLock<Known>,
    open: Mutex<Open>,
    /// When the round began; none: it is known to be a long one.
    began: Mutex<Option<Clock>>,
}

/// The file, and what is not written yet.
struct Open {
    file: File,
    /// Whose records it holds.
    targets: BTreeSet<u64>,
    waiting: Known,
    written: Clock,
    failed: Option<String>,
}

/// Where the records of a campaign are, whose file is this.
pub fn beside(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".runs");
    PathBuf::from(name)
}

impl Runs {
    /// Opens the file; what it holds is known if it is to be gone on from.
    pub fn open(path: &Path, resume: bool) -> Result<Runs> {
        let bytes = if resume && path.exists() { std::fs::read(path)? } else { Vec::new() };
        let (known, end) = records(&bytes);
        let mut file = OpenOptions::new();
        let mut file = file.create(true).read(true).write(true).truncate(false).open(path)?;
        file.set_len(end as u64)?;
        file.seek(SeekFrom::End(0))?;
        let began = known.is_empty().then(Clock::start);
        let targets = known.keys().map(|key| key.0).collect();
        let (waiting, written) = (Known::new(), Clock::start());
        let open = Mutex::new(Open { file, targets, waiting, written, failed: None });
        Ok(Runs { known: RwLock::new(known), open, began: Mutex::new(began) })
    }

    /// Writes what waits; what went wrong while anything was written, if something did.
    pub fn finish(&self) -> std::result::Result<(), String> {
        let mut open = self.lock();
        match (open.write(), open.failed.take()) {
            (_, Some(why)) => Err(why),
            (written, None) => written.map_err(|why| why.to_string()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

impl Lasting for Runs {
    fn recall(&self, target: u64, key: u128) -> Option<Record> {
        let known = self.known.read().unwrap_or_else(|broken| broken.into_inner());
        known.get(&(target, key)).map(Arc::clone)
    }

    fn remember(&self, target: u64, key: u128, record: &dyn Fn() -> Vec<u8>) {
        let began = *self.began.lock().unwrap_or_else(|broken| broken.into_inner());
        if began.is_some_and(|began| began.elapsed() < SHORT) {
            return;
        }
        let record = Record::from(record());
        let mut open = self.lock();
        open.waiting.insert((target, key), record);
        if open.written.elapsed() >= EVERY {
            open.written = Clock::start();
            open.write().unwrap_or_else(|why| open.failed(&why));
        }
    }

    fn forget(&self, target: u64) {
        let mut known = self.known.write().unwrap_or_else(|broken| broken.into_inner());
        known.retain(|key, _| key.0 != target);
        let mut open = self.lock();
        open.forget(target).unwrap_or_else(|why| open.failed(&why));
        let now = Clock::start();
        open.written = now;
        *self.began.lock().unwrap_or_else(|broken| broken.into_inner()) = Some(now);
    }
}

impl Open {
    /// Writes what waits as one member.
    fn write(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        self.targets.extend(waiting.keys().map(|key| key.0));
        self.file.write_all(&member(&waiting)?)
    }

    /// Takes the records of one target out.
    fn forget(&mut self, target: u64) -> Result<()> {
        self.waiting.retain(|key, _| key.0 != target);
        if !self.targets.remove(&target) {
            return Ok(());
        }
        let mut bytes = Vec::new();
        self.file.rewind()?;
        if !self.targets.is_empty() {
            self.file.read_to_end(&mut bytes)?;
            self.file.rewind()?;
        }
        self.file.set_len(0)?;
        // What another search was stopped in is still to be gone on from.
        let mut left = records(&bytes).0;
        left.retain(|key, _| key.0 != target);
        if left.is_empty() { Ok(()) } else { self.file.write_all(&member(&left)?) }
    }

    fn failed(&mut self, why: &std::io::Error) {
        self.failed.get_or_insert(why.to_string());
    }
}

/// Records as a member.
fn member(records: &Known) -> Result<Vec<u8>> {
    let mut member = GzEncoder::new(Vec::new(), Compression::fast());
    for ((target, key), record) in records {
        member.write_all(&target.to_le_bytes())?;
        member.write_all(&key.to_le_bytes())?;
        member.write_all(&(record.len() as u32).to_le_bytes())?;
        member.write_all(record)?;
    }
    member.finish()
}

/// The records of a file's whole members, and where the last of these ends.
fn records(bytes: &[u8]) -> (Known, usize) {
    let (mut known, mut end) = (Known::new(), 0);
    while end < bytes.len() {
        let mut member = GzDecoder::new(&bytes[end..]);
        let mut text = Vec::new();
        let Ok(_) = member.read_to_end(&mut text) else { break };
        let left = member.into_inner().len();
        let mut rest = &text[..];
        while let Some((target, after)) = rest.split_first_chunk::<8>()
            && let Some((key, after)) = after.split_first_chunk::<16>()
            && let Some((length, after)) = after.split_first_chunk::<4>()
            && let Some((record, after)) =
                after.split_at_checked(u32::from_le_bytes(*length) as usize)
        {
            let key = (u64::from_le_bytes(*target), u128::from_le_bytes(*key));
            known.insert(key, Record::from(record));
            rest = after;
        }
        end = bytes.len() - left;
    }
    (known, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(records: &[(u64, u128, &[u8])]) -> Known {
        records.iter().map(|(of, key, bytes)| ((*of, *key), Record::from(*bytes))).collect()
    }

    #[test]
    fn whole_members_are_read_and_what_was_cut_off_is_not() {
        let first = known(&[(1, 1, b"a"), (1, 2, b"")]);
        let one = member(&first).expect("a vector");
        let two = member(&known(&[(1, 3, b"bcd")])).expect("a vector");
        let whole = [&one[..], &two].concat();
        let (all, end) = records(&whole);
        assert_eq!((all.len(), end), (3, whole.len()));
        assert_eq!(&*all[&(1, 3)], b"bcd");
        for cut in 1..two.len() {
            let short = records(&whole[..whole.len() - cut]);
            assert_eq!(short, (first.clone(), one.len()), "{cut} bytes were cut off");
        }
        let mut damaged = whole.clone();
        damaged[one.len() + 12] ^= 0x40;
        assert_eq!(records(&damaged).1, one.len());
    }

    #[test]
    fn what_is_forgotten_of_one_target_is_kept_of_the_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("s.runs");
        let written = member(&known(&[(1, 1, b"a"), (2, 1, b"b"), (2, 2, b"c")])).expect("bytes");
        std::fs::write(&path, written).expect("written");
        let runs = Runs::open(&path, true).expect("a file");
        runs.remember(1, 7, &|| b"waits".to_vec());
        runs.forget(2);
        assert_eq!(runs.recall(2, 1), None);
        runs.finish().expect("written");
        let again = Runs::open(&path, true).expect("a file");
        assert_eq!(again.recall(1, 1).as_deref(), Some(&b"a"[..]));
        assert_eq!(again.recall(1, 7).as_deref(), Some(&b"waits"[..]));
        assert_eq!(again.recall(2, 2), None);
        again.forget(1);
        assert_eq!(std::fs::read(&path).expect("a file"), b"");
        let fresh = Runs::open(&path, false).expect("a file");
        fresh.remember(1, 1, &|| panic!("a round that just began is not written of"));
    }
}
