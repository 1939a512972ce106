//! What one run showed, made or remembered.
//!
//! In: a run, or a setup with which options are taken. Out: what it shows of the property.
//!
//! # Invariants
//! - A run that hits, and one whose fault is to be told, are made each time: there are few.
//! - What is noted of a run may depend on what the search has seen before it; then its key does,
//!   too.

use std::collections::BTreeSet;

use super::pack::{Pack, pack_answers, pack_run, pack_setup, unpack_answers};
use super::{Memory, Of, key};
use crate::diag::Span;
use crate::ir::RuleId;
use crate::reference::{Guards, Replay};
use crate::search::bold::Bold;
use crate::search::compiled::Passed;
use crate::search::enumerate::{Asked, Went, listed, look_along};
use crate::search::explore::Context;
use crate::search::guide::sighting::{Sighting, sighting};
use crate::search::order::{Rank, rank};
use crate::search::reach::Reach;
use crate::search::subject::{Look, Seen};
use crate::trace::{Answer, Fault, Run, Setup};

/// What a run came to, without its fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Came {
    /// As what is looked for.
    Hit,
    /// The other way.
    Miss,
    /// Open.
    Pending,
    /// To a fault of the model.
    Faulted,
    /// To a fault of the formula or the setup.
    Broken,
    /// To a statement that discards it; whether because a choice was only sampled.
    Discarded(Span, bool),
}

/// What a run showed.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// What it came to.
    pub came: Came,
    /// Its guards.
    pub guards: Guards,
    /// The rules that fired.
    pub fired: BTreeSet<RuleId>,
    /// What it reached, where something was left to reach.
    pub reached: Reach,
    /// What a guide keeps of it.
    pub kept: Option<Sighting>,
    /// The run with its choices listed, where it hits.
    pub hit: Option<(Run, Rank)>,
    /// The fault of one that is broken, with the run.
    pub broken: Option<(Fault, Run)>,
    /// Whether the engine made it.
    pub compiled: bool,
}

impl Shown {
    /// What the engine says of a run, and what a guide keeps of it.
    pub fn passed(passed: Passed, at: Span, kept: Option<Sighting>) -> Shown {
        let came = match passed {
            Passed::Miss => Came::Miss,
            Passed::Pending => Came::Pending,
            Passed::Faulted => Came::Faulted,
            Passed::Discarded => Came::Discarded(at, false),
        };
        let (guards, fired, reached) = Default::default();
        Shown { came, guards, fired, reached, kept, hit: None, broken: None, compiled: true }
    }

    fn pack(&self, bold: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        let to = &mut bytes;
        self.came.pack(to);
        self.guards.pack(to);
        self.fired.pack(to);
        self.reached.pack(to);
        self.compiled.pack(to);
        self.kept.is_some().pack(to);
        if let Some(kept) = &self.kept {
            kept.gap.pack(to);
            // What a run was asked that the engine made is asked again where that is needed.
            if !self.compiled {
                pack_answers(kept.answers_known(), to);
            }
            kept.met.pack(to);
            if bold {
                kept.run.choices.pack(to);
                kept.run.draws.pack(to);
            }
        }
        bytes
    }
}

