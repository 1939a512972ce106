//! The shrinker's loop: tries the edits of every pass, keeps what is less, until nothing is.
//!
//! In: a violating run. Out: the least run met, as a witness, and whether every single edit of
//! it fails. Edits are tried in waves of a fixed number, so that the number of threads
//! changes nothing.

use std::collections::VecDeque;

use rayon::prelude::*;

use super::screen::{key_of, screen};
use super::{Candidate, Draft, Pass, RUN_PASSES, SETUP_PASSES};
use crate::base::Seed;
use crate::engine::LANES;
use crate::ir::Model;
use crate::ir::property::{Counter, Target};
use crate::reference::{Execution, Judgement, Witness};
use crate::search::enumerate::Walk;
use crate::search::explore::Context;
use crate::search::found::Least;
use crate::search::generate::reshuffled;
use crate::search::memory::Memory;
use crate::search::order::{Rank, rank};
use crate::search::space::Space;
use crate::search::subject::{Look, Seen, Subject};
use crate::trace::Run;

/// What shrinking came to.
pub struct Shrunk {
    /// The least run met.
    pub witness: Witness,
    /// Its place in the order.
    pub rank: Rank,
    /// `Local` where every single edit fails, else `Unshrunk`.
    pub least: Least,
}

/// The best run so far.
struct Best {
    run: Run,
    execution: Execution,
    judgement: Judgement,
    rank: Rank,
}

/// Edits that are tried at once.
const WAVE: usize = 8;
/// Runs over which all choices of the best setup are tried.
const WALK_MAX: u64 = 2_000;
/// Fresh values and choices for the best society that are tried, for a violation that settles
/// earlier.
const FRESH: u64 = 48;

/// Shrinks `run`, which violates; none where it does not replay.
pub fn shrink(context: &Context<'_>, run: Run) -> Option<Shrunk> {
    let subject = context.subject;
    let look = subject.replay(&run);
    let mut best = best_of(subject, run, look)?;
    let mut attempts = Attempts { context, left: context.budget.shrink_max };
    let mut local = true;
    loop {
        let mut changed = false;
        for pass in SETUP_PASSES.iter().chain(&RUN_PASSES) {
            changed |= sweep(*pass, &mut best, &mut attempts);
        }
        if !changed && attempts.go_on() {
            changed = other_choices(&mut best, &mut attempts) || fresh(&mut best, &mut attempts);
        }
        if !attempts.go_on() {
            local = false;
            break;
        }
        if !changed {
            break;
        }
    }
    let least = if local { Least::Local } else { Least::Unshrunk };
    let witness = Witness::replay(subject.model(), subject.property, best.run, &subject.terms)?;
    Some(Shrunk { witness, rank: best.rank, least })
}

/// The single edits of the witness's run, of all passes, that still violate and are less: none
/// of a 1-minimal one.
pub fn one_minimal(model: &Model, target: &Target, witness: &Witness) -> Vec<String> {
    let space = Space::new(std::sync::Arc::new(model.clone()), &target.settings.given);
    let subject = Subject::new(space, target);
    let run = witness.run().clone();
    let look = subject.replay(&run);
    let Some(best) = best_of(&subject, run, look) else {
        return vec!["the run itself does not violate".into()];
    };
    let passes = SETUP_PASSES.iter().chain(&RUN_PASSES);
    let edits = passes.flat_map(|pass| pass(&draft(&subject, &best)));
    // Not screened: what screens is looked at, too.
    let less = |edit: &Candidate| {
        let admitted = subject.admits(&edit.run.setup);
        admitted && attempt(&subject, edit, &best.rank).less.is_some()
    };
    edits.filter(less).map(|edit| edit.what).collect()
}

/// How many attempts are left.
struct Attempts<'a> {
    context: &'a Context<'a>,
    left: u64,
}

impl Attempts<'_> {
    fn go_on(&self) -> bool {
        self.left > 0 && !self.context.stopped()
    }

    fn spend(&mut self, attempts: u64, best: &Best) {
        self.left = self.left.saturating_sub(attempts);
        self.context.tell(self.context.subject.space.agents(&best.run.setup.sizes), true);
    }
}

fn draft<'a>(subject: &'a Subject<'_>, best: &'a Best) -> Draft<'a> {
    let result = Some((&best.execution, &best.judgement));
    Draft { space: &subject.space, run: &best.run, result }
}

/// Tries the edits of one pass; goes on at the same place after one is kept.
fn sweep(pass: Pass, best: &mut Best, attempts: &mut Attempts<'_>) -> bool {
    let (subject, memory) = (attempts.context.subject, attempts.context.memory);
    let (mut at, mut changed) = (0, false);
    loop {
        let edits = pass(&draft(subject, best));
        let (mut kept, mut screened) = (false, at);
        let mut passed: VecDeque<bool> = VecDeque::new();
        while at < edits.len() && !kept {
            if !attempts.go_on() {
                return changed;
            }
            let wave = &edits[at..edits.len().min(at + WAVE)];
            if passed.len() < wave.len() {
                let next = &edits[screened..edits.len().min(screened + LANES)];
                screened += next.len();
                passed.extend(screen(attempts.context, next, &best.rank));
            }
            let open = wave.iter().enumerate().zip(passed.drain(..wave.len()));
            let open: Vec<_> = open.filter(|(_, passed)| !passed).map(|(edit, _)| edit).collect();
            let better = first_less(subject, memory, &open, &best.rank);
            attempts.spend(wave.len() as u64, best);
            match better {
                Some((place, better)) => {
                    *best = better;
                    at += place;
                    (kept, changed) = (true, true);
                }
                None => at += wave.len(),
            }
        }
        if !kept {
            return changed;
        }
    }
}

