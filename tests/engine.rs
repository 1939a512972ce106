//! The engine against the reference: states, ends, faults, verdicts, margins and gaps bit for bit,
//! on random models and on every file of `properties/`.
//!
//! `POLITY_ENGINE=1000000` asks for that many runs of random models; `POLITY_ENGINE_FROM=500`
//! begins at that seed.

mod support;

#[allow(dead_code, unused_imports)] // a test of its own uses the rest
#[path = "differential/mod.rs"]
mod differential;
#[path = "engine/arithmetic.rs"]
mod arithmetic;
#[path = "engine/compare.rs"]
mod compare;
#[path = "engine/marks.rs"]
mod marks;
#[path = "engine/measured.rs"]
mod measured;
#[path = "encoding/mutant.rs"]
mod mutant;
#[path = "engine/refused.rs"]
mod refused;
#[path = "engine/search.rs"]
mod search;
#[path = "engine/told.rs"]
mod told;
#[path = "engine/worlds.rs"]
mod worlds;

use std::collections::BTreeMap;

use compare::{Compared, compare};
use differential::{Flavour, Samples};
use polity::base::Seed;
use polity::engine::{Ask, Block, Seeded, compile};
use polity::ir::Model;
use polity::ir::property::{Role, Target};
use polity::search::any_setups;
use polity::trace::Setup;
use proptest::strategy::{Strategy, ValueTree};

/// Runs of random models that are compared by default.
const RUNS: u64 = 100_000;
/// Setups that are drawn for a model.
const SETUPS: usize = 24;

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")),
        Err(_) => default,
    }
}

/// Setups of a model, by size.
fn drawn(model: &Model, seed: u64, count: usize) -> Vec<Vec<Setup>> {
    let mut runner = Samples::runner(seed);
    let strategy = any_setups(model, &[]);
    let mut by_size: Vec<Vec<Setup>> = Vec::new();
    for _ in 0..count {
        let Ok(tree) = strategy.new_tree(&mut runner) else { break };
        let setup = tree.current();
        match by_size.iter_mut().find(|group| group[0].sizes == setup.sizes) {
            Some(group) => group.push(setup),
            None => by_size.push(vec![setup]),
        }
    }
    by_size
}

/// Every target of a model on every group of setups.
fn all_of(model: &Model, seed: u64, count: usize) -> Result<Compared, String> {
    let mut sum = Compared::default();
    if model.is_signature() {
        return Ok(sum);
    }
    let groups = drawn(model, seed, count);
    // Whether no run faults is a question of every model.
    let implicit = model.properties.pairs().find(|(_, of)| of.role == Role::NoFaults);
    let first = model.targets.first().cloned();
    let more = implicit.zip(first).map(|((property, _), of)| Target { property, ..of });
    for target in model.targets.iter().chain(&more) {
        let name = &model.properties[target.property].name;
        for (at, setups) in groups.iter().enumerate() {
            let seed = Seed(seed).stream(at as u64);
            for shared in [false, true] {
                let compared = compare(model, target, setups, seed, shared);
                sum.add(compared.map_err(|why| format!("`{name}`, shared {shared}: {why}"))?);
            }
        }
    }
    Ok(sum)
}

fn print(what: &str, sum: &Compared) {
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    sum.refused.iter().for_each(|why| *refused.entry(why).or_default() += 1);
    let Compared { runs, faulted, discarded, halted, settled, pending, astray, .. } = sum;
    let Compared { of_worlds, margins, inside, unmeasured, early, gaps, marks, more, .. } = sum;
    let Compared { gaps_of_worlds, gapless, with, .. } = sum;
    let mut without: BTreeMap<&str, usize> = BTreeMap::new();
    sum.without.iter().for_each(|why| *without.entry(why).or_default() += 1);
    println!(
        "{what}: {runs} runs ({of_worlds} of worlds), {faulted} faulted, {discarded} discarded, {halted} halted, \
         {settled} settled, {pending} pending, {astray} left to the reference; {margins} margins, \
         {inside} inside, {unmeasured} left to the reference; {early} stopped early; {gaps} gaps and {gaps_of_worlds} of worlds, {gapless} left to the \
         reference ({with} blocks of worlds with gaps, without {without:?}); {marks} marks and \
         {more} more; refused {refused:#?}"
    );
}

