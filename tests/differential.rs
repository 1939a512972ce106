//! Engines against each other, on random models: sampling, trying everything, and whatever else
//! [`ENGINES`](differential::answers::ENGINES) names.
//!
//! Every model is made from its seed alone. One on which two engines disagree is shrunk as text
//! and printed with its seed. `POLITY_DIFFERENTIAL=3000` asks of that many models of each
//! flavour, `POLITY_DIFFERENTIAL_FROM=1000` begins at that seed; with
//! `POLITY_DIFFERENTIAL_UNSHRUNK=1` the seed is enough, nothing is shrunk.

mod support;

#[path = "differential/mod.rs"]
mod differential;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use differential::answers::{Answer, ENGINES, agree, exhaustive};
use differential::coverage::Coverage;
use differential::{Flavour, Sample, Samples};
use polity::ir::Model;
use polity::ir::property::Role;

/// Models of the finite flavour that are compared, by default.
const FINITE: u64 = 400;
/// Models with free reals that are compared, by default.
const REALS: u64 = 80;
/// Models of agents that are alike that are compared, by default.
const ALIKE: u64 = 200;
/// Every construct occurs in at least this many of [`FINITE`] models.
const OCCURS: usize = 6;
/// Every kind of fault is the least one, or the first of a formula, in at least this many.
const FAULTS: usize = 2;

/// The seeds to ask of: `POLITY_DIFFERENTIAL` and `POLITY_DIFFERENTIAL_FROM` change them.
fn seeds(default: u64) -> Range<u64> {
    let number = |name: &str, default| match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")),
        Err(_) => default,
    };
    let first = number("POLITY_DIFFERENTIAL_FROM", 0);
    first..first + number("POLITY_DIFFERENTIAL", default)
}

/// Does `work` for each seed, two at a time; the results come in the order of the seeds.
///
/// Threads of our own: a worker of rayon that waits for a search would begin with another seed
/// on top of its stack.
fn each<T: Send>(seeds: Range<u64>, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    const STACK_BYTES: usize = 64 << 20;
    let next = AtomicU64::new(seeds.start);
    let results = Mutex::new(BTreeMap::new());
    let worker = || {
        let _stop = Stop(&next);
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let result = work(seed);
            results.lock().expect("no worker panics with the lock").insert(seed, result);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
            thread.spawn_scoped(scope, worker).expect("a thread");
        }
    });
    results.into_inner().expect("no worker panicked").into_values().collect()
}

/// Lets no further seed begin, once a thread panics.
struct Stop<'a>(&'a AtomicU64);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(u64::MAX / 2, Ordering::Relaxed);
        }
    }
}

/// Why each engine could not tell of a target; none where it could.
type Told = [Option<String>; ENGINES.len()];

/// What the engines could tell of each target; an error where two of them disagree.
fn compared(model: &Model) -> Result<Vec<Told>, String> {
    let mut told = Vec::new();
    for target in &model.targets {
        let answers: Vec<(&str, Answer)> =
            ENGINES.iter().map(|e| (e.name, (e.answer)(model, target))).collect();
        agree(model, target, &answers)?;
        told.push(std::array::from_fn(|at| match &answers[at].1 {
            Answer::Unknown(why) => Some(why.clone()),
            Answer::Violated { .. } | Answer::Nothing => None,
        }));
    }
    Ok(told)
}

/// What the engines could tell of each target of the model of `seed`; none where it has errors.
/// Panics with the least model that tells two engines apart.
fn compare(flavour: Flavour, seed: u64) -> Option<Vec<Told>> {
    let samples = Samples(flavour);
    let model = samples.sample(seed).model()?;
    let first = match compared(&model) {
        Ok(told) => return Some(told),
        Err(first) => first,
    };
    if std::env::var_os("POLITY_DIFFERENTIAL_UNSHRUNK").is_some() {
        panic!("{flavour:?}, seed {seed}: {first}");
    }
    let asked = |sample: &Sample| match sample.model() {
        Some(model) => compared(&model).map(|_| ()),
        None => Ok(()),
    };
    let (least, why) = samples.least_failing(seed, asked).expect("it failed just now");
    panic!("{flavour:?}, seed {seed}: {first}\nThe least model that fails, {why}:\n{least:?}");
}