/// The first edited run that violates and is less, with its place. Often the first of all is:
/// only where it is not, the others are tried at once.
fn first_less(
    subject: &Subject<'_>,
    memory: Option<&dyn Memory>,
    edits: &[(usize, &Candidate)],
    than: &Rank,
) -> Option<(usize, Best)> {
    let (first, others) = edits.split_first()?;
    let mut tried = vec![attempt(subject, first.1, than)];
    if tried[0].less.is_none() {
        tried.par_extend(others.par_iter().map(|(_, edit)| attempt(subject, edit, than)));
    }
    // What comes after the one that is kept is not remembered: it need not have been tried.
    for ((place, edit), tried) in edits.iter().zip(tried) {
        tried.remember(memory, edit);
        if let Some(best) = tried.less {
            return Some((*place, best));
        }
    }
    None
}

/// What an edit came to.
struct Tried {
    /// Whether it violates.
    hits: bool,
    /// The edited run, if it is less.
    less: Option<Best>,
}

impl Tried {
    /// Only those that do not violate are remembered: most do not.
    fn remember(&self, memory: Option<&dyn Memory>, edit: &Candidate) {
        if let Some(memory) = memory.filter(|_| !self.hits) {
            memory.remember(key_of(edit), &Vec::new);
        }
    }
}

/// Makes an edited run.
fn attempt(subject: &Subject<'_>, edit: &Candidate, than: &Rank) -> Tried {
    let look = subject.replay(&edit.run);
    let hits = look.seen == Seen::Hit;
    let less = best_of(subject, edit.run.clone(), look).filter(|best| best.rank < *than);
    Tried { hits, less }
}

/// The run with exactly the choices that it made listed, and no draw that it did not ask for.
fn best_of(subject: &Subject<'_>, run: Run, look: Look) -> Option<Best> {
    if look.seen != Seen::Hit {
        return None;
    }
    let (execution, judgement) = look.result?;
    let run = subject.listed(run, &execution, &judgement, false);
    let rank = rank(subject, &run, &execution, &judgement);
    Some(Best { run, execution, judgement, rank })
}

/// All choices of the best setup, if they are few: the least run that they allow.
fn other_choices(best: &mut Best, attempts: &mut Attempts<'_>) -> bool {
    let (context, subject) = (attempts.context, attempts.context.subject);
    let setup = best.run.setup.clone();
    let agents = subject.space.agents(&setup.sizes);
    let job = context.all_runs(setup, WALK_MAX.min(attempts.left), agents);
    let coverage = &job.coverage;
    attempts.spend(coverage.runs + coverage.discarded + coverage.faulted, best);
    match job.walk {
        Some(Walk::Done | Walk::TooMany) => {}
        Some(Walk::Unlistable | Walk::Stopped) | None => return false,
    }
    let Some((run, _)) = job.hit.filter(|(_, rank)| *rank < best.rank) else { return false };
    let look = subject.replay(&run);
    match best_of(subject, run, look).filter(|better| better.rank < best.rank) {
        Some(better) => {
            *best = better;
            true
        }
        None => false,
    }
}

/// Fresh values and choices in the best society, where steps are to be few.
fn fresh(best: &mut Best, attempts: &mut Attempts<'_>) -> bool {
    let (subject, memory) = (attempts.context.subject, attempts.context.memory);
    if !subject.target.settings.minimize.contains(&Counter::Steps) {
        return false;
    }
    let seed = attempts.context.budget.seed.stream(0x0066_7265_7368);
    let edits: Vec<Candidate> = (0..FRESH)
        .map(|number| {
            let seed = seed.stream(number);
            let setup = reshuffled(&subject.space, &best.run.setup, seed);
            Candidate { what: String::new(), run: subject.bare(setup, Seed(seed.0 >> 40)) }
        })
        .collect();
    let passed = screen(attempts.context, &edits, &best.rank);
    let open = edits.par_iter().zip(passed).filter(|(_, passed)| !passed);
    let made = |(edit, _): (&Candidate, bool)| {
        let tried = attempt(subject, edit, &best.rank);
        tried.remember(memory, edit);
        tried.less
    };
    let found: Vec<Option<Best>> = open.map(made).collect();
    attempts.spend(FRESH, best);
    match found.into_iter().flatten().min_by(|a, b| a.rank.cmp(&b.rank)) {
        Some(better) => {
            *best = better;
            true
        }
        None => false,
    }
}