/// Of worlds, gaps are compared too, and few of them are left to the reference.
fn few_gaps_are_left(sum: &Compared) {
    let Compared { gaps_of_worlds, gapless, without, .. } = sum;
    assert!(without.is_empty(), "what has verdicts has gaps: {without:?}");
    let few = *gaps_of_worlds > 1_000 && gapless * 50 < *gaps_of_worlds;
    assert!(few, "{gaps_of_worlds} gaps of worlds, and {gapless} are left to the reference");
}

#[test]
fn random_models_run_alike() {
    let (runs, from) = (number("POLITY_ENGINE", RUNS), number("POLITY_ENGINE_FROM", 0));
    let (mut sum, mut models) = (Compared::default(), 0u64);
    let mut seed = from;
    while sum.runs < runs {
        let flavour = if seed % 4 == 3 { Flavour::Reals } else { Flavour::Finite };
        let sample = Samples(flavour).sample(seed);
        if let Some(model) = sample.model() {
            match all_of(&model, seed, SETUPS) {
                Ok(compared) => sum.add(compared),
                Err(why) => panic!("{flavour:?}, seed {seed}: {why}\n{sample:?}"),
            }
            models += 1;
        }
        seed += 1;
    }
    print(&format!("{models} models"), &sum);
    assert!(sum.faulted > runs / 50, "faults are compared too");
    assert!(sum.discarded > 0 && sum.halted > 0 && sum.settled > sum.runs / 4);
    assert!(sum.early > runs / 20, "runs stop early: {}", sum.early);
    assert!(sum.inside > runs / 50, "margins tell more than verdicts: {}", sum.inside);
    assert!(sum.gaps > runs / 5, "gaps are compared too: {}", sum.gaps);
    few_gaps_are_left(&sum);
}

/// Arithmetic that becomes kernels, and what goes wrong inside of them.
#[test]
fn arithmetic_is_fused_alike() {
    let (runs, from) = (number("POLITY_ENGINE", RUNS) / 10, number("POLITY_ENGINE_FROM", 0));
    let mut sum = Compared::default();
    let mut seed = from;
    while sum.runs < runs {
        let text = arithmetic::text(seed);
        let (model, _) = support::model("sums", &text);
        match all_of(&model, seed, 12) {
            Ok(compared) => sum.add(compared),
            Err(why) => panic!("Reals, seed {seed}: {why}\n{text}"),
        }
        seed += 1;
    }
    print(&format!("{} models", seed - from), &sum);
    assert!(sum.refused.is_empty(), "{:?}", sum.refused);
    assert!(sum.faulted > runs / 10 && sum.faulted < sum.runs * 3 / 4, "{} fault", sum.faulted);
}