/// Prints what each engine could tell, and why not; gives back of how many targets it could.
fn print(targets: &[&Told]) -> [usize; ENGINES.len()] {
    let mut counts = [0; ENGINES.len()];
    for (at, engine) in ENGINES.iter().enumerate() {
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for told in targets {
            match &told[at] {
                Some(why) => *reasons.entry(why).or_default() += 1,
                None => counts[at] += 1,
            }
        }
        println!("{} tells of {} of {}: {reasons:#?}", engine.name, counts[at], targets.len());
    }
    counts
}

#[test]
fn engines_agree_on_finite_models() {
    let models: Vec<_> = each(seeds(FINITE), |seed| compare(Flavour::Finite, seed));
    let tried = |told: &&Option<Vec<Told>>| told.iter().flatten().any(|target| target[0].is_none());
    let compared = models.iter().filter(tried).count();
    println!("{compared} of {} models have a target of which everything was tried", models.len());
    let targets: Vec<&Told> = models.iter().flatten().flatten().collect();
    enough(&targets, FINITE, models.len());
    let few = (models.len() as u64) < FINITE;
    assert!(few || compared * 100 >= 85 * models.len(), "only {compared} of {}", models.len());
}

/// Each engine tells of as many targets as it should: what share of a few models it has says
/// nothing.
fn enough(targets: &[&Told], default: u64, models: usize) {
    for (engine, told) in ENGINES.iter().zip(print(targets)) {
        let few = (models as u64) < default;
        assert!(few || told * 100 >= engine.decides * targets.len(), "{}: {told}", engine.name);
    }
}

#[test]
fn engines_do_not_contradict_each_other_on_models_with_reals() {
    let models: Vec<_> = each(seeds(REALS), |seed| compare(Flavour::Reals, seed));
    let targets: Vec<&Told> = models.iter().flatten().flatten().collect();
    print(&targets);
    let told = targets.iter().filter(|told| told.iter().any(Option::is_none)).count();
    assert!(told * 3 >= targets.len(), "only {told} of {} targets are told of", targets.len());
}

#[test]
fn engines_agree_on_agents_that_are_alike() {
    let models: Vec<_> = each(seeds(ALIKE), |seed| compare(Flavour::Alike, seed));
    let targets: Vec<&Told> = models.iter().flatten().flatten().collect();
    enough(&targets, ALIKE, models.len());
}

#[test]
fn generated_models_have_no_errors() {
    for flavour in [Flavour::Finite, Flavour::Reals, Flavour::Alike] {
        let clean = each(seeds(1_000), |seed| Samples(flavour).sample(seed).model().is_some());
        let share = clean.iter().filter(|clean| **clean).count() as f64 / clean.len() as f64;
        println!("{flavour:?}: {:.1} % have no errors", share * 100.0);
        assert!(share >= 0.98, "{flavour:?}: only {:.1} % have no errors", share * 100.0);
    }
}

/// What trying everything came to, in a word, and the kinds of faults that were seen.
fn words(sample: &Sample) -> Option<(Vec<&'static str>, Coverage)> {
    let model = sample.model()?;
    let mut coverage = Coverage::nothing();
    coverage.add(sample, &model);
    let mut words = Vec::new();
    for target in &model.targets {
        let (answer, found) = exhaustive(&model, target);
        words.push(match answer {
            Answer::Unknown(_) => "too much to try",
            Answer::Violated { .. } => "violated",
            Answer::Nothing if found.fault.is_some() => "broken",
            Answer::Nothing if found.coverage.runs == 0 => {
                match (found.coverage.discarded, found.coverage.faulted) {
                    (0, 0) => "vacuous, no setup is admitted",
                    (0, _) => "vacuous, every run faults",
                    (_, _) => "vacuous, runs are discarded",
                }
            }
            Answer::Nothing if found.guards.seen.values().any(|seen| !seen) => {
                "holds, some guard is vacuous"
            }
            Answer::Nothing => "holds",
        });
        if let Some((fault, _)) = found.fault {
            coverage.add_fault(fault.kind);
        }
        let no_faults = model.properties[target.property].role == Role::NoFaults;
        let fault = found.witness.and_then(|w| w.judgement().faulted.clone());
        if let Some(fault) = fault.filter(|_| no_faults) {
            coverage.add_fault(fault.kind);
        }
    }
    Some((words, coverage))
}

