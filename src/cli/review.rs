//! `polity review`: goes through the counterexamples that somebody should look at.
//!
//! Answers are read line by line, from a terminal or not. Nothing is moved before it is confirmed.

use std::collections::BTreeSet;
use std::io::BufRead;

use super::args::{self, Reviewed};
use super::exit::{Exit, Failure};
use super::load::Loaded;
use super::out::{Out, complain};
use super::{check, config, files, settings};
use crate::check::corpus::review::{self, Item};
use crate::check::outcome::CorpusState;
use crate::reference::{Terms, Witness};
use crate::report::sheet::{count, wrap};
use crate::report::{Words, text};

/// What somebody says of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Answer {
    Accept,
    Drop,
    Skip,
    Quit,
}

/// A file with the specification that it belongs to, if there is one.
type Found<'a> = (Item, Option<&'a Loaded>);

/// Runs the command.
pub fn run(arguments: &args::Review) -> Result<Exit, Failure> {
    let project = config::find()?;
    let settings = settings::simulation(&args::SearchFlags::default(), project.as_ref());
    let folder = settings::corpus(arguments.corpus.as_deref(), project.as_ref());
    let shown = settings::shown(&args::OutputFlags::default(), None);
    let named = files::specifications(&arguments.files, project.as_ref())?;
    let read = check::read(&named, &settings, &shown)?;
    let mut out = Out::new(None, false, arguments.verbose);
    let mut found: Vec<Found> = Vec::new();
    let mut known = BTreeSet::new();
    for (loaded, _) in &read.loaded {
        let Some(model) = &loaded.model else { continue };
        known.insert(model.name.clone());
        let items = review::items(model, &loaded.sources, &folder);
        found.extend(items.into_iter().map(|item| (item, Some(loaded))));
    }
    // Only where all specifications were read is a model that none of them has gone.
    if arguments.files.is_empty() && read.exit == Exit::Fine {
        found.extend(review::strangers(&folder, &known).into_iter().map(|item| (item, None)));
    }
    if found.is_empty() {
        out.write("nothing to review\n");
        return Ok(read.exit);
    }
    if arguments.list {
        for (item, _) in &found {
            out.write(&format!("{:<8} {}\n", item.word(), item.path.display()));
        }
        return Ok(read.exit);
    }
    let alone = arguments.accept_all || !arguments.drop.is_empty();
    let done = match alone {
        true => decided(arguments, &found, &mut out),
        false => asked(&found, &mut out),
    };
    Ok(read.exit.and(done))
}

/// What the flags say of all files; what they drop is confirmed by them.
fn decided(arguments: &args::Review, found: &[Found<'_>], out: &mut Out) -> Exit {
    let mut tally = Tally::default();
    for (item, _) in found {
        let kind = match item.word() {
            "fixed" => Reviewed::Fixed,
            "stale" => Reviewed::Stale,
            _ => Reviewed::Pending,
        };
        match (arguments.drop.contains(&kind), arguments.accept_all) {
            (true, _) => tally.drop(item, out),
            (false, true) => tally.accept(item),
            (false, false) => tally.skipped += 1,
        }
    }
    tally.last(out)
}

/// What somebody answers, file by file.
fn asked(found: &[Found<'_>], out: &mut Out) -> Exit {
    let mut lines = std::io::stdin().lock().lines();
    let mut line = || lines.next().and_then(Result::ok);
    let mut tally = Tally::default();
    let mut dropped: Vec<&Item> = Vec::new();
    for (number, (item, loaded)) in found.iter().enumerate() {
        show(item, *loaded, (number + 1, found.len()), out);
        match answer(&mut line, out) {
            Answer::Accept => tally.accept(item),
            Answer::Drop => dropped.push(item),
            Answer::Skip => tally.skipped += 1,
            Answer::Quit => {
                tally.skipped += found.len() - number;
                break;
            }
        }
    }
    if !dropped.is_empty() {
        let files = count(dropped.len() as u64, "file", "files");
        out.write(&format!("drop {files}? each is moved to `dropped` beside it [y]es [n]o: "));
        let yes = line().is_some_and(|said| matches!(said.trim(), "y" | "yes"));
        out.write("\n");
        for item in dropped {
            match yes {
                true => tally.drop(item, out),
                false => tally.skipped += 1,
            }
        }
    }
    tally.last(out)
}

/// The next answer that is one; the end of the input is to quit.
fn answer(line: &mut dyn FnMut() -> Option<String>, out: &mut Out) -> Answer {
    loop {
        out.write("[a]ccept [d]rop [s]kip [q]uit: ");
        let Some(said) = line() else {
            out.write("\n");
            return Answer::Quit;
        };
        out.write("\n");
        match said.trim() {
            "a" | "accept" => return Answer::Accept,
            "d" | "drop" => return Answer::Drop,
            "s" | "skip" => return Answer::Skip,
            "q" | "quit" => return Answer::Quit,
            other => out.write(&format!("`{other}` is none of a, d, s, q\n")),
        }
    }
}

/// One file: what became of it, and its run where it still violates.
fn show(item: &Item, loaded: Option<&Loaded>, (number, all): (usize, usize), out: &mut Out) {
    out.write(&format!("{number} of {all} · {} · {}\n", item.word(), item.path.display()));
    let why = match &item.state {
        CorpusState::StillFails => "",
        CorpusState::Fixed => "its run violates nothing any more",
        CorpusState::Stale(why) => why,
    };
    let width = out.style().width.saturating_sub(2);
    wrap(why, width).iter().for_each(|line| out.write(&format!("  {line}\n")));
    let Some((loaded, model)) = loaded.and_then(|of| Some((of, of.model.as_ref()?))) else {
        return;
    };
    let Some((place, run)) = item.of.as_ref().filter(|_| item.state == CorpusState::StillFails)
    else {
        return;
    };
    let target = &model.targets[*place];
    let settings = &target.settings;
    let terms =
        Terms { tick: settings.tick, complete: settings.complete, tolerance: settings.tolerance };
    if let Some(witness) = Witness::replay(model, target.property, run.clone(), &terms) {
        let layout = &witness.execution().actual.layout;
        let words = Words { model, sources: &loaded.sources, layout, record: None };
        out.write(&text::replayed(&words, &witness, out.style()));
    }
}

/// What was done.
#[derive(Default)]
struct Tally {
    accepted: usize,
    dropped: usize,
    skipped: usize,
    failed: bool,
}

impl Tally {
    fn accept(&mut self, item: &Item) {
        match review::accept(item) {
            Ok(()) => self.accepted += 1,
            Err(why) => self.fail(&why),
        }
    }

    fn drop(&mut self, item: &Item, out: &mut Out) {
        match review::drop_file(item) {
            Ok(to) => {
                self.dropped += 1;
                out.write(&format!("{} → {}\n", item.path.display(), to.display()));
            }
            Err(why) => self.fail(&why),
        }
    }

    fn fail(&mut self, why: &str) {
        self.failed = true;
        self.skipped += 1;
        complain(&format!("left as it is: {why}"));
    }

    fn last(&self, out: &mut Out) -> Exit {
        let Tally { accepted, dropped, skipped, failed } = self;
        out.write(&format!("{accepted} accepted · {dropped} dropped · {skipped} left\n"));
        if *failed { Exit::Wrong } else { Exit::Fine }
    }
}
