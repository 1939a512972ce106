//! `two_phase_commit`: a hasty coordinator, in any order of moves.

use polity::base::Seed;
use polity::ir::Value;

use crate::case::Case;

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy)]
enum Move {
    Prepare(usize),
    GiveUp(usize),
    Hear(usize),
    Commit,
    Abort,
    ObeyCommit(usize),
    ObeyAbort(usize),
}

pub fn runs(case: &Case, runs: u64) -> Vec<u64> {
    let site = case.site("schedule", "next");
    let waits = case.param("waits")[0] == Value::Bool(true);
    let n = case.setup.sizes.iter().sum::<u32>() as usize;
    let mut moves = Vec::new();
    let bad = (0..runs).filter(|seed| run(Seed(*seed), n, case.steps, (site, waits), &mut moves));
    vec![bad.count() as u64]
}

/// Whether some manager commits while another has aborted.
fn run(
    seed: Seed,
    n: usize,
    steps: u32,
    (site, waits): (u32, bool),
    moves: &mut Vec<Move>,
) -> bool {
    let mut stage = vec![Stage::Working; n];
    let (mut told, mut heard) = (vec![false; n], vec![false; n]);
    let mut decision = Stage::Working;
    for step in 0..steps {
        moves.clear();
        let open = decision == Stage::Working;
        let all = || 0..n;
        moves.extend(all().filter(|m| stage[*m] == Stage::Working).map(Move::Prepare));
        moves.extend(all().filter(|m| stage[*m] == Stage::Working).map(Move::GiveUp));
        moves.extend(all().filter(|m| open && told[*m] && !heard[*m]).map(Move::Hear));
        let enough = if waits { heard.iter().all(|h| *h) } else { heard.iter().any(|h| *h) };
        if open {
            moves.extend(enough.then_some(Move::Commit));
            moves.push(Move::Abort);
        }
        let (commits, aborts) = (decision == Stage::Committed, decision == Stage::Aborted);
        let obey = all().filter(|m| commits && stage[*m] != Stage::Committed);
        moves.extend(obey.map(Move::ObeyCommit));
        moves.extend(all().filter(|m| aborts && stage[*m] != Stage::Aborted).map(Move::ObeyAbort));
        if moves.is_empty() {
            return false;
        }
        let u = seed.uniform(&[site, step, 0, 0]);
        match moves[((u * moves.len() as f64) as usize).min(moves.len() - 1)] {
            Move::Prepare(m) => (stage[m], told[m]) = (Stage::Prepared, true),
            Move::GiveUp(m) | Move::ObeyAbort(m) => stage[m] = Stage::Aborted,
            Move::Hear(m) => heard[m] = true,
            Move::Commit => decision = Stage::Committed,
            Move::Abort => decision = Stage::Aborted,
            Move::ObeyCommit(m) => stage[m] = Stage::Committed,
        }
        if stage.contains(&Stage::Committed) && stage.contains(&Stage::Aborted) {
            return true;
        }
    }
    false
}