#[test]
fn verdicts_of_all_sorts_and_all_constructs_occur_often() {
    let all = each(seeds(FINITE), |seed| words(&Samples(Flavour::Finite).sample(seed)));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut coverage = Coverage::nothing();
    for (words, more) in all.into_iter().flatten() {
        coverage.merge(&more);
        words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
    }
    let of = |word: &str| counts.get(word).copied().unwrap_or(0);
    let sum: usize = counts.values().sum();
    println!("{counts:#?}\n{coverage:#?}");
    let holds = of("holds") + of("holds, some guard is vacuous");
    let vacuous = counts.iter().filter(|(word, _)| word.starts_with("vacuous"));
    let vacuous: usize = vacuous.map(|(_, count)| count).sum();
    let decided = sum - of("too much to try");
    assert!(10 * decided >= 9 * sum, "{counts:?}");
    assert!(3 * of("violated") >= decided, "{counts:?}");
    assert!(3 * holds >= decided && 4 * of("holds") >= decided, "{counts:?}");
    assert!(6 * vacuous <= decided && 10 * of("broken") <= decided, "{counts:?}");
    let rare = coverage.rarer_than(OCCURS, FAULTS);
    assert!(rare.is_empty(), "in too few models: {rare:?}");
}

#[test]
fn a_model_that_fails_is_shrunk_to_what_makes_it_fail() {
    let fails = |sample: &Sample| match sample.0.contains("finally") {
        true => Err("it says `finally`".to_string()),
        false => Ok(()),
    };
    let found = (0..40).find_map(|seed| Samples(Flavour::Finite).least_failing(seed, fails));
    let (least, _) = found.expect("some model says it");
    assert!(least.model().is_some(), "{least:?}");
    assert!(least.0.len() < 160, "it could be shorter:{least:?}");
}

#[test]
fn an_engine_that_is_wrong_is_caught() {
    let text = "model two
        kind Agent { param bad: bool = false }
        agents team: Agent[1..2]
        property good { forall a in team: not a.bad }
        check good as pair { given: { team: 2 } }
        check good as anyone { }";
    let model = Sample(text.to_string()).model().expect("it has no errors");
    let [pair, anyone] = &model.targets[..] else { panic!("two targets") };
    let (truth, _) = exhaustive(&model, anyone);
    let (Answer::Violated { run: two, .. }, _) = exhaustive(&model, pair) else {
        panic!("a pair may be bad")
    };
    let says = |answer: Answer| {
        agree(&model, anyone, &[("truth", truth.clone()), ("it", answer)]).err().unwrap_or_default()
    };
    assert_eq!(says(Answer::Unknown("too hard".into())), "");
    assert_eq!(says(Answer::Violated { run: two.clone(), least: false, shrunk: false }), "");
    assert!(says(Answer::Nothing).contains("but it: Nothing"));
    assert!(
        says(Answer::Violated { run: two.clone(), least: true, shrunk: true })
            .contains("still violates")
    );
    let mut good = two.clone();
    good.setup.params.iter_mut().flatten().for_each(|bad| *bad = polity::ir::Value::Bool(false));
    assert!(
        says(Answer::Violated { run: good, least: false, shrunk: false })
            .contains("does not violate")
    );
    let mut short = two;
    short.steps = 0;
    assert!(
        says(Answer::Violated { run: short, least: false, shrunk: false })
            .contains("it has 0 steps")
    );
}