impl Context<'_> {
    /// What a run shows; `bold`: its draws do not come from its seed; `keep`: with what a guide
    /// keeps of it.
    pub fn show(&self, run: Run, bold: bool, keep: bool) -> Shown {
        let Some(memory) = self.memory else { return self.made(run, bold, keep) };
        let key = self.key_of(&run, bold, keep);
        let record = memory.recall(key);
        if let Some(shown) = record.and_then(|record| self.unpacked(&mut &*record, &run, bold)) {
            return shown;
        }
        let shown = self.made(run, bold, keep);
        if self.is_plain(&shown) {
            memory.remember(key, &|| shown.pack(bold));
        }
        shown
    }

    /// The key of the record of a run.
    fn key_of(&self, run: &Run, bold: bool, keep: bool) -> u128 {
        let mut bytes = Vec::new();
        [bold, keep, self.reaches()].iter().for_each(|part| part.pack(&mut bytes));
        pack_run(run, &mut bytes);
        key(Of::Run, &bytes)
    }

    /// Whether it is remembered what a guide keeps of a run.
    pub fn recalls(&self, run: &Run) -> bool {
        let recall = |memory: &dyn Memory| memory.recall(self.key_of(run, false, true));
        let record = self.memory.and_then(recall);
        record.and_then(|record| self.unpacked(&mut &*record, run, false)).is_some()
    }

    /// Remembers what the engine showed of a run for a guide.
    pub fn remember(&self, run: &Run, shown: &Shown) {
        if let Some(memory) = self.memory {
            memory.remember(self.key_of(run, false, true), &|| shown.pack(false));
        }
    }

    /// What the run of a setup shows in which these options are taken, and where to go on from
    /// it; `than`: a run that hits is listed only if it is less.
    pub fn along(&self, setup: &Setup, path: &[usize], than: Option<&Rank>) -> (Shown, Went) {
        let key = self.memory.map(|memory| {
            let mut bytes = Vec::new();
            self.reaches().pack(&mut bytes);
            path.to_vec().pack(&mut bytes);
            pack_setup(setup, &mut bytes);
            (memory, key(Of::Path, &bytes))
        });
        let record = key.and_then(|(memory, key)| memory.recall(key));
        if let Some(record) = record {
            let from = &mut &*record;
            let bare = self.subject.bare(setup.clone(), crate::base::Seed(0));
            let shown = self.unpacked(from, &bare, false);
            if let (Some(shown), Some(next)) = (shown, Pack::unpack(from)) {
                return (shown, Went::On(next));
            }
        }
        let (shown, asked) = self.made_along(setup, path, than);
        let went = asked.map_or(Went::Unlistable, |asked| Went::On(asked.next(path)));
        if let (Some((memory, key)), Went::On(next)) = (key, &went)
            && self.is_plain(&shown)
        {
            memory.remember(key, &|| {
                let mut bytes = shown.pack(false);
                next.pack(&mut bytes);
                bytes
            });
        }
        (shown, went)
    }

    /// What the reference says of the run of a setup in which these options are taken, and what it
    /// was asked; none where something cannot be listed.
    pub fn made_along(
        &self,
        setup: &Setup,
        path: &[usize],
        than: Option<&Rank>,
    ) -> (Shown, Option<Asked>) {
        let mut guards = Guards::default();
        let (look, asked) = look_along(self.subject, setup, path, &mut guards);
        let mut shown = self.noted(&look, guards);
        let run = || listed(self.subject, setup, &look);
        if look.seen == Seen::Hit {
            shown.hit = run().filter(|hit| than.is_none_or(|than| hit.1 < *than));
        }
        if let Seen::Broken(fault) = &look.seen {
            let bare = || self.subject.bare(setup.clone(), crate::base::Seed(0));
            shown.broken = Some((fault.clone(), run().map_or_else(bare, |listed| listed.0)));
        }
        (shown, asked)
    }

    /// Whether something is left to reach, so that what a run reaches is noted.
    fn reaches(&self) -> bool {
        !self.reached.covers(&self.wanted)
    }

    /// Whether a run need not be made again to tell of it.
    fn is_plain(&self, shown: &Shown) -> bool {
        shown.came != Came::Hit && (shown.came != Came::Broken || self.broken.is_some())
    }

    fn unpacked(&self, from: &mut &[u8], run: &Run, bold: bool) -> Option<Shown> {
        let came = Came::unpack(from)?;
        // The first that is broken is told with its fault.
        if came == Came::Broken && self.broken.is_none() {
            return None;
        }
        let (guards, fired) = (Pack::unpack(from)?, Pack::unpack(from)?);
        let (reached, compiled) = (Pack::unpack(from)?, bool::unpack(from)?);
        let kept = match bool::unpack(from)? {
            false => None,
            true => {
                let mut run = run.clone();
                let gap = Pack::unpack(from)?;
                let answers = if compiled { None } else { Some(unpack_answers(from)?) };
                let met = Pack::unpack(from)?;
                if bold {
                    run.choices = Pack::unpack(from)?;
                    run.draws = Pack::unpack(from)?;
                }
                Sighting::of(self.subject.model(), run, (gap, met), answers)
            }
        };
        let (hit, broken) = (None, None);
        Some(Shown { came, guards, fired, reached, kept, hit, broken, compiled })
    }

    /// What the reference says of a run.
    fn made(&self, run: Run, bold: bool, keep: bool) -> Shown {
        let (subject, mut guards) = (self.subject, Guards::default());
        let look = match bold {
            true => subject.look(&run.setup, &mut Bold::new(&run), Some(&mut guards)),
            false => subject.look(&run.setup, &mut Replay::new(&run), Some(&mut guards)),
        };
        let mut shown = self.noted(&look, guards);
        let Some((execution, judgement)) = &look.result else {
            if let Seen::Broken(fault) = look.seen {
                shown.broken = Some((fault, run));
            }
            return shown;
        };
        let listed = || subject.listed(run.clone(), execution, judgement, bold);
        match look.seen {
            Seen::Hit => {
                let made = listed();
                let rank = rank(subject, &made, execution, judgement);
                shown.hit = Some((made, rank));
            }
            Seen::Miss | Seen::Pending if keep => {
                let made = if bold { listed() } else { run };
                shown.kept = sighting(subject, made, execution, judgement, &self.wanted.branches);
            }
            Seen::Broken(fault) => shown.broken = Some((fault, listed())),
            Seen::Miss | Seen::Pending | Seen::Discarded { .. } | Seen::Faulted(_) => {}
        }
        shown
    }

    /// What is noted of every run.
    fn noted(&self, look: &Look, guards: Guards) -> Shown {
        let came = match look.seen {
            Seen::Hit => Came::Hit,
            Seen::Miss => Came::Miss,
            Seen::Pending => Came::Pending,
            Seen::Faulted(_) => Came::Faulted,
            Seen::Broken(_) => Came::Broken,
            Seen::Discarded { at, sampled } => Came::Discarded(at, sampled),
        };
        let instants = look.result.iter().flat_map(|(execution, _)| &execution.worlds);
        let fired = instants.flat_map(|world| &world.trace.instants);
        let fired = fired.filter_map(|instant| instant.fired.as_ref().map(|f| f.0)).collect();
        let mut reached = Reach::default();
        if let Some((execution, _)) = &look.result
            && self.reaches()
        {
            reached.see(&self.wanted, execution);
        }
        let (kept, hit, broken, compiled) = (None, None, None, false);
        Shown { came, guards, fired, reached, kept, hit, broken, compiled }
    }
}