/// Reals that are equal, nearly equal and different, compared wherever a property may.
#[test]
fn comparisons_of_reals_miss_alike() {
    let mut properties = String::new();
    for (at, op) in ["<", "<=", ">", ">=", "==", "!="].iter().enumerate() {
        properties += &format!(
            "property wanted{at} {{ always forall a in team: a.x {op} y }}
             property unwanted{at} {{ always exists a in team: not (a.x {op} y) }}
             property guarded{at} {{ (exists a in team where a.x {op} y: true) implies y > 0.5 }}
             property unbounded{at} {{ finally forall a in team: z + a.x {op} z + y }}
             property counted{at} {{ next count(a in team where a.x {op} y) == 1 }}\n"
        );
    }
    let text = format!(
        "model ties
         kind Agent {{ param x: {{0.25, 0.5, 0.5000000001, 0.6}} }}
         agents team: Agent[1..3]
         state y: 0.0..1.0 = 0.5
         state z: real = 3.0
         step {{ y' = max(a.x for a in team) }}
         {properties}
         check {{ steps: 2 }}"
    );
    let (model, _) = support::model("ties", &text);
    match all_of(&model, 0, 40) {
        Ok(sum) => {
            print("reals", &sum);
            assert!(sum.refused.is_empty() && sum.settled > 1_000, "{:?}", sum.refused);
        }
        Err(why) => panic!("Reals, seed 0: {why}"),
    }
}

/// What is asked of events, worlds and relations where random models seldom ask it.
#[test]
fn events_and_worlds_are_read_alike() {
    let mut sum = Compared::default();
    let models = [("later", told::LATER), ("ends", told::ENDS), ("breaks", told::BREAKS)];
    for (name, text) in models.into_iter().chain([("told", &told::told()[..])]) {
        let (model, _) = support::model(name, text);
        for seed in 0..3 {
            match all_of(&model, seed, 40) {
                Ok(compared) => sum.add(compared),
                Err(why) => panic!("Finite, seed {seed}: {name}: {why}"),
            }
        }
    }
    print("events and worlds", &sum);
    assert!(sum.refused.is_empty() && sum.of_worlds > 1_000, "{:?}", sum.refused);
    few_gaps_are_left(&sum);
    assert!(sum.astray < sum.runs / 4, "most are compared: {} of {}", sum.astray, sum.runs);
}

/// What margins look at and verdicts pass by.
#[test]
fn margins_are_alike() {
    let mut sum = Compared::default();
    let (model, _) = support::model("measured", &measured::measured());
    for seed in 0..3 {
        match all_of(&model, seed, 30) {
            Ok(compared) => sum.add(compared),
            Err(why) => panic!("Reals, seed {seed}: {why}"),
        }
    }
    print("margins", &sum);
    assert!(sum.refused.is_empty() && sum.unmeasured == 0, "{:?}", sum.refused);
    assert!(sum.margins > 6_000 && sum.inside > sum.margins / 3, "{sum:?}");
    assert!(sum.gaps > 6_000 && sum.early > 1_000, "{sum:?}");
    few_gaps_are_left(&sum);
}

/// What runs reach where every place that is marked has something that none does.
#[test]
fn what_no_run_reaches_is_not_marked() {
    let (model, _) = support::model("reaching", marks::REACHING);
    let setup = drawn(&model, 0, 1)[0][0].clone();
    let (choices, draws) = Default::default();
    let run = polity::trace::Run { setup, seed: Seed(0), choices, draws, steps: 6 };
    let reached = marks::exactly(&model, &run, 64);
    let all = marks::all(&model);
    let never = all.difference(&reached).map(|mark| marks::name(&model, marks::REACHING, mark));
    assert_eq!(never.collect::<Vec<_>>(), marks::NEVER);
}

#[test]
fn shipped_models_run_alike() {
    let mut sum = Compared::default();
    for path in support::files("properties", "polity") {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("a file");
        let (model, _) = support::model(&name, &text);
        for seed in 0..3 {
            match all_of(&model, seed, 12) {
                Ok(compared) => {
                    if seed == 0 {
                        print(&name, &compared);
                    }
                    sum.add(compared);
                }
                Err(why) => panic!("{name}, seed {seed}: {why}"),
            }
        }
    }
    print("all", &sum);
    assert!(sum.runs > 1_000 && sum.inside > sum.runs / 4, "{} margins", sum.inside);
    assert!(sum.gaps > sum.runs / 4, "{} gaps", sum.gaps);
    few_gaps_are_left(&sum);
}

#[test]
fn a_search_is_told_what_the_reference_says() {
    let (mut passed, mut seen, mut counted) = (0, 0, 0);
    let (mut seen_worlds, mut shown) = (0, [0, 0]);
    for path in support::files("properties", "polity") {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("a file");
        let (model, _) = support::model(&name, &text);
        if model.is_signature() {
            continue;
        }
        let groups = drawn(&model, 7, 12);
        for target in &model.targets {
            let wrong = |why: String| panic!("{name}: {:?}: {why}", target.alias);
            for setups in &groups {
                let seed = Seed(setups.len() as u64);
                passed += search::passed(&model, target, setups, seed).unwrap_or_else(wrong);
                let own = search::glimpsed(&model, target, setups, seed).unwrap_or_else(wrong);
                seen += own;
                seen_worlds += if model.has_worlds(target.property) { own } else { 0 };
            }
            if model.has_worlds(target.property) && !model.properties[target.property].chance {
                shown[usize::from(search::is_shown(&model, target))] += 1;
            }
            if model.properties[target.property].chance {
                let setup = &groups[0][0];
                counted += search::counted(&model, target, setup, Seed(3)).unwrap_or_else(wrong);
            }
        }
    }
    println!(
        "{passed} runs were passed by, {seen} were shown ({seen_worlds} of worlds), {counted} were \
         counted; of targets with worlds {} are shown and {} are not",
        shown[1], shown[0]
    );
    assert!(passed.min(seen).min(counted) > 1_000, "{passed}, {seen} and {counted}");
    assert!(shown[0] == 0 && shown[1] > 50, "of worlds, targets that are not shown: {shown:?}");
    assert!(seen_worlds > 500, "{seen_worlds} runs of worlds were shown");
}

/// Every run of a setup, path by path: as many, and the same least one.
#[test]
fn setups_are_walked_alike_and_lists_are_followed() {
    let mut walked = 0;
    for path in support::files("properties", "polity") {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("a file");
        let (model, _) = support::model(&name, &text);
        let groups = if model.is_signature() { Vec::new() } else { drawn(&model, 3, 8) };
        for target in model.targets.iter().filter(|of| !model.properties[of.property].chance) {
            for setups in &groups {
                let wrong = |why: String| panic!("{name}: {:?}: {why}", target.alias);
                walked += search::walked(&model, target, setups).unwrap_or_else(wrong);
            }
        }
    }
    println!("of properties, {walked} runs were passed by");
    assert!(walked > 1_000, "{walked}");
    let (from, count) = (number("POLITY_ENGINE_FROM", 0), number("POLITY_ENGINE", RUNS) / 1_000);
    let (mut walked, mut passed, mut seen) = (0, 0, 0);
    for seed in from..from + count {
        let flavour = if seed % 4 == 3 { Flavour::Reals } else { Flavour::Finite };
        let sample = Samples(flavour).sample(seed);
        let Some(model) = sample.model() else { continue };
        let groups = drawn(&model, seed, 6);
        for target in model.targets.iter().filter(|of| !model.properties[of.property].chance) {
            for setups in &groups {
                let wrong = |why: String| panic!("{flavour:?}, seed {seed}: {why}\n{sample:?}");
                walked += search::walked(&model, target, setups).unwrap_or_else(wrong);
                let seed = Seed(seed);
                passed += search::passed(&model, target, setups, seed).unwrap_or_else(wrong);
                seen += search::glimpsed(&model, target, setups, seed).unwrap_or_else(wrong);
            }
        }
    }
    println!(
        "of {count} random models, {walked} runs of walks, {passed} others; {seen} were shown"
    );
    assert!(walked.min(passed) > 5 * count && seen > 2 * count, "{walked}, {passed} and {seen}");
}

#[test]
fn what_the_engine_does_not_do_is_known() {
    let (mut all, mut lines) = (0, Vec::new());
    for path in support::files("properties", "polity") {
        let text = std::fs::read_to_string(&path).expect("a file");
        let (model, _) = support::model(&path.display().to_string(), &text);
        if model.is_signature() {
            continue;
        }
        let setup = &drawn(&model, 7, 12)[0][0];
        let (count, own) = refused::refused(&refused::stem(&path), &model, setup);
        all += count;
        lines.extend(own);
    }
    println!("{} of {all} are refused", lines.len());
    let known: &[&str] = &[];
    assert_eq!(lines, known, "what the engine does not do may only become less");
    assert!(all > 300, "only {all} targets");
}

#[test]
fn every_mutant_fits_in_exactly_one_place() {
    let mutants = mutant::Mutant::all_of(&support::root(), "tests/engine/mutants");
    let mut wrong = Vec::new();
    for mutant in &mutants {
        let path = support::root().join(&mutant.file);
        let source = std::fs::read_to_string(path).expect("a source file");
        wrong.extend(mutant.span(&source).err());
        let sound = mutant.file.starts_with("src/engine/")
            && mutant.from != mutant.to
            && mutant.why.ends_with('.')
            && mutant.caught_by.first + mutant.caught_by.models <= RUNS;
        if !sound {
            wrong.push(format!(
                "{}: no edit of the engine that the default run catches",
                mutant.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mutants.len() >= 15, "only {} mutants", mutants.len());
}

/// Events of many agents at every instant, each with each: more than is kept.
#[test]
fn what_is_too_much_to_keep_is_left_to_the_reference() {
    let text = "model crowd
         kind Agent { state x: 0..9 = 0 }
         agents team: Agent[120]
         event told { by: Agent, n: 0..9 }
         step { for a in team { draw d ~ uniform(0, 9)  emit told(by: a, n: d) } }
         property seldom { always forall e in told, f in told: once (e.n == f.n or now > 0) }
         property few { forall a in team, b in team: always[..9] (a.x <= b.x + now) }
         property way { forall a in team, b in team: (a.x <= 9) until[..9] (b.x > now + 9) }
         check { steps: 12 }";
    let (model, _) = support::model("crowd", text);
    let setup = &drawn(&model, 0, 1)[0][0];
    let society = polity::reference::society(&model, setup).expect("a society");
    for (target, astray) in model.targets.iter().zip([true, false, false]) {
        let declared = &model.properties[target.property];
        let formulas = vec![(&declared.formula, vec![polity::ir::Value::None; declared.frame])];
        let gaps = (!astray).then_some(false);
        let ask = Ask { formulas, margins: true, gaps, ..Ask::default() };
        let program = compile(&model, &ask).expect("a program");
        let mut block = Block::new(&program, &society.layout).expect("a block");
        block.fill(2, compare::of(&society));
        let seeds = [Seed(0), Seed(1)];
        let lanes = block.run(12, &mut Seeded::new(&seeds, &seeds));
        for lane in lanes.iter() {
            assert_eq!(lane.astray, astray, "{}", declared.name);
            let measured = lane.margin(0).is_some() || lane.gap(0).is_some();
            assert!(!measured, "{}", declared.name);
            assert!(astray || lane.verdict(0).is_some(), "verdicts are kept");
        }
    }
}

#[test]
fn a_run_without_worlds_is_left_to_the_reference() {
    let text = "model empty
        kind Agent { }
        agents team: Agent[0..1]
        state x: bool = false
        step { require x  x' = true }
        property calm { worlds { for_each(a: team) { } }  forall a in team: (always not x)@for_each(a) }
        check { steps: 2 }";
    let (model, _) = support::model("empty", text);
    let groups = drawn(&model, 3, 16);
    assert_eq!(groups.len(), 2, "with an agent and without");
    for setups in &groups {
        let empty = setups[0].sizes.iter().all(|size| *size == 0);
        let passed = search::passed(&model, &model.targets[0], setups, Seed(1)).expect("alike");
        assert_eq!(passed == 0, empty);
    }
}
