//! `review`: six agents, everyone may approve everyone.

use polity::base::Seed;
use polity::ir::Value;

use crate::case::Case;

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Idle,
    Drafted,
    Approved,
    Shipped,
}

struct Team {
    stage: Vec<Stage>,
    defects: Vec<u8>,
    approved: Vec<bool>,
}

pub fn runs(case: &Case, runs: u64) -> Vec<u64> {
    let site = case.site("step", "d");
    let is = |name: &str| -> Vec<bool> {
        case.param(name).iter().map(|value| *value == Value::Bool(true)).collect()
    };
    let (stamps, reciprocates, tied) = (is("rubber_stamps"), is("reciprocates"), case.tied());
    // Who may approve whose work.
    let may: Vec<Vec<usize>> = (0..stamps.len())
        .map(|a| (0..stamps.len()).filter(|r| tied[*r].contains(&a)).collect())
        .collect();
    let mut violated = vec![0; 3];
    for seed in 0..runs {
        let seen = run(Seed(seed), case.steps, site, (&stamps, &reciprocates, &may));
        violated.iter_mut().zip(seen).for_each(|(sum, bad)| *sum += u64::from(bad));
    }
    violated
}

fn run(
    seed: Seed,
    steps: u32,
    site: u32,
    (stamps, reciprocates, may): (&[bool], &[bool], &[Vec<usize>]),
) -> [bool; 3] {
    let n = stamps.len();
    let mut team =
        Team { stage: vec![Stage::Idle; n], defects: vec![0; n], approved: vec![false; n * n] };
    let mut next = team.approved.clone();
    let (mut own, mut broken, mut shipped) = (false, false, false);
    for step in 0..steps {
        next.copy_from_slice(&team.approved);
        for a in 0..n {
            match team.stage[a] {
                Stage::Idle => {
                    let u = seed.uniform(&[site, step, 0, 1, 7, a as u32]);
                    team.defects[a] = (u * 4.0) as u8;
                    team.stage[a] = Stage::Drafted;
                }
                Stage::Drafted => {
                    let mut passed = false;
                    for &r in &may[a] {
                        let given = stamps[r]
                            || (reciprocates[r] && team.approved[r * n + a])
                            || team.defects[a] == 0;
                        next[a * n + r] = given;
                    }
                    for r in 0..n {
                        passed |= next[a * n + r];
                    }
                    if passed {
                        team.stage[a] = Stage::Approved;
                    }
                }
                Stage::Approved => {
                    broken |= team.defects[a] != 0;
                    shipped |= step < 10;
                    team.stage[a] = Stage::Shipped;
                }
                Stage::Shipped => {}
            }
        }
        std::mem::swap(&mut team.approved, &mut next);
        own |= (0..n).any(|a| team.approved[a * n + a]);
    }
    [own, broken, !shipped]
}