/// What a run was asked, remembered or as it is made.
pub fn remembered_answers(
    memory: &dyn Memory,
    run: &Run,
    make: &dyn Fn() -> Vec<Answer>,
) -> Vec<Answer> {
    let mut bytes = Vec::new();
    pack_run(run, &mut bytes);
    let key = key(Of::Asked, &bytes);
    if let Some(answers) = memory.recall(key).and_then(|record| unpack_answers(&mut &*record)) {
        return answers;
    }
    let made = make();
    memory.remember(key, &|| {
        let mut bytes = Vec::new();
        pack_answers(&made, &mut bytes);
        bytes
    });
    made
}

impl Pack for Came {
    fn pack(&self, to: &mut Vec<u8>) {
        let tag: u32 = match self {
            Came::Hit => 0,
            Came::Miss => 1,
            Came::Pending => 2,
            Came::Faulted => 3,
            Came::Broken => 4,
            Came::Discarded(..) => 5,
        };
        tag.pack(to);
        if let Came::Discarded(at, sampled) = self {
            (*at, *sampled).pack(to);
        }
    }

    fn unpack(from: &mut &[u8]) -> Option<Came> {
        Some(match u32::unpack(from)? {
            0 => Came::Hit,
            1 => Came::Miss,
            2 => Came::Pending,
            3 => Came::Faulted,
            4 => Came::Broken,
            5 => {
                let (at, sampled) = Pack::unpack(from)?;
                Came::Discarded(at, sampled)
            }
            _ => return None,
        })
    }
}
